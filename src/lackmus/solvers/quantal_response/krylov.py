"""The principal branch of games too large for direct factors, in memory linear in nodes.

The curve is that of `branch`, and so is the cubic that predicts; each Newton system, bordered by
the last tangent, is solved by GMRES (Saad and Schultz, SIAM J.
Sci. Stat. Comput. 7, 1986) only as far as Newton's method needs it (Eisenstat and Walker, SIAM J.
Sci. Comput. 17, 1996). One product with the Jacobian is one more pass over the tree. Strategies
that have come to rest add nothing to the spectrum, so that 10 to 40 products do for a system.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from lackmus.compiled.jit import jit, kernel
from lackmus.foundation.arrays import Floats
from lackmus.solvers.kernels.structure import Structure
from lackmus.solvers.quantal_response.continuation import OUT_OF_STEPS, REACHED, STUCK
from lackmus.solvers.quantal_response.points import push_here, stand_at
from lackmus.solvers.quantal_response.workspace import Desk

#: Controls of the steps: forcing term of Newton's method on the way and at the end, and of a
#: tangent; contraction and first correction (in steps) aimed at and refused; how far a step and the
#: mean of its tangents may be apart (in steps); residuals that end Newton's method.
_FORCING: Final = 1e-3
_END_FORCING: Final = 1e-2
_TANGENT_FORCING: Final = 1e-5
_CONTRACTION_MOST: Final = 0.3
_CORRECTION_AIM: Final = 0.05
_CORRECTION_MOST: Final = 0.25
_BEND_MOST: Final = 0.25
_WAY_ERROR: Final = 1e-6
_END_ERROR: Final = 2e-13

#: Lengths of steps, in the largest norm, so that no action's log odds move far however many others
#: stay where they are; log odds and t above `_FREE` are measured by their own size.
_FIRST_STEP: Final = 0.1
_LONGEST_STEP: Final = 1.0
_LEAST_STEP: Final = 1e-7
_FREE: Final = 4.0

#: How far log odds may move when a point is brought to a precision next to it.
_SETTLE_MOST: Final = 1.0

_GROWTH: Final = 2.0
_MOST_STEPS: Final = 4000
_BASIS: Final = 60
_BLOCK: Final = 2048


@dataclass(frozen=True, eq=False)
class Walk:
    """A branch as followed without factors.

    Attributes:
        code: How it ended; see `branch`.
        t: Precision times payoff range at its end.
        steps: Steps tried.
        turns: t of turning points, to the accuracy of a step.
        products: Products with the Jacobian.
    """

    code: int
    t: float
    steps: int
    turns: tuple[float, ...]
    products: int


class Slopes:
    """The map y → slope(y) of a game and its derivative, in a desk's room.

    Attributes:
        products: Products with the derivative made so far.
    """

    def __init__(self, structure: Structure, desk: Desk) -> None:
        self.structure, self.desk = structure, desk
        self.products = 0

    def at(self, y: Floats) -> Floats:
        """slope(y), read-only by agreement; the derivative is taken here from now on."""
        stand_at(self.structure, self.desk, y)
        return self.desk.slope

    def along(self, dy: Floats) -> Floats:
        """Derivative of the slope along `dy`."""
        self.products += 1
        out = np.empty(self.structure.n_free)
        push_here(self.structure, self.desk, dy, out)
        return out


def gmres(
    product: Callable[[Floats], Floats], right: Floats, forcing: float, most: int = _BASIS
) -> Floats:
    """Solve a linear system to a residual of `forcing` times its right-hand side.

    Args:
        product: The matrix times a vector.
        right: The right-hand side; shape (m,).
        forcing: Relative residual that is enough.
        most: Most vectors kept; the best solution in their span is returned.
    """
    size = norm(right)
    if size == 0.0:
        return np.zeros_like(right)
    basis = np.empty((most + 1, len(right)))
    np.divide(right, size, out=basis[0])
    hessenberg = np.zeros((most + 1, most))
    aim = np.zeros(most + 1)
    aim[0] = size
    for k in range(most):
        new = product(basis[k])
        length = norm(new)
        parts = np.zeros(k + 1)
        left = orthogonalize(basis[: k + 1], new, parts)
        if left < 0.5 * length:
            left = orthogonalize(basis[: k + 1], new, parts)
        hessenberg[: k + 1, k], hessenberg[k + 1, k] = parts, left
        small = hessenberg[: k + 2, : k + 1]
        weights = np.asarray(np.linalg.lstsq(small, aim[: k + 2], rcond=None)[0], np.float64)
        rest = np.linalg.norm(small @ weights - aim[: k + 2])
        if rest <= forcing * size or left <= np.finfo(np.float64).eps * length:
            break
        np.divide(new, left, out=basis[k + 1])
    out = np.empty_like(right)
    combine(basis, weights, out)
    return out


@jit
def orthogonalize(basis: Floats, new: Floats, parts: Floats) -> float:
    """Take from `new` its parts along the rows of `basis`, in place, and add them to `parts`.

    Plain loops: a result must not hang on how many threads a library of linear algebra uses.

    Returns:
        The length left.
    """
    rows, n = basis.shape
    found = np.zeros(rows)
    for block in range(0, n, _BLOCK):
        end = min(block + _BLOCK, n)
        for i in range(rows):
            found[i] += dot(basis[i], new, block, end)
    for block in range(0, n, _BLOCK):
        end = min(block + _BLOCK, n)
        for i in range(rows):
            x = found[i]
            row = basis[i]
            for r in range(block, end):
                new[r] -= x * row[r]
    for i in range(rows):
        parts[i] += found[i]
    return float(np.sqrt(dot(new, new, 0, n)))


@kernel
def dot(x: Floats, y: Floats, start: int, end: int) -> float:
    """Sum of products over part of two vectors, in four sums that run side by side."""
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    r = start
    while r + 4 <= end:
        a += x[r] * y[r]
        b += x[r + 1] * y[r + 1]
        c += x[r + 2] * y[r + 2]
        d += x[r + 3] * y[r + 3]
        r += 4
    while r < end:
        a += x[r] * y[r]
        r += 1
    return (a + b) + (c + d)


@jit
def dot_between(x: Floats, y: Floats, start: int, end: int) -> float:
    """`dot`, for Python."""
    return dot(x, y, start, end)


@jit
def combine(basis: Floats, weights: Floats, out: Floats) -> None:
    """The sum of weighted rows; overwrites `out`."""
    for r in range(out.size):
        out[r] = 0.0
    for i in range(weights.size):
        for r in range(out.size):
            out[r] += weights[i] * basis[i, r]


def norm(x: Floats) -> float:
    """Euclidean length."""
    return float(np.sqrt(dot_between(x, x, 0, len(x))))


class Branch:
    """The principal branch of a game on its desk, step by step.

    Points are vectors of the free unknowns and t times the square root of their number, so that
    t weighs in inner products as it does in `branch`. Lengths are taken in the largest norm.

    Attributes:
        point: The last point.
        along: The tangent there, of length 1.
        old: The point before.
        old_along: The tangent there.
    """

    def __init__(self, structure: Structure, desk: Desk) -> None:
        self.slopes = Slopes(structure, desk)
        self.n = structure.n_free
        self.root = float(np.sqrt(max(self.n, 1)))
        start = np.zeros(self.n + 1)
        self.point = self.old = start
        along = np.append(self.slopes.at(start[:-1]), self.root)
        self.along = self.old_along = along / self.length(along)

    @property
    def t(self) -> float:
        """Precision times payoff range of the last point."""
        return float(self.point[-1]) / self.root

    def length(self, step: Floats) -> float:
        """How far a step from the last point moves the log odds that it moves most, or t."""
        last = self.point
        scale = np.maximum(np.abs(last), _FREE * self.unit) / _FREE
        return float(np.abs(step / scale).max())

    @property
    def unit(self) -> Floats:
        """What counts as one in each part of a point: one for log odds, the root for t."""
        return np.append(np.ones(self.n), self.root)

    def predict(self, h: float, *, curved: bool) -> Floats:
        """The cubic through the last two points and tangents, or a line, `h` beyond the last."""
        ahead = self.point + h * self.along / self.length(self.along)
        distance = self.length(self.point - self.old)
        if not curved or distance == 0.0:
            return np.asarray(ahead)
        along = self.along / self.length(self.along)
        bend = (self.old - self.point) / distance + along
        turn = along - self.old_along / self.length(self.old_along)
        part = h / distance
        return np.asarray(ahead + h * part * ((3.0 * bend - turn) + part * (2.0 * bend - turn)))

    def error(self, point: Floats) -> Floats:
        """H at a point, with a zero for the border."""
        t = float(point[-1]) / self.root
        return np.append(point[:-1] - t * self.slopes.at(point[:-1]), 0.0)

    def newton(self, point: Floats, error: Floats, forcing: float, *, fixed: bool) -> Floats:
        """Newton's correction at the point where `error` was last taken."""
        return gmres(self._bordered(point, fixed=fixed), -error, forcing)

    def tangent(self, point: Floats) -> Floats:
        """The tangent at the point where `error` was last taken, on the side of the last one."""
        right = np.zeros(self.n + 1)
        right[-1] = norm(self.along)
        along = gmres(self._bordered(point, fixed=False), right, _TANGENT_FORCING)
        return np.asarray(along / self.length(along))

    def _bordered(self, point: Floats, *, fixed: bool) -> Callable[[Floats], Floats]:
        """The derivative of H, bordered by the last tangent or, where `fixed`, by that of t."""
        t = float(point[-1]) / self.root
        slope = self.slopes.desk.slope / self.root
        border = self.along / norm(self.along)

        def product(v: Floats) -> Floats:
            out = v.copy()
            out[:-1] -= t * self.slopes.along(v[:-1])
            if not fixed:
                out[:-1] -= v[-1] * slope
                out[-1] = dot_between(border, v, 0, len(v))
            return out

        return product

    def accept(self, point: Floats, along: Floats) -> None:
        """Take a point as the next one on the branch."""
        self.old, self.old_along = self.point, self.along
        self.point = point
        self.along = along / self.length(along)


