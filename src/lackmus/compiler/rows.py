"""The table of histories while it grows, and expressions evaluated over it.

A row is a history so far; a column is the code of an option, `NOT_MADE` where the move was not
made. Conditions become boolean arrays over rows. Numbers become arrays over rows, over draws, or
both: an assumption is an array of shape (draws, 1), so that NumPy's broadcasting does the rest.

What no assumption touches (conditions, states, chances that are 0) decides which histories there
are, and is computed in fractions: once for each class of rows in which it comes out the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import reduce
from operator import itemgetter
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lackmus.case import syntax
from lackmus.case.scope import Scope, assumes, spoken
from lackmus.compiler.exact_numbers import (
    EXACT_ARITHMETIC,
    EXACT_FUNCTIONS,
    FRACTION,
    bearable,
    to_float,
)
from lackmus.foundation.arrays import Bools, Codes, Ints
from lackmus.game.game import NOT_MADE

#: Floats, or an object array of fractions (floats among them where a number is irrational).
Numbers: TypeAlias = NDArray[Any]

_COMPARE = {
    "=": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal,
    ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip
_ARITHMETIC: dict[str, Callable[..., Any]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power,
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": np.abs,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
}


def column_name(variable: str, number: int | None) -> str:
    """Name of a variable's column, in a certain round of its block."""
    return variable if number is None else f"{variable}[{number}]"


@dataclass(frozen=True, slots=True, eq=False)
class Carried:
    """An exact number a row, few of them different.

    Attributes:
        codes: Which of `values` a row has.
        values: Fractions, or floats where a number is irrational; no two of them equal.
    """

    codes: NDArray[np.int64]
    values: Numbers

    @classmethod
    def of(cls, codes: NDArray[np.int64], values: Numbers) -> Carried:
        """The same numbers, each value once; those of too many digits are rounded."""
        place: dict[Any, int] = {}
        kept = map(bearable, values)
        new = np.array([place.setdefault(value, len(place)) for value in kept], np.int64)
        table = np.empty(len(place), object)
        table[:] = list(place)
        return cls(new[codes], table)

    def numbers(self, *, exact: bool) -> Numbers:
        """The number of each row."""
        table = self.values if exact else np.array([to_float(value) for value in self.values])
        return np.asarray(table[self.codes])

    def take(self, index: Ints | NDArray[np.int64]) -> Carried:
        """The rows at `index`."""
        return Carried(self.codes[index], self.values)

    def where(self, rows: Bools, other: Carried) -> Carried:
        """The other's numbers in some rows, these in the rest."""
        codes = np.where(rows, other.codes + len(self.values), self.codes)
        labels, first = classes(codes, len(self.values) + len(other.values))
        return Carried.of(labels, np.concatenate([self.values, other.values])[codes[first]])


@dataclass(slots=True)
class Rows:
    """Histories so far: everything here has one entry a row.

    Attributes:
        size: Number of rows.
        codes: Per column, the option taken.
        states: Per state and round, its value when the round begins; round 0 is the latest.
        played: Per block and round, whether the round was played.
    """

    size: int
    codes: dict[str, Codes] = field(default_factory=dict)
    states: dict[tuple[str, int], Carried] = field(default_factory=dict)
    played: dict[tuple[str, int], Bools] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """Bytes of one row."""
        columns = (*self.codes.values(), *self.played.values())
        carried = (state.codes for state in self.states.values())
        return sum(column.itemsize for column in (*columns, *carried))

    def take(self, index: Ints | NDArray[np.int64]) -> Rows:
        """The rows at `index`."""
        return Rows(
            len(index),
            {name: column[index] for name, column in self.codes.items()},
            {name: state.take(index) for name, state in self.states.items()},
            {name: column[index] for name, column in self.played.items()},
        )


