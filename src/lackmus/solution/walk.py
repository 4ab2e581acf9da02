"""Passes over a game's columns, for checking: nothing here is shared with any solver.

The passes work on float64 arrays and, for exact checks, on object arrays of fractions alike. They
go level by level: the nodes of depth d+1 are the children of the inner nodes of depth d, in order,
so that going down is a gather and going up is a segmented sum.

A *subgame* begins at a node whose subtree contains every infoset that it meets whole. The game is
cut at the roots of its subgames into *pieces*: a piece is a subgame without the proper subgames
in it, each of which is replaced by its value. No player gains in any subgame if and only if he
gains in no piece (the one-deviation principle, applied to subgames).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from lackmus.foundation.arrays import Bools, Ints
from lackmus.game.game import Game

#: Either float64 or objects that are fractions.
Numbers: TypeAlias = NDArray[Any]

#: Nodes up to which what is known of a game's seats is kept with it.
_KEPT = 100_000


@dataclass(frozen=True, eq=False)
class Levels:
    """What the passes need to know of a game's shape.

    Attributes:
        slices: The nodes of each depth from 1 on.
        heads: The inner nodes of each depth but the last.
        starts: Per depth, where each head's children begin in the slice below.
        mover: Player who moves at a node; -1 chance, -2 terminal; shape (N,).
        piece: The root of the piece a node belongs to; shape (N,).
        actor: Player whose action it is; -1 chance; shape (A + C,).
    """

    slices: tuple[slice, ...]
    heads: tuple[Ints, ...]
    starts: tuple[Ints, ...]
    mover: Ints
    piece: Ints
    actor: Ints

    @property
    def is_root(self) -> Bools:
        """Whether a node is the root of a subgame."""
        return np.asarray(self.piece == np.arange(len(self.piece)))


_KNOWN: WeakKeyDictionary[Game, Levels] = WeakKeyDictionary()


def levels_of(game: Game) -> Levels:
    """The shape of a game; kept as long as the game is."""
    known = _KNOWN.get(game)
    if known is None:
        known = _KNOWN[game] = _levels(game)
    return known


def _levels(game: Game) -> Levels:
    bounds = game.level.tolist()
    slices = tuple(slice(a, b) for a, b in pairwise(bounds[1:]))
    heads, starts = [], []
    for above, below in zip(bounds[:-2], slices, strict=True):
        inner = np.flatnonzero(game.infoset[above : below.start] >= 0).astype(np.int32) + above
        heads.append(inner)
        starts.append(game.first_child[inner] - below.start)
    mover = np.append(game.infoset_player, -2)[game.infoset].astype(np.int32)
    shape = Levels(
        slices=slices,
        heads=tuple(heads),
        starts=tuple(starts),
        mover=mover,
        piece=np.zeros(game.n_nodes, np.int32),
        actor=game.infoset_player[game.action_infoset],
    )
    _find_pieces(game, shape)
    return shape


def _find_pieces(game: Game, shape: Levels) -> None:
    """Writes into `shape.piece` the subgame root nearest above each node."""
    size = np.ones(game.n_nodes, np.int64)
    for below, heads, starts in _upwards(shape):
        size[heads] += np.add.reduceat(size[below], starts)
    preorder = np.zeros(game.n_nodes, np.int64)
    for below, starts in zip(shape.slices, shape.starts, strict=True):
        before = np.cumsum(size[below]) - size[below]
        counts = np.diff(np.append(starts, below.stop - below.start))
        preorder[below] = (
            preorder[game.parent[below]] + 1 + before - np.repeat(before[starts], counts)
        )
    inner = np.flatnonzero(shape.mover >= 0)
    sets = game.infoset[inner]
    first = np.full(game.n_infosets, np.iinfo(np.int64).max)
    last = np.full(game.n_infosets, -1)
    np.minimum.at(first, sets, preorder[inner])
    np.maximum.at(last, sets, preorder[inner])
    low, high = preorder.copy(), preorder.copy()
    low[inner], high[inner] = first[sets], last[sets]
    for below, heads, starts in _upwards(shape):
        low[heads] = np.minimum(low[heads], np.minimum.reduceat(low[below], starts))
        high[heads] = np.maximum(high[heads], np.maximum.reduceat(high[below], starts))
    whole = (low >= preorder) & (high < preorder + size) & (shape.mover != -2)
    whole[0] = True
    for below in shape.slices:
        nodes = np.arange(below.start, below.stop)
        shape.piece[below] = np.where(whole[below], nodes, shape.piece[game.parent[below]])


def _upwards(shape: Levels) -> zip[tuple[slice, Ints, Ints]]:
    return zip(shape.slices[::-1], shape.heads[::-1], shape.starts[::-1], strict=True)


def down(game: Game, step: Numbers, unit: object, *, log: bool, pieces: bool) -> Numbers:
    """Product of `step` over the actions on the way to each node; sum where `log`.

    Args:
        game: The game.
        step: A number per action; shape (A + C,).
        unit: What a root starts with.
        log: Whether numbers are logs and are added.
        pieces: Whether every subgame root starts anew.

    Returns:
        A number per node.
    """
    shape = levels_of(game)
    reach = np.empty(game.n_nodes, step.dtype)
    reach[0] = unit
    parent, via = game.parent, game.via
    is_root = shape.is_root if pieces else None
    for below in shape.slices:
        above, taken = reach[parent[below]], step[via[below]]
        reach[below] = above + taken if log else above * taken
        if is_root is not None:
            reach[below][is_root[below]] = unit
    return reach


def up(game: Game, strategy: Numbers, payoffs: Numbers) -> Numbers:
    """Expected payoff of every player at every node; shape (P, N)."""
    shape = levels_of(game)
    value = np.empty((len(game.players), game.n_nodes), strategy.dtype)
    value[:, game.terminal] = payoffs
    via = game.via
    for below, heads, starts in _upwards(shape):
        value[:, heads] = np.add.reduceat(strategy[via[below]] * value[:, below], starts, axis=1)
    return value


def totals(index: Ints, weights: Numbers, size: int) -> Numbers:
    """Sum of the weights that share an index; shape (size,)."""
    if weights.dtype != object:
        return np.bincount(index, weights, size)
    result = np.full(size, 0 * weights[0] if len(weights) else 0, object)
    np.add.at(result, index, weights)
    return result


@dataclass(frozen=True, eq=False)
class Responses:
    """A player's best responses to the rest of a profile, per piece or in the whole game.

    Attributes:
        gain: Best value less value of the profile, per root; shape (roots,).
        value: Counterfactual value of each of his actions when he goes on as best he can; zero at
            others' actions; shape (A,).
        reach: Probability of each node when he does all to reach it; shape (N,).
    """

    gain: Numbers
    value: Numbers
    reach: Numbers


def best_responses(
    game: Game, player: int, strategy: Numbers, value: Numbers, *, pieces: bool
) -> Responses:
    """What a player with perfect recall could get against the others.

    Each terminal's payoff, times the probability that chance and the others let it be reached, is
    booked to his last action before it; infosets are then closed from his last move to his first.

    Args:
        game: A game in which the player has perfect recall.
        player: His index.
        strategy: The profile; shape (A + C,).
        value: Expected payoffs at every node, from `up`; shape (P, N).
        pieces: Whether each piece is treated by itself.
    """
    shape = levels_of(game)
    others = strategy.copy()
    others[shape.actor == player] = _one(strategy)
    seat = _seat_of(game, player, pieces=pieces)
    roots, last = seat.roots, seat.last
    reach = down(game, others, _one(strategy), log=False, pieces=pieces)
    inner_roots = roots[1:]
    up_of = game.parent[inner_roots]
    entered = shape.mover[up_of] == player
    leaf_index = np.concatenate(
        [last[game.terminal], np.where(entered, game.via[inner_roots], last[up_of])]
    )
    weights = np.concatenate(
        [
            reach[game.terminal] * value[player, game.terminal],
            reach[up_of] * others[game.via[inner_roots]] * value[player, inner_roots],
        ]
    )
    booked = totals(leaf_index, weights, len(shape.actor) + len(roots))
    _close(seat.rounds, seat.before, booked)
    best = booked[len(shape.actor) :]
    return Responses(best - value[player, roots], booked[: game.n_actions], reach)


def _one(strategy: Numbers) -> object:
    return 1 if strategy.dtype == object else 1.0


@dataclass(frozen=True, slots=True, eq=False)
class _Seat:
    """What the passes need to know of a player's moves.

    Attributes:
        roots: Roots of the pieces; only the game's where it is looked at as a whole.
        last: His last action before each node; A + C + r where none since the r-th root; shape
            (N,).
        before: Likewise before each of his infosets; shape (I + K,).
        rounds: His infosets by the number of his moves before them, most moves first; with them
            their actions, and where each infoset's begin.
    """

    roots: NDArray[np.intp]
    last: Ints
    before: Ints
    rounds: tuple[tuple[NDArray[np.intp], Ints, NDArray[np.intp]], ...]


_SEATS: WeakKeyDictionary[Game, dict[tuple[int, bool], _Seat]] = WeakKeyDictionary()


def _seat_of(game: Game, player: int, *, pieces: bool) -> _Seat:
    """A player's seat; kept as long as the game is, where that is small."""
    if game.n_nodes > _KEPT:
        return _seat(game, player, pieces=pieces)
    known = _SEATS.setdefault(game, {})
    if (player, pieces) not in known:
        known[player, pieces] = _seat(game, player, pieces=pieces)
    return known[player, pieces]


