#!/usr/bin/env python
"""Random cases told a second time, from the reference alone, and held against the program.

    scripts/meaning.py --cases 10000 --first 0 --draws 2 --workers 2

Prints what differs, each cut down to a few lines, and how often each construct and each pair of
constructs was met. Exits with 1 where something differs.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.meaning.shrink import written
from tests.meaning.trial import Trial, run, smallest, table

_PORTION = 50


def _portion(first: int, size: int, draws: int, most: int, record: bool) -> Trial:  # noqa: FBT001
    warnings.simplefilter("error")
    *_, trial = run(range(first, first + size), draws=draws, most=most, record=record)
    return trial


def _merged(trials: list[Trial]) -> Trial:
    whole = Trial()
    for trial in trials:
        whole.compared += trial.compared
        whole.claims += trial.claims
        whole.skipped += trial.skipped
        whole.disagreements |= trial.disagreements
    return whole


def main() -> int:
    """Runs the trial that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--draws", type=int, default=2, help="draws beside the base values")
    parser.add_argument(
        "--most", type=int, default=300, help="histories; longer cases are left out"
    )
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--shrink", type=int, default=10, help="how many cases to cut down")
    parser.add_argument("--no-record", action="store_true", help="nothing is observed")
    parser.add_argument("--least", type=int, default=50, help="cases wanted for each pair")
    asked = parser.parse_args()
    record = not asked.no_record
    start = time.monotonic()
    trials: list[Trial] = []
    with ProcessPoolExecutor(asked.workers) as pool:
        jobs = [
            pool.submit(
                _portion,
                asked.first + done,
                min(_PORTION, asked.cases - done),
                asked.draws,
                asked.most,
                record,
            )
            for done in range(0, asked.cases, _PORTION)
        ]
        for place, job in enumerate(jobs, 1):
            trials.append(job.result())
            for seed, found in trials[-1].disagreements.items():
                print(f"seed {seed}: {found[0]}", flush=True)
            if place % 10 == 0:
                print(f"… {place * _PORTION} cases, {time.monotonic() - start:.0f} s", flush=True)
    whole = _merged(trials)
    print(table(whole.compared, asked.least))
    skipped: Counter[str] = whole.skipped
    print(
        f"{asked.cases} cases from seed {asked.first}: {len(whole.compared)} compared, "
        f"{dict(skipped)} not; {whole.claims} claims at the base values and in "
        f"{asked.draws} draws; {len(whole.disagreements)} cases disagree; "
        f"{time.monotonic() - start:.0f} s"
    )
    for seed in sorted(whole.disagreements)[: asked.shrink]:
        made = smallest(seed, asked.draws, record=record)
        seen = [*made.observed, *(["the record"] if made.recorded else [])]
        print(f"\n# seed {seed}, observed {seen}: {whole.disagreements[seed][0]}")
        print(written(made.case))
    return 1 if whole.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
