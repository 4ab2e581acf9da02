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

Several draws are followed side by side, each in its lane with steps of its own. A round of all
lanes predicts, corrects, examines the tangents, and judges; a lane that has landed on its target
settles there, by Newton's method at fixed t, down to rounding.
"""

# ruff: noqa: FBT001
# Kernels take arguments by place.

from __future__ import annotations

import math
from typing import Final

import numpy as np

from lackmus.compiled.jit import jit, kernel, part
from lackmus.foundation.arrays import Floats, Ints
from lackmus.solvers.kernels.lanes import laid, pick, rows, width
from lackmus.solvers.kernels.passes import (
    believe,
    differences,
    expect,
    largest_regret,
    mark_live,
    misfit,
    reach_terminals,
    softmax,
)
from lackmus.solvers.kernels.structure import Structure
from lackmus.solvers.quantal_response.elimination import Pattern
from lackmus.solvers.quantal_response.sparse import assemble, factor, solve
from lackmus.solvers.quantal_response.workspace import (
    BENT,
    BUSY,
    COSINE,
    DISTANCE,
    ERROR,
    FAR,
    FIRST,
    FIXED,
    GOOD,
    LAST,
    MARKS,
    MOVE,
    NEAR,
    RATE,
    REGRET,
    SIGN,
    STEP,
    TAKEN,
    WAY,
    Desk,
    Draws,
    Records,
)

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
_LINEAR_ERROR: Final = 1e-6
_FIRST_STEP: Final = 2.0
_LEAST_STEP: Final = 1e-10
_SHRINK: Final = 0.4
_GROWTH: Final = 4.0
_PATIENCE: Final = 4
_PATIENCE_CAREFUL: Final = 16
_STRAIGHT: Final = 0.9999
_SMOOTH: Final = 1e-3
_ITERATIONS: Final = 12

#: Log odds at the end: the error that ends their correction, the contraction from which on it is
#: rounding that moves them, how much that may be, both as a fraction of their size and of precision
#: times the mover's payoff range, how much they may move at all, and how often they are linearized
#: anew.
_END_ERROR: Final = 2e-15
_END_NEAR: Final = 2.0**-52
_END_CONTRACTION: Final = 0.5
_END_ROUNDING: Final = 1e-10
_END_FAR: Final = 256 * 2.0**-52
_END_MOVE: Final = 1e-3
_SETTLINGS: Final = 4

#: How much shorter steps are each time a following is tried again, and at the last.
_CARE: Final = 0.1
_LEAST_CARE: Final = 0.009

#: Most steps tried along one branch.
MOST_STEPS: Final = 5_000

#: Lanes with work left at which each goes on alone: eight at once take as long as three alone.
_FEW: Final = 2

#: What a lane is at: without a draw; at t = 0; on its way; at the target, settling; at its end.
_IDLE: Final = 0
_STARTING: Final = 1
_MOVING: Final = 2
_SETTLING: Final = 3
_ENDED: Final = 4


@kernel
def lay_numbers(
    tree: Structure,
    desk: Desk,
    lane: int,
    payoffs: Floats,
    chance: Floats,
    shift: Floats,
    scale: float,
) -> None:
    """Write a draw's numbers where a lane of the passes expects them.

    Overwrites the chance part of `p` and `logp` (log 0 becomes 0), `live`, and the terminals'
    rows of `value`, which become (payoff - shift of the player) * scale, and `span`.
    """
    empty = np.zeros(tree.up.size, np.int32)
    for c in range(chance.size):
        desk.p[tree.n_actions + c, lane] = chance[c]
        logp = 0.0
        if chance[c] > 0.0:
            logp = math.log(chance[c])
        desk.logp[tree.n_actions + c, lane] = logp
    mark_live(tree, chance, empty)
    for j in range(empty.size):
        live = 0.0
        if empty[j] > 0:
            live = -np.inf
        desk.live[j, lane] = live
    for i in range(tree.n_players):
        low, high = 0.0, 0.0
        for z in range(tree.terminal.size):
            value = (payoffs[i, z] - shift[i]) * scale
            desk.value[tree.terminal[z], i, lane] = value
            low, high = min(low, value), max(high, value)
        desk.span[i, lane] = high - low


@kernel
def see(tree: Structure, desk: Desk, y: Floats) -> None:
    """Everything that follows from `y`: both passes."""
    softmax(tree, y, desk.p, desk.logp)
    believe(tree, desk.logp, desk.live, desk.reach, desk.mu, desk.sums)
    expect(tree, desk.p, desk.mu, desk.value, desk.gain)
    differences(tree, desk.gain, desk.slope)


@kernel
def linearize(tree: Structure, pattern: Pattern, desk: Desk, t: float) -> float:
    """Factor dH/dy at the point last seen; returns the sign of its determinant, 0 if singular."""
    p, mu, value, gain, entry = desk.p, desk.mu, desk.value, desk.gain, desk.entry
    assemble(tree, pattern, t, p, mu, value, gain, desk.push, desk.pull, entry)
    return factor(pattern, entry, desk.factors, desk.work)


@kernel
def back(pattern: Pattern, desk: Desk, right: Floats, out: Floats) -> float:
    """Solve with the last factors; returns the relative residual."""
    return solve(pattern, desk.entry, desk.factors, right, out, desk.work, desk.rest)


@kernel
def dot(n: int, x: Floats, y: Floats) -> float:
    """The inner product in which steps are measured: mean over y, plus t."""
    total = 0.0
    for r in range(n):
        total += x[r] * y[r]
    product: float = total / max(n, 1) + x[n] * y[n]
    return product


@part
def cubic(
    point: float, along: float, old: float, old_along: float, bent: float, step: float
) -> float:
    """Cubic through two points and their tangents, `step` beyond the first; a line if not `bent`.

    `bent` is one over the distance of the points, or 0.
    """
    bend = (old - point) * bent + along
    turn = along - old_along
    part = step * bent
    return point + step * (along + part * ((3.0 * bend - turn) + part * (2.0 * bend - turn)))


@kernel
def start(n: int, desk: Desk, course: Records, lane: int) -> None:
    """Stand at t = 0, uniform play, before the tangent there is known."""
    for r in range(n + 1):
        desk.here[r, lane] = 0.0
        desk.along[r, lane] = 0.0
        desk.old[r, lane] = 0.0
        desk.old_along[r, lane] = 0.0
    desk.along[n, lane] = 1.0
    desk.marks[STEP, lane] = 0.0
    desk.marks[DISTANCE, lane] = 0.0
    it = course[lane]
    it.stage = _STARTING
    it.sense = 1.0
    it.tried = 0
    it.settlings = 0
    it.points = 0
    it.turns = 0
    it.crossings = 0
    it.doubts = 0
    it.calm = 0
    it.curved = False


@kernel
def aim(n: int, desk: Desk, course: Records, lane: int, target: float) -> None:
    """Choose a lane's step: as long as it was found to be, or to the target if that is nearer."""
    marks, stage = desk.marks, course[lane].stage
    marks[BUSY, lane] = 0.0 if stage == _IDLE else 1.0
    marks[FIXED, lane] = 1.0
    marks[BENT, lane] = 0.0
    if stage != _MOVING:
        marks[STEP, lane] = 0.0
        return
    course[lane].tried += 1
    if course[lane].curved and marks[DISTANCE, lane] > 0.0:
        marks[BENT, lane] = 1.0 / marks[DISTANCE, lane]
    t, along = desk.here[n, lane], desk.along[n, lane]
    old, old_along = desk.old[n, lane], desk.old_along[n, lane]
    landing = cubic(t, along, old, old_along, marks[BENT, lane], marks[STEP, lane])
    if along > 0.0 and landing >= target:
        marks[STEP, lane] = min(marks[STEP, lane], (target - t) / along)
    else:
        marks[FIXED, lane] = 0.0


