"""Who speaks: each rule for German noun phrases, subjects and unnamed speakers has a sentence."""

from __future__ import annotations

import pytest

from lackmus.drafting.article import Article
from lackmus.drafting.lexicon import lexicon
from lackmus.drafting.voices import voices

GERMAN = lexicon("de")

# The last sentence's speaker, as the words say it.
NAMED = {
    "a genitive without an article": (
        "Nach Angaben örtlicher Behörden blieb die Brücke gesperrt.",
        "Angaben örtlicher Behörden",
    ),
    "a verb within a name between marks": (
        "Die Gruppe „Köln hilft“ sagte, dass die Zelte fehlen.",
        "Die Gruppe „Köln hilft“",
    ),
    "what was said is no name": (
        "„Das Geld reicht“, sagte Keller dem Sender.",
        "Keller",
    ),
    "a place behind a noun with an article": (
        "Am Montag forderte die Botschaft in Bern die Freilassung der Fischer.",
        "die Botschaft in Bern",
    ),
    "no place behind a bare name": ("Der Streik beginnt, sagte Keller in Bern.", "Keller"),
    "no time is a place": (
        "Nach Angaben der Polizei im Januar fehlten die Akten.",
        "Angaben der Polizei",
    ),
    "an apposition with a preposition": (
        "Jens Ott, der Leiter der Behörde im Norden, sagte, dass die Pegel fallen.",
        "Jens Ott, der Leiter der Behörde im Norden",
    ),
    "a participle with words of its own": (
        "Die Lage ist ernst, schrieb die in Köln geborene Autorin.",
        "die in Köln geborene Autorin",
    ),
    "one of those that a genitive names": (
        "Einer der Fischer sagte, dass die Netze leer sind.",
        "Einer der Fischer",
    ),
    "two adjectives": (
        "Kleine und mittlere Betriebe fordern, die Steuer zu senken.",
        "Kleine und mittlere Betriebe",
    ),
    "an adverb that begins like a name": (
        "Gegenwärtig wirft Keller dem Verband Betrug vor.",
        "Keller",
    ),
    "an article in front of zufolge": (
        "Am Abend brach einigen Helfern zufolge der Damm.",
        "einigen Helfern",
    ),
    "where it says so, at the head": (
        "In dem Brief heißt es, dass die Frist verlängert wird.",
        "dem Brief",
    ),
    "from where it says so": ("Aus Bern hieß es, dass die Frist verlängert wird.", "Bern"),
    "whereby": ("Es gibt eine Schätzung, wonach die Hälfte fehlt.", "eine Schätzung"),
    "an object in front of the verb": (
        "Die Verlegung des Hafens bezeichnete Keller als klug, weil der Platz fehle.",
        "Keller",
    ),
    "a second verb of one subject": (
        "Die Gewerkschaft hat den Vorschlag geprüft und fordert mehr Geld.",
        "Die Gewerkschaft",
    ),
    "a verb behind a quotation": (
        "„Wir bleiben dabei, dass die Frist gilt“, betonte der Sprecher.",
        "der Sprecher",
    ),
    "by whom, in the passive": (
        "Im Werk wird von Keller gefordert, dass die Löhne steigen.",
        "Keller",
    ),
    "what a Konjunktiv depends on": (
        "Keller begegnet der Kritik mit dem Hinweis, das Werk sei alt.",
        "Keller",
    ),
    "no subject in the passive": (
        "Keller geht davon aus, dass der Brand von Kindern verursacht worden sei.",
        "Keller",
    ),
    "a space that is missing": (
        "„Die Akten fehlen noch immer ganz“, sagte Keller.Danach ging er.",
        "Keller",
    ),
}
# Two or three sentences; who speaks in the last.
UNNAMED = {
    "the last speaker": (
        "Keller sagte, dass der Hafen schließt. Die Löhne seien zu hoch.",
        "Keller",
    ),
    "who acts in between": (
        "Keller sagte, dass der Hafen schließt. Die Gewerkschaft ist besorgt. "
        "Die Löhne seien gerecht.",
        "Die Gewerkschaft",
    ),
    "no act in between": (
        "Keller sagte, dass der Hafen schließt. Die Schließung wurde verschoben. "
        "Die Löhne seien gerecht.",
        "Keller",
    ),
    "by whom it was done": (
        "Der Beschluss wurde vom Verband als falsch verworfen. Die Löhne seien gerecht.",
        "Verband",
    ),
    "in which text": (
        "In einem Jahresbericht werden die Löhne beziffert. Die Zahlen seien vorläufig.",
        "einem Jahresbericht",
    ),
    "who introduces with a colon": (
        "Der Vorstand wies den Vorwurf zurück, die Sprecherin Anna Keller erklärte: "
        "„Wir haben bis zuletzt gehofft, dass er bleibt.“",
        "die Sprecherin Anna Keller",
    ),
}


def speaker(text: str) -> tuple[str, str]:
    """The last sentence's speaker in the text's words, and whom he means."""
    *_, (_, who, _) = voices(Article(text, GERMAN.abbreviations), GERMAN)
    assert who is not None
    return who.text, who.meant


@pytest.mark.parametrize("case", NAMED)
def test_who_is_named(case: str) -> None:
    text, name = NAMED[case]
    assert speaker(text)[0] == name


@pytest.mark.parametrize("case", UNNAMED)
def test_who_is_not_named(case: str) -> None:
    text, name = UNNAMED[case]
    assert speaker(text)[0] == name


def test_a_relative_pronoun_means_the_noun_before_it() -> None:
    text = "Den Preis erhielt die Ärztin Anna Keller, die im Mai behauptete, dass Helfer fehlen."
    assert speaker(text) == ("die", "die Ärztin Anna Keller")


def test_demnach_means_the_last_speaker() -> None:
    text = "Keller sagte, dass der Hafen schließt. Demnach verlieren alle ihre Stelle."
    assert speaker(text) == ("Demnach", "Keller")
