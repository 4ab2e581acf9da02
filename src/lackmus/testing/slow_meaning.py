"""What expressions say in one history of a case: every rule of the language a second time.

`slow_compile` plays the histories; no code is shared with the compiler.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

from lackmus.case import syntax

Label: TypeAlias = str | None
#: A number: exact unless a function such as ``exp`` had a hand in it.
Value: TypeAlias = Fraction | float


@dataclass
class World:
    """One history so far; `ended` is the block of which a round is just over."""

    values: dict[str, Label] = field(default_factory=dict)
    played: set[tuple[str, int]] = field(default_factory=set)
    states: dict[tuple[str, int], Value] = field(default_factory=dict)
    over: set[str] = field(default_factory=set)
    ended: str | None = None

    def copy(self) -> World:
        """The same history, to be continued in another way."""
        return World(dict(self.values), set(self.played), dict(self.states), set(self.over))


class Meaning:
    """The names of a case, and what expressions of them say.

    Attributes:
        base: Assumptions with their base values.
        labels: The options of each move, aim, fact and signal.
        moves: The moves, by name.
        makers: Who makes each move, by its column; empty for chance.
        block_of: The rounds in which a move is made, for those that are.
        state_block: The rounds to which a state belongs.
    """

    def __init__(self, case: syntax.Case) -> None:
        self.base: dict[str, Fraction] = {
            a.name: a.value for a in (*case.assumptions, case.precision)
        }
        self.labels: dict[str, tuple[str, ...]] = {}
        self.moves: dict[str, syntax.Move] = {}
        self.makers: dict[str, str] = {}
        self.block_of: dict[str, str] = {}
        blocks = [item for item in case.moves if isinstance(item, syntax.Rounds)]
        self.state_block = {s.name: block.name for block in blocks for s in block.state}

    def _value(self, name: syntax.Name, world: World, block: str | None, number: int) -> Label:
        own = self.block_of.get(name.id)
        if own is None:
            return world.values.get(name.id)
        if name.index is not None:
            return world.values.get(f"{name.id}[{name.index}]")
        if own == block:
            return world.values.get(f"{name.id}[{number - name.back}]")
        last = None
        for n in range(1, 1000):
            if f"{name.id}[{n}]" not in world.values:
                break
            last = world.values[f"{name.id}[{n}]"] or last
        return last

    def _maker(self, name: syntax.Name, world: World, block: str | None, number: int) -> str | None:
        """Who made a move, in the round that the name means; None where it is not made.

        Where chance made it: an empty name.
        """
        if self._value(name, world, block, number) is None:
            return None
        makers, own = self.makers, self.block_of.get(name.id)
        if own is None:
            return makers[name.id]
        if name.index is not None:
            return makers[f"{name.id}[{name.index}]"]
        if own == block:
            return makers[f"{name.id}[{number - name.back}]"]
        made = [c for c in makers if c.partition("[")[0] == name.id and world.values.get(c)]
        return makers[made[-1]]

    def holds(self, node: syntax.Expr, world: World, block: str | None, number: int) -> bool:
        """Whether a condition holds in a history, seen from a round of a block."""
        match node:
            case syntax.Binary("and", a, b):
                return self.holds(a, world, block, number) and self.holds(b, world, block, number)
            case syntax.Binary("or", a, b):
                return self.holds(a, world, block, number) or self.holds(b, world, block, number)
            case syntax.Unary("not", a):
                return not self.holds(a, world, block, number)
            case syntax.IfElse(a, test, b):
                chosen = a if self.holds(test, world, block, number) else b
                return self.holds(chosen, world, block, number)
            case syntax.Member(variable, options, negated):
                label = self._value(variable, world, block, number)
                return (label in [str(option) for option in options]) != negated
            case syntax.Has(variable, item):
                label = self._value(variable, world, block, number)
                return label is not None and item in self._options_of(variable)[label].items
            case syntax.Call("made", (syntax.Name() as move, *by)):
                maker = self._maker(move, world, block, number)
                return maker == str(by[0]) if by else maker is not None
            case syntax.Call("ever", (inner,)):
                return any(self._each_round(inner, world))
            case syntax.Compare():
                return self._compare(node, world, block, number)
            case _:
                raise TypeError(f"not expected here: {node}")

    def _compare(self, node: syntax.Compare, world: World, block: str | None, number: int) -> bool:
        first, second = node.operands[:2]
        if isinstance(first, syntax.Name) and first.id in self.labels:
            mine = self._value(first, world, block, number)
            other: Label = str(second)
            if isinstance(second, syntax.Name) and other not in self.labels[first.id]:
                other = self._value(second, world, block, number)
            return (mine is not None and mine == other) == (node.ops[0] == "=")
        values = [self.number(operand, world, block, number) for operand in node.operands]
        return all(
            _COMPARE[op](a, b) for op, a, b in zip(node.ops, values, values[1:], strict=False)
        )

    def _each_round(self, inner: syntax.Expr, world: World) -> list[bool]:
        block = next(b for name in self._spoken(inner) if (b := self._block(name)))
        rounds = sorted(n for name, n in world.played if name == block)
        return [self.holds(inner, world, block, n) for n in rounds]

    def _options_of(self, name: syntax.Name) -> dict[str, syntax.Option]:
        """The options of a move, or of the one that a signal is about."""
        move = self.moves[name.id]
        while move.signal_of is not None:
            move = self.moves[move.signal_of.id]
        return {option.label: option for option in move.options}

    def _block(self, name: str) -> str | None:
        return self.block_of.get(name) or self.state_block.get(name)

    def _spoken(self, node: syntax.Expr) -> Iterator[str]:
        """The names in an expression; a label that stands after a move is none."""
        if isinstance(node, syntax.Name):
            yield node.id
        parts = syntax.children(node)
        if isinstance(node, syntax.Call) and node.function == "made":
            parts = parts[:1]
        if isinstance(node, syntax.Compare) and isinstance(parts[0], syntax.Name):
            own = self.labels.get(parts[0].id, ())
            parts = tuple(part for part in parts if str(part) not in own)
        for part in parts:
            yield from self._spoken(part)

    def number(self, node: syntax.Expr, world: World, block: str | None, number: int) -> Value:
        """The value of a number in a history, seen from a round of a block."""
        match node:
            case syntax.Number(value):
                return value
            case syntax.Name():
                return self._numeric(node, world, block, number)
            case syntax.Unary("-", a):
                return -self.number(a, world, block, number)
            case syntax.Binary(op, a, b):
                left = self.number(a, world, block, number)
                right = self.number(b, world, block, number)
                result: Value = _ARITHMETIC[op](left, right)
                return result
            case syntax.IfElse(a, test, b):
                chosen = a if self.holds(test, world, block, number) else b
                return self.number(chosen, world, block, number)
            case syntax.Call("number", (syntax.Name() as move,)):
                taken = self._value(move, world, block, number)
                return Fraction(0 if taken is None else self._options_of(move)[taken].number or 0)
            case syntax.Call("count", (inner,)):
                return Fraction(sum(self._each_round(inner, world)))
            case syntax.Call(function, arguments):
                values = [self.number(a, world, block, number) for a in arguments]
                found: Value = _FUNCTIONS[function](*values)
                return found
            case _:
                raise TypeError(f"not expected here: {node}")

    def _numeric(self, node: syntax.Name, world: World, block: str | None, number: int) -> Value:
        name = node.id
        if name in self.base:
            return self.base[name]
        if name in self.state_block:
            at = 0
            if node.index is not None:
                at = node.index
            elif self.state_block[name] == block:
                at = max(1, number + (world.ended == block) - node.back)
            return world.states[name, at if (name, at) in world.states else 0]
        if name == block:
            return Fraction(number)
        return Fraction(len([1 for played, _ in world.played if played == name]))


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": min, "max": max, "abs": abs, "exp": math.exp, "log": math.log, "sqrt": math.sqrt,
}  # fmt: skip
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
    ">=": operator.ge,
}  # fmt: skip
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "^": operator.pow,
}  # fmt: skip
