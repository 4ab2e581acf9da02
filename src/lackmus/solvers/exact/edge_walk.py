"""Vertices of a polyhedron that is simple but for a few of them, met by walking along its edges.

A polyhedron {z : A z ≥ b} is simple where each vertex satisfies as many inequalities with equality
as it has coordinates, and no more. Each of these, let go, leads along an edge to one other vertex
or to none, and by such steps every vertex is reached from every other, as the simplex method shows
(Balinski 1961, On the graph structure of convex polyhedra in n-space, Pacific Journal of
Mathematics 11). There are as many steps as edges, where the double description method of `vertices`
weighs rays against all others. Where a vertex has more equalities, the inequality of number i is
thought to be wider by the i-th power of an infinitely small number, which parts it into several,
each with as many as it has coordinates (Dantzig, Orden and Wolfe 1955, The generalized simplex
method, Pacific Journal of Mathematics 5).

Many vertices are looked at together, in floating point with bounds on its errors: for an inverse R
of B that is but nearly one, B⁻¹ − R = (I − E)⁻¹ E R with E = I − R B, where that has a norm below 1
(Rump 2010, Verification methods, Acta Numerica 19, section 10). What the bounds leave open, whether
one more inequality is an equality or which one an edge ends at, is decided in fractions. So nothing
in the list is rounded, and nothing is missing from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lackmus.foundation.arrays import Bools, Floats
from lackmus.foundation.tolerances import UNIT
from lackmus.solvers.budget import Clock
from lackmus.solvers.exact.arithmetic import dot, inverse
from lackmus.solvers.exact.vertices import whole

#: Vertices that are looked at together; more would only fill memory.
_TOGETHER: Final = 2048

#: Inequalities that a bit each has room for.
_MOST_ROWS: Final = 62

#: Whole numbers up to this are floats.
_LARGEST: Final = 2**53

#: By how much a bound is taken too large, for what rounding does to the bound itself.
_SAFE: Final = 2.0

#: Vertices that are decided in fractions at most: some, and a share of all that were looked at.
_FEW: Final = 200
_SHARE: Final = 0.05

#: How the numbers of inequalities are kept for those that wait.
_STORED: Final = np.int8

_Bases: TypeAlias = NDArray[np.signedinteger]


class NotSimpleError(Exception):
    """Too many vertices satisfy more equalities, or numbers are too large: this is no way to go."""


def walk(
    rows: Sequence[Sequence[Fraction | int]],
    bounds: Sequence[Fraction | int],
    start: Sequence[int],
    clock: Clock,
) -> Iterator[int]:
    """The vertices of {z : rows · z ≥ bounds}, which must contain no line.

    Args:
        rows: Left sides.
        bounds: Right sides.
        start: The inequalities that one vertex satisfies with equality.
        clock: Ends the work when the budget does.

    Yields:
        Of each vertex the inequalities that it satisfies with equality: bit i is inequality i. One
        that has more of them than coordinates may come several times.

    Raises:
        NotSimpleError: The start has more of them, or one vertex in twenty has, or numbers are too
            large for floats. What was met before are vertices all the same.
        OutOfTimeError: The budget has ended.
    """
    polyhedron = _Polyhedron(rows, bounds)
    bits = np.left_shift(1, np.arange(len(rows), dtype=np.int64))
    if len(start) != polyhedron.dimension:
        raise NotSimpleError
    waiting = [np.array([start], np.int64)]
    known = {int(bits[waiting[0]].sum())}
    while waiting:
        clock.check()
        bases = waiting.pop()
        if len(bases) > _TOGETHER:
            waiting.append(bases[_TOGETHER:])
            bases = bases[:_TOGETHER]
        ends, more = polyhedron.ends(bases)
        here = bits[bases].sum(axis=1)
        yield from (here + more).tolist()
        at, gone = np.nonzero(ends >= 0)
        come = ends[at, gone]
        keys, first = np.unique(here[at] - bits[bases[at, gone]] + bits[come], return_index=True)
        new = np.array([key not in known for key in keys.tolist()], np.bool_)
        known.update(keys[new].tolist())
        first = first[new]
        beyond = bases[at[first]]
        beyond[np.arange(len(first)), gone[first]] = come[first]
        if len(beyond):
            waiting.append(beyond.astype(_STORED))


class _Polyhedron:
    """{z : A z ≥ b} in whole numbers, and in floats that are these but for powers of two."""

    def __init__(
        self, rows: Sequence[Sequence[Fraction | int]], bounds: Sequence[Fraction | int]
    ) -> None:
        scaled = [whole([bound, *row]) for row, bound in zip(rows, bounds, strict=True)]
        if len(scaled) > _MOST_ROWS or any(abs(x) > _LARGEST for row in scaled for x in row):
            raise NotSimpleError
        self._rows = [row[1:] for row in scaled]
        self._bounds = [row[0] for row in scaled]
        sides = _balanced(np.array(scaled, np.float64))
        self._left, self._right = sides[:, 1:], sides[:, 0]
        self._sums = np.abs(self._left).sum(axis=1)
        self.dimension = self._left.shape[1]
        self._rounding = _SAFE * (self.dimension + 2) * UNIT
        self._looked = self._exactly = 0

    def ends(self, bases: _Bases) -> tuple[_Bases, _Bases]:
        """Where the edges from some vertices end.

        Args:
            bases: Inequalities that each vertex satisfies with equality; shape (V, d).

        Returns:
            The inequality at which the edge ends that each of these, let go, leads along; -1 where
            it goes on for ever; shape (V, d). And the bits of others that hold with equality at the
            vertex; shape (V,).

        Raises:
            NotSimpleError: Floats could not tell too often.
        """
        more = np.zeros(len(bases), np.int64)
        self._looked += len(bases)
        try:
            inverses = np.linalg.inv(self._left[bases]).astype(np.float64)
        except np.linalg.LinAlgError:  # one looks singular to floats
            ends, sound = np.empty(bases.shape, np.int64), np.zeros(len(bases), np.bool_)
        else:
            with np.errstate(all="ignore"):
                ends, sound = self._ends(bases, inverses)
        for v in np.flatnonzero(~sound).tolist():
            self._exactly += 1
            if self._exactly > _FEW + _SHARE * self._looked:
                raise NotSimpleError
            ends[v], more[v] = self._ends_exactly(bases[v].tolist())
        return ends, more

    def _ends(self, bases: _Bases, inverses: Floats) -> tuple[_Bases, Bools]:
        """`ends` in floats, and of which vertices all is certain; these have no more equalities."""
        along, error = self._directions(bases, inverses)
        slack, slack_error = self._slacks(bases, along, error)
        others = np.ones(slack.shape, np.bool_)
        np.put_along_axis(others, bases, values=False, axis=1)
        ends, told = _first_met(
            np.where(others[:, :, None], -along, -np.inf),
            self._sums[:, None] * error[:, None, :],
            slack[:, :, None],
            slack_error[:, :, None],
        )
        sound = np.isfinite(error).all(axis=1) & told.all(axis=1)
        sound &= ((slack > slack_error) | ~others).all(axis=1)
        return ends, np.asarray(sound)

    def _directions(self, bases: _Bases, inverses: Floats) -> tuple[Floats, Floats]:
        """How each left side changes along each edge, shape (V, m, d), and the errors in that.

        An error is the product of the row's part, `_sums`, and of what is given; shape (V, d).
        """
        left = self._left[bases]
        size = np.abs(inverses)
        off = np.abs(inverses @ left - np.eye(self.dimension))
        off += self._rounding * (size @ np.abs(left) + 1.0)
        norm = _SAFE * off.sum(axis=2).max(axis=1)
        part = np.where(norm < 0.5, norm / (1.0 - norm), np.inf) + self._rounding
        return self._left @ inverses, _SAFE * part[:, None] * size.max(axis=1)

    def _slacks(self, bases: _Bases, along: Floats, error: Floats) -> tuple[Floats, Floats]:
        """What each left side is above its right one, and the error in that; shape (V, m)."""
        right = self._right[bases]
        size = np.abs(right)
        slack = (along @ right[:, :, None])[:, :, 0] - self._right
        rounded = (np.abs(along) @ size[:, :, None])[:, :, 0] + np.abs(self._right)
        inherited = self._sums * (error * size).sum(axis=1)[:, None]
        return slack, _SAFE * (inherited + self._rounding * rounded)

    def _ends_exactly(self, basis: list[int]) -> tuple[list[int], int]:
        """`ends` of one vertex, in fractions."""
        columns = list(zip(*inverse([self._rows[i] for i in basis]), strict=True))
        point = [dot([self._bounds[i] for i in basis], row) for row in zip(*columns, strict=True)]
        others = [i for i in range(len(self._rows)) if i not in basis]
        slack = {i: dot(self._rows[i], point) - self._bounds[i] for i in others}
        along = {i: [dot(self._rows[i], column) for column in columns] for i in others}

        def widened(i: int, fall: Fraction) -> list[Fraction]:
            """How far off row i is by its being wider, and those of the basis, over its fall."""
            wider = [Fraction()] * len(self._rows)
            wider[i] = 1 / fall
            for place, change in zip(basis, along[i], strict=True):
                wider[place] = -change / fall
            return wider

        ends = []
        for place in range(len(basis)):
            falls = {i: -along[i][place] for i in others if along[i][place] < 0}
            nearest = min((slack[i] / fall for i, fall in falls.items()), default=None)
            met = [i for i, fall in falls.items() if slack[i] / fall == nearest]
            ends.append(min(met, key=lambda i: widened(i, falls[i]), default=-1))
        return ends, sum(1 << i for i in others if slack[i] == 0)


def _balanced(sides: Floats) -> Floats:
    """Inequalities in units in which most numbers are near 1, so that bounds on errors are narrow.

    The units are powers of two, of each inequality and each coordinate, so that nothing is rounded.

    Args:
        sides: Right sides, which are no coordinate, then left sides; shape (m, 1 + d).
    """
    for axis in (1, 0, 1):
        largest = np.abs(sides[:, 1:]).max(axis=axis, keepdims=True)
        exponents = -np.frexp(largest)[1]
        if axis == 0:
            exponents = np.insert(exponents, 0, 0, axis=1)
        sides = np.ldexp(sides, exponents)
    return sides


def _first_met(
    fall: Floats, error: Floats, slack: Floats, slack_error: Floats
) -> tuple[_Bases, Bools]:
    """The inequality that is met first along each edge, or -1, and whether that is certain.

    Args:
        fall: By how much each left side falls along each edge; shape (V, m, d).
        error: The error in that.
        slack: How far it has to fall.
        slack_error: The error in that.

    Returns:
        Shape (V, d) each.
    """
    falls = fall > error
    may_fall = fall + error > 0.0
    latest = np.where(falls, (slack + slack_error) / (fall - error), np.inf)
    earliest = np.where(may_fall, (slack - slack_error) / (fall + error), np.inf)
    first = latest.argmin(axis=1)
    end = np.take_along_axis(latest, first[:, None], axis=1)
    np.put_along_axis(earliest, first[:, None], np.inf, axis=1)
    alone = earliest.min(axis=1) > end[:, 0] * (1.0 + _SAFE * 8 * UNIT)
    endless = ~may_fall.any(axis=1)
    return np.where(endless, -1, first), endless | alone
