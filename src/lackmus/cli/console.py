"""What every command says alike: a line, trouble, one JSON object, how far it is."""

from __future__ import annotations

import json as json_module
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from lackmus.cli.terminal import console, is_unicode, json_visible, visible, write
from lackmus.foundation import compiling
from lackmus.foundation.version import version

#: Version of the forms of what ``--json`` prints; it rises where a key goes or changes.
SCHEMA: Final = 1

Tell = Callable[[str, int, int], None]


def line(text: str) -> None:
    """A line of plain text."""
    write(text + "\n")


def trouble(text: str) -> None:
    """A line on the error stream."""
    sys.stderr.write(visible(text) + "\n")


def json(value: Mapping[str, Any]) -> None:
    """What ``--json`` prints: one object, headed by the versions of the program and of its form."""
    document({"version": version(), "schema": SCHEMA, **value})


def document(value: Mapping[str, Any]) -> None:
    """A JSON document as it is."""
    narrow = not is_unicode(sys.stdout)
    text = json_module.dumps(value, ensure_ascii=narrow, allow_nan=False, indent=2)
    sys.stdout.write(json_visible(text) + "\n")


def timed_json(value: Mapping[str, Any]) -> None:
    """One JSON object with seconds in it, and whether compiling the solver is among them."""
    json({**value, "compiled": compiling.begun()})


@contextmanager
def progress(*, quiet: bool) -> Iterator[Tell]:
    """A progress bar on the error stream; nothing where that is no terminal."""
    stream = console(errors=True)
    if quiet or not stream.is_terminal:
        yield lambda _stage, _done, _total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Left

    columns = (TextColumn("{task.description:<14}"), BarColumn(), MofNCompleteColumn(), Left())
    # Without a thread that draws it anew: a process with threads cannot be copied.
    with Progress(*columns, console=stream, transient=True, auto_refresh=False) as bar:
        tasks: dict[str, Any] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total, refresh=True)

        yield tell
