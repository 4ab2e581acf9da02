"""Forecasts of a case: events that a record can decide, with their probability over the draws."""

from __future__ import annotations

import datetime
import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

import numpy as np

from lackmus.case import syntax
from lackmus.case.fields import constant
from lackmus.case.text import expression_text
from lackmus.case.writer import write_case
from lackmus.compiler.compile import Compiled, compile_case
from lackmus.compiler.rows import Env, condition
from lackmus.foundation.arrays import Bools, Floats
from lackmus.foundation.display import Card, Shown
from lackmus.foundation.errors import UsageError
from lackmus.foundation.figures import percent, percents
from lackmus.foundation.letters import composed
from lackmus.learning.weights import mean, mean_error, normalised, quantiles
from lackmus.pipeline.record_arms import OnArms, on_arms
from lackmus.pipeline.records import Batches, RecordStudy, Told, check_record, kept_of
from lackmus.pipeline.weighing import USUAL, LearnEffort, Progress, refuse_few
from lackmus.sweep.design import draw

Decided: TypeAlias = Literal["yes", "no", "annulled"]

#: Words for probabilities of Intelligence Community Directive 203 (2015): up to which, in percent.
_ICD = (
    (0.05, "almost no chance"), (0.20, "very unlikely"), (0.45, "unlikely"),
    (0.55, "roughly even chance"), (0.80, "likely"), (0.95, "very likely"),
    (1.01, "almost certain"),
)  # fmt: skip

#: Confidence by the width of the band over the draws: how much hangs on the assumptions.
_CONFIDENCE = ((0.25, "high"), (0.5, "moderate"), (1.01, "low"))


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability over the draws.

    Attributes:
        probability: Its mean.
        band: From its 5 % to its 95 % quantile.
        error: Monte Carlo standard error of the mean.
    """

    probability: float
    band: tuple[float, float]
    error: float

    @property
    def word(self) -> str:
        """The probability in the words of ICD 203; empty where there is none."""
        return next((word for most, word in _ICD if self.probability < most), "")

    @property
    def confidence(self) -> str:
        """How far assumptions move it: a wide band is low confidence. Not a probability."""
        width = self.band[1] - self.band[0]
        return next((word for most, word in _CONFIDENCE if width < most), "")


@dataclass(frozen=True, slots=True)
class Forecast:
    """The forecast of one claim's event.

    Attributes:
        claim: The claim.
        before: Before anything was seen.
        given: The observations that `now` takes into account: those before the day on which it
            resolves, and before the first report of the event itself.
        now: Given these.
        when_said: Given what was seen before the day on which the claim was made; None where the
            claim names no day, or the forecast is made on another.
        on_arms: The least and the highest probability given these where the branches of draws fork
            and arms are taken; None where none forks.
        stated: The speaker's own probability, stated or implied by what the claim asks; None
            where there is none.
        decided: What the whole record makes of it; None where it leaves it open.
        decided_by: The observation that decided it.
    """

    claim: syntax.Claim
    before: Chance
    given: tuple[syntax.Observation, ...]
    now: Chance
    when_said: Chance | None
    on_arms: tuple[float, float] | None
    stated: float | None
    decided: Decided | None
    decided_by: syntax.Observation | None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Forecasts(Shown):
    """What a case forecasts: one forecast a claim that says what decides it.

    Attributes:
        case: The case.
        found: The forecasts, in the order of the claims.
        draws: Number of draws.
        seed: Their seed.
        digest: SHA-256 of the case as it is written out, without its name and its record.
        arms: The draws whose branch forks, on their arms; None where none forks.
    """

    case: syntax.Case
    found: tuple[Forecast, ...]
    draws: int
    seed: int
    digest: str
    arms: OnArms | None = field(default=None, repr=False)

    def __iter__(self) -> Iterator[Forecast]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def __getitem__(self, claim_id: str) -> Forecast:
        name = composed(claim_id)
        for forecast in self.found:
            if forecast.claim.id == name:
                return forecast
        raise KeyError(claim_id)

    def card(self) -> Card:
        """Each event with its probability before and given the record, and the speaker's."""
        rows = [
            (
                one.claim.id,
                "" if one.claim.resolves is None else one.claim.resolves.isoformat(),
                percent(one.before.probability),
                f"{percent(one.now.probability)} ({percents(*one.now.band)})",
                "" if one.stated is None else percent(one.stated),
                one.decided or "open",
            )
            for one in self.found
        ]
        head = ("claim", "resolves", "before", "now", "speaker", "decided")
        return Card(self.case.title, (f"{self.draws:,} draws",), head, rows)


