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
from lackmus.solvers.budget import Clock, finish
from lackmus.solvers.large_games.counterfactual import (
    BEST,
    PLAY,
    behave,
    iterate,
    match_of,
    sequences_of,
    value_of,
)

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

#: Nodes passed between looks at the clock.
_NODES: Final = 2_000_000


class RegretMatching:
    """The state of CFR+ on a game.

    Args:
        game: Any game with perfect recall.

    Attributes:
        iterations: Updates made of every player.

    Raises:
        SolveError: If a player lacks perfect recall.
    """

    def __init__(self, game: Game) -> None:
        self.game = game
        self.iterations = 0
        self._sequences = sequences_of(game)
        self._match = match_of(game)

    @property
    def strategy(self) -> Floats:
        """The last strategy; shape (A + C,)."""
        return self._match.strategy

    @property
    def average(self) -> Floats:
        """The average strategy; shape (A + C,)."""
        out = self.strategy.copy()
        behave(self.game.first_action, self.game.n_infosets, self._match.average, out)
        return out

    def iterate(self, count: int = 1) -> None:
        """Update every player so many times."""
        iterate(self._sequences, self._match, self.iterations + 1, count)
        self.iterations += count

    def gains(self, strategy: Floats) -> Floats:
        """What each player gains by his best strategy against a profile; shape (P,)."""
        match = self._match._replace(gain=np.zeros_like(self._match.gain))
        return np.array(
            [
                value_of(self._sequences, match, player, strategy, BEST)
                - value_of(self._sequences, match, player, strategy, PLAY)
                for player in range(len(self.game.players))
            ]
        )


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
    stride = max(1, _NODES // game.n_nodes)
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
        ends = [look] if most is None else [look, most]
        count = min(ends) - state.iterations
        state.iterate(count if seconds is None else min(count, stride))
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
