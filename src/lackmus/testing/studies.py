"""Studies with known answers, in place of a case: margins as formulas of the assumptions.

For tests of sweeps and engines, Lackmus' own and a user's. All functions are of the module's top
level, so that a study travels to a worker.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from lackmus.case.syntax import Assumption, Correlation
from lackmus.foundation.arrays import Bools, Floats, Ints
from lackmus.foundation.distributions import Distribution
from lackmus.foundation.outcomes import (
    CANNOT_BE_ASKED,
    ERROR,
    FAILS,
    HOLDS,
    SOLVED,
    UNSOLVED,
)
from lackmus.sweep.study import Outcomes


def uniform(name: str, low: float, high: float, value: float | None = None) -> Assumption:
    """An assumption uniform between two ends; its base value is their middle, if unsaid."""
    base = (low + high) / 2 if value is None else value
    ends = (Fraction(low), Fraction(high))
    return Assumption(name, Fraction(base), Distribution("uniform", ends))


def choice(name: str, values: tuple[float, ...], value: float) -> Assumption:
    """An assumption that takes listed values, equally likely."""
    listed = tuple(Fraction(v) for v in values)
    return Assumption(name, Fraction(value), Distribution("choice", listed))


@dataclass(frozen=True, slots=True)
class Formula:
    """A study whose claims hold where a formula is positive.

    Attributes:
        assumptions: The columns of the points.
        formulas: Margins as functions of the points, (D, K) to (D,); NaN where undefined.
        correlations: Rank correlations.
        label: What its digest is made of.
    """

    assumptions: tuple[Assumption, ...]
    formulas: tuple[Callable[[Floats], Floats], ...]
    correlations: tuple[Correlation, ...] = ()
    label: str = "formula"

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims are c0, c1, …, one a formula."""
        return tuple(f"c{k}" for k in range(len(self.formulas)))

    @property
    def digest(self) -> str:
        """SHA-256 of the label."""
        return hashlib.sha256(self.label.encode()).hexdigest()

    def run(self, points: Floats, *, threads: int = 1, claims: Ints | None = None) -> Outcomes:
        """The formulas' values at the points, all on one thread whatever is asked."""
        del threads, claims
        margins = np.column_stack([formula(points) for formula in self.formulas])
        return outcomes(margins)


def outcomes(margins: Floats, failed: Bools | None = None) -> Outcomes:
    """The outcomes that belong to margins, shape (D, Q), and to failed draws, shape (D,).

    A margin of NaN is a claim that cannot be asked.
    """
    holds = np.where(margins > 0, HOLDS, FAILS).astype(np.int8)
    holds[np.isnan(margins)] = CANNOT_BE_ASKED
    none = np.zeros(len(margins), dtype=np.bool_) if failed is None else failed
    holds[none] = UNSOLVED
    why = np.where(holds == UNSOLVED, ERROR, SOLVED).astype(np.int8)
    zero = np.zeros(len(margins))
    shown = np.where(holds == UNSOLVED, np.nan, margins)
    unmet = np.zeros_like(none)
    return Outcomes(shown, holds, why, none, unmet, unmet, zero, zero)


def ishigami(points: Floats) -> Floats:
    """Ishigami and Homma (1990) with a = 7, b = 0.1."""
    x1, x2, x3 = points.T[:3]
    value: Floats = np.sin(x1) + 7.0 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1)
    return value


#: First and total indices of Ishigami's function (Saltelli et al. 2008, section 4.3).
ISHIGAMI_FIRST = (0.3139, 0.4424, 0.0)
ISHIGAMI_TOTAL = (0.5576, 0.4424, 0.2437)

G_WEIGHTS = (0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0)


def g_function(points: Floats) -> Floats:
    """The function of Sobol' (1993) with Saltelli's weights."""
    weights = np.array(G_WEIGHTS)
    product: Floats = np.prod((np.abs(4.0 * points - 2.0) + weights) / (1.0 + weights), axis=1)
    return product


def g_indices() -> tuple[Floats, Floats]:
    """First and total indices in closed form: V_i = 1 / (3 (1 + a_i)^2)."""
    parts = 1.0 / (3.0 * (1.0 + np.array(G_WEIGHTS)) ** 2)
    variance = np.prod(1.0 + parts) - 1.0
    return parts / variance, parts * np.prod(1.0 + parts) / (1.0 + parts) / variance


def ishigami_study() -> Formula:
    """Ishigami's function of x1 to x3, and an x4 that does nothing."""
    names = tuple(uniform(f"x{k}", -np.pi, np.pi) for k in (1, 2, 3, 4))
    return Formula(names, (ishigami,), label="ishigami")


def g_study() -> Formula:
    """The function of Sobol' in eight assumptions, of which four hardly matter."""
    names = tuple(uniform(f"x{k}", 0.0, 1.0) for k in range(1, len(G_WEIGHTS) + 1))
    return Formula(names, (g_function,), label="g")
