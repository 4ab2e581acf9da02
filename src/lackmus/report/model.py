"""All that a page of the report may show: plain texts and drawings, a `help` a field.

Templates compute nothing. What is a number here is the width or place of a bar, in per cent.
"""

# ruff: noqa: RUF009 - `_help` makes dataclass fields

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lackmus.case.words import Section


def _help(text: str) -> Any:  # noqa: ANN401 - the type of dataclasses.field
    return field(metadata={"help": text})


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its caption."""

    drawing: str = _help("an SVG element, safe to put into the page")
    caption: str = _help("what it shows and how to read it, in a sentence or two")


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the page."""

    anchor: str = _help("id of the element it leads to")
    text: str = _help("what to click on")


@dataclass(frozen=True, slots=True)
class Passage:
    """Where in a source; its words only where they were asked for."""

    where: str = _help("source, paragraph and characters")
    digest: str = _help("SHA-256 of the passage; empty where none is given")
    quote: str = _help("its words, where the page is made with them; else empty")


@dataclass(frozen=True, slots=True)
class SourceView:
    """A text that is cited."""

    id: str = _help("name by which citations call it")
    title: str = _help("its title")
    author: str = _help("its author")
    published: str = _help("day it was published, in full")
    language: str = _help("language code")
    url: str = _help("where it can be read; empty if unknown")
    digest: str = _help("SHA-256 of the text")


@dataclass(frozen=True, slots=True)
class VerdictView:
    """A verdict as a word with its sign."""

    word: str = _help("the verdict in a word or two")
    icon: str = _help("a sign that tells it without colour")
    kind: str = _help("name of its style")
    firm: bool = _help("whether more draws would not change it; else it is marked")
    share: str = _help(
        "share of draws in which the claim holds; what else where it cannot be asked"
    )
    interval: str = _help("95 % interval of the share; empty where there is none")
    rest: str = _help("shares of draws that neither hold nor fail; empty where there are none")
    at: float | None = _help("place of the share on its bar, in per cent")
    low: float = _help("place of the interval's lower end on its bar")
    wide: float = _help("width of the interval on its bar")


@dataclass(frozen=True, slots=True)
class DriverView:
    """How much one assumption drives a claim's margin."""

    name: str = _help("the assumption")
    says: str = _help("what it stands for")
    index: str = _help("first-order index")
    wide: float = _help("width of its bar")
    sign: str = _help("plus where it raises the margin, minus where it lowers it, or both")
    kind: str = _help("name of the style that goes with the sign")
    told: str = _help("the sign in words")


@dataclass(frozen=True, slots=True)
class TurnView:
    """Where a claim turns along one assumption."""

    name: str = _help("the assumption")
    says: str = _help("what it stands for")
    base: str = _help("its base value")
    value: str = _help("its value at the turn")
    low: str = _help("lower end of its range")
    high: str = _help("upper end of its range")
    base_at: float = _help("place of the base value on the bar")
    from_at: float = _help("where the part behind the turn starts on the bar")
    wide: float = _help("width of that part")


@dataclass(frozen=True, slots=True)
class OperandView:
    """One operand of a claim's ``and`` or ``or``."""

    question: str = _help("the operand as it was asked")
    verdict: VerdictView = _help("its verdict")
    base: str = _help("what it comes out as at the base values")
    base_margin: str = _help(
        "by how much, with a sign; empty where there is no difference or none to be asked"
    )
    unit: str = _help("what that is measured in")
    hangs_on: tuple[DriverView, ...] = _help("its top drivers")
    undriven: str = _help("what to say where there are none")


