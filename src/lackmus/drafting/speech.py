"""Reported speech by rules: which sentence reports what somebody said, and which rule says so.

The signals are those of German grammar (Duden): quotation marks, the Konjunktiv of indirect speech,
verbs of saying with a clause, prepositions such as *laut*, the tail *so X*. A verb of saying alone
is weak evidence and needs company; the Konjunktiv needs none. English has quotation marks, verbs of
saying and *according to*.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from lackmus.drafting.article import Article, Sentence, Word
from lackmus.drafting.lexicon import Cue, Lexicon

#: First character of a range and one past its last.
Place = tuple[int, int]
Kind = Literal["direct", "indirect", "reported"]

#: A quotation of fewer words is as often a term as speech.
_LONG: Final = 4
#: Of a sentence, what a quotation takes up that is more than a term in it.
_MOST: Final = 0.55
#: Signals of a sentence that are looked at: a sentence of prose has no more.
_MOST_SIGNALS: Final = 12
_MARKS: Final = '“”"«»„‘’‚'
_OPENING, _CLOSING = "„“", "“”"


@dataclass(frozen=True, slots=True)
class Signal:
    """A rule that fired in a sentence.

    Attributes:
        rule: Its name.
        kind: What kind of speech it shows.
        cue: Index of the cue's first word in the sentence; -1 where there is none.
        verb: The verb of saying; empty where there is none.
    """

    rule: str
    kind: Kind
    cue: int = -1
    verb: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A sentence that reports speech.

    Attributes:
        sentence: Its index in the article.
        signals: What shows it, strongest first.
        quotes: Where words are quoted within a report in the reporter's own words.
    """

    sentence: int
    signals: tuple[Signal, ...]
    quotes: tuple[Place, ...] = ()

    @property
    def rule(self) -> str:
        """The rule that speaks most clearly."""
        return self.signals[0].rule

    @property
    def kind(self) -> Kind:
        """Direct, indirect, or reported as an act."""
        return self.signals[0].kind


def reports(article: Article, lexicon: Lexicon) -> list[Report]:
    """The sentences of an article that report speech, in order."""
    found: list[Report] = []
    inside = False
    for index, sentence in enumerate(article.sentences):
        view = _View(article, sentence, lexicon)
        new = index == 0 or article.sentences[index - 1].paragraph != sentence.paragraph
        before = bool(found) and found[-1].sentence == index - 1
        signals = list(islice(_signals(view), _MOST_SIGNALS))
        if not signals and inside and len(sentence.words) > _LONG:
            signals = [Signal("inside quotation", "direct")]
        if not signals and before and not new and view.conditional:
            signals = [Signal("continued", "indirect", view.conditional[0])]
        if signals:
            found.append(Report(index, tuple(signals), _within(view, signals)))
        inside = view.still_inside(inside and len(sentence.words) > _LONG - 1)
    return found


def _within(view: _View, signals: Sequence[Signal]) -> tuple[Place, ...]:
    """The words quoted within a report; none where the quotation is the report."""
    rule = signals[0].rule
    if rule == "inside quotation" or any(signal.verb == "nennen" for signal in signals):
        return ()
    return tuple(view.quoted_words(behind_comma=rule != "quotation"))


