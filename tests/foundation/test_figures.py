"""Shares, signs and payoffs as they are printed everywhere."""

from __future__ import annotations

import doctest

import pytest

from lackmus.case import text
from lackmus.foundation import figures, spans
from lackmus.foundation.figures import MINUS, change, payoff
from lackmus.solution import certificate


@pytest.mark.parametrize(
    "module", [figures, spans, text, certificate], ids=lambda module: module.__name__
)
def test_the_examples_are_right(module: object) -> None:
    tried = doctest.testmod(module)  # type: ignore[arg-type]  # a module
    assert tried.attempted > 0
    assert tried.failed == 0


@pytest.mark.parametrize("value", [-999_999.9, -1e6, -2.5, -3e-7, -1e20])
def test_what_is_negative_has_one_sign_of_its_own(value: float) -> None:
    for told in (payoff(value), change(value, ".4g")):
        assert told.startswith(MINUS)
        assert "-" not in told
    assert payoff(value) == MINUS + payoff(-value)
