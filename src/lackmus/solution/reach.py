"""How likely a behavior profile makes each history: one product a node, level by level."""

from __future__ import annotations

import numpy as np

from lackmus.foundation.arrays import Floats
from lackmus.game.game import Game


def node_reach(game: Game, strategy: Floats) -> Floats:
    """Realization probability of each node.

    Args:
        game: The game.
        strategy: Probability of each action, chance actions included; shape (…, A + C).

    Returns:
        Shape (…, N).
    """
    reach = np.ones((*strategy.shape[:-1], game.n_nodes))
    for start, stop in zip(game.level[1:-1], game.level[2:], strict=True):
        nodes = slice(int(start), int(stop))
        reach[..., nodes] = reach[..., game.parent[nodes]] * strategy[..., game.via[nodes]]
    return reach


def log_node_reach(game: Game, strategy: Floats) -> Floats:
    """Logarithm of `node_reach`, -inf where it is 0; never underflows; shape (…, N)."""
    with np.errstate(divide="ignore"):
        return summed(game, np.log(strategy))


def summed(game: Game, logs: Floats) -> Floats:
    """Sums along each history of what `logs`, of shape (…, A + C), has per action; (…, N)."""
    reach = np.zeros((*logs.shape[:-1], game.n_nodes))
    for start, stop in zip(game.level[1:-1], game.level[2:], strict=True):
        nodes = slice(int(start), int(stop))
        reach[..., nodes] = reach[..., game.parent[nodes]] + logs[..., game.via[nodes]]
    return reach


def log_sum(logs: Floats) -> Floats:
    """Logarithm of the sum of exponentials along the last axis, -inf where all are of 0.

    Of few numbers, and many times over, scipy's takes a hundred times as long.
    """
    top = logs.max(axis=-1, initial=-np.inf)
    base = np.where(top > -np.inf, top, 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(base + np.log(np.exp(logs - base[..., None]).sum(axis=-1)))
