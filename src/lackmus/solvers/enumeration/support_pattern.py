"""One pattern of supports, as polynomials: what `support_enumeration` goes through.

At an infoset that the others let be reached within its subgame Bayes' rule makes a mover's gain
from one action over another a polynomial in the probabilities of mixed actions. At the others a
belief must exist under which no way of going on is better. Nodes that the same unused actions lead
to are *kin*: beliefs keep their odds (see `solution.consistency`), so that a belief is one over
classes of kin; over two classes it is a number, which is eliminated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product

import numpy as np

from lackmus.game.forms import fractions_of, player_sequences
from lackmus.game.game import Game
from lackmus.solution.walk import levels_of
from lackmus.solvers.budget import Clock, OutOfTimeError
from lackmus.solvers.exact.arithmetic import Poly, Ring, as_number, evaluate, is_zero
from lackmus.solvers.exact.polynomial_systems import System, SystemSolution, range_of
from lackmus.solvers.exact.vertices import vertices

#: Ways to go on from an infoset beyond which a pattern is not treated.
_MOST_PLANS = 1_000

#: Conditions on a belief over two classes up to which it is eliminated.
_MOST_ROWS = 7


@dataclass(frozen=True, slots=True)
class GameLists:
    """The game as plain lists.

    Attributes:
        game: The game.
        nodes: Nodes of each personal infoset.
        children: Children of each node.
        mover: Player at each node; -1 chance, -2 terminal.
        payoffs: Per node, payoffs at terminals.
        chance: Probability per chance action, keyed by action.
        piece: Subgame root above each node.
        order: Personal infosets, last moves first.
    """

    game: Game
    nodes: list[list[int]]
    children: list[range]
    mover: list[int]
    payoffs: dict[int, tuple[Fraction, ...]]
    chance: dict[int, Fraction]
    piece: list[int]
    order: list[int]

    @classmethod
    def of(cls, game: Game) -> GameLists:
        """The lists of a game."""
        counts = np.append(np.diff(game.first_action), 0)[game.infoset].tolist()
        chance = game.exact.chance if game.exact else tuple(map(Fraction, game.chance.tolist()))
        nodes = [np.flatnonzero(game.infoset == i).tolist() for i in range(game.n_infosets)]
        shape = levels_of(game)
        rows = zip(*fractions_of(game), strict=True)
        return cls(
            game=game,
            nodes=nodes,
            children=[
                range(first, first + count)
                for first, count in zip(game.first_child.tolist(), counts, strict=True)
            ],
            mover=shape.mover.tolist(),
            payoffs=dict(zip(game.terminal.tolist(), rows, strict=True)),
            chance={game.n_actions + k: p for k, p in enumerate(chance)},
            piece=shape.piece.tolist(),
            order=sorted(range(game.n_infosets), key=lambda i: -max(nodes[i], default=0)),
        )


def _open_rows(rows: list[list[Poly]]) -> list[list[Poly]]:
    """The rows that some belief could break."""
    ranges = [[range_of(g)[0] for g in row] for row in rows]
    return [
        row
        for row, lows in zip(rows, ranges, strict=True)
        if not all(low is not None and low >= 0 for low in lows)
    ]


def _signs(p: Poly) -> tuple[int, ...]:
    """Signs that a polynomial may have inside the unit cube."""
    low, high = range_of(p)
    if low is not None and low >= 0:
        return (0,) if is_zero(p) else (1,)
    if high is not None and high <= 0:
        return (-1,)
    return (1, -1, 0)


def _reach(lists: GameLists, ring: Ring, chance: list[Poly], player: int) -> list[Poly]:
    """Probability of each node within its subgame if a player does all to reach it."""
    game = lists.game
    reach = [ring.constant(1)] * game.n_nodes
    actor = levels_of(game).actor.tolist()
    for node in range(1, game.n_nodes):
        if lists.piece[node] != node:
            above, action = reach[game.parent[node]], int(game.via[node])
            reach[node] = above if actor[action] == player else above * chance[action]
    return reach


@dataclass(frozen=True, slots=True)
class PatternPolynomials:
    """The polynomials of one pattern.

    Attributes:
        lists: The game.
        pattern: Used actions per infoset.
        ring: Of the unknown probabilities.
        chance: Probability of each action, unused ones and chance included.
        values: Per node, each player's value.
        reach: Per node where a player moves, its probability within its subgame if he does all to
            reach it.
        silent: Infosets that the others do not let be reached within their subgame.
        after: Own infosets that come right after an action.
    """

    lists: GameLists
    pattern: dict[int, tuple[int, ...]]
    ring: Ring
    chance: list[Poly]
    values: list[tuple[Poly, ...]]
    reach: list[Poly]
    silent: list[int]
    after: dict[int, list[int]]

    @classmethod
    def of(cls, lists: GameLists, pattern: dict[int, tuple[int, ...]]) -> PatternPolynomials:
        """The polynomials of a pattern."""
        game = lists.game
        ring = Ring(sum(len(own) - 1 for own in pattern.values()))
        chance = [ring.constant(0)] * len(game.action_infoset)
        for action, p in lists.chance.items():
            chance[action] = ring.constant(p)
        count = 0
        for own in pattern.values():
            rest = ring.constant(1)
            for a in own[:-1]:
                chance[a] = ring.variable(count)
                rest = rest - chance[a]
                count += 1
            chance[own[-1]] = rest
        via = game.via.tolist()
        values: list[tuple[Poly, ...]] = [()] * game.n_nodes
        for node in reversed(range(game.n_nodes)):
            if lists.mover[node] == -2:
                values[node] = tuple(map(ring.constant, lists.payoffs[node]))
                continue
            below = [c for c in lists.children[node] if not is_zero(chance[via[c]])]
            values[node] = tuple(
                sum((chance[via[c]] * values[c][p] for c in below), ring.constant(0))
                for p in range(len(game.players))
            )
        reach = [ring.constant(0)] * game.n_nodes
        after: dict[int, list[int]] = {}
        for player in range(len(game.players)):
            mine = _reach(lists, ring, chance, player)
            line = player_sequences(game, player)
            for infoset, before in zip(line.infosets, line.before, strict=True):
                after.setdefault(before, []).append(infoset)
                for node in lists.nodes[infoset]:
                    reach[node] = mine[node]
        silent = [
            i for i, nodes in enumerate(lists.nodes) if all(is_zero(reach[node]) for node in nodes)
        ]
        return cls(lists, pattern, ring, chance, values, reach, silent, after)

    def gain(self, node: int, infoset: int, one: int, other: int) -> Poly:
        """What the mover gains at a node by one action over another."""
        mover, first = self.lists.mover[node], int(self.lists.game.first_action[infoset])
        start = self.lists.children[node].start
        return self.values[start + one - first][mover] - self.values[start + other - first][mover]

    def system(self) -> System:
        """Indifference, no gain from unused actions, and positive probabilities."""
        zero: list[Poly] = []
        least: list[Poly] = []
        for infoset, own in self.pattern.items():
            if infoset in self.silent:
                continue
            for a in self.lists.game.actions_of(infoset):
                if a == own[0]:
                    continue
                total = self.ring.constant(0)
                for node in self.lists.nodes[infoset]:
                    if not is_zero(self.reach[node]):
                        total = total + self.reach[node] * self.gain(node, infoset, own[0], a)
                (zero if a in own else least).append(total)
        above = [self.chance[a] for own in self.pattern.values() if len(own) > 1 for a in own]
        return System(self.ring, tuple(zero), tuple(least), tuple(above))

    def cases(self, moving: list[int]) -> tuple[list[System], bool]:
        """The system, with the existence of beliefs at some silent infosets written into it.

        Beliefs over two classes of kin are a number between 0 and 1, which is eliminated by
        Fourier and Motzkin's method, with a case for every pattern of signs.

        Args:
            moving: Silent infosets where gains depend on the unknowns.

        Returns:
            The cases, and whether all infosets could be written so: those of up to two classes.
        """
        found = [self.system()]
        whole = True
        for infoset in moving:
            rows = self.class_rows(infoset)
            classes = len(self.kin(infoset))
            if classes == 1:
                found = [replace(s, least=(*s.least, *(r[0] for r in rows))) for s in found]
            elif classes == 2 and len(_open_rows(rows)) <= _MOST_ROWS:
                open_rows = _open_rows(rows)
                found = [case for s in found for case in self._with_number(s, open_rows)]
            else:
                whole = False
        return found, whole

    def _with_number(self, system: System, rows: list[list[Poly]]) -> Iterator[System]:
        """Cases in which some μ between 0 and 1 makes μ·r[0] + (1 − μ)·r[1] ≥ 0 for all r."""
        one, zero = self.ring.constant(1), self.ring.constant(0)
        lines = [(r[0] - r[1], r[1]) for r in rows]
        for signs in product(*(_signs(slope) for slope, _ in lines)):
            rising, falling = [(one, zero)], [(-one, one)]
            case = system
            for (slope, start), sign in zip(lines, signs, strict=True):
                if sign > 0:
                    rising.append((slope, start))
                    case = replace(case, above=(*case.above, slope))
                elif sign < 0:
                    falling.append((slope, start))
                    case = replace(case, above=(*case.above, -slope))
                else:
                    case = replace(case, zero=(*case.zero, slope), least=(*case.least, start))
            bounds = tuple(
                low * up_start - low_start * up
                for low, low_start in rising
                for up, up_start in falling
            )
            yield replace(case, least=(*case.least, *bounds))

    def gain_rows(self, infoset: int) -> list[list[Poly]]:
        """As `gains`, before the unknowns are known."""
        own, rows = self.pattern[infoset], []
        nodes = self.lists.nodes[infoset]
        mover, first = self.lists.mover[nodes[0]], int(self.lists.game.first_action[infoset])
        for a in self.lists.game.actions_of(infoset):
            for plan in self._plans(a):
                if a == own[0] and not plan:
                    continue
                row = []
                for node in nodes:
                    start = self.lists.children[node].start - first
                    usual = self.values[start + own[0]][mover]
                    row.append(usual - self._value(start + a, mover, plan))
                rows.append(row)
                if a in own and not plan:
                    rows.append([-g for g in row])
        return rows

    def kin(self, infoset: int) -> list[list[tuple[int, Poly]]]:
        """Classes of an infoset's nodes that the same unused actions lead to.

        Each node, by its place, with what it weighs in its class.
        """
        classes: dict[tuple[int, ...], list[tuple[int, Fraction, list[int]]]] = {}
        for place, node in enumerate(self.lists.nodes[infoset]):
            unused, used, odds = self._way(node)
            classes.setdefault(tuple(sorted(unused)), []).append((place, odds, used))
        found = []
        for own in classes.values():
            if len(own) == 1 or not any(odds for _, odds, _ in own):
                found += [[(place, self.ring.constant(1))] for place, _, _ in own]
                continue
            common = [a for a in own[0][2] if all(a in used for _, _, used in own)]
            members = []
            for place, odds, used in own:
                weight = self.ring.constant(odds)
                for a in used:
                    weight = weight * self.chance[a] if a not in common else weight
                members.append((place, weight))
            found.append(members)
        return found

    def _way(self, node: int) -> tuple[list[int], list[int], Fraction]:
        """Unused and mixed actions on the way to a node in its subgame, and the odds of chance."""
        unused: list[int] = []
        mixed: list[int] = []
        odds = Fraction(1)
        while self.lists.piece[node] != node:
            action = int(self.lists.game.via[node])
            if action in self.lists.chance:
                odds *= self.lists.chance[action]
            elif is_zero(self.chance[action]):
                unused.append(action)
            elif as_number(self.chance[action]) is None:
                mixed.append(action)
            node = int(self.lists.game.parent[node])
        return unused, mixed, odds

    def class_rows(self, infoset: int) -> list[list[Poly]]:
        """As `gain_rows`, for each class of kin the sum over its nodes, as they weigh."""
        zero = self.ring.constant(0)
        kin = self.kin(infoset)
        return [
            [sum((weight * row[place] for place, weight in own), zero) for own in kin]
            for row in self.gain_rows(infoset)
        ]

    def _plans(self, action: int) -> list[dict[int, int]]:
        """Ways to go on after an action at own silent infosets; the first is the profile's."""
        later = [i for i in self.after.get(action, ()) if i in self.silent]
        options = [
            [
                {},
                *({i: b, **plan} for b in self.lists.game.actions_of(i) for plan in self._plans(b)),
            ]
            for i in later
        ]
        plans: list[dict[int, int]] = []
        for parts in product(*options):
            plans.append({i: b for part in parts for i, b in part.items()})
            if len(plans) > _MOST_PLANS:
                raise OutOfTimeError(f"an infoset has more than {_MOST_PLANS:,} ways to go on")
        return plans

    def _value(self, node: int, player: int, plan: dict[int, int]) -> Poly:
        """A player's value at a node when he follows a plan where it says something."""
        if not plan or not self.lists.children[node]:
            return self.values[node][player]
        infoset = int(self.lists.game.infoset[node])
        children = self.lists.children[node]
        first = int(self.lists.game.first_action[infoset])
        if infoset in plan:
            return self._value(children.start + plan[infoset] - first, player, plan)
        total = self.ring.constant(0)
        for k, child in enumerate(children):
            p = self.chance[first + k]
            if not is_zero(p):
                total = total + p * self._value(child, player, plan)
        return total

    def strategy(self, solution: SystemSolution) -> list[Fraction]:
        """The profile at a solution."""
        return [evaluate(p, solution.values) for p in self.chance[: self.lists.game.n_actions]]

    def depends(self, infoset: int) -> bool:
        """Whether gains at a silent infoset, as its nodes weigh, depend on unknowns."""
        return any(as_number(g) is None for row in self.class_rows(infoset) for g in row)

    def gains(self, infoset: int, solution: SystemSolution) -> list[list[Fraction]]:
        """Per condition on beliefs, what must not be negative on average over the nodes."""
        return [[evaluate(g, solution.values) for g in row] for row in self.gain_rows(infoset)]

    def beliefs(self, infoset: int, solution: SystemSolution) -> list[tuple[Fraction, ...]]:
        """Corners of the set of beliefs under which all used actions are best."""
        kin = [
            [(place, evaluate(weight, solution.values)) for place, weight in own]
            for own in self.kin(infoset)
        ]
        table = [
            [sum((w * row[place] for place, w in own), Fraction()) for own in kin]
            for row in self.gains(infoset, solution)
        ]
        free = len(kin) - 1
        rows = [[Fraction(int(i == j)) for j in range(free)] for i in range(free)]
        bounds = [Fraction()] * free
        rows.append([Fraction(-1)] * free)
        bounds.append(Fraction(-1))
        for gains in table:
            rows.append([g - gains[-1] for g in gains[:-1]])
            bounds.append(-gains[-1])
        if not free:
            corners: list[tuple[Fraction, ...]] = [()] if all(b <= 0 for b in bounds) else []
        else:
            corners = [tuple(vertex.point) for vertex in vertices(rows, bounds, Clock())]
        return [self._over_nodes(kin, corner) for corner in corners]

    @staticmethod
    def _over_nodes(
        kin: list[list[tuple[int, Fraction]]], corner: tuple[Fraction, ...]
    ) -> tuple[Fraction, ...]:
        """The belief over nodes of one over classes, whose last share is what is left."""
        belief = [Fraction()] * sum(map(len, kin))
        for share, own in zip((*corner, 1 - sum(corner, Fraction())), kin, strict=True):
            for place, weight in own:
                belief[place] = share * weight
        total = sum(belief, Fraction())
        return tuple(p / total for p in belief)
