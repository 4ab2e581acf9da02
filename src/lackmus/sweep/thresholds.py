"""Where the verdict of the base case turns.

Two questions, for every claim:

* One assumption moved, all others at their base values: where does the claim turn? Its range is
  scanned outwards from the base value on both sides, and the first change is narrowed down by root
  finding on the margin (Illinois regula falsi with bisection as a guard, so that a jump is found
  as surely as a root).
* All assumptions moved together: which point nearest to the base values turns the claim? See
  `lackmus.sweep.nearest`.

Everything is asked of the study in batches over all claims at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from lackmus.foundation.arrays import Codes, Floats
from lackmus.sweep.nearest import Asked, nearest_turned, other
from lackmus.sweep.roots import Bracket
from lackmus.sweep.shapes import is_discrete, levels, varies
from lackmus.sweep.study import FAILS, HOLDS, Outcomes, Study

#: Intervals that a range is scanned in.
_SCAN: Final = 8

#: Turns are narrowed down to this share of the range.
_WIDTH: Final = 1e-5

#: Looks after which a bracket is left as it is.
_LOOKS: Final = 60

#: Brackets up to which each asks for several points at a time, which cost a study that solves
#: draws side by side little more than one.
_FEW: Final = 5

#: A move smaller than this share of the range is not told.
_TOLD: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Turn:
    """One assumption's value at which a claim turns, all others at their base values.

    Attributes:
        assumption: Its name.
        base: Its base value.
        value: Where the claim turns.
        ranges: Distance from the base value in widths of the range.
        sharp: Whether `value` is turned and within a hundred-thousandth of the range of one that
            is not, or is a listed value of a choice. Else it is a straight line's estimate
            between two values of the scan; or, where the claim cannot be asked on the way, the
            first turned value of the scan.
    """

    assumption: str
    base: float
    value: float
    ranges: float
    sharp: bool

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


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where one claim turns.

    Attributes:
        claim: Its id.
        holds: Whether it holds at the base values; None where it cannot be asked there, and then
            nothing turns.
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

    @property
    def turns_at(self) -> Turn | None:
        """The nearest turn of a single assumption."""
        return self.turns[0] if self.turns else None


def thresholds(
    study: Study,
    *,
    nearest: bool = True,
    sample: tuple[Floats, Outcomes] | None = None,
    scan: int = _SCAN,
    sharpen: Literal["nearest", "all"] = "nearest",
    threads: int = 1,
) -> tuple[Thresholds, ...]:
    """Where each claim turns, seen from the base values.

    Args:
        study: The claims as a function of assumptions.
        nearest: Whether to look for the nearest flip over all assumptions too.
        sample: Draws that are there already, with their outcomes; the search for the nearest
            flip starts from the turned ones among them.
        scan: Intervals in which a range is scanned; a claim that turns and turns back within one
            of them is not seen to turn.
        sharpen: Which turns of single assumptions to narrow down: of each claim the nearest, or
            all. The first costs about four points of the study a claim, beside the scan.
        threads: Handed on to the study.

    Returns:
        One record a claim, in the order of `study.claims`.
    """
    asked = Asked(study, threads)
    base = asked.run(asked.base[None, :])
    sides = _scan(asked, base, scan)
    _sharpen(asked, base.holds[0], sides, every=sharpen == "all")
    turns = [[side.turn(asked) for side in mine] for mine in sides]
    found: list[Flip | None] = [None] * len(study.claims)
    if nearest:
        found = [
            _nearest_flip(asked, column, int(said), sides[column], sample)
            for column, said in enumerate(base.holds[0])
        ]
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
    """One side of one assumption's base value, on which one claim turns.

    Attributes:
        column: Which assumption.
        first: The first turned value of the scan.
        bracket: What is known of the way to it; None where there is nothing to narrow down.
        sharp: As of `Turn`.
    """

    column: int
    first: float
    bracket: Bracket | None
    sharp: bool

    def turn(self, asked: Asked) -> Turn:
        """The turn as it is known now."""
        value = self.first
        if self.bracket is not None:
            value = self.bracket.far if self.sharp else self.bracket.estimate()
        base = float(asked.base[self.column])
        ranges = abs(value - base) / float(asked.width[self.column])
        return Turn(asked.assumptions[self.column].name, base, value, ranges, self.sharp)

    def turned(self) -> float:
        """A value that is known to be turned."""
        return self.first if self.bracket is None else self.bracket.far


def _scan(asked: Asked, base: Outcomes, scan: int) -> list[list[_Side]]:
    """For each claim, the sides on which it turns."""
    sides: list[list[_Side]] = [[] for _ in asked.study.claims]
    moving = [k for k, assumption in enumerate(asked.assumptions) if varies(assumption)]
    if not moving:
        return sides
    values = [levels(asked.assumptions[k], scan + 1) for k in moving]
    rows = np.tile(asked.base, (sum(map(len, values)), 1))
    ends = np.cumsum([0, *map(len, values)])
    for k, column in enumerate(moving):
        rows[ends[k] : ends[k + 1], column] = values[k]
    seen = asked.run(rows)
    for k, column in enumerate(moving):
        here = slice(ends[k], ends[k + 1])
        for claim, mine in enumerate(sides):
            walk = _Walk(column, values[k], seen.holds[here, claim], seen.margins[here, claim])
            if _truth(int(base.holds[0, claim])) is not None:
                _walk(asked, base, claim, walk, mine)
    return sides


@dataclass(frozen=True, slots=True)
class _Walk:
    """What a claim does over one assumption's range, others at base; values ascend."""

    column: int
    values: Floats
    holds: Codes
    margins: Floats


