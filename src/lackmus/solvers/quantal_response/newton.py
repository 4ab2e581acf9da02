"""Newton's method on the equations of a draw, compiled: a step from wherever each lane stands.

The agent logit equilibria of a game are the zeros of H(y, t) = y - t * slope(y), where y are the
log odds of every action against its infoset's first, slope(y) the differences of their expected
payoffs given the beliefs that y implies, and t the precision times the payoff range (McKelvey and
Palfrey, Quantal response equilibria for extensive form games, Experimental Economics 1, 1998).

Behind each step of Newton's comes a simplified one, with the same factors, so that errors are
cubed (Ortega and Rheinboldt, Iterative Solution of Nonlinear Equations in Several Variables, 1970,
ch. 10). How much smaller it is tells how much the equations are bent (Deuflhard, Newton Methods for
Nonlinear Problems, 2004, sec. 2.1). What the steps need also gives the tangent of the curve of
zeros, corrected in the same way. There is no look at the residual of the linear systems: a step
that is wrong does not contract, and whoever asks for steps looks at that.
"""

# Kernels take arguments by place.

from __future__ import annotations

import math
from typing import Final

import numpy as np

from lackmus.compiled.jit import kernel
from lackmus.foundation.arrays import Floats
from lackmus.solvers.kernels.lanes import pick
from lackmus.solvers.kernels.passes import (
    believe,
    differences,
    expect,
    mark_live,
    push,
    softmax,
)
from lackmus.solvers.kernels.structure import Structure
from lackmus.solvers.quantal_response.elimination import Pattern
from lackmus.solvers.quantal_response.sparse import assemble, factor, solve_both
from lackmus.solvers.quantal_response.workspace import (
    COSINE,
    FAR,
    FIXED,
    LEAP,
    MORE,
    MOVE,
    NEAR,
    SIGN,
    WAY,
    Desk,
)

#: Error of log odds along the way; at the end the error that ends their correction, and how much
#: rounding may move them, both as a fraction of their size and of precision times the mover's
#: payoff range.
_WAY_ERROR: Final = 1e-3
_END_ERROR: Final = 2e-15
_END_NEAR: Final = 2.0**-52
_END_ROUNDING: Final = 1e-10
_END_FAR: Final = 256 * 2.0**-52


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
def dot(n: int, x: Floats, y: Floats) -> float:
    """The inner product in which steps are measured: mean over y, plus t."""
    total = 0.0
    for r in range(n):
        total += x[r] * y[r]
    product: float = total / max(n, 1) + x[n] * y[n]
    return product


@kernel
def miss(tree: Structure, desk: Desk) -> None:
    """See what follows from `ahead`, and by how much it is no zero: `gap`, with sign turned."""
    t = desk.ahead[desk.slope.size]
    see(tree, desk, desk.ahead)
    for r in range(desk.slope.size):
        desk.gap[r] = t * desk.slope[r] - desk.ahead[r]


@kernel
def push_slope(tree: Structure, desk: Desk, dy: Floats, out: Floats) -> None:
    """Write the derivative of the slope along `dy` at the point last seen, all else at rest."""
    for j in range(tree.inner.size):
        for i in range(tree.n_players):
            desk.dvalue[j, i] = 0.0
    for a in range(tree.n_actions):
        desk.pull[a] = 0.0
    p, mu, value = desk.p, desk.mu, desk.value
    push(tree, p, mu, value, dy, desk.dlogp, desk.reach, desk.sums, desk.dvalue, desk.pull)
    differences(tree, desk.pull, out)


@kernel
def turn(tree: Structure, desk: Desk) -> None:
    """By how much `across` is no direction of a curve at the point last seen, into `tangent`."""
    across, t = desk.across, desk.ahead[desk.slope.size]
    push_slope(tree, desk, across, desk.tangent)
    for r in range(desk.slope.size):
        desk.tangent[r] = desk.slope[r] + t * desk.tangent[r] - across[r]


@kernel
def lean(n: int, desk: Desk, x: Floats, forth: float, free: float) -> None:
    """Bring a solution at fixed t into the hyperplane across the last tangent, where it is free."""
    x[n] = 0.0
    aside = pick(free > 0.0, -dot(n, desk.along, x) / forth, 0.0)
    for r in range(n + 1):
        x[r] += aside * desk.across[r]


@kernel
def take_step(tree: Structure, pattern: Pattern, desk: Desk) -> None:
    """Take Newton's step from `ahead`, and find the simplified step behind it and the tangent.

    Both steps stay in the hyperplane across the last tangent, or in that of the same t where a lane
    has that `FIXED`. The desk has seen the point between them. The tangent is of length one and not
    turned back. Overwrites the steps' sizes and measures, the cosine of both tangents, -1 where the
    system is singular, and the sign of the determinant of dH/dy times the direction in t.
    """
    n, marks, step, tangent = pattern.place.size, desk.marks, desk.step, desk.tangent
    across, gap, work, rest = desk.across, desk.gap, desk.work, desk.rest
    miss(tree, desk)
    sign = linearize(tree, pattern, desk, desk.ahead[n])
    solve_both(pattern, desk.factors, desk.slope, gap, across, step, work, rest)
    across[n] = 1.0
    forth, free = dot(n, across, desk.along), 1.0 - marks[FIXED]
    lean(n, desk, step, forth, free)
    marks[MOVE] = math.sqrt(dot(n, step, step))
    marks[SIGN] = pick(forth < 0.0, -sign, sign)
    leap = 0.0
    for r in range(n):
        leap = max(leap, abs(step[r]))
    marks[LEAP] = leap
    for r in range(n + 1):
        desk.ahead[r] += step[r]
    miss(tree, desk)
    turn(tree, desk)
    solve_both(pattern, desk.factors, gap, tangent, step, tangent, work, rest)
    lean(n, desk, step, forth, free)
    lean(n, desk, tangent, forth, 1.0)
    marks[MORE] = math.sqrt(dot(n, step, step))
    for r in range(n + 1):
        tangent[r] += across[r]
    length = math.sqrt(dot(n, tangent, tangent))
    length = pick(forth < 0.0, -length, length)
    for r in range(n + 1):
        tangent[r] /= length
    marks[COSINE] = pick(abs(sign) > 0.0, forth / length, -1.0)
    compare(tree, desk)


@kernel
def compare(tree: Structure, desk: Desk) -> None:
    """Measure the simplified step by what rounding does to the log odds of each player.

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
