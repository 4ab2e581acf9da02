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

Arrays may be those of one draw or, made `lanes.rows`, of several.
"""

from __future__ import annotations

import numpy as np

from lackmus.compiled.jit import jit, kernel, part
from lackmus.foundation.arrays import Bools, Floats, Ints
from lackmus.solvers.kernels.lanes import anywhere, exp, log, pick
from lackmus.solvers.kernels.structure import Structure


@kernel
def mark_live(tree: Structure, chance: Floats, empty: Ints) -> None:
    """Chance moves of probability 0 above each inner node that its infoset could do without.

    Overwrites `empty`: 0 where a node has the fewest such moves in its infoset; shape (M,).
    """
    fewest = np.empty(tree.mover.size, np.int32)
    for s in range(fewest.size):
        fewest[s] = empty.size
    for j in range(empty.size):
        empty[j] = 0
        if tree.up[j] >= 0:
            c = tree.via[j] - tree.n_actions
            empty[j] = empty[tree.up[j]]
            if c >= 0 and chance[c] <= 0.0:
                empty[j] += 1
        s = tree.infoset[j]
        fewest[s] = min(fewest[s], empty[j])
    for j in range(empty.size):
        empty[j] -= fewest[tree.infoset[j]]


@kernel
def softmax(tree: Structure, y: Floats, p: Floats, logp: Floats) -> None:
    """Turn free unknowns into probabilities; overwrites the personal part of `p` and `logp`."""
    for s in range(tree.n_infosets):
        begin = tree.first_action[s]
        end = tree.first_action[s + 1]
        free = begin - s - 1
        top = 0.0
        for a in range(begin + 1, end):
            top = max(top, y[free + a - begin])
        total = exp(-top)
        p[begin] = total
        logp[begin] = -top
        for a in range(begin + 1, end):
            x = y[free + a - begin] - top
            e = exp(x)
            logp[a] = x
            p[a] = e
            total += e
        shift = log(total)
        for a in range(begin, end):
            logp[a] -= shift
            p[a] /= total


@kernel
def reach_nodes(tree: Structure, logp: Floats, live: Floats, reach: Floats, most: Floats) -> None:
    """Log reach of inner nodes, and the largest of those that count at an infoset."""
    for s in range(tree.n_infosets):
        most[s] = -np.inf
    for j in range(tree.up.size):
        reach[j] = 0.0
        if j > 0:
            reach[j] = reach[tree.up[j]] + logp[tree.via[j]]
        s = tree.infoset[j]
        if s < tree.n_infosets:
            most[s] = max(most[s], reach[j] + live[j])


@kernel
def believe(
    tree: Structure, logp: Floats, live: Floats, reach: Floats, mu: Floats, sums: Floats
) -> None:
    """Forward pass: log reach and beliefs of inner nodes; overwrites `reach`, `mu` and `sums`."""
    infoset, n_sets = tree.infoset, tree.n_infosets
    reach_nodes(tree, logp, live, reach, sums)
    for j in range(infoset.size):
        mu[j] = 0.0
        if infoset[j] < n_sets:
            below = reach[j] + live[j] - sums[infoset[j]]
            mu[j] = 1.0
            if anywhere(below < 0.0):
                mu[j] = exp(below)
    for s in range(n_sets):
        sums[s] = 0.0
    for j in range(infoset.size):
        if infoset[j] < n_sets:
            sums[infoset[j]] += mu[j]
    for j in range(infoset.size):
        if infoset[j] < n_sets:
            mu[j] /= sums[infoset[j]]


@kernel
def expect(tree: Structure, p: Floats, mu: Floats, value: Floats, gain: Floats) -> None:
    """Backward pass: values of inner nodes and of actions; overwrites them in `value`, `gain`."""
    for a in range(tree.n_actions):
        gain[a] = 0.0
    for j in range(tree.inner.size - 1, -1, -1):
        s = tree.infoset[j]
        begin = tree.first_action[s]
        end = tree.first_action[s + 1]
        below = tree.child[j] - begin
        for i in range(tree.n_players):
            total = 0.0
            for a in range(begin, end):
                total += p[a] * value[below + a, i]
            value[tree.inner[j], i] = total
        if s < tree.n_infosets:
            i = tree.mover[s]
            for a in range(begin, end):
                gain[a] += mu[j] * value[below + a, i]


@kernel
def differences(tree: Structure, gain: Floats, slope: Floats) -> None:
    """Gain of every action over its infoset's first; overwrites `slope`, shape (n,)."""
    for s in range(tree.n_infosets):
        begin = tree.first_action[s]
        for a in range(begin + 1, tree.first_action[s + 1]):
            slope[a - s - 1] = gain[a] - gain[begin]


@kernel
def largest_regret(tree: Structure, p: Floats, gain: Floats) -> float:
    """The most that one infoset's mover gains by another action there."""
    worst = 0.0
    for s in range(tree.n_infosets):
        best = -np.inf
        mean = 0.0
        for a in range(tree.first_action[s], tree.first_action[s + 1]):
            best = max(best, gain[a])
            mean += p[a] * gain[a]
        worst = max(worst, best - mean)
    return worst


