"""The paragraph that answers first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lackmus.foundation.outcomes import HOLDS
from lackmus.pipeline.findings import ClaimFinding, Findings
from lackmus.report.summary import answer
from lackmus.sweep.sensitivity import Driver
from lackmus.sweep.verdict import Counts, Word


def _judged(found: ClaimFinding, word: Word, *, share: float | None = 0.5) -> ClaimFinding:
    verdict = replace(found.verdict, word=word, share=share, firm=True)
    return replace(found, verdict=verdict, base_code=HOLDS)


def _with(small: Findings, *words: Word, share: float | None = 0.5) -> Findings:
    claims = tuple(
        _judged(found, word, share=share) for found, word in zip(small.claims, words, strict=False)
    )
    return replace(small, claims=claims)


@pytest.mark.parametrize(
    ("verdicts", "told"),
    [
        (("follows", "depends", "depends"),
         "Of the three claims, one follows from the assumptions and two hang on them."),
        (("depends", "depends"), "Of the two claims, two hang on the assumptions."),
        (("is contradicted", "follows", "follows", "depends"),
         "Of the four claims, two follow from the assumptions, one hangs on them and one is "
         "contradicted."),
        (("no difference", "settled", "unsolved"),
         "Of the three claims, one makes no difference, one is settled by what was observed and "
         "one is unsolved."),
        (("depends",), "The one claim hangs on the assumptions."),
        (("is contradicted",), "The one claim is contradicted."),
    ],
)  # fmt: skip
def test_verdicts_are_counted_in_words(
    verdicts: tuple[Word, ...], told: str, small: Findings
) -> None:
    assert answer(_with(small, *verdicts))[0] == told


def test_a_claim_that_cannot_be_asked_is_not_said_to_fail(small: Findings) -> None:
    said = answer(_with(small, "cannot be asked", "cannot be asked", share=None))
    assert said[0] == "Of the two claims, two cannot be asked, since what is given has no chance."
    assert not any(text.startswith("What is contradicted") for text in said)


def test_what_verdicts_hang_on_is_said_with_its_meaning(small: Findings) -> None:
    top = small.assumptions[0].name
    driven = replace(small.claims[0], drivers=(Driver(top, index=0.4, direction=1.0, noise=0.01),))
    said = " ".join(answer(_with(replace(small, claims=(driven,)), "depends")))
    says = next(a.says for a in small.assumptions if a.name == top)
    assert f"{top} ({says.strip().rstrip('.')})" in said


def _loose(found: ClaimFinding, counts: Counts) -> ClaimFinding:
    return replace(found, verdict=replace(found.verdict, counts=counts, firm=False))


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        (Counts(99, 1, 0, 0, 0), "More draws could change one verdict, marked as not firm."),
        (Counts(945, 15, 0, 0, 40),
         "More draws, or those not solved, could change one verdict, marked as not firm."),
        (Counts(1000, 0, 0, 0, 0),
         "On other arms of the branch one verdict would be another: marked as not firm."),
    ],
)  # fmt: skip
def test_loose_verdicts_are_counted_by_what_could_change_them(
    counts: Counts, told: str, small: Findings
) -> None:
    one = _with(small, "follows", "follows")
    said = answer(replace(one, claims=(_loose(one.claims[0], counts), *one.claims[1:])))
    assert [text for text in said if "not firm" in text] == [told]
