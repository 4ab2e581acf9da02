"""The questions of a ledger: each with its forecasts in order, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from lackmus.foundation.errors import UsageError
from lackmus.ledger.chain import Entry

Outcome: TypeAlias = Literal["yes", "no", "ambiguous", "annulled"]

OUTCOMES: Final[tuple[Outcome, ...]] = ("yes", "no", "ambiguous", "annulled")

#: What of a forecast makes a new one a revision.
_TOLD: Final = ("probability", "stated", "resolves", "resolves_if", "annulled_unless")


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

    Args:
        entries: What stands in the ledger.
        forecasts: Forecasts, each with an ``id``.
        on: The day.
        reason: Why a forecast is revised.

    Raises:
        UsageError: A forecast is revised without a reason, or after it was resolved.
    """
    known = {question.id: question for question in questions(entries)}
    made = []
    for forecast in forecasts:
        old = known.get(forecast["id"])
        if old is not None and all(old.forecasts[-1].get(k) == forecast.get(k) for k in _TOLD):
            continue
        if old is not None and old.resolution is not None:
            raise UsageError(f"{old.id} is resolved ({old.outcome}), and cannot be forecast again")
        if old is not None and not reason:
            hint = "say what has changed: --reason TEXT"
            raise UsageError(f"{old.id} stands in the ledger with another forecast", hint=hint)
        made.append({
            "kind": "forecast", "on": on, **forecast,
            "revision": len(old.forecasts) if old else 0, "reason": reason if old else "",
        })  # fmt: skip
    return made


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
        UsageError: There is no such question, or it is resolved already and no note says why it
            is resolved otherwise, or the outcome is none.
    """
    question = next((q for q in questions(entries) if q.id == name), None)
    if question is None:
        raise UsageError(f"the ledger has no forecast '{name}'", hint=_open(entries))
    if outcome not in OUTCOMES:
        raise UsageError(f"'{outcome}' is no outcome", hint=", ".join(OUTCOMES))
    if question.resolution is not None and not note:
        hint = "to resolve it otherwise, say why: --note TEXT"
        raise UsageError(f"{name} is resolved already: {question.outcome}", hint=hint)
    return {
        "kind": "resolution", "on": on, "id": name, "outcome": outcome, "how": how, "note": note,
    }  # fmt: skip


def _open(entries: Sequence[Entry]) -> str:
    still = [q.id for q in questions(entries) if q.resolution is None]
    return f"open are {', '.join(still)}" if still else "none is open"
