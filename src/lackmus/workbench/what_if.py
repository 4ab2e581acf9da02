"""What-if questions to one case, which is kept warm: its compiled game, its draws.

What is asked is asked under a *supposition*: some assumptions at other values than their base, some
moves observed, the record taken into account or not. `WhatIf.point` solves it anew and exactly;
`WhatIf.sweep` draws everything that is not supposed.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from time import monotonic, perf_counter
from typing import Final

import numpy as np

from lackmus.case import syntax
from lackmus.foundation.arrays import Codes, Floats
from lackmus.foundation.errors import LackmusError, SolveError, UsageError
from lackmus.foundation.outcomes import REASONS, WORDS
from lackmus.pipeline.case_study import CaseStudy, Variants
from lackmus.pipeline.derivatives import derivatives
from lackmus.pipeline.lights import by_hindsight, lights_of
from lackmus.pipeline.observations import observations_of, record_of
from lackmus.pipeline.point import Beliefs, PointStudy
from lackmus.solution.solution import Play
from lackmus.sweep.design import base_point, draw
from lackmus.sweep.shapes import bounds, place
from lackmus.sweep.study import Outcomes
from lackmus.sweep.table import join
from lackmus.sweep.thresholds import thresholds
from lackmus.sweep.verdict import Counts, Verdict, counts_of, verdicts

#: Draws solved between two looks at whether anybody still wants them.
_BATCH: Final = 64

#: Sets of observations whose study and whose draws are kept.
_KEPT: Final = 6

#: Stored draws count as near a value where no more of the distribution lies between.
NEAR: Final = 0.05

#: Seconds after a point until a sweep goes on: a slider that is being moved asks for the next one.
_QUIET: Final = 0.1

#: Seconds that a sweep waits at most before each of its batches.
_PATIENCE: Final = 2.0

#: Most draws of a sweep.
MOST_DRAWS: Final = 20_000


class SupersededError(LackmusError):
    """A newer request has come in; nobody waits for this answer."""

    def __init__(self) -> None:
        super().__init__("a newer request has come in")


@dataclass(frozen=True, slots=True)
class Supposition:
    """What is supposed beside the case as written.

    Attributes:
        values: Assumptions at other values than their base, by name.
        observed: Conditions that were seen to hold, such as ``answer != accept``.
        record: Whether the case's own record is taken as known, as far as it is certain.
        draws: Draws of a sweep; None for the usual number.
        seed: Their seed; None for the usual one.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    observed: tuple[str, ...] = ()
    record: bool = False
    draws: int | None = None
    seed: int | None = None


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
        overtaken: Which of these rest on what nobody knew when the claim was made.
    """

    done: int
    of: int
    verdicts: tuple[Verdict, ...]
    overtaken: tuple[bool, ...]


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


class WhatIf:
    """Answers what-if questions of one case: points by one thread, sweeps by another.

    Args:
        case: A case that passed its check.
        draws: Draws of a sweep, unless a supposition says how many.
        seed: Their seed, likewise.

    Raises:
        CaseError: What is seen only in the histories is at fault.
    """

    def __init__(self, case: syntax.Case, draws: int = 1000, seed: int = 0) -> None:
        check_draws(draws)
        self.case = case
        self._draws, self._seed = draws, seed
        self._lock, self._storing, self._way = threading.Lock(), threading.Lock(), _Way()
        self._studies: OrderedDict[tuple[syntax.Expr, ...], PointStudy] = OrderedDict()
        self._stored: OrderedDict[tuple[syntax.Expr, ...], tuple[Floats, Codes]] = OrderedDict()
        self._first = CaseStudy(case)
        self._first.variants()
        self.assumptions = self._first.assumptions
        self.claims = tuple(claim.id for claim in self._first.case.claims)
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

    def effort(self, supposed: Supposition) -> tuple[int, int]:
        """How many draws a sweep makes, and their seed.

        Raises:
            UsageError: So many are not made.
        """
        draws = self._draws if supposed.draws is None else supposed.draws
        seed = self._seed if supposed.seed is None else supposed.seed
        check_draws(draws)
        return draws, seed

    def sliders(self) -> tuple[Slider, ...]:
        """Every assumption, precision last."""
        return tuple(map(_slider, self.assumptions))

    def _study(self, known: tuple[syntax.Expr, ...]) -> PointStudy:
        if known not in self._studies:
            self._studies[known] = PointStudy(self.case, known, self._first)
            while len(self._studies) > _KEPT:
                self._studies.popitem(last=False)
        self._studies.move_to_end(known)
        return self._studies[known]

    # --- answers ---

    def point(
        self, supposed: Supposition = Supposition(), wanted: Callable[[], bool] = lambda: True
    ) -> Answer:
        """The claims and beliefs at a point, solved exactly.

        Args:
            supposed: What is supposed.
            wanted: Asked when it is this point's turn.

        Raises:
            UsageError: The supposition makes no sense.
            SupersededError: Nobody wanted it any more when its turn came.
        """
        started = perf_counter()
        point, known = self.at(supposed), self.conditions(supposed)
        with self._way.first(), self._lock:
            if not wanted():
                raise SupersededError
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

        Points go before it: while any is asked for, no batch begins.

        Args:
            supposed: Assumptions in it stay at their values in every draw.
            wanted: Asked before every batch; the sweep ends where it says no.

        Raises:
            UsageError: The supposition makes no sense.
        """
        known = self.conditions(supposed)
        fixed = self.at(supposed)
        before = self.conditions(replace(supposed, record=False))
        study = CaseStudy(self.case, known, None if before == known else before, self._first)
        draws, seed = self.effort(supposed)
        points = draw(study.assumptions, study.correlations, draws, seed).copy()
        for name in supposed.values:
            points[:, self._places[name]] = fixed[self._places[name]]
        parts: list[Outcomes] = []
        for begin in range(0, len(points), _BATCH):
            self._way.give(wanted)
            if not wanted():
                return
            parts.append(study.run(points[begin : begin + _BATCH]))
            outcomes = join(parts)
            done = len(outcomes.failed)
            settled = study.settled(points[:done], outcomes)
            found = verdicts(study.claims, outcomes, settled)[: len(self.claims)]
            late = _overtaken(study, outcomes, found)
            if done == len(points) and not supposed.values:
                self._store(known, points, outcomes.holds)
            yield Swept(done, len(points), found, late)

    def _store(self, known: tuple[syntax.Expr, ...], points: Floats, codes: Codes) -> None:
        with self._storing:
            self._stored[known] = points, codes
            self._stored.move_to_end(known)
            while len(self._stored) > _KEPT:
                self._stored.popitem(last=False)

    def turns(
        self, supposed: Supposition = Supposition(), wanted: Callable[[], bool] = lambda: True
    ) -> tuple[TurnAt, ...]:
        """Where each claim turns along each assumption alone, from the base values.

        Args:
            supposed: Its observations and record count; its values do not.
            wanted: Asked before every batch.

        Raises:
            UsageError: The supposition makes no sense.
            SupersededError: Nobody wants them any more.
        """

        def go_on() -> None:
            self._way.give(wanted)
            if not wanted():
                raise SupersededError

        study = _Interruptible(self.case, self.conditions(supposed), self._first, go_on)
        found = thresholds(study, levels=study.levels(), nearest=False, threads=1)
        return tuple(
            TurnAt(one.claim, turn.assumption, turn.told) for one in found for turn in one.turns
        )

    def slopes(
        self, supposed: Supposition = Supposition(), wanted: Callable[[], bool] = lambda: True
    ) -> Mapping[str, Mapping[str, float]]:
        """How the margin of each claim moves with each assumption, per unit of it, at a point.

        Empty where the point has no solution with a derivative, or not the numbers of rounds of
        the base; an assumption along which a claim does not move, or not smoothly, is left out.

        Args:
            supposed: The point.
            wanted: Asked when it is their turn.

        Raises:
            UsageError: The supposition makes no sense.
            SupersededError: Nobody wants them any more.
        """
        point = self.at(supposed)
        study = CaseStudy(self.case, self.conditions(supposed), like=self._first)
        (rounds, _), *others = study.by_rounds(np.stack([self._base, point]))
        self._way.give(wanted)
        if not wanted():
            raise SupersededError
        if others:
            return {}
        try:
            found = derivatives(study, point)
        except SolveError:
            return {}
        return {
            claim: {
                name: float(slope)
                for name, slope in zip(found.assumptions, row, strict=True)
                if np.isfinite(slope) and slope and name not in rounds
            }
            for claim, row in zip(self.claims, found.margins, strict=False)
        }


