"""What a claim comes out as on arms of the branch, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from lackmus.foundation.outcomes import WORDS
from lackmus.pipeline.arms import OverArms
from lackmus.pipeline.findings import ClaimFinding
from lackmus.pipeline.record_arms import OnArms
from lackmus.report import words


def arms_said(found: ClaimFinding, draws: int) -> Iterator[str]:
    """A sentence on the draws whose branch forks and one on the base values, where they do."""
    over = found.arms
    if over is None:
        return
    if over.forked:
        yield f"{_where(over, draws)}; {_on_arms(over)}"
    if over.base:
        yield f"at the base values the branch forks: {_at_base(over, WORDS[found.base_code])}"
    if over.left:
        yield "some arms could not be followed, and what it comes out as there is not known"


def record_arms_said(found: OnArms, draws: int) -> str:
    """In how many draws the branch of the game as written forks, and how many arms that gives."""
    looked = "" if found.followed == found.draws else f", followed in {found.followed:,}"
    left = "; some arms could not be followed" if found.left else ""
    return (
        f"In {found.draws:,} of {words.count(draws, 'draw')} the branch forks "
        f"({words.count(found.arms, 'arm')}{looked}{left}), and what stands here is of the branch "
        "followed straight on"
    )


def record_arms_json(found: OnArms) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "draws": found.draws,
        "followed": found.followed,
        "arms": found.arms,
        "complete": not found.left,
    }


def _where(over: OverArms, draws: int) -> str:
    if over.followed == over.draws:
        return f"in {over.forked:,} of {words.count(draws, 'draw')} the branch forks"
    looked = f"{over.followed:,} of {words.count(over.draws, 'draw')} whose branch forks"
    own = "" if over.forked == over.followed else f", {over.forked:,} with a game it speaks of"
    return f"the arms were followed in {looked}{own}"


def _on_arms(over: OverArms) -> str:
    if not over.arms and over.left:
        return "its arms could not be followed"
    if not over.arms:
        return "no arm leads to the precision asked for"
    if not over.differs:
        return "on every arm it comes out the same"
    told = [f"{_does(word)} in {count:,}" for word, count in over.outcomes.items()]
    return f"on an arm the claim {words.listed(told)} of them"


def _at_base(over: OverArms, said: str) -> str:
    count = len(over.base)
    if not over.base_differs:
        same = {1: "its only arm", 2: "both arms"}.get(count, f"all {count} arms")
        return f"{_does(said)} on the branch followed and on {same}"
    others = Counter(word for word, _ in over.base if word != said)
    told = [
        f"{_does(word)} on {_so_many(number, count)}" for word, number in sorted(others.items())
    ]
    return f"{_does(said)} on the branch followed, {words.listed(told)}"


def _so_many(number: int, count: int) -> str:
    if number == count:
        return {1: "its only arm", 2: "both arms"}.get(count, f"all {count} arms")
    return "one arm" if number == 1 else f"{number} of {count} arms"


def _does(word: str) -> str:
    return {"no difference": "makes no difference", "unsolved": "is unsolved"}.get(word, word)
