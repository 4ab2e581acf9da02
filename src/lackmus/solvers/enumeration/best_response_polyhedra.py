"""Where a realization plan makes the other player indifferent: polyhedra in sequence form.

Let x be one player's realization plan in a two-player game with perfect recall, and q(J) the other
player's best value at his infoset J, counterfactual and weighted by chance and x. The polyhedron
of all (x, q) with, for each action a of the other player at J,

    x ≥ 0,   q(J) − Σ q(K) − Σ x(s)·payoff(s, a) ≥ 0,   K the infosets right after a,

has vertices at which q is the true best value. A plan x and a plan y of the other player are a
Nash equilibrium exactly where every action a of either player has weight zero in its owner's plan
or its slack is zero in the other one's polyhedron (complementary slackness of the best-response
programs of von Stengel 1996). Inequalities are numbered by actions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lackmus.game.forms import Entries, PlayerSequences, player_sequences, sequence_payoffs
from lackmus.game.game import Game
from lackmus.solvers.budget import Clock
from lackmus.solvers.exact.arithmetic import dot, solution_of
from lackmus.solvers.exact.edge_walk import NotSimpleError, walk
from lackmus.solvers.exact.vertices import vertices


@dataclass(frozen=True, slots=True)
class Cells:
    """One player's polyhedron.

    Attributes:
        own: His sequences.
        other: The other player's.
        weights: Per own action its weight as an affine function: coefficients, then a constant.
        rows: Left sides of the inequalities, one an action of the game.
        bounds: Right sides.
    """

    own: PlayerSequences
    other: PlayerSequences
    weights: dict[int, list[Fraction]]
    rows: list[list[Fraction]]
    bounds: list[Fraction]

    def plan(self, point: Sequence[Fraction]) -> dict[int, Fraction]:
        """The realization plan at a point of the polyhedron."""
        return {a: self._weight(a, point) for a in self.weights}

    def vertices(self, clock: Clock) -> Iterator[int]:
        """The inequalities that each vertex satisfies with equality; bit a belongs to action a.

        Those of a simple polyhedron, as most of games in normal form are, are met one after the
        other. Else some may come twice, and most when all are known. Where nobody has anything to
        choose, the polyhedron is a point that has no coordinates, and satisfies none.
        """
        if not any(self.rows):
            yield 0
            return
        try:
            yield from walk(self.rows, self.bounds, self._start(), clock)
        except NotSimpleError:
            yield from (vertex.tight for vertex in vertices(self.rows, self.bounds, clock))

    def point(self, tight: int) -> list[Fraction]:
        """The vertex at which some inequalities hold with equality."""
        if not tight:
            return []
        return solution_of(
            [row for a, row in enumerate(self.rows) if tight >> a & 1],
            [bound for a, bound in enumerate(self.bounds) if tight >> a & 1],
        )

    def _start(self) -> list[int]:
        """What a vertex satisfies with equality at which one's own plan is pure.

        It has no more equalities than coordinates, where that holds of any of the plans that take
        the actions of a number at all infosets.
        """
        found: list[int] = []
        for number in range(max(map(len, self.own.actions), default=0)):
            found = self._equalities(number)
            if len(found) == len(self.rows[0]):
                break
        return found

    def _equalities(self, number: int) -> list[int]:
        free = len(self.rows[0]) - len(self.other.infosets)
        point = [Fraction()] * len(self.rows[0])
        for before, actions in zip(self.own.before, self.own.actions, strict=True):
            chosen = actions[min(number, len(actions) - 1)]
            if chosen != actions[-1] and (before < 0 or self._weight(before, point)):
                point[self.weights[chosen].index(Fraction(1))] = Fraction(1)
        # The other's values, those of his later infosets first.
        for place in reversed(range(len(self.other.infosets))):
            point[free + place] = max(
                self.bounds[a] - dot(self.rows[a], point) for a in self.other.actions[place]
            )
        sides = zip(self.rows, self.bounds, strict=True)
        return [a for a, (row, bound) in enumerate(sides) if dot(row, point) == bound]

    def _weight(self, action: int, point: Sequence[Fraction]) -> Fraction:
        return dot(self.weights[action][:-1], point) + self.weights[action][-1]


def both_cells(game: Game) -> tuple[Cells, Cells]:
    """The polyhedra of the two players."""
    first, second = player_sequences(game, 0), player_sequences(game, 1)
    mine, theirs = sequence_payoffs(game)
    flipped = {(j, i): value for (i, j), value in mine.items()}
    return (
        _cells(game.n_actions, first, second, theirs),
        _cells(game.n_actions, second, first, flipped),
    )


def _cells(n_actions: int, own: PlayerSequences, other: PlayerSequences, payoffs: Entries) -> Cells:
    """The polyhedron of `own`; `payoffs` are the other's, per own and other sequence."""
    free = sum(len(actions) - 1 for actions in own.actions)
    width = free + len(other.infosets)
    weights = _weights(own, width)
    rows: list[list[Fraction]] = [[] for _ in range(n_actions)]
    bounds = [Fraction()] * n_actions
    for action, weight in weights.items():
        rows[action], bounds[action] = weight[:-1], -weight[-1]
    by_action: dict[int, list[tuple[int, Fraction]]] = {}
    for (s, a), value in payoffs.items():
        by_action.setdefault(a, []).append((s, value))
    after = other.after()
    for place, actions in enumerate(other.actions):
        for a in actions:
            row = [Fraction()] * (width + 1)
            row[free + place] += 1
            for later in after.get(a, ()):
                row[free + later] -= 1
            for s, value in by_action.get(a, ()):
                weight = weights[s] if s >= 0 else [Fraction()] * width + [Fraction(1)]
                row = [x - value * w for x, w in zip(row, weight, strict=True)]
            rows[a], bounds[a] = row[:-1], -row[-1]
    return Cells(own, other, weights, rows, bounds)


def _weights(own: PlayerSequences, width: int) -> dict[int, list[Fraction]]:
    """Each action's weight: a free coordinate, or what is left for an infoset's last action."""
    weights: dict[int, list[Fraction]] = {-1: [Fraction()] * width + [Fraction(1)]}
    free = 0
    for before, actions in zip(own.before, own.actions, strict=True):
        rest = list(weights[before])
        for a in actions[:-1]:
            unit = [Fraction()] * (width + 1)
            unit[free] = Fraction(1)
            rest[free] -= 1
            weights[a] = unit
            free += 1
        weights[actions[-1]] = rest
    del weights[-1]
    return weights
