"""Who is reported: whom a cue names, to whom a quotation is ascribed, the last one named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from lackmus.drafting.article import Article, Word
from lackmus.drafting.lexicon import Lexicon
from lackmus.drafting.phrases import MARKS, Phrases
from lackmus.drafting.second_hand import SecondHand
from lackmus.drafting.speech import Report
from lackmus.drafting.subjects import Subjects

#: Rules that find a sentence within the quotation of several.
_QUOTED: Final = frozenset(("open quotation", "inside quotation"))
#: Characters between a quotation and a sentence that may say whose it is.
_NEAR: Final = 2
#: Sentences back to which an unnamed speaker may reach.
_BACK: Final = 4


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

    def __init__(self, article: Article, lexicon: Lexicon, reports: Sequence[Report]) -> None:
        self._article = article
        self._reports = {report.sentence: report for report in reports}
        self._chains: dict[tuple[int, int], tuple[Mention, Mention]] = {}
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
            if found.pronoun and not found.meant:
                found = self._meaning(report.sentence, found)
            return self._remembered(report.sentence, found)
        acting = self._before(report.sentence)
        if acting is None and self._last and report.sentence - self._last[0] <= _BACK:
            acting = self._last[1]
        return acting and self._remembered(report.sentence, acting)

    def _meaning(self, index: int, pronoun: Mention) -> Mention:
        """A pronoun with whom it means: who acts in the sentence before."""
        acting = self._before(index)
        if acting is None or acting.pronoun:
            return pronoun
        return replace(pronoun, meant=acting.text)

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

    def second_hand(self, report: Report, outer: Mention | None) -> tuple[Mention, Mention] | None:
        """Who reports whom where a speaker reports another; None where he speaks for himself.

        What stands in a quotation of several sentences is reported as its first sentence is.
        """
        here = self._article.sentences[report.sentence]
        quoted = self._article.quoted_in(here.start, here.end)
        for start, end in quoted:
            if (start, end) in self._chains:
                return self._chains[start, end]
        found = self._chain(report, outer) or self._introduced(report)
        if found is None and not _QUOTED.isdisjoint(signal.rule for signal in report.signals):
            ends = {self._article.sentence_at(end) for _, end in quoted}
            for index in ends - {report.sentence}:
                found = found or self._chain_at(index)
        if found:
            self._chains.update(dict.fromkeys(quoted, found))
        return found

    def _introduced(self, report: Report) -> tuple[Mention, Mention] | None:
        """The chain of the sentence before, where it ends in a colon."""
        index = report.sentence - 1
        if index < 0 or self._article.sentences[index].words[-1].text != ":":
            return None
        return self._chain_at(index)

    def _chain_at(self, index: int) -> tuple[Mention, Mention] | None:
        """The chain of a sentence, whether or not it is a report by itself."""
        report = self._reports.get(index)
        if report is None:
            return self._chain(Report(index, ()), None)
        return self._chain(report, self._cued(report))

    def _chain(self, report: Report, outer: Mention | None) -> tuple[Mention, Mention] | None:
        """The chain of one sentence."""
        words = self._article.sentences[report.sentence].words
        place = None if outer is None else _place(words, outer)
        found = self._second_hand.chain(words, report.signals, place)
        if found is None:
            return None
        return self._mention(words, *found.outer), self._mention(words, *found.inner)

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
        """Who acts in the sentence before, unless it is itself a report."""
        if index == 0 or (self._last and self._last[0] == index - 1):
            return None
        words = self._article.sentences[index - 1].words
        found = self._phrases.main(words)
        return found and self._mention(words, *found)

    def _frame(self, index: int) -> None:
        """Remembers who a sentence introduces that ends in a colon."""
        if index < 0 or self._article.sentences[index].words[-1].text != ":":
            return
        if self._last is not None and self._last[0] == index:
            return
        words = self._article.sentences[index].words
        low = [word.low for word in words]
        for place, word in reversed(tuple(enumerate(words))):
            if self._lexicon.finite.get(word.text) or self._lexicon.participles.get(word.text):
                found = self._subjects.of_verb(words, low, place)
                if found:
                    self._last = index, self._mention(words, *found)
                    return
        found = self._phrases.acting(words, len(words)) or self._phrases.first(words, len(words))
        if found:
            self._last = index, self._mention(words, *found)

    def _mention(self, words: Sequence[Word], first: int, last: int) -> Mention:
        start, end = words[first].start, words[last - 1].end
        text = self._article.text[start:end]
        known = self._lexicon.words
        own = words[first].low in known["possessive"]
        if words[first].low in known["relative"] and last == first + 1 and first > 1:
            before = self._phrases.ending_at(words, first - 1)
            meant = (
                self._article.text[words[before[0]].start : words[before[1] - 1].end]
                if before
                else ""
            )
            return Mention(start, end, text, pronoun=True, meant=meant)
        own = own or words[first].low in ("demnach", "demzufolge")
        pronoun = own or text.lower() in known["pronoun_male"] | known["pronoun_female"]
        named = self._last[1] if pronoun and self._last is not None else None
        meant = "" if named is None else named.meant if named.pronoun else named.text
        return Mention(start, end, text, pronoun, meant)


def _place(words: Sequence[Word], mention: Mention) -> tuple[int, int] | None:
    """First word of a mention and one past its last; None where it stands in another sentence."""
    within = [i for i, word in enumerate(words) if mention.start <= word.start < mention.end]
    return (within[0], within[-1] + 1) if within else None
