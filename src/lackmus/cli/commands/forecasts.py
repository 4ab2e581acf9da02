"""``lackmus forecast`` and ``lackmus ledger``: forecasts made, kept, resolved and scored."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from lackmus.cli import console
from lackmus.cli.terminal import console as terminal
from lackmus.cli.terminal import print_prose
from lackmus.foundation.counting import counted, noun
from lackmus.foundation.disk import in_words, write_text
from lackmus.foundation.errors import UnfinishedError, UsageError
from lackmus.pipeline.loading import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lackmus.case.syntax import Case, Observation
    from lackmus.ledger.board import Row
    from lackmus.ledger.chain import Entry
    from lackmus.ledger.scores import Score
    from lackmus.pipeline.forecasts import Chance, Forecast, Forecasts


def forecast(
    case: str,
    *,
    record: Path | None,
    draws: int,
    seed: int,
    threads: int,
    enter: Path | None,
    on: str,
    reason: str,
    as_json: bool,
) -> None:
    """Prints the forecasts of a case, and enters them into a ledger where one is named."""
    from lackmus.engines.threads import Threads
    from lackmus.pipeline.forecasts import forecasts
    from lackmus.pipeline.ledgers import Ledger, day_of
    from lackmus.pipeline.weighing import LearnEffort
    from lackmus.report.forecasts import forecasts_json

    day = day_of(on)
    loaded = load(case)
    seen = _record(record, loaded)
    with Threads(threads or None) as engine, console.progress(quiet=as_json) as tell:
        effort = LearnEffort(draws=draws, seed=seed, engine=engine)
        made_on = date.fromisoformat(day) if on else None
        found = forecasts(loaded, observations=seen, on=made_on, effort=effort, progress=tell)
    if not as_json:
        _print(found)
    entered = None
    if enter is not None:
        made = Ledger(enter).enter(found, on=day, reason=reason)
        entered = [entry["id"] for entry in made]
        if not as_json:
            console.line(_entered(len(entered), len(found), enter))
    if as_json:
        console.json(forecasts_json(found) | {"entered": entered})


def _entered(many: int, of: int, ledger: Path) -> str:
    left = ""
    if many < of:
        left = ", the same but for chance in the draws"
        left = (
            f"; {counted(of - many, 'forecast')} {noun(of - many, 'stands', 'stand')} there{left}"
        )
    return f"{many} of {of} entered into {ledger}{left}"


def _record(record: Path | None, case: Case) -> tuple[Observation, ...] | None:
    from lackmus.case.parse import load_record

    return None if record is None else load_record(record, case)


def _print(found: Forecasts) -> None:
    from lackmus.case.text import expression_text
    from lackmus.report.arms import record_arms_said

    out = terminal()
    for one in found:
        event = one.claim.resolves_if
        due = f", resolves {one.claim.resolves}" if one.claim.resolves else ""
        out.print(f"\n{one.claim.id}{due}", style="bold")
        if event is not None:
            print_prose(f"{expression_text(event)}", "  ")
        if one.claim.annulled_unless is not None:
            print_prose(f"annulled unless {expression_text(one.claim.annulled_unless)}", "  ")
        print_prose(f"before anything was seen: {_chance(one.before)}", "  ")
        if one.when_said is not None and one.given:
            print_prose(f"on {one.claim.date}, when it was said: {_chance(one.when_said)}", "  ")
        if one.given:
            print_prose(
                "given what was seen beforehand, and before any report of the event "
                f"({counted(len(one.given), 'observation')}): {_chance(one.now)}",
                "  ",
            )
        if one.on_arms is not None:
            print_prose(
                f"with the arm that makes it least likely, or likeliest: {_ends(one)}", "  "
            )
        if one.stated is not None:
            verb = "implies" if one.claim.stated is None else "states"
            print_prose(f"{one.claim.by or 'the speaker'} {verb} {one.stated:.3g}", "  ")
        if one.decided is not None:
            print_prose(f"the record decides it: {one.decided}", "  ")
    if found.arms is not None:
        out.print(f"\n{record_arms_said(found.arms, found.draws)}.")


def _ends(found: Forecast) -> str:
    from lackmus.report.words import percent

    return " or ".join(map(percent, found.on_arms or ()))


def _chance(chance: Chance) -> str:
    from lackmus.report.words import percent, percents

    if math.isnan(chance.probability):
        return "no probability, since what it is annulled without never happens"
    return (
        f"{percent(chance.probability)} ({percents(*chance.band)} over the draws), {chance.word}; "
        f"confidence {chance.confidence}"
    )


# --- the ledger ---


def resolve(
    ledger: Path, *, case: str, record: Path | None, name: str, outcome: str, note: str, on: str
) -> None:
    """Resolves by the record of a case, or one question by hand."""
    from lackmus.pipeline.ledgers import Ledger

    kept = Ledger(ledger)
    if name and (case or record):
        raise UsageError(
            "one question is resolved by hand, or those of a case by its record, and not both",
            hint="--case CASE, or --id ID --as OUTCOME --note TEXT",
        )
    if name:
        if not outcome:
            hint = "--as yes, no, ambiguous or annulled"
            raise UsageError(f"what became of {name} is not said", hint=hint)
        made: Sequence[Entry] = (kept.resolve(name, outcome, on=on, note=note),)
    elif case:
        loaded = load(case)
        made = kept.resolve_by_record(loaded, _record(record, loaded), on=on, note=note)
    else:
        hint = "--case CASE, or --id ID --as OUTCOME --note TEXT"
        raise UsageError("nothing is to be resolved", hint=hint)
    for entry in made:
        console.line(f"{entry['id']}: {entry['outcome']}  {entry['note']}".rstrip())
    still = [question.id for question in kept.questions if question.resolution is None]
    if still:
        console.line(f"open: {', '.join(still)}")


def score(ledger: Path, *, as_json: bool) -> None:
    """Scores a ledger, by speaker."""
    from lackmus.ledger.scores import LEAST
    from lackmus.pipeline.ledgers import Ledger
    from lackmus.report.forecasts import board_json
    from lackmus.report.words import listed

    scored = Ledger(ledger).score()
    if as_json:
        console.json(board_json(scored))
        return
    out = terminal()
    print_prose(
        f"{scored.resolved} resolved, {scored.open} open, {scored.ambiguous} ambiguous, "
        f"{scored.annulled} annulled; {counted(scored.late, 'forecast')} "
        f"came late, on or after {noun(scored.late, 'its', 'their')} day or that of the outcome"
    )
    if not scored.rows:
        out.print("Nothing is resolved with yes or no, so there is nothing to score.")
        return
    for row in scored.rows:
        out.print(f"\n{row.who}", style="bold")
        for what, figures in _scores(row):
            console.line(f"  {what:<{_SCORE}}{figures}")
    out.print()
    print_prose(
        "Less is better. In brackets is where 90 % of the means of resampled forecasts lie."
    )
    few = [row.who for row in scored.rows if row.calibration is None]
    if few:
        print_prose(
            f"Too few forecasts to tell whether {listed(few, last='or')} would be calibrated: that "
            f"takes {LEAST}."
        )


#: Columns of what a score is called.
_SCORE = 28


def _scores(row: Row) -> Iterator[tuple[str, str]]:
    """What each of a forecaster's scores is called, and its figures."""
    from lackmus.report.words import MINUS, decimal

    def mean(score: Score, unit: str = "") -> str:
        low, high = score.interval or (math.nan, math.nan)
        between = f" ({decimal(low, 3)} to {decimal(high, 3)})" if score.interval else ""
        return f"{decimal(score.mean, 3)}{unit}{between}"

    yield "Brier score", f"{mean(row.brier)}, n = {row.brier.n:,}"
    yield "less that of 50 %", decimal(row.against_half, 3, plus=True)
    yield "less that of the base rate", decimal(row.against_base_rate, 3, plus=True)
    yield "log score", mean(row.bits, " bits")
    if row.against_previous is not None:
        yield "Brier score, old ones too", f"{mean(row.revisions)}, n = {row.revisions.n:,}"
        yield "revision less what it was", decimal(row.against_previous, 3, plus=True)
    if (told := row.calibration) is not None:
        split = (told.miscalibration, told.discrimination, told.uncertainty)
        wrong, apart, base = (decimal(part, 3) for part in split)
        yield "miscalibration", wrong
        yield f"{MINUS} discrimination", apart
        yield "+ uncertainty", f"{base}, together the Brier score"


