"""Reading what was written gives the same case."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import some

import lackmus.library
from lackmus.case import syntax
from lackmus.case.builder import CaseBuilder
from lackmus.case.expression import parse_expression
from lackmus.case.move_list import MoveList
from lackmus.case.parse import load_case, parse_case
from lackmus.case.text import expression_text, number_text, order_text
from lackmus.case.writer import write_case
from lackmus.testing.cases import cases, texts

LIBRARY = Path(lackmus.library.__file__).parent
FILES = sorted(p for p in LIBRARY.rglob("*.yaml") if p.name != "observations.yaml")


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_library_cases_survive(path: Path) -> None:
    case = load_case(path)
    text = write_case(case)
    again = parse_case(text, f"{path.name} (written)")
    assert again == case
    assert write_case(again) == text


def test_chances_and_choices_keep_their_words_and_weights() -> None:
    case = parse_case(
        "title: T\nactors: {a: {}}\n"
        "assumptions: {k: {value: 1, distribution: {choice: {1: 0.2, 4: 0.8}}}}\n"
        "moves:\n"
        "  - m: {by: a, options: [l, r]}\n"
        "  - w: {chance: {hard: {probability: 0.3, says: a hard winter}, mild: rest}}\n"
        "stakes: {a: [{worth: k, if: m = l}]}\n"
    )
    again = parse_case(write_case(case))
    assert again == case
    (_, weather) = again.moves
    assert isinstance(weather, syntax.Move)
    assert [option.says for option in weather.options] == ["a hard winter", ""]
    assert weather.options[0].probability == syntax.Number(Fraction(3, 10))
    spread = again.assumptions[0].distribution
    assert (spread.low, spread.high) == (Fraction(1), Fraction(4))
    assert (spread.parameters, spread.weights) == (
        (Fraction(1), Fraction(4)), (Fraction(1, 5), Fraction(4, 5)),
    )  # fmt: skip


@settings(max_examples=some(50), deadline=None)
@given(cases())
def test_random_cases_survive(case: syntax.Case) -> None:
    text = write_case(case)
    assert parse_case(text) == case
    assert max(len(line) for line in text.split("\n")) <= 400


@settings(max_examples=some(60), deadline=None)
@given(texts())
def test_any_text_survives(text: str) -> None:
    case = CaseBuilder(text or "x", summary=text).actor("north", says=text)
    case.moves(MoveList().move("act", "north", ["yes", "wait"]))
    assert parse_case(write_case(built := case.build())) == built


@given(st.fractions().filter(lambda f: abs(f) < 10**12))
def test_numbers_are_exact(value: Fraction) -> None:
    text = number_text(value)
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    node = parse_expression(digits)
    if isinstance(node, syntax.Binary):
        assert isinstance(node.left, syntax.Number)
        assert isinstance(node.right, syntax.Number)
        assert sign * node.left.value / node.right.value == value
    else:
        assert isinstance(node, syntax.Number)
        assert sign * node.value == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1, 20), "0.05"),
        (Fraction(-1, 3), "-1/3"),
        (Fraction(7), "7"),
        (Fraction(1, 10**300), "1e-300"),
        (Fraction(10**20), "1e20"),
        (Fraction(-5, 2), "-2.5"),
    ],
)
def test_numbers_read_well(value: Fraction, text: str) -> None:
    assert number_text(value) == text


EXPRESSIONS = [
    "a^-b^c",
    "(-a)^b",
    "-a^b",
    "a - (b - c)",
    "a - b - c",
    "a / (b * c) * d",
    "-(-a)",
    "not (x = y and v = w)",
    "not x = y and v = w",
    "x = y and (v = w or made(u))",
    "(a if x = y else b) if v = w else c",
    "a if x = y else b if v = w else c",
    "2 * (a if x = y else b)",
    "0.1 < P(x = y) <= 1/3",
    "x not in [y, z] or previous(x) = y or x[2] != z",
    "P[public](x = y | (v = w if u = t else s = r), do(no x, y = -1/3, without z), observed) > 0",
    "E(a | do(x = 0.25)) > max(1, 2, min(a, b)) - abs(exp(log(sqrt(4))))",
    "best(x | v = w) != y",
    "likeliest(x) = y",
    "value(x = y | observed) >= 0",
    "H[public](x | v = w) < 1",
    "I(x; y) < shift[south](x; y | do(without z))",
    "count(ever(x = y)) = 2",
    "5 % + .5 + 3. + 1e3",
]


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expressions_survive(text: str) -> None:
    tree = parse_expression(text)
    assert parse_expression(expression_text(tree)) == tree


def test_text_has_no_needless_parentheses() -> None:
    assert expression_text(parse_expression("((a + (b)) + ((c * d)))")) == "a + b + c * d"
    assert expression_text(parse_expression("(x = y and v = w) or u = t")) == (
        "(x = y and v = w) or u = t"
    )


def test_numbers_made_by_programs_keep_their_value() -> None:
    tree = syntax.Binary("*", syntax.Number(Fraction(-1, 3)), syntax.Number(Fraction(2)))
    assert expression_text(tree) == "-1/3 * 2"
    power = syntax.Binary("^", syntax.Number(Fraction(2)), syntax.Number(Fraction(-1)))
    assert expression_text(power) == "2^-1"


def test_order_with_comparisons_inside() -> None:
    text = "(count(x = y) > 1) >> x = y ~ x = z > made(v)"
    case = (
        CaseBuilder("Order")
        .actor("north")
        .rounds("term", 2, MoveList().move("x", "north", ["y", "z"]))
        .moves(MoveList().move("v", "north", ["w", "u"]))
        .order("north", text)
        .build()
    )
    stake = case.stakes[0]
    assert isinstance(stake, syntax.OrdinalStake)
    assert order_text(stake) == text
    assert stake.gaps == (True, False)
    assert parse_case(write_case(case)) == case


def test_inline_assumptions_become_named_ones() -> None:
    case = (
        CaseBuilder("Inline")
        .actor("north", aims={"a": {"value": "1/3", "range": [0, 1]}, "b": "rest"})
        .moves(MoveList().move("x", "north", ["y", "z"]))
        .stake("north", {"value": 2, "range": [0, 4]}, when="x = y")
        .build()
    )
    assert [a.name for a in case.assumptions] == ["north.a", "north.stake1.worth"]
    text = write_case(case)
    assert "north.stake1.worth: {value: 2, range: [0, 4]}" in text
    assert parse_case(text) == case


def test_citations_become_passages() -> None:
    text = """
title: Citing
sources: {memo: {title: A memo}, p3: {title: Named like a passage}}
actors: {north: {cite: memo}}
assumptions:
  cost: {value: 1, cite: "memo §9"}
  gain:
    value: 1
    cite:
      - {source: memo, paragraph: 3, chars: [10, 20], sha256: ab}
      - {source: memo, paragraph: 3, chars: [30, 40]}
moves: [{x: {by: north, options: [y, z]}}]
stakes: {north: [{worth: cost + gain, if: x = y}]}
"""
    case = parse_case(text)
    written = write_case(case)
    assert "p3_2: {source: memo" in written
    assert "memo §9" in written
    assert parse_case(written) == case
