"""Certificates, against brute force, against Gambit, and on textbook profiles."""

from __future__ import annotations

import io
from fractions import Fraction
from itertools import islice, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import some

from lackmus.foundation.arrays import Floats
from lackmus.game.assemble import Infoset, assemble
from lackmus.game.efg_writer import write_efg
from lackmus.game.forms import reduced_strategies
from lackmus.game.game import Game
from lackmus.solution.certify import certify
from lackmus.testing.classics import BEER_QUICHE, ENTRY, HORSE, classic
from lackmus.testing.trees import random_tree

F = Fraction


def random_profile(game: Game, seed: int, *, pure: float = 0.0) -> list[Fraction]:
    rng = np.random.default_rng(seed)
    strategy: list[Fraction] = []
    for infoset in range(game.n_infosets):
        count = len(game.actions_of(infoset))
        weights = rng.integers(1, 10, count)
        if rng.random() < pure:
            weights = np.eye(count, dtype=int)[rng.integers(count)]
        strategy += [F(int(w), int(weights.sum())) for w in weights]
    return strategy


def floats(strategy: list[Fraction]) -> Floats:
    return np.array([float(p) for p in strategy])


def expected(game: Game, strategy: list[Fraction]) -> list[Fraction]:
    """Payoffs by recursion over nodes, the long way."""
    exact = game.exact
    assert exact is not None
    chances = [*strategy, *exact.chance]
    leaves = {node: k for k, node in enumerate(game.terminal.tolist())}

    def at(node: int) -> list[Fraction]:
        infoset = int(game.infoset[node])
        if infoset < 0:
            return [row[leaves[node]] for row in exact.payoffs]
        below = [at(int(game.first_child[node]) + k) for k in range(len(game.actions_of(infoset)))]
        weights = [chances[a] for a in game.actions_of(infoset)]
        return [
            sum((w * b[p] for w, b in zip(weights, below, strict=True)), F(0))
            for p in range(len(game.players))
        ]

    return at(0)


def best_plan(game: Game, strategy: list[Fraction], player: int) -> Fraction:
    """A player's best payoff by trying every plan."""
    best = None
    for plan in reduced_strategies(game, player, 100_000):
        tried = list(strategy)
        for infoset in range(game.n_infosets):
            if game.infoset_player[infoset] == player:
                actions = game.actions_of(infoset)
                pick = next((a for a in actions if a in plan), actions[0])
                for a in actions:
                    tried[a] = F(int(a == pick))
        value = expected(game, tried)[player]
        best = value if best is None else max(best, value)
    assert best is not None
    return best


@settings(max_examples=some(50), deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3), st.sampled_from([0.0, 0.6]))
def test_values_and_player_regret_are_those_of_brute_force(
    seed: int, players: int, pure: float
) -> None:
    game = random_tree(seed, players=players, depth=3)
    strategy = random_profile(game, seed + 1, pure=pure)
    found = certify(game, floats(strategy), exact_strategy=strategy)
    rough = certify(game, floats(strategy))
    values = expected(game, strategy)
    assert found.payoffs.tolist() == [float(v) for v in values]
    gains = [best_plan(game, strategy, p) - values[p] for p in range(players)]
    assert found.certificate.exact
    assert found.certificate.regret.player == float(max(gains))
    assert rough.certificate.regret.player == pytest.approx(float(max(gains)), abs=1e-9)
    assert ("nash" in found.certificate.concepts) == (max(gains) == 0)


@settings(max_examples=some(30), deadline=None)
@given(st.integers(0, 10**6))
def test_floats_and_fractions_agree(seed: int) -> None:
    game = random_tree(seed, players=2, depth=4)
    strategy = random_profile(game, seed, pure=0.5)
    one = certify(game, floats(strategy))
    other = certify(game, floats(strategy), exact_strategy=strategy)
    np.testing.assert_allclose(one.beliefs, other.beliefs, atol=1e-12)
    np.testing.assert_allclose(one.action_values, other.action_values, atol=1e-9)
    assert one.certificate.unreached == other.certificate.unreached
    assert one.certificate.regret.agent == pytest.approx(other.certificate.regret.agent, abs=1e-9)


