"""So many of a thing, with the noun in its number."""

from __future__ import annotations


def noun(many: int, thing: str, things: str = "") -> str:
    """The noun that goes with a number.

    >>> noun(1, "draw"), noun(2, "draw"), noun(0, "entry", "entries")
    ('draw', 'draws', 'entries')
    """
    return thing if many == 1 else things or f"{thing}s"


def counted(many: int, thing: str, things: str = "") -> str:
    """A number in digits with its noun.

    >>> counted(1, "other"), counted(2000, "draw"), counted(0, "entry", "entries")
    ('1 other', '2,000 draws', '0 entries')
    """
    return f"{many:,} {noun(many, thing, things)}"
