"""Arms past a bifurcation against closed forms, symmetry, and Gambit."""

from __future__ import annotations

from io import BytesIO
from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq

from lackmus.foundation.arrays import Floats
from lackmus.game.game import Game
from lackmus.game.nfg import parse_nfg, write_nfg
from lackmus.solution.solution import Solution
from lackmus.solvers.quantal_response.logit import solve_limit, solve_logit
from lackmus.solvers.solve import solve


def strategic(*payoffs: Floats) -> Game:
    """A game from each player's payoffs, an axis a player."""
    players = " ".join(f'"p{i}"' for i in range(len(payoffs)))
    shape = payoffs[0].shape
    cells = product(*(range(n) for n in reversed(shape)))
    numbers = " ".join(str(float(u[cell[::-1]])) for cell in cells for u in payoffs)
    return parse_nfg(f'NFG 1 R "" {{ {players} }} {{ {" ".join(map(str, shape))} }} "" {numbers}')


def meeting(worth: Floats | list[float], players: int = 2) -> Game:
    """All get what the place is worth at which all meet, and nothing where they do not."""
    payoffs = np.zeros((len(worth),) * players)
    for place, value in enumerate(worth):
        payoffs[(place,) * players] = value
    return strategic(*[payoffs] * players)


def profiles(found: Solution) -> Floats:
    """The first player's strategy on the branch and on each arm, in a fixed order."""
    rows = [a.strategy for a in (found.best, *found.arms)]
    return np.array(sorted(rows, key=lambda row: row.round(6).tolist()))


@pytest.mark.parametrize("precision", [2.1, 3.0, 6.0, 40.0])
def test_a_pitchfork_against_its_closed_form(precision: float) -> None:
    """Two meet at one of two places, p = 1/(1 + exp(-λ(2p - 1))): besides 1/2 from λ = 2 on."""
    found = solve_logit(meeting([1, 1]), precision, arms=True)
    assert found.best.strategy == pytest.approx([0.5] * 4)
    assert found.forks.at == pytest.approx([2.0])
    assert found.forks.left == 0
    odds = brentq(lambda x: x - precision * np.tanh(x / 2), 1e-3, 2 * precision)
    p = 1 / (1 + np.exp(-odds))
    assert [a.strategy[0] for a in found.arms] == pytest.approx([p, 1 - p])
    for arm in found.arms:
        assert arm.strategy[:2] == pytest.approx(arm.strategy[2:])
        assert "agent logit QRE" in arm.certificate.concepts
        assert "λ = 2" in arm.notes[-1]


def test_before_the_fork_there_is_none() -> None:
    found = solve_logit(meeting([1, 1]), 1.9, arms=True)
    assert found.forks.at == ()
    assert found.arms == ()
    assert "cross" not in found.status.reason


@pytest.mark.parametrize(("players", "at"), [(2, 2.0), (3, 2.0), (4, 8 / 3)])
def test_any_number_of_players_fork_where_the_slope_is_one(players: int, at: float) -> None:
    """The odds are λ(p^(n-1) - (1-p)^(n-1)), of slope λ(n-1)/2^(n-1) at p = 1/2."""
    found = solve_logit(meeting([1, 1], players), 9.0, arms=True)
    assert found.forks.at == pytest.approx([at])
    assert len(found.arms) == 2


@pytest.mark.parametrize(("places", "arms"), [(2, 2), (3, 6), (4, 14)])
def test_every_set_of_places_has_its_arm(places: int, arms: int) -> None:
    """Equal meeting places: several arms at once, which lead to the sets of places less than all.

    From three on the determinant keeps its sign where n is odd, so that only eigenvalues tell.
    """
    found = solve_limit(meeting([1] * places), arms=True)
    assert found.forks.at == pytest.approx([places])
    own = {tuple((a.strategy[:places] > 1e-6).tolist()) for a in found.arms}
    assert len(found.arms) == len(own) == arms == 2**places - 2
    for arm in found.arms:
        assert "nash" in arm.certificate.concepts


def test_a_stag_hunt_has_no_fork() -> None:
    stag = np.array([[4.0, 0.0], [3.0, 3.0]])
    found = solve_logit(strategic(stag, stag.T), 3.0, arms=True)
    assert found.forks.at == ()
    assert found.arms == ()


