"""``lackmus learn``: arguments to the pipeline, what was learnt to the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from lackmus.cli import console
from lackmus.cli.commands.inputs import check_report, dissent_paths
from lackmus.cli.outcome import UNFINISHED
from lackmus.cli.terminal import console as terminal
from lackmus.cli.terminal import print_prose
from lackmus.foundation import compiling
from lackmus.foundation.disk import in_words, write_text
from lackmus.pipeline.loading import load

if TYPE_CHECKING:
    from rich.console import Console

    from lackmus.pipeline.learned import Learned
    from lackmus.pipeline.postmortem import Postmortem


def learn(
    case: str,
    *,
    record: Path | None,
    draws: int,
    seed: int,
    dissents: Sequence[str],
    threads: int,
    why: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Learns from the record of a case, or from one in a file of its own."""
    from lackmus.case.parse import load_record
    from lackmus.engines.threads import Threads
    from lackmus.pipeline.learning import learn as learn_from
    from lackmus.pipeline.postmortem import postmortem
    from lackmus.pipeline.weighing import LearnEffort
    from lackmus.report.learned import learned_json, postmortem_json
    from lackmus.report.learned import why as why_in_words

    loaded = load(case)
    if out is not None:
        check_report(out)
    seen = None if record is None else load_record(record, loaded)
    others = [load(path) for path in dissent_paths(case, dissents)]
    with Threads(threads or None) as engine, console.progress(quiet=as_json) as tell:
        effort = LearnEffort(draws=draws, seed=seed, engine=engine)
        learned = learn_from(
            loaded, observations=seen, dissents=others, effort=effort, progress=tell
        )
        told = None
        if why and learned.record:
            told = postmortem(learned, engine=engine, progress=tell)
    if as_json:
        more = {} if told is None else {"why": postmortem_json(told)}
        console.timed_json(learned_json(learned) | more)
    else:
        _print(learned)
        for sentence in () if told is None else why_in_words(told):
            print_prose(sentence, "- ")
    trouble = [learned.trouble] if learned.trouble else []
    if out is not None:
        hindered = _write(learned, told, out)
        if not hindered and not as_json:
            console.line(f"report: {out}")
        trouble += hindered
    for text in trouble:
        console.trouble(text)
    if trouble:
        raise SystemExit(UNFINISHED)


def _write(learned: Learned, found: Postmortem | None, out: Path) -> list[str]:
    """Writes the page; what hindered it."""
    from lackmus.report.html import render_learned

    try:
        write_text(out, render_learned(learned, found, compiled=compiling.begun()))
    except OSError as error:
        return [f"the report was not written: {in_words(error, out)}"]
    return []


def _print(learned: Learned) -> None:
    """What was seen and how likely it was; what that says of aims, claims and assumptions."""
    from lackmus.report.learned import forks, surprise, trust

    out = terminal()
    out.print()
    out.print(learned.case.title, style="bold")
    print_prose(surprise(learned))
    if learned.record:
        _record(out, learned)
        _beliefs(out, learned)
        _claims(out, learned)
        _assumptions(out, learned)
    for against in learned.dissents:
        out.print()
        print_prose(f"Dissent: {against.sentence()}.")
    for said in filter(None, (forks(learned), trust(learned, compiled=compiling.begun()))):
        out.print()
        print_prose(said)


def _record(out: Console, learned: Learned) -> None:
    from lackmus.case.text import expression_text
    from lackmus.report.words import percent

    out.print("\nWhat was seen, and how likely the draws had it:")
    table = _table("date", "seen", "given what came before", "all till then")
    for line in learned.record:
        seen = line.observation
        text = expression_text(seen.saw)
        text += "" if line.counted else " (told already by the same source: not counted)"
        text += " (not certain)" if seen.chain and line.counted else ""
        date = seen.date.isoformat() if seen.date else ""
        table.add_row(date, text, percent(line.given_before), percent(line.probability))
    out.print(table)


def _beliefs(out: Console, learned: Learned) -> None:
    from lackmus.report.words import percent, percents

    out.print("\nAims and facts (mean over the draws, and the middle 90 % of them):")
    table = _table("hidden", "value", "before", "", "after", "")
    for shift in learned.beliefs:
        cells = [
            text
            for spread in (shift.before, shift.after)
            for text in (percent(spread.mean), percents(*spread.band))
        ]
        table.add_row(shift.about, shift.value, *cells)
    out.print(table)


def _claims(out: Console, learned: Learned) -> None:
    from lackmus.report.words import percent

    if not learned.claims:
        return
    out.print("\nClaims, as of before the record (share of the draws in which each holds):")
    table = _table("claim", "before", "after")
    for shift in learned.claims:
        shares = ("–" if x != x else percent(x) for x in (shift.before, shift.after))
        table.add_row(shift.claim.id, *shares)
    out.print(table)


def _assumptions(out: Console, learned: Learned) -> None:
    from lackmus.report.learned import moved, still
    from lackmus.report.words import number

    told, rest = moved(learned), still(learned)
    if told:
        out.print("\nAssumptions that moved (median, and the middle 90 %), the most moved first:")
        table = _table("assumption", "before", "after", "bits")
        for shift in told:
            cells = (
                f"{number(s.quantiles[2])}  ({number(s.band[0])} to {number(s.band[1])})"
                for s in (shift.before, shift.after)
            )
            table.add_row(shift.assumption.name, *cells, f"{shift.bits:.2f}")
        out.print(table)
    if rest:
        if not told:
            out.print("\nAssumptions:")
        print_prose(rest)


def _table(*columns: str) -> Table:
    return Table(*columns, box=None, padding=(0, 2, 0, 0))
