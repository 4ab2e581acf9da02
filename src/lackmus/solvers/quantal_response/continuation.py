"""Pseudo-arclength continuation of one lane's branch: steps chosen, judged, taken; compiled.

The agent logit equilibria of a game are the zeros of H(y, t) = y - t * slope(y), where y are the
log odds of every action against its infoset's first, slope(y) the differences of their expected
payoffs given the beliefs that y implies, and t the precision times the payoff range (McKelvey and
Palfrey, Quantal response equilibria for extensive form games, Experimental Economics 1, 1998).
The principal branch is the curve of zeros that starts from uniform play at t = 0. As t grows it
becomes affine, so steps grow geometrically; it may turn back in t, so that t is an unknown like
the others (Turocy, A dynamic homotopy interpretation of the logistic quantal response
equilibrium correspondence, Games and Economic Behavior 51, 2005; and Computing sequential
equilibria using agent quantal response equilibria, Economic Theory 42, 2010).

A try: a cubic through the last two points and tangents predicts; Newton's method (`newton`)
corrects in the hyperplane across the tangent (Allgower and Georg, Introduction to Numerical
Continuation Methods, 2003, ch. 6). What is found is taken, or tried again, shorter, where the
corrector contracts slowly (Deuflhard, Newton Methods for Nonlinear Problems, 2004, sec. 5.1),
corrects much, turns the tangent sharply, or where the sign of the determinant of dH/dy disagrees
with the direction in t: on one curve the product of both is constant, so a jump to a neighbouring
one is caught. Where no shorter step mends that, the curve crosses another (a bifurcation, as
symmetric games have) and is followed straight through.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from lackmus.compiled.jit import kernel, part
from lackmus.foundation.arrays import Floats
from lackmus.solvers.kernels.lanes import pick
from lackmus.solvers.kernels.structure import Structure
from lackmus.solvers.quantal_response.elimination import Pattern
from lackmus.solvers.quantal_response.newton import dot, take_step
from lackmus.solvers.quantal_response.workspace import (
    BENT,
    COSINE,
    DISTANCE,
    FAR,
    FIRST,
    FIXED,
    FRESH,
    LAST,
    LEAP,
    MORE,
    MOVE,
    MOVED,
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

#: What a lane is at: without a draw; at t = 0; on its way; at the target, settling; at its end.
IDLE: Final = 0
STARTING: Final = 1
MOVING: Final = 2
SETTLING: Final = 3
ENDED: Final = 4

#: What becomes of a try after a step of Newton's method: it goes on; its point is taken; it is not;
#: it is and needs no further step.
GOES_ON: Final = 0
IS_TAKEN: Final = 1
IS_REFUSED: Final = 2
HAS_SETTLED: Final = 3

#: Error along the way, as a part of a try's step: where that is small a turn is sharp. How many
#: times what rounding does at a regular point it may do, and as how large a part of a step.
_WAY_PART: Final = 3e-3
_NOISE: Final = 64.0
_NOISE_PART: Final = 1e-2

#: By how much a step of Newton's may move log odds for its factors to tell how far it went wrong:
#: beyond, probabilities may be others altogether, and all is linearized anew.
_LEAP: Final = 1.0

#: Controls: contraction of the corrector and size of its first correction (in steps) that are
#: aimed at and refused, smallest cosine between tangents; how often the determinant's sign may
#: object before a smooth and straight step is taken for a crossing of branches.
_CONTRACTION_AIM: Final = 0.02
_CONTRACTION_MOST: Final = 0.08
_CORRECTION_AIM: Final = 0.1
_CORRECTION_MOST: Final = 0.25
_COSINE_LEAST: Final = 0.8
_FIRST_STEP: Final = 3.0
_LEAST_STEP: Final = 1e-10
_SHRINK: Final = 0.4
_GROWTH: Final = 4.0
_PATIENCE: Final = 4
_PATIENCE_CAREFUL: Final = 16
_STRAIGHT: Final = 0.9999
_SMOOTH: Final = 1e-3
_ITERATIONS: Final = 12

#: How near in t, as a fraction, two turning points are that may be one.
_SAME_TURN: Final = 1e-4

#: At the end, the contraction from which on it is rounding that moves log odds, and how much they
#: may be moved at all by a step that does not contract.
_END_CONTRACTION: Final = 0.5
_END_MOVE: Final = 1e-3


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
    it.stage = STARTING
    it.sense = 1.0
    it.tried = 0
    it.corrections = 0
    it.corrected = False
    it.seen = False
    it.points = 0
    it.turns = 0
    it.crossings = 0
    it.doubts = 0
    it.calm = 0
    it.curved = False


@kernel
def aim(n: int, desk: Desk, course: Records, lane: int, target: float) -> None:
    """Choose the step of a lane that begins a try: as long as was found, or to the target."""
    marks, it = desk.marks, course[lane]
    fresh = it.stage != IDLE and it.corrections == 0
    marks[FRESH, lane] = 1.0 if fresh else 0.0
    if not fresh:
        return
    marks[FIXED, lane] = 1.0
    marks[BENT, lane] = 0.0
    if it.stage != MOVING:
        marks[STEP, lane] = 0.0
        return
    it.tried += 1
    if it.curved and marks[DISTANCE, lane] > 0.0:
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
    """Where a try begins take the step that the last points suggest."""
    fresh, bent, step = desk.marks[FRESH], desk.marks[BENT], desk.marks[STEP]
    for r in range(n + 1):
        here, old = desk.here[r], desk.old[r]
        there = cubic(here, desk.along[r], old, desk.old_along[r], bent, step)
        desk.ahead[r] = pick(fresh > 0.0, there, desk.ahead[r])


@kernel
def is_sound(n: int, desk: Desk, course: Records, lane: int) -> bool:
    """Whether a point is good enough to be taken, and on the branch as far as can be seen."""
    marks = desk.marks
    first, step = marks[FIRST, lane], marks[STEP, lane]
    cosine, forward = marks[COSINE, lane], desk.tangent[n, lane]
    if course[lane].stage == STARTING:
        return bool(cosine > 0.0)
    course[lane].calm += 1
    if not cosine >= 1.0 - (1.0 - _COSINE_LEAST) * course[lane].care:
        return False
    if marks[FIXED, lane] > 0.0 and forward < 0.0:
        return False
    if marks[SIGN, lane] * course[lane].sense >= 0.0:
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
def has_settled(desk: Desk, course: Records, lane: int, rate: float) -> int:
    """What becomes of the correction at a lane's target: its last step is seen, and not moved."""
    marks, it = desk.marks, course[lane]
    if it.corrected:
        return HAS_SETTLED
    left = left_behind(marks[NEAR, lane], rate)
    it.corrected = left <= 1.0 and marks[LEAP, lane] <= _LEAP
    if not it.corrected and rate > _END_CONTRACTION:
        it.corrected = marks[FAR, lane] <= 1.0
        if not it.corrected and marks[MORE, lane] > _END_MOVE:
            return IS_REFUSED
    return GOES_ON if it.corrections < _ITERATIONS else IS_REFUSED


