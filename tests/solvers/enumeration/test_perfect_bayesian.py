"""Perfect Bayesian equilibria: two engines, brute force, Gambit, and the literature."""

from __future__ import annotations

import io
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from tests.examples import some

from lackmus.foundation.errors import SolveError
from lackmus.game.assemble import Infoset, assemble
from lackmus.game.efg import read_efg
from lackmus.game.game import Game
from lackmus.game.nfg import write_nfg
from lackmus.solution.compare import same_outcome
from lackmus.solution.solution import Assessment, Solution
from lackmus.solvers.budget import Clock
from lackmus.solvers.enumeration.dominance import eliminate
from lackmus.solvers.enumeration.perfect_bayesian import solve_perfect_bayesian
from lackmus.solvers.enumeration.support_enumeration import SupportSearch
from lackmus.solvers.quantal_response.logit import solve_limit
from lackmus.solvers.refinements.signalling import as_signalling
from lackmus.testing.classics import (
    BEER_QUICHE,
    CARD,
    ENTRY,
    HORSE,
    NINE,
    PENNIES,
    SEXES,
    classic,
)
from lackmus.testing.trees import random_matrix, random_signalling, random_tree

F = Fraction


def profiles(solution: Solution) -> set[tuple[Fraction, ...]]:
    n = solution.game.n_actions
    return {a.exact_strategy[:n] for a in solution.assessments if a.exact_strategy is not None}


def note(one: Assessment, word: str) -> str:
    return next(n.split()[0] for n in one.notes if word in n)


# --- signalling games ---


@pytest.mark.parametrize("seed", range(20))
def test_generic_three_by_three_by_three_is_listed_whole(seed: int) -> None:
    solution = solve_perfect_bayesian(random_signalling(seed))
    assert solution.complete
    assert solution.assessments
    for one in solution.assessments:
        assert one.certificate.exact
        assert one.certificate.regret.agent == 0
        assert one.certificate.concepts[-1] == "sequential"


def pure_equilibria(game: Game, types: int, messages: int, answers: int) -> set[tuple[int, ...]]:
    """All pure perfect Bayesian equilibria of a signalling game, from the definition."""
    u = game.payoffs.reshape(2, types, messages, answers)
    prior = game.chance
    found = set()
    for sender in product(range(messages), repeat=types):
        for receiver in product(range(answers), repeat=messages):
            gets = [u[0, t, sender[t], receiver[sender[t]]] for t in range(types)]
            wants = [max(u[0, t, m, receiver[m]] for m in range(messages)) for t in range(types)]
            if gets == wants and all(
                answer_is_best(u[1, :, m], prior, [t for t in range(types) if sender[t] == m], a)
                for m, a in enumerate(receiver)
            ):
                found.add((*sender, *receiver))
    return found


def answer_is_best(values: Any, prior: Any, senders: list[int], answer: int) -> bool:
    gains = values[:, [answer]] - values
    if senders:
        return bool(np.all(prior[senders] @ gains[senders] >= -1e-9))
    types = len(gains)
    point = linprog(
        np.zeros(types), A_ub=-gains.T, b_ub=np.full(gains.shape[1], 1e-9),
        A_eq=np.ones((1, types)), b_eq=[1.0], bounds=(0, None),
    )  # fmt: skip
    return bool(point.status == 0)


@settings(max_examples=some(15), deadline=None)
@given(
    st.integers(0, 10**6),
    st.sampled_from([(2, 2, 2), (2, 3, 2), (3, 2, 2), (2, 2, 3)]),
    st.sampled_from([3, 99]),
)
def test_no_pure_equilibrium_is_missed_or_invented(
    seed: int, shape: tuple[int, int, int], highest: int
) -> None:
    types, messages, answers = shape
    game = random_signalling(seed, types=types, messages=messages, answers=answers, highest=highest)
    pure = set()
    for profile in profiles(solve_perfect_bayesian(game)):
        if set(profile) <= {0, 1}:
            picks = [
                next(k for k, a in enumerate(game.actions_of(i)) if profile[a])
                for i in range(game.n_infosets)
            ]
            pure.add(tuple(picks))
    assert pure == pure_equilibria(game, types, messages, answers)


@settings(max_examples=some(15), deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(2, 2, 2), (2, 3, 2), (3, 2, 2), (2, 2, 3)]))
def test_both_engines_agree(seed: int, shape: tuple[int, int, int]) -> None:
    types, messages, answers = shape
    game = random_signalling(seed, types=types, messages=messages, answers=answers)
    search = SupportSearch(game, Clock(60))
    other = {a.exact_strategy[: game.n_actions] for a in search if a.exact_strategy is not None}
    if not search.doubt:
        assert other == profiles(solve_perfect_bayesian(game))


