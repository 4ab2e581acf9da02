"""What claims say of a play: numbers, margins, and whether they hold."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.meaning.expressions import Node, parse
from tests.meaning.play import Play, solved
from tests.meaning.reading import NOWHERE, Number, WrongError, compare
from tests.meaning.story import Data, Story

Bools = NDArray[np.bool_]
SAME = 1e-9
"""Numbers nearer than this, relative to their size or to 1, are equal."""


class NotAskedError(Exception):
    """What is given has probability 0."""


OWN = "unit of its own"
"""What products, quotients and powers of terms are measured in."""

HOLDS, FAILS, NO_DIFFERENCE, NOT_ASKED = 1, 0, 2, -1
MATTERS = {"probability": 0.01, "bit": 0.01}
"""From what size on a difference of computed sides counts; of payoffs a hundredth of the range."""


@dataclass(frozen=True)
class Answer:
    """What a claim comes out as.

    Attributes:
        code: Whether it holds or fails, makes no difference or cannot be asked.
        margin: By how much it holds; NaN where parts have different units.
        unit: Its unit: a kind and, of payoffs, the actors; empty where no quantity has one.
        doubt: How near a difference is to the size from which on it matters.
        settled: Whether the light has decided it.
    """

    code: int
    margin: float
    unit: frozenset[str] = frozenset()
    doubt: float = math.inf
    settled: bool = False

    @property
    def holds(self) -> bool | None:
        """Whether it holds; None where it neither holds nor fails."""
        return bool(self.code) if self.code in (HOLDS, FAILS) else None


class World:
    """A case at one point of its assumptions, with each change of its rules.

    `observed` are conditions given from outside; with `recorded` claims are judged in the light of
    the case's record, too.
    """

    def __init__(
        self,
        case: Data,
        drawn: Mapping[str, Number] | None = None,
        observed: Sequence[str] = (),
        base: Play | None = None,
        *,
        recorded: bool = False,
    ) -> None:
        self.case = case
        self.drawn = dict(drawn or {})
        record = [
            parse(str(seen["saw"]))
            for seen in case.get("observations") or []
            if seen.get("certain", "true") == "true"
        ]
        seen = [parse(text) for text in observed]
        self.observed = (*record, *seen)
        self.light = (*(record if recorded else ()), *seen)
        self._like: World | None = None
        self._plays: dict[tuple[Node, ...], Play] = {} if base is None else {(): base}
        self._where: dict[tuple[int, Node], Bools] = {}

    def at(self, drawn: Mapping[str, Number]) -> World:
        """The same with other values of the assumptions."""
        world = copy(self)
        world.drawn = dict(drawn)
        world._like, world._plays, world._where = self, {}, {}
        return world

    def play(self, rules: tuple[Node, ...] = ()) -> Play:
        """The play under these rules."""
        if rules not in self._plays:
            like = self._like._plays.get(rules) if self._like else None
            story = Story(self.case, self.drawn, rules, like=like.story if like else None)
            self._plays[rules] = solved(story)
        return self._plays[rules]

    def where(self, play: Play, event: Node) -> Bools:
        """The endings in which an event holds."""
        key = (id(play), event)
        if key not in self._where:
            story = play.story
            self._where[key] = np.array(
                [bool(story.read(event, moment)) for moment in story.afterwards], dtype=bool
            )
        return self._where[key]

    def ask(self, claim: str | Data) -> Answer:
        """What a claim says here: its comparison, or all its fields."""
        fields = {"holds if": claim} if isinstance(claim, str) else claim
        node = parse(str(fields["holds if"]))
        if "for each" in fields:
            node = self._for_each(parse(str(fields["for each"])), node)
        matters = fields.get("matters from")
        size = None if matters is None else float(self.play().story.number(parse(str(matters))))
        return _Asking(self, self.light, size).truth(node)

    def _for_each(self, name: Node, claim: Node) -> Node:
        labels = self.play().story.options[name.parts[0]]
        parts = [
            _given(claim, Node("compare", (("=",), (name, Node("name", (label, None, False))))))
            for label in labels
        ]
        whole = parts[0]
        for part in parts[1:]:
            whole = Node("and", (whole, part))
        return whole


def _given(node: Node, condition: Node) -> Node:
    """A claim with a condition joined to what is given in each of its terms."""
    if node.kind in _TERMS:
        return Node(node.kind, (*node.parts[:-1], (condition, *node.parts[-1])))

    def inner(part: Any) -> Any:
        if isinstance(part, Node):
            return _given(part, condition)
        return tuple(inner(one) for one in part) if isinstance(part, tuple) else part

    return Node(node.kind, tuple(inner(part) for part in node.parts))


class _Asking:
    """A claim asked in some light.

    `known` has the numbers of terms that are not computed.
    """

    def __init__(
        self,
        world: World,
        light: Sequence[Node],
        size: float | None,
        known: Mapping[Node, float] | None = None,
    ) -> None:
        self.world = world
        self.light = tuple(light)
        self.size = size
        self.known = known or {}

    # Truth

    def truth(self, node: Node) -> Answer:
        """What a claim or a part of it comes out as."""
        if node.kind == "compare" and len(node.parts[0]) > 1:
            node = Node("and", tuple(_links(node)))
        if self.light and self.lost(node):
            return _Asking(self.world, (), self.size).truth(node)
        if node.kind == "not":
            inner = self.truth(node.parts[0])
            code = {HOLDS: FAILS, FAILS: HOLDS}.get(inner.code, inner.code)
            return replace(inner, code=code, margin=-inner.margin)
        if node.kind in ("and", "or"):
            return _join(node.kind, [self.truth(part) for part in _operands(node.kind, node)])
        if node.kind != "compare":
            raise WrongError(f"{node.kind} is no claim")
        (sign,), (left, right) = node.parts
        answer = self.link(sign, left, right)
        return replace(answer, settled=answer.holds is not None and self.settles(left, right))

    def settles(self, left: Node, right: Node) -> bool:
        """Whether the light decides a comparison, and nothing but the light."""
        sides = (left,) if left.kind in _LEADS else (left, right)
        if not self.light or any(_assumes(side) for side in sides):
            return False
        terms = [term for side in sides for term in _terms_in(side)]
        bare = [self.decided(term, self.bare(term)) for term in terms]
        return None in bare and None not in [self.decided(term) for term in terms]

    def lost(self, node: Node) -> bool:
        """Whether the light takes away what a claim or a part compares."""
        terms = [term for term in _terms_in(node) if not _rules_in(term)]
        before = {self.inside(term, ()).tobytes() for term in terms if self.inside(term, ()).any()}
        left = {self.inside(term).tobytes() for term in terms if self.inside(term).any()}
        if len(before) > 1 and len(left) == 1:
            return True
        if node.kind != "compare":
            return False
        if any(term.kind in ("I", "shift") and self.tells_nothing(term) for term in terms):
            return True
        _, (one, two) = node.parts
        if one.kind == "likeliest" and self.decided(one) is not None:
            return self.labels(one, one.parts[0], self.inside(one)) == {None}
        if one.kind in _LEADS:
            return False
        known = {term: self.decided(term) for term in _terms_in(node)}
        if None in known.values():
            return False
        if len(set(known.values())) == 1 and len({*_signs(one, 1), *_signs(two, -1)}) == 2:
            return True
        if not _terms_in(one) or not _terms_in(two):
            return False
        asking = _Asking(self.world, (), self.size, known)  # type: ignore[arg-type]
        return _same(asking.number(one), asking.number(two))

    def inside(self, term: Node, light: Sequence[Node] | None = None) -> Bools:
        """The endings that a term is given, in this light or another."""
        light = self.light if light is None else light
        return self.meeting(term, self.events(term.parts[-1], light))

    def bare(self, term: Node) -> Bools:
        """The endings that a term is given, nothing observed."""
        return self.meeting(
            term, [part for part in term.parts[-1] if part.kind not in ("do", "observed")]
        )

    def meeting(self, term: Node, events: Sequence[Node]) -> Bools:
        """The endings of a term's game in which all these events hold."""
        play = self.world.play(_rules_in(term))
        inside = np.ones(len(play.story.endings), dtype=bool)
        for event in events:
            inside &= self.world.where(play, event)
        return inside

    def events(self, conditions: Sequence[Node], light: Sequence[Node]) -> list[Node]:
        """What is given, with what was observed where it is spoken of."""
        events = [part for part in conditions if part.kind not in ("do", "observed")]
        if any(part.kind == "observed" for part in conditions):
            events += self.world.observed
        return events if any(part.kind == "do" for part in conditions) else [*events, *light]

    def decided(self, term: Node, inside: Bools | None = None) -> float | None:
        """The number of a term whose event or variable histories alone decide."""
        if term.kind not in ("P", "H", "likeliest"):
            return None
        if inside is None:
            inside = self.inside(term)
        if not inside.any():
            return None
        if term.kind == "P":
            event = self.world.where(self.world.play(_rules_in(term)), term.parts[1])[inside]
            return float(event[0]) if event.all() or not event.any() else None
        name = term.parts[1] if term.kind == "H" else term.parts[0]
        return 0.0 if len(self.labels(term, name, inside)) == 1 else None

    def labels(self, term: Node, name: Node, inside: Bools) -> set[str | None]:
        """Values of a variable over some endings of a term's game."""
        story = self.world.play(_rules_in(term)).story
        return {story.label(name, story.afterwards[row]) for row in np.flatnonzero(inside)}

    def tells_nothing(self, term: Node) -> bool:
        """Whether the light has decided one of the two variables."""
        before, left = self.inside(term, ()), self.inside(term)
        return any(
            len(self.labels(term, name, left)) == 1 and len(self.labels(term, name, before)) > 1
            for name in term.parts[1:3]
        )

    def link(self, sign: str, left: Node, right: Node) -> Answer:
        unit = self.unit(left) | (frozenset() if left.kind in _LEADS else self.unit(right))
        try:
            if left.kind in _LEADS:
                return self.leading(sign, left, right.parts[0], unit)
            first, second = self.number(left), self.number(right)
        except NotAskedError:
            return Answer(NOT_ASKED, math.nan, unit)
        distance = abs(first - second)
        margin = {
            ">": first - second,
            ">=": first - second,
            "<": second - first,
            "<=": second - first,
            "=": -distance,
            "!=": distance,
        }[sign]
        if _own_number(left) or _own_number(right):
            holds = (
                sign in ("=", ">=", "<=") if _same(first, second) else compare(sign, first, second)
            )
            return Answer(int(holds), margin, unit)
        matters = max(self.matters(unit, (left, right)), SAME)
        doubt = abs(distance - matters)
        if distance >= matters:
            return Answer(int(compare(sign, first, second)), margin, unit, doubt)
        code = {"=": HOLDS, "!=": FAILS}.get(sign, NO_DIFFERENCE)
        return Answer(code, margin, unit, doubt)

    def leading(self, sign: str, term: Node, label: str, unit: frozenset[str]) -> Answer:
        scores = self.advantages(term) if term.kind == "best" else self.likelihoods(term)
        rivals = [score for rival, score in scores.items() if rival != label]
        lead = -math.inf
        if label in scores:
            lead = float(scores[label] - max(rivals)) if rivals else math.inf
        margin = lead if sign == "=" else -lead
        matters = max(self.matters(unit, (term,)), SAME)
        doubt = abs(abs(lead) - matters)
        if abs(lead) < matters:
            return Answer(NO_DIFFERENCE, margin, unit, doubt)
        return Answer(int(margin > 0), margin, unit, doubt)

    def unit(self, node: Node) -> frozenset[str]:
        """Kinds of quantities, of payoffs with the actor."""
        story = self.world.play().story
        found = set() if _scaled(node) else {OWN}
        for term in _terms_in(node):
            if term.kind in ("P", "shift", "likeliest"):
                found.add("probability")
            elif term.kind in ("H", "I"):
                found.add("bit")
            elif term.kind == "E":
                found.add(f"payoff of {term.parts[0]}")
            else:
                name, index, _ = term.parts[0].parts
                turns = story.turns[name]
                found.add(f"payoff of {turns[((index or 1) - 1) % len(turns)]}")
        return frozenset(found)

    def matters(self, unit: frozenset[str], sides: Sequence[Node]) -> float:
        """From what size on a difference of computed sides counts."""
        if self.size is not None:
            return self.size
        if len(_kinds(unit)) != 1:
            return 0.0
        if not next(iter(unit)).startswith("payoff"):
            return MATTERS[next(iter(unit))]
        ranges = []
        for side in sides:
            for term in _terms_in(side):
                play, _ = self.given(term.parts[-1])
                (owner,) = self.unit(term)
                ranges.append(float(np.ptp(play.payoffs[owner.removeprefix("payoff of ")])))
        return max(ranges) / 100

    # Numbers

    def number(self, node: Node) -> float:
        """The number of a side."""
        if node in self.known:
            return self.known[node]
        if node.kind in _TERMS:
            value: float = _TERMS[node.kind](self, node)
            return value
        if node.kind in ("+", "-", "*", "/", "^"):
            left, right = (self.number(part) for part in node.parts)
            return float(_TWO[node.kind](left, right))
        if node.kind == "minus":
            return -self.number(node.parts[0])
        if node.kind == "call":
            function, arguments = node.parts
            values = [self.number(argument) for argument in arguments]
            return float(_FUNCTIONS[function](*values))
        return float(self.world.play().story.read(node, NOWHERE))

    def given(self, conditions: tuple[Node, ...]) -> tuple[Play, Bools]:
        """The play that a term asks, and the endings that it is given."""
        play = self.world.play(_rules(conditions))
        inside = np.ones(len(play.story.endings), dtype=bool)
        for event in self.events(conditions, self.light):
            inside &= self.world.where(play, event)
        return play, inside

    def distribution(self, node: Node, *names: Node) -> dict[tuple[str | None, ...], float]:
        """Joint probabilities of variables, not being made counted as a value."""
        play, inside = self.given(node.parts[-1])
        whole = play.weights[inside].sum()
        if whole <= 0:
            raise NotAskedError
        found: dict[tuple[str | None, ...], float] = {}
        for row in np.flatnonzero(inside):
            moment = play.story.afterwards[row]
            labels = tuple(play.story.label(name, moment) for name in names)
            found[labels] = found.get(labels, 0.0) + play.weights[row] / whole
        return found

    def probability(self, node: Node) -> float:
        play, inside = self.given(node.parts[-1])
        whole = play.weights[inside].sum()
        if whole <= 0:
            raise NotAskedError
        return float(play.weights[inside & self.world.where(play, node.parts[1])].sum() / whole)

    def expectation(self, node: Node) -> float:
        play, inside = self.given(node.parts[-1])
        whole = play.weights[inside].sum()
        if whole <= 0:
            raise NotAskedError
        return float((play.weights * play.payoffs[node.parts[0]])[inside].sum() / whole)

    def value(self, node: Node) -> float:
        means, _ = self._decisions(node, node.parts[0])
        if node.parts[1] not in means:
            raise NotAskedError
        return means[node.parts[1]]

    def advantages(self, node: Node) -> dict[str, float]:
        _, leads = self._decisions(node, node.parts[0])
        if not leads:
            raise NotAskedError
        return leads

    def _decisions(self, node: Node, name: Node) -> tuple[dict[str, float], dict[str, float]]:
        play, inside = self.given(node.parts[-1])
        word, index, _ = name.parts
        wanted = {
            column.key
            for column in play.story.columns
            if column.name == word and (index is None or column.key == f"{word}[{index}]")
        }
        passed = np.zeros(len(play.story.infosets))
        for row in np.flatnonzero(inside):
            for place in play.story.endings[row].infosets:
                passed[place] += play.weights[row]
        sums: dict[str, list[float]] = {}
        for place, infoset in enumerate(play.story.infosets):
            if infoset.column not in wanted or passed[place] <= 0:
                continue
            actions = slice(infoset.first, infoset.first + len(infoset.labels))
            own = float(play.strategy[actions] @ play.values[actions])
            for label, value in zip(infoset.labels, play.values[actions], strict=True):
                total = sums.setdefault(label, [0.0, 0.0, 0.0])
                total[0] += passed[place]
                total[1] += passed[place] * value
                total[2] += passed[place] * (value - own)
        return (
            {label: total[1] / total[0] for label, total in sums.items()},
            {label: total[2] / total[0] for label, total in sums.items()},
        )

    def likelihoods(self, node: Node) -> dict[str, float]:
        found = self.distribution(node, node.parts[0])
        story = self.world.play().story
        return {label: found.get((label,), 0.0) for label in story.options[node.parts[0].parts[0]]}

    def entropy(self, node: Node) -> float:
        return _bits(self.distribution(node, node.parts[1]).values())

    def information(self, node: Node) -> float:
        joint = self.distribution(node, node.parts[1], node.parts[2])
        first, second = _margins(joint)
        return _bits(first.values()) + _bits(second.values()) - _bits(joint.values())

    def shift(self, node: Node) -> float:
        joint = self.distribution(node, node.parts[1], node.parts[2])
        first, second = _margins(joint)
        return 0.5 * sum(
            abs(joint.get((x, y), 0.0) - first[x] * second[y]) for x in first for y in second
        )


