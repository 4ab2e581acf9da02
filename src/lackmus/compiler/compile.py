"""Case to `Game`: the structure once, the numbers for as many draws as are asked for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from lackmus.case import syntax
from lackmus.case.fields import Faults, closest, constant
from lackmus.case.scope import Scope, Variable, assumes, scope_of
from lackmus.case.typing_rules import Typing
from lackmus.compiler.bounds import refuse_too_large
from lackmus.compiler.desugar import desugar
from lackmus.compiler.expand import DEFAULT_LIMIT, ChanceStage, Expansion, expand, never_made
from lackmus.compiler.labels import action_labels, histories_of
from lackmus.compiler.rows import Env, Numbers, Rows, condition, number
from lackmus.compiler.stages import GONE, Rules
from lackmus.foundation.arrays import Bools, Floats, Ints
from lackmus.foundation.errors import CaseError, Fault, UsageError
from lackmus.foundation.tolerances import PROBABILITY
from lackmus.game.game import Exact, Game

_MOST_EXACT = 2_000

#: Draws whose numbers are made together; more would only fill the processor's cache.
_TOGETHER = 64

#: Rounding error of one addition of probabilities.
_ROUNDING = float(np.finfo(np.float64).eps)

_NOTHING = syntax.Number(Fraction(0))


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
        unmade: Variables that are made in no history.
    """

    game: Game
    case: syntax.Case = field(repr=False)
    scope: Scope = field(repr=False)
    rows: Rows = field(repr=False)
    overrides: Mapping[str, Fraction] = field(repr=False)
    unmade: tuple[Variable, ...] = field(repr=False)
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
        full = {name: np.asarray(value, np.float64) for name, value in values.items()}
        full |= {
            a.name: np.full(size, float(a.value))
            for a in (*self.case.assumptions, self.case.precision)
            if a.name not in full
        }
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
        rounds: Number of rounds per block where it differs from the base value; a number that
            `do` sets goes before it.
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
    rules, overrides = rules_of(do)
    base = {a.name: a.value for a in (*case.assumptions, case.precision)} | overrides
    counts, fixed = _counts(scope, base, overrides, rounds or {})
    refuse_too_large(case, scope, rounds=counts, rules=rules, limit=limit)
    expansion = expand(
        case, scope, rounds=counts, rules=rules, limit=limit, unmade=bool(rules) or not fixed
    )
    structure = _layout(expansion)
    rows = expansion.rows.take(structure.order)
    numbers = _Numbers(case, scope, rows, expansion, structure.n_chance_actions)
    values = {name: np.array([float(value)]) for name, value in base.items()}
    draws = numbers.draws(values)
    if not draws.valid[0]:
        raise CaseError(list(dict.fromkeys(numbers.faults(base))))
    histories = histories_of(expansion, rows, scope)
    certain = numbers.certain_chance(base)
    game = Game(
        title=case.title,
        players=scope.actors,
        infoset=structure.infoset,
        first_child=structure.first_child,
        level=structure.level,
        infoset_player=structure.player,
        first_action=structure.first_action,
        terminal=structure.terminal,
        chance=np.array([float(value) for value in certain]),
        payoffs=draws.payoffs[0],
        labels=action_labels(expansion, histories),
        exact=numbers.exact(base, certain) if exact else None,
        histories=histories,
    )
    unmade = tuple(never_made(expansion.stages, rows))
    return Compiled(game, case, scope, rows, overrides, unmade, numbers)


def compile_at(
    case: syntax.Case,
    values: Mapping[str, float | Fraction],
    do: Sequence[syntax.Intervention] = (),
) -> Compiled:
    """A case compiled where some assumptions have other values than at base.

    Args:
        case: A case that passed its check.
        values: By assumption, ``precision`` among them; they may lie outside its range.
        do: Changes of the rules beside, as for `compile_case`.

    Raises:
        UsageError: A value is of no assumption, or none that it can have.
        CaseError: The numbers make no game.
    """
    known = [a.name for a in (*case.assumptions, case.precision)]
    faults = Faults()
    typing = Typing(scope_of(case), faults)
    changes = []
    for name, value in values.items():
        if name not in known:
            faults.add("values", f"no assumption '{name}'", None, closest(name, known))
        elif not math.isfinite(value):
            faults.add("values", f"{value} is no value of '{name}'", None, "give a finite number")
        else:
            number_ = syntax.Number(Fraction(str(value)))
            changes.append(syntax.Intervention("set", syntax.Name(name), number_))
            typing.number_set(changes[-1])
    if faults.found:
        raise UsageError(faults.found)
    return compile_case(case, do=(*changes, *do))


def _counts(
    scope: Scope,
    base: Mapping[str, Fraction],
    overrides: Mapping[str, Fraction],
    rounds: Mapping[str, int],
) -> tuple[dict[str, int], bool]:
    """The number of rounds per block, and whether no assumption counts any."""
    counts, fixed = {}, True
    for block in scope.blocks.values():
        assumed = isinstance(block.count, syntax.Name)
        fixed = fixed and not assumed
        count = max(1, round(constant(block.count, base) or Fraction(1)))
        if not (isinstance(block.count, syntax.Name) and block.count.id in overrides):
            count = rounds.get(block.name, count)
        counts[block.name] = count
    return counts, fixed


