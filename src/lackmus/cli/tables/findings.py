"""The verdicts of a case, a claim a line, and beside them those of its dissents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lackmus.case.spoken import called
from lackmus.cli.terminal import console, line_width, print_indented, styled
from lackmus.foundation import compiling
from lackmus.foundation.counting import counted
from lackmus.foundation.outcomes import WORDS

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from lackmus.pipeline.equilibria import OverEquilibria
    from lackmus.pipeline.findings import ClaimFinding, Findings, PartFinding

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

_MOST_DRIVERS = 3

#: Verdicts whose claims hang on no assumption: nothing is told of shares, drivers and turns.
_BARE = ("settled", "unsolved")


def print_findings(found: Findings) -> None:
    """The verdict table, and in a few lines what it rests on."""
    out = console()
    out.print()
    out.print(found.case.title, style="bold")
    if found.observed:
        from lackmus.case.text import expression_text
        from lackmus.report.words import IMPOSSIBLE

        seen = "; ".join(map(expression_text, found.observed))
        out.print(f"in the light of: {seen}")
        if not found.reading.possible:
            out.print(IMPOSSIBLE)
    for note in found.reading.notes:
        out.print(note)
    if found.case.observations:
        from lackmus.report.words import of_record

        out.print(of_record(found.case, recorded=found.recorded))
    if not found.claims:
        out.print("The case makes no claims, so that there is nothing to test.")
        out.print("hint: write some under 'claims', or see what moves tell: lackmus read")
        return
    _verdicts(out, found)
    for dissent in found.dissents:
        out.print()
        out.print(f"Dissent: {called(dissent.case, found.case)}", style="bold")
        _side_by_side(out, found, dissent)
    lost = f", {found.failed:,} of them could not be solved" if found.failed else ""
    turned = f"; the branch turned in {found.turned:,}" if found.turned else ""
    turned += f"; it forked in {found.forked:,}" if found.forked else ""
    out.print(
        f"{counted(len(found.points), 'draw')} of "
        f"{counted(len(found.assumptions), 'assumption')}{lost}{turned}; "
        f"seed {found.seed}; worst fixed-point error {found.worst_residual:.1e}; "
        f"{found.seconds_solve:.1f} s solving{compiling.included()}, "
        f"{found.seconds_total:.1f} s in all"
    )
    if found.error:
        out.print(f"the first draw that raised an error said: {found.error}")
    out.print(
        "follows: holds in at least 95 % of the draws; is contradicted: fails in as many; no "
        "difference, cannot be asked: likewise; depends: none of these; not firm: more draws, "
        "unsolved ones, or other arms of the branch could change it. The program takes no side: "
        "other assumptions, other verdicts."
    )


def _verdicts(out: Console, found: Findings) -> None:
    """A claim's verdict, and under it what that hangs on; on a narrow terminal its name above."""
    from lackmus.report.arms import arms_said
    from lackmus.report.sentences import overtaken

    rows = [(styled(_verdict(f), _figures(f)), _name(f)) for f in found.claims]
    room = line_width(out)
    stacked = room is not None and any(len(row) + len(name) > room for row, name in rows)
    other = "before the record" if found.recorded else "in the light of the record"
    two = any(finding.lights for finding in found.claims)
    beside = two and all(
        room is None or len(row) + len(name) + _COLUMN <= room for row, name in rows
    )
    if beside:
        others = [_other(finding, found) for finding in found.claims]
        rows = [(row + seen, name) for (row, name), seen in zip(rows, others, strict=True)]
    if not stacked:
        heading = f"{'verdict':<{_WIDE}}{'holds in':<17}{'base margin':>13}   "
        second = f"{other:<{_COLUMN}}" if beside else ""
        out.print(f"{heading}{second}claim", style="dim", soft_wrap=True)
    for (row, name), finding in zip(rows, found.claims, strict=True):
        out.print(name if stacked else row + name, soft_wrap=not stacked)
        if finding.claim.says:
            print_indented(out, styled(finding.claim.says), _STEP if stacked else _WIDE)
        if stacked:
            print_indented(out, _in_a_line(finding), _STEP)
        changed = "" if beside else _changed(finding, found, other)
        below = (
            changed,
            overtaken(finding),
            _ground(finding),
            *_aside(finding),
            *arms_said(finding, len(found.points)),
        )
        for text in filter(None, below):
            print_indented(out, styled((text, "dim")), _STEP if stacked else _WIDE)
        for part in finding.parts:
            print_indented(out, styled((part.question.text, "dim")), _STEP if stacked else _WIDE)
            told = _in_a_line(part, f" ({part.question.unit})", _hangs(part))
            print_indented(out, told, 2 * _STEP if stacked else _WIDE + _STEP)


def _in_a_line(finding: ClaimFinding | PartFinding, unit: str = "", hangs: str = "") -> Text:
    """The verdict, and with it its figures where it has any."""
    sign, colour = _verdict(finding)
    figures = f"; holds in {_share(finding)}; base margin {_margin(finding)}{unit}"
    told = "" if finding.verdict.word in _BARE else "; ".join(filter(None, (figures, hangs)))
    return styled((sign.rstrip(), colour), (told, "dim" if unit else ""))


