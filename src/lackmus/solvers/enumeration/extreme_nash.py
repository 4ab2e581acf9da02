"""All extreme Nash equilibria of a two-player game, in whole numbers.

The vertices of the two polyhedra of `best_response_polyhedra` are enumerated and matched: a pair in
which every action is unused or a best response is an extreme equilibrium, and every equilibrium is
a convex combination of those of one maximal Nash subset, the pairs of a complete bipartite part of
the matching graph (Winkels 1979; Jansen 1981; Avis, Rosenberg, Savani and von Stengel 2010, here on
the sequence form as in Audet, Belhaiza and Hansen 2009).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest

from lackmus.foundation.errors import SolveError
from lackmus.game.forms import as_floats, behavior
from lackmus.game.game import Game
from lackmus.solution.certify import certify
from lackmus.solution.solution import Assessment, Solution, Status, counted
from lackmus.solvers.budget import Clock, OutOfTimeError, finish
from lackmus.solvers.enumeration.best_response_polyhedra import Cells, both_cells

CITATIONS = (
    "Avis, Rosenberg, Savani and von Stengel (2010), Enumeration of Nash equilibria for two-player "
    "games, Economic Theory 42",
    "Audet, Belhaiza and Hansen (2009), A new sequence form approach for the enumeration and "
    "refinement of all extreme Nash equilibria for extensive form games, IGTR 11",
)

#: Maximal Nash subsets above which equilibria are not grouped.
MOST_SUBSETS = 2_000

#: Shares of a budget at which vertices are enumerated, and matched; the rest is for certificates.
_ENUMERATED = 0.8
_MATCHED = 0.9


def solve_extreme_nash(game: Game, *, seconds: float | None = None) -> Solution:
    """All extreme Nash equilibria of a two-player game with perfect recall.

    Args:
        game: The game; inexact numbers are taken at their floating-point value.
        seconds: Budget; when it ends the list is incomplete.

    Returns:
        Extreme equilibria as realization plans, each with the maximal Nash subsets and the
        connected component that it belongs to in its notes. `complete` is proven when the budget
        sufficed.

    Raises:
        SolveError: The game has not two players, or one lacks perfect recall.
    """
    if len(game.players) != 2:
        raise SolveError(f"extreme-nash needs two players, not {len(game.players)}")
    clock = Clock(seconds)
    cells = both_cells(game)
    sides, complete = _enumerated(cells, _until(_ENUMERATED, clock))
    pairs, matched = _by_plans(cells, _pairs(game, sides, _until(_MATCHED, clock)))
    complete &= matched
    groups = _groups(list(pairs))
    found: list[Assessment] = []
    try:
        for plans, pair in pairs.items():
            clock.check()
            found.append(_assessment(game, cells, pair, groups.notes(plans)))
    except OutOfTimeError:
        complete = False
    found.sort(key=lambda a: (-len(a.certificate.concepts), a.certificate.unreached))
    looked = f"{len(sides[0]):,} × {len(sides[1]):,}"
    said = f"{counted(len(found), 'extreme')} in {groups.n_components} components"
    status = Status(
        "out of budget",
        f"{clock.budget} ended before all vertices were enumerated and matched; {looked} were "
        "enumerated",
        "give more seconds, or use lemke for one equilibrium",
    )
    if complete:
        status = Status("complete", f"all {looked} pairs of vertices were matched exactly: {said}")
    return finish(
        game,
        "extreme-nash",
        tuple(found),
        status,
        clock,
        complete=complete,
        citations=CITATIONS,
        concept="nash",
    )


def _until(share: float, clock: Clock) -> Clock:
    """The clock of a first share of the budget."""
    return Clock(None if clock.seconds is None else share * clock.seconds, clock.started)


def _enumerated(
    cells: tuple[Cells, Cells], clock: Clock
) -> tuple[tuple[dict[int, None], dict[int, None]], bool]:
    """What each vertex of either polyhedron satisfies with equality; and whether these are all.

    Those of the two are met in turn, so that some match where a budget ends.
    """
    sides: tuple[dict[int, None], dict[int, None]] = ({}, {})
    try:
        for pair in zip_longest(*(own.vertices(clock) for own in cells)):
            for side, tight in zip(sides, pair, strict=True):
                if tight is not None:
                    side[tight] = None
    except OutOfTimeError:
        return sides, False
    return sides, True


def _pairs(
    game: Game, sides: tuple[dict[int, None], dict[int, None]], clock: Clock
) -> Iterator[tuple[int, int]]:
    """Pairs of vertices in which every action is unused or a best response.

    Raises:
        OutOfTimeError: The budget has ended.
    """
    everything = (1 << game.n_actions) - 1
    # Of as many equalities as are missing these alone will do; most vertices have no more.
    many: dict[int, list[int]] = {}
    for first in sides[0]:
        clock.check()
        missing = everything & ~first
        count = missing.bit_count()
        if count not in many:
            many[count] = [second for second in sides[1] if second.bit_count() > count]
        if missing in sides[1]:
            yield first, missing
        for second in many[count]:
            if not missing & ~second:
                clock.check()
                yield first, second


@dataclass(frozen=True, slots=True)
class _Pair:
    """The first pair of vertices that has a pair of plans.

    Attributes:
        points: The vertices.
        best: What the other's vertex says is a best response, for either side.
    """

    points: tuple[Sequence[Fraction], Sequence[Fraction]]
    best: tuple[int, int]


def _by_plans(
    cells: tuple[Cells, Cells], pairs: Iterable[tuple[int, int]]
) -> tuple[dict[tuple[int, int], _Pair], bool]:
    """The first pair of vertices for each pair of realization plans; and whether these are all.

    Vertices that differ in the other player's values at infosets that are not reached are one plan;
    plans are numbered by their first vertex.
    """
    points: tuple[dict[int, Sequence[Fraction]], dict[int, Sequence[Fraction]]] = ({}, {})
    plans: tuple[dict[int, int], dict[int, int]] = ({}, {})
    numbers: tuple[dict[tuple[Fraction, ...], int], dict[tuple[Fraction, ...], int]] = ({}, {})
    found: dict[tuple[int, int], _Pair] = {}
    try:
        for pair in pairs:
            for own, tight, at, plan, number in zip(
                cells, pair, points, plans, numbers, strict=True
            ):
                if tight not in plan:
                    at[tight] = own.point(tight)
                    plan[tight] = number.setdefault(
                        tuple(own.plan(at[tight]).values()), len(number)
                    )
            (first, second), (left, right) = pair, plans
            here = points[0][first], points[1][second]
            found.setdefault((left[first], right[second]), _Pair(here, (second, first)))
    except OutOfTimeError:
        return found, False
    return found, True


@dataclass(frozen=True, slots=True)
class _Groups:
    """How extreme equilibria hang together.

    Attributes:
        subsets: Maximal Nash subsets, as sets of plans of either side; None if too many.
        component: Component of each plan of the first side.
        n_components: Their number.
    """

    subsets: tuple[tuple[frozenset[int], frozenset[int]], ...] | None
    component: dict[int, int]
    n_components: int

    def notes(self, pair: tuple[int, int]) -> tuple[str, ...]:
        """What to say of one extreme equilibrium."""
        place = f"Component {self.component[pair[0]] + 1} of {self.n_components}"
        if self.subsets is None:
            return (f"{place}; maximal Nash subsets were too many to list.",)
        mine = [
            str(k)
            for k, (left, right) in enumerate(self.subsets, 1)
            if pair[0] in left and pair[1] in right
        ]
        listed = " and ".join(mine)
        return (f"{place}; extreme point of maximal Nash subset {listed} of {len(self.subsets)}.",)


def _groups(pairs: list[tuple[int, int]]) -> _Groups:
    partners: dict[int, set[int]] = {}
    for i, j in pairs:
        partners.setdefault(i, set()).add(j)
    component = _components(partners)
    subsets = _maximal_subsets({i: frozenset(js) for i, js in partners.items()})
    return _Groups(subsets, component, len(set(component.values())))


def _components(partners: dict[int, set[int]]) -> dict[int, int]:
    component: dict[int, int] = {}
    owners: dict[int, list[int]] = {}
    for i, js in partners.items():
        for j in js:
            owners.setdefault(j, []).append(i)
    count = 0
    for start in partners:
        if start in component:
            continue
        waiting = [start]
        while waiting:
            i = waiting.pop()
            if i not in component:
                component[i] = count
                waiting += [k for j in partners[i] for k in owners[j]]
        count += 1
    return component


def _maximal_subsets(
    partners: dict[int, frozenset[int]],
) -> tuple[tuple[frozenset[int], frozenset[int]], ...] | None:
    """Maximal complete bipartite parts: closed sets of partners and all who share them."""
    closed: set[frozenset[int]] = set()
    for own in partners.values():
        closed |= {own} | {own & other for other in closed}
        closed.discard(frozenset())
        if len(closed) > MOST_SUBSETS:
            return None
    subsets = (
        (frozenset(i for i, js in partners.items() if right <= js), right) for right in closed
    )
    return tuple(sorted(subsets, key=lambda s: (sorted(s[0]), sorted(s[1]))))


def _assessment(
    game: Game, cells: tuple[Cells, Cells], pair: _Pair, notes: tuple[str, ...]
) -> Assessment:
    strategy = [Fraction()] * game.n_actions
    for own, point, best in zip(cells, pair.points, pair.best, strict=True):
        for action, p in _behavior(own, own.plan(point), best):
            strategy[action] = p
    return certify(game, as_floats(strategy), exact_strategy=strategy, notes=notes)


def _behavior(cells: Cells, plan: dict[int, Fraction], best: int) -> Iterator[tuple[int, Fraction]]:
    """The plan's behavior; where the plan itself does not go, a best response is taken."""
    usual = behavior(cells.own, plan)
    for before, actions in zip(cells.own.before, cells.own.actions, strict=True):
        if before < 0 or plan[before]:
            yield from ((a, usual[a]) for a in actions)
            continue
        good = next((a for a in actions if best >> a & 1), actions[0])
        yield from ((a, Fraction(1 if a == good else 0)) for a in actions)
