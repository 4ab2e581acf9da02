"""No command destroys a user's file, waits for a device, or loses findings to a full disk."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from lackmus.cli.commands.files import PATTERNS

CASE = "beer-quiche"

Ended = Callable[..., subprocess.CompletedProcess[bytes]]
QUICK = ("--draws", "8")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A case of the user's own."""
    source = next(Path(str(files("lackmus.library"))).rglob(f"{CASE}*"))
    file = source / "case.yaml" if source.is_dir() else source
    return Path(shutil.copy(file, tmp_path / "mine.yaml"))


def test_a_report_replaces_a_report_and_nothing_else(
    ended: Ended, tmp_path: Path, case: Path
) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><p>mine")
    for out, told in (
        (case, "a report is a page"), (tmp_path / "x.pdf", "a report is a page"),
        (page, "no report of Lackmus"), (tmp_path / "no" / "x.html", "no directory"),
        (tmp_path / ("x" * 252 + ".html"), "cannot write"),
    ):  # fmt: skip
        before = {p: p.read_bytes() for p in (case, page)}
        done = ended("test", case, *QUICK, "--out", out)
        assert done.returncode == 2
        assert told in done.stderr.decode()
        assert done.stdout == b""
        assert before == {p: p.read_bytes() for p in (case, page)}
    report = tmp_path / "report.html"
    for _ in range(2):
        assert ended("test", case, *QUICK, "--out", report).returncode == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mine.yaml", "page.html", "report.html"]


def test_conversion_replaces_on_demand_and_never_what_it_reads(
    ended: Ended, tmp_path: Path, case: Path
) -> None:
    before = case.read_bytes()
    tree = tmp_path / "x.EFG"
    assert ended("convert", case, tree).returncode == 0
    assert b"is there already" in ended("convert", case, tree).stderr
    assert ended("convert", case, tree, "--force").returncode == 0
    assert ended("convert", case, case, "--force").returncode == 2
    assert ended("convert", tree, tree, "--force").returncode == 2
    assert case.read_bytes() == before
    assert tree.read_text().startswith("EFG 2 R")


def test_a_table_of_draws_is_parquet(ended: Ended, tmp_path: Path) -> None:
    done = ended("sweep", CASE, *QUICK, "--out", tmp_path / "t.csv")
    assert done.returncode == 2
    assert b".parquet" in done.stderr


def test_new_replaces_nothing(ended: Ended, tmp_path: Path) -> None:
    (tmp_path / "case.schema.json").write_text("mine")
    assert ended("new", tmp_path).returncode == 2
    assert (tmp_path / "case.schema.json").read_text() == "mine"
    assert not (tmp_path / "case.yaml").exists()


@pytest.mark.skipif(os.name == "nt", reason="devices and pipes of POSIX")
def test_devices_and_pipes_are_not_waited_for(ended: Ended, tmp_path: Path) -> None:
    pipe, tree = tmp_path / "pipe.yaml", tmp_path / "pipe.efg"
    os.mkfifo(pipe)
    os.mkfifo(tree)
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    (tmp_path / "zero.efg").symlink_to("/dev/zero")
    (tmp_path / "dissent.yaml").write_text("extends: zero.yaml\ntitle: x\n")
    for arguments in (
        ("check", pipe), ("solve", tree), ("test", tmp_path / "zero.yaml"),
        ("solve", tmp_path / "zero.efg"), ("check", tmp_path / "dissent.yaml"),
        ("test", CASE, "--with", pipe), ("sweep", CASE, "--out", tmp_path / "t.parquet",
                                         "--points", pipe),
    ):  # fmt: skip
        done = ended(*arguments, timeout=120)
        assert done.returncode == 2
        told = done.stderr.decode()
        assert any(words in told for words in ("and no file", "there is no", "no .yaml file"))


def test_lines_of_files_that_are_no_cases_are_not_quoted(ended: Ended, tmp_path: Path) -> None:
    secret = tmp_path / "shadow"
    secret.write_text("root:$6$secret:19000:0:99999:7:::\n")
    dissent = tmp_path / "case.yaml"
    dissent.write_text(f"extends: {secret}\ntitle: x\n")
    done = ended("check", dissent)
    assert done.returncode == 2
    assert b"$6$secret" not in done.stderr + done.stdout


@pytest.mark.parametrize("name", ["", "x" * 300, "x" * 300 + ".yaml", "x" * 300 + "/y", "."])
def test_names_that_no_file_can_have_are_told(ended: Ended, tmp_path: Path, name: str) -> None:
    for arguments in (
        ("check", name), ("cases", "show", name), ("test", CASE, *QUICK, "--with", name or "./"),
        ("convert", CASE, f"{name}.efg" if len(name) > 1 else name), ("solve", f"{name}.nfg"),
        ("test", CASE, *QUICK, "--out", f"{name}.html" if len(name) > 1 else name),
    ):  # fmt: skip
        done = ended(*arguments, cwd=tmp_path)
        assert done.returncode == 2, arguments


def test_the_folder_at_hand_is_a_case(ended: Ended, tmp_path: Path, case: Path) -> None:
    (tmp_path / "case.yaml").write_bytes(case.read_bytes())
    assert ended("check", ".", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_is_a_case_to_start_from(ended: Ended, tmp_path: Path, pattern: str) -> None:
    done = ended("new", tmp_path / "mine", "--from", pattern)
    assert done.returncode == 0, done.stderr
    assert ended("check", tmp_path / "mine").returncode == 0
    script = runpy.run_path(str(Path(__file__).parents[2] / "scripts/build_patterns.py"))
    assert (tmp_path / "mine/case.yaml").read_text("utf-8") == script["text"](pattern)


def test_an_unknown_pattern_is_told_with_those_there_are(ended: Ended, tmp_path: Path) -> None:
    done = ended("new", tmp_path / "mine", "--from", "chess")
    assert done.returncode == 2
    assert b"bluffing" in done.stderr
    assert not (tmp_path / "mine").exists()