def _seat(game: Game, player: int, *, pieces: bool) -> _Seat:
    is_root = levels_of(game).is_root if pieces else np.arange(game.n_nodes) == 0
    roots = np.flatnonzero(is_root)
    last = _last_own(game, player, is_root, roots)
    before = _before(game, player, last)
    own = np.flatnonzero(game.infoset_player[: game.n_infosets] == player)
    rounds = _rounds(game, own, before)
    return _Seat(roots, last, before, tuple((group, *_actions(game, group)) for group in rounds))


def _last_own(game: Game, player: int, is_root: Bools, roots: NDArray[np.intp]) -> Ints:
    """The player's last action before each node; A + C + r where none since the r-th root."""
    shape = levels_of(game)
    last = np.empty(game.n_nodes, np.int32)
    fresh = np.cumsum(is_root) - 1 + len(shape.actor)
    last[roots] = fresh[roots]
    parent, via = game.parent, game.via
    for below in shape.slices:
        over = parent[below]
        here = np.where(shape.mover[over] == player, via[below], last[over])
        last[below] = np.where(is_root[below], fresh[below], here)
    return last


def _before(game: Game, player: int, last: Ints) -> Ints:
    """The player's last action before each of his infosets."""
    before = np.zeros(len(game.infoset_player), np.int32)
    inner = np.flatnonzero(levels_of(game).mover == player)
    before[game.infoset[inner]] = last[inner]
    return before


