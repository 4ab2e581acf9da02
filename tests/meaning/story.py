"""A case as histories: what happens in which order, who sees what, who gets what."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import islice
from typing import Any

from tests.meaning.expressions import Node, parse

Number = Fraction | float
Data = Mapping[str, Any]


class WrongError(Exception):
    """The case says something that the reference calls a fault."""


class TooLongError(Exception):
    """The case has more histories than this interpreter likes to tell."""


@dataclass(frozen=True)
class Column:
    """A move, signal, aim or fact; in rounds one for each round."""

    key: str
    name: str
    kind: str
    options: Mapping[str, Node | None]
    mover: str = ""
    block: str = ""
    round: int = 0
    group: int = -1
    condition: Node | None = None
    seen: frozenset[str] = frozenset()
    noticed: frozenset[str] = frozenset()
    chances: Mapping[str, Node | None] = field(default_factory=dict)
    about: Node | None = None
    right: Node | None = None


@dataclass(frozen=True)
class Block:
    """Rounds."""

    name: str
    count: int
    discount: Node
    states: Mapping[str, tuple[Number, Node]]
    ends: Node | None


@dataclass(frozen=True)
class Moment:
    """Where in a history an expression is read."""

    made: Mapping[str, str | None]
    starts: Mapping[str, tuple[Mapping[str, Number], ...]]
    played: Mapping[str, int]
    over: frozenset[str] = frozenset()
    block: str = ""
    round: int = 0
    updated: bool = False


@dataclass(frozen=True)
class Infoset:
    """What one mover knows where he chooses."""

    column: str
    mover: str
    view: tuple[object, ...]
    labels: tuple[str, ...]
    first: int


@dataclass(frozen=True)
class Ending:
    """A terminal history.

    `order` counts the chance events of probability 0 on its way, each taken as infinitely small;
    `chance` is the product of the others.
    """

    moment: Moment
    actions: tuple[int, ...]
    infosets: tuple[int, ...]
    chance: Number
    order: int
    payoffs: Mapping[str, Number]

    @property
    def weight(self) -> float:
        """Probability under chance alone."""
        return 0.0 if self.order else float(self.chance)


def _list(value: object) -> list[str]:
    if value is None or value == "":
        return []
    return [value] if isinstance(value, str) else [str(item) for item in value]  # type: ignore[attr-defined]


def _expression(value: object) -> Node:
    if isinstance(value, Mapping):
        value = value["value"]
    return parse(str(value))


def _where(value: Data, key: str) -> Node | None:
    return parse(str(value[key])) if value.get(key) not in (None, "") else None


class Story:
    """A case under some values of its assumptions and some change of its rules."""

    def __init__(
        self,
        case: Data,
        drawn: Mapping[str, Number] | None = None,
        rules: Sequence[Node] = (),
        most: int = 4_000,
    ) -> None:
        self.case = case
        self.actors: list[str] = list(case["actors"])
        self.observers = _list(case.get("observers"))
        self.fixed: dict[str, str] = {}
        self.gone: set[str] = set()
        self.without: set[str] = set()
        self._assume(drawn or {})
        self._rule(rules)
        self.blocks: dict[str, Block] = {}
        self.home: dict[str, str] = {}
        self.turns: dict[str, list[str]] = {}
        self.columns: list[Column] = []
        self.options: dict[str, tuple[str, ...]] = {}
        self.joint: dict[str, tuple[list[str], dict[frozenset[tuple[str, str]], Node | None]]] = {}
        self._lay_chance()
        self._lay_moves(case.get("moves") or [])
        self.shown = self._shown()
        self.infosets: list[Infoset] = []
        self._known: dict[object, int] = {}
        self.n_actions = 0
        told = self._tell(0, Moment({}, {}, {}), (), (), Fraction(1), 0)
        self.endings = tuple(islice(told, most))
        if len(self.endings) == most:
            raise TooLongError

    # What is assumed and ruled

    def _assume(self, drawn: Mapping[str, Number]) -> None:
        self.values: dict[str, Number] = {}
        self.varied: set[str] = set()
        given = dict(self.case.get("assumptions") or {})
        for name, spec in given.items():
            self.values[name] = self.number(_expression(spec))
            if isinstance(spec, Mapping) and ("range" in spec or "distribution" in spec):
                self.varied.add(name)
        precision = self.case.get("precision", "4")
        self.values["precision"] = self.number(_expression(precision))
        self.values.update(drawn)

    def number(self, node: Node) -> Number:
        """A number outside of all histories."""
        value: Number = self.read(node, Moment({}, {}, {}))
        return value

    def _rule(self, rules: Sequence[Node]) -> None:
        for rule in rules:
            if rule.kind == "set":
                self.values[rule.parts[0]] = rule.parts[1]
            elif rule.kind == "without":
                self.without.add(rule.parts[0])
            elif rule.kind == "no":
                self.gone.add(_key(rule.parts[0]))
            elif rule.parts[0].parts[0] in self.values:
                self.values[rule.parts[0].parts[0]] = Fraction(rule.parts[1])
            else:
                self.fixed[_key(rule.parts[0])] = rule.parts[1]

    def rule_of(self, column: Column) -> str | None:
        """The option that is bound, "" where the move is taken away, None without a rule."""
        for target in (column.key, column.name):
            if target in self.fixed:
                return self.fixed[target]
            if target in self.gone:
                return ""
        return "" if column.mover and column.mover in self.without else None

    # Columns

    def _lay_chance(self) -> None:
        for name, fact in (self.case.get("facts") or {}).items():
            self._lay_hidden(name, "fact", fact["values"], set(_list(fact.get("known to"))))
        for actor, spec in self.case["actors"].items():
            if isinstance(spec, Mapping) and spec.get("aims"):
                seen = {actor, *_list(spec.get("known to"))}
                self._lay_hidden(f"{actor}.aim", "aim", spec["aims"], seen)
        order = [column.key for column in self.columns]
        for table in self.case.get("joint aims") or []:
            over = sorted(_list(table["over"]), key=order.index)
            chances = {}
            for combination, chance in table["chances"].items():
                labels = [part.strip() for part in combination.split("&")]
                pairs = frozenset(zip(_list(table["over"]), labels, strict=True))
                chances[pairs] = _chance(chance)
            for name in over:
                self.joint[name] = (over, chances)

    def _lay_hidden(self, key: str, kind: str, values: Data, seen: set[str]) -> None:
        chances = {}
        for label, chance in values.items():
            inner = chance.get("probability", "rest") if isinstance(chance, Mapping) else chance
            if isinstance(chance, Mapping) and "value" in chance:
                inner = chance["value"]
            chances[label] = _chance(inner)
        options: dict[str, Node | None] = dict.fromkeys(chances)
        self.options[key] = tuple(options)
        self.columns.append(Column(key, key, kind, options, seen=frozenset(seen), chances=chances))

    def _lay_moves(self, items: Sequence[Data]) -> None:
        self._groups = 0
        for item in items:
            (name, spec), *_ = item.items()
            if name == "rounds":
                self._lay_rounds(spec)
            else:
                self._lay_item(name, spec, "", 0)

    def _lay_item(self, name: str, spec: Any, block: str, round_: int) -> None:
        if name != "together":
            self._lay_move(name, spec, block, round_, -1)
            return
        self._groups += 1
        for inner in spec:
            (move, about), *_ = inner.items()
            self._lay_move(move, about, block, round_, self._groups)

    def _lay_rounds(self, spec: Data) -> None:
        block = spec.get("name", "round_number")
        count = self.number(_expression(spec["count"]))
        states = {}
        for state, about in (spec.get("state") or {}).items():
            start = self.number(_expression(about.get("start", "0")))
            states[state] = (start, parse(str(about["next"])))
            self.home[state] = block
        self.blocks[block] = Block(
            block,
            max(1, round(count)),
            _expression(spec.get("discount", "1")),
            states,
            _where(spec, "ends if"),
        )
        for item in spec["moves"]:
            for move in _moves_in(item):
                self.home[move] = block
        for round_ in range(1, self.blocks[block].count + 1):
            for item in spec["moves"]:
                (name, about), *_ = item.items()
                self._lay_item(name, about, block, round_)
            self.columns.append(Column(f"end of {block}", "", "end", {}, block=block, round=round_))

    def _lay_move(self, name: str, spec: Data, block: str, round_: int, group: int) -> None:
        key = f"{name}[{round_}]" if block else name
        everyone = {*self.actors, *self.observers}
        seen = set(_list(spec["seen by"])) if "seen by" in spec else everyone
        turns = _list(spec.get("by")) or [""]
        mover = turns[(round_ - 1) % len(turns)] if block else turns[0]
        self.turns[name] = turns
        column = Column(
            key, name, "move", {}, mover, block, round_, group,
            _where(spec, "if"), frozenset(), frozenset(_list(spec.get("noticed by"))),
        )  # fmt: skip
        if "signal of" in spec:
            about = parse(str(spec["signal of"]))
            labels: Mapping[str, Node | None] = dict.fromkeys(self.options[about.parts[0]])
            column = replace(
                column, kind="signal", about=about, right=_expression(spec["right"]),
                options=labels, seen=frozenset(_list(spec.get("to"))),
            )  # fmt: skip
        elif "chance" in spec:
            chances = {label: _chance(chance) for label, chance in spec["chance"].items()}
            column = replace(
                column, kind="chance", chances=chances, options=dict.fromkeys(chances),
                seen=frozenset(seen),
            )  # fmt: skip
        else:
            column = replace(
                column, options=_options(spec["options"]), seen=frozenset(seen | {column.mover})
            )
        self.options[name] = tuple(column.options)
        self.columns.append(column)

    def _shown(self) -> dict[str, list[tuple[str, bool]]]:
        shown: dict[str, list[tuple[str, bool]]] = {}
        for place, column in enumerate(self.columns):
            if column.kind == "move":
                shown[column.key] = [
                    (before.key, column.mover in before.seen)
                    for before in self.columns[:place]
                    if (column.mover in before.seen or column.mover in before.noticed)
                    and (column.group < 0 or before.group != column.group)
                ]
        return shown

    def sees(self, viewer: str, column: Column) -> bool:
        """Whether the viewer is shown what was done there."""
        return viewer in column.seen

    # Histories, depth first

    def _tell(
        self,
        place: int,
        moment: Moment,
        actions: tuple[int, ...],
        infosets: tuple[int, ...],
        chance: Number,
        order: int,
    ) -> Iterator[Ending]:
        if place == len(self.columns):
            yield Ending(moment, actions, infosets, chance, order, self._payoffs(moment))
            return
        column = self.columns[place]
        if column.kind == "end":
            moment = self._end(column, moment)
            yield from self._tell(place + 1, moment, actions, infosets, chance, order)
            return
        here = self._begin(column, moment)
        if not self._is_made(column, here):
            after = replace(here, made={**here.made, column.key: None})
            yield from self._tell(place + 1, after, actions, infosets, chance, order)
            return
        if column.kind == "move":
            for label, action, infoset in self._choices(column, here):
                after = replace(here, made={**here.made, column.key: label})
                ids = () if action < 0 else (action,)
                at = () if action < 0 else (infoset,)
                yield from self._tell(
                    place + 1, after, (*actions, *ids), (*infosets, *at), chance, order
                )
            return
        for label, share in self.chances_at(column, here):
            after = replace(here, made={**here.made, column.key: label})
            rarer = order + (share == 0)
            times = chance if share == 0 else chance * share
            yield from self._tell(place + 1, after, actions, infosets, times, rarer)

    def _begin(self, column: Column, moment: Moment) -> Moment:
        starts = moment.starts
        if column.block and column.block not in starts:
            first = {name: start for name, (start, _) in self.blocks[column.block].states.items()}
            starts = {**starts, column.block: (first,)}
        return replace(moment, starts=starts, block=column.block, round=column.round, updated=False)

    def _end(self, column: Column, moment: Moment) -> Moment:
        if column.block in moment.over:
            return moment
        here = self._begin(column, moment)
        block = self.blocks[column.block]
        states = {name: self.read(rule, here) for name, (_, rule) in block.states.items()}
        here = replace(
            here,
            starts={**here.starts, block.name: (*here.starts[block.name], states)},
            played={**here.played, block.name: column.round},
            updated=True,
        )
        if block.ends is not None and self.read(block.ends, here):
            here = replace(here, over=here.over | {block.name})
        return here

    def _is_made(self, column: Column, here: Moment) -> bool:
        if column.block in here.over or self.rule_of(column) == "":
            return False
        if column.condition is not None and not self.read(column.condition, here):
            return False
        return column.about is None or self._label(column.about, here) is not None

    def _choices(self, column: Column, here: Moment) -> Iterator[tuple[str, int, int]]:
        labels = tuple(
            label
            for label, condition in column.options.items()
            if condition is None or self.read(condition, here)
        )
        if not labels:
            raise WrongError(f"{column.key}: no option is open")
        bound = self.rule_of(column)
        if bound in labels:
            yield bound, -1, -1
            return
        view = tuple(
            here.made[key] if sees else here.made[key] is not None
            for key, sees in self.shown[column.key]
        )
        known = (column.key, view)
        if known not in self._known:
            self._known[known] = len(self.infosets)
            self.infosets.append(Infoset(column.key, column.mover, view, labels, self.n_actions))
            self.n_actions += len(labels)
        infoset = self.infosets[self._known[known]]
        if infoset.labels != labels:
            raise WrongError(f"{column.key}: the mover cannot tell his options")
        for place, label in enumerate(labels):
            yield label, infoset.first + place, self._known[known]

    def chances_at(self, column: Column, here: Moment) -> list[tuple[str, Number]]:
        """Options and probabilities; those that are 0 whatever is assumed are left out."""
        bound = self.rule_of(column)
        if bound:
            return [(bound, Fraction(1))]
        numbers = self._numbers(column, here, self.values)
        shares = [float(number) for number in numbers.values()]
        if min(shares) < -1e-12 or max(shares) > 1 + 1e-12:
            raise WrongError(f"{column.key}: {numbers} are no probabilities")
        if abs(sum(shares) - 1) > 1e-9:
            raise WrongError(f"{column.key}: probabilities sum to {sum(shares)}")
        kept: list[tuple[str, Number]] = []
        for label, number in numbers.items():
            if abs(float(number)) > 1e-12:
                kept.append((label, number))
            elif not self._never(column, here, label):
                kept.append((label, Fraction(0)))
        return kept

    def _never(self, column: Column, here: Moment, label: str) -> bool:
        for seed in (3, 7, 13):
            others: dict[str, Number] = {
                name: Fraction(place * 5 + seed, 97) if name in self.varied else value
                for place, (name, value) in enumerate(self.values.items(), 1)
            }
            try:
                if self._numbers(column, here, others)[label] != 0:
                    return False
            except (ArithmeticError, ValueError):
                return False
        return True

    def _numbers(
        self, column: Column, here: Moment, values: Mapping[str, Number]
    ) -> dict[str, Number]:
        own, self.values = self.values, dict(values)
        try:
            if column.about is not None and column.right is not None:
                right = self.read(column.right, here)
                others = len(column.options) - 1
                true = self._label(column.about, here)
                return {
                    label: right if label == true else (1 - right) / others
                    for label in column.options
                }
            if column.key in self.joint:
                return self._conditional(column, here)
            return self._shares(column.chances, here)
        finally:
            self.values = own

    def _shares(self, chances: Mapping[Any, Node | None], here: Moment) -> dict[Any, Number]:
        said = {key: self.read(node, here) for key, node in chances.items() if node is not None}
        rest = 1 - sum(said.values())
        return {key: said.get(key, rest) for key in chances}

    def _conditional(self, column: Column, here: Moment) -> dict[str, Number]:
        over, table = self.joint[column.key]
        shares = self._shares(table, here)
        before = {(name, here.made[name]) for name in over[: over.index(column.key)]}
        base: Number = Fraction(0)
        sums: dict[str, Number] = dict.fromkeys(column.options, Fraction(0))
        for pairs, share in shares.items():
            if before <= pairs:
                base += share
                for label in column.options:
                    if (column.key, label) in pairs:
                        sums[label] += share
        if base == 0:
            return dict.fromkeys(column.options, Fraction(1, len(column.options)))
        return {label: share / base for label, share in sums.items()}

    # Payoffs

    def _payoffs(self, moment: Moment) -> dict[str, Number]:
        end = replace(moment, block="", round=0, updated=False)
        sums: dict[str, Number] = {}
        for actor in self.actors:
            total: Number = Fraction(0)
            for stake in (self.case.get("stakes") or {}).get(actor) or []:
                total += self._stake(stake, end)
            sums[actor] = total
        return sums

    def _stake(self, stake: Data, end: Moment) -> Number:
        if "every" not in stake:
            return self._once(stake, end)
        block = self.blocks[stake["every"]]
        total: Number = Fraction(0)
        for round_ in range(1, end.played.get(block.name, 0) + 1):
            here = replace(end, block=block.name, round=round_)
            factor = self.number(block.discount) ** (round_ - 1)
            total += factor * self._once(stake, here)
        return total

    def _once(self, stake: Data, here: Moment) -> Number:
        condition = _where(stake, "if")
        if condition is not None and not self.read(condition, here):
            return Fraction(0)
        if "order" not in stake:
            value: Number = self.read(_expression(stake["worth"]), here)
            return value
        ranks, worths = _ranks(stake["order"])
        scale: Number = self.read(_expression(stake.get("scale", "1")), here)
        for rank, worth in zip(ranks, worths, strict=True):
            if self.read(rank, here):
                return scale * worth
        return Fraction(0)

    # Reading expressions

    def read(self, node: Node, here: Moment) -> Any:
        """The value of an expression in a history: a Fraction, a float or a truth value."""
        return _READ[node.kind](self, node, here)

    def _label(self, name: Node, here: Moment) -> str | None:
        word, index, back = name.parts
        block = self.home.get(word, "")
        if index is not None:
            return here.made.get(f"{word}[{index}]")
        if not block:
            return here.made.get(word)
        if here.block == block:
            return here.made.get(f"{word}[{here.round - back}]")
        for round_ in range(here.played.get(block, 0), 0, -1):
            label = here.made.get(f"{word}[{round_}]")
            if label is not None:
                return label
        return None

    def _state(self, name: Node, here: Moment) -> Number:
        word, index, back = name.parts
        block = self.home[word]
        starts = here.starts[block]
        place: int
        if index is not None:
            place = index - 1
        elif here.block == block:
            place = here.round - 1 + here.updated - back
        else:
            place = len(starts) - 1
        value: Number = starts[max(0, min(place, len(starts) - 1))][word]
        return value

    def is_variable(self, node: Node) -> bool:
        """Whether a node names a move, signal, aim or fact."""
        return node.kind == "name" and node.parts[0] in self.options

    def block_in(self, node: Node, here: Moment) -> str:
        """The block whose rounds ``ever`` and ``count`` look at."""
        found = set()
        labels = {
            part.parts[1][1]
            for part in node.walk()
            if part.kind == "compare"
            and self.is_variable(part.parts[1][0])
            and part.parts[1][1].parts[0] in self.options[part.parts[1][0].parts[0]]
        }
        for part in node.walk():
            if part.kind == "name" and part.parts[1] is None and part not in labels:
                word = part.parts[0]
                found.add(word if word in self.blocks else self.home.get(word, ""))
        found -= {"", here.block}
        if len(found) != 1:
            raise WrongError(f"{node} speaks of {found}")
        return found.pop()


def _key(name: Node) -> str:
    word, index, _ = name.parts
    return word if index is None else f"{word}[{index}]"


def _chance(value: object) -> Node | None:
    return None if value == "rest" else _expression(value)


def _moves_in(item: Data) -> Iterator[str]:
    for name, spec in item.items():
        if name == "together":
            for inner in spec:
                yield from inner
        else:
            yield name


def _options(spec: Any) -> dict[str, Node | None]:
    if isinstance(spec, Mapping):
        return {
            label: _where(about, "if") if isinstance(about, Mapping) else None
            for label, about in spec.items()
        }
    return dict.fromkeys(_list(spec))


def _ranks(order: str) -> tuple[list[Node], list[Fraction]]:
    ranks, gaps, depth = [""], [], 0
    for word in order.split():
        if word in (">", ">>", "~") and not depth:
            ranks.append("")
            gaps.append(Fraction({">": 1, ">>": 3, "~": 0}[word]))
            continue
        depth += word.count("(") - word.count(")")
        ranks[-1] += f" {word}"
    whole = sum(gaps, Fraction(0)) or Fraction(1)
    worths = [sum(gaps[place:], Fraction(0)) / whole for place in range(len(ranks))]
    return [parse(rank) for rank in ranks], worths


# Each kind of node


def _read_name(story: Story, node: Node, here: Moment) -> Any:
    word = node.parts[0]
    if word in story.values:
        return story.values[word]
    if word in story.blocks:
        return Fraction(here.round if here.block == word else here.played.get(word, 0))
    if word in story.home and word not in story.options:
        return story._state(node, here)
    raise WrongError(f"{word} is no number")


def _made(story: Story, here: Moment, move: Node, *by: Node) -> bool:
    """Whether a move was made, and by whom where that is asked."""
    if story._label(move, here) is None:
        return False
    if not by:
        return True
    word, index, back = move.parts
    made = [column for column in story.columns if column.name == word and column.key in here.made]
    last = [column for column in made if here.made[column.key] is not None][-1]
    block = story.home.get(word, "")
    if block and (index is not None or here.block == block):
        round_ = here.round - back if index is None else index
        last = next(column for column in made if column.round == round_)
    return last.mover == str(by[0].parts[0])


def _read_call(story: Story, node: Node, here: Moment) -> Any:
    function, arguments = node.parts
    if function == "made":
        return _made(story, here, *arguments)
    if function in ("ever", "count"):
        block = story.block_in(arguments[0], here)
        rounds = range(1, here.played.get(block, 0) + 1)
        holds = [
            story.read(arguments[0], replace(here, block=block, round=round_, updated=False))
            for round_ in rounds
        ]
        return any(holds) if function == "ever" else Fraction(sum(holds))
    values = [story.read(argument, here) for argument in arguments]
    if function in ("min", "max", "abs"):
        return {"min": min, "max": max, "abs": abs}[function](*values)  # type: ignore[operator]
    return {"exp": math.exp, "log": math.log, "sqrt": math.sqrt}[function](*values)


def _read_compare(story: Story, node: Node, here: Moment) -> bool:
    signs, sides = node.parts
    if story.is_variable(sides[0]):
        left = story._label(sides[0], here)
        word = sides[1].parts[0]
        if word in story.options[sides[0].parts[0]] and sides[1].parts[1] is None:
            right: str | None = word
        elif story.is_variable(sides[1]):
            right = story._label(sides[1], here)
        else:
            raise WrongError(f"{word} is neither an option nor a variable")
        same = left is not None and left == right
        return same if signs[0] == "=" else not same
    values = [story.read(side, here) for side in sides]
    return all(compare(sign, values[place], values[place + 1]) for place, sign in enumerate(signs))


def compare(sign: str, left: Any, right: Any) -> bool:
    """Whether a comparison of numbers holds, exactly."""
    outcomes = {
        "=": left == right, "!=": left != right, "<": left < right,
        "<=": left <= right, ">": left > right, ">=": left >= right,
    }  # fmt: skip
    return bool(outcomes[sign])


def _read_member(story: Story, node: Node, here: Moment) -> bool:
    name, labels, inside = node.parts
    return bool((story._label(name, here) in labels) == inside)


def _read_power(story: Story, node: Node, here: Moment) -> Any:
    base, exponent = (story.read(part, here) for part in node.parts)
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        return base ** int(exponent)
    return float(base) ** float(exponent)


def _read_two(story: Story, node: Node, here: Moment) -> Any:
    left, right = (story.read(part, here) for part in node.parts)
    if node.kind == "+":
        return left + right
    if node.kind == "-":
        return left - right
    return left * right if node.kind == "*" else left / right


_READ: Mapping[str, Any] = {
    "number": lambda _story, node, _here: node.parts[0],
    "name": _read_name,
    "call": _read_call,
    "compare": _read_compare,
    "member": _read_member,
    "^": _read_power,
    "minus": lambda story, node, here: -story.read(node.parts[0], here),
    "not": lambda story, node, here: not story.read(node.parts[0], here),
    "and": lambda story, node, here: all(story.read(part, here) for part in node.parts),
    "or": lambda story, node, here: any(story.read(part, here) for part in node.parts),
    "choose": lambda story, node, here: story.read(
        node.parts[0 if story.read(node.parts[1], here) else 2], here
    ),
    **dict.fromkeys("+-*/", _read_two),
}
