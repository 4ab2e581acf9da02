"""Vertices met along edges, against those of the double description method."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.examples import some

from lackmus.solvers.budget import Clock, OutOfTimeError
from lackmus.solvers.exact import edge_walk
from lackmus.solvers.exact.edge_walk import NotSimpleError, walk
from lackmus.solvers.exact.vertices import vertices

Rows = list[list[int]]


def by_description(rows: Rows, bounds: list[int]) -> set[int]:
    return {vertex.tight for vertex in vertices(rows, bounds, Clock())}


def start_of(rows: Rows, found: set[int]) -> list[int]:
    """The equalities of a vertex that has as many as coordinates; none where none has."""
    simple = [tight for tight in sorted(found) if tight.bit_count() == len(rows[0])]
    return [i for i in range(len(rows)) if simple and simple[0] >> i & 1]


def polyhedron(seed: int, n: int, extra: int, highest: int) -> tuple[Rows, list[int]]:
    """The positive orthant, cut; bounded or not, with many ties where numbers are small."""
    rng = np.random.default_rng(seed)
    cut = rng.integers(-highest, highest + 1, (extra, n)).tolist()
    rows = [*np.eye(n, dtype=int).tolist(), *cut]
    return rows, [*([0] * n), *rng.integers(-highest, 1, extra).tolist()]


@settings(max_examples=some(150), deadline=None)
@given(
    st.integers(0, 10**6),
    st.integers(1, 5),
    st.integers(0, 6),
    st.sampled_from([1, 2, 9, 1000, 2**40]),
)
def test_the_same_as_by_double_description(seed: int, n: int, extra: int, highest: int) -> None:
    rows, bounds = polyhedron(seed, n, extra, highest)
    found = by_description(rows, bounds)
    start = start_of(rows, found)
    assume(start)
    assert set(walk(rows, bounds, start, Clock())) == found


@settings(max_examples=some(40), deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 4), st.integers(1, 5))
def test_in_fractions_alone_the_same(seed: int, n: int, extra: int) -> None:
    """What floats decide, fractions decide so, too."""
    rows, bounds = polyhedron(seed, n, extra, 3)
    found = by_description(rows, bounds)
    start = start_of(rows, found)
    assume(start)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edge_walk, "_SAFE", np.inf)
        assert set(walk(rows, bounds, start, Clock())) == found


def test_what_floats_cannot_tell_apart_is_told_apart() -> None:
    """Edges of a square that end at one of two lines a trillionth apart, or at both."""
    much = 2**40
    square = [[1, 0], [0, 1], [-1, 0], [0, -1]]
    for off, count in ((1, 4), (0, 4), (-1, 4)):
        rows, bounds = [*square, [-much, 0]], [0, 0, -1, -1, off - much]
        found = set(walk(rows, bounds, [0, 1], Clock()))
        assert found == by_description(rows, bounds)
        assert len(found) == count
        met = {i for tight in found for i in range(5) if tight >> i & 1}
        assert met == {0, 1, 3, *({1: {4}, 0: {2, 4}, -1: {2}}[off])}


@pytest.mark.parametrize("unit", [1, 10**6, 10**12])
def test_payoffs_may_be_in_small_units(monkeypatch: pytest.MonkeyPatch, unit: int) -> None:
    """Floats tell as much of the best responses to mixed choices, whatever payoffs are told in."""
    n = 7
    payoffs = np.random.default_rng(2).integers(0, 100, (n, n)) * unit
    choices = np.vstack([np.eye(n - 1, n, dtype=int), [*([-1] * (n - 1)), 0]])
    plain = np.hstack([payoffs[:, -1:] - payoffs[:, :-1], np.ones((n, 1), int)])
    rows = [*choices.tolist(), *plain.tolist()]
    bounds = [*([0] * (n - 1)), -1, *payoffs[:, -1].tolist()]
    found = by_description(rows, bounds)
    monkeypatch.setattr(edge_walk, "_FEW", n)
    assert set(walk(rows, bounds, start_of(rows, found), Clock())) == found


def test_rows_may_be_fractions() -> None:
    third, half = Fraction(1, 3), Fraction(-1, 2)
    rows: list[list[Fraction | int]] = [[third, 0], [0, Fraction(1, 7)], [half, half]]
    assert set(walk(rows, [0, 0, Fraction(-1)], [0, 1], Clock())) == {0b011, 0b101, 0b110}


def test_what_is_no_way_to_go_is_said() -> None:
    square, bounds = [[1, 0], [0, 1], [-1, 0], [0, -1]], [0, 0, -1, -1]
    with pytest.raises(NotSimpleError):  # from a vertex with too many equalities
        list(walk([*square, [1, 1]], [*bounds, 0], [0, 1, 4], Clock()))
    with pytest.raises(NotSimpleError):  # with numbers that are no floats
        list(walk([*square, [-(2**53) - 1, 0]], [*bounds, -(2**60)], [0, 1], Clock()))
    with pytest.raises(NotSimpleError):  # with more inequalities than there are bits
        list(walk(square * 16, bounds * 16, [0, 1], Clock()))


def test_too_many_equalities_are_left_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pyramid over a polygon, whose tip all sides share."""
    monkeypatch.setattr(edge_walk, "_FEW", 1)
    sides = [(3, 4), (4, 3), (5, 0), (4, -3), (3, -4), (0, -5), (-3, -4), (-5, 0), (0, 5)]
    rows = [[0, 0, 1], *([-x, -y, -5] for x, y in sides)]
    bounds = [0, *([-25] * len(sides))]
    found = by_description(rows, bounds)
    with pytest.raises(NotSimpleError):
        list(walk(rows, bounds, start_of(rows, found), Clock()))


def test_a_budget_that_has_ended() -> None:
    with pytest.raises(OutOfTimeError):
        list(walk([[1], [-1]], [0, -1], [0], Clock(0.0)))
