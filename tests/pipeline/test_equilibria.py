"""Claims over the equilibria at the base values, counted by hand."""

from __future__ import annotations

import pytest

from lackmus.case.parse import parse_case
from lackmus.pipeline import equilibria
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


#: Both at l, both at r, or both in the middle.
MEETING = """
title: A meeting
actors: {north: {}, south: {}}
moves:
  - together:
    - x: {by: north, options: [l, r]}
    - y: {by: south, options: [l, r]}
stakes: {north: [{worth: 1, if: x = y}], south: [{worth: 1, if: x = y}]}
precision: 2
claims: {it: {holds if: P(x = l) > P(x = l | do(y = l)) - 0.2}}
"""


def test_equilibria_of_two_rules_are_combined(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where y is fixed x = l is sure, and of 1, 0 and 1/2 the first alone is above 0.8."""
    study = CaseStudy(parse_case(MEETING))
    monkeypatch.setattr(equilibria, "_MOST_COMBINATIONS", 3)
    (over,) = over_equilibria(study)
    assert (over.extent, over.holds, over.fails, over.undefined) == ("some", 1, 2, 0)
    assert (over.complete, over.sequential) == (True, 3)
    assert over.concept == "extreme Nash and subgame-perfect"
    assert "combinations" not in over.reason


def test_combinations_that_are_too_many_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    study = CaseStudy(parse_case(MEETING))
    monkeypatch.setattr(equilibria, "_MOST_COMBINATIONS", 2)
    (over,) = over_equilibria(study)
    assert over.holds + over.fails + over.undefined == 2
    assert not over.complete
    found, only = over.reason.rsplit("; ", 1)
    assert "3 extreme equilibria" in found
    assert only == "only 2 combinations were looked at"
