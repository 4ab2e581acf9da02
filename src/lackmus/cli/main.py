"""The command line: which commands there are, and how a run ends.

In the modules beside, an argument is a parameter and a command a function, nothing else. Each
imports what it runs when it runs, so that ``--help`` costs next to nothing.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from lackmus.cli import authoring, cases, games, ledger, serving, studies
from lackmus.cli.group import Commands

#: Commands in the order in which ``--help`` lists them.
_COMMANDS = (
    studies.test,
    authoring.check,
    authoring.cite,
    authoring.draft,
    games.solve,
    games.read,
    studies.learn,
    studies.forecast,
    games.tree,
    serving.schema,
    studies.sweep,
    games.convert,
    authoring.new,
    serving.work,
    serving.lsp,
    serving.mcp,
)

app = typer.Typer(
    name="lackmus",
    cls=Commands,
    help="Puts commentary about hidden aims to the test: which claims follow, which hang on what.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
for _command in _COMMANDS:
    app.command()(_command)
app.add_typer(cases.app, name="cases")
app.add_typer(ledger.app, name="ledger")


@app.callback(invoke_without_command=True)
def main(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Puts commentary about hidden aims to the test: which claims follow, which hang on what."""
    if version:
        from lackmus.cli.commands import files

        files.print_version()
        raise typer.Exit


def run() -> None:
    """Runs the command line; the entry point of ``lackmus``.

    Exit status: 0 done, or nobody reads on; 1 a claim failed that ``--fail-on`` names; 2 a fault in
    the input; 3 could not finish; 70 a fault of Lackmus itself.
    """
    from lackmus.cli.ahead import spare_collecting
    from lackmus.cli.outcome import status_of

    spare_collecting()
    arguments = sys.argv[1:]
    status = status_of(lambda: app(arguments, standalone_mode=False), as_json="--json" in arguments)
    # Everything is written and closed; taking the compiler's structures down by the book would
    # only keep the user waiting.
    os._exit(status)
