"""Numbers that are right at the base values and wrong in some draw; days and pairs told apart."""

from __future__ import annotations

import pytest

from lackmus.case.check import check_case
from lackmus.case.parse import parse_case
from lackmus.foundation.errors import CaseError

TEXT = """\
title: Draws
asked: 2025-08-10
actors: {a: {aims: {x: p, y: rest}}, b: {}}
assumptions:
  p: {value: 0.5, range: [0.3, 0.7]}
  k: {value: 1, range: [0, 2]}
moves:
  - z: {by: a, options: [u, d]}
stakes: {a: [{worth: k, if: z = u}]}
"""


@pytest.mark.parametrize(
    "spread",
    [
        "range: [0.3, 1.7]", "range: [-0.1, 0.7]", "distribution: {normal: [0.5, 0.1]}",
        "distribution: {exponential: 0.5}", "distribution: {choice: [0.5, 1.5]}",
    ],
)  # fmt: skip
def test_a_probability_is_one_in_every_draw(spread: str) -> None:
    with pytest.raises(CaseError, match="'p' is a probability") as caught:
        parse_case(TEXT.replace("range: [0.3, 0.7]", spread))
    (fault,) = caught.value.faults
    assert fault.span is not None
    assert fault.span.line == 5


@pytest.mark.parametrize(
    "spread",
    [
        "range: [0, 1]", "distribution: {normal: [0.5, 0.1]}, range: [0, 1]",
        "distribution: {beta: [2, 2]}", "distribution: {choice: [0, 0.5, 1]}",
    ],
)  # fmt: skip
def test_what_stays_within_its_bounds_passes(spread: str) -> None:
    assert parse_case(TEXT.replace("range: [0.3, 0.7]", spread))


@pytest.mark.parametrize("day", ["20250810", "2025-W32-7", "2025-222", "10.08.2025"])
def test_a_day_is_written_in_one_way(day: str) -> None:
    with pytest.raises(CaseError, match="must be a day"):
        parse_case(TEXT.replace("2025-08-10", day))


def test_two_assumptions_have_one_correlation() -> None:
    twice = "correlations: [{between: [k, p], rho: 0.9}, {between: [p, k], rho: -0.9}]\n"
    with pytest.raises(CaseError, match="a second correlation of p and k"):
        parse_case(TEXT + twice)


@pytest.mark.parametrize(
    ("chances", "warned"),
    [
        ("x: p, z: 0.4, y: rest", True),
        ("x: p, z: 0.3, y: rest", False),
        ("x: p, z: (1 - p) / 2, y: rest", False),
    ],
)
def test_what_is_left_may_be_less_than_nothing_in_a_draw(chances: str, *, warned: bool) -> None:
    case = parse_case(TEXT.replace("x: p, y: rest", chances))
    told = [fault.message for fault in check_case(case) if fault.code == "prior"]
    assert bool(told) == warned
    assert all("may sum to 1.1 and leave less than nothing" in message for message in told)


@pytest.mark.parametrize(
    "precision",
    [
        "-2", "{value: -1}", "{value: 1, range: [-1, 3]}",
        "{value: 1, distribution: {normal: [1, 1]}}",
        "{value: 1, distribution: {normal: [1, 1]}, range: [-1, 3]}",
        "{value: 1, distribution: {uniform: [-1, 2]}}",
        "{value: 1, distribution: {choice: [-1, 1]}}",
        "{value: 1, distribution: {triangular: [-1, 0, 2]}}",
    ],
)  # fmt: skip
def test_a_precision_that_some_draw_makes_negative_is_a_fault(precision: str) -> None:
    with pytest.raises(CaseError, match="precision cannot be negative"):
        check_case(parse_case(f"{TEXT}precision: {precision}\n"))


@pytest.mark.parametrize(
    "precision",
    [
        "0",
        "{value: 1, distribution: {normal: [1, 1]}, range: [0, 3]}",
        "{value: 1, distribution: {exponential: 1}}",
    ],
)
def test_a_precision_cut_off_at_nought_is_none(precision: str) -> None:
    check_case(parse_case(f"{TEXT}precision: {precision}\n"))
