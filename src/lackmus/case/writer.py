"""Case to canonical YAML: reading it gives an equal case.

Everything that an author may shorten is written the same way each time: inline assumptions move
to ``assumptions``, citations of passages to ``passages``, observations from a file beside the case
into the case. Stakes stand by actor, as the language has them.
"""

from __future__ import annotations

import datetime
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from lackmus.case import syntax
from lackmus.case.assuming import default_precision
from lackmus.case.declared import declared
from lackmus.case.text import expression_text, number_text, order_text

#: What is written: texts, and mappings and lists of them.
Value: TypeAlias = "str | Mapping[str, Value] | Sequence[Value]"

#: Constructs whose fields are all declared in `syntax`.
Declaring: TypeAlias = (
    syntax.Source | syntax.Claim | syntax.Statement | syntax.Observation | syntax.Reliability
)

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
        body = _present(self._body())
        yield "lackmus", VERSION
        head: dict[str, Value] = {
            "title": case.title,
            "author": case.author,
            "summary": case.summary,
            "notes": case.notes,
            "asked": _date(case.asked),
            "sources": {source.id: self._declared(source) for source in case.sources},
            "passages": {name: _passage(cited) for cited, name in self._passages.items()},
        }
        yield from _present(head).items()
        yield from body.items()

    def _body(self) -> dict[str, Value]:
        case = self._case
        return {
            "actors": {actor.id: self._actor(actor) for actor in case.actors},
            "observers": list(case.observers),
            "facts": {fact.name: self._fact(fact) for fact in case.facts},
            "joint aims": [_joint(table) for table in case.joint_aims],
            "assumptions": {a.name: self._assumption(a) for a in case.assumptions},
            "correlations": [
                {"between": list(c.between), "rho": number_text(c.rho)} for c in case.correlations
            ],
            "precision": "" if case.precision == default_precision()
            else self._assumption(case.precision),
            "moves": [self._item(item) for item in case.moves],
            "stakes": self._stakes(),
            "claims": {claim.id: self._declared(claim) for claim in case.claims},
            "statements": {s.id: self._declared(s) for s in case.statements},
            "observations": [self._declared(o) for o in case.observations],
            "dissents": list(case.dissents),
            "comments": list(case.comments),
            "known answer": case.known_answer,
        }  # fmt: skip

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

    def _assumption(self, assumption: syntax.Assumption) -> Value:
        fields = _present({
            "value": number_text(assumption.value),
            **_spread(assumption),
            "says": assumption.says,
            "cite": self._cite(assumption.cite),
            "because": assumption.because,
        })  # fmt: skip
        return fields["value"] if len(fields) == 1 else fields

    def _actor(self, actor: syntax.Actor) -> Value:
        return _present({
            "name": actor.name,
            "says": actor.says,
            "aims": _chances(actor.aims),
            "known to": list(actor.known_to),
            "cite": self._cite(actor.cite),
        })  # fmt: skip

    def _fact(self, fact: syntax.Fact) -> Value:
        return _present({
            "values": _chances(fact.values),
            "known to": list(fact.known_to),
            "says": fact.says,
            "cite": self._cite(fact.cite),
        })  # fmt: skip

    # --- moves ---

    def _item(self, item: syntax.Item) -> Value:
        if isinstance(item, syntax.Together):
            return {"together": [self._item(move) for move in item.moves]}
        if isinstance(item, syntax.Rounds):
            return {"rounds": self._rounds(item)}
        return {item.name: self._move(item)}

    def _rounds(self, rounds: syntax.Rounds) -> Value:
        states = {
            state.name: {"start": expression_text(state.start), "next": expression_text(state.next)}
            for state in rounds.state
        }
        return _present({
            "name": rounds.name,
            "count": expression_text(rounds.count),
            "discount": _maybe(rounds.discount),
            "state": states,
            "ends if": _maybe(rounds.ends_if),
            "says": rounds.says,
            "moves": [self._item(item) for item in rounds.moves],
        })  # fmt: skip

    def _move(self, move: syntax.Move) -> Value:
        signal = move.signal_of is not None
        seen = list(move.seen_by or ())
        fields: dict[str, Value] = _present({
            "by": list(move.by) if len(move.by) > 1 else "".join(move.by),
            "signal of": str(move.signal_of) if signal else "",
            "if": _maybe(move.condition),
            "options": _options(move) if move.by else "",
            "chance": "" if move.by or signal else _chance_options(move),
            "right": _maybe(move.right),
            "noticed by": list(move.noticed_by),
            "says": move.says,
            "date": _date(move.date),
            "cite": self._cite(move.cite),
        })  # fmt: skip
        if signal:
            fields["to"] = seen
        elif move.seen_by is not None:
            fields["seen by"] = seen
        return fields

    def _stakes(self) -> dict[str, list[Value]]:
        stakes: dict[str, list[Value]] = {}
        for stake in self._case.stakes:
            stakes.setdefault(stake.actor, []).append(self._stake(stake))
        return stakes

    def _stake(self, stake: syntax.Stake | syntax.OrdinalStake) -> Value:
        if isinstance(stake, syntax.OrdinalStake):
            scale = expression_text(stake.scale)
            what = {"order": order_text(stake), "scale": "" if scale == "1" else scale}
        else:
            what = {"worth": expression_text(stake.worth)}
        return _present({
            "name": stake.name, **what, "if": _maybe(stake.condition), "every": stake.every or "",
            "says": stake.says, "cite": self._cite(stake.cite),
            "because": stake.because,
        })  # fmt: skip

    # --- questions ---

    def _declared(self, node: Declaring) -> Value:
        """The fields of a construct that are declared in `syntax`."""
        kind: type = type(node)
        return _present({
            field.key: self._field(field.kind, getattr(node, field.name))
            for field in declared(kind)
        })  # fmt: skip

    def _field(self, kind: syntax.Kind, value: Any) -> Value:  # noqa: ANN401 - of each kind its own
        writers: Mapping[syntax.Kind, Callable[[Any], Value]] = {
            "text": str, "date": _date, "number": _number, "size": _number, "expression": _maybe,
            "variable": lambda name: str(name or ""), "viewer": lambda name: name or "",
            "names": list, "words": list, "cite": self._cite, "rate": expression_text,
            "flag": lambda so: "" if so else "false",
            "links": lambda links: [self._declared(link) for link in links],
        }  # fmt: skip
        return writers[kind](value)


