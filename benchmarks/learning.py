"""How fast records are learnt from, how much memory that takes, and how rare they may be.

Times are the processor's, so that other work on the machine does not count, each beside a
reference loop of the same run; on two cores that do nothing else the wait is half of them.

* a draw of the seed case with all claims, extrapolated to 100,000, beside the solves of the game as
  written alone, under which no learning can be (`--draws 100000` measures the whole);
* the largest memory with a quarter of the draws and with all, each in a process of its own, beside
  what the columns kept of a draw need;
* a record whose probability is below 1e-12 even on the average of the draws: the seed case with
  actors who hardly ever err, ten times as precise, and a chain of moves that none of them likes.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from dataclasses import replace
from fractions import Fraction

from beside import loops
from lackmus.case.expression import parse_expression
from lackmus.case.syntax import Case, Observation
from lackmus.pipeline.case_study import CaseStudy
from lackmus.pipeline.learning import learn
from lackmus.pipeline.loading import load
from lackmus.pipeline.weighing import LearnEffort
from lackmus.sweep.design import draw

_WANTED, _CORES = 100_000, 2

_RARE = (
    "summit = meet", "hint = deals", "delegation = dealmakers", "agenda = line", "answer = accept",
    "announce = truce", "reply = reject",
)  # fmt: skip


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=4000)
    parser.add_argument("--memory", type=int, metavar="DRAWS", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    case = load("alaska-2025")
    if asked.memory is not None:
        print(_peak(case, asked.memory))
        return
    _speed(case, asked.draws)
    _memory(asked.draws)
    _rare(case, asked.draws)


def _cost(seconds: float) -> str:
    return f"{seconds:.1f} s of processor time ({loops(seconds, time.process_time)})"


def _speed(case: Case, draws: int) -> None:
    alone = CaseStudy(replace(case, claims=()))
    points = draw(alone.assumptions, alone.correlations, min(draws, 2000), 0)
    alone.run(points[:64], threads=_CORES)
    began = time.process_time()
    alone.run(points, threads=_CORES)
    floor = (time.process_time() - began) / len(points)
    began = time.process_time()
    learned = learn(case, effort=LearnEffort(draws=draws))
    whole = time.process_time() - began
    each = whole / draws
    print(
        f"learn alaska-2025: {draws:,} draws, {_cost(whole)}; {1e3 * each:.2f} ms each (the game "
        f"as written alone {1e3 * floor:.2f}, ratio {each / floor:.2f}); {_WANTED:,} take "
        f"{_WANTED * each / _CORES:.0f} s on {_CORES} cores that do nothing else; worth "
        f"{learned.size:,.0f}"
    )


def _peak(case: Case, draws: int) -> str:
    """Largest memory of learning from so many draws, and what is kept of them, in bytes."""
    learned = learn(case, effort=LearnEffort(draws=draws, method="importance"))
    told = learned.before
    kept = (learned.prior, learned.weights, told.log_given, told.beliefs, told.events, told.holds)
    peak = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return f"{peak} {sum(array.nbytes for array in kept)}"


def _memory(draws: int) -> None:
    counts = (max(1, draws // 4), draws)
    few, many = (
        tuple(map(int, subprocess.run(
            [sys.executable, __file__, "--memory", str(count)],
            text=True, check=True, stdout=subprocess.PIPE,
        ).stdout.split()))
        for count in counts
    )  # fmt: skip
    more = counts[1] - counts[0]
    print(
        f"memory: {few[0] / 2**20:,.0f} MiB with {counts[0]:,} draws, {many[0] / 2**20:,.0f} MiB "
        f"with {counts[1]:,}; {(many[0] - few[0]) / more:,.0f} bytes a draw, "
        f"{(many[1] - few[1]) / more:,.0f} of them kept"
    )


def _rare(case: Case, draws: int) -> None:
    record = tuple(Observation(saw=parse_expression(text)) for text in _RARE)
    began = time.process_time()
    learned = learn(
        _sharper(case, 10), observations=record, effort=LearnEffort(draws=min(draws, 2000))
    )
    spent = time.process_time() - began
    print(
        f"a record of probability {learned.evidence.probability:.1e} "
        f"(\N{PLUS-MINUS SIGN}\N{THIN SPACE}{100 * learned.evidence.relative_error:.0f} %), by "
        f"{learned.method}: {_cost(spent)}, {spent / _CORES:.0f} s on {_CORES} cores that do "
        f"nothing else; worth {learned.size:,.0f} of {len(learned.points):,}; "
        f"{learned.trouble or 'nothing hindered it'}"
    )


def _sharper(case: Case, times: int) -> Case:
    """The case with a precision of so many times what it says."""
    told = case.precision
    shape = told.distribution

    def more(value: Fraction) -> Fraction:
        return times * value

    sharper = replace(
        shape,
        parameters=tuple(map(more, shape.parameters)),
        low=more(shape.low),
        high=more(shape.high),
    )
    return replace(case, precision=replace(told, value=more(told.value), distribution=sharper))


if __name__ == "__main__":
    main()
