"""How charts look, and how they become files or a part of the page.

A chart is drawn with fixed colours, so that a picture saved for a paper looks as on the screen.
In the page each of these colours becomes a CSS variable, so that one drawing serves light and dark.
The colours of for and against are Okabe and Ito's (2008) blue and vermilion, darkened for contrast.
"""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path
from typing import Any, Final, TypeAlias

import altair as alt
import vl_convert

from lackmus.foundation.errors import UsageError

INK: Final = "#1c1b1a"
SOFT: Final = "#66635f"
RULE: Final = "#d6d3cd"
FAINT: Final = "#eceae5"
FOR: Final = "#0a639a"
AGAINST: Final = "#b4470a"
PAPER: Final = "#fdfdfc"

#: What a chart function gives.
Drawing: TypeAlias = alt.Chart | alt.LayerChart

#: Names of the page's CSS variables for the colours of charts.
VARIABLES: Final = {
    INK: "--ink",
    SOFT: "--soft",
    RULE: "--rule",
    FAINT: "--faint",
    FOR: "--for",
    AGAINST: "--against",
    PAPER: "--paper",
}

#: Dots a CSS pixel in a saved PNG.
_SCALE: Final = 2.0

_FONT: Final = "sans-serif"
_NOISE: Final = re.compile(
    r' (?:font-family="[^"]*"|pointer-events="none"|opacity="1"|aria-[a-z]+="[^"]*"|role="[^"]*"'
    r'|stroke-miterlimit="10"|xmlns:xlink="[^"]*"|version="1\.1"|class="[^"]*")'
)
_HEX: Final = re.compile("|".join(VARIABLES))
_NUMBER: Final = re.compile(r"-?\d+\.\d{3,}")


def dressed(chart: Drawing) -> Drawing:
    """The chart in the report's plain style: few lines, small grey axes, no frame."""
    return (
        chart.configure(background=PAPER, font=_FONT, padding=4, aria=False)
        .configure_view(stroke=None)
        .configure_axis(
            domainColor=RULE,
            tickColor=RULE,
            gridColor=FAINT,
            grid=False,
            tickSize=3,
            labelColor=SOFT,
            labelFontSize=11,
            labelPadding=3,
            titleColor=SOFT,
            titleFontSize=11,
            titleFontWeight="normal",
            titlePadding=6,
        )
        .configure_header(labelColor=INK, titleColor=SOFT, labelFontSize=11)
        .configure_text(fontSize=11, color=INK)
        .configure_title(
            anchor="start", color=INK, fontSize=12, fontWeight="normal", offset=8,
            subtitleColor=SOFT, subtitleFontSize=11,
        )
    )  # fmt: skip


def save(chart: Drawing, path: Path | str) -> None:
    """Writes a chart to a file, without a network.

    Args:
        chart: A chart of `lackmus.report.charts`.
        path: Where to; its ending says how: ``.svg``, ``.png``, ``.html`` (one file with the
            drawing in it) or ``.json`` (Vega-Lite).

    Raises:
        UsageError: The ending is none of these.
        OSError: The file cannot be written.
    """
    target = Path(path)
    spec = chart.to_dict()
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


def inline(chart: Drawing, described: str) -> str:
    """The chart as an SVG element for the page.

    Args:
        chart: A dressed chart.
        described: What it shows, for those who do not see it.
    """
    spec: dict[str, Any] = chart.to_dict()
    spec["background"] = None
    spec.setdefault("config", {})["background"] = None
    drawing = _NOISE.sub("", vl_convert.vegalite_to_svg(spec))
    drawing = _HEX.sub(lambda found: f"var({VARIABLES[found[0]]})", drawing)
    drawing = _NUMBER.sub(lambda found: f"{float(found[0]):.2f}", drawing)
    label = escape(described, quote=True)
    return drawing.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)
