"""What a joined question is measured in."""

from __future__ import annotations

import numpy as np

from lackmus.game import questions as q
from lackmus.game.units import Unit, unit_of

EVERYWHERE = np.ones(2, np.bool_)


def above(value: q.Value, other: q.Value) -> q.Truth:
    return q.Comparison(">", value, other)


def payoff(variant: int, player: int) -> q.Value:
    return q.Payoff(variant, player, EVERYWHERE)


def test_one_players_payoff_is_one_unit_whatever_the_rules() -> None:
    plain = above(payoff(0, 1), q.Constant(0.0))
    changed = above(payoff(2, 1), payoff(0, 1))
    assert unit_of(q.Joined("and", (plain, changed))) == Unit("payoff", frozenset({(0, 1), (2, 1)}))


def test_payoffs_of_two_players_and_a_probability_are_not() -> None:
    one, other = above(payoff(0, 0), q.Constant(0.0)), above(payoff(0, 1), q.Constant(0.0))
    likely = above(q.Likelihood(0, EVERYWHERE, EVERYWHERE), q.Constant(0.5))
    assert unit_of(q.Joined("and", (one, other))) == Unit("mixed")
    assert unit_of(q.Joined("or", (one, likely))) == Unit("mixed")
    assert unit_of(q.Joined("or", (likely, likely))) == Unit("probability")


def test_what_compares_unlike_quantities_shares_its_unit_with_nothing() -> None:
    likely = q.Likelihood(0, EVERYWHERE, EVERYWHERE)
    unlike = above(likely, payoff(0, 0))
    assert unit_of(unlike) == Unit("unlike")
    assert unit_of(q.Joined("and", (unlike, unlike))) == Unit("mixed")
    ratio = above(q.Arithmetic("/", (likely, likely)), q.Constant(2.0))
    assert unit_of(q.Joined("and", (ratio, ratio))) == Unit("number")
