"""A case of a few moves in a folder of its own, with the text that it cites."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from lackmus.workbench.session import Session

SOURCE = "The first paragraph is short.\n\nThe second says that a refusal is likely, and why.\n"

CASE = f"""\
# The author's own remark.
title: A ceasefire offer
sources:
  memo: {{title: A memo, file: memo.txt, sha256: {hashlib.sha256(SOURCE.encode()).hexdigest()}}}
passages:
  likely: {{source: memo, paragraph: 2, chars: [52, 71]}}
actors:
  north: {{aims: {{settle: 0.2, outwait: rest}}}}
  south: {{name: The South}}
observers: [public]
assumptions:
  cost: {{value: 2, range: [0, 5], because: assumed}}  # by guess
  gain:
    value: 3
    range: [0, 6]
moves:
  - offer: {{by: south, options: [line, business]}}
  - answer:
      by: north
      if: offer = line
      options: [accept, refuse]
      seen by: [south]
stakes:
  north:
    - {{worth: 1, if: answer = accept and north.aim = settle}}
    - {{worth: 1, if: answer = refuse and north.aim = outwait}}
  south:
    - {{worth: gain, if: answer = accept}}
    - {{worth: -cost, if: answer = refuse}}
claims:
  c1_refused:
    by: the author
    says: the answer is refused
    cite: likely
    holds if: P(answer = refuse | offer = line) > 0.5
  c2_offered:
    says: the line is offered
    holds if: P(offer = line) > 0.3
observations:
  - {{saw: offer = line, date: 2025-08-15, says: the line was offered}}
"""


def lay(opened: Path) -> Path:
    """Makes a folder that has nothing but the case and, apart, its sources."""
    shutil.rmtree(opened, ignore_errors=True)
    (opened / "sources").mkdir(parents=True)
    (opened / "case.yaml").write_text(CASE, encoding="utf-8")
    (opened / "sources" / "memo.txt").write_text(SOURCE, encoding="utf-8")
    return opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a case and, apart, its sources; beside it, what is nobody's business."""
    (tmp_path / "secret.yaml").write_text("title: hunter2\n", encoding="utf-8")
    return lay(tmp_path / "open")


@pytest.fixture
def session(folder: Path) -> Session:
    """The case, opened with its sources."""
    return Session(str(folder), folder / "sources", draws=128)
