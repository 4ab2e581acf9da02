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


@pytest.mark.parametrize("wrong", [{}, {"nobody": {"x": {"y": 1}}}])
def test_what_cannot_be_counted_is_told(wrong: dict[str, dict[str, dict[str, int]]]) -> None:
    with pytest.raises(lackmus.UsageError, match="counts"):
        lackmus.fit_precision(lackmus.load("centipede").compile(), wrong)