@dataclass(frozen=True, slots=True)
class Env:
    """Rows, the meaning of names, and the values of assumptions.

    Attributes:
        rows: The histories.
        scope: What names mean.
        block: The rounds block an expression stands in, or None.
        number: The round, counted from 1.
        values: Assumptions, each an array of shape (draws, 1); empty where none may be used.
        exact: Whether numbers are fractions; `values` then are, too.
        ended: Whether the round is over: states are what the next one begins with.
    """

    rows: Rows
    scope: Scope
    block: str | None = None
    number: int = 0
    values: Mapping[str, Numbers] = field(default_factory=dict)
    exact: bool = False
    ended: bool = False

    def codes(self, name: syntax.Name) -> Codes:
        """The option codes of a variable."""
        variable = self.scope.variables[name.id]
        if variable.block is None:
            return self._column(name.id)
        if name.index is not None:
            return self._column(column_name(name.id, name.index))
        if variable.block == self.block:
            return self._column(column_name(name.id, self.number - name.back))
        last = np.full(self.rows.size, NOT_MADE, np.int8)
        for number in self.rounds(variable.block):
            codes = self._column(column_name(name.id, number))
            last = np.where(codes != NOT_MADE, codes, last)
        return last

    def made_by(self, name: syntax.Name, actor: str) -> Bools:
        """Where a variable was made by an actor; of several rounds the last one made counts."""
        variable = self.scope.variables[name.id]
        made = self.codes(name) != NOT_MADE
        if len(variable.by) < 2 or variable.block is None:
            return np.asarray(made & (actor in variable.by))
        if name.index is not None:
            return np.asarray(made & (variable.maker(name.index) == actor))
        if variable.block == self.block:
            return np.asarray(made & (variable.maker(self.number - name.back) == actor))
        his = np.zeros(self.rows.size, np.bool_)
        for number in self.rounds(variable.block):
            here = self._column(column_name(name.id, number)) != NOT_MADE
            his = np.where(here, variable.maker(number) == actor, his)
        return his

    def rounds(self, block: str) -> list[int]:
        """The rounds of a block that the rows know of."""
        return [number for name, number in self.rows.played if name == block]

    def _column(self, name: str) -> Codes:
        column = self.rows.codes.get(name)
        return np.full(self.rows.size, NOT_MADE, np.int8) if column is None else column

    def state(self, name: syntax.Name) -> Carried:
        """A state: as a certain round began, as this one or the one before did, or its latest."""
        number = 0
        if name.index is not None:
            number = name.index
        elif self.scope.states[name.id] == self.block:
            number = max(1, self.number + self.ended - name.back)
        return self.rows.states.get((name.id, number), self.rows.states[name.id, 0])

    def played(self, block: str) -> NDArray[np.int64]:
        """How many rounds of a block each row has played."""
        played = [self.rows.played[block, r] for r in self.rounds(block)]
        return np.asarray(np.sum(played, axis=0, dtype=np.int64))

    def value(self, name: syntax.Name) -> Numbers:
        """The value of an assumption, a state or a round's number."""
        if name.id in self.values:
            return self.values[name.id]
        if name.id in self.scope.states:
            return self.state(name).numbers(exact=self.exact)
        if name.id == self.block:
            return self.whole(np.asarray(self.number))
        if name.id not in self.scope.blocks:
            raise KeyError(f"'{name.id}' has no value here")
        return self.whole(self.played(name.id))

    def whole(self, numbers: NDArray[np.int64]) -> Numbers:
        """Whole numbers in the arithmetic of this place: integers would overflow."""
        return np.asarray(FRACTION(numbers) if self.exact else numbers.astype(np.float64))

    def at(self, block: str, number: int) -> Env:
        """The same rows, seen from a round of a block."""
        return replace(self, block=block, number=number, ended=False)


# --- conditions --------------------------------------------------------------------------------


def condition(expression: syntax.Expr, env: Env) -> Bools:
    """Where a condition holds; shape (rows,), or (draws, rows) where it hangs on an assumption."""
    match expression:
        case syntax.Binary("and", left, right):
            return condition(left, env) & condition(right, env)
        case syntax.Binary("or", left, right):
            return condition(left, env) | condition(right, env)
        case syntax.Unary("not", operand):
            return ~condition(operand, env)
        case syntax.Member() | syntax.Has():
            return _one_of(expression, env)
        case syntax.IfElse(then, test, otherwise):
            chosen = condition(test, env)
            return (chosen & condition(then, env)) | (~chosen & condition(otherwise, env))
        case syntax.Call("made", (syntax.Name() as move, *by)):
            return env.made_by(move, str(by[0])) if by else np.asarray(env.codes(move) != NOT_MADE)
        case syntax.Call("ever", (argument,)):
            return np.asarray(_each_round(argument, env).any(axis=0))
        case syntax.Compare():
            return _compare(expression, env)
        case syntax.Occurs(_, meaning):
            return condition(meaning, env)
        case _:
            raise TypeError(f"not a condition: {expression}")


def _one_of(node: syntax.Member | syntax.Has, env: Env) -> Bools:
    variable = env.scope.variables[node.variable.id]
    if isinstance(node, syntax.Has):
        wanted = [i for i, some in enumerate(variable.items) if node.item in some]
        return np.isin(env.codes(node.variable), wanted)
    wanted = [variable.options.index(str(option)) for option in node.options]
    return np.isin(env.codes(node.variable), wanted) ^ node.negated


