"""Cases: a thousand draws, the whole command, compiling, and the largest case solved.

    python benchmarks/cases.py [--draws 1000]

Single solves stand beside the peer's in gambit.py.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

from beside import loops
from lackmus.case.parse import parse_case
from lackmus.compiler.compile import compile_case
from lackmus.pipeline.case_study import CaseStudy
from lackmus.pipeline.loading import load
from lackmus.pipeline.trial import Effort, put_to_test
from lackmus.solvers.quantal_response.logit import solve_logit
from lackmus.sweep.design import draw

#: Rounds of the largest case that is solved: almost a million histories.
LARGE = 10

#: Nodes from which on the compiler's fixed costs no longer show.
MANY = 10_000

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


def draws(count: int) -> None:
    print(f"## {count:,} draws of `alaska-2025`, all claims\n")
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
    print(
        "| rounds | nodes | terminals | infosets | seconds | µs a node | beside a loop | memory |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    grown = []
    for rounds in (2, 4, 6, 8, 10, 12):
        case = parse_case(BARGAINING.format(rounds=rounds))
        start = time.perf_counter()
        game = compile_case(case, limit=10**8).game
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(
            f"| {rounds} | {game.n_nodes:,} | {game.n_terminals:,} | {game.n_infosets:,} "
            f"| {seconds:.3f} | {seconds / game.n_nodes * 1e6:.2f} | {loops(seconds)} "
            f"| {peak:.2f} GiB |"
        )
        if game.n_nodes > MANY:
            grown.append((game.n_nodes, seconds))
    nodes, times = np.log(np.array(grown)).T
    exponent, _ = np.polyfit(nodes, times, 1)
    print(f"\nabove {MANY:,} nodes, time grows as nodes^{exponent:.2f}")


def large() -> None:
    print("\n## The largest case, solved at its precision\n")
    case = parse_case(BARGAINING.format(rounds=LARGE))
    game = compile_case(case, limit=10**8).game
    wall, start = time.perf_counter(), time.process_time()
    solution = solve_logit(game, float(case.precision.value))
    seconds, wall = time.process_time() - start, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    error = solution.best.certificate.fixed_point
    print(f"{game.n_terminals:,} histories, {game.n_actions:,} actions: {wall:.1f} s, "
          f"{seconds:.1f} s of processor time, {loops(seconds)}; fixed-point error {error:.1e}; "
          f"peak memory {peak:.2f} GiB")  # fmt: skip


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1000)
    asked = parser.parse_args(arguments)
    draws(asked.draws)
    large()
    compiling()


if __name__ == "__main__":
    main()
