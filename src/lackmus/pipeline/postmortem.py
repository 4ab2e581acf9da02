"""After the fact: what the outcome contradicts, and what would have made it likely."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from lackmus.case import syntax
from lackmus.foundation.arrays import Bools, Floats
from lackmus.foundation.outcomes import FAILS, HOLDS, NOT_FOLLOWED
from lackmus.learning.weights import mean
from lackmus.pipeline.forecasts import before_its_day, decided, shares_of
from lackmus.pipeline.learned import AssumptionShift, Learned
from lackmus.sweep.design import base_point
from lackmus.sweep.discovery import Box, find_box
from lackmus.sweep.shapes import place, varies
from lackmus.sweep.study import unsolved

#: The record is likely where it has at least even odds; where too few draws give it those, in the
#: draws that give it most.
_EVEN: Final = 0.5
_FEWEST, _BEST = 20, 0.9

#: Assumptions that a failed forecast is told to hang on.
_NAMED: Final = 2


@dataclass(frozen=True, slots=True)
class Failure:
    """A forecast that gave what happened less than even odds.

    Attributes:
        claim: The claim.
        outcome: What happened, yes or no.
        probability: The probability that it had been given.
        hangs_on: The assumptions that go most with it over the draws, with their rank
            correlation to the probability of what happened: with a positive one a higher value
            would have made it likelier.
    """

    claim: syntax.Claim
    outcome: str
    probability: float
    hangs_on: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Postmortem:
    """Why the model was surprised.

    Attributes:
        contradicted: Assumptions whose median left the middle half of their prior.
        base: Probability of the record at the base values; NaN where these have no solution.
        highest: The highest over the draws.
        level: From which probability on a draw counts here as one in which the record was likely.
        share: Share of the draws in which it was.
        nearest: What would have had to be different: the fewest assumptions found, with base
            value and value, that take the base case to that level; empty where it is there.
        reached: Probability of the record there.
        box: The box of assumptions in which the record was likely; None where none tells.
        failures: Forecasts that failed.
    """

    contradicted: tuple[AssumptionShift, ...]
    base: float
    highest: float
    level: float
    share: float
    nearest: tuple[tuple[str, float, float], ...]
    reached: float
    box: Box | None
    failures: tuple[Failure, ...]


def postmortem(learned: Learned) -> Postmortem:
    """What the outcome contradicts, and what would have made it likely.

    Args:
        learned: What `lackmus.learn` made of the record.
    """
    study, points = learned.study, learned.prior
    logs = learned.before.log_likelihood
    solved = ~np.isnan(logs)
    chances = np.exp(np.where(solved, logs, -np.inf))
    level = _EVEN
    if (chances >= level).sum() < _FEWEST:
        level = float(np.quantile(chances[solved], _BEST))
    likely = chances >= level
    base_values = base_point(study.assumptions)
    base = float(np.exp(study.log_likelihood(base_values[None])[0]))
    nearest, reached = _nearest(learned, likely, level, base)
    return Postmortem(
        contradicted=tuple(shift for shift in learned.assumptions if shift.contradicted),
        base=base,
        highest=float(chances.max()),
        level=level,
        share=float(likely[solved].mean()),
        nearest=tuple(
            (a.name, float(old), float(new))
            for a, old, new in zip(study.assumptions, base_values, nearest, strict=True)
            if old != new
        ),
        reached=reached,
        box=_box(learned, points, likely, solved),
        failures=tuple(_failures(learned)),
    )


def _nearest(learned: Learned, likely: Bools, level: float, base: float) -> tuple[Floats, float]:
    """The nearest likely draw, with all set back to base values that can be."""
    study = learned.study
    values = base_point(study.assumptions)
    if base >= level or not likely.any():
        return values, base
    moving = [k for k, assumption in enumerate(study.assumptions) if varies(assumption)]
    columns = [study.assumptions[k] for k in moving]
    there = np.stack(
        [place(a, learned.prior[likely, k]) for a, k in zip(columns, moving, strict=True)], axis=1
    )
    here = np.array([float(place(a, values[k : k + 1])[0])
                     for a, k in zip(columns, moving, strict=True)])  # fmt: skip
    distance = np.square(there - here).sum(axis=1)
    which = int(distance.argmin())
    point = learned.prior[likely][which].copy()
    reached = float(np.exp(learned.before.log_likelihood[likely][which]))
    for k in np.array(moving)[np.argsort(np.abs(there[which] - here), kind="stable")]:
        tried = point.copy()
        tried[k] = values[k]
        chance = float(np.exp(study.log_likelihood(tried[None])[0]))
        if chance >= level:
            point, reached = tried, chance
    return point, reached


def _box(learned: Learned, points: Floats, likely: Bools, solved: Bools) -> Box | None:
    outcomes = unsolved(len(points), 1, NOT_FOLLOWED)
    outcomes.holds[solved, 0] = np.where(likely[solved], HOLDS, FAILS)
    outcomes = replace(outcomes, margins=np.where(likely, 1.0, -1.0)[:, None])
    assumptions = learned.study.assumptions
    return find_box(assumptions, ("the record",), points, outcomes, 0, wanted="holds")


def _failures(learned: Learned) -> Iterator[Failure]:
    case = learned.case
    seen = learned.study.observations
    outcomes = decided(case, seen, learned.study.compiled)
    claims = [claim for claim in case.claims if claim.resolves_if is not None]
    for column, claim in enumerate(claims):
        outcome = outcomes[claim.id][0]
        if outcome not in ("yes", "no"):
            continue
        step = len(before_its_day(claim, seen))
        shares, weights = shares_of(learned.before, column, step)
        happened = shares if outcome == "yes" else 1.0 - shares
        chance = mean(happened, weights)
        if chance < _EVEN:
            yield Failure(claim, outcome, chance, _hangs_on(learned, happened))


def _hangs_on(learned: Learned, happened: Floats) -> tuple[tuple[str, float], ...]:
    told = ~np.isnan(happened)
    ranks = _ranks(happened[told])
    found = [
        (a.name, float(np.corrcoef(ranks, _ranks(learned.prior[told, k]))[0, 1]))
        for k, a in enumerate(learned.study.assumptions)
        if varies(a)
    ]
    return tuple(sorted(found, key=lambda pair: -abs(pair[1]))[:_NAMED])


def _ranks(values: Floats) -> Floats:
    """Ranks, equal values in the order in which they stand."""
    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values))
    return ranks
