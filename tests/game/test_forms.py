"""Sequences and reduced strategies, against brute force over whole plans."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from lackmus.foundation.errors import SolveError
from lackmus.game.assemble import Infoset, assemble, distinct
from lackmus.game.forms import (
    behavior,
    payoff_table,
    player_sequences,
    reduced_strategies,
    sequence_payoffs,
)
from lackmus.game.game import Game
from lackmus.solution.certify import certify
from lackmus.testing.trees import random_tree


def plans_of(game: Game, player: int) -> list[dict[int, int]]:
    own = [i for i in range(game.n_infosets) if game.infoset_player[i] == player]
    return [dict(zip(own, pick, strict=True)) for pick in product(*map(game.actions_of, own))]


def pure_profile(game: Game, plans: list[dict[int, int]]) -> list[Fraction]:
    chosen = {a for plan in plans for a in plan.values()}
    return [Fraction(int(a in chosen)) for a in range(game.n_actions)]


@pytest.mark.parametrize("seed", range(10))
def test_the_table_holds_the_payoff_of_every_profile(seed: int) -> None:
    game = random_tree(seed, depth=3)
    plans = [reduced_strategies(game, p, 10_000) for p in (0, 1)]
    table = payoff_table(game, plans)
    for i, j in [(0, 0), (-1, -1), (len(plans[0]) // 2, len(plans[1]) // 2)]:
        chosen = set(plans[0][i]) | set(plans[1][j])
        strategy = []
        for infoset in range(game.n_infosets):
            actions = game.actions_of(infoset)
            pick = next((a for a in actions if a in chosen), actions[0])
            strategy += [Fraction(int(a == pick)) for a in actions]
        value = certify(game, np.array(strategy, float), exact_strategy=strategy).payoffs
        assert [float(t[i, j]) for t in table] == pytest.approx(value.tolist())


@pytest.mark.parametrize("seed", range(10))
def test_reduced_strategies_are_the_plans_told_apart_by_play(seed: int) -> None:
    game = random_tree(seed, depth=4)
    for player in (0, 1):
        reduced = reduced_strategies(game, player, 100_000)
        own = player_sequences(game, player)
        seen = set()
        for plan in plans_of(game, player):
            kept = set()
            for place, infoset in enumerate(own.infosets):
                if own.before[place] == -1 or own.before[place] in kept:
                    kept.add(plan[infoset])
            seen.add(tuple(sorted(kept)))
        assert sorted(reduced) == sorted(seen)


def test_sequence_payoffs_sum_to_those_of_the_game() -> None:
    game = random_tree(5, depth=4)
    uniform = [
        Fraction(1, len(game.actions_of(int(i)))) for i in game.action_infoset[: game.n_actions]
    ]
    weights = []
    for player in (0, 1):
        own = player_sequences(game, player)
        mass = {-1: Fraction(1)}
        for before, actions in zip(own.before, own.actions, strict=True):
            mass |= {a: mass[before] * uniform[a] for a in actions}
        weights.append(mass)
        assert behavior(own, mass) == {a: uniform[a] for a in own.sequences}
    value = certify(game, np.array(uniform, float)).payoffs
    for player, table in enumerate(sequence_payoffs(game)):
        total = sum(v * weights[0][i] * weights[1][j] for (i, j), v in table.items())
        assert float(total) == pytest.approx(value[player])


def test_too_many_strategies_are_refused() -> None:
    with pytest.raises(SolveError, match="reduced strategies"):
        reduced_strategies(random_tree(1, depth=5), 0, 1)


def test_forgetful_players_have_no_sequences() -> None:
    sets = [Infoset(0, "1", ("a", "b")), Infoset(0, "2", ("c", "d"))]
    game = assemble(
        "forgetful", ["A"], sets, [0, 1, -1, -1, 1, -1, -1], [(Fraction(k),) for k in range(4)]
    )
    assert not game.perfect_recall
    with pytest.raises(SolveError, match="perfect recall"):
        player_sequences(game, 0)


def test_labels_become_distinct() -> None:
    assert distinct(["x", "", "x", "x (2)"]) == ("x", "2", "x (3)", "x (2)")


def test_no_tree_is_refused() -> None:
    with pytest.raises(ValueError, match="preorder"):
        assemble("x", ["A"], [Infoset(0, "1", ("a", "b"))], [0, -1], [(Fraction(0),)])
