"""What a dissent changes is told, whatever it changes."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from lackmus.case import syntax
from lackmus.case.differing import differences
from lackmus.case.parse import load_case, parse_case
from lackmus.case.spoken import called

BASE = """
title: Base
author: an analyst
actors:
  south: {name: South, aims: {peace: 0.5, deals: rest}}
  north: {aims: {settle: 0.4, outwait: rest}}
observers: [public]
facts:
  winter: {values: {hard: 0.3, mild: rest}}
assumptions:
  cost: {value: 2, range: [0, 5]}
  gain: {value: 1, range: [0, 2]}
correlations:
  - {between: [cost, gain], rho: 0.4}
moves:
  - offer: {by: south, options: [line, business]}
  - rounds: {name: term, count: 2, moves: [{hold: {by: north, options: [on, off]}}]}
events:
  deal: offer = line
stakes:
  south:
    - {name: waiting, worth: -cost, if: offer = line}
    - {worth: gain, if: offer = business}
  north:
    - {name: trade, worth: 1, if: hold = on}
claims:
  c1: {says: first, observer: public, holds if: P(offer = line) > 0.5}
observations:
  - {saw: offer = line, date: 2024-01-02}
"""


def changed(tmp_path: Path, over: str) -> list[str]:
    (tmp_path / "case.yaml").write_text(BASE, encoding="utf-8")
    path = tmp_path / "other.yaml"
    path.write_text(f"extends: case.yaml\n{over}", encoding="utf-8")
    return list(differences(parse_case(BASE), load_case(path)))


def test_a_case_differs_from_itself_in_nothing(tmp_path: Path) -> None:
    assert changed(tmp_path, "title: The same") == []


@pytest.mark.parametrize(
    ("over", "told"),
    [
        ("actors: {south: {aims: {peace: 0.9, deals: rest}}}",
         "South has an aim of its own: “peace” with probability 0.9 or “deals” with probability "
         "0.1. Only South knows it. Before: South has an aim of its own: “peace” with "
         "probability 0.5 or “deals” with probability 0.5. Only South knows it."),
        ("actors: {south: {known to: [north]}}",
         "South and North know it. Before: South has"),
        ("actors: {west: {}}\nstakes: {west: [{worth: 1, if: offer = line}]}",
         "New: West hides no aim."),
        ("observers: [public, court]",
         "New: The court sees what is shown to it, and does not move."),
        ("facts: {winter: {known to: [north]}}",
         "Only North knows it. Before: Winter is"),
        ("joint aims: [{over: [south.aim, north.aim], chances: {peace & settle: 0.4, peace & "
         "outwait: 0.1, deals & settle: 0, deals & outwait: rest}}]",
         "New: South’s aim and North’s aim hang together: “peace” and “settle” with"),
        ("correlations: [{between: [cost, gain], rho: -0.2}]",
         "The rank correlation of cost and gain is −0.2. Before: The rank correlation of cost and "
         "gain is 0.4."),
        ("moves: [{offer: {by: south, options: [line, business], seen by: []}}, {rounds: {name: "
         "term, count: 2, moves: [{hold: {by: north, options: [on, off]}}]}}]",
         "Offer: South chooses “line” or “business”. Nobody but South sees it."),
        ("moves: [{offer: {by: south, options: [line, business]}}, {rounds: {name: term, count: 3, "
         "moves: [{hold: {by: north, options: [on, off]}}]}}]",
         "Term: the following happens in up to 3 rounds. Before: Term: the following happens in up "
         "to 2 rounds."),
        ("moves: [{rounds: {name: term, count: 2, moves: [{hold: {by: north, options: [on, off]}}"
         "]}}, {offer: {by: south, options: [line, business]}}]",
         "The order of the moves: in rounds (hold), offer. Before: The order of the moves: offer, "
         "in rounds (hold)."),
        ("events: {deal: offer = business}",
         "deal: holds if offer is “business”. Before: deal: holds if offer is “line”."),
        ("stakes: {south: [{drop: waiting}]}",
         "Left out: South’s stake, waiting: -cost (−2), if offer is “line”."),
        ("stakes: {south: [{name: waiting, worth: -1, if: offer = line}]}",
         "South’s stake, waiting: −1, if offer is “line”. Before: South’s stake, waiting: -cost"),
        ("stakes: {south: [{worth: 7, if: offer = line}]}",
         "New: South’s stake, 7, if offer is “line”."),
        ("claims: {c1: {holds if: P(offer = line) > 0.9}}",
         "Asked otherwise is c1: First. Holds if the probability that offer is “line” is more than "
         "0.9."),
        ("observations: [{saw: hold = on, date: 2024-01-03}]",
         "New: In the record: 3 January 2024, hold is “on”."),
    ],
)  # fmt: skip
def test_every_change_is_told(tmp_path: Path, over: str, told: str) -> None:
    (tmp_path / "case.yaml").write_text(BASE, encoding="utf-8")
    found = changed(tmp_path, over)
    assert any(told in line for line in found), found


def test_no_section_of_a_case_is_forgotten() -> None:
    """What a dissent may change and nobody is told of here is told elsewhere in the report."""
    told = {"actors", "observers", "facts", "joint_aims", "correlations", "moves", "stakes",
            "events", "claims", "observations"}  # fmt: skip
    elsewhere = {"assumptions", "precision", "title", "author", "summary", "notes", "comments",
                 "statements", "sources", "asked", "dissents", "known_answer", "name",
                 "digest"}  # fmt: skip
    assert {field.name for field in fields(syntax.Case)} == told | elsewhere


@pytest.mark.parametrize(
    ("over", "name"),
    [
        ("title: Another view", "Another view"),
        ("by: a dove", "a dove"),
        ("comments: [no title and no author of its own]", "other"),
    ],
)
def test_a_dissent_without_a_title_is_called_by_its_author_or_file(
    tmp_path: Path, over: str, name: str
) -> None:
    changed(tmp_path, over)
    assert called(load_case(tmp_path / "other.yaml"), parse_case(BASE)) == name


@pytest.mark.parametrize(
    ("over", "notes"),
    [
        ("because: costs are lower", "costs are lower"),
        ("because: costs are lower\nnotes: and more", "costs are lower\n\nand more"),
        ("notes: and more", "and more"),
    ],
)
def test_why_somebody_dissents_is_kept(tmp_path: Path, over: str, notes: str) -> None:
    changed(tmp_path, over)
    assert load_case(tmp_path / "other.yaml").notes == notes
