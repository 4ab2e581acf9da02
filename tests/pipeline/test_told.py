"""What findings tell beside verdicts: turned branches, incomplete lists, what a viewer notices."""

from __future__ import annotations

import numpy as np
import pytest

import lackmus

NOTICED = """
lackmus: 1
title: One side notices whether the other moves, which only one aim makes it do
actors: {a: {aims: {x: 0.3, y: rest}}, b: {}}
moves:
  - p: {by: b, options: [u, d]}
  - m: {by: a, options: [u, d], if: a.aim = x, seen by: []NOTICED}
claims: {c: {holds if: P(p = u) > 0}}
"""


def test_what_is_only_noticed_is_among_what_a_probe_can_show() -> None:
    entropy = -0.3 * np.log2(0.3) - 0.7 * np.log2(0.7)
    for noticed, bits in ((", noticed by: [b]", entropy), ("", 0.0)):
        case = lackmus.parse(NOTICED.replace("NOTICED", noticed))
        probes = lackmus.test(case, draws=1, turns=False).reading.probes
        assert [probe.bits for probe in probes] == pytest.approx([bits, bits])


def test_draws_whose_branch_turned_are_told() -> None:
    findings = lackmus.test("tying-hands", draws=8, turns=False, probes=False)
    assert 0 < findings.turned <= 8
    assert lackmus.test("beer-quiche", draws=8, turns=False, probes=False).turned == 0


def test_a_list_that_is_not_proven_complete_is_not_told_as_complete() -> None:
    findings = lackmus.test(
        "selten-horse", draws=1, turns=False, probes=False, equilibria=True, seconds=1e-6
    )
    over = [finding.equilibria for finding in findings.claims]
    assert all(one is not None and not one.complete for one in over)
