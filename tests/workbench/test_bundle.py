"""The page's script: built from its sources to the same bytes, and in the wheel."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "frontend"
STATIC = ROOT / "src" / "lackmus" / "workbench" / "static"
BUILT = ("workbench.js", "workbench.css", "licenses.txt")


def test_building_gives_the_bytes_that_are_committed(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not (FRONTEND / "node_modules" / "esbuild").is_dir():
        pytest.skip("no node, or no node_modules in frontend (npm ci --prefix frontend)")
    subprocess.run([node, "build.mjs", str(tmp_path)], cwd=FRONTEND, check=True, timeout=120)
    for name in BUILT:
        assert (tmp_path / name).read_bytes() == (STATIC / name).read_bytes(), name


def test_the_lock_file_names_no_registry() -> None:
    text = (FRONTEND / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert not re.search(r"https?://(?!opencollective|github|tidelift|paulmillr)", text)


def test_what_is_bundled_has_its_licence_beside_it() -> None:
    told = (STATIC / "licenses.txt").read_text(encoding="utf-8")
    for name in ("@codemirror/view", "@lezer/common", "preact", "@preact/signals"):
        assert re.search(rf"^{re.escape(name)} [0-9.]+ \(", told, re.MULTILINE), name
    assert "licenses.txt" in (STATIC / "workbench.js").read_text(encoding="utf-8")[:200]


def test_the_page_asks_for_nothing_from_elsewhere() -> None:
    for name in ("index.html", "workbench.css"):
        assert "://" not in (STATIC / name).read_text(encoding="utf-8")


def test_the_wheel_holds_the_page(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT, check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    assert {f"lackmus/workbench/static/{name}" for name in (*BUILT, "index.html")} <= held
