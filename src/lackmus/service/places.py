"""Where things stand in a text: every name, passage and part with its characters.

A *part* is one claim, assumption, move, stake and so on with all its lines; a *place* is a name in
the text, where it is declared or where it is used. So a claim leads to its lines, a passage to what
rests on it, a number to its assumption, and each of them back.
"""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, zip_longest
from typing import Literal, TypeAlias, get_args

from lackmus.case import syntax
from lackmus.case.assuming import Citations
from lackmus.case.declared import NAMING, keys_with
from lackmus.case.fields import Faults
from lackmus.case.scope import Scope, scope_of
from lackmus.case.yaml_reader import Mapping, Node, Scalar, Sequence
from lackmus.foundation.spans import Span
from lackmus.service.document import Document, Text, document, line_starts

Kind: TypeAlias = Literal[
    "actor", "aim", "assumption", "block", "claim", "event", "fact", "move", "observation",
    "observer", "option", "passage", "source", "stake", "state", "statement",
]  # fmt: skip

#: Sections whose entries are parts, by the kind of these.
_NAMED: dict[str, Kind] = {
    "sources": "source", "passages": "passage", "actors": "actor", "facts": "fact",
    "assumptions": "assumption", "events": "event", "claims": "claim", "statements": "statement",
}  # fmt: skip

#: Keys whose values name actors, observers, claims and so on outside of expressions.
_NAMING = keys_with(syntax.CONSTRUCTS, NAMING)

_CITES = "cite"
_EXPRESSIONS = get_args(syntax.Expr)

#: Records in which no expression stands.
_BARE = (Span, syntax.Citation, syntax.Source)
_SHORT = re.compile(r"\s*([^\W\d]\w*)\s*§\s*(\d+)\s*\Z")


@dataclass(frozen=True, slots=True)
class Part:
    """One claim, assumption, move, stake, … with all its lines.

    Attributes:
        kind: What it is.
        id: Its name; stakes and observations without one are numbered.
        start: Its first character.
        end: The character behind its last.
        line: Line of its first character, from 1.
        last: Line of its last character.
    """

    kind: Kind
    id: str
    start: int
    end: int
    line: int
    last: int


@dataclass(frozen=True, slots=True)
class Place:
    """A name in the text.

    Attributes:
        kind: What it names.
        id: Which one; an option is ``move=option``, a passage without a name ``source §3``.
        start: Its first character.
        end: The character behind its last.
        declared: Whether it is declared here; else it is used.
        part: The part that it stands in, as (kind, id); None outside of all.
    """

    kind: Kind
    id: str
    start: int
    end: int
    declared: bool
    part: tuple[Kind, str] | None


@dataclass(frozen=True, slots=True)
class Places:
    """All parts and names of a text, in the order of their places."""

    parts: tuple[Part, ...]
    names: tuple[Place, ...]

    def at(self, offset: int) -> Place | None:
        """The shortest name that stands at a character or ends right before it."""
        here = [place for place in self.names if place.start <= offset <= place.end]
        return min(here, key=lambda place: place.end - place.start, default=None)

    def part_at(self, offset: int) -> Part | None:
        """The part that stands at a character."""
        return next((part for part in self.parts if part.start <= offset < part.end), None)

    def of(self, kind: Kind, name: str) -> tuple[Place, ...]:
        """Everywhere that a name stands."""
        return tuple(p for p in self.names if p.kind == kind and p.id == name)


def places(text: Text) -> Places:
    """Every part and every name of a text; nothing where it is no YAML."""
    return _places(document(text))


@lru_cache(4)
def _places(known: Document) -> Places:
    if not isinstance(known.node, Mapping):
        return Places((), ())
    finder = _Finder(known)
    parts = tuple(finder.parts())
    names = dict.fromkeys(finder.names()) if known.case is not None else ()
    return Places(parts, tuple(sorted(names, key=lambda p: (p.start, p.end))))


