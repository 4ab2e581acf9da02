"""Claims asked of every equilibrium at the base values: do they hold in all, in some, in none?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np

from lackmus.foundation.outcomes import FAILS, HOLDS, NO_DIFFERENCE
from lackmus.game.game import Game
from lackmus.game.questions import Question, variants_in
from lackmus.pipeline.case_study import CaseStudy
from lackmus.reading.answer import Answers
from lackmus.reading.weights import log_strategy
from lackmus.solution.reach import summed
from lackmus.solution.solution import Assessment, Play, Solution, spelled

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
        fails: In which it fails, or makes no difference.
        undefined: In which it cannot be asked: a condition has probability zero there.
        complete: Whether the equilibria are proven to be all of their concept, mixed ones among
            them; of families the corners.
        concept: What they are equilibria of, in words; where rules differ, of each.
        sequential: In how many of those in which it can be asked all play is shown to be
            sequential.
        reason: Why the search for them stopped.
    """

    extent: Extent
    holds: int
    fails: int
    undefined: int
    complete: bool
    concept: str
    sequential: int
    reason: str


def over_equilibria(study: CaseStudy, seconds: float | None = None) -> tuple[OverEquilibria, ...]:
    """Each claim over the equilibria at the base values, in the order of the study's claims.

    Equilibria without noise leave many histories unreached, so that a claim conditioned on one of
    these cannot be asked there; only extreme points of components of equilibria are looked at.

    Args:
        study: The claims of a case.
        seconds: Budget for finding the equilibria of each set of rules.
    """
    from lackmus.solvers.solve import solve  # noqa: PLC0415 - all methods; most runs need one

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
    concept = " and ".join(dict.fromkeys(spelled(solutions[v].concept) for v in used))
    reason = "; ".join(dict.fromkeys(solutions[v].status.reason for v in used))
    if len(chosen) > _MOST_COMBINATIONS:
        chosen, complete = chosen[:_MOST_COMBINATIONS], False
        reason += f"; only {_MOST_COMBINATIONS:,} combinations were looked at"
    if not chosen:
        return OverEquilibria("undetermined", 0, 0, 0, complete, concept, 0, reason)
    plays = []
    for v, (game, solution) in enumerate(zip(games, solutions, strict=True)):
        place = used.index(v) if v in used else None
        rows = [0 if place is None else pick[place] for pick in chosen]
        plays.append(play_of(game, solution.assessments, rows))
    drawn = {name: np.repeat(value, len(chosen)) for name, value in values.items()}
    _, codes = Answers(games, dict(enumerate(plays)), drawn).truth(question.truth)
    holds, fails = int((codes == HOLDS).sum()), int(np.isin(codes, (FAILS, NO_DIFFERENCE)).sum())
    extent: Extent = "undetermined"
    if holds or fails:
        extent = "some" if holds and fails else "all" if holds else "none"
    shown = [
        all(_is_sequential(solutions[v].assessments[i]) for v, i in zip(used, pick, strict=True))
        for pick in chosen
    ]
    asked = np.isin(codes, (HOLDS, FAILS, NO_DIFFERENCE))
    return OverEquilibria(
        extent=extent,
        holds=holds,
        fails=fails,
        undefined=len(codes) - holds - fails,
        complete=complete,
        concept=concept,
        sequential=int(np.count_nonzero(asked & np.array(shown))),
        reason=reason,
    )


def _is_sequential(assessment: Assessment) -> bool:
    return "sequential" in assessment.certificate.concepts


def play_of(game: Game, assessments: Sequence[Assessment], rows: Sequence[int]) -> Play:
    """Equilibria as if they were draws of the game's numbers; without any, all is undefined.

    Args:
        game: The game.
        assessments: Its equilibria.
        rows: Which of them to take, perhaps some more than once.
    """
    size = len(rows)
    strategy = np.full((size, len(game.labels.actions)), np.nan)
    values = np.full((size, game.n_actions), np.nan)
    log_reach = np.full((size, len(game.terminal)), np.nan)
    if assessments:
        strategy = np.stack([assessments[i].strategy for i in rows])
        values = np.stack([assessments[i].action_values for i in rows])
        # Of a quantal response also what is too small for a float.
        logs = {i: log_strategy(assessments[i]) for i in dict.fromkeys(rows)}
        log_reach = summed(game, np.stack([logs[i] for i in rows]))[:, game.terminal]
    return Play(
        strategy=strategy,
        action_values=values,
        log_reach=log_reach,
        payoffs=np.broadcast_to(game.payoffs, (size, *game.payoffs.shape)),
        residual=np.zeros(size),
        regret=np.zeros(size),
        turned=np.zeros(size, np.bool_),
        forked=np.zeros(size, np.bool_),
        failed=np.zeros(size, np.bool_),
    )
