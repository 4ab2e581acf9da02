"""Scores and calibration beside those of scoringrules and model-diagnostics."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

from lackmus.foundation.arrays import Floats
from lackmus.ledger.scores import brier, calibration, log_bits


@pytest.fixture(params=range(4))
def forecasts(request: pytest.FixtureRequest) -> tuple[Floats, Floats]:
    """Probabilities with ties, and what happened: calibrated, sharpened, dulled, at random."""
    random = np.random.default_rng(request.param)
    chance = random.integers(1, 20, 150) / 20.0
    truth = {
        0: chance, 1: chance**2, 2: 0.3 + 0.4 * chance, 3: np.full(150, 0.5)
    }[request.param]  # fmt: skip
    return chance, (random.random(150) < truth).astype(float)


@pytest.fixture(scope="module")
def rules() -> Any:
    """The peer, without numba, for which it would compile all its scores as it is imported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "numba", None)
        return pytest.importorskip("scoringrules")


def test_scores_are_those_of_scoringrules(forecasts: tuple[Floats, Floats], rules: Any) -> None:
    chance, happened = forecasts
    assert brier(chance, happened) == pytest.approx(rules.brier_score(happened, chance))
    natural = rules.log_score(happened, chance)
    assert log_bits(chance, happened) == pytest.approx(natural / np.log(2.0))


@pytest.mark.parametrize(
    ("forecasts", "parts"),
    [
        (0, (0.01557489, 0.07519711, 0.24715556)),
        (1, (0.04592110, 0.10175998, 0.22848889)),
        (2, (0.03997001, 0.01102557, 0.24995556)),
        (3, (0.05631772, 0.01192327, 0.24982222)),
    ],
    indirect=["forecasts"],
)
def test_the_parts_are_those_of_model_diagnostics(
    forecasts: tuple[Floats, Floats], parts: tuple[float, float, float]
) -> None:
    """Its `decompose`, 1.5.0, with squared error: here as figures, since it needs scikit-learn."""
    told = calibration(*forecasts)
    assert told is not None
    found = (told.miscalibration, told.discrimination, told.uncertainty)
    assert found == pytest.approx(parts, abs=1e-8)
