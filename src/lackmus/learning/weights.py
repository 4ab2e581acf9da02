"""Weighted draws: how many they are worth, and what they say."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lackmus.foundation.arrays import Floats

#: The least effective sample size with which weights are trusted.
ENOUGH = 100.0

#: Fewest weights in the tail to which a generalised Pareto distribution is fitted.
_LEAST_TAIL = 5

#: Quantiles that tell a distribution.
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

#: Parts of equal probability into which a distribution is cut for its shift in bits.
_PARTS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The probability of a record over the draws.

    Attributes:
        log: Natural logarithm of its mean; -inf where no draw allows the record.
        relative_error: Monte Carlo standard error of the mean, as a fraction of it.
    """

    log: float
    relative_error: float

    @property
    def probability(self) -> float:
        """The mean itself; 0 where it underflows."""
        return math.exp(self.log)

    @property
    def bits(self) -> float:
        """How surprised the model is: minus the logarithm to base 2."""
        return -self.log / math.log(2.0)

    @property
    def error_bits(self) -> float:
        """Standard error of `bits`."""
        return self.relative_error / math.log(2.0)


def normalised(log_weights: Floats) -> Floats:
    """Weights that sum to one; all zero where no draw has any. NaN counts as no weight."""
    logs = np.where(np.isnan(log_weights), -np.inf, log_weights)
    top = logs.max(initial=-np.inf)
    if not np.isfinite(top):
        return np.zeros_like(logs)
    weights = np.exp(logs - top)
    return np.asarray(weights / weights.sum())


def evidence(log_likelihood: Floats) -> Evidence:
    """The mean likelihood over independent draws, NaN being draws without a solution.

    Of a Latin hypercube the error is on the safe side (Stein 1987).
    """
    logs = log_likelihood[~np.isnan(log_likelihood)]
    top = logs.max(initial=-np.inf)
    if not np.isfinite(top):
        return Evidence(-math.inf, math.nan)
    scaled = np.exp(logs - top)
    mean = float(scaled.mean())
    error = float(scaled.std(ddof=1)) / math.sqrt(len(scaled)) if len(scaled) > 1 else math.inf
    return Evidence(float(top) + math.log(mean), error / mean)


def effective_size(weights: Floats) -> float:
    """Effective sample size of weights that sum to one (Kish 1965); 0 where all are zero."""
    squares = float(np.square(weights).sum())
    return 1.0 / squares if squares > 0 else 0.0


def pareto_k(log_weights: Floats) -> float:
    """Shape of the generalised Pareto distribution fitted to the largest weights.

    NaN where fewer than five weights make the tail, or where it is flat; infinite where one
    weight is all.

    References:
        Zhang and Stephens (2009), A new and efficient estimation method for the generalized
        Pareto distribution; Vehtari et al. (2024), Pareto smoothed importance sampling, with its
        weakly informative prior on the shape.
    """
    logs = log_weights[~np.isnan(log_weights)]
    size = len(logs)
    tail = int(min(0.2 * size, 3.0 * math.sqrt(size)))
    if tail < _LEAST_TAIL or not np.isfinite(logs.max(initial=-np.inf)):
        return math.nan
    ordered = np.sort(np.exp(logs - logs.max()))
    cutoff = ordered[-tail - 1]
    excess = ordered[-tail:] - cutoff
    if excess[-1] <= 0.0:
        return math.nan
    positive = excess[excess > 0.0]
    if len(positive) < _LEAST_TAIL:
        return math.inf
    return _shape(positive)


