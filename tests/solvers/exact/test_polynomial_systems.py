"""Polynomial systems: points, families, and what is left open."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from lackmus.solvers.budget import Clock
from lackmus.solvers.exact.arithmetic import Ring, real_roots
from lackmus.solvers.exact.polynomial_systems import System, SystemSolutions, solve_system

F = Fraction


def solved(n: int, zero: list[Any], least: list[Any] | None = None) -> SystemSolutions:
    ring = Ring(n)
    v = [ring.variable(k) for k in range(n)]
    one = ring.constant(1)
    above = [p for x in v for p in (x, one - x)]
    return solve_system(
        System(ring, tuple(p(*v) for p in zero), tuple(p(*v) for p in least or []), tuple(above)),
        Clock(),
    )


def test_a_linear_equation() -> None:
    answer = solved(1, [lambda x: 3 * x - 1])
    assert [p.values for p in answer.solutions] == [(F(1, 3),)]
    assert answer.solutions[0].isolated
    assert not answer.open


def test_a_root_outside_is_none() -> None:
    answer = solved(1, [lambda x: x - 2])
    assert not answer.solutions
    assert not answer.open


def test_bilinear_equations() -> None:
    answer = solved(2, [lambda x, y: 2 * x * y - x, lambda x, y: 4 * x * y - y])
    assert [p.values for p in answer.solutions] == [(F(1, 4), F(1, 2))]


def test_an_irrational_root() -> None:
    answer = solved(2, [lambda x, y: 2 * x * y - 1, lambda x, y: x - y])
    (point,) = answer.solutions
    assert not point.exact
    assert float(point.values[0]) == pytest.approx(0.5**0.5)


def test_two_irrational_roots_are_told_apart_by_an_inequality() -> None:
    both = [lambda x: 8 * x * x - 8 * x + 1]
    assert len(solved(1, both).solutions) == 2
    (point,) = solved(1, both, [lambda x: 2 * x - 1]).solutions
    assert float(point.values[0]) > 0.5


def test_an_inequality_that_is_tight_at_an_irrational_root_holds() -> None:
    zero = [lambda x: 2 * x * x - 1]
    assert len(solved(1, zero, [lambda x: 2 * x * x - 1]).solutions) == 1
    assert len(solved(1, zero, [lambda x: 1 - 2 * x * x]).solutions) == 1


def test_a_family_is_given_by_its_inner_corners() -> None:
    answer = solved(1, [], [lambda x: 4 * x - 1])
    assert [p.values for p in answer.solutions] == [(F(1, 4),)]
    assert not answer.solutions[0].isolated
    assert answer.families == 1


def test_a_coefficient_may_vanish() -> None:
    """x (y − 1/2) = 0 and (y − 1/2) = 0 leave a line."""
    answer = solved(2, [lambda x, y: x * y * 2 - x, lambda _, y: 2 * y - 1])
    assert answer.families == 1
    assert not answer.open


def test_a_contradiction_is_closed() -> None:
    answer = solved(2, [lambda x, y: x * y + x + y])
    assert not answer.solutions
    assert not answer.open


def test_what_is_not_understood_is_open() -> None:
    answer = solved(2, [], [lambda x, y: 4 * x * x * y * y - x * x - y * y])
    assert answer.open == 1


def test_roots_are_ordered_and_rational_ones_known() -> None:
    """(x² − 2)(2x − 1)."""
    roots = real_roots([F(2), F(-4), F(-1), F(2)])
    assert [r.rational for r in roots] == [None, F(1, 2), None]
    assert [float(r) for r in roots] == pytest.approx([-(2**0.5), 0.5, 2**0.5])
    assert roots[0].sign([F(-2), F(0), F(1)]) == 0
    assert roots[2].sign([F(-1), F(1)]) == 1


def test_what_holds_at_an_irrational_point_only_is_found() -> None:
    """Conditions that touch zero there, or that pinch it between them."""
    conditions = (
        [lambda x: -((2 * x * x - 1) ** 2)],
        [lambda x: 2 * x * x - 1, lambda x: (1 - 2 * x * x) * (x + 1)],
    )
    for least in conditions:
        answer = solved(1, [], least)
        assert not answer.open
        assert not answer.families
        (point,) = answer.solutions
        assert point.isolated
        assert not point.exact
        assert float(point.values[0]) == pytest.approx(2**-0.5)
    assert not solved(1, [], [lambda x: -((2 * x * x - 1) ** 2) - x / 10**9]).solutions
