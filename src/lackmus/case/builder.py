"""The Python front end: the same case as a YAML file would give, made by a program.

For cases with many rounds, types or options, and for families of cases. The builder collects what
a file would say and hands it to the reader of files, so that the same rules hold and the same tree
comes out; expressions are texts in the language's own grammar.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from lackmus.case import syntax
from lackmus.case.move_list import MoveList
from lackmus.case.parse import build_case
from lackmus.case.plain_data import Chances, Date, Expression, Inline, present, to_node
from lackmus.case.taking import by_key, takes
from lackmus.foundation.errors import CaseError, Fault


class CaseBuilder:
    """Makes a `Case` step by step.

    >>> case = (
    ...     CaseBuilder("A ceasefire offer")
    ...     .assume("prior_deals", 0.4, range=(0.1, 0.7), says="chance that deals are the aim")
    ...     .actor("south", aims={"peace": "1 - prior_deals", "deals": "prior_deals"})
    ...     .actor("north")
    ...     .observer("public")
    ...     .moves(
    ...         MoveList()
    ...         .move("offer", "south", ["line", "business"])
    ...         .move("answer", "north", ["accept", "refuse"], when="offer = line")
    ...     )
    ...     .stake("south", 3, when="offer = business and south.aim = deals")
    ...     .stake("south", 2, when="answer = accept")
    ...     .stake("north", {"value": 1, "range": [-1, 2]}, when="answer = accept")
    ...     .claim("business_tells", "P(south.aim = deals | offer = business) > 0.5")
    ...     .build()
    ... )
    >>> [move.name for move in case.moves], case.assumptions[0].value
    (['offer', 'answer'], Fraction(2, 5))

    What is wrong is told all at once, by `build`, with the expression and a caret:

    >>> CaseBuilder("Too short").actor("north").stake("north", 1, when="ofer = line").build()
    Traceback (most recent call last):
        ...
    lackmus.foundation.errors.CaseError: case:1:1: error[missing]: the case needs 'moves'
      hint: list the moves in order
    """

    def __init__(
        self,
        title: str,
        *,
        author: str = "",
        summary: str = "",
        notes: str = "",
        asked: Date | None = None,
    ) -> None:
        self._data: dict[str, Any] = present({
            "title": title, "author": author, "summary": summary, "notes": notes, "asked": asked,
        })  # fmt: skip
        self._faults: list[Fault] = []

    @takes(syntax.Source)
    def source(self, id: str, **fields: Any) -> Self:  # noqa: A002, ANN401
        """Adds a source."""
        return self._entry("sources", id, by_key(syntax.Source, fields))

    @takes(syntax.Citation, name="what it is called in citations")
    def passage(self, name: str, source: str, **fields: Any) -> Self:  # noqa: ANN401
        """Names a passage of a source, by which it can be cited."""
        given = by_key(syntax.Citation, {"source": source, **fields})
        return self._entry("passages", name, given)

    def known_answer(self, text: str) -> Self:
        """Says what the literature answers.

        Args:
            text: The answer, with its source.
        """
        self._data["known answer"] = text
        return self

    def comment(self, text: str) -> Self:
        """Adds a remark.

        Args:
            text: The remark.
        """
        return self._item("comments", text)

    def dissent(self, file: str) -> Self:
        """Adds a dissent.

        Args:
            file: Its file, by the path from the case's folder.
        """
        return self._item("dissents", file)

    @takes(syntax.Actor)
    def actor(self, id: str, **fields: Any) -> Self:  # noqa: A002, ANN401
        """Adds an actor; of the probabilities of his aims, one may be ``"rest"``."""
        return self._entry("actors", id, by_key(syntax.Actor, fields))

    def observer(self, id: str) -> Self:  # noqa: A002 - the language's word
        """Adds somebody who sees and does not move.

        Args:
            id: What he is called.
        """
        return self._item("observers", id)

    @takes(syntax.Fact)
    def fact(self, name: str, values: Chances, **fields: Any) -> Self:  # noqa: ANN401
        """Adds an uncertain fact of the world, settled before the first move."""
        return self._entry("facts", name, by_key(syntax.Fact, {"values": values, **fields}))

    def joint_aims(
        self, over: Sequence[str], chances: Iterable[tuple[Sequence[str], Expression]]
    ) -> Self:
        """Adds priors that hang together.

        Args:
            over: The aims and facts.
            chances: Each combination of their labels, in the order of `over`, with its probability.
        """
        cells = {" & ".join(labels): chance for labels, chance in chances}
        return self._item("joint aims", {"over": list(over), "chances": cells})

    @takes(syntax.Assumption)
    def assume(self, name: str, value: Expression, **fields: Any) -> Self:  # noqa: ANN401
        """Adds an assumption: a number that nobody knows; fixed, without a range.

        A distribution is a name, or a name with its parameters, as in ``{"normal": [3, 1]}``.
        """
        given = by_key(syntax.Assumption, {"value": value, **fields})
        return self._entry("assumptions", name, given)

    def correlate(self, one: str, other: str, rho: Expression) -> Self:
        """Adds a rank correlation between two assumptions.

        Args:
            one: An assumption.
            other: Another one.
            rho: Spearman's correlation, from -1 to 1.
        """
        return self._item("correlations", {"between": [one, other], "rho": rho})

    @takes(syntax.Assumption)
    def precision(self, value: Expression, **fields: Any) -> Self:  # noqa: ANN401
        """Sets the precision of choice, λ of the quantal response, in one over the unit of payoffs.

        Its other fields are those of `assume`.
        """
        self._data["precision"] = by_key(syntax.Assumption, {"value": value, **fields})
        return self

    def moves(self, moves: MoveList) -> Self:
        """Adds moves behind those that are there.

        Args:
            moves: The moves in order.
        """
        self._data.setdefault("moves", []).extend(moves.data())
        return self

    @takes(syntax.Rounds)
    def rounds(
        self,
        name: str,
        count: Expression,
        moves: MoveList,
        *,
        state: Mapping[str, tuple[Expression, str]] | None = None,
        **fields: Any,  # noqa: ANN401
    ) -> Self:
        """Adds a block of moves that repeats; a state has its start and its next value."""
        states = {key: {"start": s, "next": n} for key, (s, n) in (state or {}).items()}
        given = {"name": name, "count": count, "state": states, "moves": moves.data(), **fields}
        self._data.setdefault("moves", []).append({"rounds": by_key(syntax.Rounds, given)})
        return self

    @takes(syntax.Stake)
    def stake(self, actor: str, worth: Expression | Inline, **fields: Any) -> Self:  # noqa: ANN401
        """Adds a term of an actor's payoff, in his unit of payoffs."""
        return self._stake(actor, by_key(syntax.Stake, {"worth": worth, **fields}))

    @takes(syntax.OrdinalStake)
    def order(self, actor: str, order: str, **fields: Any) -> Self:  # noqa: ANN401
        """Adds a stake of which only the order is known."""
        return self._stake(actor, by_key(syntax.OrdinalStake, {"order": order, **fields}))

    @takes(syntax.Event)
    def event(self, name: str, when: str, **fields: Any) -> Self:  # noqa: ANN401
        """Gives a condition a name, by which expressions call it."""
        return self._entry("events", name, by_key(syntax.Event, {"when": when, **fields}))

    @takes(syntax.Claim)
    def claim(self, id: str, holds_if: str, **fields: Any) -> Self:  # noqa: A002, ANN401
        """Adds a claim to be tested."""
        return self._entry("claims", id, by_key(syntax.Claim, {"holds_if": holds_if, **fields}))

    @takes(syntax.Observation)
    def observation(
        self,
        saw: str,
        *,
        reliability: Sequence[tuple[Expression, Expression]] = (),
        **fields: Any,  # noqa: ANN401
    ) -> Self:
        """Adds something that was seen; a reliability is a hit rate and one of false alarms."""
        links = [{"hit": hit, "false alarm": alarm} for hit, alarm in reliability]
        given = {"saw": saw, "reliability": links, **fields}
        return self._item("observations", by_key(syntax.Observation, given))

    @takes(syntax.Statement)
    def statement(self, id: str, speaker: str, says: str, **fields: Any) -> Self:  # noqa: A002, ANN401
        """Adds something that was said."""
        return self._entry(
            "statements", id, by_key(syntax.Statement, {"speaker": speaker, "says": says, **fields})
        )

    def build(self, name: str = "") -> syntax.Case:
        """The case.

        Args:
            name: Its short name.

        Raises:
            CaseError: All faults. There is no file, so that a place is the part of the case and
                the character of its expression.
        """
        faults = list(self._faults)
        try:
            case = build_case(to_node(self._data, "case"), name)
        except CaseError as error:
            raise CaseError([*faults, *error.faults]) from None
        if faults:
            raise CaseError(faults)
        return case

    def _entry(self, section: str, key: str, value: Any) -> Self:  # noqa: ANN401 - plain data
        entries = self._data.setdefault(section, {})
        if key in entries:
            self._faults.append(Fault("duplicate-key", f"'{key}' is in '{section}' twice"))
        entries[key] = value
        return self

    def _item(self, section: str, value: Any) -> Self:  # noqa: ANN401 - plain data
        self._data.setdefault(section, []).append(value)
        return self

    def _stake(self, actor: str, fields: Mapping[str, Any]) -> Self:
        self._data.setdefault("stakes", {}).setdefault(actor, []).append(fields)
        return self