def _present(fields: Mapping[str, Value]) -> dict[str, Value]:
    """The fields that say something."""
    return {key: value for key, value in fields.items() if len(value)}


def _maybe(expression: syntax.Expr | None) -> str:
    return "" if expression is None else expression_text(expression)


def _number(number: Fraction | None) -> str:
    return "" if number is None else number_text(number)


def _date(date: datetime.date | None) -> str:
    return date.isoformat() if date else ""


def _passage(citation: syntax.Citation) -> Value:
    place = [str(n) for n in (citation.start, citation.end) if n is not None]
    return _present({
        "source": citation.source, "paragraph": str(citation.paragraph or ""), "chars": place,
        "sha256": citation.sha256,
    })  # fmt: skip


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
    return {"distribution": {drawn.shape: numbers}, "range": ends}


def _chances(chances: tuple[syntax.Chance, ...]) -> dict[str, Value]:
    return {c.label: _chance(c.probability, c.says) for c in chances}


def _chance_options(move: syntax.Move) -> dict[str, Value]:
    return {o.label: _chance(None if o.rest else o.probability, o.says) for o in move.options}


def _chance(probability: syntax.Expr | None, says: str) -> Value:
    text = "rest" if probability is None else expression_text(probability)
    return {"probability": text, "says": says} if says else text


def _joint(table: syntax.JointAims) -> Value:
    chances = {" & ".join(labels): _chance(number, "") for labels, number in table.chances}
    return {"over": list(table.over), "chances": chances}


def _options(move: syntax.Move) -> Value:
    single = _described([option for option in move.options if not option.items])
    items = _described([option for option in move.options if len(option.items) == 1])
    if not items:
        return single
    several = dict.fromkeys(single, "") if isinstance(single, Sequence) else single
    return {**several, "any of": items}


def _described(options: Sequence[syntax.Option]) -> Sequence[str] | Mapping[str, Value]:
    if not any(o.condition or o.says or o.number is not None for o in options):
        return [option.label for option in options]
    return {
        o.label: _present({"if": _maybe(o.condition), "says": o.says, "number": _number(o.number)})
        for o in options
    }


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
