"""The two linear halves of a signalling game, as polyhedra with their vertices.

Receivers' half: choices y and the sender's values p(I), with

    y ≥ 0,  p(I) − Σ y(b)·u(s, b) ≥ 0    for each action s of the sender at I.

Sender's half, for a set of classes that are reached: choices x over the actions that enter no other
class, and receivers' values q(J), with

    x ≥ 0,  q(J) − Σ x(s)·v(s, b) ≥ 0    for each action b of a receiver at J.

Trembles at a class that is not reached: the same with x replaced by a distribution τ over the
actions that enter it. A row belongs to an action of the game; `tight` says which rows hold with
equality, so that an action is unused or a best response.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lackmus.solvers.budget import Clock
from lackmus.solvers.exact.arithmetic import dot
from lackmus.solvers.exact.vertices import vertices
from lackmus.solvers.refinements.signalling import Signalling


@dataclass(frozen=True, slots=True)
class Corner:
    """A vertex of a half.

    Attributes:
        weights: Probability of each action chosen in this half.
        unused: Actions of this half with probability zero, as bits.
        best: Actions of the other side that are best responses, as bits.
    """

    weights: dict[int, Fraction]
    unused: int
    best: int


def bits(actions: Iterable[int]) -> int:
    """A set of actions as bits."""
    result = 0
    for a in actions:
        result |= 1 << a
    return result


def receivers_half(one: Signalling, clock: Clock) -> list[Corner]:
    """All vertices of the receivers' half."""
    game = one.game
    receivers = [*one.open, *(i for own in one.classes for i in own)]
    choices = [tuple(game.actions_of(i)) for i in receivers]
    values = [tuple(game.actions_of(i)) for i in one.types]
    owner = dict.fromkeys(one.types, one.sender)
    table = {(b, s): row for (s, b), row in one.worth.items()}
    return _corners(choices, values, [owner[i] for i in one.types], table, clock)


def sender_half(one: Signalling, reached: Sequence[int], clock: Clock) -> list[Corner]:
    """All vertices of the sender's half that reach exactly these classes."""
    game = one.game
    shut = {s for c, own in enumerate(one.entries) if c not in reached for s in own}
    choices = [tuple(s for s in game.actions_of(i) if s not in shut) for i in one.types]
    if not all(choices):
        return []
    receivers = [*one.open, *(i for c in reached for i in one.classes[c])]
    values = [tuple(game.actions_of(i)) for i in receivers]
    players = [int(game.infoset_player[i]) for i in receivers]
    found = _corners(choices, values, players, one.worth, clock)
    wanted = [bits(one.entries[c]) for c in reached]
    closed = bits(shut)
    return [
        Corner(corner.weights, corner.unused | closed, corner.best)
        for corner in found
        if all(entries & ~corner.unused for entries in wanted)
    ]


def trembles(one: Signalling, which: int, clock: Clock) -> list[Corner]:
    """All vertices of the trembles at a class that is not reached."""
    game = one.game
    values = [tuple(game.actions_of(i)) for i in one.classes[which]]
    players = [int(game.infoset_player[i]) for i in one.classes[which]]
    table = {key: row for key, row in one.worth.items() if key[0] in set(one.entries[which])}
    return _corners([one.entries[which]], values, players, table, clock)


def _corners(
    choices: Sequence[tuple[int, ...]],
    values: Sequence[tuple[int, ...]],
    players: Sequence[int],
    worth: dict[tuple[int, int], tuple[Fraction, ...]],
    clock: Clock,
) -> list[Corner]:
    """Vertices of {choices ≥ 0, value(I) ≥ Σ choice(c)·worth(c, a) for each a at I}."""
    free = sum(len(own) - 1 for own in choices)
    width = free + len(values) + 1
    weights = _weights(choices, width)
    rows, labels = [], []
    for action, weight in weights.items():
        if action >= 0:
            rows.append(weight)
            labels.append(action)
    by_action: dict[int, list[tuple[int, tuple[Fraction, ...]]]] = {}
    for (c, a), row in worth.items():
        by_action.setdefault(a, []).append((c, row))
    for place, (actions, player) in enumerate(zip(values, players, strict=True)):
        for a in actions:
            slack = [Fraction()] * width
            slack[free + place] = Fraction(1)
            for c, pays in by_action.get(a, ()):
                pay = pays[player]
                if c in weights and pay:
                    pairs = zip(slack, weights[c], strict=True)
                    slack = [x - pay * w if w else x for x, w in pairs]
            rows.append(slack)
            labels.append(a)
    chosen = bits(a for own in choices for a in own)
    corners = []
    for vertex in vertices([r[:-1] for r in rows], [-r[-1] for r in rows], clock):
        tight = bits(a for i, a in enumerate(labels) if vertex.tight >> i & 1)
        point = (*vertex.point, Fraction(1))
        amounts = {a: dot(weights[a], point) for own in choices for a in own}
        corners.append(Corner(amounts, tight & chosen, tight & ~chosen))
    return corners


def _weights(choices: Sequence[tuple[int, ...]], width: int) -> dict[int, list[Fraction]]:
    """Each action's probability as an affine function; -1 stands for certainty."""
    certain = [Fraction()] * (width - 1) + [Fraction(1)]
    weights = {-1: certain}
    free = 0
    for own in choices:
        rest = list(certain)
        for a in own[:-1]:
            weights[a] = [Fraction(int(i == free)) for i in range(width)]
            rest[free] -= 1
            free += 1
        weights[own[-1]] = rest
    return weights
