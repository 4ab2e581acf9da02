"""The passes of the certificate, compiled; nothing here is shared with any solver.

They are those of `lackmus.solution.walk`, node by node: nodes stand in breadth-first order, so that
going down is a loop over them and going up one backwards. See there for what a *piece* is.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np

from lackmus.compiled.jit import jit, kernel
from lackmus.foundation.arrays import Floats, Ints

#: What a payoff range of 0 counts as.
_LEAST: Final = float(np.finfo(np.float64).tiny)


class Columns(NamedTuple):
    """A game's columns; see `lackmus.game.game`."""

    infoset: Ints
    first_child: Ints
    infoset_player: Ints
    first_action: Ints
    terminal: Ints
    chance: Floats
    payoffs: Floats


class Measures(NamedTuple):
    """What the passes find of a profile; room for it at first.

    Attributes:
        strategy: Probability of each action; shape (A + C,).
        beliefs: By Bayes' rule; NaN, untouched, where nobody moves; shape (N,).
        action_values: Expected payoff of the mover per personal action, from 0; shape (A,).
        payoffs: Expected payoff per player; shape (P,).
        value: Expected payoff of the mover at each infoset; shape (I,).
        regret: Best action's value less `value`; shape (I,).
        agent: The largest `regret` of each player, from 0; shape (P,).
        player: Gain of each player by another whole strategy; shape (P,).
        pieces: His largest gain in any piece; shape (P,).
        fixed_point: Largest error of p(a) ∝ exp(λ·EU(a)) of each player, in log probability, from
            0; shape (P,).
        range: Largest less smallest payoff of each player; shape (P,).
        largest: His largest payoff, of either sign; shape (P,).
    """

    strategy: Floats
    beliefs: Floats
    action_values: Floats
    payoffs: Floats
    value: Floats
    regret: Floats
    agent: Floats
    player: Floats
    pieces: Floats
    fixed_point: Floats
    range: Floats
    largest: Floats


class Shape(NamedTuple):
    """What the passes need to know of a game's shape.

    Attributes:
        parent: Parent of each node, -1 at the root; shape (N,).
        via: Action by which it is entered, -1 at the root; shape (N,).
        mover: Who moves there; -1 chance, -2 terminal; shape (N,).
        whole: 0 at every node: the game as one piece; shape (N,).
        piece: Root of the piece that a node belongs to; shape (N,).
        order: Personal infosets by their first nodes, so that those of a player's later moves stand
            behind; shape (I,).
    """

    parent: Ints
    via: Ints
    mover: Ints
    whole: Ints
    piece: Ints
    order: Ints


@kernel
def climb(game: Columns, shape: Shape) -> None:
    """Write who moves where, and the way to each node."""
    shape.parent[0], shape.via[0] = -1, -1
    seen = np.zeros(game.infoset_player.size, np.bool_)
    count = 0
    for node in range(shape.parent.size):
        s = game.infoset[node]
        shape.mover[node] = -2 if s < 0 else game.infoset_player[s]
        if s < 0:
            continue
        if shape.mover[node] >= 0 and not seen[s]:
            seen[s] = True
            shape.order[count] = s
            count += 1
        below = game.first_child[node] - game.first_action[s]
        for a in range(game.first_action[s], game.first_action[s + 1]):
            shape.parent[below + a] = node
            shape.via[below + a] = a


@kernel
def number(parent: Ints, size: Ints, preorder: Ints) -> None:
    """Write the size of each node's subtree, and its place when all are written out depth first."""
    after = np.zeros(parent.size, np.int32)
    size[:] = 1
    preorder[0] = 0
    for node in range(parent.size - 1, 0, -1):
        size[parent[node]] += size[node]
    for node in range(1, parent.size):
        above = parent[node]
        preorder[node] = preorder[above] + 1 + after[above]
        after[above] += size[node]


