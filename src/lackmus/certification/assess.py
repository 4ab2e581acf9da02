"""The certificate of `lackmus.solution.certify`, in compiled passes where these cover it."""

from __future__ import annotations

import numpy as np

from lackmus.certification.passes import Columns, Measures, measure
from lackmus.foundation import tolerances
from lackmus.foundation.arrays import Floats, freeze
from lackmus.game.game import Game
from lackmus.solution import certify as reference
from lackmus.solution.concepts import Findings, concepts_of, deviation_at
from lackmus.solution.consistency import Answer
from lackmus.solution.solution import Assessment, Certificate, Regret

_NONE = np.zeros(0)
_LEAST = float(np.finfo(np.float64).tiny)


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
    if _fits(game, strategy, log_strategy, given) and (
        precision is None or 0.0 <= precision < np.inf
    ):
        found = _room(game)
        sound, bayes, worst = measure(
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
        )
        if sound:
            answer = _assessment(game, found, bayes, precision, worst)
            if answer is not None:
                return answer
    return reference.certify(
        game, strategy, beliefs=beliefs, precision=precision, log_strategy=log_strategy
    )


def _fits(game: Game, strategy: Floats, logs: Floats, beliefs: Floats) -> bool:
    sizes = ((game.n_actions,), (len(game.action_infoset),))
    told = len(beliefs) in (0, game.n_nodes) and beliefs.ndim == 1
    return strategy.shape in sizes and logs.shape in sizes and told


def _room(game: Game) -> Measures:
    players, sets = len(game.players), game.n_infosets
    return Measures(
        strategy=np.empty(int(game.first_action[-1])),
        beliefs=np.full(game.n_nodes, np.nan),
        action_values=np.zeros(game.n_actions),
        payoffs=np.empty(players),
        value=np.empty(sets),
        regret=np.empty(sets),
        agent=np.zeros(players),
        player=np.empty(players),
        pieces=np.empty(players),
        fixed_point=np.zeros(players),
        range=np.empty(players),
        largest=np.empty(players),
    )


def _assessment(
    game: Game, found: Measures, bayes: float, precision: float | None, worst: int
) -> Assessment | None:
    """What was found, in words; None where somebody gains, but by no single action."""
    ranges, agent, player = found.range.tolist(), found.agent.tolist(), found.player.tolist()
    limits = [tolerances.REGRET * x for x in ranges]
    nash = _within(player, limits)
    deviation = None
    if worst >= 0 and found.regret[worst] > limits[game.infoset_player[worst]]:
        value = float(found.value[worst])
        deviation = deviation_at(game, worst, found.strategy, value, found.action_values)
    elif not nash:
        return None
    fixed_point = None if precision is None else found.fixed_point.tolist()
    at_rest = _within(agent, limits)
    findings = Findings(
        recall=True,
        agent_nash=at_rest,
        nash=nash,
        subgame=_within(found.pieces.tolist(), limits),
        rational=at_rest,
        bayes=bayes,
        bayes_in_pieces=bayes,
        quantal=_is_quantal(fixed_point, precision, found.largest.tolist()),
    )
    concepts, notes = concepts_of(findings, exact=False, consistent=_consistent)
    shares = [max(a, b) / max(x, _LEAST) for a, b, x in zip(agent, player, ranges, strict=True)]
    certificate = Certificate(
        regret=Regret(max(agent, default=0.0), max([0.0, *player])),
        tolerance=limits[shares.index(max(shares))] if limits else 0.0,
        fixed_point=None if fixed_point is None else max(fixed_point, default=0.0),
        bayes=bayes,
        unreached=0,
        concepts=concepts,
        deviation=deviation,
    )
    return Assessment(
        game=game,
        strategy=freeze(found.strategy),
        beliefs=freeze(found.beliefs),
        action_values=freeze(found.action_values),
        payoffs=freeze(found.payoffs),
        certificate=certificate,
        precision=precision,
        notes=notes,
    )


def _within(gains: list[float], limits: list[float]) -> bool:
    return all(gain <= limit for gain, limit in zip(gains, limits, strict=True))


def _is_quantal(errors: list[float] | None, precision: float | None, largest: list[float]) -> bool:
    if errors is None or precision is None:
        return False
    limits = [tolerances.fixed_point_limit(precision * x) for x in largest]
    return _within(errors, limits)


def _consistent() -> tuple[bool, Answer]:
    """Where everything is reached, beliefs are those of the profile itself."""
    return True, "proven"
