"""An article as text with places: paragraphs, sentences, words, quotations.

Places are character offsets into the text as it was decoded, the same that a citation counts, so
that what is found can be cited without looking for it again.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lackmus.case.citations import paragraphs

#: A letter with the marks that decomposed text has behind it.
_LETTER = r"(?:\w[\u0300-\u036f]*)"
_WORD = re.compile(rf"\d+(?::\d\d)+|{_LETTER}+(?:[-’'.&/]{_LETTER}+)*|[^\w\s*`#>|]")
# Signs of Markdown are no words.
_CLUSTER = re.compile(r".[\u0300-\u036f]*", re.DOTALL)
#: Between single marks an apostrophe stands between letters.
_QUOTED = re.compile(
    r"„[^„“”]*[“”]|“[^“”„]*”|»[^»«]*«|«[^»«]*»|\"[^\"]*\"|‚[^‚‘’]*[‘’]|''[^']*''|›[^›‹]*‹"
    r"|(?<!\w)‘(?:[^‘’]|(?<=\w)’(?=\w))*’(?!\w)"
    r"|(?<![\w'])'(?=\w)(?:[^']|(?<=\w)'(?=\w))*(?<=[\w.,;!?…])'(?!\w)"
)
_ENDS = ".!?…"
_CLOSING = '“”"»«’‘)]'
#: Characters of a sentence at most: what is longer is a table, or no prose, and is left out.
_LONGEST = 1_500


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a mark of punctuation, its letters composed (NFC), and where it stands."""

    text: str
    start: int
    end: int
    low: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: its place, its paragraph (counted from 1), its words."""

    start: int
    end: int
    paragraph: int
    words: tuple[Word, ...] = field(repr=False)


@dataclass(frozen=True)
class Article:
    """A text and its parts.

    Attributes:
        text: The text as decoded; nothing is normalised, so that offsets hold.
        abbreviations: Words whose full stop ends no sentence, without it, in lower case.
        ordinals: Whether the language writes ordinals with a full stop, as in ``15. August``.
    """

    text: str
    abbreviations: frozenset[str] = frozenset()
    ordinals: bool = True

    @cached_property
    def paragraphs(self) -> tuple[tuple[int, int], ...]:
        """Start and end of each paragraph."""
        return tuple(paragraphs(self.text))

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences in order; none crosses a paragraph."""
        return tuple(
            Sentence(start, end, number, found)
            for number, (first, last) in enumerate(self.paragraphs, 1)
            for start, end in _sentences(self, first, last)
            if end - start <= _LONGEST and (found := tuple(words(self.text, start, end)))
        )

    @cached_property
    def quoted(self) -> tuple[tuple[int, int], ...]:
        """Start and end of each stretch between quotation marks, the marks included."""
        return tuple(
            match.span()
            for first, last in self.paragraphs
            for match in _QUOTED.finditer(self.text, first, last)
        )

    @cached_property
    def composed(self) -> str:
        """The text with each letter and its marks as one character; `place` leads back."""
        return "".join(self._clusters)

    def place(self, offset: int) -> int:
        """Where a character of the composed text stands in the text."""
        return offset if self._places is None else self._places[offset]

    @cached_property
    def _clusters(self) -> list[str]:
        if unicodedata.is_normalized("NFC", self.text):
            return [self.text]
        return [unicodedata.normalize("NFC", part) for part in _CLUSTER.findall(self.text)]

    @cached_property
    def _places(self) -> list[int] | None:
        """Per character of the composed text its place; None where nothing was composed."""
        if len(self._clusters) == 1:
            return None
        ends = _CLUSTER.finditer(self.text)
        pairs = zip(ends, self._clusters, strict=True)
        return [
            *(match.start() for match, cluster in pairs for _ in cluster),
            len(self.text),
        ]

    def quoted_in(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """The stretches between quotation marks that reach into a range."""
        first = bisect_right(self._closings, start)
        last = bisect_left(self._openings, end)
        return self.quoted[first:last]

    @cached_property
    def _openings(self) -> list[int]:
        return [start for start, _ in self.quoted]

    @cached_property
    def _closings(self) -> list[int]:
        return [end for _, end in self.quoted]

    @cached_property
    def _starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    def sentence_at(self, place: int) -> int:
        """Index of the sentence that holds a place (or the last one before it)."""
        return max(0, bisect_right(self._starts, place) - 1)


def words(text: str, start: int, end: int) -> Iterator[Word]:
    """The words and marks between two places."""
    for match in _WORD.finditer(text, start, end):
        word = unicodedata.normalize("NFC", match.group())
        yield Word(word, match.start(), match.end(), word.lower())


def _sentences(article: Article, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Splits a paragraph at full stops that end something, and at line ends of headings."""
    text = article.text
    start = place = first
    while place < last:
        if text[place] in _ENDS or _introduces(text, place, last):
            end = place + 1
            while end < last and text[end] in _ENDS + _CLOSING:
                end += 1
            if _ends_here(article, start, place, end, last):
                yield start, end
                start = place = _skip(text, end, last)
                continue
            place = end
        else:
            place += 1
    if text[start:last].strip():
        yield start, last


def _introduces(text: str, place: int, last: int) -> bool:
    """Whether a colon stands before a sentence of its own: a quotation, or a capital letter."""
    if text[place] != ":" or place + 1 >= last or not text[place + 1].isspace():
        return False
    following = text[min(_skip(text, place + 1, last), last - 1)]
    return following.isupper() or following in "„“»«\"'‚"


def _skip(text: str, place: int, last: int) -> int:
    while place < last and text[place].isspace():
        place += 1
    return place


def _glued(text: str, stop: int, end: int) -> bool:
    """Whether only a space is missing between two sentences: ``… ist.Der …``."""
    before, after = text[max(0, stop - 3) : stop], text[end : end + 2]
    words = before.isalpha() and before.islower() and len(before) == 3 and after.istitle()
    return text[stop] == "." and words and after.isalpha()


def _ends_here(article: Article, start: int, stop: int, end: int, last: int) -> bool:
    """Whether the marks at `stop` to `end` end a sentence."""
    text, abbreviations = article.text, article.abbreviations
    if end >= last:
        return True
    if not text[end].isspace():
        return _glued(text, stop, end)
    following = text[_skip(text, end, last)]
    if following.islower() or following in ",;:–":
        return False
    if text[stop] == ":":
        return True
    if text[stop] != "." or end > stop + 1:
        return True
    before = re.search(r"[\w.]+$", text[max(start, stop - 24) : stop])
    word = before.group() if before else ""
    tail = word.rpartition(".")[2]
    if tail.isdigit() and len(tail) <= 2:
        # An ordinal before a month or a noun, or the number of an item of a list.
        return not article.ordinals and bool(text[start : stop - len(tail)].strip())
    single = len(tail) == 1 and tail.isalpha()
    return not (single or word.lower() in abbreviations or tail.lower() in abbreviations)
