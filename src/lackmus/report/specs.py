"""Charts of a case put to the test, in Vega-Lite: each takes the findings and gives plain data.

In every chart blue and a plus stand for a claim that holds, or a margin that rises; vermilion and
a minus for the contrary. Nothing here solves anything: the numbers are those of the findings.
`lackmus.report.charts` gives the same charts as records that save and show themselves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from lackmus.case.syntax import Assumption
from lackmus.foundation.arrays import Floats
from lackmus.foundation.errors import UsageError
from lackmus.foundation.letters import composed
from lackmus.foundation.outcomes import FAILS, HOLDS, NO_DIFFERENCE, WORDS
from lackmus.pipeline.findings import ClaimFinding, Findings
from lackmus.report import words
from lackmus.report.theme import AGAINST, FAINT, FOR, INK, PAPER, RULE, SOFT, Spec, dressed
from lackmus.sweep.shapes import along as along_range
from lackmus.sweep.shapes import bounds, is_discrete, levels, varies
from lackmus.sweep.thresholds import Turn
from lackmus.sweep.verdict import wilson

Rows = list[dict[str, Any]]

#: Width of a chart that fits a telephone, in pixels, and of one with labels on its left.
WIDTH: Final = 300
NARROW: Final = 240

#: Bars in a histogram, about.
_BARS: Final = 36

#: Rank correlations smaller than this have no direction worth a colour.
FLAT: Final = 0.05

#: Cells along each side of a verdict map; points along a curve of shares.
_CELLS: Final = 10
_STEPS: Final = 8

#: From this index on a dot has room for a sign.
_ROOM: Final = 0.2

#: From this firmness on a cell is so dark that its sign is drawn in the colour of the paper.
_DARK: Final = 0.5

#: Height of a row of names.
ROW: Final = 20

_SIGNS: Final = {"raises": "+", "lowers": words.MINUS, "mixed": "±"}
_WORDS: Final = ["follows", "depends", "is contradicted", "no difference", "settled"]
_BOUNDS: Final = {"values": [{"at": 0.05}, {"at": 0.95}]}
#: What a claim comes out as in a cell of a plane, with its sign and its colour.
_MARKS: Final = {HOLDS: "+", FAILS: words.MINUS, NO_DIFFERENCE: "≈"}
_SIDES: Final = {"domain": [WORDS[code] for code in _MARKS], "range": [FOR, AGAINST, SOFT]}

#: The mark of the base case in a plane.
CROSS: Final[Spec] = {
    "type": "point", "shape": "cross", "filled": True, "color": INK, "size": 70, "opacity": 1,
}  # fmt: skip
#: An axis of names alone.
BARE: Final = {"ticks": False, "domain": False}
#: Room for the name of a claim beside a chart of all, in pixels.
_LABEL: Final = 280
#: A letter in the widest of the page's fonts, which a reader's browser may choose, in pixels.
_LETTER: Final = 6.6


def margins(findings: Findings, claim: str) -> Spec:
    """By how much a claim holds, as a histogram over the draws, with the zero line."""
    found = finding(findings, claim)
    kept = found.margins[np.isfinite(found.margins)]
    edges = _edges(kept)
    counts, _ = np.histogram(kept, edges)
    rows = [
        {"from": float(a), "to": float(b), "draws": int(n), "side": "holds" if a >= 0 else "fails"}
        for a, b, n in zip(edges[:-1], edges[1:], counts, strict=True)
        if n
    ]
    axis = {"tickCount": 5, "format": ".3~r"}
    x = measure("from", title="margin: by how much it holds", axis=axis)
    layers = [
        layer(
            rows, {"type": "rect", "stroke": PAPER, "strokeWidth": 0.5},
            x=x, x2={"field": "to"}, y=measure("draws", axis=None), y2={"datum": 0},
            color=two("side", "holds", "fails"),
        ),
        layer([{"at": 0}], {"type": "rule", "color": INK}, x={**x, "field": "at"}),
    ]  # fmt: skip
    if found.base_margin is not None:
        mark = {
            "type": "point", "shape": "triangle-down", "filled": True, "color": INK, "size": 50,
            "yOffset": -7, "opacity": 1,
        }  # fmt: skip
        here = [{"at": found.base_margin}]
        layers.append(layer(here, mark, x={**x, "field": "at"}, y={"value": 0}))
    return layered(layers, width=WIDTH, height=90)


def shares(findings: Findings) -> Spec:
    """The share of draws in which each claim holds, with its interval, between the two bounds."""
    rows: Rows = [
        {
            "claim": found.claim.id, "share": found.verdict.share,
            "low": found.verdict.interval[0], "high": found.verdict.interval[1],
            "word": found.verdict.word,
        }
        for found in findings.claims
        if found.verdict.share is not None and found.verdict.interval is not None
    ]  # fmt: skip
    y = label("claim", [row["claim"] for row in rows])
    x = measure("low", title="share of draws", scale={"domain": [0, 1]}, axis=percents())
    shape = {"domain": _WORDS, "range": ["circle", "diamond", "cross", "stroke", "square"]}
    colour = {"domain": _WORDS, "range": [FOR, SOFT, AGAINST, FAINT, INK]}
    points = {"type": "point", "filled": True, "size": 55, "opacity": 1}
    layers = [
        {"data": _BOUNDS, "mark": {"type": "rule", "color": RULE},
         "encoding": {"x": {**x, "field": "at"}}},
        layer(rows, {"type": "rule", "color": SOFT, "strokeWidth": 1.5},
               x=x, x2={"field": "high"}, y=y),
        layer(rows, points, x={**x, "field": "share"}, y=y, color=scaled("word", colour),
               shape=scaled("word", shape)),
    ]  # fmt: skip
    return layered(layers, width=360, height={"step": ROW})


def drivers(findings: Findings, claim: str, *, most: int = 8) -> Spec:
    """How much of the margin's variance each assumption explains on its own, and which way."""
    rows: Rows = [
        {"assumption": d.assumption, "index": d.index, "way": way(d.direction),
         "told": f"{_SIGNS[way(d.direction)]} {d.index:.2f}"}
        for d in finding(findings, claim).drivers[:most]
    ]  # fmt: skip
    title = "share of the margin’s variance"
    x = measure("index", title=title, axis={"tickCount": 4})
    y = label("assumption", [row["assumption"] for row in rows])
    return layered(
        [
            layer(rows, {"type": "bar", "height": 11}, x=x, y=y, color=_ways()),
            layer(rows, beside(), x=x, y=y, text={"field": "told"}),
        ],
        width=NARROW,
        height={"step": ROW},
    )


