"""Questions of the case language put to equilibria: what tests of cases and of solvers compare.

A question is an expression that a claim could contain, such as ``P(answer = yes | offer = line)``
or ``E(north | do(offer = line))``, or ``INFOSET -> ACTION``: the probability of an action where the
play may never come, the infoset and the action named by their labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from lackmus.case import syntax
from lackmus.case.check import check_case
from lackmus.case.expression import parse_expression
from lackmus.compiler.compile import Compiled
from lackmus.foundation.arrays import Floats
from lackmus.foundation.errors import CaseError, UsageError
from lackmus.foundation.tolerances import FIXED_POINT, REGRET
from lackmus.game.game import Game
from lackmus.game.questions import Comparison, variants_in
from lackmus.pipeline.case_study import CaseStudy
from lackmus.pipeline.equilibria import play_of
from lackmus.reading.answer import Answers
from lackmus.solution.solution import Assessment, Solution
from lackmus.solvers.solve import solve

_ARROW = "->"


@dataclass(frozen=True, slots=True, eq=False)
class Replies:
    """What the equilibria of a case say to some questions.

    Attributes:
        numbers: A row per equilibrium, a column per question; NaN where a condition has
            probability zero.
        solutions: The solutions asked: one for each set of rules that the questions speak of.
    """

    numbers: Floats
    solutions: tuple[Solution, ...]

    @property
    def regret(self) -> float:
        """Largest regret of a player by a whole strategy, as a fraction of the payoff range.

        For a quantal response, its error as a fixed point instead, scaled so that `REGRET` is the
        bound of both.
        """
        return max(_regret(s.game, a) for s in self.solutions for a in s.assessments)

    @property
    def sequential(self) -> bool:
        """Whether all are certified to be sequential equilibria."""
        return all(
            "sequential" in a.certificate.concepts for s in self.solutions for a in s.assessments
        )

    @property
    def complete(self) -> bool:
        """Whether the equilibria asked are proven to be all."""
        return all(solution.complete is True for solution in self.solutions)


def ask(
    case: syntax.Case,
    questions: Sequence[str],
    *,
    method: str = "limit",
    precision: float | None = None,
    seconds: float | None = None,
) -> Replies:
    """Puts questions to the equilibria of a case at its base values.

    Args:
        case: The case; its claims do not matter.
        questions: As the module says. All that speak of changed rules must speak of the same ones,
            since equilibria under different rules do not belong together.
        method: A solver's name, see `lackmus.solvers.solve.METHODS`.
        precision: λ, for ``logit``.
        seconds: Budget of a method that enumerates.

    Raises:
        CaseError: A question cannot be understood.
        UsageError: Questions under several sets of changed rules, or an unknown label.
        SolveError: The method does not fit.
    """
    asked = [q for q in questions if _ARROW not in q]
    study = CaseStudy(_with_claims(case, asked))
    variants = study.variants()
    used = {v for q in variants.questions for v in variants_in(q.truth)} or {0}
    if len(used) > 1:
        raise UsageError("the questions speak of several sets of rules", "ask them one by one")
    (variant,) = used
    compiled = variants.games[variant]
    solution = solve(compiled.game, method=method, precision=precision, seconds=seconds)
    play = play_of(compiled.game, solution.assessments, range(len(solution.assessments)))
    size = len(solution.assessments)
    values = {a.name: np.full(size, float(a.value)) for a in study.assumptions}
    answers = Answers([c.game for c in variants.games], {variant: play}, values)
    columns = iter(
        answers.value(q.truth.left) for q in variants.questions if isinstance(q.truth, Comparison)
    )
    numbers = [
        play.strategy[:, _action(compiled, q)] if _ARROW in q else next(columns) for q in questions
    ]
    return Replies(np.stack(numbers, axis=1), (solution,))


def _with_claims(case: syntax.Case, questions: Sequence[str]) -> syntax.Case:
    """The case with a claim for each question: that its number is positive."""
    zero = syntax.Number(Fraction(0))
    claims = tuple(
        syntax.Claim(id=f"q{i}", holds_if=syntax.Compare((parse_expression(text), zero), (">",)))
        for i, text in enumerate(questions)
    )
    asked = replace(case, claims=claims, statements=())
    if faults := [fault for fault in check_case(asked) if fault.severity == "error"]:
        raise CaseError(faults)
    return asked


def _action(compiled: Compiled, question: str) -> int:
    game = compiled.game
    infoset, action = (part.strip() for part in question.split(_ARROW))
    for i in range(game.n_infosets):
        if game.labels.infosets[i] == infoset:
            for a in game.actions_of(i):
                if game.labels.actions[a] == action:
                    return a
    raise UsageError(f"there is no action '{action}' at an infoset '{infoset}'")


def _regret(game: Game, assessment: Assessment) -> float:
    certificate = assessment.certificate
    if assessment.precision is not None and certificate.fixed_point is not None:
        return certificate.fixed_point / FIXED_POINT * REGRET
    widest = float(game.payoff_range.max(initial=0.0)) or 1.0
    return certificate.regret.player / widest
