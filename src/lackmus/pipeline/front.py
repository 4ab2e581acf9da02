"""What the front door offers of cases: load, compile, test, learn from and sweep one."""

from __future__ import annotations

import datetime
import inspect
from collections.abc import Callable, Sequence
from dataclasses import fields
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lackmus.case import builder, syntax
from lackmus.case.parse import load_record, parse_case
from lackmus.case.writer import write_case
from lackmus.foundation.counting import counted
from lackmus.foundation.display import Card, Shown
from lackmus.foundation.errors import UsageError
from lackmus.library import index
from lackmus.pipeline import given

if TYPE_CHECKING:
    from lackmus.game.game import Game
    from lackmus.library.index import Entry
    from lackmus.pipeline.findings import Findings
    from lackmus.pipeline.forecasts import Forecasts
    from lackmus.pipeline.learned import Learned
    from lackmus.pipeline.observations import Observed
    from lackmus.pipeline.trial import Progress
    from lackmus.solution.solution import Solution
    from lackmus.solvers.solve import Progress as SolveProgress
    from lackmus.sweep.sweep import Swept


#: Keywords of a sweep that its case answers.
_TOLD_BY_THE_CASE: Final = ("study", "path", "n", "title", "text")


class Case(Shown, syntax.Case):
    """A standoff as an analyst wrote it down, with the claims to be tested.

    It is made by `load`, `parse` or `CaseBuilder`. What each part means is told in the language's
    reference; expressions are parsed, numbers are fractions.

    Attributes:
        title: What it is about, in a line.
        actors: Who acts, with hidden aims and their priors.
        moves: What happens, in order: moves, moves made together, rounds.
        precision: λ of the quantal response, in one over the unit of payoffs.
        name: Its short name; two cases that differ in it only are equal.
        author: Who wrote the commentary.
        summary: What it says.
        notes: What the analyst adds.
        asked: The day as of which its claims are judged; None if unsaid.
        sources: Texts that it cites.
        observers: Those who see and do not move.
        facts: What is settled before the first move, and who knows it.
        joint_aims: Priors of aims that depend on each other.
        assumptions: The numbers that nobody knows, each with a base value and a range.
        correlations: Rank correlations among them.
        stakes: What everybody gains or loses, and when.
        events: Conditions that have a name.
        claims: What is to be tested.
        observations: The record: what was seen.
        statements: What was said, by whom.
        dissents: Files that change the case.
        known_answer: What the literature answers.
        comments: Remarks.
        digest: SHA-256 of its text, where it has been taken.
    """

    __slots__ = ()

    @classmethod
    def of(cls, case: syntax.Case) -> Case:
        """The same case, able to compile itself."""
        return cls(**{field.name: getattr(case, field.name) for field in fields(case)})

    def card(self) -> Card:
        """Title, who acts, and the claims in words."""
        actors = ", ".join(actor.name or actor.id for actor in self.actors)
        claims = counted(len(self.claims), "claim")
        parts = f"{claims}, {counted(len(self.assumptions), 'assumption')}"
        rows = [(c.id, c.by, c.says) for c in self.claims]
        head = ("claim", "by", "says") if rows else ()
        return Card(self.title, (f"actors: {actors}; {parts}",), head, rows)

    def compile(self, **values: float | Fraction) -> Game:
        """The game at the base values, or at others.

        A game has no precision: that is said to the solver, as in
        ``lackmus.solve(case.compile(), precision=float(case.precision.value))``.

        Args:
            values: Assumptions with the values to give them, also outside their range.

        Raises:
            UsageError: A value is of no assumption, or none that it can have, or of the precision.
            CaseError: What can be seen only in the histories is at fault.
        """
        if "precision" in values:
            hint = f"say it to the solver: lackmus.solve(game, precision={values['precision']})"
            raise UsageError("a game has no precision, so that compile takes none", hint)
        return given.compiled_at(self, values).game

    def to_yaml(self) -> str:
        """The case in YAML; parsing it gives the case back."""
        return write_case(self)


class CaseBuilder(builder.CaseBuilder):
    """Makes a `Case` step by step; each method but `build` gives the builder back.

    Expressions are texts in the case language. A number may be a mapping, which makes it an
    assumption: ``{"value": 2, "range": [0, 5]}``. What is wrong is told by `build`, all at once.

    >>> import lackmus
    >>> case = (
    ...     lackmus.CaseBuilder("A ceasefire offer")
    ...     .actor("south", aims={"peace": 0.6, "deals": "rest"})
    ...     .actor("north")
    ...     .moves(
    ...         lackmus.MoveList()
    ...         .move("offer", "south", ["line", "business"])
    ...         .move("answer", "north", ["accept", "refuse"], when="offer = line")
    ...     )
    ...     .stake("south", 3, when="offer = business and south.aim = deals")
    ...     .stake("north", {"value": 1, "range": [-1, 2]}, when="answer = accept")
    ...     .claim("business_tells", "P(south.aim = deals | offer = business) > 0.5")
    ...     .build()
    ... )
    >>> [claim.id for claim in case.claims]
    ['business_tells']
    """

    def build(self, name: str = "") -> Case:
        """The case.

        Args:
            name: Its short name.

        Raises:
            CaseError: All faults. There is no file, so that a place is the part of the case and
                the character of its expression.
        """
        return Case.of(super().build(name))


