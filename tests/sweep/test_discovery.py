"""Boxes, trees and maps of planted answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import bdtrc

from lackmus.case.syntax import Assumption
from lackmus.foundation.arrays import Floats
from lackmus.foundation.errors import UsageError
from lackmus.sweep import discovery
from lackmus.sweep.design import draw
from lackmus.sweep.discovery import Box, find_box, pair_map
from lackmus.sweep.study import CANNOT_BE_ASKED, FAILS, HOLDS, NO_DIFFERENCE
from lackmus.testing.studies import Formula, choice, outcomes, uniform

OVER = tuple(uniform(name, 0, 1) for name in "abcdefgh")


def corner(p: Floats) -> Floats:
    return np.where((p[:, 0] < 0.3) & (p[:, 1] > 0.6), 1.0, -1.0)


def band(p: Floats) -> Floats:
    return np.where((p[:, 2] > 0.2) & (p[:, 2] < 0.5), 1.0, -1.0)


def sample(formula: object, n: int, over: tuple[Assumption, ...] = OVER) -> tuple[Floats, Formula]:
    study = Formula(over, (formula,))  # type: ignore[arg-type]
    return draw(over, (), n, 1), study


def box(formula: object, n: int = 2000, over: tuple[Assumption, ...] = OVER) -> Box:
    points, study = sample(formula, n, over)
    found = find_box(over, study.claims, points, study.run(points), 0)
    assert found is not None
    return found


@pytest.mark.parametrize("n", [500, 2000, 10000])
def test_a_planted_box_is_found(n: int) -> None:
    found = box(corner, n)
    limits = {limit.assumption: limit for limit in found.limits}
    assert set(limits) == {"a", "b"}
    assert limits["a"].high == pytest.approx(0.3, abs=0.03)
    assert limits["b"].low == pytest.approx(0.6, abs=0.03)
    assert limits["a"].low is None
    assert found.wanted == "holds"
    assert found.coverage > 0.97
    assert found.density > 0.9
    assert found.mass == pytest.approx(0.12, abs=0.02)


def test_a_band_is_limited_on_both_sides() -> None:
    (limit,) = box(band).limits
    assert (limit.low, limit.high) == pytest.approx((0.2, 0.5), abs=0.02)


def test_a_planted_box_is_found_in_noise() -> None:
    points = draw(OVER, (), 2000, 1)
    flip = np.where(np.random.default_rng(1).random(2000) < 0.1, -1.0, 1.0)
    found = find_box(OVER, ["c0"], points, outcomes((corner(points) * flip)[:, None]), 0)
    assert found is not None
    assert {limit.assumption for limit in found.limits} == {"a", "b"}
    assert found.density > 0.8


def test_coverage_density_and_mass_are_counted_from_the_box_as_told() -> None:
    points, study = sample(lambda p: 1.2 - p[:, 0] - p[:, 1], 1000)
    found = find_box(OVER, study.claims, points, study.run(points), 0)
    assert found is not None
    inside = np.ones(1000, dtype=np.bool_)
    for limit in found.limits:
        column = points[:, "abcdefgh".index(limit.assumption)]
        inside &= column > (-np.inf if limit.low is None else limit.low)
        inside &= column < (np.inf if limit.high is None else limit.high)
    fails = study.run(points).holds[:, 0] == FAILS
    assert found.wanted == "fails"
    assert found.mass == inside.mean()
    assert found.density == fails[inside].mean()
    assert found.coverage == fails[inside].sum() / fails.sum()
    assert found.overall == fails.mean()


def test_what_is_wanted_can_be_said() -> None:
    points, study = sample(corner, 2000)
    found = find_box(OVER, study.claims, points, study.run(points), 0, wanted="fails")
    assert found is not None
    assert found.wanted == "fails"
    assert found.density > 0.99


def test_listed_values_are_peeled_one_by_one() -> None:
    over = (choice("d", (1, 2, 3, 4), 1), uniform("a", 0, 1))
    found = box(lambda p: p[:, 0] - 2.5, 1000, over)
    (limit,) = found.limits
    assert (limit.assumption, limit.low, limit.high) == ("d", 2.5, None) or (
        limit.assumption, limit.low, limit.high) == ("d", None, 2.5)  # fmt: skip
    assert (found.density, found.coverage) == (1.0, 1.0)


def test_noise_has_hardly_ever_a_box() -> None:
    rng = np.random.default_rng(2)
    boxes = 0
    for _ in range(30):
        seen = outcomes(np.where(rng.random((500, 1)) < 0.3, 1.0, -1.0))
        boxes += find_box(OVER, ["c"], rng.random((500, 8)), seen, 0) is not None
    assert boxes <= 4


@pytest.mark.parametrize("low", [-1.0, 0.99])
def test_where_nearly_all_draws_agree_there_is_no_box(low: float) -> None:
    points, study = sample(lambda p: p[:, 0] - low, 500)
    assert find_box(OVER, study.claims, points, study.run(points), 0) is None


def test_undefined_draws_are_left_out() -> None:
    found = box(lambda p: np.where(p[:, 7] > 0.5, np.nan, corner(p)), 4000)
    assert {limit.assumption for limit in found.limits} == {"a", "b"}


def test_draws_that_make_no_difference_count_as_neither() -> None:
    points, study = sample(corner, 2000)
    seen = study.run(points)
    codes = seen.holds.copy()
    codes[points[:, 2] > 0.5, 0] = NO_DIFFERENCE
    found = find_box(OVER, study.claims, points, replace(seen, holds=codes), 0)
    assert found is not None
    limits = {limit.assumption: limit.high for limit in found.limits}
    assert limits.keys() == {"a", "b", "c"}
    assert limits["c"] == pytest.approx(0.5, abs=0.03)
    assert found.overall == (codes[:, 0] == HOLDS).mean()
    assert found.mass == pytest.approx(0.06, abs=0.02)


def test_what_never_is_is_not_looked_for_where_the_other_is_rare() -> None:
    points, study = sample(corner, 1000)
    codes = study.run(points).holds.copy()
    codes[codes == FAILS] = NO_DIFFERENCE
    found = replace(study.run(points), holds=codes)
    box = find_box(study.assumptions, study.claims, points, found, 0)
    assert box is not None
    assert box.wanted == "holds"
    assert box.density > 0.9
    codes = np.where(codes == HOLDS, FAILS, codes).astype(np.int8)
    box = find_box(study.assumptions, study.claims, points, replace(found, holds=codes), 0)
    assert box is not None
    assert box.wanted == "fails"
    assert box.density > 0.9


def test_the_sentence_names_claim_limits_density_and_coverage() -> None:
    found = box(corner)
    text = found.sentence()
    assert text.startswith("c0 holds in 9")
    assert "a < 0.30" in text
    assert "b > 0.5" in text
    assert "(density)" in text
    assert "(coverage)" in text
    assert found.to_json()["sentence"] == text
    assert " < c < " in box(band).sentence()


def test_a_map_has_the_studys_answers_and_the_others_at_base() -> None:
    over = (uniform("a", 0, 4, 3), choice("d", (1, 2, 5), 2), uniform("b", 0, 10, 2))

    def formula(p: Floats) -> Floats:
        value: Floats = p[:, 0] + 10 * p[:, 1] + 100 * p[:, 2]
        return value

    study = Formula(over, (formula, lambda p: np.where(p[:, 0] > 2, np.nan, -1.0)))
    found = pair_map(study, "b", "d", size=11)
    assert (found.first, found.second, found.base) == ("b", "d", (2.0, 2.0))
    assert found.rows.tolist() == list(range(11))
    assert found.columns.tolist() == [1, 2, 5]
    assert found.margins.shape == (2, 11, 3)
    assert found.margins[0, 4, 2] == 3 + 10 * 5 + 100 * 4
    assert set(found.holds[0].ravel()) == {HOLDS}
    assert set(found.holds[1].ravel()) == {CANNOT_BE_ASKED}


@pytest.mark.parametrize("names", [("a", "a"), ("a", "nobody")])
def test_a_map_of_no_two_assumptions_is_refused(names: tuple[str, str]) -> None:
    _, study = sample(corner, 10)
    with pytest.raises(UsageError, match="two assumptions"):
        pair_map(study, *names)


def test_a_slice_is_chosen_by_what_each_draw_cut_off_gains() -> None:
    """Forty draws, half of them wanted.

    At the bottom of the first row two unwanted draws go, and density rises from 1/2 to 20/38: by
    1/76 a draw. At the bottom of the second ten go, two of them wanted, and it rises to 18/30: by
    1/100 a draw.
    """
    target = np.arange(40) % 2 == 1
    first = np.arange(40.0)
    first[[0, 1, 2]] = [0.0, 2.0, 1.0]  # draws 0 and 2 lie lowest, both unwanted
    lowest = [4, 6, 8, 10, 12, 14, 16, 18, 1, 3]
    second = 100.0 + np.arange(40)
    second[lowest] = 0.0
    box = discovery._Sorted.of(np.stack([first, second]), target)
    assert box.slice() == (0, 1.5, np.inf)
    left = box.between(0, 1.5, np.inf)
    assert sorted(set(range(40)) - set(left.order[1].tolist())) == [0, 2]
    assert left.values[0].tolist() == sorted(first)[2:]


@pytest.mark.parametrize("share", [0.0, 1e-9, 0.03, 0.5, 0.999, 1.0])
@pytest.mark.parametrize("count", [0, 1, 20, 500, 20_000])
def test_the_chance_of_so_many_hits_is_the_tail_of_a_binomial(count: int, share: float) -> None:
    for hits in {0, 1, count // 3, count - 1, count} & set(range(count + 1)):
        expected = bdtrc(hits - 1, count, share) if hits else 1.0
        assert discovery._tail(hits, count, share) == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_the_idlest_end_is_let_go_first() -> None:
    points = np.stack([np.arange(100) / 100, np.arange(100)[::-1] / 100], axis=1)
    target = points[:, 0] < 0.3
    ends = {0: (-np.inf, 0.295), 1: (0.005, np.inf)}
    assert discovery._let_go(points, target, ends) == {0: (-np.inf, 0.295)}
