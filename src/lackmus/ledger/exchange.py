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
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from lackmus.foundation.disk import check_file, read_bounded
from lackmus.foundation.errors import Fault, FormatError
from lackmus.foundation.letters import decoded
from lackmus.foundation.spans import Span
from lackmus.ledger.chain import OUTCOMES
from lackmus.ledger.questions import Question, is_late

COLUMNS: Final = (
    "id", "on", "by", "says", "resolves", "probability", "stated", "revision", "reason", "outcome",
    "resolved_on", "note",
)  # fmt: skip

#: What other programs call the columns, as `_called` has it.
_NAMES: Final = {
    "id": ("id", "question id", "post id"),
    "on": ("on", "start time", "created", "created at", "forecast due date", "date", "timestamp"),
    "by": ("by", "forecaster username", "forecaster", "user", "username", "source"),
    "says": ("says", "question title", "title", "question", "text"),
    "resolves": ("resolves", "scheduled resolve time", "resolution date", "resolve by"),
    "probability": ("probability", "probability yes", "forecast", "prediction", "p"),
    "outcome": ("outcome", "resolution", "resolved to", "result"),
    "resolved_on": ("resolved on", "actual resolve time", "resolved at", "resolved"),
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

#: What spreadsheets take for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")

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
            "resolved_on": resolution.get("told_on", resolution.get("on", "")),
            "note": resolution.get("note", ""),
        }
        for forecast in question.forecasts:
            row = {name: forecast.get(name, "") for name in COLUMNS}
            writer.writerow({key: _written(value) for key, value in (row | after).items()})
    return out.getvalue()


def from_csv(path: Path) -> list[dict[str, Any]]:
    """The entries that a CSV file makes, by their days.

    Raises:
        FormatError: Columns and rows that cannot be understood, each with its place.
        UsageError: There is no such file.
    """
    check_file(path, "CSV file", _LARGEST)
    try:
        text = decoded(read_bounded(path, _LARGEST))
    except UnicodeDecodeError:
        fault = Fault("encoding", f"{path} is not UTF-8", hint="save it as UTF-8")
        raise FormatError([fault]) from None
    lines = text.split("\n")
    reader = csv.reader(io.StringIO(text, newline=""))
    faults: list[Fault] = []
    forecasts: list[dict[str, Any]] = []
    outcomes: dict[str, dict[str, Any]] = {}
    seen: dict[tuple[str, str], int] = {}
    rows = _rows(reader, path)
    header = next(rows, [])
    place = _checked(header, path, lines[0])
    for row in filter(None, rows):
        told = {name: _read(row[at]) if at < len(row) else "" for name, at in place.items()}
        if _of_others(header, place, told):
            continue
        wrong = [*_wrong(told), *_contrary(told, outcomes)]
        if any(row[len(header) :]):
            wrong.insert(0, f"the row has {len(row)} fields, and there are {len(header)} columns")
        if wrong:
            line = lines[min(reader.line_num, len(lines)) - 1]
            span = Span(str(path), reader.line_num, 1, 2, line)
            faults += [Fault("row", message, span) for message in wrong]
            continue
        name, by = told["id"], told.get("by", "")
        chance, stated = (_float(told.get(key, "")) for key in ("probability", "stated"))
        if "stated" not in place and by:
            chance, stated = None, chance
        on, resolves = _day(told["on"]), _day(told.get("resolves", "")) or None
        forecasts.append({
            "kind": "forecast", "on": on, "id": name, "by": by, "says": told.get("says", ""),
            "resolves": resolves, "late": False,
            "probability": chance, "stated": stated,
            "revision": seen.get((name, by), 0), "reason": told.get("reason", ""),
        })  # fmt: skip
        seen[name, by] = seen.get((name, by), 0) + 1
        outcome = _OUTCOMES.get(told.get("outcome", "").lower())
        if outcome:
            told_on = _day(told.get("resolved_on", ""))
            outcomes[name] = {
                "kind": "resolution", "on": told_on, "told_on": told_on, "id": name,
                "outcome": outcome, "how": "imported", "note": told.get("note", ""),
            }  # fmt: skip
    if faults:
        raise FormatError(faults)
    for forecast in forecasts:
        ended_on = outcomes.get(forecast["id"], {}).get("told_on")
        forecast["late"] = is_late(forecast["on"], forecast["resolves"], ended_on)
    latest = {f["id"]: f["on"] for f in sorted(forecasts, key=lambda f: f["on"])}
    ended = [{**r, "on": max(r["on"], latest[name])} for name, r in outcomes.items()]
    return sorted([*forecasts, *ended], key=lambda entry: (entry["on"], entry["kind"]))


