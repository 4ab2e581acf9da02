"""Typed reading of YAML nodes: every getter records what is wrong and goes on with a default."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Mapping_
from fractions import Fraction
from operator import add, mul, sub, truediv
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

from lackmus.case import syntax
from lackmus.case.building import LARGEST
from lackmus.case.declared import EMPTY, SPOKEN, Declared, Kind, declared, keys_of
from lackmus.case.expression import RESERVED, parse_expression
from lackmus.case.yaml_reader import Mapping, Node, Scalar, Sequence, forbidden
from lackmus.foundation.errors import CaseError, Fault, Severity
from lackmus.foundation.spans import Placed, Span

_LABEL = re.compile(r"[^\W\d]\w*\Z")
#: The hint where a comma in a decimal has parted a field.
DECIMAL = "a decimal has a point, as in 0.5; a comma parts one field from the next"
_NOT_NUMBERS = re.compile(r"[-+]?\.?(nan|inf|infinity)\Z", re.IGNORECASE)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_TRUE, _FALSE = ("true", "yes"), ("false", "no")
#: Stands where an expression could not be read; the check passes over this very object.
ZERO = syntax.Number(Fraction(0))

LONGEST_NAME = 80
#: Bits of the denominator of a number that is written out: about 330 digits.
_MOST_BITS = 1100
#: Bits of a number that is worked out before the game is compiled.
_MOST_FOLDED = 4096

_T = TypeVar("_T")
_D = TypeVar("_D")


def is_label(text: str) -> bool:
    """Whether a text can be a name in expressions."""
    return bool(_LABEL.match(text)) and text not in RESERVED and len(text) <= LONGEST_NAME


def closest(word: str, words: Iterable[str]) -> str:
    """A hint that names the nearest of `words`, or lists them where they are few."""
    known = sorted(set(words))
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    owned = [name for name in known if name.endswith(f".{word}")]
    if len(owned) == 1 or near:
        return f"did you mean '{(owned or near)[0]}'?"
    if owned:
        return f"one of {', '.join(owned)}"
    return f"known here: {', '.join(known)}" if 0 < len(known) <= 12 else ""


_NO_VALUES: Mapping_[str, Fraction] = MappingProxyType({})


def constant(
    expression: syntax.Expr, values: Mapping_[str, Fraction] = _NO_VALUES
) -> Fraction | None:
    """The value of an expression of numbers and of names in `values`; None where it has none."""
    match expression:
        case syntax.Number(value):
            return value
        case syntax.Name(id=name, index=None, back=0):
            return values.get(name)
        case syntax.Unary("-", operand):
            inner = constant(operand, values)
            return None if inner is None else -inner
        case syntax.Binary(op, left, right):
            return _fold(op, constant(left, values), constant(right, values))
        case _:
            return None


def _fold(op: str, a: Fraction | None, b: Fraction | None) -> Fraction | None:
    if a is None or b is None:
        return None
    if op == "^":
        small = b.denominator == 1 and _bits(a) * abs(b) <= _MOST_FOLDED
        return a**b.numerator if small and (a or b >= 0) else None
    if op == "/" and not b:
        return None
    results = {"+": add, "-": sub, "*": mul, "/": truediv}
    result: Fraction | None = results[op](a, b) if op in results else None
    return result if result is not None and _bits(result) <= _MOST_FOLDED else None


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def stake_path(actor: str, name: str, place: int) -> str:
    """By what numbers assumed in a stake, and steps of an order, are called.

    Args:
        actor: Whose stake it is.
        name: Its name; empty where it has none.
        place: Its place among the stakes of the actor, from 0.
    """
    return f"{actor}.{name if is_label(name) else f'stake{place + 1}'}"


def place_of(span: Span | None, word: str) -> Span | None:
    """The place of a word: its own, where it has one, else that in the line of a span.

    The span itself where the word is not there.
    """
    if isinstance(word, Placed) and word.span is not None:
        return word.span
    if span is None or not word:
        return span
    found = re.search(rf"(?<![\w.]){re.escape(word)}(?![\w.])", span.text[span.column - 1 :])
    return span.within(found.start(), found.end()) if found else span


class Faults:
    """Collects faults."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(
        self,
        code: str,
        message: str,
        span: Span | None,
        hint: str = "",
        severity: Severity = "error",
    ) -> None:
        """Records a fault."""
        self.found.append(Fault(code, message, span, hint, severity))

    # One getter for each kind of value; `what` names it in the message.

    def text(self, node: Node, what: str) -> str:
        """A text."""
        if not isinstance(node, Scalar):
            self.add("type", f"{what} must be a text", node.span)
            return ""
        if character := forbidden(node.text):
            message = f"the character U+{ord(character):04X} cannot stand in {what}"
            self.add("character", message, node.span)
        return node.text

    def label(self, node: Node, what: str, *, dotted: bool = False) -> str:
        """A name: letters, digits and underscores."""
        text = self.text(node, what)
        parts = text.split(".") if dotted else [text]
        if isinstance(node, Scalar) and not all(_LABEL.match(part) for part in parts):
            fixed = re.sub(r"\W+", "_", text).strip("_")
            hint = "letters, digits and underscores, not starting with a digit"
            hint += f": {fixed}" if _LABEL.match(fixed) else ""
            if text.isdecimal():
                hint += f"; {DECIMAL}"
            self.add("name", f"'{text}' cannot be {what}", node.span, hint)
        elif len(text) > LONGEST_NAME:
            message = f"a name of {len(text)} characters; {LONGEST_NAME} is the limit"
            self.add("too-large", message, node.span)
        elif text in RESERVED:
            self.add("name", f"'{text}' is a word of the language", node.span, "use another name")
        return text

    def name(self, node: Node, what: str) -> Placed:
        """A text that names something, with its place."""
        return Placed(self.text(node, what).strip(), node.span)

    def labels(self, node: Node, what: str, *, dotted: bool = False) -> tuple[Placed, ...]:
        """A list of names, or one name, with their places."""
        if isinstance(node, Scalar):
            return (Placed(self.label(node, what, dotted=dotted), node.span),) if node.text else ()
        if isinstance(node, Sequence):
            found = tuple(
                Placed(self.label(item, what, dotted=dotted), item.span) for item in node.items
            )
            for i, name in enumerate(found):
                if name in found[:i]:
                    self.add("duplicate", f"'{name}' stands here twice", node.items[i].span)
            return found
        self.add("type", f"expected a list of names for {what}", node.span)
        return ()

    def expression(self, node: Node, what: str) -> syntax.Expr:
        """An expression of any kind."""
        if not isinstance(node, Scalar):
            self.add("type", f"{what} must be an expression", node.span)
            return ZERO
        if _NOT_NUMBERS.match(node.text.strip()):
            hint = "numbers are finite; a very bad outcome is a large number with a range"
            self.add("number", f"{node.text} is not a number", node.span, hint)
            return ZERO
        try:
            return parse_expression(node.text, node.locate)
        except CaseError as error:
            self.found += error.faults
            return ZERO

    def number(self, node: Node, what: str) -> Fraction:
        """An exact number."""
        before = len(self.found)
        if isinstance(node, Scalar) and not any(c.isdigit() for c in node.text):
            # Without a digit it is no number, whatever else is wrong with it.
            self.expression(node, what)
            finite = self.found[before:]
            self.found[before:] = [f for f in finite if f.code == "number"]
            value = None
        else:
            value = constant(self.expression(node, what))
        if value is None:
            if len(self.found) == before:
                hint = "write it as 2, 0.1, 1/3 or 5 %"
                self.add("number", f"{what} must be a number", node.span, hint)
            return Fraction(0)
        if abs(value) > LARGEST or value.denominator.bit_length() > _MOST_BITS:
            self.add("number", f"{what} is out of bounds", node.span, "300 digits are the limit")
            return Fraction(0)
        return value

    def numbers(self, nodes: Iterable[Node], what: str) -> tuple[Fraction, ...] | None:
        """Exact numbers; None where one of them is none, which is told and enough."""
        before = len(self.found)
        numbers = tuple(self.number(node, what) for node in nodes)
        return numbers if len(self.found) == before else None

    def size(self, node: Node, what: str) -> Fraction:
        """An exact number that is not negative."""
        number = self.number(node, what)
        if number < 0:
            message = "a difference cannot matter from less than nothing on"
            self.add("number", message, node.span, "0 lets any count")
        return number

    def variable(self, node: Node, what: str) -> syntax.Name | None:
        """The name of a variable."""
        name = self.expression(node, what)
        if isinstance(name, syntax.Name):
            return name
        if name is not ZERO:
            key = what.partition(" of ")[0]
            message, hint = f"{key} takes one variable", f"{key[1:-1]}: south.aim"
            self.add("type", message, name.span, hint)
        return None

    def position(self, node: Node, what: str) -> int | None:
        """A whole number, counted from 1."""
        found = self.numbers((node,), what)
        if found is None:
            return None
        (number,) = found
        if number.denominator != 1 or number < 1:
            word = what.partition("'")[2].partition("'")[0]
            hint = f"{word}s are counted from 1"
            self.add("citation", f"there is no {word} {number}", node.span, hint)
            return None
        return int(number)

    def date(self, node: Node, what: str) -> datetime.date | None:
        """A day, as 2025-08-10."""
        text = self.text(node, what)
        if not _DAY.match(text):
            self.add("date", f"{what} must be a day", node.span, "write it as 2025-08-10")
            return None
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            self.add("date", f"{text} is no day of the calendar", node.span)
            return None

    def flag(self, node: Node, what: str) -> bool:
        """True or false."""
        text = self.text(node, what).lower()
        if text not in (*_TRUE, *_FALSE):
            self.add("type", f"{what} must be true or false", node.span)
        return text in _TRUE

    def words(self, node: Node, what: str) -> tuple[str, ...]:
        """One name in words, or a list of them."""
        return tuple(filter(None, (self.text(n, what).strip() for n in _one_or_more(node))))

    def entries(self, node: Node, what: str) -> tuple[tuple[Scalar, Node], ...]:
        """Keys and values."""
        if isinstance(node, Mapping):
            return node.entries
        if not (isinstance(node, Scalar) and not node.text):
            hint = "write 'name: …' on a line of its own for each, without a dash"
            self.add("type", f"{what} must have keys and values", node.span, hint)
        return ()

    def items(self, node: Node, what: str) -> tuple[Node, ...]:
        """The items of a list."""
        if isinstance(node, Sequence):
            return node.items
        if not (isinstance(node, Scalar) and not node.text):
            hint = "begin each item with a dash, or write [one, other]"
            self.add("type", f"{what} must be a list", node.span, hint)
        return ()


