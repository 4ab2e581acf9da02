"""Sources and passages that a case rests on; a part of `syntax`."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

from lackmus.case.declared import Key, declare, named, place
from lackmus.foundation.spans import Span

#: The key under which constructs have them.
CITE: Final = Key("cite", "cite", "passages")


@dataclass(frozen=True, slots=True)
class Source:
    """A text that is cited; it need not be at hand and is never shipped."""

    id: str = named("name by which citations refer to it")
    title: str = declare("text", "its title")
    author: str = declare("text", "its author")
    published: datetime.date | None = declare("date", "day it was published")
    language: str = declare("text", "language code, such as `de`")
    url: str = declare("text", "where it can be read")
    file: str = declare("text", "its file name in a folder of sources")
    sha256: str = declare("text", "SHA-256 of the file's bytes, in hex")
    span: Span | None = place()


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage: W3C TextPositionSelector and the hash of the passage, never its words.

    `start` is the first character of the passage in the file, from 0; `end` the one behind it.
    """

    source: str = declare(
        "source", "id of the source", needed="the id of one of the case's sources"
    )
    paragraph: int | None = declare("position", "paragraph, counted from 1, split at blank lines")
    start: int | None = declare(
        "characters",
        "first character, from 0 at the beginning of the text, and the one behind the last",
        key="chars",
    )
    end: int | None = None
    sha256: str = declare(
        "text", "SHA-256 of the passage in UTF-8, in hex; the first 8 digits or more"
    )
    span: Span | None = place()
