"""Any quantity of the case language: asked of a solution, or along values of the assumptions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any, Final

import numpy as np

from lackmus.case import syntax
from lackmus.case.events import put_events
from lackmus.case.expression import parse_expression
from lackmus.case.fields import Faults
from lackmus.case.scope import Scope, scope_of, walk
from lackmus.case.typing_rules import AFTER, Here, Typing
from lackmus.compiler.ask import is_truth, question_of, rule_of
from lackmus.compiler.compile import Compiled
from lackmus.compiler.desugar import desugar
from lackmus.compiler.rows import Env, Rows
from lackmus.foundation.display import Card, Shown
from lackmus.foundation.errors import CaseError, Fault, UsageError
from lackmus.foundation.letters import composed
from lackmus.foundation.outcomes import CANNOT_BE_ASKED, FAILS, HOLDS, NO_DIFFERENCE
from lackmus.foundation.spans import Span
from lackmus.game import questions as q
from lackmus.game.game import Game
from lackmus.pipeline import frames
from lackmus.pipeline.equilibria import play_of
from lackmus.pipeline.given import assessment_of, by_name, case_of, compiled_at, text_of
from lackmus.pipeline.observations import env_of, refuse_what_needs_the_case
from lackmus.reading.answer import Answers
from lackmus.solution.solution import Assessment, Solution

#: What is asked: a number, or a truth as a word; NaN where a number cannot be asked.
Answer = float | str

#: Points along assumptions that are solved at most.
MOST_POINTS: Final = 100_000

_WORDS: Final = {
    HOLDS: "holds", FAILS: "fails", NO_DIFFERENCE: "no difference",
    CANNOT_BE_ASKED: "cannot be asked",
}  # fmt: skip


def ask(solution: Solution | Assessment, question: str) -> Answer:
    """What a solution says to a question in the case language.

    Args:
        solution: A solution of a game made from a case, of which the best assessment is asked; or
            one assessment.
        question: A number, such as ``P(answer = refuse | offer = low)``, ``E(north)``,
            ``value(answer = refuse)``, ``I(north.aim; offer)``; or a comparison of such, as a
            claim makes.

    Returns:
        The number, NaN where its condition has probability zero; of a comparison ``holds``,
        ``fails``, ``no difference`` or ``cannot be asked``.

    Raises:
        UsageError: The question makes no sense here, or it needs the case and not the game alone:
            assumptions, states, ``do(…)``, ``observed``.
    """
    one = assessment_of(solution)
    histories = one.game.histories
    if histories is None:
        hint = "read it by name: solution.best.profile[player][infoset][action]"
        raise UsageError("the game was made from no case, so that its moves have no names", hint)
    env = env_of(histories, one.game.players)
    expression = _checked(question, env.scope, case=False)
    asked = question_of(expression, [((), _Alone(one.game, env.scope, env.rows))])
    answers = Answers([one.game], {0: play_of(one.game, (one,), (0,))}, {})
    return _answer(answers, asked)


@dataclass(frozen=True, slots=True)
class _Alone:
    """A game with the names that it keeps of its case."""

    game: Game
    scope: Scope
    rows: Rows

    def env(self) -> Env:
        return Env(self.rows, self.scope)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Statics(Shown):
    """Quantities of a case's equilibria along values of its assumptions.

    Attributes:
        title: The case's.
        varied: Names of the assumptions that vary.
        quantities: Names of what was asked.
        table: Columns by name, a row for each equilibrium at each point: the assumptions, then
            ``equilibrium`` (1 for the first at its point), then the quantities.
        unsolved: Points where no equilibrium was found; they have no row.
        incomplete: Points where more equilibria may exist than were found, of those that a method
            which lists them all was asked for.
    """

    title: str
    varied: tuple[str, ...]
    quantities: tuple[str, ...]
    table: Mapping[str, Sequence[Any]] = field(repr=False)
    unsolved: int = 0
    incomplete: int = 0

    def card(self) -> Card:
        """The table, and at how many points it is not whole."""
        lines = []
        if self.unsolved:
            lines.append(f"no equilibrium was found at {self.unsolved} points")
        if self.incomplete:
            lines.append(f"there may be more equilibria at {self.incomplete} points")
        rows = [tuple(map(_cell, row)) for row in zip(*self.table.values(), strict=True)]
        title = f"{self.title}: along {', '.join(self.varied)}"
        return Card(title, tuple(lines), tuple(self.table), rows)

    def to_pandas(self) -> Any:  # noqa: ANN401 - pandas is optional
        """The table in pandas; UsageError where the extra `pandas` is not installed."""
        return frames.to_pandas(self.table)

    def to_polars(self) -> Any:  # noqa: ANN401 - polars is optional
        """The table in polars; UsageError where the extra `polars` is not installed."""
        return frames.to_polars(self.table)

    def to_arrow(self) -> Any:  # noqa: ANN401 - pyarrow has no types
        """The table in Arrow; UsageError where the extra `parquet` is not installed."""
        return frames.to_arrow(self.table)


def _cell(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def vary(
    case: syntax.Case | Path | str,
    values: Mapping[str, Sequence[float]],
    quantities: str | Sequence[str] | Mapping[str, str],
    *,
    method: str = "logit",
    every: bool = False,
    seconds: float | None = None,
) -> Statics:
    """Comparative statics: a case solved along values of its assumptions, and what is asked there.

    Args:
        case: A case, its path, or its name in the library; what does not vary keeps its base
            value.
        values: Per assumption (``precision`` among them) the values it takes, also outside its
            range; several are combined in every way.
        quantities: Questions as for `ask`, which may speak of assumptions and ``do(…)`` too; or a
            mapping of column names to questions, or a single one. No column may be called like an
            assumption that varies, or ``equilibrium``.
        method: The method of `lackmus.solve`; ``logit`` at the case's precision.
        every: Whether all equilibria are sought, by the complete method that fits; then `method`
            is not used.
        seconds: Budget of one solution, where the method has one.

    Raises:
        UsageError: A name or a question makes no sense, there are no values or too many, or a
            question compares rules under which there are several equilibria.
        SolveError: The method does not fit the game.
    """
    if isinstance(quantities, str):
        quantities = (quantities,)
    asked = dict(quantities) if isinstance(quantities, Mapping) else {x: x for x in quantities}
    case = desugar(case_of(case))
    values = by_name(values)
    points = _points(case, values)
    if not asked:
        raise UsageError("nothing is asked", hint='name quantities: "P(answer = refuse)"')
    taken = [name for name in asked if name in values or name == "equilibrium"]
    if taken:
        message = f"the table has a column {taken[0]!r} already, and a quantity is to be called so"
        raise UsageError(message, hint="give it another name: {name: question}")
    scope = scope_of(case)
    expressions = {name: _checked(text, scope) for name, text in asked.items()}
    rules = {(): (), **{
        rule_of(given): given.do
        for expression in expressions.values() for given in _givens(expression)
    }}  # fmt: skip
    table: dict[str, list[Any]] = {name: [] for name in (*values, "equilibrium", *asked)}
    unsolved = incomplete = 0
    for point in points:
        here = dict(zip(values, point, strict=True))
        games = [compiled_at(case, here, do) for do in rules.values()]
        solved = [_solved(compiled, method, seconds, every=every) for compiled in games]
        if len(games) > 1 and any(len(s.assessments) > 1 for s in solved):
            message = "under several rules there are several equilibria, and none belongs to one"
            raise UsageError(message, hint="compare rules by the method logit")
        if not all(s.assessments for s in solved):
            unsolved += 1
            continue
        incomplete += any(s.complete is False for s in solved)
        plays = [
            play_of(compiled.game, s.assessments, range(len(s.assessments)))
            for compiled, s in zip(games, solved, strict=True)
        ]
        count = len(plays[0].strategy)
        full = {name: np.repeat(v, count) for name, v in _values(games[0], here).items()}
        answers = Answers([compiled.game for compiled in games], dict(enumerate(plays)), full)
        named = tuple(zip(rules, games, strict=True))
        for name, value in here.items():
            table[name] += [float(value)] * count
        table["equilibrium"] += range(1, count + 1)
        for name, expression in expressions.items():
            table[name] += _answers(answers, question_of(expression, named))
    return Statics(case.title, tuple(values), tuple(asked), table, unsolved, incomplete)


def _finite(values: object) -> bool:
    """Whether they are numbers in a row, at least one and each finite."""
    if isinstance(values, np.ndarray):
        values = values.tolist()
    if not isinstance(values, Sequence) or isinstance(values, str):
        return False
    return bool(values) and all(
        isinstance(value, int | float | Fraction)
        and not isinstance(value, bool)
        and math.isfinite(value)
        for value in values
    )


def _points(case: syntax.Case, values: Mapping[str, Sequence[float]]) -> list[tuple[float, ...]]:
    known = [a.name for a in (*case.assumptions, case.precision)]
    faults = []
    for name, along in values.items():
        if name not in known:
            hint = f"there are {', '.join(known)}"
            faults.append(Fault("values", f"there is no assumption {name!r}", hint=hint))
        elif not _finite(along):
            faults.append(Fault("values", f"{name} needs finite values"))
    if faults:
        raise UsageError(faults)
    if not values:
        raise UsageError("nothing varies", hint=f"name an assumption: {', '.join(known)}")
    if (many := math.prod(map(len, values.values()))) > MOST_POINTS:
        raise UsageError(f"{many:,} points are more than {MOST_POINTS:,}", "take fewer values")
    return list(product(*values.values()))


def _values(compiled: Compiled, here: Mapping[str, float]) -> dict[str, np.ndarray]:
    return compiled.complete({name: np.array([float(value)]) for name, value in here.items()})


def _solved(compiled: Compiled, method: str, seconds: float | None, *, every: bool) -> Solution:
    from lackmus.solvers.solve import solve  # noqa: PLC0415 - all methods; most runs need one

    if every:
        return solve(compiled.game, every=True, seconds=seconds)
    precision = None
    if method == "logit":
        precision = float(compiled.complete({})["precision"][0])
    return solve(compiled.game, method=method, precision=precision, seconds=seconds)


def _checked(text: str, scope: Scope, *, case: bool = True) -> syntax.Expr:
    """A question that makes sense of the names in `scope`; UsageError with all faults."""
    text = composed(text_of(text, "a question"))
    try:
        expression = parse_expression(text, Span("question", 1, 1, 1 + len(text), text).within)
    except CaseError as error:
        raise UsageError(error.faults) from None
    expression = put_events(expression, scope.events)
    if not case:
        _refuse_what_needs_the_case(expression)
    faults = Faults()
    typing, here = (
        Typing(scope, faults),
        Here(AFTER, None, "a question", assumptions=True, queries=True),
    )
    if is_truth(expression):
        typing.condition(expression, here)
    else:
        typing.number(expression, here)
    if faults.found:
        raise UsageError(faults.found if case else [_of_a_game(one) for one in faults.found])
    if any(given.observed for given in _givens(expression)):
        raise UsageError("'observed' has no meaning here", hint="write out what was observed")
    return expression


#: Where a question is answered that needs the case.
_ALONG: Final = "ask it of the case: lackmus.vary(case, {'precision': [3]}, question)"


def _refuse_what_needs_the_case(expression: syntax.Expr) -> None:
    """UsageError where a question asks for what a game does not keep of its case."""
    if any(given.do for given in _givens(expression)):
        raise UsageError("'do(…)' needs the case, and a game does not keep it", hint=_ALONG)
    refuse_what_needs_the_case(expression, hint=_ALONG)


def _of_a_game(fault: Fault) -> Fault:
    """The fault of an unknown name, which may be one that the case has and its game has not."""
    if fault.code != "unknown-name" or fault.hint.startswith("did you mean"):
        return fault
    kept = "a game keeps moves, aims, facts and signals; of what else its case names, "
    return replace(fault, hint=kept + _ALONG)


def _givens(expression: syntax.Expr) -> Iterator[syntax.Given]:
    for part in walk(expression):
        given = getattr(part, "given", None)
        if isinstance(given, syntax.Given):
            yield given


def _answer(answers: Answers, asked: q.Truth | q.Value) -> Answer:
    return _answers(answers, asked)[0]


def _answers(answers: Answers, asked: q.Truth | q.Value) -> list[Answer]:
    """One answer for each assessment."""
    if isinstance(asked, q.Comparison | q.Pick | q.Not | q.Joined):
        return [_WORDS[int(code)] for code in answers.truth(asked)[1]]
    return [float(value) for value in answers.value(asked)]
