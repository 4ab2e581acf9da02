"""Games of OpenSpiel and Gambit, taken over."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lackmus.foundation.errors import UsageError
from lackmus.game.adapters import from_pygambit, from_pyspiel
from lackmus.game.efg_writer import write_efg
from lackmus.testing.trees import random_tree


def test_kuhn_poker_of_openspiel() -> None:
    pyspiel: Any = pytest.importorskip("pyspiel")
    game = from_pyspiel(pyspiel.load_game("kuhn_poker"))
    assert (game.n_infosets, game.n_terminals) == (12, 30)
    assert game.perfect_recall
    assert game.exact is not None
    assert np.all(game.payoffs.sum(axis=0) == 0)


def test_simultaneous_moves_are_refused_with_advice() -> None:
    pyspiel: Any = pytest.importorskip("pyspiel")
    with pytest.raises(UsageError, match="convert_to_turn_based"):
        from_pyspiel(pyspiel.load_game("matrix_pd"))
    turned = from_pyspiel(pyspiel.convert_to_turn_based(pyspiel.load_game("matrix_pd")))
    assert turned.n_infosets == 2


def test_a_walk_is_bounded() -> None:
    pyspiel: Any = pytest.importorskip("pyspiel")
    with pytest.raises(UsageError, match="more than 50 nodes"):
        from_pyspiel(pyspiel.load_game("kuhn_poker"), most=50)


def test_trees_and_tables_of_gambit() -> None:
    gbt: Any = pytest.importorskip("pygambit")
    import io

    game = random_tree(3, players=2)
    theirs = gbt.read_efg(io.BytesIO(write_efg(game).encode()))
    assert from_pygambit(theirs).n_nodes == game.n_nodes
    table = gbt.StrategicGame.from_arrays(np.array([[1, 2], [3, 4]]), np.array([[0, 1], [1, 0]]))
    assert from_pygambit(table).payoffs.tolist() == [[1, 2, 3, 4], [0, 1, 1, 0]]
