"""Nash equilibria of a two-player game, by Lemke's algorithm on the sequence form.

The linear complementarity problem of Koller, Megiddo and von Stengel (1996, section 4): with the
players' realization plans x, y (E x = e, F y = f), payoff matrices A, B and dual vectors p, q,

    w = (Eᵀp − A y, Fᵀq − Bᵀx, e − E x, E x − e, f − F y, F y − f),   z = (x, y, p⁺, p⁻, q⁺, q⁻),

where payoffs are shifted below zero, on which the proof rests that a solution is reached. The path
is followed in floating point; the basis at its end is then solved in fractions, and where that
fails to be an equilibrium the path is followed again in whole numbers. Other covering vectors lead
to other equilibria.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lackmus.foundation.arrays import Floats
from lackmus.foundation.errors import SolveError
from lackmus.foundation.seeds import generator
from lackmus.game.forms import (
    Entries,
    PlayerSequences,
    as_floats,
    behavior,
    fractions_of,
    last_own_actions,
    leaf_chance,
    player_sequences,
    sequence_payoffs,
)
from lackmus.game.game import Game
from lackmus.solution.certify import certify
from lackmus.solution.compare import distinct_assessments
from lackmus.solution.solution import Assessment, Solution, Status, counted
from lackmus.solvers.budget import Clock, OutOfTimeError, finish
from lackmus.solvers.exact.arithmetic import solve_exactly
from lackmus.solvers.exact.pivoting import lemke

CITATIONS = (
    "Koller, Megiddo and von Stengel (1996), Efficient computation of equilibria for extensive "
    "two-person games, Games and Economic Behavior 14",
    "Lemke (1965), Bimatrix equilibrium points and mathematical programming, Management Science 11",
)

#: Pivots after which a path is given up, per row.
_MOST_PIVOTS = 50

#: Rows of the problem above which a path is not followed in whole numbers.
_MOST_EXACT_ROWS = 1_000

#: Entries of a covering vector lie between 1 and this.
_WIDEST_COVER = 20


def solve_lemke(
    game: Game, *, seconds: float | None = None, starts: int = 1, seed: int = 0
) -> Solution:
    """Nash equilibria of a two-player game with perfect recall, one a covering vector.

    Args:
        game: The game; inexact numbers are taken at their floating-point value.
        seconds: Budget.
        starts: How many covering vectors to try; the first is all ones, the others are random.
        seed: Seed of the random ones.

    Returns:
        The different equilibria found, in fractions. `complete` is None: the method seeks no list.

    Raises:
        SolveError: The game has not two players, or one lacks perfect recall, or no path ended at
            an equilibrium.
    """
    if len(game.players) != 2:
        raise SolveError(f"lemke needs two players, not {len(game.players)}")
    clock = Clock(seconds)
    problem = _Problem.of(game)
    found: list[Assessment] = []
    ended = ""
    try:
        for start in range(starts):
            one = _one(game, problem, _cover(problem.size, start, seed), clock)
            if one is not None:
                found.append(one)
    except OutOfTimeError as error:
        ended = str(error)
    if not found:
        raise SolveError(ended or "no path of Lemke's algorithm ended at an equilibrium")
    different = distinct_assessments(found)
    status = Status(
        "out of budget" if ended else "converged",
        ended or f"{len(found)} of {starts} paths ended at {counted(len(different), 'different')}",
        "extreme-nash lists all equilibria of a small game" if not ended else "",
    )
    return finish(
        game,
        "lemke",
        different,
        status,
        clock,
        complete=None,
        citations=CITATIONS,
        starts=starts,
        seed=seed,
    )


def _cover(size: int, start: int, seed: int) -> list[int]:
    if not start:
        return [1] * size
    drawn = generator(seed, "lemke", start).integers(1, _WIDEST_COVER + 1, size)
    return [int(x) for x in drawn]


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    """The complementarity problem in whole numbers.

    Attributes:
        own: Both players' sequences.
        column: Position of each player's sequences in z; -1 is the empty sequence.
        matrix: M as objects.
        bound: b as objects.
    """

    own: tuple[PlayerSequences, PlayerSequences]
    column: tuple[dict[int, int], dict[int, int]]
    matrix: NDArray[Any]
    bound: NDArray[Any]

    @property
    def size(self) -> int:
        """How many rows the problem has."""
        return len(self.bound)

    def balanced(self) -> Floats:
        """M with costs between 0 and 1: p and q are measured in units of the largest cost."""
        count = sum(map(len, self.column))
        matrix = self.matrix.astype(np.float64)
        matrix[:count, :count] /= max(float(matrix[:count, :count].max(initial=0.0)), 1.0)
        return matrix

    @classmethod
    def of(cls, game: Game) -> _Problem:
        """The problem of a two-player game."""
        own = player_sequences(game, 0), player_sequences(game, 1)
        first = {s: i for i, s in enumerate((-1, *own[0].sequences))}
        second = {s: i + len(first) for i, s in enumerate((-1, *own[1].sequences))}
        column = first, second
        rows = [len(one.infosets) + 1 for one in own]
        n = len(first) + len(second) + 2 * sum(rows)
        matrix = np.full((n, n), 0, object)
        bound = np.full(n, 0, object)
        for (i, j), value in _costs(game, 0).items():
            matrix[first[i], second[j]] = value
        for (i, j), value in _costs(game, 1).items():
            matrix[second[j], first[i]] = value
        start = len(first) + len(second)
        for sequences, place, count in zip(own, column, rows, strict=True):
            _add_flow(matrix, bound, sequences, place, start)
            start += 2 * count
        return cls(own, column, matrix, bound)


def _costs(game: Game, player: int) -> dict[tuple[int, int], int]:
    """A player's payoffs times −1, shifted above zero and scaled to whole numbers."""
    highest = max(fractions_of(game)[player]) + 1
    table: Entries = sequence_payoffs(game)[player]
    weight: Entries = {}
    pairs = _leaf_pairs(game)
    for pair, chance in zip(pairs, leaf_chance(game), strict=True):
        weight[pair] = weight.get(pair, Fraction()) + chance
    costs = {pair: highest * weight[pair] - value for pair, value in table.items()}
    scale = lcm(*(value.denominator for value in costs.values()))
    return {pair: int(value * scale) for pair, value in costs.items()}


