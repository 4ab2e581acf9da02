"""The intuitive criterion and D1 for signalling games (Cho and Kreps 1987; Banks and Sobel 1987).

Let u*(θ) be type θ's payoff in the equilibrium and m a message that nobody sends.

Intuitive criterion. Type θ is *ruled out* after m where u*(θ) exceeds what he could get there from
any best response to any belief. The equilibrium fails where some other type would gain from m
whatever best response to beliefs over the types not ruled out is given.

D1. Type θ is *deleted* after m where for some type θ' every mixed best response that makes θ gain
or break even makes θ' gain, and some does. The equilibrium fails where no best response to a belief
over the types that are left deters all types.

Mixed best responses to beliefs over a set of types are the distributions over sets of actions that
some such belief makes optimal together; the sets are read off the corners of the trembles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from lackmus.solvers.budget import Clock
from lackmus.solvers.exact.vertices import vertices
from lackmus.solvers.refinements.signalling import Signalling
from lackmus.solvers.refinements.signalling_polyhedra import Corner, trembles

_ALWAYS = Clock()


@dataclass(frozen=True, slots=True)
class _Message:
    """A message that nobody sends.

    Attributes:
        label: What it is called.
        answers: Actions of the receiver.
        entries: Per type that can send it, the action that does.
        payoff: Per type and answer, the type's payoff.
        equilibrium: Per type, its payoff in equilibrium.
        corners: All corners of the trembles.
    """

    label: str
    answers: tuple[int, ...]
    entries: dict[int, int]
    payoff: dict[int, dict[int, Fraction]]
    equilibrium: dict[int, Fraction]
    corners: list[Corner]

    def answer_sets(self, kinds: frozenset[int]) -> list[tuple[int, ...]]:
        """The largest sets of answers optimal together for some belief over these types.

        The beliefs over some of the types are a face, whose corners are corners of the whole.
        """
        others = [s for kind, s in self.entries.items() if kind not in kinds]
        sets = {
            tuple(b for b in self.answers if corner.best >> b & 1)
            for corner in self.corners
            if not any(corner.weights[s] for s in others)
        }
        return [own for own in sets if not any(set(own) < set(more) for more in sets)]


def refinement_notes(
    one: Signalling,
    sender: Mapping[int, Fraction],
    receivers: Mapping[int, Fraction],
    silent: Mapping[int, list[Corner]],
) -> list[str]:
    """A sentence on the intuitive criterion and one on D1.

    Args:
        one: A signalling game in which each message leads every type to one node.
        sender: The sender's probabilities.
        receivers: The receivers' probabilities.
        silent: The classes that are not reached are its keys.
    """
    messages = [_message(one, c, sender, receivers) for c in sorted(silent)]
    return [
        _verdict("the intuitive criterion (Cho and Kreps 1987)", map(_intuitive_fault, messages)),
        _verdict("D1 (Cho and Kreps 1987)", map(_d1_fault, messages)),
    ]


def _verdict(criterion: str, faults: map[str]) -> str:
    found = [fault for fault in faults if fault]
    return f"Fails {criterion}: {found[0]}." if found else f"Passes {criterion}."


def _message(
    one: Signalling,
    which: int,
    sender: Mapping[int, Fraction],
    receivers: Mapping[int, Fraction],
) -> _Message:
    game = one.game
    infoset = one.classes[which][0]
    entries = {int(game.action_infoset[s]): s for s in one.entries[which]}
    weight = {i: one.reach[one.nodes(i)[0]] for i in one.types}
    values: dict[int, Fraction] = dict.fromkeys(one.types, Fraction())
    for (s, b), row in one.worth.items():
        if s >= 0 and sender.get(s):
            kind = int(game.action_infoset[s])
            chance = sender[s] * (receivers[b] if b >= 0 else 1)
            values[kind] += chance * row[one.sender] / weight[kind]
    answers = tuple(game.actions_of(infoset))
    zero = (Fraction(),) * len(game.players)
    payoff = {
        kind: {b: one.worth.get((s, b), zero)[one.sender] / weight[kind] for b in answers}
        for kind, s in entries.items()
    }
    return _Message(
        label=game.labels.actions[one.entries[which][0]],
        answers=answers,
        entries=entries,
        payoff=payoff,
        equilibrium={kind: values[kind] for kind in entries},
        corners=trembles(one, which, _ALWAYS),
    )


def _intuitive_fault(message: _Message) -> str:
    """How the intuitive criterion fails at a message; empty where it does not."""
    kinds = frozenset(message.entries)
    possible = {b for own in message.answer_sets(kinds) for b in own}
    left = frozenset(
        kind
        for kind in kinds
        if message.equilibrium[kind] <= max(message.payoff[kind][b] for b in possible)
    )
    if not left:
        return ""
    answers = {b for own in message.answer_sets(left) for b in own}
    for kind in sorted(left):
        if message.equilibrium[kind] < min(message.payoff[kind][b] for b in answers):
            return f"after {message.label} only types that gain from it could be meant"
    return ""


def _d1_fault(message: _Message) -> str:
    """How D1 fails at a message; empty where it does not."""
    kinds = frozenset(message.entries)
    sets = message.answer_sets(kinds)
    left = frozenset(
        kind
        for kind in kinds
        if not any(_more_often(message, sets, other, kind) for other in kinds - {kind})
    )
    if any(_deters(message, own) for own in message.answer_sets(left)):
        return ""
    return f"after {message.label} no answer to the types with most to gain deters all types"


def _more_often(message: _Message, sets: list[tuple[int, ...]], more: int, less: int) -> bool:
    """Whether `more` gains wherever `less` gains or breaks even, and gains somewhere."""
    gains = any(message.payoff[more][b] > message.equilibrium[more] for own in sets for b in own)
    return gains and all(
        _worth(message, more, mix) > message.equilibrium[more]
        for own in sets
        for mix in _mixes(message, own, less)
    )


def _mixes(message: _Message, own: tuple[int, ...], kind: int) -> list[dict[int, Fraction]]:
    """Corners of the mixtures over these answers from which the type does not lose."""
    surplus = {b: message.payoff[kind][b] - message.equilibrium[kind] for b in own}
    mixes = [{b: Fraction(1)} for b in own if surplus[b] >= 0]
    for up in own:
        for down in own:
            if surplus[up] > 0 > surplus[down]:
                share = surplus[up] / (surplus[up] - surplus[down])
                mixes.append({up: 1 - share, down: share})
    return mixes


def _worth(message: _Message, kind: int, mix: dict[int, Fraction]) -> Fraction:
    return sum((p * message.payoff[kind][b] for b, p in mix.items()), Fraction())


def _deters(message: _Message, own: tuple[int, ...]) -> bool:
    """Whether some mixture over these answers makes no type gain."""
    if len(own) == 1:
        return all(
            message.payoff[kind][own[0]] <= message.equilibrium[kind] for kind in message.entries
        )
    free = own[:-1]
    rows = [[Fraction(int(b == c)) for c in free] for b in free] + [[Fraction(-1)] * len(free)]
    bounds = [Fraction()] * len(free) + [Fraction(-1)]
    for kind in message.entries:
        last = message.payoff[kind][own[-1]]
        rows.append([last - message.payoff[kind][b] for b in free])
        bounds.append(last - message.equilibrium[kind])
    return bool(vertices(rows, bounds, _ALWAYS))
