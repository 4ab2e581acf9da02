"""One door to all methods: which fits which game, and what each proves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from lackmus.foundation.errors import LackmusError, SolveError, UsageError
from lackmus.game.game import Game
from lackmus.solution.compare import distinct_assessments
from lackmus.solution.solution import Solution, Status, counted
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

#: Told what a search is about, and what came of it.
Progress: TypeAlias = Callable[[str], None]

#: Infosets up to which a search for every equilibrium goes through supports, after what is cheap.
_MOST_INFOSETS = 400

#: Actions up to which such a search goes through all Nash equilibria of two players.
_MOST_ACTIONS = 64

#: Covering vectors that a search for many equilibria of a big game tries.
_MANY_STARTS = 200

#: What is left of a budget that has ended: enough to be told so.
_LEAST_SECONDS = 1e-9


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
        "two players, perfect recall, up to some 16 actions each",
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
    progress: Progress | None = None,
) -> Solution:
    """The equilibria of a game by a method of `METHODS`: what stands behind `lackmus.solve`.

    What is given means what it means there, and must be a game and numbers already.

    Raises:
        UsageError: The arguments do not go together.
        SolveError: The method does not fit the game.
    """
    _check(method, precision, seconds, every=every)
    if not game.players:
        raise UsageError("the game has no players: nobody chooses, and there is nothing to solve")
    if every and method is None:
        return _every(game, EVERY_SECONDS if seconds is None else seconds, progress)
    name = method or ("limit" if precision is None else "logit")
    if name == "logit":
        return solve_logit(game, precision if precision is not None else 0.0, arms=True)
    if name == "limit":
        return solve_limit(game, arms=True)
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


def _every(game: Game, seconds: float, progress: Progress | None) -> Solution:
    """All equilibria by the method that fits, else as many as the budget allows."""
    if not game.perfect_recall:
        raise SolveError(
            "no method lists all equilibria of a game without perfect recall; "
            "try logit with a precision"
        )
    if has_perfect_information(game):
        return _with_mixed(solve_backward_induction(game, seconds=seconds))
    return _Search(game, seconds, progress).run()


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


class _Search:
    """A search for every equilibrium: cheap methods first, then the costly one that says most."""

    def __init__(self, game: Game, seconds: float, progress: Progress | None) -> None:
        self._game = game
        self._clock = Clock(seconds)
        self._progress = progress
        self._found: list[Solution] = []

    def run(self) -> Solution:
        """The list of perfect Bayesian equilibria, else of all Nash ones, else what was found."""
        game = self._game
        two = len(game.players) == 2
        at_once = game.n_infosets == len(game.players)
        bayesian = nash = None
        if as_signalling(game) is not None and not at_once:
            bayesian = self._tried("perfect-bayesian", solve_perfect_bayesian, 0.5)
            if bayesian is not None and bayesian.complete:
                return bayesian
        if two and game.n_actions <= _MOST_ACTIONS:
            nash = self._tried("extreme-nash", solve_extreme_nash, 0.7 if at_once else 0.5)
            if nash is not None and nash.complete and at_once:
                return nash
        if nash is None or not nash.complete:
            self._tried("limit", lambda game, **_: solve_limit(game), 1.0)
            if two:
                self._tried("lemke", partial(solve_lemke, starts=_MANY_STARTS), 0.5)
        if bayesian is None and game.n_infosets <= _MOST_INFOSETS:
            bayesian = self._tried("perfect-bayesian", solve_perfect_bayesian, 1.0)
            if bayesian is not None and bayesian.complete:
                return bayesian
        return nash if nash is not None and nash.complete else self._together()

    def _tried(self, name: str, method: Callable[..., Solution], share: float) -> Solution | None:
        """What a method finds in a share of the time left; None where it does not fit."""
        left = max((self._clock.seconds or 0.0) - self._clock.spent, _LEAST_SECONDS)
        self._tell(f"{name}: up to {left * share:.3g} s")
        try:
            found = method(self._game, seconds=left * share)
        except LackmusError as error:
            self._tell(f"{name}: {error}")
            return None
        self._tell(f"{name}: {found.status.reason}")
        self._found.append(found)
        return found

    def _tell(self, what: str) -> None:
        if self._progress is not None:
            self._progress(what)

    def _together(self) -> Solution:
        """All that is a Nash equilibrium of what the methods found."""
        every = [a for found in self._found for a in found.assessments]
        every.sort(key=lambda a: -len(a.certificate.concepts))
        good = [a for a in distinct_assessments(every) if "nash" in a.certificate.concepts]
        lists = [found for found in self._found if found.method not in ("limit", "lemke")]
        why = lists[-1].status.reason if lists else "the game is too big for a complete method"
        some = any("sequential" not in a.certificate.concepts for a in good)
        return Solution(
            game=self._game,
            method=" + ".join(found.method for found in self._found) or "none",
            assessments=tuple(good),
            complete=False,
            concept="nash",
            status=Status(
                "incomplete",
                f"{counted(len(good))} found, and there may be more: {why}",
                "read the certificates: not all are shown to be sequential" if some else "",
            ),
            seconds=self._clock.spent,
            parameters=(("seconds", self._clock.seconds),),
            citations=tuple(dict.fromkeys(c for found in self._found for c in found.citations)),
        )
