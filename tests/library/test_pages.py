from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = runpy.run_path(str(ROOT / "scripts/build_library_pages.py"))
AGAIN = "run scripts/build_library_pages.py and review the diff"


def test_the_pages_are_up_to_date() -> None:
    folder = ROOT / "docs" / "library"
    written = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.md")}
    assert written == SCRIPT["pages"](), AGAIN


def test_the_drawings_are_up_to_date_and_need_no_style_sheet() -> None:
    folder = ROOT / "docs" / "library" / "images"
    written = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}
    drawn = SCRIPT["pictures"]()
    assert sorted(written) == sorted(drawn), AGAIN
    assert [name for name in drawn if written[name] != drawn[name]] == [], AGAIN
    assert [name for name, text in drawn.items() if "var(" in text] == []