class _View:
    """A sentence as the rules see it."""

    def __init__(self, article: Article, sentence: Sentence, lexicon: Lexicon) -> None:
        self.words: tuple[Word, ...] = sentence.words
        self.low = [word.low for word in sentence.words]
        self.lexicon = lexicon
        text = article.text[sentence.start : sentence.end]
        quoted = [
            (start, end)
            for start, end in article.quoted_in(sentence.start, sentence.end)
            if sentence.start <= start and end <= sentence.end
        ]
        self._quotations = quoted
        self.quoted = bool(quoted)
        self.opened = text.count("„") > text.count("“") + text.count("”")
        self.closed = not quoted and "„" not in text and bool(re.search("[“”]", text))
        self._starts = [word.start for word in self.words]
        lengths = [last - first - 2 for first, last in map(self._between, quoted)]
        self.long = max(lengths, default=0) >= _LONG
        self.whole = self.long and _is_whole(article.text, sentence, quoted, max(lengths))
        own = not lexicon.words["first_person"].isdisjoint(self.low)
        self.subjunctive = [
            i for i, w in enumerate(self.words) if w.text in lexicon.subjunctive and not own
        ]
        conditional = lexicon.words.get("conditional", frozenset())
        self.conditional = [
            i for i, w in enumerate(self.words) if w.text in conditional and not own
        ]
        self.clause = any(
            word in lexicon.words["clause"] and i and self.low[i - 1] in ",–:-"
            for i, word in enumerate(self.low)
        )
        self.infinitive = "zu" in self.low and "," in self.low
        self.introduces = self.low[-1:] == [":"]
        self._open_marks = text.count("„"), text.count("“") + text.count("”")

    def _between(self, place: Place) -> Place:
        """The first word that begins in a range, and one past the last."""
        return bisect_left(self._starts, place[0]), bisect_left(self._starts, place[1])

    def in_quotation(self, word: Word) -> bool:
        """Whether a word stands between quotation marks of the sentence."""
        return any(start < word.start < end for start, end in self._quotations)

    def is_conceded(self, place: int) -> bool:
        """Whether it does not matter what is said at a place: ``egal, was X sagt``."""
        comma = next((i for i in range(place - 1, -1, -1) if self.low[i] == ","), 0)
        return comma > 0 and self.low[comma - 1] in self.lexicon.words["concession"]

    @property
    def company(self) -> bool:
        """Whether anything beside a verb of saying shows speech."""
        return bool(self.quoted or self.opened or self.subjunctive or self.clause)

    def quoted_words(self, *, behind_comma: bool) -> Iterator[Place]:
        """Words, and no names, between quotation marks within what is reported: start and end.

        Words that begin the sentence, or follow a colon or *als*, are what is reported themselves:
        ``bezeichnete es als „…“``.
        """
        for start, end in self._quotations:
            first, last = self._between((start + 1, end - 1))
            if first == last:
                continue
            low = self.words[first].text[0].islower()
            words = low or (last - first >= _LONG + 1 and not self.whole)
            before = self.low[max(0, first - 3) : first - 1]
            itself = not before or before[-1] == ":" or "als" in before
            if words and not itself and (behind_comma or before[-1] != ","):
                yield start, end

    def still_inside(self, inside: bool) -> bool:  # noqa: FBT001 - a state
        """Whether the next sentence begins between quotation marks."""
        opening, closing = self._open_marks
        if opening > closing:
            return True
        return inside and not closing


def _is_whole(text: str, sentence: Sentence, quoted: list[tuple[int, int]], length: int) -> bool:
    """Whether a long quotation is a sentence's worth rather than a title."""
    start, end = max(quoted, key=lambda place: place[1] - place[0])
    share = (end - start) / max(1, sentence.end - sentence.start)
    stops = text[end - 2] in ".!?," and end - start > _LONG
    tail = text[sentence.start : sentence.end].rstrip().endswith(tuple(_MARKS))
    return share > _MOST or stops or (tail and length >= 2 * _LONG)


# --- rules ---------------------------------------------------------------------------------------


def _signals(view: _View) -> Iterator[Signal]:
    """Every rule that fires, in order of how clearly it speaks."""
    if view.subjunctive:
        yield Signal("Konjunktiv", "indirect", view.subjunctive[0])
    yield from _phrases(view)
    if view.whole:
        yield Signal("quotation", "direct")
    yield from _verbs(view)
    yield from _participles(view)
    yield from _nouns(view)
    if (view.opened or view.closed) and len(view.words) > _LONG:
        yield Signal("open quotation", "direct")


def _phrases(view: _View) -> Iterator[Signal]:
    """Prepositions and set phrases that report."""
    for i, word in enumerate(view.low):
        test = _SET_PHRASES.get(word)
        if test is not None and (rule := test(view, i)):
            yield Signal(rule, "indirect", i)


def _laut(view: _View, i: int) -> str:
    before = view.low[i - 1] if i else ""
    return "laut" if _begins_name(view.words[i + 1 : i + 6], before) else ""


def _according(view: _View, i: int) -> str:
    """``nach Angaben von X``, ``Xs Ansicht nach``."""
    known, words = view.lexicon.words["according"], view.words
    behind = view.low[i] == "nach" and i > 1 and words[i - 1].text in known
    return "nach Angaben" if behind or any(w.text in known for w in words[i + 1 : i + 6]) else ""


def _so(view: _View, i: int) -> str:
    return "so X" if i and view.low[i - 1] in "," + _MARKS and _names(view, i + 1) else ""


def _it_says(view: _View, i: int) -> str:
    low = view.low
    near = "es" in low[max(0, i - 2) : i + 3]
    return "heißt es" if near and (low[i] == "hieß" or "," in low or ":" in low) else ""


def _whereby(view: _View, i: int) -> str:
    return "wonach" if i and view.low[i - 1] == "," else ""


