"""The findings in a paragraph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from lackmus.pipeline.findings import ClaimFinding, Findings
from lackmus.report import words
from lackmus.report.claims import title_of

#: So many claims are named, and so many assumptions; more would be a list, and the table is one.
_NAMED: Final = 4
_LEVERS: Final = 3


def answer(findings: Findings) -> tuple[str, ...]:
    """What the test found, in sentences."""
    if not findings.claims:
        return ("The case makes no claim.",)
    asked = [found for found in findings.claims if found.verdict.share is not None]
    follows, depends, fails = (
        [found for found in asked if found.verdict.word == word]
        for word in ("follows", "depends", "does not follow")
    )
    said = [
        _tally(len(findings.claims), len(follows), len(depends), len(fails)),
        _named("What follows", follows),
        _named("What does not", fails),
        _base(findings.claims),
        _levers(findings, depends),
    ]
    loose = sum(not found.verdict.firm for found in asked)
    if loose:
        verdicts = words.count(loose, "verdict")
        said.append(f"More draws could change {verdicts}, marked as not firm.")
    return tuple(text for text in said if text)


def _tally(total: int, follows: int, depends: int, fails: int) -> str:
    parts = []
    if follows:
        parts.append(f"{_many(follows, 'follows', 'follow')} from the assumptions")
    if depends:
        on = "them" if follows else "the assumptions"
        parts.append(f"{_many(depends, 'hangs', 'hang')} on {on}")
    if fails:
        parts.append(f"{_many(fails, 'does', 'do')} not follow")
    if mute := total - follows - depends - fails:
        parts.append(f"{words.figure(mute)} cannot be asked, since what is given has no chance")
    if total == 1:
        return f"The one claim {parts[0].removeprefix('one ')}."
    return f"Of the {words.figure(total)} claims, {words.listed(parts)}."


def _many(many: int, one: str, several: str) -> str:
    return f"{words.figure(many)} {one if many == 1 else several}"


def _named(opening: str, claims: Sequence[ClaimFinding]) -> str:
    if not 0 < len(claims) <= _NAMED:
        return ""
    return f"{opening}: {'; '.join(title_of(found.claim) for found in claims)}."


def _base(claims: Sequence[ClaimFinding]) -> str:
    holding = sum(found.base_holds is True for found in claims)
    if len(claims) == 1:
        return "At the base values it holds." if holding else ""
    if holding == len(claims):
        return "At the base values all hold."
    return f"At the base values {_many(holding, 'holds', 'hold')}."


def _levers(findings: Findings, depends: Sequence[ClaimFinding]) -> str:
    """The assumptions that most verdicts hang on."""
    weight: defaultdict[str, float] = defaultdict(float)
    for found in depends:
        for driver in found.drivers:
            weight[driver.assumption] += driver.index
    says = {a.name: a.says.strip().rstrip(".") for a in findings.assumptions}
    top = sorted(weight, key=lambda name: -weight[name])[:_LEVERS]
    told = [f"{name} ({says[name]})" if says[name] else name for name in top]
    return f"What they hang on most: {'; '.join(told)}." if told else ""
