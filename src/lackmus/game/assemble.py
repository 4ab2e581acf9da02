"""From a tree in preorder to the columns of a `Game`.

A file, a peer's game object and a strategic form all list their nodes in preorder (a node, then
its subtrees in the order of its actions). A stable sort of preorder by depth is level order with
the children of a node contiguous, which is what `Game` wants.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from lackmus.foundation.arrays import Ints
from lackmus.game.game import Exact, Game, Labels


@dataclass(frozen=True, slots=True)
class Infoset:
    """An infoset as a reader found it.

    Attributes:
        player: Index of the player; -1 is chance.
        label: Its name, unique within the player.
        actions: Names of its actions; they may repeat or be empty, see `distinct`.
        chance: Probabilities of the actions of a chance infoset; empty for a personal one.
    """

    player: int
    label: str
    actions: tuple[str, ...]
    chance: tuple[Fraction | float, ...] = ()


def distinct(labels: Iterable[str]) -> tuple[str, ...]:
    """The labels, each different: an empty one becomes its place, a repeated one is numbered.

    >>> distinct(["x", "", "x"])
    ('x', '2', 'x (2)')
    """
    given = tuple(labels)
    taken: set[str] = set()
    result = []
    for place, label in enumerate(given, 1):
        wanted = label or str(place)
        name, count = wanted, 1
        while name in taken or (name != label and name in given):
            count += 1
            name = f"{wanted} ({count})"
        taken.add(name)
        result.append(name)
    return tuple(result)


def assemble(
    title: str,
    players: Sequence[str],
    infosets: Sequence[Infoset],
    preorder: Sequence[int] | Ints,
    payoffs: Sequence[Sequence[Fraction | float]],
) -> Game:
    """The game whose nodes are listed in preorder.

    Args:
        title: What the game is called.
        players: Names of the players; made distinct where they are not.
        infosets: All infosets, personal ones before those of chance.
        preorder: Infoset of each node in preorder; -1 at a terminal.
        payoffs: Payoffs per terminal in preorder, one a player.

    Returns:
        The game; `exact` is set where every number is a fraction or an integer.

    Raises:
        ValueError: The list is not the preorder of one tree.
    """
    sets = np.asarray(preorder, np.int32)
    counts = np.array([len(i.actions) for i in infosets] + [0], np.int32)
    depth = _depths(counts[sets].tolist())
    order = np.argsort(depth, kind="stable")
    rank = np.empty(len(sets), np.int32)
    rank[order] = np.arange(len(sets), dtype=np.int32)
    inner = np.flatnonzero(sets >= 0)
    first_child = np.full(len(sets), -1, np.int32)
    first_child[rank[inner]] = rank[inner + 1] if len(inner) else inner
    columns = sets[order]
    leaf_place = np.cumsum(sets < 0) - 1
    terminal = np.flatnonzero(columns < 0).astype(np.int32)
    rows = [payoffs[i] for i in leaf_place[order[terminal]].tolist()]
    by_player = tuple(zip(*rows, strict=True)) if players else ()
    chance = tuple(p for i in infosets for p in i.chance)
    return Game(
        title=title,
        players=distinct(players),
        infoset=columns,
        first_child=first_child,
        level=np.concatenate([[0], np.cumsum(np.bincount(depth))]),
        infoset_player=np.array([i.player for i in infosets], np.int32),
        first_action=np.concatenate([[0], np.cumsum(counts[:-1])]),
        terminal=terminal,
        chance=np.array([float(p) for p in chance], np.float64),
        payoffs=np.array(by_player, np.float64).reshape(len(players), len(terminal)),
        labels=Labels(
            tuple(i.label for i in infosets),
            tuple(name for i in infosets for name in distinct(i.actions)),
        ),
        exact=_exact(by_player, chance),
    )


def _depths(children: list[int]) -> Ints:
    """Depth of each node from the number of children of each node in preorder."""
    depth = np.empty(len(children), np.int32)
    open_depths: list[int] = []
    at, now = 0, 0
    for at, count in enumerate(children):
        depth[at] = now
        if count:
            now += 1
            open_depths.extend([now] * (count - 1))
        elif open_depths:
            now = open_depths.pop()
        else:
            break
    if not children or at + 1 != len(children) or sum(children) + 1 != len(children):
        raise ValueError("the nodes are not the preorder of one tree")
    return depth


def _exact(
    payoffs: tuple[tuple[Fraction | float, ...], ...], chance: tuple[Fraction | float, ...]
) -> Exact | None:
    rows = [_fractions(row) for row in (*payoffs, chance)]
    found = [row for row in rows if row is not None]
    if len(found) < len(rows):
        return None
    return Exact(payoffs=tuple(found[:-1]), chance=found[-1])


def _fractions(row: tuple[Fraction | float, ...]) -> tuple[Fraction, ...] | None:
    if any(isinstance(x, float) for x in row):
        return None
    return tuple(x if type(x) is Fraction else Fraction(x) for x in row)
