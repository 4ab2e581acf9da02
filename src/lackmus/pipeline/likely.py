"""Where a record would have been likely: a region of the assumptions, however rare, and a box.

The region is told by the draws that lie in it; where these are too few it is sought by tempering.
The box limits a few assumptions so that over it, on the average, the record is as likely as asked
for. Its limits are read off the draws of the region, are let go again as far as they can be, and
what is told of it comes from draws made in it afresh.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np

from lackmus.case.syntax import Assumption
from lackmus.foundation.arrays import Floats
from lackmus.learning.smc import seek
from lackmus.learning.weights import Evidence, evidence
from lackmus.pipeline.records import Batches, RecordStudy, Tell
from lackmus.sweep.design import draw_within, from_scores
from lackmus.sweep.discovery import limit_text
from lackmus.sweep.shapes import at_place, is_discrete, levels, place, varies

#: Fewer draws than this do not tell a region, and it is sought: with so many particles, and at most
#: so many solves.
_FEWEST, _PARTICLES, _MOST_SOLVES = 20, 200, 6_000

#: Shares of the region's draws that a limit may cut off, the wider box first.
_CUT_OFF: Final = (0.025, 0.1, 0.25)

#: A limit cuts off at least this part of an assumption's distribution.
_LEAST_CUT: Final = 0.1

#: Draws in a box from which its probability is told while limits are tried, and in the end.
_TRIED, _TOLD = 100, 500


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Where a record is at least as likely as some level.

    Attributes:
        points: Draws from there, shape (N, assumptions); none where none was found.
        log_likelihood: Log probability of the record in each; shape (N,).
        share: Probability of the region over the draws.
        highest: Highest probability of the record that was met anywhere.
        solves: Solves that a search took; 0 where the draws alone tell the region.
    """

    points: Floats = field(repr=False)
    log_likelihood: Floats = field(repr=False)
    share: Evidence
    highest: float
    solves: int


@dataclass(frozen=True, slots=True)
class Limit:
    """One assumption's range in a box.

    Attributes:
        assumption: Its name.
        low: Values above this; None where the range is open there.
        high: Values below this; likewise.
    """

    assumption: str
    low: float | None
    high: float | None

    def __str__(self) -> str:
        return limit_text(self.assumption, self.low, self.high)


@dataclass(frozen=True, slots=True)
class LikelyBox:
    """A box of assumptions over which a record is likely.

    Attributes:
        limits: The assumptions that it limits, the narrowest first; none where the record is that
            likely over all draws.
        chance: Probability of the record over the draws in it.
        mass: Share of all draws that lie in it.
    """

    limits: tuple[Limit, ...]
    chance: Evidence
    mass: float

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "limits": [
                {"assumption": limit.assumption, "low": limit.low, "high": limit.high}
                for limit in self.limits
            ],
            "probability": self.chance.probability,
            "mass": self.mass,
        }


def region_of(
    study: RecordStudy,
    points: Floats,
    log_likelihood: Floats,
    level: float,
    batches: Batches,
    random: np.random.Generator,
    *,
    search: bool,
    progress: Tell | None = None,
) -> Region:
    """Where a record has at least some probability.

    Args:
        study: The record in the draws of a case.
        points: Draws of the prior, shape (D, assumptions).
        log_likelihood: Log probability of the record in each; shape (D,).
        level: The probability to have.
        batches: Where draws are solved.
        random: Where chance comes from.
        search: Whether to search where the draws in it are too few.
        progress: Told how many solves of a search are done, and how many there are at most.
    """
    solved = ~np.isnan(log_likelihood)
    with np.errstate(divide="ignore", invalid="ignore"):
        there = log_likelihood >= np.log(level)
        logs = np.where(solved, np.where(there, 0.0, -np.inf), np.nan)
    highest = float(np.exp(log_likelihood[solved].max(initial=-np.inf)))
    known = points[there], log_likelihood[there]
    if there.sum() >= _FEWEST or not search:
        return Region(*known, evidence(logs), highest, 0)
    done = 0

    def told(scores: Floats) -> Floats:
        nonlocal done
        values = from_scores(study.assumptions, study.correlations, scores)
        logs = batches.log_likelihood(study, values)
        done += len(logs)
        if progress is not None:
            progress(done, max(done, _MOST_SOLVES))
        return logs

    found = seek(
        told,
        random.standard_normal((_PARTICLES, len(study.assumptions))),
        random,
        level=float(np.log(level)),
        most_solves=_MOST_SOLVES,
    )
    more = from_scores(study.assumptions, study.correlations, found.scores)
    return Region(
        np.concatenate([known[0], more]),
        np.concatenate([known[1], found.log_likelihood]),
        found.share if len(more) else evidence(logs),
        max(highest, float(np.exp(found.highest))),
        found.solves,
    )


