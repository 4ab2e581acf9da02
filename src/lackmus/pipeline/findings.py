"""The main job: a case's claims put to the test over draws of all its assumptions."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from lackmus.case import syntax
from lackmus.engines.base import Engine
from lackmus.foundation.arrays import Codes, Floats
from lackmus.foundation.counting import counted
from lackmus.foundation.display import Card, Shown
from lackmus.foundation.errors import CaseError, SolveError, UsageError
from lackmus.foundation.outcomes import FAILS, HOLDS, WORDS
from lackmus.game.game import Game
from lackmus.game.questions import Question
from lackmus.pipeline import frames
from lackmus.pipeline.arms import OverArms, over_arms
from lackmus.pipeline.case_study import CaseStudy
from lackmus.pipeline.equilibria import OverEquilibria, over_equilibria
from lackmus.pipeline.frames import Rows
from lackmus.pipeline.learned import Learned
from lackmus.pipeline.learning import against, learned_of
from lackmus.pipeline.lights import Lights, lights_of
from lackmus.pipeline.loading import load
from lackmus.pipeline.needs import Need, needs_of
from lackmus.pipeline.observations import Observed, in_light_of, record_of
from lackmus.pipeline.operands import listed_once
from lackmus.pipeline.readings import read_study
from lackmus.pipeline.records import RecordStudy, kept_of
from lackmus.pipeline.weighing import by_importance
from lackmus.reading.reading import Reading
from lackmus.solution.solution import Solution
from lackmus.solvers.quantal_response.logit import solve_logit
from lackmus.sweep.design import SAMPLES, Design, base_point, draw
from lackmus.sweep.discovery import Box, find_box
from lackmus.sweep.sensitivity import Driver, VerdictDrivers, drivers, drivers_of_verdict
from lackmus.sweep.study import Outcomes, Study
from lackmus.sweep.sweep import Progress as SweepProgress
from lackmus.sweep.sweep import Ran, StoppedError, run_points
from lackmus.sweep.thresholds import Thresholds, thresholds
from lackmus.sweep.verdict import NO_MARGINS, Verdict, verdicts

#: Called with the stage's name, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class PartFinding:
    """What the test says about one operand of a claim's ``and`` or ``or``.

    Attributes:
        question: What was asked, with its text and unit.
        verdict: What the draws make of it.
        base_code: What it comes out as at the base values.
        base_margin: By how much it holds there, in its unit; None where it cannot be asked.
        drivers: Assumptions that drive its margin, largest first.
        verdict_drivers: What it hangs on whether it holds; None where the draws cannot tell.
        arms: What it comes out as on arms of the branch; None where that forks in no draw.
    """

    question: Question
    verdict: Verdict
    base_code: int
    base_margin: float | None
    drivers: tuple[Driver, ...]
    verdict_drivers: VerdictDrivers | None
    arms: OverArms | None = None

    @property
    def base_holds(self) -> bool | None:
        """Whether it holds at the base values; None where it neither holds nor fails there."""
        return {HOLDS: True, FAILS: False}.get(self.base_code)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ClaimFinding(Shown):
    """What the test says about one claim.

    Attributes:
        claim: The claim as written.
        verdict: What the draws make of it.
        base_code: What it comes out as at the base values; see `lackmus.foundation.outcomes`.
        base_margin: By how much it holds there, in its unit; None where it cannot be asked.
        drivers: Assumptions that drive the margin, largest first; none where units are mixed.
        verdict_drivers: What it hangs on whether it holds; None where the draws cannot tell.
        thresholds: Where the base-case verdict turns; None where it was not looked for.
        given: Observations in whose light it was judged.
        question: What was asked.
        margins: Margin per draw in the unit of `question`, NaN where it cannot be asked or is
            unsolved; shape (D,).
        holds: What it comes out as in each draw; shape (D,).
        equilibria: In which equilibria it holds at the base values; None where not asked for.
        box: The box of assumptions in which it holds or fails, whichever is rarer; None where no
            box tells.
        parts: The same of each operand of its ``and`` or ``or``.
        needs: Named stakes without which the verdict would fall, most needed first; None where
            that was not looked for, or the verdict is not one that a stake could carry.
        lights: As of before the record, and in its light; None where no record settles anything.
        arms: What it comes out as on arms of the branch; None where that forks in no draw.
    """

    claim: syntax.Claim
    verdict: Verdict
    base_code: int
    base_margin: float | None
    drivers: tuple[Driver, ...]
    verdict_drivers: VerdictDrivers | None
    thresholds: Thresholds | None
    given: tuple[syntax.Expr, ...]
    question: Question
    margins: Floats = field(repr=False)
    holds: Codes = field(repr=False)
    equilibria: OverEquilibria | None = None
    box: Box | None = None
    parts: tuple[PartFinding, ...] = ()
    needs: tuple[Need, ...] | None = None
    lights: Lights | None = None
    arms: OverArms | None = None

    @property
    def base_holds(self) -> bool | None:
        """Whether it holds at the base values; None where it neither holds nor fails there."""
        return {HOLDS: True, FAILS: False}.get(self.base_code)

    @property
    def disagreement(self) -> str:
        """How the equilibria without noise contradict the base case, in words; empty if not."""
        over = self.equilibria
        if over is None or self.base_holds is None:
            return ""
        if self.base_holds and over.extent == "none":
            return "with noise, at the same values, it holds: the two disagree"
        if not self.base_holds and over.extent == "all":
            return "with noise, at the same values, it fails: the two disagree"
        return ""

    def card(self) -> Card:
        """The claim in words, what was asked, the verdict, and what the margin hangs on."""
        words = (self.claim.says or self.claim.id, f"holds if {self.question.text}")
        rows = [(d.assumption, f"{d.index:.0%}", f"{d.direction:+.2f}") for d in self.drivers]
        head = ("hangs on", "share of variance", "direction") if rows else ()
        return Card(f"{self.claim.id}: {_told(self.verdict)}", words, head, rows)

    @property
    def stands(self) -> bool:
        """Whether the claim follows, or is settled as true."""
        word = self.verdict.word
        return word == "follows" or self.verdict.settled_true


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Findings(Shown):
    """A case put to the test.

    Attributes:
        case: The case, as its author wrote it.
        game: The game at the base values.
        solution: Its logit AQRE at the base precision, with certificate.
        reading: Beliefs, indicators, probes and timeline at the base values.
        claims: One finding a claim, in order.
        assumptions: The columns of `points`; precision last.
        points: The draws, shape (D, assumptions), each in its own unit; precision in 1/payoff.
        failed: Number of draws in which some game has no certified solution.
        error: What the first draw raised that failed by an error; empty where none did.
        turned: Number of draws whose branch turned on its way.
        forked: Number of draws whose branch met a bifurcation and was followed straight on; where
            bifurcations pass unnoticed, as many as were found on looking.
        worst_residual: Largest fixed-point error over the draws, in log probability.
        worst_regret: Largest agent regret over the draws relative to the payoff range; of a
            quantal response it is what noise costs, not an error.
        observed: In the light of what the claims are judged.
        recorded: Whether the case's record is part of it; else claims are asked as of before it.
        seed: Seed of the draws.
        design: How they were drawn.
        digest: SHA-256 of the case and what was observed.
        seconds_solve: Time in the draws.
        seconds_total: Time in all.
        dissents: The same draws under each dissent.
        unfinished: What Ctrl-C cut short; empty where all that was asked for was done.
        learned: What the case's record teaches, by the weight of these draws; None where it has
            none, or where that says nothing.
        unlearned: Why the record teaches nothing; empty where it does or there is none.
    """

    case: syntax.Case
    game: Game
    solution: Solution
    reading: Reading
    claims: tuple[ClaimFinding, ...]
    assumptions: tuple[syntax.Assumption, ...]
    points: Floats = field(repr=False)
    failed: int
    error: str
    turned: int
    forked: int
    worst_residual: float
    worst_regret: float
    observed: tuple[syntax.Expr, ...]
    recorded: bool
    seed: int
    design: str
    digest: str
    seconds_solve: float
    seconds_total: float
    dissents: tuple[Findings, ...] = ()
    unfinished: str = ""
    learned: Learned | None = field(default=None, repr=False)
    unlearned: str = ""

    def __getitem__(self, claim_id: str) -> ClaimFinding:
        for finding in self.claims:
            if finding.claim.id == claim_id:
                return finding
        raise KeyError(claim_id)

    def card(self) -> Card:
        """The verdict on each claim, and what it hangs on most."""
        rows = [
            (
                f.claim.id,
                f.verdict.said,
                "" if f.verdict.share is None else f"{f.verdict.share:.0%}",
                ", ".join(driver.assumption for driver in f.drivers[:2]),
            )
            for f in self.claims
        ]
        line = (
            f"{counted(len(self.points), 'draw')}, {self.failed:,} with a game that is not solved"
        )
        head = ("claim", "verdict", "holds in", "hangs on")
        return Card(self.case.title, (line, *filter(None, (self.unfinished,))), head, rows)

    def columns(self, rows: Rows = "draws") -> dict[str, Any]:
        """The draws, or the claims, by columns, for whatever takes a mapping of names to values.

        Columns of the draws are those of a sweep's Parquet file; see `lackmus.sweep.table`.

        Args:
            rows: ``draws`` for a row a draw, ``claims`` for a row a claim.
        """
        return _draw_columns(self) if rows == "draws" else _claim_columns(self.claims)

    def to_pandas(self, rows: Rows = "draws") -> Any:  # noqa: ANN401 - pandas is optional
        """The draws, or the claims, one a row, as a data frame of pandas.

        Args:
            rows: ``draws`` for a row a draw, ``claims`` for a row a claim.

        Raises:
            UsageError: The extra `pandas` is not installed.
        """
        return frames.to_pandas(self.columns(rows))

    def to_polars(self, rows: Rows = "draws") -> Any:  # noqa: ANN401 - polars is optional
        """The draws, or the claims, one a row, as a data frame of polars.

        Args:
            rows: ``draws`` for a row a draw, ``claims`` for a row a claim.

        Raises:
            UsageError: The extra `polars` is not installed.
        """
        return frames.to_polars(self.columns(rows))

    def to_arrow(self, rows: Rows = "draws") -> Any:  # noqa: ANN401 - pyarrow is optional
        """The draws, or the claims, one a row, as a table of Arrow.

        Args:
            rows: ``draws`` for a row a draw, ``claims`` for a row a claim.

        Raises:
            UsageError: The extra `parquet` is not installed.
        """
        return frames.to_arrow(self.columns(rows))


def _draw_columns(findings: Findings) -> dict[str, Any]:
    found: dict[str, Any] = {"draw.index": np.arange(len(findings.points))}
    for k, assumption in enumerate(findings.assumptions):
        found[assumption.name] = findings.points[:, k].copy()
    for claim in findings.claims:
        found[f"margin.{claim.claim.id}"] = claim.margins
    for claim in findings.claims:
        found[f"outcome.{claim.claim.id}"] = [WORDS[int(code)] for code in claim.holds]
    return found


def _claim_columns(told: Sequence[ClaimFinding]) -> dict[str, Any]:
    return {
        "claim": [f.claim.id for f in told],
        "says": [f.claim.says for f in told],
        "by": [f.claim.by for f in told],
        "question": [f.question.text for f in told],
        "verdict": [f.verdict.word for f in told],
        "firm": [f.verdict.firm for f in told],
        "share": [_number(f.verdict.share) for f in told],
        "low": [_end(f.verdict, 0) for f in told],
        "high": [_end(f.verdict, 1) for f in told],
        "draws": [f.verdict.counts.draws for f in told],
        "base.outcome": [WORDS[f.base_code] for f in told],
        "base.margin": [_number(f.base_margin) for f in told],
        "unit": [f.question.unit for f in told],
    }


def _told(verdict: Verdict) -> str:
    if verdict.share is None:
        return verdict.said
    return f"{verdict.said}; holds in {verdict.share:.0%} of the draws in which it can be asked"


def _end(verdict: Verdict, which: int) -> float:
    return math.nan if verdict.interval is None else verdict.interval[which]


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


@dataclass(frozen=True, slots=True)
class Effort:
    """How much to look at.

    Attributes:
        draws: Number of draws.
        seed: Their seed.
        design: How to draw.
        threads: Threads to look for turning points with.
        engine: Where draws are solved; by default on threads of this process, one a core.
        turns: Whether to look for where verdicts turn.
        nearest: Whether to look for the nearest flip over all assumptions together, too.
        probes: Whether to solve the game once for every possible probe.
        equilibria: Whether to ask every claim of every equilibrium at the base values too.
        seconds: Budget for finding these, for each set of rules.
        stakes: Whether to drop named stakes one by one, to see which of them firm verdicts need.
        keep_unfinished: Whether Ctrl-C, once some draws are solved, ends the work early with
            findings of those, instead of passing on.
    """

    draws: int = 2000
    seed: int = 0
    design: Design = "lhs"
    threads: int = 2
    engine: Engine | None = None
    turns: bool = True
    nearest: bool = False
    probes: bool = True
    equilibria: bool = False
    seconds: float | None = None
    stakes: bool = False
    keep_unfinished: bool = False


def put_to_test(
    case: syntax.Case | Path | str,
    *,
    observed: Observed = None,
    recorded: bool = False,
    dissents: Sequence[syntax.Case] = (),
    effort: Effort = Effort(),
    progress: Progress | None = None,
) -> Findings:
    """Puts the claims of a case to the test.

    Args:
        case: A case, its path, or its name in the library.
        observed: What was observed: a condition or several, as text or parsed, or a mapping of
            moves to options.
        recorded: Whether the case's record counts as observed, too; what it does not settle is
            left out.
        dissents: Cases to put to the same draws beside it.
        effort: How much to look at.
        progress: Told how far the work is.

    Raises:
        InputError: The case, an observation or the effort is at fault.
    """
    if effort.design not in SAMPLES:
        raise UsageError(
            f"the design '{effort.design}' is no sample, so shares over it mean nothing",
            hint=f"take one of {', '.join(sorted(SAMPLES))}, or sweep it into a table",
        )
    started = time.perf_counter()
    if not isinstance(case, syntax.Case):
        case = load(case)
    seen = in_light_of(case, observed, recorded=recorded)
    other = in_light_of(case, observed, recorded=not recorded) if record_of(case) else None
    both = CaseStudy(case, seen, other)
    points = draw(both.assumptions, both.correlations, effort.draws, effort.seed, effort.design)
    unfinished = ""
    before = time.perf_counter()
    both.variants()
    record, unlearned = _record_of(case, both)
    try:
        ran = _run(record or both, points, effort, progress)
    except StoppedError as stopped:
        if not effort.keep_unfinished:
            raise KeyboardInterrupt from None
        ran, points, unfinished = stopped.ran, points[stopped.rows], str(stopped)
    seconds = time.perf_counter() - before
    study = both.alone()
    outcomes = ran.outcomes.of(slice(len(study.claims)))
    claims, unfinished = _judged(study, points, outcomes, effort, progress, unfinished)
    astray = None
    if other is not None and any(f.arms is not None for f in claims):
        at_base = base_point(both.assumptions)[None]
        astray = over_arms(both, points, ran.outcomes, (at_base, both.run(at_base)))[1]
    said = [f.verdict for f in claims]
    lights = lights_of(both, ran.outcomes, said, astray, recorded=recorded)
    claims = tuple(replace(f, lights=two) for f, two in zip(claims, lights, strict=True))
    aside = replace(effort, turns=False, probes=False, equilibria=False, stakes=False)
    beside: list[Findings] = []
    try:
        # The seed gives an assumption the same draws in every case that has it.
        beside.extend(
            put_to_test(
                other, observed=observed, recorded=recorded, effort=aside, progress=progress
            )
            for other in (() if unfinished else dissents)
        )
    except KeyboardInterrupt:
        if not effort.keep_unfinished:
            raise
        unfinished = "stopped by Ctrl-C before all dissents were put to the test"
    game = study.variants().games[0].game
    solution = solve_logit(game, float(case.precision.value), arms=True)
    learned = None
    if record is not None:
        learned, unlearned = _learned(record, points, ran.outcomes, effort.seed, beside)
    findings = Findings(
        case=case,
        game=game,
        solution=solution,
        reading=read_study(study, solution, seen, probes=effort.probes),
        claims=claims,
        assumptions=study.assumptions,
        points=points,
        failed=int(outcomes.failed.sum()),
        error=ran.error,
        turned=int(outcomes.turned.sum()),
        forked=max(int(outcomes.forked.sum()), *(f.arms.draws for f in claims if f.arms), 0),
        worst_residual=_worst(outcomes.residual),
        worst_regret=_worst(outcomes.regret),
        observed=seen,
        recorded=recorded,
        seed=effort.seed,
        design=effort.design,
        digest=study.digest,
        seconds_solve=seconds,
        seconds_total=0.0,
        dissents=tuple(told for told in beside if not told.unfinished),
        unfinished=unfinished or next((told.unfinished for told in beside if told.unfinished), ""),
        learned=learned,
        unlearned=unlearned,
    )
    return replace(findings, seconds_total=time.perf_counter() - started)


def _judged(
    study: CaseStudy,
    points: Floats,
    outcomes: Outcomes,
    effort: Effort,
    progress: Progress | None,
    unfinished: str,
) -> tuple[tuple[ClaimFinding, ...], str]:
    """The findings on the claims, and what cut the work short till then."""
    try:
        claims = tuple(_claims(study, points, outcomes, effort, progress))
    except KeyboardInterrupt:
        if unfinished or not effort.keep_unfinished:
            raise
        unfinished = "stopped by Ctrl-C before turning points were found"
        least = replace(effort, turns=False, equilibria=False)
        claims = tuple(_claims(study, points, outcomes, least, progress))
    if not effort.stakes or unfinished:
        return claims, unfinished
    try:
        return _with_needs(study, points, claims, effort, progress), ""
    except KeyboardInterrupt:
        if not effort.keep_unfinished:
            raise
        return claims, "stopped by Ctrl-C before all stakes were dropped"


def _claims(
    study: CaseStudy,
    points: Floats,
    outcomes: Outcomes,
    effort: Effort,
    progress: Progress | None,
) -> Iterator[ClaimFinding]:
    """What the draws, the base values and the equilibria say about each claim."""
    at_base = base_point(study.assumptions)[None]
    base = study.run(at_base, threads=1)
    turns = _turns(study, points, outcomes, effort, progress)
    extents = over_equilibria(study, effort.seconds) if effort.equilibria else ()
    questions = study.variants().questions
    settled = study.settled(points, outcomes)
    arms, astray = over_arms(study, points, outcomes, (at_base, base))
    said = verdicts(study.claims, outcomes, settled, astray)
    place = {question.id: q for q, question in enumerate(questions)}
    written = study.written.claims

    def part(q: int) -> PartFinding:
        mixed = questions[q].unit == "mixed"
        margin = float(base.margins[0, q])
        return PartFinding(
            question=questions[q],
            verdict=replace(said[q], margins=NO_MARGINS) if mixed else said[q],
            base_code=int(base.holds[0, q]),
            base_margin=margin if np.isfinite(margin) and not mixed else None,
            drivers=() if mixed else drivers(study.assumptions, points, outcomes, q),
            verdict_drivers=drivers_of_verdict(study.assumptions, points, outcomes, q),
            arms=None if settled[q] else arms[q],
        )

    for q, claim in enumerate(study.case.claims):
        whole = part(q)
        yield ClaimFinding(
            claim=claim,
            verdict=whole.verdict,
            base_code=whole.base_code,
            base_margin=whole.base_margin,
            drivers=whole.drivers,
            verdict_drivers=whole.verdict_drivers,
            thresholds=turns[q] if turns else None,
            given=study.observed if whole.question.lit else (),
            question=whole.question,
            margins=outcomes.margins[:, q],
            holds=outcomes.holds[:, q],
            equilibria=extents[q] if extents else None,
            box=find_box(study.assumptions, study.claims, points, outcomes, q),
            parts=tuple(
                replace(part(place[each.id]), question=each)
                for each in listed_once(written[q], whole.question, place, outcomes)
            ),
            arms=whole.arms,
        )


def _with_needs(
    study: CaseStudy,
    points: Floats,
    claims: tuple[ClaimFinding, ...],
    effort: Effort,
    progress: Progress | None,
) -> tuple[ClaimFinding, ...]:
    """The findings with the stakes that each firm verdict needs."""

    def tell(done: int, total: int) -> None:
        if progress is not None:
            progress("stakes", done, total)

    said = {found.claim.id: found.verdict for found in claims}
    needs = needs_of(study, points, said, threads=effort.threads, progress=tell)
    return tuple(replace(found, needs=needs.get(found.claim.id)) for found in claims)


def _worst(values: Floats) -> float:
    finite = values[np.isfinite(values)]
    return float(np.abs(finite).max()) if len(finite) else 0.0


def _record_of(case: syntax.Case, study: CaseStudy) -> tuple[RecordStudy | None, str]:
    """The case's record in its draws; or why there is none to learn from."""
    if not case.observations:
        return None, ""
    try:
        return RecordStudy(case, case.observations, kept_of(case), study), ""
    except CaseError as error:
        return None, error.faults[0].message


