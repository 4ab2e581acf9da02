"""After the fact: what the outcome contradicts, and what would have made it likely."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import NormalDist
from typing import Final

import numpy as np

from lackmus.case import syntax
from lackmus.engines.base import Engine
from lackmus.foundation.arrays import Floats
from lackmus.foundation.display import Card, Shown
from lackmus.foundation.seeds import generator
from lackmus.foundation.tolerances import CLAIM
from lackmus.learning.weights import mean
from lackmus.pipeline.forecasts import (
    decided,
    known_when_said,
    reported,
    shares_knowing,
)
from lackmus.pipeline.learned import AssumptionShift, Learned
from lackmus.pipeline.likely import LikelyBox, Limit, Region, box_of, region_of
from lackmus.pipeline.records import Batches, Tell
from lackmus.pipeline.weighing import Progress
from lackmus.sweep.design import base_point
from lackmus.sweep.sensitivity import FEWEST, centred_ranks
from lackmus.sweep.shapes import at_place, is_discrete, place, varies

#: The record is likely where it has at least even odds; where nothing gives it those, in this part
#: of the draws, which give it most.
_EVEN: Final = 0.5
_BEST: Final = 0.1

#: Ends of assumptions are told to be ruled out where they have less than this part of the weight,
#: and had at least that part of the draws; and from how many equal draws on that can be told.
_RULED_OUT, _WERE_THERE, _ENOUGH = 0.01, 0.1, 300

#: Halvings of the way to the nearest draw.
_HALVINGS: Final = 8

#: Assumptions that a failed forecast is told to hang on, and the probability that one of all that
#: have nothing to do with it is named.
_NAMED: Final = 2
_ERROR: Final = 0.05


@dataclass(frozen=True, slots=True)
class Failure:
    """A forecast that gave what happened less than even odds.

    Attributes:
        claim: The claim.
        outcome: What happened, yes or no.
        probability: The probability that it had been given.
        hangs_on: The assumptions that go most with it over the draws, with their rank
            correlation to the probability of what happened: with a positive one a higher value
            would have made it likelier. None where it is the same in all draws, where chance
            alone may give the correlations, and below a hundred draws.
    """

    claim: syntax.Claim
    outcome: str
    probability: float
    hangs_on: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class RuledOut:
    """An end of an assumption's range that the record leaves next to no weight.

    Attributes:
        end: The end.
        before: Its share of the draws.
    """

    end: Limit
    before: float


@dataclass(frozen=True, slots=True, repr=False)
class Postmortem(Shown):
    """Why the model was surprised.

    Attributes:
        contradicted: Assumptions whose median left the middle half of their prior.
        ruled_out: Ends of ranges that are left less than 1 % of the weight, the widest first.
        base: Probability of the record at the base values; NaN where these have no solution.
        level: From which probability on a draw counts here as one in which the record was likely:
            even odds, or less where nothing was found that gives it those.
        region: Where it was.
        searched: Solves spent on looking for even odds beyond the draws; 0 where they had them.
        highest: Highest probability of the record that was met anywhere.
        nearest: What would have had to be different: the fewest assumptions found, with base
            value and value, that take the base case to that level; empty where it is there.
        reached: Probability of the record there.
        box: A box of assumptions over which the record has that level; None where none was found.
        failures: Forecasts that failed.
    """

    contradicted: tuple[AssumptionShift, ...]
    ruled_out: tuple[RuledOut, ...]
    base: float
    level: float
    region: Region
    searched: int
    highest: float
    nearest: tuple[tuple[str, float, float], ...]
    reached: float
    box: LikelyBox | None
    failures: tuple[Failure, ...]

    def card(self) -> Card:
        """What the record had, and what would have had to be different."""
        contradicted = ", ".join(shift.assumption.name for shift in self.contradicted) or "none"
        failed = ", ".join(failure.claim.id for failure in self.failures) or "none"
        lines = [f"assumptions contradicted: {contradicted}", f"forecasts that failed: {failed}"]
        if self.nearest:
            lines.append(f"with these changes it would have had {self.reached:.2g}:")
        rows = [(name, f"{base:.4g}", f"{value:.4g}") for name, base, value in self.nearest]
        base = "no solution" if math.isnan(self.base) else f"{self.base:.2g}"
        title = f"the record had {base} at the base values, {self.highest:.2g} at most"
        return Card(title, tuple(lines), ("assumption", "base", "instead") if rows else (), rows)


def postmortem(
    learned: Learned, *, engine: Engine | None = None, progress: Progress | None = None
) -> Postmortem:
    """What the outcome contradicts, and what would have made it likely.

    Args:
        learned: What `lackmus.learn` made of the record.
        engine: Where draws are solved; by default on threads of this process.
        progress: Told how far the work is.
    """

    def telling(stage: str) -> Tell:
        return _silent if progress is None else partial(progress, stage)

    study, logs = learned.study, learned.before.log_likelihood
    batches, random = Batches(engine), generator(learned.seed, "post-mortem")
    region = region_of(
        study, learned.prior, logs, _EVEN, batches, random,
        search=True, progress=telling("search"),
    )  # fmt: skip
    searched, highest, level = region.solves, region.highest, _EVEN
    if not len(region.points):
        level = float(np.exp(np.nanquantile(logs, 1.0 - _BEST)))
        region = region_of(study, learned.prior, logs, level, batches, random, search=False)
    base_values = base_point(study.assumptions)
    base = float(np.exp(study.log_likelihood(base_values[None])[0]))
    nearest, reached = _nearest(learned, region, level, base, telling("nearest"))
    box = None
    if level > 0.0:
        box = box_of(study, region.points, level, batches, random, progress=telling("ranges"))
    return Postmortem(
        contradicted=tuple(shift for shift in learned.assumptions if shift.contradicted),
        ruled_out=_ruled_out(learned),
        base=base,
        level=level,
        region=region,
        searched=searched,
        highest=highest,
        nearest=tuple(
            (a.name, float(old), float(new))
            for a, old, new in zip(study.assumptions, base_values, nearest, strict=True)
            if old != new
        ),
        reached=reached,
        box=box,
        failures=tuple(_failures(learned)),
    )


def _silent(_done: int, _total: int) -> None:
    """Tells nobody."""


def _ruled_out(learned: Learned) -> tuple[RuledOut, ...]:
    """The widest ends of continuous assumptions that are left less than 1 % of the weight."""
    if learned.size < _ENOUGH:
        return ()
    found = []
    for column, assumption in enumerate(learned.study.assumptions):
        if not varies(assumption) or is_discrete(assumption):
            continue
        places = place(assumption, learned.points[:, column])
        order = np.argsort(places, kind="stable")
        below = np.cumsum(learned.weights[order])
        low, high = (
            float(places[order][np.searchsorted(below, share).clip(max=len(order) - 1)])
            for share in (_RULED_OUT, 1.0 - _RULED_OUT)
        )
        low_value, high_value = map(float, at_place(assumption, np.array([low, high])))
        ends = ((low, Limit(assumption.name, None, low_value)),
                (1.0 - high, Limit(assumption.name, high_value, None)))  # fmt: skip
        found += [RuledOut(end, before) for before, end in ends if before >= _WERE_THERE]
    return tuple(sorted(found, key=lambda one: (-one.before, one.end.assumption)))


def _nearest(
    learned: Learned, region: Region, level: float, base: float, tell: Tell
) -> tuple[Floats, float]:
    """The nearest draw of a region, set back to base values, or towards them, as far as can be."""
    study = learned.study
    values = base_point(study.assumptions)
    if base >= level or not len(region.points):
        return values, base
    moving = np.array([k for k, a in enumerate(study.assumptions) if varies(a)])
    columns = [study.assumptions[k] for k in moving]
    there, here = (
        np.stack([place(a, rows[:, k]) for a, k in zip(columns, moving, strict=True)], axis=1)
        for rows in (region.points, values[None])
    )
    which = int(np.square(there - here).sum(axis=1).argmin())
    point, reached = region.points[which].copy(), float(np.exp(region.log_likelihood[which]))
    order = moving[np.argsort(np.abs(there[which] - here[0]), kind="stable")]
    steps = len(order) + _HALVINGS
    for step, k in enumerate(order, 1):
        tell(step, steps)
        tried = point.copy()
        tried[k] = values[k]
        chance = float(np.exp(study.log_likelihood(tried[None])[0]))
        if chance >= level:
            point, reached = tried, chance
    low, high = 0.0, 1.0
    for step in range(len(order) + 1, steps + 1):
        tell(step, steps)
        middle = 0.5 * (low + high)
        tried = _between(study.assumptions, values, point, middle / high)
        chance = float(np.exp(study.log_likelihood(tried[None])[0]))
        if chance >= level:
            point, reached, high = tried, chance, middle
        else:
            low = middle
    return point, reached


def _between(
    assumptions: Sequence[syntax.Assumption], base: Floats, point: Floats, share: float
) -> Floats:
    """So far on the way from the base values to a point; listed values as at the point."""
    values = point.copy()
    for k, assumption in enumerate(assumptions):
        if point[k] != base[k] and not is_discrete(assumption):
            start, end = place(assumption, np.array([base[k], point[k]]))
            values[k] = at_place(assumption, np.array([start + share * (end - start)]))[0]
    return values


def _failures(learned: Learned) -> Iterator[Failure]:
    case = learned.case
    seen = learned.study.observations
    outcomes = decided(case, seen, learned.study.compiled)
    reports = reported(case, seen, learned.study.compiled)
    claims = [claim for claim in case.claims if claim.resolves_if is not None]
    for column, claim in enumerate(claims):
        outcome, _ = outcomes[claim.id]
        if outcome not in ("yes", "no"):
            continue
        known = known_when_said(claim, seen, reports[claim.id])
        shares, weights = shares_knowing(
            learned.study, learned.prior, learned.before, column, known
        )
        happened = shares if outcome == "yes" else 1.0 - shares
        chance = mean(happened, weights)
        if chance < _EVEN:
            yield Failure(claim, outcome, chance, _hangs_on(learned, happened))


def _hangs_on(learned: Learned, happened: Floats) -> tuple[tuple[str, float], ...]:
    """The assumptions that go most with it, of those that chance alone does not let go so far."""
    told = ~np.isnan(happened)
    if told.sum() < FEWEST or np.ptp(happened[told]) <= CLAIM:
        return ()
    ranks = centred_ranks(happened[told])
    moving = [
        (a.name, learned.prior[told, k])
        for k, a in enumerate(learned.study.assumptions)
        if np.ptp(learned.prior[told, k]) > 0.0
    ]
    found = [(name, float(ranks @ centred_ranks(values))) for name, values in moving]
    error = _ERROR / max(1, len(found))
    chance = NormalDist().inv_cdf(1.0 - error / 2.0) / math.sqrt(len(ranks) - 1)
    found = [(name, rho) for name, rho in found if abs(rho) > chance]
    return tuple(sorted(found, key=lambda pair: -abs(pair[1]))[:_NAMED])
