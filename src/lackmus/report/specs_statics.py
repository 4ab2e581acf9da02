"""Charts of quantities along an assumption and of the quantal response, in Vega-Lite."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from lackmus.foundation.errors import UsageError
from lackmus.pipeline.correspondence import Correspondence
from lackmus.pipeline.quantities import Statics
from lackmus.report import specs
from lackmus.report.theme import HUES, INK, SOFT, Spec, dressed

#: Lines that eyes can keep apart, with a name at the end of each.
_MOST_LINES: Final = 8

#: Their colours.
_COLOURS: Final = (*HUES, SOFT, INK)

#: Letters of a line's name.
_LONGEST: Final = 46


def statics(found: Statics) -> Spec:
    """Each quantity against the assumption, under one another."""
    if len(found.varied) != 1:
        raise UsageError(
            f"{len(found.varied)} assumptions vary, and a chart has one axis for them",
            hint="vary one, or take to_pandas()",
        )
    name = found.varied[0]
    numbers = [
        asked for asked in found.quantities
        if all(isinstance(value, float) for value in found.table[asked])
    ]  # fmt: skip
    if not numbers:
        raise UsageError("nothing that was asked is a number", hint='ask for "P(…)" or "E(…)"')
    single = max(found.table["equilibrium"], default=1) == 1
    mark: Spec = {"type": "line", "strokeWidth": 1.5, "color": SOFT, "interpolate": "linear"}
    if not single:
        mark = {"type": "point", "filled": True, "size": 14, "color": SOFT, "opacity": 1}
    panels = []
    for asked in numbers:
        values = zip(found.table[name], found.table[asked], strict=True)
        rows = [{"at": at, "value": value} for at, value in values if math.isfinite(value)]
        last = asked == numbers[-1]
        axis = {"tickCount": 5, "format": ".3~r", "labels": last, "title": name if last else None}
        panels.append(
            {
                "width": specs.WIDTH, "height": 110,
                "title": {"text": asked, "anchor": "start", "fontSize": 11, "fontWeight": "normal"},
                "layer": [
                    specs.layer(
                        rows, mark, x=specs.measure("at", axis=axis, scale={"zero": False}),
                        y=specs.measure("value", axis={"tickCount": 4}, scale={"zero": False}),
                    )
                ],
            }
        )  # fmt: skip
    return dressed({"vconcat": panels, "spacing": 14})


def responses(found: Correspondence, infosets: Sequence[str] | None = None) -> Spec:
    """Probability of each action against λ, in the order of the branch."""
    actions = found.actions(infosets)
    if infosets is None:
        actions = dict(list(actions.items())[:_MOST_LINES])
    elif len(actions) > _MOST_LINES:
        raise UsageError(f"{len(actions)} lines are more than {_MOST_LINES}", "name fewer infosets")
    rows = [
        {"precision": float(at), "p": float(p), "step": step, "action": _cut(name)}
        for name, a in actions.items()
        for step, (at, p) in enumerate(zip(found.precision, found.strategy[:, a], strict=True))
    ]
    hues = {"domain": [_cut(name) for name in actions], "range": list(_COLOURS)}
    legend = {"orient": "bottom", "columns": 1, "title": None, "labelLimit": specs.WIDTH}
    colour = {"field": "action", "type": "nominal", "scale": hues, "legend": legend}
    axis = {"tickCount": 5, "format": ".3~r"}
    line = specs.layer(
        rows, {"type": "line", "strokeWidth": 1.5},
        x=specs.measure("precision", title="precision λ", axis=axis),
        y=specs.measure("p", scale={"domain": [0, 1]}, axis=specs.percents()),
        color=colour, order={"field": "step", "type": "quantitative"},
    )  # fmt: skip
    return specs.layered([line], width=specs.WIDTH, height=200)


def _cut(name: str) -> str:
    """A long name without its middle: what tells actions apart stands at both ends."""
    half = _LONGEST // 2
    return name if len(name) <= _LONGEST else f"{name[:half]}…{name[-half:]}"
