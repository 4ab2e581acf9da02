"""What ``check`` says of a case: its faults, or the game in words, and its citations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lackmus.cli import console
from lackmus.cli.commands import drafting
from lackmus.cli.commands.inputs import check_sources
from lackmus.cli.tables.case import check_json, print_citations, print_words
from lackmus.cli.terminal import prose_width
from lackmus.foundation.errors import CaseError
from lackmus.pipeline.loading import load

if TYPE_CHECKING:
    from lackmus.case.gaps import Gap
    from lackmus.case.syntax import Case
    from lackmus.foundation.errors import Fault


def check(case: str, *, sources: Path | None, todo: bool, as_json: bool) -> None:
    """Prints the game in words with warnings, or all faults; of a draft, what it lacks."""
    from lackmus.case.citations import verify
    from lackmus.case.words import words_text

    found = _checked(case, keep_faults=as_json)
    if sources is not None:
        check_sources(sources)
    checks = verify(found.case, sources) if found.case else []
    cited = [f for c in checks if (f := c.fault()) and f.severity == "error"]
    if as_json:
        faults = [*found.faults, *cited, *found.notes]
        told = check_json(found.case, faults, checks)
        console.json({**told, "gaps": drafting.gaps_json(found.gaps)})
    elif todo:
        drafting.todo(found.gaps, case)
    elif found.case is not None and not found.gaps:
        print_words(words_text(found.case, prose_width()), found.notes, checks)
    else:
        print_citations(checks)
    if not as_json:
        drafting.refuse_draft(found.gaps, found.faults, case, todo=todo)
    if found.faults or cited:
        raise SystemExit(2)


@dataclass(frozen=True)
class _Checked:
    """A case as far as it can be read, and what is to be said of it."""

    case: Case | None = None
    faults: Sequence[Fault] = ()
    notes: Sequence[Fault] = ()
    gaps: Sequence[Gap] = ()


def _checked(case: str, *, keep_faults: bool) -> _Checked:
    """Reads and compiles a case; CaseError unless its faults are to be kept, or it is a draft."""
    from lackmus.case.check import check_case
    from lackmus.case.gaps import DraftError
    from lackmus.compiler.compile import compile_case
    from lackmus.compiler.remarks import remarks_on

    try:
        loaded = load(case)
        remarks = remarks_on(compile_case(loaded))
    except DraftError as error:
        return _Checked(error.case, error.faults, gaps=error.gaps)
    except CaseError as error:
        if not keep_faults:
            raise
        return _Checked(faults=error.faults)
    notes = [f for f in check_case(loaded) if f.severity != "error"]
    return _Checked(loaded, notes=[*notes, *remarks])
