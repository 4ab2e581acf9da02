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
        beliefs: By Bayes' rule; NaN where nobody moves; shape (N,).
        action_values: Expected payoff of the mover per personal action; shape (A,).
        payoffs: Expected payoff per player; shape (P,).
        fixed_point: Largest error of p(a) ∝ exp(λ·EU(a)) of each player, in log probability; shape
            (P,).
        largest: His largest payoff, of either sign; shape (P,).
    """

    strategy: Floats
    beliefs: Floats
    action_values: Floats
    payoffs: Floats
    fixed_point: Floats
    largest: Floats


class Gains(NamedTuple):
    """What players gain by deviating; shape (P,) each.

    Attributes:
        agent: The most by another action at one infoset, from 0.
        player: By another whole strategy.
        pieces: The most by another strategy in any piece.
        range: Largest less smallest payoff.
    """

    agent: Floats
    player: Floats
    pieces: Floats
    range: Floats


class Verdict(NamedTuple):
    """What the passes come to.

    Attributes:
        sound: Whether the profile is one of distributions that reach everything, every player has
            perfect recall, and the beliefs given are near to Bayes' rule; the rest holds only then.
        bayes: Largest distance of the beliefs given from Bayes' rule.
        at_rest: Whether no action at any infoset gains more than is allowed.
        nash: Whether no whole strategy does.
        subgame: Whether none does in any piece.
        agent: The most that an action gains.
        player: The most that a strategy gains.
        tolerance: What is allowed to the player who gains most, as a fraction of his payoff range.
        worst: The infoset whose mover gains most by that measure, -1 where there is none.
        value: What he gets there.
        tempted: Whether he gains more than is allowed.
    """

    sound: bool
    bayes: float
    at_rest: bool
    nash: bool
    subgame: bool
    agent: float
    player: float
    tolerance: float
    worst: int
    value: float
    tempted: bool


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
            booked[before[s]] += largest(actions_here)
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
def largest(values: Floats) -> float:
    """The largest of some values, NaN where one is; numba's own would have SciPy read in."""
    most: float = values[0]
    for value in values[1:]:
        if value > most or math.isnan(value):
            most = value
    return most


@kernel
def misfit(precision: float, values: Floats, logs: Floats) -> float:
    """Largest error of p(a) ∝ exp(λ·EU(a)) at an infoset, in log probability."""
    peak, total = precision * largest(values), 0.0
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
def gauge(game: Columns, found: Measures, gains: Gains) -> None:
    """Write how large payoffs are, and how far apart."""
    for i in range(found.largest.size):
        low, high = np.inf, -np.inf
        for z in range(game.terminal.size):
            low, high = min(low, game.payoffs[i, z]), max(high, game.payoffs[i, z])
        gains.range[i] = high - low
        found.largest[i] = max(abs(low), abs(high))


@kernel
def judge(
    game: Columns, found: Measures, gains: Gains, logs: Floats, precision: float, sets: int
) -> tuple[int, float, float]:
    """Write what each mover could gain, and how far he is from quantal response.

    Returns:
        Where the regret is largest as a fraction of the mover's payoff range, what he gets there,
        and the regret; -1 for no infoset.
    """
    worst, most, least, regret = -1, -np.inf, 0.0, 0.0
    for s in range(sets):
        begin, end, i = game.first_action[s], game.first_action[s + 1], game.infoset_player[s]
        values, value = found.action_values[begin:end], 0.0
        for a in range(begin, end):
            value += found.strategy[a] * found.action_values[a]
        gain = largest(values) - value
        gains.agent[i] = max(gains.agent[i], gain)
        share = gain / max(gains.range[i], _LEAST)
        if share > most:
            worst, most, least, regret = s, share, value, gain
        if precision >= 0.0:
            error = misfit(precision, values, logs[begin:end])
            found.fixed_point[i] = max(found.fixed_point[i], error)
    return worst, least, regret


