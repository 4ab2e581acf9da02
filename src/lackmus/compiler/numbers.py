"""Stakes and chances as functions of the assumptions, over histories that are there already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import chain, islice
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lackmus.case import syntax
from lackmus.case.scope import Scope, assumes, walk
from lackmus.compiler.expand import ChanceStage, Expansion
from lackmus.compiler.rows import (
    Env,
    Numbers,
    Rows,
    condition,
    joint_classes,
    leaves,
    number,
    prepared,
)
from lackmus.foundation.arrays import Bools, Floats
from lackmus.foundation.errors import Fault
from lackmus.foundation.spans import Span
from lackmus.foundation.tolerances import PROBABILITY
from lackmus.game.game import Exact

_MOST_EXACT = 2_000

#: Draws whose numbers are made together; more would only fill the processor's cache.
_TOGETHER = 64

#: Rounding error of one addition of probabilities.
_ROUNDING = float(np.finfo(np.float64).eps)

_NOTHING = syntax.Number(Fraction(0))

#: A number as a function of the assumptions' values, broadcastable to (draws, histories).
_Prepared: TypeAlias = Callable[[Mapping[str, Numbers]], Numbers]


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """The numbers of a game in D draws.

    Attributes:
        payoffs: Shape (D, P, Z).
        chance: Shape (D, C).
        valid: Draws whose probabilities lie in 0 … 1 and sum to one; shape (D,).
        finite: Draws whose payoffs are finite; shape (D,).
    """

    payoffs: Floats
    chance: Floats
    valid: Bools
    finite: Bools


@dataclass(frozen=True, slots=True, eq=False)
class _Term:
    """A stake in one place, such as one round.

    Attributes:
        worth: What it adds.
        env: Its place.
        mask: Terminals at which it may count.
        names: The names in it; of assumptions that are none of these it is independent.
        place: Where it is written.
    """

    worth: syntax.Expr
    env: Env
    mask: Bools
    names: frozenset[str]
    place: Span | None


@dataclass(frozen=True, slots=True, eq=False)
class _Kinds:
    """Terminal histories in kinds that are worth the same to an actor, whatever the assumptions.

    Attributes:
        kind: Of each history; shape (Z,).
        count: How many kinds there are.
        worths: What each of the actor's stakes adds, over one history of each kind.
    """

    kind: NDArray[np.int64]
    count: int
    worths: tuple[_Prepared, ...]


@dataclass(slots=True)
class Last:
    """The numbers of the draw before, for those of the next: what has not changed is not made anew.

    It belongs to one thread and to one game.
    """

    values: dict[str, float] = field(default_factory=dict)
    worths: list[list[Numbers | None]] = field(default_factory=list)
    tables: list[Floats | None] = field(default_factory=list)

    def changed(self, values: Mapping[str, Floats]) -> set[str]:
        """The assumptions whose values are other ones than in the draw before."""
        now = {name: float(value[0]) for name, value in values.items()}
        before, self.values = self.values, now
        return {name for name, value in now.items() if before.get(name) != value}


class CaseNumbers:
    """Stakes and chances as functions of the assumptions, over fixed terminal histories."""

    def __init__(
        self, case: syntax.Case, scope: Scope, rows: Rows, x: Expansion, n_chance: int
    ) -> None:
        self._case, self._scope, self._rows = case, scope, rows
        self._chance, self._n_chance = x.chance, n_chance
        self._terms = [list(self._terms_of(actor)) for actor in scope.actors]
        self._chance_names = [
            frozenset().union(*(_names(e) for e in stage.expressions if e is not None))
            for stage in x.chance
        ]

    @cached_property
    def _kinds(self) -> list[_Kinds]:
        """Of each actor the kinds of terminal histories."""
        return [self._kinds_of(terms) for terms in self._terms]

    def _kinds_of(self, terms: Sequence[_Term]) -> _Kinds:
        parts: list[NDArray[Any]] = []
        for term in terms:
            parts.append(term.mask)
            where = np.flatnonzero(term.mask)
            for codes in leaves(term.worth, replace(term.env, rows=self._rows.take(where))):
                part = np.zeros(self._rows.size, np.int64)
                part[where] = codes
                parts.append(part)
        kind, first = joint_classes(parts, self._rows.size)
        rows = self._rows.take(first)
        return _Kinds(kind, len(first), tuple(_worth_of(term, rows, first) for term in terms))

    def _terms_of(self, actor: str) -> Iterable[_Term]:
        for stake in self._case.stakes:
            if stake.actor != actor or isinstance(stake, syntax.OrdinalStake):
                continue
            for env, worth, alive in self._places(stake):
                counted, mask = self._counted(stake.condition, worth, alive, env)
                if mask.any():
                    place = stake.worth.span or stake.span
                    yield _Term(counted, env, mask, _names(counted), place)

    def _counted(
        self, test: syntax.Expr | None, worth: syntax.Expr, alive: Bools, env: Env
    ) -> tuple[syntax.Expr, Bools]:
        """A worth under a condition; what that asks of an assumption is asked draw by draw."""
        if test is None:
            return worth, alive
        if assumes(test, self._scope):
            return syntax.IfElse(worth, test, _NOTHING, worth.span), alive
        return worth, alive & condition(test, env)

    def _places(self, stake: syntax.Stake) -> Iterable[tuple[Env, syntax.Expr, Bools]]:
        env = Env(self._rows, self._scope)
        if stake.every is None:
            yield env, stake.worth, np.ones(self._rows.size, np.bool_)
            return
        discount = self._scope.blocks[stake.every].discount
        for r in env.rounds(stake.every):
            worth = stake.worth
            if discount is not None and r > 1:
                power = syntax.Binary("^", discount, syntax.Number(Fraction(r - 1)))
                worth = syntax.Binary("*", power, worth)
            yield env.at(stake.every, r), worth, self._rows.played[stake.every, r]

    @cached_property
    def _shares(self) -> list[tuple[_Prepared | None, ...]]:
        """Of each chance stage the probabilities of its options; None is what the others leave."""
        return [
            tuple(None if e is None else prepared(e, stage.env) for e in stage.expressions)
            for stage in self._chance
        ]

    @np.errstate(all="ignore")
    def one(self, values: Mapping[str, Floats]) -> Draws:
        """As `draws`, of a single draw, which is not worth sorting histories into kinds for."""
        columns = {name: value.reshape(1, 1) for name, value in values.items()}
        draws = self._room(1)
        draws.chance[:], draws.valid[:] = self._chances(columns, 1, None)
        draws.payoffs[:] = 0.0
        for p, terms in enumerate(self._terms):
            for term in terms:
                draws.payoffs[:, p] += np.where(term.mask, _worth(term, columns), 0.0)
        draws.finite[:] = np.isfinite(draws.payoffs).all()
        return draws

    def draws(self, values: Mapping[str, Floats]) -> Draws:
        """The numbers of D draws; `values` has all assumptions, each of shape (D,)."""
        size = len(next(iter(values.values())))
        draws = self._room(size)
        for begin in range(0, size, _TOGETHER):
            part = slice(begin, begin + _TOGETHER)
            self._write(
                {name: value[part] for name, value in values.items()},
                Draws(
                    draws.payoffs[part],
                    draws.chance[part],
                    draws.valid[part],
                    draws.finite[part],
                ),
                None,
            )
        return draws

    def _room(self, size: int) -> Draws:
        return Draws(
            np.empty((size, len(self._scope.actors), self._rows.size)),
            np.empty((size, self._n_chance)),
            np.empty(size, np.bool_),
            np.ones(size, np.bool_),
        )

    def after(self, values: Mapping[str, Floats], last: Last) -> Draws:
        """The numbers of one draw, those of the draw before at hand.

        Args:
            values: All assumptions, each of shape (1,).
            last: What is kept from draw to draw; empty before the first.
        """
        if not last.worths:
            last.worths = [[None] * len(terms) for terms in self._terms]
            last.tables = [None] * len(self._chance)
        changed = last.changed(values)
        for kept, terms in zip(last.worths, self._terms, strict=True):
            for i, term in enumerate(terms):
                if not changed.isdisjoint(term.names):
                    kept[i] = None
        for i, names in enumerate(self._chance_names):
            if not changed.isdisjoint(names):
                last.tables[i] = None
        draws = self._room(1)
        self._write(values, draws, last)
        return draws

    def _write(self, values: Mapping[str, Floats], draws: Draws, last: Last | None) -> None:
        """Overwrite a few draws by their numbers."""
        size = len(draws.valid)
        columns = {name: value.reshape(-1, 1) for name, value in values.items()}
        with np.errstate(all="ignore"):
            draws.chance[:], draws.valid[:] = self._chances(columns, size, last)
            for p, kinds in enumerate(self._kinds):
                few = np.zeros((size, kinds.count))
                kept: list[Numbers | None] = [None] * len(kinds.worths)
                if last is not None:
                    kept = last.worths[p]
                for i, worth_of in enumerate(kinds.worths):
                    # No BLAS: a draw's numbers must not depend on the draws beside it.
                    worth = kept[i]
                    if worth is None:
                        worth = kept[i] = worth_of(columns)
                    few += worth
                draws.finite[:] &= np.isfinite(few).all(axis=1)
                np.take(few, kinds.kind, axis=1, out=draws.payoffs[:, p], mode="clip")

    def _chances(
        self, columns: Mapping[str, Numbers], size: int, last: Last | None
    ) -> tuple[Floats, Bools]:
        chance = np.zeros((size, self._n_chance))
        valid = np.ones(size, np.bool_)
        kept: list[Floats | None] = [None] * len(self._chance) if last is None else last.tables
        for i, stage in enumerate(self._chance):
            table = kept[i]
            if table is None:
                shares = [None if share is None else share(columns) for share in self._shares[i]]
                table = kept[i] = _table(stage, shares, size)
            valid &= (table >= -PROBABILITY).all(axis=(1, 2))
            valid &= (np.abs(table.sum(axis=2) - 1) <= PROBABILITY).all(axis=1)
            count = int(stage.open.sum())
            chance[:, stage.first : stage.first + count] = table[:, stage.open]
        return np.clip(chance, 0, 1), valid

    def faults(self, base: Mapping[str, Fraction]) -> Iterable[Fault]:
        """What is wrong with the numbers at the base values."""
        columns = {name: np.array([[float(value)]]) for name, value in base.items()}
        with np.errstate(all="ignore"):
            for stage in self._chance:
                table = _table(stage, _shares_at(stage, columns), 1)[0]
                sums = table.sum(axis=1)
                if (table < -PROBABILITY).any() or not np.allclose(
                    sums, 1, atol=PROBABILITY, rtol=0
                ):
                    worst = float(sums[np.argmax(np.abs(sums - 1))])
                    message = f"the probabilities of '{stage.name}' sum to {worst:.6g}, not 1"
                    if (table < -PROBABILITY).any():
                        message = f"'{stage.name}' has a negative probability"
                    yield Fault("prior", message, stage.variable.span)
            for actor, terms in zip(self._scope.actors, self._terms, strict=True):
                for term in terms:
                    value = np.where(term.mask, _worth(term, columns), 0.0)
                    if not np.isfinite(value.astype(np.float64)).all():
                        message = f"a stake of '{actor}' is not finite"
                        hint = "at the base values it is beyond 1e308, or no number at all"
                        yield Fault("number", message, term.place, hint)

    @np.errstate(all="ignore")
    def certain_chance(self, base: Mapping[str, Fraction]) -> list[Fraction | float]:
        """Probability of each chance action at the base values, rounded only where irrational."""
        chance: list[Fraction | float] = [Fraction(0)] * self._n_chance
        for stage in self._chance:
            shares = _shares_at(stage, _cells(base))
            flat = _table(stage, shares, 1, exact=True)[0][stage.open]
            chance[stage.first : stage.first + len(flat)] = flat.tolist()
        return chance

    @np.errstate(all="ignore")
    def exact(
        self, base: Mapping[str, Fraction], chance: Sequence[Fraction | float]
    ) -> Exact | None:
        """The base numbers in fractions, where the game is small and all are rational.

        Args:
            base: Assumptions at their base values.
            chance: What `certain_chance` gives.
        """
        if self._rows.size > _MOST_EXACT:
            return None
        columns = _cells(base)
        payoffs = []
        for terms in self._terms:
            total = np.full(self._rows.size, Fraction(0), object)
            for term in terms:
                worth = np.broadcast_to(_worth(term, columns).reshape(-1), len(term.mask))
                total[term.mask] += worth[term.mask]
            payoffs.append(total.tolist())
        if any(isinstance(v, float) for v in chain(chance, *payoffs)):
            return None
        return Exact(tuple(map(tuple, payoffs)), tuple(Fraction(value) for value in chance))


def _worth(term: _Term, columns: Mapping[str, Numbers]) -> Numbers:
    """What a stake adds where it counts."""
    return number(term.worth, replace(term.env, values=columns, exact=_is_exact(columns)))


def _worth_of(term: _Term, rows: Rows, first: NDArray[np.int64]) -> _Prepared:
    """What a stake adds, and 0 where it does not count, over the first history of each kind."""
    mask, worth = term.mask[first], prepared(term.worth, replace(term.env, rows=rows))
    return lambda columns: np.where(mask, worth(columns), 0.0)


def _shares_at(stage: ChanceStage, columns: Mapping[str, Numbers]) -> list[Numbers | None]:
    """Probability of each option of a chance stage; None is what the others leave."""
    env = replace(stage.env, values=columns, exact=_is_exact(columns))
    return [None if e is None else number(e, env) for e in stage.expressions]


def _table(
    stage: ChanceStage, shares: Sequence[Numbers | None], size: int, *, exact: bool = False
) -> Numbers:
    """Probability of each option in each draw and chance infoset.

    What the others leave is zero where rounding of their sum alone leaves it.

    Args:
        stage: The chance stage, of G infosets.
        shares: Probability of each option, broadcastable to (D, G); None is what the others leave.
        size: D.
        exact: Whether they are fractions.

    Returns:
        Shape (D, G, options).
    """
    shape = (size, stage.env.rows.size)
    nought = Fraction(0) if exact else 0.0
    table = np.full((*shape, len(shares)), nought, object if exact else np.float64)
    for k, share in enumerate(shares):
        if share is not None:
            table[:, :, k] = np.broadcast_to(share, shape)
    table[:, ~stage.open] = nought
    if None in stage.expressions:
        k = stage.expressions.index(None)
        rest = 1 - table.sum(axis=2)
        if not exact:
            rest = np.where(np.abs(rest) <= len(shares) * _ROUNDING, 0.0, rest)
        table[:, :, k] = np.where(stage.open[:, k], rest, table[:, :, k])
    return table


def _names(expression: syntax.Expr) -> frozenset[str]:
    return frozenset(part.id for part in walk(expression) if isinstance(part, syntax.Name))


def _is_exact(columns: Mapping[str, Numbers]) -> bool:
    """Whether assumptions are fractions: all are, or none."""
    return any(value.dtype == object for value in islice(columns.values(), 1))


def _cells(base: Mapping[str, Fraction]) -> dict[str, Numbers]:
    """Assumptions as one draw of fractions."""
    cells: dict[str, Numbers] = {}
    for name, value in base.items():
        cells[name] = np.empty((1, 1), object)
        cells[name][0, 0] = value
    return cells
