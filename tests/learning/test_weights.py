"""Weights against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta, genpareto

from lackmus.learning.weights import (
    effective_size,
    evidence,
    highest_k,
    mean,
    normalised,
    pareto_k,
    quantiles,
    shift_bits,
    shift_bits_of_choice,
)


def test_equal_weights_are_worth_all_draws_and_one_is_worth_one() -> None:
    assert effective_size(normalised(np.zeros(50))) == pytest.approx(50.0)
    assert effective_size(normalised(np.array([0.0, -np.inf, np.nan]))) == pytest.approx(1.0)
    assert effective_size(normalised(np.full(3, -np.inf))) == 0.0


@pytest.mark.parametrize("shape", [0.1, 0.5, 0.9])
def test_the_shape_of_a_pareto_tail_is_found(shape: float) -> None:
    """With 20,000 ratios the estimate, drawn a little towards 0.5, is within 0.1."""
    random = np.random.default_rng(11)
    ratios = genpareto.rvs(shape, size=20_000, random_state=random) + 1.0
    assert pareto_k(np.log(ratios)) == pytest.approx(shape, abs=0.12)


def test_bounded_weights_have_a_light_tail() -> None:
    random = np.random.default_rng(12)
    assert pareto_k(np.log(random.random(5000))) < 0.0
    # So many draws tell shapes far apart, and no number of it overflows aloud.
    assert pareto_k(np.log(1.0 - random.random(20_000) ** 6)) < 0.0


def test_the_threshold_is_that_of_vehtari_and_others() -> None:
    assert highest_k(100) == pytest.approx(0.5)
    assert highest_k(2200) == pytest.approx(0.7, abs=1e-3)
    assert highest_k(10**9) == 0.7


def test_a_uniform_prior_and_a_binomial_record_give_the_beta_posterior() -> None:
    """Seven of ten under a rate that is anywhere: Beta(8, 4), evidence 1/11 per sequence count."""
    rate = (np.arange(200_000) + 0.5) / 200_000
    logs = 7 * np.log(rate) + 3 * np.log1p(-rate)
    weights = normalised(logs)
    found = evidence(logs)
    assert found.probability == pytest.approx(1.0 / (11 * 120), rel=1e-6)
    assert mean(rate, weights) == pytest.approx(8 / 12, rel=1e-6)
    asked = (0.05, 0.5, 0.95)
    assert quantiles(rate, weights, asked) == pytest.approx(beta.ppf(asked, 8, 4), abs=1e-4)
    exact = -float(beta(8, 4).entropy()) / np.log(2.0)
    assert shift_bits(rate, weights, parts=500) == pytest.approx(exact, abs=0.01)


def test_draws_without_a_solution_have_no_say_and_no_share_in_the_mean() -> None:
    logs = np.log(np.array([0.5, 0.25, np.nan, np.nan]))
    assert evidence(logs).probability == pytest.approx(0.375)


def test_weights_of_no_draw_say_nothing() -> None:
    none = np.zeros(3)
    assert np.isnan(mean(np.arange(3.0), none))
    assert np.isnan(quantiles(np.arange(3.0), none)).all()
    assert evidence(np.full(3, -np.inf)).bits == np.inf


def test_weights_by_chance_shift_nothing() -> None:
    random = np.random.default_rng(1)
    places = random.random(2000)
    assert shift_bits(places, np.full(2000, 1 / 2000)) < 0.005


def test_the_shift_of_a_choice_is_its_relative_entropy() -> None:
    values = np.tile([1.0, 2.0], 5000)
    after = np.tile([0.9, 0.1], 5000) / 5000
    bits = shift_bits_of_choice(values, after, np.full(10_000, 1e-4))
    exact = 0.9 * np.log2(1.8) + 0.1 * np.log2(0.2)
    assert bits == pytest.approx(exact, abs=1e-3)