def forecasts(
    case: syntax.Case,
    *,
    observations: Sequence[syntax.Observation] | None = None,
    on: datetime.date | None = None,
    effort: LearnEffort = USUAL,
    progress: Progress | None = None,
) -> Forecasts:
    """Forecasts of all claims that say what decides them.

    Args:
        case: The case.
        observations: What was seen; the case's own record by default.
        on: The day on which the forecasts are made, which know nothing of it or later; None is
            the last on which there is something to forecast.
        effort: How many draws, and how they are made.
        progress: Told how far the work is.

    Raises:
        InputError: The record or the effort is at fault, or no claim says what decides it.
    """
    seen = case.observations if observations is None else tuple(observations)
    claims = [claim for claim in case.claims if claim.resolves_if is not None]
    if not claims:
        hint = "give a claim an event on moves: resolves if: announce = truce"
        raise UsageError(f"no claim of '{case.title}' says what decides it", hint=hint)
    refuse_few(effort.draws)
    study = RecordStudy(case, seen, kept_of(case))
    points = draw(study.assumptions, study.correlations, effort.draws, effort.seed, effort.design)

    def tell(done: int, total: int) -> None:
        if progress is not None:
            progress("draws", done, total)

    told = Batches(effort.engine).told(study, points, tell)
    outcomes = decided(case, seen, study.compiled)
    reports = reported(case, seen, study.compiled)
    arms = on_arms(study, points, told)

    found = []
    for column, claim in enumerate(claims):
        outcome, by = outcomes[claim.id]
        before = known_before(claim, seen, reports[claim.id], on)
        then = known_when_said(claim, seen, reports[claim.id])
        own, step = study.knowing(before), len(before)
        now = told if own is study else own.alone(points)
        here = arms if arms is None or own is study else on_arms(own, points, now)
        found.append(Forecast(
            claim, _chance(*shares_of(told, column, 0)), before,
            _chance(*shares_of(now, column, step)),
            None if claim.date is None or on is not None
            else _chance(*shares_knowing(study, points, told, column, then)),
            None if here is None else here.forecast(now, column, step),
            stated_of(claim), outcome, by,
        ))  # fmt: skip
    return Forecasts(case, tuple(found), len(points), effort.seed, digest_of(case), arms)


def digest_of(case: syntax.Case) -> str:
    """SHA-256 of a case as it is written out, without its name and its record."""
    text = write_case(replace(case, name="", observations=()))
    return hashlib.sha256(text.encode()).hexdigest()


def known_before(
    claim: syntax.Claim,
    seen: Sequence[syntax.Observation],
    report: syntax.Observation | None,
    on: datetime.date | None = None,
) -> tuple[syntax.Observation, ...]:
    """The observations that a forecast of a claim may know.

    Those before the day on which it resolves, and before that on which the forecast is made; none
    from the first `report` of the event itself on, since nothing is forecast thereafter; none at
    all where the claim names no day on which it resolves.
    """
    if claim.resolves is None:
        return ()
    day = claim.resolves if on is None else min(claim.resolves, on)
    known = [o for o in seen if o.date and o.date < day]
    if report in known:
        known = known[: known.index(report)]
    return tuple(known)


def known_when_said(
    claim: syntax.Claim,
    seen: Sequence[syntax.Observation],
    report: syntax.Observation | None,
) -> tuple[syntax.Observation, ...]:
    """The observations that a forecast may know which is made on the day of the claim itself.

    On that day its speaker spoke, so that both knew the same. Where the claim has no date, those
    before the day on which it resolves.
    """
    return known_before(claim, seen, report, claim.date)


def shares_knowing(
    study: RecordStudy,
    points: Floats,
    told: Told,
    column: int,
    known: Sequence[syntax.Observation],
) -> tuple[Floats, Floats]:
    """As `shares_of`, of a record that begins with what is known.

    Args:
        study: The record in the draws of a case.
        points: The draws, shape (D, assumptions).
        told: What they say of that record; solved anew where it begins with something else.
        column: Which event.
        known: What is known.
    """
    own = study.knowing(known)
    return shares_of(told if own is study else own.alone(points), column, len(known))


def shares_of(told: Told, column: int, step: int) -> tuple[Floats, Floats]:
    """P(event | condition, the first observations) per draw, and what each draw counts for it."""
    given, both = told.events[:, step, column].T
    with np.errstate(invalid="ignore", divide="ignore"):
        return both / given, normalised(told.log_given[:, step]) * np.nan_to_num(given)


def _chance(shares: Floats, weights: Floats) -> Chance:
    low, high = quantiles(shares, weights, (0.05, 0.95)).tolist()
    # Rounding may carry a mean of ones beyond one; what is no number stays so.
    probability = float(np.clip(mean(shares, weights), 0.0, 1.0))
    return Chance(probability, (low, high), mean_error(shares, weights))


def stated_of(claim: syntax.Claim) -> float | None:
    """The probability of its event that a claim's speaker states or implies.

    Implied is the middle of what the comparison leaves open, where the claim itself compares the
    probability of that very event, under that very condition, with numbers; asked ``for each``
    value of a variable it is under others.
    """
    if claim.stated is not None:
        return float(claim.stated)
    asked = claim.holds_if
    if claim.for_each is not None or not isinstance(asked, syntax.Compare):
        return None
    low, high = 0.0, 1.0
    at = [i for i, part in enumerate(asked.operands) if _is_event(part, claim)]
    if len(at) != 1:
        return None
    for place, op in enumerate(asked.ops):
        if at[0] not in (place, place + 1):
            return None
        bound = constant(asked.operands[place + 1 if at[0] == place else place])
        if bound is None:
            return None
        if (op[0] == "<") == (at[0] == place) and op[0] in "<>":
            high = min(high, float(bound))
        elif op[0] in "<>":
            low = max(low, float(bound))
        else:
            return None
    return 0.5 * (low + high)


