"""How a story is played: the fixed point of the logit AQRE, by damped iteration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.meaning.story import Story

Floats = NDArray[np.float64]

CLOSE = 1e-12
"""Error of the fixed point, in log probability, at which iteration ends."""


class NoPlayError(Exception):
    """The plain iteration does not get there: the precision is too sharp for it."""


@dataclass(frozen=True, eq=False)
class Play:
    """A strategy in a story and what follows from it.

    Attributes:
        story: What is played.
        strategy: Probability of each action.
        weights: Probability of each ending.
        payoffs: Per actor, the payoff at each ending.
        values: EU(a | infoset) of each action.
    """

    story: Story
    strategy: Floats
    weights: Floats
    payoffs: dict[str, Floats]
    values: Floats


class Stage:
    """A story laid out as arrays, to be played with any strategy."""

    def __init__(self, story: Story) -> None:
        self.story = story
        endings, size = story.endings, story.n_actions
        self.payoffs = {
            actor: np.array([float(ending.payoffs[actor]) for ending in endings])
            for actor in story.actors
        }
        self.passes = np.zeros((size, len(endings)))
        for row, ending in enumerate(endings):
            self.passes[list(ending.actions), row] = 1
        self.chance = np.array([float(ending.chance) for ending in endings])
        orders = np.array([ending.order for ending in endings])
        self.regular = orders == 0
        self.home = np.array(
            [place for place, infoset in enumerate(story.infosets) for _ in infoset.labels],
            dtype=int,
        )
        self.mine = np.array(
            [self.payoffs[story.infosets[place].mover] for place in self.home]
        ).reshape(size, len(endings))
        likely = np.where(self.passes > 0, orders, np.iinfo(int).max)
        self.counts = np.where(likely == likely.min(axis=1, keepdims=True), self.passes, 0.0)
        self.firsts = np.array([infoset.first for infoset in story.infosets], dtype=int)

    def reach(self, logs: Floats) -> Floats:
        """Weight of each ending, those behind chances of 0 by their finite part."""
        product: Floats = self.chance * np.exp(logs @ self.passes)
        return product

    def values(self, logs: Floats) -> Floats:
        """EU(a | infoset) of each action."""
        weighted = self.counts * self.reach(logs)
        means: Floats = (weighted * self.mine).sum(axis=1) / weighted.sum(axis=1)
        return means

    def answer(self, precision: float, values: Floats) -> Floats:
        """Log probabilities of logit choice at these values."""
        if not values.size:
            return values
        scores = precision * values
        scores = scores - np.maximum.reduceat(scores, self.firsts)[self.home]
        logs: Floats = scores - np.log(np.add.reduceat(np.exp(scores), self.firsts))[self.home]
        return logs

    def error(self, precision: float, strategy: Floats) -> float:
        """Largest distance of log p(a) from λ EU(a | infoset), up to a constant an infoset."""
        if not strategy.size:
            return 0.0
        logs = np.log(strategy)
        return float(np.abs(logs - self.answer(precision, self.values(logs))).max())

    def play(self, strategy: Floats) -> Play:
        """What follows from a strategy."""
        logs = np.log(strategy)
        weights = np.where(self.regular, self.reach(logs), 0.0)
        return Play(self.story, strategy, weights, self.payoffs, self.values(logs))

    def solve(self, precision: float, steps: int = 4) -> Play:
        """The fixed point reached from uniform play in small steps of the precision."""
        logs = self.answer(0.0, np.zeros(self.story.n_actions))
        for step in range(1, steps + 1):
            logs = self._settle(precision * step / steps, logs, CLOSE if step == steps else 1e-4)
        return self.play(np.exp(logs))

    def _settle(self, precision: float, logs: Floats, close: float) -> Floats:
        damping, before = 1.0, np.inf
        for _ in range(3_000):
            gap = self.answer(precision, self.values(logs)) - logs
            error = float(np.abs(gap).max(initial=0.0))
            if error < close:
                return logs
            if error > before * 0.97:
                damping = max(0.1, damping * 0.7)
            before = error
            logs = logs + damping * gap
            logs = self.answer(1.0, logs)
        raise NoPlayError(f"error {before:.1e}")


def solved(story: Story) -> Play:
    """A story played at its precision."""
    precision: Any = story.values["precision"]
    return Stage(story).solve(float(precision))
