"""Questions and forecasts as public forecasting platforms hand them out, in JSON.

Read are binary questions from what the platforms' open interfaces answer, saved to a file: one
object, a list of them, or an object that has them under ``results``, ``markets``, ``data`` or
``prediction_sets``. These fields are read:

Metaculus (posts)
    ``id``, ``title``, and of ``question`` (or each of ``group_of_questions.questions``): ``id``,
    ``type``, ``title`` or ``label``, ``scheduled_resolve_time``, ``actual_resolve_time``,
    ``resolution``, ``my_forecasts.history[].start_time`` and ``.forecast_values``, and
    ``aggregations.recency_weighted.history[].start_time`` and ``.centers``, else its ``latest``.
Manifold (markets, or a market with its ``bets``)
    ``id``, ``question``, ``outcomeType``, ``closeTime``, ``resolution``, ``resolutionTime``; and of
    each of ``bets`` ``createdTime`` and ``probAfter``, or without them ``probability`` with
    ``lastUpdatedTime`` or ``createdTime``.
Polymarket (markets of the Gamma interface)
    ``id``, ``question``, ``endDate``, ``closed``, ``closedTime``, ``outcomes``, ``outcomePrices``,
    ``updatedAt``. The prices of a closed market are its outcome and no forecast.
Cultivate Forecasts, on which Good Judgment Open and others run (prediction sets)
    ``question_id``, ``question_name``, ``created_at``, ``membership_username``, else
    ``membership_guid`` or ``membership_id``; and of each of ``predictions``
    ``forecasted_probability``, ``answer_name`` and ``made_after_correctness_known``. Of yes or no
    is a set of one prediction, that of yes. What became of a question is not told there.

Whoever made a forecast stands as its speaker: a platform's crowd under the platform's name.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Final, TypeAlias

from lackmus.foundation.disk import check_file, read_bounded
from lackmus.foundation.errors import Fault, FormatError
from lackmus.ledger.chain import Outcome
from lackmus.ledger.questions import is_late

Json: TypeAlias = Mapping[str, Any]

_LARGEST: Final = 200_000_000

#: Where a platform's answer keeps its list.
_LISTS: Final = ("results", "markets", "data", "prediction_sets")

_OUTCOMES: Final[Mapping[str, Outcome]] = {
    "yes": "yes", "no": "no", "ambiguous": "ambiguous", "annulled": "annulled",
    "cancel": "annulled", "mkt": "ambiguous",
}  # fmt: skip

_HINT: Final = (
    "known are Metaculus' posts, Manifold's and Polymarket's markets, and prediction sets of "
    "Cultivate Forecasts"
)

#: A number of seconds since 1970 above this is one of milliseconds.
_MILLISECONDS: Final = 1e11


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a platform.

    Attributes:
        id: Platform and number, as ``metaculus/578``.
        says: Its text.
        resolves: The day by which it is to be resolved; empty where none is set.
        forecasts: Who gave which probability on which day, in the order of days.
        outcome: What became of it; None where it is open.
        resolved_on: On which day; empty where that is not told.
    """

    id: str
    says: str
    resolves: str
    forecasts: tuple[tuple[str, str, float], ...]
    outcome: Outcome | None
    resolved_on: str

    def entries(self) -> Iterator[dict[str, Any]]:
        """The entries that it makes in a ledger."""
        made: dict[str, int] = {}
        for on, by, chance in self.forecasts:
            yield {
                "kind": "forecast", "on": on, "id": self.id, "by": by, "says": self.says,
                "resolves": self.resolves or None,
                "late": is_late(on, self.resolves, self.resolved_on),
                "probability": None, "stated": chance, "revision": made.get(by, 0), "reason": "",
            }  # fmt: skip
            made[by] = made.get(by, 0) + 1
        if self.outcome is not None and self.forecasts:
            on = max(self.resolved_on, self.forecasts[-1][0])
            yield {
                "kind": "resolution", "on": on, "told_on": self.resolved_on, "id": self.id,
                "outcome": self.outcome, "how": "imported", "note": "",
            }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file of a platform holds.

    Attributes:
        entries: What goes into a ledger, by days.
        left_out: Questions that are not of yes or no, or have no forecast with a day.
    """

    entries: tuple[dict[str, Any], ...]
    left_out: int = field(default=0)


def from_json(path: Path) -> Taken:
    """The entries that a platform's JSON makes.

    Raises:
        FormatError: It is no JSON, or none of a platform that is known here.
        UsageError: There is no such file.
    """
    check_file(path, "JSON file", _LARGEST)
    try:
        told = json.loads(read_bounded(path, _LARGEST).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise FormatError([Fault("json", f"{path} is no JSON: {error}")]) from None
    items = _items(told)
    reader = next((r for fits, r in _PLATFORMS if items and all(map(fits, items))), None)
    if reader is None:
        raise FormatError([Fault("platform", f"{path} is of no platform known here", hint=_HINT)])
    try:
        asked = [question for item in items for question in reader(item)]
    except (AttributeError, KeyError, IndexError, TypeError, ValueError, OverflowError) as error:
        message = f"{path} is laid out otherwise than that platform's answers: {error!r}"
        raise FormatError([Fault("platform", message, hint=_HINT)]) from None
    whole = [q for q in asked if q is not None and q.forecasts]
    entries = sorted(
        (entry for question in _merged(whole) for entry in question.entries()),
        key=lambda entry: (entry["on"], entry["kind"]),
    )
    return Taken(tuple(entries), len(asked) - len(whole))


def _items(told: object) -> list[Json]:
    if isinstance(told, dict):
        inner = next((told[key] for key in _LISTS if isinstance(told.get(key), list)), None)
        told = [told] if inner is None else inner
    if not isinstance(told, list) or not all(isinstance(item, dict) for item in told):
        return []
    return told


def _metaculus(post: Json) -> Iterator[Asked | None]:
    group = post.get("group_of_questions") or {}
    for question in group.get("questions") or [post.get("question") or {}]:
        if question.get("type") != "binary":
            yield None
            continue
        own, crowd = question.get("my_forecasts") or {}, _crowd(question)
        made = [
            (_day(one["start_time"]), by, float(one[key][-1]))
            for by, key, history in (
                ("me", "forecast_values", own.get("history") or []),
                ("Metaculus", "centers", crowd),
            )
            for one in history
            if one.get(key)
        ]
        outcome = _OUTCOMES.get(str(question.get("resolution") or "").lower())
        label = question.get("label")
        says = question.get("title") or post.get("title") or ""
        yield Asked(
            id=f"metaculus/{question.get('id', post.get('id'))}",
            says=f"{post.get('title', '')} ({label})" if label else says,
            resolves=_day(question.get("scheduled_resolve_time")),
            forecasts=_daily(made),
            outcome=outcome,
            resolved_on=_day(question.get("actual_resolve_time")) if outcome else "",
        )


def _crowd(question: Json) -> Sequence[Json]:
    told = (question.get("aggregations") or {}).get("recency_weighted") or {}
    latest = told.get("latest")
    return told.get("history") or ([latest] if latest else [])


def _manifold(market: Json) -> Iterator[Asked | None]:
    if market.get("outcomeType") != "BINARY":
        yield None
        return
    made = [
        (_day(bet["createdTime"]), "Manifold", float(bet["probAfter"]))
        for bet in market.get("bets") or []
        if bet.get("probAfter") is not None
    ]
    outcome = _OUTCOMES.get(str(market.get("resolution") or "").lower())
    when = market.get("lastUpdatedTime") or market.get("createdTime")
    # Once resolved, the probability is what the market ended at.
    if not made and outcome is None and market.get("probability") is not None and when:
        made = [(_day(when), "Manifold", float(market["probability"]))]
    yield Asked(
        id=f"manifold/{market['id']}",
        says=str(market.get("question") or ""),
        resolves=_day(market.get("closeTime")),
        forecasts=_daily(made),
        outcome=outcome,
        resolved_on=_day(market.get("resolutionTime")) if outcome else "",
    )


def _polymarket(market: Json) -> Iterator[Asked | None]:
    names, prices = (_listed(market.get(key)) for key in ("outcomes", "outcomePrices"))
    if sorted(str(name).lower() for name in names) != ["no", "yes"] or len(prices) != len(names):
        yield None
        return
    chance = float(prices[[str(name).lower() for name in names].index("yes")])
    decided: Outcome | None = "yes" if chance == 1.0 else "no" if chance == 0.0 else None
    closed = bool(market.get("closed"))
    made = [] if closed else [(_day(market["updatedAt"]), "Polymarket", chance)]
    yield Asked(
        id=f"polymarket/{market['id']}",
        says=str(market.get("question") or ""),
        resolves=_day(market.get("endDate")),
        forecasts=_daily(made),
        outcome=decided if closed else None,
        resolved_on=_day(market.get("closedTime")) if closed else "",
    )


def _cultivate(made: Json) -> Iterator[Asked | None]:
    predictions = made["predictions"]
    answer = str(predictions[0].get("answer_name") or "yes").lower() if predictions else ""
    if len(predictions) != 1 or answer != "yes":
        yield None
        return
    (one,) = predictions
    member = made.get("membership_guid") or f"member {made.get('membership_id')}"
    known = one.get("made_after_correctness_known")
    told = (
        _day(made.get("created_at")),
        str(made.get("membership_username") or member),
        float(one["forecasted_probability"]),
    )
    yield Asked(
        id=f"cultivate/{made['question_id']}",
        says=str(made.get("question_name") or ""),
        resolves="",
        forecasts=_daily([] if known else [told]),
        outcome=None,
        resolved_on="",
    )


def _merged(asked: Iterable[Asked]) -> list[Asked]:
    """Questions that come in several parts, each put together."""
    parts: dict[str, list[Asked]] = {}
    for one in asked:
        parts.setdefault(one.id, []).append(one)
    return [
        replace(same[0], forecasts=_daily(f for one in same for f in one.forecasts))
        if len(same) > 1
        else same[0]
        for same in parts.values()
    ]


def _listed(told: object) -> Sequence[Any]:
    """A list, which Polymarket writes as JSON within JSON."""
    found = json.loads(told) if isinstance(told, str) else told
    return found if isinstance(found, list) else []


def _daily(made: Iterable[tuple[str, str, float]]) -> tuple[tuple[str, str, float], ...]:
    """The last forecast of each day and forecaster, in the order of days."""
    order = sorted(
        ((on, by, i, chance) for i, (on, by, chance) in enumerate(made) if on and 0 <= chance <= 1),
        key=lambda one: one[:3],
    )
    kept = [list(same)[-1] for _, same in groupby(order, key=lambda one: one[:2])]
    return tuple((on, by, chance) for on, by, _, chance in kept)


def _day(told: object) -> str:
    """The day of a time, in words or as seconds or milliseconds since 1970; empty if none."""
    if isinstance(told, (int, float)) and not isinstance(told, bool):
        seconds = told / 1000 if told > _MILLISECONDS else told
        return datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC).date().isoformat()
    try:
        return datetime.date.fromisoformat(str(told or "")[:10]).isoformat()
    except ValueError:
        return ""


_PLATFORMS: Final[
    tuple[tuple[Callable[[Json], bool], Callable[[Json], Iterator[Asked | None]]], ...]
] = (
    (lambda item: "question" in item and "outcomeType" in item, _manifold),
    (lambda item: isinstance(item.get("predictions"), list) and "question_id" in item, _cultivate),
    (lambda item: "outcomePrices" in item or "umaResolutionStatus" in item, _polymarket),
    (
        lambda item: isinstance(item.get("question"), dict) or bool(item.get("group_of_questions")),
        _metaculus,
    ),
)
