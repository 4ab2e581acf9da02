"""A lane on its way: how closed curves are told, and how a correction comes to its end."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from lackmus.compiled.jit import jit
from lackmus.game.nfg import parse_nfg
from lackmus.pipeline.case_study import CaseStudy
from lackmus.pipeline.loading import load
from lackmus.solvers.kernels.lanes import laid
from lackmus.solvers.kernels.structure import structure_of
from lackmus.solvers.quantal_response.continuation import REACHED, has_come_back
from lackmus.solvers.quantal_response.path_follower import Follower
from lackmus.solvers.quantal_response.workspace import COURSE, DISTANCE, Desk, Records, make_desk
from lackmus.sweep.design import draw

PENNIES = 'NFG 1 R "pennies" { "r" "c" } { 2 2 } "" 9 0 0 1 0 1 1 0'


@jit
def comes_back(n: int, room: Desk, course: Records, at: float) -> bool:
    """The kernel, with a door to Python."""
    return has_come_back(n, laid(room), course, 0, at)


def test_a_turning_point_that_comes_again_closes_the_curve() -> None:
    game = parse_nfg(PENNIES)
    desk, course = make_desk(structure_of(game), 4), np.zeros(1, COURSE)
    n = structure_of(game).n_free
    desk.marks[DISTANCE] = 0.1

    def turn(number: int, at: float, *y: float) -> bool:
        course["turns"] = number
        desk.here[:n] = y
        return comes_back(n, desk, course, at)

    assert not turn(1, 54.0, 1.0, 2.0)
    assert not turn(2, 47.0, 3.0, 2.0)
    assert not turn(3, 47.0, -3.0, 2.0), "another place at the same precision"
    assert not turn(4, 51.0, 3.0, 2.0)
    assert not turn(5, 52.0, 3.0, 2.0), "the same place at another precision"
    assert turn(6, 51.0 + 1e-6, 3.05, 2.0)


@pytest.mark.parametrize(("draws", "number"), [(400, 18), (400, 313), (20_000, 8843)])
def test_a_branch_turns_back_and_forth_however_sharply(draws: int, number: int) -> None:
    study = CaseStudy(load("alaska-2025"))
    points = draw(study.assumptions, study.correlations, draws, 0)
    values = study.values(points[number : number + 1])
    compiled = study.variants().games[0]
    numbers = compiled.draws(values)
    precision = float(compiled.complete(values)["precision"][0])
    follower = Follower(compiled.game)
    found = follower.follow(numbers.payoffs[0], numbers.chance[0], precision, turns=60)
    assert found.code == REACHED
    assert found.turns >= 2
    passed = np.sign(np.diff(np.append(found.turning_points, found.t)))
    assert found.turns % 2 == 0
    assert (passed[::2] < 0).all()
    assert (passed[1::2] > 0).all()


def test_a_step_that_squares_errors_ends_at_rounding() -> None:
    game = parse_nfg(PENNIES)
    follower = Follower(game)
    found = follower.follow(game.payoffs.copy(), game.chance.copy(), 3.0)
    assert found.code == REACHED
    assert found.error < 1e-13
    own = follower.strategy[0] / follower.strategy[1]
    other = Fraction(float(follower.strategy[2])) * 10 - 1
    assert np.log(own) == pytest.approx(3.0 * float(other), abs=1e-12)
