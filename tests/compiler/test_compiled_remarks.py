"""What only the histories show."""

from __future__ import annotations

from pathlib import Path

import pytest

import lackmus.library
from lackmus.case.parse import load_case, parse_case
from lackmus.compiler.compile import compile_case
from lackmus.compiler.remarks import remarks_on
from lackmus.solvers.quantal_response.logit import solve_logit

BASE = """
title: Remarks
actors: {north: {}, south: {}}
assumptions: {luck: {value: 0.5, range: [0, 1]}}
moves:
  - weather: {chance: {storm: luck, calm: rest}}
  - offer: {by: south, options: [line, business]}
  - answer: {by: north, if: offer = line or weather = storm, options: {accept: , refuse: }}
  - rounds: {name: term, count: 2, moves: [{demand: {by: north, options: [hold, yield]}}]}
stakes:
  south: [{worth: 1, if: answer = accept}, {worth: 1, if: demand = hold, every: term}]
"""


def told(text: str) -> list[str]:
    found = remarks_on(compile_case(parse_case(text)))
    assert all(fault.severity == "warning" for fault in found)
    return [fault.message for fault in found]


def test_nothing_without_reason() -> None:
    assert told(BASE) == []


def test_a_record_that_no_history_agrees_with() -> None:
    record = """
observations:
  - {saw: offer = business, date: 2025-01-01}
  - {saw: offer = line, date: 2025-01-02SURE}
"""
    assert told(BASE + record.replace("SURE", "")) == [
        "no history of the case has 'offer = line' with all that was seen before it"
    ]
    assert told(BASE + record.replace("SURE", ", certain: false")) == []


def test_an_option_that_is_never_open() -> None:
    assert told(
        BASE.replace("refuse: }", "refuse: , wait: {if: offer = line and offer != line}}")
    ) == ["the option 'wait' of 'answer' is never open"]


def test_a_stake_that_never_counts() -> None:
    more = "{name: odd, worth: 1, if: offer = line and not made(answer)}"
    assert told(BASE.replace("south: [", f"south: [{more}, ")) == [
        "the stake 'odd' of south counts in no history"
    ]


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ("P(offer = line | offer = line and offer = business) > 0.5", "what is given can never"),
        ("P(offer = line | offer = line) > 0.5", "is 1 however it is played"),
        ("P(made(answer) | offer = line) > 0.5", "is 1 however it is played"),
        ("P(offer = business | offer = line) > 0.5", "is 0 however it is played"),
        ("E(south | answer = accept and weather = calm and offer = business) > 0", "can never"),
    ],
)
def test_questions_that_no_play_can_change(claim: str, message: str) -> None:
    found = told(BASE + f"claims:\n  c1:\n    holds if: {claim}\n")
    assert len(found) == 1
    assert message in found[0]


def test_infosets_behind_a_chance_of_nothing() -> None:
    found = told(BASE.replace("value: 0.5", "value: 0"))
    assert len(found) == 1
    assert found[0].startswith("no play reaches offer: weather = storm")
    assert "and 12 more" in found[0]


def test_the_library_has_no_warnings_but_chances_of_nothing() -> None:
    files = [
        p for p in Path(lackmus.library.__file__).parent.rglob("*.yaml") if p.stem != "observations"
    ]
    for path in files:
        case = load_case(path, lambda n: next(p for p in files if n in (p.stem, p.parent.name)))
        assert [f.message for f in remarks_on(compile_case(case))] == []


MONEY = """
title: Inspection in money
actors: {state: {}, agency: {}}
assumptions: {gain: {value: 2, range: [1, 3]}}
moves:
  - act: {by: state, options: [comply, hide], seen by: []}
  - look: {by: agency, options: [inspect, trust]}
stakes:
  state:
    - {worth: gain * STATE, if: act = hide and look = trust}
    - {worth: -STATE, if: look = inspect}
  agency:
    - {worth: -AGENCY, if: look = inspect}
    - {worth: -2 * AGENCY, if: act = hide and look = trust}
precision: {value: PRECISION, range: [PRECISION, 4 * PRECISION]}
"""


def money(state: str, agency: str, precision: str = "1") -> str:
    text = MONEY.replace("4 * PRECISION", f"{4 * float(precision):.17g}")
    return text.replace("PRECISION", precision).replace("STATE", state).replace("AGENCY", agency)


@pytest.mark.parametrize("unit", ["1", "1000000", "100000000"])
def test_money_is_solved_and_needs_no_remark(unit: str) -> None:
    text = money(unit, "1")
    assert told(text) == []
    assert solve_logit(compile_case(parse_case(text)).game, 1.0).status.good


@pytest.mark.parametrize(
    "units", [("1000000000000000", "1000000000000000"), ("1000000000000", "1")]
)
def test_in_a_larger_unit_the_largest_sums_are_solved(units: tuple[str, str]) -> None:
    text = money(*units, precision=f"{1 / float(units[0]):.20f}")
    assert told(text) == []
    game = compile_case(parse_case(text)).game
    assert solve_logit(game, 4.0 / float(units[0])).status.good


def test_money_that_floats_may_not_carry_is_told_of_whose_it_is() -> None:
    (message,) = told(money("1000000000000", "1"))
    assert message.startswith("precision times the payoffs of state comes to 1.2e+13")
    assert len(told(money("1000000000000000", "1000000000000000"))) == 2
