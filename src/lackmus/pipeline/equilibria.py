"""Claims asked of every equilibrium at the base values: do they hold in all, in some, in none?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np

from lackmus.game.game import Game
from lackmus.game.questions import Question
from lackmus.pipeline.study import CaseStudy
from lackmus.reading.answer import FAILS, HOLDS, Answers
from lackmus.solution.solution import Play, Solution
from lackmus.solvers.solve import solve

#: Equilibria of different rules are combined in every way, up to this many combinations.
_MOST_COMBINATIONS = 4096

Extent = Literal["all", "some", "none", "undetermined"]


@dataclass(frozen=True, slots=True)
class OverEquilibria:
    """In which equilibria a claim holds.

    Attributes:
        extent: ``all``, ``some`` or ``none`` of the equilibria found in which it can be asked;
            ``undetermined`` where it can be asked in none.
        holds: Number of equilibria (or combinations, where rules differ) in which it holds.
        fails: In which it does not.
        undefined: In which it cannot be asked: a condition has probability zero there.
        complete: Whether the equilibria are proven to be all.
        reason: Why the search for them stopped.
    """

    extent: Extent
    holds: int
    fails: int
    undefined: int
    complete: bool
    reason: str


def over_equilibria(study: CaseStudy, seconds: float | None = None) -> tuple[OverEquilibria, ...]:
    """Each claim over the equilibria at the base values, in the order of the study's claims.

    Equilibria without noise leave many histories unreached, so that a claim conditioned on one of
    these cannot be asked there; only extreme points of components of equilibria are looked at.

    Args:
        study: The claims of a case.
        seconds: Budget for finding the equilibria of each set of rules.
    """
    variants = study.variants()
    games = [compiled.game for compiled in variants.games]
    solutions = [solve(game, every=True, seconds=seconds) for game in games]
    values = {a.name: np.array([float(a.value)]) for a in study.assumptions}
    return tuple(_claim(question, games, solutions, values) for question in variants.questions)


def _claim(
    question: Question,
    games: Sequence[Game],
    solutions: Sequence[Solution],
    values: dict[str, np.ndarray],
) -> OverEquilibria:
    used = sorted(set(variants_in(question.truth)))
    sizes = [len(solutions[v].assessments) for v in used]
    chosen = list(product(*(range(size) for size in sizes)))
    complete = all(solutions[v].complete is True for v in used)
    reason = "; ".join(dict.fromkeys(solutions[v].status.reason for v in used))
    if len(chosen) > _MOST_COMBINATIONS:
        chosen, complete = chosen[:_MOST_COMBINATIONS], False
        reason += f"; only {_MOST_COMBINATIONS:,} combinations were looked at"
    if not chosen:
        return OverEquilibria("undetermined", 0, 0, 0, complete, reason)
    plays = []
    for v, (game, solution) in enumerate(zip(games, solutions, strict=True)):
        place = used.index(v) if v in used else None
        rows = [0 if place is None else pick[place] for pick in chosen]
        plays.append(_play(game, solution, rows))
    drawn = {name: np.repeat(value, len(chosen)) for name, value in values.items()}
    _, codes = Answers(games, plays, drawn).truth(question.truth)
    holds, fails = int((codes == HOLDS).sum()), int((codes == FAILS).sum())
    extent: Extent = "undetermined"
    if holds or fails:
        extent = "some" if holds and fails else "all" if holds else "none"
    return OverEquilibria(extent, holds, fails, len(codes) - holds - fails, complete, reason)


def variants_in(node: Any) -> Iterator[int]:  # noqa: ANN401 - any part of a question
    """The variants that a question speaks of."""
    if isinstance(node, tuple):
        for part in node:
            yield from variants_in(part)
    elif hasattr(node, "__dataclass_fields__"):
        if hasattr(node, "variant"):
            yield node.variant
        for name in ("parts", "left", "right", "scores", "part", "test", "then", "otherwise"):
            yield from variants_in(getattr(node, name, ()))


def _play(game: Game, solution: Solution, rows: Sequence[int]) -> Play:
    """Equilibria as if they were draws."""
    found = solution.assessments
    if not found:
        shape = len(rows)
        empty = np.full((shape, len(game.labels.actions)), np.nan)
        strategy, values = empty, empty[:, : game.n_actions]
    else:
        strategy = np.stack([found[i].strategy for i in rows])
        values = np.stack([found[i].action_values for i in rows])
    size = len(rows)
    return Play(
        strategy=strategy,
        action_values=values,
        log_reach=_log_reach(game, strategy),
        payoffs=np.broadcast_to(game.payoffs, (size, *game.payoffs.shape)),
        residual=np.zeros(size),
        regret=np.zeros(size),
        turned=np.zeros(size, np.bool_),
        failed=np.zeros(size, np.bool_),
    )


def _log_reach(game: Game, strategy: np.ndarray) -> np.ndarray:
    """Log realization probability of each terminal under each strategy; (D, Z)."""
    with np.errstate(divide="ignore"):
        logs = np.log(strategy)
    total = np.zeros((len(strategy), game.n_terminals))
    node, row = game.terminal.astype(np.int64), np.arange(game.n_terminals)
    while len(node):
        row, node = row[node > 0], node[node > 0]
        total[:, row] += logs[:, game.via[node]]
        node = game.parent[node].astype(np.int64)
    return total
