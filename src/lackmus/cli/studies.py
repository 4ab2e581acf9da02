"""What is asked over draws of all assumptions: verdicts, tables, lessons of a record, forecasts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from lackmus.cli.arguments import (
    Case,
    DesignName,
    Draws,
    Engine,
    Json,
    LearntDraws,
    Observe,
    Recorded,
    RecordFile,
    SampleName,
    Scheduler,
    Seed,
    Threads,
    Where,
    complete_dissent,
    complete_judged,
)
from lackmus.cli.outcome import CLAIM_FAILED


def test(
    case: Case,
    draws: Draws = 2000,
    seed: Seed = 0,
    observe: Observe = None,
    recorded: Recorded = False,
    with_: Annotated[
        Optional[list[str]],
        typer.Option(
            "--with",
            metavar="DISSENT",
            help="A dissent to show beside it; 'all' for the case's own.",
            autocompletion=complete_dissent,
        ),
    ] = None,
    engine: Where = Engine.local,
    scheduler: Scheduler = "",
    threads: Threads = 0,
    design: Annotated[SampleName, typer.Option(help="How draws are laid out.")] = SampleName.lhs,
    out: Annotated[
        Optional[Path],
        typer.Option(metavar="FILE.html", help="Write the report there."),
    ] = None,
    sources: Annotated[
        Optional[Path],
        typer.Option(
            metavar="DIR",
            help="A folder with the cited texts: passages stand beside claims, for private use.",
        ),
    ] = None,
    equilibria: Annotated[
        bool, typer.Option("--equilibria", help="Ask every claim of every equilibrium too.")
    ] = False,
    fail_on: Annotated[
        Optional[list[str]],
        typer.Option(
            metavar="VERDICT|CLAIM",
            help="Exit with 1 if a claim gets this verdict, or if this claim does not follow.",
            autocompletion=complete_judged,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Put the claims of a case to the test: verdicts and a report."""
    from lackmus.cli.commands import studies

    failed = studies.test(
        case, draws=draws, seed=seed, observe=observe or [], recorded=recorded,
        dissents=with_ or [],
        engine=engine.value, scheduler=scheduler, threads=threads, design=design.value, out=out,
        sources=sources, equilibria=equilibria, fail_on=fail_on or [], as_json=as_json,
    )  # fmt: skip
    if failed:
        raise typer.Exit(CLAIM_FAILED)


def sweep(
    case: Case,
    out: Annotated[Path, typer.Option(metavar="FILE.parquet", help="Where the table goes.")],
    draws: Draws = 2000,
    seed: Seed = 0,
    design: Annotated[DesignName, typer.Option(help="How draws are laid out.")] = DesignName.lhs,
    points: Annotated[
        Optional[Path],
        typer.Option(metavar="FILE", help="Draws of your own, a CSV or Parquet table."),
    ] = None,
    observe: Observe = None,
    recorded: Recorded = False,
    engine: Where = Engine.local,
    scheduler: Scheduler = "",
    threads: Threads = 0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where a run was cut short.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Solve many draws and write the table of margins.

    Nothing finished is lost: a table begun is continued with --resume.
    """
    from lackmus.cli.commands import studies

    studies.sweep(
        case, out=out, draws=draws, seed=seed, design=design.value, points=points,
        observe=observe or [], recorded=recorded, engine=engine.value, scheduler=scheduler,
        threads=threads,
        resume=resume, as_json=as_json,
    )  # fmt: skip


def learn(
    case: Case,
    record: RecordFile = None,
    draws: LearntDraws = 2000,
    seed: Seed = 0,
    with_: Annotated[
        Optional[list[str]],
        typer.Option(
            "--with",
            metavar="DISSENT",
            help="A dissent to hold to the same record; 'all' for the case's own.",
            autocompletion=complete_dissent,
        ),
    ] = None,
    threads: Threads = 0,
    why: Annotated[
        bool,
        typer.Option(
            "--why", help="Say what the outcome contradicts, and what would make it likely."
        ),
    ] = False,
    out: Annotated[
        Optional[Path],
        typer.Option(metavar="FILE.html", help="Write a page on what happened there."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what the record teaches of assumptions, aims and claims.

    Dissents are weighed by it too.
    """
    from lackmus.cli.commands import learning

    learning.learn(
        case, record=record, draws=draws, seed=seed, dissents=with_ or [], threads=threads,
        why=why, out=out, as_json=as_json,
    )  # fmt: skip


def forecast(
    case: Case,
    record: RecordFile = None,
    draws: LearntDraws = 2000,
    seed: Seed = 0,
    threads: Threads = 0,
    enter: Annotated[
        Optional[Path], typer.Option(metavar="LEDGER", help="Enter them into this ledger.")
    ] = None,
    on: Annotated[
        str,
        typer.Option(
            metavar="DATE",
            help="The day it is made, as 2025-08-10; it knows nothing of it or later.",
        ),
    ] = "",
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why forecasts that stand there are revised.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Say how likely the events are that decide claims.

    As things stood before, and given the record.
    """
    from lackmus.cli.commands import forecasts

    forecasts.forecast(
        case, record=record, draws=draws, seed=seed, threads=threads, enter=enter, on=on,
        reason=reason, as_json=as_json,
    )  # fmt: skip
