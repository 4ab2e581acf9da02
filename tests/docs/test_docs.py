"""The docs cannot lie: examples run, links lead somewhere, nothing foreign is in them."""

from __future__ import annotations

import doctest
import re
import subprocess
from pathlib import Path

import pytest

import lackmus
from lackmus.case.check import check_case
from lackmus.cli.main import app

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#]+)(#[^)]*)?\)")
CODE = re.compile(r"`[^`]*`")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(page: Path, language: str) -> list[str]:
    return [text for kind, text in BLOCK.findall(page.read_text("utf-8")) if kind == language]


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - git from the path, as everywhere
        cwd=ROOT, capture_output=True, check=True,
    ).stdout.decode()  # fmt: skip
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    prose = CODE.sub("", BLOCK.sub("", page.read_text("utf-8")))
    for target, _ in LINK.findall(prose):
        if not target.startswith(("http:", "https:")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_readme_case_is_sound_and_its_claim_has_a_verdict() -> None:
    (text,) = blocks(ROOT / "README.md", "yaml")
    case = lackmus.parse(text)
    assert [fault for fault in check_case(case) if fault.severity == "error"] == []
    findings = lackmus.test(case, draws=32)
    assert findings["pretext"].verdict.share is not None


def test_the_readme_python_runs() -> None:
    (text,) = blocks(ROOT / "README.md", "python")
    exec(compile(text.replace("draws=500", "draws=16"), "README.md", "exec"), {})  # noqa: S102 - our own text


PYTHON = [
    (page, i)
    for page in sorted((ROOT / "docs").rglob("*.md"))
    for i, _ in enumerate(blocks(page, "python"))
]


@pytest.mark.parametrize(("page", "which"), PYTHON, ids=[f"{p.stem}-{i}" for p, i in PYTHON])
def test_the_python_of_a_page_runs(
    page: Path, which: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = blocks(page, "python")[which]
    exec(compile(text, page.name, "exec"), {})  # noqa: S102 - our own text


def test_the_readme_names_commands_that_exist() -> None:
    known = {command.name or command.callback.__name__ for command in app.registered_commands
             if command.callback} | {"cases"}  # fmt: skip
    text = (ROOT / "README.md").read_text("utf-8")
    named = set(re.findall(r"^\$ lackmus (\w+)", text, re.MULTILINE))
    assert named
    assert named <= known


def test_the_front_door_holds_what_it_lists() -> None:
    for name in lackmus.__all__:
        assert getattr(lackmus, name) is not None
    assert dir(lackmus) == sorted(lackmus.__all__)
    with pytest.raises(AttributeError):
        _ = lackmus.no_such_name
    results = doctest.testmod(lackmus)
    assert results.attempted > 0
    assert results.failed == 0


def test_type_checkers_see_the_same_names() -> None:
    text = (ROOT / "src/lackmus/__init__.py").read_text("utf-8")
    shown = set(re.findall(r"import \w+ as (\w+)$", text, re.MULTILINE))
    assert shown == set(lackmus.__all__)


def test_no_file_names_a_registry_or_a_path_of_some_machine() -> None:
    hosts = "|".join(("py" + "pi", "python" + "hosted", "npm" + "js", "deb" + "ian"))
    banned = re.compile(rf"https?://[a-z0-9.-]*({hosts})|/ro" + r"ot/|/wo" + "rk/|/ho" + "me/")
    for path in tracked():
        if path.suffix in (".png", ".parquet"):
            continue
        found = banned.search(path.read_text("utf-8"))
        assert found is None, f"{path.relative_to(ROOT)}: {found and found[0]}"


def test_no_sentence_of_a_commentary_is_in_the_project(shared: Path) -> None:
    run = 7
    words = re.findall(r"\w+", " ".join(
        path.read_text("utf-8").lower() for path in (shared / "sources").glob("*.txt")
    ))  # fmt: skip
    runs = {" ".join(words[i : i + run]) for i in range(len(words) - run)}
    for path in tracked():
        if path.suffix in (".png", ".parquet"):
            continue
        own = re.findall(r"\w+", path.read_text("utf-8").lower())
        shared_runs = runs & {" ".join(own[i : i + run]) for i in range(len(own) - run)}
        assert not shared_runs, f"{path.relative_to(ROOT)}: {shared_runs}"


def test_changes_leave_a_note() -> None:
    notes = list((ROOT / "changelog.d").glob("*.md"))
    assert all(note.read_text("utf-8").strip() for note in notes)
    assert "##" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_index_of_how_to_has_every_page() -> None:
    folder = ROOT / "docs" / "how-to"
    listed = {target for target, _ in LINK.findall((folder / "index.md").read_text("utf-8"))}
    assert listed == {page.name for page in folder.glob("*.md")} - {"index.md"}
