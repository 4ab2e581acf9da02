"""A game tree as a case: every information set a move, every payoff a stake."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from typing import Final

import numpy as np

from lackmus.case.builder import CaseBuilder
from lackmus.case.expression import RESERVED
from lackmus.case.move_list import MoveList
from lackmus.foundation.errors import UsageError
from lackmus.game.game import Game
from lackmus.pipeline.front import Case
from lackmus.pipeline.given import game_of

#: Information sets and ends up to which a tree can be read as a case.
MOST_INFOSETS: Final = 300
MOST_ENDS: Final = 1_000

#: Letters of a name that is made of a label.
_LONGEST: Final = 40


def case_of_tree(game: Game) -> Case:
    """The case that compiles to a game tree.

    A tree does not know who aims at what: chance stays chance, and no claims are made. Who sees a
    move are those whose information sets all tell its outcomes apart.

    Args:
        game: A game with perfect recall, not made from a case.

    Raises:
        UsageError: The game is too large to be read as a case, lacks perfect recall, meets its
            information sets in no one order, or has one that no play reaches, or none.
    """
    game = game_of(game)
    if game.n_infosets > MOST_INFOSETS or game.n_terminals > MOST_ENDS:
        message = f"{game.n_infosets:,} information sets and {game.n_terminals:,} ends are too many"
        hint = f"a case to be read has {MOST_INFOSETS} and {MOST_ENDS:,} at most"
        raise UsageError(message, hint)
    if not game.players or not game.perfect_recall:
        raise UsageError("a case needs players who remember what they did and saw")
    if not game.labels.infosets:
        raise UsageError("a case needs moves, and the game has none")
    if unreached := _unreached(game):
        told = ", ".join(f"'{_label(game, infoset)}'" for infoset in unreached)
        message = f"no play reaches the information set {told}: chance never leads there"
        raise UsageError(message, "take out of the tree what has a probability of 0")
    return _Telling(game).case()


class _Telling:
    def __init__(self, game: Game) -> None:
        self._game = game
        taken: set[str] = set()
        self._actors = [_named(name, "player", taken) for name in game.players]
        self._order = _order(game)
        sets = range(len(game.labels.infosets))
        self._moves = {i: _named(_label(game, i), "move", taken) for i in sets}
        self._options = {i: self._options_of(i) for i in sets}
        self._nodes: dict[int, list[int]] = defaultdict(list)
        for node in range(game.n_nodes):
            self._nodes[int(game.infoset[node])].append(node)
        self._when: dict[int, str] = {}
        for infoset in self._order:
            self._when[infoset] = self._condition(self._nodes[infoset])

    def case(self) -> Case:
        builder = CaseBuilder(self._game.title or "A game")
        for actor, name in zip(self._actors, self._game.players, strict=True):
            builder.actor(actor, name="" if name == actor else name)
        moves = MoveList()
        for infoset in self._order:
            self._tell(moves, infoset)
        builder.moves(moves)
        for end, node in enumerate(self._game.terminal.tolist()):
            for player, actor in enumerate(self._actors):
                if worth := self._payoff(player, end):
                    builder.stake(actor, str(worth), when=self._condition([node]))
        return Case.of(builder.build())

    def _tell(self, moves: MoveList, infoset: int) -> None:
        game = self._game
        name, when = self._moves[infoset], self._when[infoset]
        seen = [a for p, a in enumerate(self._actors) if self._tells(p, infoset)]
        if infoset < game.n_infosets:
            by = self._actors[game.infoset_player[infoset]]
            moves.move(name, by, self._options[infoset], when=when, seen_by=seen)
            return
        chances = map(self._chance, game.actions_of(infoset))
        told = dict(zip(self._options[infoset], map(str, chances), strict=True))
        moves.chance(name, told, when=when, seen_by=seen)

    # --- names and numbers ---

    def _options_of(self, infoset: int) -> list[str]:
        taken: set[str] = set()
        actions = self._game.actions_of(infoset)
        return [_named(str(self._game.labels.actions[a]), "option", taken) for a in actions]

    def _chance(self, action: int) -> Fraction | float:
        place = action - self._game.n_actions
        exact = self._game.exact
        return exact.chance[place] if exact else float(self._game.chance[place])

    def _payoff(self, player: int, end: int) -> Fraction | float:
        exact = self._game.exact
        return exact.payoffs[player][end] if exact else float(self._game.payoffs[player, end])

    # --- conditions ---

    def _step(self, node: int) -> tuple[int, int]:
        """The information set before a node, and which of its options leads here."""
        game = self._game
        parent = int(game.parent[node])
        return int(game.infoset[parent]), node - int(game.first_child[parent])

    def _condition(self, nodes: Sequence[int]) -> str:
        """Where one of some nodes is reached; empty for always."""
        if 0 in nodes:
            return ""
        ways: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for node in nodes:
            infoset, option = self._step(node)
            ways[infoset][option].append(int(self._game.parent[node]))
        parts = list(dict.fromkeys(p for one in ways.items() for p in self._parts(*one)))
        return parts[0] if len(parts) == 1 else " or ".join(f"({part})" for part in parts)

    def _parts(self, infoset: int, ways: dict[int, list[int]]) -> Iterator[str]:
        """Where options of an information set lead on from some of its nodes."""
        move, options = self._moves[infoset], self._options[infoset]
        whole = len(self._nodes[infoset])
        if len(ways) == len(options) and all(len(parents) == whole for parents in ways.values()):
            yield self._when[infoset] or f"made({move})"
            return
        for option, parents in ways.items():
            step = f"{move} = {options[option]}"
            if len(parents) == whole:
                yield step
                continue
            for parent in parents:
                before = self._condition([parent])
                yield f"{step} and ({before})" if " or " in before else f"{step} and {before}"

    def _tells(self, player: int, infoset: int) -> bool:
        """Whether a player knows the outcome of a move wherever he chooses after it."""
        game = self._game
        mine = np.flatnonzero(game.infoset_player[: game.n_infosets] == player)
        for own in mine.tolist():
            outcomes = {self._outcome(node, infoset) for node in self._nodes[own]}
            if len(outcomes) > 1:
                return False
        return True

    def _outcome(self, node: int, infoset: int) -> int:
        """The option taken at an information set on the way to a node; -1 for none."""
        while node > 0:
            at, option = self._step(node)
            if at == infoset:
                return option
            node = int(self._game.parent[node])
        return -1


def _label(game: Game, infoset: int) -> str:
    label = str(game.labels.infosets[infoset])
    if re.search(r"[^\W\d]", label):
        return label
    chance = infoset >= game.n_infosets
    who = "chance" if chance else game.players[game.infoset_player[infoset]]
    return f"{who}_{label}"


def _unreached(game: Game) -> list[int]:
    """Information sets to which every way has an outcome of chance with probability 0."""
    reached = np.ones(game.n_nodes, dtype=bool)
    for node in range(1, game.n_nodes):
        parent = int(game.parent[node])
        infoset, reached[node] = int(game.infoset[parent]), reached[parent]
        if infoset >= game.n_infosets:
            action = game.actions_of(infoset)[node - int(game.first_child[parent])]
            reached[node] &= game.chance[action - game.n_actions] > 0
    there = set(game.infoset[reached].tolist())
    return [i for i in range(len(game.labels.infosets)) if i not in there]


def _order(game: Game) -> list[int]:
    """Information sets so that none comes before one that leads to it."""
    before: dict[int, set[int]] = {i: set() for i in range(len(game.labels.infosets))}
    for node in range(1, game.n_nodes):
        if game.infoset[node] >= 0:
            before[int(game.infoset[node])].add(int(game.infoset[game.parent[node]]))
    try:
        return list(TopologicalSorter(before).static_order())
    except CycleError:
        message = "its information sets are met in no one order, and the moves of a case have one"
        raise UsageError(message) from None


def _named(label: str, otherwise: str, taken: set[str]) -> str:
    """A name of the language for a label, unlike those taken."""
    stem = re.sub(r"\W+", "_", label).strip("_")[:_LONGEST].rstrip("_") or otherwise
    if not re.match(r"[^\W\d]", stem) or stem in RESERVED:
        stem = f"{otherwise}_{stem}"
    name, count = stem, 1
    while name in taken:
        count += 1
        name = f"{stem}_{count}"
    taken.add(name)
    return name
