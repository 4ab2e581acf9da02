"""Claims on the arms of draws whose branch forks."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from lackmus.case.parse import parse_case
from lackmus.pipeline.findings import Findings
from lackmus.pipeline.readings import read_case
from lackmus.pipeline.trial import Effort, put_to_test
from lackmus.report.arms import arms_said
from lackmus.report.html import report_model
from lackmus.report.jsonable import findings_json

#: Two allies pick a corridor, worth the same to both but for next to nothing.
ALLIES = """
lackmus: 1
title: Two allies pick a corridor
actors: {east: {}, west: {}}
assumptions:
  bonus: {value: 0, range: [-0.000001, 0.000001], because: assumed}
moves:
  - together:
    - pick: {by: east, options: [north, south]}
    - choose: {by: west, options: [north, south]}
stakes:
  east:
    - {worth: 1 + bonus, if: pick = north and choose = north}
    - {worth: 1, if: pick = south and choose = south}
  west:
    - {worth: 1, if: pick = choose}
precision: 3
claims:
  apart: {holds if: P(pick = choose) < 0.6}
  north: {holds if: P(pick = north) >= 0.4}
  never: {holds if: P(pick = north) > 0.99}
  bound: {holds if: "P(pick = north | do(choose = north)) > 0.5"}
"""

#: The same with three corridors, where the determinant keeps its sign.
THREE = """
lackmus: 1
title: Three corridors
actors: {east: {}, west: {}}
moves:
  - together:
    - pick: {by: east, options: [north, middle, south]}
    - choose: {by: west, options: [north, middle, south]}
stakes:
  east: [{worth: 1, if: pick = choose}]
  west: [{worth: 1, if: pick = choose}]
precision: {value: 4, range: [3.5, 5]}
claims:
  apart: {holds if: P(pick = choose) < 0.4}
"""


def findings_of(text: str, draws: int = 30) -> Findings:
    case = parse_case(text)
    return put_to_test(case, effort=Effort(draws=draws, turns=False, probes=False))


@pytest.fixture(scope="module")
def allies() -> Findings:
    return findings_of(ALLIES)


def test_a_claim_is_judged_on_each_continuation(allies: Findings) -> None:
    assert allies.forked == 30
    apart = allies["apart"]
    assert apart.arms is not None
    assert (apart.arms.forked, apart.arms.arms, apart.arms.differs) == (30, 60, 30)
    assert dict(apart.arms.outcomes) == {"fails": 30}
    assert [word for word, _ in apart.arms.base] == ["fails", "fails"]
    # On the arms both meet with probability p² + (1 - p)², p = 0.92928 at λ = 3.
    assert apart.arms.base[0][1] == pytest.approx(0.6 - 0.92928**2 - 0.07072**2, abs=1e-5)
    north = allies["north"]
    assert north.arms is not None
    assert sorted(word for word, _ in north.arms.base) == ["fails", "holds"]


def test_a_verdict_that_arms_would_change_is_not_firm(allies: Findings) -> None:
    said = {claim.claim.id: claim.verdict.said for claim in allies.claims}
    assert said["apart"] == "follows, not firm"
    assert said["north"] == "follows, not firm"
    assert said["never"] == "is contradicted, not firm"  # 30 draws are too few by themselves


def test_a_claim_on_a_game_without_a_fork_hears_nothing_of_arms(allies: Findings) -> None:
    assert allies["bound"].arms is None


def test_words_of_terminal_and_page(allies: Findings) -> None:
    said = list(arms_said(allies["north"], 30))
    assert said == [
        "in 30 of 30 draws the branch forks; on an arm the claim fails in 30 of them",
        "at the base values the branch forks: holds on the branch followed, fails on one arm",
    ]
    assert list(arms_said(allies["apart"], 30))[1].endswith("fails on both arms")
    assert list(arms_said(allies["never"], 30)) == [
        "in 30 of 30 draws the branch forks; on every arm it comes out the same",
        "at the base values the branch forks: fails on the branch followed and on both arms",
    ]
    view = next(v for v in report_model(allies).claims if v.id == "north")
    assert any("fails on one arm" in sentence for sentence in view.summary)


def test_json_has_the_arms(allies: Findings) -> None:
    told = findings_json(allies)
    assert told["forked_draws"] == 30
    claims = {claim["id"]: claim["arms"] for claim in told["claims"]}
    assert claims["bound"] is None
    assert claims["apart"]["outcomes"] == {"fails": 30}
    assert claims["apart"]["base"][0]["outcome"] == "fails"
    assert not claims["apart"]["left"]


def test_read_says_that_the_base_values_fork() -> None:
    case = parse_case(ALLIES)
    (note,) = read_case(case).notes
    assert "forks at precision 2" in note
    assert "2 arms lead" in note


def test_three_equal_places_fork_though_the_determinant_keeps_its_sign() -> None:
    found = findings_of(THREE, draws=6)
    assert found.forked == 6
    arms = found["apart"].arms
    assert arms is not None
    assert (arms.followed, arms.forked, arms.arms, arms.differs) == (6, 6, 36, 6)
    assert len(arms.base) == 6


def test_forks_that_pass_unnoticed_are_counted_where_they_are_found() -> None:
    # The uniform profile forks where precision / 3 = 1: in about half of these draws.
    text = THREE.replace("[3.5, 5]", "[2, 5]")
    findings = findings_of(text)
    (over,) = (finding.arms for finding in findings.claims)
    assert over is not None
    forks = int((findings.points[:, 0] > 3.0).sum())
    assert 0 < forks < 30
    assert findings.forked == over.draws == over.followed == over.forked == forks
    assert next(arms_said(findings.claims[0], 30)).startswith(f"in {forks} of 30 draws")


def test_the_other_light_is_not_firm_where_forks_pass_unnoticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Without arms so many draws would make it firm; the arms of some tell.
    monkeypatch.setattr("lackmus.pipeline.arms.MOST_DRAWS", 10)
    text = THREE + "  seen: {holds if: P(choose = north | observed) < 0.4}\n"
    text += "observations: [{saw: pick != south, date: 2025-01-01}]\n"
    for finding in findings_of(text, 120).claims:
        assert finding.lights is not None
        assert not finding.verdict.firm
        assert not finding.lights.before.verdict.firm
        assert not finding.lights.after.verdict.firm


def test_without_a_fork_there_is_nothing_to_say() -> None:
    case = parse_case(ALLIES.replace("precision: 3", "precision: 1"))
    found = put_to_test(case, effort=Effort(draws=5, turns=False, probes=False))
    assert found.forked == 0
    assert all(claim.arms is None for claim in found.claims)
    assert not read_case(case).notes


def test_what_was_not_looked_at_counts_at_the_same_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lackmus.pipeline.arms.MOST_DRAWS", 5)
    found = findings_of(ALLIES)
    arms = found["apart"].arms
    assert arms is not None
    assert (arms.draws, arms.followed, arms.forked) == (30, 5, 5)
    first = next(arms_said(found["apart"], 30))
    assert first.startswith("the arms were followed in 5 of 30 draws whose branch forks")
    everything = dataclasses.asdict(arms)
    assert everything["differs"] == 5
    assert np.isfinite(found["apart"].margins).all()