@part
def left_behind(step: float, rate: float) -> float:
    """Error behind a simplified step of a size, `rate` times as long as Newton's before it."""
    return step * min(1.0, 2.0 * rate)


@kernel
def contraction(desk: Desk, course: Records, lane: int) -> tuple[float, bool]:
    """How much smaller a lane's simplified step is than Newton's, and whether it is noise.

    Writes what the length of the next try hangs on. Near a singular system rounding moves more
    than elsewhere, and does not contract; it counts as nothing.
    """
    marks, moved, more = desk.marks, desk.marks[MOVE, lane], desk.marks[MORE, lane]
    noise = marks[FAR, lane] <= _NOISE and more <= _NOISE_PART * marks[STEP, lane]
    rate = 0.0
    if not noise:
        rate = more / max(moved, more)
    if course[lane].corrections == 0:
        marks[FIRST, lane] = moved
        marks[RATE, lane] = rate
    elif not noise:
        rate = max(rate, moved / marks[LAST, lane])
    marks[LAST, lane] = moved
    return rate, noise


@kernel
def judge(n: int, desk: Desk, course: Records, lane: int) -> int:
    """What becomes of a lane's try after a step of Newton's method."""
    marks, iteration = desk.marks, course[lane].corrections
    moved, more, step = marks[MOVE, lane], marks[MORE, lane], marks[STEP, lane]
    rate, noise = contraction(desk, course, lane)
    if not (abs(marks[SIGN, lane]) > 0.0 and moved < np.inf and more < np.inf):
        return IS_REFUSED
    if course[lane].stage == SETTLING:
        return has_settled(desk, course, lane, rate)
    if iteration == 0 and moved > _CORRECTION_MOST * max(step, 1e-3):
        return IS_REFUSED
    size = marks[WAY, lane]
    if step > 0.0 and not noise:
        size = max(size, more / (_WAY_PART * step))
    left = left_behind(size, rate)
    if rate > _CONTRACTION_MOST and (left > 1.0 or iteration == 0):
        return IS_REFUSED
    if left > 1.0 or marks[LEAP, lane] > _LEAP:
        return GOES_ON if iteration < _ITERATIONS else IS_REFUSED
    return IS_TAKEN if is_sound(n, desk, course, lane) else IS_REFUSED


