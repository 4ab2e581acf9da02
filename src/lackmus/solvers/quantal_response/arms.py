"""The arms of a branch: the other branches that lead from where it meets a bifurcation.

At a bifurcation the derivative of H by y and t (see `branch`) loses a rank: beside the tangent of
the branch that was followed its null space has one more direction, or several where symmetries of
more than two meet. A step along such a direction, either way, brought back by Newton's method in
the hyperplane across it, stands on an arm (Allgower and Georg, Introduction to Numerical
Continuation Methods, 2003, ch. 8.3), which is then followed by pseudo-arclength as the branch was,
by the same kernels. Steps are long against near bifurcations, where a tie of payoffs is broken by
next to nothing: of these, too, both continuations are found.

Where the branch meets a bifurcation is read off its trace: the determinant of dH/dy times the
direction in t keeps its sign along a branch but there. Where an even number of eigenvalues vanish
at once it keeps it there, too; such places are found by the number of negative eigenvalues.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from lackmus.foundation.arrays import Floats
from lackmus.foundation.tolerances import SAME_PROFILE
from lackmus.solvers.quantal_response.branch import follow
from lackmus.solvers.quantal_response.continuation import MOVING, REACHED
from lackmus.solvers.quantal_response.elimination import Pattern
from lackmus.solvers.quantal_response.path_follower import NONE, Follower
from lackmus.solvers.quantal_response.points import linearize_here, solve_here
from lackmus.solvers.quantal_response.workspace import (
    COURSE,
    DISTANCE,
    STEP,
    Records,
    make_draws,
)

#: Free unknowns up to which arms are looked for: their derivatives are kept as full matrices.
MOST_UNKNOWNS: Final = 400

#: Those up to which bifurcations are looked for where several eigenvalues vanish at once.
FEW_UNKNOWNS: Final = 64

#: Most arms followed of one branch, and from how many bifurcations, one behind the other, they may
#: come.
MOST_ARMS: Final = 16
MOST_DEPTH: Final = 3

#: Most steps tried along an arm, and most of its points kept to look for further bifurcations.
_MOST_STEPS: Final = 2_000

#: Directions among which all ways can be tried.
_PLANE: Final = 2

#: Steps of an arm are shorter than those of a branch, and it is not tried again.
_CARE: Final = 0.05

#: How far from a bifurcation an arm is looked for, in log odds, and how much farther it may be
#: found; Newton steps, and where they end.
_REACHES: Final = (0.2, 0.05, 0.0125)
_FARTHER: Final = 6.0
_ITERATIONS: Final = 25
_SMALL: Final = 1e-11

#: Singular values of dH that are nought at a bifurcation, a near one included: they are of order
#: one elsewhere. Next to one, the branch is found without moving along what leads away from it:
#: along directions of singular values below a fraction of the largest. How often the place of one
#: is halved, and how far past it, as a fraction of a step, the next is looked for; ways that are
#: tried where two directions lead from it, and for each where more do; unit vectors farther apart
#: than this are two.
_NOUGHT: Final = 1e-2
_BLIND: Final = 1e-4
_HALVINGS: Final = 50
_PAST: Final = 1e-6
_AROUND: Final = 24
_EACH: Final = 32
_APART: Final = 0.05


@dataclass(frozen=True, slots=True)
class Arm:
    """A branch that leads away from another, as followed to its end; the follower stands there.

    Attributes:
        fork: λ at the bifurcation it comes from.
        depth: Bifurcations from the branch to it: 1 where it leaves the branch itself.
        precision: λ at its end.
        error: Fixed-point error there, in log probability.
        regret: Largest agent regret there, as a fraction of the payoff range.
        turns: Turning points passed.
    """

    fork: float
    depth: int
    precision: float
    error: float
    regret: float
    turns: int


class Arms:
    """The arms of a draw's principal branch, one after the other.

    Args:
        follower: Whose game it is; it is moved.
        payoffs: Shape (P, Z), writeable.
        chance: Shape (C,), writeable.
        precision: λ to which the branch and its arms are followed.
        quiet: Agent regret, as a fraction of the payoff range, that ends an arm sooner.

    Attributes:
        branch: How the branch itself was followed.
        forks: λ of each bifurcation of the branch itself.
        unseen: Whether the following of the branch passed any without noticing.
        lost: Arms that could not be followed so far, and bifurcations that were not looked at.
    """

    def __init__(
        self,
        follower: Follower,
        payoffs: Floats,
        chance: Floats,
        precision: float,
        quiet: float = -1.0,
    ) -> None:
        self._follower = follower
        self._numbers = payoffs, chance
        self._precision, self._quiet = precision, quiet
        self.branch = follower.follow(payoffs, chance, precision, points=_MOST_STEPS)
        self.forks: list[float] = []
        self.unseen = False
        self.lost = 0

    def __iter__(self) -> Iterator[Arm]:
        """The arms that end as the branch does; the follower stands on the end of the last."""
        follower = self._follower
        if not is_small(follower):
            self.lost += 1
            return
        ground = _Ground(follower)
        known = [follower.strategy.copy()]
        waiting = deque([(self.branch.trace, 0)])
        while waiting:
            trace, depth = waiting.popleft()
            for place in _bifurcations(ground, trace):
                if depth >= MOST_DEPTH:
                    self.lost += 1
                    continue
                starts = list(_starts(ground, place))
                if not depth and starts:
                    self.forks.append(float(place.point[-1] / follower.widest))
                    self.unseen = not self.branch.crossings
                self.lost += len(place.directions) > _PLANE
                for start, away in starts:
                    if len(known) > MOST_ARMS:
                        self.lost += 1
                        return
                    arm, walked = self._walk(ground, place, start, away, depth + 1)
                    if arm is None:
                        self.lost += not _comes_back(walked, place.point)
                        continue
                    strategy = follower.strategy
                    if any(np.abs(strategy - one).max() < SAME_PROFILE for one in known):
                        continue
                    known.append(strategy.copy())
                    waiting.append((walked, depth + 1))
                    yield arm
                    follower.lay(*self._numbers)

    def _walk(
        self, ground: _Ground, place: _Place, start: Floats, away: Floats, depth: int
    ) -> tuple[Arm | None, Floats]:
        """Follow an arm from its first point; None where it does not come to its end."""
        follower = self._follower
        payoffs, chance = self._numbers
        draws = make_draws(
            follower.structure, payoffs[None], chance[None], np.array([self._precision]),
            points=_MOST_STEPS,
        )  # fmt: skip
        if not ground.set_out(start, away, follower.course):
            return None, start[None]
        follow(
            follower.structure, ground.pattern, follower.desk, follower.course, draws, NONE,
            self._quiet, _MOST_STEPS,
        )  # fmt: skip
        ending = draws.ending[0]
        walked = np.concatenate([start[None], draws.trace[0, : ending["points"]]])
        if int(ending["code"]) != REACHED:
            return None, walked
        t, fork = float(ending["t"]), float(place.point[-1])
        return Arm(
            fork=fork / follower.widest,
            depth=depth,
            precision=self._precision if self._quiet < 0.0 else t / follower.widest,
            error=float(ending["error"]),
            regret=float(ending["regret"]),
            turns=int(ending["turns"]),
        ), walked


def is_small(follower: Follower) -> bool:
    """Whether arms of a game of this size are looked for."""
    return follower.pattern is not None and 0 < follower.structure.n_free <= MOST_UNKNOWNS


def may_fork(follower: Follower, t: float) -> bool:
    """Whether a branch may have passed bifurcations unnoticed, where its end is.

    Where an even number of eigenvalues vanish at once, as where two choose among three equal
    meeting places, the determinant keeps its sign. What is left of it is that they are negative.
    Only in games of few unknowns.

    Args:
        follower: Stands on the end of a branch.
        t: Precision times payoff range there.
    """
    few = is_small(follower) and follower.structure.n_free <= FEW_UNKNOWNS
    if not few or follower.structure.n_free < _PLANE:
        return False
    point = np.append(follower.y, t)
    return _Ground(follower).negative(point) >= _PLANE


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """A bifurcation.

    Attributes:
        point: y and t there; shape (n + 1,).
        directions: Unit vectors that span what leads away from it across the branch.
    """

    point: Floats
    directions: tuple[Floats, ...]


class _Ground:
    """The equations of a draw whose numbers lie on a follower's desk, with full derivatives."""

    def __init__(self, follower: Follower) -> None:
        if follower.pattern is None:
            raise ValueError("without a pattern there are no derivatives")
        self.follower = follower
        self.pattern: Pattern = follower.pattern
        counts = np.diff(self.pattern.begin)
        self._rows = np.repeat(np.arange(len(counts)), counts)

    def sense(self, point: Floats, before: Floats) -> tuple[float, Floats]:
        """Sign of the determinant times direction in t, and the tangent, coming from `before`."""
        sign, across = self._tangent(point)
        if across @ (point - before) < 0.0:
            across = -across
        return sign * across[-1], across

    def _tangent(self, point: Floats) -> tuple[float, Floats]:
        follower, n = self.follower, len(point) - 1
        follower.see(point[:-1].copy())
        sign = linearize_here(follower.structure, self.pattern, follower.desk, point[-1])
        across = np.ones(n + 1)
        solved = np.zeros(n + 1)
        solve_here(self.pattern, follower.desk, follower.desk.slope, solved)
        across[:-1] = solved[:-1]
        return sign, across / np.sqrt(across[:-1] @ across[:-1] / max(n, 1) + 1.0)

    def derivative(self, point: Floats) -> tuple[Floats, Floats]:
        """The derivative of H by y and t, shape (n, n + 1), and H itself, shape (n,)."""
        follower, n = self.follower, len(point) - 1
        follower.see(point[:-1].copy())
        linearize_here(follower.structure, self.pattern, follower.desk, point[-1])
        laid_out = np.zeros((n, n))
        laid_out[self._rows, self.pattern.column] = follower.desk.entry
        place = self.pattern.place
        slope = follower.desk.slope
        matrix = np.column_stack([laid_out[np.ix_(place, place)], -slope])
        return matrix, point[:-1] - point[-1] * slope

    def meet(
        self, guess: Floats, across: Floats, level: float, nothing: float = 1e-13
    ) -> Floats | None:
        """The zero of H next to a guess where the product with `across` is `level`; or None.

        Directions along which H changes by less than `nothing`, as a fraction, are not moved in.
        """
        point = guess.copy()
        for _ in range(_ITERATIONS):
            matrix, gap = self.derivative(point)
            whole = np.vstack([matrix, across])
            off = np.append(gap, across @ point - level)
            if not np.isfinite(whole).all():
                return None
            step = np.linalg.lstsq(whole, -off, rcond=nothing)[0]
            point += step
            if np.abs(step).max() <= _SMALL * (1.0 + np.abs(point).max()):
                return point
        return None

    @property
    def looks_for_several(self) -> bool:
        """Whether bifurcations of several directions are looked for: in games small enough."""
        return self.follower.structure.n_free <= FEW_UNKNOWNS

    def negative(self, point: Floats) -> int:
        """Number of negative real eigenvalues of dH/dy."""
        matrix, _ = self.derivative(point)
        values = np.linalg.eigvals(matrix[:, :-1])
        return int(((values.real < 0.0) & (np.abs(values.imag) <= 1e-9)).sum())

    def set_out(self, start: Floats, away: Floats, course: Records) -> bool:
        """Stand at the first point of an arm with the tangent that leads away, if there is one."""
        desk = self.follower.desk
        sign, across = self._tangent(start)
        if across @ away < 0.0:
            across = -across
        if not (abs(sign) > 0.0 and np.isfinite(across).all()):
            return False
        desk.here[:] = desk.old[:] = start
        desk.along[:] = desk.old_along[:] = across
        desk.marks[STEP], desk.marks[DISTANCE] = 0.1, 0.0
        course[0] = np.zeros((), COURSE)
        course[0]["stage"], course[0]["care"] = MOVING, _CARE
        course[0]["sense"] = np.sign(sign * across[-1])
        return True


