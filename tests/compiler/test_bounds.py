"""Cases that are refused before a history is made: what is counted by hand, and what is not."""

from __future__ import annotations

import pytest

from lackmus.case.parse import parse_case
from lackmus.case.scope import scope_of
from lackmus.compiler.bounds import MOST_HISTORIES, refuse_too_large
from lackmus.compiler.compile import compile_case
from lackmus.compiler.stages import Rules
from lackmus.foundation.errors import CaseError, UsageError

#: Twice two options, and two more in each of two rounds: sixteen histories.
TEXT = """\
title: Sixteen
actors: {a: {}, b: {}}
moves:
  - v: {by: a, options: [l, r]}
  - w: {by: b, options: [l, r]}
  - rounds:
      name: t
      count: 2
      moves:
        - z: {by: b, options: [l, r]}
"""
NONE = Rules({}, frozenset())


def refuse(text: str, limit: int, rules: Rules = NONE) -> None:
    case = parse_case(text)
    refuse_too_large(case, scope_of(case), rounds={"t": 2}, rules=rules, limit=limit)


def test_histories_of_moves_that_are_always_made_are_counted() -> None:
    refuse(TEXT, 16)
    with pytest.raises(CaseError, match="at least 16 histories, and 15 is the limit") as caught:
        refuse(TEXT, 15)
    (fault,) = caught.value.faults
    assert fault.span is not None
    assert fault.span.line == 10  # the move that goes beyond
    with pytest.raises(CaseError) as caught:
        refuse(TEXT, 3)
    (fault,) = caught.value.faults
    assert fault.span is not None
    assert fault.span.line == 5  # the first that does


@pytest.mark.parametrize(
    ("right", "thinned"),
    [
        ("w: {by: b, ", "w: {by: b, if: v = l, "),
        ("w: {by: b, options: [l, r]}", "w: {by: b, options: {l: , r: {if: v = l}}}"),
        ("w: {by: b, options: [l, r]}", "w: {chance: {l: 0.5, r: 0.5}}"),
    ],
)
def test_what_conditions_or_chance_may_thin_out_is_not_counted(right: str, thinned: str) -> None:
    refuse(TEXT.replace(right, thinned), 8)
    with pytest.raises(CaseError, match="at least 8 histories"):
        refuse(TEXT.replace(right, thinned), 7)


def test_rounds_that_may_end_early_are_not_counted() -> None:
    refuse(TEXT.replace("      count: 2\n", "      count: 2\n      ends if: z = l\n"), 4)


@pytest.mark.parametrize(
    ("rules", "count"),
    [
        (Rules({"w": "l"}, frozenset()), 8),
        (Rules({"z[2]": "l"}, frozenset()), 4),
        (Rules({}, frozenset({"b"})), 2),
    ],
)
def test_what_the_rules_change_is_not_counted(rules: Rules, count: int) -> None:
    refuse(TEXT, count, rules)
    with pytest.raises(CaseError, match=f"at least {count} histories"):
        refuse(TEXT, count - 1, rules)


def test_the_environment_sets_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    case = parse_case(TEXT)
    monkeypatch.setenv(MOST_HISTORIES, "15")
    with pytest.raises(CaseError, match=rf"15 is the limit[\s\S]*{MOST_HISTORIES}="):
        compile_case(case)
    monkeypatch.setenv(MOST_HISTORIES, "16")
    assert compile_case(case).game.n_terminals == 16
    for wrong in ("0", "-1", "many", "1e6", "9" * 5000):
        monkeypatch.setenv(MOST_HISTORIES, wrong)
        with pytest.raises(UsageError, match="no number of histories"):
            compile_case(case)


def test_a_table_that_grows_too_large_says_how_large_it_may_be() -> None:
    ending = TEXT.replace("count: 2", "count: 200\n      ends if: z = r")
    with pytest.raises(CaseError, match=r"grows too large at 'z\[.*are the limit") as caught:
        compile_case(parse_case(ending), limit=2000)
    assert MOST_HISTORIES in str(caught.value)
