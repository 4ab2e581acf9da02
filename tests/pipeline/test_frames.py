"""Findings as tables: one row a draw or a claim, whatever package holds them."""

from __future__ import annotations

import numpy as np
import pytest

import lackmus
from lackmus.foundation.outcomes import HOLDS
from lackmus.pipeline.findings import Findings


@pytest.fixture(scope="module")
def found() -> Findings:
    return lackmus.test("beer-quiche", draws=60, turns=False)


def test_a_row_a_draw_with_the_columns_of_a_sweep(found: Findings) -> None:
    pytest.importorskip("pandas")
    frame = found.to_pandas()
    first = found.claims[0]
    assert len(frame) == 60
    assert frame[found.assumptions[0].name].tolist() == found.points[:, 0].tolist()
    np.testing.assert_array_equal(frame[f"margin.{first.claim.id}"], first.margins)
    holds = frame[f"outcome.{first.claim.id}"] == "holds"
    assert holds.sum() == (first.holds == HOLDS).sum()


def test_a_row_a_claim(found: Findings) -> None:
    pytest.importorskip("polars")
    frame = found.to_polars("claims")
    assert frame["claim"].to_list() == [f.claim.id for f in found.claims]
    assert frame["verdict"].to_list() == [f.verdict.word for f in found.claims]
    assert frame["question"].to_list() == [f.question.text for f in found.claims]


def test_all_three_hold_the_same(found: Findings) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("polars")
    pytest.importorskip("pyarrow")
    tables = [list(t.columns) for t in (found.to_pandas(), found.to_polars())]
    assert tables[0] == tables[1] == found.to_arrow().column_names


def test_a_solution_is_a_table_with_a_row_an_action() -> None:
    pytest.importorskip("pandas")
    solution = lackmus.solve(lackmus.load("spence-job-market").compile(), every=True)
    frame = solution.to_pandas()
    assert frame["equilibrium"].nunique() == len(solution.assessments)
    assert frame["outcome"].nunique() == 4
    sums = frame.groupby(["equilibrium", "infoset"])["probability"].sum()
    assert sums.tolist() == pytest.approx([1.0] * len(sums))
    third = frame[(frame["equilibrium"] == 3) & (frame["player"] == "worker")]
    assert set(third["payoff"]) == {solution.assessments[2].payoffs[0]}
    told = "on the path they lead to 4 plays: 1 to 3, 4 to 6, 7 to 15, 16 to 18"
    assert told in str(solution)
