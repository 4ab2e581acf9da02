"""Verdicts: the shares of draws in which a claim comes out in each way, and the word for them.

Draws without a certified solution count for no word; they stand beside it, and a verdict that they
could overturn is not called firm.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, get_args

import numpy as np

from lackmus.foundation import figures
from lackmus.foundation.arrays import Codes, Floats
from lackmus.foundation.counting import counted
from lackmus.foundation.display import Card, Shown
from lackmus.foundation.outcomes import (
    CANNOT_BE_ASKED,
    FAILS,
    HOLDS,
    NO_DIFFERENCE,
    REASONS,
    UNSOLVED,
    WORDS,
)
from lackmus.foundation.tolerances import FOLLOWS, SOLVED_SHARE, UNSOLVED_SHARE
from lackmus.sweep.study import Outcomes

Word: TypeAlias = Literal[
    "follows",
    "is contradicted",
    "no difference",
    "cannot be asked",
    "depends",
    "settled",
    "unsolved",
]

#: All words, in the order in which reports list them.
ALL_WORDS: Final[tuple[Word, ...]] = get_args(Word)

#: The word for a claim that comes out with one code in nearly all draws.
_SAID: Final[Mapping[int, Word]] = {
    HOLDS: "follows",
    FAILS: "is contradicted",
    NO_DIFFERENCE: "no difference",
    CANNOT_BE_ASKED: "cannot be asked",
}

#: The standard normal's quantile at 97.5 %.
_Z: Final = 1.959963984540054

_QUANTILES: Final = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


@dataclass(frozen=True, slots=True)
class Margins:
    """By how much a claim holds over the draws; None throughout where it is never defined.

    Margins are in the unit of the claim: a probability, payoff or bit; below 0 it fails.

    Attributes:
        low: Smallest margin.
        q05: Quantile at 5 %.
        q25: Quantile at 25 %.
        median: Quantile at 50 %.
        q75: Quantile at 75 %.
        q95: Quantile at 95 %.
        high: Largest margin.
        mean: Their mean.
    """

    low: float | None
    q05: float | None
    q25: float | None
    median: float | None
    q75: float | None
    q95: float | None
    high: float | None
    mean: float | None


#: Of a claim that has no margin in one unit.
NO_MARGINS: Final = Margins(None, None, None, None, None, None, None, None)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many draws come out in which way; together they are all draws.

    Attributes:
        holds: Draws in which the claim holds.
        fails: In which it fails.
        no_difference: In which two computed sides are nearer than what matters.
        cannot_be_asked: In which a condition of it has probability zero.
        unsolved: In which a game that it speaks of has no certified solution.
    """

    holds: int
    fails: int
    no_difference: int
    cannot_be_asked: int
    unsolved: int

    @property
    def draws(self) -> int:
        """All draws."""
        return self.solved + self.unsolved

    @property
    def solved(self) -> int:
        """Draws in which all games that the claim speaks of have a certified solution."""
        return self.asked + self.cannot_be_asked

    @property
    def asked(self) -> int:
        """Draws in which the claim can be asked."""
        return self.holds + self.fails + self.no_difference

    def shares(self) -> dict[str, float]:
        """Shares of all draws by the words for their outcome; they sum to one."""
        counts = (self.holds, self.fails, self.no_difference, self.cannot_be_asked, self.unsolved)
        whole = self.draws or 1
        return {word: n / whole for word, n in zip(WORDS.values(), counts, strict=True)}


@dataclass(frozen=True, slots=True)
class Astray:
    """Draws in which the branch followed forks, and a claim comes out otherwise on an arm.

    Attributes:
        lost: By what it comes out as on the branch followed, how many.
        gained: By what it comes out as on an arm, how many.
    """

    lost: Mapping[int, int]
    gained: Mapping[int, int]


#: No such draws.
NOT_ASTRAY: Final = Astray({}, {})


@dataclass(frozen=True, slots=True, repr=False)
class Verdict(Shown):
    """What the draws make of one claim.

    Attributes:
        claim: The claim's id.
        word: What it does in at least 95 % of the solved draws: ``follows`` (it holds), ``is
            contradicted`` (it fails), ``no difference``, ``cannot be asked``; ``depends`` where
            none of these, ``unsolved`` where fewer than half of the draws are solved. ``settled``
            where what was observed has decided it in the same way in each draw in which it can be
            asked.
        counts: Draws by outcome.
        share: Share of the draws that can be asked in which it holds; None where there are none.
        interval: 95 % interval of the share (Wilson); None where there is no share.
        firm: Whether more draws could hardly change the word: the 95 % interval of what the word
            counts lies on its side of the border, and the share itself would if all unsolved
            draws, of which there are at most 5 %, and all that come out otherwise on an arm
            of the branch, went against it.
        margins: Distribution of its margin over the draws in which it can be asked.
        reasons: Why draws are unsolved, with their number, the commonest first.
    """

    claim: str
    word: Word
    counts: Counts
    share: float | None
    interval: tuple[float, float] | None
    firm: bool
    margins: Margins
    reasons: tuple[tuple[str, int], ...] = ()

    @property
    def settled_true(self) -> bool:
        """Whether what was observed has decided it, and as true."""
        return self.word == "settled" and self.counts.holds > 0

    @property
    def said(self) -> str:
        """The word as it is printed: only a firm verdict stands bare."""
        return self.word if self.firm else f"{self.word}, not firm"

    def card(self) -> Card:
        """The word, the share it rests on, and the draws by outcome."""
        counts, lines = self.counts, []
        if self.share is not None and self.interval is not None:
            share, interval = figures.percent(self.share), figures.percents(*self.interval)
            asked = counted(counts.asked, "draw")
            lines.append(f"holds in {share} ({interval}) of {asked} in which it can be asked")
        lines += [f"unsolved: {reason} ({draws:,})" for reason, draws in self.reasons]
        rows = [
            (word, f"{share * counts.draws:,.0f}", figures.percent(share))
            for word, share in counts.shares().items()
        ]
        head = ("outcome", "draws", "share")
        return Card(f"{self.claim}: {self.said}", tuple(lines), head, rows)

    def to_json(self) -> dict[str, Any]:
        """The keys that ``lackmus test --json`` gives of a verdict."""
        return {
            "verdict": self.word,
            "firm": self.firm,
            "share": self.share,
            "interval": None if self.interval is None else list(self.interval),
            "shares": self.counts.shares(),
            "unsolved": [{"reason": reason, "draws": draws} for reason, draws in self.reasons],
        }


