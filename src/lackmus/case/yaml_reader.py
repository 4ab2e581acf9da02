"""YAML text to nodes with places; the only module that sees a YAML library.

Only plain data is let through: aliases, anchors, tags and duplicate keys are refused, and size and
depth are bounded before anything is built. Scalars stay text: what is a number is the language's
business, not YAML's.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from lackmus.foundation.errors import CaseError, Fault
from lackmus.foundation.letters import composed
from lackmus.foundation.spans import Span

LARGEST = 2_000_000
MOST_NODES = 100_000
DEEPEST = 30
_MOST_TOLD = 20

_LETTER = re.compile(r"\S")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, with the raw text it came from."""

    text: str
    source: Source
    start: int
    end: int
    quoted: bool = False

    @property
    def span(self) -> Span:
        """Where it stands, up to the end of its first line; most are never asked."""
        return self.source.span(self.start, self.end - self.start)

    def locate(self, start: int, end: int) -> Span:
        """Place of the characters start … end of `text`, which YAML may have folded."""
        raw = self.source.text[self.start : self.end]
        if raw == self.text:
            return self.source.span(self.start + start, max(1, end - start))
        before = len("".join(self.text[:start].split()))
        skip = raw.find("\n") if raw[:1] in "|>" else int(raw[:1] in "\"'")
        letters = _LETTER.finditer(raw, max(skip, 0))
        found = next(islice(letters, before, None), None)
        position = len(raw) if found is None else found.start()
        return self.source.span(self.start + position, max(1, end - start))


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in order; keys are unique."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span

    def get(self, key: str) -> Node | None:
        """The value of `key`, or None."""
        return next((value for k, value in self.entries if k.text == key), None)


@dataclass(frozen=True, slots=True)
class Sequence:
    """Items in order."""

    items: tuple[Node, ...]
    span: Span


Node: TypeAlias = Scalar | Mapping | Sequence


_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")

#: What may stand in a text, but as an escape alone: ends of lines that are none to whoever counts
#: lines, and a mark that nobody sees.
_ESCAPED = re.compile("[\u2028\u2029\ufeff]")


def forbidden(text: str) -> str:
    """The first character that no text of a case may hold; empty where there is none.

    Control characters could move a terminal's cursor, embeddings and overrides of direction show a
    text as another one, and half a surrogate pair cannot be written.
    """
    found = _FORBIDDEN.search(text)
    return found[0] if found else ""


