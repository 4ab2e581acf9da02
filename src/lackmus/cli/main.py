"""The command line: an argument a parameter, a command a function, nothing else.

Each command imports what it runs when it runs, so that ``--help`` costs next to nothing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from lackmus.cli import cases, ledger
from lackmus.cli.arguments import (
    Case,
    DesignName,
    Draws,
    Engine,
    Json,
    Language,
    Observe,
    Recorded,
    SampleName,
    Scheduler,
    Seed,
    Threads,
    Where,
    complete_game,
    complete_method,
)
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
    fix_hashes: Annotated[
        bool,
        typer.Option("--fix-hashes", help="Cite what stands at each place now (with --sources)."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --fix…: write without asking.")] = False,
    as_json: Json = False,
) -> None:
    """Find all faults of a case, or tell the game in words.

    With the sources at hand, verify its citations too.
    """
    from lackmus.cli.commands import checking, mending

    if fix_hashes:
        mending.fix_hashes(case, sources, yes=yes)
        return
    if fix:
        mending.fix(case, yes=yes)
        return
    checking.check(case, sources=sources, todo=todo, as_json=as_json)


@app.command()
def cite(
    text: Annotated[Path, typer.Argument(metavar="SOURCE", help="The cited text, a file.")],
    words: Annotated[str, typer.Argument(metavar="WORDS", help="The words to be cited.")],
    source: Annotated[
        str, typer.Option("--as", metavar="ID", help="What the case calls the source.")
    ] = "",
    name: Annotated[str, typer.Option(metavar="NAME", help="What to call the passage.")] = "",
) -> None:
    """Print the passage that cites words of a text, to be pasted."""
    from lackmus.cli.commands import checking

    checking.cite(text, words, source=source, name=name)


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
    """Draft a case from an article by rules.

    What they cannot tell is marked TODO.
    """
    from lackmus.cli.commands import drafting

    drafting.draft(
        article, published=published, language=lang.value if lang else "", author=author,
        title=title, out=out, as_json=as_json,
    )  # fmt: skip


@app.command()
def solve(
    game: Annotated[
        str,
        typer.Argument(
            metavar="CASE|FILE",
            help="A case, or a .efg or .nfg file.",
            autocompletion=complete_game,
            show_default=False,
        ),
    ] = "",
    method: Annotated[
        str,
        typer.Option(
            metavar="M",
            help="How to solve; 'list' says which methods there are.",
            autocompletion=complete_method,
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
    histories: Annotated[
        bool,
        typer.Option(
            "--histories", help="Beliefs about whole histories, not aims and facts alone."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Find equilibria, each with its certificate."""
    from lackmus.cli.commands import games

    games.solve(
        game, method=method, precision=precision, every=every, seconds=seconds,
        histories=histories, as_json=as_json,
    )  # fmt: skip


@app.command()
def read(
    case: Case,
    observe: Observe = None,
    recorded: Recorded = False,
    observer: Annotated[str, typer.Option(metavar="NAME", help="Whose eyes to look through.")] = "",
    as_json: Json = False,
) -> None:
    """Say what an observation tells about hidden aims.

    Also what to watch for, and which test would tell them apart.
    """
    from lackmus.cli.commands import games

    games.read(case, observe=observe or [], recorded=recorded, observer=observer, as_json=as_json)


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
    """Say what the record teaches of assumptions, aims and claims.

    Dissents are weighed by it too.
    """
    from lackmus.cli.commands import learning

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


@app.command()
def tree(
    game: Annotated[
        str,
        typer.Argument(
            metavar="CASE|FILE",
            help="A case, or a .efg or .nfg file.",
            autocompletion=complete_game,
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
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it is there.")] = False,
) -> None:
    """Draw the game tree with its probabilities and payoffs."""
    from lackmus.cli.commands import games

    games.tree(game, out=out, precision=precision, rows=rows, force=force)


@app.command()
def schema(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Of a case, or of a command's --json.")
    ] = "",
) -> None:
    """Print the JSON Schema of a case, or of a command's --json."""
    from lackmus.cli.commands import files

    files.schema(name)


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


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A case, .efg or .nfg.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="A .yaml, .efg or .nfg file.")],
    force: Annotated[bool, typer.Option("--force", help="Replace OUT if it is there.")] = False,
) -> None:
    """Convert between cases and Gambit's formats.

    Refused where the target cannot hold what the source says.
    """
    from lackmus.cli.commands import files

    files.convert(source, target, force=force)


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
    """Write a commented case to start from, or a common pattern."""
    from lackmus.cli.commands import files

    files.new(folder, pattern)


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
    """Open the workbench: text, case and answers in the browser."""
    from lackmus.cli.commands import servers

    servers.work(
        case, sources=sources, host=host, port=port, draws=draws, seed=seed, browser=browser
    )


@app.command()
def lsp() -> None:
    """Serve editors over stdio: faults, completion, hover, places.

    Speaks the Language Server Protocol.
    """
    from lackmus.cli.commands import servers

    servers.lsp()


@app.command()
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
