"""Agent logit quantal response equilibrium: a game at a precision, its limit, its derivatives.

Every infoset's mover chooses actions with p(a) ∝ exp(λ·EU(a | infoset)), and knows that all do
(McKelvey and Palfrey, Quantal response equilibria for extensive form games, Experimental Economics
1, 1998). Of all such profiles at a precision λ, the one on the principal branch is taken: the curve
that starts at λ = 0 from uniform play. Where the curve turns back in λ, its first arrival at the
precision asked for is taken and the turning points are told. As λ grows its limit is a sequential
equilibrium (ibid., theorem 4; Turocy, Economic Theory 42, 2010).

Units: payoffs are the game's own, λ is their inverse. The engine works on payoffs over the largest
payoff range of a player, so that a change of units (payoffs × c, λ / c) or a shift of a player's
payoffs changes nothing. Chance moves of probability 0 count as infinitely small; see
`kernels.passes`.
"""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import Final

import numpy as np

from lackmus.certification.assess import certify
from lackmus.foundation import tolerances
from lackmus.foundation.arrays import Floats
from lackmus.foundation.errors import SolveError, UsageError
from lackmus.game.game import Game
from lackmus.solution.solution import NO_FORKS, Assessment, Forks, Solution, Status
from lackmus.solvers.kernels.structure import structure_of
from lackmus.solvers.quantal_response.arms import FEW_UNKNOWNS, Arm, Arms, may_fork
from lackmus.solvers.quantal_response.continuation import REACHED
from lackmus.solvers.quantal_response.derivatives import Tangent
from lackmus.solvers.quantal_response.elimination import pattern_of
from lackmus.solvers.quantal_response.limit import best_of, candidates, is_settled
from lackmus.solvers.quantal_response.path_follower import Follower, keep, taken
from lackmus.solvers.quantal_response.plays import check_shapes
from lackmus.solvers.quantal_response.walk import Way, checked, told, walk, widest

CITATIONS: Final = (
    "R. D. McKelvey and T. R. Palfrey, Quantal response equilibria for extensive form games, "
    "Experimental Economics 1 (1998) 9-41",
    "T. L. Turocy, Computing sequential equilibria using agent quantal response equilibria, "
    "Economic Theory 42 (2010) 255-269",
)

#: Precisions times payoff range at which a following to the limit pauses to polish.
_PAUSES: Final = (1e6, 1e9)

#: Agent regret, as a fraction of the payoff range, at which it ends sooner: what has not come to
#: rest by then is a mixture, whose regret falls as 1/λ only.
_QUIET: Final = 1e-6 * tolerances.REGRET

#: Most points of a branch that are traced.
_POINTS: Final = 4000


def solve_logit(
    game: Game, precision: float, *, trace: bool = False, arms: bool = False
) -> Solution:
    """The agent logit quantal response equilibrium on the principal branch at a precision.

    Args:
        game: Any game in which no path passes an infoset twice.
        precision: λ, in units of one over payoff; 0 is uniform play.
        trace: Whether the solution holds the points of the branch.
        arms: Whether branches that cross this one are followed, too, for `Solution.arms`.

    Returns:
        A solution of method ``logit`` with one assessment. Its status is ``converged``;
        ``turned`` where the branch turned back on its way (`Trace.turning_points` has the λ, with
        or without `trace`); ``stopped short`` or ``out of budget`` where it could not be followed
        to the precision, and then the assessment is the last point reached, at its own λ;
        ``uncertified`` where what was reached is not certified as a logit equilibrium.

    Raises:
        UsageError: If the precision is negative or not finite.
        SolveError: If the game is absent-minded.
    """
    if not 0.0 <= precision < np.inf:
        raise UsageError(f"a precision is a finite number from 0 on, not {precision}")
    started = perf_counter()
    follower = taken(game)
    way = walk(game, precision, points=_POINTS if trace else 0, follower=follower)
    assessment = certify(
        game,
        way.follower.strategy,
        beliefs=way.follower.beliefs,
        precision=way.precision,
        log_strategy=way.follower.log_strategy,
    )
    forks = _forks(game, way, precision) if arms and way.code == REACHED else NO_FORKS
    status = checked(told(way, f"λ = {precision:g}", forks), game, assessment, precision)
    keep(game, follower)
    return Solution(
        game=game,
        method="logit",
        assessments=(assessment,),
        complete=None,
        status=status,
        seconds=perf_counter() - started,
        parameters=(("precision", precision), ("steps", way.steps)),
        citations=CITATIONS,
        trace=way.trace,
        forks=forks,
    )


