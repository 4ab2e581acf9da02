"""Who is reported by whom, in German sentences."""

from __future__ import annotations

import pytest

from lackmus.drafting.article import Article
from lackmus.drafting.draft import short_name
from lackmus.drafting.lexicon import lexicon
from lackmus.drafting.voices import voices

GERMAN = lexicon("de")

# The sentence, who speaks, who reports it.
CHAINS = [
    ("Laut der Zeitung warnte der Minister vor Kosten.", "Minister", "Zeitung"),
    ("Dem Sender zufolge kündigte der Präsident neue Zölle an.", "Präsident", "Sender"),
    ("Der Präsident kündigte dem Sender zufolge neue Zölle an.", "Präsident", "Sender"),
    (
        "Nach Angaben der Agentur sagte Anna Keller, dass der Streik beginne.",
        "Anna Keller",
        "Agentur",
    ),
    (
        "Wie die Zeitung berichtet, hat Anna Keller den Streik angekündigt und gewarnt.",
        "Anna Keller",
        "Zeitung",
    ),
    ("Laut Handelsblatt hat Jens Ott erklärt, dass das Werk bleibt.", "Jens Ott", "Handelsblatt"),
    (
        "„Wir geben in diesem Jahr nicht nach“, sagte Jens Ott laut Handelsblatt.",
        "Jens Ott",
        "Handelsblatt",
    ),
    (
        "Dass der Kanzler nicht sicher ist, ob das Geld reicht, betont auch die Ministerin.",
        "Kanzler",
        "Ministerin",
    ),
    (
        "Die Ministerin betont, dass der Kanzler nicht sicher ist, ob das Geld reicht.",
        "Kanzler",
        "Ministerin",
    ),
    (
        "Die Sprecherin sagte, dass der Konzern überzeugt ist, im Recht zu sein.",
        "Konzern",
        "Sprecherin",
    ),
    (
        "Der Botschafter erklärte, dass Moskau behauptet, die Truppen seien abgezogen.",
        "Moskau",
        "Botschafter",
    ),
    (
        "Der Botschafter erklärte, Moskau habe behauptet, die Truppen seien abgezogen.",
        "Moskau",
        "Botschafter",
    ),
    ("Keller schreibt, Ott habe ihr gesagt, dass das Werk bleibe.", "Ott", "Keller"),
    (
        "Die Zeitung zitiert den Minister mit den Worten „Das war nie so geplant gewesen“.",
        "Minister",
        "Zeitung",
    ),
    ("„Das war nie so geplant“, zitiert der „Bote“ Keller.", "Keller", "Bote"),
    (
        "Die Ministerin sagte, dass der Kanzler mehr Geld versprochen habe.",
        "Kanzler",
        "Ministerin",
    ),
    (
        "Die Sprecherin erklärte, nach ersten Erkenntnissen habe ein Kabel gebrannt.",
        "ersten Erkenntnissen",
        "Sprecherin",
    ),
]
NO_CHAINS = [
    "Laut Polizei wurde niemand verletzt.",
    "Nach Angaben der Polizei kamen tausend Menschen.",
    "Der Minister sagt, dass die Preise steigen.",
    "Die Preise steigen, sagt der Minister.",
    "Die Ministerin betont, dass der Kanzler im Urlaub ist.",
    "Der Zeitung zufolge steigen die Preise.",
    "Laut Gesetz ist das verboten.",
    "Ohne Hilfe, so der Minister, geht es nicht.",
    "Ein Abkommen werde nicht unterzeichnet.",
    "„Wir geben in diesem Jahr nicht nach“, sagte Jens Ott.",
    "Laut Polizei ist der Umzug, zu dem die Partei aufgerufen hatte, friedlich verlaufen.",
    "Die Polizei geht davon aus, dass der Einbruch von Kindern ausgeführt wurde.",
    "Die Partei schätzte hundert Teilnehmer; nach Polizeiangaben waren es fünfzig.",
    "Laut Amt sagte heute Nachmittag niemand ab.",
]
# Whether words are quoted within a report in the reporter's own words.
QUOTES = {
    "Keller sagte, der Plan sei „viel zu teuer“ für die Stadt.": True,
    "Nach Angaben des Amtes ist das Wasser „ohne jede Gefahr“ zu trinken.": True,
    "„Der Plan ist viel zu teuer“, sagte Keller der Stadt.": False,
    "Keller bezeichnete den Plan als „viel zu teuer“.": False,
    "Laut „bote.de“ ist der Plan zu teuer.": False,
    "Keller schreibt für den „Boten“, dass der Plan zu teuer sei.": False,
}


@pytest.mark.parametrize("sentence", QUOTES)
def test_words_quoted_within_a_report(sentence: str) -> None:
    report, _, _ = next(voices(Article(sentence, GERMAN.abbreviations), GERMAN))
    assert bool(report.quotes) == QUOTES[sentence]


def test_all_sentences_of_a_quotation_have_its_chain() -> None:
    text = (
        "Jens Ott wird vom Handelsblatt mit diesen Worten zitiert: "
        "„Das Werk bleibt in jedem Fall offen. Daran wird kein Streik etwas ändern.“"
    )
    found = voices(Article(text, GERMAN.abbreviations), GERMAN)
    assert [(outer and outer.text, inner and inner.text) for _, outer, inner in found] == [
        ("Handelsblatt", "Jens Ott")
    ] * 2


def chain(sentence: str) -> tuple[str, str]:
    """Speaker and reporter of a sentence; empty where its speaker speaks for himself."""
    _, outer, inner = next(voices(Article(sentence, GERMAN.abbreviations), GERMAN))
    if inner is None or outer is None:
        return "", ""
    return short_name(inner.text, GERMAN), short_name(outer.text, GERMAN)


def test_at_least_eight_in_ten_chains_are_found_and_none_is_made_up() -> None:
    found = [chain(sentence) == (speaker, reporter) for sentence, speaker, reporter in CHAINS]
    assert sum(found) >= 0.8 * len(CHAINS)


@pytest.mark.parametrize("sentence", NO_CHAINS)
def test_a_speaker_for_himself_is_no_chain(sentence: str) -> None:
    assert chain(sentence) == ("", "")
