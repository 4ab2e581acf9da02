"""The examples with numbers in the mathematics, asked of the solver."""

from __future__ import annotations

import pytest

from lackmus.case.parse import parse_case
from lackmus.testing.asking import ask

HEAD = """
lackmus: 1
title: Options
actors: {one: {}, two: {}}
moves:
"""
STAKES = """
stakes:
  one: [{worth: 1, if: made(choice)}]
  two: [{worth: 1, if: answer = b}]
"""


def chosen(moves: str, *events: str) -> list[float]:
    text = HEAD + moves + "  - answer: {by: two, options: [a, b]}" + STAKES
    replies = ask(parse_case(text), [f"P({e})" for e in events], method="logit", precision=5.0)
    return [float(x) for x in replies.numbers[0]]


def test_an_option_with_two_names_is_chosen_more_often() -> None:
    one = chosen("  - choice: {by: one, options: [car, bus]}\n", "choice = car")
    two = chosen("  - choice: {by: one, options: [car, red, blue]}\n", "choice = car")
    assert one == pytest.approx([1 / 2])
    assert two == pytest.approx([1 / 3])


def test_the_order_of_moves_counts() -> None:
    moves = """
  - choice: {by: one, options: [first, not_first]}
  - then: {by: one, if: choice = not_first, options: [second, third]}
"""
    split = chosen(moves, "choice = first", "then = second", "then = third")
    assert split == pytest.approx([1 / 2, 1 / 4, 1 / 4])
