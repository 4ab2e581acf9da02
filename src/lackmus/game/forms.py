"""Other forms of a game: sequences, reduced strategies, payoff tables.

A *sequence* of a player is what he has done so far. Under perfect recall his last action tells it
all, so that a sequence is an action id; -1 stands for having done nothing. A *reduced strategy*
chooses an action at each infoset that the player's own earlier choices do not rule out.
(Von Stengel 1996; Koller, Megiddo and von Stengel 1996.)
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lackmus.foundation.arrays import Floats, Ints
from lackmus.foundation.errors import SolveError
from lackmus.game.game import Game

#: Entries per player and pair of sequences.
Entries: TypeAlias = dict[tuple[int, int], Fraction]

#: From here on a number is told by its power of ten.
_SPOKEN = 10**9


@dataclass(frozen=True, slots=True)
class PlayerSequences:
    """One player's sequences.

    Attributes:
        infosets: His infosets, each after the one that his last action before it belongs to.
        before: Per infoset, his last action before it; -1 where it is his first move.
        actions: Per infoset, its actions.
    """

    infosets: tuple[int, ...]
    before: tuple[int, ...]
    actions: tuple[range, ...]

    @property
    def sequences(self) -> tuple[int, ...]:
        """All sequences but the empty one, infoset by infoset."""
        return tuple(a for own in self.actions for a in own)

    def after(self) -> dict[int, list[int]]:
        """Positions in `infosets` of those that come right after each sequence."""
        result: dict[int, list[int]] = {}
        for place, action in enumerate(self.before):
            result.setdefault(action, []).append(place)
        return result


def last_own_actions(game: Game, player: int) -> Ints:
    """The player's last action on the way to each node; -1 where he has not moved."""
    last = np.full(game.n_nodes, -1, np.int32)
    parent, via = game.parent, game.via
    mover = np.append(game.infoset_player, -2)[game.infoset]
    for depth in range(1, len(game.level) - 1):
        nodes = np.arange(game.level[depth], game.level[depth + 1])
        above = parent[nodes]
        last[nodes] = np.where(mover[above] == player, via[nodes], last[above])
    return last


def player_sequences(game: Game, player: int) -> PlayerSequences:
    """One player's sequences.

    Raises:
        SolveError: Some player lacks perfect recall.
    """
    if not game.perfect_recall:
        raise SolveError("a player without perfect recall has no sequences")
    last = last_own_actions(game, player)
    own = [i for i in range(game.n_infosets) if game.infoset_player[i] == player]
    before = dict(zip(game.infoset.tolist(), last.tolist(), strict=True))
    ready, placed = {-1}, []
    waiting = own
    while waiting:
        now = [i for i in waiting if before[i] in ready]
        ready.update(a for i in now for a in game.actions_of(i))
        placed += now
        waiting = [i for i in waiting if i not in set(now)]
    return PlayerSequences(
        tuple(placed),
        tuple(before[i] for i in placed),
        tuple(game.actions_of(i) for i in placed),
    )


def leaf_chance(game: Game) -> list[Fraction]:
    """Probability by chance of each terminal; exact where the game is, else of the floats."""
    chance = game.exact.chance if game.exact else tuple(map(Fraction, game.chance.tolist()))
    reach = [Fraction(1)] * game.n_nodes
    n = game.n_actions
    parent, via = game.parent.tolist(), game.via.tolist()
    for node in range(1, game.n_nodes):
        above = reach[parent[node]]
        reach[node] = above if via[node] < n else above * chance[via[node] - n]
    return [reach[t] for t in game.terminal.tolist()]


def fractions_of(game: Game) -> tuple[tuple[Fraction, ...], ...]:
    """Payoffs as fractions; those of floats are the floats' exact values."""
    if game.exact:
        return game.exact.payoffs
    return tuple(tuple(map(Fraction, row)) for row in game.payoffs.tolist())


