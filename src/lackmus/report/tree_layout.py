"""Which part of a game tree is shown, and where: the most probable nodes, stage by stage.

A node stands in the column of its stage and in a row of its own. What is not shown is folded into
stubs that know how many ends they hold and how probable they are.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from lackmus.foundation.arrays import Bools, Ints
from lackmus.foundation.counting import counted
from lackmus.game.game import Game
from lackmus.report import words
from lackmus.solution.reach import node_reach
from lackmus.solution.solution import Assessment


@dataclass(slots=True, eq=False)
class Node:
    """A node as drawn; `hidden` ends are folded into it where it is a stub.

    It is `gone` where what was observed leaves none of its ends.
    """

    id: int
    parent: Node | None
    action: str
    probability: float
    reach: float
    column: int = 0
    row: float = 0.0
    hidden: int = 0
    gone: bool = False
    stages: tuple[int, ...] = ()
    children: list[Node] = field(default_factory=list)


def laid_out(
    game: Game,
    assessment: Assessment,
    called: Callable[[str], str],
    most: int,
    left: Bools | None = None,
) -> tuple[list[Node], list[str]]:
    """The nodes to draw, each in its place, and the headings of the columns.

    Args:
        game: Any game.
        assessment: Its behavior profile.
        called: Gives the name in print of a column of the table of histories.
        most: How many rows (ends and stubs) to show, about.
        left: The terminals that what was observed leaves; shape (Z,), None for all.
    """
    root = _Growth(game, assessment, left).grown(most)
    heads = _placed(game, root, called)
    return list(_walk(root)), heads


def _ends_below(game: Game, left: Bools | None = None) -> Ints:
    """Number of terminals, or of those that are left, at or below each node."""
    ends = np.zeros(game.n_nodes, np.int32)
    ends[game.terminal] = 1 if left is None else left
    for depth in range(len(game.level) - 2, 0, -1):
        nodes = np.arange(game.level[depth], game.level[depth + 1])
        np.add.at(ends, game.parent[nodes], ends[nodes])
    return ends


def _about(probability: float) -> float:
    """To nine digits: what differs by rounding alone is taken in the order of the tree."""
    return float(f"{probability:.9g}")


class _Growth:
    """A tree that is opened at its most probable nodes."""

    def __init__(self, game: Game, assessment: Assessment, left: Bools | None) -> None:
        self.game = game
        self.strategy = assessment.strategy
        self.reach = node_reach(game, assessment.strategy)
        self.ends = _ends_below(game)
        self.left = self.ends if left is None else _ends_below(game, left)
        self.stages = _stages(game)

    def grown(self, most: int) -> Node:
        """The tree with about `most` rows, in which one end is drawn if any can be."""
        root = self.grown_along(most, frozenset())
        if not any(self.is_end(node) for node in _walk(root)):
            root = self.grown_along(most, frozenset(self.likeliest()))
        _fold(root)
        return root

    def is_end(self, node: Node) -> bool:
        """Whether the game ends there."""
        return int(self.game.infoset[node.id]) < 0

    def likeliest(self) -> Iterator[int]:
        """The nodes of a path that takes the likeliest action everywhere."""
        node = 0
        while (infoset := int(self.game.infoset[node])) >= 0:
            yield node
            taken = [_about(self.strategy[a]) for a in self.game.actions_of(infoset)]
            node = int(self.game.first_child[node]) + taken.index(max(taken))

    def grown_along(self, most: int, first: frozenset[int]) -> Node:
        """The tree with about `most` rows, opened at some nodes first."""
        root = Node(0, None, "", 1.0, 1.0)
        rows = 1
        queue = [(-1.0, 0, root)] if self.game.infoset[0] >= 0 else []
        while queue:
            _, _, node = heapq.heappop(queue)
            children = self.opened(node)
            if rows + len(children) - 1 > most and rows > 1:
                node.hidden = int(self.ends[node.id])
                continue
            rows += len(children) - 1
            node.children = children
            for child in children:
                if not self.is_end(child):
                    order = -2.0 if child.id in first else -_about(child.reach)
                    heapq.heappush(queue, (order, child.id, child))
        return root

    def opened(self, node: Node) -> list[Node]:
        """The children of a node; chance moves that follow each other count as one."""
        game = self.game
        stages = {int(self.stages[node.id]): None}
        children = self.actions(node, node, "", 1.0)
        while all(self.chance(node.id) and self.chance(child.id) for child in children):
            stages |= {int(self.stages[child.id]): None for child in children}
            children = [
                below
                for child in children
                for below in self.actions(child, node, f"{child.action} · ", child.probability)
            ]
        node.stages = tuple(stages) if game.histories is not None else tuple(stages)[:1]
        return children

    def actions(self, node: Node, parent: Node, before: str, chance: float) -> list[Node]:
        """A node's own children, hung under `parent`."""
        game = self.game
        first = int(game.first_child[node.id])
        return [
            Node(
                first + k,
                parent,
                before + words.plain(str(game.labels.actions[action])),
                chance * float(self.strategy[action]),
                float(self.reach[first + k]),
                gone=not self.left[first + k],
            )
            for k, action in enumerate(game.actions_of(int(game.infoset[node.id])))
        ]

    def chance(self, node: int) -> bool:
        """Whether chance moves there."""
        return int(self.game.infoset[node]) >= self.game.n_infosets


