"""Gambit's strategic-form files, and strategic forms of trees."""

from __future__ import annotations

import contextlib
import io
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import some

from lackmus.foundation.errors import FormatError
from lackmus.game.efg_writer import write_efg
from lackmus.game.nfg import parse_nfg, read_nfg, write_nfg
from lackmus.testing.trees import random_matrix, random_tree

gbt: Any = pytest.importorskip("pygambit")

HEAD = 'NFG 1 R "x" { "A" "B" } '


def test_the_first_player_varies_fastest() -> None:
    game = parse_nfg(HEAD + '{ 2 3 }\n"a comment"\n1 2 3 4 5 6 7 8 9 10 11 12')
    assert game.exact is not None
    assert game.exact.payoffs[0] == tuple(map(Fraction, (1, 5, 9, 3, 7, 11)))


def test_strategies_may_have_names_and_outcomes_numbers() -> None:
    game = parse_nfg(
        HEAD + '{ { "up" "up" } { "left" "right" } }\n"" { { "one" 1/2, 2 } { "" 3 4 } } 1 2 0 1'
    )
    assert tuple(game.labels.actions) == ("up", "up (2)", "left", "right")
    assert game.payoffs.tolist() == [[0.5, 0, 3, 0.5], [2, 0, 4, 2]]


def test_strategic_games_move_unseen() -> None:
    game = random_matrix(1, (2, 3, 2))
    assert game.n_infosets == 3
    assert game.n_terminals == 12
    assert game.perfect_recall


@settings(max_examples=some(40), deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(1, 4), min_size=1, max_size=3))
def test_what_is_written_is_read_back(seed: int, shape: list[int]) -> None:
    text = write_nfg(random_matrix(seed, tuple(shape)))
    assert write_nfg(parse_nfg(text)) == text


@pytest.mark.parametrize("seed", range(8))
def test_gambit_makes_the_same_strategic_form(seed: int) -> None:
    game = random_tree(seed, players=2, depth=3)
    mine = parse_nfg(write_nfg(game))
    theirs = gbt.read_efg(io.BytesIO(write_efg(game).encode()))
    assert sorted(len(theirs.get_strategies(player)) for player in theirs.players) == sorted(
        len(mine.actions_of(i)) for i in range(mine.n_infosets)
    )
    ours = sorted(zip(*mine.exact.payoffs, strict=True)) if mine.exact else []
    read = gbt.read_nfg(io.BytesIO(write_nfg(game).encode()))
    gambits = sorted(
        tuple(Fraction(str(pays[player])) for player in read.players)
        for profile in read.contingencies
        for pays in (read.get_payoffs(profile),)
    )
    assert ours == gambits


FAULTY = {
    "empty": ("", "1:1", "nfg-header"),
    "a tree": ('EFG 2 R "x" { "A" }', "1:1", "nfg-header"),
    "too few payoffs": (HEAD + "{ 2 2 } 1 2 3", "1:37", "nfg-payoffs"),
    "no number": (HEAD + "{ 1 1 } 1 y", "1:35", "nfg-number"),
    "no strategies": (HEAD + "{ 1 0 } 1", "1:29", "nfg-strategies"),
    "too few players": (HEAD + "{ 1 } 1 1", "1:25", "nfg-strategies"),
    "no such outcome": (HEAD + '{ 1 1 } { { "" 1 2 } } 3', "1:48", "nfg-outcome"),
    "outcome too short": (HEAD + '{ 1 1 } { { "" 1 } } 1', "1:35", "nfg-outcome"),
    "brace left open": (HEAD + "{ 2 2 1 2 3", "1:35", "nfg-structure"),
    "names unquoted": ('NFG 1 R "x" { A B } { 1 1 } 1 2', "1:15", "nfg-structure"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_faults_have_a_place(name: str) -> None:
    text, place, code = FAULTY[name]
    with pytest.raises(FormatError) as caught:
        parse_nfg(text, "f.nfg")
    assert caught.value.faults[0].code == code
    assert str(caught.value.faults[0].span) == f"f.nfg:{place}"


@settings(max_examples=some(100), deadline=None)
@given(st.data())
def test_a_damaged_file_never_makes_a_traceback(data: st.DataObject) -> None:
    text = write_nfg(random_matrix(data.draw(st.integers(0, 20)), (2, 3)))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    patch = data.draw(st.text(st.sampled_from('{}" \n012/\\,x'), max_size=4))
    with contextlib.suppress(FormatError):
        parse_nfg(text[:start] + patch + text[end:])


def test_a_missing_file_is_a_fault() -> None:
    with pytest.raises(FormatError, match="cannot read"):
        read_nfg("no/such/file.nfg")
