"""The findings in a paragraph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from lackmus.pipeline.findings import ClaimFinding, Findings
from lackmus.report import words
from lackmus.report.claims import title_of
from lackmus.report.sentences import may_be_no_number
from lackmus.sweep.verdict import ALL_WORDS, Verdict, Word, is_firm

#: So many claims are named, and so many assumptions; more would be a list, and the table is one.
_NAMED: Final = 4
_LEVERS: Final = 3


def answer(findings: Findings) -> tuple[str, ...]:
    """What the test found, in sentences."""
    if not findings.claims:
        return ("The case makes no claim.",)
    by_word = {
        word: [found for found in findings.claims if found.verdict.word == word]
        for word in ALL_WORDS
    }
    said = [
        _tally(by_word),
        _named("What follows", by_word["follows"]),
        _named("What is contradicted", by_word["is contradicted"]),
        _base(findings.claims),
        _levers(findings, by_word["depends"]),
    ]
    said += _loose([found.verdict for found in findings.claims if not found.verdict.firm])
    if findings.error:
        said.append(f"The first draw that raised an error said: {findings.error}.")
    return tuple(text for text in said if text)


def _loose(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """How many verdicts are not firm, and what could change them."""
    arms = sum(is_firm(verdict.counts) for verdict in verdicts)
    others = [verdict.counts for verdict in verdicts if not is_firm(verdict.counts)]
    if others:
        unsolved = ", or those not solved," if any(one.unsolved for one in others) else ""
        told = words.count(len(others), "verdict")
        yield f"More draws{unsolved} could change {told}, marked as not firm."
    if arms:
        told = words.count(arms, "verdict")
        yield f"On other arms of the branch {told} would be another: marked as not firm."


def _tally(by_word: Mapping[Word, Sequence[ClaimFinding]]) -> str:
    counts = {word: len(found) for word, found in by_word.items()}
    on = "them" if counts["follows"] else "the assumptions"
    given = "cannot be asked, since what is given has no chance"
    if any(map(may_be_no_number, by_word["cannot be asked"])):
        given += ", or what is computed is no number"
    told: Mapping[Word, tuple[str, str]] = {
        "follows": ("follows from the assumptions", "follow from the assumptions"),
        "depends": (f"hangs on {on}", f"hang on {on}"),
        "is contradicted": ("is contradicted", "are contradicted"),
        "no difference": ("makes no difference", "make no difference"),
        "cannot be asked": (given, given),
        "settled": ("is settled by what was observed", "are settled by what was observed"),
        "unsolved": ("is unsolved", "are unsolved"),
    }
    parts = [_many(counts[word], *forms) for word, forms in told.items() if counts[word]]
    total = sum(counts.values())
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
