"""Simulation-based calibration of learning: are posteriors right on average?

Assumptions are drawn, play is drawn under them, the record of that play is learnt from, and the
rank of the true value among equally weighted draws of the posterior is noted. If learning is right,
ranks are uniform (Talts et al. 2018, Validating Bayesian inference algorithms with simulation-based
calibration).

Usage: python scripts/calibrate_learning.py [CASES...] [--rounds N] [--draws N]
"""

from __future__ import annotations

import argparse

import numpy as np
from scipy.stats import chisquare

from lackmus.pipeline.loading import load
from lackmus.testing.calibration import ranks

CASES = ("beer-quiche", "india-tariffs-2025", "audience-costs")


def main() -> None:
    """Prints, per case, the smallest p-value over its assumptions and its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", default=CASES)
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--draws", type=int, default=2000)
    asked = parser.parse_args()
    for name in asked.cases:
        found = ranks(load(name), rounds=asked.rounds, draws=asked.draws, seed=1)
        table = {
            assumption: chisquare(np.bincount((column * 10).astype(int).clip(0, 9), minlength=10))
            for assumption, column in found.items()
        }
        least = min(table, key=lambda a: table[a].pvalue)
        print(
            f"{name}: {len(table)} assumptions, {asked.rounds} rounds; least p "
            f"{table[least].pvalue:.4f} ({least}), at 1 % {0.01 / len(table):.4f} (Bonferroni)"
        )


if __name__ == "__main__":
    main()