@kernel
def settle(tree: Structure, pattern: Pattern, desk: Desk, course: Records, t: float) -> bool:
    """Newton's method at fixed t from where a desk for one has `here`; whether it came to an end.

    It stands there at the end, or where it was lost.
    """
    n = pattern.place.size
    course[0].stage = SETTLING
    course[0].corrected = False
    desk.marks[FIXED, 0] = 1.0
    desk.here[n] = t
    for r in range(n + 1):
        desk.ahead[r] = desk.here[r]
    good = False
    for iteration in range(_ITERATIONS + 1):
        course[0].corrections = iteration
        take_step(tree, pattern, desk)
        found = judge(n, desk, course, 0)
        good = found == HAS_SETTLED
        if found != GOES_ON:
            break
        for r in range(n):
            desk.ahead[r] += desk.step[r]
    for r in range(n):
        desk.here[r] = desk.ahead[r]
    course[0].stage = IDLE
    course[0].corrections = 0
    return good


@kernel
def advance(n: int, desk: Desk) -> None:
    """Take the step where it counts; a point that is taken becomes the last, and that one old."""
    marks, step = desk.marks, desk.step
    for r in range(n + 1):
        taken = marks[TAKEN] > 0.0
        here, along = desk.here[r], desk.along[r]
        desk.ahead[r] += pick(marks[MOVED] > 0.0, step[r], 0.0)
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
def has_come_back(n: int, desk: Desk, course: Records, lane: int, at: float) -> bool:
    """Whether the turning point just passed, at t, is an earlier one: then this is a closed curve.

    It is held against one other, which is replaced at every power of two (Brent, An improved Monte
    Carlo factorization algorithm, BIT 20, 1980, sec. 2).
    """
    it = course[lane]
    if it.turns > 1 and abs(at - it.turned) <= _SAME_TURN * max(1.0, abs(at)):
        apart = 0.0
        for r in range(n):
            apart += (desk.here[r, lane] - desk.turned[r, lane]) ** 2
        if math.sqrt(apart / n) <= 2.0 * desk.marks[DISTANCE, lane]:
            return True
    if it.turns & (it.turns - 1) == 0:
        it.turned = at
        for r in range(n):
            desk.turned[r, lane] = desk.here[r, lane]
    return False


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
    course[lane].stage = ENDED
    course[lane].code = code


@kernel
def proceed(
    n: int, desk: Desk, course: Records, lane: int, draws: Draws, quiet: float, most: int
) -> None:
    """What a lane does after a try: the next step, the same one shorter, or its end."""
    marks, it = desk.marks, course[lane]
    taken = marks[TAKEN, lane] > 0.0
    if it.stage == STARTING:
        marks[STEP, lane] = _FIRST_STEP
        it.stage = MOVING
        if not taken:
            end(course, lane, STUCK)
        elif draws.target[it.draw] <= 0.0:
            it.stage = SETTLING
        else:
            note(n, desk, course, lane, draws.trace[it.draw])
    elif it.stage == SETTLING:
        it.seen = taken
        if taken:
            note(n, desk, course, lane, draws.trace[it.draw])
        end(course, lane, REACHED if taken else STUCK)
    elif taken:
        go_on(n, desk, course, lane, draws, quiet)
    else:
        it.curved = not it.curved
        marks[STEP, lane] *= _SHRINK
        if marks[STEP, lane] < _LEAST_STEP * (1.0 + abs(desk.here[n, lane])):
            end(course, lane, STUCK)
    if it.stage == MOVING and it.tried >= most:
        end(course, lane, OUT_OF_STEPS)


@kernel
def go_on(n: int, desk: Desk, course: Records, lane: int, draws: Draws, quiet: float) -> None:
    """Note the point taken on the way, and choose the length of the next step."""
    marks, draw, care = desk.marks, course[lane].draw, course[lane].care
    course[lane].curved = True
    if desk.here[n, lane] < 0.0:
        end(course, lane, STUCK)
        return
    if desk.old_along[n, lane] * desk.along[n, lane] < 0.0:
        at = extremum(n, desk, lane)
        if course[lane].turns < draws.turned_at.shape[1]:
            draws.turned_at[draw, course[lane].turns] = at
        course[lane].turns += 1
        if has_come_back(n, desk, course, lane, at):
            end(course, lane, STUCK)
            return
    if marks[FIXED, lane] > 0.0:
        # Its correction goes on, from the point that was taken.
        course[lane].stage = SETTLING
        course[lane].corrections = 1
        return
    note(n, desk, course, lane, draws.trace[draw])
    if desk.along[n, lane] > 0.0 and marks[REGRET, lane] <= quiet:
        end(course, lane, REACHED)
    first = marks[FIRST, lane] / (_CORRECTION_AIM * marks[STEP, lane])
    strain = max(marks[RATE, lane] / _CONTRACTION_AIM, first, 1e-3 * care) / care
    marks[STEP, lane] *= min(_GROWTH, max(0.3, strain ** (-1.0 / 3.0)))
