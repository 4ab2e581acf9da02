"""Moves that several actors make in turn, one a round."""

from __future__ import annotations

import numpy as np
import pytest

from lackmus.case.builder import CaseBuilder
from lackmus.case.check import check_case
from lackmus.case.move_list import MoveList
from lackmus.case.parse import parse_case
from lackmus.case.words import words_text
from lackmus.case.writer import write_case
from lackmus.compiler.compile import compile_case
from lackmus.pipeline.observations import env_of
from lackmus.pipeline.readings import read, read_case
from lackmus.solvers.solve import solve
from lackmus.testing.asking import ask
from lackmus.testing.slow_compile import Reference

TEXT = """\
title: Three take turns
actors: {a: {aims: {x: 0.3, y: rest}}, b: {}, c: {}}
observers: [public]
assumptions: {years: {value: 5, range: [1, 6]}}
precision: 1
moves:
  - rounds:
      name: year
      count: years
      ends if: made(bid, b) and bid = stop
      moves:
        - bid: {by: [a, b, c], options: [go, stop], seen by: [public], noticed by: [c]}
  - last: {by: c, if: "made(bid, a)", options: [agree, decline]}
stakes:
  a: [{worth: 1, if: "made(bid, a) and bid = go", every: year}]
  b: [{worth: 1, if: "made(bid, b)"}, {worth: 2, if: "made(bid[3], c)"}]
  c: [{worth: 1, if: "ever(made(bid, c) and bid = go)"}, {worth: 1, if: last = agree and bid = go}]
claims:
  mine: {observer: b, holds if: "P(a.aim = x | bid[2] = go) > 0.1"}
  most: {holds if: "best(bid[4]) = go"}
"""


def test_each_round_has_its_maker_and_behind_the_last_comes_the_first() -> None:
    compiled = compile_case(parse_case(TEXT))
    table = compiled.game.histories
    assert table is not None
    makers = {column.name: column.by for column in table.columns if column.name.startswith("bid")}
    assert makers == {
        "bid[1]": "a", "bid[2]": "b", "bid[3]": "c", "bid[4]": "a", "bid[5]": "b", "bid": None,
    }  # fmt: skip
    for infoset, place in enumerate(table.infoset_column.tolist()):
        player = compiled.game.players[compiled.game.infoset_player[infoset]]
        assert table.columns[place].by == player
    assert compiled.game.perfect_recall


def test_a_maker_remembers_his_own_rounds_and_sees_no_other_s() -> None:
    table = compile_case(parse_case(TEXT)).game.histories
    assert table is not None
    seen = {column.name: column.seen_by for column in table.columns}
    assert seen["bid[1]"] == ("a", "public")
    assert seen["bid[5]"] == ("b", "public")
    assert seen["bid"] == ("public",)
    views = {table.columns[i].name: table.views[:, k] for k, i in enumerate(table.infoset_column)}
    names = [column.name for column in table.columns]
    unseen = {
        name: {names[i] for i in np.flatnonzero(view == -2)} & {"bid[1]", "bid[2]", "bid[3]"}
        for name, view in views.items()
    }
    assert unseen["bid[4]"] == {"bid[2]", "bid[3]"}
    assert unseen["bid[5]"] == {"bid[1]", "bid[3]"}


def test_payoffs_and_infosets_are_those_of_the_slow_reading() -> None:
    case = parse_case(TEXT)
    compiled, table = compile_case(case), compile_case(case).game.histories
    assert table is not None
    slow = {
        tuple(t.values[c.name] for c in table.columns if not c.last): t.payoffs
        for t in Reference(case).terminals()
    }
    for row in range(compiled.game.n_terminals):
        labels = tuple(
            None if code < 0 else column.options[code]
            for column, code in zip(table.columns, table.codes[:, row].tolist(), strict=True)
            if not column.last
        )
        assert compiled.game.payoffs[:, row].tolist() == [float(p) for p in slow[labels]]
    assert len(slow) == compiled.game.n_terminals


def test_without_an_actor_his_rounds_are_not_made() -> None:
    case = parse_case(TEXT.replace("ends if: made(bid, b) and bid = stop", "says: no end"))
    absent = [f"P(made(bid[{r}]) | do(without a))" for r in (1, 2, 3, 4, 5)]
    assert ask(case, absent).numbers[0].tolist() == [0, 1, 1, 0, 1]
    assert ask(case, ["P(made(last) | do(years = 4))"]).numbers[0].tolist() == [1]
    assert ask(case, ["P(made(last))", "P(made(bid, b))"]).numbers[0].tolist() == [0, 1]


def test_a_case_with_turns_comes_back_from_its_text() -> None:
    case = parse_case(TEXT)
    assert parse_case(write_case(case)) == case
    assert parse_case(TEXT.replace("by: c,", "by: [c],")) == case


def test_the_builder_takes_several_makers() -> None:
    moves = MoveList().move("bid", ["a", "b"], ["go", "stop"])
    builder = CaseBuilder("Turns").actor("a").actor("b").rounds("year", 2, moves)
    case = builder.stake("a", 1, when="made(bid, b)").build()
    assert compile_case(case).game.payoffs[0].tolist() == [1, 1, 1, 1]


def test_the_game_in_words_says_who_takes_turns_and_who_sees_what() -> None:
    words = " ".join(words_text(parse_case(TEXT)).split())
    assert "Bid: in turn, one a round, A, B and C choose “go” or “stop”." in words
    assert (
        "The public sees it; A, B and C see it in their own rounds; "
        "C sees only whether it is made." in words
    )
    assert "B and C choose without knowing A’s aim" in words
    assert "bid is made by A" in words


def test_who_never_comes_to_his_turn_is_told_of() -> None:
    text = TEXT.replace("range: [1, 6]", "range: [1, 2]").replace("value: 5", "value: 2")
    text = text.replace("made(bid[3], c)", "made(bid, c)").replace("bid[4]", "bid[2]")
    found = [f for f in check_case(parse_case(text)) if f.code == "never"]
    assert [(f.severity, f.message) for f in found] == [
        ("warning", "it is never the turn of 'c' in 'bid'")
    ]


def test_a_game_alone_knows_who_made_what() -> None:
    game = compile_case(parse_case(TEXT)).game
    assert game.histories is not None
    bid = env_of(game.histories).scope.variables["bid"]
    assert (bid.by, bid.seen_by) == (("a", "b", "c", "a", "b"), ("public",))
    assert read(solve(game, precision=1), "made(bid[2], b)").probability == pytest.approx(1)


def test_a_probe_binds_the_rounds_of_one_maker() -> None:
    case = parse_case(
        TEXT.replace("actors: {a: {aims", "actors: {z: {aims: {p: 0.5, q: rest}}, a: {aims")
    )
    assert {p.by for p in read_case(case).probes if p.move == "bid"} == {"a", "b", "c"}
