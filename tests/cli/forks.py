"""Commands in processes that are forked from one that has imported what they need.

A command in an interpreter of its own spends most of a second on imports. What hangs on how an
interpreter starts (encodings, streams that are closed, warnings) is tested in one of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any

from lackmus.cli.main import run as run_command

#: Forks from a process that has imported what `warm` does.
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["tests.cli.warm"])


class _Handed:
    """A stream that a forked process is handed; there it is a number again."""

    def __init__(self, stream: int) -> None:
        self._stream = stream

    def __reduce__(self) -> tuple[Callable[[Any], int], tuple[Any]]:
        return _taken, (DupFd(self._stream),)


def _taken(handed: Any) -> int:
    stream: int = handed.detach()
    return stream


def _command(
    arguments: Sequence[str], environment: Mapping[str, str], folder: str, out: str | int, err: str
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out if isinstance(out, int) else os.open(out, os.O_WRONLY), 1)
    os.dup2(os.open(err, os.O_WRONLY), 2)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - as Python's own
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.argv = ["lackmus", *arguments]
    run_command()


def forked(
    *arguments: str | Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdout: int | None = None,
    timeout: float | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Runs a command to its end; its output is in bytes, unless it has a stream to write to.

    Raises:
        TimeoutExpired: It has not ended after so many seconds, and was killed.
    """
    words = [*map(str, arguments)]
    with tempfile.TemporaryDirectory() as room:
        out, err = Path(room, "out"), Path(room, "err")
        out.touch()
        err.touch()
        target = str(out) if stdout is None else _Handed(stdout)
        given = (words, dict(env or os.environ), str(cwd or Path.cwd()), target, str(err))
        process = SERVER.Process(target=_command, args=given)
        process.start()
        process.join(timeout)
        if timeout is not None and process.is_alive():
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(words, timeout)
        assert process.exitcode is not None
        return subprocess.CompletedProcess(
            words, process.exitcode, out.read_bytes(), err.read_bytes()
        )