def driver_map(findings: Findings) -> Spec:
    """What hangs on what: a dot for each claim and assumption, larger where it drives more."""
    rows: Rows = [
        {"claim": words.plain(found.claim.id), "assumption": d.assumption, "index": d.index,
         "way": way(d.direction), "sign": _SIGNS[way(d.direction)]}
        for found in findings.claims
        for d in found.drivers
    ]  # fmt: skip
    weight: dict[str, float] = {}
    for row in rows:
        weight[row["assumption"]] = weight.get(row["assumption"], 0.0) + row["index"]
    claims = [words.plain(found.claim.id) for found in findings.claims]
    across = {**BARE, "orient": "top", "labelAngle": -50, "grid": True}
    x = label("assumption", sorted(weight, key=lambda name: -weight[name]), axis=across)
    extent = min(_LABEL, _LETTER * max(map(len, claims)))
    down = {**BARE, "grid": True, "labelLimit": _LABEL, "minExtent": extent, "maxExtent": _LABEL}
    y = label("claim", claims, axis=down, scale={"domain": claims})
    size = {"field": "index", "type": "quantitative", "legend": None,
            "scale": {"domain": [0, 1], "range": [4, 900]}}  # fmt: skip
    dots = {"type": "circle", "opacity": 0.9}
    large, small = ([row for row in rows if (row["index"] >= _ROOM) is is_large]
                    for is_large in (True, False))  # fmt: skip
    sign = {"field": "sign"}
    layers = [
        layer(rows, dots, x=x, y=y, size=size, color=_ways()),
        layer(large, {"type": "text", "color": PAPER, "fontWeight": "bold"}, x=x, y=y, text=sign),
        layer(small, {"type": "text", "dx": 10, "color": SOFT}, x=x, y=y, text=sign),
    ]
    return layered(layers, width={"step": 30}, height={"step": 24})