@kernel
def spread(game: Columns, shape: Shape, preorder: Ints, low: Ints, high: Ints) -> None:
    """Write the first and last place that the infosets met in each node's subtree reach."""
    n = preorder.size
    first = np.full(game.infoset_player.size, n, np.int32)
    last = np.full(game.infoset_player.size, -1, np.int32)
    for node in range(n):
        low[node], high[node] = preorder[node], preorder[node]
        if shape.mover[node] >= 0:
            s = game.infoset[node]
            first[s] = min(first[s], preorder[node])
            last[s] = max(last[s], preorder[node])
    for node in range(n - 1, -1, -1):
        if shape.mover[node] >= 0:
            low[node] = min(low[node], first[game.infoset[node]])
            high[node] = max(high[node], last[game.infoset[node]])
        if node > 0:
            above = shape.parent[node]
            low[above] = min(low[above], low[node])
            high[above] = max(high[above], high[node])


@kernel
def cut(game: Columns, shape: Shape) -> int:
    """Write the subgame root nearest above each node; returns how many roots there are."""
    n = shape.parent.size
    size, preorder = np.empty(n, np.int32), np.empty(n, np.int32)
    low, high = np.empty(n, np.int32), np.empty(n, np.int32)
    number(shape.parent, size, preorder)
    spread(game, shape, preorder, low, high)
    shape.piece[0] = 0
    roots = 1
    for node in range(1, n):
        closed = low[node] >= preorder[node] and high[node] < preorder[node] + size[node]
        shape.piece[node] = shape.piece[shape.parent[node]]
        if closed and shape.mover[node] != -2:
            shape.piece[node] = node
            roots += 1
    return roots


@kernel
def look_back(shape: Shape, pieces: Ints, player: int, actions: int, last: Ints) -> None:
    """Write a player's last action before each node in its piece, `actions` + its root if none."""
    for node in range(last.size):
        above = shape.parent[node]
        if pieces[node] == node:
            last[node] = actions + node
        elif shape.mover[above] == player:
            last[node] = shape.via[node]
        else:
            last[node] = last[above]


@kernel
def remembers(game: Columns, shape: Shape, player: int, last: Ints) -> bool:
    """Whether a player's last action before an infoset is the same at all of its nodes."""
    known = np.full(game.infoset_player.size, -1, np.int32)
    for node in range(last.size):
        if shape.mover[node] == player:
            s = game.infoset[node]
            if known[s] < 0:
                known[s] = last[node]
            elif known[s] != last[node]:
                return False
    return True


@kernel
def recalls(game: Columns, shape: Shape, actions: int) -> bool:
    """Whether every player remembers what he knew and did."""
    last = np.empty(shape.parent.size, np.int32)
    for player in range(game.payoffs.shape[0]):
        look_back(shape, shape.whole, player, actions, last)
        if not remembers(game, shape, player, last):
            return False
    return True


@kernel
def book(
    shape: Shape,
    pieces: Ints,
    player: int,
    last: Ints,
    strategy: Floats,
    value: Floats,
    out: Floats,
) -> None:
    """Add each piece's ends, times the odds that the others let them be reached, to `out`.

    Each is added to the player's last action before it; the root of a piece within is an end.
    """
    reach = np.ones(last.size)
    for node in range(last.size):
        above = shape.parent[node]
        if above >= 0:
            own = shape.mover[above] == player
            through = reach[above] if own else reach[above] * strategy[shape.via[node]]
            if pieces[node] == node:
                out[shape.via[node] if own else last[above]] += through * value[node]
            else:
                reach[node] = through
        if shape.mover[node] == -2:
            out[last[node]] += reach[node] * value[node]


@kernel
def best_gain(
    game: Columns, shape: Shape, pieces: Ints, player: int, strategy: Floats, value: Floats
) -> float:
    """The most that a player gains in any piece; see `lackmus.solution.walk.best_responses`."""
    n, actions = shape.parent.size, strategy.size
    booked, last = np.zeros(actions + n), np.empty(n, np.int32)
    look_back(shape, pieces, player, actions, last)
    book(shape, pieces, player, last, strategy, value, booked)
    before = np.zeros(game.infoset_player.size, np.int32)
    for node in range(n):
        if shape.mover[node] == player:
            before[game.infoset[node]] = last[node]
    for place in range(shape.order.size - 1, -1, -1):
        s = shape.order[place]
        if game.infoset_player[s] == player:
            actions_here = booked[game.first_action[s] : game.first_action[s + 1]]
            booked[before[s]] += actions_here.max()
    gain = -np.inf
    for node in range(n):
        if pieces[node] == node:
            gain = max(gain, booked[actions + node] - value[node])
    return gain


