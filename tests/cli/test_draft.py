"""``lackmus draft`` and what ``lackmus check`` says of what it wrote."""

from __future__ import annotations

import errno
import json
import subprocess
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from lackmus.cli.commands import drafting
from lackmus.foundation.disk import write_text

Ended = Callable[..., "subprocess.CompletedProcess[bytes]"]

TEXT = """\
The union will strike from next Monday, according to its leader Anna Keller.

If the offer stays below 4 percent, the talks will fail by the end of the month.
"""


def test_a_draft_is_written_checked_and_listed(tmp_path: Path, ended: Ended) -> None:
    article, out = tmp_path / "article.md", tmp_path / "case"
    article.write_text(TEXT, "utf-8")
    done = ended("draft", article, "--published", "2025-09-03", "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    schema = json.loads((files("lackmus") / "schemas/draft.schema.json").read_text("utf-8"))
    found = json.loads(done.stdout)
    jsonschema.Draft202012Validator(schema).validate(found)
    assert [c["kind"] for c in found["candidates"]] == ["prediction", "conditional"]
    assert found["statements"][0]["speaker"] == "leader Anna Keller"

    done = ended("check", out, "--sources", tmp_path)
    assert done.returncode == 2
    assert b"verified against the text" in done.stdout
    assert b"still to be written" in done.stderr
    assert b"--todo" in done.stderr

    done = ended("check", out, "--sources", tmp_path, "--json")
    assert done.returncode == 2
    told = json.loads(done.stdout)
    schema = json.loads((files("lackmus") / "schemas/check.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(told)
    assert {c["outcome"] for c in told["citations"]} == {"verified"}
    assert not told["ok"]

    done = ended("check", out, "--todo")
    assert done.returncode == 2
    lines = done.stdout.decode().splitlines()
    assert "actors" in lines[0]
    assert "moves" in lines[1]
    assert ended("test", out).returncode == 2


def test_nothing_is_overwritten(tmp_path: Path, ended: Ended) -> None:
    article, out = tmp_path / "article.txt", tmp_path / "case"
    article.write_text(TEXT, "utf-8")
    assert ended("draft", article, "--out", out).returncode == 0
    done = ended("draft", article, "--out", out)
    assert done.returncode == 2
    assert b"is there already" in done.stderr


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("empty.txt", b"", b"is empty"),
        ("bom.txt", "\ufeff \n".encode(), b"is empty"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n\x00\xff", b"no text in UTF-8"),
        ("zeros.txt", b"\0\0\0\0", b"is no text"),
        ("french.txt", 6 * "Le président n’a pas répondu aux questions. ".encode(), b"neither"),
        ("short.txt", "Le président n’a pas répondu.".encode(), b"too short to tell"),
        ("large.txt", b"a " * 50_000_000, b"larger than 5 MB"),
    ],
)
def test_what_is_no_article_is_told(
    tmp_path: Path, ended: Ended, name: str, data: bytes, told: bytes
) -> None:
    (tmp_path / name).write_bytes(data)
    done = ended("draft", tmp_path / name, "--out", tmp_path / "case")
    assert done.returncode == 2
    assert told in done.stderr
    assert not (tmp_path / "case").exists()


def test_arguments_are_told(tmp_path: Path, ended: Ended) -> None:
    done = ended("draft", tmp_path / "none.txt", "--out", tmp_path / "case")
    assert (done.returncode, b"no file" in done.stderr) == (2, True)
    (tmp_path / "a.txt").write_text(TEXT)
    done = ended("draft", tmp_path / "a.txt", "--published", "soon", "--out", tmp_path / "case")
    assert (done.returncode, b"2025-08-10" in done.stderr) == (2, True)


@pytest.mark.parametrize("option", ["--title", "--author"])
def test_no_case_is_written_that_could_not_be_read_again(
    tmp_path: Path, ended: Ended, option: str
) -> None:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    done = ended("draft", tmp_path / "a.txt", option, "A\x1bB", "--out", tmp_path / "case")
    assert done.returncode == 2
    assert f"U+001B cannot stand in the {option[2:]}".encode() in done.stderr
    assert not (tmp_path / "case").exists()


def test_a_page_gives_its_text_or_says_what_is_missing(tmp_path: Path, ended: Ended) -> None:
    page = tmp_path / "page.html"
    paragraphs = "".join(f"<p>{part}</p>" for part in TEXT.split("\n\n"))
    page.write_text(f"<html><body><article>{paragraphs * 5}</article></body></html>", "utf-8")
    done = ended("draft", page, "--out", tmp_path / "case")
    try:
        import trafilatura  # noqa: F401
    except ImportError:
        assert done.returncode == 2
        assert b"lackmus[html]" in done.stderr
        return
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "page.txt").exists()
    done = ended("check", tmp_path / "case", "--sources", tmp_path, "--json")
    assert {c["outcome"] for c in json.loads(done.stdout)["citations"]} == {"verified"}


def test_a_new_case_is_there_with_both_its_files_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, text: str) -> None:
        if path.name == "case.yaml":
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        write_text(path, text)

    monkeypatch.setattr(drafting, "write_text", full)
    with pytest.raises(OSError, match="No space left"):
        drafting.write_folder(tmp_path, "title: x")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    drafting.write_folder(tmp_path, "title: x")
    assert {path.name for path in tmp_path.iterdir()} == {"case.yaml", "case.schema.json"}


def test_check_fix_shows_a_diff_and_writes_on_yes_alone(tmp_path: Path, ended: Ended) -> None:
    assert ended("new", tmp_path / "mine", "--from", "probe").returncode == 0
    case = tmp_path / "mine/case.yaml"
    sound = case.read_text("utf-8")
    case.write_text(sound.replace("observers:", "observrs:"), "utf-8")
    done = ended("check", tmp_path / "mine", "--fix", stdin=subprocess.DEVNULL)
    assert done.returncode == 2
    assert b"+observers:" in done.stdout
    assert "observrs" in case.read_text("utf-8")
    assert ended("check", tmp_path / "mine", "--fix", "--yes").returncode == 0
    assert case.read_text("utf-8") == sound
    assert b"nothing can be mended" in ended("check", tmp_path / "mine", "--fix").stdout
    assert ended("check", "kuhn-poker", "--fix").returncode == 2
