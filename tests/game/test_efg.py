"""Gambit's extensive-form files: every construct, round trips, faults with their places."""

from __future__ import annotations

import contextlib
import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import some

from lackmus.foundation.errors import FormatError, UsageError
from lackmus.game.adapters import from_pygambit
from lackmus.game.assemble import Infoset, assemble, distinct
from lackmus.game.efg import parse_efg, read_efg
from lackmus.game.efg_writer import write_efg
from lackmus.game.game import Game
from lackmus.game.source import accepted, renamed
from lackmus.solvers.solve import solve
from lackmus.testing.trees import random_tree

gbt: Any = pytest.importorskip("pygambit")

HEAD = 'EFG 2 R "x" { "A" "B" }\n""\n'


def same(one: Game, other: Game) -> bool:
    columns = ("infoset", "first_child", "level", "infoset_player", "first_action", "terminal")
    assert one.exact is not None
    assert other.exact is not None
    return (
        all(np.array_equal(getattr(one, c), getattr(other, c)) for c in columns)
        and one.exact.payoffs == other.exact.payoffs
        and one.exact.chance == other.exact.chance
        and tuple(one.labels.actions) == tuple(other.labels.actions)
        and tuple(one.labels.infosets) == tuple(other.labels.infosets)
        and (one.title, one.players) == (other.title, other.players)
    )


def test_numbers_are_exact() -> None:
    game = parse_efg(
        HEAD + 'c "" 1 "" { "l" 1/3 "m" 0.1 "r" 17/30 } 0\n'
        't "" 1 "" { 1/3, -0.25 }\nt "" 2 "" { .5 1e-3 }\nt "" 3 "" { +2. , -1E2 }\n'
    )
    assert game.exact is not None
    assert game.exact.chance == (Fraction(1, 3), Fraction(1, 10), Fraction(17, 30))
    assert game.exact.payoffs == (
        (Fraction(1, 3), Fraction(1, 2), Fraction(2)),
        (Fraction(-1, 4), Fraction(1, 1000), Fraction(-100)),
    )


def test_chance_that_nearly_sums_to_one_is_made_to() -> None:
    game = parse_efg(
        HEAD + 'c "" 1 { "l" 0.3333333333 "m" 0.3333333333 "r" 0.3333333334 } 0\n' + 't "" 0\n' * 3
    )
    assert game.exact is not None
    assert sum(game.exact.chance) == 1


def test_payoffs_on_the_way_are_added() -> None:
    game = parse_efg(
        HEAD + 'p "" 1 1 "" { "a" "b" } 1 "bonus" { 1, 1/3 }\n'
        't "" 1\np "" 2 7 "" { "c" } 2 "" { 10 0 }\nt "" 0\n'
    )
    assert game.exact is not None
    assert game.exact.payoffs == (
        (Fraction(2), Fraction(11)),
        (Fraction(2, 3), Fraction(1, 3)),
    )


def test_definitions_are_given_once_and_even_late() -> None:
    game = parse_efg(
        HEAD + 'c "" 1 { "l" 1/2 "r" 1/2 } 0\np "" 2 5 0\nt "" 1\nt "" 2\n'
        'p "" 2 5 "late" { "x" "y" } 0\nt "" 1 "" { 1 2 }\nt "" 2 "" { 3 4 }\n'
    )
    assert game.n_infosets == 1
    assert tuple(game.labels.infosets) == ("5", "1")
    assert game.payoffs.tolist() == [[1, 3, 1, 3], [2, 4, 2, 4]]


def test_infosets_are_keyed_by_their_number_per_player() -> None:
    game = parse_efg(
        HEAD + 'p "" 2 9 "named" { "a" "b" } 0\np "" 1 9 { "c" } 0\nt "" 0\n'
        'p "" 2 3 { "d" } 0\nt "" 0\n'
    )
    assert list(zip(game.infoset_player.tolist(), game.labels.infosets, strict=True)) == [
        (0, "9"), (1, "3"), (1, "9"),
    ]  # fmt: skip