def passages(known: Document) -> dict[str, syntax.Citation]:
    """The passages to which a text gives names, as far as they can be read."""
    listed = known.node.get("passages") if isinstance(known.node, Mapping) else None
    if not isinstance(listed, Mapping):
        return {}
    read = Citations(Faults(), listed)
    return {
        key.text: found[0] for key, _ in listed.entries if (found := read(key, "a passage's name"))
    }


def citation_of(known: Document, name: str) -> syntax.Citation | None:
    """The citation that a passage's id stands for: its name, or ``source §3``."""
    return short_citation(name) or passages(known).get(name)


def short_citation(name: str) -> syntax.Citation | None:
    """The citation written ``source §3``; None where it is not of this form."""
    match = _SHORT.match(name)
    return syntax.Citation(match[1], int(match[2])) if match else None


class _Finder:
    def __init__(self, known: Document) -> None:
        self._known = known
        self._text = known.text
        self._starts = line_starts(known.text)
        self._root = known.node if isinstance(known.node, Mapping) else None
        self._parts: list[Part] = []
        self._begins: list[int] = []

    # --- parts ---

    def parts(self) -> list[Part]:
        found = sorted(self._raw_parts(), key=lambda p: p.start)
        for part, after in zip_longest(found, found[1:]):
            end = min(part.end, after.start) if after is not None else part.end
            end = part.start + len(self._text[part.start : end].rstrip(" \t\r\n,"))
            self._parts.append(dataclasses.replace(part, end=end, last=self._line(end - 1)))
        self._begins = [part.start for part in self._parts]
        return self._parts

    def _raw_parts(self) -> Iterator[Part]:
        for key, node in self._root.entries if self._root else ():
            if key.text in _NAMED:
                for name, value in node.entries if isinstance(node, Mapping) else ():
                    yield self._part(_NAMED[key.text], name.text, name, value)
            elif key.text == "precision":
                yield self._part("assumption", "precision", key, node)
            elif key.text == "moves":
                yield from self._moves(node)
            elif key.text == "stakes":
                yield from self._stakes(node)
            elif key.text == "observations":
                for i, item in enumerate(_items(node), 1):
                    yield self._part("observation", str(i), item, item)

    def _moves(self, node: Node) -> Iterator[Part]:
        for item in _items(node):
            for key, value in item.entries[:1] if isinstance(item, Mapping) else ():
                if key.text == "together":
                    yield from self._moves(value)
                elif key.text == "rounds":
                    inner = value.get("moves") if isinstance(value, Mapping) else None
                    yield from self._moves(inner) if inner is not None else ()
                else:
                    yield self._part("move", key.text, key, value)

    def _stakes(self, node: Node) -> Iterator[Part]:
        for actor, listed in node.entries if isinstance(node, Mapping) else ():
            for i, item in enumerate(_items(listed), 1):
                name = item.get("name") if isinstance(item, Mapping) else None
                said = name.text if isinstance(name, Scalar) and name.text else f"stake{i}"
                yield self._part("stake", f"{actor.text}.{said}", item, item)

    def _part(self, kind: Kind, name: str, first: Node, last: Node) -> Part:
        start = self._start(first)
        end = max(start + 1, self._end(last))
        stop = self._text.find("\n", end)
        end = len(self._text) if stop < 0 else stop
        return Part(kind, name, start, end, self._line(start), self._line(end))

    def _start(self, node: Node) -> int:
        return node.start if isinstance(node, Scalar) else self._offset(node.span)

    def _end(self, node: Node) -> int:
        if isinstance(node, Scalar):
            return len(self._text[: node.end].rstrip())
        if isinstance(node, Mapping):
            inner = [part for entry in node.entries for part in entry]
        else:
            inner = list(node.items)
        return max(map(self._end, inner), default=self._offset(node.span))

    def _line(self, offset: int) -> int:
        return bisect_right(self._starts, max(0, offset))

    def _offset(self, span: Span) -> int:
        line = min(span.line, len(self._starts))
        return self._starts[line - 1] + span.column - 1

    # --- names ---

    def names(self) -> Iterator[Place]:
        case = self._known.case
        if case is None:
            return
        scope = scope_of(case)
        for part in self._parts:
            if part.kind not in ("stake", "observation"):
                yield self._place(part.kind, part.id, part.start, len(part.id), declared=True)
        yield from self._labels(case, scope)
        yield from self._outside(case, scope)
        for expression in _expressions(case):
            for kind, name, word, span in _uses(expression, scope):
                yield from self._within(kind, name, word, span, declared=False)

    def _place(self, kind: Kind, name: str, start: int, size: int, *, declared: bool) -> Place:
        at = bisect_right(self._begins, start) - 1
        part = self._parts[at] if at >= 0 and start < self._parts[at].end else None
        held = (part.kind, part.id) if part else None
        return Place(kind, name, start, start + size, declared, held)

    def _within(
        self, kind: Kind, name: str, word: str, span: Span | None, *, declared: bool
    ) -> Iterator[Place]:
        """The word within a span of this text, if it stands there."""
        if span is None or span.file != self._known.file:
            return
        start = self._offset(span)
        stop = max(start + span.end - span.column, start + len(word))
        at = self._text.find(word, start, stop)
        if at >= 0:
            yield self._place(kind, name, at, len(word), declared=declared)

    def _labels(self, case: syntax.Case, scope: Scope) -> Iterator[Place]:
        """Options, aims, values and what rounds declare."""
        owners: list[tuple[str, tuple[syntax.Chance, ...]]] = []
        owners += [(f"{actor.id}.aim", actor.aims) for actor in case.actors]
        owners += [(fact.name, fact.values) for fact in case.facts]
        for owner, values in owners:
            for value in values:
                yield from self._within(
                    "option", f"{owner}={value.label}", value.label, value.span, declared=True
                )
        for variable in scope.variables.values():
            for option in variable.move.options if variable.move else ():
                name = f"{variable.id}={option.label}"
                yield from self._within("option", name, option.label, option.span, declared=True)
        for block in scope.blocks.values():
            for state in block.state:
                yield from self._within("state", state.name, state.name, state.span, declared=True)

    def _outside(self, case: syntax.Case, scope: Scope) -> Iterator[Place]:
        """Names that stand outside of expressions: who, what is cited, what is borne on."""
        known = _kinds(case, scope)
        passages: set[str] = set()
        listed = self._root.get("passages") if self._root else None
        if isinstance(listed, Mapping):
            passages = {key.text for key, _ in listed.entries}
        for key, scalar in _scalars(self._root, "") if self._root else ():
            if scalar.end <= scalar.start:
                continue
            start = scalar.start + int(scalar.quoted)
            if key == _CITES and (found := _cited(scalar.text, passages)):
                yield self._place("passage", found, start, len(scalar.text), declared=False)
            elif key in _NAMING and scalar.text in known:
                kind = known[scalar.text]
                declared = key == "observers"
                yield self._place(kind, scalar.text, start, len(scalar.text), declared=declared)
        stakes = self._root.get("stakes") if self._root else None
        for key_node, _ in stakes.entries if isinstance(stakes, Mapping) else ():
            if key_node.text in known:
                yield self._place(
                    "actor", key_node.text, key_node.start, len(key_node.text), declared=False
                )


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else ()


