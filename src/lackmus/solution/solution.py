"""What a solver hands back: assessments, each with its certificate, and how they were got.

Words (Osborne and Rubinstein 1994, ch. 12): a *behavior profile* gives each infoset a distribution
over its actions; an *assessment* adds beliefs, a distribution over the nodes of each infoset.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate, chain
from typing import Any, Final, Literal, TypeAlias

from lackmus.foundation import figures, frames
from lackmus.foundation.arrays import Bools, Floats
from lackmus.foundation.counting import noun
from lackmus.foundation.display import Card, Shown
from lackmus.foundation.tolerances import SHOWN
from lackmus.game.game import Game
from lackmus.solution.beliefs import NamedBeliefs, by_name
from lackmus.solution.certificate import Certificate, strongest
from lackmus.solution.compare import by_outcome
from lackmus.solution.profile import Choice, Profile


@dataclass(frozen=True, slots=True)
class BeliefSet:
    """The off-path beliefs at one infoset that support a play.

    Attributes:
        infoset: Infoset id.
        vertices: Extreme points of the set, each a distribution over the infoset's nodes in
            ascending order; a single example where `example_only`.
        example_only: True where only an example is known and the set may be larger.
    """

    infoset: int
    vertices: tuple[tuple[Fraction | float, ...], ...]
    example_only: bool


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Assessment(Shown):
    """One behavior profile with its beliefs, values and certificate.

    Attributes:
        game: The game.
        strategy: Probability of each action, chance actions included; shape (A + C,).
        beliefs: Per node, its probability given its infoset; NaN at terminals, chance nodes and
            where the infoset is unreached and no belief was determined; shape (N,).
        action_values: Expected payoff of the mover per personal action given that it is taken
            and the beliefs; NaN where there is no belief; shape (A,).
        payoffs: Expected payoff per player; shape (P,).
        certificate: What was checked.
        precision: λ of a quantal response; None for an equilibrium.
        exact_strategy: The strategy in fractions where it is rational, else None.
        belief_sets: Off-path beliefs as sets, where the method gives them.
        kind: ``separating``, ``pooling``, ``semi-separating`` for signalling games, else empty.
        notes: Refinements passed or failed and the like, each a sentence.
    """

    game: Game = field(repr=False)
    strategy: Floats
    beliefs: Floats
    action_values: Floats
    payoffs: Floats
    certificate: Certificate
    precision: float | None = None
    exact_strategy: tuple[Fraction, ...] | None = None
    belief_sets: tuple[BeliefSet, ...] = ()
    kind: str = ""
    notes: tuple[str, ...] = ()

    @property
    def profile(self) -> Profile:
        """The strategy by name: ``profile[player][infoset][action]``."""
        return Profile(self.game, self.strategy, self.exact_strategy)

    @property
    def believed(self) -> NamedBeliefs:
        """The beliefs by name: ``believed[player][infoset][way]``.

        Infosets are those to which there is more than one way; a way is named by the actions on it
        that tell it from the others. Where no belief was determined it is NaN.
        """
        return by_name(self.game, self.beliefs)

    def card(self) -> Card:
        """What is certified, what everybody gets, and who does and believes what at which infoset.

        Of what is certified the strongest is said, which includes the rest.
        """
        what = ", ".join(strongest(self.certificate.concepts)) or "no equilibrium"
        at = "" if self.precision is None else f", precision {self.precision:g}"
        gains = zip(self.game.players, self.payoffs, strict=True)
        told = ", ".join(f"{player} {figures.payoff(payoff)}" for player, payoff in gains)
        believed = self.believed
        rows: list[tuple[str, ...]] = []
        for player, strategy in self.profile.items():
            for infoset, choice in strategy.items():
                belief = _belief(believed.get(player, {}).get(infoset, {}))
                for action, p in choice.items():
                    rows.append((player, infoset, action, _share(p), belief))
                    belief = ""
        head: tuple[str, ...] = ("player", "at", "action", "probability", "believes")
        if not believed:
            head, rows = head[:-1], [row[:-1] for row in rows]
        title = f"{self.game.title}: {what}{at}"
        return Card(title, (f"expected payoffs: {told}", *self.notes), head, rows)


#: Rows of a list of equilibria that a display shows.
_MOST_ROWS: Final = 100

#: Ways to an infoset that are told of what is believed there.
_MOST_WAYS: Final = 3


def _share(p: Fraction | float) -> str:
    return str(p) if isinstance(p, Fraction) else f"{p:.4f}"


def _belief(ways: Mapping[str, float]) -> str:
    """What is believed at an infoset, likeliest first; empty where there is no doubt."""
    if any(math.isnan(p) for p in ways.values()):
        return "undetermined"
    likeliest = sorted(ways.items(), key=lambda way: -way[1])
    told = ", ".join(f"{way} {p:.3g}" for way, p in likeliest[:_MOST_WAYS])
    return f"{told}, …" if len(ways) > _MOST_WAYS else told


def _played(choice: Choice) -> str:
    """What is done at an infoset: an action, or several with their probabilities."""
    likely = {action: p for action, p in choice.items() if p > SHOWN}
    if len(likely) == 1:
        return next(iter(likely))
    return ", ".join(
        f"{action} {p if isinstance(p, Fraction) else format(p, '.3g')}"
        for action, p in likely.items()
    )


#: What a list may be complete for. *nash* lists hold the extreme equilibria, of which all others
#: are convex combinations; others hold isolated equilibria and corners of families.
ListConcept: TypeAlias = Literal[
    "pure subgame-perfect", "subgame-perfect", "perfect bayesian", "nash", ""
]

StatusCode: TypeAlias = Literal[
    "converged",
    "turned",
    "stopped short",
    "uncertified",
    "out of budget",
    "complete",
    "incomplete",
]


@dataclass(frozen=True, slots=True)
class Status:
    """Why a solver stopped.

    Attributes:
        code: In a word.
        reason: In a sentence.
        advice: What to do; empty where there is nothing to be done.
    """

    code: StatusCode
    reason: str
    advice: str = ""

    @property
    def good(self) -> bool:
        """Whether the solver reached what it was asked for."""
        return self.code in ("converged", "turned", "complete")


def spelled(concept: ListConcept) -> str:
    """A list's concept as it stands before "equilibria".

    >>> spelled("perfect bayesian"), spelled("nash")
    ('perfect Bayesian', 'extreme Nash')
    """
    return {"perfect bayesian": "perfect Bayesian", "nash": "extreme Nash"}.get(concept, concept)


def counted(count: int, kind: str = "") -> str:
    """So many equilibria of a kind.

    >>> counted(1), counted(2, "pure")
    ('1 equilibrium', '2 pure equilibria')
    """
    return " ".join(filter(None, (str(count), kind, noun(count, "equilibrium", "equilibria"))))


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """The branch as followed: one row a step.

    Attributes:
        precision: λ at each step; not monotone where the branch turns.
        strategy: Behavior profile at each step; shape (steps, A + C).
        turning_points: λ at which the branch turned back or forth.
    """

    precision: Floats
    strategy: Floats
    turning_points: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Forks:
    """Where the branch that was followed crosses others, and what lies at their ends.

    Attributes:
        at: λ of each bifurcation, as where actors are symmetric.
        arms: What the branches that lead from there come to, as far as they do: as good as what
            the branch itself comes to, which was only followed straight on.
        left: Number of arms, and of bifurcations, that were not followed.
    """

    at: tuple[float, ...] = ()
    arms: tuple[Assessment, ...] = ()
    left: int = 0


#: Of a branch that meets no bifurcation, or where none was looked for.
NO_FORKS: Final = Forks()


@dataclass(frozen=True, eq=False, repr=False)
class Solution(Shown):
    """The equilibria found, and whether these are all.

    Attributes:
        game: The game solved.
        method: The method as run.
        assessments: What was found, best first; those that lead to the same play stand together.
            Wherever equilibria are numbered, number i is the one at i - 1.
        complete: True where the list is proven to hold every equilibrium of the concept sought,
            False where it is known or feared not to, None where the method seeks only one.
        concept: The concept sought, for which the list is complete or not; empty where the method
            seeks only one.
        status: Why the method stopped.
        seconds: Wall time.
        parameters: What the method ran with.
        citations: The sources of the method.
        trace: The branch, for methods that follow one.
        forks: Where the branch crosses others, and their ends, for methods that follow one.
    """

    game: Game = field(repr=False)
    method: str
    assessments: tuple[Assessment, ...]
    complete: bool | None
    status: Status
    seconds: float
    parameters: tuple[tuple[str, str | float | int | bool | None], ...] = ()
    citations: tuple[str, ...] = ()
    concept: ListConcept = ""
    trace: Trace | None = field(default=None, repr=False)
    forks: Forks = NO_FORKS

    def __post_init__(self) -> None:
        """Puts together what leads to the same play; two are together in any order."""
        if len(self.assessments) > 2:
            groups = by_outcome(self.game, self.assessments)
            object.__setattr__(self, "assessments", tuple(chain.from_iterable(groups)))

    @property
    def arms(self) -> tuple[Assessment, ...]:
        """The ends of branches that lead from where the one followed crosses them."""
        return self.forks.arms

    @property
    def certified(self) -> int:
        """How many of the assessments are certified to be what was sought, or an equilibrium."""
        if self.status.code == "uncertified":
            return 0
        return sum(bool(one.certificate.concepts) for one in self.assessments)

    @property
    def ended_short(self) -> bool:
        """Whether the method did not get where it was to, or nothing it found is certified."""
        short = ("stopped short", "uncertified", "out of budget")
        return self.status.code in short or not self.certified

    @property
    def best(self) -> Assessment:
        """The first assessment; IndexError where none was found."""
        return self.assessments[0]

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - as of `Profile`
        """A player's strategy, or an infoset's choice, in the first assessment; see `Profile`."""
        return self.best.profile[name]

    @property
    def table(self) -> dict[str, list[Any]]:
        """Columns of all equilibria, a row an action.

        Equilibria are numbered from 1, and those with the same `outcome`, from 1 too, lead to the
        same play; `payoff` is the player's in that equilibrium. Arms of a fork are no part of it.
        """
        names = ("equilibrium", "outcome", "player", "payoff", "infoset", "action", "probability")
        rows = [
            (number, outcome, player, float(payoff), infoset, action, float(p))
            for number, (outcome, found) in enumerate(self._by_outcome(), start=1)
            for payoff, (player, strategy) in zip(found.payoffs, found.profile.items(), strict=True)
            for infoset, choice in strategy.items()
            for action, p in choice.items()
        ]
        columns = zip(*rows, strict=True) if rows else ((),) * len(names)
        return {name: list(column) for name, column in zip(names, columns, strict=True)}

    def _by_outcome(self) -> Iterator[tuple[int, Assessment]]:
        for outcome, group in enumerate(by_outcome(self.game, self.assessments), start=1):
            yield from ((outcome, found) for found in group)

    def to_pandas(self) -> Any:  # noqa: ANN401 - pandas is optional
        """The table in pandas; UsageError where the extra `pandas` is not installed."""
        return frames.to_pandas(self.table)

    def to_polars(self) -> Any:  # noqa: ANN401 - polars is optional
        """The table in polars; UsageError where the extra `polars` is not installed."""
        return frames.to_polars(self.table)

    def card(self) -> Card:
        """How it was solved, and the profile; or of each of several payoffs and strategies."""
        lines: tuple[str, ...] = (f"{self.method}: {self.status.reason}",)
        if self.complete is not None:
            known = "all there are" if self.complete else "there may be more"
            lines = (*lines, f"{counted(len(self.assessments))}, {known}")
        groups = [len(group) for group in by_outcome(self.game, self.assessments)]
        if 1 < len(groups) < len(self.assessments):
            told = ", ".join(_span(first, size) for first, size in _numbered(groups))
            lines = (*lines, f"on the path they lead to {len(groups)} plays: {told}")
        if len(self.assessments) == 1 and not self.arms:
            only = self.best.card()
            return Card(only.title, (*lines, *only.lines), only.head, only.rows)
        named = [(str(i), found) for i, found in enumerate(self.assessments, start=1)]
        named += [(f"arm {i}", found) for i, found in enumerate(self.arms, start=1)]
        head = ("", "certified as", "player", "payoff", "at", "plays")
        rows = [row for name, found in named for row in _listed(name, found)]
        return Card(self.game.title, lines, head, rows, most=_MOST_ROWS)


def _numbered(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The number of the first of each group, and the group's size."""
    return zip(accumulate(sizes[:-1], initial=1), sizes, strict=True)


