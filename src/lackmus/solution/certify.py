"""Checks a profile by walking the game: what is certified here rests on no solver.

Concepts, from weak to strong (σ a behavior profile, μ its beliefs):

* *nash*: no player gains by another whole strategy.
* *agent nash*: no reached infoset's mover gains by another action there.
* *subgame-perfect*: Nash in every subgame (Selten 1965).
* *weak perfect bayesian*: every infoset has a belief; it follows Bayes' rule where the infoset is
  reached; no mover gains by another way of going on at any infoset given its belief (sequential
  rationality). Mas-Colell, Whinston and Green (1995), definition 9.C.3.
* *perfect bayesian*: weak perfect Bayesian in every subgame (ibid., p. 290); beliefs follow Bayes'
  rule also where only the mover's own deviation makes his infoset unreached; and no move changes
  beliefs about what its mover does not know: nodes that the same deviations lead to keep their odds
  (Fudenberg and Tirole 1991).
* *sequential*: sequentially rational, and μ the limit of Bayes' rule along profiles that put
  weight on everything and tend to σ (Kreps and Wilson 1982); see `consistency`.
* *agent logit QRE*: p(a) ∝ exp(λ·EU(a | infoset)) (McKelvey and Palfrey 1998).

One-deviation arguments make the last three at least Nash, and need perfect recall. Without it only
*agent nash* and *agent logit QRE* are certified.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from lackmus.foundation import tolerances
from lackmus.foundation.arrays import Bools, Floats, freeze
from lackmus.foundation.errors import Fault, UsageError
from lackmus.game.game import Game
from lackmus.solution.certificate import Certificate, Deviation, Regret
from lackmus.solution.concepts import Findings, concepts_of, deviation_at
from lackmus.solution.consistency import Answer, consistency, keeps_what_is_unknown
from lackmus.solution.profile import MOST_FAULTS, belief_faults, name_of, profile_faults
from lackmus.solution.solution import Assessment, BeliefSet
from lackmus.solution.walk import (
    Numbers,
    Responses,
    best_responses,
    continuation_gains,
    down,
    levels_of,
    totals,
    up,
)


def certify(
    game: Game,
    strategy: Floats,
    *,
    beliefs: Floats | Sequence[Fraction | float | None] | None = None,
    precision: float | None = None,
    exact_strategy: Sequence[Fraction] | None = None,
    log_strategy: Floats | None = None,
    belief_sets: tuple[BeliefSet, ...] = (),
    kind: str = "",
    notes: tuple[str, ...] = (),
) -> Assessment:
    """The assessment of a profile, with its certificate.

    Args:
        game: The game.
        strategy: Probability of each action; shape (A,) or (A + C,), chance is taken from the game.
        beliefs: Beliefs at infosets that the profile does not reach, per node; NaN or None where
            there are none. Where it reaches an infoset they are compared with Bayes' rule.
        precision: λ, where the profile is a logit quantal response.
        exact_strategy: The profile in fractions, shape as `strategy`; with `game.exact` the check
            is made in rational arithmetic and its tolerance is zero.
        log_strategy: Logs of the probabilities, shape as `strategy`; for fully mixed profiles some
            of whose probabilities underflow.
        belief_sets: Handed on.
        kind: Handed on.
        notes: Handed on; a sentence is added where something could not be checked.

    Raises:
        UsageError: If this is no profile (rows of probabilities, each summing to 1; of fractions,
            exactly) or no belief system, or the logs or floats given are not those of the
            fractions; with every such fault.

    Returns:
        The assessment. Where chance and the others reach an infoset within its subgame, beliefs
        follow Bayes' rule, also after the mover's own deviation; elsewhere they are as given, or 1
        at an infoset of one node, or NaN.
    """
    faults = profile_faults(game, strategy, exact_strategy)
    faults += _log_faults(game, strategy, log_strategy) if not faults else []
    faults += belief_faults(game, beliefs)
    if precision is not None and not 0.0 <= precision < np.inf:
        faults.append(
            Fault("precision", f"a precision is a finite number from 0 on, not {precision}")
        )
    if faults:
        raise UsageError(faults)
    check = _Check.of(game, strategy, exact_strategy, log_strategy)
    agents = _agents(check, beliefs)
    gains = _gains(check)
    recall = game.perfect_recall
    fixed_point = None if precision is None else _fixed_point(check, agents, precision)
    certificate, more = _certificate(check, agents, gains, precision, fixed_point)
    full = np.concatenate([np.asarray(strategy, np.float64)[: game.n_actions], game.chance])
    return Assessment(
        game=game,
        strategy=freeze(full),
        beliefs=freeze(_floats(agents.beliefs, _at_nodes(game, agents.believed))),
        action_values=freeze(_floats(agents.action_values, _at_actions(game, agents.believed))),
        payoffs=freeze(np.array(check.value[:, 0], np.float64)),
        certificate=certificate,
        precision=precision,
        exact_strategy=tuple(check.strategy) if check.exact else None,
        belief_sets=belief_sets,
        kind=kind,
        notes=notes + more if recall else (*notes, _FORGETFUL),
    )


def _log_faults(game: Game, strategy: Floats, logs: Floats | None) -> list[Fault]:
    """What is wrong with logs given beside a profile."""
    if logs is None:
        return []
    n, given = game.n_actions, np.asarray(logs, np.float64)
    if given.ndim != 1 or len(given) not in (n, len(game.action_infoset)):
        return [Fault("profile", f"logs of probabilities have shape {given.shape}, not ({n},)")]
    off = np.abs(np.exp(given[:n]) - np.asarray(strategy, np.float64)[:n])
    wrong = np.flatnonzero(~(off <= tolerances.PROBABILITY))
    return [
        Fault("profile", f"the log given for {name_of(game, a)} is not that of its probability")
        for a in wrong[:MOST_FAULTS].tolist()
    ]


_FORGETFUL = "Some player lacks perfect recall, so that no player regret is computed."


@dataclass(frozen=True, eq=False)
class _Check:
    """A profile and what follows from it without beliefs.

    Attributes:
        game: The game.
        strategy: Probabilities, float64 or fractions; shape (A + C,).
        logs: Their logs.
        value: Expected payoffs per player and node.
        exact: Whether the numbers are fractions.
    """

    game: Game
    strategy: Numbers
    logs: Floats
    value: Numbers
    exact: bool

    @classmethod
    def of(
        cls,
        game: Game,
        strategy: Floats,
        exact_strategy: Sequence[Fraction] | None,
        log_strategy: Floats | None,
    ) -> _Check:
        n = game.n_actions
        rational = exact_strategy is not None and game.exact is not None
        plain = np.concatenate([np.asarray(strategy, np.float64)[:n], game.chance])
        numbers: Numbers = plain
        payoffs: Numbers = game.payoffs
        if exact_strategy is not None and game.exact is not None:
            numbers = np.array([*exact_strategy[:n], *game.exact.chance, None], object)[:-1]
            payoffs = np.empty(game.payoffs.shape, object)
            for row, exact_row in enumerate(game.exact.payoffs):
                payoffs[row] = exact_row
        with np.errstate(divide="ignore"):
            logs = np.log(plain)
        if log_strategy is not None:
            logs[:n] = np.asarray(log_strategy, np.float64)[:n]
        return cls(game, numbers, logs, up(game, numbers, payoffs), rational)


@dataclass(frozen=True, eq=False)
class _Agents:
    """What the agents, one an infoset, believe, and what they gain from their actions by that.

    Attributes:
        beliefs: Per node; meaningless at infosets that are not `believed`.
        believed: Infosets with a belief; shape (I,).
        reached: Infosets that the profile reaches; shape (I,).
        derived: Infosets within reach of the others in their subgame; shape (I,).
        bayes: Largest distance of a given belief from Bayes' rule where it is reached.
        bayes_in_pieces: The same at all infosets that are `derived`.
        action_values: Per personal action.
        value: Of each infoset under the profile.
        regret: Best action's value less `value`, per infoset.
    """

    beliefs: Numbers
    believed: Bools
    reached: Bools
    derived: Bools
    bayes: float
    bayes_in_pieces: float
    action_values: Numbers
    value: Numbers
    regret: Numbers


def _agents(check: _Check, given: Floats | Sequence[Fraction | float | None] | None) -> _Agents:
    game = check.game
    nodes = np.flatnonzero(levels_of(game).mover >= 0)
    sets = game.infoset[nodes]
    reached = np.zeros(game.n_infosets, np.bool_)
    log_reach = down(game, check.logs, 0.0, log=True, pieces=False)
    reached[sets[log_reach[nodes] > -np.inf]] = True
    derived, posterior = _posterior(check, nodes)
    beliefs = posterior.copy()
    believed = derived.copy()
    singles = np.bincount(sets, minlength=game.n_infosets) == 1
    beliefs[nodes[(singles & ~derived)[sets]]] = 1 if check.exact else 1.0
    believed |= singles
    bayes = in_pieces = 0.0
    if given is not None:
        told, values = _given(check, given, nodes)
        distance = np.abs(values[nodes] - posterior[nodes]).astype(np.float64)
        bayes = float(distance[(told & reached)[sets]].max(initial=0.0))
        in_pieces = float(distance[(told & derived)[sets]].max(initial=0.0))
        take = nodes[(told & ~believed)[sets]]
        beliefs[take] = values[take]
        believed |= told
    return _rationality(check, beliefs, believed, reached, derived, (bayes, in_pieces))


def _posterior(check: _Check, nodes: NDArray[np.intp]) -> tuple[Bools, Numbers]:
    """Which infosets are within reach, and Bayes' rule there; zero elsewhere.

    An infoset is within reach where the others and chance reach it within its subgame, whatever
    its own mover did before: his own choices are the same on all ways to it.
    """
    game, sets = check.game, check.game.infoset[nodes]
    movers, actor = levels_of(game).mover[nodes], levels_of(game).actor
    if not game.perfect_recall:
        actor = np.full_like(actor, -1)
    reach: Numbers = np.zeros(len(nodes))
    if check.exact:
        reach = np.full(len(nodes), Fraction(0), object)
    for player in range(len(game.players)):
        own = np.flatnonzero(movers == player)
        if check.exact:
            steps = check.strategy.copy()
            steps[actor == player] = Fraction(1)
            reach[own] = down(game, steps, Fraction(1), log=False, pieces=True)[nodes[own]]
            continue
        steps = np.where(actor == player, 0.0, check.logs)
        logs = down(game, steps, 0.0, log=True, pieces=True)[nodes[own]]
        peak = np.full(game.n_infosets, -np.inf)
        np.maximum.at(peak, sets[own], logs)
        reach[own] = np.exp(logs - np.where(peak > -np.inf, peak, 0.0)[sets[own]])
    mass = totals(sets, reach, game.n_infosets)
    derived = np.asarray(mass > 0, np.bool_)
    mass[~derived] = Fraction(1) if check.exact else 1.0
    posterior: Numbers = np.zeros(game.n_nodes)
    if check.exact:
        posterior = np.full(game.n_nodes, Fraction(0), object)
    posterior[nodes] = reach / mass[sets]
    return derived, posterior


def _given(
    check: _Check, given: Floats | Sequence[Fraction | float | None], nodes: NDArray[np.intp]
) -> tuple[Bools, Numbers]:
    """Infosets where a whole belief is given, and the numbers given, zero where none is."""
    game = check.game
    known = np.array([x is not None and x == x for x in given])
    told = np.ones(game.n_infosets, np.bool_)
    told[game.infoset[nodes[~known[nodes]]]] = False
    if check.exact:
        values: Numbers = np.full(game.n_nodes, Fraction(0), object)
        take = nodes[known[nodes]]
        values[take] = [Fraction(given[i] or 0) for i in take]
        total = totals(game.infoset[nodes], values[nodes], game.n_infosets)
        total[np.asarray(total <= 0, np.bool_)] = Fraction(1)
        values[nodes] = values[nodes] / total[game.infoset[nodes]]
        return told, values
    plain = np.array([x if k else 0.0 for x, k in zip(given, known, strict=True)], np.float64)
    return told, plain


def _rationality(
    check: _Check,
    beliefs: Numbers,
    believed: Bools,
    reached: Bools,
    derived: Bools,
    bayes: tuple[float, float],
) -> _Agents:
    """Values of actions and regrets at infosets with beliefs."""
    game, shape = check.game, levels_of(check.game)
    children = np.flatnonzero(game.via >= 0)
    children = children[shape.mover[game.parent[children]] >= 0]
    over = game.parent[children]
    worth = beliefs[over] * check.value[shape.mover[over], children]
    n = game.n_actions
    action_values = totals(game.via[children], worth, n)
    starts = game.first_action[: game.n_infosets]
    if not len(starts):
        none = np.zeros(0)
        return _Agents(beliefs, believed, reached, derived, *bayes, none, none, none)
    value = np.add.reduceat(check.strategy[:n] * action_values, starts)
    regret = np.maximum.reduceat(action_values, starts) - value
    regret[~believed] = regret.dtype.type(0) if regret.dtype != object else Fraction(0)
    return _Agents(beliefs, believed, reached, derived, *bayes, action_values, value, regret)


@dataclass(frozen=True, eq=False)
class _Gains:
    """Gains from whole strategies, per player.

    Attributes:
        whole: Best responses in the game; empty without perfect recall.
        pieces: Largest gain in any subgame's piece per player; NaN without perfect recall.
    """

    whole: tuple[Responses, ...]
    pieces: tuple[float, ...]

    @property
    def players(self) -> Floats:
        """Gain of each player; NaN without perfect recall."""
        return np.array([r.gain[0] for r in self.whole] or [np.nan], np.float64)


def _gains(check: _Check) -> _Gains:
    game, players = check.game, range(len(check.game.players))
    if not game.perfect_recall:
        return _Gains((), (np.nan,))
    args = (check.strategy, check.value)
    whole = tuple(best_responses(game, p, *args, pieces=False) for p in players)
    if np.count_nonzero(levels_of(game).is_root) <= 1:
        return _Gains(whole, tuple(float(r.gain[0]) for r in whole))
    cut = (best_responses(game, p, *args, pieces=True) for p in players)
    return _Gains(whole, tuple(float(r.gain.max()) for r in cut))


def _fixed_point(check: _Check, agents: _Agents, precision: float) -> Floats:
    """Largest error of p(a) ∝ exp(λ·EU(a)) of each player, in log probability."""
    game, n = check.game, check.game.n_actions
    worst = np.zeros(len(game.players))
    if not n:
        return worst
    starts, sets = game.first_action[: game.n_infosets], game.action_infoset[:n]
    scaled = precision * np.asarray(agents.action_values, np.float64)
    peak = np.maximum.reduceat(scaled, starts)
    total = np.log(np.add.reduceat(np.exp(scaled - peak[sets]), starts))
    wanted = (scaled - peak[sets]) - total[sets]
    logs = check.logs[:n]
    lowest = np.log(np.nextafter(0.0, 1.0))
    lost = (logs == -np.inf) & (wanted < lowest)
    counted = agents.believed[sets] & ~lost
    movers = game.infoset_player[sets[counted]]
    np.maximum.at(worst, movers, np.abs(wanted[counted] - logs[counted]))
    return worst


def _certificate(
    check: _Check,
    agents: _Agents,
    gains: _Gains,
    precision: float | None,
    fixed_point: Floats | None,
) -> tuple[Certificate, tuple[str, ...]]:
    game = check.game
    limits = np.zeros(len(game.players)) if check.exact else tolerances.REGRET * game.payoff_range
    agent = np.zeros(len(game.players))
    np.maximum.at(
        agent, game.infoset_player[: game.n_infosets], np.asarray(agents.regret, np.float64)
    )
    on_path = np.zeros(len(game.players))
    walked = np.flatnonzero(agents.reached)
    np.maximum.at(
        on_path, game.infoset_player[walked], np.asarray(agents.regret[walked], np.float64)
    )
    findings = Findings(
        recall=game.perfect_recall,
        nash=bool(np.all(gains.players <= limits)),
        agent_nash=bool(np.all(on_path <= limits)),
        subgame=bool(np.all(np.asarray(gains.pieces) <= limits)),
        rational=bool(
            np.all(agent <= limits)
            and agents.believed.all()
            and _goes_on_well(check, agents, limits)
        ),
        bayes=agents.bayes,
        bayes_in_pieces=agents.bayes_in_pieces,
        quantal=_is_quantal(check, precision, fixed_point),
    )
    concepts, notes = concepts_of(
        findings, exact=check.exact, consistent=lambda: _consistent(check, agents)
    )
    worst = np.maximum(np.nan_to_num(gains.players), agent)
    scale = (
        int(np.argmax(worst / np.maximum(game.payoff_range, np.finfo(float).tiny)))
        if len(worst)
        else 0
    )
    certificate = Certificate(
        regret=Regret(
            float(agent.max(initial=0.0)),
            float(gains.players.max(initial=0.0)) if gains.whole else np.nan,
        ),
        tolerance=float(limits[scale]) if len(limits) else 0.0,
        fixed_point=None if fixed_point is None else float(fixed_point.max(initial=0.0)),
        bayes=agents.bayes,
        unreached=int(np.count_nonzero(~agents.reached)),
        concepts=concepts,
        exact=check.exact,
        deviation=_deviation(check, agents, gains, limits),
    )
    return certificate, notes


def _consistent(check: _Check, agents: _Agents) -> tuple[bool | None, Answer]:
    """Whether beliefs keep what is unknown, and are a limit of trembles."""
    assessment = check.game, check.strategy, agents.beliefs, agents.derived
    kept = keeps_what_is_unknown(*assessment)
    return kept, "open" if kept is False else consistency(*assessment)


def _goes_on_well(check: _Check, agents: _Agents, limits: Floats) -> bool:
    """Whether nobody gains by another way of going on where his belief is a free one.

    Where beliefs follow Bayes' rule, no gain from single actions implies this.
    """
    game = check.game
    chosen = agents.believed & ~agents.derived
    if not game.perfect_recall or not chosen.any():
        return game.perfect_recall
    for player, limit in enumerate(limits.tolist()):
        gain = continuation_gains(game, player, check.strategy, check.value, agents.beliefs, chosen)
        if np.any(gain > limit):
            return False
    return True


def _is_quantal(check: _Check, precision: float | None, fixed_point: Floats | None) -> bool:
    """Whether every player's choices are the quantal responses, as far as floats can tell."""
    if precision is None or fixed_point is None:
        return False
    largest = np.abs(check.game.payoffs).max(axis=1, initial=0.0)
    limits = [tolerances.fixed_point_limit(precision * x) for x in largest.tolist()]
    mixed = np.all(check.logs[: check.game.n_actions] > -np.inf)
    return bool(mixed and np.all(fixed_point <= limits))