@kernel
def believe(game: Columns, shape: Shape, player: int, logs: Floats, beliefs: Floats) -> None:
    """Write Bayes' rule at a player's nodes, his own choices left out, which all ways share."""
    reach, sets = np.zeros(beliefs.size), game.infoset_player.size
    most, mass = np.full(sets, -np.inf), np.zeros(sets)
    for node in range(beliefs.size):
        above = shape.parent[node]
        if shape.piece[node] != node:
            own = shape.mover[above] == player
            reach[node] = reach[above] if own else reach[above] + logs[shape.via[node]]
        if shape.mover[node] == player:
            s = game.infoset[node]
            most[s] = max(most[s], reach[node])
    for node in range(beliefs.size):
        if shape.mover[node] == player:
            s = game.infoset[node]
            beliefs[node] = math.exp(reach[node] - most[s])
            mass[s] += beliefs[node]
    for node in range(beliefs.size):
        if shape.mover[node] == player:
            beliefs[node] /= mass[game.infoset[node]]


@kernel
def expect(game: Columns, player: int, strategy: Floats, value: Floats) -> None:
    """Write a player's expected payoff at every node."""
    for z in range(game.terminal.size):
        value[game.terminal[z]] = game.payoffs[player, z]
    for node in range(value.size - 1, -1, -1):
        s = game.infoset[node]
        if s >= 0:
            below = game.first_child[node] - game.first_action[s]
            total = 0.0
            for a in range(game.first_action[s], game.first_action[s + 1]):
                total += strategy[a] * value[below + a]
            value[node] = total


@kernel
def average(
    game: Columns, shape: Shape, player: int, beliefs: Floats, value: Floats, values: Floats
) -> None:
    """Add to `values` what a player's actions give on average over the nodes of their infosets."""
    for node in range(value.size):
        if shape.mover[node] == player:
            s = game.infoset[node]
            below = game.first_child[node] - game.first_action[s]
            for a in range(game.first_action[s], game.first_action[s + 1]):
                values[a] += beliefs[node] * value[below + a]


@kernel
def misfit(precision: float, values: Floats, logs: Floats) -> float:
    """Largest error of p(a) ∝ exp(λ·EU(a)) at an infoset, in log probability."""
    peak, total = (precision * values).max(), 0.0
    for a in range(values.size):
        total += math.exp(precision * values[a] - peak)
    total = math.log(total)
    worst = 0.0
    for a in range(values.size):
        worst = max(worst, abs(precision * values[a] - peak - total - logs[a]))
    return worst


@kernel
def is_mixed(game: Columns, sets: int, strategy: Floats, logs: Floats, most: float) -> bool:
    """Whether rows are distributions that reach everything, and logs are theirs."""
    for c in range(game.chance.size):
        if not game.chance[c] > 0.0:
            return False
    for s in range(sets):
        total = 0.0
        for a in range(game.first_action[s], game.first_action[s + 1]):
            total += strategy[a]
            off = abs(math.exp(logs[a]) - strategy[a])
            if not (strategy[a] >= 0.0 and off <= most and logs[a] > -np.inf):
                return False
        if not abs(total - 1.0) <= most:
            return False
    return True


@kernel
def off_bayes(shape: Shape, beliefs: Floats, given: Floats) -> tuple[float, float]:
    """Largest distance of the beliefs given, and the sum of all; NaN where one is missing."""
    worst, total = 0.0, 0.0
    for node in range(given.size):
        if shape.mover[node] >= 0:
            off = abs(given[node] - beliefs[node])
            worst = max(worst, off)
            total += off
    return worst, total


