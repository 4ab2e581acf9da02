"""A case in words, its citations, and the library."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lackmus.cli.console import line
from lackmus.cli.outcome import fault_json
from lackmus.cli.terminal import console, faults_folded, line_width, write

if TYPE_CHECKING:
    from lackmus.case.citations import CitationCheck
    from lackmus.case.syntax import Case
    from lackmus.foundation.errors import Fault
    from lackmus.library.index import Entry

_OUTCOMES = {
    "verified": "verified against the text",
    "exists": "at a place that exists, without a hash",
    "unverified": "not verified",
    "mismatch": "not what stands in the text",
}


def print_words(text: str, notes: Sequence[Fault], checks: Sequence[CitationCheck]) -> None:
    """The game in words, what is doubtful in it, and its citations."""
    write(text)
    if notes:
        write("\nWorth a look\n------------\n")
        write(faults_folded("\n".join(str(note) for note in notes)) + "\n")
    print_citations(checks)


def print_citations(checks: Sequence[CitationCheck]) -> None:
    """What became of the citations; nothing where there are none."""
    from lackmus.case.citations import NO_FOLDER

    if not checks:
        return
    write("\nSources and citations\n---------------------\n")
    for outcome, meaning in _OUTCOMES.items():
        found = [check for check in checks if check.outcome == outcome]
        sources = sum(check.citation is None for check in found)
        for count, what in ((sources, "source"), (len(found) - sources, "citation")):
            if count:
                write(f"{count:>4} {what if count == 1 else what + 's'} {meaning}\n")
        if outcome == "mismatch":
            for check in found:
                write(f"     {check.where}: {check.message}\n")
        if outcome == "unverified":
            for check in found:
                if check.citation is None:
                    option = " (--sources DIR)" if check.message.endswith(NO_FOLDER) else ""
                    write(f"     {check.where}: {check.message}{option}\n")


def check_json(
    case: Case | None, faults: Sequence[Fault], checks: Sequence[CitationCheck]
) -> dict[str, Any]:
    """What ``lackmus check --json`` prints."""
    return {
        "case": case.name if case else None,
        "title": case.title if case else None,
        "ok": not any(fault.severity == "error" for fault in faults),
        "faults": [fault_json(fault) for fault in faults],
        "citations": [
            {
                "where": found.where,
                "source": found.source,
                "outcome": found.outcome,
                "message": found.message,
            }
            for found in checks
        ],
    }


def print_library(entries: Sequence[Entry]) -> None:
    """The cases, a line each; a title that is too long for the terminal goes on below itself."""
    out = console()
    margin = max((len(entry.name) for entry in entries), default=0) + 2
    width = line_width(out)
    for entry in entries:
        room = len(entry.title) if width is None else width - margin
        first, *rest = textwrap.wrap(entry.title, max(room, 1)) or [""]
        line(f"{entry.name:<{margin}}{first}".rstrip())
        for more in rest:
            line(" " * margin + more)
