"""The passes over a game that every logit solver makes, compiled.

Notation. y are the free unknowns: y[r] = log p(a) - log p(b), where b is the first action of a's
infoset and r = a - infoset(a) - 1. `reach` is the log realization probability of an inner node,
mu its belief (probability given its infoset), `value` the conditional expectation of each
player's payoff from a node on, and `gain` the expected payoff EU(a | infoset) of the mover of a
personal action. Beliefs are taken in logs, shifted by each infoset's largest, so that nothing
underflows however small the realization probabilities become. All passes are linear in nodes.

Chance moves of probability 0 count as infinitely small, all of the same order: at an infoset
reached only through them, beliefs rest on the nodes with the fewest such moves (`live`), in the
proportions that all other moves give. So every infoset has beliefs, and no NaN arises.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
from numba import njit

from lackmus.foundation.arrays import Bools, Floats, Ints
from lackmus.solvers.structure import Tree

_Function = TypeVar("_Function", bound=Callable[..., object])


def jit(function: _Function) -> _Function:
    """Compile a kernel, keep it on disk, and let it run without the interpreter's lock."""
    compiled = njit(cache=True, nogil=True, fastmath=False, error_model="numpy")(function)
    return cast(_Function, compiled)


@jit
def lay_numbers(
    tree: Tree,
    payoffs: Floats,
    chance: Floats,
    shift: Floats,
    scale: float,
    p: Floats,
    logp: Floats,
    live: Bools,
    value: Floats,
) -> None:
    """Write a draw's numbers where the passes expect them.

    Overwrites the chance part of `p` and `logp` (log 0 becomes 0), `live`, and the terminals'
    rows of `value`, which become (payoff - shift of the player) * scale.
    """
    up, terminal = tree[3], tree[7]
    n_actions = p.size - chance.size
    empty = False
    for c in range(chance.size):
        p[n_actions + c] = chance[c]
        if chance[c] > 0.0:
            logp[n_actions + c] = np.log(chance[c])
        else:
            logp[n_actions + c] = 0.0
            empty = True
    for z in range(terminal.size):
        for i in range(payoffs.shape[0]):
            value[terminal[z], i] = (payoffs[i, z] - shift[i]) * scale
    for j in range(up.size):
        live[j] = True
    if empty:
        mark_live(tree, n_actions, p, live)


@jit
def mark_live(tree: Tree, n_actions: int, p: Floats, live: Bools) -> None:
    """Nodes with the fewest chance moves of probability 0 in their infoset; overwrites `live`."""
    _, infoset, _, up, via, _, mover, _, _, _ = tree
    zeros = np.zeros(up.size, np.int32)
    fewest = np.empty(mover.size, np.int32)
    for s in range(mover.size):
        fewest[s] = up.size
    for j in range(up.size):
        if up[j] >= 0:
            zeros[j] = zeros[up[j]]
            if via[j] >= n_actions and p[via[j]] <= 0.0:
                zeros[j] += 1
        fewest[infoset[j]] = min(fewest[infoset[j]], zeros[j])
    for j in range(up.size):
        live[j] = zeros[j] == fewest[infoset[j]]


@jit
def softmax(first_action: Ints, n_sets: int, y: Floats, p: Floats, logp: Floats) -> None:
    """Turn free unknowns into probabilities; overwrites the personal part of `p` and `logp`."""
    for s in range(n_sets):
        begin = first_action[s]
        end = first_action[s + 1]
        free = begin - s - 1
        top = 0.0
        for a in range(begin + 1, end):
            top = max(top, y[free + a - begin])
        total = np.exp(-top)
        p[begin] = total
        logp[begin] = -top
        for a in range(begin + 1, end):
            logp[a] = y[free + a - begin] - top
            p[a] = np.exp(logp[a])
            total += p[a]
        shift = np.log(total)
        for a in range(begin, end):
            logp[a] -= shift
            p[a] /= total


@jit
def believe(
    tree: Tree, n_sets: int, logp: Floats, live: Bools, reach: Floats, top: Floats, mu: Floats
) -> None:
    """Forward pass: log reach and beliefs of inner nodes; overwrites `reach`, `top`, `mu`."""
    _, infoset, _, up, via, _, _, _, _, _ = tree
    total = np.zeros(n_sets)
    for s in range(n_sets):
        top[s] = -np.inf
    for j in range(up.size):
        reach[j] = 0.0 if j == 0 else reach[up[j]] + logp[via[j]]
        s = infoset[j]
        if s < n_sets and live[j] and reach[j] > top[s]:
            top[s] = reach[j]
    for j in range(up.size):
        s = infoset[j]
        mu[j] = 0.0
        if s < n_sets and live[j]:
            mu[j] = 1.0 if reach[j] == top[s] else np.exp(reach[j] - top[s])
            total[s] += mu[j]
    for j in range(up.size):
        if infoset[j] < n_sets:
            mu[j] /= total[infoset[j]]


@jit
def expect(tree: Tree, n_sets: int, p: Floats, mu: Floats, value: Floats, gain: Floats) -> None:
    """Backward pass: values of inner nodes and of actions; overwrites them in `value`, `gain`."""
    inner, infoset, child, _, _, first_action, mover, _, _, _ = tree
    players = value.shape[1]
    for a in range(gain.size):
        gain[a] = 0.0
    for j in range(inner.size - 1, -1, -1):
        s = infoset[j]
        begin = first_action[s]
        end = first_action[s + 1]
        below = child[j] - begin
        for i in range(players):
            total = 0.0
            for a in range(begin, end):
                total += p[a] * value[below + a, i]
            value[inner[j], i] = total
        if s < n_sets:
            i = mover[s]
            for a in range(begin, end):
                gain[a] += mu[j] * value[below + a, i]


