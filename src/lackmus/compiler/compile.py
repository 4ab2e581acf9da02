"""Case to `Game`: the structure once, the numbers for as many draws as are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lackmus.case import syntax
from lackmus.case.fields import constant
from lackmus.case.scope import Scope, scope_of
from lackmus.compiler.bounds import refuse_too_large
from lackmus.compiler.desugar import desugar
from lackmus.compiler.expand import DEFAULT_LIMIT, Expansion, expand
from lackmus.compiler.labels import action_labels, histories_of
from lackmus.compiler.rows import Env, Numbers, Rows, condition, number
from lackmus.compiler.stages import Rules
from lackmus.foundation.arrays import Bools, Floats, Ints
from lackmus.foundation.errors import CaseError, Fault
from lackmus.foundation.tolerances import PROBABILITY
from lackmus.game.game import Exact, Game

_MOST_EXACT = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """The numbers of a game in D draws.

    Attributes:
        payoffs: Shape (D, P, Z).
        chance: Shape (D, C).
        valid: Draws whose probabilities lie in 0 … 1 and sum to one, and whose payoffs are
            finite; shape (D,).
    """

    payoffs: Floats
    chance: Floats
    valid: Bools


@dataclass(frozen=True, eq=False)
class Compiled:
    """A case as a game whose numbers can be drawn anew.

    Attributes:
        game: The game at the base values.
        case: The case, without shorthands.
        scope: Its names.
        rows: The terminal histories, in the order of the game's terminals.
        overrides: Assumptions that the rules in force fix.
    """

    game: Game
    case: syntax.Case = field(repr=False)
    scope: Scope = field(repr=False)
    rows: Rows = field(repr=False)
    overrides: Mapping[str, Fraction] = field(repr=False)
    _numbers: _Numbers = field(repr=False)

    def draws(self, values: Mapping[str, Floats]) -> Draws:
        """The numbers under draws of the assumptions.

        Args:
            values: Per assumption, shape (D,); those left out keep their base value.
        """
        return self._numbers.draws(self.complete(values))

    def complete(self, values: Mapping[str, Floats]) -> dict[str, Floats]:
        """All assumptions under D draws: given ones, base values, and what the rules fix."""
        size = max((len(v) for v in values.values()), default=1)
        full = {
            a.name: np.full(size, float(a.value))
            for a in (*self.case.assumptions, self.case.precision)
        }
        full |= {name: np.asarray(value, np.float64) for name, value in values.items()}
        full |= {name: np.full(size, float(value)) for name, value in self.overrides.items()}
        return full

    def env(self) -> Env:
        """The terminal histories with the meaning of names, for events and claims."""
        return Env(self.rows, self.scope)


def compile_case(
    case: syntax.Case,
    *,
    do: Sequence[syntax.Intervention] = (),
    rounds: Mapping[str, int] | None = None,
    limit: int = DEFAULT_LIMIT,
    exact: bool = True,
) -> Compiled:
    """The game a case describes.

    Args:
        case: A case that passed its check.
        do: Changes of the rules that everybody knows of.
        rounds: Number of rounds per block where it differs from the base value.
        limit: Most histories to make.
        exact: Whether to keep the numbers of a small game as fractions too, for the methods that
            enumerate equilibria; it takes most of the time that compiling takes.

    Raises:
        CaseError: What can be seen only in the histories: too many of them, a move without an
            option, options that differ where the mover cannot tell, a condition that never
            holds, probabilities or payoffs that make no sense at the base values.
    """
    case = desugar(case)
    scope = scope_of(case)
    rules, overrides = rules_of(do, scope)
    base = {a.name: a.value for a in (*case.assumptions, case.precision)} | overrides
    counts = dict(rounds or {})
    for block in scope.blocks.values():
        value = constant(block.count, base) or Fraction(1)
        counts.setdefault(block.name, max(1, round(value)))
    refuse_too_large(case, scope, rounds=counts, rules=rules, limit=limit)
    expansion = expand(case, scope, rounds=counts, rules=rules, limit=limit)
    structure = _layout(expansion)
    rows = expansion.rows.take(structure.order)
    numbers = _Numbers(case, scope, rows, expansion, structure.n_chance_actions)
    values = {name: np.array([float(value)]) for name, value in base.items()}
    draws = numbers.draws(values)
    if not draws.valid[0]:
        raise CaseError(list(numbers.faults(base)))
    histories = histories_of(expansion, rows, scope)
    game = Game(
        title=case.title,
        players=scope.actors,
        infoset=structure.infoset,
        first_child=structure.first_child,
        level=structure.level,
        infoset_player=structure.player,
        first_action=structure.first_action,
        terminal=structure.terminal,
        chance=draws.chance[0],
        payoffs=draws.payoffs[0],
        labels=action_labels(expansion, histories),
        exact=numbers.exact(base) if exact else None,
        histories=histories,
    )
    return Compiled(game, case, scope, rows, overrides, numbers)


def rules_of(do: Iterable[syntax.Intervention], scope: Scope) -> tuple[Rules, dict[str, Fraction]]:
    """The rules and the fixed assumptions that ``do(...)`` asks for."""
    fixed: dict[str, str] = {}
    removed: set[str] = set()
    overrides: dict[str, Fraction] = {}
    for change in do:
        target = str(change.target)
        if change.kind == "without":
            removed |= {v.id for v in scope.variables.values() if v.by == target}
        elif change.kind == "no":
            removed.add(target)
        elif isinstance(change.value, syntax.Number):
            overrides[target] = change.value.value
        else:
            fixed[target] = str(change.value)
    return Rules(fixed, frozenset(removed)), overrides


@dataclass(frozen=True, slots=True, eq=False)
class _Structure:
    infoset: Ints
    first_child: Ints
    level: Ints
    player: Ints
    first_action: Ints
    terminal: Ints
    order: NDArray[np.int64]
    n_chance_actions: int


def _layout(x: Expansion) -> _Structure:
    """Nodes in breadth-first order; personal infosets before chance infosets."""
    infoset = np.full(x.n_nodes, -1, np.int64)
    first_child = np.full(x.n_nodes, -1, np.int64)
    for nodes, ids, first in x.decisions:
        infoset[nodes] = np.where(ids >= 0, ids, x.n_infosets + ~ids)
        first_child[nodes] = first
    counts = np.concatenate([*x.counts, *x.chance_counts, np.zeros(0, np.int32)])
    first_action = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    order, level = _breadth_first(infoset, first_child, counts)
    new = np.empty(x.n_nodes, np.int64)
    new[order] = np.arange(x.n_nodes)
    infoset, first_child = infoset[order], first_child[order]
    first_child[infoset >= 0] = new[first_child[infoset >= 0]]
    actors = {actor: i for i, actor in enumerate(x.actors)}
    player = np.full(x.n_infosets + x.n_chance, -1, np.int32)
    if x.infoset_stage:
        by = np.array([actors.get(s.variable.by or "", -1) for s in x.stages], np.int32)
        player[: x.n_infosets] = by[np.concatenate(x.infoset_stage)]
    terminal = np.sort(new[x.node])
    return _Structure(
        infoset.astype(np.int32), first_child.astype(np.int32), level, player, first_action,
        terminal.astype(np.int32), np.argsort(new[x.node], kind="stable"), x.n_chance_actions,
    )  # fmt: skip


def _breadth_first(
    infoset: NDArray[np.int64], first_child: NDArray[np.int64], counts: Ints
) -> tuple[NDArray[np.int64], Ints]:
    """Nodes level by level, children in the order of their parents; and where levels begin."""
    levels = [np.zeros(1, np.int64)]
    while len(levels[-1]):
        inner = levels[-1][infoset[levels[-1]] >= 0]
        width = counts[infoset[inner]].astype(np.int64)
        offset = np.arange(width.sum()) - np.repeat(np.cumsum(width) - width, width)
        levels.append(np.repeat(first_child[inner], width) + offset)
    sizes = [len(level) for level in levels[:-1]]
    return np.concatenate(levels), np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)


class _Numbers:
    """Stakes and chances as functions of the assumptions, over fixed terminal histories."""

    def __init__(
        self, case: syntax.Case, scope: Scope, rows: Rows, x: Expansion, n_chance: int
    ) -> None:
        self._case, self._scope, self._rows = case, scope, rows
        self._chance, self._n_chance = x.chance, n_chance
        self._terms = [list(self._terms_of(actor)) for actor in scope.actors]

    def _terms_of(self, actor: str) -> Iterable[tuple[tuple[syntax.Expr, Env], Bools]]:
        """Worth with its place, and where it counts."""
        for stake in self._case.stakes:
            if stake.actor != actor or isinstance(stake, syntax.OrdinalStake):
                continue
            for env, worth, alive in self._places(stake):
                mask = alive
                if stake.condition is not None:
                    mask = mask & condition(stake.condition, env)
                if mask.any():
                    yield (worth, env), mask

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

    def draws(self, values: Mapping[str, Floats]) -> Draws:
        size = len(next(iter(values.values())))
        columns = {name: value.reshape(-1, 1) for name, value in values.items()}
        payoffs = np.zeros((size, len(self._scope.actors), self._rows.size))
        with np.errstate(all="ignore"):
            for p, terms in enumerate(self._terms):
                for term, mask in terms:
                    # No BLAS: a draw's numbers must not depend on the draws beside it.
                    worth = np.broadcast_to(self._worth(term, columns), (size, len(mask)))
                    payoffs[:, p, mask] += worth[:, mask]
            chance, valid = self._chances(columns, size)
        return Draws(payoffs, chance, valid & np.isfinite(payoffs).all(axis=(1, 2)))

    @staticmethod
    def _worth(term: tuple[syntax.Expr, Env], columns: Mapping[str, Numbers]) -> Numbers:
        worth, env = term
        return number(worth, Env(env.rows, env.scope, env.block, env.number, columns))

    def _chances(self, columns: Mapping[str, Numbers], size: int) -> tuple[Floats, Bools]:
        chance = np.zeros((size, self._n_chance))
        valid = np.ones(size, np.bool_)
        for stage in self._chance:
            table = self._table(stage, columns, size).astype(np.float64)
            valid &= (table >= -PROBABILITY).all(axis=(1, 2))
            valid &= np.isclose(table.sum(axis=2), 1, atol=PROBABILITY, rtol=0).all(axis=1)
            count = int(stage.open.sum())
            chance[:, stage.first : stage.first + count] = table[:, stage.open]
        return np.clip(chance, 0, 1), valid

    @staticmethod
    def _table(stage: Any, columns: Mapping[str, Numbers], size: int) -> Numbers:  # noqa: ANN401 - ChanceStage
        """Probability of each option in each draw and chance infoset; (D, G, options)."""
        env = Env(stage.env.rows, stage.env.scope, stage.env.block, stage.env.number, columns)
        exact = any(value.dtype == object for value in columns.values())
        shape = (size, stage.env.rows.size)
        table = np.zeros((*shape, len(stage.expressions)), object if exact else np.float64)
        if exact:
            table += Fraction(0)
        for k, expression in enumerate(stage.expressions):
            if expression is not None:
                table[:, :, k] = np.broadcast_to(number(expression, env), shape)
        table[:, ~stage.open] = Fraction(0) if exact else 0.0
        if None in stage.expressions:
            k = stage.expressions.index(None)
            table[:, :, k] = np.where(stage.open[:, k], 1 - table.sum(axis=2), table[:, :, k])
        return table

    def faults(self, base: Mapping[str, Fraction]) -> Iterable[Fault]:
        """What is wrong with the numbers at the base values."""
        columns = {name: np.array([[float(value)]]) for name, value in base.items()}
        with np.errstate(all="ignore"):
            for stage in self._chance:
                table = self._table(stage, columns, 1)[0]
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
                for term, mask in terms:
                    value = np.where(mask, self._worth(term, columns), 0.0)
                    if not np.isfinite(value.astype(np.float64)).all():
                        message = f"a stake of '{actor}' is not finite"
                        yield Fault("number", message, getattr(term[0], "span", None))

    def exact(self, base: Mapping[str, Fraction]) -> Exact | None:
        """The base numbers in fractions, where the expressions allow it."""
        if self._rows.size > _MOST_EXACT or not all(
            np.equal(np.mod(state, 1), 0).all() for state in self._rows.states.values()
        ):
            return None
        columns: dict[str, Numbers] = {}
        for name, value in base.items():
            cell = np.empty((1, 1), object)
            cell[0, 0] = value
            columns[name] = cell
        try:
            payoffs = []
            for terms in self._terms:
                total = np.full(self._rows.size, Fraction(0), object)
                for term, mask in terms:
                    worth = self._worth(term, columns).reshape(-1)
                    total[mask] += np.broadcast_to(worth, len(mask))[mask]
                payoffs.append(tuple(_fraction(value) for value in total))
            chance = [Fraction(0)] * self._n_chance
            for stage in self._chance:
                flat = self._table(stage, columns, 1)[0][stage.open]
                chance[stage.first : stage.first + len(flat)] = [_fraction(v) for v in flat]
        except (TypeError, ZeroDivisionError, AttributeError):
            return None
        return Exact(tuple(payoffs), tuple(chance))


def _fraction(value: Any) -> Fraction:  # noqa: ANN401 - an entry of an object array
    if isinstance(value, float | np.floating):
        raise TypeError("a float is not exact")
    return Fraction(int(value)) if isinstance(value, np.integer) else Fraction(value)
