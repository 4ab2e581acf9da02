"""What a question is measured in: only numbers of one unit can be compared, or joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Literal, TypeAlias

from lackmus.game import questions as q

Kind: TypeAlias = Literal["probability", "bits", "payoff", "number", "unlike", "mixed"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit.

    Attributes:
        kind: ``number`` is no unit in particular (a quotient, a power); ``unlike`` is that of
            different ones added or compared, and like no other; ``mixed`` is that of truths joined
            whose margins have different ones.
        payoffs: Variant and player of each payoff in it.
    """

    kind: Kind
    payoffs: frozenset[tuple[int, int]] = frozenset()

    def text(self, players: tuple[str, ...]) -> str:
        """The unit in words."""
        if self.kind != "payoff":
            return "number" if self.kind == "unlike" else self.kind
        named = dict.fromkeys(players[player] for _, player in sorted(self.payoffs))
        return f"payoff of {' and '.join(named)}"


def unit_of(node: q.Truth | q.Value) -> Unit | None:
    """The unit of a value, or of a truth's margin; None where it is of the author's numbers alone.

    A number of the author's own takes the unit of what it is added to or compared with.
    """
    match node:
        case q.Likelihood() | q.Link(measure="shift"):
            return Unit("probability")
        case q.Spread() | q.Link():
            return Unit("bits")
        case q.Payoff(variant, player) | q.OptionWorth(variant=variant, player=player):
            return Unit("payoff", frozenset({(variant, player)}))
        case q.Arithmetic("*", parts):
            units = [unit for part in parts if (unit := unit_of(part)) is not None]
            return units[0] if len(units) == 1 else (Unit("number") if units else None)
        case q.Arithmetic("/", (above, below)):
            return unit_of(above) if unit_of(below) is None else Unit("number")
        case q.Arithmetic("^" | "exp" | "log" | "sqrt", parts):
            return Unit("number") if any(unit_of(part) for part in parts) else None
        case q.Chosen(_, then, otherwise):
            return _same([then, otherwise])
        case q.Joined(_, parts):
            return _joined([unit_of(part) for part in parts])
        case _:
            return _same(q.children(node))


def _joined(units: Sequence[Unit | None]) -> Unit | None:
    """The unit of truths joined: one player's payoff is one unit, whatever the rules."""
    measures = {unit and (unit.kind, frozenset(p for _, p in unit.payoffs)) for unit in units}
    unlike = len(units) > 1 and any(unit is not None and unit.kind == "unlike" for unit in units)
    if len(measures) > 1 or unlike:
        return Unit("mixed")
    return reduce(_both, [unit for unit in units if unit]) if any(units) else None


def _same(parts: q.Parts) -> Unit | None:
    units = [unit for part in parts if (unit := unit_of(part)) is not None]
    return reduce(_both, units) if units else None


def _both(one: Unit, other: Unit) -> Unit:
    if one.kind != other.kind:
        return Unit("unlike")
    return Unit(one.kind, one.payoffs | other.payoffs)


def has_own_number(node: q.Truth | q.Value) -> bool:
    """Whether a number of the author's own, constant or assumption, is in it outside conditions."""
    return isinstance(node, q.Constant | q.Assumed) or any(map(has_own_number, q.children(node)))