@kernel
def predict(n: int, desk: Desk) -> None:
    """Take the step that the last points suggest."""
    bent, step = desk.marks[BENT], desk.marks[STEP]
    for r in range(n + 1):
        here, old = desk.here[r], desk.old[r]
        desk.ahead[r] = cubic(here, desk.along[r], old, desk.old_along[r], bent, step)


@kernel
def measure(n: int, desk: Desk) -> None:
    """Write how far the point seen is from being a fixed point."""
    t = desk.ahead[n]
    for r in range(n):
        desk.gap[r] = t * desk.slope[r] - desk.ahead[r]


@kernel
def move(n: int, desk: Desk) -> None:
    """Add Newton's step to the point, in the hyperplane across the tangent or that of t."""
    marks, step, across = desk.marks, desk.step, desk.across
    step[n] = 0.0
    forward = -dot(n, desk.along, step) / dot(n, desk.along, across)
    forward = pick(marks[FIXED] > 0.0, 0.0, forward)
    busy = marks[BUSY]
    for r in range(n + 1):
        step[r] += forward * across[r]
        desk.ahead[r] += pick(busy > 0.0, step[r], 0.0)
    marks[MOVE] = pick(busy > 0.0, math.sqrt(dot(n, step, step)), marks[MOVE])


@kernel
def compare(tree: Structure, desk: Desk) -> None:
    """Measure the last move by what rounding does to the log odds of each player.

    A log odds is precision times a difference of the mover's payoffs, and rounded as they are;
    players with small payoffs are held to theirs, whatever the payoffs of others.
    """
    near, far, way = 0.0, 0.0, 0.0
    t = desk.ahead[desk.slope.size]
    for s in range(tree.n_infosets):
        reach = t * desk.span[tree.mover[s]]
        for r in range(tree.first_action[s] - s, tree.first_action[s + 1] - s - 1):
            moved, size = abs(desk.step[r]), max(1.0, abs(desk.ahead[r]))
            near = max(near, moved / (_END_ERROR * size + _END_NEAR * reach))
            far = max(far, moved / (_END_ROUNDING * size + _END_FAR * reach))
            way = max(way, moved / (_WAY_ERROR * size + _END_FAR * reach))
    desk.marks[NEAR], desk.marks[FAR], desk.marks[WAY] = near, far, way


