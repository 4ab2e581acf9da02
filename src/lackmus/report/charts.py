"""Charts of a case put to the test, by Altair: each takes the findings and gives a chart.

In every chart blue and a plus stand for a claim that holds, or a margin that rises; vermilion and
a minus for the contrary. Nothing here solves anything: the numbers are those of the findings.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import altair as alt
import numpy as np

from lackmus.case.syntax import Assumption
from lackmus.foundation.errors import UsageError
from lackmus.pipeline.findings import ClaimFinding, Findings
from lackmus.report import words
from lackmus.report.theme import (
    AGAINST,
    FAINT,
    FOR,
    INK,
    PAPER,
    RULE,
    SOFT,
    Drawing,
    dressed,
    save,
)
from lackmus.sweep.shapes import bounds, levels, varies
from lackmus.sweep.study import HOLDS, UNDEFINED
from lackmus.sweep.verdict import wilson

__all__ = [
    "assumptions", "beliefs", "driver_map", "drivers", "indicators", "margins", "probes", "save",
    "share_by", "shares", "turns", "verdict_map", "watch",
]  # fmt: skip

Rows = list[dict[str, Any]]

#: Width of a chart that fits a telephone, in pixels.
WIDTH: Final = 300

#: Bars in a histogram, about.
_BARS: Final = 36

#: Rank correlations smaller than this have no direction worth a colour.
_FLAT: Final = 0.05

#: Cells along each side of a verdict map; points along a curve of shares.
_CELLS: Final = 10
_STEPS: Final = 8

_ROW: Final = 20


def margins(findings: Findings, claim: str) -> Drawing:
    """By how much a claim holds, as a histogram over the draws, with the zero line."""
    found = _finding(findings, claim)
    kept = found.margins[np.isfinite(found.margins)]
    edges = _edges(kept)
    counts, _ = np.histogram(kept, edges)
    bars = _chart(
        [
            {
                "from": float(a),
                "to": float(b),
                "draws": int(n),
                "side": "holds" if a >= 0 else "fails",
            }
            for a, b, n in zip(edges[:-1], edges[1:], counts, strict=True)
            if n
        ]
    )
    x = alt.X(
        "from:Q", title="margin: by how much it holds", axis=alt.Axis(tickCount=5, format="~g")
    )
    histogram = bars.mark_rect(stroke=PAPER, strokeWidth=0.5).encode(
        x=x,
        x2="to:Q",
        y=alt.Y("draws:Q", axis=None),
        y2=alt.datum(0),
        color=_sides("side", "holds", "fails"),
    )
    zero = _chart([{"at": 0}]).mark_rule(color=INK).encode(x="at:Q")
    layers: list[alt.Chart] = [histogram, zero]
    if found.base_margin is not None:
        base = _chart([{"at": found.base_margin}])
        layers.append(
            base.mark_point(shape="triangle-down", filled=True, color=INK, size=50, yOffset=-7)
            .encode(x="at:Q", y=alt.value(0))
        )  # fmt: skip
    return dressed(alt.layer(*layers).properties(width=WIDTH, height=90))


def shares(findings: Findings) -> Drawing:
    """The share of draws in which each claim holds, with its interval, between the two bounds."""
    rows = [
        {
            "claim": found.claim.id, "share": found.verdict.share,
            "low": found.verdict.interval[0], "high": found.verdict.interval[1],
            "word": found.verdict.word,
        }
        for found in findings.claims
        if found.verdict.share is not None and found.verdict.interval is not None
    ]  # fmt: skip
    order = [found.claim.id for found in findings.claims]
    y = alt.Y("claim:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False))
    x = alt.X("low:Q", scale=alt.Scale(domain=[0, 1]), title="share of draws", axis=_percents())
    bound = _chart([{"at": 0.05}, {"at": 0.95}]).mark_rule(color=RULE).encode(x="at:Q")
    spread = _chart(rows).mark_rule(color=SOFT, strokeWidth=1.5).encode(x=x, x2="high:Q", y=y)
    points = _chart(rows).mark_point(filled=True, size=55, opacity=1).encode(
        x="share:Q", y=y,
        color=alt.Color("word:N", legend=None, scale=_three()),
        shape=alt.Shape(
            "word:N", legend=None,
            scale=alt.Scale(
                domain=["follows", "depends", "does not follow"],
                range=["circle", "diamond", "cross"],
            ),
        ),
    )  # fmt: skip
    return dressed((bound + spread + points).properties(width=360, height=alt.Step(_ROW)))


def drivers(findings: Findings, claim: str, *, most: int = 8) -> Drawing:
    """How much of the margin's variance each assumption explains on its own, and which way."""
    rows = [
        {"assumption": d.assumption, "index": d.index, "way": _way(d.direction),
         "told": f"{_SIGNS[_way(d.direction)]} {d.index:.2f}"}
        for d in _finding(findings, claim).drivers[:most]
    ]  # fmt: skip
    y = alt.Y("assumption:N", sort=[row["assumption"] for row in rows], title=None)
    bars = _chart(rows).mark_bar(height=11).encode(
        x=alt.X("index:Q", title="share of the margin's variance", axis=alt.Axis(tickCount=4)),
        y=y, color=_ways(),
    )  # fmt: skip
    text = _chart(rows).mark_text(align="left", dx=4).encode(x="index:Q", y=y, text="told:N")
    return dressed((bars + text).properties(width=WIDTH - 60, height=alt.Step(_ROW)))


