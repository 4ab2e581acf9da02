"""Where claims turn, against closed forms."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lackmus.case.syntax import Assumption
from lackmus.foundation.arrays import Floats, Ints
from lackmus.foundation.distributions import Distribution
from lackmus.foundation.outcomes import HOLDS, NO_DIFFERENCE
from lackmus.sweep.design import draw
from lackmus.sweep.nearest import Asked, nearest_turned
from lackmus.sweep.roots import Bracket
from lackmus.sweep.study import Outcomes
from lackmus.sweep.thresholds import Thresholds, thresholds
from lackmus.testing.studies import Formula, choice, uniform

A = uniform("a", 0, 4, 3)
B = uniform("b", 0, 10, 2)


def look(formula: Callable[[Floats], Floats], over: tuple[Assumption, ...] = (A, B)) -> Thresholds:
    return thresholds(Formula(over, (formula,)), sharpen="all")[0]


def test_a_closed_form_threshold_is_found() -> None:
    found = look(lambda p: np.exp(p[:, 0]) - math.exp(1.25))
    assert found.holds
    assert found.margin == pytest.approx(math.exp(3) - math.exp(1.25))
    (turn,) = found.turns
    assert (turn.assumption, turn.base, turn.sharp) == ("a", 3.0, True)
    assert turn.value == pytest.approx(1.25, abs=5e-5)
    assert turn.ranges == pytest.approx(1.75 / 4, abs=5e-5)


def test_the_value_told_is_turned() -> None:
    def formula(p: Floats) -> Floats:
        value: Floats = np.exp(p[:, 0]) - math.exp(1.25) + 0 * p[:, 1]
        return value

    turn = look(formula).turns_at
    assert turn is not None
    assert formula(np.array([[turn.value, 2.0]]))[0] <= 0


def test_turns_on_both_sides_are_told_nearest_first() -> None:
    found = look(lambda p: 1.0 - (p[:, 1] - 2.5) ** 2)
    assert [round(t.value, 4) for t in found.turns] == [1.5, 3.5]
    assert found.turns_at == found.turns[0]


def test_of_several_turns_on_a_side_the_nearest_counts() -> None:
    found = look(lambda p: np.cos(2 * (p[:, 1] - 2.0)))
    ends = sorted(turn.value for turn in found.turns)
    assert ends == pytest.approx([2 - math.pi / 4, 2 + math.pi / 4], abs=1e-4)


def test_a_jump_is_found_as_surely_as_a_root() -> None:
    found = look(lambda p: np.where(p[:, 0] < 0.7, -1e6, 1e-6))
    assert found.turns[0].value == pytest.approx(0.7, abs=5e-5)


def test_a_claim_that_fails_at_the_base_turns_to_hold() -> None:
    found = look(lambda p: p[:, 0] - 3.5)
    assert found.holds is False
    assert found.turns[0].value == pytest.approx(3.5, abs=5e-5)


def test_a_listed_value_is_told_as_it_is() -> None:
    found = look(lambda p: 1.5 - p[:, 0], over=(choice("d", (0, 1, 2, 5), 1),))
    assert [(t.value, t.sharp) for t in found.turns] == [(2.0, True)]
    assert found.flip is not None
    assert found.flip.moved == (("d", 1.0, 2.0),)


def test_a_turn_behind_an_undefined_stretch_is_told_as_not_sharp() -> None:
    found = look(lambda p: np.where(p[:, 0] > 2.2, 1.0, np.where(p[:, 0] > 1.1, np.nan, -1.0)))
    (turn,) = found.turns
    assert turn.value == 1.0
    assert not turn.sharp


def test_no_turn_is_told_as_none() -> None:
    found = look(lambda p: 1.0 + p[:, 0])
    assert (found.turns, found.turns_at, found.flip) == ((), None, None)


def test_where_the_base_is_undefined_nothing_turns() -> None:
    found = look(lambda p: np.where(p[:, 0] == 3, np.nan, -1.0))
    assert (found.holds, found.margin, found.turns, found.flip) == (None, None, (), None)


def test_fixed_assumptions_alone_turn_nothing() -> None:
    found = look(lambda p: p[:, 0], over=(uniform("a", 1, 1),))
    assert (found.holds, found.turns, found.flip) == (True, (), None)


def test_the_json_keys_are_the_contracts() -> None:
    turn = look(lambda p: p[:, 0] - 2).turns_at
    assert turn is not None
    assert turn.to_json() == {
        "assumption": "a",
        "from": 3.0,
        "to": pytest.approx(2),
        "ranges": pytest.approx(0.25),
    }


def test_the_nearest_flip_of_a_plane() -> None:
    """Of margin w·x + c in ranges, the distance to the plane is |margin| / |w|."""
    found = look(lambda p: p[:, 0] / 4 + 2 * p[:, 1] / 10 - 0.9)
    assert found.flip is not None
    assert found.flip.distance == pytest.approx((0.75 + 0.4 - 0.9) / math.sqrt(5), rel=1e-3)
    assert [name for name, _, _ in found.flip.moved] == ["b", "a"]
    assert found.flip.norm == "euclidean"


def test_the_nearest_flip_at_an_edge_of_the_ranges() -> None:
    found = look(lambda p: p[:, 0] + p[:, 1] - 2.0)
    assert found.flip is not None
    assert found.flip.distance == pytest.approx(math.hypot(0.25, 0.2), rel=1e-3)
    assert found.flip.point == pytest.approx((2, 0), abs=0.01)


def test_the_nearest_flip_of_a_curve() -> None:
    """The hyperbola a·b = 1 in ranges of 4 and 10, by brute force."""
    found = look(lambda p: p[:, 0] * p[:, 1] - 1)
    a = np.linspace(0.1, 4, 400_001)
    oracle = np.hypot((a - 3) / 4, (1 / a - 2) / 10).min()
    assert found.flip is not None
    assert found.flip.distance == pytest.approx(oracle, rel=1e-3)


def test_a_flip_only_together_is_found_from_the_slope_or_from_a_sample() -> None:
    over = (uniform("a", 0, 1, 0), uniform("b", 0, 1, 0), uniform("c", 0, 1, 0))

    def formula(p: Floats) -> Floats:
        value: Floats = 2.5 - p.sum(axis=1)
        return value

    study = Formula(over, (formula,))
    alone = thresholds(study)[0]
    assert alone.turns == ()
    points = draw(over, (), 500, 1)
    sampled = thresholds(study, sample=(points, study.run(points)))[0]
    for found in (alone, sampled):
        assert found.flip is not None
        assert found.flip.distance == pytest.approx(2.5 / math.sqrt(3), rel=1e-3)
    quick = thresholds(study, nearest=False)[0]
    assert quick.flip is None


def test_the_flip_is_not_farther_than_any_draw_or_single_turn() -> None:
    over = tuple(uniform(f"x{k}", 0, 1, 0.5) for k in range(5))

    def formula(p: Floats) -> Floats:
        value: Floats = 0.9 - np.sum(np.sin(3 * p) * np.arange(1, 6), axis=1) / 12
        return value

    study = Formula(over, (formula,))
    points = draw(over, (), 2000, 3)
    seen = study.run(points)
    (found,) = thresholds(study, sample=(points, seen))
    turned = points[seen.holds[:, 0] == (0 if found.holds else 1)]
    assert found.flip is not None
    assert found.flip.distance <= np.linalg.norm(turned - 0.5, axis=1).min()
    assert all(found.flip.distance <= turn.ranges + 1e-6 for turn in found.turns)
    flipped = study.run(np.array([found.flip.point])).holds[0, 0]
    assert bool(flipped) is not found.holds


@given(st.floats(0.02, 0.98), st.floats(0.02, 0.98), st.integers(-3, 3))
def test_thresholds_move_with_shift_and_scale(base: float, turn: float, power: int) -> None:
    scale = 10.0**power
    over = (uniform("a", 5 * scale, 6 * scale, (5 + base) * scale),)
    found = look(lambda p: (p[:, 0] / scale - 5 - turn) ** 3, over=over)
    if abs(turn - base) > 1e-3:
        assert found.turns_at is not None
        assert found.turns_at.ranges == pytest.approx(abs(turn - base), abs=1e-4)


def test_the_count_of_points_looked_at_is_the_studys() -> None:
    counted = []

    def formula(p: Floats) -> Floats:
        counted.append(len(p))
        value: Floats = p[:, 0] - 1.0
        return value

    found = look(formula)
    assert found.looked == sum(counted)


def test_only_the_nearest_turn_of_a_claim_is_narrowed_down_unless_all_are_wanted() -> None:
    study = Formula((A, B), (lambda p: p[:, 0] ** 2 * p[:, 1] - 2, lambda p: p[:, 1] - 1.25))
    quick = thresholds(study, nearest=False)
    full = thresholds(study, nearest=False, sharpen="all")
    for few, all_ in zip(quick, full, strict=True):
        assert few.turns[0] == all_.turns[0]
        assert few.turns[0].sharp
        assert all(turn.sharp for turn in all_.turns)
        for estimate, exact in zip(few.turns, all_.turns, strict=True):
            assert estimate.ranges == pytest.approx(exact.ranges, abs=0.05)
    assert not quick[0].turns[1].sharp
    assert quick[0].looked < full[0].looked


def test_the_printed_value_turns_the_claim_also_where_it_turns_back_soon() -> None:
    def formula(p: Floats) -> Floats:
        value: Floats = np.where((p[:, 0] > 1.2371) & (p[:, 0] < 1.2378), -1.0, 1.0)
        return value

    (turn,) = look(formula, over=(uniform("a", 0, 3.3, 0.9),)).turns
    assert turn.value == pytest.approx(1.2371, abs=5e-5)
    assert formula(np.array([[turn.told]]))[0] < 0
    assert turn.told == pytest.approx(1.2372)


@given(st.floats(0.02, 0.98), st.floats(0.02, 0.98), st.integers(-6, 6))
def test_the_printed_value_always_turns_the_claim(base: float, turn: float, power: int) -> None:
    scale = 10.0**power
    over = (uniform("a", 0, scale, base * scale),)
    found = look(lambda p: p[:, 0] / scale - turn, over=over)
    for at in found.turns:
        assert (at.told / scale - turn > 0.0) is not found.holds
        assert abs(at.told - at.value) <= 1e-2 * scale


def test_the_nearest_turn_is_the_nearest_however_estimates_lie() -> None:
    """One margin bends so late that a straight line puts its turn too far away."""
    over = (uniform("k", 0, 1, 0.5), uniform("j", 0, 1, 0.5))
    study = Formula(over, (lambda p: 8 - 10 * p[:, 0] - 3 * (p[:, 1] / 0.755) ** 400,))
    (quick,) = thresholds(study, nearest=False)
    assert quick.turns_at is not None
    assert (quick.turns_at.assumption, quick.turns_at.sharp) == ("j", True)
    assert quick.turns_at.value == pytest.approx(0.755, abs=2e-3)


def test_a_turn_on_a_logarithmic_range_is_found_and_counted_in_logarithms() -> None:
    s = Assumption(
        "s", Fraction(1), Distribution("loguniform", (Fraction(1, 1000), Fraction(1000)))
    )
    (turn,) = look(lambda p: p[:, 0] - 0.005, over=(s,)).turns
    assert turn.value == pytest.approx(0.005, rel=2e-4)
    assert turn.told == pytest.approx(0.005, rel=5e-3)
    assert turn.told <= 0.005
    assert turn.ranges == pytest.approx(math.log10(200) / 6, abs=1e-4)


def test_where_a_claim_turns_back_is_told() -> None:
    found = look(lambda p: (p[:, 0] - 3) * (p[:, 0] - 5), over=(uniform("k", 0, 10, 1),))
    (turn,) = found.turns
    assert turn.value == pytest.approx(3, abs=1e-3)
    assert turn.until == pytest.approx(5, abs=0.3)
    stays = look(lambda p: p[:, 0] - 2)
    assert stays.turns[0].until is None


@pytest.mark.parametrize(
    "formula",
    [lambda x: 1 - math.exp(x) / 2, lambda x: 1 - 1000 * x**9, lambda x: 0.7 - x,
     lambda x: 1e-9 if x < 0.7 else -1e9, lambda x: (0.3 - x) ** 3,
     lambda x: math.tanh(90 - 99 * x),
     lambda x: math.nan if 0.2 < x < 0.6 else 0.55 - x, lambda x: math.inf if x < 0.1 else -1.0],
)  # fmt: skip
@pytest.mark.parametrize("turned_round", [False, True])
def test_a_bracket_closes_on_whatever_turns(
    formula: Callable[[float], float],
    turned_round: bool,  # noqa: FBT001 - a parameter
) -> None:
    near, far = (1.0, 0.0) if turned_round else (0.0, 1.0)
    sign = -1.0 if turned_round else 1.0
    bracket = Bracket(near, sign * formula(near), far, sign * formula(far), 1e-6)
    looks = 0
    while not bracket.narrow_enough:
        value = bracket.next()
        assert min(bracket.near, bracket.far) < value < max(bracket.near, bracket.far)
        margin = sign * formula(value)
        bracket.take(value, margin, turned=margin <= 0)
        looks += 1
        assert looks < 60
    assert sign * formula(bracket.far) <= 0
    assert not sign * formula(bracket.near) <= 0


def test_a_listed_value_that_turns_the_claim_alone_moves_nothing_else() -> None:
    """It turns at c = 1 wherever a lies, so that the nearest point leaves a where it was."""
    over = (A, choice("c", (0, 1), 0))
    asked = Asked(Formula(over, (lambda p: 0.5 - p[:, 1] + 0 * p[:, 0],)), 1)
    known = asked.places(np.array([[0.5, 1.0], [4.0, 1.0]]))
    found = nearest_turned(asked, 0, HOLDS, known)
    assert found is not None
    assert asked.values(found[None, :])[0].tolist() == [3.0, 1.0]


def test_a_flip_that_only_the_draws_know_is_started_from_there() -> None:
    """It turns within 0.5 of (1, 8): off both axes, and off the corner to which it slopes."""
    study = Formula((A, B), (lambda p: (p[:, 0] - 1) ** 2 + (p[:, 1] - 8) ** 2 - 0.25,))
    (alone,) = thresholds(study)
    assert (alone.turns, alone.flip) == ((), None)
    draws = np.array([[3.5, 2.0], [1.0, 8.0]])
    (helped,) = thresholds(study, sample=(draws, study.run(draws)))
    assert helped.flip is not None
    a, b = helped.flip.point
    assert math.hypot(a - 1, b - 8) == pytest.approx(0.5, abs=1e-3)
    # No farther than where the way from the base values to (1, 8) meets the circle.
    share = 1 - 0.5 / math.hypot(2, 6)
    assert helped.flip.distance <= share * math.hypot(2 / 4, 6 / 10) + 1e-4


def test_what_cannot_vary_is_not_looked_at() -> None:
    fixed = Assumption("c", Fraction(2), Distribution("choice", (Fraction(2),)))
    (alone,) = thresholds(Formula((A,), (lambda p: p[:, 0] - 1,)))
    (beside,) = thresholds(Formula((A, fixed), (lambda p: p[:, 0] - 1,)))
    assert beside.looked == alone.looked


class Material(Formula):
    """A margin of less than a hundredth makes no difference."""

    def run(self, points: Floats, *, threads: int = 1, claims: Ints | None = None) -> Outcomes:
        found = Formula.run(self, points, threads=threads, claims=claims)
        alike = np.abs(found.margins) < 0.01
        return replace(found, holds=np.where(alike, NO_DIFFERENCE, found.holds).astype(np.int8))


def test_where_no_margin_tells_it_a_claim_turns_back_half_way() -> None:
    """It fails at 2 by 0.05, and at 1 makes no difference: on this line no margin is nought."""
    study = Material((A,), (lambda p: np.interp(p[:, 0], [1, 2, 3, 4], [-0.005, -0.05, 1, 1]),))
    (turn,) = thresholds(study, scan=4, nearest=False)[0].turns
    assert turn.until == 1.5


def test_a_level_is_where_the_search_looks_and_where_estimates_are() -> None:
    """The claim fails from a margin of -0.01 on: at a = 0.98, and at b = 1 - 1/51."""
    study = Material((A, B), (lambda p: np.minimum(0.5 * (p[:, 0] - 1.0), 0.51 * (p[:, 1] - 1.0)),))
    told = thresholds(study, levels=[(0.01, -0.01)], nearest=False)[0]
    (near, far) = told.turns
    assert (near.assumption, near.sharp) == ("b", True)
    assert near.value == pytest.approx(1.0 - 1.0 / 51.0, abs=2e-4)
    assert (far.assumption, far.sharp) == ("a", False)
    assert far.value == pytest.approx(0.98, abs=1e-12)
    untold = thresholds(study, nearest=False)[0]
    assert untold.turns[1].value == pytest.approx(1.0, abs=1e-12)
    assert untold.turns[0].value == pytest.approx(near.value, abs=2e-4)
    assert told.looked < untold.looked


def test_how_far_the_search_is_is_told_step_by_step() -> None:
    formulas = (lambda p: p[:, 0] - 1.0, lambda p: p[:, 1] - 1.0)
    told: list[tuple[int, int]] = []
    thresholds(Formula((A, B), formulas), progress=lambda *far: told.append(far))
    assert told == [(done, 5) for done in range(6)]
    told.clear()
    thresholds(Formula((A, B), formulas), nearest=False, progress=lambda *far: told.append(far))
    assert told == [(done, 3) for done in range(4)]
