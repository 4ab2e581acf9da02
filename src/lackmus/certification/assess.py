"""The certificate of `lackmus.solution.certify`, in compiled passes where these cover it."""

from __future__ import annotations

from math import inf

import numpy as np

from lackmus.certification.passes import Columns, Measures, Verdict, measure
from lackmus.foundation import tolerances
from lackmus.foundation.arrays import Floats, freeze
from lackmus.game.game import Game
from lackmus.solution import certify as reference
from lackmus.solution.certificate import Certificate, Regret
from lackmus.solution.concepts import Findings, concepts_of, deviation_at
from lackmus.solution.consistency import Answer
from lackmus.solution.solution import Assessment

_NONE = np.zeros(0)


def certify(
    game: Game,
    strategy: Floats,
    *,
    log_strategy: Floats,
    beliefs: Floats | None = None,
    precision: float | None = None,
) -> Assessment:
    """The assessment of a profile in floats, with its certificate.

    Passes are compiled for profiles that reach every node, in games with perfect recall; what is
    otherwise, or faulty, is left to `lackmus.solution.certify.certify`. Arguments, result and
    errors are as there.
    """
    given = _NONE if beliefs is None else np.array(beliefs, np.float64)
    if _fits(game, strategy, log_strategy, given) and (precision is None or 0.0 <= precision < inf):
        players = len(game.players)
        found = Measures(
            strategy=np.empty(int(game.first_action[-1])),
            beliefs=np.empty(game.n_nodes),
            action_values=np.empty(game.n_actions),
            payoffs=np.empty(players),
            fixed_point=np.empty(players),
            largest=np.empty(players),
        )
        verdict = measure(
            Columns(
                game.infoset,
                game.first_child,
                game.infoset_player,
                game.first_action,
                game.terminal,
                game.chance,
                game.payoffs,
            ),
            found,
            np.array(strategy, np.float64),
            np.array(log_strategy, np.float64),
            given,
            -1.0 if precision is None else precision,
            tolerances.PROBABILITY,
            tolerances.REGRET,
        )
        answer = _assessment(game, found, Verdict(*verdict), precision)
        if answer is not None:
            return answer
    return reference.certify(
        game, strategy, beliefs=beliefs, precision=precision, log_strategy=log_strategy
    )


def _fits(game: Game, strategy: Floats, logs: Floats, beliefs: Floats) -> bool:
    sizes = ((game.n_actions,), (int(game.first_action[-1]),))
    told = beliefs.shape in ((0,), (game.n_nodes,))
    return strategy.shape in sizes and logs.shape in sizes and told


def _assessment(
    game: Game, found: Measures, verdict: Verdict, precision: float | None
) -> Assessment | None:
    """What was found, in words; None where it is not sound, or more than an action gains."""
    if not verdict.sound or not (verdict.nash or verdict.tempted):
        return None
    deviation = None
    if verdict.tempted:
        deviation = deviation_at(
            game, verdict.worst, found.strategy, verdict.value, found.action_values
        )
    errors = None if precision is None else found.fixed_point.tolist()
    findings = Findings(
        recall=True,
        agent_nash=verdict.at_rest,
        nash=verdict.nash,
        subgame=verdict.subgame,
        rational=verdict.at_rest,
        bayes=verdict.bayes,
        bayes_in_pieces=verdict.bayes,
        quantal=_is_quantal(errors, precision, found.largest.tolist()),
    )
    concepts, notes = concepts_of(findings, exact=False, consistent=_consistent)
    return Assessment(
        game=game,
        strategy=freeze(found.strategy),
        beliefs=freeze(found.beliefs),
        action_values=freeze(found.action_values),
        payoffs=freeze(found.payoffs),
        certificate=Certificate(
            regret=Regret(verdict.agent, verdict.player),
            tolerance=verdict.tolerance,
            fixed_point=None if errors is None else max(errors, default=0.0),
            bayes=verdict.bayes,
            unreached=0,
            concepts=concepts,
            deviation=deviation,
        ),
        precision=precision,
        notes=notes,
    )


def _is_quantal(errors: list[float] | None, precision: float | None, largest: list[float]) -> bool:
    """Whether every player's choices are the quantal responses, as far as floats can tell."""
    if errors is None or precision is None:
        return False
    return all(
        error <= tolerances.fixed_point_limit(precision * size)
        for error, size in zip(errors, largest, strict=True)
    )


def _consistent() -> tuple[bool, Answer]:
    """Where everything is reached, beliefs are those of the profile itself."""
    return True, "proven"
