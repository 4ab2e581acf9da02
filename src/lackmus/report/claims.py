"""Claims and their verdicts, as the page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from lackmus.case import syntax
from lackmus.case.fields import constant
from lackmus.case.text import claim_text, rounded
from lackmus.case.words import claim_in_words, question_in_words
from lackmus.foundation.outcomes import WORDS
from lackmus.pipeline.findings import ClaimFinding, Findings, PartFinding
from lackmus.report import specs, words
from lackmus.report.model import (
    ClaimView,
    DriverView,
    Figure,
    Link,
    OperandView,
    Passage,
    TurnView,
    VerdictView,
)
from lackmus.report.sentences import (
    BARE,
    TOP_DRIVERS,
    box_said,
    by_how_much,
    extent_said,
    flip_said,
    hindsight,
    needs_said,
    rest_of,
    signed,
    summary,
    undriven,
    undriven_said,
)
from lackmus.report.theme import inline
from lackmus.sweep.sensitivity import Driver
from lackmus.sweep.shapes import along, bounds, varies
from lackmus.sweep.thresholds import Turn
from lackmus.sweep.verdict import Verdict, Word

_ICONS: Final[Mapping[Word, str]] = {
    "follows": "●",
    "is contradicted": "○",
    "no difference": "≈",
    "cannot be asked": "–",
    "depends": "◐",
    "settled": "■",
    "unsolved": "?",
}

#: Styles of the page.
_KINDS: Final[Mapping[Word, str]] = {
    "follows": "follows",
    "is contradicted": "fails",
    "no difference": "mute",
    "cannot be asked": "mute",
    "depends": "depends",
    "settled": "settled",
    "unsolved": "mute",
}

#: Turns drawn in a claim's section.
_TURNS_SHOWN: Final = 8

_BASE_KINDS: Final = {True: "for", False: "against", None: "unknown"}

#: Words of cited passages.
Quotes: TypeAlias = Mapping[syntax.Citation, str]


def claim_views(
    findings: Findings, quotes: Quotes, *, only: frozenset[str] | None = None
) -> tuple[ClaimView, ...]:
    """The claims of the findings, or those with the ids in `only`."""
    return tuple(
        _claim(findings, found, quotes)
        for found in findings.claims
        if only is None or found.claim.id in only
    )


def _claim(findings: Findings, found: ClaimFinding, quotes: Quotes) -> ClaimView:
    claim = found.claim
    says = {a.name: a.says.strip() for a in findings.assumptions}
    bare = found.verdict.word in BARE
    drivers = () if bare else tuple(_driver(d, says) for d in found.drivers)
    turns = found.thresholds.turns if found.thresholds and not bare else ()
    shown = tuple(_turn(findings, turn) for turn in turns[:_TURNS_SHOWN])
    return ClaimView(
        id=claim.id,
        number=words.numbered(claim.id),
        says=title_of(claim),
        by=claim.by,
        reported_by=claim.reported_by,
        date=words.day(claim.date),
        resolves=words.day(claim.resolves),
        verdict=verdict_view(found.verdict),
        lights=_lights(found),
        hindsight=hindsight(found),
        base=WORDS[found.base_code],
        base_margin=by_how_much(found),
        base_kind=_BASE_KINDS[found.base_holds],
        hangs_on=drivers[:TOP_DRIVERS],
        undriven="see its parts" if found.question.unit == "mixed" else undriven(found.verdict),
        undriven_said=undriven_said(found.verdict),
        turns_first=shown[0] if shown else None,
        turns_nowhere=_nowhere(found),
        summary=tuple(summary(findings, found)),
        asks=claim_in_words(findings.case, claim),
        asks_parts=question_in_words(findings.case, claim),
        threshold=_threshold(claim, found.question.unit),
        question=claim_text(claim),
        matters_from="" if claim.matters_from is None else rounded(claim.matters_from),
        reason=claim.reason,
        unit=found.question.unit,
        parts=tuple(_part(part, says) for part in found.parts),
        drivers=drivers,
        turns=shown,
        further_turns=_further(turns[_TURNS_SHOWN:]),
        flip=flip_said(found.thresholds.flip)
        if found.thresholds and found.thresholds.flip and not bare
        else "",
        needs=needs_said(findings, found),
        box=box_said(found.box) if found.box else "",
        equilibria=extent_said(found) if found.equilibria else "",
        figures=tuple(_figures(findings, found)),
        passages=passages(claim.cite, quotes),
        statements=tuple(
            Link(f"statement-{s.id}", f"{s.speaker}: {s.says}")
            for s in findings.case.statements
            if claim.id in s.bears_on
        ),
    )


def _threshold(claim: syntax.Claim, unit: str) -> str:
    """The numbers with which a claim compares what it asks of the game; empty where with none."""
    if not isinstance(claim.holds_if, syntax.Compare):
        return ""
    numbers = [n for part in claim.holds_if.operands if (n := constant(part)) is not None]
    if not numbers:
        return ""
    spell = words.exact_percent if unit == "probability" else words.number
    told = words.listed(spell(float(number)) for number in numbers)
    return f"{'threshold' if len(numbers) == 1 else 'thresholds'} {told}"


def _part(part: PartFinding, says: Mapping[str, str]) -> OperandView:
    bare = part.verdict.word in BARE
    drivers = () if bare else part.drivers[:TOP_DRIVERS]
    return OperandView(
        question=part.question.text,
        verdict=verdict_view(part.verdict),
        base=WORDS[part.base_code],
        base_margin=signed(part),
        unit=part.question.unit,
        hangs_on=tuple(_driver(d, says) for d in drivers),
        undriven=undriven(part.verdict),
    )


def title_of(claim: syntax.Claim) -> str:
    """The claim in words; its id as words where it has none."""
    return words.capital(claim.says.strip() or words.plain(claim.id))


def passages(cite: Sequence[syntax.Citation], quotes: Quotes) -> tuple[Passage, ...]:
    """Citations as places and hashes, and words where they are known."""
    return tuple(Passage(words.citation_text(c), c.sha256, quotes.get(c, "")) for c in cite)


def verdict_view(verdict: Verdict) -> VerdictView:
    """A verdict with its sign, its share and its interval."""
    share, interval = verdict.share, verdict.interval
    if verdict.word in BARE:
        share = interval = None
    low, high = interval or (0.0, 0.0)
    word: str = verdict.word
    if verdict.word == "settled":
        word = f"settled, {'true' if verdict.settled_true else 'false'}"
    return VerdictView(
        word=word,
        icon=_ICONS[verdict.word],
        kind=_KINDS[verdict.word],
        firm=verdict.firm,
        share="" if share is None else words.percent(share),
        interval="" if interval is None else words.percents(low, high),
        rest=rest_of(verdict),
        at=None if share is None else 100 * share,
        low=100 * low,
        wide=100 * (high - low),
    )


def _lights(found: ClaimFinding) -> tuple[VerdictView, VerdictView] | None:
    if found.lights is None:
        return None
    return verdict_view(found.lights.before.verdict), verdict_view(found.lights.after.verdict)


def _driver(driver: Driver, says: Mapping[str, str]) -> DriverView:
    kind, sign, told = {
        "raises": ("for", "↑", "a higher value speaks for the claim"),
        "lowers": ("against", "↓", "a higher value speaks against the claim"),
        "mixed": ("mixed", "↕", "neither higher nor lower values speak for the claim throughout"),
    }[specs.way(driver.direction)]
    return DriverView(
        name=driver.assumption,
        says=says[driver.assumption],
        index=words.percent(driver.index),
        wide=100 * driver.index,
        sign=sign,
        kind=kind,
        told=told,
    )


def _turn(findings: Findings, turn: Turn) -> TurnView:
    assumption = next(a for a in findings.assumptions if a.name == turn.assumption)
    low, high = bounds(assumption)
    contrary = specs.stretch(assumption, turn)
    return TurnView(
        name=turn.assumption,
        says=assumption.says.strip(),
        base=words.number(turn.base),
        value=words.turn(turn),
        low=words.number(low),
        high=words.number(high),
        base_at=100 * along(assumption, turn.base),
        from_at=100 * min(contrary),
        wide=100 * abs(contrary[1] - contrary[0]),
    )


def _nowhere(found: ClaimFinding) -> str:
    if found.verdict.word == "settled":
        return "nowhere any more"
    if found.thresholds is None or found.verdict.word in BARE:
        return "not looked for"
    if found.base_holds is None:
        return f"{WORDS[found.base_code]} at the base values"
    return "nowhere, moved singly"


def _further(turns: Sequence[Turn]) -> str:
    names = list(dict.fromkeys(turn.assumption for turn in turns))
    return f"It also turns along {words.listed(names)}." if names else ""


def _figures(findings: Findings, found: ClaimFinding) -> list[Figure]:
    figures = []
    name = found.claim.id
    margins, level_draws = found.verdict.margins, found.verdict.counts.no_difference
    if margins.median is not None and margins.low is not None and margins.high is not None:
        level = " Draws as near to it as makes no difference count for neither." * bool(level_draws)
        caption = (
            "Margin in each draw: right of the line (blue) the claim holds, left of it it fails."
            f"{level} Median {words.signed(margins.median)}, from {words.signed(margins.low)} to "
            f"{words.signed(margins.high)}; ▾ is the base case."
        )
        figures.append(Figure(inline(specs.margins(findings, name), caption), caption))
    if found.verdict.word == "depends" and len(found.drivers) > 1:
        x, y = (d.assumption for d in found.drivers[:2])
        level = " grey and ≈ where it mostly makes no difference," * bool(level_draws)
        caption = (
            f"Verdict over {x} and {y}, all else drawn: blue and + where it mostly holds, orange "
            f"and {words.MINUS} where it mostly fails,{level} faint where none of these; the cross "
            "is the base case."
        )
        figures.append(Figure(inline(specs.verdict_map(findings, name, x, y), caption), caption))
    if found.verdict.word == "depends" and varies(findings.case.precision):
        caption = (
            "Share of draws in which it holds, against the precision with which everybody "
            "chooses; the band is the 95 % interval."
        )
        figures.append(Figure(inline(specs.share_by(findings, name), caption), caption))
    return figures


def hangs(findings: Findings) -> Figure | None:
    """What hangs on what, over all claims; None where no driver was found."""
    if not any(found.drivers for found in findings.claims):
        return None
    caption = (
        "Each dot is an assumption that moves a claim’s margin; the larger the dot, the more of "
        "the margin’s variance it explains on its own. Blue (+): higher values speak for the "
        "claim; orange (−): against it."
    )
    return Figure(inline(specs.driver_map(findings), caption), caption)