def _as_told(view: _View, i: int) -> str:
    begins = i == 0 or view.low[i - 1] == ","
    return "wie X sagt" if begins and _tells(view, i) else ""


_SET_PHRASES: Final[Mapping[str, Callable[[_View, int], str]]] = {
    "laut": _laut,
    "zufolge": lambda _view, _i: "zufolge",
    "nach": _according,
    "gemäß": _according,
    "unter": _according,
    "so": _so,
    "demnach": lambda _view, _i: "demnach",
    "demzufolge": lambda _view, _i: "demnach",
    "heißt": _it_says,
    "hieß": _it_says,
    "wonach": _whereby,
    "wie": _as_told,
}


def _begins_name(after: tuple[Word, ...], before: str) -> bool:
    """Whether ``laut`` is the preposition and not the adverb."""
    return bool(after) and before not in ("so", "zu", "sehr") and after[0].low not in ",.!undzu"


def _names(view: _View, place: int) -> bool:
    """Whether somebody is named or meant at a place."""
    if place >= len(view.words):
        return False
    word = view.words[place]
    known = view.lexicon.words
    return word.text[0].isupper() or word.low in (
        known["determiner"] | known["pronoun_male"] | known["pronoun_female"] | {"es"}
    )


def _tells(view: _View, start: int) -> bool:
    """Whether a clause with *wie* ends in a verb of saying, or begins with one."""
    words, lexicon = view.words, view.lexicon
    for place in range(start + 2, min(len(words), start + 26)):
        if words[place].text not in (",", ".", ":", "“"):
            continue
        last, before = words[place - 1], words[place - 2]
        if any(cue.strength != "weak" for cue in lexicon.finite.get(last.text, ())):
            return not _own_name(view, start, place)
        return last.low in lexicon.words["auxiliary"] and any(
            cue.strength != "weak" for cue in lexicon.participles.get(before.text, ())
        )
    return start + 1 < len(words) and any(
        cue.strength != "weak" for cue in lexicon.finite.get(words[start + 1].text, ())
    )


def _own_name(view: _View, start: int, stop: int) -> bool:
    """``wie er sich selbst nannte`` tells a name and no speech."""
    return "sich" in view.low[start:stop]


def _verbs(view: _View) -> Iterator[Signal]:
    """Verbs of saying in a finite form."""
    for i, word in enumerate(view.words):
        if (i and word.text[0].isupper()) or view.in_quotation(word):
            continue
        form = word.text if i else word.low
        cues = view.lexicon.finite.get(form, ())
        if not cues or view.is_conceded(i):
            continue
        for cue in cues:
            if cue.particle and cue.particle not in view.low[i + 1 :]:
                continue
            if cue.verb == "ausgehen" and not ({"davon", "von"} & set(view.low)):
                continue
            rule = _beside(view, i, cue)
            if rule:
                kind: Kind = "direct" if rule == "verb, quotation" else "indirect"
                yield Signal(rule, "reported" if rule == "verb" else kind, i, cue.verb)


def _beside(view: _View, place: int, cue: Cue) -> str:
    """What stands beside a verb of saying and makes it speech; empty where nothing does."""
    known = view.lexicon.words
    inverted = place > 0 and view.low[place - 1] in ',–“”"«»'
    if view.subjunctive:
        return "verb, Konjunktiv"
    if cue.strength == "weak":
        return "verb, quotation" if view.whole else ""
    usual = cue.strength == "act" or cue.verb in known["inverted"]
    if view.quoted or view.opened:
        return "verb, quotation" if view.whole or usual else ""
    if inverted and usual and not view.introduces:
        return "verb, inverted"
    if view.clause and not inverted:
        return "verb, clause"
    if view.infinitive and cue.verb in known["infinitive"]:
        return "verb, infinitive"
    return "verb" if cue.strength == "act" else ""


def _participles(view: _View) -> Iterator[Signal]:
    known = view.lexicon.words
    if known["auxiliary"].isdisjoint(view.low):
        return
    for i, word in enumerate(view.words):
        for cue in view.lexicon.participles.get(word.text, ()):
            if cue.strength != "weak" and (view.company or cue.verb in known["participle"]):
                yield Signal("participle", "indirect" if view.company else "reported", i, cue.verb)


def _nouns(view: _View) -> Iterator[Signal]:
    """``die Ansicht, dass …``."""
    clause = view.lexicon.words["clause"] | {"die", "der", "das", "es"}
    for i, word in enumerate(view.words[:-2]):
        named = word.text in view.lexicon.words["opinion"] and view.low[i + 1] == ","
        if named and view.low[i + 2] in clause:
            yield Signal("noun, clause", "indirect", i)
