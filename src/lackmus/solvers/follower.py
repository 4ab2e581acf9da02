"""A game's branch follower: its layout, its room, and the last point it stood on."""

from __future__ import annotations

import numpy as np

from lackmus.foundation.arrays import Floats
from lackmus.game.game import Game
from lackmus.solvers.branch import (
    MOST_STEPS,
    Following,
    correct,
    follow,
    make_desk,
    see,
    unit_of,
)
from lackmus.solvers.kernels import largest_regret, lay_numbers, misfit, reach_terminals
from lackmus.solvers.krylov import follow_free, settle
from lackmus.solvers.sparse import pattern_of
from lackmus.solvers.structure import structure_of

#: Infosets up to which factors are used anyway; measured on trees of 2,000 infosets, where either
#: way takes a tenth of a second, and 12,000, where factors take three times as long.
FEW_INFOSETS = 4096

#: How far a given strategy may be from the equilibrium it is taken for.
NEAR = 1e-4

#: Probabilities below this are taken from the value of their action.
_LOST = 1e-290


class Follower:
    """Follows branches of one structure, one after the other, in its own room.

    Games of more than `FEW_INFOSETS` infosets are followed without factors, which is quicker but
    does not reach far, unless it is to go `far`. A follower belongs to one thread. What it says
    of a point is of the end of the branch it followed last.

    Attributes:
        structure: The game's structure.
        pattern: The pattern of its Jacobian; None where its factors are too large and Krylov
            methods serve instead.
        desk: The room; see `branch.make_desk`.
        shift: Midpoint of each player's payoffs in the last draw; shape (P,).
        widest: Largest payoff range in the last draw, 1 where payoffs are constant.
        log_reach: Log realization probability of each terminal; shape (Z,).
    """

    def __init__(self, game: Game, *, far: bool = False) -> None:
        self.structure = structure_of(game)
        few = self.structure.n_infosets <= FEW_INFOSETS
        self.pattern = pattern_of(game) if far or few else None
        self.desk = make_desk(self.structure, self.pattern.entries if self.pattern else 0)
        self.shift = np.zeros(self.structure.n_players)
        self.widest = 1.0
        self.log_reach = np.zeros(game.n_terminals)
        self._no_turns = np.zeros(0)
        self._no_trace = np.zeros((0, self.structure.n_free + 1))

    def follow(
        self,
        payoffs: Floats,
        chance: Floats,
        precision: float,
        *,
        quiet: float = -1.0,
        turns: Floats | None = None,
        trace: Floats | None = None,
    ) -> Following:
        """Follow a draw's principal branch from its beginning.

        Args:
            payoffs: Shape (P, Z), writeable.
            chance: Shape (C,), writeable.
            precision: λ to land on.
            quiet: Agent regret over the payoff range that ends the following sooner.
            turns: Overwritten by the turning points, in λ times `widest`.
            trace: Overwritten by y and t of the points on the way; without a pattern none are
                kept.

        Returns:
            As `branch.follow`.
        """
        self.shift, self.widest = unit_of(payoffs)
        if self.pattern is None:
            return self._follow_free(payoffs, chance, float(precision), turns)
        return follow(
            self.structure.tree,
            self.pattern.frame,
            self.structure.n_infosets,
            self.structure.recall,
            self.desk,
            payoffs,
            chance,
            self.shift,
            1.0 / self.widest,
            float(precision) * self.widest,
            quiet,
            MOST_STEPS,
            self._no_turns if turns is None else turns,
            self._no_trace if trace is None else trace,
            self.log_reach,
        )

    def _follow_free(
        self, payoffs: Floats, chance: Floats, precision: float, turns: Floats | None
    ) -> Following:
        s = self.structure
        lay_numbers(s.tree, payoffs, chance, self.shift, 1.0 / self.widest, *self.desk[:4])
        walk = follow_free(s, self.desk, precision * self.widest)
        if turns is not None:
            kept = walk.turns[: len(turns)]
            turns[: len(kept)] = kept
        p, logp, _, _, reach, _, _, gain, *_ = self.desk
        reach_terminals(s.tree, s.n_actions, p, logp, reach, self.log_reach)
        error = misfit(s.first_action, s.n_infosets, walk.t, logp, gain)
        worst = largest_regret(s.first_action, s.n_infosets, p, gain)
        return walk.code, walk.t, walk.steps, len(walk.turns), 0, 0, error, worst

    def stand(self, payoffs: Floats, chance: Floats, precision: float, strategy: Floats) -> bool:
        """Stand on the equilibrium next to a strategy, by Newton's method.

        Args:
            payoffs: Shape (P, Z), writeable.
            chance: Shape (C,), writeable.
            precision: λ.
            strategy: Shape (A + C,).

        Returns:
            Whether there is one, within a small fraction of log odds.
        """
        s, n = self.structure, self.structure.n_actions
        self.shift, self.widest = unit_of(payoffs)
        lay_numbers(s.tree, payoffs, chance, self.shift, 1.0 / self.widest, *self.desk[:4])
        point = self.y
        t = precision * self.widest
        self._stand_on_logs(strategy[:n], t, point)
        good = self._settle(point, t)
        self.see(point)
        moved = np.abs(strategy[:n] - self.strategy[:n]).max(initial=0.0)
        return bool(good and moved <= NEAR)

    def _settle(self, point: Floats, t: float) -> bool:
        s, fixed = self.structure, True
        if self.pattern is None:
            return settle(s, self.desk, point, t)
        vectors = self.desk[13]
        vectors[4, :-1], vectors[4, -1] = point, t
        good, _, _ = correct(s.tree, self.pattern.frame, s.n_infosets, s.recall, self.desk, fixed)
        point[:] = vectors[4, :-1]
        return bool(good)

    def _stand_on_logs(self, strategy: Floats, t: float, point: Floats) -> None:
        """Write the log odds of a strategy to `point`, those of lost probabilities as a response.

        Where a probability has underflowed its log is found from what its action would give, which
        may rest on others that are found so: a few rounds settle all.
        """
        s, lost = self.structure, strategy < _LOST
        logs = np.log(np.maximum(strategy, _LOST))
        begin = s.first_action[s.action_infoset]
        free = np.ones(len(strategy), np.bool_)
        free[s.first_action[: s.n_infosets]] = False
        point[:] = (logs - logs[begin])[free]
        lost = (lost | lost[begin])[free]
        if not lost.any():
            return
        for _ in range(len(self.structure.first_action)):
            before = point[lost]
            self.see(point)
            point[lost] = t * self.desk[8][lost]
            if np.abs(point[lost] - before).max() <= NEAR:
                return

    def see(self, y: Floats) -> None:
        """Stand on another point, with the same numbers."""
        see(self.structure.tree, self.structure.n_infosets, self.desk, y)

    @property
    def y(self) -> Floats:
        """Free unknowns; shape (n,)."""
        return self.desk[13][0, :-1]

    @property
    def strategy(self) -> Floats:
        """Shape (A + C,)."""
        return self.desk[0]

    @property
    def log_strategy(self) -> Floats:
        """Shape (A + C,); 0 for chance moves of probability 0."""
        return self.desk[1]

    @property
    def beliefs(self) -> Floats:
        """Per node, NaN at terminals and chance nodes; shape (N,)."""
        s = self.structure
        out = np.full(len(s.inner) + len(s.terminal), np.nan)
        mine = s.infoset < s.n_infosets
        out[s.inner[mine]] = self.desk[6][mine]
        return out

    @property
    def action_values(self) -> Floats:
        """Expected payoff of the mover per action, in the game's units; shape (A,)."""
        s = self.structure
        return self.desk[7] * self.widest + self.shift[s.mover[s.action_infoset]]
