"""The commands of ``lackmus cases``."""

from __future__ import annotations

from typing import Annotated

import typer

from lackmus.cli.arguments import Json, complete_name

app = typer.Typer(help="The library of cases.", invoke_without_command=True)


@app.callback(invoke_without_command=True)
def listed(context: typer.Context, as_json: Json = False) -> None:
    """List the library of cases, a line each."""
    if context.invoked_subcommand is None:
        from lackmus.cli.commands import files

        files.cases(as_json=as_json)


@app.command("show")
def show(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="A name from the list.", autocompletion=complete_name),
    ],
) -> None:
    """Print a case as it is written."""
    from lackmus.cli.commands import files

    files.show(name)