def test_labels_may_repeat_or_be_missing() -> None:
    game = parse_efg(
        'EFG 2 D "x" { "A" "A" "" }\n' + 'p "" 1 1 { "x" "x" "" "3" } 0\n' + 't "" 0\n' * 4
    )
    assert game.players == ("A", "A (2)", "3")
    assert tuple(game.labels.actions) == ("x", "x (2)", "3 (2)", "3")


def test_quotes_and_comments() -> None:
    game = parse_efg(
        'EFG 2 R "a \\"quoted\\" {title}" { "A\\"B" }\n"a comment\nof { two } lines"\n'
        'p "n" 1 1 "i" { "{ }" "back\\\\slash" } 0 t "" 0 t "" 0'
    )
    assert game.title == 'a "quoted" {title}'
    assert game.players == ('A"B',)
    assert tuple(game.labels.actions) == ("{ }", "back\\slash")


def test_chance_nodes_may_share_an_infoset() -> None:
    text = (
        HEAD
        + 'p "" 1 1 { "a" "b" } 0\n'
        + 'c "" 4 { "l" 1/2 "r" 1/2 } 0\np "" 2 1 { "c" "d" } 0\nt "" 0\nt "" 0\nt "" 0\n'
        + 'c "" 4 0\np "" 2 1 0\nt "" 0\nt "" 0\nt "" 0\n'
    )
    game = parse_efg(text)
    assert len(game.chance) == 2
    assert game.perfect_recall


def test_a_single_terminal_is_a_game() -> None:
    game = parse_efg(HEAD + 't "" 1 "" { 1 2 }')
    assert (game.n_nodes, game.n_actions) == (1, 0)
    assert same(game, parse_efg(write_efg(game)))


@settings(max_examples=some(60), deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 5))
def test_what_is_written_is_read_back(seed: int, players: int, depth: int) -> None:
    once = parse_efg(write_efg(random_tree(seed, players=players, depth=depth)))
    assert same(once, parse_efg(write_efg(once)))


@settings(max_examples=some(200), deadline=None)
@given(
    st.text(max_size=20),
    st.lists(st.text(st.sampled_from("ab\\\" \t\n\x1b\u2028{}") | st.characters(), max_size=8),
             min_size=1, max_size=3),
)  # fmt: skip
def test_any_name_is_written_so_that_gambit_reads_the_same(title: str, names: list[str]) -> None:
    quoted = " ".join('"' + n.replace("\\", "\\\\").replace('"', '\\"') + '"' for n in names)
    heading = title.replace("\\", "\\\\").replace('"', '\\"')
    text = f'EFG 2 R "{heading}" {{ "A" }} p "" 1 1 {{ {quoted} }} 0 ' + 't "" 0 ' * len(names)
    game = parse_efg(text)
    assert game.title == title
    assert tuple(game.labels.actions) == distinct(names)
    written = write_efg(game)
    assert same(parse_efg(written), from_pygambit(gbt.read_efg(io.BytesIO(written.encode()))))
    assert write_efg(parse_efg(written)) == written
    assert {old for old, _ in renamed(game)} == {
        name for name in (title, *game.labels.actions) if accepted(name) != name
    }


@pytest.mark.parametrize(
    ("name", "written"),
    [("A\\b", "A\\b"), ("A\\", "A/"), ("A\\\\b", "A/\\b"), ("two  words", "two words"),
     (" x ", "x"), ("a\nb", "a b"), ("a\x01b", "a\ufffdb"), ('a"b', 'a"b'), ('a\\"b', 'a/"b')],
)  # fmt: skip
def test_names_are_the_nearest_that_gambit_takes(name: str, written: str) -> None:
    assert accepted(name) == written


