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
_CONTRACTION_AIM: Final = 0.01
_CONTRACTION_MOST: Final = 0.1
_CORRECTION_AIM: Final = 0.03
_CORRECTION_MOST: Final = 0.25
_COSINE_LEAST: Final = 0.8
_WAY_ERROR: Final = 1e-7
END_ERROR: Final = 2e-15
_LINEAR_ERROR: Final = 1e-6
_FIRST_STEP: Final = 0.25
_LEAST_STEP: Final = 1e-10
_GROWTH: Final = 2.5
_PATIENCE: Final = 4
_STRAIGHT: Final = 0.9999
_SMOOTH: Final = 1e-3
_ITERATIONS: Final = 12

#: Vectors of length n that a following needs.
_VECTORS: Final = 9

#: Most steps tried along one branch.
MOST_STEPS: Final = 20_000


def make_desk(structure: Structure, entries: int) -> Desk:
    """Room for everything that a following overwrites.

    Returns:
        p, logp, live, value, reach, top, mu, gain, slope as in `kernels.evaluate`; entry, factors,
        work, rest as in `sparse.solve`; and vectors, of which the first is y.
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
        np.zeros((_VECTORS, n)),
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
    """Mean of products: the inner product in which steps are measured."""
    total = 0.0
    for r in range(x.size):
        total += x[r] * y[r]
    return total / max(x.size, 1)


@jit
def correct(
    tree: Tree,
    frame: Frame,
    n_sets: int,
    recall: bool,
    desk: Desk,
    y: Floats,
    t: float,
    along: Floats,
    along_t: float,
    fixed: bool,
    error: float,
    room: Floats,
) -> tuple[bool, float, float, float, float]:
    """Newton's method from a predicted point, with one factorization unless it slows down.

    Args:
        tree: Columns of the structure.
        frame: Columns of the pattern.
        n_sets: Number of personal infosets.
        recall: Whether the game has perfect recall.
        desk: From `make_desk`.
        y: Predicted point; overwritten by the corrected one.
        t: Predicted t.
        along: The tangent, whose orthogonal hyperplane through the prediction is searched.
        along_t: Its component in t.
        fixed: Whether t is kept instead.
        error: Size of the last correction that is good enough.
        room: Vectors of which the last three are overwritten.

    Returns:
        Whether it converged, t, the size of the first correction, the contraction seen first, the
        sign of the determinant.
    """
    rest = room[6]
    step = room[7]
    across = room[8]
    slope = desk[8]
    first = 0.0
    last = 0.0
    seen = 0.0
    sign = 1.0
    fresh = False
    refactor = True
    for iteration in range(_ITERATIONS):
        see(tree, n_sets, desk, y)
        size = 1.0
        for r in range(y.size):
            rest[r] = t * slope[r] - y[r]
            size = max(size, abs(y[r]))
        if refactor:
            sign = linearize(tree, frame, n_sets, recall, desk, t)
            if sign == 0.0:
                return False, t, first, 1.0, 0.0
            if not fixed and not back(frame, desk, slope, across) < _LINEAR_ERROR:
                return False, t, first, 1.0, 0.0
        fresh = refactor
        refactor = False
        if not back(frame, desk, rest, step) < _LINEAR_ERROR:
            return False, t, first, 1.0, 0.0
        if not fixed:
            forward = -dot(along, step) / (along_t + dot(along, across))
            t += forward
            for r in range(y.size):
                step[r] += forward * across[r]
        for r in range(y.size):
            y[r] += step[r]
        move = np.sqrt(dot(step, step))
        if not np.isfinite(move):
            return False, t, first, 1.0, 0.0
        if iteration == 0:
            first = move
        else:
            rate = move / last
            if iteration == 1:
                seen = rate
            if move > error * size and rate > _CONTRACTION_MOST:
                if error > END_ERROR * 10.0 or move > 1e-6 * size:
                    return False, t, first, rate, 0.0
                if fresh and rate > 0.5:
                    return move <= 1e-10 * size, t, first, seen, sign
                refactor = True
        last = move
        if move <= error * size:
            return True, t, first, seen, sign
    return False, t, first, 1.0, 0.0


@jit
def predict(
    y: Floats,
    t: float,
    along: Floats,
    along_t: float,
    old: Floats,
    old_t: float,
    old_along: Floats,
    old_along_t: float,
    gap: float,
    h: float,
    out: Floats,
) -> float:
    """Cubic through two points and their tangents, `h` beyond the second; a line if gap is 0."""
    if gap <= 0.0:
        for r in range(y.size):
            out[r] = y[r] + h * along[r]
        return t + h * along_t
    u = h / gap
    for r in range(y.size):
        bend = (old[r] - y[r]) / gap + along[r]
        turn = along[r] - old_along[r]
        out[r] = y[r] + h * (along[r] + u * ((3.0 * bend - turn) + u * (2.0 * bend - turn)))
    bend = (old_t - t) / gap + along_t
    turn = along_t - old_along_t
    return t + h * (along_t + u * ((3.0 * bend - turn) + u * (2.0 * bend - turn)))


@jit
def extremum(old_t: float, old_along_t: float, t: float, along_t: float, gap: float) -> float:
    """Where t turns between two points, by the cubic through them and their slopes."""
    u = old_along_t / (old_along_t - along_t)
    rise = u * u * (3.0 - 2.0 * u)
    early = u * (1.0 - u) * (1.0 - u)
    late = u * u * (u - 1.0)
    return old_t + rise * (t - old_t) + gap * (early * old_along_t + late * along_t)


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
    turns: Floats,
    trace_t: Floats,
    trace_y: Floats,
) -> tuple[int, float, int, int, int, int]:
    """The steps of `follow`, on numbers that are laid."""
    vec = desk[13]
    y = vec[0]
    along = vec[1]
    old = vec[2]
    old_along = vec[3]
    new = vec[4]
    new_along = vec[5]
    slope = desk[8]
    p = desk[0]
    gain = desk[7]
    for r in range(y.size):
        y[r] = 0.0
    see(tree, n_sets, desk, y)
    t = 0.0
    length = np.sqrt(dot(slope, slope) + 1.0)
    along_t = 1.0 / length
    for r in range(y.size):
        along[r] = slope[r] / length
    old_t = 0.0
    old_along_t = along_t
    gap = 0.0
    sense = 1.0
    h = _FIRST_STEP
    n_turns = 0
    crossings = 0
    doubts = 0
    calm = 0
    points = 0
    curved = True
    if points < trace_t.size:
        trace_t[points] = t
        for r in range(y.size):
            trace_y[points, r] = y[r]
        points += 1
    if target <= 0.0:
        return REACHED, t, 0, 0, 0, points
    for tried in range(1, most + 1):
        used = gap if curved else 0.0
        new_t = predict(y, t, along, along_t, old, old_t, old_along, old_along_t, used, h, new)
        landing = along_t > 0.0 and new_t >= target
        if landing:
            h = min(h, (target - t) / along_t)
            predict(y, t, along, along_t, old, old_t, old_along, old_along_t, used, h, new)
            new_t = target
        good, new_t, first, rate, sign = correct(
            tree,
            frame,
            n_sets,
            recall,
            desk,
            new,
            new_t,
            along,
            along_t,
            landing,
            END_ERROR if landing else _WAY_ERROR,
            vec,
        )
        strain = max(rate / _CONTRACTION_AIM, first / (_CORRECTION_AIM * h))
        good = good and rate <= _CONTRACTION_MOST and first <= _CORRECTION_MOST * max(h, 1e-3)
        if good:
            see(tree, n_sets, desk, new)
            sign = linearize(tree, frame, n_sets, recall, desk, new_t)
            good = sign != 0.0 and back(frame, desk, slope, new_along) < _LINEAR_ERROR
        if good:
            length = np.sqrt(dot(new_along, new_along) + 1.0)
            cosine = (dot(new_along, along) + along_t) / length
            new_along_t = 1.0 / length
            if cosine < 0.0:
                new_along_t = -new_along_t
                cosine = -cosine
            good = cosine >= _COSINE_LEAST and not (landing and new_along_t < 0.0)
            if good and sign * new_along_t * sense < 0.0:
                doubts += 1
                calm = 0
                good = doubts > _PATIENCE and cosine >= _STRAIGHT and first <= _SMOOTH * h
                if good:
                    crossings += 1
                    sense = -sense
                    doubts = 0
            elif good:
                calm += 1
                doubts = 0 if calm > _PATIENCE else doubts
        if not good:
            curved = not curved
            h *= 0.4
            if h < _LEAST_STEP * (1.0 + abs(t)):
                return STUCK, t, tried, n_turns, crossings, points
            continue
        curved = True
        gap = (new_t - t) * (new_t - t)
        for r in range(y.size):
            old_along[r] = along[r]
            along[r] = new_along[r] * new_along_t
            old[r] = y[r]
            y[r] = new[r]
            gap += (y[r] - old[r]) ** 2 / y.size
        gap = np.sqrt(gap)
        old_t = t
        t = new_t
        old_along_t = along_t
        along_t = new_along_t
        if old_along_t * along_t < 0.0:
            if n_turns < turns.size:
                turns[n_turns] = extremum(old_t, old_along_t, t, along_t, gap)
            n_turns += 1
        if points < trace_t.size:
            trace_t[points] = t
            for r in range(y.size):
                trace_y[points, r] = y[r]
            points += 1
        if landing or (along_t > 0.0 and largest_regret(tree[5], n_sets, p, gain) <= quiet):
            return REACHED, t, tried, n_turns, crossings, points
        h *= min(_GROWTH, max(0.3, strain ** (-1.0 / 3.0))) if strain > 0.0 else _GROWTH
    return OUT_OF_STEPS, t, most, n_turns, crossings, points


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
    trace_t: Floats,
    trace_y: Floats,
    log_reach: Floats,
) -> Following:
    """Follow the principal branch to its first point at t = `target`, or until regret is small.

    Args:
        tree: Columns of the structure.
        frame: Columns of the pattern.
        n_sets: Number of personal infosets.
        recall: Whether the game has perfect recall.
        desk: From `make_desk`; its y, p, logp, reach, mu, value, gain are those of the end.
        payoffs: Shape (P, Z).
        chance: Shape (C,).
        shift: Subtracted from each player's payoffs; shape (P,).
        scale: Payoffs are multiplied with it thereafter, so that they range over 1.
        target: t to land on exactly; infinity to go on until regret is `quiet`.
        quiet: Agent regret, as a fraction of the payoff range, that ends a following to the limit.
        most: Largest number of steps tried.
        turns: Overwritten by the t of turning points, as many as there is room for.
        trace_t: Overwritten by t at each point, as many as there is room for; may be empty.
        trace_y: Likewise y; shape (room, n).
        log_reach: Overwritten by the log realization probability of terminals; shape (Z,).

    Returns:
        How it ended, t, steps tried, turning points passed, bifurcations passed, points traced,
        the fixed-point error in log probability, the largest agent regret.
    """
    p, logp, live, value, _, _, _, gain, _, _, _, _, _, vec = desk
    lay_numbers(tree, payoffs, chance, shift, scale, p, logp, live, value)
    code, t, tried, n_turns, crossings, points = go(
        tree, frame, n_sets, recall, desk, target, quiet, most, turns, trace_t, trace_y
    )
    see(tree, n_sets, desk, vec[0])
    reach_terminals(tree, gain.size, p, logp, desk[4], log_reach)
    error = misfit(tree[5], n_sets, t, logp, gain)
    return (
        code,
        t,
        tried,
        n_turns,
        crossings,
        points,
        error,
        largest_regret(tree[5], n_sets, p, gain),
    )
