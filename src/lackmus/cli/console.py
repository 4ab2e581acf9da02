"""All printing to a terminal: tables, the progress bar, JSON."""

from __future__ import annotations

import json as json_module
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.table import Table

from lackmus.cli.outcome import fault_json
from lackmus.cli.terminal import (
    console,
    is_unicode,
    json_visible,
    line_width,
    print_indented,
    styled,
    visible,
    write,
)
from lackmus.foundation.outcomes import WORDS

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from lackmus.case.citations import CitationCheck
    from lackmus.case.syntax import Case
    from lackmus.foundation.errors import Fault
    from lackmus.library.index import Entry
    from lackmus.pipeline.equilibria import OverEquilibria
    from lackmus.pipeline.findings import ClaimFinding, Findings, PartFinding
    from lackmus.reading.reading import Indicator, Reading
    from lackmus.solution.solution import Assessment, Solution

#: Verdicts are told by sign and word; colour only repeats it.
SIGNS = {
    "follows": ("●", "green"),
    "is contradicted": ("○", "red"),
    "no difference": ("≈", "cyan"),
    "cannot be asked": ("–", "bright_black"),
    "depends": ("◐", "yellow"),
    "settled": ("■", "blue"),
    "unsolved": ("?", "magenta"),
}

#: Width of the column of verdicts: a sign and the longest words.
_WIDE = 28

#: Width of a column of verdicts with their shares, and how far what stands under a name is set in.
_COLUMN = _WIDE + 9
_STEP = 2

_MOST_ROWS = 40
_MOST_DRIVERS = 3
_MOST_WATCHED = 12
_LEAST_BITS = 1e-3

#: Bits from which an option is told though its move tells next to nothing on average.
_IF_SEEN = 0.5

#: Likelihoods below this are told as below it; columns from which those of a row stand in a line.
_TINY = 1e-3
_WIDE_ENOUGH = 100

Tell = Callable[[str, int, int], None]


def line(text: str) -> None:
    """A line of plain text."""
    write(text + "\n")


def trouble(text: str) -> None:
    """A line on the error stream."""
    sys.stderr.write(visible(text) + "\n")


def json(value: Mapping[str, Any]) -> None:
    """One JSON object; undefined numbers are null."""
    narrow = not is_unicode(sys.stdout)
    text = json_module.dumps(value, ensure_ascii=narrow, allow_nan=False, indent=2)
    sys.stdout.write(json_visible(text) + "\n")


