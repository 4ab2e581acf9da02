"""When two assessments are the same, and when they lead to the same play."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Protocol, TypeVar

import numpy as np

from lackmus.foundation.arrays import Floats
from lackmus.foundation.tolerances import SAME_PROFILE
from lackmus.game.game import Game
from lackmus.solution.walk import down


class Profiled(Protocol):
    """What has a behavior profile, such as an assessment."""

    @property
    def strategy(self) -> Floats:
        """Probability of each action; shape (A + C,)."""

    @property
    def exact_strategy(self) -> tuple[Fraction, ...] | None:
        """The same as fractions; None where it is not exact."""


_P = TypeVar("_P", bound=Profiled)
_T = TypeVar("_T")


def outcome(game: Game, assessment: Profiled) -> Floats:
    """Probability of each terminal under the profile; shape (Z,)."""
    reach = down(game, assessment.strategy, 1.0, log=False, pieces=False)
    return np.asarray(reach[game.terminal], np.float64)


def same_profile(one: Profiled, other: Profiled) -> bool:
    """Whether the profiles are equal: as fractions where both are, else to a tolerance."""
    if one.exact_strategy is not None and other.exact_strategy is not None:
        return one.exact_strategy == other.exact_strategy
    return _near(one.strategy, other.strategy)


def same_outcome(game: Game, one: Profiled, other: Profiled) -> bool:
    """Whether both profiles lead to each terminal with the same probability, to a tolerance."""
    return _near(outcome(game, one), outcome(game, other))


def distinct_assessments(assessments: Iterable[_P]) -> tuple[_P, ...]:
    """The assessments without those whose profile came before."""
    return tuple(group[0] for group in _grouped(assessments, same_profile))


def by_outcome(game: Game, assessments: Iterable[_P]) -> tuple[tuple[_P, ...], ...]:
    """The assessments grouped by what they lead to, in the order of first appearance."""
    ends = [(one, outcome(game, one)) for one in assessments]
    groups = _grouped(ends, lambda one, other: _near(one[1], other[1]))
    return tuple(tuple(one for one, _ in group) for group in groups)


def _near(one: Floats, other: Floats) -> bool:
    return bool(np.abs(one - other).max(initial=0.0) <= SAME_PROFILE)


def _grouped(assessments: Iterable[_T], same: Callable[[_T, _T], bool]) -> list[list[_T]]:
    groups: list[list[_T]] = []
    for one in assessments:
        for group in groups:
            if same(group[0], one):
                group.append(one)
                break
        else:
            groups.append([one])
    return groups
