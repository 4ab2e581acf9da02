"""The operands of a claim, each listed once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from lackmus.case import syntax
from lackmus.case.text import claim_text
from lackmus.compiler.ask import parts_of
from lackmus.foundation.tolerances import CLAIM
from lackmus.game.questions import Question
from lackmus.sweep.study import Outcomes


def listed_once(
    claim: syntax.Claim, question: Question, column: Mapping[str, int], outcomes: Outcomes
) -> tuple[Question, ...]:
    """The operands of a claim, without those that another one repeats.

    What a claim asks ``for each`` value of a variable may hang on the value in one operand and not
    in another. One that comes out the same given each value, in every draw, is listed once, as it
    was written: ``for each`` value, since given none it may come out otherwise.

    Args:
        claim: The claim as written.
        question: The claim as it was asked, value by value.
        column: The column of the outcomes of each question's id.
        outcomes: What the draws say.
    """
    if claim.for_each is None or not question.parts:
        return question.parts
    op, inner = parts_of(claim.holds_if)
    written = inner if op == "and" else (claim.holds_if,)
    size = len(written)
    kept = []
    for k, part in enumerate(question.parts):
        same = question.parts[k % size :: size]
        if not _alike([column[one.id] for one in same], outcomes):
            kept.append(part)
        elif k < size:
            kept.append(replace(part, text=claim_text(replace(claim, holds_if=written[k]))))
    return tuple(kept)


def _alike(columns: list[int], outcomes: Outcomes) -> bool:
    """Whether questions come out the same in every draw, by as much."""
    codes, margins = outcomes.holds[:, columns], outcomes.margins[:, columns]
    first = margins[:, :1]
    return bool(
        (codes == codes[:, :1]).all()
        and np.allclose(margins, first, rtol=CLAIM, atol=CLAIM, equal_nan=True)
    )