@pytest.mark.parametrize("seed", range(15))
def test_gambit_finds_the_same_beliefs_values_and_regrets(seed: int) -> None:
    gbt: Any = pytest.importorskip("pygambit")
    game = random_tree(seed, players=2 + seed % 2, depth=4)
    strategy = random_profile(game, seed)
    found = certify(game, floats(strategy))
    theirs = gbt.read_efg(io.BytesIO(write_efg(game).encode()))
    profile = theirs.mixed_behavior_profile(rational=True)
    values = sorted(found.payoffs.tolist())
    for player_index, player in enumerate(theirs.players):
        own = sorted(
            (i for i in range(game.n_infosets) if game.infoset_player[i] == player_index),
            key=lambda i: first_in_preorder(game, i),
        )
        # Gambit lists a player's infosets in preorder, each by its first member.
        for i, history in zip(own, theirs.get_infosets(player), strict=True):
            here = gbt.H.path(*history.actions)
            profile[here] = {
                action: gbt.Rational(strategy[a].numerator, strategy[a].denominator)
                for a, action in zip(game.actions_of(i), theirs.get_actions(here), strict=True)
            }
    theirs_values = sorted(float(profile.payoffs[p]) for p in theirs.players)
    assert values == pytest.approx(theirs_values)
    assert found.certificate.regret.agent == pytest.approx(float(profile.agent_max_regret()))
    assert found.certificate.regret.player == pytest.approx(float(profile.max_regret()))
    beliefs = sorted(found.beliefs[~np.isnan(found.beliefs)].tolist())
    theirs_beliefs = sorted(
        float(profile.beliefs[member])
        for player in theirs.players
        for history in theirs.get_infosets(player)
        for member in theirs.get_members(gbt.H.path(*history.actions))
    )
    assert beliefs == pytest.approx(theirs_beliefs)


def preorder(game: Game) -> list[int]:
    order, waiting = [], [0]
    while waiting:
        node = waiting.pop()
        order.append(node)
        if game.infoset[node] >= 0:
            first, count = (
                int(game.first_child[node]),
                len(game.actions_of(int(game.infoset[node]))),
            )
            waiting += range(first + count - 1, first - 1, -1)
    return order


def first_in_preorder(game: Game, infoset: int) -> int:
    return next(k for k, node in enumerate(preorder(game)) if game.infoset[node] == infoset)


def test_an_incredible_threat_is_nash_and_no_more() -> None:
    found = certify(classic(ENTRY), np.array([0.0, 1, 0, 1])).certificate
    assert found.concepts == ("nash", "agent nash")
    assert found.unreached == 1
    assert str(found.deviation) == (
        "incumbent, at [1], plays fight and gets −1; accept would give 1"
    )


def test_the_credible_answer_is_sequential() -> None:
    strategy = [F(1), F(0), F(1), F(0)]
    found = certify(classic(ENTRY), floats(strategy), exact_strategy=strategy).certificate
    assert found.concepts == (
        "nash", "agent nash", "subgame-perfect", "weak perfect bayesian", "perfect bayesian",
        "sequential",
    )  # fmt: skip
    assert (found.exact, found.tolerance, found.deviation) == (True, 0.0, None)


@pytest.mark.parametrize(
    ("strategy", "belief", "last"),
    [
        ([1, 0, 1, 0, 0, 1], (F(0), F(1)), "sequential"),
        ([1, 0, 1, 0, F(1, 4), F(3, 4)], (F(1, 3), F(2, 3)), "sequential"),
        ([0, 1, 1, 0, 1, 0], (F(0), F(1)), "subgame-perfect"),
    ],
)
def test_seltens_horse(strategy: list[Any], belief: tuple[Fraction, Fraction], last: str) -> None:
    """Kreps and Wilson 1982, p. 873: (D, c, L) is Nash, but 2 would deviate if asked."""
    game = classic(HORSE)
    exact = [F(p) for p in strategy]
    nodes = np.flatnonzero(game.infoset == 2)
    beliefs: list[Fraction | None] = [None] * game.n_nodes
    by_parent = {bool(game.parent[n] != 0): n for n in nodes.tolist()}
    beliefs[by_parent[False]], beliefs[by_parent[True]] = belief
    found = certify(game, floats(exact), exact_strategy=exact, beliefs=beliefs)
    assert found.certificate.concepts[-1] == last


