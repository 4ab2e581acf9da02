"""Where in a German sentence its speaker stands: the subject of a verb, the name behind *laut*.

A subject stands just before its verb or just behind it (main clauses have the verb in second
place).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lackmus.drafting.article import Word
from lackmus.drafting.lexicon import Lexicon
from lackmus.drafting.phrases import Phrases, Place
from lackmus.drafting.speech import Report, Signal

#: Rules whose cue does not say who speaks.
_UNNAMED: Final = frozenset(("Konjunktiv", "continued"))
#: What may stand behind a verb that ends its clause.
_CLOSED: Final = frozenset((",", ".", ";", ":", "!", "?", "–", ")", "und", "oder", "“"))
_PASSIVE: Final = frozenset(("wird", "werden", "wurde", "wurden", "worden"))
_QUOTED_END: Final = frozenset('“”"«')
_PARTING: Final = frozenset(",“”\"«‚‘’':–")


class Subjects:
    """Finds the places at which cues say that a speaker stands."""

    def __init__(self, phrases: Phrases, lexicon: Lexicon) -> None:
        self._phrases = phrases
        self._lexicon = lexicon

    def of(self, words: Sequence[Word], signal: Signal) -> Place | None:
        """Where the rule that fired says that the speaker stands."""
        cue = signal.cue
        if cue < 0 or signal.rule in _UNNAMED:
            return None
        match signal.rule:
            case "laut" | "so X":
                return self._phrases.at(words, cue + 1)
            case "zufolge":
                return self._phrases.ending_at(words, cue)
            case "wonach":
                return self._phrases.ending_at(words, cue - 1)
            case "noun, clause":
                return self._phrases.acting(words, cue)
            case "demnach":
                return cue, cue + 1
        return self._further(words, signal)

    def _further(self, words: Sequence[Word], signal: Signal) -> Place | None:
        """Where rules say so that look further than at the next phrase."""
        match signal.rule:
            case "nach Angaben":
                return self._according(words, signal.cue)
            case "wie X sagt":
                return self._told_by(words, signal.cue)
            case "heißt es":
                return self._stated_in(words, signal.cue)
        return self.of_verb(words, [word.low for word in words], signal.cue)

    def _told_by(self, words: Sequence[Word], cue: int) -> Place | None:
        """Who tells in ``wie X in Berlin mitteilt``: up to the verb where only a place parts it."""
        ends = (i for i in range(cue + 2, len(words)) if words[i].text in self._lexicon.finite)
        told = self._phrases.nominative(words, cue + 1, next(ends, len(words)))
        return told or self._phrases.at(words, cue + 2)

    def _stated_in(self, words: Sequence[Word], cue: int) -> Place | None:
        """Where it says so: ``heißt es in dem Bericht``, ``Im Bericht heißt es``."""
        begin = next((i + 1 for i in range(cue - 1, -1, -1) if words[i].text in ";:"), 0)
        for i in (*range(cue, min(len(words), cue + 6)), begin):
            if words[i].low in self._lexicon.words["medium"]:
                return self._phrases.at(words, i + 1)
        return None

    def _according(self, words: Sequence[Word], cue: int) -> Place | None:
        known = self._lexicon.words["according"]
        if cue + 1 < len(words) and any(w.text in known for w in words[cue + 1 : cue + 6]):
            return self._own(words, cue + 1) or self._phrases.at(words, cue + 1)
        return self._own(words, cue - 2) or self._phrases.ending_at(words, cue)

    def _own(self, words: Sequence[Word], start: int) -> Place | None:
        """``seiner Meinung``: somebody named before, and not here."""
        if 0 <= start < len(words) and words[start].low in self._lexicon.words["possessive"]:
            return start, start + 2
        return None

    def of_verb(self, words: Sequence[Word], low: Sequence[str], verb: int) -> Place | None:
        """The subject of a verb: just before it, just behind it, or where its clause begins."""
        agent = self._agent(words, low, verb)
        if agent:
            return agent
        if low[verb] in self._lexicon.participles and _PASSIVE.intersection(
            low[verb + 1 : verb + 3]
        ):
            return None
        if verb > 1 and low[verb - 1] == "," and low[verb - 2] in _QUOTED_END:
            behind = self.behind(words, low, verb + 1)
            if behind:
                return behind
        relative = self._relative(words, low, verb)
        if relative:
            return relative
        verb = self.finite(low, verb)
        starts = [0, *(i + 1 for i in range(verb - 1) if low[i] in _PARTING)]
        starts[1:1] = [1] if verb > 1 and low[0] in self._lexicon.words["focus"] else []
        if verb and low[verb - 1] in ("und", "sowie"):
            starts = starts[:1]
        behind = self.behind(words, low, verb + 1)
        if behind and behind[1] - behind[0] == 1 and low[behind[0]] in ("er", "sie"):
            return behind
        before = self.directly_before(words, low, starts, verb)
        if before is None and verb and low[verb - 1] in ("und", "sowie"):
            before = self._phrases.acting(words, verb)
        if before and behind and self._phrases.abstract(words, before):
            before = None if self._phrases.abstract(words, behind) else behind
        return before or behind or self._somewhere_before(words, low, starts, verb)

    def _relative(self, words: Sequence[Word], low: Sequence[str], verb: int) -> Place | None:
        """The relative pronoun whose verb ends its clause: ``, der … sagt``."""
        known = self._lexicon.words
        after = verb + 1
        while after < len(words) and low[after] in known["auxiliary"]:
            after += 1
        open_clause = after < len(words) and low[after] not in _CLOSED
        parted = low[verb] in self._lexicon.participles and after == verb + 1
        if open_clause or parted or low[verb - 1 : verb] == [","]:
            return None
        for i in range(verb - 2, -1, -1):
            if low[i] in ".;:":
                return None
            if low[i] != ",":
                continue
            if low[i + 1] not in known["relative"]:
                return None
            phrase = self._phrases.at(words, i + 1)
            if phrase and phrase[1] - phrase[0] > 1 and phrase[1] >= verb:
                return None
            inner = self._phrases.nominative(words, i + 2, verb)
            if inner and low[inner[0]] in ("der", "er", "sie", "man", "ein"):
                return inner
            return i + 1, i + 2
        return None

    def directly_before(
        self, words: Sequence[Word], low: Sequence[str], starts: Sequence[int], verb: int
    ) -> Place | None:
        """A noun phrase that only adverbs or an insertion part from the verb behind it."""
        skip = self._lexicon.words["skip_after_verb"]
        for start in starts:
            found = self._phrases.nominative(words, start, verb)
            adverb = found == (0, 1) and self._phrases.adverb(words[0])
            if adverb and self.behind(words, low, verb + 1):
                continue
            if found and all(word in skip or word == "," for word in low[found[1] : verb]):
                return found
            if found and self._inserted(words, found[1], verb):
                apposition = words[found[1] + 1].text[0].isupper()
                return (start, verb - 1) if apposition else found
        return None

    def _somewhere_before(
        self, words: Sequence[Word], low: Sequence[str], starts: Sequence[int], verb: int
    ) -> Place | None:
        """A noun phrase at the head of a clause before a verb, the nearest clause first."""
        for start in (*reversed(starts), 0):
            for begin in range(start, min(start + 3, verb)):
                if begin and low[begin - 1] in self._lexicon.words["preposition"]:
                    continue
                found = self._phrases.nominative(words, begin, verb)
                if found and found[1] <= verb:
                    return found
        return None

    @staticmethod
    def _inserted(words: Sequence[Word], end: int, verb: int) -> bool:
        """Whether all between a noun phrase and a verb stands between two commas."""
        return end + 1 < verb and words[end].text == "," and words[verb - 1].text == ","

    def _agent(self, words: Sequence[Word], low: Sequence[str], verb: int) -> Place | None:
        """Who does it in the passive: ``wird von X kritisiert``."""
        if _PASSIVE.isdisjoint(low):
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
                return self._phrases.at(words, i + 1)
        return None

    def behind(self, words: Sequence[Word], low: Sequence[str], place: int) -> Place | None:
        """The first noun phrase behind a verb that no preposition governs."""
        known = self._lexicon.words
        for _ in range(4):
            while place < len(words) and low[place] in known["skip_after_verb"]:
                place += 1
            if place >= len(words):
                return None
            if low[place] in known["oblique"]:
                passed = self._phrases.at(words, place)
                place = passed[1] if passed else place + 1
                continue
            if low[place] not in known["preposition"]:
                return self._phrases.at(words, place)
            governed = self._phrases.at(words, place + 1)
            if governed is None:
                return None
            place = governed[1]
        return None

    def finite(self, low: Sequence[str], verb: int) -> int:
        """The place of the auxiliary where the cue is a participle."""
        if low[verb] not in self._lexicon.participles:
            return verb
        if low[verb + 1 : verb + 2] and low[verb + 1] in self._lexicon.words["auxiliary"]:
            return verb + 1
        either = low[verb] in self._lexicon.finite
        for i in range(verb - 1, -1, -1):
            if low[i] in self._lexicon.words["auxiliary"]:
                return i
            if either and low[i] in ",;:":
                break
        return verb

    def embedding(self, words: Sequence[Word], report: Report) -> Place | None:
        """The subject of a main clause that a Konjunktiv depends on."""
        cue = report.signals[0].cue
        if report.rule not in ("Konjunktiv", "continued") or "," not in [
            word.text for word in words[:cue]
        ]:
            return None
        comma = [word.text for word in words].index(",")
        known = self._lexicon.words
        own = self._lexicon.subjunctive | known["conditional"]
        if any(word.text in own for word in words[:comma]):
            return None
        if comma + 1 == cue or words[comma + 1].low in known["subordinate"]:
            return None
        found = self._phrases.acting(words, comma)
        return None if found and found[1] >= comma else found