@jit
def differences(first_action: Ints, n_sets: int, gain: Floats, slope: Floats) -> None:
    """Gain of every action over its infoset's first; overwrites `slope`, shape (n,)."""
    for s in range(n_sets):
        begin = first_action[s]
        for a in range(begin + 1, first_action[s + 1]):
            slope[a - s - 1] = gain[a] - gain[begin]


@jit
def evaluate(
    tree: Tree,
    n_sets: int,
    live: Bools,
    y: Floats,
    p: Floats,
    logp: Floats,
    reach: Floats,
    top: Floats,
    mu: Floats,
    value: Floats,
    gain: Floats,
    slope: Floats,
) -> None:
    """Everything that follows from y: both passes; overwrites all arrays after `y`."""
    softmax(tree[5], n_sets, y, p, logp)
    believe(tree, n_sets, logp, live, reach, top, mu)
    expect(tree, n_sets, p, mu, value, gain)
    differences(tree[5], n_sets, gain, slope)


@jit
def largest_regret(first_action: Ints, n_sets: int, p: Floats, gain: Floats) -> float:
    """The most that one infoset's mover gains by another action there."""
    worst = 0.0
    for s in range(n_sets):
        best = -np.inf
        mean = 0.0
        for a in range(first_action[s], first_action[s + 1]):
            best = max(best, gain[a])
            mean += p[a] * gain[a]
        worst = max(worst, best - mean)
    return worst


@jit
def misfit(first_action: Ints, n_sets: int, precision: float, logp: Floats, gain: Floats) -> float:
    """Largest error of p(a) ∝ exp(precision * EU(a)), in log probability."""
    worst = 0.0
    for s in range(n_sets):
        begin = first_action[s]
        end = first_action[s + 1]
        top = -np.inf
        for a in range(begin, end):
            top = max(top, gain[a])
        total = 0.0
        for a in range(begin, end):
            total += np.exp(precision * (gain[a] - top))
        shift = np.log(total)
        for a in range(begin, end):
            worst = max(worst, abs(logp[a] - precision * (gain[a] - top) + shift))
    return worst


@jit
def reach_terminals(
    tree: Tree, n_actions: int, p: Floats, logp: Floats, reach: Floats, out: Floats
) -> None:
    """Log realization probability of terminals; -inf below chance moves of probability 0."""
    _, _, _, up, via, _, _, _, terminal_up, terminal_via = tree
    dead = np.zeros(up.size, np.bool_)
    for j in range(1, up.size):
        dead[j] = dead[up[j]] or (via[j] >= n_actions and p[via[j]] <= 0.0)
    for z in range(terminal_up.size):
        a = terminal_via[z]
        if a < 0:
            out[z] = 0.0
        elif dead[terminal_up[z]] or (a >= n_actions and p[a] <= 0.0):
            out[z] = -np.inf
        else:
            out[z] = reach[terminal_up[z]] + logp[a]


@jit
def walk(tree: Tree, p: Floats, walked: Bools) -> None:
    """Inner nodes that are reached with positive probability; overwrites `walked`."""
    _, _, _, up, via, _, _, _, _, _ = tree
    for j in range(up.size):
        walked[j] = j == 0 or (walked[up[j]] and p[via[j]] > 0.0)


@jit
def softmax_push(first_action: Ints, n_sets: int, dy: Floats, p: Floats, dlogp: Floats) -> None:
    """Derivative of personal log probabilities along `dy`; overwrites their part of `dlogp`."""
    for s in range(n_sets):
        begin = first_action[s]
        end = first_action[s + 1]
        mean = 0.0
        for a in range(begin + 1, end):
            mean += p[a] * dy[a - s - 1]
        dlogp[begin] = -mean
        for a in range(begin + 1, end):
            dlogp[a] = dy[a - s - 1] - mean


@jit
def push(
    tree: Tree,
    n_sets: int,
    p: Floats,
    mu: Floats,
    value: Floats,
    dp: Floats,
    dlogp: Floats,
    dvalue: Floats,
    dreach: Floats,
    mean: Floats,
    dgain: Floats,
) -> None:
    """Directional derivative of both passes.

    Args:
        tree: Columns of the structure.
        n_sets: Number of personal infosets.
        p: Probabilities; shape (A + C,).
        mu: Beliefs; shape (M,).
        value: Values; shape (N, P).
        dp: Derivative of the probabilities; shape (A + C,).
        dlogp: Derivative of their logs; shape (A + C,).
        dvalue: Derivative of values, given at terminals and overwritten elsewhere; shape (N, P).
        dreach: Overwritten by the derivative of log reach; shape (M,).
        mean: Overwritten by its mean per infoset; shape (I,).
        dgain: Overwritten by the derivative of action values; shape (A,).
    """
    inner, infoset, child, up, via, first_action, mover, _, _, _ = tree
    players = value.shape[1]
    for s in range(n_sets):
        mean[s] = 0.0
    for j in range(up.size):
        dreach[j] = 0.0 if j == 0 else dreach[up[j]] + dlogp[via[j]]
        if infoset[j] < n_sets:
            mean[infoset[j]] += mu[j] * dreach[j]
    for a in range(dgain.size):
        dgain[a] = 0.0
    for j in range(inner.size - 1, -1, -1):
        s = infoset[j]
        begin = first_action[s]
        end = first_action[s + 1]
        below = child[j] - begin
        for i in range(players):
            total = 0.0
            for a in range(begin, end):
                total += dp[a] * value[below + a, i] + p[a] * dvalue[below + a, i]
            dvalue[inner[j], i] = total
        if s < n_sets and mu[j] > 0.0:
            i = mover[s]
            more = dreach[j] - mean[s]
            for a in range(begin, end):
                dgain[a] += mu[j] * (more * value[below + a, i] + dvalue[below + a, i])
