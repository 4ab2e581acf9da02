"""The doors of the kernels to Python: what is done at one point, on a desk for one."""

from __future__ import annotations

import numpy as np

from lackmus.compiled.jit import jit
from lackmus.foundation.arrays import Floats, Ints
from lackmus.solvers.kernels.lanes import grid, laid, rows
from lackmus.solvers.kernels.passes import (
    believe,
    differences,
    expect,
    largest_regret,
    misfit,
    push,
    reach_terminals,
    softmax,
)
from lackmus.solvers.kernels.structure import Structure
from lackmus.solvers.quantal_response.continuation import settle
from lackmus.solvers.quantal_response.elimination import Pattern
from lackmus.solvers.quantal_response.newton import lay_numbers, linearize, push_slope, see
from lackmus.solvers.quantal_response.sparse import solve
from lackmus.solvers.quantal_response.workspace import Desk, Records


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
    pattern, desk = laid(places), laid(room)
    entry, factors = desk.entry, desk.factors
    return solve(pattern, entry, factors, rows(right), rows(out), desk.work, desk.rest)


@jit
def settle_here(columns: Structure, places: Pattern, room: Desk, course: Records, t: float) -> bool:
    """Newton's method at fixed t from where a desk for one has `here`, to where it is good."""
    return settle(laid(columns), laid(places), laid(room), course, t)


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
def push_here(columns: Structure, room: Desk, dy: Floats, out: Floats) -> None:
    """Write the derivative of the slope along `dy` where a desk for one stands; shapes (n,)."""
    push_slope(laid(columns), laid(room), rows(dy), rows(out))


@jit
def push_all_here(
    columns: Structure,
    room: Desk,
    dy: Floats,
    dlogp: Floats,
    dreach: Floats,
    dvalue: Floats,
    dgain: Floats,
) -> None:
    """Write the derivatives of both passes where a desk for one stands; as `passes.push`."""
    tree, desk = laid(columns), laid(room)
    p, mu, value, mean = desk.p, desk.mu, desk.value, desk.sums
    push(tree, p, mu, value, rows(dy), rows(dlogp), rows(dreach), mean, grid(dvalue), rows(dgain))


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
