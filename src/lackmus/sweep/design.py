"""Designs: which points of the assumptions' ranges are looked at.

A design is made whole, before the first point is solved, and from the seed alone; so batches,
threads and machines cannot change it. Each assumption draws from a stream of its own name: an
assumption that a dissent adds leaves the draws of all others as they were (under ``sobol`` those
that stand before it).

Correlations are rank correlations (Spearman) of a Gaussian copula. A Latin hypercube keeps its
strata: its columns are put in the order of the correlated scores (Stein 1987).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from typing import Final, Literal, TypeAlias, get_args

import numpy as np

from lackmus.case.syntax import Assumption, Correlation
from lackmus.foundation.arrays import Floats, freeze
from lackmus.foundation.errors import Fault, UsageError
from lackmus.foundation.seeds import generator
from lackmus.foundation.tolerances import PIVOT
from lackmus.sweep.shapes import levels, varies

Design: TypeAlias = Literal[
    "lhs", "sobol", "monte-carlo", "factorial", "one-at-a-time", "saltelli", "table"
]

#: Designs whose points fall as the assumptions' distributions say, so that shares mean something.
SAMPLES: Final = frozenset({"lhs", "sobol", "monte-carlo"})

#: Digits in base 2 of a Sobol' point.
_BITS: Final = 32

#: More points than this are refused before memory is asked for them.
_MOST_POINTS: Final = 50_000_000


def base_point(assumptions: Sequence[Assumption]) -> Floats:
    """The base values, shape (K,)."""
    return freeze(np.array([float(a.value) for a in assumptions], dtype=np.float64))


def draw(
    assumptions: Sequence[Assumption],
    correlations: Sequence[Correlation],
    n: int,
    seed: int,
    design: Design = "lhs",
) -> Floats:
    """Points of a design, the same for the same arguments wherever it is called.

    Args:
        assumptions: What varies; K of them, one a column.
        correlations: Rank correlations; with a choice, whose ranks are tied, what comes out is
            smaller. Factorial and one-at-a-time designs, which are grids,
            take no notice of them; ``saltelli`` refuses them.
        n: How many points. For ``factorial`` and ``saltelli`` the most that may be used; the
            design takes as many of them as its kind allows. So does ``one-at-a-time``, but it
            takes all values of a choice, and with them more points than `n` where they are many.
        seed: Root seed, from 0.
        design: ``lhs`` Latin hypercube (McKay, Beckman and Conover 1979); ``sobol`` Sobol' points
            under a random linear scramble and digital shift (Matoušek 1998); ``monte-carlo``
            independent draws; ``factorial`` every combination of levels over the ranges;
            ``one-at-a-time`` the base values, then each assumption alone over its range;
            ``saltelli`` the design of Saltelli et al. (2010) for Sobol' indices.

    Returns:
        Points, shape (N, K), read-only.

    Raises:
        UsageError: An unknown design, too few or too many points for it, or correlations that
            contradict each other.

    References:
        Stein (1987), Large sample properties of simulations using Latin hypercube sampling.
    """
    if design not in get_args(Design) or design == "table":
        known = ", ".join(name for name in get_args(Design) if name != "table")
        raise UsageError([Fault("design", f"there is no design {design!r}", hint=known)])
    if not 1 <= n <= _MOST_POINTS:
        raise UsageError(f"{n} draws: ask for at least one, and at most {_MOST_POINTS:,}")
    if design in ("factorial", "one-at-a-time"):
        make = _factorial if design == "factorial" else _one_at_a_time
        return freeze(make(assumptions, n))
    units = _UNITS[design](assumptions, n, seed)
    lower = _copula(assumptions, correlations)
    if lower is not None:
        if design == "saltelli":
            raise UsageError(
                "Sobol' indices are defined for independent assumptions, and these are correlated",
                hint="drop the correlations, or take the drivers, which need no such design",
            )
        units = _correlate(units, lower, keep_strata=design == "lhs")
    return freeze(to_points(assumptions, units))


def to_points(assumptions: Sequence[Assumption], units: Floats) -> Floats:
    """Uniform numbers, shape (N, K), to values of the assumptions, column by column."""
    points = np.empty_like(units)
    for column, assumption in enumerate(assumptions):
        points[:, column] = assumption.distribution.quantile(units[:, column])
    return points


def from_scores(
    assumptions: Sequence[Assumption], correlations: Sequence[Correlation], scores: Floats
) -> Floats:
    """Independent standard normal scores, shape (N, K), to values of the assumptions.

    This is the copula of `draw`: normal scores give draws of the assumptions.
    """
    from scipy.special import ndtr  # noqa: PLC0415 - costs 0.2 s, and few uses need it

    lower = _copula(assumptions, correlations)
    return to_points(assumptions, ndtr(scores if lower is None else scores @ lower.T))


def draw_within(
    assumptions: Sequence[Assumption],
    correlations: Sequence[Correlation],
    ends: Floats,
    n: int,
    random: np.random.Generator,
) -> tuple[Floats, float]:
    """Draws of the assumptions within a box, and the share of all draws that lie in it.

    Args:
        assumptions: What varies; K of them.
        correlations: Rank correlations.
        ends: Places of the lower and the upper end of each assumption; shape (K, 2).
        n: How many points.
        random: Where chance comes from.

    Returns:
        Points, shape (N, K), and the share; where assumptions are correlated, as estimated by
        these draws.

    References:
        Geweke (1989), Hajivassiliou and McFadden (1998), Keane (1994): the GHK simulator, with
        its draws resampled by their weights.
    """
    from scipy.special import ndtr, ndtri  # noqa: PLC0415 - as above

    lower = _copula(assumptions, correlations)
    if lower is None:
        units = ends[:, 0] + (ends[:, 1] - ends[:, 0]) * random.random((n, len(assumptions)))
        return to_points(assumptions, units), float(np.prod(ends[:, 1] - ends[:, 0]))
    scores, weights = np.zeros((n, len(assumptions))), np.ones(n)
    for k, (own, both) in enumerate(zip(np.diag(lower), ndtri(ends), strict=True)):
        given = scores @ lower[k]
        if own == 0.0:
            weights *= (given >= both[0]) & (given <= both[1])
            continue
        low, high = (ndtr((end - given) / own) for end in both)
        weights *= high - low
        scores[:, k] = ndtri(low + (high - low) * random.random(n))
    mass = float(weights.mean())
    if mass > 0.0:
        upto = np.cumsum(weights) / weights.sum()
        chosen = np.searchsorted(upto, (np.arange(n) + random.random()) / n).clip(max=n - 1)
        scores = scores[chosen]
    return to_points(assumptions, ndtr(scores @ lower.T)), mass


def point_ids(digest: str, points: Floats) -> list[str]:
    """A name for each point that depends on the case and the values alone: 32 hex digits.

    Args:
        digest: The study's digest.
        points: Values of the assumptions, shape (N, K).
    """
    values = np.ascontiguousarray(points, dtype="<f8") + 0.0
    start = hashlib.blake2b(digest.encode(), digest_size=16)
    ids = []
    for row in values:
        state = start.copy()
        state.update(row.tobytes())
        ids.append(state.hexdigest())
    return ids


def saltelli_base(assumptions: Sequence[Assumption], n: int) -> int:
    """The largest power of two N for which the N (K + 2) points of Saltelli's design are <= n.

    K counts the assumptions that vary.

    Raises:
        UsageError: Not even N = 2 fits.
    """
    count = sum(map(varies, assumptions))
    base = n // (count + 2)
    if count == 0 or base < 2:
        raise UsageError(
            f"{n} draws are too few for Sobol' indices of {count} assumptions",
            hint=f"ask for {64 * (count + 2)} or more" if count else "no assumption varies",
        )
    return int(2 ** int(math.log2(base)))


# --- uniform numbers ----------------------------------------------------------------------------


def _lhs(assumptions: Sequence[Assumption], n: int, seed: int) -> Floats:
    units = np.empty((n, len(assumptions)))
    for column, assumption in enumerate(assumptions):
        stream = generator(seed, "lhs", assumption.name)
        order = np.argsort(stream.random(n), kind="stable")
        units[:, column] = (order + stream.random(n)) / n
    return units


def _monte_carlo(assumptions: Sequence[Assumption], n: int, seed: int) -> Floats:
    columns = [generator(seed, "monte-carlo", a.name).random(n) for a in assumptions]
    return np.column_stack(columns) if columns else np.empty((n, 0))


def _sobol(assumptions: Sequence[Assumption], n: int, seed: int) -> Floats:
    from scipy.stats import qmc  # noqa: PLC0415 - costs 0.7 s, and the default design needs it not

    if not assumptions:
        return np.empty((n, 0))
    engine = qmc.Sobol(len(assumptions), scramble=False, bits=_BITS)
    plain = engine.random_base2(math.ceil(math.log2(n)))[:n]
    digits = (plain * 2.0**_BITS).astype(np.uint64)
    units = np.empty(plain.shape)
    for column, assumption in enumerate(assumptions):
        stream = generator(seed, "sobol", assumption.name)
        units[:, column] = (_scramble(digits[:, column], stream) + 0.5) / 2.0**_BITS
    return units


def _scramble(digits: np.ndarray, stream: np.random.Generator) -> Floats:
    """Random linear scramble with a digital shift of one column of `_BITS`-digit numbers.

    References:
        Matoušek (1998), On the L2-discrepancy for anchored boxes.
    """
    lower = stream.random((_BITS, _BITS)) < 0.5
    shift = stream.random(_BITS) < 0.5
    one = np.uint64(1)
    result = np.zeros_like(digits)
    for row in range(_BITS):
        mask = sum(1 << (_BITS - 1 - i) for i in range(row) if lower[row, i])
        mask |= 1 << (_BITS - 1 - row)
        bit = np.bitwise_count(digits & np.uint64(mask)).astype(np.uint64) & one
        bit ^= np.uint64(shift[row])
        result |= bit << np.uint64(_BITS - 1 - row)
    return result.astype(np.float64)


def _saltelli(assumptions: Sequence[Assumption], n: int, seed: int) -> Floats:
    """Blocks A, AB_1 … AB_K, B, one after the other, as Saltelli et al. (2010) lay them out.

    A and B are the two halves of one scrambled Sobol' sequence of twice the dimension; AB_k is A
    with the column k of B.
    """
    from scipy.stats import qmc  # noqa: PLC0415 - costs 0.7 s, and only these indices need it

    base = saltelli_base(assumptions, n)
    columns = [k for k, assumption in enumerate(assumptions) if varies(assumption)]
    size = len(columns)
    engine = qmc.Sobol(2 * size, scramble=True, rng=generator(seed, "saltelli"))
    halves = engine.random(base)
    blocks = np.repeat(halves[:, None, :size], size + 2, axis=1)
    blocks[:, -1] = halves[:, size:]
    for k in range(size):
        blocks[:, k + 1, k] = halves[:, size + k]
    units = np.full((base * (size + 2), len(assumptions)), 0.5)
    units[:, columns] = blocks.reshape(-1, size)
    return units


_UNITS: Final[dict[str, Callable[[Sequence[Assumption], int, int], Floats]]] = {
    "lhs": _lhs,
    "sobol": _sobol,
    "monte-carlo": _monte_carlo,
    "saltelli": _saltelli,
}


# --- correlations -------------------------------------------------------------------------------


def _copula(
    assumptions: Sequence[Assumption], correlations: Sequence[Correlation]
) -> Floats | None:
    """Lower factor of the copula's correlations; None where nothing is correlated.

    A rank correlation r belongs to the normal correlation 2 sin(π r / 6) (Pearson 1907).
    """
    place = {a.name: k for k, a in enumerate(assumptions)}
    matrix = np.eye(len(assumptions))
    for correlation in correlations:
        i, j = (place[name] for name in correlation.between)
        if varies(assumptions[i]) and varies(assumptions[j]):
            matrix[i, j] = matrix[j, i] = 2.0 * math.sin(math.pi * float(correlation.rho) / 6.0)
    if np.array_equal(matrix, np.eye(len(matrix))):
        return None
    return _factor(matrix, correlations)


def _factor(matrix: Floats, correlations: Sequence[Correlation]) -> Floats:
    """Cholesky's factor, which lets perfect correlation through (a pivot of zero)."""
    size = len(matrix)
    lower = np.zeros_like(matrix)
    for j in range(size):
        pivot = matrix[j, j] - lower[j, :j] @ lower[j, :j]
        rest = matrix[j + 1 :, j] - lower[j + 1 :, :j] @ lower[j, :j]
        if pivot < -PIVOT or (pivot < PIVOT and np.any(np.abs(rest) > math.sqrt(PIVOT))):
            raise UsageError([_contradiction(correlations)])
        if pivot >= PIVOT:
            lower[j, j] = math.sqrt(pivot)
            lower[j + 1 :, j] = rest / lower[j, j]
    return lower