@kernel
def weigh(desk: Desk, lane: int, iteration: int, settling: bool) -> None:
    """Say of a lane whether Newton's method came to an end, and whether to a good one."""
    marks = desk.marks
    step = marks[MOVE, lane]
    rate = 0.0
    if iteration == 0:
        marks[FIRST, lane] = step
        marks[RATE, lane] = 0.0
    else:
        rate = step / marks[LAST, lane]
    if iteration == 1:
        marks[RATE, lane] = rate
    there = marks[NEAR, lane] <= 1.0
    if not settling:
        there = marks[WAY, lane] * (rate if 0.0 < rate < 1.0 else 1.0) <= 1.0
    if not step < np.inf:
        busy, good = False, False
    elif settling:
        busy = not there and rate <= _END_CONTRACTION
        good = there or (not busy and marks[FAR, lane] <= 1.0)
    else:
        busy = not there and rate <= _CONTRACTION_MOST
        good = there and (iteration > 1 or rate <= _CONTRACTION_MOST)
    if not (busy or good):
        marks[RATE, lane] = max(rate, _CONTRACTION_MOST)
    marks[BUSY, lane] = 1.0 if busy else 0.0
    marks[GOOD, lane] = 1.0 if good else 0.0


@kernel
def correct(tree: Structure, pattern: Pattern, desk: Desk, course: Records) -> None:
    """Newton's method from the predicted points, with one factorization.

    The hyperplane across the tangent is searched, or that of the same t where a lane has that
    `FIXED`, to the end where it is settling and on the way only as far as needed. Overwrites
    the marks.
    """
    n, marks = pattern.place.size, desk.marks
    marks[GOOD] = 0.0
    marks[RATE] = 1.0
    marks[FIRST] = 0.0
    for iteration in range(_ITERATIONS):
        see(tree, desk, desk.ahead)
        measure(n, desk)
        if iteration == 0:
            sign = linearize(tree, pattern, desk, desk.ahead[n])
            marks[BUSY] = pick(abs(sign) > 0.0, marks[BUSY], 0.0)
            error = back(pattern, desk, desk.slope, desk.across)
            unknown = pick(error < _LINEAR_ERROR, marks[BUSY], 0.0)
            marks[BUSY] = pick(marks[FIXED] > 0.0, marks[BUSY], unknown)
            desk.across[n] = 1.0
        error = back(pattern, desk, desk.gap, desk.step)
        marks[BUSY] = pick(error < _LINEAR_ERROR, marks[BUSY], 0.0)
        marks[LAST] = marks[MOVE]
        move(n, desk)
        compare(tree, desk)
        going = False
        for lane in range(width(marks)):
            if marks[BUSY, lane] > 0.0:
                weigh(desk, lane, iteration, course[lane].stage == _SETTLING)
                going = going or marks[BUSY, lane] > 0.0
        if not going:
            break


