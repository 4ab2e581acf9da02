"""What claims say of a play: numbers, margins, and whether they hold."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.meaning.expressions import Node, parse
from tests.meaning.play import Play, solved
from tests.meaning.story import Data, Moment, Number, Story, WrongError, compare

Bools = NDArray[np.bool_]
SAME = 1e-9
"""Numbers nearer than this, relative to their size or to 1, are equal."""


class NotAskedError(Exception):
    """What is given has probability 0."""


HOLDS, FAILS, NO_DIFFERENCE, NOT_ASKED = 1, 0, 2, -1
MATTERS = {"probability": 0.01, "bit": 0.01}
"""From what size on a difference of computed sides counts; of payoffs a hundredth of the range."""


@dataclass(frozen=True)
class Answer:
    """What a claim comes out as.

    Attributes:
        code: Whether it holds or fails, makes no difference or cannot be asked.
        margin: By how much it holds; NaN where parts have different units, or payoffs of actors,
            whose scale may differ between worlds.
        unit: Its unit: a kind and, of payoffs, the actors; empty where no quantity has one.
        doubt: How near a difference is to the size from which on it matters.
    """

    code: int
    margin: float
    unit: frozenset[str] = frozenset()
    doubt: float = math.inf

    @property
    def holds(self) -> bool | None:
        """Whether it holds; None where it neither holds nor fails."""
        return bool(self.code) if self.code in (HOLDS, FAILS) else None


class World:
    """A case at one point of its assumptions, with each change of its rules."""

    def __init__(
        self,
        case: Data,
        drawn: Mapping[str, Number] | None = None,
        observed: Sequence[str] = (),
        base: Play | None = None,
    ) -> None:
        self.case = case
        self.drawn = dict(drawn or {})
        self.record = [
            parse(str(seen["saw"]))
            for seen in case.get("observations") or []
            if seen.get("certain", "true") == "true"
        ]
        self.seen = [parse(text) for text in observed]
        self._plays: dict[tuple[Node, ...], Play] = {} if base is None else {(): base}

    def play(self, rules: tuple[Node, ...] = ()) -> Play:
        """The play under these rules."""
        if rules not in self._plays:
            self._plays[rules] = solved(Story(self.case, self.drawn, rules))
        return self._plays[rules]

    def ask(self, text: str) -> Answer:
        """What a claim says here."""
        claim = parse(text)
        spoken = _targets(self, claim)
        light = [seen for seen in self.seen if not spoken & _names(self, seen)]
        return _Asking(self, light).truth(claim)


def _names(world: World, node: Node) -> set[str]:
    """Columns that a condition speaks of; a name in rounds stands for all of its rounds."""
    story = world.play().story
    found = set()
    for part in node.walk():
        if part.kind != "name" or part.parts[0] not in story.options:
            continue
        word, index, _ = part.parts
        if index is not None:
            found.add(f"{word}[{index}]")
        else:
            found |= {column.key for column in story.columns if column.name == word}
    for part in node.walk():
        if part.kind == "compare" and story.is_variable(part.parts[1][0]):
            label = part.parts[1][1].parts[0]
            if label in story.options[part.parts[1][0].parts[0]] and label in story.options:
                found -= {column.key for column in story.columns if column.name == label}
    return found


def _targets(world: World, claim: Node) -> set[str]:
    """Columns on which a claim conditions."""
    found: set[str] = set()
    for part in claim.walk():
        if part.kind in _TERMS:
            for condition in part.parts[-1]:
                if condition.kind not in ("do", "observed"):
                    found |= _names(world, condition)
    return found


class _Asking:
    def __init__(self, world: World, light: Sequence[Node]) -> None:
        self.world = world
        self.light = light

    # Truth

    def truth(self, node: Node) -> Answer:
        if node.kind == "not":
            inner = self.truth(node.parts[0])
            code = {HOLDS: FAILS, FAILS: HOLDS}.get(inner.code, inner.code)
            return replace(inner, code=code, margin=-inner.margin)
        if node.kind in ("and", "or"):
            return _join(node.kind, [self.truth(part) for part in node.parts])
        if node.kind != "compare":
            raise WrongError(f"{node.kind} is no claim")
        signs, sides = node.parts
        links = [
            self.link(sign, sides[place], sides[place + 1]) for place, sign in enumerate(signs)
        ]
        return links[0] if len(links) == 1 else _join("and", links)

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
        same = SAME * max(1.0, abs(first), abs(second))
        if _own_number(left) or _own_number(right):
            holds = sign in ("=", ">=", "<=") if distance <= same else compare(sign, first, second)
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
        found = set() if node.kind in (*_TERMS, *_SIMPLE) else {"number"}
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
        return float(self.world.play().story.read(node, Moment({}, {}, {})))

    def given(self, conditions: tuple[Node, ...]) -> tuple[Play, Bools]:
        """The play that a term asks, and the endings that it is given."""
        rules = tuple(rule for part in conditions if part.kind == "do" for rule in part.parts)
        play = self.world.play(rules)
        inside = np.ones(len(play.story.endings), dtype=bool)
        events = [part for part in conditions if part.kind not in ("do", "observed")]
        if any(part.kind == "observed" for part in conditions):
            events += [*self.world.record, *self.world.seen]
        if not rules:
            events += self.light
        for event in events:
            inside &= where(play, event)
        return play, inside

    def distribution(self, node: Node, *names: Node) -> dict[tuple[str | None, ...], float]:
        """Joint probabilities of variables, not being made counted as a value."""
        play, inside = self.given(node.parts[-1])
        whole = play.weights[inside].sum()
        if whole <= 0:
            raise NotAskedError
        found: dict[tuple[str | None, ...], float] = {}
        for row in np.flatnonzero(inside):
            moment = play.story.endings[row].moment
            labels = tuple(play.story._label(name, _after(moment)) for name in names)
            found[labels] = found.get(labels, 0.0) + play.weights[row] / whole
        return found

    def probability(self, node: Node) -> float:
        play, inside = self.given(node.parts[-1])
        whole = play.weights[inside].sum()
        if whole <= 0:
            raise NotAskedError
        return float(play.weights[inside & where(play, node.parts[1])].sum() / whole)

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


_SIMPLE = ("number", "name", "minus")
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


def where(play: Play, event: Node) -> Bools:
    """The endings in which an event holds."""
    story = play.story
    return np.array(
        [bool(story.read(event, _after(ending.moment))) for ending in story.endings], dtype=bool
    )


def _after(moment: Moment) -> Moment:
    return Moment(moment.made, moment.starts, moment.played)


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
    unit = frozenset().union(*(part.unit for part in parts))
    margins = [part.margin for part in parts if part.code != NOT_ASKED]
    margin = choose(margins, default=math.nan)
    if (
        unit > {"probability"}
        or unit > {"bit"}
        or "payoff" in _kinds(unit)
        or code == NOT_ASKED
        or any(math.isnan(part) for part in margins)
    ):
        margin = math.nan
    return Answer(code, margin, unit, min(part.doubt for part in parts))


def _kinds(unit: frozenset[str]) -> set[str]:
    return {kind.split()[0] for kind in unit}


def _terms_in(node: Node) -> list[Node]:
    """Terms of a side, what they are given left aside."""
    if node.kind in _TERMS:
        return [node]
    inner = node.parts[1] if node.kind == "call" else node.parts
    return [term for part in inner if isinstance(part, Node) for term in _terms_in(part)]


def _own_number(node: Node) -> bool:
    """Whether a number of the author's own enters: a constant or an assumption."""
    if node.kind in _TERMS:
        return False
    if node.kind in ("number", "name"):
        return True
    inner = node.parts[1] if node.kind == "call" else node.parts
    return any(_own_number(part) for part in inner if isinstance(part, Node))
