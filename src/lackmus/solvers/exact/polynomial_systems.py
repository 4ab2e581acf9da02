"""Polynomial equations and inequalities in a few probabilities, solved exactly where they can be.

Unknowns lie between 0 and 1, strictly. Equations are factored; an equation that is linear in an
unknown, as the indifference conditions of a game all are at first, is solved for it, with a case
for each sign of the coefficient; what remains in one unknown has its real roots isolated. Every
case ends in one of four ways: contradiction, points (rational, or one algebraic number from which
the rest follows), a polytope, whose corners are given, or *open*, where nothing was proven.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise, product

from lackmus.solvers.budget import Clock
from lackmus.solvers.exact.arithmetic import (
    Poly,
    Ring,
    Root,
    as_number,
    common_divisor,
    dense,
    evaluate,
    factors,
    is_zero,
    real_roots,
    terms,
    variables_of,
)
from lackmus.solvers.exact.vertices import vertices

#: Unknowns up to which a polynomial is bounded by its values at the corners of the cube.
_MOST_CORNERS = 10


@dataclass(frozen=True, slots=True)
class SystemSolution:
    """A solution.

    Attributes:
        values: Value of each unknown; fractions where `exact`.
        exact: Whether the values are fractions.
        isolated: Whether no other solution of its case is near; else a corner of a family.
    """

    values: tuple[Fraction, ...]
    exact: bool
    isolated: bool


@dataclass(slots=True)
class SystemSolutions:
    """What was found.

    Attributes:
        solutions: Solutions: isolated ones, and corners of families that lie strictly inside.
        open: Cases in which nothing was proven.
        families: Cases with infinitely many solutions.
    """

    solutions: list[SystemSolution] = field(default_factory=list)
    open: int = 0
    families: int = 0


@dataclass(frozen=True, slots=True)
class System:
    """A case.

    Attributes:
        ring: Of the unknowns.
        zero: Polynomials that must vanish.
        least: Polynomials that must not be negative.
        above: Polynomials that must be positive.
        solved: Unknowns eliminated, first ones first, each a ratio of polynomials in later ones.
    """

    ring: Ring
    zero: tuple[Poly, ...]
    least: tuple[Poly, ...]
    above: tuple[Poly, ...]
    solved: tuple[tuple[int, Poly, Poly], ...] = ()

    @property
    def free(self) -> tuple[int, ...]:
        """Unknowns not eliminated."""
        gone = {k for k, _, _ in self.solved}
        return tuple(k for k in range(self.ring.n) if k not in gone)


def solve_system(system: System, clock: Clock) -> SystemSolutions:
    """All solutions, as far as they can be proven.

    Raises:
        OutOfTimeError: The budget has ended.
    """
    answer = SystemSolutions()
    cases = [system]
    while cases:
        clock.check()
        case = _reduced(cases.pop())
        if case is None:
            continue
        if not case.zero:
            _settle_inequalities(case, answer)
            continue
        split = _split(case)
        if split is None:
            _settle_roots(case, answer)
        else:
            cases += split
    return answer


def _reduced(case: System) -> System | None:
    """The case without what always holds; None where something never does."""
    above = []
    for p in case.above:
        low, high = range_of(p)
        if high is not None and high <= 0:
            return None
        if low is None or low <= 0:
            above.append(p)
    least = []
    for p in case.least:
        low, high = range_of(p)
        if high is not None and (high < 0 or (high == 0 and low is not None and low < 0)):
            return None
        if low is None or low < 0:
            least.append(p)
    zero = []
    for p in case.zero:
        if is_zero(p):
            continue
        low, high = range_of(p)
        if (low is not None and low >= 0) or (high is not None and high <= 0):
            return None
        zero.append(p)
    return replace(case, zero=tuple(zero), least=tuple(least), above=tuple(_once(above)))


def _once(polys: list[Poly]) -> list[Poly]:
    kept: list[Poly] = []
    for p in polys:
        if not any(p == q for q in kept):
            kept.append(p)
    return kept


def range_of(p: Poly) -> tuple[Fraction | None, Fraction | None]:
    """Least and greatest value on the cube where the corners tell; a bound strictly inside it.

    A polynomial of degree at most one in each unknown takes its extremes at the corners. Inside
    the cube it is strictly between them unless it is constant.
    """
    number = as_number(p)
    if number is not None:
        return number, number
    used = variables_of(p)
    if len(used) > _MOST_CORNERS or max(p.degrees()) > 1:
        values = [value for _, value in terms(p)]
        low = Fraction() if min(values) >= 0 else None
        high = Fraction() if max(values) <= 0 else None
        return low, high
    rows = [
        ([used.index(k) for k, e in enumerate(powers) if e], value) for powers, value in terms(p)
    ]
    values = [
        sum((value for places, value in rows if all(corner[i] for i in places)), Fraction())
        for corner in product((0, 1), repeat=len(used))
    ]
    return min(values), max(values)


def _split(case: System) -> list[System] | None:
    """Cases that together are this one, each nearer to its end; None where no step is known."""
    for place, p in enumerate(case.zero):
        parts = factors(p)
        if len(parts) > 1 or parts[0] != p:
            rest = case.zero[:place] + case.zero[place + 1 :]
            reduced = [replace(case, zero=(*rest, part)) for part in parts]
            return reduced if len(parts) > 1 else _split_linear(reduced[0])
    return _split_linear(case)


def _split_linear(case: System) -> list[System] | None:
    """Solves an equation for an unknown in which it is linear; the simplest coefficient first."""
    best: tuple[int, int, int] | None = None
    for place, p in enumerate(case.zero):
        for k in variables_of(p):
            if p.degrees()[k] != 1:
                continue
            coefficient = case.ring.coefficients(p, k)[1]
            cost = len(list(terms(coefficient))) if as_number(coefficient) is None else 0
            if best is None or (cost, len(list(terms(p)))) < best[:2]:
                best = (cost, len(list(terms(p))), place * case.ring.n + k)
    if best is None:
        return None
    place, k = divmod(best[2], case.ring.n)
    rest = case.zero[:place] + case.zero[place + 1 :]
    constant, coefficient = case.ring.coefficients(case.zero[place], k)
    number = as_number(coefficient)
    bare = replace(case, zero=rest)
    if number is not None:
        return [_eliminated(bare, k, -constant, coefficient, 1 if number > 0 else -1)]
    return [
        replace(case, zero=(*rest, coefficient, constant)),
        _eliminated(replace(bare, above=(*case.above, coefficient)), k, -constant, coefficient, 1),
        _eliminated(
            replace(bare, above=(*case.above, -coefficient)), k, -constant, coefficient, -1
        ),
    ]


def _eliminated(case: System, k: int, above: Poly, below: Poly, sign: int) -> System:
    """The case with unknown k replaced by above / below, whose denominator has this sign."""
    if sign < 0:
        above, below = -above, -below

    def replaced(p: Poly) -> Poly:
        parts = case.ring.coefficients(p, k)
        degree = len(parts) - 1
        total = parts[0] * below**degree
        for power in range(1, degree + 1):
            total = total + parts[power] * above**power * below ** (degree - power)
        return total

    return System(
        case.ring,
        tuple(map(replaced, case.zero)),
        tuple(map(replaced, case.least)),
        tuple(map(replaced, case.above)),
        (*case.solved, (k, above, below)),
    )


def _settle_roots(case: System, answer: SystemSolutions) -> None:
    """Points of a case whose equations are all in one unknown, and nothing else is free."""
    used = {k for p in case.zero for k in variables_of(p)}
    if len(used) != 1 or set(case.free) != used:
        answer.open += 1
        return
    (k,) = used
    for root in real_roots(common_divisor([dense(p, k) for p in case.zero])):
        if not 0 < float(root) < 1:
            continue
        if root.rational is not None:
            values = [Fraction()] * case.ring.n
            values[k] = root.rational
            if _holds(case, values):
                answer.solutions.append(
                    SystemSolution(_filled(case, values), exact=True, isolated=True)
                )
        elif _holds_at(case, k, root):
            answer.solutions.append(_algebraic(case, k, root))


def _holds(case: System, values: list[Fraction]) -> bool:
    return all(evaluate(p, values) >= 0 for p in case.least) and all(
        evaluate(p, values) > 0 for p in case.above
    )


def _holds_at(case: System, k: int, root: Root) -> bool:
    return all(root.sign(dense(p, k)) >= 0 for p in case.least) and all(
        root.sign(dense(p, k)) > 0 for p in case.above
    )


def _filled(case: System, values: list[Fraction]) -> tuple[Fraction, ...]:
    """All unknowns, given those that are free."""
    for k, above, below in reversed(case.solved):
        values[k] = evaluate(above, values) / evaluate(below, values)
    return tuple(values)


def _algebraic(case: System, k: int, root: Root) -> SystemSolution:
    """The point at an irrational root; later unknowns are ratios of polynomials in it."""
    values = [Fraction()] * case.ring.n
    values[k] = Fraction(float(root))
    return SystemSolution(_filled(case, values), exact=False, isolated=True)


def _settle_inequalities(case: System, answer: SystemSolutions) -> None:
    """Points of a case without equations."""
    free = case.free
    if not free:
        values = [Fraction()] * case.ring.n
        if _holds(case, values):
            answer.solutions.append(
                SystemSolution(_filled(case, values), exact=True, isolated=True)
            )
        return
    conditions = [*case.least, *case.above]
    if any(sum(powers) > 1 for p in conditions for powers, _ in terms(p)):
        if len(free) == 1:
            _settle_line(case, free[0], answer)
        else:
            _settle_open(case, answer)
        return
    corners = list(_corners(case, free))
    if not corners:
        return
    middle = [Fraction()] * case.ring.n
    for k in free:
        middle[k] = sum((corner[k] for corner in corners), Fraction()) / len(corners)
    if not all(evaluate(p, middle) > 0 for p in case.above):
        return
    answer.families += len(corners) > 1
    for corner in corners:
        if _holds(case, corner):
            answer.solutions.append(
                SystemSolution(_filled(case, corner), exact=True, isolated=len(corners) == 1)
            )


def _corners(case: System, free: tuple[int, ...]) -> Iterator[list[Fraction]]:
    """Corners of the closed polytope of the linear conditions, within the unit cube."""
    rows, bounds = [], []
    for p in (*case.least, *case.above):
        flat = dict(terms(p))
        units = [tuple(int(j == k) for j in range(case.ring.n)) for k in free]
        rows.append([flat.get(unit, Fraction()) for unit in units])
        bounds.append(-flat.get((0,) * case.ring.n, Fraction()))
    for place in range(len(free)):
        unit_row = [Fraction(int(j == place)) for j in range(len(free))]
        rows += [unit_row, [-x for x in unit_row]]
        bounds += [Fraction(), Fraction(-1)]
    for vertex in vertices(rows, bounds, Clock()):
        values = [Fraction()] * case.ring.n
        for k, x in zip(free, vertex.point, strict=True):
            values[k] = x
        yield values


def _settle_line(case: System, k: int, answer: SystemSolutions) -> None:
    """Conditions in one unknown: its line is cut at their roots, and each piece is tried."""
    cuts = {Fraction(0), Fraction(1)}
    exact: set[Fraction] = set()
    algebraic: dict[Fraction, Root] = {}
    for p in (*case.least, *case.above):
        for root in real_roots(dense(p, k)) if variables_of(p) else []:
            if 0 < float(root) < 1:
                cuts.add(Fraction(float(root)) if root.rational is None else root.rational)
                if root.rational is not None:
                    exact.add(root.rational)
                else:
                    algebraic[Fraction(float(root))] = root
    inside, touched = set(), set()
    for a, b in pairwise(sorted(cuts)):
        if _holds(case, _only(case, k, (a + b) / 2)):
            touched |= {a, b}
            ends = {x for x in (a, b) if x in exact and _holds(case, _only(case, k, x))}
            inside |= ends or {(a + b) / 2}
    inside |= {x for x in exact if _holds(case, _only(case, k, x))}
    answer.families += bool(inside)
    for x in sorted(inside):
        answer.solutions.append(
            SystemSolution(_filled(case, _only(case, k, x)), exact=True, isolated=False)
        )
    for x, root in sorted(algebraic.items()):
        if x not in touched and _holds_at(case, k, root):
            answer.solutions.append(_algebraic(case, k, root))


def _only(case: System, k: int, x: Fraction) -> list[Fraction]:
    values = [Fraction()] * case.ring.n
    values[k] = x
    return values


def _settle_open(case: System, answer: SystemSolutions) -> None:
    """Conditions that are not linear in several unknowns: an example is tried, nothing proven."""
    answer.open += 1
    for x in (Fraction(1, 2), Fraction(1, 4), Fraction(3, 4)):
        values = [x] * case.ring.n
        if _holds(case, values):
            answer.solutions.append(
                SystemSolution(_filled(case, values), exact=True, isolated=False)
            )
            return
