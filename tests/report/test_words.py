"""Numbers and names as the report says them."""

from __future__ import annotations

import doctest
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lackmus
from lackmus.case.parse import parse_case
from lackmus.report import words
from lackmus.report.sentences import summary


def test_examples_of_the_docstrings_hold() -> None:
    tried = doctest.testmod(words)
    assert tried.attempted > 10
    assert tried.failed == 0


def test_an_identifier_is_read_as_words() -> None:
    assert words.plain("talks_go_on") == "talks go on"
    assert words.plain("yield_") == "yield"


@given(st.floats(0, 1))
def test_a_share_that_is_neither_none_nor_all_is_never_told_as_such(share: float) -> None:
    told = words.percent(share).replace(words.THIN, "")
    assert (told == "0%") == (share == 0)
    assert (told == "100%") == (share == 1)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9))
def test_a_number_is_told_to_three_figures(value: float) -> None:
    told = float(words.number(value).replace(words.MINUS, "-"))
    assert math.isclose(told, value, rel_tol=5.1e-3, abs_tol=1e-300)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_turn_reads_back_as_the_number_it_is(value: float) -> None:
    assert float(words.exact(value).replace(words.MINUS, "-")) == value


@pytest.mark.parametrize(
    ("probability", "word"),
    [
        (0.049, "almost no chance"), (0.051, "very unlikely"), (0.21, "unlikely"),
        (0.5, "roughly even"), (0.56, "likely"), (0.81, "very likely"), (0.96, "almost certain"),
        (0.999, "almost certain"), (0.0, "ruled out"), (1.0, "certain"),
    ],
)  # fmt: skip
def test_words_for_probabilities_are_those_of_icd_203(probability: float, word: str) -> None:
    assert words.likelihood(probability) == word


def test_undefined_numbers_are_not_dressed_up() -> None:
    assert words.number(math.nan) == "undefined"
    assert words.number(math.inf) == "∞"
    assert words.number(-math.inf) == f"{words.MINUS}∞"
    assert words.listed([]) == ""


def test_a_name_with_an_article_is_small_within_a_sentence() -> None:
    case = parse_case("""title: Two
actors: {union: {name: The union}, theo: {name: Theo}}
moves: [{answer: {by: union, options: [accept, refuse]}}]
stakes: {union: [{worth: 1, if: answer = accept}], theo: [{worth: 1, if: answer = refuse}]}
""")
    assert words.actor_name(case, "union") == "The union"
    assert words.actor_within(case, "union") == "the union"
    assert words.actor_within(case, "theo") == "Theo"


def test_what_no_assumption_explains_alone_is_not_put_down_to_several_together() -> None:
    """The assumption decides alone, in the twelfth of its range where the claim fails."""
    case = lackmus.parse(
        "title: x\nactors: {a: {}}\nassumptions: {v: {value: 0, range: [-1, 11]}}\n"
        "moves: [{m: {by: a, options: [x, y]}}]\n"
        "stakes: {a: [{worth: 1 if v > 0 else 0, if: m = y}]}\nprecision: 2\n"
        "claims: {c: {holds if: P(m = y) > 0.6}}\n"
    )
    findings = lackmus.test(case, draws=120, turns=False)
    (found,) = findings.claims
    assert found.verdict_drivers is not None
    assert [driver.assumption for driver in found.verdict_drivers.drivers] == ["v"]
    assert found.verdict_drivers.interaction > 0.01
    told = " ".join(summary(findings, found))
    assert "assumptions act together, or too little or too rarely to be seen" in told
