"""Sparse direct solution of the Newton systems of a game tree.

Two unknowns of a game meet in the Jacobian only where their infosets lie on a common path, and an
elimination that follows the tree fills in little: measured on trees of 100 to 6,000 actions, the
factors hold 1.2 to 1.3 times the entries of the matrix. The pattern is a matter of structure, so
it is ordered once a game (minimum degree on infosets; George and Liu, The evolution of the
minimum degree ordering algorithm, SIAM Review 31, 1989) and each factorization is a plain sweep
over fixed places, without pivoting: the solution is checked by its residual, refined, and left to
a dense factorization with pivoting where that does not help.
"""

# ruff: noqa: C901
# Kernels are nested loops, which calls would only hide.

from __future__ import annotations

from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from lackmus.foundation.arrays import Bools, Floats, Ints, freeze
from lackmus.game.game import Game
from lackmus.solvers.kernels.lanes import anywhere, pick
from lackmus.solvers.kernels.passes import jit, kernel, part
from lackmus.solvers.kernels.structure import Structure, structure_of

#: More infosets than this, or more operations a factorization, and a game is left to Krylov
#: methods; measured where these became faster.
MOST_INFOSETS: Final = 16_384
MOST_OPERATIONS: Final = 4e9

#: Residual, relative to the right-hand side, at which a solution is not refined any more, and most
#: rounds; weights below which a node adds nothing to a derivative.
_SMALL: Final = 1e-10
_REFINEMENTS: Final = 4
_NOTHING: Final = 1e-290


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
    n_sets = structure.n_infosets
    if n_sets > MOST_INFOSETS:
        return None
    upper, lower = meet(structure)
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
    first_entry = begin[first_row]
    behind = np.searchsorted(blocks, lower * n_sets + upper).clip(max=len(blocks) - 1)
    ahead = np.searchsorted(blocks, upper * n_sets + lower)
    return Pattern(
        place=freeze(place.astype(np.int32)),
        begin=freeze(begin.astype(np.int32)),
        column=freeze(columns.astype(np.int32)),
        diagonal=freeze(diagonal.astype(np.int32)),
        stride=freeze(total[position].astype(np.int32)),
        ahead=freeze((first_entry[upper] + offset[ahead]).astype(np.int32)),
        behind=freeze((first_entry[lower] + offset[behind]).astype(np.int32)),
    )