@kernel
def examine(tree: Structure, pattern: Pattern, desk: Desk, course: Records) -> None:
    """The tangent at the corrected points, where one is needed; overwrites the marks."""
    n, marks, tangent = pattern.place.size, desk.marks, desk.tangent
    see(tree, desk, desk.ahead)
    marks[REGRET] = largest_regret(tree, desk.p, desk.gain)
    wanted = False
    for lane in range(width(marks)):
        wanted = wanted or (marks[GOOD, lane] > 0.0 and course[lane].stage != _SETTLING)
    if not wanted:
        return
    sign = linearize(tree, pattern, desk, desk.ahead[n])
    error = back(pattern, desk, desk.slope, tangent)
    tangent[n] = 1.0
    length = math.sqrt(dot(n, tangent, tangent))
    length = pick(dot(n, tangent, desk.along) < 0.0, -length, length)
    for r in range(n + 1):
        tangent[r] /= length
    cosine = pick(error < _LINEAR_ERROR, dot(n, tangent, desk.along), -1.0)
    marks[COSINE] = pick(abs(sign) > 0.0, cosine, -1.0)
    marks[SIGN] = sign


@kernel
def is_sound(n: int, desk: Desk, course: Records, lane: int) -> bool:
    """Whether a step is good enough to be taken, and stays on the branch as far as can be seen."""
    marks = desk.marks
    first, step = marks[FIRST, lane], marks[STEP, lane]
    if marks[GOOD, lane] == 0.0 or marks[RATE, lane] > _CONTRACTION_MOST:
        return False
    if first > _CORRECTION_MOST * max(step, 1e-3):
        return False
    cosine, forward = marks[COSINE, lane], desk.tangent[n, lane]
    if course[lane].stage == _STARTING:
        return bool(cosine > 0.0)
    course[lane].calm += 1
    if cosine < 1.0 - (1.0 - _COSINE_LEAST) * course[lane].care:
        return False
    if marks[FIXED, lane] > 0.0 and forward < 0.0:
        return False
    if marks[SIGN, lane] * forward * course[lane].sense >= 0.0:
        return True
    patience = _PATIENCE if course[lane].care >= 1.0 else _PATIENCE_CAREFUL
    late = course[lane].calm > patience + 1
    course[lane].doubts = 1 if late else course[lane].doubts + 1
    course[lane].calm = 0
    if course[lane].doubts <= patience or cosine < _STRAIGHT or first > _SMOOTH * step:
        return False
    course[lane].crossings += 1
    course[lane].sense = -course[lane].sense
    course[lane].doubts = 0
    return True


