"""The room in which branches are followed: what each lane overwrites, and what it is told.

Each record is a named tuple of arrays, which kernels take as one argument. A desk's arrays are
those of one draw or, with one more axis, of lanes; `lanes.laid` makes them rows.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lackmus.compiled.jit import jit
from lackmus.foundation.arrays import Floats
from lackmus.solvers.kernels.structure import Structure

#: The numbers that steer a lane, in the order of `Desk.marks`: its step; one over the distance of
#: the last two points, 0 where a line predicts; that distance; whether the corrector keeps t;
#: whether a try begins; whether the simplified step is taken; whether the point is; the sizes of
#: Newton's step and of the simplified one; the fixed-point error at its end; the size of a try's
#: first step, and the contraction behind it; the cosine of tangents; the determinant's sign times
#: the direction in t; the largest agent regret; the simplified step in units of what rounding may
#: do to each player's log odds, of what it may do at most, and of what is enough on the way; the
#: size of Newton's step before; by how much Newton's step moves the log odds that it moves most.
STEP: Final = 0
BENT: Final = 1
DISTANCE: Final = 2
FIXED: Final = 3
FRESH: Final = 4
MOVED: Final = 5
TAKEN: Final = 6
MOVE: Final = 7
MORE: Final = 8
ERROR: Final = 9
FIRST: Final = 10
RATE: Final = 11
COSINE: Final = 12
SIGN: Final = 13
REGRET: Final = 14
NEAR: Final = 15
FAR: Final = 16
WAY: Final = 17
LAST: Final = 18
LEAP: Final = 19
MARKS: Final = 20


#: Numbers in a line of the processor's cache.
_LINE: Final = 8


class Desk(NamedTuple):
    """What a following overwrites: arrays for one draw or, with one more axis, for lanes.

    Attributes:
        p: Probability of each action; shape (A + C,).
        logp: Its log; 0 for chance moves of probability 0; shape (A + C,).
        live: 0 for inner nodes that count at their infoset, -inf for others; shape (M,).
        value: Each player's expected payoff from a node on; shape (N, P).
        span: Payoff range of each player; shape (P,).
        reach: Log realization probability of inner nodes, or its derivative; shape (M,).
        sums: Room to work, for each infoset; shape (I,).
        mu: Beliefs; shape (M,).
        gain: Expected payoff of each personal action; shape (A,).
        slope: Differences of gains; shape (n,).
        push: How choices at a node move its values; see `sparse`; shape (A, P).
        pull: How its belief moves gains, or a derivative of gains; shape (A,).
        entry: The Jacobian's entries, as the pattern lays them out.
        factors: Those of its factors; in lanes they overwrite the Jacobian's.
        work: Room of the linear solver; shape (n,).
        rest: Likewise.
        here: y and t of the last point; shape (n + 1,), as all below.
        along: Its tangent.
        old: The point before.
        old_along: Its tangent.
        ahead: The point that is tried.
        tangent: Its tangent.
        gap: t times slope less y there.
        step: Newton's, or the simplified one.
        across: The solution of the linear system for the slope.
        turned: The point after a turning point, against which later ones are held.
        log_reach: Log realization probability of terminals; shape (Z,).
        marks: The numbers that steer a lane.
        dlogp: A derivative of log probabilities, 0 of chance; shape (A + C,).
        dvalue: A derivative of inner nodes' values; shape (M, P).
    """

    p: Floats
    logp: Floats
    live: Floats
    value: Floats
    span: Floats
    reach: Floats
    sums: Floats
    mu: Floats
    gain: Floats
    slope: Floats
    push: Floats
    pull: Floats
    entry: Floats
    factors: Floats
    work: Floats
    rest: Floats
    here: Floats
    along: Floats
    old: Floats
    old_along: Floats
    ahead: Floats
    tangent: Floats
    gap: Floats
    step: Floats
    across: Floats
    turned: Floats
    log_reach: Floats
    marks: Floats
    dlogp: Floats
    dvalue: Floats

    @staticmethod
    def grids() -> tuple[str, ...]:
        """What `lanes.laid` makes grids."""
        return ("value", "push", "dvalue")


_VALUE: Final = Desk._fields.index("value")
_PUSH: Final = Desk._fields.index("push")
_DVALUE: Final = Desk._fields.index("dvalue")
_ENTRY: Final = Desk._fields.index("entry")
_FACTORS: Final = Desk._fields.index("factors")

#: Where each lane is on its way; a record for each: the draw that it follows; what it is at, and
#: how it ended; its care, the smaller, the shorter are its steps; the sign that the determinant
#: times the direction in t ought to have; tries, and steps of Newton's method in this one; points
#: noted, turning points passed, the t of one of them, bifurcations passed; how often the
#: determinant's sign objected of late, and steps since it last did; whether a cubic predicts, or a
#: line; whether the last step of all was taken, and what follows from it seen.
COURSE: Final = np.dtype(
    [
        ("draw", np.int64),
        ("stage", np.int64),
        ("code", np.int64),
        ("care", np.float64),
        ("sense", np.float64),
        ("tried", np.int64),
        ("corrections", np.int64),
        ("points", np.int64),
        ("turns", np.int64),
        ("turned", np.float64),
        ("crossings", np.int64),
        ("doubts", np.int64),
        ("calm", np.int64),
        ("curved", np.bool_),
        ("corrected", np.bool_),
        ("seen", np.bool_),
    ]
)

#: How a following ended; a record for each draw: the code; steps tried, points traced, turning
#: points and bifurcations passed; the t reached, its fixed-point error in log probability, and the
#: largest agent regret as a fraction of the payoff range.
ENDING: Final = np.dtype(
    [
        ("code", np.int64),
        ("tried", np.int64),
        ("points", np.int64),
        ("turns", np.int64),
        ("crossings", np.int64),
        ("t", np.float64),
        ("error", np.float64),
        ("regret", np.float64),
    ]
)

Records: TypeAlias = NDArray[np.void]


_UNWANTED: Final = np.zeros((0, 0))


class Draws(NamedTuple):
    """The numbers that are followed, and room for what is found.

    Attributes:
        payoffs: Shape (D, P, Z).
        chance: Shape (D, C).
        shift: Subtracted from each player's payoffs; shape (D, P).
        widest: Largest payoff range, 1 where all are 0; shape (D,).
        largest: Largest payoff in size; shape (D,).
        scale: One over it; payoffs are multiplied with it thereafter; shape (D,).
        target: t to land on exactly; shape (D,).
        ending: Overwritten by how each following ended; `ENDING`, shape (D,).
        strategy: Overwritten by the strategies; shape (D, A + C), or (0, 0) where not wanted.
        gain: By the action values, in units of the range; shape (D, A), or (0, 0).
        log_reach: By the log realization probability of terminals; shape (D, Z), or (0, 0).
        turned_at: By the t of turning points, as many as there is room for; shape (D, room).
        trace: By y and t at each point, as many as there is room for; shape (D, room, n + 1).
    """

    payoffs: Floats
    chance: Floats
    shift: Floats
    widest: Floats
    largest: Floats
    scale: Floats
    target: Floats
    ending: Records
    strategy: Floats
    gain: Floats
    log_reach: Floats
    turned_at: Floats
    trace: Floats


def make_desk(structure: Structure, entries: int, lanes: int = 1) -> Desk:
    """Room for everything that a following overwrites, for one draw or for lanes.

    Each array begins with a line of the processor's cache.
    """
    inner, players = structure.n_inner, structure.n_players
    sizes = (structure.n_free, structure.n_actions, inner, structure.n_infosets, players)
    every, terminals = int(structure.first_action[-1]), len(structure.terminal)
    parts, total = _lay_out(sizes, every, terminals, entries, lanes)
    memory = np.zeros(total)
    start = -(memory.ctypes.data // memory.itemsize) % _LINE
    arrays = [memory[start + begin : start + end] for begin, end in parts]
    last = () if lanes == 1 else (lanes,)
    if lanes > 1:
        arrays = [array.reshape(-1, lanes) for array in arrays]
        arrays[_FACTORS] = arrays[_ENTRY]
    arrays[_VALUE] = arrays[_VALUE].reshape(inner + terminals, players, *last)
    arrays[_PUSH] = arrays[_PUSH].reshape(structure.n_actions, players, *last)
    arrays[_DVALUE] = arrays[_DVALUE].reshape(inner, players, *last)
    return Desk(*arrays)


@lru_cache(maxsize=64)
def _lay_out(
    sizes: tuple[int, int, int, int, int], every: int, terminals: int, entries: int, lanes: int
) -> tuple[list[tuple[int, int]], int]:
    """Where each array of a desk begins and ends in its memory, and how much that has."""
    n, actions, inner, infosets, players = sizes
    # In the order of the desk.
    rows = [every, every, inner, (inner + terminals) * players, players, inner, infosets, inner]
    rows += [actions, n, actions * players, actions, entries, entries, n, n, *[n + 1] * 10]
    rows = [size * lanes for size in (*rows, terminals, MARKS, every, inner * players)]
    if lanes > 1:
        rows[_FACTORS] = 0
    ends = np.cumsum([size + -size % _LINE for size in rows]).tolist()
    begins = [0, *ends[:-1]]
    return [(at, at + size) for at, size in zip(begins, rows, strict=True)], ends[-1] + _LINE


def make_draws(
    structure: Structure,
    payoffs: Floats,
    chance: Floats,
    precision: Floats,
    *,
    turns: int = 0,
    points: int = 0,
    strategy: Floats | None = None,
    gain: Floats | None = None,
    log_reach: Floats | None = None,
) -> Draws:
    """Draws to follow to their precision, and room for what is asked for; shapes as in `Draws`."""
    count, target = len(precision), np.array(precision, np.float64)
    shift, sizes = np.empty(payoffs.shape[:2]), np.empty((3, count))
    measure(payoffs, shift, sizes, target)
    widest, largest, scale = sizes
    return Draws(
        payoffs,
        chance,
        shift,
        widest,
        largest,
        scale,
        target,
        np.zeros(count, ENDING),
        _UNWANTED if strategy is None else strategy,
        _UNWANTED if gain is None else gain,
        _UNWANTED if log_reach is None else log_reach,
        np.zeros((count, turns)),
        np.zeros((count, points, structure.n_free + 1)),
    )


@jit
def measure(payoffs: Floats, shift: Floats, sizes: Floats, target: Floats) -> None:
    """Write how large the payoffs of draws are.

    Args:
        payoffs: Shape (D, P, Z).
        shift: Overwritten by the midpoints of each player's; shape (D, P).
        sizes: By `Draws.widest`, `Draws.largest` and `Draws.scale`; shape (3, D).
        target: Precisions, overwritten by `Draws.target`; shape (D,).
    """
    for d in range(target.size):
        most, largest = 0.0, 0.0
        for i in range(shift.shape[1]):
            low, high = np.inf, -np.inf
            for z in range(payoffs.shape[2]):
                low, high = min(low, payoffs[d, i, z]), max(high, payoffs[d, i, z])
            shift[d, i] = 0.5 * (low + high)
            most = max(most, high - low)
            largest = max(largest, high, -low)
        widest = most if most > 0.0 else 1.0
        sizes[0, d], sizes[1, d], sizes[2, d] = widest, largest, 1.0 / widest
        target[d] *= widest
