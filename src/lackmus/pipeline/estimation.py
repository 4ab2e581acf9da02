"""The precision under which counted choices are likeliest."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from lackmus.foundation.arrays import Floats
from lackmus.foundation.display import Card, Shown
from lackmus.foundation.errors import Fault, UsageError
from lackmus.game.game import Game
from lackmus.solvers.quantal_response.logit import solve_logit

#: Precisions tried first, in units of one over the game's payoff range.
_TRIED: Final = np.geomspace(1e-2, 1e3, 26)

#: Step of the second difference of the log-likelihood, as a share of the precision.
_STEP: Final = 1e-3


@dataclass(frozen=True, slots=True, repr=False)
class PrecisionFit(Shown):
    """A precision fitted to counts by maximum likelihood.

    Attributes:
        precision: λ, in one over the unit of payoffs.
        error: Its standard error, from the curvature of the log-likelihood (observed
            information); infinite where the counts do not bound it.
        log_likelihood: Of the counts at the fit, without the multinomial coefficients.
        choices: How many choices were counted.
    """

    precision: float
    error: float
    log_likelihood: float
    choices: int

    def card(self) -> Card:
        """The fit in a line."""
        return Card(
            f"precision {self.precision:.4g} (standard error {self.error:.2g}), log-likelihood "
            f"{self.log_likelihood:.5g} of {self.choices:,} choices"
        )


def fit_precision(
    game: Game, counts: Mapping[str, Mapping[str, Mapping[str, int]]]
) -> PrecisionFit:
    """The precision of the logit equilibrium under which counted choices are likeliest.

    Args:
        game: Any game.
        counts: How often each action was taken: player, infoset, action, as a profile is read.

    Raises:
        UsageError: A player, infoset or action is unknown, a count is negative or no whole
            number, or nothing was counted.
        SolveError: The branch cannot be followed to some precision.

    References:
        McKelvey and Palfrey (1998), Quantal response equilibria for extensive form games.
    """
    from scipy.optimize import minimize_scalar  # noqa: PLC0415 - costs 0.3 s

    taken = _counted(game, counts)
    counted = np.flatnonzero(taken)
    unit = float(game.payoff_range.max()) or 1.0

    def surprise(precision: float) -> float:
        strategy = solve_logit(game, precision).best.strategy[: game.n_actions]
        with np.errstate(divide="ignore"):
            return -float(taken[counted] @ np.log(strategy[counted]))

    tried = _TRIED / unit
    heights = [surprise(float(precision)) for precision in tried]
    lowest = int(np.argmin(heights))
    low = 0.0 if lowest == 0 else float(tried[lowest - 1])
    high = float(tried[min(lowest + 1, len(tried) - 1)])
    fit = minimize_scalar(surprise, bounds=(low, high), method="bounded", options={"xatol": 1e-9})
    best, least = float(fit.x), float(fit.fun)
    step = max(_STEP * best, 1e-6 / unit)
    below = surprise(max(0.0, best - step))
    curvature = (surprise(best + step) - 2 * least + below) / step**2
    error = 1 / math.sqrt(curvature) if curvature > 0 else math.inf
    return PrecisionFit(best, error, -least, int(taken.sum()))


def _counted(game: Game, counts: Mapping[str, Mapping[str, Mapping[str, int]]]) -> Floats:
    """Counts by action id."""
    ids = {
        (game.players[game.infoset_player[i]], game.labels.infosets[i], game.labels.actions[a]): a
        for i in range(game.n_infosets)
        for a in game.actions_of(i)
    }
    taken = np.zeros(game.n_actions)
    faults = []
    for player, infosets in counts.items():
        for infoset, actions in infosets.items():
            for action, count in actions.items():
                place = ids.get((player, infoset, action))
                if place is None:
                    message = f"{player!r} has no action {action!r} at {infoset!r}"
                    faults.append(Fault("counts", message, hint="see solution.best.profile"))
                elif count < 0 or count != int(count):
                    faults.append(Fault("counts", f"{count!r} of {action!r} is no count"))
                else:
                    taken[place] = count
    if not faults and not taken.any():
        faults.append(Fault("counts", "nothing was counted"))
    if faults:
        raise UsageError(faults)
    return taken
