"""Moves in order, as a program makes them; `CaseBuilder` takes them into a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

from lackmus.case.plain_data import Chances, Date, Expression, Inline, Options, present


class MoveList:
    """Moves in order; the moves of a round, or those made at the same time, are one too.

    Every method but `data` gives the list itself back, so that calls can be chained. A case is made
    of it by `CaseBuilder`, which tells what is wrong.
    """

    def __init__(self) -> None:
        self._moves: list[dict[str, Any]] = []

    def move(
        self,
        name: str,
        by: str | Sequence[str],
        options: Options,
        *,
        when: str = "",
        seen_by: Sequence[str] | None = None,
        noticed_by: Sequence[str] = (),
        says: str = "",
        date: Date | None = None,
        cite: Sequence[str] = (),
    ) -> Self:
        """Adds an actor's move.

        Args:
            name: The move's name.
            by: Who moves; several, in rounds, one a round in turn.
            options: What can be done.
            when: The condition on which the move is made; always, if empty.
            seen_by: Who sees what was done; everyone, if None.
            noticed_by: Who sees only that it was made.
            says: The move in words.
            date: When it is due.
            cite: Passages, such as ``memo §3``.
        """
        return self._add(
            name, by=by, options=_options(options), seen_by=seen_by, noticed_by=noticed_by,
            says=says, date=date, cite=cite, **{"if": when},
        )  # fmt: skip

    def chance(
        self,
        name: str,
        chances: Chances,
        *,
        when: str = "",
        seen_by: Sequence[str] | None = None,
        noticed_by: Sequence[str] = (),
        says: str = "",
        date: Date | None = None,
        cite: Sequence[str] = (),
    ) -> Self:
        """Adds a chance move.

        Args:
            name: The move's name.
            chances: Probability of each option; ``"rest"`` for one of them.
            when: The condition on which it is made; always, if empty.
            seen_by: Who sees what came; everyone, if None.
            noticed_by: Who sees only that it was made.
            says: In words.
            date: When it is due.
            cite: Passages that say so, such as ``memo §3``.
        """
        return self._add(
            name, chance=dict(chances), seen_by=seen_by, noticed_by=noticed_by, says=says,
            date=date, cite=cite,
            **{"if": when},
        )  # fmt: skip

    def signal(
        self,
        name: str,
        of: str,
        *,
        to: Sequence[str],
        right: Expression | Inline,
        when: str = "",
        noticed_by: Sequence[str] = (),
        says: str = "",
        date: Date | None = None,
        cite: Sequence[str] = (),
    ) -> Self:
        """Adds a noisy signal of a variable.

        Args:
            name: The signal's name.
            of: The move, aim or fact that it is about.
            to: Who gets it.
            right: Probability that it says what is so; each other value is as likely as the next.
            when: The condition on which it comes; always, if empty.
            noticed_by: Who sees only that it came.
            says: In words.
            date: When it is due.
            cite: Passages that say so, such as ``memo §3``.
        """
        return self._add(
            name, to=list(to), right=right, noticed_by=noticed_by, says=says, date=date,
            cite=cite,
            **{"signal of": of, "if": when},
        )  # fmt: skip

    def together(self, moves: MoveList) -> Self:
        """Adds moves made at the same time: none of their makers sees another's.

        Args:
            moves: The moves, each by another actor.
        """
        self._moves.append({"together": moves.data()})
        return self

    def data(self) -> list[dict[str, Any]]:
        """The moves as a file would have them."""
        return list(self._moves)

    def _add(self, name: str, **fields: Any) -> Self:  # noqa: ANN401 - values of all kinds
        fields = {key.replace("_", " "): value for key, value in fields.items()}
        self._moves.append({name: present(fields)})
        return self


def _options(options: Options) -> Any:  # noqa: ANN401 - plain data
    if not isinstance(options, Mapping):
        return list(options)
    return {
        label: {"if": more} if more and isinstance(more, str) else dict(more or {})
        for label, more in options.items()
    }