def _other(finding: ClaimFinding, found: Findings) -> Text:
    """The verdict in the light that was not asked for, as a column."""
    sign, colour, text, share = _in_the_other_light(finding, found)
    return styled((f"{f'{sign} {text}':<{_WIDE}}", colour), f"{share:<9}")


def _changed(finding: ClaimFinding, found: Findings, light: str) -> str:
    """The verdict in the light that was not asked for, as a line; nothing where it is the same."""
    if finding.lights is None:
        return ""
    sign, _, text, share = _in_the_other_light(finding, found)
    if f"{sign} {text}" == _verdict(finding)[0].rstrip():
        return ""
    return f"{light}: {sign} {text}{f', holds in {share}' if share else ''}"


def _in_the_other_light(finding: ClaimFinding, found: Findings) -> tuple[str, str, str, str]:
    """Sign, colour, word and share; all empty where no record settles anything."""
    from lackmus.report.words import percent

    if finding.lights is None:
        return "", "", "", ""
    other = finding.lights.before if found.recorded else finding.lights.after
    sign, colour = SIGNS[other.verdict.word]
    truth = {True: ", true", False: ", false", None: ""}[other.settled]
    bare = other.verdict.share is None or other.verdict.word in _BARE
    share = "" if bare else percent(other.verdict.share or 0.0)
    return sign, colour, f"{other.verdict.said}{truth}", share


def _name(finding: ClaimFinding) -> Text:
    claim = finding.claim
    reported = f", as reported by {claim.reported_by}" if claim.reported_by else ""
    by = f" ({claim.by}{reported})" if claim.by else ""
    return styled((claim.id, "bold"), (by, "dim"))


def _figures(finding: ClaimFinding) -> str:
    return f"{_share(finding):<17}{_margin(finding):>13}   "


def _ground(finding: ClaimFinding) -> str:
    """What a verdict hangs on, where it turns, and in how many equilibria the claim holds."""
    word = finding.verdict.word
    under = [] if finding.question.unit == "mixed" or word in _BARE else [_hangs(finding)]
    if finding.thresholds is not None and word not in _BARE and finding.base_holds is not None:
        under.append(_turn(finding))
    if finding.equilibria is not None:
        under.append(extent(finding.equilibria))
        under += [finding.disagreement] if finding.disagreement else []
    return "; ".join(filter(None, under))


def _hangs(finding: ClaimFinding | PartFinding) -> str:
    from lackmus.report.sentences import TOO_FEW, undriven
    from lackmus.report.words import DASH, MINUS

    drivers = ", ".join(
        f"{d.assumption} ({MINUS if d.direction < 0 else '+'})"
        for d in finding.drivers[:_MOST_DRIVERS]
    )
    if drivers:
        return f"hangs on {drivers}"
    told = undriven(finding.verdict)
    return {DASH: "", TOO_FEW: f"{told} what it hangs on"}.get(told, f"hangs on {told}")


def _verdict(finding: ClaimFinding | PartFinding) -> tuple[str, str]:
    """Sign and word, and their colour."""
    sign, colour = SIGNS[finding.verdict.word]
    truth = ""
    if finding.verdict.word == "settled":
        truth = ", true" if finding.verdict.settled_true else ", false"
    text = f"{sign} {finding.verdict.said}{truth}"
    return f"{text:<{_WIDE}}", colour


def _aside(finding: ClaimFinding) -> Iterator[str]:
    """The draws that neither hold nor fail, and why some are unsolved."""
    from lackmus.report.sentences import rest_of

    rest = rest_of(finding.verdict)
    if rest:
        yield f"of all draws: {rest}"
    for reason, draws in finding.verdict.reasons:
        yield f"unsolved in {draws:,}: {reason}"
    if finding.verdict.word == "unsolved":
        yield "fewer than half of the draws are solved: narrow the ranges of what the reason names"


def _share(finding: ClaimFinding | PartFinding) -> str:
    from lackmus.report.words import percent, percents

    verdict = finding.verdict
    if verdict.share is None or verdict.interval is None or verdict.word in _BARE:
        return "–"
    return f"{percent(verdict.share)} ({percents(*verdict.interval)})"


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


def extent(over: OverEquilibria) -> str:
    """In how many equilibria a claim holds, of those in which it can be asked."""
    asked = over.holds + over.fails
    whole = "the list is complete" if over.undefined else "all there are"
    known = whole if over.complete else "those found, perhaps not all"
    if over.sequential < asked:
        known += f"; {over.sequential} shown to be sequential"
    if over.extent == "undetermined":
        return "cannot be asked in any equilibrium found"
    if over.undefined:
        some = f"{asked:,} of {asked + over.undefined:,} {over.concept} equilibria"
        what = f"{some} in which it can be asked ({known})"
        if asked == 1:
            return f"{'holds' if over.holds else 'fails'} in the {what}"
        return f"holds in {over.extent} of the {what}"
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

    verdict = finding.verdict
    bare = verdict.share is None or verdict.word in _BARE
    share = "" if verdict.share is None or bare else percent(verdict.share)
    return _verdict(finding), f"{share:<9}"
