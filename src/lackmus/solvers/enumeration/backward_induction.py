"""All subgame-perfect equilibria in pure strategies of a game of perfect information.

Each node is solved once the nodes below it are (Zermelo; Kuhn 1953). Where a mover is indifferent,
or a subtree has several solutions, every combination is kept: each is an equilibrium of its own.
Mixed ones exist only where there are ties, and then mix the actions that tie.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product
from math import prod

import numpy as np

from lackmus.foundation.errors import SolveError
from lackmus.game.forms import as_floats, fractions_of
from lackmus.game.game import Game
from lackmus.solution.certify import certify
from lackmus.solution.solution import Solution, Status, counted
from lackmus.solvers.budget import Clock, OutOfTimeError, finish

CITATIONS = (
    "Kuhn (1953), Extensive games and the problem of information, in Contributions to the Theory "
    "of Games II",
    "Selten (1965), Spieltheoretische Behandlung eines Oligopolmodells mit Nachfrageträgheit, "
    "Zeitschrift für die gesamte Staatswissenschaft 121",
)

#: Equilibria above which the list is cut.
MOST_EQUILIBRIA = 10_000


@dataclass(frozen=True, slots=True)
class _Way:
    """One solution of a subtree.

    Attributes:
        values: Payoff of each player.
        action: Action taken at its root; -1 where chance moves or the game ends.
        below: Which solution is taken at each child.
    """

    values: tuple[Fraction, ...]
    action: int = -1
    below: tuple[int, ...] = ()


def has_perfect_information(game: Game) -> bool:
    """Whether every personal infoset is a single node."""
    sets = game.infoset[game.infoset >= 0]
    return len(np.unique(sets[sets < game.n_infosets])) == np.count_nonzero(sets < game.n_infosets)


def solve_backward_induction(game: Game, *, seconds: float | None = None) -> Solution:
    """All pure subgame-perfect equilibria of a game of perfect information.

    Args:
        game: The game; inexact numbers are taken at their floating-point value.
        seconds: Budget.

    Returns:
        The equilibria; `complete` is proven unless there are more than `MOST_EQUILIBRIA` or the
        budget ended. Its concept is ``subgame-perfect`` where no mover was indifferent, so that
        the one equilibrium found is the only one, mixed ones among them; with ties it is ``pure
        subgame-perfect``.

    Raises:
        SolveError: Some infoset has more than one node.
    """
    if not has_perfect_information(game):
        raise SolveError("backward-induction needs perfect information: infosets of one node")
    clock = Clock(seconds)
    found = []
    reason, ties = "", True
    try:
        ways, cut, ties = _solve(game, clock)
        reason = f"there are more than {MOST_EQUILIBRIA:,} equilibria" if cut else ""
        for place in range(len(ways[0])):
            clock.check()
            strategy = _strategy(game, ways, place)
            exact = strategy if game.exact else None
            found.append(certify(game, as_floats(strategy), exact_strategy=exact))
    except OutOfTimeError as error:
        reason = str(error)
    if reason:
        status = Status("out of budget", reason, "ties multiply equilibria: break some")
    else:
        kind = "pure subgame-perfect" if ties else "subgame-perfect"
        told = f"{counted(len(found), kind)}, and no more"
        mixed = "; movers are indifferent, so that there are mixed ones too" if ties else ""
        status = Status("complete", told + mixed)
    return finish(
        game,
        "backward-induction",
        tuple(found),
        status,
        clock,
        complete=not reason,
        citations=CITATIONS,
        concept="pure subgame-perfect" if ties else "subgame-perfect",
    )


def _solve(game: Game, clock: Clock) -> tuple[list[list[_Way]], bool, bool]:
    """All solutions of every subtree; whether some were cut, and whether there were ties."""
    ways: list[list[_Way]] = [[] for _ in range(game.n_nodes)]
    for leaf, row in zip(
        game.terminal.tolist(), zip(*fractions_of(game), strict=True), strict=True
    ):
        ways[leaf] = [_Way(row)]
    chance = game.exact.chance if game.exact else tuple(map(Fraction, game.chance.tolist()))
    cut = ties = False
    infoset, first_child = game.infoset.tolist(), game.first_child.tolist()
    for node in reversed(range(game.n_nodes)):
        here = infoset[node]
        if here < 0:
            continue
        actions = game.actions_of(here)
        below = [ways[first_child[node] + k] for k in range(len(actions))]
        clock.check()
        cut |= prod(map(len, below)) > MOST_EQUILIBRIA
        mover = int(game.infoset_player[here])
        if mover < 0:
            odds = [chance[a - game.n_actions] for a in actions]
            ways[node] = [_average(below, odds, pick) for pick in _picks(below)]
        else:
            ways[node] = [
                _Way(below[k][pick[k]].values, actions[k], pick)
                for pick in _picks(below)
                for k in _best(below, pick, mover)
            ]
            ties |= len(ways[node]) > prod(map(len, below))
        if len(ways[node]) > MOST_EQUILIBRIA:
            cut = True
            del ways[node][MOST_EQUILIBRIA:]
    return ways, cut, ties


def _picks(below: list[list[_Way]]) -> Iterator[tuple[int, ...]]:
    """Combinations of solutions below, the first `MOST_EQUILIBRIA` of them."""
    return islice(product(*(range(len(own)) for own in below)), MOST_EQUILIBRIA)


def _average(below: list[list[_Way]], odds: list[Fraction], pick: tuple[int, ...]) -> _Way:
    rows = [own[i].values for own, i in zip(below, pick, strict=True)]
    values = tuple(
        sum((p * x for p, x in zip(odds, column, strict=True)), Fraction())
        for column in zip(*rows, strict=True)
    )
    return _Way(values, -1, pick)


def _best(below: list[list[_Way]], pick: tuple[int, ...], mover: int) -> list[int]:
    values = [own[i].values[mover] for own, i in zip(below, pick, strict=True)]
    most = max(values)
    return [k for k, value in enumerate(values) if value == most]


def _strategy(game: Game, ways: list[list[_Way]], place: int) -> list[Fraction]:
    strategy = [Fraction()] * game.n_actions
    waiting = [(0, place)]
    while waiting:
        node, which = waiting.pop()
        way = ways[node][which]
        if way.action >= 0:
            strategy[way.action] = Fraction(1)
        first = int(game.first_child[node])
        waiting += [(first + k, i) for k, i in enumerate(way.below)]
    return strategy
