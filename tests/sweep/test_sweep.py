"""Sweeps: the same table whatever happens, and every trouble told."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.sweep.slow_sweep import limited

from lackmus.engines.threads import Threads
from lackmus.foundation import disk
from lackmus.foundation.arrays import Floats
from lackmus.foundation.errors import FormatError, SolveError, UnfinishedError, UsageError
from lackmus.foundation.outcomes import ERROR, UNSOLVED
from lackmus.sweep import journal, table
from lackmus.sweep.design import draw
from lackmus.sweep.sweep import Progress, run_points, sweep
from lackmus.sweep.table import read_table
from lackmus.testing.studies import Formula, ishigami, ishigami_study, uniform

SCRIPT = Path(__file__).with_name("slow_sweep.py")


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few hundred draws make many batches."""
    monkeypatch.setattr("lackmus.sweep.sweep._LARGEST", 40)


def script(path: Path, engine: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(SCRIPT), str(path), engine]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def parts(path: Path) -> set[str]:
    return {part.name for part in Path(f"{path}.parts").glob("*.part")}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The table of an uninterrupted run of the script on one thread."""
    path = tmp_path_factory.mktemp("whole") / "t.parquet"
    out, err = script(path, "1").communicate()
    assert out == "done\n", err
    return path.read_bytes()


def test_two_threads_write_the_same_bytes(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "t.parquet"
    out, err = script(path, "2").communicate()
    assert out == "done\n", err
    assert path.read_bytes() == whole


def test_a_run_killed_at_three_random_moments_writes_the_same_bytes(
    tmp_path: Path, whole: bytes
) -> None:
    path = tmp_path / "t.parquet"
    moments = random.Random(20250815)  # noqa: S311 - no secret
    safe: set[str] = set()
    # Batches have 32 draws: there are three more to wait for, and it never comes to the end.
    for limit in (160, 320, 480):
        limited(path, limit)
        process = script(path, "2")
        wanted = len(safe) + moments.randint(1, 3)
        while len(parts(path)) < wanted and process.poll() is None:
            time.sleep(0.005)
        time.sleep(moments.random() * 0.1)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert safe <= parts(path), "a finished batch was lost"
        assert not path.exists()
        safe = parts(path)
    limited(path, None)
    out, err = script(path, "2").communicate()
    assert out == "done\n", err
    assert path.read_bytes() == whole
    assert list(tmp_path.iterdir()) == [path]


def test_ctrl_c_ends_cleanly_and_says_what_is_safe(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "t.parquet"
    limited(path, 160)
    process = script(path, "2")
    while not parts(path) and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    limited(path, None)
    out, err = process.communicate()
    assert err == ""
    assert "stopped by Ctrl-C" in out
    assert "of 600 draws are safe" in out
    assert out.count("\n") == 1
    assert script(path, "1").communicate()[0] == "done\n"
    assert path.read_bytes() == whole


def test_batches_of_any_size_give_the_same_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = ishigami_study()
    sweep(study, tmp_path / "a", 700, engine=Threads(1))
    monkeypatch.setattr("lackmus.sweep.sweep._LARGEST", 77)
    sweep(study, tmp_path / "b", 700, engine=Threads(2))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("design", ["lhs", "sobol", "monte-carlo", "factorial", "one-at-a-time",
                                    "saltelli"])  # fmt: skip
def test_every_design_is_swept(tmp_path: Path, design: Any) -> None:
    study = ishigami_study()
    swept = sweep(study, tmp_path / "t", 200, 5, design, engine=Threads(2))
    found = read_table(tmp_path / "t", study)
    assert swept.draws == len(found.points)
    assert np.array_equal(found.points, draw(study.assumptions, (), 200, 5, design))
    assert np.array_equal(found.outcomes.margins[:, 0], ishigami(found.points))


def test_the_users_own_points_are_swept(tmp_path: Path) -> None:
    study = ishigami_study()
    points = np.arange(12.0).reshape(3, 4)
    sweep(study, tmp_path / "t", points=points, engine=Threads(1))
    found = read_table(tmp_path / "t", study)
    assert np.array_equal(found.points, points)
    assert (found.header.design, found.header.seed) == ("table", None)
    with pytest.raises(UsageError, match="do not fit 4 assumptions"):
        sweep(study, tmp_path / "u", points=points[:, :3])


def test_run_points_gives_what_the_study_gives_in_order() -> None:
    study = ishigami_study()
    points = draw(study.assumptions, (), 777, 1)
    for engine in (Threads(1), Threads(3), None):
        found = run_points(study, points, engine=engine).outcomes
        assert np.array_equal(found.margins, study.run(points).margins)


def test_progress_counts_to_the_end(tmp_path: Path) -> None:
    seen: list[Progress] = []
    sweep(ishigami_study(), tmp_path / "t", 500, engine=Threads(2), progress=seen.append)
    done = [progress.done for progress in seen]
    assert done == sorted(done)
    assert done[-1] == 500
    assert {progress.total for progress in seen} == {500}
    assert seen[-1].left == 0
    assert all(progress.rate > 0 for progress in seen)


def test_progress_after_a_resume_counts_what_is_safe(tmp_path: Path) -> None:
    path = tmp_path / "t"
    with pytest.raises(UnfinishedError):
        sweep(broken_off(300), path, 500, engine=Threads(1))
    before = sum(b - a for a, b in stretches(path))
    seen: list[Progress] = []
    sweep(ishigami_study(), path, 500, engine=Threads(1), resume=True, progress=seen.append)
    assert 0 < before < seen[0].done < 500
    assert seen[-1].done == 500


def stretches(path: Path) -> list[tuple[int, int]]:
    return sorted((int(n[:12]), int(n[13:25])) for n in parts(path))


def broken_off(after: int, label: str = "ishigami") -> Formula:
    """Ishigami's study, which presses Ctrl-C after so many draws."""
    left = [after]

    def formula(points: Floats) -> Floats:
        left[0] -= len(points)
        if left[0] < 0:
            raise KeyboardInterrupt
        return ishigami(points)

    return Formula(ishigami_study().assumptions, (formula,), label=label)


