"""What the names of a case mean: its variables in order, who sees them, its assumptions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias

from lackmus.case import syntax
from lackmus.foundation.spans import Span


@dataclass(frozen=True, slots=True)
class Variable:
    """An aim, fact, signal or move: a value from a finite list, settled at a place in the order.

    Attributes:
        id: Its name in expressions.
        options: Its labels.
        by: The actors who choose, one a round in turn where they are several; none for chance.
        seen_by: Who sees its value in whatever round; one maker included, of several see `seen`.
        noticed_by: Who sees only whether it was made.
        order: Position in the sequence of moves; variables made together share one.
        block: Name of the rounds block it repeats in, or None.
        kind: What it is.
        move: The move it comes from; None for aims and facts.
        span: Where it is declared.
        numbers: The number of each option, where options carry numbers.
        items: What each option of a set-valued move has.
    """

    id: str
    options: tuple[str, ...]
    by: tuple[str, ...]
    seen_by: tuple[str, ...]
    noticed_by: tuple[str, ...]
    order: int
    block: str | None
    kind: Literal["aim", "fact", "signal", "chance", "move"]
    move: syntax.Move | None
    span: Span | None
    numbers: tuple[Fraction | None, ...] = ()
    items: tuple[tuple[str, ...], ...] = ()

    def maker(self, number: int | None) -> str | None:
        """Who chooses in a round; None for chance, and for no round where several take turns."""
        if len(self.by) > 1:
            return None if number is None else self.by[(number - 1) % len(self.by)]
        return self.by[0] if self.by else None

    def seen(self, number: int | None) -> tuple[str, ...]:
        """Who sees its value in a round, who made it there included."""
        maker = self.maker(number)
        return self.seen_by if maker is None or maker in self.seen_by else (maker, *self.seen_by)


@dataclass(slots=True)
class Scope:
    """The names of a case.

    Attributes:
        actors: Ids of actors, in order: the players of the game.
        viewers: Actors and observers.
        variables: By id, in order of play.
        assumptions: By name, `precision` among them.
        states: State name to the block that carries it.
        blocks: Rounds blocks by name.
        events: By name.
        senseless: Those events of which it was told that they make no sense, once for all.
        duplicates: Names declared a second time, each with its place.
    """

    actors: tuple[str, ...]
    viewers: tuple[str, ...]
    variables: dict[str, Variable] = field(default_factory=dict)
    assumptions: dict[str, syntax.Assumption] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    blocks: dict[str, syntax.Rounds] = field(default_factory=dict)
    events: dict[str, syntax.Event] = field(default_factory=dict)
    senseless: set[str] = field(default_factory=set)
    block_start: dict[str, int] = field(default_factory=dict)
    block_end: dict[str, int] = field(default_factory=dict)
    duplicates: list[tuple[str, Span | None]] = field(default_factory=list)

    def names(self) -> Iterator[str]:
        """Every name an expression may use."""
        yield from self.variables
        yield from self.assumptions
        yield from self.states
        yield from self.blocks
        yield from self.events

    def taken(self, name: str) -> bool:
        """Whether a name is in use."""
        known = (self.variables, self.assumptions, self.states, self.blocks, self.events)
        return any(name in names for names in known)

    def block_of(self, name: str) -> str | None:
        """The rounds block of a variable, a state, or a round's number."""
        if name in self.variables:
            return self.variables[name].block
        return name if name in self.blocks else self.states.get(name)

    def add(self, variable: Variable) -> None:
        """Adds a variable, or notes that its name is taken."""
        if self.taken(variable.id):
            self.duplicates.append((variable.id, variable.span))
        else:
            self.variables[variable.id] = variable


def aim_of(actor: str) -> str:
    """The variable that holds an actor's aim."""
    return f"{actor}.aim"


def scope_of(case: syntax.Case) -> Scope:
    """The names of `case`; never raises, faults are the check's business."""
    actors = tuple(actor.id for actor in case.actors)
    scope = Scope(actors, (*actors, *case.observers))
    for assumption in (*case.assumptions, case.precision):
        scope.assumptions[assumption.name] = assumption
    for fact in case.facts:
        labels = tuple(value.label for value in fact.values)
        scope.add(Variable(fact.name, labels, (), fact.known_to, (), len(scope.variables), None,
                           "fact", None, fact.span))  # fmt: skip
    for actor in case.actors:
        if actor.aims:
            labels = tuple(aim.label for aim in actor.aims)
            seen = (actor.id, *actor.known_to)
            scope.add(Variable(aim_of(actor.id), labels, (), seen, (), len(scope.variables),
                               None, "aim", None, actor.span))  # fmt: skip
    order = len(scope.variables)
    for item in case.moves:
        order = _add_item(scope, item, order, None)
    for event in case.events:
        if scope.taken(event.name):
            scope.duplicates.append((event.name, event.span))
        scope.events[event.name] = event
    return scope