def test_beer_and_quiche() -> None:
    """Cho and Kreps 1987: two pooling outcomes, and quiche fails the intuitive criterion."""
    solution = solve_perfect_bayesian(classic(BEER_QUICHE))
    assert solution.complete
    assert len(solution.assessments) == 4
    assert {a.kind for a in solution.assessments} == {"pooling"}
    for one in solution.assessments:
        verdict = "Passes" if one.strategy[1] == 1 else "Fails"
        assert note(one, "intuitive") == verdict
        assert note(one, "D1") == verdict
    quiche = next(a for a in solution.assessments if a.strategy[0] == 1 and a.strategy[6] == 1)
    (beliefs,) = quiche.belief_sets
    assert set(beliefs.vertices) == {(F(1), F(0)), (F(1, 2), F(1, 2))}
    assert not beliefs.example_only


def spence(wages: tuple[int, ...], levels: tuple[int, ...], share: Fraction) -> Game:
    """A job market: abilities 10 and 20, and a year of schooling costs the able a quarter.

    The employer's loss is the squared distance of wage and ability, as if firms competed.
    """
    infosets = [Infoset(0, k, tuple(f"e{e}" for e in levels)) for k in ("low", "high")]
    infosets += [Infoset(1, f"e{e}", tuple(f"w{w}" for w in wages)) for e in levels]
    infosets.append(Infoset(-1, "1", ("low", "high"), (1 - share, share)))
    preorder, rows = [len(infosets) - 1], []
    for kind, (ability, ease) in enumerate(((10, 5), (20, 20))):
        preorder.append(kind)
        for place, level in enumerate(levels):
            preorder += [2 + place, *([-1] * len(wages))]
            rows += [(F(w) - F(level, ease), -(F(w - ability) ** 2)) for w in wages]
    return assemble("job market", ["worker", "firm"], infosets, preorder, rows)


def test_spences_separating_equilibrium_alone_survives() -> None:
    """Spence 1973; Cho and Kreps 1987: only the separating equilibrium passes."""
    game = spence((10, 15, 20), (0, 60), F(1, 2))
    solution = solve_perfect_bayesian(game)
    assert solution.complete
    passed = {
        a.exact_strategy[:4]
        for a in solution.assessments
        if a.exact_strategy is not None and note(a, "intuitive") == "Passes"
    }
    assert passed == {(F(1), F(0), F(0), F(1))}
    assert {"separating", "pooling"} <= {a.kind for a in solution.assessments}


def test_myersons_card_game_is_semi_separating() -> None:
    (one,) = solve_perfect_bayesian(classic(CARD)).assessments
    assert one.kind == "semi-separating"
    assert one.payoffs.tolist() == pytest.approx([1 / 3, -1 / 3])


def test_a_receiver_may_have_a_type_too() -> None:
    """Both know their own type; trembles are shared by the receiver's types."""
    sets = [Infoset(0, k, ("x", "y")) for k in ("s0", "s1")]
    sets += [Infoset(1, f"r{r} {m}", ("l", "r")) for r in (0, 1) for m in ("x", "y")]
    sets += [Infoset(-1, k, ("0", "1"), (F(1, 2), F(1, 2))) for k in ("c", "d0", "d1")]
    order = [6]
    for kind in (0, 1):
        order.append(7 + kind)
        for other in (0, 1):
            order += [kind, 2 + 2 * other, -1, -1, 3 + 2 * other, -1, -1]
    rng = np.random.default_rng(5)
    for _ in range(10):
        rows = [tuple(map(F, row)) for row in rng.integers(0, 50, (16, 2)).tolist()]
        game = assemble("both informed", ["S", "R"], sets, order, rows)
        assert as_signalling(game) is not None
        solution = solve_perfect_bayesian(game)
        assert solution.complete
        assert solution.assessments
        assert all("sequential" in a.certificate.concepts for a in solution.assessments)


@settings(max_examples=some(8), deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(-9, 9))
def test_shift_and_scale_change_nothing(seed: int, scale: int, shift: int) -> None:
    game = random_signalling(seed, messages=2)
    assert game.exact is not None
    rows = [tuple(scale * x + shift for x in row) for row in zip(*game.exact.payoffs, strict=True)]
    other = assemble("scaled", game.players, *_parts(game), rows)
    assert profiles(solve_perfect_bayesian(game)) == profiles(solve_perfect_bayesian(other))


