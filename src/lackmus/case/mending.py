"""What can be mended without asking what was meant: faults whose hint leaves one reading.

A misspelt name or key with one near it, a sign of another language (``==``, ``&&``), a comma in a
decimal, quotes around an option, quotes that a text with a colon needs. Each is an edit of some
characters; comments and layout stay as they are. Anything else is its author's business.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from lackmus.case.fields import DECIMAL
from lackmus.foundation.errors import Fault

#: Signs of other languages, and how they are written here; longer ones first.
_SIGNS: Final = (
    ("==", "="), ("=>", ">="), ("=<", "<="), ("&&", "and"), ("||", "or"), ("<>", "!="),
    ("**", "^"),
)  # fmt: skip
_MEANT: Final = re.compile(r"did you mean '([^']+)'\?")
_DECIMAL: Final = re.compile(r"(?<![\w.,])\d+,\d+(?![\w.,])")
#: In braces, where a comma may follow that parts fields.
_PARTED: Final = re.compile(r"(?<![\w.,])\d+,\d+(?![\w.]|,\d)")
_TEXT: Final = re.compile(r"(\s*(?:- )?[^:{}\[\]\"'#]+: )([^\"'{}\[\]#|>][^{}\[\]\"#]*?)\s*")


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters of one line, and what stands in their place.

    Attributes:
        line: The line, counted from 1.
        start: The first character, counted from 0.
        end: The character behind the last.
        text: What takes their place.
    """

    line: int
    start: int
    end: int
    text: str


def edits(faults: Iterable[Fault], file: str) -> list[Edit]:
    """The edits that mend faults of a file; one a line, so that none shifts another's place."""
    found: dict[int, Edit] = {}
    for fault in faults:
        if fault.span is not None and fault.span.file == file:
            for edit in _edit(fault, fault.span.line, fault.span.column - 1, fault.span.text):
                found.setdefault(edit.line, edit)
    return [found[line] for line in sorted(found)]


def mended(text: str, changes: Iterable[Edit]) -> str:
    """The text with the edits made."""
    lines = text.split("\n")
    for edit in changes:
        line = lines[edit.line - 1]
        lines[edit.line - 1] = line[: edit.start] + edit.text + line[edit.end :]
    return "\n".join(lines)


def _edit(fault: Fault, number: int, at: int, line: str) -> Iterator[Edit]:
    meant = _MEANT.fullmatch(fault.hint)
    if meant is not None:
        wrong = re.search(r"'([^']+)'[^']*\Z", fault.message)
        if wrong is not None and line.startswith(wrong[1], at):
            yield Edit(number, at, at + len(wrong[1]), meant[1])
    elif fault.code == "syntax":
        yield from _sign(number, at, line)
    elif fault.hint.endswith(DECIMAL):
        yield from _with_point(_PARTED, number, at, line)
    elif fault.code == "yaml" and "quote the text" in fault.hint:
        value = _TEXT.fullmatch(line)
        if value is not None:
            quoted = json.dumps(value[2], ensure_ascii=False)
            yield Edit(number, value.start(2), value.end(2), quoted)


def _sign(number: int, at: int, line: str) -> Iterator[Edit]:
    """A sign of another language at a place, or one that begins a character before it."""
    for start in (at - 1, at):
        for wrong, right in _SIGNS:
            if start >= 0 and line.startswith(wrong, start):
                word = right.isalpha()
                before = " " if word and line[start - 1 : start].strip() else ""
                after = " " if word and line[start + len(wrong) :][:1].strip() else ""
                yield Edit(number, start, start + len(wrong), before + right + after)
                return
    for edit in _with_point(_DECIMAL, number, at, line):
        yield edit
        return
    quoted = re.compile(r"'(\w+)'").match(line, at)
    if quoted is not None:
        yield Edit(number, *quoted.span(), quoted[1])


def _with_point(decimals: re.Pattern[str], number: int, at: int, line: str) -> Iterator[Edit]:
    """A point for the comma of the decimal around a place."""
    for decimal in decimals.finditer(line):
        if decimal.start() < at < decimal.end():
            yield Edit(number, *decimal.span(), decimal[0].replace(",", "."))