# --- failures -----------------------------------------------------------------------------------


def failing_at(bad: Callable[[Floats], np.ndarray]) -> Formula:
    def formula(points: Floats) -> Floats:
        if np.any(bad(points)):
            raise ZeroDivisionError("a draw that breaks it")
        return ishigami(points)

    return Formula(ishigami_study().assumptions, (formula,), label="failing")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_draw_that_raises_is_a_failed_draw_and_no_other_is(tmp_path: Path, workers: int) -> None:
    study = failing_at(lambda p: np.abs(p[:, 3]) < 0.05)
    swept = sweep(study, tmp_path / "t", 500, engine=Threads(workers))
    found = read_table(tmp_path / "t", study)
    bad = np.abs(found.points[:, 3]) < 0.05
    assert 0 < bad.sum() == swept.failed
    assert np.array_equal(found.outcomes.failed, bad)
    assert set(found.outcomes.holds[bad, 0]) == {UNSOLVED}
    assert np.array_equal(found.outcomes.margins[~bad, 0], ishigami(found.points[~bad]))
    assert swept.error == "ZeroDivisionError: a draw that breaks it"


def test_errors_of_draws_in_memory_are_told() -> None:
    study = failing_at(lambda p: np.abs(p[:, 3]) < 0.05)
    points = draw(study.assumptions, (), 100, 0)
    ran = run_points(study, points, engine=Threads(1))
    bad = np.abs(points[:, 3]) < 0.05
    assert ran.error == "ZeroDivisionError: a draw that breaks it"
    assert np.array_equal(ran.outcomes.why[:, 0] == ERROR, bad)


def test_a_study_that_always_raises_is_told_once(tmp_path: Path) -> None:
    study = failing_at(lambda p: np.ones(len(p), dtype=np.bool_))
    with pytest.raises(SolveError, match="every draw fails: ZeroDivisionError: a draw that"):
        sweep(study, tmp_path / "t", 5000, engine=Threads(2))


