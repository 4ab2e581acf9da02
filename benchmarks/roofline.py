"""How near the kernels come to what the machine can do: its memory's speed and its arithmetic.

The ceilings are measured in the same run: a = b + 3 c over arrays far larger than the cache
(McCalpin's STREAM triad), and multiplications and additions of vectors that stay in registers.
A kernel's bytes are those that it cannot but move, every array once, and its operations are
additions and multiplications, an exponential or a logarithm counted as the 30 of its series; so
the shares are from below.

    python benchmarks/roofline.py [--quick]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lackmus.compiled.jit import jit
from lackmus.compiler.compile import compile_case
from lackmus.foundation.arrays import Floats
from lackmus.game.game import Game
from lackmus.pipeline.loading import load
from lackmus.solvers.kernels.lanes import laid, rows
from lackmus.solvers.kernels.structure import Structure, structure_of
from lackmus.solvers.kernels.vectors import LANES
from lackmus.solvers.large_games.cfr import RegretMatching
from lackmus.solvers.quantal_response import branch, newton, points
from lackmus.solvers.quantal_response.elimination import Pattern, pattern_of
from lackmus.solvers.quantal_response.sparse import factor
from lackmus.solvers.quantal_response.workspace import (
    COURSE,
    Desk,
    make_desk,
    make_draws,
)
from logit_trees import bargaining

#: Additions and multiplications of an exponential or a logarithm.
SERIES = 30


@dataclass(frozen=True)
class Row:
    """A kernel on a tree: seconds of one run, bytes that it moves, operations that it makes."""

    kernel: str
    tree: str
    seconds: float
    moved: float
    operations: float


def best(action: Callable[[], object], runs: int = 20) -> float:
    """Seconds of the fastest of several runs, after one to warm up."""
    action()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return min(times)


def triad() -> float:
    """Bytes a second that one core moves."""
    b, c, a = np.ones(20_000_000), np.ones(20_000_000), np.empty(20_000_000)

    def run() -> None:
        np.multiply(c, 3.0, out=a)
        np.add(a, b, out=a)

    return 5 * b.nbytes / best(run, 5)


@jit
def spin(numbers: Floats, rounds: int) -> None:
    """Eight independent chains of a multiplication and an addition each, in registers."""
    x = rows(numbers)
    a, b, c, d, e, f, g, h = x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7]
    for _ in range(rounds):
        a = a * 0.5 + 1.0
        b = b * 0.5 + 1.0
        c = c * 0.5 + 1.0
        d = d * 0.5 + 1.0
        e = e * 0.5 + 1.0
        f = f * 0.5 + 1.0
        g = g * 0.5 + 1.0
        h = h * 0.5 + 1.0
    x[0] = a + b + c + d + e + f + g + h


def arithmetic() -> float:
    """Operations a second of one core on vectors."""
    numbers, rounds = np.ones((8, LANES)), 1_000_000
    return 16 * LANES * rounds / best(lambda: spin(numbers, rounds))


@jit
def see_often(columns: Structure, room: Desk, count: int) -> None:
    """Both passes, again and again."""
    tree, desk = laid(columns), laid(room)
    for _ in range(count):
        newton.see(tree, desk, desk.here)


@jit
def factor_often(places: Pattern, room: Desk, count: int) -> None:
    """The factorization, again and again."""
    pattern, desk = laid(places), laid(room)
    for _ in range(count):
        factor(pattern, desk.entry, desk.factors, desk.work)


def evaluation(s: Structure, lanes: int) -> tuple[float, float]:
    """Bytes and operations of both passes."""
    inner, every, nodes = s.n_inner, int(s.first_action[-1]), s.n_inner + len(s.terminal)
    columns = 4 * 5 * inner + 4 * 2 * len(s.mover)
    # live, reach, mu; values read and written; p, log p and gains; sums and slopes.
    numbers = 8 * (4 * inner + s.n_players * (nodes + inner) + 6 * every + 3 * s.n_free)
    widths = np.diff(s.first_action)[s.infoset]
    mine = s.infoset < s.n_infosets
    sums = 2 * s.n_players * int(widths.sum()) + 2 * int(widths[mine].sum())
    logs = (SERIES + 3) * (s.n_actions + 2 * s.n_infosets)
    beliefs = 5 * inner + SERIES * int(beliefs_that_move(s).sum())
    return columns + lanes * numbers, lanes * (sums + logs + beliefs)


def beliefs_that_move(s: Structure) -> np.ndarray:
    """Inner nodes that are not alone in their infoset."""
    alone = np.bincount(s.infoset, minlength=len(s.mover)) == 1
    return (s.infoset < s.n_infosets) & ~alone[s.infoset]


def factorization(pattern: Pattern, lanes: int) -> tuple[float, float]:
    """Bytes and operations of a sparse factorization."""
    ends, begins = pattern.begin[1:], pattern.begin[:-1]
    operations = 0
    for begin, diagonal in zip(begins, pattern.diagonal, strict=True):
        above = pattern.column[begin:diagonal]
        operations += int((1 + 2 * (ends[above] - pattern.diagonal[above] - 1)).sum())
    entries = pattern.entries
    return 4 * entries + lanes * 8 * 2 * entries, lanes * operations


def matching(game: Game) -> tuple[float, float]:
    """Bytes and operations of a pass of CFR+ for one player, on average over players."""
    s, players = structure_of(game), len(game.players)
    inner, terminals, actions = s.n_inner, len(s.terminal), s.n_actions / players
    columns = 4 * (6 * inner + terminals + 2 * s.n_infosets / players)
    numbers = 8 * (2 * inner + terminals + 2 * s.n_actions + 7 * actions)
    return columns + numbers, inner + 2 * terminals + 9 * actions


def followed(game: Game, precision: float, lanes: int) -> tuple[Structure, Pattern, Desk]:
    """A desk on which so many draws have been followed."""
    s, pattern = structure_of(game), pattern_of(game)
    if pattern is None:
        raise SystemExit("the factors of this game are too large")
    room, course = make_desk(s, pattern.entries, lanes), np.zeros(lanes, COURSE)
    each = (game.payoffs, game.chance, np.array(precision))
    payoffs, chance, precisions = (np.repeat(x[None], lanes, axis=0) for x in each)
    draws = make_draws(s, payoffs, chance, precisions)
    branch.follow(s, pattern, room, course, draws, -1.0, branch.MOST_STEPS)
    return s, pattern, room


def small(name: str, game: Game, precision: float) -> list[Row]:
    """The kernels that work in the cache."""
    found, often = [], 50
    for lanes in (1, LANES):
        s, pattern, room = followed(game, precision, lanes)
        what = f"{name}, {lanes} at once"
        see = best(lambda s=s, room=room: see_often(s, room, often)) / often
        cut = best(lambda p=pattern, room=room: factor_often(p, room, often)) / often
        found.append(Row("both passes", what, see, *evaluation(s, lanes)))
        found.append(Row("factorization", what, cut, *factorization(pattern, lanes)))
    return found


def large(rounds: int) -> list[Row]:
    """The kernels that stream through memory."""
    game = bargaining(rounds)
    s, name = structure_of(game), f"bargaining-{rounds}, {game.n_nodes:,} nodes"
    room = make_desk(s, 0)
    points.lay_one(s, room, game.payoffs.copy(), game.chance.copy(), np.zeros(2), 1.0)
    see = best(lambda: see_often(s, room, 1), 5)
    # The first update, in which everything is reached.
    fresh = iter([RegretMatching(game) for _ in range(4)])
    match = best(lambda: next(fresh).iterate(), 3) / len(game.players)
    return [
        Row("both passes", name, see, *evaluation(s, 1)),
        Row("CFR+ pass", name, match, *matching(game)),
    ]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smaller tree")
    asked = parser.parse_args(arguments)
    memory, peak = triad(), arithmetic()
    case = load("alaska-2025")
    found = small("alaska-2025", compile_case(case).game, float(case.precision.value))
    found += large(5 if asked.quick else 7)
    print(f"one core: memory {memory / 1e9:.1f} GB/s, arithmetic {peak / 1e9:.1f} Gflop/s\n")
    print("kernel | tree | time | GB/s | of memory | Gflop/s | of arithmetic")
    print("--- | --- | --- | --- | --- | --- | ---")
    for row in found:
        speed, flops = row.moved / row.seconds, row.operations / row.seconds
        print(
            f"{row.kernel} | {row.tree} | {row.seconds * 1e6:,.1f} µs | {speed / 1e9:.1f} "
            f"| {speed / memory:.0%} | {flops / 1e9:.2f} | {flops / peak:.0%}"
        )


if __name__ == "__main__":
    main()
