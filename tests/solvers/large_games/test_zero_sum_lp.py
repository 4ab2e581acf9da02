"""Zero-sum games, against known values, Gambit and the other methods."""

from __future__ import annotations

import io
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import some

from lackmus.foundation.errors import SolveError
from lackmus.game.adapters import from_pyspiel
from lackmus.game.assemble import assemble
from lackmus.game.efg_writer import write_efg
from lackmus.game.game import Exact, Game
from lackmus.solvers.enumeration.lemke import solve_lemke
from lackmus.solvers.large_games.zero_sum_lp import is_zero_sum, solve_zero_sum_lp
from lackmus.testing.classics import CARD, PENNIES, SEXES, classic
from lackmus.testing.trees import random_tree


def zero_sum(seed: int, *, depth: int = 4, total: int = 0) -> Game:
    """A random tree with the second player's payoffs replaced."""
    game = random_tree(seed, depth=depth)
    assert game.exact is not None
    first = game.exact.payoffs[0]
    second = tuple(total - x for x in first)
    columns = {
        name: getattr(game, name)
        for name in (
            "infoset",
            "first_child",
            "level",
            "infoset_player",
            "first_action",
            "terminal",
        )
    }
    return Game(
        title=game.title,
        players=game.players,
        chance=game.chance,
        payoffs=[[float(x) for x in row] for row in (first, second)],  # type: ignore[arg-type]
        labels=game.labels,
        exact=type(game.exact)((first, second), game.exact.chance),
        **columns,
    )


def test_kuhn_poker() -> None:
    """Kuhn (1950): the value is −1/18."""
    pyspiel: Any = pytest.importorskip("pyspiel")
    best = solve_zero_sum_lp(from_pyspiel(pyspiel.load_game("kuhn_poker"))).best
    assert best.payoffs[0] == pytest.approx(-1 / 18, abs=1e-12)
    assert best.certificate.exact


def test_leduc_poker() -> None:
    """OpenSpiel's own test gives −0.0856 as the value."""
    pyspiel: Any = pytest.importorskip("pyspiel")
    best = solve_zero_sum_lp(from_pyspiel(pyspiel.load_game("leduc_poker"))).best
    assert best.payoffs[0] == pytest.approx(-0.085606, abs=1e-6)
    assert "nash" in best.certificate.concepts


@settings(max_examples=some(25), deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0, 7]))
def test_the_value_is_that_of_lemke(seed: int, total: int) -> None:
    game = zero_sum(seed, total=total)
    best = solve_zero_sum_lp(game).best
    assert "nash" in best.certificate.concepts
    assert best.payoffs == pytest.approx(solve_lemke(game).best.payoffs)


@pytest.mark.parametrize("seed", range(10))
def test_the_value_is_gambits(seed: int) -> None:
    gbt: Any = pytest.importorskip("pygambit")
    game = zero_sum(seed)
    theirs = gbt.read_efg(io.BytesIO(write_efg(game).encode()))
    equilibrium = gbt.nash.lp_solve(theirs, rational=True).equilibrium
    value = Fraction(str(equilibrium.payoffs[next(iter(theirs.players))]))
    assert solve_zero_sum_lp(game).best.payoffs[0] == pytest.approx(float(value))


def test_the_card_game_is_exact() -> None:
    best = solve_zero_sum_lp(classic(CARD)).best
    assert best.exact_strategy is not None
    assert best.exact_strategy[:6] == tuple(map(Fraction, ("1", "0", "1/3", "2/3", "2/3", "1/3")))


def test_what_is_zero_sum() -> None:
    assert is_zero_sum(classic(PENNIES))
    assert not is_zero_sum(classic(SEXES))
    with pytest.raises(SolveError, match="constant sum"):
        solve_zero_sum_lp(classic(SEXES))


def test_a_game_without_moves() -> None:
    game = assemble("nothing", ["A", "B"], [], [-1], [(Fraction(2), Fraction(-2))])
    assert solve_zero_sum_lp(game).best.payoffs.tolist() == [2.0, -2.0]


@pytest.mark.parametrize(("unit", "shift"), [("1/1000000000000", 0), ("1", 10**12), (10**15, 0)])
def test_the_unit_and_origin_of_payoffs_change_nothing(unit: int | str, shift: int) -> None:
    usual = zero_sum(3)
    assert usual.exact is not None
    scale = Fraction(unit)
    rows = tuple(
        tuple(scale * x + sign * shift for x in row)
        for sign, row in zip((1, -1), usual.exact.payoffs, strict=True)
    )
    payoffs = np.array([[float(x) for x in row] for row in rows])
    game = replace(usual, payoffs=payoffs, exact=Exact(rows, usual.exact.chance))
    one, other = solve_zero_sum_lp(usual), solve_zero_sum_lp(game)
    assert other.status.code == "converged"
    assert other.best.exact_strategy == one.best.exact_strategy
