"""What is asked of one game: its equilibria, what a move tells, its tree, its file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from lackmus.cli.arguments import (
    Case,
    Game,
    Json,
    Observe,
    Recorded,
    complete_method,
    complete_viewer,
)


def solve(
    game: Game = "",
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
        typer.Option(
            metavar="X",
            help="Precision (logit lambda) of a quantal response; by default the case's own, "
            "and of a .efg or .nfg none: the limit.",
            min=0,
        ),
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
    """Find equilibria, each with its certificate.

    Without a method that is the quantal response at the case's own precision; of a .efg or .nfg,
    which has none, its limit. --method limit gives the equilibrium without noise of a case, too.
    """
    from lackmus.cli.commands import games

    games.solve(
        game, method=method, precision=precision, every=every, seconds=seconds,
        histories=histories, as_json=as_json,
    )  # fmt: skip


def read(
    case: Case,
    observe: Observe = None,
    recorded: Recorded = False,
    observer: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Whose eyes to look through.", autocompletion=complete_viewer
        ),
    ] = "",
    as_json: Json = False,
) -> None:
    """Say what an observation tells about hidden aims.

    Also what to watch for, and which test would tell them apart.
    """
    from lackmus.cli.commands import games

    games.read(case, observe=observe or [], recorded=recorded, observer=observer, as_json=as_json)


def tree(
    game: Game,
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
