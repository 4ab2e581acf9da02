"""A case kept warm: its compiled game, its rooms to solve in, its draws.

What is asked is asked under a *supposition*: some assumptions at other values than their base, some
moves observed, the record taken into account or not. `Desk.point` solves it anew and exactly;
`Desk.sweep` draws everything that is not supposed.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

import numpy as np

from lackmus.case import syntax
from lackmus.foundation.arrays import Codes, Floats
from lackmus.foundation.errors import UsageError
from lackmus.foundation.outcomes import REASONS, WORDS
from lackmus.pipeline.case_study import CaseStudy
from lackmus.pipeline.observations import observations_of, record_of
from lackmus.pipeline.point import Beliefs, PointStudy
from lackmus.sweep.design import base_point, draw
from lackmus.sweep.shapes import bounds, place
from lackmus.sweep.study import Outcomes
from lackmus.sweep.table import join
from lackmus.sweep.thresholds import thresholds
from lackmus.sweep.verdict import Counts, Verdict, counts_of, verdicts

#: Draws solved between two looks at whether anybody still wants them.
_BATCH: Final = 64

#: Studies kept compiled, one for each set of observations.
_KEPT: Final = 6

#: Stored draws count as near a value where no more of the distribution lies between.
NEAR: Final = 0.05

#: Most draws that a desk makes.
MOST_DRAWS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Supposition:
    """What is supposed beside the case as written.

    Attributes:
        values: Assumptions at other values than their base, by name.
        observed: Conditions that were seen to hold, such as ``answer != accept``.
        record: Whether the case's own record is taken as known, as far as it is certain.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    observed: tuple[str, ...] = ()
    record: bool = False


