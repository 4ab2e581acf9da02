"""What was seen tells, what to watch for, and which tests would tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from lackmus.cli.terminal import console
from lackmus.foundation.counting import counted
from lackmus.foundation.figures import percent

if TYPE_CHECKING:
    from rich.console import Console

    from lackmus.reading.reading import Indicator, Reading

_MOST_TESTS = 40
_MOST_WATCHED = 12
_LEAST_BITS = 1e-3

#: Bits from which an option is told though its move tells next to nothing on average.
_IF_SEEN = 0.5

#: Likelihoods below this are told as below it; columns from which those of a row stand in a line.
_TINY = 1e-3
_WIDE_ENOUGH = 100


def print_reading(found: Reading) -> None:
    """Beliefs before and after, what to watch, and what tests would tell."""
    from lackmus.report.words import IMPOSSIBLE

    out = console()
    _warnings(out, found)
    if not found.possible:
        out.print(IMPOSSIBLE)
        return
    if found.observed:
        seen = "; ".join(map(str, found.observed))
        out.print(f"observed: {seen}, probability {found.probability:.3g}")
    out.print(_beliefs(found) if found.posterior else "nothing is hidden in this case")
    if found.paths:
        out.print("\nLikeliest courses of events:")
        for path in found.paths:
            steps = ", ".join(f"{move} = {option}" for move, option in path.steps)
            out.print(f"  {percent(path.probability, fine=True):>7}  {steps}")
    if found.indicators:
        _print_indicators(out, found)
    if found.probes:
        _print_probes(out, found)
    if found.timeline:
        _timeline(out, found)


def _beliefs(found: Reading) -> Table:
    table = Table("hidden", "value", "before", "after", box=None, padding=(0, 2, 0, 0))
    for variable, shares in found.posterior.items():
        for value, share in shares.items():
            table.add_row(
                variable,
                value,
                *(percent(p, fine=True) for p in (found.prior[variable][value], share)),
            )
    return table


def _timeline(out: Console, found: Reading) -> None:
    out.print("\nAlong what was recorded:")
    for moment in found.timeline:
        sure = "" if moment.certain else " (not settled by the record)"
        out.print(f"  {moment.date}  {moment.saw}{sure}")
        for variable, shares in moment.posterior.items():
            text = ", ".join(
                f"{value} {percent(share, fine=True)}" for value, share in shares.items()
            )
            out.print(f"      {variable}: {text}")


def _warnings(out: Console, found: Reading) -> None:
    """What is to be known before any figure."""
    if not found.solved:
        out.print(_unsolved(found), style="bold")
    for note in found.notes:
        out.print(note)


def _unsolved(found: Reading) -> str:
    """What is wrong with the solution under a reading."""
    why = found.status.reason if found.status else "Nothing is known of its solution."
    certified = "" if found.certified else " Nothing is certified of it."
    return f"NOT SOLVED, so that no figure below is to be relied on: {why}{certified}"


def _print_indicators(out: Console, found: Reading) -> None:
    table = _indicators(found, out.width)
    if not table.row_count:
        out.print("\nNo further observation would say anything to speak of.")
        return
    out.print("\nWhat each observation would say (bits: weight of evidence):")
    out.print(table)
    if more := len(found.indicators) - table.row_count:
        out.print(f"{counted(more, 'further row')} would say less, or next to nothing.")


def _indicators(found: Reading, width: int) -> Table:
    """Moves that tell most on average first; what tells next to nothing is left out."""
    between = ", " if width >= _WIDE_ENOUGH else "\n"
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("seen", "about", "likelihood under each", "bits for"):
        table.add_column(name, overflow="fold")
    rank = {(w.move, w.about): n for n, w in enumerate(found.watch[:_MOST_WATCHED])}
    telling = {(w.move, w.about) for w in found.watch if w.bits >= _LEAST_BITS}
    told = [i for i in found.indicators if (i.move, i.about) in rank]
    shown = [i for i in told if (i.move, i.about) in telling or _telling_if_seen(i)]
    for i in sorted(shown, key=lambda i: rank[i.move, i.about]):
        likelihood = between.join(
            f"{aim} {_likelihood(p)}" for aim, p in i.likelihood.items() if p is not None
        )
        bits = f"{i.bits:.2f} {i.favours}" if i.bits is not None else _unbounded(i)
        table.add_row(f"{i.move} = {i.option}", i.about, likelihood, bits)
    return table


def _telling_if_seen(indicator: Indicator) -> bool:
    """Whether an option, however rare, would say something if it were taken."""
    return bool(indicator.favours) and (indicator.bits is None or indicator.bits >= _IF_SEEN)


def _unbounded(indicator: Indicator) -> str:
    return f"∞ {indicator.favours}" if indicator.favours else "–"


def _likelihood(p: float) -> str:
    """A likelihood to three figures; of a tiny one the bits say how small it is."""
    return f"<{_TINY:g}" if 0 < p < _TINY else f"{p:.3g}"


def _print_probes(out: Console, found: Reading) -> None:
    since = " from the game's beginning" if found.observed else ""
    out.print(f"\nTests{since}: what binding oneself would reveal, and cost:")
    out.print(_probes(found))
    if (more := len(found.probes) - _MOST_TESTS) > 0:
        out.print(f"{counted(more, 'further test')} would reveal less.")


def _probes(found: Reading) -> Table:
    from lackmus.report.words import decimal, signed

    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("probe", "by", "about", "bits", "gain", "cost"):
        table.add_column(name, overflow="fold", justify="left")
    for p in found.probes[:_MOST_TESTS]:
        figures = (f"{p.bits:.3f}", decimal(p.gain, 3, plus=True), signed(p.cost))
        table.add_row(f"{p.move} = {p.option}", p.by, p.about, *figures)
    return table
