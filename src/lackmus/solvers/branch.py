"""The principal branch of the logit correspondence, followed by pseudo-arclength, compiled.

The agent logit equilibria of a game are the zeros of H(y, t) = y - t * slope(y), where y are the
log odds of every action against its infoset's first, slope(y) the differences of their expected
payoffs given the beliefs that y implies, and t the precision times the payoff range (McKelvey and
Palfrey, Quantal response equilibria for extensive form games, Experimental Economics 1, 1998).
The principal branch is the curve of zeros that starts from uniform play at t = 0. As t grows it
becomes affine, so steps grow geometrically; it may turn back in t, so that t is an unknown like
the others (Turocy, A dynamic homotopy interpretation of the logistic quantal response
equilibrium correspondence, Games and Economic Behavior 51, 2005; and Computing sequential
equilibria using agent quantal response equilibria, Economic Theory 42, 2010).

A step: a cubic through the last two points and tangents predicts; Newton's method with one
factorization corrects in the hyperplane across the tangent (Allgower and Georg, Introduction to
Numerical Continuation Methods, 2003, ch. 6). A step is taken again, shorter, where the corrector
contracts slowly (Deuflhard, Newton Methods for Nonlinear Problems, 2004, sec. 5.1), corrects much,
turns the tangent sharply, or where the sign of the determinant of dH/dy disagrees with the
direction in t: on one curve the product of both is constant, so a jump to a neighbouring one is
caught. Where no shorter step mends that, the curve crosses another (a bifurcation, as symmetric
games have) and is followed straight through.
"""

# ruff: noqa: C901, FBT001
# Kernels are nested loops, which calls would only hide, and take arguments by place.

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np

from lackmus.foundation.arrays import Bools, Floats
from lackmus.solvers.kernels import (
    evaluate,
    jit,
    largest_regret,
    lay_numbers,
    misfit,
    reach_terminals,
)
from lackmus.solvers.sparse import Frame, assemble, factor, solve
from lackmus.solvers.structure import Structure, Tree

#: What a following overwrites; see `make_desk`.
Desk: TypeAlias = tuple[
    Floats,
    Floats,
    Bools,
    Floats,
    Floats,
    Floats,
    Floats,
    Floats,
    Floats,
    Floats,
    Floats,
    Floats,
    Floats,
    Floats,
]

#: What `follow` returns.
Following: TypeAlias = tuple[int, float, int, int, int, int, float, float]

#: How a following ended.
REACHED: Final = 0
STUCK: Final = 1
OUT_OF_STEPS: Final = 2

#: Controls: contraction of the corrector and size of its first correction (in steps) that are
#: aimed at and refused, smallest cosine between tangents, error of log odds along the way; how
#: often the determinant's sign may object before a smooth and straight step is taken for a
#: crossing of branches.
_CONTRACTION_AIM: Final = 0.04
_CONTRACTION_MOST: Final = 0.1
_CORRECTION_AIM: Final = 0.1
_CORRECTION_MOST: Final = 0.25
_COSINE_LEAST: Final = 0.8
_WAY_ERROR: Final = 1e-7
_END_ERROR: Final = 2e-15
_LINEAR_ERROR: Final = 1e-6
_FIRST_STEP: Final = 2.0
_LEAST_STEP: Final = 1e-10
_GROWTH: Final = 4.0
_PATIENCE: Final = 4
_PATIENCE_CAREFUL: Final = 16
_STRAIGHT: Final = 0.9999
_SMOOTH: Final = 1e-3
_ITERATIONS: Final = 12

#: Vectors of length n + 1 that a following needs.
_VECTORS: Final = 9

#: How much shorter steps are each time a following is tried again, and at the last.
_CARE: Final = 0.1
_LEAST_CARE: Final = 0.009

#: Most steps tried along one branch.
MOST_STEPS: Final = 5_000


def make_desk(structure: Structure, entries: int) -> Desk:
    """Room for everything that a following overwrites.

    Returns:
        p, logp, live, value, reach, top, mu, gain, slope as in `kernels.evaluate`; entry, factors,
        work, rest as in `sparse.solve`; and vectors of y and t: the last point, its tangent, the
        point before and its tangent, the next point and its tangent, and three to work with.
    """
    n, actions, inner = structure.n_free, structure.n_actions, structure.n_inner
    every, sets = int(structure.first_action[-1]), structure.n_infosets
    nodes = inner + len(structure.terminal)
    return (
        np.zeros(every),
        np.zeros(every),
        np.ones(inner, np.bool_),
        np.zeros((nodes, structure.n_players)),
        np.zeros(inner),
        np.zeros(sets),
        np.zeros(inner),
        np.zeros(actions),
        np.zeros(n),
        np.zeros(entries),
        np.zeros(entries),
        np.zeros(n),
        np.zeros(n),
        np.zeros((_VECTORS, n + 1)),
    )