def _bifurcations(ground: _Ground, trace: Floats) -> Iterator[_Place]:
    """The bifurcations between the points of a trace, in their order."""
    if len(trace) <= 1:
        return
    senses = [ground.sense(trace[0], 2.0 * trace[0] - trace[1])[0]]
    senses += [ground.sense(after, before)[0] for before, after in pairwise(trace)]
    counts = [0] * len(senses)
    if ground.looks_for_several:
        counts = [ground.negative(point) for point in trace]
    for k, (before, after) in enumerate(pairwise(senses)):
        chord, rise = _Chord(ground, trace[k], trace[k + 1]), counts[k + 1] - counts[k]
        if before * after < 0.0 and abs(rise) <= 1:
            yield from _by_sign(chord)
        elif rise:
            yield from _by_count(chord)


class _Chord:
    """A piece of a branch, by its place along the chord of its ends."""

    def __init__(self, ground: _Ground, begin: Floats, end: Floats) -> None:
        self.ground, self.begin, self.end = ground, begin, end
        self.unit = (end - begin) / float(np.linalg.norm(end - begin))

    def at(self, share: float) -> Floats:
        """The point of the branch beside a place of the chord, and not of an arm near it."""
        guess = self.begin + share * (self.end - self.begin)
        found = self.ground.meet(guess, self.unit, float(self.unit @ guess), _BLIND)
        return guess if found is None else found

    def determinant(self, share: float) -> float:
        """The smallest singular value of the derivative across the chord, with the sign."""
        matrix, _ = self.ground.derivative(self.at(share))
        whole = np.vstack([matrix, self.unit])
        values = np.linalg.svd(whole, compute_uv=False)
        return float(np.linalg.slogdet(whole)[0] * values[-1])

    def negative(self, share: float) -> int:
        """Number of negative real eigenvalues of dH/dy at a place."""
        return self.ground.negative(self.at(share))

    def place(self, share: float, least: int = 0) -> _Place:
        """The bifurcation at a place, and what leads away from it across the branch, if any."""
        point = self.at(share)
        matrix, _ = self.ground.derivative(point)
        _, values, vectors = np.linalg.svd(matrix)
        count = max(least, int((values <= _NOUGHT).sum()))
        null = vectors[-count - 1 :]
        across = np.linalg.svd((null @ self.unit)[None])[2][1:] @ null
        return _Place(point, tuple(across))


