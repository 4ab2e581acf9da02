"""When: phrases that name a day, held against the day of publication.

A phrase is resolved where its words decide it: a full date, a day and a month without a year (the
nearest to the publication that the tense allows is not guessed: the same year, the next one where
the day is long past), a weekday with *next*, *last*, *am kommenden*, a relative day, the end of a
month or a year. Anything else that speaks of time is a gap, kept with its place.
"""

from __future__ import annotations

import datetime
import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from lackmus.drafting.article import Article

_DE_MONTHS: Final = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
    "November", "Dezember",
)  # fmt: skip
_EN_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_DE_DAYS: Final = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_EN_DAYS: Final = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip
#: A day without a year that lies further back than this belongs to the next year.
_PAST: Final = datetime.timedelta(days=180)


@dataclass(frozen=True, slots=True)
class When:
    """A phrase that says when.

    Attributes:
        start: Where the phrase begins.
        end: Where it ends.
        phrase: Its words.
        date: The day it names; None where it cannot be resolved.
        rule: The rule that read it.
    """

    start: int
    end: int
    phrase: str
    date: datetime.date | None
    rule: str


_Resolve = Callable[[re.Match[str], datetime.date], datetime.date | None]


def dates(article: Article, language: str, published: datetime.date | None) -> list[When]:
    """The phrases of an article that say when, in order; none overlaps another.

    Args:
        article: The article.
        language: ``de`` or ``en``.
        published: The day on which it was published; without it only full dates are resolved.
    """
    rules = _GERMAN if language == "de" else _ENGLISH
    found: list[When] = []
    for rule, pattern, resolve, free in rules:
        taken = [(when.start, when.end) for when in found]
        starts = [start for start, _ in taken]
        for match in pattern.finditer(article.composed):
            at = bisect_left(starts, match.end())
            if at and taken[at - 1][1] > match.start():
                continue
            day = _try(resolve, match, published) if published or free else None
            start = _from_its_end(article.composed, match.start(), language)
            if at and taken[at - 1][1] > start:
                start = match.start()
            phrase = article.composed[start : match.end()]
            found.append(When(start, match.end(), phrase, day, rule))
        found.sort(key=lambda when: when.start)
    found = _same_days(found)
    place = article.place
    return [replace(when, start=place(when.start), end=place(when.end)) for when in found]


#: What stands before a day up to which something is to be done.
_UNTIL: Final = {
    "de": re.compile(r"\b(?:bis|bis zum|spätestens am|(?:noch )?vor(?: dem)?) $", re.IGNORECASE),
    "en": re.compile(r"\b(?:by|until|till|before|no later than)(?: the)? $", re.IGNORECASE),
}


def _from_its_end(text: str, start: int, language: str) -> int:
    """Where a phrase begins with the word before it that makes its day a deadline."""
    before = _UNTIL[language].search(text, max(0, start - 20), start)
    return start if before is None else before.start()


def _same_days(found: list[When]) -> list[When]:
    """*An diesem Tag* is the last day that was named before it."""
    told: list[When] = []
    last = None
    for when in found:
        told.append(replace(when, date=last) if when.rule == _SAME else when)
        last = told[-1].date or last
    return told


def _try(
    resolve: _Resolve, match: re.Match[str], published: datetime.date | None
) -> datetime.date | None:
    try:
        return resolve(match, published or datetime.date.min)
    except (ValueError, OverflowError):
        return None


# --- resolving ------------------------------------------------------------------------------------


def _near(day: int, month: int, published: datetime.date) -> datetime.date:
    """The day and month in the year of publication, or in the next where that is long past."""
    this = datetime.date(published.year, month, day)
    return this.replace(year=this.year + 1) if published - this > _PAST else this


def _weekday(index: int, published: datetime.date, direction: int) -> datetime.date:
    """The next (1) or last (-1) such weekday, never the day of publication itself."""
    ahead = (index - published.weekday()) % 7
    days = (ahead or 7) if direction > 0 else ahead - 7
    return published + datetime.timedelta(days=days)