def _contradiction(correlations: Sequence[Correlation]) -> Fault:
    pairs = "; ".join(f"{' and '.join(c.between)} {float(c.rho):g}" for c in correlations)
    return Fault(
        "correlations",
        f"no assumptions can be correlated like this: {pairs}",
        span=correlations[-1].span,
        hint="where a goes with b and b with c, a must go with c to some degree: lower one rho",
    )


def _correlate(units: Floats, lower: Floats, *, keep_strata: bool) -> Floats:
    from scipy.special import ndtr, ndtri  # noqa: PLC0415 - costs 0.2 s, and few cases need it

    scores = ndtri(units) @ lower.T
    result = units.copy()
    for column in np.flatnonzero(np.any(lower - np.diag(np.diag(lower)), axis=1)):
        if keep_strata:
            order = np.argsort(scores[:, column], kind="stable")
            result[order, column] = np.sort(units[:, column])
        else:
            result[:, column] = ndtr(scores[:, column])
    return result


# --- grids --------------------------------------------------------------------------------------


def _factorial(assumptions: Sequence[Assumption], n: int) -> Floats:
    listed = [levels(a, 2) for a in assumptions]
    stretchable = [
        k for k, a in enumerate(assumptions) if varies(a) and a.distribution.shape != "choice"
    ]
    smallest = math.prod(len(values) for values in listed)
    if smallest > n:
        raise UsageError(
            f"a full factorial of these assumptions has at least {smallest:,} points, not {n:,}",
            hint="fix the assumptions that do not matter, or draw a Latin hypercube",
        )
    fixed = smallest // 2 ** len(stretchable)
    count = 2
    while stretchable and fixed * (count + 1) ** len(stretchable) <= n:
        count += 1
    for k in stretchable:
        listed[k] = levels(assumptions[k], count)
    mesh = np.meshgrid(*listed, indexing="ij")
    return np.column_stack([axis.ravel() for axis in mesh]) if mesh else np.empty((1, 0))


def _one_at_a_time(assumptions: Sequence[Assumption], n: int) -> Floats:
    base = base_point(assumptions)
    moving = [k for k, assumption in enumerate(assumptions) if varies(assumption)]
    count = (n - 1) // max(1, len(moving))
    if moving and count < 2:
        raise UsageError(
            f"{n} draws are too few to move each of {len(moving)} assumptions to both its ends",
            hint=f"ask for {1 + 2 * len(moving)} or more",
        )
    rows = [base]
    for k in moving:
        for value in levels(assumptions[k], count):
            row = base.copy()
            row[k] = value
            rows.append(row)
    return np.array(rows)
