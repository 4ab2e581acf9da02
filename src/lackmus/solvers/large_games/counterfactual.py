"""Counterfactual values, best responses and regret matching, compiled.

With perfect recall a player's expected payoff is a sum over his own last actions: a terminal
counts with its payoff times the probability that chance and the others bring it about, and goes to
the last action of his own on its path; an infoset hands the value of what is played there on to
the last own action before it (Koller, Megiddo and von Stengel, Games and Economic Behavior 14,
1996). So a pass walks the inner nodes once, downwards, each with the terminals below it, and the
player's infosets once, upwards; no value is kept at nodes.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from lackmus.compiled.jit import jit, kernel
from lackmus.foundation.arrays import Floats, Ints, freeze
from lackmus.foundation.errors import SolveError
from lackmus.game.forms import last_own_actions
from lackmus.game.game import Game
from lackmus.solvers.kernels.lanes import laid, rows
from lackmus.solvers.kernels.structure import structure_of

#: What a pass does with an infoset: play the strategy, or the best action.
PLAY: Final = 0
BEST: Final = 1


class Sequences(NamedTuple):
    """All players' sequences.

    Attributes:
        up: Inner index of each inner node's parent; shape (M,).
        via: Action by which it is entered; shape (M,).
        mover: Player who moves there; shape (M,).
        terminals: The terminals right below it are those from here …; shape (M,).
        terminals_end: … to here; shape (M,).
        terminal_via: Action by which each terminal is entered; shape (Z,).
        first_infoset: Each player's part of the next three columns, which stand by player, each
            infoset after those that its mover passes before; shape (P + 1,).
        begin: First action of each infoset; shape (I,).
        end: One after its last; shape (I,).
        before: Last own action before it, A where there is none; shape (I,).
        last: Each player's last own action before each inner node; likewise; shape (P, M).
        payoffs: Each player's payoff at each terminal; shape (P, Z).
    """

    up: Ints
    via: Ints
    mover: Ints
    terminals: Ints
    terminals_end: Ints
    terminal_via: Ints
    first_infoset: Ints
    begin: Ints
    end: Ints
    before: Ints
    last: Ints
    payoffs: Floats

    @staticmethod
    def grids() -> tuple[str, ...]:
        """What `lanes.laid` makes grids."""
        return ("last", "payoffs")


class Match(NamedTuple):
    """The state of regret matching.

    Attributes:
        regret: Of each action, cut off at zero; shape (A,).
        average: Weighted sums of own realization probabilities; shape (A,).
        strategy: Shape (A + C,).
        own: Each mover's realization probability of his action, and 1; shape (A + 1,).
        gain: Room for values of actions, and of the game; shape (A + 1,).
        reach: Room for realization probabilities; shape (M,).
    """

    regret: Floats
    average: Floats
    strategy: Floats
    own: Floats
    gain: Floats
    reach: Floats


def sequences_of(game: Game) -> Sequences:
    """The sequences of every player.

    Raises:
        SolveError: If a player lacks perfect recall.
    """
    if not game.perfect_recall:
        raise SolveError("a player without perfect recall has no sequences")
    s = structure_of(game)
    players = len(game.players)
    last = np.array([last_own_actions(game, i) for i in range(players)]).reshape(players, -1)
    last[last < 0] = game.n_actions
    sets, first = np.unique(s.infoset, return_index=True)
    top_down = sets[np.argsort(first)]
    infosets = np.concatenate([top_down[s.mover[top_down] == i] for i in range(players)])
    head = s.inner[first[np.searchsorted(sets, infosets)]]
    widths = np.diff(game.first_action)[s.infoset]
    return Sequences(
        up=s.up,
        via=s.via,
        mover=freeze(s.mover[s.infoset].astype(np.int32)),
        terminals=freeze(np.searchsorted(s.terminal, s.child).astype(np.int32)),
        terminals_end=freeze(np.searchsorted(s.terminal, s.child + widths).astype(np.int32)),
        terminal_via=s.terminal_via,
        first_infoset=freeze(
            np.searchsorted(s.mover[infosets], np.arange(players + 1)).astype(np.int32)
        ),
        begin=freeze(s.first_action[infosets]),
        end=freeze(s.first_action[infosets + 1]),
        before=freeze(last[s.mover[infosets], head].astype(np.int32)),
        last=freeze(last[:, s.inner].astype(np.int32)),
        payoffs=freeze(game.payoffs),
    )


def match_of(game: Game) -> Match:
    """The state before the first iteration: uniform play, no regret."""
    n = game.n_actions
    strategy = np.concatenate([np.ones(n), game.chance])
    behave(game.first_action, game.n_infosets, np.ones(n), strategy)
    return Match(
        regret=np.zeros(n),
        average=np.zeros(n),
        strategy=strategy,
        own=np.ones(n + 1),
        gain=np.zeros(n + 1),
        reach=np.zeros(structure_of(game).n_inner),
    )


@kernel
def gather(s: Sequences, match: Match, player: int, strategy: Floats) -> None:
    """Payoffs that each own action brings on directly, weighed by the others' play.

    Adds to `gain`, whose last entry is for what no own action precedes, and overwrites `reach` by
    the others' realization probabilities. What they do not reach adds nothing and is passed over.
    """
    below, gain = s.terminal_via, match.gain
    for j in range(s.up.size):
        reach = 1.0
        if j > 0:
            up = s.up[j]
            reach = match.reach[up]
            if s.mover[up] != player:
                reach *= strategy[s.via[j]]
        match.reach[j] = reach
        begin, end = s.terminals[j], s.terminals_end[j]
        if begin == end or reach == 0.0:
            continue
        if s.mover[j] == player:
            for z in range(begin, end):
                gain[below[z]] += reach * s.payoffs[player, z]
        else:
            total = 0.0
            for z in range(begin, end):
                total += strategy[below[z]] * s.payoffs[player, z]
            gain[s.last[player, j]] += reach * total


@kernel
def fold(s: Sequences, match: Match, player: int, strategy: Floats, kind: int) -> None:
    """Hand values on from later to earlier infosets; `gain` becomes counterfactual values."""
    gain = match.gain
    for q in range(s.first_infoset[player + 1] - 1, s.first_infoset[player] - 1, -1):
        begin, end = s.begin[q], s.end[q]
        worth = gain[begin] if kind == BEST else 0.0
        for a in range(begin, end):
            worth = max(worth, gain[a]) if kind == BEST else worth + strategy[a] * gain[a]
        gain[s.before[q]] += worth


@kernel
def match_regrets(s: Sequences, match: Match, player: int) -> None:
    """Regret matching plus at all infosets of a player; uses up `gain`.

    An infoset's value is handed on before its strategy changes (Tammelin, arXiv:1407.5042, 2014);
    where all gains are 0, nothing changes.
    """
    regret, strategy, gain = match.regret, match.strategy, match.gain
    for q in range(s.first_infoset[player + 1] - 1, s.first_infoset[player] - 1, -1):
        begin, end = s.begin[q], s.end[q]
        worth = 0.0
        stakes = 0.0
        for a in range(begin, end):
            worth += strategy[a] * gain[a]
            stakes += abs(gain[a])
        if stakes == 0.0:
            continue
        gain[s.before[q]] += worth
        total = 0.0
        for a in range(begin, end):
            regret[a] = max(regret[a] + gain[a] - worth, 0.0)
            total += regret[a]
            gain[a] = 0.0
        share = 1.0 / total if total > 0.0 else 0.0
        rest = 0.0 if total > 0.0 else 1.0 / (end - begin)
        for a in range(begin, end):
            strategy[a] = regret[a] * share + rest


@kernel
def sum_up(s: Sequences, match: Match, player: int, weight: float) -> None:
    """Add a player's realization probabilities to the average."""
    own, average, strategy = match.own, match.average, match.strategy
    for q in range(s.first_infoset[player], s.first_infoset[player + 1]):
        come = own[s.before[q]]
        for a in range(s.begin[q], s.end[q]):
            own[a] = come * strategy[a]
            average[a] += weight * own[a]


@jit
def iterate(columns: Sequences, state: Match, first: int, count: int) -> None:
    """Update every player in turn, `count` times; the k-th update weighs first + k."""
    s, match = laid(columns), laid(state)
    nowhere = match.gain.size - 1
    for k in range(count):
        for player in range(s.first_infoset.size - 1):
            match.gain[nowhere] = 0.0
            gather(s, match, player, match.strategy)
            match_regrets(s, match, player)
            sum_up(s, match, player, float(first + k))


@jit
def value_of(columns: Sequences, state: Match, player: int, strategy: Floats, kind: int) -> float:
    """What a player gets by a strategy, or by his best one, against that of the others."""
    s, match, played = laid(columns), laid(state), rows(strategy)
    for a in range(match.gain.size):
        match.gain[a] = 0.0
    gather(s, match, player, played)
    fold(s, match, player, played, kind)
    value: float = match.gain[match.gain.size - 1]
    return value


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