class Source:
    """A named text that can draw its places."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self._starts = [0]
        for line in text.split("\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)
        shown = _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))
        self._lines = shown.split("\n")

    def at(self, line: int, column: int, width: int) -> Span:
        """A span at line and column, both from 0."""
        text = self._lines[line] if line < len(self._lines) else ""
        end = column + 1 + max(1, min(width, max(1, len(text) - column)))
        return Span(self.file, line + 1, column + 1, end, text)

    def span(self, start: int, width: int) -> Span:
        """A span at a character offset of the text."""
        line = bisect_right(self._starts, start) - 1
        return self.at(line, start - self._starts[line], width)


def read_yaml(text: str, file: str) -> Node:
    """The tree of a YAML text.

    Raises:
        CaseError: What is refused, or is no YAML, with its place.
    """
    text = composed(text.removeprefix("\ufeff"))
    source = Source(text, file)
    if len(text) > LARGEST:
        message = f"a text of {len(text):,} characters; {LARGEST:,} is the limit"
        raise CaseError([Fault("too-large", message, source.at(0, 0, 1))])
    raw = _ESCAPED.search(text)
    if character := forbidden(text.replace("\r", "")) or (raw[0] if raw else ""):
        message = f"the character U+{ord(character):04X} cannot stand in a text"
        span = source.span(text.index(character), 1)
        raise CaseError([Fault("character", message, span, "take it out")])
    reader = _Reader(source)
    try:
        node = reader.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # At the end of the file, the last thing that stands in it.
        last = max(0, len(text.rstrip()) - 1)
        at = min(mark.index, last) if mark else last
        problem = " ".join((error.problem or "this is not YAML").split())
        message, hint = _in_words(problem, text, at) if mark else (problem, "")
        raise CaseError([Fault("yaml", message, source.span(at, 1), hint)]) from None
    except yaml.YAMLError as error:
        message = " ".join(str(error).split())[:200]
        raise CaseError([Fault("yaml", message, source.at(0, 0, 1))]) from None
    if reader.faults:
        raise CaseError(reader.faults)
    return node


#: The parser of libyaml, a hundred times as fast as the one in Python, which stands in for it.
_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: Part of a message of either parser, the character at its place if that matters, what it means,
#: and what to do.
_PROBLEMS = (
    ("mapping values are not allowed", "", "a colon cannot stand here",
     "quote the text if it contains ': '"),
    ("could not find expected ':'", "", "a colon is missing",
     "check the indentation of this line and the one before"),
    ("<block end>", "", "this line does not fit the indentation of those before it",
     "entries of one list or one mapping begin in the same column"),
    ("expected '-' indicator", "", "this line does not fit the indentation of those before it",
     "entries of one list or one mapping begin in the same column"),
    ("expected key", "", "this line does not fit the indentation of those before it",
     "entries of one list or one mapping begin in the same column"),
    ("cannot start any token", "\t", "a tab stands where spaces are needed", "indent with spaces"),
    ("cannot start any token", "", "no text can begin with this character without quotes",
     "put the text in quotes"),
    ("expected ',' or", "[", "a [ cannot stand in a text without quotes between { and }",
     "put the expression in quotes, or on a line of its own"),
    ("expected ',' or", "", "a comma or a closing bracket is missing",
     "close the bracket, or quote the text if it contains , [ ] { or }"),
    ("expected node content", "", "a value is missing here", "write one, or take the comma out"),
    ("expected the node content", "", "a value is missing here",
     "write one, or take the comma out"),
    ("unknown escape", "", "a backslash between double quotes begins an escape",
     "use single quotes, or write two backslashes"),
    ("found unexpected end of stream", "", "the text ends within quotes", "close them"),
)  # fmt: skip


def _in_words(problem: str, text: str, at: int) -> tuple[str, str]:
    """What is wrong with the YAML, and a hint.

    Args:
        problem: What the parser says.
        text: The file.
        at: The place, as an index of the text.
    """
    in_block = "<block end>" in problem or "expected key" in problem
    if in_block and text[:at].rstrip(" ").endswith(("'", '"')):
        return (
            "a text that begins with a quotation mark ends at the next one",
            "begin it with another word, or put it in quotes and double those within",
        )
    for part, character, message, hint in _PROBLEMS:
        if part in problem and text.startswith(character, at):
            return message, hint
    return problem, ""


class _Reader:
    """Events to nodes; faults that do not stop the reading are collected."""

    def __init__(self, source: Source) -> None:
        self.faults: list[Fault] = []
        self._source = source
        self._count = 0
        self._events: Iterator[Any] = yaml.parse(source.text, Loader=_PARSER)

    def document(self) -> Node:
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                break
        else:
            raise CaseError([Fault("empty", "the file is empty", self._source.at(0, 0, 1))])
        node = self._node(next(self._events), 0)
        next(self._events)
        extra = next(self._events)
        if isinstance(extra, DocumentStartEvent):
            fault = Fault("two-documents", "a second YAML document", self._span(extra))
            raise CaseError([fault])
        return node

    def _span(self, event: Any) -> Span:  # noqa: ANN401 - the library has no types
        start, end = event.start_mark, event.end_mark
        # Places go by index: the library counts lines at characters that are no line's end here.
        width = end.index - start.index if end.line == start.line else len(self._source.text)
        return self._source.span(start.index, width)

    def _refuse(self, event: NodeEvent) -> None:
        if event.anchor is not None:
            what = "an alias (*)" if isinstance(event, AliasEvent) else "an anchor (&)"
            hint = "write the text out: a case says each thing where it stands"
            self._once(Fault("alias", f"{what} is refused", self._span(event), hint))
        tag = getattr(event, "tag", None)
        if tag is not None and str(tag) != "!":
            hint = "leave the tag out: the language knows what it expects"
            self._once(Fault("tag", f"the tag {tag} is refused", self._span(event), hint))

    def _once(self, fault: Fault) -> None:
        """Notes a fault unless its like has been told: a bomb has thousands."""
        if not any(fault.message == other.message for other in self.faults[-_MOST_TOLD:]):
            self.faults.append(fault)

    def _node(self, event: Any, depth: int) -> Node:  # noqa: ANN401 - as above
        self._count += 1
        if self._count > MOST_NODES or depth > DEEPEST:
            what = "nested too deeply" if depth > DEEPEST else f"more than {MOST_NODES:,} nodes"
            raise CaseError([*self.faults, Fault("too-large", what, self._span(event))])
        self._refuse(event)
        if isinstance(event, ScalarEvent):
            start, end = event.start_mark.index, event.end_mark.index
            quoted = event.style in ('"', "'")
            if character := forbidden(event.value):
                message = f"the character U+{ord(character):04X} cannot stand in a text"
                self._once(Fault("character", message, self._span(event)))
            return Scalar(event.value, self._source, start, end, quoted)
        if isinstance(event, SequenceStartEvent):
            span, items = self._span(event), []
            while not isinstance(event := next(self._events), SequenceEndEvent):
                items.append(self._node(event, depth + 1))
            return Sequence(tuple(items), span)
        if isinstance(event, MappingStartEvent):
            return self._mapping(self._span(event), depth)
        return Scalar("", self._source, event.start_mark.index, event.end_mark.index)

    def _mapping(self, span: Span, depth: int) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if not isinstance(key, Scalar):
                self.faults.append(Fault("key", "a key must be a plain word", key.span))
            elif key.text in entries:
                first = entries[key.text][0].span
                message = f"'{key.text}' is here a second time; it stood in line {first.line}"
                self.faults.append(Fault("duplicate-key", message, key.span))
            else:
                entries[key.text] = (key, value)
        return Mapping(tuple(entries.values()), span)
