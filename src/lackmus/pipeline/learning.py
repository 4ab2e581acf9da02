"""Learning from the record: what happened weighs the draws, and the draws say what that teaches."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lackmus.case import syntax
from lackmus.case.spoken import called
from lackmus.foundation.arrays import Codes, Floats
from lackmus.foundation.errors import UsageError
from lackmus.foundation.outcomes import CANNOT_BE_ASKED, HOLDS, UNSOLVED
from lackmus.learning.weights import (
    Evidence,
    evidence,
    mean,
    normalised,
    quantiles,
    shift_bits,
    shift_bits_of_choice,
)
from lackmus.pipeline.learned import (
    Against,
    AssumptionShift,
    BeliefShift,
    ClaimShift,
    Learned,
    Line,
    Spread,
)
from lackmus.pipeline.record_arms import on_arms
from lackmus.pipeline.records import Told
from lackmus.pipeline.weighing import USUAL, LearnEffort, Progress, Weighed, weigh
from lackmus.sweep.design import SAMPLES
from lackmus.sweep.shapes import is_discrete, place, varies


def learn(
    case: syntax.Case,
    *,
    observations: Sequence[syntax.Observation] | None = None,
    dissents: Sequence[syntax.Case] = (),
    effort: LearnEffort = USUAL,
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
    found = weigh(case, seen, effort, progress)
    dissenting = tuple(
        against(found.evidence, weigh(other, seen, effort, progress).evidence, called(other, case))
        for other in dissents
    )
    learned = learned_of(found, seed=effort.seed, dissents=dissenting)
    arms = on_arms(found.study, found.points, found.after) if seen else None
    return replace(learned, arms=arms, seconds=time.perf_counter() - started)


def learned_of(found: Weighed, *, seed: int, dissents: tuple[Against, ...] = ()) -> Learned:
    """What weighed draws teach.

    Args:
        found: The draws before and after the record.
        seed: Their seed.
        dissents: The case against each dissent.
    """
    return Learned(
        case=found.study.case,
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
        dissents=dissents,
        seed=seed,
        points=found.points,
        weights=found.weights,
        told=found.after,
        prior=found.prior,
        before=found.before,
        study=found.study,
    )


def against(own: Evidence, other: Evidence, title: str) -> Against:
    """The case against a dissent, by the evidence of each."""
    return Against(title, other.bits - own.bits, math.hypot(own.error_bits, other.error_bits))


# --- what the weights say ------------------------------------------------------------------------


def _spread(values: Floats, weights: Floats) -> Spread:
    return Spread(mean(values, weights), tuple(quantiles(values, weights).tolist()))


def _even(told: Told) -> Floats:
    """The weights of draws before anything was seen."""
    return normalised(told.log_given[:, 0])


def _lines(found: Weighed) -> tuple[Line, ...]:
    logs = found.before.log_given
    chances = [evidence(logs[:, column]) for column in range(logs.shape[1])]
    if found.method == "smc":
        chances[-1] = found.evidence
    return tuple(
        Line(seen, now.probability, math.exp(now.log - past.log) if past.probability else math.nan,
             counted)
        for seen, counted, past, now in zip(
            found.study.observations, found.study.record.counted, chances, chances[1:], strict=False
        )
    )  # fmt: skip


def _claims(found: Weighed) -> tuple[ClaimShift, ...]:
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


def _assumptions(found: Weighed) -> tuple[AssumptionShift, ...]:
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


def _beliefs(found: Weighed) -> tuple[BeliefShift, ...]:
    told = found.before
    steps = told.log_given.shape[1]
    weights = [normalised(told.log_given[:, step]) for step in range(steps)]
    beliefs = []
    for v, (about, value) in enumerate(found.study.record.values):
        along = [_spread(told.beliefs[:, step, v], weights[step]) for step in range(steps)]
        if found.method == "smc" and steps > 1:
            along[-1] = _spread(found.after.beliefs[:, -1, v], found.weights)
        beliefs.append(BeliefShift(about, value, tuple(along)))
    return tuple(beliefs)
