"""The page on what happened, and what that taught: words and places of marks, solving nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lackmus.case import syntax
from lackmus.case.text import expression_text
from lackmus.foundation.version import version
from lackmus.pipeline.forecasts import before_its_day, decided, shares_of
from lackmus.pipeline.learned import AssumptionShift, BeliefShift, Learned, Spread
from lackmus.pipeline.postmortem import Postmortem
from lackmus.report import words
from lackmus.report.learned import MOVED, surprise, trust, why

#: Assumptions that get a picture, the most moved first.
_MOST = 12

#: Width and height of the picture of a belief along the record.
_WIDTH, _HEIGHT = 560.0, 150.0


@dataclass(frozen=True, slots=True)
class SeenView:
    """One observation: day, words, and how likely it was."""

    day: str
    says: str
    known: str
    given_before: str
    so_far: str


@dataclass(frozen=True, slots=True)
class DecidedView:
    """What became of a claim, and its shares of draws before and after."""

    id: str
    says: str
    by: str
    outcome: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class StripView:
    """An assumption or a belief before and after: words, and places of marks in percent."""

    name: str
    says: str
    before: str
    after: str
    bits: str
    marks: tuple[tuple[str, float, float, float], ...]


@dataclass(frozen=True, slots=True)
class PathView:
    """A belief along the record: a band and a line in the picture's units, and its steps."""

    name: str
    band: str
    line: str
    steps: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class AfterModel:
    """All that the page shows."""

    title: str
    surprise: str
    trust: str
    trouble: str
    seen: tuple[SeenView, ...]
    decided: tuple[DecidedView, ...]
    beliefs: tuple[StripView, ...]
    paths: tuple[PathView, ...]
    width: float
    height: float
    assumptions: tuple[StripView, ...]
    still: int
    dissents: tuple[str, ...]
    why: tuple[str, ...]
    style: str
    version: str


def after_model(learned: Learned, found: Postmortem | None, style: str) -> AfterModel:
    """What the page shows of what was learnt."""
    moved = [shift for shift in learned.assumptions if shift.bits >= MOVED][:_MOST]
    return AfterModel(
        title=learned.case.title,
        surprise=surprise(learned),
        trust=trust(learned),
        trouble=learned.trouble,
        seen=tuple(_seen(learned)),
        decided=tuple(_decided(learned)),
        beliefs=tuple(map(_belief, learned.beliefs)),
        paths=tuple(map(_path, learned.beliefs)) if len(learned.record) > 1 else (),
        width=_WIDTH,
        height=_HEIGHT,
        assumptions=tuple(map(_assumption, moved)),
        still=len(learned.assumptions) - len(moved),
        dissents=tuple(words.sentence(against.sentence()) for against in learned.dissents),
        why=() if found is None else tuple(why(found)),
        style=style,
        version=version(),
    )


def _seen(learned: Learned) -> Iterator[SeenView]:
    for line in learned.record:
        told = line.observation
        known = "" if not told.chain else "not certain"
        known += (
            f"{', ' if known else ''}known through {words.listed(told.via)}" if told.via else ""
        )
        known += "" if line.counted else ", told already by the same source and not counted"
        yield SeenView(
            words.day(told.date),
            told.says or expression_text(told.saw),
            known,
            words.percent(line.given_before),
            words.percent(line.probability),
        )


def _decided(learned: Learned) -> Iterator[DecidedView]:
    """Each claim with what the record makes of it."""
    outcomes = decided(learned.case, learned.study.observations)
    columns = [claim.id for claim in learned.case.claims if claim.resolves_if is not None]
    for shift in learned.claims:
        claim = shift.claim
        outcome = ""
        if claim.resolves_if is not None:
            what, by = outcomes[claim.id]
            when = f", on {words.day(by.date)}" if by and by.date else ""
            when += f", by {expression_text(by.saw)}" if by else ""
            step = len(before_its_day(claim, learned.study.observations))
            chance = _forecast(learned, columns.index(claim.id), step)
            event = expression_text(claim.resolves_if)
            outcome = f"{what or 'open'}{when}; {event} had been given {chance}"
        shares = ["–" if x != x else words.percent(x) for x in (shift.before, shift.after)]
        yield DecidedView(claim.id, claim.says, _by(claim), outcome, *shares)


def _forecast(learned: Learned, column: int, step: int) -> str:
    from lackmus.learning.weights import mean  # noqa: PLC0415 - arrays only where they are needed

    return words.percent(mean(*shares_of(learned.before, column, step)))


def _by(claim: syntax.Claim) -> str:
    reported = f", reported by {claim.reported_by}" if claim.reported_by else ""
    return f"{claim.by}{reported}"


def _belief(shift: BeliefShift) -> StripView:
    return StripView(
        f"{shift.about} = {shift.value}",
        "",
        _mean(shift.before),
        _mean(shift.after),
        "",
        tuple(
            (kind, 100.0 * spread.band[0], 100.0 * (spread.band[1] - spread.band[0]),
             100.0 * spread.mean)
            for kind, spread in (("before", shift.before), ("after", shift.after))
        ),
    )  # fmt: skip


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
            (kind, at(s.band[0]), at(s.band[1]) - at(s.band[0]), at(s.quantiles[2]))
            for kind, s in (("before", shift.before), ("after", shift.after))
        ),
    )


def _path(shift: BeliefShift) -> PathView:
    steps = len(shift.along) - 1
    xs = [_WIDTH * i / max(1, steps) for i in range(steps + 1)]

    def points(values: list[float], across: list[float]) -> str:
        return " ".join(
            f"{x:.1f},{_HEIGHT * (1.0 - v):.1f}" for x, v in zip(across, values, strict=True)
        )

    high = [spread.band[1] for spread in shift.along]
    low = [spread.band[0] for spread in shift.along]
    return PathView(
        f"{shift.about} = {shift.value}",
        f"{points(high, xs)} {points(low[::-1], xs[::-1])}",
        points([spread.mean for spread in shift.along], xs),
        tuple((x, str(i)) for i, x in enumerate(xs)),
    )
