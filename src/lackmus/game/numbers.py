"""Numbers as Gambit's files write them, read without rounding."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

#: A number: an integer, a ratio, or a decimal with or without an exponent.
NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?:/\d+)?"

_PARTS = re.compile(r"([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?(?:/(\d+))?")
_LARGEST_EXPONENT = 400


@lru_cache(maxsize=65536)
def exact_number(text: str) -> Fraction:
    """The number as a fraction: ``1/3``, ``-0.25``, ``.5``, ``3.``, ``1e-3``.

    Raises:
        ValueError: It is no number, divides by zero, or its exponent is beyond a float's.
    """
    match = _PARTS.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no number")
    sign, whole, decimals, exponent, divisor = match.groups()
    if not whole and not decimals:
        raise ValueError(f"{text!r} is no number")
    if not decimals and not exponent and not divisor:
        return Fraction(int(sign + whole))
    power = int(exponent or 0)
    if abs(power) > _LARGEST_EXPONENT:
        raise ValueError(f"{text!r} is beyond the range of a float")
    if divisor and not int(divisor):
        raise ValueError(f"{text!r} divides by zero")
    numerator = int(sign + whole + decimals)
    power -= len(decimals)
    scaled = numerator * 10 ** max(power, 0)
    number = Fraction(scaled, 10 ** max(-power, 0) * int(divisor or 1))
    try:
        float(number)
    except OverflowError:
        raise ValueError(f"{text!r} is beyond the range of a float") from None
    return number


def written(number: Fraction | float) -> str:
    """The number so that `exact_number` reads the same value back."""
    if isinstance(number, Fraction):
        return str(number)
    return repr(float(number))
