"""Expressions of the case language as a tree; a part of `syntax`, by whose name they are called.

Expressions speak of *variables* (aims, facts, signals and moves, each with a finite list of
options), of *assumptions* (numbers), of state carried through rounds, and, in claims only, of
probabilities and expectations.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from lackmus.case.declared import place
from lackmus.foundation.spans import Span


@dataclass(frozen=True, slots=True)
class Number:
    """A number, kept exact."""

    value: Fraction
    span: Span | None = place()


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, an assumption, a state or an option: ``answer``, ``moscow.aim``, ``offer[2]``.

    `index` is a round counted from 1; `back` counts rounds backwards (``previous(offer)`` is 1).
    """

    id: str
    index: int | None = None
    back: int = 0
    span: Span | None = place()

    def __str__(self) -> str:
        text = self.id if self.index is None else f"{self.id}[{self.index}]"
        return f"previous({text})" if self.back else text


@dataclass(frozen=True, slots=True)
class Unary:
    """A sign or a negation."""

    op: Literal["-", "not"]
    operand: Expr
    span: Span | None = place()


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic, ``and``, ``or``."""

    op: Literal["+", "-", "*", "/", "^", "and", "or"]
    left: Expr
    right: Expr
    span: Span | None = place()


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison, or a chain of them: ``0.2 < P(answer = accept) < 0.8``."""

    operands: tuple[Expr, ...]
    ops: tuple[Literal["=", "!=", "<", "<=", ">", ">="], ...]
    span: Span | None = place()


@dataclass(frozen=True, slots=True)
class Member:
    """``answer in [accept, pause]``, or ``not in``."""

    variable: Name
    options: tuple[Name, ...]
    negated: bool = False
    span: Span | None = place()


@dataclass(frozen=True, slots=True)
class Has:
    """``agenda has line``: a set-valued move in which an item was taken, alone or with others."""

    variable: Name
    item: str
    span: Span | None = place()


@dataclass(frozen=True, slots=True)
class IfElse:
    """``a if condition else b``."""

    then: Expr
    condition: Expr
    otherwise: Expr
    span: Span | None = place()


@dataclass(frozen=True, slots=True)
class Call:
    """A function of numbers (``min max abs exp log sqrt``), of a move, or of rounds.

    ``ever(condition)`` is true when the condition held in some round, ``count(condition)`` is in
    how many, ``made(move)`` is true where the move was made and ``made(move, actor)`` where that
    actor made it, and ``number(move)`` is the number of the option taken.
    """

    function: Literal["min", "max", "abs", "exp", "log", "sqrt", "ever", "count", "made", "number"]
    arguments: tuple[Expr, ...]
    span: Span | None = place()


@dataclass(frozen=True, slots=True)
class Occurs:
    """An event of the case by its name, and the condition that it stands for.

    The condition has the place of the name, so that what is wrong with it here is told here.
    """

    event: str
    meaning: Expr
    span: Span | None = place()


@dataclass(frozen=True, slots=True)
class Intervention:
    """What ``do(...)`` changes, with everybody's knowledge.

    ``set`` fixes a move, an aim or a fact to an option, or an assumption to a number; ``no``
    takes a move away; ``without`` takes all moves of an actor away.
    """

    kind: Literal["set", "no", "without"]
    target: Name
    value: Name | Number | None = None
    span: Span | None = place()

    def __str__(self) -> str:
        if self.kind == "set":
            value = self.value.value if isinstance(self.value, Number) else self.value
            return f"{self.target} = {value}"
        return f"{self.kind} {self.target}"


@dataclass(frozen=True, slots=True)
class Given:
    """What stands behind the bar of ``P(… | …)``.

    Attributes:
        condition: What is known, or None.
        do: The changes of the rules; the game is solved anew under them.
        observed: Whether everything observed so far is known too.
    """

    condition: Expr | None = None
    do: tuple[Intervention, ...] = ()
    observed: bool = False


@dataclass(frozen=True, slots=True)
class Probability:
    """``P(event | given)``; ``P[public](…)`` insists that `public` can see what is given."""

    event: Expr
    given: Given = Given()
    observer: str | None = None
    span: Span | None = place()


@dataclass(frozen=True, slots=True)
class Expectation:
    """``E(actor | given)``: the actor's expected payoff."""

    actor: str
    given: Given = Given()
    span: Span | None = place()


@dataclass(frozen=True, slots=True)
class Best:
    """``best(move | given)``: the option that pays its maker most, a label to compare."""

    move: Name
    given: Given = Given()
    span: Span | None = place()


@dataclass(frozen=True, slots=True)
class Likeliest:
    """``likeliest(move | given)``: the option with the highest probability, a label to compare."""

    move: Name
    given: Given = Given()
    span: Span | None = place()


@dataclass(frozen=True, slots=True)
class Worth:
    """``value(move = option | given)``: what the option pays its maker on average."""

    move: Name
    option: Name
    given: Given = Given()
    span: Span | None = place()


@dataclass(frozen=True, slots=True)
class Entropy:
    """``H(variable | given)``: entropy of the belief about a variable, in bits."""

    variable: Name
    given: Given = Given()
    observer: str | None = None
    span: Span | None = place()


@dataclass(frozen=True, slots=True)
class Information:
    """What seeing one variable tells about another.

    ``I(about; of | given)`` is the mutual information in bits; ``shift(about; of | given)`` is
    the expected total variation distance by which the belief moves (0 to 1).
    """

    measure: Literal["I", "shift"]
    about: Name
    of: Name
    given: Given = Given()
    observer: str | None = None
    span: Span | None = place()


Expr: TypeAlias = (
    Number
    | Name
    | Unary
    | Binary
    | Compare
    | Member
    | Has
    | IfElse
    | Call
    | Occurs
    | Probability
    | Expectation
    | Best
    | Likeliest
    | Worth
    | Entropy
    | Information
)

Query: TypeAlias = Probability | Expectation | Best | Likeliest | Worth | Entropy | Information


def children(node: Expr) -> tuple[Expr, ...]:
    """The expressions right within an expression; every walk over expressions is made of this.

    Of a query: the names it asks about, what is given, and what its ``do`` fixes or takes away.
    A label is a part only where it might be a name: on the right of a comparison.
    """
    match node:
        case Number() | Name():
            return ()
        case Unary(_, operand):
            return (operand,)
        case Binary(_, left, right):
            return left, right
        case Compare(parts) | Call(_, parts):
            return parts
        case Member(variable) | Has(variable):
            return (variable,)
        case IfElse(then, condition, otherwise):
            return then, condition, otherwise
        case Occurs(_, meaning):
            return (meaning,)
        case _:
            known = () if node.given.condition is None else (node.given.condition,)
            changed = (change.target for change in node.given.do if change.kind != "without")
            return (*_asked(node), *known, *changed)


def _asked(query: Query) -> tuple[Expr, ...]:
    match query:
        case Probability(event):
            return (event,)
        case Best(name) | Likeliest(name) | Worth(name) | Entropy(name):
            return (name,)
        case Information(_, about, of):
            return about, of
        case _:
            return ()
