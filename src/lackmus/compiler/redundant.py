"""Questions that ask less, or more, than they seem to, and options that are one option twice.

A comparison is brought to the form  Σ c·t > d  over terms t that the game answers; a probability
and that of the contrary are one term. Two comparisons with the same sum ask about one number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from itertools import combinations
from typing import Final, TypeAlias

import numpy as np

from lackmus.case import syntax
from lackmus.case.remarks import with_itself
from lackmus.case.scope import walk
from lackmus.case.text import expression_text
from lackmus.compiler.ask import questions_of, rules_in
from lackmus.compiler.compile import Compiled
from lackmus.foundation.arrays import Floats
from lackmus.foundation.errors import Fault
from lackmus.foundation.tolerances import SAME_PROFILE
from lackmus.game import questions as q
from lackmus.game.units import has_own_number, unit_of

#: What a term is: its kind and all that it asks.
Key: TypeAlias = tuple[object, ...]

#: Kinds of units in which nothing is set from which a difference matters.
_WITHOUT_SIZE: Final = {
    "number": "products, quotients or powers of terms",
    "unlike": "quantities of unlike units",
}


@dataclass(frozen=True, slots=True)
class _Sum:
    """A constant plus terms with their coefficients."""

    terms: tuple[tuple[Key, Fraction], ...] = ()
    constant: Fraction = Fraction(0)

    def plus(self, other: _Sum, factor: Fraction = Fraction(1)) -> _Sum:
        """This sum and a multiple of another."""
        terms = dict(self.terms)
        for key, coefficient in other.terms:
            terms[key] = terms.get(key, Fraction(0)) + factor * coefficient
        kept = tuple(sorted(((k, c) for k, c in terms.items() if c), key=lambda kc: repr(kc[0])))
        return _Sum(kept, self.constant + factor * other.constant)


def redundant_claims(compiled: Compiled) -> Iterator[Fault]:
    """Comparisons of a quantity with itself, or of unlike ones, and parts that say the same.

    Args:
        compiled: The case as it is written; claims about other rules are passed over, and claims
            that say ``observed``, which stands for whatever has been seen by then.
    """
    for claim in compiled.case.claims:
        if len(rules_in([claim])) > 1 or _of_the_record(claim):
            continue
        for op, parts in _joined(claim.holds_if):
            yield from _parts(compiled, claim, op, parts)


def _of_the_record(claim: syntax.Claim) -> bool:
    givens = (getattr(part, "given", None) for part in walk(claim.holds_if))
    return any(isinstance(given, syntax.Given) and given.observed for given in givens)


def _joined(node: syntax.Expr, op: str = "") -> Iterator[tuple[str, list[syntax.Compare]]]:
    """The comparisons that one ``and``, or one ``or``, joins; a single one by itself."""
    match node:
        case syntax.Binary("and" | "or" as own):
            parts = list(_flat(node, own))
            yield own, [part for part in parts if isinstance(part, syntax.Compare)]
            for part in parts:
                if not isinstance(part, syntax.Compare):
                    yield from _joined(part)
        case syntax.Unary("not", operand):
            yield from _joined(operand)
        case syntax.Compare():
            yield op, [node]
        case _:
            return


def _flat(node: syntax.Expr, op: str) -> Iterator[syntax.Expr]:
    if isinstance(node, syntax.Binary) and node.op == op:
        yield from _flat(node.left, op)
        yield from _flat(node.right, op)
    else:
        yield node


def _parts(
    compiled: Compiled, claim: syntax.Claim, op: str, parts: list[syntax.Compare]
) -> Iterator[Fault]:
    claims = [replace(claim, holds_if=part) for part in parts]
    known: dict[tuple[tuple[Key, Fraction], ...], syntax.Compare] = {}
    for part, question in zip(parts, questions_of(claims, [((), compiled)]), strict=True):
        truth = question.truth
        if not isinstance(truth, q.Comparison):
            continue
        span = part.span or claim.span
        left, right = _affine(truth.left), _affine(truth.right)
        difference = left.plus(right, Fraction(-1))
        if left.terms and not difference.terms and with_itself(part):
            continue
        if left.terms and not difference.terms:
            text = expression_text(part)
            message = f"in claim '{claim.id}', {text} compares a quantity with itself"
            hint = "the two sides are the same number, or differ by a constant, in every game"
            yield Fault("decided-claim", message, span, hint, "warning")
            continue
        unit = unit_of(truth)
        if claim.matters_from is None and not has_own_number(truth) and unit:
            sides = _WITHOUT_SIZE.get(unit.kind)
            if sides is not None:
                message = f"in claim '{claim.id}', {expression_text(part)} compares {sides}"
                hint = "every difference counts, however small; 'matters from' says from where on"
                yield Fault("no-size", message, span, hint, "warning")
        way = _direction(truth.op, difference)
        earlier = known.setdefault(way, part)
        if earlier is not part:
            message = (
                f"in claim '{claim.id}', {expression_text(part)} and {expression_text(earlier)} "
                f"ask about one number: joined by '{op}' one of them decides"
            )
            yield Fault("one-half", message, span, "keep the one that is meant", "warning")


def _direction(op: str, difference: _Sum) -> tuple[tuple[Key, Fraction], ...]:
    """The sum of a comparison, up to a positive factor and the constant, larger meaning truer."""
    sign = Fraction(-1 if op in ("<", "<=") else 1)
    size = abs(difference.terms[0][1]) if difference.terms else Fraction(1)
    equal = ((("=",), Fraction(1)),) if op in ("=", "!=") else ()
    return (*((key, sign * c / size) for key, c in difference.terms), *equal)


def _affine(value: q.Value) -> _Sum:
    match value:
        case q.Constant(number):
            return _Sum((), Fraction(number))
        case q.Arithmetic("neg", (part,)):
            return _Sum().plus(_affine(part), Fraction(-1))
        case q.Arithmetic("+" | "-" as op, (left, right)):
            return _affine(left).plus(_affine(right), Fraction(1 if op == "+" else -1))
        case q.Arithmetic("*", (left, right)):
            one, other = _affine(left), _affine(right)
            if not one.terms:
                return _Sum().plus(other, one.constant)
            if not other.terms:
                return _Sum().plus(one, other.constant)
        case q.Likelihood(variant, event, given):
            inside = event & given
            contrary = given & ~event
            first = bool(inside[int(np.argmax(given))]) if given.any() else True
            chosen = inside if first else contrary
            key: Key = ("P", variant, given.tobytes(), chosen.tobytes())
            one = _Sum(((key, Fraction(1)),))
            return one if first else _Sum((), Fraction(1)).plus(one, Fraction(-1))
        case _:
            pass
    return _Sum(((_key(value), Fraction(1)),))


def _key(part: object) -> Key:
    """All that a part of a question holds, to be compared."""
    if isinstance(part, np.ndarray):
        return ("array", part.shape, part.tobytes())
    if isinstance(part, tuple):
        return tuple(_key(inner) for inner in part)
    if hasattr(part, "__dataclass_fields__"):
        inside = (_key(getattr(part, field.name)) for field in fields(part))  # type: ignore[arg-type]
        return (type(part).__name__, *inside)
    return (part,)


# --- options -----------------------------------------------------------------------------------


def twin_options(compiled: Compiled) -> Iterator[Fault]:
    """Options that give their mover the same at every end, and that no later mover tells apart.

    A mover to whom all ends are the same is passed over: he has nothing to choose by.
    Choice by λ counts them as two: together they are taken more often than as one.
    """
    histories = compiled.game.histories
    if histories is None:
        return
    columns = [column for column in histories.columns if not column.last]
    payoffs = _sampled(compiled)
    for i, column in enumerate(columns):
        variable = compiled.scope.variables[column.name.partition("[")[0]]
        later = {other.by for other in columns[i + 1 :] if other.by is not None}
        if column.by is None or later & (set(column.seen_by) - {column.by}):
            continue
        own = payoffs[:, compiled.scope.actors.index(column.by)]
        if not np.ptp(own, axis=1).any():
            continue
        for one, other in combinations(range(len(column.options)), 2):
            if _twins(histories.codes[: len(columns)], i, (one, other), own):
                pair = f"'{column.options[one]}' and '{column.options[other]}'"
                message = f"{pair} of '{column.name}' give {column.by} the same at every end"
                hint = "two names of one option are chosen more often than one; merge them"
                yield Fault("twin-options", message, variable.span, hint, "warning")


def _sampled(compiled: Compiled) -> Floats:
    """Payoffs at the base values and at points beside them; shape (points, P, Z)."""
    random = np.random.default_rng(0)
    values = {}
    for assumption in compiled.case.assumptions:
        base = float(assumption.value)
        spread = np.concatenate([[0.0], random.uniform(-0.1, 0.1, 2)])
        values[assumption.name] = base + spread * max(1.0, abs(base))
    return compiled.draws(values).payoffs if values else compiled.game.payoffs[None]


def _twins(codes: np.ndarray, place: int, pair: tuple[int, int], own: Floats) -> bool:
    """Whether histories that differ in one column alone come in pairs of equal payoffs."""
    others = np.delete(codes, place, axis=0)
    found = []
    for option in pair:
        rows = np.flatnonzero(codes[place] == option)
        found.append(rows[np.lexsort(others[:, rows])] if len(others) else rows)
    one, other = found
    if not len(one) or len(one) != len(other):
        return False
    if not np.array_equal(others[:, one], others[:, other]):
        return False
    return bool(np.allclose(own[:, one], own[:, other], rtol=SAME_PROFILE, atol=SAME_PROFILE))
