"""The command line in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.forks import forked

COMMAND = [sys.executable, "-c", "from lackmus.cli.main import run; run()"]

#: How variables begin that an interpreter looks at when it starts.
_OF_THE_START = ("PYTHON", "LC_", "LANG")


@pytest.fixture
def ended() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Runs a command to its end; its output is in bytes.

    Given other streams, or what an interpreter looks at when it starts, it has one of its own.
    """

    def run(*arguments: str | Path, **more: Any) -> subprocess.CompletedProcess[bytes]:
        given = more.get("env", {}).items()
        starts = [n for n, v in given if n.startswith(_OF_THE_START) and os.environ.get(n) != v]
        if not starts and more.keys() <= {"env", "cwd", "stdout", "timeout"}:
            return forked(*arguments, **more)
        more = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "timeout": 300, **more}
        return subprocess.run([*COMMAND, *map(str, arguments)], check=False, **more)

    return run
