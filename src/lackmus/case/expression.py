"""Text of an expression to its syntax tree; parsed by a grammar, never evaluated as Python.

The grammar is LALR(1), so parsing is linear in the text and its language is unambiguous.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from lark import Lark, Token, Transformer, Tree, v_args
from lark.exceptions import UnexpectedEOF, UnexpectedInput, VisitError
from lark.tree import Meta

from lackmus.case import syntax
from lackmus.case.mistakes import hint_at
from lackmus.foundation.errors import CaseError, Fault
from lackmus.foundation.spans import Span

#: From the expression's text: characters start … end (counted from 0) to a place in the file.
Locate: TypeAlias = Callable[[int, int], Span | None]

LONGEST = 4000
DEEPEST = 150
_LARGEST_EXPONENT = 300
#: Numbers of larger size, or smaller than its inverse, are refused.
LARGEST = Fraction(10) ** _LARGEST_EXPONENT

RESERVED = frozenset((
    "P", "E", "H", "I", "best", "likeliest", "value", "shift", "do", "and", "or", "not", "in", "if",
    "else", "ever", "count", "made", "previous", "observed", "round", "no", "without", "rest",
    "min", "max", "abs", "exp", "log", "sqrt", "has", "number",
))  # fmt: skip


@cache
def _parser() -> Lark:
    # The parser's tables are kept where Python keeps what it compiles, if it can write there.
    kept = Path(__file__).parent / "__pycache__" / "grammar.lalr"
    return Lark(
        grammar_text(),
        parser="lalr",
        propagate_positions=True,
        maybe_placeholders=False,
        cache=str(kept),
    )


def grammar_text() -> str:
    """The grammar as it is used, for the reference pages."""
    return Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")


def parse_expression(text: str, locate: Locate = lambda _start, _end: None) -> syntax.Expr:
    """The syntax tree of an expression.

    Args:
        text: The expression.
        locate: Where its characters stand in the file.

    Raises:
        CaseError: One fault, at the first place where the text leaves the grammar.
    """
    if len(text) > LONGEST:
        raise CaseError(
            [Fault("too-long", f"an expression of {len(text)} characters", locate(0, LONGEST))]
        )
    try:
        tree = _parser().parse(text)
        if _height(tree) > DEEPEST:
            hint = "name parts of it, or split it into several stakes"
            message = f"an expression of more than {DEEPEST} operations within each other"
            raise CaseError([Fault("too-deep", message, locate(0, len(text)), hint)])
        result: syntax.Expr = _Builder(locate).transform(tree)
    except UnexpectedInput as error:
        raise CaseError([_syntax_fault(error, text, locate)]) from None
    except VisitError as error:
        if isinstance(error.orig_exc, CaseError):
            raise error.orig_exc from None
        raise
    return result


def _height(tree: Tree[Token] | Token) -> int:
    """Operations within each other, counted level by level so that no stack can overflow."""
    level, height = [tree], 0
    while level := [child for node in level if isinstance(node, Tree) for child in node.children]:
        height += 1
    return height


def _syntax_fault(error: UnexpectedInput, text: str, locate: Locate) -> Fault:
    position = -1 if error.pos_in_stream is None else error.pos_in_stream
    at_end = isinstance(error, UnexpectedEOF) or position < 0
    token = getattr(error, "token", None)
    if at_end or (token is not None and token.type == "$END"):
        return Fault(
            "syntax",
            "the expression ends too early",
            locate(max(0, len(text.rstrip()) - 1), len(text.rstrip())),
            hint="something is missing at its end" if text.strip() else "write an expression",
        )
    found = str(token) if token is not None else text[position : position + 1]
    accepted = getattr(error, "expected", None) or getattr(error, "allowed", None) or ()
    hint = hint_at(text, position, accepted, RESERVED)
    place = locate(position, position + len(found))
    return Fault("syntax", f"'{found}' cannot stand here", place, hint)


@v_args(meta=True)
class _Builder(Transformer[Token, Any]):
    """From lark's tree to ours; method names are the grammar's aliases."""

    def __init__(self, locate: Locate) -> None:
        super().__init__()
        self._locate = locate

    def _span(self, meta: Meta) -> Span | None:
        return None if meta.empty else self._locate(meta.start_pos, meta.end_pos)

    def _fraction(self, token: Token) -> Fraction:
        mantissa, _, exponent = str(token).lower().partition("e")
        small = len(exponent) < 6 and abs(int(exponent or 0)) <= _LARGEST_EXPONENT
        value = Fraction(mantissa) * Fraction(10) ** int(exponent or 0) if small else LARGEST * 10
        if value and not 1 / LARGEST <= value <= LARGEST:
            place = self._locate(token.start_pos or 0, token.end_pos or 0)
            hint = f"numbers lie between 1e-{_LARGEST_EXPONENT} and 1e{_LARGEST_EXPONENT}"
            raise CaseError([Fault("number", "a number out of bounds", place, hint)])
        return value

    def number(self, meta: Meta, c: list[Token]) -> syntax.Number:
        return syntax.Number(self._fraction(c[0]), self._span(meta))

    def percent(self, meta: Meta, c: list[Token]) -> syntax.Number:
        return syntax.Number(self._fraction(c[0]) / 100, self._span(meta))

    def signed(self, meta: Meta, c: list[Token]) -> syntax.Number:
        sign = -1 if c[0].type == "SIGN" else 1
        numbers = [self._fraction(t) for t in c if t.type == "NUMBER"]
        if len(numbers) > 1 and not numbers[1]:
            raise CaseError([Fault("number", "division by zero", self._span(meta))])
        value = numbers[0] / (numbers[1] if len(numbers) > 1 else 1)
        return syntax.Number(sign * value, self._span(meta))

    def plain(self, meta: Meta, c: list[Token]) -> syntax.Name:
        return syntax.Name(str(c[0]), span=self._span(meta))

    def indexed(self, meta: Meta, c: list[Token]) -> syntax.Name:
        index = self._fraction(c[1])
        if index.denominator != 1 or index < 1:
            fault = Fault("round", "a round is a whole number from 1", self._span(meta))
            raise CaseError([fault])
        return syntax.Name(str(c[0]), index=int(index), span=self._span(meta))

    def back(self, meta: Meta, c: list[Token]) -> syntax.Name:
        return syntax.Name(str(c[0]), back=1, span=self._span(meta))

    def if_else(self, meta: Meta, c: list[syntax.Expr]) -> syntax.IfElse:
        return syntax.IfElse(c[0], c[1], c[2], self._span(meta))

    def either(self, meta: Meta, c: list[syntax.Expr]) -> syntax.Binary:
        return syntax.Binary("or", c[0], c[1], self._span(meta))

    def both(self, meta: Meta, c: list[syntax.Expr]) -> syntax.Binary:
        return syntax.Binary("and", c[0], c[1], self._span(meta))

    def add(self, meta: Meta, c: list[syntax.Expr]) -> syntax.Binary:
        return syntax.Binary("+", c[0], c[1], self._span(meta))

    def subtract(self, meta: Meta, c: list[syntax.Expr]) -> syntax.Binary:
        return syntax.Binary("-", c[0], c[1], self._span(meta))

    def multiply(self, meta: Meta, c: list[syntax.Expr]) -> syntax.Binary:
        return syntax.Binary("*", c[0], c[1], self._span(meta))

    def divide(self, meta: Meta, c: list[syntax.Expr]) -> syntax.Binary:
        return syntax.Binary("/", c[0], c[1], self._span(meta))

    def power(self, meta: Meta, c: list[syntax.Expr]) -> syntax.Binary:
        return syntax.Binary("^", c[0], c[1], self._span(meta))

    def negate(self, meta: Meta, c: list[syntax.Expr]) -> syntax.Unary:
        return syntax.Unary("not", c[0], self._span(meta))

    def minus(self, meta: Meta, c: list[syntax.Expr]) -> syntax.Unary:
        return syntax.Unary("-", c[0], self._span(meta))

    def compare(self, meta: Meta, c: list[Any]) -> syntax.Compare:
        ops: Any = tuple(str(token) for token in c[1::2])
        return syntax.Compare(tuple(c[::2]), ops, self._span(meta))

    def member(self, meta: Meta, c: list[syntax.Name]) -> syntax.Member:
        return syntax.Member(c[0], tuple(c[1:]), span=self._span(meta))

    def no_member(self, meta: Meta, c: list[syntax.Name]) -> syntax.Member:
        return syntax.Member(c[0], tuple(c[1:]), negated=True, span=self._span(meta))

    def has(self, meta: Meta, c: list[Any]) -> syntax.Has:
        return syntax.Has(c[0], str(c[1]), span=self._span(meta))

    def call(self, meta: Meta, c: list[Any]) -> syntax.Call:
        return syntax.Call(str(c[0]), tuple(c[1:]), self._span(meta))  # type: ignore[arg-type] # the token's pattern is the literal type

    def observer(self, _meta: Meta, c: list[Token]) -> tuple[str]:
        return (str(c[0]),)

    def observed(self, _meta: Meta, _c: list[Token]) -> str:
        return "observed"

    def do(self, _meta: Meta, c: list[syntax.Intervention]) -> list[syntax.Intervention]:
        return list(c)

    def fix(self, meta: Meta, c: list[Any]) -> syntax.Intervention:
        return syntax.Intervention("set", c[0], c[2], self._span(meta))

    def no(self, meta: Meta, c: list[syntax.Name]) -> syntax.Intervention:
        return syntax.Intervention("no", c[0], span=self._span(meta))

    def without(self, meta: Meta, c: list[Token]) -> syntax.Intervention:
        name = syntax.Name(str(c[0]), span=self._span(meta))
        return syntax.Intervention("without", name, span=self._span(meta))

    def given(self, _meta: Meta, c: list[Any]) -> syntax.Given:
        condition: syntax.Expr | None = None
        do: list[syntax.Intervention] = []
        observed = False
        for part in c:
            if isinstance(part, str):
                observed = True
            elif isinstance(part, list):
                do += part
            else:
                joined = condition is not None
                condition = syntax.Binary("and", condition, part, part.span) if joined else part  # type: ignore[arg-type] # joined says that it is not None
        return syntax.Given(condition, tuple(do), observed)

    @staticmethod
    def _parts(c: list[Any]) -> tuple[str | None, list[Any], syntax.Given]:
        observer = next((part[0] for part in c if isinstance(part, tuple)), None)
        given = next((part for part in c if isinstance(part, syntax.Given)), syntax.Given())
        rest = [part for part in c if not isinstance(part, (tuple, syntax.Given))]
        return observer, rest, given

    def probability(self, meta: Meta, c: list[Any]) -> syntax.Probability:
        observer, rest, given = self._parts(c)
        return syntax.Probability(rest[0], given, observer, self._span(meta))

    def expectation(self, meta: Meta, c: list[Any]) -> syntax.Expectation:
        _, rest, given = self._parts(c)
        return syntax.Expectation(str(rest[0]), given, self._span(meta))

    def best(self, meta: Meta, c: list[Any]) -> syntax.Best:
        _, rest, given = self._parts(c)
        return syntax.Best(rest[0], given, self._span(meta))

    def likeliest(self, meta: Meta, c: list[Any]) -> syntax.Likeliest:
        _, rest, given = self._parts(c)
        return syntax.Likeliest(rest[0], given, self._span(meta))

    def worth(self, meta: Meta, c: list[Any]) -> syntax.Worth:
        _, rest, given = self._parts(c)
        return syntax.Worth(rest[0], rest[2], given, self._span(meta))

    def entropy(self, meta: Meta, c: list[Any]) -> syntax.Entropy:
        observer, rest, given = self._parts(c)
        return syntax.Entropy(rest[0], given, observer, self._span(meta))

    def information(self, meta: Meta, c: list[Any]) -> syntax.Information:
        observer, rest, given = self._parts(c)
        measure: Any = str(rest[0])
        return syntax.Information(measure, rest[1], rest[2], given, observer, self._span(meta))
