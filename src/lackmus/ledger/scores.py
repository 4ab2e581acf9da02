"""Scores of probability forecasts of yes or no.

The Brier score is (p - y)², from 0 to 1, the log score -log2 of the probability given to what
happened, in bits; less is better in both. Probabilities are taken as they stand: who says 0 to what
happens has an infinite log score.

References:
    Brier (1950); Good (1952); Gneiting and Raftery (2007), Strictly proper scoring rules.
    Dimitriadis, Gneiting and Jordan (2021), Stable reliability diagrams for probabilistic
    classifiers (CORP): recalibration by isotonic regression, score = MCB - DSC + UNC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from lackmus.foundation.arrays import Floats
from lackmus.foundation.seeds import generator

#: Fewest forecasts from which calibration is told.
LEAST: Final = 20

#: Resamples of a bootstrap and of a consistency band, and the ends of what they give.
_RESAMPLES: Final = 2000
_ENDS: Final = (0.05, 0.95)


def brier(probability: Floats, happened: Floats) -> Floats:
    """Brier scores, elementwise; 0 is best, 1 worst."""
    return np.square(probability - happened)


def log_bits(probability: Floats, happened: Floats) -> Floats:
    """Log scores in bits, elementwise."""
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log2(np.where(happened > 0.5, probability, 1.0 - probability)))


@dataclass(frozen=True, slots=True)
class Score:
    """The mean score of n forecasts.

    Attributes:
        n: How many.
        mean: Their mean.
        interval: 90 % bootstrap interval of the mean; None for fewer than two.
    """

    n: int
    mean: float
    interval: tuple[float, float] | None


def score(values: Floats, seed: int = 0) -> Score:
    """Mean of scores, with a bootstrap interval over forecasts."""
    count = len(values)
    if count < 2:
        return Score(count, float(values.mean()) if count else np.nan, None)
    drawn = generator(seed, "bootstrap").integers(0, count, (_RESAMPLES, count))
    low, high = np.quantile(values[drawn].mean(axis=1), _ENDS, method="inverted_cdf")
    return Score(count, float(values.mean()), (float(low), float(high)))


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """A CORP reliability diagram and the decomposition of the Brier score.

    Attributes:
        forecast: The different forecast probabilities, ascending; shape (M,).
        recalibrated: Frequency of what happened at each, by isotonic regression; shape (M,).
        band: What `recalibrated` would be in 90 % of cases were the forecasts calibrated;
            shape (M, 2).
        miscalibration: MCB: what recalibration would gain.
        discrimination: DSC: what the recalibrated forecasts gain over the base rate.
        uncertainty: UNC: the score of the base rate.
    """

    forecast: Floats = field(repr=False)
    recalibrated: Floats = field(repr=False)
    band: Floats = field(repr=False)
    miscalibration: float
    discrimination: float
    uncertainty: float


def calibration(probability: Floats, happened: Floats, seed: int = 0) -> Calibration | None:
    """The calibration of forecasts; None for fewer than `LEAST`."""
    if len(probability) < LEAST:
        return None
    kinds, which, counts = np.unique(probability, return_inverse=True, return_counts=True)
    fitted = _isotonic(which, happened, counts)
    random = generator(seed, "consistency")
    drawn = np.stack([
        _isotonic(which, (random.random(len(probability)) < probability).astype(float), counts)
        for _ in range(_RESAMPLES // 4)
    ])  # fmt: skip
    band = np.quantile(drawn, _ENDS, axis=0).T
    own = float(brier(probability, happened).mean())
    better = float(brier(fitted[which], happened).mean())
    base = float(brier(np.full(len(happened), happened.mean()), happened).mean())
    return Calibration(kinds, fitted, band, own - better, base - better, base)


def _isotonic(which: np.ndarray, happened: Floats, counts: np.ndarray) -> Floats:
    """Frequencies at each forecast probability that ascend with it."""
    from scipy.optimize import isotonic_regression  # noqa: PLC0415 - costs 0.2 s

    means = np.bincount(which, weights=happened) / counts
    return np.asarray(isotonic_regression(means, weights=counts.astype(float)).x)
