"""What can be said of an assumption as something that varies: its range, its levels, its places.

The *place* of a value is the share of the assumption's distribution that lies below it, from 0 to
1. Of a plain range it is the share of the way from end to end; of a logarithmic one, the same in
logarithms; of a choice, the middle of the value's own share. Distances between values are
distances between places, so that they mean the same for every shape, and in every unit.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from lackmus.case.syntax import Assumption
from lackmus.foundation.arrays import Floats

#: Where a shape has no end, its range ends at this quantile and at its complement.
_TAIL: Final = 0.005


def bounds(assumption: Assumption) -> tuple[float, float]:
    """The range of an assumption.

    The ends of its distribution; where that has none, its quantiles at 0.5 % and 99.5 %. A range
    always contains the base value. Of a fixed assumption both ends are its value.
    """
    base = float(assumption.value)
    if assumption.distribution.shape == "fixed":
        return base, base
    ends = at_place(assumption, np.array(_ends(assumption)))
    return min(float(ends[0]), base), max(float(ends[1]), base)


def reach(assumption: Assumption) -> tuple[float, float]:
    """The places of the ends of its range."""
    base = float(place(assumption, np.array(float(assumption.value))))
    low, high = _ends(assumption)
    return min(low, base), max(high, base)


def along(assumption: Assumption, value: float) -> float:
    """How far along its range a value stands, in places: 0 at the lower end, 1 at the upper."""
    low, high = reach(assumption)
    if low == high:
        return 0.5
    at = float(place(assumption, np.array(value)))
    return min(1.0, max(0.0, (at - low) / (high - low)))


def _ends(assumption: Assumption) -> tuple[float, float]:
    """Places of the ends: 0 and 1, or the tails where a distribution goes on without end."""
    low, high = assumption.distribution.support()
    open_below = assumption.distribution.family.open_below and low == 0.0
    return (
        _TAIL if open_below or not math.isfinite(low) else 0.0,
        1.0 if math.isfinite(high) else 1.0 - _TAIL,
    )


def place(assumption: Assumption, values: Floats) -> Floats:
    """Places of values: the share of the distribution below each; any shape."""
    return assumption.distribution.share_below(values)


def at_place(assumption: Assumption, places: Floats) -> Floats:
    """Values at places; at 0 and 1 the ends of the distribution where it has them."""
    low, high = assumption.distribution.support()
    values = assumption.distribution.quantile(places)
    values = np.where((places <= 0.0) & math.isfinite(low), low, values)
    return np.where((places >= 1.0) & math.isfinite(high), high, values)


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
