"""The main job: a case's claims put to the test over draws of all its assumptions."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np

from lackmus.case import syntax
from lackmus.case.spoken import called
from lackmus.engines.base import Engine
from lackmus.engines.side_job import SideJob
from lackmus.foundation.arrays import Floats
from lackmus.foundation.errors import CaseError, SolveError, UsageError
from lackmus.pipeline.arms import over_arms
from lackmus.pipeline.case_study import CaseStudy
from lackmus.pipeline.equilibria import over_equilibria
from lackmus.pipeline.findings import ClaimFinding, Findings, PartFinding
from lackmus.pipeline.learned import Learned
from lackmus.pipeline.learning import against, learned_of
from lackmus.pipeline.lights import lights_of
from lackmus.pipeline.loading import load
from lackmus.pipeline.needs import needs_of
from lackmus.pipeline.observations import Observed, in_light_of, record_of
from lackmus.pipeline.operands import listed_once
from lackmus.pipeline.readings import probes_of, read_study
from lackmus.pipeline.records import RecordStudy, kept_of
from lackmus.pipeline.weighing import by_importance
from lackmus.reading.reading import Probe
from lackmus.solvers.quantal_response.logit import solve_logit
from lackmus.sweep.design import SAMPLES, Design, base_point, draw
from lackmus.sweep.discovery import find_box
from lackmus.sweep.sensitivity import drivers, drivers_of_verdict
from lackmus.sweep.study import Outcomes, Study
from lackmus.sweep.sweep import Progress as SweepProgress
from lackmus.sweep.sweep import Ran, StoppedError, run_points
from lackmus.sweep.thresholds import Thresholds, thresholds
from lackmus.sweep.verdict import NO_MARGINS, verdicts

#: Called with the stage's name, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


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
        copied: Whether a copy of this process may find turns and probes, which need no draws, while
            these are solved, and boxes beside drivers; where it cannot be copied all is done in
            turn, with the same answers.
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
    copied: bool = False
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
    study = both.alone()
    record, unlearned = _record_of(case, both)
    asked = slice(len(study.claims))
    # Before there is a copy, which would read all kernels in by itself.
    at_base = base_point(both.assumptions)[None]
    base = both.run(at_base)
    with SideJob(partial(_undrawn, study, effort, None), copied=_may_copy(effort)) as undrawn:
        try:
            ran = _run(record or both, points, effort, progress)
        except StoppedError as stopped:
            if not effort.keep_unfinished:
                raise KeyboardInterrupt from None
            ran, points, unfinished = stopped.ran, points[stopped.rows], str(stopped)
        seconds = time.perf_counter() - before
        outcomes, at = ran.outcomes.of(asked), (at_base, base.of(asked))
        judged = _judged(study, (points, outcomes), at, undrawn, effort, progress, unfinished)
    claims, probes, unfinished = judged
    astray = None
    if other is not None and any(f.arms is not None for f in claims):
        astray = over_arms(both, points, ran.outcomes, (at_base, base))[1]
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
        reading=read_study(study, solution, seen, probes=lambda: probes),
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


#: Numbers in the draws, times claims, from which on a copy finds boxes sooner than it is made.
_WORTH_A_COPY: Final = 100_000

#: Points, and what was found there.
_Solved: TypeAlias = tuple[Floats, Outcomes]


@dataclass(frozen=True, slots=True)
class _Undrawn:
    """What is found without draws; of `Effort.nearest` alone not without any."""

    turns: tuple[Thresholds, ...]
    probes: tuple[Probe, ...]


def _may_copy(effort: Effort) -> bool:
    """Whether a copy of this process may find what needs no draws."""
    return effort.copied and not effort.nearest and (effort.turns or effort.probes)


def _undrawn(
    study: CaseStudy,
    effort: Effort,
    sample: _Solved | None,
    tell: Callable[[int, int], None],
) -> _Undrawn:
    """Turning points, and what probes would reveal."""
    turns: tuple[Thresholds, ...] = ()
    if effort.turns:
        alone = study.alone(parts=False)
        turns = thresholds(
            alone, levels=alone.levels(),
            nearest=effort.nearest, sample=sample, threads=effort.threads, progress=tell,
        )  # fmt: skip
    probes: tuple[Probe, ...] = ()
    if effort.probes:
        game = study.variants().games[0].game
        probes = probes_of(study, solve_logit(game, float(study.case.precision.value)))
    return _Undrawn(turns, probes)


def _judged(
    study: CaseStudy,
    drawn: _Solved,
    base: _Solved,
    undrawn: SideJob[_Undrawn],
    effort: Effort,
    progress: Progress | None,
    unfinished: str,
) -> tuple[tuple[ClaimFinding, ...], tuple[Probe, ...], str]:
    """The findings on the claims, the probes, and what cut the work short till then."""

    def tell(done: int, total: int) -> None:
        if progress is not None:
            progress("turning points", done, total)

    try:
        claims = _claims(study, drawn, base, effort)
        found = _undrawn(study, effort, drawn, tell) if effort.nearest else undrawn.result(tell)
    except KeyboardInterrupt:
        if unfinished or not effort.keep_unfinished:
            raise
        unfinished = "stopped by Ctrl-C before turning points were found"
        effort = replace(effort, turns=False, equilibria=False)
        claims = _claims(study, drawn, base, effort)
        found = _undrawn(study, effort, None, tell)
    if found.turns:
        pairs = zip(claims, found.turns, strict=True)
        claims = tuple(replace(finding, thresholds=turns) for finding, turns in pairs)
    if not effort.stakes or unfinished:
        return claims, found.probes, unfinished
    try:
        return _with_needs(study, drawn[0], claims, effort, progress), found.probes, ""
    except KeyboardInterrupt:
        if not effort.keep_unfinished:
            raise
        return claims, found.probes, "stopped by Ctrl-C before all stakes were dropped"


def _claims(
    study: CaseStudy, drawn: _Solved, at_base: _Solved, effort: Effort
) -> tuple[ClaimFinding, ...]:
    """What the draws, the base values and the equilibria say about each claim."""
    (points, outcomes), base = drawn, at_base[1]
    questions, written = study.variants().questions, study.written.claims
    place = {question.id: q for q, question in enumerate(questions)}
    # The rest of what is found of all claims takes as long as a third of their boxes.
    handed = [q for q in range(len(written)) if q % 3]
    find = partial(find_box, study.assumptions, study.claims, points, outcomes)
    copied = effort.copied and points.size * len(handed) >= _WORTH_A_COPY
    with SideJob(lambda _: [find(q) for q in handed], copied=copied) as boxes:
        extents = over_equilibria(study, effort.seconds) if effort.equilibria else ()
        settled = study.settled(points, outcomes)
        arms, astray = over_arms(study, points, outcomes, at_base)
        rounding = study.rounding()
        said = verdicts(study.claims, outcomes, settled, astray)

        def part(q: int) -> PartFinding:
            mixed = questions[q].unit == "mixed"
            margin = float(base.margins[0, q])
            return PartFinding(
                question=questions[q],
                verdict=replace(said[q], margins=NO_MARGINS) if mixed else said[q],
                base_code=int(base.holds[0, q]),
                base_margin=margin if np.isfinite(margin) and not mixed else None,
                drivers=()
                if mixed
                else drivers(study.assumptions, points, outcomes, q, rounding=rounding[q]),
                verdict_drivers=drivers_of_verdict(study.assumptions, points, outcomes, q),
                arms=None if settled[q] else arms[q],
            )

        def claim(q: int) -> ClaimFinding:
            whole = part(q)
            return ClaimFinding(
                claim=written[q],
                verdict=whole.verdict,
                base_code=whole.base_code,
                base_margin=whole.base_margin,
                drivers=whole.drivers,
                verdict_drivers=whole.verdict_drivers,
                thresholds=None,
                given=study.observed if whole.question.lit else (),
                question=whole.question,
                margins=outcomes.margins[:, q],
                holds=outcomes.holds[:, q],
                equilibria=extents[q] if extents else None,
                box=None if q in handed else find(q),
                parts=tuple(
                    replace(part(place[each.id]), question=each)
                    for each in listed_once(written[q], whole.question, place, outcomes)
                ),
                arms=whole.arms,
            )

        found = [claim(q) for q in range(len(written))]
        for q, box in zip(handed, boxes.result(lambda *_: None), strict=True):
            found[q] = replace(found[q], box=box)
    return tuple(found)


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
        against(found.evidence, told.learned.evidence, called(told.case, study.case))
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
