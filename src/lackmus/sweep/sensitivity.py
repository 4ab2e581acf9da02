"""Sensitivity: which assumptions the margin of a claim, or its verdict, hangs on.

`drivers` works on any sample that is there already. It estimates the first-order index

    S_k = Var(E[Y | X_k]) / Var(Y)

in two steps. The smooth part of E[Y | X_k] is what the first eight cosines of the rank of X_k
explain of Y (COSI of Plischke 2012), less what pure chance would explain (Ezekiel 1930). What a
few cosines cannot follow, a jump near the end of a range above all, is in what they leave over:
there the share explained is the correlation of residuals that are neighbours in X_k (the rank
estimator of Gamboa et al. 2022, with which the whole is consistent); it counts where neighbours,
and neighbours but one, go together more than chance lets them. Where X_k takes few values, each
in enough draws, the indicators of its values take the cosines' place: the correlation ratio
(Pearson 1905) with Kelley's (1935) correction.

An index that chance alone may give is set to zero. The tests of all assumptions of one claim
share an error of 5 % (Bonferroni), and an index that hangs on a single draw is none: the largest
deviation is left out, and the rest must pass again. So twenty-five assumptions of fourteen claims
that have nothing to do with each other give less than one driver in all, whatever the
distribution of the margins; ``scripts/measure_drivers.py`` counts them.

`sobol_indices` needs the Saltelli design and gives first and total indices with intervals.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Any, Final

import numpy as np

from lackmus.case.syntax import Assumption
from lackmus.foundation.arrays import Floats, freeze
from lackmus.foundation.errors import UsageError
from lackmus.foundation.seeds import generator
from lackmus.foundation.tolerances import CLAIM, UNEXPLAINED
from lackmus.sweep.shapes import varies
from lackmus.sweep.study import FAILS, HOLDS, NO_DIFFERENCE, Outcomes

#: Cosines of the rank of an assumption.
_COSINES: Final = 8

#: Fewer draws than this say nothing about drivers, nor do fewer of the rarer verdict.
FEWEST: Final = 100
_RARER: Final = 8

#: Draws that a value must have to count as a category of its own.
_CATEGORY: Final = 8

#: Probability that an assumption without effect is called a driver of a claim, all together.
_ERROR: Final = 0.05

#: Numbers of draws times assumptions that are looked at together; more would only fill memory.
_TOGETHER: Final = 1_000_000

_BLOCKS: Final = 32
_RESAMPLES: Final = 200


@dataclass(frozen=True, slots=True)
class Driver:
    """How much of a margin's variance one assumption explains on its own.

    Attributes:
        assumption: Its name.
        index: First-order index, 0 to 1; 0 where it does not rise above `noise`.
        direction: Rank correlation (Spearman) of assumption and margin, -1 to 1.
        noise: Smooth effects below this are not told from chance at this number of draws.
    """

    assumption: str
    index: float
    direction: float
    noise: float

    def to_json(self) -> dict[str, Any]:
        """The keys that ``lackmus test --json`` gives of a driver."""
        return {"assumption": self.assumption, "index": self.index, "direction": self.direction}


@dataclass(frozen=True, slots=True)
class VerdictDrivers:
    """What the verdict of a claim hangs on: whether it holds in a draw, or not.

    Attributes:
        drivers: First-order indices of the verdict, largest first; those of zero left out.
        alone: Their sum: the share of the verdict's variance that assumptions explain one by
            one, at most 1. With correlated assumptions shares overlap, and may count twice.
        interaction: What is left to assumptions acting together, and to drivers too small to be
            told from chance: ``1 - alone``.
    """

    drivers: tuple[Driver, ...]
    alone: float
    interaction: float


@dataclass(frozen=True, slots=True)
class SobolIndex:
    """Sobol' indices of one assumption with half-widths of their 95 % intervals.

    Attributes:
        assumption: Its name.
        first: Share of the margin's variance that it explains on its own.
        first_half: Half the width of the interval of `first` (bootstrap).
        total: Share that would be left if all others were known: on its own and together with
            others.
        total_half: Half the width of the interval of `total`.
    """

    assumption: str
    first: float
    first_half: float
    total: float
    total_half: float


def drivers(
    assumptions: Sequence[Assumption],
    points: Floats,
    outcomes: Outcomes,
    column: int,
    *,
    rounding: float = 0.0,
) -> tuple[Driver, ...]:
    """First-order indices of the margin of one claim, largest first; those of zero left out.

    With correlated assumptions an index counts what an assumption tells, through its correlations
    too, and is no share of variance. The indices leave out what assumptions do only together.

    Args:
        assumptions: Names of the K columns of `points`.
        points: Draws of a sample, shape (N, K).
        outcomes: What was found there.
        column: Which claim.
        rounding: Spread up to which its margins are one number, in its unit.

    Returns:
        Nothing below a hundred draws with a margin, where an index says nothing; and nothing where
        the margins are one number but for rounding.

    References:
        Plischke (2012), How to compute variance-based sensitivity indicators with your
        spreadsheet software; Gamboa, Gremaud, Klein and Lagnoux (2022), Global sensitivity
        analysis: a novel generation of mighty estimators based on rank statistics; Ezekiel
        (1930), Methods of correlation analysis.
    """
    margins = outcomes.margins[:, column]
    defined = np.isfinite(margins)
    if not defined.any() or np.ptp(margins[defined] / 2.0) <= rounding / 2.0:
        return ()
    return _drivers(assumptions, points[defined], margins[defined])


def drivers_of_verdict(
    assumptions: Sequence[Assumption], points: Floats, outcomes: Outcomes, column: int
) -> VerdictDrivers | None:
    """What it hangs on whether one claim holds: the indices of `drivers`, of the indicator.

    Draws in which the claim cannot be asked, or is unsolved, are left out; one that makes no
    difference does not hold.

    Args:
        assumptions: Names of the K columns of `points`.
        points: Draws of a sample, shape (N, K).
        outcomes: What was found there.
        column: Which claim.

    Returns:
        None where the verdict hardly varies (fewer than eight draws of its rarer side) or where
        there are fewer than a hundred draws: nothing can be said.
    """
    codes = outcomes.holds[:, column]
    asked = np.isin(codes, (HOLDS, FAILS, NO_DIFFERENCE))
    holds = codes[asked] == HOLDS
    if len(holds) < FEWEST or min(holds.sum(), (~holds).sum()) < _RARER:
        return None
    found = _drivers(assumptions, points[asked], holds.astype(np.float64))
    alone = min(1.0, sum(driver.index for driver in found))
    return VerdictDrivers(found, alone, 1.0 - alone)


def sobol_indices(
    assumptions: Sequence[Assumption],
    outcomes: Outcomes,
    column: int,
    *,
    seed: int = 0,
    resamples: int = _RESAMPLES,
) -> tuple[SobolIndex, ...]:
    """First and total Sobol' indices of the margin of one claim, largest total first.

    A block of K + 2 points with an undefined margin is left out whole.

    Args:
        assumptions: As the design was drawn for; those that cannot vary are left out.
        outcomes: What was found at the points of the design ``saltelli``, in its order.
        column: Which claim.
        seed: Seed of the bootstrap.
        resamples: Bootstrap samples.

    Raises:
        UsageError: The outcomes are not those of such a design, or too few blocks are defined.

    References:
        Saltelli et al. (2010), Variance based sensitivity analysis of model output, table 2 (b)
        and (f); Sobol' (2001). `scipy.stats.sobol_indices` takes these estimators too, of all
        blocks only: their number must be a power of two.
    """
    names = [assumption.name for assumption in assumptions if varies(assumption)]
    margins = outcomes.margins[:, column]
    block = len(names) + 2
    if not names or len(margins) % block:
        raise UsageError(
            f"{len(margins)} points are not a Saltelli design of {len(names)} assumptions",
            hint="draw with the design `saltelli`",
        )
    blocks = margins.reshape(-1, block)
    blocks = blocks[np.isfinite(blocks).all(axis=1)]
    if len(blocks) < _BLOCKS:
        raise UsageError(
            f"the claim is defined in {len(blocks)} blocks of the design, and indices need "
            f"{_BLOCKS}",
            hint="ask for more draws",
        )
    if np.ptp(blocks) <= CLAIM * np.abs(blocks).max():
        return tuple(SobolIndex(name, 0.0, 0.0, 0.0, 0.0) for name in names)
    first, total = _indices(blocks)
    stream = generator(seed, "bootstrap")
    again = [
        _indices(blocks[stream.integers(len(blocks), size=len(blocks))]) for _ in range(resamples)
    ]
    half = NormalDist().inv_cdf(0.975) * np.std(again, axis=0, ddof=1)
    rows = zip(names, first, half[0], total, half[1], strict=True)
    indices = [SobolIndex(name, *(float(value) for value in values)) for name, *values in rows]
    return tuple(sorted(indices, key=lambda index: (-index.total, index.assumption)))


def _indices(blocks: Floats) -> tuple[Floats, Floats]:
    """First and total indices, shape (K,) each, of blocks A, AB_1 … AB_K, B: shape (N, K + 2)."""
    blocks = blocks - blocks[:, [0, -1]].mean()
    a, mixed, b = blocks[:, :1], blocks[:, 1:-1], blocks[:, -1:]
    variance = blocks[:, [0, -1]].var()
    if not variance > 0.0:
        return np.zeros(mixed.shape[1]), np.zeros(mixed.shape[1])
    first = (b * (mixed - a)).mean(axis=0) / variance
    total = 0.5 * ((a - mixed) ** 2).mean(axis=0) / variance
    return first, total


def _drivers(assumptions: Sequence[Assumption], points: Floats, y: Floats) -> tuple[Driver, ...]:
    if len(y) < FEWEST or np.ptp(y / 2.0) == 0.0:
        return ()
    y = y / np.abs(y).max()
    y_ranks = centred_ranks(y)
    without = np.arange(len(y)) != int(np.argmax(np.abs(y - y.mean())))
    moving = np.flatnonzero(np.ptp(points, axis=0) > 0.0)
    if not len(moving):
        return ()
    found: list[Driver] = []
    width = max(1, _TOGETHER // len(y))
    for some in np.split(moving, range(width, len(moving), width)):
        indices, noises = _first_order(points[:, some], y, _ERROR / len(moving))
        sound = np.flatnonzero(indices > 0.0)
        again, _ = _first_order(points[without][:, some[sound]], y[without], _ERROR / len(moving))
        for at in sound[again > 0.0].tolist():
            direction = float(centred_ranks(points[:, some[at]]) @ y_ranks)
            name = assumptions[some[at]].name
            found.append(Driver(name, float(indices[at]), direction, float(noises[at])))
    return tuple(sorted(found, key=lambda driver: (-driver.index, driver.assumption)))


def centred_ranks(values: Floats) -> Floats:
    """Ranks less their mean, tied values at the middle of theirs, in all of length one.

    Ranks as of ``scipy.stats.rankdata``, whose import costs half a second of every test of a case.
    """
    _, group, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - counts / 2.0 - len(values) / 2.0
    ranks = middle[group]
    return np.asarray(ranks / math.sqrt(float(ranks @ ranks)))


def _first_order(points: Floats, y: Floats, error: float) -> tuple[Floats, Floats]:
    """First-order indices, zero where chance may give them; and the noise of their smooth parts.

    Each of the two parts is tested at half the error.

    Args:
        points: Draws of some assumptions, shape (N, K).
        y: What they gave, shape (N,).
        error: Probability that an assumption without effect has an index.

    Returns:
        Shape (K,) each.
    """
    size, normal = len(y), NormalDist().inv_cdf(1.0 - error / 2.0)
    centred = y - y.mean()
    spread = float(centred @ centred)
    moves = np.ptp(points, axis=0) > 0.0
    if not spread > 0.0:
        return np.zeros(len(moves)), np.zeros(len(moves))
    order = _ascending(points)
    ordered = np.take_along_axis(points, order, axis=0)
    rest = (centred / np.sqrt(spread))[order]
    terms, smooth_only = np.full(len(moves), _COSINES), np.zeros(len(moves), np.bool_)
    distinct = 1 + np.count_nonzero(ordered[1:] != ordered[:-1], axis=0)
    groups = {k: _categories(ordered[:, k]) for k in np.flatnonzero(size >= _CATEGORY * distinct)}
    means = {k: _means(group, rest[:, k]) for k, group in groups.items() if group is not None}
    rest -= _cosines(rest)
    for k, (residuals, free) in means.items():
        rest[:, k], terms[k], smooth_only[k] = residuals, free, True
    unexplained = np.einsum("nk,nk->k", rest, rest)
    left = size - 1 - terms
    smooth = 1.0 - unexplained * (size - 1) / left
    noise = (_chi_square(terms, normal) - terms) / left
    smooth_only |= unexplained < UNEXPLAINED
    near, next_but_one = (
        np.einsum("nk,nk->k", rest[:-lag], rest[lag:]) / np.where(smooth_only, 1.0, unexplained)
        for lag in (1, 2)
    )
    chance = smooth_only | (np.minimum(near, next_but_one) * np.sqrt(size) <= normal)
    rough = np.where(chance, 0.0, np.maximum(near, 0.0))
    above = np.where((rough > 0.0) | (smooth > noise), np.maximum(smooth, 0.0), 0.0)
    return np.where(moves, above + (1.0 - above) * rough, 0.0), np.where(moves, noise, 0.0)


def _ascending(points: Floats) -> np.ndarray:
    """Places of the draws by each assumption, equal ones as they come; shape (N, K).

    A sort that keeps those in order takes four times as long, and few assumptions have any.
    """
    order = np.argsort(points, axis=0)
    ordered = np.take_along_axis(points, order, axis=0)
    tied = (ordered[1:] == ordered[:-1]).any(axis=0)
    order[:, tied] = np.argsort(points[:, tied], axis=0, kind="stable")
    return order


def _chi_square(terms: np.ndarray, normal: float) -> Floats:
    """Quantiles of chi square at that of a standard normal; Wilson and Hilferty (1931).

    Within 3 % of ``scipy.special.chdtri``, whose import every test of a case would pay for.
    """
    spread = 2.0 / (9.0 * terms)
    return np.asarray(terms * (1.0 - spread + normal * np.sqrt(spread)) ** 3)


def _categories(ordered: Floats) -> np.ndarray | None:
    """The category of each draw, by ascending values; None where values are too many for that.

    Values of too few draws share one category.
    """
    new = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    counts = np.diff(np.append(np.flatnonzero(new), len(ordered)))
    if len(ordered) < _CATEGORY * len(counts):
        return None
    own = counts >= _CATEGORY
    names = np.where(own, np.cumsum(own), 0)
    _, group = np.unique(np.repeat(names, counts), return_inverse=True)
    return group if group.max() > 0 else None


def _means(group: np.ndarray, y: Floats) -> tuple[Floats, int]:
    """What the means of categories leave over, and the free terms."""
    means = np.bincount(group, weights=y) / np.bincount(group)
    return y - means[group], len(means) - 1


def _cosines(y: Floats) -> Floats:
    """What cosines of the rank explain of draws in the order of their assumption; shape (N, K)."""
    basis = _basis(len(y))
    fitted: Floats = basis @ (basis.T @ y) * (2.0 / len(y))
    return fitted


@lru_cache(maxsize=4)
def _basis(size: int) -> Floats:
    angles = np.pi * (np.arange(size) + 0.5) / size
    return freeze(np.cos(np.outer(angles, np.arange(1, _COSINES + 1))))
