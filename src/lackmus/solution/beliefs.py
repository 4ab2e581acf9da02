"""Beliefs by name: at each information set, how likely each way there is held to be."""

from __future__ import annotations

import numpy as np

from lackmus.foundation.arrays import Floats
from lackmus.game.game import Game

#: Player, infoset, way there: probability.
NamedBeliefs = dict[str, dict[str, dict[str, float]]]


def by_name(game: Game, beliefs: Floats) -> NamedBeliefs:
    """The beliefs at the personal infosets that can be reached in more than one way.

    A way is named by the actions on it that not all ways to the infoset have in the same place.

    Args:
        game: The game.
        beliefs: Per node, its probability given its infoset; shape (N,).
    """
    nodes: list[list[int]] = [[] for _ in range(game.n_infosets)]
    for node in np.flatnonzero((game.infoset >= 0) & (game.infoset < game.n_infosets)).tolist():
        nodes[int(game.infoset[node])].append(node)
    told: NamedBeliefs = {}
    for infoset, here in enumerate(nodes):
        if len(here) > 1:
            player = game.players[int(game.infoset_player[infoset])]
            named = zip(_ways(game, here), beliefs[here].tolist(), strict=True)
            told.setdefault(player, {})[game.labels.infosets[infoset]] = dict(named)
    return told


def _ways(game: Game, nodes: list[int]) -> list[str]:
    """What tells the ways to some nodes apart."""
    paths = [_path(game, node) for node in nodes]
    if len(set(map(len, paths))) == 1:
        steps = [step for step in zip(*paths, strict=True) if len(set(step)) > 1]
        paths = [list(path) for path in zip(*steps, strict=True)]
    names = [" / ".join(path) or "the start" for path in paths]
    if len(set(names)) == len(names):
        return names
    # Other nodes may have the same labels all the way.
    return [f"{name} (node {node})" for name, node in zip(names, nodes, strict=True)]


def _path(game: Game, node: int) -> list[str]:
    steps: list[str] = []
    while node > 0:
        steps.append(str(game.labels.actions[int(game.via[node])]))
        node = int(game.parent[node])
    return steps[::-1]
