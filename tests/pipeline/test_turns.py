"""What is printed of a turn, set in the case, turns the claim."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from lackmus.foundation.outcomes import FAILS, HOLDS, NO_DIFFERENCE
from lackmus.foundation.tolerances import CLAIM
from lackmus.library.index import cases
from lackmus.pipeline.case_study import CaseStudy
from lackmus.pipeline.loading import load
from lackmus.report import words
from lackmus.sweep.design import base_point, draw
from lackmus.sweep.thresholds import thresholds


@pytest.mark.parametrize("name", ["india-tariffs-2025", "alaska-2025"])
def test_setting_the_printed_value_turns_the_claim(name: str) -> None:
    study = CaseStudy(load(name))
    names = [assumption.name for assumption in study.assumptions]
    points, expected = [], []
    for column, found in enumerate(thresholds(study, nearest=False, sharpen="all")):
        for turn in (turn for turn in found.turns if turn.sharp):
            point = base_point(study.assumptions).copy()
            printed = words.turn(turn).replace(words.MINUS, "-")
            point[names.index(turn.assumption)] = float(Fraction(printed))
            points.append(point)
            expected.append((column, FAILS if found.holds else HOLDS))
    assert points
    codes = study.run(np.array(points)).holds
    assert [codes[row, column] for row, (column, _) in enumerate(expected)] == [
        code for _, code in expected
    ]


@pytest.mark.parametrize("name", [entry.name for entry in cases()])
def test_words_change_at_the_levels_where_ranges_of_payoffs_are_those_of_the_base(
    name: str,
) -> None:
    study = CaseStudy(load(name))
    points = draw(study.assumptions, study.correlations, 40, 5)
    found = study.run(np.vstack([base_point(study.assumptions), points]))
    for column, (holds, fails) in enumerate(study.levels()):
        unit = study.variants().questions[column].unit
        rows = slice(0, 1) if unit.startswith(("payoff", "mixed")) else slice(None)
        margins, codes = found.margins[rows, column], found.holds[rows, column]
        if (holds, fails) == (0.0, 0.0) and (codes == NO_DIFFERENCE).any():
            continue  # its parts have levels of their own
        assert (margins[codes == HOLDS] >= holds - CLAIM).all()
        assert (margins[codes == FAILS] <= fails + CLAIM).all()
        between = margins[codes == NO_DIFFERENCE]
        assert ((fails - CLAIM <= between) & (between <= holds + CLAIM)).all()