@dataclass(frozen=True, slots=True)
class ClaimView:
    """One claim and what the test says about it."""

    id: str = _help("its id in the case, and of its section in the page")
    number: str = _help("the number that its id begins with; empty where there is none")
    says: str = _help("the claim in words, a paraphrase")
    by: str = _help("who makes it")
    reported_by: str = _help("who reports it, where at second hand")
    date: str = _help("when it was made")
    resolves: str = _help("when it can be judged")
    verdict: VerdictView = _help("the verdict")
    lights: tuple[VerdictView, VerdictView] | None = _help(
        "the verdict before the record and in its light; None where no record settles anything"
    )
    hindsight: str = _help(
        "that its verdict rests on what was not known when it was made; empty where it does not"
    )
    base: str = _help("whether it holds at the base values")
    base_margin: str = _help(
        "by how much, with a sign; empty where there is no difference or none to be asked"
    )
    base_kind: str = _help("style of the base case: for, against or unknown")
    hangs_on: tuple[DriverView, ...] = _help("its top drivers")
    undriven: str = _help("what to say where there are none")
    turns_first: TurnView | None = _help("its nearest turn")
    undriven_said: str = _help("why no assumption is named that it hangs on, in a sentence")
    turns_nowhere: str = _help("what to say where there is no nearest turn")
    summary: tuple[str, ...] = _help("the finding in sentences")
    asks: str = _help("in words, what has to be so for it to hold")
    asks_parts: tuple[Section, ...] = _help(
        "the same part by part: a lead, and what is listed under it; empty where it has one part"
    )
    threshold: str = _help("the numbers it compares with, in words; empty where with none")
    question: str = _help("the claim as it was asked")
    matters_from: str = _help("the size from which on its author lets a difference count; or empty")
    reason: str = _help("why it is asked like this, by its author; may be empty")
    unit: str = _help("what its margin is measured in")
    parts: tuple[OperandView, ...] = _help("the operands of its and or or; empty for other claims")
    drivers: tuple[DriverView, ...] = _help("all its drivers that were found")
    turns: tuple[TurnView, ...] = _help("its turns, nearest first, as many as are shown")
    further_turns: str = _help("which turns are not shown; empty where all are")
    flip: str = _help("the smallest joint change found that turns it")
    needs: str = _help("the stakes that its verdict needs; empty where not looked for")
    box: str = _help("the simplest part of the ranges in which it holds or fails; empty if none")
    equilibria: str = _help("in which equilibria without noise it holds; empty if not asked")
    figures: tuple[Figure, ...] = _help("margins over the draws, a verdict map, the precision")
    passages: tuple[Passage, ...] = _help("what it cites")
    statements: tuple[Link, ...] = _help("statements that bear on it")


@dataclass(frozen=True, slots=True)
class ShareView:
    """One value of an aim with its probability."""

    value: str = _help("the aim")
    percent: str = _help("its probability")
    wide: float = _help("width of its bar")
    word: str = _help("its probability in the words of ICD 203")


@dataclass(frozen=True, slots=True)
class MomentView:
    """Beliefs after one more observation."""

    number: str = _help("its number in the charts")
    date: str = _help("the day")
    saw: str = _help("what was seen")
    certain: bool = _help("whether the record settles it")
    chance: str = _help("probability of all that was seen so far")
    beliefs: tuple[tuple[ShareView, ...], ...] = _help("per aim or fact, its probabilities")


@dataclass(frozen=True, slots=True)
class BeliefsView:
    """Beliefs along what was observed."""

    about: tuple[str, ...] = _help("the aims and facts")
    moments: tuple[MomentView, ...] = _help("before, and after each observation")
    figures: tuple[Figure, ...] = _help("a chart for each aim or fact")
    note: str = _help("what was observed, and what to keep in mind")


@dataclass(frozen=True, slots=True)
class SeenView:
    """One observation of the record, and how likely it was."""

    day: str = _help("when; may be empty")
    told: str = _help("what was seen")
    known: str = _help("how it is known, where that is less than certain; may be empty")
    given_before: str = _help("its probability given all before it")
    so_far: str = _help("the probability of all till then")


@dataclass(frozen=True, slots=True)
class ResolvedView:
    """What became of a claim."""

    id: str = _help("the claim")
    claim: str = _help("the claim in words")
    voice: str = _help("who makes it")
    became: str = _help("what became of the event that decides it")
    day: str = _help("when that was decided; may be empty")
    seen: str = _help("the observation that decided it; may be empty")
    event: str = _help("the event that decides it")
    given: str = _help("the probability of the event by what was seen before a day")
    given_on: str = _help("that day: of the claim; where it has none, that on which it resolves")
    stated: str = _help("the probability that the speaker states or implies; may be empty")
    implied: bool = _help("whether that is only implied, by what the claim asks")


@dataclass(frozen=True, slots=True)
class ShiftedView:
    """The share of the draws in which a claim holds, before and after the record."""

    id: str = _help("the claim")
    claim: str = _help("the claim in words")
    voice: str = _help("who makes it")
    before: str = _help("all draws alike")
    after: str = _help("each draw with the weight of how likely it had made the record")


@dataclass(frozen=True, slots=True)
class Mark:
    """A band with its middle on a strip, in per cent."""

    kind: str = _help("before or after")
    at: float = _help("where it begins")
    wide: float = _help("its width")
    middle: float = _help("its middle")


