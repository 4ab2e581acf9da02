"""Case to histories, nodes and infosets: the structure of the game, without its numbers.

Each stage of the case (a fact, an aim, a move, a move in a certain round) multiplies the rows of
the table of histories by the options open in them and adds a column. An infoset is a class of rows
that look alike to the mover: what a viewer has seen is one integer a row, refined with every
column he sees, so that he forgets nothing and perfect recall holds by construction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from lackmus.case import syntax
from lackmus.case.scope import Scope, Variable
from lackmus.compiler.bounds import SMALLER
from lackmus.compiler.nought import surely_nought
from lackmus.compiler.rows import (
    Carried,
    Env,
    Rows,
    classes,
    condition,
    joint_classes,
    settled,
    settled_parts,
)
from lackmus.compiler.stages import (
    GONE,
    RoundEnd,
    RoundStart,
    Rules,
    Stage,
    chances_of,
    stages_of,
)
from lackmus.foundation.arrays import Bools, Codes, Ints
from lackmus.foundation.errors import CaseError, Fault
from lackmus.game.game import NOT_MADE, UNSEEN

#: For each history that the limit allows, most cells of the table of histories, and bytes of all
#: tables made on the way to it: seconds.
CELLS_EACH = 500
WORK_EACH = 2500


@dataclass(frozen=True, slots=True, eq=False)
class ChanceStage:
    """A chance stage's probabilities, one infoset for each way its expressions can come out.

    Attributes:
        env: One row for each of its G infosets.
        expressions: Probability per option; None is what the others leave.
        open: Options that can occur; shape (G, options).
        first: Number of the stage's first chance action; actions are numbered infoset by
            infoset, open options in order.
        name: The column's name.
        variable: The variable it settles.
    """

    env: Env
    expressions: tuple[syntax.Expr | None, ...]
    open: Bools
    first: int
    name: str
    variable: Variable


@dataclass(slots=True, eq=False)
class Expansion:
    """What expanding a case gives; see the fields of `Game` for the words.

    Attributes:
        rows: The terminal histories.
        node: The terminal node of each row.
        decisions: Chunks (nodes, infosets or ~chance infosets, first children).
        stages: The column of each stage, in order of play.
        infoset_stage: Stage per personal infoset.
        infoset_open: Options open per personal infoset, chunk by stage.
        views: Chunks by stage: what the mover sees, (stages so far, infosets of the stage).
        chance: The chance stages.
        actors: The players.
        counts: Number of options per personal infoset, chunk by stage.
        chance_counts: Number of options per chance infoset, chunk by stage.
        n_infosets: Number of personal infosets.
        n_chance: Number of chance infosets.
        n_chance_actions: Number of chance actions.
        n_nodes: Number of nodes.
    """

    rows: Rows
    node: NDArray[np.int64]
    decisions: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]
    stages: list[Stage]
    infoset_stage: list[Ints]
    infoset_open: list[Bools]
    views: list[Codes]
    chance: list[ChanceStage]
    actors: tuple[str, ...] = ()
    n_infosets: int = 0
    n_chance: int = 0
    n_chance_actions: int = 0
    n_nodes: int = 1
    counts: list[Ints] = field(default_factory=list)
    chance_counts: list[Ints] = field(default_factory=list)


def expand(
    case: syntax.Case,
    scope: Scope,
    *,
    rounds: Mapping[str, int],
    rules: Rules,
    limit: int,
    unmade: bool = False,
) -> Expansion:
    """All histories of a case.

    Args:
        case: A case that passed its check, without ordinal stakes.
        scope: Its names.
        rounds: Number of rounds per block.
        rules: Changes of the rules.
        limit: Most histories to make.
        unmade: Whether a move that is made in no history is right: other rules, or another
            number of rounds, may make it.

    Raises:
        CaseError: Too many histories, a move without an option, options that differ where the
            mover cannot tell, a condition that never holds.
    """
    expander = _Expander(case, scope, rounds, rules, limit)
    return expander.run(unmade=unmade)


class _Expander:
    def __init__(
        self,
        case: syntax.Case,
        scope: Scope,
        rounds: Mapping[str, int],
        rules: Rules,
        limit: int,
    ) -> None:
        self._case, self._scope, self._rounds = case, scope, rounds
        self._rules, self._limit = rules, limit
        self._faults: list[Fault] = []
        self._work = 0
        self._know = {v: np.zeros(1, np.int64) for v in scope.viewers}
        self._classes = dict.fromkeys(scope.viewers, 1)
        self._alive: Bools | None = None
        self._pending: list[Stage] = []
        self._block: tuple[str, int] | None = None
        self._out = Expansion(
            Rows(1),
            np.zeros(1, np.int64),
            [],
            [],
            [],
            [],
            [],
            [],
            scope.actors,
        )

    def run(self, *, unmade: bool) -> Expansion:
        plan = list(stages_of(self._case, self._scope, self._rounds))
        for step in plan:
            if isinstance(step, RoundStart):
                self._start_round(step)
            elif isinstance(step, RoundEnd):
                self._end_round(step)
            else:
                self._play(step)
        self._show()
        if not unmade:
            self._never_made()
        if self._faults:
            raise CaseError(self._faults)
        return self._out

    def _never_made(self) -> None:
        for variable in never_made(self._out.stages, self._out.rows):
            message = f"'{variable.id}' is never made: its condition cannot hold"
            self._fault("never", message, variable)

    def _fault(self, code: str, message: str, variable: Variable, hint: str = "") -> None:
        self._faults.append(Fault(code, message, variable.span, hint))

    def _env(self, stage: Stage) -> Env:
        return self._env_of(stage, self._out.rows)

    def _env_of(self, stage: Stage, rows: Rows, *, exact: bool = False) -> Env:
        return Env(rows, self._scope, stage.variable.block, stage.number or 0, exact=exact)

    # --- rounds ---

    def _start_round(self, step: RoundStart) -> None:
        self._show()
        rows = self._out.rows
        if step.number == 1:
            block, env = self._scope.blocks[step.block], Env(rows, self._scope)
            self._alive = np.ones(rows.size, np.bool_)
            if block.condition is not None:
                self._alive = condition(block.condition, env)
            for state in block.state:
                start = settled(state.start, env)
                rows.states[state.name, 1] = rows.states[state.name, 0] = start
        self._block = (step.block, step.number)
        rows.played[step.block, step.number] = self._mask().copy()

    def _mask(self) -> Bools:
        if self._alive is None:
            return np.ones(self._out.rows.size, np.bool_)
        return self._alive

    def _end_round(self, step: RoundEnd) -> None:
        self._show()
        rows, block, r = self._out.rows, self._scope.blocks[step.block], step.number
        env = Env(rows, self._scope, step.block, r)
        alive = self._mask()
        after: dict[str, Carried] = {}
        for state in block.state:
            after[state.name] = rows.states[state.name, r].where(alive, settled(state.next, env))
        for name, value in after.items():
            rows.states[name, r + 1] = rows.states[name, 0] = value
        if block.ends_if is not None:
            self._alive = alive & ~condition(block.ends_if, replace(env, ended=True))
        if r == self._rounds[step.block]:
            self._alive = self._block = None

    # --- one stage ---

    def _play(self, stage: Stage) -> None:
        if self._pending and self._pending[-1].group != stage.group:
            self._show()
        made = self._made(stage)
        alike = None if stage.by is not None else self._chance_classes(stage, made)
        open_ = self._open(stage, alike)
        made, open_, forced = self._apply_rules(stage, made, open_)
        stuck = made & ~open_.any(axis=1)
        if stuck.any():
            self._stuck(stage, int(np.flatnonzero(stuck)[0]))
            made = made & ~stuck
        choosing = np.flatnonzero(made & ~forced)
        self._bound(stage, made, open_)
        sets, representative = self._infosets(stage, choosing, open_, alike)
        self._record(stage, open_[representative], representative)
        self._multiply(stage, made, open_, choosing, sets)
        self._out.stages.append(stage)
        self._pending.append(stage)

    def _show(self) -> None:
        """Lets viewers see the moves made since the last showing."""
        for stage in self._pending:
            variable, codes = stage.variable, self._out.rows.codes[stage.column]
            width = len(variable.options) + 1
            for viewer in self._know:
                if viewer in stage.seen_by:
                    self._refine(viewer, codes.astype(np.int64) + 1, width)
                elif viewer in variable.noticed_by:
                    self._refine(viewer, (codes != NOT_MADE).astype(np.int64), 2)
        self._pending = []

    def _refine(self, viewer: str, codes: NDArray[np.int64], width: int) -> None:
        keys = self._know[viewer] * width + codes
        labels, first = classes(keys, self._classes[viewer] * width)
        self._know[viewer], self._classes[viewer] = labels, len(first)

    def _made(self, stage: Stage) -> Bools:
        """Rows in which the move is made, the rules aside."""
        variable, env = stage.variable, self._env(stage)
        made = self._mask().copy()
        move = variable.move
        if move is not None and move.condition is not None:
            made &= condition(move.condition, env)
        if move is not None and move.signal_of is not None:
            made &= env.codes(move.signal_of) != NOT_MADE
        return made

    def _open(self, stage: Stage, alike: NDArray[np.int64] | None) -> Bools:
        """The options open in each row.

        Args:
            stage: The stage.
            alike: For chance, the class of each row, and -1 where it is not made.
        """
        variable, env = stage.variable, self._env(stage)
        open_ = np.ones((self._out.rows.size, len(variable.options)), np.bool_)
        if alike is not None:
            there = np.flatnonzero(alike >= 0)
            _, first = classes(alike[there], int(alike.max(initial=-1)) + 1)
            possible = self._possible(stage, self._out.rows.take(there[first]))
            open_[there] = possible[alike[there]]
        elif variable.move is not None:
            for k, option in enumerate(variable.move.options):
                if option.condition is not None:
                    open_[:, k] = condition(option.condition, env)
        return open_

    def _possible(self, stage: Stage, rows: Rows) -> Bools:
        """Chance options whose probability is not zero whatever the assumptions."""
        env = self._env_of(stage, rows, exact=True)
        return ~surely_nought(chances_of(self._case, stage.variable), env)

    def _apply_rules(self, stage: Stage, made: Bools, open_: Bools) -> tuple[Bools, Bools, Bools]:
        forced = np.zeros(len(made), np.bool_)
        rule = self._rules.of(stage.variable, stage.number)
        if rule == GONE:
            return np.zeros_like(made), open_, forced
        if rule is not None:
            k = stage.variable.options.index(rule)
            by_chance = stage.by is None
            forced = np.ones_like(forced) if by_chance else open_[:, k].copy()
            open_ = open_.copy()
            open_[forced] = False
            open_[forced, k] = True
        return made, open_, forced

    def _stuck(self, stage: Stage, row: int) -> None:
        hint = "let one option have no condition, or give the move an 'if'"
        message = f"no option of '{stage.column}' is open when {self._history(row)}"
        self._fault("no-option", message, stage.variable, hint)

    def _history(self, row: int) -> str:
        parts = []
        for stage in self._out.stages:
            code = int(self._out.rows.codes[stage.column][row])
            if code != NOT_MADE:
                parts.append(f"{stage.column} = {stage.variable.options[code]}")
        return ", ".join(parts) or "the game begins"

    def _bound(self, stage: Stage, made: Bools, open_: Bools) -> None:
        size = int(np.where(made, open_.sum(axis=1), 1).sum())
        if size > self._limit:
            message = f"more than {self._limit:,} histories: '{stage.column}' alone makes {size:,}"
            self._fault("too-large", message, stage.variable, SMALLER)
            raise CaseError(self._faults)
        cells = size * (len(self._out.stages) + 1)
        self._work += size * self._out.rows.width
        most_cells, most_work = CELLS_EACH * self._limit, WORK_EACH * self._limit
        if cells > most_cells or self._work > most_work:
            message = (
                f"the table of histories grows too large at '{stage.column}': {size:,} histories "
                f"of {len(self._out.stages) + 1:,} moves, {cells:,} cells and {self._work:,} bytes "
                f"on the way; {most_cells:,} and {most_work:,} are the limit"
            )
            self._fault("too-large", message, stage.variable, SMALLER)
            raise CaseError(self._faults)

    # --- infosets ---

    def _infosets(
        self,
        stage: Stage,
        choosing: NDArray[np.int64],
        open_: Bools,
        alike: NDArray[np.int64] | None,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The class of each choosing row, and a row of each class."""
        by = stage.by
        if alike is not None or by is None:
            there = np.zeros(0, np.int64) if alike is None else alike[choosing]
            sets, first = classes(there, int(there.max(initial=-1)) + 1)
            return sets, choosing[first]
        sets, first = classes(self._know[by][choosing], self._classes[by])
        representative = choosing[first]
        differs = (open_[choosing] != open_[representative][sets]).any(axis=1)
        if differs.any():
            bad = int(np.flatnonzero(differs)[0])
            self._differs(stage, int(choosing[bad]), int(representative[sets[bad]]))
        return sets, representative

    def _differs(self, stage: Stage, one: int, other: int) -> None:
        by = stage.by
        message = (
            f"{by} cannot tell apart two histories in which '{stage.column}' has different "
            f"options: {self._history(one)}; and {self._history(other)}"
        )
        hint = f"let {by} see what the options' conditions speak of"
        self._fault("unseen", message, stage.variable, hint)

    def _chance_classes(self, stage: Stage, made: Bools) -> NDArray[np.int64]:
        """Class of each row by what the chance probabilities come out as; -1 where not made."""
        env = self._env(stage)
        there = np.flatnonzero(made)
        parts: dict[syntax.Expr, list[Carried]] = {}
        for expression in chances_of(self._case, stage.variable):
            if expression is not None and expression not in parts:
                parts[expression] = list(settled_parts(expression, env))
        codes = [part.codes[there] for found in parts.values() for part in found]
        alike = np.full(self._out.rows.size, -1, np.int64)
        alike[there] = joint_classes(codes, len(there))[0]
        return alike

    def _record(self, stage: Stage, open_: Bools, representative: NDArray[np.int64]) -> None:
        """Notes the infosets of a stage: their options, and what the mover sees."""
        out, n = self._out, len(representative)
        counts = open_.sum(axis=1).astype(np.int32)
        if stage.by is None:
            env = self._env_of(stage, out.rows.take(representative))
            chances = chances_of(self._case, stage.variable)
            out.chance.append(
                ChanceStage(env, chances, open_, out.n_chance_actions, stage.column, stage.variable)
            )
            out.chance_counts.append(counts)
            out.n_chance_actions += int(counts.sum())
            return
        out.infoset_stage.append(np.full(n, len(out.stages), np.int32))
        out.infoset_open.append(open_)
        out.counts.append(counts)
        out.views.append(self._view(stage.by, representative))

    def _view(self, viewer: str, representative: NDArray[np.int64]) -> Codes:
        views = np.full((len(self._out.stages), len(representative)), UNSEEN, np.int8)
        for i, stage in enumerate(self._out.stages):
            if any(stage is hidden for hidden in self._pending):
                continue
            codes = self._out.rows.codes[stage.column][representative]
            if viewer in stage.seen_by:
                views[i] = codes
            elif viewer in stage.variable.noticed_by:
                made = np.int8(len(stage.variable.options))
                views[i] = np.where(codes != NOT_MADE, made, NOT_MADE)
        return views

    # --- rows and nodes ---

    def _multiply(
        self,
        stage: Stage,
        made: Bools,
        open_: Bools,
        choosing: NDArray[np.int64],
        sets: NDArray[np.int64],
    ) -> None:
        """Replaces each row by one row per open option; choosing rows become nodes."""
        out = self._out
        width = open_.shape[1]
        grid = np.zeros((out.rows.size, width + 1), np.bool_)
        np.logical_and(open_, made[:, None], out=grid[:, :width])
        grid[:, width] = ~made
        parent, code = np.nonzero(grid)
        codes: Codes = np.where(code == width, NOT_MADE, code).astype(np.int8)
        node = out.node[parent]
        if len(choosing):
            counts = open_[choosing].sum(axis=1)
            first = out.n_nodes + np.cumsum(counts) - counts
            if stage.by is not None:
                ids, n = sets + out.n_infosets, len(out.counts[-1])
                out.n_infosets += n
            else:
                ids, n = ~(sets + out.n_chance), len(out.chance_counts[-1])
                out.n_chance += n
            out.decisions.append((out.node[choosing], ids, first))
            chooses = np.zeros(out.rows.size, np.bool_)
            chooses[choosing] = True
            is_child = chooses[parent]
            n_children = int(counts.sum())
            node[is_child] = out.n_nodes + np.arange(n_children)
            out.n_nodes += n_children
        out.rows = out.rows.take(parent)
        out.rows.codes[stage.column] = codes
        out.node = node
        self._know = {viewer: know[parent] for viewer, know in self._know.items()}
        if self._alive is not None:
            self._alive = self._alive[parent]


def never_made(stages: Sequence[Stage], rows: Rows) -> list[Variable]:
    """The variables that are made in no history."""
    made = {s.variable.id for s in stages if (rows.codes[s.column] != NOT_MADE).any()}
    return list({s.variable.id: s.variable for s in stages if s.variable.id not in made}.values())
