"""Case to canonical YAML: reading it gives an equal case.

Everything that an author may shorten is written the same way each time: inline assumptions move
to ``assumptions``, citations of passages to ``passages``, observations from a file beside the case
into the case. Stakes stand by actor, as the language has them.
"""

from __future__ import annotations

import datetime
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeAlias

from lackmus.case import keys, syntax
from lackmus.case.assuming import default_precision
from lackmus.case.declared import Kind, declared
from lackmus.case.text import expression_text, number_text, order_text

#: What is written: texts, and mappings and lists of them.
Value: TypeAlias = "str | Mapping[str, Value] | Sequence[Value]"

VERSION = "1"
_WIDTH = 96
_FLOW_DEPTH = 3
_PLAIN = re.compile(r"(?!---|\.\.\.)(?:[\w(<.]|-(?=[\w(.]))(?:[^:#]|:(?=\S)|(?<=\S)#)*\Z")
_BRACKETS = re.compile(r"[\[\]{},]")
_SAYS_MORE = re.compile(r"[-+.\d]|(?:true|false|yes|no|null|on|off|~)\Z", re.IGNORECASE)


def write_case(case: syntax.Case) -> str:
    """The case as YAML text.

    ``parse_case(write_case(case)) == case`` for every case that was read from a text, and for
    every one that the builder makes.
    """
    parts = []
    for key, value in _Writer(case).sections():
        parts.append("\n".join(_entry(key, value, 0)))
    return "\n\n".join(parts).replace("\n\n", "\n", 1) + "\n"


# --- from the tree to plain data ---------------------------------------------------------------


