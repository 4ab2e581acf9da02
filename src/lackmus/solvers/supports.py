"""Perfect Bayesian equilibria of any small game, by going through patterns of supports.

A *pattern* says for every infoset which actions have positive probability. Where it is given:

* the infosets reached within their subgame are known, and Bayes' rule makes a mover's gain from one
  action over another there a polynomial in the probabilities of mixed actions, which must vanish
  between used actions and not be positive for unused ones (`systems`);
* at the other infosets a belief must exist under which all used actions are best, which is a linear
  program once the probabilities are known.

Patterns are built infoset by infoset from the last moves to the first, and dropped as soon as a
used action is worse than another one at every node of its infoset, whatever is still open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, product

import numpy as np

from lackmus.game.forms import as_floats, fractions_of
from lackmus.game.game import Game
from lackmus.solution.certify import certify
from lackmus.solution.solution import Assessment, BeliefSet
from lackmus.solution.walk import levels_of
from lackmus.solvers.clock import Clock
from lackmus.solvers.exact import Poly, Ring, as_number, evaluate, is_zero
from lackmus.solvers.systems import Point, System, solve_system
from lackmus.solvers.trembles import search_trembles
from lackmus.solvers.vertices import vertices

#: Beliefs tried, per profile, in search of consistent ones.
_MOST_BELIEFS = 30

#: Unknowns of one pattern beyond which it is left open.
_MOST_UNKNOWNS = 12


@dataclass(frozen=True, slots=True)
class _Desk:
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
    def of(cls, game: Game) -> _Desk:
        """The desk of a game."""
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


class Search:
    """Goes through all patterns of a game; iterate over it for the equilibria.

    Attributes:
        closed: Patterns settled by an exact argument so far, the dropped families among them.
        doubt: Why the list may be incomplete; empty where it is proven.
    """

    def __init__(self, game: Game, clock: Clock) -> None:
        self.closed = 0
        self.doubt = ""
        self._desk = _Desk.of(game)
        self._clock = clock
        self._seen: set[tuple[Fraction, ...]] = set()

    def __iter__(self) -> Iterator[Assessment]:
        every = {i: tuple(self._desk.game.actions_of(i)) for i in range(self._desk.game.n_infosets)}
        for pattern in self._patterns(every, 0):
            yield from self._equilibria(pattern)

    def _patterns(
        self, pattern: dict[int, tuple[int, ...]], done: int
    ) -> Iterator[dict[int, tuple[int, ...]]]:
        """Patterns that agree with this one on the first infosets and survive."""
        self._clock.check()
        order = self._desk.order
        if done == len(order):
            yield pattern
            return
        actions = self._desk.game.actions_of(order[done])
        for size in range(1, len(actions) + 1):
            for support in combinations(actions, size):
                narrowed = pattern | {order[done]: support}
                if self._survives(narrowed, order[: done + 1]):
                    yield from self._patterns(narrowed, done + 1)
                else:
                    self.closed += 1

    def _survives(self, pattern: dict[int, tuple[int, ...]], settled: list[int]) -> bool:
        """Whether no settled infoset uses an action that is worse at all its nodes."""
        low, high = self._bounds(pattern)
        for infoset in settled:
            mover = int(self._desk.game.infoset_player[infoset])
            first = self._desk.game.first_action[infoset]
            starts = [self._desk.children[node].start for node in self._desk.nodes[infoset]]
            for used in pattern[infoset]:
                for other in self._desk.game.actions_of(infoset):
                    if other != used and all(
                        high[start + used - first][mover] < low[start + other - first][mover]
                        for start in starts
                    ):
                        return False
        return True

    def _bounds(
        self, pattern: dict[int, tuple[int, ...]]
    ) -> tuple[list[tuple[Fraction, ...]], list[tuple[Fraction, ...]]]:
        """Least and greatest value of each player at each node over what the pattern allows."""
        desk = self._desk
        low: list[tuple[Fraction, ...]] = [()] * desk.game.n_nodes
        high: list[tuple[Fraction, ...]] = [()] * desk.game.n_nodes
        infoset, first_action = desk.game.infoset.tolist(), desk.game.first_action.tolist()
        for node in reversed(range(desk.game.n_nodes)):
            here = infoset[node]
            if here < 0:
                low[node] = high[node] = desk.payoffs[node]
                continue
            start, first = desk.children[node].start, first_action[here]
            if desk.mover[node] < 0:
                odds = [desk.chance[first + k] for k in range(len(desk.children[node]))]
                for side in (low, high):
                    rows = [side[child] for child in desk.children[node]]
                    side[node] = tuple(
                        sum((p * x for p, x in zip(odds, column, strict=True)), Fraction())
                        for column in zip(*rows, strict=True)
                    )
                continue
            reached = [start + a - first for a in pattern[here]]
            low[node] = tuple(map(min, zip(*(low[c] for c in reached), strict=True)))
            high[node] = tuple(map(max, zip(*(high[c] for c in reached), strict=True)))
        return low, high

    def _equilibria(self, pattern: dict[int, tuple[int, ...]]) -> Iterator[Assessment]:
        """The equilibria of one pattern."""
        sheet = _Sheet.of(self._desk, pattern)
        if sheet.ring.n > _MOST_UNKNOWNS:
            self.doubt = f"a pattern with {sheet.ring.n} unknowns was left open"
            return
        nowhere = Point((Fraction(),) * sheet.ring.n, exact=True, isolated=True)
        moving = [i for i in sheet.silent if sheet.depends(i)]
        if not all(sheet.beliefs(i, nowhere) for i in sheet.silent if i not in moving):
            self.closed += 1
            return
        cases, whole = sheet.cases(moving)
        closed = True
        for case in cases:
            answer = solve_system(case, self._clock)
            if answer.open:
                closed = False
                self.doubt = "the equations of some pattern of supports were left open"
            elif answer.families and not whole:
                closed = False
                self.doubt = "off-path beliefs along a family of equilibria were left open"
            for point in answer.points:
                self._clock.check()
                yield from self._assessments(sheet, point)
        self.closed += closed

    def _assessments(self, sheet: _Sheet, point: Point) -> Iterator[Assessment]:
        strategy = sheet.strategy(point)
        if tuple(strategy) in self._seen:
            return
        sets: dict[int, list[tuple[Fraction, ...]]] = {}
        for infoset in sheet.silent:
            sets[infoset] = sheet.beliefs(infoset, point)
            if not sets[infoset]:
                if not point.exact:
                    self.doubt = "off-path beliefs at irrational probabilities were left open"
                return
        self._seen.add(tuple(strategy))
        found = self._certified(point, strategy, _choices(sets), sets)
        if "sequential" not in found.certificate.concepts and point.exact:
            gains = {i: sheet.gains(i, point) for i in sheet.silent}
            nodes = {i: self._desk.nodes[i] for i in sheet.silent}
            beliefs = search_trembles(self._desk.game, strategy, nodes, gains)
            if beliefs is not None:
                found = self._certified(point, strategy, iter([beliefs]), sets)
        yield found

    def _certified(
        self,
        point: Point,
        strategy: list[Fraction],
        choices: Iterator[dict[int, tuple[Fraction, ...]]],
        sets: dict[int, list[tuple[Fraction, ...]]],
    ) -> Assessment:
        """The assessment with the best of some beliefs; the first that are consistent end it."""
        game = self._desk.game
        notes = () if point.isolated else ("One of a family; the others play off the path.",)
        if not point.exact:
            notes = ("The probabilities are irrational; the root is certified.", *notes)
        best: Assessment | None = None
        for beliefs in choices:
            self._clock.check()
            listed: list[Fraction | None] = [None] * game.n_nodes
            for infoset, belief in beliefs.items():
                for node, p in zip(self._desk.nodes[infoset], belief, strict=True):
                    listed[node] = p
            found = certify(
                game,
                as_floats(strategy),
                beliefs=listed,
                exact_strategy=strategy if point.exact and game.exact else None,
                belief_sets=tuple(
                    BeliefSet(i, tuple(own), example_only=not point.exact)
                    for i, own in sets.items()
                ),
                notes=notes,
            )
            if best is None or len(found.certificate.concepts) > len(best.certificate.concepts):
                best = found
            if "sequential" in best.certificate.concepts:
                break
        if best is None:
            raise AssertionError("there is always a choice of beliefs")
        return best


def _choices(
    sets: dict[int, list[tuple[Fraction, ...]]],
) -> Iterator[dict[int, tuple[Fraction, ...]]]:
    """Beliefs to try: the middle of each set, then corners."""
    middle = {
        i: tuple(sum(column, Fraction()) / len(own) for column in zip(*own, strict=True))
        for i, own in sets.items()
    }
    yield middle
    options = [[middle[i], *own] for i, own in sets.items()]
    for count, pick in enumerate(product(*options)):
        if count >= _MOST_BELIEFS:
            return
        yield dict(zip(sets, pick, strict=True))


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The polynomials of one pattern.

    Attributes:
        desk: The game.
        pattern: Used actions per infoset.
        ring: Of the unknown probabilities.
        chance: Probability of each action, unused ones and chance included.
        values: Per node, each player's value.
        reach: Per node, its probability within its subgame.
        silent: Infosets that their subgame does not reach.
    """

    desk: _Desk
    pattern: dict[int, tuple[int, ...]]
    ring: Ring
    chance: list[Poly]
    values: list[tuple[Poly, ...]]
    reach: list[Poly]
    silent: list[int]

    @classmethod
    def of(cls, desk: _Desk, pattern: dict[int, tuple[int, ...]]) -> _Sheet:
        """The sheet of a pattern."""
        game = desk.game
        ring = Ring(sum(len(own) - 1 for own in pattern.values()))
        chance = [ring.constant(0)] * len(game.action_infoset)
        for action, p in desk.chance.items():
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
            if desk.mover[node] == -2:
                values[node] = tuple(map(ring.constant, desk.payoffs[node]))
                continue
            below = [c for c in desk.children[node] if not is_zero(chance[via[c]])]
            values[node] = tuple(
                sum((chance[via[c]] * values[c][p] for c in below), ring.constant(0))
                for p in range(len(game.players))
            )
        reach = [ring.constant(1)] * game.n_nodes
        for node in range(1, game.n_nodes):
            if desk.piece[node] != node:
                reach[node] = reach[game.parent[node]] * chance[via[node]]
        silent = [
            i for i, nodes in enumerate(desk.nodes) if all(is_zero(reach[node]) for node in nodes)
        ]
        return cls(desk, pattern, ring, chance, values, reach, silent)

    def gain(self, node: int, infoset: int, one: int, other: int) -> Poly:
        """What the mover gains at a node by one action over another."""
        mover, first = self.desk.mover[node], int(self.desk.game.first_action[infoset])
        start = self.desk.children[node].start
        return self.values[start + one - first][mover] - self.values[start + other - first][mover]

    def system(self) -> System:
        """Indifference, no gain from unused actions, and positive probabilities."""
        zero: list[Poly] = []
        least: list[Poly] = []
        for infoset, own in self.pattern.items():
            if infoset in self.silent:
                continue
            for a in self.desk.game.actions_of(infoset):
                if a == own[0]:
                    continue
                total = self.ring.constant(0)
                for node in self.desk.nodes[infoset]:
                    if not is_zero(self.reach[node]):
                        total = total + self.reach[node] * self.gain(node, infoset, own[0], a)
                (zero if a in own else least).append(total)
        above = [self.chance[a] for own in self.pattern.values() if len(own) > 1 for a in own]
        return System(self.ring, tuple(zero), tuple(least), tuple(above))

    def cases(self, moving: list[int]) -> tuple[list[System], bool]:
        """The system, with the existence of beliefs at some silent infosets written into it.

        Beliefs over two nodes are a number between 0 and 1, which is eliminated by Fourier and
        Motzkin's method, with a case for every pattern of signs.

        Args:
            moving: Silent infosets where gains depend on the unknowns.

        Returns:
            The cases, and whether all infosets could be written so: those of up to two nodes.
        """
        found = [self.system()]
        whole = True
        for infoset in moving:
            rows = self.gain_rows(infoset)
            if len(self.desk.nodes[infoset]) == 1:
                found = [replace(s, least=(*s.least, *(r[0] for r in rows))) for s in found]
            elif len(self.desk.nodes[infoset]) == 2:
                found = [case for s in found for case in self._with_number(s, rows)]
            else:
                whole = False
        return found, whole

    def _with_number(self, system: System, rows: list[list[Poly]]) -> Iterator[System]:
        """Cases in which some μ between 0 and 1 makes μ·r[0] + (1 − μ)·r[1] ≥ 0 for all r."""
        one, zero = self.ring.constant(1), self.ring.constant(0)
        lines = [(r[0] - r[1], r[1]) for r in rows]
        for signs in product((1, -1, 0), repeat=len(lines)):
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
        for a in self.desk.game.actions_of(infoset):
            if a != own[0]:
                row = [self.gain(n, infoset, own[0], a) for n in self.desk.nodes[infoset]]
                rows.append(row)
                if a in own:
                    rows.append([-g for g in row])
        return rows

    def strategy(self, point: Point) -> list[Fraction]:
        """The profile at a point."""
        return [evaluate(p, point.values) for p in self.chance[: self.desk.game.n_actions]]

    def depends(self, infoset: int) -> bool:
        """Whether gains at a silent infoset depend on unknowns."""
        first = self.desk.game.first_action[infoset]
        return any(
            as_number(self.gain(node, infoset, int(first), a)) is None
            for node in self.desk.nodes[infoset]
            for a in self.desk.game.actions_of(infoset)
        )

    def gains(self, infoset: int, point: Point) -> list[list[Fraction]]:
        """Per condition on beliefs, what must not be negative on average over the nodes."""
        return [[evaluate(g, point.values) for g in row] for row in self.gain_rows(infoset)]

    def beliefs(self, infoset: int, point: Point) -> list[tuple[Fraction, ...]]:
        """Corners of the set of beliefs under which all used actions are best."""
        free = len(self.desk.nodes[infoset]) - 1
        rows = [[Fraction(int(i == j)) for j in range(free)] for i in range(free)]
        bounds = [Fraction()] * free
        rows.append([Fraction(-1)] * free)
        bounds.append(Fraction(-1))
        for gains in self.gains(infoset, point):
            rows.append([g - gains[-1] for g in gains[:-1]])
            bounds.append(-gains[-1])
        if not free:
            return [(Fraction(1),)] if all(b <= 0 for b in bounds) else []
        corners = [vertex.point for vertex in vertices(rows, bounds, Clock())]
        return [(*point_, 1 - sum(point_, Fraction())) for point_ in corners]
