"""Many draws of one structure's numbers, each along its own principal branch, compiled."""

# ruff: noqa: FBT001
# Kernels take arguments by place.

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np

from lackmus.foundation.arrays import Bools, Floats
from lackmus.solvers.branch import REACHED, Desk, follow, make_desk, see
from lackmus.solvers.kernels import jit, largest_regret, lay_numbers, misfit, reach_terminals
from lackmus.solvers.sparse import Frame
from lackmus.solvers.structure import Tree

#: Rows of results that a chunk of draws fills; see `play_draws`.
Rows: TypeAlias = tuple[Floats, Floats, Floats, Floats, Floats, Bools, Bools]

#: Vectors of length n that a following overwrites.
VECTORS: Final = 9

#: Most steps tried along one branch.
MOST_STEPS: Final = 20_000


@jit
def scale_of(payoffs: Floats, shift: Floats) -> float:
    """Largest payoff range of a player, 1 where all are 0; overwrites `shift` by midpoints."""
    widest = 0.0
    for i in range(payoffs.shape[0]):
        low = payoffs[i].min()
        high = payoffs[i].max()
        shift[i] = 0.5 * (low + high)
        widest = max(widest, high - low)
    return widest if widest > 0.0 else 1.0


@jit
def unfold(
    tree: Tree,
    n_sets: int,
    desk: Desk,
    y: Floats,
    shift: Floats,
    widest: float,
    precision: float,
    strategy: Floats,
    gain: Floats,
    log_reach: Floats,
) -> tuple[float, float]:
    """Read a point of the branch in the game's own units.

    Overwrites `strategy`, `gain` and `log_reach`.

    Returns:
        The fixed-point error in log probability, the largest agent regret over the payoff range.
    """
    first_action = tree[5]
    see(tree, n_sets, desk, y)
    strategy[:] = desk[0]
    for s in range(n_sets):
        for a in range(first_action[s], first_action[s + 1]):
            gain[a] = desk[7][a] * widest + shift[tree[6][s]]
    reach_terminals(tree, gain.size, desk[0], desk[1], desk[4], log_reach)
    error = misfit(first_action, n_sets, precision * widest, desk[1], desk[7])
    return error, largest_regret(first_action, n_sets, desk[0], desk[7])


@jit
def play_draws(
    tree: Tree,
    frame: Frame,
    n_sets: int,
    recall: bool,
    entries: int,
    n_free: int,
    most: int,
    tolerance: float,
    payoffs: Floats,
    chance: Floats,
    precision: Floats,
    into: Rows,
) -> None:
    """Follow the branch of every draw to its precision.

    Args:
        tree: Columns of the structure.
        frame: Columns of the pattern.
        n_sets: Number of personal infosets.
        recall: Whether the game has perfect recall.
        entries: Entries of the pattern.
        n_free: Number of free unknowns.
        most: Most steps tried along one branch.
        tolerance: Largest fixed-point error of a draw that does not fail.
        payoffs: Shape (D, P, Z).
        chance: Shape (D, C).
        precision: λ of each draw; shape (D,).
        into: Rows to overwrite: strategy, action values, log reach, residual, regret, turned,
            failed; as in `Play`.
    """
    strategy, gains, log_reach, residual, regret, turned, failed = into
    n_nodes = tree[0].size + tree[7].size
    n_actions = gains.shape[1]
    players = payoffs.shape[1]
    desk = make_desk(
        n_actions, strategy.shape[1], n_nodes, players, tree[0].size, n_sets, n_free, entries
    )
    vec = np.zeros((VECTORS, n_free))
    shift = np.zeros(players)
    turns = np.zeros(0)
    trace_t = np.zeros(0)
    trace_y = np.zeros((0, n_free))
    for d in range(precision.size):
        widest = scale_of(payoffs[d], shift)
        lay_numbers(
            tree, payoffs[d], chance[d], shift, 1.0 / widest, desk[0], desk[1], desk[2], desk[3]
        )
        code, _, _, n_turns, _, _ = follow(
            tree,
            frame,
            n_sets,
            recall,
            desk,
            vec,
            precision[d] * widest,
            -1.0,
            most,
            turns,
            trace_t,
            trace_y,
        )
        error, worst = unfold(
            tree,
            n_sets,
            desk,
            vec[0],
            shift,
            widest,
            precision[d],
            strategy[d],
            gains[d],
            log_reach[d],
        )
        residual[d] = error
        regret[d] = worst
        turned[d] = n_turns > 0
        failed[d] = code != REACHED or not error <= tolerance
        if failed[d]:
            strategy[d] = np.nan
            gains[d] = np.nan
            log_reach[d] = np.nan
            residual[d] = np.nan
            regret[d] = np.nan
