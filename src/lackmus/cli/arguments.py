"""Arguments that several commands take, each with its words of help, and what may stand there."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer


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


def complete_case(incomplete: str) -> list[str]:
    """Names of the library and paths of cases that begin so."""
    from lackmus.cli.completion import cases

    return cases(incomplete)


def complete_game(incomplete: str) -> list[str]:
    """As `complete_case`, with files of games."""
    from lackmus.cli.completion import games

    return games(incomplete)


def complete_method(incomplete: str) -> list[str]:
    """Names of methods that begin so."""
    from lackmus.cli.completion import methods

    return methods(incomplete)


def complete_name(incomplete: str) -> list[str]:
    """Names of the library that begin so."""
    from lackmus.cli.completion import names

    return names(incomplete)


def complete_schema(incomplete: str) -> list[str]:
    """Names of schemas that begin so."""
    from lackmus.cli.completion import schemas

    return schemas(incomplete)


def _case_of(context: typer.Context) -> str:
    """The case named on a line that breaks off behind an option, where nothing is sorted yet."""
    return context.params.get("case") or next(iter(context.args), "")


def complete_judged(context: typer.Context, incomplete: str) -> list[str]:
    """Claims of the case that is named already, and verdicts, that begin so."""
    from lackmus.cli.completion import judged

    return judged(_case_of(context), incomplete)


def complete_dissent(context: typer.Context, incomplete: str) -> list[str]:
    """Dissents of the case that is named already, and files, that begin so."""
    from lackmus.cli.completion import dissents

    return dissents(_case_of(context), incomplete)


def complete_seen(context: typer.Context, incomplete: str) -> list[str]:
    """Moves with an option, of the case that is named already, that begin so."""
    from lackmus.cli.completion import seen

    return seen(_case_of(context), incomplete)


def complete_viewer(context: typer.Context, incomplete: str) -> list[str]:
    """Actors and observers of the case that is named already, that begin so."""
    from lackmus.cli.completion import viewers

    return viewers(_case_of(context), incomplete)


Case = Annotated[
    str,
    typer.Argument(
        metavar="CASE",
        help="A file, a folder, or a name from 'lackmus cases'.",
        autocompletion=complete_case,
    ),
]
Game = Annotated[
    str,
    typer.Argument(
        metavar="CASE|FILE",
        help="A case, or a .efg or .nfg file.",
        autocompletion=complete_game,
        show_default=False,
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
        autocompletion=complete_seen,
    ),
]
Recorded = Annotated[
    bool,
    typer.Option(
        "--observed",
        help="Judge in the light of the case's record; without it, as of before the record.",
    ),
]
RecordFile = Annotated[
    Optional[Path],
    typer.Option(metavar="FILE", help="A file of observations in place of the case's own."),
]
LedgerFile = Annotated[Path, typer.Argument(metavar="LEDGER", help="The ledger's file.")]
OnDay = Annotated[
    str, typer.Option("--on", metavar="DATE", help="The day, as 2025-08-10; today if unsaid.")
]
Draws = Annotated[int, typer.Option(metavar="N", help="Number of draws of all assumptions.", min=1)]
LearntDraws = Annotated[
    int,
    typer.Option(
        "--draws",
        metavar="N",
        help="Number of draws of all assumptions: 20 or more, or they tell nothing.",
    ),
]
Seed = Annotated[int, typer.Option(metavar="S", help="Seed of the draws.", min=0)]
Threads = Annotated[
    int, typer.Option(metavar="N", help="Threads to solve with; 0 is one a core.", min=0)
]
Where = Annotated[Engine, typer.Option(help="In this process, or on a Dask cluster.")]
Scheduler = Annotated[
    str, typer.Option(metavar="ADDRESS", help="A Dask scheduler; a local cluster if unsaid.")
]
