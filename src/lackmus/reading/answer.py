"""Questions put to solved games: numbers per draw, margins, truths.

Sums of probabilities are taken in the open where they are large enough to be exact to rounding,
and in logs where a condition is so unlikely that they would underflow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

import numpy as np

from lackmus.foundation.arrays import Bools, Codes, Floats, Ints
from lackmus.foundation.outcomes import CANNOT_BE_ASKED, FAILS, HOLDS, NO_DIFFERENCE
from lackmus.foundation.tolerances import (
    CLAIM,
    MATTERS_BITS,
    MATTERS_PAYOFF,
    MATTERS_PROBABILITY,
    UNDERFLOW,
)
from lackmus.game import questions as q
from lackmus.game.game import Game
from lackmus.game.units import Unit, has_own_number, unit_of
from lackmus.reading.masses import masses
from lackmus.solution.solution import Play

_Range = TypeVar("_Range", float, Floats)


class Answers:
    """Solved games, one a variant, ready to be asked.

    Args:
        games: The game of each variant; only its structure matters.
        plays: The play of each variant that is asked of, D draws each.
        values: The drawn values of assumptions, each of shape (D,).
    """

    def __init__(
        self, games: Sequence[Game], plays: Mapping[int, Play], values: Mapping[str, Floats]
    ) -> None:
        self._games = games
        self._plays = plays
        self._values = values
        self._reach = {variant: np.exp(play.log_reach) for variant, play in plays.items()}
        self.size = len(next(iter(plays.values())).strategy)
        # Questions share the events that they ask of, and payoffs; a mask is known by its bytes.
        self._masses: dict[tuple[int, bytes], Floats] = {}
        self._payoffs: dict[tuple[int, int, bytes], Floats] = {}
        self._infosets: dict[int, Floats] = {}
        # A part of a question is asked with the whole and by itself; ids are those of nodes kept.
        self._judged: dict[int, tuple[q.Truth, Floats, Codes]] = {}

    # --- probabilities ---

    def masses(self, variant: int, masks: Bools, given: Bools) -> tuple[Floats, Floats]:
        """P(mask and given) for each mask, and P(given), both up to one factor per draw.

        Returns:
            Arrays of shape (D, masks) and (D,). The factor is 1 unless P(given) is tiny.
        """
        columns = np.concatenate([masks & given, given[None]])
        sums = self._sums(variant, columns)
        tiny = np.flatnonzero(sums[:, -1] < UNDERFLOW)
        if len(tiny) and given.any():
            logs = np.where(given, self._plays[variant].log_reach[tiny], -np.inf)
            top = logs.max(axis=1, keepdims=True)
            sums[tiny] = masses(np.exp(logs - np.where(np.isfinite(top), top, 0)), columns)
        return sums[:, :-1], sums[:, -1]

    def _sums(self, variant: int, columns: Bools) -> Floats:
        """Probability of each event, summed but once; shape (D, events)."""
        keys = [(variant, column.tobytes()) for column in columns]
        new = {key: k for k, key in enumerate(keys) if key not in self._masses}
        if new:
            found = masses(self._reach[variant], columns[list(new.values())])
            self._masses.update(zip(new, found.T, strict=True))
        return np.stack([self._masses[key] for key in keys], axis=1)

    def probabilities(self, variant: int, masks: Bools, given: Bools) -> Floats:
        """P(mask | given) for each mask; NaN where `given` cannot happen; shape (D, masks)."""
        parts, whole = self.masses(variant, masks, given)
        return _divide(parts, whole[:, None])

    # --- values ---

    def value(self, node: q.Value) -> Floats:
        """A number per draw; NaN where undefined; shape (D,)."""
        match node:
            case q.Constant(value):
                return np.full(self.size, value)
            case q.Assumed(name):
                return self._values[name]
            case q.Arithmetic(op, parts):
                with np.errstate(all="ignore"):
                    return q.arithmetic(op, [self.value(part) for part in parts])
            case q.Chosen(test, then, otherwise):
                code = self.truth(test)[1]
                result = np.where(code == HOLDS, self.value(then), self.value(otherwise))
                return np.where(code == CANNOT_BE_ASKED, np.nan, result)
            case q.Likelihood(variant, event, given):
                return self.probabilities(variant, event[None], given)[:, 0]
            case q.Payoff(variant, player, given):
                return self._payoff(variant, player, given)
            case q.OptionWorth():
                return self._worth(node)
            case q.Spread(variant, about, given):
                return entropy(self.probabilities(variant, about, given))
            case q.Link():
                return self._link(node)

    def _payoff(self, variant: int, player: int, given: Bools) -> Floats:
        key = (variant, player, given.tobytes())
        if key not in self._payoffs:
            play, there = self._plays[variant], np.flatnonzero(given)
            logs = play.log_reach[:, there]
            top = logs.max(axis=1, keepdims=True, initial=-np.inf)
            weights = np.exp(logs - np.where(np.isfinite(top), top, 0))
            total = _total(weights * play.payoffs[:, player, there])
            self._payoffs[key] = _divide(total, _total(weights))
        return self._payoffs[key]

    def _worth(self, node: q.OptionWorth) -> Floats:
        play = self._plays[node.variant]
        if not len(node.actions):
            return np.full(self.size, np.nan)
        weights, _ = self.masses(node.variant, node.through, node.given)
        values = play.action_values[:, node.actions]
        if node.advantage:
            values = values - self.infoset_values(node.variant, node.actions)
        return _divide(_total(weights * values), _total(weights))

    def infoset_values(self, variant: int, actions: Ints) -> Floats:
        """What the mover expects under his strategy at the infoset of each action; (D, actions)."""
        game, play = self._games[variant], self._plays[variant]
        if variant not in self._infosets:
            terms = np.ascontiguousarray(play.strategy[:, : game.n_actions] * play.action_values)
            begins = game.first_action[: game.n_infosets]
            self._infosets[variant] = np.add.reduceat(terms, begins, axis=1)
        return np.asarray(self._infosets[variant][:, game.action_infoset[actions]])

    def _link(self, node: q.Link) -> Floats:
        joint = np.stack(
            [self.probabilities(node.variant, node.about & seen, node.given) for seen in node.of],
            axis=1,
        )
        before, signal = _total(joint.transpose(0, 2, 1)), _total(joint)
        if node.measure == "I":
            return np.maximum(0.0, entropy(before) + entropy(signal) - entropy(joint.reshape(
                self.size, -1
            )))  # fmt: skip
        after = joint - signal[:, :, None] * before[:, None, :]
        return _total(np.abs(after).reshape(self.size, -1)) / 2

    # --- truths ---

    def truth(self, node: q.Truth) -> tuple[Floats, Codes]:
        """Margin and code (of `lackmus.foundation.outcomes`) per draw; both of shape (D,)."""
        if id(node) not in self._judged:
            self._judged[id(node)] = (node, *self._judge(node))
        return self._judged[id(node)][1:]

    def _judge(self, node: q.Truth) -> tuple[Floats, Codes]:
        match node:
            case q.Comparison(op, left, right):
                margin, code = _compare(op, self.value(left), self.value(right))
                return margin, self._material(node, margin, code)
            case q.Pick(scores, target, negated):
                margin, code = self._lead([self.value(score) for score in scores], target)
                margin, code = (-margin, _denied(code)) if negated else (margin, code)
                return margin, self._material(node, margin, code)
            case q.Not(part):
                margin, code = self.truth(part)
                return -margin, _denied(code)
            case q.Joined(op, parts):
                unit = unit_of(node)
                return _join(op, [self._scaled(part, unit) for part in parts])

    def _scaled(self, part: q.Truth, whole: Unit | None) -> tuple[Floats, Codes]:
        """A part of a joined truth; where units are mixed its margin is a share of what is much.

        Much is 1 of a probability or a bit, and the range of the actor's payoffs.
        """
        margin, code = self.truth(part)
        unit = unit_of(part)
        if whole is None or whole.kind != "mixed" or unit is None or unit.kind != "payoff":
            return margin, code
        with np.errstate(all="ignore"):
            return margin / self.payoff_range(unit), code

    def payoff_range(self, unit: Unit) -> Floats:
        """The widest range of payoffs among the actors of a unit, per draw; shape (D,)."""
        ranges = [
            np.ptp(self._plays[variant].payoffs[:, player], axis=1)
            for variant, player in sorted(unit.payoffs)
        ]
        return np.asarray(np.max(ranges, axis=0))

    def _material(self, node: q.Comparison | q.Pick, margin: Floats, code: Codes) -> Codes:
        """`NO_DIFFERENCE` where two computed sides are nearer than what matters.

        With a number of the author's own in it a comparison has its own threshold. A claim that
        two sides are equal holds, and that they differ fails, where they are as near as that.
        """
        if has_own_number(node):
            return code
        with np.errstate(invalid="ignore"):
            near = np.abs(margin) < np.maximum(matters(node, self.payoff_range), CLAIM)
        if isinstance(node, q.Comparison) and node.op in ("=", "!="):
            said = HOLDS if node.op == "=" else FAILS
        else:
            said = NO_DIFFERENCE
        return np.where(near & (code != CANNOT_BE_ASKED), said, code).astype(np.int8)

    @staticmethod
    def _lead(scores: list[Floats], target: int) -> tuple[Floats, Codes]:
        """By how much one score leads the others that can be asked, and whether it does."""
        others = [score for i, score in enumerate(scores) if i != target]
        if not others:
            alone = scores[target] * 0 + np.inf
            return alone, _code(alone > 0, alone)
        best = np.fmax.reduce(others)
        lead = scores[target] - best
        lead = np.where(np.isnan(scores[target]) & ~np.isnan(best), -np.inf, lead)
        lead = np.where(~np.isnan(scores[target]) & np.isnan(best), np.inf, lead)
        return lead, _code(lead > 0, lead)


def turning_margins(node: q.Truth, games: Sequence[Game]) -> tuple[float, float]:
    """The margins above which a truth holds and below which it fails, as ranges of payoffs stand.

    Between the two it makes no difference. Both are 0 where the parts of a truth differ in them.

    Args:
        node: The truth.
        games: The game of each variant; the ranges of its own payoffs count.
    """
    match node:
        case q.Not(part):
            holds, fails = turning_margins(part, games)
            return -fails, -holds
        case q.Joined(parts=parts):
            whole = unit_of(node)
            mixed = whole is not None and whole.kind == "mixed"
            found = {_margins_in(part, games, mixed=mixed) for part in parts}
            return found.pop() if len(found) == 1 else (0.0, 0.0)
    least = 0.0
    if not has_own_number(node):
        least = matters(node, partial(_range_at_base, games))
    if isinstance(node, q.Comparison) and node.op in ("=", "!="):
        return (-least, -least) if node.op == "=" else (least, least)
    return least, -least


def rounding_of(node: q.Truth, games: Sequence[Game]) -> float:
    """Up to which spread the margins of a truth are one number, and the rest is rounding.

    Args:
        node: The truth.
        games: The game of each variant; of payoffs the size of its own counts.
    """
    unit = unit_of(node)
    if unit is None or unit.kind != "payoff":
        return CLAIM
    sizes = (np.abs(games[v].payoffs[p]).max(initial=0.0) for v, p in unit.payoffs)
    return CLAIM * float(max(sizes))


def _margins_in(part: q.Truth, games: Sequence[Game], *, mixed: bool) -> tuple[float, float]:
    """`turning_margins` of a part, whose margin is a share of a range where units are mixed."""
    holds, fails = turning_margins(part, games)
    unit = unit_of(part)
    if mixed and unit is not None and unit.kind == "payoff":
        wide = _range_at_base(games, unit)
        return (holds / wide, fails / wide) if wide else (0.0, 0.0)
    return holds, fails


def _range_at_base(games: Sequence[Game], unit: Unit) -> float:
    """The widest range of payoffs among the actors of a unit."""
    return max(float(games[variant].payoff_range[player]) for variant, player in unit.payoffs)


def matters(node: q.Comparison | q.Pick, payoff_range: Callable[[Unit], _Range]) -> _Range | float:
    """From what size on a difference of computed sides counts, in their unit.

    Args:
        node: The comparison.
        payoff_range: The widest range of payoffs among the actors of a unit, or those of draws.
    """
    if node.matters_from is not None:
        return node.matters_from
    unit = unit_of(node)
    if unit is None or unit.kind in ("number", "unlike", "mixed"):
        return 0.0
    if unit.kind == "payoff":
        return MATTERS_PAYOFF * payoff_range(unit)
    return MATTERS_PROBABILITY if unit.kind == "probability" else MATTERS_BITS


def _total(terms: Floats) -> Floats:
    """Sum along the last axis, the same for a row whatever other rows there are.

    NumPy's order of summation follows the layout in memory, and the layout of a selection depends
    on its shape; so the terms are laid out row by row first.
    """
    return np.asarray(np.ascontiguousarray(terms).sum(axis=-1))


def entropy(probabilities: Floats) -> Floats:
    """Shannon entropy in bits along the last axis."""
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(probabilities > 0, probabilities * np.log2(probabilities), 0.0)
    total = -_total(terms)
    return np.where(np.isnan(probabilities).any(axis=-1), np.nan, np.maximum(total, 0.0))


def _divide(parts: Floats, whole: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, parts / whole, np.nan)


def _denied(code: Codes) -> Codes:
    return np.where(code == HOLDS, FAILS, np.where(code == FAILS, HOLDS, code)).astype(np.int8)


def _code(holds: Bools, margin: Floats) -> Codes:
    return np.where(np.isnan(margin), CANNOT_BE_ASKED, np.where(holds, HOLDS, FAILS)).astype(
        np.int8
    )


def _compare(op: str, left: Floats, right: Floats) -> tuple[Floats, Codes]:
    """Sides nearer than the tolerance are equal: then ``>`` fails and ``>=`` holds.

    A number is not near what is infinite, such as ``log(0)``.
    """
    with np.errstate(invalid="ignore"):
        scale = np.maximum(1.0, np.maximum(np.abs(left), np.abs(right)))
        gap = (left - right) if op in (">", ">=") else (right - left)
        equal = np.isfinite(gap) & (np.abs(gap) <= CLAIM * scale)
    if op in ("=", "!="):
        margin = np.abs(gap) if op == "!=" else -np.abs(gap)
        return margin, _code(equal if op == "=" else ~equal, margin)
    holds = (gap > 0) & ~equal if op in (">", "<") else (gap > 0) | equal
    return gap, _code(holds, gap)


def _join(op: str, parts: list[tuple[Floats, Codes]]) -> tuple[Floats, Codes]:
    """What settles the whole comes first; then what cannot be asked, then what is no different."""
    margins = np.array([margin for margin, _ in parts])
    codes = np.array([code for _, code in parts])
    settles, else_ = (FAILS, HOLDS) if op == "and" else (HOLDS, FAILS)
    code = np.full(codes.shape[1], else_, np.int8)
    for first in (NO_DIFFERENCE, CANNOT_BE_ASKED, settles):
        code[(codes == first).any(axis=0)] = first
    clean = np.where(np.isnan(margins), np.inf if op == "and" else -np.inf, margins)
    margin = clean.min(axis=0) if op == "and" else clean.max(axis=0)
    return np.where(code == CANNOT_BE_ASKED, np.nan, margin), code
