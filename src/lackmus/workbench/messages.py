"""What the page says and is told, as plain data: suppositions in; faults, claims, answers out.

Places in a text are counted as a browser does, in UTF-16 units.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from lackmus.case import syntax
from lackmus.case.mending import edits
from lackmus.case.scope import Scope, Variable, knows
from lackmus.case.text import claim_text
from lackmus.foundation.errors import Fault, UsageError
from lackmus.report import words
from lackmus.report.claims import passages as passage_views
from lackmus.report.claims import title_of, verdict_view
from lackmus.report.sentences import HINDSIGHT
from lackmus.service.document import Document
from lackmus.sweep.shapes import bounds
from lackmus.sweep.verdict import Counts, Verdict
from lackmus.workbench.what_if import Answer, Supposition, Swept

Json: TypeAlias = dict[str, Any]

#: Characters that a browser counts as two.
_WIDE: Final = re.compile("[\U00010000-\U0010ffff]")


def supposition_in(given: Json) -> Supposition:
    """A supposition in the page's words.

    Raises:
        UsageError: It is none.
    """
    values, observed = given.get("values", {}), given.get("observed", [])
    draws, seed = given.get("draws"), given.get("seed")
    try:
        return Supposition(
            {str(k): float(v) for k, v in values.items()},
            tuple(str(text) for text in observed),
            bool(given.get("record", False)),
            None if draws is None else int(draws),
            None if seed is None else int(seed),
        )
    except (AttributeError, TypeError, ValueError, OverflowError):
        raise UsageError(f"this is no supposition: {json.dumps(given)[:200]}") from None


class Units:
    """Characters of a text as a browser counts them, in UTF-16 units, and back."""

    def __init__(self, text: str) -> None:
        self._wide = [found.start() for found in _WIDE.finditer(text)]

    def out(self, offset: int) -> int:
        """The unit at a character."""
        return offset + bisect_left(self._wide, offset)

    def into(self, unit: int) -> int:
        """The character at a unit."""
        return unit - sum(at + before < unit for before, at in enumerate(self._wide))


def fault_json(fault: Fault, known: Document, units: Units) -> Json:
    """A fault with its place in the text; one of another file names that file instead."""
    start = end = 0
    message = fault.message
    if fault.span is not None and fault.span.file == known.file:
        start = known.offset(fault.span.line, fault.span.column)
        end = known.offset(fault.span.line, fault.span.end)
    elif fault.span is not None:
        place = f"{Path(fault.span.file).name}:{fault.span.line}"
        message = f"{place}: {message}"
    return {
        "code": fault.code,
        "severity": fault.severity,
        "message": message,
        "hint": fault.hint,
        "start": units.out(start),
        "end": units.out(max(start, end)),
        "line": fault.span.line if fault.span else None,
        "mend": _mend(fault, known, units),
    }


def _mend(fault: Fault, known: Document, units: Units) -> Json | None:
    """The edit that mends a fault, where its hint leaves one reading."""
    for edit in edits([fault], known.file):
        first = known.offset(edit.line, 1)
        start, end = units.out(first + edit.start), units.out(first + edit.end)
        return {"start": start, "end": end, "text": edit.text}
    return None


def claim_json(claim: syntax.Claim) -> Json:
    """A claim: who makes it, what it asks, where it stands in the sources."""
    return {
        "id": claim.id,
        "number": words.short(claim.id),
        "title": title_of(claim),
        "by": claim.by,
        "reported_by": claim.reported_by,
        "question": claim_text(claim),
        "reason": claim.reason,
        "passages": [passage.where for passage in passage_views(claim.cite, {})],
    }


_Sees: TypeAlias = Literal["makes", "sees", "notices", ""]


def _sees(viewer: str, variable: Variable, number: int | None) -> _Sees:
    """What a viewer has of a move in a round; in whatever round where it has no number."""
    makers = variable.by if number is None else (variable.maker(number),)
    if viewer in makers:
        return "makes"
    if knows(viewer, variable, "value", number):
        return "sees"
    return "notices" if knows(viewer, variable, "made", number) else ""


def _rounds(variable: Variable, scope: Scope) -> int:
    """The most rounds in which a move can be made, over the range of their number; 0 for none."""
    block = scope.blocks.get(variable.block) if variable.block else None
    if block is None:
        return 0
    if isinstance(block.count, syntax.Number):
        return int(block.count.value)
    if isinstance(block.count, syntax.Name) and block.count.id in scope.assumptions:
        return round(bounds(scope.assumptions[block.count.id])[1])
    return 0


def move_json(variable: Variable, scope: Scope) -> Json:
    """A move: whose it is, its options, and what each viewer sees of it.

    The first of ``turns`` is of whatever round, or the only one; then comes one for each round.
    """
    move = variable.move
    says = {option.label: option.says for option in move.options} if move else {}
    rounds = _rounds(variable, scope)
    numbers = (None, *range(1, rounds + 1))
    return {
        "id": variable.id,
        "says": move.says if move else "",
        "options": [{"label": o, "says": says.get(o, "")} for o in variable.options],
        "block": variable.block or "",
        "turns": [
            {
                "by": (variable.maker(number) if number else "")
                or ", ".join(variable.by)
                or variable.kind,
                "sees": {viewer: _sees(viewer, variable, number) for viewer in scope.viewers},
            }
            for number in numbers
        ],
    }


def _counts(counts: Counts | None) -> Mapping[str, float] | None:
    return None if counts is None or not counts.draws else counts.shares()


def answer_json(answer: Answer) -> Json:
    """What comes out under a supposition: a word and a margin a claim, and beliefs."""
    beliefs = answer.beliefs
    return {
        "claims": [
            {"id": c.id, "word": c.word, "margin": c.margin, "reason": c.reason,
             "near": _counts(c.near)}
            for c in answer.claims
        ],
        "beliefs": asdict(beliefs) if beliefs else None,
        "near": answer.near,
        "seconds": answer.seconds,
    }  # fmt: skip


def swept_json(swept: Swept) -> Json:
    """Verdicts over the draws that are done."""
    return {
        "done": swept.done,
        "of": swept.of,
        "verdicts": [
            _verdict(verdict, HINDSIGHT if late else "")
            for verdict, late in zip(swept.verdicts, swept.overtaken, strict=True)
        ],
    }


def _verdict(verdict: Verdict, hindsight: str) -> Json:
    return {"claim": verdict.claim, "hindsight": hindsight} | asdict(verdict_view(verdict))
