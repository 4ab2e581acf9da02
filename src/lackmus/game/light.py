"""Which of a claim's questions an observation leaves open, in terms of histories.

A question is asked of the game as written (*bare*), as of before an observation (*before*: what the
claim itself says it takes as given, the record included where it says ``observed``), and in the
observation's light (*lit*: the same, with the observation added to each condition). All that
matters is the set of terminals that the observation leaves; so two observations that leave the same
set are the same knowledge, and give the same verdict.

- Where the light leaves all of a claim's conditions the same set, although they were different, the
  contrast that the claim asks about is lost: it is asked as of before.
- So it is where the light decides both sides of a comparison alike, or as one number all terms of
  one that sets terms against each other (on whichever side: ``P(x | a) - P(x | b) > 0.1``), or
  decides the variable that a question asks what it would tell.
- Where it decides the events of a comparison with the author's own number, or of two sides
  differently, the truth is *settled*.
- Else the claim is judged in the light.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lackmus.foundation.arrays import Bools
from lackmus.foundation.tolerances import CLAIM
from lackmus.game import questions as q


@dataclass(frozen=True, slots=True)
class Judged:
    """A truth as it is to be asked after an observation.

    Attributes:
        truth: What to ask.
        settled: What the observation has decided; None where it leaves it open.
        lit: Whether it is asked in the observation's light, at least in part.
        parts: The same of the operands of an ``and`` or ``or``.
    """

    truth: q.Truth
    settled: bool | None = None
    lit: bool = False
    parts: tuple[Judged, ...] = ()


def as_before(truth: q.Truth) -> Judged:
    """A truth as of before any observation."""
    parts = truth.parts if isinstance(truth, q.Joined) else ()
    return Judged(truth, parts=tuple(map(as_before, parts)))


def in_light(bare: q.Truth, before: q.Truth, lit: q.Truth) -> Judged:
    """How a truth is to be asked; the three trees have the same shape."""
    if _one_condition(before, lit):
        return as_before(before)
    match bare, before, lit:
        case q.Joined(op, none), q.Joined(_, old), q.Joined(_, new):
            parts = [in_light(*three) for three in zip(none, old, new, strict=True)]
            truth = q.Joined(op, tuple(part.truth for part in parts))
            lit_ = any(part.lit for part in parts)
            return Judged(truth, _joined(op, parts), lit_, tuple(parts))
        case q.Not(none_), q.Not(old_), q.Not(new_):
            part = in_light(none_, old_, new_)
            settled = None if part.settled is None else not part.settled
            return Judged(q.Not(part.truth), settled, part.lit)
        case _:
            return _atom(bare, before, lit)


def _atom(bare: q.Truth, before: q.Truth, lit: q.Truth) -> Judged:
    parts = q.children(lit)
    sides = [value for part in parts if (value := _number(part)) is not None]
    decided = len(sides) == len(parts)
    if decided:
        alike = len(sides) > 1 and _all_same(sides) and all(map(_is_computed, parts))
        if _is_moot(lit, sides) or alike or (_is_contrast(lit) and _all_same(_terms(lit))):
            return Judged(before)
    if _known(bare) is None:
        if decided and (known := _known(lit)) is not None:
            return Judged(lit, known, lit=True)
        if any(_is_spent(a, b) for a, b in zip(_queries(before), _queries(lit), strict=True)):
            return Judged(before)
    return Judged(lit, lit=_conditions(before) != _conditions(lit))


def _joined(op: str, parts: list[Judged]) -> bool | None:
    """What is decided of the whole: one part decides it, or all do."""
    decides = op == "or"
    if any(part.settled is decides for part in parts):
        return decides
    return (not decides) if all(part.settled is not None for part in parts) else None


# --- conditions ---


def _queries(node: q.Truth | q.Value) -> Iterator[q.Query]:
    if isinstance(node, q.Query):
        yield node
    for part in q.children(node):
        yield from _queries(part)


def _conditions(truth: q.Truth) -> set[bytes]:
    """The sets of terminals of the game as written that a truth takes as given, if not empty."""
    return {
        query.given.tobytes()
        for query in _queries(truth)
        if query.variant == 0 and query.given.any()
    }


def _one_condition(before: q.Truth, lit: q.Truth) -> bool:
    return len(_conditions(before)) > 1 and len(_conditions(lit)) == 1


def _is_spent(before: q.Query, lit: q.Query) -> bool:
    """Whether the light decides a variable of which a question asks what it tells."""
    if not isinstance(before, q.Link) or not isinstance(lit, q.Link):
        return False
    pairs = ((before.about, lit.about), (before.of, lit.of))
    return any(
        _values(old, before.given) > 1 and _values(new, lit.given) == 1 for old, new in pairs
    )


def _values(masks: Bools, given: Bools) -> int:
    """How many of a variable's values are left."""
    return int((masks & given).any(axis=1).sum())