def _cited(text: str, passages: set[str]) -> str:
    """The passage that a citation names; empty where it names none."""
    if text in passages:
        return text
    match = _SHORT.match(text)
    return f"{match[1]} §{match[2]}" if match else ""


def _kinds(case: syntax.Case, scope: Scope) -> dict[str, Kind]:
    """What each name of a case is that may stand outside of expressions."""
    kinds: dict[str, Kind] = dict.fromkeys((s.id for s in case.sources), "source")
    kinds |= dict.fromkeys((s.id for s in case.statements), "statement")
    kinds |= {name: kind for name in scope.names() if (kind := kind_of(name, scope))}
    kinds |= dict.fromkeys((claim.id for claim in case.claims), "claim")
    kinds |= dict.fromkeys(case.observers, "observer")
    kinds |= dict.fromkeys(scope.actors, "actor")
    return kinds


def kind_of(name: str, scope: Scope) -> Kind | None:
    """What a name in an expression is; None where it is unknown."""
    if name in scope.assumptions:
        return "assumption"
    if name in scope.blocks:
        return "block"
    if name in scope.states:
        return "state"
    if name in scope.events:
        return "event"
    if (variable := scope.variables.get(name)) is not None:
        return {"aim": "aim", "fact": "fact"}.get(variable.kind, "move")  # type: ignore[return-value] # a literal of these
    return None


