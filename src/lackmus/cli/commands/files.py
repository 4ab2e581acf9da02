"""Files that come with Lackmus or leave it: ``cases``, ``schema``, ``new``, ``convert``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lackmus.cli import console
from lackmus.cli.commands.drafting import check_folder, write_folder
from lackmus.cli.commands.games import game_of
from lackmus.cli.tables.case import print_library
from lackmus.foundation.disk import check_target, write_text
from lackmus.foundation.errors import UsageError
from lackmus.foundation.version import version
from lackmus.library import index
from lackmus.pipeline.loading import load

if TYPE_CHECKING:
    from lackmus.game.game import Game


def print_version() -> None:
    """Prints the version."""
    console.line(f"lackmus {version()}")


_SCHEMA: Final = ".schema.json"


def schema_names() -> list[str]:
    """Names of the JSON Schemas."""
    return sorted(
        file.name.removesuffix(_SCHEMA)
        for file in (files("lackmus") / "schemas").iterdir()
        if file.name.endswith(_SCHEMA)
    )


def schema(name: str) -> None:
    """Prints a JSON Schema, or the names of all."""
    known = schema_names()
    if not name:
        console.line("\n".join(known))
        return
    if name not in known:
        raise UsageError(f"there is no schema {name!r}", hint=f"known are {', '.join(known)}")
    text = (files("lackmus") / "schemas" / f"{name}{_SCHEMA}").read_text("utf-8")
    console.document(json.loads(text))


def cases(*, as_json: bool) -> None:
    """Prints the library, a line a case."""
    entries = index.cases()
    if as_json:
        console.json({"cases": [{"name": e.name, "title": e.title} for e in entries]})
    else:
        print_library(entries)


def show(name: str) -> None:
    """Prints a case file as it stands."""
    path = index.find(name)
    sys.stdout.flush()
    # A file, and so in its own encoding, whatever that of the stream is.
    sys.stdout.buffer.write((path / "case.yaml" if path.is_dir() else path).read_bytes())


#: The how-to pages' cases, made by scripts/build_patterns.py.
PATTERNS = ("bluffing", "deadline", "inspector", "mediator", "pretext", "probe")


def new(folder: Path, pattern: str) -> None:
    """Makes a folder with a case to start from, and the schema by which an editor completes it.

    Args:
        folder: The folder.
        pattern: One of `PATTERNS`; the commented case where it is empty.

    Raises:
        UsageError: There is no such pattern, or a file is in the way.
    """
    if pattern and pattern not in PATTERNS:
        hint = f"there are {', '.join(PATTERNS)}"
        raise UsageError(f"no pattern '{pattern}'", hint=hint)
    check_folder(folder)
    start = f"patterns/{pattern}.yaml" if pattern else "starter.yaml"
    write_folder(folder, (files("lackmus.case") / start).read_text("utf-8"))
    console.line(
        f"wrote {folder / 'case.yaml'}; now: lackmus check {folder}, then lackmus test {folder}"
    )


def convert(source: Path, target: Path, *, force: bool) -> None:
    """Converts a file; UsageError where the target cannot hold it, or is there already."""
    from lackmus.case.writer import write_case
    from lackmus.game.efg_writer import write_efg
    from lackmus.game.nfg import write_nfg
    from lackmus.game.source import renamed

    writers: dict[str, Callable[[Game], str]] = {".efg": write_efg, ".nfg": write_nfg}
    kind = target.suffix.lower()
    is_case = source.suffix.lower() not in writers
    if kind not in (*writers, ".yaml", ".yml"):
        raise UsageError(f"cannot write {target}", hint="name a .yaml, .efg or .nfg file")
    _check_new(source, target, force=force)
    if kind in writers:
        game, _ = game_of(str(source))
        text = writers[kind](game)
        for name, written in renamed(game):
            console.trouble(f"note: Gambit does not take the name {name!r}; written as {written!r}")
    elif is_case:
        text = write_case(load(str(source)))
    else:
        from lackmus.pipeline.tree_case import case_of_tree

        text = write_case(case_of_tree(game_of(str(source))[0]))
    write_text(target, text)
    console.line(f"wrote {target}")


def _check_new(source: Path, target: Path, *, force: bool) -> None:
    """Raise UsageError where a file stands at the target that must stay."""
    check_target(target)
    if not target.exists():
        return
    for read in (source, source / "case.yaml", source / "observations.yaml"):
        if read.exists() and read.samefile(target):
            raise UsageError(f"{target} is what is to be converted", hint="name another file")
    if not force:
        raise UsageError(f"{target} is there already", hint="name another file, or add --force")
