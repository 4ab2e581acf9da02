"""What a distribution can give, and which parameters it takes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
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


@pytest.mark.parametrize(
    ("distribution", "low", "high"),
    [
        (Distribution("uniform", numbers(1, 3)), 1, 3),
        (Distribution("loguniform", numbers(1, 3)), 1, 3),
        (Distribution("triangular", numbers(1, 1, 3)), 1, 3),
        (Distribution("pert", numbers(1, 2, 3)), 1, 3),
        (Distribution("normal", numbers(0, 9), low=Fraction(1), high=Fraction(3)), 1, 3),
        (Distribution("lognormal", numbers(1, 9), low=Fraction(1), high=Fraction(3)), 1, 3),
        (Distribution("exponential", numbers(9), low=Fraction(1), high=Fraction(3)), 1, 3),
        (Distribution("beta", numbers(2, 2)), 0, 1),
        (Distribution("beta", numbers(2, 2), low=Fraction(1), high=Fraction(3)), 1, 3),
    ],
)
def test_a_range_has_its_ends_and_nothing_beyond(
    distribution: Distribution, low: int, high: int
) -> None:
    a_little = Fraction(1, 10**6)
    assert distribution.can_be(Fraction(low))
    assert distribution.can_be(Fraction(high))
    assert not distribution.can_be(low - a_little)
    assert not distribution.can_be(high + a_little)


@pytest.mark.parametrize(
    ("shape", "given", "fine"),
    [
        ("triangular", (1, 1, 2), True),
        ("triangular", (1, 2, 2), True),
        ("pert", (1, 1, 2), True),
        ("triangular", (1, 1, 1), False),
        ("triangular", (1, 3, 2), False),
        ("triangular", (2, 1, 3), False),
        ("uniform", (1, 1), False),
    ],
)
def test_a_mode_may_stand_at_an_end_of_a_range_that_has_width(
    shape: str, given: tuple[float, ...], *, fine: bool
) -> None:
    assert (FAMILIES[shape].fault(numbers(*given)) == "") == fine


@pytest.mark.parametrize(
    "distribution",
    [
        Distribution("fixed", numbers(2)),
        Distribution("uniform", numbers(2, 2)),
        Distribution("triangular", numbers(2, 2, 2)),
        Distribution("pert", numbers(2, 2, 2)),
        Distribution("normal", numbers(2, 0)),
        Distribution("lognormal", numbers(2, 0)),
        Distribution("choice", numbers(2)),
    ],
    ids=lambda distribution: distribution.shape,
)
def test_half_of_what_is_always_the_same_lies_below_it(distribution: Distribution) -> None:
    assert distribution.share_below(np.array([2.0, 2.0])).tolist() == [0.5, 0.5]
    assert distribution.quantile(np.array([0.0, 0.3, 1.0])).tolist() == [2.0] * 3
