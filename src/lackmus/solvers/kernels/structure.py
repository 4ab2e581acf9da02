"""A game's structure laid out for the kernels: inner nodes alone, numbered from 0, parents first.

Let M be the number of inner nodes (those that are no terminals) and n = A - I the number of free
unknowns of a behavior profile, one for every personal action but the first of its infoset.
"""

from __future__ import annotations

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from lackmus.foundation.arrays import Ints, freeze
from lackmus.foundation.errors import SolveError
from lackmus.game.game import Game


class Structure(NamedTuple):
    """What stays the same over all draws of a game's numbers, as kernels take it.

    Attributes:
        inner: Node id of each inner node; shape (M,).
        infoset: Its infoset; chance infosets are I … I+K-1; shape (M,).
        child: Node id of its first child; shape (M,).
        up: Inner index of its parent, -1 at the root; shape (M,).
        via: Action by which it is entered, -1 at the root; shape (M,).
        first_action: As in `Game`; shape (I + K + 1,).
        mover: Player who moves at each infoset, -1 for chance; shape (I + K,).
        terminal: Node id of each terminal; shape (Z,).
        terminal_up: Inner index of each terminal's parent; shape (Z,).
        terminal_via: Action by which each terminal is entered; shape (Z,).
        n_players: P.
        n_infosets: I.
        n_actions: A.
        recall: Whether the game has perfect recall.
    """

    inner: Ints
    infoset: Ints
    child: Ints
    up: Ints
    via: Ints
    first_action: Ints
    mover: Ints
    terminal: Ints
    terminal_up: Ints
    terminal_via: Ints
    n_players: int
    n_infosets: int
    n_actions: int
    recall: bool

    @property
    def action_infoset(self) -> Ints:
        """Infoset of each personal action; shape (A,)."""
        widths = np.diff(self.first_action[: self.n_infosets + 1])
        return np.repeat(np.arange(self.n_infosets, dtype=np.int32), widths)

    @property
    def n_inner(self) -> int:
        """M, the number of inner nodes."""
        return len(self.inner)

    @property
    def n_free(self) -> int:
        """The number of free unknowns, A - I."""
        return self.n_actions - self.n_infosets


_KNOWN: WeakKeyDictionary[Game, Structure] = WeakKeyDictionary()


def structure_of(game: Game) -> Structure:
    """The structure of a game, worked out once a game.

    Args:
        game: Any game in which no path passes an infoset twice.

    Returns:
        Its columns for the kernels.

    Raises:
        SolveError: If a path passes the same infoset twice (absent-mindedness), where beliefs and
            agent values are not defined.
    """
    known = _KNOWN.get(game)
    if known is None:
        known = _KNOWN[game] = _lay_out(game)
    return known


def _lay_out(game: Game) -> Structure:
    inner = np.flatnonzero(game.infoset >= 0).astype(np.int32)
    place = np.full(game.n_nodes + 1, -1, np.int32)
    place[inner] = np.arange(len(inner), dtype=np.int32)
    recall = game.perfect_recall
    structure = Structure(
        inner=freeze(inner),
        infoset=freeze(game.infoset[inner]),
        child=freeze(game.first_child[inner]),
        up=freeze(place[game.parent[inner]]),
        via=freeze(game.via[inner]),
        first_action=game.first_action,
        mover=game.infoset_player,
        terminal=game.terminal,
        terminal_up=freeze(place[game.parent[game.terminal]]),
        terminal_via=freeze(game.via[game.terminal]),
        n_players=len(game.players),
        n_infosets=game.n_infosets,
        n_actions=game.n_actions,
        recall=recall,
    )
    if not recall and _is_absent_minded(structure):
        raise SolveError("a path passes the same infoset twice, where beliefs are not defined")
    return structure


def _is_absent_minded(structure: Structure) -> bool:
    above = structure.up
    while np.any(above >= 0):
        seen = np.append(structure.infoset, -1)[above]
        if np.any(seen == structure.infoset):
            return True
        above = np.append(structure.up, -1)[above]
    return False
