"""What only the histories of a case show, and its author may not have meant.

Stakes that never count, options that are never open, questions whose answer no play can change,
infosets that no play reaches, and payoffs that are too large.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from lackmus.case import syntax
from lackmus.case.scope import assumes, walk
from lackmus.case.text import expression_text
from lackmus.compiler.compile import Compiled
from lackmus.compiler.redundant import redundant_claims, twin_options
from lackmus.compiler.rows import Env, condition
from lackmus.compiler.scale import scale_remarks
from lackmus.foundation.arrays import Bools
from lackmus.foundation.errors import Fault

_MOST_NAMED = 3


def remarks_on(compiled: Compiled) -> list[Fault]:
    """Warnings on the histories of a case, compiled as it is written.

    Args:
        compiled: The case, without ``do``.

    Returns:
        Warnings, in the order of the case.
    """
    return [
        *_never_made(compiled),
        *_never_open(compiled),
        *_never_counted(compiled),
        *_settled_questions(compiled),
        *_impossible_record(compiled),
        *_never_reached(compiled),
        *redundant_claims(compiled),
        *twin_options(compiled),
        *scale_remarks(compiled),
    ]


def _never_made(compiled: Compiled) -> Iterator[Fault]:
    for variable in compiled.unmade:
        message = f"'{variable.id}' is never made at this number of rounds"
        hint = "it may be made at others that an assumption allows; else its condition cannot hold"
        yield Fault("never", message, variable.span, hint, "warning")


def _never_open(compiled: Compiled) -> Iterator[Fault]:
    env = compiled.env()
    for variable in compiled.scope.variables.values():
        if not variable.by or variable.move is None or variable in compiled.unmade:
            continue
        names = _columns(compiled, variable.id)
        taken = {int(code) for name in names for code in np.unique(env.rows.codes[name])}
        for k, option in enumerate(variable.options):
            if k not in taken:
                message = f"the option '{option}' of '{variable.id}' is never open"
                hint = "its condition contradicts what comes before"
                yield Fault("never-open", message, variable.span, hint, "warning")


def _columns(compiled: Compiled, variable: str) -> list[str]:
    return [name for name in compiled.rows.codes if name.partition("[")[0] == variable]


def _never_counted(compiled: Compiled) -> Iterator[Fault]:
    seen: set[tuple[str, str]] = set()
    for stake in compiled.case.stakes:
        if not isinstance(stake, syntax.Stake) or stake.condition is None:
            continue
        if assumes(stake.condition, compiled.scope):
            continue
        if not any(_holds(stake, env, alive).any() for env, alive in _places(compiled, stake)):
            name = f" '{stake.name}'" if stake.name else ""
            said = (stake.actor, expression_text(stake.condition))
            if said not in seen:
                seen.add(said)
                message = f"the stake{name} of {stake.actor} counts in no history"
                span = stake.condition.span or stake.span
                hint = "its condition contradicts the moves"
                yield Fault("idle-stake", message, span, hint, "warning")


def _holds(stake: syntax.Stake, env: Env, alive: Bools) -> Bools:
    held = alive if stake.condition is None else alive & condition(stake.condition, env)
    return np.asarray(held)


def _places(compiled: Compiled, stake: syntax.Stake) -> Iterator[tuple[Env, Bools]]:
    env = compiled.env()
    if stake.every is None:
        yield env, np.ones(compiled.rows.size, np.bool_)
        return
    for number in env.rounds(stake.every):
        yield env.at(stake.every, number), compiled.rows.played[stake.every, number]


def impossible(observations: Iterable[syntax.Observation], compiled: Compiled) -> Fault | None:
    """The first observation after which no history is left; reports that may be wrong leave all."""
    left = np.ones(compiled.rows.size, np.bool_)
    for observation in observations:
        if observation.chain:
            continue
        left = left & condition(observation.saw, compiled.env())
        if not left.any():
            message = (
                f"no history of the case has '{expression_text(observation.saw)}' with all that "
                "was seen before it"
            )
            hint = "a condition is too narrow, or a report is less than certain: reliability"
            return Fault("impossible", message, observation.span, hint)
    return None


def _impossible_record(compiled: Compiled) -> Iterator[Fault]:
    fault = impossible(compiled.case.observations, compiled)
    if fault is not None:
        yield replace(fault, severity="warning")


def _settled_questions(compiled: Compiled) -> Iterator[Fault]:
    env = compiled.env()
    for claim in compiled.case.claims:
        for part in walk(claim.holds_if):
            given = getattr(part, "given", None)
            if not isinstance(given, syntax.Given) or given.do:
                continue
            known = np.ones(compiled.rows.size, np.bool_)
            if given.condition is not None:
                known = np.asarray(condition(given.condition, env))
            span = getattr(part, "span", None) or claim.span
            if not known.any():
                message = f"in claim '{claim.id}', what is given can never happen"
                yield Fault("impossible", message, span, severity="warning")
            elif isinstance(part, syntax.Probability):
                told = _certain(np.asarray(condition(part.event, env)), known)
                if told:
                    text = expression_text(part)
                    message = f"in claim '{claim.id}', {text} is {told} however it is played"
                    yield Fault("decided-claim", message, span, severity="warning")


def _certain(event: Bools, known: Bools) -> str:
    if not (event & known).any():
        return "0"
    return "1" if event[known].all() else ""


def _never_reached(compiled: Compiled) -> Iterator[Fault]:
    """Infosets behind a chance move whose probability is zero at the base values."""
    game = compiled.game
    chance = np.ones(len(game.action_infoset))
    chance[game.n_actions :] = game.chance
    reached = np.zeros(game.n_nodes, np.bool_)
    reached[0] = True
    for depth in range(1, len(game.level) - 1):
        nodes = np.arange(game.level[depth], game.level[depth + 1])
        reached[nodes] = reached[game.parent[nodes]] & (chance[game.via[nodes]] > 0)
    personal = (game.infoset >= 0) & (game.infoset < game.n_infosets)
    open_sets = np.zeros(game.n_infosets, np.bool_)
    open_sets[game.infoset[personal & reached]] = True
    missed = np.flatnonzero(~open_sets)
    if len(missed):
        named = "; ".join(game.labels.infosets[int(i)] for i in missed[:_MOST_NAMED])
        more = f" and {len(missed) - _MOST_NAMED} more" if len(missed) > _MOST_NAMED else ""
        message = f"no play reaches {named}{more}: a chance has probability 0 at the base values"
        yield Fault("unreachable", message, None, severity="warning")
