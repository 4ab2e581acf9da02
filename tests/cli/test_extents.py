"""In how many equilibria a claim holds, of those in which it can be asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lackmus.cli.tables.findings import extent
from lackmus.pipeline.equilibria import Extent, OverEquilibria

OVER = OverEquilibria(
    extent="all", holds=1, fails=0, undefined=0, complete=True, concept="perfect Bayesian",
    sequential=1, reason="",
)  # fmt: skip


@pytest.mark.parametrize(
    ("what", "holds", "fails", "undefined", "told"),
    [
        ("all", 1, 0, 0, "holds in all of 1 perfect Bayesian equilibrium (all there are)"),
        ("all", 1, 0, 5, "holds in the 1 of 6 perfect Bayesian equilibria in which it can be asked "
         "(the list is complete)"),
        ("none", 0, 1, 5, "fails in the 1 of 6 perfect Bayesian equilibria in which it can be "
         "asked (the list is complete)"),
        ("some", 1, 1, 1, "holds in some of the 2 of 3 perfect Bayesian equilibria in which it can "
         "be asked (the list is complete)"),
        ("undetermined", 0, 0, 6, "cannot be asked in any equilibrium found"),
    ],
)  # fmt: skip
def test_those_in_which_it_cannot_be_asked_are_counted(
    what: Extent, holds: int, fails: int, undefined: int, told: str
) -> None:
    asked = holds + fails
    over = replace(
        OVER, extent=what, holds=holds, fails=fails, undefined=undefined, sequential=asked
    )
    assert extent(over) == told
