"""The game as columns: what every later stage works on.

A game in extensive form is held in flat, read-only arrays. Nodes stand in breadth-first order:
parents before children, a level is a slice, the children of a node are contiguous and in the order
of its actions, and families follow each other in the order of the parents. Let there be N nodes,
I personal and K chance information sets (infosets), A personal and C chance actions, P players,
Z terminals.

============== ========= ============= ==========================================================
column         type      shape         meaning
============== ========= ============= ==========================================================
infoset        int32     N             infoset of the node's mover; chance infosets are numbered
                                       I … I+K-1; -1 at a terminal
first_child    int32     N             node reached by the infoset's first action; -1 at a terminal
level          int32     depths + 1    level[d]:level[d+1] are the nodes of depth d; the root is
                                       node 0
infoset_player int32     I + K         who moves; -1 is chance
first_action   int32     I + K + 1     actions of infoset i are first_action[i]:first_action[i+1];
                                       personal actions are 0 … A-1, chance actions A … A+C-1
terminal       int32     Z             nodes that are terminals, ascending
chance         float64   C             probabilities of chance actions
payoffs        float64   P × Z         payoff of each player at each terminal
============== ========= ============= ==========================================================

The k-th child of node h is ``first_child[h] + k`` and is entered by action
``first_action[infoset[h]] + k``; `parent` and `via` hold this the other way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from html import escape
from typing import Literal, TypeAlias

import numpy as np

from lackmus.foundation.arrays import Bools, Codes, Floats, Ints, freeze

#: What a column of a case is: an aim or a fact is settled before the first move; a signal tells
#: of another column; chance and moves are what nobody, and what an actor, decides.
Kind: TypeAlias = Literal["aim", "fact", "signal", "chance", "move"]

#: Codes of a history column beside the indices of its options.
NOT_MADE = -1
UNSEEN = -2


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One move, aim, fact or signal of a case: a column of the table of histories.

    Attributes:
        name: Its name in the case, such as ``answer``, ``moscow.aim`` or ``offer[2]``.
        options: The labels of its values; a code is an index into them.
        by: The player who chooses it; None for chance, and for the last value of a move that
            several make in turn.
        seen_by: Players and observers who see its value.
        noticed_by: Those who see only whether it was made.
        kind: What it is.
        last: True where it holds a repeated move's last value; such a column is derived.
        may_be_unmade: Whether it is not made in some terminal history.
    """

    name: str
    options: tuple[str, ...]
    by: str | None
    seen_by: tuple[str, ...]
    noticed_by: tuple[str, ...] = ()
    kind: Kind = "move"
    last: bool = False
    may_be_unmade: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Histories:
    """The terminal histories of a case as a table, one column a move.

    Attributes:
        columns: What each row of `codes` is.
        codes: Option index per column and terminal, `NOT_MADE` where the move is not made;
            shape (columns, Z).
        infoset_column: Per personal infoset, the column that is decided there; shape (I,).
        views: Per column and personal infoset, what the mover sees: an option index, `NOT_MADE`,
            or `UNSEEN`; where he only notices, the number of options stands for "made".
    """

    columns: tuple[Column, ...]
    codes: Codes
    infoset_column: Ints
    views: Codes

    def index(self, name: str) -> int:
        """Row of a column in `codes`.

        Args:
            name: The column's name, such as ``offer[2]``.

        Raises:
            KeyError: There is none of this name.
        """
        for i, column in enumerate(self.columns):
            if column.name == name:
                return i
        raise KeyError(name)

    def where(self, name: str, option: str) -> Bools:
        """Terminals in whose history a column has an option; shape (Z,).

        Args:
            name: The column's name.
            option: One of its options.

        Raises:
            KeyError: There is no such column.
            ValueError: It has no such option.
        """
        i = self.index(name)
        return np.asarray(self.codes[i] == self.columns[i].options.index(option))