@kernel
def conclude(gains: Gains, regret: float) -> tuple[bool, bool, bool, float, float, float]:
    """Whether gains by actions, strategies, strategies in pieces are small, and the largest."""
    at_rest, nash, subgame = True, True, True
    agent, player, tolerance, most = 0.0, 0.0, 0.0, -np.inf
    for i in range(gains.range.size):
        limit = regret * gains.range[i]
        at_rest = at_rest and gains.agent[i] <= limit
        nash = nash and gains.player[i] <= limit
        subgame = subgame and gains.pieces[i] <= limit
        agent, player = max(agent, gains.agent[i]), max(player, gains.player[i])
        share = max(gains.agent[i], gains.player[i]) / max(gains.range[i], _LEAST)
        if share > most:
            most, tolerance = share, limit
    return at_rest, nash, subgame, agent, player, tolerance


@kernel
def make_passes(game: Columns, shape: Shape, found: Measures, gains: Gains, logs: Floats) -> None:
    """Write what everybody expects and believes, and gains by another whole strategy."""
    roots = cut(game, shape)
    value = np.empty(shape.parent.size)
    for i in range(found.payoffs.size):
        expect(game, i, found.strategy, value)
        believe(game, shape, i, logs, found.beliefs)
        average(game, shape, i, found.beliefs, value, found.action_values)
        found.payoffs[i] = value[0]
        gains.player[i] = best_gain(game, shape, shape.whole, i, found.strategy, value)
        gains.pieces[i] = gains.player[i]
        if roots > 1:
            gains.pieces[i] = best_gain(game, shape, shape.piece, i, found.strategy, value)


@kernel
def prepare(game: Columns, found: Measures, strategy: Floats, logs: Floats, out: Floats) -> None:
    """Write the whole profile and the logs of it, and clear what is added up."""
    own = found.action_values.size
    for a in range(own):
        found.strategy[a], out[a], found.action_values[a] = strategy[a], logs[a], 0.0
    for c in range(game.chance.size):
        found.strategy[own + c] = game.chance[c]
        out[own + c] = math.log(game.chance[c])
    for node in range(found.beliefs.size):
        found.beliefs[node] = np.nan
    for i in range(found.fixed_point.size):
        found.fixed_point[i] = 0.0


@jit
def measure(
    game: Columns,
    found: Measures,
    strategy: Floats,
    logs: Floats,
    given: Floats,
    precision: float,
    most: float,
    regret: float,
) -> tuple[bool, float, bool, bool, bool, float, float, float, int, float, bool]:
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
        regret: Gains that are allowed, as a fraction of the payoff range.

    Returns:
        What `Verdict` holds.
    """
    n, players, sets = found.beliefs.size, found.payoffs.size, 0
    for i in range(game.infoset_player.size):
        sets += game.infoset_player[i] >= 0
    unsound = False, 0.0, False, False, False, 0.0, 0.0, 0.0, -1, 0.0, False
    if not is_mixed(game, sets, strategy, logs, most):
        return unsound
    shape = Shape(
        np.empty(n, np.int32),
        np.empty(n, np.int32),
        np.empty(n, np.int32),
        np.zeros(n, np.int32),
        np.empty(n, np.int32),
        np.empty(sets, np.int32),
    )
    climb(game, shape)
    if not recalls(game, shape, found.strategy.size):
        return unsound
    gains = Gains(np.zeros(players), np.zeros(players), np.zeros(players), np.zeros(players))
    all_logs = np.empty(found.strategy.size)
    prepare(game, found, strategy, logs, all_logs)
    make_passes(game, shape, found, gains, all_logs)
    gauge(game, found, gains)
    off, total = 0.0, 0.0
    if given.size:
        off, total = off_bayes(shape, found.beliefs, given)
    worst, value, gain = judge(game, found, gains, all_logs, precision, sets)
    tempted = worst >= 0 and gain > regret * gains.range[game.infoset_player[worst]]
    at_rest, nash, subgame, agent, player, tolerance = conclude(gains, regret)
    return (
        total <= most,
        off,
        at_rest,
        nash,
        subgame,
        agent,
        player,
        tolerance,
        worst,
        value,
        tempted,
    )
