"""Each claim as of before the record and in its light, over the same draws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lackmus.case.parse import parse_case
from lackmus.cli.tables.findings import print_findings
from lackmus.foundation.outcomes import FAILS, HOLDS
from lackmus.pipeline import case_study as study_module
from lackmus.pipeline.case_study import CaseStudy
from lackmus.pipeline.findings import Findings
from lackmus.pipeline.lights import lights_of
from lackmus.pipeline.observations import record_of
from lackmus.pipeline.trial import Effort, put_to_test
from lackmus.report.html import render
from lackmus.report.jsonable import findings_json
from lackmus.solvers.quantal_response.plays import play_many
from lackmus.sweep.verdict import NOT_ASTRAY, Astray, Verdict, verdicts
from lackmus.testing.studies import outcomes

TEXT = """
title: A record
actors:
  union: {aims: {wage: rest, office: prior}}
  line: {}
observers: [public]
assumptions: {prior: {value: 0.3, range: [0.02, 0.45]}}
moves:
  - stance: {by: union, options: [strike, wait]}
  - answer: {by: line, options: [meet, ignore]}
stakes:
  union:
    - {worth: 1, if: stance = strike and union.aim = office}
    - {worth: 1, if: stance = wait and union.aim = wage}
  line: [{worth: 1, if: answer = meet}]
precision: 3
observations:
  - {saw: stance = strike, by: public, date: 2025-08-15}
  - {saw: answer = meet, by: public, certain: false}
claims:
  plain: {holds if: P(union.aim = office) > 0.5}
  told: {holds if: P(union.aim = office | observed) > 0.5}
  done: {holds if: P(stance = strike) > 0.9 and P(union.aim = office) < 0.5}
  other: {holds if: "P(answer = meet | do(stance = wait)) > 0.1"}
