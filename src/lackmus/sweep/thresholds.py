"""Where the verdict of the base case turns.

Values are looked for, and distances counted, in places (`lackmus.sweep.shapes`): shares of an
assumption's distribution, which for a plain range are shares of its width, and for a logarithmic
one shares of its logarithm. Two questions, for every claim:

* One assumption moved, all others at their base values: where does the claim turn? Its range is
  scanned outwards from the base value on both sides, and the first change is narrowed down by root
  finding on the margin, so that a jump is found as surely as a root (`lackmus.sweep.roots`).
* All assumptions moved together: which point nearest to the base values turns the claim? See
  `lackmus.sweep.nearest`.

Everything is asked of the study in batches over all claims at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any, Final, Literal

import numpy as np

from lackmus.foundation.arrays import Bools, Codes, Floats
from lackmus.foundation.display import Card, Shown
from lackmus.foundation.figures import percent
from lackmus.sweep.nearest import Asked, nearest_turned, other
from lackmus.sweep.roots import Bracket
from lackmus.sweep.shapes import is_discrete, levels, place, varies
from lackmus.sweep.study import FAILS, HOLDS, Outcomes, Study

#: Intervals that a range is scanned in.
_SCAN: Final = 8

#: Turns are narrowed down to this share of the range.
_WIDTH: Final = 1e-5

#: Looks after which a bracket is left as it is.
_LOOKS: Final = 60

#: Brackets up to which each asks for several points at a time, which cost a study that solves
#: draws side by side little more than one; and how many more than three, by how many brackets.
_FEW: Final = 5
_MORE: Final = {1: 4, 2: 1}

#: Digits by which a printed turn is made finer until it is turned.
_FINER: Final = 7

#: A move smaller than this share of the range is not told.
_TOLD: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Turn:
    """One assumption's value at which a claim turns, all others at their base values.

    Attributes:
        assumption: Its name.
        base: Its base value.
        value: Where the claim turns: from holding to failing, or back.
        ranges: Distance from the base value: the share of the assumption's distribution between
            the two. Of a plain range, the distance in widths of the range; of a logarithmic one,
            the same in logarithms.
        sharp: Whether `value` is turned and within a hundred-thousandth of the range of one that
            is not, or is a listed value of a choice. Else it is a straight line's estimate
            between two values of the scan; or, where the claim cannot be asked on the way, the
            first turned value of the scan.
        told: `value` in few digits, rounded away from the base value. Where the turn is sharp,
            the claim was asked there, and it is turned.
        until: Where the claim turns back, by a straight line's estimate between two values of
            the scan; None where it stays turned to the end of the range.
    """

    assumption: str
    base: float
    value: float
    ranges: float
    sharp: bool
    told: float
    until: float | None = None

    def to_json(self) -> dict[str, Any]:
        """The keys that ``lackmus test --json`` gives under ``turns_at``."""
        return {
            "assumption": self.assumption,
            "from": self.base,
            "to": self.value,
            "ranges": self.ranges,
        }


@dataclass(frozen=True, slots=True)
class Flip:
    """The nearest point found at which a claim turns, all assumptions moved together.

    Attributes:
        moved: Name, base value and value of every assumption that moves by more than a
            thousandth of its range, the largest move first.
        point: All values, in the order of the study's assumptions.
        distance: From the base values, in ranges, by `norm`.
        norm: How distance is measured.
    """

    moved: tuple[tuple[str, float, float], ...]
    point: tuple[float, ...]
    distance: float
    norm: Literal["euclidean"] = "euclidean"

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "distance": self.distance,
            "norm": self.norm,
            "moved": [{"assumption": a, "from": x, "to": y} for a, x, y in self.moved],
        }


@dataclass(frozen=True, slots=True, repr=False)
class Thresholds(Shown):
    """Where one claim turns.

    Attributes:
        claim: Its id.
        holds: Whether it holds at the base values; None where it cannot be asked or makes no
            difference there, and then nothing turns.
        margin: Its margin at the base values; None as above.
        turns: The turns of single assumptions, nearest first; at most two an assumption, one on
            each side.
        flip: The nearest flip found; None where none was found or none was looked for.
        looked: How many points of the study were asked, for all claims together.
    """

    claim: str
    holds: bool | None
    margin: float | None
    turns: tuple[Turn, ...]
    flip: Flip | None
    looked: int

    def card(self) -> Card:
        """Where the claim turns, an assumption a row, nearest first."""
        if not self.turns:
            return Card(f"{self.claim}: no assumption turns it alone")
        rows = [(t.assumption, f"{t.base:g}", f"{t.told:g}", percent(t.ranges)) for t in self.turns]
        return Card(f"{self.claim}: turns", (), ("assumption", "base", "at", "of its range"), rows)

    @property
    def turns_at(self) -> Turn | None:
        """The nearest turn of a single assumption."""
        return self.turns[0] if self.turns else None


def thresholds(
    study: Study,
    *,
    levels: Sequence[tuple[float, float]] | None = None,
    nearest: bool = True,
    sample: tuple[Floats, Outcomes] | None = None,
    scan: int = _SCAN,
    sharpen: Literal["nearest", "all"] = "nearest",
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Thresholds, ...]:
    """Where each claim turns, seen from the base values.

    Args:
        study: The claims as a function of assumptions.
        levels: Of each claim the margins above which it holds and below which it fails, 0 by
            default. They steer the search and place estimates, and need not be exact.
        nearest: Whether to look for the nearest flip over all assumptions too.
        sample: Draws that are there already, with their outcomes; the search for the nearest
            flip starts from the turned ones among them.
        scan: Intervals in which a range is scanned; a claim that turns and turns back within one
            of them is not seen to turn.
        sharpen: Which turns of single assumptions to narrow down: of each claim the nearest, or
            all. The first costs about four points of the study a claim, beside the scan.
        threads: Handed on to the study.
        progress: Told how many steps are done, of how many: scanning, narrowing, telling in few
            digits, and each claim's nearest flip.

    Returns:
        One record a claim, in the order of `study.claims`.
    """
    steps = 3 + (len(study.claims) if nearest else 0)

    def tell(done: int) -> None:
        if progress is not None:
            progress(done, steps)

    tell(0)
    asked = Asked(study, threads)
    base, sides = _scan(asked, levels or [(0.0, 0.0)] * len(study.claims), scan)
    tell(1)
    _sharpen(asked, base.holds[0], sides, every=sharpen == "all")
    tell(2)
    turns = _turns(asked, base.holds[0], sides)
    tell(3)
    found: list[Flip | None] = [None] * len(study.claims)
    if nearest:
        for column, said in enumerate(base.holds[0]):
            found[column] = _nearest_flip(asked, column, int(said), sides[column], sample)
            tell(4 + column)
    return tuple(
        Thresholds(
            claim,
            _truth(int(base.holds[0, column])),
            None if math.isnan(margin) else margin,
            tuple(sorted(turns[column], key=lambda turn: (turn.ranges, turn.assumption))),
            found[column],
            asked.looked,
        )
        for column, claim in enumerate(study.claims)
        for margin in [float(base.margins[0, column])]
    )


def _truth(code: int) -> bool | None:
    """Whether a claim holds; None where it neither holds nor fails."""
    return {HOLDS: True, FAILS: False}.get(code)


# --- one assumption at a time -------------------------------------------------------------------


@dataclass(slots=True)
class _Side:
    """One side of one assumption's base value, on which one claim turns; in places.

    Attributes:
        column: Which assumption.
        first: The first turned place of the scan.
        bracket: What is known of the way to it; None where there is nothing to narrow down.
        sharp: As of `Turn`.
        until: As of `Turn`.
        level: The margin at which the claim is thought to turn, from which the bracket counts.
    """

    column: int
    first: float
    bracket: Bracket | None
    sharp: bool
    until: float | None
    level: float

    @property
    def open(self) -> bool:
        """Whether it can be narrowed down further."""
        return self.bracket is not None and not self.sharp

    def at(self) -> float:
        """The turn as it is known now."""
        if self.bracket is None:
            return self.first
        return self.bracket.far if self.sharp else self.bracket.estimate()

    def nearest(self) -> float:
        """The place nearest to the base at which it may still turn."""
        return self.first if self.bracket is None or self.sharp else self.bracket.near

    def turned(self) -> float:
        """A place that is known to be turned."""
        return self.first if self.bracket is None else self.bracket.far


def _scan(
    asked: Asked, levels: Sequence[tuple[float, float]], scan: int
) -> tuple[Outcomes, list[list[_Side]]]:
    """What is said at the base values, in the first row, and the sides on which claims turn."""
    moving = [k for k, assumption in enumerate(asked.assumptions) if varies(assumption)]
    values = [_levels(asked, k, scan) for k in moving]
    ends = np.cumsum([1, *map(len, values)])
    rows = np.tile(asked.base, (ends[-1], 1))
    for k, column in enumerate(moving):
        rows[ends[k] : ends[k + 1], column] = values[k]
    seen = asked.run(rows)
    sides: list[list[_Side]] = [[] for _ in asked.study.claims]
    for k, column in enumerate(moving):
        here = slice(ends[k], ends[k + 1])
        for claim, mine in enumerate(sides):
            said = _truth(int(seen.holds[0, claim]))
            if said is None:
                continue
            level = levels[claim][1 if said else 0]
            margins = seen.margins[here, claim] - level
            profile = _Profile(column, values[k], seen.holds[here, claim], margins, level)
            _first_turns(asked, seen, claim, profile, mine)
    return seen, sides


def _levels(asked: Asked, column: int, scan: int) -> Floats:
    """Places to scan: those of all listed values, or `scan` equal steps over the range."""
    assumption = asked.assumptions[column]
    if is_discrete(assumption):
        return place(assumption, levels(assumption, 0))
    return np.linspace(asked.low[column], asked.high[column], scan + 1)


@dataclass(frozen=True, slots=True)
class _Profile:
    """A claim along one assumption's range, all others at base; values ascend.

    Margins are counted from the level at which the claim is thought to turn.
    """

    column: int
    values: Floats
    holds: Codes
    margins: Floats
    level: float


def _first_turns(
    asked: Asked, base: Outcomes, claim: int, profile: _Profile, sides: list[_Side]
) -> None:
    """From the base value outwards on both sides, to the first turn on each."""
    start, said = float(asked.base[profile.column]), int(base.holds[0, claim])
    discrete = is_discrete(asked.assumptions[profile.column])
    below = np.flatnonzero(profile.values < start)[::-1]
    above = np.flatnonzero(profile.values > start)
    for side in (below, above):
        flipped = np.flatnonzero(profile.holds[side] == other(said))
        if not len(flipped):
            continue
        at = int(flipped[0])
        first = float(profile.values[side[at]])
        near, margin = start, float(base.margins[0, claim]) - profile.level
        if at:
            near, margin = float(profile.values[side[at - 1]]), float(profile.margins[side[at - 1]])
        bracket = None
        if not discrete and not (at and profile.holds[side[at - 1]] < FAILS):
            bracket = Bracket(near, margin, first, float(profile.margins[side[at]]), _WIDTH)
        until = _until(profile, side[at:], said)
        sides.append(_Side(profile.column, first, bracket, discrete, until, profile.level))


def _until(profile: _Profile, beyond: np.ndarray, said: int) -> float | None:
    """Where a turned claim turns back, from its first turned place outwards; None if never."""
    back = np.flatnonzero(profile.holds[beyond] != other(said))
    if not len(back):
        return None
    last, then = beyond[back[0] - 1], beyond[back[0]]
    a, b = float(profile.values[last]), float(profile.values[then])
    fa, fb = float(profile.margins[last]), float(profile.margins[then])
    share = fa / (fa - fb) if math.isfinite(fa - fb) and fa * fb <= 0.0 and fa != fb else 0.5
    return a + share * (b - a)


def _sharpen(asked: Asked, said: Codes, sides: Sequence[Sequence[_Side]], *, every: bool) -> None:
    """Narrow down all brackets, or of each claim as many as it takes to be sure of the nearest.

    A turn is the nearest when no bracket that is still open begins nearer.
    """
    while True:
        live: list[tuple[int, _Side, float]] = []
        for claim, mine in enumerate(sides):
            away = [(abs(side.at() - asked.base[side.column]), side) for side in mine]
            known = min((d for d, side in away if not side.open), default=math.inf)
            limit = math.inf if every else known
            wanted = sorted((d, k) for k, (d, side) in enumerate(away) if side.open)
            if not every and limit == math.inf:
                wanted = wanted[:1]
            live += [
                (claim, mine[k], limit)
                for _, k in wanted
                if abs(mine[k].nearest() - asked.base[mine[k].column]) < limit
            ]
        if not live:
            return
        _narrow(asked, said, live)


def _narrow(asked: Asked, said: Codes, live: Sequence[tuple[int, _Side, float]]) -> None:
    """Narrow brackets down together, a batch of the study a step, or past their limits."""
    open_ = [(claim, side, side.bracket, limit) for claim, side, limit in live if side.bracket]
    for _ in range(_LOOKS):
        open_ = [
            entry
            for entry in open_
            if not entry[2].narrow_enough
            and abs(entry[2].near - asked.base[entry[1].column]) < entry[3]
        ]
        if not open_:
            break
        count = len(open_)
        places = [
            b.places(_MORE.get(count, 0)) if count <= _FEW else [b.next()] for _, _, b, _ in open_
        ]
        points = np.tile(asked.base, (sum(map(len, places)), 1))
        columns = np.repeat([side.column for _, side, _, _ in open_], [len(p) for p in places])
        points[np.arange(len(points)), columns] = np.concatenate(places)
        claims = np.repeat([claim for claim, *_ in open_], [len(p) for p in places])
        found = asked.run(points, claims)
        ends = np.cumsum([0, *map(len, places)])
        for (claim, side, bracket, _), begin, end in zip(open_, ends[:-1], ends[1:], strict=True):
            rows = slice(begin, end)
            turned = found.holds[rows, claim] == other(int(said[claim]))
            margins = found.margins[rows, claim] - side.level
            seen = zip(points[rows, side.column], margins, turned, strict=True)
            bracket.take_in([(float(x), float(margin), bool(word)) for x, margin, word in seen])
    unfinished = {id(side) for _, side, _, _ in open_}
    for _, side, _ in live:
        if side.bracket and (side.bracket.narrow_enough or id(side) in unfinished):
            side.sharp = True


# --- in few digits ------------------------------------------------------------------------------


def _turns(asked: Asked, said: Codes, sides: Sequence[Sequence[_Side]]) -> list[list[Turn]]:
    """The turns of each claim, each with the shortest number outwards at which it is turned."""
    every = [(claim, side) for claim, mine in enumerate(sides) for side in mine]
    tried = [_outwards(asked, side) for _, side in every]
    told = [numbers[0] for numbers in tried]
    left = [k for k, (_, side) in enumerate(every) if side.sharp]
    # Nearly all are turned at the fewest digits.
    begin, end = 0, 1
    while left:
        parts = [tried[k][begin:end] for k in left]
        found = _turned_at(asked, said, [every[k] for k in left], parts)
        for k, numbers, turned in zip(left, parts, found, strict=True):
            told[k] = numbers[int(np.argmax(turned))] if turned.any() else numbers[-1]
        left = [k for k, t in zip(left, found, strict=True) if not t.any() and end < len(tried[k])]
        begin, end = end, end + _FINER
    turns: list[list[Turn]] = [[] for _ in sides]
    for (claim, side), number in zip(every, told, strict=True):
        turns[claim].append(_turn(asked, side, number))
    return turns


def _turned_at(
    asked: Asked,
    said: Codes,
    sides: Sequence[tuple[int, _Side]],
    numbers: Sequence[Sequence[float]],
) -> list[Bools]:
    """Where claims are turned, of the values that are given for each side's assumption."""
    values = np.tile(asked.base_values, (sum(map(len, numbers)), 1))
    columns = np.repeat([side.column for _, side in sides], list(map(len, numbers)))
    values[np.arange(len(values)), columns] = np.concatenate(numbers)
    claims = np.repeat([claim for claim, _ in sides], list(map(len, numbers)))
    holds = asked.run_values(values, claims).holds
    ends = np.cumsum([0, *map(len, numbers)])
    return [
        holds[begin:end, claim] == other(int(said[claim]))
        for (claim, _), begin, end in zip(sides, ends[:-1], ends[1:], strict=True)
    ]


