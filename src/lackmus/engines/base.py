"""Engines: how jobs run. They know nothing of games.

An engine takes jobs one by one, no more than it can hold in flight, and hands results back as they
finish. So whoever hands out jobs can size the next by what the last have cost.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar

Argument = TypeVar("Argument")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Result(Generic[Value]):
    """What became of one job.

    Attributes:
        key: The job's key.
        value: What the function gave; None where it failed.
        seconds: How long the function ran.
        error: Empty, or what the function raised, in a line.
        lost: Whether the job died with its worker, so that it may well succeed elsewhere.
    """

    key: int
    value: Value | None
    seconds: float
    error: str = ""
    lost: bool = False


class Engine(Protocol):
    """Runs a function over jobs. Use it in a ``with`` block, or close it."""

    @property
    def workers(self) -> int:
        """How many jobs run at a time, at least one."""

    @property
    def batch_seconds(self) -> float:
        """How long a job should take for the engine's own cost to vanish beside it."""

    def map(
        self, function: Callable[[Argument], Value], jobs: Iterable[tuple[int, Argument]]
    ) -> Iterator[Result[Value]]:
        """Results as they finish, in any order.

        Args:
            function: What to do; picklable where the engine leaves the process.
            jobs: Keys and arguments; taken one by one as workers get free.

        Raises:
            UnfinishedError: The engine itself was lost; results handed out before are good.
        """

    def close(self) -> None:
        """End the workers that this engine started."""

    def __enter__(self) -> Self:
        """The engine itself."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""


class Closing:
    """What ends with the ``with`` block that it is used in."""

    def close(self) -> None:
        """Let go of what is held."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def timed(function: Callable[[Argument], Value], argument: Argument) -> tuple[Value, float]:
    """What the function gives, and how long it took in seconds."""
    start = time.perf_counter()
    value = function(argument)
    return value, time.perf_counter() - start


def in_a_line(error: BaseException) -> str:
    """An exception's type and the first line of what it says."""
    first = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


def settle(key: int, call: Callable[[], tuple[Any, float]]) -> Result[Any]:
    """The result of a job, whatever the function did."""
    start = time.perf_counter()
    try:
        value, seconds = call()
    except Exception as error:  # noqa: BLE001 - a failed job is data, of whatever kind
        return Result(key, None, time.perf_counter() - start, in_a_line(error))
    return Result(key, value, seconds)
