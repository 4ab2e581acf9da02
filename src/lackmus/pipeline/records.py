"""The record of a case and its solved draws: where observations become likelihoods.

Whatever learns from draws, scores a forecast or fits assumptions asks here, so that a record has
one probability.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TypeAlias, TypeVar

import numpy as np

from lackmus.case import syntax
from lackmus.case.parse import out_of_order
from lackmus.case.text import expression_text
from lackmus.compiler.compile import Compiled
from lackmus.compiler.remarks import impossible
from lackmus.compiler.rows import condition, number
from lackmus.engines.base import Engine
from lackmus.engines.threads import Threads
from lackmus.foundation.arrays import Bools, Codes, Floats, Ints
from lackmus.foundation.errors import CaseError, SolveError
from lackmus.learning.record import Report, see
from lackmus.pipeline.case_study import CaseStudy
from lackmus.solution.solution import Play
from lackmus.sweep.study import Outcomes
from lackmus.sweep.table import join

#: Draws of a batch: enough to keep the kernels busy, few enough for memory and progress.
_BATCH = 1024

#: Called with how many draws are done, and how many there are.
Tell: TypeAlias = Callable[[int, int], None]

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Kept:
    """What a case forecasts: an event, and the condition without which it is annulled.

    Attributes:
        event: The event.
        provided: The condition; None where there is none.
    """

    event: syntax.Expr
    provided: syntax.Expr | None = None


def kept_of(case: syntax.Case) -> tuple[Kept, ...]:
    """The forecasts of all claims that say what decides them, in order."""
    return tuple(
        Kept(claim.resolves_if, claim.annulled_unless)
        for claim in case.claims
        if claim.resolves_if is not None
    )


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What D draws say of a record.

    Attributes:
        log_given: Log probability of the first r observations, r = 0 … R; shape (D, R + 1); NaN
            in draws without a certified solution.
        beliefs: P(value | the first r observations) of each value of each aim and fact; shape
            (D, R + 1, V).
        events: Of each forecast, P(condition) and P(condition and event) given the first r
            observations; shape (D, R + 1, F, 2).
        holds: What each claim comes out as, without the record; shape (D, Q).
        forked: Whether the branch of the game as written forks; shape (D,).
    """

    log_given: Floats = field(repr=False)
    beliefs: Floats = field(repr=False)
    events: Floats = field(repr=False)
    holds: Codes = field(repr=False)
    forked: Bools = field(repr=False)

    @property
    def log_likelihood(self) -> Floats:
        """Log probability of the whole record; shape (D,)."""
        return self.log_given[:, -1]


def check_record(observations: Sequence[syntax.Observation], compiled: Compiled) -> None:
    """Raises CaseError where dates do not ascend, or no history of a case agrees with a record."""
    if faults := list(out_of_order(observations)):
        raise CaseError(faults)
    if (fault := impossible(observations, compiled)) is not None:
        raise CaseError([fault])


class Record:
    """What was seen, read in solved draws of a case.

    Args:
        observations: What was seen, in order.
        compiled: The game as written, for one number of rounds.
        forecasts: Events whose probability is asked after each observation.

    Attributes:
        counted: Of each observation whether it counts; not where its source told the same before.
        values: The values of aims and facts, as variable and value, in the order of beliefs.

    Raises:
        CaseError: Dates that do not ascend, or a record that no history of the case agrees with.
    """

    def __init__(
        self,
        observations: Sequence[syntax.Observation],
        compiled: Compiled,
        forecasts: Sequence[Kept] = (),
    ) -> None:
        check_record(observations, compiled)
        self.observations = tuple(observations)
        self._forecasts = tuple(forecasts)
        self.counted = _counted(self.observations, compiled)
        self.values = tuple((name.id, option) for name, option, _ in _hidden(compiled))

    def begins_with(self, known: Sequence[syntax.Observation], compiled: Compiled) -> bool:
        """Whether these come first in the record, and count there as they would by themselves."""
        first = len(known)
        same = self.observations[:first] == tuple(known)
        return same and self.counted[:first] == _counted(known, compiled)

    @property
    def width(self) -> int:
        """How many numbers tell all that a draw says."""
        return self._steps * (1 + self._asked) + 1

    @property
    def _steps(self) -> int:
        """Before the record, and after each observation."""
        return len(self.observations) + 1

    @property
    def _asked(self) -> int:
        """How many probabilities are asked after each."""
        return len(self.values) + 2 * len(self._forecasts)

    def read(self, compiled: Compiled, values: Mapping[str, Floats], play: Play) -> Floats:
        """What draws say, for `told` to take apart; shape (D, width)."""
        asked = [mask for _, _, mask in _hidden(compiled)]
        asked += chain.from_iterable(_masks(compiled, kept) for kept in self._forecasts)
        draws = len(play.failed)
        logs = np.where(play.failed[:, None], np.nan, play.log_reach)
        seen = see(logs, self.reports(compiled, values, draws), asked)
        forked = play.forked[:, None].astype(np.float64)
        chances = seen.chances.reshape(draws, self._steps * self._asked)
        return np.concatenate([seen.log_given, chances, forked], axis=1)

    def told(self, found: Floats, holds: Codes) -> Told:
        """What `read` found in draws, with what the claims come out as there."""
        log_given, rest, forked = np.split(found, [self._steps, self.width - 1], axis=1)
        chances = rest.reshape(len(found), self._steps, self._asked)
        beliefs, events = np.split(chances, [len(self.values)], axis=2)
        pairs = events.reshape(len(found), self._steps, len(self._forecasts), 2)
        return Told(log_given, beliefs, pairs, holds, forked[:, 0] == 1.0)

    def reports(self, compiled: Compiled, values: Mapping[str, Floats], draws: int) -> list[Report]:
        """The observations as reports; those that do not count say nothing."""
        return [
            report_of(observation, compiled, values, draws)
            if counts
            else Report(np.ones(compiled.rows.size, np.bool_))
            for observation, counts in zip(self.observations, self.counted, strict=True)
        ]


