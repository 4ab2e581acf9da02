"""The quantal response correspondence: the principal branch from uniform play on, dense."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lackmus.foundation.arrays import Floats, freeze
from lackmus.foundation.counting import counted
from lackmus.foundation.display import Card, Shown
from lackmus.foundation.errors import SolveError, UsageError
from lackmus.foundation.letters import spelt
from lackmus.game.game import Game
from lackmus.pipeline import frames
from lackmus.pipeline.given import game_of, real
from lackmus.solvers.quantal_response.logit import solve_logit
from lackmus.solvers.quantal_response.plays import play_many


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Correspondence(Shown):
    """The principal branch of the agent logit equilibria of a game.

    Attributes:
        game: The game.
        precision: λ at each point, in one over the unit of payoffs; it does not rise all the way
            where the branch turns; shape (T,).
        strategy: Probability of each action at each point, chance actions included; shape
            (T, A + C).
        turning_points: λ at which the branch turns back or forth.
    """

    game: Game = field(repr=False)
    precision: Floats
    strategy: Floats
    turning_points: tuple[float, ...] = ()

    def card(self) -> Card:
        """From where to where, and where the branch turns."""
        lines = [f"{counted(len(self.precision), 'point')} from λ = 0 to {self.precision[-1]:.6g}"]
        if self.turning_points:
            told = ", ".join(f"{value:.6g}" for value in self.turning_points)
            lines.append(f"the branch turns at λ = {told}")
        rows = [tuple(f"{v:.4f}" for v in row) for row in zip(*self.table().values(), strict=True)]
        return Card(f"{self.game.title}: quantal response", tuple(lines), tuple(self.table()), rows)

    def actions(self, infosets: Sequence[str] | None = None) -> dict[str, int]:
        """Personal actions by name, ``player: infoset: action``.

        Args:
            infosets: Labels of the infosets wanted; all where None.

        Raises:
            UsageError: There is no such infoset.
        """
        game = self.game
        if infosets is not None:
            infosets = [spelt(name, game.labels.infosets) for name in infosets]
        if unknown := set(infosets or ()) - set(game.labels.infosets):
            hint = f"there are {', '.join(game.labels.infosets[: game.n_infosets][:12])}"
            raise UsageError(f"no infoset {sorted(unknown)[0]!r}", hint)
        return {
            f"{game.players[game.infoset_player[i]]}: {label}: {game.labels.actions[a]}": a
            for i, label in enumerate(game.labels.infosets[: game.n_infosets])
            if infosets is None or label in infosets
            for a in game.actions_of(i)
        }

    def table(self) -> Mapping[str, Floats]:
        """Columns: ``precision``, then the probability of each personal action by name."""
        named = {name: self.strategy[:, a] for name, a in self.actions().items()}
        return {"precision": self.precision, **named}

    def to_pandas(self) -> Any:  # noqa: ANN401 - pandas is optional
        """The table in pandas; UsageError where the extra `pandas` is not installed."""
        return frames.to_pandas(self.table())

    def to_polars(self) -> Any:  # noqa: ANN401 - polars is optional
        """The table in polars; UsageError where the extra `polars` is not installed."""
        return frames.to_polars(self.table())


def correspondence(game: Game, precision: float, *, points: int = 200) -> Correspondence:
    """The principal branch of a game's agent logit equilibria up to a precision.

    Args:
        game: Any game without absent-mindedness.
        precision: λ to go up to, in one over the unit of payoffs.
        points: How many, denser where the branch bends most, at small λ. Where the branch turns
            these are the points at which it was followed instead, in their order along it.

    Raises:
        UsageError: The precision is no positive number, or there are fewer than two points.
        SolveError: The branch cannot be followed that far.

    References:
        McKelvey and Palfrey (1998), Quantal response equilibria for extensive form games;
        Turocy (2010), Computing sequential equilibria using agent quantal response equilibria.
    """
    game, precision = game_of(game), real(precision, "a precision")
    if not 0.0 < precision < np.inf or points < 2:
        raise UsageError("a correspondence needs a positive precision and two points or more")
    followed = solve_logit(game, precision, trace=True)
    if not followed.status.good or followed.trace is None:
        raise SolveError(followed.status.reason)
    trace = followed.trace
    if trace.turning_points:
        return Correspondence(game, trace.precision, trace.strategy, trace.turning_points)
    share = np.linspace(0.0, 1.0, points)
    # Even steps of λ / (λ + unit): dense where λ is small, and not too sparse at its end.
    unit = np.sqrt(precision / (float(game.payoff_range.max(initial=0.0)) or 1.0))
    at = share * precision / (precision + unit)
    along = at * unit / (1.0 - at)
    play = play_many(
        game,
        np.broadcast_to(game.payoffs, (points, *game.payoffs.shape)),
        np.broadcast_to(game.chance, (points, len(game.chance))),
        along,
    )
    kept = ~play.failed
    return Correspondence(game, freeze(along[kept]), freeze(play.strategy[kept]))
