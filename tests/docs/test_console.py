"""What the pages show of the console is what the commands print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lackmus.cli.main import app
from lackmus.foundation.compiling import INCLUDED
from lackmus.foundation.errors import CaseError

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(page for folder in ("tutorial", "how-to") for page in (DOCS / folder).glob("*.md"))
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)

#: Commands whose pages show less than they print, or need a text that the page does not hold.
_APART = ("$ lackmus draft",)

#: What differs from machine to machine: seconds and what they are for, errors next to the rounding
#: of floats, hashes.
_COMPILED = INCLUDED.replace(" ", r"\s+")
_PASSING = re.compile(r"\b\d+\.\d+\ss\b|\b\d(?:\.\d+)?e-1\d\b|\bends with [0-9a-f]{12}\b")

_ACROSS = re.MULTILINE | re.DOTALL

#: A line of a case as a fault shows it.
_SHOWN_LINE = re.compile(r"^ +(\d+) \| (.*)$", re.MULTILINE)


def shown(page: Path) -> list[str]:
    """The blocks of a page in which commands are typed and something is printed."""
    blocks = (text for kind, text in BLOCK.findall(page.read_text("utf-8")) if kind == "console")
    return [
        text for text in blocks if text.startswith("$ ") and text.count("\n") > text.count("$ ")
    ]


def whole(page: Path, *, dissent: bool) -> str:
    """The case on a page, or its dissent; empty where there is none."""
    key = "extends" if dissent else "moves"
    for kind, text in BLOCK.findall(page.read_text("utf-8")):
        if kind == "yaml" and re.search(rf"^title:.*^{key}:|^{key}:.*^title:", text, _ACROSS):
            return str(text)
    return ""


def record(page: Path) -> str:
    """The record on a page, as a file of its own."""
    return next(
        str(text)
        for kind, text in BLOCK.findall(page.read_text("utf-8"))
        if kind == "yaml" and re.match(r"lackmus: \d+\nobservations:", text)
    )


def lay_out(page: Path, name: str, block: str, folder: Path) -> None:
    """Writes the case of a page where its command looks for it, with the fault that it shows."""
    lines = whole(page, dissent=False).splitlines()
    if not lines:
        return
    for number, line in _SHOWN_LINE.findall(block):
        lines[int(number) - 1] = line
    target = folder / name
    if target.suffix != ".yaml":
        target.mkdir()
        if block.startswith("$ lackmus learn"):
            (target / "observations.yaml").write_text(record(page), "utf-8")
        for dissent in re.findall(r"^dissents: \[(.*)\]", "\n".join(lines), re.MULTILINE):
            (target / dissent).write_text(whole(page, dissent=True), "utf-8")
        target /= "case.yaml"
    target.write_text("\n".join(lines) + "\n", "utf-8")


def printed(page: Path, block: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the commands of a block print, each behind its prompt; of a faulty case, its faults."""
    lines = [line for line in block.splitlines() if line.startswith("$ ")]
    lay_out(page, shlex.split(lines[0])[3], block, folder)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("COLUMNS", raising=False)
    told = []
    for line in lines:
        result = CliRunner().invoke(app, shlex.split(line)[2:])
        if isinstance(result.exception, CaseError):
            told += [line, str(result.exception)]
            continue
        assert result.exit_code == 0, result.output
        told += [line, result.output]
    return "\n".join(told)


def plain(text: str) -> str:
    return " ".join(_PASSING.sub("…", re.sub(_COMPILED, "", text)).split())


def blocks() -> list[tuple[Path, str]]:
    return [
        (page, block) for page in PAGES for block in shown(page) if not block.startswith(_APART)
    ]


def test_there_are_outputs_to_compare() -> None:
    assert len(blocks()) >= 17


@pytest.mark.parametrize(
    ("page", "block"), blocks(), ids=lambda v: v.stem if isinstance(v, Path) else v[10:40].strip()
)
def test_a_page_shows_what_its_command_prints(
    page: Path, block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = plain(printed(page, block, tmp_path, monkeypatch))
    place = 0
    for part in re.split(r"^…$", block, flags=re.MULTILINE):
        found = told.find(plain(part), place)
        assert found >= 0, f"{page.name} shows\n{part}\nbut the command prints\n{told}"
        place = found + len(plain(part))
