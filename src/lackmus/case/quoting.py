"""From words in a text to the passage that cites them; and hashes brought up to date."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from lackmus.case.citations import CitationCheck, digest, paragraphs

#: No mark follows that would belong to the last letter.
_WHOLE: Final = "(?![\u0300-\u036f])"


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a source's text.

    Attributes:
        source: Id of the source.
        paragraph: The paragraph that holds it, from 1; None where it goes beyond one.
        start: Its first character, counted from 0 from the beginning of the text.
        end: The character behind its last.
        sha256: The hash of its words.
    """

    source: str
    paragraph: int | None
    start: int
    end: int
    sha256: str

    def entry(self, name: str) -> str:
        """The passage as it stands among the ``passages`` of a case."""
        fields = [f"source: {self.source}"]
        if self.paragraph is not None:
            fields.append(f"paragraph: {self.paragraph}")
        fields.append(f"chars: [{self.start}, {self.end}]")
        return f"  {name}: {{{', '.join(fields)},\n    sha256: {self.sha256}}}"


def passage_at(source: str, text: str, start: int, end: int) -> Passage:
    """The passage ``text[start:end]``."""
    return _passage(source, text, start, end, list(paragraphs(text)))


def _passage(
    source: str, text: str, start: int, end: int, spans: Sequence[tuple[int, int]]
) -> Passage:
    number = bisect_right(spans, start, key=itemgetter(0))
    held = number > 0 and end <= spans[number - 1][1]
    return Passage(source, number if held else None, start, end, digest(text[start:end]))


def passages_of(source: str, text: str, words: str) -> list[Passage]:
    r"""The passages that consist of these words.

    Line breaks count as blanks, and a letter with its mark as the same letter composed of two.

    >>> passages_of("memo", "One two.\n\nAnd one\nof two.", "one of")[0].entry("p02")[:49]
    '  p02: {source: memo, paragraph: 2, chars: [14, 2'
    """
    composed = unicodedata.normalize("NFC", words).split()
    if not composed:
        return []
    wanted = r"\s+".join("".join(map(_either, word)) for word in composed) + _WHOLE
    spans = list(paragraphs(text))
    return [_passage(source, text, *m.span(), spans) for m in re.finditer(wanted, text)]


def _either(letter: str) -> str:
    """What a letter is found by, composed or in parts."""
    apart = unicodedata.normalize("NFD", letter)
    return re.escape(letter) if apart == letter else f"(?:{letter}|{re.escape(apart)})"


def rehashed(text: str, checks: Iterable[CitationCheck]) -> str:
    """A case's text with the hashes of what stands at its citations' places now.

    Args:
        text: The case.
        checks: What became of its citations. Of those that do not agree with the text the hash is
            changed; where a place is not there any more nothing is.
    """
    for check in checks:
        if check.outcome == "mismatch" and check.given and check.found:
            text = text.replace(check.given, check.found)
    return text
