"""Expressions of a case as English: what a condition says, what a claim asks."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from lackmus.case import syntax
from lackmus.case.fields import constant
from lackmus.case.scope import Scope, scope_of, walk
from lackmus.case.text import expression_text, number_text, rounded

_COMPARE = {
    "=": "equals", "!=": "differs from", "<": "is less than", "<=": "is at most",
    ">": "is more than", ">=": "is at least",
}  # fmt: skip
_PLUS = {"+": "plus", "-": "minus"}
_ENDS_OF_NUMBERS = "0123456789)"


def listed(words: Iterable[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    mark = "; " if any("," in item or ";" in item for item in items) else ", "
    return f"{mark.join(items[:-1])}{mark if mark == '; ' else ' '}{last} {items[-1]}"


def capital(text: str) -> str:
    """The text with a capital letter in front."""
    return text[:1].upper() + text[1:]


def plain(label: str) -> str:
    """An identifier as words: ``talks_go_on`` is 'talks go on', and ``yield_`` 'yield'."""
    return label.replace("_", " ").strip()


def called(dissent: syntax.Case, case: syntax.Case) -> str:
    """What to call a dissent: its title; where that is the case's own, by its author or file."""
    if dissent.title != case.title:
        return dissent.title
    return dissent.author if dissent.author not in ("", case.author) else dissent.name


def quoted(label: object) -> str:
    """An option in quotation marks."""
    return f"“{plain(str(label))}”"


def day(date: datetime.date) -> str:
    """``10 August 2025``."""
    return f"{date.day} {date:%B} {date.year}"


