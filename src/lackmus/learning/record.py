"""The likelihood of what was seen in a solved game: one function for all who learn or score.

A *report* says that an event took place. It is made with probability `hit` where it did and with
probability `false_alarm` where it did not, and hangs on nothing else (Jeffrey 1965; Pearl 1988,
ch. 2.2, virtual evidence). So a terminal history gives it the one or the other, and a record of
reports has the probability

    P(record | draw) = sum over terminals z of reach(z) * product over reports of P(report | z).

A report that is the event itself has hit 1 and false alarm 0: then this is the mass of the
terminals that agree with the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lackmus.foundation.arrays import Bools, Floats
from lackmus.foundation.tolerances import UNDERFLOW

#: A number for all draws, or one a draw.
Rate: TypeAlias = Floats | float


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """A report of an event.

    Attributes:
        event: Terminals in which it took place; shape (Z,).
        hit: Chance of the report where it did; a number, or one a draw.
        false_alarm: Chance of the report where it did not; likewise.
    """

    event: Bools
    hit: Rate = 1.0
    false_alarm: Rate = 0.0

    @property
    def plain(self) -> bool:
        """Whether the report is the event itself."""
        return bool(np.all(self.hit == 1.0) and np.all(self.false_alarm == 0.0))

    def through(self, hit: Rate, false_alarm: Rate) -> Report:
        """The report as passed on by somebody with these rates: a product of 2 x 2 matrices."""
        return replace(
            self,
            hit=hit * self.hit + false_alarm * (1.0 - self.hit),
            false_alarm=hit * self.false_alarm + false_alarm * (1.0 - self.false_alarm),
        )

    def not_made(self) -> Report:
        """What it says that the report was *not* made, where it could have been."""
        return replace(self, hit=1.0 - self.hit, false_alarm=1.0 - self.false_alarm)

    def of(self, draws: slice) -> Report:
        """The report in some of the draws."""
        hit, alarm = (
            rate[draws] if isinstance(rate, np.ndarray) and rate.ndim else rate
            for rate in (self.hit, self.false_alarm)
        )
        return replace(self, hit=hit, false_alarm=alarm)

    def given(self, draws: int) -> Floats:
        """P(report | terminal) per draw; shape (D, Z), or (1, Z) where all draws agree."""
        if self.plain:
            return self.event.astype(np.float64)[None]
        hit, alarm = (
            np.broadcast_to(np.asarray(rate, np.float64), (draws,))[:, None]
            for rate in (self.hit, self.false_alarm)
        )
        return np.where(self.event, hit, alarm)


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A record in D solved draws.

    Attributes:
        log_given: Log probability of the first r reports, for r = 0 … R; -inf where they cannot
            be, NaN in draws without a solution; shape (D, R + 1).
        chances: P(event | the first r reports) of each event asked about; NaN where these cannot
            be; shape (D, R + 1, E).
    """

    log_given: Floats
    chances: Floats

    @property
    def log_likelihood(self) -> Floats:
        """Log probability of the whole record; shape (D,)."""
        return self.log_given[:, -1]


#: Draws that are looked at together; more would only fill the processor's cache.
_TOGETHER = 64


def see(log_reach: Floats, reports: Sequence[Report], events: Sequence[Bools] = ()) -> Seen:
    """A record of reports in solved draws.

    Args:
        log_reach: Log realization probability of each terminal; shape (D, Z).
        reports: The reports in order. The order changes what is told of each, given those
            before, but not the whole.
        events: Masks over terminals of what is asked after each report.
    """
    draws, steps = len(log_reach), len(reports) + 1
    kinds = _Kinds.of([*(report.event for report in reports), *events], log_reach.shape[1])
    asked = [kinds.mask(event) for event in events]
    told = [replace(report, event=kinds.mask(report.event)) for report in reports]
    log_given, chances = np.empty((draws, steps)), np.empty((draws, steps, len(events)))
    for begin in range(0, draws, _TOGETHER):
        part = slice(begin, begin + _TOGETHER)
        here = [report.of(part) for report in told]
        log_given[part], chances[part] = _see(log_reach[part], kinds, here, asked)
    return Seen(log_given, chances)


