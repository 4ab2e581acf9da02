"""Every sequential equilibrium of a signalling game, by matching the corners of its two halves.

For every set of classes that may be reached, the corners of the sender's half are matched with
those of the receivers' half: each action of the sender must be unused or a best response, and so
must each action of a receiver whose infoset is reached; the actions used at a class that is not
reached must all be best responses to one and the same tremble. The equilibria that share their
used actions and best responses are the products of two polytopes (and of the beliefs'), whose
corners are among the pairs found, so that these give all equilibria by convex combination.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from lackmus.game.forms import as_floats
from lackmus.game.game import Game
from lackmus.solution.certify import certify
from lackmus.solution.solution import Assessment, BeliefSet
from lackmus.solvers.budget import Clock
from lackmus.solvers.refinements.criteria import refinement_notes
from lackmus.solvers.refinements.signalling import Signalling
from lackmus.solvers.refinements.signalling_polyhedra import (
    Corner,
    bits,
    receivers_half,
    sender_half,
    trembles,
)


@dataclass(frozen=True, slots=True)
class _Match:
    """An extreme equilibrium.

    Attributes:
        sender: The sender's corner.
        receivers: The receivers' corner.
        trembles: Per class that is not reached, the corners of the trembles that support it.
    """

    sender: Corner
    receivers: Corner
    trembles: dict[int, list[Corner]]


def signalling_equilibria(one: Signalling, clock: Clock) -> Iterator[Assessment]:
    """All extreme sequential equilibria, each certified.

    Raises:
        OutOfTimeError: The budget has ended.
    """
    answers = receivers_half(one, clock)
    tremble_corners = [trembles(one, c, clock) for c in range(len(one.classes))]
    matches = []
    for size in range(len(one.classes) + 1):
        for reached in combinations(range(len(one.classes)), size):
            matches += list(_matches(one, reached, answers, tremble_corners, clock))
    for match in matches:
        clock.check()
        yield _assessment(one, match)


def _matches(
    one: Signalling,
    reached: tuple[int, ...],
    answers: list[Corner],
    tremble_corners: list[list[Corner]],
    clock: Clock,
) -> Iterator[_Match]:
    game = one.game
    mine = bits(a for i in one.types for a in game.actions_of(i))
    asked = [*one.open, *(i for c in reached for i in one.classes[c])]
    theirs = bits(b for i in asked for b in game.actions_of(i))
    silent = [c for c in range(len(one.classes)) if c not in reached]
    silent_bits = [bits(b for i in one.classes[c] for b in game.actions_of(i)) for c in silent]
    for corner in sender_half(one, reached, clock):
        clock.check()
        bad_mine, bad_theirs = mine & ~corner.unused, theirs & ~corner.best
        for answer in answers:
            if bad_mine & ~answer.best or bad_theirs & ~answer.unused:
                continue
            supports = {}
            for c, own in zip(silent, silent_bits, strict=True):
                used = own & ~answer.unused
                supports[c] = [t for t in tremble_corners[c] if not used & ~t.best]
            if all(supports.values()):
                yield _Match(corner, answer, supports)


def _assessment(one: Signalling, match: _Match) -> Assessment:
    game = one.game
    weights = {**match.sender.weights, **match.receivers.weights}
    strategy = [weights.get(a, Fraction()) for a in range(game.n_actions)]
    beliefs: list[Fraction | None] = [None] * game.n_nodes
    sets = []
    for c, corners in sorted(match.trembles.items()):
        middle = _middle(corners)
        for infoset in one.classes[c]:
            nodes = one.nodes(infoset)
            for node, p in zip(nodes, _belief(one, nodes, middle), strict=True):
                beliefs[node] = p
            points = {_belief(one, nodes, corner.weights) for corner in corners}
            sets.append(BeliefSet(infoset, tuple(sorted(points)), example_only=False))
    notes: list[str] = []
    if one.classical:
        notes += refinement_notes(
            one, match.sender.weights, match.receivers.weights, match.trembles
        )
    return certify(
        game,
        as_floats(strategy),
        beliefs=beliefs,
        exact_strategy=strategy,
        belief_sets=tuple(sets),
        kind=_kind(one, match.sender.weights) if one.classical else "",
        notes=tuple(notes),
    )


def _middle(corners: list[Corner]) -> dict[int, Fraction]:
    actions = corners[0].weights
    return {
        a: sum((corner.weights[a] for corner in corners), Fraction()) / len(corners)
        for a in actions
    }


def _belief(
    one: Signalling, nodes: list[int], weights: dict[int, Fraction]
) -> tuple[Fraction, ...]:
    masses = [weights[one.last[node]] * one.reach[node] for node in nodes]
    total = sum(masses, Fraction())
    return tuple(mass / total for mass in masses)


def _kind(one: Signalling, weights: dict[int, Fraction]) -> str:
    """Whether messages tell the types apart."""
    game = one.game
    rows = _by_message(one, weights)
    if all(row == rows[0] for row in rows):
        return "pooling"
    senders: dict[object, set[int]] = {}
    for kind, row in enumerate(rows):
        for message, p in row.items():
            if p:
                senders.setdefault(message, set()).add(kind)
    del game
    if all(len(kinds) == 1 for kinds in senders.values()):
        return "separating"
    return "semi-separating"


def _by_message(one: Signalling, weights: dict[int, Fraction]) -> list[dict[object, Fraction]]:
    """Per type, the probability of each message; one that nobody answers is known by its label."""
    game: Game = one.game
    class_of = {s: c for c, own in enumerate(one.entries) for s in own}
    return [
        {
            class_of.get(s, game.labels.actions[s]): weights[s]
            for s in game.actions_of(i)
            if weights.get(s)
        }
        for i in one.types
    ]
