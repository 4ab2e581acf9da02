"""Realization probabilities against a walk along every history."""

from __future__ import annotations

import numpy as np
import pytest

from lackmus.compiler.compile import compile_case
from lackmus.pipeline.loading import load
from lackmus.solution.reach import log_node_reach, log_sum, node_reach


@pytest.mark.parametrize("name", ["beer-quiche", "entry-deterrence", "india-tariffs-2025"])
def test_reach_multiplies_along_each_history(name: str) -> None:
    game = compile_case(load(name)).game
    strategy = np.random.default_rng(5).random((3, len(game.labels.actions)))
    strategy[0, 0] = 0.0
    reach, logs = node_reach(game, strategy), log_node_reach(game, strategy)
    for node in range(game.n_nodes):
        product, here = np.ones(3), node
        while here > 0:
            product *= strategy[:, game.via[here]]
            here = int(game.parent[here])
        np.testing.assert_allclose(reach[:, node], product, rtol=1e-12)
    np.testing.assert_allclose(np.exp(logs), reach, rtol=1e-12)
    assert np.isneginf(logs[0]).any()


def test_logs_do_not_underflow() -> None:
    game = compile_case(load("entry-deterrence")).game
    tiny = np.full(len(game.labels.actions), 1e-200)
    assert (node_reach(game, tiny)[game.terminal] == 0).any()
    assert np.isfinite(log_node_reach(game, tiny)).all()


def test_sums_of_logs_are_those_of_what_they_are_logs_of() -> None:
    logs = np.array([[-1.0, -2.0, -np.inf], [-np.inf] * 3, [-900.0, -901.0, -1800.0]])
    found = log_sum(logs)
    assert found[0] == pytest.approx(np.log(np.exp(-1.0) + np.exp(-2.0)), abs=1e-15)
    assert found[1] == -np.inf
    assert found[2] == pytest.approx(-900.0 + np.log1p(np.exp(-1.0)), abs=1e-12)
    assert log_sum(np.zeros(0)) == -np.inf
