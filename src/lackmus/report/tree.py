"""The game tree as SVG: the most probable part of it, stage by stage.

`tree_layout` says what is drawn, and where; a line's width is the probability of the action. Nodes
of one information set (their mover cannot tell them apart) carry one number and are joined by a
dashed line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import escape
from itertools import accumulate, pairwise
from typing import Final

import numpy as np

from lackmus.compiler.compile import compile_case
from lackmus.foundation.arrays import Bools, Floats
from lackmus.foundation.tolerances import CLAIM
from lackmus.game.game import Game
from lackmus.pipeline.findings import Findings
from lackmus.pipeline.observations import where_all
from lackmus.report import words
from lackmus.report.model import Figure
from lackmus.report.tree_layout import Node, laid_out
from lackmus.solution.solution import Assessment

#: Height of a row, in pixels; where the first node stands.
_ROW: Final = 24
_LEFT: Final = 14
_TOP: Final = 46

#: How far from a node its lines have spread to their rows; the least and greatest way to the next.
_SPREAD: Final = 30
_NARROWEST: Final = 86
_WIDEST: Final = 280

#: Least width of a column of payoffs, what parts it from the next, and where the first begins.
_PAYOFF: Final = 70
_GAP: Final = 14
_CHANCE: Final = 62 - _GAP

#: Width of a line of probability one.
_THICK: Final = 6.0

#: Colours of players in the page's style sheet.
_HUES: Final = 5

#: Digits by which payoffs are made finer until no two of them look the same.
_FINER: Final = 3

#: How many paths are told in words.
_TOLD: Final = 3

#: About how wide a letter is, in pixels.
_LETTER: Final = 6.3


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A drawn tree.

    Attributes:
        svg: The drawing.
        ends: Terminals that are drawn.
        covered: Their realization probability together.
        gone: Whether some of its branches are ruled out by what was observed.
    """

    svg: str
    ends: int
    covered: float
    gone: bool


_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def tree_svg(game: Game, assessment: Assessment, *, most: int = 44) -> str:
    """The game tree, pruned to its most probable part.

    Args:
        game: Any game.
        assessment: Its behavior profile, from which probabilities are taken.
        most: How many rows (ends and stubs) to draw, about.
    """
    return drawn_tree(game, assessment, game.players, words.plain, most=most).svg


def drawn_tree(
    game: Game,
    assessment: Assessment,
    names: tuple[str, ...],
    called: Callable[[str], str],
    *,
    most: int = 44,
    telling: bool = False,
    left: Bools | None = None,
) -> Drawn:
    """The tree with names in print, and how much of the game it shows.

    Args:
        game: Any game.
        assessment: Its behavior profile.
        names: The players' names in print.
        called: Gives the name in print of a column of the table of histories.
        most: How many rows to draw, about.
        telling: Whether each branch tells, in ``data-moves``, by which moves it was taken.
        left: The terminals that what was observed leaves; branches to none are drawn faintly.
    """
    nodes, heads = laid_out(game, assessment, called, most, left)
    shown = [node for node in nodes if not node.hidden and game.infoset[node.id] < 0]
    svg = _Drawing(game, names, heads, telling=telling).draw(nodes)
    gone = any(node.gone for node in nodes)
    return Drawn(svg, len(shown), float(sum(node.reach for node in shown)), gone)


def figure(findings: Findings, *, most: int = 44) -> Figure | None:
    """The pruned tree of a case with its caption; None where it was not solved."""
    if not findings.solution.assessments:
        return None
    game = findings.game
    left = None
    if findings.observed:
        left = where_all(findings.observed, compile_case(findings.case, exact=False).env())
    drawn = drawn_tree(
        game,
        findings.solution.best,
        words.players_of(findings.case, game),
        lambda column: words.variable_name(findings.case, column),
        most=most,
        telling=True,
        left=left,
    )
    whole = drawn.ends == game.n_terminals
    part = (
        f"All {drawn.ends} ends are drawn."
        if whole
        else f"Opened where it is most probable: {drawn.ends} of {game.n_terminals:,} paths are "
        f"drawn to their end, with a probability of {words.percent(drawn.covered)} together at the "
        "base values. The others are folded: a stub says how many ends it holds."
    )
    faint = " What was observed rules out the branches drawn faintly." if drawn.gone else ""
    caption = (
        f"{part}{faint} A line is the thicker the more probable its action. Colours are those of "
        "the movers; nodes with one number and a dashed line between them are one information set, "
        "which its mover cannot tell apart. On the right the probability of the path and what "
        "everybody gets."
    )
    return Figure(drawn.svg, caption)