def _is_event(part: syntax.Expr, claim: syntax.Claim) -> bool:
    return (
        isinstance(part, syntax.Probability)
        and part.event == claim.resolves_if
        and part.given.condition == claim.annulled_unless
        and not part.given.do
    )


def decided(
    case: syntax.Case,
    observations: Sequence[syntax.Observation],
    compiled: Compiled | None = None,
) -> dict[str, tuple[Decided | None, syntax.Observation | None]]:
    """What certain observations make of each claim's event, and the one that settled it.

    An event is decided where all histories that agree with what was seen have it, or none has it;
    a forecast is annulled where none has its condition. What is less than certain decides nothing.

    Args:
        case: The case.
        observations: What was seen, in order.
        compiled: Its game as written, where it is at hand.

    Raises:
        CaseError: Dates that do not ascend, or a record that no history of the case agrees with.
    """
    game = compiled or compile_case(case)
    check_record(observations, game)
    env = game.env()
    found: dict[str, tuple[Decided | None, syntax.Observation | None]] = {}
    for claim in case.claims:
        if claim.resolves_if is None:
            continue
        event, provided = _event_of(claim, env)
        found[claim.id] = next(
            (
                (outcome, seen)
                for seen, left in _narrowed(observations, env)
                if (outcome := _outcome(left, event, provided)) is not None
            ),
            (None, None),
        )
    return found


def reported(
    case: syntax.Case,
    observations: Sequence[syntax.Observation],
    compiled: Compiled | None = None,
) -> dict[str, syntax.Observation | None]:
    """The first observation that tells what becomes of each claim's event; None where none does.

    That is the one which decides it, or an earlier one that would if it were certain: a report of
    the event, however doubtful, is hindsight to a forecast of it.

    Args:
        case: The case.
        observations: What was seen, in order.
        compiled: Its game as written, where it is at hand.
    """
    env = (compiled or compile_case(case)).env()
    found: dict[str, syntax.Observation | None] = {}
    for claim in case.claims:
        if claim.resolves_if is None:
            continue
        event, provided = _event_of(claim, env)
        found[claim.id] = next(
            (
                seen
                for seen, left in _taken_at_their_word(observations, env)
                if left.any() and _outcome(left, event, provided) is not None
            ),
            None,
        )
    return found


def _event_of(claim: syntax.Claim, env: Env) -> tuple[Bools, Bools]:
    """The histories with a claim's event, and those with its condition."""
    every = np.ones(env.rows.size, np.bool_)
    event, unless = claim.resolves_if, claim.annulled_unless
    return (
        every if event is None else every & condition(event, env),
        every if unless is None else every & condition(unless, env),
    )


def _taken_at_their_word(
    observations: Sequence[syntax.Observation], env: Env
) -> Iterator[tuple[syntax.Observation, Bools]]:
    """Each observation, with the histories that agree with it and all that was certain before."""
    left = np.ones(env.rows.size, np.bool_)
    for seen in observations:
        told = left & condition(seen.saw, env)
        yield seen, told
        if not seen.chain:
            left = told


def _narrowed(
    observations: Sequence[syntax.Observation], env: Env
) -> Iterator[tuple[syntax.Observation, Bools]]:
    """Each certain observation, with the histories that agree with all seen till then."""
    for seen, left in _taken_at_their_word(observations, env):
        if not seen.chain:
            yield seen, left


def _outcome(left: Bools, event: Bools, provided: Bools) -> Decided | None:
    if not (left & provided).any():
        return "annulled"
    if (left & ~provided).any():
        return None
    if not (left & event).any():
        return "no"
    return None if (left & ~event).any() else "yes"


def entry_of(forecast: Forecast, among: Forecasts) -> dict[str, Any]:
    """A forecast as a ledger keeps it, with the case and the draws that it comes from."""
    claim, case = forecast.claim, among.case
    event, unless = claim.resolves_if, claim.annulled_unless
    return {
        "id": f"{case.name}/{claim.id}",
        "case": case.name,
        "title": case.title,
        "digest": among.digest,
        "by": claim.by,
        "reported_by": claim.reported_by,
        "says": claim.says,
        "resolves": claim.resolves.isoformat() if claim.resolves else None,
        "resolves_if": "" if event is None else expression_text(event),
        "annulled_unless": "" if unless is None else expression_text(unless),
        "probability": _kept(forecast.now.probability),
        "band": [_kept(end) for end in forecast.now.band],
        "error": _kept(forecast.now.error),
        "given": [expression_text(seen.saw) for seen in forecast.given],
        "stated": forecast.stated,
        "draws": among.draws,
        "seed": among.seed,
    }


def _kept(value: float) -> float | None:
    """A number as JSON has it; None where the condition of a forecast cannot be."""
    return value if math.isfinite(value) else None
