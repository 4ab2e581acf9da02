"""Passages found by their words."""

from __future__ import annotations

import time
from typing import Literal
from unicodedata import normalize

import pytest

from lackmus.case.quoting import passages_of


def test_words_that_stand_in_many_places_take_no_longer_for_many_paragraphs() -> None:
    text = "one two\n\n" * 5_000
    began = time.process_time()
    found = passages_of("memo", text, "two")
    assert time.process_time() - began < 5
    assert [passage.paragraph for passage in found] == list(range(1, 5_001))


def test_words_across_paragraphs_are_in_none() -> None:
    (found,) = passages_of("memo", "one\n\ntwo", "one two")
    assert found.paragraph is None


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("asked", ["NFC", "NFD"])
def test_words_are_found_however_their_letters_are_composed(
    form: Literal["NFC", "NFD"], asked: Literal["NFC", "NFD"]
) -> None:
    text = normalize(form, "Er möchte\nÖl. Sagt Musí.")
    (found,) = passages_of("memo", text, normalize(asked, "möchte Öl"))
    assert text[found.start : found.end] == normalize(form, "möchte\nÖl")
    assert passages_of("memo", text, "Musi") == []
