"""Reading of moves, chances and stakes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from lackmus.case import keys, syntax
from lackmus.case.assuming import Assumptions, Citations
from lackmus.case.declared import Declared, declared, keys_of
from lackmus.case.expression import parse_expression
from lackmus.case.fields import ZERO, Faults, Fields, Getter, Reader, place_of, stake_path
from lackmus.case.yaml_reader import Mapping, Node, Scalar, Sequence
from lackmus.foundation.errors import CaseError
from lackmus.foundation.spans import Placed

MOST_RANKS = 60
#: Items of a set-valued move: 2⁶ − 1 options.
MOST_ITEMS = 6


class MoveReader(Reader):
    """Reads what happens and what it is worth, with the kinds of fields that only this knows.

    Args:
        faults: Where faults are noted.
        numbers: The case's assumptions, to which those given in place are added.
        cite: Reads citations.
    """

    def __init__(self, faults: Faults, numbers: Assumptions, cite: Citations) -> None:
        super().__init__(faults, cite)
        self._numbers = numbers
        self.getters |= {
            "actors": self._makers,
            "cells": lambda node, what: tuple(self._cells(node, what)),
            "pair": self._pair,
            "states": lambda node, what: tuple(
                self._state(k, v) for k, v in faults.entries(node, what)
            ),
            "texts": self._texts,
        }

    def getter(self, field: Declared, owner: str) -> Getter:
        """How a kind of field is read."""
        match field.kind:
            case "chances":
                return lambda node, what: self.chances(node, what, owner)
            case "probability":
                return lambda node, what: self._probability(node, what, owner)
            case "inline":
                path = f"{owner}.{field.key}"
                return lambda node, what: self._numbers.expression(node, what, path)
            case _:
                return super().getter(field, owner)

    def _texts(self, node: Node, what: str) -> tuple[str, ...]:
        if isinstance(node, Scalar):
            return (node.text,)
        return tuple(self.faults.text(item, what) for item in self.faults.items(node, what))

    def _pair(self, node: Node, what: str) -> tuple[str, str]:
        names = self.faults.labels(node, what, dotted=True)
        if len(names) == 2:
            return names[0], names[1]
        hint = "write between: [one, other]"
        self.faults.add("correlation", "two assumptions are needed", node.span, hint)
        return "", ""

    def _cells(self, node: Node, what: str) -> Iterator[tuple[tuple[str, ...], syntax.Expr | None]]:
        for key, value in self.faults.entries(node, what):
            labels = tuple(
                Placed(label, place_of(key.span, label)) for label in combination(key.text)
            )
            yield labels, self._probability(value, f"'{key.text}'", ".".join(labels))

    def _probability(self, node: Node, what: str, name: str) -> syntax.Expr | None:
        """A probability, None for the rest; an assumption in its place gets the name."""
        rest = isinstance(node, Scalar) and node.text == "rest"
        return None if rest else self._numbers.expression(node, what, name)

    def chances(self, node: Node, what: str, owner: str) -> tuple[syntax.Chance, ...]:
        """Labels with their probabilities."""
        return tuple(self._chance(k, v, what, owner) for k, v in self.faults.entries(node, what))

    def _chance(self, key: Scalar, node: Node, what: str, owner: str) -> syntax.Chance:
        label = self.faults.label(key, what)
        path = f"{owner}.{label}"
        if isinstance(node, Mapping) and node.get("value") is None:
            fields = Fields(node, f"'{label}'", keys_of(syntax.Chance), self.faults)
            return syntax.Chance(label, span=key.span, **self.read(syntax.Chance, fields, path))
        return syntax.Chance(label, self._probability(node, f"'{label}'", path), span=key.span)

    def moves(self, node: Node | None) -> Iterator[syntax.Item]:
        """The items of a list of moves."""
        for item in self.faults.items(node, "'moves'") if node else ():
            if not isinstance(item, Mapping) or len(item.entries) != 1:
                entries = item.entries if isinstance(item, Mapping) else ()
                names = ", ".join(key.text for key, _ in entries)
                many = f", not {len(entries)}: {names}" if names else ""
                hint = "write each as '- name: {by: …, options: […]}', with a dash of its own"
                self.faults.add("move", f"one move is expected here{many}", item.span, hint)
                continue
            key, value = item.entries[0]
            if key.text == "rounds":
                yield self._rounds(key, value)
            elif key.text == "together":
                yield syntax.Together(tuple(self._plain_moves(value)), key.span)
            else:
                yield self._move(key, value)

    def _plain_moves(self, node: Node) -> Iterator[syntax.Move]:
        for item in self.moves(node):
            if isinstance(item, syntax.Move):
                yield item
            else:
                message = "only plain moves can be made at the same time"
                self.faults.add("move", message, item.span)

    def _rounds(self, key: Scalar, node: Node) -> syntax.Rounds:
        fields = Fields(node, "'rounds'", keys_of(syntax.Rounds), self.faults)
        moves: list[syntax.Move | syntax.Together] = []
        for item in self.moves(fields.node("moves")):
            if isinstance(item, syntax.Rounds):
                self.faults.add("rounds", "rounds within rounds are not possible", item.span)
            else:
                moves.append(item)
        if not moves and "moves" in fields:
            hint = "write the moves of a round, as outside of rounds"
            self.faults.add("no-moves", "nothing is moved in these rounds", key.span, hint)
        name = fields.get("name", self.faults.label, syntax.ROUND_NUMBER)
        own = {"name": name, "moves": tuple(moves)}
        read = self.read(syntax.Rounds, fields, name, own)
        return syntax.Rounds(span=key.span, **read)

    def _state(self, key: Scalar, node: Node) -> syntax.State:
        name = self.faults.label(key, "a state's name")
        fields = Fields(node, f"state '{name}'", keys_of(syntax.State), self.faults)
        return syntax.State(name=name, span=key.span, **self.read(syntax.State, fields))

    def _move(self, key: Scalar, node: Node) -> syntax.Move:
        name = self.faults.label(key, "a move's name")
        fields = Fields(node, f"move '{name}'", keys_of(syntax.Move), self.faults)
        self._kind(key, fields)
        own = {
            "options": self._options_or_chances(fields, name),
            "seen_by": self._viewers(fields),
        }
        if not own["options"] and "signal of" not in fields:
            hint = "write options: [one, other]"
            self.faults.add("no-options", f"move '{name}' has no options", key.span, hint)
        return syntax.Move(name=name, span=key.span, **self.read(syntax.Move, fields, name, own))

    def _options_or_chances(self, fields: Fields, move: str) -> tuple[syntax.Option, ...]:
        if (chance := fields.node("chance")) is not None:
            return tuple(
                syntax.Option(
                    c.label, None, c.probability, c.probability is None, c.says, span=c.span
                )
                for c in self.chances(chance, "an option", move)
            )
        given = fields.node("options")
        return () if given is None else tuple(self._options(given, move))

    def _viewers(self, fields: Fields) -> tuple[str, ...] | None:
        """Who sees a move; None where nothing is said, and nobody where nobody is named."""
        if fields.node("signal of") is not None:
            fields.require("to", "who gets the signal")
            fields.require("right", "the probability that it is right; 1 for a certain one")
            return fields.get("to", self.faults.labels, ())
        return fields.get("seen by", self.faults.labels, () if "seen by" in fields else None)

    def _kind(self, key: Scalar, fields: Fields) -> None:
        """Checks that a move is an actor's, or chance, or a signal, with the keys of its kind."""
        kinds = [kind for kind in keys.FORMS_OF_MOVE if kind in fields]
        if len(kinds) != 1:
            hint = "who moves (by: actor), or chance: {…}, or signal of: a variable"
            message = f"move '{key.text}' needs exactly one of by, chance, signal of"
            self.faults.add("move", message, key.span, hint)
            return
        for other in declared(syntax.Move):
            if len(other.forms) != 1 or kinds[0] in other.forms:
                continue
            if (node := fields.node(other.key)) is not None:
                message = (
                    f"'{other.key}' goes with '{other.forms[0]}', and '{key.text}' has '{kinds[0]}'"
                )
                self.faults.add("move", message, node.span)
        if kinds == ["signal of"] and (node := fields.node("seen by")) is not None:
            hint = "write to: […]; others may be told with 'noticed by'"
            self.faults.add("move", "a signal is seen by those it goes 'to'", node.span, hint)

    def _makers(self, node: Node, what: str) -> tuple[str, ...]:
        """Who moves: one name, or one a round."""
        if not isinstance(node, Sequence):
            return (self.faults.name(node, what),)
        makers = tuple(
            Placed(self.faults.label(item, "an actor"), item.span) for item in node.items
        )
        if not makers:
            self.faults.add("move", f"nobody stands in {what}", node.span, "by: [one, other]")
        return makers

    def _options(self, node: Node, move: str) -> Iterator[syntax.Option]:
        if not isinstance(node, Mapping):
            for item in self.faults.items(node, f"'options' of {move}"):
                yield syntax.Option(self.faults.label(item, "an option"), span=item.span)
            return
        for key, value in node.entries:
            if key.text == keys.ANY_OF:
                yield from self._subsets(key, list(self._options(value, move)))
                continue
            label = self.faults.label(key, "an option")
            if isinstance(value, Scalar):
                yield syntax.Option(label, says=value.text.strip(), span=key.span)
                continue
            fields = Fields(value, f"option '{label}'", keys_of(syntax.Option), self.faults)
            yield syntax.Option(label, span=key.span, **self.read(syntax.Option, fields))

    def _subsets(self, key: Scalar, single: list[syntax.Option]) -> Iterator[syntax.Option]:
        """One option for each set of items that is not empty, small sets first."""
        if len(single) > MOST_ITEMS:
            message = f"'any of' {len(single)} items; {MOST_ITEMS} is the limit"
            self.faults.add("too-large", message, key.span)
            return
        for size in range(1, len(single) + 1):
            for some in combinations(single, size):
                condition: syntax.Expr | None = None
                for item in some:
                    if condition is None or item.condition is None:
                        condition = condition or item.condition
                    else:
                        condition = syntax.Binary("and", condition, item.condition)
                labels = tuple(item.label for item in some)
                says = some[0].says if size == 1 else ""
                yield syntax.Option(
                    "_and_".join(labels), condition, says=says, items=labels, span=some[0].span
                )

    def stakes(
        self, entries: tuple[tuple[Scalar, Node], ...]
    ) -> Iterator[syntax.Stake | syntax.OrdinalStake]:
        """The stakes of each actor."""
        for key, node in entries:
            actor = Placed(self.faults.label(key, "an actor"), key.span)
            for i, item in enumerate(self.faults.items(node, f"the stakes of '{actor}'")):
                if stake := self._stake(actor, i, item):
                    yield stake

    def _stake(
        self, actor: str, number: int, node: Node
    ) -> syntax.Stake | syntax.OrdinalStake | None:
        known = keys_of(syntax.Stake, syntax.OrdinalStake)
        fields = Fields(node, f"a stake of '{actor}'", known, self.faults)
        name = fields.text("name")
        path = stake_path(actor, name, number)
        own = {"name": name}
        if (order := fields.node("order")) is not None:
            groups, gaps = self._order(order)
            read = self.read(syntax.OrdinalStake, fields, path, own | {"groups": groups})
            return syntax.OrdinalStake(actor=actor, gaps=gaps, span=fields.span, **read)
        read = self.read(syntax.Stake, fields, path, own)
        if fields.node("worth") is None:
            return None
        return syntax.Stake(actor=actor, span=fields.span, **read)

    def _order(self, node: Node) -> tuple[tuple[tuple[syntax.Expr, ...], ...], tuple[bool, ...]]:
        """``a ~ b > c >> d``: groups best first; whether a wide gap follows each but the last."""
        text = self.faults.text(node, "'order'")
        if not isinstance(node, Scalar):
            return (), ()
        groups: list[list[syntax.Expr]] = [[]]
        gaps: list[bool] = []
        start = 0
        signs = _separators(text)
        if len(signs) > MOST_RANKS:
            message = f"an order of {len(signs)} ranks; {MOST_RANKS} is the limit"
            self.faults.add("too-large", message, node.span)
            return (), ()
        for end, sign in [*signs, (len(text), "")]:
            groups[-1].append(self._ranked(node, text, start, end))
            start = end + len(sign)
            if sign in (">", ">>"):
                groups.append([])
                gaps.append(sign == ">>")
        if len(groups) == 1:
            hint = "best first, parted by >, >> or ~: answer = refuse > answer = accept"
            self.faults.add("order", "an order has at least two ranks", node.span, hint)
        return tuple(tuple(group) for group in groups), tuple(gaps)

    def _ranked(self, node: Scalar, text: str, start: int, end: int) -> syntax.Expr:
        try:
            return parse_expression(text[start:end], lambda a, b: node.locate(start + a, start + b))
        except CaseError as error:
            self.faults.found += error.faults
            return ZERO


def combination(key: str) -> tuple[str, ...]:
    """The labels in the key of a cell: ``peace & settle``."""
    return tuple(part.strip() for part in key.split("&"))


def _separators(text: str) -> list[tuple[int, str]]:
    """Places of ``>``, ``>>`` and ``~`` in an order, those within brackets left out."""
    found: list[tuple[int, str]] = []
    depth = 0
    for match in re.finditer(r"[(\[]|[)\]]|>>|>(?!=)|~", text):
        sign = match[0]
        if sign in "([":
            depth += 1
        elif sign in ")]":
            depth -= 1
        elif depth <= 0:
            found.append((match.start(), sign))
    return found