def _add_item(scope: Scope, item: syntax.Item, order: int, block: str | None) -> int:
    if isinstance(item, syntax.Rounds):
        if scope.taken(item.name):
            scope.duplicates.append((item.name, item.span))
        scope.blocks[item.name] = item
        scope.block_start[item.name] = order
        for state in item.state:
            if scope.taken(state.name):
                scope.duplicates.append((state.name, state.span))
            scope.states[state.name] = item.name
        for inner in item.moves:
            order = _add_item(scope, inner, order, item.name)
        scope.block_end[item.name] = order
        return order
    moves = item.moves if isinstance(item, syntax.Together) else (item,)
    for move in moves:
        scope.add(_variable(scope, move, order, block))
    return order + 1


def _variable(scope: Scope, move: syntax.Move, order: int, block: str | None) -> Variable:
    labels = tuple(option.label for option in move.options)
    numbers = tuple(option.number for option in move.options)
    items = tuple(option.items for option in move.options)
    kind: Literal["signal", "chance", "move"] = "move" if move.by else "chance"
    if move.signal_of is not None:
        kind = "signal"
        about = scope.variables.get(move.signal_of.id)
        labels = about.options if about else ()
        numbers, items = (about.numbers, about.items) if about else ((), ())
    noticed = move.noticed_by
    seen = move.seen_by
    if seen is None:
        seen = tuple(viewer for viewer in scope.viewers if viewer not in noticed)
    makers = move.by if len(set(move.by)) > 1 else move.by[:1]
    if len(makers) == 1 and makers[0] not in seen:
        seen = (*makers, *seen)
    return Variable(
        move.name, labels, makers, seen, noticed, order, block, kind, move, move.span, numbers,
        items,
    )  # fmt: skip


def walk(expression: syntax.Expr) -> Iterator[syntax.Expr]:
    """An expression and all that stands within it."""
    yield expression
    for part in syntax.children(expression):
        yield from walk(part)


def spoken(expression: syntax.Expr, scope: Scope) -> Iterator[syntax.Name]:
    """The names that an expression speaks of; a label with which it compares is none of them."""
    return (name for name, _ in _spoken(expression, scope))


#: What is asked of a variable: which value it has, or only whether it was made.
How: TypeAlias = Literal["value", "made"]


def _spoken(expression: syntax.Expr, scope: Scope) -> Iterator[tuple[syntax.Name, How]]:
    match expression:
        case syntax.Name():
            yield expression, "value"
        case syntax.Call("made", (syntax.Name() as move, *_)):
            yield move, "made"
        case syntax.Compare((syntax.Best() | syntax.Likeliest() as query, _)):
            yield from _spoken(query, scope)
        case syntax.Compare((syntax.Name(id=name) as first, second)) if name in scope.variables:
            yield first, "value"
            labels = scope.variables[name].options
            if isinstance(second, syntax.Name) and str(second) not in labels:
                yield second, "value"
        case _:
            for part in syntax.children(expression):
                yield from _spoken(part, scope)


def knows(viewer: str, variable: Variable, how: How, number: int | None = None) -> bool:
    """Whether a viewer comes to know a variable's value, or whether it was made.

    Without the number of a round: in whatever round.
    """
    return viewer in variable.seen(number) or (how == "made" and viewer in variable.noticed_by)


def unknown(expression: syntax.Expr, viewer: str, scope: Scope) -> Iterator[syntax.Name]:
    """The variables in an expression of which a viewer cannot know what it asks of them."""
    for name, how in _spoken(expression, scope):
        variable = scope.variables.get(name.id)
        if variable is not None and not knows(viewer, variable, how, name.index):
            yield name


def assumes(expression: syntax.Expr, scope: Scope) -> bool:
    """Whether an expression speaks of an assumption."""
    return any(name.id in scope.assumptions for name in spoken(expression, scope))
