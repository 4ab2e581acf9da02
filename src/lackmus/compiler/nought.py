"""Which probabilities are 0 whatever the assumptions, and so are no branch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache, reduce
from typing import Final

import numpy as np

from lackmus.case import syntax
from lackmus.case.scope import Scope, assumes
from lackmus.compiler.rows import Env, Numbers, condition, number
from lackmus.foundation.arrays import Bools
from lackmus.foundation.tolerances import PROBABILITY

_PRIMES: Final = (101, 211, 307)
"""Of the points at which a rational function is looked at: one that is 0 at each is 0."""


def surely_nought(chances: Sequence[syntax.Expr | None], env: Env) -> Bools:
    """Where each option of a chance move has probability 0, whatever the assumptions.

    Args:
        chances: The probabilities; None is what the others leave.
        env: The histories, with exact numbers and no values.

    Returns:
        Shape (histories, options).
    """
    written = [chance for chance in chances if chance is not None]
    left = reduce(lambda rest, chance: syntax.Binary("-", rest, chance), written, _ONE)
    columns = [_is_nought(left if chance is None else chance, env) for chance in chances]
    if None in chances and not assumes(left, env.scope):
        rest = np.broadcast_to(number(left, env), env.rows.size)
        # What is no fraction is rounded: a rest as small as that may be nought.
        columns[chances.index(None)] = np.array(
            [part <= (0 if isinstance(part, Fraction) else PROBABILITY) for part in rest], np.bool_
        )
    return np.stack([np.broadcast_to(column, env.rows.size) for column in columns], axis=1)


_ONE: Final[syntax.Expr] = syntax.Number(Fraction(1))


def _is_nought(expression: syntax.Expr, env: Env) -> Bools:
    """Where a number is 0 whatever the assumptions; False where that cannot be told."""
    if not assumes(expression, env.scope):
        return np.asarray(number(expression, env) == 0, np.bool_)
    if isinstance(expression, syntax.IfElse):
        then, otherwise = (
            _is_nought(part, env) for part in (expression.then, expression.otherwise)
        )
        if assumes(expression.condition, env.scope):
            return then & otherwise
        return np.where(condition(expression.condition, env), then, otherwise)
    if not _is_rational(expression, env.scope):
        return np.zeros(1, np.bool_)
    nought = np.ones(1, np.bool_)
    for prime in _PRIMES:
        nought = nought & np.asarray(number(expression, _at(env, prime)) == 0, np.bool_)
        if not nought.any():
            break
    return nought


def _at(env: Env, prime: int) -> Env:
    """The same histories with some values of the assumptions."""
    return replace(env, values=_values(tuple(env.scope.assumptions), prime))


@lru_cache(maxsize=len(_PRIMES))
def _values(names: tuple[str, ...], prime: int) -> Mapping[str, Numbers]:
    """A value for each name, all different."""
    return {
        name: np.asarray(Fraction(7 * place + 3, prime), object) for place, name in enumerate(names)
    }


def _is_rational(expression: syntax.Expr, scope: Scope) -> bool:
    """Whether a number is a rational function of the assumptions in each history."""
    match expression:
        case syntax.Binary("^", base, exponent):
            return _is_rational(base, scope) and not assumes(exponent, scope)
        case syntax.Binary(_, left, right):
            return _is_rational(left, scope) and _is_rational(right, scope)
        case syntax.Unary("-", operand):
            return _is_rational(operand, scope)
        case syntax.IfElse(then, test, otherwise):
            return not assumes(test, scope) and all(
                _is_rational(part, scope) for part in (then, otherwise)
            )
        case syntax.Name():
            return True
        case _:
            return not assumes(expression, scope)
