"""Claims over the equilibria at the base values, counted by hand."""

from __future__ import annotations

import pytest

from lackmus.case.parse import parse_case
from lackmus.pipeline.case_study import CaseStudy
from lackmus.pipeline.equilibria import over_equilibria

#: Each time l pays 2 and r nothing: in the one equilibrium there is, l is sure both times.
ALIKE = """
title: Two moves alike
actors: {north: {}}
assumptions: {gain: {value: 2, range: [1, 3]}}
moves:
  - first: {by: north, options: [l, r]}
  - second: {by: north, options: [l, r]}
stakes: {north: [{worth: gain, if: first = l}, {worth: gain, if: second = l}]}
precision: 2
claims: {it: {holds if: CLAIM}}
"""


@pytest.mark.parametrize(
    ("claim", "extent", "holds", "fails", "undefined", "sequential"),
    [
        ("P(first = l) > 0.9", "all", 1, 0, 0, 1),
        ("P(first = l) < 0.9", "none", 0, 1, 0, 1),
        ("P(first = l) > P(second = l)", "none", 0, 1, 0, 1),  # no difference: 1 and 1
        ("P(second = l | first = r) > 0.9", "undetermined", 0, 0, 1, 0),
    ],
)
def test_the_one_equilibrium_is_counted_where_the_claim_puts_it(
    claim: str, extent: str, holds: int, fails: int, undefined: int, sequential: int
) -> None:
    (over,) = over_equilibria(CaseStudy(parse_case(ALIKE.replace("CLAIM", claim))))
    counted = (over.extent, over.holds, over.fails, over.undefined, over.sequential)
    assert counted == (extent, holds, fails, undefined, sequential)
    assert over.complete
