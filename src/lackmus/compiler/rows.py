"""The table of histories while it grows, and expressions evaluated over it.

A row is a history so far; a column is the code of an option, `NOT_MADE` where the move was not
made. Conditions become boolean arrays over rows. Numbers become arrays over rows, over draws, or
both: an assumption is an array of shape (draws, 1), so that NumPy's broadcasting does the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lackmus.case import syntax
from lackmus.case.scope import Scope
from lackmus.foundation.arrays import Bools, Codes, Ints
from lackmus.game.game import NOT_MADE

#: Floats, or Fractions in an object array.
Numbers: TypeAlias = NDArray[Any]

#: Bits of a power that is kept exact.
_MOST_BITS = 20_000

_FUNCTIONS = {"abs": np.abs, "exp": np.exp, "log": np.log, "sqrt": np.sqrt}
_COMPARE = {
    "=": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal,
    ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip


#: States as fractions, where all are whole numbers and the assumptions are fractions.
_WHOLE = np.frompyfunc(lambda state: Fraction(int(state)), 1, 1)


def column_name(variable: str, number: int | None) -> str:
    """Name of a variable's column, in a certain round of its block."""
    return variable if number is None else f"{variable}[{number}]"


@dataclass(slots=True)
class Rows:
    """Histories so far: everything here has one entry a row.

    Attributes:
        size: Number of rows.
        codes: Per column, the option taken.
        states: Per state and round, its value when the round begins; round 0 is the end.
        played: Per block and round, whether the round was played.
    """

    size: int
    codes: dict[str, Codes] = field(default_factory=dict)
    states: dict[tuple[str, int], Numbers] = field(default_factory=dict)
    played: dict[tuple[str, int], Bools] = field(default_factory=dict)

    def take(self, index: Ints | NDArray[np.int64]) -> Rows:
        """The rows at `index`."""
        return Rows(
            len(index),
            {name: column[index] for name, column in self.codes.items()},
            {name: column[index] for name, column in self.states.items()},
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
    """

    rows: Rows
    scope: Scope
    block: str | None = None
    number: int = 0
    values: Mapping[str, Numbers] = field(default_factory=dict)

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

    def rounds(self, block: str) -> list[int]:
        """The rounds of a block that the rows know of."""
        return [number for name, number in self.rows.played if name == block]

    def _column(self, name: str) -> Codes:
        column = self.rows.codes.get(name)
        return np.full(self.rows.size, NOT_MADE, np.int8) if column is None else column

    def value(self, name: syntax.Name) -> Numbers:
        """The value of an assumption, a state or a round's number."""
        if name.id in self.values:
            return self.values[name.id]
        if name.id in self.scope.states:
            inside = self.scope.states[name.id] == self.block
            state = self.rows.states[name.id, self.number if inside else 0]
            return np.asarray(_WHOLE(state)) if _exact(self) else state
        if name.id == self.block:
            return np.asarray(self.number)
        played = [self.rows.played[name.id, r] for r in self.rounds(name.id)]
        return np.asarray(np.sum(played, axis=0, dtype=np.int64))

    def at(self, block: str, number: int) -> Env:
        """The same rows, seen from a round of a block."""
        return Env(self.rows, self.scope, block, number, self.values)


def condition(expression: syntax.Expr, env: Env) -> Bools:
    """Where a condition holds; shape (rows,)."""
    match expression:
        case syntax.Binary("and", left, right):
            return condition(left, env) & condition(right, env)
        case syntax.Binary("or", left, right):
            return condition(left, env) | condition(right, env)
        case syntax.Unary("not", operand):
            return ~condition(operand, env)
        case syntax.Member(variable, options, negated):
            labels = env.scope.variables[variable.id].options
            wanted = [labels.index(str(option)) for option in options]
            return np.isin(env.codes(variable), wanted) ^ negated
        case syntax.IfElse(then, test, otherwise):
            chosen = condition(test, env)
            return (chosen & condition(then, env)) | (~chosen & condition(otherwise, env))
        case syntax.Call("made", (syntax.Name() as move,)):
            return np.asarray(env.codes(move) != NOT_MADE)
        case syntax.Call("ever", (argument,)):
            return np.asarray(_each_round(argument, env).any(axis=0))
        case syntax.Compare():
            return _compare(expression, env)
        case _:
            raise TypeError(f"not a condition: {expression}")


def _compare(node: syntax.Compare, env: Env) -> Bools:
    first = node.operands[0]
    if isinstance(first, syntax.Name) and first.id in env.scope.variables:
        equal = _same_label(first, node.operands[1], env)
        return equal if node.ops[0] == "=" else ~equal
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
    block = block_of(argument, env.scope)
    rounds = [
        condition(argument, env.at(block, r)) & env.rows.played[block, r] for r in env.rounds(block)
    ]
    return np.array(rounds, np.bool_).reshape(len(rounds), env.rows.size)


def block_of(expression: syntax.Expr, scope: Scope) -> str:
    """The rounds block whose moves a condition speaks of."""
    stack: list[Any] = [expression]
    while stack:
        part = stack.pop()
        if isinstance(part, syntax.Name) and part.id in scope.variables:
            block = scope.variables[part.id].block
            if block is not None:
                return block
        elif isinstance(part, tuple):
            stack += part
        elif hasattr(part, "__slots__"):
            stack += [getattr(part, name) for name in part.__slots__ if name != "span"]
    raise TypeError("no rounds in this expression")


def number(expression: syntax.Expr, env: Env) -> Numbers:
    """The value of a number, broadcastable to (draws, rows)."""
    match expression:
        case syntax.Number(value):
            return np.asarray(value if _exact(env) else float(value))
        case syntax.Name():
            return env.value(expression)
        case syntax.Unary("-", operand):
            return np.asarray(-number(operand, env))
        case syntax.Binary(op, left, right):
            return _arithmetic(op, number(left, env), number(right, env))
        case syntax.IfElse(then, test, otherwise):
            return np.where(condition(test, env), number(then, env), number(otherwise, env))
        case syntax.Call("count", (argument,)):
            return np.asarray(np.sum(_each_round(argument, env), axis=0, dtype=np.int64))
        case syntax.Call("min" | "max" as function, arguments):
            values = [number(argument, env) for argument in arguments]
            pick = np.minimum if function == "min" else np.maximum
            return np.asarray(reduce(pick, values))
        case syntax.Call(function, (argument,)):
            return np.asarray(_FUNCTIONS[function](number(argument, env)))
        case _:
            raise TypeError(f"not a number: {expression}")


def _exact(env: Env) -> bool:
    return any(value.dtype == object for value in env.values.values())


def _arithmetic(op: str, left: Numbers, right: Numbers) -> Numbers:
    match op:
        case "+":
            return np.asarray(left + right)
        case "-":
            return np.asarray(left - right)
        case "*":
            return np.asarray(left * right)
        case "/":
            with np.errstate(divide="ignore", invalid="ignore"):
                return np.asarray(left / right)
        case _:
            if left.dtype == object or right.dtype == object:
                _refuse_large_power(left, right)
            return np.asarray(left**right)


def _refuse_large_power(left: Numbers, right: Numbers) -> None:
    """An exact power with a fractional or a large exponent is left to floats."""
    bits = max(
        max(Fraction(value).numerator.bit_length(), Fraction(value).denominator.bit_length())
        for value in left.flat
    )
    for value in set(right.flat):
        exponent = Fraction(value)
        if exponent.denominator != 1 or bits * abs(exponent) > _MOST_BITS:
            raise TypeError("a power that is not kept exact")
