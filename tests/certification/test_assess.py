"""The compiled certificate says what the one in NumPy says, of whatever profile."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lackmus.certification.assess import certify
from lackmus.foundation.arrays import Floats
from lackmus.foundation.errors import UsageError
from lackmus.game.game import Game
from lackmus.solution import certify as reference
from lackmus.solution.solution import Assessment
from lackmus.solvers.quantal_response.logit import solve_logit
from lackmus.testing.classics import BEER_QUICHE, ENTRY, HORSE, classic
from lackmus.testing.trees import random_tree


def uniform(game: Game) -> Floats:
    counts = np.diff(game.first_action[: game.n_infosets + 1])
    return np.repeat(1.0 / counts, counts)


def some(game: Game, seed: int) -> Floats:
    """A profile that takes every action, some hardly ever."""
    rng = np.random.default_rng(seed)
    weights = np.exp(rng.uniform(-12.0, 0.0, game.n_actions))
    starts = game.first_action[: game.n_infosets]
    return weights / np.add.reduceat(weights, starts)[game.action_infoset[: game.n_actions]]


def assert_alike(one: Assessment, other: Assessment) -> None:
    for name in ("strategy", "beliefs", "action_values", "payoffs"):
        a, b = getattr(one, name), getattr(other, name)
        assert a.shape == b.shape
        assert not a.flags.writeable
        assert np.allclose(a, b, rtol=1e-12, atol=1e-12, equal_nan=True), name
    assert (one.precision, one.notes, one.kind) == (other.precision, other.notes, other.kind)
    a, b = one.certificate, other.certificate
    assert a.concepts == b.concepts
    assert (a.tolerance, a.unreached, a.exact) == (b.tolerance, b.unreached, b.exact)
    regrets = [(x.regret.agent, x.regret.player) for x in (a, b)]
    assert regrets[0] == pytest.approx(regrets[1], abs=1e-12, nan_ok=True)
    assert a.bayes == pytest.approx(b.bayes, abs=1e-12)
    assert a.fixed_point == pytest.approx(b.fixed_point, abs=1e-9)
    assert str(a.deviation) == str(b.deviation)


def both(game: Game, strategy: Floats, **more: Any) -> Assessment:
    with np.errstate(divide="ignore"):
        more = {"log_strategy": np.log(strategy), **more}
    found = certify(game, strategy, **more)
    assert_alike(found, reference.certify(game, strategy, **more))
    return found


@pytest.mark.parametrize("seed", range(40))
def test_mixed_profiles_of_random_trees(seed: int) -> None:
    game = random_tree(seed)
    precision = [None, 0.0, 1.5][seed % 3]
    both(game, some(game, seed), precision=precision)
    both(game, uniform(game), precision=precision)


@pytest.mark.parametrize("seed", range(40))
def test_quantal_responses_of_random_trees(seed: int) -> None:
    game = random_tree(seed)
    found = solve_logit(game, 2.0).best
    own = found.strategy[: game.n_actions]
    again = both(game, own, beliefs=found.beliefs, precision=2.0)
    assert "agent logit QRE" in again.certificate.concepts
    assert "agent logit QRE" not in both(game, own, precision=3.0).certificate.concepts


@pytest.mark.parametrize("text", [ENTRY, BEER_QUICHE, HORSE])
def test_what_is_not_reached_is_left_to_the_reference(text: str) -> None:
    game = classic(text)
    pure = np.zeros(game.n_actions)
    pure[game.first_action[: game.n_infosets]] = 1.0
    both(game, pure)


def test_a_mixed_equilibrium_is_certified_with_all_concepts() -> None:
    """Where all payoffs are the same every profile is one."""
    game = classic(ENTRY)
    flat = Game(**{**_fields(game), "payoffs": np.ones_like(game.payoffs), "exact": None})
    concepts = both(flat, uniform(flat)).certificate.concepts
    assert concepts == (
        "nash",
        "agent nash",
        "subgame-perfect",
        "weak perfect bayesian",
        "perfect bayesian",
        "sequential",
    )


def _fields(game: Game) -> dict[str, Any]:
    return {name: getattr(game, name) for name in game.__dataclass_fields__}


def test_faults_are_those_of_the_reference() -> None:
    game = classic(ENTRY)
    strategy = uniform(game)
    logs = np.log(strategy)
    bad: list[dict[str, Any]] = [
        {"strategy": strategy * 1.1},
        {"strategy": strategy[:-1]},
        {"log_strategy": logs - 1.0},
        {"beliefs": np.full(3, 0.5)},
        {"beliefs": np.full(game.n_nodes, 0.3)},
        {"precision": -1.0},
        {"precision": np.inf},
    ]
    for wrong in bad:
        given = {"strategy": strategy, "log_strategy": logs, **wrong}
        told = []
        for one in (certify, reference.certify):
            with pytest.raises(UsageError) as caught:
                one(game, **given)
            told.append(str(caught.value))
        assert told[0] == told[1]


def test_wrong_beliefs_on_the_path_are_told() -> None:
    game = classic(BEER_QUICHE)
    strategy = some(game, 1)
    beliefs = certify(game, strategy, log_strategy=np.log(strategy)).beliefs.copy()
    pair = next(
        nodes
        for i in range(game.n_infosets)
        if len(nodes := np.flatnonzero(game.infoset == i)) == 2
    )
    beliefs[pair] = beliefs[pair[::-1]]
    assert both(game, strategy, beliefs=beliefs).certificate.bayes > 1e-3
