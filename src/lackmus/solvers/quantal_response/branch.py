"""The principal branches of draws, followed side by side, each in a lane of its own; compiled.

Several draws are followed side by side, each in its lane with steps of its own. A round is one step
of Newton's method in all lanes, whatever each is at: no lane waits for the correction of another.
A lane that has landed on its target settles there, at fixed t, down to rounding.
"""

# Kernels take arguments by place.

from __future__ import annotations

from typing import Final

from lackmus.compiled.jit import jit, kernel
from lackmus.solvers.kernels.lanes import laid, width
from lackmus.solvers.kernels.passes import largest_regret, misfit, reach_terminals
from lackmus.solvers.kernels.structure import Structure
from lackmus.solvers.quantal_response.continuation import (
    ENDED,
    GOES_ON,
    HAS_SETTLED,
    IDLE,
    IS_REFUSED,
    IS_TAKEN,
    MOVING,
    REACHED,
    advance,
    aim,
    judge,
    predict,
    proceed,
    start,
)
from lackmus.solvers.quantal_response.elimination import Pattern, Places
from lackmus.solvers.quantal_response.newton import lay_numbers, see, take_step
from lackmus.solvers.quantal_response.workspace import (
    ERROR,
    FIXED,
    FRESH,
    MARKS,
    MOVED,
    REGRET,
    TAKEN,
    Desk,
    Draws,
    Records,
)

#: How much shorter steps are each time a following is tried again, and at the last.
_CARE: Final = 0.1
_LEAST_CARE: Final = 0.009

#: Most steps tried along one branch.
MOST_STEPS: Final = 5_000

#: Lanes with work left at which each goes on alone: eight at once take as long as three alone.
_FEW: Final = 2


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
    finished, unseen = False, False
    for lane in range(width(desk.marks)):
        if course[lane].stage != ENDED:
            continue
        course[lane].care *= _CARE
        if course[lane].code != REACHED and course[lane].care >= _LEAST_CARE:
            # A branch never comes back to its beginning: one that did, or got lost, was left for
            # another at a near bifurcation, and shorter steps tell the two apart.
            start(n, desk, course, lane)
            continue
        finished = True
        unseen = unseen or not course[lane].seen
    if not finished:
        return
    if unseen:
        see(tree, desk, desk.here)
    t = desk.here[n]
    desk.marks[ERROR] = misfit(tree, t, desk.logp, desk.gain)
    desk.marks[REGRET] = largest_regret(tree, desk.p, desk.gain)
    reach_terminals(tree, desk.p, desk.logp, desk.reach, desk.log_reach)
    for lane in range(width(desk.marks)):
        if course[lane].stage == ENDED:
            hand_out(desk, course, lane, draws)
            course[lane].stage = IDLE


@kernel
def employ(
    tree: Structure, desk: Desk, course: Records, draws: Draws, order: Places, begun: int
) -> tuple[int, int]:
    """Give idle lanes the next draws; returns how many are begun now, and how many lanes work."""
    working = 0
    for lane in range(width(desk.marks)):
        if course[lane].stage == IDLE and begun < order.size:
            take_up(tree, desk, lane, draws, order[begun])
            course[lane].draw = order[begun]
            course[lane].care = 1.0
            start(desk.slope.size, desk, course, lane)
            begun += 1
        if course[lane].stage != IDLE:
            working += 1
    return begun, working


