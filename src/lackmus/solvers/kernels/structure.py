"""A game's structure laid out for the kernels: inner nodes alone, numbered from 0, parents first.

Let M be the number of inner nodes (those that are no terminals) and n = A - I the number of free
unknowns of a behavior profile, one for every personal action but the first of its infoset.
"""

from __future__ import annotations

from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from lackmus.compiled.jit import jit, kernel
from lackmus.foundation.arrays import Ints
from lackmus.foundation.errors import SolveError
from lackmus.game.game import Game

#: What players remember: all they knew and did; less; not even whether they were somewhere.
PERFECT: Final = 0
IMPERFECT: Final = 1
ABSENT_MINDED: Final = 2


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
    terminals = game.n_terminals
    inner, sets, actions = game.n_nodes - terminals, game.n_infosets, game.n_actions
    columns = np.empty(5 * inner + 2 * terminals, np.int32)
    memory = lay_out(
        game.infoset,
        game.first_child,
        game.infoset_player,
        game.first_action,
        game.terminal,
        len(game.players),
        columns,
    )
    if memory == ABSENT_MINDED:
        raise SolveError("a path passes the same infoset twice, where beliefs are not defined")
    columns.setflags(write=False)
    part = [columns[k * inner : (k + 1) * inner] for k in range(5)]
    ends = columns[5 * inner :]
    return Structure(
        inner=part[0],
        infoset=part[1],
        child=part[2],
        up=part[3],
        via=part[4],
        first_action=game.first_action,
        mover=game.infoset_player,
        terminal=game.terminal,
        terminal_up=ends[:terminals],
        terminal_via=ends[terminals:],
        n_players=len(game.players),
        n_infosets=sets,
        n_actions=actions,
        recall=memory == PERFECT,
    )


@jit
def lay_out(
    infoset: Ints,
    first_child: Ints,
    infoset_player: Ints,
    first_action: Ints,
    terminal: Ints,
    players: int,
    out: Ints,
) -> int:
    """Write the columns of inner nodes, and of terminals, as they follow each other in `Structure`.

    Returns:
        What players remember: `PERFECT`, `IMPERFECT`, `ABSENT_MINDED`.
    """
    n, ends = infoset.size, terminal.size
    count = n - ends
    parent, via = np.full(n, -1, np.int32), np.full(n, -1, np.int32)
    j = 0
    for node in range(n):
        s = infoset[node]
        if s < 0:
            continue
        out[j] = node
        out[count + j] = s
        out[2 * count + j] = first_child[node]
        out[3 * count + j] = parent[node]
        out[4 * count + j] = via[node]
        for a in range(first_action[s], first_action[s + 1]):
            child = first_child[node] + a - first_action[s]
            parent[child] = j
            via[child] = a
        j += 1
    for z in range(ends):
        out[5 * count + z] = parent[terminal[z]]
        out[5 * count + ends + z] = via[terminal[z]]
    sets, up, entered = (
        out[count : 2 * count],
        out[3 * count : 4 * count],
        out[4 * count : 5 * count],
    )
    for player in range(players):
        if not remembers(sets, up, entered, infoset_player, player):
            return ABSENT_MINDED if is_absent_minded(sets, up) else IMPERFECT
    return PERFECT


@kernel
def remembers(infoset: Ints, up: Ints, via: Ints, infoset_player: Ints, player: int) -> bool:
    """Whether a player's last action before an infoset is the same at all of its nodes."""
    last = np.full(infoset.size, -1, np.int32)
    known = np.full(infoset_player.size, -2, np.int32)
    for j in range(infoset.size):
        above, s = up[j], infoset[j]
        if above >= 0:
            last[j] = via[j] if infoset_player[infoset[above]] == player else last[above]
        if infoset_player[s] == player:
            if known[s] == -2:
                known[s] = last[j]
            elif known[s] != last[j]:
                return False
    return True


@kernel
def is_absent_minded(infoset: Ints, up: Ints) -> bool:
    """Whether some path passes an infoset twice."""
    for j in range(infoset.size):
        k = up[j]
        while k >= 0:
            if infoset[k] == infoset[j]:
                return True
            k = up[k]
    return False
