"""Precisions fitted to counts, against McKelvey and Palfrey (1998)."""

from __future__ import annotations

import math

import pytest

import lackmus

#: Games of the four-move centipede that ended at each move, and at the end.
ENDED = (20, 100, 104, 43, 14)


def counts() -> dict[str, dict[str, dict[str, int]]]:
    profile = lackmus.solve(lackmus.load("centipede").compile(), precision=1).best.profile
    found: dict[str, dict[str, dict[str, int]]] = {player: {} for player in profile}
    moves = [(p, infoset) for infoset in range(2) for p in profile]
    left = sum(ENDED)
    for (player, k), ended in zip(moves, ENDED[:-1], strict=True):
        infoset = list(profile[player])[k]
        left -= ended
        found[player][infoset] = dict(zip(("take", "pass"), (ended, left), strict=True))
    return found


def test_the_centipede_of_mckelvey_and_palfrey() -> None:
    fit = lackmus.fit_precision(lackmus.load("centipede").compile(), counts())
    assert fit.precision == pytest.approx(1.712, abs=5e-4)
    assert fit.log_likelihood == pytest.approx(-424.9, abs=0.05)
    assert fit.choices == 281 + 261 + 161 + 57
    assert 0.02 < fit.error < 0.3
    assert "1.712" in repr(fit)


def test_four_times_the_counts_halve_the_error() -> None:
    game = lackmus.load("centipede").compile()
    more = {
        player: {i: {a: 4 * n for a, n in row.items()} for i, row in rows.items()}
        for player, rows in counts().items()
    }
    once, again = lackmus.fit_precision(game, counts()), lackmus.fit_precision(game, more)
    assert again.precision == pytest.approx(once.precision, rel=1e-4)
    assert again.error == pytest.approx(once.error / 2, rel=1e-2)
    assert math.isfinite(once.error)


def test_the_interval_is_where_the_likelihood_falls_by_half_the_quantile() -> None:
    game = lackmus.load("centipede").compile()
    fit = lackmus.fit_precision(game, counts())
    low, high = fit.interval
    assert low < fit.precision < high
    # About twice the error to each side, so many choices were counted.
    assert high - low == pytest.approx(2 * 1.96 * fit.error, rel=0.05)
    assert fit.bounded_above


def beer(**taken: int) -> lackmus.PrecisionFit:
    game = lackmus.load("beer-quiche").compile()
    return lackmus.fit_precision(game, {"bully": {"duel: breakfast = beer": taken}})


def test_choices_against_all_advantage_put_the_fit_at_the_border() -> None:
    fit = beer(leave=1, fight=9)
    assert fit.precision == 0
    assert math.isnan(fit.error)
    assert fit.interval[0] == 0
    assert fit.log_likelihood == pytest.approx(10 * math.log(0.5))
    assert fit.bounded_above
    assert fit.interval[1] > 0.3
    profile = lackmus.solve(lackmus.load("beer-quiche").compile(), precision=fit.interval[1])
    at = profile["bully"]["duel: breakfast = beer"]
    there = math.log(at["leave"]) + 9 * math.log(at["fight"])
    assert fit.log_likelihood - there == pytest.approx(1.92, abs=0.01)
    assert str(fit).startswith("precision at the border 0 (95 % interval: up to ")
    assert "standard error" not in str(fit)


def test_choices_without_a_miss_bound_no_precision_above() -> None:
    fit = beer(leave=10)
    assert fit.precision == math.inf
    assert math.isnan(fit.error)
    assert not fit.bounded_above
    assert 0 < fit.interval[0] < 5
    assert fit.log_likelihood == pytest.approx(0, abs=1e-6)
    assert str(fit).startswith("precision not bounded above (95 % interval: from ")


def test_choices_that_are_as_likely_under_any_precision_tell_none() -> None:
    text = "title: T\nactors: {a: {}}\nmoves: [{m: {by: a, options: [x, y]}}]\n"
    game = lackmus.parse(text).compile()
    fit = lackmus.fit_precision(game, {"a": {"m": {"x": 3}}})
    assert math.isnan(fit.precision)
    assert fit.interval[0] == 0
    assert not fit.bounded_above
    assert "not told by the counts" in str(fit)


@pytest.mark.parametrize("wrong", [{}, {"nobody": {"x": {"y": 1}}}])
def test_what_cannot_be_counted_is_told(wrong: dict[str, dict[str, dict[str, int]]]) -> None:
    with pytest.raises(lackmus.UsageError, match="counts"):
        lackmus.fit_precision(lackmus.load("centipede").compile(), wrong)
