"""The follower without factors: a small game beside many idle infosets has the same answer."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from lackmus.game.assemble import Infoset, assemble
from lackmus.game.game import Game
from lackmus.solvers.quantal_response.continuation import REACHED
from lackmus.solvers.quantal_response.logit import solve_logit
from lackmus.solvers.quantal_response.path_follower import FEW_INFOSETS, Follower
from lackmus.testing.trees import random_tree

F = Fraction


def beside_idle(game: Game, count: int) -> Game:
    """A coin decides whether this game is played, or one of many decisions of no consequence.

    Infosets of the game come first, so that its actions keep their numbers.
    """
    own, chance = game.n_infosets, len(game.infoset_player) - game.n_infosets
    assert game.exact is not None
    players = len(game.players)

    def named(i: int) -> tuple[str, ...]:
        return tuple(game.labels.actions[a] for a in game.actions_of(i))

    sets = [Infoset(int(game.infoset_player[i]), f"g{i}", named(i)) for i in range(own)]
    sets += [Infoset(k % players, f"idle{k}", ("x", "y")) for k in range(count)]
    for i in range(own, own + chance):
        odds = tuple(game.exact.chance[a - game.n_actions] for a in game.actions_of(i))
        sets.append(Infoset(-1, f"c{i}", named(i), odds))
    root, many = len(sets), len(sets) + 1
    sets.append(Infoset(-1, "root", ("game", "idle"), (F(1, 2), F(1, 2))))
    names = tuple(str(k) for k in range(count))
    sets.append(Infoset(-1, "many", names, (F(1, count),) * count))
    order, payoffs, waiting = [root], [], [0]
    rank = {node: k for k, node in enumerate(game.terminal.tolist())}
    while waiting:
        node = waiting.pop()
        infoset = int(game.infoset[node])
        if infoset < 0:
            payoffs.append(tuple(row[rank[node]] for row in game.exact.payoffs))
            order.append(-1)
            continue
        order.append(infoset if infoset < own else infoset + count)
        first = int(game.first_child[node])
        waiting += reversed(range(first, first + len(game.actions_of(infoset))))
    order.append(many)
    for k in range(count):
        order += [own + k, -1, -1]
        payoffs += [(F(0),) * players, (F(k % 7, 7),) * players]
    return assemble("beside idle ones", game.players, sets, order, payoffs)


def widest(game: Game) -> float:
    return float(np.ptp(game.payoffs, axis=1).max())


def test_a_branch_that_turns_is_followed_round_beside_thousands_of_idle_infosets() -> None:
    game = random_tree(25, players=3, depth=4, highest=9)
    precision = 20.0 / widest(game)
    small = solve_logit(game, precision)
    large = beside_idle(game, FEW_INFOSETS + 1)
    found = solve_logit(large, precision)
    assert (small.status.code, found.status.code) == ("turned", "turned")
    assert small.trace is not None
    assert found.trace is not None
    assert found.trace.turning_points == pytest.approx(small.trace.turning_points, rel=1e-3)
    n = game.n_actions
    np.testing.assert_allclose(found.best.strategy[:n], small.best.strategy[:n], atol=1e-9)
    assert "not excluded" in found.status.reason


@pytest.mark.parametrize("precision", [0.6, 1.3, 2.1, 3.7])
@pytest.mark.parametrize("count", [1, 300])
def test_idle_infosets_change_nothing(
    count: int, precision: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    game = random_tree(5, players=2, depth=5, highest=9)
    direct = solve_logit(game, precision).best.strategy[: game.n_actions]
    monkeypatch.setattr("lackmus.solvers.quantal_response.path_follower.pattern_of", lambda _: None)
    found = solve_logit(beside_idle(game, count), precision)
    assert found.status.code == "converged"
    np.testing.assert_allclose(found.best.strategy[: game.n_actions], direct, atol=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_it_lands_wherever_it_is_asked_to(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    game = random_tree(seed, players=2 + seed % 2, depth=4, highest=9)
    direct = Follower(game)
    monkeypatch.setattr("lackmus.solvers.quantal_response.path_follower.pattern_of", lambda _: None)
    free = Follower(game)
    for t in np.random.default_rng(seed).uniform(0.1, 60.0, 6):
        args = game.payoffs.copy(), game.chance.copy(), float(t) / widest(game)
        one, other = direct.follow(*args), free.follow(*args)
        assert one.code == other.code == REACHED
        np.testing.assert_allclose(free.strategy, direct.strategy, atol=1e-8)
