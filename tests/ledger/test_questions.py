"""Questions: revisions with reasons, resolutions, and who is scored how."""

from __future__ import annotations

import csv
import re
import unicodedata
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pytest

from lackmus.foundation.errors import FormatError, UsageError
from lackmus.ledger.board import MODEL, board
from lackmus.ledger.chain import append, read
from lackmus.ledger.exchange import from_csv, to_csv
from lackmus.ledger.questions import entered, questions, resolved

Form: TypeAlias = Literal["NFC", "NFD"]


def made(name: str, chance: float, **more: Any) -> dict[str, Any]:
    return {"id": name, "probability": chance, "by": "Rutte", "stated": None, **more}


def test_a_revision_needs_a_reason_and_what_is_unchanged_makes_none() -> None:
    first = entered((), [made("a", 0.2)], "2025-08-10", "")
    assert [e["revision"] for e in first] == [0]
    assert entered(first, [made("a", 0.2)], "2025-08-11", "") == []
    with pytest.raises(UsageError, match="another forecast"):
        entered(first, [made("a", 0.3)], "2025-08-11", "")
    (second,) = entered(first, [made("a", 0.3)], "2025-08-11", "the delegation is known")
    assert second["revision"] == 1
    assert second["reason"] == "the delegation is known"


@pytest.mark.parametrize("kept", ["NFC", "NFD"])
def test_a_question_is_found_however_its_letters_are_spelt(kept: Form) -> None:
    """A case's name is that of its file, which some systems spell in parts."""
    name = unicodedata.normalize(kept, "größe/fällt")
    entries = entered((), [made(name, 0.2)], "2025-08-10", "")
    forms: tuple[Form, ...] = ("NFC", "NFD")
    for form in forms:
        asked = unicodedata.normalize(form, name)
        assert resolved(entries, asked, "yes", "2025-08-11", how="by hand", note="x")["id"] == name


def drawn(chance: float, error: float, **more: Any) -> dict[str, Any]:
    return made("a", chance, error=error, digest="d", given=["x = y"], **more)


