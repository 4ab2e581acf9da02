"""Bargaining trees of any size, built straight as columns.

Both sides have a hidden type. In each round the first makes one of three offers, which both see,
and the second accepts, refuses or delays; refusal and delay lead to the next round. A tree of R
rounds has 2 · 6^R (1 + …) terminals: 36, 228, 1,380, 8,292, 49,764, 298,596, 1,791,588, …
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import numpy as np

from lackmus.game.game import Game, Labels

OFFERS = np.array([1.0, 4.0, 7.0])
DISCOUNT = 0.8


def bargaining(rounds: int, seed: int = 1) -> Game:
    """The tree of so many rounds, with payoffs jittered by `seed` so that none are equal."""
    builder = _Builder(rounds)
    rng = np.random.default_rng(seed)
    payoffs = builder.payoffs + 0.01 * rng.normal(size=builder.payoffs.shape)
    n_sets, widths = builder.n_sets + 2, np.concatenate([np.full(builder.n_sets, 3), [2, 2]])
    mover = np.concatenate([builder.mover, [-1, -1]])
    first_action = np.concatenate([[0], np.cumsum(widths)])
    every = int(first_action[-1])
    return Game(
        title=f"bargaining-{rounds}",
        players=("A", "B"),
        infoset=np.concatenate(builder.infoset),
        first_child=np.concatenate(builder.first_child),
        level=np.cumsum([0] + [len(x) for x in builder.infoset]),
        infoset_player=mover,
        first_action=first_action,
        terminal=np.concatenate(builder.terminal),
        chance=np.array([0.5, 0.5, 0.2, 0.8]),
        payoffs=payoffs,
        labels=Labels(_Numbers(n_sets), _Numbers(every)),
    )


class _Numbers(Sequence[str]):
    """A lazy sequence of labels."""

    def __init__(self, n: int) -> None:
        self.n = n

    def __len__(self) -> int:
        return self.n

    @overload
    def __getitem__(self, i: int) -> str: ...
    @overload
    def __getitem__(self, i: slice) -> list[str]: ...
    def __getitem__(self, i: int | slice) -> str | list[str]:
        ids = range(self.n)[i]
        return str(ids) if isinstance(ids, int) else [str(x) for x in ids]


class _Builder:
    """Levels, one after the other; the nodes of a level carry types and public history."""

    def __init__(self, rounds: int) -> None:
        self.n_sets = sum(2 * 6**r + 6 * 6**r for r in range(rounds))
        self.infoset = [np.array([self.n_sets]), np.full(2, self.n_sets + 1)]
        self.first_child = [np.array([1]), np.array([3, 5])]
        self.terminal: list[np.ndarray] = []
        self.mover = np.empty(self.n_sets, np.int32)
        self.begin, self.sets = 3, 0
        rows: list[np.ndarray] = []
        a, b = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
        history = np.zeros(4, np.int64)
        for r in range(rounds):
            publics = 6**r
            self._level(2 * history + a, 2 * publics, 0)
            a, b, history = (np.repeat(x, 3) for x in (a, b, history))
            offer = np.tile(np.arange(3), len(a) // 3)
            history = 3 * history + offer
            self._level(2 * history + b, 6 * publics, 1)
            answers = np.tile(np.arange(3), len(a))
            a, b, history, offer = (np.repeat(x, 3) for x in (a, b, history, offer))
            over = (answers == 0) | (r == rounds - 1)
            ends = self.begin + np.flatnonzero(over)
            self.terminal.append(ends)
            rows.append(_payoffs(a, b, offer, answers, r)[:, over])
            keep = ~over
            self._pending = over
            a, b = a[keep], b[keep]
            history = 2 * history[keep] + (answers[keep] - 1)
        last = np.full(int(self._pending.sum()), -1)
        self.infoset.append(last)
        self.first_child.append(last)
        self.payoffs = np.concatenate(rows, axis=1)

    _pending = np.zeros(4, bool)

    def _level(self, inner: np.ndarray, sets: int, player: int) -> None:
        over = self._pending
        infoset = np.full(len(over), -1)
        infoset[~over] = self.sets + inner
        first_child = np.full(len(over), -1)
        after = self.begin + len(over)
        first_child[~over] = after + 3 * np.arange(len(inner))
        self.infoset.append(infoset)
        self.first_child.append(first_child)
        self.mover[self.sets : self.sets + sets] = player
        self.sets += sets
        self.begin = after
        self._pending = np.zeros(3 * len(inner), bool)


def _payoffs(
    a: np.ndarray, b: np.ndarray, offer: np.ndarray, answer: np.ndarray, r: int
) -> np.ndarray:
    worth = DISCOUNT**r
    agreed = answer == 0
    first = np.where(agreed, worth * (OFFERS[offer] - 1.5 * a), -3.0 + a - 0.3 * (answer == 2))
    second = np.where(agreed, worth * (5.0 - OFFERS[offer] + 3.0 * b), -1.0 - 3.0 * b)
    return np.stack([first, second - 0.2 * r])
