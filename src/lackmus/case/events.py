"""Events: conditions of a case that have a name, put where the name stands.

A name stands for an event wherever a condition may stand, and nowhere else: on the right of a
comparison, say, the same word is an option.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, get_args

from lackmus.case import syntax
from lackmus.case.declared import declared
from lackmus.case.expression import placed
from lackmus.case.fields import ZERO, Faults

_T = TypeVar("_T")
_EXPRESSIONS = get_args(syntax.Expr)


def put_events(expression: syntax.Expr, events: Mapping[str, syntax.Event]) -> syntax.Expr:
    """An expression in which names of events are these events.

    Args:
        expression: As it was read.
        events: By name; those within their conditions are put in already.
    """
    return _put(expression, lambda name: _occurs(name, events[name.id])
                if name.id in events else name)  # fmt: skip


def put_in_case(case: syntax.Case, faults: Faults) -> syntax.Case:
    """A case in which names of events are these events; those that define themselves are faults."""
    if not case.events:
        return case
    named = {event.name: event for event in case.events}
    known = _within_each_other(named, faults)
    events = tuple(known.get(event.name, event) for event in case.events)
    return replace(_throughout(case, known), events=events)


def _within_each_other(
    named: Mapping[str, syntax.Event], faults: Faults
) -> dict[str, syntax.Event]:
    """Events in whose conditions the others are put in."""
    known: dict[str, syntax.Event] = {}

    def event(name: syntax.Name, above: tuple[str, ...]) -> syntax.Expr:
        if name.id not in named:
            return name
        if name.id in above:
            way = " → ".join((*above[above.index(name.id) :], name.id))
            hint = "an event may rest on others, and in the end on moves, aims and facts"
            message = f"event '{name.id}' is defined by itself: {way}"
            faults.add("cycle", message, name.span, hint)
            return ZERO
        return _occurs(name, defined(name.id, above))

    def defined(name: str, above: tuple[str, ...]) -> syntax.Event:
        if name not in known:
            way = (*above, name)
            condition = _put(named[name].condition, lambda inner: event(inner, way))
            known[name] = replace(named[name], condition=condition)
        return known[name]

    for name in named:
        defined(name, ())
    return known


def _occurs(name: syntax.Name, event: syntax.Event) -> syntax.Expr:
    if name.index is not None or name.back:
        return name
    meaning = event.condition
    if meaning is not ZERO:
        meaning = placed(meaning, lambda _start, _end: name.span)
    return syntax.Occurs(event.name, meaning, name.span)


def _put(node: syntax.Expr, event: Callable[[syntax.Name], syntax.Expr]) -> syntax.Expr:
    match node:
        case syntax.Name():
            return event(node)
        case syntax.Unary(_, operand):
            return replace(node, operand=_put(operand, event))
        case syntax.Binary(_, left, right):
            return replace(node, left=_put(left, event), right=_put(right, event))
        case syntax.Compare(operands):
            # A name that is compared is a variable, a label or a number.
            parts = (part if isinstance(part, syntax.Name) else _put(part, event)
                     for part in operands)  # fmt: skip
            return replace(node, operands=tuple(parts))
        case syntax.IfElse(then, condition, otherwise):
            return syntax.IfElse(
                _put(then, event), _put(condition, event), _put(otherwise, event), node.span
            )
        case syntax.Call(function, arguments) if function not in ("made", "number"):
            return replace(node, arguments=tuple(_put(part, event) for part in arguments))
        case syntax.Number() | syntax.Member() | syntax.Has() | syntax.Occurs() | syntax.Call():
            return node
        case _:
            return _put_in_query(node, event)


def _put_in_query(node: syntax.Query, event: Callable[[syntax.Name], syntax.Expr]) -> syntax.Query:
    known = node.given.condition
    if known is not None:
        node = replace(node, given=replace(node.given, condition=_put(known, event)))
    if isinstance(node, syntax.Probability):
        node = replace(node, event=_put(node.event, event))
    return node


def _throughout(value: _T, events: Mapping[str, syntax.Event]) -> _T:
    """A record in whose expressions the events are put in."""
    part: Any = value
    if isinstance(part, _EXPRESSIONS):
        part = put_events(part, events)
    elif isinstance(part, tuple):
        part = tuple(_throughout(inner, events) for inner in part)
    elif is_dataclass(part) and not isinstance(part, type):
        named = {field.name for field in declared(type(part)) if field.kind == "variable"}
        before = {f.name: getattr(part, f.name) for f in fields(part) if f.name not in named}
        after = {name: _throughout(inner, events) for name, inner in before.items()}
        changed = {name: new for name, new in after.items() if new is not before[name]}
        part = replace(part, **changed) if changed else part
    return part  # type: ignore[no-any-return] # of the type of what was given
