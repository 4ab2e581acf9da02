"""A case as histories: what happens in which order, who sees what, who gets what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations, islice
from typing import Any

from tests.meaning.expressions import Node, parse
from tests.meaning.reading import (
    NOWHERE,
    Moment,
    Number,
    WrongError,
    label_of,
    reader,
)

Data = Mapping[str, Any]


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
    begins: Node | None


@dataclass(frozen=True)
class Infoset:
    """What one mover knows where he chooses."""

    column: str
    mover: str
    view: tuple[object, ...]
    labels: tuple[str, ...]
    first: int


@dataclass(frozen=True)
class Event:
    """A chance event on the way of histories, and the options it can have."""

    column: Column
    here: Moment
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Way:
    """A terminal history, whatever numbers are assumed.

    Attributes:
        moment: What was made on it.
        actions: The actions chosen on the way, with their infosets.
        infosets: As above.
        chances: The chance events on the way, by their place among the events, and what they had.
    """

    moment: Moment
    actions: tuple[int, ...] = ()
    infosets: tuple[int, ...] = ()
    chances: tuple[tuple[int, str], ...] = ()


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
    """A case under some values of its assumptions and some change of its rules.

    `like` is the same with other values: where as many rounds are played its histories are these.
    """

    def __init__(
        self,
        case: Data,
        drawn: Mapping[str, Number] | None = None,
        rules: Sequence[Node] = (),
        most: int = 4_000,
        like: Story | None = None,
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
        self.numbers: dict[str, dict[str, Number]] = {}
        self.sets: dict[str, dict[str, frozenset[str]]] = {}
        self.looked: dict[tuple[Node, str], str] = {}
        self.joint: dict[str, tuple[list[str], dict[frozenset[tuple[str, str]], Node | None]]] = {}
        self._lay_chance()
        self._lay_moves(case.get("moves") or [])
        self._stakes = self._lay_stakes()
        self.events: list[Event]
        self.infosets: list[Infoset]
        self.n_actions: int
        self.ways: tuple[Way, ...]
        if like is not None and self._rounds() == like._rounds():
            self.events, self.infosets = like.events, like.infosets
            self.n_actions, self.ways = like.n_actions, like.ways
        else:
            self.shown = self._shown()
            self.events, self.infosets, self.n_actions = [], [], 0
            self._known: dict[object, int] = {}
            self.ways = tuple(islice(self._tell(0, Way(NOWHERE)), most))
            if len(self.ways) == most:
                raise TooLongError

    def _rounds(self) -> dict[str, int]:
        return {name: block.count for name, block in self.blocks.items()}

    @cached_property
    def endings(self) -> tuple[Ending, ...]:
        """The terminal histories with their probabilities under chance and their payoffs."""
        shares = [dict(self.chances_at(event)) for event in self.events]
        endings = []
        for way in self.ways:
            chance: Number = 1
            order = 0
            for place, label in way.chances:
                share = shares[place][label]
                if share == 0:
                    order += 1
                else:
                    chance = chance * share
            payoffs = self._payoffs(way.moment)
            endings.append(Ending(way.moment, way.actions, way.infosets, chance, order, payoffs))
        return tuple(endings)

    @cached_property
    def afterwards(self) -> tuple[Moment, ...]:
        """Each terminal history, as claims speak of it."""
        return tuple(
            Moment(way.moment.made, way.moment.starts, way.moment.played) for way in self.ways
        )

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
        for actor, stakes in (self.case.get("stakes") or {}).items():
            for place, stake in enumerate(stakes, 1):
                if isinstance(stake.get("worth"), Mapping):
                    name = f"{actor}.stake{place}.worth"
                    self.values[name] = self.number(_expression(stake["worth"]))
                    self.varied.add(name)
        self.values.update(drawn)

    def number(self, node: Node) -> Number:
        """A number outside of all histories."""
        value: Number = self.read(node, NOWHERE)
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
            _where(spec, "if"),
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
            self.numbers[name] = self.numbers.get(about.parts[0], {})
            self.sets[name] = self.sets.get(about.parts[0], {})
        elif "chance" in spec:
            chances = {label: _chance(chance) for label, chance in spec["chance"].items()}
            column = replace(
                column, kind="chance", chances=chances, options=dict.fromkeys(chances),
                seen=frozenset(seen),
            )  # fmt: skip
        else:
            options, self.numbers[name], self.sets[name] = _options(spec["options"])
            column = replace(column, options=options, seen=frozenset(seen | {column.mover}))
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

    def _tell(self, place: int, way: Way) -> Iterator[Way]:
        if place == len(self.columns):
            yield way
            return
        column = self.columns[place]
        if column.kind == "end":
            yield from self._tell(place + 1, replace(way, moment=self._end(column, way.moment)))
            return
        here = self._begin(column, way.moment)

        def after(label: str | None) -> Moment:
            return here._replace(made={**here.made, column.key: label})

        if not self._is_made(column, here):
            yield from self._tell(place + 1, replace(way, moment=after(None)))
        elif column.kind == "move":
            for label, action, infoset in self._choices(column, here):
                ids = () if action < 0 else (action,)
                at = () if action < 0 else (infoset,)
                taken = Way(after(label), (*way.actions, *ids), (*way.infosets, *at), way.chances)
                yield from self._tell(place + 1, taken)
        else:
            occasion = Event(column, here, self._branches(column, here))
            self.events.append(occasion)
            event = len(self.events) - 1
            for label in occasion.labels:
                chances = (*way.chances, (event, label))
                yield from self._tell(place + 1, replace(way, moment=after(label), chances=chances))

    def _begin(self, column: Column, moment: Moment) -> Moment:
        starts = moment.starts
        if column.block and column.block not in starts:
            first = {name: start for name, (start, _) in self.blocks[column.block].states.items()}
            starts = {**starts, column.block: (first,)}
            before = moment._replace(block="", round=0, updated=False)
            begins = self.blocks[column.block].begins
            if begins is not None and not self.read(begins, before):
                moment = moment._replace(over=moment.over | {column.block})
        return moment._replace(starts=starts, block=column.block, round=column.round, updated=False)

    def _end(self, column: Column, moment: Moment) -> Moment:
        if column.block in moment.over:
            return moment
        here = self._begin(column, moment)
        block = self.blocks[column.block]
        states = {name: self.read(rule, here) for name, (_, rule) in block.states.items()}
        here = here._replace(
            starts={**here.starts, block.name: (*here.starts[block.name], states)},
            played={**here.played, block.name: column.round},
            updated=True,
        )
        if block.ends is not None and self.read(block.ends, here):
            here = here._replace(over=here.over | {block.name})
        return here

    def _is_made(self, column: Column, here: Moment) -> bool:
        if column.block in here.over or self.rule_of(column) == "":
            return False
        if column.condition is not None and not self.read(column.condition, here):
            return False
        return column.about is None or label_of(self, column.about, here) is not None

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

    def _branches(self, column: Column, here: Moment) -> tuple[str, ...]:
        """Options of a chance event; those that are 0 whatever is assumed are left out."""
        bound = self.rule_of(column)
        if bound:
            return (bound,)
        numbers = self._numbers(column, here, self.values)
        return tuple(
            label
            for label, number in numbers.items()
            if abs(float(number)) > 1e-12 or not self._never(column, here, label)
        )

    def chances_at(self, event: Event) -> list[tuple[str, Number]]:
        """Options of a chance event and their probabilities."""
        if self.rule_of(event.column):
            return [(event.labels[0], 1)]
        numbers = self._numbers(event.column, event.here, self.values)
        shares = [float(number) for number in numbers.values()]
        key = event.column.key
        if min(shares) < -1e-12 or max(shares) > 1 + 1e-12:
            raise WrongError(f"{key}: {numbers} are no probabilities")
        if abs(sum(shares) - 1) > 1e-9:
            raise WrongError(f"{key}: probabilities sum to {sum(shares)}")
        return [
            (label, 0 if abs(float(numbers[label])) <= 1e-12 else numbers[label])
            for label in event.labels
        ]

    def _never(self, column: Column, here: Moment, label: str) -> bool:
        if column.key in self.joint and self._hangs(column, here):
            return False
        for seed in (3, 7, 13):
            others: dict[str, Number] = {
                name: Fraction(place * 5 + seed, 97) for place, name in enumerate(self.values, 1)
            }
            try:
                if self._numbers(column, here, others)[label] != 0:
                    return False
            except (ArithmeticError, ValueError):
                return False
        return True

    def _hangs(self, column: Column, here: Moment) -> bool:
        """Whether the share of what stands before a joint aim hangs on an assumption."""
        over, table = self.joint[column.key]
        before = {(name, here.made[name]) for name in over[: over.index(column.key)]}
        spoken = [node for pairs, node in table.items() if before <= pairs]
        if not before:
            return False
        if None in spoken:
            spoken = list(table.values())
        return any(
            part.kind == "name" and part.parts[0] in self.values
            for node in spoken
            if node is not None
            for part in node.walk()
        )

    def _numbers(
        self, column: Column, here: Moment, values: Mapping[str, Number]
    ) -> dict[str, Number]:
        own, self.values = self.values, dict(values)
        try:
            if column.about is not None and column.right is not None:
                right = self.read(column.right, here)
                others = len(column.options) - 1
                true = label_of(self, column.about, here)
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

    def _lay_stakes(self) -> dict[str, list[Stake]]:
        stakes = self.case.get("stakes") or {}
        return {
            actor: [
                _stake(spec, f"{actor}.stake{place}.worth")
                for place, spec in enumerate(stakes.get(actor) or [], 1)
            ]
            for actor in self.actors
        }

    def _payoffs(self, moment: Moment) -> dict[str, Number]:
        end = moment._replace(block="", round=0, updated=False)
        sums: dict[str, Number] = {}
        for actor, stakes in self._stakes.items():
            total: Number = 0
            for stake in stakes:
                total = total + self._paid(stake, end)
            sums[actor] = total
        return sums

    def _paid(self, stake: Stake, end: Moment) -> Number:
        if not stake.every:
            return self._once(stake, end)
        block = self.blocks[stake.every]
        discount = self.number(block.discount)
        total: Number = 0
        for round_ in range(1, end.played.get(block.name, 0) + 1):
            here = end._replace(block=block.name, round=round_)
            total = total + discount ** (round_ - 1) * self._once(stake, here)
        return total

    def _once(self, stake: Stake, here: Moment) -> Number:
        if stake.condition is not None and not self.read(stake.condition, here):
            return 0
        scale: Number = self.read(stake.worth, here)
        if not stake.ranks:
            return scale
        for rank, worth in stake.ranks:
            if self.read(rank, here):
                return scale * worth
        return 0

    # Reading expressions

    def read(self, node: Node, here: Moment) -> Any:
        """The value of an expression in a history."""
        return reader(node)(self, here)

    def label(self, name: Node, here: Moment) -> str | None:
        """What a variable is in a history; None where it was not made."""
        return label_of(self, name, here)


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


Options = tuple[dict[str, Node | None], dict[str, Number], dict[str, frozenset[str]]]


def _options(spec: Any) -> Options:
    """Options with their conditions, their numbers, and, of each item of a set, its options."""
    if not isinstance(spec, Mapping):
        return dict.fromkeys(_list(spec)), {}, {}
    conditions: dict[str, Node | None] = {}
    numbers: dict[str, Number] = {}
    sets: dict[str, frozenset[str]] = {}
    for label, about in spec.items():
        if label != "any of":
            conditions[label] = _where(about, "if") if isinstance(about, Mapping) else None
            if isinstance(about, Mapping) and "number" in about:
                numbers[label] = Fraction(reader(parse(str(about["number"])))(None, NOWHERE))
            continue
        items, _, _ = _options(about)
        for size in range(1, len(items) + 1):
            for chosen in combinations(items, size):
                asked = [node for item in chosen if (node := items[item]) is not None]
                whole = asked[0] if asked else None
                for node in asked[1:]:
                    whole = Node("and", (whole, node))
                conditions["_and_".join(chosen)] = whole
                for item in chosen:
                    sets[item] = sets.get(item, frozenset()) | {"_and_".join(chosen)}
    return conditions, numbers, sets


@dataclass(frozen=True)
class Stake:
    """A stake: how much, or the scale of an order with its ranks, each with its part of it."""

    worth: Node
    condition: Node | None
    every: str
    ranks: tuple[tuple[Node, Fraction], ...]


def _stake(spec: Data, name: str) -> Stake:
    condition, every = _where(spec, "if"), spec.get("every", "")
    if "order" in spec:
        scale = _expression(spec.get("scale", "1"))
        return Stake(scale, condition, every, tuple(zip(*_ranks(spec["order"]), strict=True)))
    if isinstance(spec["worth"], Mapping):
        return Stake(Node("name", (name, None, False)), condition, every, ())
    return Stake(_expression(spec["worth"]), condition, every, ())


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
