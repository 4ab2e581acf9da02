"""Maximin strategies of a two-player zero-sum game, by linear programming on the sequence form.

Player 1's program (Koller, Megiddo and von Stengel 1996, section 4; von Stengel 1996): maximise the
value p(∅) that player 2's best response leaves him, over realization plans x with

    p(J) ≤ Σ x(s)·payoff(s, a) + Σ p(K)    for each action a of player 2 at J, K right after a.

HiGHS solves it in floating point; the answer is then rounded to nearby fractions and called exact
only where the certificate in rational arithmetic finds no regret at all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from lackmus.foundation import tolerances
from lackmus.foundation.errors import SolveError
from lackmus.game.forms import (
    Entries,
    PlayerSequences,
    as_floats,
    behavior,
    fractions_of,
    player_sequences,
    sequence_payoffs,
)
from lackmus.game.game import Exact, Game
from lackmus.solution.certify import certify
from lackmus.solution.solution import Assessment, Solution, Status
from lackmus.solvers.budget import Clock, finish

CITATIONS = (
    "Koller, Megiddo and von Stengel (1996), Efficient computation of equilibria for extensive "
    "two-person games, Games and Economic Behavior 14",
    "von Stengel (1996), Efficient computation of behavior strategies, Games and Economic "
    "Behavior 14",
)

#: Denominators tried when the answer is rounded to fractions.
_DENOMINATORS = (10, 100, 1_000, 10_000, 1_000_000)

#: Actions above which the answer is not tried in fractions.
_MOST_EXACT = 2_000


def is_zero_sum(game: Game) -> bool:
    """Whether two players' payoffs sum to the same number at every terminal."""
    if len(game.players) != 2:
        return False
    if game.exact:
        return len({a + b for a, b in zip(*game.exact.payoffs, strict=True)}) == 1
    total = game.payoffs.sum(axis=0)
    spread = float(total.max() - total.min())
    return spread <= tolerances.REGRET * float(game.payoff_range.max())


def solve_zero_sum_lp(game: Game, *, seconds: float | None = None) -> Solution:
    """One equilibrium of a two-player constant-sum game with perfect recall.

    Args:
        game: The game.
        seconds: Budget, handed to the linear programming code.

    Raises:
        SolveError: The game is no two-player constant-sum game, or the program was not solved.
    """
    if not is_zero_sum(game):
        raise SolveError("zero-sum-lp needs two players whose payoffs have a constant sum")
    clock = Clock(seconds)
    own = player_sequences(game, 0), player_sequences(game, 1)
    first, second = sequence_payoffs(_in_units_of_range(game))
    plans = (
        _maximin(own[0], own[1], first, seconds),
        _maximin(own[1], own[0], {(j, i): v for (i, j), v in second.items()}, seconds),
    )
    best = _exact(game, own, plans) or certify(game, as_floats(_profile(game, own, plans, 0)))
    exact = best.certificate.exact
    good = exact or "nash" in best.certificate.concepts
    status = Status(
        "converged" if good else "stopped short",
        f"both programs were solved; player regret {best.certificate.regret.player:.2g}",
    )
    return finish(game, "zero-sum-lp", (best,), status, clock, complete=None, citations=CITATIONS)


def _in_units_of_range(game: Game) -> Game:
    """The game with each player's payoffs from 0 to 1: the code's tolerances are absolute."""
    rows = []
    for row in fractions_of(game):
        low, width = min(row), (max(row) - min(row)) or Fraction(1)
        rows.append(tuple((x - low) / width for x in row))
    payoffs = np.array([[float(x) for x in row] for row in rows])
    exact = None if game.exact is None else Exact(tuple(rows), game.exact.chance)
    return replace(game, payoffs=payoffs, exact=exact)


