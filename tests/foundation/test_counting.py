"""A noun stands in the number of what is counted."""

from __future__ import annotations

import doctest

import pytest

import lackmus.foundation.counting
from lackmus.case.parse import parse_case
from lackmus.foundation.errors import CaseError
from lackmus.solution.solution import counted as equilibria

CASE = """title: T
actors: {a: {}}
moves: [{rounds: {count: 1, moves: [{z: {by: a, options: [u, d]}}]}}]
claims: {c: {holds if: "P(z[3] = u) > 0.5"}}
"""


def test_the_examples_are_right() -> None:
    assert doctest.testmod(lackmus.foundation.counting).failed == 0
    assert equilibria(1, "pure") == "1 pure equilibrium"


@pytest.mark.parametrize(("count", "told"), [(1, "is only 1 round"), (2, "are only 2 rounds")])
def test_there_is_one_and_there_are_two(count: int, told: str) -> None:
    with pytest.raises(CaseError, match=f"there {told}\n"):
        parse_case(CASE.replace("count: 1", f"count: {count}"))