@dataclass(frozen=True, slots=True, eq=False)
class Exact:
    """The game's numbers as fractions, where all of them are rational.

    Attributes:
        payoffs: Per player and terminal.
        chance: Per chance action.
    """

    payoffs: tuple[tuple[Fraction, ...], ...]
    chance: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Names of infosets and actions, personal ones first, then chance; may be lazy sequences.

    Attributes:
        infosets: I + K names, unique within a player.
        actions: A + C names, unique within an infoset.
    """

    infosets: Sequence[str]
    actions: Sequence[str]


@dataclass(frozen=True, eq=False)
class Game:
    """A finite game in extensive form, as read-only columns.

    Nodes stand in breadth-first order: parents before children, and the children of a node
    together, in the order of its actions. Let there be N nodes, I personal and K chance
    information sets (infosets), A personal and C chance actions, P players, Z terminals.

    Attributes:
        title: What it is called.
        players: Their names, in the order of `payoffs`.
        infoset: Infoset of each node's mover, chance infosets numbered from I on; -1 at a
            terminal; shape (N,).
        first_child: The node that the infoset's first action leads to; -1 at a terminal; shape
            (N,).
        level: The nodes of depth d are ``level[d]:level[d + 1]``; shape (depths + 1,).
        infoset_player: Who moves at each infoset, -1 being chance; shape (I + K,).
        first_action: The actions of infoset i are ``first_action[i]:first_action[i + 1]``,
            personal ones from 0, chance's from A on; shape (I + K + 1,).
        terminal: The nodes that are terminals, ascending; shape (Z,).
        chance: Probability of each chance action; shape (C,).
        payoffs: Payoff of each player at each terminal, in the unit of the case or file; shape
            (P, Z).
        labels: Names of infosets and actions.
        exact: The same numbers as fractions; None where some are not rational.
        histories: The moves of a case by name; None for a game that was made from no case.
    """

    title: str
    players: tuple[str, ...]
    infoset: Ints
    first_child: Ints
    level: Ints
    infoset_player: Ints
    first_action: Ints
    terminal: Ints
    chance: Floats
    payoffs: Floats
    labels: Labels = field(repr=False)
    exact: Exact | None = field(default=None, repr=False)
    histories: Histories | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for name in ("infoset", "first_child", "level", "infoset_player", "first_action"):
            object.__setattr__(self, name, freeze(np.asarray(getattr(self, name), np.int32)))
        object.__setattr__(self, "terminal", freeze(np.asarray(self.terminal, np.int32)))
        object.__setattr__(self, "chance", freeze(np.asarray(self.chance, np.float64)))
        object.__setattr__(self, "payoffs", freeze(np.asarray(self.payoffs, np.float64)))

    @property
    def n_nodes(self) -> int:
        """Number of nodes, terminals among them."""
        return len(self.infoset)

    @property
    def n_terminals(self) -> int:
        """Number of terminals."""
        return len(self.terminal)

    @cached_property
    def n_infosets(self) -> int:
        """Number of personal infosets."""
        return int(np.count_nonzero(self.infoset_player >= 0))

    @cached_property
    def n_actions(self) -> int:
        """Number of personal actions."""
        return int(self.first_action[self.n_infosets])

    @cached_property
    def action_infoset(self) -> Ints:
        """Infoset of each action, chance actions included; shape (A + C,)."""
        counts = np.diff(self.first_action)
        return freeze(np.repeat(np.arange(len(counts), dtype=np.int32), counts))

    @cached_property
    def parent(self) -> Ints:
        """Parent of each node; -1 at the root."""
        return self._upward[0]

    @cached_property
    def via(self) -> Ints:
        """Action by which each node is entered; -1 at the root."""
        return self._upward[1]

    @cached_property
    def _upward(self) -> tuple[Ints, Ints]:
        inner = np.flatnonzero(self.infoset >= 0)
        sets = self.infoset[inner]
        counts = np.diff(self.first_action)[sets]
        offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        children = np.repeat(self.first_child[inner], counts) + offset
        parent = np.full(self.n_nodes, -1, np.int32)
        via = np.full(self.n_nodes, -1, np.int32)
        parent[children] = np.repeat(inner, counts)
        via[children] = np.repeat(self.first_action[sets], counts) + offset
        return freeze(parent), freeze(via)

    @cached_property
    def payoff_range(self) -> Floats:
        """Largest minus smallest payoff of each player; shape (P,)."""
        return freeze(self.payoffs.max(axis=1) - self.payoffs.min(axis=1))

    @cached_property
    def perfect_recall(self) -> bool:
        """Whether every player remembers what he knew and did."""
        own = np.full((len(self.players), self.n_nodes), -1, np.int32)
        parent, via = self.parent, self.via
        mover = np.append(self.infoset_player, -1)[self.infoset]
        for depth in range(1, len(self.level) - 1):
            nodes = np.arange(self.level[depth], self.level[depth + 1])
            up = parent[nodes]
            own[:, nodes] = own[:, up]
            moved = mover[up] >= 0
            own[mover[up[moved]], nodes[moved]] = via[nodes[moved]]
        decision = np.flatnonzero(mover >= 0)
        last = own[mover[decision], decision]
        sets = self.infoset[decision]
        lowest = np.full(self.n_infosets, np.iinfo(np.int32).max, np.int32)
        highest = np.full(self.n_infosets, -2, np.int32)
        np.minimum.at(lowest, sets, last)
        np.maximum.at(highest, sets, last)
        return bool(np.array_equal(lowest, highest))

    def actions_of(self, infoset: int) -> range:
        """The ids of an infoset's actions.

        Args:
            infoset: The infoset's id, from 0 to I + K - 1.
        """
        return range(int(self.first_action[infoset]), int(self.first_action[infoset + 1]))

    def _repr_html_(self) -> str:
        return f"<div>{escape(repr(self))}</div>"

    def __repr__(self) -> str:
        return (
            f"Game({self.title!r}: {len(self.players)} players, {self.n_nodes:,} nodes, "
            f"{self.n_terminals:,} terminals, {self.n_infosets:,} infosets, "
            f"{self.n_actions:,} actions)"
        )