@kernel
def gauge(game: Columns, found: Measures) -> None:
    """Write how large payoffs are, and how far apart."""
    for i in range(found.range.size):
        low, high = np.inf, -np.inf
        for z in range(game.terminal.size):
            low, high = min(low, game.payoffs[i, z]), max(high, game.payoffs[i, z])
        found.range[i] = high - low
        found.largest[i] = max(abs(low), abs(high))


@kernel
def judge(game: Columns, found: Measures, logs: Floats, precision: float) -> int:
    """Write what each infoset's mover gets, could get, and how far he is from quantal response.

    Returns:
        Where the regret is largest as a fraction of the mover's payoff range, -1 for no infoset.
    """
    worst, most = -1, -np.inf
    for s in range(found.value.size):
        begin, end, i = game.first_action[s], game.first_action[s + 1], game.infoset_player[s]
        values = found.action_values[begin:end]
        found.value[s] = 0.0
        for a in range(begin, end):
            found.value[s] += found.strategy[a] * found.action_values[a]
        found.regret[s] = values.max() - found.value[s]
        found.agent[i] = max(found.agent[i], found.regret[s])
        share = found.regret[s] / max(found.range[i], _LEAST)
        if share > most:
            worst, most = s, share
        if precision >= 0.0:
            error = misfit(precision, values, logs[begin:end])
            found.fixed_point[i] = max(found.fixed_point[i], error)
    return worst


@kernel
def make_passes(game: Columns, shape: Shape, found: Measures, logs: Floats) -> None:
    """Write what everybody expects and believes, and gains by another whole strategy."""
    roots = cut(game, shape)
    value = np.empty(shape.parent.size)
    for i in range(found.payoffs.size):
        expect(game, i, found.strategy, value)
        believe(game, shape, i, logs, found.beliefs)
        average(game, shape, i, found.beliefs, value, found.action_values)
        found.payoffs[i] = value[0]
        found.player[i] = best_gain(game, shape, shape.whole, i, found.strategy, value)
        found.pieces[i] = found.player[i]
        if roots > 1:
            found.pieces[i] = best_gain(game, shape, shape.piece, i, found.strategy, value)


@jit
def measure(
    game: Columns,
    found: Measures,
    strategy: Floats,
    logs: Floats,
    given: Floats,
    precision: float,
    most: float,
) -> tuple[bool, float, int]:
    """Make all passes.

    Args:
        game: The game's columns.
        found: Overwritten, where the profile is sound.
        strategy: Probability of each personal action; shape (A,) or (A + C,).
        logs: Their logs; shape as `strategy`.
        given: Beliefs per node, to be compared; shape (N,), or (0,) for none.
        precision: λ; below zero for no quantal response.
        most: Errors up to which a row sums to one, a log is that of its probability, and the
            beliefs given are by Bayes' rule.

    Returns:
        Whether the profile is one of distributions that reach everything, every player has perfect
        recall, and the beliefs given are near to Bayes' rule; their largest distance from it; and
        the infoset whose mover gains most by another action there, -1 where there is none.
    """
    n, sets = game.infoset.size, found.value.size
    own, every = found.action_values.size, found.strategy.size
    if not is_mixed(game, sets, strategy, logs, most):
        return False, 0.0, -1
    shape = Shape(
        np.empty(n, np.int32),
        np.empty(n, np.int32),
        np.empty(n, np.int32),
        np.zeros(n, np.int32),
        np.empty(n, np.int32),
        np.empty(sets, np.int32),
    )
    climb(game, shape)
    if not recalls(game, shape, every):
        return False, 0.0, -1
    all_logs = np.empty(every)
    for a in range(own):
        found.strategy[a], all_logs[a] = strategy[a], logs[a]
    for a in range(own, every):
        found.strategy[a] = game.chance[a - own]
        all_logs[a] = math.log(game.chance[a - own])
    make_passes(game, shape, found, all_logs)
    gauge(game, found)
    worst = judge(game, found, all_logs, precision)
    if not given.size:
        return True, 0.0, worst
    off, total = off_bayes(shape, found.beliefs, given)
    return total <= most, off, worst
