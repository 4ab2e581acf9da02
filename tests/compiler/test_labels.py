"""Names of infosets and actions, listed at once or made one by one."""

from __future__ import annotations

import pytest

from lackmus.case.parse import parse_case
from lackmus.compiler import labels
from lackmus.compiler.compile import compile_case

CASE = """
title: Names
actors: {x: {}, y: {}, z: {}}
moves:
  - a: {by: x, options: [l, m, r], seen by: [y]}
  - b: {by: y, if: a != r, options: {u: , d: {if: a = l}}, seen by: [x], noticed by: [z]}
  - coin: {chance: {h: 0.25 if b = u else 0.5, t: rest}, if: made(b), seen by: [x]}
  - c: {by: z, options: [p, q]}
stakes: {x: [{worth: 1, if: c = p}]}
"""


@pytest.mark.parametrize("listed_below", [100_000, 0], ids=["listed", "one by one"])
def test_an_infoset_is_named_by_its_move_and_what_is_seen(
    listed_below: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two chances, since what `h` has hangs on `b`; `z` knows of `b` only whether it was made."""
    monkeypatch.setattr(labels, "_EAGER", listed_below)
    game = compile_case(parse_case(CASE)).game
    names, actions = game.labels.infosets, game.labels.actions
    assert list(names) == [
        "a", "b: a = l", "b: a = m", "c: no b", "c: b made", "coin (1)", "coin (2)"
    ]  # fmt: skip
    assert list(actions) == ["l", "m", "r", "u", "d", "u", *"pqpqhtht"]
    assert [[actions[i] for i in game.actions_of(k)] for k in range(game.n_infosets)] == [
        ["l", "m", "r"], ["u", "d"], ["u"], ["p", "q"], ["p", "q"]
    ]  # fmt: skip
    assert (names[-1], actions[-1], actions[2:5]) == ("coin (2)", "t", ["r", "u", "d"])
    for beyond in (7, -8):
        with pytest.raises(IndexError):
            names[beyond]


def test_neither_chance_nor_what_follows_the_end_has_a_number() -> None:
    game = compile_case(parse_case(CASE)).game
    assert game.infoset_player.tolist() == [0, 1, 1, 2, 2, -1, -1]
    assert (game.first_child[game.terminal] == -1).all()
    assert game.first_child.max() == len(game.infoset) - 2  # the last `c` has two options