def load(case: syntax.Case | Path | str) -> Case:
    """The case at a path, or of a name in the library.

    Args:
        case: A YAML file, a folder with a ``case.yaml``, or a name that `cases` lists. A case that
            is loaded already is given back.

    Raises:
        InputError: There is no such case, or it has faults; all of them are told.
    """
    found = given.case_of(case)
    return found if isinstance(found, Case) else Case.of(found)


def parse(text: str, file: str = "case.yaml") -> Case:
    """The case written in a YAML text.

    Args:
        text: The whole file.
        file: What to call it in faults.

    Raises:
        CaseError: All faults found.
    """
    return Case.of(parse_case(text, file))


def cases() -> tuple[Entry, ...]:
    """The cases that come with Lackmus, by name, each with the place of its file."""
    return index.cases()


def solve(
    game: Game,
    *,
    method: str | None = None,
    precision: float | None = None,
    every: bool = False,
    seconds: float | None = None,
    progress: SolveProgress | None = None,
) -> Solution:
    """The equilibria of a game.

    Without a precision this is the limit of quantal response, an equilibrium without noise. A game
    does not keep the precision of its case, which claims are tested at, and which the command
    ``lackmus solve CASE`` takes: give ``precision=float(case.precision.value)`` for that.

    Args:
        game: The game, such as `Case.compile` gives.
        method: A name that ``lackmus solve --method list`` tells; None is ``logit`` where a
            precision is given, and else ``limit``.
        precision: λ of the logit quantal response equilibrium, in units of one over payoff.
        every: Whether all equilibria are sought, by the complete method that fits the game.
        seconds: Budget of the methods that enumerate; 60 where all are sought and none is given.
        progress: Told which method is tried, and what came of it, where several are.

    Returns:
        The solution. With `every` its `complete` says whether the list is proven complete.

    Raises:
        UsageError: It is no game, or the arguments do not go together.
        SolveError: The method does not fit the game.
    """
    from lackmus.solvers import solve as solvers  # noqa: PLC0415 - loads all of them

    return solvers.solve(
        given.game_of(game), method=method, every=every, progress=progress,
        precision=None if precision is None else given.real(precision, "a precision"),
        seconds=None if seconds is None else given.real(seconds, "a budget in seconds"),
    )  # fmt: skip


def test(
    case: syntax.Case | Path | str,
    draws: int = 2000,
    *,
    seed: int = 0,
    observed: Observed = None,
    recorded: bool = False,
    dissents: Sequence[syntax.Case | Path | str] = (),
    progress: Progress | None = None,
    **effort: Any,  # noqa: ANN401 - the fields of Effort
) -> Findings:
    """Puts the claims of a case to the test.

    Args:
        case: A case, its path, or its name in the library.
        draws: Number of draws of all assumptions.
        seed: Their seed.
        observed: What was observed: a condition or several, as text or parsed, or a mapping of
            moves to options.
        recorded: Whether the case's record counts as observed, too.
        dissents: Cases, or their paths or names, to put to the same draws beside it.
        progress: Told how far the work is: stage, done, total.
        effort: Further fields of `lackmus.pipeline.trial.Effort`.

    Returns:
        The verdicts, what they hang on, and the draws that they rest on.

    Raises:
        InputError: The case, an observation or the effort is at fault.
    """
    from lackmus.pipeline.trial import Effort, put_to_test  # noqa: PLC0415 - loads the solver

    given.keywords(effort, _keywords(test, Effort), "test")
    return put_to_test(
        load(case), observed=observed, recorded=recorded, progress=progress,
        dissents=[load(one) for one in dissents],
        effort=Effort(
            draws=given.whole(draws, "draws"), seed=given.whole(seed, "seed"), **effort
        ),
    )  # fmt: skip


# A user's own tests may import it by name; pytest would take it for one of them.
test.__test__ = False  # type: ignore[attr-defined] # pytest's, not Python's


