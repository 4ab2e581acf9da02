"""A game's branch follower: its layout, its room, and the last point it stood on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from lackmus.foundation.arrays import Floats
from lackmus.game.game import Game
from lackmus.solvers.kernels.structure import structure_of
from lackmus.solvers.kernels.vectors import LANES
from lackmus.solvers.quantal_response.branch import MOST_STEPS, follow, follow_lanes, move
from lackmus.solvers.quantal_response.continuation import IDLE
from lackmus.solvers.quantal_response.elimination import pattern_of
from lackmus.solvers.quantal_response.krylov import follow_free, settle
from lackmus.solvers.quantal_response.points import (
    lay_one,
    settle_here,
    spread_beliefs,
    stand_at,
    take_stock,
)
from lackmus.solvers.quantal_response.workspace import COURSE, Draws, make_desk, make_draws, measure

#: Infosets up to which factors are used anyway; measured on trees of 2,000 infosets, where either
#: way takes a tenth of a second, and 12,000, where factors take three times as long.
FEW_INFOSETS = 4096

#: Entries of a Jacobian up to which several draws are followed side by side; eight of more would
#: leave the processor's cache.
_SNUG = 100_000

#: How far a given strategy may be from the equilibrium it is taken for.
NEAR = 1e-4

#: Probabilities below this are taken from the value of their action.
_LOST = 1e-290

#: The only draw; and none.
_ONE: Final = np.zeros(1, np.int64)
NONE: Final = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Following:
    """How a branch was followed.

    Attributes:
        code: How it ended; see `branch`.
        t: Precision times payoff range at its end.
        steps: Steps tried.
        turning_points: t of each, as many as were asked for.
        turns: Number of turning points passed.
        crossings: Bifurcations passed.
        trace: y and t of the points on the way, as many as were asked for; shape (T, n + 1).
        error: Fixed-point error in log probability.
        regret: Largest agent regret, as a fraction of the payoff range.
    """

    code: int
    t: float
    steps: int
    turning_points: Floats
    turns: int
    crossings: int
    trace: Floats
    error: float
    regret: float


class Follower:
    """Follows branches of one structure, one after the other, in its own room.

    Games of more than `FEW_INFOSETS` infosets are followed without factors, which is quicker but
    does not reach far, unless it is to go `far`. A follower belongs to one thread. What it says
    of a point is of the end of the branch it followed last; it has the bits that `follow_draws`
    gives.

    Attributes:
        structure: The game's structure.
        pattern: The pattern of its Jacobian; None where its factors are too large and Krylov
            methods serve instead.
        desk: The room; see `workspace.Desk`.
        shift: Midpoint of each player's payoffs in the last draw; shape (P,).
        widest: Largest payoff range in the last draw, 1 where payoffs are constant.
    """

    def __init__(self, game: Game, *, far: bool = False) -> None:
        self.structure = structure_of(game)
        few = self.structure.n_infosets <= FEW_INFOSETS
        self.pattern = pattern_of(game) if far or few else None
        self.desk = make_desk(self.structure, self.pattern.entries if self.pattern else 0)
        self.course = np.zeros(1, COURSE)
        self.shift = np.zeros(self.structure.n_players)
        self.widest = 1.0

    def lay(self, payoffs: Floats, chance: Floats) -> None:
        """Take up a draw's numbers, writeable; shapes (P, Z) and (C,)."""
        shift, sizes = np.empty((1, len(payoffs))), np.empty((3, 1))
        measure(payoffs[None], shift, sizes, np.empty(1))
        self.shift, self.widest = shift[0], float(sizes[0, 0])
        lay_one(self.structure, self.desk, payoffs, chance, self.shift, 1.0 / self.widest)

    def follow(
        self,
        payoffs: Floats,
        chance: Floats,
        precision: float,
        *,
        quiet: float = -1.0,
        turns: int = 0,
        points: int = 0,
    ) -> Following:
        """Follow a draw's principal branch from its beginning.

        Args:
            payoffs: Shape (P, Z), writeable.
            chance: Shape (C,), writeable.
            precision: λ to land on.
            quiet: Agent regret over the payoff range that ends the following sooner.
            turns: Most turning points told.
            points: Most points traced; without a pattern none are.
        """
        if self.pattern is None:
            self.lay(payoffs, chance)
            return self._follow_free(precision * self.widest, turns)
        asked = np.array([precision], np.float64)
        draws = make_draws(
            self.structure, payoffs[None], chance[None], asked, turns=turns, points=points
        )
        self.shift, self.widest = draws.shift[0], float(draws.widest[0])
        room, course = self.desk, self.course
        follow(self.structure, self.pattern, room, course, draws, _ONE, quiet, MOST_STEPS)
        code, tried, noted, turned, crossings, t, error, regret = draws.ending[0].item()
        return Following(
            code=code,
            t=t,
            steps=tried,
            turning_points=draws.turned_at[0, :turned],
            turns=turned,
            crossings=crossings,
            trace=draws.trace[0, :noted],
            error=error,
            regret=regret,
        )

    def _follow_free(self, target: float, turns: int) -> Following:
        walk = follow_free(self.structure, self.desk, target)
        error, regret = take_stock(self.structure, self.desk, walk.t)
        return Following(
            code=walk.code,
            t=walk.t,
            steps=walk.steps,
            turning_points=np.array(walk.turns[:turns]),
            turns=len(walk.turns),
            crossings=0,
            trace=np.zeros((0, self.structure.n_free + 1)),
            error=error,
            regret=regret,
        )

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
        n = self.structure.n_actions
        self.lay(payoffs, chance)
        point = self.y
        t = precision * self.widest
        self._stand_on_logs(strategy[:n], t, point)
        good = self._settle(point, t)
        self.see(point)
        moved = np.abs(strategy[:n] - self.strategy[:n]).max(initial=0.0)
        return bool(good and moved <= NEAR)

    def _settle(self, point: Floats, t: float) -> bool:
        if self.pattern is None:
            return settle(self.structure, self.desk, point, t)
        return bool(settle_here(self.structure, self.pattern, self.desk, self.course, t))

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
            point[lost] = t * self.desk.slope[lost]
            if np.abs(point[lost] - before).max() <= NEAR:
                return

    def see(self, y: Floats) -> None:
        """Stand on another point, with the same numbers."""
        stand_at(self.structure, self.desk, y)

    @property
    def y(self) -> Floats:
        """Free unknowns; shape (n,)."""
        return self.desk.here[:-1]

    @property
    def strategy(self) -> Floats:
        """Shape (A + C,)."""
        return self.desk.p

    @property
    def log_strategy(self) -> Floats:
        """Shape (A + C,); 0 for chance moves of probability 0."""
        return self.desk.logp

    @property
    def beliefs(self) -> Floats:
        """Per node, NaN at terminals and chance nodes; shape (N,)."""
        s = self.structure
        out = np.empty(len(s.inner) + len(s.terminal))
        spread_beliefs(s.inner, s.infoset, s.n_infosets, self.desk.mu, out)
        return out

    @property
    def action_values(self) -> Floats:
        """Expected payoff of the mover per action, in the game's units; shape (A,)."""
        s = self.structure
        return self.desk.gain * self.widest + self.shift[s.mover[s.action_infoset]]

    @property
    def log_reach(self) -> Floats:
        """Log realization probability of each terminal; shape (Z,)."""
        return self.desk.log_reach


