"""A behavior profile by name, checked: what users read and hand in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lackmus.foundation import tolerances
from lackmus.foundation.arrays import Floats, freeze
from lackmus.foundation.display import Card, Shown
from lackmus.foundation.errors import Fault, UsageError
from lackmus.foundation.letters import spelt
from lackmus.game.game import Game

#: Faults of one kind that are told.
MOST_FAULTS = 20

Probability = Fraction | float


@dataclass(frozen=True, eq=False)
class Profile(Shown, Mapping[str, Any]):
    """A distribution over the actions of every personal infoset of a game, read by name.

    As a mapping it holds each player's strategy: ``profile["north"]["answer: offer = line"]``.
    An infoset may be asked for at once where no other player has one of this name, and no player
    is called so: ``profile["answer: offer = line"]["accept"]``. What is found is a `Fraction`
    where the profile is known in fractions, else a float.

    Attributes:
        game: The game.
        array: Probability of each action, chance actions included; shape (A + C,).
        exact: The probabilities of personal actions in fractions, where known.

    Raises:
        UsageError: If some row is not a distribution, or fractions and floats are not the same.
    """

    game: Game = field(repr=False)
    array: Floats
    exact: tuple[Fraction, ...] | None = None

    def __post_init__(self) -> None:
        if faults := profile_faults(self.game, self.array, self.exact):
            raise UsageError(faults)
        own = np.asarray(self.array, np.float64)[: self.game.n_actions]
        object.__setattr__(self, "array", freeze(np.concatenate([own, self.game.chance])))

    @classmethod
    def of(
        cls, game: Game, strategies: Mapping[str, Mapping[str, Mapping[str, Probability]]]
    ) -> Profile:
        """The profile that a mapping of this form describes; what is not named is 0.

        Raises:
            UsageError: If a player, infoset or action is unknown, an infoset is left out, or some
                row is not a distribution.
        """
        exact: list[Probability] = [Fraction()] * game.n_actions
        faults = []
        for name, given in strategies.items():
            player = spelt(name, game.players)
            if player not in game.players:
                hint = _known(game.players)
                faults.append(Fault("profile", f"the game has no player {player!r}", hint=hint))
                continue
            places = _places(game, player)
            for told, row in given.items():
                infoset = spelt(told, places)
                if infoset not in places:
                    message = f"{player} has no infoset {infoset!r}"
                    faults.append(Fault("profile", message, hint=_known(places)))
                    continue
                actions = {game.labels.actions[a]: a for a in game.actions_of(places[infoset])}
                for label, p in row.items():
                    action = spelt(label, actions)
                    if action in actions:
                        exact[actions[action]] = p
                        continue
                    message = f"{player} has no action {action!r} at {infoset!r}"
                    faults.append(Fault("profile", message, hint=_known(actions)))
        if faults:
            raise UsageError(faults)
        rational = all(isinstance(p, Fraction | int) for p in exact)
        fractions = tuple(Fraction(p) for p in exact) if rational else None
        return cls(game, np.array([float(p) for p in exact]), fractions)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - a `Strategy`, or a `Choice`
        player = spelt(name, self.game.players)
        if player in self.game.players:
            return Strategy(self, player)
        places = {player: _places(self.game, player) for player in self.game.players}
        homes = [player for player, own in places.items() if spelt(name, own) in own]
        if len(homes) == 1:
            return Strategy(self, homes[0])[name]
        if homes:
            raise KeyError(f"{name!r} is an infoset of {' and of '.join(homes)}: name the player")
        raise KeyError(f"no player or infoset is called {name!r}: {_known(self.game.players)}")

    def __iter__(self) -> Iterator[str]:
        return iter(self.game.players)

    def __len__(self) -> int:
        return len(self.game.players)

    def __repr__(self) -> str:
        rows = (
            f"  {player}, {infoset}: {choice!r}"
            for player in self.game.players
            for infoset, choice in Strategy(self, player).items()
        )
        return "\n".join([f"Profile of {self.game.title!r}", *rows])

    def card(self) -> Card:
        """Who does what at which infoset, an action a row."""
        rows = [
            (player, infoset, action, str(p) if isinstance(p, Fraction) else f"{p:.6g}")
            for player in self.game.players
            for infoset, choice in Strategy(self, player).items()
            for action, p in choice.items()
        ]
        head = ("player", "at", "action", "probability")
        return Card(f"profile of {self.game.title}", (), head, rows)

    def probability(self, action: int) -> Probability:
        """The probability of a personal action; a fraction where the profile is exact.

        Args:
            action: The action's id, from 0 to A - 1.
        """
        return self.exact[action] if self.exact is not None else float(self.array[action])


@dataclass(frozen=True, slots=True, eq=False)
class Strategy(Mapping[str, "Choice"]):
    """One player's part of a profile: for each of his infosets, by label, his choice."""

    profile: Profile = field(repr=False)
    player: str

    def __getitem__(self, infoset: str) -> Choice:
        places = _places(self.profile.game, self.player)
        infoset = spelt(infoset, places)
        if infoset not in places:
            raise KeyError(f"{self.player} has no infoset {infoset!r}: {_known(places)}")
        return Choice(self.profile, places[infoset])

    def __iter__(self) -> Iterator[str]:
        return iter(_places(self.profile.game, self.player))

    def __len__(self) -> int:
        return len(_places(self.profile.game, self.player))

    def __repr__(self) -> str:
        return repr(dict(self))


