"""Which stakes a firm verdict needs: right values of a choice that can be worked out by hand.

With precision 2 the mover takes `a` with probability 1/(1 + exp(-2u)), u being what it is worth
more than `b`. Without `gain` only `spread` is left, uniform on [-1, 1], and P(a) > 0.6 where it is
above ln(1.5)/2 = 0.2027: in 39.86 % of the draws.
"""

from __future__ import annotations

import math

import pytest

import lackmus
from lackmus.pipeline.findings import Effort, Findings, put_to_test
from lackmus.pipeline.needs import MOST_DRAWS, Need

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
