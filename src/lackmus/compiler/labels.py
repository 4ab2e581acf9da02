"""Names of infosets and actions, made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

import numpy as np

from lackmus.case import syntax
from lackmus.case.scope import Scope, Variable
from lackmus.compiler.expand import ChanceStage, Expansion
from lackmus.compiler.rows import Env, Rows
from lackmus.compiler.stages import Stage
from lackmus.foundation.arrays import Bools, Codes, freeze
from lackmus.game.game import NOT_MADE, UNSEEN, Column, Histories, Labels


class Lazy(Sequence[str]):
    """A sequence of texts, each made by a function of its index."""

    def __init__(self, size: int, make: Callable[[int], str]) -> None:
        self._size = size
        self._make = make

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return [self._make(i) for i in range(self._size)[index]]
        if not -self._size <= index < self._size:
            raise IndexError(index)
        return self._make(index % self._size)


def histories_of(x: Expansion, rows: Rows, scope: Scope) -> Histories:
    """The table of terminal histories: stages in order, then last values of repeated moves."""
    codes = [rows.codes[s.column] for s in x.stages]
    columns = [
        _column(s.column, s.variable, s.number, column)
        for s, column in zip(x.stages, codes, strict=True)
    ]
    env = Env(rows, scope)
    for variable in scope.variables.values():
        if variable.block is not None:
            codes.append(env.codes(syntax.Name(variable.id)))
            columns.append(_column(variable.id, variable, None, codes[-1], last=True))
    table = np.array(codes, np.int8).reshape(len(columns), rows.size)
    stage = np.concatenate([*x.infoset_stage, np.zeros(0, np.int32)])
    return Histories(tuple(columns), freeze(table), freeze(stage), freeze(_views(x, len(columns))))


def _column(
    name: str, variable: Variable, number: int | None, codes: Codes, *, last: bool = False
) -> Column:
    return Column(
        name, variable.options, variable.maker(number), variable.seen(number),
        variable.noticed_by, variable.kind, last, may_be_unmade=bool((codes == NOT_MADE).any()),
    )  # fmt: skip


def _views(x: Expansion, n_columns: int) -> Codes:
    views = np.full((n_columns, x.n_infosets), UNSEEN, np.int8)
    start = 0
    for chunk in x.views:
        views[: len(chunk), start : start + chunk.shape[1]] = chunk
        start += chunk.shape[1]
    return views


def _open_options(stage: Stage | ChanceStage, open_: Bools) -> list[str]:
    """The labels of what is open at each infoset of a stage, one infoset after the other."""
    options = stage.variable.options
    return [options[k] for k in np.nonzero(open_)[1].tolist()]


def action_labels(x: Expansion, histories: Histories) -> Labels:
    """Infosets as ``move: what is seen``; actions as the options' labels."""
    personal = None
    if x.n_infosets < _EAGER:
        personal = [
            label
            for stages, opens in zip(x.infoset_stage, x.infoset_open, strict=True)
            if len(stages)
            for label in _open_options(x.stages[stages[0]], opens)
        ]
    chance = [label for stage in x.chance for label in _open_options(stage, stage.open)]
    chance_sets = [
        stage.name if len(stage.open) == 1 else f"{stage.name} ({i})"
        for stage in x.chance
        for i in range(1, len(stage.open) + 1)
    ]

    def infoset(i: int) -> str:
        return chance_sets[i - x.n_infosets] if i >= x.n_infosets else view_text(histories, i)

    if personal is not None:
        actions: Sequence[str] = personal + chance
    else:
        actions = _lazy_actions(x, chance)
    return Labels(Lazy(x.n_infosets + x.n_chance, infoset), actions)


_EAGER = 100_000


def _lazy_actions(x: Expansion, chance: list[str]) -> Sequence[str]:
    counts = np.concatenate(x.counts)
    first = np.concatenate([[0], np.cumsum(counts)])
    stage = np.concatenate(x.infoset_stage)
    offsets = np.concatenate([[0], np.cumsum([len(o) for o in x.infoset_open])])

    def action(a: int) -> str:
        if a >= first[-1]:
            return chance[a - int(first[-1])]
        i = int(np.searchsorted(first, a, side="right")) - 1
        chunk = int(np.searchsorted(offsets, i, side="right")) - 1
        open_ = np.flatnonzero(x.infoset_open[chunk][i - int(offsets[chunk])])
        label: str = x.stages[stage[i]].variable.options[int(open_[a - int(first[i])])]
        return label

    return Lazy(int(first[-1]) + len(chance), action)


def view_text(histories: Histories, infoset: int) -> str:
    """What the mover of an infoset decides and sees, such as ``answer: offer = line``."""
    name = histories.columns[histories.infoset_column[infoset]].name
    parts = []
    for column, code in zip(histories.columns, histories.views[:, infoset], strict=True):
        if code == UNSEEN:
            continue
        if code == NOT_MADE:
            parts.append(f"no {column.name}")
        elif code == len(column.options):
            parts.append(f"{column.name} made")
        else:
            parts.append(f"{column.name} = {column.options[code]}")
    return f"{name}: {', '.join(parts)}" if parts else name
