"""What names mean, and who sees what."""

from __future__ import annotations

from lackmus.case.parse import parse_case
from lackmus.case.scope import scope_of

CASE = """
title: Scope
actors:
  north: {aims: {a: 0.5, b: 0.5}, known to: [south]}
  south: {}
observers: [public]
facts: {winter: {values: {hard: 0.3, mild: rest}, known to: [north]}}
assumptions: {cost: {value: 1, range: [0, 2]}}
moves:
  - open_move: {by: north, options: [x, y]}
  - hidden: {by: south, options: [x, y], seen by: []}
  - half: {by: north, options: [x, y], noticed by: [public]}
  - some: {by: north, options: [x, y], seen by: [public], noticed by: [south]}
  - leak: {signal of: north.aim, to: [south], right: 0.8}
  - together:
    - one: {by: north, options: [x, y]}
    - two: {by: south, options: [x, y]}
  - rounds:
      name: term
      count: 2
      state: {held: {start: 0, next: held + 1}}
      moves:
        - demand: {by: north, options: [x, y]}
  - last: {by: south, options: [x, y]}
stakes: {north: [{worth: cost}]}
"""
SCOPE = scope_of(parse_case(CASE))


def test_facts_come_before_aims_and_these_before_moves() -> None:
    assert list(SCOPE.variables)[:3] == ["winter", "north.aim", "open_move"]
    orders = [variable.order for variable in SCOPE.variables.values()]
    assert orders == sorted(orders)


def test_who_sees_what() -> None:
    seen = {name: set(v.seen_by) for name, v in SCOPE.variables.items()}
    assert seen["open_move"] == {"north", "south", "public"}
    assert seen["hidden"] == {"south"}
    assert seen["half"] == {"north", "south"}
    assert seen["some"] == {"north", "public"}
    assert seen["north.aim"] == {"north", "south"}
    assert seen["winter"] == {"north"}
    assert seen["leak"] == {"south"}
    assert SCOPE.variables["some"].noticed_by == ("south",)


def test_moves_made_together_share_a_place() -> None:
    one, two = SCOPE.variables["one"], SCOPE.variables["two"]
    assert one.order == two.order
    assert SCOPE.variables["demand"].order > two.order


def test_signals_have_the_options_of_what_they_are_about() -> None:
    assert SCOPE.variables["leak"].options == ("a", "b")
    assert SCOPE.variables["leak"].kind == "signal"


def test_rounds_and_what_they_carry() -> None:
    assert SCOPE.variables["demand"].block == "term"
    assert SCOPE.states == {"held": "term"}
    assert SCOPE.taken("term")
    assert SCOPE.block_end["term"] <= SCOPE.variables["last"].order
    assert set(SCOPE.assumptions) == {"cost", "precision"}


def test_one_name_does_for_a_list_of_one() -> None:
    alone = CASE.replace("known to: [south]", "known to: south").replace("to: [south]", "to: south")
    alone = alone.replace("seen by: [public]", "seen by: public")
    assert alone.count("[south]") == 1
    assert parse_case(alone) == parse_case(CASE)
