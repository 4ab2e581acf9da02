"""The order in which a game's unknowns are eliminated, and where the factors' entries lie."""

# ruff: noqa: C901
# Kernels are nested loops, which calls would only hide.

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from lackmus.compiled.jit import jit, kernel
from lackmus.foundation.arrays import Bools, Ints
from lackmus.game.game import Game
from lackmus.solvers.kernels.structure import Structure, structure_of

#: More infosets than this, or more operations a factorization, and a game is left to Krylov
#: methods; measured where these became faster.
MOST_INFOSETS: Final = 16_384
MOST_OPERATIONS: Final = 4e9

Places: TypeAlias = NDArray[np.int64]


class Pattern(NamedTuple):
    """Where the entries of a game's Jacobian and of its factors lie.

    Rows and columns stand in elimination order.

    Attributes:
        place: Elimination position of each free unknown; shape (n,).
        begin: Entries of the row at position q are begin[q]:begin[q+1]; shape (n + 1,).
        column: Position of each entry's column, ascending in a row; shape (entries,).
        diagonal: Entry of each row that lies on the diagonal; shape (n,).
        stride: Entries of one row of each infoset; shape (I,).
        ahead: Per pair of an inner node and a personal ancestor, in the order in which the
            assembly meets them: entry of the ancestor's first row and the node's first column.
        behind: Likewise that of the node's first row and the ancestor's first column; meaningless
            where the ancestor's choice moves no belief of the node's mover.
    """

    place: Ints
    begin: Ints
    column: Ints
    diagonal: Ints
    stride: Ints
    ahead: Ints
    behind: Ints

    @property
    def entries(self) -> int:
        """Number of entries kept."""
        return len(self.column)


_KNOWN: WeakKeyDictionary[Game, Pattern | None] = WeakKeyDictionary()


def pattern_of(game: Game) -> Pattern | None:
    """The pattern of a game, worked out once a game; None where its factors are too large."""
    if game not in _KNOWN:
        _KNOWN[game] = lay_pattern(structure_of(game))
    return _KNOWN[game]


def lay_pattern(structure: Structure) -> Pattern | None:
    """Order a game's unknowns and lay out the entries of its factors.

    Args:
        structure: The game's structure.

    Returns:
        The pattern, or None where the factors would be too large (`MOST_OPERATIONS`).
    """
    if structure.n_infosets > MOST_INFOSETS:
        return None
    found = Pattern(*lay(structure, MOST_OPERATIONS))
    if not len(found.begin):
        return None
    for array in found:
        array.setflags(write=False)
    return found


