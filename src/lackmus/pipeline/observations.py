"""What was observed, from an argument's text to conditions on histories.

From the command line to the report an observation is one parsed condition, a `syntax.Expr`: any
that the language allows of a recorded observation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from lackmus.case import syntax
from lackmus.case.events import put_events
from lackmus.case.expression import Locate, parse_expression
from lackmus.case.fields import Faults
from lackmus.case.scope import Scope, Variable, scope_of, walk
from lackmus.case.text import expression_text
from lackmus.case.typing_rules import AFTER, Here, Typing
from lackmus.compiler.rows import Env, Rows, condition
from lackmus.foundation.arrays import Bools
from lackmus.foundation.errors import CaseError, Fault, UsageError
from lackmus.foundation.letters import composed
from lackmus.foundation.spans import Span
from lackmus.game.game import Column, Histories
from lackmus.pipeline.given import text_of
from lackmus.reading.reading import Seen

#: What may be given as observed: conditions or their texts, or moves with the options they took.
Observed: TypeAlias = Mapping[str, str] | str | syntax.Expr | Sequence[str | syntax.Expr] | None


def parse_observed(observed: Observed, where: str = "observed") -> tuple[syntax.Expr, ...]:
    """Observations as conditions.

    Args:
        observed: Conditions or their texts, or a mapping of moves to options; there ``!=`` before
            an option says that another was taken.
        where: The argument's name, for faults.

    Raises:
        UsageError: Texts that are no expression, all at once, each with its place; or something
            that is no text.
    """
    if observed is None:
        return ()
    if isinstance(observed, Mapping):
        parts: Iterable[str | syntax.Expr] = [_plain(*pair) for pair in observed.items()]
    elif isinstance(observed, Sequence) and not isinstance(observed, str):
        parts = observed
    else:
        parts = [observed]
    found: list[syntax.Expr] = []
    faults: list[Fault] = []
    for part in parts:
        if isinstance(part, syntax.Expr):
            found.append(part)
            continue
        text = composed(text_of(part, "what was observed"))
        try:
            found.append(parse_expression(text, _places(text, where)))
        except CaseError as error:
            faults += error.faults
    if faults:
        raise UsageError(faults)
    return tuple(found)


def _plain(move: str, option: str) -> str:
    option = text_of(option, f"what {move} is observed to be")
    negated = option.startswith("!=")
    return f"{move} {'!=' if negated else '='} {option.removeprefix('!=').strip()}"


def _places(text: str, where: str) -> Locate:
    """Where the characters of one argument stand."""
    return Span(where, 1, 1, 1 + len(text), text).within


def checked(
    observed: Observed, scope: Scope, observer: str = "", where: str = "observed"
) -> tuple[syntax.Expr, ...]:
    """Observations that make sense of the names in `scope`.

    Args:
        observed: As for `parse_observed`.
        scope: The names of the case.
        observer: Who observes; empty for an onlooker who is told just that.
        where: The argument's name, for faults.

    Raises:
        UsageError: All faults: unknown names, what is no condition, an observer that is none, or
            one who cannot see what was observed.
    """
    conditions = tuple(put_events(part, scope.events) for part in parse_observed(observed, where))
    faults = Faults()
    typing = Typing(scope, faults)
    known = not observer or observer in scope.viewers
    if not known:
        hint = f"there are {', '.join(scope.viewers)}"
        faults.add("unknown-name", f"no actor or observer '{observer}'", None, hint)
    for condition_ in conditions:
        typing.condition(condition_, Here(AFTER, None, "an observation"))
        if observer and known:
            typing.visible(condition_, observer)
    if faults.found:
        raise UsageError(faults.found)
    return conditions


def observations_of(
    case: syntax.Case, observed: Observed, where: str = "observed"
) -> tuple[syntax.Expr, ...]:
    """Observations as conditions on the histories of a case; see `checked`.

    Raises:
        UsageError: All faults.
    """
    return checked(observed, scope_of(case), where=where)


def record_of(case: syntax.Case) -> tuple[syntax.Expr, ...]:
    """What the record of a case settles: what it has but reports of limited reliability."""
    return tuple(o.saw for o in case.observations if o.settles)


def in_light_of(
    case: syntax.Case, observed: Observed, *, recorded: bool, where: str = "observed"
) -> tuple[syntax.Expr, ...]:
    """What a case is judged by: the record first where it counts, then what is given beside it.

    Raises:
        UsageError: What is given makes no sense.
    """
    given = observations_of(case, observed, where)
    return tuple(dict.fromkeys((*(record_of(case) if recorded else ()), *given)))


def rounds_meant(conditions: Iterable[syntax.Expr], scope: Scope) -> tuple[str, ...]:
    """Which round each bare name of a repeated move stands for, a sentence a name."""
    names = dict.fromkeys(name for one in conditions for name in _bare(one, scope))
    return tuple(
        f"'{name}' is the last one made of all rounds; '{name}[1]' would be that of round 1"
        for name in names
    )


def _bare(expression: syntax.Expr, scope: Scope) -> Iterator[str]:
    """Names without a round of what is repeated, but those that are asked in each round."""
    if isinstance(expression, syntax.Call) and expression.function in ("ever", "count"):
        return
    if isinstance(expression, syntax.Name):
        variable = scope.variables.get(expression.id)
        if variable is not None and variable.block is not None and expression.index is None:
            yield expression.id
    for part in syntax.children(expression):
        yield from _bare(part, scope)


def where_all(conditions: Iterable[syntax.Expr], env: Env) -> Bools:
    """The histories in which all conditions hold; shape (rows,)."""
    mask = np.ones(env.rows.size, np.bool_)
    for one in conditions:
        mask &= condition(one, env)
    return mask


def seen(observation: syntax.Expr) -> Seen:
    """An observation as a reading and JSON tell it."""
    text = expression_text(observation)
    match observation:
        case syntax.Compare((syntax.Name() as move, syntax.Name() as option), ("=",)):
            return Seen(text, str(move), str(option))
        case _:
            return Seen(text)


def env_of(histories: Histories, actors: tuple[str, ...] = ()) -> Env:
    """The terminal histories of a game with the names of its columns.

    A game alone keeps the values of aims, facts and moves. It does not know states, what a
    set-valued option holds, or the rounds in which a move could have been made: `checked_alone`
    refuses observations that need them.

    Args:
        histories: Those of a game made from a case.
        actors: The game's players in order, by which payoffs are found; without them those who
            move, in the order of their moves, which is enough for conditions.
    """
    players = actors or tuple(dict.fromkeys(c.by for c in histories.columns if c.by))
    viewers = tuple(
        dict.fromkeys(
            (*players, *(v for c in histories.columns for v in (*c.seen_by, *c.noticed_by)))
        )
    )
    scope = Scope(players, viewers)
    rows = Rows(histories.codes.shape[1])
    for order, (column, codes) in enumerate(zip(histories.columns, histories.codes, strict=True)):
        name, _, index = column.name.partition("[")
        if column.last:
            continue
        rows.codes[column.name] = codes
        block = None
        if index:
            block, number = name, int(index.rstrip("]"))
            scope.blocks[block] = syntax.Rounds(
                name=block, count=syntax.Number(Fraction(number)), moves=()
            )
            rows.played[block, number] = np.ones(rows.size, np.bool_)
        earlier = scope.variables.get(name)
        scope.variables[name] = _variable(name, column, order, block, earlier)
    return Env(rows, scope)


def _variable(
    name: str, column: Column, order: int, block: str | None, earlier: Variable | None
) -> Variable:
    """The variable of a column, or of one more round of it."""
    makers = (() if earlier is None else earlier.by) + ((column.by,) if column.by else ())
    seen = column.seen_by
    if len(set(makers)) == 1:
        makers = makers[:1]
    elif earlier is not None:
        seen = tuple(viewer for viewer in seen if viewer in earlier.seen_by)
    return Variable(
        name, column.options, makers, seen, column.noticed_by, order, block,
        column.kind, None, None,
    )  # fmt: skip


#: What only the case knows of a history; see `env_of`.
_OF_THE_CASE = ("ever", "count", "number")


def checked_alone(observed: Observed, scope: Scope, observer: str = "") -> tuple[syntax.Expr, ...]:
    """Observations that a game can tell without its case; `scope` is that of `env_of`.

    Raises:
        UsageError: All faults, as in `checked`, and observations that need the case.
    """
    conditions = parse_observed(observed)
    for one in conditions:
        refuse_what_needs_the_case(one)
    return checked(conditions, scope, observer)


#: Where an observation that needs the case is read.
_OF_A_CASE = "read the case itself: lackmus read CASE --observe CONDITION"


def refuse_what_needs_the_case(expression: syntax.Expr, hint: str = _OF_A_CASE) -> None:
    """UsageError with `hint` where an expression needs what a game does not keep."""
    for part in walk(expression):
        needs = isinstance(part, syntax.Call) and part.function in _OF_THE_CASE
        if needs or isinstance(part, syntax.Has):
            message = f"'{expression_text(part)}' needs the case, and a game does not keep it"
            raise UsageError(message, hint=hint)
