"""Equilibria of small games: time and count of each method, beside pygambit in the same run.

Usage: python benchmarks/equilibria.py [--limit SECONDS] [--games FOLDER]

A peer's call runs in a process of its own and is ended after the limit. `FOLDER` may hold sample
trees (summit_*.efg); without it only generated games are used. Rows: what is asked, our time,
count and whether the list is proven complete, and our time in reference loops; the peer's call,
time, count and ratio to ours.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from beside import loops, peer
from lackmus.foundation.errors import SolveError
from lackmus.game.adapters import from_pyspiel
from lackmus.game.efg import read_efg
from lackmus.game.efg_writer import write_efg
from lackmus.game.game import Game
from lackmus.game.nfg import write_nfg
from lackmus.solution.solution import Solution
from lackmus.solvers.solve import solve
from lackmus.testing.classics import BEER_QUICHE, CARD, HORSE, NINE, classic
from lackmus.testing.trees import random_matrix, random_signalling, random_tree

Row = tuple[str, Game, str, str, dict[str, Any]]


def rows(folder: Path | None) -> list[Row]:
    """What is asked, of which game, by which method, and the peer's call with its options."""
    asked: list[Row] = [
        ("all PBE, beer and quiche", classic(BEER_QUICHE), "perfect-bayesian", "enumpoly_solve",
         {}),
        ("all PBE, Selten's horse", classic(HORSE), "perfect-bayesian", "enumpoly_solve", {}),
        ("all PBE, card game", classic(CARD), "perfect-bayesian", "enumpoly_solve", {}),
        ("all Nash, 2 × 2 × 2", classic(NINE), "perfect-bayesian", "enumpoly_solve", {}),
        ("all PBE, signalling 2 × 2 × 2", random_signalling(1, types=2, messages=2, answers=2),
         "perfect-bayesian", "enumpoly_solve", {}),
        ("all PBE, signalling 3 × 3 × 3", random_signalling(1), "perfect-bayesian",
         "enumpoly_solve", {}),
        ("all Nash, 6 × 6", random_matrix(1, (6, 6)), "extreme-nash", "enummixed_solve",
         {"rational": True}),
        ("all Nash, 10 × 10", random_matrix(1, (10, 10)), "extreme-nash", "enummixed_solve",
         {"rational": True}),
        ("all Nash, 14 × 14", random_matrix(1, (14, 14)), "extreme-nash", "enummixed_solve",
         {"rational": True}),
        ("all Nash, tree", random_tree(19, depth=3), "extreme-nash", "enummixed_solve",
         {"rational": True}),
        ("one Nash, 10 × 10", random_matrix(2, (10, 10)), "lemke", "lcp_solve",
         {"rational": True, "stop_after": 1}),
        ("one Nash, tree of depth 6", random_tree(4, depth=6), "lemke", "lcp_solve",
         {"rational": True}),
    ]  # fmt: skip
    kuhn = _kuhn()
    if kuhn is not None:
        asked.append(("value of Kuhn poker", kuhn, "zero-sum-lp", "lp_solve", {"rational": True}))
        asked.append(("all Nash, Kuhn poker", kuhn, "extreme-nash", "enummixed_solve",
                      {"rational": True}))  # fmt: skip
    for name in ("summit_mini", "summit_midi", "summit_nodeleg", "summit_full") if folder else ():
        game = read_efg(Path(folder or ".") / f"{name}.efg")
        asked.append((f"all PBE, {name}", game, "perfect-bayesian", "enumpoly_solve", {}))
        asked.append((f"one Nash, {name}", game, "lemke", "lcp_solve", {"rational": True}))
    return asked


def _kuhn() -> Game | None:
    try:
        import pyspiel
    except ImportError:
        return None
    return from_pyspiel(pyspiel.load_game("kuhn_poker"))


def peers_list(text: str, call: str, options: dict[str, Any], answers: Any) -> None:
    """Runs in a process of its own: the time and count of one of pygambit's solvers."""
    import pygambit

    stream = io.BytesIO(text.encode())
    game = pygambit.read_nfg(stream) if text.startswith("NFG") else pygambit.read_efg(stream)
    started = time.perf_counter()
    found = getattr(pygambit.nash, call)(game, **options).equilibria
    answers.put((time.perf_counter() - started, len(found)))


def timed_peer(text: str, call: str, options: dict[str, Any], limit: float, ours: float) -> str:
    """The peer's time and count, and its ratio to our seconds; or what became of it."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    process = context.Process(target=peers_list, args=(text, call, options, answers))
    process.start()
    process.join(limit)
    if process.is_alive():
        process.terminate()
        process.join()
        return f"nothing in {limit:g} s; over {limit / ours:.3g} times ours"
    if answers.empty():
        return "failed"
    seconds, count = answers.get()
    return f"{seconds:8.3f} s, {count}; {seconds / ours:.3g} times ours"


def best_of(runs: int, work: Callable[[], Solution]) -> tuple[float, Solution]:
    """The least time of some runs, and the last answer."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        answer = work()
        times.append(time.perf_counter() - started)
    return min(times), answer


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=60.0)
    parser.add_argument("--games", type=Path)
    arguments = parser.parse_args()
    print(
        f"{'asked':34} {'lackmus':>12} {'count':>6} {'complete':>9} {'beside a loop':>14}   "
        f"{peer()}"
    )
    for name, game, method, call, options in rows(arguments.games):
        try:
            seconds, answer = best_of(
                2,
                lambda g=game, m=method: solve(g, method=m, seconds=arguments.limit),  # type: ignore[misc]
            )
        except SolveError as error:
            print(f"{name:34} {error}", flush=True)
            continue
        text = write_nfg(game) if "stop_after" in options else write_efg(game)
        other = timed_peer(text, call, options, arguments.limit, seconds)
        count, whole = len(answer.assessments), str(answer.complete)
        print(
            f"{name:34} {seconds:10.4f} s {count:6} {whole:>9} {loops(seconds):>14}   "
            f"{call}: {other}",
            flush=True,
        )
    many = [best_of(1, lambda s=s: solve(random_signalling(s), every=True)) for s in range(100)]  # type: ignore[misc]
    times = sorted(seconds for seconds, _ in many)
    print(
        f"100 signalling games 3 × 3 × 3: median {times[50]:.3f} s, longest {times[-1]:.3f} s, "
        f"{sum(answer.complete is True for _, answer in many)} proven complete; "
        f"{loops(sum(times))} together"
    )


if __name__ == "__main__":
    main()
