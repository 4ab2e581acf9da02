"""Reports of limited reliability: the chances that each draw gives them."""

from __future__ import annotations

import numpy as np

from lackmus.case.parse import parse_case
from lackmus.compiler.compile import compile_case
from lackmus.pipeline.records import report_of

CASE = """
title: A report
actors: {a: {}}
observers: [public]
assumptions: {h: {value: 0.9, range: [0, 1]}, f: {value: 0.1, range: [0, 1]}}
moves:
  - z: {by: a, options: [u, d], seen by: [public]}
stakes: {a: [{worth: 1, if: z = u}]}
precision: 1
observations:
  - {saw: z = u, by: public, reliability: {hit: h, false alarm: f}}
"""


def test_a_rate_that_is_no_probability_leaves_its_draw_without_a_report() -> None:
    case = parse_case(CASE)
    hits, alarms = [0.9, 0.0, 1.0, -0.1, 1.1, 0.5, 0.5], [0.1, 1.0, 0.0, 0.5, 0.5, -0.1, 1.1]
    values = {"h": np.array(hits), "f": np.array(alarms)}
    report = report_of(case.observations[0], compile_case(case), values, 7)
    none = [np.nan] * 4
    np.testing.assert_array_equal(report.hit, [*hits[:3], *none])
    np.testing.assert_array_equal(report.false_alarm, [*alarms[:3], *none])
    assert report.event.tolist() == [True, False]
