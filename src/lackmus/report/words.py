"""Numbers, names and dates as a reader of the report meets them: plain English, one home."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from lackmus.case import syntax
from lackmus.case.scope import aim_of
from lackmus.case.spoken import Speaker
from lackmus.case.spoken import plain as plain
from lackmus.foundation.counting import noun
from lackmus.foundation.figures import DASH as DASH
from lackmus.foundation.figures import MINUS as MINUS
from lackmus.foundation.figures import THIN as THIN
from lackmus.foundation.figures import percent as percent
from lackmus.foundation.figures import percents as percents
from lackmus.game.game import Game

if TYPE_CHECKING:
    from lackmus.sweep.thresholds import Turn

#: Words for probabilities below each bound (ICD 203, 2015, paragraph D.6.e.2.a).
_LIKELIHOOD: Final = (
    (0.05, "almost no chance"),
    (0.20, "very unlikely"),
    (0.45, "unlikely"),
    (0.55, "roughly even"),
    (0.80, "likely"),
    (0.95, "very likely"),
    (1.00, "almost certain"),
)

_FIGURES: Final = 3

#: Between these a number is written without a power of ten.
_SMALLEST: Final = 1e-6
_LARGEST: Final = 1e9
_SPOKEN: Final = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip

#: Differences up to this, in probability, bits or payoff, are told as none.
_ROUNDING: Final = 1e-12


def number(value: float, *, scale: float | None = None) -> str:
    """A number to three figures, or to the thousandth of a scale (the width of a range).

    >>> number(1234.56), number(-0.0243256), number(4.94e-15, scale=9), number(-0.0)
    ('1235', '−0.0243', '0', '0')
    """
    if not math.isfinite(value):
        return "undefined" if math.isnan(value) else ("∞" if value > 0 else f"{MINUS}∞")
    if scale is not None and scale > 0:
        places = max(0, _FIGURES - 1 - math.floor(math.log10(scale)))
        text = f"{value:.{places}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    elif abs(value) >= 10**_FIGURES:
        text = f"{value:.0f}" if abs(value) < 10**6 else f"{value:.3g}"
    else:
        text = f"{value:.{_FIGURES}g}"
    text = "0" if text == "-0" else text
    return text.replace("e-0", "e-").replace("e+0", "e").replace("e+", "e").replace("-", MINUS)


def decimal(value: float, places: int, *, plus: bool = False) -> str:
    """A number to so many decimal places, as tables have it; on wish with the sign of what is more.

    >>> decimal(-0.0912, 2), decimal(0.02, 3, plus=True), decimal(-0.0004, 3, plus=True)
    ('−0.09', '+0.020', '0.000')
    """
    if not math.isfinite(value):
        return number(value)
    text = f"{value:.{places}f}"
    if float(text) == 0.0:
        return text.removeprefix("-")
    return f"+{text}" if plus and value > 0 else text.replace("-", MINUS)


def exact(value: float) -> str:
    """All digits of a number, so that it reads back as it is.

    >>> exact(1.996), exact(-25.0), exact(0.00005), exact(3e-9), exact(1e22)
    ('1.996', '−25', '0.00005', '3e−9', '1e22')
    """
    if value == 0.0:
        return "0"
    plain_form = _SMALLEST <= abs(value) < _LARGEST
    text = f"{Decimal(repr(value)):f}" if plain_form else repr(value)
    text = text.removesuffix(".0") if plain_form else text.replace("e-0", "e-").replace("e+", "e")
    return text.replace("-", MINUS)


def turn(turn: Turn) -> str:
    """The value at which a claim turns, rounded away from the base; marked if an estimate."""
    return f"{'' if turn.sharp else '≈'}{exact(turn.told)}"


def numbered(identifier: str) -> str:
    """The number that an id begins with, or nothing.

    >>> numbered("c01_no_agreement_signed"), numbered("no_agreement")
    ('c01', '')
    """
    head = identifier.partition("_")[0]
    return head if any(c.isdigit() for c in head) else ""


def short(identifier: str) -> str:
    """A claim's number; the whole id as words where it has none."""
    return numbered(identifier) or plain(identifier)


def signed(value: float) -> str:
    """A difference with its sign, plus too; what is rounding is no difference.

    >>> signed(0.08), signed(-2), signed(-8.9e-16)
    ('+0.08', '−2', '0')
    """
    if abs(value) <= _ROUNDING:
        return "0"
    return f"+{number(value)}" if value > 0 else number(value)


def points(change: float) -> str:
    r"""A change of a probability in percentage points, with its sign.

    >>> points(0.123), points(-0.2)
    ('+12.3\u202fpoints', '−20\u202fpoints')
    """
    return f"{signed(100.0 * change)}{THIN}points"


