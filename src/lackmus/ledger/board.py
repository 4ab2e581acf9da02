"""Who forecast how well: the questions of a ledger, scored by speaker."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lackmus.foundation.arrays import Floats
from lackmus.foundation.counting import counted
from lackmus.foundation.display import Card, Shown
from lackmus.foundation.figures import change
from lackmus.foundation.tolerances import PROBABILITY
from lackmus.ledger.questions import Question
from lackmus.ledger.scores import Calibration, Score, brier, calibration, log_bits, score

#: Who makes the forecasts that a case computes.
MODEL = "the model"


@dataclass(frozen=True, slots=True)
class Row:
    """One forecaster's scores.

    Attributes:
        who: The model, or a speaker.
        brier: Over the last forecast of each resolved question.
        bits: Log score of the same.
        against_half: Mean Brier score less that of saying 50 % each time; negative is better.
        against_base_rate: The same against the share of what happened, known only afterwards.
        revisions: Over every forecast that was ever entered, and every one that took its place.
        against_previous: Mean Brier score of revisions less that of what they revised; None where
            nothing was revised.
        calibration: From twenty forecasts on, else None.
    """

    who: str
    brier: Score
    bits: Score
    against_half: float
    against_base_rate: float
    revisions: Score
    against_previous: float | None
    calibration: Calibration | None


@dataclass(frozen=True, slots=True, repr=False)
class Board(Shown):
    """A ledger scored.

    Attributes:
        rows: The model first, then speakers in the order in which they come.
        resolved: Questions with yes or no.
        open: Questions without a resolution.
        ambiguous: Questions that nobody could decide.
        annulled: Questions whose condition failed.
        late: Forecasts that were entered on or after the day on which they resolve, or on which it
            was known what became of them.
    """

    rows: tuple[Row, ...]
    resolved: int
    open: int
    ambiguous: int
    annulled: int
    late: int

    def card(self) -> Card:
        """Each forecaster's mean scores, of which less is better."""
        rows = [
            (
                row.who,
                f"{row.brier.n:,}",
                f"{row.brier.mean:.3f}",
                change(row.against_half, ".3f"),
                change(row.against_base_rate, ".3f"),
                f"{row.bits.mean:.3f}",
            )
            for row in self.rows
        ]
        title = (
            f"{self.resolved:,} resolved, {self.open:,} open, {self.ambiguous:,} ambiguous, "
            f"{self.annulled:,} annulled; {counted(self.late, 'late forecast')}"
        )
        head = (
            "who",
            "n",
            "Brier score",
            "less that of 50 %",
            "less that of the base rate",
            "bits",
        )
        return Card(title, (), head if rows else (), rows)


def board(questions: Sequence[Question], seed: int = 0) -> Board:
    """Scores of all forecasters; what is ambiguous, annulled or open is counted, never scored."""
    decided = [q for q in questions if q.outcome in ("yes", "no")]
    speakers = dict.fromkeys(
        str(forecast["by"])
        for q in decided
        for forecast in q.forecasts
        if forecast.get("by") and forecast.get("stated") is not None
    )
    rows = [row for who in (MODEL, *speakers) if (row := _row(who, decided, seed)) is not None]
    outcomes = [q.outcome for q in questions]
    return Board(
        rows=tuple(rows),
        resolved=len(decided),
        open=outcomes.count(None),
        ambiguous=outcomes.count("ambiguous"),
        annulled=outcomes.count("annulled"),
        late=sum(bool(f.get("late")) for q in questions for f in q.forecasts),
    )


def _row(who: str, decided: Sequence[Question], seed: int) -> Row | None:
    made = [told for q in decided if (told := list(_told(who, q)))]
    if not made:
        return None
    last, happened = _columns([told[-1] for told in made])
    every, then = _columns([one for told in made for one in told])
    pairs = [(old, new) for told in made for old, new in pairwise(told)]
    previous = None
    if pairs:
        before, after = (brier(*_columns(side)) for side in zip(*pairs, strict=True))
        previous = float((after - before).mean())
    own = brier(last, happened)
    rate = np.full(len(last), happened.mean())
    return Row(
        who=who,
        brier=score(own, seed),
        bits=score(log_bits(last, happened), seed),
        against_half=float(own.mean()) - 0.25,
        against_base_rate=float((own - brier(rate, happened)).mean()),
        revisions=score(brier(every, then), seed),
        against_previous=previous,
        calibration=calibration(last, happened, seed),
    )


def _told(who: str, question: Question) -> Iterator[tuple[float, float]]:
    """One forecaster's probabilities on a question, with what happened.

    What he left as it was when others revised theirs stands once.
    """
    happened, before = float(question.outcome == "yes"), math.nan
    for forecast in question.forecasts:
        if who == MODEL:
            chance = forecast.get("probability")
        else:
            chance = forecast.get("stated") if forecast.get("by") == who else None
        if chance is not None and not abs(chance - before) <= PROBABILITY:
            before = float(chance)
            yield before, happened


def _columns(pairs: Sequence[tuple[float, float]]) -> tuple[Floats, Floats]:
    both = np.array(pairs, dtype=np.float64)
    return both[:, 0], both[:, 1]
