"""What is said where a command does not end well, and how far it is on a terminal."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from typing import Any

import pytest

from lackmus.foundation import compiling

CASE = "beer-quiche"

#: Runs the command with a step of it replaced by other Python.
_REPLACED = (
    "import lackmus.cli.commands.files as c\n"
    "def step(**_):\n    {step}\n"
    "c.cases = step\n"
    "from lackmus.cli.main import run; run()"
)


def replaced(step: str, *arguments: str, **how: Any) -> subprocess.CompletedProcess[str]:
    """What becomes of ``lackmus cases`` where it does something else."""
    code = _REPLACED.format(step=step)
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **how}
    return subprocess.run([sys.executable, "-c", code, "cases", *arguments], check=False, **how)


@pytest.mark.parametrize(
    ("step", "status", "told"),
    [
        ("raise MemoryError", 3, "there is not enough memory for this\n"),
        ("raise OSError(28, 'No space left on device', 'a.csv')", 3,
         "cannot read or write a.csv: No space left on device\n"),
        ("raise OSError('the cable is out')", 3,
         "cannot read or write the output: the cable is out\n"),
        ("from lackmus.foundation.errors import UnfinishedError as U; raise U('half is done')", 3,
         "half is done\n"),
        ("raise BrokenPipeError", 0, ""),
        ("raise SystemExit('farewell')", 0, ""),
        ("raise SystemExit(3)", 3, ""),
        ("import warnings; warnings.warn('the year is odd', stacklevel=1)", 0,
         "note: the year is odd\n"),
        ("import numpy; numpy.divide(1, numpy.zeros(1))", 0, ""),
    ],
    ids=lambda a: a if isinstance(a, str) and a.isidentifier() else None,
)  # fmt: skip
def test_what_went_wrong_has_its_status_and_its_words(step: str, status: int, told: str) -> None:
    done = replaced(step)
    assert (done.returncode, done.stdout, done.stderr) == (status, "", told)


@pytest.mark.parametrize(
    ("step", "kind"),
    [("raise MemoryError", "unfinished"), ("raise OSError(5, 'broken')", "unfinished"),
     ("raise ValueError('x')", "internal")],
)  # fmt: skip
def test_a_program_is_told_in_json(step: str, kind: str) -> None:
    done = replaced(step, "--json")
    found = json.loads(done.stdout)["error"]
    assert (found["status"], found["kind"]) == (done.returncode, kind)
    assert done.stderr.startswith(found["message"].splitlines()[0])


def test_a_fault_of_its_own_shows_where_only_when_asked() -> None:
    environment = {**os.environ, "LACKMUS_TRACEBACK": "1"}
    assert "Traceback" in replaced("{}['gone']", env=environment).stderr
    assert "Traceback" not in replaced("{}['gone']").stderr


def test_what_steers_a_terminal_is_shown_in_what_went_wrong() -> None:
    done = replaced("raise OSError('\\x1b[2J')")
    assert "\x1b" not in done.stderr
    assert "\\x1b[2J" in done.stderr


def test_where_nobody_hears_what_went_wrong_the_status_tells() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    for step in ("raise MemoryError", "raise OSError(5, 'broken')"):
        assert replaced(step, stderr=writing).returncode == 3
        assert replaced(step, "--json", stdout=writing, stderr=writing).returncode == 3
    code = "from lackmus.cli.main import run; run()"
    done = subprocess.run([sys.executable, "-c", code, "--nonsense"], stderr=writing, check=False)
    assert done.returncode == 2
    os.close(writing)


def test_that_kernels_are_compiled_is_said_once_and_counted_on_a_terminal_alone() -> None:
    step = "import logging; log = logging.getLogger('lackmus.x'); [log.info('k') for _ in 'abc']"
    once = f"{compiling.ONCE}\n"
    assert replaced(step).stderr == once
    assert on_terminal([sys.executable, "-c", _REPLACED.format(step=step), "cases"])[0] == (
        once + "k (2)\nk (3)\n"
    )
    log = "import logging; logging.getLogger('lackmus').warning('odd')"
    assert replaced(log).stderr == "odd\n"


def on_terminal(command: list[str]) -> tuple[str, str]:
    """What a command writes to its error stream, which is a terminal, and to its output."""
    ours, its = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=its, env=environment, text=True
    )
    os.close(its)
    seen = b""
    while True:
        try:
            some = os.read(ours, 65536)
        except OSError:  # the other side is closed
            break
        if not some:
            break
        seen += some
    os.close(ours)
    output, _ = running.communicate(timeout=300)
    return seen.decode().replace("\r\n", "\n"), output


def test_how_far_it_is_shows_on_a_terminal_and_leaves_nothing() -> None:
    command = [sys.executable, "-c", "from lackmus.cli.main import run; run()"]
    arguments = ["test", CASE, "--draws", "300"]
    seen, output = on_terminal([*command, *arguments])
    assert "draws" in seen
    assert "300/300" in seen
    assert "follows" in output
    # The last that is written clears the line of the bar.
    assert seen.rstrip("\n").endswith("\x1b[2K")
    quiet = subprocess.run(
        [*command, *arguments],
        capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "80"},
    )  # fmt: skip
    assert quiet.stderr == ""
    took = re.compile(rf"[\d.]+ m?s\b({compiling.INCLUDED})?")

    def lasting(told: str) -> str:
        return took.sub("", " ".join(told.split()))

    assert lasting(quiet.stdout) == lasting(output)
