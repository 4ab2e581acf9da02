"""Expressions and numbers back to text; the reader of expressions reads the same tree again."""

from __future__ import annotations

import re
from fractions import Fraction

from lackmus.case import syntax
from lackmus.foundation.figures import MINUS

_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(1, 10)
_LEVELS = {"or": _OR, "and": _AND, "+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "^": _POWER}
_PLAIN_DIGITS = 16
_PRINTABLE = Fraction(10) ** 300

#: Below this a whole number is written in full.
_COUNTED = 10**15


def number_text(value: Fraction) -> str:
    """A number as an author would write it: ``2``, ``0.05``, ``-1/3``.

    The text is exact: a decimal where there is a finite one of bearable length, else a ratio.

    >>> number_text(Fraction(1, 20)), number_text(Fraction(-1, 3))
    ('0.05', '-1/3')
    """
    places = _decimal_places(value.denominator)
    if places is None:
        return str(value)
    sign, digits = (
        "-" if value < 0 else "",
        str(abs(value.numerator) * 10**places // value.denominator),
    )
    if len(digits) <= _PLAIN_DIGITS and places <= _PLAIN_DIGITS:
        if not places:
            return sign + digits
        digits = digits.rjust(places + 1, "0")
        return f"{sign}{digits[:-places]}.{digits[-places:]}"
    mantissa = digits.rstrip("0")
    return f"{sign}{mantissa}e{len(digits) - len(mantissa) - places}"


def _decimal_places(denominator: int) -> int | None:
    """Decimal places that a fraction with this denominator needs; None where none are enough."""
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    return max(twos, fives) if denominator == 1 else None


def rounded(value: Fraction, digits: int = 4) -> str:
    """A number for print: exact where that is short, else to some significant digits.

    >>> rounded(Fraction(1, 3)), rounded(Fraction(-1, 8)), rounded(Fraction(7, 3) ** 900)
    ('0.3333', '−0.125', 'about 1e331')

    Large numbers are parted into thousands; still larger ones have a power of ten.

    >>> rounded(Fraction(-3_000_000)), rounded(Fraction(8_000_001, 3)), rounded(Fraction(10) ** 16)
    ('−3,000,000', '2,666,667', '1e16')
    """
    text = number_text(value)
    short = len(text) <= digits + 3 and "/" not in text
    if 10**digits <= abs(value) < _COUNTED and (value.denominator == 1 or not short):
        text = f"{round(value):,}"
    elif not short and abs(value) < _PRINTABLE:
        text = re.sub(r"e\+?(-?)0*", r"e\1", f"{float(value):.{digits}g}")
    elif not short:
        power = len(str(abs(value.numerator) // value.denominator)) - 1
        text = f"about {'-' if value < 0 else ''}1e{power}"
    return text.replace("-", MINUS)


def expression_text(expression: syntax.Expr) -> str:
    """An expression as text, with no more parentheses than it needs.

    Reading the text gives an equal tree, for every tree that was read from a text. (A tree built
    by a program may hold a negative number or a third as one `Number`; the text has the same
    value, and its tree an operation in that place.)
    """
    return _text(expression)[0]


def claim_text(claim: syntax.Claim) -> str:
    """What a claim asks, in the language's own words."""
    each = f"for each {claim.for_each}: " if claim.for_each else ""
    return each + expression_text(claim.holds_if)


def order_text(stake: syntax.OrdinalStake) -> str:
    """The order of an ordinal stake: ``answer = refuse > answer = pause ~ answer = accept``."""
    groups = [" ~ ".join(_ranked(part) for part in group) for group in stake.groups]
    signs = [" >> " if gap else " > " for gap in stake.gaps]
    return "".join(part for pair in zip(groups, [*signs, ""], strict=True) for part in pair)


def _ranked(part: syntax.Expr) -> str:
    text = expression_text(part)
    return f"({text})" if ">" in text else text


def _wrapped(expression: syntax.Expr, level: int) -> str:
    """The text, in parentheses where it binds less tightly than `level`."""
    text, own = _text(expression)
    return text if own >= level else f"({text})"


def _text(node: syntax.Expr) -> tuple[str, int]:
    """The text and how tightly it binds."""
    match node:
        case syntax.Number(value):
            text = number_text(value)
            return text, _PRODUCT if "/" in text else _SIGN if value < 0 else _ATOM
        case syntax.Unary("not", operand):
            return f"not {_wrapped(operand, _NOT)}", _NOT
        case syntax.Unary(_, operand):
            return f"-{_wrapped(operand, _SIGN)}", _SIGN
        case syntax.Binary():
            return _binary(node)
        case syntax.Compare(operands, ops):
            texts = [_wrapped(operand, _SUM) for operand in operands]
            rest = "".join(f" {op} {text}" for op, text in zip(ops, texts[1:], strict=True))
            return texts[0] + rest, _COMPARE
        case syntax.Member(variable, options, negated):
            word = "not in" if negated else "in"
            return f"{variable} {word} [{', '.join(map(str, options))}]", _COMPARE
        case syntax.Has(variable, item):
            return f"{variable} has {item}", _COMPARE
        case syntax.Occurs(event):
            return event, _ATOM
        case syntax.IfElse(then, condition, otherwise):
            first, test = _wrapped(then, _OR), _wrapped(condition, _OR)
            return f"{first} if {test} else {expression_text(otherwise)}", 0
        case _:
            return _call(node), _ATOM


def _binary(node: syntax.Binary) -> tuple[str, int]:
    level = _LEVELS[node.op]
    if node.op == "^":
        return f"{_wrapped(node.left, _ATOM)}^{_wrapped(node.right, _SIGN)}", level
    # Within `or`, parentheses around `and` are not needed, but read better.
    clear = _NOT if node.op == "or" else level
    left = _wrapped(node.left, level if _op(node.left) == "or" else clear)
    return f"{left} {node.op} {_wrapped(node.right, max(clear, level + 1))}", level


def _op(node: syntax.Expr) -> str:
    return node.op if isinstance(node, syntax.Binary) else ""


def _call(node: syntax.Expr) -> str:
    match node:
        case syntax.Call(function, arguments):
            return f"{function}({', '.join(map(expression_text, arguments))})"
        case syntax.Probability(event, given, observer):
            return f"P{_by(observer)}({expression_text(event)}{given_text(given)})"
        case syntax.Expectation(actor, given):
            return f"E({actor}{given_text(given)})"
        case syntax.Best(move, given):
            return f"best({move}{given_text(given)})"
        case syntax.Likeliest(move, given):
            return f"likeliest({move}{given_text(given)})"
        case syntax.Worth(move, option, given):
            return f"value({move} = {option}{given_text(given)})"
        case syntax.Entropy(variable, given, observer):
            return f"H{_by(observer)}({variable}{given_text(given)})"
        case syntax.Information(measure, about, of, given, observer):
            return f"{measure}{_by(observer)}({about}; {of}{given_text(given)})"
        case _:
            return str(node)


def _by(observer: str | None) -> str:
    return f"[{observer}]" if observer else ""


def given_text(given: syntax.Given) -> str:
    """What stands behind the bar, the bar included; empty where nothing is given."""
    parts = []
    if given.condition is not None:
        parts.append(_wrapped(given.condition, _OR))
    if given.do:
        parts.append(f"do({', '.join(map(change_text, given.do))})")
    if given.observed:
        parts.append("observed")
    return f" | {', '.join(parts)}" if parts else ""


def change_text(change: syntax.Intervention) -> str:
    """One change of the rules, as it stands in ``do(...)``."""
    if isinstance(change.value, syntax.Number):
        return f"{change.target} = {number_text(change.value.value)}"
    return str(change)
