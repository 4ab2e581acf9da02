"""Sparse direct solution of the Newton systems of a game tree.

Two unknowns of a game meet in the Jacobian only where their infosets lie on a common path, and an
elimination that follows the tree fills in little: measured on trees of 100 to 6,000 actions, the
factors hold 1.2 to 1.3 times the entries of the matrix. The pattern is a matter of structure, so
it is ordered once a game (minimum degree on infosets; George and Liu, The evolution of the
minimum degree ordering algorithm, SIAM Review 31, 1989) and each factorization is a plain sweep
over fixed places, without pivoting: the solution is checked by its residual, refined, and left to
a dense factorization with pivoting where that does not help.
"""

# ruff: noqa: C901, FBT001
# Kernels are nested loops, which calls would only hide, and take arguments by place.

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from lackmus.foundation.arrays import Bools, Floats, Ints, freeze
from lackmus.game.game import Game
from lackmus.solvers.kernels import jit
from lackmus.solvers.structure import Structure, Tree, structure_of

#: The columns of a pattern that kernels take, in the order of `Pattern.frame`.
Frame: TypeAlias = tuple[Ints, Ints, Ints, Ints, Ints, Ints]

#: More infosets than this, or more operations a factorization, and a game is left to Krylov
#: methods; measured where these became faster.
MOST_INFOSETS: Final = 16_384
MOST_OPERATIONS: Final = 4e9


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """Where the entries of a game's Jacobian and of its factors lie.

    Rows and columns stand in elimination order.

    Attributes:
        place: Elimination position of each free unknown; shape (n,).
        begin: Entries of the row at position q are begin[q]:begin[q+1]; shape (n + 1,).
        column: Position of each entry's column, ascending in a row; shape (entries,).
        diagonal: Entry of each row that lies on the diagonal; shape (n,).
        ahead: Per pair of an inner node and a personal ancestor, in the order in which the
            assembly meets them: where in the ancestor's rows the node's columns begin.
        behind: Likewise where in the node's rows the ancestor's columns begin; meaningless where
            the ancestor's choice moves no belief of the node's mover.
    """

    place: Ints
    begin: Ints
    column: Ints
    diagonal: Ints
    ahead: Ints
    behind: Ints

    @property
    def frame(self) -> Frame:
        """The columns as kernels take them."""
        return (self.place, self.begin, self.column, self.diagonal, self.ahead, self.behind)

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
    n_sets = structure.n_infosets
    if n_sets > MOST_INFOSETS:
        return None
    upper, lower = meet(structure.tree, n_sets)
    words = np.zeros((n_sets, (n_sets + 63) // 64), np.uint64)
    width = np.diff(structure.first_action[: n_sets + 1]).astype(np.int64) - 1
    order = np.empty(n_sets, np.int32)
    if not eliminate(upper, lower, width, MOST_OPERATIONS, words, order):
        return None
    del words
    return _lay_out(structure, (upper, lower), width, order)


def _lay_out(
    structure: Structure, pairs: tuple[Ints, Ints], width: NDArray[np.int64], order: Ints
) -> Pattern:
    n_sets = structure.n_infosets
    position = np.empty(n_sets, np.int32)
    position[order] = np.arange(n_sets, dtype=np.int32)
    mover, nodes = structure.mover, np.bincount(structure.infoset, minlength=n_sets)
    upper, lower = pairs
    # An ancestor's choice moves a belief only where there is one to move.
    moved = (nodes[lower] > 1) & ~((mover[upper] == mover[lower]) & structure.recall)
    words = np.zeros((n_sets, (n_sets + 63) // 64), np.uint64)
    fill_in(position[upper], position[lower], moved, words)
    bits = np.unpackbits(words.view(np.uint8), axis=1, bitorder="little")[:, :n_sets]
    blocks = np.flatnonzero(bits.reshape(-1))
    del bits, words
    row, column = np.divmod(blocks, n_sets)
    wide = width[order]
    ends = np.cumsum(wide[column])
    first_block = np.searchsorted(row, np.arange(n_sets))
    offset = ends - wide[column]
    offset -= offset[first_block[row]]
    return _expand(structure, pairs, position.astype(np.int64), wide, (blocks, row, column, offset))


def _expand(
    structure: Structure,
    pairs: tuple[Ints, Ints],
    position: NDArray[np.int64],
    wide: NDArray[np.int64],
    table: tuple[NDArray[np.int64], ...],
) -> Pattern:
    blocks, row, column, offset = table
    n_sets = structure.n_infosets
    total = np.bincount(row, weights=wide[column], minlength=n_sets).astype(np.int64)
    first_row = np.cumsum(wide) - wide
    begin = np.concatenate([[0], np.cumsum(np.repeat(total, wide))])
    across = _ranges(first_row[column], wide[column])
    segment = np.cumsum(total) - total
    columns = across[_ranges(np.repeat(segment, wide), np.repeat(total, wide))]
    sets = np.repeat(np.arange(n_sets), np.diff(structure.first_action[: n_sets + 1]) - 1)
    within = np.arange(structure.n_free) - (structure.first_action[sets] - sets)
    place = first_row[position[sets]] + within
    own = offset[np.searchsorted(blocks, np.arange(n_sets) * (n_sets + 1))]
    diagonal = (
        np.repeat(own, wide) + begin[:-1] + np.arange(len(begin) - 1) - np.repeat(first_row, wide)
    )
    upper, lower = position[pairs[0]], position[pairs[1]]
    behind = np.searchsorted(blocks, lower * n_sets + upper).clip(max=len(blocks) - 1)
    return Pattern(
        place=freeze(place.astype(np.int32)),
        begin=freeze(begin.astype(np.int32)),
        column=freeze(columns.astype(np.int32)),
        diagonal=freeze(diagonal.astype(np.int32)),
        ahead=freeze(offset[np.searchsorted(blocks, upper * n_sets + lower)].astype(np.int32)),
        behind=freeze(offset[behind].astype(np.int32)),
    )


def _ranges(begin: NDArray[np.int64], length: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers begin … begin + length - 1 of all ranges, one after the other."""
    shift: NDArray[np.int64] = np.repeat(begin - (np.cumsum(length) - length), length)
    return shift + np.arange(len(shift))


@jit
def meet(tree: Tree, n_sets: int) -> tuple[Ints, Ints]:
    """Infosets of all pairs of a personal ancestor (upper) and an inner personal node (lower)."""
    _, infoset, _, up, _, _, _, _, _, _ = tree
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


@jit
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


@jit
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


@jit
def assemble(
    tree: Tree,
    frame: Frame,
    n_sets: int,
    recall: bool,
    precision: float,
    p: Floats,
    mu: Floats,
    value: Floats,
    gain: Floats,
    entry: Floats,
) -> None:
    """The derivative of y - precision * slope(y) by y; overwrites `entry`.

    The derivative of an action's gain by the log probability of another action is a covariance
    over the terminals below both. It is gathered from pairs of an inner node and one of its
    ancestors: the node's own choice moves the ancestor's gains, and the ancestor's choice moves
    the node's belief.
    """
    inner, infoset, child, up, via, first_action, mover, _, _, _ = tree
    place, start, _, diagonal, ahead, behind = frame
    for e in range(entry.size):
        entry[e] = 0.0
    for q in range(diagonal.size):
        entry[diagonal[q]] = 1.0
    pair = 0
    for j in range(1, inner.size):
        s = infoset[j]
        if s >= n_sets:
            continue
        begin = first_action[s]
        end = first_action[s + 1]
        below = child[j] - begin
        own = begin - s
        me = mover[s]
        between = 1.0
        action = via[j]
        k = up[j]
        while k >= 0:
            t = infoset[k]
            if t < n_sets:
                first = first_action[t]
                last = first_action[t + 1]
                rows = first - t
                weight = precision * mu[k] * between
                if weight > 1e-290:
                    other = mover[t]
                    here = value[inner[j], other]
                    for a in range(begin + 1, end):
                        x = weight * p[a] * (value[below + a, other] - here)
                        shift = ahead[pair] + a - begin - 1
                        if action > first:
                            entry[start[place[rows + action - first - 1]] + shift] -= x
                        else:
                            for b in range(last - first - 1):
                                entry[start[place[rows + b]] + shift] += x
                if mu[j] != 1.0 and mu[j] != 0.0 and not (recall and mover[t] == me):
                    base = value[below + begin, me] - gain[begin]
                    for a in range(begin + 1, end):
                        x = precision * mu[j] * (value[below + a, me] - gain[a] - base)
                        at = start[place[own + a - begin - 1]] + behind[pair]
                        for b in range(last - first - 1):
                            entry[at + b] += x * p[first + 1 + b]
                        if action > first:
                            entry[at + action - first - 1] -= x
                pair += 1
            between *= p[action]
            action = via[k]
            k = up[k]


@jit
def factor(frame: Frame, entry: Floats, factors: Floats, work: Floats) -> float:
    """Factors L U without pivoting, row by row; overwrites `factors` and `work`.

    Returns:
        The sign of the determinant, or 0 where a pivot vanished.
    """
    _, begin, column, diagonal, _, _ = frame
    sign = 1.0
    for r in range(diagonal.size):
        for e in range(begin[r], begin[r + 1]):
            work[column[e]] = entry[e]
        for e in range(begin[r], diagonal[r]):
            k = column[e]
            x = work[k] * factors[diagonal[k]]
            work[k] = x
            if x != 0.0:
                for f in range(diagonal[k] + 1, begin[k + 1]):
                    work[column[f]] -= x * factors[f]
        for e in range(begin[r], begin[r + 1]):
            factors[e] = work[column[e]]
        pivot = work[r]
        if pivot == 0.0 or not np.isfinite(pivot):
            return 0.0
        if pivot < 0.0:
            sign = -sign
        factors[diagonal[r]] = 1.0 / pivot
    return sign


@jit
def substitute(frame: Frame, factors: Floats, work: Floats) -> None:
    """Solve by the factors in place; `work` is in elimination order."""
    _, begin, column, diagonal, _, _ = frame
    n = diagonal.size
    for r in range(n):
        x = work[r]
        for e in range(begin[r], diagonal[r]):
            x -= factors[e] * work[column[e]]
        work[r] = x
    for r in range(n - 1, -1, -1):
        x = work[r]
        for e in range(diagonal[r] + 1, begin[r + 1]):
            x -= factors[e] * work[column[e]]
        work[r] = x * factors[diagonal[r]]


@jit
def solve(
    frame: Frame,
    entry: Floats,
    factors: Floats,
    right: Floats,
    out: Floats,
    work: Floats,
    rest: Floats,
) -> float:
    """Solve by the factors with refinement; overwrites `out`, `work`, `rest`.

    Returns:
        The residual left, relative to the right-hand side, in the largest norm.
    """
    place, begin, column, diagonal, _, _ = frame
    n = diagonal.size
    size = 0.0
    for r in range(n):
        work[place[r]] = right[r]
        size = max(size, abs(right[r]))
        out[r] = 0.0
    if size == 0.0:
        return 0.0
    error = 1.0
    for _ in range(4):
        substitute(frame, factors, work)
        for r in range(n):
            out[r] += work[place[r]]
            rest[place[r]] = out[r]
        worst = 0.0
        for r in range(n):
            x = 0.0
            for e in range(begin[r], begin[r + 1]):
                x += entry[e] * rest[column[e]]
            work[r] = -x
        for r in range(n):
            work[place[r]] += right[r]
            worst = max(worst, abs(work[place[r]]))
        error = worst / size
        if not error > 1e-10:
            break
    return error
