"""The stages of a case: what is settled in which order, and with what chances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from lackmus.case import syntax
from lackmus.case.scope import Scope, Variable
from lackmus.compiler.desugar import joint_chances
from lackmus.compiler.rows import column_name

#: In place of an option: the move is not made.
GONE = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """Changes of the rules: what ``do`` fixes or takes away.

    Attributes:
        fixed: Column or variable to the option it is fixed to, or `GONE`.
        without: Actors none of whose moves is made.
    """

    fixed: Mapping[str, str] = field(default_factory=dict)
    without: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.fixed or self.without)

    def of(self, variable: Variable, number: int | None = None) -> str | None:
        """The option fixed for a variable, in a round; `GONE`, or None where there is no rule.

        The rule of a round goes before the move's, and the move's before the actor's.
        """
        absent = GONE if variable.maker(number) in self.without else None
        general = self.fixed.get(variable.id, absent)
        return self.fixed.get(column_name(variable.id, number), general)

    def touch(self, variable: Variable) -> bool:
        """Whether there is a rule for a variable in any of its rounds."""
        named = any(name.partition("[")[0] == variable.id for name in self.fixed)
        return named or not self.without.isdisjoint(variable.by)


@dataclass(frozen=True, slots=True)
class Stage:
    """One column in the making."""

    variable: Variable
    number: int | None
    group: int

    @property
    def column(self) -> str:
        """Name of the column."""
        return column_name(self.variable.id, self.number)

    @property
    def by(self) -> str | None:
        """Who chooses; None for chance."""
        return self.variable.maker(self.number)

    @property
    def seen_by(self) -> tuple[str, ...]:
        """Who sees its value."""
        return self.variable.seen(self.number)


@dataclass(frozen=True, slots=True)
class RoundEnd:
    """The end of a round: states move on, and the end condition is looked at."""

    block: str
    number: int


@dataclass(frozen=True, slots=True)
class RoundStart:
    """The beginning of a round."""

    block: str
    number: int


def stages_of(
    case: syntax.Case, scope: Scope, rounds: Mapping[str, int]
) -> Iterator[Stage | RoundStart | RoundEnd]:
    """The stages of a case in order of play."""
    group = 0
    for variable in scope.variables.values():
        if variable.kind in ("fact", "aim"):
            yield Stage(variable, None, group)
            group += 1
    for item in case.moves:
        if isinstance(item, syntax.Rounds):
            for r in range(1, rounds[item.name] + 1):
                yield RoundStart(item.name, r)
                for inner in item.moves:
                    group += 1
                    yield from _stage(scope, inner, r, group)
                yield RoundEnd(item.name, r)
        else:
            group += 1
            yield from _stage(scope, item, None, group)


def _stage(
    scope: Scope, item: syntax.Move | syntax.Together, number: int | None, group: int
) -> Iterator[Stage]:
    for move in item.moves if isinstance(item, syntax.Together) else (item,):
        yield Stage(scope.variables[move.name], number, group)


def chances_of(case: syntax.Case, variable: Variable) -> tuple[syntax.Expr | None, ...]:
    """Probability of each option of an aim, fact, chance move or signal."""
    joint = joint_chances(case, variable.id)
    if joint is not None:
        return joint
    if variable.kind == "aim":
        actor = next(a for a in case.actors if f"{a.id}.aim" == variable.id)
        return tuple(chance.probability for chance in actor.aims)
    if variable.kind == "fact":
        fact = next(f for f in case.facts if f.name == variable.id)
        return tuple(chance.probability for chance in fact.values)
    move = variable.move
    if move is None:
        raise TypeError(variable.id)
    if move.signal_of is not None and move.right is not None:
        return signal_chances(move.signal_of, move.right, variable.options)
    return tuple(None if o.rest else o.probability for o in move.options)


def signal_chances(
    about: syntax.Name, right: syntax.Expr, options: tuple[str, ...]
) -> tuple[syntax.Expr, ...]:
    """A signal's probabilities: `right` for the true option, the rest spread evenly."""
    one = syntax.Number(Fraction(1))
    others = syntax.Number(Fraction(max(1, len(options) - 1)))
    wrong = syntax.Binary("/", syntax.Binary("-", one, right), others)
    return tuple(
        syntax.IfElse(right, syntax.Compare((about, syntax.Name(option)), ("=",)), wrong)
        for option in options
    )