def _maximin(
    own: PlayerSequences, other: PlayerSequences, payoffs: Entries, seconds: float | None
) -> dict[int, float]:
    """A maximin realization plan; `payoffs` are the owner's per own and other sequence."""
    from scipy.optimize import linprog  # noqa: PLC0415 - costs 0.3 s, and most runs need it not

    system = _Program.of(own, other, payoffs)
    sequences = own.sequences
    free = (None, None)
    found = linprog(
        system.objective,
        A_ub=system.above,
        b_ub=system.above_bounds,
        A_eq=system.equal,
        b_eq=system.equal_bounds,
        bounds=[(0, None)] * len(sequences) + [free] * (len(other.infosets) + 1),
        method="highs",
        options={} if seconds is None else {"time_limit": seconds},
    )
    if found.x is None:
        raise SolveError(f"the linear program was not solved: {found.message}")
    point = np.maximum(np.asarray(found.x, np.float64), 0.0)
    return dict(zip(sequences, point[: len(sequences)].tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class _Program:
    """A linear program in HiGHS's form; the matrices are sparse."""

    objective: Any
    above: Any
    above_bounds: Any
    equal: Any
    equal_bounds: Any

    @classmethod
    def of(cls, own: PlayerSequences, other: PlayerSequences, payoffs: Entries) -> _Program:
        """The program of a player, in his plan and then the values at the other one's infosets."""
        column = {a: i for i, a in enumerate(own.sequences)}
        base = len(column)
        width = base + 1 + len(other.infosets)
        row_of = {-1: 0} | {a: i for i, a in enumerate(other.sequences, 1)}
        entries: list[tuple[int, int, float]] = [(0, base, 1.0)]
        bounds = np.zeros(len(row_of))
        for place, (before, actions) in enumerate(zip(other.before, other.actions, strict=True), 1):
            entries.append((row_of[before], base + place, -1.0))
            entries += [(row_of[a], base + place, 1.0) for a in actions]
        for (s, a), value in payoffs.items():
            if s < 0:
                bounds[row_of[a]] += float(value)
            else:
                entries.append((row_of[a], column[s], -float(value)))
        flow: list[tuple[int, int, float]] = []
        unit = np.zeros(len(own.infosets))
        for place, (before, actions) in enumerate(zip(own.before, own.actions, strict=True)):
            flow += [(place, column[a], 1.0) for a in actions]
            if before < 0:
                unit[place] = 1.0
            else:
                flow.append((place, column[before], -1.0))
        objective = np.zeros(width)
        objective[base] = -1.0
        return cls(
            objective,
            _sparse(entries, (len(row_of), width)),
            bounds,
            _sparse(flow, (len(own.infosets), width)) if flow else None,
            unit if flow else None,
        )


def _sparse(entries: list[tuple[int, int, float]], shape: tuple[int, int]) -> object:
    rows, columns, values = zip(*entries, strict=True)
    from scipy.sparse import coo_array  # noqa: PLC0415 - as above

    return coo_array((values, (rows, columns)), shape=shape).tocsr()


def _profile(
    game: Game,
    own: tuple[PlayerSequences, PlayerSequences],
    plans: tuple[dict[int, float], dict[int, float]],
    denominator: int,
) -> list[Fraction]:
    """The behavior profile of the plans; rounded where a largest denominator is given."""
    strategy = [Fraction()] * game.n_actions
    for sequences, plan in zip(own, plans, strict=True):
        for before, actions in zip(sequences.before, sequences.actions, strict=True):
            mass = 1.0 if before < 0 else plan[before]
            weights = {a: plan[a] if mass > tolerances.PROBABILITY else 0.0 for a in actions}
            local = PlayerSequences((0,), (-1,), (actions,))
            shares = behavior(local, _shares(weights, denominator))
            for a, p in shares.items():
                strategy[a] = p
    return strategy


def _shares(weights: dict[int, float], denominator: int) -> dict[int, Fraction]:
    """Weights scaled to one, each action but the heaviest rounded."""
    total = sum(weights.values())
    if total <= 0:
        return {a: Fraction(int(i == 0)) for i, a in enumerate(weights)}
    shares = {a: Fraction(w / total) for a, w in weights.items()}
    if denominator:
        shares = {a: p.limit_denominator(denominator) for a, p in shares.items()}
    heaviest = max(shares, key=lambda a: shares[a])
    shares[heaviest] = 1 - sum((p for a, p in shares.items() if a != heaviest), Fraction())
    return shares


def _exact(
    game: Game,
    own: tuple[PlayerSequences, PlayerSequences],
    plans: tuple[dict[int, float], dict[int, float]],
) -> Assessment | None:
    """The profile in fractions where one without regret is found."""
    if game.exact is None or game.n_actions > _MOST_EXACT:
        return None
    for denominator in _DENOMINATORS:
        strategy = _profile(game, own, plans, denominator)
        if min(strategy, default=Fraction()) < 0:
            continue
        found = certify(game, as_floats(strategy), exact_strategy=strategy)
        if "nash" in found.certificate.concepts:
            return found
    return None