@kernel
def judge(n: int, desk: Desk, course: Records, lane: int) -> None:
    """Say of a lane whether its point is taken."""
    marks, stage = desk.marks, course[lane].stage
    taken = False
    if stage == _SETTLING:
        taken = marks[GOOD, lane] > 0.0 or marks[MOVE, lane] <= _END_MOVE
    elif stage != _IDLE:
        taken = is_sound(n, desk, course, lane)
    marks[TAKEN, lane] = 1.0 if taken else 0.0


@kernel
def advance(n: int, desk: Desk) -> None:
    """Where a point is taken make it the last one, and the last one old."""
    marks, step = desk.marks, desk.step
    for r in range(n + 1):
        taken = marks[TAKEN] > 0.0
        here, along = desk.here[r], desk.along[r]
        step[r] = desk.ahead[r] - here
        desk.old[r] = pick(taken, here, desk.old[r])
        desk.old_along[r] = pick(taken, along, desk.old_along[r])
        desk.here[r] = pick(taken, desk.ahead[r], here)
        desk.along[r] = pick(taken, desk.tangent[r], along)
    distance = math.sqrt(dot(n, step, step))
    marks[DISTANCE] = pick(marks[TAKEN] > 0.0, distance, marks[DISTANCE])


@kernel
def extremum(n: int, desk: Desk, lane: int) -> float:
    """Where t turns between the last points, by the cubic through them and their slopes."""
    before, after = desk.old_along[n, lane], desk.along[n, lane]
    old, here = desk.old[n, lane], desk.here[n, lane]
    u = before / (before - after)
    rise = u * u * (3.0 - 2.0 * u)
    bend = u * (1.0 - u) * ((1.0 - u) * before - u * after)
    between: float = old + rise * (here - old) + desk.marks[DISTANCE, lane] * bend
    return between


@kernel
def note(n: int, desk: Desk, course: Records, lane: int, trace: Floats) -> None:
    """Keep the last point in `trace` where there is room."""
    if course[lane].points < trace.shape[0]:
        for r in range(n + 1):
            trace[course[lane].points, r] = desk.here[r, lane]
        course[lane].points += 1


@part
def end(course: Records, lane: int, code: int) -> None:
    """Bring a lane to its end."""
    course[lane].stage = _ENDED
    course[lane].code = code


@kernel
def proceed(
    n: int, desk: Desk, course: Records, lane: int, draws: Draws, quiet: float, most: int
) -> None:
    """What a lane does after a try: the next step, the same one shorter, or its end."""
    marks, it = desk.marks, course[lane]
    taken = marks[TAKEN, lane] > 0.0
    if it.stage == _STARTING:
        marks[STEP, lane] = _FIRST_STEP
        it.stage = _MOVING
        if not taken:
            end(course, lane, STUCK)
        elif draws.target[it.draw] <= 0.0:
            it.stage = _SETTLING
        else:
            note(n, desk, course, lane, draws.trace[it.draw])
    elif it.stage == _SETTLING:
        settle_down(n, desk, course, lane, draws)
    elif it.stage == _MOVING and taken:
        go_on(n, desk, course, lane, draws, quiet)
    elif it.stage == _MOVING:
        it.curved = not it.curved
        marks[STEP, lane] *= _SHRINK
        if marks[STEP, lane] < _LEAST_STEP * (1.0 + abs(desk.here[n, lane])):
            end(course, lane, STUCK)
    if it.stage == _MOVING and it.tried >= most:
        end(course, lane, OUT_OF_STEPS)


@kernel
def settle_down(n: int, desk: Desk, course: Records, lane: int, draws: Draws) -> None:
    """End at the target where the point there is good."""
    it = course[lane]
    it.settlings += 1
    if desk.marks[GOOD, lane] > 0.0:
        note(n, desk, course, lane, draws.trace[it.draw])
        end(course, lane, REACHED)
    elif desk.marks[TAKEN, lane] == 0.0 or it.settlings >= _SETTLINGS:
        end(course, lane, STUCK)


