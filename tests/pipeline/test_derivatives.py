"""Derivatives through the implicit function theorem against differences of fresh solves."""

from __future__ import annotations

import numpy as np
import pytest

from lackmus.case.parse import parse_case
from lackmus.pipeline.case_study import CaseStudy
from lackmus.pipeline.derivatives import Derivatives, derivatives
from lackmus.pipeline.loading import load
from lackmus.sweep.design import base_point
from lackmus.sweep.shapes import bounds

CASES = ("india-tariffs-2025", "fearon-bargaining", "beer-quiche")


@pytest.fixture(scope="module", params=CASES)
def both(request: pytest.FixtureRequest) -> tuple[CaseStudy, Derivatives]:
    study = CaseStudy(load(request.param))
    return study, derivatives(study)


def test_margins_move_as_fresh_solves_say(both: tuple[CaseStudy, Derivatives]) -> None:
    study, found = both
    base = base_point(study.assumptions)
    scale = np.abs(study.run(base[None]).margins[0]) + 1e-3
    compared = 0
    for k, assumption in enumerate(study.assumptions):
        low, high = bounds(assumption)
        step = 1e-5 * (high - low or max(abs(base[k]), 1.0))
        points = np.repeat(base[None], 2, axis=0)
        points[0, k] += step
        points[1, k] -= step
        margins = study.run(points).margins
        fresh = (margins[0] - margins[1]) / (2 * step)
        close = np.abs(found.margins[:, k] - fresh) <= 1e-4 * (np.abs(fresh) + scale)
        assert close.all(), (assumption.name, found.margins[:, k], fresh)
        compared += 1
    assert compared > 1


def test_payoffs_strategies_and_posteriors_move_as_fresh_solves_say() -> None:
    study = CaseStudy(load("india-tariffs-2025"))
    found = derivatives(study)
    base = base_point(study.assumptions)
    variants = study.variants()
    k = int(np.abs(found.payoffs).sum(axis=0).argmax())
    low, high = bounds(study.assumptions[k])
    step = 1e-5 * (high - low)
    points = np.repeat(base[None], 2, axis=0)
    points[0, k] += step
    points[1, k] -= step
    play = study.plays(variants, study.values(points))[0]
    expected = np.einsum("dz,dpz->dp", np.exp(play.log_reach), play.payoffs)
    np.testing.assert_allclose(
        found.payoffs[:, k], (expected[0] - expected[1]) / (2 * step), rtol=1e-4, atol=1e-6
    )
    np.testing.assert_allclose(
        found.strategy[:, k], (play.strategy[0] - play.strategy[1]) / (2 * step), atol=1e-5
    )
    assert abs(sum(d[k] for (name, _), d in found.posterior.items()
                   if name == next(iter(found.posterior))[0])) < 1e-9  # fmt: skip


def test_a_posterior_moves_with_its_prior_whatever_tells_nothing_and_however_unlikely() -> None:
    case = parse_case("""
title: Nothing is told
actors: {a: {aims: {x: prior, y: rest}}}
assumptions: {prior: {value: 0.3, range: [0.1, 0.5]}}
moves:
  - once: {by: a, options: [l, r]}
  - again: {by: a, options: [l, r]}
stakes: {a: [{worth: -100, if: once = r}, {worth: -100, if: again = r}]}
precision: 5
""")
    found = derivatives(CaseStudy(case), observed=["once = r", "again = r"])
    prior = found.assumptions.index("prior")
    assert found.posterior["a.aim", "x"][prior] == pytest.approx(1.0, rel=1e-6)
    assert found.posterior["a.aim", "y"][prior] == pytest.approx(-1.0, rel=1e-6)
