"""Budgets of time, and the record that a method hands back."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

from lackmus.foundation.errors import SolveError
from lackmus.game.game import Game
from lackmus.solution.solution import Assessment, ListConcept, Solution, Status

#: Seconds up to which a budget is but what others have left of it.
_REST: Final = 1e-3


class OutOfTimeError(SolveError):
    """A method's budget has ended; methods catch it and hand back what they have."""


@dataclass(frozen=True, slots=True)
class Clock:
    """When a method began, and when it must end.

    Attributes:
        seconds: The budget; None is without end.
        started: Reading of the monotonic clock at the start.
    """

    seconds: float | None = None
    started: float = field(default_factory=perf_counter)

    @property
    def spent(self) -> float:
        """Seconds since the start."""
        return perf_counter() - self.started

    @property
    def budget(self) -> str:
        """The budget in words."""
        if self.seconds is None:
            return "a budget without end"
        return f"the budget of {self.seconds:.3g} s" if self.seconds > _REST else "the budget"

    def check(self) -> None:
        """Raises OutOfTimeError where the budget has ended."""
        if self.seconds is not None and self.spent > self.seconds:
            raise OutOfTimeError(f"{self.budget} has ended")


def finish(
    game: Game,
    method: str,
    assessments: tuple[Assessment, ...],
    status: Status,
    clock: Clock,
    *,
    complete: bool | None,
    citations: tuple[str, ...],
    concept: ListConcept = "",
    **parameters: str | float | bool | None,
) -> Solution:
    """The solution a method hands back."""
    return Solution(
        game=game,
        method=method,
        assessments=assessments,
        complete=complete,
        status=status,
        seconds=clock.spent,
        parameters=(("seconds", clock.seconds), *parameters.items()),
        citations=citations,
        concept=concept,
    )
