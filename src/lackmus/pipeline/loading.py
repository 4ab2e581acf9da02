"""Finding and loading cases: a path, or a name in the library."""

from __future__ import annotations

from pathlib import Path

from lackmus.case import syntax
from lackmus.case.parse import load_case
from lackmus.library.index import find


def locate(case: Path | str) -> Path:
    """The file or folder of a case.

    Args:
        case: A path, or a name in the library.

    Raises:
        UsageError: There is neither such a file nor such a name.
    """
    path = Path(case)
    if path.exists() or path.suffix in (".yaml", ".yml") or len(path.parts) > 1:
        return path
    return find(str(case))


def load(case: Path | str) -> syntax.Case:
    """The case at a path or of a name in the library.

    Raises:
        InputError: There is no such case, or it has faults; all of them are told.
    """
    return load_case(locate(case), find)


def dissents_of(case: Path | str) -> list[Path]:
    """The dissents that a case lists, as files beside it."""
    path = locate(case)
    folder = path if path.is_dir() else path.parent
    return [folder / name for name in load(case).dissents]