class _Writer:
    def __init__(self, case: syntax.Case) -> None:
        self._case = case
        self._passages: dict[syntax.Citation, str] = {}

    def sections(self) -> Iterator[tuple[str, Value]]:
        case = self._case
        sections: Mapping[str, Value] = {
            "sources": {source.id: self._declared(source) for source in case.sources},
            "actors": {actor.id: self._declared(actor) for actor in case.actors},
            "facts": {fact.name: self._declared(fact) for fact in case.facts},
            "joint aims": [self._declared(table) for table in case.joint_aims],
            "assumptions": {a.name: self._assumption(a) for a in case.assumptions},
            "correlations": [self._declared(pair) for pair in case.correlations],
            "precision": "" if case.precision == default_precision()
            else self._assumption(case.precision),
            "moves": [self._item(item) for item in case.moves],
            "stakes": self._stakes(),
            "events": {event.name: self._event(event) for event in case.events},
            "claims": {claim.id: self._declared(claim) for claim in case.claims},
            "statements": {s.id: self._declared(s) for s in case.statements},
            "observations": [self._declared(o) for o in case.observations],
        }  # fmt: skip
        body = self._declared(case, {key: part for key, part in sections.items() if len(part)})
        yield keys.VERSION, VERSION
        for key, value in body.items():
            yield key, value
            if key == "sources" and self._passages:
                yield keys.PASSAGES, {n: self._passage(c) for c, n in self._passages.items()}

    def _cite(self, citations: tuple[syntax.Citation, ...]) -> Value:
        names = [self._citation(citation) for citation in citations]
        return names[0] if len(names) == 1 else names

    def _citation(self, citation: syntax.Citation) -> str:
        if citation.start is None and not citation.sha256:
            where = f" §{citation.paragraph}" if citation.paragraph else ""
            return citation.source + where
        if citation not in self._passages:
            taken = {*self._passages.values(), *(source.id for source in self._case.sources)}
            base = name = f"p{citation.paragraph or ''}"
            count = 1
            while name in taken:
                count += 1
                name = f"{base}_{count}"
            self._passages[citation] = name
        return self._passages[citation]

    def _passage(self, citation: syntax.Citation) -> Value:
        place = [str(n) for n in (citation.start, citation.end) if n is not None]
        return self._declared(citation, {"chars": place} if place else {})

    def _assumption(self, assumption: syntax.Assumption) -> Value:
        fields = self._declared(assumption, _spread(assumption))
        return fields["value"] if len(fields) == 1 else fields

    def _event(self, event: syntax.Event) -> Value:
        fields = self._declared(event)
        return expression_text(event.condition) if len(fields) == 1 else fields

    # --- moves ---

    def _item(self, item: syntax.Item) -> Value:
        if isinstance(item, syntax.Together):
            return {"together": [self._item(move) for move in item.moves]}
        if isinstance(item, syntax.Rounds):
            return {"rounds": self._declared(item)}
        return {item.name: self._move(item)}

    def _move(self, move: syntax.Move) -> Value:
        own: dict[str, Value] = {}
        if move.by:
            own["options"] = self._options(move)
        elif move.signal_of is None:
            own["chance"] = self._chances(map(syntax.chance_of, move.options))
        if move.seen_by is not None:
            own["seen by" if move.signal_of is None else "to"] = list(move.seen_by)
        return self._declared(move, own)

    def _options(self, move: syntax.Move) -> Value:
        single = self._described([option for option in move.options if not option.items])
        items = self._described([option for option in move.options if len(option.items) == 1])
        if not items:
            return single
        several = dict.fromkeys(single, "") if isinstance(single, Sequence) else single
        return {**several, keys.ANY_OF: items}

    def _described(self, options: Sequence[syntax.Option]) -> Sequence[str] | Mapping[str, Value]:
        told = {option.label: self._declared(option) for option in options}
        return told if any(told.values()) else list(told)

    def _stakes(self) -> dict[str, list[Value]]:
        stakes: dict[str, list[Value]] = {}
        for stake in self._case.stakes:
            stakes.setdefault(stake.actor, []).append(self._stake(stake))
        return stakes

    def _stake(self, stake: syntax.Stake | syntax.OrdinalStake) -> Value:
        if isinstance(stake, syntax.OrdinalStake):
            return self._declared(stake, {"order": order_text(stake)})
        return self._declared(stake)

    # --- what is declared ---

    def _declared(
        self,
        node: object,
        own: Mapping[str, Value] = MappingProxyType({}),
    ) -> dict[str, Value]:
        """The fields of a construct that say more than nothing.

        Args:
            node: The construct.
            own: What is written already, by the keys of the file.
        """
        kind: type = type(node)
        written: dict[str, Value] = {}
        for field in declared(kind):
            value = getattr(node, field.name)
            if field.key in own:
                written[field.key] = own[field.key]
            elif value != field.empty and not field.apart:
                written[field.key] = self._field(field.kind, value)
        return written

    def _field(self, kind: Kind, value: Any) -> Value:  # noqa: ANN401 - of each kind its own
        writers: Mapping[Kind, Callable[[Any], Value]] = {
            "actors": lambda names: list(names) if len(names) > 1 else "".join(names),
            "block": str, "cells": self._cells, "chances": self._chances, "cite": self._cite,
            "date": datetime.date.isoformat, "expression": expression_text,
            "flag": lambda so: "true" if so else "false", "inline": expression_text, "label": str,
            "links": lambda links: [self._declared(link) for link in links],
            "moves": lambda items: [self._item(item) for item in items],
            "names": list, "number": number_text, "pair": list, "position": str,
            "rate": expression_text, "size": number_text, "source": str, "states": self._states,
            "text": str, "texts": list, "variable": str, "viewer": str, "who": list, "words": list,
        }  # fmt: skip
        return writers[kind](value)

    def _chance(self, chance: syntax.Chance) -> Value:
        text = "rest" if chance.probability is None else expression_text(chance.probability)
        fields = self._declared(chance, {"probability": text})
        return text if len(fields) == 1 else fields

    def _chances(self, chances: Iterable[syntax.Chance]) -> dict[str, Value]:
        return {chance.label: self._chance(chance) for chance in chances}

    def _cells(self, cells: tuple[tuple[tuple[str, ...], syntax.Expr | None], ...]) -> Value:
        chances = (syntax.Chance(" & ".join(labels), number) for labels, number in cells)
        return self._chances(chances)

    def _states(self, states: tuple[syntax.State, ...]) -> Value:
        return {state.name: self._declared(state) for state in states}


def _present(fields: Mapping[str, Value]) -> dict[str, Value]:
    """The fields that say something."""
    return {key: value for key, value in fields.items() if len(value)}


def _maybe(expression: syntax.Expr | None) -> str:
    return "" if expression is None else expression_text(expression)


def _number(number: Fraction | None) -> str:
    return "" if number is None else number_text(number)


