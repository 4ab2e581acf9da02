"""Games of other programs' Python objects; those programs are imported by their users, not here.

OpenSpiel (Lanctot et al. 2019) describes a game by states that are walked; Gambit writes its games
as text, which `efg` and `nfg` read.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lackmus.foundation.errors import UsageError
from lackmus.game.assemble import Infoset, assemble
from lackmus.game.efg import parse_efg
from lackmus.game.game import Game
from lackmus.game.nfg import parse_nfg

#: Nodes above which a state space is not walked to its end.
MOST_NODES = 5_000_000

_GIVE = "give what pygambit makes or reads; lackmus.read_efg and read_nfg read Gambit's files"

_LARGEST_DENOMINATOR = 1_000_000


def from_pygambit(game: Any) -> Game:  # noqa: ANN401 (pygambit has no types)
    """The game that a `pygambit.Game` describes, exact.

    Args:
        game: A tree or a strategic game.

    Raises:
        UsageError: It is no game of pygambit.
        FormatError: Gambit's text of it is not understood.
    """
    if not hasattr(game, "to_efg") and not hasattr(game, "to_nfg"):
        raise UsageError(f"a pygambit.Game is wanted, not {game!r}", _GIVE)
    # Gambit up to 16 has `is_tree`; from 17 on a tree is a class of its own, with information sets.
    if getattr(game, "is_tree", hasattr(game, "get_infosets")):
        return parse_efg(game.to_efg(), game.title or "<pygambit>")
    return parse_nfg(game.to_nfg(), game.title or "<pygambit>")


def from_pyspiel(game: Any, most: int = MOST_NODES) -> Game:  # noqa: ANN401 (pyspiel has no types)
    """The game that a `pyspiel.Game` describes.

    Infosets are what `information_state_string` tells apart; each chance node is an infoset of its
    own. Numbers become fractions where small ones give the same floats.

    Args:
        game: A sequential game with information states; turn a simultaneous one into that with
            `pyspiel.convert_to_turn_based`.
        most: Nodes above which the walk stops.

    Raises:
        UsageError: It is no game of OpenSpiel, has simultaneous moves or a mean field, no
            information states, or more nodes than `most`.
    """
    if not hasattr(game, "new_initial_state"):
        raise UsageError(f"a pyspiel.Game is wanted, not {game!r}", 'give pyspiel.load_game("…")')
    if not game.get_type().provides_information_state_string:
        raise UsageError(
            f"{game} does not say what its players can tell apart",
            "it needs information_state_string, which this game of OpenSpiel does not provide",
        )
    walk = _Traversal()
    waiting = [game.new_initial_state()]
    while waiting:
        state = waiting.pop()
        if len(walk.order) >= most:
            raise UsageError(f"the game has more than {most:,} nodes")
        actions = walk.visit(state)
        waiting.extend(state.child(action) for action in reversed(actions))
    return walk.game(str(game), game.num_players())


class _Traversal:
    """Nodes met in preorder."""

    def __init__(self) -> None:
        self.order: list[tuple[int, str] | None] = []
        self.sets: dict[tuple[int, str], Infoset] = {}
        self.payoffs: list[tuple[Fraction | float, ...]] = []

    def visit(self, state: Any) -> list[int]:  # noqa: ANN401 (pyspiel has no types)
        """Notes a state; returns its actions."""
        if state.is_terminal():
            self.order.append(None)
            self.payoffs.append(tuple(map(_simple, state.returns())))
            return []
        if state.is_simultaneous_node():
            raise UsageError(
                "the game has simultaneous moves", "use pyspiel.convert_to_turn_based first"
            )
        if state.is_mean_field_node():
            raise UsageError(
                "the game has a mean field", "only games of finitely many players are read"
            )
        if state.is_chance_node():
            outcomes = state.chance_outcomes()
            key = -1, str(len(self.order))
            chance = tuple(_simple(p) for _, p in outcomes)
            if sum(chance) != 1:
                chance = tuple(p for _, p in outcomes)
            actions = [action for action, _ in outcomes]
        else:
            player = state.current_player()
            key = player, state.information_state_string(player)
            actions, chance = state.legal_actions(), ()
        self.order.append(key)
        if key not in self.sets:
            names = tuple(state.action_to_string(key[0], action) for action in actions)
            self.sets[key] = Infoset(key[0], key[1], names, chance)
        return actions

    def game(self, title: str, players: int) -> Game:
        """The game of all nodes visited."""
        keys = sorted(self.sets, key=lambda key: (key[0] < 0, key[0]))
        place: dict[tuple[int, str] | None, int] = {key: i for i, key in enumerate(keys)}
        place[None] = -1
        names = [f"Player {p}" for p in range(players)]
        infosets = [self.sets[key] for key in keys]
        return assemble(title, names, infosets, [place[key] for key in self.order], self.payoffs)


def _simple(x: float) -> Fraction | float:
    """A small fraction where it is the same float."""
    near = Fraction(x).limit_denominator(_LARGEST_DENOMINATOR)
    return near if float(near) == x else x
