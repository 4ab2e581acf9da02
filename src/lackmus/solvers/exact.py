"""The one door to python-flint: exact linear systems and polynomials."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq, fmpq_mat


def solve_exactly(
    rows: Sequence[Sequence[Fraction | int]], right: Sequence[Fraction | int]
) -> list[Fraction] | None:
    """The solution of a square linear system; None where it is singular."""
    n = len(right)
    matrix = fmpq_mat(n, n, [_flint(x) for row in rows for x in row])
    column = fmpq_mat(n, 1, [_flint(x) for x in right])
    try:
        found = matrix.solve(column)
    except ZeroDivisionError:
        return None
    return [Fraction(int(x.p), int(x.q)) for x in found.entries()]


def _flint(x: Fraction | int) -> fmpq:
    return fmpq(x.numerator, x.denominator)