@dataclass(frozen=True, slots=True, eq=False)
class Choice(Mapping[str, Probability]):
    """The distribution over the actions of one infoset, by label."""

    profile: Profile = field(repr=False)
    infoset: int

    def __getitem__(self, action: str) -> Probability:
        game = self.profile.game
        places = {game.labels.actions[a]: a for a in game.actions_of(self.infoset)}
        action = spelt(action, places)
        if action in places:
            return self.profile.probability(places[action])
        raise KeyError(f"no action {action!r} here: {_known(self)}")

    def __iter__(self) -> Iterator[str]:
        game = self.profile.game
        return (game.labels.actions[a] for a in game.actions_of(self.infoset))

    def __len__(self) -> int:
        return len(self.profile.game.actions_of(self.infoset))

    def __repr__(self) -> str:
        shown = (f"{a} {p}" if isinstance(p, Fraction) else f"{a} {p:.6g}" for a, p in self.items())
        return ", ".join(shown)


def profile_faults(
    game: Game, strategy: Floats, exact: Sequence[Fraction] | None = None
) -> list[Fault]:
    """Why these numbers are no behavior profile; empty where they are one.

    Args:
        game: The game.
        strategy: Probability of each action; shape (A,) or (A + C,), chance is not looked at.
        exact: The same in fractions, whose rows must sum to 1 exactly.
    """
    n, every = game.n_actions, len(game.action_infoset)
    array = np.asarray(strategy, np.float64)
    if array.ndim != 1 or len(array) not in (n, every):
        return [Fault("profile", f"a profile of this game has shape ({n},), not {array.shape}")]
    own = array[:n]
    faults = _row_faults(game, own, tolerances.PROBABILITY)
    if exact is None:
        return faults
    if len(exact) not in (n, every):
        return [*faults, Fault("profile", f"{len(exact)} fractions are given, not {n}")]
    fractions: NDArray[Any] = np.array([*exact[:n], None], object)[:-1]
    if exact_faults := _row_faults(game, fractions, 0):
        return exact_faults
    off = np.abs(fractions.astype(np.float64) - own)
    for a in np.flatnonzero(~(off <= tolerances.PROBABILITY)).tolist():
        message = f"{name_of(game, a)} has {own[a]:.9g} in floats and {exact[a]} in fractions"
        faults.append(Fault("profile", message))
    return faults[:MOST_FAULTS]


