"""Claims, their verdicts and dissents, in the words of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final, TypeAlias

import numpy as np

from lackmus.case import syntax
from lackmus.case.text import claim_text, rounded
from lackmus.case.words import claim_in_words
from lackmus.foundation.outcomes import CANNOT_BE_ASKED, NO_DIFFERENCE, UNSOLVED, WORDS
from lackmus.pipeline.equilibria import OverEquilibria
from lackmus.pipeline.findings import ClaimFinding, Findings, PartFinding
from lackmus.pipeline.lights import InLight
from lackmus.pipeline.needs import MOST_DRAWS
from lackmus.report import specs, words
from lackmus.report.arms import arms_said
from lackmus.report.model import (
    ClaimView,
    Compared,
    DissentView,
    DriverView,
    Figure,
    Link,
    OperandView,
    Passage,
    TurnView,
    VerdictView,
)
from lackmus.report.theme import inline
from lackmus.sweep.discovery import Box, Limit
from lackmus.sweep.sensitivity import FEWEST, Driver
from lackmus.sweep.shapes import along, bounds, varies
from lackmus.sweep.thresholds import Flip, Turn
from lackmus.sweep.verdict import Verdict, Word, is_firm

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

#: Drivers named in the verdict table; turns drawn in a claim's section; moves of a flip told.
_TOP_DRIVERS: Final = 3
_TURNS_SHOWN: Final = 8
_MOVES_TOLD: Final = 4

#: A base case that turns within this share of a range stands on the edge.
_EDGE: Final = 0.01

#: So is one whose margin is this share of what the margins span.
_HAIR: Final = 1e-4

#: Verdicts whose claims hang on no assumption: nothing is told of shares, drivers and turns.
_BARE: Final = ("settled", "unsolved")

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
    bare = found.verdict.word in _BARE
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
        base=WORDS[found.base_code],
        base_margin=_by_how_much(found),
        base_kind=_BASE_KINDS[found.base_holds],
        hangs_on=drivers[:_TOP_DRIVERS],
        undriven="see its parts" if found.question.unit == "mixed" else undriven(found.verdict),
        turns_first=shown[0] if shown else None,
        turns_nowhere=_nowhere(found),
        summary=tuple(_summary(findings, found)),
        asks=claim_in_words(findings.case, claim),
        question=claim_text(claim),
        matters_from="" if claim.matters_from is None else rounded(claim.matters_from),
        reason=claim.reason,
        unit=found.question.unit,
        parts=tuple(_part(part, says) for part in found.parts),
        drivers=drivers,
        turns=shown,
        further_turns=_further(turns[_TURNS_SHOWN:]),
        flip=_flip(found.thresholds.flip)
        if found.thresholds and found.thresholds.flip and not bare
        else "",
        needs=_needs(findings, found),
        box=_box(found.box) if found.box else "",
        equilibria=_extent(found) if found.equilibria else "",
        figures=tuple(_figures(findings, found)),
        passages=passages(claim.cite, quotes),
        statements=tuple(
            Link(f"statement-{s.id}", f"{s.speaker}: {s.says}")
            for s in findings.case.statements
            if claim.id in s.bears_on
        ),
    )


def _part(part: PartFinding, says: Mapping[str, str]) -> OperandView:
    bare = part.verdict.word in _BARE
    drivers = () if bare else part.drivers[:_TOP_DRIVERS]
    return OperandView(
        question=part.question.text,
        verdict=verdict_view(part.verdict),
        base=WORDS[part.base_code],
        base_margin=_signed(part),
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
    if verdict.word in _BARE:
        share = interval = None
    low, high = interval or (0.0, 0.0)
    return VerdictView(
        word=verdict.word,
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
    return _in_light(found.lights.before), _in_light(found.lights.after)


def _in_light(one: InLight) -> VerdictView:
    view = verdict_view(one.verdict)
    if one.settled is None:
        return view
    return replace(view, word=f"{view.word}, {'true' if one.settled else 'false'}")


def rest_of(verdict: Verdict) -> str:
    """The draws that neither hold nor fail, as shares of all draws."""
    shares = verdict.counts.shares()
    told = (NO_DIFFERENCE, CANNOT_BE_ASKED, UNSOLVED)
    return ", ".join(
        f"{WORDS[code]} {words.percent(shares[WORDS[code]])}"
        for code in told
        if shares[WORDS[code]] > 0
    )


#: What is said of drivers where so few draws can be asked that indices say nothing.
TOO_FEW: Final = "too few draws to say"


def undriven(verdict: Verdict) -> str:
    """What is said where no assumption is named that a claim or a part of it hangs on."""
    if verdict.word in _BARE or not verdict.counts.asked:
        return words.DASH
    return "no single assumption" if verdict.counts.asked >= FEWEST else TOO_FEW


def _driver(driver: Driver, says: Mapping[str, str]) -> DriverView:
    kind, sign, told = {
        "raises": ("for", "+", "a higher value speaks for the claim"),
        "lowers": ("against", words.MINUS, "a higher value speaks against the claim"),
        "mixed": ("mixed", "±", "neither higher nor lower values speak for the claim throughout"),
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


def _hair(found: ClaimFinding) -> bool:
    """Whether the base margin is next to nothing beside what the draws give."""
    low, high = found.verdict.margins.low, found.verdict.margins.high
    if found.base_margin is None or low is None or high is None:
        return False
    return abs(found.base_margin) < _HAIR * (high - low)


def _by_how_much(found: ClaimFinding) -> str:
    return "by a hair" if _signed(found) and _hair(found) else _signed(found)


def _signed(found: ClaimFinding | PartFinding) -> str:
    """The base margin; nothing where there is none, or where it makes no difference."""
    if found.base_margin is None or found.base_code == NO_DIFFERENCE:
        return ""
    return words.signed(found.base_margin)


def _nowhere(found: ClaimFinding) -> str:
    if found.verdict.word in _BARE:
        return ""
    if found.thresholds is None:
        return "not looked for"
    if found.base_holds is None:
        return f"{WORDS[found.base_code]} at the base values"
    return "nowhere, moved singly"


def _further(turns: Sequence[Turn]) -> str:
    names = list(dict.fromkeys(turn.assumption for turn in turns))
    return f"It also turns along {words.listed(names)}." if names else ""


def _flip(flip: Flip) -> str:
    told = [f"{name} {words.number(a)} → {words.number(b)}" for name, a, b in flip.moved]
    if not told:
        return "A change of less than a thousandth of any range turns it."
    rest = len(told) - _MOVES_TOLD
    if rest > 0:
        told = [*told[:_MOVES_TOLD], f"{words.count(rest, 'smaller change')}"]
    return (
        f"The smallest joint change found that turns it: {words.listed(told)} "
        f"({words.number(flip.distance)} ranges away)."
    )


def _box(box: Box) -> str:
    limits = words.listed(_limit(limit) for limit in box.limits)
    return (
        f"It {box.wanted} in {words.share(box.density)} of the draws with {limits} (density), "
        f"against {words.share(box.overall)} of all. These are {words.share(box.coverage)} of the "
        f"draws in which it {box.wanted} (coverage)."
    )


#: What a claim does in the draws that bear its verdict out.
_DOES: Final[Mapping[Word, str]] = {
    "follows": "holds in",
    "is contradicted": "fails in",
    "no difference": "makes no difference in",
}


def _needs(findings: Findings, found: ClaimFinding) -> str:
    """Which single stakes the verdict needs."""
    if found.needs is None:
        return ""
    draws = min(MOST_DRAWS, len(findings.points))
    if not found.needs:
        return f"No named stake alone: dropped one by one, in {draws} draws, none takes it away."
    told = [
        f"without {words.actor_name(findings.case, need.actor)}’s “{words.plain(need.stake)}” it "
        f"{_DOES[found.verdict.word]} {words.share(need.share)}"
        for need in found.needs
    ]
    return f"Of {draws} draws, stakes dropped one by one, {words.listed(told)}."


def _limit(limit: Limit) -> str:
    if limit.low is None and limit.high is not None:
        return f"{limit.assumption} below {words.number(limit.high)}"
    if limit.high is None and limit.low is not None:
        return f"{limit.assumption} above {words.number(limit.low)}"
    low, high = limit.low or 0.0, limit.high or 0.0
    return f"{limit.assumption} between {words.number(low)} and {words.number(high)}"


def _extent(found: ClaimFinding) -> str:
    if found.equilibria is None:
        return ""
    said = found.disagreement
    return f"{_in_equilibria(found.equilibria)} {words.sentence(said) if said else ''}".rstrip()


def _in_equilibria(over: OverEquilibria) -> str:
    asked = over.holds + over.fails
    if not asked:
        return "In the equilibria without noise it cannot be asked: its condition is never reached."
    holding = (
        over.extent if over.extent != "some" else f"{over.holds:,} and fails in {over.fails:,}"
    )
    known = "proven to be all there are" if over.complete else "perhaps not all there are"
    if over.sequential < asked:
        known += f", {over.sequential:,} of them shown to be sequential"
    one, many = (f"{over.concept} {what}" for what in ("equilibrium", "equilibria"))
    return (
        f"Of {words.count(asked, one, many)} without noise at the base values "
        f"({known}) it holds in {holding}."
    )


def _summary(findings: Findings, found: ClaimFinding) -> list[str]:
    verdict = found.verdict
    return [
        _said(found),
        *_base_said(found),
        *_others(verdict),
        *map(words.sentence, arms_said(found, len(findings.points))),
        *(() if verdict.word in _BARE else _hinges(found)),
        *(() if verdict.firm else [_loose(verdict)]),
        *_light(findings, found),
    ]


def _said(found: ClaimFinding) -> str:
    """The verdict as a sentence."""
    counts, word = found.verdict.counts, found.verdict.word
    if word == "settled":
        truth = "It is true" if found.verdict.settled_true else "It is false"
        return f"What was observed has decided it already. {truth}, whatever the assumptions."
    if word == "unsolved":
        if not counts.solved:
            return "No draw could be solved, so nothing can be said of it."
        return (
            f"Only {counts.solved:,} of {counts.draws:,} draws could be solved, fewer than half, "
            "so nothing is said of it."
        )
    if word == "cannot be asked":
        return (
            f"It cannot be asked in {words.share(counts.cannot_be_asked / counts.solved)} of the "
            "draws: what it takes as given has no chance there."
        )
    if word == "no difference":
        return (
            f"In {words.share(counts.no_difference / counts.solved)} of "
            f"{counts.solved:,} draws what it compares differs by less than what matters."
        )
    if word == "is contradicted":
        return (
            f"It fails in {words.share(counts.fails / counts.solved)} of {counts.solved:,} draws "
            "of all assumptions, so it is contradicted."
        )
    so = "so it follows" if word == "follows" else "so it hangs on them"
    return (
        f"It holds in {words.share(counts.holds / counts.solved)} of {counts.solved:,} draws of "
        f"all assumptions, {so}."
    )


def _base_said(found: ClaimFinding) -> list[str]:
    if found.verdict.word == "settled":
        return []
    if found.base_code == NO_DIFFERENCE:
        return ["At the base values what it compares differs by less than what matters."]
    if found.base_holds is None:
        why = "could not be solved" if found.base_code == UNSOLVED else "cannot be asked"
        return [f"At the base values it {why}."]
    verb = "holds" if found.base_holds else "fails"
    if found.base_margin is None:
        return [f"At the base values it {verb}."]
    by = words.signed(found.base_margin)
    nearest = found.thresholds.turns_at if found.thresholds else None
    if _hair(found) or (nearest is not None and nearest.ranges < _EDGE):
        return [f"At the base values it {verb} by so little ({by}) that a nudge turns it."]
    return [f"At the base values it {verb}, with a margin of {by}."]


def _others(verdict: Verdict) -> list[str]:
    """The draws that the sentence of the verdict leaves out."""
    counts, said = verdict.counts, []
    if counts.no_difference and verdict.word not in ("no difference", "settled"):
        said.append(
            f"In {words.count(counts.no_difference, 'draw')} what it compares differs by less "
            "than what matters."
        )
    if counts.cannot_be_asked and verdict.word not in ("cannot be asked", "settled"):
        said.append(
            f"In {words.count(counts.cannot_be_asked, 'draw')} it cannot be asked: what it takes "
            "as given has no chance there."
        )
    if counts.unsolved:
        why = "; ".join(f"{reason} ({draws:,})" for reason, draws in verdict.reasons)
        said.append(f"{words.count(counts.unsolved, 'draw')} could not be solved: {why}.")
    return [words.capital(sentence) for sentence in said]


def _hinges(found: ClaimFinding) -> list[str]:
    """What it hangs on whether it holds, and what is left to interaction."""
    told = found.verdict_drivers
    if told is None:
        return []
    named = [f"{d.assumption} ({words.percent(d.index)})" for d in told.drivers[:_TOP_DRIVERS]]
    if not named:
        return ["Whether it holds hangs on no assumption alone, but on several together."]
    return [
        f"Whether it holds hangs on {words.listed(named)}; {words.percent(told.interaction)} of "
        "it is left to assumptions acting together."
    ]


def _loose(verdict: Verdict) -> str:
    if verdict.word == "unsolved":
        return "Narrow the ranges of what the reason names, or take smaller payoffs."
    if is_firm(verdict.counts):
        return "The verdict is not firm: on arms of the branch it would be another."
    if verdict.counts.unsolved:
        return "The verdict is not firm: more draws, or those not solved, could change it."
    return "The verdict is not firm: more draws could change it."


def _light(findings: Findings, found: ClaimFinding) -> list[str]:
    if found.given:
        seen = words.listed(words.seen_text(findings.case, o) for o in found.given)
        return [f"It is judged in the light of what was observed: {seen}."]
    if findings.observed:
        return ["What was observed does not enter: the claim itself says what it takes as given."]
    return []


def _figures(findings: Findings, found: ClaimFinding) -> list[Figure]:
    figures = []
    name = found.claim.id
    margins = found.verdict.margins
    if margins.median is not None and margins.low is not None and margins.high is not None:
        caption = (
            "Margin in each draw: right of the line (blue) the claim holds, left of it it fails. "
            f"Median {words.signed(margins.median)}, from {words.signed(margins.low)} to "
            f"{words.signed(margins.high)}; ▾ is the base case."
        )
        figures.append(Figure(inline(specs.margins(findings, name), caption), caption))
    if found.verdict.word == "depends" and len(found.drivers) > 1:
        x, y = (d.assumption for d in found.drivers[:2])
        caption = (
            f"Verdict over {x} and {y}, all else drawn: blue and + where it "
            f"mostly holds, orange and {words.MINUS} where it mostly fails, faint where neither; "
            "the cross is the base case."
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


# --- dissents -------------------------------------------------------------------------------------


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
                title=dissent.case.title,
                comments=tuple(words.sentence(comment) for comment in dissent.case.comments),
                changes=tuple(_changes(findings.case, dissent.case)),
                new_claims=claim_views(dissent, quotes, only=new),
            )
        )
        known |= new
    return tuple(views)


def _changes(before: syntax.Case, after: syntax.Case) -> list[str]:
    old = {a.name: a for a in (*before.assumptions, before.precision)}
    told = [
        _changed(old.get(new.name), new)
        for new in (*after.assumptions, after.precision)
        if old.get(new.name) != new
    ]
    stakes = set(before.stakes)
    told += [
        f"{words.actor_name(after, stake.actor)}’s stake “{words.plain(stake.name)}”: "
        f"{stake.says or 'changed'}."
        for stake in after.stakes
        if stake not in stakes
    ]
    return told


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
