"""Whom a speaker reports in turn: *laut X warnte Y*, *X betont, dass Y nicht sicher ist*."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lackmus.drafting.article import Word
from lackmus.drafting.lexicon import Lexicon
from lackmus.drafting.phrases import Phrases, Place
from lackmus.drafting.subjects import Subjects

#: Rules that name a source beside the sentence's own verb.
SOURCES: Final = frozenset(("laut", "zufolge", "nach Angaben", "wie X sagt"))
#: Verbs too often used of things.
_MEANS: Final = frozenset(("zitieren", "fordern", "bestätigen", "annehmen", "feststellen"))


class SecondHand:
    """Finds the subjects of what is reported within a report."""

    def __init__(self, phrases: Phrases, subjects: Subjects, lexicon: Lexicon) -> None:
        self._phrases = phrases
        self._subjects = subjects
        self._lexicon = lexicon

    def places(self, words: Sequence[Word], *, beside_source: bool) -> Iterator[Place]:
        """The candidates, likeliest first.

        Args:
            words: A sentence.
            beside_source: Whether a preposition names who reports; else a clause may hold
                a speaker.
        """
        yield from self._tellers(words) if beside_source else self._thinkers(words)

    def _tellers(self, words: Sequence[Word]) -> Iterator[Place]:
        """The subjects of verbs of saying beside a source."""
        low = [word.low for word in words]
        for cue, word in enumerate(words):
            known = self._lexicon.finite.get(
                word.text, self._lexicon.participles.get(word.text, ())
            )
            if cue and any(c.strength != "weak" and c.verb not in _MEANS for c in known):
                verb = self._subjects.finite(low, cue)
                first = self._subjects.directly_before(words, low, [0], verb)
                place = self._subjects.behind(words, low, verb + 1) or first
                if place is not None:
                    yield place

    def _thinkers(self, words: Sequence[Word]) -> Iterator[Place]:
        """The subjects of clauses on what somebody thinks: *dass Y hofft*, *Y habe gesagt*."""
        for i, word in enumerate(words[:-1]):
            if word.low not in ("dass", "daß", ","):
                continue
            end = next((j for j in range(i + 1, len(words)) if words[j].text in ",.:"), len(words))
            place = self._phrases.at(words, i + 1)
            if place is None or place[1] >= end:
                continue
            reported = word.text != "," or words[place[1]].low in ("habe", "hätte", "hätten")
            if reported and {w.low for w in words[i:end]} & self._lexicon.words["attitude"]:
                yield place
