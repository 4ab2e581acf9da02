"""Whom a speaker reports in turn: *laut X warnte Y*, *X zitiert Y*, *X betont, dass Y hofft*."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from lackmus.drafting.article import Word
from lackmus.drafting.lexicon import Cue, Lexicon
from lackmus.drafting.phrases import Phrases, Place
from lackmus.drafting.speech import Signal
from lackmus.drafting.subjects import Subjects

#: Rules that name a source beside the sentence's own verb.
SOURCES: Final = frozenset(("laut", "zufolge", "nach Angaben", "wie X sagt"))
#: Verbs too often used of things.
_MEANS: Final = frozenset(("zitieren", "fordern", "bestätigen", "annehmen", "feststellen"))
_CITE: Final = "zitieren"
_PASSIVE: Final = frozenset(("wird", "werden", "wurde", "wurden", "worden"))
_PERFECT: Final = frozenset(("hat", "haben", "habe", "hatte", "hatten", "hätte", "hätten"))
_CERTAIN: Final = (["ist"], ["sei"], ["war"], ["sind"])
_CLOSING: Final = frozenset("“”«")
_STOPS: Final = frozenset(",.:;")


@dataclass(frozen=True, slots=True)
class Chain:
    """A report within a report: the place of who reports, and of whom he reports."""

    outer: Place
    inner: Place


class SecondHand:
    """Finds who is reported within a report."""

    def __init__(self, phrases: Phrases, subjects: Subjects, lexicon: Lexicon) -> None:
        self._phrases = phrases
        self._subjects = subjects
        self._lexicon = lexicon

    def chain(
        self, words: Sequence[Word], signals: Sequence[Signal], outer: Place | None
    ) -> Chain | None:
        """The chain of a sentence; None where its speaker speaks for himself.

        Args:
            words: The sentence.
            signals: The rules that fired in it.
            outer: Where its speaker stands; None where he stands in another sentence.
        """
        sources = [
            place
            for signal in signals
            if signal.rule in SOURCES
            for place in (self._subjects.of(words, signal),)
            if place is not None
        ]
        found = self._cited(words)
        if found is None and sources:
            found = self._beside(words, sources)
        elif found is None and outer is not None:
            inner = next((p for p in self._thinkers(words) if self._apart(words, outer, p)), None)
            found = inner and Chain(outer, inner)
        return found

    def _apart(self, words: Sequence[Word], outer: Place, inner: Place) -> bool:
        """Whether two places name two who can speak."""
        known = self._lexicon.words
        head = words[inner[0]]
        named = head.text[0].isupper() or inner[1] - inner[0] > 1
        owned = not {head.low, words[outer[0]].low}.isdisjoint(known["possessive"])
        pronoun = inner[1] - inner[0] == 1 and head.low in (
            known["pronoun_male"] | known["pronoun_female"]
        )
        times = any(word.text in known["time"] for word in words[inner[0] : inner[1]])
        names = [
            {word.low.removesuffix("s") for word in words[a:b] if word.text[0].isupper()}
            for a, b in (outer, inner)
        ]
        overlap = inner[0] < outer[1] and outer[0] < inner[1]
        return (
            named and names[0].isdisjoint(names[1]) and not (pronoun or owned or times or overlap)
        )

    def _beside(self, words: Sequence[Word], sources: Sequence[Place]) -> Chain | None:
        """Who is reported beside a source, or before it in the main clause."""
        for cue, teller in self._tellers(words):
            source = next((s for s in sources if self._apart(words, s, teller)), None)
            if source is None:
                continue
            between = {word.text for word in words[min(cue, source[0]) : max(cue, source[0])]}
            if not between.isdisjoint(".;"):
                continue
            later = cue < source[0] and teller[1] <= source[0] and "," in between
            return Chain(teller, source) if later else Chain(source, teller)
        return None

    def _tellers(self, words: Sequence[Word]) -> Iterator[tuple[int, Place]]:
        """Verbs of saying in the active, each with its subject."""
        low = [word.low for word in words]
        for cue, word in enumerate(words):
            clause = not {"dass", "daß"}.isdisjoint(low[cue + 1 :])
            if not cue or not self._says(low, cue, word, means=clause):
                continue
            verb = self._subjects.finite(low, cue)
            if low[verb] in _PASSIVE or "sich" in low[cue + 1 : cue + 3]:
                continue
            for place in (
                self._subjects.directly_before(words, low, [0], verb),
                self._subjects.behind(words, low, verb + 1),
            ):
                if place is not None:
                    yield cue, place

    def _says(self, low: Sequence[str], cue: int, word: Word, *, means: bool) -> bool:
        """Whether a word is a form of a verb of saying, with its particle where it is parted.

        With `means` those count too that things do as well.
        """
        known = self._lexicon.finite.get(word.text, self._lexicon.participles.get(word.text, ()))
        if low[cue - 1] in self._lexicon.words["determiner"]:
            return False
        return any(
            (self._speaks(c) or (means and c.strength != "weak"))
            and (not c.particle or c.particle in low[cue + 1 :])
            for c in known
        )

    @staticmethod
    def _speaks(cue: Cue) -> bool:
        return cue.strength != "weak" and cue.verb not in _MEANS

    def _cited(self, words: Sequence[Word]) -> Chain | None:
        """``X zitiert Y``, ``Y wird von X zitiert``."""
        low = [word.low for word in words]
        for cue, word in enumerate(words):
            forms = self._lexicon.finite.get(word.text, ())
            if not any(c.verb == _CITE for c in forms):
                continue
            passive = self._passive_of(low, cue)
            pair = (
                self._active(words, low, cue)
                if passive is None
                else self._passive(words, low, passive, cue)
            )
            if pair and self._apart(words, *pair):
                return Chain(*pair)
        return None

    @staticmethod
    def _passive_of(low: Sequence[str], cue: int) -> int | None:
        """Where the auxiliary stands that makes a participle a passive; None where none does."""
        for i in range(cue - 1, -1, -1):
            if low[i] in ",;:":
                break
            if low[i] in _PASSIVE:
                return i
        return None

    def _active(
        self, words: Sequence[Word], low: Sequence[str], cue: int
    ) -> tuple[Place, Place] | None:
        subject = self._subjects.of_verb(words, low, cue)
        if subject is None:
            return None
        named = self._phrases.at(words, cue + 1 if subject[1] <= cue else subject[1])
        return (subject, named) if named else self._parted(words, subject)

    @staticmethod
    def _parted(words: Sequence[Word], phrase: Place) -> tuple[Place, Place] | None:
        """Two names without an article between them: ``zitiert die „Zeitung“ Kim``."""
        for i in range(phrase[0] + 1, phrase[1]):
            before = words[i - 1].text
            if words[i].text[0].isupper() and (before in _CLOSING or "." in before[1:-1]):
                return (phrase[0], i), (i, phrase[1])
        return None

    def _passive(
        self, words: Sequence[Word], low: Sequence[str], verb: int, cue: int
    ) -> tuple[Place, Place] | None:
        named = self._subjects.directly_before(words, low, [0], verb) or (
            self._subjects.behind(words, low, verb + 1)
        )
        for i in range(verb + 1, cue):
            if named and low[i] in self._lexicon.words["medium"]:
                reporter = self._phrases.at(words, i + 1)
                if reporter and self._apart(words, named, reporter):
                    return reporter, named
        return None

    def _thinkers(self, words: Sequence[Word]) -> Iterator[Place]:
        """Who says or thinks something in a clause: *dass Y hofft*, *Y habe gesagt*."""
        low = [word.low for word in words]
        for i, form in enumerate(low[:-1]):
            if form not in ("dass", "daß", ","):
                continue
            end = next((j for j in range(i + 1, len(words)) if low[j] in _STOPS), len(words))
            place = self._phrases.at(words, i + 1)
            if place is None or place[1] >= end or not _PASSIVE.isdisjoint(low[i:end]):
                continue
            second = low[place[1]]
            if form == ",":
                said = second in self._subjunctive or (
                    second in ("habe", "hätte", "hätten") and self._thinks(words[end - 1])
                )
            else:
                last = end - 1 - (low[end - 1] in _PERFECT)
                said = any(
                    self._thinks(words[j])
                    and (low[j] != "sicher" or low[j + 1 : j + 2] in _CERTAIN)
                    for j in range(place[1], last + 1)
                )
            if said:
                yield place

    def _thinks(self, word: Word) -> bool:
        """Whether a word is a verb of saying or thinking where a clause ends."""
        return (
            word.low in self._lexicon.words["attitude"]
            or word.low in self._subjunctive
            or any(map(self._speaks, self._lexicon.participles.get(word.text, ())))
        )

    @cached_property
    def _subjunctive(self) -> frozenset[str]:
        """The third person of Konjunktiv I of each verb of saying: *sage*, *fordere*."""
        cues = {c.verb for forms in self._lexicon.finite.values() for c in forms if self._speaks(c)}
        return frozenset(re.sub(r"e?n$", "e", verb) for verb in cues)
