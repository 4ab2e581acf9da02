"""What happened and what it taught, in the words of a page: for the report and for its own page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lackmus.case import syntax
from lackmus.learning.weights import mean
from lackmus.pipeline.forecasts import (
    decided,
    known_when_said,
    reported,
    shares_knowing,
    stated_of,
)
from lackmus.pipeline.learned import AssumptionShift, BeliefShift, ClaimShift, Learned, Line, Spread
from lackmus.report import words
from lackmus.report.claims import title_of
from lackmus.report.learned import forks, moved, still, surprise, trust
from lackmus.report.model import Happened, Mark, ResolvedView, SeenView, ShiftedView, StripView

#: From this difference of shares on a claim is told to have moved.
_SHIFTED: Final = 0.05

#: What became of a claim, in words.
_BECAME: Final = {
    "yes": "happened", "no": "did not happen", "annulled": "annulled", None: "still open",
}  # fmt: skip


def happened(learned: Learned, *, compiled: bool = False) -> Happened:
    """What the page shows of what was learnt.

    Args:
        learned: What was learnt.
        compiled: Whether the solver was compiled in the time that it took.
    """
    shifts = [claim for claim in learned.claims if abs(claim.after - claim.before) >= _SHIFTED]
    return Happened(
        surprise=surprise(learned),
        trouble=learned.trouble,
        trust=" ".join(filter(None, (trust(learned, compiled=compiled), forks(learned)))),
        lines=tuple(_seen(learned.case, line) for line in learned.record),
        resolved=tuple(_resolved(learned)),
        undecided=_undecided(learned),
        shifted=tuple(_shifted(claim) for claim in shifts),
        unshifted=_unshifted(len(learned.claims) - len(shifts), len(shifts)),
        moved=tuple(map(_assumption, moved(learned))),
        still=still(learned),
        against=tuple(words.sentence(against.sentence()) for against in learned.dissents),
    )


def _seen(case: syntax.Case, line: Line) -> SeenView:
    told = line.observation
    known = [
        "not certain" if told.chain else "",
        f"known through {words.listed(told.via)}" if told.via else "",
        "" if line.counted else "told already by the same source and not counted",
    ]
    return SeenView(
        words.day(told.date),
        told.says or words.seen_text(case, told.saw),
        ", ".join(filter(None, known)),
        words.percent(line.given_before),
        words.percent(line.probability),
    )


def _resolved(learned: Learned) -> Iterator[ResolvedView]:
    """Each claim that names an event, with what the record makes of it."""
    case, seen = learned.case, learned.study.observations
    outcomes = decided(case, seen, learned.study.compiled)
    reports = reported(case, seen, learned.study.compiled)
    asked = [claim for claim in case.claims if claim.resolves_if is not None]
    for column, claim in enumerate(asked):
        outcome, decisive = outcomes[claim.id]
        known = known_when_said(claim, seen, reports[claim.id])
        chance = mean(*shares_knowing(learned.study, learned.prior, learned.before, column, known))
        stated = stated_of(claim)
        yield ResolvedView(
            id=claim.id,
            claim=title_of(claim),
            voice=_by(claim),
            became=_BECAME[outcome],
            day=words.day(decisive.date) if decisive else "",
            seen=(decisive.says or words.seen_text(case, decisive.saw)) if decisive else "",
            event=words.seen_text(case, claim.resolves_if) if claim.resolves_if else "",
            given="" if chance != chance else words.percent(chance),
            given_on=_on(claim),
            stated="" if stated is None else words.exact_percent(stated),
            implied=claim.stated is None,
        )


def _on(claim: syntax.Claim) -> str:
    """The day of which the model's figure is: that of the claim, else that by which it resolves."""
    if claim.date is not None:
        return f"on {words.day(claim.date)}"
    return f"before {words.day(claim.resolves)}; the claim has no date" if claim.resolves else ""


def _undecided(learned: Learned) -> str:
    many = sum(claim.resolves_if is None for claim in learned.case.claims)
    if not many:
        return ""
    rest = "names no event that would decide it" if many == 1 else (
        "name no event that would decide them"
    )  # fmt: skip
    return words.capital(f"{words.count(many, 'claim')} {rest}.")


def _shifted(shift: ClaimShift) -> ShiftedView:
    claim = shift.claim
    before, after = (words.percent(share) for share in (shift.before, shift.after))
    return ShiftedView(claim.id, title_of(claim), _by(claim), before, after)


def _unshifted(many: int, shifted: int) -> str:
    """On claims whose share of the draws did not move, or that cannot be asked."""
    if not many:
        return ""
    who = words.count(many, "other claim" if shifted else "claim")
    return f"The share of {who} moved by less than {round(100 * _SHIFTED)} percentage points."


def _by(claim: syntax.Claim) -> str:
    reported = f", reported by {claim.reported_by}" if claim.reported_by else ""
    return f"{claim.by or 'unnamed'}{reported}"


def belief_strip(shift: BeliefShift) -> StripView:
    """A value of an aim or fact before and after, on a line from 0 to 1."""
    return StripView(
        f"{shift.about} = {shift.value}",
        "",
        _mean(shift.before),
        _mean(shift.after),
        "",
        tuple(
            Mark(kind, 100.0 * s.band[0], 100.0 * (s.band[1] - s.band[0]), 100.0 * s.mean)
            for kind, s in (("before", shift.before), ("after", shift.after))
        ),
    )


def _mean(spread: Spread) -> str:
    return f"{words.percent(spread.mean)} ({words.percents(*spread.band)})"


def _assumption(shift: AssumptionShift) -> StripView:
    ends = [*shift.before.quantiles, *shift.after.quantiles]
    low, wide = min(ends), (max(ends) - min(ends)) or 1.0

    def at(value: float) -> float:
        return 100.0 * (value - low) / wide

    return StripView(
        shift.assumption.name,
        shift.assumption.says,
        words.number(shift.before.quantiles[2]),
        words.number(shift.after.quantiles[2]),
        f"{shift.bits:.2f}",
        tuple(
            Mark(kind, at(s.band[0]), at(s.band[1]) - at(s.band[0]), at(s.quantiles[2]))
            for kind, s in (("before", shift.before), ("after", shift.after))
        ),
    )
