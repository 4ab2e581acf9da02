"""Distributions of assumptions: one record a family, with all that the program knows of it.

A family says what its parameters are and which it takes, where it ends, how it is drawn, and how
it is called in words. A draw is a quantile of a uniform number, for every family; so one uniform
design serves them all, and what is cut off is drawn exactly, without rejection. The share of a
distribution that lies below a value (its cumulative distribution function) undoes that.

The text end of the program reads distributions and needs no arrays: numpy and scipy are imported
where numbers are drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from lackmus.foundation.arrays import Floats

Shape: TypeAlias = Literal[
    "fixed",
    "uniform",
    "loguniform",
    "triangular",
    "pert",
    "normal",
    "lognormal",
    "beta",
    "exponential",
    "choice",
]

#: Uniform numbers are kept this far from 0 and 1, so that an unbounded quantile stays finite.
_EDGE: Final = 2.0**-53


@dataclass(frozen=True, slots=True)
class Distribution:
    """How an assumption is drawn.

    Attributes:
        shape: Name of its family.
        parameters: Those that its family lists; of a choice, the values.
        weights: Of a choice, the probability of each value.
        low: Where it is cut off; of a beta distribution, over what it is stretched. None where
            nothing is said.
        high: Likewise.
    """

    shape: Shape
    parameters: tuple[Fraction, ...] = ()
    weights: tuple[Fraction, ...] = ()
    low: Fraction | None = None
    high: Fraction | None = None

    @property
    def family(self) -> Family:
        """All that is known of its shape."""
        return FAMILIES[self.shape]

    def support(self) -> tuple[float, float]:
        """The ends of what it can give; infinite where it has none."""
        return self.family.support(self)

    def can_be(self, value: Fraction) -> bool:
        """Whether `value` is among what it can give."""
        if self.shape in ("choice", "fixed"):
            return value in self.parameters
        given = (self.low, self.high)
        least, most = (self.parameters[0], self.parameters[-1]) if self.family.by_range else given
        if (least is not None and value < least) or (most is not None and value > most):
            return False
        low, high = self.support()
        return low <= float(value) <= high and (value > 0 or not self.family.open_below)

    def quantile(self, u: Floats) -> Floats:
        """Values at the uniform numbers `u` in [0, 1], elementwise; finite at 0 and 1 too.

        References:
            Devroye (1986), Non-uniform random variate generation, ch. 2 (inversion), 2.1 for
            truncation.
        """
        import numpy as np  # noqa: PLC0415 - the text end needs no arrays

        low, high = self.support()
        drawn = self.family.quantile(self, np.clip(u, _EDGE, 1.0 - _EDGE))
        return np.clip(drawn, low, high)

    def share_below(self, values: Floats) -> Floats:
        """The share of the draws that is smaller than each of `values`.

        Of those that are equal, half is counted: so the quantile of the share is the value, of a
        choice too.
        """
        import numpy as np  # noqa: PLC0415 - as above

        low, high = self.support()
        return np.clip(self.family.share_below(self, np.clip(values, low, high)), 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Family:
    """What is known of all distributions of one shape.

    Attributes:
        parameters: What its parameters are, in order; of a choice none, since it lists values.
        support: The ends of what a distribution can give.
        quantile: Its values at uniform numbers strictly between 0 and 1.
        share_below: The share that is smaller, of values in the support.
        words: How `lackmus check` tells it after the base value; parameters by number.
        brief: How the page tells it.
        positive: Which parameters must be positive, by place.
        by_range: Whether its parameters are its range: they ascend, and can be given as one.
        open_below: Whether it gives positive numbers only, and not zero.
    """

    parameters: tuple[str, ...]
    support: Callable[[Distribution], tuple[float, float]]
    quantile: Callable[[Distribution, Floats], Floats]
    share_below: Callable[[Distribution, Floats], Floats]
    words: str
    brief: str
    positive: tuple[int, ...] = ()
    by_range: bool = False
    open_below: bool = False

    def fault(self, numbers: tuple[Fraction, ...]) -> str:
        """What is wrong with parameters, empty where nothing is."""
        if len(numbers) != len(self.parameters):
            takes = ", ".join(self.parameters)
            return f"takes {len(self.parameters)} numbers ({takes}), not {len(numbers)}"
        for place in self.positive:
            if numbers[place] <= 0:
                return f"needs a positive {self.parameters[place]}"
        if self.by_range and (list(numbers) != sorted(numbers) or numbers[0] == numbers[-1]):
            return f"needs ascending numbers: {', '.join(self.parameters)}"
        return ""


# --- where they end -----------------------------------------------------------------------------


def _listed(distribution: Distribution) -> tuple[float, float]:
    """From the smallest to the largest parameter."""
    parameters = [float(p) for p in distribution.parameters]
    return min(parameters), max(parameters)


def _cut(distribution: Distribution, low: float, high: float) -> tuple[float, float]:
    """A natural range, less what is cut off."""
    if distribution.low is not None:
        low = max(low, float(distribution.low))
    if distribution.high is not None:
        high = min(high, float(distribution.high))
    return low, high


def _everything(distribution: Distribution) -> tuple[float, float]:
    return _cut(distribution, -math.inf, math.inf)


def _from_zero(distribution: Distribution) -> tuple[float, float]:
    return _cut(distribution, 0.0, math.inf)


def _stretched(distribution: Distribution) -> tuple[float, float]:
    low = 0.0 if distribution.low is None else float(distribution.low)
    high = 1.0 if distribution.high is None else float(distribution.high)
    return low, high


# --- how they are drawn -------------------------------------------------------------------------


def _floats(distribution: Distribution) -> list[float]:
    return [float(p) for p in distribution.parameters]


def _constant(distribution: Distribution, u: Floats) -> Floats:
    import numpy as np  # noqa: PLC0415 - as above

    return np.full_like(u, float(distribution.parameters[0]))


def _half(_: Distribution, values: Floats) -> Floats:
    import numpy as np  # noqa: PLC0415 - as above

    return np.full_like(values, 0.5)


def _uniform(distribution: Distribution, u: Floats) -> Floats:
    low, high = _floats(distribution)
    return low + u * (high - low)


def _uniform_share(distribution: Distribution, values: Floats) -> Floats:
    low, high = _floats(distribution)
    return (values - low) / (high - low) if low < high else _half(distribution, values)


def _loguniform(distribution: Distribution, u: Floats) -> Floats:
    import numpy as np  # noqa: PLC0415 - as above

    low, high = (math.log(p) for p in distribution.parameters)
    return np.exp(low + u * (high - low))


def _loguniform_share(distribution: Distribution, values: Floats) -> Floats:
    import numpy as np  # noqa: PLC0415 - as above

    low, high = (math.log(p) for p in distribution.parameters)
    share: Floats = (np.log(values) - low) / (high - low)
    return share


def _triangular(distribution: Distribution, u: Floats) -> Floats:
    import numpy as np  # noqa: PLC0415 - as above

    low, mode, high = _floats(distribution)
    width = high - low
    if width == 0.0:
        return np.full_like(u, low)
    left = low + np.sqrt(u * width * (mode - low))
    right = high - np.sqrt((1.0 - u) * width * (high - mode))
    return np.where(u * width < mode - low, left, right)


def _triangular_share(distribution: Distribution, values: Floats) -> Floats:
    import numpy as np  # noqa: PLC0415 - as above

    low, mode, high = _floats(distribution)
    width = high - low
    if width == 0.0:
        return _half(distribution, values)
    left = (values - low) ** 2 / (width * (mode - low or 1.0))
    right = 1.0 - (high - values) ** 2 / (width * (high - mode or 1.0))
    return np.where(values < mode, left, right)


def _pert_as_beta(distribution: Distribution) -> tuple[float, float, float, float]:
    """Its two shapes, low end and width, with mean (low + 4 mode + high) / 6.

    References:
        Malcolm et al. (1959), Application of a technique for research and development program
        evaluation; Vose (2008), Risk analysis.
    """
    low, mode, high = _floats(distribution)
    rise = 4.0 * (mode - low) / (high - low) if low < high else 2.0
    return 1.0 + rise, 5.0 - rise, low, high - low


def _as_beta(distribution: Distribution) -> tuple[float, float, float, float]:
    low, high = _stretched(distribution)
    a, b = _floats(distribution)
    return a, b, low, high - low


def _beta(distribution: Distribution, u: Floats) -> Floats:
    from scipy.special import betaincinv  # noqa: PLC0415 - costs 0.2 s, and few cases need it

    a, b, low, width = (_pert_as_beta if distribution.shape == "pert" else _as_beta)(distribution)
    drawn: Floats = low + width * betaincinv(a, b, u)
    return drawn


def _beta_share(distribution: Distribution, values: Floats) -> Floats:
    from scipy.special import betainc  # noqa: PLC0415 - as above

    a, b, low, width = (_pert_as_beta if distribution.shape == "pert" else _as_beta)(distribution)
    if width == 0.0:
        return _half(distribution, values)
    share: Floats = betainc(a, b, (values - low) / width)
    return share


def _cut_normal(u: Floats, low: float, high: float) -> Floats:
    """Standard normal cut off at `low` and `high`; in logs, so that far tails keep their digits."""
    import numpy as np  # noqa: PLC0415 - as above
    from scipy.special import log_ndtr, ndtri_exp  # noqa: PLC0415 - as above

    if low > 0.0:
        return -_cut_normal(1.0 - u, -high, -low)
    with np.errstate(divide="ignore"):
        below = np.log1p(-u) + log_ndtr(low)
        above = np.log(u) + log_ndtr(high)
    drawn: Floats = ndtri_exp(np.logaddexp(below, above))
    return drawn


def _cut_normal_share(z: Floats, low: float, high: float) -> Floats:
    """The share below `z` of the standard normal cut off at `low` and `high`; in logs."""
    import numpy as np  # noqa: PLC0415 - as above
    from scipy.special import log_ndtr  # noqa: PLC0415 - as above

    if low > 0.0:
        return 1.0 - _cut_normal_share(-z, -high, -low)
    cut, whole = math.exp(log_ndtr(low) - log_ndtr(high)), log_ndtr(high)
    share: Floats = (np.exp(log_ndtr(z) - whole) - cut) / (1.0 - cut)
    return share


def _normal(distribution: Distribution, u: Floats) -> Floats:
    mean, sd = _floats(distribution)
    if sd == 0.0:
        return _constant(distribution, u)
    low, high = distribution.support()
    return mean + sd * _cut_normal(u, (low - mean) / sd, (high - mean) / sd)


def _normal_share(distribution: Distribution, values: Floats) -> Floats:
    mean, sd = _floats(distribution)
    if sd == 0.0:
        return _half(distribution, values)
    low, high = distribution.support()
    return _cut_normal_share((values - mean) / sd, (low - mean) / sd, (high - mean) / sd)


def _log_ends(distribution: Distribution) -> tuple[float, float]:
    median, sigma = _floats(distribution)
    low, high = (
        math.log(end / median) / sigma if end > 0.0 else -math.inf for end in distribution.support()
    )
    return low, high


def _lognormal(distribution: Distribution, u: Floats) -> Floats:
    import numpy as np  # noqa: PLC0415 - as above

    median, sigma = _floats(distribution)
    if sigma == 0.0:
        return _constant(distribution, u)
    return median * np.exp(sigma * _cut_normal(u, *_log_ends(distribution)))


def _lognormal_share(distribution: Distribution, values: Floats) -> Floats:
    import numpy as np  # noqa: PLC0415 - as above

    median, sigma = _floats(distribution)
    if sigma == 0.0:
        return _half(distribution, values)
    with np.errstate(divide="ignore"):
        z = np.log(values / median) / sigma
    return _cut_normal_share(z, *_log_ends(distribution))


def _exponential(distribution: Distribution, u: Floats) -> Floats:
    import numpy as np  # noqa: PLC0415 - as above

    (mean,) = _floats(distribution)
    low, high = distribution.support()
    kept = -math.expm1(-(high - low) / mean)
    return low - mean * np.log1p(-u * kept)


def _exponential_share(distribution: Distribution, values: Floats) -> Floats:
    import numpy as np  # noqa: PLC0415 - as above

    (mean,) = _floats(distribution)
    low, high = distribution.support()
    share: Floats = np.expm1(-(values - low) / mean) / math.expm1(-(high - low) / mean)
    return share


def _weights(distribution: Distribution) -> Floats:
    import numpy as np  # noqa: PLC0415 - as above

    weights = np.array(
        [float(w) for w in distribution.weights] or [1.0] * len(distribution.parameters)
    )
    whole: Floats = weights / weights.sum()
    return whole


def _choice(distribution: Distribution, u: Floats) -> Floats:
    import numpy as np  # noqa: PLC0415 - as above

    values = np.array(_floats(distribution))
    cumulative = np.cumsum(_weights(distribution))
    return values[np.minimum(np.searchsorted(cumulative, u, side="right"), len(values) - 1)]


def _choice_share(distribution: Distribution, values: Floats) -> Floats:
    import numpy as np  # noqa: PLC0415 - as above

    listed, weights = np.array(_floats(distribution)), _weights(distribution)
    apart = np.asarray(values)[..., None] - listed
    share: Floats = ((apart > 0.0) + 0.5 * (apart == 0.0)) @ weights
    return share


#: Every family by name.
FAMILIES: Final[Mapping[str, Family]] = {
    "fixed": Family(("value",), _listed, _constant, _half, "", "fixed"),
    "uniform": Family(
        ("low", "high"), _listed, _uniform, _uniform_share,
        "anywhere from {0} to {1}", "evenly over the range", by_range=True,
    ),
    "loguniform": Family(
        ("low", "high"), _listed, _loguniform, _loguniform_share,
        "from {0} to {1} on a logarithmic scale", "evenly over the range in logarithms",
        positive=(0, 1), by_range=True,
    ),
    "triangular": Family(
        ("low", "mode", "high"), _listed, _triangular, _triangular_share,
        "from {0} to {2} and likeliest near {1}",
        "most often near the middle value (triangular)", by_range=True,
    ),
    "pert": Family(
        ("low", "mode", "high"), _listed, _beta, _beta_share,
        "from {0} to {2} and likeliest near {1}",
        "most often near the middle value (PERT)", by_range=True,
    ),
    "normal": Family(
        ("mean", "standard deviation"), _everything, _normal, _normal_share,
        "drawn from a normal distribution around {0} with standard deviation {1}", "normal",
        positive=(1,),
    ),
    "lognormal": Family(
        ("median", "sigma"), _from_zero, _lognormal, _lognormal_share,
        "drawn from a lognormal distribution with median {0} and sigma {1}", "lognormal",
        positive=(0, 1), open_below=True,
    ),
    "beta": Family(
        ("a", "b"), _stretched, _beta, _beta_share,
        "drawn from a beta distribution with parameters {0} and {1}", "beta", positive=(0, 1),
    ),
    "exponential": Family(
        ("mean",), _from_zero, _exponential, _exponential_share,
        "drawn from an exponential distribution with mean {0}", "exponential", positive=(0,),
    ),
    "choice": Family(
        (), _listed, _choice, _choice_share, "", "one of the listed values",
    ),
}  # fmt: skip