def follow_free(structure: Structure, desk: Desk, target: float) -> Walk:
    """Follow the principal branch to its first point at t = `target`.

    A step that comes to lie beyond the target is followed by Newton's method at the target itself,
    from between its ends. Without factors there is no determinant whose sign would tell a jump to
    a neighbouring branch; short steps, small corrections and tangents that fit make one unlikely,
    and do not exclude it.

    Args:
        structure: The game's structure.
        desk: From `workspace.make_desk`, with a draw's numbers laid; at the end it holds the point
            reached.
        target: Precision times payoff range.

    Returns:
        How it went. Where the branch turns it is followed round the turn.
    """
    branch = Branch(structure, desk)
    h = _FIRST_STEP
    turns: list[float] = []
    curved = True
    code, tried = OUT_OF_STEPS if target > 0.0 else REACHED, 0
    while code == OUT_OF_STEPS and tried < _MOST_STEPS:
        tried += 1
        point = branch.predict(h, curved=curved)
        moved = _correct(branch, point, h)
        along = None if moved is None else branch.tangent(point)
        if moved is None or along is None or not _fits(branch, point, along):
            h, curved = 0.4 * h, not curved
            if h < _LEAST_STEP:
                code = STUCK
            continue
        if branch.t < target <= point[-1] / branch.root:
            landed = _land(branch, point, target)
            if landed is None:
                h *= 0.4
                code = STUCK if h < _LEAST_STEP else code
                continue
            point, code = landed, REACHED
        if along[-1] * branch.along[-1] < 0.0:
            turns.append(_turn(branch, point))
        branch.accept(point, along)
        curved = True
        strain = max(moved / (_CORRECTION_AIM * h), 1e-3)
        h = min(h * min(_GROWTH, max(0.4, strain ** (-1.0 / 3.0))), _LONGEST_STEP)
    y = desk.here[:-1]
    y[:] = branch.point[:-1]
    branch.slopes.at(y)
    return Walk(code, branch.t, tried, tuple(turns), branch.slopes.products)