def sequence_payoffs(game: Game) -> tuple[Entries, Entries]:
    """Both players' payoffs times chance, per pair of last own actions, in a two-player game."""
    first, second = (last_own_actions(game, p)[game.terminal].tolist() for p in (0, 1))
    chance = leaf_chance(game)
    tables: tuple[Entries, Entries] = ({}, {})
    for table, payoffs in zip(tables, fractions_of(game), strict=True):
        for i, j, weight, payoff in zip(first, second, chance, payoffs, strict=True):
            table[i, j] = table.get((i, j), Fraction()) + weight * payoff
    return tables


def reduced_strategies(game: Game, player: int, most: int) -> list[tuple[int, ...]]:
    """All reduced pure strategies of a player, each as its actions in ascending order.

    Args:
        game: A game with perfect recall.
        player: His index.
        most: How many are too many.

    Raises:
        SolveError: There are more than `most`.
    """
    own = player_sequences(game, player)
    after = own.after()
    counts: dict[int, int] = {}
    for place in reversed(range(len(own.infosets))):
        counts[place] = sum(
            int(np.prod([counts[j] for j in after.get(a, ())], dtype=object))
            for a in own.actions[place]
        )
    total = 1
    for place in after.get(-1, ()):
        total *= counts[place]
    if total > most:
        many = f"{total:,}" if total < _SPOKEN else f"10^{len(str(total)) - 1}"
        raise SolveError(
            f"{game.players[player]} has {many} reduced strategies, more than the {most:,} that "
            "a strategic form can have here"
        )
    plans: dict[int, list[tuple[int, ...]]] = {}
    for place in reversed(range(len(own.infosets))):
        plans[place] = [
            (a, *(b for part in parts for b in part))
            for a in own.actions[place]
            for parts in product(*(plans[j] for j in after.get(a, ())))
        ]
    whole = product(*(plans[j] for j in after.get(-1, ())))
    return [tuple(sorted(b for part in parts for b in part)) for parts in whole]


def payoff_table(game: Game, plans: list[list[tuple[int, ...]]]) -> list[NDArray[Any]]:
    """Expected payoffs of each player for every profile of reduced strategies.

    Returns:
        Per player an array with an axis per player; objects that are fractions where the game is
        exact, else float64.
    """
    shape = tuple(map(len, plans))
    exact = game.exact is not None
    tables: list[NDArray[Any]] = [np.zeros(shape, np.float64) for _ in game.players]
    if exact:
        tables = [np.full(shape, Fraction(), object) for _ in game.players]
    allowed = [_allowed(game, p, own) for p, own in enumerate(plans)]
    chance = leaf_chance(game)
    payoffs = fractions_of(game)
    for leaf in range(game.n_terminals):
        block = np.ix_(*(rows[leaf] for rows in allowed))
        for table, row in zip(tables, payoffs, strict=True):
            worth = chance[leaf] * row[leaf]
            table[block] += worth if exact else float(worth)
    return tables


def _allowed(game: Game, player: int, plans: list[tuple[int, ...]]) -> list[NDArray[np.intp]]:
    """Per terminal, the strategies of a player that do not rule it out."""
    last = last_own_actions(game, player)[game.terminal].tolist()
    everyone = np.arange(len(plans))
    by_action: dict[int, list[int]] = {}
    for place, plan in enumerate(plans):
        for action in plan:
            by_action.setdefault(action, []).append(place)
    return [np.array(by_action.get(a, []), np.intp) if a >= 0 else everyone for a in last]


def behavior(own: PlayerSequences, weights: dict[int, Fraction]) -> dict[int, Fraction]:
    """The behavior strategy of a realization plan.

    Args:
        own: The player's sequences.
        weights: Probability of each of his sequences.

    Returns:
        Probability of each of his actions given its infoset; where the plan does not reach an
        infoset, its first action is taken.
    """
    result: dict[int, Fraction] = {}
    for before, actions in zip(own.before, own.actions, strict=True):
        mass = Fraction(1) if before < 0 else weights[before]
        for a in actions:
            if mass:
                result[a] = weights[a] / mass
            else:
                result[a] = Fraction(1 if a == actions[0] else 0)
    return result


def as_floats(strategy: list[Fraction]) -> Floats:
    """Fractions as float64."""
    return np.array([float(p) for p in strategy], np.float64)