@pytest.mark.parametrize(
    "chance",
    [(1 / 3, 1 / 3, 1 / 3), (0.1, 0.2, 0.7), (1e-9, 0.5, 0.5 - 1e-9), (0.0, 0.25, 0.75),
     (0.123456789123, 0.4, 1 - 0.4 - 0.123456789123)],
)  # fmt: skip
def test_inexact_chance_is_written_so_that_it_sums_to_one(chance: tuple[float, ...]) -> None:
    infoset = Infoset(-1, "1", ("a", "b", "c"), chance)
    game = assemble("x", ("A",), [infoset], [0, -1, -1, -1], [(0.5,), (1.0,), (2.0,)])
    assert game.exact is None
    text = write_efg(game)
    back = parse_efg(text)
    assert back.chance == pytest.approx(chance, abs=1e-15)
    assert from_pygambit(gbt.read_efg(io.BytesIO(text.encode()))).chance == pytest.approx(chance)


def test_infosets_whose_numbers_gambit_cannot_read_are_numbered_anew() -> None:
    text = HEAD + 'p "" 1 2147483648 { "a" "b" } 0\nt "" 0\nt "" 0'
    written = write_efg(parse_efg(text))
    assert 'p "" 1 1 "2147483648"' in written
    assert from_pygambit(gbt.read_efg(io.BytesIO(written.encode()))).n_infosets == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_the_mark_says_how_a_file_is_written(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "x.efg"
    path.write_text('EFG 2 R "Größe 危" { "A" }\r\nt "" 0', encoding=encoding, newline="")
    assert read_efg(path).title == "Größe 危"


def test_utf_16_without_a_mark_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.efg"
    path.write_bytes('EFG 2 R "x" { "A" } t "" 0'.encode("utf-16-le"))
    with pytest.raises(FormatError, match="UTF-16 without a mark"):
        read_efg(path)


def test_a_game_without_players_is_told() -> None:
    game = parse_efg('EFG 2 R "x" { }\nc "" 1 "" { "a" 1/2 "b" 1/2 } 0\nt "" 0\nt "" 0')
    for every in (False, True):
        with pytest.raises(UsageError, match="no players"):
            solve(game, every=every)


@pytest.mark.parametrize("seed", range(12))
def test_gambit_reads_what_we_write(seed: int) -> None:
    game = random_tree(seed, players=3, depth=4)
    theirs = gbt.read_efg(io.BytesIO(write_efg(game).encode()))
    assert tuple(theirs.players) == game.players
    assert sum(len(theirs.get_infosets(p)) for p in theirs.players) == game.n_infosets
    back = parse_efg(theirs.to_efg())
    assert back.n_nodes == game.n_nodes
    assert game.exact is not None
    assert back.exact is not None
    assert back.exact.payoffs == game.exact.payoffs


@pytest.mark.shared
def test_the_sample_trees_are_read_whole(shared: Path) -> None:
    counts = {path.stem: read_efg(path).n_actions for path in (shared / "games").glob("*.efg")}
    assert counts["summit_full"] == 108
    assert counts["growth_R4"] == 6216


END = '\nt "" 0\nt "" 0'
NODE = 'p "" 1 1 { "a" "b" } 0\n'
FAULTY = {
    "empty": ("", "1:1", "efg-header"),
    "another format": ('NFG 1 R "x" { "A" }', "1:1", "efg-header"),
    "an older edition": ('EFG 1 R "x" { "A" }', "1:1", "efg-header"),
    "no nodes": (HEAD, "2:2", "efg-tree"),
    "too few nodes": (HEAD + NODE + 't "" 0\n', "4:6", "efg-tree"),
    "too many nodes": (HEAD + NODE + 't "" 0\n' * 3, "6:1", "efg-tree"),
    "no such player": (HEAD + 'p "" 3 1 { "a" } 0\nt "" 0', "3:6", "efg-player"),
    "player zero": (HEAD + 'p "" 0 1 { "a" } 0\nt "" 0', "3:6", "efg-player"),
    "a payoff that is no number": (HEAD + 't "" 1 "" { 1, x }', "3:16", "efg-number"),
    "a division by zero": (HEAD + 't "" 1 "" { 1/0, 2 }', "3:13", "efg-number"),
    "beyond a float": (HEAD + 't "" 1 "" { 1e999, 2 }', "3:13", "efg-number"),
    "too many payoffs": (HEAD + 't "" 1 "" { 1 2 3 }', "3:12", "efg-outcome"),
    "payoffs of no outcome": (HEAD + 't "" 0 "" { 1 2 }', "3:12", "efg-outcome"),
    "outcome undefined": (HEAD + 't "" 4', "3:1", "efg-outcome"),
    "outcome defined twice": (
        HEAD + NODE + 't "" 1 { 1 2 }\nt "" 1 { 2 1 }', "5:9", "efg-outcome",
    ),
    "infoset undefined": (HEAD + 'p "" 1 1 0\nt "" 0', "3:1", "efg-infoset"),
    "infoset without actions": (HEAD + 'p "" 1 1 { } 0\nt "" 0', "3:10", "efg-infoset"),
    "infoset of two minds": (
        HEAD + NODE + 'p "" 1 1 { "a" } 0\nt "" 0\nt "" 0', "4:11", "efg-infoset",
    ),
    "actions in another order": (
        HEAD + NODE + 'p "" 1 1 { "b" "a" } 0' + END + '\nt "" 0', "4:11", "efg-infoset",
    ),
    "other names of actions": (
        HEAD + NODE + 'p "" 1 1 { "a" "c" } 0' + END + '\nt "" 0', "4:11", "efg-infoset",
    ),
    "unquoted action": (HEAD + 'p "" 1 1 { a } 0\nt "" 0', "3:12", "efg-action"),
    "chance sums to less": (HEAD + 'c "" 1 { "l" 1/2 "r" 1/3 } 0' + END, "3:9", "efg-chance"),
    "chance is negative": (HEAD + 'c "" 1 { "l" -1/2 "r" 3/2 } 0' + END, "3:14", "efg-chance"),
    "chance without number": (HEAD + 'c "" 1 { "l" 1/2 "r" } 0' + END, "3:18", "efg-chance"),
    "brace left open": (HEAD + 'p "" 1 1 { "a" "b" 0\nt "" 0\nt "" 0', "3:10", "efg-node"),
    "quote left open": (HEAD + 'p "" 1 1 "i { "a" "b" } 0\nt "" 0', "3:16", "efg-node"),
    "name forgotten": (HEAD + 'p 1 1 { "a" } 0\nt "" 0', "3:3", "efg-node"),
    "outcome forgotten": (HEAD + 'p "" 1 1 { "a" }\nt "" 0', "4:1", "efg-node"),
    "unknown kind": (HEAD + 'x "" 1\n', "3:1", "efg-node"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTY)
def test_faults_have_a_place(name: str) -> None:
    text, place, code = FAULTY[name]
    with pytest.raises(FormatError) as caught:
        parse_efg(text, "f.efg")
    first = caught.value.faults[0]
    assert first.code == code
    assert str(first.span) == f"f.efg:{place}"


def test_all_faults_come_at_once() -> None:
    text = HEAD + 'p "" 3 1 { "a" "b" } 0\nt "" 1 { 1, x }\nt 2\nt "" 3 { 1 2 3 }\n'
    with pytest.raises(FormatError) as caught:
        parse_efg(text, "f.efg")
    assert [f.code for f in caught.value.faults] == [
        "efg-player", "efg-number", "efg-node", "efg-outcome",
    ]  # fmt: skip


@settings(max_examples=some(150), deadline=None)
@given(st.data())
def test_a_damaged_file_never_makes_a_traceback(data: st.DataObject) -> None:
    text = write_efg(random_tree(data.draw(st.integers(0, 50)), depth=3))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 20)))
    patch = data.draw(st.text(st.sampled_from('pct{}" \n012/\\,x'), max_size=4))
    with contextlib.suppress(FormatError):
        parse_efg(text[:start] + patch + text[end:])


def test_a_missing_file_is_a_fault() -> None:
    with pytest.raises(FormatError, match="cannot read"):
        read_efg("no/such/file.efg")


def test_a_text_is_read_as_such() -> None:
    assert read_efg(HEAD + 't "" 0').n_nodes == 1