@kernel
def misfit(tree: Structure, precision: float, logp: Floats, gain: Floats) -> float:
    """Largest error of p(a) ∝ exp(precision * EU(a)), in log probability."""
    worst = 0.0
    for s in range(tree.n_infosets):
        begin = tree.first_action[s]
        end = tree.first_action[s + 1]
        top = -np.inf
        for a in range(begin, end):
            top = max(top, gain[a])
        total = 0.0
        for a in range(begin, end):
            total += exp(precision * (gain[a] - top))
        shift = log(total)
        for a in range(begin, end):
            worst = max(worst, abs(logp[a] - precision * (gain[a] - top) + shift))
    return worst


@part
def log_chance(tree: Structure, p: Floats, logp: Floats, a: int) -> float:
    """Log probability of an action, -inf for a chance move of probability 0."""
    known: float = logp[a]
    if a >= tree.n_actions:
        known = pick(p[a] > 0.0, known, -np.inf)
    return known


@kernel
def reach_terminals(tree: Structure, p: Floats, logp: Floats, reach: Floats, out: Floats) -> None:
    """Log realization probability of terminals; -inf below chance moves of probability 0.

    Overwrites `out` and, with that of inner nodes, `reach`.
    """
    for j in range(1, tree.up.size):
        reach[j] = reach[tree.up[j]] + log_chance(tree, p, logp, tree.via[j])
    for z in range(tree.terminal_up.size):
        a = tree.terminal_via[z]
        if a < 0:
            out[z] = 0.0
        else:
            out[z] = reach[tree.terminal_up[z]] + log_chance(tree, p, logp, a)


@jit
def walk(tree: Structure, p: Floats, walked: Bools) -> None:
    """Inner nodes that are reached with positive probability; overwrites `walked`."""
    for j in range(tree.up.size):
        walked[j] = j == 0 or (walked[tree.up[j]] and p[tree.via[j]] > 0.0)


@kernel
def push_softmax(tree: Structure, p: Floats, dy: Floats, dlogp: Floats) -> None:
    """Derivative of personal log probabilities along `dy`; overwrites their part of `dlogp`."""
    for s in range(tree.n_infosets):
        begin = tree.first_action[s]
        end = tree.first_action[s + 1]
        mean = 0.0
        for a in range(begin + 1, end):
            mean += p[a] * dy[a - s - 1]
        dlogp[begin] = -mean
        for a in range(begin + 1, end):
            dlogp[a] = dy[a - s - 1] - mean


@kernel
def push_reach(tree: Structure, mu: Floats, dlogp: Floats, dreach: Floats, mean: Floats) -> None:
    """Derivative of log reach, and its mean at infosets; overwrites both."""
    for s in range(tree.n_infosets):
        mean[s] = 0.0
    for j in range(tree.up.size):
        dreach[j] = 0.0
        if j > 0:
            dreach[j] = dreach[tree.up[j]] + dlogp[tree.via[j]]
        if tree.infoset[j] < tree.n_infosets:
            mean[tree.infoset[j]] += mu[j] * dreach[j]


@part
def hand_up(tree: Structure, j: int, p: Floats, mu: Floats, dvalue: Floats, dgain: Floats) -> None:
    """Add the derivative of a node's value to that of its parent, and of the action that leads."""
    k, a = tree.up[j], tree.via[j]
    for i in range(tree.n_players):
        dvalue[k, i] += p[a] * dvalue[j, i]
    if a < tree.n_actions:
        dgain[a] += mu[k] * dvalue[j, tree.mover[tree.infoset[k]]]


@kernel
def push(
    tree: Structure,
    p: Floats,
    mu: Floats,
    value: Floats,
    dy: Floats,
    dlogp: Floats,
    dreach: Floats,
    mean: Floats,
    dvalue: Floats,
    dgain: Floats,
) -> None:
    """Directional derivative of both passes along `dy`, payoffs and chance.

    Args:
        tree: Columns of the structure.
        p: Probabilities; shape (A + C,).
        mu: Beliefs; shape (M,).
        value: Values; shape (N, P).
        dy: Direction of the free unknowns; shape (n,) or longer.
        dlogp: Derivative of log probabilities, given of chance, whose part is 0 where it is at
            rest, and overwritten of actions; shape (A + C,).
        dreach: Overwritten by that of log reach; shape (M,).
        mean: Overwritten by its mean per infoset; shape (I,).
        dvalue: What payoffs and chance add to the derivative of each inner node's value by its
            own children; becomes the derivative; shape (M, P).
        dgain: What payoffs add to that of each action value; becomes the derivative; shape (A,).
    """
    push_softmax(tree, p, dy, dlogp)
    push_reach(tree, mu, dlogp, dreach, mean)
    for j in range(tree.inner.size - 1, -1, -1):
        s = tree.infoset[j]
        if s < tree.n_infosets:
            begin = tree.first_action[s]
            end = tree.first_action[s + 1]
            below = tree.child[j] - begin
            more = mu[j] * (dreach[j] - mean[s])
            for a in range(begin, end):
                x = p[a] * dlogp[a]
                for i in range(tree.n_players):
                    dvalue[j, i] += x * value[below + a, i]
                dgain[a] += more * value[below + a, tree.mover[s]]
        if j > 0:
            hand_up(tree, j, p, mu, dvalue, dgain)
