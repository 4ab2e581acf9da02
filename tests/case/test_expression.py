"""What an expression means, and where its parts stand."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from lackmus.case import expression, syntax
from lackmus.case.expression import parse_expression
from lackmus.case.fields import constant
from lackmus.case.parse import parse_case
from lackmus.case.scope import walk
from lackmus.foundation.errors import CaseError
from lackmus.foundation.spans import Span


def value(text: str) -> Fraction | None:
    return constant(parse_expression(text), {"a": Fraction(2), "b": Fraction(1, 3)})


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("0.1", Fraction(1, 10)),
        ("1/3", Fraction(1, 3)),
        ("5 %", Fraction(1, 20)),
        ("1e-3", Fraction(1, 1000)),
        (".5", Fraction(1, 2)),
        ("3.", Fraction(3)),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("2 - 3 - 4", Fraction(-5)),
        ("2 * 3 + 4 / 8", Fraction(13, 2)),
        ("-2^2", Fraction(-4)),
        ("(-2)^2", Fraction(4)),
        ("2^3^2", Fraction(512)),
        ("2^-1", Fraction(1, 2)),
        ("12 / 3 / 2", Fraction(2)),
        ("a * b", Fraction(2, 3)),
        ("1 - a", Fraction(-1)),
        ("a / 0", None),
        ("c + 1", None),
        ("0^-1", None),
        ("2^0.5", None),
    ],
)
def test_arithmetic_is_exact(text: str, result: Fraction | None) -> None:
    assert value(text) == result


@pytest.mark.parametrize("text", ["7", " 12.50 ", "0", "007", "123456789012345.123456789012345"])
def test_a_plain_number_is_what_the_grammar_makes_of_it(text: str) -> None:
    whole = Span("case.yaml", 3, 11, 11 + len(text) + 4, f"  worth:  {text} + 1")
    alone = parse_expression(text, whole.within)
    added = parse_expression(f"{text} + 1", whole.within)
    assert isinstance(added, syntax.Binary)
    assert alone == added.left
    assert alone.span == added.left.span


def test_the_same_text_elsewhere_has_places_of_its_own() -> None:
    first = parse_expression("a + 2 * b", Span("x", 1, 1, 10).within)
    second = parse_expression("a + 2 * b", Span("x", 7, 4, 13).within)
    for tree, line, column in ((first, 1, 1), (second, 7, 4)):
        spans = [node.span for node in walk(tree) if node.span]
        assert {span.line for span in spans} == {line}
        assert min(span.column for span in spans) == column


def test_words_bind_as_they_read() -> None:
    tree = parse_expression("not a = x and b = y or c = z")
    assert isinstance(tree, syntax.Binary)
    assert tree.op == "or"
    assert isinstance(tree.left, syntax.Binary)
    assert tree.left.op == "and"
    assert isinstance(tree.left.left, syntax.Unary)


def test_an_if_reaches_to_the_end_and_chains_to_the_right() -> None:
    tree = parse_expression("1 + 2 if a = x else 3 if b = y else 4")
    assert isinstance(tree, syntax.IfElse)
    assert isinstance(tree.then, syntax.Binary)
    assert isinstance(tree.otherwise, syntax.IfElse)


def test_comparisons_chain() -> None:
    tree = parse_expression("0 < P(a = x) <= 1/2")
    assert isinstance(tree, syntax.Compare)
    assert tree.ops == ("<", "<=")
    assert isinstance(tree.operands[1], syntax.Probability)


def test_what_is_given_is_gathered() -> None:
    tree = parse_expression("P[public](a = x | b = y, c = z, do(no d, e = -1/3), observed) > 0")
    assert isinstance(tree, syntax.Compare)
    query = tree.operands[0]
    assert isinstance(query, syntax.Probability)
    assert query.observer == "public"
    assert query.given.observed
    assert [str(change) for change in query.given.do] == ["no d", "e = -1/3"]
    assert isinstance(query.given.condition, syntax.Binary)
    assert query.given.condition.op == "and"


def test_names_of_rounds() -> None:
    names = [n for n in walk(parse_expression("previous(a) = x and a[2] = y and b.aim = z"))
             if isinstance(n, syntax.Name)]  # fmt: skip
    assert str(names[0]) == "previous(a)"
    assert (names[2].id, names[2].index) == ("a", 2)
    assert names[4].id == "b.aim"


def test_words_of_the_language_may_begin_names() -> None:
    tree = parse_expression("Peace = ending and information = do_it and inner = android")
    assert {n.id for n in walk(tree) if isinstance(n, syntax.Name)} == {
        "Peace", "ending", "information", "do_it", "inner", "android",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", " ", "a =", "a = = b", "P(a = b", "a in b", "1 2", "do(a = b)"]
)
def test_one_fault_with_a_hint(text: str) -> None:
    with pytest.raises(CaseError) as caught:
        parse_expression(text)
    assert len(caught.value.faults) == 1
    assert caught.value.faults[0].hint


def test_places_are_counted_from_the_first_character() -> None:
    def locate(start: int, end: int) -> Span:
        return Span("here", 1, start + 1, end + 1)

    tree = parse_expression("offer = line and answer in [accept, pause]", locate)
    assert isinstance(tree, syntax.Binary)
    assert tree.right.span == Span("here", 1, 18, 43)
    assert isinstance(tree.right, syntax.Member)
    assert tree.right.options[1].span == Span("here", 1, 37, 42)


def test_places_in_folded_text_stand_in_the_right_line() -> None:
    text = """title: T
