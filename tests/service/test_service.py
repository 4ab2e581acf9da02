"""Faults, completion, hover and places, in texts whole and broken."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Lark, Token, Tree
from tests.service.conftest import TEXT

from lackmus.library.index import find
from lackmus.service.completion import complete
from lackmus.service.cursor import cursor
from lackmus.service.document import Document, Home, faults, read
from lackmus.service.hover import hover
from lackmus.service.places import places


def behind(marker: str, text: str = TEXT) -> int:
    assert text.count(marker) >= 1, marker
    return text.index(marker) + len(marker)


# --- faults ---


def test_a_sound_text_has_no_errors(written: Document) -> None:
    assert [f for f in faults(written) if f.severity == "error"] == []


def test_all_faults_are_told_at_once_and_the_case_is_understood_all_the_same() -> None:
    text = TEXT.replace("worth: -cost", "worth: -costs").replace(
        "answer = accept", "answer = acept"
    )
    known = read(text)
    errors = [f for f in known.faults if f.severity == "error"]
    assert {"costs", "acept"} <= {word for f in errors for word in f.message.split("'")}
    assert any("did you mean 'cost'?" in f.hint for f in errors)
    assert known.case is not None
    assert known.case.claims


def test_a_draft_with_gaps_is_no_case_but_its_names_are_known() -> None:
    known = read(TEXT.replace("P(answer = refuse | offer = line) > 0.5", "TODO"))
    assert not known.sound
    assert [f.code for f in faults(known)] == ["gap"]
    assert places(known).of("passage", "p9")


@pytest.mark.parametrize(
    "text", ["", "title: x", "title: [", "a: b: c", "\t", "- 1", "x" * 100, "\x00"]
)
def test_what_is_no_case_has_a_fault_and_nothing_else(text: str) -> None:
    known = read(text)
    assert known.faults
    places(known)
    complete(known, len(text))
    hover(known, 0)


def test_of_a_text_that_is_edited_only_what_changed_is_parsed_anew(
    alaska: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = faults(read(alaska))
    parsed: list[str] = []
    parse = Lark.parse

    def counted(parser: Lark, text: str) -> Tree[Token]:
        parsed.append(text)
        return parse(parser, text)

    monkeypatch.setattr(Lark, "parse", counted)
    at = alaska.index("holds if: ") + len("holds if: ")
    edited = f"# A new line.\n{alaska[:at]}1 < 2 and {alaska[at:]}"
    after = faults(read(edited))
    assert len(parsed) == 1
    assert parsed[0].startswith("1 < 2 and ")
    lines = [fault.span.line for fault in before if fault.span]
    assert {line + 1 for line in lines} <= {fault.span.line for fault in after if fault.span}


def test_a_text_reads_no_file_outside_its_folder(tmp_path: Path) -> None:
    inner = tmp_path / "open"
    inner.mkdir()
    (tmp_path / "secret.yaml").write_text("password: hunter2\n", encoding="utf-8")
    home = Home(inner / "case.yaml", within=inner)
    for path in ("../secret.yaml", str(tmp_path / "secret.yaml")):
        known = read(f"extends: {path}\n", home)
        assert [f.code for f in known.faults] == ["outside"]
        assert "hunter2" not in str(known.faults)
    (inner / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    assert [f.code for f in read("extends: link.yaml\n", home).faults] == ["outside"]


def test_a_dissent_is_understood_on_top_of_what_it_extends(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(TEXT, encoding="utf-8")
    text = "title: A dissent\nextends: base.yaml\nassumptions:\n  cost: {value: 3, range: [0, 5]}\n"
    known = read(text, Home(tmp_path / "dissent.yaml", within=tmp_path))
    assert known.sound, known.faults
    assert known.case is not None
    assert known.case.assumptions[0].value == 3
    assert [part.id for part in places(known).parts] == ["cost"]


@pytest.mark.parametrize("name", ["beer-quich", "no-such-case", "/nowhere/case.yaml"])
def test_a_text_that_extends_what_is_not_there_has_a_fault_at_its_place(
    name: str, tmp_path: Path
) -> None:
    (fault,) = read(f"title: Mine\nextends: {name}\n", Home(tmp_path / "mine.yaml", find)).faults
    assert fault.code == "unknown-case"
    assert fault.span is not None
    assert (fault.span.line, fault.span.column) == (2, 10)
    assert bool(fault.hint)


# --- places ---


def test_names_lead_to_where_they_stand_and_back(written: Document) -> None:
    found = places(written)
    for place in found.names:
        word = TEXT[place.start : place.end]
        assert word in place.id, place
    refused = found.of("option", "answer=refuse")
    assert [p.part for p in refused] == [
        ("move", "answer"), ("stake", "north.stake2"), ("stake", "south.stake2"), ("claim", "c1"),
    ]  # fmt: skip
    assert [p.declared for p in refused] == [True, False, False, False]
    cost = found.at(behind("worth: -") + 1)
    assert cost is not None
    assert (cost.kind, cost.id, cost.declared) == ("assumption", "cost", False)


def test_passages_lead_to_what_rests_on_them(written: Document) -> None:
    found = places(written)
    resting = [p.part for p in found.of("passage", "p9") if not p.declared]
    assert resting == [("assumption", "cost"), ("claim", "c1")]
    assert [p.part for p in found.of("passage", "memo §3")] == [("claim", "c1")]


def test_parts_have_their_lines(written: Document) -> None:
    lines = TEXT.split("\n")
    parts = {(part.kind, part.id): part for part in places(written).parts}
    claim = parts["claim", "c1"]
    assert lines[claim.line - 1] == "  c1:"
    assert lines[claim.last - 1].strip().startswith("holds if")
    assert TEXT[claim.start : claim.end].startswith("c1:")
    assert TEXT[claim.start : claim.end].endswith("> 0.5")
    move = parts["move", "answer"]
    assert TEXT[move.start : move.end].endswith("[accept, refuse]")


def test_every_name_of_a_large_case_is_where_it_is_said_to_be(alaska: str) -> None:
    found = places(alaska)
    assert len(found.names) > 700
    for place in found.names:
        word = alaska[place.start : place.end]
        assert word == place.id.rpartition("=")[2] or word in place.id, place
    ids = {part.id for part in found.parts if part.kind == "claim"}
    assert "c01_no_agreement_signed" in ids
    assert len(ids) == 14


# --- completion ---


@pytest.mark.parametrize(
    ("marker", "wanted"),
    [
        ("holds if: P(answer = ", ["accept", "refuse"]),
        ("holds if: P(answer = ref", ["refuse"]),
        ("holds if: P(answer = refuse | off", ["offer"]),
        ("  - answer:\n      by: ", ["north", "south"]),
        ("seen by: [", ["north", "south", "public"]),
        ("  c1:\n    ", ["by", "reported by", "says"]),
        ("    cite: [", ["p9", "memo"]),
        ("    - {wor", ["worth"]),
        ("  - offer: {b", ["by"]),
        ("sources:\n  memo: {tit", ["title"]),
        ("    - worth: -co", ["cost"]),
    ],
)
def test_completion_knows_the_place_in_text_that_is_cut_short(
    written: Document, marker: str, wanted: list[str]
) -> None:
    at = behind(marker)
    broken = TEXT[:at]
    labels = [found.label for found in complete(broken, at, written)]
    assert labels[: len(wanted)] == wanted


def test_completion_replaces_what_was_typed(written: Document) -> None:
    at = behind("holds if: P(answer = ref")
    (found,) = complete(TEXT[:at], at, written)
    assert TEXT[found.start : at] == "ref"
    assert TEXT[: found.start] + found.insert == TEXT[: at - 3] + "refuse"


def test_keys_say_what_they_mean() -> None:
    found = {c.label: c for c in complete("claims:\n  x:\n    ", 16)}
    assert found["holds if"].detail.startswith("a comparison")
    assert found["holds if"].insert == "holds if: "


def test_queries_are_for_claims_alone(written: Document) -> None:
    at = behind("    - worth: ")
    assert "best" not in {c.label for c in complete(TEXT[:at], at, written)}
    at = behind("holds if: ")
    assert "best" in {c.label for c in complete(TEXT[:at], at, written)}


@given(st.integers(0, len(TEXT)), st.text("{}[]:,-# \n|>\"'aé", max_size=6))
def test_nothing_typed_anywhere_is_too_much(at: int, typed: str) -> None:
    text = TEXT[:at] + typed + TEXT[at:]
    last = read(TEXT)
    here = cursor(text, at + len(typed))
    assert 0 <= here.word <= at + len(typed)
    for found in complete(text, at + len(typed), last):
        assert found.start <= at + len(typed)
    hover(text, at, last)
    places(text)


# --- hover ---


def test_hover_tells_an_assumption_and_what_hangs_on_it(written: Document) -> None:
    found = hover(written, behind("worth: -") + 1)
    assert found is not None
    assert TEXT[found.start : found.end] == "cost"
    assert found.lines == (
        "cost = 2, uniform from 0 to 5",
        "what a failure costs",
        "because: assumed",
        "cites: memo §9, characters 10–20",
        "on it hang: stake south.stake2 (line 25)",
    )


@pytest.mark.parametrize(
    ("marker", "told"),
    [
        ("  - answ", "move answer by north: accept, refuse"),
        ("P(answer = ref", "refuse, an option of answer"),
        ("cite: [p9", "passage p9: memo §9, characters 10–20"),
        ("  sout", "actor south: The South"),
        ("holds i", "holds if: a comparison"),
    ],
)
def test_hover_tells_what_stands_there(written: Document, marker: str, told: str) -> None:
    found = hover(written, behind(marker))
    assert found is not None
    assert found.lines[0].startswith(told)


def test_hover_tells_of_names_while_the_text_is_broken(written: Document) -> None:
    broken = TEXT + "  c2: [\n"
    found = hover(broken, behind("worth: -") + 1, written)
    assert found is not None
    assert found.lines[0] == "cost = 2, uniform from 0 to 5"
