"""What a draft lacks: values that begin with TODO."""

from __future__ import annotations

import pickle

import pytest

from lackmus.case.gaps import DraftError
from lackmus.case.parse import parse_case

CASE = """\
lackmus: 1
title: A standoff
sources: {memo: {title: A memo}}
passages: {p1: {source: memo, paragraph: 2, chars: [3, 9]}}
actors:
  south: {aims: {peace: 0.5, deals: rest}}
  north: {}
moves:
  - offer: {by: south, options: [yes_, no_]}
stakes:
  south: [{worth: 1, if: offer = yes_}]
claims:
  c01: {by: memo, cite: p1, holds if: QUESTION}
"""


def error_of(text: str) -> DraftError:
    with pytest.raises(DraftError) as caught:
        parse_case(text)
    return caught.value


def test_a_gap_is_told_with_its_place_and_passage() -> None:
    error = error_of(CASE.replace("QUESTION", "TODO a comparison"))
    (gap,) = error.gaps
    assert (gap.part, gap.key, gap.asks, gap.span.line) == (
        "claim c01",
        "holds if",
        "a comparison",
        13,
    )
    assert gap.places == ("memo §2, characters 3–9",)
    assert [fault.code for fault in error.faults] == ["gap"]
    assert "characters 3–9" in error.faults[0].message
    assert error.faults[0].hint


def test_filled_gaps_make_a_case() -> None:
    assert parse_case(CASE.replace("QUESTION", "P(offer = yes_) > 0.5")).claims


@pytest.mark.parametrize("text", ["A standoff", '"TODO as a title"', "TODOS in the city"])
def test_what_only_looks_like_a_gap_is_none(text: str) -> None:
    filled = CASE.replace("QUESTION", "P(offer = yes_) > 0.5").replace("A standoff", text)
    assert parse_case(filled).title == text.strip('"')


def test_whole_sections_may_be_gaps_and_other_faults_are_told_too() -> None:
    text = CASE.replace("QUESTION", "TODO").replace("cite: p1", "cite: p1, speaker: x")
    text = text[: text.index("stakes:")] + "stakes: TODO\n" + text[text.index("claims:") :]
    error = error_of(text)
    assert [gap.key for gap in error.gaps] == ["stakes", "holds if"]
    assert [fault.code for fault in error.faults if fault.code != "gap"] == ["unknown-field"]
    assert error.case.sources


def test_what_a_draft_lacks_is_told_by_another_process_as_well() -> None:
    with pytest.raises(DraftError) as told:
        parse_case("title: TODO a title\nactors: {a: {}}\nmoves: [{m: {by: a, options: [x, y]}}]\n")
    there = pickle.loads(pickle.dumps(told.value))  # noqa: S301 - ours
    assert str(there) == str(told.value)
    assert (there.faults, there.case, there.gaps) == (
        told.value.faults, told.value.case, told.value.gaps
    )  # fmt: skip
