"""What a sweep sweeps over: numbers in, margins out.

The pipeline's study of a case fits this protocol; so does any function of assumptions, which is
how the sweep is tested against closed forms.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final, Protocol

import numpy as np

from lackmus.case.syntax import Assumption, Correlation
from lackmus.foundation.arrays import Bools, Codes, Floats, Ints
from lackmus.foundation.outcomes import (
    CANNOT_BE_ASKED,
    FAILS,
    HOLDS,
    NO_DIFFERENCE,
    UNSOLVED,
)

__all__ = [
    "CANNOT_BE_ASKED",
    "FAILS",
    "HOLDS",
    "KEPT",
    "NO_DIFFERENCE",
    "UNSOLVED",
    "Outcomes",
    "Study",
    "unsolved",
]


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """What a batch of D draws says about Q claims.

    Attributes:
        margins: By how much each claim holds (positive) or fails, in the claim's unit; NaN where
            it cannot be asked or is unsolved; (D, Q).
        holds: Codes of `lackmus.foundation.outcomes`; (D, Q).
        why: Why a claim is unsolved, likewise; (D, Q). Only the games that a claim speaks of
            count, so that no claim changes what is said of another.
        failed: Draws in which some game has no certified solution; (D,).
        turned: Draws whose branch turned on its way; (D,).
        forked: Draws whose branch met a bifurcation and was followed straight on; (D,).
        residual: Fixed-point error in log probability; (D,).
        regret: Agent regret as a fraction of the payoff range; (D,).
        beside: Whatever else the study says of each draw; (D, X). None where it says nothing, and
            never kept in a table.
    """

    margins: Floats
    holds: Codes
    why: Codes
    failed: Bools
    turned: Bools
    forked: Bools
    residual: Floats
    regret: Floats
    beside: Floats | None = None

    def of(self, claims: slice) -> Outcomes:
        """What the draws say about some of the claims."""
        return replace(
            self, margins=self.margins[:, claims], holds=self.holds[:, claims],
            why=self.why[:, claims],
        )  # fmt: skip


#: What of outcomes a table and its journal keep.
KEPT: Final = tuple(column.name for column in fields(Outcomes) if column.name != "beside")


def unsolved(draws: int, claims: int, why: int) -> Outcomes:
    """Outcomes of draws in which nothing is solved, all for the same reason."""
    return Outcomes(
        margins=np.full((draws, claims), np.nan),
        holds=np.full((draws, claims), UNSOLVED, np.int8),
        why=np.full((draws, claims), why, np.int8),
        failed=np.ones(draws, np.bool_),
        turned=np.zeros(draws, np.bool_),
        forked=np.zeros(draws, np.bool_),
        residual=np.full(draws, np.nan),
        regret=np.full(draws, np.nan),
    )


class Study(Protocol):
    """Claims as a function of assumptions; picklable, so that it can travel to a worker."""

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What varies, in the order of the columns of `points`; precision among them."""

    @property
    def correlations(self) -> tuple[Correlation, ...]:
        """Rank correlations among the assumptions."""

    @property
    def claims(self) -> tuple[str, ...]:
        """Ids of what is asked, in the order of the columns of the outcomes.

        Claims come first, behind them the parts of claims, such as ``claim.1``.
        """

    @property
    def digest(self) -> str:
        """SHA-256 of all that the outcomes depend on beside the points, in hex."""

    def run(self, points: Floats, *, threads: int = 1, claims: Ints | None = None) -> Outcomes:
        """Outcomes at `points`, shape (D, assumptions); the same for any split into batches.

        Args:
            points: The draws.
            threads: Threads to solve with.
            claims: The column of the one claim that is asked at each point, shape (D,): what is
                said of others there means nothing. All are asked where it is None.
        """