def _row_faults(game: Game, row: NDArray[Any], most: float) -> list[Fault]:
    """What keeps probabilities, floats or fractions, from being a distribution at each infoset."""
    bad = np.flatnonzero(~np.asarray(row >= 0, np.bool_))
    faults = [
        Fault("profile", f"{name_of(game, a)} has probability {row[a]}", hint="from 0 to 1")
        for a in bad[:MOST_FAULTS].tolist()
    ]
    if not len(row) or faults:
        return faults
    total = np.add.reduceat(row, game.first_action[: game.n_infosets])
    wrong = np.flatnonzero(~np.asarray(abs(total - 1) <= most, np.bool_))
    return [
        Fault("profile", f"the probabilities at {_place(game, i)} sum to {total[i]}, not to 1")
        for i in wrong[:MOST_FAULTS].tolist()
    ]


def belief_faults(
    game: Game, beliefs: Floats | Sequence[Fraction | float | None] | None
) -> list[Fault]:
    """Why these numbers are no system of beliefs; empty where they are one.

    Args:
        game: The game.
        beliefs: Per node; NaN or None at all nodes of an infoset where no belief is told.
            Fractions must sum to 1 exactly.
    """
    if beliefs is None:
        return []
    if len(beliefs) != game.n_nodes:
        message = f"beliefs are given for {len(beliefs)} nodes; the game has {game.n_nodes}"
        return [Fault("beliefs", message)]
    faults: list[Fault] = []
    nodes = np.flatnonzero((game.infoset >= 0) & (game.infoset < game.n_infosets))
    sets = game.infoset[nodes]
    given: list[Fraction | float | None] = list(beliefs)
    known = np.array([given[i] is not None and given[i] == given[i] for i in nodes], np.bool_)
    told = np.bincount(sets[known], minlength=game.n_infosets)
    size = np.bincount(sets, minlength=game.n_infosets)
    partly = np.flatnonzero((told > 0) & (told < size))
    for i in partly.tolist():
        message = f"of {size[i]} histories at {_place(game, i)} only {told[i]} have a belief"
        faults.append(Fault("beliefs", message, hint="give all of them, or none"))
    total: dict[int, Any] = {}
    exact = np.ones(game.n_infosets, np.bool_)
    for node, i in zip(nodes[known].tolist(), sets[known].tolist(), strict=True):
        p = given[node]
        if p is None or not p >= 0:
            faults.append(Fault("beliefs", f"a history at {_place(game, i)} has belief {p}"))
        else:
            total[i] = total.get(i, Fraction()) + (p if isinstance(p, Fraction) else float(p))
            exact[i] &= isinstance(p, Fraction)
    negative = bool(faults)
    for i, mass in total.items():
        most = 0.0 if exact[i] else tolerances.PROBABILITY
        if abs(mass - 1) > most and not negative:
            faults.append(Fault("beliefs", f"the beliefs at {_place(game, i)} sum to {mass}"))
    return faults[:MOST_FAULTS]


def name_of(game: Game, action: int) -> str:
    """A personal action in words."""
    where = _place(game, int(game.action_infoset[action]))
    return f"{game.labels.actions[action]} at {where}"


def _place(game: Game, infoset: int) -> str:
    player = game.players[int(game.infoset_player[infoset])]
    return f"[{game.labels.infosets[infoset]}] of {player}"


def _places(game: Game, player: str) -> dict[str, int]:
    """The infosets of a player by label."""
    seat = game.players.index(player)
    own = np.flatnonzero(game.infoset_player[: game.n_infosets] == seat)
    return {game.labels.infosets[i]: i for i in own.tolist()}


def _known(names: Mapping[str, object] | Sequence[str]) -> str:
    listed = list(names)
    more = ", …" if len(listed) > 8 else ""
    return f"there are {', '.join(map(repr, listed[:8]))}{more}"
