"""Phrases that say when, against the day of publication."""

from __future__ import annotations

import datetime
import unicodedata

import pytest

from lackmus.drafting.article import Article
from lackmus.drafting.dates import dates

#: A Sunday.
DAY = datetime.date(2025, 8, 10)


@pytest.mark.parametrize(
    ("language", "phrase", "day"),
    [
        ("de", "am 15. August", "2025-08-15"),
        ("de", "am 3. Januar", "2026-01-03"),
        ("de", "am 15. August 2024", "2024-08-15"),
        ("de", "am 15.08.2025", "2025-08-15"),
        ("de", "am kommenden Freitag", "2025-08-15"),
        ("de", "am vergangenen Freitag", "2025-08-08"),
        ("de", "am kommenden Sonntag", "2025-08-17"),
        ("de", "am vergangenen Sonntag", "2025-08-03"),
        ("de", "bis Jahresende", "2025-12-31"),
        ("de", "bis Ende 2027", "2027-12-31"),
        ("de", "bis Ende Februar", "2026-02-28"),
        ("de", "bis Monatsende", "2025-08-31"),
        ("de", "in drei Wochen", "2025-08-31"),
        ("de", "vor zwei Tagen", "2025-08-08"),
        ("de", "übermorgen", "2025-08-12"),
        ("en", "next Friday", "2025-08-15"),
        ("en", "last Sunday", "2025-08-03"),
        ("en", "on August 15", "2025-08-15"),
        ("en", "15 August 2024", "2024-08-15"),
        ("en", "by the end of the year", "2025-12-31"),
        ("en", "by the end of February", "2026-02-28"),
        ("en", "within two weeks", "2025-08-24"),
        ("en", "three days ago", "2025-08-07"),
        ("en", "tomorrow", "2025-08-11"),
        ("de", "bis Weihnachten", "2025-12-25"),
        ("de", "bis zum 30. November", "2025-11-30"),
        ("en", "before Christmas", "2025-12-25"),
        ("en", "until next Friday", "2025-08-15"),
        ("en", "by 30 November", "2025-11-30"),
        ("en", "by mid-December", None),
        ("de", "bis Mitte Dezember", None),
        ("de", "am Freitag", None),
        ("de", "im nächsten Jahr", None),
        ("de", "am 31. Februar", None),
        ("en", "next month", None),
        ("en", "on Friday", None),
    ],
)
def test_a_phrase_is_a_day_or_a_gap(language: str, phrase: str, day: str | None) -> None:
    before = "Das endet" if language == "de" else "It ends"
    text = f"{before} {phrase}, so viel ist klar."
    (found,) = dates(Article(text), language, DAY)
    assert text[found.start : found.end] == found.phrase
    assert found.phrase in phrase
    assert (str(found.date) if found.date else None) == day


@pytest.mark.parametrize(
    ("language", "text", "phrases"),
    [
        ("en", "It stands until next Friday.", ["until next Friday"]),
        ("en", "It ends by the 30 November or before Christmas.",
         ["by the 30 November", "before Christmas"]),
        ("en", "By Friday, by Monday, by 1 December.", ["By Friday", "by Monday", "by 1 December"]),
        ("de", "Es gilt bis zum 3. Dezember, spätestens am 5. Dezember.",
         ["bis zum 3. Dezember", "spätestens am 5. Dezember"]),
        ("de", "Noch vor dem 3. Dezember, vor Weihnachten.",
         ["Noch vor dem 3. Dezember", "vor Weihnachten"]),
        ("de", "Das war vor zwei Tagen.", ["vor zwei Tagen"]),
        ("en", "He came next Friday.", ["next Friday"]),
    ],
)  # fmt: skip
def test_the_word_that_makes_a_day_a_deadline_belongs_to_its_phrase(
    language: str, text: str, phrases: list[str]
) -> None:
    assert [when.phrase for when in dates(Article(text), language, DAY)] == phrases


def test_without_a_day_of_publication_full_dates_alone_are_resolved() -> None:
    found = dates(Article("Am 15. August 2024, und am kommenden Freitag."), "de", None)
    assert [when.date for when in found] == [datetime.date(2024, 8, 15), None]


def test_places_hold_in_decomposed_text() -> None:
    text = unicodedata.normalize("NFD", "Für Köln gilt: übermorgen und am nächsten Freitag.")
    found = dates(Article(text), "de", DAY)
    assert [str(when.date) for when in found] == ["2025-08-12", "2025-08-15"]
    for when in found:
        assert unicodedata.normalize("NFC", text[when.start : when.end]) == when.phrase