def _spread(assumption: syntax.Assumption) -> dict[str, Value]:
    """``range`` and ``distribution`` of an assumption."""
    drawn = assumption.distribution
    numbers = [number_text(n) for n in drawn.parameters]
    ends = [number_text(n) for n in (drawn.low, drawn.high) if n is not None]
    if drawn.shape == "fixed":
        return {}
    if drawn.shape == "choice":
        weights = [number_text(weight) for weight in drawn.weights]
        even = len(set(weights)) == 1
        choice: Value = numbers if even else dict(zip(numbers, weights, strict=True))
        return {"distribution": {"choice": choice}}
    if drawn.shape == "uniform":
        return {"range": ends}
    parameters = drawn.family.parameters
    if "mode" in parameters and drawn.parameters[parameters.index("mode")] != assumption.value:
        return {"distribution": {drawn.shape: numbers}}
    if drawn.family.by_range:
        return {"range": ends, "distribution": drawn.shape}
    return {"distribution": {drawn.shape: numbers}, **({"range": ends} if ends else {})}


# --- from plain data to YAML -------------------------------------------------------------------


def _entry(key: str, value: Value, indent: int) -> list[str]:
    """The lines of ``key: value``."""
    head = " " * indent + key + ":"
    if isinstance(value, str):
        return _text_lines(head, value, indent + 2)
    flow = None if indent == 0 and isinstance(value, Mapping) else _flow(value, _FLOW_DEPTH)
    if flow is not None and len(head) + 1 + len(flow) <= _WIDTH:
        return [f"{head} {flow}"]
    return [head, *_block(value, indent + 2)]


def _block(value: Mapping[str, Value] | Sequence[Value], indent: int) -> list[str]:
    if isinstance(value, Mapping):
        return [line for key, inner in value.items() for line in _entry(key, inner, indent)]
    return [line for inner in value for line in _item_lines(inner, indent)]


def _item_lines(value: Value, indent: int) -> list[str]:
    """The lines of ``- value``."""
    dash = " " * indent + "-"
    if isinstance(value, str):
        return _text_lines(dash, value, indent + 2)
    flow = None if _single(value) else _flow(value, _FLOW_DEPTH)
    if flow is not None and len(dash) + 1 + len(flow) <= _WIDTH:
        return [f"{dash} {flow}"]
    first, *rest = _block(value, indent + 2)
    return [f"{dash} {first.lstrip(' ')}", *rest]


def _single(value: Value) -> bool:
    """Whether this is a move: ``- name: {…}`` reads better than ``- {name: {…}}``."""
    return isinstance(value, Mapping) and len(value) == 1 and not isinstance(
        next(iter(value.values())), str
    )  # fmt: skip


def _text_lines(head: str, text: str, indent: int) -> list[str]:
    lines = text.split("\n")
    if len(lines) > 1 and _literal(lines):
        return [f"{head} |-", *(" " * indent + line if line else "" for line in lines)]
    plain = scalar(text, flow=False)
    if len(head) + 1 + len(plain) > _WIDTH and len(lines) == 1 and _foldable(text):
        wrapped = textwrap.wrap(
            text, _WIDTH - indent, break_long_words=False, break_on_hyphens=False
        )
        return [f"{head} >-", *(" " * indent + line for line in wrapped)]
    return [f"{head} {plain}"]


def _literal(lines: Sequence[str]) -> bool:
    edges = lines[0] and lines[-1] and not lines[0].startswith(" ")
    return bool(edges) and all(line.isprintable() and line == line.rstrip() for line in lines)


def _foldable(text: str) -> bool:
    return text.isprintable() and "  " not in text and text == text.strip() and " " in text


def _flow(value: Value, depth: int) -> str | None:
    """The value in brackets; None where it is better spread over lines."""
    if isinstance(value, str):
        return scalar(value, flow=True) if "\n" not in value else None
    if depth == 0:
        return None
    if isinstance(value, Mapping):
        inner = [(key, _flow(part, depth - 1)) for key, part in value.items()]
        if any(text is None for _, text in inner):
            return None
        return "{" + ", ".join(f"{key}: {text}" for key, text in inner) + "}"
    items = [_flow(part, depth - 1) for part in value]
    if any(item is None for item in items):
        return None
    return "[" + ", ".join(item or "" for item in items) + "]"


def scalar(text: str, *, flow: bool) -> str:
    """A text on one line, in quotes where it needs them."""
    plain = _PLAIN.match(text) and text.isprintable() and text == text.strip()
    if plain and not (flow and (_BRACKETS.search(text) or len(text) > _WIDTH)):
        return text
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    known = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
    if character in known:
        return known[character]
    if character.isprintable():
        return character
    return f"\\U{ord(character):08X}"
