"""Small random games for property tests: trees with perfect recall, signalling and matrix games."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from lackmus.game.assemble import Infoset, assemble
from lackmus.game.game import Game
from lackmus.game.nfg import strategic

#: Payoffs are whole numbers from 0 to this, small so that ties are common where it is small.
_GENERIC = 99


def random_tree(
    seed: int,
    *,
    players: int = 2,
    depth: int = 3,
    highest: int = _GENERIC,
    hidden: float = 0.6,
    chance: float = 0.2,
) -> Game:
    """A random tree with perfect recall and up to three actions a node.

    Args:
        seed: What it is made from.
        players: How many players.
        depth: Longest way.
        highest: Payoffs lie between 0 and this.
        hidden: Probability that a node joins an infoset that it may join.
        chance: Probability that chance moves at a node.
    """
    rng = np.random.default_rng(seed)
    infosets: list[Infoset] = []
    joinable: dict[tuple[int, int, int], list[int]] = {}
    preorder: list[int] = []
    payoffs: list[tuple[Fraction, ...]] = []

    def draw_infoset(last: tuple[int, ...]) -> int:
        count = int(rng.integers(2, 4))
        names = tuple("abc"[:count])
        if rng.random() < chance:
            weights = rng.integers(1, 6, count).tolist()
            odds = tuple(Fraction(w, sum(weights)) for w in weights)
            infosets.append(Infoset(-1, f"c{len(infosets)}", names, odds))
            return len(infosets) - 1
        player = int(rng.integers(players))
        key = player, last[player], count
        known = joinable.setdefault(key, [])
        if known and rng.random() < hidden:
            return known[int(rng.integers(len(known)))]
        known.append(len(infosets))
        infosets.append(Infoset(player, str(len(infosets) + 1), names))
        return known[-1]

    def grow(level: int, last: tuple[int, ...]) -> None:
        if level == depth or (level and rng.random() < 0.2):
            preorder.append(-1)
            payoffs.append(tuple(Fraction(int(x)) for x in rng.integers(0, highest + 1, players)))
            return
        infoset = draw_infoset(last)
        preorder.append(infoset)
        here = infosets[infoset]
        for k in range(len(here.actions)):
            mark = 4 * infoset + k
            grow(level + 1, tuple(mark if p == here.player else x for p, x in enumerate(last)))

    grow(0, (-1,) * players)
    order = sorted(range(len(infosets)), key=lambda i: infosets[i].player < 0)
    place = {old: new for new, old in enumerate(order)} | {-1: -1}
    return assemble(
        f"random tree {seed}",
        [f"player {p + 1}" for p in range(players)],
        [infosets[i] for i in order],
        [place[i] for i in preorder],
        payoffs,
    )


def random_signalling(
    seed: int, *, types: int = 3, messages: int = 3, answers: int = 3, highest: int = _GENERIC
) -> Game:
    """A random signalling game: chance draws a type, its owner speaks, the other one answers."""
    rng = np.random.default_rng(seed)
    weights = rng.integers(1, 10, types).tolist()
    prior = tuple(Fraction(w, sum(weights)) for w in weights)
    infosets = [
        Infoset(0, f"{t + 1}", tuple(f"m{m}" for m in range(messages))) for t in range(types)
    ]
    infosets += [
        Infoset(1, f"{m + 1}", tuple(f"a{a}" for a in range(answers))) for m in range(messages)
    ]
    infosets.append(Infoset(-1, "1", tuple(f"t{t}" for t in range(types)), prior))
    preorder = [len(infosets) - 1]
    for t in range(types):
        preorder.append(t)
        for m in range(messages):
            preorder += [types + m, *([-1] * answers)]
    leaves = types * messages * answers
    payoffs = rng.integers(0, highest + 1, (leaves, 2)).tolist()
    return assemble(
        f"random signalling game {seed}",
        ["sender", "receiver"],
        infosets,
        preorder,
        [tuple(map(Fraction, row)) for row in payoffs],
    )


def random_matrix(seed: int, shape: tuple[int, ...], *, highest: int = _GENERIC) -> Game:
    """A random strategic game with as many strategies a player as `shape` says."""
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, highest + 1, (int(np.prod(shape)), len(shape))).tolist()
    return strategic(
        f"random matrix {seed}",
        tuple(f"player {p + 1}" for p in range(len(shape))),
        [tuple(f"s{k}" for k in range(count)) for count in shape],
        [tuple(map(Fraction, row)) for row in rows],
    )
