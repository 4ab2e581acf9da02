"""Beliefs, indicators, what is worth watching, and probes, in the words of the page."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from typing import Final

from lackmus.case.scope import aim_of
from lackmus.pipeline.findings import Findings
from lackmus.reading.reading import Indicator
from lackmus.report import specs_reading, words
from lackmus.report.model import (
    BeliefsView,
    Cell,
    Figure,
    IndicatorRow,
    Matrix,
    MomentView,
    ShareView,
    Telling,
    Weight,
)
from lackmus.report.theme import inline

#: Options rarer than this are shown faintly.
_RARE: Final = 1e-3

#: Bits at which a bar of the matrix is full, and below which an option tells nothing.
_FULL: Final = 5.0
_SILENT: Final = 5e-3

#: Bits above this are told to one place.
_MANY: Final = 9.995

#: A likelihood ratio above this is not told to the digit.
_RATIO: Final = 1000.0

_WATCHED: Final = 10


def beliefs(findings: Findings) -> BeliefsView:
    """Beliefs before, and after each recorded observation, and in the light of what is given."""
    reading = findings.reading
    about = tuple(reading.prior)
    moments = [_moment("before", "", "nothing yet", reading.prior, about, None, certain=True)]
    moments += [
        _moment(str(i), _day(m.date), m.saw, m.posterior, about, m.probability, certain=m.certain)
        for i, m in enumerate(reading.timeline, start=1)
    ]
    if findings.observed:
        seen = words.listed(
            words.seen_text(findings.case, observation) for observation in findings.observed
        )
        moments.append(
            _moment("given", "", seen, reading.posterior, about, reading.probability, certain=True)
        )
    figures = []
    if reading.timeline:
        for name in about:
            caption = words.capital(words.variable_name(findings.case, name))
            described = f"{caption}. {_path(moments, about.index(name))}"
            figures.append(
                Figure(inline(specs_reading.beliefs(findings, name), described), caption)
            )
    return BeliefsView(
        about=tuple(words.capital(words.variable_name(findings.case, name)) for name in about),
        moments=tuple(moments),
        figures=tuple(figures),
        note=_note(findings),
    )


def _note(findings: Findings) -> str:
    if not findings.reading.possible:
        return (
            "The model rules out what was given as observed: at the base values it has no chance "
            "at all, so nothing can be said after it."
        )
    if any(not m.certain for m in findings.reading.timeline):
        return (
            "The record does not settle an observation marked ◇; it counts as far as its report "
            "can be trusted."
        )
    return ""


def _day(iso: str) -> str:
    return words.day(datetime.date.fromisoformat(iso)) if iso else ""


def _moment(
    number: str,
    date: str,
    saw: str,
    posterior: Mapping[str, Mapping[str, float]],
    about: tuple[str, ...],
    probability: float | None,
    *,
    certain: bool,
) -> MomentView:
    return MomentView(
        number=number,
        date=date,
        saw=saw,
        certain=certain,
        chance="" if probability is None else words.percent(probability),
        beliefs=tuple(_shares(posterior.get(name, {})) for name in about),
    )


def _shares(values: Mapping[str, float]) -> tuple[ShareView, ...]:
    return tuple(
        ShareView(words.plain(value), words.percent(p), 100 * p, words.likelihood(p))
        for value, p in values.items()
    )


def _path(moments: list[MomentView], column: int) -> str:
    parts = []
    for moment in moments:
        told = words.listed(f"{s.value} {s.percent}" for s in moment.beliefs[column])
        parts.append(f"{moment.number}: {told or 'ruled out'}")
    return "; ".join(parts) + "."


def matrix(findings: Findings) -> Matrix | None:
    """The indicator matrix; None where nothing is open that would tell anything."""
    found = findings.reading.indicators
    if not found:
        return None
    aims = {aim_of(actor.id) for actor in findings.case.actors}
    about = sorted(dict.fromkeys(i.about for i in found), key=lambda name: name not in aims)
    table = {(i.move, i.option, i.about): i for i in found}
    rows, before = [], ""
    for move, option in dict.fromkeys((i.move, i.option) for i in found):
        told = [table[move, option, name] for name in about if (move, option, name) in table]
        if not told[0].probability > 0:
            continue
        rows.append(_row(findings, told, first=move != before))
        before = move
    heads = tuple(
        (
            words.capital(words.variable_name(findings.case, name)),
            tuple(words.plain(v) for v in findings.reading.prior[name]),
        )
        for name in about
    )
    return Matrix(heads, 2 + sum(2 + len(values) for _, values in heads), tuple(rows))


def _row(findings: Findings, told: list[Indicator], *, first: bool) -> IndicatorRow:
    indicator = told[0]
    return IndicatorRow(
        move=words.variable_name(findings.case, indicator.move),
        first=first,
        option=words.plain(indicator.option),
        chance=words.percent(indicator.probability),
        hidden=hidden_from(findings, indicator.move),
        rare=indicator.probability < _RARE,
        weights=tuple(_weight(i) for i in told),
    )


def hidden_from(findings: Findings, move: str) -> str:
    """Who sees a move, where some actor or observer does not; else empty."""
    histories = findings.game.histories
    if histories is None:
        return ""
    column = histories.columns[histories.index(move)]
    everyone = (*(a.id for a in findings.case.actors), *findings.case.observers)
    if all(viewer in column.seen_by for viewer in everyone):
        return ""
    seen = [words.actor_within(findings.case, v) for v in everyone if v in column.seen_by]
    return f"seen by {words.listed(seen)}" if seen else "seen by nobody"


def _weight(indicator: Indicator) -> Weight:
    aims = list(indicator.likelihood)
    known = [p for p in indicator.likelihood.values() if p is not None]
    two_sided = len(aims) == 2
    left = two_sided and indicator.favours == aims[0]
    if not indicator.favours or (indicator.bits is not None and indicator.bits < _SILENT):
        ratio, bits, favours, kind, wide = "1", "0", "", "even", 0.0
    elif indicator.bits is None:
        ratio, bits, favours = "∞", "∞", words.plain(indicator.favours)
        kind, wide = ("left" if left else "right"), 100.0
    else:
        odds = max(known) / min(known) if min(known) else math.inf
        ratio = f">{_RATIO:,.0f}" if odds > _RATIO else f"{odds:.2g}"
        ratio = f"{odds:.0f}" if 100 <= odds <= _RATIO else ratio
        digits = 2 if indicator.bits < _MANY else 1
        bits = f"{words.MINUS if left else '+'}{indicator.bits:.{digits}f}"
        favours, kind = words.plain(indicator.favours), "left" if left else "right"
        wide = 100.0 * min(1.0, indicator.bits / _FULL)
    cells = tuple(
        Cell(words.DASH, 0.0) if p is None else Cell(words.percent(p), 100 * p)
        for p in indicator.likelihood.values()
    )
    return Weight(cells, ratio, bits, "" if two_sided else favours, kind, wide, left)


def watching(findings: Findings) -> tuple[Telling, ...]:
    """The moves that tell most about aims and facts, on average."""
    watched = [w for w in findings.reading.watch if w.bits >= _SILENT][:_WATCHED]
    most = max((w.bits for w in watched), default=1.0)
    return tuple(
        Telling(
            what=words.capital(words.variable_name(findings.case, w.move)),
            about=words.variable_name(findings.case, w.about),
            by=hidden_from(findings, w.move),
            bits=f"{w.bits:.2f}",
            wide=100 * w.bits / most,
            shift=words.percent(w.shift),
            cost="",
        )
        for w in watched
    )


def courses(findings: Findings) -> tuple[tuple[str, str], ...]:
    """The likeliest courses of events: their probability, and their moves in words."""
    return tuple(
        (
            words.percent(path.probability),
            "; ".join(
                f"{words.variable_name(findings.case, move)}: {words.plain(option)}"
                for move, option in path.steps
            ),
        )
        for path in findings.reading.paths
    )


def probing(findings: Findings) -> tuple[tuple[Telling, ...], str]:
    """Probes that would tell more than the game as written, and a sentence on the others."""
    probes = findings.reading.probes
    telling = [p for p in probes if p.gain >= _SILENT]
    most = max((p.gain for p in telling), default=1.0)
    views = tuple(
        Telling(
            what=f"{words.variable_name(findings.case, p.move)} = {words.plain(p.option)}",
            about=words.variable_name(findings.case, p.about),
            by=words.actor_within(findings.case, p.by),
            bits=f"{p.gain:.2f}",
            wide=100 * p.gain / most,
            shift=words.points(p.gain_shift),
            cost=words.signed(p.cost),
        )
        for p in telling
    )
    idle = len(probes) - len(telling)
    others = "further " if telling else "possible "
    said = (
        f"{words.capital(words.count(idle, others + 'test'))} would tell "
        f"{'its maker' if idle == 1 else 'their makers'} no more than the game as written."
    )
    return views, said if idle else ""