def _leaf_pairs(game: Game) -> list[tuple[int, int]]:
    columns = (last_own_actions(game, p)[game.terminal].tolist() for p in (0, 1))
    return list(zip(*columns, strict=True))


def _add_flow(
    matrix: NDArray[Any],
    bound: NDArray[Any],
    own: PlayerSequences,
    place: dict[int, int],
    start: int,
) -> None:
    """The rows of E x = e as two inequalities, and Eᵀ(p⁺ − p⁻) beside the costs."""
    count = len(own.infosets) + 1
    flow = [(0, place[-1], 1)]
    for row, (before, actions) in enumerate(zip(own.before, own.actions, strict=True), 1):
        flow.append((row, place[before], -1))
        flow += [(row, place[a], 1) for a in actions]
    bound[start], bound[start + count] = 1, -1
    for row, column, value in flow:
        plus, minus = start + row, start + count + row
        matrix[plus, column], matrix[minus, column] = -value, value
        matrix[column, plus], matrix[column, minus] = value, -value


def _one(game: Game, problem: _Problem, cover: list[int], clock: Clock) -> Assessment | None:
    """The equilibrium at the end of one path; None where there is none."""
    most = _MOST_PIVOTS * problem.size
    floats = problem.bound.astype(np.float64), np.array(cover, np.float64)
    basis = lemke(problem.balanced(), *floats, clock, most=most)
    found = _at_basis(game, problem, basis)
    if found is None and problem.size <= _MOST_EXACT_ROWS:
        whole = np.array(cover, object)
        found = _at_basis(
            game, problem, lemke(problem.matrix, problem.bound, whole, clock, most=most)
        )
    return found


def _at_basis(game: Game, problem: _Problem, basis: list[int] | None) -> Assessment | None:
    """The equilibrium at a basis, solved in fractions; None where it is none."""
    if basis is None:
        return None
    n = problem.size
    inside = sorted(v - n for v in basis if n <= v < 2 * n)
    tight = sorted({*range(n)} - {v for v in basis if v < n})
    if len(inside) != len(tight):
        return None
    system = [[problem.matrix[i, j] for j in inside] for i in tight]
    values = solve_exactly(system, [-problem.bound[i] for i in tight])
    if values is None or min(values, default=Fraction()) < 0:
        return None
    z = dict(zip(inside, values, strict=True))
    strategy = [Fraction()] * game.n_actions
    for own, place in zip(problem.own, problem.column, strict=True):
        plan = {a: z.get(place[a], Fraction()) for a in (-1, *own.sequences)}
        shares = behavior(own, plan)
        for before, actions in zip(own.before, own.actions, strict=True):
            if before >= 0 and not plan[before]:
                good = [a for a in actions if place[a] in set(tight)] or list(actions)
                shares |= {a: Fraction(int(a == good[0])) for a in actions}
        for a, p in shares.items():
            strategy[a] = p
    found = certify(game, as_floats(strategy), exact_strategy=strategy)
    return found if found.certificate.regret.player <= found.certificate.tolerance else None
