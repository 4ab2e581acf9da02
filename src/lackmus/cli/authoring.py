"""What an author does to a case: begin it, draft it, check it, cite."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from lackmus.cli.arguments import (
    Case,
    Json,
    Language,
)


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

    mending.check_options(fix=fix, fix_hashes=fix_hashes, yes=yes, todo=todo, as_json=as_json)
    if fix_hashes:
        mending.fix_hashes(case, sources, yes=yes)
        return
    if fix:
        mending.fix(case, yes=yes)
        return
    checking.check(case, sources=sources, todo=todo, as_json=as_json)


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
