"""What is said of a claim's verdict, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lackmus.case import syntax
from lackmus.case.scope import walk
from lackmus.foundation.counting import counted
from lackmus.foundation.outcomes import CANNOT_BE_ASKED, NO_DIFFERENCE, UNSOLVED, WORDS
from lackmus.pipeline.equilibria import OverEquilibria
from lackmus.pipeline.findings import ClaimFinding, Findings, PartFinding
from lackmus.pipeline.lights import by_hindsight
from lackmus.pipeline.needs import MOST_DRAWS
from lackmus.report import words
from lackmus.report.arms import arms_said
from lackmus.sweep.discovery import Box, Limit
from lackmus.sweep.sensitivity import FEWEST
from lackmus.sweep.thresholds import Flip
from lackmus.sweep.verdict import Verdict, Word, is_firm

#: Drivers named of a claim; moves of a flip told.
TOP_DRIVERS: Final = 3
_MOVES_TOLD: Final = 4

#: A base case that turns within this share of a range stands on the edge.
_EDGE: Final = 0.01

#: So is one whose margin is this share of what the margins span.
_HAIR: Final = 1e-4

#: Verdicts whose claims hang on no assumption: nothing is told of shares, drivers and turns.
BARE: Final = ("settled", "unsolved")

#: What is said of a claim whose question the record has overtaken.
HINDSIGHT: Final = "what was open then is known now; this is no verdict on what was said then"

#: What is said of drivers where so few draws can be asked that indices say nothing.
TOO_FEW: Final = "too few draws to say"

#: What a claim does in the draws that bear its verdict out.
_DOES: Final[Mapping[Word, str]] = {
    "follows": "holds in",
    "is contradicted": "fails in",
    "no difference": "makes no difference in",
}


def _hair(found: ClaimFinding) -> bool:
    """Whether the base margin is next to nothing beside what the draws give."""
    low, high = found.verdict.margins.low, found.verdict.margins.high
    if found.base_margin is None or low is None or high is None:
        return False
    return abs(found.base_margin) < _HAIR * (high - low)


def by_how_much(found: ClaimFinding) -> str:
    """The base margin, or that it is next to nothing."""
    return "by a hair" if signed(found) and _hair(found) else signed(found)


def signed(found: ClaimFinding | PartFinding) -> str:
    """The base margin; nothing where there is none, or where it makes no difference."""
    if found.base_margin is None or found.base_code == NO_DIFFERENCE:
        return ""
    return words.signed(found.base_margin)


def flip_said(flip: Flip) -> str:
    """The nearest point at which the verdict turns."""
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


def box_said(box: Box) -> str:
    """The region in which the claim does what it seldom does elsewhere."""
    limits = words.listed(_limit(limit) for limit in box.limits)
    return (
        f"It {box.wanted} in {words.share(box.density)} of the draws with {limits} (density), "
        f"against {words.share(box.overall)} of all. These are {words.share(box.coverage)} of the "
        f"draws in which it {box.wanted} (coverage)."
    )


def needs_said(findings: Findings, found: ClaimFinding) -> str:
    """Which single stakes the verdict needs."""
    if found.needs is None:
        return ""
    draws = min(MOST_DRAWS, len(findings.points))
    if not found.needs:
        dropped = f"dropped one by one, in {counted(draws, 'draw')}"
        return f"No named stake alone: {dropped}, none takes it away."
    told = [
        f"without {words.actor_within(findings.case, need.actor)}’s “{words.plain(need.stake)}” it "
        f"{_DOES[found.verdict.word]} {words.share(need.share)}"
        for need in found.needs
    ]
    return f"Of {counted(draws, 'draw')}, stakes dropped one by one, {words.listed(told)}."


def _limit(limit: Limit) -> str:
    if limit.low is None and limit.high is not None:
        return f"{limit.assumption} below {words.number(limit.high)}"
    if limit.high is None and limit.low is not None:
        return f"{limit.assumption} above {words.number(limit.low)}"
    low, high = limit.low or 0.0, limit.high or 0.0
    return f"{limit.assumption} between {words.number(low)} and {words.number(high)}"


def extent_said(found: ClaimFinding) -> str:
    """In which equilibria without noise the claim holds; empty where none were looked for."""
    if found.equilibria is None:
        return ""
    said = found.disagreement
    return f"{in_equilibria(found.equilibria)} {words.sentence(said) if said else ''}".rstrip()


def in_equilibria(over: OverEquilibria) -> str:
    """In how many equilibria a claim holds, of those in which it can be asked."""
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
    if over.undefined:
        every = words.count(asked + over.undefined, one, many)
        asking = f"{every} without noise at the base values ({known}) it can be asked in {asked:,}"
        if asked == 1:
            return f"Of {asking}, and {'holds' if over.holds else 'fails'} there."
        return f"Of {asking}, and of these it holds in {holding}."
    return (
        f"Of {words.count(asked, one, many)} without noise at the base values "
        f"({known}) it holds in {holding}."
    )


def summary(findings: Findings, found: ClaimFinding) -> list[str]:
    """The verdict and what it rests on, in the order in which one reads it."""
    verdict = found.verdict
    return [
        _said(found),
        *_base_said(found),
        *_others(found),
        *map(words.sentence, arms_said(found, len(findings.points))),
        *(() if verdict.word in BARE else _hinges(found)),
        *(() if verdict.firm else [_loose(verdict)]),
        *_light(findings, found),
        *([words.sentence(told)] if (told := overtaken(found)) else ()),
    ]


def hindsight(found: ClaimFinding) -> str:
    """That a verdict rests on what nobody knew when the claim was made; empty where it does not."""
    late = by_hindsight(found.claim, found.verdict, found.lights, lit=bool(found.given))
    return HINDSIGHT if late else ""


def _said(found: ClaimFinding) -> str:
    """The verdict as a sentence."""
    counts, word = found.verdict.counts, found.verdict.word
    solved = counted(counts.solved, "draw")
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
        if counts.cannot_be_asked == counts.solved:
            return f"It can be asked in none of the draws: {_not_there(found)}."
        return (
            f"It cannot be asked in {words.share(counts.cannot_be_asked / counts.solved)} of the "
            f"draws: {_not_there(found)} there."
        )
    if word == "no difference":
        return (
            f"In {words.share(counts.no_difference / counts.solved)} of "
            f"{solved} what it compares differs by less than what matters."
        )
    if word == "is contradicted":
        return (
            f"It fails in {words.share(counts.fails / counts.solved)} of {solved} "
            "of all assumptions, so it is contradicted."
        )
    so = "so it follows" if word == "follows" else "so it hangs on them"
    return (
        f"It holds in {words.share(counts.holds / counts.solved)} of {solved} of "
        f"all assumptions, {so}."
    )


def overtaken(found: ClaimFinding) -> str:
    """The same where no column says of which verdict it is said."""
    told, lights = hindsight(found), found.lights
    other = lights is not None and lights.after.verdict.word != found.verdict.word
    return f"on its verdict in the light of the record: {told}" if told and other else told


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


def _not_there(found: ClaimFinding) -> str:
    """Why a claim cannot be asked."""
    given = "what it takes as given has no chance"
    return f"{given}, or what it computes is no number" if may_be_no_number(found) else given


def may_be_no_number(found: ClaimFinding) -> bool:
    """Whether a claim computes with what is not defined everywhere, or grows beyond all numbers."""
    return any(
        part.function in ("exp", "log", "sqrt")
        if isinstance(part, syntax.Call)
        else getattr(part, "op", "") in ("/", "^")
        for part in walk(found.claim.holds_if)
    )


def _others(found: ClaimFinding) -> list[str]:
    """The draws that the sentence of the verdict leaves out."""
    verdict, said = found.verdict, []
    counts = verdict.counts
    if counts.no_difference and verdict.word not in ("no difference", "settled"):
        said.append(
            f"In {words.count(counts.no_difference, 'draw')} what it compares differs by less "
            "than what matters."
        )
    if counts.cannot_be_asked and verdict.word not in ("cannot be asked", "settled"):
        said.append(
            f"In {words.count(counts.cannot_be_asked, 'draw')} it cannot be asked: "
            f"{_not_there(found)} there."
        )
    if counts.unsolved:
        why = "; ".join(f"{reason} ({draws:,})" for reason, draws in verdict.reasons)
        said.append(f"{words.count(counts.unsolved, 'draw')} could not be solved: {why}.")
    return [words.capital(sentence) for sentence in said]


def _hinges(found: ClaimFinding) -> list[str]:
    """What it hangs on whether it holds, and how much of that no single assumption explains."""
    told = found.verdict_drivers
    if told is None:
        return []
    named = [f"{d.assumption} ({words.percent(d.index)})" for d in told.drivers[:TOP_DRIVERS]]
    if not named:
        return [
            "Whether it holds hangs on no assumption alone that so many draws can tell: on several "
            "together, or on each too little to be seen."
        ]
    rest = words.percent(told.interaction)
    return [
        f"Whether it holds hangs on {words.listed(named)}; for {rest} of it assumptions act "
        "together, or too little or too rarely to be seen in so many draws."
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


def rest_of(verdict: Verdict) -> str:
    """The draws that neither hold nor fail, as shares of all; not where the verdict says it."""
    shares = verdict.counts.shares()
    told = (WORDS[code] for code in (NO_DIFFERENCE, CANNOT_BE_ASKED, UNSOLVED))
    return ", ".join(
        f"{word} {words.percent(shares[word])}"
        for word in told
        if shares[word] > 0 and not (shares[word] == 1 and word == verdict.word)
    )


def undriven_said(verdict: Verdict) -> str:
    """The same as `undriven`, in a sentence."""
    if verdict.word == "settled":
        return "Nothing any more: what was observed has decided it."
    if not verdict.counts.asked:
        return "There is no margin in any draw that something could move."
    if verdict.counts.asked < FEWEST:
        return words.sentence(TOO_FEW)
    return "No single assumption moves the margin more than chance would."


def undriven(verdict: Verdict) -> str:
    """What is said where no assumption is named that a claim or a part of it hangs on."""
    if verdict.word in BARE or not verdict.counts.asked:
        return words.DASH
    return "no single assumption" if verdict.counts.asked >= FEWEST else TOO_FEW