@dataclass(frozen=True, slots=True)
class ClaimAt:
    """One claim at one point.

    Attributes:
        id: The claim.
        word: What it comes out as; see `lackmus.foundation.outcomes`.
        margin: By how much it holds; None where it cannot be asked or is unsolved.
        reason: Why it is unsolved; empty where it is not.
        near: Outcomes among the stored draws near the supposed values; None where none are stored
            or nothing is supposed.
    """

    id: str
    word: str
    margin: float | None
    reason: str
    near: Counts | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes out at one point.

    Attributes:
        values: All values that it was made from, precision last.
        claims: In the case's order.
        beliefs: None where the game as written has no solution there.
        near: How many stored draws are near the supposed values.
        seconds: How long it took.
    """

    values: Mapping[str, float]
    claims: tuple[ClaimAt, ...]
    beliefs: Beliefs | None
    near: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Swept:
    """How far a sweep is.

    Attributes:
        done: Draws done.
        of: Draws asked for.
        verdicts: What they make of the claims so far, in the case's order.
    """

    done: int
    of: int
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Slider:
    """An assumption as a slider shows it.

    Attributes:
        name: Its name.
        base: Its base value.
        low: Lower end of its range.
        high: Upper end.
        shape: How it is distributed; of a logarithmic one the track is logarithmic too.
        choices: All values of a choice; empty for others.
        says: What it stands for.
        because: Where it comes from.
    """

    name: str
    base: float
    low: float
    high: float
    shape: str
    choices: tuple[float, ...]
    says: str
    because: str


@dataclass(frozen=True, slots=True)
class TurnAt:
    """A value at which a claim turns, all else at the base."""

    claim: str
    assumption: str
    value: float


class Desk:
    """Answers about one case. Points are answered by one thread, sweeps by another.

    Args:
        case: A case that passed its check.
        draws: Draws of a sweep.
        seed: Their seed.

    Raises:
        CaseError: What is seen only in the histories is at fault.
    """

    def __init__(self, case: syntax.Case, draws: int = 1000, seed: int = 0) -> None:
        if not 1 <= draws <= MOST_DRAWS:
            raise UsageError(f"{draws} draws: ask for 1 to {MOST_DRAWS:,}")
        self.case = case
        self._draws, self._seed = draws, seed
        self._lock = threading.Lock()
        self._studies: OrderedDict[tuple[syntax.Expr, ...], PointStudy] = OrderedDict()
        self._stored: dict[tuple[syntax.Expr, ...], tuple[Floats, Codes]] = {}
        first = self._study(())
        first.variants()
        self.assumptions = first.assumptions
        self.claims = tuple(claim.id for claim in first.case.claims)
        self._base = base_point(self.assumptions)
        self._places = {a.name: k for k, a in enumerate(self.assumptions)}

    # --- what is asked ---

    def conditions(self, supposed: Supposition) -> tuple[syntax.Expr, ...]:
        """What is known under a supposition.

        Raises:
            UsageError: An observation names what the case does not have.
        """
        seen = observations_of(self.case, supposed.observed)
        return (*seen, *(record_of(self.case) if supposed.record else ()))

    def at(self, supposed: Supposition) -> Floats:
        """The point that is supposed, shape (K,).

        Raises:
            UsageError: A value is not finite, or of no assumption.
        """
        point = self._base.copy()
        for name, value in supposed.values.items():
            if name not in self._places or not np.isfinite(value):
                raise UsageError(f"{name} = {value} is no value of an assumption")
            point[self._places[name]] = value
        return point

    def sliders(self) -> tuple[Slider, ...]:
        """Every assumption, precision last."""
        return tuple(map(_slider, self.assumptions))

    def _study(self, known: tuple[syntax.Expr, ...]) -> PointStudy:
        if known not in self._studies:
            self._studies[known] = PointStudy(self.case, known)
            while len(self._studies) > _KEPT:
                self._studies.popitem(last=False)
        self._studies.move_to_end(known)
        return self._studies[known]

    # --- answers ---

    def point(self, supposed: Supposition = Supposition()) -> Answer:
        """The claims and beliefs at a point, solved exactly.

        Raises:
            UsageError: The supposition makes no sense.
        """
        started = perf_counter()
        point, known = self.at(supposed), self.conditions(supposed)
        with self._lock:
            outcomes, beliefs = self._study(known).at(point)
        counts, near = self._near(supposed, known)
        claims = tuple(
            ClaimAt(
                claim,
                WORDS[int(outcomes.holds[0, q])],
                float(m) if np.isfinite(m := outcomes.margins[0, q]) else None,
                REASONS[int(outcomes.why[0, q])],
                counts[q] if counts else None,
            )
            for q, claim in enumerate(self.claims)
        )
        names = [a.name for a in self.assumptions]
        values = dict(zip(names, point.tolist(), strict=True))
        return Answer(values, claims, beliefs, near, perf_counter() - started)

    def _near(
        self, supposed: Supposition, known: tuple[syntax.Expr, ...]
    ) -> tuple[list[Counts], int]:
        """Outcomes among the stored draws near the supposed values, and how many these are."""
        stored = self._stored.get(known)
        if stored is None or not supposed.values:
            return [], 0
        points, codes = stored
        close = np.ones(len(points), np.bool_)
        for name, value in supposed.values.items():
            k = self._places[name]
            assumption = self.assumptions[k]
            here = place(assumption, np.array([value]))[0]
            close &= np.abs(place(assumption, points[:, k]) - here) <= NEAR
        rows = codes[close]
        return [counts_of(rows[:, q]) for q in range(len(self.claims))], len(rows)

    def sweep(
        self, supposed: Supposition, wanted: Callable[[], bool] = lambda: True
    ) -> Iterator[Swept]:
        """Draws of all that is not supposed, a batch at a time.

        Args:
            supposed: Assumptions in it stay at their values in every draw.
            wanted: Asked before every batch; the sweep ends where it says no.

        Raises:
            UsageError: The supposition makes no sense.
        """
        known = self.conditions(supposed)
        fixed = self.at(supposed)
        study = CaseStudy(self.case, known)
        points = draw(study.assumptions, study.correlations, self._draws, self._seed).copy()
        for name in supposed.values:
            points[:, self._places[name]] = fixed[self._places[name]]
        parts: list[Outcomes] = []
        for begin in range(0, len(points), _BATCH):
            if not wanted():
                return
            parts.append(study.run(points[begin : begin + _BATCH]))
            outcomes = join(parts)
            done = len(outcomes.failed)
            settled = study.settled(points[:done], outcomes)
            found = verdicts(study.claims, outcomes, settled)[: len(self.claims)]
            if done == len(points) and not supposed.values:
                self._stored = {**self._stored, known: (points, outcomes.holds)}
            yield Swept(done, len(points), found)

    def turns(self, supposed: Supposition = Supposition()) -> tuple[TurnAt, ...]:
        """Where each claim turns along each assumption alone, from the base values.

        Raises:
            UsageError: The supposition makes no sense.
        """
        study = CaseStudy(self.case, self.conditions(supposed))
        found = thresholds(study, nearest=False, threads=1)[: len(self.claims)]
        return tuple(
            TurnAt(one.claim, turn.assumption, turn.told) for one in found for turn in one.turns
        )


def _slider(assumption: syntax.Assumption) -> Slider:
    low, high = bounds(assumption)
    shape = assumption.distribution.shape
    listed = assumption.distribution.parameters if shape == "choice" else ()
    return Slider(
        assumption.name, float(assumption.value), low, high, shape, tuple(map(float, listed)),
        assumption.says, assumption.because,
    )  # fmt: skip
