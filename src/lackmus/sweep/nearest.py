"""The point nearest to the base values at which a claim turns, all assumptions moved together.

Points are counted in places (`lackmus.sweep.shapes`), and distance is Euclidean in them. The
nearest point is the analogue of the design point of structural reliability, which is nearest in
standard normal space; it is found by the projected linearisation of Hasofer and
Lind (1974) and Rackwitz and Fiessler (1978), within the ranges, started from turned points that
are known. What is found turns the claim for certain; that nothing is nearer is not proven.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from lackmus.case.syntax import Assumption
from lackmus.foundation.arrays import Bools, Floats, Ints
from lackmus.foundation.tolerances import NEAREST_GAIN, NEAREST_TURN
from lackmus.sweep.design import base_point
from lackmus.sweep.roots import Bracket
from lackmus.sweep.shapes import at_place, is_discrete, place, reach, varies
from lackmus.sweep.study import FAILS, HOLDS, Outcomes, Study

#: A difference quotient's step, as a share of the range.
_SLOPE: Final = 1e-4

#: Parts of a ray in which a turn is looked for, and the looks after which it is left.
_RAY: Final = 6
_LOOKS: Final = 40

#: How far beyond a tangent plane a turn is looked for, as shares of the way to it.
_BEYOND: Final = (1e-4, 0.25)

_HALVINGS: Final = 60

#: Turned points from which the search for the nearest one starts, and its rounds.
_STARTS: Final = 3
_ROUNDS: Final = 5

#: Lengths of a step are sought from this share of a range upwards.
_SHORTEST: Final = 1e-12


class Asked:
    """A study over places of its assumptions, and a count of the points asked of it.

    Attributes:
        base: Places of the base values, shape (K,).
        low: Places of the lower ends of the ranges; and so `high`.
        free: Which assumptions vary continuously.
    """

    def __init__(self, study: Study, threads: int) -> None:
        self.study = study
        self.threads = threads
        self.looked = 0
        self.assumptions: tuple[Assumption, ...] = study.assumptions
        self.base_values = base_point(study.assumptions)
        self.base = self.places(self.base_values[None, :])[0]
        ends = np.array([reach(a) for a in study.assumptions]).reshape(-1, 2)
        self.low, self.high = ends[:, 0], ends[:, 1]
        self.free: Bools = np.array(
            [varies(a) and not is_discrete(a) for a in study.assumptions], dtype=np.bool_
        )

    def places(self, values: Floats) -> Floats:
        """Places of values, shape (any, K)."""
        columns = [place(a, values[:, k]) for k, a in enumerate(self.assumptions)]
        return np.column_stack(columns) if columns else np.empty(values.shape)

    def values(self, places: Floats) -> Floats:
        """Values at places, shape (any, K); at the base's places exactly the base values."""
        columns = [at_place(a, places[:, k]) for k, a in enumerate(self.assumptions)]
        found = np.column_stack(columns) if columns else np.empty(places.shape)
        return np.where(places == self.base, self.base_values, found)

    def value(self, column: int, at: float) -> float:
        """The value of one assumption at a place."""
        if at == self.base[column]:
            return float(self.base_values[column])
        return float(at_place(self.assumptions[column], np.array([at]))[0])

    def run(self, places: Floats, claims: Ints | None = None) -> Outcomes:
        """The study at some places; of all claims, or of one at each."""
        return self.run_values(self.values(places), claims)

    def run_values(self, values: Floats, claims: Ints | None = None) -> Outcomes:
        """The study at some values, which are counted; of all claims, or of one at each."""
        self.looked += len(values)
        return self.study.run(np.ascontiguousarray(values), threads=self.threads, claims=claims)

    def distance(self, places: Floats) -> Floats:
        """Euclidean distance of each point from the base, in places."""
        squares: Floats = np.sum((places - self.base) ** 2, axis=1)
        return np.sqrt(squares)


def other(said: int) -> int:
    """The opposite of `HOLDS` or `FAILS`."""
    return FAILS if said == HOLDS else HOLDS


def nearest_turned(asked: Asked, claim: int, said: int, known: Floats) -> Floats | None:
    """The nearest turned point found; None where none was found.

    Args:
        asked: The study.
        claim: Column of the claim.
        said: What the claim says at the base values, `HOLDS` or `FAILS`.
        known: Places that are known to be turned, shape (any, K); without any, the corner of the
            ranges is tried to which the margin's slope points.
    """
    search = _Search(asked, claim, said)
    starts = known[np.argsort(asked.distance(known), kind="stable")]
    starts = starts if len(starts) else search.corner()
    reached = [search.first_turn(search.origin(start), start) for start in starts[:_STARTS]]
    turned = np.array([point for point in reached if point is not None])
    if not len(turned):
        return None
    return search.improve(turned[np.argmin(asked.distance(turned))])


