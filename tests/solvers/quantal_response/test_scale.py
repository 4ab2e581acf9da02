"""Payoffs in money, or in other units for each player: solved, or told."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import brentq

from lackmus.game.game import Game
from lackmus.game.nfg import parse_nfg
from lackmus.solution.draws import certified
from lackmus.solvers.quantal_response.logit import solve_limit, solve_logit
from lackmus.solvers.quantal_response.plays import play_many
from lackmus.testing.classics import HORSE, classic

F = Fraction

#: Row gains 3 against -1, column 1 against 4, in opposite cells.
_ROW, _COLUMN = ((3, 0), (0, 1)), ((0, 4), (1, 0))


def pennies(row: Fraction, column: Fraction) -> Game:
    """Asymmetric matching pennies, each player's payoffs in units of his own."""
    cells = [(i, j) for j in (0, 1) for i in (0, 1)]
    payoffs = " ".join(f"{_ROW[i][j] * row} {_COLUMN[i][j] * column}" for i, j in cells)
    return parse_nfg(f'NFG 1 R "pennies" {{ "r" "c" }} {{ 2 2 }} "" {payoffs}')


def closed_form(row: float, column: float) -> tuple[float, float]:
    """The logit equilibrium at λ = 1 by a root in one unknown, in log odds of the row player."""

    def logistic(x: float) -> float:
        return 1.0 / (1.0 + math.exp(-x)) if x > -700.0 else 0.0

    def left(p: float) -> float:
        return logistic(column * ((1 - p) - 4 * p))

    def gap(p: float) -> float:
        return math.log(p / (1 - p)) - row * (3 * left(p) - (1 - left(p)))

    p = float(brentq(gap, 1e-12, 1 - 1e-12, xtol=1e-16, rtol=1e-15))
    return p, left(p)


@pytest.mark.parametrize("row", [1, 10**3, 10**6, 10**8, 10**11])
@pytest.mark.parametrize("column", [1, 10**3, 10**6])
def test_units_of_each_player_hinder_nothing(row: int, column: int) -> None:
    game = pennies(F(row), F(column))
    found = solve_logit(game, 1.0)
    assert found.status.good
    assert "agent logit QRE" in found.best.certificate.concepts
    assert not found.ended_short
    p, q = closed_form(row, column)
    assert found.best.strategy[0] == pytest.approx(p, abs=1e-6)
    assert found.best.strategy[2] == pytest.approx(q, abs=1e-6 if column == 1 else 1e-3)
    every = play_many(game, game.payoffs[None].copy(), np.zeros((1, 0)), np.ones(1))
    assert not every.failed.any()
    assert certified(game, every, np.ones(1)).all()


def test_large_payoffs_of_both_are_followed() -> None:
    found = solve_logit(pennies(F(10**12), F(10**12)), 1.0)
    assert found.status.good
    assert "agent logit QRE" in found.best.certificate.concepts
    assert found.best.strategy == pytest.approx([0.2, 0.8, 0.25, 0.75], abs=1e-9)


def test_what_floats_cannot_carry_is_not_called_found() -> None:
    game = pennies(F(10**18), F(10**18))
    found = solve_logit(game, 1.0)
    assert found.ended_short
    assert "more than floating-point numbers can carry" in found.status.advice
    assert "agent logit QRE" not in found.best.certificate.concepts
    # Both are indifferent there, so far as floats can tell.
    assert found.best.strategy == pytest.approx([0.2, 0.8, 0.25, 0.75], abs=1e-9)
    draws = play_many(game, game.payoffs[None].copy(), np.zeros((1, 0)), np.ones(1))
    assert not certified(game, draws, np.ones(1)).any()


@pytest.mark.parametrize("unit", [1, 10**6])
def test_the_limit_is_certified_in_fractions_whatever_the_units(unit: int) -> None:
    cells = ((3, 3), (2, 2), (0, 3), (3, 2), (5, 6), (6, 1))
    payoffs = " ".join(f"{a} {b * unit}" for a, b in cells)
    game = parse_nfg(f'NFG 1 R "ratio" {{ "r" "c" }} {{ 3 2 }} "" {payoffs}')
    found = solve_limit(game)
    assert found.status.good
    assert found.best.certificate.exact
    assert "sequential" in found.best.certificate.concepts
    assert found.best.exact_strategy == (F(0), F(1, 3), F(2, 3), F(1, 3), F(2, 3))


def test_what_decays_like_one_over_precision_is_nought_in_the_limit() -> None:
    found = solve_limit(classic(HORSE))
    assert found.best.certificate.exact
    assert found.best.profile["3"]["1"]["L"] == 0


@pytest.mark.parametrize(
    ("bonus", "forked"), [(0.0, True), (1e-9, True), (2e-5, False), (-2e-5, False)]
)
def test_a_fork_is_told_of_each_draw(bonus: float, forked: bool) -> None:  # noqa: FBT001
    """Two who want to meet, nearly indifferent where: the sign of the bonus picks the arm."""
    game = parse_nfg('NFG 1 R "meet" { "e" "w" } { 2 2 } "" 1 1 0 0 0 0 1 1')
    payoffs = game.payoffs.copy()
    payoffs[0, np.flatnonzero(payoffs[0] == 1)[0]] += bonus
    found = play_many(game, payoffs[None], np.zeros((1, 0)), np.array([3.0]))
    assert found.forked.tolist() == [forked]
    share = found.strategy[0, 0]
    assert (share == pytest.approx(0.5)) if forked else ((share > 0.9) == (bonus > 0))
