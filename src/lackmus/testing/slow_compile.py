"""A slow reading of a case, history by history, that shares no code with the compiler.

Numbers are fractions at the base values. It is written from the language reference: every rule
stands here, and of expressions in `slow_meaning`, a second time, and the tests compare.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from lackmus.case import syntax
from lackmus.testing.slow_meaning import Label, Meaning, Value, World

#: Open options with their probabilities; None where an actor chooses.
Open: TypeAlias = dict[str, Value | None]
#: A move as it was played: its column and the option.
Step: TypeAlias = tuple[str, str]


class StuckError(Exception):
    """A move is made in which no option is open."""


@dataclass(frozen=True)
class Decision:
    """A choice on the way: who, which set, what was taken; for chance its probability."""

    column: str
    option: str
    by: str | None
    infoset: tuple[Any, ...]
    open: tuple[str, ...]
    probability: Value | None = None


@dataclass(frozen=True)
class Terminal:
    """A whole history with its payoffs; `world` is what conditions are read in."""

    path: tuple[Decision, ...]
    world: World
    payoffs: tuple[Value, ...]

    @property
    def values(self) -> Mapping[str, Label]:
        """The option of each column, None where it was not made."""
        return self.world.values

    @property
    def steps(self) -> tuple[Step, ...]:
        """The moves made, chance moves among them."""
        return tuple((d.column, d.option) for d in self.path)

    @property
    def chance(self) -> Value:
        """Probability that chance lends the history."""
        total: Value = Fraction(1)
        for decision in self.path:
            if decision.by is None and decision.probability is not None:
                total *= decision.probability
        return total


@dataclass(frozen=True)
class Column:
    """A move in the plan: in a certain round of a block, or in none."""

    move: syntax.Move | syntax.Actor | syntax.Fact
    variable: str
    name: str
    labels: tuple[str, ...]
    by: str | None
    seen: frozenset[str]
    noticed: frozenset[str]
    group: int
    block: str | None = None
    round: int = 0


class Reference(Meaning):
    """All histories of a case.

    Args:
        case: A case that passed its check.
        do: Changes of the rules.
    """

    def __init__(self, case: syntax.Case, do: tuple[syntax.Intervention, ...] = ()) -> None:
        super().__init__(case)
        self.case = case
        self.fixed: dict[str, str | None] = {}
        self.absent: set[str] = set()
        self.viewers = {*(a.id for a in case.actors), *case.observers}
        self.blocks = {i.name: i for i in case.moves if isinstance(i, syntax.Rounds)}
        self._interventions(do)
        self.plan = list(self._plan())
        self.makers = {s.name: s.by or "" for s in self.plan if isinstance(s, Column)}

    def _interventions(self, do: tuple[syntax.Intervention, ...]) -> None:
        for change in do:
            target = str(change.target)
            if change.kind == "without":
                self.absent.add(target)
            elif change.kind == "no":
                self.fixed[target] = None
            elif isinstance(change.value, syntax.Number):
                self.base[target] = change.value.value
            else:
                self.fixed[target] = str(change.value)

    # --- the plan: what is settled in which order ---

    def _plan(self) -> Iterator[Column | tuple[str, str, int]]:
        group = 0
        for fact in self.case.facts:
            group += 1
            labels = tuple(v.label for v in fact.values)
            self.labels[fact.name] = labels
            seen = frozenset(fact.known_to)
            yield Column(fact, fact.name, fact.name, labels, None, seen, frozenset(), group)
        for actor in self.case.actors:
            if actor.aims:
                group += 1
                name = f"{actor.id}.aim"
                self.labels[name] = tuple(a.label for a in actor.aims)
                seen = frozenset((actor.id, *actor.known_to))
                yield Column(actor, name, name, self.labels[name], None, seen, frozenset(), group)
        for item in self.case.moves:
            if not isinstance(item, syntax.Rounds):
                group += 1
                yield from self._columns(item, group, None, 0)
                continue
            count = self._constant(item.count)
            for number in range(1, round(count) + 1):
                yield ("start", item.name, number)
                for inner in item.moves:
                    group += 1
                    yield from self._columns(inner, group, item.name, number)
                yield ("end", item.name, number)

    def _columns(
        self, item: syntax.Move | syntax.Together, group: int, block: str | None, number: int
    ) -> Iterator[Column]:
        for move in item.moves if isinstance(item, syntax.Together) else (item,):
            labels = tuple(o.label for o in move.options)
            if move.signal_of is not None:
                labels = self.labels[move.signal_of.id]
            self.labels[move.name] = labels
            self.moves[move.name] = move
            if block:
                self.block_of[move.name] = block
            blind = set(move.noticed_by)
            seen = self.viewers - blind if move.seen_by is None else set(move.seen_by)
            # Of several makers the first has round 1, and after the last the first comes again.
            mover = move.by[max(number - 1, 0) % len(move.by)] if move.by else None
            if mover is not None:
                seen = {*seen, mover}
            yield Column(
                move, move.name, f"{move.name}[{number}]" if block else move.name, labels,
                mover, frozenset(seen), frozenset(blind), group, block, number,
            )  # fmt: skip

    def _constant(self, expression: syntax.Expr) -> Fraction:
        return Fraction(self.number(expression, World(), None, 0))

    # --- play ---

    def terminals(self) -> list[Terminal]:
        """Every history to its end."""
        return list(self._play(0, World(), ()))

    def _play(self, at: int, world: World, path: tuple[Decision, ...]) -> Iterator[Terminal]:
        if at == len(self.plan):
            yield Terminal(path, world, tuple(
                self._payoff(actor.id, world) for actor in self.case.actors
            ))  # fmt: skip
            return
        step = self.plan[at]
        if not isinstance(step, Column):
            after = world.copy()
            self._turn(step, after)
            yield from self._play(at + 1, after, path)
            return
        options = self._options(step, world)
        if options is None:
            after = world.copy()
            after.values[step.name] = None
            yield from self._play(at + 1, after, path)
            return
        forced = self._forced(step, options)
        if not options and forced is None:
            raise StuckError(step.name)
        chosen = options if forced is None else {forced: Fraction(1)}
        for label, probability in chosen.items():
            after = world.copy()
            after.values[step.name] = label
            made = Decision(
                step.name, label, step.by, self._view(step, at, world), tuple(options), probability
            )
            yield from self._play(at + 1, after, path if forced is not None else (*path, made))

    def _turn(self, step: tuple[str, str, int], world: World) -> None:
        kind, name, number = step
        block = self.blocks[name]
        if kind == "start":
            if number == 1:
                if block.condition is not None and not self.holds(block.condition, world, None, 0):
                    world.over.add(name)
                for state in block.state:
                    world.states[state.name, 1] = self.number(state.start, world, None, 0)
                    world.states[state.name, 0] = world.states[state.name, 1]
            if name not in world.over:
                world.played.add((name, number))
            return
        after = {}
        for state in block.state:
            before = world.states[state.name, number]
            alive = (name, number) in world.played
            after[state.name] = self.number(state.next, world, name, number) if alive else before
        for state_name, value in after.items():
            world.states[state_name, number + 1] = world.states[state_name, 0] = value
        world.ended = name
        if block.ends_if is not None and self.holds(block.ends_if, world, name, number):
            world.over.add(name)
        world.ended = None

    def _options(self, step: Column, world: World) -> Open | None:
        """Open options with their probabilities (None for an actor's); None: it is not made."""
        rules = [self.fixed[n] for n in (step.name, step.variable) if n in self.fixed]
        if rules[:1] == [None] or (not rules and step.by in self.absent):
            return None
        if step.block and (step.block, step.round) not in world.played:
            return None
        move = step.move
        if isinstance(move, syntax.Actor | syntax.Fact):
            return self._prior(step, world)
        if move.condition is not None and not self.holds(
            move.condition, world, step.block, step.round
        ):
            return None
        if move.signal_of is not None:
            return self._signal(move, step, world)
        if move.by:
            return {
                o.label: None
                for o in move.options
                if o.condition is None or self.holds(o.condition, world, step.block, step.round)
            }
        parts = {
            o.label: None
            if o.rest or o.probability is None
            else self.number(o.probability, world, step.block, step.round)
            for o in move.options
        }
        return self._with_rest(parts)

    @staticmethod
    def _with_rest(parts: Open) -> Open:
        rest = 1 - sum(p for p in parts.values() if p is not None)
        return {label: rest if p is None else p for label, p in parts.items()}

    def _prior(self, step: Column, world: World) -> Open:
        for table in self.case.joint_aims:
            if step.variable in table.over:
                return self._joint(table, step, world)
        move = step.move
        if isinstance(move, syntax.Move):
            raise TypeError(f"{step.name} has no prior")
        chances = move.aims if isinstance(move, syntax.Actor) else move.values
        return self._with_rest({
            c.label: None if c.probability is None else self.number(c.probability, world, None, 0)
            for c in chances
        })  # fmt: skip

    def _joint(self, table: syntax.JointAims, step: Column, world: World) -> Open:
        cells = self._with_rest({
            "&".join(labels): None if n is None else self.number(n, world, None, 0)
            for labels, n in table.chances
        })  # fmt: skip
        agreed: dict[str, Value] = dict.fromkeys(step.labels, Fraction(0))
        for labels, _ in table.chances:
            known = zip(table.over, labels, strict=True)
            if all(world.values.get(n, label) == label for n, label in known if n != step.variable):
                agreed[labels[table.over.index(step.variable)]] += cells["&".join(labels)] or 0
        total = sum(agreed.values())
        if not total:
            return dict.fromkeys(step.labels, Fraction(1, len(step.labels)))
        return {label: mass / total for label, mass in agreed.items()}

    def _signal(self, move: syntax.Move, step: Column, world: World) -> Open | None:
        if move.signal_of is None or move.right is None:
            raise TypeError(f"{move.name} is no signal")
        truth = self._value(move.signal_of, world, step.block, step.round)
        if truth is None:
            return None
        right = self.number(move.right, world, step.block, step.round)
        wrong = (1 - right) / Fraction(max(1, len(step.labels) - 1))
        return {label: right if label == truth else wrong for label in step.labels}

    def _forced(self, step: Column, options: Open) -> str | None:
        for name in (step.name, step.variable):
            label = self.fixed.get(name)
            if label is not None:
                return label if step.by is None or label in options else None
        return None

    def _view(self, step: Column, at: int, world: World) -> tuple[Any, ...]:
        """What the mover has seen; for chance the history, which the comparison leaves out."""
        view: list[Any] = [step.name]
        for earlier in self.plan[:at]:
            if not isinstance(earlier, Column) or earlier.group == step.group:
                continue
            label = world.values[earlier.name]
            if step.by in earlier.seen:
                view.append((earlier.name, label))
            elif step.by in earlier.noticed:
                view.append((earlier.name, label is not None, "noticed"))
        return tuple(view)

    # --- payoffs ---

    def _payoff(self, actor: str, world: World) -> Value:
        total: Value = Fraction(0)
        for stake in self.case.stakes:
            if stake.actor != actor:
                continue
            if stake.every is None:
                total += self._term(stake, world, None, 0)
            else:
                rounds = sorted(n for name, n in world.played if name == stake.every)
                discount = self.blocks[stake.every].discount
                for number in rounds:
                    factor: Value = Fraction(1)
                    if discount is not None:
                        factor = self.number(discount, world, None, 0) ** (number - 1)
                    total += factor * self._term(stake, world, stake.every, number)
        return total

    def _term(
        self,
        stake: syntax.Stake | syntax.OrdinalStake,
        world: World,
        block: str | None,
        number: int,
    ) -> Value:
        if stake.condition is not None and not self.holds(stake.condition, world, block, number):
            return Fraction(0)
        if isinstance(stake, syntax.OrdinalStake):
            return self._rank(stake, world, block, number)
        return self.number(stake.worth, world, block, number)

    def _rank(
        self, stake: syntax.OrdinalStake, world: World, block: str | None, number: int
    ) -> Value:
        steps = [Fraction(3) if gap else Fraction(1) for gap in stake.gaps]
        for place, group in enumerate(stake.groups):
            if any(self.holds(condition, world, block, number) for condition in group):
                share = sum(steps[place:], Fraction(0)) / sum(steps)
                return self.number(stake.scale, world, block, number) * share
        return Fraction(0)
