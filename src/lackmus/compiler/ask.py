"""Claims to questions: names become masks over the terminals of each variant of the game."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal, Protocol

import numpy as np

from lackmus.case import syntax
from lackmus.case.scope import Scope, walk
from lackmus.case.text import expression_text
from lackmus.compiler.rows import Env, Rows, condition
from lackmus.foundation.arrays import Bools, freeze
from lackmus.game import questions as q
from lackmus.game.game import NOT_MADE, Game
from lackmus.game.light import Judged, as_before, in_light
from lackmus.game.units import unit_of

#: What identifies a variant: the interventions, as written.
Rule = tuple[str, ...]


class Askable(Protocol):
    """A game whose terminal histories know the names of its case."""

    @property
    def game(self) -> Game:
        """The game."""

    @property
    def scope(self) -> Scope:
        """Its names."""

    @property
    def rows(self) -> Rows:
        """Its terminal histories, in the order of its terminals."""

    def env(self) -> Env:
        """These with those."""


def rules_in(claims: Sequence[syntax.Claim]) -> dict[Rule, tuple[syntax.Intervention, ...]]:
    """Every set of rules that the claims speak of; the game as written comes first."""
    found: dict[Rule, tuple[syntax.Intervention, ...]] = {(): ()}
    for claim in claims:
        for part in walk(claim.holds_if):
            given = getattr(part, "given", None)
            if isinstance(given, syntax.Given):
                found.setdefault(rule_of(given), given.do)
    return found


def rule_of(given: syntax.Given) -> Rule:
    """The variant a condition belongs to."""
    return tuple(sorted(str(change) for change in given.do))


def questions_of(
    claims: Sequence[syntax.Claim],
    variants: Sequence[tuple[Rule, Askable]],
    observed: Sequence[syntax.Expr] = (),
    record: Sequence[syntax.Expr] = (),
) -> tuple[q.Question, ...]:
    """The claims as questions.

    Args:
        claims: Claims that passed the check.
        variants: The games under the rules of `rules_in`, in its order.
        observed: What has been observed. A claim is judged in its light, unless that would empty
            the question; see `lackmus.game.light`. Counterfactual games are not conditioned on it.
        record: What ``observed`` behind a claim's bar stands for beside it.
    """
    known = tuple(dict.fromkeys((*record, *observed)))
    return tuple(_question(claim, variants, observed, known) for claim in claims)


def _question(
    claim: syntax.Claim,
    variants: Sequence[tuple[Rule, Askable]],
    observed: Sequence[syntax.Expr],
    known: Sequence[syntax.Expr],
) -> q.Question:
    players = variants[0][1].game.players
    size = None if claim.matters_from is None else float(claim.matters_from)

    def asked(light: Sequence[syntax.Expr], record: Sequence[syntax.Expr]) -> q.Truth:
        return _Asker(variants, light, record, size).truth(claim.holds_if)

    before = asked((), known)
    whole = as_before(before)
    if observed:
        whole = in_light(asked((), ()), before, asked(observed, known))
    op, parts = parts_of(claim.holds_if)
    question = _as_question(claim.id, claim.holds_if, whole, players)
    if not op:
        return question
    return replace(
        question,
        op=op,
        parts=tuple(
            _as_question(f"{claim.id}.{k}", part, judged, players)
            for k, (part, judged) in enumerate(zip(parts, whole.parts, strict=True), 1)
        ),
    )


def is_truth(node: syntax.Expr) -> bool:
    """Whether an expression that asks is true or false, and no number."""
    match node:
        case syntax.Compare() | syntax.Binary("and" | "or") | syntax.Unary("not"):
            return True
        case syntax.Occurs():
            return True
        case syntax.IfElse(then):
            return is_truth(then)
        case _:
            return False


def question_of(node: syntax.Expr, variants: Sequence[tuple[Rule, Askable]]) -> q.Truth | q.Value:
    """An expression that passed the check as a question, in the light of nothing.

    Args:
        node: A number or a truth.
        variants: The games under the rules that it speaks of; the game as written comes first.
    """
    asker = _Asker(variants, (), (), None)
    return asker.truth(node) if is_truth(node) else asker.value(node)


def _as_question(
    name: str, node: syntax.Expr, judged: Judged, players: tuple[str, ...]
) -> q.Question:
    unit = unit_of(judged.truth)
    return q.Question(
        name, judged.truth, expression_text(node), unit.text(players) if unit else "number",
        judged.settled, judged.lit,
    )  # fmt: skip


def parts_of(node: syntax.Expr) -> tuple[Literal["and", "or", ""], tuple[syntax.Expr, ...]]:
    """The operands of an ``and`` or ``or``, or the links of a chain; none of other truths."""
    match node:
        case syntax.Binary("and" | "or" as op, left, right):
            sides: list[syntax.Expr] = []
            for side in (left, right):
                inner, parts = parts_of(side)
                sides += parts if inner == op else [side]
            return op, tuple(sides)
        case syntax.Compare(operands, ops) if len(ops) > 1:
            links = zip(operands, operands[1:], ops, strict=False)
            return "and", tuple(syntax.Compare((a, b), (op,)) for a, b, op in links)
        case _:
            return "", ()


class _Asker:
    def __init__(
        self,
        variants: Sequence[tuple[Rule, Askable]],
        light: Sequence[syntax.Expr],
        observed: Sequence[syntax.Expr],
        matters_from: float | None,
    ) -> None:
        self._matters_from = matters_from
        self._index = {rule: i for i, (rule, _) in enumerate(variants)}
        self._games = [compiled for _, compiled in variants]
        self._light, self._observed = light, observed

    # --- truths ---

    def truth(self, node: syntax.Expr) -> q.Truth:
        match node:
            case syntax.Binary("and" | "or"):
                op, parts = parts_of(node)
                return q.Joined(op or "and", tuple(map(self.truth, parts)))
            case syntax.Unary("not", operand):
                return q.Not(self.truth(operand))
            case syntax.IfElse(then, test, otherwise):
                question = self.truth(test)
                yes = q.Joined("and", (question, self.truth(then)))
                no = q.Joined("and", (q.Not(question), self.truth(otherwise)))
                return q.Joined("or", (yes, no))
            case syntax.Compare(operands, ops):
                return self._compare(operands, ops)
            case _:
                raise TypeError(f"not a truth: {node}")

    def _compare(self, operands: tuple[syntax.Expr, ...], ops: tuple[Any, ...]) -> q.Truth:
        first, second = operands[0], operands[1]
        if isinstance(first, syntax.Best | syntax.Likeliest) and isinstance(second, syntax.Name):
            return self._pick(first, str(second), negated=ops[0] == "!=")
        values = [self.value(operand) for operand in operands]
        parts = tuple(
            q.Comparison(op, left, right, self._matters_from)
            for op, left, right in zip(ops, values, values[1:], strict=False)
        )
        return parts[0] if len(parts) == 1 else q.Joined("and", parts)

    def _pick(self, node: syntax.Best | syntax.Likeliest, option: str, *, negated: bool) -> q.Truth:
        variant, given = self._given(node.given)
        labels = self._games[variant].scope.variables[node.move.id].options
        scores: list[q.Value] = []
        kept: list[str] = []
        for label in labels:
            score: q.Value
            if isinstance(node, syntax.Likeliest):
                event = self._masks(variant, node.move)[labels.index(label)]
                score = q.Likelihood(variant, event, given)
            else:
                score = self._worth(variant, node.move, label, given, advantage=True)
                if not len(score.actions) and label != option:
                    continue
            scores.append(score)
            kept.append(label)
        return q.Pick(tuple(scores), kept.index(option), negated, self._matters_from)

    # --- values ---

    def value(self, node: syntax.Expr) -> q.Value:
        match node:
            case syntax.Number(value):
                return q.Constant(float(value))
            case syntax.Name(id=name):
                return q.Assumed(name)
            case syntax.Unary("-", operand):
                return q.Arithmetic("neg", (self.value(operand),))
            case syntax.Binary("+" | "-" | "*" | "/" | "^" as op, left, right):
                return q.Arithmetic(op, (self.value(left), self.value(right)))
            case syntax.Call("abs" | "exp" | "log" | "sqrt" | "min" | "max" as f, arguments):
                return q.Arithmetic(f, tuple(self.value(a) for a in arguments))
            case syntax.IfElse(then, test, otherwise):
                return q.Chosen(self.truth(test), self.value(then), self.value(otherwise))
            case _:
                return self._query(node)

    def _query(self, node: syntax.Expr) -> q.Value:
        match node:
            case syntax.Probability(event, given):
                variant, mask = self._given(given)
                return q.Likelihood(variant, self._where(variant, event), mask)
            case syntax.Expectation(actor, given):
                variant, mask = self._given(given)
                return q.Payoff(variant, self._games[variant].scope.actors.index(actor), mask)
            case syntax.Worth(move, option, given):
                variant, mask = self._given(given)
                return self._worth(variant, move, str(option), mask, advantage=False)
            case syntax.Entropy(variable, given):
                variant, mask = self._given(given)
                return q.Spread(variant, self._masks(variant, variable), mask)
            case syntax.Information(measure, about, of, given):
                variant, mask = self._given(given)
                return q.Link(
                    variant, measure, self._masks(variant, about),
                    self._masks(variant, of), mask,
                )  # fmt: skip
            case _:
                raise TypeError(f"not a value: {node}")

    # --- masks ---

    def _where(self, variant: int, event: syntax.Expr) -> Bools:
        env = self._games[variant].env()
        return freeze(np.broadcast_to(condition(event, env), env.rows.size))

    def _given(self, given: syntax.Given) -> tuple[int, Bools]:
        variant = self._index[rule_of(given)]
        mask = np.ones(self._games[variant].rows.size, np.bool_)
        if given.condition is not None:
            mask &= self._where(variant, given.condition)
        light = () if given.do else self._light
        for seen in (*light, *(self._observed if given.observed else ())):
            mask &= self._where(variant, seen)
        return variant, freeze(mask)

    def _masks(self, variant: int, name: syntax.Name) -> Bools:
        """A mask per option, and one for "not made" at the end; shape (options + 1, Z)."""
        compiled = self._games[variant]
        codes = compiled.env().codes(name)
        values = [*range(len(compiled.scope.variables[name.id].options)), NOT_MADE]
        return freeze(np.array([codes == value for value in values]))

    def _worth(
        self, variant: int, move: syntax.Name, option: str, given: Bools, *, advantage: bool
    ) -> q.OptionWorth:
        compiled = self._games[variant]
        actions, through = deciding(compiled, move, option)
        player = compiled.scope.actors.index(
            compiled.scope.variables[move.id].maker(move.index) or ""
        )
        return q.OptionWorth(variant, actions, through, given, player, advantage)


def deciding(compiled: Askable, move: syntax.Name, option: str) -> tuple[Any, Bools]:
    """The option's actions wherever the move is decided, and the terminals behind each infoset."""
    game = compiled.game
    histories = game.histories
    if histories is None:
        raise TypeError("a compiled case has histories")
    names = [column.name for column in histories.columns]
    wanted = [i for i, name in enumerate(names) if _is(name, move)]
    sets = np.flatnonzero(np.isin(histories.infoset_column, wanted))
    actions, kept = [], []
    for infoset in sets:
        labels = [game.labels.actions[a] for a in game.actions_of(int(infoset))]
        if option in labels:
            actions.append(int(game.first_action[infoset]) + labels.index(option))
            kept.append(int(infoset))
    place = np.full(len(game.infoset_player) + 1, -1)
    place[kept] = np.arange(len(kept))
    through = np.zeros((len(kept), game.n_terminals), np.bool_)
    node, row = game.parent[game.terminal], np.arange(game.n_terminals)
    while len(node):
        row, node = row[node >= 0], node[node >= 0]
        here = place[game.infoset[node]]
        through[here[here >= 0], row[here >= 0]] = True
        node = game.parent[node]
    return freeze(np.array(actions, np.int32)), freeze(through)


def _is(column: str, move: syntax.Name) -> bool:
    if move.index is not None:
        return column == str(move)
    return column == move.id or column.startswith(f"{move.id}[")
