"""The draws as they travel in the page, for a reader who filters them without a server.

The range of each assumption is cut at round numbers, the stops of its slider, and a draw is told
by the stretch between two of them that it lies in, one byte a draw. A handle stands on a stop and
nowhere else, so that which draws lie inside is exact for the number that is shown, though the draws
themselves are not in the page. Outcomes are told by a digit, two to a byte.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lackmus.case.syntax import Assumption
from lackmus.foundation.arrays import Codes, Floats
from lackmus.foundation.outcomes import CANNOT_BE_ASKED, FAILS, HOLDS, NO_DIFFERENCE, UNSOLVED
from lackmus.foundation.tolerances import FEWEST_DRAWS, FOLLOWS
from lackmus.pipeline.findings import ClaimFinding, Findings
from lackmus.report import words
from lackmus.report.claims import title_of, verdict_view
from lackmus.report.model import FilterClaim, FilterCut, FilterView
from lackmus.sweep.shapes import bounds, is_discrete, varies

#: Draws beyond this many do not travel; a sample of so many does.
MOST_DRAWS: Final = 4000

#: Stretches of a range; a draw's stretch is told by one byte.
_MOST_STRETCHES: Final = 200

#: Outcomes in the order of their digits.
_DIGITS: Final = (FAILS, HOLDS, NO_DIFFERENCE, CANNOT_BE_ASKED, UNSOLVED)

#: Round numbers of a decade: whole steps, and of three figures for ranges drawn in logarithms.
_ROUND: Final = (1, 2, 5, 10, 20)
_ROUND_OF_A_DECADE: Final = (1, 2, 5, 10, 20, 50, 100, 300, 900)


def filtering(findings: Findings) -> FilterView | None:
    """The draws to filter; None where nothing varies or nothing is claimed."""
    varied = [k for k, assumption in enumerate(findings.assumptions) if varies(assumption)]
    if not varied or not findings.claims:
        return None
    rows = _rows(findings)
    weight = _weights(findings.claims)
    varied.sort(key=lambda k: -weight.get(findings.assumptions[k].name, 0.0))
    return FilterView(
        draws=len(rows),
        sampled=""
        if len(rows) == len(findings.points)
        else f"Of the {len(findings.points):,} draws a random sample of {len(rows):,} is in "
        "this page.",
        fewest=FEWEST_DRAWS,
        follows=FOLLOWS,
        cuts=tuple(_cut(findings.assumptions[k], findings.points[rows, k]) for k in varied),
        shares=tuple(
            FilterClaim(
                id=found.claim.id,
                number=words.numbered(found.claim.id),
                says=title_of(found.claim),
                verdict=verdict_view(found.verdict),
                outcomes=_base64(_packed(found.holds[rows])),
            )
            for found in findings.claims
        ),
    )


def _rows(findings: Findings) -> NDArray[np.intp]:
    """The draws that travel, in order: all, or a sample by the seed of the draws."""
    total = len(findings.points)
    if total <= MOST_DRAWS:
        return np.arange(total)
    drawn = np.random.default_rng(findings.seed).choice(total, MOST_DRAWS, replace=False)
    return np.sort(drawn)


def _weights(claims: Sequence[ClaimFinding]) -> dict[str, float]:
    """How much of some claim's margin each assumption explains, at most."""
    weight: dict[str, float] = {}
    for found in claims:
        for driver in found.drivers:
            weight[driver.assumption] = max(driver.index, weight.get(driver.assumption, 0.0))
    return weight


def _cut(assumption: Assumption, values: Floats) -> FilterCut:
    stops, whole = stops_of(assumption)
    edges = np.array([float(stop) for stop in stops])
    last = len(stops) - 1
    stretches = np.searchsorted(edges, values, side="right") - 1
    codes = np.clip(stretches, 0, last if whole else last - 1).astype(np.uint8)
    base = float(np.interp(float(assumption.value), edges, np.arange(len(edges))))
    even = _even_of(stops)
    return FilterCut(
        name=assumption.name,
        says=assumption.says.strip(),
        last=last,
        even=even,
        stops="" if even else " ".join(f"{stop:f}" for stop in stops),
        whole=whole,
        at=100 * base / last,
        draws=_base64(codes),
    )


def stops_of(assumption: Assumption) -> tuple[tuple[Decimal, ...], bool]:
    """Where the handles of a slider can stand, in order, and whether it stands on whole values.

    Of a choice they are its values, and both ends of what is inside count; else round numbers of
    which the outermost enclose the range, and a stretch goes from its lower end up to, but not
    including, its upper one. Draws beyond the outermost count into the outermost stretches.
    """
    low, high = bounds(assumption)
    if is_discrete(assumption):
        listed = sorted({float(value) for value in assumption.distribution.parameters})
        if len(listed) <= _MOST_STRETCHES:
            return tuple(Decimal(repr(value)) for value in listed), True
    if assumption.distribution.shape == "loguniform" and low > 0.0:
        return _by_figures(low, high), False
    return _evenly(low, high), False


def _evenly(low: float, high: float) -> tuple[Decimal, ...]:
    """Multiples of 1, 2 or 5 times a power of ten."""
    power = math.floor(math.log10((high - low) / _MOST_STRETCHES))
    for step in (Decimal(each).scaleb(power) for each in _ROUND):
        first = int((Decimal(repr(low)) / step).to_integral_value(ROUND_FLOOR))
        last = int((Decimal(repr(high)) / step).to_integral_value(ROUND_CEILING))
        if last - first <= _MOST_STRETCHES:
            return tuple(step * k for k in range(first, last + 1))
    raise AssertionError("a step of ten times the finest always fits")


def _by_figures(low: float, high: float) -> tuple[Decimal, ...]:
    """Numbers of so many figures that they lie about evenly in logarithms."""
    powers = range(math.floor(math.log10(low)), math.floor(math.log10(high)) + 2)
    for step in _ROUND_OF_A_DECADE:
        stops = [
            Decimal(figures).scaleb(power - 2)
            for power in powers
            for figures in range(100, 1000, step)
        ]
        first = max(k for k, stop in enumerate(stops) if float(stop) <= low)
        last = min(k for k, stop in enumerate(stops) if float(stop) >= high)
        if last - first <= _MOST_STRETCHES:
            break
    return tuple(stops[first : last + 1])


def _even_of(stops: Sequence[Decimal]) -> str:
    """First stop and step in units of the last decimal place, and the places; else empty."""
    steps = {after - before for before, after in pairwise(stops)}
    if len(steps) != 1:
        return ""
    places = max(0, *(-int(stop.normalize().as_tuple().exponent) for stop in stops if stop), 0)
    return f"{int(stops[0].scaleb(places))} {int(steps.pop().scaleb(places))} {places}"


def _packed(codes: Codes) -> NDArray[np.uint8]:
    """Digits of outcomes, two to a byte, the earlier draw in its lower half."""
    digits = np.zeros(len(codes) + len(codes) % 2, dtype=np.uint8)
    for digit, code in enumerate(_DIGITS):
        digits[: len(codes)][codes == code] = digit
    return digits.reshape(-1, 2) @ np.array([1, 16], dtype=np.uint8)


def _base64(octets: NDArray[np.uint8]) -> str:
    return base64.b64encode(octets.tobytes()).decode()
