"""Places in a text, and how to draw them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Self

_WIDEST = 120


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one line of a named text.

    Attributes:
        file: The text's name, as the reader knows it.
        line: Line number, counted from 1.
        column: Column of the first character, counted from 1.
        end: Column behind the last character, on the same line.
        text: The line itself, without its newline.
    """

    file: str
    line: int
    column: int
    end: int
    text: str = field(default="", repr=False, compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def within(self, start: int, end: int) -> Span:
        """A part of this span.

        Args:
            start: Its first character, counted from 0 at the span's first.
            end: The character behind its last, counted alike.
        """
        return Span(self.file, self.line, self.column + start, self.column + end, self.text)


class Placed(str):
    """A word that knows where it stands; else a text like any other.

    Attributes:
        span: Its place.
    """

    __slots__ = ("span",)
    span: Span | None

    def __new__(cls, text: str, span: Span | None = None) -> Self:
        """The word."""
        word = super().__new__(cls, text)
        word.span = span
        return word


def draw(span: Span) -> str:
    """The line with a caret under the span; empty where the line is not known."""
    if not span.text.strip():
        return ""
    first = max(0, span.column - 1 - _WIDEST // 2) if len(span.text) > _WIDEST else 0
    shown = span.text[first : first + _WIDEST].replace("\t", " ")
    offset = span.column - 1 - first
    before, under = shown[:offset], shown[offset : offset + span.end - span.column]
    margin = f"{span.line:>5} | "
    return f"{margin}{shown}\n{' ' * (len(margin) + cells(before))}{'^' * max(1, cells(under))}"


def cells(text: str) -> int:
    """How many columns of a terminal a text takes: wide letters two, marks upon letters none.

    >>> cells("no"), cells("日本"), cells("e\N{COMBINING ACUTE ACCENT}")
    (2, 4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.category(letter) in ("Mn", "Me", "Cf")
        else 1 + (unicodedata.east_asian_width(letter) in "WF")
        for letter in text
    )
