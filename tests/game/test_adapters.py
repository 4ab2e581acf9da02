"""Games of OpenSpiel and Gambit, taken over."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from lackmus.foundation.errors import UsageError
from lackmus.game.adapters import from_pygambit, from_pyspiel
from lackmus.game.efg_writer import write_efg
from lackmus.game.game import Game
from lackmus.testing.trees import random_tree


def dense(text: str) -> str:
    """The tree with each mover's infosets numbered from 1 on, as OpenSpiel asks."""
    seen: dict[str, dict[str, int]] = {}

    def numbered(found: re.Match[str]) -> str:
        of = seen.setdefault(found[1], {})
        return f"{found[1]} {of.setdefault(found[2], len(of) + 1)}"

    return re.sub(r'(?m)^(c ".*?"|p ".*?" \d+) (\d+)', numbered, text)


def moves(game: Game, order: Iterable[int]) -> list[tuple[int, list[str]]]:
    """Who moves at infosets, and what the actions are called."""
    first, names = game.first_action, game.labels.actions
    return [
        (int(game.infoset_player[i]), list(names[first[i] : first[i + 1]]))
        for i in order
        if game.infoset_player[i] >= 0
    ]


@pytest.mark.parametrize("seed", range(6))
def test_a_tree_comes_back_from_openspiel(seed: int) -> None:
    pyspiel: Any = pytest.importorskip("pyspiel")
    game = random_tree(seed, players=2 + seed % 2, depth=4)
    back = from_pyspiel(pyspiel.load_efg_game(dense(write_efg(game))))
    assert back.first_child.tolist() == game.first_child.tolist()
    assert back.payoffs.tolist() == game.payoffs.tolist()
    assert back.exact is not None
    assert game.exact is not None
    assert sorted(back.exact.chance) == sorted(game.exact.chance)
    ours, theirs = zip(*sorted(set(zip(game.infoset, back.infoset, strict=True))), strict=True)
    assert len(set(ours)) == len(set(theirs)) == len(ours)
    assert moves(back, theirs[1:]) == moves(game, ours[1:])


def test_kuhn_poker_of_openspiel() -> None:
    pyspiel: Any = pytest.importorskip("pyspiel")
    game = from_pyspiel(pyspiel.load_game("kuhn_poker"))
    assert (game.n_infosets, game.n_terminals) == (12, 30)
    assert game.perfect_recall
    assert game.exact is not None
    assert np.all(game.payoffs.sum(axis=0) == 0)
    assert set(game.exact.chance) == {Fraction(1, 3), Fraction(1, 2)}
    assert set(game.labels.actions[: game.n_actions]) == {"Pass", "Bet"}
    assert (game.title, game.players) == ("kuhn_poker()", ("Player 0", "Player 1"))


def test_simultaneous_moves_are_refused_with_advice() -> None:
    pyspiel: Any = pytest.importorskip("pyspiel")
    with pytest.raises(UsageError, match="convert_to_turn_based"):
        from_pyspiel(pyspiel.load_game("matrix_pd"))
    turned = from_pyspiel(pyspiel.convert_to_turn_based(pyspiel.load_game("matrix_pd")))
    assert turned.n_infosets == 2


def test_what_does_not_tell_states_apart_is_refused() -> None:
    pyspiel: Any = pytest.importorskip("pyspiel")
    with pytest.raises(UsageError, match="does not say what its players can tell apart"):
        from_pyspiel(pyspiel.load_game("catch"))


def test_a_mean_field_is_refused() -> None:
    pyspiel: Any = pytest.importorskip("pyspiel")
    with pytest.raises(UsageError, match="mean field"):
        from_pyspiel(pyspiel.load_game("mfg_crowd_modelling"))


def test_a_walk_is_bounded() -> None:
    pyspiel: Any = pytest.importorskip("pyspiel")
    with pytest.raises(UsageError, match="more than 50 nodes"):
        from_pyspiel(pyspiel.load_game("kuhn_poker"), most=50)


def test_trees_and_tables_of_gambit() -> None:
    gbt: Any = pytest.importorskip("pygambit")
    game = random_tree(3, players=2)
    theirs = gbt.read_efg(io.BytesIO(write_efg(game).encode()))
    back = from_pygambit(theirs)
    assert back.first_child.tolist() == game.first_child.tolist()
    assert back.payoffs.tolist() == game.payoffs.tolist()
    table = gbt.StrategicGame.from_arrays(np.array([[1, 2], [3, 4]]), np.array([[0, 1], [1, 0]]))
    assert from_pygambit(table).payoffs.tolist() == [[1, 2, 3, 4], [0, 1, 1, 0]]


def test_numbers_and_names_of_gambit_stay_as_they_are() -> None:
    gbt: Any = pytest.importorskip("pygambit")
    table = gbt.StrategicGame.from_arrays(np.array([[gbt.Rational(1, 3), 0]]), np.array([[0, 2]]))
    game = from_pygambit(table)
    assert game.exact is not None
    assert game.exact.payoffs[0][0] == Fraction(1, 3)
    assert game.title == table.title
    table.title = "two cells"
    assert from_pygambit(table).title == "two cells"
