"""The principal branch of games too large for direct factors, in memory linear in nodes.

The curve is that of `branch`; here a polynomial through the last points predicts, and each Newton
system, bordered by the direction of the last step, is solved by GMRES (Saad and Schultz, SIAM J.
Sci. Stat. Comput. 7, 1986) only as far as Newton's method needs it (Eisenstat and Walker, SIAM J.
Sci. Comput. 17, 1996). One product with the Jacobian is one more pass over the tree. Strategies
that have come to rest add nothing to the spectrum, so that 10 to 40 products do for a system.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from lackmus.foundation.arrays import Floats
from lackmus.solvers.branch import OUT_OF_STEPS, REACHED, STUCK, slope_of, stand_at
from lackmus.solvers.desk import Desk
from lackmus.solvers.kernels import jit, push, softmax_push
from lackmus.solvers.structure import Structure

#: Controls of the steps: forcing term of Newton's method on the way and at the end, contraction
#: and first correction (in steps) aimed at and refused, smallest cosine between steps.
_FORCING: Final = 0.03
_END_FORCING: Final = 1e-2
_CONTRACTION_MOST: Final = 0.3
_CORRECTION_AIM: Final = 0.05
_CORRECTION_MOST: Final = 0.3
_COSINE_LEAST: Final = 0.7
_WAY_ERROR: Final = 3e-3
_END_ERROR: Final = 2e-13
_FIRST_STEP: Final = 1.0
_LEAST_STEP: Final = 1e-6
_GROWTH: Final = 2.0
_MOST_STEPS: Final = 2000
_BASIS: Final = 60
_BLOCK: Final = 2048
_MEMORY: Final = 4


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
        every = len(desk.p)
        self._dp, self._dlogp = np.zeros(every), np.zeros(every)
        self._dvalue = np.zeros_like(desk.value)
        self._dreach = np.zeros(structure.n_inner)
        self._mean = np.zeros(structure.n_infosets)
        self._dgain = np.zeros(structure.n_actions)

    def at(self, y: Floats) -> Floats:
        """slope(y), read-only by agreement; the derivative is taken here from now on."""
        stand_at(self.structure, self.desk, y)
        return self.desk.slope

    def along(self, dy: Floats) -> Floats:
        """Derivative of the slope along `dy`."""
        s, desk = self.structure, self.desk
        self.products += 1
        n = s.n_actions
        softmax_push(self.structure, dy, desk.p, self._dlogp)
        np.multiply(desk.p[:n], self._dlogp[:n], out=self._dp[:n])
        push(
            self.structure,
            desk.p,
            desk.mu,
            desk.value,
            self._dp,
            self._dlogp,
            self._dvalue,
            self._dreach,
            self._mean,
            self._dgain,
        )
        out = np.empty(s.n_free)
        slope_of(self.structure, self._dgain, out)
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
            found[i] += dot_between(basis[i], new, block, end)
    for block in range(0, n, _BLOCK):
        end = min(block + _BLOCK, n)
        for i in range(rows):
            x = found[i]
            row = basis[i]
            for r in range(block, end):
                new[r] -= x * row[r]
    for i in range(rows):
        parts[i] += found[i]
    return float(np.sqrt(dot_between(new, new, 0, n)))


@jit
def dot_between(x: Floats, y: Floats, start: int, end: int) -> float:
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
    t weighs in steps as it does in `branch`.
    """

    def __init__(self, structure: Structure, desk: Desk) -> None:
        self.slopes = Slopes(structure, desk)
        self.n = structure.n_free
        self.root = float(np.sqrt(max(self.n, 1)))
        start = np.zeros(self.n + 1)
        along = np.append(self.slopes.at(start[:-1]), self.root)
        self.points = [start]
        self.places = [0.0]
        self.along = along / norm(along)

    @property
    def t(self) -> float:
        """Precision times payoff range of the last point."""
        return float(self.points[-1][-1]) / self.root

    def predict(self, h: float) -> Floats:
        """The polynomial through the last points, `h` beyond the last one."""
        if len(self.points) == 1:
            return np.asarray(self.points[0] + h * self.along)
        here = self.places[-1] + h
        out = np.zeros(self.n + 1)
        for i, (place, point) in enumerate(zip(self.places, self.points, strict=True)):
            others = [x for j, x in enumerate(self.places) if j != i]
            out += np.prod([(here - x) / (place - x) for x in others]) * point
        return out

    def error(self, point: Floats) -> Floats:
        """H at a point, with a zero for the border."""
        t = float(point[-1]) / self.root
        return np.append(point[:-1] - t * self.slopes.at(point[:-1]), 0.0)

    def newton(self, point: Floats, error: Floats, forcing: float, *, fixed: bool) -> Floats:
        """Newton's correction at the point where `error` was last taken."""
        t = float(point[-1]) / self.root
        slope = self.slopes.desk.slope / self.root

        def product(v: Floats) -> Floats:
            out = v.copy()
            out[:-1] -= t * self.slopes.along(v[:-1])
            if not fixed:
                out[:-1] -= v[-1] * slope
                out[-1] = dot_between(self.along, v, 0, len(v))
            return out

        return gmres(product, -error, forcing)

    def accept(self, point: Floats) -> None:
        """Take a point as the next one on the branch."""
        step = point - self.points[-1]
        length = norm(step)
        self.along = step / length
        self.points = [*self.points, point][-_MEMORY:]
        self.places = [*self.places, self.places[-1] + length][-_MEMORY:]


