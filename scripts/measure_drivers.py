"""What the drivers' estimator does: its errors where the index is known, and its false alarms.

Run by hand (``python scripts/measure_drivers.py``, two minutes): the figures of
``docs/explanation/robustness.md`` are printed by it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lackmus.sweep.design import draw
from lackmus.sweep.sensitivity import drivers
from lackmus.testing.studies import ISHIGAMI_FIRST, ishigami_study, outcomes, uniform

RNG = np.random.default_rng(1)
MANY = tuple(uniform(f"x{k}", 0, 1) for k in range(25))
TAILS: dict[str, Callable[[int], Any]] = {
    "normal": RNG.standard_normal,
    "Student's t, 3 degrees": lambda n: RNG.standard_t(3, n),
    "Cauchy": RNG.standard_cauchy,
    "lognormal, sigma 3": lambda n: np.exp(3 * RNG.standard_normal(n)),
    "one in a hundred": lambda n: (np.arange(n) < max(8, n // 100)) * 1.0,
}


def main() -> None:
    """Print errors and false alarms."""
    for n in (200, 500, 2000):
        study = ishigami_study()
        rows = []
        for seed in range(50):
            points = draw(study.assumptions, (), n, seed)
            found = drivers(study.assumptions, points, study.run(points), 0)
            by_name = {driver.assumption: driver.index for driver in found}
            rows.append([by_name.get(f"x{k}", 0.0) for k in (1, 2, 3)])
        off = np.array(rows) - ISHIGAMI_FIRST
        rms, worst = np.sqrt((off**2).mean(axis=0)), np.abs(off).max(axis=0)
        print(f"Ishigami, {n} draws: root mean square error {rms.round(3)}, worst {worst.round(3)}")
    for n in (500, 2000):
        for cut in (0.5, 0.9, 0.98, 0.995):
            points = draw(MANY[:3], (), n, 1)
            found = drivers(MANY[:3], points, outcomes((points[:, :1] > cut) - 0.5), 0)
            print(f"jump at {cut}, {n} draws:", [(d.assumption, round(d.index, 3)) for d in found])
    for n in (200, 500, 2000):
        for name, sample in TAILS.items():
            false = sum(
                len(drivers(MANY, RNG.random((n, 25)), outcomes(sample(n)[:, None]), 0))
                for _ in range(200)
            )
            print(f"false drivers in 25 x 14, {n} draws, {name}: {false / 200 * 14:.2f}")


if __name__ == "__main__":
    main()
