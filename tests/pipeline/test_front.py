"""One public case: built, parsed or loaded, it is of one type and compiles itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import lackmus

MOVES = lackmus.MoveList().move("answer", "north", ["accept", "refuse"])


def built() -> lackmus.Case:
    return (
        lackmus.CaseBuilder("An offer", author="A. Analyst")
        .source("memo", title="A memo")
        .passage("p3", "memo", paragraph=3, chars=(10, 20))
        .actor("north", aims={"settle": "1/3", "outwait": "rest"}, cite=["p3"])
        .moves(MOVES)
        .order("north", "answer = refuse > answer = accept", when="north.aim = outwait")
        .claim("c", "P(answer = refuse) > 0.5", matters_from="0.02", reason="a coin's toss")
        .statement("s", "a minister", "it will be refused", bears_on=["c"], date="2025-08-10")
        .observation("answer = refuse", cite=["memo §1"])
        .dissent("other.yaml")
        .known_answer("It is refused.")
        .comment("A remark.")
        .build("an-offer")
    )


def test_built_parsed_and_loaded_cases_are_the_same(tmp_path: Path) -> None:
    case = built()
    path = tmp_path / "an-offer.yaml"
    path.write_text(case.to_yaml(), encoding="utf-8")
    assert lackmus.parse(case.to_yaml()) == case
    assert lackmus.load(path) == case
    assert case.compile().n_terminals == 4
    assert case.statements[0].bears_on == ("c",)
    assert case.dissents == ("other.yaml",)
    assert case.known_answer == "It is refused."
    assert case.comments == ("A remark.",)


def test_pytest_does_not_take_the_function_for_a_test(tmp_path: Path) -> None:
    (tmp_path / "test_own.py").write_text("from lackmus import test\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == int(pytest.ExitCode.NO_TESTS_COLLECTED), done.stdout


def test_a_dissent_may_be_a_path(tmp_path: Path) -> None:
    path = tmp_path / "an-offer.yaml"
    path.write_text(built().to_yaml(), encoding="utf-8")
    other = tmp_path / "other.yaml"
    other.write_text("extends: an-offer.yaml\ntitle: As another sees it\n", encoding="utf-8")
    found = lackmus.test(path, draws=4, dissents=[other, str(other)], turns=False, probes=False)
    assert [one.case.title for one in found.dissents] == ["As another sees it"] * 2
    for one in (found, *found.dissents):
        assert type(one.case) is lackmus.Case


def test_a_case_by_its_name_is_the_one_that_is_loaded() -> None:
    case = lackmus.load("beer-quiche")
    assert lackmus.load(case) is case
    found = lackmus.test("beer-quiche", draws=4, turns=False, probes=False)
    assert type(found.case) is lackmus.Case
    assert found.case == case