class RecordStudy:
    """A record in the draws of a case; a `Study` to the sweep, with what it says beside.

    Args:
        case: A case that passed its check.
        observations: What was seen, in order.
        forecasts: Events whose probability is asked after each observation.
        study: The claims of the case where they are to be judged in the light of something. Where
            that is the record, its other light is that before it, which learning takes.

    Raises:
        CaseError: Dates that do not ascend, or a record that no history of the case agrees with.
    """

    def __init__(
        self,
        case: syntax.Case,
        observations: Sequence[syntax.Observation],
        forecasts: Sequence[Kept] = (),
        study: CaseStudy | None = None,
    ) -> None:
        self.case = case
        self._study = study or CaseStudy(case)
        self._alone = CaseStudy(replace(case, claims=()))
        self.record = Record(observations, self.compiled, forecasts)

    @property
    def compiled(self) -> Compiled:
        """The game as written, at the base values."""
        return self._study.variants().games[0]

    @property
    def observations(self) -> tuple[syntax.Observation, ...]:
        """What was seen, in order."""
        return self.record.observations

    @property
    def assumptions(self) -> tuple[syntax.Assumption, ...]:
        """What varies, precision last."""
        return self._study.assumptions

    @property
    def correlations(self) -> tuple[syntax.Correlation, ...]:
        """Rank correlations among the assumptions."""
        return self._study.correlations

    @property
    def claims(self) -> tuple[str, ...]:
        """Ids of the claims in order, and behind them those of their parts."""
        return self._study.claims

    @property
    def digest(self) -> str:
        """SHA-256 of the case."""
        return self._study.digest

    def run(self, points: Floats, *, threads: int = 1, claims: Ints | None = None) -> Outcomes:
        """Outcomes at points of shape (D, assumptions), all with what draws say beside."""
        del claims
        return self._run(self._study, points, threads)

    def told(self, outcomes: Outcomes) -> Told:
        """What draws say of the record, of what `run` made of them."""
        beside = outcomes.beside
        if beside is None:
            beside = np.full((len(outcomes.failed), self.record.width), np.nan)
        holds, claims = outcomes.holds, len(self.case.claims)
        other = self._study.other
        # Judged in the light of the record they would be learnt from twice.
        if other is not None and len(other) < len(self._study.observed):
            return self.record.told(beside, holds[:, holds.shape[1] - claims :])
        return self.record.told(beside, holds[:, :claims])

    def log_likelihood(self, points: Floats, *, threads: int = 1) -> Floats:
        """Log probability of the record at points of shape (D, assumptions); shape (D,)."""
        return self.alone(points, threads=threads).log_likelihood

    def alone(self, points: Floats, *, threads: int = 1) -> Told:
        """What draws say of the record, at points of shape (D, assumptions); no claim is asked."""
        return self.told(self._run(self._alone, points, threads))

    def knowing(self, known: Sequence[syntax.Observation]) -> RecordStudy:
        """A record that begins with what is known: this one, or else one of its own.

        This one does not where an observation without a date stands above one that is known, nor
        where a later report of the same source counts in the place of one that is.
        """
        if self.record.begins_with(known, self.compiled):
            return self
        return RecordStudy(self.case, known, kept_of(self.case))

    def as_written(self, point: Floats) -> tuple[Compiled, dict[str, Floats]]:
        """The game as written at one point, shape (1, assumptions), and the values there."""
        ((rounds, _),) = self._alone.by_rounds(point)
        return self._alone.variants(rounds or None).games[0], self._alone.values(point)

    def _run(self, study: CaseStudy, points: Floats, threads: int) -> Outcomes:
        found = np.full((len(points), self.record.width), np.nan)

        def beside(
            rows: np.ndarray, compiled: Compiled, values: Mapping[str, Floats], play: Play
        ) -> None:
            found[rows] = self.record.read(compiled, values, play)

        return replace(study.run(points, threads=threads, beside=beside), beside=found)


