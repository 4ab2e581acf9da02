"""Set-valued moves, options with numbers, claims that are asked value by value."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from lackmus.case.parse import parse_case
from lackmus.case.text import expression_text
from lackmus.case.words import claim_in_words, words_text
from lackmus.case.writer import write_case
from lackmus.compiler.compile import compile_case
from lackmus.compiler.desugar import desugar
from lackmus.foundation.errors import CaseError
from lackmus.game import questions as q
from lackmus.pipeline.case_study import CaseStudy
from lackmus.testing.asking import ask

TEXT = """\
title: Agenda and offer
actors: {a: {aims: {x: 0.3, y: rest}}, b: {}}
precision: 1
moves:
  - offer: {by: a, options: {low: {number: 0.2}, high: {number: 3/5, says: much}}}
  - tip: {signal of: offer, to: [b], right: 0.9}
  - agenda:
      by: b
      options:
        silence: ""
        any of: {line: {if: offer = low}, business: both can be had, war: ""}
stakes:
  a: [{worth: number(offer) ^ 2 + number(tip), if: a.aim = x}]
  b: [{worth: 1, if: agenda has line}, {worth: -1, if: not agenda has business}]
claims:
  each:
    for each: a.aim
    holds if: P(offer = high) > 0.5 and best(offer | agenda has war) = high
"""


def numbers(*questions: str) -> list[float]:
    case = parse_case(TEXT)
    replies = (ask(case, [asked], method="logit", precision=1) for asked in questions)
    return [float(reply.numbers[0, 0]) for reply in replies]


def test_a_set_is_an_option_and_open_where_its_items_are() -> None:
    case = parse_case(TEXT)
    histories = compile_case(case).game.histories
    assert histories is not None
    column = histories.columns[histories.index("agenda")]
    assert column.options == (
        "silence", "line", "business", "war", "line_and_business", "line_and_war",
        "business_and_war", "line_and_business_and_war",
    )  # fmt: skip
    asked = (
        "P(agenda has line | offer = high)",
        "P(agenda has line and agenda has war | agenda = line_and_war)",
        "P(agenda has business | agenda in [silence, line, war, line_and_war])",
        "P(number(offer) > 0.5 | offer = high)",
        "P(number(tip) = 0.2 | tip = low)",
    )
    assert numbers(*asked) == [0, 1, 0, 1, 1]


def test_payoffs_count_items_and_numbers() -> None:
    exact = compile_case(parse_case(TEXT)).game.exact
    assert exact is not None
    assert set(exact.payoffs[0]) == {
        Fraction(0), Fraction(24, 100), Fraction(64, 100), Fraction(56, 100), Fraction(96, 100),
    }  # fmt: skip
    assert numbers("E(b | agenda = line)", "E(b | agenda = line_and_business)") == [0, 1]
    assert numbers("E(b | agenda = war)", "E(b | agenda = silence)") == [-1, -1]


def test_they_can_be_written_and_said() -> None:
    case = parse_case(TEXT)
    assert parse_case(write_case(case)) == case
    words = " ".join(words_text(case).split())
    assert "number 0.6" in words
    assert "in it" in words
    assert claim_in_words(case, case.claims[0]).startswith("for each value of A’s aim")


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("agenda has line}", "agenda has lane}", "has no item 'lane'"),
        ("agenda has line}", "offer has low}", "takes one option, not several"),
        ("number(offer) ^ 2", "number(agenda) ^ 2", "not all options of 'agenda' have a number"),
        ("number(offer) ^ 2", "number(1 + 1)", "takes the name of a move"),
        ("for each: a.aim", "for each: b.aim", "no move, aim or fact 'b.aim'"),
        ("for each: a.aim", "for each: 1 + 1", "takes one variable"),
        ("{line: {if: offer = low}, business: both can be had, war: \"\"}",
         "[c, d, e, f, g, h, i]", "7 items; 6 is the limit"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told(right: str, wrong: str, told: str) -> None:
    with pytest.raises(CaseError, match=told):
        parse_case(TEXT.replace(right, wrong))


def test_a_claim_for_each_value_is_the_and_of_its_parts() -> None:
    case = parse_case(TEXT)
    study = CaseStudy(case)
    written_out = TEXT.replace("    for each: a.aim\n", "").replace(
        "P(offer = high) > 0.5 and best(offer | agenda has war) = high",
        "P(offer = high | a.aim = x) > 0.5 and best(offer | agenda has war, a.aim = x) = high "
        "and (P(offer = high | a.aim = y) > 0.5 "
        "and best(offer | agenda has war, a.aim = y) = high)",
    )
    same = CaseStudy(parse_case(written_out))
    points = np.array([[1.0], [4.0]])
    assert study.run(points).margins == pytest.approx(same.run(points).margins, abs=1e-12)
    question = study.variants().questions[0]
    assert isinstance(question.truth, q.Joined)
    assert len(question.truth.parts) == 4


@pytest.mark.parametrize(
    ("claim", "given_x"),
    [
        ("not P(offer = high) > 0.5", "not P(offer = high | a.aim = x) > 0.5"),
        ("-E(b | do(offer = low)) < 1", "-E(b | a.aim = x, do(offer = low)) < 1"),
        ("max(P(offer = high), 0.1) > 0.5", "max(P(offer = high | a.aim = x), 0.1) > 0.5"),
    ],
)
def test_each_value_is_given_in_every_query(claim: str, given_x: str) -> None:
    whole = "P(offer = high) > 0.5 and best(offer | agenda has war) = high"
    (each,) = desugar(parse_case(TEXT.replace(whole, claim))).claims
    given_y = given_x.replace("a.aim = x", "a.aim = y")
    assert expression_text(each.holds_if) == f"{given_x} and {given_y}"
