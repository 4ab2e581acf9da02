"""A case's forecasts in a ledger, from Python."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import lackmus
from lackmus.case.expression import parse_expression
from lackmus.foundation.errors import UsageError
from lackmus.pipeline.forecasts import Forecasts

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
    assert [entry["id"] for entry in ledger.enter(found, on="2025-08-10")] == [NAME]
    assert ledger.enter(found, on="2025-08-11") == ()
    (entry,) = ledger.resolve_by_record(case, on="2026-02-07")
    assert (entry["outcome"], entry["note"]) == ("no", "2026-02-06: review = lift")
    assert ledger.resolve_by_record(case, on="2026-02-08") == ()
    (row,) = ledger.score().rows
    assert row.brier.mean == pytest.approx(found[CLAIM].now.probability ** 2)
    assert ledger.verify()[0] == 2


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
    with pytest.raises(UsageError, match=r"forecast with resolves if: review = stay; .* = lift"):
        ledger.resolve_by_record(replace(case, claims=claims), on="2026-02-07")
    with pytest.raises(UsageError, match="has no forecast of other"):
        ledger.resolve_by_record(replace(case, name="other"), on="2026-02-07")
    assert ledger.resolve(NAME, "annulled", on="2026-02-07", note="asked otherwise")["n"] == 2


def test_what_was_learnt_and_forecast_shows_itself(case: lackmus.Case, found: Forecasts) -> None:
    assert len(found) == 1
    assert CLAIM in str(found)
    learned = lackmus.learn(case, draws=40)
    assert "washington.aim = oil" in str(learned)
    assert lackmus.postmortem(learned).level > 0.0


def test_a_day_that_is_none_is_told(found: Forecasts, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'soon' is no day"):
        lackmus.Ledger(tmp_path / "kept.jsonl").enter(found, on="soon")
