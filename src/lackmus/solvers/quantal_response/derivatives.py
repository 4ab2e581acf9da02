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
from lackmus.solvers.kernels.passes import push, softmax_push
from lackmus.solvers.quantal_response.krylov import Slopes, gmres
from lackmus.solvers.quantal_response.path_follower import Follower
from lackmus.solvers.quantal_response.points import linearize_here, slope_of, solve_here

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
        self._dvalue = np.zeros_like(follower.desk.value)
        self._dreach = np.zeros(s.n_inner)
        self._mean = np.zeros(s.n_infosets)
        self._slope = follower.desk.slope.copy()

    def move(
        self, d_payoffs: Floats, d_chance: Floats, d_precision: float
    ) -> tuple[Floats, Floats, Floats]:
        """Derivatives along one direction; see `methods.logit.sensitivity` for shapes."""
        follower, s = self.follower, self.follower.structure
        p, n = follower.strategy, s.n_actions
        dp, dlogp = np.zeros(len(p)), np.zeros(len(p))
        dp[n:] = d_chance
        np.divide(d_chance, p[n:], out=dlogp[n:], where=p[n:] > 0.0)
        scaled = d_payoffs.T / follower.widest
        push_slope, dy = np.zeros(s.n_free), np.zeros(s.n_free)
        dgain = self._push(dp, dlogp, scaled)
        slope_of(follower.structure, dgain, push_slope)
        right = self.t * push_slope + d_precision * follower.widest * self._slope
        self._solve(right, dy)
        softmax_push(follower.structure, dy, p, dlogp)
        dp[:n] = p[:n] * dlogp[:n]
        dgain = self._push(dp, dlogp, scaled)
        d_log_reach = self._dreach[s.terminal_up] + dlogp[s.terminal_via]
        return dp, dgain * follower.widest, d_log_reach

    def _push(self, dp: Floats, dlogp: Floats, scaled: Floats) -> Floats:
        s, desk = self.follower.structure, self.follower.desk
        dgain = np.zeros(s.n_actions)
        self._dvalue[s.terminal] = scaled
        push(
            self.follower.structure,
            desk.p,
            desk.mu,
            desk.value,
            dp,
            dlogp,
            self._dvalue,
            self._dreach,
            self._mean,
            dgain,
        )
        return dgain

    def _solve(self, right: Floats, out: Floats) -> None:
        follower, desk = self.follower, self.follower.desk
        if follower.pattern is not None:
            solve_here(follower.pattern, desk, right, out)
            return
        slopes = Slopes(follower.structure, desk)
        out[:] = gmres(lambda v: v - self.t * slopes.along(v), right, _FORCING, _BASIS)
