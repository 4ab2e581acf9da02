"""Forecasts: probabilities of events, what speakers imply, and what the record decides."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lackmus.case import syntax
from lackmus.case.builder import CaseBuilder
from lackmus.case.move_list import MoveList
from lackmus.foundation.errors import CaseError, UsageError
from lackmus.pipeline.forecasts import decided, forecasts, reported, stated_of
from lackmus.pipeline.ledgers import Ledger
from lackmus.pipeline.loading import load
from lackmus.pipeline.weighing import LearnEffort

FEW = LearnEffort(draws=400)


def coins(**fields: str) -> CaseBuilder:
    """Two coins of one bias, and a claim on the second, which is thrown after the first is head."""
    return (
        CaseBuilder("Coins")
        .assume("bias", 0.5, range=(0, 1))
        .actor("nobody")
        .moves(
            MoveList()
            .move("go", "nobody", ["on", "off"])
            .chance("first", {"head": "bias", "tail": "rest"})
            .chance("second", {"head": "bias", "tail": "rest"}, when="first = head")
        )
        .claim("c", "P(second = head | first = head) < 40 %", by="Rutte", resolves="2025-02-01",
               resolves_if="second = head", **fields)
    )  # fmt: skip


def test_a_forecast_is_a_mean_over_draws_with_a_band() -> None:
    (found,) = forecasts(coins().build(), effort=FEW)
    assert found.before.probability == pytest.approx(1 / 3, abs=0.01)
    (given,) = forecasts(coins(annulled_unless="first = head").build(), effort=FEW)
    assert given.before.probability == pytest.approx(2 / 3, abs=0.01)
    assert given.before.confidence == "low"
    assert given.before.word == "likely"


def test_what_was_seen_before_the_day_counts_and_what_decides_it_does_not() -> None:
    case = (
        coins(annulled_unless="first = head")
        .observation("first = head", date="2025-01-01")
        .observation("second = head", date="2025-02-01")
        .build()
    )
    (found,) = forecasts(case, effort=FEW)
    assert len(found.given) == 1
    assert found.now.probability == pytest.approx(2 / 3, abs=0.01)
    assert found.decided == "yes"
    assert found.decided_by == case.observations[1]


def test_a_forecast_knows_nothing_of_its_day_nor_of_what_decides_it(tmp_path: Path) -> None:
    case = (
        coins()
        .observation("first = head", date="2025-01-01")
        .observation("second = head", date="2025-01-10")
        .build()
    )
    (late,) = forecasts(case, effort=FEW)
    assert [seen.date for seen in late.given] == [date(2025, 1, 1)], "not what decides it"
    assert late.now.probability == pytest.approx(2 / 3, abs=0.01)
    for day, known in (("2025-01-01", 0), ("2025-01-02", 1), ("2025-03-01", 1)):
        (found,) = forecasts(case, effort=FEW, on=date.fromisoformat(day))
        assert len(found.given) == known, day
    early = forecasts(case, effort=FEW, on=date(2025, 1, 1))
    assert early["c"].now.probability == pytest.approx(1 / 3, abs=0.01)
    ledger = Ledger(tmp_path / "ledger.jsonl")
    with pytest.raises(UsageError, match="c was seen on 2025-01-01 or later"):
        ledger.enter(forecasts(case, effort=FEW), on="2025-01-01")
    (entry,) = ledger.enter(early, on="2025-01-01")
    assert entry["given"] == []


@pytest.mark.parametrize(
    ("seen", "outcome"),
    [((), None), (("first = tail",), "annulled"), (("first = head",), None),
     (("first = head", "second = tail"), "no"), (("made(second)", "second != tail"), "yes")],
)  # fmt: skip
def test_the_record_decides_or_annuls(seen: tuple[str, ...], outcome: str | None) -> None:
    builder = coins(annulled_unless="first = head")
    for text in seen:
        builder.observation(text)
    case = builder.build()
    assert decided(case, case.observations)["c"][0] == outcome


def test_a_doubtful_report_decides_nothing() -> None:
    case = coins().observation("first = tail", certain=False).build()
    assert decided(case, case.observations)["c"][0] is None


def test_the_implied_probability_is_the_middle_of_what_the_claim_leaves_open() -> None:
    def implied(**fields: str) -> float | None:
        return stated_of(coins(**fields).build().claims[0])

    assert implied(annulled_unless="first = head") == pytest.approx(0.2)
    assert implied() is None
    assert implied(annulled_unless="first = head", for_each="second") is None
    assert implied(annulled_unless="first = head", stated="0.3") == pytest.approx(0.3)


def test_a_case_that_forecasts_nothing_says_so() -> None:
    with pytest.raises(UsageError, match="says what decides it"):
        forecasts(load("beer-quiche"), effort=FEW)


@pytest.mark.parametrize(
    ("event", "code"),
    [("north.aim = settle", "unseen"), ("answer = nothing", "unknown-option"),
     ("P(answer = accept) > 0.5", "type")],
)  # fmt: skip
def test_an_event_is_one_on_moves(event: str, code: str) -> None:
    builder = (
        CaseBuilder("x").actor("north", aims={"settle": "1/2", "outwait": "rest"})
        .moves(MoveList().move("answer", "north", ["accept", "refuse"]))
        .claim("c", "P(answer = accept) > 0.5", resolves_if=event)
    )  # fmt: skip
    with pytest.raises(CaseError) as caught:
        builder.build()
    assert caught.value.faults[0].code == code


def test_alaskas_first_forecast_is_decided_by_its_record() -> None:
    case = load("alaska-2025")
    found = decided(case, case.observations)
    outcome, by = found["c01_no_agreement_signed"]
    assert outcome == "no"
    assert isinstance(by, syntax.Observation)
    assert str(by.date) == "2025-08-15"
    assert found["c13_delegation_tells"][0] is None
    assert stated_of(case.claims[0]) == pytest.approx(0.025)


def test_no_forecast_knows_a_report_of_its_own_event_however_doubtful() -> None:
    case = (
        coins()
        .observation("first = head", date="2025-01-01")
        .observation("second = tail", date="2025-01-10", certain=False)
        .build()
    )
    (found,) = forecasts(case, effort=FEW)
    assert found.decided is None
    assert [seen.date for seen in found.given] == [date(2025, 1, 1)], "not the report"
    assert found.now.probability == pytest.approx(2 / 3, abs=0.01)
    assert reported(case, case.observations)["c"] == case.observations[1]


def test_what_was_given_when_a_claim_was_made_knows_nothing_of_what_came_after() -> None:
    case = (
        coins(date="2025-01-01")
        .observation("go = on", date="2024-12-31")
        .observation("first = head", date="2025-01-01")
        .build()
    )
    (found,) = forecasts(case, effort=FEW)
    assert found.when_said is not None
    assert found.when_said.probability == pytest.approx(1 / 3, abs=0.01)
    assert found.now.probability == pytest.approx(2 / 3, abs=0.01)
    (asked,) = forecasts(case, effort=FEW, on=date(2025, 1, 1))
    assert asked.when_said is None
    assert asked.now.probability == found.when_said.probability


def test_a_forecast_is_given_what_it_names_whatever_stands_above_it() -> None:
    """Two heads have 1/3, and 2/3 given the first; what was seen on no day a forecast ignores."""
    case = (
        coins(date="2025-01-15")
        .observation("go = off")
        .observation("first = head", date="2025-01-01")
        .build()
    )
    (found,) = forecasts(case, effort=FEW)
    assert found.given == case.observations[1:]
    assert found.now.probability == pytest.approx(2 / 3, abs=0.01)
    assert found.when_said is not None
    assert found.when_said.probability == pytest.approx(2 / 3, abs=0.01)


def test_a_report_counts_until_its_source_has_told_better() -> None:
    """A head, reported with odds of 2 to 1, and a week later with 9 to 1 by the same aide."""
    case = (
        coins(date="2025-01-05")
        .observation("first = head", date="2025-01-01", via=["aide"], reliability=[(0.6, 0.3)])
        .observation("first = head", date="2025-01-08", via=["aide"], reliability=[(0.9, 0.1)])
        .build()
    )

    def odds(hit: float, alarm: float) -> float:
        """P(two heads | report) over an even bias: P(two heads) is 1/3, of which both have one."""
        return hit / 3 / (hit / 2 + alarm / 2)

    (early,) = forecasts(case, on=date(2025, 1, 5), effort=FEW)
    assert early.now.probability == pytest.approx(odds(0.6, 0.3), abs=0.01)
    (late,) = forecasts(case, effort=FEW)
    assert late.now.probability == pytest.approx(odds(0.9, 0.1), abs=0.01)
    assert late.when_said is not None
    assert late.when_said.probability == early.now.probability