def _ranges(begin: NDArray[np.int64], length: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers begin … begin + length - 1 of all ranges, one after the other."""
    shift: NDArray[np.int64] = np.repeat(begin - (np.cumsum(length) - length), length)
    return shift + np.arange(len(shift))


@jit
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


@part
def pull_on(
    tree: Structure, j: int, p: Floats, value: Floats, gain: Floats, push: Floats, pull: Floats
) -> None:
    """What the choice at a node moves, and what moves beliefs there, by its free actions.

    Overwrites `push`, shape (A, P), by how the log odds of an action move each player's value of
    the node, and `pull`, shape (A,), by how the log odds of the node move the mover's gain of the
    action over that of the first, in both only the rows of the node's actions.
    """
    s = tree.infoset[j]
    begin = tree.first_action[s]
    below = tree.child[j] - begin
    me = tree.mover[s]
    base = value[below + begin, me] - gain[begin]
    for a in range(begin + 1, tree.first_action[s + 1]):
        pull[a] = value[below + a, me] - gain[a] - base
        for i in range(tree.n_players):
            push[a, i] = p[a] * (value[below + a, i] - value[tree.inner[j], i])


@kernel
def assemble(
    tree: Structure,
    pattern: Pattern,
    precision: float,
    p: Floats,
    mu: Floats,
    value: Floats,
    gain: Floats,
    push: Floats,
    pull: Floats,
    entry: Floats,
) -> None:
    """The derivative of y - precision * slope(y) by y; overwrites `push`, `pull` and `entry`.

    The derivative of an action's gain by the log probability of another action is a covariance
    over the terminals below both. It is gathered from pairs of an inner node and one of its
    ancestors: the node's own choice moves the ancestor's gains, and the ancestor's choice moves
    the node's belief.
    """
    infoset, first_action, mover = tree.infoset, tree.first_action, tree.mover
    stride, n_sets = pattern.stride, tree.n_infosets
    for e in range(pattern.column.size):
        entry[e] = 0.0
    for q in range(pattern.diagonal.size):
        entry[pattern.diagonal[q]] = 1.0
    pair = 0
    for j in range(1, tree.inner.size):
        s = infoset[j]
        if s >= n_sets:
            continue
        pull_on(tree, j, p, value, gain, push, pull)
        begin, end = first_action[s] + 1, first_action[s + 1]
        spread = precision * mu[j]
        mixed = anywhere(mu[j] * (1.0 - mu[j]) > 0.0)
        between = precision
        action = tree.via[j]
        k = tree.up[j]
        while k >= 0:
            t = infoset[k]
            if t < n_sets:
                first, last = first_action[t] + 1, first_action[t + 1]
                weight = mu[k] * between
                if anywhere(weight > _NOTHING):
                    weight = pick(weight > _NOTHING, weight, 0.0)
                    at = pattern.ahead[pair] - begin
                    for b in range(first, last):
                        if action < first or action == b:
                            sign = 1.0 if action < first else -1.0
                            for a in range(begin, end):
                                entry[at + a] += sign * weight * push[a, mover[t]]
                        at += stride[t]
                if mixed and not (tree.recall and mover[t] == mover[s]):
                    at = pattern.behind[pair] - first
                    for a in range(begin, end):
                        x = spread * pull[a]
                        for b in range(first, last):
                            entry[at + b] += x * p[b]
                        if action >= first:
                            entry[at + action] -= x
                        at += stride[s]
                pair += 1
            between *= p[action]
            action = tree.via[k]
            k = tree.up[k]


@kernel
def factor(pattern: Pattern, entry: Floats, factors: Floats, work: Floats) -> float:
    """Factors L U without pivoting, row by row; overwrites `factors` and `work`.

    Returns:
        The sign of the determinant, or 0 where a pivot vanished.
    """
    begin, column, diagonal = pattern.begin, pattern.column, pattern.diagonal
    sign = 1.0
    for r in range(diagonal.size):
        for e in range(begin[r], begin[r + 1]):
            work[column[e]] = entry[e]
        for e in range(begin[r], diagonal[r]):
            k = column[e]
            x = work[k] * factors[diagonal[k]]
            work[k] = x
            if anywhere(abs(x) > 0.0):
                for f in range(diagonal[k] + 1, begin[k + 1]):
                    work[column[f]] -= x * factors[f]
        for e in range(begin[r], begin[r + 1]):
            factors[e] = work[column[e]]
        pivot = work[r]
        sign *= pick(pivot < 0.0, -1.0, 1.0)
        sign = pick(abs(pivot) > 0.0, sign, 0.0)
        sign = pick(abs(pivot) < np.inf, sign, 0.0)
        factors[diagonal[r]] = 1.0 / pivot
    return sign


@kernel
def substitute(pattern: Pattern, factors: Floats, work: Floats) -> None:
    """Solve by the factors in place; `work` is in elimination order."""
    begin, column, diagonal = pattern.begin, pattern.column, pattern.diagonal
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


@kernel
def left_over(
    pattern: Pattern, entry: Floats, right: Floats, out: Floats, rest: Floats, work: Floats
) -> float:
    """Largest residual of a solution; overwrites `work` by all of them, `rest` by the solution."""
    begin, column, place = pattern.begin, pattern.column, pattern.place
    n = place.size
    for r in range(n):
        rest[place[r]] = out[r]
        work[place[r]] = right[r]
    worst = 0.0
    for r in range(n):
        x = work[r]
        for e in range(begin[r], begin[r + 1]):
            x -= entry[e] * rest[column[e]]
        work[r] = x
        worst = max(worst, abs(x))
    return worst


@kernel
def solve(
    pattern: Pattern,
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
    place = pattern.place
    size = 0.0
    for r in range(place.size):
        work[place[r]] = right[r]
        size = max(size, abs(right[r]))
        out[r] = 0.0
    error = pick(size > 0.0, 1.0, 0.0)
    for _ in range(_REFINEMENTS):
        substitute(pattern, factors, work)
        for r in range(place.size):
            out[r] += pick(error > _SMALL, work[place[r]], 0.0)
        worst = left_over(pattern, entry, right, out, rest, work)
        error = pick(size > 0.0, worst / size, 0.0)
        if not anywhere(error > _SMALL):
            break
    return error
