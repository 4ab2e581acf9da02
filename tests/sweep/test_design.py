"""Designs: strata, balance, correlations, grids; the same for the same seed."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from typing import Any, cast

import numpy as np
import pytest
from scipy import stats

from lackmus.case.syntax import Assumption, Correlation
from lackmus.foundation.distributions import Distribution
from lackmus.foundation.errors import UsageError
from lackmus.sweep.design import (
    Design,
    base_point,
    draw,
    draw_within,
    point_ids,
    saltelli_base,
)
from lackmus.testing.studies import choice, uniform

ABC = (uniform("a", 0, 1), uniform("b", 0, 10), uniform("c", -1, 1))
SAMPLES: tuple[Design, ...] = ("lhs", "sobol", "monte-carlo")
NORMAL = Assumption("n", Fraction(0), Distribution("normal", (Fraction(0), Fraction(1))))


@pytest.mark.parametrize("design", [*SAMPLES, "saltelli", "factorial", "one-at-a-time"])
def test_the_same_seed_gives_the_same_points(design: Design) -> None:
    first = draw(ABC, (), 100, 3, design)
    assert np.array_equal(first, draw(ABC, (), 100, 3, design))
    assert first.shape[1] == 3
    assert not first.flags.writeable


@pytest.mark.parametrize("design", [*SAMPLES, "saltelli"])
def test_another_seed_gives_other_points(design: Design) -> None:
    assert not np.array_equal(draw(ABC, (), 100, 3, design), draw(ABC, (), 100, 4, design))


@pytest.mark.parametrize("design", SAMPLES)
def test_what_a_dissent_adds_leaves_the_draws_of_the_others(design: Design) -> None:
    wider = (*ABC, uniform("new", 0, 1))
    assert np.array_equal(draw(ABC, (), 100, 3, design), draw(wider, (), 100, 3, design)[:, :3])


@pytest.mark.parametrize("design", ["lhs", "monte-carlo"])
def test_a_column_follows_its_name_and_not_its_place(design: Design) -> None:
    turned = draw(ABC[::-1], (), 100, 3, design)
    assert np.array_equal(draw(ABC, (), 100, 3, design), turned[:, ::-1])


def test_a_latin_hypercube_has_one_draw_in_each_stratum() -> None:
    points = draw((uniform("a", 0, 1), uniform("b", 0, 1)), (), 500, 1)
    for column in points.T:
        assert np.array_equal(np.sort((column * 500).astype(int)), np.arange(500))
    assert abs(np.mean((points[:, 0] - 0.5) * (points[:, 1] - 0.5))) < 0.15 / 12


def test_a_correlated_latin_hypercube_keeps_its_strata() -> None:
    pair = (uniform("a", 0, 1), uniform("b", 0, 1))
    points = draw(pair, (Correlation(("a", "b"), Fraction("0.6")),), 500, 1)
    for column in points.T:
        assert np.array_equal(np.sort((column * 500).astype(int)), np.arange(500))


def test_sobol_points_are_balanced_in_every_elementary_interval() -> None:
    points = draw((uniform("a", 0, 1), uniform("b", 0, 1)), (), 256, 5, "sobol")
    for halvings in range(9):
        cells = np.stack(
            [points[:, 0] * 2**halvings, points[:, 1] * 2 ** (8 - halvings)], axis=1
        ).astype(int)
        assert len(np.unique(cells, axis=0)) == 256


def test_sobol_points_integrate_better_than_independent_ones() -> None:
    def error(design: Design) -> float:
        sums = [draw(ABC, (), 512, seed, design).prod(axis=1).mean() for seed in range(20)]
        return float(np.sqrt(np.mean(np.square(sums))))

    assert error("sobol") < 0.2 * error("monte-carlo")


@pytest.mark.parametrize("design", SAMPLES)
@pytest.mark.parametrize("rho", [-0.8, 0.4, 0.9])
def test_rank_correlations_are_as_asked(design: Design, rho: float) -> None:
    columns = (uniform("a", 0, 1), NORMAL, uniform("c", 0, 1))
    points = draw(columns, (Correlation(("a", "n"), Fraction(rho)),), 4000, 2, design)
    found = np.asarray(stats.spearmanr(points).statistic)
    assert found[0, 1] == pytest.approx(rho, abs=0.03)
    assert abs(found[0, 2]) < 0.05
    assert abs(found[1, 2]) < 0.05


def test_the_correlation_is_of_ranks_and_not_of_scores() -> None:
    """Scores correlated by 0.9 would have ranks correlated by 6 / π arcsin 0.45 = 0.891."""
    pair = (uniform("a", 0, 1), uniform("b", 0, 10))
    points = draw(pair, (Correlation(("a", "b"), Fraction("0.9")),), 2**14, 2, "sobol")
    found = np.asarray(np.corrcoef(points.T))
    assert found[0, 1] == pytest.approx(0.9, abs=0.002)


def test_correlation_leaves_the_margins() -> None:
    points = draw((ABC[0], NORMAL), (Correlation(("a", "n"), Fraction("0.7")),), 4000, 2, "sobol")
    assert stats.kstest(points[:, 1], "norm").pvalue > 0.5
    assert stats.kstest(points[:, 0], "uniform").pvalue > 0.5


def test_perfect_correlation_is_let_through() -> None:
    pair = (uniform("a", 0, 1), uniform("b", 0, 10))
    points = draw(pair, (Correlation(("a", "b"), Fraction(1)),), 200, 2)
    assert np.array_equal(np.argsort(points[:, 0]), np.argsort(points[:, 1]))


def test_a_fixed_assumption_is_correlated_with_nothing() -> None:
    still = Assumption("s", Fraction(2), Distribution("fixed", (Fraction(2),)))
    points = draw((ABC[0], still), (Correlation(("a", "s"), Fraction("0.5")),), 50, 1)
    assert set(points[:, 1]) == {2.0}


def test_contradicting_correlations_are_told() -> None:
    loop = [("a", "b", "0.9"), ("b", "c", "0.9"), ("a", "c", "-0.9")]
    asked = tuple(Correlation((x, y), Fraction(r)) for x, y, r in loop)
    with pytest.raises(UsageError, match=r"a and b 0\.9; b and c 0\.9; a and c -0\.9"):
        draw(ABC, asked, 100, 1)


def test_a_factorial_design_has_every_combination() -> None:
    points = draw((uniform("a", 0, 1), uniform("b", 0, 10), choice("d", (1, 2, 4), 1)), (), 30, 1,
                  "factorial")  # fmt: skip
    assert len(points) == 3 * 3 * 3
    assert len(np.unique(points, axis=0)) == 27
    assert set(points[:, 1]) == {0.0, 5.0, 10.0}


def test_too_few_points_for_a_factorial_design_are_told() -> None:
    with pytest.raises(UsageError, match="at least 8 points, not 7"):
        draw(ABC, (), 7, 1, "factorial")


def test_one_at_a_time_starts_at_the_base_and_moves_one() -> None:
    points = draw(ABC, (), 16, 1, "one-at-a-time")
    base = base_point(ABC)
    assert np.array_equal(points[0], base)
    assert len(points) == 16
    assert all(np.sum(row != base) <= 1 for row in points)
    assert points[1:6, 0].tolist() == [0, 0.25, 0.5, 0.75, 1]
    with pytest.raises(UsageError, match="7 or more"):
        draw(ABC, (), 6, 1, "one-at-a-time")


def test_saltelli_fits_the_largest_power_of_two() -> None:
    columns = (*ABC, Assumption("s", Fraction(2), Distribution("fixed", (Fraction(2),))))
    assert saltelli_base(columns, 1000) == 128
    points = draw(columns, (), 1000, 1, "saltelli")
    assert points.shape == (128 * 5, 4)
    first, last = points[0::5], points[4::5]
    for k in range(3):
        swapped = points[1 + k :: 5]
        assert np.array_equal(swapped[:, k], last[:, k])
        others = [j for j in range(4) if j != k]
        assert np.array_equal(swapped[:, others], first[:, others])


def test_saltelli_refuses_correlations_and_too_few_draws() -> None:
    with pytest.raises(UsageError, match="independent"):
        draw(ABC, (Correlation(("a", "b"), Fraction("0.5")),), 1000, 1, "saltelli")
    with pytest.raises(UsageError, match="too few"):
        draw(ABC, (), 9, 1, "saltelli")


@pytest.mark.parametrize("n", [0, 10**9])
def test_impossible_numbers_of_draws_are_refused(n: int) -> None:
    with pytest.raises(UsageError, match="draws"):
        draw(ABC, (), n, 1)


@pytest.mark.parametrize("design", ["halton", "table", ""])
def test_an_unknown_design_is_told_with_the_known_ones(design: str) -> None:
    with pytest.raises(UsageError, match="monte-carlo"):
        draw(ABC, (), 10, 1, cast("Any", design))


@pytest.mark.parametrize("design", SAMPLES)
@pytest.mark.parametrize("n", [1, 2, 7])
def test_small_designs_and_designs_of_nothing(design: Design, n: int) -> None:
    assert draw(ABC, (), n, 1, design).shape == (n, 3)
    assert draw((), (), n, 1, design).shape == (n, 0)


def test_a_points_id_depends_on_case_and_values_alone() -> None:
    points = np.array([[0.0, 1.0], [-0.0, 1.0], [0.0, 2.0]])
    ids = point_ids("digest", points)
    assert ids[0] == ids[1] != ids[2]
    assert point_ids("digest", points[2:]) == ids[2:]
    assert point_ids("other", points)[0] != ids[0]
    assert all(len(name) == 32 for name in ids)


def test_the_light_path_imports_nothing_heavy() -> None:
    code = (
        "import sys; from lackmus.sweep import design, verdict, sensitivity, thresholds, sweep\n"
        "from lackmus.testing.studies import ishigami_study\n"
        "s = ishigami_study(); p = design.draw(s.assumptions, (), 500, 1)\n"
        "o = sweep.run_points(s, p).outcomes; verdict.verdicts(s.claims, o)\n"
        "sensitivity.drivers(s.assumptions, p, o, 0); thresholds.thresholds(s, sample=(p, o))\n"
        "heavy = {'scipy', 'SALib', 'pandas', 'pyarrow', 'xarray', 'dask'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("rho", [None, Fraction(3, 5), Fraction(-4, 5)])
def test_draws_within_a_box_are_the_draws_that_lie_in_it(rho: Fraction | None) -> None:
    assumptions = (uniform("a", 0, 1), uniform("b", 0, 1), choice("c", (1, 2, 4), 1))
    correlations = () if rho is None else (Correlation(("a", "b"), rho),)
    ends = np.array([[0.6, 1.0], [0.0, 0.3], [1 / 3, 1.0]])
    found, mass = draw_within(assumptions, correlations, ends, 20_000, np.random.default_rng(1))
    every = draw(assumptions, correlations, 200_000, 0, "monte-carlo")
    inside = every[(every[:, 0] > 0.6) & (every[:, 1] < 0.3) & (every[:, 2] > 1.5)]
    assert mass == pytest.approx(len(inside) / len(every), rel=0.03)
    assert found.mean(axis=0) == pytest.approx(inside.mean(axis=0), abs=0.02)
    one, other = (stats.pearsonr(each[:, 0], each[:, 1]).statistic for each in (found, inside))
    assert one == pytest.approx(other, abs=0.05)
