"""The shapes of distributions: quantile functions, ranges, and what can be said of them.

A draw is a quantile of a uniform number, for every shape; so one uniform design serves them all,
and a truncated shape is drawn exactly, without rejection.

scipy.special is imported where it is used: a case with uniform ranges alone never pays for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from lackmus.case.syntax import Assumption, Distribution
from lackmus.foundation.arrays import Floats

#: Uniform numbers are kept this far from 0 and 1, so that an unbounded quantile stays finite.
_EDGE: Final = 2.0**-53

#: Where a shape has no end, its range ends at this quantile and at its complement.
_TAIL: Final = 0.005


def quantile(distribution: Distribution, value: float, u: Floats) -> Floats:
    """Values of a distribution at the uniform numbers `u`, elementwise.

    Args:
        distribution: The shape, its parameters, and where it is cut off.
        value: Base value of the assumption, which the shape ``fixed`` takes.
        u: Numbers in [0, 1], any shape.

    References:
        Devroye (1986), Non-uniform random variate generation, ch. 2 (inversion), 2.1 for
        truncation.
    """
    if distribution.shape == "fixed":
        return np.full_like(u, value)
    low, high = support(distribution)
    drawn = _QUANTILES[distribution.shape](distribution, np.clip(u, _EDGE, 1.0 - _EDGE))
    return np.clip(drawn, low, high)


def support(distribution: Distribution) -> tuple[float, float]:
    """The ends of what a distribution can give; infinite where it has none."""
    parameters = [float(p) for p in distribution.parameters]
    low = -math.inf if distribution.low is None else float(distribution.low)
    high = math.inf if distribution.high is None else float(distribution.high)
    if distribution.shape in ("uniform", "loguniform", "triangular", "pert", "choice"):
        return min(parameters), max(parameters)
    if distribution.shape in ("lognormal", "exponential"):
        return max(low, 0.0), high
    if distribution.shape == "beta":
        return _beta_ends(distribution)
    return low, high


def bounds(assumption: Assumption) -> tuple[float, float]:
    """The range of an assumption, in whose widths distances are counted.

    The ends of its distribution; where that has none, its quantiles at 0.5 % and 99.5 %. A range
    always contains the base value. Of a fixed assumption both ends are its value.
    """
    base = float(assumption.value)
    if assumption.distribution.shape == "fixed":
        return base, base
    tails = quantile(assumption.distribution, base, np.array([_TAIL, 1.0 - _TAIL]))
    ends = [
        end if math.isfinite(end) else float(tail)
        for end, tail in zip(support(assumption.distribution), tails, strict=True)
    ]
    return min(ends[0], base), max(ends[1], base)


def levels(assumption: Assumption, count: int) -> Floats:
    """`count` values from one end of the range to the other; of a choice, all its values."""
    if assumption.distribution.shape == "choice":
        return np.unique(np.array([float(p) for p in assumption.distribution.parameters]))
    low, high = bounds(assumption)
    if low == high:
        return np.array([low])
    if assumption.distribution.shape == "loguniform" and low > 0.0:
        return np.clip(np.geomspace(low, high, count), low, high)
    return np.linspace(low, high, count)


def varies(assumption: Assumption) -> bool:
    """Whether draws of this assumption can differ."""
    low, high = bounds(assumption)
    return low < high


def is_discrete(assumption: Assumption) -> bool:
    """Whether an assumption takes listed values only."""
    return assumption.distribution.shape == "choice"


def _uniform(distribution: Distribution, u: Floats) -> Floats:
    low, high = (float(p) for p in distribution.parameters)
    return low + u * (high - low)


def _loguniform(distribution: Distribution, u: Floats) -> Floats:
    low, high = (math.log(p) for p in distribution.parameters)
    return np.exp(low + u * (high - low))


def _triangular(distribution: Distribution, u: Floats) -> Floats:
    low, mode, high = (float(p) for p in distribution.parameters)
    width = high - low
    if width == 0.0:
        return np.full_like(u, low)
    left = low + np.sqrt(u * width * (mode - low))
    right = high - np.sqrt((1.0 - u) * width * (high - mode))
    return np.where(u * width < mode - low, left, right)


def _pert(distribution: Distribution, u: Floats) -> Floats:
    """Beta with mean (low + 4 mode + high) / 6; Malcolm et al. (1959), Vose (2008)."""
    from scipy.special import betaincinv  # noqa: PLC0415 - costs 0.2 s, and few cases need it

    low, mode, high = (float(p) for p in distribution.parameters)
    if low == high:
        return np.full_like(u, low)
    rise = 4.0 * (mode - low) / (high - low)
    drawn: Floats = low + (high - low) * betaincinv(1.0 + rise, 5.0 - rise, u)
    return drawn


def _truncated_normal(u: Floats, low: float, high: float) -> Floats:
    """Standard normal cut off at `low` and `high`; in logs, so that far tails keep their digits."""
    from scipy.special import log_ndtr, ndtri_exp  # noqa: PLC0415 - as above

    if low > 0.0:
        return -_truncated_normal(1.0 - u, -high, -low)
    with np.errstate(divide="ignore"):
        below = np.log1p(-u) + log_ndtr(low)
        above = np.log(u) + log_ndtr(high)
    drawn: Floats = ndtri_exp(np.logaddexp(below, above))
    return drawn


def _normal(distribution: Distribution, u: Floats) -> Floats:
    mean, sd = (float(p) for p in distribution.parameters)
    if sd == 0.0:
        return np.full_like(u, mean)
    low, high = support(distribution)
    return mean + sd * _truncated_normal(u, (low - mean) / sd, (high - mean) / sd)


def _lognormal(distribution: Distribution, u: Floats) -> Floats:
    median, sigma = (float(p) for p in distribution.parameters)
    if sigma == 0.0:
        return np.full_like(u, median)
    ends = [
        (math.log(end / median) / sigma if end > 0.0 else -math.inf)
        for end in support(distribution)
    ]
    return median * np.exp(sigma * _truncated_normal(u, ends[0], ends[1]))


def _beta_ends(distribution: Distribution) -> tuple[float, float]:
    low = 0.0 if distribution.low is None else float(distribution.low)
    high = 1.0 if distribution.high is None else float(distribution.high)
    return low, high


def _beta(distribution: Distribution, u: Floats) -> Floats:
    from scipy.special import betaincinv  # noqa: PLC0415 - as above

    a, b = (float(p) for p in distribution.parameters)
    low, high = _beta_ends(distribution)
    drawn: Floats = low + (high - low) * betaincinv(a, b, u)
    return drawn


def _exponential(distribution: Distribution, u: Floats) -> Floats:
    mean = float(distribution.parameters[0])
    low, high = support(distribution)
    kept = -math.expm1(-(high - low) / mean)
    return low - mean * np.log1p(-u * kept)


def _choice(distribution: Distribution, u: Floats) -> Floats:
    values = np.array([float(p) for p in distribution.parameters])
    weights = np.array([float(w) for w in distribution.weights] or [1.0] * len(values))
    cumulative = np.cumsum(weights / weights.sum())
    return values[np.minimum(np.searchsorted(cumulative, u, side="right"), len(values) - 1)]


_QUANTILES: Final[dict[str, Callable[[Distribution, Floats], Floats]]] = {
    "uniform": _uniform,
    "loguniform": _loguniform,
    "triangular": _triangular,
    "pert": _pert,
    "normal": _normal,
    "lognormal": _lognormal,
    "beta": _beta,
    "exponential": _exponential,
    "choice": _choice,
}
