"""A case's forecasts in a ledger, from Python."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

import lackmus
from lackmus.case.expression import parse_expression
from lackmus.foundation.errors import CaseError, UsageError
from lackmus.pipeline.forecasts import Forecasts

DAY = datetime.date(2025, 8, 12)
CLAIM = "i04_staying_after_the_oil_tells"
NAME = f"india-tariffs-2025/{CLAIM}"


@pytest.fixture(scope="module")
def case() -> lackmus.Case:
    return lackmus.load("india-tariffs-2025")


@pytest.fixture(scope="module")
def found(case: lackmus.Case) -> Forecasts:
    return lackmus.forecast(case, draws=40)


def test_a_forecast_is_kept_resolved_and_scored(
    case: lackmus.Case, found: Forecasts, tmp_path: Path
) -> None:
    ledger = lackmus.Ledger(tmp_path / "kept.jsonl")
    assert ledger.questions == ()
    assert str(ledger) == "ledger: 0 forecasts, 0 resolutions"
    assert [entry["id"] for entry in ledger.enter(found, on="2025-08-10")] == [NAME]
    assert ledger.enter(found, on="2025-08-11") == ()
    (entry,) = ledger.resolve_by_record(case, on="2026-02-07")
    assert (entry["outcome"], entry["note"]) == ("no", "2026-02-06: review = lift")
    assert ledger.resolve_by_record(case, on="2026-02-08") == ()
    (row,) = ledger.score().rows
    assert row.brier.mean == pytest.approx(found[CLAIM].now.probability ** 2)
    assert ledger.verify()[0] == 2
    assert str(ledger).startswith("ledger: 1 forecast, 1 resolution\n")
    assert [row[1] for row in ledger.card().rows] == ["resolution", "forecast"]
    assert "<table>" in ledger._repr_html_()


def test_a_forecast_made_when_the_record_had_decided_it_is_late(
    found: Forecasts, tmp_path: Path
) -> None:
    """The record decides it on 6 February 2026; that it has a later day to resolve is no matter."""
    for day, late in (("2026-02-05", False), ("2026-02-06", True), ("2026-02-07", True)):
        ledger = lackmus.Ledger(tmp_path / f"{day}.jsonl")
        claim = replace(found[CLAIM].claim, resolves=datetime.date(2026, 4, 1))
        made = replace(found, found=(replace(found[CLAIM], claim=claim),))
        assert [entry["late"] for entry in ledger.enter(made, on=day)] == [late], day


def test_an_event_that_reads_otherwise_now_is_not_resolved_by_the_record(
    case: lackmus.Case, found: Forecasts, tmp_path: Path
) -> None:
    ledger = lackmus.Ledger(tmp_path / "kept.jsonl")
    ledger.enter(found, on="2025-08-10")
    claims = tuple(
        replace(claim, resolves_if=parse_expression("review = lift"))
        if claim.id == CLAIM
        else claim
        for claim in case.claims
    )
    with (
        pytest.warns(UserWarning, match="reads otherwise"),
        pytest.raises(UsageError, match=r"forecast with resolves if: review = stay; .* = lift"),
    ):
        ledger.resolve_by_record(replace(case, claims=claims), on="2026-02-07")
    with pytest.raises(UsageError, match="has no forecast of other"):
        ledger.resolve_by_record(replace(case, name="other"), on="2026-02-07")
    assert ledger.resolve(NAME, "annulled", on="2026-02-07", note="asked otherwise")["n"] == 2


def test_another_case_of_that_name_is_told_and_enters_nothing(
    case: lackmus.Case, found: Forecasts, tmp_path: Path
) -> None:
    ledger = lackmus.Ledger(tmp_path / "kept.jsonl")
    ledger.enter(found, on="2025-08-10")
    stood = (tmp_path / "kept.jsonl").read_bytes()
    other = replace(case, title="Another one")
    with pytest.raises(UsageError, match=r"under the title 'Tariffs.*called 'Another one'") as told:
        ledger.enter(replace(found, case=other), on="2025-08-11")
    assert "another name; if it is the same case, say so: --reason" in str(told.value)
    with pytest.raises(UsageError, match=r"under the title 'Tariffs.*\n.*--note TEXT"):
        ledger.resolve_by_record(other, on="2026-02-07")
    assert (tmp_path / "kept.jsonl").read_bytes() == stood
    (entry,) = ledger.enter(replace(found, case=other), on="2025-08-11", reason="a new title")
    assert (entry["title"], entry["revision"]) == ("Another one", 1)
    (done,) = ledger.resolve_by_record(case, on="2026-02-07", note="the old title again")
    assert done["note"] == "2026-02-06: review = lift; the old title again"


def test_a_record_that_cannot_be_or_comes_later_resolves_nothing(
    case: lackmus.Case, found: Forecasts, tmp_path: Path
) -> None:
    """What no history agrees with would annul all."""
    ledger = lackmus.Ledger(tmp_path / "kept.jsonl")
    ledger.enter(found, on="2025-08-10")
    first, *_, last = case.observations
    never = replace(last, saw=parse_expression("not made(review)"))
    for record, says in (
        ((first, last, never), "no history of the case has"),
        ((last, first), "comes before"),
    ):
        with pytest.raises(CaseError, match=says):
            ledger.resolve_by_record(case, record, on="2026-03-01")
    with pytest.raises(UsageError, match=r"was seen on 2026-02-06, after 2026-02-05\n.*--on 2026-"):
        ledger.resolve_by_record(case, on="2026-02-05")
    assert ledger.verify()[0] == 1


def test_a_case_that_reads_otherwise_now_is_told_of_and_one_whose_record_grew_is_not(
    case: lackmus.Case, tmp_path: Path
) -> None:
    early = replace(case, observations=case.observations[:1])
    ledger = lackmus.Ledger(tmp_path / "kept.jsonl")
    ledger.enter(lackmus.forecast(early, draws=40), on="2025-08-10")
    assert ledger.enter(lackmus.forecast(early, draws=60, seed=1), on="2025-08-11") == ()
    other = replace(case, summary="Another summary")
    with pytest.warns(UserWarning, match="reads otherwise than on 2025-08-10, when its forecasts"):
        assert ledger.enter(lackmus.forecast(other, draws=40, on=DAY), on=DAY) == ()
    assert len(ledger.resolve_by_record(case, on="2026-02-07")) == 1


def test_what_was_learnt_and_forecast_shows_itself(case: lackmus.Case, found: Forecasts) -> None:
    assert len(found) == 1
    assert CLAIM in str(found)
    learned = lackmus.learn(case, draws=40)
    assert "washington.aim = oil" in str(learned)
    assert lackmus.postmortem(learned).level > 0.0


def test_a_day_that_is_none_is_told(found: Forecasts, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'soon' is no day"):
        lackmus.Ledger(tmp_path / "kept.jsonl").enter(found, on="soon")
