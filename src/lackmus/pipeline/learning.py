"""Learning from the record: what happened weighs the draws, and the draws say what that teaches."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np

from lackmus.case import syntax
from lackmus.case.text import expression_text
from lackmus.engines.base import Engine
from lackmus.foundation.arrays import Codes, Floats
from lackmus.foundation.errors import SolveError, UsageError
from lackmus.foundation.outcomes import CANNOT_BE_ASKED, HOLDS, UNSOLVED
from lackmus.foundation.seeds import generator
from lackmus.learning.smc import temper
from lackmus.learning.weights import (
    ENOUGH,
    QUANTILES,
    Evidence,
    effective_size,
    evidence,
    highest_k,
    mean,
    normalised,
    pareto_k,
    quantiles,
    shift_bits,
    shift_bits_of_choice,
)
from lackmus.pipeline.records import Batches, RecordStudy, Told, kept_of
from lackmus.sweep.design import SAMPLES, Design, draw, from_scores
from lackmus.sweep.shapes import is_discrete, place, varies

#: Called with the stage's name, how much of it is done, and how much there is.
Progress: TypeAlias = Callable[[str, int, int], None]

Method: TypeAlias = Literal["importance", "smc"]

#: Particles of a sample drawn anew, and solves that may be spent on it.
_PARTICLES, _MOST_SOLVES = 1000, 60_000

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
    """The share of draws in which a claim holds, of those in which it can be asked."""

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


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
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
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class LearnEffort:
    """How much to look at.

    Attributes:
        draws: Number of draws.
        seed: Their seed.
        design: How to draw.
        engine: Where draws are solved; by default on threads of this process.
        method: ``importance`` or ``smc`` in any case; by default the first where it can be trusted.
    """

    draws: int = 2000
    seed: int = 0
    design: Design = "lhs"
    engine: Engine | None = None
    method: Method | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Weighed:
    """Draws of the prior, and draws after the record with their weights."""

    study: RecordStudy
    prior: Floats
    before: Told
    points: Floats
    weights: Floats
    after: Told
    evidence: Evidence
    size: float
    pareto_k: float
    method: Method
    trouble: str


def learn(
    case: syntax.Case,
    *,
    observations: Sequence[syntax.Observation] | None = None,
    dissents: Sequence[syntax.Case] = (),
    effort: LearnEffort = LearnEffort(),
    progress: Progress | None = None,
) -> Learned:
    """What a record says of assumptions, aims and claims of a case, and of its dissents.

    Args:
        case: The case.
        observations: The record; by default the case's own.
        dissents: Cases to hold to the same record.
        effort: How much to look at.
        progress: Told how far the work is.

    Raises:
        InputError: The record or the effort is at fault.
        SolveError: No draw has a solution, or none allows the record.
    """
    if effort.design not in SAMPLES:
        hint = f"take one of {', '.join(sorted(SAMPLES))}"
        raise UsageError(f"the design '{effort.design}' is no sample of the assumptions", hint=hint)
    started = time.perf_counter()
    seen = case.observations if observations is None else tuple(observations)
    found = _weigh(case, seen, effort, progress)
    against = tuple(
        _against(found.evidence, _weigh(other, seen, effort, progress).evidence, other.title)
        for other in dissents
    )
    told, weights = found.after, found.weights
    return Learned(
        case=case,
        draws=len(found.prior),
        unsolved=int(np.isnan(found.before.log_likelihood).sum()),
        record=_lines(found),
        evidence=found.evidence,
        size=found.size,
        pareto_k=found.pareto_k,
        method=found.method,
        trouble=found.trouble,
        claims=_claims(found),
        assumptions=_assumptions(found),
        beliefs=_beliefs(found),
        dissents=against,
        seed=effort.seed,
        points=found.points,
        weights=weights,
        told=told,
        prior=found.prior,
        before=found.before,
        study=found.study,
        seconds=time.perf_counter() - started,
    )


def _weigh(
    case: syntax.Case,
    seen: Sequence[syntax.Observation],
    effort: LearnEffort,
    progress: Progress | None,
) -> _Weighed:
    """Importance weights, and where they cannot be trusted a sample drawn anew."""
    study = RecordStudy(case, seen, kept_of(case))
    batches = Batches(effort.engine)
    points = draw(study.assumptions, study.correlations, effort.draws, effort.seed, effort.design)

    def tell(done: int, total: int) -> None:
        if progress is not None:
            progress("draws", done, total)

    before = batches.told(study, points, tell)
    logs = before.log_likelihood
    if np.isnan(logs).all():
        raise SolveError("no draw has a certified solution, so there is nothing to learn from")
    weights, shape, found = normalised(logs), pareto_k(logs), evidence(logs)
    size = effective_size(weights)
    # Whoever asks for few draws is content with half of them.
    good = size >= min(ENOUGH, 0.5 * len(logs)) and not shape > highest_k(len(logs))
    if effort.method != "smc" and (good or effort.method == "importance"):
        trouble = "" if good else _doubt(size, shape, len(logs))
        return _Weighed(
            study,
            points,
            before,
            points,
            weights,
            before,
            found,
            size,
            shape,
            "importance",
            trouble,
        )
    return _redraw(study, batches, effort, points, before, shape, progress)


def _redraw(
    study: RecordStudy,
    batches: Batches,
    effort: LearnEffort,
    prior: Floats,
    before: Told,
    shape: float,
    progress: Progress | None,
) -> _Weighed:
    random = generator(effort.seed, "smc")

    def points_of(scores: Floats) -> Floats:
        return from_scores(study.assumptions, study.correlations, scores)

    def tell(temperature: float) -> None:
        if progress is not None:
            progress("tempering", round(100 * temperature), 100)

    sample = temper(
        lambda scores: batches.log_likelihood(study, points_of(scores)),
        random.standard_normal((_PARTICLES, len(study.assumptions))),
        random,
        most_solves=_MOST_SOLVES,
        progress=tell,
    )
    if not np.isfinite(sample.log_likelihood).any():
        raise SolveError("no draw allows the record; is a condition or a range too narrow?")
    points = points_of(sample.scores)
    after = batches.told(study, points)
    trouble = ""
    if sample.temperature < 1.0:
        trouble = (
            f"the record is so unlikely that {sample.solves:,} solves brought the sample only to "
            f"the temperature {sample.temperature:.2g}, not to 1"
        )
    elif sample.size < ENOUGH:
        trouble = f"only {sample.size:.0f} different draws stand after the record"
    weights = np.full(len(points), 1.0 / len(points))
    return _Weighed(
        study, prior, before, points, weights, after, sample.evidence, sample.size, shape, "smc",
        trouble,
    )  # fmt: skip


def _doubt(size: float, shape: float, draws: int) -> str:
    return (
        f"the weights are worth {size:.0f} draws and their tail has the shape {shape:.2f} "
        f"(trusted: {ENOUGH:.0f} or more, and up to {highest_k(draws):.2f})"
    )


def _against(own: Evidence, other: Evidence, title: str) -> Against:
    return Against(title, other.bits - own.bits, math.hypot(own.error_bits, other.error_bits))


# --- what the weights say ------------------------------------------------------------------------


def _spread(values: Floats, weights: Floats) -> Spread:
    return Spread(mean(values, weights), tuple(quantiles(values, weights).tolist()))


def _even(told: Told) -> Floats:
    """The weights of draws before anything was seen."""
    return normalised(told.log_given[:, 0])


def _lines(found: _Weighed) -> tuple[Line, ...]:
    logs = found.before.log_given
    chances = [evidence(logs[:, column]) for column in range(logs.shape[1])]
    if found.method == "smc":
        chances[-1] = found.evidence
    return tuple(
        Line(seen, now.probability, math.exp(now.log - past.log) if past.probability else math.nan,
             counted)
        for seen, counted, past, now in zip(
            found.study.observations, found.study.counted, chances, chances[1:], strict=False
        )
    )  # fmt: skip


def _claims(found: _Weighed) -> tuple[ClaimShift, ...]:
    return tuple(
        ClaimShift(
            claim,
            _share(found.before.holds[:, q], _even(found.before)),
            _share(found.after.holds[:, q], found.weights),
        )
        for q, claim in enumerate(found.study.case.claims)
    )


def _share(codes: Codes, weights: Floats) -> float:
    """The weight of draws in which a claim holds among those in which it can be asked."""
    asked = (codes != CANNOT_BE_ASKED) & (codes != UNSOLVED)
    return mean((codes == HOLDS).astype(np.float64), np.where(asked, weights, 0.0))


def _assumptions(found: _Weighed) -> tuple[AssumptionShift, ...]:
    shifts = []
    even = _even(found.before)
    for column, assumption in enumerate(found.study.assumptions):
        if not varies(assumption):
            continue
        before, after = found.prior[:, column], found.points[:, column]
        places = place(assumption, after)
        if is_discrete(assumption):
            both = np.concatenate([after, before])
            none, prior = np.zeros(len(before)), np.zeros(len(after))
            bits = shift_bits_of_choice(
                both, np.concatenate([found.weights, none]), np.concatenate([prior, even])
            )
        else:
            bits = shift_bits(places, found.weights)
        told = _spread(after, found.weights)
        at = place(assumption, np.array(told.quantiles))
        shifts.append(
            AssumptionShift(assumption, _spread(before, even), told, bits, tuple(at.tolist()))
        )
    return tuple(sorted(shifts, key=lambda s: (-s.bits, s.assumption.name)))


def _beliefs(found: _Weighed) -> tuple[BeliefShift, ...]:
    told = found.before
    steps = told.log_given.shape[1]
    weights = [normalised(told.log_given[:, step]) for step in range(steps)]
    beliefs = []
    for v, (about, value) in enumerate(found.study.values):
        along = [_spread(told.beliefs[:, step, v], weights[step]) for step in range(steps)]
        if found.method == "smc" and steps > 1:
            along[-1] = _spread(found.after.beliefs[:, -1, v], found.weights)
        beliefs.append(BeliefShift(about, value, tuple(along)))
    return tuple(beliefs)


def record_text(observation: syntax.Observation) -> str:
    """What was seen, as a condition."""
    return expression_text(observation.saw)
