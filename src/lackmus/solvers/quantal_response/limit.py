"""From a point far out on the principal branch to the equilibrium it tends to.

At precision t a mixed choice is off by the order of 1/t. What tends to zero is set to zero, and
the log odds are moved as little as possible (least norm) until all actions kept at an infoset have
the same expected payoff, at unreached infosets given beliefs that are still those of trembles,
since they are computed from the log odds of the actions that became zero.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from lackmus.foundation.arrays import Bools, Floats
from lackmus.foundation.errors import SolveError
from lackmus.solvers.kernels.passes import walk
from lackmus.solvers.quantal_response.branch import (
    believe_here,
    expect_here,
    linearize_here,
    respond_here,
)
from lackmus.solvers.quantal_response.path_follower import Follower

#: Probabilities and beliefs below this are taken for zero in the limit.
_ZERO: Final = 1e-6

#: A polished profile is no farther than this from the rough one, in any probability.
_NEAR: Final = 1e-3

_ROUNDS: Final = 8
_ROUNDING: Final = 1e-15


class _Desk:
    """A follower's room with some actions held at zero."""

    def __init__(self, follower: Follower) -> None:
        if follower.pattern is None:
            raise SolveError("the limit needs linear systems that are too large for this game")
        self.structure = follower.structure
        self.pattern = follower.pattern
        self.room = follower.desk
        self.possible = self.room.live.copy()
        self.sets = self.structure.action_infoset
        self.starts = self.structure.first_action[: self.structure.n_infosets]
        self.y = follower.y.copy()

    def hold(self, kept: Bools) -> None:
        """Evaluate with the actions not `kept` at zero."""
        s, room = self.structure, self.room
        p, live, mu = room.p, room.live, room.mu
        live[:] = self.possible
        respond_here(s, room, self.y)
        own = p[: s.n_actions]
        own[~kept] = 0.0
        own /= np.add.reduceat(own, self.starts)[self.sets]
        walked = np.empty(s.n_inner, np.bool_)
        walk(s, p, walked)
        reached = np.zeros(len(s.mover), np.bool_)
        reached[s.infoset[walked]] = True
        live[~walked & reached[s.infoset]] = -np.inf
        believe_here(s, room)
        mu[(mu < _ZERO) & ~reached[s.infoset]] = 0.0
        total = np.bincount(s.infoset, weights=mu, minlength=len(s.mover))
        mu /= np.where(total > 0.0, total, 1.0)[s.infoset]
        expect_here(s, room)

    def equations(self, kept: Bools, base: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Gaps between kept actions of an infoset, and their derivative by y."""
        kept_but_base = kept.copy()
        kept_but_base[base] = False
        rows = np.flatnonzero(kept_but_base)
        against = base[self.sets[rows]]
        gaps = self.room.gain[rows] - self.room.gain[against]
        linearize_here(self.structure, self.pattern, self.room, 1.0)
        return gaps, self._row(rows) - self._row(against)

    def _row(self, actions: NDArray[np.intp]) -> Floats:
        """Derivatives of the gains of actions over their infoset's first, dense."""
        pattern, s = self.pattern, self.structure
        out = np.zeros((len(actions), s.n_free))
        for row, a in zip(out, actions.tolist(), strict=True):
            free = a - int(self.sets[a]) - 1
            if a > self.starts[self.sets[a]]:
                at = int(pattern.place[free])
                here = slice(int(pattern.begin[at]), int(pattern.begin[at + 1]))
                row[pattern.column[here]] = -self.room.entry[here]
                row[at] += 1.0
        return out[:, pattern.place]


def polish(follower: Follower) -> tuple[Floats, Floats] | None:
    """Solve for exact indifference near a point far out on the branch.

    Args:
        follower: Stands on that point; it is moved.

    Returns:
        The strategy, shape (A + C,), and beliefs, shape (N,), NaN at terminals and chance nodes;
        None where the equations have no solution near by.

    Raises:
        SolveError: If the game is too large to lay out its linear systems.
    """
    desk = _Desk(follower)
    n = desk.structure.n_actions
    if not n:
        return None
    rough = follower.strategy.copy()
    kept = rough[:n] > _ZERO
    starts = desk.starts.tolist()
    base = np.array(
        [a + int(np.argmax(rough[a:b])) for a, b in zip(starts, [*starts[1:], n], strict=True)]
    )
    worst = np.inf
    for _ in range(_ROUNDS):
        desk.hold(kept)
        gaps, slopes = desk.equations(kept, base)
        before, worst = worst, float(np.abs(gaps).max(initial=0.0))
        if worst <= _ROUNDING or not worst < before:
            break
        desk.y -= np.linalg.lstsq(slopes, gaps, rcond=1e-11)[0]
    if not np.abs(follower.strategy - rough).max() <= _NEAR:
        return None
    return follower.strategy.copy(), follower.beliefs