def unit_of(payoffs: Floats) -> tuple[Floats, float]:
    """Midpoint of each player's payoffs, and the largest payoff range (1 where all are 0)."""
    low, high = payoffs.min(axis=1, initial=np.inf), payoffs.max(axis=1, initial=-np.inf)
    widest = float((high - low).max(initial=0.0))
    return 0.5 * (low + high), widest if widest > 0.0 else 1.0


@jit
def see(tree: Tree, n_sets: int, desk: Desk, y: Floats) -> None:
    """Evaluate both passes at `y`."""
    p, logp, live, value, reach, top, mu, gain, slope, _, _, _, _, _ = desk
    evaluate(tree, n_sets, live, y, p, logp, reach, top, mu, value, gain, slope)


@jit
def linearize(tree: Tree, frame: Frame, n_sets: int, recall: bool, desk: Desk, t: float) -> float:
    """Factor dH/dy at the point last seen; returns the sign of its determinant, 0 if singular."""
    p, _, _, value, _, _, mu, gain, _, entry, factors, work, _, _ = desk
    assemble(tree, frame, n_sets, recall, t, p, mu, value, gain, entry)
    return factor(frame, entry, factors, work)


@jit
def back(frame: Frame, desk: Desk, right: Floats, out: Floats) -> float:
    """Solve with the last factors; returns the relative residual."""
    return solve(frame, desk[9], desk[10], right, out, desk[11], desk[12])


@jit
def dot(x: Floats, y: Floats) -> float:
    """The inner product in which steps are measured: mean over y, plus t."""
    n = x.size - 1
    total = 0.0
    for r in range(n):
        total += x[r] * y[r]
    product: float = total / max(n, 1) + x[n] * y[n]
    return product


@jit
def correct(
    tree: Tree, frame: Frame, n_sets: int, recall: bool, desk: Desk, fixed: bool
) -> tuple[bool, float, float]:
    """Newton's method from the predicted point, with one factorization unless it slows down.

    The hyperplane across the tangent is searched, or that of the same t where `fixed`, to the end
    there and on the way only as far as needed.

    Returns:
        Whether it converged, the size of the first correction, the contraction seen first.
    """
    vec = desk[13]
    along, point, rest, step, across = vec[1], vec[4], vec[6], vec[7], vec[8]
    slope = desk[8]
    n = slope.size
    error = _END_ERROR if fixed else _WAY_ERROR
    first = 0.0
    last = 0.0
    seen = 0.0
    age = _ITERATIONS
    for iteration in range(_ITERATIONS):
        see(tree, n_sets, desk, point)
        size = 1.0
        for r in range(n):
            rest[r] = point[n] * slope[r] - point[r]
            size = max(size, abs(point[r]))
        age += 1
        if age > _ITERATIONS:
            if linearize(tree, frame, n_sets, recall, desk, point[n]) == 0.0:
                return False, first, 1.0
            if not fixed and not back(frame, desk, slope, across) < _LINEAR_ERROR:
                return False, first, 1.0
            across[n] = 1.0
            age = 0
        if not back(frame, desk, rest, step) < _LINEAR_ERROR:
            return False, first, 1.0
        step[n] = 0.0
        forward = 0.0 if fixed else -dot(along, step) / dot(along, across)
        for r in range(n + 1):
            step[r] += forward * across[r]
            point[r] += step[r]
        move = np.sqrt(dot(step, step))
        if not np.isfinite(move):
            return False, first, 1.0
        rate = move / last if iteration > 0 else 0.0
        if iteration == 0:
            first = move
        elif iteration == 1:
            seen = rate
        last = move
        if move <= error * size or (not fixed and iteration > 0 and rate * move <= error * size):
            return rate <= _CONTRACTION_MOST or iteration > 1, first, seen
        if rate > _CONTRACTION_MOST:
            if not fixed or move > 1e-6 * size:
                return False, first, rate
            if age <= 1 and rate > 0.5:
                return move <= 1e-10 * size, first, seen
            age = _ITERATIONS
    return False, first, 1.0


