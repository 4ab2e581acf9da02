"""The one door to python-flint: linear systems, polynomials and algebraic numbers, all exact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from flint import arb, ctx, fmpq, fmpq_mat, fmpq_mpoly_ctx, fmpq_poly, fmpz_poly

#: A polynomial in a ring's variables with rational coefficients; supports + − × and equality.
Poly: TypeAlias = Any

#: Binary digits at which signs are first sought, and beyond which the search is given up.
_PRECISION = 128
_MOST_PRECISION = 1 << 16


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
    return [_fraction(x) for x in found.entries()]


def solution_of(
    rows: Sequence[Sequence[Fraction | int]], right: Sequence[Fraction | int]
) -> list[Fraction]:
    """The only solution of a linear system that has one; there may be more rows than unknowns."""
    width = len(rows[0])
    entries = [_flint(x) for row, r in zip(rows, right, strict=True) for x in (*row, r)]
    reduced, rank = fmpq_mat(len(rows), width + 1, entries).rref()
    if rank != width:
        raise ValueError("the system has not one solution")
    return [_fraction(reduced[i, width]) for i in range(width)]


def dot(row: Sequence[Fraction | int], column: Sequence[Fraction]) -> Fraction:
    """The sum of products."""
    return sum((x * y for x, y in zip(row, column, strict=True) if x and y), Fraction())


def inverse(rows: Sequence[Sequence[Fraction | int]]) -> list[list[Fraction]]:
    """The inverse of a square matrix.

    Raises:
        ZeroDivisionError: It has none.
    """
    n = len(rows)
    found = fmpq_mat(n, n, [_flint(x) for row in rows for x in row]).inv().entries()
    return [[_fraction(x) for x in found[i * n : (i + 1) * n]] for i in range(n)]


def _flint(x: Fraction | int) -> fmpq:
    return fmpq(x.numerator, x.denominator)


def _fraction(x: fmpq) -> Fraction:
    return Fraction(int(x.p), int(x.q))


class Ring:
    """Polynomials in n variables, numbered from 0."""

    def __init__(self, n: int) -> None:
        self.n = n
        self._context = fmpq_mpoly_ctx.get([f"v{i}" for i in range(max(n, 1))], "lex")
        self._variables = self._context.gens()

    def constant(self, x: Fraction | int) -> Poly:
        """A number as a polynomial."""
        return self._context.constant(_flint(x))

    def variable(self, k: int) -> Poly:
        """The k-th variable."""
        return self._variables[k]

    def coefficients(self, p: Poly, k: int) -> list[Poly]:
        """Coefficients of the powers of variable k, from the 0-th on."""
        split: list[dict[tuple[int, ...], fmpq]] = [{} for _ in range(p.degrees()[k] + 1)]
        for powers, value in p.to_dict().items():
            rest = (*powers[:k], 0, *powers[k + 1 :])
            split[powers[k]][rest] = value
        return [self._context.from_dict(part) for part in split]


def is_zero(p: Poly) -> bool:
    """Whether it is the zero polynomial."""
    return bool(p.is_zero())


def as_number(p: Poly) -> Fraction | None:
    """The number that a constant polynomial is; None where it is none."""
    if not p.is_constant():
        return None
    return next((_fraction(value) for value in p.to_dict().values()), Fraction())


def terms(p: Poly) -> Iterator[tuple[tuple[int, ...], Fraction]]:
    """Exponents and coefficients."""
    return ((tuple(map(int, powers)), _fraction(value)) for powers, value in p.to_dict().items())


def variables_of(p: Poly) -> tuple[int, ...]:
    """Variables that occur."""
    return tuple(k for k, degree in enumerate(p.degrees()) if degree > 0)


def factors(p: Poly) -> list[Poly]:
    """Irreducible factors that are no constants, each once."""
    return [factor for factor, _ in p.factor()[1]]


def evaluate(p: Poly, point: Sequence[Fraction]) -> Fraction:
    """Value at a point."""
    total = Fraction()
    for powers, value in terms(p):
        product = value
        for x, power in zip(point, powers, strict=False):
            if power:
                product *= x**power
        total += product
    return total


def dense(p: Poly, k: int) -> list[Fraction]:
    """Coefficients of a polynomial in variable k alone, from the constant on."""
    result = [Fraction()] * (int(p.degrees()[k]) + 1)
    for powers, value in terms(p):
        result[powers[k]] = value
    return result


def common_divisor(rows: Sequence[Sequence[Fraction]]) -> list[Fraction]:
    """The greatest common divisor of polynomials in one variable."""
    result = fmpq_poly([])
    for row in rows:
        result = result.gcd(_univariate(row))
    return [_fraction(x) for x in result.coeffs()]


def _univariate(row: Sequence[Fraction]) -> fmpq_poly:
    return fmpq_poly([_flint(x) for x in row])


@dataclass(frozen=True, slots=True, eq=False)
class Root:
    """A real root of an irreducible polynomial with integer coefficients.

    Attributes:
        polynomial: The polynomial.
        place: Which of its real roots, in ascending order.
        rational: The root where it is rational, else None.
    """

    polynomial: fmpz_poly
    place: int
    rational: Fraction | None

    def ball(self, precision: int) -> arb:
        """A ball that contains this root and no other of the polynomial."""
        with _precision(precision):
            return _real_roots(self.polynomial)[self.place]

    def __float__(self) -> float:
        if self.rational is not None:
            return float(self.rational)
        return float(self.ball(_PRECISION))

    def sign(self, row: Sequence[Fraction]) -> int:
        """Sign of another polynomial at this root; exact."""
        rest = _univariate(row) % fmpq_poly(self.polynomial)
        if not rest.coeffs():
            return 0
        precision = _PRECISION
        while precision <= _MOST_PRECISION:
            ball = self.ball(precision)
            with _precision(precision):
                value = _at_ball(rest, ball)
                if value > 0:
                    return 1
                if value < 0:
                    return -1
            precision *= 2
        raise ArithmeticError("a sign was not settled")

    def value(self, row: Sequence[Fraction]) -> float:
        """Value of another polynomial at this root."""
        with _precision(_PRECISION):
            return float(_at_ball(_univariate(row), self.ball(_PRECISION)))


def real_roots(row: Sequence[Fraction]) -> list[Root]:
    """All real roots of a polynomial in one variable, in ascending order."""
    polynomial = _univariate(row)
    roots = []
    for factor, _ in polynomial.numer().factor()[1]:
        if factor.degree() == 1:
            roots.append(Root(factor, 0, Fraction(-int(factor[0]), int(factor[1]))))
        elif factor.degree() > 1:
            count = len(_real_roots(factor))
            roots += [Root(factor, place, None) for place in range(count)]
    return sorted(roots, key=float)


def _real_roots(polynomial: fmpz_poly) -> list[arb]:
    found: Any = polynomial.complex_roots()
    balls = [root.real for root, _ in found if root.imag == 0]
    return sorted(balls, key=lambda ball: float(ball.mid()))


def _at_ball(polynomial: fmpq_poly, ball: arb) -> arb:
    total = arb(0)
    for x in reversed(polynomial.coeffs()):
        total = total * ball + arb(x)
    return total


class _precision:  # noqa: N801 (a context manager reads as a verb)
    """Sets flint's working precision for a while."""

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def __enter__(self) -> None:
        self.before = ctx.prec
        ctx.prec = self.bits

    def __exit__(self, *_: object) -> None:
        ctx.prec = self.before