def verify(ledger: Path) -> None:
    """Says that a ledger is whole; raises with all that is wrong with it."""
    from lackmus.pipeline.ledgers import Ledger

    many, last = Ledger(ledger).verify()
    entries = counted(many, "entry", "entries")
    console.line(f"{ledger}: {entries}, the chain is whole; it ends with {last[:12]}")


def export(ledger: Path, target: Path, *, force: bool) -> None:
    """Writes a ledger as CSV."""
    from lackmus.ledger.chain import whole
    from lackmus.ledger.exchange import to_csv
    from lackmus.ledger.questions import questions

    text = to_csv(questions(whole(ledger).entries))
    if target.exists() and not force:
        raise UsageError(f"{target} is there already", hint="--force replaces it")
    try:
        write_text(target, text)
    except OSError as error:
        raise UnfinishedError(in_words(error, target)) from None
    console.line(f"table: {target}")


def import_(ledger: Path, source: Path) -> None:
    """Adds the forecasts and outcomes of a CSV file, or of a platform's JSON, to a ledger."""
    from lackmus.ledger.chain import extend
    from lackmus.ledger.exchange import from_csv
    from lackmus.ledger.platforms import Taken, from_json
    from lackmus.ledger.questions import not_there

    as_json = source.suffix.lower() == ".json"
    taken = from_json(source) if as_json else Taken(tuple(from_csv(source)))
    made = extend(ledger, lambda entries: not_there(entries, taken.entries))
    console.line(f"{counted(len(made), 'entry', 'entries')} added to {ledger}")
    if same := len(taken.entries) - len(made):
        console.line(f"{same} stood there already, or resolve what nobody forecast there")
    if taken.left_out:
        console.line(f"{taken.left_out} questions left out: not of yes or no, or without forecast")