def _deviation(check: _Check, agents: _Agents, gains: _Gains, limits: Floats) -> Deviation | None:
    """The best deviation, relative to its player's payoff range; None where none gains."""
    game = check.game
    actors = game.infoset_player[: game.n_infosets]
    if not len(actors):
        return None
    regret = np.asarray(agents.regret, np.float64)
    best = int(np.argmax(regret / _scale(game)[actors]))
    if regret[best] > limits[actors[best]]:
        return deviation_at(
            game, best, check.strategy, float(agents.value[best]), agents.action_values
        )
    if not gains.whole or bool(np.all(gains.players <= limits)):
        return None
    player = int(np.argmax(gains.players / _scale(game)))
    response = gains.whole[player]
    nodes = np.flatnonzero(levels_of(game).mover == player)
    mass = totals(game.infoset[nodes], response.reach[nodes], game.n_infosets)
    own = np.flatnonzero((actors == player) & agents.reached)
    mass = np.asarray(mass, np.float64)
    values = np.full(game.n_actions, -np.inf)
    for i in own[mass[own] > 0].tolist():
        actions = slice(int(game.first_action[i]), int(game.first_action[i + 1]))
        values[actions] = np.asarray(response.value[actions], np.float64) / mass[i]
    tops = np.maximum.reduceat(values, game.first_action[: game.n_infosets])
    best = int(np.argmax(tops - np.asarray(agents.value, float)))
    return deviation_at(game, best, check.strategy, float(agents.value[best]), values)


def _scale(game: Game) -> Floats:
    return np.maximum(game.payoff_range, np.finfo(np.float64).tiny)


def _at_nodes(game: Game, believed: Bools) -> Bools:
    padded = np.append(believed, np.zeros(len(game.infoset_player) - len(believed) + 1, np.bool_))
    return np.asarray(padded[game.infoset])


def _at_actions(game: Game, believed: Bools) -> Bools:
    return np.asarray(believed[game.action_infoset[: game.n_actions]])


def _floats(numbers: Numbers, known: Bools) -> Floats:
    return np.where(known, np.asarray(numbers, np.float64), np.nan)
