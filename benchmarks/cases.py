"""Cases: compile, one solve beside pygambit on the same tree, and a thousand draws.

    python -m benchmarks.cases [--draws 1000] [--limit 60]

pygambit runs in a process of its own and is stopped after the limit, in seconds.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from beside import loops, peer
from lackmus.case.parse import parse_case
from lackmus.compiler.compile import compile_case
from lackmus.game.efg_writer import write_efg
from lackmus.game.game import Game
from lackmus.pipeline.case_study import CaseStudy
from lackmus.pipeline.findings import Effort, put_to_test
from lackmus.pipeline.loading import load
from lackmus.solvers.quantal_response.logit import solve_logit
from lackmus.sweep.design import draw

#: Nodes from which on the compiler's fixed costs no longer show.
MANY = 10_000

PEER = """
import sys, time
import pygambit
game = pygambit.read_efg(sys.argv[1])
start = time.perf_counter()
solved = pygambit.qre.logit_solve_lambda(game, lam=float(sys.argv[2]))
print(time.perf_counter() - start)
"""

BARGAINING = """
title: Bargaining over {rounds} rounds
actors:
  a: {{aims: {{soft: 0.5, hard: 0.5}}}}
  b: {{aims: {{soft: 0.2, hard: 0.8}}}}
assumptions: {{cost: {{value: 1, range: [0, 2]}}, delta: {{value: 0.9, range: [0.5, 1]}}}}
moves:
  - rounds:
      name: turn
      count: {rounds}
      discount: delta
      ends if: answer in [accept, refuse]
      moves:
        - offer: {{by: a, options: [low, mid, high]}}
        - answer: {{by: b, options: [accept, refuse, delay]}}
stakes:
  a:
    - {{worth: 3 if offer = low else 1, every: turn, if: answer = accept}}
    - {{worth: -cost, every: turn, if: answer = delay}}
  b:
    - {{worth: 3 if offer = high else 1, every: turn, if: answer = accept}}
    - {{worth: -1, every: turn, if: answer = delay and b.aim = soft}}
precision: 2
"""


def median_seconds(action: Callable[[], object], runs: int = 7) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def peer_seconds(game: Game, precision: float, limit: float) -> float | None:
    """pygambit's time for the same fixed point; None where the limit stopped it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "game.efg"
        path.write_text(write_efg(game), "utf-8")
        try:
            done = subprocess.run(
                [sys.executable, "-c", PEER, str(path), str(precision)],
                capture_output=True, text=True, check=True, timeout=limit,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return None
    return float(done.stdout)


def solves(limit: float) -> None:
    print(f"## One solve at the case's precision, beside `logit_solve_lambda` of {peer()}\n")
    print("| case | terminals | actions | Lackmus | peer | ratio |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name in ("india-tariffs-2025", "alaska-2025"):
        case = load(name)
        game = compile_case(case).game
        precision = float(case.precision.value)
        solve_logit(game, precision)
        ours = median_seconds(lambda g=game, p=precision: solve_logit(g, p))  # type: ignore[misc] # bound early
        theirs = peer_seconds(game, precision, limit)
        other = f"not in {limit:.0f} s" if theirs is None else f"{theirs:.3f} s"
        ratio = f"> {limit / ours:,.0f}" if theirs is None else f"{theirs / ours:,.0f}"
        print(f"| {name} | {game.n_terminals} | {game.n_actions} | {ours * 1e3:.2f} ms | {other} "
              f"| {ratio} |")  # fmt: skip


def draws(count: int) -> None:
    print(f"\n## {count:,} draws of `alaska-2025`, all claims\n")
    study = CaseStudy(load("alaska-2025"))
    points = draw(study.assumptions, study.correlations, count, 0)
    study.run(points[:4])
    print("| threads | seconds | beside a loop | draws a second |")
    print("| --- | --- | --- | --- |")
    for threads in (1, 2):
        start = time.perf_counter()
        outcomes = study.run(points, threads=threads)
        seconds = time.perf_counter() - start
        print(f"| {threads} | {seconds:.2f} | {loops(seconds)} | {count / seconds:.0f} |")
    print(f"\n{int(outcomes.failed.sum())} failed, {int(outcomes.turned.sum())} turned on their "
          f"way; worst fixed-point error {outcomes.residual.max():.1e}")  # fmt: skip
    start = time.perf_counter()
    put_to_test("alaska-2025", effort=Effort(draws=500))
    seconds = time.perf_counter() - start
    print(f"\n`lackmus test alaska-2025 --draws 500`, without start-up: {seconds:.2f} s, "
          f"{loops(seconds)}")  # fmt: skip
    for words in (["test", "alaska-2025", "--draws", "500"], ["--help"]):
        whole = median_seconds(lambda words=words: run(words), 3)  # type: ignore[misc] # bound early
        print(f"`lackmus {' '.join(words)}`, from the shell: {whole:.2f} s, {loops(whole)}")


def run(words: list[str]) -> None:
    """The command line in a process of its own."""
    code = "from lackmus.cli.main import run; run()"
    command = [sys.executable, "-c", code, *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def compiling() -> None:
    print("\n## Compile: time and memory against size\n")
    print("| rounds | nodes | terminals | infosets | seconds | µs a node | peak memory |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    grown = []
    for rounds in (2, 4, 6, 8, 10, 12):
        case = parse_case(BARGAINING.format(rounds=rounds))
        start = time.perf_counter()
        game = compile_case(case, limit=10**8).game
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(
            f"| {rounds} | {game.n_nodes:,} | {game.n_terminals:,} | {game.n_infosets:,} "
            f"| {seconds:.3f} | {seconds / game.n_nodes * 1e6:.2f} | {peak:.2f} GiB |"
        )
        if game.n_nodes > MANY:
            grown.append((game.n_nodes, seconds))
    nodes, times = np.log(np.array(grown)).T
    exponent, _ = np.polyfit(nodes, times, 1)
    print(f"\nabove {MANY:,} nodes, time grows as nodes^{exponent:.2f}")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--limit", type=float, default=60.0)
    asked = parser.parse_args(arguments)
    solves(asked.limit)
    draws(asked.draws)
    compiling()


if __name__ == "__main__":
    main()
