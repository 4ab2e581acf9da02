#!/usr/bin/env python
"""Cases made wrong by chance, and what becomes of them.

    scripts/fuzz.py --mutants 100000 --first 0 --workers 2 --seconds 4

Prints how each kind of ending was met, the slowest, and the smallest mutants of each kind that
must not be. Exits with 1 where there is one, or where one took more processor time than asked.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

from lackmus.testing.fuzzing import Ending, ending, mutant

ROOT = Path(__file__).resolve().parents[1]

#: Mutants that a worker takes at once; of each kind that are shown.
_PORTION = 200
_SHOWN = 3


@cache
def corpus() -> tuple[str, ...]:
    """The library, the patterns (these often, since they are short), and wrong cases."""
    often = {"src/lackmus/case/patterns": 30, "src/lackmus/library": 2, "tests/case/faults": 1}
    return tuple(
        path.read_text("utf-8")
        for folder, times in often.items()
        for path in sorted((ROOT / folder).rglob("*.yaml")) * times
    )


def _portion(first: int) -> list[tuple[int, Ending]]:
    return [(seed, ending(mutant(corpus(), seed))) for seed in range(first, first + _PORTION)]


def _endings(first: int, count: int, workers: int) -> Iterator[tuple[int, Ending]]:
    starts = range(first, first + count, _PORTION)
    if workers == 1:
        for start in starts:
            yield from _portion(start)
        return
    with ProcessPoolExecutor(workers) as pool:
        for part in pool.map(_portion, starts):
            yield from part


def main() -> int:
    """Runs the campaign that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--mutants", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=4.0, help="processor time for one")
    asked = parser.parse_args()
    kinds: dict[str, list[tuple[int, Ending]]] = defaultdict(list)
    for seed, end in _endings(asked.first, asked.mutants, asked.workers):
        kinds["slow" if end.seconds > asked.seconds else end.kind].append((seed, end))
    for kind, met in sorted(kinds.items()):
        slowest = max(met, key=lambda one: one[1].seconds)
        print(f"{kind}: {len(met):,}, the slowest {slowest[1].seconds:.2f} s (seed {slowest[0]})")
    wrong = [kind for kind, met in kinds.items() if kind == "slow" or met[0][1].wrong]
    for kind in wrong:
        smallest = sorted(kinds[kind], key=lambda one: len(mutant(corpus(), one[0])))[:_SHOWN]
        for seed, end in smallest:
            print(f"\n{kind}, seed {seed}, {end.seconds:.2f} s: {end.detail[:600]}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
