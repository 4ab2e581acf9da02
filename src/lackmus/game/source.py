"""What the readers of Gambit's files share: a text with places in it, and names in quotes."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from lackmus.foundation.disk import read_bounded
from lackmus.foundation.errors import Fault, FormatError
from lackmus.foundation.letters import decoded
from lackmus.foundation.spans import Span

if TYPE_CHECKING:
    from lackmus.game.game import Game

#: Bytes above which a file is not read.
LARGEST = 500_000_000

#: How texts begin whose characters take two bytes or four.
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)

#: A name in quotes; a quote or backslash in it is written behind a backslash.
STRING = r'"(?:[^"\\]|\\.)*+"'

_UNSAFE = re.compile(r'\\(?=["\\]|$)')
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ESCAPED = re.compile(r'\\(["\\])')


@dataclass(frozen=True)
class Source:
    """A text, its name, and where its lines begin."""

    name: str
    text: str

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(m.end() for m in re.finditer("\n", self.text))]

    def span(self, at: int, end: int) -> Span:
        """The stretch text[at:end], cut at the end of its first line."""
        line = bisect_right(self._starts, at)
        start = self._starts[line - 1]
        stop = self.text.find("\n", start)
        whole = self.text[start : stop if stop >= 0 else len(self.text)]
        column = at - start + 1
        last = max(min(end - start + 1, len(whole) + 1), column + 1)
        return Span(self.name, line, column, last, whole.rstrip("\r"))


def load_text(path_or_text: str | Path, magic: str) -> tuple[str, str]:
    """A file's text and name; a string that begins with `magic` is itself the text.

    Raises:
        FormatError: The file cannot be read.
    """
    if isinstance(path_or_text, str) and path_or_text.lstrip().startswith(magic):
        return path_or_text, "<text>"
    path = Path(path_or_text)
    try:
        data = read_bounded(path, LARGEST)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise FormatError([Fault("no-file", f"cannot read {path}: {reason}")]) from None
    if b"\0" in data and not data.startswith(_WIDE):
        hint = "save it as UTF-8"
        fault = Fault("encoding", f"{path} is no text, or UTF-16 without a mark", hint=hint)
        raise FormatError([fault])
    try:
        return decoded(data), str(path)
    except UnicodeDecodeError:
        return data.decode("latin-1"), str(path)


def unquoted(text: str) -> str:
    """The name that a stretch in quotes stands for."""
    inner = text[1:-1]
    return _ESCAPED.sub(r"\1", inner) if "\\" in inner else inner


def accepted(name: str) -> str:
    r"""The nearest name that Gambit 17 reads as it is written.

    It takes no control characters, and no blanks but single ones between words. A backslash it
    keeps, but not before another, before a quote or at the end, where a stroke is written for it.

    >>> accepted(" two  words\n"), accepted("a\\b"), accepted("a\\")
    ('two words', 'a\\b', 'a/')
    """
    words = " ".join(name.split())
    return _UNSAFE.sub("/", _CONTROL.sub("\N{REPLACEMENT CHARACTER}", words))


def quoted(name: str) -> str:
    """The name in quotes, as Gambit reads it."""
    return '"' + accepted(name).replace('"', '\\"') + '"'


def renamed(game: Game) -> tuple[tuple[str, str], ...]:
    """Names that a file of Gambit's cannot hold, and what is written for them."""
    names = (game.title, *game.players, *game.labels.infosets, *game.labels.actions)
    return tuple((name, accepted(name)) for name in dict.fromkeys(names) if accepted(name) != name)
