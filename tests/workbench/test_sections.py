"""The report's sections in the page: the same pictures, of what is supposed, in either light."""

from __future__ import annotations

import re
from threading import Event, Thread
from time import sleep

import pytest

pytest.importorskip("starlette")

from tests.workbench.conftest import CASE

from lackmus.case.parse import parse_case
from lackmus.foundation.errors import UsageError
from lackmus.pipeline.trial import Effort, put_to_test
from lackmus.report.html import render
from lackmus.workbench.sections import Sections, with_values
from lackmus.workbench.session import Session
from lackmus.workbench.what_if import SupersededError, Supposition

DRAWS = 64


@pytest.fixture(scope="module")
def sections() -> Sections:
    return Sections(parse_case(CASE), DRAWS, 0)


@pytest.fixture(scope="module")
def report() -> str:
    """The page of the report on it, of as many draws."""
    return squeezed(render(put_to_test(parse_case(CASE), effort=Effort(draws=DRAWS))))


def squeezed(html: str) -> str:
    return re.sub(r"\s+", " ", html)


@pytest.mark.parametrize(
    ("name", "claim"),
    [("beliefs", ""), ("claims", "c2_offered"), ("assumptions", ""), ("standoff", "")],
)
def test_a_section_is_the_reports(sections: Sections, report: str, name: str, claim: str) -> None:
    """Whatever hangs on draws hangs on as many as in the report."""
    found = squeezed(sections.of([name], claim, Supposition())["html"])
    assert found.strip()
    assert found.strip() in report


def test_a_claim_comes_alone(sections: Sections) -> None:
    html = sections.of(["claims"], "c2_offered", Supposition())["html"]
    assert html.count("<article") == 1
    assert "<svg" in html
    assert "c1_refused" not in html


def test_what_is_supposed_stands_as_a_fixed_number(sections: Sections) -> None:
    html = sections.of(["assumptions"], "", Supposition({"cost": 4.5}))["html"]
    row = html.split('id="assumption-cost"')[1].split("</tr>")[0]
    assert ">4.5<" in row
    assert "fixed" in row
    case = with_values(parse_case(CASE), Supposition({"precision": 3.0}))
    assert case.precision.value == 3


@pytest.mark.parametrize("name", ["claims", "beliefs", "indicators", "watch"])
def test_the_light_moves_what_hangs_on_it(sections: Sections, name: str) -> None:
    claim = "c2_offered" if name == "claims" else ""
    before = sections.of([name], claim, Supposition())["html"]
    after = sections.of([name], claim, Supposition(record=True))["html"]
    assert before != after


def test_branches_tell_their_moves(sections: Sections) -> None:
    html = sections.of(["tree"], "", Supposition())["html"]
    assert set(re.findall(r'data-moves="([^"]*)"', html)) == {"north.aim", "offer", "answer"}


def test_what_nobody_wants_any_more_ends(sections: Sections) -> None:
    asked = iter([True, True, False])
    with pytest.raises(SupersededError):
        sections.of(
            ["claims"], "c2_offered", Supposition({"gain": 1.25}), lambda: next(asked, False)
        )


def test_work_goes_on_for_whoever_waits_for_the_same() -> None:
    """From tab to tab: the first is wanted no more, and the second wants the same findings."""
    sections = Sections(parse_case(CASE), DRAWS, 0)
    began, waits = Event(), Event()
    first: list[str] = []
    second: list[tuple[str, int]] = []

    def hold(stage: str, _done: int, _of: int) -> None:
        first.append(stage)
        began.set()
        assert waits.wait(60)

    def run() -> None:
        with pytest.raises(SupersededError):
            sections.of(["beliefs"], "", Supposition(), lambda: not waits.is_set(), hold)

    working = Thread(target=run)
    working.start()
    assert began.wait(60)
    asking = Thread(
        target=lambda: sections.of(
            ["happened"],
            "",
            Supposition(),
            tell=lambda stage, done, _: second.append((stage, done)),
        )
    )
    asking.start()
    while len(sections._waiting) < 2:
        sleep(0.01)
    waits.set()
    asking.join(60)
    working.join(60)
    assert first == ["draws"]
    assert ("draws", DRAWS) in second, "it is told of the work that the other one began"
    assert second[-1] == ("pictures", 0)


def test_what_the_report_has_not_is_refused(sections: Sections, session: Session) -> None:
    with pytest.raises(UsageError, match="no section"):
        sections.of(["forward"], "", Supposition())
    with pytest.raises(UsageError, match="no claim 'c9'"):
        sections.of(["claims"], "c9", Supposition())
    with pytest.raises(UsageError, match="no value of an assumption"):
        list(session.sections(CASE, {"values": {"cost": 1e999}}, ["tree"], "", lambda: True))


def test_a_record_that_cannot_have_been_says_so_where_what_happened_stands() -> None:
    text = CASE.replace("saw: offer = line", "saw: offer = business and answer = accept")
    html = Sections(parse_case(text), DRAWS, 0).of(["happened"], "", Supposition())["html"]
    assert "The record teaches nothing" in html