_LEADS = ("best", "likeliest")
_TWO: Mapping[str, Any] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
}
_FUNCTIONS: Mapping[str, Any] = {
    "min": min,
    "max": max,
    "abs": abs,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
}
_TERMS: Mapping[str, Any] = {
    "P": _Asking.probability,
    "E": _Asking.expectation,
    "value": _Asking.value,
    "H": _Asking.entropy,
    "I": _Asking.information,
    "shift": _Asking.shift,
    "best": None,
    "likeliest": None,
}


def _same(first: float, second: float) -> bool:
    """Whether two numbers count as equal."""
    return abs(first - second) <= SAME * max(1.0, abs(first), abs(second))


def _rules(conditions: Sequence[Node]) -> tuple[Node, ...]:
    """The changes of rules under which something is asked."""
    return tuple(rule for part in conditions if part.kind == "do" for rule in part.parts)


def _rules_in(term: Node) -> tuple[Node, ...]:
    return _rules(term.parts[-1])


def _signs(node: Node, sign: int) -> Iterator[int]:
    """For each term the sign that it has once all stand on one side."""
    if node.kind in _TERMS:
        yield sign
    elif node.kind == "minus":
        yield from _signs(node.parts[0], -sign)
    elif node.kind in ("-", "/"):
        yield from _signs(node.parts[0], sign)
        yield from _signs(node.parts[1], -sign)
    elif node.kind == "*":
        flips = sum(_is_negative(part) for part in node.parts) % 2 == 1
        for part in node.parts:
            yield from _signs(part, -sign if flips else sign)
    elif node.kind == "call":
        for part in node.parts[1]:
            yield from _signs(part, sign)
    else:
        for part in node.parts:
            if isinstance(part, Node):
                yield from _signs(part, sign)


