"""All extreme Nash equilibria: none missed, none invented, degenerate games included."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import some

from lackmus.foundation.errors import SolveError
from lackmus.game.efg import read_efg
from lackmus.game.forms import last_own_actions
from lackmus.game.game import Game
from lackmus.game.nfg import read_nfg, strategic, write_nfg
from lackmus.solution.solution import Solution
from lackmus.solvers.budget import Clock, OutOfTimeError
from lackmus.solvers.enumeration import extreme_nash
from lackmus.solvers.enumeration.best_response_polyhedra import both_cells
from lackmus.solvers.enumeration.extreme_nash import solve_extreme_nash
from lackmus.solvers.exact.vertices import vertices
from lackmus.testing.classics import BEER_QUICHE, CARD, ENTRY, PENNIES, SEXES, classic
from lackmus.testing.trees import random_matrix, random_tree

F = Fraction


def profiles(solution: Solution) -> set[tuple[Fraction, ...]]:
    n = solution.game.n_actions
    return {a.exact_strategy[:n] for a in solution.assessments if a.exact_strategy is not None}


def gambits(game: Game) -> set[tuple[Fraction, ...]]:
    gbt: Any = pytest.importorskip("pygambit")
    theirs = gbt.read_nfg(io.BytesIO(write_nfg(game).encode()))
    found = gbt.nash.enummixed_solve(theirs, rational=True).equilibria
    return {
        tuple(F(str(chance)) for player in theirs.players for _, chance in p[player]) for p in found
    }


@settings(max_examples=some(80), deadline=None)
@given(
    st.integers(0, 10**6),
    st.tuples(st.integers(1, 4), st.integers(1, 4)),
    st.sampled_from([1, 2, 3, 99]),
)
def test_the_same_as_gambit_on_matrices(seed: int, shape: tuple[int, int], highest: int) -> None:
    game = random_matrix(seed, shape, highest=highest)
    solution = solve_extreme_nash(game)
    assert solution.complete
    assert profiles(solution) == gambits(game)
    assert all("nash" in a.certificate.concepts for a in solution.assessments)


def test_a_budget_leaves_vertices_of_both_players(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = count()

    def check(_: Clock) -> None:
        if next(looks) == 4:
            raise OutOfTimeError("the budget has ended")

    monkeypatch.setattr(Clock, "check", check)
    solution = solve_extreme_nash(random_matrix(1, (6, 6)))
    assert not solution.complete
    found = re.search(r"(\d+) × (\d+) were enumerated", solution.status.reason)
    assert found
    assert min(map(int, found.groups())) > 1


def test_wherever_a_budget_ends_what_was_found_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """While vertices are enumerated, matched or certified: it ends once, at each look in turn."""
    game = random_matrix(4, (5, 5), highest=2)
    everything = profiles(solve_extreme_nash(game))
    listed = []
    for last in range(1000):
        looks = count()

        def check(_: Clock, last: int = last, looks: Iterator[int] = looks) -> None:
            if next(looks) == last:
                raise OutOfTimeError("the budget has ended")

        monkeypatch.setattr(Clock, "check", check)
        solution = solve_extreme_nash(game)
        assert profiles(solution) <= everything
        listed.append(len(solution.assessments))
        assert solution.complete == (next(looks) <= last)
        if solution.complete:
            break
    assert solution.complete
    assert set(listed) > {0, len(everything) - 1, len(everything)}


def test_matching_too_ends_with_the_budget() -> None:
    game = random_matrix(4, (5, 5), highest=2)
    cells = both_cells(game)
    sides, _ = extreme_nash._enumerated(cells, Clock())
    assert extreme_nash._by_plans(cells, extreme_nash._pairs(game, sides, Clock(0.0))) == (
        {},
        False,
    )
    assert extreme_nash._by_plans(cells, extreme_nash._pairs(game, sides, Clock()))[1]


NOTHING_TO_CHOOSE = [
    't "" 1 "" { 1, 2 }',
    'c "" 1 "" { "a" 1/2 "b" 1/2 } 0\nt "" 1 "" { 1, 2 }\nt "" 2 "" { 3, 4 }',
    'p "" 1 1 "" { "a" } 0\nt "" 1 "" { 1, 2 }',
    'p "" 2 1 "" { "a" } 0\np "" 2 2 "" { "b" } 0\nt "" 1 "" { 1, 2 }',
    'p "" 1 1 "" { "a" } 0\np "" 2 1 "" { "b" } 0\nt "" 1 "" { 1, 2 }',
]


@pytest.mark.parametrize("tree", NOTHING_TO_CHOOSE)
def test_where_nobody_has_anything_to_choose_there_is_one(tree: str) -> None:
    solution = solve_extreme_nash(read_efg(f'EFG 2 R "" {{ "A" "B" }}\n""\n{tree}\n'))
    assert solution.complete
    assert len(solution.assessments) == 1


def plan(game: Game, strategy: tuple[Fraction, ...]) -> list[Fraction]:
    """Realization weights of both players' actions."""
    weights = [F(0)] * game.n_actions
    for player in (0, 1):
        last = last_own_actions(game, player)
        for infoset in range(game.n_infosets):
            if game.infoset_player[infoset] == player:
                node = int(np.flatnonzero(game.infoset == infoset)[0])
                before = F(1) if last[node] < 0 else weights[int(last[node])]
                for a in game.actions_of(infoset):
                    weights[a] = before * strategy[a]
    return weights


