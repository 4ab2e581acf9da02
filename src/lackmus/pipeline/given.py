"""What a caller from Python gave: taken where its kind is wanted, else told what to give."""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from lackmus.case import syntax
from lackmus.case.fields import closest
from lackmus.compiler.compile import Compiled, compile_at
from lackmus.foundation.errors import CaseError, Fault, UsageError
from lackmus.foundation.letters import composed
from lackmus.game.game import Game
from lackmus.pipeline.loading import load
from lackmus.solution.solution import Assessment, Solution

_T = TypeVar("_T")


def case_of(given: object) -> syntax.Case:
    """A case, or the one at a path or of a name.

    Raises:
        InputError: It is neither, there is no such case, or it has faults.
    """
    if isinstance(given, syntax.Case):
        return given
    if isinstance(given, str | Path):
        return load(given)
    hint = "a case is what lackmus.load(…), lackmus.parse(…) or CaseBuilder.build() gives"
    raise UsageError(f"a case, its path or its name is wanted, not {_told(given)}", hint)


def game_of(given: object) -> Game:
    """A game.

    Raises:
        UsageError: It is none.
    """
    if isinstance(given, Game):
        return given
    hint = "a game is what case.compile() or lackmus.read_efg(…) gives"
    if isinstance(given, syntax.Case):
        hint = "a case's game is what its compile() gives: give case.compile()"
    elif isinstance(given, str | Path):
        text = str(given)
        read = f"lackmus.load({text!r}).compile()"
        for ending in ("efg", "nfg"):
            if text.lower().endswith(f".{ending}"):
                read = f"lackmus.read_{ending}({text!r})"
        hint = f"give {read}"
    elif isinstance(given, Solution | Assessment):
        hint = "the game of a solution is its attribute game"
    raise UsageError(f"a game is wanted, not {_told(given)}", hint)


def assessment_of(given: object) -> Assessment:
    """An assessment, or the best one of a solution.

    Raises:
        UsageError: It is neither, or a solution without a profile.
    """
    if isinstance(given, Assessment):
        return given
    if isinstance(given, Solution):
        if not given.assessments:
            raise UsageError("the solution has no profile", hint=given.status.reason)
        return given.best
    hint = "a solution is what lackmus.solve(game) gives"
    if isinstance(given, Game):
        hint = "give lackmus.solve(game)"
    raise UsageError(f"a solution is wanted, not {_told(given)}", hint)


def text_of(given: object, what: str) -> str:
    """A text.

    Raises:
        UsageError: It is none.
    """
    if isinstance(given, str):
        return given
    raise UsageError(f"{what} is a text, not {_told(given)}")


def real(given: object, what: str) -> float:
    """A number.

    Raises:
        UsageError: It is none.
    """
    if not isinstance(given, bool) and isinstance(given, numbers.Real):
        return float(given)
    raise UsageError(f"{what} is a number, not {_told(given)}")


def whole(given: object, what: str) -> int:
    """A whole number.

    Raises:
        UsageError: It is none.
    """
    if not isinstance(given, bool) and isinstance(given, numbers.Integral):
        return int(given)
    raise UsageError(f"{what} is a whole number, not {_told(given)}")


def by_name(values: Mapping[str, _T]) -> dict[str, _T]:
    """What a caller gave by names, whose letters may have their marks apart.

    Raises:
        UsageError: A name stands there in both spellings.
    """
    found: dict[str, _T] = {}
    for name, value in values.items():
        if (whole := composed(name)) in found:
            raise UsageError(f"{whole!r} stands there twice, once with its letters' marks apart")
        found[whole] = value
    return found


def compiled_at(
    case: syntax.Case,
    values: Mapping[str, float | Fraction],
    do: Sequence[syntax.Intervention] = (),
) -> Compiled:
    """A case compiled at values that a caller gave; what is wrong with these is not the case's.

    Raises:
        UsageError: A value is of no assumption, none that it can have, or makes no game.
        CaseError: The case makes no game at its base values either.
    """
    values = by_name(values)
    try:
        return compile_at(case, values, do)
    except CaseError as error:
        faults = error.faults
    if not values:
        raise CaseError(faults)
    compile_at(case, {}, do)
    told = ", ".join(f"{name} = {value:g}" for name, value in values.items())
    raise UsageError(
        [Fault(one.code, f"at {told}: {one.message}", hint=one.hint) for one in faults]
    )


def keywords(given: Mapping[str, object], known: Iterable[str], function: str) -> None:
    """UsageError where a function of the front door has no keyword of a name."""
    names = list(known)
    unknown = [name for name in given if name not in names]
    if unknown:
        raise UsageError(
            [
                Fault("usage", f"{function} has no keyword '{name}'", hint=closest(name, names))
                for name in unknown
            ]
        )


def _told(given: object) -> str:
    """What it is, in words."""
    match given:
        case None:
            return "None"
        case str():
            return f"the text {given!r}"
        case Path():
            return f"the path {str(given)!r}"
        case syntax.Case():
            return "a case"
        case Game():
            return "a game"
        case Solution():
            return "a solution"
        case numbers.Number():
            return f"the number {given!r}"
    return f"an object of the type {type(given).__name__}"
