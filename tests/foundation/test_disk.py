"""What is read has an end; what is written replaces plain files alone, and is whole."""

from __future__ import annotations

import errno
import os
import stat
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from lackmus.foundation.disk import (
    check_target,
    in_words,
    only_writer,
    read_bounded,
    write_text,
    write_whole,
)
from lackmus.foundation.errors import UnfinishedError, UsageError
from lackmus.foundation.letters import decoded

pytestmark = pytest.mark.skipif(os.name == "nt", reason="devices, pipes and modes of POSIX")


@pytest.fixture
def odd(tmp_path: Path) -> dict[str, Path]:
    """What may stand in a file's place."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    return {name: tmp_path / name for name in ("pipe", "folder", "link", "dangling")} | {
        "device": Path("/dev/null")
    }


@pytest.mark.parametrize(
    ("name", "told"),
    [("pipe", "pipe"), ("folder", "folder"), ("link", "link"), ("dangling", "link"),
     ("device", "device")],
)  # fmt: skip
def test_only_plain_files_are_replaced(odd: dict[str, Path], name: str, told: str) -> None:
    before = odd[name].lstat()
    with pytest.raises(UsageError, match=told):
        check_target(odd[name])
    with pytest.raises(UsageError, match=told), only_writer(odd[name]):
        pass
    with pytest.raises(OSError, match=told):
        write_text(odd[name], "new")
    assert odd[name].lstat().st_ino == before.st_ino
    assert (odd["link"].parent / "mine").read_text() == "mine"


def test_files_beside_it_that_were_planted_are_not_opened(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    for suffix in ("part", "new", "lock"):
        (tmp_path / f".out.{suffix}").symlink_to(victim)
    write_text(tmp_path / "out", "new")
    with pytest.raises(UsageError, match="link"), only_writer(tmp_path / "out"):
        pass
    (tmp_path / ".out.lock").unlink()
    (tmp_path / ".out.lock").hardlink_to(victim)
    with pytest.raises(UsageError, match="no lock"), only_writer(tmp_path / "out"):
        pass
    assert victim.read_text() == "mine"
    assert (tmp_path / "out").read_text() == "new"


def test_a_failed_write_leaves_what_stood_there(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("old")

    def fail(beside: Path) -> None:
        beside.write_text("half")
        raise OSError(28, "full")

    with pytest.raises(OSError, match="full"):
        write_whole(path, fail)
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert path.read_text() == "old"


def test_a_new_file_has_the_mode_of_any_and_a_replaced_one_keeps_its_own(tmp_path: Path) -> None:
    plain, private = tmp_path / "plain", tmp_path / "private"
    private.write_text("old")
    private.chmod(0o600)
    for path in (plain, private):
        write_text(path, "new")
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(plain.stat().st_mode) == 0o666 & ~mask
    assert stat.S_IMODE(private.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["x" * 300, "no/such/folder/x", "ü" * 120])
def test_names_are_tried_before_the_work(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if len(os.fsencode(name)) > 255 or "/" in name:
        with pytest.raises(UsageError, match="cannot write"):
            check_target(path)
    else:
        check_target(path)
        write_text(path, "new")
    assert not [p for p in tmp_path.iterdir() if p.name.endswith(".new")]


def test_reading_has_an_end(tmp_path: Path, odd: dict[str, Path]) -> None:
    sparse = tmp_path / "sparse"
    with sparse.open("wb") as file:
        file.truncate(30_000_000_000)
    for path in (Path("/dev/zero"), odd["pipe"], odd["folder"], sparse):
        with pytest.raises(OSError, match="it is"):
            read_bounded(path, 1000)
    (tmp_path / "full").write_bytes(b"x" * 1000)
    assert len(read_bounded(tmp_path / "full", 1000)) == 1000
    with pytest.raises(OSError, match="larger than"):
        read_bounded(tmp_path / "full", 999)
    if Path("/proc/self/maps").exists():
        with pytest.raises(OSError, match="larger than"):
            read_bounded(Path("/proc/self/maps"), 10)


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    with (
        only_writer(tmp_path / "t"),
        pytest.raises(UnfinishedError, match="somebody else"),
        only_writer(tmp_path / "t"),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_says_how_a_text_is_written(encoding: str) -> None:
    assert decoded("größer\r\n€\r𝄞".encode(encoding)) == "größer\n€\n𝄞"


def test_a_folder_that_is_there_and_takes_no_file_is_not_called_absent(tmp_path: Path) -> None:
    refused = FileNotFoundError(errno.ENOENT, "No such file or directory")
    assert in_words(refused, tmp_path / "a.html") == f"no file can be made in {tmp_path}"
    absent = tmp_path / "none" / "a.html"
    assert in_words(refused, absent) == f"there is no directory {tmp_path / 'none'}"


def test_who_was_stopped_while_he_waited_for_a_lock_has_not_waited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that stands still for an hour takes no patience away."""
    held, sleeps, began = ExitStack(), list[float](), time.monotonic()
    held.enter_context(only_writer(tmp_path / "t"))

    def stopped(seconds: float) -> None:
        sleeps.append(seconds)
        monkeypatch.setattr("time.monotonic", lambda: began + 3600.0 * len(sleeps))
        if len(sleeps) == 3:
            held.close()

    monkeypatch.setattr("lackmus.foundation.disk.time.sleep", stopped)
    with only_writer(tmp_path / "t", patience=1.0):
        assert len(sleeps) == 3


def test_what_could_not_be_written_is_named(tmp_path: Path) -> None:
    def fail(_: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left") as told:
        write_whole(tmp_path / "page.html", fail)
    assert told.value.filename == str(tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []
