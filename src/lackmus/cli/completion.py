"""What the shell offers when an argument is half typed."""

from __future__ import annotations

from pathlib import Path

from lackmus.library import index

_CASES = (".yaml", ".yml")
_GAMES = (".efg", ".nfg")


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
        if (path.is_dir() or path.suffix in suffixes) and (shown or path.name[0] != ".")
    ]
