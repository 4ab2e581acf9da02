"""What the shell offers when an argument is half typed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lackmus.foundation.errors import InputError
from lackmus.library import index

if TYPE_CHECKING:
    from lackmus.case.scope import Variable

_CASES = (".yaml", ".yml")
_GAMES = (".efg", ".nfg")

#: A key that a case or a dissent has, and other files of YAML as a rule have not.
_CASE: Final = re.compile(rb"^(?:actors|extends|moves|title)[ \t]*:", re.MULTILINE)

#: Bytes in which it is looked for.
_LOOKED_AT: Final = 20_000


def names(incomplete: str) -> list[str]:
    """Cases of the library."""
    return [entry.name for entry in index.cases() if entry.name.startswith(incomplete)]


def cases(incomplete: str) -> list[str]:
    """Cases of the library, files of cases and folders."""
    return [*names(incomplete), *_paths(incomplete, _CASES)]


def games(incomplete: str) -> list[str]:
    """As `cases`, with files of games."""
    return [*names(incomplete), *_paths(incomplete, _CASES + _GAMES)]


def methods(incomplete: str) -> list[str]:
    """Methods of ``solve``."""
    from lackmus.solvers.solve import METHODS

    return [row.name for row in METHODS if row.name.startswith(incomplete)]


def judged(case: str, incomplete: str) -> list[str]:
    """What ``--fail-on`` takes: claims of a case, and verdicts, each as one word."""
    from lackmus.pipeline.loading import load
    from lackmus.sweep.verdict import ALL_WORDS

    try:
        claims = [claim.id for claim in load(case).claims]
    except InputError:
        claims = []
    words = (word.replace(" ", "-") for word in ALL_WORDS)
    return [name for name in (*claims, *words) if name.startswith(incomplete)]


def dissents(case: str, incomplete: str) -> list[str]:
    """What ``--with`` takes: dissents of a case by their short names, all of them, or a file."""
    from lackmus.pipeline.loading import dissent_names

    try:
        own = ["all", *dissent_names(case)]
    except InputError:
        own = []
    found = [name for name in own if name.startswith(incomplete)]
    return [*found, *_paths(incomplete, _CASES)]


def seen(case: str, incomplete: str) -> list[str]:
    """What ``--observe`` takes at its plainest: a move with an option."""
    return [
        text
        for variable in _variables(case)
        if variable.move is not None
        for text in (f"{variable.id}={option}" for option in variable.options)
        if text.startswith(incomplete)
    ]


def viewers(case: str, incomplete: str) -> list[str]:
    """What ``--observer`` takes: actors and observers of a case."""
    from lackmus.pipeline.loading import load

    try:
        loaded = load(case)
    except InputError:
        return []
    names = [*(actor.id for actor in loaded.actors), *loaded.observers]
    return [name for name in names if name.startswith(incomplete)]


def _variables(case: str) -> list[Variable]:
    """Aims, facts and moves of a case, of which nothing is said where it has faults."""
    from lackmus.case.scope import scope_of
    from lackmus.pipeline.loading import load

    try:
        return list(scope_of(load(case)).variables.values())
    except InputError:
        return []


def schemas(incomplete: str) -> list[str]:
    """Names of JSON Schemas."""
    from lackmus.cli.commands.files import schema_names

    return [name for name in schema_names() if name.startswith(incomplete)]


def _may_be_case(path: Path) -> bool:
    """Whether a file, if it is of YAML, begins like a case or a dissent."""
    if path.suffix not in _CASES:
        return True
    try:
        with path.open("rb") as file:
            return _CASE.search(file.read(_LOOKED_AT)) is not None
    except OSError:
        return False


def _paths(incomplete: str, suffixes: tuple[str, ...]) -> list[str]:
    """Folders, and files that end so, whose path begins as typed."""
    head, slash, tail = incomplete.rpartition("/")
    folder = Path(f"{head}/" if slash else ".")
    try:
        found = sorted(path for path in folder.iterdir() if path.name.startswith(tail))
    except OSError:
        return []
    shown = tail.startswith(".")
    return [
        f"{head}{slash}{path.name}{'/' if path.is_dir() else ''}"
        for path in found
        if (path.is_dir() or (path.suffix in suffixes and _may_be_case(path)))
        and (shown or path.name[0] != ".")
    ]
