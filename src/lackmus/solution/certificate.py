"""What is certified of an assessment, and what was found on checking it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from lackmus.foundation import figures
from lackmus.foundation.display import Card, Shown

Concept: TypeAlias = Literal[
    "agent logit QRE",
    "nash",
    "agent nash",
    "subgame-perfect",
    "weak perfect bayesian",
    "perfect bayesian",
    "sequential",
]


#: What each concept includes.
_INCLUDED: Final[dict[Concept, tuple[Concept, ...]]] = {
    "sequential": ("perfect bayesian", "weak perfect bayesian", "subgame-perfect", "nash"),
    "perfect bayesian": ("weak perfect bayesian", "subgame-perfect", "nash"),
    "weak perfect bayesian": ("nash",),
    "subgame-perfect": ("nash",),
    "nash": ("agent nash",),
}


def strongest(concepts: Sequence[Concept]) -> tuple[Concept, ...]:
    """The concepts that no other of them includes, strongest first.

    >>> strongest(("agent nash", "nash", "subgame-perfect", "weak perfect bayesian"))
    ('weak perfect bayesian', 'subgame-perfect')
    >>> strongest(("agent nash", "nash", "weak perfect bayesian", "sequential"))
    ('sequential',)
    """
    included = {concept for one in concepts for concept in _INCLUDED.get(one, ())}
    if "nash" in included:
        included.add("agent nash")
    order = list(get_args(Concept))
    return tuple(sorted(set(concepts) - included, key=order.index, reverse=True))


@dataclass(frozen=True, slots=True)
class Regret:
    """What could be gained by deviating, in payoff units; 0 where nothing.

    Attributes:
        agent: The most that one infoset's mover gains by another action there, given the
            assessment's beliefs, over all infosets with a belief.
        player: The most that one player gains by changing his whole strategy (the sum of these
            over players is OpenSpiel's NashConv).
    """

    agent: float
    player: float


@dataclass(frozen=True, slots=True)
class Deviation:
    """The best deviation from a profile: who, knowing what, does and gets what, and could get.

    Attributes:
        player: The player's name.
        infoset: The infoset's label: what he knows.
        action: Of the other actions, the one the profile takes there with most weight.
        value: His expected payoff there under the profile.
        better_action: A best action there.
        better_value: What it would give.
    """

    player: str
    infoset: str
    action: str
    value: float
    better_action: str
    better_value: float

    def __str__(self) -> str:
        gets, would_get = map(figures.payoff, (self.value, self.better_value))
        return (
            f"{self.player}, at [{self.infoset}], plays {self.action} and gets {gets}; "
            f"{self.better_action} would give {would_get}"
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Certificate(Shown):
    """What was checked about an assessment by code that knows no solver.

    Attributes:
        regret: Regret per agent and per player.
        tolerance: The regret up to which a profile counts as an equilibrium, in payoff units.
        fixed_point: Largest error of p(a) ∝ exp(λ·EU(a)), in log probability; None where the
            assessment has no precision.
        bayes: Largest distance of a belief from Bayes' rule where the infoset is reached.
        unreached: Number of infosets that the profile never reaches.
        concepts: What is certified, and no more.
        exact: Whether the check was made in rational arithmetic.
        deviation: The best deviation where the profile is no equilibrium; else None.
    """

    regret: Regret
    tolerance: float
    fixed_point: float | None
    bayes: float
    unreached: int
    concepts: tuple[Concept, ...]
    exact: bool = False
    deviation: Deviation | None = None

    def card(self) -> Card:
        """What is certified, and the largest errors that were found."""
        what = ", ".join(strongest(self.concepts)) or "no equilibrium"
        lines: tuple[str, ...] = (f"checked {'in fractions' if self.exact else 'in floats'}",)
        if self.deviation is not None:
            lines = (*lines, str(self.deviation))
        rows = [
            ("regret of an agent", figures.payoff(self.regret.agent)),
            ("regret of a player", figures.payoff(self.regret.player)),
            ("regret up to which it counts as none", figures.payoff(self.tolerance)),
            ("distance of beliefs from Bayes' rule", figures.payoff(self.bayes)),
            ("infosets never reached", f"{self.unreached:,}"),
        ]
        if self.fixed_point is not None:
            rows.append(("error in log probability", figures.payoff(self.fixed_point)))
        return Card(f"certified: {what}", lines, ("checked", "found"), rows)
