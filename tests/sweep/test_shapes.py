"""Quantile functions against scipy.stats, and the ranges that distances are counted in."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy import stats

from lackmus.case.syntax import Assumption
from lackmus.foundation.distributions import Distribution, Shape
from lackmus.sweep.shapes import at_place, bounds, is_discrete, levels, place, varies

U = np.array([1e-12, 1e-6, 0.001, 0.05, 0.3, 0.5, 0.77, 0.95, 0.999, 1 - 1e-9])


def shape(
    kind: Shape,
    *parameters: float,
    low: float | None = None,
    high: float | None = None,
    weights: tuple[float, ...] = (),
) -> Distribution:
    return Distribution(
        kind,
        tuple(Fraction(p) for p in parameters),
        tuple(Fraction(w) for w in weights),
        None if low is None else Fraction(low),
        None if high is None else Fraction(high),
    )


def assumption(distribution: Distribution, value: float) -> Assumption:
    return Assumption("x", Fraction(value), distribution)


LOG2, LOG_HALF = math.log(2.0), 0.5

ORACLES: list[tuple[str, Distribution, Any]] = [
    ("uniform", shape("uniform", 1, 5), stats.uniform(1, 4)),
    ("loguniform", shape("loguniform", 1, 20), stats.loguniform(1, 20)),
    ("triangular", shape("triangular", -1, 0.5, 4), stats.triang(0.3, -1, 5)),
    ("triangular, mode low", shape("triangular", 0, 0, 2), stats.triang(0, 0, 2)),
    ("triangular, mode high", shape("triangular", 0, 2, 2), stats.triang(1, 0, 2)),
    ("pert", shape("pert", 0, 1, 4), stats.beta(2, 4, 0, 4)),
    ("normal", shape("normal", 3, 2), stats.norm(3, 2)),
    (
        "normal, cut off on both sides",
        shape("normal", 3, 1, low=0, high=4),
        stats.truncnorm(-3, 1, 3, 1),
    ),
    ("normal, far tail", shape("normal", 0, 1, low=9, high=11), stats.truncnorm(9, 11)),
    ("normal, other far tail", shape("normal", 0, 1, high=-38), stats.truncnorm(-np.inf, -38)),
    ("lognormal", shape("lognormal", 3, 0.5), stats.lognorm(0.5, scale=3)),
    ("beta", shape("beta", 2, 5), stats.beta(2, 5)),
    ("beta, stretched", shape("beta", 2, 5, low=-1, high=3), stats.beta(2, 5, -1, 4)),
    ("exponential", shape("exponential", 2), stats.expon(scale=2)),
    (
        "exponential, cut off",
        shape("exponential", 2, low=1, high=5),
        stats.truncexpon(2, loc=1, scale=2),
    ),
]


@pytest.mark.parametrize(("distribution", "oracle"), [o[1:] for o in ORACLES])
def test_quantiles_are_those_of_scipy(distribution: Distribution, oracle: Any) -> None:
    assert distribution.quantile(U) == pytest.approx(oracle.ppf(U), rel=1e-9, abs=1e-11)


def test_a_truncated_lognormal_is_conditional_on_its_range() -> None:
    oracle = stats.lognorm(0.5, scale=3)
    at = oracle.cdf(1) + U * (oracle.cdf(5) - oracle.cdf(1))
    drawn = shape("lognormal", 3, 0.5, low=1, high=5).quantile(U)
    assert drawn == pytest.approx(oracle.ppf(at), rel=1e-9)


def test_a_choice_takes_its_values_in_their_shares() -> None:
    weighted = shape("choice", 1, 4, 2, weights=(0.5, 0.25, 0.25))
    u = (np.arange(1000) + 0.5) / 1000
    values, counts = np.unique(weighted.quantile(u), return_counts=True)
    assert values.tolist() == [1, 2, 4]
    assert counts.tolist() == [500, 250, 250]
    plain = shape("choice", 1, 4, 2).quantile(np.array([0.0, 0.4, 1.0]))
    assert plain.tolist() == [1, 4, 2]


@pytest.mark.parametrize(("distribution", "oracle"), [o[1:] for o in ORACLES])
def test_shares_below_are_those_of_scipy(distribution: Distribution, oracle: Any) -> None:
    values = oracle.ppf(U)
    assert distribution.share_below(values) == pytest.approx(oracle.cdf(values), rel=1e-9)


@pytest.mark.parametrize("distribution", [o[1] for o in ORACLES], ids=[o[0] for o in ORACLES])
def test_the_place_of_the_value_at_a_place_is_that_place(distribution: Distribution) -> None:
    u = np.linspace(0.005, 0.995, 41)
    assert distribution.share_below(distribution.quantile(u)) == pytest.approx(u, rel=1e-9)


def test_a_listed_value_has_the_middle_of_its_share_and_is_found_there() -> None:
    listed = assumption(shape("choice", 1, 2, 1000, weights=(0.5, 0.25, 0.25)), 1)
    values = np.array([1.0, 2.0, 1000.0])
    assert place(listed, values).tolist() == [0.25, 0.625, 0.875]
    assert at_place(listed, place(listed, values)).tolist() == values.tolist()


def test_fixed_takes_the_base_value() -> None:
    assert shape("fixed", 0.1).quantile(U).tolist() == [0.1] * len(U)


@pytest.mark.parametrize("kind", ["triangular", "pert"])
def test_a_range_without_width_gives_its_value(kind: Shape) -> None:
    assert shape(kind, 2, 2, 2).quantile(U).tolist() == [2.0] * len(U)
    assert not varies(assumption(shape(kind, 2, 2, 2), 2))


@pytest.mark.parametrize(
    "distribution", [shape("normal", 2, 0), shape("lognormal", 2, 0)], ids=["normal", "lognormal"]
)
def test_no_spread_gives_the_middle(distribution: Distribution) -> None:
    assert distribution.quantile(U).tolist() == [2.0] * len(U)


@pytest.mark.parametrize("distribution", [o[1] for o in ORACLES], ids=[o[0] for o in ORACLES])
def test_quantiles_are_finite_and_within_the_support_at_the_very_ends(
    distribution: Distribution,
) -> None:
    ends = distribution.quantile(np.array([0.0, 1.0]))
    low, high = distribution.support()
    assert np.all(np.isfinite(ends))
    assert low <= ends[0] < ends[1] <= high


def test_a_range_ends_where_the_shape_ends_and_else_at_one_in_two_hundred() -> None:
    assert bounds(assumption(shape("uniform", 1, 5), 2)) == (1, 5)
    assert bounds(assumption(shape("normal", 0, 1, low=-1), 0)) == pytest.approx(
        (-1, stats.truncnorm(-1, np.inf).ppf(0.995))
    )
    assert bounds(assumption(shape("normal", 0, 1), 0)) == pytest.approx((-2.5758, 2.5758), 1e-4)


def test_a_range_takes_in_the_base_value() -> None:
    assert bounds(assumption(shape("normal", 0, 1), 9))[1] == 9
    assert bounds(assumption(shape("fixed", 3), 3)) == (3, 3)


def test_levels_go_from_end_to_end() -> None:
    assert levels(assumption(shape("uniform", 0, 4), 1), 3).tolist() == [0, 2, 4]
    assert levels(assumption(shape("loguniform", 1, 16), 1), 3) == pytest.approx([1, 4, 16])
    assert levels(assumption(shape("choice", 4, 1, 2), 1), 99).tolist() == [1, 2, 4]
    assert levels(assumption(shape("fixed", 3), 3), 5).tolist() == [3]


def test_only_a_choice_is_discrete() -> None:
    assert is_discrete(assumption(shape("choice", 4, 1), 1))
    assert not is_discrete(assumption(shape("uniform", 0, 4), 1))