def _fold(node: Node) -> None:
    """Sibling stubs become one stub; the likeliest child is never folded away."""
    for child in node.children:
        _fold(child)
    likeliest = max(node.children, key=lambda child: _about(child.probability), default=None)
    stubs = [child for child in node.children if child.hidden and child is not likeliest]
    if len(stubs) <= 1:
        return
    first = stubs[0]
    folded = Node(
        first.id,
        node,
        counted(len(stubs), "other"),
        sum(stub.probability for stub in stubs),
        sum(stub.reach for stub in stubs),
        hidden=sum(stub.hidden for stub in stubs),
        gone=all(stub.gone for stub in stubs),
    )
    node.children = [child for child in node.children if child not in stubs] + [folded]


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _placed(game: Game, root: Node, called: Callable[[str], str]) -> list[str]:
    """Puts every node in its place; the headings of the columns."""
    nodes = list(_walk(root))
    for row, node in enumerate(node for node in nodes if not node.children):
        node.row = row
    used: dict[int, tuple[int, ...]] = {}
    for node in nodes:
        if node.children and len(node.stages) > len(used.get(node.stages[0], ())):
            used[node.stages[0]] = node.stages
    order = {stage: i for i, stage in enumerate(sorted(used))}
    for node in reversed(nodes):
        if node.children:
            node.row = (node.children[0].row + node.children[-1].row) / 2
            node.column = order[node.stages[0]]
        else:
            node.column = len(order)
    for node in nodes:
        if node.hidden and node.parent is not None:
            node.column = node.parent.column + 1
    histories = game.histories
    if histories is None:
        return ["" for _ in order]
    names = [called(column.name) for column in histories.columns]
    return [" · ".join(names[stage] for stage in used[first]) for first in sorted(used)]


def _stages(game: Game) -> Ints:
    """The column of the table of histories that is decided at each node; its depth without one."""
    depth = np.repeat(np.arange(len(game.level) - 1), np.diff(game.level)).astype(np.int32)
    histories = game.histories
    if histories is None:
        return depth
    stages = np.zeros(game.n_nodes, np.int32)
    inner = np.flatnonzero(game.infoset >= 0)
    personal = inner[game.infoset[inner] < game.n_infosets]
    stages[personal] = histories.infoset_column[game.infoset[personal]]
    some_end = _some_terminal(game)
    for node in inner[game.infoset[inner] >= game.n_infosets]:
        first = int(game.first_child[node])
        last = first + len(game.actions_of(int(game.infoset[node]))) - 1
        differ = histories.codes[:, some_end[first]] != histories.codes[:, some_end[last]]
        stages[node] = int(np.argmax(differ))
    return stages


def _some_terminal(game: Game) -> Ints:
    """For each node the rank of one terminal at or below it."""
    some = np.full(game.n_nodes, -1, np.int32)
    some[game.terminal] = np.arange(game.n_terminals)
    for depth in range(len(game.level) - 2, 0, -1):
        nodes = np.arange(game.level[depth], game.level[depth + 1])
        some[game.parent[nodes]] = some[nodes]
    return some
