"""Finding and loading cases: a path, or a name in the library."""

from __future__ import annotations

import os
from pathlib import Path

from lackmus.case import syntax
from lackmus.case.fields import closest
from lackmus.case.parse import check_is_case, load_case
from lackmus.foundation.errors import UsageError
from lackmus.foundation.letters import composed
from lackmus.library.index import find

_GAMES = (".efg", ".nfg")


def locate(case: Path | str) -> Path:
    """The file or folder of a case.

    Args:
        case: A path, or a name in the library.

    Raises:
        UsageError: There is neither such a file nor such a name, or it is no case's.
    """
    path = Path(case)
    if path.suffix.lower() in _GAMES:
        hint = f"lackmus solve {case} finds its equilibria"
        raise UsageError(f"{case} is a game without claims, and no case", hint=hint)
    folder = path.parent / path.stem
    there = os.path.exists(path)
    if path.suffix in (".yaml", ".yml") and not there and os.path.exists(folder / "case.yaml"):
        raise UsageError(f"there is no file {path}", hint=f"did you mean the folder {folder}?")
    if there or path.suffix in (".yaml", ".yml") or len(path.parts) > 1:
        return path
    return find(str(case))


def load(case: Path | str) -> syntax.Case:
    """The case at a path or of a name in the library.

    Raises:
        InputError: There is no such case, or it has faults; all of them are told.
    """
    return load_case(locate(case), find)


def dissents_of(case: Path | str) -> list[Path]:
    """The dissents that a case lists, as files beside it.

    Raises:
        InputError: The case has faults, or lists a file that is no case's.
    """
    paths = [_folder(case) / name for name in load(case).dissents]
    for path in paths:
        check_is_case(path / "case.yaml" if path.is_dir() else path)
    return paths


def dissent_of(case: Path | str, name: str) -> Path:
    """A dissent: one that a case lists, by file, short name or title; or any file or library name.

    Args:
        case: The case's path or name.
        name: Such as ``honest-broker``, ``dissent-honest-broker.yaml`` or ``An honest broker``.

    Raises:
        InputError: There is none; the hint lists those of the case.
    """
    own = dissents_of(case)
    asked = _folded(name)
    for path in own:
        if asked in map(_folded, (path.name, path.stem, _short(path))):
            return path
    for path in own:
        if asked == _folded(load(path).title):
            return path
    for path in (_folder(case) / name, Path(name)):
        if os.path.isfile(path):
            return path
    try:
        return locate(name)
    except UsageError as error:
        titles = {_short(path): load(path).title for path in own}
        named = ", ".join(f"{short} (“{title}”)" for short, title in titles.items()) or "none"
        near = closest(name, (*titles, *titles.values()))
        near = f"{near} " if near.startswith("did you mean") else ""
        hint = f"{near}the case lists {named}; any other is given as a file"
        raise UsageError(f"{case} has no dissent '{name}'", hint=hint) from error


def _folder(case: Path | str) -> Path:
    path = locate(case)
    return path if os.path.isdir(path) else path.parent


def dissent_names(case: Path | str) -> tuple[str, ...]:
    """Short names of the dissents that a case lists.

    Raises:
        InputError: As for `dissents_of`.
    """
    return tuple(map(_short, dissents_of(case)))


def _folded(name: str) -> str:
    """A name as it is compared: whatever its capitals, and its letters' marks."""
    return composed(name).casefold()


def _short(path: Path) -> str:
    """The name of a dissent's file without what all of them have in theirs."""
    return path.stem.removeprefix("dissent-")
