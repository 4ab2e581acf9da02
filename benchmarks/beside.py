"""What a time is set beside, so that it means something on a busy machine: a peer, or a loop.

Ours and the other run in turn in one process, and the ratio is the median of the rounds' ratios:
what slows one down slows the other down too.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import TypeVar

import numpy as np

_LOOPS = 2_000

Made = TypeVar("Made")


def peer() -> str:
    """The peer with its version."""
    return f"pygambit {version('pygambit')}"


def reference(clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds of a fixed loop, half of it Python's and half NumPy's, some milliseconds long."""
    start = clock()
    row = np.linspace(0.0, 1.0, 200)
    sum(i * 0.5 for i in range(10 * _LOOPS))
    for _ in range(_LOOPS):
        row = np.sqrt(row + 0.1)
    return clock() - start


def loops(seconds: float, clock: Callable[[], float] = time.perf_counter) -> str:
    """A time as so many times the reference loop, timed now by the same clock."""
    return f"{seconds / statistics.median(reference(clock) for _ in range(5)):,.1f} loops"


def seconds_of(make: Callable[[], Made], run: Callable[[Made], object]) -> float:
    """Seconds of a run on something that is made anew, which is not counted."""
    made = make()
    gc.disable()
    start = time.perf_counter()
    run(made)
    seconds = time.perf_counter() - start
    gc.enable()
    return seconds


def in_turn(
    ours: Callable[[], float], theirs: Callable[[], float], rounds: int
) -> tuple[float, float, float]:
    """Median seconds of ours and of theirs, and the median of theirs over ours."""
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    mine, other = (statistics.median(column) for column in zip(*pairs, strict=True))
    return mine, other, statistics.median(b / a for a, b in pairs)
