"""A move made binding in a game that is compiled: what is not played is cut out of its tree."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lackmus.compiler.labels import Lazy
from lackmus.foundation.arrays import Bools
from lackmus.foundation.errors import UsageError
from lackmus.game.game import NOT_MADE, Game, Histories, Labels

_Places: TypeAlias = NDArray[np.int64]


def bound(game: Game, move: str, by: str, option: str) -> Game:
    """The game in which an actor takes one option of a move wherever it is open to him.

    Everybody knows it. It is the game that compiling with ``do(move = option)`` gives, but that
    infosets of one action are left where the move was made.

    Args:
        game: A game made from a case.
        move: The move's name in the case, without a round.
        by: The actor; of a move that several make in turn, his rounds alone are bound.
        option: The option.

    Raises:
        UsageError: The game was made from no case.
    """
    histories = game.histories
    if histories is None:
        raise UsageError("a move can be bound in a game made from a case")
    columns = [
        k
        for k, column in enumerate(histories.columns)
        if column.kind == "move" and not column.last and column.by == by
        and column.name.partition("[")[0] == move
    ]  # fmt: skip
    dropped = np.zeros(len(game.action_infoset), np.bool_)
    for infoset in np.flatnonzero(np.isin(histories.infoset_column, columns)).tolist():
        actions = game.actions_of(infoset)
        other = [a for a in actions if game.labels.actions[a] != option]
        if len(other) < len(actions):
            dropped[other] = True
    return _without(game, histories, dropped)


def _without(game: Game, histories: Histories, dropped: Bools) -> Game:
    """The game without some actions and what follows them; infosets keep one at least."""
    kept = ~np.append(dropped, False)[game.via]
    for depth in range(1, len(game.level) - 1):
        level = slice(game.level[depth], game.level[depth + 1])
        kept[level] &= kept[game.parent[level]]
    nodes = np.flatnonzero(kept)
    number = np.cumsum(kept) - 1
    reached = np.zeros(len(game.infoset_player), np.bool_)
    reached[game.infoset[nodes[game.infoset[nodes] >= 0]]] = True
    actions = ~dropped & reached[game.action_infoset]
    counts = np.bincount(game.action_infoset[actions], minlength=len(reached))[reached]
    infoset = np.append(np.cumsum(reached) - 1, -1)[game.infoset[nodes]]
    first_child = np.full(len(nodes), -1)
    below = np.arange(1, len(nodes))[::-1]
    first_child[number[game.parent[nodes[below]]]] = below
    before = np.concatenate([[0], np.cumsum(kept)])[game.level]
    there = kept[game.terminal]
    infosets, taken = np.flatnonzero(reached), np.flatnonzero(actions)
    labels = game.labels
    return replace(
        game,
        infoset=infoset,
        first_child=first_child,
        level=np.unique(before),
        infoset_player=game.infoset_player[infosets],
        first_action=np.concatenate([[0], np.cumsum(counts)]),
        terminal=number[game.terminal[there]],
        chance=game.chance[taken[taken >= game.n_actions] - game.n_actions],
        payoffs=np.ascontiguousarray(game.payoffs[:, there]),
        labels=Labels(
            Lazy(len(infosets), lambda i: labels.infosets[infosets[i]]),
            Lazy(len(taken), lambda a: labels.actions[taken[a]]),
        ),
        exact=None,
        histories=_narrowed(histories, infosets[infosets < game.n_infosets], there),
    )


def _narrowed(histories: Histories, infosets: _Places, terminals: Bools) -> Histories:
    codes = np.ascontiguousarray(histories.codes[:, terminals])
    unmade = (codes == NOT_MADE).any(axis=1).tolist()
    return Histories(
        columns=tuple(
            replace(column, may_be_unmade=some)
            for column, some in zip(histories.columns, unmade, strict=True)
        ),
        codes=codes,
        infoset_column=histories.infoset_column[infosets],
        views=np.ascontiguousarray(histories.views[:, infosets]),
    )