@pytest.mark.parametrize(
    ("now", "stands"),
    [
        (drawn(0.22, 0.01), True),
        (drawn(0.25, 0.01), False),
        (drawn(0.22, 0.01) | {"digest": "another case"}, False),
        (drawn(0.22, 0.01) | {"given": ["x = y", "z = w"]}, False),
        (drawn(0.22, 0.01) | {"resolves": "2025-09-01"}, False),
        (drawn(0.22, 0.01) | {"probability": None}, False),
    ],
)
def test_other_draws_are_no_revision_within_monte_carlo_error(
    now: dict[str, Any],
    stands: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """The forecast of 0.2 that stands there has no error, and three of 0.01 are let pass."""
    first = entered((), [drawn(0.2, 0.0, draws=100)], "2025-08-10", "")
    if stands:
        assert entered(first, [now], "2025-08-11", "") == []
    else:
        with pytest.raises(UsageError, match="say what has changed"):
            entered(first, [now], "2025-08-11", "")
    (again,) = entered(first, [now], "2025-08-11", "more draws")
    assert (again["revision"], again["reason"]) == (1, "more draws")


def test_what_is_the_same_to_rounding_is_no_revision_even_with_a_reason() -> None:
    first = entered((), [made("a", 0.2)], "2025-08-10", "")
    assert entered(first, [made("a", 0.2 + 1e-12)], "2025-08-11", "more is known") == []


def test_all_revisions_without_a_reason_are_told_with_what_was_and_is() -> None:
    first = entered((), [made("a", 0.2), made("b", 0.5), made("c", 0.5)], "2025-08-10", "")
    now = [made("a", 0.3), made("b", 0.5, resolves="2025-09-01"), made("c", 0.5)]
    with pytest.raises(UsageError) as caught:
        entered(first, now, "2025-08-11", "")
    told = [fault.message for fault in caught.value.faults]
    assert len(told) == 2
    assert "a stands" in told[0]
    assert "probability was 0.2 on 2025-08-10, and is 0.3" in told[0]
    assert "resolves was none on 2025-08-10, and is '2025-09-01'" in told[1]


@pytest.mark.parametrize("outcome", ["yes", "no", "ambiguous", "annulled"])
def test_what_is_resolved_by_hand_says_on_what_it_rests(outcome: str) -> None:
    entries = entered((), [made("a", 0.2)], "2025-08-10", "")
    with pytest.raises(UsageError, match=f"what '{outcome}' rests on .*\n.*--note"):
        resolved(entries, "a", outcome, "2025-08-16", how="by hand", note=" ")


def test_a_resolution_is_for_a_question_that_is_there_and_open() -> None:
    entries = entered((), [made("a", 0.2)], "2025-08-10", "")
    with pytest.raises(UsageError, match="no forecast 'b'"):
        resolved(entries, "b", "yes", "2025-08-16", how="by hand", note="seen")
    with pytest.raises(UsageError, match="no outcome"):
        resolved(entries, "a", "maybe", "2025-08-16", how="by hand", note="seen")
    done = resolved(entries, "a", "no", "2025-08-16", how="by hand", note="seen")
    with pytest.raises(UsageError, match="resolved already"):
        resolved([*entries, done], "a", "yes", "2025-08-17", how="by hand", note="")
    with pytest.raises(UsageError, match="is resolved"):
        entered([*entries, done], [made("a", 0.9)], "2025-08-17", "why not")


def test_speakers_are_scored_apart_and_the_undecided_are_counted_only() -> None:
    forecasts = [
        made("a", 0.2, stated=0.025), made("b", 0.6, by="Vance", stated=0.9), made("c", 0.5),
        made("d", 0.5), made("e", 0.5),
    ]  # fmt: skip
    entries = entered((), forecasts, "2025-08-10", "")
    entries += entered(entries, [made("a", 0.1, stated=0.025)], "2025-08-12", "news")
    outcomes = {"a": "no", "b": "yes", "c": "ambiguous", "d": "annulled"}
    for name, outcome in outcomes.items():
        entries.append(resolved(entries, name, outcome, "2025-08-16", how="by hand", note="seen"))
    found = board(questions(entries))
    assert (found.resolved, found.open, found.ambiguous, found.annulled) == (2, 1, 1, 1)
    rows = {row.who: row for row in found.rows}
    assert list(rows) == [MODEL, "Rutte", "Vance"]
    assert rows[MODEL].brier.n == 2
    assert rows[MODEL].brier.mean == pytest.approx((0.1**2 + 0.4**2) / 2)
    assert rows[MODEL].revisions.n == 3
    assert rows[MODEL].against_previous == pytest.approx(0.1**2 - 0.2**2)
    assert rows[MODEL].against_half == pytest.approx((0.01 + 0.16) / 2 - 0.25)
    assert rows["Rutte"].brier.mean == pytest.approx(0.025**2)
    assert rows["Rutte"].revisions.n == 1, "that the model revised its own is no revision of his"
    assert rows["Rutte"].against_previous is None
    assert rows["Vance"].brier.mean == pytest.approx(0.1**2)
    assert rows["Vance"].calibration is None


def test_a_ledger_goes_out_and_comes_back(tmp_path: Path) -> None:
    path, table = tmp_path / "a.jsonl", tmp_path / "a.csv"
    entries = entered((), [made("a", 0.2, says="a, b"), made("b", 0.7)], "2025-08-10", "")
    entries.append(resolved(entries, "a", "no", "2025-08-16", how="by hand", note='said "no"'))
    append(path, entries)
    table.write_text(to_csv(questions(read(path).entries)), "utf-8")
    other = tmp_path / "b.jsonl"
    append(other, from_csv(table))
    assert to_csv(questions(read(other).entries)) == table.read_text("utf-8")


def test_no_text_of_a_table_is_a_formula_to_a_spreadsheet(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    texts = ["=cmd|'/c x'!A1", "+1", "-an aside", "@x", "'=quoted", "'plain", "a = b"]
    entries = entered(
        (), [made(f"q{i}", 0.2, says=t) for i, t in enumerate(texts)], "2025-08-10", ""
    )
    table.write_text(to_csv(questions(entries)), "utf-8")
    told = [row["says"] for row in csv.DictReader(table.read_text("utf-8").splitlines())]
    assert all(text[0] not in "=+-@" for text in told)
    assert told[-2:] == texts[-2:]
    assert [entry["says"] for entry in from_csv(table)] == texts


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "id,on,probability,Probability\na,2025-01-01,0.5,0.7",
            "column 'probability' stands there",
        ),
        ("id;on;probability\na;2025-01-01;0,5", "parted by ';': save it with commas"),
        ("id,on,probability\na,2025-01-01,0.5,x", "has 4 fields, and there are 3 columns"),
        ("id,on,probability,outcome\na,2025-01-01,0.5,yes\na,2025-01-02,0.5,0", "'a' is 'no' here"),
        ('id,on,probability\n"a,2025-01-01,0.5', '2 | "a,2025-01-01,0.5'),
        ("", "no column id, on, probability"),
    ],
)
def test_a_table_that_would_lose_something_is_refused(tmp_path: Path, text: str, says: str) -> None:
    table = tmp_path / "a.csv"
    table.write_text(text, "utf-8")
    with pytest.raises(FormatError, match=re.escape(says)):
        from_csv(table)


