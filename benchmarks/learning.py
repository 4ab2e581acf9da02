"""How fast records are learnt from.

Two figures: the time of a draw of the seed case with all claims, extrapolated to 100,000, beside
the solves of the game as written alone, under which no learning can be; and how long a sample
takes that is drawn anew by tempering. `--draws 100000` measures the whole.
"""

from __future__ import annotations

import argparse
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


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=4000)
    draws = parser.parse_args().draws
    case = load("alaska-2025")
    alone = CaseStudy(replace(case, claims=()))
    points = draw(alone.assumptions, alone.correlations, min(draws, 2000), 0)
    alone.run(points[:64], threads=2)
    began = time.perf_counter()
    alone.run(points, threads=2)
    floor = (time.perf_counter() - began) / len(points)
    learned = learn(case, effort=LearnEffort(draws=draws))
    each = learned.seconds / draws
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"learn alaska-2025: {draws:,} draws in {learned.seconds:.1f} s, {1e3 * each:.2f} ms each "
        f"(the game as written alone {1e3 * floor:.2f}); {_WANTED:,} in {_WANTED * each:.0f} s; "
        f"{each / floor:.2f} times the solves alone, {loops(learned.seconds)}; "
        f"worth {learned.size:,.0f}; peak {peak:,.0f} MB"
    )
    india = load("india-tariffs-2025")
    told = ("tariff = all_buyers", "response = resist", "review = lift")
    rare = tuple(Observation(saw=parse_expression(text)) for text in told)
    learned = learn(india, observations=rare, effort=LearnEffort(draws=2000, method="smc"))
    print(
        f"learn india-tariffs-2025 by tempering: {learned.seconds:.1f} s, "
        f"{loops(learned.seconds)}, a record of probability {learned.evidence.probability:.1e}; "
        f"{learned.trouble or 'good'}"
    )


if __name__ == "__main__":
    main()
