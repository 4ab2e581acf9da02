"""Tempering against closed forms, ordinary and degenerate."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from lackmus.foundation.arrays import Floats
from lackmus.learning.smc import seek, temper

_MANY = 10_000_000


def normal(seen: float, noise: float, dimensions: int) -> tuple[float, float, float]:
    """Evidence (natural log), posterior mean and variance per dimension: N(0, 1) prior."""
    variance = 1.0 + noise**2
    log = -0.5 * dimensions * (math.log(2 * math.pi * variance) + seen**2 / variance)
    return log, seen / variance, noise**2 / variance


@pytest.mark.parametrize(("seen", "noise", "dimensions"), [(1.0, 1.0, 1), (3.0, 0.1, 2)])
def test_a_normal_record_of_a_normal_prior(seen: float, noise: float, dimensions: int) -> None:
    def log_likelihood(scores: Floats) -> Floats:
        z = (scores - seen) / noise
        return np.asarray(-0.5 * (z**2 + math.log(2 * math.pi * noise**2)).sum(axis=1))

    random = np.random.default_rng(2)
    start = random.standard_normal((2000, dimensions))
    found = temper(log_likelihood, start, random, most_solves=_MANY)
    log, mean, variance = normal(seen, noise, dimensions)
    assert found.temperature == 1.0
    assert found.evidence.log == pytest.approx(log, abs=4 * found.evidence.relative_error)
    spread = math.sqrt(variance)
    assert found.scores.mean(axis=0) == pytest.approx(mean, abs=0.2 * spread)
    assert found.scores.std(axis=0) == pytest.approx(spread, rel=0.15)
    assert found.size > 500


def test_a_record_of_probability_one_in_a_trillion() -> None:
    """A uniform number below 1e-12: plain draws would need a trillion of them."""

    def log_likelihood(scores: Floats) -> Floats:
        # Soft edge: P(z < -7.03) = 1e-12; the likelihood falls by e for each 0.02 above.
        return np.asarray(np.minimum(0.0, (-7.034 - scores[:, 0]) / 0.02))

    random = np.random.default_rng(4)
    found = temper(log_likelihood, random.standard_normal((1000, 3)), random, most_solves=_MANY)
    edge = np.linspace(-9.0, 0.0, 400_001)
    weight = np.exp(-0.5 * edge**2 + np.minimum(0.0, (-7.034 - edge) / 0.02))
    exact = math.log(weight.sum() * (edge[1] - edge[0]) / math.sqrt(2 * math.pi))
    assert exact == pytest.approx(math.log(1e-12), abs=0.2)
    assert found.temperature == 1.0
    assert found.evidence.log == pytest.approx(exact, abs=0.6)


def test_time_that_runs_out_is_told() -> None:
    def log_likelihood(scores: Floats) -> Floats:
        return np.asarray(-1e4 * np.square(scores - 5.0).sum(axis=1))

    random = np.random.default_rng(4)
    found = temper(log_likelihood, random.standard_normal((200, 4)), random, most_solves=1000)
    assert found.temperature < 1.0


def test_draws_without_solution_do_not_count() -> None:
    def log_likelihood(scores: Floats) -> Floats:
        logs = np.where(scores[:, 0] > 0, math.log(0.25), math.log(0.5))
        return np.where(scores[:, 1] > 1.0, np.nan, logs)

    random = np.random.default_rng(4)
    found = temper(log_likelihood, random.standard_normal((4000, 2)), random, most_solves=_MANY)
    assert found.evidence.probability == pytest.approx(0.375, abs=0.01)
    assert not (found.scores[:, 1] > 1.0).any()


def test_an_impossible_record_stays_impossible() -> None:
    random = np.random.default_rng(4)
    found = temper(lambda s: np.full(len(s), -np.inf), np.zeros((10, 1)), random, most_solves=99)
    assert found.evidence.probability == 0.0
    assert found.temperature == 0.0


def rising(scores: Floats) -> Floats:
    """A likelihood that rises with the first score, from 0 to 1."""
    return np.asarray(-np.logaddexp(0.0, -3.0 * scores[:, 0]))


@pytest.mark.parametrize("far", [1.0, 4.0, 6.0])
def test_a_region_is_found_however_rare_and_its_share_told(far: float) -> None:
    """The upper tail of a normal among others: shares of 16 %, 3e-5 and 1e-9."""
    random = np.random.default_rng(6)
    found = seek(
        lambda s: rising(s - far),
        random.standard_normal((500, 6)),
        random,
        level=math.log(0.5),
        most_solves=_MANY,
    )
    assert (found.scores[:, 0] >= far).all()
    assert found.share.log == pytest.approx(norm.logsf(far), abs=3 * found.share.relative_error)
    assert found.share.relative_error < 0.3
    # The tail beyond `far` has the mean pdf/sf, and the other scores are what they were.
    mean = math.exp(norm.logpdf(far) - norm.logsf(far))
    assert found.scores[:, 0].mean() == pytest.approx(mean, abs=0.1)
    assert found.scores[:, 1:].std() == pytest.approx(1.0, abs=0.1)


def test_a_level_that_nothing_reaches_is_not_reached() -> None:
    random = np.random.default_rng(6)
    found = seek(
        lambda s: np.log(0.4) - np.square(s[:, 0] - 1.0),
        random.standard_normal((300, 3)),
        random,
        level=math.log(0.5),
        most_solves=_MANY,
    )
    assert len(found.scores) == 0
    assert found.share.probability == 0.0
    assert math.exp(found.highest) == pytest.approx(0.4, abs=1e-3)


def test_draws_without_solution_are_in_no_region() -> None:
    random = np.random.default_rng(6)
    found = seek(
        lambda s: np.where(s[:, 1] > 1.0, np.nan, rising(s - 2.0)),
        random.standard_normal((500, 2)),
        random,
        level=math.log(0.5),
        most_solves=_MANY,
    )
    assert not (found.scores[:, 1] > 1.0).any()
    assert found.share.log == pytest.approx(norm.logsf(2.0), abs=3 * found.share.relative_error)
