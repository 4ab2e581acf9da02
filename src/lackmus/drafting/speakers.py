"""Who is reported: the subject of a verb of saying, the name behind *laut*, the last one named.

A noun phrase is read forwards by its shape: a determiner, adjectives, nouns and names, what is
attached by genitive or preposition, an apposition between commas. A subject stands just before its
verb or just behind it (German main clauses have the verb in second place).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from lackmus.drafting.article import Article, Word
from lackmus.drafting.lexicon import Lexicon
from lackmus.drafting.speech import Report, Signal

_ADJECTIVE: Final = re.compile(r"^[a-zäöüß][\w-]*(?:e|en|er|es|em)$|^\d")
_MARKS: Final = "„“”\"»«‚‘’'"
_STOPS: Final = {".", ":", ";", "!", "?", "–"}
#: Sentences back to which an unnamed speaker may reach.
_BACK: Final = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that say who speaks, and where they stand."""

    start: int
    end: int
    text: str
    pronoun: bool = False


class Speakers:
    """Finds the speakers of an article's reports, in order."""

    def __init__(self, article: Article, lexicon: Lexicon) -> None:
        self._article = article
        self._lexicon = lexicon
        self._last: tuple[int, Mention] | None = None

    def of(self, report: Report) -> Mention | None:
        """Who is reported to speak; the last one that fits where nobody is named."""
        self._frame(report.sentence - 1)
        words = self._article.sentences[report.sentence].words
        for signal in report.signals:
            place = self._place(words, signal)
            if place is not None:
                mention = self._mention(words, *place)
                if not mention.pronoun:
                    self._last = report.sentence, mention
                return mention
        across = self._across(report.sentence)
        if across is not None:
            return across
        own = self._embedding(words, report)
        if own is not None:
            mention = self._mention(words, *own)
            if not mention.pronoun:
                self._last = report.sentence, mention
            return mention
        if self._last and report.sentence - self._last[0] <= _BACK:
            self._last = report.sentence, self._last[1]
            return self._last[1]
        return self._before(report.sentence)

    def second_hand(self, report: Report, outer: Mention | None) -> Mention | None:
        """Whom the speaker of a report reports in turn; None where he speaks for himself."""
        words = self._article.sentences[report.sentence].words
        for signal in report.signals:
            place = self._place(words, signal)
            if place is None or outer is None:
                continue
            mention = self._mention(words, *place)
            if not mention.pronoun and mention.text != outer.text:
                return mention
        return None

    def _across(self, index: int) -> Mention | None:
        """Who a quotation of several sentences is ascribed to: at its end, or before it."""
        sentences = self._article.sentences
        here = sentences[index]
        for start, end in self._article.quoted_in(here.start, here.end):
            first, last = self._article.sentence_at(start), self._article.sentence_at(end - 1)
            around = [
                last,
                first,
                *(
                    [last + 1]
                    if last + 1 < len(sentences) and sentences[last + 1].start - end < 3
                    else []
                ),
            ]
            for other in dict.fromkeys(around):
                found = self._ascribed(other, start, end)
                if found is not None:
                    return found
            if first and sentences[first - 1].words[-1].text == ":":
                self._frame(first - 1)
                if self._last and self._last[0] == first - 1:
                    return self._last[1]
        return None

    def _ascribed(self, index: int, start: int, end: int) -> Mention | None:
        """The subject of a verb of saying in a sentence, outside a quotation."""
        words = self._article.sentences[index].words
        low = [word.low for word in words]
        for place, word in enumerate(words):
            inside = start < word.start < end
            if inside or not self._lexicon.finite.get(word.text):
                continue
            found = self._subject(words, low, place)
            if found:
                mention = self._mention(words, *found)
                if not mention.pronoun:
                    self._last = index, mention
                return mention
        return None

    def _embedding(self, words: Sequence[Word], report: Report) -> tuple[int, int] | None:
        """The subject of a main clause that a Konjunktiv depends on."""
        cue = report.signals[0].cue
        if report.rule != "Konjunktiv" or "," not in [word.text for word in words[:cue]]:
            return None
        comma = [word.text for word in words].index(",")
        if any(word.text in self._lexicon.subjunctive for word in words[:comma]):
            return None
        return self._first(words, comma)

    def _first(self, words: Sequence[Word], stop: int) -> tuple[int, int] | None:
        """The first noun phrase that no preposition governs."""
        place = 0
        while place < stop:
            if words[place].low in self._lexicon.words["preposition"]:
                governed = self._phrase(words, place + 1)
                place = governed[1] if governed else place + 1
                continue
            found = self._phrase(words, place)
            if found and not (found == (0, 1) and not self._known(words[0])):
                return found
            place = found[1] if found else place + 1
        return None

    def _before(self, index: int) -> Mention | None:
        """The subject of the sentence before, where nobody else was named."""
        if index == 0:
            return None
        words = self._article.sentences[index - 1].words
        found = self._first(words, len(words))
        if found is None:
            return None
        mention = self._mention(words, *found)
        self._last = index, mention
        return mention

    def _frame(self, index: int) -> None:
        """Remembers who a sentence introduces that ends in a colon."""
        if index < 0 or self._article.sentences[index].words[-1].text != ":":
            return
        words = self._article.sentences[index].words
        low = [word.low for word in words]
        for place, word in enumerate(words):
            if self._lexicon.finite.get(word.text) or self._lexicon.participles.get(word.text):
                found = self._subject(words, low, place)
                if found:
                    self._last = index, self._mention(words, *found)
                    return

    def _mention(self, words: Sequence[Word], first: int, last: int) -> Mention:
        start, end = words[first].start, words[last - 1].end
        text = self._article.text[start:end]
        known = self._lexicon.words
        pronoun = text.lower() in known["pronoun_male"] | known["pronoun_female"]
        return Mention(start, end, text, pronoun)

    # --- where the speaker stands ---

    def _place(self, words: Sequence[Word], signal: Signal) -> tuple[int, int] | None:
        cue = signal.cue
        if cue < 0:
            return None
        low = [word.low for word in words]
        match signal.rule:
            case "laut" | "so X":
                return self._phrase(words, cue + 1)
            case "nach Angaben":
                return self._according(words, cue)
            case "zufolge":
                return self._ending_at(words, cue)
            case "wie X sagt":
                return self._phrase(words, cue + 1) or self._phrase(words, cue + 2)
            case "heißt es":
                for i in range(cue, min(len(words), cue + 6)):
                    if low[i] in ("in", "im", "aus", "beim", "bei", "von"):
                        return self._phrase(words, i + 1)
                return None
            case "Konjunktiv" | "demnach" | "wonach" | "noun, clause":
                return None
        return self._subject(words, low, cue)

    def _according(self, words: Sequence[Word], cue: int) -> tuple[int, int] | None:
        known = self._lexicon.words["according"]
        if cue + 1 < len(words) and any(w.text in known for w in words[cue + 1 : cue + 6]):
            return self._phrase(words, cue + 1)
        return self._ending_at(words, cue)

    def _ending_at(self, words: Sequence[Word], stop: int) -> tuple[int, int] | None:
        """The longest noun phrase that ends just before a place."""
        for start in range(max(0, stop - 12), stop):
            found = self._phrase(words, start)
            if (
                found
                and found[1] == stop
                and not (
                    start
                    and words[start - 1].text[0].isupper()
                    and words[start - 1].text not in _MARKS
                    and start - 1 > 0
                )
            ):
                return found
        return None

    def _subject(
        self, words: Sequence[Word], low: Sequence[str], verb: int
    ) -> tuple[int, int] | None:
        """The subject of a verb: just before it, just behind it, or where its clause begins."""
        agent = self._agent(words, low, verb)
        if agent:
            return agent
        verb = self._finite(low, verb)
        skip = self._lexicon.words["skip_after_verb"]
        starts = [0, *(i + 1 for i in range(verb - 1) if low[i] in "," + _MARKS + ":–")]
        if verb and low[verb - 1] in ("und", "sowie"):
            starts = starts[:1]
        behind = self._behind(words, low, verb + 1)
        for start in starts:
            found = self._phrase(words, start)
            if found and all(word in skip or word == "," for word in low[found[1] : verb]):
                if behind and found == (0, 1) and not self._known(words[0]):
                    return behind
                return found
        if behind:
            return behind
        for start in (*reversed(starts), 0):
            for begin in (start, start + 1, start + 2):
                found = self._phrase(words, begin) if begin < verb else None
                if found and found[1] <= verb:
                    return found
        return None

    def _agent(
        self, words: Sequence[Word], low: Sequence[str], verb: int
    ) -> tuple[int, int] | None:
        """Who does it in the passive: ``wird von X kritisiert``."""
        if not {"wird", "werden", "wurde", "wurden", "worden"} & set(low):
            return None
        if low[verb] not in self._lexicon.participles:
            return None
        for i in range(verb - 1, -1, -1):
            if low[i] in ("von", "vom") and not (
                i
                and words[i - 1].text[0].isupper()
                and i > 1
                and low[i - 2] not in self._lexicon.words["auxiliary"]
            ):
                return self._phrase(words, i + 1)
        return None

    def _behind(
        self, words: Sequence[Word], low: Sequence[str], place: int
    ) -> tuple[int, int] | None:
        """The first noun phrase behind a verb that no preposition governs."""
        known = self._lexicon.words
        for _ in range(4):
            while place < len(words) and low[place] in known["skip_after_verb"]:
                place += 1
            if place >= len(words):
                return None
            if low[place] not in known["preposition"]:
                return self._phrase(words, place)
            governed = self._phrase(words, place + 1)
            if governed is None:
                return None
            place = governed[1]
        return None

    def _known(self, word: Word) -> bool:
        """Whether a word that begins a sentence is a name or noun elsewhere too."""
        return word.text in self._nouns

    @cached_property
    def _nouns(self) -> frozenset[str]:
        return frozenset(
            word.text
            for sentence in self._article.sentences
            for word in sentence.words[1:]
            if word.text[0].isupper()
        )

    def _finite(self, low: Sequence[str], verb: int) -> int:
        """The place of the auxiliary where the cue is a participle."""
        if (
            not any(cue for cue in self._lexicon.participles.get(low[verb], ()))
            or low[verb] in self._lexicon.finite
        ):
            return verb
        for i in range(verb - 1, -1, -1):
            if low[i] in self._lexicon.words["auxiliary"]:
                return i
        return verb

    # --- noun phrases ---

    def _phrase(self, words: Sequence[Word], start: int) -> tuple[int, int] | None:
        """The noun phrase that begins at a place: first word and one past the last."""
        if start >= len(words):
            return None
        known = self._lexicon.words
        if words[start].low in (known["pronoun_male"] | known["pronoun_female"]) and not (
            start + 1 < len(words) and words[start + 1].text[0].isupper()
        ):
            return start, start + 1
        end = self._core(words, start)
        if end is None:
            return None
        while True:
            further = self._attached(words, end)
            if further is None:
                return start, end
            end = further

    def _core(self, words: Sequence[Word], start: int) -> int | None:
        """A determiner, adjectives, and at least one noun or name."""
        i, known = start, self._lexicon.words
        if i < len(words) and words[i].low in known["determiner"]:
            i += 1
        while i < len(words) and self._adjective(words, i) and self._noun_ahead(words, i):
            i += 1
        begin = i
        while i < len(words) and (
            self._is_name(words, i) or (i > begin and words[i].text[0].isdigit())
        ):
            i += 1
        return i if i > begin else None

    def _adjective(self, words: Sequence[Word], place: int) -> bool:
        """Whether a word has an adjective's ending and is no verb of saying."""
        text = words[place].text
        return bool(_ADJECTIVE.match(text)) and text not in self._lexicon.finite

    def _noun_ahead(self, words: Sequence[Word], place: int) -> bool:
        """Whether a capital follows the adjectives at a place."""
        for word in words[place + 1 : place + 4]:
            if word.text[0].isupper() or word.text in _MARKS:
                return True
            if not _ADJECTIVE.match(word.text):
                return False
        return False

    def _is_name(self, words: Sequence[Word], place: int) -> bool:
        text = words[place].text
        if text[0].isupper():
            return not (place == 0 and words[0].low in self._lexicon.words["never_name"])
        if text in _MARKS:
            return self._quoted_name(words, place)
        return (
            text.lower() in ("al", "bin", "van", "de", "da", "di", "el", "ben", "ibn", ".")
            and (
                place + 1 < len(words)
                and words[place + 1].text[0].isupper()
                and (text != "." or len(words[place - 1].text) <= 3)
            )
        ) or (text == "." and len(words[place - 1].text) == 1)

    def _quoted_name(self, words: Sequence[Word], place: int) -> bool:
        """Whether a quotation mark opens or closes a short name such as a newspaper's."""
        if words[place].text in "„»":
            closing = [w.text for w in words[place + 1 : place + 6]]
            return any(mark in closing for mark in ("“", "”", "«"))
        return any(w.text in "„»" for w in words[max(0, place - 5) : place])

    def _attached(self, words: Sequence[Word], end: int) -> int | None:
        """One past what is attached at `end`: genitive, preposition, bracket, apposition."""
        if end >= len(words):
            return None
        word = words[end]
        if word.low in self._lexicon.words["attach"]:
            return self._core(words, end + 1)
        if word.text == "(":
            for i in range(end + 1, min(end + 6, len(words))):
                if words[i].text == ")":
                    return i + 1
            return None
        if word.text == ",":
            return self._apposition(words, end + 1)
        return None

    def _apposition(self, words: Sequence[Word], start: int) -> int | None:
        """One past an apposition that a comma, a full stop or a quotation mark closes."""
        inner = self._core(words, start)
        while inner is not None and inner < len(words) and words[inner].text != ",":
            further = self._attached(words, inner)
            if further is None:
                break
            inner = further
        if inner is None or inner - start > 14:
            return None
        if inner == len(words) or words[inner].text in ",." + _MARKS:
            return inner
        if (
            words[inner].text in self._lexicon.finite
            or words[inner].low in (self._lexicon.words["auxiliary"])
        ):
            return inner
        return None
