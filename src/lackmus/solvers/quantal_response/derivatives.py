"""Derivatives of a logit equilibrium by everything it rests on.

At an equilibrium H(y, θ) = y - t·slope(y, θ) = 0, so that dH/dy · dy = dt·slope + t·∂slope/∂θ·dθ
(implicit function theorem): the matrix is the one that follows the branch, and the right-hand side
is one more pass over the tree. It does not exist at a turning point of the branch.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from lackmus.foundation.arrays import Floats
from lackmus.foundation.errors import SolveError
from lackmus.solvers.quantal_response.krylov import Slopes, gmres
from lackmus.solvers.quantal_response.path_follower import Follower
from lackmus.solvers.quantal_response.points import (
    linearize_here,
    push_all_here,
    slope_of,
    solve_here,
)

#: Without factors: relative residual of a derivative, and most vectors kept for it.
_FORCING: Final = 1e-10
_BASIS: Final = 200


class Tangent:
    """Linearization of a follower's equilibrium.

    Args:
        follower: Stands on an equilibrium; must not be moved while this is in use.
        precision: λ of the equilibrium.

    Raises:
        SolveError: Where the equilibrium is a turning point of the branch.
    """

    def __init__(self, follower: Follower, precision: float) -> None:
        self.follower = follower
        self.t = precision * follower.widest
        s = follower.structure
        if follower.pattern is not None and not linearize_here(
            follower.structure, follower.pattern, follower.desk, self.t
        ):
            raise SolveError("the branch turns here, so that the equilibrium has no derivative")
        self._dreach = np.zeros(s.n_inner)
        self._slope = follower.desk.slope.copy()

    def move(
        self, d_payoffs: Floats, d_chance: Floats, d_precision: float
    ) -> tuple[Floats, Floats, Floats]:
        """Derivatives along one direction; see `logit.sensitivity` for shapes."""
        follower, s = self.follower, self.follower.structure
        p, n = follower.strategy, s.n_actions
        dlogp, dy = np.zeros(len(p)), np.zeros(s.n_free)
        np.divide(d_chance, p[n:], out=dlogp[n:], where=p[n:] > 0.0)
        given = self._from_outside(d_payoffs.T / follower.widest, d_chance)
        push_slope = np.empty(s.n_free)
        slope_of(s, self._push(dy, dlogp, given), push_slope)
        right = self.t * push_slope + d_precision * follower.widest * self._slope
        self._solve(right, dy)
        dgain = self._push(dy, dlogp, given)
        dp = np.concatenate([p[:n] * dlogp[:n], d_chance])
        d_log_reach = self._dreach[s.terminal_up] + dlogp[s.terminal_via]
        return dp, dgain * follower.widest, d_log_reach

    def _from_outside(self, d_payoffs: Floats, d_chance: Floats) -> tuple[Floats, Floats]:
        """What payoffs, shape (Z, P), and chance add at inner nodes and actions; see `push`."""
        s, desk = self.follower.structure, self.follower.desk
        dvalue, dgain = np.zeros((s.n_inner, s.n_players)), np.zeros(s.n_actions)
        np.add.at(dvalue, s.terminal_up, desk.p[s.terminal_via, None] * d_payoffs)
        up, via = np.append(s.up, s.terminal_up), np.append(s.via, s.terminal_via)
        below = desk.value[np.append(s.inner, s.terminal)]
        moved = via >= s.n_actions
        d_moved = d_chance[via[moved] - s.n_actions, None]
        np.add.at(dvalue, up[moved], d_moved * below[moved])
        chosen = s.terminal_via < s.n_actions
        up = s.terminal_up[chosen]
        own = d_payoffs[chosen, s.mover[s.infoset[up]]]
        np.add.at(dgain, s.terminal_via[chosen], desk.mu[up] * own)
        return dvalue, dgain

    def _push(self, dy: Floats, dlogp: Floats, given: tuple[Floats, Floats]) -> Floats:
        """Derivatives of action values; overwrites those of log reach and of actions' `dlogp`."""
        dvalue, dgain = (array.copy() for array in given)
        follower = self.follower
        push_all_here(follower.structure, follower.desk, dy, dlogp, self._dreach, dvalue, dgain)
        return dgain

    def _solve(self, right: Floats, out: Floats) -> None:
        follower, desk = self.follower, self.follower.desk
        if follower.pattern is not None:
            solve_here(follower.pattern, desk, right, out)
            return
        slopes = Slopes(follower.structure, desk)
        out[:] = gmres(lambda v: v - self.t * slopes.along(v), right, _FORCING, _BASIS)