@contextmanager
def progress(*, quiet: bool) -> Iterator[Tell]:
    """A progress bar on the error stream; nothing where that is no terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Left

    stream = console(errors=True)
    if quiet or not stream.is_terminal:
        yield lambda _stage, _done, _total: None
        return
    columns = (TextColumn("{task.description:<14}"), BarColumn(), MofNCompleteColumn(), Left())
    with Progress(*columns, console=stream, transient=True) as bar:
        tasks: dict[str, Any] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield tell


# --- test ---


def findings(found: Findings) -> None:
    """The verdict table, and in a few lines what it rests on."""
    out = console()
    out.print()
    out.print(found.case.title, style="bold")
    if found.observed:
        from lackmus.case.text import expression_text

        seen = "; ".join(map(expression_text, found.observed))
        out.print(f"in the light of: {seen}")
    if found.case.observations:
        from lackmus.report.words import of_record

        out.print(of_record(found.case, recorded=found.recorded))
    _verdicts(out, found)
    for dissent in found.dissents:
        out.print()
        out.print(f"Dissent: {dissent.case.title}", style="bold")
        _side_by_side(out, found, dissent)
    lost = f", {found.failed:,} of them could not be solved" if found.failed else ""
    turned = f"; the branch turned in {found.turned:,}" if found.turned else ""
    out.print(
        f"{len(found.points):,} draws of {len(found.assumptions)} assumptions{lost}{turned}; "
        f"seed {found.seed}; worst fixed-point error {found.worst_residual:.1e}; "
        f"{found.seconds_solve:.1f} s solving, {found.seconds_total:.1f} s in all"
    )
    if found.error:
        out.print(f"the first draw that raised an error said: {found.error}")
    out.print(
        "follows: holds in at least 95 % of the draws; is contradicted: fails in as many; no "
        "difference, cannot be asked: likewise; depends: none of these; not firm: more draws "
        "could change it. The program takes no side: other assumptions, other verdicts."
    )


def _verdicts(out: Console, found: Findings) -> None:
    """A claim's verdict, and under it what that hangs on; on a narrow terminal its name above."""
    rows = [(styled(_verdict(f), _figures(f)), _name(f)) for f in found.claims]
    room = line_width(out)
    stacked = room is not None and any(len(row) + len(name) > room for row, name in rows)
    if not stacked:
        heading = f"{'verdict':<{_WIDE}}{'holds in':<17}{'base margin':>13}   claim"
        out.print(heading, style="dim")
    for (row, name), finding in zip(rows, found.claims, strict=True):
        if stacked:
            sign, colour = _verdict(finding)
            share, margin = _share(finding), _margin(finding)
            out.print(name)
            verdict = styled((sign.rstrip(), colour), f"; holds in {share}; base margin {margin}")
            print_indented(out, verdict, _STEP)
        else:
            out.print(row + name, soft_wrap=True)
        for text in (_ground(finding), *_aside(finding)):
            print_indented(out, styled((text, "dim")), _STEP if stacked else _WIDE)
        for part in finding.parts:
            print_indented(out, styled((part.question.text, "dim")), _STEP if stacked else _WIDE)
            (sign, colour), share, margin = _verdict(part), _share(part), _margin(part)
            figures = f"; holds in {share}; base margin {margin} ({part.question.unit}); "
            told = styled((sign.rstrip(), colour), (f"{figures}{_hangs(part)}", "dim"))
            print_indented(out, told, 2 * _STEP if stacked else _WIDE + _STEP)


def _name(finding: ClaimFinding) -> Text:
    claim = finding.claim
    reported = f", as reported by {claim.reported_by}" if claim.reported_by else ""
    by = f" ({claim.by}{reported})" if claim.by else ""
    return styled((claim.id, "bold"), (by, "dim"))


def _figures(finding: ClaimFinding) -> str:
    return f"{_share(finding):<17}{_margin(finding):>13}   "


def _ground(finding: ClaimFinding) -> str:
    """What a verdict hangs on, where it turns, and in how many equilibria the claim holds."""
    under = [] if finding.question.unit == "mixed" else [_hangs(finding)]
    if finding.thresholds is not None and finding.base_holds is not None:
        under.append(_turn(finding))
    if finding.equilibria is not None:
        under.append(_extent(finding.equilibria))
        under += [finding.disagreement] if finding.disagreement else []
    return "; ".join(under)


def _hangs(finding: ClaimFinding | PartFinding) -> str:
    from lackmus.report.words import MINUS

    drivers = ", ".join(
        f"{d.assumption} ({MINUS if d.direction < 0 else '+'})"
        for d in finding.drivers[:_MOST_DRIVERS]
    )
    return f"hangs on {drivers}" if drivers else "hangs on no single assumption"


def _verdict(finding: ClaimFinding | PartFinding) -> tuple[str, str]:
    """Sign and word, and their colour."""
    sign, colour = SIGNS[finding.verdict.word]
    truth = ""
    if finding.verdict.word == "settled":
        truth = ", true" if finding.base_holds else ", false"
    text = f"{sign} {finding.verdict.said}{truth}"
    return f"{text:<{_WIDE}}", colour


def _aside(finding: ClaimFinding) -> Iterator[str]:
    """The draws that neither hold nor fail, and why some are unsolved."""
    from lackmus.report.claims import rest_of

    rest = rest_of(finding.verdict)
    if rest:
        yield f"of all draws: {rest}"
    for reason, draws in finding.verdict.reasons:
        yield f"unsolved in {draws:,}: {reason}"


def _share(finding: ClaimFinding | PartFinding) -> str:
    from lackmus.report.words import percent, percents

    if finding.verdict.share is None or finding.verdict.interval is None:
        return "–"
    return f"{percent(finding.verdict.share)} ({percents(*finding.verdict.interval)})"