def turns(findings: Findings, claim: str, *, most: int = 10) -> Spec:
    """Where a claim turns: the range of each assumption with its ends, base value and turn.

    The thick part of a range is where the claim says the contrary of what it says at the base
    values, all other assumptions at theirs, until it turns back, if it does. Ranges are drawn in
    places (`lackmus.sweep.shapes`): a logarithmic one in logarithms.
    """
    found = finding(findings, claim)
    known = {a.name: a for a in findings.assumptions}
    rows = []
    for turn in (found.thresholds.turns if found.thresholds else ())[:most]:
        row = _range_row(known[turn.assumption])
        start, end = stretch(known[turn.assumption], turn)
        row |= {"turn": start, "end": end, "told": words.turn(turn)}
        rows.append(row)
    contrary = FOR if found.base_holds is False else AGAINST
    thick = {"type": "rule", "color": contrary, "strokeWidth": 7}
    y = label("assumption", list(dict.fromkeys(row["assumption"] for row in rows)))
    behind = layer(rows, thick, x=measure("turn"), x2={"field": "end"}, y=y)
    above = {"type": "text", "dy": -9, "fontSize": 10}
    value = layer(rows, above, x=measure("turn"), y=y, text={"field": "told"})
    first, *rest = _ranges(rows, y)
    return layered([first, behind, *rest, value], width=WIDTH, height={"step": 28})


def assumptions(findings: Findings) -> Spec:
    """The range of every assumption with its ends and base value."""
    rows = [_range_row(assumption) for assumption in findings.assumptions]
    y = label("assumption", [row["assumption"] for row in rows])
    told = {"type": "text", "dy": -9, "fontSize": 10}
    value = layer(rows, told, x=measure("base"), y=y, text={"field": "value"})
    return layered([*_ranges(rows, y), value], width=WIDTH, height={"step": 26})


def stretch(assumption: Assumption, turn: Turn) -> tuple[float, float]:
    """From where to where along its range a claim says the contrary, from the turn outwards."""
    outwards = 0.0 if turn.value < turn.base else 1.0
    end = outwards if turn.until is None else along_range(assumption, turn.until)
    return along_range(assumption, turn.value), end


def _range_row(assumption: Assumption) -> dict[str, Any]:
    low, high = bounds(assumption)
    base = float(assumption.value)
    return {
        "assumption": assumption.name, "start": 0.0, "stop": 1.0,
        "base": along_range(assumption, base),
        "low": words.number(low), "high": words.number(high), "value": words.number(base),
    }  # fmt: skip


def _ranges(rows: Rows, y: Spec) -> list[Spec]:
    """Ranges with their ends told, and a tick at the base value."""
    x = measure("start", scale={"domain": [-0.16, 1.16]}, axis=None)
    end = {"type": "text", "color": SOFT, "fontSize": 10}
    return [
        layer(rows, {"type": "rule", "color": RULE, "strokeWidth": 2},
               x=x, x2={"field": "stop"}, y=y),
        layer(rows, {"type": "tick", "color": INK, "thickness": 2, "height": 12},
               x=measure("base"), y=y),
        layer(rows, {**end, "align": "right", "dx": -4}, x=x, y=y, text={"field": "low"}),
        layer(rows, {**end, "align": "left", "dx": 4},
               x=measure("stop"), y=y, text={"field": "high"}),
    ]  # fmt: skip