class Fields:
    """The entries of a mapping whose keys are known beforehand."""

    def __init__(self, node: Node, what: str, known: Iterable[str], faults: Faults) -> None:
        self.span = node.span
        self.what = what
        self._faults = faults
        self._values: dict[str, Node] = {}
        allowed = tuple(known)
        for key, value in faults.entries(node, what):
            if key.text in allowed:
                self._values[key.text] = value
                continue
            hint = closest(key.text, allowed)
            if isinstance(value, Scalar) and value.start == value.end and " " in key.text:
                hint = "a text with a comma in it needs quotes here"
            if key.text.isdecimal():
                hint = DECIMAL
            message = f"{what} has no field '{key.text}'"
            faults.add("unknown-field", message, key.span, hint)

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def node(self, key: str) -> Node | None:
        """The value of a field as it stands; None where it is absent or empty."""
        value = self._values.get(key)
        return None if isinstance(value, Scalar) and not value.text and not value.quoted else value

    def place(self, key: str) -> Span:
        """Where the value of a field stands; the construct itself where it is absent."""
        value = self.node(key)
        return self.span if value is None else value.span

    def get(self, key: str, getter: Callable[[Node, str], _T], default: _D) -> _T | _D:
        """The value of a field through one of the getters of `Faults`."""
        value = self.node(key)
        return default if value is None else getter(value, f"'{key}' of {self.what}")

    def text(self, key: str) -> str:
        """A text; empty where absent."""
        return self.get(key, self._faults.text, "").strip()

    def require(self, key: str, why: str) -> bool:
        """Whether the field is there; a fault where it is not."""
        if self.node(key) is None:
            self._faults.add("missing", f"{self.what} needs '{key}'", self.span, why)
            return False
        return True