@dataclass(frozen=True, slots=True)
class _Search:
    """The search for one claim's nearest turned point."""

    asked: Asked
    claim: int
    said: int

    def turned(self, points: Floats) -> Bools:
        """At which points the claim says the other thing."""
        flipped: Bools = self.run(points).holds[:, self.claim] == other(self.said)
        return flipped

    def run(self, places: Floats) -> Outcomes:
        """The study at some places, of the claim alone."""
        return self.asked.run(places, np.full(len(places), self.claim))

    def origin(self, point: Floats) -> Floats:
        """The base values, but for listed values, which stay as they are at `point`."""
        return np.where(self.asked.free, self.asked.base, point)

    def corner(self) -> Floats:
        """The corner of the ranges to which the slope at the base points, if it is turned."""
        asked = self.asked
        slope = self.slope(asked.base)
        down = -slope if self.said == HOLDS else slope
        ends = np.where(down > 0.0, asked.high, np.where(down < 0.0, asked.low, asked.base))
        point = np.where(asked.free, ends, asked.base)[None, :]
        return point[self.turned(point)]

    def first_turn(self, origin: Floats, end: Floats) -> Floats | None:
        """The first turned point seen on the way from `origin` to `end`; None without any."""
        shares = np.linspace(0.0, 1.0, _RAY + 1)
        seen = self.run(origin + shares[:, None] * (end - origin))
        turned = seen.holds[:, self.claim] == other(self.said)
        if not turned.any():
            return None
        first = int(np.argmax(turned))
        if first == 0:
            return origin
        margins = seen.margins[:, self.claim]
        bracket = Bracket(
            float(shares[first - 1]),
            float(margins[first - 1]),
            float(shares[first]),
            float(margins[first]),
            NEAREST_TURN,
        )
        for _ in range(_LOOKS):
            if bracket.narrow_enough:
                break
            share = bracket.next()
            found = self.run((origin + share * (end - origin))[None, :])
            bracket.take(
                share,
                float(found.margins[0, self.claim]),
                turned=bool(found.holds[0, self.claim] == other(self.said)),
            )
        return origin + bracket.far * (end - origin)

    def slope(self, point: Floats) -> Floats:
        """Difference quotients of the margin by the place of each free assumption."""
        asked = self.asked
        columns = np.flatnonzero(asked.free)
        slope = np.zeros(len(point))
        if not len(columns):
            return slope
        rows = np.tile(point, (len(columns) + 1, 1))
        inward = np.where(point + _SLOPE <= asked.high, _SLOPE, -_SLOPE)
        for row, column in enumerate(columns, start=1):
            rows[row, column] += inward[column]
        margins = self.run(rows).margins[:, self.claim]
        with np.errstate(invalid="ignore"):
            slope[columns] = (margins[1:] - margins[0]) / inward[columns]
        return np.where(np.isfinite(slope), slope, 0.0)

    def improve(self, best: Floats) -> Floats:
        """Hasofer and Lind's iteration within the ranges; never worse than where it starts."""
        origin = self.origin(best)
        for _ in range(_ROUNDS):
            found = self.step(origin, best)
            if found is None:
                break
            before, after = self.asked.distance(np.stack([best, found]))
            best = found if after < before else best
            if after > before * (1.0 - NEAREST_GAIN):
                break
        return best

    def step(self, origin: Floats, best: Floats) -> Floats | None:
        """The first turn on the way to where the tangent plane at `best` is nearest."""
        slope = self.slope(best)
        for beyond in _BEYOND:
            target = _linear_nearest(self.asked, origin, best, slope, beyond)
            found = None if target is None else self.first_turn(origin, target)
            if found is not None:
                return found
        return None


def _linear_nearest(
    asked: Asked, origin: Floats, point: Floats, slope: Floats, beyond: float
) -> Floats | None:
    """The point nearest to `origin` within the ranges on, or beyond, a tangent plane at `point`.

    The nearest point of a box on a plane is a step along the normal, clipped to the box; how long
    a step is found by bisection, since what is clipped no longer counts.
    """
    wanted = (1.0 + beyond) * float(slope @ (point - origin))
    if wanted == 0.0:
        return None
    low, high = asked.low - origin, asked.high - origin
    direction = slope * (math.copysign(1.0, wanted) / float(np.abs(slope).max()))
    steepest = direction[direction != 0.0]
    longest = 1.0 / float(np.abs(steepest).min())

    def clipped(length: float) -> Floats:
        return np.where(asked.free, np.clip(length * direction, low, high), 0.0)

    near, far = _SHORTEST, longest
    for _ in range(_HALVINGS):
        middle = math.sqrt(near * far)
        enough = abs(float(slope @ clipped(middle))) >= abs(wanted)
        near, far = (near, middle) if enough else (middle, far)
    return origin + clipped(far)
