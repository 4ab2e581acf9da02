"""Expressions read in a history: each node becomes a function once, and is called often."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from tests.meaning.expressions import Node

Number = Fraction | int | float


class WrongError(Exception):
    """The case says something that the reference calls a fault."""


class Moment(NamedTuple):
    """Where in a history an expression is read."""

    made: Mapping[str, str | None]
    starts: Mapping[str, tuple[Mapping[str, Number], ...]]
    played: Mapping[str, int]
    over: frozenset[str] = frozenset()
    block: str = ""
    round: int = 0
    updated: bool = False


NOWHERE = Moment({}, {}, {})


class Told(Protocol):
    """What an expression may speak of."""

    @property
    def values(self) -> Mapping[str, Number]:
        """Assumptions."""

    @property
    def blocks(self) -> Mapping[str, Any]:
        """Rounds, by their number's name."""

    @property
    def home(self) -> Mapping[str, str]:
        """The block of a move, signal or state in rounds."""

    @property
    def turns(self) -> Mapping[str, Sequence[str]]:
        """Of each move, who makes it; several take turns in rounds."""

    @property
    def options(self) -> Mapping[str, tuple[str, ...]]:
        """Of each variable."""

    @property
    def numbers(self) -> Mapping[str, Mapping[str, Number]]:
        """Of each variable's options."""

    @property
    def sets(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """Per variable the options that have an item."""

    @property
    def looked(self) -> dict[tuple[Node, str], str]:
        """The blocks that conditions over rounds were found to look at."""


Reader = Callable[[Any, Moment], Any]


@lru_cache(maxsize=50_000)
def reader(node: Node) -> Reader:
    """The value of an expression in a history: an exact number, a float or a truth value."""
    return _MAKE[node.kind](node)


def label_of(told: Told, name: Node, here: Moment) -> str | None:
    """What a variable is here; None where it was not made."""
    word, index, back = name.parts
    if index is not None:
        return here.made.get(f"{word}[{index}]")
    block = told.home.get(word, "")
    if not block:
        return here.made.get(word)
    if here.block == block:
        return here.made.get(f"{word}[{here.round - back}]")
    for round_ in range(here.played.get(block, 0), 0, -1):
        label = here.made.get(f"{word}[{round_}]")
        if label is not None:
            return label
    return None


def state_of(told: Told, name: Node, here: Moment) -> Number:
    """What a state is here."""
    word, index, back = name.parts
    block = told.home[word]
    starts = here.starts[block]
    place: int
    if index is not None:
        place = index - 1
    elif here.block == block:
        place = here.round - 1 + here.updated - back
    else:
        place = len(starts) - 1
    return starts[max(0, min(place, len(starts) - 1))][word]


def is_variable(told: Told, node: Node) -> bool:
    """Whether a node names a move, signal, aim or fact."""
    return node.kind == "name" and node.parts[0] in told.options


def compare(sign: str, left: Any, right: Any) -> bool:
    """Whether a comparison of numbers holds, exactly."""
    if sign == "=":
        return bool(left == right)
    if sign == "!=":
        return bool(left != right)
    if sign[0] == "<":
        return bool(left < right or (sign == "<=" and left == right))
    return bool(left > right or (sign == ">=" and left == right))


def _block_in(told: Told, node: Node, inside: str) -> str:
    """The block whose rounds ``ever`` and ``count`` look at."""
    found = set()
    labels = {
        part.parts[1][1]
        for part in node.walk()
        if part.kind == "compare"
        and is_variable(told, part.parts[1][0])
        and part.parts[1][1].parts[0] in told.options[part.parts[1][0].parts[0]]
    }
    for part in node.walk():
        if part.kind == "name" and part.parts[1] is None and part not in labels:
            word = part.parts[0]
            found.add(word if word in told.blocks else told.home.get(word, ""))
    found -= {"", inside}
    if len(found) != 1:
        raise WrongError(f"{node} speaks of {found}")
    return found.pop()


# Each kind of node


def _number(node: Node) -> Reader:
    value = node.parts[0]
    exact = int(value) if value.denominator == 1 else value
    return lambda _told, _here: exact


def _name(node: Node) -> Reader:
    word = node.parts[0]

    def read(told: Told, here: Moment) -> Any:
        if word in told.values:
            return told.values[word]
        if word in told.blocks:
            return here.round if here.block == word else here.played.get(word, 0)
        if word in told.home and word not in told.options:
            return state_of(told, node, here)
        raise WrongError(f"{word} is no number")

    return read


def _call(node: Node) -> Reader:
    function, arguments = node.parts
    if function in ("ever", "count"):
        return _over_rounds(function, arguments[0])
    name = arguments[0]
    if function == "made":
        return _made(name, *arguments[1:])
    if function == "number":
        return lambda told, here: told.numbers[name.parts[0]].get(
            label_of(told, name, here) or "", 0
        )
    parts = [reader(argument) for argument in arguments]
    work: Any = _FUNCTIONS[function]
    return lambda told, here: work(*[part(told, here) for part in parts])


def _made(move: Node, *by: Node) -> Reader:
    """Whether a move was made, and by whom where that is asked."""
    word, index, back = move.parts

    def read(told: Told, here: Moment) -> bool:
        if label_of(told, move, here) is None:
            return False
        if not by:
            return True
        block = told.home.get(word, "")
        if index is not None or not block:
            round_ = index or 1
        elif here.block == block:
            round_ = here.round - back
        else:
            rounds = range(here.played.get(block, 0), 0, -1)
            round_ = next(one for one in rounds if here.made.get(f"{word}[{one}]") is not None)
        makers = told.turns[word]
        return bool(makers[(round_ - 1) % len(makers)] == by[0].parts[0])

    return read


def _over_rounds(function: str, condition: Node) -> Reader:
    holds = reader(condition)

    def read(told: Told, here: Moment) -> Any:
        key = (condition, here.block)
        if key not in told.looked:
            told.looked[key] = _block_in(told, condition, here.block)
        block = told.looked[key]
        found = sum(
            bool(holds(told, here._replace(block=block, round=round_, updated=False)))
            for round_ in range(1, here.played.get(block, 0) + 1)
        )
        return found > 0 if function == "ever" else found

    return read


def _compare(node: Node) -> Reader:
    signs, sides = node.parts
    numbers = [reader(side) for side in sides]

    def read(told: Told, here: Moment) -> bool:
        first, second = sides[0], sides[1]
        if is_variable(told, first):
            left = label_of(told, first, here)
            word = second.parts[0]
            if word in told.options[first.parts[0]] and second.parts[1] is None:
                right: str | None = word
            elif is_variable(told, second):
                right = label_of(told, second, here)
            else:
                raise WrongError(f"{word} is neither an option nor a variable")
            same = left is not None and left == right
            return same if signs[0] == "=" else not same
        values = [number(told, here) for number in numbers]
        return all(
            compare(sign, values[place], values[place + 1]) for place, sign in enumerate(signs)
        )

    return read


def _member(node: Node) -> Reader:
    name, labels, inside = node.parts
    return lambda told, here: (label_of(told, name, here) in labels) == inside


def _has(node: Node) -> Reader:
    name, item = node.parts
    return lambda told, here: label_of(told, name, here) in told.sets[name.parts[0]][item]


def _two(node: Node) -> Reader:
    first, second = (reader(part) for part in node.parts)
    kind = node.kind
    if kind == "+":
        return lambda told, here: first(told, here) + second(told, here)
    if kind == "-":
        return lambda told, here: first(told, here) - second(told, here)
    if kind == "*":
        return lambda told, here: first(told, here) * second(told, here)
    if kind == "and":
        return lambda told, here: bool(first(told, here)) and bool(second(told, here))
    if kind == "or":
        return lambda told, here: bool(first(told, here)) or bool(second(told, here))
    return lambda told, here: _divided(first(told, here), second(told, here))


def _divided(left: Number, right: Number) -> Number:
    if isinstance(left, int) and isinstance(right, int):
        return Fraction(left, right)
    return left / right


def _power(node: Node) -> Reader:
    base, exponent = (reader(part) for part in node.parts)

    def read(told: Told, here: Moment) -> Any:
        left, right = base(told, here), exponent(told, here)
        if isinstance(right, Fraction | int) and right == int(right):
            return (Fraction(left) if isinstance(left, int) else left) ** int(right)
        return float(left) ** float(right)

    return read


def _one(node: Node) -> Reader:
    inner = reader(node.parts[0])
    if node.kind == "not":
        return lambda told, here: not inner(told, here)
    return lambda told, here: -inner(told, here)


def _choose(node: Node) -> Reader:
    then, condition, otherwise = (reader(part) for part in node.parts)
    return lambda told, here: (then if condition(told, here) else otherwise)(told, here)


_FUNCTIONS: Mapping[str, Any] = {
    "min": min,
    "max": max,
    "abs": abs,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
}
_MAKE: Mapping[str, Callable[[Node], Reader]] = {
    "number": _number,
    "name": _name,
    "call": _call,
    "compare": _compare,
    "member": _member,
    "has": _has,
    "^": _power,
    "minus": _one,
    "not": _one,
    "choose": _choose,
    **dict.fromkeys(("+", "-", "*", "/", "and", "or"), _two),
}
