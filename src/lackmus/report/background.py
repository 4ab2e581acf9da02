"""Who plays for what on which assumptions, who said what, and how it was computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lackmus.case import syntax
from lackmus.case.citations import cited
from lackmus.case.scope import aim_of
from lackmus.case.text import expression_text
from lackmus.case.words import knowledge_in_words, stakes_in_words
from lackmus.foundation.compiling import INCLUDED
from lackmus.pipeline.findings import Findings
from lackmus.report import words
from lackmus.report.claims import Quotes, passages
from lackmus.report.model import (
    AssumptionView,
    Link,
    OptionView,
    PartView,
    Record,
    SourceView,
    StakesView,
    StatementView,
)
from lackmus.sweep.shapes import along, bounds

_DESIGNS: Final = {
    "lhs": "Latin hypercube",
    "sobol": "scrambled Sobol’ points",
    "monte-carlo": "independent draws",
    "factorial": "full factorial",
    "one-at-a-time": "one assumption at a time",
    "saltelli": "Saltelli’s design",
    "table": "a given table",
}

_PRECISION: Final = (
    "how sharply everybody tells better from worse: an option that is better by one unit of payoff "
    "is taken with odds of e to the precision"
)

_REFERENCES: Final = (
    "M. D. McKay, R. J. Beckman and W. J. Conover, A comparison of three methods for selecting "
    "values of input variables, Technometrics 21 (1979) 239–245 (Latin hypercube)",
    "E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal "
    "of the American Statistical Association 22 (1927) 209–212 (interval of a share)",
    "E. Plischke, How to compute variance-based sensitivity indicators with your spreadsheet "
    "software, Environmental Modelling & Software 35 (2012) 188–191 (drivers)",
    "I. J. Good, Probability and the weighing of evidence (1950) (weight of evidence)",
    "Intelligence Community Directive 203, Analytic standards (2015) (words for probabilities)",
)


def called_author(case: syntax.Case) -> str:
    """The author of the cited commentary, where claims or statements speak of “the author”.

    Empty where nobody is called so, or more than one author is cited.
    """
    voices = {v for c in case.claims for v in (c.by, c.reported_by)}
    voices |= {v for s in case.statements for v in (s.speaker, s.reporter)}
    authors = {source.author for source in case.sources if source.author}
    return authors.pop() if "the author" in voices and len(authors) == 1 else ""


def sources(case: syntax.Case) -> tuple[SourceView, ...]:
    """The texts that are cited."""
    return tuple(
        SourceView(
            s.id,
            s.title or s.id,
            s.author,
            words.day(s.published),
            s.language,
            s.url if s.url.startswith(("https://", "http://")) else "",
            s.sha256,
        )
        for s in case.sources
    )


def actors(case: syntax.Case) -> tuple[PartView, ...]:
    """The actors with their aims."""
    known = knowledge_in_words(case)
    return tuple(
        PartView(
            name=actor.name or words.plain(actor.id),
            says=actor.says,
            by="",
            seen=known.get(aim_of(actor.id), ""),
            options=tuple(OptionView(words.plain(aim.label), aim.says) for aim in actor.aims),
        )
        for actor in case.actors
    )


def facts(case: syntax.Case) -> tuple[PartView, ...]:
    """Uncertain facts of the world."""
    known = knowledge_in_words(case)
    return tuple(
        PartView(
            name=words.plain(fact.name),
            says=fact.says,
            by="settled by chance",
            seen=known[fact.name],
            options=tuple(OptionView(words.plain(v.label), v.says) for v in fact.values),
        )
        for fact in case.facts
    )


def moves(findings: Findings) -> tuple[PartView, ...]:
    """The moves in order."""
    case = findings.case
    known = knowledge_in_words(case)
    return tuple(
        PartView(
            name=words.plain(move.name),
            says=words.capital(f"{move.says}{f' ({rounds})' if rounds else ''}"),
            by=_maker(case, move),
            seen=known[move.name],
            options=tuple(OptionView(words.plain(o.label), o.says) for o in move.options),
        )
        for move, rounds in _walk(case.moves)
    )


def _walk(items: Sequence[syntax.Item], rounds: str = "") -> Iterator[tuple[syntax.Move, str]]:
    for item in items:
        if isinstance(item, syntax.Move):
            yield item, rounds
        elif isinstance(item, syntax.Together):
            yield from _walk(item.moves, rounds)
        else:
            yield from _walk(item.moves, "in each round")


def _maker(case: syntax.Case, move: syntax.Move) -> str:
    if move.signal_of is not None:
        right = f", right with probability {expression_text(move.right)}" if move.right else ""
        return f"a signal of {words.variable_name(case, move.signal_of.id)}{right}"
    makers = [words.actor_within(case, maker) for maker in dict.fromkeys(move.by)]
    turns = ", in turn" if len(makers) > 1 else ""
    return f"by {words.listed(makers)}{turns}" if makers else "by chance"


def stakes(case: syntax.Case) -> tuple[StakesView, ...]:
    """What each actor plays for, in sentences."""
    return tuple(StakesView(own.title, own.paragraphs) for own in stakes_in_words(case))


def quoted(case: syntax.Case, quotes: Quotes) -> str:
    """How many of the passages that a case cites stand in the page in the source’s words."""
    every = {citation for _, citation in cited(case)}
    shown = len(every & quotes.keys())
    return f"{words.figure(shown)} of {words.count(len(every), 'cited passage')}"


def assumptions(findings: Findings, quotes: Quotes) -> tuple[AssumptionView, ...]:
    """Every assumption with its range and where it comes from."""
    views = []
    for assumption in findings.assumptions:
        low, high = bounds(assumption)
        base = float(assumption.value)
        views.append(
            AssumptionView(
                name=assumption.name,
                says=assumption.says
                or (_PRECISION if assumption is findings.case.precision else ""),
                base=words.number(base),
                low=words.number(low),
                high=words.number(high),
                at=100 * along(assumption, base) if high > low else None,
                shape=assumption.distribution.family.brief,
                because=words.sentence(
                    assumption.because or ("" if assumption.cite else "assumed")
                ),
                passages=passages(assumption.cite, quotes),
            )
        )
    return tuple(views)


def statements(findings: Findings, quotes: Quotes) -> tuple[StatementView, ...]:
    """Who said what, reported by whom, and what it bears on."""
    case = findings.case
    anchors = {claim.id: claim.id for claim in case.claims}
    anchors |= {a.name: f"assumption-{a.name}" for a in (*case.assumptions, case.precision)}
    return tuple(
        StatementView(
            id=s.id,
            speaker=s.speaker,
            reporter=s.reporter,
            says=words.capital(s.says),
            date=words.day(s.date),
            bears_on=tuple(
                Link(anchors[name], words.numbered(name) or str(name))
                if name in anchors
                else Link(f"move-{name}", words.plain(name))
                for name in s.bears_on
            ),
            passages=passages(s.cite, quotes),
        )
        for s in case.statements
    )


def methods(findings: Findings, *, compiled: bool = False) -> tuple[Record, ...]:
    """How it was computed and what was checked.

    Args:
        findings: What the test found.
        compiled: Whether the solver was compiled in the time that it took.
    """
    found = (*_game(findings), *_solution(findings), *_certificate(findings), *_draws(findings))
    return (*found, _time(findings, compiled=compiled))


def _game(findings: Findings) -> Iterator[Record]:
    game = findings.game
    yield Record(
        "Game",
        f"{words.count(len(game.players), 'player')}, {game.n_terminals:,} terminal histories, "
        f"{game.n_infosets:,} information sets, {game.n_actions:,} actions",
        "An information set is what a mover knows when he moves.",
    )


def _solution(findings: Findings) -> Iterator[Record]:
    solution = findings.solution
    precision = float(findings.case.precision.value)
    yield Record(
        "Solution concept",
        f"agent logit quantal response equilibrium at precision {words.number(precision)}",
        "At every information set an option is taken with a probability in proportion to "
        "exp(precision × its expected payoff); everybody expects everybody to do so.",
    )
    ran = ", ".join(f"{name} {value}" for name, value in solution.parameters if value is not None)
    yield Record("Method as run", f"{solution.method}{f' ({ran})' if ran else ''}", "")
    yield Record("Why it stopped", solution.status.reason, solution.status.advice)


def _certificate(findings: Findings) -> Iterator[Record]:
    if not findings.solution.assessments:
        return
    certificate = findings.solution.best.certificate
    spread = float(findings.game.payoff_range.max()) or 1.0
    regret = certificate.regret
    yield Record(
        "Certified as",
        words.listed(certificate.concepts) or "nothing",
        "Checked by code that knows no solver"
        + (", in fractions." if certificate.exact else ", in floating point."),
    )
    if certificate.fixed_point is not None:
        yield Record(
            "Error of the fixed point",
            words.number(certificate.fixed_point),
            "In log probability; 0 is exact.",
        )
    yield Record(
        "Distance of beliefs from Bayes’ rule", words.number(certificate.bayes), "0 is exact."
    )
    yield Record("Information sets never reached", f"{certificate.unreached:,}", "")
    for who, value in (("agent", regret.agent), ("player", regret.player)):
        what = "another action at one information set" if who == "agent" else "another strategy"
        yield Record(
            f"Regret, per {who}",
            f"{words.number(value)} ({words.percent(value / spread)} of the payoff range)",
            f"The most that somebody could gain by {what}. In a quantal response it is what "
            "noise costs, not an error.",
        )
    yield Record(
        "Tolerance",
        words.number(certificate.tolerance),
        "Regret up to which a profile would count as a Nash equilibrium, in payoff units.",
    )


def _draws(findings: Findings) -> Iterator[Record]:
    total = len(findings.points)
    yield Record(
        "Draws",
        f"{total:,}, {_DESIGNS.get(findings.design, findings.design)}, seed {findings.seed}",
        "All assumptions are drawn together, each over its range.",
    )
    yield Record("Not solved", f"{findings.failed:,} of {total:,}", "They count for no verdict.")
    yield Record(
        "Branch turned on its way",
        f"{findings.turned:,} of {total:,}",
        "There the precision had to fall before it could rise again; it was followed.",
    )
    yield Record(
        "Worst error of the fixed point", words.number(findings.worst_residual), "Over all draws."
    )
    yield Record(
        "Worst regret, per agent",
        f"{words.percent(findings.worst_regret)} of the payoff range",
        "Over all draws; what noise costs.",
    )


def _time(findings: Findings, *, compiled: bool) -> Record:
    return Record(
        "Time",
        f"{words.number(findings.seconds_total)} seconds, of which "
        f"{words.number(findings.seconds_solve)} for the draws",
        words.sentence(INCLUDED.strip()) if compiled else "",
    )


def references(findings: Findings) -> tuple[str, ...]:
    """Sources of the methods."""
    return (*findings.solution.citations, *_REFERENCES)
