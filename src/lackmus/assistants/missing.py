"""What a case still lacks before it says what everyone wants, most consequential first."""

from __future__ import annotations

from collections.abc import Iterator

from lackmus.case import syntax
from lackmus.case.scope import Scope, aim_of, assumes, scope_of, spoken, walk
from lackmus.case.spoken import listed


def missing_stakes(case: syntax.Case) -> Iterator[str]:
    """Sentences on stakes that are not there, do not move anyone, or hang on nothing.

    Args:
        case: A case that passed its check; it need have neither stakes nor claims.
    """
    scope = scope_of(case)
    for actor in case.actors:
        yield from _of_actor(case, actor, scope)
    told = {name for stake in case.stakes for name in _names(stake, scope)}
    told |= {name.id for part in _conditions(scope) for name in spoken(part, scope)}
    idle = [
        v.id for v in scope.variables.values() if v.kind in ("move", "chance") and v.id not in told
    ]
    if idle and case.stakes:
        yield (
            f"no stake speaks of {listed(idle, 'or')}, and no later move hangs on it: it can "
            "matter only by what it tells those who see it"
        )
    yield from _assumptions(case)


def _conditions(scope: Scope) -> Iterator[syntax.Expr]:
    """What moves and their options hang on, and what begins and ends rounds."""
    for variable in scope.variables.values():
        if variable.move is not None:
            conditions = (variable.move.condition, *(o.condition for o in variable.move.options))
            yield from (condition for condition in conditions if condition is not None)
    for block in scope.blocks.values():
        yield from (test for test in (block.condition, block.ends_if) if test is not None)


def _of_actor(case: syntax.Case, actor: syntax.Actor, scope: Scope) -> Iterator[str]:
    own = [stake for stake in case.stakes if stake.actor == actor.id]
    moves = [v.id for v in scope.variables.values() if actor.id in v.by]
    if not own:
        idle = f", so that {listed(moves)} would be chosen at random" if moves else ""
        yield f"{actor.id} has nothing at stake{idle}"
        return
    told = {name for stake in own for name in _names(stake, scope)}
    if actor.aims and aim_of(actor.id) not in told:
        aims = listed(aim.label for aim in actor.aims)
        yield (
            f"no stake of {actor.id} speaks of {aim_of(actor.id)}: whoever has one of the aims "
            f"{aims} wants what the others want, so that its moves can tell nothing of them"
        )
    if moves and not told & set(scope.variables):
        yield f"the stakes of {actor.id} are the same whatever is done"
    if all(isinstance(s, syntax.Stake) and not assumes(s.worth, scope) for s in own):
        yield (
            f"the stakes of {actor.id} are bare numbers: no verdict can hang on them; "
            "name those that one could doubt as assumptions with a range"
        )


def _names(stake: syntax.Stake | syntax.OrdinalStake, scope: Scope) -> set[str]:
    """All that a stake speaks of; through a state, too, what the state is made of."""
    parts: list[syntax.Expr] = [stake.condition] if stake.condition is not None else []
    if isinstance(stake, syntax.OrdinalStake):
        parts += [condition for group in stake.groups for condition in group]
    else:
        parts.append(stake.worth)
    found = {name.id for part in parts for inner in walk(part) for name in spoken(inner, scope)}
    for name in found & set(scope.states):
        block = scope.blocks[scope.states[name]]
        for state in block.state:
            found |= {one.id for one in spoken(state.next, scope)}
    return found


def _assumptions(case: syntax.Case) -> Iterator[str]:
    fixed = [a.name for a in case.assumptions if a.distribution.shape == "fixed"]
    if fixed:
        yield f"without a range, and so the same in all draws: {listed(fixed)}"
    bare = [a.name for a in case.assumptions if not a.because and not a.cite]
    if bare:
        yield f"without a passage ('cite') or a reason ('because'): {listed(bare)}"