def test_what_comes_in_late_is_counted_as_late(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text(
        "id,on,resolves,probability\na,2025-08-14,2025-08-15,0.2\na,2025-08-15,2025-08-15,0.3\n"
        "b,2025-08-15,,0.3\n", "utf-8"
    )  # fmt: skip
    assert board(questions(from_csv(table))).late == 1


def test_what_comes_in_after_it_was_resolved_is_late_whatever_day_had_been_set(
    tmp_path: Path,
) -> None:
    table = tmp_path / "a.csv"
    table.write_text(
        "id,on,resolves,probability,outcome,resolved_on\n"
        "a,2025-01-31,2025-08-15,0.2,yes,2025-02-01\na,2025-02-01,2025-08-15,0.99,yes,2025-02-01\n"
        "b,2025-03-05,,0.9,yes,2025-02-01\nc,2025-03-05,,0.9,yes,\n", "utf-8"
    )  # fmt: skip
    found = from_csv(table)
    assert [(f["id"], f["late"]) for f in found if f["kind"] == "forecast"] == [
        ("a", False), ("a", True), ("b", True), ("c", False)
    ]  # fmt: skip
    assert board(questions(found)).late == 2


def test_a_day_that_a_table_does_not_tell_is_not_made_up_on_the_way_out(tmp_path: Path) -> None:
    """A ledger is written forwards; the day of its entry is not that of the outcome."""
    table, again = tmp_path / "a.csv", tmp_path / "b.csv"
    table.write_text(
        "id,on,probability,outcome,resolved_on\na,2025-01-02,0.2,yes,\n"
        "b,2025-03-05,0.9,yes,2025-02-01\n", "utf-8"
    )  # fmt: skip
    ledger = questions(from_csv(table))
    again.write_text(to_csv(ledger), "utf-8")
    rows = list(csv.DictReader(again.read_text("utf-8").splitlines()))
    assert [row["resolved_on"] for row in rows] == ["", "2025-02-01"]
    assert board(questions(from_csv(again))).late == board(ledger).late == 1


def test_a_platforms_names_are_understood(tmp_path: Path) -> None:
    table = tmp_path / "forecasts.csv"
    table.write_text(
        "Question ID,Question Title,Forecaster Username,Start Time,Probability Yes,Resolution\n"
        "17,Will it rain?,anna,2025-01-02T10:00:00Z,0.7,yes\n"
        "18,Will it snow?,anna,2025-01-03T10:00:00Z,0.1,annulled\n",
        "utf-8",
    )
    found = questions(from_csv(table))
    assert [(q.id, q.outcome) for q in found] == [("17", "yes"), ("18", "annulled")]
    assert found[0].forecasts[0]["says"] == "Will it rain?"


@pytest.mark.parametrize("on", ["Created At", "created_at", " CREATED-AT ", "Forecast due date"])
def test_a_name_of_several_words_is_understood_however_they_are_joined(
    tmp_path: Path, on: str
) -> None:
    table = tmp_path / "forecasts.csv"
    table.write_text(
        f"question_id,{on},Prediction,Resolved To,Resolved_On\n17,2025-01-02,70 %,yes,2025-02-01\n",
        "utf-8",
    )
    (found,) = questions(from_csv(table))
    assert (found.id, found.outcome) == ("17", "yes")
    assert found.forecasts[0]["on"] == "2025-01-02"
    assert found.forecasts[0]["probability"] == pytest.approx(0.7)


def test_a_column_that_is_missing_is_told_with_its_other_names(tmp_path: Path) -> None:
    table = tmp_path / "forecasts.csv"
    table.write_text("id,when,p\n17,2025-01-02,0.7\n", "utf-8")
    with pytest.raises(FormatError, match="'on' also as start time, created, created at,"):
        from_csv(table)


def test_bad_rows_are_all_told(tmp_path: Path) -> None:
    table = tmp_path / "bad.csv"
    table.write_text("id,on,probability\na,yesterday,0.2\nb,2025-01-01,1.2\n", "utf-8")
    with pytest.raises(FormatError) as caught:
        from_csv(table)
    assert [fault.span.line for fault in caught.value.faults if fault.span] == [2, 3]
    table.write_text("name,on\na,2025-01-01\n", "utf-8")
    with pytest.raises(FormatError, match="no column id"):
        from_csv(table)


def test_a_row_that_is_no_csv_is_told(tmp_path: Path) -> None:
    table = tmp_path / "wide.csv"
    table.write_text(f"id,on,probability\n{'a' * 200_000},2025-01-01,0.2\n", "utf-8")
    with pytest.raises(FormatError, match="no CSV: field larger"):
        from_csv(table)


def test_who_made_a_forecast_is_scored_and_not_the_model(tmp_path: Path) -> None:
    table = tmp_path / "two.csv"
    table.write_text(
        "id,on,by,probability,outcome\na,2025-01-01,anna,0.2,no\na,2025-01-02,bert,0.9,no\n",
        "utf-8",
    )
    rows = board(questions(from_csv(table))).rows
    assert [row.who for row in rows] == ["anna", "bert"]
    assert [row.brier.mean for row in rows] == pytest.approx([0.04, 0.81])


def test_rows_of_a_metaculus_table_that_are_not_of_yes_or_no_are_left_out(tmp_path: Path) -> None:
    table = tmp_path / "forecast_data.csv"
    table.write_text(
        "Question ID,Forecaster Username,Start Time,Probability Yes,Median\n"
        "7,anna,2025-01-02 08:00:00+00:00,0.3,\n"
        "8,anna,2025-01-02 08:00:00+00:00,,41.5\n"
        "7,recency_weighted,2025-01-03 08:00:00+00:00,0.4,\n",
        "utf-8",
    )
    (asked,) = questions(from_csv(table))
    told = [(f["on"], f["by"], f["stated"]) for f in asked.forecasts]
    assert told == [("2025-01-02", "anna", 0.3), ("2025-01-03", "recency_weighted", 0.4)]
