"""How records show themselves: a line, a plain table, HTML for a notebook, LaTeX for a paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain
from typing import Final

#: Rows that a display shows of a longer table, unless its card says otherwise.
_MOST: Final = 20

#: Letters that a line of a paper has room for, and up to which a column is never broken.
_LINE: Final = 72
_NARROW: Final = 12

#: Letters of a cell of a plain table.
_WIDEST: Final = 48

_TEX: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
        "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
        "λ": r"$\lambda$", "−": r"$-$", "≥": r"$\ge$", "≤": r"$\le$", "…": r"\dots{}",
        "<": "$<$", ">": "$>$", "|": "$|$", "\N{NARROW NO-BREAK SPACE}": r"\,",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """What a record shows of itself.

    Attributes:
        title: What it is, in a line.
        lines: Sentences below.
        head: Names of the table's columns; empty where there is no table.
        rows: The table's rows, each as long as `head`.
        most: How many of them a display shows; LaTeX has them all.
    """

    title: str
    lines: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: Sequence[Sequence[str]] = ()
    most: int = _MOST


class Shown:
    """A record that shows itself by its card: in a shell, in a notebook, in a paper."""

    __slots__ = ()

    def card(self) -> Card:
        """What the record shows of itself."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.card().title}>"

    def __str__(self) -> str:
        card = self.card()
        table = _plain((card.head, *_first(card))) if card.head else ()
        return "\n".join((card.title, *card.lines, *table, *_more(card)))

    def _repr_html_(self) -> str:
        card = self.card()
        lines = "".join(f"<br>{escape(line)}" for line in (*card.lines, *_more(card)))
        table = ""
        if card.head:
            head = "".join(_cell("th", name) for name in card.head)
            body = "".join(
                f"<tr>{''.join(_cell('td', cell) for cell in row)}</tr>" for row in _first(card)
            )
            table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return f"<div><strong>{escape(card.title)}</strong>{lines}{table}</div>"

    def to_latex(self) -> str:
        """The table for a paper, with the rules of the package ``booktabs``.

        Where it would be wider than a line, its wide columns are as wide as their share of it.
        """
        card = self.card()
        rows = [" & ".join(tex(cell) for cell in row) for row in card.rows]
        head = " & ".join(tex(name) for name in card.head)
        body = "".join(f"{row} \\\\\n" for row in rows)
        return (
            f"% {card.title}\n\\begin{{tabular}}{{{_columns(card)}}}\n\\toprule\n"
            f"{head} \\\\\n\\midrule\n{body}\\bottomrule\n\\end{{tabular}}\n"
        )


def tex(text: str) -> str:
    r"""A text as it is written in LaTeX.

    >>> print(tex("50 % of a_b"))
    50 \% of a\_b
    """
    return text.translate(_TEX)


def _columns(card: Card) -> str:
    """How the columns are set: to the left, and broken into lines where there is no room."""
    wide = [max(map(len, column)) for column in zip(card.head, *card.rows, strict=True)]
    # Between columns there is room of some two letters.
    left = _LINE - sum(min(w, _NARROW) for w in wide) - 2 * len(wide)
    if sum(wide) + 2 * len(wide) <= _LINE:
        return "l" * len(wide)
    over = sum(w - _NARROW for w in wide if w > _NARROW)
    return "".join(
        "l"
        if w <= _NARROW
        else rf"p{{{(_NARROW + max(left, 0) * (w - _NARROW) / over) / _LINE:.2f}\linewidth}}"
        for w in wide
    )


def _first(card: Card) -> Sequence[Sequence[str]]:
    return card.rows[: card.most]


def _more(card: Card) -> tuple[str, ...]:
    left = len(card.rows) - card.most
    return (f"… and {left:,} more",) if left > 0 else ()


def _cell(tag: str, text: str) -> str:
    return f'<{tag} style="text-align:left">{escape(text)}</{tag}>'


def _plain(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The rows with columns below each other."""
    cut = [[_cut(cell) for cell in row] for row in rows]
    wide = [max(map(len, column)) for column in zip(*cut, strict=True)]
    lines = ("  ".join(c.ljust(w) for c, w in zip(row, wide, strict=True)).rstrip() for row in cut)
    rule = "  ".join("-" * w for w in wide)
    return tuple(chain((next(lines), rule), lines))


def _cut(cell: str) -> str:
    return cell if len(cell) <= _WIDEST else f"{cell[: _WIDEST - 1].rstrip()}…"
