"""One Nash equilibrium of a big game by counterfactual regret minimization (CFR+).

Players take turns: each finds what every own action would have given against the others' play and
plays in proportion to what he regrets, cut off at zero (Zinkevich, Johanson, Bowling and Piccione,
NIPS 2007; Tammelin, arXiv:1407.5042, 2014, with its linear averaging). In two-player zero-sum games
the average tends to a Nash equilibrium. In other games nothing is promised: the average or the
last strategy, whichever leaves players less to gain, is handed back with its regret, and the
regret is what certifies it. Memory and time of a pass are linear in nodes.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from lackmus.foundation import tolerances
from lackmus.foundation.arrays import Floats
from lackmus.foundation.errors import UsageError
from lackmus.game.game import Game
from lackmus.solution.certify import certify
from lackmus.solution.solution import Solution, Status
from lackmus.solvers.clock import Clock, finish
from lackmus.solvers.sequences import (
    BEST,
    PLAY,
    behave,
    fold,
    gather,
    match_regrets,
    sequences_of,
)
from lackmus.solvers.structure import structure_of

CITATIONS: Final = (
    "M. Zinkevich, M. Johanson, M. Bowling and C. Piccione, Regret minimization in games with "
    "incomplete information, NIPS 20 (2007)",
    "O. Tammelin, Solving large imperfect information games using CFR+, arXiv:1407.5042 (2014)",
)

#: Iterations where neither they nor seconds are given.
_ITERATIONS: Final = 1000

#: Iterations before the first look at regret, and by what part more before the next.
_FIRST_LOOK: Final = 16
_NEXT_LOOK: Final = 0.5


class RegretMatching:
    """The state of CFR+ on a game.

    Args:
        game: Any game with perfect recall.

    Attributes:
        iterations: Updates made of every player.
        strategy: The last strategy; shape (A + C,).

    Raises:
        SolveError: If a player lacks perfect recall.
    """

    def __init__(self, game: Game) -> None:
        self.game = game
        self.structure = structure_of(game)
        self.sequences = sequences_of(game)
        n, players = game.n_actions, len(game.players)
        self.iterations = 0
        self.strategy = np.concatenate([np.ones(n), game.chance])
        behave(game.first_action, game.n_infosets, np.ones(n), self.strategy)
        self._regret, self._average = np.zeros(n), np.zeros(n)
        self._own = np.ones(n + 1)
        self._gain = np.zeros(n + 1)
        self._reach = np.zeros(self.structure.n_inner)
        self._chances = np.ones((players, len(self.strategy)))
        self._write(self._chances, self.strategy)

    @property
    def average(self) -> Floats:
        """The average strategy; shape (A + C,)."""
        out = self.strategy.copy()
        behave(self.game.first_action, self.game.n_infosets, self._average, out)
        return out

    def iterate(self) -> None:
        """Update every player once."""
        self.iterations += 1
        for player, sequences in enumerate(self.sequences):
            self._values(player, self._chances[player])
            fold(
                self.game.first_action,
                sequences.infosets,
                sequences.before,
                self.strategy,
                PLAY,
                self._gain,
            )
            match_regrets(
                self.game.first_action,
                sequences.infosets,
                sequences.before,
                float(self.iterations),
                self._gain,
                self._regret,
                self.strategy,
                self._own,
                self._average,
                player,
                self._chances,
            )

    def gains(self, strategy: Floats) -> Floats:
        """What each player gains by his best strategy against a profile; shape (P,)."""
        chances = np.ones_like(self._chances)
        self._write(chances, strategy)
        out = np.zeros(len(self.sequences))
        first_action = self.game.first_action
        for player, sequences in enumerate(self.sequences):
            for kind, sign in ((BEST, 1.0), (PLAY, -1.0)):
                self._values(player, chances[player])
                fold(first_action, sequences.infosets, sequences.before, strategy, kind, self._gain)
                out[player] += sign * self._gain[-1]
        return out

    def _values(self, player: int, chances: Floats) -> None:
        s, sequences = self.structure, self.sequences[player]
        gather(
            s.up,
            s.via,
            s.terminal_up,
            s.terminal_via,
            chances,
            sequences.terminal,
            sequences.payoffs,
            self._reach,
            self._gain,
        )

    def _write(self, chances: Floats, strategy: Floats) -> None:
        """Write a strategy to the rows of all but its own players."""
        player_of = np.repeat(self.game.infoset_player, np.diff(self.game.first_action))
        for player, row in enumerate(chances):
            np.copyto(row, strategy, where=player_of != player)


def nash_by_cfr(
    game: Game, *, iterations: int | None = None, seconds: float | None = None
) -> Solution:
    """A Nash equilibrium, as near as a budget allows.

    Args:
        game: Any game with perfect recall.
        iterations: Most updates of every player; 1000 where no budget is given at all.
        seconds: Most wall time of the iterations.

    Returns:
        A solution of method ``cfr`` with one assessment. Its status is ``converged`` where no
        player gains more than `tolerances.REGRET` of the payoff range, else ``out of budget``.

    Raises:
        UsageError: If a budget is not positive.
        SolveError: If a player lacks perfect recall.
    """
    if (iterations is not None and iterations < 1) or (seconds is not None and seconds <= 0.0):
        raise UsageError("a budget is positive")
    clock = Clock(seconds)
    most = iterations if iterations is not None else (_ITERATIONS if seconds is None else None)
    state = RegretMatching(game)
    limits = tolerances.REGRET * game.payoff_range
    look = _FIRST_LOOK
    best, gains = state.strategy.copy(), state.gains(state.strategy)
    while True:
        over = state.iterations == most or (seconds is not None and clock.spent >= seconds)
        if over or state.iterations >= look:
            look = state.iterations + max(1, int(_NEXT_LOOK * state.iterations))
            for strategy in (state.average, state.strategy):
                now = state.gains(strategy)
                if now.max(initial=0.0) < gains.max(initial=0.0):
                    best, gains = strategy.copy(), now
        if over or bool(np.all(gains <= limits)):
            break
        state.iterate()
    done = bool(np.all(gains <= limits))
    words = f"After {state.iterations} iterations no player gains more than {gains.max():.3g}"
    advice = "" if done else "Give more iterations; outside zero-sum games they may not help."
    return finish(
        game,
        "cfr",
        (certify(game, best),),
        Status("converged" if done else "out of budget", f"{words}.", advice),
        clock,
        complete=None,
        citations=CITATIONS,
        iterations=state.iterations,
    )
