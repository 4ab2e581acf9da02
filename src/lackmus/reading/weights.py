"""Probabilities of the terminal histories of one solved game, summed in the open or in logs."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lackmus.foundation.arrays import Bools, Floats
from lackmus.foundation.errors import UsageError
from lackmus.foundation.tolerances import IN_LOGS, UNDERFLOW
from lackmus.game.game import NOT_MADE, Game, Histories
from lackmus.reading.answer import entropy
from lackmus.solution.reach import log_sum, node_reach, summed
from lackmus.solution.solution import Assessment

Places: TypeAlias = NDArray[np.int64]


class Weights:
    """Probabilities of the terminal histories of one solved game, ready to be summed."""

    def __init__(self, game: Game, strategy: Floats, logs: Floats | None = None) -> None:
        """Prepares the sums.

        Args:
            game: The game; it has histories.
            strategy: Probability of each action; shape (A + C,).
            logs: Their logarithms, where those are known of what is too small for a float.
        """
        if game.histories is None:
            raise UsageError("a reading needs a game made from a case")
        self.game = game
        self.histories: Histories = game.histories
        self.reach = node_reach(game, strategy)[game.terminal]
        with np.errstate(divide="ignore"):
            logs = np.log(strategy) if logs is None else logs
        self.log_reach = summed(game, logs)[game.terminal]
        self._given: dict[bytes, Narrowed] = {}

    @classmethod
    def of(cls, assessment: Assessment) -> Weights:
        """Those of an assessment; of a quantal response, with what is too small for a float."""
        return cls(assessment.game, assessment.strategy, log_strategy(assessment))

    def given(self, given: Bools) -> Narrowed:
        """The histories narrowed down to those given, worked out once."""
        key = given.tobytes()
        if key not in self._given:
            self._given[key] = Narrowed(np.where(given, self.log_reach, -np.inf))
        return self._given[key]

    def log_probability(self, given: Bools) -> float:
        """Logarithm of the probability of what is given; -inf where it is impossible."""
        return self.given(given).log_probability

    def conditional(self, given: Bools) -> Floats:
        """P(terminal | given), which must be possible; shape (Z,)."""
        return self.given(given).shares

    def hidden(self) -> list[int]:
        """Columns that are aims or facts with more than one value."""
        return [
            i
            for i, column in enumerate(self.histories.columns)
            if column.kind in ("aim", "fact") and len(column.options) > 1
        ]

    def masks(self, column: int) -> Bools:
        """A mask per option of a column; shape (options, Z)."""
        size = len(self.histories.columns[column].options)
        return np.asarray(self.histories.codes[column] == np.arange(size)[:, None])

    def shares(self, column: int, given: Bools) -> dict[str, float]:
        """P(option | given) of a column; `given` must be possible."""
        parts = np.minimum(self.masks(column) @ self.conditional(given), 1.0)
        return dict(zip(self.histories.columns[column].options, parts.tolist(), strict=True))

    def beliefs(self, given: Bools) -> dict[str, dict[str, float]]:
        """P(value | given) of all aims and facts; empty where `given` is impossible."""
        if self.log_probability(given) == -math.inf:
            return {}
        columns = self.histories.columns
        return {columns[i].name: self.shares(i, given) for i in self.hidden()}

    def joint(self, about: int, of: Places, given: Bools) -> Floats:
        """P(value of `about`, class in `of` | given); `of` has a class per terminal, from 0 on.

        Shape (values, classes).
        """
        reach, size = self.conditional(given), int(of.max(initial=-1)) + 1
        return np.array([np.bincount(of, reach * mask, size) for mask in self.masks(about)])

    def seen_by(self, viewer: str) -> Places:
        """A class per terminal for all that a viewer has seen by the end; shape (Z,)."""
        keys = np.zeros(self.game.n_terminals, np.int64)
        for column, codes in zip(self.histories.columns, self.histories.codes, strict=True):
            if column.last:
                continue
            if viewer in column.seen_by:
                part = codes.astype(np.int64) + 1
            elif viewer in column.noticed_by:
                part = (codes != NOT_MADE).astype(np.int64)
            else:
                continue
            mixed = keys * (len(column.options) + 1) + part
            keys = np.unique(mixed, return_inverse=True)[1].astype(np.int64)
        return keys


class Narrowed:
    """What is known of histories of given log probabilities, -inf of those that are ruled out."""

    def __init__(self, logs: Floats) -> None:
        self._logs = logs
        self._top = float(logs.max(initial=-np.inf))
        base = self._top if self._top > -np.inf else 0.0
        self._scaled = np.exp(logs - base)
        total = float(self._scaled.sum())
        self.log_probability = base + math.log(total) if total > 0.0 else -math.inf
        with np.errstate(invalid="ignore", divide="ignore"):
            self.shares = self._scaled / total

    def log_masses(self, masks: Bools) -> Floats:
        """Logarithm of the probability of each mask; -inf where it is impossible; (masks,)."""
        sums = masks.astype(np.float64) @ self._scaled
        with np.errstate(divide="ignore"):
            found = np.asarray(self._top + np.log(sums))
        for k in np.flatnonzero(sums < UNDERFLOW):
            found[k] = log_sum(np.where(masks[k], self._logs, -np.inf))
        return found


def log_strategy(assessment: Assessment) -> Floats:
    """Logarithms of the probabilities of actions; shape (A + C,)."""
    game, strategy = assessment.game, assessment.strategy
    return quantal_logs(game, strategy, assessment.action_values, assessment.precision)


def quantal_logs(
    game: Game, strategy: Floats, action_values: Floats, precision: float | None
) -> Floats:
    """Logarithms of the probabilities of actions; shape (A + C,).

    A quantal response gives each action of an infoset the logarithm λ·EU(action) less that of the
    sum over the infoset, also where the probability itself is no float.

    Args:
        game: The game.
        strategy: Probability of each action; shape (A + C,).
        action_values: Expected payoff of each personal action to its mover; shape (A,).
        precision: λ; None where the profile is no quantal response.
    """
    with np.errstate(divide="ignore"):
        logs = np.log(strategy)
    if precision is None or not np.isfinite(action_values).all():
        return logs
    small = strategy[: game.n_actions] < IN_LOGS
    scores = precision * action_values
    sets = game.action_infoset[: game.n_actions]
    best = np.full(game.n_infosets, -np.inf)
    np.maximum.at(best, sets, scores)
    sums = np.bincount(sets, np.exp(scores - best[sets]), game.n_infosets)
    told = scores - best[sets] - np.log(sums)[sets]
    logs[: game.n_actions] = np.where(small, told, logs[: game.n_actions])
    return logs


def information(joint: Floats) -> tuple[float, float]:
    """Mutual information in bits and expected total variation of a joint distribution."""
    about, of = joint.sum(axis=1), joint.sum(axis=0)
    bits = float(entropy(about) + entropy(of) - entropy(joint.reshape(-1)))
    shift = float(np.abs(joint - about[:, None] * of[None, :]).sum() / 2)
    return max(0.0, bits), shift
