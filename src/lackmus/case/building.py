"""What becomes of a parsed expression: from the grammar's tree to that of `syntax`.

A place is told as offsets in the expression's text: its tree is kept apart from where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from lark import Token, Tree
from lark.tree import Meta

from lackmus.case import syntax
from lackmus.foundation.errors import CaseError, Fault
from lackmus.foundation.spans import Span

_LARGEST_EXPONENT = 300
#: Numbers of larger size, or smaller than its inverse, are refused.
LARGEST = Fraction(10) ** _LARGEST_EXPONENT

_BINARY: Final[Mapping[str, Any]] = MappingProxyType({
    "either": "or", "both": "and", "add": "+", "subtract": "-", "multiply": "*", "divide": "/",
    "power": "^",
})  # fmt: skip


def built(tree: Tree[Token]) -> Any:  # noqa: ANN401 - of each rule its own
    """What a rule of the grammar matched, as `syntax` has it; CaseError where it means nothing."""
    parts: list[Any] = [built(part) if isinstance(part, Tree) else part for part in tree.children]
    rule = str(tree.data)
    if rule in _BINARY:
        return syntax.Binary(_BINARY[rule], parts[0], parts[1], _span(tree.meta))
    return _RULES[rule](tree.meta, parts)


def offsets(start: int, end: int) -> Span:
    """Stands for a place while it is not known where the text stands: characters from 0."""
    return Span("", 1, start, end)


def _span(meta: Meta) -> Span | None:
    return None if meta.empty else offsets(meta.start_pos, meta.end_pos)


def _fraction(token: Token) -> Fraction:
    mantissa, _, exponent = str(token).lower().partition("e")
    small = len(exponent) < 6 and abs(int(exponent or 0)) <= _LARGEST_EXPONENT
    value = Fraction(mantissa) * Fraction(10) ** int(exponent or 0) if small else LARGEST * 10
    if value and not 1 / LARGEST <= value <= LARGEST:
        place = offsets(token.start_pos or 0, token.end_pos or 0)
        hint = f"numbers lie between 1e-{_LARGEST_EXPONENT} and 1e{_LARGEST_EXPONENT}"
        raise CaseError([Fault("number", "a number out of bounds", place, hint)])
    return value


def _number(meta: Meta, c: list[Token]) -> syntax.Number:
    return syntax.Number(_fraction(c[0]), _span(meta))


def _percent(meta: Meta, c: list[Token]) -> syntax.Number:
    return syntax.Number(_fraction(c[0]) / 100, _span(meta))


def _signed(meta: Meta, c: list[Token]) -> syntax.Number:
    sign = -1 if c[0].type == "SIGN" else 1
    numbers = [_fraction(t) for t in c if t.type == "NUMBER"]
    if len(numbers) > 1 and not numbers[1]:
        raise CaseError([Fault("number", "division by zero", _span(meta))])
    value = numbers[0] / (numbers[1] if len(numbers) > 1 else 1)
    return syntax.Number(sign * value, _span(meta))


def _plain(meta: Meta, c: list[Token]) -> syntax.Name:
    return syntax.Name(str(c[0]), span=_span(meta))


def _indexed(meta: Meta, c: list[Token]) -> syntax.Name:
    index = _fraction(c[1])
    if index.denominator != 1 or index < 1:
        fault = Fault("round", "a round is a whole number from 1", _span(meta))
        raise CaseError([fault])
    return syntax.Name(str(c[0]), index=int(index), span=_span(meta))


def _back(meta: Meta, c: list[Token]) -> syntax.Name:
    return syntax.Name(str(c[0]), back=1, span=_span(meta))


def _if_else(meta: Meta, c: list[syntax.Expr]) -> syntax.IfElse:
    return syntax.IfElse(c[0], c[1], c[2], _span(meta))


def _negate(meta: Meta, c: list[syntax.Expr]) -> syntax.Unary:
    return syntax.Unary("not", c[0], _span(meta))


def _minus(meta: Meta, c: list[syntax.Expr]) -> syntax.Unary:
    return syntax.Unary("-", c[0], _span(meta))


def _compare(meta: Meta, c: list[Any]) -> syntax.Compare:
    ops: Any = tuple(str(token) for token in c[1::2])
    return syntax.Compare(tuple(c[::2]), ops, _span(meta))


def _member(meta: Meta, c: list[syntax.Name]) -> syntax.Member:
    return syntax.Member(c[0], tuple(c[1:]), span=_span(meta))


def _no_member(meta: Meta, c: list[syntax.Name]) -> syntax.Member:
    return syntax.Member(c[0], tuple(c[1:]), negated=True, span=_span(meta))


def _has(meta: Meta, c: list[Any]) -> syntax.Has:
    return syntax.Has(c[0], str(c[1]), span=_span(meta))


def _call(meta: Meta, c: list[Any]) -> syntax.Call:
    return syntax.Call(str(c[0]), tuple(c[1:]), _span(meta))  # type: ignore[arg-type] # the token's pattern is the literal type


def _observer(_meta: Meta, c: list[Token]) -> tuple[str]:
    return (str(c[0]),)


def _observed(_meta: Meta, _c: list[Token]) -> str:
    return "observed"


def _do(_meta: Meta, c: list[syntax.Intervention]) -> list[syntax.Intervention]:
    return list(c)


def _fix(meta: Meta, c: list[Any]) -> syntax.Intervention:
    return syntax.Intervention("set", c[0], c[2], _span(meta))


def _no(meta: Meta, c: list[syntax.Name]) -> syntax.Intervention:
    return syntax.Intervention("no", c[0], span=_span(meta))


def _without(meta: Meta, c: list[Token]) -> syntax.Intervention:
    name = syntax.Name(str(c[0]), span=offsets(c[0].start_pos or 0, c[0].end_pos or 0))
    return syntax.Intervention("without", name, span=_span(meta))


def _given(_meta: Meta, c: list[Any]) -> syntax.Given:
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


def _parts(c: list[Any]) -> tuple[str | None, list[Any], syntax.Given]:
    observer = next((part[0] for part in c if isinstance(part, tuple)), None)
    given = next((part for part in c if isinstance(part, syntax.Given)), syntax.Given())
    rest = [part for part in c if not isinstance(part, (tuple, syntax.Given))]
    return observer, rest, given


def _probability(meta: Meta, c: list[Any]) -> syntax.Probability:
    observer, rest, given = _parts(c)
    return syntax.Probability(rest[0], given, observer, _span(meta))


def _expectation(meta: Meta, c: list[Any]) -> syntax.Expectation:
    _, rest, given = _parts(c)
    return syntax.Expectation(str(rest[0]), given, _span(meta))


def _best(meta: Meta, c: list[Any]) -> syntax.Best:
    _, rest, given = _parts(c)
    return syntax.Best(rest[0], given, _span(meta))


def _likeliest(meta: Meta, c: list[Any]) -> syntax.Likeliest:
    _, rest, given = _parts(c)
    return syntax.Likeliest(rest[0], given, _span(meta))


def _worth(meta: Meta, c: list[Any]) -> syntax.Worth:
    _, rest, given = _parts(c)
    return syntax.Worth(rest[0], rest[2], given, _span(meta))


def _entropy(meta: Meta, c: list[Any]) -> syntax.Entropy:
    observer, rest, given = _parts(c)
    return syntax.Entropy(rest[0], given, observer, _span(meta))


def _information(meta: Meta, c: list[Any]) -> syntax.Information:
    observer, rest, given = _parts(c)
    measure: Any = str(rest[0])
    return syntax.Information(measure, rest[1], rest[2], given, observer, _span(meta))


#: By the aliases of the grammar.
_RULES: Final[Mapping[str, Callable[[Meta, list[Any]], Any]]] = MappingProxyType(
    {
        "number": _number,
        "percent": _percent,
        "signed": _signed,
        "plain": _plain,
        "indexed": _indexed,
        "back": _back,
        "if_else": _if_else,
        "negate": _negate,
        "minus": _minus,
        "compare": _compare,
        "member": _member,
        "no_member": _no_member,
        "has": _has,
        "call": _call,
        "observer": _observer,
        "observed": _observed,
        "do": _do,
        "fix": _fix,
        "no": _no,
        "without": _without,
        "given": _given,
        "probability": _probability,
        "expectation": _expectation,
        "best": _best,
        "likeliest": _likeliest,
        "worth": _worth,
        "entropy": _entropy,
        "information": _information,
    }
)
