"""German noun phrases by their shape: where one begins and where it ends.

A determiner, adjectives, nouns and names, what is attached by genitive or preposition, an
apposition between commas.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Final

from lackmus.drafting.article import Article, Word
from lackmus.drafting.lexicon import Lexicon

_ADJECTIVE: Final = re.compile(r"^[a-zäöüß][\w-]*(?:e|en|er|es|em)$|^\d")
#: Names that begin small: ``bild.de``, ``el-Baradei``.
_SMALL_NAME: Final = re.compile(r"[a-zäöü]\w*(?:\.[a-z]{2,3}|-[A-ZÄÖÜ]\w*)$")
MARKS: Final = "„“”\"»«‚‘’'"

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
        if end is None:
            return None
        while True:
            further = self._attached(words, end)
            if further is None:
                return start, end
            end = further

    def core(self, words: Sequence[Word], start: int) -> int | None:
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
            if words[i].text[0].isupper() or words[i].text in MARKS:
                return True
            if not self._adjective(words, i):
                return False
        return False

    def _is_name(self, words: Sequence[Word], place: int) -> bool:
        text = words[place].text
        if text[0].isupper():
            return not (place == 0 and words[0].low in self._lexicon.words["never_name"])
        if text in MARKS:
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
            return self.core(words, end + 1) if joined else None
        if word.text == "(":
            for i in range(end + 1, min(end + 6, len(words))):
                if words[i].text == ")":
                    return i + 1
            return None
        if word.text == ",":
            return self.apposition(words, end + 1)
        return None

    def _joins(self, words: Sequence[Word], place: int) -> bool:
        """Whether a noun phrase, and no second verb, follows an *und*."""
        if place >= len(words):
            return False
        word = words[place]
        return word.text[0].isupper() or word.low in self._lexicon.words["determiner"]

    def apposition(self, words: Sequence[Word], start: int) -> int | None:
        """One past an apposition that a comma, a full stop or a quotation mark closes."""
        inner = self.core(words, start)
        while inner is not None and inner < len(words) and words[inner].text != ",":
            further = self._attached(words, inner)
            if further is None:
                break
            inner = further
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

    def describes(self, word: Word) -> bool:
        """Whether a word may belong to the noun behind it."""
        own = self._lexicon.words["determiner"] | self._lexicon.words["oblique"]
        return word.low in own or (word.low.endswith(("er", "en")) and word.text.islower())

    def ending_at(self, words: Sequence[Word], stop: int) -> Place | None:
        """The longest noun phrase that ends just before a place."""
        bare = stop > 1 and words[stop - 1].low.endswith(("berichten", "angaben", "schätzungen"))
        before = words[stop - 2] if stop > 1 else None
        if bare and before is not None and not self.describes(before):
            return stop - 1, stop
        for start in range(max(0, stop - 12), stop):
            found = self.at(words, start)
            after_noun = start > 1 and words[start - 1].text[0].isupper()
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
        place = 0
        while place < stop:
            if words[place].low in self._lexicon.words["preposition"]:
                governed = self.at(words, place + 1)
                place = governed[1] if governed else place + 1
                continue
            found = self.at(words, place)
            bare = found == (0, 1) and not self._known(words[0])
            if found and not bare and words[place].low not in self._lexicon.words["oblique"]:
                return found
            place = found[1] if found else place + 1
        return None