def test_outcomes_of_the_wrong_shape_are_told(tmp_path: Path) -> None:
    study = Formula(ishigami_study().assumptions, (lambda p: ishigami(p)[:-1],))
    with pytest.raises(SolveError, match="gave outcomes of shape"):
        sweep(study, tmp_path / "t", 200, engine=Threads(1))


@pytest.mark.parametrize(
    ("code", "told"),
    [(errno.ENOSPC, "the disk that holds .* is full"), (errno.EACCES, "no permission to write"),
     (errno.EIO, "cannot be written: Input/output error")],
)  # fmt: skip
def test_trouble_with_the_disk_is_told_and_what_is_safe_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, told: str
) -> None:
    path, study = tmp_path / "t", ishigami_study()
    plain, wrote = disk.write_bytes, [0]

    def full(where: Path, content: bytes) -> None:
        wrote[0] += 1
        if wrote[0] == 6:
            raise OSError(code, os.strerror(code))
        plain(where, content)

    monkeypatch.setattr(journal, "write_bytes", full)
    with pytest.raises(UnfinishedError, match=rf"{told}.*of 500 draws are safe"):
        sweep(study, path, 500, engine=Threads(1))
    assert len(parts(path)) == 4
    monkeypatch.undo()
    sweep(study, path, 500, engine=Threads(1), resume=True)
    sweep(study, tmp_path / "u", 500, engine=Threads(1))
    assert path.read_bytes() == (tmp_path / "u").read_bytes()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting needs root")
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)],  # noqa: S607 - root's own
        check=False, capture_output=True,
    )  # fmt: skip
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        with pytest.raises(UnfinishedError, match=r"is full.*draws are safe"):
            sweep(ishigami_study(), small / "t", 20000, engine=Threads(1))
        assert parts(small / "t")
        with pytest.raises(UnfinishedError, match="is full"):
            sweep(ishigami_study(), small / "t", 20000, engine=Threads(1), resume=True)
    finally:
        subprocess.run(["umount", str(small)], check=True)  # noqa: S607 - root's own


def test_a_full_disk_at_the_very_end_leaves_the_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> Iterator[None]:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(table, "_columns", full)
    with pytest.raises(UnfinishedError, match="is full; 200 of 200 draws are safe"):
        sweep(ishigami_study(), tmp_path / "t", 200, engine=Threads(1))
    monkeypatch.undo()
    asked: list[Progress] = []
    sweep(ishigami_study(), tmp_path / "t", 200, resume=True, progress=asked.append)
    assert asked == []
    assert [p.name for p in tmp_path.iterdir()] == ["t"]


@pytest.mark.parametrize("place", ["no/such/t.parquet", "file/t.parquet"])
def test_a_directory_that_is_not_there_is_told(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="there is no directory"):
        sweep(ishigami_study(), tmp_path / place, 10)


def test_a_directory_without_permission_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(disk, "_take", refuse)
    with pytest.raises(UsageError, match=r"no permission to write .*nothing was begun"):
        sweep(ishigami_study(), tmp_path / "t", 10)


# --- what stands there already ------------------------------------------------------------------


def test_two_sweeps_do_not_write_one_file(tmp_path: Path) -> None:
    path, inside, leave = tmp_path / "t", threading.Event(), threading.Event()

    def formula(points: Floats) -> Floats:
        inside.set()
        leave.wait()
        return ishigami(points)

    slow = Formula(ishigami_study().assumptions, (formula,), label="ishigami")
    thread = threading.Thread(target=lambda: sweep(slow, path, 50, engine=Threads(1)))
    thread.start()
    try:
        while not inside.wait(0.1):
            assert thread.is_alive()
        with pytest.raises(
            UnfinishedError, match=rf"somebody else \(process {os.getpid()}\) is writing"
        ):
            sweep(ishigami_study(), path, 50)
    finally:
        leave.set()
        thread.join()
    assert read_table(path).header.draws == 50
    assert list(tmp_path.iterdir()) == [path]


