"""The draws in the page: exact at the stops, and the shares among them those of the findings."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lackmus.case.syntax import Assumption
from lackmus.foundation.distributions import Distribution
from lackmus.foundation.outcomes import CANNOT_BE_ASKED, FAILS, HOLDS, NO_DIFFERENCE, UNSOLVED
from lackmus.foundation.tolerances import FEWEST_DRAWS
from lackmus.pipeline.findings import Findings
from lackmus.report import filtering, words
from lackmus.report.claims import verdict_view
from lackmus.report.filtering import stops_of
from lackmus.report.html import render
from lackmus.sweep.shapes import bounds
from lackmus.sweep.verdict import wilson

if TYPE_CHECKING:
    Browser = Any
    Bools = NDArray[np.bool_]


def _assumption(shape: Any, *parameters: str, value: str) -> Assumption:
    numbers = tuple(Fraction(each) for each in parameters)
    return Assumption("x", Fraction(value), Distribution(shape, numbers))


# --- stops ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("assumption", "first", "second", "last"),
    [
        (_assumption("uniform", "0.1", "0.7", value="0.3"), "0.1", "0.105", "0.7"),
        (_assumption("uniform", "-4", "9", value="1"), "-4", "-3.9", "9"),
        (_assumption("uniform", "0.13", "1234567", value="5"), "0", "10000", "1240000"),
        (_assumption("uniform", "0", "1/3", value="0.1"), "0", "0.002", "0.334"),
        (_assumption("loguniform", "1/2", "12", value="3"), "0.5", "0.51", "12"),
        (_assumption("choice", "5", "1", "2", value="2"), "1", "2", "5"),
    ],
)
def test_handles_stand_on_round_numbers_that_enclose_the_range(
    assumption: Assumption, first: str, second: str, last: str
) -> None:
    stops, whole = stops_of(assumption)
    assert whole is (assumption.distribution.shape == "choice")
    assert [stops[0], stops[1], stops[-1]] == [Decimal(first), Decimal(second), Decimal(last)]
    low, high = bounds(assumption)
    assert float(stops[0]) <= low
    assert high <= float(stops[-1])
    assert 60 < len(stops) < 256 or whole
    assert list(stops) == sorted(set(stops))


def _stretches(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(base64.b64decode(text), np.uint8)


def test_what_lies_inside_is_exact_at_every_stop(large: Findings) -> None:
    view = filtering.filtering(large)
    assert view is not None
    names = [assumption.name for assumption in large.assumptions]
    assert sorted(cut.name for cut in view.cuts) == sorted(names)
    for cut in view.cuts:
        column = names.index(cut.name)
        stops, _ = stops_of(large.assumptions[column])
        assert len(stops) == cut.last + 1
        stretches = _stretches(cut.draws)
        for k, stop in list(enumerate(stops))[1:-1]:
            below = large.points[:, column] < float(stop)
            np.testing.assert_array_equal(stretches < k, below, err_msg=f"{cut.name} at {stop}")


def test_outcomes_travel_by_digits_two_to_a_byte(large: Findings) -> None:
    view = filtering.filtering(large)
    assert view is not None
    digits = {0: FAILS, 1: HOLDS, 2: NO_DIFFERENCE, 3: CANNOT_BE_ASKED, 4: UNSOLVED}
    for claim, found in zip(view.shares, large.claims, strict=True):
        packed = _stretches(claim.outcomes)
        both = np.stack([packed & 15, packed >> 4], axis=1).ravel()[: len(found.holds)]
        assert [digits[int(digit)] for digit in both] == found.holds.tolist()


def test_of_too_many_draws_a_sample_travels_and_the_page_says_so(
    large: Findings, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "a random sample" not in page
    monkeypatch.setattr(filtering, "MOST_DRAWS", 40)
    view, again = filtering.filtering(large), filtering.filtering(large)
    assert view is not None
    assert view == again
    assert view.draws == 40
    assert {len(_stretches(cut.draws)) for cut in view.cuts} == {40}
    assert "Of the 64 draws a random sample of 40 is in this page." in render(large)


# --- in a browser ---------------------------------------------------------------------------------


def _move(browser: Browser, name: str, handle: int, stop: int) -> None:
    browser.evaluate(
        f"(() => {{ const input = document.querySelectorAll('[data-name={name}] input')[{handle}];"
        f"input.value = {stop}; input.dispatchEvent(new Event('input')); }})()"
    )


def _told(browser: Browser) -> list[list[str]]:
    found: list[list[str]] = browser.evaluate(
        "Array.from(document.querySelectorAll('#filter tr[data-outcomes]')).map((row) =>"
        " ['.figures', '.small'].map((part) =>"
        " row.querySelector(`td:last-child ${part}`).textContent))"
    )
    return found


def _expected(findings: Findings, inside: Bools) -> list[list[str]]:
    rows = []
    for found in findings.claims:
        codes = found.holds[inside]
        holds, asked = int((codes == HOLDS).sum()), int((codes >= FAILS).sum())
        few = inside.sum() < FEWEST_DRAWS
        share = "too few draws to say" if few else "can be asked in too few"
        if asked >= FEWEST_DRAWS:
            share = f"{words.percent(holds / asked)} ({words.percents(*wilson(holds, asked))})"
        counts = ", ".join(
            f"{word} in {int((codes == code).sum())}"
            for word, code in (
                ("holds", HOLDS),
                ("fails", FAILS),
                ("no difference", NO_DIFFERENCE),
                ("cannot be asked", CANNOT_BE_ASKED),
                ("unsolved", UNSOLVED),
            )
            if (codes == code).any()
        )
        rows.append([share, counts])
    return rows


def _inside(findings: Findings, limits: dict[str, tuple[float, float]]) -> Bools:
    inside = np.ones(len(findings.points), dtype=bool)
    for k, assumption in enumerate(findings.assumptions):
        low, high = limits.get(assumption.name, (-np.inf, np.inf))
        inside &= (findings.points[:, k] >= low) & (findings.points[:, k] < high)
    return inside


def test_without_a_filter_the_shares_are_those_of_the_verdicts(
    browser: Browser, file: Path, large: Findings
) -> None:
    browser.open(file)
    views = [verdict_view(found.verdict) for found in large.claims]
    assert [share for share, _ in _told(browser)] == [f"{v.share} ({v.interval})" for v in views]
    assert browser.evaluate("document.querySelector('#inside').value") == (
        "64 of 64 draws lie inside."
    )


def test_shares_among_the_draws_inside_are_those_of_the_findings(
    browser: Browser, file: Path, large: Findings
) -> None:
    browser.open(file)
    column = [assumption.name for assumption in large.assumptions].index("prospect")
    stops, _ = stops_of(large.assumptions[column])
    values = np.sort(large.points[:, column])
    # A draw just above a stop: the stretch beyond the upper handle is not empty.
    stop, lower = (max(k for k, each in enumerate(stops) if each <= v) for v in values[[45, 30]])
    _move(browser, "prospect", 1, stop)
    some = _inside(large, {"prospect": (-np.inf, float(stops[stop]))})
    assert FEWEST_DRAWS < some.sum() < 64
    assert _told(browser) == _expected(large, some)
    shown = str(stops[stop].normalize())
    assert browser.evaluate("document.querySelector('#inside').value") == (
        f"{some.sum()} of 64 draws lie inside: prospect below {shown}."
    )

    _move(browser, "prospect", 0, lower)
    few = _inside(large, {"prospect": (float(stops[lower]), float(stops[stop]))})
    assert 0 < few.sum() < FEWEST_DRAWS
    assert _told(browser) == _expected(large, few)
    assert {share for share, _ in _told(browser)} == {"too few draws to say"}

    browser.evaluate("document.querySelector('#unfilter').click()")
    assert _told(browser) == _expected(large, _inside(large, {}))
    assert browser.logged == []


def test_of_a_choice_both_ends_count(browser: Browser, large: Findings, tmp_path: Path) -> None:
    column = [assumption.name for assumption in large.assumptions].index("prospect")
    chosen = replace(_assumption("choice", "4", "6", "8", value="6"), name="prospect")
    assumptions, points = list(large.assumptions), large.points.copy()
    assumptions[column] = chosen
    points[:, column] = np.tile([4.0, 6.0, 8.0, 6.0], 16)
    unasked = replace(large.claims[0], holds=np.full(64, CANNOT_BE_ASKED, dtype=np.int8))
    claims = (unasked, *large.claims[1:])
    findings = replace(large, assumptions=tuple(assumptions), points=points, claims=claims)
    page = tmp_path / "choice.html"
    page.write_text(render(findings), encoding="utf-8")
    browser.open(page)
    _move(browser, "prospect", 0, 1)
    assert _told(browser) == _expected(findings, points[:, column] >= 6.0)
    _move(browser, "prospect", 1, 1)
    assert _told(browser) == _expected(findings, points[:, column] == 6.0)
    assert _told(browser)[0] == ["can be asked in too few", "cannot be asked in 32"]
    said = browser.evaluate("document.querySelector('#inside').value")
    assert said == "32 of 64 draws lie inside: prospect only 6."


def test_an_address_carries_a_filter_and_what_it_does_not_know_is_said(
    browser: Browser, file: Path, large: Findings
) -> None:
    browser.open(file)
    _move(browser, "prospect", 1, 60)
    _move(browser, "treaty_settle", 0, 20)
    told = _told(browser)
    address = browser.evaluate("document.querySelector('#filtered').getAttribute('href')")
    assert address.startswith("#filter:")
    browser.evaluate("new Promise((done) => setTimeout(done, 400))")
    waited = "new Promise((done) => setTimeout(() => done(location.hash), 400))"
    answer = browser.call(
        "Runtime.evaluate", expression=waited, awaitPromise=True, returnByValue=True
    )
    assert answer["result"]["value"] == address

    browser.open(file)
    assert _told(browser) != told
    go = f"location.hash = {json.dumps(address)}; " + waited
    browser.call("Runtime.evaluate", expression=go, awaitPromise=True, returnByValue=True)
    assert _told(browser) == told

    for strange in ("#filter:nobody=1..2", "#filter:prospect=4", "#filter:%E0%A4=2..1"):
        go = f"location.hash = {json.dumps(strange)}; " + waited
        browser.call("Runtime.evaluate", expression=go, awaitPromise=True, returnByValue=True)
        said = browser.evaluate("document.querySelector('#inside').value")
        assert said.startswith("64 of 64 draws lie inside.")
        assert said.endswith("means nothing here.")
    assert _told(browser) == _expected(large, _inside(large, {}))


def test_a_slider_is_moved_by_keys_and_its_handles_do_not_cross(
    browser: Browser, file: Path
) -> None:
    browser.open(file)
    browser.evaluate("document.querySelectorAll('[data-name=prospect] input')[1].focus()")
    browser.press("ArrowLeft", 37)
    upper = "document.querySelectorAll('[data-name=prospect] input')[1]"
    last = browser.evaluate(f"Number({upper}.max)")
    assert browser.evaluate(f"Number({upper}.value)") == last - 1
    assert browser.evaluate(f"{upper}.getAttribute('aria-valuetext')").startswith("below ")
    _move(browser, "prospect", 0, last)
    lower = "document.querySelectorAll('[data-name=prospect] input')[0]"
    assert browser.evaluate(f"Number({lower}.value)") == last - 2


_FOCUSED = (
    "document.activeElement.id || document.activeElement.getAttribute('aria-label')"
    " || document.activeElement.textContent.trim().slice(0, 40)"
)


def test_the_keyboard_alone_filters(browser: Browser, large: Findings, file: Path) -> None:
    """From the contents to the filter, to a handle, back to the button that resets."""
    browser.open(file)
    browser.evaluate("document.getElementById('to-filter').focus()")
    browser.press("Enter", 13, "\r")
    assert browser.evaluate("location.hash") == "#filter"
    reached: list[str] = []
    while not reached or not reached[-1].endswith(", from"):
        assert len(reached) < 8, reached
        browser.press("Tab", 9)
        reached.append(browser.evaluate(_FOCUSED))
    assert "unfilter" in reached
    before = _told(browser)
    for _ in range(40):
        browser.press("ArrowRight", 39)
    assert "of 64 draws" in browser.evaluate("document.getElementById('inside').value")
    assert _told(browser) != before
    while browser.evaluate(_FOCUSED) != "unfilter":
        browser.press("Tab", 9, modifiers=8)
    browser.press("Enter", 13, "\r")
    assert _told(browser) == before == _expected(large, _inside(large, {}))


def test_without_scripts_nothing_of_the_filter_shows(browser: Browser, file: Path) -> None:
    try:
        browser.open(file, scripts=False)
        for hidden in ("filter", "to-filter"):
            height = f"document.getElementById('{hidden}').getBoundingClientRect().height"
            assert browser.evaluate(height) == 0
        assert browser.evaluate("document.querySelector('#verdicts').clientHeight") > 100
    finally:
        browser.open(file)
    assert browser.evaluate("document.getElementById('filter').clientHeight") > 100
