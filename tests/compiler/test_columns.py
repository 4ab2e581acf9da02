"""What the compiler knows of a column, it says."""

from __future__ import annotations

from lackmus.case.parse import parse_case
from lackmus.compiler.compile import compile_case

CASE = """\
title: Columns of all kinds
actors: {north: {aims: {settle: 0.3, outwait: rest}}, south: {}}
facts: {winter: {values: {hard: 0.5, mild: rest}}}
moves:
  - hint: {signal of: north.aim, to: [south], right: 0.8}
  - luck: {chance: {good: 0.5, bad: rest}}
  - offer: {by: south, if: luck = good, options: [line, business]}
  - echo: {signal of: offer, to: [north], right: 0.9}
  - rounds:
      name: term
      count: 2
      ends if: demand = yield
      moves:
        - demand: {by: north, options: [hold, yield]}
"""


def test_kinds_and_what_may_be_unmade() -> None:
    histories = compile_case(parse_case(CASE)).game.histories
    assert histories is not None
    assert [(c.name, c.kind, c.may_be_unmade) for c in histories.columns] == [
        ("winter", "fact", False),
        ("north.aim", "aim", False),
        ("hint", "signal", False),
        ("luck", "chance", False),
        ("offer", "move", True),
        ("echo", "signal", True),
        ("demand[1]", "move", False),
        ("demand[2]", "move", True),
        ("demand", "move", False),
    ]
