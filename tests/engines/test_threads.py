"""Threads: every job once, results as they finish, jobs taken only as workers get free."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from lackmus.engines.base import Result, in_a_line
from lackmus.engines.threads import Threads, cores
from lackmus.foundation.errors import UsageError


def half(x: int) -> float:
    if x == 13:
        raise ValueError("unlucky\nsecond line")
    return x / 2


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_every_job_is_done_once(workers: int) -> None:
    with Threads(workers) as engine:
        results = list(engine.map(half, ((k, k + 100) for k in range(50))))
    assert sorted((r.key, r.value) for r in results) == [(k, (k + 100) / 2) for k in range(50)]
    assert all(not r.error and not r.lost and r.seconds >= 0 for r in results)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failed_job_is_data(workers: int) -> None:
    results = {r.key: r for r in Threads(workers).map(half, [(0, 12), (1, 13), (2, 14)])}
    assert results[1].error == "ValueError: unlucky"
    assert results[1].value is None
    assert (results[0].value, results[2].value) == (6, 7)


def test_results_come_as_they_finish() -> None:
    first = threading.Event()

    def wait(key: int) -> int:
        if key == 0:
            first.wait(10)
        else:
            first.set()
        return key

    assert [r.key for r in Threads(2).map(wait, [(0, 0), (1, 1)])] in ([1, 0], [0, 1])
    assert first.is_set()


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_jobs_are_taken_only_as_workers_get_free(workers: int) -> None:
    taken = [0]

    def jobs() -> Iterator[tuple[int, int]]:
        for key in range(40):
            taken[0] += 1
            yield key, key

    for done, _ in enumerate(Threads(workers).map(half_slowly, jobs())):
        assert taken[0] <= done + 2 * workers + 2


def half_slowly(x: int) -> float:
    time.sleep(0.001)
    return x / 2


def test_a_map_left_early_leaves_no_thread() -> None:
    results = Threads(3).map(half_slowly, ((k, k) for k in range(1000)))
    next(results)
    del results
    assert not [t for t in threading.enumerate() if t.name.startswith("lackmus")]


def test_no_threads_are_refused() -> None:
    with pytest.raises(UsageError, match="at least one"):
        Threads(0)
    assert Threads().workers == cores() >= 1


def test_an_error_without_words_is_its_type() -> None:
    assert in_a_line(KeyError()) == "KeyError"
    assert Result(1, 2, 0.0) == Result(1, 2, 0.0)