def test_beliefs_that_no_trembles_make_are_not_called_sequential() -> None:
    """One unseen deviation of player 1 must look the same to players 2 and 3."""
    sets = [
        Infoset(0, "1", ("x", "y", "out")),
        Infoset(1, "1", ("l", "r")),
        Infoset(2, "1", ("L", "R")),
    ]
    game = assemble(
        "two watchers",
        ["1", "2", "3"],
        sets,
        [0, 1, 2, -1, -1, 2, -1, -1, 1, 2, -1, -1, 2, -1, -1, -1],
        [tuple(map(F, row)) for row in [
            (0, 1, 1), (0, 1, 0), (0, 0, 1), (0, 0, 0), (0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1),
            (1, 1, 1),
        ]],
    )  # fmt: skip
    exact = [F(0), F(0), F(1), F(1), F(0), F(0), F(1)]

    def concepts(two: Fraction, three: Fraction) -> tuple[str, ...]:
        beliefs: list[Fraction | None] = [None] * game.n_nodes
        for node in range(game.n_nodes):
            infoset = int(game.infoset[node])
            if infoset in (1, 2):
                way = node
                while game.parent[way] != 0:
                    way = int(game.parent[way])
                share = two if infoset == 1 else three
                first = share if int(game.via[way]) == 0 else 1 - share
                beliefs[node] = first if infoset == 1 or int(game.via[node]) == 3 else F(0)
        return certify(
            game, floats(exact), exact_strategy=exact, beliefs=beliefs
        ).certificate.concepts

    assert concepts(F(1), F(0))[-1] == "perfect bayesian"
    assert concepts(F(1, 2), F(1, 2))[-1] == "sequential"


def test_logit_fixed_point_error() -> None:
    game = random_tree(4, depth=3)
    counts = np.diff(game.first_action)[game.action_infoset[: game.n_actions]]
    uniform = 1 / counts
    at_zero = certify(game, uniform, precision=0.0).certificate
    assert at_zero.fixed_point == pytest.approx(0.0, abs=1e-12)
    assert "agent logit QRE" in at_zero.concepts
    assert "agent logit QRE" not in certify(game, uniform, precision=1.0).certificate.concepts


def test_one_player_logit_in_closed_form() -> None:
    game = assemble("choice", ["A"], [Infoset(0, "1", ("a", "b"))], [0, -1, -1], [(F(0),), (F(1),)])
    precision = 2000.0
    logs = np.array([-precision, -np.log1p(np.exp(-precision))])
    found = certify(game, np.exp(logs), precision=precision, log_strategy=logs)
    assert found.strategy[0] == 0.0
    assert found.certificate.fixed_point == pytest.approx(0.0, abs=1e-9)
    assert found.certificate.unreached == 0


def test_beliefs_do_not_underflow() -> None:
    """Two ways of probability e^-800 and e^-801 to one infoset, and the belief is still right."""
    sets = [Infoset(0, "1", ("a", "b", "c")), Infoset(1, "1", ("l", "r"))]
    game = assemble(
        "rare", ["1", "2"], sets, [0, 1, -1, -1, 1, -1, -1, -1], [(F(k), F(k)) for k in range(5)]
    )
    logs = np.array([-800.0, -801.0, 0.0, np.log(0.5), np.log(0.5)])
    found = certify(game, np.exp(logs), log_strategy=logs)
    nodes = np.flatnonzero(game.infoset == 1)
    assert found.beliefs[nodes].tolist() == pytest.approx(
        [1 / (1 + np.exp(-1)), 1 / (1 + np.exp(1))]
    )


def test_wrong_beliefs_on_the_path_are_told() -> None:
    game = classic(BEER_QUICHE)
    strategy = random_profile(game, 1)
    true = certify(game, floats(strategy)).beliefs
    wide = next(i for i in range(game.n_infosets) if np.count_nonzero(game.infoset == i) > 1)
    wrong = true.copy()
    nodes = np.flatnonzero(game.infoset == wide)
    wrong[nodes] = np.eye(len(nodes))[0]
    found = certify(game, floats(strategy), beliefs=wrong)
    assert found.certificate.bayes == pytest.approx(np.abs(wrong - true)[nodes].max())
    np.testing.assert_allclose(found.beliefs, true)


def test_without_recall_only_agents_are_certified() -> None:
    sets = [Infoset(0, "1", ("a", "b")), Infoset(0, "2", ("c", "d"))]
    rows = [(F(k),) for k in (0, 0, 0, 1)]
    game = assemble("forgetful", ["A"], sets, [0, 1, -1, -1, 1, -1, -1], rows)
    found = certify(game, np.array([1.0, 0, 1, 0]))
    assert np.isnan(found.certificate.regret.player)
    assert found.certificate.concepts == ("agent nash",)
    assert "perfect recall" in found.notes[-1]