def _parts(game: Game) -> tuple[list[Infoset], list[int]]:
    assert game.exact is not None
    infosets = [
        Infoset(
            int(game.infoset_player[i]),
            game.labels.infosets[i],
            tuple(game.labels.actions[a] for a in game.actions_of(i)),
            tuple(game.exact.chance) if game.infoset_player[i] < 0 else (),
        )
        for i in range(len(game.infoset_player))
    ]
    order, waiting = [], [0]
    while waiting:
        node = waiting.pop()
        infoset = int(game.infoset[node])
        order.append(infoset)
        if infoset >= 0:
            first = int(game.first_child[node])
            waiting += range(first + len(game.actions_of(infoset)) - 1, first - 1, -1)
    return infosets, order


# --- other games ---


def test_seltens_horse() -> None:
    """Kreps and Wilson 1982: only (C, c, R or less than a quarter of L) is sequential."""
    solution = solve_perfect_bayesian(classic(HORSE))
    assert solution.complete
    assert profiles(solution) == {
        (F(1), F(0), F(1), F(0), F(0), F(1)),
        (F(1), F(0), F(1), F(0), F(1, 4), F(3, 4)),
    }
    assert all("sequential" in a.certificate.concepts for a in solution.assessments)


def test_nine_equilibria_of_three_players() -> None:
    """McKelvey and McLennan 1997."""
    solution = solve_perfect_bayesian(classic(NINE))
    assert solution.complete
    assert len(profiles(solution)) == 9
    assert (F(2, 5), F(3, 5), F(1, 2), F(1, 2), F(1, 3), F(2, 3)) in profiles(solution)


def test_the_threat_is_not_listed() -> None:
    assert profiles(solve_perfect_bayesian(classic(ENTRY))) == {(F(1), F(0), F(1), F(0))}


@pytest.mark.parametrize(("text", "count"), [(SEXES, 3), (PENNIES, 1), (CARD, 1)])
def test_the_supports_of_two_player_games(text: str, count: int) -> None:
    search = SupportSearch(classic(text), Clock())
    assert len(list(search)) == count
    assert not search.doubt


@pytest.mark.parametrize("seed", range(12))
def test_three_players_as_gambit(seed: int) -> None:
    gbt: Any = pytest.importorskip("pygambit")
    game = random_matrix(seed, (2, 2, 2))
    solution = solve_perfect_bayesian(game)
    assert solution.complete
    theirs = gbt.read_nfg(io.BytesIO(write_nfg(game).encode()))
    found = [
        [float(chance) for player in theirs.players for _, chance in p[player]]
        for p in gbt.nash.enumpoly_solve(theirs, use_strategic=True).equilibria
    ]
    ours = [a.strategy[: game.n_actions].tolist() for a in solution.assessments]
    assert np.allclose(sorted(found), sorted(ours), atol=1e-6)


def test_an_irrational_equilibrium_is_certified() -> None:
    """Nash (1951): three players' poker has an irrational one; here a smaller such game."""
    rng_seeds = (s for s in range(500) if _irrational(s))
    game = random_matrix(next(rng_seeds), (2, 2, 2), highest=9)
    solution = solve_perfect_bayesian(game)
    odd = [a for a in solution.assessments if a.exact_strategy is None]
    assert odd
    assert all("nash" in a.certificate.concepts for a in odd)
    assert any("irrational" in n for a in odd for n in a.notes)


def _irrational(seed: int) -> bool:
    solution = solve_perfect_bayesian(random_matrix(seed, (2, 2, 2), highest=9))
    return any(a.exact_strategy is None for a in solution.assessments)


@pytest.mark.parametrize("seed", range(20))
def test_pure_equilibria_of_random_trees(seed: int) -> None:
    """Weak perfect Bayesian in every subgame, from the definition, for pure profiles."""
    game = random_tree(seed, depth=3, players=2, highest=20, hidden=0.5)
    if game.n_infosets > 7:
        game = random_tree(seed, depth=2, players=2, highest=20, hidden=0.5)
    solution = solve_perfect_bayesian(game)
    pure = {p for p in profiles(solution) if set(p) <= {0, 1}}
    picks = [game.actions_of(i) for i in range(game.n_infosets)]
    expected = set()
    for pick in product(*picks):
        strategy = tuple(F(int(a in pick)) for a in range(game.n_actions))
        if _is_pure_equilibrium(game, strategy):
            expected.add(strategy)
    assert pure == expected