# Gambit's enumeration is slow on degenerate tables, so these have at most 45 profiles.
@pytest.mark.parametrize("seed", [0, 1, 9, 10, 11, 12, 13, 14, 21, 22, 23, 24, 25, 26, 27])
def test_trees_have_the_equilibria_of_their_strategic_form(seed: int) -> None:
    """Each of Gambit's, as a realization plan, lies in the hull of a maximal subset of ours."""
    game = random_tree(seed, depth=3, highest=5)
    solution = solve_extreme_nash(game)
    assert solution.complete
    assert all("nash" in a.certificate.concepts for a in solution.assessments)
    ours = [plan(game, p) for p in profiles(solution)]
    for their in gambits(game):
        assert any(_outcome_equal(game, their, own) for own in ours) or _in_hull(
            solution, plan_of_mixture(game, their)
        )


def plan_of_mixture(game: Game, mixture: tuple[Fraction, ...]) -> list[Fraction]:
    from lackmus.game.forms import reduced_strategies

    weights = [F(0)] * game.n_actions
    start = 0
    for player in (0, 1):
        plans = reduced_strategies(game, player, 10_000)
        for p, actions in zip(mixture[start : start + len(plans)], plans, strict=True):
            for a in actions:
                weights[a] += p
        start += len(plans)
    return weights


def _outcome_equal(game: Game, mixture: tuple[Fraction, ...], own: list[Fraction]) -> bool:
    return plan_of_mixture(game, mixture) == own


def _in_hull(solution: Solution, weights: list[Fraction]) -> bool:
    """Whether both players' plans are mixtures of the plans of one maximal Nash subset."""
    from scipy.optimize import linprog

    game = solution.game
    owner = game.infoset_player[game.action_infoset[: game.n_actions]]
    groups: dict[str, list[list[Fraction]]] = {}
    for a in solution.assessments:
        assert a.exact_strategy is not None
        text = a.notes[0].split("subset ")[1].split(" of")[0]
        for number in text.split(" and "):
            groups.setdefault(number, []).append(plan(game, a.exact_strategy))
    for points in groups.values():
        inside = True
        for player in (0, 1):
            mine = np.flatnonzero(owner == player)
            columns = np.array([[float(p[a]) for a in mine] for p in points]).T
            matrix = np.vstack([columns, np.ones(len(points))])
            right = np.array([*(float(weights[a]) for a in mine), 1.0])
            found = linprog(np.zeros(len(points)), A_eq=matrix, b_eq=right, bounds=(0, None))
            inside &= found.status == 0
        if inside:
            return True
    return False


def test_textbook_games() -> None:
    sexes = profiles(solve_extreme_nash(classic(SEXES)))
    assert sexes == {
        (F(1), F(0), F(1), F(0)),
        (F(0), F(1), F(0), F(1)),
        (F(1, 2), F(1, 2), F(1, 2), F(1, 2)),
    }
    assert profiles(solve_extreme_nash(classic(PENNIES))) == {(F(1, 2),) * 4}
    card = solve_extreme_nash(classic(CARD))
    assert profiles(card) == {(F(1), F(0), F(1, 3), F(2, 3), F(2, 3), F(1, 3))}


def test_components_of_the_entry_game() -> None:
    """In, accept alone; and all threats that keep the entrant out: fight with 2/3 or more."""
    solution = solve_extreme_nash(classic(ENTRY))
    assert profiles(solution) == {
        (F(1), F(0), F(1), F(0)),
        (F(0), F(1), F(1, 3), F(2, 3)),
        (F(0), F(1), F(0), F(1)),
    }
    parts = {a.notes[0].split(";")[0] for a in solution.assessments}
    assert parts == {"Component 1 of 2", "Component 2 of 2"}


def test_beer_and_quiche_has_two_components() -> None:
    solution = solve_extreme_nash(classic(BEER_QUICHE))
    assert {a.notes[0].split(";")[0] for a in solution.assessments} == {
        "Component 1 of 2", "Component 2 of 2",
    }  # fmt: skip