@dataclass(frozen=True, slots=True)
class StripView:
    """An assumption or a belief before and after the record."""

    name: str = _help("its name")
    says: str = _help("what it is, in words; may be empty")
    before: str = _help("its middle before")
    after: str = _help("its middle after")
    shift: str = _help("its shift in bits; may be empty")
    marks: tuple[Mark, ...] = _help("the picture")


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened, and what it taught."""

    surprise: str = _help("how surprised the model is, in a sentence")
    trouble: str = _help("what keeps the weights from being trusted; empty where nothing does")
    trust: str = _help("what all this rests on, in a sentence")
    lines: tuple[SeenView, ...] = _help("the record")
    resolved: tuple[ResolvedView, ...] = _help("what became of the claims that name an event")
    undecided: str = _help("a sentence on the claims that name none; may be empty")
    shifted: tuple[ShiftedView, ...] = _help("claims whose share of the draws moved")
    unshifted: str = _help("a sentence on the others; may be empty")
    moved: tuple[StripView, ...] = _help("assumptions that moved, the most moved first")
    still: str = _help("a sentence on those that did not; may be empty")
    against: tuple[str, ...] = _help("the case against each dissent, in sentences")


@dataclass(frozen=True, slots=True)
class Cell:
    """One likelihood of the indicator matrix."""

    text: str = _help("the likelihood")
    shade: float = _help("how dark the cell is, in per cent")


@dataclass(frozen=True, slots=True)
class Weight:
    """What one option says about one aim."""

    cells: tuple[Cell, ...] = _help("likelihood under each aim")
    ratio: str = _help("likelihood ratio between the aims it tells apart best")
    bits: str = _help("weight of evidence in bits, with a sign")
    favours: str = _help("the aim under which it is likeliest, where the sign does not tell")
    kind: str = _help("style that goes with the aim it favours")
    wide: float = _help("width of the bar")
    left: bool = _help("whether the bar goes to the left")


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One option of one move."""

    move: str = _help("the move")
    first: bool = _help("whether it is the first option of its move")
    option: str = _help("the option")
    chance: str = _help("its probability")
    hidden: str = _help("who sees it, where not everybody does")
    rare: bool = _help("whether it hardly ever happens")
    weights: tuple[Weight, ...] = _help("what it says about each aim or fact")


@dataclass(frozen=True, slots=True)
class Matrix:
    """The indicator matrix."""

    about: tuple[tuple[str, tuple[str, ...]], ...] = _help("each aim or fact with its values")
    columns: int = _help("how many columns the table has")
    rows: tuple[IndicatorRow, ...] = _help("one for each option of each open move")


@dataclass(frozen=True, slots=True)
class Telling:
    """One line of a list of what is telling."""

    what: str = _help("a move, or a probe")
    about: str = _help("the aim or fact it tells about")
    by: str = _help("who would make the probe; for a move, who does not see it")
    bits: str = _help("information in bits; of a probe, what it adds")
    wide: float = _help("width of its bar")
    shift: str = _help("by how much belief moves on average")
    cost: str = _help("what the probe costs its maker")


@dataclass(frozen=True, slots=True)
class OptionView:
    """One option, or one aim, with its meaning."""

    label: str = _help("its name")
    says: str = _help("what it means")


@dataclass(frozen=True, slots=True)
class PartView:
    """An actor, a fact or a move."""

    name: str = _help("its name")
    says: str = _help("what it is, in words")
    by: str = _help("who chooses, and how")
    seen: str = _help("who knows or sees it, and what its mover does not know")
    options: tuple[OptionView, ...] = _help("aims, values or options")


@dataclass(frozen=True, slots=True)
class StakesView:
    """What one actor plays for."""

    head: str = _help("whose payoff it is, in a sentence")
    terms: tuple[str, ...] = _help("its terms, a sentence each")


@dataclass(frozen=True, slots=True)
class AssumptionView:
    """One assumption."""

    name: str = _help("how expressions call it")
    says: str = _help("what it stands for")
    base: str = _help("base value")
    low: str = _help("lower end of its range")
    high: str = _help("upper end of its range")
    at: float | None = _help("place of the base value on the bar; None where it is fixed")
    shape: str = _help("how it is drawn")
    because: str = _help("where it comes from")
    passages: tuple[Passage, ...] = _help("what it cites")


@dataclass(frozen=True, slots=True)
class Compared:
    """One claim side by side."""

    claim: Link = _help("the claim")
    verdicts: tuple[VerdictView | None, ...] = _help("its verdict here and under each dissent")


@dataclass(frozen=True, slots=True)
class DissentView:
    """One dissent."""

    title: str = _help("its title")
    because: tuple[str, ...] = _help("why its author dissents, in paragraphs")
    comments: tuple[str, ...] = _help("its author's comments")
    changes: tuple[str, ...] = _help("all that it changes, a sentence or more each")
    new_claims: tuple[ClaimView, ...] = _help("claims that only it makes")