def _month_end(month: int, published: datetime.date) -> datetime.date:
    year = published.year + (month < published.month)
    first = datetime.date(year + month // 12, month % 12 + 1, 1)
    return first - datetime.timedelta(days=1)


def _shift(days: int) -> _Resolve:
    return lambda _, published: published + datetime.timedelta(days=days)


def _group(match: re.Match[str], name: str) -> int:
    return int(match.group(name))


def _year(match: re.Match[str]) -> int:
    year = _group(match, "year")
    return year + 2000 if year < 100 else year


def _month(names: tuple[str, ...], match: re.Match[str]) -> int:
    word = match.group("month").lower().rstrip(".")
    return 1 + next(i for i, name in enumerate(names) if name.lower().startswith(word[:3]))


def _index(names: tuple[str, ...], match: re.Match[str]) -> int:
    return [name.lower() for name in names].index(match.group("weekday").lower())


def _any(names: tuple[str, ...], *, short: bool = False) -> str:
    words = [*names, *(name[:3] + r"\.?" for name in names if short and len(name) > 4)]
    return "(?:" + "|".join(words) + ")"


def _rule(
    name: str, pattern: str, resolve: _Resolve, *, free: bool = False
) -> tuple[str, re.Pattern[str], _Resolve, bool]:
    return name, re.compile(pattern, re.IGNORECASE), resolve, free


def _unresolved(_: re.Match[str], __: datetime.date) -> None:
    return None


def _full(names: tuple[str, ...]) -> _Resolve:
    return lambda m, _: datetime.date(_year(m), _month(names, m), _group(m, "day"))


def _day_month(names: tuple[str, ...]) -> _Resolve:
    return lambda m, p: _near(_group(m, "day"), _month(names, m), p)


def _numbers(m: re.Match[str], _: datetime.date) -> datetime.date:
    return datetime.date(_year(m), _group(m, "month"), _group(m, "day"))


def _day(names: tuple[str, ...], direction: int) -> _Resolve:
    return lambda m, p: _weekday(_index(names, m), p, direction)


def _end_of_month(names: tuple[str, ...]) -> _Resolve:
    return lambda m, p: _month_end(_month(names, m), p)


def _end_of_year(_: re.Match[str], published: datetime.date) -> datetime.date:
    return datetime.date(published.year, 12, 31)


def _end_of_named_year(m: re.Match[str], _: datetime.date) -> datetime.date:
    return datetime.date(_group(m, "year"), 12, 31)


def _end_of_this_month(_: re.Match[str], published: datetime.date) -> datetime.date:
    return _month_end(published.month, published)


def _christmas(_: re.Match[str], published: datetime.date) -> datetime.date:
    return datetime.date(
        published.year + (published > datetime.date(published.year, 12, 25)), 12, 25
    )


def _end_of_week(_: re.Match[str], published: datetime.date) -> datetime.date:
    return published + datetime.timedelta(days=6 - published.weekday())


def _in_some(unit: int) -> _Resolve:
    return lambda m, p: p + datetime.timedelta(days=unit * _count(m.group("count")))


_SAME: Final = "the day named before"
_COUNTS: Final = {
    "einem": 1, "einer": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7,
    "acht": 8, "neun": 9, "zehn": 10, "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
    "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _COUNTS[word.lower()]


_SOME: Final = r"(?P<count>\d{1,3}|" + "|".join(_COUNTS) + ")"
_DAY_DE: Final = rf"(?P<weekday>{_any(_DE_DAYS)})"
_DAY_EN: Final = rf"(?P<weekday>{_any(_EN_DAYS)})"
_MONTH_DE: Final = rf"(?P<month>{_any(_DE_MONTHS, short=True)})"
_MONTH_EN: Final = rf"(?P<month>{_any(_EN_MONTHS, short=True)})"

_GERMAN: Final = (
    _rule(
        "full date",
        rf"\b(?P<day>\d{{1,2}})\.\s*{_MONTH_DE}\s+(?P<year>\d{{4}})\b",
        _full(_DE_MONTHS),
        free=True,
    ),
    _rule(
        "date in figures",
        r"\b(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4}|\d\d)\b",
        _numbers,
        free=True,
    ),
    _rule("ISO date", r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b", _numbers, free=True),
    _rule("day and month", rf"\b(?P<day>\d{{1,2}})\.\s*{_MONTH_DE}(?!\w)", _day_month(_DE_MONTHS)),
    _rule(
        "next weekday",
        rf"\b(?:am |bis |zum |vom )?(?:kommenden?|nächsten?|diesen|dem nächsten)\s+{_DAY_DE}\b",
        _day(_DE_DAYS, 1),
    ),
    _rule(
        "last weekday",
        rf"\b(?:am |vom )?(?:vergangenen|letzten|vorigen)\s+{_DAY_DE}\b",
        _day(_DE_DAYS, -1),
    ),
    _rule(
        "end of month",
        rf"\b(?:bis |zum )?Ende\s+(?:des\s+)?{_MONTH_DE}(?!\w)",
        _end_of_month(_DE_MONTHS),
    ),
    _rule(
        "end of named year",
        r"\b(?:bis |zum )?(?:Ende|Jahresende)\s+(?:des Jahres\s+)?(?P<year>(?:19|20)\d\d)\b",
        _end_of_named_year,
        free=True,
    ),
    _rule(
        "end of year",
        r"\b(?:bis |zum |am )?(?:Jahresende|Ende (?:des|dieses) Jahres|Jahresschluss)\b",
        _end_of_year,
    ),
    _rule(
        "end of month",
        r"\b(?:bis |zum |am )?(?:Monatsende|Ende (?:des|dieses) Monats)\b",
        _end_of_this_month,
    ),
    _rule(
        "end of week",
        r"\b(?:bis |zum |am )?(?:Wochenende|Ende (?:der|dieser) Woche)\b",
        _end_of_week,
    ),
    _rule("Christmas", r"\b(?:zu |an )?Weihnachten\b", _christmas),
    _rule("in some days", rf"\bin {_SOME} Tagen\b", _in_some(1)),
    _rule("in some weeks", rf"\bin {_SOME} Wochen?\b", _in_some(7)),
    _rule("before some days", rf"\bvor {_SOME} Tag(?:en)?\b", _in_some(-1)),
    _rule("before some weeks", rf"\bvor {_SOME} Wochen?\b", _in_some(-7)),
    _rule("the day after tomorrow", r"\bübermorgen\b", _shift(2)),
    _rule("the day before yesterday", r"\bvorgestern\b", _shift(-2)),
    _rule("today", r"\b(?<!bis )heute\b(?! noch nicht)", _shift(0)),
    _rule("yesterday", r"\bgestern\b", _shift(-1)),
    _rule("tomorrow", r"(?<=[a-zäöüß,] )morgen\b(?! früh)", _shift(1)),
    _rule(_SAME, r"\ban (?:diesem|jenem|demselben) Tag\b", _unresolved),
    _rule("weekday", rf"\b(?:am |bis |zum )?{_DAY_DE}\b", _unresolved),
    _rule(
        "unsettled",
        rf"\b(?:Anfang|Mitte)\s+{_any(_DE_MONTHS)}\b|"
        r"\b(?:im|bis zum|Anfang|Mitte|Ende)\s+(?:kommenden|nächsten|vergangenen|letzten)"
        r"\s+(?:Jahres?|Monats?|Woche|Quartals?)\b"
        r"|\b(?:nächste|kommende|vergangene|letzte)[nr]?\s+(?:Woche|Jahr|Monat)\b"
        r"|\b(?:bald|demnächst|in Kürze|in absehbarer Zeit)\b"
        r"|\b(?:Ende seiner Amtszeit|seine Amtszeit endet)\b",
        _unresolved,
    ),
)

_ENGLISH: Final = (
    _rule(
        "full date",
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH_EN},?\s+(?P<year>\d{{4}})\b",
        _full(_EN_MONTHS),
        free=True,
    ),
    _rule(
        "full date",
        rf"\b{_MONTH_EN}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b",
        _full(_EN_MONTHS),
        free=True,
    ),
    _rule("ISO date", r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b", _numbers, free=True),
    _rule(
        "day and month",
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH_EN}(?!\w)",
        _day_month(_EN_MONTHS),
    ),
    _rule(
        "day and month",
        rf"\b{_MONTH_EN}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b",
        _day_month(_EN_MONTHS),
    ),
    _rule(
        "next weekday", rf"\b(?:next|this|this coming|the coming)\s+{_DAY_EN}\b", _day(_EN_DAYS, 1)
    ),
    _rule("last weekday", rf"\b(?:last|this past)\s+{_DAY_EN}\b", _day(_EN_DAYS, -1)),
    _rule(
        "end of month", rf"\b(?:by |at )?the end of {_MONTH_EN}(?!\w)", _end_of_month(_EN_MONTHS)
    ),
    _rule(
        "end of named year",
        r"\b(?:by |at |before )?(?:the )?end of (?P<year>(?:19|20)\d\d)\b",
        _end_of_named_year,
        free=True,
    ),
    _rule(
        "end of year",
        r"\b(?:by |at |before )?(?:the end of (?:the|this) year|year[’'-]?s?[ -]end)\b",
        _end_of_year,
    ),
    _rule(
        "end of month", r"\b(?:by |at |before )?the end of (?:the|this) month\b", _end_of_this_month
    ),
    _rule("end of week", r"\b(?:by |at |before )?the end of (?:the|this) week\b", _end_of_week),
    _rule("Christmas", r"\b(?:at |on )?Christmas\b", _christmas),
    _rule("in some days", rf"\b(?:in|within) {_SOME} days?\b", _in_some(1)),
    _rule("in some weeks", rf"\b(?:in|within) {_SOME} weeks?\b", _in_some(7)),
    _rule("before some days", rf"\b{_SOME} days? ago\b", _in_some(-1)),
    _rule("before some weeks", rf"\b{_SOME} weeks? ago\b", _in_some(-7)),
    _rule("today", r"\btoday\b", _shift(0)),
    _rule("yesterday", r"\byesterday\b", _shift(-1)),
    _rule("tomorrow", r"\btomorrow\b", _shift(1)),
    _rule(_SAME, r"\bon (?:that|the same) day\b", _unresolved),
    _rule("weekday", rf"\b(?:on |by |until )?{_DAY_EN}\b", _unresolved),
    _rule(
        "unsettled",
        rf"\b(?:early|mid|late)[ -]{_any(_EN_MONTHS)}\b|"
        r"\b(?:next|last|this)\s+(?:week|month|year|quarter)\b|\bsoon\b"
        r"|\bin the (?:coming|next) (?:days|weeks|months)\b",
        _unresolved,
    ),
)
