"""What forecasting platforms hand out, in the shapes of their open interfaces."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from lackmus.foundation.errors import FormatError
from lackmus.ledger import exchange, platforms
from lackmus.ledger.board import board
from lackmus.ledger.chain import append, read
from lackmus.ledger.platforms import from_json
from lackmus.ledger.questions import not_there, questions

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "learn-from-the-record.md"

#: 2 and 3 January 2025, in seconds.
_SECOND, _THIRD = 1735819200, 1735905600

METACULUS = {"results": [
    {"id": 5, "title": "Will it rain?", "question": {
        "id": 7, "type": "binary", "title": "Will it rain?", "resolution": "yes",
        "scheduled_resolve_time": "2025-01-10T00:00:00Z",
        "actual_resolve_time": "2025-01-09T12:00:00Z",
        "my_forecasts": {"history": [
            {"start_time": _SECOND, "end_time": _THIRD, "forecast_values": [0.7, 0.3]},
            {"start_time": _THIRD, "end_time": None, "forecast_values": [0.2, 0.8]},
        ]},
        "aggregations": {"recency_weighted": {"history": [
            {"start_time": _SECOND, "centers": [0.4]},
            {"start_time": _SECOND + 60, "centers": [0.5]},
        ]}},
    }},
    {"id": 6, "title": "Snow", "group_of_questions": {"questions": [
        {"id": 8, "type": "binary", "label": "in May", "resolution": None,
         "aggregations": {"recency_weighted": {
             "latest": {"start_time": _THIRD, "centers": [0.01]}}}},
        {"id": 9, "type": "numeric"},
    ]}},
]}  # fmt: skip

MANIFOLD = [
    {"id": "a", "question": "Rain?", "outcomeType": "BINARY", "probability": 0.6,
     "isResolved": False, "lastUpdatedTime": 1000 * _SECOND, "closeTime": 1000 * _THIRD},
    {"id": "b", "question": "Hail?", "outcomeType": "BINARY", "probability": 0.01,
     "isResolved": True, "resolution": "NO", "resolutionTime": 1000 * _THIRD,
     "bets": [{"createdTime": 1000 * _SECOND, "probAfter": 0.25}]},
    {"id": "c", "question": "Which?", "outcomeType": "MULTIPLE_CHOICE"},
    {"id": "d", "question": "Snow?", "outcomeType": "BINARY", "probability": 0.2,
     "createdTime": 1000 * _SECOND},
]  # fmt: skip

POLYMARKET = [
    {"id": "1", "question": "Truce?", "outcomes": '["No", "Yes"]', "outcomePrices": '["0.9","0.1"]',
     "closed": False, "updatedAt": "2025-01-02T08:00:00Z", "endDate": "2025-02-01T00:00:00Z"},
    {"id": "2", "question": "Treaty?", "outcomes": '["Yes", "No"]', "outcomePrices": '["0","1"]',
     "closed": True, "closedTime": "2025-01-03 08:00:00+00"},
]  # fmt: skip

#: As the interface of Cultivate Forecasts is documented for the Geopolitical Forecasting Challenge.
CULTIVATE = {"prediction_sets": [
    {"id": 262, "question_id": 15, "question_name": "A haircut?", "membership_guid": "cc4c30",
     "created_at": "2018-01-27T01:34:25.519Z", "predictions": [
        {"answer_name": "Yes", "forecasted_probability": 0.05,
         "made_after_correctness_known": False}]},
    {"id": 261, "question_id": 15, "question_name": "A haircut?", "membership_guid": "cc4c30",
     "created_at": "2018-01-26T01:34:25.519Z", "predictions": [
        {"answer_name": "Yes", "forecasted_probability": "0.2",
         "made_after_correctness_known": False}]},
    {"id": 263, "question_id": 15, "question_name": "A haircut?", "membership_username": "anna",
     "created_at": "2018-01-28T01:34:25.519Z", "predictions": [
        {"answer_name": "Yes", "forecasted_probability": 1,
         "made_after_correctness_known": True}]},
    {"id": 264, "question_id": 16, "membership_id": 5, "created_at": "2018-01-26T01:33:56.946Z",
     "predictions": [{"forecasted_probability": 0.3}, {"forecasted_probability": 0.7}]},
]}  # fmt: skip


def written(folder: Path, told: Any) -> Path:
    path = folder / "export.json"
    path.write_text(json.dumps(told), "utf-8")
    return path


def test_metaculus_posts_give_own_forecasts_and_the_crowds(tmp_path: Path) -> None:
    taken = from_json(written(tmp_path, METACULUS))
    assert taken.left_out == 1
    rain, snow = questions(taken.entries)
    assert (rain.id, rain.outcome) == ("metaculus/7", "yes")
    told = [(f["on"], f["by"], f["stated"], f["revision"]) for f in rain.forecasts]
    assert told == [
        ("2025-01-02", "Metaculus", 0.5, 0),
        ("2025-01-02", "me", 0.3, 0),
        ("2025-01-03", "me", 0.8, 1),
    ]
    assert (snow.id, snow.outcome) == ("metaculus/8", None)
    assert snow.forecasts[0]["says"] == "Snow (in May)"


def test_manifold_markets_end_at_no_forecast(tmp_path: Path) -> None:
    taken = from_json(written(tmp_path, MANIFOLD))
    rain, hail, snow = sorted(questions(taken.entries), key=lambda q: q.id)
    assert [f["stated"] for f in rain.forecasts] == [0.6]
    assert [(f["on"], f["stated"]) for f in snow.forecasts] == [("2025-01-02", 0.2)]
    assert rain.forecasts[0]["resolves"] == "2025-01-03"
    assert [f["stated"] for f in hail.forecasts] == [0.25]
    assert hail.outcome == "no"
    assert taken.left_out == 1


def test_the_prices_of_a_closed_market_are_no_forecast(tmp_path: Path) -> None:
    taken = from_json(written(tmp_path, POLYMARKET))
    (truce,) = questions(taken.entries)
    assert [(f["on"], f["stated"]) for f in truce.forecasts] == [("2025-01-02", 0.1)]
    assert taken.left_out == 1


def test_prediction_sets_of_a_question_are_put_together(tmp_path: Path) -> None:
    """Not one made after the answer was known, and none of several answers."""
    taken = from_json(written(tmp_path, CULTIVATE))
    (haircut,) = questions(taken.entries)
    assert (haircut.id, haircut.outcome) == ("cultivate/15", None)
    told = [(f["on"], f["by"], f["stated"], f["revision"]) for f in haircut.forecasts]
    assert told == [("2018-01-26", "cc4c30", 0.2, 0), ("2018-01-27", "cc4c30", 0.05, 1)]
    assert taken.left_out == 2


PLATFORMS = {
    "Metaculus": METACULUS, "Manifold": MANIFOLD, "Polymarket": POLYMARKET, "Cultivate": CULTIVATE,
}  # fmt: skip


def recording(told: Any, asked: set[str]) -> Any:
    """JSON that notes which fields are read of it."""

    class Noted(dict[str, Any]):
        def __getitem__(self, key: str) -> Any:
            asked.add(key)
            return super().__getitem__(key)

        def get(self, key: str, default: Any = None) -> Any:
            asked.add(key)
            return super().get(key, default)

    if isinstance(told, dict):
        return Noted({key: recording(value, asked) for key, value in told.items()})
    return [recording(value, asked) for value in told] if isinstance(told, list) else told


def named(text: str) -> set[str]:
    """The fields that a text names between backticks."""
    return {name for part in re.findall(r"`+([\w.\[\]]+)`+", text)
            for name in re.findall(r"\w+", part)}  # fmt: skip


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_fields_that_are_read_are_those_that_are_documented(
    platform: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: set[str] = set()
    readers = tuple(
        (fits, lambda item, read=read: read(recording(item, asked)))
        for fits, read in platforms._PLATFORMS
    )
    monkeypatch.setattr(platforms, "_PLATFORMS", readers)
    from_json(written(tmp_path, PLATFORMS[platform]))
    (row,) = re.findall(rf"^\| {platform}[^|]*\|([^|]*)\|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert named(row) == asked
    told = re.search(rf"^{platform}.*\n((?: .*\n)+)", platforms.__doc__ or "", re.MULTILINE)
    assert told is not None
    assert named(told[1]) == asked


def test_the_names_of_columns_that_are_understood_are_those_that_are_documented() -> None:
    page = PAGE.read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (`.*`) \|$", page, re.MULTILINE))
    names = {
        name: {exchange._called(name), *re.findall("`([^`]+)`", also)}
        for name, also in rows.items()
    }
    names |= {name: {name} for name in ("reason", "stated")}
    assert names == {name: set(known) for name, known in exchange._NAMES.items()}
    assert ", ".join(f"`{name}`" for name in exchange.COLUMNS) in re.sub(
        r" \([^)]*\)", "", page.replace("\n", " ")
    )


def test_what_came_in_before_does_not_come_in_again(tmp_path: Path) -> None:
    ledger, export = tmp_path / "a.jsonl", written(tmp_path, METACULUS)
    append(ledger, not_there(read(ledger).entries, from_json(export).entries))
    there = read(ledger).entries
    assert not_there(there, from_json(export).entries) == []
    scored = board(questions(there))
    assert [row.who for row in scored.rows] == ["Metaculus", "me"]
    assert [row.brier.mean for row in scored.rows] == pytest.approx([0.25, 0.04])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "is no JSON"),
        ('[{"name": 1}]', "no platform known here"),
        ('{"results": 3}', "no platform known here"),
        ("[]", "no platform known here"),
        ("17", "no platform known here"),
        ('[{"question": "x", "outcomeType": "BINARY"}]', "laid out otherwise"),
        ('[{"question": {"type": "binary", "my_forecasts": {"history": [3]}}}]', "laid out otherw"),
        ('[{"id": 1, "outcomes": "[", "outcomePrices": "[]"}]', "laid out otherwise"),
        ("[" * 100000, "is no JSON"),
    ],
)
def test_what_is_no_export_is_told(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "export.json"
    path.write_text(text, "utf-8")
    with pytest.raises(FormatError, match=told):
        from_json(path)
