"""A job done in a copy of this process, while this one goes on with another."""

from __future__ import annotations

import logging
import multiprocessing
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Generic, TypeVar

from lackmus.engines.base import Closing
from lackmus.engines.threads import cores

Value = TypeVar("Value")

#: Told how much is done, and how much there is.
Tell = Callable[[int, int], None]


def can_be_copied() -> bool:
    """Whether this process can be copied without harm, and a copy has a core of its own.

    A thread may hold a lock, which nobody would let go of in the copy; and a worker that is ended
    with its pool may have no processes of its own.
    """
    alone = threading.active_count() == 1 and not multiprocessing.current_process().daemon
    return sys.platform == "linux" and cores() > 1 and alone


class SideJob(Closing, Generic[Value]):
    """One job, done in a copy of this process where there may be one, else when it is asked for.

    A copy has all that is in memory here, as it is when the job is handed over; what it makes of
    the job, and how far it is, comes back through a pipe. What a copy does not finish, for whatever
    reason, is done here. Use it in a ``with`` block, or close it.

    Args:
        job: What to do, given what to tell of how far it is; what it gives can be pickled.
        copied: Whether a copy may do it, where this process can be copied.
    """

    def __init__(self, job: Callable[[Tell], Value], *, copied: bool) -> None:
        self._job = job
        self._copy: multiprocessing.process.BaseProcess | None = None
        if not (copied and can_be_copied()):
            return
        with suppress(OSError), warnings.catch_warnings(), _without_ctrl_c():
            # Of threads that Python does not know: those of a library that ends them in a copy.
            warnings.simplefilter("ignore", DeprecationWarning)
            context = multiprocessing.get_context("fork")
            self._ours, theirs = context.Pipe(duplex=False)
            copy = context.Process(target=_work, args=(job, self._ours, theirs), daemon=True)
            copy.start()
            theirs.close()
            self._copy = copy

    def result(self, tell: Tell) -> Value:
        """What the job gives, waited for or done now; once."""
        while self._copy is not None:
            try:
                done, said = self._ours.recv()
            except (EOFError, OSError):
                self.close()
            else:
                if done:
                    self.close()
                    return said  # type: ignore[no-any-return]  # what the pipe hands over
                tell(*said)
        return self._job(tell)

    def close(self) -> None:
        """End the copy, if there is one."""
        copy, self._copy = self._copy, None
        if copy is not None:
            self._ours.close()
            copy.kill()
            copy.join()


@contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """Ctrl-C waits; in a copy that is made meanwhile it waits for ever."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(job: Callable[[Tell], object], read: Connection, pipe: Connection) -> None:
    """What the copy does. Ctrl-C is for the process that it was copied from; so are errors.

    So is the news that it logs, which the two would tell twice. Once that process is gone nobody
    can read any more, and the next that is told ends the copy.
    """
    logging.disable(logging.INFO)
    read.close()
    with suppress(Exception):
        pipe.send((True, job(lambda done, total: pipe.send((False, (done, total))))))
