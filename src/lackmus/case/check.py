"""Every fault of a case that can be seen without playing it.

What can be seen only in the histories (a condition that never holds, options that differ where
the mover cannot tell) is found by the compiler.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from lackmus.case import syntax
from lackmus.case.check_questions import check_questions
from lackmus.case.fields import ZERO, Faults, closest, constant, place_of, stake_path
from lackmus.case.remarks import remarks
from lackmus.case.scope import Variable, aim_of, scope_of, spoken, walk
from lackmus.case.text import rounded
from lackmus.case.typing_rules import AFTER, MOST_ROUNDS, Here, Typing
from lackmus.foundation.errors import Fault
from lackmus.foundation.spans import Span
from lackmus.foundation.tolerances import PROBABILITY

MOST_OPTIONS = 120
MOST_CELLS = 200
MOST_JOINT = 6


def check_case(case: syntax.Case) -> list[Fault]:
    """All faults of a case, warnings among them, in no particular order."""
    return _Check(case).run()


class _Check:
    def __init__(self, case: syntax.Case) -> None:
        self._case = case
        self._scope = scope_of(case)
        self._faults = Faults()
        self._typing = Typing(self._scope, self._faults)
        self._told: set[str] = set()

    def run(self) -> list[Fault]:
        self._names()
        self._events()
        self._correlations()
        self._priors()
        for variable in self._scope.variables.values():
            if variable.move is not None:
                self._move(variable, variable.move)
        for block in self._scope.blocks.values():
            self._block(block)
        self._at_once()
        self._cycles()
        self._stakes()
        check_questions(self._case, self._scope, self._typing, self._faults)
        self._unused()
        if not any(fault.severity == "error" for fault in self._faults.found):
            self._faults.found += remarks(self._case, self._scope)
        return self._faults.found

    # --- names ---

    def _names(self) -> None:
        scope, add = self._scope, self._faults.add
        if not self._case.actors:
            add("no-actors", "the case has no actors", None)
        for name, span in scope.duplicates:
            add("duplicate", f"'{name}' is declared twice", span, "use another name")
        observers = {observer: observer for observer in self._case.observers}
        spans = {actor.id: actor.span for actor in self._case.actors}
        for viewer, n in Counter(scope.viewers).items():
            if n > 1:
                message = f"'{viewer}' is declared twice among actors and observers"
                hint = "an actor sees too: leave him out of the observers"
                place = place_of(spans.get(viewer), observers.get(viewer, viewer))
                add("duplicate", message, place, hint)
        for actor in self._case.actors:
            self._typing.viewers(actor.known_to, actor.span)
            self._labels(actor.aims, actor.span)
        for fact in self._case.facts:
            self._typing.viewers(fact.known_to, fact.span)
            self._labels(fact.values, fact.span)

    def _events(self) -> None:
        """Each event makes sense somewhere: after the last move, or in some rounds."""
        told: set[str] = set()
        for name in self._scope.events:
            self._makes_sense(name, told)

    def _makes_sense(self, name: str, told: set[str]) -> None:
        """Checks one event, and before it those that it rests on."""
        if name in told:
            return
        told.add(name)
        condition = self._scope.events[name].condition
        for part in walk(condition):
            if isinstance(part, syntax.Occurs):
                self._makes_sense(part.event, told)
        found = []
        for block in (None, *self._scope.blocks):
            faults = Faults()
            here = Here(AFTER, block, f"event '{name}'", assumptions=True)
            Typing(self._scope, faults).condition(condition, here)
            found.append(faults.found)
        if all(found):
            self._faults.found += found[0]
            self._scope.senseless.add(name)

    def _correlations(self) -> None:
        pairs: set[frozenset[str]] = set()
        for correlation in self._case.correlations:
            pair = frozenset(correlation.between)
            if pair in pairs:
                message = f"a second correlation of {' and '.join(correlation.between)}"
                place = place_of(correlation.span, correlation.between[0])
                self._faults.add("duplicate", message, place, "keep one of them")
            pairs.add(pair)
            for name in correlation.between:
                if name and name not in self._scope.assumptions:
                    hint = closest(name, self._scope.assumptions)
                    place = place_of(correlation.span, name)
                    self._faults.add("unknown-name", f"no assumption '{name}'", place, hint)

    def _labels(
        self, labels: Sequence[syntax.Chance] | Sequence[syntax.Option], span: Span | None
    ) -> None:
        known: set[str] = set()
        for one in labels:
            if one.label in known:
                message = f"'{one.label}' stands here twice"
                self._faults.add("duplicate", message, one.span or place_of(span, one.label))
            known.add(one.label)
        if len(labels) > MOST_OPTIONS:
            message = f"{len(labels)} options; {MOST_OPTIONS} is the limit"
            self._faults.add("too-large", message, span)

    # --- priors ---

    def _priors(self) -> None:
        joint = {name for table in self._case.joint_aims for name in table.over}
        for actor in self._case.actors:
            if actor.aims:
                name = aim_of(actor.id)
                self._chances(actor.aims, name, actor.span, counted=name not in joint)
        for fact in self._case.facts:
            if not fact.values:
                self._faults.add("no-options", f"'{fact.name}' has no values", fact.span)
            else:
                self._chances(fact.values, fact.name, fact.span, counted=fact.name not in joint)
        for table in self._case.joint_aims:
            self._joint(table)

    def _chances(
        self,
        chances: tuple[syntax.Chance, ...],
        name: str,
        span: Span | None,
        *,
        counted: bool,
    ) -> None:
        """Checks priors; those that do not count, since joint ones do, need not sum to one."""
        here = Here(self._order(name), None, "a prior", assumptions=True)
        for chance in chances:
            if chance.probability is not None:
                self._typing.number(chance.probability, here)
        if counted:
            self._sum([c.probability for c in chances], f"the probabilities of {name}", span)

    def _order(self, name: str) -> int:
        variable = self._scope.variables.get(name)
        return variable.order if variable else 0

    def _sum(self, parts: list[syntax.Expr | None], what: str, span: Span | None) -> None:
        """Checks a sum of probabilities at the base values, where they are numbers."""
        if any(part is ZERO for part in parts):
            return
        rests = parts.count(None)
        if rests > 1:
            message = f"{what} have more than one 'rest'"
            self._faults.add("prior", message, span, "one of them is what the others leave")
        values = [self._probability(part) for part in parts if part is not None]
        if None in values:
            return
        total = sum((v for v in values if v is not None), Fraction(0))
        if rests == 0 and total != 1:
            hint = "one of them may be 'rest'"
            self._faults.add("prior", f"{what} sum to {rounded(total)}, not 1", span, hint)
        if rests and total > 1:
            message = f"{what} sum to {rounded(total)} and leave less than nothing to 'rest'"
            self._faults.add("prior", message, span)
        elif rests:
            self._rest_in_every_draw(parts, what, span)

    def _rest_in_every_draw(
        self, parts: list[syntax.Expr | None], what: str, span: Span | None
    ) -> None:
        """Warns of plain numbers and assumptions that may sum to more than one in a draw."""
        most = 0.0
        for part in parts:
            if isinstance(part, syntax.Name) and part.id in self._scope.assumptions:
                most += self._scope.assumptions[part.id].distribution.support()[1]
            elif part is not None:
                fixed = constant(part)
                if fixed is None:
                    return
                most += float(fixed)
        if most > 1 + PROBABILITY:
            message = f"{what} may sum to {most:.4g} and leave less than nothing to 'rest'"
            hint = "such a draw is no game and counts as unsolved; narrow the ranges"
            self._faults.add("prior", message, span, hint, severity="warning")

    def _probability(self, part: syntax.Expr) -> Fraction | None:
        """A probability at the base values, or None where it depends on play."""
        base = {name: a.value for name, a in self._scope.assumptions.items()}
        value = constant(part, base)
        if value is not None and not 0 <= value <= 1:
            message = f"a probability of {rounded(value)}"
            self._faults.add("prior", message, part.span, "probabilities lie in 0 … 1")
        elif isinstance(part, syntax.Name) and part.id in self._scope.assumptions:
            self._in_every_draw(self._scope.assumptions[part.id])
        return value

    def _in_every_draw(self, assumption: syntax.Assumption) -> None:
        """An assumption that stands for a probability is one in every draw."""
        low, high = assumption.distribution.support()
        if low < 0 or high > 1:
            finite = (Fraction(end) if math.isfinite(end) else None for end in (low, high))
            ends = " to ".join("…" if end is None else rounded(end) for end in finite)
            message = f"'{assumption.name}' is a probability, and may be drawn from {ends}"
            hint = "give it a range within [0, 1]"
            if assumption.name not in self._told:
                self._faults.add("prior", message, assumption.span, hint)
            self._told.add(assumption.name)

    def _joint(self, table: syntax.JointAims) -> None:
        if len(table.chances) > MOST_CELLS or len(table.over) > MOST_JOINT:
            message = (
                f"{len(table.chances)} combinations of {len(table.over)} aims; {MOST_CELLS} of "
                f"{MOST_JOINT} are the limit"
            )
            self._faults.add("too-large", message, table.span)
            return
        variables = [self._scope.variables.get(name) for name in table.over]
        for name, variable in zip(table.over, variables, strict=True):
            if variable is None or variable.kind not in ("aim", "fact"):
                hint = closest(name, self._scope.variables)
                place = place_of(table.span, name)
                self._faults.add("unknown-name", f"no aim or fact '{name}'", place, hint)
        for labels, number in table.chances:
            for label, variable in zip(labels, variables, strict=False):
                if variable is not None and label not in variable.options:
                    hint = closest(label, variable.options)
                    message = f"{variable.id} has no value '{label}'"
                    place = place_of(table.span, label)
                    self._faults.add("unknown-option", message, place, hint)
            if number is not None:
                here = Here(0, None, "a prior", assumptions=True)
                self._typing.number(number, here)
        what = f"the probabilities of {' and '.join(table.over)}"
        self._sum([number for _, number in table.chances], what, table.span)

    # --- moves ---

    def _move(self, variable: Variable, move: syntax.Move) -> None:
        self._makers(variable, move)
        self._typing.viewers((*(move.seen_by or ()), *move.noticed_by), move.span)
        self._labels(move.options, move.span)
        for viewer in move.noticed_by:
            if move.seen_by is not None and viewer in move.seen_by:
                message = f"'{viewer}' both sees and merely notices '{move.name}'"
                self._faults.add("visibility", message, place_of(move.span, viewer))
        here = Here(variable.order, variable.block, f"the condition of '{move.name}'")
        for condition in (move.condition, *(option.condition for option in move.options)):
            if condition is not None:
                self._typing.condition(condition, here)
        chance_here = Here(variable.order, variable.block, "a probability", assumptions=True)
        if variable.kind == "chance":
            for option in move.options:
                if option.probability is not None:
                    self._typing.number(option.probability, chance_here)
            parts = [None if o.rest else o.probability for o in move.options]
            self._sum(parts, f"the probabilities of '{move.name}'", move.span)
        if variable.kind == "signal":
            self._signal(variable, move, chance_here)

    def _makers(self, variable: Variable, move: syntax.Move) -> None:
        for maker in dict.fromkeys(move.by):
            if maker not in self._scope.actors:
                hint = closest(maker, self._scope.actors)
                place = place_of(move.span, maker)
                self._faults.add("unknown-name", f"no actor '{maker}'", place, hint)
        if len(move.by) > 1 and variable.block is None:
            message = f"'{move.name}' is made once, and by one actor"
            hint = "within rounds several take turns, one a round"
            self._faults.add("rounds", message, place_of(move.span, move.by[1]), hint)

    def _signal(self, variable: Variable, move: syntax.Move, here: Here) -> None:
        about = self._scope.variables.get(move.signal_of.id) if move.signal_of else None
        if about is None or about.order >= variable.order:
            name = move.signal_of.id if move.signal_of else ""
            earlier = (v.id for v in self._scope.variables.values() if v.order < variable.order)
            hint = closest(name, earlier)
            span = move.signal_of.span if move.signal_of else move.span
            self._faults.add("unknown-name", f"no variable '{name}' before this", span, hint)
        if move.right is not None:
            self._typing.number(move.right, here)
            self._probability(move.right)

    def _count(self, block: syntax.Rounds) -> None:
        """How often a block repeats: a whole number, or an assumption of whole numbers."""
        counts = [constant(block.count)]
        if isinstance(block.count, syntax.Name):
            if block.count.id not in self._scope.assumptions:
                message = f"no assumption '{block.count}' says how many rounds"
                hint = closest(block.count.id, self._scope.assumptions)
                self._faults.add("unknown-name", message, block.count.span or block.span, hint)
                return
            drawn = self._scope.assumptions[block.count.id]
            counts = [drawn.value, drawn.distribution.low, drawn.distribution.high]
            if None in counts:
                message = "the number of rounds needs a range"
                self._faults.add("rounds", message, drawn.span, "give it a low and a high end")
                return
        place = block.count.span or block.span
        for count in dict.fromkeys(counts):
            hint = f"a whole number from 1 to {MOST_ROUNDS:,}, or an assumption of such numbers"
            if count is None:
                self._faults.add("rounds", "how many rounds?", place, hint)
            elif not (count.denominator == 1 and 1 <= count <= MOST_ROUNDS):
                message = f"{rounded(count)} is no number of rounds"
                self._faults.add("rounds", message, place, hint)

    def _block(self, block: syntax.Rounds) -> None:
        self._count(block)
        end = self._scope.block_end[block.name]
        here = Here(end, block.name, "the end condition")
        if block.condition is not None:
            begins = self._scope.block_start[block.name]
            first = Here(begins, None, f"the condition of rounds '{block.name}'")
            self._typing.condition(block.condition, first)
        if block.ends_if is not None:
            self._typing.condition(block.ends_if, here)
        if block.discount is not None:
            self._typing.number(block.discount, Here(0, None, "a discount", assumptions=True))
        for state in block.state:
            self._typing.number(state.start, Here(0, None, f"the start of '{state.name}'"))
            self._typing.number(state.next, Here(end, block.name, f"'{state.name}'"))

    def _at_once(self) -> None:
        """Nobody makes two moves at the same time: he would not know the one at the other."""
        for item in self._case.moves:
            for inner in item.moves if isinstance(item, syntax.Rounds) else (item,):
                if not isinstance(inner, syntax.Together):
                    continue
                for one, other in combinations(inner.moves, 2):
                    if twice := _both(one.by, other.by):
                        message = f"{twice} makes two moves at the same time"
                        hint = "let one move have both choices for options, or make them in turn"
                        self._faults.add("together", message, other.span, hint)

    def _cycles(self) -> None:
        """Conditions that wait for each other; a wait for a later move alone is told elsewhere."""
        waits: dict[str, set[str]] = {}
        for variable in self._scope.variables.values():
            if variable.move is None:
                continue
            conditions = [variable.move.condition, *(o.condition for o in variable.move.options)]
            waits[variable.id] = {
                name.id
                for condition in conditions
                if condition is not None
                for name in spoken(condition, self._scope)
                if not name.back and name.index is None
            }
        for name, others in waits.items():
            for other in others:
                if name in waits.get(other, set()) and name < other:
                    span = self._scope.variables[name].span
                    both = f"'{other}', which waits for it"
                    hint = "a condition may speak only of what came before"
                    self._faults.add("cycle", f"'{name}' waits for {both}", span, hint)

    # --- stakes ---

    def _stakes(self) -> None:
        self._orders()
        for stake in self._case.stakes:
            if stake.actor not in self._scope.actors:
                hint = closest(stake.actor, self._scope.actors)
                place = place_of(stake.span, stake.actor)
                self._faults.add("unknown-name", f"no actor '{stake.actor}'", place, hint)
            if stake.every is not None and stake.every not in self._scope.blocks:
                hint = closest(stake.every, self._scope.blocks)
                place = place_of(stake.span, stake.every)
                self._faults.add("unknown-name", f"no rounds '{stake.every}'", place, hint)
                continue
            here = Here(AFTER, stake.every, "a stake", assumptions=True)
            if isinstance(stake, syntax.OrdinalStake):
                for group in stake.groups:
                    for condition in group:
                        self._typing.condition(condition, here)
                self._typing.number(stake.scale, here)
            else:
                self._typing.number(stake.worth, here)
            if stake.condition is not None:
                self._typing.condition(stake.condition, here)

    def _orders(self) -> None:
        """Steps of orders are drawn by name, so that each order needs one of its own."""
        found = {a.name.removesuffix(".step1") for a in self._case.assumptions}
        places: Counter[str] = Counter()
        for stake in self._case.stakes:
            path = stake_path(stake.actor, stake.name, places[stake.actor])
            places[stake.actor] += 1
            if not isinstance(stake, syntax.OrdinalStake):
                continue
            if stake.actor in syntax.COLUMNS:
                hint = f"no name begins with {', '.join(f'{c}.' for c in syntax.COLUMNS)}"
                message = f"'{path}.step1' would be taken for a column of the table of draws"
                self._faults.add("name", message, stake.span, hint)
            if path in found:
                message = f"a second assumption is called '{path}.step1'"
                hint = "give this order a name of its own"
                self._faults.add("duplicate", message, stake.span, hint)
            found.add(path)

    # --- what is used ---

    def _spoken(self, expressions: Iterable[syntax.Expr]) -> set[str]:
        return {name.id for root in expressions for name in spoken(root, self._scope)}

    def _unused(self) -> None:
        used = self._spoken((*_expressions(self._case), *_conditions(self._case)))
        for assumption in self._case.assumptions:
            if assumption.name not in used:
                message = f"nothing uses the assumption '{assumption.name}'"
                self._faults.add("unused", message, assumption.span, severity="warning")
        for block in self._scope.blocks.values():
            for state in block.state:
                if state.name not in used:
                    message = f"nothing uses '{state.name}', which is carried from round to round"
                    self._faults.add("unused", message, state.span, severity="warning")


def _both(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """Who makes both of two moves in some round; empty where nobody does."""
    if not one or not other:
        return ""
    rounds = min(math.lcm(len(one), len(other)), MOST_ROUNDS)
    pairs = ((one[r % len(one)], other[r % len(other)]) for r in range(rounds))
    return next((maker for maker, same in pairs if maker == same), "")


def _expressions(case: syntax.Case) -> Iterator[syntax.Expr]:
    """Every number of a case that may use an assumption, and every claim."""
    for chances in (*(a.aims for a in case.actors), *(f.values for f in case.facts)):
        yield from (c.probability for c in chances if c.probability is not None)
    for table in case.joint_aims:
        yield from (number for _, number in table.chances if number is not None)
    for item in case.moves:
        yield from _item_expressions(item)
    for stake in case.stakes:
        if isinstance(stake, syntax.OrdinalStake):
            yield stake.scale
        else:
            yield stake.worth
    yield from (claim.holds_if for claim in case.claims)
    for observation in case.observations:
        for link in observation.reliability:
            yield from (link.hit, link.false_alarm)


def _conditions(case: syntax.Case) -> Iterator[syntax.Expr]:
    """Conditions of moves, options, stakes and rounds."""
    for stake in case.stakes:
        if isinstance(stake, syntax.OrdinalStake):
            yield from (condition for group in stake.groups for condition in group)
        if stake.condition is not None:
            yield stake.condition
    for item in case.moves:
        if isinstance(item, syntax.Rounds):
            yield from (test for test in (item.condition, item.ends_if) if test is not None)
        for inner in item.moves if isinstance(item, syntax.Rounds) else (item,):
            for move in inner.moves if isinstance(inner, syntax.Together) else (inner,):
                yield from (o.condition for o in move.options if o.condition is not None)
                if move.condition is not None:
                    yield move.condition


def _item_expressions(item: syntax.Item) -> Iterator[syntax.Expr]:
    if isinstance(item, syntax.Rounds):
        yield item.count
        if item.discount is not None:
            yield item.discount
    for inner in item.moves if isinstance(item, syntax.Rounds | syntax.Together) else ():
        yield from _item_expressions(inner)
    if isinstance(item, syntax.Move):
        yield from (o.probability for o in item.options if o.probability is not None)
        if item.right is not None:
            yield item.right