def verdicts(
    claims: Sequence[str],
    outcomes: Outcomes,
    settled: Sequence[bool] | None = None,
    astray: Sequence[Astray] | None = None,
) -> tuple[Verdict, ...]:
    """The verdict on each claim, in the order of `claims`.

    Args:
        claims: Claim ids, in the order of the columns of the outcomes.
        outcomes: The draws of a sample (``lhs``, ``sobol`` or ``monte-carlo``).
        settled: Whether an observation has decided each claim; by default none.
        astray: Draws in which each comes out otherwise on an arm; by default none.
    """
    decided = settled or (False,) * len(claims)
    off = astray or (NOT_ASTRAY,) * len(claims)
    return tuple(
        _verdict(claim, outcomes, column, off[column], settled=decided[column])
        for column, claim in enumerate(claims)
    )


def wilson(holds: int, draws: int) -> tuple[float, float]:
    """95 % interval of a share; wide, not empty, at shares of 0 and 1.

    On a Latin hypercube it errs towards width: the variance of a mean over n of its draws is at
    most n/(n - 1) times that over n independent ones (Owen 1997).

    References:
        Wilson (1927); Brown, Cai and DasGupta (2001), section 3.1.1; Owen (1997), Monte Carlo
        variance of scrambled net quadrature.
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


def word_of(counts: Counts) -> Word:
    """The word that belongs to what the solved draws say, where these are at least half of all."""
    if not counts.solved or counts.solved < SOLVED_SHARE * counts.draws:
        return "unsolved"
    for code, count in _by_code(counts).items():
        if count >= FOLLOWS * counts.solved:
            return _SAID[code]
    return "depends"


def is_firm(counts: Counts, astray: Astray = NOT_ASTRAY) -> bool:
    """Whether more draws, the unsolved ones, or arms, could hardly change the word."""
    if not counts.solved or counts.unsolved > UNSOLVED_SHARE * counts.draws:
        return False
    said = word_of(counts)
    for code, count in _by_code(counts).items():
        low, high = wilson(count, counts.solved)
        lost, gained = astray.lost.get(code, 0), astray.gained.get(code, 0)
        if said == _SAID[code]:
            return min(low, (count - lost) / counts.draws) >= FOLLOWS
        if max(high, (count + gained + counts.unsolved) / counts.draws) >= FOLLOWS:
            return False
    return True


def _by_code(counts: Counts) -> dict[int, int]:
    return {
        HOLDS: counts.holds,
        FAILS: counts.fails,
        NO_DIFFERENCE: counts.no_difference,
        CANNOT_BE_ASKED: counts.cannot_be_asked,
    }


def counts_of(codes: Codes) -> Counts:
    """Draws by outcome."""
    return Counts(*(int((codes == code).sum()) for code in WORDS))


def _verdict(
    claim: str, outcomes: Outcomes, column: int, astray: Astray, *, settled: bool
) -> Verdict:
    codes = outcomes.holds[:, column]
    counts = counts_of(codes)
    why = outcomes.why[codes == UNSOLVED, column]
    reasons = sorted(
        ((REASONS[int(code)], int((why == code).sum())) for code in np.unique(why)),
        key=lambda reason: (-reason[1], reason[0]),
    )
    asked = counts.asked
    return Verdict(
        claim,
        "settled" if settled else word_of(counts),
        counts,
        counts.holds / asked if asked else None,
        wilson(counts.holds, asked) if asked else None,
        settled or is_firm(counts, astray),
        _margins(outcomes.margins[:, column]),
        tuple(reasons),
    )


def _margins(values: Floats) -> Margins:
    finite = values[np.isfinite(values)]
    if not len(finite):
        return NO_MARGINS
    low, q05, q25, median, q75, q95, high = (float(q) for q in np.quantile(finite, _QUANTILES))
    return Margins(low, q05, q25, median, q75, q95, high, float(finite.mean()))