@kernel
def go_on(n: int, desk: Desk, course: Records, lane: int, draws: Draws, quiet: float) -> None:
    """Note the point taken on the way, and choose the length of the next step."""
    marks, draw, care = desk.marks, course[lane].draw, course[lane].care
    course[lane].curved = True
    if desk.here[n, lane] < 0.0:
        end(course, lane, STUCK)
        return
    if desk.old_along[n, lane] * desk.along[n, lane] < 0.0:
        if course[lane].turns < draws.turned_at.shape[1]:
            draws.turned_at[draw, course[lane].turns] = extremum(n, desk, lane)
        course[lane].turns += 1
    if marks[FIXED, lane] > 0.0:
        course[lane].stage = _SETTLING
        return
    note(n, desk, course, lane, draws.trace[draw])
    if desk.along[n, lane] > 0.0 and marks[REGRET, lane] <= quiet:
        end(course, lane, REACHED)
    first = marks[FIRST, lane] / (_CORRECTION_AIM * marks[STEP, lane])
    strain = max(marks[RATE, lane] / _CONTRACTION_AIM, first, 1e-3 * care) / care
    marks[STEP, lane] *= min(_GROWTH, max(0.3, strain ** (-1.0 / 3.0)))


@kernel
def hand_out(desk: Desk, course: Records, lane: int, draws: Draws) -> None:
    """Write what was found of a lane's draw."""
    draw = course[lane].draw
    ending = draws.ending[draw]
    ending.code = course[lane].code
    ending.tried = course[lane].tried
    ending.points = course[lane].points
    ending.turns = course[lane].turns
    ending.crossings = course[lane].crossings
    ending.t = desk.here[desk.slope.size, lane]
    ending.error = desk.marks[ERROR, lane]
    ending.regret = desk.marks[REGRET, lane]
    for a in range(draws.strategy.shape[1]):
        draws.strategy[draw, a] = desk.p[a, lane]
    for a in range(draws.gain.shape[1]):
        draws.gain[draw, a] = desk.gain[a, lane]
    for z in range(draws.log_reach.shape[1]):
        draws.log_reach[draw, z] = desk.log_reach[z, lane]


@kernel
def close(tree: Structure, desk: Desk, course: Records, draws: Draws) -> None:
    """Free the lanes that have come to an end; those that failed try again with more care."""
    n = desk.slope.size
    finished, lost = False, False
    for lane in range(width(desk.marks)):
        if course[lane].stage != _ENDED:
            continue
        course[lane].care *= _CARE
        if course[lane].code != REACHED and course[lane].care >= _LEAST_CARE:
            # A branch never comes back to its beginning: one that did, or got lost, was left for
            # another at a near bifurcation, and shorter steps tell the two apart.
            start(n, desk, course, lane)
            continue
        finished = True
        lost = lost or course[lane].code != REACHED
    if not finished:
        return
    if lost:
        see(tree, desk, desk.here)
    t = desk.here[n]
    desk.marks[ERROR] = misfit(tree, t, desk.logp, desk.gain)
    desk.marks[REGRET] = largest_regret(tree, desk.p, desk.gain)
    reach_terminals(tree, desk.p, desk.logp, desk.reach, desk.log_reach)
    for lane in range(width(desk.marks)):
        if course[lane].stage == _ENDED:
            hand_out(desk, course, lane, draws)
            course[lane].stage = _IDLE


@kernel
def employ(
    tree: Structure, desk: Desk, course: Records, draws: Draws, next_draw: int
) -> tuple[int, int]:
    """Give idle lanes the next draws; returns the draw after those, and how many lanes work."""
    working = 0
    for lane in range(width(desk.marks)):
        if course[lane].stage == _IDLE and next_draw < draws.target.size:
            take_up(tree, desk, lane, draws, next_draw)
            course[lane].draw = next_draw
            course[lane].care = 1.0
            start(desk.slope.size, desk, course, lane)
            next_draw += 1
        if course[lane].stage != _IDLE:
            working += 1
    return next_draw, working


