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
from lackmus.sweep.shapes import is_discrete, levels, varies
from lackmus.sweep.study import HOLDS, UNDEFINED, Outcomes, Study

#: Intervals that a range is scanned in.
_SCAN: Final = 16

#: Roots are narrowed down to this share of the range.
_WIDTH: Final = 1e-6

#: Steps of root finding; each two at least halve the bracket.
_STEPS: Final = 44

#: A move smaller than this share of the range is not told.
_TOLD: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Turn:
    """One assumption's value at which a claim turns, all others at their base values.

    Attributes:
        assumption: Its name.
        base: Its base value.
        value: Where the claim turns: the first value found behind the turn.
        ranges: Distance from the base value in widths of the range.
        sharp: Whether the turn is narrowed down. A listed value of a choice is sharp. It is not
            where the claim cannot be asked between base and turn.
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
        threads: Handed on to the study.

    Returns:
        One record a claim, in the order of `study.claims`.
    """
    asked = Asked(study, threads)
    base = asked.run(asked.base[None, :])
    turns = _single_turns(asked, base, scan)
    found: list[Flip | None] = [None] * len(study.claims)
    if nearest:
        found = [
            _nearest_flip(asked, column, int(said), turns[column], sample)
            for column, said in enumerate(base.holds[0])
        ]
    return tuple(
        Thresholds(
            claim,
            None if base.holds[0, column] == UNDEFINED else bool(base.holds[0, column] == HOLDS),
            None if math.isnan(margin) else margin,
            tuple(sorted(turns[column], key=lambda turn: (turn.ranges, turn.assumption))),
            found[column],
            asked.looked,
        )
        for column, claim in enumerate(study.claims)
        for margin in [float(base.margins[0, column])]
    )


# --- one assumption at a time -------------------------------------------------------------------


@dataclass(slots=True)
class _Bracket:
    """A stretch of one assumption in which one claim turns."""

    claim: int
    column: int
    near: float
    near_margin: float
    far: float
    far_margin: float
    stale: int = 0
    guard: bool = False

    def next(self) -> float:
        """The next value to look at: Illinois' secant, and every other step the middle."""
        middle = 0.5 * (self.near + self.far)
        rise = self.far_margin - self.near_margin
        if self.guard or not math.isfinite(rise) or rise == 0.0:
            return middle
        secant = self.near - self.near_margin * (self.far - self.near) / rise
        inside = min(self.near, self.far) < secant < max(self.near, self.far)
        return secant if inside else middle

    def narrow(self, value: float, margin: float, *, turned: bool) -> None:
        """Take in what was found at `value`; Illinois halves a margin that stays too long."""
        before = abs(self.far - self.near)
        if turned:
            self.far, self.far_margin = value, margin
            self.near_margin *= 0.5 if self.stale > 0 else 1.0
            self.stale = max(1, self.stale + 1)
        else:
            self.near, self.near_margin = value, margin
            self.far_margin *= 0.5 if self.stale < 0 else 1.0
            self.stale = min(-1, self.stale - 1)
        self.guard = not self.guard and abs(self.far - self.near) > 0.5 * before


def _single_turns(asked: Asked, base: Outcomes, scan: int) -> list[list[Turn]]:
    rows, owners = _scan_rows(asked, scan)
    turns: list[list[Turn]] = [[] for _ in asked.study.claims]
    if not len(rows):
        return turns
    seen = asked.run(rows)
    brackets: list[_Bracket] = []
    for claim in range(len(turns)):
        if base.holds[0, claim] == UNDEFINED:
            continue
        for column in np.unique(owners):
            mine = owners == column
            walk = _Walk(
                int(column),
                rows[mine, column],
                seen.holds[mine, claim],
                seen.margins[mine, claim],
            )
            _walk(asked, claim, base, walk, turns[claim], brackets)
    _narrow(asked, base.holds[0], brackets)
    for bracket in brackets:
        turns[bracket.claim].append(_turn(asked, bracket.column, bracket.far, sharp=True))
    return turns


@dataclass(frozen=True, slots=True)
class _Walk:
    """What a claim does over one assumption's range, others at base; values ascend."""

    column: int
    values: Floats
    holds: Codes
    margins: Floats


