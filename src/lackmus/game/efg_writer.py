"""Games written as Gambit's extensive-form files; `efg` tells of the format and reads it."""

from __future__ import annotations

import math
import re
from fractions import Fraction

from lackmus.game.assemble import distinct
from lackmus.game.game import Game
from lackmus.game.numbers import written
from lackmus.game.source import accepted, quoted

#: The largest number of an infoset that Gambit reads.
_LARGEST_NUMBER = 2**31 - 1

#: Denominators of the probabilities that an author may have meant by a float.
_LARGEST_DENOMINATOR = 1_000_000


def write_efg(game: Game) -> str:
    """The game as a file in Gambit's format EFG 2.

    An infoset keeps its label as its number where all labels of its player are numbers; else they
    are numbered and the label becomes the infoset's name. Equal payoffs share an outcome. Names
    that Gambit refuses are written as near as it takes them; `source.renamed` lists them.

    Args:
        game: Any game.
    """
    players = " ".join(map(quoted, distinct(map(accepted, game.players))))
    lines = [f"EFG 2 R {quoted(game.title)} {{ {players} }}", '""', ""]
    heads = _heads(game)
    payoffs = _payoff_texts(game)
    outcomes: dict[str, int] = {}
    infoset, first_child = game.infoset.tolist(), game.first_child.tolist()
    counts = [len(game.actions_of(i)) for i in range(len(game.infoset_player))]
    waiting = [0]
    while waiting:
        node = waiting.pop()
        here = infoset[node]
        if here >= 0:
            lines.append(heads[here])
            first = first_child[node]
            waiting.extend(range(first + counts[here] - 1, first - 1, -1))
            continue
        pays = payoffs[node]
        known = outcomes.setdefault(pays, len(outcomes) + 1)
        lines.append(f't "" {known} "o{known}" {{ {pays} }}')
    return "\n".join(lines) + "\n"


def _heads(game: Game) -> list[str]:
    """The line of a node of each infoset."""
    labels, actions = game.labels.infosets, game.labels.actions
    heads = []
    players = game.infoset_player.tolist()
    for player in sorted(set(players), key=lambda p: (p < 0, p)):
        mine = [i for i, p in enumerate(players) if p == player]
        numeric = all(
            re.fullmatch("0|[1-9][0-9]{0,9}", labels[i]) and int(labels[i]) <= _LARGEST_NUMBER
            for i in mine
        )
        for count, i in enumerate(mine, 1):
            number, name = (labels[i], "") if numeric else (str(count), labels[i])
            parts = [
                quoted(name) for name in distinct(accepted(actions[a]) for a in game.actions_of(i))
            ]
            if player < 0:
                parts = [f"{name} {p}" for name, p in zip(parts, _chances(game, i), strict=True)]
            who = "c" if player < 0 else "p"
            place = number if player < 0 else f"{player + 1} {number}"
            heads.append((i, f'{who} "" {place} {quoted(name)} {{ {" ".join(parts)} }} 0'))
    return [line for _, line in sorted(heads)]


def _chances(game: Game, infoset: int) -> list[Fraction]:
    """Probabilities of a chance infoset that sum to exactly one, which Gambit asks for.

    Floats become the simple fractions that they stand for, or, where those do not sum to one, the
    floats' own, with the heaviest as the rest.
    """
    rows = [action - game.n_actions for action in game.actions_of(infoset)]
    if game.exact:
        return [game.exact.chance[row] for row in rows]
    floats = [float(game.chance[row]) for row in rows]
    simple = [Fraction(x).limit_denominator(_LARGEST_DENOMINATOR) for x in floats]
    near = all(abs(float(s) - x) <= math.ulp(1.0) for s, x in zip(simple, floats, strict=True))
    if near and sum(simple) == 1:
        return simple
    own = [Fraction(x) for x in floats]
    own[floats.index(max(floats))] += 1 - sum(own)
    return own


def _payoff_texts(game: Game) -> dict[int, str]:
    """The payoffs at each terminal, as they are written."""
    rows = game.exact.payoffs if game.exact else game.payoffs.tolist()
    texts = zip(*([written(x) for x in row] for row in rows), strict=True)
    if not game.players:
        return dict.fromkeys(game.terminal.tolist(), "")
    return dict(zip(game.terminal.tolist(), map(", ".join, texts), strict=True))