@pytest.mark.parametrize("bonus", [1e-9, 1e-6, 1e-5])
def test_a_near_fork_that_was_followed_straight_has_both_continuations(bonus: float) -> None:
    found = solve_logit(meeting([1 + bonus, 1]), 4.0, arms=True)
    assert found.best.strategy[0] == pytest.approx(0.5, abs=1e-4)
    assert sorted(a.strategy[0] for a in found.arms) == pytest.approx(
        [0.021248, 0.978752], abs=1e-5
    )
    near = solve_logit(meeting([1 + bonus, 1, 1]), 4.0, arms=True)
    assert len(near.arms) == 6


def test_chicken_parts_into_who_yields() -> None:
    chicken = np.array([[3.0, 1.0], [4.0, 0.0]])
    found = solve_limit(strategic(chicken, chicken.T), arms=True)
    assert found.best.strategy == pytest.approx([0.5] * 4)
    assert sorted(a.strategy.round(6).tolist() for a in found.arms) == [[0, 1, 1, 0], [1, 0, 0, 1]]


def test_two_games_side_by_side_part_apart_and_together() -> None:
    payoffs = np.zeros((4, 2, 2, 2, 2))
    for a, b, c, d in product(range(2), repeat=4):
        payoffs[:2, a, b, c, d] = a == b
        payoffs[2:, a, b, c, d] = c == d
    found = solve_logit(strategic(*payoffs), 4.0, arms=True)
    assert len(found.arms) == 3 * 3 - 1


def test_an_arm_may_fork_again() -> None:
    """What a second pair gains by meeting depends on whether, and where, the first pair meets."""
    first = np.zeros((2, 2, 2, 2))
    for a, b, c, d in product(range(2), repeat=4):
        first[a, b, c, d] = a == b
    later = np.zeros((2, 2, 2, 2))
    for a, b, c, d in product(range(2), repeat=4):
        later[a, b, c, d] = (c == d) * (0.9 if a == b == 0 else 0.4)
    found = solve_logit(strategic(first, first, later, later), 4.0, arms=True)
    assert found.forks.left == 0
    assert found.forks.at == pytest.approx([2.0, 2 / 0.525])
    assert len(found.arms) == 6


@pytest.mark.parametrize("seed", range(6))
def test_relabelling_players_and_options_permutes_the_arms(seed: int) -> None:
    """Random symmetric coordination: the arms of the relabelled game are the arms relabelled."""
    rng = np.random.default_rng(seed)
    options = int(rng.integers(2, 4))
    mutual = rng.uniform(0, 0.3, (options, options))
    own = np.eye(options) * rng.uniform(1.0, 1.2) + (mutual + mutual.T) / 2 * (seed % 2)
    order = rng.permutation(options)
    # The other player's options are listed in another order, and players change places.
    game = strategic(own, own.T)
    other = strategic(own.T[:, order], own[:, order])
    here, there = (solve_logit(g, 7.0, arms=True) for g in (game, other))
    moved = [
        np.concatenate([a.strategy[options:], a.strategy[:options][order]])
        for a in (here.best, *here.arms)
    ]
    expected = np.array(sorted(moved, key=lambda row: row.round(6).tolist()))
    assert profiles(there) == pytest.approx(expected, abs=1e-7)


def test_units_do_not_change_the_arms() -> None:
    plain = solve_logit(meeting([1, 1]), 3.0, arms=True)
    large = solve_logit(meeting([1e6, 1e6]), 3e-6, arms=True)
    assert large.forks.at == pytest.approx([2e-6])
    assert profiles(large) == pytest.approx(profiles(plain), abs=1e-9)


def test_solve_gives_arms_by_itself_and_says_so() -> None:
    found = solve(meeting([1, 1]), precision=3.0)
    assert len(found.arms) == 2
    assert "crosses other branches at λ = 2" in found.status.reason
    assert "2 arms" in found.status.reason


def test_gambit_takes_an_arm_that_is_one_of_ours() -> None:
    """At a near bifurcation it takes one of the arms, and tells of neither."""
    gambit: Any = pytest.importorskip("pygambit")
    game = meeting([1, 1])
    read = gambit.read_nfg(BytesIO(write_nfg(game).encode()))
    (point,) = gambit.qre.logit_solve_lambda(read, [3.0])
    theirs = [p for mixed in point.profile for p in dict(mixed).values()]
    found = solve_logit(game, 3.0, arms=True)
    assert np.abs(found.best.strategy - theirs).max() > 0.4
    assert min(np.abs(arm.strategy - theirs).max() for arm in found.arms) < 1e-6