def _margin(finding: ClaimFinding | PartFinding) -> str:
    from lackmus.report.words import signed

    if finding.base_holds is None:
        return WORDS[finding.base_code]
    return "–" if finding.base_margin is None else signed(finding.base_margin)


def _turn(finding: ClaimFinding) -> str:
    from lackmus.report.words import number
    from lackmus.report.words import turn as turning

    turn = finding.thresholds.turns_at if finding.thresholds else None
    if turn is None:
        return "turns in no single range"
    return f"turns at {turn.assumption} {number(turn.base)} → {turning(turn)}"


def _extent(over: OverEquilibria) -> str:
    asked = over.holds + over.fails
    known = "all there are" if over.complete else "those found, perhaps not all"
    if over.sequential < asked:
        known += f"; {over.sequential} shown to be sequential"
    if over.extent == "undetermined":
        return "cannot be asked in any equilibrium found"
    what = "equilibrium" if asked == 1 else "equilibria"
    return f"holds in {over.extent} of {asked} {over.concept} {what} ({known})"


def _side_by_side(out: Console, found: Findings, dissent: Findings) -> None:
    """The verdicts of a case and of a dissent, over the same draws."""
    before = {f.claim.id: f for f in found.claims}
    nothing = (f"{'–':<{_COLUMN}}",)
    rows = []
    for finding in dissent.claims:
        old = before.get(finding.claim.id)
        rows.append((_short(old) if old else nothing, _short(finding), finding.claim.id))
    room = line_width(out)
    stacked = room is not None and any(2 * _COLUMN + len(name) > room for _, _, name in rows)
    if not stacked:
        out.print(f"{'the case':<{_COLUMN}}{'the dissent':<{_COLUMN}}claim", style="dim")
    for was, now, name in rows:
        if stacked:
            out.print(styled((name, "bold")))
            print_indented(out, styled("the case     ", *was), _STEP)
            print_indented(out, styled("the dissent  ", *now), _STEP)
        else:
            out.print(styled(*was, *now, name), soft_wrap=True)


def _short(finding: ClaimFinding) -> tuple[tuple[str, str], str]:
    from lackmus.report.words import percent

    share = "" if finding.verdict.share is None else percent(finding.verdict.share)
    return _verdict(finding), f"{share:<9}"


# --- read ---


def reading(found: Reading) -> None:
    """Beliefs before and after, what to watch, and what tests would tell."""
    out = console()
    _warnings(out, found)
    if not found.possible:
        out.print("What was observed has probability zero in this model: it rules it out.")
        return
    if found.observed:
        seen = "; ".join(map(str, found.observed))
        out.print(f"observed: {seen}, probability {found.probability:.3g}")
    table = Table("hidden", "value", "before", "after", box=None, padding=(0, 2, 0, 0))
    for variable, shares in found.posterior.items():
        for value, share in shares.items():
            table.add_row(variable, value, f"{found.prior[variable][value]:.1%}", f"{share:.1%}")
    out.print(table)
    if found.indicators:
        out.print("\nWhat each observation would say (bits: weight of evidence):")
        out.print(_indicators(found, out.width))
    if found.probes:
        out.print("\nTests: what binding oneself would reveal, and cost:")
        out.print(_probes(found))
    if found.timeline:
        _timeline(out, found)


def _timeline(out: Console, found: Reading) -> None:
    out.print("\nAlong what was recorded:")
    for moment in found.timeline:
        sure = "" if moment.certain else " (not settled by the record)"
        out.print(f"  {moment.date}  {moment.saw}{sure}")
        for variable, shares in moment.posterior.items():
            text = ", ".join(f"{value} {share:.1%}" for value, share in shares.items())
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


def _probes(found: Reading) -> Table:
    from lackmus.report.words import MINUS

    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("probe", "by", "about", "bits", "gain", "cost"):
        table.add_column(name, overflow="fold", justify="left")
    for p in found.probes[:_MOST_ROWS]:
        figures = (f"{p.gain:+.3f}", f"{p.cost:+.3g}")
        signed = (text.replace("-", MINUS) for text in figures)
        table.add_row(f"{p.move} = {p.option}", p.by, p.about, f"{p.bits:.3f}", *signed)
    return table