"""
EFFORT = Effort(draws=60, turns=False, probes=False)


def in_test(*, recorded: bool = False, text: str = TEXT) -> Findings:
    return put_to_test(parse_case(text), recorded=recorded, effort=EFFORT)


def told(verdict: Verdict) -> object:
    return verdict.word, verdict.counts, verdict.share, verdict.interval, verdict.firm


@pytest.mark.parametrize("recorded", [False, True])
def test_each_light_is_what_asking_in_it_alone_gives(recorded: bool) -> None:  # noqa: FBT001
    before, after = in_test(recorded=False), in_test(recorded=True)
    claims = in_test(recorded=recorded).claims
    for claim, old, new in zip(claims, before.claims, after.claims, strict=True):
        assert claim.lights is not None
        assert told(claim.lights.before.verdict) == told(old.verdict)
        assert told(claim.lights.after.verdict) == told(new.verdict)


def test_a_claim_that_says_observed_is_judged_by_the_record_in_both() -> None:
    findings = in_test()
    lights = {found.claim.id: found.lights for found in findings.claims}
    plain, same = lights["plain"], lights["told"]
    assert plain is not None
    assert same is not None
    assert plain.before.verdict.share == 0
    assert plain.after.verdict.share == pytest.approx(0.95, abs=0.06)
    assert same.before.verdict.share == same.after.verdict.share == plain.after.verdict.share
    done = lights["done"]
    assert done is not None
    assert done.before.settled is None


def test_what_the_record_decides_says_what_it_decided() -> None:
    text = TEXT.replace(
        "P(stance = strike) > 0.9 and P(union.aim = office) < 0.5", "P(stance = wait) > 0.9"
    )
    for recorded in (False, True):
        lights = in_test(recorded=recorded, text=text)["done"].lights
        assert lights is not None
        assert (lights.after.settled, lights.after.verdict.word) == (False, "settled")
        assert lights.before.settled is None


@pytest.mark.parametrize(
    "claim",
    ["{} >= 2 * {}", "{} >= {} + 10 %", "{} >= {} / 2 + 0.3", "{} - {} > 0.1", "{} / {} >= 2",
     "0.1 < {} - {}", "{} + -1 * {} > 0.1", "abs({} - {}) > 0.1", "max({} - {}, 0) > 0.1"],
)  # fmt: skip
def test_how_much_likelier_under_one_aim_is_asked_as_of_before(claim: str) -> None:
    first, second = (f"P(stance = strike | union.aim = {aim})" for aim in ("office", "wage"))
    claim = f"  ratio: {{holds if: '{claim.format(first, second)}'}}\n"
    ratio = in_test(text=TEXT + claim)["ratio"]
    assert ratio.lights is not None
    assert told(ratio.lights.after.verdict) == told(ratio.lights.before.verdict)
    assert ratio.lights.after.settled is None


@pytest.mark.parametrize(
    ("claim", "settled"),
    [
        ("P(stance = strike) > 0.5", True),
        ("2 * P(stance = strike) - 1 < 0.5", False),
        ("P(stance = strike) + P(stance = strike and union.aim in [wage, office]) > 1.5", True),
        ("P(stance = strike) > 1.5 - P(union.aim in [wage, office])", True),
        ("P(stance = strike) - P(stance = wait) > 0.5", True),
        ("P(stance = wait) * P(stance = wait | union.aim = office) < 0.5", True),
    ],
)
def test_what_sets_no_terms_against_each_other_is_settled(
    claim: str,
    settled: bool,  # noqa: FBT001
) -> None:
    sums = in_test(text=TEXT + f"  sums: {{holds if: '{claim}'}}\n")["sums"]
    assert sums.lights is not None
    assert sums.lights.after.settled is settled


def test_an_observation_settles_which_of_two_events_is_the_likelier() -> None:
    claim = "  two: {holds if: P(stance = strike) > P(stance = wait)}\n"
    two = in_test(text=TEXT + claim)["two"]
    assert two.lights is not None
    assert two.lights.after.settled is True


def test_the_games_are_solved_once_for_both(monkeypatch: pytest.MonkeyPatch) -> None:
    solved: list[int] = []
    solve = play_many

    def counted(game: object, payoffs: object, *rest: object, **more: object) -> object:
        solved.append(len(payoffs))  # type: ignore[arg-type]
        return solve(game, payoffs, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(study_module, "play_many", counted)
    in_test()
    both = sum(solved)
    solved.clear()
    in_test(text=TEXT.replace("date: 2025-08-15", "certain: false"))
    assert both == sum(solved) > 60


def test_without_a_record_that_settles_anything_there_is_one_light() -> None:
    findings = in_test(text=TEXT.replace("date: 2025-08-15", "certain: false"))
    assert [found.lights for found in findings.claims] == [None] * 4
    assert "Before the record" not in render(findings)
    assert {claim["lights"] for claim in findings_json(findings)["claims"]} == {None}


def test_draws_and_parts_have_no_columns_of_the_other_light() -> None:
    findings = in_test()
    names = [name for name in findings.columns() if name.startswith("margin.")]
    assert names == ["margin.plain", "margin.told", "margin.done", "margin.other"]
    assert [part.question.id for part in findings["done"].parts] == ["done.1", "done.2"]


@pytest.mark.parametrize("recorded", [False, True])
def test_page_json_and_table_show_both(
    recorded: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    findings = in_test(recorded=recorded)
    page = render(findings)
    row = page[page.index('<a href="#plain">') :].split("</tr>")[0]
    first, second = row.split("In its light")[0], row.split("In its light")[1]
    assert "is contradicted" in first
    assert "is contradicted" not in second.split("Base case")[0]
    shown = findings_json(findings)["claims"][0]["lights"]
    assert shown["before_record"]["verdict"] == "is contradicted"
    assert shown["with_record"]["share"] > 0.9
    monkeypatch.setenv("COLUMNS", "160")
    print_findings(findings)
    wide = capsys.readouterr().out
    assert ("before the record  " if recorded else "in the light of the record  ") in wide
    line = next(line for line in wide.splitlines() if line.endswith("plain"))
    assert "is contradicted" in line
    monkeypatch.setenv("COLUMNS", "80")
    print_findings(findings)
    narrow = capsys.readouterr().out
    assert all(len(line) <= 80 for line in narrow.splitlines())


def test_what_the_arms_say_in_the_other_light_counts_there() -> None:
    """Each comes out true in six hundred draws; in half of the last one's an arm says otherwise."""
    case = parse_case(TEXT)
    done, plain = (next(c for c in case.claims if c.id == name) for name in ("done", "plain"))
    study = CaseStudy(replace(case, claims=(done, plain)), (), record_of(case))
    assert study.claims == ("done", "plain", "done.1", "done.2", "done.other", "plain.other")
    found = outcomes(np.ones((600, 6)))
    said = verdicts(study.claims[:2], found.of(slice(2)), [False, False])
    astray = [*(NOT_ASTRAY,) * 5, Astray({HOLDS: 300}, {FAILS: 300})]
    lights = lights_of(study, found, said, astray, recorded=False)
    firm = [(one.before.verdict.firm, one.after.verdict.firm) for one in lights if one is not None]
    assert firm == [(True, True), (True, False)]