def verdict_map(findings: Findings, claim: str, x: str | None = None, y: str | None = None) -> Spec:
    """Where in the plane of two assumptions a claim holds, all others drawn.

    Args:
        findings: The case put to the test.
        claim: The claim's id.
        x: An assumption; the largest driver, if unsaid.
        y: Another; the next driver, if unsaid.

    Raises:
        UsageError: There is no such claim or assumption, or too few drivers to choose from.
    """
    found = finding(findings, claim)
    names = [d.assumption for d in found.drivers if d.assumption not in (x, y)]
    if len(names) < (x is None) + (y is None):
        raise UsageError(f"the claim '{claim}' has too few drivers; name two assumptions")
    x = x or names.pop(0)
    y = y or names.pop(0)
    first, second = _assumption(findings, x), _assumption(findings, y)
    firm = {"field": "firm", "type": "quantitative", "legend": None,
            "scale": {"domain": [0, 1], "range": [0.08, 1]}}  # fmt: skip
    right, up = along(findings, x, "x"), along(findings, y, "y")
    here = [{"x": float(first.value), "y": float(second.value)}]
    cells = _cells(findings, found, first, second)
    layers = [
        layer(
            cells, {"type": "rect", "stroke": PAPER},
            x=right, x2={"field": "x2"}, y=up, y2={"field": "y2"},
            color=scaled("side", _SIDES), opacity=firm,
        ),
        *(
            layer(
                [cell for cell in cells if (cell["firm"] >= _DARK) is dark],
                {"type": "text", "fontSize": 9, "color": PAPER if dark else INK},
                x={**right, "field": "mid_x"}, y={**up, "field": "mid_y"}, text={"field": "sign"},
            )
            for dark in (False, True)
        ),
        layer(here, CROSS, x=right, y=up),
    ]  # fmt: skip
    return layered(layers, width=NARROW, height=NARROW * 3 // 4)


def _cells(findings: Findings, found: ClaimFinding, first: Assumption, second: Assumption) -> Rows:
    asked = np.isin(found.holds, (HOLDS, FAILS, NO_DIFFERENCE))
    edges = [_edges_of(first), _edges_of(second)]
    u, v = (
        np.clip(findings.points[asked, column(findings, a.name)], ends[0], ends[-1])
        for a, ends in zip((first, second), edges, strict=True)
    )
    every = np.histogram2d(u, v, bins=edges)[0]
    told = found.holds[asked]
    counts = {
        code: np.histogram2d(u[told == code], v[told == code], bins=edges)[0] for code in _MARKS
    }
    rows: Rows = []
    for i, j in zip(*np.nonzero(every), strict=True):
        most = max(_MARKS, key=lambda code: counts[code][i, j])
        share = float(counts[most][i, j] / every[i, j])
        across, upwards = (
            _middle(a, float(ends[k]), float(ends[k + 1]))
            for a, ends, k in zip((first, second), edges, (i, j), strict=True)
        )
        rows.append(
            {
                "mid_x": across, "mid_y": upwards, "sign": _MARKS[most],
                "x": float(edges[0][i]), "x2": float(edges[0][i + 1]),
                "y": float(edges[1][j]), "y2": float(edges[1][j + 1]),
                "side": WORDS[most], "firm": max(0.0, 2 * share - 1),
            }
        )  # fmt: skip
    return rows


def _middle(assumption: Assumption, low: float, high: float) -> float:
    """The middle of a cell as it is drawn: of a logarithmic range, in logarithms."""
    if _scale(assumption)["type"] == "log":
        return math.sqrt(low * high)
    return (low + high) / 2


def _edges_of(assumption: Assumption) -> Floats:
    """Edges of cells along an assumption; each listed value has a cell of its own."""
    values = levels(assumption, _CELLS + 1)
    if not is_discrete(assumption):
        return values
    return edges_around(values)


def edges_around(values: Floats) -> Floats:
    """Edges that put each of some ascending values into a cell of its own."""
    middle = (values[1:] + values[:-1]) / 2
    ends = 2 * values[[0, -1]] - middle[[0, -1]]
    return np.concatenate([ends[:1], middle, ends[1:]])


def share_by(findings: Findings, claim: str, assumption: str = "precision") -> Spec:
    """In what share of the draws a claim holds as one assumption goes through its range."""
    found = finding(findings, claim)
    _assumption(findings, assumption)
    asked = np.isin(found.holds, (HOLDS, FAILS, NO_DIFFERENCE))
    values = findings.points[asked, column(findings, assumption)]
    holds = found.holds[asked] == HOLDS
    rows: Rows = []
    order = np.argsort(values, kind="stable")
    for part in np.array_split(order, min(_STEPS, max(1, len(order)))):
        if len(part):
            low, high = wilson(int(holds[part].sum()), len(part))
            rows.append({"at": float(np.median(values[part])), "share": float(holds[part].mean()),
                         "low": low, "high": high})  # fmt: skip
    x = along(findings, assumption, "at")
    y = measure("share", title="share of draws", scale={"domain": [0, 1]}, axis=percents())
    line = {"type": "line", "color": FOR, "point": {"color": FOR, "size": 25}}
    layers = [
        {"data": _BOUNDS, "mark": {"type": "rule", "color": RULE, "strokeDash": [2, 3]},
         "encoding": {"y": {**y, "field": "at"}}},
        layer(rows, {"type": "area", "color": FOR, "opacity": 0.15},
               x=x, y={**y, "field": "low"}, y2={"field": "high"}),
        layer(rows, line, x=x, y=y),
    ]  # fmt: skip
    return layered(layers, width=NARROW, height=120)


# --- parts ----------------------------------------------------------------------------------------


def way(direction: float) -> str:
    """Whether an assumption raises a margin, lowers it, or does neither throughout."""
    if abs(direction) < FLAT:
        return "mixed"
    return "raises" if direction > 0 else "lowers"


def finding(findings: Findings, claim: str) -> ClaimFinding:
    """The finding on a claim.

    Raises:
        UsageError: There is no such claim.
    """
    try:
        return findings[claim]
    except KeyError:
        known = words.listed(found.claim.id for found in findings.claims)
        raise UsageError(f"there is no claim '{claim}'; there are {known}") from None


def layered(layers: list[Spec], **size: object) -> Spec:
    """A dressed chart of layers."""
    return dressed({"layer": layers, **size})


def layer(rows: Rows, mark: Spec, **encoding: Spec) -> Spec:
    """One layer with its own data."""
    return {"data": {"values": rows}, "mark": mark, "encoding": encoding}


def measure(field: str, *, title: str | None = None, **more: object) -> Spec:
    """A channel for a number."""
    return {"field": field, "type": "quantitative", "title": title, **more}


def label(field: str, order: Sequence[str], **more: object) -> Spec:
    """A channel for names, in their order."""
    return {"field": field, "type": "nominal", "title": None, "sort": list(order), **more}


def scaled(field: str, scale: Spec) -> Spec:
    """A channel for a colour or a shape, without a legend."""
    return {"field": field, "type": "nominal", "legend": None, "scale": scale}


def two(field: str, yes: str, no: str) -> Spec:
    """The colours of for and against."""
    return scaled(field, {"domain": [yes, no], "range": [FOR, AGAINST]})


def _ways() -> Spec:
    return scaled("way", {"domain": ["raises", "lowers", "mixed"], "range": [FOR, AGAINST, SOFT]})


def beside() -> Spec:
    """Text at the end of a bar."""
    return {"type": "text", "align": "left", "dx": 4}


def percents() -> Spec:
    """An axis of shares."""
    return {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1], "gridColor": FAINT}


