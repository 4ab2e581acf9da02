"""What a record teaches: the records that `lackmus.pipeline.learning` hands back."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from lackmus.case import syntax
from lackmus.foundation.arrays import Floats
from lackmus.foundation.display import Card, Shown
from lackmus.foundation.figures import percent, percents
from lackmus.learning.weights import QUANTILES, Evidence
from lackmus.pipeline.record_arms import OnArms
from lackmus.pipeline.records import RecordStudy, Told
from lackmus.pipeline.weighing import Method

#: A distribution has left its prior's middle where its median lies outside these shares of it.
_MIDDLE = (0.25, 0.75)


@dataclass(frozen=True, slots=True)
class Spread:
    """A number over draws.

    Attributes:
        mean: Its mean.
        quantiles: Its quantiles at `lackmus.learning.weights.QUANTILES`.
    """

    mean: float
    quantiles: tuple[float, ...]

    @property
    def band(self) -> tuple[float, float]:
        """From its 5 % to its 95 % quantile."""
        return self.quantiles[0], self.quantiles[-1]


@dataclass(frozen=True, slots=True)
class Line:
    """One observation of the record.

    Attributes:
        observation: As it was written.
        probability: Probability, over the draws, of this and all before it.
        given_before: Of this, given all before it.
        counted: False where the same source has told the same event already.
    """

    observation: syntax.Observation
    probability: float
    given_before: float
    counted: bool


@dataclass(frozen=True, slots=True)
class ClaimShift:
    """The share of draws in which a claim holds, of those in which it can be asked.

    Attributes:
        claim: The claim.
        before: The share over the draws.
        after: The share over the weighted draws.
    """

    claim: syntax.Claim
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class AssumptionShift:
    """An assumption before and after.

    Attributes:
        assumption: As it was written.
        before: Over the draws.
        after: Over the weighted draws.
        bits: Relative entropy of after to before.
        places: Where the quantiles after lie in the distribution before, from 0 to 1.
    """

    assumption: syntax.Assumption
    before: Spread
    after: Spread
    bits: float
    places: tuple[float, ...]

    @property
    def contradicted(self) -> bool:
        """Whether the median after lies outside the middle half of the distribution before."""
        low, high = _MIDDLE
        return not low <= self.places[QUANTILES.index(0.5)] <= high


@dataclass(frozen=True, slots=True)
class BeliefShift:
    """The probability of one value of an aim or fact, over the draws.

    Attributes:
        about: The aim or fact.
        value: The value.
        along: Before anything was seen, and after each observation, each with the draws weighted
            by what was seen till then.
    """

    about: str
    value: str
    along: tuple[Spread, ...]

    @property
    def before(self) -> Spread:
        """Before anything was seen."""
        return self.along[0]

    @property
    def after(self) -> Spread:
        """After the whole record."""
        return self.along[-1]


@dataclass(frozen=True, slots=True)
class Against:
    """The case against a dissent.

    Attributes:
        title: The dissent's title.
        bits: Logarithm to base 2 of the Bayes factor; positive where the record speaks for the
            case.
        error: Monte Carlo standard error of `bits`.
    """

    title: str
    bits: float
    error: float

    def sentence(self) -> str:
        """The Bayes factor in words."""
        if math.isnan(self.bits):
            return f"neither the case nor '{self.title}' allows the record"
        if math.isinf(self.bits):
            able, other = ("the case", f"'{self.title}'") if self.bits > 0 else (
                f"'{self.title}'", "the case"
            )  # fmt: skip
            return f"only {able} allows the record, {other} does not"
        sides = ("the case", f"'{self.title}'")
        one, other = sides if self.bits >= 0 else sides[::-1]
        odds = 2.0 ** min(abs(self.bits), 60.0)
        told = f"the record speaks {odds:.3g} to 1 for {one} against {other}: {strength(self.bits)}"
        if abs(self.bits) < 2.0 * self.error:
            told += ", and no more than chance in the draws could give"
        return told


def strength(bits: float) -> str:
    """What a weight of evidence is worth, in words.

    References:
        Kass and Raftery (1995), Bayes factors, with a first step of our own below them.
    """
    odds = 2.0 ** min(abs(bits), 60.0)
    for below, word in ((1.6, "next to nothing"), (3.2, "hardly worth a mention"),
                        (10.0, "substantial"), (100.0, "strong")):  # fmt: skip
        if odds < below:
            return word
    return "decisive"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Learned(Shown):
    """What a record teaches.

    Attributes:
        case: The case.
        draws: Draws of the prior.
        unsolved: Draws without a certified solution; they have no say.
        record: The observations with their probabilities.
        evidence: The probability of the whole record over the draws.
        size: Effective sample size of what stands after the record.
        pareto_k: Shape of the tail of the importance weights; NaN where it has none.
        method: ``importance`` where the weights could be trusted, else ``smc``.
        trouble: What keeps the result from being trusted; empty where nothing does.
        claims: Claims before and after.
        assumptions: Those that vary, the most moved first.
        beliefs: Aims and facts, a value each.
        dissents: The case against each dissent.
        seed: Seed of the draws.
        points: The draws after the record, shape (N, assumptions).
        weights: Their weights, sum one.
        told: What these draws say.
        prior: The draws before the record, shape (D, assumptions).
        before: What these say.
        study: The record in the draws of the case; its forecasts are the claims' own.
        arms: The draws after the record whose branch forks, on their arms; None where none forks,
            or where it was not asked.
        seconds: Time in all.
    """

    case: syntax.Case
    draws: int
    unsolved: int
    record: tuple[Line, ...]
    evidence: Evidence
    size: float
    pareto_k: float
    method: Method
    trouble: str
    claims: tuple[ClaimShift, ...]
    assumptions: tuple[AssumptionShift, ...]
    beliefs: tuple[BeliefShift, ...]
    dissents: tuple[Against, ...]
    seed: int
    points: Floats = field(repr=False)
    weights: Floats = field(repr=False)
    told: Told = field(repr=False)
    prior: Floats = field(repr=False)
    before: Told = field(repr=False)
    study: RecordStudy = field(repr=False)
    arms: OnArms | None = field(default=None, repr=False)
    seconds: float = 0.0

    @property
    def probability_on_arms(self) -> tuple[float, float] | None:
        """The least and the highest probability of the record, arms being taken; None without."""
        if self.arms is None:
            return None
        low, high = self.arms.evidence(self.weights)
        return low * self.evidence.probability, min(1.0, high * self.evidence.probability)

    def card(self) -> Card:
        """How likely the record was, and how aims and facts stand before and after it."""
        lines = (
            f"record of {len(self.record)}: probability {self.evidence.probability:.3g} over "
            f"{self.draws:,} draws, worth {self.size:,.0f} after it ({self.method})",
            *filter(None, (self.trouble,)),
        )
        rows = [
            (f"{shift.about} = {shift.value}", _told(shift.before), _told(shift.after))
            for shift in self.beliefs
        ]
        return Card(self.case.title, lines, ("hidden", "before", "after"), rows)


def _told(spread: Spread) -> str:
    return f"{percent(spread.mean)} ({percents(*spread.band)})"