def _is_negative(node: Node) -> bool:
    """Whether a factor is a number below nought."""
    return node.kind == "minus" and not _terms_in(node)


def _bits(shares: Iterable[float]) -> float:
    return -math.fsum(share * math.log2(share) for share in shares if share > 0)


def _margins(
    joint: Mapping[tuple[str | None, ...], float],
) -> tuple[dict[str | None, float], dict[str | None, float]]:
    first: dict[str | None, float] = {}
    second: dict[str | None, float] = {}
    for (x, y), share in joint.items():
        first[x] = first.get(x, 0.0) + share
        second[y] = second.get(y, 0.0) + share
    return first, second


def _join(kind: str, parts: Sequence[Answer]) -> Answer:
    """``and`` and ``or``: a part that settles it does so whatever the others are."""
    settling, choose = (HOLDS, max) if kind == "or" else (FAILS, min)
    codes = [part.code for part in parts]
    code = next(
        (code for code in (settling, NOT_ASKED, NO_DIFFERENCE) if code in codes), 1 - settling
    )
    units = {part.unit for part in parts}
    margins = [part.margin for part in parts if part.code != NOT_ASKED]
    margin = choose(margins, default=math.nan)
    mixed = len(units) > 1 or OWN in set().union(*units) or len(_kinds(parts[0].unit)) > 1
    if mixed or code == NOT_ASKED or any(math.isnan(one) for one in margins):
        margin = math.nan
    deciding = [part for part in parts if part.code == settling]
    settled = (
        any(part.settled for part in deciding) if deciding else all(part.settled for part in parts)
    )
    return Answer(
        code, margin, frozenset().union(*units), min(part.doubt for part in parts), settled
    )


