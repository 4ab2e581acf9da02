"""What is done with one game: ``solve``, ``read`` and ``tree``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lackmus.cli import console
from lackmus.cli.commands.inputs import observed_in
from lackmus.cli.outcome import UNFINISHED
from lackmus.cli.tables.reading import print_reading
from lackmus.cli.tables.solution import print_methods, print_solution
from lackmus.foundation.disk import check_target
from lackmus.foundation.errors import UsageError
from lackmus.pipeline.loading import load

if TYPE_CHECKING:
    from lackmus.game.game import Game

#: Methods that do not list what equilibria there are.
_ONE_ALONE: Final = ("logit", "limit", "zero-sum-lp", "lemke", "cfr")


def game_of(text: str) -> tuple[Game, float | None]:
    """The game in a case or a file, and the precision that a case states.

    Raises:
        InputError: The file is at fault.
    """
    suffix = Path(text).suffix.lower()
    if suffix in (".efg", ".nfg"):
        from lackmus.game.efg import read_efg
        from lackmus.game.nfg import read_nfg

        return (read_efg if suffix == ".efg" else read_nfg)(Path(text)), None
    from lackmus.compiler.compile import compile_case

    loaded = load(text)
    return compile_case(loaded).game, float(loaded.precision.value)


def solve(
    game: str,
    *,
    method: str,
    precision: float | None,
    every: bool,
    seconds: float | None,
    histories: bool,
    as_json: bool,
) -> None:
    """Prints equilibria."""
    from lackmus.report.jsonable import solution_json
    from lackmus.solvers.solve import METHODS
    from lackmus.solvers.solve import solve as run

    if method == "list":
        if as_json:
            console.json({"methods": [asdict(row) for row in METHODS]})
        else:
            print_methods(METHODS)
        return
    if not game:
        raise UsageError("there is nothing to solve", hint="name a case, or a .efg or .nfg file")
    if every:
        _check_every(method, precision)
    loaded, stated = game_of(game)
    if not method and not every and precision is None:
        precision = stated
    if method == "logit" and precision is None:
        precision = stated
    tell = console.trouble if every and sys.stderr.isatty() else None
    solution = run(
        loaded, method=method or None, precision=precision, every=every, seconds=seconds,
        progress=tell,
    )  # fmt: skip
    if as_json:
        console.timed_json(solution_json(solution))
    else:
        print_solution(solution, histories=histories)
    if solution.ended_short:
        raise SystemExit(UNFINISHED)


def _check_every(method: str, precision: float | None) -> None:
    """Whether every equilibrium can be asked for like this."""
    if precision is not None:
        raise UsageError(
            "--all lists equilibria without noise, which have no precision",
            hint="leave out --precision, or --all",
        )
    if method in _ONE_ALONE:
        raise UsageError(
            f"{method} seeks one equilibrium, and lists no others",
            hint="leave out --method: --all takes the method that lists all",
        )


def tree(game: str, *, out: Path, precision: float | None, rows: int, force: bool) -> None:
    """Draws the tree of a game under its logit equilibrium."""
    from lackmus.report.drawing import check_ending
    from lackmus.report.drawing import tree as drawn
    from lackmus.solvers.solve import solve as run

    check_ending(out)
    check_target(out)
    if out.exists() and not force:
        raise UsageError(f"{out} is there already", hint="name another file, or add --force")
    loaded, stated = game_of(game)
    found = run(loaded, precision=stated if precision is None else precision)
    drawn(found, most=rows).save(out)
    console.line(f"tree: {out}")


def read(
    case: str, *, observe: Sequence[str], recorded: bool, observer: str, as_json: bool
) -> None:
    """Prints a reading."""
    from lackmus.pipeline.readings import read_case
    from lackmus.report.jsonable import reading_json

    reading = read_case(load(case), observed_in(observe), observer=observer, recorded=recorded)
    if as_json:
        console.json(reading_json(reading))
    else:
        print_reading(reading)
    if not reading.solved:
        raise SystemExit(UNFINISHED)
