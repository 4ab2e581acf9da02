"""Looks for trembles that make a profile's off-path choices rational.

An action that is never taken gets an order e ≥ 1 and a weight ζ > 0, as in `solution.consistency`;
the beliefs they generate are consistent by construction. A local search changes the order or the
weight of one action at a time where some infoset's used actions are not best, until all are, or
its steps are spent. Failure proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from lackmus.foundation.seeds import generator
from lackmus.game.game import Game
from lackmus.solution.walk import levels_of

#: Steps of the search, and the chance that a step that makes things worse is kept.
_STEPS = 600
_WORSE = 0.1

_HIGHEST_ORDER = 9
_FACTOR = 4


@dataclass(frozen=True, slots=True)
class _Way:
    """How a node is reached: actions never taken, and the probability of all others."""

    trembles: tuple[int, ...]
    weight: Fraction


class _State:
    """Orders and weights, and the beliefs that they make."""

    def __init__(
        self,
        ways: Mapping[int, list[_Way]],
        gains: Mapping[int, Sequence[Sequence[Fraction]]],
    ) -> None:
        self.ways = ways
        self.gains = gains
        actions = {a for own in ways.values() for way in own for a in way.trembles}
        self.order = dict.fromkeys(sorted(actions), 1)
        self.weight = dict.fromkeys(sorted(actions), Fraction(1))

    def belief(self, infoset: int) -> tuple[Fraction, ...]:
        """The belief at an infoset."""
        own = self.ways[infoset]
        orders = [sum(self.order[a] for a in way.trembles) for way in own]
        least = min(orders)
        masses = [
            self._mass(way) if order == least else Fraction()
            for way, order in zip(own, orders, strict=True)
        ]
        total = sum(masses, Fraction())
        return tuple(mass / total for mass in masses)

    def _mass(self, way: _Way) -> Fraction:
        mass = way.weight
        for a in way.trembles:
            mass *= self.weight[a]
        return mass

    def broken(self) -> list[int]:
        """Infosets whose used actions are not best."""
        return [i for i in self.ways if not self._holds(i)]

    def _holds(self, infoset: int) -> bool:
        belief = self.belief(infoset)
        return all(
            sum((p * g for p, g in zip(belief, row, strict=True)), Fraction()) >= 0
            for row in self.gains[infoset]
        )


def search_trembles(
    game: Game,
    strategy: Sequence[Fraction],
    nodes: Mapping[int, Sequence[int]],
    gains: Mapping[int, Sequence[Sequence[Fraction]]],
) -> dict[int, tuple[Fraction, ...]] | None:
    """Consistent beliefs at infosets off the path; None where the search fails.

    Args:
        game: The game.
        strategy: The profile.
        nodes: Nodes of each infoset off the path.
        gains: Per such infoset, rows of what a used action gains over another one at each node;
            beliefs must make every row's mean at least zero.
    """
    ways = {i: [_way(game, strategy, node) for node in own] for i, own in nodes.items()}
    if any(way.weight == 0 for own in ways.values() for way in own):
        return None
    state = _State(ways, gains)
    rng = generator(0, "trembles")
    broken = state.broken()
    for _ in range(_STEPS):
        if not broken:
            return {i: state.belief(i) for i in ways}
        undo = _step(state, broken[int(rng.integers(len(broken)))], rng)
        if undo is None:
            continue
        now = state.broken()
        if len(now) > len(broken) and rng.random() > _WORSE:
            action, order, weight = undo
            state.order[action], state.weight[action] = order, weight
        else:
            broken = now
    return None


def _way(game: Game, strategy: Sequence[Fraction], node: int) -> _Way:
    chance = game.exact.chance if game.exact else tuple(map(Fraction, game.chance.tolist()))
    piece = levels_of(game).piece
    trembles, weight = [], Fraction(1)
    while piece[node] != node:
        action = int(game.via[node])
        if action >= game.n_actions:
            weight *= chance[action - game.n_actions]
        elif strategy[action]:
            weight *= strategy[action]
        else:
            trembles.append(action)
        node = int(game.parent[node])
    return _Way(tuple(trembles), weight)


def _step(
    state: _State, infoset: int, rng: np.random.Generator
) -> tuple[int, int, Fraction] | None:
    """Moves belief at an infoset towards a node that wants it; returns what to undo."""
    own, rows = state.ways[infoset], state.gains[infoset]
    worst = [min((row[k] for row in rows), default=Fraction()) for k in range(len(own))]
    wanted = max(range(len(own)), key=lambda k: (worst[k], rng.random()))
    others = [k for k, p in enumerate(state.belief(infoset)) if p and k != wanted]
    if not others:
        wanted = int(rng.integers(len(own)))
        others = [k for k in range(len(own)) if k != wanted]
    if not others:
        return None
    other = others[int(rng.integers(len(others)))]
    up = [a for a in own[other].trembles if a not in own[wanted].trembles]
    down = [a for a in own[wanted].trembles if a not in own[other].trembles]
    if not up and not down:
        return None
    both = up + down
    action = both[int(rng.integers(len(both)))]
    undo = action, state.order[action], state.weight[action]
    change = 1 if action in up else -1
    if rng.random() < 1 / 2:
        state.order[action] = min(max(state.order[action] + change, 1), _HIGHEST_ORDER)
    else:
        state.weight[action] *= Fraction(_FACTOR) ** -change
    return undo