def _is_condition(expression: syntax.Expr) -> bool:
    match expression:
        case syntax.Compare() | syntax.Member() | syntax.Has() | syntax.Unary("not"):
            return True
        case syntax.Binary("and" | "or") | syntax.Call("ever" | "made") | syntax.Occurs():
            return True
        case syntax.IfElse(then):
            return _is_condition(then)
        case _:
            return False


def _compare(node: syntax.Compare, env: Env) -> Bools:
    first = node.operands[0]
    if isinstance(first, syntax.Name) and first.id in env.scope.variables:
        equal = _same_label(first, node.operands[1], env)
        return equal if node.ops[0] == "=" else ~equal
    if env.exact or assumes(node, env.scope):
        return _chain(node, env)
    codes, few = _alike(node, env)
    return np.asarray(np.broadcast_to(_chain(node, few), few.rows.size)[codes])


@np.errstate(all="ignore")
def _chain(node: syntax.Compare, env: Env) -> Bools:
    values = [number(operand, env) for operand in node.operands]
    result = np.ones(env.rows.size, np.bool_)
    for op, left, right in zip(node.ops, values, values[1:], strict=False):
        result = result & _COMPARE[op](left, right)
    return result


def _same_label(first: syntax.Name, second: syntax.Expr, env: Env) -> Bools:
    labels = env.scope.variables[first.id].options
    codes = env.codes(first)
    if isinstance(second, syntax.Name) and str(second) in labels:
        return np.asarray(codes == labels.index(str(second)))
    if not isinstance(second, syntax.Name):
        raise TypeError(f"not a label: {second}")
    theirs = env.scope.variables[second.id].options
    translate = np.array([labels.index(o) if o in labels else UNKNOWN for o in theirs] + [NOT_MADE])
    return np.asarray((codes != NOT_MADE) & (codes == translate[env.codes(second)]))


UNKNOWN = -9


def _each_round(argument: syntax.Expr, env: Env) -> Bools:
    """Where a condition holds in each round that was played; rounds stand first."""
    block = block_of(argument, env.scope)
    rounds = [
        condition(argument, env.at(block, r)) & env.rows.played[block, r] for r in env.rounds(block)
    ]
    return np.stack(np.broadcast_arrays(*rounds))


def block_of(expression: syntax.Expr, scope: Scope) -> str:
    """The rounds block whose moves or states a condition speaks of."""
    for name in spoken(expression, scope):
        block = scope.block_of(name.id)
        if block is not None:
            return block
    raise TypeError("no rounds in this expression")


# --- numbers -----------------------------------------------------------------------------------


def number(expression: syntax.Expr, env: Env) -> Numbers:
    """The value of a number, broadcastable to (draws, rows)."""
    match expression:
        case syntax.Number(value):
            return np.asarray(value if env.exact else float(value))
        case syntax.Name():
            return env.value(expression)
        case syntax.Unary("-", operand):
            return np.asarray(-number(operand, env))
        case syntax.Binary(op, left, right):
            known = EXACT_ARITHMETIC if env.exact else _ARITHMETIC
            return np.asarray(known[op](number(left, env), number(right, env)))
        case syntax.IfElse(then, test, otherwise):
            return np.where(condition(test, env), number(then, env), number(otherwise, env))
        case syntax.Call("count", (argument,)):
            return env.whole(np.sum(_each_round(argument, env), axis=0, dtype=np.int64))
        case syntax.Call("number", (syntax.Name() as move,)):
            # The code of what is not made is the last place.
            table = [*(n or Fraction(0) for n in env.scope.variables[move.id].numbers), Fraction(0)]
            return np.array(table, object if env.exact else np.float64)[env.codes(move)]
        case syntax.Call("min" | "max" as function, arguments):
            values = [number(argument, env) for argument in arguments]
            pick = np.minimum if function == "min" else np.maximum
            return np.asarray(reduce(pick, values))
        case syntax.Call(function, (argument,)):
            known = EXACT_FUNCTIONS if env.exact else _FUNCTIONS
            return np.asarray(known[function](number(argument, env)))
        case _:
            raise TypeError(f"not a number: {expression}")


def prepared(expression: syntax.Expr, env: Env) -> Callable[[Mapping[str, Numbers]], Numbers]:
    """A number as a function of the assumptions, in floats; all that they do not touch is done.

    Args:
        expression: The number.
        env: Its place, without values.

    Returns:
        What `number` gives where `env` has the values handed over.
    """
    if not assumes(expression, env.scope):
        known = number(expression, env)
        return lambda _: known
    match expression:
        case syntax.Name(name):
            return itemgetter(name)
        case syntax.Unary("-", operand):
            inner = prepared(operand, env)
            return lambda values: np.asarray(-inner(values))
        case syntax.Binary(op, left, right):
            function, one, other = _ARITHMETIC[op], prepared(left, env), prepared(right, env)
            return lambda values: np.asarray(function(one(values), other(values)))
        case syntax.IfElse(then, test, otherwise) if not assumes(test, env.scope):
            chosen, one, other = condition(test, env), prepared(then, env), prepared(otherwise, env)
            return lambda values: np.where(chosen, one(values), other(values))
        case _:
            return lambda values: number(expression, replace(env, values=values))


