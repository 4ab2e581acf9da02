"""Moves in order, as a program makes them; `CaseBuilder` takes them into a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

from lackmus.case import syntax
from lackmus.case.plain_data import Chances, Expression, Inline, Options
from lackmus.case.taking import by_key, takes


class MoveList:
    """Moves in order; the moves of a round, or those made at the same time, are one too.

    Every method but `data` gives the list itself back, so that calls can be chained. A case is made
    of it by `CaseBuilder`, which tells what is wrong.
    """

    def __init__(self) -> None:
        self._moves: list[dict[str, Any]] = []

    @takes(syntax.Move, form="by")
    def move(self, name: str, by: str | Sequence[str], options: Options, **fields: Any) -> Self:  # noqa: ANN401
        """Adds an actor's move."""
        return self._add(name, by=by, options=_options(options), **fields)

    @takes(syntax.Move, form="chance")
    def chance(self, name: str, chances: Chances, **fields: Any) -> Self:  # noqa: ANN401
        """Adds a chance move; of its probabilities, one may be ``"rest"``."""
        return self._add(name, chances=dict(chances), **fields)

    @takes(syntax.Move, form="signal of")
    def signal(
        self,
        name: str,
        of: str,
        *,
        to: Sequence[str],
        right: Expression | Inline,
        **fields: Any,  # noqa: ANN401
    ) -> Self:
        """Adds a noisy signal; each value that is not so is as likely as the next."""
        return self._add(name, of=of, to=list(to), right=right, **fields)

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
        self._moves.append({name: by_key(syntax.Move, fields)})
        return self


def _options(options: Options) -> Any:  # noqa: ANN401 - plain data
    if not isinstance(options, Mapping):
        return list(options)
    return {
        label: {"if": more} if more and isinstance(more, str) else dict(more or {})
        for label, more in options.items()
    }
