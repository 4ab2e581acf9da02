"""What serves others than a shell: a browser, editors, assistants, programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from lackmus.cli.arguments import (
    Case,
    Draws,
    Seed,
    complete_schema,
)


def work(
    case: Case,
    sources: Annotated[
        Optional[Path],
        typer.Option(metavar="DIR", help="A folder with the cited texts, to be read beside it."),
    ] = None,
    port: Annotated[
        int, typer.Option(metavar="N", help="Port; 0 takes any that is free.", min=0, max=65535)
    ] = 8237,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Address to listen on, if not on loopback.")
    ] = "127.0.0.1",
    draws: Draws = 1000,
    seed: Seed = 0,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")
    ] = True,
) -> None:
    """Open the workbench: text, case and answers in the browser."""
    from lackmus.cli.commands import servers

    servers.work(
        case, sources=sources, host=host, port=port, draws=draws, seed=seed, browser=browser
    )


def lsp() -> None:
    """Serve editors over stdio: faults, completion, hover, places.

    Speaks the Language Server Protocol.
    """
    from lackmus.cli.commands import servers

    servers.lsp()


def mcp(
    seconds: Annotated[
        float, typer.Option(metavar="S", help="How long one call may take.", min=1)
    ] = 300,
) -> None:
    """Serve assistants over stdio: draft, check, describe, test, read.

    Speaks the Model Context Protocol.
    """
    from lackmus.cli.commands import servers

    servers.mcp(seconds)


def schema(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="Of a case, or of a command's --json.",
            autocompletion=complete_schema,
            show_default=False,
        ),
    ] = "",
) -> None:
    """Print the JSON Schema of a case, or of a command's --json.

    Names: case, cases, check, draft, error, forecast, learn, methods, read, score, solve, sweep,
    test. Without one, they are listed.
    """
    from lackmus.cli.commands import files

    files.schema(name)
