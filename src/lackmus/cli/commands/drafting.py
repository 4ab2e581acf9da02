"""What ``lackmus draft`` does, and what ``lackmus check`` says of a draft."""

from __future__ import annotations

import datetime
import os
from collections.abc import Sequence
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lackmus.cli import console
from lackmus.foundation.counting import noun
from lackmus.foundation.disk import write_text
from lackmus.foundation.errors import CaseError, Fault, UsageError

if TYPE_CHECKING:
    from lackmus.case.gaps import Gap
    from lackmus.drafting.draft import Draft

#: The files of a new case.
_CASE: Final = "case.yaml"
_SCHEMA: Final = "case.schema.json"


def draft(
    article: Path,
    *,
    published: str,
    language: str,
    author: str,
    title: str,
    out: Path,
    as_json: bool,
) -> None:
    """Writes a case folder with gaps from an article.

    Raises:
        UsageError: The article cannot be drafted from, or a file is in the way.
    """
    from lackmus.drafting.draft import draft as make
    from lackmus.drafting.folder import case_text
    from lackmus.drafting.intake import take_in

    check_folder(out)
    intake = take_in(
        article, published=_day(published), language=language, author=author, title=title
    )
    made = make(intake.text, intake.source, title)
    text = case_text(made)
    write_folder(out, text)
    if as_json:
        console.json(draft_json(made, out / _CASE, intake.written))
        return
    if intake.written is not None:
        console.line(f"wrote {intake.written}, the text that the draft cites")
    _summary(made, out / _CASE)


def check_folder(folder: Path) -> None:
    """UsageError where a file of a new case stands in a folder already."""
    for name in (_CASE, _SCHEMA):
        if os.path.lexists(folder / name):
            raise UsageError(f"{folder / name} is there already", hint="name another folder")


def write_folder(folder: Path, text: str) -> None:
    """Makes the folder of a new case: both its files, or neither.

    Raises:
        UsageError: There can be no such folder.
        OSError: The disk did not take a file.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make {folder}: {error.strerror}", "name another folder") from None
    schema = folder / _SCHEMA
    write_text(schema, (files("lackmus") / "schemas" / _SCHEMA).read_text("utf-8"))
    try:
        write_text(folder / _CASE, text)
    except BaseException:
        schema.unlink(missing_ok=True)
        raise


def _day(text: str) -> datetime.date | None:
    if not text:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        hint = "write it as 2025-08-10"
        raise UsageError(f"--published {text!r} is no day", hint=hint) from None


def _summary(made: Draft, target: Path) -> None:
    actors = ", ".join(actor.name for actor in made.actors) or "none found"
    resolved = sum(dated.when.date is not None for dated in made.dates)
    console.line(f"wrote {target}")
    statements, candidates, dates = map(len, (made.statements, made.candidates, made.dates))
    console.line(f"  {statements:>4} {noun(statements, 'statement')}")
    console.line(f"  {candidates:>4} {noun(candidates, 'candidate claim')}")
    console.line(f"  {dates:>4} {noun(dates, 'time')}, {resolved} of them {noun(resolved, 'day')}")
    console.line(f"       actors: {actors}")
    if made.left_off:
        console.line(f"       {made.left_off} further sentences were left off")
    if made.source.published is None:
        console.line("       without --published DATE no relative day is resolved")
    console.line(f"now: lackmus check {target.parent} --todo")


def draft_json(made: Draft, target: Path, written: Path | None) -> dict[str, Any]:
    """What ``lackmus draft --json`` prints; no words of the text but names."""
    return {
        "case": str(target),
        "text": str(written) if written else None,
        "source": {
            "id": made.source.id,
            "language": made.source.language,
            "published": str(made.source.published) if made.source.published else None,
            "sha256": made.source.sha256,
            "file": made.source.file,
        },
        "passages": [
            {
                "id": passage.id,
                "paragraph": passage.citation.paragraph,
                "chars": [passage.citation.start, passage.citation.end],
                "sha256": passage.citation.sha256,
            }
            for passage in made.passages
        ],
        "statements": [asdict(said) for said in made.statements],
        "candidates": [
            {**asdict(claim), "resolves": str(claim.resolves) if claim.resolves else None}
            for claim in made.candidates
        ],
        "actors": [asdict(actor) for actor in made.actors],
        "observers": list(made.observers),
        "dates": [
            {
                "passage": dated.passage,
                "chars": [dated.when.start, dated.when.end],
                "date": str(dated.when.date) if dated.when.date else None,
                "deadline": dated.deadline,
                "rule": dated.when.rule,
            }
            for dated in made.dates
        ],
        "left_off": made.left_off,
    }


def todo(gaps: Sequence[Gap], case: str) -> None:
    """What a case lacks, most consequential first."""
    if not gaps:
        console.line(f"nothing is marked TODO; now: lackmus check {case}, then lackmus test {case}")
        return
    width = len(str(len(gaps)))
    for number, gap in enumerate(gaps, 1):
        console.line(f"{number:>{width}}  line {gap.span.line}: {gap.message}")
    console.line(f"fill the first ones first; then lackmus check {case} --todo again")


def refuse_draft(gaps: Sequence[Gap], faults: Sequence[Fault], case: str, *, todo: bool) -> None:
    """Raise CaseError where a case is a draft: with its gaps, unless they have been listed."""
    told = [fault for fault in faults if fault.code != "gap"] if todo else list(faults)
    if not gaps or not told:
        return
    if not todo:
        hint = f"lackmus check {case} --todo puts them in order, most consequential first"
        message = f"this is a draft: {len(gaps)} of its values are still to be written"
        told.append(Fault("draft", message, hint=hint))
    raise CaseError(told)


def gaps_json(gaps: Sequence[Gap]) -> list[dict[str, Any]]:
    """Gaps as ``lackmus check --json`` has them."""
    return [
        {
            "part": gap.part,
            "key": gap.key,
            "asks": gap.asks,
            "places": list(gap.places),
            "line": gap.span.line,
            "column": gap.span.column,
        }
        for gap in gaps
    ]
