"""Reported speech in English: which sentence reports, and who is reported.

English orders its words: the speaker stands before the verb of saying (*the minister said*), or
behind it at the end of a quotation (*said the minister*), or behind *according to*.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lackmus.drafting.article import Article, Sentence, Word
from lackmus.drafting.lexicon import Cue, Lexicon
from lackmus.drafting.speakers import Mention
from lackmus.drafting.speech import Kind, Report, Signal

#: A quotation of fewer words is as often a term as speech.
_LONG: Final = 4
_MARKS: Final = "“”\"„‘’'»«"
_BREAKS: Final = frozenset(".,;:!?–—()" + _MARKS)
#: Words of a noun phrase at most, and sentences back to which an unnamed speaker may reach.
_WIDEST: Final = 12
_BACK: Final = 3
#: Verbs with which a clause needs no *that*.
_BARE: Final = frozenset(("say", "think", "believe", "know", "hope", "fear", "suspect", "doubt"))


class English:
    """Finds the reports of an article and their speakers, in order."""

    def __init__(self, article: Article, lexicon: Lexicon) -> None:
        self._article = article
        self._lexicon = lexicon
        self._last: tuple[int, Mention] | None = None

    def found(self) -> Iterator[tuple[Report, Mention | None, Mention | None]]:
        """Each report, who speaks, and whom he in turn reports."""
        inside = False
        for index, sentence in enumerate(self._article.sentences):
            text = self._article.text[sentence.start : sentence.end]
            opened = text.count("“") - text.count("”")
            signals = list(self._signals(sentence))
            if not signals and inside:
                signals = [Signal("inside quotation", "direct")]
            inside = opened > 0 or (inside and opened == 0)
            if signals:
                report = Report(index, tuple(signals))
                spoken = [self._speaker(sentence, signal) for signal in signals]
                named = [mention for mention in spoken if mention is not None]
                outer = self._outer(index, named)
                yield report, outer, self._inner(named, outer)

    def _outer(self, index: int, named: Sequence[Mention]) -> Mention | None:
        """The first who is named; where nobody is, the last who was, a few sentences back."""
        first = named[0] if named else None
        if first is not None and not first.pronoun:
            self._last = index, first
            return first
        if self._last is not None and index - self._last[0] <= _BACK:
            self._last = index, self._last[1]
            return self._last[1]
        return first

    @staticmethod
    def _inner(named: Sequence[Mention], outer: Mention | None) -> Mention | None:
        """Whom the first speaker reports: another who is named with a cue of his own."""
        return next(
            (m for m in named[1:] if outer is not None and not m.pronoun and m.text != outer.text),
            None,
        )

    # --- rules ---

    def _signals(self, sentence: Sentence) -> Iterator[Signal]:
        quoted = self._quoted(sentence)
        found = [*self._phrases(sentence), *self._verbs(sentence, quoted)]
        if any(words >= _LONG for _, _, words in quoted) and not found:
            yield Signal("quotation", "direct")
        yield from sorted(found, key=lambda signal: (self._within(sentence, signal, quoted),))

    @staticmethod
    def _within(sentence: Sentence, signal: Signal, quoted: Sequence[tuple[int, int, int]]) -> bool:
        """Whether a cue stands between quotation marks, and so is the words of the one quoted."""
        start = sentence.words[signal.cue].start
        return any(first < start < last for first, last, _ in quoted)

    def _quoted(self, sentence: Sentence) -> list[tuple[int, int, int]]:
        """Quotations in a sentence, each with its words."""
        return [
            (start, end, sum(start < w.start < end and w.text.isalpha() for w in sentence.words))
            for start, end in self._article.quoted_in(sentence.start, sentence.end)
        ]

    def _phrases(self, sentence: Sentence) -> Iterator[Signal]:
        low = [word.low for word in sentence.words]
        known = self._lexicon.words
        for i, word in enumerate(low):
            if word == "according" and low[i + 1 : i + 2] == ["to"]:
                yield Signal("according to", "indirect", i)
            elif word in known["reportedly"]:
                yield Signal("reportedly", "indirect", i)
            elif word == "in" and self._view(low, i) is not None:
                yield Signal("in the view of", "indirect", i)

    def _view(self, low: Sequence[str], i: int) -> int | None:
        """Where the one is named in whose view: behind ``in the view of``, or ``in Kim’s view``."""
        view = self._lexicon.words["view"]
        place = next((j for j in range(i + 1, min(i + 5, len(low))) if low[j] in view), None)
        if place is None:
            return None
        if low[place + 1 : place + 2] == ["of"]:
            return place + 2
        owner = low[place - 1]
        return i + 1 if owner.endswith(("’s", "'s", "s’", "s'")) else None

    def _verbs(
        self, sentence: Sentence, quoted: Sequence[tuple[int, int, int]]
    ) -> Iterator[Signal]:
        words = sentence.words
        low = [word.low for word in words]
        for i, word in enumerate(low):
            if i == 0 and words[0].text[0].isupper() and len(words) > 1:
                continue
            for cue in self._lexicon.finite.get(word, ()):
                rule = self._beside(low, i, cue, quoted)
                if rule and not self._noun(low, i):
                    kind: Kind = "direct" if rule == "verb, quotation" else "indirect"
                    yield Signal(rule, "reported" if rule == "verb" else kind, i, cue.verb)
                    break

    def _noun(self, low: Sequence[str], i: int) -> bool:
        """Whether a form is a noun or an infinitive here: ``a promise``, ``to say``."""
        before = low[i - 1] if i else ""
        return before in self._lexicon.words["determiner"] or before in (
            self._lexicon.words["preposition"] | {"to", "no", "any", "being"}
        )

    def _beside(
        self, low: Sequence[str], i: int, cue: Cue, quoted: Sequence[tuple[int, int, int]]
    ) -> str:
        """What stands beside a verb of saying and makes it speech; empty where nothing does."""
        if any(words >= _LONG for _, _, words in quoted):
            return "verb, quotation"
        if cue.strength == "weak":
            return ""
        behind = low[i + 1 : i + 8]
        if behind[:1] == [":"]:
            return "verb, quotation"
        if not self._lexicon.words["clause"].isdisjoint(behind[:6]):
            return "verb, clause"
        if cue.verb in _BARE and behind and self._clause_ahead(behind):
            return "verb, clause"
        if i and low[i - 1] in "," + _MARKS:
            return "verb, inverted"
        if low[i + 1 :] and low[i + 1] in ".,:" and "," in low[:i]:
            return "verb, inverted"
        return "verb" if cue.strength == "act" and cue.verb != "tell" else ""

    def _clause_ahead(self, behind: Sequence[str]) -> bool:
        """Whether a subject and its verb follow without *that*."""
        return not self._lexicon.words["auxiliary"].isdisjoint(behind[1:])

    # --- speakers ---

    def _speaker(self, sentence: Sentence, signal: Signal) -> Mention | None:
        words = sentence.words
        low = [word.low for word in words]
        match signal.rule:
            case "according to":
                return self._forwards(words, signal.cue + 2)
            case "in the view of":
                start = self._view(low, signal.cue)
                found = None if start is None else self._forwards(words, start)
                return found and _without_genitive(found, self._lexicon.words["view"])
            case "reportedly" | "quotation" | "inside quotation":
                return None
        before = self._backwards(words, signal.cue)
        inverted = signal.cue and words[signal.cue - 1].text in ("," + _MARKS)
        if before is not None and signal.verb == "tell":
            # Whoever is told follows: ``Kim, the minister, told the Herald``.
            return before
        if inverted or before is None:
            return self._forwards(words, signal.cue + 1) or before
        return before

    def _backwards(self, words: Sequence[Word], verb: int) -> Mention | None:
        """The noun phrase that ends before a verb, over adverbs, auxiliaries, an apposition."""
        known = self._lexicon.words
        stop = verb
        while stop and words[stop - 1].low in known["adverb"] | known["auxiliary"]:
            stop -= 1
        if stop and words[stop - 1].text == ",":
            comma = self._over_apposition(words, stop - 1)
            if self._named_at(words, comma + 1) == stop - 1:
                return self._mention(words, comma + 1, stop - 1)
            stop = comma
        start = stop
        while start and stop - start < _WIDEST and not self._ends(words, start - 1):
            start -= 1
        return self._mention(words, start, stop)

    def _over_apposition(self, words: Sequence[Word], comma: int) -> int:
        """Where a phrase ends that an apposition before `comma` follows; the comma's own place."""
        for i in range(comma - 1, max(-1, comma - _WIDEST), -1):
            if words[i].text == ",":
                return i
            if words[i].text in _BREAKS:
                break
        return comma

    def _ends(self, words: Sequence[Word], place: int) -> bool:
        """Whether a phrase cannot reach over a word, seen from behind."""
        word, known = words[place], self._lexicon.words
        noun = place > 0 and words[place - 1].low in known["determiner"]
        verb = word.low in self._lexicon.finite and word.text[0].islower() and not noun
        return word.text in _BREAKS or word.low in known["stop"] or verb

    def _forwards(self, words: Sequence[Word], start: int) -> Mention | None:
        """The noun phrase that begins at a place."""
        stop, known = start, self._lexicon.words
        while stop < len(words) and stop - start < _WIDEST:
            word = words[stop]
            ends = known["stop"] | known["auxiliary"] | (known["preposition"] - {"of", "for"})
            if word.text in _BREAKS or word.low in ends | known["adverb"]:
                break
            stop += 1
        behind = self._named_at(words, stop + 1) if stop > start else None
        if behind and words[stop].text == "," and words[start].low in known["determiner"]:
            return self._mention(words, stop + 1, behind)
        return self._mention(words, start, stop)

    @staticmethod
    def _named_at(words: Sequence[Word], start: int) -> int | None:
        """One past a full name between marks: of *the chairman, Paul Reed, said* the name."""
        stop = start
        while stop < len(words) and words[stop].text[0].isupper():
            stop += 1
        closed = stop < len(words) and words[stop].text in _BREAKS
        return stop if stop - start > 1 and closed else None

    def _mention(self, words: Sequence[Word], start: int, stop: int) -> Mention | None:
        known = self._lexicon.words
        while start < stop and words[start].low in known["adverb"] | known["stop"]:
            start += 1
        if start < stop and words[start].low in known["preposition"]:
            return None
        if start >= stop:
            return None
        first, last = words[start].start, words[stop - 1].end
        text = self._article.text[first:last]
        pronoun = text.lower() in known["pronoun_male"] | known["pronoun_female"] | {"i", "we"}
        named = (
            pronoun
            or words[start].low in known["determiner"]
            or any(word.text[0].isupper() for word in words[start:stop])
        )
        plural = stop - start <= 3 and words[stop - 1].low.endswith("s")
        return Mention(first, last, text, pronoun) if named or plural else None


def _without_genitive(mention: Mention, view: frozenset[str]) -> Mention:
    """``Kim`` of ``Kim’s view``."""
    words = mention.text.split()
    if words and words[-1].lower() in view:
        words.pop()
    text = " ".join(words)
    for ending in ("’s", "'s", "’", "'"):
        text = text.removesuffix(ending)
    return Mention(mention.start, mention.start + len(text), text, mention.pronoun)
