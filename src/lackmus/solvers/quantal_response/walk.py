"""A game's principal branch, followed once to its end, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from lackmus.foundation import tolerances
from lackmus.foundation.arrays import freeze
from lackmus.game.game import Game
from lackmus.solution.solution import NO_FORKS, Assessment, Forks, Status, Trace
from lackmus.solvers.quantal_response.continuation import OUT_OF_STEPS, REACHED
from lackmus.solvers.quantal_response.path_follower import Follower

#: Most turning points told.
_TURNS: Final = 1000


@dataclass(frozen=True, eq=False)
class Way:
    """A branch as followed to its end.

    Attributes:
        follower: Stands on its end.
        code: How it ended; see `branch`.
        precision: λ at its end.
        steps: Steps tried.
        turning_points: λ of each.
        crossings: Bifurcations passed.
        trace: The points on the way, or None.
    """

    follower: Follower
    code: int
    precision: float
    steps: int
    turning_points: tuple[float, ...]
    crossings: int
    trace: Trace | None


def widest(game: Game) -> float:
    """Largest payoff range of a player, 1 where payoffs are constant."""
    return float(game.payoff_range.max(initial=0.0)) or 1.0


def walk(
    game: Game,
    precision: float,
    quiet: float = -1.0,
    *,
    points: int = 0,
    follower: Follower | None = None,
) -> Way:
    """Follow the branch, by a follower that is there or a new one; see `branch.follow`."""
    follower = follower or Follower(game, far=quiet > 0.0)
    found = follower.follow(
        game.payoffs.copy(),
        game.chance.copy(),
        precision,
        quiet=quiet,
        turns=_TURNS,
        points=points,
    )
    strategies = np.empty((len(found.trace), int(game.first_action[-1])))
    if points:
        end = follower.y.copy()
        for row, point in zip(strategies, found.trace, strict=True):
            follower.see(point[:-1].copy())
            row[:] = follower.strategy
        follower.see(end)
    turning_points = tuple((found.turning_points / follower.widest).tolist())
    trace = None
    if points or found.turns:
        precisions = freeze(found.trace[:, -1] / follower.widest)
        trace = Trace(precisions, freeze(strategies), turning_points)
    landed = found.code == REACHED and quiet < 0.0
    return Way(
        follower=follower,
        code=found.code,
        precision=precision if landed else found.t / follower.widest,
        steps=found.steps,
        turning_points=turning_points,
        crossings=found.crossings,
        trace=trace,
    )


def checked(status: Status, game: Game, assessment: Assessment, precision: float) -> Status:
    """The status where what was reached at a precision is certified as a logit equilibrium.

    Else what it is. Where floats cannot carry the precision asked for the advice says so.
    """
    if status.good and "agent logit QRE" in assessment.certificate.concepts:
        return status
    load = precision * float(np.abs(game.payoffs).max(initial=0.0))
    too_much = "" if tolerances.fixed_point_limit(load) > 0.0 else (
        f"λ times payoffs is {load:.3g}, more than floating-point numbers can carry: "
        "ask for a smaller precision, or state payoffs in a larger unit."
    )  # fmt: skip
    if not status.good:
        return replace(status, advice=too_much or status.advice)
    error = assessment.certificate.fixed_point
    return Status(
        "uncertified",
        f"Not a logit equilibrium: at λ = {assessment.precision:g} the fixed point is missed by "
        f"{error:.3g} in log probability.",
        too_much or "Read the certificate: this is no logit equilibrium.",
    )


def told(way: Way, aim: str, forks: Forks = NO_FORKS) -> Status:
    """What happened on the way, in words."""
    words = f"The principal branch was followed to {aim}"
    if way.code != REACHED:
        words = f"The principal branch was followed to λ = {way.precision:.6g}, short of {aim}"
    if way.turning_points:
        where = ", ".join(f"{x:.6g}" for x in way.turning_points[:8])
        more = " …" if len(way.turning_points) > len(way.turning_points[:8]) else ""
        words += f"; it turns in λ at {where}{more}"
    if way.follower.pattern is None:
        words += (
            "; in so large a game a jump to a neighbouring branch is unlikely, but not excluded"
        )
    if forks.at or way.crossings:
        words += f"; {_crossing(way, forks)} and was followed straight on{_arms(forks, aim)}"
    words += "."
    if way.code == OUT_OF_STEPS:
        return Status("out of budget", words, "Ask for a smaller precision.")
    if way.code != REACHED:
        return Status("stopped short", words, "Ask for a smaller precision, or for the limit.")
    return Status("turned" if way.turning_points else "converged", words)


def _crossing(way: Way, forks: Forks) -> str:
    if forks.at:
        return f"it crosses other branches at λ = {', '.join(f'{x:.6g}' for x in forks.at)}"
    times = "once" if way.crossings == 1 else f"{way.crossings} times"
    return f"it crosses other branches {times}"


def _arms(forks: Forks, aim: str) -> str:
    """The arms that were followed, and that others were not."""
    count = len(forks.arms)
    said = ""
    if count:
        what = "1 arm that leads" if count == 1 else f"{count} arms that lead"
        said = f"; {what} from there to {aim} {'is' if count == 1 else 'are'} given, too"
    if forks.left:
        said += "; others may lead from there, which were not followed"
    return said
