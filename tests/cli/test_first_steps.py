"""What a newcomer meets: nothing to test, nothing to learn, words half typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, TypeAlias

import pytest

import lackmus
from lackmus.cli import completion
from lackmus.cli.commands.files import schema_names
from lackmus.cli.tables.reading import print_reading
from lackmus.pipeline.readings import read_case

Ended: TypeAlias = Callable[..., CompletedProcess[bytes]]

BARE = """\
title: A standoff
actors:
  a: {aims: {x: share, y: rest}}
observers: [public]
assumptions:
  share: {value: 0.4, range: [0, 1], because: assumed}
moves:
  - m: {by: a, options: [l, r]}
stakes:
  a:
    - {worth: 1.5, if: m = l and a.aim = x}
"""
CLAIM = """\
claims:
  c:
    by: B
    observer: publc
    holds if: P(a.aim = x | m = l) > P(a.aim = x) and I(a.aim; m) > 0
"""


def test_that_there_is_nothing_to_test_is_said(ended: Ended, tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(BARE, encoding="utf-8")
    done = ended("test", tmp_path, "--draws", "20")
    told = done.stdout.decode()
    assert done.returncode == 0
    assert "makes no claims" in told
    assert "holds in" not in told


def test_no_table_without_a_row(ended: Ended) -> None:
    told = ended("read", "beer-quiche", "--observe", "breakfast=quiche").stdout.decode()
    assert "What each observation would say" not in told
    assert "No further observation would say anything to speak of." in told
    told = ended("read", "beer-quiche").stdout.decode()
    assert "What each observation would say" in told


OPEN = """title: Nothing is hidden
actors: {north: {}}
moves: [{answer: {by: north, options: [accept, refuse]}}]
stakes: {north: [{worth: 1, if: answer = accept}]}
"""


def test_of_a_case_without_hidden_aims_that_is_said(ended: Ended, tmp_path: Path) -> None:
    case = tmp_path / "open.yaml"
    case.write_text(OPEN, "utf-8")
    told = ended("read", case, "--observe", "answer=refuse").stdout.decode()
    assert "nothing is hidden in this case" in told
    assert "before" not in told


def test_what_a_reading_leaves_out_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    found = read_case(lackmus.load("sanctions-hidden-hand"), probes=False)
    print_reading(found)
    told = capsys.readouterr().out
    shown = sum(
        bool(re.search(rf"^{i.move} = {i.option} +{re.escape(i.about)} ", told, re.MULTILINE))
        for i in found.indicators
    )
    left = re.search(r"^(\d+) further rows? would say less, or next to nothing", told, re.M)
    assert left is not None
    assert 0 < shown == len(found.indicators) - int(left[1])


def test_tests_are_said_to_be_of_the_beginning_where_something_was_observed(ended: Ended) -> None:
    later = ended("read", "india-tariffs-2025", "--observe", "tariff=india_alone").stdout.decode()
    assert "\nTests from the game's beginning: what binding" in later
    assert "\nTests: what binding" in ended("read", "india-tariffs-2025").stdout.decode()


def test_an_unknown_observer_is_told_of_once() -> None:
    with pytest.raises(lackmus.CaseError) as caught:
        lackmus.parse(BARE + CLAIM)
    assert [fault.message for fault in caught.value.faults] == ["no actor or observer 'publc'"]
    own = CLAIM.replace("    observer: publc\n", "").replace("P(a", "P[publc](a", 1)
    with pytest.raises(lackmus.CaseError, match="no observer 'publc'"):
        lackmus.parse(BARE + own)


@pytest.mark.parametrize(
    "call",
    [
        lambda case: case.compile(share=1.2),
        lambda case: lackmus.vary(case, {"share": [0.5, 1.2]}, "E(a)"),
    ],
    ids=["compile", "vary"],
)
def test_a_value_that_makes_no_game_is_the_arguments_fault(call: Callable[[Any], Any]) -> None:
    with pytest.raises(lackmus.UsageError, match=r"at share = 1\.2: .*negative probability") as e:
        call(lackmus.parse(BARE))
    assert e.value.faults[0].span is None


def test_an_option_is_no_number_but_may_be_compared() -> None:
    solution = lackmus.solve(lackmus.parse(BARE).compile(), precision=3)
    with pytest.raises(lackmus.UsageError, match=r"(?s)option of 'm' and no number.*… = l"):
        lackmus.ask(solution, "likeliest(m)")
    assert lackmus.ask(solution, "likeliest(m) = l") == "holds"


def test_schemas_are_completed_and_listed_in_the_help(ended: Ended) -> None:
    assert completion.schemas("c") == ["case", "cases", "check"]
    told = " ".join(ended("schema", "--help").stdout.decode().split())
    assert f"Names: {', '.join(schema_names())}." in told


def test_viewers_and_what_may_be_seen_are_completed() -> None:
    assert completion.viewers("beer-quiche", "") == ["stranger", "bully"]
    assert completion.seen("beer-quiche", "br") == ["breakfast=beer", "breakfast=quiche"]
    assert completion.seen("beer-quiche", "stranger") == []  # an aim is not seen
    assert completion.seen("nowhere", "") == completion.viewers("nowhere", "") == []


def test_only_files_of_cases_are_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "case.yaml").write_text(BARE, encoding="utf-8")
    (tmp_path / "dissent.yaml").write_text("extends: case.yaml\n", encoding="utf-8")
    (tmp_path / "compose.yaml").write_text("services:\n  web: {image: x}\n", encoding="utf-8")
    (tmp_path / "game.efg").write_text("EFG 2 R", encoding="utf-8")
    assert completion.dissents("case.yaml", "") == ["all", "case.yaml", "dissent.yaml"]
    assert [n for n in completion.games("") if "." in n] == [
        "case.yaml", "dissent.yaml", "game.efg",
    ]  # fmt: skip
