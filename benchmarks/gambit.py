"""Single solves beside the peer's, in one process, in turn: its catalogue, trees, our library.

A fresh solve takes a game that was just read, of which nothing is known yet; a warm one takes a
game that has been solved before. Ours come with their certificates. What the peer may not end in
time is tried in a process of its own first.

    python benchmarks/gambit.py [--rounds 15] [--limit 120] [--games DIR] [PART …]

Parts: fresh, library, and the names of the sample trees; all of them where none is named.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pygambit

from beside import in_turn, peer, seconds_of
from lackmus.case.parse import load_case
from lackmus.compiler.compile import compile_case
from lackmus.foundation.errors import LackmusError
from lackmus.game.efg import read_efg
from lackmus.game.efg_writer import write_efg
from lackmus.game.game import Game
from lackmus.game.nfg import read_nfg
from lackmus.library.index import cases
from lackmus.solvers.quantal_response.logit import solve_limit, solve_logit

GAMES = Path(__file__).resolve().parents[2] / "shared" / "games"

#: Rounds where one solve of the peer's takes longer than `LONG`, and than `VERY_LONG` seconds.
FEW, LONG = 3, 0.5
ONCE, VERY_LONG = 1, 10.0

#: Warm runs in a row, of which the median counts: one alone would mostly wait for its turn.
SEVERAL = 7

TREES = (
    "growth_R1", "summit_mini", "summit_nodeleg", "summit_full", "growth_R2", "growth_R3",
)  # fmt: skip


@dataclass(frozen=True)
class Effort:
    """How often the two are set beside one another, and for how long the peer may try, in s."""

    rounds: int
    limit: float


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


def solve(game: Any, precision: float | None) -> object:
    """The peer's quantal response, or its branch's limit where no precision is given."""
    if precision is None:
        return pygambit.nash.logit_solve(game)
    return pygambit.qre.logit_solve_lambda(game, lam=precision)


def solve_ours(game: Game, precision: float | None) -> object:
    """As `solve`, by us."""
    return solve_limit(game) if precision is None else solve_logit(game, precision)


def _nothing() -> None:
    """What a warm run is made on."""


def median_of(count: int, run: Callable[[None], object]) -> float:
    """Median seconds of some runs."""
    return statistics.median(seconds_of(_nothing, run) for _ in range(count))


def fresh(effort: Effort) -> None:
    """Prints the ratios of fresh solves at λ = 1."""
    ratios, mine, left = [], [], 0
    for _, read, read_theirs in catalogue():
        try:
            solve_logit(read(), 1.0)
            solve(read_theirs(), 1.0)
        except (LackmusError, ValueError, RuntimeError):
            left += 1
            continue
        ours, _, ratio = in_turn(
            lambda read=read: seconds_of(read, lambda game: solve_logit(game, 1.0)),
            lambda read=read_theirs: seconds_of(read, lambda game: solve(game, 1.0)),
            effort.rounds,
        )
        ratios.append(ratio)
        mine.append(ours)
    parts = statistics.quantiles(ratios, n=10)
    print(
        f"fresh solves at λ = 1 of {len(ratios)} games of the catalogue, with certificates "
        f"({left} others one of us refuses): "
        f"{peer()} takes {statistics.median(ratios):.2f} times as long as we at the median "
        f"({parts[0]:.2f} to {parts[-1]:.2f} for eight of ten); ours "
        f"{1e3 * statistics.median(mine):.2f} ms\n",
        flush=True,
    )


def _alone(text: str, precision: float | None, answers: Any) -> None:
    """In a process of its own: seconds of the peer's solve."""
    game = pygambit.read_efg(io.StringIO(text))
    answers.put(seconds_of(_nothing, lambda _: solve(game, precision)))


def within(limit: float, text: str, precision: float | None) -> float | None:
    """Seconds of one solve of the peer's; None where it does not end within the limit."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    process = context.Process(target=_alone, args=(text, precision, answers))
    process.start()
    process.join(limit)
    if process.is_alive():
        process.terminate()
        process.join()
        return None
    if process.exitcode:
        raise RuntimeError(f"{peer()} ended with {process.exitcode}")
    return float(answers.get())


def heads() -> None:
    print(f"task | game | actions | lackmus | {peer()} | ÷ ours")
    print("--- | --- | --- | --- | --- | ---")


def row(name: str, game: Game, precision: float | None, effort: Effort) -> float:
    """Prints a warm solve of both, and gives the ratio, or one it surpasses."""
    text = write_efg(game)
    task = "limit" if precision is None else f"λ = {precision:g}"
    solve_ours(game, precision)
    alone = within(effort.limit, text, precision)
    if alone is None:
        one = median_of(SEVERAL, lambda _: solve_ours(game, precision))
        ratio, other, shown = effort.limit / one, f"not in {effort.limit:g} s", ">"
    else:
        theirs = pygambit.read_efg(io.StringIO(text))
        several = SEVERAL if alone < LONG else 1
        few = effort.rounds if alone < LONG else FEW if alone < VERY_LONG else ONCE
        one, two, ratio = in_turn(
            lambda: median_of(SEVERAL, lambda _: solve_ours(game, precision)),
            lambda: median_of(several, lambda _: solve(theirs, precision)),
            few,
        )
        other, shown = f"{1e3 * two:.1f} ms", ""
    cells = (
        task, name, str(game.n_actions), f"{1e3 * one:.2f} ms", other, f"{shown}{ratio:,.1f}",
    )  # fmt: skip
    print(" | ".join(cells), flush=True)
    return ratio


def trees(games: Path, names: list[str], effort: Effort) -> None:
    """Prints warm solves of the sample trees at λ = 5, and their limits."""
    heads()
    for name in names:
        game = read_efg(games / f"{name}.efg")
        for precision in (5.0, None):
            row(name, game, precision, effort)
    print()


def library(effort: Effort) -> None:
    """Prints warm solves of the library's cases, as Gambit reads them, at their precision."""
    heads()
    ratios = []
    for entry in cases():
        case = load_case(entry.path)
        game = compile_case(case).game
        precision = float(case.precision.value)
        try:
            ratios.append(row(entry.name, game, precision, effort))
        except (LackmusError, ValueError, RuntimeError) as error:
            print(f"λ = {precision:g} | {entry.name} | {game.n_actions} | – | {error} | –")
    print(f"\n{len(ratios)} cases: {statistics.median(ratios):.1f} at the median\n", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--limit", type=float, default=120.0, help="of one solve of the peer's")
    parser.add_argument("--games", type=Path, default=GAMES)
    parser.add_argument("parts", nargs="*", metavar="PART")
    asked = parser.parse_args()
    effort = Effort(asked.rounds, asked.limit)
    parts = asked.parts or ["fresh", "library", *TREES]
    if "fresh" in parts:
        fresh(effort)
    if asked.games.is_dir() and (named := [name for name in TREES if name in parts]):
        trees(asked.games, named, effort)
    if "library" in parts:
        library(effort)


if __name__ == "__main__":
    main()
