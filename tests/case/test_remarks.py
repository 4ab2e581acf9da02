"""Warnings and notes: what an author may not have meant."""

from __future__ import annotations

from pathlib import Path

import pytest

import lackmus.library
from lackmus.case.check import check_case
from lackmus.case.parse import load_case, parse_case
from lackmus.foundation.errors import CaseError

BASE = """
title: Remarks
actors:
  north: {aims: {settle: 0.2, outwait: rest}}
  south: {}
observers: [public]
assumptions: {cost: {value: 1, range: [0, 2]}}
moves:
  - offer: {by: south, options: [line, business]}
  - answer: {by: north, if: offer = line, options: [accept, refuse]}
stakes:
  south: [{worth: cost, if: answer = accept}]
  north: [{worth: 1, if: answer = refuse}]
"""


def remarks(text: str) -> list[tuple[str, str]]:
    found = check_case(parse_case(text))
    assert all(fault.severity != "error" for fault in found)
    assert all(fault.span is not None for fault in found)
    return [(fault.code, fault.message) for fault in found]


def one(text: str) -> str:
    found = remarks(text)
    assert len(found) == 1
    return found[0][1]


def test_nothing_is_remarked_without_reason() -> None:
    assert remarks(BASE) == []


def test_an_assumption_that_nothing_uses() -> None:
    text = BASE.replace("cost: {value: 1, range: [0, 2]}", "cost: 1, idle: 2")
    assert one(text) == "nothing uses the assumption 'idle'"


def test_a_move_nobody_sees() -> None:
    text = BASE.replace("[accept, refuse]", "[accept, refuse], seen by: [north]")
    assert one(text) == "nobody but north sees 'answer'"
    assert remarks(text.replace("seen by: [north]", "seen by: [north], noticed by: [public]")) == []


def test_a_move_without_a_choice() -> None:
    text = BASE.replace("[line, business]", "[line]")
    assert one(text) == "'offer' has one option, so nothing is decided there"


@pytest.mark.parametrize(
    ("stake", "told"),
    [
        ("{worth: 0, if: answer = accept}", "worth 0, and so changes nothing"),
        ("{worth: 3 - 3, name: idle, if: answer = accept}", "the stake 'idle' of south is worth 0"),
        ("{worth: 5}", "does not hang on any move"),
        ("{worth: cost, if: north.aim = settle}", "does not hang on any move"),
    ],
)
def test_stakes_that_change_nothing(stake: str, told: str) -> None:
    text = BASE.replace("south: [", f"south: [{stake}, ")
    assert told in one(text)


def test_stakes_of_one_who_never_moves() -> None:
    text = BASE.replace("  south: {}\n", "  south: {}\n  west: {}\n") + "  west: [{worth: 1}]\n"
    assert one(text) == "west never moves, so the stakes of west change no choice"


ROUNDS = """
title: Rounds
actors: {north: {}}
moves:
  - rounds:
      name: term
      count: 2
      discount: 0.9
      state: {held: {start: 0, next: held + 1}}
      moves: [{demand: {by: north, options: [hold, yield]}}]
stakes: {north: [{worth: 1, if: ever(demand = hold)}]}
"""


def test_a_discount_on_nothing_and_a_state_for_nothing() -> None:
    assert dict(remarks(ROUNDS)) == {
        "idle-discount": "nothing is counted in each round of term, so nothing is discounted",
        "unused": "nothing uses 'held', which is carried from round to round",
    }
    used = ROUNDS.replace("if: ever(demand = hold)", "if: held > 1, every: term")
    assert remarks(used) == []


def test_joint_aims_that_contradict_the_single_ones() -> None:
    text = BASE.replace("south: {}", "south: {aims: {peace: 0.5, deals: 0.5}}") + (
        "joint aims: [{over: [north.aim, south.aim], chances: {settle & peace: 0.3, "
        "outwait & deals: rest}}]"
    )
    told = [message for code, message in remarks(text) if code == "joint"]
    assert sorted(told) == [
        "'joint aims' make north.aim = settle 0.3, not 0.2 as it says there",
        "'joint aims' make south.aim = deals 0.7, not 0.5 as it says there",
        "'joint aims' make south.aim = peace 0.3, not 0.5 as it says there",
    ]


@pytest.mark.parametrize(
    ("claim", "truth"),
    [
        ("P(offer = line) >= 0", True),
        ("P(offer = line) > 1", False),
        ("P(offer = line) <= 1", True),
        ("P(offer = line) < 0", False),
        ("P(offer = line) = 2", False),
        ("-0.5 < P(offer = line) <= 1", True),
        ("0.2 < P(offer = line) < -0.1", False),
        ("H(north.aim) > 1", False),
        ("H(north.aim) <= 1", True),
        ("shift(north.aim; answer) > 1.5", False),
        ("I(north.aim; answer) > 3", False),
        ("P(offer = line) + 1 > cost - 1.5", True),
        ("2 * P(offer = line) > 2", False),
        ("P(offer = line) > 0.5 and shift(north.aim; answer) >= 0", True),
        ("not (P(offer = line) >= 0)", True),
    ],
)
def test_claims_decided_by_construction(claim: str, truth: bool) -> None:  # noqa: FBT001 - a table
    text = BASE + f"claims:\n  c1:\n    holds if: {claim}\n"
    word = "true" if truth else "false"
    assert one(text).endswith(f"is {word} by construction")


