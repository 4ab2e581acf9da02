"""Expressions of the case language: a parser by recursive descent.

A node is a kind and its parts. Kinds: ``number`` (Fraction), ``name`` (name, index or None, whether
it is the last round's), ``call`` (function, arguments), the operators, ``compare`` (operators,
sides), ``member`` (name, labels, whether in), ``has`` (name, item), ``and``, ``or``, ``not``,
``choose`` (then, if, else), and the terms of claims, each with its conditions last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

FUNCTIONS = ("min", "max", "abs", "exp", "log", "sqrt", "ever", "count", "made", "number")
TERMS = ("P", "E", "best", "likeliest", "value", "H", "I", "shift")

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)"
    r"|(?P<sign><=|>=|!=|[-+*/^%()\[\],;|=<>]))"
)


@dataclass(frozen=True)
class Node:
    """A part of an expression."""

    kind: str
    parts: tuple[Any, ...]

    @cached_property
    def _hash(self) -> int:
        return hash((self.kind, self.parts))

    def __hash__(self) -> int:
        """Reckoned once: nodes are keys of what was read before."""
        return self._hash

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        yield self
        yield from _below(self.parts)


def _below(parts: tuple[Any, ...]) -> Iterator[Node]:
    for part in parts:
        if isinstance(part, Node):
            yield from part.walk()
        elif isinstance(part, tuple):
            yield from _below(part)


@lru_cache(maxsize=20_000)
def parse(text: str) -> Node:
    """An expression of any kind."""
    reader = _Reader(text)
    node = reader.expression()
    if reader.at < len(reader.tokens):
        raise ValueError(f"{text!r}: {reader.tokens[reader.at]!r} is left over")
    return node


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[str] = []
        place, end = 0, len(text.rstrip())
        while place < end:
            found = _TOKEN.match(text, place)
            if found is None:
                raise ValueError(f"{text!r}: cannot read on at {place}")
            self.tokens.append(found[found.lastgroup or 0])
            place = found.end()
        self.at = 0

    def sees(self, *words: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at] in words

    def takes(self, *words: str) -> bool:
        if not self.sees(*words):
            return False
        self.at += 1
        return True

    def next(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1]

    def wants(self, word: str) -> None:
        if not self.takes(word):
            raise ValueError(f"{self.text!r}: {word!r} is missing at token {self.at}")

    def expression(self) -> Node:
        first = self.disjunction()
        if not self.takes("if"):
            return first
        condition = self.disjunction()
        self.wants("else")
        return Node("choose", (first, condition, self.expression()))

    def disjunction(self) -> Node:
        node = self.conjunction()
        while self.takes("or"):
            node = Node("or", (node, self.conjunction()))
        return node

    def conjunction(self) -> Node:
        node = self.negation()
        while self.takes("and"):
            node = Node("and", (node, self.negation()))
        return node

    def negation(self) -> Node:
        if self.takes("not"):
            return Node("not", (self.negation(),))
        return self.comparison()

    def comparison(self) -> Node:
        first = self.sum()
        if self.sees("in") or (self.sees("not") and self.tokens[self.at + 1] == "in"):
            inside = not self.takes("not")
            self.wants("in")
            self.wants("[")
            labels = [self.next()]
            while self.takes(","):
                labels.append(self.next())
            self.wants("]")
            return Node("member", (first, tuple(labels), inside))
        if self.takes("has"):
            return Node("has", (first, self.next()))
        signs, sides = [], [first]
        while self.sees("=", "!=", "<", "<=", ">", ">="):
            signs.append(self.next())
            sides.append(self.sum())
        return Node("compare", (tuple(signs), tuple(sides))) if signs else first

    def sum(self) -> Node:
        node = self.product()
        while self.sees("+", "-"):
            node = Node(self.next(), (node, self.product()))
        return node

    def product(self) -> Node:
        node = self.factor()
        while self.sees("*", "/"):
            node = Node(self.next(), (node, self.factor()))
        return node

    def factor(self) -> Node:
        if self.takes("-"):
            return Node("minus", (self.factor(),))
        base = self.atom()
        return Node("^", (base, self.factor())) if self.takes("^") else base

    def atom(self) -> Node:
        word = self.next()
        if word == "(":
            node = self.expression()
            self.wants(")")
            return node
        if word[0].isdigit() or word[0] == ".":
            number = Fraction(word)
            return Node("number", (number / 100 if self.takes("%") else number,))
        if word in FUNCTIONS and self.takes("("):
            arguments = [self.expression()]
            while self.takes(","):
                arguments.append(self.expression())
            self.wants(")")
            return Node("call", (word, tuple(arguments)))
        if word in TERMS and self.sees("(", "["):
            return self.term(word)
        self.at -= 1
        return self.name()

    def name(self) -> Node:
        word = self.next()
        if not (word[0].isalpha() or word[0] == "_"):
            raise ValueError(f"{self.text!r}: {word!r} is no name")
        if word == "previous" and self.takes("("):
            inner = self.next()
            self.wants(")")
            return Node("name", (inner, None, True))
        if self.takes("["):
            index = int(self.next())
            self.wants("]")
            return Node("name", (word, index, False))
        return Node("name", (word, None, False))

    def term(self, word: str) -> Node:
        viewer = ""
        if self.takes("["):
            viewer = self.next()
            self.wants("]")
        self.wants("(")
        parts: tuple[Any, ...]
        if word == "P":
            parts = (viewer, self.expression())
        elif word == "E":
            parts = (self.next(),)
        elif word == "value":
            move = self.name()
            self.wants("=")
            parts = (move, self.next())
        elif word in ("I", "shift"):
            about = self.name()
            self.wants(";")
            parts = (viewer, about, self.name())
        elif word == "H":
            parts = (viewer, self.name())
        else:
            parts = (self.name(),)
        given = self.given()
        self.wants(")")
        return Node(word, (*parts, given))

    def given(self) -> tuple[Node, ...]:
        conditions = []
        if self.takes("|"):
            conditions.append(self.condition())
            while self.takes(","):
                conditions.append(self.condition())
        return tuple(conditions)

    def condition(self) -> Node:
        if self.takes("observed"):
            return Node("observed", ())
        if self.sees("do") and self.tokens[self.at + 1] == "(":
            self.at += 2
            rules = [self.rule()]
            while self.takes(","):
                rules.append(self.rule())
            self.wants(")")
            return Node("do", tuple(rules))
        return self.disjunction()

    def rule(self) -> Node:
        if self.takes("no"):
            return Node("no", (self.name(),))
        if self.takes("without"):
            return Node("without", (self.next(),))
        name = self.name()
        self.wants("=")
        sign = -1 if self.takes("-") else 1
        word = self.next()
        if not (word[0].isdigit() or word[0] == "."):
            return Node("fix", (name, word))
        number = sign * Fraction(word)
        if self.takes("/"):
            number /= Fraction(self.next())
        return Node("set", (name.parts[0], number))


def show(node: Node) -> str:
    """An expression as text again."""
    parts = node.parts
    if node.kind == "number":
        return str(parts[0]) if parts[0].denominator == 1 else f"({parts[0]})"
    if node.kind == "name":
        word, index, back = parts
        return f"previous({word})" if back else word if index is None else f"{word}[{index}]"
    if node.kind == "compare":
        signs, sides = parts
        pairs = zip(signs, sides[1:], strict=True)
        return " ".join([show(sides[0]), *(f"{sign} {show(side)}" for sign, side in pairs)])
    if node.kind == "member":
        return f"{show(parts[0])} {'' if parts[2] else 'not '}in [{', '.join(parts[1])}]"
    if node.kind == "has":
        return f"{show(parts[0])} has {parts[1]}"
    if node.kind == "choose":
        return f"({show(parts[0])} if {show(parts[1])} else {show(parts[2])})"
    if node.kind in ("minus", "not"):
        return f"{'-' if node.kind == 'minus' else 'not '}({show(parts[0])})"
    if node.kind in ("+", "-", "*", "/", "^", "and", "or"):
        return f"({show(parts[0])}) {node.kind} ({show(parts[1])})"
    if node.kind == "call":
        return f"{parts[0]}({', '.join(show(part) for part in parts[1])})"
    return _show_claim(node)


def _show_claim(node: Node) -> str:
    parts = node.parts
    if node.kind in ("observed", "do"):
        return node.kind if not parts else f"do({', '.join(show(part) for part in parts)})"
    if node.kind in ("fix", "set"):
        return f"{parts[0] if node.kind == 'set' else show(parts[0])} = {parts[1]}"
    if node.kind in ("no", "without"):
        return f"{node.kind} {parts[0] if node.kind == 'without' else show(parts[0])}"
    *front, given = parts
    viewer = ""
    if node.kind in ("P", "H", "I", "shift"):
        viewer, *front = front
    words = [part if isinstance(part, str) else show(part) for part in front]
    inner = {"I": "; ", "shift": "; ", "value": " = "}.get(node.kind, "").join(words)
    behind = f" | {', '.join(show(part) for part in given)}" if given else ""
    return f"{node.kind}{f'[{viewer}]' if viewer else ''}({inner}{behind})"
