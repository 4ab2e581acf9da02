"""What a sweep sweeps over: numbers in, margins out.

The pipeline's study of a case fits this protocol; so does any function of assumptions, which is
how the sweep is tested against closed forms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from lackmus.case.syntax import Assumption, Correlation
from lackmus.foundation.arrays import Bools, Codes, Floats

#: Codes of `Outcomes.holds`.
FAILS, HOLDS, UNDEFINED = 0, 1, -1


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """What a batch of D draws says about Q claims.

    Attributes:
        margins: By how much each claim holds (positive) or fails; NaN where undefined; (D, Q).
        holds: `HOLDS`, `FAILS`, or `UNDEFINED` where the condition has probability zero; (D, Q).
        failed: Draws without a solution; their rows are undefined; (D,).
        turned: Draws whose branch turned on its way; (D,).
        residual: Fixed-point error in log probability; (D,).
        regret: Agent regret as a fraction of the payoff range; (D,).
    """

    margins: Floats
    holds: Codes
    failed: Bools
    turned: Bools
    residual: Floats
    regret: Floats


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
        """Claim ids, in the order of the columns of the outcomes."""

    @property
    def digest(self) -> str:
        """SHA-256 of all that the outcomes depend on beside the points, in hex."""

    def run(self, points: Floats, *, threads: int = 1) -> Outcomes:
        """Outcomes at `points`, shape (D, assumptions); the same for any split into batches."""
