"""A record, and forecasts, on the arms of draws whose branch forks.

Where a branch meets a bifurcation it is followed straight on; what leads away from there are
equilibria as good (see `lackmus.pipeline.arms`). So in such draws it is asked, too, how likely what
was seen, and what is forecast, would be on each arm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import ceil

import numpy as np
from numpy.typing import NDArray

from lackmus.compiler.compile import Compiled
from lackmus.foundation.arrays import Floats
from lackmus.foundation.outcomes import UNSOLVED
from lackmus.pipeline.arms import MOST_DRAWS, Forks
from lackmus.pipeline.records import RecordStudy, Told
from lackmus.solution.draws import certified
from lackmus.solution.solution import Play
from lackmus.sweep.design import base_point


@dataclass(frozen=True, slots=True, eq=False)
class OnArms:
    """What draws whose branch forks say on their arms.

    Attributes:
        draws: Draws whose branch forks; those whose arms were not followed because there are too
            many draws, counted at the rate of those that were looked at.
        arms: Arms found in those that were followed.
        left: Whether some arms could not be followed.
        rows: The draws that were followed; shape (N,).
        told: What each of them says: on the branch, and behind that on its arms.
    """

    draws: int
    arms: int
    left: bool
    rows: NDArray[np.intp] = field(repr=False)
    told: tuple[Told, ...] = field(repr=False)

    @property
    def followed(self) -> int:
        """Draws whose arms were followed."""
        return len(self.rows)

    def evidence(self, weights: Floats) -> tuple[float, float]:
        """By what the probability of the record is multiplied where arms are taken.

        Args:
            weights: Of each draw given the record on the branches, with sum one.

        Returns:
            The factor with that arm, or the branch, of each draw on which the record is least
            likely, and the one with that on which it is likeliest.
        """

        def ratio(told: Told, row: int) -> tuple[Floats, Floats]:
            logs = told.log_likelihood
            return weights[row] * np.exp(logs - logs[0]), np.full(len(logs), weights[row])

        return self._ends(weights, weights, ratio)

    def forecast(self, told: Told, column: int, step: int) -> tuple[float, float]:
        """The least and the highest probability of a forecast over the draws, arms being taken.

        Args:
            told: What the draws say on the branches.
            column: Which forecast.
            step: After how many observations.
        """
        top = float(np.nanmax(told.log_given[:, step]))

        def parts(told: Told) -> tuple[Floats, Floats]:
            mass = np.exp(told.log_given[:, step] - top)
            given, both = told.events[:, step, column].T
            return mass * both, mass * given

        whole, share = (np.nan_to_num(part) for part in parts(told))
        return self._ends(whole, share, lambda here, _: parts(here))

    def _ends(
        self,
        upper: Floats,
        lower: Floats,
        of: Callable[[Told, int], tuple[Floats, Floats]],
    ) -> tuple[float, float]:
        """The ratio of two sums over the draws, with the arms that make it least and highest."""
        scale = self.draws / self.followed
        ends = []
        for sign in (1.0, -1.0):
            above, below = float(upper.sum()), float(lower.sum())
            for row, told in zip(self.rows, self.told, strict=True):
                one, other = of(told, int(row))
                with np.errstate(divide="ignore", invalid="ignore"):
                    shares = sign * one / other
                if np.isnan(shares).all():
                    continue
                arm = int(np.nanargmin(shares))
                above += scale * float(one[arm] - upper[row])
                below += scale * float(other[arm] - lower[row])
            ends.append(max(0.0, above) / below if below > 0.0 else np.nan)
        return ends[0], ends[1]


def on_arms(study: RecordStudy, points: Floats, told: Told) -> OnArms | None:
    """What draws whose branch forks say on their arms; None where none forks.

    Args:
        study: The record in the draws of a case.
        points: The draws, shape (D, assumptions).
        told: What these say.
    """
    forks = Forks()
    # Bifurcations that pass unnoticed are looked for in every draw only where the base has one.
    compiled, values = study.as_written(base_point(study.assumptions)[None])
    at_base = forks.of(compiled, values, seen=False, unseen=True)
    unseen = at_base is not None and at_base.unseen
    solved = np.isfinite(told.log_likelihood)
    rows = np.flatnonzero(solved if unseen else solved & told.forked)
    looked = rows[:MOST_DRAWS]
    found: list[tuple[int, Told]] = []
    arms, left = 0, False
    for row in looked:
        compiled, values = study.as_written(points[row : row + 1])
        here = forks.of(compiled, values, seen=bool(told.forked[row]), unseen=unseen)
        if here is None or not (here.at or here.left):
            continue
        arms, left = arms + len(here.play.failed), left or here.left > 0
        on = _told(study, compiled, values, here.play)
        found.append((int(row), _behind(told, int(row), on)))
    if not found:
        return None
    draws = ceil(len(rows) * len(found) / len(looked))
    return OnArms(draws, arms, left, np.array([row for row, _ in found]), tuple(
        said for _, said in found
    ))  # fmt: skip


def _behind(branches: Told, row: int, arms: Told) -> Told:
    """What one draw says on its branch, and behind that on its arms."""
    return Told(*(
        np.concatenate([getattr(branches, name)[row : row + 1], getattr(arms, name)])
        for name in ("log_given", "beliefs", "events", "holds", "forked")
    ))  # fmt: skip


def _told(study: RecordStudy, compiled: Compiled, values: Mapping[str, Floats], play: Play) -> Told:
    """What the arms of one draw say, each as if it were a draw."""
    count = len(play.failed)
    drawn = {name: np.repeat(value, count) for name, value in values.items()}
    sound = certified(compiled.game, play, compiled.complete(drawn)["precision"]) & ~play.failed
    return study.record.told(
        study.record.read(compiled, drawn, replace(play, failed=~sound)),
        np.full((count, len(study.case.claims)), UNSOLVED, np.int8),
    )
