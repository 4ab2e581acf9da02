"""The command line in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

COMMAND = [sys.executable, "-c", "from lackmus.cli.main import run; run()"]


@pytest.fixture
def ended() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Runs a command to its end; its output is in bytes."""

    def run(*arguments: str | Path, **more: Any) -> subprocess.CompletedProcess[bytes]:
        more = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "timeout": 300, **more}
        return subprocess.run([*COMMAND, *map(str, arguments)], check=False, **more)

    return run
