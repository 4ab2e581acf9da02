"""The play of draws is certified by what it is, not by what the solver says of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import lackmus
from lackmus.case.parse import parse_case
from lackmus.foundation.arrays import Floats
from lackmus.foundation.outcomes import HOLDS, UNSOLVED
from lackmus.game.game import Game
from lackmus.pipeline.case_study import CaseStudy
from lackmus.pipeline.trial import Effort, put_to_test
from lackmus.solution.draws import certified
from lackmus.solution.solution import Play
from lackmus.sweep.design import draw


def played(name: str, draws: int = 12) -> tuple[Game, Play, Floats]:
    """A case of the library under a few draws, with their precisions."""
    study = CaseStudy(lackmus.load(name))
    values = study.values(draw(study.assumptions, study.correlations, draws, 0))
    variants = study.variants()
    return variants.games[0].game, study.plays(variants, values)[0], values["precision"]


@pytest.mark.parametrize("name", ["beer-quiche", "kuhn-poker", "centipede", "alaska-2025"])
def test_what_is_solved_is_certified_and_what_is_moved_is_not(name: str) -> None:
    game, play, precision = played(name)
    assert certified(game, play, precision).all()
    first = slice(0, int(game.first_action[1]))
    moved = play.strategy.copy()
    moved[:, first] = 0.9 * moved[:, first] + 0.1 / first.stop
    assert not certified(game, replace(play, strategy=moved), precision).any()
    assert not certified(game, play, 1.2 * precision + 0.1).any()
    assert not certified(game, replace(play, strategy=play.strategy * np.nan), precision).any()


def test_a_chance_of_one_part_in_a_thousand_too_many_is_seen() -> None:
    game, play, precision = played("beer-quiche")
    moved = play.strategy.copy()
    moved[:, 0] *= 1.01
    assert not certified(game, replace(play, strategy=moved), precision).any()


HUGE = """
title: Huge
actors: {a: {}, b: {}}
assumptions: {cost: {value: 2, range: [1, 3]}}
moves:
  - go: {by: a, options: [x, y]}
  - on: {by: a, if: go = x, options: [here, there]}
stakes:
  a: [{worth: SIZE, if: go = x}, {worth: -cost, if: on = here}]
precision: 1
claims: {c: {holds if: P(on = there | go = x) > 0.7}}
"""


@pytest.mark.parametrize("size", ["100", "100000", "100000000000000000", "1000000000000000000"])
def test_payoffs_that_floats_cannot_carry_end_as_unsolved(size: str) -> None:
    """`there` has probability 1 / (1 + exp(-cost)) > 0.73, whatever x is worth."""
    effort = Effort(draws=30, turns=False, probes=False)
    (found,) = put_to_test(parse_case(HUGE.replace("SIZE", size)), effort=effort).claims
    if len(size) < 10:
        assert found.verdict.word == "follows"
        assert set(found.holds) == {HOLDS}
    else:
        assert found.verdict.said == "unsolved, not firm"
        assert set(found.holds) == {UNSOLVED}
        ((reason, _),) = found.verdict.reasons
        assert "floating point" in reason
