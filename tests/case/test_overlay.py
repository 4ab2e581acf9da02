"""Dissents: what they replace, add and leave."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from lackmus.case import syntax
from lackmus.case.parse import load_case, parse_case
from lackmus.case.text import expression_text
from lackmus.case.writer import write_case
from lackmus.foundation.errors import CaseError
from lackmus.pipeline.case_study import CaseStudy

BASE = """
title: Base
notes: why
actors:
  south: {name: South, aims: {peace: 0.5, deals: 0.5}}
  north: {}
assumptions:
  cost: {value: 2, range: [0, 5], says: what it costs}
  gain: {value: 1, range: [0, 2]}
moves:
  - offer: {by: south, options: [line, business]}
stakes:
  south:
    - {name: waiting, worth: -cost, if: offer = line}
    - {worth: gain, if: offer = business}
  north:
    - {name: trade, worth: 1, if: offer = business}
claims:
  c1: {says: first, holds if: P(offer = line) > 0.5}
dissents: [other.yaml]
comments: [one]
"""


def overlaid(tmp_path: Path, dissent: str, observations: str = "") -> syntax.Case:
    (tmp_path / "case.yaml").write_text(BASE, encoding="utf-8")
    if observations:
        (tmp_path / "observations.yaml").write_text(observations, encoding="utf-8")
    path = tmp_path / "other.yaml"
    path.write_text("extends: case.yaml\ntitle: Other\nby: a reader\n" + dissent, encoding="utf-8")
    return load_case(path)


def test_what_is_not_named_stays(tmp_path: Path) -> None:
    case = overlaid(tmp_path, "")
    assert case.title == "Other"
    assert case.name == "other"
    assert case.notes == "why"
    assert case.dissents == ()
    assert len(case.stakes) == 3
    assert case.comments == ("one",)


def test_another_question_leaves_what_belonged_to_the_old_one(tmp_path: Path) -> None:
    base = (
        "  c1: {says: first, for each: south.aim, reason: so, matters from: 0.1, "
        "holds if: P(offer = line) > 0.5}"
    )
    (tmp_path / "case.yaml").write_text(
        BASE.replace("  c1: {says: first, holds if: P(offer = line) > 0.5}", base), encoding="utf-8"
    )
    path = tmp_path / "other.yaml"
    path.write_text(
        "extends: case.yaml\ntitle: Other\nclaims: {c1: {holds if: P(offer = line) > 0.2}}\n",
        encoding="utf-8",
    )
    (claim,) = load_case(path).claims
    assert (claim.says, claim.for_each, claim.reason, claim.matters_from) == (
        "first",
        None,
        "",
        None,
    )
    path.write_text(
        "extends: case.yaml\ntitle: Other\nclaims: {c1: {says: again}}\n", encoding="utf-8"
    )
    (claim,) = load_case(path).claims
    assert claim.reason == "so"


def test_an_assumption_is_replaced_field_by_field(tmp_path: Path) -> None:
    case = overlaid(tmp_path, "assumptions: {cost: {value: 3}, more: {value: 1}}\n"
                    "stakes: {north: [{worth: more}]}")  # fmt: skip
    cost = next(a for a in case.assumptions if a.name == "cost")
    assert cost.value == 3
    assert cost.says == "what it costs"
    assert cost.distribution.low == 0
    assert cost.distribution.high == 5
    assert [a.name for a in case.assumptions] == ["cost", "gain", "more"]


def test_a_new_range_takes_the_old_one_away(tmp_path: Path) -> None:
    case = overlaid(tmp_path, "assumptions: {cost: {value: 3, distribution: {normal: [3, 1]}}}")
    spread = case.assumptions[0].distribution
    assert spread.shape == "normal"
    assert spread.low is None


def test_an_actors_aims_are_replaced_and_his_name_kept(tmp_path: Path) -> None:
    case = overlaid(tmp_path, "actors: {south: {aims: {peace: 0.8, deals: rest}}, west: {}}")
    assert case.actors[0].name == "South"
    assert case.actors[0].aims[0].probability == syntax.Number(Fraction(4, 5))
    assert [a.id for a in case.actors] == ["south", "north", "west"]


def test_stakes_are_replaced_by_name_dropped_and_added(tmp_path: Path) -> None:
    case = overlaid(tmp_path, "stakes:\n  south: [{name: waiting, worth: -9}, {worth: 7}]\n"
                    "  north: [{drop: trade}]\n")  # fmt: skip
    stakes = [
        (s.actor, expression_text(s.worth)) for s in case.stakes if isinstance(s, syntax.Stake)
    ]
    assert stakes == [("south", "-9"), ("south", "gain"), ("south", "7")]


def test_what_is_drawn_in_a_stake_keeps_its_name_where_another_is_dropped(tmp_path: Path) -> None:
    """The order and the number in place stand second and third; the one that is added, last."""
    own = (
        "  north:\n    - {name: first, worth: 1}\n    - {order: offer = line > offer = business}\n"
        "    - {worth: {value: 1, range: [0, 2]}}\n"
    )
    text = BASE.replace("  north:\n", own)
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "other.yaml").write_text(
        "extends: case.yaml\nstakes:\n  north:\n    - {drop: first}\n"
        "    - {worth: {value: 3, range: [0, 5]}}\n",
        encoding="utf-8",
    )
    old, new = (
        [a.name for a in CaseStudy(load_case(tmp_path / name)).assumptions if "north" in a.name]
        for name in ("case.yaml", "other.yaml")
    )
    assert old == ["north.stake3.worth", "north.stake2.step1"]
    assert new == ["north.stake3.worth", "north.stake5.worth", "north.stake2.step1"]
    merged = load_case(tmp_path / "other.yaml")
    assert parse_case(write_case(merged)) == merged


@pytest.mark.parametrize(
    ("dissent", "value", "shape", "ends"),
    [
        ("{value: 8}", 8, "loguniform", (1, 20)),
        ("{range: [2, 9]}", 4, "loguniform", (2, 9)),
        ("{value: 3, distribution: {normal: [3, 1]}, range: [1, 5]}", 3, "normal", (1, 5)),
        ("8", 8, "fixed", (8, 8)),
    ],
)
def test_the_precision_is_replaced_field_by_field(
    tmp_path: Path, dissent: str, value: int, shape: str, ends: tuple[int, int]
) -> None:
    base = "precision: {value: 4, range: [1, 20], distribution: loguniform, because: a study}\n"
    (tmp_path / "case.yaml").write_text(BASE + base, encoding="utf-8")
    path = tmp_path / "other.yaml"
    path.write_text(f"extends: case.yaml\nprecision: {dissent}\n", encoding="utf-8")
    found = load_case(path).precision
    assert found.value == value
    assert found.distribution.shape == shape
    assert [found.distribution.low, found.distribution.high] == list(ends)
    assert found.because == ("a study" if shape != "fixed" else "")


def test_claims_are_added_and_changed(tmp_path: Path) -> None:
    case = overlaid(tmp_path, "claims: {c1: {holds if: P(offer = line) > 0.9}, c2: "
                    "{holds if: P(offer = business) > 0.1}}")  # fmt: skip
    assert case.claim("c1").says == "first"
    assert "0.9" in expression_text(case.claim("c1").holds_if)
    assert [c.id for c in case.claims] == ["c1", "c2"]


def test_moves_are_replaced_as_a_whole(tmp_path: Path) -> None:
    case = overlaid(tmp_path, "moves: [{offer: {by: north, options: [line, business]}}]")
    assert isinstance(case.moves[0], syntax.Move)
    assert case.moves[0].by == ("north",)


def test_observations_beside_the_case_hold_for_its_dissents(tmp_path: Path) -> None:
    seen = "observations: [{saw: offer = line, date: 2025-08-15}]"
    assert len(overlaid(tmp_path, "", seen).observations) == 1
    assert len(load_case(tmp_path).observations) == 1


def test_a_dissent_of_a_dissent(tmp_path: Path) -> None:
    overlaid(tmp_path, "assumptions: {cost: {value: 3}}")
    third = tmp_path / "third.yaml"
    third.write_text("extends: other.yaml\nassumptions: {gain: {value: 2}}", encoding="utf-8")
    case = load_case(third)
    assert [a.value for a in case.assumptions] == [3, 2]


def test_faults_stand_in_the_file_that_has_them(tmp_path: Path) -> None:
    with pytest.raises(CaseError) as caught:
        overlaid(tmp_path, "stakes: {south: [{name: waiting, worth: -cots}]}")
    assert str(caught.value.faults[0].span).startswith(str(tmp_path / "other.yaml"))
    with pytest.raises(CaseError) as caught:
        overlaid(tmp_path, "moves: [{offer: {by: south, options: [line, trade]}}]")
    assert str(caught.value.faults[0].span).startswith(str(tmp_path / "case.yaml"))


def test_a_typo_in_what_only_a_dissent_has_is_answered_with_it(tmp_path: Path) -> None:
    with pytest.raises(CaseError) as caught:
        overlaid(tmp_path, "becuase: I differ")
    assert [fault.hint for fault in caught.value.faults] == ["did you mean 'because'?"]


def test_a_case_that_is_looked_up_by_name(tmp_path: Path) -> None:
    home = tmp_path / "library"
    home.mkdir()
    (home / "case.yaml").write_text(BASE, encoding="utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text("extends: base\ntitle: Mine", encoding="utf-8")
    case = load_case(path, lambda name: home if name == "base" else tmp_path / name)
    assert case.title == "Mine"


SHAPED = {
    "pert": "distribution: pert, range: [0, 10]",
    "normal": "distribution: {normal: [2, 1]}, range: [0, 10]",
    "own ends": "distribution: {triangular: [0, 2, 10]}",
    "choice": "distribution: {choice: [1, 2, 4]}",
    "plain": "range: [0, 10]",
}


@pytest.mark.parametrize(
    ("base", "change", "shape", "low", "high"),
    [
        ("pert", "range: [1, 9]", "pert", 1, 9),
        ("normal", "range: [1, 9]", "normal", 1, 9),
        ("own ends", "range: [1, 9]", "uniform", 1, 9),
        ("own ends", "distribution: {pert: [1, 2, 3]}", "pert", 1, 3),
        ("choice", "range: [1, 9]", "uniform", 1, 9),
        ("plain", "distribution: triangular", "triangular", 0, 10),
        ("pert", "distribution: {normal: [2, 1]}, range: [1, 9]", "normal", 1, 9),
        ("pert", "distribution: {uniform: [1, 3]}", "uniform", 1, 3),
        ("pert", "value: 3", "pert", 0, 10),
    ],
)
def test_new_ends_take_the_place_of_old_ones_and_the_shape_stays(
    tmp_path: Path, base: str, change: str, shape: str, low: int, high: int
) -> None:
    text = BASE.replace("cost: {value: 2, range: [0, 5]", f"cost: {{value: 2, {SHAPED[base]}")
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    dissent = tmp_path / "other.yaml"
    dissent.write_text(
        f"extends: case.yaml\nassumptions: {{cost: {{{change}}}}}\n", encoding="utf-8"
    )
    drawn = next(a for a in load_case(dissent).assumptions if a.name == "cost").distribution
    assert drawn.shape == shape
    assert (drawn.low, drawn.high) == (Fraction(low), Fraction(high))


BESIDE = "sources: {diary: {title: A diary}}\nobservations: [{saw: offer = line, cite: diary §1}]\n"


def test_sources_beside_the_case_are_the_case_s_too(tmp_path: Path) -> None:
    case = overlaid(tmp_path, "", BESIDE)
    assert [source.id for source in case.sources] == ["diary"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("notes: none\n", "has no field 'notes'"),
        ("lackmus: 99\n", "version 99 of the language is not known"),
    ],
)
def test_what_a_file_of_observations_cannot_hold_is_told(
    tmp_path: Path, more: str, told: str
) -> None:
    with pytest.raises(CaseError, match=told):
        overlaid(tmp_path, "", more + BESIDE)


def test_a_source_is_listed_once(tmp_path: Path) -> None:
    text = f"{BASE}sources: {{diary: {{title: Another}}}}\n"
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "observations.yaml").write_text(BESIDE, encoding="utf-8")
    with pytest.raises(CaseError, match="lists a source 'diary' already"):
        load_case(tmp_path)


def test_five_dissents_may_stand_on_each_other_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "0.yaml").write_text(BASE, encoding="utf-8")
    for number in range(1, 7):
        text = f"title: T{number}\nextends: {number - 1}.yaml\n"
        (tmp_path / f"{number}.yaml").write_text(text, encoding="utf-8")
    assert load_case(tmp_path / "5.yaml").title == "T5"
    with pytest.raises(CaseError, match="more than 5 dissents on top of each other"):
        load_case(tmp_path / "6.yaml")


def test_a_dissent_that_extends_nothing_is_refused(tmp_path: Path) -> None:
    """Else it would extend the folder that it lies in."""
    (tmp_path / "case.yaml").write_text(BASE, "utf-8")
    (tmp_path / "other.yaml").write_text("extends:\ntitle: Another\n", "utf-8")
    with pytest.raises(CaseError, match="'extends' names no case"):
        load_case(tmp_path / "other.yaml")


def test_observations_as_a_list_are_told_how_the_file_begins(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(BASE, "utf-8")
    (tmp_path / "observations.yaml").write_text("- {saw: offer = line}\n", "utf-8")
    with pytest.raises(CaseError, match=r"begins with a list(.|\n)*a line 'observations:'"):
        load_case(tmp_path)
