"""Charts of what a sweep looked at beside the draws, in Vega-Lite: tornado, slice, box."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lackmus.case.syntax import Assumption
from lackmus.foundation.arrays import Floats
from lackmus.foundation.errors import UsageError
from lackmus.foundation.letters import composed
from lackmus.foundation.outcomes import FAILS, HOLDS, WORDS
from lackmus.pipeline.findings import Findings
from lackmus.report import specs, words
from lackmus.report.theme import AGAINST, FOR, INK, PAPER, RULE, SOFT, Spec
from lackmus.sweep.design import base_point
from lackmus.sweep.discovery import PairMap
from lackmus.sweep.study import Outcomes

#: Draws shown as dots around a box, at most.
_DOTS = 500


def tornado(
    assumptions: Sequence[Assumption], points: Floats, outcomes: Outcomes, column: int
) -> Spec:
    """A claim's margin from one end of each range to the other, all others at base.

    Args:
        assumptions: The columns of `points`.
        points: A one-at-a-time design, shape (N, K).
        outcomes: What was found there.
        column: Which claim.
    """
    base = base_point(assumptions)
    rows = []
    for k, assumption in enumerate(assumptions):
        alone = np.flatnonzero((np.delete(points, k, axis=1) == np.delete(base, k)).all(axis=1))
        low, high = (alone[pick(points[alone, k])] for pick in (np.argmin, np.argmax))
        ends = outcomes.margins[[low, high], column]
        if low != high and np.isfinite(ends).all():
            rows.append(_bar(assumption, points[[low, high], k], ends))
    rows.sort(key=lambda row: -abs(row["high"] - row["low"]))
    x = specs.measure("low", title="margin", axis={"tickCount": 5, "format": ".3~r"})
    y = specs.label("assumption", [row["assumption"] for row in rows])
    end = {"type": "text", "fontSize": 10, "color": SOFT}
    layers = [
        specs.layer(rows, {"type": "bar", "height": 10, "color": SOFT, "opacity": 0.5},
                    x=x, x2={"field": "high"}, y=y),
        specs.layer([{"at": 0}], {"type": "rule", "color": INK}, x={**x, "field": "at"}),
        specs.layer(rows, {**end, "align": "right", "dx": -3},
                    x={**x, "field": "left"}, y=y, text={"field": "left_value"}),
        specs.layer(rows, {**end, "align": "left", "dx": 3},
                    x={**x, "field": "right"}, y=y, text={"field": "right_value"}),
    ]  # fmt: skip
    return specs.layered(layers, width=specs.WIDTH, height={"step": 20})


def _bar(assumption: Assumption, values: Floats, margins: Floats) -> dict[str, Any]:
    """One bar; its ends are labelled with the assumption's values, not the margins."""
    left, right = np.argsort(margins, kind="stable")
    return {
        "assumption": assumption.name, "low": float(margins[0]), "high": float(margins[1]),
        "left": float(margins[left]), "left_value": words.number(float(values[left])),
        "right": float(margins[right]), "right_value": words.number(float(values[right])),
    }  # fmt: skip


def slice_map(found: PairMap, claim: str) -> Spec:
    """Where in the plane of two assumptions a claim holds, all others at their base values.

    Raises:
        UsageError: The map does not know the claim.
    """
    claim = composed(claim)
    if claim not in found.claims:
        raise UsageError(f"there is no claim '{claim}'; there are {words.listed(found.claims)}")
    holds = found.holds[found.claims.index(claim)]
    across, along = specs.edges_around(found.columns), specs.edges_around(found.rows)
    rows: specs.Rows = [
        {
            "x": float(across[j]), "x2": float(across[j + 1]),
            "y": float(along[i]), "y2": float(along[i + 1]), "side": WORDS[int(holds[i, j])],
        }
        for i, j in np.ndindex(holds.shape)
    ]  # fmt: skip
    hues = {"domain": list(WORDS.values()), "range": [FOR, AGAINST, RULE, PAPER, PAPER]}
    axis = {"tickCount": 5, "format": ".3~r"}
    x = specs.measure("x", title=found.second, axis=axis, scale=_span(across))
    y = specs.measure("y", title=found.first, axis=axis, scale=_span(along))
    here = [{"x": found.base[1], "y": found.base[0]}]
    layers = [
        specs.layer(rows, {"type": "rect"}, x=x, x2={"field": "x2"}, y=y, y2={"field": "y2"},
                    color=specs.scaled("side", hues)),
        specs.layer(here, specs.CROSS, x=x, y=y),
    ]  # fmt: skip
    return specs.layered(layers, width=specs.NARROW, height=specs.NARROW * 3 // 4)


def box(findings: Findings, claim: str) -> Spec:
    """The box of assumptions in which a claim holds or fails, with the draws as dots.

    Of a box that limits more assumptions than two, its two most telling ones are drawn; a case
    of one assumption is drawn against the claim's margin.

    Raises:
        UsageError: There is no such claim, or no box was found for it.
    """
    found = specs.finding(findings, claim)
    if found.box is None:
        raise UsageError(f"no box was found for the claim '{claim}'")
    limits = {limit.assumption: limit for limit in found.box.limits}
    others = (driver.assumption for driver in found.drivers if driver.assumption not in limits)
    names = [*limits, *others, *(a.name for a in findings.assumptions if a.name not in limits)][:2]
    drawn = [findings.points[:_DOTS, specs.column(findings, name)] for name in names]
    u, v = [*drawn, found.margins[:_DOTS]][:2]
    told = {HOLDS: "holds", FAILS: "fails"}
    rows: specs.Rows = [
        {"x": float(a), "y": float(b), "side": told[int(code)]}
        for a, b, code in zip(u, v, found.holds[:_DOTS], strict=True)
        if code in told and np.isfinite(b)
    ]
    heights = [row["y"] for row in rows]
    frame: dict[str, float] = {"y": min(heights), "y2": max(heights)}
    for name, at in zip(names, "xy", strict=False):
        low, high = specs.ends(findings, name)
        limit = limits.get(name)
        frame[at] = low if limit is None or limit.low is None else limit.low
        frame[f"{at}2"] = high if limit is None or limit.high is None else limit.high
    x, *upwards = (specs.along(findings, name, at) for name, at in zip(names, "xy", strict=False))
    y = upwards[0] if upwards else specs.measure("y", title="margin")
    edge = {"type": "rect", "fill": PAPER, "fillOpacity": 0, "stroke": INK, "strokeWidth": 1.5}
    dots = {"type": "point", "filled": True, "size": 16, "opacity": 0.8}
    layers = [
        specs.layer(rows, dots, x=x, y=y, color=specs.two("side", "holds", "fails"),
                    shape=specs.scaled("side", {"domain": ["holds", "fails"],
                                                "range": ["circle", "cross"]})),
        specs.layer([frame], edge, x=x, x2={"field": "x2"}, y=y, y2={"field": "y2"}),
    ]  # fmt: skip
    return specs.layered(layers, width=specs.NARROW, height=specs.NARROW * 3 // 4)


def _span(edges: Floats) -> Spec:
    return {"domain": [float(edges[0]), float(edges[-1])], "nice": False}
