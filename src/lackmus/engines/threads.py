"""Threads of this process: the default, for functions that let go of the interpreter lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

from lackmus.engines.base import Argument, Closing, Result, Value, settle, timed
from lackmus.foundation.errors import UsageError


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Threads(Closing):
    """Runs jobs on threads of this process."""

    batch_seconds = 1.0

    def __init__(self, workers: int | None = None) -> None:
        """An engine of so many threads, by default one a core.

        Raises:
            UsageError: Fewer than one.
        """
        if workers is not None and workers < 1:
            raise UsageError(f"{workers} threads: there must be at least one")
        self.workers = workers or cores()

    def close(self) -> None:
        """Nothing outlives a `map`."""

    def map(
        self, function: Callable[[Argument], Value], jobs: Iterable[tuple[int, Argument]]
    ) -> Iterator[Result[Value]]:
        """Results as they finish; a single thread runs the jobs in order, in the caller's own."""
        if self.workers == 1:
            for key, argument in jobs:
                yield _run(function, key, argument)
            return
        pool = ThreadPoolExecutor(self.workers, thread_name_prefix="lackmus")
        pending: set[Future[Result[Value]]] = set()
        try:
            for key, argument in jobs:
                pending.add(pool.submit(_run, function, key, argument))
                while len(pending) > self.workers:
                    yield from _finished(pending)
            while pending:
                yield from _finished(pending)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _run(function: Callable[[Argument], Value], key: int, argument: Argument) -> Result[Any]:
    return settle(key, lambda: timed(function, argument))


def _finished(pending: set[Future[Result[Value]]]) -> Iterator[Result[Value]]:
    done, _ = wait(pending, return_when=FIRST_COMPLETED)
    pending -= done
    for future in done:
        yield future.result()