class Speaker:
    """Says the expressions of one case in English."""

    def __init__(self, case: syntax.Case) -> None:
        self.scope: Scope = scope_of(case)
        self._base = {a.name: a.value for a in self.scope.assumptions.values()}
        names = {actor.id: actor.name or _title(actor.id) for actor in case.actors}
        self._names = {key: re.sub(r"^The\b", "the", name) for key, name in names.items()}

    # --- names ---

    def who(self, viewer: str) -> str:
        """An actor's name in print, or ``the public``."""
        return self._names.get(viewer) or f"the {plain(viewer)}"

    def everyone(self, viewers: Iterable[str]) -> str:
        """Names in a list."""
        return listed(self.who(viewer) for viewer in viewers)

    def variable(self, name: syntax.Name) -> str:
        """``Moscow's aim``, ``the last round's offer``, ``offer in round 2``."""
        actor, _, aim = name.id.partition(".")
        text = f"{self.who(actor)}’s aim" if aim == "aim" else plain(name.id)
        if name.back:
            return f"{text} in the round before"
        return f"{text} in round {name.index}" if name.index is not None else text

    # --- numbers ---

    def value(self, expression: syntax.Expr) -> Fraction | None:
        """The value at the base values; None where it depends on play."""
        return constant(expression, self._base)

    def number(self, expression: syntax.Expr) -> str:
        """A number with its base value: ``10 - price (6)``."""
        if isinstance(expression, syntax.IfElse):
            return self._by_cases(expression)
        text = expression_text(expression)
        value = self.value(expression)
        if value is None:
            return self._query(expression) or text
        if _written_out(expression):
            return rounded(value)
        return f"{text} ({rounded(value)})"

    def _by_cases(self, expression: syntax.IfElse) -> str:
        parts = []
        rest: syntax.Expr = expression
        while isinstance(rest, syntax.IfElse):
            parts.append(f"{self.number(rest.then)} where {self.condition(rest.condition)}")
            rest = rest.otherwise
        return f"{', '.join(parts)}, and {self.number(rest)} elsewhere"

    # --- conditions ---

    def condition(self, expression: syntax.Expr) -> str:
        """A condition as a clause: ``answer is “accept” and reply is “agree”``."""
        match expression:
            case syntax.Binary("and" | "or" as op):
                return self._joined(expression, op)
            case syntax.Unary("not", operand):
                return self._denied(operand)
            case syntax.Member(variable, options, negated):
                return self._member(self.variable(variable), options, negated=negated)
            case syntax.Call("made", (syntax.Name() as move, *by)):
                return f"{self.variable(move)} is made{self._by(by)}"
            case syntax.Has(variable, item):
                return f"{self.variable(variable)} has {quoted(item)} in it"
            case syntax.Call("ever", (inner,)):
                return f"in some round {self.condition(inner)}"
            case syntax.IfElse(then, test, otherwise):
                first, second = self.condition(then), self.condition(otherwise)
                return f"({first} where {self.condition(test)}, and {second} elsewhere)"
            case syntax.Compare():
                return self._compared(expression)
            case syntax.Occurs(event):
                return self.event(event)
            case _:
                return expression_text(expression)

    def event(self, name: str) -> str:
        """That an event occurs, as a clause: its author's own, or ``“deal” holds``."""
        return self.scope.events[name].says or f"“{plain(name)}” holds"

    def meanings(self, expressions: Iterable[syntax.Expr]) -> list[str]:
        """When the events occur of which expressions speak, each event once, outer ones first."""
        told: dict[str, str] = {}
        parts = [part for expression in expressions for part in walk(expression)]
        for part in parts:
            if isinstance(part, syntax.Occurs) and part.event not in told:
                condition = self.scope.events[part.event].condition
                told[part.event] = f"{self.event(part.event)} if {self.condition(condition)}"
        return list(told.values())

    def _joined(self, expression: syntax.Binary, op: str) -> str:
        parts = _chain(expression, op)
        texts = []
        for i, part in enumerate(parts, 1):
            text = self.condition(part)
            apart = _joins(part) or (_runs_on(part) and i < len(parts))
            texts.append(f"({text})" if apart else text)
        return f" {op} ".join(texts)

    def _denied(self, operand: syntax.Expr) -> str:
        match operand:
            case syntax.Call("made", (syntax.Name() as move, *by)):
                return f"{self.variable(move)} is not made{self._by(by)}"
            case syntax.Call("ever", (inner,)):
                return f"in no round {self.condition(inner)}"
            case syntax.Occurs(event) if not self.scope.events[event].says:
                return f"“{plain(event)}” does not hold"
            case syntax.Compare((syntax.Name() as first, syntax.Name() as second), ("=",)) if (
                first.id in self.scope.variables
            ):
                return self._label(first, second, "is not")
            case _:
                return f"it is not so that ({self.condition(operand)})"

    def _by(self, makers: Sequence[syntax.Expr]) -> str:
        return "".join(f" by {self.who(str(maker))}" for maker in makers)

    @staticmethod
    def _member(variable: str, options: Sequence[syntax.Name], *, negated: bool) -> str:
        labels = [quoted(option) for option in options]
        if not negated:
            return f"{variable} is {listed(labels, 'or')}"
        if len(labels) == 1:
            return f"{variable} is not {labels[0]}"
        if len(labels) == 2:
            return f"{variable} is neither {labels[0]} nor {labels[1]}"
        return f"{variable} is none of {listed(labels)}"

    def _compared(self, node: syntax.Compare) -> str:
        first, second = node.operands[0], node.operands[1]
        if isinstance(second, syntax.Name):
            label = self._label(first, second, "is" if node.ops[0] == "=" else "is not")
            if label:
                return label
        numbers = [self.number(operand) for operand in node.operands]
        if len(numbers) == 3 and set(node.ops) <= {"<", "<="}:
            return f"{_closed(numbers[1])} lies between {_closed(numbers[0])} and {numbers[2]}"
        text = _closed(numbers[0])
        for i, (op, number) in enumerate(zip(node.ops, numbers[1:], strict=True)):
            text += f"{', which' if i else ''} {_COMPARE[op]} {number}"
        return text

    def _label(self, first: syntax.Expr, second: syntax.Name, verb: str) -> str:
        match first:
            case syntax.Best(move, given):
                made = self.scope.variables[move.id].maker(move.index) or ""
                what = f"{self.who(made)}’s best {self.variable(move)}"
                return f"{_closed(what + self.given(given))} {verb} {quoted(second)}"
            case syntax.Likeliest(move, given):
                what = f"the likeliest {self.variable(move)}"
                return f"{_closed(what + self.given(given))} {verb} {quoted(second)}"
            case syntax.Name(id=name) if name in self.scope.variables:
                variable = self.scope.variables[name]
                if str(second) in variable.options or second.id not in self.scope.variables:
                    return f"{self.variable(first)} {verb} {quoted(second)}"
                same = "the same as" if verb == "is" else "not the same as"
                return f"{self.variable(first)} is {same} {self.variable(second)}"
            case _:
                return ""

    # --- queries ---

    def each(self, claim: syntax.Claim) -> str:
        """The clause that says of what a claim is asked value by value; empty where of nothing."""
        if claim.for_each is None:
            return ""
        return f"for each value of {self.variable(claim.for_each)}, that value given, "

    def question(self, expression: syntax.Expr) -> str:
        """What a claim asks; its parts are set off by semicolons."""
        if isinstance(expression, syntax.Binary) and expression.op in ("and", "or"):
            parts = _chain(expression, expression.op)
            texts = [self.question(part) for part in parts]
            mixed = map(_joins, parts)
            return f"; {expression.op} ".join(
                f"({text})" if several else text for text, several in zip(texts, mixed, strict=True)
            )
        return self.condition(expression)

    def parts(self, expression: syntax.Expr) -> tuple[str, list[str]]:
        """What joins the parts of a question, ``and`` or ``or``, and each of them in words."""
        op = expression.op if isinstance(expression, syntax.Binary) else ""
        if op not in ("and", "or"):
            return "", [self.question(expression)]
        return op, [self.question(part) for part in _chain(expression, op)]

    def _query(self, node: syntax.Expr) -> str:
        """A question to the game, or a number that depends on play; empty where it is neither."""
        match node:
            case syntax.Probability(event, given, observer):
                whose = f"{self.who(observer)}’s probability" if observer else "the probability"
                return f"{whose} that {self.condition(event)}{self.given(given)}"
            case syntax.Expectation(actor, given):
                return f"{self.who(actor)}’s expected payoff{self.given(given)}"
            case syntax.Worth(move, option, given):
                by = self.scope.variables[move.id].maker(move.index) or ""
                what = f"{self.variable(move)} {quoted(option)}"
                return f"what {what} pays {self.who(by)} on average{self.given(given)}"
            case syntax.Entropy(variable, given, _):
                about = self.variable(variable)
                return f"the uncertainty about {about} in bits{self.given(given)}"
            case syntax.Information(measure, about, of, given, _):
                one, other = self.variable(of), self.variable(about)
                if measure == "I":
                    what = f"the information in bits that {one} gives about {other}"
                else:
                    what = f"how far {one} shifts the belief about {other} on average"
                return what + self.given(given)
            case syntax.Call("number" | "count", (inner,)):
                return f"the number of {self._counted(inner)}"
            case syntax.Unary("-", operand) if told := self._query(operand):
                return f"minus ({told})" if _sums(operand) else f"minus {told}"
            case syntax.Binary(op, left, right) if self._query(left) or self._query(right):
                return self._arithmetic(op, left, right)
            case _:
                return ""

    def _arithmetic(self, op: str, left: syntax.Expr, right: syntax.Expr) -> str:
        """Numbers that depend on play, reckoned with: in words where that leaves no doubt."""
        one, other = self.number(left), self.number(right)
        if op not in _PLUS or isinstance(left, syntax.IfElse):
            return f"({one}) {op} ({other})"
        last = left.right if isinstance(left, syntax.Binary) and left.op in _PLUS else left
        if one[-1] in _ENDS_OF_NUMBERS and _has_condition(last) and one == _closed(one):
            one = f"({one})"  # what is added to is not the number in the condition
        loose = isinstance(right, syntax.IfElse) or _sums(right)
        return f"{_closed(one)} {_PLUS[op]} {f'({other})' if loose else other}"

    def _counted(self, inner: syntax.Expr) -> str:
        if isinstance(inner, syntax.Name):
            return self.variable(inner)
        clause = self.condition(inner)
        return f"rounds in which {f'({clause})' if _joins(inner) else clause}"

    def given(self, given: syntax.Given) -> str:
        """What is given, with the comma before it; empty where nothing is."""
        parts = []
        if given.condition is not None:
            parts.append(f", given that {self.condition(given.condition)}")
        if given.do:
            parts.append(f", under the rule that {listed(self._changes(given.do))}")
        if given.observed:
            parts.append(", given all that was observed")
        return "".join(parts)

    def _changes(self, changes: Sequence[syntax.Intervention]) -> Iterator[str]:
        """Changes of the rules; in a run of fixed options only the first says ``is always``."""
        running = False
        for change in changes:
            fixed = change.kind == "set" and isinstance(change.value, syntax.Name)
            yield self.change(change, "" if fixed and running else "is always ")
            running = fixed

    def change(self, change: syntax.Intervention, verb: str = "is always ") -> str:
        """One change of the rules as a clause."""
        if change.kind == "without":
            return f"{self.who(change.target.id)} does not move"
        what = self.variable(change.target)
        if change.kind == "no":
            return f"there is no {what}"
        if isinstance(change.value, syntax.Number):
            return f"{change.target} is {number_text(change.value.value)}"
        return f"{what} {verb}{quoted(change.value)}"