@jit
def predict(vec: Floats, gap: float, h: float) -> None:
    """Cubic through two points and their tangents, `h` beyond the second; a line if gap is 0."""
    point, along, old, old_along, out = vec[0], vec[1], vec[2], vec[3], vec[4]
    for r in range(out.size):
        rise = along[r]
        if gap > 0.0:
            bend = (old[r] - point[r]) / gap + along[r]
            turn = along[r] - old_along[r]
            rise += h / gap * ((3.0 * bend - turn) + h / gap * (2.0 * bend - turn))
        out[r] = point[r] + h * rise


@jit
def examine(tree: Tree, frame: Frame, n_sets: int, recall: bool, desk: Desk) -> tuple[float, float]:
    """The tangent at the corrected point.

    Returns:
        Its cosine with the last one (-1 where it could not be had), and the sign of the
        determinant of dH/dy.
    """
    vec = desk[13]
    along, new, tangent = vec[1], vec[4], vec[5]
    n = desk[8].size
    see(tree, n_sets, desk, new)
    sign = linearize(tree, frame, n_sets, recall, desk, new[n])
    if sign == 0.0 or not back(frame, desk, desk[8], tangent) < _LINEAR_ERROR:
        return -1.0, sign
    tangent[n] = 1.0
    length = np.sqrt(dot(tangent, tangent))
    if dot(tangent, along) < 0.0:
        length = -length
    for r in range(n + 1):
        tangent[r] /= length
    return dot(tangent, along), sign


@jit
def advance(vec: Floats) -> float:
    """Make the corrected point the last one, and the last one old; returns their distance."""
    point, along, old, old_along, new, tangent, step = (
        vec[0],
        vec[1],
        vec[2],
        vec[3],
        vec[4],
        vec[5],
        vec[7],
    )
    for r in range(point.size):
        step[r] = new[r] - point[r]
        old[r] = point[r]
        old_along[r] = along[r]
        point[r] = new[r]
        along[r] = tangent[r]
    return float(np.sqrt(dot(step, step)))


@jit
def extremum(vec: Floats, gap: float) -> float:
    """Where t turns between the last points, by the cubic through them and their slopes."""
    n = vec.shape[1] - 1
    before = vec[3, n]
    after = vec[1, n]
    u = before / (before - after)
    rise = u * u * (3.0 - 2.0 * u)
    bend = u * (1.0 - u) * ((1.0 - u) * before - u * after)
    between: float = vec[2, n] + rise * (vec[0, n] - vec[2, n]) + gap * bend
    return between


@jit
def begin(tree: Tree, n_sets: int, desk: Desk) -> None:
    """Stand at t = 0, uniform play, with the branch's tangent there."""
    vec, slope = desk[13], desk[8]
    n = slope.size
    for r in range(n + 1):
        vec[0, r] = 0.0
    see(tree, n_sets, desk, vec[0])
    for r in range(n):
        vec[1, r] = slope[r]
    vec[1, n] = 1.0
    length = np.sqrt(dot(vec[1], vec[1]))
    for r in range(n + 1):
        vec[1, r] /= length


@jit
def note(vec: Floats, trace: Floats, points: int) -> int:
    """Keep the last point in `trace` where there is room; returns how many are kept."""
    if points >= trace.shape[0]:
        return points
    for r in range(trace.shape[1]):
        trace[points, r] = vec[0, r]
    return points + 1


