"""The command line: an argument a parameter, a command a function, nothing else.

Each command imports what it runs when it runs, so that ``--help`` costs next to nothing.
"""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

from lackmus.cli.group import Commands
from lackmus.cli.outcome import CLAIM_FAILED

app = typer.Typer(
    name="lackmus",
    cls=Commands,
    help="Puts commentary about hidden aims to the test: which claims follow, which hang on what.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
cases_app = typer.Typer(help="The library of cases.", invoke_without_command=True)
app.add_typer(cases_app, name="cases")
ledger_app = typer.Typer(
    help="Forecasts kept: resolve, score and verify them.", no_args_is_help=True
)
app.add_typer(ledger_app, name="ledger")


class Engine(StrEnum):
    """Where draws are solved."""

    local = "local"
    dask = "dask"


class SampleName(StrEnum):
    """How draws are laid out whose shares mean something."""

    lhs = "lhs"
    sobol = "sobol"
    monte_carlo = "monte-carlo"


class DesignName(StrEnum):
    """How draws are laid out."""

    lhs = "lhs"
    sobol = "sobol"
    monte_carlo = "monte-carlo"
    factorial = "factorial"
    one_at_a_time = "one-at-a-time"
    saltelli = "saltelli"


class Language(StrEnum):
    """Languages that there are rules for."""

    de = "de"
    en = "en"


def _cases(incomplete: str) -> list[str]:
    """Names of the library and paths of cases that begin so."""
    from lackmus.cli.completion import cases

    return cases(incomplete)


def _games(incomplete: str) -> list[str]:
    """As `_cases`, with files of games."""
    from lackmus.cli.completion import games

    return games(incomplete)


def _methods(incomplete: str) -> list[str]:
    """Names of methods that begin so."""
    from lackmus.cli.completion import methods

    return methods(incomplete)


def _names(incomplete: str) -> list[str]:
    """Names of the library that begin so."""
    from lackmus.cli.completion import names

    return names(incomplete)


Case = Annotated[
    str,
    typer.Argument(
        metavar="CASE",
        help="A file, a folder, or a name from 'lackmus cases'.",
        autocompletion=_cases,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Observe = Annotated[
    Optional[list[str]],
    typer.Option(
        "--observe",
        metavar="CONDITION",
        help="What was seen: 'answer = accept', 'answer != accept', 'answer in [accept, pause]', "
        "or any condition on moves. May be repeated.",
    ),
]
Recorded = Annotated[
    bool,
    typer.Option(
        "--observed",
        help="Judge in the light of the case's record; without it, as of before the record.",
    ),
]
LedgerFile = Annotated[Path, typer.Argument(metavar="LEDGER", help="The ledger's file.")]
OnDay = Annotated[str, typer.Option("--on", metavar="DATE", help="The day; today if unsaid.")]
Draws = Annotated[int, typer.Option(metavar="N", help="Number of draws of all assumptions.", min=1)]
Seed = Annotated[int, typer.Option(metavar="S", help="Seed of the draws.", min=0)]
Threads = Annotated[
    int, typer.Option(metavar="N", help="Threads to solve with; 0 is one a core.", min=0)
]
Where = Annotated[Engine, typer.Option(help="In this process, or on a Dask cluster.")]
Scheduler = Annotated[
    str, typer.Option(metavar="ADDRESS", help="A Dask scheduler; a local cluster if unsaid.")
]


@app.callback(invoke_without_command=True)
def main(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Puts commentary about hidden aims to the test: which claims follow, which hang on what."""
    if version:
        from lackmus.cli import commands

        commands.print_version()
        raise typer.Exit


@app.command()
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
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Put the claims of a case to the test: a verdict on each, and the report."""
    from lackmus.cli import commands

    failed = commands.test(
        case, draws=draws, seed=seed, observe=observe or [], recorded=recorded,
        dissents=with_ or [],
        engine=engine.value, scheduler=scheduler, threads=threads, design=design.value, out=out,
        sources=sources, equilibria=equilibria, fail_on=fail_on or [], as_json=as_json,
    )  # fmt: skip
    if failed:
        raise typer.Exit(CLAIM_FAILED)


@app.command()
def check(
    case: Case,
    sources: Annotated[
        Optional[Path],
        typer.Option(metavar="DIR", help="A folder with the cited texts."),
    ] = None,
    todo: Annotated[
        bool, typer.Option("--todo", help="List what a draft lacks, most consequential first.")
    ] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend what has one reading; shows the changes first.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --fix: write without asking.")] = False,
    as_json: Json = False,
) -> None:
    """Find all faults of a case, or print the game in words; verify its citations."""
    from lackmus.cli import commands, mending

    if fix:
        mending.fix(case, yes=yes)
        return
    commands.check(case, sources=sources, todo=todo, as_json=as_json)


@app.command()
def draft(
    article: Annotated[
        Path, typer.Argument(metavar="ARTICLE", help="Plain text, Markdown or a saved page.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="A folder to make.")],
    published: Annotated[
        str, typer.Option(metavar="DATE", help="When it was published, such as 2025-08-10.")
    ] = "",
    lang: Annotated[
        Optional[Language], typer.Option(help="Its language; guessed if unsaid.")
    ] = None,
    author: Annotated[str, typer.Option(metavar="NAME", help="Who wrote it.")] = "",
    title: Annotated[str, typer.Option(metavar="TEXT", help="What the case is about.")] = "",
    as_json: Json = False,
) -> None:
    """Draft a case from an article by rules; what they cannot tell is marked TODO."""
    from lackmus.cli import drafting

    drafting.draft(
        article, published=published, language=lang.value if lang else "", author=author,
        title=title, out=out, as_json=as_json,
    )  # fmt: skip


@app.command()
def solve(
    game: Annotated[
        str,
        typer.Argument(
            metavar="CASE|FILE", help="A case, or a .efg or .nfg file.", autocompletion=_games
        ),
    ],
    method: Annotated[
        str,
        typer.Option(
            metavar="M",
            help="How to solve; 'list' says which methods there are.",
            autocompletion=_methods,
        ),
    ] = "",
    precision: Annotated[
        Optional[float],
        typer.Option(metavar="X", help="Precision (logit lambda) of a quantal response.", min=0),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every equilibrium, and whether these are all.")
    ] = False,
    seconds: Annotated[
        Optional[float],
        typer.Option(metavar="S", help="Stop after this time with what was found."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Find equilibria, each with its certificate."""
    from lackmus.cli import commands

    commands.solve(
        game, method=method, precision=precision, every=every, seconds=seconds, as_json=as_json
    )


@app.command()
def read(
    case: Case,
    observe: Observe = None,
    recorded: Recorded = False,
    observer: Annotated[str, typer.Option(metavar="NAME", help="Whose eyes to look through.")] = "",
    as_json: Json = False,
) -> None:
    """Say what was seen tells about hidden aims, what to watch for, and which test would tell."""
    from lackmus.cli import commands

    commands.read(
        case, observe=observe or [], recorded=recorded, observer=observer, as_json=as_json
    )


@app.command()
def learn(
    case: Case,
    record: Annotated[
        Optional[Path],
        typer.Option(metavar="FILE", help="A file of observations in place of the case's own."),
    ] = None,
    draws: Draws = 2000,
    seed: Seed = 0,
    with_: Annotated[
        Optional[list[str]],
        typer.Option(
            "--with",
            metavar="DISSENT",
            help="A dissent to hold to the same record; 'all' for the case's own.",
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
    """Say what the record teaches: of assumptions, aims, claims and dissents."""
    from lackmus.cli import learning

    learning.learn(
        case, record=record, draws=draws, seed=seed, dissents=with_ or [], threads=threads,
        why=why, out=out, as_json=as_json,
    )  # fmt: skip


@app.command()
def forecast(
    case: Case,
    record: Annotated[
        Optional[Path],
        typer.Option(metavar="FILE", help="A file of observations in place of the case's own."),
    ] = None,
    draws: Draws = 2000,
    seed: Seed = 0,
    threads: Threads = 0,
    enter: Annotated[
        Optional[Path], typer.Option(metavar="LEDGER", help="Enter them into this ledger.")
    ] = None,
    on: OnDay = "",
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why forecasts that stand there are revised.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Say how likely the events are that decide claims, before and given the record."""
    from lackmus.cli import forecasts

    forecasts.forecast(
        case, record=record, draws=draws, seed=seed, threads=threads, enter=enter, on=on,
        reason=reason, as_json=as_json,
    )  # fmt: skip


@ledger_app.command("resolve")
def resolve(
    ledger: LedgerFile,
    case: Annotated[
        str, typer.Option(metavar="CASE", help="Resolve its forecasts by its record.")
    ] = "",
    record: Annotated[
        Optional[Path],
        typer.Option(metavar="FILE", help="A file of observations in place of the case's own."),
    ] = None,
    name: Annotated[str, typer.Option("--id", metavar="ID", help="One question, by hand.")] = "",
    outcome: Annotated[
        str, typer.Option("--as", metavar="OUTCOME", help="yes, no, ambiguous or annulled.")
    ] = "",
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why.")] = "",
    on: OnDay = "",
) -> None:
    """Say what became of forecasts: by the record of a case, or by hand."""
    from lackmus.cli import forecasts

    forecasts.resolve(
        ledger, case=case, record=record, name=name, outcome=outcome, note=note, on=on
    )


@ledger_app.command("score")
def score(ledger: LedgerFile, as_json: Json = False) -> None:
    """Score the model and each speaker: Brier and log scores, and calibration from 20 on."""
    from lackmus.cli import forecasts

    forecasts.score(ledger, as_json=as_json)


@ledger_app.command("verify")
def verify(ledger: LedgerFile) -> None:
    """Find out whether a line was changed, torn, taken out or put in."""
    from lackmus.cli import forecasts

    forecasts.verify(ledger)


@ledger_app.command("export")
def export(
    ledger: LedgerFile,
    target: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Where the table goes.")],
    force: Annotated[bool, typer.Option("--force", help="Replace it if it is there.")] = False,
) -> None:
    """Write a ledger as a table for people."""
    from lackmus.cli import forecasts

    forecasts.export(ledger, target, force=force)


@ledger_app.command("import")
def import_(
    ledger: LedgerFile,
    source: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Forecasts, a row each.")],
) -> None:
    """Add forecasts of a table, such as a forecasting platform's export."""
    from lackmus.cli import forecasts

    forecasts.import_(ledger, source)


@app.command()
def tree(
    game: Annotated[
        str,
        typer.Argument(
            metavar="CASE|FILE", help="A case, or a .efg or .nfg file.", autocompletion=_games
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="FILE", help="Where to: a .svg, .png, .pdf or .tex (TikZ) file."
        ),
    ],
    precision: Annotated[
        Optional[float],
        typer.Option(metavar="X", help="Precision of the quantal response drawn.", min=0),
    ] = None,
    rows: Annotated[
        int, typer.Option(metavar="N", help="Rows to draw, about; the rest is folded.", min=1)
    ] = 44,
) -> None:
    """Draw the game tree: what is done in it, how probably, and what it gives."""
    from lackmus.cli import commands

    commands.tree(game, out=out, precision=precision, rows=rows)


@app.command()
def schema(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Of a case, or of a command's --json.")
    ] = "",
) -> None:
    """Print the JSON Schema of a case, or of what a command prints with --json."""
    from lackmus.cli import commands

    commands.schema(name)


@app.command()
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
    """Solve many draws and write the table of margins; nothing finished is lost."""
    from lackmus.cli import commands

    commands.sweep(
        case, out=out, draws=draws, seed=seed, design=design.value, points=points,
        observe=observe or [], recorded=recorded, engine=engine.value, scheduler=scheduler,
        threads=threads,
        resume=resume, as_json=as_json,
    )  # fmt: skip


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A case, .efg or .nfg.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="A .yaml, .efg or .nfg file.")],
    force: Annotated[bool, typer.Option("--force", help="Replace OUT if it is there.")] = False,
) -> None:
    """Convert between cases and Gambit's formats, where the target can hold it."""
    from lackmus.cli import commands

    commands.convert(source, target, force=force)


@cases_app.callback(invoke_without_command=True)
def cases(context: typer.Context, as_json: Json = False) -> None:
    """List the library of cases, a line each."""
    if context.invoked_subcommand is None:
        from lackmus.cli import commands

        commands.cases(as_json=as_json)


@cases_app.command("show")
def show(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A name from the list.", autocompletion=_names)
    ],
) -> None:
    """Print a case as it is written."""
    from lackmus.cli import commands

    commands.show(name)


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder to make.")],
    pattern: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="PATTERN",
            help="A how-to page's case: bluffing, deadline, inspector, mediator, pretext, probe.",
        ),
    ] = "",
) -> None:
    """Write a commented case to start from, or the case of a common pattern."""
    from lackmus.cli import commands

    commands.new(folder, pattern)


@app.command()
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
    """Open the workbench on a case: text beside case beside answers, in the browser."""
    from lackmus.cli import commands

    commands.work(
        case, sources=sources, host=host, port=port, draws=draws, seed=seed, browser=browser
    )


@app.command()
def lsp() -> None:
    """Serve editors over stdio: faults, completion, hover, places (Language Server Protocol)."""
    from lackmus.cli import commands

    commands.lsp()


@app.command()
def mcp(
    seconds: Annotated[
        float, typer.Option(metavar="S", help="How long one call may take.", min=1)
    ] = 300,
) -> None:
    """Serve assistants over stdio: draft, check, describe, test, read (Model Context Protocol)."""
    from lackmus.cli import commands

    commands.mcp(seconds)


def run() -> None:
    """Runs the command line; the entry point of ``lackmus``.

    Exit status: 0 done, or nobody reads on; 1 a claim failed that ``--fail-on`` names; 2 a fault in
    the input; 3 could not finish; 70 a fault of Lackmus itself.
    """
    from lackmus.cli.outcome import status_of

    arguments = sys.argv[1:]
    status = status_of(lambda: app(arguments, standalone_mode=False), as_json="--json" in arguments)
    # Everything is written and closed; taking the compiler's structures down by the book would
    # only keep the user waiting.
    os._exit(status)
