"""YAML within bounds of size and time, its places those of the text."""

from __future__ import annotations

import contextlib
import time

import pytest

from lackmus.case.yaml_reader import Mapping, Scalar, read_yaml
from lackmus.foundation.errors import CaseError

LARGE = {
    "keys": "\n".join(f"k{i}: {i}" for i in range(60_000)),
    "items": "a:\n" + "\n".join(f"- {i}" for i in range(120_000)),
    "brackets": "a: " + "[" * 100_000,
    "braces": "a: " + "{a: " * 100_000,
    "quotes": 'a: "' + "x" * 1_900_000,
    "words": "a: " + "x y " * 490_000,
    "quoted words": 'a: "' + "x y " * 490_000 + '"',
    "folded": "a: >\n" + "  word word word\n" * 110_000,
    "comments": "# x\n" * 490_000 + "a: b",
    "blanks": "a:" + "\n" * 1_900_000 + " b",
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE.keys())
def test_large_texts_are_read_or_refused_in_time(text: str) -> None:
    began = time.process_time()
    with contextlib.suppress(CaseError):
        read_yaml(text, "case.yaml")
    assert time.process_time() - began < 5  # a second a megabyte, and some for a slow machine


def test_places_are_those_of_the_text() -> None:
    text = "größe: [ä𝄞, b,\n  'c d', e]\nlast: x"
    node = read_yaml(text, "x")
    assert isinstance(node, Mapping)
    lines = text.split("\n")

    def check(at: object) -> None:
        if isinstance(at, Scalar):
            span = at.span
            raw = lines[span.line - 1][span.column - 1 : span.end - 1]
            assert raw.strip("'") == at.text
        elif isinstance(at, Mapping):
            for pair in at.entries:
                for part in pair:
                    check(part)
        else:
            for item in getattr(at, "items", ()):
                check(item)

    check(node)


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("a: [b, c", "1:8", "closing bracket"), ("a: {b: c\n\n\n", "1:8", "closing bracket"),
        ("a: 'x", "1:5", "within quotes"), ("a: @x", "1:4", "begin with this character"),
        ("a:\n\t- b", "2:1", "a tab"), ("a: [b, , c]", "1:8", "a value is missing"),
        ('a: "x\\q"', "1:6", "backslash"), ("a:\n - b\n c: d", "3:2", "indentation"),
        ("a: 'it's'", "1:8", "quotation mark"), ('a:\n  b: "c" d', "2:10", "quotation mark"),
        ("a: b: c", "1:5", "colon"), ("a: b\u2028c", "1:5", "U+2028"),
        ("a: b\ufeffc", "1:5", "U+FEFF"),
    ],
)  # fmt: skip
def test_faults_have_a_place_within_the_text(text: str, place: str, told: str) -> None:
    with pytest.raises(CaseError) as caught:
        read_yaml(text, "x")
    (fault,) = caught.value.faults
    assert str(fault.span) == f"x:{place}"
    assert told in fault.message
