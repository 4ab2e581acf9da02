"""Dask: the same jobs on many machines. The only module that sees dask.

The function travels once, as the result of a task; so the scheduler can make it anew on any worker
when the one that held it dies. A job whose worker died is tried again by Dask, and then handed
back as lost.
"""

from __future__ import annotations

import math
import queue
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from lackmus.engines.base import Argument, Closing, Result, Value, in_a_line, timed
from lackmus.foundation.errors import UnfinishedError, UsageError
from lackmus.foundation.extras import extra
from lackmus.foundation.version import version

#: Jobs in flight for each worker thread: one runs, one waits beside it.
_IN_FLIGHT: Final = 2

#: How often the connection is looked at while nothing finishes, in seconds.
_LOOK: Final = 0.5

#: How long a scheduler may take to greet, in seconds, and the most that it says at once, in bytes.
_GREETING: Final = 5.0
_LARGEST_GREETING: Final = 1_000_000

_START: Final = "start one with `dask scheduler`, and workers with `dask worker ADDRESS`"

#: How long a count of workers is good for, in seconds.
_COUNT: Final = 2.0


class DaskCluster(Closing):
    """Runs jobs on a Dask cluster: one that is there, or one of processes on this machine."""

    batch_seconds = 2.0

    def __init__(
        self,
        scheduler: str | None = None,
        *,
        workers: int | None = None,
        patience: float = 60.0,
    ) -> None:
        """Connect to a cluster, or start one here.

        Args:
            scheduler: Address such as ``tcp://10.0.0.5:8786``; None starts a local cluster.
            workers: Processes of the local cluster, one thread each; by default one a core.
            patience: Seconds without a scheduler, or without any worker, after which the work is
                given up.

        Raises:
            UsageError: dask is not installed, the scheduler does not answer, or both a scheduler
                and a number of workers are given.
        """
        if scheduler is not None and workers is not None:
            raise UsageError("a running cluster has the workers it has: give no number of them")
        distributed = _distributed()
        if scheduler is not None:
            _check_speaks_dask(scheduler)
        self._patience = patience
        self._threads, self._counted = 0, -math.inf
        self._cluster = None
        if scheduler is None:
            self._cluster = distributed.LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address=None
            )
        target = self._cluster if scheduler is None else scheduler
        try:
            self._client = distributed.Client(target, timeout=min(10.0, patience))
        except (OSError, ValueError) as error:
            raise UsageError(
                f"no Dask scheduler answers at {scheduler}: {in_a_line(error)}",
                hint=_START,
            ) from None
        self._able: set[str] = set()
        if lacking := self._lacking():
            self.close()
            raise UsageError(lacking, hint=f"install lackmus {version()} on every worker")

    @property
    def workers(self) -> int:
        """Threads of all workers, at least one; looked up every two seconds."""
        if time.monotonic() - self._counted > _COUNT:
            self._threads = self._count()
            self._counted = time.monotonic()
        return max(1, self._threads)

    def close(self) -> None:
        """Let go of the cluster; one that was started here ends."""
        self._client.close(timeout=5)
        if self._cluster is not None:
            self._cluster.close(timeout=5)

    def map(
        self, function: Callable[[Argument], Value], jobs: Iterable[tuple[int, Argument]]
    ) -> Iterator[Result[Value]]:
        """Results as they finish; raises UnfinishedError where the cluster is gone for good."""
        shipped = self._ship(function)
        finished: queue.Queue[Any] = queue.Queue()
        flying: dict[str, tuple[int, Any]] = {}
        try:
            for key, argument in jobs:
                self._wait_for_scheduler()
                if shipped.status == "cancelled":
                    shipped = self._ship(function)
                future = self._client.submit(timed, shipped, argument, pure=False)
                flying[future.key] = (key, future)
                future.add_done_callback(finished.put)
                while len(flying) >= _IN_FLIGHT * self.workers:
                    yield self._next(finished, flying)
            while flying:
                yield self._next(finished, flying)
        finally:
            self._forget([future for _, future in flying.values()])

    def _ship(self, function: Callable[..., Any]) -> Any:  # noqa: ANN401 - dask has no types
        return self._client.submit(_unpack, _pack(function), pure=False)

    def _next(self, finished: queue.Queue[Any], flying: dict[str, tuple[int, Any]]) -> Result[Any]:
        looks = 0
        while True:
            try:
                future = finished.get(timeout=_LOOK)
            except queue.Empty:
                if lacking := self._lacking():
                    raise UnfinishedError(lacking) from None
                looks = 0 if self._count() else looks + 1
                if self._is_lost(looks):
                    raise UnfinishedError(self._loss()) from None
                continue
            if future.status == "cancelled":
                self._wait_for_scheduler()
            key, _ = flying.pop(future.key)
            return _result(key, future)

    def _wait_for_scheduler(self) -> None:
        """Until the client is connected again; raises UnfinishedError where it gives up."""
        looks = 0
        while self._client.status != "running":
            if self._is_lost(looks):
                raise UnfinishedError(self._loss())
            time.sleep(_LOOK)
            looks += 1

    def _is_lost(self, looks: int) -> bool:
        """Whether after so many looks in vain there is no more hope.

        Looks are counted and not seconds: whoever was stopped meanwhile has not waited.
        """
        return self._client.status == "closed" or looks * _LOOK > self._patience

    def _count(self) -> int:
        """Threads of the workers that are there; 0 without a connection."""
        if self._client.status != "running":
            return 0
        known = self._client.scheduler_info(n_workers=-1)["workers"]
        return sum(int(worker["nthreads"]) for worker in known.values())

    def _lacking(self) -> str:
        """Which workers, of those not asked before, lack Lackmus; empty where none does."""
        if self._client.status != "running":
            return ""
        new = set(self._client.scheduler_info(n_workers=-1)["workers"]) - self._able
        if not new:
            return ""
        # A function that every worker can unpack, with Lackmus or without.
        found = self._client.run(exec, "import lackmus", workers=sorted(new), on_error="return")
        lacking = sorted(at for at, what in found.items() if isinstance(what, ImportError))
        self._able |= new.difference(lacking)
        if not lacking:
            return ""
        return f"{len(lacking)} of {len(found)} Dask workers lack Lackmus: {', '.join(lacking[:3])}"

    def _loss(self) -> str:
        if self._client.status == "running":
            return "the Dask cluster has no workers left"
        return "the connection to the Dask scheduler was lost"

    def _forget(self, futures: list[Any]) -> None:
        if futures and self._client.status == "running":
            self._client.cancel(futures, force=True)


