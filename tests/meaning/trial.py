"""Many random cases held against the program, with what they covered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from tests.meaning.generator import Made, coverage, make
from tests.meaning.product import Disagreement, Outcome, hold
from tests.meaning.shrink import shrink


@dataclass
class Trial:
    """What became of a range of seeds.

    Attributes:
        compared: The constructs of each case that was compared.
        claims: Number of claims compared, at the base values and at draws.
        skipped: Why other cases were not, with their number.
        disagreements: Per seed, what differs.
    """

    compared: list[frozenset[str]] = field(default_factory=list)
    claims: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    disagreements: dict[int, tuple[Disagreement, ...]] = field(default_factory=dict)

    def add(self, seed: int, made: Made, outcome: Outcome) -> None:
        """Counts one case."""
        self.claims += outcome.claims
        if outcome.disagreements:
            self.disagreements[seed] = outcome.disagreements
        if outcome.skipped:
            self.skipped[outcome.skipped] += 1
        else:
            self.compared.append(made.constructs)


def run(
    seeds: Iterable[int],
    *,
    draws: int = 1,
    most: int = 1_000,
    record: bool = True,
    claims: int = 9,
) -> Iterator[Trial]:
    """Holds the cases of these seeds against the program, and tells how far it is after each."""
    trial = Trial()
    for seed in seeds:
        made = make(seed, record=record, claims=claims)
        trial.add(seed, made, held(made, draws=draws, most=most))
        yield trial


def held(made: Made, draws: int = 1, most: int = 1_000) -> Outcome:
    """A random case put to both."""
    return hold(made.case, draws=draws, observed=made.observed, recorded=made.recorded, most=most)


def smallest(seed: int, draws: int = 1, *, record: bool = True) -> Made:
    """The case of a seed cut down while the first thing that differs still does."""
    made = make(seed, record=record)
    first = held(made, draws).disagreements[0]
    kind = first.what.split()[0]

    def bad(smaller: Made) -> bool:
        found = held(smaller, draws).disagreements
        return any(
            one.what.split()[0] == kind and (kind != "check" or _same(first, one)) for one in found
        )

    made = replace(made, case=shrink(made.case, lambda case: bad(replace(made, case=case))))
    for less in (replace(made, recorded=False), replace(made, observed=(), recorded=False)):
        if less != made and bad(less):
            made = less
    return made


def _same(first: Disagreement, second: Disagreement) -> bool:
    """Whether the program complains, or fails, in the same way."""
    return str(first.theirs)[:12].split(":")[0] == str(second.theirs)[:12].split(":")[0] and (
        _code(first) == _code(second)
    )


def _code(found: Disagreement) -> str:
    return str(found.theirs).partition("[")[2].partition("]")[0]


def table(compared: Sequence[frozenset[str]], least: int) -> str:
    """Constructs with the number of cases, and the pairs that fewer than `least` cases have."""
    singles, pairs = coverage(compared)
    names = sorted(singles)
    lines = [f"{count:7} {name}" for name, count in sorted(singles.items(), key=lambda one: one[1])]
    possible = len(names) * (len(names) - 1) // 2
    rare = [
        (pairs[one, two], one, two)
        for place, one in enumerate(names)
        for two in names[place + 1 :]
        if pairs[one, two] < least
    ]
    lines.append(
        f"{len(names)} constructs, {possible} pairs; {len(rare)} pairs in fewer than {least} cases"
    )
    lines += [f"{count:7} {one} with {two}" for count, one, two in sorted(rare)]
    return "\n".join(lines)
