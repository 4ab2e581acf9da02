"""The one home of tolerances: nowhere else is a float compared with a number of its own.

But for the numbers of a solver's method, which stand with it, and for what is too small to be told,
which is said where things are told.

Tolerances on payoffs are fractions of the payoff range, so that a change of units changes nothing.
"""

from __future__ import annotations

import math
from typing import Final

#: Largest regret, as a fraction of the payoff range, of a profile called an equilibrium.
REGRET: Final = 1e-8

#: Largest residual of the logit fixed point, in units of log probability.
FIXED_POINT: Final = 1e-9

#: Largest error of a draw's choices, in log probability, rounding of its payoffs included.
DRAW_ERROR: Final = 1e-3

#: Rounding of a draw's payoffs up to this, in log probability, is nothing beside `DRAW_ERROR`.
DRAW_ROUNDING: Final = 1e-3 * DRAW_ERROR

#: Spacing of floats at 1, and rounding of an expected payoff as a fraction of the largest payoff
#: that it is made of.
UNIT: Final = 2.0**-52
ROUNDING: Final = 16 * UNIT

#: Precision times payoff from which on not every draw comes to its end.
STRAIN: Final = 1e10

#: Largest distance of a sum of probabilities from one.
PROBABILITY: Final = 1e-9

#: Sums of probabilities below this may lack what underflowed, and are taken anew in logs.
UNDERFLOW: Final = 1e-250

#: Probabilities of actions below this are taken from what a quantal response says of their logs.
IN_LOGS: Final = 1e-100

#: Probabilities up to this are 0 in three digits, and so are differences of two.
SHOWN: Final = 5e-4

#: Weights of evidence up to this, in bits, are rounding: they favour nothing.
NO_EVIDENCE: Final = 1e-12

#: Two probabilities nearer than this are the same; profiles are compared with it.
SAME_PROFILE: Final = 1e-6

#: Two sides of a claim nearer than this, relative to their size, count as equal.
CLAIM: Final = 1e-9

#: A difference of two computed numbers counts from this size on, unless the claim says otherwise:
#: in probability, in bits, and as a fraction of the range of an actor's payoffs.
MATTERS_PROBABILITY: Final = 0.01
MATTERS_BITS: Final = 0.01
MATTERS_PAYOFF: Final = 0.01

#: A pivot of a correlation matrix below this is 0, or, if below its negative, a fault.
PIVOT: Final = 1e-10

#: Residuals that are this share of a variance, or less, are rounding.
UNEXPLAINED: Final = 1e-20

#: The least variance of particles along an assumption.
LEAST_VARIANCE: Final = 1e-10

#: The share of a ray to which a turn on it is narrowed down, and the share of a distance below
#: which a round of the search for the nearest turn has gained nothing.
NEAREST_TURN: Final = 1e-4
NEAREST_GAIN: Final = 1e-2

#: To what a fitted precision is found, and, in proportion, the ends of its interval.
FIT: Final = 1e-9
FIT_ENDS: Final = 1e-6

#: What a claim does in this share of the draws, or more, is its verdict.
FOLLOWS: Final = 0.95

#: With more unsolved draws than this share no verdict is firm.
UNSOLVED_SHARE: Final = 0.05

#: With fewer solved draws than this share there is no verdict but that they are unsolved.
SOLVED_SHARE: Final = 0.5

#: Of fewer draws than this no share is told to one who picks them himself: its 95 % interval may
#: span more than a third of all shares.
FEWEST_DRAWS: Final = 30


def fixed_point_limit(load: float) -> float:
    """Largest residual of a logit fixed point, in log probability.

    Args:
        load: Precision times the largest payoff.

    Returns:
        `FIXED_POINT` and what rounding adds; NaN where one unit in the last place comes to more
        than `DRAW_ERROR`, so that floats cannot carry the game.
    """
    return FIXED_POINT + ROUNDING * load if UNIT * load <= DRAW_ERROR else math.nan