def solve_limit(game: Game, *, arms: bool = False) -> Solution:
    """The limit of the principal branch: a sequential equilibrium.

    The branch is followed until agent regret is far below `tolerances.REGRET` of the payoff range
    or λ times the largest range is 10^6; then the actions of weight zero are set to zero and the
    others solved for indifference (`limit`). Where that does not certify, the branch is followed
    further, up to 10^9 times the smallest range, and what is certified best is kept. Where a
    profile of small fractions next to it is certified sequential in rational arithmetic, that is
    the limit.

    Args:
        game: Any game in which no path passes an infoset twice.
        arms: Whether branches that cross this one are followed to their limits, too.

    Returns:
        A solution of method ``limit`` with one assessment, whose precision is None. Its status is
        ``converged``, ``turned``, or ``uncertified`` where regret stayed larger.

    Raises:
        SolveError: If the game is absent-minded or its linear systems are too large.
    """
    started = perf_counter()
    if pattern_of(game) is None:
        raise SolveError(
            "the limit of this game's branch needs linear systems that are too large; "
            "take a large precision, or counterfactual regret minimization"
        )
    found: list[Assessment] = []
    width = widest(game)
    narrowest = min((x for x in game.payoff_range.tolist() if x > 0.0), default=width)
    quiet = _QUIET * narrowest / width
    pauses = [pause / width for pause in _PAUSES]
    pauses += [pause / narrowest for pause in _PAUSES if pause / narrowest > 10.0 * pauses[-1]]
    for pause in pauses:
        way = walk(game, pause, quiet)
        found.extend(candidates(game, way.follower))
        if any(map(is_settled, found)):
            break
    best = best_of(found)
    forks = _forks(game, way, pause, quiet) if arms and is_settled(best) else NO_FORKS
    status = told(replace(way, code=REACHED), "its limit", forks)
    if not is_settled(best):
        status = Status(
            "uncertified",
            f"Agent regret is still {best.certificate.regret.agent:.3g} at λ = {way.precision:g}.",
            "Read the certificate: this is a point near the limit, not an equilibrium.",
        )
    return Solution(
        game=game,
        method="limit",
        assessments=(best,),
        complete=None,
        status=status,
        seconds=perf_counter() - started,
        parameters=(("last precision", way.precision), ("steps", way.steps)),
        citations=CITATIONS,
        trace=way.trace,
        forks=forks,
    )


def _forks(game: Game, way: Way, precision: float, quiet: float = -1.0) -> Forks:
    """The arms of a branch that was followed to its end, each with its certificate."""
    small = 1 < structure_of(game).n_free <= FEW_UNKNOWNS
    if not (way.crossings or small):
        return NO_FORKS
    follower = Follower(game, far=quiet > 0.0)
    found = Arms(follower, game.payoffs.copy(), game.chance.copy(), precision, quiet)
    if not (found.branch.crossings or may_fork(follower, found.branch.t)):
        return NO_FORKS
    arms, left = [], 0
    for arm in found:
        one = _end_of(game, follower, arm, quiet)
        if one is None:
            left += 1
        else:
            note = f"An arm: it leads from another branch where λ = {arm.fork:.6g}."
            arms.append(replace(one, notes=(*one.notes, note)))
    return Forks(tuple(found.forks), tuple(arms), found.lost + left)


def _end_of(game: Game, follower: Follower, arm: Arm, quiet: float) -> Assessment | None:
    """What an arm comes to, with its certificate; None where that is not what was sought."""
    if quiet > 0.0:
        limit = best_of(candidates(game, follower))
        return limit if is_settled(limit) else None
    found = certify(
        game,
        follower.strategy.copy(),
        beliefs=follower.beliefs,
        precision=arm.precision,
        log_strategy=follower.log_strategy.copy(),
    )
    return found if "agent logit QRE" in found.certificate.concepts else None


def sensitivity(
    game: Game,
    strategy: Floats,
    precision: float,
    d_payoffs: Floats,
    d_chance: Floats,
    d_precision: Floats,
    *,
    payoffs: Floats | None = None,
    chance: Floats | None = None,
) -> tuple[Floats, Floats, Floats]:
    """Derivatives of a logit equilibrium along directions in payoffs, chance and precision.

    By the implicit function theorem, from the Jacobian that follows the branch.

    Args:
        game: The structure.
        strategy: An equilibrium at `precision`, such as `Assessment.strategy` or a row of
            `Play.strategy`; shape (A + C,). It is brought to full accuracy first.
        precision: λ.
        d_payoffs: Direction in payoffs; shape (K, P, Z).
        d_chance: Direction in chance probabilities; shape (K, C). A chance move of probability 0
            stays infinitely small in beliefs.
        d_precision: Direction in λ; shape (K,).
        payoffs: Payoffs where not the game's own; shape (P, Z).
        chance: Chance probabilities where not the game's own; shape (C,).

    Returns:
        Derivatives of the strategy, shape (K, A + C), of the action values (expected payoff of the
        mover per personal action), shape (K, A), and of the log realization probability of
        terminals, shape (K, Z).

    Raises:
        UsageError: If shapes do not fit.
        SolveError: If there is no equilibrium near `strategy`, or no derivative since the branch
            turns there.
    """
    payoffs = np.array(game.payoffs if payoffs is None else payoffs, np.float64)
    chance = np.array(game.chance if chance is None else chance, np.float64)
    directions = len(d_precision)
    check_shapes(game, payoffs[None], chance[None], np.array([precision]))
    wanted = ((directions, *payoffs.shape), (directions, *chance.shape))
    if (np.shape(d_payoffs), np.shape(d_chance)) != wanted:
        raise UsageError(f"directions have shapes {np.shape(d_payoffs)}, {np.shape(d_chance)}")
    follower = Follower(game)
    if not follower.stand(payoffs, chance, precision, strategy):
        raise SolveError("there is no logit equilibrium near this strategy")
    tangent = Tangent(follower, precision)
    rows = [
        tangent.move(np.asarray(u, np.float64), np.asarray(c, np.float64), float(x))
        for u, c, x in zip(d_payoffs, d_chance, d_precision, strict=True)
    ]
    shapes = (len(strategy), game.n_actions, game.n_terminals)
    d_strategy, d_values, d_reach = (
        np.array([row[i] for row in rows]).reshape(directions, shapes[i]) for i in range(3)
    )
    return d_strategy, d_values, d_reach
