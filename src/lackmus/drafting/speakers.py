"""Who is reported: whom a cue names, to whom a quotation is ascribed, the last one named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lackmus.drafting.article import Article, Word
from lackmus.drafting.lexicon import Lexicon
from lackmus.drafting.phrases import MARKS, Phrases
from lackmus.drafting.second_hand import SOURCES, SecondHand
from lackmus.drafting.speech import Report
from lackmus.drafting.subjects import Subjects

#: Rules that find a sentence within the quotation of several.
_QUOTED: Final = frozenset(("open quotation", "inside quotation"))
#: Characters between a quotation and a sentence that may say whose it is.
_NEAR: Final = 2
#: Sentences back to which an unnamed speaker may reach.
_BACK: Final = 2


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that say who speaks, and where they stand.

    Attributes:
        start: Where they begin.
        end: Where they end.
        text: The words.
        pronoun: Whether they name nobody.
        meant: Whom a pronoun means, as the text last named him; empty where it named nobody.
    """

    start: int
    end: int
    text: str
    pronoun: bool = False
    meant: str = ""


class Speakers:
    """Finds the speakers of an article's reports, in order."""

    def __init__(self, article: Article, lexicon: Lexicon) -> None:
        self._article = article
        self._lexicon = lexicon
        self._phrases = Phrases(article, lexicon)
        self._subjects = Subjects(self._phrases, lexicon)
        self._second_hand = SecondHand(self._phrases, self._subjects, lexicon)
        self._last: tuple[int, Mention] | None = None

    def of(self, report: Report) -> Mention | None:
        """Who is reported to speak; the last one that fits where nobody is named."""
        self._frame(report.sentence - 1)
        within = not _QUOTED.isdisjoint(signal.rule for signal in report.signals)
        found = self._across(report.sentence) if within else None
        found = found or self._cued(report) or self._across(report.sentence)
        if found is not None:
            return self._remembered(report.sentence, found)
        if self._last and report.sentence - self._last[0] <= _BACK:
            self._last = report.sentence, self._last[1]
            return self._last[1]
        return self._before(report.sentence)

    def _remembered(self, index: int, mention: Mention) -> Mention:
        self._last = index, mention
        return mention

    def _cued(self, report: Report) -> Mention | None:
        """Who stands where a cue says that the speaker stands."""
        words = self._article.sentences[report.sentence].words
        places = [self._subjects.of(words, signal) for signal in report.signals]
        found = [
            self._mention(words, *place)
            for place in (*places, self._subjects.embedding(words, report))
            if place is not None and words[place[0]].low not in ("ich", "wir")
        ]
        own = self._lexicon.words["possessive"]
        found.sort(key=lambda mention: mention.text.split()[0].lower() in own)
        return found[0] if found else None

    def second_hand(self, report: Report, outer: Mention | None) -> Mention | None:
        """Whom the speaker of a report reports in turn; None where he speaks for himself.

        Either a source is named by a preposition and a verb of saying has its own subject (*laut X
        warnte Y*), or a clause with *dass* says what somebody else thinks (*X betont, dass Y nicht
        sicher ist*).
        """
        words = self._article.sentences[report.sentence].words
        if outer is None or outer.end <= words[0].start or outer.start > words[-1].start:
            return None
        sources = any(signal.rule in SOURCES for signal in report.signals)
        for place in self._second_hand.places(words, beside_source=sources):
            inner = self._mention(words, *place)
            apart = inner.end <= outer.start or outer.end <= inner.start
            named = words[place[0]].text[0].isupper() or place[1] - place[0] > 1
            if apart and named and not inner.pronoun and inner.text != outer.text:
                return inner
        return None

    def _across(self, index: int) -> Mention | None:
        """Who a quotation of several sentences is ascribed to: at its end, or before it."""
        sentences = self._article.sentences
        here = sentences[index]
        for start, end in self._article.quoted_in(here.start, here.end):
            first, last = self._article.sentence_at(start), self._article.sentence_at(end - 1)
            found = self._ascribed(last, start, end) or self._ascribed(first, start, end)
            if found is not None:
                return found
            if first and sentences[first - 1].words[-1].text == ":":
                self._frame(first - 1)
                if self._last and self._last[0] == first - 1:
                    return self._last[1]
            if last + 1 < len(sentences) and sentences[last + 1].start - end <= _NEAR:
                found = self._ascribed(last + 1, start, end)
                if found is not None:
                    return found
        return None

    def _ascribed(self, index: int, start: int, end: int) -> Mention | None:
        """The subject of a verb of saying in a sentence, outside a quotation."""
        words = self._article.sentences[index].words
        low = [word.low for word in words]
        for place, word in enumerate(words):
            inside = start < word.start < end
            tail = place > 1 and low[place - 1] == "," and low[place - 2] in MARKS
            if inside or not (self._lexicon.finite.get(word.text) or tail):
                continue
            if not tail or self._lexicon.finite.get(word.text):
                found = self._subjects.of_verb(words, low, place)
            else:
                found = (
                    self._subjects.behind(words, low, place + 1) if word.text.islower() else None
                )
            if found:
                mention = self._mention(words, *found)
                return self._remembered(index, mention)
        return None

    def _before(self, index: int) -> Mention | None:
        """The subject of the sentence before, where nobody else was named."""
        if index == 0:
            return None
        words = self._article.sentences[index - 1].words
        found = self._phrases.first(words, len(words))
        if found is None:
            return None
        mention = self._mention(words, *found)
        self._last = index, mention
        return mention

    def _frame(self, index: int) -> None:
        """Remembers who a sentence introduces that ends in a colon."""
        if index < 0 or self._article.sentences[index].words[-1].text != ":":
            return
        if self._last is not None and self._last[0] == index:
            return
        words = self._article.sentences[index].words
        low = [word.low for word in words]
        for place, word in enumerate(words):
            if self._lexicon.finite.get(word.text) or self._lexicon.participles.get(word.text):
                found = self._subjects.of_verb(words, low, place)
                if found:
                    self._last = index, self._mention(words, *found)
                    return
        found = self._phrases.first(words, len(words))
        if found:
            self._last = index, self._mention(words, *found)

    def _mention(self, words: Sequence[Word], first: int, last: int) -> Mention:
        start, end = words[first].start, words[last - 1].end
        text = self._article.text[start:end]
        known = self._lexicon.words
        own = words[first].low in known["possessive"]
        pronoun = own or text.lower() in known["pronoun_male"] | known["pronoun_female"]
        named = self._last[1] if pronoun and self._last is not None else None
        meant = "" if named is None else named.meant if named.pronoun else named.text
        return Mention(start, end, text, pronoun, meant)
