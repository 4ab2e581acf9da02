"""Simulation-based calibration on cases of the library; the long run is a script."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chisquare, kstest

from lackmus.pipeline.loading import load
from lackmus.testing.calibration import ranks


@pytest.mark.parametrize("name", ["beer-quiche", "india-tariffs-2025", "audience-costs"])
def test_the_values_that_made_a_record_lie_anywhere_in_what_is_learnt_from_it(name: str) -> None:
    found = ranks(load(name), rounds=150, draws=1500, seed=1)
    assert found
    for column in found.values():
        assert kstest(column, "uniform").pvalue > 0.01 / len(found)
    together = np.concatenate(list(found.values()))
    counts = np.bincount((together * 5).astype(int).clip(0, 4), minlength=5)
    # Ranks of one round are not independent; the bound is a loose one.
    assert chisquare(counts).pvalue > 1e-6