@kernel
def advance_lanes(
    tree: Structure,
    pattern: Pattern,
    desk: Desk,
    course: Records,
    draws: Draws,
    order: Places,
    quiet: float,
    most: int,
    few: int,
) -> None:
    """Follow draws in their `order`, until not more than `few` lanes are still at work.

    A lane that has come to the end of its branch takes up the next draw.
    """
    n, lanes, begun = pattern.place.size, width(desk.marks), 0
    while True:
        begun, working = employ(tree, desk, course, draws, order, begun)
        if working <= few:
            break
        for lane in range(lanes):
            aim(n, desk, course, lane, draws.target[course[lane].draw])
        predict(n, desk)
        for lane in range(lanes):
            fresh, fixed = desk.marks[FRESH, lane] > 0.0, desk.marks[FIXED, lane] > 0.0
            if course[lane].stage == MOVING and fresh and fixed:
                desk.ahead[n, lane] = draws.target[course[lane].draw]
        take_step(tree, pattern, desk)
        if quiet > 0.0:
            desk.marks[REGRET] = largest_regret(tree, desk.p, desk.gain)
        for lane in range(lanes):
            found = IS_REFUSED if course[lane].stage == IDLE else judge(n, desk, course, lane)
            went_on = found == GOES_ON
            taken = found in (IS_TAKEN, HAS_SETTLED)
            desk.marks[MOVED, lane] = 1.0 if went_on or found == IS_TAKEN else 0.0
            desk.marks[TAKEN, lane] = 1.0 if taken else 0.0
            course[lane].corrections = course[lane].corrections + 1 if went_on else 0
        advance(n, desk)
        for lane in range(lanes):
            if course[lane].stage != IDLE and course[lane].corrections == 0:
                proceed(n, desk, course, lane, draws, quiet, most)
        close(tree, desk, course, draws)


@jit
def follow(
    columns: Structure,
    places: Pattern,
    room: Desk,
    course: Records,
    draws: Draws,
    order: Places,
    quiet: float,
    most: int,
) -> None:
    """Follow each draw's branch to its first point at its target, or to small regret.

    Args:
        columns: The game's structure.
        places: Where the entries of its Jacobian lie.
        room: From `make_desk`, for one; it stands at the end on the last point reached.
        course: A record of `workspace.COURSE`, all zero; or that of a draw on its way, which goes
            on first from where the room has it.
        draws: The numbers, and room for what is found.
        order: The draws that begin, each once; they follow their principal branches.
        quiet: Agent regret, as a fraction of the payoff range, that ends a following sooner.
        most: Largest number of steps tried on a branch.
    """
    tree, pattern, desk = laid(columns), laid(places), laid(room)
    advance_lanes(tree, pattern, desk, course, draws, order, quiet, most, 0)


@jit
def follow_lanes(
    columns: Structure,
    places: Pattern,
    rooms: Desk,
    courses: Records,
    draws: Draws,
    order: Places,
    most: int,
) -> None:
    """Follow each draw's principal branch to its first point at its target, several side by side.

    Where only a few are left, they are left on their way: one after the other, each with the
    processor to itself, they are sooner done, and `move` and `follow` change no bit of them.

    Args:
        columns: The game's structure.
        places: Where the entries of its Jacobian lie.
        rooms: From `make_desk`, with lanes.
        courses: A record of `workspace.COURSE` for each lane, all zero.
        draws: The numbers, and room for what is found.
        order: The draws, each once; those that take long had better come first, since the last ones
            have few beside them.
        most: Largest number of steps tried on a branch.
    """
    tree, pattern, desk = laid(columns), laid(places), laid(rooms)
    advance_lanes(tree, pattern, desk, courses, draws, order, -1.0, most, _FEW)


@jit
def move(columns: Structure, rooms: Desk, lane: int, room: Desk, draws: Draws, draw: int) -> None:
    """Bring what a lane knows of its draw's way to a desk for one."""
    one = laid(room)
    take_up(laid(columns), one, 0, draws, draw)
    change_rooms(one.slope.size, laid(rooms), lane, one)


@kernel
def change_rooms(n: int, desk: Desk, lane: int, one: Desk) -> None:
    """Copy where a lane stands on its way."""
    for r in range(n + 1):
        one.here[r] = desk.here[r, lane]
        one.along[r] = desk.along[r, lane]
        one.old[r] = desk.old[r, lane]
        one.old_along[r] = desk.old_along[r, lane]
        one.ahead[r] = desk.ahead[r, lane]
        one.turned[r] = desk.turned[r, lane]
    for mark in range(MARKS):
        one.marks[mark] = desk.marks[mark, lane]


@kernel
def take_up(tree: Structure, desk: Desk, lane: int, draws: Draws, draw: int) -> None:
    """Write a draw's numbers to a lane."""
    payoffs, chance = draws.payoffs[draw], draws.chance[draw]
    lay_numbers(tree, desk, lane, payoffs, chance, draws.shift[draw], draws.scale[draw])
