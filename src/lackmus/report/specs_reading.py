"""Charts of beliefs, indicators and probes, in Vega-Lite."""

from __future__ import annotations

from lackmus.foundation.errors import UsageError
from lackmus.foundation.letters import composed
from lackmus.pipeline.findings import Findings
from lackmus.report import specs, words
from lackmus.report.theme import AGAINST, FOR, INK, PAPER, SOFT, Spec


def beliefs(findings: Findings, about: str) -> Spec:
    """Beliefs about one aim or fact along what was seen; hollow where the record is unsure.

    Lines are at the base values; bands hold the middle 90 % of the draws, each weighed by how
    likely it made what was seen till then.
    """
    about = composed(about)
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
        for i, (_, sure, chances) in enumerate(steps)
        for value, p in chances.items()
    ]
    values = [words.plain(value) for value in prior]
    hues = {"domain": values, "range": _hues(len(values))}
    ticks = {
        "values": list(range(len(steps))), "grid": False,
        "labelExpr": f"{[name for name, _, _ in steps]}[datum.value]",
    }  # fmt: skip
    domain = {"domain": [-0.15, len(steps) - 0.85], "nice": False}
    x = specs.measure("step", title="after observation", axis=ticks, scale=domain)
    y = specs.measure("p", scale={"domain": [0, 1]}, axis={**specs.percents(), "grid": True})
    dot = {"type": "point", "filled": True, "size": 50, "opacity": 1}
    last = [row for row in rows if row["step"] == len(steps) - 1]
    colour = specs.scaled("value", hues)
    sure, unsure = ([row for row in rows if row["sure"] is whether] for whether in (True, False))
    hollow = {**dot, "fill": PAPER, "strokeWidth": 1.5}
    name = {"type": "text", "align": "left", "dx": 8}
    low = specs.measure("low", scale={"domain": [0, 1]}, axis=y["axis"])
    bands = specs.layer(
        _bands(findings, about), {"type": "area", "opacity": 0.13},
        x=x, y=low, y2={"field": "high"}, color=colour,
    )  # fmt: skip
    layers = [
        *([bands] if findings.learned else []),
        specs.layer(rows, {"type": "line", "strokeWidth": 1.5}, x=x, y=y, color=colour),
        specs.layer(sure, dot, x=x, y=y, color=colour),
        specs.layer(unsure, hollow, x=x, y=y, stroke=colour),
        specs.layer(last, name, x=x, y=y, text={"field": "value"}, color=colour),
    ]
    return specs.layered(layers, width=specs.NARROW - 30, height=130)


def _bands(findings: Findings, about: str) -> specs.Rows:
    """The middle of the draws at each step; none where the record teaches nothing."""
    return [
        {"step": step, "value": words.plain(shift.value), "low": low, "high": high}
        for shift in (findings.learned.beliefs if findings.learned else ())
        if shift.about == about
        for step, (low, high) in enumerate(spread.band for spread in shift.along)
        if low == low
    ]


def indicators(findings: Findings, about: str) -> Spec:
    """How likely each option is under each aim, with the weight of evidence in bits."""
    found = [i for i in findings.reading.indicators if i.about == composed(about)]
    if not found:
        raise UsageError(f"nothing that is still open tells about '{about}'")
    labels = [f"{words.plain(i.move)}: {words.plain(i.option)}" for i in found]
    rows = [
        {"option": label, "aim": words.plain(aim), "p": p, "told": words.percent(p)}
        for i, label in zip(found, labels, strict=True)
        for aim, p in i.likelihood.items()
        if p is not None
    ]
    bits = [
        {"option": label, "aim": "bits",
         "told": "" if i.bits is None else f"{i.bits:.2f} {words.plain(i.favours)}"}
        for i, label in zip(found, labels, strict=True)
    ]  # fmt: skip
    columns = [*(words.plain(aim) for aim in found[0].likelihood), "bits"]
    x = specs.label("aim", columns, axis={**specs.BARE, "orient": "top", "labelAngle": 0})
    y = specs.label("option", labels, axis={**specs.BARE, "labelLimit": 260})
    shade = {"field": "p", "type": "quantitative", "legend": None,
             "scale": {"domain": [0, 1], "range": [0.04, 0.55]}}  # fmt: skip
    layers = [
        specs.layer(rows, {"type": "rect", "color": FOR}, x=x, y=y, opacity=shade),
        specs.layer([*rows, *bits], {"type": "text"}, x=x, y=y, text={"field": "told"}),
    ]
    return specs.layered(layers, width={"step": 84}, height={"step": specs.ROW})


def watch(findings: Findings, *, most: int = 12) -> Spec:
    """What is worth watching: how many bits each move tells about each aim, on average."""
    rows = [
        {"what": f"{words.plain(w.move)}, about {words.variable_name(findings.case, w.about)}",
         "bits": w.bits, "told": f"{w.bits:.2f}"}
        for w in findings.reading.watch[:most]
    ]  # fmt: skip
    return _bars(rows, "expected information in bits")


def probes(findings: Findings, *, most: int = 12) -> Spec:
    """What tests would teach their makers beyond the game as written, and what they cost."""
    rows = [
        {"what": f"{words.plain(p.move)} = {words.plain(p.option)}, about "
                 f"{words.variable_name(findings.case, p.about)}",
         "bits": p.gain, "told": f"{p.gain:.2f} bits, costs {words.number(p.cost)}"}
        for p in findings.reading.probes[:most]
    ]  # fmt: skip
    return _bars(rows, "gain in bits")


def _bars(rows: specs.Rows, title: str) -> Spec:
    y = specs.label("what", [row["what"] for row in rows], axis={**specs.BARE, "labelLimit": 320})
    x = specs.measure("bits", title=title, axis={"tickCount": 4})
    return specs.layered(
        [
            specs.layer(rows, {"type": "bar", "color": SOFT, "height": 10}, x=x, y=y),
            specs.layer(rows, specs.beside(), x=x, y=y, text={"field": "told"}),
        ],
        width=specs.NARROW,
        height={"step": specs.ROW},
    )


def _hues(many: int) -> list[str]:
    hues = [FOR, AGAINST, INK, SOFT]
    return [hues[i % len(hues)] for i in range(many)]
