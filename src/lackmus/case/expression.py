"""Text of an expression to its syntax tree; parsed by a grammar, never evaluated as Python.

The grammar is LALR(1), so parsing is linear in the text and its language is unambiguous. A text is
parsed once: its tree is kept, with offsets for places, and is given its places wherever it stands.
An editor that reads a case anew at every key thus parses what was changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, TypeAlias, get_args

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedEOF, UnexpectedInput

from lackmus.case import syntax
from lackmus.case.building import built, offsets
from lackmus.case.mistakes import hint_at
from lackmus.foundation.errors import CaseError, Fault
from lackmus.foundation.spans import Span

#: From the expression's text: characters start … end (counted from 0) to a place in the file.
Locate: TypeAlias = Callable[[int, int], Span | None]

LONGEST = 4000
DEEPEST = 150
#: Half of all expressions are such numbers, which need no grammar.
_PLAIN: Final = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?")

#: Trees that are kept, and the longest text of one: some 3 MB for usual texts, 80 MB at worst.
_MOST_KEPT = 2048
_LONGEST_KEPT = 400

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
        message = f"an expression of {len(text):,} characters; {LONGEST:,} is the limit"
        hint = "give a part of it a name of its own: an event, an assumption, or a stake more"
        raise CaseError([Fault("too-long", message, locate(0, LONGEST), hint)])
    try:
        tree = _kept(text) if len(text) <= _LONGEST_KEPT else _parsed(text)
    except CaseError as error:
        raise CaseError(
            [replace(fault, span=placed(fault.span, locate)) for fault in error.faults]
        ) from None
    result: syntax.Expr = placed(tree, locate)
    return result


def _parsed(text: str) -> syntax.Expr:
    """As `parse_expression`; a place is `offsets` in the text, that of a fault too."""
    if _PLAIN.fullmatch(text):
        return syntax.Number(Fraction(text), offsets(0, len(text)))
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        raise CaseError([_syntax_fault(error, text)]) from None
    if _height(tree) > DEEPEST:
        hint = "name parts of it, or split it into several stakes"
        message = f"an expression of more than {DEEPEST} operations within each other"
        raise CaseError([Fault("too-deep", message, offsets(0, len(text)), hint)])
    result: syntax.Expr = built(tree)
    return result


_kept = lru_cache(maxsize=_MOST_KEPT)(_parsed)


_NODES: Final = (*get_args(syntax.Expr), syntax.Given, syntax.Intervention)
_PARTS: Final = {node: tuple(part.name for part in fields(node)) for node in _NODES}


def placed(part: Any, locate: Locate) -> Any:  # noqa: ANN401 - a node, or a part of one
    """The same expression with other places.

    Args:
        part: An expression, or a part of one.
        locate: From the column and the end of a place to the place instead.
    """
    if isinstance(part, Span):
        return locate(part.column, part.end)
    if isinstance(part, tuple):
        return tuple(placed(inner, locate) for inner in part)
    kind = type(part)
    if kind not in _PARTS:
        return part
    return kind(*(placed(getattr(part, name), locate) for name in _PARTS[kind]))


def _height(tree: Tree[Token] | Token) -> int:
    """Operations within each other, counted level by level so that no stack can overflow."""
    level, height = [tree], 0
    while level := [child for node in level if isinstance(node, Tree) for child in node.children]:
        height += 1
    return height


def _syntax_fault(error: UnexpectedInput, text: str) -> Fault:
    position = -1 if error.pos_in_stream is None else error.pos_in_stream
    at_end = isinstance(error, UnexpectedEOF) or position < 0
    token = getattr(error, "token", None)
    if at_end or (token is not None and token.type == "$END"):
        return Fault(
            "syntax",
            "the expression ends too early",
            offsets(max(0, len(text.rstrip()) - 1), len(text.rstrip())),
            hint="something is missing at its end" if text.strip() else "write an expression",
        )
    found = str(token) if token is not None else text[position : position + 1]
    accepted = getattr(error, "expected", None) or getattr(error, "allowed", None) or ()
    hint = hint_at(text, position, accepted, RESERVED)
    place = offsets(position, position + len(found))
    return Fault("syntax", f"'{found}' cannot stand here", place, hint)
