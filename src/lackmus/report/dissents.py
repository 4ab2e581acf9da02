"""Dissents beside the case: their verdicts, and what they change."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeVar

import numpy as np

from lackmus.case import syntax
from lackmus.case.differing import differences
from lackmus.case.spoken import called
from lackmus.pipeline.findings import Findings
from lackmus.report import words
from lackmus.report.claims import Quotes, claim_views, title_of, verdict_view
from lackmus.report.model import Compared, DissentView, Link
from lackmus.sweep.shapes import bounds

_Said = TypeVar("_Said", str, tuple[str, ...])


def compared(findings: Findings) -> tuple[Compared, ...]:
    """Verdicts side by side with each dissent's; empty without dissents."""
    if not findings.dissents:
        return ()
    columns = [findings, *findings.dissents]
    verdicts = [{f.claim.id: verdict_view(f.verdict) for f in column.claims} for column in columns]
    titles = {f.claim.id: title_of(f.claim) for column in columns for f in column.claims}
    return tuple(
        Compared(
            Link(claim, f"{words.numbered(claim)} {title}".strip()),
            tuple(column.get(claim) for column in verdicts),
        )
        for claim, title in titles.items()
    )


def dissent_views(findings: Findings, quotes: Quotes) -> tuple[DissentView, ...]:
    """The dissents with what they change."""
    known = frozenset(found.claim.id for found in findings.claims)
    views = []
    for dissent in findings.dissents:
        new = frozenset(found.claim.id for found in dissent.claims) - known
        views.append(
            DissentView(
                title=called(dissent.case, findings.case),
                because=words.paragraphs(_own(dissent.case.notes, findings.case.notes)),
                comments=tuple(
                    words.sentence(comment)
                    for comment in _own(dissent.case.comments, findings.case.comments)
                ),
                changes=tuple(_changes(findings.case, dissent.case)),
                new_claims=claim_views(dissent, quotes, only=new),
            )
        )
        known |= new
    return tuple(views)


def _own(said: _Said, before: _Said) -> _Said:
    """What a dissent says itself, and does not merely leave as it was."""
    return said if said != before else type(said)()


def _changes(before: syntax.Case, after: syntax.Case) -> list[str]:
    old = {a.name: a for a in (*before.assumptions, before.precision)}
    told = [
        _changed(old.get(new.name), new)
        for new in (*after.assumptions, after.precision)
        if old.get(new.name) != new
    ]
    return [*told, *differences(before, after)]


def _changed(old: syntax.Assumption | None, new: syntax.Assumption) -> str:
    why = f", because {new.because.strip().rstrip('.')}" if new.because else ""
    if old is None:
        return f"{new.name} is new: {_value(new.value)} ({_range(new)}){why}."
    return (
        f"{new.name}: {_value(old.value)} ({_range(old)}) becomes {_value(new.value)} "
        f"({_range(new)}){why}."
    )


def _value(value: Fraction) -> str:
    return words.number(float(value))


def _range(assumption: syntax.Assumption) -> str:
    low, high = bounds(assumption)
    return f"{words.number(low)} to {words.number(high)}" if np.ptp([low, high]) else "fixed"
