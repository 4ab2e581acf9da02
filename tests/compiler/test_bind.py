"""A move bound in a game that is compiled, against the case compiled with the move bound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple
from itertools import islice

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.compiler.test_against_reference import check_columns
from tests.examples import some

from lackmus.case import syntax
from lackmus.compiler.bind import bound
from lackmus.compiler.compile import Compiled, compile_case
from lackmus.foundation.errors import CaseError, UsageError
from lackmus.game.game import Game
from lackmus.library.index import cases as library
from lackmus.pipeline.loading import load
from lackmus.reading.weights import Weights
from lackmus.solvers.quantal_response.logit import solve_logit
from lackmus.testing.cases import cases
from lackmus.testing.classics import PENNIES, classic

CASES = [case.name for case in library()]


def moves(compiled: Compiled) -> Iterator[tuple[str, str, str, list[syntax.Name]]]:
    """Every option of every move with who makes it, and the names that `do` knows it by."""
    for variable in compiled.scope.variables.values():
        for by in dict.fromkeys(variable.by):
            names = [syntax.Name(variable.id)]
            if variable.block is not None and len(variable.by) > 1:
                rounds = compiled.env().rounds(variable.block)
                names = [syntax.Name(variable.id, index=r) for r in rounds]
                names = [n for n in names if variable.maker(n.index) == by]
            for option in variable.options:
                yield variable.id, by, option, names


def told(game: Game, precision: float) -> dict[bytes, tuple[float, ...]]:
    """By the histories, every player's payoff there and the probability in a quantal response."""
    check_columns(game)
    assert game.histories is not None
    reach = Weights.of(solve_logit(game, precision).best).reach
    numbers = np.vstack([game.payoffs, reach]).T.tolist()
    codes = game.histories.codes
    return {codes[:, t].tobytes(): tuple(row) for t, row in enumerate(numbers)}


def agree(compiled: Compiled, move: tuple[str, str, str, list[syntax.Name]], at: float) -> None:
    name, by, option, names = move
    do = [syntax.Intervention("set", one, syntax.Name(option)) for one in names]
    try:
        anew = compile_case(compiled.case, do=do, exact=False).game
    except CaseError:
        return
    cut = bound(compiled.game, name, by, option)
    assert cut.players == anew.players
    assert cut.payoffs.flags.c_contiguous  # as kernels are compiled for
    assert cut.histories is not None
    assert anew.histories is not None
    assert [*map(astuple, cut.histories.columns)] == [*map(astuple, anew.histories.columns)]
    found, expected = told(cut, at), told(anew, at)
    assert found.keys() == expected.keys()
    for history, numbers in expected.items():
        assert found[history] == pytest.approx(numbers, abs=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_a_bound_move_is_the_game_compiled_with_it(name: str) -> None:
    case = load(name)
    compiled = compile_case(case)
    # Of a large case some moves; smaller ones have the same constructs.
    for move in islice(moves(compiled), 0, None, 1 + compiled.game.n_terminals // 400):
        agree(compiled, move, min(float(case.precision.value), 2.0))


@settings(max_examples=some(40), deadline=None, suppress_health_check=list(HealthCheck))
@given(cases(claims=False, plain=True), st.data())
def test_random_cases(case: syntax.Case, data: st.DataObject) -> None:
    try:
        compiled = compile_case(case, limit=2000)
    except CaseError:
        assume(condition=False)
    every = list(moves(compiled))
    assume(every)
    agree(compiled, data.draw(st.sampled_from(every)), 1.0)


def test_names_and_views_are_those_of_what_is_left() -> None:
    game = compile_case(load("beer-quiche")).game
    cut = bound(game, "breakfast", "stranger", "beer")
    assert game.histories is not None
    assert list(cut.labels.actions)[:2] == ["beer", "beer"]
    left = {name: list(cut.actions_of(i)) for i, name in enumerate(cut.labels.infosets)}
    assert all("quiche" not in name for name in left)
    kept = [name for name in game.labels.infosets if "quiche" not in name]
    assert list(cut.labels.infosets) == kept


def test_a_game_without_histories_has_no_moves_by_name() -> None:
    with pytest.raises(UsageError, match="made from a case"):
        bound(classic(PENNIES), "answer", "north", "accept")
