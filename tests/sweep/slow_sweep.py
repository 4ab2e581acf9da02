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

import numpy as np

from lackmus.engines.base import Engine
from lackmus.engines.dask_cluster import DaskCluster
from lackmus.engines.threads import Threads
from lackmus.foundation.arrays import Floats
from lackmus.foundation.errors import UnfinishedError
from lackmus.sweep.sweep import Progress, sweep
from lackmus.testing.studies import Formula, ishigami, uniform

DRAWS = 600
SECONDS = 0.002


def slow(points: Floats) -> Floats:
    time.sleep(SECONDS * len(points))
    return ishigami(points)


def patchy(points: Floats) -> Floats:
    value: Floats = np.where(points[:, 0] > 2.5, np.nan, points[:, 0] - points[:, 1])
    return value


STUDY = Formula(
    tuple(uniform(f"x{k}", -np.pi, np.pi) for k in (1, 2, 3)), (slow, patchy), label="slow"
)


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

    try:
        sweep(STUDY, path, DRAWS, seed=11, engine=used, resume=True, progress=told)
    except UnfinishedError as error:
        return str(error)
    finally:
        used.close()
    return "done"


if __name__ == "__main__":
    sys.stdout.write(main(*sys.argv[1:]) + "\n")
