"""The cases in the tutorial and the how-to pages are sound and can be put to the test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

import lackmus
from lackmus.case.check import check_case
from lackmus.case.parse import load_record
from lackmus.cli.main import app

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(page for folder in ("tutorial", "how-to") for page in (DOCS / folder).glob("*.md"))
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ lackmus (\w+)", re.MULTILINE)


def blocks(page: Path, languages: set[str]) -> list[str]:
    found = BLOCK.findall(page.read_text("utf-8"))
    return [text for language, text in found if language in languages]


def titled(*, dissents: bool) -> list[tuple[Path, str]]:
    """The blocks that are whole cases, or whole dissents, with the page each is on."""
    return [
        (page, text)
        for page in PAGES
        for text in blocks(page, {"yaml"})
        if re.search(r"^title:", text, re.MULTILINE)
        and bool(re.search(r"^extends:", text, re.MULTILINE)) is dissents
        and (dissents or re.search(r"^moves:", text, re.MULTILINE))
    ]


def name(value: object) -> str:
    return value.stem if isinstance(value, Path) else ""


def assert_sound(case: lackmus.Case) -> None:
    assert [fault for fault in check_case(case) if fault.severity == "error"] == []
    assert case.compile().n_terminals > 1
    if case.claims:
        findings = lackmus.test(case, draws=16)
        assert findings.failed == 0
        assert all(found.verdict.share is not None for found in findings.claims)


def test_there_are_cases_to_look_at() -> None:
    pages = {page.stem for page, _ in titled(dissents=False)}
    patterns = {"bluffing", "a-probe", "a-deadline", "a-mediator", "a-pretext", "an-inspector"}
    assert pages >= {"first-case", *patterns}


@pytest.mark.parametrize(("page", "text"), titled(dissents=False), ids=name)
def test_a_case_on_a_page_is_sound(page: Path, text: str) -> None:
    case = lackmus.parse(text)
    assert_sound(case)
    assert case.claims, f"{page.name}: a case without claims"


@pytest.mark.parametrize(("page", "text"), titled(dissents=True), ids=name)
def test_a_dissent_on_a_page_is_sound(page: Path, text: str, tmp_path: Path) -> None:
    (case,) = [other for where, other in titled(dissents=False) if where == page]
    (tmp_path / "case.yaml").write_text(case, "utf-8")
    (tmp_path / "dissent.yaml").write_text(text, "utf-8")
    assert_sound(lackmus.load(tmp_path / "dissent.yaml"))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_fragments_of_a_case_are_lines_of_the_whole(page: Path, tmp_path: Path) -> None:
    cases = [text for where, text in titled(dissents=False) if where == page]
    if len(cases) != 1:
        return
    for text in blocks(page, {"yaml"}):
        if text.startswith("lackmus: 1\nobservations:"):
            record = tmp_path / "observations.yaml"
            record.write_text(text, "utf-8")
            assert load_record(record, lackmus.parse(cases[0]))
        elif "extends:" not in text:
            assert text.strip() in cases[0]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_on_a_page_exist(page: Path) -> None:
    known = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined] # a group
    named = {word for text in blocks(page, {"console", ""}) for word in COMMAND.findall(text)}
    assert named <= known