def share(part: float) -> str:
    r"""A share of one as a sentence says it.

    >>> share(1e-5), share(1.0), share(0.22)
    ('under 0.1\u202f%', 'all', '22\u202f%')
    """
    if part >= 1:
        return "all"
    if part <= 0:
        return "none"
    return percent(part).replace("<", "under ").replace(">", "over ")


def exact_percent(number: float) -> str:
    r"""A probability that somebody names, in per cent, with three digits and no rounding to whole.

    >>> exact_percent(0.025), exact_percent(0.3)
    ('2.5\u202f%', '30\u202f%')
    """
    return f"{100.0 * number:.3g}{THIN}%"


def likelihood(probability: float) -> str:
    """The word of ICD 203 for a probability.

    >>> likelihood(0.04), likelihood(0.5), likelihood(0.97), likelihood(0.0)
    ('almost no chance', 'roughly even', 'almost certain', 'ruled out')
    """
    if probability <= 0:
        return "ruled out"
    if probability >= 1:
        return "certain"
    return next(word for bound, word in _LIKELIHOOD if probability < bound or bound >= 1)


def figure(many: int) -> str:
    """A number of things, in words up to twelve.

    >>> figure(3), figure(14), figure(2000)
    ('three', '14', '2,000')
    """
    return _SPOKEN[many] if many < len(_SPOKEN) else f"{many:,}"


def count(many: int, thing: str, things: str = "") -> str:
    """How many of a thing, in words up to twelve.

    >>> count(1, "claim"), count(14, "claim"), count(0, "claim")
    ('one claim', '14 claims', 'no claims')
    """
    return f"{figure(many)} {noun(many, thing, things)}"


def listed(items: Iterable[str], *, last: str = "and") -> str:
    """Items as a sentence lists them.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    parts = list(items)
    return parts[0] if len(parts) == 1 else f" {last} ".join([", ".join(parts[:-1]), *parts[-1:]])


def sentence(text: str) -> str:
    """The text with its first letter large and a full stop.

    >>> sentence("the day passed")
    'The day passed.'
    """
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")


def capital(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]


def paragraphs(text: str) -> tuple[str, ...]:
    """A text taken apart at its blank lines."""
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())


def day(date: datetime.date | None) -> str:
    """A date in full, or nothing.

    >>> day(datetime.date(2025, 8, 10))
    '10 August 2025'
    """
    return "" if date is None else f"{date.day} {date:%B %Y}"


def actor_name(case: syntax.Case, identifier: str) -> str:
    """An actor's name in print."""
    for actor in case.actors:
        if actor.id == identifier:
            return actor.name or plain(identifier)
    return plain(identifier)


def actor_within(case: syntax.Case, identifier: str) -> str:
    """An actor's name within a sentence: 'The union' is 'the union' there."""
    return re.sub(r"^The\b", "the", actor_name(case, identifier))


def variable_name(case: syntax.Case, identifier: str) -> str:
    """A move, aim or fact as a reader says it: ``moscow.aim`` is 'Moscow’s aim'."""
    for actor in case.actors:
        if identifier == aim_of(actor.id):
            return f"{actor_name(case, actor.id)}’s aim"
    name, _, index = identifier.rstrip("]").partition("[")
    return f"{plain(name)}, round {index}" if index else plain(name)


def seen_text(case: syntax.Case, observation: syntax.Expr) -> str:
    """An observation as a reader says it: 'announce is not breakthrough'."""
    match observation:
        case syntax.Compare((syntax.Name() as move, syntax.Name() as option), ("=" | "!=" as op,)):
            verb = "is not" if op == "!=" else "is"
            return f"{variable_name(case, str(move))} {verb} {plain(str(option))}"
        case _:
            return Speaker(case).condition(observation)


#: Said of observations that no history fits.
IMPOSSIBLE: Final = "What was observed has probability zero in this model: it rules it out."


def of_record(case: syntax.Case, *, recorded: bool) -> str:
    """What part the record of a case has in the verdicts; empty where it has none."""
    if not case.observations:
        return ""
    told = (
        "The record of the case counts as observed."
        if recorded
        else "Asked as of before the record of the case, but where a claim says “observed”."
    )
    unsure = [seen_text(case, o.saw) for o in case.observations if not o.settles]
    if unsure:
        told += f" Left out, as the record does not settle it: {listed(unsure)}."
    return told


def citation_text(citation: syntax.Citation) -> str:
    """Where a passage stands; never its words."""
    parts = [
        f"{citation.source} §{THIN}{citation.paragraph}" if citation.paragraph else citation.source
    ]
    if citation.start is not None and citation.end is not None:
        parts.append(f"characters {citation.start}{DASH}{citation.end}")
    return ", ".join(parts)


def players_of(case: syntax.Case, game: Game) -> tuple[str, ...]:
    """The players' names in print, in the game's order."""
    return tuple(actor_name(case, player) for player in game.players)
