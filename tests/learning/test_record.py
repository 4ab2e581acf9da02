"""A record's probability: sums to one, in any order, with and without doubt about reports."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest

from lackmus.foundation.arrays import Bools, Floats
from lackmus.learning.record import Report, see


@pytest.fixture
def reach() -> Floats:
    """Three draws over twelve terminals."""
    random = np.random.default_rng(3)
    shares = random.dirichlet(np.full(12, 0.4), 3)
    return np.asarray(np.log(shares))


def events(count: int) -> list[Bools]:
    random = np.random.default_rng(5)
    return [random.random(12) < 0.5 for _ in range(count)]


def test_a_certain_report_is_the_mass_of_the_terminals_that_agree(reach: Floats) -> None:
    first, second = events(2)
    found = see(reach, [Report(first), Report(second)], [first & second])
    mass = np.exp(reach)
    assert np.exp(found.log_given[:, 1]) == pytest.approx(mass[:, first].sum(axis=1))
    assert np.exp(found.log_likelihood) == pytest.approx(mass[:, first & second].sum(axis=1))
    assert found.chances[:, 2, 0] == pytest.approx(1.0)


def test_nothing_seen_changes_nothing(reach: Floats) -> None:
    found = see(reach, [], events(1))
    assert np.array_equal(found.log_likelihood, np.zeros(3))
    assert found.chances[:, 0, 0] == pytest.approx(np.exp(reach)[:, events(1)[0]].sum(axis=1))
    same = see(reach, [Report(np.ones(12, np.bool_))], events(1))
    assert same.chances[:, 1] == pytest.approx(same.chances[:, 0])


def test_the_probabilities_of_all_possible_records_sum_to_one(reach: Floats) -> None:
    rates = np.array([0.9, 0.8, 0.6])
    reports = [
        Report(events(3)[0]),
        Report(events(3)[1], 0.9, 0.2),
        Report(events(3)[2], rates, 1.0 - rates),
    ]
    total = np.zeros(3)
    for made in product((True, False), repeat=3):
        record = [r if yes else r.not_made() for r, yes in zip(reports, made, strict=True)]
        total += np.exp(see(reach, record).log_likelihood)
    assert total == pytest.approx(1.0, abs=1e-12)


def test_the_order_of_reports_does_not_matter(reach: Floats) -> None:
    a, b, c = events(3)
    reports = [Report(a, 0.9, 0.2), Report(b, 0.7, 0.1), Report(c, 0.6, 0.5)]
    first = see(reach, reports, [a])
    for order in permutations(reports):
        other = see(reach, order, [a])
        assert other.log_likelihood == pytest.approx(first.log_likelihood, abs=1e-12)
        assert other.chances[:, -1] == pytest.approx(first.chances[:, -1], abs=1e-12)


def test_a_chain_multiplies_two_by_two_matrices() -> None:
    passed = Report(events(1)[0]).through(0.9, 0.1).through(0.8, 0.3)
    first, second = np.array([[0.9, 0.1], [0.1, 0.9]]), np.array([[0.8, 0.3], [0.2, 0.7]])
    whole = second @ first
    assert passed.hit == pytest.approx(whole[0, 0])
    assert passed.false_alarm == pytest.approx(whole[0, 1])


def test_what_is_too_unlikely_to_be_summed_in_the_open_is_summed_in_logs() -> None:
    log_reach = np.array([[-800.0, -801.0, 0.0]])
    rare = np.array([True, True, False])
    found = see(log_reach, [Report(rare)], [np.array([True, False, False])])
    assert found.log_likelihood[0] == pytest.approx(-800.0 + np.log1p(np.exp(-1.0)))
    assert found.chances[0, 1, 0] == pytest.approx(1.0 / (1.0 + np.exp(-1.0)))


def test_a_draw_that_excludes_the_record_and_one_without_solution_are_told_apart() -> None:
    log_reach = np.array([[-np.inf, 0.0], [np.nan, np.nan]])
    found = see(log_reach, [Report(np.array([True, False]))], [np.array([True, False])])
    assert found.log_likelihood[0] == -np.inf
    assert np.isnan(found.log_likelihood[1])
    assert np.isnan(found.chances[:, 1]).all()
