"""Cases made wrong by chance: nothing but faults comes back, and what passes can be written."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from tests.examples import some

from lackmus.case.parse import parse_case
from lackmus.case.writer import write_case
from lackmus.foundation.errors import CaseError, Fault
from lackmus.foundation.spans import Span
from lackmus.testing import fuzzing
from lackmus.testing.fuzzing import ending, mutant

ROOT = Path(__file__).parents[2]
TEXTS = tuple(
    path.read_text("utf-8")
    for folder in ("src/lackmus/case/patterns", "src/lackmus/library")
    for path in sorted((ROOT / folder).rglob("*.yaml"))
)

#: Mutants of a fixed and of a changing seed.
MANY = some(150)
CHANGING = int.from_bytes(os.urandom(4), "big")


@pytest.mark.parametrize("first", [0, CHANGING], ids=["fixed", "changing"])
def test_accidents_end_in_faults_or_in_a_case(first: int) -> None:
    met: Counter[str] = Counter()
    for seed in range(first, first + MANY):
        end = ending(mutant(TEXTS, seed), limit=2_000)
        assert not end.wrong, f"seed {seed}: {end.kind}: {end.detail}"
        met[end.kind] += 1
    assert met["passes"] >= MANY // 20
    assert met["faults"] >= MANY // 4


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (CaseError([Fault("type", "nowhere")]), "placeless"),
        (CaseError([Fault("type", "far", Span("case.yaml", 99, 1, 2, "x"))]), "beyond"),
        (CaseError([Fault("type", "x" * 5000, Span("case.yaml", 1, 1, 2, "x"))]), "long"),
        (ValueError("a slip"), "raises"),
    ],
)
def test_what_must_not_be_is_seen(
    raised: Exception, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slip(*_: object) -> None:
        raise raised

    monkeypatch.setattr(fuzzing, "parse_case", slip)
    assert ending("title: x").kind == kind
    assert ending("title: x").wrong


def test_a_case_that_is_written_otherwise_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ending(TEXTS[0]).kind == "passes"
    other = write_case(parse_case(TEXTS[0], "x")).replace("title: ", "title: Re ")
    monkeypatch.setattr(fuzzing, "write_case", lambda _: other)
    assert ending(TEXTS[0]).kind == "changed"


@pytest.mark.parametrize("text", ["", "\n", "\ufeff", "a", "- 1", "{}", "title: x", "\x00", "é: é"])
def test_no_case_at_all(text: str) -> None:
    assert ending(text).kind == "faults"