def test_a_lock_left_by_a_killed_process_hinders_nobody(tmp_path: Path) -> None:
    (tmp_path / ".t.lock").write_text("999999")
    assert sweep(ishigami_study(), tmp_path / "t", 20).draws == 20


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    path, study = tmp_path / "t", ishigami_study()
    sweep(study, path, 20)
    before = path.read_bytes()
    with pytest.raises(UsageError, match="is there already"):
        sweep(study, path, 30)
    assert path.read_bytes() == before
    sweep(study, path, 30, overwrite=True)
    assert read_table(path).header.draws == 30


def test_an_unfinished_sweep_is_not_dropped_unasked(tmp_path: Path) -> None:
    path = tmp_path / "t"
    with pytest.raises(UnfinishedError, match="Ctrl-C"):
        sweep(broken_off(300), path, 500, engine=Threads(1))
    kept = parts(path)
    with pytest.raises(UsageError, match="was cut short"):
        sweep(ishigami_study(), path, 500)
    assert parts(path) == kept
    sweep(ishigami_study(), path, 100, overwrite=True)
    assert read_table(path).header.draws == 100


def test_a_finished_table_is_done_when_resumed(tmp_path: Path) -> None:
    path, study = tmp_path / "t", ishigami_study()
    sweep(study, path, 50)
    before = path.stat().st_mtime_ns
    assert sweep(study, path, 50, resume=True).draws == 50
    assert path.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("change", "told"),
    [({"label": "another"}, "its case is"), ({"n": 501}, "number of draws is 500, and not 501"),
     ({"seed": 1}, "its seed is 0, and not 1"), ({"design": "sobol"}, "its design is lhs")],
)  # fmt: skip
@pytest.mark.parametrize("finished", [True, False])
def test_a_sweep_of_something_else_is_not_resumed(
    tmp_path: Path,
    change: dict[str, Any],
    told: str,
    finished: bool,  # noqa: FBT001 - a parameter
) -> None:
    path = tmp_path / "t"
    if finished:
        sweep(ishigami_study(), path, 500)
    else:
        with pytest.raises(UnfinishedError):
            sweep(broken_off(300), path, 500, engine=Threads(1))
    wanted = {"n": 500, "label": "ishigami", **change}
    study = Formula(ishigami_study().assumptions, (ishigami,), label=wanted.pop("label"))
    with pytest.raises(FormatError, match=told):
        sweep(study, path, resume=True, **wanted)
    assert path.exists() == finished


def test_a_sweep_of_another_version_is_not_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t"
    with pytest.raises(UnfinishedError):
        sweep(broken_off(300), path, 500, engine=Threads(1))
    monkeypatch.setattr("lackmus.sweep.sweep.version", lambda: "99.0")
    with pytest.raises(FormatError, match=r"its version is .*, and not 99\.0"):
        sweep(ishigami_study(), path, 500, resume=True)


def cut_short(path: Path) -> list[Path]:
    """The files of a sweep that was cut short, first to last."""
    with pytest.raises(UnfinishedError):
        sweep(broken_off(300), path, 500, engine=Threads(1))
    return sorted(Path(f"{path}.parts").glob("*.part"))


def truncate(files: list[Path]) -> None:
    files[1].write_bytes(files[1].read_bytes()[:100])