actors: {north: {}}
moves: [{x: {by: north, options: [y, z]}}]
stakes:
  north:
    - worth: 1
      if: >-
        x = y
        or x = nowhere
"""
    with pytest.raises(CaseError) as caught:
        parse_case(text)
    span = caught.value.faults[0].span
    assert span is not None
    assert (span.line, span.text[span.column - 1 : span.end - 1]) == (9, "nowhere")


def test_trees_are_equal_wherever_they_stood() -> None:
    assert parse_expression("a = b") == parse_expression("  a   =b")
    assert parse_expression("a + (b * c)") == parse_expression("a + b*c")
    assert parse_expression("a - (b - c)") != parse_expression("a - b - c")


CASE = """title: T
actors: {north: {aims: {a: 0.5, b: 0.5}}}
moves: [{x: {by: north, options: [y, z]}}]
stakes:
  north:
    - {worth: 1, if: x = y}
    - {worth: 2,   if: x = y}
"""


def test_a_text_that_stands_twice_has_both_places() -> None:
    first, second = (stake.condition for stake in parse_case(CASE).stakes)
    assert first is not None
    assert second is not None
    assert first == second
    assert isinstance(second, syntax.Compare)
    assert [str(node.span) for node in (first, second, second.operands[1])] == [
        "case.yaml:6:22", "case.yaml:7:24", "case.yaml:7:28",
    ]  # fmt: skip


def test_a_case_read_again_parses_what_was_changed() -> None:
    parse_case(CASE)
    before = expression._kept.cache_info().misses
    parse_case(CASE.replace("worth: 2", "worth: 2 + 3/7"))
    assert expression._kept.cache_info().misses == before + 1


@pytest.mark.parametrize("text", ["x = = y", "x[0] = y", "1e999", "not " * 200 + "x = y"])
def test_a_fault_has_the_place_of_each_time_that_it_is_read(text: str) -> None:
    for line in (3, 7):
        with pytest.raises(CaseError) as caught:
            parse_expression(text, Span("here", line, 11, 11 + len(text), text).within)
        span = caught.value.faults[0].span
        assert span is not None
        assert span.line == line
        assert 11 <= span.column < span.end <= 11 + len(text)


def test_a_walk_meets_every_name_of_a_query_but_an_actor_taken_away() -> None:
    text = "I(north.aim; answer | offer = line, do(winter = hard, no truce, without south))"
    names = [node.id for node in walk(parse_expression(text)) if isinstance(node, syntax.Name)]
    assert names == ["north.aim", "answer", "offer", "line", "winter", "truce"]


def test_every_word_of_the_grammar_is_reserved() -> None:
    """Else it could be a name, and an expression with that name none."""
    grammar = "\n".join(
        line for line in expression.grammar_text().splitlines() if not line.startswith("//")
    )
    functions = re.findall(r"/\(([\w|]+)\)\(\?=", grammar)
    words = {*re.findall(r'"([A-Za-z]+)"', grammar), *"|".join(functions).split("|")}
    assert {"P", "in", "made", "shift"} <= words
    assert words <= expression.RESERVED
