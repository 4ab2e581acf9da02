"""Where a margin changes its word along a line: one step of root finding at a time.

The caller looks at the study, for many brackets in one batch; a bracket only says where to look
next, and takes in what was found. It is steered by the margin and judged by the word, so that it
closes in on a jump, or on a margin that only touches zero, as surely as on a root.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

#: The share of a bracket that is looked at where its margins lead nowhere.
_MIDDLE: Final = 0.5


@dataclass(slots=True)
class Bracket:
    """A stretch of a line with the base's word at one end and the other word at the other.

    Attributes:
        near: The end at which the claim says what it says at the base.
        near_margin: The margin there.
        far: The end at which it says the other thing.
        far_margin: The margin there.
        width: Distance of the ends at which it is narrow enough.

    References:
        Chandrupatla (1997), A new hybrid quadratic/bisection algorithm for finding the zero of a
        nonlinear function without using derivatives.
    """

    near: float
    near_margin: float
    far: float
    far_margin: float
    width: float
    _old: tuple[float, float] | None = field(default=None, init=False)

    @property
    def narrow_enough(self) -> bool:
        """Whether the ends are within `width` of each other."""
        return abs(self.far - self.near) <= self.width

    def estimate(self) -> float:
        """Where a straight line between the ends turns; the far end where there is none."""
        rise = self.far_margin - self.near_margin
        if not math.isfinite(rise) or rise == 0.0:
            return self.far
        share = min(1.0, max(0.0, -self.near_margin / rise))
        return self.near + share * (self.far - self.near)

    def next(self) -> float:
        """Where to look next: between the ends, at least half a width from both."""
        share, _ = self._next()
        return self.near + share * (self.far - self.near)

    def places(self, more: int = 0) -> list[float]:
        """Three places and more to look at together, from near to far.

        Where the margin leads somewhere, three are there and half a width before and behind, so
        that a good guess ends the search; where it leads nowhere, they are the quarters. More go
        evenly over the bracket, so that a bad guess does not hold it up.
        """
        share, edge = self._next()
        aside = 0.25 if share == _MIDDLE else edge
        guessed = max(share - aside, 0.5 * share), share, min(share + aside, 0.5 + 0.5 * share)
        shares = {*guessed, *(k / (more + 1) for k in range(1, more + 1))}
        return [self.near + part * (self.far - self.near) for part in sorted(shares)]

    def take_in(self, found: Sequence[tuple[float, float, bool]]) -> None:
        """Take in value, margin and whether it is turned, of places that go from near to far."""
        for value, margin, turned in found:
            self.take(value, margin, turned=turned)
            if turned:
                return

    def take(self, value: float, margin: float, *, turned: bool) -> None:
        """Take in what was found where `next` said to look."""
        if turned:
            self._old = (self.far, self.far_margin)
            self.far, self.far_margin = value, margin
        else:
            self._old = (self.near, self.near_margin)
            self.near, self.near_margin = value, margin

    def _next(self) -> tuple[float, float]:
        """The next place as a share of the way, and half a width as such a share."""
        edge = min(_MIDDLE, 0.5 * self.width / abs(self.far - self.near))
        return min(1.0 - edge, max(edge, self._share())), edge

    def _share(self) -> float:
        """The next place as a share of the way from near to far."""
        a, fa, b, fb = self.near, self.near_margin, self.far, self.far_margin
        if not (math.isfinite(fa) and math.isfinite(fb)) or fa * fb > 0.0 or fa == fb:
            return _MIDDLE
        if self._old is None:
            return fa / (fa - fb)
        c, fc = self._old
        if not math.isfinite(fc) or fc in (fa, fb):
            return _MIDDLE
        return _quadratic(a, fa, b, fb, c, fc)


def _quadratic(a: float, fa: float, b: float, fb: float, c: float, fc: float) -> float:
    """Inverse quadratic interpolation where it is safe, else the middle; a share from a to b."""
    if (c - b) * (c - a) < 0.0:
        return _MIDDLE
    if abs(c - a) < abs(c - b):
        xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
    else:
        xi, phi = (b - a) / (c - a), (fb - fa) / (fc - fa)
    if not (phi * phi < xi and (1.0 - phi) ** 2 < 1.0 - xi):
        return _MIDDLE
    near = fa / (fb - fa) * fc / (fb - fc)
    return near + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