class _Drawing:
    """One drawing under way."""

    def __init__(
        self, game: Game, names: tuple[str, ...], heads: list[str], *, telling: bool
    ) -> None:
        self.game = game
        self.telling = telling
        self.names = names
        self.heads = heads
        self.parts: list[str] = []
        self.numbers: dict[int, int] = {}
        self.places: list[float] = []
        self.scales = [_scale(row) for row in game.payoffs]
        self.ends: list[float] = []

    def draw(self, nodes: list[Node]) -> str:
        """The SVG element."""
        rows = 1 + max(node.row for node in nodes)
        self._spread(nodes)
        end = self.places[-1] + 12
        self._spread_payoffs(nodes, end)
        width = self.ends[-1] + _GAP
        height = _TOP + _ROW * rows + 8
        self._number(nodes)
        self._heads(end)
        for node in nodes:
            self._fading(node, self._edge)
        self._joins(nodes)
        for node in nodes:
            self._fading(node, partial(self._dot, end=end))
        label = "Game tree: " + "; ".join(self._told(nodes))
        return (
            f'<svg class="tree" role="img" aria-label="{_escaped(label, quote=True)}" '
            f'xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}">{"".join(self.parts)}</svg>'
        )

    def _fading(self, node: Node, draw: Callable[[Node], None]) -> None:
        """Draw what belongs to a node, faintly where it is ruled out."""
        if node.gone:
            self.parts.append('<g class="gone">')
        draw(node)
        if node.gone:
            self.parts.append("</g>")

    def _spread(self, nodes: list[Node]) -> None:
        """Columns as wide apart as what is written between them needs."""
        wide = [max(_NARROWEST, 16 + _LETTER * len(head)) for head in self.heads]
        for node in nodes:
            if node.parent is not None:
                column = node.parent.column
                wide[column] = max(wide[column], _SPREAD + 14 + _LETTER * len(_label(node)))
        self.places = [float(_LEFT)]
        for width in wide:
            self.places.append(self.places[-1] + min(_WIDEST, width))

    def _spread_payoffs(self, nodes: list[Node], end: float) -> None:
        """Where each player's column of payoffs ends: none runs into the one before."""
        rows = [self._payoffs_of(node) for node in nodes if self._is_end(node)]
        longest = [max(map(len, column)) for column in zip(self.names, *rows, strict=True)]
        wide = (max(_PAYOFF, _GAP + _LETTER * letters) for letters in longest)
        self.ends = list(accumulate(wide, initial=end + _CHANCE))

    def _is_end(self, node: Node) -> bool:
        return not node.hidden and int(self.game.infoset[node.id]) < 0

    def _payoffs_of(self, node: Node) -> tuple[str, ...]:
        """What everybody gets at the end of a branch, as it is written."""
        rank = int(np.searchsorted(self.game.terminal, node.id))
        return tuple(
            words.number(float(payoffs[rank]), scale=scale)
            for payoffs, scale in zip(self.game.payoffs, self.scales, strict=True)
        )

    def _at(self, node: Node) -> tuple[float, float]:
        return self.places[node.column], _y(node.row)

    def _number(self, nodes: list[Node]) -> None:
        """Information sets with more than one node in the drawing get a number."""
        count: dict[int, int] = {}
        for node in nodes:
            infoset = int(self.game.infoset[node.id])
            if not node.hidden and 0 <= infoset < self.game.n_infosets:
                count[infoset] = count.get(infoset, 0) + 1
        several = [infoset for infoset, many in count.items() if many > 1]
        self.numbers = {infoset: i for i, infoset in enumerate(several, start=1)}

    def _told(self, nodes: list[Node]) -> list[str]:
        """The most probable paths in words; of equally probable ones the first in the tree."""
        ends = [n for n in nodes if not n.hidden and not n.children]
        told: list[Node] = []
        while ends and len(told) < _TOLD:
            most = max(node.reach for node in ends) - CLAIM
            told.append(next(node for node in ends if node.reach >= most))
            ends.remove(told[-1])
        ends = told
        return [f"{' – '.join(_path(node))} ({words.percent(node.reach)})" for node in ends]

    def _heads(self, end: float) -> None:
        for i, head in enumerate(self.heads):
            self._text(self.places[i] - 7, _TOP - 26, head, "head")
        self._text(end, _TOP - 26, "chance", "head")
        for i, (at, name) in enumerate(zip(self.ends[1:], self.names, strict=True)):
            self._text(at, _TOP - 26, name, "head", anchor="end", hue=f"--p{i % _HUES}")

    def _edge(self, node: Node) -> None:
        if node.parent is None:
            return
        x0, y0 = self._at(node.parent)
        x1, y1 = self._at(node)
        bend = x0 + _SPREAD
        wide = max(0.6, _THICK * node.probability)
        shade = 0.35 + 0.5 * min(1.0, 4 * node.reach)
        self.parts.append(
            f'<path class="edge"{self._moves(node.parent)} d="M{x0:.0f},{y0:.1f}'
            f'L{bend:.0f},{y1:.1f}L{x1:.0f},{y1:.1f}" '
            f'style="stroke-width:{wide:.1f};opacity:{shade:.2f}"/>'
        )
        self._text(bend + 2, y1 - 4 - wide / 2, _label(node), "told halo")

    def _moves(self, node: Node) -> str:
        """The attribute that says which moves are made at a node, without their rounds."""
        histories = self.game.histories
        if not self.telling or histories is None:
            return ""
        names = [histories.columns[stage].name.partition("[")[0] for stage in node.stages]
        return f' data-moves="{_escaped(" ".join(dict.fromkeys(names)), quote=True)}"'

    def _joins(self, nodes: list[Node]) -> None:
        """A dashed line through the nodes of each information set."""
        members: dict[int, list[Node]] = {}
        for node in nodes:
            infoset = int(self.game.infoset[node.id])
            if infoset in self.numbers and not node.hidden:
                members.setdefault(infoset, []).append(node)
        for infoset, together in members.items():
            together.sort(key=lambda node: node.row)
            for above, below in pairwise(together):
                (x, y0), y1 = self._at(above), _y(below.row)
                bow = min(22.0, 6 + (y1 - y0) / 16)
                self.parts.append(
                    f'<path class="set" data-infoset="{infoset}" '
                    f'd="M{x:.0f},{y0:.1f}Q{x - bow:.1f},{(y0 + y1) / 2:.1f} {x:.0f},{y1:.1f}"/>'
                )

    def _dot(self, node: Node, end: float) -> None:
        x, y = self._at(node)
        infoset = int(self.game.infoset[node.id])
        if node.hidden:
            many = f"{node.hidden:,} end{'s' * (node.hidden != 1)}"
            self._text(x + 3, y + 4, f"… {many}", "told dim halo")
            self._text(end, y + 4, words.percent(node.reach), "told dim")
        elif self._is_end(node):
            self._payoffs(node, end)
        elif infoset >= self.game.n_infosets:
            self.parts.append(
                f'<rect class="node" x="{x - 5:.0f}" y="{y - 5:.1f}" width="10" height="10" '
                f'style="fill:var(--chance)" transform="rotate(45 {x:.0f} {y:.1f})">'
                f"<title>chance</title></rect>"
            )
        else:
            self._mover(infoset, x, y)

    def _mover(self, infoset: int, x: float, y: float) -> None:
        player = int(self.game.infoset_player[infoset])
        known = _escaped(f"{self.names[player]}, at [{self.game.labels.infosets[infoset]}]")
        self.parts.append(
            f'<circle class="node" data-infoset="{infoset}" cx="{x:.0f}" cy="{y:.1f}" r="7" '
            f'style="fill:var(--p{player % _HUES})"><title>{known}</title></circle>'
        )
        if infoset in self.numbers:
            self.parts.append(
                f'<text x="{x:.0f}" y="{y + 3.2:.1f}" text-anchor="middle" '
                f'style="font-size:9px;fill:var(--paper);pointer-events:none">'
                f"{self.numbers[infoset]}</text>"
            )

    def _payoffs(self, node: Node, end: float) -> None:
        y = _y(node.row)
        self._text(end, y + 4, words.percent(node.reach), "told")
        for at, value in zip(self.ends[1:], self._payoffs_of(node), strict=True):
            self._text(at, y + 4, value, "told", anchor="end")

    def _text(
        self, x: float, y: float, text: str, kind: str, *, anchor: str = "start", hue: str = ""
    ) -> None:
        style = f' style="fill:var({hue})"' if hue else ""
        self.parts.append(
            f'<text class="{kind}" x="{x:.0f}" y="{y:.1f}" text-anchor="{anchor}"{style}>'
            f"{_escaped(text)}</text>"
        )


def _escaped(text: str, *, quote: bool = False) -> str:
    """A label as XML holds it, which has no control characters."""
    return escape(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", text), quote=quote)


def _scale(payoffs: Floats) -> float:
    """The scale at which payoffs are told: a player's range, or so fine that none are confused."""
    different = np.unique(payoffs)
    scale = float(np.ptp(different)) or float(np.abs(different).max()) or 1.0
    for _ in range(_FINER):
        if len({words.number(float(value), scale=scale) for value in different}) == len(different):
            break
        scale /= 10.0
    return scale


def _y(row: float) -> float:
    return _TOP + _ROW * row


def _label(node: Node) -> str:
    """The action and its probability, cut off where it would not fit."""
    chance = words.percent(node.probability).replace(words.THIN, "")
    letters = int((_WIDEST - _SPREAD - 14) / _LETTER) - len(chance) - 1
    action = node.action
    if len(action) > letters:
        action = f"{action[: letters - 1].rstrip()}…"
    return f"{action} {chance}"


def _path(node: Node) -> list[str]:
    actions: list[str] = []
    here: Node | None = node
    while here is not None and here.parent is not None:
        actions.append(here.action)
        here = here.parent
    return actions[::-1]