def _overtaken(study: CaseStudy, outcomes: Outcomes, said: Sequence[Verdict]) -> tuple[bool, ...]:
    """Which verdicts on the claims rest on what nobody knew when these were made."""
    lights = lights_of(study, outcomes, said, recorded=True)
    questions = study.variants().questions
    asked = zip(study.written.claims, said, lights, questions, strict=False)
    return tuple(by_hindsight(c, verdict, both, lit=q.lit) for c, verdict, both, q in asked)


def check_draws(draws: int) -> None:
    """Raises a ``UsageError`` where a workbench would not make so many draws."""
    if not 1 <= draws <= MOST_DRAWS:
        raise UsageError(f"{draws} draws: ask for 1 to {MOST_DRAWS:,}")


class _Interruptible(CaseStudy):
    """A study of whole claims that asks before every batch whether to go on."""

    def __init__(
        self,
        case: syntax.Case,
        observed: Sequence[syntax.Expr],
        like: CaseStudy,
        go_on: Callable[[], None],
    ) -> None:
        super().__init__(case, observed, like=like, parts=False)
        self._go_on = go_on

    def played(
        self, variants: Variants, values: Mapping[str, Floats], *, threads: int = 1
    ) -> list[tuple[Play, Codes]]:
        """As that of a study; raises what `go_on` does."""
        self._go_on()
        return super().played(variants, values, threads=threads)


class _Way:
    """Lets those go first who are waited for; the others go on when none has come for a while."""

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._first = 0
        self._last = -_QUIET

    @contextmanager
    def first(self) -> Iterator[None]:
        """While one of those who go first is at work."""
        with self._free:
            self._first += 1
        try:
            yield
        finally:
            with self._free:
                self._first -= 1
                self._last = monotonic()
                self._free.notify_all()

    def give(self, wanted: Callable[[], bool] = lambda: True) -> None:
        """Waits until none is there, though not for ever, nor once nobody wants to go on."""
        ends = monotonic() + _PATIENCE
        with self._free:
            while (now := monotonic()) < ends and wanted():
                quiet = self._last + _QUIET - now
                if not self._first and quiet <= 0:
                    return
                self._free.wait(_QUIET if self._first else quiet)


def _slider(assumption: syntax.Assumption) -> Slider:
    low, high = bounds(assumption)
    shape = assumption.distribution.shape
    listed = assumption.distribution.parameters if shape == "choice" else ()
    return Slider(
        assumption.name, float(assumption.value), low, high, shape, tuple(map(float, listed)),
        assumption.says, assumption.because,
    )  # fmt: skip
