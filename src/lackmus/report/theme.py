"""How charts look, and how they become files or a part of the page.

A chart is drawn with fixed colours, so that a picture saved for a paper looks as on the screen.
In the page each of these colours becomes a CSS variable, so that one drawing serves light and dark.
The colours of for and against are Okabe and Ito's (2008) blue and vermilion, darkened for contrast.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import vl_convert

from lackmus.foundation.errors import UsageError
from lackmus.foundation.extras import extra

if TYPE_CHECKING:
    import altair

#: A chart in Vega-Lite.
Spec: TypeAlias = dict[str, Any]

INK: Final = "#1c1b1a"
SOFT: Final = "#66635f"
RULE: Final = "#d6d3cd"
FAINT: Final = "#eceae5"
FOR: Final = "#0a639a"
AGAINST: Final = "#b4470a"
PAPER: Final = "#fdfdfc"

#: Colours of lines, and of players, that are not for or against anything; as many as eyes can keep
#: apart with a name beside each.
HUES: Final = (FOR, AGAINST, "#7a4a91", "#4d6b1f", "#8a5a00", "#0f7b7b")

#: Names of the page's CSS variables for the colours of charts.
VARIABLES: Final = {
    INK: "--ink",
    SOFT: "--soft",
    RULE: "--rule",
    FAINT: "--faint",
    FOR: "--for",
    AGAINST: "--against",
    PAPER: "--paper",
    HUES[2]: "--p2",
    HUES[3]: "--p3",
    HUES[4]: "--p4",
    HUES[5]: "--p5",
}

#: Few lines, small grey axes, no frame.
_CONFIG: Final[Spec] = {
    "background": PAPER,
    "font": "sans-serif",
    "padding": 4,
    "aria": False,
    "view": {"stroke": None},
    "axis": {
        "domainColor": RULE, "tickColor": RULE, "gridColor": FAINT, "grid": False, "tickSize": 3,
        "labelColor": SOFT, "labelFontSize": 11, "labelPadding": 3,
        "titleColor": SOFT, "titleFontSize": 11, "titleFontWeight": "normal", "titlePadding": 6,
    },
    "text": {"fontSize": 11, "color": INK},
    "title": {"color": INK},
    "legend": {"labelColor": SOFT, "titleColor": SOFT},
}  # fmt: skip

#: Dots a CSS pixel in a saved PNG.
_SCALE: Final = 2.0

#: What a chart is put together from, and what it is called.
_PARTS: Final = (("layer", "layers"), ("vconcat", "panels"))

_NOISE: Final = re.compile(
    r' (?:font-family="[^"]*"|pointer-events="none"|opacity="1"|aria-[a-z]+="[^"]*"|role="[^"]*"'
    r'|stroke-miterlimit="10"|xmlns:xlink="[^"]*"|version="1\.1"|class="[^"]*")'
)
_HEX: Final = re.compile("|".join(VARIABLES))
_NUMBER: Final = re.compile(r"-?\d+\.\d{3,}")


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """A chart, which a notebook shows as a drawing, without a network.

    Attributes:
        spec: What it is in Vega-Lite.
    """

    spec: Spec

    def __repr__(self) -> str:
        parts = [f"{len(self.spec[kind])} {word}" for kind, word in _PARTS if kind in self.spec]
        return f"<Chart of {', '.join(parts)}; .save(path) draws it>"

    def _repr_svg_(self) -> str:
        drawing: str = vl_convert.vegalite_to_svg(self.spec)
        return drawing

    def to_dict(self) -> Spec:
        """The chart in Vega-Lite."""
        return self.spec

    def to_altair(self) -> altair.TopLevelMixin:
        """The chart as Altair's, to be changed or put beside others.

        Raises:
            UsageError: The extra `charts` is not installed.
        """
        with extra("charts", "a chart of Altair's"):
            from altair import Chart as Altairs  # noqa: PLC0415 - optional, and costs 0.5 s
        return Altairs.from_dict(self.spec)

    def save(self, path: Path | str) -> None:
        """Writes the chart to a file; see `lackmus.report.theme.save`."""
        save(self, path)


def dressed(spec: Spec) -> Spec:
    """A chart in the report's plain style."""
    return {"config": _CONFIG, **spec}


def save(chart: Any, path: Path | str) -> None:  # noqa: ANN401 - a Chart or an altair chart
    """Writes a chart to a file, without a network.

    Args:
        chart: A chart of `lackmus.report.charts`, or any of Altair's.
        path: Where to; its ending says how: ``.svg``, ``.png``, ``.html`` (one file with the
            drawing's scripts in it) or ``.json`` (Vega-Lite).

    Raises:
        UsageError: The ending is none of these.
        OSError: The file cannot be written.
    """
    target = Path(path)
    spec: Spec = chart.to_dict()
    match target.suffix.lower():
        case ".svg":
            target.write_text(vl_convert.vegalite_to_svg(spec), encoding="utf-8")
        case ".png":
            target.write_bytes(vl_convert.vegalite_to_png(spec, scale=_SCALE))
        case ".html":
            page = vl_convert.vegalite_to_html(spec, bundle=True)
            target.write_text(page, encoding="utf-8")
        case ".json":
            target.write_text(json.dumps(spec, indent=1) + "\n", encoding="utf-8")
        case other:
            raise UsageError(
                f"a chart cannot be saved as '{other or target.name}'; "
                "its name must end in .svg, .png, .html or .json"
            )


def inline(spec: Spec, described: str) -> str:
    """A chart as an SVG element for the page.

    Args:
        spec: A dressed chart.
        described: What it shows, for those who do not see it.
    """
    clear = {**spec, "config": {**spec["config"], "background": None}}
    drawing = _NOISE.sub("", vl_convert.vegalite_to_svg(clear))
    drawing = _HEX.sub(lambda found: f"var({VARIABLES[found[0]]})", drawing)
    drawing = _NUMBER.sub(lambda found: f"{float(found[0]):.2f}", drawing)
    label = escape(described, quote=True)
    return drawing.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)
