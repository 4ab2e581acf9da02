"""A behavior profile as rows that a person reads: who, knowing what, does what, believing what."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lackmus.foundation.arrays import Codes, Floats
from lackmus.foundation.tolerances import SHOWN
from lackmus.game.game import Game, Histories
from lackmus.report.jsonable import history
from lackmus.solution.reach import node_reach
from lackmus.solution.solution import Assessment

_MOST_BELIEFS = 4
_OPEN = -2

#: Player, infoset, probability of being reached, play, beliefs.
Row = tuple[str, str, str, str, str]


def rows(game: Game, assessment: Assessment, *, histories: bool = False) -> list[Row]:
    """The profile, a row an infoset.

    Args:
        game: The game.
        assessment: One of its profiles.
        histories: Whether beliefs are told of whole histories; else of what a case hides from
            the mover: aims and facts, or where these leave no doubt other actors' moves.
    """
    reach = reach_of_infosets(game, assessment)
    nodes: list[list[int]] = [[] for _ in range(game.n_infosets)]
    for node in np.flatnonzero((game.infoset >= 0) & (game.infoset < game.n_infosets)):
        nodes[game.infoset[node]].append(int(node))
    doubts = None if histories or game.histories is None else _Doubts(game, game.histories)
    return [
        (
            game.players[game.infoset_player[i]],
            game.labels.infosets[i],
            f"{reach[i]:.3g}",
            _play(game, assessment, i),
            _beliefs(game, assessment, i, nodes[i], doubts),
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
    never_one = assessment.precision is not None and len(game.actions_of(infoset)) > 1
    for action in game.actions_of(infoset):
        share = assessment.strategy[action]
        if share > SHOWN:
            number = str(exact[action]) if exact else _share(float(share), never_one=never_one)
            parts.append(f"{game.labels.actions[action]} {number}")
    return ", ".join(parts)


def _share(share: float, *, never_one: bool) -> str:
    """A probability to three digits, or to as many as part it from one.

    Args:
        share: The probability.
        never_one: Whether other options have some too, as all have at a finite precision.

    >>> _share(0.25, never_one=True), _share(0.99973, never_one=True)
    ('0.25', '0.9997')
    >>> _share(1.0, never_one=True), _share(1.0, never_one=False)
    ('>0.9999', '1')
    """
    short = f"{share:.3g}"
    if short != "1":
        return short
    if share < 0.99995:
        return f"{share:.4f}"
    return ">0.9999" if never_one else "1"


class _Doubts:
    """What a case's movers may be in doubt of."""

    def __init__(self, game: Game, histories: Histories) -> None:
        self._columns = histories.columns
        self._settled = _settled(game, histories)

    def of(self, nodes: list[int]) -> list[tuple[str, Sequence[str], Codes]]:
        """Columns that differ between nodes: name, options, and the option at each node.

        Moves are told of only where nothing else differs.
        """
        values = self._settled[:, nodes]
        open_ = [
            (column, row)
            for column, row in zip(self._columns, values, strict=True)
            if not column.last and (row != row[0]).any() and (row != _OPEN).all()
        ]
        hidden = [(column, row) for column, row in open_ if column.kind != "move"]
        return [(c.name, [*c.options, "not made"], row) for c, row in hidden or open_]


def _settled(game: Game, histories: Histories) -> Codes:
    """Per column and node, the option that all histories through the node have, or `_OPEN`."""
    shape = (len(histories.codes), game.n_nodes)
    ends = np.iinfo(np.int16)
    least, most = np.full(shape, ends.max, np.int16), np.full(shape, ends.min, np.int16)
    least[:, game.terminal] = most[:, game.terminal] = histories.codes
    for depth in range(len(game.level) - 2, 0, -1):
        nodes = np.arange(game.level[depth], game.level[depth + 1])
        for column in range(len(least)):
            np.minimum.at(least[column], game.parent[nodes], least[column, nodes])
            np.maximum.at(most[column], game.parent[nodes], most[column, nodes])
    return np.where(least == most, least, _OPEN).astype(np.int16)


def _beliefs(
    game: Game, assessment: Assessment, infoset: int, nodes: list[int], doubts: _Doubts | None
) -> str:
    if len(nodes) < 2:
        return ""
    weights = assessment.beliefs[nodes]
    if np.isnan(weights).any():
        return "undetermined"
    found = next((one for one in assessment.belief_sets if one.infoset == infoset), None)
    corners, head = weights[None], ""
    if found is not None:
        corners = np.array([[float(p) for p in corner] for corner in found.vertices])
        head = "for example " if found.example_only else ""
    if doubts is None or not (columns := doubts.of(nodes)):
        labels = [" / ".join(history(game, node)) or "the start" for node in nodes]
        return head + _shares(labels, np.arange(len(nodes)), weights, corners)
    return head + "; ".join(
        f"{name}: {_shares(options, row, weights, corners)}" for name, options, row in columns
    )


def _shares(
    labels: Sequence[str], which: NDArray[np.integer], weights: Floats, corners: Floats
) -> str:
    """What is believed of each label, likeliest first; a range where any belief in it will do."""
    parts = []
    for code in dict.fromkeys(which.tolist()):
        here = which == code
        each = corners[:, here].sum(axis=1)
        parts.append((float(weights[here].sum()), labels[code], each.min(), each.max()))
    parts.sort(key=lambda part: -round(part[0], 9))
    told = [
        f"{label} {share:.3g}" if high - low < SHOWN else f"{label} {low:.3g} to {high:.3g}"
        for share, label, low, high in parts[:_MOST_BELIEFS]
    ]
    return ", ".join(told) + (" …" if len(parts) > _MOST_BELIEFS else "")
