"""What a command does before its work."""

from __future__ import annotations

import time
import warnings
from pathlib import Path

import pytest

from lackmus.cli import ahead

PROGRAM = """
import pathlib, random, time
time.sleep(0.1)
pathlib.Path("done").touch()
"""


def test_the_second_process_runs_nothing_of_the_folder_and_troubles_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "random.py").write_text("import pathlib; pathlib.Path('taken').touch()")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ahead, "cores", lambda: 2)
    monkeypatch.setattr(ahead, "_PROGRAM", PROGRAM)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        ahead.compile_beside()
    until = time.monotonic() + 30.0
    while not Path("done").exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert Path("done").exists()
    assert not Path("taken").exists()
    assert not warned


@pytest.mark.parametrize(("cores", "executable"), [(1, "/usr/bin/python"), (2, "")])
def test_without_a_core_or_a_python_there_is_no_second_process(
    cores: int, executable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "cores", lambda: cores)
    monkeypatch.setattr("sys.executable", executable)
    monkeypatch.setattr("subprocess.Popen", lambda *_, **__: pytest.fail("one was begun"))
    ahead.compile_beside()


def test_a_python_that_cannot_be_run_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "cores", lambda: 2)
    monkeypatch.setattr("sys.executable", "/no/such/python")
    ahead.compile_beside()
