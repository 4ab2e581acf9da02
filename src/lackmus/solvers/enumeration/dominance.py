"""Actions that no belief makes best, and their iterated elimination.

An action is *dominated* at its infoset where another one gives its mover more at every node there,
whatever is played below among the actions still allowed: its greatest value at each node is less
than the other's least. No perfect Bayesian equilibrium uses it. Values are compared in floating
point, with a margin that rounding cannot bridge, so that what is eliminated is so for certain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lackmus.foundation.arrays import Bools, Floats
from lackmus.foundation.tolerances import REGRET
from lackmus.game.game import Game
from lackmus.solution.walk import levels_of


@dataclass(frozen=True, slots=True)
class Elimination:
    """One action eliminated.

    Attributes:
        round: When, counted from 1.
        player: Who owns it.
        infoset: Label of its infoset.
        action: Its label.
        better: Label of an action that dominates it.
    """

    round: int
    player: str
    infoset: str
    action: str
    better: str

    def __str__(self) -> str:
        return (
            f"round {self.round}: {self.player}, at [{self.infoset}], never plays {self.action}, "
            f"since {self.better} is better"
        )


class Dominance:
    """Finds dominated actions of one game, given what is allowed.

    Attributes:
        game: The game.
    """

    def __init__(self, game: Game) -> None:
        self.game = game
        shape = levels_of(game)
        self._levels = tuple(
            zip(shape.slices[::-1], shape.heads[::-1], shape.starts[::-1], strict=True)
        )
        self._chance = np.zeros(len(game.action_infoset))
        self._chance[game.n_actions :] = game.chance
        self._by_chance = [shape.mover[heads] < 0 for _, heads, _ in self._levels]
        self._margin = REGRET * np.maximum(game.payoff_range, np.finfo(np.float64).tiny)
        self._prepare()

    def _prepare(self) -> None:
        """Lists all pairs of actions of an infoset, and where they lead at its nodes."""
        game, mover = self.game, levels_of(self.game).mover
        worse: list[int] = []
        better: list[int] = []
        starts: list[int] = []
        one: list[NDArray[np.int32]] = []
        other: list[NDArray[np.int32]] = []
        who: list[NDArray[np.int32]] = []
        count = 0
        for infoset in range(game.n_infosets):
            nodes = np.flatnonzero(game.infoset == infoset)
            below, first = game.first_child[nodes], int(game.first_action[infoset])
            for a in game.actions_of(infoset):
                for b in game.actions_of(infoset):
                    if a != b and len(nodes):
                        worse.append(a)
                        better.append(b)
                        starts.append(count)
                        count += len(nodes)
                        one.append(below + a - first)
                        other.append(below + b - first)
                        who.append(mover[nodes])
        self._worse, self._better = np.array(worse, np.intp), np.array(better, np.intp)
        self._starts = np.array(starts, np.intp)
        empty: list[NDArray[np.int32]] = [np.zeros(0, np.int32)]
        self._one, self._other, self._who = (
            np.concatenate(own or empty) for own in (one, other, who)
        )

    def bounds(self, allowed: Bools) -> tuple[Floats, Floats]:
        """Least and greatest value of each player at each node over what is allowed."""
        game, via = self.game, self.game.via
        low = np.zeros((len(game.players), game.n_nodes))
        low[:, game.terminal] = game.payoffs
        high = low.copy()
        for (below, heads, starts), drawn in zip(self._levels, self._by_chance, strict=True):
            actions = via[below]
            shut = ~allowed[actions]
            for side, worst, pick in ((low, np.inf, np.minimum), (high, -np.inf, np.maximum)):
                values = side[:, below]
                mean = np.add.reduceat(self._chance[actions] * values, starts, axis=1)
                extreme = pick.reduceat(np.where(shut, worst, values), starts, axis=1)
                side[:, heads] = np.where(drawn, mean, extreme)
        return low, high

    def tighten(self, allowed: Bools, fixed: Bools) -> Bools | None:
        """What is left of the allowed actions once the dominated ones are gone.

        Args:
            allowed: Actions that may be used; shape (A + C,).
            fixed: Actions that must be used; shape (A + C,).

        Returns:
            The actions left; None where one that must be used is dominated.
        """
        while len(self._starts):
            gone, _ = self.dominated(allowed)
            if not len(gone):
                break
            if fixed[gone].any():
                return None
            allowed = allowed.copy()
            allowed[gone] = False
        return allowed

    def dominated(self, allowed: Bools) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Allowed actions that are dominated, and for each one that dominates it."""
        low, high = self.bounds(allowed)
        gaps = high[self._who, self._one] - low[self._who, self._other] + self._margin[self._who]
        worst = np.maximum.reduceat(gaps, self._starts) < 0
        worst &= allowed[self._worse]
        return self._worse[worst], self._better[worst]


def eliminate(game: Game) -> tuple[Elimination, ...]:
    """Dominated actions, eliminated in rounds until none is left, with the record of all rounds."""
    search = Dominance(game)
    allowed = np.ones(len(game.action_infoset), np.bool_)
    record: list[Elimination] = []
    count = 0
    while len(search._starts):  # noqa: SLF001 (the same module)
        count += 1
        gone, better = search.dominated(allowed)
        if not len(gone):
            break
        reasons = dict(zip(gone.tolist(), better.tolist(), strict=True))
        for action, other in reasons.items():
            infoset = int(game.action_infoset[action])
            record.append(
                Elimination(
                    round=count,
                    player=game.players[int(game.infoset_player[infoset])],
                    infoset=game.labels.infosets[infoset],
                    action=game.labels.actions[action],
                    better=game.labels.actions[other],
                )
            )
        allowed[gone] = False
    return tuple(record)