def settle(structure: Structure, desk: Desk, y: Floats, t: float) -> bool:
    """Newton's method at a fixed precision from a point near by, in place.

    Args:
        structure: The game's structure.
        desk: From `workspace.make_desk`, with a draw's numbers laid.
        y: The point; overwritten.
        t: Precision times payoff range.

    Returns:
        Whether it contracted to the end.
    """
    branch = Branch(structure, desk)
    point = np.append(y, t * branch.root)
    branch.point = point.copy()
    good = _settle(branch, point)
    y[:] = point[:-1]
    return good


def _land(branch: Branch, point: Floats, target: float) -> Floats | None:
    """The point of the branch at the target, between the last one and `point`; None if lost."""
    last = branch.point
    end = target * branch.root
    share = (end - last[-1]) / (point[-1] - last[-1])
    landed = last + share * (point - last)
    landed[-1] = end
    return landed if _settle(branch, landed) else None


def _turn(branch: Branch, point: Floats) -> float:
    """The t where the branch turned on its way to a point, to the accuracy of a step."""
    ends = branch.t, float(point[-1]) / branch.root
    return max(ends) if branch.along[-1] > 0.0 else min(ends)


def _fits(branch: Branch, point: Floats, along: Floats) -> bool:
    """Whether a step is nearly the mean of the tangents at its ends, as on a smooth curve."""
    step = point - branch.point
    length = branch.length(step)
    mean = branch.along + along
    away = step / length - mean / branch.length(mean)
    return bool(length > 0.0 and branch.length(away) <= _BEND_MOST)


def _settle(branch: Branch, point: Floats) -> bool:
    """Newton's method at the point's own t, in place, down to rounding."""
    start = point.copy()
    error = branch.error(point)
    size = np.abs(error).max()
    for _ in range(40):
        if size <= _END_ERROR * (1.0 + point[-1] / branch.root):
            return True
        point += branch.newton(point, error, _END_FORCING, fixed=True)
        error = branch.error(point)
        before, size = size, np.abs(error).max()
        if not np.isfinite(size) or branch.length(point - start) > _SETTLE_MOST:
            return False
        if size > _CONTRACTION_MOST * before:
            return bool(size <= 1e-9)
    return False


def _correct(branch: Branch, point: Floats, h: float) -> float | None:
    """Newton's method on a predicted point, across the last tangent, in place.

    Returns:
        The size of the first correction, or None where it is too large or not followed by fast
        contraction.
    """
    error = branch.error(point)
    size = np.abs(error).max()
    enough = _WAY_ERROR * min(1.0, h)
    first = 0.0
    for _ in range(12):
        step = branch.newton(point, error, _FORCING, fixed=False)
        point += step
        first = first or branch.length(step)
        error = branch.error(point)
        before, size = size, np.abs(error).max()
        if not np.isfinite(size) or first > _CORRECTION_MOST * h:
            return None
        if size <= enough:
            return first
        if size > _CONTRACTION_MOST * before:
            return None
    return None
