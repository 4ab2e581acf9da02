"""Ledgers as CSV, for people and other programs.

One row a forecast, revisions each, with these columns: ``id``, ``on``, ``by``, ``says``,
``resolves``, ``probability``, ``stated``, ``revision``, ``reason``, ``outcome``, ``resolved_on``,
``note``. ``probability`` is the model's, ``stated`` that of whoever stands in ``by``. On the way
in only ``id``, ``on`` and one of the two are needed; where there is no column ``stated``, what
somebody named in ``by`` gave is his own. The exports of public forecasting platforms come in by
their own names for these columns, see `_NAMES`; their JSON by `lackmus.ledger.platforms`.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from lackmus.foundation.disk import check_file, read_bounded
from lackmus.foundation.errors import Fault, FormatError
from lackmus.foundation.spans import Span
from lackmus.ledger.questions import OUTCOMES, Question, is_late

COLUMNS: Final = (
    "id", "on", "by", "says", "resolves", "probability", "stated", "revision", "reason", "outcome",
    "resolved_on", "note",
)  # fmt: skip

#: What other programs call the columns, in lower case.
_NAMES: Final = {
    "id": ("id", "question id", "question_id", "post id"),
    "on": ("on", "start time", "created", "created_at", "forecast_due_date", "date", "timestamp"),
    "by": ("by", "forecaster username", "forecaster", "user", "username", "source"),
    "says": ("says", "question title", "title", "question", "text"),
    "resolves": ("resolves", "scheduled resolve time", "resolution_date", "resolve by"),
    "probability": ("probability", "probability yes", "forecast", "prediction", "p"),
    "outcome": ("outcome", "resolution", "resolved_to", "result"),
    "resolved_on": ("resolved_on", "actual resolve time", "resolved_at", "resolved"),
    "note": ("note", "comment", "comments"),
    "reason": ("reason",),
    "stated": ("stated",),
}

_OUTCOMES: Final = {
    "yes": "yes", "no": "no", "1": "yes", "0": "no", "1.0": "yes", "0.0": "no", "true": "yes",
    "false": "no", "ambiguous": "ambiguous", "annulled": "annulled", "n/a": "annulled",
    "void": "annulled",
}  # fmt: skip

#: Metaculus' column of questions of yes or no; it is empty in the rows of others.
_OF_YES: Final = "probability yes"

_LARGEST: Final = 100_000_000


def to_csv(questions: Sequence[Question]) -> str:
    """The ledger as CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for question in questions:
        resolution = question.resolution or {}
        after = {
            "outcome": resolution.get("outcome", ""),
            "resolved_on": resolution.get("on", ""),
            "note": resolution.get("note", ""),
        }
        for forecast in question.forecasts:
            row = {name: forecast.get(name, "") for name in COLUMNS}
            writer.writerow({k: "" if v is None else v for k, v in (row | after).items()})
    return out.getvalue()


def from_csv(path: Path) -> list[dict[str, Any]]:
    """The entries that a CSV file makes, by their days.

    Raises:
        FormatError: All rows that cannot be understood, each with its place.
        UsageError: There is no such file.
    """
    check_file(path, "CSV file", _LARGEST)
    try:
        text = read_bounded(path, _LARGEST).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FormatError([Fault("encoding", f"{path} is not UTF-8")]) from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    place = _places(reader.fieldnames or ())
    needed = ("id", "on", *(() if "stated" in place else ("probability",)))
    if missing := [name for name in needed if name not in place]:
        message = f"{path} has no column {', '.join(missing)}"
        hint = f"its first row names the columns: {', '.join(COLUMNS)}"
        raise FormatError([Fault("column", message, hint=hint)])
    faults: list[Fault] = []
    forecasts: list[dict[str, Any]] = []
    outcomes: dict[str, dict[str, Any]] = {}
    seen: dict[tuple[str, str], int] = {}
    for row in _rows(reader, path):
        told = {name: (row.get(column) or "").strip() for name, column in place.items()}
        if place.get("probability", "").lower() == _OF_YES and not told["probability"]:
            continue
        wrong = list(_wrong(told))
        if wrong:
            span = Span(str(path), reader.line_num, 1, 2, ",".join(map(str, row.values())))
            faults += [Fault("row", message, span) for message in wrong]
            continue
        name, by = told["id"], told.get("by", "")
        chance, stated = (_float(told.get(key, "")) for key in ("probability", "stated"))
        if "stated" not in place and by:
            chance, stated = None, chance
        on, resolves = _day(told["on"]), _day(told.get("resolves", "")) or None
        forecasts.append({
            "kind": "forecast", "on": on, "id": name, "by": by, "says": told.get("says", ""),
            "resolves": resolves, "late": is_late(resolves, on),
            "probability": chance, "stated": stated,
            "revision": seen.get((name, by), 0), "reason": told.get("reason", ""),
        })  # fmt: skip
        seen[name, by] = seen.get((name, by), 0) + 1
        outcome = _OUTCOMES.get(told.get("outcome", "").lower())
        if outcome:
            outcomes[name] = {
                "kind": "resolution", "on": _day(told.get("resolved_on", "")), "id": name,
                "outcome": outcome, "how": "imported", "note": told.get("note", ""),
            }  # fmt: skip
    if faults:
        raise FormatError(faults)
    latest = {f["id"]: f["on"] for f in sorted(forecasts, key=lambda f: f["on"])}
    ended = [{**r, "on": max(r["on"], latest[name])} for name, r in outcomes.items()]
    return sorted([*forecasts, *ended], key=lambda entry: (entry["on"], entry["kind"]))


def _rows(reader: csv.DictReader[str], path: Path) -> Iterator[dict[str, str]]:
    try:
        yield from reader
    except csv.Error as error:
        span = Span(str(path), reader.line_num, 1, 2, "")
        raise FormatError([Fault("row", f"the row is no CSV: {error}", span)]) from None


def _places(header: Sequence[str]) -> dict[str, str]:
    there = {column.strip().lower(): column for column in header}
    return {
        name: there[known]
        for name, names in _NAMES.items()
        for known in names[::-1]
        if known in there
    }


def _wrong(told: dict[str, str]) -> Iterator[str]:
    if not told["id"]:
        yield "the row has no id"
    if not _day(told["on"]):
        yield f"'{told['on']}' is no day; write it as 2025-08-10"
    chances = [told[key] for key in ("probability", "stated") if told.get(key)]
    for text in chances or [""]:
        chance = _float(text)
        if chance is None or not 0 <= chance <= 1:
            yield f"'{text}' is no probability between 0 and 1"
    outcome = told.get("outcome", "").lower()
    if outcome and outcome not in _OUTCOMES:
        yield f"'{outcome}' is no outcome; there are {', '.join(OUTCOMES)}"


def _day(text: str) -> str:
    """The day of a date or time; empty where there is none."""
    try:
        return datetime.date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return ""


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
