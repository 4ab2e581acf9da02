"""A fault stands at the very thing: in each field, however the file is laid out."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lackmus.case import syntax
from lackmus.case.declared import NAMING, SPOKEN, declared
from lackmus.case.fields import place_of
from lackmus.case.parse import load_record, parse_case
from lackmus.case.writer import write_case
from lackmus.foundation.errors import CaseError

#: A case in which each construct has every field in which a name may stand.
CASE = """
title: Every field
sources: {memo: {title: A memo}}
actors:
  north: {says: one, aims: {settle: 0.5, outwait: rest}, known to: [south], cite: [memo]}
  south: {says: other, aims: {peace: {says: ended, probability: p}, deals: rest}}
observers: [public]
facts: {winter: {says: cold, values: {hard: 0.5, mild: rest}, known to: [north]}}
joint aims:
  - chances: {settle & peace: p / 2, settle & deals: 0.2, outwait & peace: 0.2,
      outwait & deals: rest}
    over: [north.aim, south.aim]
assumptions: {p: {value: 0.4, range: [0.2, 0.6]}, q: {value: 1, range: [0, 2]}, d: 0.9, n: 2}
precision: {value: 4, range: [1, 20]}
correlations: [{rho: 0.5, between: [p, q]}]
events: {deal: {says: they agree, if: offer = line}}
moves:
  - offer: {says: first, by: south, options: {line: {says: a, if: winter = hard}, no_line: },
      seen by: [north], noticed by: [public]}
  - call: {says: second, by: north, if: offer = line, options: [hold, fold]}
  - weather: {says: third, chance: {storm: {says: wet, probability: p}, calm: rest},
      seen by: [north]}
  - leak: {says: fourth, signal of: south.aim, to: [north], right: p, noticed by: [south]}
  - rounds:
      says: fifth
      name: term
      count: n
      if: offer = line
      discount: d
      state: {held: {start: 0, next: held + 1}}
      ends if: demand = yield
      moves: [{demand: {says: sixth, by: [north, south], options: [insist, yield]}}]
stakes:
  north:
    - {says: one, worth: q, if: call = hold}
    - {says: two, worth: 1, every: term, if: demand = yield}
  south:
    - {says: three, order: "call = hold > call = fold", scale: q, if: offer = line, every: term}
claims:
  c1: {says: so, by: me, observer: north, for each: winter, holds if: P(call = hold) > 0.5}
  c2: {says: so, by: me, holds if: P(call = hold) > 0.5, resolves if: call = hold,
    annulled unless: offer = line}
statements: {s1: {says: it, speaker: me, bears on: [c1, offer]}}
observations:
  - {says: it, saw: offer = line, by: north, date: 2025-01-01,
      reliability: {hit: 0.9, false alarm: p / 2}}
