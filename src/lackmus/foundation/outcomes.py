"""What a claim comes out as in one draw: a code, and for an unsolved draw why.

Codes are what arrays hold (`Codes`); `WORDS` and `REASONS` are what people read.
"""

from __future__ import annotations

from typing import Final

#: Codes of a claim in a draw. `NO_DIFFERENCE`: two computed sides are nearer than what matters.
#: `CANNOT_BE_ASKED`: a condition has probability zero. `UNSOLVED`: a game asked about has no
#: certified solution.
HOLDS: Final = 1
FAILS: Final = 0
NO_DIFFERENCE: Final = 2
CANNOT_BE_ASKED: Final = -1
UNSOLVED: Final = -2

WORDS: Final = {
    HOLDS: "holds",
    FAILS: "fails",
    NO_DIFFERENCE: "no difference",
    CANNOT_BE_ASKED: "cannot be asked",
    UNSOLVED: "unsolved",
}

#: Why a claim is unsolved in a draw; `SOLVED` where it is not.
SOLVED: Final = 0
BAD_CHANCE: Final = 1
BAD_PAYOFF: Final = 2
BAD_PRECISION: Final = 3
NOT_FOLLOWED: Final = 4
NOT_CERTIFIED: Final = 5
ERROR: Final = 6

REASONS: Final = {
    SOLVED: "",
    BAD_CHANCE: "a probability is negative, or probabilities do not sum to one",
    BAD_PAYOFF: "a payoff is not finite",
    BAD_PRECISION: "the precision is negative or not finite",
    NOT_FOLLOWED: "the branch of equilibria could not be followed to the precision asked for",
    NOT_CERTIFIED: "the solution could not be certified: in floating point the payoffs are too "
    "large, or too far apart, for their differences to count",
    ERROR: "the draw raised an error",
}