@jit
def lay(tree: Structure, most: float) -> tuple[Ints, ...]:
    """The pattern of a game's Jacobian; empty where factors need more operations than `most`.

    It is no `Pattern` yet, since to hand a named tuple to Python takes longer than all the rest.
    """
    n_sets = tree.n_infosets
    upper, lower = meet(tree)
    width = np.empty(n_sets, np.int64)
    for s in range(n_sets):
        width[s] = tree.first_action[s + 1] - tree.first_action[s] - 1
    words = np.zeros((n_sets, (n_sets + 63) // 64), np.uint64)
    order = np.empty(n_sets, np.int32)
    if not eliminate(upper, lower, width, most, words, order):
        none = np.empty(0, np.int32)
        return none, none, none, none, none, none, none
    moved = move_beliefs(tree, upper, lower)
    position = np.empty(n_sets, np.int32)
    for q in range(n_sets):
        position[order[q]] = q
        width[q] = tree.first_action[order[q] + 1] - tree.first_action[order[q]] - 1
        for w in range(words.shape[1]):
            words[q, w] = np.uint64(0)
    for q in range(upper.size):
        upper[q], lower[q] = position[upper[q]], position[lower[q]]
    fill_in(upper, lower, moved, words)
    return place_entries(tree, (upper, lower), moved, position, width, list_blocks(words, width))


@kernel
def move_beliefs(tree: Structure, upper: Ints, lower: Ints) -> Bools:
    """Whether the choice at each pair's ancestor moves a belief at its node."""
    nodes = np.zeros(tree.mover.size, np.int32)
    for j in range(tree.infoset.size):
        nodes[tree.infoset[j]] += 1
    moved = np.empty(upper.size, np.bool_)
    for q in range(upper.size):
        known = tree.recall and tree.mover[upper[q]] == tree.mover[lower[q]]
        moved[q] = nodes[lower[q]] > 1 and not known
    return moved


class Blocks(NamedTuple):
    """The blocks of the factors, one for each pair of infosets, row by row.

    Attributes:
        begin: Blocks of the infoset at position q are begin[q]:begin[q+1]; shape (I + 1,).
        column: Position of each block's column infoset, ascending in a row.
        offset: Entries before it in each row of entries.
        total: Entries of a row of entries; shape (I,).
    """

    begin: Places
    column: Places
    offset: Places
    total: Places


@kernel
def list_blocks(words: NDArray[np.uint64], width: Places) -> Blocks:
    """The blocks that are set as bits."""
    n, size = words.shape
    zero, one = np.uint64(0), np.uint64(1)
    begin, total = np.zeros(n + 1, np.int64), np.zeros(n, np.int64)
    for fill in range(2):
        count = 0
        if fill == 1:
            column, offset = np.empty(begin[n], np.int64), np.empty(begin[n], np.int64)
        for r in range(n):
            total[r] = 0
            for w in range(size):
                bits = words[r, w]
                c = w << 6
                while bits != zero:
                    if bits & one:
                        if fill == 1:
                            column[count], offset[count] = c, total[r]
                        total[r] += width[c]
                        count += 1
                    bits >>= one
                    c += 1
            begin[r + 1] = count
    return Blocks(begin, column, offset, total)


@kernel
def offset_of(blocks: Blocks, row: int, column: int) -> int:
    """Entries before a block in each row of entries."""
    low, high = blocks.begin[row], blocks.begin[row + 1]
    while high - low > 1:
        middle = (low + high) >> 1
        if blocks.column[middle] <= column:
            low = middle
        else:
            high = middle
    return int(blocks.offset[low])


@kernel
def place_entries(
    tree: Structure,
    pairs: tuple[Ints, Ints],
    moved: Bools,
    position: Ints,
    width: Places,
    blocks: Blocks,
) -> tuple[Ints, ...]:
    """Write out the blocks, entry by entry, and find what the assembly writes to."""
    n_sets, n_free = position.size, tree.n_actions - tree.n_infosets
    first = np.zeros(n_sets + 1, np.int64)
    begin = np.zeros(n_free + 1, np.int32)
    for q in range(n_sets):
        first[q + 1] = first[q] + width[q]
        for r in range(first[q], first[q + 1]):
            begin[r + 1] = begin[r] + blocks.total[q]
    column, diagonal = np.empty(begin[n_free], np.int32), np.empty(n_free, np.int32)
    for q in range(n_sets):
        own = offset_of(blocks, q, q)
        for r in range(first[q], first[q + 1]):
            diagonal[r] = begin[r] + own + r - first[q]
            at = begin[r]
            for b in range(blocks.begin[q], blocks.begin[q + 1]):
                for c in range(first[blocks.column[b]], first[blocks.column[b] + 1]):
                    column[at] = c
                    at += 1
    place, stride = np.empty(n_free, np.int32), np.empty(n_sets, np.int32)
    for s in range(n_sets):
        q = position[s]
        stride[s] = blocks.total[q]
        for k in range(width[q]):
            place[tree.first_action[s] - s + k] = first[q] + k
    upper, lower = pairs
    ahead, behind = np.empty(upper.size, np.int32), np.zeros(upper.size, np.int32)
    for k in range(upper.size):
        q, r = upper[k], lower[k]
        ahead[k] = begin[first[q]] + offset_of(blocks, q, r)
        if moved[k]:
            behind[k] = begin[first[r]] + offset_of(blocks, r, q)
    return place, begin, column, diagonal, stride, ahead, behind


@kernel
def meet(tree: Structure) -> tuple[Ints, Ints]:
    """Infosets of all pairs of a personal ancestor (upper) and an inner personal node (lower)."""
    infoset, up, n_sets = tree.infoset, tree.up, tree.n_infosets
    count = 0
    for fill in range(2):
        if fill == 1:
            upper = np.empty(count, np.int32)
            lower = np.empty(count, np.int32)
            count = 0
        for j in range(up.size):
            if infoset[j] >= n_sets:
                continue
            k = up[j]
            while k >= 0:
                if infoset[k] < n_sets:
                    if fill == 1:
                        upper[count] = infoset[k]
                        lower[count] = infoset[j]
                    count += 1
                k = up[k]
    return upper, lower


@kernel
def eliminate(
    upper: Ints,
    lower: Ints,
    width: NDArray[np.int64],
    most: float,
    words: NDArray[np.uint64],
    order: Ints,
) -> bool:
    """Minimum degree elimination on the graph of infosets that meet.

    Overwrites `order` by the order found and `words`, which comes zero, so that each row holds as
    bits the neighbours that are eliminated later: the pattern of the factors.

    Returns:
        Whether the factorization needs at most `most` operations.
    """
    n, size = words.shape
    degree = np.zeros(n, np.int64)
    gone = np.zeros(n, np.bool_)
    around = np.empty(n, np.int64)
    zero = np.uint64(0)
    one = np.uint64(1)
    for q in range(upper.size):
        s = upper[q]
        t = lower[q]
        words[s, t >> 6] |= one << np.uint64(t & 63)
        words[t, s >> 6] |= one << np.uint64(s & 63)
    for s in range(n):
        for w in range(size):
            bits = words[s, w]
            t = w << 6
            while bits != zero:
                if bits & one:
                    degree[s] += width[t]
                bits >>= one
                t += 1
    cost = 0.0
    for q in range(n):
        s = -1
        for t in range(n):
            if not gone[t] and (s < 0 or degree[t] < degree[s]):
                s = t
        order[q] = s
        gone[s] = True
        cost += 2.0 * width[s] * (degree[s] + width[s]) ** 2
        if cost > most:
            return False
        count = 0
        for w in range(size):
            bits = words[s, w]
            t = w << 6
            while bits != zero:
                if bits & one:
                    around[count] = t
                    count += 1
                bits >>= one
                t += 1
        for c in range(count):
            t = around[c]
            for w in range(size):
                words[t, w] |= words[s, w]
            words[t, t >> 6] &= ~(one << np.uint64(t & 63))
            words[t, s >> 6] &= ~(one << np.uint64(s & 63))
            total = 0
            for w in range(size):
                bits = words[t, w]
                v = w << 6
                while bits != zero:
                    if bits & one:
                        total += width[v]
                    bits >>= one
                    v += 1
            degree[t] = total
    return True


@kernel
def fill_in(upper: Ints, lower: Ints, moved: Bools, words: NDArray[np.uint64]) -> None:
    """Blocks of the factors of the Jacobian, in elimination order, as bits.

    Args:
        upper: Position of each pair's ancestor.
        lower: Position of each pair's node.
        moved: Whether the ancestor's choice moves a belief at the node.
        words: Overwritten, from zero.
    """
    zero = np.uint64(0)
    one = np.uint64(1)
    n, size = words.shape
    for s in range(n):
        words[s, s >> 6] |= one << np.uint64(s & 63)
    for q in range(upper.size):
        s = upper[q]
        t = lower[q]
        words[s, t >> 6] |= one << np.uint64(t & 63)
        if moved[q]:
            words[t, s >> 6] |= one << np.uint64(s & 63)
    for s in range(n):
        for k in range(s):
            if words[s, k >> 6] >> np.uint64(k & 63) & one == zero:
                continue
            w = k >> 6
            words[s, w] |= words[k, w] & ~((one << np.uint64(k & 63)) - one)
            for v in range(w + 1, size):
                words[s, v] |= words[k, v]