def _scan_rows(asked: Asked, scan: int) -> tuple[Floats, np.ndarray]:
    rows, owners = [], []
    for column, assumption in enumerate(asked.assumptions):
        if not varies(assumption):
            continue
        values = levels(assumption, scan + 1)
        block = np.tile(asked.base, (len(values), 1))
        block[:, column] = values
        rows.append(block)
        owners.append(np.full(len(values), column))
    if not rows:
        return np.empty((0, len(asked.base))), np.empty(0, dtype=np.intp)
    return np.concatenate(rows), np.concatenate(owners)


def _walk(
    asked: Asked,
    claim: int,
    base: Outcomes,
    walk: _Walk,
    turns: list[Turn],
    brackets: list[_Bracket],
) -> None:
    """From the base value outwards on both sides, to the first turn on each."""
    start, said = asked.base[walk.column], int(base.holds[0, claim])
    below = np.flatnonzero(walk.values < start)[::-1]
    above = np.flatnonzero(walk.values > start)
    for side in (below, above):
        flipped = [i for i in side if walk.holds[i] == other(said)]
        if not flipped:
            continue
        first = flipped[0]
        at = int(np.flatnonzero(side == first)[0])
        near = side[at - 1] if at else None
        far, far_margin = float(walk.values[first]), float(walk.margins[first])
        if is_discrete(asked.assumptions[walk.column]):
            turns.append(_turn(asked, walk.column, far, sharp=True))
        elif near is not None and walk.holds[near] == UNDEFINED:
            turns.append(_turn(asked, walk.column, far, sharp=False))
        else:
            close = float(start) if near is None else float(walk.values[near])
            margin = base.margins[0, claim] if near is None else walk.margins[near]
            brackets.append(_Bracket(claim, walk.column, close, float(margin), far, far_margin))


def _narrow(asked: Asked, said: Codes, brackets: Sequence[_Bracket]) -> None:
    """Narrow all brackets down together, a batch a step."""
    live = list(brackets)
    for _ in range(_STEPS):
        live = [b for b in live if abs(b.far - b.near) > _WIDTH * asked.width[b.column]]
        if not live:
            return
        points = np.tile(asked.base, (len(live), 1))
        values = [bracket.next() for bracket in live]
        for row, bracket in enumerate(live):
            points[row, bracket.column] = values[row]
        found = asked.run(points)
        for row, bracket in enumerate(live):
            bracket.narrow(
                values[row],
                float(found.margins[row, bracket.claim]),
                turned=bool(found.holds[row, bracket.claim] == other(int(said[bracket.claim]))),
            )


def _turn(asked: Asked, column: int, value: float, *, sharp: bool) -> Turn:
    base = float(asked.base[column])
    ranges = abs(value - base) / float(asked.width[column])
    return Turn(asked.assumptions[column].name, base, value, ranges, sharp)


def _known(
    asked: Asked,
    claim: int,
    said: int,
    turns: Sequence[Turn],
    sample: tuple[Floats, Outcomes] | None,
) -> Floats:
    """Turned points that are known: single turns, and draws of the sample."""
    names = [assumption.name for assumption in asked.assumptions]
    points = np.tile(asked.base, (len(turns), 1))
    for row, turn in enumerate(turns):
        points[row, names.index(turn.assumption)] = turn.value
    if sample is not None:
        drawn, outcomes = sample
        points = np.concatenate([points, drawn[outcomes.holds[:, claim] == other(said)]])
    return points


def _nearest_flip(
    asked: Asked,
    claim: int,
    said: int,
    turns: Sequence[Turn],
    sample: tuple[Floats, Outcomes] | None,
) -> Flip | None:
    if said == UNDEFINED:
        return None
    found = nearest_turned(asked, claim, said, _known(asked, claim, said, turns, sample))
    return None if found is None else _flip(asked, found)


def _flip(asked: Asked, point: Floats) -> Flip:
    moves = np.abs(point - asked.base) / asked.width
    told = [int(k) for k in np.argsort(-moves, kind="stable") if moves[k] > _TOLD]
    moved = tuple((asked.assumptions[k].name, float(asked.base[k]), float(point[k])) for k in told)
    return Flip(moved, tuple(float(x) for x in point), float(asked.distance(point[None, :])[0]))
