"""The compiled certificate of draws says of each what the one in NumPy says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import lackmus
from lackmus.certification.draws import certified
from lackmus.foundation.arrays import Bools, Floats
from lackmus.game.game import Game
from lackmus.pipeline.case_study import CaseStudy
from lackmus.solution import draws as reference
from lackmus.solution.solution import Play
from lackmus.sweep.design import draw


def played(name: str, draws: int = 12) -> tuple[Game, Play, Floats]:
    study = CaseStudy(lackmus.load(name))
    values = study.values(draw(study.assumptions, study.correlations, draws, 0))
    variants = study.variants()
    return variants.games[0].game, study.plays(variants, values)[0], values["precision"]


def both(game: Game, play: Play, precision: Floats) -> Bools:
    found = certified(game, play, precision)
    assert np.array_equal(found, reference.certified(game, play, precision))
    return found


@pytest.mark.parametrize("name", ["beer-quiche", "kuhn-poker", "india-tariffs-2025"])
def test_draws_as_they_are_and_as_they_are_not(name: str) -> None:
    game, play, precision = played(name)
    assert both(game, play, precision).all()
    assert not both(game, play, 1.2 * precision + 0.1).any()
    rng = np.random.default_rng(6)
    for size in (1e-6, 1e-3, 1e-2):
        noise = np.exp(size * rng.normal(size=play.strategy.shape))
        both(game, replace(play, strategy=play.strategy * noise), precision)
    mixed = play.strategy.copy()
    mixed[::2] = np.nan
    assert both(game, replace(play, strategy=mixed), precision).tolist() == 6 * [False, True]


@pytest.mark.parametrize("scale", [1e6, 1e10, 1e13, 1e15, 1e17])
def test_payoffs_that_floats_cannot_carry(scale: float) -> None:
    game, play, precision = played("beer-quiche")
    for factor in (1.0, 1.0 / scale):
        both(game, replace(play, payoffs=play.payoffs * scale), precision * factor)


def test_what_is_never_reached_and_what_has_underflowed() -> None:
    game, play, precision = played("entry-deterrence")
    pure = play.strategy.copy()
    first = slice(0, int(game.first_action[1]))
    pure[:, first] = 0.0
    pure[:, 0] = 1.0
    both(game, replace(play, strategy=pure), precision)
    for large in (100.0, 1e4):
        both(game, replace(play, strategy=pure), large * precision)


def test_numbers_that_are_none_are_no_solution() -> None:
    game, play, precision = played("beer-quiche")
    for bad in (np.nan, np.inf):
        payoffs = play.payoffs.copy()
        payoffs[1, 0, 0] = bad
        both(game, replace(play, payoffs=payoffs), precision)
