"""When two assessments are the same, and when they lead to the same play."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from lackmus.foundation.arrays import Floats
from lackmus.foundation.tolerances import SAME_PROFILE
from lackmus.game.game import Game
from lackmus.solution.solution import Assessment
from lackmus.solution.walk import down


def outcome(game: Game, assessment: Assessment) -> Floats:
    """Probability of each terminal under the profile; shape (Z,)."""
    reach = down(game, assessment.strategy, 1.0, log=False, pieces=False)
    return np.asarray(reach[game.terminal], np.float64)


def same_profile(one: Assessment, other: Assessment) -> bool:
    """Whether the profiles are equal: as fractions where both are, else to a tolerance."""
    if one.exact_strategy is not None and other.exact_strategy is not None:
        return one.exact_strategy == other.exact_strategy
    return _near(one.strategy, other.strategy)


def same_outcome(game: Game, one: Assessment, other: Assessment) -> bool:
    """Whether both profiles lead to each terminal with the same probability, to a tolerance."""
    return _near(outcome(game, one), outcome(game, other))


def distinct_assessments(assessments: Iterable[Assessment]) -> tuple[Assessment, ...]:
    """The assessments without those whose profile came before."""
    return tuple(group[0] for group in _grouped(assessments, same_profile))


def by_outcome(game: Game, assessments: Iterable[Assessment]) -> tuple[tuple[Assessment, ...], ...]:
    """The assessments grouped by what they lead to, in the order of first appearance."""
    return tuple(
        tuple(group)
        for group in _grouped(assessments, lambda one, other: same_outcome(game, one, other))
    )


def _near(one: Floats, other: Floats) -> bool:
    return bool(np.abs(one - other).max(initial=0.0) <= SAME_PROFILE)


def _grouped(
    assessments: Iterable[Assessment], same: Callable[[Assessment, Assessment], bool]
) -> list[list[Assessment]]:
    groups: list[list[Assessment]] = []
    for one in assessments:
        for group in groups:
            if same(group[0], one):
                group.append(one)
                break
        else:
            groups.append([one])
    return groups
