"""Counterfactual values and best responses over a player's own sequences, compiled.

With perfect recall a player's expected payoff is a sum over his own last actions: a terminal
counts with its payoff times the probability that chance and the others bring it about, and goes to
the last action of his own on its path; an infoset hands the value of what is played there on to
the last own action before it (Koller, Megiddo and von Stengel, Games and Economic Behavior 14,
1996). So a pass walks the inner nodes once to get those probabilities, the terminals once, and the
player's infosets once, backwards; no value is kept at nodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from lackmus.foundation.arrays import Floats, Ints, freeze
from lackmus.foundation.errors import SolveError
from lackmus.game.forms import last_own_actions
from lackmus.game.game import Game
from lackmus.solvers.kernels import jit
from lackmus.solvers.structure import structure_of

#: What a pass does with an infoset: play the strategy, or the best action.
PLAY: Final = 0
BEST: Final = 1


@dataclass(frozen=True, slots=True, eq=False)
class Sequences:
    """One player's sequences.

    Attributes:
        infosets: His infosets, each after those that he passes before; shape (i,).
        before: Last own action before each of them, A where there is none; shape (i,).
        terminal: Last own action before each terminal, A where there is none; shape (Z,).
        payoffs: His payoff at each terminal; shape (Z,).
    """

    infosets: Ints
    before: Ints
    terminal: Ints
    payoffs: Floats


def sequences_of(game: Game) -> tuple[Sequences, ...]:
    """The sequences of every player.

    Raises:
        SolveError: If a player lacks perfect recall.
    """
    if not game.perfect_recall:
        raise SolveError("a player without perfect recall has no sequences")
    return tuple(_of_player(game, i) for i in range(len(game.players)))


def _of_player(game: Game, player: int) -> Sequences:
    last = last_own_actions(game, player)
    last[last < 0] = game.n_actions
    structure = structure_of(game)
    sets, first = np.unique(structure.infoset, return_index=True)
    mine = np.flatnonzero(game.infoset_player[sets] == player)
    mine = mine[np.argsort(first[mine])]
    return Sequences(
        infosets=freeze(sets[mine].astype(np.int32)),
        before=freeze(last[structure.inner[first[mine]]]),
        terminal=freeze(last[game.terminal]),
        payoffs=freeze(game.payoffs[player]),
    )


@jit
def gather(
    up: Ints,
    via: Ints,
    terminal_up: Ints,
    terminal_via: Ints,
    chances: Floats,
    last: Ints,
    payoffs: Floats,
    reach: Floats,
    gain: Floats,
) -> None:
    """Payoffs that each own action brings on directly, weighed by the others' play.

    Args:
        up: Inner index of each inner node's parent; shape (M,).
        via: Action by which it is entered; shape (M,).
        terminal_up: Inner index of each terminal's parent; shape (Z,).
        terminal_via: Action by which it is entered; shape (Z,).
        chances: Probability of each action, 1 for the player's own; shape (A + C,).
        last: The player's last action before each terminal; shape (Z,).
        payoffs: His payoff there; shape (Z,).
        reach: Overwritten by the others' realization probability; shape (M,).
        gain: Overwritten; shape (A + 1,), the last for what no own action precedes.
    """
    for a in range(gain.size):
        gain[a] = 0.0
    for j in range(up.size):
        reach[j] = 1.0 if j == 0 else reach[up[j]] * chances[via[j]]
    if up.size == 0:
        return
    for z in range(last.size):
        gain[last[z]] += payoffs[z] * (reach[terminal_up[z]] * chances[terminal_via[z]])


@jit
def fold(
    first_action: Ints, infosets: Ints, before: Ints, strategy: Floats, kind: int, gain: Floats
) -> None:
    """Hand values on from later to earlier infosets; `gain` becomes counterfactual values."""
    for q in range(infosets.size - 1, -1, -1):
        begin = first_action[infosets[q]]
        end = first_action[infosets[q] + 1]
        if kind == BEST:
            worth = gain[begin]
            for a in range(begin + 1, end):
                worth = max(worth, gain[a])
        else:
            worth = 0.0
            for a in range(begin, end):
                worth += strategy[a] * gain[a]
        gain[before[q]] += worth


@jit
def match_regrets(
    first_action: Ints,
    infosets: Ints,
    before: Ints,
    weight: float,
    gain: Floats,
    regret: Floats,
    strategy: Floats,
    own: Floats,
    average: Floats,
    player: int,
    chances: Floats,
) -> None:
    """Regret matching plus at all infosets of a player (Tammelin, arXiv:1407.5042, 2014).

    Args:
        first_action: As in `Game`.
        infosets: The player's, in order.
        before: Last own action before each.
        weight: Of the new strategy in the average.
        gain: Counterfactual values of his actions under `strategy`.
        regret: Cut regrets of all actions; his are overwritten.
        strategy: His part is overwritten by the new strategy.
        own: His realization probability of each of his actions; overwritten. Its last entry is 1.
        average: Weighted sums of realization probabilities; his part is added to.
        player: Who he is.
        chances: What `gather` takes, a row a player; his strategy is written to the others' rows.
    """
    for q in range(infosets.size):
        begin = first_action[infosets[q]]
        end = first_action[infosets[q] + 1]
        worth = 0.0
        for a in range(begin, end):
            worth += strategy[a] * gain[a]
        total = 0.0
        for a in range(begin, end):
            regret[a] = max(regret[a] + gain[a] - worth, 0.0)
            total += regret[a]
        come = own[before[q]]
        for a in range(begin, end):
            strategy[a] = regret[a] / total if total > 0.0 else 1.0 / (end - begin)
            own[a] = come * strategy[a]
            average[a] += weight * own[a]
            for i in range(chances.shape[0]):
                if i != player:
                    chances[i, a] = strategy[a]


@jit
def behave(first_action: Ints, n_sets: int, average: Floats, strategy: Floats) -> None:
    """Turn sums of realization probabilities into behavior; uniform where they are 0."""
    for s in range(n_sets):
        begin = first_action[s]
        end = first_action[s + 1]
        total = 0.0
        for a in range(begin, end):
            total += average[a]
        for a in range(begin, end):
            strategy[a] = average[a] / total if total > 0.0 else 1.0 / (end - begin)
