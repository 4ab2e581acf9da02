"""Records and forecasts where branches fork, against the closed form of a game of meeting."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from lackmus.case import syntax
from lackmus.case.builder import CaseBuilder
from lackmus.case.move_list import MoveList
from lackmus.pipeline.forecasts import forecasts
from lackmus.pipeline.learning import learn
from lackmus.pipeline.records import RecordStudy
from lackmus.pipeline.weighing import LearnEffort
from lackmus.report.forecasts import forecasts_json
from lackmus.report.html import render_learned
from lackmus.report.learned import forks, learned_json
from lackmus.solvers.quantal_response.plays import play_many
from lackmus.sweep.design import base_point


def meeting(precision: float, *, seen: str = "left = x and right = x") -> syntax.Case:
    """Two who would like to meet, and are as well off in either place."""
    moves = (
        MoveList()
        .move("left", "a", ["x", "y"], seen_by=["a", "public"])
        .move("right", "b", ["x", "y"], seen_by=["b", "public"])
    )
    return (
        CaseBuilder("Meeting")
        .assume("worth", 2, range=(1.9, 2.1))
        .actor("a").actor("b").observer("public")
        .moves(moves)
        .stake("a", "worth", when="left = right")
        .stake("b", "worth", when="left = right")
        .precision(precision)
        .claim("meet", "P(left = x and right = x) > 0.6", resolves_if="left = x and right = x")
        .observation(seen)
        .build()
    )  # fmt: skip


def share(precision: float, worth: float = 2.0) -> float:
    """How often each goes to the likelier place on an arm: p = 1 / (1 + exp(-λ w (2 p - 1)))."""

    def excess(p: float) -> float:
        return float(p - 1.0 / (1.0 + np.exp(-precision * worth * (2.0 * p - 1.0))))

    return float(brentq(excess, 0.5 + 1e-6, 1.0))


def test_a_record_is_told_on_the_arms_of_draws_that_fork() -> None:
    learned = learn(meeting(1.5), effort=LearnEffort(draws=60))
    assert learned.evidence.probability == pytest.approx(0.25)
    assert learned.arms is not None
    assert (learned.arms.draws, learned.arms.arms) == (60, 120)
    p = share(1.5)
    ends = ((1.0 - p) ** 2, p**2)
    assert learned.probability_on_arms == pytest.approx(ends, rel=0.05)
    assert "In 60 of 60 draws the branch forks" in forks(learned)
    told = learned_json(learned)["forks"]
    assert told["probability"] == pytest.approx(ends, rel=0.05)


def test_arms_that_are_not_followed_count_like_those_that_are() -> None:
    learned = learn(meeting(1.5), effort=LearnEffort(draws=130))
    assert learned.arms is not None
    assert (learned.arms.draws, learned.arms.followed) == (130, 100)
    assert learned.probability_on_arms == pytest.approx(
        ((1.0 - share(1.5)) ** 2, share(1.5) ** 2), rel=0.05
    )


def test_a_forecast_is_told_on_arms_before_and_given_what_was_seen() -> None:
    case = meeting(1.5, seen="left = x")
    (found,) = forecasts(case, effort=LearnEffort(draws=60))
    p = share(1.5)
    # The claim names no day, so nothing that was seen comes before it.
    assert found.on_arms == pytest.approx(((1.0 - p) ** 2, p**2), rel=0.05)
    told = forecasts_json(forecasts(case, effort=LearnEffort(draws=60)))
    assert told["forks"]["draws"] == 60


def test_where_no_branch_forks_nothing_is_told() -> None:
    """Below λ w = 2 both are at even odds, and there is but one equilibrium."""
    learned = learn(meeting(0.5), effort=LearnEffort(draws=30))
    assert learned.arms is None
    assert forks(learned) == ""
    assert learned_json(learned)["forks"] is None
    (found,) = forecasts(meeting(0.5), effort=LearnEffort(draws=30))
    assert found.on_arms is None


def test_a_draw_whose_arms_were_all_left_says_nothing_on_them() -> None:
    case = meeting(1.5)
    study = RecordStudy(case, case.observations)
    compiled, values = study.as_written(base_point(study.assumptions)[None])
    empty = {name: value[:0] for name, value in values.items()}
    numbers = compiled.draws(values)
    play = play_many(compiled.game, numbers.payoffs, numbers.chance, np.ones(1)).of(slice(0, 0))
    read = study.record.read(compiled, empty, play)
    assert read.shape == (0, study.record.width)
    told = study.record.told(read, np.zeros((0, 1), np.int8))
    assert told.events.shape == (0, 2, 0, 2)
    assert told.log_likelihood.shape == (0,)


def test_the_page_says_so_too() -> None:
    learned = learn(meeting(1.5), effort=LearnEffort(draws=30))
    assert "In 30 of 30 draws the branch forks" in render_learned(learned, None)