@jit
def go(
    tree: Tree,
    frame: Frame,
    n_sets: int,
    recall: bool,
    desk: Desk,
    target: float,
    quiet: float,
    most: int,
    care: float,
    turns: Floats,
    trace: Floats,
) -> tuple[int, int, int, int, int]:
    """The steps of `follow`, on numbers that are laid; the smaller `care`, the shorter they are."""
    vec = desk[13]
    patience = _PATIENCE if care >= 1.0 else _PATIENCE_CAREFUL
    least_cosine = 1.0 - (1.0 - _COSINE_LEAST) * care
    n = vec.shape[1] - 1
    begin(tree, n_sets, desk)
    points = note(vec, trace, 0)
    if target <= 0.0:
        return REACHED, 0, 0, 0, points
    n_turns, crossings, doubts, calm = 0, 0, 0, 0
    gap, sense, h, curved = 0.0, 1.0, _FIRST_STEP, True
    for tried in range(1, most + 1):
        predict(vec, gap if curved else 0.0, h)
        landing = vec[1, n] > 0.0 and vec[4, n] >= target
        if landing:
            h = min(h, (target - vec[0, n]) / vec[1, n])
            predict(vec, gap if curved else 0.0, h)
            vec[4, n] = target
        good, first, rate = correct(tree, frame, n_sets, recall, desk, landing)
        strain = max(rate / _CONTRACTION_AIM, first / (_CORRECTION_AIM * h), 1e-3 * care) / care
        if good and rate <= _CONTRACTION_MOST and first <= _CORRECTION_MOST * max(h, 1e-3):
            cosine, sign = examine(tree, frame, n_sets, recall, desk)
            good = cosine >= least_cosine and not (landing and vec[5, n] < 0.0)
            calm += 1
            if good and sign * vec[5, n] * sense < 0.0:
                doubts = doubts + 1 if calm <= patience + 1 or doubts == 0 else 1
                calm = 0
                good = doubts > patience and cosine >= _STRAIGHT and first <= _SMOOTH * h
                if good:
                    crossings += 1
                    sense = -sense
                    doubts = 0
        else:
            good = False
        if not good:
            curved = not curved
            h *= 0.4
            if h < _LEAST_STEP * (1.0 + abs(vec[0, n])):
                return STUCK, tried, n_turns, crossings, points
            continue
        curved = True
        gap = advance(vec)
        if vec[0, n] < 0.0:
            return STUCK, tried, n_turns, crossings, points
        points = note(vec, trace, points)
        if vec[3, n] * vec[1, n] < 0.0:
            if n_turns < turns.size:
                turns[n_turns] = extremum(vec, gap)
            n_turns += 1
        rising = vec[1, n] > 0.0
        if landing or (rising and largest_regret(tree[5], n_sets, desk[0], desk[7]) <= quiet):
            return REACHED, tried, n_turns, crossings, points
        h *= min(_GROWTH, max(0.3, strain ** (-1.0 / 3.0)))
    return OUT_OF_STEPS, most, n_turns, crossings, points


@jit
def follow(
    tree: Tree,
    frame: Frame,
    n_sets: int,
    recall: bool,
    desk: Desk,
    payoffs: Floats,
    chance: Floats,
    shift: Floats,
    scale: float,
    target: float,
    quiet: float,
    most: int,
    turns: Floats,
    trace: Floats,
    log_reach: Floats,
) -> Following:
    """Follow the principal branch to its first point at t = `target`, or until regret is small.

    Args:
        tree: Columns of the structure.
        frame: Columns of the pattern.
        n_sets: Number of personal infosets.
        recall: Whether the game has perfect recall.
        desk: From `make_desk`; at the end it stands on the point reached.
        payoffs: Shape (P, Z).
        chance: Shape (C,).
        shift: Subtracted from each player's payoffs; shape (P,).
        scale: Payoffs are multiplied with it thereafter, so that they range over 1.
        target: t to land on exactly; infinity to go on until regret is `quiet`.
        quiet: Agent regret, as a fraction of the payoff range, that ends a following to the limit.
        most: Largest number of steps tried.
        turns: Overwritten by the t of turning points, as many as there is room for.
        trace: Overwritten by y and t at each point, as many as there is room for; shape
            (room, n + 1).
        log_reach: Overwritten by the log realization probability of terminals; shape (Z,).

    Returns:
        How it ended, t, steps tried, turning points passed, bifurcations passed, points traced,
        the fixed-point error in log probability, the largest agent regret.
    """
    p, logp, live, value, reach, _, _, gain, _, _, _, _, _, vec = desk
    lay_numbers(tree, payoffs, chance, shift, scale, p, logp, live, value)
    code, tried, n_turns, crossings, points = go(
        tree, frame, n_sets, recall, desk, target, quiet, most, 1.0, turns, trace
    )
    care = _CARE
    while code != REACHED and care >= _LEAST_CARE:
        # A branch never comes back to its beginning: one that did, or got lost, was left for
        # another at a near bifurcation, and shorter steps tell the two apart.
        code, tried, n_turns, crossings, points = go(
            tree, frame, n_sets, recall, desk, target, quiet, most, care, turns, trace
        )
        care *= _CARE
    t = vec[0, vec.shape[1] - 1]
    see(tree, n_sets, desk, vec[0])
    reach_terminals(tree, gain.size, p, logp, reach, log_reach)
    error = misfit(tree[5], n_sets, t, logp, gain)
    worst = largest_regret(tree[5], n_sets, p, gain)
    return code, t, tried, n_turns, crossings, points, error, worst
