"""Every case of the library from the literature against its known answer."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lackmus.case.parse import load_case
from lackmus.foundation.tolerances import REGRET
from lackmus.library.index import Entry, cases, find
from lackmus.testing.asking import ask

SEQUENTIAL = ("limit", "perfect-bayesian", "backward-induction")
STANDINGS = ("published", "derived", "computed")
ENUMERATES = ("perfect-bayesian", "extreme-nash", "backward-induction")


@dataclass(frozen=True)
class Record:
    """A known answer; see the head of answers.toml."""

    case: str
    method: str
    standing: str
    source: str
    answers: Mapping[str, str | Sequence[str]]
    among: str = "only"
    precision: float | None = None
    tolerance: float = 1e-6

    @property
    def interval(self) -> np.ndarray:
        """Low and high end of each answer; shape (2, answers)."""
        ends = [
            (Fraction(a), Fraction(a)) if isinstance(a, str) else (Fraction(a[0]), Fraction(a[1]))
            for a in self.answers.values()
        ]
        slack = np.array([[-self.tolerance], [self.tolerance]])
        return np.asarray(np.array(ends, np.float64).T + slack)


def _records() -> list[Record]:
    file = Path(__file__).with_name("answers.toml")
    entries: list[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))["record"]
    return [Record(**entry) for entry in entries]


RECORDS = _records()
LITERATURE = [entry for entry in cases() if entry.group != "commentary"]


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: f"{r.case}-{r.method}-{r.among}")
def test_known_answer(record: Record) -> None:
    case = load_case(find(record.case))
    replies = ask(
        case, list(record.answers), method=record.method, precision=record.precision, seconds=60
    )
    assert replies.regret <= REGRET, "no equilibrium, so that its numbers mean nothing"
    if record.method in SEQUENTIAL:
        assert replies.sequential
    low, high = record.interval
    fits = (replies.numbers >= low) & (replies.numbers <= high)
    if record.among == "only":
        assert len(replies.numbers) == 1
        assert fits.all(), replies.numbers
        return
    assert replies.complete, "the list of equilibria is not proven complete"
    if record.among == "some":
        assert fits.all(axis=1).any(), replies.numbers
    else:
        assert len(replies.numbers) >= 1
        assert fits.all(), replies.numbers


def test_every_case_from_the_literature_has_an_answer() -> None:
    assert {record.case for record in RECORDS} == {entry.name for entry in LITERATURE}


@pytest.mark.parametrize("entry", LITERATURE, ids=lambda e: e.name)
def test_a_known_answer_says_what_is_published_and_what_is_derived(entry: Entry) -> None:
    """Each of its paragraphs begins with one of the three words, and no record has another."""
    paragraphs = load_case(entry.path).known_answer.strip().split("\n\n")
    said = {paragraph.split(":")[0].lower() for paragraph in paragraphs}
    used = {record.standing for record in RECORDS if record.case == entry.name}
    assert said <= set(STANDINGS)
    assert "published" in said
    assert used <= said


def test_answers_lie_in_no_empty_interval() -> None:
    for record in RECORDS:
        low, high = record.interval
        assert (low < high).all(), record.case
        assert record.method in (*ENUMERATES, "limit", "logit", "zero-sum-lp"), record.case
        assert record.among == "only" or record.method in ENUMERATES, record.case
