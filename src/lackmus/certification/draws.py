"""The certificate of `lackmus.solution.draws`, compiled; what it means is said there."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from lackmus.certification.passes import Columns, Shape, climb, expect
from lackmus.compiled.jit import jit, kernel
from lackmus.foundation.arrays import Bools, Floats, Ints
from lackmus.foundation.tolerances import DRAW_ERROR, DRAW_ROUNDING, UNIT
from lackmus.game.game import Game
from lackmus.solution.solution import Play

#: Draws that are copied at a time: so few find room where the last were.
_TOGETHER: Final = 32

#: The log of what is no longer a normal number, and more.
_LOST: Final = math.log(float(np.finfo(np.float64).tiny)) + 1.0


def certified(game: Game, play: Play, precision: Floats) -> Bools:
    """Which draws are logit equilibria of their numbers; as `lackmus.solution.draws.certified`."""
    errors = np.empty(len(precision))
    for begin in range(0, len(errors), _TOGETHER):
        part = slice(begin, begin + _TOGETHER)
        # Copies that can be written to, since kernels are compiled for no others.
        examine(
            game.infoset,
            game.first_child,
            game.infoset_player,
            game.first_action,
            game.terminal,
            np.array(play.strategy[part], np.float64),
            np.array(play.payoffs[part], np.float64),
            np.array(precision[part], np.float64),
            errors[part],
        )
    return np.asarray(errors <= DRAW_ERROR)


@kernel
def weigh(game: Columns, shape: Shape, strategy: Floats, weights: Floats) -> None:
    """Write beliefs at nodes where somebody moves, NaN where the infoset is never reached."""
    n, sets = weights.size, game.infoset_player.size
    reach, logs = np.zeros(n), np.log(strategy)
    most, mass = np.full(sets, -np.inf), np.zeros(sets)
    for node in range(1, n):
        if shape.mover[node] >= -1:
            reach[node] = reach[shape.parent[node]] + logs[shape.via[node]]
    for node in range(n):
        if shape.mover[node] >= 0:
            s = game.infoset[node]
            most[s] = max(most[s], reach[node])
    for node in range(n):
        if shape.mover[node] >= 0:
            s = game.infoset[node]
            weights[node] = math.exp(reach[node] - most[s])
            mass[s] += weights[node]
    for node in range(n):
        if shape.mover[node] >= 0:
            weights[node] /= mass[game.infoset[node]]


@kernel
def value_actions(
    game: Columns, shape: Shape, strategy: Floats, weights: Floats, values: Floats
) -> None:
    """Write what each personal action gives its mover."""
    value = np.empty(weights.size)
    for a in range(values.size):
        values[a] = 0.0
    for player in range(game.payoffs.shape[0]):
        expect(game, player, strategy, value)
        for node in range(weights.size):
            if shape.mover[node] == player:
                s = game.infoset[node]
                below = game.first_child[node] - game.first_action[s]
                for a in range(game.first_action[s], game.first_action[s + 1]):
                    values[a] += weights[node] * value[below + a]


@kernel
def miss(begin: int, end: int, strategy: Floats, score: Floats, rounding: Floats) -> float:
    """Largest error of an infoset's choices; NaN where one is no number."""
    level, worst = 0.0, 0.0
    for a in range(begin, end):
        if strategy[a] > 0.0:
            level += strategy[a] * (math.log(strategy[a]) - score[a])
    for a in range(begin, end):
        error = 0.0
        if strategy[a] > 0.0:
            log = math.log(strategy[a])
            error = (abs(log - score[a] - level) + rounding[a]) / max(1.0, abs(log))
        elif score[a] + level > _LOST:
            # What underflowed to 0 must be worth so much less.
            error = np.inf
        if not error <= worst:
            worst = error
        if math.isnan(error):
            break
    return worst


@kernel
def size_of(payoffs: Floats) -> float:
    """The largest payoff of either sign; NaN where one is."""
    most = 0.0
    for player in range(payoffs.shape[0]):
        for payoff in payoffs[player]:
            if not abs(payoff) <= most:
                most = abs(payoff)
            if math.isnan(most):
                return most
    return most


@kernel
def error_of(game: Columns, shape: Shape, sets: int, strategy: Floats, precision: float) -> float:
    """Largest error of a draw's choices in log probability, rounding included; NaN for none."""
    for a in range(strategy.size):
        if not 0.0 <= strategy[a] < np.inf:
            return np.nan
    largest = size_of(game.payoffs)
    if not largest < np.inf:
        return np.nan
    actions = game.first_action[sets]
    weights = np.zeros(shape.parent.size)
    score, rounding = np.zeros(actions), np.zeros(actions)
    weigh(game, shape, strategy, weights)
    value_actions(game, shape, strategy, weights, score)
    epsilon = precision * UNIT
    if epsilon * largest > DRAW_ROUNDING:
        sizes = Columns(
            game.infoset,
            game.first_child,
            game.infoset_player,
            game.first_action,
            game.terminal,
            game.chance,
            np.abs(game.payoffs),
        )
        value_actions(sizes, shape, strategy, weights, rounding)
    worst = 0.0
    for s in range(sets):
        begin, end = game.first_action[s], game.first_action[s + 1]
        if math.isnan(score[begin]):
            # Of an infoset that the strategy reaches with probability 0 in floats nothing is known.
            continue
        for a in range(begin, end):
            score[a] *= precision
            rounding[a] *= epsilon
        error = miss(begin, end, strategy, score, rounding)
        if not error <= worst:
            worst = error
    return worst


@jit
def examine(
    infoset: Ints,
    first_child: Ints,
    infoset_player: Ints,
    first_action: Ints,
    terminal: Ints,
    strategy: Floats,
    payoffs: Floats,
    precision: Floats,
    errors: Floats,
) -> None:
    """Write the error of each draw; columns as in `Game`, the rest with a draw in front."""
    n, sets = infoset.size, 0
    for i in range(infoset_player.size):
        sets += infoset_player[i] >= 0
    shape = Shape(
        np.empty(n, np.int32),
        np.empty(n, np.int32),
        np.empty(n, np.int32),
        np.zeros(n, np.int32),
        np.empty(n, np.int32),
        np.empty(sets, np.int32),
    )
    none = np.empty(0)
    for d in range(errors.size):
        game = Columns(
            infoset, first_child, infoset_player, first_action, terminal, none, payoffs[d]
        )
        if d == 0:
            climb(game, shape)
        errors[d] = error_of(game, shape, sets, strategy[d], precision[d])
