"""The game tree as a file or a notebook's output, with its styles in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import vl_convert

from lackmus.foundation.disk import write_whole
from lackmus.foundation.errors import UsageError
from lackmus.pipeline.given import assessment_of
from lackmus.report.theme import HUES, INK, PAPER, SOFT
from lackmus.report.tikz import tikz
from lackmus.report.tree import tree_svg
from lackmus.solution.solution import Assessment, Solution

#: Endings of files that a drawing can be.
ENDINGS: Final = (".svg", ".png", ".pdf", ".tex")

#: What the page's variables are on paper.
_COLOURS: Final = {
    "--paper": PAPER, "--ink": INK, "--soft": SOFT, "--chance": SOFT,
    **{f"--p{i}": hue for i, hue in enumerate(HUES)},
}  # fmt: skip

#: As in the page's style sheet; a letter's halo goes as a stroke of its own where it is not known.
_STYLE: Final = f"""<style>
svg.tree {{ font-family: sans-serif; }}
.node {{ stroke: {PAPER}; stroke-width: 1.5; }}
.edge {{ stroke: {SOFT}; fill: none; }}
.told {{ font-size: 11px; fill: {INK}; }}
.dim, .head {{ font-size: 11px; fill: {SOFT}; }}
.set {{ stroke: {SOFT}; stroke-dasharray: 2 3; fill: none; }}
.halo {{ paint-order: stroke; stroke: {PAPER}; stroke-width: 3px; stroke-linejoin: round; }}
</style><rect width="100%" height="100%" fill="{PAPER}"/>"""

#: Dots a pixel in a PNG.
_SCALE: Final = 2.0


@dataclass(frozen=True, slots=True)
class Tree:
    """A drawn game tree, which a notebook shows.

    Attributes:
        svg: The drawing, which needs no style sheet beside it.
    """

    svg: str = field(repr=False)

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path: Path | str) -> None:
        """Writes the drawing to a file, whole or not at all.

        Args:
            path: Where to; its ending says how: ``.svg``, ``.png``, ``.pdf``, or ``.tex`` for TikZ.

        Raises:
            UsageError: The ending is none of these.
            OSError: The file cannot be written.
        """
        target = Path(path)
        check_ending(target)
        made = self._as(target.suffix.lower())

        def write(beside: Path) -> None:
            beside.write_bytes(made)

        write_whole(target, write)

    def _as(self, ending: str) -> bytes:
        match ending:
            case ".png":
                return bytes(vl_convert.svg_to_png(self.svg, scale=_SCALE))
            case ".pdf":
                return bytes(vl_convert.svg_to_pdf(self.svg))
            case ".tex":
                return tikz(self.svg).encode()
            case _:
                return self.svg.encode()


def check_ending(path: Path) -> None:
    """UsageError where a drawing cannot be a file of this name."""
    if path.suffix.lower() not in ENDINGS:
        raise UsageError(f"cannot write {path}: a tree is drawn as {', '.join(ENDINGS)}")


def tree(solution: Solution | Assessment, *, most: int = 44) -> Tree:
    """The game tree under the first profile of a solution, pruned to its most probable part.

    Args:
        solution: A solution with a profile.
        most: How many rows (ends and folded parts) to draw, about.

    Raises:
        UsageError: It is no solution, or has no profile.
    """
    best = assessment_of(solution)
    drawing = tree_svg(best.game, best, most=most)
    drawing = re.sub(r"var\((--\w+)\)", lambda found: _COLOURS[found[1]], drawing)
    head, closed, rest = drawing.partition(">")
    return Tree(f"{head}{closed}{_STYLE}{rest}")
