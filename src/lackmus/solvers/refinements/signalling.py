"""Games in which one player moves first and every other move answers it.

On every way through the game one player, the *sender*, moves at most once, and after him at most
one other player, a *receiver*, moves once; chance may move at any time. Spence's and Cho and
Kreps's games are such, and also those in which the receiver has a type of his own.

Such a game falls into halves that are linear: whether receivers' choices y make the sender's x
optimal depends on y alone, and whether x, or trembles τ where a message is not sent, makes y
optimal depends on x and τ alone. Payoffs are booked to pairs (s, b) of a sender's action and a
receiver's action, with -1 where one of them does not move, and include the weight of chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from lackmus.game.forms import fractions_of, last_own_actions, leaf_chance
from lackmus.game.game import Game

#: Classes of receivers' infosets above which the method does not fit.
MOST_CLASSES = 12


@dataclass(frozen=True, slots=True, eq=False)
class Signalling:
    """A game of this kind.

    Attributes:
        game: The game.
        sender: Index of the player who moves first.
        types: The sender's infosets.
        classes: Receivers' infosets that are entered by the same sender's actions.
        entries: Per class, the sender's actions that enter it.
        open: Receivers' infosets that chance alone can reach.
        worth: Per pair (s, b) every player's payoffs, weighted by chance.
        reach: Probability by chance of each node.
        last: The sender's last action before each node; -1 where none.
    """

    game: Game
    sender: int
    types: tuple[int, ...]
    classes: tuple[tuple[int, ...], ...]
    entries: tuple[tuple[int, ...], ...]
    open: tuple[int, ...]
    worth: dict[tuple[int, int], tuple[Fraction, ...]]
    reach: tuple[Fraction, ...]
    last: tuple[int, ...]

    def nodes(self, infoset: int) -> list[int]:
        """The nodes of an infoset."""
        return np.flatnonzero(self.game.infoset == infoset).tolist()

    @property
    def classical(self) -> bool:
        """Whether each message leads to one infoset, and to one node per type there."""
        game = self.game
        if self.open or any(len(own) != 1 for own in self.classes) or len(self.types) < 2:
            return False
        for own, entries in zip(self.classes, self.entries, strict=True):
            kinds = [int(game.action_infoset[s]) for s in entries]
            if len(set(kinds)) < len(kinds) or len(self.nodes(own[0])) != len(entries):
                return False
        return all(len(self.nodes(i)) == 1 for i in self.types)


def as_signalling(game: Game) -> Signalling | None:
    """The game as one of this kind, or None where it is not."""
    found = (_with_sender(game, p) for p in range(len(game.players)))
    return next((one for one in found if one is not None), None)


def _with_sender(game: Game, sender: int) -> Signalling | None:
    if not _moves_fit(game, sender):
        return None
    last = last_own_actions(game, sender).tolist()
    entered: dict[int, set[int]] = {}
    for node in np.flatnonzero(game.infoset >= 0).tolist():
        infoset = int(game.infoset[node])
        if infoset < game.n_infosets and game.infoset_player[infoset] != sender:
            entered.setdefault(infoset, set()).add(last[node])
    groups: dict[tuple[int, ...], list[int]] = {}
    always = []
    for infoset, actions in sorted(entered.items()):
        if -1 in actions:
            always.append(infoset)
        else:
            groups.setdefault(tuple(sorted(actions)), []).append(infoset)
    taken = [a for actions in groups for a in actions]
    if len(taken) > len(set(taken)) or len(groups) > MOST_CLASSES:
        return None
    reach = _reach(game)
    if any(reach[node] == 0 for node in range(game.n_nodes)):
        return None
    return Signalling(
        game=game,
        sender=sender,
        types=tuple(np.flatnonzero(game.infoset_player[: game.n_infosets] == sender).tolist()),
        classes=tuple(map(tuple, groups.values())),
        entries=tuple(groups),
        open=tuple(always),
        worth=_worth(game, sender, last),
        reach=tuple(reach),
        last=tuple(last),
    )


def _moves_fit(game: Game, sender: int) -> bool:
    """Whether no way has two sender's moves, two receivers' moves, or a receiver's move first."""
    moves = np.zeros((2, game.n_nodes), np.int32)
    parent = game.parent
    mover = np.append(game.infoset_player, -2)[game.infoset]
    for node in range(1, game.n_nodes):
        above = parent[node]
        moves[:, node] = moves[:, above]
        if mover[above] >= 0:
            moves[int(mover[above] != sender), node] += 1
    late = (mover == sender) & (moves[1] > 0)
    return bool(moves.max(initial=0) <= 1 and not late.any())


def _reach(game: Game) -> list[Fraction]:
    chance = game.exact.chance if game.exact else tuple(map(Fraction, game.chance.tolist()))
    reach = [Fraction(1)] * game.n_nodes
    for node, (above, action) in enumerate(
        zip(game.parent.tolist(), game.via.tolist(), strict=True)
    ):
        if node:
            personal = action < game.n_actions
            reach[node] = reach[above] * (1 if personal else chance[action - game.n_actions])
    return reach


def _worth(game: Game, sender: int, last: list[int]) -> dict[tuple[int, int], tuple[Fraction, ...]]:
    answers = np.full(game.n_nodes, -1, np.int32)
    for player in range(len(game.players)):
        if player != sender:
            answers = np.maximum(answers, last_own_actions(game, player))
    worth: dict[tuple[int, int], tuple[Fraction, ...]] = {}
    rows = zip(*fractions_of(game), strict=True)
    for leaf, weight, row in zip(game.terminal.tolist(), leaf_chance(game), rows, strict=True):
        key = last[leaf], int(answers[leaf])
        before = worth.get(key, (Fraction(),) * len(row))
        worth[key] = tuple(b + weight * x for b, x in zip(before, row, strict=True))
    return worth