_KEPT: WeakKeyDictionary[Game, Follower] = WeakKeyDictionary()


def taken(game: Game) -> Follower:
    """The follower that was kept for a game, or a new one; whoever takes it has it alone."""
    return _KEPT.pop(game, None) or Follower(game)


def keep(game: Game, follower: Follower) -> None:
    """Keep a follower for the next who follows the same game; nothing looks at its room any more.

    Those of large games are let go, which would only hold their memory.
    """
    if follower.structure.n_infosets <= FEW_INFOSETS:
        _KEPT[game] = follower


def follow_draws(game: Game, draws: Draws) -> None:
    """Follow each draw's principal branch, several side by side.

    Args:
        game: The structure.
        draws: From `workspace.make_draws`; a draw's rows are overwritten by what is found.
    """
    structure = structure_of(game)
    pattern = pattern_of(game) if structure.n_infosets <= FEW_INFOSETS else None
    if pattern is not None:
        room, course = make_desk(structure, pattern.entries), np.zeros(1, COURSE)
        # The way to a high precision is long.
        order = np.argsort(-draws.target, kind="stable")
        if len(draws.target) <= 1 or pattern.entries > _SNUG:
            follow(structure, pattern, room, course, draws, order, -1.0, MOST_STEPS)
            return
        rooms, courses = make_desk(structure, pattern.entries, LANES), np.zeros(LANES, COURSE)
        follow_lanes(structure, pattern, rooms, courses, draws, order, MOST_STEPS)
        for lane in np.flatnonzero(courses["stage"] != IDLE).tolist():
            move(structure, rooms, lane, room, draws, int(courses["draw"][lane]))
            course[0] = courses[lane]
            follow(structure, pattern, room, course, draws, NONE, -1.0, MOST_STEPS)
        return
    one = Follower(game)
    for d, target in enumerate(draws.target):
        found = one.follow(draws.payoffs[d], draws.chance[d], target * draws.scale[d])
        for name in ("code", "t", "turns", "error", "regret"):
            draws.ending[name][d] = getattr(found, name)
        draws.strategy[d] = one.strategy
        draws.gain[d] = one.desk.gain
        draws.log_reach[d] = one.log_reach