def _actions(game: Game, group: NDArray[np.intp]) -> tuple[Ints, NDArray[np.intp]]:
    """The actions of some infosets, and where each infoset's begin."""
    counts = game.first_action[group + 1] - game.first_action[group]
    starts = np.cumsum(counts) - counts
    actions = np.repeat(game.first_action[group] - starts, counts) + np.arange(counts.sum())
    return actions.astype(np.int32), starts


def _close(
    rounds: Iterable[tuple[NDArray[np.intp], Ints, NDArray[np.intp]]], before: Ints, booked: Numbers
) -> None:
    """Adds the best action's value of each infoset to the action before it, round by round."""
    for group, actions, starts in rounds:
        np.add.at(booked, before[group], np.maximum.reduceat(booked[actions], starts))


def continuation_gains(
    game: Game, player: int, strategy: Numbers, value: Numbers, beliefs: Numbers, chosen: Bools
) -> Numbers:
    """What a player gains from some infosets on by another way of going on, given his belief there.

    Args:
        game: A game in which the player has perfect recall.
        player: His index.
        strategy: The profile; shape (A + C,).
        value: Expected payoffs at every node, from `up`; shape (P, N).
        beliefs: Per node; shape (N,).
        chosen: Infosets to start from; shape (I,).

    Returns:
        The gain per infoset; zero at those not chosen; shape (I,).
    """
    shape = levels_of(game)
    others = strategy.copy()
    others[shape.actor == player] = _one(strategy)
    seat = _seat_of(game, player, pieces=False)
    last = seat.last
    gain = 0 * beliefs[: game.n_infosets]
    for place, (whole, _, _) in enumerate(seat.rounds):
        group = whole[chosen[whole]]
        if not len(group):
            continue
        nodes = np.flatnonzero(np.isin(game.infoset, group))
        start = 0 * beliefs
        start[nodes] = beliefs[nodes]
        mass = start.copy()
        for below in shape.slices:
            mass[below] += mass[game.parent[below]] * others[game.via[below]]
        worth = mass[game.terminal] * value[player, game.terminal]
        booked = totals(last[game.terminal], worth, len(shape.actor) + 1)
        _close(seat.rounds[:place], seat.before, booked)
        actions, starts = _actions(game, group)
        usual = totals(game.infoset[nodes], beliefs[nodes] * value[player, nodes], game.n_infosets)
        gain[group] = np.maximum.reduceat(booked[actions], starts) - usual[group]
    return gain


def _rounds(game: Game, own: NDArray[np.intp], before: Ints) -> list[NDArray[np.intp]]:
    """The player's infosets by the number of his moves before them, most moves first."""
    rounds = []
    actor_count = len(game.action_infoset)
    waiting = own
    done = np.zeros(len(game.infoset_player), np.bool_)
    while len(waiting):
        previous = before[waiting]
        first = previous >= actor_count
        first[~first] = done[game.action_infoset[previous[~first]]]
        rounds.append(waiting[first])
        done[waiting[first]] = True
        waiting = waiting[~first]
    return rounds[::-1]