def _closed(text: str) -> str:
    """The text with a comma behind it, where one has been opened."""
    return f"{text}," if ", given " in text or ", under " in text else text


def _title(name: str) -> str:
    return capital(plain(name))


def _joins(expression: syntax.Expr) -> bool:
    return isinstance(expression, syntax.Binary) and expression.op in ("and", "or")


def _sums(expression: syntax.Expr) -> bool:
    """Whether it reads otherwise behind a sign without parentheses."""
    return isinstance(expression, syntax.Unary) or (
        isinstance(expression, syntax.Binary) and expression.op in _PLUS
    )


def _runs_on(clause: syntax.Expr) -> bool:
    """Whether what follows a clause would be read as part of it."""
    match clause:
        case syntax.Unary("not", operand):
            return _runs_on(operand)
        case syntax.Call("ever"):
            return True
        case _:
            return False


def _has_condition(number: syntax.Expr) -> bool:
    match number:
        case syntax.Probability() | syntax.Call("count"):
            return True
        case _:
            return False


def _written_out(expression: syntax.Expr) -> bool:
    match expression:
        case syntax.Number():
            return True
        case syntax.Unary("-", syntax.Number()):
            return True
        case syntax.Binary("/", left, syntax.Number()):
            return _written_out(left)
        case _:
            return False


def _chain(expression: syntax.Expr, op: str) -> list[syntax.Expr]:
    if isinstance(expression, syntax.Binary) and expression.op == op:
        return [*_chain(expression.left, op), *_chain(expression.right, op)]
    return [expression]
