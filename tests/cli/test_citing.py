"""From words to a passage, and hashes that follow a changed text."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Ended = Callable[..., "subprocess.CompletedProcess[bytes]"]

TEXT = "Erste Zeile.\n\nSie sagte: „Wir\nkommen.“ Und ging.\n\nSie sagte nichts.\n"
WORDS = "„Wir\nkommen.“"


@pytest.fixture
def memo(tmp_path: Path) -> Path:
    path = tmp_path / "the-memo.txt"
    path.write_text(TEXT, "utf-8")
    return path


def test_the_passage_of_words_is_printed(memo: Path, ended: Ended) -> None:
    done = ended("cite", memo, "„Wir kommen.“", "--name", "p_come")
    start = TEXT.index(WORDS)
    digest = hashlib.sha256(WORDS.encode()).hexdigest()
    assert done.stdout.decode() == (
        f"passages:\n  p_come: {{source: the_memo, paragraph: 2, chars: [{start}, "
        f"{start + len(WORDS)}],\n    sha256: {digest}}}\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Sie sagte", "2 places: §2, character 14, §3, character 50"),
        ("sie sagte", "does not have these words"),
        ("  ", "does not have these words"),
    ],
)
def test_words_that_are_no_one_passage(memo: Path, ended: Ended, words: str, said: str) -> None:
    done = ended("cite", memo, words)
    assert done.returncode == 2
    assert said in done.stderr.decode()


def test_places_beyond_the_first_are_said_to_be_more(tmp_path: Path, ended: Ended) -> None:
    text = tmp_path / "text.txt"
    text.write_text("aber " * 26, "utf-8")
    said = ended("cite", text, "aber").stderr.decode()
    assert "these words stand in 26 places: §1, character 0, " in said
    assert said.splitlines()[0].endswith(", …")


def test_a_text_that_cannot_be_read(tmp_path: Path, ended: Ended) -> None:
    assert b"No such file" in ended("cite", tmp_path / "none.txt", "x").stderr
    (tmp_path / "latin.txt").write_bytes("schön".encode("latin-1"))
    assert b"not UTF-8" in ended("cite", tmp_path / "latin.txt", "x").stderr


def test_hashes_follow_a_changed_text_where_asked(tmp_path: Path, memo: Path, ended: Ended) -> None:
    assert ended("new", tmp_path / "mine", "--from", "probe").returncode == 0
    case = tmp_path / "mine/case.yaml"
    entry = ended("cite", memo, "„Wir kommen.“", "--as", "memo", "--name", "p_come").stdout.decode()
    source = hashlib.sha256(TEXT.encode()).hexdigest()
    claims = "statements:\n  said: {speaker: she, says: come, cite: p_come}\n"
    sources = f"sources:\n  memo: {{title: Memo, file: the-memo.txt, sha256: {source}}}\n"
    case.write_text(case.read_text("utf-8") + sources + entry + claims, "utf-8")
    checked = ended("check", tmp_path / "mine", "--sources", tmp_path, "--json")
    outcomes = {c["outcome"] for c in json.loads(checked.stdout)["citations"]}
    assert outcomes == {"verified"}, checked.stdout
    memo.write_text(TEXT.replace("kommen", "gehen!"), "utf-8")
    assert ended("check", tmp_path / "mine", "--sources", tmp_path).returncode == 2
    before = case.read_text("utf-8")
    asked = ended("check", tmp_path / "mine", "--sources", tmp_path, "--fix-hashes",
                  stdin=subprocess.DEVNULL)  # fmt: skip
    assert asked.returncode == 2
    assert case.read_text("utf-8") == before
    done = ended("check", tmp_path / "mine", "--sources", tmp_path, "--fix-hashes", "--yes")
    assert done.returncode == 0, done.stderr
    after = case.read_text("utf-8")
    assert hashlib.sha256(WORDS.replace("kommen", "gehen!").encode()).hexdigest() in after
    assert len(after) == len(before)
    assert ended("check", tmp_path / "mine", "--sources", tmp_path).returncode == 0
    assert b"no hash is to be changed" in ended(
        "check", tmp_path / "mine", "--sources", tmp_path, "--fix-hashes").stdout  # fmt: skip
    assert b"needs the texts" in ended("check", tmp_path / "mine", "--fix-hashes").stderr
    assert b"changes a file of yours" in ended(
        "check", "kuhn-poker", "--sources", tmp_path, "--fix-hashes").stderr  # fmt: skip
