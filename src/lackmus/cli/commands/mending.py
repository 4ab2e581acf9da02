"""What ``lackmus check --fix`` does."""

from __future__ import annotations

import difflib
import os
import sys
from pathlib import Path

from lackmus.cli import console
from lackmus.foundation.disk import in_words, write_text
from lackmus.foundation.errors import CaseError, Fault, UsageError
from lackmus.pipeline.loading import locate

#: Edits of one line hide each other, and a mended fault may uncover another.
_ROUNDS = 50


def fix(case: str, *, yes: bool) -> None:
    """Shows what can be mended as a diff, asks, and writes it.

    Raises:
        UsageError: The case is none of the user's files, or it cannot be asked.
    """
    from lackmus.case.parse import read_text

    path = Path(case)
    if not os.path.exists(path):
        raise UsageError(f"no file {case}", hint="--fix changes a file of yours")
    path = locate(case)
    path = path / "case.yaml" if path.is_dir() else path
    before = read_text(path)
    after = _mended(before, str(path))
    if after == before:
        console.line("nothing can be mended without asking what was meant")
        return
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), str(path), f"{path} (mended)", lineterm="", n=1
    )
    for line in lines:
        console.line(line)
    if not yes and not _agreed():
        raise UsageError("nothing was written", hint="answer y, or add --yes")
    try:
        write_text(path, after)
    except OSError as error:
        raise UsageError(in_words(error, path)) from None
    console.line(f"wrote {path}; now: lackmus check {case}")


def _mended(text: str, file: str) -> str:
    from lackmus.case.mending import edits, mended

    for _ in range(_ROUNDS):
        found = edits(_faults(text, file), file)
        if not found:
            break
        text = mended(text, found)
    return text


def _faults(text: str, file: str) -> tuple[Fault, ...]:
    from lackmus.case.parse import parse_case

    try:
        parse_case(text, file)
    except CaseError as error:
        return error.faults
    return ()


def _agreed() -> bool:
    """Whether a person at a terminal says yes."""
    if not sys.stdin.isatty():
        return False
    sys.stdout.write("Write this? [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
