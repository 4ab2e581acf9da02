"""Vertices of polyhedra, against brute force over bases."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import some

from lackmus.solvers.budget import Clock, OutOfTimeError
from lackmus.solvers.exact.arithmetic import solve_exactly
from lackmus.solvers.exact.vertices import vertices

F = Fraction


def by_bases(rows: list[list[int]], bounds: list[int]) -> set[tuple[Fraction, ...]]:
    found = set()
    n = len(rows[0])
    for basis in combinations(range(len(rows)), n):
        point = solve_exactly([rows[i] for i in basis], [bounds[i] for i in basis])
        if point is not None and all(
            sum(c * x for c, x in zip(row, point, strict=True)) >= b
            for row, b in zip(rows, bounds, strict=True)
        ):
            found.add(tuple(point))
    return found


@settings(max_examples=some(60), deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(0, 5), st.sampled_from([1, 9]))
def test_the_same_as_by_bases(seed: int, n: int, extra: int, highest: int) -> None:
    rng = np.random.default_rng(seed)
    rows = [
        *np.eye(n, dtype=int).tolist(),
        *rng.integers(-highest, highest + 1, (extra, n)).tolist(),
    ]
    bounds = [*([0] * n), *rng.integers(-highest, highest + 1, extra).tolist()]
    found = vertices(rows, bounds, Clock())
    assert {v.point for v in found} == by_bases(rows, bounds)
    assert len(found) == len({v.point for v in found})
    for v in found:
        for i, (row, b) in enumerate(zip(rows, bounds, strict=True)):
            tight = sum(c * x for c, x in zip(row, v.point, strict=True)) == b
            assert bool(v.tight >> i & 1) == tight


@pytest.mark.parametrize("n", [1, 3, 6])
def test_a_cube(n: int) -> None:
    eye = np.eye(n, dtype=int)
    found = vertices([*eye.tolist(), *(-eye).tolist()], [0] * n + [-1] * n, Clock())
    assert len(found) == 2**n


def test_an_empty_polyhedron_has_none() -> None:
    assert vertices([[1], [-1]], [1, 0], Clock()) == []


def test_a_line_is_refused() -> None:
    with pytest.raises(ValueError, match="line"):
        vertices([[1, 0]], [0], Clock())


def test_a_budget_ends_the_work() -> None:
    eye = np.eye(14, dtype=int)
    with pytest.raises(OutOfTimeError):
        vertices([*eye.tolist(), *(-eye).tolist()], [0] * 14 + [-1] * 14, Clock(0.01))
