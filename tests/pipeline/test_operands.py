"""The operands of a claim that is asked value by value, each listed once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lackmus.case.parse import parse_case
from lackmus.foundation.outcomes import HOLDS, NO_DIFFERENCE
from lackmus.pipeline.case_study import CaseStudy
from lackmus.pipeline.operands import listed_once
from lackmus.pipeline.trial import Effort, put_to_test
from lackmus.testing.studies import outcomes

TEXT = """
title: What hangs on an aim, and what does not
actors:
  north: {aims: {settle: 0.3, outwait: rest}}
  south: {}
assumptions: {gain: {value: 2, range: [1, 3]}}
moves:
  - offer: {by: south, options: [line, business]}
  - answer: {by: north, options: [accept, refuse]}
stakes:
  north: [{worth: gain, if: answer = accept and north.aim = settle}]
  south: [{worth: gain, if: offer = line}, {worth: 1, if: answer = accept}]
precision: 2
claims:
  both:
    for each: north.aim
    holds if: E(north | do(answer = accept)) > 0.5 and E(south | do(offer = line)) > 1.5 + CHANCE
  either:
    for each: north.aim
    holds if: P(answer = accept) > 0.4 or E(south | do(offer = line, answer = accept)) > 2.5
  plain: {holds if: E(south) > 1 and E(south) > 1}
"""
EFFORT = Effort(draws=40, turns=False, probes=False)


def test_an_operand_that_no_value_changes_is_listed_once() -> None:
    text = TEXT.replace("do(offer = line)", "do(offer = line, answer = accept)")
    found = put_to_test(parse_case(text.replace("CHANCE", "1")), effort=EFFORT)
    both = [part.question for part in found["both"].parts]
    assert [part.id for part in both] == ["both.1", "both.2", "both.3"]
    told = "for each north.aim: E(south | do(offer = line, answer = accept)) > 1.5 + 1"
    assert both[1].text == told
    assert ["north.aim =" in part.text for part in both] == [True, False, True]
    # An `or` is one operand for each value.
    assert len(found["either"].parts) == 2
    # Nothing is asked value by value here; that it says a thing twice is for `check` to tell.
    assert len(found["plain"].parts) == 2


def test_what_differs_from_value_to_value_stays() -> None:
    found = put_to_test(parse_case(TEXT.replace("CHANCE", "1")), effort=EFFORT)
    assert len(found["both"].parts) == 4


def kept(holds_if: str, margins: list[list[float]], codes: list[list[int]] | None = None) -> int:
    """How many operands are listed of a claim; the columns are its operands, the rows draws."""
    text = TEXT.split("claims:")[0] + f"claims: {{it: {{FOR holds if: {holds_if}}}}}"
    case = parse_case(text.replace("FOR", "for each: north.aim,"))
    question = CaseStudy(case).variants().questions[0]
    found = outcomes(np.array(margins))
    if codes is not None:
        found = replace(found, holds=np.array(codes, np.int8))
    column = {part.id: k for k, part in enumerate(question.parts)}
    return len(listed_once(case.claims[0], question, column, found))


@pytest.mark.parametrize(
    ("margins", "listed"),
    [
        ([[0.1, 0.1], [-0.3, -0.3]], 1),
        ([[0.1, 0.2]], 2),
        ([[np.nan, np.nan], [0.1, 0.1]], 1),  # it cannot be asked given either value
        ([[np.nan, 0.1]], 2),
    ],
)
def test_what_comes_out_the_same_in_every_draw_is_one_operand(
    margins: list[list[float]], listed: int
) -> None:
    assert kept("P(answer = accept) > 0.4", margins) == listed


def test_a_difference_that_matters_to_one_alone_makes_two() -> None:
    assert kept("P(answer = accept) > 0.4", [[0.1, 0.1]], [[HOLDS, NO_DIFFERENCE]]) == 2


def test_the_first_operand_may_be_the_one_that_repeats() -> None:
    claim = "P(offer = line) > 0.4 and P(answer = accept) > 0.4"
    assert kept(claim, [[0.1, 0.1, 0.1, 0.2]]) == 3


def test_a_claim_that_is_asked_once_keeps_what_it_says_twice() -> None:
    text = TEXT.split("claims:")[0] + "claims: {it: {holds if: E(south) > 1 or E(south) > 1}}"
    case = parse_case(text)
    question = CaseStudy(case).variants().questions[0]
    column = {part.id: k for k, part in enumerate(question.parts)}
    found = outcomes(np.array([[0.1, 0.1]]))
    assert listed_once(case.claims[0], question, column, found) == question.parts
    assert len(question.parts) == 2


def test_what_is_the_same_given_each_value_may_be_something_else_given_none() -> None:
    text = TEXT.split("claims:")[0].replace("- answer: {", "- answer: {if: offer = line, ")
    asked = "holds if: P(offer = business) < 0.001"
    text += f"claims: {{each: {{for each: answer, {asked}}}, plain: {{{asked}}}}}"
    found = put_to_test(parse_case(text), effort=EFFORT)
    (part,) = found["each"].parts
    assert part.question.text == "for each answer: P(offer = business) < 0.001"
    assert (part.verdict.word, found["plain"].verdict.word) == ("follows", "depends")
