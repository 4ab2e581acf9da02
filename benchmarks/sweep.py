"""Sweeps: draws a second by engine and size of batch, what Dask costs, memory, and the estimator.

    python benchmarks/sweep.py [--draws 400] [--rows 1000000] [--case alaska-2025]

The million rows are of Ishigami's function, so that the sweep itself is measured: design, batches,
journal, table. What a million draws of a case would take follows from its rate.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from beside import loops
from lackmus.engines.base import Engine
from lackmus.engines.dask_cluster import DaskCluster
from lackmus.engines.threads import Threads
from lackmus.foundation.arrays import Floats
from lackmus.pipeline.case_study import CaseStudy
from lackmus.pipeline.loading import load
from lackmus.sweep.design import draw
from lackmus.sweep.sensitivity import drivers
from lackmus.sweep.study import Study
from lackmus.sweep.sweep import run_points, sweep
from lackmus.testing.studies import ISHIGAMI_FIRST, ishigami_study

BATCHES = (8, 32, 128)


def batches(points: Floats, size: int) -> Iterator[tuple[int, Floats]]:
    for key, start in enumerate(range(0, len(points), size)):
        yield key, points[start : start + size]


def rate(study: Study, points: Floats, engine: Engine, size: int) -> float:
    start = time.perf_counter()
    done = sum(len(r.value.failed) for r in engine.map(study.run, batches(points, size)) if r.value)
    return done / (time.perf_counter() - start)


def engines(case: str, count: int) -> float:
    """Draws a second of a case; returns the best rate."""
    study = CaseStudy(load(case))
    points = draw(study.assumptions, study.correlations, count, 0)
    study.run(points[:8])
    print(
        f"{case}: {len(study.assumptions)} assumptions, {len(study.claims)} claims, {count} draws"
    )
    best = 0.0
    made = [("1 thread", Threads(1)), ("2 threads", Threads(2)), ("Dask, 2 workers", two_workers())]
    for name, engine in made:
        with engine:
            rate(study, points[:32], engine, 8)
            rates = [rate(study, points, engine, size) for size in BATCHES]
            start = time.perf_counter()
            run_points(study, points, engine=engine)
            rates.append(count / (time.perf_counter() - start))
        best = max(best, *rates)
        sized = ", ".join(
            f"{r:6.0f} ({s})" for r, s in zip(rates, [*BATCHES, "sized"], strict=True)
        )
        print(
            f"  {name:16} draws a second (by batch): {sized}; a draw is {loops(1.0 / max(rates))}"
        )
    return best


def two_workers() -> Engine:
    return DaskCluster(workers=2)


def dask_cost(jobs: int = 400) -> float:
    """Seconds that Dask adds to a batch of 32 draws that costs next to nothing."""
    study = ishigami_study()
    points = draw(study.assumptions, (), 32 * jobs, 0)
    with two_workers() as engine:
        rate(study, points[:320], engine, 32)
        start = time.perf_counter()
        list(engine.map(study.run, batches(points, 32)))
        seconds = time.perf_counter() - start
    print(f"Dask: {1e3 * seconds / jobs:.2f} ms a batch, {loops(seconds / jobs)}")
    return seconds / jobs


def memory(rows: int) -> float:
    """A whole sweep of so many rows of a function that costs nothing; seconds."""
    study = ishigami_study()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.parquet"
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.perf_counter()
        sweep(study, path, rows, engine=Threads(2))
        seconds = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        size = path.stat().st_size
    print(
        f"{rows:,} rows: {seconds:.1f} s beside the solves, {1e6 * seconds / rows:.1f} µs a row, "
        f"{loops(seconds)}; "
        f"peak memory {after / 1024:.0f} MiB ({(after - before) / 1024:.0f} more than before); "
        f"table {size / 2**20:.0f} MiB"
    )
    return seconds


def estimator(seeds: int = 20) -> None:
    """First-order indices from given draws, beside SALib's rbd_fast on the same draws."""
    from SALib.analyze import rbd_fast

    study = ishigami_study()
    names = [a.name for a in study.assumptions]
    problem = {"num_vars": 4, "names": names, "bounds": [[-np.pi, np.pi]] * 4}
    truth = np.array([*ISHIGAMI_FIRST, 0.0])
    for count in (500, 2000):
        errors, seconds = np.zeros(2), np.zeros(2)
        for seed in range(seeds):
            points = draw(study.assumptions, (), count, seed)
            seen = study.run(points)
            start = time.perf_counter()
            listed = drivers(study.assumptions, points, seen, 0)
            middle = time.perf_counter()
            peer = rbd_fast.analyze(problem, points, seen.margins[:, 0], num_resamples=2)["S1"]
            seconds += middle - start, time.perf_counter() - middle
            ours = {d.assumption: d.index for d in listed}
            found = np.array([ours.get(name, 0.0) for name in names])
            errors += np.mean((found - truth) ** 2), np.mean((np.array(peer) - truth) ** 2)
        rms, each = np.sqrt(errors / seeds), 1e3 * seconds / seeds
        print(
            f"indices of Ishigami from {count} draws: error {rms[0]:.4f} in {each[0]:.1f} ms; "
            f"SALib rbd_fast {rms[1]:.4f} in {each[1]:.1f} ms, {each[1] / each[0]:.1f} times ours"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", default="alaska-2025")
    parser.add_argument("--draws", type=int, default=400)
    parser.add_argument("--rows", type=int, default=1_000_000)
    asked = parser.parse_args()
    estimator()
    beside = memory(asked.rows) / asked.rows
    cost = dask_cost()
    best = engines(asked.case, asked.draws)
    hours = (1e6 / best + 1e6 * beside) / 3600
    days = 1e9 / (best / 2 * 32 * 100) / 86400
    print(
        f"a million draws of {asked.case} at {best:.0f} a second: {hours:.1f} hours here; "
        f"10⁹ on 100 machines of 32 cores: {days:.1f} days, of which Dask's own share is "
        f"{100 * cost / (2.0 + cost):.2f} % at batches of two seconds"
    )


if __name__ == "__main__":
    main()
