"""Draws weighed by a record, and drawn anew by tempering where weights cannot be trusted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from lackmus.case import syntax
from lackmus.engines.base import Engine
from lackmus.foundation.arrays import Floats
from lackmus.foundation.errors import SolveError, UsageError
from lackmus.foundation.seeds import generator
from lackmus.learning.smc import temper
from lackmus.learning.weights import (
    ENOUGH,
    Evidence,
    effective_size,
    evidence,
    highest_k,
    normalised,
    pareto_k,
)
from lackmus.pipeline.records import Batches, RecordStudy, Told, kept_of
from lackmus.sweep.design import Design, draw, from_scores

#: Called with the stage's name, how much of it is done, and how much there is.
Progress: TypeAlias = Callable[[str, int, int], None]

Method: TypeAlias = Literal["importance", "smc"]

#: Fewest draws of which the middle 90 % can be told.
FEWEST = 20

#: Particles of a sample drawn anew, and solves that may be spent on it.
_PARTICLES, _MOST_SOLVES = 1000, 60_000


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


#: What is looked at where nothing else is asked for.
USUAL = LearnEffort()


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
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


def weigh(
    case: syntax.Case,
    seen: Sequence[syntax.Observation],
    effort: LearnEffort,
    progress: Progress | None,
) -> Weighed:
    """Importance weights, and where they cannot be trusted a sample drawn anew.

    Raises:
        UsageError: Fewer draws than can say anything.
    """
    refuse_few(effort.draws)
    study = RecordStudy(case, seen, kept_of(case))
    batches = Batches(effort.engine)
    points = draw(study.assumptions, study.correlations, effort.draws, effort.seed, effort.design)

    def tell(done: int, total: int) -> None:
        if progress is not None:
            progress("draws", done, total)

    before = batches.told(study, points, tell)
    found = by_importance(study, points, before)
    if effort.method != "smc" and (not found.trouble or effort.method == "importance"):
        return found
    return _redraw(found, batches, effort, progress)


def refuse_few(draws: int) -> None:
    """Raises UsageError where so many draws tell nothing of how assumptions spread."""
    if draws < FEWEST:
        count = "one draw tells" if draws == 1 else f"{draws} draws tell"
        raise UsageError(
            f"{count} nothing of how far the assumptions move what was seen",
            hint=f"take {FEWEST} or more; 2,000 are usual",
        )


def by_importance(study: RecordStudy, points: Floats, told: Told) -> Weighed:
    """Draws of the prior weighed by the likelihood of the record.

    Args:
        study: The record in the draws of a case.
        points: The draws, shape (D, assumptions).
        told: What these say.

    Raises:
        SolveError: No draw has a certified solution.
    """
    logs = told.log_likelihood
    if np.isnan(logs).all():
        raise SolveError("no draw has a certified solution, so there is nothing to learn from")
    weights, shape = normalised(logs), pareto_k(logs)
    size = effective_size(weights)
    # Whoever asks for few draws is content with half of them.
    good = size >= max(min(ENOUGH, 0.5 * len(logs)), FEWEST) and not shape > highest_k(len(logs))
    return Weighed(
        study=study,
        prior=points,
        before=told,
        points=points,
        weights=weights,
        after=told,
        evidence=evidence(logs),
        size=size,
        pareto_k=shape,
        method="importance",
        trouble="" if good else _doubt(size, shape, len(logs)),
    )


def _redraw(
    found: Weighed, batches: Batches, effort: LearnEffort, progress: Progress | None
) -> Weighed:
    """A sample drawn anew by tempering."""
    study = found.study
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
    return replace(
        found,
        points=points,
        weights=np.full(len(points), 1.0 / len(points)),
        after=after,
        evidence=sample.evidence,
        size=sample.size,
        method="smc",
        trouble=trouble,
    )


def _doubt(size: float, shape: float, draws: int) -> str:
    return (
        f"the weights are worth {size:.0f} draws and their tail has the shape {shape:.2f} "
        f"(trusted: {ENOUGH:.0f} or more, and up to {highest_k(draws):.2f})"
    )
