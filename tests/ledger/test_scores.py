"""Scores against closed forms, and the decomposition by isotonic regression."""

from __future__ import annotations

import numpy as np
import pytest

from lackmus.ledger.scores import LEAST, brier, calibration, log_bits, score

#: Chances of rain at Niamey, July to September 2016, as ECMWF's 52 ensemble members gave them a day
#: ahead: how many members, on how many days, on how many of these it rained. The data are ECMWF's
#: (CC BY 4.0), here counted; from Vogel et al. (2021), doi 10.1029/2020GL091022, as handed on by
#: the R package reliabilitydiag.
NIAMEY = (
    (6, 1, 0), (7, 1, 0), (8, 1, 0), (9, 1, 1), (10, 2, 0), (11, 1, 0), (17, 1, 0), (19, 1, 0),
    (20, 2, 0), (21, 1, 1), (23, 1, 0), (24, 1, 1), (25, 1, 1), (27, 1, 1), (31, 3, 1), (33, 2, 2),
    (34, 1, 1), (35, 1, 0), (36, 4, 1), (38, 2, 2), (39, 1, 0), (40, 2, 0), (41, 2, 1), (42, 4, 1),
    (43, 1, 1), (44, 2, 1), (46, 4, 3), (47, 4, 4), (48, 5, 2), (49, 6, 5), (50, 3, 2), (51, 5, 3),
    (52, 24, 18),
)  # fmt: skip


def test_scores_of_single_forecasts() -> None:
    chance, happened = np.array([0.5, 0.8, 0.8, 1.0]), np.array([1.0, 1.0, 0.0, 0.0])
    assert brier(chance, happened) == pytest.approx([0.25, 0.04, 0.64, 1.0])
    bits = log_bits(chance, happened)
    assert bits[:3] == pytest.approx([1.0, -np.log2(0.8), -np.log2(0.2)])
    assert bits[3] == np.inf


def test_the_interval_is_that_of_a_bootstrap_over_forecasts() -> None:
    random = np.random.default_rng(0)
    values = random.random(400)
    found = score(values)
    error = values.std() / 20.0
    assert found.n == 400
    assert found.interval is not None
    assert found.interval == pytest.approx(
        (values.mean() - 1.645 * error, values.mean() + 1.645 * error), abs=0.2 * error
    )
    assert score(values[:1]).interval is None


def test_few_forecasts_have_no_calibration() -> None:
    assert calibration(np.full(LEAST - 1, 0.5), np.zeros(LEAST - 1)) is None
    assert calibration(np.full(LEAST, 0.5), np.zeros(LEAST)) is not None


def test_the_parts_make_the_score() -> None:
    random = np.random.default_rng(1)
    chance = random.random(200)
    happened = (random.random(200) < chance**2).astype(float)
    told = calibration(chance, happened)
    assert told is not None
    parts = told.miscalibration - told.discrimination + told.uncertainty
    assert parts == pytest.approx(brier(chance, happened).mean())
    assert told.uncertainty == pytest.approx(happened.mean() * (1 - happened.mean()))
    assert told.miscalibration > 0.0
    assert (np.diff(told.recalibrated) >= 0).all()


def test_forecasts_of_two_kinds_by_hand() -> None:
    """Ten at 0.2 of which one happened, ten at 0.6 of which eight did."""
    chance = np.repeat([0.2, 0.6], 10)
    happened = np.array([1.0] + [0.0] * 9 + [1.0] * 8 + [0.0] * 2)
    told = calibration(chance, happened)
    assert told is not None
    assert told.recalibrated == pytest.approx([0.1, 0.8])
    assert told.miscalibration == pytest.approx((0.1**2 + 0.2**2) / 2)
    assert told.discrimination == pytest.approx(0.35**2)
    assert told.uncertainty == pytest.approx(0.45 * 0.55)


def test_pools_of_adjacent_violators() -> None:
    """At 0.1, 0.5, 0.9 happened 1/10, 8/10, 4/10: the upper two are pooled to 12/20."""
    chance = np.repeat([0.1, 0.5, 0.9], 10)
    happened = np.concatenate([np.arange(10) < k for k in (1, 8, 4)]).astype(float)
    told = calibration(chance, happened)
    assert told is not None
    assert told.recalibrated == pytest.approx([0.1, 0.6, 0.6])


def test_the_parts_are_those_published_for_rain_at_niamey() -> None:
    """Dimitriadis, Gneiting and Jordan (2021), and the digits that `summary` of their package has.

    Score 0.266, MCB 0.0661, DSC 0.0441, UNC 0.244.
    """
    members, days, rained = np.array(NIAMEY).T
    chance = np.repeat(members / 52.0, days)
    happened = np.concatenate([np.arange(n) < k for n, k in zip(days, rained, strict=True)])
    told = calibration(chance, happened.astype(float))
    assert told is not None
    assert len(chance) == 92
    assert brier(chance, happened.astype(float)).mean() == pytest.approx(0.266, abs=5e-4)
    assert told.miscalibration == pytest.approx(0.0661, abs=5e-5)
    assert told.discrimination == pytest.approx(0.0441, abs=5e-5)
    assert told.uncertainty == pytest.approx(0.244, abs=5e-4)


def test_calibrated_forecasts_lie_in_the_band_nine_times_of_ten() -> None:
    random = np.random.default_rng(2)
    inside = []
    for seed in range(40):
        chance = np.repeat([0.1, 0.3, 0.5, 0.7, 0.9], 20)
        happened = (random.random(100) < chance).astype(float)
        told = calibration(chance, happened, seed)
        assert told is not None
        within = (told.recalibrated >= told.band[:, 0]) & (told.recalibrated <= told.band[:, 1])
        inside.append(within.mean())
    assert np.mean(inside) > 0.85