@settings(max_examples=some(25), deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 7), st.integers(-9, 9), st.sampled_from([2, 99]))
def test_shift_scale_and_order_change_nothing(
    seed: int, scale: int, shift: int, highest: int
) -> None:
    game = random_matrix(seed, (3, 3), highest=highest)
    assert game.exact is not None
    table = np.array(game.exact.payoffs, object).T.reshape(3, 3, 2)
    names = ("a", "b", "c")
    scaled = [tuple(scale * x + shift for x in table[i, j]) for j in range(3) for i in range(3)]
    turned = [tuple(table[2 - i, j]) for j in range(3) for i in range(3)]
    base = profiles(solve_extreme_nash(game))
    assert profiles(solve_extreme_nash(strategic("s", ("1", "2"), [names] * 2, scaled))) == base
    mirrored = profiles(solve_extreme_nash(strategic("t", ("1", "2"), [names] * 2, turned)))
    assert {(*p[2::-1], *p[3:]) for p in mirrored} == base


@settings(max_examples=some(25), deadline=None)
@given(st.integers(0, 10**6))
def test_a_dominated_action_changes_nothing(seed: int) -> None:
    game = random_matrix(seed, (2, 3))
    assert game.exact is not None
    table = np.array(game.exact.payoffs, object).T.reshape(2, 3, 2)
    rows = [table[0], table[1], [(x[0] - 1, x[1]) for x in table[0]]]
    worse = strategic(
        "w", ("1", "2"), [("a", "b", "c"), ("a", "b", "c")],
        [tuple(rows[i][j]) for j in range(3) for i in range(3)],
    )  # fmt: skip
    base = profiles(solve_extreme_nash(game))
    assert profiles(solve_extreme_nash(worse)) == {(*p[:2], F(0), *p[2:]) for p in base}


def test_kuhn_poker_has_one_family() -> None:
    """Kuhn (1950): the first player's equilibria are a line, the second player's is unique."""
    pyspiel: Any = pytest.importorskip("pyspiel")
    from lackmus.game.adapters import from_pyspiel

    solution = solve_extreme_nash(from_pyspiel(pyspiel.load_game("kuhn_poker")))
    assert solution.complete
    assert len(solution.assessments) == 2
    assert all(a.payoffs[0] == pytest.approx(-1 / 18) for a in solution.assessments)
    assert all(a.certificate.exact for a in solution.assessments)


@pytest.mark.parametrize(("seed", "highest"), [(1, 100), (2, 100), (3, 9), (4, 2)])
def test_vertices_are_those_of_the_double_description(seed: int, highest: int) -> None:
    """With ties and without: where a polyhedron is walked along, and where it is not."""
    for cells in both_cells(random_matrix(seed, (8, 8), highest=highest)):
        known = {vertex.tight for vertex in vertices(cells.rows, cells.bounds, Clock())}
        assert set(cells.vertices(Clock())) == known
        for tight in sorted(known)[:20]:
            point = cells.point(tight)
            held = [sum(map(F.__mul__, row, point)) for row in cells.rows]
            exact = [h == bound for h, bound in zip(held, cells.bounds, strict=True)]
            assert exact == [bool(tight >> a & 1) for a in range(16)]


def test_a_budget_is_kept_and_told() -> None:
    solution = solve_extreme_nash(random_matrix(1, (12, 12)), seconds=0.05)
    assert solution.complete is False
    assert solution.status.code == "out of budget"


def test_three_players_are_refused() -> None:
    with pytest.raises(SolveError, match="two players"):
        solve_extreme_nash(random_matrix(1, (2, 2, 2)))


@pytest.mark.shared
def test_a_sample_tree_is_listed_whole(shared: Path) -> None:
    solution = solve_extreme_nash(read_efg(shared / "games" / "summit_mini.efg"))
    assert solution.complete
    assert all(a.certificate.regret.player == 0 for a in solution.assessments)


@pytest.mark.shared
def test_a_game_of_fourteen_actions_each_is_listed_whole(shared: Path) -> None:
    """Its list was found by double description before, which takes minutes."""
    solution = solve_extreme_nash(read_nfg(shared / "inputs" / "random-14x14.nfg"))
    assert solution.complete
    assert len(solution.assessments) == 25
    assert "11,607 × 36,129" in solution.status.reason


@pytest.mark.parametrize("seed", [1, 2, 3, 5, 6, 7, 9, 10])
def test_a_profile_is_listed_once(seed: int) -> None:
    """Values at infosets that are not reached are free, and make no other equilibrium."""
    found = solve_extreme_nash(random_tree(seed, players=2, depth=3, highest=(1, 2, 5)[seed % 3]))
    assert len(profiles(found)) == len(found.assessments)
    assert all("nash" in one.certificate.concepts for one in found.assessments)