def _by_sign(chord: _Chord) -> Iterator[_Place]:
    """The bifurcation on a piece of branch, by the sign of the determinant across the chord."""
    if chord.determinant(0.0) * chord.determinant(1.0) >= 0.0:
        return
    from scipy.optimize import brentq  # noqa: PLC0415 - costs 0.3 s, and few games fork

    share, _ = brentq(
        chord.determinant, 0.0, 1.0, xtol=1e-9, rtol=1e-9, maxiter=_HALVINGS, full_output=True,
        disp=False,
    )  # fmt: skip
    yield chord.place(float(share), least=1)


def _by_count(chord: _Chord) -> Iterator[_Place]:
    """Bifurcations on a piece of branch, wherever the number of negative eigenvalues changes.

    Two that meet and become a pair change their number, too, without a bifurcation: of these
    places nothing leads away.
    """
    low, last = 0.0, chord.negative(1.0)
    for _ in range(MOST_ARMS):
        count = chord.negative(low)
        if count == last:
            return
        high = 1.0
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if chord.negative(middle) == count else (low, middle)
        found = chord.place(low)
        if found.directions:
            yield found
        low = min(1.0, high + _PAST)


def _starts(ground: _Ground, place: _Place) -> Iterator[tuple[Floats, Floats]]:
    """First points of the arms that lead from a bifurcation, and the ways that lead there."""
    known: list[Floats] = []
    for vector in _ways(place.directions):
        way = vector / np.abs(vector[:-1]).max()
        for reach in _REACHES:
            guess = place.point + reach * way
            found = ground.meet(guess, way, float(way @ guess))
            if found is None:
                continue
            away = found - place.point
            if np.abs(away[:-1]).max() > _FARTHER * reach:
                continue
            unit = away / np.linalg.norm(away)
            if all(np.abs(unit - one).max() > _APART for one in known):
                known.append(unit)
                yield found, away
            break


