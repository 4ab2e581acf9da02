"""What an author may not have meant, in a case without a fault: warnings and notes.

What only the histories show (a stake that never counts, an event that cannot happen) is remarked
by the compiler.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from lackmus.case import syntax
from lackmus.case.fields import constant
from lackmus.case.scope import Scope, Variable, spoken
from lackmus.case.text import expression_text, rounded
from lackmus.case.typing_rules import most_rounds
from lackmus.foundation.errors import Fault, Severity
from lackmus.foundation.spans import Span

#: The least and the greatest value that an expression can have.
Bounds: TypeAlias = tuple[float, float]

_EVERYTHING: Bounds = (-math.inf, math.inf)


def remarks(case: syntax.Case, scope: Scope) -> Iterator[Fault]:
    """Warnings and notes on a case that passed its check.

    Args:
        case: The case.
        scope: Its names.
    """
    yield from _hidden_moves(scope)
    yield from _never_their_turn(scope)
    yield from _idle_stakes(case, scope)
    yield from _rounds(case)
    yield from _joint(case, scope)
    yield from _which_round(case, scope)
    for claim in case.claims:
        yield from _decided(claim, scope)
        yield from _given_twice(claim)


def _remark(
    code: str, message: str, span: Span | None, hint: str = "", severity: Severity = "warning"
) -> Fault:
    return Fault(code, message, span, hint, severity)


# --- moves -------------------------------------------------------------------------------------


def _hidden_moves(scope: Scope) -> Iterator[Fault]:
    for variable in scope.variables.values():
        if not variable.by:
            continue
        alone = len(variable.by) == 1
        seen = {*variable.seen_by, *variable.noticed_by}
        others = {*scope.viewers} - {*(variable.by if alone else ())}
        if others and not seen & others:
            who = variable.by[0] if alone else "who makes it"
            message = f"nobody but {who} sees '{variable.id}'"
            hint = "leave 'seen by' out to show it to everyone"
            yield _remark("unseen-move", message, variable.span, hint, "note")
        if len(variable.options) == 1:
            message = f"'{variable.id}' has one option, so nothing is decided there"
            yield _remark("one-option", message, variable.span, severity="note")


def _never_their_turn(scope: Scope) -> Iterator[Fault]:
    for variable in scope.variables.values():
        most = most_rounds(scope.blocks[variable.block], scope) if variable.block else None
        if most is None:
            continue
        for name in dict.fromkeys(variable.by[int(most) :]):
            if name not in variable.by[: int(most)]:
                message = f"it is never the turn of '{name}' in '{variable.id}'"
                hint = f"there are at most {int(most)} rounds"
                yield _remark("never", message, variable.span, hint)


# --- stakes ------------------------------------------------------------------------------------


def _idle_stakes(case: syntax.Case, scope: Scope) -> Iterator[Fault]:
    movers = {maker for variable in scope.variables.values() for maker in variable.by}
    for actor in case.actors:
        own = [stake for stake in case.stakes if stake.actor == actor.id]
        if own and actor.id not in movers:
            message = f"{actor.id} never moves, so the stakes of {actor.id} change no choice"
            yield _remark("idle-stake", message, actor.span, severity="note")
    for stake in case.stakes:
        if isinstance(stake, syntax.Stake) and stake.actor in movers:
            yield from _idle(stake, scope)


def _idle(stake: syntax.Stake, scope: Scope) -> Iterator[Fault]:
    base = {a.name: a.value for a in scope.assumptions.values()}
    name = f" '{stake.name}'" if stake.name else ""
    if constant(stake.worth, base) == 0 and not _names(stake.worth, scope) & set(base):
        message = f"the stake{name} of {stake.actor} is worth 0, and so changes nothing"
        yield _remark("idle-stake", message, stake.span)
    elif stake.every is None and not _hangs_on_play(stake, scope):
        message = f"the stake{name} of {stake.actor} does not hang on any move"
        hint = "it adds the same to each option, so it changes no choice; give it an 'if'"
        yield _remark("idle-stake", message, stake.span, hint)


def _hangs_on_play(stake: syntax.Stake, scope: Scope) -> bool:
    names = _names(stake.worth, scope)
    if stake.condition is not None:
        names |= _names(stake.condition, scope)
    if names & (set(scope.states) | set(scope.blocks)):
        return True
    return any(name in scope.variables and scope.variables[name].move for name in names)


def _names(expression: syntax.Expr, scope: Scope) -> set[str]:
    return {name.id for name in spoken(expression, scope)}


# --- rounds and priors -------------------------------------------------------------------------


def _rounds(case: syntax.Case) -> Iterator[Fault]:
    counted = {stake.every for stake in case.stakes}
    for block in case.moves:
        if not isinstance(block, syntax.Rounds):
            continue
        if block.discount is not None and block.name not in counted:
            message = f"nothing is counted in each round of {block.name}, so nothing is discounted"
            hint = f"give a stake 'every: {block.name}'"
            yield _remark("idle-discount", message, block.discount.span or block.span, hint)


def _which_round(case: syntax.Case, scope: Scope) -> Iterator[Fault]:
    """Moves in rounds of which a stake or a claim does not say which round it means."""
    places: list[tuple[str, str | None, tuple[syntax.Expr, ...], str]] = []
    for stake in case.stakes:
        own: tuple[syntax.Expr, ...] = () if stake.condition is None else (stake.condition,)
        if isinstance(stake, syntax.Stake):
            own = (stake.worth, *own)
        else:
            own = (*(condition for group in stake.groups for condition in group), *own)
        where = f"a stake of {stake.actor}" + (f" ('{stake.name}')" if stake.name else "")
        places.append((where, stake.every, own, ", or count the stake with 'every'"))
    places += [(f"claim '{claim.id}'", None, (claim.holds_if,), "") for claim in case.claims]
    for where, block, expressions, more in places:
        names = {name.id: name for part in expressions for name in _bare(part, scope, block)}
        for name in names.values():
            message = f"in {where}, '{name}' is the last one made, in whichever round that was"
            hint = f"write {name}[1] for a certain round, ever(…) or count(…) for all{more}"
            yield _remark("which-round", message, name.span, hint, "note")


def _bare(node: syntax.Expr, scope: Scope, block: str | None) -> Iterator[syntax.Name]:
    """Names of moves in rounds, seen from outside, without a word on which round."""
    match node:
        case syntax.Name():
            variable = scope.variables.get(node.id)
            if variable and variable.block not in (None, block) and node.index is None:
                yield node
            return
        case syntax.Call("ever" | "count" | "made"):
            return
        case syntax.Best(_, given) | syntax.Worth(_, _, given):
            parts: tuple[syntax.Expr, ...] = (given.condition,) if given.condition else ()
        case syntax.Compare((syntax.Name(id=name) as first, second)) if name in scope.variables:
            label = str(second) in scope.variables[name].options
            parts = (first,) if label else (first, second)
        case _:
            targets = {id(change.target) for change in _changes(node)}
            parts = tuple(part for part in syntax.children(node) if id(part) not in targets)
    for part in parts:
        yield from _bare(part, scope, block)


def _changes(node: syntax.Expr) -> tuple[syntax.Intervention, ...]:
    given = getattr(node, "given", None)
    return given.do if isinstance(given, syntax.Given) else ()


def _joint(case: syntax.Case, scope: Scope) -> Iterator[Fault]:
    """Joint priors take the place of the single ones; told where these say otherwise."""
    base = {a.name: a.value for a in scope.assumptions.values()}
    owners: dict[str, tuple[tuple[syntax.Chance, ...], Span | None]] = {
        **{f.name: (f.values, f.span) for f in case.facts},
        **{f"{a.id}.aim": (a.aims, a.span) for a in case.actors},
    }
    for table in case.joint_aims:
        cells = [constant(n, base) if n is not None else None for _, n in table.chances]
        if cells.count(None) > sum(n is None for _, n in table.chances):
            continue
        rest = 1 - sum((c for c in cells if c is not None), Fraction(0))
        for place, name in enumerate(table.over):
            chances, span = owners[name]
            for chance in chances:
                joint = sum(
                    (
                        rest if cell is None else cell
                        for (labels, _), cell in zip(table.chances, cells, strict=True)
                        if labels[place] == chance.label
                    ),
                    Fraction(0),
                )
                own = constant(chance.probability, base) if chance.probability else None
                if own is not None and own != joint:
                    message = (
                        f"'joint aims' make {name} = {chance.label} {rounded(joint)}, not "
                        f"{rounded(own)} as it says there"
                    )
                    yield _remark("joint", message, chance.span or span, "the joint ones count")


# --- claims ------------------------------------------------------------------------------------


def _decided(claim: syntax.Claim, scope: Scope) -> Iterator[Fault]:
    """Comparisons that come out the same whatever is assumed and however it is played."""
    for part in _comparisons(claim.holds_if):
        if with_itself(part):
            message = (
                f"in claim '{claim.id}', {expression_text(part)} compares a quantity with itself"
            )
            hint = "the two sides are the same number in every game"
            yield _remark("decided-claim", message, part.span or claim.span, hint)
            continue
        truth = _always(part, scope)
        if truth is not None:
            word = "true" if truth else "false"
            message = f"in claim '{claim.id}', {expression_text(part)} is {word} by construction"
            yield _remark("decided-claim", message, part.span or claim.span)


def _given_twice(claim: syntax.Claim) -> Iterator[Fault]:
    """Terms that say on their own what 'for each' says of the same variable."""
    each = claim.for_each
    if each is None:
        return
    for given in _givens(claim.holds_if):
        found = next(
            (n for n in _all_names(given) if (n.id, n.index) == (each.id, each.index)), None
        )
        if found is not None:
            message = (
                f"in claim '{claim.id}', what is given behind the bar speaks of {found.id}, and so "
                "does 'for each': given any other value than the one it has there, that term "
                "cannot be asked"
            )
            hint = f"leave {found.id} out behind the bar, or leave out 'for each'"
            yield _remark("given-twice", message, given.span or claim.span, hint)


def _givens(node: syntax.Expr) -> Iterator[syntax.Expr]:
    """What is given in the queries of an expression."""
    given = getattr(node, "given", None)
    if isinstance(given, syntax.Given) and given.condition is not None:
        yield given.condition
    for part in syntax.children(node):
        yield from _givens(part)


def _all_names(node: syntax.Expr) -> Iterator[syntax.Name]:
    if isinstance(node, syntax.Name):
        yield node
    for part in syntax.children(node):
        yield from _all_names(part)


def _comparisons(node: syntax.Expr) -> Iterator[syntax.Compare]:
    match node:
        case syntax.Compare():
            yield node
        case syntax.Binary("and" | "or", left, right):
            yield from _comparisons(left)
            yield from _comparisons(right)
        case syntax.Unary("not", operand):
            yield from _comparisons(operand)
        case _:
            return


def with_itself(comparison: syntax.Compare) -> bool:
    """Whether both sides of a comparison are written alike."""
    return any(a == b for a, b in pairwise(comparison.operands))


def _always(node: syntax.Compare, scope: Scope) -> bool | None:
    pairs = list(zip(node.ops, node.operands, node.operands[1:], strict=False))
    found = [_pair(op, left, right, scope) for op, left, right in pairs]
    if False in found:
        return False
    return True if all(found) else None


def _pair(op: str, left: syntax.Expr, right: syntax.Expr, scope: Scope) -> bool | None:
    if isinstance(left, syntax.Best | syntax.Likeliest):
        variable = scope.variables.get(left.move.id)
        only = variable is not None and len(variable.options) == 1
        return (op == "=") if only else None
    (low, high), (least, most) = bounds(left, scope), bounds(right, scope)
    match op:
        case "<" | ">=":
            found = True if high < least else False if low >= most else None
            return found if op == "<" or found is None else not found
        case ">" | "<=":
            found = True if low > most else False if high <= least else None
            return found if op == ">" or found is None else not found
        case _:
            return (op == "!=") if high < least or low > most else None


def bounds(node: syntax.Expr, scope: Scope) -> Bounds:
    """Between which values an expression lies, whatever is assumed and however it is played."""
    match node:
        case syntax.Number(value):
            return float(value), float(value)
        case syntax.Name(id=name) if name in scope.assumptions:
            return scope.assumptions[name].distribution.support()
        case syntax.Probability() | syntax.Information("shift"):
            return 0.0, 1.0
        case syntax.Entropy(variable):
            return 0.0, _bits(scope.variables.get(variable.id))
        case syntax.Information(_, about):
            return 0.0, _bits(scope.variables.get(about.id))
        case syntax.Unary("-", operand):
            low, high = bounds(operand, scope)
            return -high, -low
        case syntax.Binary(op, left, right):
            return _combined(op, bounds(left, scope), bounds(right, scope))
        case _:
            return _EVERYTHING


def _bits(variable: Variable | None) -> float:
    """Most bits that a variable can have; not being made is a value of all but aims and facts."""
    if variable is None:
        return math.inf
    return math.log2(len(variable.options) + (variable.kind not in ("aim", "fact")))


def _combined(op: str, left: Bounds, right: Bounds) -> Bounds:
    if op == "+":
        return left[0] + right[0], left[1] + right[1]
    if op == "-":
        return left[0] - right[1], left[1] - right[0]
    if op == "*" and all(math.isfinite(end) for end in (*left, *right)):
        products = [a * b for a in left for b in right]
        return min(products), max(products)
    return _EVERYTHING