"""

_UNKNOWN = "ghost"

#: Where each field stands that names something or speaks of it, and what it is with an unknown
#: name in it: by construct and key, ways into the case.
WAYS: dict[tuple[type, str], list[tuple[tuple[Any, ...], Any]]] = {
    (syntax.Case, "observers"): [],  # declared here: none can be unknown
    (syntax.Citation, "source"): [
        (("actors", "north", "cite"), [{"paragraph": 3, "source": "ghost"}]),
        (("actors", "north", "cite"), ["memo §1", "ghost §3"]),
    ],
    (syntax.Actor, "known to"): [(("actors", "north", "known to"), ["south", "ghost"])],
    (syntax.Chance, "probability"): [
        (("actors", "south", "aims", "peace", "probability"), "p + ghost"),
        (("moves", 2, "weather", "chance", "storm", "probability"), "p + ghost"),
    ],
    (syntax.Fact, "known to"): [(("facts", "winter", "known to"), ["north", "ghost"])],
    (syntax.JointAims, "over"): [(("joint aims", 0, "over"), ["north.aim", "ghost"])],
    (syntax.Correlation, "between"): [(("correlations", 0, "between"), ["p", "ghost"])],
    (syntax.Move, "by"): [
        (("moves", 0, "offer", "by"), "ghost"),
        (("moves", 4, "rounds", "moves", 0, "demand", "by"), ["north", "ghost"]),
    ],
    (syntax.Move, "signal of"): [(("moves", 3, "leak", "signal of"), "ghost")],
    (syntax.Move, "if"): [(("moves", 1, "call", "if"), "offer = line and ghost = line")],
    (syntax.Move, "right"): [(("moves", 3, "leak", "right"), "p * ghost")],
    (syntax.Move, "seen by"): [(("moves", 0, "offer", "seen by"), ["north", "ghost"])],
    (syntax.Move, "to"): [(("moves", 3, "leak", "to"), ["north", "ghost"])],
    (syntax.Move, "noticed by"): [(("moves", 0, "offer", "noticed by"), ["public", "ghost"])],
    (syntax.Option, "if"): [
        (("moves", 0, "offer", "options", "line", "if"), "winter = hard or ghost = hard")
    ],
    (syntax.State, "start"): [
        (("moves", 4, "rounds", "state", "held", "start"), "q + ghost"),
    ],
    (syntax.State, "next"): [(("moves", 4, "rounds", "state", "held", "next"), "held + ghost")],
    (syntax.Rounds, "count"): [(("moves", 4, "rounds", "count"), "ghost")],
    (syntax.Rounds, "if"): [(("moves", 4, "rounds", "if"), "offer = line and ghost = line")],
    (syntax.Rounds, "discount"): [(("moves", 4, "rounds", "discount"), "d * ghost")],
    (syntax.Rounds, "ends if"): [
        (("moves", 4, "rounds", "ends if"), "demand = yield or ghost = a")
    ],
    (syntax.Stake, "worth"): [(("stakes", "north", 0, "worth"), "q * ghost")],
    (syntax.Stake, "if"): [(("stakes", "north", 0, "if"), "call = hold and ghost = hold")],
    (syntax.Stake, "every"): [(("stakes", "north", 1, "every"), "ghost")],
    (syntax.OrdinalStake, "order"): [
        (("stakes", "south", 0, "order"), "call = hold > ghost = hold")
    ],
    (syntax.OrdinalStake, "scale"): [(("stakes", "south", 0, "scale"), "q * ghost")],
    (syntax.OrdinalStake, "if"): [(("stakes", "south", 0, "if"), "ghost = line")],
    (syntax.OrdinalStake, "every"): [(("stakes", "south", 0, "every"), "ghost")],
    (syntax.Event, "if"): [(("events", "deal", "if"), "offer = line or ghost = line")],
    (syntax.Claim, "observer"): [(("claims", "c1", "observer"), "ghost")],
    (syntax.Claim, "for each"): [(("claims", "c1", "for each"), "ghost")],
    (syntax.Claim, "holds if"): [
        (("claims", "c2", "holds if"), asked)
        for asked in (
            "P(call = hold) > 0.5 and P(ghost = hold) > 0.5",
            "P(call = hold | ghost = hold) > 0.5",
            "P(call = hold | do(ghost = hold)) > 0.5",
            "P(call = hold | do(without ghost)) > 0.5",
            "P[ghost](south.aim = peace) > 0.5",
            "H[ghost](south.aim) > 0.5",
            "E(north) > E(ghost)",
            "P(made(call, ghost)) > 0.5",
            "best(ghost) = hold",
            "best(call) = ghost",
            "likeliest(ghost) = hold",
            "value(call = ghost) > 1",
            "I(south.aim; ghost) > 0.5",
            "P(call in [hold, ghost]) > 0.5",
            "P(call = hold) > ghost",
        )
    ],
    (syntax.Claim, "resolves if"): [(("claims", "c2", "resolves if"), "ghost = hold")],
    (syntax.Claim, "annulled unless"): [(("claims", "c2", "annulled unless"), "ghost = line")],
    (syntax.Statement, "bears on"): [(("statements", "s1", "bears on"), ["c1", "ghost"])],
    (syntax.Observation, "saw"): [(("observations", 0, "saw"), "offer = line and ghost = line")],
    (syntax.Observation, "by"): [(("observations", 0, "by"), "ghost")],
    (syntax.Reliability, "hit"): [(("observations", 0, "reliability", "hit"), "p + ghost")],
    (syntax.Reliability, "false alarm"): [
        (("observations", 0, "reliability", "false alarm"), "p + ghost")
    ],
}

#: Unknown names that stand in keys, or not in fields of their own: old key, new key.
KEYS = [
    (("stakes",), "north", "ghost"),
    (("joint aims", 0, "chances"), "settle & deals", "settle & ghost"),
]


def _cases() -> Iterator[Any]:
    for (construct, key), ways in WAYS.items():
        for k, (way, value) in enumerate(ways):
            yield pytest.param(way, value, id=f"{construct.__name__}-{key}-{k}")


@pytest.mark.parametrize("flow", [False, True], ids=["block", "flow"])
@pytest.mark.parametrize(("way", "value"), list(_cases()))
def test_an_unknown_name_is_told_of_where_it_stands(
    way: tuple[Any, ...], value: object, *, flow: bool
) -> None:
    case = yaml.safe_load(CASE)
    node = case
    for step in way[:-1]:
        node = node[step]
    node[way[-1]] = value
    _told_at_the_name(case, flow=flow)


@pytest.mark.parametrize("flow", [False, True], ids=["block", "flow"])
@pytest.mark.parametrize(("way", "old", "new"), KEYS)
def test_an_unknown_name_in_a_key_is_told_of_where_it_stands(
    way: tuple[Any, ...], old: str, new: str, *, flow: bool
) -> None:
    case = yaml.safe_load(CASE)
    node = case
    for step in way:
        node = node[step]
    changed = {new if key == old else key: value for key, value in node.items()}
    node.clear()
    node.update(changed)
    _told_at_the_name(case, flow=flow)


def _told_at_the_name(case: dict[str, Any], *, flow: bool) -> None:
    text = yaml.safe_dump(case, default_flow_style=flow, sort_keys=False, width=60)
    with pytest.raises(CaseError) as caught:
        parse_case(text)
    told = [fault for fault in caught.value.faults if _UNKNOWN in fault.message]
    assert told, caught.value
    for fault in told:
        assert fault.span is not None
        there = fault.span.text[fault.span.column - 1 : fault.span.end - 1]
        assert there == _UNKNOWN, f"{fault.message}: points at {there!r}"


def test_the_case_is_sound_and_no_field_is_forgotten() -> None:
    parse_case(CASE)
    speaking = {
        (construct, field.key)
        for construct in syntax.CONSTRUCTS
        for field in declared(construct)
        if field.kind in NAMING | SPOKEN | {"rate"}
    }
    assert speaking <= set(WAYS)


@pytest.mark.parametrize(
    ("right", "wrong", "message", "there"),
    [
        ("rho: 0.5", "rho: 1.5", "rho must lie", "1.5"),
        ("between: [p, q]", "between: [p, q]}, {rho: 0.1, between: [q, p]", "a second", "q"),
        ("resolves if: call = hold,", "resolves if: call = hold, stated: 2,", "stated prob", "2"),
        ("hit: 0.9", "hit: 9", "a hit rate", "9"),
        ("noticed by: [public]", "noticed by: [north]", "merely notices", "north"),
        ("observers: [public]", "observers: [public, south]", "declared twice", "south"),
        ("by: south, options: {line", "by: [south, north], options: {line", "made once", "north"),
    ],
)
@pytest.mark.parametrize("flow", [False, True], ids=["block", "flow"])
def test_what_is_wrong_in_a_field_is_told_of_where_the_field_stands(
    right: str, wrong: str, message: str, there: str, *, flow: bool
) -> None:
    changed = CASE.replace(right, wrong)
    assert changed != CASE
    case = yaml.safe_load(changed)
    text = yaml.safe_dump(case, default_flow_style=flow, sort_keys=False, width=60)
    with pytest.raises(CaseError, match=message) as caught:
        parse_case(text)
    (fault,) = caught.value.faults
    assert fault.span is not None
    assert fault.span.text[fault.span.column - 1 : fault.span.end - 1] == there


def test_a_date_out_of_order_is_told_of_where_the_date_stands(tmp_path: Path) -> None:
    record = tmp_path / "record.yaml"
    record.write_text(
        "observations:\n- saw: offer = line\n  date: 2025-01-02\n"
        "- saw: call = hold\n  date: 2025-01-01\n",
        encoding="utf-8",
    )
    with pytest.raises(CaseError, match="comes before") as caught:
        load_record(record, parse_case(CASE))
    (fault,) = caught.value.faults
    assert fault.span is not None
    assert (fault.span.line, fault.span.column) == (5, 9)


def test_names_with_places_are_names_like_others() -> None:
    case = parse_case(CASE)
    for same in (pickle.loads(pickle.dumps(case)), copy.deepcopy(case)):  # noqa: S301 - our own
        assert same == case
        assert place_of(None, same.observers[0]) == place_of(None, case.observers[0]) is not None
    assert case.claims[0].observer == "north"
    assert json.dumps([*case.observers, case.claims[0].observer]) == '["public", "north"]'
    assert parse_case(write_case(case)) == case