def _span(first: int, size: int) -> str:
    """Numbers of a group, such as ``4 to 6``."""
    return str(first) if size == 1 else f"{first} to {first + size - 1}"


def _listed(name: str, found: Assessment) -> Iterator[tuple[str, ...]]:
    """An equilibrium in a list, a row an infoset; what holds of several rows is told in the first.

    A player without an infoset has a row, too.
    """
    certified = ", ".join(strongest(found.certificate.concepts)) or "no equilibrium"
    for payoff, (player, strategy) in zip(found.payoffs, found.profile.items(), strict=True):
        who, gets = player, figures.payoff(payoff)
        for at, plays in [(at, _played(choice)) for at, choice in strategy.items()] or [("", "")]:
            yield name, certified, who, gets, at, plays
            name = certified = who = gets = ""


@dataclass(frozen=True, slots=True, eq=False)
class Play:
    """One game structure played under many draws of its numbers: arrays with a draw in front.

    Attributes:
        strategy: Shape (D, A + C), chance actions included.
        action_values: Expected payoff of the mover per personal action; shape (D, A).
        log_reach: Log realization probability of each terminal; shape (D, Z).
        payoffs: Payoff per player and terminal; shape (D, P, Z).
        residual: Largest fixed-point error per draw, in log probability; shape (D,).
        regret: Largest agent regret per draw as a fraction of the payoff range; shape (D,).
        turned: Whether the branch turned on its way; shape (D,).
        forked: Whether it met a bifurcation, as where actors are symmetric, and was followed
            straight on although other branches lead from there too; shape (D,).
        failed: Draws without a solution; their rows are NaN; shape (D,).
    """

    strategy: Floats
    action_values: Floats
    log_reach: Floats
    payoffs: Floats
    residual: Floats
    regret: Floats
    turned: Bools
    forked: Bools
    failed: Bools

    def of(self, draws: slice) -> Play:
        """The play of some of the draws."""
        return Play(*(getattr(self, name)[draws] for name in self.__slots__))
