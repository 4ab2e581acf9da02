"""What the inequalities that hold of an assessment, or do not, come to: concepts, a deviation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lackmus.foundation import tolerances
from lackmus.game.game import Game
from lackmus.solution.certificate import Concept, Deviation
from lackmus.solution.consistency import Answer
from lackmus.solution.walk import Numbers


@dataclass(frozen=True, slots=True)
class Findings:
    """Which inequalities hold.

    Attributes:
        recall: Whether every player has perfect recall; without it only the first counts.
        agent_nash: No reached infoset's mover gains by another action there.
        nash: No player gains by another whole strategy.
        subgame: Nor in any subgame.
        rational: Every infoset has a belief, and no mover gains by another way of going on.
        bayes: Largest distance of a belief from Bayes' rule where it is reached.
        bayes_in_pieces: Likewise where the others let it be reached in its subgame.
        quantal: Whether the choices are the quantal responses.
    """

    recall: bool
    agent_nash: bool
    nash: bool
    subgame: bool
    rational: bool
    bayes: float
    bayes_in_pieces: float
    quantal: bool


def concepts_of(
    findings: Findings, *, exact: bool, consistent: Callable[[], tuple[bool | None, Answer]]
) -> tuple[tuple[Concept, ...], tuple[str, ...]]:
    """What the inequalities certify, and a sentence where consistency is open.

    Args:
        findings: The inequalities.
        exact: Whether they were checked in rational arithmetic.
        consistent: Says, where asked, what `keeps_what_is_unknown` and `consistency` say.
    """
    limit = 0.0 if exact else tolerances.PROBABILITY
    concepts: list[Concept] = ["agent logit QRE"] if findings.quantal else []
    if findings.nash and findings.recall:
        concepts.append("nash")
    if findings.agent_nash:
        concepts.append("agent nash")
    if not findings.recall:
        return tuple(concepts), ()
    if findings.subgame:
        concepts.append("subgame-perfect")
    if not (findings.rational and findings.nash and findings.bayes <= limit):
        return tuple(concepts), ()
    concepts.append("weak perfect bayesian")
    if not (findings.subgame and findings.bayes_in_pieces <= limit):
        return tuple(concepts), ()
    kept, answer = consistent()
    if kept is False:
        return tuple(concepts), (_SIGNALLED,)
    if kept:
        concepts.append("perfect bayesian")
    if kept and answer == "proven":
        concepts.append("sequential")
        return tuple(concepts), ()
    return tuple(concepts), (_DISPROVEN if answer == "disproven" else _LEFT_OPEN,)


_SIGNALLED = (
    "Not sequential, nor perfect Bayesian: these beliefs let a move change what is thought of "
    "something that its mover does not know."
)
_DISPROVEN = "Not sequential: these beliefs are proven to be no limit of trembles."
_LEFT_OPEN = "These beliefs were neither shown to be a limit of trembles nor shown to be none."


def deviation_at(
    game: Game, infoset: int, strategy: Numbers, value: float, values: Numbers
) -> Deviation:
    """The best deviation at an infoset, in words.

    Args:
        game: The game.
        infoset: The infoset.
        strategy: Probability of each action; shape (A + C,).
        value: What its mover gets there.
        values: What each personal action gives; shape (A,).
    """
    actions = game.actions_of(infoset)
    better = max(actions, key=lambda a: float(values[a]))
    others = [a for a in actions if a != better] or list(actions)
    usual = max(others, key=lambda a: float(strategy[a]))
    return Deviation(
        player=game.players[int(game.infoset_player[infoset])],
        infoset=game.labels.infosets[infoset],
        action=game.labels.actions[usual],
        value=value,
        better_action=game.labels.actions[better],
        better_value=float(values[better]),
    )
