"""The questions of a ledger: each with its forecasts in order, and what became of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lackmus.foundation.errors import Fault, UsageError
from lackmus.foundation.letters import spelt
from lackmus.foundation.tolerances import PROBABILITY
from lackmus.ledger.chain import OUTCOMES, Entry, Outcome

#: What of a forecast makes a new one a revision, beside its probability.
_TOLD: Final = ("stated", "resolves", "resolves_if", "annulled_unless")

#: What two forecasts have in common that differ by chance in the draws alone.
_SOURCE: Final = ("digest", "given")

#: Monte Carlo standard errors of their difference that such forecasts may lie apart.
_ERRORS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Question:
    """An event that was forecast.

    Attributes:
        id: Case and claim, as ``alaska-2025/c01_no_agreement_signed``.
        forecasts: All revisions, the first first.
        resolution: The last word on it; None where it is open.
    """

    id: str
    forecasts: tuple[Entry, ...]
    resolution: Entry | None

    @property
    def outcome(self) -> Outcome | None:
        """What became of it; None where it is open."""
        return None if self.resolution is None else self.resolution["outcome"]


def questions(entries: Sequence[Entry]) -> tuple[Question, ...]:
    """The questions of a ledger, in the order in which they were first asked."""
    forecasts: dict[str, list[Entry]] = {}
    resolutions: dict[str, Entry] = {}
    for entry in entries:
        if entry["kind"] == "forecast":
            forecasts.setdefault(entry["id"], []).append(entry)
        else:
            resolutions[entry["id"]] = entry
    return tuple(
        Question(name, tuple(made), resolutions.get(name)) for name, made in forecasts.items()
    )


def entered(
    entries: Sequence[Entry], forecasts: Sequence[dict[str, Any]], on: str, reason: str
) -> list[dict[str, Any]]:
    """The entries that forecasts make: new ones and revisions; what is unchanged makes none.

    Nor does what other draws of the same case make of a forecast, within Monte Carlo error, unless
    a reason is given.

    Args:
        entries: What stands in the ledger.
        forecasts: Forecasts, each with an ``id``.
        on: The day.
        reason: Why a forecast is revised.

    Raises:
        UsageError: All forecasts that are revised without a reason, or after they were resolved.
    """
    known = {question.id: question for question in questions(entries)}
    made: list[dict[str, Any]] = []
    faults: list[Fault] = []
    for forecast in forecasts:
        old = known.get(forecast["id"])
        if old is not None and _stands(old.forecasts[-1], forecast, by_chance=not reason):
            continue
        if old is not None and old.resolution is not None:
            message = f"{old.id} is resolved ({old.outcome}), and cannot be forecast again"
            faults.append(Fault("usage", message))
        elif old is not None and not reason:
            apart = "; ".join(_apart(old.forecasts[-1], forecast))
            message = f"{old.id} stands in the ledger with another forecast: {apart}"
            faults.append(Fault("usage", message, hint="say what has changed: --reason TEXT"))
        made.append({
            "kind": "forecast", "on": on, **forecast,
            "revision": len(old.forecasts) if old else 0, "reason": reason if old else "",
        })  # fmt: skip
    if faults:
        raise UsageError(faults)
    return made


def _stands(old: Entry, new: Entry, *, by_chance: bool) -> bool:
    """Whether a forecast stands in a ledger already, perhaps but for chance in the draws."""
    if any(old.get(key) != new.get(key) for key in (*_TOLD, "title")):
        return False
    was, now = old.get("probability"), new.get("probability")
    if was is None or now is None:
        return was is now
    error = 0.0
    if by_chance and all(old.get(key) == new.get(key) for key in _SOURCE):
        error = math.hypot(old.get("error") or 0.0, new.get("error") or 0.0)
    return bool(abs(now - was) <= max(PROBABILITY, _ERRORS * error))


def _apart(old: Entry, new: Entry) -> Iterator[str]:
    """In what a forecast differs from the one that stands there."""
    for key in ("probability", *_TOLD, "title"):
        was, now = (_shown(entry.get(key)) for entry in (old, new))
        if old.get(key) != new.get(key):
            yield f"{key.replace('_', ' ')} was {was} on {old['on']}, and is {now}"


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return repr(value) if value else "none"


def is_late(on: str, *ends: str | None) -> bool:
    """Whether a forecast made on a day is made on one that ends its question, or after it.

    Args:
        on: The day on which it is made.
        ends: The day on which the question resolves, and that on which it was resolved; what is
            not told is empty or None.
    """
    return any(end <= on for end in ends if end)


def last_of(entries: Sequence[Entry], case: str) -> Entry | None:
    """The last forecast that a ledger has of a case of some name."""
    known = (e for e in reversed(entries) if e["kind"] == "forecast" and e.get("case") == case)
    return next(known, None)


#: What two entries of one forecast or resolution have in common.
_SAME: Final = ("kind", "id", "on", "by", "probability", "stated", "outcome")


def not_there(entries: Sequence[Entry], more: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of `more` that do not stand in a ledger yet, and speak of a question that does."""
    there = {tuple(entry.get(key) for key in _SAME) for entry in entries}
    asked = {entry["id"] for entry in (*entries, *more) if entry["kind"] == "forecast"}
    return [
        entry
        for entry in more
        if entry["id"] in asked and tuple(entry.get(key) for key in _SAME) not in there
    ]


def resolved(
    entries: Sequence[Entry], name: str, outcome: str, on: str, *, how: str, note: str
) -> dict[str, Any]:
    """The entry that resolves a question.

    Raises:
        UsageError: There is no such question or outcome, or no note says what it rests on.
    """
    known = {question.id: question for question in questions(entries)}
    name = spelt(name, known)
    question = known.get(name)
    if question is None:
        raise UsageError(f"the ledger has no forecast '{name}'", hint=_open(entries))
    if outcome not in OUTCOMES:
        raise UsageError(f"'{outcome}' is no outcome", hint=", ".join(OUTCOMES))
    if not note.strip():
        if question.resolution is not None:
            hint = "to resolve it otherwise, say why: --note TEXT"
            raise UsageError(f"{name} is resolved already: {question.outcome}", hint=hint)
        raise UsageError(f"what '{outcome}' rests on is not said", hint="say so: --note TEXT")
    return {
        "kind": "resolution", "on": on, "id": name, "outcome": outcome, "how": how, "note": note,
    }  # fmt: skip


def _open(entries: Sequence[Entry]) -> str:
    still = [q.id for q in questions(entries) if q.resolution is None]
    return f"open are {', '.join(still)}" if still else "none is open"
