"""Where in a case a cursor stands, told from the layout alone, so that broken text is no hindrance.

Lines are read as YAML's block style has them: a key opens a level that lasts as long as lines are
indented further. Between braces and brackets, characters are read one by one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_KEYED = re.compile(
    r"""(?P<lead>\s*(?:-\s+)*)(?P<key>[^\s#{}\[\],"'|>&*!%@`-][^#{}\[\],"']*?)\s*:(?P<rest>\s.*)?\Z"""
)
_ITEM = re.compile(r"\s*(?:-\s+)*-?\s*")
_WORD = re.compile(r"[\w.§]*\Z")
_FOLDED = re.compile(r"[|>][-+0-9]*\s*(#.*)?\Z")


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a cursor stands.

    Attributes:
        path: Keys from the outermost to the one whose value, or among whose keys, it stands.
        in_value: Whether it stands in a value; else where a key is written.
        word: Offset at which the word before it begins.
        before: What stands before that word, in the same value.
    """

    path: tuple[str, ...]
    in_value: bool
    word: int
    before: str


@dataclass(slots=True)
class _Level:
    indent: int
    key: str


class _Reader:
    def __init__(self) -> None:
        self.levels: list[_Level] = []
        self.flow: list[tuple[str, str]] = []  # bracket, and the key it is at
        self.key = ""  # what was read since the last , or {
        self.after_colon = False
        self.value = ""
        self.folded = -1

    def line(self, text: str, *, last: bool) -> None:
        """Reads one line, the last up to the cursor."""
        bare = text.strip()
        indent = len(text) - len(text.lstrip())
        if self.flow:
            self._flow(text)
            return
        if self.folded >= 0 and (not bare or indent > self.folded):
            self.value += " " + bare
            return
        self.folded = -1
        if bare.startswith("#") or (not bare and not last):
            return
        match = _KEYED.match(text)
        if match is None:
            self._plain(text, indent, last=last)
            return
        depth = len(match["lead"])
        self._close(depth)
        self.levels.append(_Level(depth, match["key"].strip()))
        rest = (match["rest"] or "").lstrip()
        self.value, self.after_colon = "", True
        if _FOLDED.match(rest):
            self.folded = depth
        elif rest[:1] in ("{", "["):
            self._flow(rest)
        else:
            self.value = rest

    def _close(self, depth: int) -> None:
        while self.levels and self.levels[-1].indent >= depth:
            self.levels.pop()

    def _plain(self, text: str, indent: int, *, last: bool) -> None:
        """A line without a key of its own: an item, the rest of a value, or a key begun."""
        lead = _ITEM.match(text)
        depth = lead.end() if lead else indent
        item = text.strip().startswith("-")
        rest = text[depth:]
        if item and rest[:1] in ("{", "["):
            self._close(depth)
            self.value, self.after_colon = "", False
            self._flow(rest)
            return
        deeper = bool(self.levels) and depth > self.levels[-1].indent
        if deeper and not item and (self.value.strip() or not last):
            self.value += " " + text.strip() if not last else " " + text.lstrip()
            return
        self._close(depth)
        self.value, self.after_colon = rest, False

    def _flow(self, text: str) -> None:
        quote = ""
        for character in text:
            if quote:
                quote = "" if character == quote else quote
                self.value += character
            elif character in "\"'" and not self.value.strip():
                quote = character
            elif character in "{[":
                self._open(character)
            elif character in "}]":
                self._shut()
            elif character == "," and self.flow:
                self._comma()
            elif character == ":" and self.flow and self.flow[-1][0] == "{" and not self.key:
                self.key, self.value = self.value.strip(), ""
            else:
                self.value += character
        self.value += " "

    def _open(self, character: str) -> None:
        if character == "[" and self.value.strip():
            # A bracket of an expression, such as P[public] or in [a, b].
            self.flow.append(("(", self.key))
            self.value += character
            return
        self.flow.append((character, self.key))
        self.key, self.value = "", ""

    def _shut(self) -> None:
        if not self.flow:
            return
        bracket, key = self.flow.pop()
        self.key = key
        self.value = self.value + "]" if bracket == "(" else "…"

    def _comma(self) -> None:
        if self.flow[-1][0] == "(":
            self.value += ","
            return
        if self.flow[-1][0] == "{":
            self.key = ""
        self.value = ""

    def path(self) -> tuple[str, ...]:
        keys = [level.key for level in self.levels]
        for bracket, key in self.flow:
            if bracket != "(" and key:
                keys.append(key)
        if self.key and self.flow and self.flow[-1][0] in "{(":
            keys.append(self.key)
        return tuple(keys)

    def in_value(self) -> bool:
        if not self.flow:
            return self.after_colon
        return self.flow[-1][0] in "[(" or bool(self.key)


def cursor(text: str, offset: int) -> Cursor:
    """Where a cursor stands in a text, however broken."""
    head = text[:offset]
    reader = _Reader()
    lines = head.split("\n")
    for i, line in enumerate(lines):
        reader.line(line.rstrip("\r"), last=i == len(lines) - 1)
    match = _WORD.search(head)
    word = match.start() if match else offset
    size = offset - word
    value = reader.value if not reader.flow else reader.value[:-1]
    before = value[: len(value) - size] if size else value
    if not reader.flow and not reader.after_colon and lines[-1].strip().startswith("-"):
        # An item of a list: a value of the key above, or the first key of an entry.
        return Cursor(reader.path(), in_value=False, word=word, before=before)
    return Cursor(reader.path(), reader.in_value(), word, before)
