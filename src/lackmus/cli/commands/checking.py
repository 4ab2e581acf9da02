"""What ``check`` says of a case: its faults, or the game in words, and its citations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lackmus.cli import console
from lackmus.cli.commands import drafting
from lackmus.cli.commands.inputs import check_sources
from lackmus.cli.tables.case import check_json, print_citations, print_words
from lackmus.cli.terminal import prose_width
from lackmus.foundation.errors import CaseError, UsageError
from lackmus.pipeline.loading import load

#: Bytes above which a text is not read; places that are told of.
_LARGEST: Final = 20_000_000
_MOST_PLACES: Final = 6

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


def cite(text: Path, words: str, *, source: str, name: str) -> None:
    """Prints the passage that cites words of a text, ready to be pasted.

    Raises:
        UsageError: The words are not there, or stand in several places.
    """
    from lackmus.case.quoting import passages_of
    from lackmus.foundation.disk import read_bounded

    try:
        data = read_bounded(text, _LARGEST)
    except OSError as error:
        raise UsageError(f"cannot read {text}: {error.strerror}") from None
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{text} is not UTF-8", hint="save it as UTF-8") from None
    found = passages_of(source or re.sub(r"\W+", "_", text.stem), whole, words)
    if not found:
        hint = "the words as they stand there, with their punctuation"
        raise UsageError(f"{text} does not have these words", hint=hint)
    if len(found) > 1:
        places = ", ".join(f"§{p.paragraph}, character {p.start}" for p in found[:_MOST_PLACES])
        more = ", …" * (len(found) > _MOST_PLACES)
        message = f"these words stand in {len(found)} places: {places}{more}"
        raise UsageError(message, "give more of them")
    (passage,) = found
    number = passage.paragraph
    console.line("passages:")
    console.line(passage.entry(name or (f"p{number:02}" if number else "passage")))


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
