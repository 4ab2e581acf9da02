"""Equilibria, each with its certificate; and the methods that find them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.table import Table

from lackmus.cli.terminal import console, styled
from lackmus.foundation import compiling
from lackmus.foundation.counting import counted
from lackmus.foundation.figures import payoff

if TYPE_CHECKING:
    from rich.console import Console

    from lackmus.solution.solution import Assessment, Solution

_MOST_ROWS = 40


def print_solution(found: Solution, *, histories: bool = False) -> None:
    """Each equilibrium: payoffs, strategies with the probability of being reached, beliefs.

    Those that lead to the same play stand together; of all but the first only what differs.
    """
    from lackmus.report.profiles import rows
    from lackmus.solution.compare import by_outcome
    from lackmus.solution.solution import spelled

    out = console()
    game = found.game
    if found.ended_short:
        out.print(f"{found.status.code}: {found.status.reason}", style="bold")
    out.print(
        f"{game.title}: {counted(len(game.players), 'player')}, "
        f"{counted(game.n_terminals, 'terminal')}, {counted(game.n_infosets, 'infoset')}, "
        f"{counted(game.n_actions, 'action')}"
    )
    listed = f"the list of {spelled(found.concept)} equilibria"
    complete = {True: f"{listed} is proven complete", False: f"{listed} may not be complete"}
    told = complete.get(found.complete, "one was sought") if found.complete is not None else ""
    out.print(
        f"{_methods(found.method)}: {found.certified} found"
        f"{'; ' + told if told else ''}; {found.status.reason}; {found.seconds:.3g} s"
        f"{compiling.included()}"
    )
    if found.status.advice:
        out.print(found.status.advice)
    groups = by_outcome(game, found.assessments)
    if 1 < len(groups) < len(found.assessments):
        out.print(
            f"On the path they lead to {len(groups)} plays, some perhaps corners of one family of "
            "plays; those that lead to the same stand together."
        )
    numbers = {id(assessment): i for i, assessment in enumerate(found.assessments, 1)}
    for first, *others in groups:
        _assessment(out, found, first, str(numbers[id(first)]))
        whole = rows(game, first, histories=histories)
        _profile(out, whole)
        for other in others:
            like = f", as {numbers[id(first)]} but off the path"
            _assessment(out, found, other, str(numbers[id(other)]), like)
            beside = rows(game, other, histories=histories)
            _profile(out, [row for row, old in zip(beside, whole, strict=True) if row != old])
    for number, arm in enumerate(found.arms, 1):
        _assessment(out, found, arm, f"arm {number}")
        _profile(out, rows(game, arm, histories=histories))


def _methods(names: str) -> str:
    """One method, or all that had a part, with the word before them."""
    *most, last = names.split(" + ")
    return f"methods {', '.join(most)} and {last}" if most else f"method {last}"


def _assessment(out: Console, found: Solution, a: Assessment, name: str, like: str = "") -> None:
    game, certificate = found.game, a.certificate
    payoffs = ", ".join(
        f"{player} {payoff(value)}" for player, value in zip(game.players, a.payoffs, strict=True)
    )
    precision = f"precision {a.precision:g}" if a.precision is not None else ""
    heading = ", ".join(filter(None, (name, a.kind, precision)))
    out.print()
    out.print(styled((heading, "bold"), f"{like}; payoffs: {payoffs}"))
    agent, player = certificate.regret.agent, certificate.regret.player
    concepts = ", ".join(certificate.concepts) or "nothing"
    out.print(
        f"   certified: {concepts}; regret per agent {agent:.3g}, per player {player:.3g}"
        f"{', in exact arithmetic' if certificate.exact else ''}"
    )
    if certificate.deviation is not None and "agent logit QRE" not in certificate.concepts:
        out.print(f"   best deviation: {certificate.deviation}")
    for note in a.notes:
        out.print(f"   {note}")


def _profile(out: Console, shown: Sequence[tuple[str, ...]]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("player", "infoset", "reached", "plays", "believes"):
        table.add_column(name, overflow="fold")
    for row in shown[:_MOST_ROWS]:
        table.add_row(*row)
    out.print(table)
    if len(shown) > _MOST_ROWS:
        out.print(f"   … and {len(shown) - _MOST_ROWS:,} more infosets (--json has all)")


def print_methods(table: Sequence[Any]) -> None:
    """The methods of ``solve`` and what each proves."""
    shown = Table("method", "fits", "proves", box=None, padding=(0, 2, 0, 0))
    for method in table:
        shown.add_row(method.name, method.fits, method.proves)
    console().print(shown)
