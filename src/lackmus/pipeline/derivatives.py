"""Derivatives of everything by every assumption, at one point and without solving anew.

Payoffs, chances and precision move along each assumption; the implicit function theorem says how
the equilibrium moves with them (`sensitivity`); and what is asked of the game is a smooth function
of both, whose derivative along the tangent is a central difference that solves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from lackmus.case import syntax
from lackmus.compiler.compile import Compiled
from lackmus.foundation.arrays import Floats
from lackmus.foundation.counting import counted
from lackmus.foundation.display import Card, Shown
from lackmus.foundation.figures import change
from lackmus.pipeline.case_study import CaseStudy
from lackmus.pipeline.given import case_of
from lackmus.pipeline.observations import Observed, checked, where_all
from lackmus.reading.answer import Answers
from lackmus.reading.weights import Weights
from lackmus.solution.solution import Play
from lackmus.solvers.quantal_response.logit import sensitivity
from lackmus.sweep.design import base_point
from lackmus.sweep.shapes import bounds

#: Step along the tangent, in widths of the range; where there is none, in sizes of the value.
_STEP = 1e-5


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Derivatives(Shown):
    """How the base case answers to each assumption, per unit of the assumption.

    Attributes:
        assumptions: Names of the K columns, those without a range among them.
        claims: Names of the rows of `margins`.
        players: Names of the rows of `payoffs`.
        margins: d margin / d assumption; shape (claims, K). A margin that is the smallest or
            largest of several has the derivative of the one that counts at this point.
        payoffs: d expected payoff / d assumption in the game as written; shape (P, K).
        strategy: d probability of each action / d assumption, likewise; shape (A + C, K).
        posterior: Per aim or fact and its value, d P(value | observed) / d assumption; NaN where
            what was observed cannot happen.
    """

    assumptions: tuple[str, ...]
    claims: tuple[str, ...]
    players: tuple[str, ...]
    margins: Floats
    payoffs: Floats
    strategy: Floats
    posterior: Mapping[tuple[str, str], Floats] = field(repr=False)

    def card(self) -> Card:
        """What moves each margin and payoff, the assumption that moves it most first."""
        payoffs = (f"E({player})" for player in self.players)
        told = zip((*self.claims, *payoffs), (*self.margins, *self.payoffs), strict=True)
        rows = [
            (what, self.assumptions[at], change(along[at], ".4g"))
            for what, along in told
            for at in np.argsort(-np.abs(along), kind="stable")
            if along[at]
        ]
        margins = counted(len(self.claims), "margin")
        expected = counted(len(self.players), "payoff")
        by = counted(len(self.assumptions), "assumption")
        title = f"derivatives of {margins} and {expected} by {by}"
        return Card(title, (), ("of", "by", "per unit"), rows)


def derivatives(
    study: CaseStudy | syntax.Case | Path | str,
    point: Floats | None = None,
    observed: Observed = None,
) -> Derivatives:
    """Derivatives at a point, by default the base values.

    Args:
        study: The claims of a case; or the case, its path, or its name in the library.
        point: Values of the assumptions; shape (K,).
        observed: What posteriors are conditioned on, as in `lackmus.read`.

    Raises:
        SolveError: The point has no solution, or none with a derivative, since the branch turns
            there.
        UsageError: `observed` names what is not in the game.
    """
    if not isinstance(study, CaseStudy):
        study = CaseStudy(case_of(study))
    at = base_point(study.assumptions) if point is None else np.asarray(point, np.float64)
    widths = np.array([high - low for low, high in map(bounds, study.assumptions)])
    widths = np.where(widths > 0, widths, np.maximum(np.abs(at), 1.0))
    sides = np.concatenate([np.diag(widths), -np.diag(widths)]) * _STEP
    variants = study.variants()
    values = study.values(at[None])
    plays = study.plays(variants, values)
    moved = study.values(at + sides)
    tangents = [
        _tangent(compiled, play, values, moved)
        for compiled, play in zip(variants.games, plays, strict=True)
    ]
    games = [compiled.game for compiled in variants.games]
    answers = Answers(games, dict(enumerate(tangents)), moved)
    margins = np.empty((len(variants.questions), len(sides)))
    for row, question in enumerate(variants.questions):
        margins[row] = answers.truth(question.truth)[0]
    game, written = variants.games[0].game, tangents[0]
    expected = np.einsum("dz,dpz->pd", np.exp(written.log_reach), written.payoffs)
    return Derivatives(
        assumptions=tuple(a.name for a in study.assumptions),
        claims=study.claims,
        players=game.players,
        margins=_slope(margins, widths),
        payoffs=_slope(expected, widths),
        strategy=_slope(written.strategy.T, widths),
        posterior=_posteriors(variants.games[0], written, widths, observed),
    )


def _slope(values: Floats, widths: Floats) -> Floats:
    """Central differences; `values` has the forward sides first in its last axis."""
    count = len(widths)
    rise = values[..., :count] - values[..., count:]
    return np.asarray(rise / (2 * _STEP * widths))


def _tangent(
    compiled: Compiled, play: Play, values: Mapping[str, Floats], moved: Mapping[str, Floats]
) -> Play:
    """The play of one draw moved along the tangent to each side of each assumption."""
    draws, base = compiled.draws(moved), compiled.draws(values)
    precision = compiled.complete(values)["precision"][0]
    d_precision = compiled.complete(moved)["precision"] - precision
    d_strategy, d_values, d_log = sensitivity(
        compiled.game, play.strategy[0], float(precision), draws.payoffs - base.payoffs,
        draws.chance - base.chance, d_precision, payoffs=base.payoffs[0], chance=base.chance[0],
    )  # fmt: skip
    size = len(d_precision)
    return replace(
        play,
        strategy=play.strategy + d_strategy,
        action_values=play.action_values + d_values,
        log_reach=play.log_reach + d_log,
        payoffs=draws.payoffs,
        residual=np.repeat(play.residual, size),
        regret=np.repeat(play.regret, size),
        turned=np.repeat(play.turned, size),
        forked=np.repeat(play.forked, size),
        failed=np.repeat(play.failed, size),
    )


def _posteriors(
    compiled: Compiled, play: Play, widths: Floats, observed: Observed
) -> dict[tuple[str, str], Floats]:
    weights = Weights(compiled.game, play.strategy[0])
    given = where_all(checked(observed, compiled.scope), compiled.env())
    logs = np.where(given, play.log_reach, -np.inf)
    top = logs.max(axis=1, keepdims=True)
    reach = np.exp(logs - np.where(np.isfinite(top), top, 0.0))
    total = reach.sum(axis=1)
    found: dict[tuple[str, str], Floats] = {}
    for column in weights.hidden():
        name = weights.histories.columns[column].name
        options = weights.histories.columns[column].options
        for option, mask in zip(options, weights.masks(column), strict=True):
            share = np.full(len(reach), np.nan)
            np.divide((reach * mask).sum(axis=1), total, out=share, where=total > 0)
            found[name, option] = _slope(share, widths)
    return found
