"""What is proven of beliefs off the path, and what is disproven."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import some

from lackmus.game.efg import parse_efg
from lackmus.game.game import Game
from lackmus.pipeline.front import load
from lackmus.solution.certify import certify
from lackmus.solution.consistency import consistency, keeps_what_is_unknown
from lackmus.solution.solution import Assessment
from lackmus.solution.walk import levels_of
from lackmus.solvers.solve import solve
from lackmus.testing.trees import random_tree

F = Fraction

#: Nobody sees the coin; the first player's move cannot tell of it.
BLIND = """EFG 2 R "blind" { "1" "2" } ""
c "" 1 "" { "h" 1/4 "t" 3/4 } 0
p "" 1 1 "" { "in" "out" } 0
p "" 2 1 "" { "l" "r" } 0
t "" 1 "" { -1 0 }
t "" 2 "" { -1 0 }
t "" 3 "" { 0 0 }
p "" 1 1 0
p "" 2 1 0
t "" 4 "" { -1 0 }
t "" 5 "" { -1 0 }
t "" 3 "" { 0 0 }
"""

#: The first player knows his type; the second and the third see his move, the third the second's.
THREE = """EFG 2 R "three" { "1" "2" "3" } ""
c "" 1 "" { "s" 1/2 "w" 1/2 } 0
p "" 1 1 "" { "in" "out" } 0
p "" 2 1 "" { "go" "stop" } 0
p "" 3 1 "" { "l" "r" } 0
t "" 1 "" { -1 -1 0 }
t "" 2 "" { -1 -1 0 }
t "" 3 "" { -1 0 0 }
t "" 4 "" { 0 0 0 }
p "" 1 2 "" { "in" "out" } 0
p "" 2 1 0
p "" 3 1 0
t "" 5 "" { -1 -1 0 }
t "" 6 "" { -1 -1 0 }
t "" 7 "" { -1 0 0 }
t "" 8 "" { 0 0 0 }
"""


def out(text: str, **beliefs: tuple[Fraction, Fraction]) -> Assessment:
    """The profile in which nobody goes in or goes on, with beliefs of the players named so."""
    game = parse_efg(text)
    unused = {"in", "go", "r"}
    strategy = [F(int(game.labels.actions[a] not in unused)) for a in range(game.n_actions)]
    listed: list[Fraction | None] = [None] * game.n_nodes
    for player, belief in beliefs.items():
        seat = game.players.index(player.removeprefix("p"))
        movers = np.flatnonzero(levels_of(game).mover == seat)
        for node, p in zip(movers.tolist(), belief, strict=True):
            listed[node] = p
    return certify(
        game, np.array([float(p) for p in strategy]), beliefs=listed, exact_strategy=strategy
    )


def test_a_move_does_not_signal_what_its_mover_does_not_know() -> None:
    good = out(BLIND, p2=(F(1, 4), F(3, 4)))
    assert "sequential" in good.certificate.concepts
    bad = out(BLIND, p2=(F(3, 4), F(1, 4)))
    assert "perfect bayesian" not in bad.certificate.concepts
    assert "weak perfect bayesian" in bad.certificate.concepts
    assert "does not know" in bad.notes[-1]


def test_inconsistent_weights_and_orders_are_disproven() -> None:
    good = out(THREE, p2=(F(9, 10), F(1, 10)), p3=(F(9, 10), F(1, 10)))
    assert "sequential" in good.certificate.concepts
    for second, third in (((9, 1), (1, 9)), ((10, 0), (0, 10)), ((10, 0), (5, 5))):
        bad = out(
            THREE, p2=(F(second[0], 10), F(second[1], 10)), p3=(F(third[0], 10), F(third[1], 10))
        )
        assert "perfect bayesian" in bad.certificate.concepts
        assert "sequential" not in bad.certificate.concepts
        assert bad.notes[-1].startswith("Not sequential")


def trembled(game: Game, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A pure profile, and the beliefs that trembles of random orders and weights leave."""
    rng = np.random.default_rng(seed)
    n, shape = game.n_actions, levels_of(game)
    assert game.exact is not None
    strategy = np.array([*[F(0)] * n, *game.exact.chance, None], object)[:-1]
    for i in range(game.n_infosets):
        strategy[rng.choice(game.actions_of(i))] = F(1)
    order, weight = rng.integers(1, 4, n), [F(int(x)) for x in rng.integers(1, 5, n)]
    mass = [(0, F(1))]
    for node in range(1, game.n_nodes):
        e, w = mass[game.parent[node]]
        a = int(game.via[node])
        if a < n and not strategy[a]:
            mass.append((e + int(order[a]), w * weight[a]))
        else:
            mass.append((e, w * strategy[a]))
    beliefs = np.full(game.n_nodes, F(0), object)
    for i in range(game.n_infosets):
        own = np.flatnonzero(game.infoset == i).tolist()
        least = min(mass[x][0] for x in own)
        kept = {x: mass[x][1] for x in own if mass[x][0] == least}
        for x, w in kept.items():
            beliefs[x] = w / sum(kept.values())
    nothing = np.zeros(game.n_infosets, np.bool_)
    assert len(shape.mover) == game.n_nodes
    return strategy, beliefs, nothing


@settings(max_examples=some(60), deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3))
def test_what_trembles_leave_is_never_disproven(seed: int, players: int) -> None:
    game = random_tree(seed, players=players, depth=4)
    strategy, beliefs, derived = trembled(game, seed)
    if len(np.unique(levels_of(game).piece)) > 1:
        return
    assert keeps_what_is_unknown(game, strategy, beliefs, derived)
    assert consistency(game, strategy, beliefs, derived) == "proven"


def test_putnams_game_has_one_equilibrium() -> None:
    """Its foreign side cannot tell of the legislature, which it does not know either."""
    found = solve(load("two-level-game").compile(), every=True, seconds=300)
    assert found.complete
    assert found.concept == "perfect bayesian"
    assert len(found.assessments) == 1
    assert "sequential" in found.best.certificate.concepts
