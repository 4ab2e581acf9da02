"""Indices of functions whose indices are known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from lackmus.foundation.arrays import Floats
from lackmus.foundation.errors import UsageError
from lackmus.sweep import sensitivity
from lackmus.sweep.design import draw
from lackmus.sweep.sensitivity import drivers, drivers_of_verdict, sobol_indices
from lackmus.testing.studies import (
    ISHIGAMI_FIRST,
    ISHIGAMI_TOTAL,
    Formula,
    choice,
    g_indices,
    g_study,
    ishigami_study,
    outcomes,
    uniform,
)

UNIT = tuple(uniform(name, 0, 1) for name in "abcdef")


def found(study: Formula, n: int, seed: int) -> dict[str, float]:
    points = draw(study.assumptions, (), n, seed)
    listed = drivers(study.assumptions, points, study.run(points), 0)
    assert [d.index for d in listed] == sorted((d.index for d in listed), reverse=True)
    return {driver.assumption: driver.index for driver in listed}


@pytest.mark.parametrize(("n", "within"), [(500, 0.08), (2000, 0.05), (20000, 0.015)])
def test_drivers_of_ishigami(n: int, within: float) -> None:
    mean = np.mean(
        [[found(ishigami_study(), n, s).get(f"x{k}", 0.0) for k in (1, 2, 3)] for s in range(8)], 0
    )
    assert mean == pytest.approx(ISHIGAMI_FIRST, abs=within / 2)
    one = found(ishigami_study(), n, 42)
    assert one["x1"] == pytest.approx(ISHIGAMI_FIRST[0], abs=within)
    assert one["x2"] == pytest.approx(ISHIGAMI_FIRST[1], abs=within)


def test_drivers_of_the_g_function() -> None:
    first, _ = g_indices()
    shares = found(g_study(), 4000, 1)
    assert [shares.get(f"x{k}", 0.0) for k in range(1, 9)] == pytest.approx(first, abs=0.03)


@pytest.mark.parametrize("tails", ["normal", "cauchy", "lognormal", "rare"])
def test_claims_that_hang_on_nothing_have_fewer_than_one_driver_in_twenty(tails: str) -> None:
    rng = np.random.default_rng(5)
    false = 0
    for _ in range(100):
        points = rng.random((400, 6))
        samples: dict[str, Any] = {
            "normal": rng.standard_normal,
            "cauchy": rng.standard_cauchy,
            "lognormal": lambda n: np.exp(3 * rng.standard_normal(n)),
            "rare": lambda n: (np.arange(n) < 10) - 0.5,
        }
        y = samples[tails](400)
        false += len(drivers(UNIT, points, outcomes(y[:, None]), 0))
    assert false <= 10


def test_the_index_is_unbiased_where_it_is_small() -> None:
    """A driver of share 0.1 beside noise: the adjusted index is right on average at 500 draws."""
    rng = np.random.default_rng(6)
    indices = []
    for _ in range(100):
        points = rng.random((500, 1))
        y = points * np.sqrt(12 / 9) + rng.standard_normal((500, 1))
        (driver,) = drivers(UNIT[:1], points, outcomes(y), 0)
        indices.append(driver.index)
    assert np.mean(indices) == pytest.approx(0.1, abs=0.01)


def test_a_step_is_seen_and_a_choice_exactly() -> None:
    study = Formula(
        (uniform("a", 0, 1), choice("d", (1, 2, 4), 1)),
        (lambda p: np.where(p[:, 0] > 0.5, 1.0, -1.0), lambda p: p[:, 1] ** 2.0),
    )
    points = draw(study.assumptions, (), 600, 1)
    seen = study.run(points)
    (step,) = drivers(study.assumptions, points, seen, 0)
    (listed,) = drivers(study.assumptions, points, seen, 1)
    assert (step.assumption, listed.assumption) == ("a", "d")
    assert step.index > 0.93
    assert listed.index == pytest.approx(1.0)


@pytest.mark.parametrize("cut", [0.5, 0.9, 0.98, 0.995, 0.005])
def test_one_assumption_that_decides_by_a_jump_is_read_as_deciding(cut: float) -> None:
    study = Formula(UNIT[:3], (lambda p: np.where(p[:, 0] > cut, 1.0, -1.0),))
    points = draw(study.assumptions, (), 2000, 3)
    seen = study.run(points)
    (driver,) = drivers(study.assumptions, points, seen, 0)
    assert driver.assumption == "a"
    assert driver.index >= 0.9
    verdict = drivers_of_verdict(study.assumptions, points, seen, 0)
    assert verdict is not None
    assert verdict.drivers == (driver,)
    assert verdict.alone == pytest.approx(driver.index)
    assert verdict.interaction == pytest.approx(1 - driver.index)


def test_what_cosines_cannot_follow_is_found_all_the_same() -> None:
    study = Formula(UNIT[:2], (lambda p: np.sin(30 * np.pi * p[:, 0]),))
    assert found(study, 2000, 1) == {"a": pytest.approx(1.0, abs=0.01)}


def test_listed_values_count_as_categories_however_many() -> None:
    study = Formula(
        (choice("k", tuple(range(1, 21)), 1), uniform("b", 0, 1)),
        (lambda p: p[:, 0] % 2 - 0.5,),
    )
    assert found(study, 2000, 1) == {"k": pytest.approx(1.0)}
    assert found(study, 200, 1) == {"k": pytest.approx(1.0)}


@pytest.mark.parametrize("scale", [1e-300, 1e-200, 1.0, 1e200, 1e307])
def test_tiny_and_huge_margins_have_the_same_drivers(scale: float) -> None:
    study = Formula(UNIT[:2], (lambda p: scale * (p[:, 0] - 0.3),))
    with np.errstate(all="raise", under="ignore"):
        assert found(study, 500, 1) == {"a": pytest.approx(1.0, abs=1e-4)}


def test_what_only_an_interaction_decides_is_left_to_it() -> None:
    study = Formula(UNIT[:2], (lambda p: (p[:, 0] - 0.5) * (p[:, 1] - 0.5),))
    points = draw(study.assumptions, (), 1000, 1)
    verdict = drivers_of_verdict(study.assumptions, points, study.run(points), 0)
    assert verdict is not None
    assert (verdict.drivers, verdict.interaction) == ((), 1.0)


def test_a_single_draw_makes_no_driver() -> None:
    """One giant margin and one lesser beside it in one assumption."""
    points = draw(UNIT, (), 500, 1)
    y = np.zeros((500, 1))
    top = np.argsort(points[:, 0])[-2:]
    y[top, 0] = (1000.0, 1.0)
    assert drivers(UNIT, points, outcomes(y), 0) == ()


def test_of_a_verdict_that_hardly_varies_nothing_is_said() -> None:
    points = draw(UNIT, (), 500, 1)
    y = np.where(np.arange(500) < 7, 1.0, -1.0)[:, None]
    assert drivers_of_verdict(UNIT, points, outcomes(y), 0) is None
    assert drivers_of_verdict(UNIT, points[:90], outcomes(points[:90, :1] - 0.5), 0) is None


def test_directions_have_the_sign_of_the_slope() -> None:
    study = Formula(UNIT[:3], (lambda p: 3 * p[:, 0] - 2 * p[:, 1] ** 3,))
    points = draw(study.assumptions, (), 500, 1)
    up, down = drivers(study.assumptions, points, study.run(points), 0)
    assert (up.assumption, down.assumption) == ("a", "b")
    assert up.direction > 0.5
    assert down.direction < -0.4


def test_units_do_not_matter() -> None:
    points = draw(UNIT, (), 500, 1)
    y = (points[:, 0] + points[:, 1] * points[:, 2])[:, None]
    plain = drivers(UNIT, points, outcomes(y), 0)
    scaled = drivers(UNIT, np.exp(points), outcomes(1e6 * y - 7e6), 0)
    assert [d.assumption for d in plain] == [d.assumption for d in scaled]
    assert [d.index for d in plain] == pytest.approx([d.index for d in scaled])


def test_undefined_failed_constant_and_few_draws_give_no_drivers_they_should_not() -> None:
    points = draw(UNIT, (), 400, 1)
    y = np.where(points[:, 5:] > 0.5, points[:, :1], np.nan)
    assert drivers(UNIT, points, outcomes(y), 0)[0].assumption == "a"
    failed = outcomes(points[:, :1], np.ones(400, dtype=np.bool_))
    assert drivers(UNIT, points, failed, 0) == ()
    assert drivers(UNIT, points, outcomes(np.ones((400, 1))), 0) == ()
    assert drivers(UNIT, points[:20], outcomes(points[:20, :1]), 0) == ()
    fixed = np.tile(points[0], (400, 1))
    assert drivers(UNIT, fixed, outcomes(points[:, :1]), 0) == ()


def indices(study: Formula, n: int) -> tuple[Floats, Floats, Floats, Floats]:
    points = draw(study.assumptions, (), n, 1, "saltelli")
    by_name = {i.assumption: i for i in sobol_indices(study.assumptions, study.run(points), 0)}
    rows = [by_name[a.name] for a in study.assumptions]
    first = np.array([[i.first, i.first_half] for i in rows])
    total = np.array([[i.total, i.total_half] for i in rows])
    return first[:, 0], first[:, 1], total[:, 0], total[:, 1]


def test_sobol_indices_of_ishigami_within_their_intervals() -> None:
    first, first_half, total, total_half = indices(ishigami_study(), 16384 * 6)
    assert first[:3] == pytest.approx(ISHIGAMI_FIRST, abs=0.01)
    assert total[:3] == pytest.approx(ISHIGAMI_TOTAL, abs=0.01)
    assert np.all(np.abs(first[:3] - ISHIGAMI_FIRST) <= first_half[:3])
    assert np.all(np.abs(total[:3] - ISHIGAMI_TOTAL) <= total_half[:3])
    assert (first[3], total[3]) == (0.0, 0.0)


def test_sobol_indices_of_the_g_function() -> None:
    first, _, total, _ = indices(g_study(), 4096 * 10)
    true_first, true_total = g_indices()
    assert first == pytest.approx(true_first, abs=0.02)
    assert total == pytest.approx(true_total, abs=0.02)


def test_sobol_indices_are_the_same_each_time() -> None:
    study = ishigami_study()
    points = draw(study.assumptions, (), 600, 1, "saltelli")
    seen = study.run(points)
    assert sobol_indices(study.assumptions, seen, 0) == sobol_indices(study.assumptions, seen, 0)


def test_undefined_blocks_are_left_out_whole() -> None:
    study = Formula(UNIT[:2], (lambda p: p[:, 0] + 2 * p[:, 1],))
    points = draw(study.assumptions, (), 4096, 1, "saltelli")
    seen = study.run(points)
    seen.margins[::41] = np.nan
    first = {i.assumption: i.first for i in sobol_indices(study.assumptions, seen, 0)}
    assert first == pytest.approx({"a": 0.2, "b": 0.8}, abs=0.06)
    assert list(first) == ["b", "a"]  # the largest first


def test_a_constant_margin_has_no_drivers() -> None:
    study = Formula(UNIT[:2], (lambda p: np.ones(len(p)),))
    points = draw(study.assumptions, (), 256, 1, "saltelli")
    assert {i.total for i in sobol_indices(study.assumptions, study.run(points), 0)} == {0.0}


def test_rounding_has_no_drivers() -> None:
    """A twentieth but for its last digits, which hang on where the point is."""
    study = Formula(UNIT[:2], (lambda p: 0.05 + 1e-15 * np.round(8 * p[:, 0]),))
    points = draw(study.assumptions, (), 256, 1)
    seen = study.run(points)
    assert [d.assumption for d in drivers(study.assumptions, points, seen, 0)] == ["a"]
    assert drivers(study.assumptions, points, seen, 0, rounding=1e-9) == ()
    points = draw(study.assumptions, (), 256, 1, "saltelli")
    assert {i.total for i in sobol_indices(study.assumptions, study.run(points), 0)} == {0.0}


def test_other_designs_and_too_little_are_refused() -> None:
    study = Formula(UNIT[:2], (lambda p: p[:, 0],))
    with pytest.raises(UsageError, match="saltelli"):
        sobol_indices(study.assumptions, study.run(draw(UNIT[:2], (), 101, 1)), 0)
    with pytest.raises(UsageError, match="more draws"):
        sobol_indices(study.assumptions, study.run(draw(UNIT[:2], (), 16, 1, "saltelli")), 0)


def test_ranks_of_ties_are_the_middle_of_theirs() -> None:
    ranks = sensitivity.centred_ranks(np.array([3.0, 1.0, 3.0, 2.0]))
    assert ranks == pytest.approx(np.array([1.0, -1.5, 1.0, -0.5]) / math.sqrt(4.5))
    assert ranks @ ranks == pytest.approx(1.0)


def test_as_many_cosines_are_fitted_as_are_counted() -> None:
    angles = np.pi * (np.arange(400) + 0.5) / 400
    terms = sensitivity._COSINES
    waves = np.cos(np.outer(angles, [1, terms, terms + 1]))
    assert sensitivity._cosines(waves) == pytest.approx(waves * [1.0, 1.0, 0.0], abs=1e-9)


def test_means_of_categories_have_one_free_term_less_than_there_are() -> None:
    left, terms = sensitivity._means(np.array([0, 1, 1, 2]), np.array([5.0, 1.0, 3.0, 4.0]))
    assert left.tolist() == [0.0, -1.0, 1.0, 0.0]
    assert terms == 2


def test_an_assumption_has_the_same_index_alone_and_among_many() -> None:
    """Choices, constants, jumps and smooth effects beside each other."""
    n = 500
    stream = np.random.default_rng(7)
    points = stream.random((n, 6))
    points[:, 2], points[:, 3] = np.rint(3 * points[:, 2]), 1.0
    y = np.sin(5 * points[:, 0]) + (points[:, 1] > 0.9) + points[:, 2] + 0.1 * points[:, 4]
    together, noise = sensitivity._first_order(points, y, 0.01)
    alone = [sensitivity._first_order(points[:, [k]], y, 0.01) for k in range(6)]
    assert together == pytest.approx([index for (index,), _ in alone], rel=1e-12)
    assert noise == pytest.approx([part for _, (part,) in alone], rel=1e-12)
    assert together[0] > 0.2 < together[2]
    assert together[3] == noise[3] == 0.0


def test_the_order_of_draws_is_no_driver() -> None:
    """Every other draw has x = 1, and the margin swings slowly from draw to draw."""
    n = 2000
    points: Floats = np.tile([0.0, 1.0], n // 2)[:, None]
    swing = np.sin(2 * np.pi * np.arange(n) / n)[:, None]
    assert drivers((choice("x", (0, 1), 0),), points, outcomes(swing), 0) == ()


def test_what_one_draw_alone_shows_is_no_driver() -> None:
    """Of the ten draws with x = 1 one has a margin unlike all others."""
    x = np.zeros(200)
    x[:10] = 1.0
    margins = np.full((200, 1), 1.0)
    margins[0] = 2.0
    over = (choice("x", (0, 1), 0),)
    assert drivers(over, x[:, None], outcomes(margins), 0) == ()
    margins[:10] = 2.0
    assert [driver.assumption for driver in drivers(over, x[:, None], outcomes(margins), 0)] == [
        "x"
    ]


def test_indices_of_two_blocks_by_hand() -> None:
    """A = (1, 0), AB = (2, 4), B = (4, 1): A and B have mean 3/2 and variance 9/4."""
    first, total = sensitivity._indices(np.array([[1.0, 2.0, 4.0], [0.0, 4.0, 1.0]]))
    assert first == pytest.approx([((2.5 * 1 - 0.5 * 4) / 2) / 2.25])
    assert total == pytest.approx([((1 + 16) / 4) / 2.25])