def driver_map(findings: Findings) -> Drawing:
    """What hangs on what: a dot for each claim and assumption, larger where it drives more."""
    rows = [
        {"claim": found.claim.id.partition("_")[0], "assumption": d.assumption, "index": d.index,
         "way": _way(d.direction)}
        for found in findings.claims
        for d in found.drivers
    ]  # fmt: skip
    weight: dict[str, float] = {}
    for row in rows:
        weight[row["assumption"]] = weight.get(row["assumption"], 0.0) + row["index"]
    order = sorted(weight, key=lambda name: -weight[name])
    claims = [found.claim.id.partition("_")[0] for found in findings.claims]
    plain = alt.Axis(grid=True, ticks=False, domain=False)
    dots = _chart(rows).mark_circle(opacity=0.9).encode(
        x=alt.X("assumption:N", sort=order, title=None, axis=alt.Axis(
            orient="top", labelAngle=-50, grid=True, ticks=False, domain=False)),
        y=alt.Y("claim:N", sort=claims, title=None, axis=plain, scale=alt.Scale(domain=claims)),
        size=alt.Size("index:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[4, 900])),
        color=_ways(),
    )  # fmt: skip
    return dressed(dots.properties(width=alt.Step(26), height=alt.Step(22)))


def turns(findings: Findings, claim: str, *, most: int = 10) -> Drawing:
    """Where a claim turns: the range of each assumption with its ends, base value and turn.

    The thick part of a range is where the claim says the contrary of what it says at the base
    values, all other assumptions at theirs.
    """
    found = _finding(findings, claim)
    rows = _turn_rows(findings, found, most)
    contrary = FOR if found.base_holds is False else AGAINST
    y = alt.Y(
        "assumption:N", sort=list(dict.fromkeys(row["assumption"] for row in rows)), title=None
    )
    x = alt.X("start:Q", scale=alt.Scale(domain=[-0.16, 1.16]), axis=None)
    data = _chart(rows)
    layers = [
        data.mark_rule(color=RULE, strokeWidth=2).encode(x=x, x2="stop:Q", y=y),
        data.mark_rule(color=contrary, strokeWidth=7).encode(x="turn:Q", x2="end:Q", y=y),
        data.mark_tick(color=INK, thickness=2, height=12).encode(x="base:Q", y=y),
        data.mark_text(dy=-9, fontSize=10).encode(x="turn:Q", y=y, text="value:N"),
        data.mark_text(align="right", dx=-4, color=SOFT, fontSize=10).encode(
            x="start:Q", y=y, text="low:N"),
        data.mark_text(align="left", dx=4, color=SOFT, fontSize=10).encode(
            x="stop:Q", y=y, text="high:N"),
    ]  # fmt: skip
    return dressed(alt.layer(*layers).properties(width=WIDTH, height=alt.Step(28)))


def _turn_rows(findings: Findings, found: ClaimFinding, most: int) -> Rows:
    known = {a.name: a for a in findings.assumptions}
    rows: Rows = []
    for turn in (found.thresholds.turns if found.thresholds else ())[:most]:
        low, high = bounds(known[turn.assumption])
        width = high - low
        rows.append(
            {
                "assumption": turn.assumption, "start": 0.0, "stop": 1.0,
                "low": words.number(low), "high": words.number(high),
                "base": (turn.base - low) / width, "turn": (turn.value - low) / width,
                "end": 0.0 if turn.value < turn.base else 1.0,
                "value": words.number(turn.value, scale=width),
            }
        )  # fmt: skip
    return rows


def verdict_map(
    findings: Findings, claim: str, x: str | None = None, y: str | None = None
) -> Drawing:
    """Where in the plane of two assumptions a claim holds, all others drawn.

    Args:
        findings: The case put to the test.
        claim: The claim's id.
        x: An assumption; the largest driver, if unsaid.
        y: Another; the next driver, if unsaid.

    Raises:
        UsageError: There is no such claim or assumption, or too few drivers to choose from.
    """
    found = _finding(findings, claim)
    names = [d.assumption for d in found.drivers if d.assumption not in (x, y)]
    if len(names) < (x is None) + (y is None):
        raise UsageError(f"the claim '{claim}' has too few drivers; name two assumptions")
    x = x or names.pop(0)
    y = y or names.pop(0)
    across, along = _assumption(findings, x), _assumption(findings, y)
    rows = _cells(findings, found, across, along)
    cells = _chart(rows).mark_rect(stroke=PAPER).encode(
        x=alt.X("x:Q", title=x, scale=_scale(across), axis=alt.Axis(tickCount=5, format="~g")),
        x2="x2:Q",
        y=alt.Y("y:Q", title=y, scale=_scale(along), axis=alt.Axis(tickCount=5, format="~g")),
        y2="y2:Q",
        color=_sides("side", "holds", "fails"),
        opacity=alt.Opacity("firm:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0.08, 1])),
    )  # fmt: skip
    base = _chart([{"x": float(across.value), "y": float(along.value)}])
    mark = base.mark_point(shape="cross", filled=True, color=INK, size=70, opacity=1)
    here = mark.encode(x="x:Q", y="y:Q")
    return dressed((cells + here).properties(width=WIDTH - 60, height=WIDTH - 120))


def _cells(findings: Findings, found: ClaimFinding, across: Assumption, along: Assumption) -> Rows:
    asked = found.holds != UNDEFINED
    edges = [levels(a, _CELLS + 1) for a in (across, along)]
    edges = [_between(e) if a.distribution.shape == "choice" else e
             for a, e in zip((across, along), edges, strict=True)]  # fmt: skip
    points = [findings.points[asked, _column(findings, a.name)] for a in (across, along)]
    holds = found.holds[asked] == HOLDS
    every = np.histogram2d(*points, bins=edges)[0]
    yes = np.histogram2d(points[0][holds], points[1][holds], bins=edges)[0]
    rows: Rows = []
    for i, j in zip(*np.nonzero(every), strict=True):
        share = float(yes[i, j] / every[i, j])
        rows.append(
            {
                "x": float(edges[0][i]), "x2": float(edges[0][i + 1]),
                "y": float(edges[1][j]), "y2": float(edges[1][j + 1]),
                "side": "holds" if share >= 0.5 else "fails",  # noqa: PLR2004 - the greater part
                "firm": abs(2 * share - 1), "share": share,
            }
        )  # fmt: skip
    return rows


def _between(values: np.ndarray) -> np.ndarray:
    """Edges that put each listed value into a cell of its own."""
    middle = (values[1:] + values[:-1]) / 2
    first, last = values[0] - (middle[0] - values[0]), values[-1] + (values[-1] - middle[-1])
    return np.concatenate([[first], middle, [last]])


def share_by(findings: Findings, claim: str, assumption: str = "precision") -> Drawing:
    """In what share of the draws a claim holds as one assumption goes through its range."""
    found, about = _finding(findings, claim), _assumption(findings, assumption)
    asked = found.holds != UNDEFINED
    values = findings.points[asked, _column(findings, assumption)]
    holds = found.holds[asked] == HOLDS
    rows: Rows = []
    order = np.argsort(values, kind="stable")
    for part in np.array_split(order, min(_STEPS, max(1, len(order)))):
        if not len(part):
            continue
        low, high = wilson(int(holds[part].sum()), len(part))
        rows.append({"at": float(np.median(values[part])), "share": float(holds[part].mean()),
                     "low": low, "high": high})  # fmt: skip
    x = alt.X(
        "at:Q", title=assumption, scale=_scale(about), axis=alt.Axis(tickCount=5, format="~g")
    )
    y = alt.Y("share:Q", title="share of draws", scale=alt.Scale(domain=[0, 1]), axis=_percents())
    bound = _chart([{"at": 0.05}, {"at": 0.95}]).mark_rule(color=RULE, strokeDash=[2, 3])
    band = _chart(rows).mark_area(color=FOR, opacity=0.15)
    line = _chart(rows).mark_line(color=FOR, point=alt.OverlayMarkDef(color=FOR, size=25))
    drawn = (
        bound.encode(y="at:Q")
        + band.encode(x=x, y=alt.Y("low:Q"), y2="high:Q")
        + line.encode(x=x, y=y)
    )
    return dressed(drawn.properties(width=WIDTH - 60, height=120))


def beliefs(findings: Findings, about: str) -> Drawing:
    """Beliefs about one aim or fact along what was seen; hollow where the record is unsure."""
    prior = findings.reading.prior.get(about)
    if prior is None:
        raise UsageError(f"there is no aim or fact '{about}'")
    steps = [("before", True, prior)]
    steps += [
        (str(i), moment.certain, moment.posterior[about])
        for i, moment in enumerate(findings.reading.timeline, start=1)
        if about in moment.posterior
    ]
    rows = [
        {"step": i, "value": words.plain(value), "p": p, "sure": sure}
        for i, (_, sure, shares_) in enumerate(steps)
        for value, p in shares_.items()
    ]
    names = [name for name, _, _ in steps]
    ticks = alt.Axis(
        values=list(range(len(steps))), labelExpr=f"{names!r}[datum.value]", grid=False
    )
    scale = alt.Scale(domain=[-0.15, len(steps) - 0.85], nice=False)
    x = alt.X("step:Q", title="after observation", axis=ticks, scale=scale)
    y = alt.Y("p:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=_percents(grid=True))
    values = [words.plain(v) for v in prior]
    colour = alt.Color("value:N", legend=None, scale=alt.Scale(domain=values, range=_hues(values)))
    data = _chart(rows)
    line = data.mark_line(strokeWidth=1.5).encode(x=x, y=y, color=colour, detail="value:N")
    sure = data.transform_filter("datum.sure").mark_point(filled=True, size=50, opacity=1)
    unsure = data.transform_filter("!datum.sure").mark_point(
        filled=True, fill=PAPER, size=50, strokeWidth=1.5, opacity=1
    )
    last = data.transform_filter(f"datum.step == {len(steps) - 1}").mark_text(align="left", dx=8)
    drawn = (
        line
        + sure.encode(x=x, y=y, color=colour)
        + unsure.encode(x=x, y=y, stroke=colour.copy())
        + last.encode(x=x, y=y, text="value:N", color=colour)
    )
    return dressed(drawn.properties(width=WIDTH - 90, height=130))


def indicators(findings: Findings, about: str) -> Drawing:
    """How likely each option is under each aim, with the weight of evidence in bits."""
    found = [i for i in findings.reading.indicators if i.about == about]
    if not found:
        raise UsageError(f"nothing that is still open tells about '{about}'")
    label = {id(i): f"{words.plain(i.move)}: {words.plain(i.option)}" for i in found}
    rows = [
        {"option": label[id(i)], "aim": words.plain(aim), "p": p, "told": words.percent(p)}
        for i in found
        for aim, p in i.likelihood.items()
        if p is not None
    ]
    bits = [
        {"option": label[id(i)], "aim": "bits",
         "told": "" if i.bits is None else f"{i.bits:.2f} {words.plain(i.favours)}"}
        for i in found
    ]  # fmt: skip
    columns = [words.plain(aim) for aim in found[0].likelihood] + ["bits"]
    x = alt.X("aim:N", sort=columns, title=None, axis=alt.Axis(
        orient="top", labelAngle=0, ticks=False, domain=False))  # fmt: skip
    y = alt.Y("option:N", sort=list(label.values()), title=None, axis=alt.Axis(
        ticks=False, domain=False, labelLimit=260))  # fmt: skip
    shade = alt.Opacity("p:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0.04, 0.55]))
    cells = _chart(rows).mark_rect(color=FOR).encode(x=x, y=y, opacity=shade)
    text = _chart(rows + bits).mark_text().encode(x=x, y=y, text="told:N")
    return dressed((cells + text).properties(width=alt.Step(84), height=alt.Step(_ROW)))


def watch(findings: Findings, *, most: int = 12) -> Drawing:
    """What is worth watching: how many bits each move tells about each aim, on average."""
    rows = [
        {"seen": f"{words.plain(w.move)}, about {words.variable_name(findings.case, w.about)}",
         "bits": w.bits, "told": f"{w.bits:.2f}"}
        for w in findings.reading.watch[:most]
    ]  # fmt: skip
    return _bars(rows, "seen", "bits", "expected information in bits")


def probes(findings: Findings, *, most: int = 12) -> Drawing:
    """What tests would teach their makers beyond the game as written, and what they cost."""
    rows = [
        {"probe": f"{words.plain(p.move)} = {words.plain(p.option)}, about "
                  f"{words.variable_name(findings.case, p.about)}",
         "gain": p.gain, "told": f"{p.gain:.2f} bits, costs {words.number(p.cost)}"}
        for p in findings.reading.probes[:most]
    ]  # fmt: skip
    return _bars(rows, "probe", "gain", "gain in bits")


def _bars(rows: Rows, name: str, value: str, title: str) -> Drawing:
    y = alt.Y(f"{name}:N", sort=[row[name] for row in rows], title=None, axis=alt.Axis(
        ticks=False, domain=False, labelLimit=320))  # fmt: skip
    x = alt.X(f"{value}:Q", title=title, axis=alt.Axis(tickCount=4))
    bars = _chart(rows).mark_bar(color=SOFT, height=10).encode(x=x, y=y)
    text = _chart(rows).mark_text(align="left", dx=4).encode(x=f"{value}:Q", y=y, text="told:N")
    return dressed((bars + text).properties(width=WIDTH - 60, height=alt.Step(_ROW)))


def assumptions(findings: Findings) -> Drawing:
    """The range of every assumption with its ends and base value."""
    rows = []
    for assumption in findings.assumptions:
        low, high = bounds(assumption)
        at = (float(assumption.value) - low) / (high - low) if high > low else 0.5
        rows.append(
            {"assumption": assumption.name, "start": 0.0, "stop": 1.0, "at": at,
             "low": words.number(low), "high": words.number(high),
             "told": words.number(float(assumption.value))}
        )  # fmt: skip
    x = alt.X("start:Q", scale=alt.Scale(domain=[-0.16, 1.16]), axis=None)
    y = alt.Y("assumption:N", sort=[row["assumption"] for row in rows], title=None)
    data = _chart(rows)
    small = {"color": SOFT, "fontSize": 10}
    layers = [
        data.mark_rule(color=RULE, strokeWidth=2).encode(x=x, x2="stop:Q", y=y),
        data.mark_tick(color=INK, thickness=2, height=12).encode(x="at:Q", y=y),
        data.mark_text(dy=-9, fontSize=10).encode(x="at:Q", y=y, text="told:N"),
        data.mark_text(align="right", dx=-4, **small).encode(x="start:Q", y=y, text="low:N"),
        data.mark_text(align="left", dx=4, **small).encode(x="stop:Q", y=y, text="high:N"),
    ]
    return dressed(alt.layer(*layers).properties(width=WIDTH, height=alt.Step(26)))


# --- parts ----------------------------------------------------------------------------------------

_SIGNS: Final = {"raises": "+", "lowers": words.MINUS, "mixed": "±"}


def _way(direction: float) -> str:
    if abs(direction) < _FLAT:
        return "mixed"
    return "raises" if direction > 0 else "lowers"


def _chart(rows: Rows) -> alt.Chart:
    return alt.Chart(alt.Data(values=rows))


def _sides(field: str, yes: str, no: str) -> alt.Color:
    return alt.Color(
        f"{field}:N", legend=None, scale=alt.Scale(domain=[yes, no], range=[FOR, AGAINST])
    )


def _ways() -> alt.Color:
    scale = alt.Scale(domain=["raises", "lowers", "mixed"], range=[FOR, AGAINST, SOFT])
    return alt.Color("way:N", legend=None, scale=scale)


def _three() -> alt.Scale:
    return alt.Scale(domain=["follows", "depends", "does not follow"], range=[FOR, SOFT, AGAINST])


def _hues(values: Sequence[str]) -> list[str]:
    hues = [FOR, AGAINST, INK, SOFT]
    return [hues[i % len(hues)] for i in range(len(values))]


def _percents(*, grid: bool = False) -> alt.Axis:
    return alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1], grid=grid, gridColor=FAINT)


def _scale(assumption: Assumption) -> alt.Scale:
    low, high = bounds(assumption)
    kind = "log" if assumption.distribution.shape == "loguniform" and low > 0 else "linear"
    return alt.Scale(type=kind, domain=[low, high], nice=False)


def _edges(values: np.ndarray) -> np.ndarray:
    """Edges of about `_BARS` bins of one width, zero among them."""
    low, high = min(0.0, float(values.min(initial=0.0))), max(0.0, float(values.max(initial=0.0)))
    width = (high - low) / _BARS or 1.0
    return width * np.arange(np.floor(low / width), np.ceil(high / width) + 1)


def _finding(findings: Findings, claim: str) -> ClaimFinding:
    try:
        return findings[claim]
    except KeyError:
        known = words.listed(found.claim.id for found in findings.claims)
        raise UsageError(f"there is no claim '{claim}'; there are {known}") from None


def _column(findings: Findings, name: str) -> int:
    return [a.name for a in findings.assumptions].index(name)


def _assumption(findings: Findings, name: str) -> Assumption:
    for assumption in findings.assumptions:
        if assumption.name == name and varies(assumption):
            return assumption
    known = words.listed(a.name for a in findings.assumptions if varies(a))
    raise UsageError(f"no assumption '{name}' varies; these do: {known}")
