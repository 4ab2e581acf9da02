"""Checks the play of many draws by code that knows no solver.

Values are taken up the tree once more, from the strategy alone, and each infoset's choice is held
against p(a) ∝ exp(λ·EU(a)). Two things must be small, in log probability: the distance from that
fixed point, and what the rounding of payoffs in floating point could make of it. Where payoffs are
so large that adding what they differ by no longer changes them, the second is large however well
the first is met, and the draw has no certified solution.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from lackmus.foundation.arrays import Bools, Floats
from lackmus.foundation.tolerances import DRAW_ERROR, DRAW_ROUNDING
from lackmus.game.game import Game
from lackmus.solution.reach import log_node_reach
from lackmus.solution.solution import Play

#: Draws that are looked at together; more would only fill memory.
_TOGETHER = 64

Indices: TypeAlias = NDArray[np.signedinteger[Any]]


def certified(game: Game, play: Play, precision: Floats) -> Bools:
    """Which draws are logit equilibria of their numbers, to `DRAW_ERROR`; shape (D,).

    Args:
        game: The structure.
        play: What a solver made of it; its own word on errors is not looked at.
        precision: λ of each draw; shape (D,).
    """
    result = np.zeros(len(precision), np.bool_)
    for begin in range(0, len(precision), _TOGETHER):
        part = slice(begin, begin + _TOGETHER)
        strategy, payoffs = play.strategy[part], play.payoffs[part]
        result[part] = _error(game, strategy, payoffs, precision[part]) <= DRAW_ERROR
    return result


def _error(game: Game, strategy: Floats, payoffs: Floats, precision: Floats) -> Floats:
    """Largest error of a draw's choices in log probability, rounding included; NaN for none.

    An error of a log probability counts in proportion to its size where that is above one.
    """
    n, first = game.n_actions, game.first_action[: game.n_infosets]
    if not n:
        return np.where(np.isfinite(strategy).all(axis=1), 0.0, np.nan)
    with np.errstate(all="ignore"):
        weights = _weights(game, strategy)
        value = _action_values(game, strategy, payoffs, weights)
        epsilon = precision * np.finfo(np.float64).eps
        rounding = np.zeros_like(value)
        # Nearly always payoffs are so small that their rounding is nothing.
        big = np.flatnonzero(epsilon * np.abs(payoffs).max(axis=(1, 2)) > DRAW_ROUNDING)
        if len(big):
            sizes = _action_values(game, strategy[big], np.abs(payoffs[big]), weights[big])
            rounding[big] = epsilon[big, None] * sizes
        chosen = strategy[:, :n]
        logs = np.log(chosen)
        score = precision[:, None] * value
        of = game.action_infoset[:n]
        gap = np.where(chosen > 0, logs - score, 0.0)
        level = np.add.reduceat(np.where(chosen > 0, chosen * gap, 0.0), first, axis=1)[:, of]
        weight = np.maximum(1.0, np.abs(logs))
        # What underflowed to 0 must be worth so much less.
        off = np.where(chosen > 0, np.abs(gap - level) / weight, 0.0)
        wrong = (chosen <= 0) & (score + level > np.log(np.finfo(np.float64).tiny) + 1.0)
        error = np.where(chosen > 0, off + rounding / weight, np.where(wrong, np.inf, 0.0))
    # Of an infoset that the strategy reaches with probability 0 in floats nothing is known.
    error = np.where(np.isnan(value), 0.0, error).max(axis=1)
    return np.where(np.isfinite(strategy).all(axis=1), error, np.nan)


@dataclass(frozen=True, slots=True)
class _Shape:
    """How values go up a tree.

    Attributes:
        levels: Per level, from the last up: its nodes, their parents, and where each begins.
        nodes: Nodes that a personal action leads to, sorted by action.
        begins: Where each action begins among them.
        actions: The actions.
        movers: Who takes the action that leads to each node.
    """

    levels: tuple[tuple[slice, Indices, Indices], ...]
    nodes: Indices
    begins: Indices
    actions: Indices
    movers: Indices


_SHAPES: WeakKeyDictionary[Game, _Shape] = WeakKeyDictionary()


def _shape(game: Game) -> _Shape:
    if game not in _SHAPES:
        levels = []
        for start, stop in zip(game.level[1:-1], game.level[2:], strict=True):
            parents, begins = np.unique(game.parent[start:stop], return_index=True)
            levels.append((slice(int(start), int(stop)), parents, begins))
        nodes = np.flatnonzero((game.via >= 0) & (game.via < game.n_actions))
        nodes = nodes[np.argsort(game.via[nodes], kind="stable")]
        actions, begins = np.unique(game.via[nodes], return_index=True)
        movers = game.infoset_player[game.action_infoset[game.via[nodes]]]
        _SHAPES[game] = _Shape(tuple(levels[::-1]), nodes, begins, actions, movers)
    return _SHAPES[game]


def _weights(game: Game, strategy: Floats) -> Floats:
    """Beliefs at the node before each of `_Shape.nodes`; (D, nodes)."""
    shape = _shape(game)
    logs = log_node_reach(game, strategy)[:, game.parent[shape.nodes]]
    counts = np.diff(np.append(shape.begins, len(shape.nodes)))
    top = np.maximum.reduceat(logs, shape.begins, axis=1)
    weight = np.exp(logs - np.repeat(top, counts, axis=1))
    whole = np.add.reduceat(weight, shape.begins, axis=1)
    return np.asarray(weight / np.repeat(whole, counts, axis=1))


def _action_values(game: Game, strategy: Floats, payoffs: Floats, weights: Floats) -> Floats:
    """EU(a | infoset) of each mover, NaN where the infoset has no belief; (D, A)."""
    shape = _shape(game)
    value = np.zeros((*payoffs.shape[:2], game.n_nodes))
    value[:, :, game.terminal] = payoffs
    for nodes, parents, begins in shape.levels:
        terms = value[:, :, nodes] * strategy[:, None, game.via[nodes]]
        value[:, :, parents] = np.add.reduceat(terms, begins, axis=2)
    found = np.zeros((len(payoffs), game.n_actions))
    own = value[:, shape.movers, shape.nodes]
    found[:, shape.actions] = np.add.reduceat(weights * own, shape.begins, axis=1)
    return found
