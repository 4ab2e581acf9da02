"""Backward induction, against every pure profile."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from lackmus.foundation.errors import SolveError
from lackmus.game.assemble import Infoset, assemble
from lackmus.game.efg import parse_efg
from lackmus.game.game import Game
from lackmus.solution.certify import certify
from lackmus.solvers.enumeration import backward_induction
from lackmus.solvers.enumeration.backward_induction import solve_backward_induction
from lackmus.solvers.solve import solve
from lackmus.testing.classics import ENTRY, PENNIES, classic
from lackmus.testing.trees import random_tree

F = Fraction


def perfect_tree(seed: int, *, highest: int) -> Game:
    return random_tree(seed, players=3, depth=3, highest=highest, hidden=0.0)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("highest", [2, 99])
def test_all_pure_subgame_perfect_equilibria(seed: int, highest: int) -> None:
    game = perfect_tree(seed, highest=highest)
    if game.n_infosets > 6:
        game = random_tree(seed, players=3, depth=2, highest=highest, hidden=0.0)
    solution = solve_backward_induction(game)
    assert solution.complete
    expected = set()
    for pick in product(*map(game.actions_of, range(game.n_infosets))):
        strategy = [F(int(a in pick)) for a in range(game.n_actions)]
        found = certify(game, np.array(strategy, float), exact_strategy=strategy)
        if "subgame-perfect" in found.certificate.concepts:
            expected.add(tuple(strategy))
    assert {
        a.exact_strategy[: game.n_actions] for a in solution.assessments if a.exact_strategy
    } == (expected)


def test_centipede_ends_at_once() -> None:
    """Rosenthal (1981): whoever may stop, stops."""
    legs = 40
    infosets = [Infoset(k % 2, str(k), ("stop", "go")) for k in range(legs)]
    order, rows = [], []
    for k in range(legs):
        order += [k, -1]
        rows.append((F(k + 2 * (k % 2 == 0)), F(k + 2 * (k % 2 == 1))))
    order.append(-1)
    rows.append((F(legs), F(legs)))
    game = assemble("centipede", ["1", "2"], infosets, order, rows)
    (one,) = solve_backward_induction(game).assessments
    assert one.strategy[::2].tolist() == [1.0] * legs
    assert one.certificate.concepts[-1] == "sequential"
    assert one.certificate.unreached == legs - 1


def test_the_threat_goes() -> None:
    (one,) = solve_backward_induction(classic(ENTRY)).assessments
    assert one.strategy.tolist() == [1, 0, 1, 0]


def test_ties_beyond_count_are_cut_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backward_induction, "MOST_EQUILIBRIA", 100)
    infosets = [Infoset(0, str(k), ("a", "b")) for k in range(31)]
    order: list[int] = []

    def grow(k: int) -> None:
        order.append(k if k < 31 else -1)
        if k < 31:
            grow(2 * k + 1)
            grow(2 * k + 2)

    grow(0)
    game = assemble("all the same", ["1"], infosets, order, [(F(0),)] * 32)
    solution = solve_backward_induction(game)
    assert solution.complete is False
    assert "more than 100" in solution.status.reason
    assert len(solution.assessments) == 100


def test_hidden_moves_are_refused() -> None:
    with pytest.raises(SolveError, match="perfect information"):
        solve_backward_induction(classic(PENNIES))


def test_ties_have_mixed_equilibria_beside_the_pure_ones() -> None:
    tied = parse_efg(
        'EFG 2 R "tie" { "1" } ""\np "" 1 1 "" { "l" "r" } 0\nt "" 1 "" { 1 }\nt "" 2 "" { 1 }\n'
    )
    pure = solve_backward_induction(tied)
    assert (pure.complete, pure.concept, len(pure.assessments)) == (True, "pure subgame-perfect", 2)
    every = solve(tied, every=True)
    assert (every.complete, every.concept) == (False, "subgame-perfect")
    clear = classic(ENTRY)
    assert solve_backward_induction(clear).concept == "subgame-perfect"
    assert solve(clear, every=True).complete is True
