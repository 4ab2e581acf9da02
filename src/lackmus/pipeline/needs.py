"""Which single stakes a firm verdict needs: the game solved anew without each of them in turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from lackmus.foundation.arrays import Floats
from lackmus.foundation.outcomes import FAILS, HOLDS, NO_DIFFERENCE, UNSOLVED
from lackmus.foundation.tolerances import FOLLOWS
from lackmus.pipeline.case_study import CaseStudy
from lackmus.sweep.verdict import Verdict, Word

#: Draws that are solved without a stake, at most; enough to tell a share from `FOLLOWS`.
MOST_DRAWS: Final = 100

#: Verdicts that a stake may carry, with the outcome that nearly all draws have.
_CARRIED: Final[Mapping[Word, int]] = {
    "follows": HOLDS,
    "is contradicted": FAILS,
    "no difference": NO_DIFFERENCE,
}


@dataclass(frozen=True, slots=True)
class Need:
    """A stake without which a verdict falls.

    Attributes:
        actor: Whose stake it is.
        stake: Its name.
        share: Share of draws, among those solved without it, in which the claim still comes out
            as the verdict says: less than a verdict takes.
    """

    actor: str
    stake: str
    share: float


def needs_of(
    study: CaseStudy,
    points: Floats,
    said: Mapping[str, Verdict],
    *,
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, tuple[Need, ...]]:
    """What each firm verdict needs of the named stakes, the most needed first.

    Only one stake is dropped at a time, for all of its draws; a verdict that rests on either of
    two stakes needs neither.

    Args:
        study: The claims of a case.
        points: Its draws; the first `MOST_DRAWS` of them are solved anew for each stake.
        said: The verdict on each claim, by its id.
        threads: Threads to solve on.
        progress: Told how many stakes have been dropped, and of how many.

    Returns:
        Per claim whose verdict is firm, and says one and the same of nearly all draws.
    """
    codes = {
        name: _CARRIED[verdict.word]
        for name, verdict in said.items()
        if verdict.firm and verdict.word in _CARRIED
    }
    case = study.case
    claims = tuple(claim for claim in case.claims if claim.id in codes)
    named = list(dict.fromkeys((stake.actor, stake.name) for stake in case.stakes if stake.name))
    needs: dict[str, list[Need]] = {claim.id: [] for claim in claims}
    for done, (actor, name) in enumerate(named if claims else ()):
        if progress is not None:
            progress(done, len(named))
        left = tuple(stake for stake in case.stakes if (stake.actor, stake.name) != (actor, name))
        without = CaseStudy(replace(case, stakes=left, claims=claims), study.observed)
        outcomes = without.run(points[:MOST_DRAWS], threads=threads)
        for column, claim in enumerate(claims):
            solved = outcomes.holds[outcomes.holds[:, column] != UNSOLVED, column]
            share = float((solved == codes[claim.id]).mean()) if len(solved) else 1.0
            if share < FOLLOWS:
                needs[claim.id].append(Need(actor, name, share))
    return {name: tuple(sorted(own, key=lambda need: need.share)) for name, own in needs.items()}