def _scalars(node: Node, key: str) -> Iterator[tuple[str, Scalar]]:
    """Every value that is a text, with the key that it stands under."""
    if isinstance(node, Scalar):
        yield key, node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _scalars(item, key)
    else:
        for name, value in node.entries:
            yield from _scalars(value, name.text)


def _expressions(value: object) -> Iterator[syntax.Expr]:
    """The expressions of a record and of all records in it."""
    if isinstance(value, _EXPRESSIONS):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _expressions(part)
    elif dataclasses.is_dataclass(value) and not isinstance(value, _BARE):
        for name in value.__dataclass_fields__:
            yield from _expressions(getattr(value, name))


_Use: TypeAlias = tuple[Kind, str, str, Span | None]


def _uses(expression: syntax.Expr, scope: Scope) -> Iterator[_Use]:
    """Kind, id, word and place of every name and label in an expression."""
    if isinstance(expression, syntax.Name):
        if (kind := kind_of(expression.id, scope)) is not None:
            yield kind, expression.id, expression.id, expression.span
        return
    if isinstance(expression, syntax.Occurs):
        yield "event", expression.event, expression.event, expression.span
        return
    labels = list(_labelled(expression))
    for variable, label in labels:
        yield "option", f"{variable.id}={label.id}", label.id, label.span
    yield from _actors(expression)
    if isinstance(expression, syntax.Has):
        name = f"{expression.variable.id}={expression.item}"
        yield "option", name, expression.item, _behind(expression.variable, expression.span)
    for part in syntax.children(expression):
        if not _is_label(part, labels, scope):
            yield from _uses(part, scope)


def _actors(expression: syntax.Expr) -> Iterator[_Use]:
    """The actors that a query names."""
    if isinstance(expression, syntax.Expectation):
        yield "actor", expression.actor, expression.actor, expression.span
    for change in _given(expression).do:
        if change.kind == "without":
            yield "actor", change.target.id, change.target.id, change.target.span


def _given(expression: syntax.Expr) -> syntax.Given:
    """What an expression takes as given."""
    found = getattr(expression, "given", None)
    return found if isinstance(found, syntax.Given) else syntax.Given()


def _is_label(
    part: syntax.Expr, labels: list[tuple[syntax.Name, syntax.Name]], scope: Scope
) -> bool:
    """Whether a name right of a comparison is an option of what stands left of it."""
    for variable, label in labels:
        if label is part:
            known = scope.variables.get(variable.id)
            return known is not None and label.id in known.options
    return False


def _behind(variable: syntax.Name, span: Span | None) -> Span | None:
    """What stands behind a name in the span of an expression."""
    if span is None or variable.span is None:
        return span
    return dataclasses.replace(span, column=min(variable.span.end, span.end))


def _labelled(expression: syntax.Expr) -> Iterator[tuple[syntax.Name, syntax.Name]]:
    """The labels within an expression, each with the variable that it is a value of."""
    match expression:
        case syntax.Compare(operands):
            for left, right in pairwise(operands):
                asked = left.move if isinstance(left, (syntax.Best, syntax.Likeliest)) else left
                if isinstance(asked, syntax.Name) and isinstance(right, syntax.Name):
                    yield asked, right
        case syntax.Member(variable, options):
            yield from ((variable, option) for option in options)
        case syntax.Worth(move, option):
            yield move, option
        case _:
            pass
    for change in _given(expression).do:
        if isinstance(change.value, syntax.Name):
            yield change.target, change.value
