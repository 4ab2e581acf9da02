"""Shorthands of the language in terms of its core, before anything is compiled.

Ordinal stakes become stakes whose worth is made of steps: with ranks 0 (worst) … k (best) and
steps s_1 … s_k, rank j is worth scale·(s_1 + … + s_j)/(s_1 + … + s_k). Steps drawn from the
exponential distribution make the ranks uniform among all numbers in that order (Devroye 1986,
ch. V.2); a wide gap's step has three times the mean.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from lackmus.case import syntax
from lackmus.case.fields import stake_path
from lackmus.case.scope import scope_of
from lackmus.foundation.distributions import Distribution

_GAP = Fraction(3)


def desugar(case: syntax.Case) -> syntax.Case:
    """The same case without ordinal stakes, and with claims written out value by value."""
    steps: list[syntax.Assumption] = []
    stakes: list[syntax.Stake | syntax.OrdinalStake] = []
    places: Counter[str] = Counter()
    for stake in case.stakes:
        if isinstance(stake, syntax.OrdinalStake):
            own = _steps(stake, stake_path(stake.actor, stake.name, places[stake.actor]))
            steps += own
            stakes += _ranks(stake, own)
        else:
            stakes.append(stake)
        places[stake.actor] += 1
    each = any(claim.for_each for claim in case.claims)
    if not steps and not each:
        return case
    claims = tuple(_value_by_value(case, claim) for claim in case.claims) if each else case.claims
    assumptions = (*case.assumptions, *steps)
    return replace(case, stakes=tuple(stakes), assumptions=assumptions, claims=claims)


def _value_by_value(case: syntax.Case, claim: syntax.Claim) -> syntax.Claim:
    """``for each v``: the comparison given each value of v, joined by ``and``."""
    name = claim.for_each
    if name is None:
        return claim
    whole: syntax.Expr | None = None
    for label in scope_of(case).variables[name.id].options:
        here = syntax.Compare((name, syntax.Name(label)), ("=",), name.span)
        part = _given_too(claim.holds_if, here)
        whole = part if whole is None else syntax.Binary("and", whole, part, part.span)
    return replace(claim, holds_if=whole or claim.holds_if, for_each=None)


def _given_too(node: syntax.Expr, more: syntax.Expr) -> syntax.Expr:
    """An expression with a condition joined to what is given in each of its queries."""
    match node:
        case syntax.Unary(_, operand):
            return replace(node, operand=_given_too(operand, more))
        case syntax.Binary(_, left, right):
            return replace(node, left=_given_too(left, more), right=_given_too(right, more))
        case syntax.Compare(operands):
            return replace(node, operands=tuple(_given_too(part, more) for part in operands))
        case syntax.Call(_, arguments):
            return replace(node, arguments=tuple(_given_too(part, more) for part in arguments))
        case syntax.IfElse(then, test, otherwise):
            one, other = _given_too(then, more), _given_too(otherwise, more)
            return replace(node, then=one, condition=_given_too(test, more), otherwise=other)
        case syntax.Number() | syntax.Name() | syntax.Member() | syntax.Has() | syntax.Occurs():
            return node
        case _:
            known = node.given.condition
            joined = more if known is None else syntax.Binary("and", known, more)
            return replace(node, given=replace(node.given, condition=joined))


def _steps(stake: syntax.OrdinalStake, name: str) -> list[syntax.Assumption]:
    """Steps from the worst rank upwards."""
    return [
        syntax.Assumption(
            f"{name}.step{j + 1}",
            mean := _GAP if gap else Fraction(1),
            Distribution("exponential", (mean,), low=Fraction(0)),
            says="distance between two ranks of an order",
            because="only the order is known",
            span=stake.span,
        )
        for j, gap in enumerate(reversed(stake.gaps))
    ]


def _ranks(stake: syntax.OrdinalStake, steps: list[syntax.Assumption]) -> Iterator[syntax.Stake]:
    total = _sum(steps)
    better: syntax.Expr | None = None
    ranks = len(stake.groups)
    for place, group in enumerate(stake.groups):
        condition = group[0]
        for other in group[1:]:
            condition = syntax.Binary("or", condition, other)
        here = condition
        if better is not None:
            here = syntax.Binary("and", condition, syntax.Unary("not", better))
        better = condition if better is None else syntax.Binary("or", better, condition)
        below = steps[: ranks - 1 - place]
        if below:
            share = syntax.Binary("/", _sum(below), total)
            worth = syntax.Binary("*", stake.scale, share)
            if stake.condition is not None:
                here = syntax.Binary("and", stake.condition, here)
            yield syntax.Stake(
                actor=stake.actor, worth=worth, condition=here, every=stake.every, name=stake.name,
                says=stake.says, cite=stake.cite, because=stake.because, span=stake.span,
            )  # fmt: skip


def _sum(steps: list[syntax.Assumption]) -> syntax.Expr:
    result: syntax.Expr = syntax.Name(steps[0].name)
    for step in steps[1:]:
        result = syntax.Binary("+", result, syntax.Name(step.name))
    return result


def joint_chances(case: syntax.Case, name: str) -> tuple[syntax.Expr, ...] | None:
    """Probabilities of an aim's or fact's labels where a joint prior governs it, else None.

    The variable of a table that is settled first has its marginal; each later one is conditional
    on those before.
    """
    played = [*(f.name for f in case.facts), *(f"{a.id}.aim" for a in case.actors)]
    for written in case.joint_aims:
        if name in written.over:
            order = sorted(range(len(written.over)), key=lambda i: played.index(written.over[i]))
            table = replace(
                written,
                over=tuple(written.over[i] for i in order),
                chances=tuple(
                    (tuple(labels[i] for i in order), number) for labels, number in written.chances
                ),
            )
            place = table.over.index(name)
            labels = _labels(case, name)
            return tuple(_conditional(table, place, label, len(labels)) for label in labels)
    return None


def _labels(case: syntax.Case, name: str) -> tuple[str, ...]:
    for actor in case.actors:
        if f"{actor.id}.aim" == name:
            return tuple(aim.label for aim in actor.aims)
    return next(tuple(v.label for v in f.values) for f in case.facts if f.name == name)


def _conditional(table: syntax.JointAims, place: int, label: str, width: int) -> syntax.Expr:
    """P(variable = label | those before it in the table), by cases.

    Uniform where those before have probability zero: only a change of the rules comes there.
    """
    even: syntax.Expr = syntax.Number(Fraction(1, width))
    result = even
    for before in dict.fromkeys(labels[:place] for labels, _ in table.chances):
        whole = _mass(table, before)
        part = _mass(table, (*before, label))
        if not before:
            return part
        some = syntax.Compare((whole, syntax.Number(Fraction(0))), (">",))
        share = syntax.IfElse(syntax.Binary("/", part, whole), some, even)
        here = _where(table, before)
        result = syntax.IfElse(share, here, result)
    return result


def _where(table: syntax.JointAims, labels: tuple[str, ...]) -> syntax.Expr:
    condition: syntax.Expr | None = None
    for name, label in zip(table.over, labels, strict=False):
        part = syntax.Compare((syntax.Name(name), syntax.Name(label)), ("=",))
        condition = part if condition is None else syntax.Binary("and", condition, part)
    if condition is None:
        raise TypeError("no labels")
    return condition


def _mass(table: syntax.JointAims, start: tuple[str, ...]) -> syntax.Expr:
    """Sum of the cells whose labels begin with `start`."""
    total: syntax.Expr = syntax.Number(Fraction(0))
    for labels, number in table.chances:
        if labels[: len(start)] == start:
            cell = number if number is not None else _rest(table)
            total = syntax.Binary("+", total, cell)
    return total


def _rest(table: syntax.JointAims) -> syntax.Expr:
    total: syntax.Expr = syntax.Number(Fraction(1))
    for _, number in table.chances:
        if number is not None:
            total = syntax.Binary("-", total, number)
    return total
