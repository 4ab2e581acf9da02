"""Arithmetic on arrays of fractions, floats among them where a number is irrational."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

#: Bits of a power that is kept exact.
_MOST_BITS = 20_000


def _bits(value: Fraction | float) -> int:
    if not isinstance(value, Fraction):
        return 0
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def bearable(value: Fraction | float) -> Fraction | float:
    """A number as it is, or rounded where it has too many digits."""
    return value if _bits(value) <= _MOST_BITS else to_float(value)


def to_float(value: Fraction | float) -> float:
    """The nearest float; infinite beyond the largest."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _mixed(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """An operation on fractions and floats, to which a large fraction is infinite."""

    def of(left: Fraction | float, right: Fraction | float) -> Any:  # noqa: ANN401 - of either kind
        try:
            return operation(left, right)
        except OverflowError:
            return operation(to_float(left), to_float(right))

    return of


def _divide(left: Fraction | float, right: Fraction | float) -> Fraction | float:
    if right:
        return left / right
    return to_float(left) * math.inf if left else math.nan


def _power(base: Fraction | float, exponent: Fraction | float) -> Fraction | float:
    """Exact for whole exponents of a bearable size, else the nearest float."""
    if isinstance(base, Fraction) and isinstance(exponent, Fraction):
        small = exponent.denominator == 1 and _bits(base) * abs(exponent) <= _MOST_BITS
        if small and (base or exponent >= 0):
            return base**exponent.numerator
    with np.errstate(all="ignore"):
        return float(np.power(to_float(base), to_float(exponent)))


def _rounded(function: Callable[[float], float]) -> Callable[[Fraction | float], float]:
    def of(value: Fraction | float) -> float:
        with np.errstate(all="ignore"):
            return float(function(to_float(value)))

    return of


FRACTION = np.frompyfunc(lambda n: Fraction(int(n)), 1, 1)
EXACT_ARITHMETIC: dict[str, Callable[..., Any]] = {
    "+": np.frompyfunc(_mixed(operator.add), 2, 1), "-": np.frompyfunc(_mixed(operator.sub), 2, 1),
    "*": np.frompyfunc(_mixed(operator.mul), 2, 1),
    "/": np.frompyfunc(_mixed(_divide), 2, 1), "^": np.frompyfunc(_power, 2, 1),
}  # fmt: skip
EXACT_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": np.abs,
    "exp": np.frompyfunc(_rounded(np.exp), 1, 1),
    "log": np.frompyfunc(_rounded(np.log), 1, 1),
    "sqrt": np.frompyfunc(_rounded(np.sqrt), 1, 1),
}
