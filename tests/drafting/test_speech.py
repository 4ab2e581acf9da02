"""Every rule for German reported speech has its sentences; what looks like one and is none too."""

from __future__ import annotations

import unicodedata

import pytest

from lackmus.drafting.article import Article
from lackmus.drafting.lexicon import lexicon
from lackmus.drafting.speech import reports
from lackmus.drafting.voices import voices

GERMAN = lexicon("de")

RULES = [
    ("Konjunktiv", "Ein Abkommen werde an diesem Tag nicht unterzeichnet."),
    ("laut", "Laut Polizei wurde niemand verletzt."),
    ("zufolge", "Dem Sprecher zufolge wurde niemand verletzt."),
    ("nach Angaben", "Nach Angaben der Polizei wurde niemand verletzt."),
    ("nach Angaben", "Seiner Ansicht nach reicht das Geld nicht."),
    ("so X", "Ohne Hilfe, so der Minister, geht es nicht."),
    ("demnach", "Demnach steigen die Preise im Herbst."),
    ("heißt es", "In dem Bericht heißt es, die Lage ist ernst."),
    ("wonach", "Es gibt Berichte, wonach die Preise steigen."),
    ("wie X sagt", "Wie die Behörde mitteilt, steigen die Preise."),
    ("verb, clause", "Der Minister sagt, dass die Preise steigen."),
    ("verb, inverted", "Die Preise steigen, sagt der Minister."),
    ("verb, infinitive", "Die Gewerkschaft droht, die Arbeit niederzulegen und zu streiken."),
    ("verb", "Der Minister kündigte Reformen an und warnte vor Kosten."),
    ("participle", "Der Minister hat gesagt, dass die Preise steigen."),
    ("noun, clause", "Er ist der Ansicht, dass die Preise steigen."),
]


@pytest.mark.parametrize(("rule", "sentence"), RULES)
def test_every_rule_has_its_sentence(rule: str, sentence: str) -> None:
    found = reports(Article(sentence, GERMAN.abbreviations), GERMAN)
    assert [r.sentence for r in found] == [0]
    assert rule in [signal.rule for signal in found[0].signals]


@pytest.mark.parametrize(
    "sentence",
    [
        "Die Preise steigen im Herbst.",
        "Die Musik war laut und die Nacht kurz.",
        "Nach dem Spiel gingen alle nach Hause.",
        "So schön war der Sommer nie.",
        "Der Stein ist größer als das Haus.",
        "Egal, was der Minister dazu sagt – die Preise steigen.",
    ],
)
def test_what_reports_nothing_is_no_report(sentence: str) -> None:
    assert not reports(Article(sentence, GERMAN.abbreviations), GERMAN)


@pytest.mark.parametrize(
    "quoted",
    [
        "„{}“",
        "“{}”",
        "„{}”",
        "»{}«",
        "«{}»",
        "« {} »",
        '"{}"',
        "‚{}‘",
        "›{}‹",
        "‘{}’",
        "'{}'",
        "''{}''",
    ],
)
def test_speech_is_found_in_every_style_of_quotation_marks(quoted: str) -> None:
    words = quoted.format("Wir werden in diesem Jahr nicht nachgeben,")
    found = list(voices(Article(f"{words} sagte Anna Keller."), GERMAN))
    assert [(r.kind, who and who.text) for r, who, _ in found] == [("direct", "Anna Keller")]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_umlauts_are_read_composed_and_decomposed(form: str) -> None:
    plain = "Die Behörde erklärte, dass die Lage für Köln schwierig sei."
    text = unicodedata.normalize(form, plain)  # type: ignore[arg-type]
    (report, speaker, _), *_ = voices(Article(text), GERMAN)
    assert "verb, Konjunktiv" in [signal.rule for signal in report.signals]
    assert speaker is not None
    assert unicodedata.normalize("NFC", speaker.text) == "Die Behörde"
    assert text[speaker.start : speaker.end] == speaker.text
