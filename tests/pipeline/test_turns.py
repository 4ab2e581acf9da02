"""What is printed of a turn, set in the case, turns the claim."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from lackmus.foundation.outcomes import FAILS, HOLDS
from lackmus.pipeline.case_study import CaseStudy
from lackmus.pipeline.loading import load
from lackmus.report import words
from lackmus.sweep.design import base_point
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
