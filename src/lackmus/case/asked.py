"""What a case asks, and what it knows: claims, statements, observations; a part of `syntax`."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from lackmus.case.cited import Citation
from lackmus.case.declared import declare, named, place
from lackmus.case.terms import Expr, Name, Number
from lackmus.foundation.spans import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim of the commentary as a question with a yes or no."""

    id: str = named("short name")
    by: str = declare("text", "who makes it")
    reported_by: str = declare("text", "who reports it, where at second hand")
    says: str = declare("text", "the claim in words (a paraphrase)")
    date: datetime.date | None = declare("date", "when it was made")
    resolves: datetime.date | None = declare("date", "when it can be judged")
    cite: tuple[Citation, ...] = declare("cite", "passages")
    observer: str | None = declare("viewer", "whose knowledge all conditions must respect")
    for_each: Name | None = declare(
        "variable",
        "a variable: the comparison is asked given each of its values, and holds for all",
    )
    holds_if: Expr = declare(
        "expression",
        "a comparison; the claim holds where it is true",
        needed="the comparison that is true where the claim holds",
    )
    matters_from: Fraction | None = declare(
        "size", "from what size on a difference between two computed numbers counts"
    )
    reason: str = declare("text", "why it is asked like this: the reason for its threshold")
    resolves_if: Expr | None = declare(
        "expression", "an event on moves: the forecast that the record decides"
    )
    annulled_unless: Expr | None = declare(
        "expression", "a condition on moves without which the forecast is annulled"
    )
    stated: Fraction | None = declare(
        "number", "the probability of `resolves if` that the speaker gives or implies"
    )
    span: Span | None = place()


@dataclass(frozen=True, slots=True)
class Reliability:
    """How a report hangs on what it reports: two probabilities."""

    hit: Expr = declare(
        "rate",
        "chance of the report where it is so",
        needed="the chance of the report where it is so",
    )
    false_alarm: Expr = declare(
        "rate",
        "chance of the report where it is not so",
        needed="the chance of the report where it is not so",
    )
    span: Span | None = place()


#: How an observation counts that is not `certain` and says no more: four to one, two bits.
JUDGEMENT: Final = Reliability(Number(Fraction(4, 5)), Number(Fraction(1, 5)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """Something that was seen, perhaps in part."""

    date: datetime.date | None = declare("date", "when")
    saw: Expr = declare(
        "expression",
        "a condition on moves, such as `announce != breakthrough`",
        needed="a condition on moves, such as announce != breakthrough",
    )
    by: str | None = declare("viewer", "which observer saw it")
    certain: bool = declare("flag", "whether the record settles it", default=True)
    reliability: tuple[Reliability, ...] = declare(
        "links",
        "how far the report can be trusted; several form a chain, the nearest to the event first",
    )
    via: tuple[str, ...] = declare(
        "words", "through whom it is known; one event told twice by the same counts once"
    )
    says: str = declare("text", "in words")
    cite: tuple[Citation, ...] = declare("cite", "passages")
    because: str = declare("text", "the record it rests on")
    span: Span | None = place()
    dated: Span | None = place()

    @property
    def chain(self) -> tuple[Reliability, ...]:
        """How the report hangs on the event, link by link; empty where it is the event."""
        return self.reliability or (() if self.certain else (JUDGEMENT,))

    @property
    def settles(self) -> bool:
        """Whether the report is the event itself, not a judgement or of limited reliability."""
        return not self.chain


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Something that was said, by whom, reported by whom."""

    id: str = named("short name")
    speaker: str = declare("text", "who said it", needed="who said it")
    reporter: str = declare("text", "who reports it, where at second hand")
    date: datetime.date | None = declare("date", "when")
    says: str = declare("text", "what, in a paraphrase", needed="what was said, in your own words")
    bears_on: tuple[str, ...] = declare("names", "claims, assumptions or moves it bears on")
    cite: tuple[Citation, ...] = declare("cite", "passages")
    span: Span | None = place()
