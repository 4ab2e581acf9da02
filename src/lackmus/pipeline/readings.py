"""Readings of a case: posteriors and indicators as it stands, and probes that re-solve it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from lackmus.case import syntax
from lackmus.compiler.bind import bound
from lackmus.compiler.compile import Compiled
from lackmus.foundation.errors import CaseError
from lackmus.foundation.letters import composed
from lackmus.learning.record import see
from lackmus.pipeline.case_study import CaseStudy
from lackmus.pipeline.given import assessment_of
from lackmus.pipeline.observations import (
    Observed,
    checked,
    checked_alone,
    env_of,
    in_light_of,
    record_of,
    rounds_meant,
    seen,
    where_all,
)
from lackmus.pipeline.records import Record
from lackmus.reading.reading import (
    Moment,
    Probe,
    Reading,
    read_weights,
)
from lackmus.reading.weights import Weights, information
from lackmus.solution.solution import Forks, Solution
from lackmus.solvers.quantal_response.logit import solve_logit


def read(solution: Solution, observed: Observed = None, *, observer: str = "") -> Reading:
    """What the first assessment of a solution says after an observation.

    Args:
        solution: A solution of a game made from a case.
        observed: What was observed: a condition or several, as text or parsed, or a mapping of
            moves to options.
        observer: Whose eyes to look through; he must be able to see what was observed.

    Returns:
        Beliefs before and after, what each further observation would say, in bits, and what tests
        would reveal.

    Raises:
        UsageError: It is no solution, or one without a profile, or the observation or the observer
            makes no sense.
    """
    weights, observer = Weights.of(assessment_of(solution)), composed(observer)
    env = env_of(weights.histories)
    conditions = checked_alone(observed, env.scope, observer)
    reading = read_weights(
        weights, where_all(conditions, env), tuple(map(seen, conditions)), observer
    )
    return _with_source(reading, solution, rounds_meant(conditions, env.scope))


def _with_source(reading: Reading, solution: Solution, notes: tuple[str, ...]) -> Reading:
    """The reading with what is known of the solution that it reads."""
    certified = solution.best.certificate.concepts
    told = (*notes, *_fork_told(solution.forks))
    return replace(reading, status=solution.status, certified=certified, notes=told)


def _fork_told(forks: Forks) -> Iterator[str]:
    """That there are other solutions as good as the one that is read."""
    if not forks.at:
        return
    where = ", ".join(f"{x:.4g}" for x in forks.at)
    count = len(forks.arms)
    arms = "1 arm leads" if count == 1 else f"{count or 'no'} arms lead"
    yield (
        f"at the base values the branch of equilibria forks at precision {where}: beliefs are "
        f"those of the branch followed straight on, and {arms} from there to the precision asked "
        "for"
    )


def read_study(
    study: CaseStudy,
    solution: Solution,
    observed: Observed = None,
    *,
    observer: str = "",
    probes: Callable[[], Sequence[Probe]] = tuple,
) -> Reading:
    """Beliefs at the base values after an observation, with timeline and probes.

    Args:
        study: The case.
        solution: The game at the base values, solved.
        observed: What was observed, as for `read`.
        observer: Whose eyes to look through.
        probes: What gives what binding moves would reveal, from `probes_of`; it is not asked after
            what cannot be.

    Raises:
        UsageError: The observation or the observer makes no sense.
    """
    compiled = study.variants().games[0]
    conditions = checked(observed, compiled.scope, observer)
    weights = Weights.of(solution.best)
    given = where_all(conditions, compiled.env())
    reading = read_weights(weights, given, tuple(map(seen, conditions)), observer)
    timeline = tuple(_timeline(study.case, compiled, weights))
    record = None
    if settled := record_of(study.case):
        record = float(weights.reach[where_all(settled, compiled.env())].sum())
    told = tuple(probes()) if reading.possible else ()
    reading = replace(reading, timeline=timeline, probes=told, record=record)
    return _with_source(reading, solution, rounds_meant(conditions, compiled.scope))


def _timeline(case: syntax.Case, compiled: Compiled, weights: Weights) -> Iterator[Moment]:
    """Beliefs along the recorded observations, each with as much weight as its report has.

    Empty where the record cannot be, or is not in the order of its dates.
    """
    try:
        record = Record(case.observations, compiled)
    except CaseError:
        return
    hidden = [weights.histories.columns[i] for i in weights.hidden()]
    kinds = [mask for i in weights.hidden() for mask in weights.masks(i)]
    seen = see(weights.log_reach[None], record.reports(compiled, {}, 1), kinds)
    for step, observation in enumerate(case.observations, 1):
        shares = iter(np.minimum(seen.chances[0, step], 1.0).tolist())
        possible = math.isfinite(seen.log_given[0, step])
        yield Moment(
            observation.date.isoformat() if observation.date else "",
            observation.says,
            observation.settles,
            min(1.0, math.exp(seen.log_given[0, step])),
            {c.name: dict(zip(c.options, shares, strict=False)) for c in hidden}
            if possible
            else {},
        )


def probes_of(study: CaseStudy, solution: Solution) -> tuple[Probe, ...]:
    """Every option of every move, made binding: what its maker would learn, and at what cost.

    The game is solved once for each.

    Args:
        study: The case.
        solution: The game at the base values, solved.

    Returns:
        What would tell most first.
    """
    found = _probes(study, Weights.of(solution.best), solution)
    return tuple(sorted(found, key=lambda probe: -probe.gain))


def _probes(study: CaseStudy, weights: Weights, solution: Solution) -> Iterator[Probe]:
    game, precision = weights.game, float(study.case.precision.value)
    columns = weights.histories.columns
    aims = [i for i in weights.hidden() if columns[i].kind == "aim"]
    scope = study.variants().games[0].scope
    makers = ((v, by) for v in scope.variables.values() for by in dict.fromkeys(v.by))
    for variable, by in makers:
        player = game.players.index(by)
        payoff = float(solution.best.payoffs[player])
        unknown = [i for i in aims if by not in columns[i].seen_by]
        usual = {about: _learnt(weights, about, by) for about in unknown}
        for option in variable.options if unknown else ():
            probed = solve_logit(bound(game, variable.id, by, option), precision).assessments
            if not probed:
                continue
            other = Weights.of(probed[0])
            value = float(probed[0].payoffs[player])
            for about in unknown:
                bits, shift = _learnt(other, about, by)
                usual_bits, usual_shift = usual[about]
                yield Probe(
                    variable.id, option, by, columns[about].name, bits, shift,
                    bits - usual_bits, shift - usual_shift, payoff - value,
                )  # fmt: skip


def _learnt(weights: Weights, about: int, viewer: str) -> tuple[float, float]:
    """What a viewer learns of an aim by the end: bits, and the shift of his belief.

    Aims come first in every variant of a game, in the same order, so that `about` is their place
    in all of them.
    """
    everything = np.ones(weights.game.n_terminals, np.bool_)
    return information(weights.joint(about, weights.seen_by(viewer), everything))


def read_case(
    case: syntax.Case,
    observed: Observed = None,
    *,
    observer: str = "",
    recorded: bool = False,
    probes: bool = True,
) -> Reading:
    """Solves a case at its base values and reads it after an observation.

    Args:
        case: The case.
        observed: What was observed, as for `read`.
        observer: Whose eyes to look through.
        recorded: Whether the case's record counts as observed, too.
        probes: Whether to solve the game once for every possible probe.

    Raises:
        InputError: The case or the observation is at fault.
    """
    study = CaseStudy(replace(case, claims=()))
    game = study.variants().games[0].game
    solution = solve_logit(game, float(case.precision.value), arms=True)
    light = in_light_of(case, observed, recorded=recorded)
    tried = partial(probes_of, study, solution) if probes else tuple
    return read_study(study, solution, light, observer=composed(observer), probes=tried)
