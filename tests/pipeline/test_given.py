"""What is of the wrong kind is told in words that say what to give, and never as Python's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lackmus

BEER = "beer-quiche"

#: As one calls it whom no checker of types tells.
api: Any = lackmus


@pytest.fixture(scope="module")
def case() -> lackmus.Case:
    return lackmus.load(BEER)


@pytest.fixture(scope="module")
def game(case: lackmus.Case) -> lackmus.Game:
    return case.compile()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda: api.solve(api.load(BEER)), r"not a case(.|\n)*give case\.compile\(\)"),
        (lambda: api.solve(BEER), r"the text 'beer-quiche'(.|\n)*load\('beer-quiche'\)"),
        (lambda: api.solve("g.nfg"), r"give lackmus\.read_nfg\('g\.nfg'\)"),
        (lambda: api.solve(Path("g.efg")), r"give lackmus\.read_efg\('g\.efg'\)"),
        (lambda: api.solve(None), "a game is wanted, not None"),
        (lambda: api.correspondence(BEER, 3), "a game is wanted"),
        (lambda: api.fit_precision(BEER, {}), "a game is wanted"),
        (lambda: api.case_of_tree(api.load(BEER)), "a game is wanted, not a case"),
        (lambda: api.ask(BEER, "E(bully)"), "a solution is wanted, not the text"),
        (lambda: api.read(BEER, None), "a solution is wanted, not the text"),
        (lambda: api.tree(BEER), "a solution is wanted, not the text"),
        (lambda: api.tree(api.load(BEER)), "a solution is wanted, not a case"),
        (lambda: api.load(3), "a case, its path or its name is wanted, not the number 3"),
        (lambda: api.test(3), "a case, its path or its name is wanted, not the number 3"),
        (lambda: api.learn(None), "a case, its path or its name is wanted, not None"),
        (lambda: api.vary([], {}, "E(bully)"), "an object of the type list"),
        (lambda: api.derivatives(3), "a case, its path or its name is wanted"),
        (lambda: api.from_pygambit(3), "a pygambit.Game is wanted, not 3"),
        (lambda: api.from_pyspiel("kuhn_poker"), r"(?s)a pyspiel\.Game is wanted.*load_game"),
        (lambda: api.test(BEER, draw=10), r"no keyword 'draw'(.|\n)*mean 'draws'"),
        (lambda: api.test(BEER, draws="10"), "draws is a whole number, not the text '10'"),
        (lambda: api.learn(BEER, seeds=1), r"learn has no keyword 'seeds'(.|\n)*'seed'"),
        (lambda: api.forecast(BEER, desing="lhs"), "forecast has no keyword 'desing'"),
        (lambda: api.sweep_case(BEER, "x.parquet", titel=""), "sweep_case has no keyword"),
        (lambda: api.sweep_case(BEER, "x.parquet", title=""), "sweep_case has no keyword"),
    ],
)  # fmt: skip
def test_what_to_give_instead_is_told(wrong: Callable[[], Any], told: str) -> None:
    with pytest.raises(lackmus.UsageError, match=told):
        wrong()


@pytest.mark.parametrize(
    ("keywords", "told"),
    [
        ({"precision": "3"}, "a precision is a number, not the text '3'"),
        ({"precision": True}, "a precision is a number"),
        ({"every": True, "seconds": "10"}, "a budget in seconds is a number"),
    ],
)
def test_a_number_is_a_number(game: lackmus.Game, keywords: dict[str, Any], told: str) -> None:
    with pytest.raises(lackmus.UsageError, match=told):
        lackmus.solve(game, **keywords)


def test_numbers_of_numpy_are_numbers(game: lackmus.Game) -> None:
    there = lackmus.solve(game, precision=np.int64(3))  # type: ignore[arg-type]
    assert there.best.precision == 3.0


def test_a_case_may_be_named(case: lackmus.Case) -> None:
    named = lackmus.vary(BEER, {"precision": [1.0]}, "E(bully)")
    assert named.table == lackmus.vary(case, {"precision": [1.0]}, "E(bully)").table
    assert np.array_equal(
        lackmus.derivatives(BEER).margins,
        lackmus.derivatives(lackmus.CaseStudy(case)).margins,
        equal_nan=True,
    )


def test_a_precision_is_said_to_the_solver(case: lackmus.Case) -> None:
    with pytest.raises(lackmus.UsageError, match=r"(?s)no precision.*solve\(game, precision=2\)"):
        case.compile(precision=2)


def test_a_table_has_the_rows_that_it_has() -> None:
    findings = lackmus.test(BEER, draws=30, turns=False, probes=False)
    with pytest.raises(lackmus.UsageError, match=r"no rows 'claim'(.|\n)*'claims'"):
        findings.columns("claim")  # type: ignore[arg-type]
    assert set(findings.columns("claims")) > {"verdict"}
