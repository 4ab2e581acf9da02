"""One door to all methods: which fits which game, and what each proves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from lackmus.foundation.errors import LackmusError, SolveError, UsageError
from lackmus.game.game import Game
from lackmus.solution.compare import distinct_assessments
from lackmus.solution.solution import Assessment, Solution, Status, counted
from lackmus.solvers.budget import Clock
from lackmus.solvers.enumeration.backward_induction import (
    has_perfect_information,
    solve_backward_induction,
)
from lackmus.solvers.enumeration.extreme_nash import solve_extreme_nash
from lackmus.solvers.enumeration.lemke import solve_lemke
from lackmus.solvers.enumeration.perfect_bayesian import solve_perfect_bayesian
from lackmus.solvers.large_games.cfr import nash_by_cfr
from lackmus.solvers.large_games.zero_sum_lp import solve_zero_sum_lp
from lackmus.solvers.quantal_response.logit import solve_limit, solve_logit
from lackmus.solvers.refinements.signalling import as_signalling

#: Budget of a search for every equilibrium where none is given, in seconds.
EVERY_SECONDS = 60.0

#: Infosets up to which a search for every equilibrium goes through supports first.
_MOST_INFOSETS = 40

#: Actions up to which such a search then goes through all Nash equilibria of two players.
_MOST_ACTIONS = 64

#: Covering vectors that a search for many equilibria of a big game tries.
_MANY_STARTS = 200


@dataclass(frozen=True, slots=True)
class Method:
    """A row of the table of methods.

    Attributes:
        name: What to call it by.
        fits: The games that it can treat.
        proves: What is certain of its answer.
        source: Where it is published.
    """

    name: str
    fits: str
    proves: str
    source: str


METHODS: tuple[Method, ...] = (
    Method(
        "logit",
        "any game without absent-mindedness; needs a precision",
        "a fixed point on the principal branch, to 1e-9 in log probability",
        "McKelvey and Palfrey 1998; Turocy 2010",
    ),
    Method(
        "limit",
        "any game without absent-mindedness",
        "one sequential equilibrium, the branch's limit, to 1e-8 of the payoff range",
        "McKelvey and Palfrey 1998; Turocy 2010",
    ),
    Method(
        "backward-induction",
        "perfect information",
        "all pure subgame-perfect equilibria, exact",
        "Kuhn 1953; Selten 1965",
    ),
    Method(
        "zero-sum-lp",
        "two players, constant sum, perfect recall",
        "one equilibrium, and the value; exact where fractions are found",
        "Koller, Megiddo and von Stengel 1996",
    ),
    Method(
        "lemke",
        "two players, perfect recall, up to a few hundred actions",
        "one Nash equilibrium, exact",
        "Koller, Megiddo and von Stengel 1996; Lemke 1965",
    ),
    Method(
        "extreme-nash",
        "two players, perfect recall, up to some 30 actions",
        "all extreme Nash equilibria and their components, exact",
        "Avis, Rosenberg, Savani and von Stengel 2010; Audet, Belhaiza and Hansen 2009",
    ),
    Method(
        "perfect-bayesian",
        "signalling games; other games with perfect recall and a few infosets",
        "all perfect Bayesian equilibria, exact; says which are sequential, and which cases are "
        "open",
        "Kreps and Wilson 1982; Cho and Kreps 1987; Fudenberg and Tirole 1991",
    ),
    Method(
        "cfr",
        "big games with perfect recall",
        "one profile with its regret; small where two players' payoffs sum to zero",
        "Zinkevich, Johanson, Bowling and Piccione 2007; Tammelin 2014",
    ),
)

_BY_NAME: dict[str, Callable[..., Solution]] = {
    "backward-induction": solve_backward_induction,
    "zero-sum-lp": solve_zero_sum_lp,
    "lemke": solve_lemke,
    "extreme-nash": solve_extreme_nash,
    "perfect-bayesian": solve_perfect_bayesian,
    "cfr": nash_by_cfr,
}


def solve(
    game: Game,
    *,
    method: str | None = None,
    precision: float | None = None,
    every: bool = False,
    seconds: float | None = None,
) -> Solution:
    """The equilibria of a game.

    Args:
        game: The game.
        method: A name from `METHODS`; None is ``logit`` where a precision is given, and else
            ``limit``.
        precision: λ of the logit quantal response equilibrium, in units of one over payoff.
        every: Whether all equilibria are sought, by the complete method that fits the game.
        seconds: Budget of the methods that enumerate; 60 where all are sought and none is given.

    Returns:
        The solution. With `every` its `complete` says whether the list is proven complete.

    Raises:
        UsageError: The arguments do not go together.
        SolveError: The method does not fit the game.
    """
    _check(method, precision, seconds, every=every)
    if not game.players:
        raise UsageError("the game has no players: nobody chooses, and there is nothing to solve")
    if every and method is None:
        return _every(game, EVERY_SECONDS if seconds is None else seconds)
    name = method or ("limit" if precision is None else "logit")
    if name == "logit":
        return solve_logit(game, precision if precision is not None else 0.0)
    if name == "limit":
        return solve_limit(game)
    budget = EVERY_SECONDS if every and seconds is None else seconds
    return _BY_NAME[name](game, seconds=budget)


def _check(
    method: str | None, precision: float | None, seconds: float | None, *, every: bool
) -> None:
    names = [row.name for row in METHODS]
    if method is not None and method not in names:
        raise UsageError(f"there is no method {method!r}", f"the methods are {', '.join(names)}")
    if method == "logit" and precision is None:
        raise UsageError("logit needs a precision", "give one, or use limit for its limit")
    if precision is not None and (method not in (None, "logit") or every):
        raise UsageError(
            "a precision goes with the method logit only",
            "leave the precision out, or the method",
        )
    if seconds is not None and not seconds > 0:
        raise UsageError(f"a budget is a positive number of seconds, not {seconds}")


def _every(game: Game, seconds: float) -> Solution:
    """All equilibria by the method that fits, else as many as the budget allows."""
    if not game.perfect_recall:
        raise SolveError(
            "no method lists all equilibria of a game without perfect recall; "
            "try logit with a precision"
        )
    if has_perfect_information(game):
        return _with_mixed(solve_backward_induction(game, seconds=seconds))
    if as_signalling(game) is not None:
        return solve_perfect_bayesian(game, seconds=seconds)
    clock = Clock(seconds)
    found: Solution | None = None
    if game.n_infosets <= _MOST_INFOSETS:
        found = solve_perfect_bayesian(game, seconds=seconds / 3)
        if found.complete:
            return found
    if len(game.players) == 2 and game.n_actions <= _MOST_ACTIONS:
        every_nash = solve_extreme_nash(game, seconds=seconds / 2)
        if every_nash.complete:
            return every_nash
    return _many(game, found, clock)


def _with_mixed(found: Solution) -> Solution:
    """Pure equilibria as a list of all: incomplete where movers are indifferent."""
    if found.concept == "subgame-perfect":
        return found
    status = found.status
    if status.good:
        told = counted(len(found.assessments), "pure subgame-perfect")
        reason = f"{told}, and mixed ones beside them, since some mover is indifferent"
        status = Status("incomplete", reason, "break ties between payoffs, or vary them in a sweep")
    return replace(found, complete=False, concept="subgame-perfect", status=status)


def _many(game: Game, found: Solution | None, clock: Clock) -> Solution:
    """What other methods find in the rest of the budget, with what was found before."""
    more: list[Assessment] = list(found.assessments) if found else []
    methods = ["perfect-bayesian"] if found else []
    sources = list(found.citations) if found else []
    left = max((clock.seconds or 0.0) - clock.spent, 1.0)
    tries: list[tuple[str, Callable[[], Solution]]] = [("limit", lambda: solve_limit(game))]
    if len(game.players) == 2:
        tries.append(("lemke", lambda: solve_lemke(game, seconds=left, starts=_MANY_STARTS)))
    for name, attempt in tries:
        try:
            solution = attempt()
        except LackmusError:
            continue
        more += solution.assessments
        methods.append(name)
        sources += [source for source in solution.citations if source not in sources]
    more.sort(key=lambda a: -len(a.certificate.concepts))
    good = [a for a in distinct_assessments(more) if "nash" in a.certificate.concepts]
    why = found.status.reason if found else "the game is too big for a complete method"
    return Solution(
        game=game,
        method=" + ".join(methods) or "none",
        assessments=tuple(good),
        complete=False,
        concept="nash",
        status=Status(
            "incomplete",
            f"{counted(len(good))} found, and there may be more: {why}",
            "read the certificates: some are Nash equilibria only",
        ),
        seconds=clock.spent,
        parameters=(("seconds", clock.seconds),),
        citations=tuple(sources),
    )