def _result(key: int, future: Any) -> Result[Any]:  # noqa: ANN401 - dask has no types
    if future.status == "finished":
        try:
            value, seconds = future.result()
        except Exception as error:  # noqa: BLE001 - the result died with its worker on the way
            return Result(key, None, 0.0, in_a_line(error), lost=True)
        return Result(key, value, seconds)
    if future.status != "error":  # cancelled with the connection, or lost with its worker
        return Result(key, None, 0.0, f"the job was {future.status} on the way", lost=True)
    raised = future.exception()
    lost = type(raised).__name__ in ("KilledWorker", "CommClosedError")
    return Result(key, None, 0.0, in_a_line(raised), lost)


def _check_speaks_dask(address: str) -> None:
    """Raise UsageError where something listens at a TCP address and is no Dask scheduler.

    Dask's own client would wait for it, or take what it says for the size of a message. A
    scheduler greets whoever connects, by the number of parts that its greeting has, in 8 bytes.
    """
    host, _, port = address.removeprefix("tcp://").rpartition(":")
    if "://" in host or not port.isdecimal():
        return
    try:
        with socket.create_connection((host.strip("[]"), int(port)), _GREETING) as line:
            greeting = line.recv(8)
    except TimeoutError:
        greeting = b""
    except (OSError, OverflowError):
        return  # of which the client says why
    if not 0 < int.from_bytes(greeting, "little") <= _LARGEST_GREETING:
        raise UsageError(f"what listens at {address} is no Dask scheduler", hint=_START)


def _pack(function: Callable[..., Any]) -> bytes:
    packed: bytes = _pickle().dumps(function)
    return packed


def _unpack(packed: bytes) -> Callable[..., Any]:
    function: Callable[..., Any] = _pickle().loads(packed)
    return function


def _pickle() -> Any:  # noqa: ANN401 - dask has no types
    """Dask's own pickling, which takes functions of a script along."""
    from distributed.protocol import pickle  # noqa: PLC0415 - dask is optional

    return pickle


def _distributed() -> Any:  # noqa: ANN401 - dask has no types
    with extra("dask", "the engine `dask`"):
        import distributed  # noqa: PLC0415 - optional, and costs 0.5 s
    return distributed
