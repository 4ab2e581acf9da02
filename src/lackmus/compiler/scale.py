"""Whether floating-point numbers carry what is at stake, at the precisions that are drawn."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lackmus.compiler.compile import Compiled
from lackmus.foundation.arrays import Floats
from lackmus.foundation.errors import Fault
from lackmus.foundation.tolerances import STRAIN


def scale_remarks(compiled: Compiled) -> Iterator[Fault]:
    """A warning for each actor whose payoffs times precision are too large to be sure of.

    Payoffs are looked at where all assumptions have their base values, where one of them is at an
    end of its range, and where all are; the precision at its largest.
    """
    precision = compiled.case.precision
    points = _points(compiled)
    payoffs = compiled.draws(points).payoffs
    largest = max(float(precision.value), float(precision.distribution.quantile(np.ones(1))[0]))
    with np.errstate(all="ignore"):
        loads = largest * np.abs(payoffs).max(axis=(0, 2), initial=0.0)
    for actor, load in zip(compiled.game.players, loads.tolist(), strict=True):
        if STRAIN < load < np.inf:
            message = (
                f"precision times the payoffs of {actor} comes to {load:.2g}, and floating-point "
                f"numbers have 16 digits: from {STRAIN:.0e} on draws may be unsolved"
            )
            hint = "state the stakes in a larger unit, or take a smaller precision"
            yield Fault("scale", message, precision.span, hint, "warning")


def _points(compiled: Compiled) -> dict[str, Floats]:
    """Values of each assumption: all at their base, one at an end, all at an end."""
    assumptions = compiled.case.assumptions
    points = {}
    for place, a in enumerate(assumptions):
        low, high = a.distribution.quantile(np.array([0.0, 1.0])).tolist()
        values = np.full(2 * len(assumptions) + 3, float(a.value))
        values[[1, 3 + 2 * place]] = low
        values[[2, 4 + 2 * place]] = high
        points[a.name] = values
    return points