def follow_free(structure: Structure, desk: Desk, target: float) -> Walk:
    """Follow the principal branch to its first point at t = `target`.

    Args:
        structure: The game's structure.
        desk: From `desk.make_desk`, with a draw's numbers laid; at the end it holds the point
            reached.
        target: Precision times payoff range.

    Returns:
        How it went. Where the branch turns it is followed round the turn.
    """
    branch = Branch(structure, desk)
    h = _FIRST_STEP * branch.root
    turns: list[float] = []
    rising, code, tried = True, OUT_OF_STEPS if target > 0.0 else REACHED, 0
    while code == OUT_OF_STEPS and tried < _MOST_STEPS:
        tried += 1
        point, landing = _aim(branch, h, target)
        moved = _correct(branch, point, h, fixed=landing)
        if moved is None:
            h *= 0.4
            if h < _LEAST_STEP * branch.root * (1.0 + branch.t):
                code = STUCK
            continue
        before = branch.t
        branch.accept(point)
        if (branch.t > before) != rising:
            rising = not rising
            turns.append(before)
        if landing:
            code = REACHED
        strain = max(moved / (_CORRECTION_AIM * h), 1e-3)
        h *= min(_GROWTH, max(0.4, strain ** (-1.0 / 3.0)))
    y = desk.here[:-1]
    y[:] = branch.points[-1][:-1]
    branch.slopes.at(y)
    return Walk(code, branch.t, tried, tuple(turns), branch.slopes.products)


def settle(structure: Structure, desk: Desk, y: Floats, t: float) -> bool:
    """Newton's method at a fixed precision from a point near by, in place.

    Args:
        structure: The game's structure.
        desk: From `desk.make_desk`, with a draw's numbers laid.
        y: The point; overwritten.
        t: Precision times payoff range.

    Returns:
        Whether it contracted to the end.
    """
    branch = Branch(structure, desk)
    point = np.append(y, t * branch.root)
    branch.points = [np.append(y, 0.0)]
    branch.along = np.append(np.zeros(len(y)), 1.0)
    good = _correct(branch, point, np.inf, fixed=True) is not None
    y[:] = point[:-1]
    return good


def _aim(branch: Branch, h: float, target: float) -> tuple[Floats, bool]:
    """The predicted point, and whether it lies at the target."""
    point = branch.predict(h)
    end = target * branch.root
    here = branch.points[-1][-1]
    if branch.along[-1] <= 0.0 or point[-1] < end:
        return point, False
    low, high = 0.0, h
    for _ in range(60):
        middle = 0.5 * (low + high)
        point = branch.predict(middle)
        if point[-1] < end:
            low = middle
        else:
            high = middle
    point[-1] = end
    return point, bool(end > here)


def _correct(branch: Branch, point: Floats, h: float, *, fixed: bool) -> float | None:
    """Newton's method on a predicted point, in place.

    Returns:
        The size of the first correction, or None where it is too large or not followed by fast
        contraction, or where the step turned sharply.
    """
    start = branch.points[-1]
    error = branch.error(point)
    size = norm(error)
    first = 0.0
    for iteration in range(40):
        if np.abs(error).max() <= _END_ERROR * (1.0 + branch.t):
            break
        step = branch.newton(point, error, _END_FORCING if fixed else _FORCING, fixed=fixed)
        point += step
        length = norm(step)
        first = first or length
        error = branch.error(point)
        before, size = size, norm(error)
        if not np.isfinite(size) or first > _CORRECTION_MOST * h:
            return None
        if size > _CONTRACTION_MOST * before and np.abs(error).max() > 1e-3 * _WAY_ERROR:
            return None
        if iteration > 0 and size > _CONTRACTION_MOST * before:
            break
        if not fixed and size <= _WAY_ERROR * min(branch.root, h):
            break
    way = point - start
    if dot_between(way, branch.along, 0, len(way)) < _COSINE_LEAST * norm(way):
        return None
    return first
