from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def made() -> dict[str, str]:
    """The pages as the script would write them now."""
    spec = spec_from_file_location("build_library_pages", ROOT / "scripts/build_library_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    pages: dict[str, str] = module.pages()
    return pages


def test_the_pages_are_up_to_date() -> None:
    folder = ROOT / "docs" / "library"
    written = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.md")}
    assert written == made(), "run scripts/build_library_pages.py and review the diff"