def _walk(asked: Asked, base: Outcomes, claim: int, walk: _Walk, sides: list[_Side]) -> None:
    """From the base value outwards on both sides, to the first turn on each."""
    start, said = float(asked.base[walk.column]), int(base.holds[0, claim])
    discrete = is_discrete(asked.assumptions[walk.column])
    below = np.flatnonzero(walk.values < start)[::-1]
    above = np.flatnonzero(walk.values > start)
    for side in (below, above):
        flipped = np.flatnonzero(walk.holds[side] == other(said))
        if not len(flipped):
            continue
        at = int(flipped[0])
        first = float(walk.values[side[at]])
        near, margin = start, float(base.margins[0, claim])
        if at:
            near, margin = float(walk.values[side[at - 1]]), float(walk.margins[side[at - 1]])
        bracket = None
        if not discrete and not (at and _truth(int(walk.holds[side[at - 1]])) is None):
            width = _WIDTH * float(asked.width[walk.column])
            bracket = Bracket(near, margin, first, float(walk.margins[side[at]]), width)
        sides.append(_Side(walk.column, first, bracket, discrete))


def _sharpen(asked: Asked, said: Codes, sides: Sequence[Sequence[_Side]], *, every: bool) -> None:
    """Narrow down all brackets, or of each claim as many as it takes to be sure of the nearest."""
    while True:
        live = []
        for claim, mine in enumerate(sides):
            ordered = sorted(mine, key=lambda side: side.turn(asked).ranges)
            wanted = ordered if every else ordered[:1]
            live += [(claim, side) for side in wanted if side.bracket and not side.sharp]
        if not live:
            return
        _narrow(asked, said, live)


def _narrow(asked: Asked, said: Codes, live: Sequence[tuple[int, _Side]]) -> None:
    """Narrow brackets down together, a batch of the study a step."""
    open_ = [(claim, side.column, side.bracket) for claim, side in live if side.bracket]
    for _ in range(_LOOKS):
        open_ = [entry for entry in open_ if not entry[2].narrow_enough]
        if not open_:
            break
        several = len(open_) <= _FEW
        places = [b.places() if several else [b.next()] for _, _, b in open_]
        points = np.tile(asked.base, (sum(map(len, places)), 1))
        columns = np.repeat([column for _, column, _ in open_], [len(p) for p in places])
        points[np.arange(len(points)), columns] = np.concatenate(places)
        found = asked.run(points)
        ends = np.cumsum([0, *map(len, places)])
        for (claim, column, bracket), begin, end in zip(open_, ends[:-1], ends[1:], strict=True):
            rows = slice(begin, end)
            turned = found.holds[rows, claim] == other(int(said[claim]))
            seen = zip(points[rows, column], found.margins[rows, claim], turned, strict=True)
            bracket.take_in([(float(x), float(margin), bool(word)) for x, margin, word in seen])
    for _, side in live:
        side.sharp = True


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
        known = np.concatenate([known, drawn[outcomes.holds[:, claim] == other(said)]])
    found = nearest_turned(asked, claim, said, known)
    return None if found is None else _flip(asked, found)


def _flip(asked: Asked, point: Floats) -> Flip:
    moves = np.abs(point - asked.base) / asked.width
    told = [int(k) for k in np.argsort(-moves, kind="stable") if moves[k] > _TOLD]
    moved = tuple((asked.assumptions[k].name, float(asked.base[k]), float(point[k])) for k in told)
    return Flip(moved, tuple(float(x) for x in point), float(asked.distance(point[None, :])[0]))
