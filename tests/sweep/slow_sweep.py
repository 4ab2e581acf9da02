"""A script that sweeps slowly into a table, so that a test can kill it, its workers, its scheduler.

    slow_sweep.py FILE ENGINE [kill-worker]

ENGINE is a number of threads, ``local`` (a Dask cluster of two), or the address of a scheduler.
It prints one line at the end: ``done``, or what was told.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np

from lackmus.engines.base import Engine
from lackmus.engines.dask_cluster import DaskCluster
from lackmus.engines.threads import Threads
from lackmus.foundation.arrays import Floats
from lackmus.foundation.errors import UnfinishedError
from lackmus.sweep.design import draw
from lackmus.sweep.sweep import Progress, sweep
from lackmus.testing.studies import Formula, ishigami, uniform

DRAWS = 600
SECONDS = 0.002
SEED = 11
ASSUMPTIONS = tuple(uniform(f"x{k}", -np.pi, np.pi) for k in (1, 2, 3))

#: Which draw it is, by the value of the first assumption.
PLACES = {x: k for k, x in enumerate(draw(ASSUMPTIONS, (), DRAWS, SEED)[:, 0].tolist())}


def limited(path: Path | str, limit: int | None) -> None:
    """Has a sweep into a file wait before this draw until another limit is set, or none."""
    told = _told(path)
    if limit is None:
        told.unlink()
    else:
        told.with_suffix(".new").write_text(str(limit))
        told.with_suffix(".new").replace(told)


def _told(path: Path | str) -> Path:
    return Path(f"{path}.limit")


def slow(limit: Path, points: Floats) -> Floats:
    time.sleep(SECONDS * len(points))
    last = max(PLACES[x] for x in points[:, 0].tolist())
    while last >= _limit(limit):
        time.sleep(0.01)
    return ishigami(points)


def _limit(path: Path) -> int:
    try:
        return int(path.read_text())
    except FileNotFoundError:
        return DRAWS


def patchy(points: Floats) -> Floats:
    value: Floats = np.where(points[:, 0] > 2.5, np.nan, points[:, 0] - points[:, 1])
    return value


def engine(name: str) -> Engine:
    if name.isdecimal():
        chosen: Engine = Threads(int(name))
    else:
        chosen = DaskCluster(None if name == "local" else name,
                             workers=2 if name == "local" else None)  # fmt: skip
    chosen.__dict__["batch_seconds"] = 0.05
    return chosen


def main(path: str, name: str, *wishes: str) -> str:
    used = engine(name)
    victims = [True] if "kill-worker" in wishes else []

    def told(progress: Progress) -> None:
        used.__dict__["_patience"] = 3.0  # workers are there: what is lost now stays lost
        if victims and progress.done > DRAWS / 4:
            victims.clear()
            pids = used._client.run(os.getpid)  # type: ignore[attr-defined]
            os.kill(next(iter(pids.values())), signal.SIGKILL)

    formulas = (partial(slow, _told(path)), patchy)
    study = Formula(ASSUMPTIONS, formulas, label="slow")
    try:
        sweep(study, path, DRAWS, seed=SEED, engine=used, resume=True, progress=told)
    except UnfinishedError as error:
        return str(error)
    finally:
        used.close()
    return "done"


if __name__ == "__main__":
    sys.stdout.write(main(*sys.argv[1:]) + "\n")
