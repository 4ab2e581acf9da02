"""Random cases that mix all constructs, and what each of them is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from random import Random
from typing import Any, TypeVar

Item = TypeVar("Item")
LABELS = ("u", "d", "l")
SHARES = ("0.3", "1/4", "0.45", "60 %", "0.5", "2/3")
NUMBERS = ("1", "0.5", "1/3", "-0.75", "0.2", "1.25", "-1", "40 %")


RARE: dict[str, tuple[str, ...]] = {
    "do no over rounds": ("rounds", "do", "do no"),
    "do no index": ("rounds", "do", "do no"),
    "do index": ("rounds", "do"),
    "do count": ("rounds", "do", "rounds by assumption"),
    "do over rounds": ("rounds", "do"),
    "do fact": ("fact", "do"),
    "do signal": ("signal", "do"),
    "do chance": ("chance", "do"),
    "do no": ("do",),
    "best index": ("rounds", "best"),
    "best over rounds": ("rounds", "best"),
    "value index": ("rounds", "value"),
    "value over rounds": ("rounds", "value"),
    "previous": ("rounds",),
    "index inside": ("rounds",),
    "previous state": ("rounds", "state", "in state"),
    "state index": ("rounds", "state", "in state"),
    "state in count": ("rounds", "state", "ever"),
    "state in worth": ("rounds", "state"),
    "state on state": ("rounds", "state", "two states"),
    "two states": ("rounds", "state"),
    "state after rounds": ("rounds", "state", "in state"),
    "round number": ("rounds",),
    "round number in worth": ("rounds", "every"),
    "two blocks": ("rounds", "rounds again"),
    "order every": ("rounds", "every", "order"),
    "order ~": ("order",),
    "discount": ("rounds", "every"),
    "ends if": ("rounds",),
    "rounds if": ("rounds",),
    "count": ("rounds", "every"),
    "signal of signal": ("signal", "signal again"),
    "signal of chance": ("chance first", "signal", "signal again"),
    "signal of fact": ("fact", "signal", "signal again"),
    "signal of aim": ("aims", "signal", "signal again"),
    "signal of what is in rounds": ("rounds", "signal in rounds"),
    "signal surely right": ("signal",),
    "signal if": ("signal",),
    "chance on count": ("rounds", "chance"),
    "chance 0 at times": ("chance",),
    "chance on assumption": ("chance",),
    "chance on history": ("chance",),
    "chance if": ("chance",),
    "three chances": ("chance",),
    "certain chance": ("chance",),
    "joint on assumption": ("fact", "aims", "joint aims"),
    "joint left out": ("fact", "aims", "joint aims"),
    "joint zero": ("fact", "aims", "joint aims"),
    "fact known to": ("fact",),
    "aim known to": ("aims",),
    "not certain": ("record", "observed"),
    "in the light of the record": ("record",),
    "record twice": ("record", "in the light of the record"),
    "option numbers": (),
    "number in worth": ("option numbers",),
    "number in condition": ("option numbers",),
    "number in chance": ("option numbers", "chance"),
    "any of": (),
    "any of with others": ("any of",),
    "any of if": ("any of",),
    "has": ("any of",),
    "for each": ("aims", "fact"),
    "matters from": (),
    "claim sums": (),
    "likelihood ratio": (),
    "payoffs of two": (),
    "worth assumed in place": (),
    "correlation": (),
    "label is a name": (),
    "probability assumed 0": ("chance on assumption", "chance"),
    "prior on assumption": ("aims",),
}
"""Constructs that few cases have by chance, with what they need. Each case wishes for three."""


@dataclass(frozen=True)
class Made:
    """A random case.

    Attributes:
        case: The case as plain data.
        observed: Conditions given from outside.
        recorded: Whether claims are judged in the light of the case's record.
        constructs: What it is made of.
    """

    case: dict[str, Any]
    observed: tuple[str, ...]
    constructs: frozenset[str]
    recorded: bool = False


@dataclass(frozen=True)
class Variable:
    """A move, signal, aim or fact, as later expressions may speak of it."""

    name: str
    options: tuple[str, ...]
    kind: str
    seen: frozenset[str]
    noticed: frozenset[str] = frozenset()
    block: str = ""
    makers: tuple[str, ...] = ()
    numbered: bool = False
    items: tuple[str, ...] = ()


@dataclass
class Rounds:
    """A block of rounds."""

    name: str
    count: int
    assumption: str = ""
    states: list[str] = field(default_factory=list)


def make(seed: int, *, record: bool = True, claims: int = 9) -> Made:
    """The random case of a seed, with about that many claims.

    Without `record` nothing is observed in it.
    """
    return _Maker(Random(seed), record).made(claims)  # noqa: S311 - nothing here is secret


def coverage(made: Sequence[frozenset[str]]) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """How many cases have each construct, and each pair of constructs."""
    singles: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for constructs in made:
        singles.update(constructs)
        pairs.update(combinations(sorted(constructs), 2))
    return singles, pairs


class _Maker:
    def __init__(self, random: Random, record: bool) -> None:  # noqa: FBT001
        self.random = random
        self.record = record
        wishes = set(random.sample(sorted(RARE), 3))
        self.wishes = wishes.union(*(RARE[wish] for wish in wishes))
        self.tags: set[str] = set()
        self.variables: list[Variable] = []
        self.rounds: list[Rounds] = []
        self.block: Rounds | None = None
        self.earlier: list[str] = []
        self.assumptions: dict[str, Any] = {}
        self.case: dict[str, Any] = {"lackmus": "1", "title": "A random case"}

    # Chances

    def roll(self, sides: int, wished: dict[str, int]) -> int:
        """A number below `sides`; what is wished for comes up more often."""
        wishes = [side for tag, side in wished.items() if tag in self.wishes]
        if wishes and self.maybe(0.5):
            return int(self.pick(wishes))
        return self.random.randrange(sides)

    def maybe(self, share: float) -> bool:
        return self.random.random() < share

    def tagged(self, share: float, tag: str) -> bool:
        """True at times, and then the case has the construct."""
        if not self.maybe(max(share, 0.8) if tag in self.wishes else share):
            return False
        self.tags.add(tag)
        return True

    def pick(self, items: Sequence[Item]) -> Item:
        return self.random.choice(items)

    # The case

    def made(self, claims: int) -> Made:
        """All of it."""
        self.lay_actors()
        self.lay_assumptions()
        self.lay_facts()
        self.lay_aims()
        self.lay_joint()
        self.lay_moves()
        self.lay_stakes()
        self.case["assumptions"] = self.assumptions
        observed = self.lay_observations()
        if all("range" in self.assumptions[name] for name in ("q1", "q2")) and self.tagged(
            0.15, "correlation"
        ):
            self.case["correlations"] = [{"between": ["q1", "q2"], "rho": "0.4"}]
        self.case["claims"] = {
            f"q{place}": self.claim_fields()
            for place in range(1, claims + self.random.randint(-1, 3))
        }
        recorded = "observations" in self.case and self.tagged(0.6, "in the light of the record")
        return Made(self.case, observed, frozenset(self.tags), recorded)

    def lay_actors(self) -> None:
        self.actors = ["n", "s", "w"][: 3 if self.tagged(0.25, "three actors") else 2]
        self.observers = ["public"] if self.tagged(0.7, "observers") else []
        self.viewers = [*self.actors, *self.observers]
        if self.observers:
            self.case["observers"] = self.observers
        self.case["actors"] = {actor: {} for actor in self.actors}

    def lay_assumptions(self) -> None:
        for name in ("q1", "q2"):
            self.assumptions[name] = self.number_assumed()
        low = self.tagged(0.2, "probability assumed 0")
        self.assumptions["p1"] = {"value": "0" if low else "0.35", "range": ["0", "0.8"]}
        if self.tagged(0.3, "fixed number"):
            self.assumptions["x1"] = self.pick(("0.6", "1/3", "30 %"))
        self.case["precision"] = self.pick(
            ("1", "0.7", {"value": "0.8", "range": ["0.5", "1.2"], "distribution": "loguniform"})
        )

    def number_assumed(self) -> Any:
        about: Any
        kind = self.random.randrange(8)
        if kind == 3 and self.tagged(1, "shape cut off"):
            about = self.pick(({"normal": ["0.5", "0.3"]}, {"exponential": "0.6"},
                               {"lognormal": ["0.5", "0.4"]}))  # fmt: skip
            return {"value": "0.5", "distribution": about, "range": ["0.1", "1"]}
        if kind == 0 and self.tagged(1, "peaked shape"):
            shape = self.pick(("triangular", "pert"))
            return {"value": "0.5", "range": ["0.25", "1"], "distribution": shape}
        if kind == 1 and self.tagged(1, "parametric shape"):
            about = self.pick(({"uniform": ["0", "1"]}, {"beta": ["2", "3"]}))
            return {"value": "0.4", "distribution": about}
        if kind == 2 and self.tagged(1, "choice"):
            return {"value": "0.5", "distribution": {"choice": ["0.25", "0.5", "1"]}}
        self.tags.add("range")
        return {"value": self.pick(("0.5", "1/3", "0.75")), "range": ["0.1", "1"]}

    def lay_facts(self) -> None:
        if not self.tagged(0.3, "fact"):
            return
        known = [self.pick(self.actors)] if self.tagged(0.5, "fact known to") else []
        values = self.shares(("hard", "mild"))
        self.case["facts"] = {"f": {"values": values, "known to": known}}
        self.variables.append(Variable("f", ("hard", "mild"), "fact", frozenset(known)))

    def lay_aims(self) -> None:
        for actor in self.actors:
            if not self.tagged(0.5, "aims"):
                continue
            known = []
            if self.tagged(0.2, "aim known to"):
                known = [self.pick([other for other in self.viewers if other != actor])]
            labels = ("x", "y", "z") if self.maybe(0.15) else ("x", "y")
            self.case["actors"][actor] = {"aims": self.shares(labels), "known to": known}
            seen = frozenset({actor, *known})
            self.variables.append(Variable(f"{actor}.aim", labels, "aim", seen))

    def shares(self, labels: Sequence[str]) -> dict[str, str]:
        """Unconditional probabilities."""
        first = self.pick(SHARES)
        if self.tagged(0.2, "prior on assumption"):
            first = self.pick(("p1", "q1", "1 - q2"))
        if len(labels) == 2:
            return {labels[0]: first, labels[1]: "rest"}
        return {labels[0]: f"({first}) / 2", labels[1]: "1/4", labels[2]: "rest"}

    def lay_joint(self) -> None:
        hidden = [variable for variable in self.variables if variable.kind in ("aim", "fact")]
        if len(hidden) < 2 or not self.tagged(0.5, "joint aims"):
            return
        over = hidden[:2]
        self.random.shuffle(over)
        combos = [f"{a} & {b}" for a in over[0].options for b in over[1].options]
        chances: dict[str, str] = {}
        for combo in combos[:-1]:
            if self.tagged(0.15, "joint zero"):
                chances[combo] = "0"
            elif self.tagged(0.15, "joint left out"):
                continue
            elif self.tagged(0.15, "joint on assumption"):
                chances[combo] = f"q1 / {len(combos)}"
            else:
                chances[combo] = f"{self.random.randint(1, 3)} / {3 * len(combos)}"
        chances[combos[-1]] = "rest"
        self.case["joint aims"] = [{"over": [one.name for one in over], "chances": chances}]

    # Moves

    def lay_moves(self) -> None:
        self.case["moves"] = []
        kinds = ["move", "move", "chance", "signal", "rounds", "together"]
        wanted = {
            "chance first": "chance", "rounds": "rounds", "rounds again": "rounds",
            "signal": "signal", "signal again": "signal", "chance": "chance",
        }  # fmt: skip
        plan = [kind for wish, kind in wanted.items() if wish in self.wishes]
        plan += [self.pick(kinds) for _ in range(self.random.randint(2, 4) - len(plan))]
        if self.maybe(0.4):
            plan.insert(0, "move")
        for kind in plan:
            if kind == "rounds" and len(self.rounds) < 2:
                self.case["moves"].append({"rounds": self.lay_rounds()})
            else:
                self.case["moves"].append(self.item(kind))
        if not any(variable.kind == "move" for variable in self.variables):
            self.case["moves"].append(self.item("move"))

    def item(self, kind: str) -> dict[str, Any]:
        """A move, chance, signal or pair of moves at the same time."""
        if kind == "signal":
            about = [one for one in self.variables if not one.block or self.may_signal(one)]
            missing = {wish for wish in self.wishes if wish not in self.tags}
            wished = [one for one in about if f"signal of {one.kind}" in missing]
            if about:
                return self.signal(self.pick(wished or about))
        if kind == "chance":
            return self.chance()
        if kind == "together" and self.tagged(1, "together"):
            first, second = self.random.sample(self.actors, 2)
            before = list(self.variables)
            one = self.move(first)
            aside = self.variables[len(before) :]
            del self.variables[len(before) :]
            two = self.move(second)
            self.variables += aside
            return {"together": [one, two]}
        if self.block and self.tagged(0.3, "turns"):
            return self.move(*(self.pick(self.actors) for _ in range(self.random.randint(2, 3))))
        return self.move(self.pick(self.actors))

    def may_signal(self, variable: Variable) -> bool:
        here = self.block.name if self.block else ""
        return variable.block != here or variable.name in self.earlier

    def name(self, letter: str) -> str:
        self.named = getattr(self, "named", 0) + 1
        return f"{letter}{self.named}"

    def add(self, variable: Variable) -> None:
        self.variables.append(variable)
        self.earlier.append(variable.name)

    def move(self, *movers: str) -> dict[str, Any]:
        self.tags.add("move")
        name = self.name("m")
        labels = LABELS[: 3 if self.tagged(0.15, "three options") else 2]
        moves = [one.name for one in self.variables if "." not in one.name]
        if moves and self.tagged(0.08, "label is a name"):
            labels = (*labels[:-1], self.pick(moves))
        spec: dict[str, Any] = {"options": list(labels)}
        spec["by"] = movers[0] if len(movers) == 1 else list(movers)
        if self.tagged(0.3, "move if"):
            spec["if"] = self.condition("move if")
        if self.tagged(0.25, "option if"):
            shown = [one for one in self.variables if one.seen.issuperset(movers)]
            condition = self.condition("option if", shown, seeing=True)
            if condition:
                spec["options"] = {label: {} for label in labels}
                spec["options"][labels[-1]] = {"if": condition}
        numbered, items = self.dress(spec, movers)
        if items:
            labels = self.sets(spec["options"], items)
        seen, noticed = self.eyes(spec)
        block = self.block.name if self.block else ""
        makers = tuple(dict.fromkeys(movers))
        # Who takes turns sees of the others' rounds no more than he is shown.
        seen |= {*makers} if len(makers) == 1 else set()
        self.add(Variable(name, labels, "move", seen, noticed, block, makers, numbered, items))
        return {name: spec}

    def dress(self, spec: dict[str, Any], movers: tuple[str, ...]) -> tuple[bool, tuple[str, ...]]:
        """Gives the options numbers, or lets several be taken at once."""
        options = spec["options"]
        if isinstance(options, list) and self.tagged(0.1, "any of"):
            one, two = "e", "o"
            items: Any = [one, two]
            if self.tagged(0.4, "any of if"):
                shown = [one for one in self.variables if one.seen.issuperset(movers)]
                condition = self.condition("option if", shown, seeing=True)
                items = {one: {"if": condition} if condition else "", two: "both perhaps"}
            others = {}
            if isinstance(items, dict) or self.tagged(0.4, "any of with others"):
                others["none"] = ""
            spec["options"] = {**others, "any of": items}
            return False, (one, two)
        if self.tagged(0.12, "option numbers"):
            old = options if isinstance(options, dict) else {label: {} for label in options}
            spec["options"] = {
                label: {**about, "number": self.pick(NUMBERS)} for label, about in old.items()
            }
            return True, ()
        return False, ()

    def sets(self, options: dict[str, Any], items: tuple[str, ...]) -> tuple[str, ...]:
        """The options that a move with `any of` has."""
        others = tuple(label for label in options if label != "any of")
        return (*others, *items, "_and_".join(items))

    def eyes(self, spec: dict[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
        """Who sees a move and who notices it."""
        seen = frozenset(self.viewers)
        noticed: frozenset[str] = frozenset()
        if self.tagged(0.35, "seen by"):
            seen = frozenset(viewer for viewer in self.viewers if self.maybe(0.35))
            spec["seen by"] = sorted(seen)
            if self.tagged(0.5, "noticed by"):
                noticed = frozenset({self.pick(self.viewers)}) - seen
                spec["noticed by"] = sorted(noticed)
        return seen, noticed

    def chance(self) -> dict[str, Any]:
        self.tags.add("chance")
        name = self.name("c")
        spec: dict[str, Any] = {"chance": {"u": self.share(), "d": "rest"}}
        if self.tagged(0.15, "certain chance"):
            spec["chance"] = {"u": "1"}
        elif self.tagged(0.15, "three chances"):
            spec["chance"] = {"u": f"({self.share()}) / 2", "d": "1/4", "l": "rest"}
        if self.tagged(0.2, "chance if"):
            spec["if"] = self.condition("chance if")
        seen, noticed = self.eyes(spec)
        block = self.block.name if self.block else ""
        self.add(Variable(name, tuple(spec["chance"]), "chance", seen, noticed, block))
        return {name: spec}

    def share(self) -> str:
        """A probability that may depend on what came before."""
        wished = {
            "chance on history": 0, "chance 0 at times": 1, "chance on assumption": 2,
            "chance on count": 3, "number in chance": 4,
        }  # fmt: skip
        kind = self.roll(6, wished)
        if kind == 0 and self.variables and self.tagged(1, "chance on history"):
            return f"{self.pick(SHARES)} if {self.condition('in chance')} else {self.pick(SHARES)}"
        if kind == 1 and self.variables and self.tagged(1, "chance 0 at times"):
            return f"{self.pick(SHARES)} if {self.condition('in chance')} else 0"
        if kind == 2 and self.tagged(1, "chance on assumption"):
            return self.pick(("p1", "q1 / 2", "1 - p1"))
        number = self.number_of() if kind == 4 else ""
        if number and self.tagged(1, "number in chance"):
            return f"0.3 if {number} > 0.3 else 0.6"
        counted = self.counted("in chance")
        if kind >= 3 and counted and self.tagged(1, "chance on count"):
            return f"0.2 + 0.1 * {counted}"
        return str(self.pick(SHARES))

    def signal(self, about: Variable) -> dict[str, Any]:
        self.tags.add(f"signal of {about.kind}")
        if about.block:
            self.tags.add("signal of what is in rounds")
        name = self.name("g")
        spec: dict[str, Any] = {
            "signal of": about.name,
            "to": sorted({self.pick(self.viewers), self.pick(self.actors)}),
            "right": self.pick(("0.8", "0.65", "q1")),
        }
        if self.tagged(0.15, "signal surely right"):
            spec["right"] = "1"
        if self.tagged(0.25, "signal if"):
            spec["if"] = self.condition("signal if")
        block = self.block.name if self.block else ""
        self.add(
            Variable(
                name, about.options, "signal", frozenset(spec["to"]), block=block,
                numbered=about.numbered,
            )
        )  # fmt: skip
        return {name: spec}

    def lay_rounds(self) -> dict[str, Any]:
        name = self.name("t")
        block = Rounds(name, self.random.choice((2, 2, 3)))
        spec: dict[str, Any] = {"name": name, "count": str(block.count)}
        if self.tagged(0.45, "rounds by assumption"):
            self.assume_count(block)
            spec["count"] = block.assumption
        else:
            self.tags.add("rounds by number")
        if self.rounds:
            self.tags.add("two blocks")
        if self.tagged(0.3, "rounds if"):
            spec["if"] = self.condition("rounds if")
        self.block, self.earlier = block, []
        if self.tagged(0.4, "state"):
            block.states = [f"k{name}"]
            if self.tagged(0.4, "two states"):
                block.states.append(f"j{name}")
        kinds = ["move", "move", "move", "chance", "signal", "together"]
        if "signal in rounds" in self.wishes:
            kinds = ["move", "signal"]
        spec["moves"] = [self.item(self.pick(kinds)) for _ in range(self.random.choice((1, 1, 2)))]
        if block.states:
            spec["state"] = {state: self.state(block, state) for state in block.states}
        if self.tagged(0.4, "ends if"):
            spec["ends if"] = self.condition("ends if")
        if self.tagged(0.3, "discount"):
            spec["discount"] = self.pick(("0.9", "q1"))
        self.block, self.earlier = None, []
        self.rounds.append(block)
        return spec

    def assume_count(self, block: Rounds) -> None:
        block.assumption = f"n_{block.name}"
        low, high = self.pick((("1", "2"), ("1", "3"), ("2", "3")))
        base = self.pick((low, high, "2"))
        self.assumptions[block.assumption] = {"value": base, "range": [low, high]}
        if self.maybe(0.3):
            values = [low, high]
            base = self.pick(values)
            about = {"value": base, "distribution": {"choice": values}}
            self.assumptions[block.assumption] = about
        block.count = int(high)

    def state(self, block: Rounds, state: str) -> dict[str, str]:
        spec = {"next": f"{state} + 1 if {self.atom(self.inside(), 'state')} else {state}"}
        if self.tagged(0.3, "state on state") and len(block.states) > 1:
            other = next(one for one in block.states if one != state)
            spec["next"] = (
                f"min({other} + 1, 3) if {self.atom(self.inside(), 'state')} else {state}"
            )
        if self.maybe(0.5):
            spec["start"] = self.pick(("0", "1", "1/2"))
        return spec

    def inside(self) -> list[Variable]:
        here = self.block.name if self.block else ""
        return [one for one in self.variables if one.block == here] or self.variables

    # Expressions

    def reference(self, variable: Variable) -> str:
        """A variable as it can be spoken of here."""
        here = self.block.name if self.block else ""
        if not variable.block:
            return variable.name
        count = next(
            one.count for one in [*self.rounds, self.block] if one and one.name == variable.block
        )
        if variable.block == here:
            if variable.name not in self.earlier or self.tagged(0.25, "previous"):
                self.tags.add("previous")
                return f"previous({variable.name})"
            if self.tagged(0.15, "index inside"):
                return f"{variable.name}[{self.random.randint(1, count)}]"
            return variable.name
        if self.tagged(0.4, "index"):
            return f"{variable.name}[{self.random.randint(1, count)}]"
        self.tags.add("last one made")
        return variable.name

    def condition(
        self, place: str, variables: Sequence[Variable] | None = None, *, seeing: bool = False
    ) -> str:
        """A condition of one or two parts; empty where there is nothing to speak of."""
        usable = list(self.variables if variables is None else variables)
        first = self.atom(usable, place, seeing=seeing)
        if not first:
            return "" if seeing else "1 = 1"
        if not self.maybe(0.3):
            return first
        second = self.atom(usable, place, seeing=seeing) or first
        kind = self.random.randrange(4)
        if kind == 0 and self.tagged(1, "and"):
            return f"{first} and {second}"
        if kind == 1 and self.tagged(1, "or"):
            return f"{first} or {second}"
        if kind == 2 and self.tagged(1, "not"):
            return f"not ({first} and {second})"
        self.tags.add("condition by cases")
        third = self.atom(usable, place, seeing=seeing) or first
        return f"({first} if {second} else {third})"

    def atom(  # noqa: C901 - one kind of comparison after another
        self, variables: Sequence[Variable], place: str, *, seeing: bool = False
    ) -> str:
        """One comparison."""
        wished = {
            "round number": 0, "in state": 1, "ever": 3, "count": 1, "label is a name": 5,
            "number in condition": 10,
        }  # fmt: skip
        kind = self.roll(11, wished)
        if kind == 10 and not seeing:
            number = self.number_of()
            if number and self.tagged(1, "number in condition"):
                return f"{number} {self.pick(('>=', '<', '>', '!='))} {self.pick(('0', '0.3'))}"
        if kind == 0 and self.block and self.tagged(1, "round number"):
            return self.pick((f"{self.block.name} >= 2", f"1 <= {self.block.name} < 2"))
        if kind == 1 and not seeing:
            numeric = self.state_reference() or self.counted(place)
            if numeric:
                return f"{numeric} {self.pick(('>=', '<', '=', '!=', '>'))} 1"
        if kind == 2 and not seeing and not self.block and self.rounds:
            block = self.pick(self.rounds)
            if self.tagged(1, "round number after"):
                return f"{block.name} = {self.random.randint(1, block.count)}"
        if kind == 3 and not seeing:
            ever = self.over_rounds(place)
            if ever and self.tagged(1, "ever"):
                return f"ever({ever})"
        if not variables:
            return ""
        variable = self.pick(variables)
        word = self.reference(variable)
        if kind == 4 and variable.kind not in ("aim", "fact") and self.tagged(1, "made"):
            if variable.makers and self.tagged(0.4, "made by"):
                return f"made({word}, {self.pick(variable.makers)})"
            return f"made({word})"
        if kind == 5:
            twins = [
                one for one in variables
                if one.name != variable.name and set(one.options) & set(variable.options)
                and set(one.options) == set(variable.options)
            ]  # fmt: skip
            if twins and self.tagged(1, "two variables"):
                return f"{word} {self.pick(('=', '!='))} {self.reference(self.pick(twins))}"
        if variable.items and self.tagged(0.6, "has"):
            return f"{word} has {self.pick(variable.items)}"
        label = self.pick(variable.options)
        if kind == 6 and self.tagged(1, "in"):
            return f"{word} in [{label}]"
        if kind == 7 and self.tagged(1, "not in"):
            return f"{word} not in [{label}]"
        if kind == 8 and self.tagged(1, "!="):
            return f"{word} != {label}"
        return f"{word} = {label}"

    def number_of(self) -> str:
        """The number of an option taken earlier."""
        numbered = [one for one in self.variables if one.numbered]
        return f"number({self.reference(self.pick(numbered))})" if numbered else ""

    def state_reference(self) -> str:
        """A state as it can be spoken of here."""
        if self.block and self.block.states:
            state = self.pick(self.block.states)
            if self.tagged(0.2, "previous state"):
                return f"previous({state})"
            if self.tagged(0.15, "state index"):
                return f"{state}[{self.random.randint(1, self.block.count)}]"
            return str(state)
        states = [(state, block) for block in self.rounds for state in block.states]
        if not states:
            return ""
        state, block = self.pick(states)
        self.tags.add("state after rounds")
        if self.tagged(0.3, "state index"):
            return f"{state}[{self.random.randint(1, block.count)}]"
        return str(state)

    def over_rounds(self, place: str) -> str:
        """A condition for ``ever`` and ``count``, read in each round of a finished block."""
        del place
        finished = [block for block in self.rounds if block is not self.block]
        if not finished:
            return ""
        block = self.pick(finished)
        inside = [one for one in self.variables if one.block == block.name]
        variable = self.pick(inside)
        text = f"{variable.name} {self.pick(('=', '=', '!='))} {self.pick(variable.options)}"
        kind = self.roll(8, {"state in count": 2})
        if kind == 0 and self.tagged(1, "previous in count"):
            return f"{text} and previous({variable.name}) = {self.pick(variable.options)}"
        if kind == 1 and self.tagged(1, "round number in count"):
            return f"{text} and {block.name} >= 2"
        if kind == 2 and block.states and self.tagged(1, "state in count"):
            return f"{text} and {self.pick(block.states)} >= 1"
        if kind == 3 and self.tagged(1, "index in count"):
            return f"{text} and {variable.name}[1] = {self.pick(variable.options)}"
        if kind == 4 and self.tagged(1, "made in count"):
            return f"made({variable.name})"
        return text

    def counted(self, place: str) -> str:
        inside = self.over_rounds(place)
        if not inside:
            return ""
        self.tags.add("count")
        return f"count({inside})"

    def worth(self, place: str) -> str:  # noqa: C901 - one kind of number after another
        """A number, small enough for plain iteration."""
        wished = {
            "state in worth": 5,
            "count": 6,
            "round number in worth": 7,
            "number in worth": 12,
        }
        kind = self.roll(13, wished)
        if kind == 12:
            number = self.number_of()
            if number and self.tagged(1, "number in worth"):
                return f"{number} / 2"
        if kind == 0 and self.tagged(1, "number by cases"):
            return f"{self.pick(NUMBERS)} if {self.condition(place)} else {self.pick(NUMBERS)}"
        if kind == 1 and self.tagged(1, "arithmetic"):
            return f"q1 * {self.pick(NUMBERS)} - q2 / 2 + 1"
        if kind == 2 and self.tagged(1, "power"):
            return f"(q1 - {self.pick(NUMBERS)}) ^ 2"
        if kind == 3 and self.tagged(1, "min max abs"):
            return f"max(q1, min(q2, 0.4)) + abs({self.pick(NUMBERS)})"
        if kind == 4 and self.tagged(1, "exp log sqrt"):
            return "sqrt(q1) - exp(-q2) + log(1 + q1)"
        if kind == 5:
            state = self.state_reference()
            if state and self.tagged(1, "state in worth"):
                return f"0.3 * {state}"
        if kind == 6:
            counted = self.counted(place)
            if counted:
                return f"0.3 * {counted}"
        if kind == 7 and self.block and self.tagged(1, "round number in worth"):
            return f"{self.block.name} / 4"
        return str(self.pick(("q1", "q2", "-q1", *NUMBERS)))

    # Stakes

    def lay_stakes(self) -> None:
        self.case["stakes"] = {}
        for actor in self.actors:
            self.case["stakes"][actor] = [self.stake() for _ in range(self.random.randint(1, 3))]

    def stake(self) -> dict[str, Any]:
        stake: dict[str, Any] = {}
        if self.rounds and self.tagged(0.35, "every"):
            self.block = self.pick(self.rounds)
            self.earlier = [one.name for one in self.variables if one.block == self.block.name]
            stake["every"] = self.block.name
        if self.tagged(0.12, "order"):
            signs = (">", ">", ">>", "~")
            ranks = [self.atom(self.variables, "order") for _ in range(self.random.randint(2, 4))]
            ranks = [f"({rank})" if " > " in rank else rank for rank in ranks]
            stake["order"] = ranks[0]
            for place, rank in enumerate(ranks[1:]):
                sign = self.pick(signs) if place else self.pick(signs[:3])
                self.tags.add(f"order {sign}")
                stake["order"] += f" {sign} {rank}"
            if self.tagged(0.5, "scale"):
                stake["scale"] = "1.5"
            if "every" in stake:
                self.tags.add("order every")
        elif self.tagged(0.06, "worth assumed in place"):
            stake["worth"] = {"value": "0.4", "range": ["-0.5", "1"]}
        else:
            stake["worth"] = self.worth("worth")
        if self.tagged(0.8, "stake if"):
            stake["if"] = self.condition("stake if")
            if "order" in stake:
                self.tags.add("order if")
        self.block, self.earlier = None, []
        return stake

    # Claims

    def lay_observations(self) -> tuple[str, ...]:
        if not self.record:
            return ()
        if self.tagged(0.4, "record"):
            number = 2 if self.tagged(0.3, "record twice") else 1
            self.case["observations"] = [self.recorded() for _ in range(number)]
        if self.tagged(0.3, "observe"):
            return (self.seen(),)
        return ()

    def recorded(self) -> dict[str, Any]:
        """An observation of the record."""
        record: dict[str, Any] = {"saw": self.seen(), "date": "2025-08-15"}
        if self.tagged(0.25, "not certain"):
            record["certain"] = "false"
        return record

    def seen(self) -> str:
        """What may be seen of moves and chance."""
        moves = [one for one in self.variables if one.kind in ("move", "chance")]
        seen = self.pick(moves)
        word = self.reference(seen)
        label = self.pick(seen.options)
        if self.tagged(0.12, "observed not in"):
            return f"{word} not in [{label}]"
        if self.tagged(0.12, "observed or"):
            other = self.pick(moves)
            return f"{word} = {label} or {self.reference(other)} = {self.pick(other.options)}"
        if self.tagged(0.08, "observed made"):
            return f"made({word})"
        counted = self.over_rounds("observed") if self.tagged(0.1, "observed ever") else ""
        return f"ever({counted})" if counted else f"{word} {self.pick(('=', '=', '!='))} {label}"

    def claim_fields(self) -> dict[str, str]:
        """A claim with its fields."""
        fields = {}
        hidden = [one.name for one in self.variables if one.kind in ("aim", "fact")]
        if hidden and self.tagged(0.08, "for each"):
            fields["for each"] = self.pick(hidden)
        if self.tagged(0.1, "matters from"):
            fields["matters from"] = self.pick(("0.05", "0.2", "5 %"))
        return {**fields, "holds if": self.claim()}

    def claim(self) -> str:
        kind = self.random.randrange(10)
        if kind == 0 and self.tagged(1, "claim and"):
            return f"{self.link()} and {self.link()}"
        if kind == 1 and self.tagged(1, "claim or"):
            return f"{self.link()} or {self.link()}"
        if kind == 2 and self.tagged(1, "claim not"):
            return f"not ({self.link()})"
        return self.link()

    def link(self) -> str:  # noqa: C901 - one kind of comparison after another
        """One comparison of a claim."""
        wished = {"best": 0, "claim sums": 12, "likelihood ratio": 13, "payoffs of two": 14}
        kind = self.roll(15, wished)
        deciding = [one for one in self.variables if one.kind == "move"]
        if kind == 0 and self.tagged(1, "best"):
            variable = self.pick(deciding)
            word = self.decided(variable, "best index")
            sign = self.pick(("=", "=", "!="))
            return f"best({word}{self.given()}) {sign} {self.pick(variable.options)}"
        if kind == 1 and self.tagged(1, "likeliest"):
            variable = self.pick(self.variables)
            word = self.reference(variable)
            sign = self.pick(("=", "=", "!="))
            return f"likeliest({word}{self.given()}) {sign} {self.pick(variable.options)}"
        if kind == 2 and self.tagged(1, "claim chain"):
            return f"0 <= {self.term()} < {self.term()}"
        if kind == 3 and self.tagged(1, "claim ="):
            return f"{self.term()} {self.pick(('=', '!='))} {self.term()}"
        sign = self.pick((">", ">=", "<", "<="))
        if kind in (4, 5):
            return f"{self.term()} {sign} {self.term()}"
        if kind == 6 and self.tagged(1, "claim arithmetic"):
            return f"2 * {self.term()} - {self.term()} / 2 {sign} min({self.term()}, 0.3) ^ 2"
        if kind == 12 and self.tagged(1, "claim sums"):
            return f"{self.term()} - {self.term()} {sign} min({self.term()}, {self.term()})"
        if kind == 13 and self.tagged(1, "likelihood ratio"):
            event, hidden = self.condition("event"), self.pick(self.variables)
            word = self.reference(hidden)
            given = [f"P({event} | {word} = {label})" for label in hidden.options[:2]]
            if len(given) == 2:
                return f"{given[0]} >= 2 * {given[1]}"
        if kind == 14 and self.tagged(1, "payoffs of two"):
            one, two = self.random.sample(self.actors, 2)
            joined = self.pick((">", "- 0.2 >", "+"))
            closed = " > 0.5" if joined == "+" else ""
            return f"E({one}{self.given()}) {joined} E({two}{self.given()}){closed}"
        if kind == 7 and self.tagged(1, "claim on assumption"):
            return f"{self.term()} {sign} q1"
        return f"{self.term()} {sign} {self.pick(('0.3', '1/2', '0.05', '-0.2'))}"

    def decided(self, variable: Variable, tag: str) -> str:
        if variable.block:
            block = next(one for one in self.rounds if one.name == variable.block)
            # Payoffs of several makers are not one number.
            if self.tagged(0.5, tag) or len(variable.makers) > 1:
                return f"{variable.name}[{self.random.randint(1, block.count)}]"
            self.tags.add(tag.replace("index", "over rounds"))
        return variable.name

    def term(self) -> str:
        kind = self.roll(12, {"value": 1})
        if kind == 0 and self.tagged(1, "E"):
            return f"E({self.pick(self.actors)}{self.given()})"
        if kind == 1 and self.tagged(1, "value"):
            variable = self.pick([one for one in self.variables if one.kind == "move"])
            word = self.decided(variable, "value index")
            return f"value({word} = {self.pick(variable.options)}{self.given()})"
        if kind == 2 and self.tagged(1, "H"):
            return f"H({self.reference(self.pick(self.variables))}{self.given()})"
        if kind in (3, 4) and len(self.variables) > 1:
            word = self.pick(("I", "shift"))
            self.tags.add(word)
            one, two = self.random.sample(self.variables, 2)
            about, of = self.reference(one), self.reference(two)
            return f"{word}({about}; {of}{self.given()})"
        if kind == 5 and self.observers and self.tagged(1, "viewer"):
            seen = [one for one in self.variables if "public" in one.seen]
            condition = self.seen_condition(seen)
            if condition:
                return f"P[public]({self.condition('event')} | {condition})"
        self.tags.add("P")
        return f"P({self.condition('event')}{self.given()})"

    def seen_condition(self, seen: Sequence[Variable]) -> str:
        if not seen:
            return ""
        variable = self.pick(seen)
        return f"{self.reference(variable)} = {self.pick(variable.options)}"

    def given(self) -> str:
        conditions = []
        if self.tagged(0.4, "given"):
            conditions.append(self.condition("given"))
        if self.tagged(0.15, "do"):
            conditions.append(f"do({self.rule()})")
            if self.tagged(0.2, "two rules"):
                first = conditions[-1][3:-1]
                second = self.rule()
                if not {*first.split()[:2]} & {*second.split()[:2]} - {"no", "without", "="}:
                    conditions[-1] = f"do({first}, {second})"
        if "observations" in self.case and self.tagged(0.25, "observed"):
            conditions.append("observed")
        return " | " + ", ".join(conditions) if conditions else ""

    def rule(self) -> str:
        kind = self.roll(9, {"do count": 2, "do no": 5, "do fact": 8, "do signal": 8})
        variable = self.pick(self.variables)
        wished = [one for one in self.variables if f"do {one.kind}" in self.wishes]
        if wished and self.maybe(0.5):
            variable = self.pick(wished)
        if kind == 5 and "do no" in self.wishes:
            moves = [one for one in self.variables if one.kind == "move"]
            variable = self.pick([one for one in moves if one.block] or moves)
        if kind == 0 and self.tagged(1, "do precision"):
            return "precision = 0.4"
        if kind == 1 and self.tagged(1, "do assumption"):
            return self.pick(("q1 = 0.6", "q2 = 1/4", "p1 = 0.5"))
        counts = [block for block in self.rounds if block.assumption]
        if kind in (2, 3) and counts and self.tagged(1, "do count"):
            block = self.pick(counts)
            return f"{block.assumption} = {self.random.randint(1, block.count)}"
        if kind == 4 and self.tagged(1, "do without"):
            return f"without {self.pick(self.actors)}"
        if kind == 5 and variable.kind == "move":
            self.tags.add("do no")
            return f"no {self.decided(variable, 'do no index')}"
        self.tags.add(f"do {variable.kind}")
        return f"{self.decided(variable, 'do index')} = {self.pick(variable.options)}"
