"""Verdicts: in what share of the draws a claim holds, and what that makes of it.

Draws count only where the claim can be asked: where its condition has a probability above zero,
and where the game could be solved. The others are told beside the share, and a verdict that they
could overturn is not called firm.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from lackmus.foundation.arrays import Floats
from lackmus.foundation.tolerances import FOLLOWS
from lackmus.sweep.study import FAILS, HOLDS, UNDEFINED, Outcomes

Word: TypeAlias = Literal["follows", "depends", "does not follow"]

#: The standard normal's quantile at 97.5 %.
_Z: Final = 1.959963984540054

_QUANTILES: Final = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


@dataclass(frozen=True, slots=True)
class Margins:
    """By how much a claim holds over the draws; None throughout where it is never defined.

    Attributes:
        low: Smallest margin.
        q05: Quantile at 5 %; and so on.
        high: Largest margin.
    """

    low: float | None
    q05: float | None
    q25: float | None
    median: float | None
    q75: float | None
    q95: float | None
    high: float | None
    mean: float | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the draws make of one claim.

    Attributes:
        claim: The claim's id.
        word: ``follows`` at a share of 95 % or more, ``does not follow`` at 5 % or less,
            ``depends`` between. A claim that is defined in no draw does not follow.
        share: Share of the defined draws in which it holds; None where there are none.
        interval: 95 % interval of the share (Wilson); None where there is no share.
        draws: All draws.
        undefined: Draws in which its condition has probability zero.
        failed: Draws that could not be solved.
        firm: Whether the whole interval gives the same word, and would still do so if all
            undefined and failed draws went one way.
        margins: Distribution of its margin over the defined draws.
    """

    claim: str
    word: Word
    share: float | None
    interval: tuple[float, float] | None
    draws: int
    undefined: int
    failed: int
    firm: bool
    margins: Margins

    @property
    def defined(self) -> int:
        """Draws in which the claim could be asked."""
        return self.draws - self.undefined - self.failed

    def to_json(self) -> dict[str, Any]:
        """The keys that ``lackmus test --json`` gives of a verdict."""
        return {
            "verdict": self.word,
            "share": self.share,
            "interval": None if self.interval is None else list(self.interval),
            "undefined_draws": self.undefined,
            "firm": self.firm,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """How a claim fares in two studies of the same draws, draw by draw.

    Attributes:
        claim: The claim's id.
        gained: Draws in which it holds in the second study and not in the first.
        lost: Draws in which it holds in the first and not in the second.
        both: Draws in which it is defined in both.
        difference: Share in the second minus share in the first, over `both`; None without any.
        interval: 95 % interval of the difference of paired shares (Wald, with Agresti and Min's
            half a draw in each cell).
    """

    claim: str
    gained: int
    lost: int
    both: int
    difference: float | None
    interval: tuple[float, float] | None


def verdicts(claims: Sequence[str], outcomes: Outcomes) -> tuple[Verdict, ...]:
    """The verdict on each claim, in the order of `claims`.

    Args:
        claims: Claim ids, in the order of the columns of the outcomes.
        outcomes: The draws of a sample (``lhs``, ``sobol`` or ``monte-carlo``).
    """
    return tuple(_verdict(claim, outcomes, column) for column, claim in enumerate(claims))


def wilson(holds: int, draws: int) -> tuple[float, float]:
    """95 % interval of a share; wide, not empty, at shares of 0 and 1.

    On a Latin hypercube it errs towards width, since stratified draws vary less than
    independent ones.

    References:
        Wilson (1927); Brown, Cai and DasGupta (2001), section 3.1.1.
    """
    if draws == 0:
        return 0.0, 1.0
    share = holds / draws
    scale = 1.0 + _Z**2 / draws
    centre = (share + _Z**2 / (2.0 * draws)) / scale
    half = _Z * math.sqrt(share * (1.0 - share) / draws + _Z**2 / (4.0 * draws**2)) / scale
    low = 0.0 if holds == 0 else max(0.0, centre - half)
    high = 1.0 if holds == draws else min(1.0, centre + half)
    return low, high


def word(share: float) -> Word:
    """The verdict that belongs to a share."""
    if share >= FOLLOWS:
        return "follows"
    return "does not follow" if share <= 1.0 - FOLLOWS else "depends"


def changes(claims: Sequence[str], first: Outcomes, second: Outcomes) -> tuple[Change, ...]:
    """How each claim fares in two studies of the same draws (a case and its dissent).

    Args:
        claims: Claim ids that both outcomes have, in the order of their columns.
        first: Outcomes of the one study.
        second: Outcomes of the other, row by row at the same draws.

    References:
        Agresti and Min (2005), Simple improved confidence intervals for comparing matched
        proportions.
    """
    result = []
    for column, claim in enumerate(claims):
        a, b = first.holds[:, column], second.holds[:, column]
        both = (a != UNDEFINED) & (b != UNDEFINED) & ~first.failed & ~second.failed
        gained = int(np.sum(both & (a == FAILS) & (b == HOLDS)))
        lost = int(np.sum(both & (a == HOLDS) & (b == FAILS)))
        result.append(_change(claim, gained, lost, int(both.sum())))
    return tuple(result)


def _change(claim: str, gained: int, lost: int, both: int) -> Change:
    if both == 0:
        return Change(claim, gained, lost, both, None, None)
    up, down, total = gained + 0.5, lost + 0.5, both + 2.0
    centre = (up - down) / total
    half = _Z * math.sqrt(max(0.0, up + down - (up - down) ** 2 / total)) / total
    interval = (max(-1.0, centre - half), min(1.0, centre + half))
    return Change(claim, gained, lost, both, (gained - lost) / both, interval)


def _verdict(claim: str, outcomes: Outcomes, column: int) -> Verdict:
    solved = ~outcomes.failed
    holds = outcomes.holds[:, column]
    defined = solved & (holds != UNDEFINED)
    yes, count = int(np.sum(holds[defined] == HOLDS)), int(defined.sum())
    draws, failed = len(holds), int(outcomes.failed.sum())
    margins = _margins(outcomes.margins[defined, column])
    if count == 0:
        undefined = draws - failed
        return Verdict(
            claim,
            "does not follow",
            None,
            None,
            draws,
            undefined,
            failed,
            firm=False,
            margins=margins,
        )
    interval = wilson(yes, count)
    extremes = (*interval, yes / draws, (yes + draws - count) / draws)
    said = word(yes / count)
    return Verdict(
        claim,
        said,
        yes / count,
        interval,
        draws,
        draws - failed - count,
        failed,
        all(word(share) == said for share in extremes),
        margins,
    )


def _margins(values: Floats) -> Margins:
    finite = values[np.isfinite(values)]
    if not len(finite):
        return Margins(None, None, None, None, None, None, None, None)
    low, q05, q25, median, q75, q95, high = (float(q) for q in np.quantile(finite, _QUANTILES))
    return Margins(low, q05, q25, median, q75, q95, high, float(finite.mean()))