def _ways(directions: Sequence[Floats]) -> Iterator[Floats]:
    """Where to look for arms: each way of one direction, all around between two or more."""
    count = len(directions)
    if count == 1:
        yield directions[0]
        yield -directions[0]
    elif count == _PLANE:
        for angle in 2.0 * np.pi * np.arange(_AROUND) / _AROUND:
            yield np.cos(angle) * directions[0] + np.sin(angle) * directions[1]
    else:
        from scipy.special import ndtri  # noqa: PLC0415 - costs 0.2 s, and few games fork so
        from scipy.stats.qmc import Sobol  # noqa: PLC0415 - costs 0.7 s

        # Points of a lattice spread evenly over the sphere by their quantiles.
        lattice = Sobol(count, scramble=False).random_base2(int(np.log2(_EACH * count)) + 1)[2:]
        for weights in ndtri(lattice):
            yield weights / np.linalg.norm(weights) @ np.array(directions)


def _comes_back(walked: Floats, point: Floats) -> bool:
    """Whether a following led back to the bifurcation it came from, so that it ends nowhere."""
    far = np.abs(walked - point).max(axis=1)
    left = np.flatnonzero(far > _FARTHER * _REACHES[0])
    return bool(len(left) and (far[left[0] :] < _REACHES[0]).any())
