"""The operands of a claim that is asked value by value, each listed once."""

from __future__ import annotations

from lackmus.case.parse import parse_case
from lackmus.pipeline.findings import Effort, put_to_test

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
    assert both[1].text == "E(south | do(offer = line, answer = accept)) > 1.5 + 1"
    assert ["north.aim" in part.text for part in both] == [True, False, True]
    # An `or` is one operand for each value.
    assert len(found["either"].parts) == 2
    # Nothing is asked value by value here; that it says a thing twice is for `check` to tell.
    assert len(found["plain"].parts) == 2


def test_what_differs_from_value_to_value_stays() -> None:
    found = put_to_test(parse_case(TEXT.replace("CHANCE", "1")), effort=EFFORT)
    assert len(found["both"].parts) == 4