@settings(max_examples=some(25), deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.5, 3.0]), st.integers(-5, 5))
def test_shift_and_scale_change_no_concept(seed: int, scale: float, shift: int) -> None:
    game = random_tree(seed, depth=3)
    strategy = random_profile(game, seed, pure=0.8)
    assert game.exact is not None
    factor = F(scale)
    rows = [tuple(factor * x + shift for x in row) for row in game.exact.payoffs]
    other = Game(
        game.title, game.players, game.infoset, game.first_child, game.level, game.infoset_player,
        game.first_action, game.terminal, game.chance, np.array(rows, float), game.labels,
        type(game.exact)(tuple(rows), game.exact.chance),
    )  # fmt: skip
    one = certify(game, floats(strategy), exact_strategy=strategy).certificate
    two = certify(other, floats(strategy), exact_strategy=strategy).certificate
    assert one.concepts == two.concepts
    assert two.regret.player == pytest.approx(scale * one.regret.player)


def subgame_roots(game: Game) -> list[int]:
    """Subgame roots by the definition."""
    below: list[set[int]] = [set() for _ in range(game.n_nodes)]
    for node in reversed(range(game.n_nodes)):
        below[node].add(node)
        if node:
            below[int(game.parent[node])] |= below[node]
    roots = []
    for node in range(game.n_nodes):
        sets = {int(game.infoset[n]) for n in below[node]} & set(range(game.n_infosets))
        members = {n for n in range(game.n_nodes) if int(game.infoset[n]) in sets}
        if game.infoset[node] >= 0 and members <= below[node]:
            roots.append(node)
    return roots


@settings(max_examples=some(30), deadline=None)
@given(st.integers(0, 10**6))
def test_subgames_are_found_by_definition(seed: int) -> None:
    from lackmus.solution.walk import levels_of

    game = random_tree(seed, depth=4, hidden=0.4)
    piece = levels_of(game).piece
    found = [n for n in range(game.n_nodes) if piece[n] == n and (n == 0 or game.infoset[n] >= 0)]
    assert sorted({0, *subgame_roots(game)}) == found


@pytest.mark.parametrize("seed", range(25))
def test_subgame_perfection_is_no_gain_in_any_subgame(seed: int) -> None:
    """Many pure profiles of a small tree, against best plans in every subgame."""
    game = random_tree(seed, depth=3, highest=3, hidden=0.3, chance=0.1)
    roots = subgame_roots(game)
    for pick in islice(product(*map(game.actions_of, range(game.n_infosets))), 30):
        strategy = [F(int(a in pick)) for a in range(game.n_actions)]
        perfect = all(gain_below(game, strategy, root) == 0 for root in roots)
        found = certify(game, floats(strategy), exact_strategy=strategy).certificate.concepts
        assert ("subgame-perfect" in found) == perfect


def gain_below(game: Game, strategy: list[Fraction], root: int) -> Fraction:
    """The most that a player gains in the subgame at a root, by trying all his plans there."""
    inside = {root}
    for node in range(root + 1, game.n_nodes):
        if int(game.parent[node]) in inside:
            inside.add(node)
    gain = F(0)
    for player in range(len(game.players)):
        own = [
            i for i in range(game.n_infosets)
            if game.infoset_player[i] == player and set(np.flatnonzero(game.infoset == i)) <= inside
        ]  # fmt: skip
        base = value_at(game, strategy, root, player)
        for pick in product(*map(game.actions_of, own)):
            tried = list(strategy)
            for infoset, choice in zip(own, pick, strict=True):
                for a in game.actions_of(infoset):
                    tried[a] = F(int(a == choice))
            gain = max(gain, value_at(game, tried, root, player) - base)
    return gain


def value_at(game: Game, strategy: list[Fraction], node: int, player: int) -> Fraction:
    exact = game.exact
    assert exact is not None
    infoset = int(game.infoset[node])
    if infoset < 0:
        leaf = int(np.searchsorted(game.terminal, node))
        return exact.payoffs[player][leaf]
    chances = [*strategy, *exact.chance]
    total = F(0)
    for k, a in enumerate(game.actions_of(infoset)):
        if chances[a]:
            child = int(game.first_child[node]) + k
            total += chances[a] * value_at(game, strategy, child, player)
    return total