def rules_of(do: Iterable[syntax.Intervention]) -> tuple[Rules, dict[str, Fraction]]:
    """The rules and the fixed assumptions that ``do(...)`` asks for."""
    fixed: dict[str, str] = {}
    without: set[str] = set()
    overrides: dict[str, Fraction] = {}
    for change in do:
        target = str(change.target)
        if change.kind == "without":
            without.add(target)
        elif change.kind == "no":
            fixed[target] = GONE
        elif isinstance(change.value, syntax.Number):
            overrides[target] = change.value.value
        else:
            fixed[target] = str(change.value)
    return Rules(fixed, frozenset(without)), overrides


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
        by = np.array([actors.get(s.by or "", -1) for s in x.stages], np.int32)
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
        self._where = [[np.flatnonzero(mask) for _, mask in terms] for terms in self._terms]
        places = {id(env): env for terms in self._terms for (_, env), _ in terms}
        self._envs, self._at = tuple(places.values()), {key: i for i, key in enumerate(places)}

    def _terms_of(self, actor: str) -> Iterable[tuple[tuple[syntax.Expr, Env], Bools]]:
        """Worth with its place, and where it may count."""
        for stake in self._case.stakes:
            if stake.actor != actor or isinstance(stake, syntax.OrdinalStake):
                continue
            for env, worth, alive in self._places(stake):
                counted, mask = self._counted(stake.condition, worth, alive, env)
                if mask.any():
                    yield (counted, env), mask

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

    def draws(self, values: Mapping[str, Floats]) -> Draws:
        size = len(next(iter(values.values())))
        parts = [
            self._draws({name: value[begin : begin + _TOGETHER] for name, value in values.items()})
            for begin in range(0, size, _TOGETHER)
        ]
        if len(parts) == 1:
            return parts[0]
        return Draws(*(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("payoffs", "chance", "valid")
        ))  # fmt: skip

    def _draws(self, values: Mapping[str, Floats]) -> Draws:
        size = len(next(iter(values.values())))
        columns = {name: value.reshape(-1, 1) for name, value in values.items()}
        payoffs = np.zeros((size, len(self._scope.actors), self._rows.size))
        exact = _is_exact(columns)
        with np.errstate(all="ignore"):
            here = [replace(env, values=columns, exact=exact) for env in self._envs]
            for p, terms in enumerate(self._terms):
                for ((expression, env), _), where in zip(terms, self._where[p], strict=True):
                    # No BLAS: a draw's numbers must not depend on the draws beside it.
                    worth = np.asarray(number(expression, here[self._at[id(env)]]))
                    alike = worth.ndim == 0 or worth.shape[-1] == 1
                    payoffs[:, p, where] += worth if alike else worth[..., where]
            chance, valid = self._chances(columns, size)
        return Draws(payoffs, chance, valid & np.isfinite(payoffs).all(axis=(1, 2)))

    @staticmethod
    def _worth(term: tuple[syntax.Expr, Env], columns: Mapping[str, Numbers]) -> Numbers:
        worth, env = term
        return number(worth, replace(env, values=columns, exact=_is_exact(columns)))

    def _chances(self, columns: Mapping[str, Numbers], size: int) -> tuple[Floats, Bools]:
        chance = np.zeros((size, self._n_chance))
        valid = np.ones(size, np.bool_)
        for stage in self._chance:
            table = self._table(stage, columns, size).astype(np.float64)
            valid &= (table >= -PROBABILITY).all(axis=(1, 2))
            valid &= (np.abs(table.sum(axis=2) - 1) <= PROBABILITY).all(axis=1)
            count = int(stage.open.sum())
            chance[:, stage.first : stage.first + count] = table[:, stage.open]
        return np.clip(chance, 0, 1), valid

    @staticmethod
    def _table(stage: ChanceStage, columns: Mapping[str, Numbers], size: int) -> Numbers:
        """Probability of each option in each draw and chance infoset; (D, G, options).

        What the others leave is zero where rounding of their sum alone leaves it.
        """
        exact = _is_exact(columns)
        env = replace(stage.env, values=columns, exact=exact)
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
            rest = 1 - table.sum(axis=2)
            if not exact:
                rest = np.where(np.abs(rest) <= len(stage.expressions) * _ROUNDING, 0.0, rest)
            table[:, :, k] = np.where(stage.open[:, k], rest, table[:, :, k])
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

    @np.errstate(all="ignore")
    def certain_chance(self, base: Mapping[str, Fraction]) -> list[Fraction | float]:
        """Probability of each chance action at the base values, rounded only where irrational."""
        chance: list[Fraction | float] = [Fraction(0)] * self._n_chance
        for stage in self._chance:
            flat = self._table(stage, _cells(base), 1)[0][stage.open]
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
            for term, mask in terms:
                worth = np.broadcast_to(self._worth(term, columns).reshape(-1), len(mask))
                total[mask] += worth[mask]
            payoffs.append(total.tolist())
        if any(isinstance(v, float) for v in chain(chance, *payoffs)):
            return None
        return Exact(tuple(map(tuple, payoffs)), tuple(Fraction(value) for value in chance))


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
