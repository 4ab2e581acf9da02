"""Who wrote a case, from what size on a difference matters, and why a claim is asked as it is."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from lackmus.case.parse import load_case, parse_case
from lackmus.case.words import words_text
from lackmus.case.writer import write_case
from lackmus.foundation.errors import CaseError

TEXT = """\
title: An offer
author: A. Analyst
actors: {north: {aims: {settle: 0.3, outwait: rest}}}
moves:
  - answer: {by: north, options: [accept, refuse]}
claims:
  open:
    holds if: P(answer = accept) > P(answer = refuse)
    matters from: 1/20
    reason: less than that nobody would notice
"""


def test_they_are_kept_and_read_back_in_words() -> None:
    case = parse_case(TEXT)
    assert case.author == "A. Analyst"
    assert case.claim("open").matters_from == Fraction(1, 20)
    assert case.claim("open").reason == "less than that nobody would notice"
    assert parse_case(write_case(case)) == case
    words = " ".join(words_text(case).split())
    assert "Written by A. Analyst." in words
    assert "Differences count from 0.05 on." in words
    assert "because: less than that nobody would notice." in words


def test_unsaid_is_not_zero() -> None:
    assert parse_case(TEXT.replace("    matters from: 1/20\n", "")).claims[0].matters_from is None
    zero = parse_case(TEXT.replace("1/20", "0"))
    assert zero.claims[0].matters_from == 0
    assert parse_case(write_case(zero)) == zero


def test_less_than_nothing_is_a_fault() -> None:
    with pytest.raises(CaseError, match="cannot matter from less than nothing") as caught:
        parse_case(TEXT.replace("1/20", "-1/20"))
    assert caught.value.faults[0].span is not None


def test_who_dissents_is_the_author_of_the_dissent(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(TEXT, encoding="utf-8")
    dissent = tmp_path / "other.yaml"
    dissent.write_text("extends: case.yaml\nby: B. Doubter\n", encoding="utf-8")
    assert load_case(dissent).author == "B. Doubter"