def report_of(
    observation: syntax.Observation,
    compiled: Compiled,
    values: Mapping[str, Floats],
    draws: int,
) -> Report:
    """An observation as a report on the terminals of a game.

    Args:
        observation: The observation.
        compiled: The game.
        values: Drawn assumptions, each of shape (D,); of the others the base values count.
        draws: D.
    """
    env = compiled.env()
    report = Report(np.broadcast_to(condition(observation.saw, env), env.rows.size))
    columns = {name: column[:, None] for name, column in compiled.complete(values).items()}
    for link in observation.chain:
        hit, alarm = (
            np.broadcast_to(number(rate, replace(env, values=columns)), (draws, 1))[:, 0]
            for rate in (link.hit, link.false_alarm)
        )
        # What is no probability makes the draw one without a solution.
        sound = (hit >= 0) & (hit <= 1) & (alarm >= 0) & (alarm <= 1)
        report = report.through(np.where(sound, hit, np.nan), np.where(sound, alarm, np.nan))
    return report


def _hidden(compiled: Compiled) -> Iterator[tuple[syntax.Name, str, Bools]]:
    """Each value of each aim and fact, with the terminals that have it."""
    env = compiled.env()
    for variable in compiled.scope.variables.values():
        if variable.kind in ("aim", "fact") and len(variable.options) > 1:
            name = syntax.Name(variable.id)
            codes = env.codes(name)
            for place, option in enumerate(variable.options):
                yield name, option, np.asarray(codes == place)


def _masks(compiled: Compiled, kept: Kept) -> tuple[Bools, Bools]:
    """The terminals with a forecast's condition, and those with its event too."""
    env = compiled.env()
    given = np.ones(env.rows.size, np.bool_)
    if kept.provided is not None:
        given = given & condition(kept.provided, env)
    return given, given & condition(kept.event, env)


def _counted(observations: Sequence[syntax.Observation], compiled: Compiled) -> tuple[bool, ...]:
    """Whether each observation counts: of one event told again by the same source, only the best.

    The best is the one with the largest likelihood ratio at the base values, so that the order of
    reports does not matter.
    """
    env = compiled.env()
    kept: list[tuple[bytes, frozenset[str]]] = []
    counts = [True] * len(observations)
    strength = [_strength(observation, compiled) for observation in observations]
    for place in sorted(range(len(observations)), key=lambda i: (-strength[i][0], strength[i][1])):
        told = observations[place]
        mask = np.broadcast_to(condition(told.saw, env), env.rows.size).tobytes()
        sources = frozenset(told.via)
        counts[place] = not any(mask == event and sources & others for event, others in kept)
        if counts[place]:
            kept.append((mask, sources))
    return tuple(counts)


def _strength(observation: syntax.Observation, compiled: Compiled) -> tuple[float, str]:
    """The likelihood ratio of a report at the base values, and its chain in words."""
    report = report_of(observation, compiled, {}, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = float(np.divide(report.hit, report.false_alarm).reshape(-1)[0])
    chained = (
        f"{expression_text(link.hit)} {expression_text(link.false_alarm)}"
        for link in observation.chain
    )
    return ratio, "; ".join(chained)


class Batches:
    """Solves draws in batches on an engine; what they say comes back in their order."""

    def __init__(self, engine: Engine | None = None) -> None:
        self._engine = engine or Threads()

    def told(self, study: RecordStudy, points: Floats, progress: Tell | None = None) -> Told:
        """What all draws say.

        Raises:
            SolveError: A batch failed by an error.
        """
        parts = self._map(study.run, points, progress)
        return study.told(join(parts))

    def log_likelihood(self, study: RecordStudy, points: Floats) -> Floats:
        """Log probability of the record at each point."""
        return np.concatenate(self._map(study.log_likelihood, points, None))

    def _map(
        self, function: Callable[[Floats], _Value], points: Floats, progress: Tell | None
    ) -> list[_Value]:
        size = max(1, min(_BATCH, -(-len(points) // (2 * self._engine.workers))))
        starts = range(0, len(points), size)
        found: dict[int, _Value] = {}
        done = 0
        jobs = ((start, points[start : start + size]) for start in starts)
        for result in self._engine.map(function, jobs):
            if result.value is None:
                raise SolveError(f"draws from {result.key} on failed: {result.error}")
            found[result.key] = result.value
            done += len(points[result.key : result.key + size])
            if progress is not None:
                progress(done, len(points))
        return [found[start] for start in starts]