@pytest.mark.parametrize("op", ["=", "!=", "<", "<=", ">", ">="])
def test_a_quantity_compared_with_itself_is_told_and_called_neither_true_nor_false(op: str) -> None:
    text = BASE + f"claims:\n  c1:\n    holds if: E(south) {op} E(south)\n"
    assert one(text).endswith("compares a quantity with itself")


@pytest.mark.parametrize(
    "claim",
    [
        "P(offer = line) > 0.5",
        "P(offer = line) > cost",
        "E(south) > 0",
        "H(north.aim) < 1",
        "best(offer) = line",
        "P(offer = line) = 1",
        "P(offer = line) / P(answer = accept) > 3",
    ],
)
def test_claims_that_are_open(claim: str) -> None:
    assert remarks(BASE + f"claims:\n  c1:\n    holds if: {claim}\n") == []


def test_the_library_has_no_warnings() -> None:
    files = [
        p for p in Path(lackmus.library.__file__).parent.rglob("*.yaml") if p.stem != "observations"
    ]
    for path in files:
        case = load_case(path, lambda n: next(p for p in files if n in (p.stem, p.parent.name)))
        assert [f.message for f in check_case(case) if f.severity == "warning"] == []


STRIKE = """\
title: A strike
actors: {union: {}, rail: {}}
moves:
  - rounds:
      name: week
      count: 3
      moves:
        - stance: {by: union, options: [strike, work]}
  - end: {by: rail, if: stance = work, options: [pay, wait]}
stakes:
  union: [{STAKE}]
claims:
  c:
    holds if: CLAIM
"""


@pytest.mark.parametrize(
    ("stake", "claim", "places"),
    [
        ("worth: 1, if: stance = strike", "P(end = pay) > 0.5", 1),
        ("worth: 1 if stance = strike else 0", "P(stance = work) > 0.5", 2),
        ("worth: 1, if: stance = strike, every: week", "P(stance[1] = work) > 0.5", 0),
        ("worth: count(stance = strike)", "P(ever(stance = work)) > 0.5", 0),
        ("order: stance = strike > end = pay", "best(stance | stance[1] = work) = strike", 1),
        ("worth: 1, if: 'stance[2] = strike'", "P(end = pay | do(stance = work)) > 0.5", 0),
        ("worth: 1, if: made(stance)", "H(stance) > 0.5", 1),
    ],
)
def test_which_round_a_bare_name_means_is_told(stake: str, claim: str, places: int) -> None:
    case = parse_case(STRIKE.replace("STAKE", stake).replace("CLAIM", claim))
    told = [fault for fault in check_case(case) if fault.code == "which-round"]
    assert len(told) == places
    assert all(fault.span is not None for fault in told)


def test_for_each_and_a_bar_that_speak_of_the_same_are_remarked_on() -> None:
    text = """
lackmus: 1
title: An offer
actors: {north: {aims: {settle: 0.2, outwait: 0.8}}, south: {}}
moves:
  - offer: {by: south, options: [line, business]}
  - answer: {by: north, options: [accept, refuse]}
stakes:
  north: [{worth: 1, if: answer = accept and north.aim = settle}]
  south: [{worth: 1, if: answer = accept}]
precision: 1
claims:
  twice: {for each: north.aim, holds if: P(answer = accept | north.aim = settle) > 0.1}
  once: {for each: north.aim, holds if: P(answer = accept | offer = line) > 0.1}
"""
    found = [f for f in check_case(parse_case(text)) if f.code == "given-twice"]
    assert ["twice" in f.message for f in found] == [True]


@pytest.mark.parametrize(
    ("rates", "says"),
    [
        ("hit: 0.5, false alarm: 0.5", "made as often where it is not so, and says nothing"),
        ("hit: 0.1, false alarm: 0.4", "made more often where it is not so, and speaks against it"),
    ],
)
def test_a_report_that_tells_nothing_or_the_contrary(rates: str, says: str) -> None:
    text = BASE + f"observations: [{{saw: answer = refuse, reliability: {{{rates}}}}}]\n"
    assert one(text) == f"this report is {says}"


def test_a_rate_is_a_probability_in_every_draw() -> None:
    case = BASE.replace("assumptions: {", "assumptions: {desk: {value: 0.9, range: [0.6, 1.2]}, ")
    told = "observations: [{{saw: answer = refuse, reliability: {{{}}}}}]\n"
    rest = told.format("hit: 0.95, false alarm: 1 - desk")
    assert one(case + rest) == "this rate is a probability, and may be drawn from −0.2 to 0.4"
    both = told.format("hit: desk, false alarm: 1 - desk")
    with pytest.raises(CaseError, match=r"'desk' is a probability, .* from 0\.6 to 1\.2") as caught:
        parse_case(case + both)
    assert len(caught.value.faults) == 1
    assert remarks(case.replace("1.2", "1") + both) == []


def test_a_report_of_an_aim_may_be_wrong_or_come_from_one_who_knows_it() -> None:
    for how in ("certain: false", "reliability: {hit: 0.9, false alarm: 0.1}", "by: north"):
        assert remarks(BASE + f"observations: [{{saw: north.aim = settle, {how}}}]\n") == []
