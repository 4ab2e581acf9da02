"""Lemke's algorithm for linear complementarity problems, in whole numbers or in floating point.

Find z ≥ 0 with w = M z + b ≥ 0 and z·w = 0. The artificial variable z₀ enters with a covering
vector; then the complement of what left enters, until z₀ leaves (Lemke 1965; Cottle, Pang and Stone
1992, algorithm 4.4.5). Ties are broken lexicographically, so that no basis comes twice. In whole
numbers every row shares one denominator, the last pivot (Bareiss), and nothing is ever rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lackmus.foundation import tolerances
from lackmus.solvers.budget import Clock


@dataclass(slots=True)
class _Tableau:
    """w = M z + d z₀ + b, solved for a basis.

    Attributes:
        table: Columns w (n), z (n), z₀, right side; objects that are whole numbers, or float64.
        basis: Variable of each row: 0 … n-1 are w, n … 2n-1 are z, 2n is z₀.
        divisor: The common denominator; 1 in floating point.
        exact: Whether numbers are whole.
    """

    table: NDArray[Any]
    basis: list[int]
    divisor: int
    exact: bool

    def pivot(self, row: int, column: int) -> int:
        """Lets a variable in; returns the one that leaves."""
        table = self.table
        pivot = table[row, column]
        factors = table[:, column].copy()
        if self.exact:
            kept = table[row].copy()
            busy = np.flatnonzero(factors)
            table *= pivot
            table[busy] -= np.outer(factors[busy], kept)
            table //= self.divisor
            table[row] = kept
            if pivot < 0:
                table *= -1
                pivot = -pivot
            self.divisor = pivot
        else:
            table[row] /= pivot
            factors[row] = 0.0
            table -= np.outer(factors, table[row])
        left, self.basis[row] = self.basis[row], column
        return left

    def leaving(self, column: int) -> int | None:
        """The row whose variable leaves when a column enters; None on a ray."""
        entries = self.table[:, column]
        least = 0 if self.exact else tolerances.PROBABILITY
        rows = np.flatnonzero(entries > least)
        if not len(rows):
            return None
        n = len(self.basis)
        artificial = [r for r in rows.tolist() if self.basis[r] == 2 * n]
        for key in (2 * n + 1, *range(n)):
            ratios = [self._ratio(self.table[r, key], entries[r]) for r in rows.tolist()]
            lowest = min(ratios)
            slack = 0 if self.exact else tolerances.PROBABILITY
            rows = rows[[x <= lowest + slack for x in ratios]]
            if key == 2 * n + 1 and artificial and artificial[0] in rows:
                return int(artificial[0])
            if len(rows) == 1:
                break
        return int(rows[0])

    def _ratio(self, above: Any, below: Any) -> Fraction | float:  # noqa: ANN401 (either number)
        return Fraction(above, below) if self.exact else float(above / below)


def lemke(
    matrix: NDArray[Any], bound: NDArray[Any], cover: NDArray[Any], clock: Clock, *, most: int
) -> list[int] | None:
    """The basis at which Lemke's algorithm ends.

    Args:
        matrix: M, of whole numbers as objects, or float64; shape (n, n).
        bound: b; some entry is negative.
        cover: Positive.
        clock: Ends the work when the budget does.
        most: Pivots after which to give up.

    Returns:
        The variable of each row, numbered as in `_Tableau`; None where the path ends on a ray or
        is too long.
    """
    n = len(bound)
    exact = matrix.dtype == object
    unit = np.eye(n, dtype=np.int64).astype(matrix.dtype)
    table = np.concatenate([unit, -matrix, -cover[:, None], bound[:, None]], axis=1)
    if exact:
        table = np.array([[int(x) for x in row] for row in table.tolist()], object)
    tableau = _Tableau(table, list(range(n)), 1, exact)
    entering, row = 2 * n, _first_row(bound, cover)
    for _ in range(most):
        clock.check()
        left = tableau.pivot(row, entering)
        if left == 2 * n:
            return tableau.basis
        entering = left + n if left < n else left - n
        found = tableau.leaving(entering)
        if found is None:
            return None
        row = found
    return None


def _first_row(bound: NDArray[Any], cover: NDArray[Any]) -> int:
    """The row that z₀ must enter so that all is feasible; the last of those that tie."""
    pairs = zip(bound.tolist(), cover.tolist(), strict=True)
    ratios = [Fraction(b) / Fraction(d) for b, d in pairs]
    return max(range(len(ratios)), key=lambda i: (-ratios[i], i))
