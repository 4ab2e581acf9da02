"""Lemke's algorithm: each answer is an equilibrium, exact, and one of the complete list."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import some

from lackmus.foundation.errors import SolveError
from lackmus.game.efg import read_efg
from lackmus.game.game import Game
from lackmus.solvers.budget import Clock
from lackmus.solvers.enumeration.extreme_nash import solve_extreme_nash
from lackmus.solvers.enumeration.lemke import _Problem, solve_lemke
from lackmus.solvers.exact.pivoting import lemke
from lackmus.testing.trees import random_matrix, random_tree


@settings(max_examples=some(40), deadline=None)
@given(
    st.integers(0, 10**6),
    st.tuples(st.integers(1, 5), st.integers(1, 5)),
    st.sampled_from([1, 3, 99]),
)
def test_every_answer_is_an_exact_equilibrium(
    seed: int, shape: tuple[int, int], highest: int
) -> None:
    solution = solve_lemke(random_matrix(seed, shape, highest=highest), starts=3)
    assert solution.complete is None
    for one in solution.assessments:
        assert one.certificate.exact
        assert one.certificate.regret.player == 0


@pytest.mark.parametrize("seed", range(15))
def test_in_generic_matrices_it_is_one_of_all(seed: int) -> None:
    game = random_matrix(seed, (3, 4))
    every = {a.exact_strategy for a in solve_extreme_nash(game).assessments}
    assert {a.exact_strategy for a in solve_lemke(game, starts=5).assessments} <= every


@pytest.mark.parametrize("seed", range(15))
def test_trees(seed: int) -> None:
    game = random_tree(seed, depth=4)
    solution = solve_lemke(game, starts=2)
    assert all("nash" in a.certificate.concepts for a in solution.assessments)


def test_whole_numbers_reach_what_floats_reach() -> None:
    """The path in whole numbers, forced."""
    for seed in range(20):
        problem = _Problem.of(random_tree(seed, depth=3))
        cover = np.full(problem.size, 1, object)
        exact = lemke(problem.matrix, problem.bound, cover, Clock(), most=1000)
        numbers = problem.balanced(), problem.bound.astype(float)
        rough = lemke(*numbers, cover.astype(float), Clock(), most=1000)
        assert exact is not None
        assert rough is not None
        assert sorted(exact) == sorted(rough)


def test_degenerate_payoffs_end_too() -> None:
    game = random_matrix(0, (5, 5), highest=0)
    assert solve_lemke(game).best.certificate.exact


def test_zero_chance_and_silent_players() -> None:
    text = (
        'EFG 2 R "x" { "A" "B" } c "" 1 { "l" 0 "r" 1 } 0 p "" 1 1 { "a" "b" } 0 '
        't "" 1 { 1 0 } t "" 2 { 0 0 } p "" 1 2 { "a" "b" } 0 t "" 3 { 2 0 } t "" 4 { 3 0 }'
    )
    assert solve_lemke(read_efg(text)).best.payoffs.tolist() == [3.0, 0.0]


def test_more_players_are_refused() -> None:
    with pytest.raises(SolveError, match="two players"):
        solve_lemke(random_matrix(0, (2, 2, 2)))


@pytest.mark.shared
def test_a_sample_tree_of_108_actions(shared: Path) -> None:
    game: Game = read_efg(shared / "games" / "summit_full.efg")
    best = solve_lemke(game).best
    assert best.certificate.exact
    assert best.certificate.regret.player == 0
    assert isinstance(best.exact_strategy, tuple)
    assert isinstance(best.exact_strategy[0], Fraction)
