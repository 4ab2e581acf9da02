"""Claims that say less than they seem to, and options that are one option twice."""

from __future__ import annotations

import pytest

from lackmus.case.parse import parse_case
from lackmus.compiler.compile import compile_case
from lackmus.compiler.remarks import remarks_on

TEXT = """\
title: Bus or car
actors: {a: {aims: {x: 0.3, y: rest}}, b: {}}
assumptions: {cost: {value: 1, range: [0, 2]}}
moves:
  - offer: {by: b, options: [low, high]}
  - ride: {by: a, options: [car, red_bus, blue_bus]}
stakes:
  a: [STAKES]
  b: [{worth: 1, if: offer = high and ride = car}]
claims:
  c:
    holds if: >-
      CLAIM
"""
STAKES = "{worth: cost, if: ride = car}"


def told(claim: str = "P(ride = car) > 0.5", stakes: str = STAKES) -> list[tuple[str, str]]:
    text = TEXT.replace("CLAIM", claim).replace("STAKES", stakes)
    found = remarks_on(compile_case(parse_case(text)))
    codes = ("decided-claim", "one-half", "twin-options", "no-size")
    return [(fault.code, fault.message) for fault in found if fault.code in codes]


def test_two_names_of_one_option_are_told() -> None:
    (fault,) = told()
    assert fault == (
        "twin-options", "'red_bus' and 'blue_bus' of 'ride' give a the same at every end"
    )  # fmt: skip


@pytest.mark.parametrize(
    "stakes",
    [
        "{worth: cost, if: ride = car}, {worth: 0.1, if: ride = red_bus and a.aim = x}",
        "{worth: cost - 1, if: ride = red_bus}, {worth: -1, if: ride = car}",
    ],
)
def test_options_that_differ_somewhere_or_at_some_number_are_two(stakes: str) -> None:
    assert told(stakes=stakes) == []


def test_a_message_that_is_seen_is_no_twin() -> None:
    assert not any("'low'" in message for _, message in told(stakes="{worth: 1, if: ride = car}"))


DIFFERENT = "{worth: cost, if: ride = car}, {worth: 2, if: ride = red_bus}"


@pytest.mark.parametrize(
    ("claim", "codes"),
    [
        ("P(ride = car) > P(ride = car | made(offer))", ["decided-claim"]),
        ("P(ride = car) + 0.1 > P(ride not in [red_bus, blue_bus])", ["decided-claim"]),
        ("P(ride = car) > 0.5 and P(ride != car) < 0.5", ["one-half"]),
        ("P(ride = car) > 0.5 or P(ride = car) > 0.2", ["one-half"]),
        ("E(a) > E(b) and E(b) < E(a)", ["one-half"]),
        ("2 * P(ride = car) > 1 and P(ride = car) > 0.5", ["one-half"]),
        ("P(ride = car) > 0.2 and P(ride = car) < 0.8", []),
        ("P(ride = car) > 0.5 and P(ride = red_bus) < 0.5", []),
        ("P(ride = car | offer = low) > P(ride = car | offer = high)", []),
        ("P(a.aim = x | observed) > P(a.aim = x)", []),
        ("P(ride = car) > P(ride = car)", []),  # told of the text
        ("P(ride = car | observed) > 0.5 and P(ride = car) > 0.4", []),
        ("E(a | offer = low) > cost and E(a) > cost", []),
    ],
)
def test_questions_about_one_number_are_told(claim: str, codes: list[str]) -> None:
    assert [code for code, _ in told(claim, DIFFERENT)] == codes


@pytest.mark.parametrize(
    ("claim", "sides"),
    [
        ("shift(a.aim; ride) > I(a.aim; ride)", "quantities of unlike units"),
        ("E(a) > P(ride = car)", "quantities of unlike units"),
        (
            "E(a) / P(offer = low) > E(b) / P(offer = high)",
            "products, quotients or powers of terms",
        ),
        ("P(ride = car) * E(a) > P(offer = low) * E(b)", "products, quotients or powers of terms"),
        ("P(ride = car) > 0.3 * P(offer = low) / P(offer = high)", ""),  # his own threshold
        ("P(ride = car) > cost * E(a)", ""),
        ("E(a) > E(b)", ""),
        ("P(ride = car) + shift(a.aim; ride) > P(offer = low)", ""),
        ("best(ride) = car", ""),
        ("P(ride = car) * E(a) > P(offer = low) * E(b)\n    matters from: 0.1", ""),
    ],
)
def test_a_comparison_in_which_every_difference_counts_is_told(claim: str, sides: str) -> None:
    messages = [message for code, message in told(claim) if code == "no-size"]
    assert [message.partition(" compares ")[2] for message in messages] == [sides] * bool(sides)