# --- solve ---


def solution(found: Solution) -> None:
    """Each equilibrium: payoffs, strategies with the probability of being reached, beliefs."""
    from lackmus.solution.solution import spelled

    out = console()
    game = found.game
    if found.ended_short:
        out.print(f"{found.status.code}: {found.status.reason}", style="bold")
    out.print(
        f"{game.title}: {len(game.players)} players, {game.n_terminals:,} terminals, "
        f"{game.n_infosets:,} infosets, {game.n_actions:,} actions"
    )
    listed = f"the list of {spelled(found.concept)} equilibria"
    complete = {True: f"{listed} is proven complete", False: f"{listed} may not be complete"}
    told = complete.get(found.complete, "one was sought") if found.complete is not None else ""
    out.print(
        f"method {found.method}: {found.certified} found"
        f"{'; ' + told if told else ''}; {found.status.reason}; {found.seconds:.3g} s"
    )
    if found.status.advice:
        out.print(found.status.advice)
    for number, assessment in enumerate(found.assessments, 1):
        _assessment(out, found, assessment, number)


def _assessment(out: Console, found: Solution, a: Assessment, number: int) -> None:
    from lackmus.report.profiles import rows
    from lackmus.report.words import MINUS

    game, certificate = found.game, a.certificate
    payoffs = ", ".join(
        f"{player} {value:.6g}".replace(" -", f" {MINUS}")
        for player, value in zip(game.players, a.payoffs, strict=True)
    )
    precision = f"precision {a.precision:g}" if a.precision is not None else ""
    heading = ", ".join(filter(None, (str(number), a.kind, precision)))
    out.print()
    out.print(styled((heading, "bold"), f"; payoffs: {payoffs}"))
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
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("player", "infoset", "reached", "plays", "believes"):
        table.add_column(name, overflow="fold")
    shown = rows(game, a)
    for row in shown[:_MOST_ROWS]:
        table.add_row(*row)
    out.print(table)
    if len(shown) > _MOST_ROWS:
        out.print(f"   … and {len(shown) - _MOST_ROWS:,} more infosets (--json has all)")


def methods(table: Sequence[Any]) -> None:
    """The methods of ``solve`` and what each proves."""
    shown = Table("method", "fits", "proves", box=None, padding=(0, 2, 0, 0))
    for method in table:
        shown.add_row(method.name, method.fits, method.proves)
    console().print(shown)


# --- check, cases ---


_OUTCOMES = {
    "verified": "verified against the text",
    "exists": "at a place that exists, without a hash",
    "unverified": "not verified: the text is not at hand (--sources DIR)",
    "mismatch": "not what stands in the text",
}


def words(text: str, notes: Sequence[Fault], checks: Sequence[CitationCheck]) -> None:
    """The game in words, what is doubtful in it, and its citations."""
    write(text)
    if notes:
        write("\nWorth a look\n------------\n")
        write("\n".join(str(note) for note in notes) + "\n")
    citations(checks)


def citations(checks: Sequence[CitationCheck]) -> None:
    """What became of the citations."""
    write("\nSources and citations\n---------------------\n")
    for outcome, meaning in _OUTCOMES.items():
        found = [check for check in checks if check.outcome == outcome]
        if found:
            write(f"{len(found):>4} {meaning}\n")
        if outcome == "mismatch":
            for check in found:
                write(f"     {check.where}: {check.message}\n")


def check_json(
    case: Case | None, faults: Sequence[Fault], checks: Sequence[CitationCheck]
) -> dict[str, Any]:
    """What ``lackmus check --json`` prints."""
    return {
        "case": case.name if case else None,
        "title": case.title if case else None,
        "ok": not any(fault.severity == "error" for fault in faults),
        "faults": [fault_json(fault) for fault in faults],
        "citations": [
            {
                "where": found.where,
                "source": found.source,
                "outcome": found.outcome,
                "message": found.message,
            }
            for found in checks
        ],
    }


def library(entries: Sequence[Entry]) -> None:
    """The cases, a line each."""
    width = max((len(entry.name) for entry in entries), default=0)
    for entry in entries:
        line(f"{entry.name:<{width}}  {entry.title}")
