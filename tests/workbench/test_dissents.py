"""Dissents beside the case: the same draws, on top of the text that is open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.workbench.conftest import CASE

from lackmus.case.parse import load_case
from lackmus.pipeline.trial import Effort, put_to_test
from lackmus.workbench.session import Session

TEXT = CASE + "dissents: [harder.yaml]\n"

DISSENT = """\
extends: case.yaml
title: It costs more
assumptions:
  cost: {value: 4, range: [3, 5], because: as they say}
"""


@pytest.fixture
def disputed(folder: Path) -> Session:
    (folder / "case.yaml").write_text(TEXT, encoding="utf-8")
    (folder / "harder.yaml").write_text(DISSENT, encoding="utf-8")
    return Session(str(folder), draws=128)


def columns(session: Session, text: str = TEXT, **supposed: Any) -> list[dict[str, Any]]:
    return list(session.dissents(text, supposed, lambda: True))


def test_a_dissent_is_swept_over_the_draws_of_the_report(disputed: Session, folder: Path) -> None:
    *first, last = columns(disputed)
    assert [column["done"] for column in (*first, last)] == [64, 128]
    assert last["title"] == "It costs more"
    effort = Effort(draws=128, turns=False, probes=False)
    findings = put_to_test(load_case(folder / "harder.yaml"), effort=effort)
    for said in last["verdicts"]:
        verdict = findings[said["claim"]].verdict
        assert said["word"] == verdict.word
        assert said["at"] == (None if verdict.share is None else 100 * verdict.share)


def test_it_lies_on_the_text_that_is_open(disputed: Session) -> None:
    """Not on what stands on the disk; what it says itself goes before the text."""
    changed = TEXT.replace("P(offer = line) > 0.3", "P(offer = line) < 2")
    words = {c["id"]: c["word"] for c in columns(disputed, changed)[-1]["claims"]}
    assert words["c2_offered"] == "holds"
    assert {c["id"]: c["word"] for c in columns(disputed)[-1]["claims"]}["c2_offered"] == "fails"
    dearer = TEXT.replace("cost: {value: 2,", "cost: {value: 0,")
    assert columns(disputed, dearer)[-1]["claims"] == columns(disputed)[-1]["claims"]


def test_what_is_supposed_counts_as_far_as_it_is_shared(disputed: Session) -> None:
    before, after = columns(disputed)[-1], columns(disputed, values={"gain": 6.0})[-1]
    assert after["supposed"] == {"values": {"gain": 6.0}}
    assert before["verdicts"] != after["verdicts"]


def test_one_with_faults_says_so_and_is_read_again_when_mended(
    disputed: Session, folder: Path
) -> None:
    (folder / "harder.yaml").write_text(DISSENT.replace("value: 4", "value: ["), encoding="utf-8")
    (column,) = columns(disputed)
    assert column["error"]
    (folder / "harder.yaml").write_text(DISSENT, encoding="utf-8")
    assert columns(disputed)[-1]["done"] == 128


def test_nobody_waits_for_it_any_more(disputed: Session) -> None:
    assert list(disputed.dissents(TEXT, {}, lambda: False)) == []
