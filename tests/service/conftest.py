"""Texts to ask things of."""

from __future__ import annotations

import pytest

from lackmus.library.index import find
from lackmus.service.document import Document, read

TEXT = """\
title: A ceasefire offer
sources:
  memo: {title: A memo, published: 2025-08-10}
passages:
  p9: {source: memo, paragraph: 9, chars: [10, 20]}
actors:
  north: {aims: {settle: 0.2, outwait: rest}}
  south: {name: The South}
observers: [public]
assumptions:
  cost: {value: 2, range: [0, 5], says: what a failure costs, cite: p9, because: assumed}
moves:
  - offer: {by: south, options: [line, business], seen by: [north]}
  - answer:
      by: north
      if: offer = line
      options: [accept, refuse]
stakes:
  north:
    - {worth: 1, if: answer = accept and north.aim = settle}
    - {worth: 1, if: answer = refuse and north.aim = outwait}
  south:
    - worth: 3
      if: answer = accept
    - worth: -cost
      if: answer = refuse
claims:
  c1:
    by: the author
    says: the answer is refused
    cite: [p9, memo §3]
    holds if: P(answer = refuse | offer = line) > 0.5
"""


@pytest.fixture(scope="session")
def written() -> Document:
    """A small case, understood whole."""
    known = read(TEXT)
    assert known.sound, known.faults
    return known


@pytest.fixture(scope="session")
def alaska() -> str:
    """The text of the Alaska case."""
    return (find("alaska-2025") / "case.yaml").read_text(encoding="utf-8")
