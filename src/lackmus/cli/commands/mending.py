"""What ``lackmus check --fix`` and ``--fix-hashes`` do."""

from __future__ import annotations

import difflib
import os
import sys
from dataclasses import replace
from pathlib import Path

from lackmus.cli import console
from lackmus.cli.commands.inputs import check_sources
from lackmus.foundation.disk import in_words, write_text
from lackmus.foundation.errors import CaseError, Fault, UsageError
from lackmus.pipeline.loading import locate

#: Edits of one line hide each other, and a mended fault may uncover another.
_ROUNDS = 50


def check_options(*, fix: bool, fix_hashes: bool, yes: bool, todo: bool, as_json: bool) -> None:
    """Whether what is asked for beside a mending, or as one, can be had together.

    Raises:
        UsageError: It cannot, and part of it would be passed over.
    """
    if fix and fix_hashes:
        raise UsageError(
            "--fix and --fix-hashes change the same file", hint="do one, then the other"
        )
    if yes and not (fix or fix_hashes):
        raise UsageError("--yes says yes to nothing", hint="add --fix or --fix-hashes")
    if (fix or fix_hashes) and (todo or as_json):
        option = "--json" if as_json else "--todo"
        raise UsageError(
            f"changes are shown to be read, and {option} has no part in them",
            hint=f"mend the case first, then check it with {option}",
        )


def fix(case: str, *, yes: bool) -> None:
    """Shows what can be mended as a diff, asks, and writes it.

    Raises:
        UsageError: The case is none of the user's files, or it cannot be asked.
    """
    path, before = _file(case, "--fix")
    after = _mended(before, str(path))
    if after == before:
        console.line("nothing can be mended without asking what was meant")
        return
    _offer(case, path, before, after, yes=yes)


def fix_hashes(case: str, sources: Path | None, *, yes: bool) -> None:
    """Shows hashes of what stands at the citations' places now as a diff, asks, and writes it.

    Raises:
        UsageError: The case is none of the user's files, there is no folder of sources, or it
            cannot be asked.
    """
    from lackmus.case.citations import verify
    from lackmus.case.quoting import rehashed
    from lackmus.pipeline.loading import load

    if sources is None:
        raise UsageError("--fix-hashes needs the texts", hint="give their folder: --sources DIR")
    check_sources(sources)
    path, before = _file(case, "--fix-hashes")
    loaded = load(case)
    checks = verify(loaded, sources)
    stale = {check.source for check in checks if check.citation is None and check.found}
    # A text is read by its hash, so that passages of one that has changed are found without it.
    unbound = tuple(replace(s, sha256="" if s.id in stale else s.sha256) for s in loaded.sources)
    checks = [check for check in checks if check.citation is None] + [
        check
        for check in verify(replace(loaded, sources=unbound), sources)
        if check.citation is not None
    ]
    lost = [check for check in checks if check.outcome == "mismatch" and not check.found]
    for check in lost:
        console.trouble(f"{check.where}: {check.message}")
    after = rehashed(before, checks)
    if after == before:
        console.line("no hash is to be changed")
        return
    _offer(case, path, before, after, yes=yes)


def _file(case: str, option: str) -> tuple[Path, str]:
    """The user's file that a case is in, and its text."""
    from lackmus.case.parse import read_text

    if not os.path.exists(case):
        raise UsageError(f"no file {case}", hint=f"{option} changes a file of yours")
    path = locate(case)
    path = path / "case.yaml" if path.is_dir() else path
    return path, read_text(path)


def _offer(case: str, path: Path, before: str, after: str, *, yes: bool) -> None:
    """Shows the changes, asks, and writes them."""
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
