"""Sentences to forward with a page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lackmus.pipeline.findings import Findings
from lackmus.report import words
from lackmus.report.forward import forward


def _told(findings: Findings, author: str) -> str:
    return " ".join(forward(replace(findings, case=replace(findings.case, author=author))))


def test_there_are_five_sentences(large: Findings) -> None:
    assert len(forward(large)) == 5


def test_it_is_told_who_was_tested_by_whom(large: Findings) -> None:
    told = _told(large, author="A. Analyst")
    assert told.startswith("14 claims of “Trump will put Putin to the test (in German)” by Vitaly")
    assert "made by A. Analyst" in told
    assert "in 64 draws of its 40 assumptions" in told
    assert "somebody whom the case does not name" in _told(large, author="")


def test_own_claims_are_told_from_quoted_ones_with_what_follows_of_each(large: Findings) -> None:
    told = " ".join(forward(large))
    assert "Eight claims are the speaker’s own (the author: 8)" in told
    assert "six claims are only quoted (Rutte as reported by the author: 2" in told
    own = [
        replace(found, claim=replace(found.claim, reported_by=""), verdict=replace(
            found.verdict, word="follows" if i < 2 else "depends"))
        for i, found in enumerate(large.claims)
    ]  # fmt: skip
    told = " ".join(forward(replace(large, claims=tuple(own))))
    assert "14 claims are the speakers’ own" in told
    assert "of which two follow." in told
    assert "quoted" not in told


def test_a_claim_that_the_record_decided_is_not_said_to_follow(large: Findings) -> None:
    decided = tuple(
        replace(found, claim=replace(found.claim, reported_by="", by="the author"), verdict=replace(
            found.verdict, word="settled" if i < 3 else "depends"))
        for i, found in enumerate(large.claims)
    )  # fmt: skip
    told = " ".join(forward(replace(large, claims=decided)))
    assert "of which none follows and three are decided by what was observed." in told


def test_a_claim_that_the_modeller_adds_is_no_claim_of_the_commentary(large: Findings) -> None:
    first, *others = large.claims
    mine = replace(first, claim=replace(first.claim, by="A. Analyst", reported_by=""))
    claims = (mine, *others)
    case = replace(large.case, author="A. Analyst", claims=tuple(f.claim for f in claims))
    told = " ".join(forward(replace(large, case=case, claims=claims)))
    assert told.startswith("13 claims of “Trump will put Putin to the test")
    assert ", and one that A. Analyst adds, were put to the test" in told
    assert "one claim is the modeller’s (A. Analyst: 1)" in told
    assert "A. Analyst: 1" not in told.split("the modeller’s")[0]
    # Who models his own commentary adds nothing to it.
    (source, *_) = case.sources
    alike = replace(case, sources=(replace(source, author="A. Analyst"),))
    assert " adds," not in " ".join(forward(replace(large, case=alike, claims=claims)))


def test_a_share_is_said_to_be_no_probability(large: Findings) -> None:
    assert "it is no probability that the claim is true" in " ".join(forward(large))


def test_the_surprise_is_the_probability_of_what_the_record_settles(large: Findings) -> None:
    certain = [o for o in large.case.observations if o.certain]
    record = large.reading.record
    assert record is not None
    sure = [moment for moment in large.reading.timeline if moment.certain]
    assert 0 < large.reading.timeline[-1].probability <= record <= sure[0].probability
    told = forward(large)[-1]
    assert f"gave a probability of {words.percent(record)}" in told
    assert f"({words.count(len(certain), 'observation')};" in told


@pytest.mark.parametrize("drop", ["all", "unsure"])
def test_a_case_without_a_record_says_so(large: Findings, drop: str) -> None:
    reading = replace(large.reading, record=None if drop == "all" else 0.25)
    told = forward(replace(large, reading=reading))[-1]
    assert ("records nothing of what happened" in told) is (drop == "all")
    assert ("25" in told) is (drop == "unsure")
