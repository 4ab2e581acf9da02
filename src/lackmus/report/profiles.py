"""A behavior profile as rows that a person reads: who, knowing what, does what, believing what."""

from __future__ import annotations

import numpy as np

from lackmus.game.game import Game
from lackmus.report.jsonable import history
from lackmus.solution.reach import node_reach
from lackmus.solution.solution import Assessment

_MOST_BELIEFS = 4
_SMALL = 5e-4


def rows(game: Game, assessment: Assessment) -> list[tuple[str, str, str, str, str]]:
    """Player, infoset, probability of being reached, play and beliefs, a row an infoset."""
    reach = reach_of_infosets(game, assessment)
    nodes: list[list[int]] = [[] for _ in range(game.n_infosets)]
    for node in np.flatnonzero((game.infoset >= 0) & (game.infoset < game.n_infosets)):
        nodes[game.infoset[node]].append(int(node))
    return [
        (
            game.players[game.infoset_player[i]],
            game.labels.infosets[i],
            f"{reach[i]:.3g}",
            _play(game, assessment, i),
            _beliefs(game, assessment, nodes[i]),
        )
        for i in range(game.n_infosets)
    ]


def reach_of_infosets(game: Game, assessment: Assessment) -> np.ndarray:
    """Probability that each personal infoset is reached; shape (I,)."""
    reach = node_reach(game, assessment.strategy)
    personal = (game.infoset >= 0) & (game.infoset < game.n_infosets)
    return np.bincount(game.infoset[personal], weights=reach[personal], minlength=game.n_infosets)


def _play(game: Game, assessment: Assessment, infoset: int) -> str:
    exact = assessment.exact_strategy
    parts = []
    for action in game.actions_of(infoset):
        share = assessment.strategy[action]
        if share > _SMALL:
            number = str(exact[action]) if exact else f"{share:.3g}"
            parts.append(f"{game.labels.actions[action]} {number}")
    return ", ".join(parts)


def _beliefs(game: Game, assessment: Assessment, nodes: list[int]) -> str:
    if len(nodes) < 2:
        return ""
    weights = assessment.beliefs[nodes]
    if np.isnan(weights).any():
        return "undetermined"
    order = np.argsort(-np.round(weights, 9), kind="stable")[:_MOST_BELIEFS]
    parts = [f"{' / '.join(history(game, nodes[i]))} {weights[i]:.3g}" for i in order]
    return ", ".join(parts) + (" …" if len(nodes) > _MOST_BELIEFS else "")
