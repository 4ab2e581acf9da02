"""Reading of moves, chances and stakes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

from lackmus.case import keys, syntax
from lackmus.case.assuming import Assumptions, Citations
from lackmus.case.expression import parse_expression
from lackmus.case.fields import ZERO, Faults, Fields, is_label
from lackmus.case.yaml_reader import Mapping, Node, Scalar, Sequence
from lackmus.foundation.errors import CaseError

MOST_RANKS = 60
#: Items of a set-valued move: 2⁶ − 1 options.
MOST_ITEMS = 6


class MoveReader:
    """Reads what happens and what it is worth.

    Args:
        faults: Where faults are noted.
        numbers: The case's assumptions, to which those given in place are added.
        cite: Reads citations.
    """

    def __init__(self, faults: Faults, numbers: Assumptions, cite: Citations) -> None:
        self.faults = faults
        self._numbers = numbers
        self._cite = cite

    def chances(self, node: Node, what: str, owner: str) -> tuple[syntax.Chance, ...]:
        """Labels with their probabilities."""
        return tuple(self._chance(k, v, what, owner) for k, v in self.faults.entries(node, what))

    def _chance(self, key: Scalar, node: Node, what: str, owner: str) -> syntax.Chance:
        label = self.faults.label(key, what)
        says, probability = "", node
        if isinstance(node, Mapping) and node.get("value") is None:
            fields = Fields(node, f"'{label}'", keys.CHANCE, self.faults)
            fields.require("probability", "a number, an expression, or rest")
            says, probability = fields.text("says"), fields.node("probability") or node
            if probability is node:
                return syntax.Chance(label, ZERO, says, key.span)
        if isinstance(probability, Scalar) and probability.text == "rest":
            return syntax.Chance(label, None, says, key.span)
        number = self._numbers.expression(probability, f"'{label}'", f"{owner}.{label}")
        return syntax.Chance(label, number, says, key.span)

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
        fields = Fields(node, "'rounds'", keys.ROUNDS, self.faults)
        fields.require("count", "how many rounds at most")
        fields.require("moves", "the moves of one round")
        moves: list[syntax.Move | syntax.Together] = []
        for item in self.moves(fields.node("moves")):
            if isinstance(item, syntax.Rounds):
                self.faults.add("rounds", "rounds within rounds are not possible", item.span)
            else:
                moves.append(item)
        state = fields.node("state")
        discount = fields.node("discount")
        name = fields.get("name", self.faults.label, "round_number")
        count = fields.node("count")
        return syntax.Rounds(
            name=name,
            count=self._numbers.expression(count, "'count'", f"{name}.count") if count else ZERO,
            moves=tuple(moves),
            ends_if=fields.get("ends if", self.faults.expression, None),
            discount=self._numbers.expression(discount, "'discount'", f"{name}.discount")
            if discount
            else None,
            state=tuple(self._state(k, v) for k, v in self.faults.entries(state, "'state'"))
            if state
            else (),
            says=fields.text("says"),
            span=key.span,
        )

    def _state(self, key: Scalar, node: Node) -> syntax.State:
        name = self.faults.label(key, "a state's name")
        fields = Fields(node, f"state '{name}'", keys.STATE, self.faults)
        fields.require("next", "its value after a round, from the round's moves")
        expression = self.faults.expression
        start = fields.get("start", expression, ZERO)
        return syntax.State(name, start, fields.get("next", expression, ZERO), key.span)

    def _move(self, key: Scalar, node: Node) -> syntax.Move:
        name = self.faults.label(key, "a move's name")
        fields = Fields(node, f"move '{name}'", keys.MOVE, self.faults)
        self._kind(key, fields)
        options: tuple[syntax.Option, ...] = ()
        if (chance := fields.node("chance")) is not None:
            options = tuple(
                syntax.Option(
                    c.label, None, c.probability, c.probability is None, c.says, span=c.span
                )
                for c in self.chances(chance, "an option", name)
            )
        elif (given := fields.node("options")) is not None:
            options = tuple(self._options(given, name))
        if not options and "signal of" not in fields:
            hint = "write options: [one, other]"
            self.faults.add("no-options", f"move '{name}' has no options", key.span, hint)
        signal = fields.node("signal of")
        right = fields.node("right")
        seen: tuple[str, ...] | None = fields.get("seen by", self.faults.labels, None)
        if signal is not None:
            fields.require("to", "who gets the signal")
            fields.require("right", "the probability that it is right; 1 for a certain one")
            seen = fields.get("to", self.faults.labels, ())
        elif "seen by" in fields and seen is None:
            seen = ()
        return syntax.Move(
            name=name,
            by=fields.get("by", self._makers, ()),
            options=options,
            condition=fields.get("if", self.faults.expression, None),
            seen_by=seen,
            noticed_by=fields.get("noticed by", self.faults.labels, ()),
            signal_of=self._variable(signal) if signal else None,
            right=self._numbers.expression(right, "'right'", f"{name}.right") if right else None,
            says=fields.text("says"),
            date=fields.get("date", self.faults.date, None),
            cite=fields.get("cite", self._cite, ()),
            span=key.span,
        )

    def _kind(self, key: Scalar, fields: Fields) -> None:
        """Checks that a move is an actor's, or chance, or a signal, with the keys of its kind."""
        kinds = [kind for kind in keys.ONLY_WITH if kind in fields]
        if len(kinds) != 1:
            hint = "who moves (by: actor), or chance: {…}, or signal of: a variable"
            message = f"move '{key.text}' needs exactly one of by, chance, signal of"
            self.faults.add("move", message, key.span, hint)
            return
        for kind, others in keys.ONLY_WITH.items():
            for other in others:
                if kind not in kinds and (node := fields.node(other)) is not None:
                    message = f"'{other}' goes with '{kind}', and '{key.text}' has '{kinds[0]}'"
                    self.faults.add("move", message, node.span)
        if kinds == ["signal of"] and (node := fields.node("seen by")) is not None:
            hint = "write to: […]; others may be told with 'noticed by'"
            self.faults.add("move", "a signal is seen by those it goes 'to'", node.span, hint)

    def _makers(self, node: Node, what: str) -> tuple[str, ...]:
        """Who moves: one name, or one a round."""
        if not isinstance(node, Sequence):
            return (self.faults.text(node, what).strip(),)
        makers = tuple(self.faults.label(item, "an actor") for item in node.items)
        if not makers:
            self.faults.add("move", f"nobody stands in {what}", node.span, "by: [one, other]")
        return makers

    def _variable(self, node: Node) -> syntax.Name:
        expression = self.faults.expression(node, "'signal of'")
        if isinstance(expression, syntax.Name):
            return expression
        self.faults.add("signal", "a signal is about one variable", node.span)
        return syntax.Name("")

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
            fields = Fields(value, f"option '{label}'", keys.OPTION, self.faults)
            condition = fields.get("if", self.faults.expression, None)
            number = fields.get("number", self.faults.number, None)
            says = fields.text("says")
            yield syntax.Option(label, condition, says=says, number=number, span=key.span)

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
            actor = self.faults.label(key, "an actor")
            for i, item in enumerate(self.faults.items(node, f"the stakes of '{actor}'")):
                if stake := self._stake(actor, i, item):
                    yield stake

    def _stake(
        self, actor: str, number: int, node: Node
    ) -> syntax.Stake | syntax.OrdinalStake | None:
        fields = Fields(node, f"a stake of '{actor}'", keys.STAKE, self.faults)
        name = fields.text("name")
        common = {"name": name, "says": fields.text("says"), "because": fields.text("because")}
        cite = fields.get("cite", self._cite, ())
        condition = fields.get("if", self.faults.expression, None)
        every = fields.text("every") or None
        path = f"{actor}.{name if is_label(name) else f'stake{number + 1}'}"
        if (order := fields.node("order")) is not None:
            scale_node = fields.node("scale")
            scale: syntax.Expr = syntax.Number(Fraction(1))
            if scale_node is not None:
                scale = self._numbers.expression(scale_node, "'scale'", f"{path}.scale")
            groups, gaps = self._order(order)
            return syntax.OrdinalStake(
                actor, groups, gaps, scale, condition, every, cite=cite, span=fields.span, **common
            )
        if not fields.require("worth", "how much it is worth, in units of payoff"):
            return None
        worth = fields.node("worth") or node
        return syntax.Stake(
            actor=actor,
            worth=self._numbers.expression(worth, "'worth'", f"{path}.worth"),
            condition=condition,
            every=every,
            cite=cite,
            span=fields.span,
            **common,
        )

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