def _shape(excess: Floats) -> float:
    """Zhang and Stephens' estimate from ordered positive excesses, drawn towards 0.5."""
    size = len(excess)
    grid = 30 + int(math.sqrt(size))
    quartile = excess[int(size / 4 + 0.5) - 1]
    steps = np.arange(1, grid + 1)
    theta = 1.0 / excess[-1] + (1.0 - np.sqrt(grid / (steps - 0.5))) / (3.0 * quartile)
    shapes = np.log1p(-theta[:, None] * excess).mean(axis=1)
    profile = size * (np.log(-theta / shapes) - shapes - 1.0)
    with np.errstate(over="ignore"):  # beside what is likelier by far, a shape has no share
        share = 1.0 / np.exp(profile - profile[:, None]).sum(axis=1)
    kept = share >= 10.0 * np.finfo(np.float64).eps
    best = float((theta[kept] * share[kept]).sum() / share[kept].sum())
    shape = float(np.log1p(-best * excess).mean())
    return (size * shape + 10.0 * 0.5) / (size + 10.0)


def highest_k(draws: int) -> float:
    """The shape up to which so many draws can be trusted (Vehtari et al. 2024, eq. 14)."""
    return min(1.0 - 1.0 / math.log10(draws), 0.7) if draws > 10 else 0.0


# --- what weighted draws say --------------------------------------------------------------------


def quantiles(values: Floats, weights: Floats, at: tuple[float, ...] = QUANTILES) -> Floats:
    """Weighted quantiles: the least value at which the weight below reaches the share asked for.

    Half of a value's own weight counts as below it, and values between are interpolated. NaN
    where nothing has weight.
    """
    kept = (weights > 0) & ~np.isnan(values)
    if not kept.any():
        return np.full(len(at), np.nan)
    order = np.argsort(values[kept], kind="stable")
    ordered, mass = values[kept][order], weights[kept][order]
    below = np.cumsum(mass) - 0.5 * mass
    return np.asarray(np.interp(np.array(at) * mass.sum(), below, ordered))


def mean(values: Floats, weights: Floats) -> float:
    """Weighted mean over the draws that have a value; NaN where none has weight."""
    kept = (weights > 0) & ~np.isnan(values)
    total = float(weights[kept].sum())
    return float((values[kept] * weights[kept]).sum()) / total if total > 0 else math.nan


def mean_error(values: Floats, weights: Floats) -> float:
    """Monte Carlo standard error of `mean` over independent draws; NaN where that is none.

    Of a Latin hypercube it is on the safe side (Stein 1987).
    """
    kept = (weights > 0) & ~np.isnan(values)
    total = float(weights[kept].sum())
    apart = values[kept] - mean(values, weights)
    return (
        math.sqrt(float(np.square(weights[kept] * apart).sum())) / total if total > 0 else math.nan
    )


def shift_bits(places: Floats, weights: Floats, *, parts: int = _PARTS) -> float:
    """How far weights carry a uniform number on (0, 1) from uniform, in bits.

    The relative entropy of the weighted shares of `parts` equal parts, less what chance alone
    would give so few draws (Miller 1955); never negative.

    Args:
        places: Where the draws lie in their distribution, from 0 to 1.
        weights: Their weights, with sum one.
        parts: Into how many parts.
    """
    parts = max(2, min(parts, int(effective_size(weights) / 5)))
    cell = np.minimum((places * parts).astype(np.int32), parts - 1)
    share = _sums(cell, weights, parts)
    return _relative_entropy(share, np.full(parts, 1.0 / parts), weights)


def shift_bits_of_choice(values: Floats, weights: Floats, before: Floats) -> float:
    """The same for a choice: `before` has the prior weight of each draw."""
    kinds, which = np.unique(values, return_inverse=True)
    share, prior = (_sums(which, parts, len(kinds)) for parts in (weights, before))
    return _relative_entropy(share, prior, weights)


def _sums(which: NDArray[np.signedinteger], weights: Floats, kinds: int) -> Floats:
    return np.bincount(which, weights=weights, minlength=kinds).astype(np.float64)


def _relative_entropy(share: Floats, prior: Floats, weights: Floats) -> float:
    there = (share > 0) & (prior > 0)
    bits = float((share[there] * np.log2(share[there] / prior[there])).sum())
    size = effective_size(weights)
    by_chance = (len(share) - 1) / (2.0 * size * math.log(2.0)) if size > 0 else 0.0
    return max(0.0, bits - by_chance)
