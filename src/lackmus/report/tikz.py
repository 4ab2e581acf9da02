"""A drawn game tree in TikZ, for a paper that is set in LaTeX with fonts of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree

from lackmus.foundation.display import tex

#: A pixel of the drawing in TeX's points.
_POINT: Final = 0.75

#: Where a text's anchor is in TikZ; a drawing's text stands on its base line.
_ANCHORS: Final = {"start": "base west", "middle": "base", "end": "base east"}

_STYLE: Final = re.compile(r"([a-z-]+):([^;]+)")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")


def tikz(svg: str) -> str:
    """A drawing of `lackmus.report.tree` as a ``tikzpicture`` (needs ``tikz`` and ``xcolor``).

    Args:
        svg: The drawing, with its colours in it.
    """
    # The drawing is our own, and its labels are escaped in it.
    root = ElementTree.fromstring(svg)  # noqa: S314
    colours: dict[str, str] = {}
    lines = [line for node in root for line in _drawn(node, colours)]
    named = [f"\\definecolor{{{name}}}{{HTML}}{{{code}}}" for code, name in colours.items()]
    return "\n".join(
        (
            f"\\begin{{tikzpicture}}[x={_POINT}pt, y=-{_POINT}pt, font=\\sffamily\\scriptsize]",
            *(f"  {line}" for line in (*named, *lines)),
            "\\end{tikzpicture}\n",
        )
    )


def _drawn(node: ElementTree.Element, colours: dict[str, str]) -> Iterator[str]:
    style = dict(_STYLE.findall(node.get("style", "")))
    kind = node.tag.rpartition("}")[2]
    colour = _colour(style.get("fill", ""), colours)
    if kind == "path":
        yield _path(node, style)
    elif kind == "circle":
        yield f"\\fill[{colour}] ({node.get('cx')},{node.get('cy')}) circle ({7 * _POINT:g}pt);"
    elif kind == "rect" and node.get("transform"):
        x, y = _NUMBER.findall(node.get("transform", ""))[1:]
        yield (f"\\fill[{colour}] ({x},{y}) ++(0,7) -- ++(7,-7) -- ++(-7,-7) -- ++(-7,7) -- cycle;")
    elif kind == "text":
        anchor = _ANCHORS[node.get("text-anchor", "start")]
        shade = "black!60" if node.get("class", "").endswith(("dim", "head")) else colour
        shade = colour if "fill" in style else shade
        size = "\\tiny " if "font-size" in style else ""
        told = f"{size}{tex(node.text or '')}"
        at = f"({node.get('x')},{node.get('y')})"
        yield f"\\node[anchor={anchor}, inner sep=0pt, text={shade}] at {at} {{{told}}};"


def _path(node: ElementTree.Element, style: dict[str, str]) -> str:
    numbers = _NUMBER.findall(node.get("d", ""))
    points = [f"({x},{y})" for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
    if "set" in node.get("class", ""):
        start, bow, end = points
        return f"\\draw[densely dotted, black!60] {start} .. controls {bow} .. {end};"
    width = float(style.get("stroke-width", "1")) * _POINT
    opacity = style.get("opacity", "1")
    return f"\\draw[black!60, line width={width:.2f}pt, opacity={opacity}] {' -- '.join(points)};"


def _colour(code: str, colours: dict[str, str]) -> str:
    """The name of a colour written ``#rrggbb``."""
    if not code.startswith("#"):
        return "black"
    return colours.setdefault(code[1:].upper(), f"hue{len(colours)}")
