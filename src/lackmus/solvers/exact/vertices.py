"""Vertices of a polyhedron, in whole numbers: the double description method.

The polyhedron {z : A z ≥ b} is the slice t = 1 of the cone {(t, z) : A z − b t ≥ 0, t ≥ 0}. The
cone's extreme rays are kept while its inequalities are taken one by one: rays on the wrong side go,
and each edge that joins a ray on the right side to one on the wrong side is cut (Motzkin, Raiffa,
Thompson and Thrall 1953; Fukuda and Prodon 1996). Two rays are joined by an edge where no third
one satisfies all the equalities that they share, so that degenerate polyhedra need no care.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from lackmus.solvers.budget import Clock


@dataclass(frozen=True, slots=True)
class Vertex:
    """A vertex.

    Attributes:
        point: Its coordinates.
        tight: Bit i is set where inequality i holds with equality.
    """

    point: tuple[Fraction, ...]
    tight: int


@dataclass(frozen=True, slots=True)
class _Ray:
    """A ray: its coordinates, then the left sides of all inequalities there."""

    numbers: list[int]
    tight: int


def vertices(
    rows: Sequence[Sequence[Fraction | int]],
    bounds: Sequence[Fraction | int],
    clock: Clock,
) -> list[Vertex]:
    """All vertices of {z : rows · z ≥ bounds}, which must contain no line.

    Args:
        rows: Left sides; at least as many independent ones as there are coordinates.
        bounds: Right sides.
        clock: Ends the work when the budget does.

    Raises:
        OutOfTimeError: The budget has ended.
    """
    cone: list[list[Fraction | int]] = [[-b, *row] for row, b in zip(rows, bounds, strict=True)]
    dimension = len(cone[0]) if cone else 1
    cone.append([1, *(0 for _ in range(dimension - 1))])
    rays = _rays([whole(row) for row in cone], dimension, clock)
    kept = (1 << len(rows)) - 1
    return [
        Vertex(
            tuple(Fraction(x, ray.numbers[0]) for x in ray.numbers[1:dimension]), ray.tight & kept
        )
        for ray in rays
        if ray.numbers[0]
    ]


def whole(row: Sequence[Fraction | int]) -> list[int]:
    """The row in the smallest multiple of itself that has whole numbers alone."""
    scale = lcm(*(Fraction(x).denominator for x in row))
    return [int(x * scale) for x in row]


def _rays(rows: list[list[int]], dimension: int, clock: Clock) -> list[_Ray]:
    """Extreme rays of the cone {z : rows · z ≥ 0}."""
    basis, columns = _independent(rows, dimension)
    rays = []
    for place, column in zip(basis, columns, strict=True):
        numbers = column + [sum(map(int.__mul__, row, column)) for row in rows]
        tight = sum(1 << i for i in basis if i != place)
        rays.append(_Ray(_reduced(numbers), tight))
    waiting = [i for i in range(len(rows)) if i not in set(basis)]
    while waiting:
        clock.check()
        at = _next(rays, waiting, dimension)
        waiting.remove(at)
        rays = _cut(rays, at, dimension, clock)
    return rays


def _next(rays: list[_Ray], waiting: list[int], dimension: int) -> int:
    """The inequality that cuts the fewest pairs of rays."""

    def pairs(i: int) -> int:
        values = [ray.numbers[dimension + i] for ray in rays]
        below = sum(v < 0 for v in values)
        return below * sum(v > 0 for v in values)

    return min(waiting, key=pairs)


def _cut(rays: list[_Ray], at: int, dimension: int, clock: Clock) -> list[_Ray]:
    """The rays once inequality `at` is taken."""
    place, bit = dimension + at, 1 << at
    above, below, kept = [], [], []
    for ray in rays:
        value = ray.numbers[place]
        if value < 0:
            below.append(ray)
        elif value > 0:
            above.append(ray)
            kept.append(ray)
        else:
            kept.append(_Ray(ray.numbers, ray.tight | bit))
    if not below:
        return kept
    tights = [ray.tight for ray in rays]
    for low in below:
        clock.check()
        weight = -low.numbers[place]
        for high in above:
            common = low.tight & high.tight
            if common.bit_count() >= dimension - 2 and _joined(common, tights):
                lift = high.numbers[place]
                numbers = [
                    weight * h + lift * n for h, n in zip(high.numbers, low.numbers, strict=True)
                ]
                kept.append(_Ray(_reduced(numbers), common | bit))
    return kept


def _joined(common: int, tights: list[int]) -> bool:
    """Whether only two rays satisfy these equalities."""
    count = 0
    for tight in tights:
        if tight & common == common:
            count += 1
            if count > 2:
                return False
    return True


def _reduced(numbers: list[int]) -> list[int]:
    divisor = gcd(*numbers)
    return [x // divisor for x in numbers] if divisor > 1 else numbers


def _independent(rows: list[list[int]], dimension: int) -> tuple[list[int], list[list[int]]]:
    """The first independent rows, and the columns of their inverse as whole numbers.

    Raises:
        ValueError: The rows do not span the space.
    """
    basis: list[int] = []
    # Each reduced row: its pivot column, its entries, and how it combines the chosen rows.
    reduced: list[tuple[int, list[Fraction], list[Fraction]]] = []
    for place, row in enumerate(rows):
        left = list(map(Fraction, row))
        right = [Fraction()] * dimension
        if len(basis) < dimension:
            right[len(basis)] = Fraction(1)
        for pivot, other, combined in reduced:
            if left[pivot]:
                factor = left[pivot]
                left = [x - factor * y for x, y in zip(left, other, strict=True)]
                right = [x - factor * y for x, y in zip(right, combined, strict=True)]
        pivot = next((i for i, x in enumerate(left) if x), -1)
        if pivot < 0:
            continue
        scale = left[pivot]
        left, right = [x / scale for x in left], [x / scale for x in right]
        for i, (p, other, combined) in enumerate(reduced):
            if other[pivot]:
                f = other[pivot]
                reduced[i] = (
                    p,
                    [x - f * y for x, y in zip(other, left, strict=True)],
                    [x - f * y for x, y in zip(combined, right, strict=True)],
                )
        reduced.append((pivot, left, right))
        basis.append(place)
        if len(basis) == dimension:
            break
    if len(basis) < dimension:
        raise ValueError("the inequalities leave a line free")
    inverse = {pivot: combined for pivot, _, combined in reduced}
    columns = [whole([inverse[i][j] for i in range(dimension)]) for j in range(dimension)]
    return basis, columns
