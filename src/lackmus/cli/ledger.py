"""The commands of ``lackmus ledger``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lackmus.cli.arguments import Json, LedgerFile, OnDay, RecordFile

app = typer.Typer(help="Forecasts kept: resolve, score and verify them.", no_args_is_help=True)


@app.command("resolve")
def resolve(
    ledger: LedgerFile,
    case: Annotated[
        str, typer.Option(metavar="CASE", help="Resolve its forecasts by its record.")
    ] = "",
    record: RecordFile = None,
    name: Annotated[str, typer.Option("--id", metavar="ID", help="One question, by hand.")] = "",
    outcome: Annotated[
        str, typer.Option("--as", metavar="OUTCOME", help="yes, no, ambiguous or annulled.")
    ] = "",
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why.")] = "",
    on: OnDay = "",
) -> None:
    """Say what became of forecasts, by a case's record or by hand."""
    from lackmus.cli.commands import forecasts

    forecasts.resolve(
        ledger, case=case, record=record, name=name, outcome=outcome, note=note, on=on
    )


@app.command("score")
def score(ledger: LedgerFile, as_json: Json = False) -> None:
    """Score the model and each speaker: Brier, log, calibration.

    Calibration is told from 20 resolved forecasts on.
    """
    from lackmus.cli.commands import forecasts

    forecasts.score(ledger, as_json=as_json)


@app.command("verify")
def verify(ledger: LedgerFile) -> None:
    """Find out whether a line was changed, torn, taken out or put in."""
    from lackmus.cli.commands import forecasts

    forecasts.verify(ledger)


@app.command("export")
def export(
    ledger: LedgerFile,
    target: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Where the table goes.")],
    force: Annotated[bool, typer.Option("--force", help="Replace it if it is there.")] = False,
) -> None:
    """Write a ledger as a table for people."""
    from lackmus.cli.commands import forecasts

    forecasts.export(ledger, target, force=force)


@app.command("import")
def import_(
    ledger: LedgerFile,
    source: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv|json", help="Forecasts, a row each, or a forecasting platform's JSON."
        ),
    ],
) -> None:
    """Add forecasts of a table, or of a forecasting platform's file."""
    from lackmus.cli.commands import forecasts

    forecasts.import_(ledger, source)