def _learned(
    study: RecordStudy,
    points: Floats,
    outcomes: Outcomes,
    seed: int,
    dissents: Sequence[Findings],
) -> tuple[Learned | None, str]:
    """What the record teaches, in the draws that are solved; or why it teaches nothing."""
    try:
        found = by_importance(study, points, study.told(outcomes))
    except SolveError as error:
        return None, str(error)
    others = tuple(
        against(found.evidence, told.learned.evidence, told.case.title)
        for told in dissents
        if told.learned is not None and told.case.observations == study.observations
    )
    return learned_of(found, seed=seed, dissents=others), ""


def _run(study: Study, points: Floats, effort: Effort, progress: Progress | None) -> Ran:
    """All draws, through the engine."""

    def tell(far: SweepProgress) -> None:
        if progress is not None:
            progress("draws", far.done, far.total)

    return run_points(study, points, engine=effort.engine, progress=tell)


def _turns(
    study: CaseStudy,
    points: Floats,
    outcomes: Outcomes,
    effort: Effort,
    progress: Progress | None,
) -> tuple[Thresholds, ...]:
    if not effort.turns:
        return ()
    if progress is not None:
        progress("turning points", 0, 1)
    found = thresholds(
        study, nearest=effort.nearest, sample=(points, outcomes), threads=effort.threads
    )
    if progress is not None:
        progress("turning points", 1, 1)
    return found