@dataclass(frozen=True, slots=True)
class StatementView:
    """Something that was said."""

    id: str = _help("its id in the case, and of its row")
    speaker: str = _help("who said it")
    reporter: str = _help("who reports it")
    says: str = _help("what, in a paraphrase")
    date: str = _help("when")
    bears_on: tuple[Link, ...] = _help("what it bears on")
    passages: tuple[Passage, ...] = _help("where it stands")


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the methods and certificates."""

    name: str = _help("what")
    value: str = _help("its value")
    note: str = _help("what it means")


@dataclass(frozen=True, slots=True)
class FilterCut:
    """An assumption by which the draws are filtered: a slider with two handles."""

    name: str = _help("how expressions call it")
    says: str = _help("what it stands for")
    last: int = _help("number of its last stop, from 0")
    even: str = _help("first stop, step and decimal places, in units of the last; else empty")
    stops: str = _help("its stops where they are not evenly spaced; else empty")
    whole: bool = _help("whether draws lie on stops, and not between them")
    at: float = _help("place of the base value on the track, in per cent")
    draws: str = _help("stretch of each draw, a byte a draw, in base64")


@dataclass(frozen=True, slots=True)
class FilterClaim:
    """A claim whose share among the filtered draws is told."""

    id: str = _help("as the case has it")
    number: str = _help("number that the id begins with")
    says: str = _help("the claim in a paraphrase")
    verdict: VerdictView = _help("what all draws make of it")
    outcomes: str = _help("what it comes out as in each draw, two draws a byte, in base64")


@dataclass(frozen=True, slots=True)
class FilterView:
    """The draws as they travel in the page."""

    draws: int = _help("how many are in the page")
    sampled: str = _help("a sentence on how many were made, where that is more; else empty")
    fewest: int = _help("number of draws below which no share is told")
    follows: float = _help("share at which a claim follows; no rounding crosses it")
    cuts: tuple[FilterCut, ...] = _help("assumptions that vary, those that tell most first")
    shares: tuple[FilterClaim, ...] = _help("the claims in the case's order")


@dataclass(frozen=True, slots=True)
class ReportModel:
    """The report: the one thing a template sees."""

    title: str = _help("title of the case")
    summary: str = _help("the case in a paragraph, by its author")
    asked: str = _help("day on which the questions were asked")
    author: str = _help("who wrote the case; may be empty")
    called_author: str = _help("whom its claims call the author; empty where they call nobody so")
    sources: tuple[SourceView, ...] = _help("the commentary and other texts cited")
    record: str = _help("what part the case's record has in the verdicts; empty if it has none")
    recorded: bool = _help("whether the claims are judged in the light of the record")
    observed: str = _help("in the light of what the claims are judged; empty if of nothing")
    forward: tuple[str, ...] = _help("sentences to forward: what this is, and what it is not")
    quoted: str = _help("how many passages stand here in the sources’ words; empty if none may")
    answer: tuple[str, ...] = _help("the answer, in sentences")
    draws: str = _help("how many draws were made")
    claims: tuple[ClaimView, ...] = _help("the claims in the case's order")
    happened: Happened | None = _help("what happened; None where nothing is recorded")
    unlearned: str = _help("why the record teaches nothing; empty where it does")
    hangs: Figure | None = _help("what hangs on what: claims by assumptions")
    filtering: FilterView | None = _help("the draws to filter; None where nothing varies")
    beliefs: BeliefsView = _help("beliefs along what was observed")
    matrix: Matrix | None = _help("the indicator matrix")
    watch: tuple[Telling, ...] = _help("what is worth watching, most telling first")
    courses: tuple[tuple[str, str], ...] = _help("the likeliest courses of events")
    probes: tuple[Telling, ...] = _help("probes that would tell more than the game as written")
    idle_probes: str = _help("a sentence on the probes that would tell nothing more")
    actors: tuple[PartView, ...] = _help("the actors with their aims")
    facts: tuple[PartView, ...] = _help("uncertain facts of the world")
    moves: tuple[PartView, ...] = _help("the moves in order")
    stakes: tuple[StakesView, ...] = _help("what each actor plays for")
    tree: Figure | None = _help("the game tree, pruned")
    assumptions: tuple[AssumptionView, ...] = _help("every assumption, precision last")
    dissent_titles: tuple[str, ...] = _help("titles of the dissents, in the order of the columns")
    compared: tuple[Compared, ...] = _help("verdicts side by side with each dissent's")
    dissents: tuple[DissentView, ...] = _help("the dissents")
    statements: tuple[StatementView, ...] = _help("who said what")
    notes: tuple[str, ...] = _help("the author's notes, a paragraph each")
    methods: tuple[Record, ...] = _help("how it was computed and what was checked")
    references: tuple[str, ...] = _help("sources of the methods")
    version: str = _help("version of Lackmus")
    digest: str = _help("SHA-256 of the case and what was observed")
    style: str = _help("the page's style sheet")
    script: str = _help("the page's script")
    script_hash: str = _help("hash by which the page allows its own script and no other")
