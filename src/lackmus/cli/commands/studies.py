"""What is done over many draws of a case: ``test`` judges its claims, ``sweep`` keeps the table."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lackmus.cli import console
from lackmus.cli.commands.inputs import (
    check_report,
    check_sources,
    dissent_paths,
    engine_of,
    observed_in,
)
from lackmus.cli.outcome import UNFINISHED
from lackmus.cli.tables.findings import print_findings
from lackmus.engines.side_job import SideJob
from lackmus.foundation import compiling
from lackmus.foundation.disk import in_words, write_text
from lackmus.foundation.errors import InputError, UsageError
from lackmus.foundation.letters import composed
from lackmus.pipeline.loading import load

if TYPE_CHECKING:
    from lackmus.case.syntax import Case
    from lackmus.pipeline.findings import Findings

_TABLES = (".parquet", ".pq")


def test(
    case: str,
    *,
    draws: int,
    seed: int,
    observe: Sequence[str],
    recorded: bool,
    dissents: Sequence[str],
    engine: str,
    scheduler: str,
    threads: int,
    design: Any,  # noqa: ANN401 - one of the names that typer let through
    out: Path | None,
    sources: Path | None,
    equilibria: bool,
    fail_on: Sequence[str],
    as_json: bool,
) -> bool:
    """Puts a case to the test; whether a claim failed that `fail_on` names."""
    observed = observed_in(observe)
    paths: list[Path | str] = [case, *dissent_paths(case, dissents)]
    with SideJob(lambda _: _loaded(paths), copied=threads != 1) as reading:
        # Meanwhile: the solver takes longer to be read in than a case does.
        from lackmus.pipeline.trial import Effort, put_to_test

        found = reading.result(lambda *_: None)
    if isinstance(found, InputError):
        raise found
    loaded, *others = found
    failing = _failing(loaded, fail_on)
    if sources is not None:
        check_sources(sources)
        if out is None:
            raise UsageError(
                "the passages of --sources stand in the report, and none is asked for",
                hint="add --out FILE.html",
            )
    if out is not None:
        check_report(out)
    trouble = ""
    with engine_of(engine, scheduler, threads) as running, console.progress(quiet=as_json) as tell:
        effort = Effort(
            draws=draws, seed=seed, design=design, engine=running,
            threads=threads or os.cpu_count() or 1, equilibria=equilibria,
            stakes=out is not None, copied=threads != 1, keep_unfinished=True,
        )  # fmt: skip
        findings = put_to_test(
            loaded,
            observed=observed,
            recorded=recorded,
            dissents=others,
            effort=effort,
            progress=tell,
        )
        if out is not None:
            tell("report", 0, 1)
            trouble = _write_report(findings, out, sources)
            tell("report", 1, 1)
    if as_json:
        from lackmus.report.jsonable import findings_json

        console.timed_json(findings_json(findings))
    else:
        print_findings(findings)
        if out is not None and not trouble:
            console.line(f"report: {out}")
    troubles = [text for text in (trouble, findings.unfinished) if text]
    for text in troubles:
        console.trouble(text)
    if troubles:
        raise SystemExit(UNFINISHED)
    return _failed(findings, failing)


def _loaded(paths: Sequence[Path | str]) -> list[Case] | InputError:
    """The cases, or what is at fault in one: a copy that raised it would tell nobody."""
    try:
        return [load(path) for path in paths]
    except InputError as error:
        return error


def _failing(case: Case, fail_on: Sequence[str]) -> list[str]:
    """The claims and verdicts that ``--fail-on`` names; UsageError where it names something else.

    A verdict of several words may have hyphens between them, which need no quotes.
    """
    from lackmus.sweep.verdict import ALL_WORDS

    verdicts = {word.replace(" ", "-"): word for word in ALL_WORDS}
    names = [verdicts.get(name, name) for name in map(composed, fail_on)]
    known = {*(claim.id for claim in case.claims), *ALL_WORDS}
    if wrong := [name for name in names if name not in known]:
        hint = f"a verdict ({', '.join(verdicts)}) or a claim of the case"
        raise UsageError(f"--fail-on {', '.join(wrong)}: no such claim or verdict", hint=hint)
    return names


def _failed(findings: Findings, failing: Sequence[str]) -> bool:
    return any(
        finding.verdict.word in failing or (finding.claim.id in failing and not finding.stands)
        for finding in findings.claims
    )


def _write_report(findings: Findings, out: Path, sources: Path | None) -> str:
    """Writes the report, with the passages of the sources in a folder; what hindered it."""
    from lackmus.case.citations import passages
    from lackmus.report.html import render

    quotes = passages(findings.case, sources) if sources is not None else None
    try:
        write_text(out, render(findings, quotes, compiled=compiling.begun()))
    except OSError as error:
        return f"the report was not written: {in_words(error, out)}"
    return ""


def sweep(
    case: str,
    *,
    out: Path,
    draws: int,
    seed: int,
    design: Any,  # noqa: ANN401 - one of the names that typer let through
    points: Path | None,
    observe: Sequence[str],
    recorded: bool,
    engine: str,
    scheduler: str,
    threads: int,
    resume: bool,
    as_json: bool,
) -> None:
    """Writes the table of draws."""
    from lackmus.case.writer import write_case
    from lackmus.pipeline.case_study import CaseStudy
    from lackmus.pipeline.observations import in_light_of, rounds_meant
    from lackmus.sweep.points import read_points
    from lackmus.sweep.sweep import sweep as run

    if out.suffix.lower() not in _TABLES:
        hint = "name a .parquet file, which pandas, polars, DuckDB and R read"
        raise UsageError(f"cannot write {out}: a table of draws is Parquet", hint=hint)
    loaded = load(case)
    study = CaseStudy(loaded, in_light_of(loaded, observed_in(observe), recorded=recorded))
    own = read_points(points, study.assumptions) if points else None
    notes = rounds_meant(study.observed, study.variants().games[0].scope)
    for note in () if as_json else notes:
        console.line(note)
    with engine_of(engine, scheduler, threads) as running, console.progress(quiet=as_json) as tell:
        swept = run(
            study, out, draws, seed, design, points=own, engine=running, resume=resume,
            title=loaded.title, text=write_case(loaded),
            progress=lambda far: tell("draws", far.done, far.total),
        )  # fmt: skip
    for path in swept.damaged:
        console.trouble(f"{path} was damaged or of another sweep; its draws were done again")
    if as_json:
        told = {"table": str(swept.path), "draws": swept.draws, "failed": swept.failed}
        console.json({**told, "notes": list(notes)})
    else:
        console.line(f"table: {swept.path} ({swept.draws:,} draws, {swept.failed:,} failed)")
