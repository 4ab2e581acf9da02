"""Which stakes a firm verdict needs: right values of a choice that can be worked out by hand.

With precision 2 the mover takes `a` with probability 1/(1 + exp(-2u)), u being what it is worth
more than `b`. Without `gain` only `spread` is left, uniform on [-1, 1], and P(a) > 0.6 where it is
above ln(1.5)/2 = 0.2027: in 39.86 % of the draws.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

import lackmus
from lackmus.pipeline.case_study import CaseStudy
from lackmus.pipeline.findings import Findings
from lackmus.pipeline.needs import MOST_DRAWS, Need, needs_of
from lackmus.pipeline.trial import Effort, put_to_test
from lackmus.sweep.verdict import verdicts

CASE = """
title: A choice
actors: {mover: {}}
assumptions:
  g: {value: 2.5, range: [2, 3]}
  s: {value: 0, range: [-1, 1]}
moves:
  - x: {by: mover, options: [a, b]}
stakes:
  mover:
    - {name: gain, worth: g, if: x = a}
    - {name: spread, worth: s, if: x = a}
    - {worth: 1/1000, if: x = b}
precision: 2
claims:
  takes_a: {holds if: P(x = a) > 0.6}
  takes_b: {holds if: P(x = b) > 0.4}
  open: {holds if: P(x = a) > 0.99}
  sure: {holds if: P(x = a) < 1}
"""
SHARE = (1 - math.log(1.5) / 2) / 2


@pytest.fixture(scope="module")
def findings() -> Findings:
    return put_to_test(lackmus.parse(CASE), effort=Effort(draws=400, stakes=True, turns=False))


@pytest.mark.parametrize(
    ("claim", "word"), [("takes_a", "follows"), ("takes_b", "is contradicted")]
)
def test_a_verdict_needs_the_stake_that_carries_it(
    findings: Findings, claim: str, word: str
) -> None:
    found = findings[claim]
    assert found.verdict.word == word
    assert found.needs is not None
    (need,) = found.needs
    assert (need.actor, need.stake) == ("mover", "gain")
    assert need.share == pytest.approx(SHARE, abs=2 / math.sqrt(MOST_DRAWS) / 2)


def test_a_verdict_that_stands_without_any_stake_needs_none(findings: Findings) -> None:
    assert findings["sure"].verdict.word == "follows"
    assert findings["sure"].needs == ()


def test_only_firm_verdicts_are_looked_at(findings: Findings) -> None:
    assert findings["open"].verdict.word == "depends"
    assert findings["open"].needs is None


def test_nothing_is_dropped_unless_asked_for() -> None:
    told = put_to_test(lackmus.parse(CASE), effort=Effort(draws=100, turns=False))
    assert [found.needs for found in told.claims] == [None] * 4


def test_all_draws_are_solved_anew_where_they_are_few() -> None:
    exact = CASE.replace("s: {value: 0, range: [-1, 1]}", "s: {value: 0.2}")
    told = put_to_test(lackmus.parse(exact), effort=Effort(draws=80, stakes=True, turns=False))
    assert told["takes_a"].needs == (Need("mover", "gain", 0.0),)


#: P(a) > 0.6 where a is worth more than 0.2027.
THREE = """
title: Three stakes
actors: {mover: {}}
assumptions: {s: {value: 0, range: [-1, 1]}}
moves:
  - x: {by: mover, options: [a, b]}
stakes:
  mover:
    - {name: lift, worth: 0.5, if: x = a}
    - {name: gain, worth: 1, if: x = a}
    - {name: spread, worth: s, if: x = a}
    - {worth: 0.4, if: x = a}
precision: 2
claims:
  takes_a: {holds if: P(x = a) > 0.6}
"""


def needs_at(spreads: list[float], *, firm: bool = True) -> dict[str, tuple[Need, ...]]:
    study = CaseStudy(lackmus.parse(THREE))
    points = np.array([[spread, 2.0] for spread in spreads])
    (verdict,) = verdicts(study.claims, study.run(points), [False])
    assert verdict.word == "follows"
    steps: list[tuple[int, int]] = []
    found = needs_of(
        study,
        points,
        {"takes_a": replace(verdict, firm=firm)},
        progress=lambda done, of: steps.append((done, of)),
    )
    assert steps == ([(0, 3), (1, 3), (2, 3)] if firm else [])
    assert needs_of(study, points, {"takes_a": replace(verdict, firm=firm)}) == found  # unwatched
    return found


def test_the_most_needed_stake_comes_first_and_what_has_no_name_is_never_dropped() -> None:
    """Without lift a is worth 1.4 + s, without gain 0.9 + s: too little at -1.3, and at -0.8 too.

    All stakes together make 1.9 + s, which is enough at each.
    """
    spreads = [-1.3, -0.8, *[0.0] * 18]
    gain, lift = Need("mover", "gain", 0.9), Need("mover", "lift", 0.95)
    assert needs_at([*spreads[:2], -1.3, *spreads[3:]])["takes_a"] == (
        replace(gain, share=0.85), replace(lift, share=0.9)
    )  # fmt: skip
    # Nineteen of twenty draws are as many as a verdict takes.
    assert needs_at(spreads)["takes_a"] == (gain,)


def test_a_verdict_that_is_not_firm_needs_nothing() -> None:
    assert needs_at([-1.3, *[0.0] * 18], firm=False) == {}
