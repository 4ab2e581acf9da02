"""Single solves beside the peer's, in one process, in turn: fresh ones of its catalogue, and warm.

A fresh solve takes a game that was just read, of which nothing is known yet; a warm one takes a
game that has been solved before. Ours come with their certificates.

    python benchmarks/gambit.py [--rounds 15] [--games DIR]
"""

from __future__ import annotations

import argparse
import io
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pygambit

from beside import in_turn, peer, seconds_of
from lackmus.foundation.errors import LackmusError
from lackmus.game.efg import read_efg
from lackmus.game.efg_writer import write_efg
from lackmus.game.game import Game
from lackmus.game.nfg import read_nfg
from lackmus.solvers.quantal_response.logit import solve_limit, solve_logit

GAMES = Path(__file__).resolve().parents[2] / "shared" / "games"

#: Rounds where one solve of the peer's takes long, and how long that is, in seconds.
FEW = 3
LONG = 0.5

#: Warm runs in a row, of which the median counts: one alone would mostly wait for its turn.
SEVERAL = 7

WARM = ("growth_R1", "summit_mini", "summit_nodeleg", "summit_full", "growth_R2")


def catalogue() -> Iterator[tuple[str, Callable[[], Game], Callable[[], Any]]]:
    """Each game of the peer's catalogue: its name, and how either of us reads it."""
    folder = Path(pygambit.__file__).parent / "catalog_data"
    for path in sorted([*folder.rglob("*.efg"), *folder.rglob("*.nfg")]):
        ours, theirs = read_efg, pygambit.read_efg
        if path.suffix == ".nfg":
            ours, theirs = read_nfg, pygambit.read_nfg
        yield (
            path.stem,
            lambda ours=ours, path=path: ours(path),
            lambda theirs=theirs, path=path: theirs(str(path)),
        )


def solve(game: Any, precision: float) -> object:
    return pygambit.qre.logit_solve_lambda(game, lam=precision)


def _nothing() -> None:
    """What a warm run is made on."""


def median_of(count: int, run: Callable[[None], object]) -> float:
    """Median seconds of some runs."""
    return statistics.median(seconds_of(_nothing, run) for _ in range(count))


def fresh(rounds: int) -> None:
    """Prints the ratios of fresh solves at λ = 1."""
    ratios, mine = [], []
    for _, read, read_theirs in catalogue():
        try:
            solve_logit(read(), 1.0)
            solve(read_theirs(), 1.0)
        except (LackmusError, ValueError, RuntimeError):
            continue
        ours, _, ratio = in_turn(
            lambda read=read: seconds_of(read, lambda game: solve_logit(game, 1.0)),
            lambda read=read_theirs: seconds_of(read, lambda game: solve(game, 1.0)),
            rounds,
        )
        ratios.append(ratio)
        mine.append(ours)
    parts = statistics.quantiles(ratios, n=10)
    print(
        f"fresh solves at λ = 1 of {len(ratios)} games of the catalogue, with certificates: "
        f"{peer()} takes {statistics.median(ratios):.2f} times as long as we at the median "
        f"({parts[0]:.2f} to {parts[-1]:.2f} for eight of ten); ours "
        f"{1e3 * statistics.median(mine):.2f} ms"
    )


def warm(games: Path, rounds: int) -> None:
    """Prints the ratios of warm solves at λ = 5, and of limits."""
    print(f"\ntask | tree | lackmus | {peer()} | ÷ ours")
    print("--- | --- | --- | --- | ---")
    for name in WARM:
        game = read_efg(games / f"{name}.efg")
        theirs = pygambit.read_efg(io.StringIO(write_efg(game)))
        tasks: list[tuple[str, Callable[[None], object], Callable[[None], object]]] = [
            ("λ = 5", lambda _, g=game: solve_logit(g, 5.0), lambda _, t=theirs: solve(t, 5.0)),
        ]
        if name in ("growth_R1", "summit_mini", "summit_nodeleg"):
            tasks.append(
                (
                    "limit",
                    lambda _, g=game: solve_limit(g),
                    lambda _, t=theirs: pygambit.nash.logit_solve(t),
                )
            )
        for task, ours, other in tasks:
            ours(None)
            several = 1 if seconds_of(_nothing, other) > LONG else SEVERAL
            one, two, ratio = in_turn(
                lambda run=ours: median_of(SEVERAL, run),
                lambda run=other, n=several: median_of(n, run),
                rounds if several > 1 else FEW,
            )
            cells = (task, name, f"{1e3 * one:.2f} ms", f"{1e3 * two:.1f} ms", f"{ratio:.1f}")
            print(" | ".join(cells), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--games", type=Path, default=GAMES)
    asked = parser.parse_args()
    fresh(asked.rounds)
    if asked.games.is_dir():
        warm(asked.games, asked.rounds)


if __name__ == "__main__":
    main()
