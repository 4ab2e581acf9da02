"""Scenario discovery: in which part of the ranges a claim holds, or fails, in simple words.

A *box* is a range for each of a few assumptions, found by peeling (PRIM): from the whole, thin
slices are cut off one after the other, always the one whose loss raises the share of wanted draws
most for each draw given up; then the box of the peeling path is taken that best balances

* coverage: which share of all wanted draws lies in the box, and
* density: which share of the draws in the box is wanted,

by covering most beyond what a random box of its size would. Ranges that do no work, or that may
well be chance, are let go again, and the peeling is done anew over the assumptions that are left.

A *map* shows two assumptions in full,
all others at their base values.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from lackmus.case.syntax import Assumption
from lackmus.foundation.arrays import Bools, Codes, Floats, Ints, freeze
from lackmus.foundation.errors import UsageError
from lackmus.foundation.letters import composed
from lackmus.sweep.design import base_point
from lackmus.sweep.shapes import levels
from lackmus.sweep.study import FAILS, HOLDS, NO_DIFFERENCE, Outcomes, Study

Wanted: TypeAlias = Literal["holds", "fails"]

#: Share of the draws in a box that one slice takes off (Friedman and Fisher's alpha).
_SLICE: Final = 0.05

#: Fewer draws than this are no box.
_FEWEST: Final = 20

#: A range is let go where the box without it has at least this part of the balance it had.
_IDLE: Final = 0.98

#: A range is let go where its effect has at least this probability of being chance.
_CHANCE: Final = 0.01


def limit_text(assumption: str, low: float | None, high: float | None) -> str:
    """A range of an assumption in a box, open where it has no end."""
    if low is None:
        return f"{assumption} < {high:.4g}"
    if high is None:
        return f"{assumption} > {low:.4g}"
    return f"{low:.4g} < {assumption} < {high:.4g}"


@dataclass(frozen=True, slots=True)
class Limit:
    """The range of one assumption in a box.

    Attributes:
        assumption: Its name.
        low: Lower end; None where the box does not limit it.
        high: Upper end; None likewise.
        chance: Probability that wanted draws would be as dense, were this range without effect
            (the quasi-p-value of Bryant and Lempert: binomial, one-sided).
    """

    assumption: str
    low: float | None
    high: float | None
    chance: float

    def __str__(self) -> str:
        return limit_text(self.assumption, self.low, self.high)


@dataclass(frozen=True, slots=True)
class Box:
    """A box of assumptions in which a claim holds, or fails.

    Attributes:
        claim: The claim's id.
        wanted: What the box was sought for.
        limits: The assumptions that it limits, the most telling first.
        coverage: Share of all wanted draws that lie in it.
        density: Share of its draws that are wanted.
        mass: Share of all draws that lie in it.
        overall: Share of all draws that are wanted.

    Draws are those in which the claim can be asked; where it makes no difference, it neither
    holds nor fails.
    """

    claim: str
    wanted: Wanted
    limits: tuple[Limit, ...]
    coverage: float
    density: float
    mass: float
    overall: float

    def sentence(self) -> str:
        """The box in words."""
        where = " and ".join(map(str, self.limits))
        text = (
            f"{self.claim} {self.wanted} in {_percent(self.density)} of the draws with {where} "
            f"(density), against {_percent(self.overall)} of all in which it can be asked; these "
            f"are {_percent(self.coverage)} of the draws in which it {self.wanted} (coverage)"
        )
        return f"{text}."

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "wanted": self.wanted,
            "limits": [
                {"assumption": limit.assumption, "low": limit.low, "high": limit.high}
                for limit in self.limits
            ],
            "coverage": self.coverage,
            "density": self.density,
            "mass": self.mass,
            "sentence": self.sentence(),
        }


@dataclass(frozen=True, slots=True, eq=False)
class PairMap:
    """Every claim over two assumptions, all others at their base values.

    Attributes:
        first: Name of the assumption of the rows.
        second: Name of the assumption of the columns.
        rows: Its values, shape (R,).
        columns: Its values, shape (C,).
        claims: Claim ids.
        margins: Shape (claims, R, C); NaN where undefined.
        holds: Codes of `lackmus.sweep.study`; likewise.
        base: Base values of the two.
    """

    first: str
    second: str
    rows: Floats
    columns: Floats
    claims: tuple[str, ...]
    margins: Floats
    holds: Codes
    base: tuple[float, float]


def find_box(
    assumptions: Sequence[Assumption],
    claims: Sequence[str],
    points: Floats,
    outcomes: Outcomes,
    column: int,
    *,
    wanted: Wanted | None = None,
) -> Box | None:
    """The box in which a claim holds, or fails.

    Args:
        assumptions: Names of the K columns of `points`.
        claims: Claim ids.
        points: Draws of a sample, shape (N, K).
        outcomes: What was found there.
        column: Which claim.
        wanted: What to look for; by default the rarer of the two, of which there are enough.

    Returns:
        The box; None where fewer than twenty draws are wanted or unwanted, or where no box has
        them denser than the whole.

    References:
        Friedman and Fisher (1999), Bump hunting in high-dimensional data; Bryant and Lempert
        (2010), Thinking inside the box; the peeling criterion is Kwakkel and Jaxa-Rozen's
        (2016) first lenient one.
    """
    codes = outcomes.holds[:, column]
    asked = np.isin(codes, (HOLDS, FAILS, NO_DIFFERENCE))
    given, codes = points[asked], codes[asked]
    if wanted is None:
        holds, fails = np.count_nonzero(codes == HOLDS), np.count_nonzero(codes == FAILS)
        wanted = "holds" if fails < _FEWEST or _FEWEST <= holds <= fails else "fails"
    target = codes == (HOLDS if wanted == "holds" else FAILS)
    if min(target.sum(), (~target).sum()) < _FEWEST:
        return None
    limits = _search(given, target)
    inside = _inside(given, limits)
    if not len(limits) or target[inside].mean() <= target.mean():
        return None
    told = [_limit(assumptions, given, target, limits, k) for k in limits]
    return Box(
        claims[column],
        wanted,
        tuple(sorted(told, key=lambda limit: (limit.chance, limit.assumption))),
        float(target[inside].sum() / target.sum()),
        float(target[inside].mean()),
        float(inside.mean()),
        float(target.mean()),
    )


def pair_map(study: Study, first: str, second: str, *, size: int = 25, threads: int = 1) -> PairMap:
    """Every claim over two assumptions, all others at their base values.

    Args:
        study: The claims as a function of assumptions.
        first: Name of the assumption of the rows.
        second: Name of the assumption of the columns.
        size: Values of each; a choice has its own.
        threads: Handed on to the study.

    Raises:
        UsageError: There are no two such assumptions.
    """
    first, second = composed(first), composed(second)
    place = {assumption.name: k for k, assumption in enumerate(study.assumptions)}
    if first == second or not {first, second} <= place.keys():
        raise UsageError(
            f"a map needs two assumptions, and not {first!r} and {second!r}",
            hint=", ".join(place),
        )
    i, j = place[first], place[second]
    rows, columns = (levels(study.assumptions[k], size) for k in (i, j))
    base = base_point(study.assumptions)
    points = np.tile(base, (len(rows) * len(columns), 1))
    points[:, i] = np.repeat(rows, len(columns))
    points[:, j] = np.tile(columns, len(rows))
    found = study.run(points, threads=threads)
    shape = (len(study.claims), len(rows), len(columns))
    return PairMap(
        first,
        second,
        freeze(rows),
        freeze(columns),
        tuple(study.claims),
        freeze(found.margins.T.reshape(shape)),
        freeze(found.holds.T.reshape(shape)),
        (float(base[i]), float(base[j])),
    )


def _percent(share: float) -> str:
    return f"{100.0 * share:.3g} %"


# --- peeling ------------------------------------------------------------------------------------

#: Ends of a box by column; infinite where it is open.
_Ends: TypeAlias = dict[int, tuple[float, float]]


def _search(points: Floats, target: Bools) -> _Ends:
    """Peel, let go, and peel anew over what is left, until nothing more is let go."""
    columns = tuple(range(points.shape[1]))
    while columns:
        ends = _let_go(points, target, _peel(points, target, columns))
        chances = {column: _chance(points, target, ends, column) for column in ends}
        likeliest = max(chances, key=lambda column: chances[column], default=-1)
        if chances.get(likeliest, 0.0) > _CHANCE:
            ends = {column: both for column, both in ends.items() if column != likeliest}
        elif len(ends) == len(columns):
            return ends
        columns = tuple(ends)
    return {}


def _peel(points: Floats, target: Bools, columns: Sequence[int]) -> _Ends:
    """The box of the peeling path that best balances coverage and density."""
    box = _Sorted.of(points[:, list(columns)].T, target)
    ends: _Ends = {}
    best, best_balance = ends, 0.0
    wanted = int(target.sum())
    while _FEWEST < box.size > box.hits:
        cut = box.slice()
        if cut is None:
            break
        k, low, high = cut
        box, column = box.between(k, low, high), columns[k]
        old = ends.get(column, (-np.inf, np.inf))
        ends = {**ends, column: (max(old[0], low), min(old[1], high))}
        balance = box.hits / wanted - box.size / len(target)
        if balance > best_balance:
            best, best_balance = ends, balance
    return best


@dataclass(frozen=True, slots=True, eq=False)
class _Sorted:
    """The draws in a box, sorted by each assumption.

    Attributes:
        values: In ascending order, a row an assumption; shape (K, M).
        order: Which draws these are; likewise.
        target: Which of all draws are wanted; shape (N,).
        hits: How many of those in the box are.
    """

    values: Floats
    order: Ints
    target: Bools
    hits: int

    @classmethod
    def of(cls, values: Floats, target: Bools) -> _Sorted:
        """All draws, from a row an assumption; shape (K, N)."""
        order = np.argsort(values, axis=1)
        ordered = np.take_along_axis(values, order, axis=1)
        return cls(ordered, order.astype(np.int32), target, int(np.count_nonzero(target)))

    @property
    def size(self) -> int:
        """Draws in the box."""
        return int(self.order.shape[1])

    def slice(self) -> tuple[int, float, float] | None:
        """The best slice to cut off: its row, and the ends that stay; None where none is good.

        A slice ends between draws, and what equals the draw at which it ends is cut off with it. A
        row of one value has none.
        """
        values, last = self.values, self.size - 1
        low, high = math.floor(_SLICE * last), math.ceil((1.0 - _SLICE) * last)
        bottom, top = values[:, low], values[:, high]
        cut, lost = np.empty((2, len(values), 2), np.int64)
        cut[:] = low + 1, self.size - high
        self.target[self.order[:, : low + 1]].sum(axis=1, out=lost[:, 0])
        self.target[self.order[:, high:]].sum(axis=1, out=lost[:, 1])
        for side, ties in enumerate((values[:, low + 1] == bottom, values[:, high - 1] == top)):
            if ties.any():
                tied = values[ties]
                off = tied >= top[ties, None] if side else tied <= bottom[ties, None]
                cut[ties, side] = off.sum(axis=1)
                lost[ties, side] = (off & self.target[self.order[ties]]).sum(axis=1)
        stay = self.size - cut
        fit = (stay >= _FEWEST) & (values[:, :1] != values[:, -1:])
        density = (self.hits - lost) / np.maximum(stay, 1)
        gain = np.where(fit, (density - self.hits / self.size) / cut, 0.0)
        k, at_top = divmod(int(gain.argmax()), 2)
        if not gain[k, at_top] > 0.0:
            return None
        if at_top:
            return k, -np.inf, float(0.5 * (top[k] + values[k, -cut[k, 1] - 1]))
        return k, float(0.5 * (bottom[k] + values[k, cut[k, 0]])), np.inf

    def between(self, k: int, low: float, high: float) -> _Sorted:
        """The draws of which a row lies between two ends."""
        stays = np.zeros(len(self.target), np.bool_)
        stays[self.order[k]] = (self.values[k] > low) & (self.values[k] < high)
        kept = np.flatnonzero(stays[self.order]).reshape(len(self.order), -1)
        hits = int(np.count_nonzero(self.target & stays))
        return _Sorted(self.values.take(kept), self.order.take(kept), self.target, hits)


def _inside(points: Floats, ends: _Ends) -> Bools:
    kept = np.ones(len(points), dtype=np.bool_)
    for column, (low, high) in ends.items():
        kept &= (points[:, column] > low) & (points[:, column] < high)
    return kept


def _let_go(points: Floats, target: Bools, ends: _Ends) -> _Ends:
    """The box without the ends that do no work, the idlest first.

    A box is as good as its coverage exceeds its mass, by how much it covers more than a random one
    of its size: the weighted relative accuracy of Lavrač, Flach and Zupan (1999), over the share
    wanted.
    """
    limits = [(k, *limit) for k, both in ends.items() for limit in zip((1, -1), both, strict=True)]
    limits = [limit for limit in limits if np.isfinite(limit[2])]
    outside = np.array([way * points[:, k] <= way * end for k, way, end in limits])
    wanted = np.count_nonzero(target)
    while limits:
        misses = np.count_nonzero(outside, axis=0)
        inside = np.concatenate([misses - outside, misses[None]]) == 0
        hits = np.count_nonzero(inside & target, axis=1)
        *balances, whole = hits / wanted - np.count_nonzero(inside, axis=1) / len(target)
        idlest = int(np.argmax(balances))
        if balances[idlest] < _IDLE * whole:
            break
        del limits[idlest]
        outside = np.delete(outside, idlest, axis=0)
    left: _Ends = {}
    for k, way, end in limits:
        low, high = left.get(k, (-np.inf, np.inf))
        left[k] = (end, high) if way > 0 else (low, end)
    return left


def _chance(points: Floats, target: Bools, ends: _Ends, column: int) -> float:
    """Probability of as many wanted draws in the box, were one range without effect."""
    rest = {k: v for k, v in ends.items() if k != column}
    without, inside = _inside(points, rest), _inside(points, ends)
    hits, count = int(target[inside].sum()), int(inside.sum())
    return _tail(hits, count, float(target[without].mean()))


def _tail(hits: int, count: int, share: float) -> float:
    """Probability of at least so many hits among a count, each at a share (binomial).

    As ``scipy.special.bdtrc``, whose import every test of a case would pay for.
    """
    if hits == 0 or share in (0.0, 1.0):
        return float(hits == 0 or share == 1.0)
    logs = _log_factorials(count.bit_length())
    here = np.arange(hits, count + 1)
    chosen = logs[count] - logs[here] - logs[count - here]
    terms = np.exp(chosen + here * math.log(share) + (count - here) * math.log1p(-share))
    return min(1.0, float(terms.sum()))


@cache
def _log_factorials(bits: int) -> Floats:
    """Logarithms of 0!, 1!, … of all numbers of so many bits."""
    numbers = np.arange(1 << bits, dtype=np.float64)
    numbers[0] = 1.0
    return freeze(np.cumsum(np.log(numbers)))


def _limit(
    assumptions: Sequence[Assumption], points: Floats, target: Bools, ends: _Ends, column: int
) -> Limit:
    low, high = ends[column]
    return Limit(
        assumptions[column].name,
        float(low) if np.isfinite(low) else None,
        float(high) if np.isfinite(high) else None,
        _chance(points, target, ends, column),
    )
