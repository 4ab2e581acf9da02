"""Perfect Bayesian equilibria of any small game, by going through patterns of supports.

A *pattern* says for every infoset which actions have positive probability. Where it is given:

* the infosets that the others let be reached within their subgame are known, and Bayes' rule makes
  a mover's gain from one action over another there a polynomial in the probabilities of mixed
  actions, which must vanish between used actions and not be positive for unused ones
  (`polynomial_systems`);
* at the other infosets a belief must exist under which no other way of going on is better, which is
  a linear program once the probabilities are known.

Patterns are built infoset by infoset from the last moves to the first, and dropped as soon as a
used action is dominated given the supports so far (`dominance`).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, product

import numpy as np

from lackmus.foundation.arrays import Bools
from lackmus.game.forms import as_floats
from lackmus.game.game import Game
from lackmus.solution.certify import certify
from lackmus.solution.solution import Assessment, BeliefSet
from lackmus.solvers.budget import Clock
from lackmus.solvers.enumeration.dominance import Dominance
from lackmus.solvers.enumeration.support_pattern import GameLists, PatternPolynomials
from lackmus.solvers.exact.polynomial_systems import SystemSolution, solve_system
from lackmus.solvers.refinements.trembles import search_trembles

#: Beliefs tried, per profile, in search of consistent ones.
_MOST_BELIEFS = 30

#: Unknowns of one pattern beyond which it is left open.
_MOST_UNKNOWNS = 12


class SupportSearch:
    """Goes through all patterns of a game; iterate over it for the equilibria.

    Attributes:
        closed: Patterns settled by an exact argument so far, the dropped families among them.
        doubt: Why the list may be incomplete; empty where it is proven.
    """

    def __init__(self, game: Game, clock: Clock) -> None:
        self.closed = 0
        self.doubt = ""
        self._lists = GameLists.of(game)
        self._dominance = Dominance(game)
        self._clock = clock
        self._seen: set[tuple[Fraction, ...]] = set()

    def __iter__(self) -> Iterator[Assessment]:
        game = self._lists.game
        every = np.ones(len(game.action_infoset), np.bool_)
        none = np.zeros(len(game.action_infoset), np.bool_)
        allowed = self._dominance.tighten(every, none)
        if allowed is not None:
            for pattern in self._patterns({}, allowed, none, 0):
                yield from self._equilibria(pattern)

    def _patterns(
        self, pattern: dict[int, tuple[int, ...]], allowed: Bools, used: Bools, done: int
    ) -> Iterator[dict[int, tuple[int, ...]]]:
        """Patterns that agree with this one on the first infosets and survive.

        Args:
            pattern: Supports of the first infosets.
            allowed: Actions that may be used; at those infosets, the ones that are.
            used: Actions that are used.
            done: How many infosets are settled.
        """
        self._clock.check()
        order = self._lists.order
        if done == len(order):
            yield pattern
            return
        mine = list(self._lists.game.actions_of(order[done]))
        left = [a for a in mine if allowed[a]]
        self.closed += 2 ** len(mine) - 2 ** len(left)
        for size in range(1, len(left) + 1):
            for support in combinations(left, size):
                narrowed, taken = allowed.copy(), used.copy()
                narrowed[mine] = False
                narrowed[list(support)] = taken[list(support)] = True
                tight = self._dominance.tighten(narrowed, taken)
                if tight is None:
                    self.closed += 1
                else:
                    following = pattern | {order[done]: support}
                    yield from self._patterns(following, tight, taken, done + 1)

    def _equilibria(self, pattern: dict[int, tuple[int, ...]]) -> Iterator[Assessment]:
        """The equilibria of one pattern."""
        polynomials = PatternPolynomials.of(self._lists, pattern)
        if polynomials.ring.n > _MOST_UNKNOWNS:
            self.doubt = f"a pattern with {polynomials.ring.n} unknowns was left open"
            return
        nowhere = SystemSolution((Fraction(),) * polynomials.ring.n, exact=True, isolated=True)
        moving = [i for i in polynomials.silent if polynomials.depends(i)]
        if not all(polynomials.beliefs(i, nowhere) for i in polynomials.silent if i not in moving):
            self.closed += 1
            return
        cases, whole = polynomials.cases(moving)
        closed = True
        for case in cases:
            answer = solve_system(case, self._clock)
            if answer.open:
                closed = False
                self.doubt = "the equations of some pattern of supports were left open"
            elif answer.families and not whole:
                closed = False
                self.doubt = "off-path beliefs along a family of equilibria were left open"
            for solution in answer.solutions:
                self._clock.check()
                yield from self._assessments(polynomials, solution)
        self.closed += closed

    def _assessments(
        self, polynomials: PatternPolynomials, solution: SystemSolution
    ) -> Iterator[Assessment]:
        strategy = polynomials.strategy(solution)
        if tuple(strategy) in self._seen:
            return
        sets: dict[int, list[tuple[Fraction, ...]]] = {}
        for infoset in polynomials.silent:
            sets[infoset] = polynomials.beliefs(infoset, solution)
            if not sets[infoset]:
                if not solution.exact:
                    self.doubt = "off-path beliefs at irrational probabilities were left open"
                return
        self._seen.add(tuple(strategy))
        found = self._certified(solution, strategy, _choices(sets), sets)
        if "sequential" not in found.certificate.concepts and solution.exact:
            gains = {i: polynomials.gains(i, solution) for i in polynomials.silent}
            nodes = {i: self._lists.nodes[i] for i in polynomials.silent}
            beliefs = search_trembles(self._lists.game, strategy, nodes, gains)
            if beliefs is not None:
                found = self._certified(solution, strategy, iter([beliefs]), sets)
        yield found

    def _certified(
        self,
        solution: SystemSolution,
        strategy: list[Fraction],
        choices: Iterator[dict[int, tuple[Fraction, ...]]],
        sets: dict[int, list[tuple[Fraction, ...]]],
    ) -> Assessment:
        """The assessment with the best of some beliefs; the first that are consistent end it."""
        game = self._lists.game
        notes = () if solution.isolated else ("One of a family; the others play off the path.",)
        if not solution.exact:
            notes = ("The probabilities are irrational; the root is certified.", *notes)
        best: Assessment | None = None
        for beliefs in choices:
            self._clock.check()
            listed: list[Fraction | None] = [None] * game.n_nodes
            for infoset, belief in beliefs.items():
                for node, p in zip(self._lists.nodes[infoset], belief, strict=True):
                    listed[node] = p
            found = certify(
                game,
                as_floats(strategy),
                beliefs=listed,
                exact_strategy=strategy if solution.exact and game.exact else None,
                belief_sets=tuple(
                    BeliefSet(i, tuple(own), example_only=not solution.exact)
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
