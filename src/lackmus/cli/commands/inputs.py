"""What several commands are given: observations, engines, dissents, sources, a report's place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lackmus.foundation.disk import check_target, read_bounded
from lackmus.foundation.errors import UsageError
from lackmus.pipeline.loading import dissent_of, dissents_of

if TYPE_CHECKING:
    from lackmus.case.syntax import Expr
    from lackmus.engines.base import Engine

#: What a report's name ends in, and what its first bytes hold.
_PAGES = (".html", ".htm")
_GENERATOR = b'<meta name="generator" content="Lackmus'
_HEAD, _LARGEST_PAGE = 4096, 500_000_000


def observed_in(observe: Sequence[str]) -> tuple[Expr, ...]:
    """The conditions of ``--observe`` arguments.

    Raises:
        UsageError: Those that are no expression, all at once.
    """
    from lackmus.pipeline.observations import parse_observed

    return parse_observed(observe, "--observe")


def engine_of(name: str, scheduler: str, threads: int) -> Engine:
    """The engine that the arguments ask for.

    Raises:
        UsageError: Dask is asked for and not installed.
    """
    if name == "dask":
        from lackmus.engines.dask_cluster import DaskCluster

        return DaskCluster(scheduler or None, workers=threads or None)
    if scheduler:
        raise UsageError("a scheduler needs --engine dask", hint="add --engine dask")
    from lackmus.engines.threads import Threads

    return Threads(threads or None)


def dissent_paths(case: str, names: Sequence[str]) -> list[Path]:
    """The dissents that ``--with`` names; ``all`` stands for the case's own."""
    paths: list[Path] = []
    for name in names:
        paths += dissents_of(case) if name == "all" else [dissent_of(case, name)]
    return paths


def check_sources(folder: Path) -> None:
    """Raise UsageError unless there is a folder of sources."""
    if not folder.is_dir():
        raise UsageError(f"no folder {folder}", hint="name the folder that holds the texts")


def check_report(path: Path) -> None:
    """Raise UsageError unless a report can be written there, in the place of another at most."""
    if path.suffix.lower() not in _PAGES:
        raise UsageError(f"cannot write {path}: a report is a page", hint="name an .html file")
    check_target(path)
    if path.exists() and _GENERATOR not in read_bounded(path, _LARGEST_PAGE)[:_HEAD]:
        message = f"{path} is there already, and is no report of Lackmus"
        raise UsageError(message, hint="remove it, or name another file")