#: Reads citations.
Cite: TypeAlias = Callable[[Node, str], tuple[syntax.Citation, ...]]
#: Reads what stands under a key; the second argument names it in messages.
Getter: TypeAlias = Callable[[Node, str], Any]


class Reader:
    """Reads the declared fields of constructs; what is wrong is recorded.

    Args:
        faults: Where faults go.
        cite: Reads citations.
    """

    def __init__(self, faults: Faults, cite: Cite) -> None:
        self.faults = faults
        #: How each kind of field is read that needs no name for what stands in it.
        self.getters: dict[Kind, Getter] = {
            "block": lambda node, what: faults.name(node, what) or None,
            "cite": cite,
            "date": faults.date,
            "expression": faults.expression,
            "flag": faults.flag,
            "label": faults.label,
            "links": lambda node, _: tuple(map(self._link, _one_or_more(node))),
            "names": lambda node, what: faults.labels(node, what, dotted=True),
            "number": faults.number,
            "position": faults.position,
            "rate": faults.expression,
            "size": faults.size,
            "source": faults.name,
            "variable": faults.variable,
            "viewer": lambda node, what: faults.name(node, what) or None,
            "who": faults.labels,
            "words": faults.words,
        }

    def read(
        self,
        node: type,
        given: Fields,
        owner: str = "",
        own: Mapping_[str, Any] = MappingProxyType({}),
    ) -> dict[str, Any]:
        """The declared fields of a construct by their names in the tree.

        Args:
            node: The construct.
            given: What stands in the file.
            owner: With this begin the names of assumptions that stand in its fields.
            own: Fields that are read already.
        """
        read = dict(own)
        for field in declared(node):
            if field.needed:
                given.require(field.key, field.needed)
            if field.name in own:
                continue
            if field.kind == "text":
                read[field.name] = given.text(field.key)
            else:
                read[field.name] = given.get(field.key, self.getter(field, owner), _missing(field))
        return read

    def getter(self, field: Declared, owner: str) -> Getter:
        """How a kind of field is read.

        Args:
            field: The field.
            owner: As in `read`.
        """
        del owner
        return self.getters[field.kind]

    def _link(self, node: Node) -> syntax.Reliability:
        given = Fields(node, "a reliability", keys_of(syntax.Reliability), self.faults)
        return syntax.Reliability(span=given.span, **self.read(syntax.Reliability, given))


def _one_or_more(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else (node,)


#: What stands in the place of something needed that is not there, by its kind; of others what is
#: there where nothing is said.
_STAND_INS: Mapping_[Kind, Any] = MappingProxyType({
    **dict.fromkeys(SPOKEN, ZERO), "number": Fraction(0), "pair": ("", ""), "source": "",
    "cells": (),
})  # fmt: skip


def _missing(field: Declared) -> Any:  # noqa: ANN401 - of each kind its own
    return _STAND_INS.get(field.kind, EMPTY.get(field.kind)) if field.needed else field.empty
