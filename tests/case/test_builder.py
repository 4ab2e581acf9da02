"""The Python front end makes what a file would make."""

from __future__ import annotations

import doctest
from fractions import Fraction

import pytest

import lackmus.case.builder
import lackmus.case.citations
import lackmus.case.text
from lackmus.case import syntax
from lackmus.case.builder import CaseBuilder
from lackmus.case.move_list import MoveList
from lackmus.case.parse import parse_case
from lackmus.case.writer import write_case
from lackmus.foundation.errors import CaseError

TEXT = """
title: Both ways
asked: 2025-08-10
sources: {memo: {title: A memo}}
actors:
  north: {aims: {settle: 1/3, outwait: rest}, known to: [south]}
  south: {aims: {peace: 0.5, deals: 0.5}}
observers: [public]
facts: {winter: {values: {hard: 0.3, mild: rest}}}
joint aims:
  - {over: [north.aim, south.aim], chances: {settle & peace: 0.5, outwait & deals: 0.5}}
assumptions:
  cost: {value: 2, range: [0, 5], says: what it costs, cite: memo §2}
  gain: {value: 1, distribution: {normal: [1, 0.5]}}
correlations: [{between: [cost, gain], rho: 0.4}]
precision: {value: 3, range: [1, 9], distribution: loguniform}
moves:
  - offer: {by: south, options: [line, business], seen by: [north], noticed by: [public]}
  - weather: {chance: {storm: 0.1, calm: rest}}
  - leak: {signal of: south.aim, to: [north], right: {value: 0.8, range: [0.5, 1]}}
  - together:
    - bid_a: {by: north, options: [high, low]}
    - bid_b: {by: south, options: [high, low], if: offer = line}
  - rounds:
      name: term
      count: 3
      discount: 0.9
      state: {held: {start: 0, next: held + 1}}
      ends if: demand = yield
      moves: [{demand: {by: north, options: {hold: {says: on}, yield: {if: offer = line}}}}]
stakes:
  south:
    - {worth: -cost, if: offer = business, name: face}
    - {worth: {value: 1, range: [0, 2]}, if: demand = hold, every: term}
  north: [{order: demand = hold > demand = yield, scale: 5}]
claims: {c1: {holds if: P(offer = line) > 0.5, by: she, resolves: 2025-09-01}}
observations: [{saw: demand = hold, certain: false}]
"""


def built() -> CaseBuilder:
    return (
        CaseBuilder("Both ways", asked="2025-08-10")
        .source("memo", title="A memo")
        .actor("north", aims={"settle": Fraction(1, 3), "outwait": "rest"}, known_to=["south"])
        .actor("south", aims={"peace": 0.5, "deals": 0.5})
        .observer("public")
        .fact("winter", {"hard": 0.3, "mild": "rest"})
        .joint_aims(
            ["north.aim", "south.aim"], [(("settle", "peace"), 0.5), (("outwait", "deals"), 0.5)]
        )
        .assume("cost", 2, range=(0, 5), says="what it costs", cite=["memo §2"])
        .assume("gain", 1, distribution={"normal": (1, 0.5)})
        .correlate("cost", "gain", 0.4)
        .precision(3, range=(1, 9), distribution="loguniform")
        .moves(
            MoveList()
            .move("offer", "south", ["line", "business"], seen_by=["north"], noticed_by=["public"])
            .chance("weather", {"storm": 0.1, "calm": "rest"})
            .signal("leak", "south.aim", to=["north"], right={"value": 0.8, "range": (0.5, 1)})
            .together(
                MoveList()
                .move("bid_a", "north", ["high", "low"])
                .move("bid_b", "south", ["high", "low"], when="offer = line")
            )
        )
        .rounds(
            "term",
            3,
            MoveList().move("demand", "north", {"hold": {"says": "on"}, "yield": "offer = line"}),
            ends_if="demand = yield",
            discount=0.9,
            state={"held": (0, "held + 1")},
        )
        .stake("south", "-cost", when="offer = business", name="face")
        .stake("south", {"value": 1, "range": (0, 2)}, when="demand = hold", every="term")
        .order("north", "demand = hold > demand = yield", scale=5)
        .claim("c1", "P(offer = line) > 0.5", by="she", resolves="2025-09-01")
        .observation("demand = hold", certain=False)
    )


def test_the_same_tree_both_ways() -> None:
    assert built().build() == parse_case(TEXT)


def test_what_was_built_can_be_written() -> None:
    case = built().build("both")
    assert parse_case(write_case(case)) == case
    assert case.name == "both"


def test_floats_are_what_they_show() -> None:
    case = CaseBuilder("T").actor("north").assume("a", 0.1).moves(
        MoveList().move("x", "north", ["y", "z"])
    ).stake("north", "a").build()  # fmt: skip
    assert case.assumptions[0].value == Fraction(1, 10)


def test_many_types_and_options_by_program() -> None:
    types = [f"t{i}" for i in range(20)]
    case = (
        CaseBuilder("Many")
        .actor("sender", aims={t: Fraction(1, 20) for t in types})
        .actor("receiver")
        .moves(
            MoveList()
            .move("message", "sender", [f"m{i}" for i in range(20)])
            .move("action", "receiver", [f"a{i}" for i in range(20)])
        )
        .build()
    )
    assert len(case.actors[0].aims) == 20
    assert isinstance(case.moves[1], syntax.Move)


def test_all_faults_at_once_with_the_part_and_the_place() -> None:
    wrong = (
        CaseBuilder("Wrong")
        .actor("north", aims={"a": 0.5, "b": 0.6})
        .moves(MoveList().move("x", "nroth", ["y", "z"], when="w = y"))
        .stake("north", "cots", when="x = q")
        .claim("c", "P(x = y) > 0")
        .claim("c", "P(x = z) > 0")
    )
    with pytest.raises(CaseError) as caught:
        wrong.build()
    assert {fault.code for fault in caught.value.faults} == {
        "duplicate-key", "prior", "unknown-name", "unknown-option",
    }  # fmt: skip
    told = str(caught.value)
    assert "case.stakes.north[1].worth:1:1: error[unknown-name]: nothing is called 'cots'" in told
    assert "no actor 'nroth'" in told


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "1e999", "two"])
def test_what_is_no_number_is_refused(value: float | str) -> None:
    builder = CaseBuilder("T").actor("north").assume("a", value).stake("north", "a")
    with pytest.raises(CaseError):
        builder.moves(MoveList().move("x", "north", ["y", "z"])).build()


@pytest.mark.parametrize(
    "module", [lackmus.case.builder, lackmus.case.text, lackmus.case.citations]
)
def test_examples_in_docstrings(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type] # a module
    assert result.attempted
    assert not result.failed
