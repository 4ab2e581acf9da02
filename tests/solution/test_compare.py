"""When profiles are the same, and when they lead to the same play."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from lackmus.solution.certify import certify
from lackmus.solution.compare import (
    by_outcome,
    distinct_assessments,
    outcome,
    same_outcome,
    same_profile,
)
from lackmus.testing.classics import ENTRY, classic

F = Fraction


def test_off_path_play_changes_the_profile_and_not_the_outcome() -> None:
    game = classic(ENTRY)
    fight = certify(game, np.array([0.0, 1, 0, 1]))
    mostly = certify(game, np.array([0.0, 1, 0.25, 0.75]))
    into = certify(game, np.array([1.0, 0, 1, 0]))
    assert not same_profile(fight, mostly)
    assert same_outcome(game, fight, mostly)
    assert not same_outcome(game, fight, into)
    assert [len(group) for group in by_outcome(game, [fight, into, mostly])] == [2, 1]
    assert outcome(game, into).sum() == pytest.approx(1)


def test_fractions_are_compared_exactly_and_floats_nearly() -> None:
    game = classic(ENTRY)
    near = [F(1), F(0), F(1, 10**12), 1 - F(1, 10**12)]
    exact = [F(1), F(0), F(0), F(1)]
    rough = np.array([1.0, 0, 0, 1])
    one = certify(game, rough, exact_strategy=exact)
    other = certify(game, rough, exact_strategy=near)
    floats = certify(game, rough)
    assert not same_profile(one, other)
    assert same_profile(one, floats)
    assert distinct_assessments([one, other, floats]) == (one, other)
