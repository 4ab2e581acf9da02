"""Claims as questions about a game, in ids and masks: reading them needs no text.

A *variant* is the game under one set of rules: 0 is the game as written, the others are made by
``do(...)``. Masks are over the terminals of the variant's game. A `Value` comes out as a number per
draw, a `Truth` as a margin per draw that is positive where it is true.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from lackmus.foundation.arrays import Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class Constant:
    """A number."""

    value: float


@dataclass(frozen=True, slots=True)
class Assumed:
    """The drawn value of an assumption."""

    name: str


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """An operation on values; ``neg``, ``abs``, ``exp``, ``log``, ``sqrt`` take one part."""

    op: Literal["+", "-", "*", "/", "^", "neg", "abs", "exp", "log", "sqrt", "min", "max"]
    parts: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """One value where a truth holds, another where it does not."""

    test: Truth
    then: Value
    otherwise: Value


@dataclass(frozen=True, slots=True, eq=False)
class Likelihood:
    """P(event | given)."""

    variant: int
    event: Bools
    given: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Payoff:
    """E(player | given)."""

    variant: int
    player: int
    given: Bools


@dataclass(frozen=True, slots=True, eq=False)
class OptionWorth:
    """What an option pays its mover, averaged over the infosets where it is open.

    Attributes:
        variant: The rules.
        actions: The option's action at each of the infosets.
        through: Per infoset, the terminals that pass it; shape (infosets, Z).
        given: Infosets are weighted by their probability given this.
        player: Who moves there.
        advantage: Whether to subtract what the mover gets there on average; that makes options
            comparable which are not open at the same infosets.
    """

    variant: int
    actions: Ints
    through: Bools
    given: Bools
    player: int
    advantage: bool


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Entropy of a variable given something, in bits; `about` has a mask per option."""

    variant: int
    about: Bools
    given: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """What one variable tells about another; `about` and `of` have a mask per option.

    ``I`` is mutual information in bits; ``shift`` the expected total variation distance between
    the belief after and before.
    """

    variant: int
    measure: Literal["I", "shift"]
    about: Bools
    of: Bools
    given: Bools


Value: TypeAlias = (
    Constant | Assumed | Arithmetic | Chosen | Likelihood | Payoff | OptionWorth | Spread | Link
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """left op right, with margin left - right (for > and >=) or its like.

    For ``=`` the margin is minus the distance of both sides.

    Attributes:
        matters_from: From what size on a difference of two computed sides counts; by default by
            unit, see `lackmus.reading.answer.matters`.
    """

    op: Literal["=", "!=", "<", "<=", ">", ">="]
    left: Value
    right: Value
    matters_from: float | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """The score at `target` is the highest; the margin is its lead over the next."""

    scores: tuple[Value, ...]
    target: int
    negated: bool = False
    matters_from: float | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """Truths joined by ``and`` (the smallest margin) or ``or`` (the largest)."""

    op: Literal["and", "or"]
    parts: tuple[Truth, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """A truth denied: its margin changes sign."""

    part: Truth


Truth: TypeAlias = Comparison | Pick | Joined | Not

#: What is asked of a solved game.
Query: TypeAlias = Likelihood | Payoff | OptionWorth | Spread | Link
Parts: TypeAlias = Sequence[Truth | Value]


def children(node: Truth | Value) -> tuple[Truth | Value, ...]:
    """The parts of a question's node; every walk over questions is made of this."""
    match node:
        case Comparison(left=left, right=right):
            return left, right
        case Joined(_, parts) | Arithmetic(_, parts) | Pick(parts):
            return parts
        case Not(part):
            return (part,)
        case Chosen(test, then, otherwise):
            return test, then, otherwise
        case _:
            return ()


def variants_in(node: Truth | Value) -> Iterator[int]:
    """The variants that a question speaks of, as often as it does."""
    if isinstance(node, Query):
        yield node.variant
    for part in children(node):
        yield from variants_in(part)


@dataclass(frozen=True, slots=True)
class Question:
    """A claim, or a part of one, ready to be put to solved games.

    Attributes:
        id: The claim's id; of a part, with its number behind a full stop.
        truth: What is asked.
        text: The question as written.
        unit: What its margin is measured in, in words; ``mixed`` where its parts differ.
        settled: What was observed has decided; None where it is open.
        lit: Whether it is judged in the light of what was observed.
        op: How its parts are joined; empty where it has none.
        parts: The operands of its ``and`` or ``or``, or the links of its chain.
    """

    id: str
    truth: Truth
    text: str = ""
    unit: str = ""
    settled: bool | None = None
    lit: bool = False
    op: Literal["and", "or", ""] = ""
    parts: tuple[Question, ...] = ()


def arithmetic(op: str, parts: Sequence[Floats]) -> Floats:
    """What an operation makes of values; NaN and infinities pass on."""
    first = parts[0]
    unary = {"neg": np.negative, "abs": np.abs, "exp": np.exp, "log": np.log, "sqrt": np.sqrt}
    if op in unary:
        return np.asarray(unary[op](first))
    binary = {
        "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power,
        "min": np.minimum, "max": np.maximum,
    }  # fmt: skip
    result = first
    for part in parts[1:]:
        result = binary[op](result, part)
    return result