def _is_pure_equilibrium(game: Game, strategy: tuple[Fraction, ...]) -> bool:
    """By values of all nodes, Bayes' rule within subgames, and a belief's linear program."""
    from lackmus.solution.walk import levels_of

    assert game.exact is not None
    chances = [float(p) for p in (*strategy, *game.exact.chance)]
    value = np.zeros((len(game.players), game.n_nodes))
    value[:, game.terminal] = game.payoffs
    reach = np.ones(game.n_nodes)
    piece = levels_of(game).piece
    for node in range(1, game.n_nodes):
        if piece[node] != node:
            reach[node] = reach[game.parent[node]] * chances[int(game.via[node])]
    for node in reversed(range(game.n_nodes)):
        if game.infoset[node] >= 0:
            first = int(game.first_child[node])
            value[:, node] = sum(
                chances[a] * value[:, first + k]
                for k, a in enumerate(game.actions_of(int(game.infoset[node])))
            )
    for infoset in range(game.n_infosets):
        nodes = np.flatnonzero(game.infoset == infoset)
        player = int(game.infoset_player[infoset])
        actions = game.actions_of(infoset)
        own = next(k for k, a in enumerate(actions) if strategy[a])
        below = game.first_child[nodes]
        gains = np.array([
            value[player, below + own] - value[player, below + k] for k in range(len(actions))
        ])  # fmt: skip
        if reach[nodes].sum() > 0:
            if np.any(gains @ reach[nodes] < -1e-9):
                return False
            continue
        point = linprog(
            np.zeros(len(nodes)), A_ub=-gains, b_ub=np.full(len(actions), 1e-9),
            A_eq=np.ones((1, len(nodes))), b_eq=[1.0], bounds=(0, None),
        )  # fmt: skip
        if point.status != 0:
            return False
    return True


def test_without_recall_it_is_refused() -> None:
    sets = [Infoset(0, "1", ("a", "b")), Infoset(0, "2", ("c", "d"))]
    rows = [(F(k),) for k in range(4)]
    game = assemble("forgetful", ["A"], sets, [0, 1, -1, -1, 1, -1, -1], rows)
    with pytest.raises(SolveError, match="recall"):
        solve_perfect_bayesian(game)


def test_a_budget_is_kept_and_told() -> None:
    solution = solve_perfect_bayesian(random_tree(2, depth=6, players=2), seconds=0.1)
    assert solution.complete is False
    assert "budget" in solution.status.reason


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "count"),
    [("summit_mini", 1), ("summit_midi", 6), ("summit_nodeleg", 4), ("summit_full", 2)],
)
def test_sample_trees_are_listed_whole(shared: Path, name: str, count: int) -> None:
    game = read_efg(shared / "games" / f"{name}.efg")
    solution = solve_perfect_bayesian(game)
    assert solution.complete
    assert len(solution.assessments) == count
    for one in solution.assessments:
        assert "perfect bayesian" in one.certificate.concepts
        assert one.certificate.exact
    limit = solve_limit(game).best
    assert any(same_outcome(game, limit, one) for one in solution.assessments)


@pytest.mark.parametrize("seed", range(30))
def test_the_limit_of_the_logit_branch_is_on_the_list(seed: int) -> None:
    game = random_tree(seed, players=2 + seed % 2, depth=3 + seed % 2, highest=10**6)
    limit = solve_limit(game)
    solution = solve_perfect_bayesian(game, seconds=2)
    if limit.status.good and solution.complete:
        assert any(same_outcome(game, limit.best, one) for one in solution.assessments)
    for one in solution.assessments:
        assert "perfect bayesian" in one.certificate.concepts


def test_single_actions_are_not_enough_where_beliefs_are_free() -> None:
    """Player 1 expects, after his own deviation, what player 2 is seen to do, and nothing else."""
    sets = [
        Infoset(0, "1", ("in", "out")),
        Infoset(1, "1", ("l", "r")),
        Infoset(0, "2", ("a", "b")),
    ]
    rows = [tuple(map(F, row)) for row in [(3, 1), (0, 1), (0, 0), (0, 0), (1, 0)]]
    game = assemble("after in", ["1", "2"], sets, [0, 1, 2, -1, -1, 2, -1, -1, -1], rows)
    solution = solve_perfect_bayesian(game)
    assert solution.complete
    assert {a.payoffs[0] for a in solution.assessments} == {3.0}


def test_dominated_actions_are_recorded() -> None:
    record = eliminate(classic(ENTRY))
    assert [str(e) for e in record] == [
        "round 1: incumbent, at [1], never plays fight, since accept is better",
        "round 2: entrant, at [1], never plays out, since in is better",
    ]


@settings(max_examples=some(20), deadline=None)
@given(st.integers(0, 10**6))
def test_no_equilibrium_uses_an_eliminated_action(seed: int) -> None:
    game = random_tree(seed, depth=3)
    gone = {(e.player, e.infoset, e.action) for e in eliminate(game)}
    for a in solve_limit(game).best.strategy[: game.n_actions].nonzero()[0].tolist():
        i = int(game.action_infoset[a])
        owner = game.players[int(game.infoset_player[i])]
        assert (owner, game.labels.infosets[i], game.labels.actions[a]) not in gone
