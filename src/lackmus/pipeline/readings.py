"""Readings of a case: posteriors and indicators as it stands, and probes that re-solve it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from lackmus.case import syntax
from lackmus.case.fields import Faults
from lackmus.case.scope import scope_of
from lackmus.case.typing_rules import AFTER, Here, Typing
from lackmus.compiler.compile import Compiled, compile_case
from lackmus.compiler.rows import condition
from lackmus.foundation.arrays import Bools
from lackmus.foundation.errors import CaseError, UsageError
from lackmus.pipeline.study import CaseStudy
from lackmus.reading.reading import (
    AIM,
    Moment,
    Probe,
    Reading,
    Weights,
    information,
    read,
    read_weights,
)
from lackmus.solution.solution import Solution
from lackmus.solvers.methods.logit import solve_logit


def observations_of(case: syntax.Case, observed: Mapping[str, str]) -> tuple[syntax.Expr, ...]:
    """Observations as conditions on histories.

    Args:
        case: The case.
        observed: Move to option; ``!=`` before an option that was not taken.

    Raises:
        UsageError: Names that the case does not have, all at once.
    """
    faults = Faults()
    typing = Typing(scope_of(case), faults)
    conditions = tuple(_condition(move, option) for move, option in observed.items())
    for condition_ in conditions:
        typing.condition(condition_, Here(AFTER, None, "an observation"))
    if faults.found:
        raise UsageError(faults.found)
    return conditions


def _condition(move: str, value: str) -> syntax.Expr:
    name, _, index = move.rstrip("]").partition("[")
    variable = syntax.Name(name, int(index) if index else None)
    option = syntax.Name(value.removeprefix("!=").strip())
    return syntax.Compare((variable, option), ("!=" if value.startswith("!=") else "=",))


def read_study(
    study: CaseStudy,
    solution: Solution,
    observed: Mapping[str, str],
    *,
    observer: str = "",
    probes: bool = True,
) -> Reading:
    """Beliefs at the base values after an observation, with timeline and probes.

    Raises:
        UsageError: The observation or the observer makes no sense.
    """
    compiled = study.variants().games[0]
    reading = read(solution, observed, observer=observer)
    weights = Weights(compiled.game, solution.best.strategy)
    timeline = tuple(_timeline(study.case, compiled, weights))
    found: tuple[Probe, ...] = ()
    if probes and reading.probability > 0:
        found = tuple(sorted(_probes(study, weights, solution), key=lambda p: -p.gain))
    return replace(reading, timeline=timeline, probes=found)


def _timeline(case: syntax.Case, compiled: Compiled, weights: Weights) -> Iterator[Moment]:
    """Beliefs along the recorded observations, in order of their dates."""
    dated = sorted(case.observations, key=lambda o: o.date.isoformat() if o.date else "")
    given: Bools = np.ones(compiled.rows.size, np.bool_)
    for observation in dated:
        given = given & condition(observation.saw, compiled.env())
        reading = read_weights(weights, given, {})
        yield Moment(
            observation.date.isoformat() if observation.date else "",
            observation.says,
            observation.certain,
            reading.probability,
            reading.posterior,
        )


def _probes(study: CaseStudy, weights: Weights, solution: Solution) -> Iterator[Probe]:
    """Every option of every move, made binding: what its maker would learn, and at what cost."""
    case, game = study.case, weights.game
    everything = np.ones(game.n_terminals, np.bool_)
    columns = weights.histories.columns
    aims = [i for i in weights.hidden() if columns[i].name.endswith(AIM)]
    for move in dict.fromkeys(_first_name(c.name) for c in columns if c.by is not None):
        variable = study.variants().games[0].scope.variables[move]
        if variable.by is None:
            continue
        payoff = float(solution.best.payoffs[game.players.index(variable.by)])
        before = weights.seen_by(variable.by)
        for option in variable.options:
            probed = _bound(case, move, option)
            if probed is None:
                continue
            other, value = probed
            for about in aims:
                name = columns[about].name
                if variable.by in columns[about].seen_by:
                    continue
                then = next(i for i in other.hidden() if other.histories.columns[i].name == name)
                seen = other.seen_by(variable.by)
                all_other = np.ones(other.game.n_terminals, np.bool_)
                bits, shift = information(other.joint(then, seen, all_other))
                usual, _ = information(weights.joint(about, before, everything))
                cost = payoff - value[variable.by]
                yield Probe(move, option, variable.by, name, bits, shift, bits - usual, cost)


def _first_name(column: str) -> str:
    return column.partition("[")[0]


def _bound(case: syntax.Case, move: str, option: str) -> tuple[Weights, dict[str, float]] | None:
    """The game in which a move is bound to an option, solved; None where it cannot be built."""
    change = syntax.Intervention("set", syntax.Name(move), syntax.Name(option))
    try:
        game = compile_case(case, do=(change,), exact=False).game
    except CaseError:
        return None
    solution = solve_logit(game, float(case.precision.value))
    if not solution.assessments:
        return None
    payoffs = dict(zip(game.players, solution.best.payoffs.tolist(), strict=True))
    return Weights(game, solution.best.strategy), payoffs


def read_case(
    case: syntax.Case,
    observed: Mapping[str, str] | None = None,
    *,
    observer: str = "",
    probes: bool = True,
) -> Reading:
    """Solves a case at its base values and reads it after an observation.

    Raises:
        InputError: The case or the observation is at fault.
    """
    study = CaseStudy(replace(case, claims=()))
    game = study.variants().games[0].game
    solution = solve_logit(game, float(case.precision.value))
    return read_study(study, solution, observed or {}, observer=observer, probes=probes)
