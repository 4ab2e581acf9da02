"""Who is reported: the subject of a verb of saying, the name behind *laut*, the last one named.

A noun phrase is read forwards by its shape: a determiner, adjectives, nouns and names, what is
attached by genitive or preposition, an apposition between commas. A subject stands just before its
verb or just behind it (German main clauses have the verb in second place).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from lackmus.drafting.article import Article, Word
from lackmus.drafting.lexicon import Lexicon
from lackmus.drafting.speech import Report, Signal

_ADJECTIVE: Final = re.compile(r"^[a-zäöüß][\w-]*(?:e|en|er|es|em)$|^\d")
#: Names that begin small: ``bild.de``, ``el-Baradei``.
_SMALL_NAME: Final = re.compile(r"[a-zäöü]\w*(?:\.[a-z]{2,3}|-[A-ZÄÖÜ]\w*)$")
_PARTING: Final = frozenset(",“”\"«‚‘’':–")
_MARKS: Final = "„“”\"»«‚‘’'"
#: Rules that find a sentence within the quotation of several.
_QUOTED: Final = frozenset(("open quotation", "inside quotation"))
#: Rules that name a source beside the sentence's own verb, and verbs too often used of things.
_SOURCES: Final = frozenset(("laut", "zufolge", "nach Angaben", "wie X sagt"))
_MEANS: Final = frozenset(("zitieren", "fordern", "bestätigen", "annehmen", "feststellen"))
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
        places = [self._place(words, signal) for signal in report.signals]
        found = [
            self._mention(words, *place)
            for place in (*places, self._embedding(words, report))
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
        sources = any(signal.rule in _SOURCES for signal in report.signals)
        for place in self._tellers(words) if sources else self._thinkers(words):
            inner = self._mention(words, *place)
            apart = inner.end <= outer.start or outer.end <= inner.start
            named = words[place[0]].text[0].isupper() or place[1] - place[0] > 1
            if apart and named and not inner.pronoun and inner.text != outer.text:
                return inner
        return None

    def _tellers(self, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
        """The subjects of verbs of saying beside a source."""
        low = [word.low for word in words]
        for cue, word in enumerate(words):
            known = self._lexicon.finite.get(
                word.text, self._lexicon.participles.get(word.text, ())
            )
            if cue and any(c.strength != "weak" and c.verb not in _MEANS for c in known):
                verb = self._finite(low, cue)
                first = self._directly_before(words, low, [0], verb)
                place = self._behind(words, low, verb + 1) or first
                if place is not None:
                    yield place

    def _thinkers(self, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
        """The subjects of clauses on what somebody thinks: *dass Y hofft*, *Y habe gesagt*."""
        for i, word in enumerate(words[:-1]):
            if word.low not in ("dass", "daß", ","):
                continue
            end = next((j for j in range(i + 1, len(words)) if words[j].text in ",.:"), len(words))
            place = self._phrase(words, i + 1)
            if place is None or place[1] >= end:
                continue
            reported = word.text != "," or words[place[1]].low in ("habe", "hätte", "hätten")
            if reported and {w.low for w in words[i:end]} & self._lexicon.words["attitude"]:
                yield place

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
            tail = place > 1 and low[place - 1] == "," and low[place - 2] in _MARKS
            if inside or not (self._lexicon.finite.get(word.text) or tail):
                continue
            if not tail or self._lexicon.finite.get(word.text):
                found = self._subject(words, low, place)
            else:
                found = self._behind(words, low, place + 1) if word.text.islower() else None
            if found:
                mention = self._mention(words, *found)
                return self._remembered(index, mention)
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
            bare = found == (0, 1) and not self._known(words[0])
            if found and not bare and words[place].low not in self._lexicon.words["oblique"]:
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
        if self._last is not None and self._last[0] == index:
            return
        words = self._article.sentences[index].words
        low = [word.low for word in words]
        for place, word in enumerate(words):
            if self._lexicon.finite.get(word.text) or self._lexicon.participles.get(word.text):
                found = self._subject(words, low, place)
                if found:
                    self._last = index, self._mention(words, *found)
                    return
        found = self._first(words, len(words))
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
                return self._told_by(words, cue)
            case "heißt es":
                return self._stated_in(words, cue)
            case "noun, clause":
                return self._first(words, cue)
            case "Konjunktiv" | "demnach" | "wonach":
                return None
        return self._subject(words, low, cue)

    def _told_by(self, words: Sequence[Word], cue: int) -> tuple[int, int] | None:
        """Who tells in ``wie X in Berlin mitteilt``: up to the verb where only a place parts it."""
        ends = (i for i in range(cue + 2, len(words)) if words[i].text in self._lexicon.finite)
        told = self._nominative(words, cue + 1, next(ends, len(words)))
        return told or self._phrase(words, cue + 2)

    def _stated_in(self, words: Sequence[Word], cue: int) -> tuple[int, int] | None:
        """Where it says so: ``heißt es in dem Bericht``."""
        for i in range(cue, min(len(words), cue + 6)):
            if words[i].low in ("in", "im", "aus", "beim", "bei", "von"):
                return self._phrase(words, i + 1)
        return None

    def _according(self, words: Sequence[Word], cue: int) -> tuple[int, int] | None:
        known = self._lexicon.words["according"]
        if cue + 1 < len(words) and any(w.text in known for w in words[cue + 1 : cue + 6]):
            return self._own(words, cue + 1) or self._phrase(words, cue + 1)
        return self._own(words, cue - 2) or self._ending_at(words, cue)

    def _own(self, words: Sequence[Word], start: int) -> tuple[int, int] | None:
        """``seiner Meinung``: somebody named before, and not here."""
        if 0 <= start < len(words) and words[start].low in self._lexicon.words["possessive"]:
            return start, start + 2
        return None

    def _ending_at(self, words: Sequence[Word], stop: int) -> tuple[int, int] | None:
        """The longest noun phrase that ends just before a place."""
        bare = stop > 1 and words[stop - 1].low.endswith(("berichten", "angaben", "schätzungen"))
        before = words[stop - 2] if stop > 1 else None
        if bare and before is not None and not self._describes(before):
            return stop - 1, stop
        for start in range(max(0, stop - 12), stop):
            found = self._phrase(words, start)
            after_noun = start > 1 and words[start - 1].text[0].isupper()
            if (
                found
                and found[1] == stop
                and not (after_noun and words[start - 1].text not in _MARKS)
            ):
                return found
        return None

    def _describes(self, word: Word) -> bool:
        """Whether a word may belong to the noun behind it."""
        own = self._lexicon.words["determiner"] | self._lexicon.words["oblique"]
        return word.low in own or (word.low.endswith(("er", "en")) and word.text.islower())

    def _subject(
        self, words: Sequence[Word], low: Sequence[str], verb: int
    ) -> tuple[int, int] | None:
        """The subject of a verb: just before it, just behind it, or where its clause begins."""
        agent = self._agent(words, low, verb)
        if agent:
            return agent
        verb = self._finite(low, verb)
        starts = [0, *(i + 1 for i in range(verb - 1) if low[i] in _PARTING)]
        starts[1:1] = [1] if verb > 1 and low[0] in self._lexicon.words["focus"] else []
        if verb and low[verb - 1] in ("und", "sowie"):
            starts = starts[:1]
        behind = self._behind(words, low, verb + 1)
        if behind and behind[1] - behind[0] == 1 and low[behind[0]] in ("er", "sie"):
            return behind
        before = self._directly_before(words, low, starts, verb)
        return before or behind or self._somewhere_before(words, low, starts, verb)

    def _directly_before(
        self, words: Sequence[Word], low: Sequence[str], starts: Sequence[int], verb: int
    ) -> tuple[int, int] | None:
        """A noun phrase that only adverbs or an insertion part from the verb behind it."""
        skip = self._lexicon.words["skip_after_verb"]
        for start in starts:
            found = self._nominative(words, start, verb)
            if found and all(word in skip or word == "," for word in low[found[1] : verb]):
                return found
            if found and self._inserted(words, found[1], verb):
                apposition = words[found[1] + 1].text[0].isupper()
                return (start, verb - 1) if apposition else found
        return None

    def _somewhere_before(
        self, words: Sequence[Word], low: Sequence[str], starts: Sequence[int], verb: int
    ) -> tuple[int, int] | None:
        """A noun phrase at the head of a clause before a verb, the nearest clause first."""
        for start in (*reversed(starts), 0):
            for begin in range(start, min(start + 3, verb)):
                if begin and low[begin - 1] in self._lexicon.words["preposition"]:
                    continue
                found = self._nominative(words, begin, verb)
                if found and found[1] <= verb:
                    return found
        return None

    def _nominative(self, words: Sequence[Word], start: int, verb: int) -> tuple[int, int] | None:
        """The noun phrase at a place that may be a subject, with its place where a verb follows."""
        known = self._lexicon.words
        if start < len(words) and words[start].low in known["oblique"]:
            return None
        found = self._phrase(words, start)
        if found is None or found[1] >= verb:
            return found
        end = found[1]
        while end < verb and words[end].low in known["local"]:
            governed = self._phrase(words, end + 1)
            if governed is None or any(w.text in known["time"] for w in words[end : governed[1]]):
                return found
            end = governed[1]
        if end < verb and words[end].text == ",":
            end = self._apposition(words, end + 1) or end
            if end + 1 == verb and words[end].text == ",":
                return start, end
        return (start, end) if end == verb else found

    @staticmethod
    def _inserted(words: Sequence[Word], end: int, verb: int) -> bool:
        """Whether all between a noun phrase and a verb stands between two commas."""
        return end + 1 < verb and words[end].text == "," and words[verb - 1].text == ","

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
            if low[place] in known["oblique"]:
                passed = self._phrase(words, place)
                place = passed[1] if passed else place + 1
                continue
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
        if low[verb] not in self._lexicon.participles:
            return verb
        either = low[verb] in self._lexicon.finite
        for i in range(verb - 1, -1, -1):
            if low[i] in self._lexicon.words["auxiliary"]:
                return i
            if either and low[i] in ",;:":
                break
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
            self._is_name(words, i) or (i > begin and self._numbers(words, i))
        ):
            i += 1
        return i if i > begin else None

    @staticmethod
    def _numbers(words: Sequence[Word], place: int) -> bool:
        """Whether a number belongs to the noun before it: ``Artikel 65``, not ``… 65 Leute``."""
        counted = place + 1 < len(words) and words[place + 1].text[0].isupper()
        return words[place].text[0].isdigit() and not counted

    def _adjective(self, words: Sequence[Word], place: int) -> bool:
        """Whether a word has an adjective's ending and is none of the words that end like one."""
        word, known = words[place], self._lexicon.words
        if not _ADJECTIVE.match(word.text) or word.text in self._lexicon.finite:
            return False
        return not any(word.low in known[k] for k in ("determiner", "preposition", "auxiliary"))

    def _noun_ahead(self, words: Sequence[Word], place: int) -> bool:
        """Whether a capital follows the adjectives at a place."""
        for i in range(place + 1, min(place + 4, len(words))):
            if words[i].text[0].isupper() or words[i].text in _MARKS:
                return True
            if not self._adjective(words, i):
                return False
        return False

    def _is_name(self, words: Sequence[Word], place: int) -> bool:
        text = words[place].text
        if text[0].isupper():
            return not (place == 0 and words[0].low in self._lexicon.words["never_name"])
        if text in _MARKS:
            return self._quoted_name(words, place)
        if _SMALL_NAME.match(text):
            return True
        return (
            text.lower() in ("al", "zu", "bin", "van", "de", "da", "di", "el", "ben", "ibn", ".")
            and (
                place + 1 < len(words)
                and words[place + 1].text[0].isupper()
                and (text != "." or self._short(words[place - 1]))
            )
        ) or (text == "." and len(words[place - 1].text) == 1)

    def _short(self, word: Word) -> bool:
        """Whether a full stop behind a word ends no name: ``Prof.``, ``J.``."""
        return len(word.text) <= 3 or word.low in self._lexicon.abbreviations

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
            joined = word.low != "und" or self._joins(words, end + 1)
            return self._core(words, end + 1) if joined else None
        if word.text == "(":
            for i in range(end + 1, min(end + 6, len(words))):
                if words[i].text == ")":
                    return i + 1
            return None
        if word.text == ",":
            return self._apposition(words, end + 1)
        return None

    def _joins(self, words: Sequence[Word], place: int) -> bool:
        """Whether a noun phrase, and no second verb, follows an *und*."""
        if place >= len(words):
            return False
        word = words[place]
        return word.text[0].isupper() or word.low in self._lexicon.words["determiner"]

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
        if inner == len(words) or words[inner].text in ",.:" + _MARKS:
            return inner
        if (
            words[inner].text in self._lexicon.finite
            or words[inner].low in (self._lexicon.words["auxiliary"])
        ):
            return inner
        return None
