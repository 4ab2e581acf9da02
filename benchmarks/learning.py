"""How fast records are learnt from.

Two figures: the processor time of a draw of the seed case with all claims, extrapolated to 100,000,
beside the solves of the game as written alone, under which no learning can be; and how long a
sample takes that is drawn anew by tempering from a record that hardly a draw allows. `--draws
100000` measures the whole.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from dataclasses import replace

from beside import loops
from lackmus.case.expression import parse_expression
from lackmus.case.syntax import Observation
from lackmus.pipeline.case_study import CaseStudy
from lackmus.pipeline.learning import learn
from lackmus.pipeline.loading import load
from lackmus.pipeline.weighing import LearnEffort
from lackmus.sweep.design import draw

_WANTED = 100_000

#: A record whose probability is below 1e-12 in half of the draws.
_RARE = (
    "summit = meet", "hint = deals", "delegation = dealmakers", "agenda = line", "answer = accept",
    "announce = truce", "reply = reject",
)  # fmt: skip


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=4000)
    draws = parser.parse_args().draws
    case = load("alaska-2025")
    alone = CaseStudy(replace(case, claims=()))
    points = draw(alone.assumptions, alone.correlations, min(draws, 2000), 0)
    alone.run(points[:64], threads=2)
    cores = len(os.sched_getaffinity(0))
    began = time.process_time()
    alone.run(points, threads=2)
    floor = (time.process_time() - began) / len(points)
    began = time.process_time()
    learned = learn(case, effort=LearnEffort(draws=draws))
    each = (time.process_time() - began) / draws
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"learn alaska-2025: {draws:,} draws in {learned.seconds:.1f} s; {1e3 * each:.2f} ms of "
        f"processor time each (the game as written alone {1e3 * floor:.2f}, ratio "
        f"{each / floor:.2f}); {_WANTED:,} take {_WANTED * each / cores:.0f} s on {cores} cores "
        f"that do nothing else; worth {learned.size:,.0f}; peak {peak:,.0f} MB"
    )
    rare = tuple(Observation(saw=parse_expression(text)) for text in _RARE)
    began = time.process_time()
    learned = learn(case, observations=rare, effort=LearnEffort(draws=500, method="smc"))
    seconds = time.process_time() - began
    print(
        f"learn alaska-2025 by tempering: {learned.seconds:.1f} s, {seconds:.0f} s of "
        "processor time; a record of probability "
        f"{learned.evidence.probability:.1e}; {loops(seconds)}; {learned.trouble or 'good'}"
    )


if __name__ == "__main__":
    main()