def flip(files: list[Path]) -> None:
    content = bytearray(files[1].read_bytes())
    content[len(content) // 2] ^= 4
    files[1].write_bytes(content)


def swap(files: list[Path]) -> None:
    """Two batches of the same size change names."""
    sizes: dict[int, Path] = {}
    for file in files:
        start, stop = map(int, file.stem.split("-"))
        other = sizes.setdefault(stop - start, file)
        if other != file:
            first, second = other.read_bytes(), file.read_bytes()
            other.write_bytes(second)
            file.write_bytes(first)
            return
    raise AssertionError("no two batches have the same size")


def widen(files: list[Path]) -> None:
    """A batch of a few rows is named as if it were all."""
    files[0].rename(files[0].with_name(f"{0:012d}-{500:012d}.part"))
    for file in files[1:]:
        file.unlink()


def beyond(files: list[Path]) -> None:
    files[0].rename(files[0].with_name(f"{400:012d}-{900:012d}.part"))


def stranger(files: list[Path]) -> None:
    files[0].write_bytes(b"hello")


def a_device(files: list[Path]) -> None:
    files[0].unlink()
    files[0].symlink_to("/dev/zero")


@pytest.mark.parametrize("harm", [truncate, flip, swap, widen, beyond, stranger, a_device])
def test_damaged_batches_are_done_again_and_told(
    tmp_path: Path, harm: Callable[[list[Path]], None]
) -> None:
    path = tmp_path / "t"
    harm(cut_short(path))
    swept = sweep(ishigami_study(), path, 500, engine=Threads(1), resume=True)
    assert swept.damaged
    sweep(ishigami_study(), tmp_path / "u", 500)
    assert path.read_bytes() == (tmp_path / "u").read_bytes()


def test_batches_without_a_plan_are_nobodys(tmp_path: Path) -> None:
    path = tmp_path / "t"
    folder = cut_short(path)[0].parent
    (folder / "plan.json").unlink()
    sweep(ishigami_study(), path, 500, seed=99, engine=Threads(1))
    sweep(ishigami_study(), tmp_path / "u", 500, seed=99)
    assert path.read_bytes() == (tmp_path / "u").read_bytes()


def test_batches_of_another_sweep_are_not_adopted(tmp_path: Path) -> None:
    one, other = cut_short(tmp_path / "t"), cut_short(tmp_path / "u")
    with pytest.raises(UnfinishedError):
        sweep(broken_off(300), tmp_path / "v", 500, seed=7, engine=Threads(1))
    foreign = sorted((tmp_path / "v.parts").glob("*.part"))
    one[0].write_bytes(foreign[0].read_bytes())
    sweep(ishigami_study(), tmp_path / "t", 500, engine=Threads(1), resume=True)
    sweep(ishigami_study(), tmp_path / "u", 500, engine=Threads(1), resume=True)
    assert other
    assert (tmp_path / "t").read_bytes() == (tmp_path / "u").read_bytes()


def test_a_removal_cut_short_leaves_nothing_for_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lackmus.sweep.journal.shutil.rmtree", lambda *_, **__: None)
    sweep(ishigami_study(), tmp_path / "t", 100, engine=Threads(1))
    assert not (tmp_path / "t.parts").exists()


def test_other_files_in_the_place_of_batches_are_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "t.parts"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="other files"):
        sweep(ishigami_study(), tmp_path / "t", 20, engine=Threads(1))
    assert (folder / "thesis.txt").read_text() == "mine"


def test_a_link_in_the_place_of_batches_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (tmp_path / "t.parts").symlink_to(mine)
    with pytest.raises(UsageError, match="no folder of Lackmus"):
        sweep(ishigami_study(), tmp_path / "t", 20, engine=Threads(1))
    assert list(mine.iterdir()) == []


@pytest.mark.parametrize("plan", ["{", "[]", "[" * 200_000, "{}"])
def test_a_damaged_plan_is_told(tmp_path: Path, plan: str) -> None:
    path = tmp_path / "t"
    with pytest.raises(UnfinishedError):
        sweep(broken_off(300), path, 500, engine=Threads(1))
    (Path(f"{path}.parts") / "plan.json").write_text(plan)
    with pytest.raises(FormatError, match=r"plan\.json is damaged"):
        sweep(ishigami_study(), path, 500, resume=True)


def test_a_dissent_sees_the_same_draws(tmp_path: Path) -> None:
    wider = (*ishigami_study().assumptions, uniform("new", 0, 1))
    sweep(ishigami_study(), tmp_path / "a", 300)
    sweep(Formula(wider, (ishigami,), label="dissent"), tmp_path / "b", 300)
    a, b = read_table(tmp_path / "a"), read_table(tmp_path / "b")
    assert np.array_equal(a.points, b.points[:, :4])
    assert np.array_equal(a.outcomes.margins, b.outcomes.margins)
