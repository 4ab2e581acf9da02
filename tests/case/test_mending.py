"""Faults that have one reading are mended by the fewest characters; others are left alone."""

from __future__ import annotations

import pytest

from lackmus.case.mending import edits, mended
from lackmus.case.parse import parse_case
from lackmus.foundation.errors import CaseError, Fault

CASE = """\
lackmus: 1   # kept as it is
title: A standoff
actors:
  south: {aims: {peace: 0.5, deals: rest}}
  north: {}
observers: [public]
events: {talks: offer = talk}
moves:
  - offer: {by: south, options: [talk, wait]}
stakes:
  south: [{worth: 1, if: offer = talk and south.aim = peace}, {worth: 1, if: talks}]
claims:
  c01: {by: memo, holds if: P(offer = talk) >= 0.5}
"""


def faults_of(text: str) -> tuple[Fault, ...]:
    try:
        parse_case(text, "case.yaml")
    except CaseError as error:
        return error.faults
    return ()


def fixed(text: str) -> str:
    for _ in range(9):
        text = mended(text, edits(faults_of(text), "case.yaml"))
    return text


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("by: south", "by: suoth"),
        ("if: talks", "if: taks"),
        ("holds if", "hold if"),
        ("P(offer = talk)", "P(ofer = talk)"),
        ("offer = talk and", "offer == talk and"),
        ("talk and south", "talk && south"),
        ("talk) >= 0.5", "talk) => 0.5"),
        ("observers", "observrs"),
        ("offer = talk and", "offer = 'talk' and"),
    ],
)
def test_one_reading_is_mended(right: str, wrong: str) -> None:
    broken = CASE.replace(right, wrong)
    assert faults_of(broken)
    assert fixed(broken) == CASE


def test_several_faults_of_a_line_are_mended_one_after_the_other() -> None:
    broken = CASE.replace("offer = talk and south", "ofer == talk && suoth")
    assert fixed(broken) == CASE


def test_a_text_with_a_colon_is_put_in_quotes() -> None:
    broken = CASE.replace("A standoff", "A standoff: the first")
    assert fixed(broken) == CASE.replace("A standoff", '"A standoff: the first"')


def test_a_decimal_has_a_point() -> None:
    block = CASE.replace("{by: memo, holds if: ", "\n    holds if: ").replace("0.5}\n", "0.5\n")
    broken = block.replace(">= 0.5", ">= 0,5")
    assert faults_of(broken)
    assert fixed(broken) == block


def test_a_decimal_has_a_point_in_braces_too() -> None:
    right = (
        "lackmus: 1\ntitle: T\nactors:\n  a: {aims: {x: 0.4, y: rest}}\n"
        "moves:\n  - m: {by: a, options: [l, r]}\n"
        "assumptions:\n  k: {value: 0.25, range: [0, 1], because: assumed}\n"
        "stakes:\n  a:\n    - {worth: -1.5, if: m = l}\n    - {if: m = r, worth: 2.5}\n"
        "claims:\n  c: {by: B, holds if: P(m = l) > 0.5}\n"
    )
    wrong = right.replace("0.", "0,").replace("1.5", "1,5").replace("2.5", "2,5")
    assert wrong.count(",") - right.count(",") == 5
    assert fixed(wrong) == right


def test_a_comma_between_numbers_of_a_list_has_two_readings() -> None:
    broken = CASE + "assumptions: {k: {value: 1, range: [0,5, 2], because: assumed}}\n"
    assert faults_of(broken)
    assert fixed(broken) == broken


def test_what_has_no_single_reading_is_left_alone() -> None:
    broken = CASE.replace("by: south", "by: zzzz")
    assert fixed(broken) == broken
    assert fixed(CASE) == CASE