def learn(
    case: syntax.Case | Path | str,
    draws: int = 2000,
    *,
    record: Path | str | Sequence[syntax.Observation] | None = None,
    seed: int = 0,
    dissents: Sequence[syntax.Case | Path | str] = (),
    progress: Progress | None = None,
    **effort: Any,  # noqa: ANN401 - the fields of LearnEffort
) -> Learned:
    """What happened says of assumptions, aims and claims of a case, and of its dissents.

    Each draw of the assumptions is weighed by how likely it had made the record.

    Args:
        case: A case, its path, or its name in the library.
        draws: Number of draws of all assumptions.
        record: What was seen: observations, or a file of them; by default the case's own.
        seed: Seed of the draws.
        dissents: Cases, or their paths or names, to hold to the same record.
        progress: Told how far the work is: stage, done, total.
        effort: Further fields of `lackmus.pipeline.weighing.LearnEffort`.

    Raises:
        InputError: The case, the record or the effort is at fault.
        SolveError: No draw has a solution, or none allows the record.
    """
    from lackmus.pipeline import learning  # noqa: PLC0415 - loads the solver
    from lackmus.pipeline.weighing import LearnEffort  # noqa: PLC0415 - as above

    given.keywords(effort, _keywords(learn, LearnEffort), "learn")
    case = load(case)
    return learning.learn(
        case, observations=_seen(record, case), progress=progress,
        dissents=[load(one) for one in dissents],
        effort=LearnEffort(
            draws=given.whole(draws, "draws"), seed=given.whole(seed, "seed"), **effort
        ),
    )  # fmt: skip


def forecast(
    case: syntax.Case | Path | str,
    draws: int = 2000,
    *,
    record: Path | str | Sequence[syntax.Observation] | None = None,
    on: datetime.date | str | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    **effort: Any,  # noqa: ANN401 - the fields of LearnEffort
) -> Forecasts:
    """The probability of every event that a claim names, before and given what was seen.

    `lackmus.Ledger` keeps, resolves and scores them.

    Args:
        case: A case, its path, or its name in the library.
        draws: Number of draws of all assumptions.
        record: What was seen: observations, or a file of them; by default the case's own.
        on: The day on which the forecasts are made, such as ``2025-08-10``: they know nothing of
            it or later. By default they know all that comes before the day on which each claim
            resolves, up to the first report of its event.
        seed: Seed of the draws.
        progress: Told how far the work is: stage, done, total.
        effort: Further fields of `lackmus.pipeline.weighing.LearnEffort`.

    Raises:
        InputError: The case, the record or the day is at fault, or no claim says what decides it.
    """
    from lackmus.pipeline.forecasts import forecasts  # noqa: PLC0415 - loads the solver
    from lackmus.pipeline.ledgers import day_of  # noqa: PLC0415 - as above
    from lackmus.pipeline.weighing import LearnEffort  # noqa: PLC0415 - as above

    given.keywords(effort, _keywords(forecast, LearnEffort), "forecast")
    case = load(case)
    day = datetime.date.fromisoformat(day_of(on)) if on else None
    return forecasts(
        case, observations=_seen(record, case), progress=progress,
        on=day,
        effort=LearnEffort(
            draws=given.whole(draws, "draws"), seed=given.whole(seed, "seed"), **effort
        ),
    )  # fmt: skip


def _keywords(*functions: Callable[..., object]) -> list[str]:
    """What may be given by name."""
    named = [name for one in functions for name in inspect.signature(one).parameters]
    return list(dict.fromkeys(named))


def _seen(
    record: Path | str | Sequence[syntax.Observation] | None, case: syntax.Case
) -> Sequence[syntax.Observation] | None:
    return load_record(Path(record), case) if isinstance(record, (str, Path)) else record


def sweep_case(
    case: syntax.Case | Path | str,
    out: Path | str,
    draws: int = 2000,
    *,
    seed: int = 0,
    observed: Observed = None,
    recorded: bool = False,
    **how: Any,  # noqa: ANN401 - the keywords of lackmus.sweep.sweep.sweep
) -> Swept:
    """Solves many draws of a case into a Parquet table; nothing finished is lost.

    Args:
        case: A case, its path, or its name in the library.
        out: The table.
        draws: Number of draws of all assumptions.
        seed: Their seed.
        observed: What was observed: a condition or several, as text or parsed, or a mapping of
            moves to options.
        recorded: Whether the case's record counts as observed, too.
        how: Further keywords of `lackmus.sweep.sweep.sweep`: design, points, engine, resume, …

    Returns:
        Where the table is, and how many draws are in it.

    Raises:
        InputError: The case, an observation, the design or the table is at fault.
        UnfinishedError: The work was cut short; says what is safe.
    """
    from lackmus.pipeline.case_study import CaseStudy  # noqa: PLC0415 - as above
    from lackmus.pipeline.observations import in_light_of  # noqa: PLC0415 - loads the solver
    from lackmus.sweep.sweep import sweep  # noqa: PLC0415 - as above

    known = [*_keywords(sweep_case), *_keywords(sweep)]
    given.keywords(how, (name for name in known if name not in _TOLD_BY_THE_CASE), "sweep_case")
    case, draws, seed = load(case), given.whole(draws, "draws"), given.whole(seed, "seed")
    study = CaseStudy(case, in_light_of(case, observed, recorded=recorded))
    return sweep(study, out, draws, seed, title=case.title, text=write_case(case), **how)
