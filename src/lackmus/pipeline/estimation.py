"""The precision under which counted choices are likeliest."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from lackmus.foundation.arrays import Floats
from lackmus.foundation.display import Card, Shown
from lackmus.foundation.errors import Fault, UsageError
from lackmus.foundation.letters import composed
from lackmus.foundation.tolerances import FIT, FIT_ENDS, FIXED_POINT
from lackmus.game.game import Game
from lackmus.pipeline.given import game_of
from lackmus.solvers.quantal_response.logit import solve_logit

#: Precisions tried first, in units of one over the game's payoff range.
_TRIED: Final = np.concatenate([[0.0], np.geomspace(1e-2, 1e3, 26)])

#: Step of the second difference of the log-likelihood, as a share of the precision.
_STEP: Final = 1e-3

#: Half the 95 % quantile of χ² with one degree of freedom: so far below its maximum the
#: log-likelihood is at the ends of the profile interval.
_DROP: Final = 1.920729410347062


@dataclass(frozen=True, slots=True, repr=False)
class PrecisionFit(Shown):
    """A precision fitted to counts by maximum likelihood.

    Attributes:
        precision: λ, in one over the unit of payoffs; 0 where the counts are likeliest under
            uniform play, infinite where they are the likelier the larger it is, NaN where they are
            as likely under any.
        error: Its standard error, from the curvature of the log-likelihood (observed
            information); NaN where the fit is at a border, where curvature tells nothing.
        interval: Its 95 % interval from the likelihood: from the lowest to the highest precision
            under which the log-likelihood is up to 1.92 below its maximum; infinite at its end
            where the counts do not bound it above.
        log_likelihood: Of the counts at the fit, without the multinomial coefficients.
        choices: How many choices were counted.
    """

    precision: float
    error: float
    interval: tuple[float, float]
    log_likelihood: float
    choices: int

    @property
    def bounded_above(self) -> bool:
        """Whether the counts speak against every precision from some on."""
        return math.isfinite(self.interval[1])

    def card(self) -> Card:
        """The fit in a line."""
        low, high = (f"{end:.4g}" for end in self.interval)
        if math.isnan(self.precision):
            told = "precision not told by the counts: they are as likely under any"
        elif self.precision == 0:
            upper = f"up to {high}" if self.bounded_above else "not bounded above"
            told = f"precision at the border 0 (95 % interval: {upper})"
        elif math.isinf(self.precision):
            told = f"precision not bounded above (95 % interval: from {low} on)"
        else:
            upper = f"{low} to {high}" if self.bounded_above else f"from {low} on"
            told = f"precision {self.precision:.4g} (standard error {self.error:.2g}, "
            told += f"95 % interval: {upper})"
        return Card(f"{told}, log-likelihood {self.log_likelihood:.5g} of {self.choices:,} choices")


def fit_precision(
    game: Game, counts: Mapping[str, Mapping[str, Mapping[str, int]]]
) -> PrecisionFit:
    """The precision of the logit equilibrium under which counted choices are likeliest.

    Precisions up to 1000 over the payoff range are looked at.

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

    game = game_of(game)
    taken = _counted(game, counts)
    counted = np.flatnonzero(taken)
    choices = int(taken.sum())
    unit = float(game.payoff_range.max()) or 1.0

    def surprise(precision: float) -> float:
        strategy = solve_logit(game, precision).best.strategy[: game.n_actions]
        with np.errstate(divide="ignore"):
            return -float(taken[counted] @ np.log(strategy[counted]))

    tried = _TRIED / unit
    heights = np.array([surprise(float(precision)) for precision in tried])
    lowest = int(np.argmin(heights))
    low, high = float(tried[max(lowest - 1, 0)]), float(tried[min(lowest + 1, len(tried) - 1)])
    fit = minimize_scalar(surprise, bounds=(low, high), method="bounded", options={"xatol": FIT})
    best, least = float(fit.x), min(float(fit.fun), float(heights[lowest]))
    error = math.nan
    rounding = FIXED_POINT * choices
    at_zero, at_top = heights[0] <= least + rounding, heights[-1] <= least + rounding
    if at_zero or at_top:
        best = math.nan if at_zero and at_top else 0.0 if at_zero else math.inf
        least = float(heights[0] if at_zero else heights[-1])
    else:
        step = max(_STEP * best, 1e-6 / unit)
        below = surprise(max(0.0, best - step))
        curvature = (surprise(best + step) - 2 * least + below) / step**2
        error = 1 / math.sqrt(curvature) if curvature > 0 else math.nan
        place = int(np.searchsorted(tried, best))
        tried, heights = np.insert(tried, place, best), np.insert(heights, place, least)
    interval = _interval(surprise, tried, heights, least + _DROP)
    return PrecisionFit(best, error, interval, -least, choices)


def _interval(
    surprise: Callable[[float], float], tried: Floats, heights: Floats, most: float
) -> tuple[float, float]:
    """From where to where the surprise is `most` at most; open where it is so to the end."""
    from scipy.optimize import brentq  # noqa: PLC0415 - costs 0.3 s

    def excess(precision: float) -> float:
        # An impossible choice is infinitely surprising, which no root finder takes.
        return min(surprise(precision) - most, 1.0)

    def crossing(outside: int, inside: int) -> float:
        return float(brentq(excess, float(tried[outside]), float(tried[inside]), rtol=FIT_ENDS))

    within = np.flatnonzero(heights <= most)
    first, last = int(within[0]), int(within[-1])
    low = 0.0 if first == 0 else crossing(first - 1, first)
    high = math.inf if last == len(tried) - 1 else crossing(last + 1, last)
    return low, high


def _counted(game: Game, counts: Mapping[str, Mapping[str, Mapping[str, int]]]) -> Floats:
    """Counts by action id."""
    players, labels = game.players, game.labels
    ids = {
        _spelling(players[game.infoset_player[i]], labels.infosets[i], labels.actions[a]): a
        for i in range(game.n_infosets)
        for a in game.actions_of(i)
    }
    taken = np.zeros(game.n_actions)
    faults = []
    for player, infosets in counts.items():
        for infoset, actions in infosets.items():
            for action, count in actions.items():
                place = ids.get(_spelling(player, infoset, action))
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


def _spelling(*names: str) -> tuple[str, ...]:
    return tuple(map(composed, names))