@dataclass(frozen=True, slots=True)
class _Cut:
    """An end of a box: the column of its assumption, whether it is the upper one, and where."""

    column: int
    upper: bool
    place: float
    value: float

    @property
    def lost(self) -> float:
        """The part of the assumption's distribution that is cut off."""
        return 1.0 - self.place if self.upper else self.place


_Cuts: TypeAlias = Sequence[_Cut]


def box_of(
    study: RecordStudy,
    points: Floats,
    level: float,
    batches: Batches,
    random: np.random.Generator,
    *,
    progress: Tell | None = None,
) -> LikelyBox | None:
    """A box over which a record has at least some probability; None where none was found.

    Args:
        study: The record in the draws of a case.
        points: Draws from where it has that probability; shape (N, assumptions).
        level: The probability.
        batches: Where draws are solved.
        random: Where chance comes from.
        progress: Told how many boxes have been tried, and about how many will be.
    """
    tried, about = 0, 2 + len(_CUT_OFF)

    def told(cuts: _Cuts, draws: int) -> tuple[Evidence, float]:
        nonlocal tried
        tried += 1
        if progress is not None:
            progress(tried, max(tried, about))
        ends = np.tile([0.0, 1.0], (len(study.assumptions), 1))
        for cut in cuts:
            ends[cut.column, int(cut.upper)] = cut.place
        inside, mass = draw_within(study.assumptions, study.correlations, ends, draws, random)
        return evidence(batches.log_likelihood(study, inside)), mass

    def likely(cuts: _Cuts) -> bool:
        return told(cuts, _TRIED)[0].probability >= level

    chance, mass = told((), _TRIED)
    if chance.probability >= level:
        return LikelyBox((), chance, mass)
    every = next(
        (
            cuts
            for share in _CUT_OFF
            if len(points) >= _FEWEST
            and (cuts := _cuts(study.assumptions, points, share))
            and likely(cuts)
        ),
        (),
    )
    about = tried + len(every) + len(every).bit_length()
    kept = _fewest(every, likely)
    left = [cut for cut in every if cut not in kept]
    while kept:
        chance, mass = told(kept, _TOLD)
        if chance.probability >= level:
            return LikelyBox(_limits(study.assumptions, kept), chance, mass)
        if not left:
            break
        kept = [*kept, left.pop(0)]
    return None


def _cuts(assumptions: Sequence[Assumption], points: Floats, share: float) -> _Cuts:
    """Ends that cut off so much of a region's draws, what cuts off most of all draws first."""
    cuts = []
    for column, assumption in enumerate(assumptions):
        if not varies(assumption):
            continue
        ends = _ends_of_choice if is_discrete(assumption) else _ends
        cuts += [
            _Cut(column, bool(upper), at, value)
            for upper, (at, value) in enumerate(ends(assumption, points[:, column], share))
        ]
    told = [cut for cut in cuts if cut.lost >= _LEAST_CUT]
    return sorted(told, key=lambda cut: (-cut.lost, cut.column))


def _ends(
    assumption: Assumption, values: Floats, share: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Place and value of the lower end, and of the upper one."""
    at = np.quantile(place(assumption, values), [share, 1.0 - share])
    low, high = ((float(p), float(v)) for p, v in zip(at, at_place(assumption, at), strict=True))
    return low, high


def _ends_of_choice(
    assumption: Assumption, values: Floats, share: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """The same of listed values: ends lie between two of them."""
    listed = levels(assumption, 0)
    # The place of a value is the middle of its share.
    ends = [0.0]
    for middle in place(assumption, listed):
        ends.append(2.0 * float(middle) - ends[-1])
    between = [listed[0], *(0.5 * (listed[1:] + listed[:-1])), listed[-1]]
    first, last = np.searchsorted(
        listed, np.quantile(values, [share, 1.0 - share], method="inverted_cdf")
    )
    return (ends[first], float(between[first])), (ends[last + 1], float(between[last + 1]))


def _fewest(every: _Cuts, likely: Callable[[_Cuts], bool]) -> list[_Cut]:
    """The ends without which the box would be likely no more: fewer by halving, then one by one."""
    few, many = 0, len(every)
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if likely(every[:middle]) else (middle, many)
    kept = list(every[:many])
    for cut in reversed(every[: max(0, many - 1)]):
        fewer = [one for one in kept if one is not cut]
        if likely(fewer):
            kept = fewer
    return kept


def _limits(assumptions: Sequence[Assumption], cuts: _Cuts) -> tuple[Limit, ...]:
    by_column: dict[int, dict[bool, _Cut]] = {}
    for cut in cuts:
        by_column.setdefault(cut.column, {})[cut.upper] = cut
    order = sorted(by_column, key=lambda k: -sum(cut.lost for cut in by_column[k].values()))
    return tuple(
        Limit(
            assumptions[k].name,
            *(ends[upper].value if upper in ends else None for upper in (False, True)),
        )
        for k, ends in ((k, by_column[k]) for k in order)
    )
