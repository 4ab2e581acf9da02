"""Kernels kept on disk: compiled once, never believed when damaged, kept somewhere if at all."""

from __future__ import annotations

import contextlib
import os
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE, Popen

import pytest
from numba import config
from tests.cli.forks import SERVER

KERNEL = """
import logging, sys
logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
import numba.core.caching as caching
{before}
from lackmus.compiled.jit import jit, kernel

@kernel
def once(x):
    return x

@jit
def twice(x):
    return once(x) + once(x)

print(twice(21))
"""


def begun(folder: Path, before: str = "", cache: str = "cache", **more: str) -> Popen[str]:
    """A process that runs a kernel of its own."""
    script, text = folder / "script.py", KERNEL.format(before=before)
    if not script.exists() or script.read_text() != text:
        script.write_text(text)
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(folder / cache) if cache else "", **more}
    return Popen(
        [sys.executable, str(script)], env=environment, stdout=PIPE, stderr=PIPE, text=True
    )


def lines_of(process: Popen[str]) -> list[str]:
    """What it says."""
    output, errors = process.communicate()
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    return output.splitlines()


def said(folder: Path, before: str = "", cache: str = "cache", **more: str) -> list[str]:
    """Lines of a process that runs a kernel of its own."""
    return lines_of(begun(folder, before, cache, **more))


def run_with(cache: Path, script: Path, told: Path) -> None:
    """Runs a script in this process, with its kernels in a folder and what it says in a file."""
    os.environ["NUMBA_CACHE_DIR"] = str(cache)
    config.reload_config()  # type: ignore[no-untyped-call] # numba has no types
    with told.open("w", encoding="utf-8") as out, contextlib.redirect_stdout(out):
        runpy.run_path(str(script), run_name="__main__")


def said_by_a_fork(folder: Path) -> list[str]:
    """As `said`, without an interpreter of its own: numba is there, the kernel is not."""
    script, told = folder / "script.py", folder / "told"
    script.write_text(KERNEL.format(before=""))
    process = SERVER.Process(target=run_with, args=(folder / "cache", script, told))
    process.start()
    process.join()
    assert process.exitcode == 0
    return told.read_text(encoding="utf-8").splitlines()


def test_a_kernel_is_compiled_once(tmp_path: Path) -> None:
    assert said(tmp_path) == ["compiling twice", "42"]
    assert said(tmp_path) == ["42"]


OTHERWISE = """
kept = caching.CompileResultCacheImpl
reduce, rebuild = kept.reduce, kept.rebuild
kept.reduce = lambda self, result: {"all": reduce(self, result)}
kept.rebuild = lambda self, context, found: rebuild(self, context, found["all"])
"""


def test_what_another_numba_keeps_is_kept_whole(tmp_path: Path) -> None:
    assert said(tmp_path, OTHERWISE) == ["compiling twice", "42"]
    assert said(tmp_path, OTHERWISE) == ["42"]


SLOWLY = """
import time, numba.core.compiler as compiler
extra = compiler.compile_extra
compiler.compile_extra = lambda *a, **k: (time.sleep(1), extra(*a, **k))[1]
"""


UNTIL = """
import os
def until(path):
    while not os.path.exists(path):
        time.sleep(0.05)
"""


def test_of_several_processes_one_compiles(tmp_path: Path) -> None:
    together = [begun(tmp_path, SLOWLY) for _ in range(3)]
    told = [lines_of(process) for process in together]
    assert sum("compiling twice" in lines for lines in told) == 1
    assert [lines[-1] for lines in told] == ["42"] * 3


def test_a_process_says_that_it_waits_for_one_that_compiles(tmp_path: Path) -> None:
    go = tmp_path / "go"
    before = SLOWLY.replace("time.sleep(1)", f"until({str(go)!r})") + UNTIL
    first = begun(tmp_path, before)
    assert first.stdout is not None
    assert first.stdout.readline() == "compiling twice\n"
    second = begun(tmp_path, before)
    assert second.stdout is not None
    assert second.stdout.readline() == "waiting for another process that compiles twice\n"
    go.touch()
    assert lines_of(first) == lines_of(second) == ["42"]


def test_a_process_that_dies_while_compiling_keeps_nobody_waiting(tmp_path: Path) -> None:
    dying = SLOWLY.replace("time.sleep(1)", "__import__('os')._exit(9)")
    process = begun(tmp_path, dying)
    process.communicate()
    assert process.returncode == 9
    assert said(tmp_path) == ["compiling twice", "42"]
    assert said(tmp_path) == ["42"]


BROKEN_OFF = """
import numba.core.compiler as compiler
def broken_off(*_, **__):
    raise KeyboardInterrupt
compiler.compile_extra = broken_off
"""

THEN = """
import os, pathlib
try:
    twice(21)
except KeyboardInterrupt:
    print("locks:", *pathlib.Path(os.environ["NUMBA_CACHE_DIR"]).rglob(".*.lock"))
"""


def test_a_process_that_broke_off_compiling_and_goes_on_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(f"{__name__}.KERNEL", KERNEL.replace("\nprint(twice(21))", THEN))
        assert said(tmp_path, BROKEN_OFF) == ["compiling twice", "locks:"]
    assert said(tmp_path) == ["compiling twice", "42"]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a kernel is kept."""
    folder = tmp_path_factory.mktemp("kept")
    said_by_a_fork(folder)
    return folder


@pytest.mark.parametrize("harm", [cut, empty, flip])
@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
def test_damaged_kernels_are_compiled_anew(
    kept: Path, harm: Callable[[Path], None], suffix: str
) -> None:
    (victim,) = (kept / "cache").rglob(f"*.{suffix}")
    harm(victim)
    lines = said_by_a_fork(kept)
    assert "was damaged" in lines[0]
    assert lines[1:] == ["compiling twice", "42"]
    assert said_by_a_fork(kept) == ["42"]  # whole again, for the test after this one too


NOWHERE = "caching.CacheImpl._locator_classes = [caching.UserProvidedCacheLocator]"


def test_without_a_folder_kernels_are_kept_among_passing_files(tmp_path: Path) -> None:
    first = said(tmp_path, NOWHERE, cache="", TMPDIR=str(tmp_path))
    assert sum("since no other folder can be written" in line for line in first) == 1
    assert first[-2:] == ["compiling twice", "42"]
    again = said(tmp_path, NOWHERE, cache="", TMPDIR=str(tmp_path))
    assert again[-1] == "42"
    assert "compiling twice" not in again


def test_a_folder_that_others_can_write_is_not_believed(tmp_path: Path) -> None:
    planted = tmp_path / f"lackmus-kernels-{os.getuid()}"
    planted.mkdir()
    planted.chmod(0o777)
    assert said(tmp_path, NOWHERE, cache="", TMPDIR=str(tmp_path))[-1] == "42"
    assert list(planted.iterdir()) == []