@kernel
def advance_lanes(
    tree: Structure,
    pattern: Pattern,
    desk: Desk,
    course: Records,
    draws: Draws,
    next_draw: int,
    quiet: float,
    most: int,
    few: int,
) -> None:
    """Follow draws from `next_draw` on, until not more than `few` lanes are still at work.

    A lane that has come to the end of its branch takes up the next draw.
    """
    n, lanes = pattern.place.size, width(desk.marks)
    while True:
        next_draw, working = employ(tree, desk, course, draws, next_draw)
        if working <= few:
            break
        for lane in range(lanes):
            aim(n, desk, course, lane, draws.target[course[lane].draw])
        predict(n, desk)
        for lane in range(lanes):
            if course[lane].stage == _MOVING and desk.marks[FIXED, lane] > 0.0:
                desk.ahead[n, lane] = draws.target[course[lane].draw]
        correct(tree, pattern, desk, course)
        examine(tree, pattern, desk, course)
        for lane in range(lanes):
            judge(n, desk, course, lane)
        advance(n, desk)
        for lane in range(lanes):
            proceed(n, desk, course, lane, draws, quiet, most)
        close(tree, desk, course, draws)


@jit
def follow(
    columns: Structure,
    places: Pattern,
    room: Desk,
    course: Records,
    draws: Draws,
    quiet: float,
    most: int,
) -> None:
    """Follow each draw's principal branch to its first point at its target, or to small regret.

    Args:
        columns: The game's structure.
        places: Where the entries of its Jacobian lie.
        room: From `make_desk`, for one; it stands at the end on the last point reached.
        course: A record of `workspace.COURSE`, all zero.
        draws: The numbers, and room for what is found.
        quiet: Agent regret, as a fraction of the payoff range, that ends a following sooner.
        most: Largest number of steps tried on a branch.
    """
    tree, pattern, desk = laid(columns), laid(places), laid(room)
    advance_lanes(tree, pattern, desk, course, draws, 0, quiet, most, 0)


@jit
def follow_lanes(
    columns: Structure,
    places: Pattern,
    rooms: Desk,
    courses: Records,
    room: Desk,
    course: Records,
    draws: Draws,
    most: int,
) -> None:
    """Follow each draw's principal branch to its first point at its target, several side by side.

    The last few go on one after the other, each with the processor to itself; that changes no bit.

    Args:
        columns: The game's structure.
        places: Where the entries of its Jacobian lie.
        rooms: From `make_desk`, with lanes.
        courses: A record of `workspace.COURSE` for each lane, all zero.
        room: From `make_desk`, for one.
        course: A record of `workspace.COURSE`.
        draws: The numbers, and room for what is found.
        most: Largest number of steps tried on a branch.
    """
    tree, pattern, desk, one = laid(columns), laid(places), laid(rooms), laid(room)
    advance_lanes(tree, pattern, desk, courses, draws, 0, -1.0, most, _FEW)
    for lane in range(width(desk.marks)):
        if courses[lane].stage != _IDLE:
            take_up(tree, one, 0, draws, courses[lane].draw)
            change_rooms(pattern.place.size, desk, lane, one)
            course[0] = courses[lane]
            advance_lanes(tree, pattern, one, course, draws, draws.target.size, -1.0, most, 0)


@kernel
def change_rooms(n: int, desk: Desk, lane: int, one: Desk) -> None:
    """Bring what a lane knows of its way to a desk for one."""
    for r in range(n + 1):
        one.here[r] = desk.here[r, lane]
        one.along[r] = desk.along[r, lane]
        one.old[r] = desk.old[r, lane]
        one.old_along[r] = desk.old_along[r, lane]
    for mark in range(MARKS):
        one.marks[mark] = desk.marks[mark, lane]


