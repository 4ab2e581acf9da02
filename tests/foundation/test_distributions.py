"""What a distribution can give, and which parameters it takes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from lackmus.foundation.distributions import FAMILIES, Distribution


def numbers(*values: float) -> tuple[Fraction, ...]:
    return tuple(Fraction(value) for value in values)


@pytest.mark.parametrize(
    ("shape", "given", "told"),
    [
        ("normal", (1, 0), "positive standard deviation"),
        ("lognormal", (-1, 1), "positive median"),
        ("beta", (0, 1), "positive a"),
        ("loguniform", (0, 1), "positive low"),
        ("uniform", (2, 1), "ascending"),
        ("pert", (1, 2), "3 numbers (low, mode, high), not 2"),
        ("exponential", (1,), ""),
    ],
)
def test_parameters_are_checked(shape: str, given: tuple[float, ...], told: str) -> None:
    fault = FAMILIES[shape].fault(numbers(*given))
    assert told in fault
    assert bool(fault) is bool(told)


def test_what_is_positive_cannot_be_negative_or_zero() -> None:
    lognormal = Distribution("lognormal", numbers(1, 1))
    assert not lognormal.can_be(Fraction(-1))
    assert not lognormal.can_be(Fraction(0))
    assert lognormal.can_be(Fraction(1, 1000))
    assert lognormal.support() == (0.0, float("inf"))


def test_the_support_of_a_normal_is_what_is_not_cut_off() -> None:
    normal = Distribution("normal", numbers(1, 1), low=Fraction(0))
    assert normal.support() == (0.0, float("inf"))
    assert not normal.can_be(Fraction(-1))


def test_a_choice_can_be_its_values_alone() -> None:
    choice = Distribution("choice", numbers(1, 2))
    assert choice.can_be(Fraction(2))
    assert not choice.can_be(Fraction(3, 2))
