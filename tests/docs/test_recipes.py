"""What the recipes of CONTRIBUTING.md rest on."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest

from lackmus.cli.main import app
from lackmus.solvers import solve

ROOT = Path(__file__).parents[2]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MADE = {"mutants/"}  # by a command, and not kept
PATHS = sorted({*re.findall(r"`([\w./-]+(?:\.py|\.md|\.html|\.lark|/))`", CONTRIBUTING)} - MADE)
COMMANDS = [
    c.name or c.callback.__name__ for c in app.registered_commands if c.callback is not None
]


@pytest.mark.parametrize("path", PATHS)
def test_every_path_is_there(path: str) -> None:
    assert any((root / path).exists() for root in (ROOT, ROOT / "src/lackmus")), path


def test_no_method_imports_another() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    held = contracts["importlinter:contract:methods"]["modules"].split()
    text = Path(solve.__file__).read_text(encoding="utf-8")
    rooms = r"^from (lackmus\.solvers\.(?:quantal_response|enumeration|large_games)\.\w+) import"
    assert sorted(held) == sorted(re.findall(rooms, text, re.MULTILINE))


@pytest.mark.parametrize("method", [row.name for row in solve.METHODS])
def test_every_method_is_among_those_to_choose_from(method: str) -> None:
    page = (ROOT / "docs/how-to/choose-a-solver.md").read_text(encoding="utf-8")
    assert f"`{method}`" in page


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_named_on_some_page(command: str) -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    named = re.compile(rf"lackmus {command}\b")
    assert any(named.search(page.read_text(encoding="utf-8")) for page in pages)