def _see(
    log_reach: Floats, kinds: _Kinds, reports: Sequence[Report], events: Sequence[Bools]
) -> tuple[Floats, Floats]:
    draws = len(log_reach)
    log_given = np.zeros((draws, len(reports) + 1))
    chances = np.empty((draws, len(reports) + 1, len(events)))
    weights = kinds.masses(log_reach)
    log_given[:, 0] = np.where(np.isnan(weights[:, 0]), np.nan, 0.0)
    chances[:, 0] = _shares(weights, events)
    for column, report in enumerate(reports, 1):
        scale = log_given[:, column - 1].copy()
        weights = weights * report.given(draws)
        total = _total(weights)
        lost = (total <= UNDERFLOW) & np.isfinite(scale)
        if lost.any():
            logs = kinds.log_masses(log_reach[lost])
            weights[lost], total[lost], scale[lost] = _in_logs(logs, reports[:column], lost)
        with np.errstate(divide="ignore", invalid="ignore"):
            log_given[:, column] = scale + np.log(total)
            weights = np.where(total[:, None] > 0, weights / total[:, None], 0.0)
        chances[:, column] = _shares(weights, events)
    return log_given, chances


@dataclass(frozen=True, slots=True, eq=False)
class _Kinds:
    """Terminals put together that no mask tells apart: K kinds of them.

    Attributes:
        order: The terminals, kind by kind; shape (Z,).
        begins: Where each kind begins in that order; shape (K,).
    """

    order: NDArray[np.intp]
    begins: NDArray[np.intp]

    @classmethod
    def of(cls, masks: Sequence[Bools], terminals: int) -> _Kinds:
        table = np.array(masks, np.bool_).reshape(len(masks), terminals)
        order = np.lexsort(table[::-1]) if len(masks) else np.arange(terminals)
        ordered = table[:, order]
        new = (ordered[:, 1:] != ordered[:, :-1]).any(axis=0)
        return cls(order, np.append(0, 1 + np.flatnonzero(new)))

    def mask(self, event: Bools) -> Bools:
        """Which kinds have an event that the kinds were made for; shape (K,)."""
        return np.asarray(event[self.order[self.begins]])

    def masses(self, log_reach: Floats) -> Floats:
        """Probability of each kind; shape (D, K)."""
        reach = np.exp(np.take(log_reach, self.order, axis=1))
        return np.asarray(np.add.reduceat(reach, self.begins, axis=1))

    def log_masses(self, log_reach: Floats) -> Floats:
        """Log probability of each kind, which underflows nowhere; shape (D, K)."""
        logs = np.take(log_reach, self.order, axis=1)
        top = np.maximum.reduceat(logs, self.begins, axis=1)
        top = np.where(np.isfinite(top), top, 0.0)
        sizes = np.diff(np.append(self.begins, len(self.order)))
        scaled = np.exp(logs - np.repeat(top, sizes, axis=1))
        with np.errstate(divide="ignore"):
            return np.asarray(top + np.log(np.add.reduceat(scaled, self.begins, axis=1)))


def _shares(weights: Floats, events: Sequence[Bools]) -> Floats:
    """The share of each event in the weight of each draw; shape (D, E)."""
    total = _total(weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = [np.where(total > 0, _total(weights[:, e]) / total, np.nan) for e in events]
    return np.stack(parts, axis=1) if parts else np.empty((len(weights), 0))


def _in_logs(logs: Floats, reports: Sequence[Report], rows: Bools) -> tuple[Floats, Floats, Floats]:
    """Weights, their sums and the logs of their scales, for draws in which sums underflow.

    Args:
        logs: Log probability of each kind in these draws.
        reports: The reports till here, of all draws.
        rows: Which draws these are.
    """
    logs = logs.copy()
    with np.errstate(divide="ignore"):
        for report in reports:
            given = report.given(len(rows))
            logs += np.log(given[rows] if len(given) > 1 else given)
    top = logs.max(axis=1)
    top = np.where(np.isfinite(top), top, 0.0)
    weights = np.exp(logs - top[:, None])
    return weights, _total(weights), top


def _total(terms: Floats) -> Floats:
    """Sum of each row, the same whatever other rows there are."""
    return np.asarray(np.ascontiguousarray(terms).sum(axis=-1))