# --- what is known without solving anything ---


def _is_computed(node: q.Truth | q.Value) -> bool:
    return any(True for _ in _queries(node))


def _number(node: q.Truth | q.Value) -> float | None:
    """A value that histories alone decide, the same in every draw; else None."""
    match node:
        case q.Constant(value):
            return value
        case q.Likelihood(_, event, given) if given.any():
            here = event[given]
            return 1.0 if here.all() else (None if here.any() else 0.0)
        case q.Spread(_, about, given) if given.any() and _values(about, given) == 1:
            return 0.0
        case q.Arithmetic(op, parts):
            numbers = [_number(part) for part in parts]
            if None in numbers:
                return None
            with np.errstate(all="ignore"):
                value = float(q.arithmetic(op, [np.asarray(number) for number in numbers]))
            return value if math.isfinite(value) else None
        case _:
            return None


def _is_moot(truth: q.Truth, sides: list[float]) -> bool:
    """Whether it asks for the likeliest option of a variable that no history left makes."""
    return isinstance(truth, q.Pick) and max(sides) == 0.0


def _terms(truth: q.Truth) -> list[float]:
    """The numbers of the terms that are decided, without what is computed of them."""
    return [value for query in _queries(truth) if (value := _number(query)) is not None]


def _is_contrast(truth: q.Truth) -> bool:
    """Whether some term speaks for a comparison and another against it, on whichever side."""
    return len({leaning for _, leaning in _leanings(truth, 1)}) > 1


def _leanings(node: q.Truth | q.Value, leaning: int) -> Iterator[tuple[q.Query, int]]:
    """Terms with the sign that they have once all stand on the left; a divisor's is turned."""
    parts = q.children(node)
    turned = (leaning,) * len(parts)
    match node:
        case q.Comparison():
            turned = (leaning, -leaning)
        case q.Arithmetic("-" | "/"):
            turned = (leaning, *(-leaning,) * (len(parts) - 1))
        case q.Arithmetic("neg"):
            turned = (-leaning,)
        case q.Arithmetic("*"):
            below = sum((_number(part) or 0.0) < 0.0 for part in parts)
            turned = (leaning * (-1) ** below,) * len(parts)
        case _ if isinstance(node, q.Query):
            yield node, leaning
    for part, sign in zip(parts, turned, strict=True):
        yield from _leanings(part, sign)


def _all_same(values: list[float]) -> bool:
    return all(_same(values[0], value) for value in values[1:])


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= CLAIM * max(1.0, abs(one), abs(other))


def _known(node: q.Truth) -> bool | None:
    """A comparison or pick that histories alone decide; else None."""
    match node:
        case q.Comparison(op, left, right):
            a, b = _number(left), _number(right)
            if a is None or b is None:
                return None
            equal = _same(a, b)
            if op in ("=", "!="):
                return equal == (op == "=")
            above = a > b if op in (">", ">=") else a < b
            return (above and not equal) or (equal and op in (">=", "<="))
        case q.Pick(scores, target, negated):
            found = [_number(score) for score in scores]
            values = [value for value in found if value is not None]
            if len(values) < len(found) or values.count(max(values)) > 1:
                return None
            return (values.index(max(values)) == target) != negated
        case _:
            return None