def _turn(asked: Asked, side: _Side, told: float) -> Turn:
    return Turn(
        asked.assumptions[side.column].name,
        float(asked.base_values[side.column]),
        asked.value(side.column, side.at()),
        abs(side.at() - float(asked.base[side.column])),
        side.sharp,
        told,
        None if side.until is None else asked.value(side.column, side.until),
    )


def _outwards(asked: Asked, side: _Side) -> list[float]:
    """A turn's value in more and more digits, rounded away from the base; itself at the end."""
    column, at = side.column, side.at()
    value, base = asked.value(column, at), float(asked.base_values[column])
    if is_discrete(asked.assumptions[column]) or value == base:
        return [value]
    ends = [asked.value(column, end) for end in (asked.low[column], asked.high[column])]
    aside = at + _TOLD if at + _TOLD <= asked.high[column] else at - _TOLD
    step = abs(asked.value(column, aside) - value) or abs(value) or 1.0
    start = math.floor(math.log10(step))
    rounding = ROUND_CEILING if value > base else ROUND_FLOOR
    exact = Decimal(value)
    digits = max(exact.adjusted() - start, 1) + _FINER + 2
    context = Context(prec=max(digits, 28))
    numbers = [
        float(exact.quantize(Decimal((0, (1,), start - finer)), rounding, context))
        for finer in range(_FINER)
    ]
    return [*(min(max(number, ends[0]), ends[1]) for number in numbers), value]


# --- all together -------------------------------------------------------------------------------


def _nearest_flip(
    asked: Asked,
    claim: int,
    said: int,
    sides: Sequence[_Side],
    sample: tuple[Floats, Outcomes] | None,
) -> Flip | None:
    if _truth(said) is None:
        return None
    known = np.tile(asked.base, (len(sides), 1))
    for row, side in enumerate(sides):
        known[row, side.column] = side.turned()
    if sample is not None:
        drawn, outcomes = sample
        turned = drawn[outcomes.holds[:, claim] == other(said)]
        known = np.concatenate([known, asked.places(turned)])
    found = nearest_turned(asked, claim, said, known)
    return None if found is None else _flip(asked, found)


def _flip(asked: Asked, point: Floats) -> Flip:
    moves, values = np.abs(point - asked.base), asked.values(point[None, :])[0]
    told = [int(k) for k in np.argsort(-moves, kind="stable") if moves[k] > _TOLD]
    moved = tuple(
        (asked.assumptions[k].name, float(asked.base_values[k]), float(values[k])) for k in told
    )
    return Flip(moved, tuple(float(x) for x in values), float(asked.distance(point[None, :])[0]))