def _rows(reader: Iterable[list[str]], path: Path) -> Iterator[list[str]]:
    number = 1
    try:
        for row in reader:
            yield row
            number += 1
    except csv.Error as error:
        span = Span(str(path), number, 1, 2, "")
        raise FormatError([Fault("row", f"the row is no CSV: {error}", span)]) from None


def _checked(header: Sequence[str], path: Path, line: str) -> dict[str, int]:
    """In which field of a row each column stands.

    Raises:
        FormatError: A needed column is not there, or one stands there twice.
    """
    place = _places(header)
    span = Span(str(path), 1, 1, 1 + max(1, len(line)), line)
    called = [_called(column) for column in header]
    twice = [name for name in dict.fromkeys(called) if name and called.count(name) > 1]
    needed = ("id", "on", *(() if "stated" in place else ("probability",)))
    missing = [name for name in needed if name not in place]
    hint = f"the first row names the columns: {', '.join(COLUMNS)}"
    if missing and len(header) == 1 and (mark := next((m for m in ";\t|" if m in line), "")):
        hint = f"the fields are parted by {mark!r}: save it with commas, and with decimal points"
    elif missing:
        also = (f"'{name}' also as {', '.join(_NAMES[name][1:])}" for name in missing)
        hint = "; ".join((hint, *also))
    faults = [Fault("column", f"there is no column {', '.join(missing)}", span, hint)] * bool(
        missing
    )
    faults += [Fault("column", f"the column '{name}' stands there twice", span) for name in twice]
    if faults:
        raise FormatError(faults)
    return place


def _of_others(header: Sequence[str], place: dict[str, int], told: dict[str, str]) -> bool:
    """Whether a row of a Metaculus table is of a question that is none of yes or no."""
    at = place.get("probability")
    return at is not None and _called(header[at]) == _OF_YES and not told["probability"]


def _contrary(told: dict[str, str], outcomes: dict[str, dict[str, Any]]) -> Iterator[str]:
    """That a row resolves a question otherwise than one above it."""
    known = outcomes.get(told["id"])
    outcome = _OUTCOMES.get(told.get("outcome", "").lower())
    if known is not None and outcome is not None and known["outcome"] != outcome:
        yield f"'{told['id']}' is '{outcome}' here, and '{known['outcome']}' in a row above"


def _read(text: str) -> str:
    """A field as it was before `_written`."""
    text = text.strip()
    return text[1:] if text[:1] == "'" and _is_formula(text) else text


def _written(value: object) -> object:
    """A text that no spreadsheet takes for a formula: an apostrophe stands before it."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and _is_formula(value) else value


def _is_formula(text: str) -> bool:
    return text.lstrip("'")[:1] in _FORMULA


def _called(column: str) -> str:
    """A column's name in small letters, with blanks between its words."""
    return " ".join(column.lower().replace("_", " ").replace("-", " ").split())


def _places(header: Sequence[str]) -> dict[str, int]:
    there = {_called(column): at for at, column in enumerate(header)}
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
    """A number, which may be so many per cent."""
    digits = text.removesuffix("%")
    try:
        return float(digits) / (1 if digits == text else 100)
    except ValueError:
        return None
