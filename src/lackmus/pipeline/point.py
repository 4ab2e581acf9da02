"""A case's claims at one point of its assumptions after the other, for someone who waits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lackmus.case import syntax
from lackmus.compiler.compile import Compiled
from lackmus.compiler.numbers import Last
from lackmus.foundation.arrays import Codes, Floats
from lackmus.game.game import Game
from lackmus.pipeline.case_study import CaseStudy, Variants, played
from lackmus.pipeline.observations import where_all
from lackmus.reading.weights import Weights, quantal_logs
from lackmus.solution.solution import Play
from lackmus.solvers.quantal_response.plays import Single
from lackmus.sweep.study import Outcomes


@dataclass(frozen=True, slots=True, eq=False)
class Beliefs:
    """What an onlooker believes about what is hidden.

    Attributes:
        probability: Probability of all that was observed: how much it surprises; 0 also where it
            is too small for a float.
        prior: Per aim and fact, the probabilities before.
        posterior: The same after what was observed; empty where that cannot happen.
    """

    probability: float
    prior: Mapping[str, Mapping[str, float]]
    posterior: Mapping[str, Mapping[str, float]]


class PointStudy(CaseStudy):
    """A study that is asked for one point at a time; it belongs to one thread.

    Its rooms are kept from point to point. A batch goes the usual way.
    """

    def __init__(
        self,
        case: syntax.Case,
        observed: Sequence[syntax.Expr] = (),
        like: CaseStudy | None = None,
    ) -> None:
        super().__init__(case, observed, like=like)
        self._rooms: dict[Game, tuple[Single, Last]] = {}
        self._last: tuple[Compiled, Play, float] | None = None

    def played(
        self, variants: Variants, values: Mapping[str, Floats], *, threads: int = 1
    ) -> list[tuple[Play, Codes]]:
        """Every variant solved; the play of the game as written is kept for beliefs."""
        if any(len(value) != 1 for value in values.values()):
            return super().played(variants, values, threads=threads)
        found = []
        for compiled in variants.games:
            room, last = self._room(compiled.game)
            found.append(played(compiled, values, room.play, last))
        compiled = variants.games[0]
        precision = float(compiled.complete(values)["precision"][0])
        self._last = compiled, found[0][0], precision
        return found

    def _room(self, game: Game) -> tuple[Single, Last]:
        if game not in self._rooms:
            self._rooms[game] = Single(game), Last()
        return self._rooms[game]

    def at(self, point: Floats) -> tuple[Outcomes, Beliefs | None]:
        """Outcomes at one point, shape (K,), and beliefs there; None where it has no solution."""
        outcomes = self.run(np.asarray(point, np.float64)[None])
        if self._last is None or bool(self._last[1].failed[0]):
            return outcomes, None
        return outcomes, self._beliefs(*self._last)

    def _beliefs(self, compiled: Compiled, play: Play, precision: float) -> Beliefs:
        game, strategy = compiled.game, play.strategy[0]
        logs = quantal_logs(game, strategy, play.action_values[0], precision)
        weights = Weights(game, strategy, logs)
        everything = np.ones(compiled.rows.size, np.bool_)
        given = where_all(self.observed, compiled.env())
        possible = weights.log_probability(given) > -math.inf
        names = {i: weights.histories.columns[i].name for i in weights.hidden()}
        probability = min(1.0, float(weights.reach[given].sum()))
        return Beliefs(
            probability,
            {name: weights.shares(i, everything) for i, name in names.items()},
            {name: weights.shares(i, given) for i, name in names.items() if possible},
        )