def _kinds(unit: frozenset[str]) -> set[str]:
    return {kind.split()[0] for kind in unit}


def _operands(kind: str, node: Node) -> list[Node]:
    """The parts of an ``and`` or ``or``: `a and b and c`, or a chain in it, has them all."""
    if node.kind == kind:
        return [part for inner in node.parts for part in _operands(kind, inner)]
    links = _links(node)
    return links if kind == "and" and len(links) > 1 else [node]


def _links(node: Node) -> list[Node]:
    """A chain of comparisons, link by link; any other node alone."""
    if node.kind != "compare":
        return [node]
    signs, sides = node.parts
    return [
        Node("compare", ((sign,), (sides[place], sides[place + 1])))
        for place, sign in enumerate(signs)
    ]


def _terms_in(node: Node) -> list[Node]:
    """Terms of a claim or a side, what they are given left aside."""
    if node.kind in _TERMS:
        return [node]
    return [term for part in _inner(node) for term in _terms_in(part)]


def _inner(node: Node) -> Iterator[Node]:
    for part in node.parts:
        if isinstance(part, Node):
            yield part
        elif isinstance(part, tuple):
            yield from (one for one in part if isinstance(one, Node))


def _own_number(node: Node) -> bool:
    """Whether a number of the author's own enters: a constant or an assumption."""
    if node.kind in _TERMS:
        return False
    return node.kind in ("number", "name") or any(_own_number(part) for part in _inner(node))


def _assumes(node: Node) -> bool:
    """Whether an assumption stands in a side, outside its terms."""
    if node.kind in _TERMS:
        return False
    return node.kind == "name" or any(_assumes(part) for part in _inner(node))


def _scaled(node: Node) -> bool:
    """Whether a side has the unit of its terms: sums, multiples, the least and the largest."""
    if node.kind in _TERMS or not _terms_in(node):
        return True
    if node.kind in ("^", "/") and _terms_in(node.parts[1]):
        return False
    if node.kind == "^" or (node.kind == "*" and all(_terms_in(part) for part in node.parts)):
        return False
    if node.kind == "call" and node.parts[0] in ("exp", "log", "sqrt"):
        return False
    return all(_scaled(part) for part in _inner(node))
