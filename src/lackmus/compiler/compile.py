"""Case to `Game`: the structure once, the numbers for as many draws as are asked for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from lackmus.case import syntax
from lackmus.case.fields import Faults, closest, constant
from lackmus.case.scope import Scope, Variable, scope_of
from lackmus.case.typing_rules import Typing
from lackmus.compiler.bounds import most_histories, refuse_too_large
from lackmus.compiler.desugar import desugar
from lackmus.compiler.expand import Expansion, expand, never_made
from lackmus.compiler.labels import action_labels, histories_of
from lackmus.compiler.numbers import CaseNumbers, Draws, Last
from lackmus.compiler.rows import Env, Rows
from lackmus.compiler.stages import GONE, Rules
from lackmus.foundation.arrays import Floats, Ints
from lackmus.foundation.errors import CaseError, UsageError
from lackmus.game.game import Game


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
    _numbers: CaseNumbers = field(repr=False)

    def draws(self, values: Mapping[str, Floats]) -> Draws:
        """The numbers under draws of the assumptions.

        Args:
            values: Per assumption, shape (D,); those left out keep their base value.
        """
        return self._numbers.draws(self.complete(values))

    def after(self, values: Mapping[str, Floats], last: Last) -> Draws:
        """As `draws` of one draw; what hangs on no changed assumption is taken from the one before.

        Args:
            values: As for `draws`, D = 1.
            last: What is kept from draw to draw, of this game alone.
        """
        return self._numbers.after(self.complete(values), last)

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
    limit: int | None = None,
    exact: bool = True,
) -> Compiled:
    """The game a case describes.

    Args:
        case: A case that passed its check.
        do: Changes of the rules that everybody knows of.
        rounds: Number of rounds per block where it differs from the base value; a number that
            `do` sets goes before it.
        limit: Most histories to make; without it, what `most_histories` says.
        exact: Whether to keep the numbers of a small game as fractions too, for the methods that
            enumerate equilibria; it takes most of the time that compiling takes.

    Raises:
        CaseError: What can be seen only in the histories: too many of them, a move without an
            option, options that differ where the mover cannot tell, a condition that never
            holds, probabilities or payoffs that make no sense at the base values.
    """
    limit = most_histories() if limit is None else limit
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
    numbers = CaseNumbers(case, scope, rows, expansion, structure.n_chance_actions)
    values = {name: np.array([float(value)]) for name, value in base.items()}
    draws = numbers.one(values)
    if not (draws.valid[0] and draws.finite[0]):
        raise CaseError(list(dict.fromkeys(numbers.faults(base))))
    histories = histories_of(expansion, rows, scope)
    chance, fractions = draws.chance[0], None
    if exact:
        certain = numbers.certain_chance(base)
        chance = np.array([float(value) for value in certain])
        fractions = numbers.exact(base, certain)
    game = Game(
        title=case.title,
        players=scope.actors,
        infoset=structure.infoset,
        first_child=structure.first_child,
        level=structure.level,
        infoset_player=structure.player,
        first_action=structure.first_action,
        terminal=structure.terminal,
        chance=chance,
        payoffs=draws.payoffs[0],
        labels=action_labels(expansion, histories),
        exact=fractions,
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
    """The columns of a `Game`, and how they came about.

    Attributes:
        infoset: As in `Game`, like those below it up to `terminal`; `player` is its infoset_player.
        order: Per terminal, the row of the expansion's histories that ends there.
        n_chance_actions: Number of chance actions.
    """

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