def ends(findings: Findings, name: str) -> tuple[float, float]:
    """The ends of an assumption's range."""
    return bounds(findings.assumptions[column(findings, name)])


def along(findings: Findings, name: str, field: str) -> Spec:
    """A channel along an assumption's range."""
    axis = {"tickCount": 5, "format": ".3~r"}
    assumption = findings.assumptions[column(findings, name)]
    return measure(field, title=assumption.name, scale=_scale(assumption), axis=axis)


def _scale(assumption: Assumption) -> Spec:
    low, high = bounds(assumption)
    kind = "log" if assumption.distribution.shape == "loguniform" and low > 0 else "linear"
    return {"type": kind, "domain": [low, high], "nice": False}


def _edges(values: Floats) -> Floats:
    """Edges of about `_BARS` bins of one width, zero among them."""
    low, high = float(values.min(initial=0.0)), float(values.max(initial=0.0))
    width = (high - low) / _BARS or 1.0
    edges = width * np.arange(np.floor(low / width), np.ceil(high / width) + 1)
    edges[0], edges[-1] = min(low, edges[0]), max(high, edges[-1])
    return edges


def column(findings: Findings, name: str) -> int:
    """Place of an assumption in the draws."""
    return [a.name for a in findings.assumptions].index(composed(name))


def _assumption(findings: Findings, name: str) -> Assumption:
    asked = composed(name)
    for assumption in findings.assumptions:
        if assumption.name == asked and varies(assumption):
            return assumption
    known = words.listed(a.name for a in findings.assumptions if varies(a))
    raise UsageError(f"no assumption '{name}' varies; these do: {known}")