@np.errstate(all="ignore")
def settled(expression: syntax.Expr, env: Env) -> Carried:
    """A condition or a number in which no assumption stands, exactly."""
    if _is_condition(expression):
        return Carried.of(condition(expression, env).astype(np.int64), np.array([0, 1], object))
    codes, few = _alike(expression, env)
    return Carried.of(codes, np.broadcast_to(number(expression, few), few.rows.size))


def settled_parts(expression: syntax.Expr, env: Env) -> Iterator[Carried]:
    """The largest parts of a number that no assumption touches: what makes rows differ in it."""
    if not assumes(expression, env.scope):
        yield settled(expression, env)
    elif isinstance(expression, syntax.Call) and expression.function in ("ever", "count"):
        (argument,) = expression.arguments
        block = block_of(argument, env.scope)
        for r in env.rounds(block):
            yield Carried.of(env.rows.played[block, r].astype(np.int64), np.array([0, 1], object))
            yield from settled_parts(argument, env.at(block, r))
    else:
        for part in syntax.children(expression):
            yield from settled_parts(part, env)


def leaves(expression: syntax.Expr, env: Env) -> Iterator[NDArray[Any]]:
    """Codes of all in which rows can differ in a number, whatever the assumptions."""
    if not assumes(expression, env.scope):
        yield from _leaves(expression, env)
    elif isinstance(expression, syntax.Call) and expression.function in ("ever", "count"):
        (argument,) = expression.arguments
        block = block_of(argument, env.scope)
        for r in env.rounds(block):
            yield env.rows.played[block, r]
            yield from leaves(argument, env.at(block, r))
    else:
        for part in syntax.children(expression):
            yield from leaves(part, env)


def _alike(expression: syntax.Expr, env: Env) -> tuple[NDArray[np.int64], Env]:
    """Classes of rows in which an expression comes out the same way, and one row of each."""
    codes, first = joint_classes(list(_leaves(expression, env)), env.rows.size)
    return codes, replace(env, rows=env.rows.take(first), values={}, exact=True)


def _leaves(expression: syntax.Expr, env: Env) -> Iterator[NDArray[Any]]:
    """What an expression without assumptions is computed from, as codes."""
    if isinstance(expression, syntax.Name):
        if expression.id in env.scope.states:
            yield env.state(expression).codes
        elif expression.id != env.block:
            yield env.played(expression.id)
    elif _is_condition(expression) and not _compares_numbers(expression, env):
        yield condition(expression, env)
    elif isinstance(expression, syntax.Call) and expression.function == "number":
        (move,) = expression.arguments
        if isinstance(move, syntax.Name):
            yield env.codes(move)
    elif isinstance(expression, syntax.Call) and expression.function == "count":
        yield np.asarray(_each_round(expression.arguments[0], env).sum(axis=0))
    else:
        for part in syntax.children(expression):
            yield from _leaves(part, env)


def _compares_numbers(expression: syntax.Expr, env: Env) -> bool:
    match expression:
        case syntax.Compare((syntax.Name(id=name), *_)):
            return name not in env.scope.variables
        case syntax.Compare():
            return True
        case _:
            return False


def joint_classes(
    parts: list[NDArray[Any]], size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Classes of rows that agree in all parts, and the first row of each class."""
    keys = np.zeros(size, np.int64)
    first = np.zeros(min(1, size), np.int64)
    for part in parts:
        codes = part.astype(np.int64)
        low, high = (int(codes.min()), int(codes.max())) if size else (0, 0)
        width = high - low + 1
        keys, first = classes(keys * width + (codes - low), len(first) * width)
    return keys, first


def classes(keys: NDArray[np.int64], n_keys: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Dense labels of equal keys in 0 … n_keys-1, and the first place of each label."""
    if n_keys > 64 * max(len(keys), 1024):
        _, first, labels = np.unique(keys, return_index=True, return_inverse=True)
        return labels.astype(np.int64), first.astype(np.int64)
    present = np.zeros(n_keys, np.bool_)
    present[keys] = True
    label = np.cumsum(present) - 1
    labels = label[keys]
    first = np.empty(int(present.sum()), np.int64)
    first[labels[::-1]] = np.arange(len(keys) - 1, -1, -1)
    return labels, first
