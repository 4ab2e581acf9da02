"""German noun phrases by their shape: where one begins and where it ends.

A determiner, adjectives, nouns and names, what is attached by genitive or preposition, an
apposition between commas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from lackmus.drafting.article import Article, Word
from lackmus.drafting.lexicon import Lexicon

_ADJECTIVE: Final = re.compile(r"^[a-zäöüß][\w-]*(?:e|en|er|es|em)$|^\d")
#: The genitive of an adjective without an article, of whatever number.
_GENITIVE: Final = re.compile(r"[a-zäöüß][\w-]{2,}er$")
#: Names that begin small: ``bild.de``, ``el-Baradei``.
_SMALL_NAME: Final = re.compile(r"[a-zäöü]\w*(?:\.[a-z]{2,3}|-[A-ZÄÖÜ]\w*)$")
MARKS: Final = "„“”\"»«‚‘’'"

#: Endings of participles and adjectives that stand before a noun and have words of their own.
_ATTRIBUTE: Final = re.compile(r"(?:end|t|en|ig|sam)e[nrsm]?$")
#: The endings of adjectives that stand as adverbs.
_ADVERB: Final = re.compile(r"(?:end|ig|lich|isch|weise|maßen|haft|sam|bar)$")
#: Endings of nouns that name an act or a quality.
_ABSTRACT: Final = re.compile(r"(?:ung|ungen|heit|heiten|keit|keiten|tät|ismus|nis|nisse)$")
_CLOSING: Final = {"„": "“”", "»": "«", '"': '"'}
#: Words of a name between quotation marks, the marks included, and one more.
_LONGEST_NAME: Final = 8

#: First word of a phrase and one past its last.
Place = tuple[int, int]


class Phrases:
    """Reads the noun phrases of an article's sentences."""

    def __init__(self, article: Article, lexicon: Lexicon) -> None:
        self._article = article
        self._lexicon = lexicon

    def at(self, words: Sequence[Word], start: int) -> Place | None:
        """The noun phrase that begins at a place: first word and one past the last."""
        if start >= len(words):
            return None
        known = self._lexicon.words
        if words[start].low in (known["pronoun_male"] | known["pronoun_female"]) and not (
            start + 1 < len(words) and words[start + 1].text[0].isupper()
        ):
            return start, start + 1
        end = self.core(words, start)
        if end is None or self._speech(words, start, end):
            return None
        last, beside = start, False
        while (further := self._attached(words, last, end)) is not None:
            if words[end].text == ",":
                if beside:
                    break
                beside = True
            last, end = end + 1, further
        return start, end

    def core(self, words: Sequence[Word], start: int) -> int | None:
        """A determiner, adjectives, and at least one noun or name."""
        i = self._opening(words, start)
        while i < len(words) and self._adjective(words, i) and self._noun_ahead(words, i):
            i += 1
            if i < len(words) and words[i].low in ("und", "oder") and self._adjective(words, i + 1):
                i += 1
        begin = i
        while i < len(words):
            quoted = self._quoted(words, i)
            goes_on = self._is_name(words, i) or (i > begin and self._numbers(words, i))
            if quoted is None and not goes_on:
                break
            i = quoted or i + 1
        return i if i > begin else None

    def _opening(self, words: Sequence[Word], start: int) -> int:
        """One past the articles of a phrase: ``einer der``, ``die in Köln``."""
        i, known = start, self._lexicon.words
        if i + 1 < len(words) and words[i].low in known["some"] and self._of_them(words[i + 1]):
            i += 1
        if i < len(words) and words[i].low in known["determiner"]:
            extended = words[i].low != "sein" and self._extended(words, i + 1)
            i = extended or i + 1
        return i

    @staticmethod
    def _speech(words: Sequence[Word], start: int, end: int) -> bool:
        """Whether what looks like a name between marks is what was said: ``„…“, sagte``."""
        return (
            words[start].text in _CLOSING
            and end - start > _LONGEST_NAME // 2
            and end < len(words)
            and words[end].text == ","
        )

    @staticmethod
    def _quoted(words: Sequence[Word], place: int) -> int | None:
        """One past a name between quotation marks, such as a newspaper's."""
        closing = _CLOSING.get(words[place].text, "")
        if not closing:
            return None
        for i in range(place + 2, min(place + _LONGEST_NAME, len(words))):
            if words[i].text in closing:
                named = i == place + 2 or not words[place + 1].text[0].islower()
                return i + 1 if named else None
        return None

    @staticmethod
    def _of_them(word: Word) -> bool:
        """Whether a word goes on after *einer*, *viele*: ``einer der Richter``."""
        return word.low in ("der", "dieser", "seiner", "ihrer", "unserer")

    def _extended(self, words: Sequence[Word], start: int) -> int | None:
        """Where a participle with words of its own stands: ``die in Köln geborene Autorin``."""
        known = self._lexicon.words
        opens = known["preposition"] | {"von", "als", "für"}
        if start >= len(words) or words[start].low not in opens:
            return None
        for i in range(start + 1, min(start + 8, len(words) - 1)):
            if words[i].text in ".;:" or words[i].low in known["auxiliary"]:
                return None
            attribute = words[i].text[0].islower() and _ATTRIBUTE.search(words[i].text)
            if attribute and words[i + 1].text[0].isupper():
                return i
        return None

    @staticmethod
    def _numbers(words: Sequence[Word], place: int) -> bool:
        """Whether a number belongs to the noun before it: ``Artikel 65``, not ``… 65 Leute``."""
        counted = place + 1 < len(words) and words[place + 1].text[0].isupper()
        return words[place].text[0].isdigit() and not counted

    def _adjective(self, words: Sequence[Word], place: int) -> bool:
        """Whether a word has an adjective's ending and is none of the words that end like one."""
        if place >= len(words):
            return False
        word, known = words[place], self._lexicon.words
        if not _ADJECTIVE.match(word.text) or word.text in self._lexicon.finite:
            return False
        return not any(word.low in known[k] for k in ("determiner", "preposition", "auxiliary"))

    def _noun_ahead(self, words: Sequence[Word], place: int) -> bool:
        """Whether a capital follows the adjectives at a place."""
        for i in range(place + 1, min(place + 4, len(words))):
            if words[i].text[0].isupper() or words[i].text in MARKS:
                return True
            if not self._adjective(words, i):
                return False
        return False

    def _is_name(self, words: Sequence[Word], place: int) -> bool:
        text = words[place].text
        if text[0].isupper():
            return not (place == 0 and words[0].low in self._lexicon.words["never_name"])
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

    def _attached(self, words: Sequence[Word], last: int, end: int) -> int | None:
        """One past what is attached at `end`: genitive, preposition, bracket, apposition.

        Args:
            words: A sentence.
            last: Where the noun begins to which it would be attached.
            end: One past that noun.
        """
        if end >= len(words):
            return None
        word = words[end]
        if word.low in self._lexicon.words["attach"]:
            joined = word.low != "und" or self._joins(words, end + 1)
            return self.core(words, end + 1) if joined else None
        if word.low in self._lexicon.words["where"] and self._located(words, last, end):
            return self.core(words, end + 1)
        if _GENITIVE.match(word.text) and self._genitive(words, end):
            return self.core(words, end)
        if word.text == "(":
            for i in range(end + 1, min(end + 6, len(words))):
                if words[i].text == ")":
                    return i + 1
            return None
        if word.text == ",":
            return self.apposition(words, end + 1)
        return None

    def _located(self, words: Sequence[Word], last: int, place: int) -> bool:
        """Whether a place belongs to a noun with an article: ``die Botschaft in Genf``."""
        known = self._lexicon.words
        behind = words[place + 1] if place + 1 < len(words) else None
        articles = {word.low for word in words[max(0, last - 1) : last + 1]}
        common = (
            not articles.isdisjoint(known["determiner"]) or words[last].text in known["according"]
        )
        return (
            common
            and behind is not None
            and (behind.text[0].isupper() and behind.text not in known["time"])
        )

    def _genitive(self, words: Sequence[Word], place: int) -> bool:
        """Whether adjective and noun in the genitive stand here: ``Verband freier Berufe``."""
        ahead = place + 1 < len(words) and words[place + 1].text[0].isupper()
        return ahead and self._adjective(words, place)

    def _joins(self, words: Sequence[Word], place: int) -> bool:
        """Whether a noun phrase, and no second verb, follows an *und*."""
        if place >= len(words):
            return False
        word = words[place]
        described = self._adjective(words, place) and self._noun_ahead(words, place)
        article = word.low in self._lexicon.words["determiner"]
        return word.text[0].isupper() or article or described

    def apposition(self, words: Sequence[Word], start: int) -> int | None:
        """One past an apposition that a comma, a full stop or a quotation mark closes."""
        inner, last = self.core(words, start), start
        while inner is not None and inner < len(words) and words[inner].text != ",":
            further = self._attached(words, last, inner)
            if further is None:
                break
            last, inner = inner + 1, further
        if inner is None or inner - start > 14:
            return None
        if inner == len(words) or words[inner].text in ",.:" + MARKS:
            return inner
        if (
            words[inner].text in self._lexicon.finite
            or words[inner].low in (self._lexicon.words["auxiliary"])
        ):
            return inner
        return None

    def adverb(self, first: Word) -> bool:
        """Whether a word that begins a sentence is made like an adverb, and no noun elsewhere."""
        return bool(_ADVERB.search(first.text)) and first.text not in self._nouns

    @cached_property
    def _nouns(self) -> frozenset[str]:
        return frozenset(
            word.text
            for sentence in self._article.sentences
            for word in sentence.words[1:]
            if word.text[0].isupper()
        )

    def describes(self, word: Word) -> bool:
        """Whether a word may belong to the noun behind it."""
        own = self._lexicon.words["determiner"] | self._lexicon.words["oblique"]
        return word.low in own or (word.low.endswith(("er", "en")) and word.text.islower())

    def ending_at(self, words: Sequence[Word], stop: int) -> Place | None:
        """The longest noun phrase that ends just before a place."""
        bare = stop > 1 and words[stop - 1].low.endswith(("berichten", "angaben", "schätzungen"))
        before = words[stop - 2] if stop > 1 else None
        if bare and before is not None and not self.describes(before) and stop > 2:
            return stop - 1, stop
        for start in range(max(0, stop - 12), stop):
            found = self.at(words, start)
            article = words[start].low in self._lexicon.words["determiner"]
            after_noun = start > 1 and words[start - 1].text[0].isupper() and not article
            if (
                found
                and found[1] == stop
                and not (after_noun and words[start - 1].text not in MARKS)
            ):
                return found
        return None

    def nominative(self, words: Sequence[Word], start: int, verb: int) -> Place | None:
        """The noun phrase at a place that may be a subject, with its place where a verb follows."""
        known = self._lexicon.words
        if start < len(words) and words[start].low in known["oblique"]:
            return None
        found = self.at(words, start)
        if found is None or found[1] >= verb:
            return found
        end = found[1]
        while end < verb and words[end].low in known["local"]:
            governed = self.at(words, end + 1)
            if governed is None or any(w.text in known["time"] for w in words[end : governed[1]]):
                return found
            end = governed[1]
        if end < verb and words[end].text == ",":
            end = self.apposition(words, end + 1) or end
            if end + 1 == verb and words[end].text == ",":
                return start, end
        return (start, end) if end == verb else found

    def first(self, words: Sequence[Word], stop: int) -> Place | None:
        """The first noun phrase that no preposition governs."""
        return next(self._subjects(words, stop), None)

    def acting(self, words: Sequence[Word], stop: int, start: int = 0) -> Place | None:
        """The first of these that may name somebody, and no act, quality or time."""
        return next(
            (
                found
                for found in self._subjects(words, stop, start)
                if not (self.abstract(words, found) or self._occasion(words, found))
            ),
            None,
        )

    def main(self, words: Sequence[Word]) -> Place | None:
        """Who acts in the main clause; in the passive by whom or where it is written."""
        low = [word.low for word in words]
        known = self._lexicon.words
        comma = low.index(",") if "," in low else len(low)
        after = low[0] in known["subordinate"]
        start, stop = (comma + 1, len(low)) if after else (0, comma)
        if known["passive"].isdisjoint(low[start:stop]):
            return self.acting(words, stop, start)
        for i in range(start, stop):
            found = self.at(words, i + 1) if low[i] in known["medium"] else None
            if found and (low[i] in ("von", "vom") or self._writing(words, found)):
                return found
        return None

    def _writing(self, words: Sequence[Word], found: Place) -> bool:
        """Whether a noun phrase names a text: ``Jahresbericht``."""
        writings = tuple(self._lexicon.words["writing"])
        head = self._head(words, found)
        return head is not None and head.low.endswith(writings)

    def _head(self, words: Sequence[Word], found: Place) -> Word | None:
        """The first noun or name of a phrase."""
        known = self._lexicon.words["determiner"]
        named = (
            w for w in words[found[0] : found[1]] if w.text[0].isupper() and w.low not in known
        )
        return next(named, None)

    def _occasion(self, words: Sequence[Word], found: Place) -> bool:
        """Whether a noun phrase names a time or an occasion: ``Gespräch``."""
        head = self._head(words, found)
        return head is not None and head.text in self._lexicon.words["time"]

    def abstract(self, words: Sequence[Word], found: Place) -> bool:
        """Whether the head of a noun phrase is made of a verb or an adjective: ``Verschiebung``."""
        head = self._head(words, found)
        return (
            head is not None
            and bool(_ABSTRACT.search(head.low))
            and not head.low.endswith(tuple(self._lexicon.words["bodies"]))
        )

    def _subjects(self, words: Sequence[Word], stop: int, start: int = 0) -> Iterator[Place]:
        """The noun phrases that no preposition governs and whose article may be a subject's."""
        place = start
        while place < stop:
            if words[place].low in self._lexicon.words["preposition"]:
                governed = self.at(words, place + 1)
                place = governed[1] if governed else place + 1
                continue
            found = self.at(words, place)
            bare = found == (0, 1) and self.adverb(words[0])
            if found and not bare and words[place].low not in self._lexicon.words["oblique"]:
                yield found
            place = found[1] if found else place + 1