@kernel
def take_up(tree: Structure, desk: Desk, lane: int, draws: Draws, draw: int) -> None:
    """Write a draw's numbers to a lane."""
    payoffs, chance = draws.payoffs[draw], draws.chance[draw]
    lay_numbers(tree, desk, lane, payoffs, chance, draws.shift[draw], draws.scale[draw])


@jit
def lay_one(
    columns: Structure, room: Desk, payoffs: Floats, chance: Floats, shift: Floats, scale: float
) -> None:
    """Write a draw's numbers to a desk for one; shapes as in `Draws`, for one draw."""
    lay_numbers(laid(columns), laid(room), 0, payoffs, chance, shift, scale)


@jit
def stand_at(columns: Structure, room: Desk, y: Floats) -> None:
    """Evaluate both passes at `y` on a desk for one."""
    see(laid(columns), laid(room), rows(y))


@jit
def linearize_here(columns: Structure, places: Pattern, room: Desk, t: float) -> float:
    """Factor dH/dy where a desk for one stands; the determinant's sign, 0 if singular."""
    return linearize(laid(columns), laid(places), laid(room), t)


@jit
def solve_here(places: Pattern, room: Desk, right: Floats, out: Floats) -> float:
    """Solve with the last factors of a desk for one; returns the relative residual."""
    return back(laid(places), laid(room), rows(right), rows(out))


@jit
def settle_here(columns: Structure, places: Pattern, room: Desk, course: Records, t: float) -> bool:
    """Newton's method at fixed t from where a desk for one has `here`, to where it is good."""
    tree, pattern, desk = laid(columns), laid(places), laid(room)
    n = pattern.place.size
    desk.here[n] = t
    good = False
    course[0].stage = _SETTLING
    for _ in range(_SETTLINGS):
        aim(n, desk, course, 0, t)
        predict(n, desk)
        correct(tree, pattern, desk, course)
        for r in range(n):
            desk.here[r] = desk.ahead[r]
        good = desk.marks[GOOD, 0] > 0.0
        if good:
            break
    course[0].stage = _IDLE
    see(tree, desk, desk.here)
    return good


@jit
def take_stock(columns: Structure, room: Desk, t: float) -> tuple[float, float]:
    """Fixed-point error and agent regret where a desk for one stands; fills `log_reach`."""
    tree, desk = laid(columns), laid(room)
    reach_terminals(tree, desk.p, desk.logp, desk.reach, desk.log_reach)
    return misfit(tree, t, desk.logp, desk.gain), largest_regret(tree, desk.p, desk.gain)


@jit
def respond_here(columns: Structure, room: Desk, y: Floats) -> None:
    """Write the probabilities that `y` gives to a desk for one."""
    tree, desk = laid(columns), laid(room)
    softmax(tree, rows(y), desk.p, desk.logp)


@jit
def believe_here(columns: Structure, room: Desk) -> None:
    """Write the beliefs that the probabilities on a desk for one give."""
    tree, desk = laid(columns), laid(room)
    believe(tree, desk.logp, desk.live, desk.reach, desk.mu, desk.sums)


@jit
def expect_here(columns: Structure, room: Desk) -> None:
    """Write the values that the probabilities and beliefs on a desk for one give."""
    tree, desk = laid(columns), laid(room)
    expect(tree, desk.p, desk.mu, desk.value, desk.gain)


@jit
def slope_of(columns: Structure, gain: Floats, out: Floats) -> None:
    """Differences of gains; shapes (A,) and (n,)."""
    differences(laid(columns), rows(gain), rows(out))


@jit
def spread_beliefs(inner: Ints, infoset: Ints, sets: int, mu: Floats, out: Floats) -> None:
    """Write beliefs of inner nodes to all nodes, NaN where nobody moves; shape (N,)."""
    for node in range(out.size):
        out[node] = np.nan
    for j in range(inner.size):
        if infoset[j] < sets:
            out[inner[j]] = mu[j]
