"""How budgets are told, and precisions that overflow."""

from __future__ import annotations

import numpy as np
import pytest

from lackmus.game.nfg import parse_nfg
from lackmus.solvers.budget import Clock, OutOfTimeError
from lackmus.solvers.quantal_response.logit import solve_logit


def test_a_budget_is_told_as_it_was_given_and_its_rest_without_figures() -> None:
    with pytest.raises(OutOfTimeError, match=r"^the budget of 0\.25 s has ended$"):
        Clock(0.25, started=-1.0).check()
    with pytest.raises(OutOfTimeError, match=r"^the budget has ended$"):
        Clock(1e-9, started=-1.0).check()


@pytest.mark.filterwarnings("error")
def test_a_precision_that_overflows_is_told_and_no_warning() -> None:
    game = parse_nfg('NFG 1 R "pennies" { "r" "c" } { 2 2 } "" 9 0 0 1 0 1 1 0')
    with np.errstate(all="raise"):
        found = solve_logit(game, 1e308)
    assert found.ended_short
    assert "floating-point" in found.status.advice
