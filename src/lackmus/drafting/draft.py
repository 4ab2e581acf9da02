"""From a text to a `Draft`: passages, statements, candidate claims, actors, dates.

Everything found has the passage it stands in and the rule that found it. What rules cannot tell is
left open: what a claim asks of the game, what an actor may hide, in which order things happen.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from lackmus.case.fields import is_label
from lackmus.case.syntax import Citation, Source
from lackmus.drafting.article import Article, Sentence
from lackmus.drafting.dates import When, dates
from lackmus.drafting.lexicon import Lexicon, lexicon
from lackmus.drafting.speakers import Mention
from lackmus.drafting.speech import Kind, Report
from lackmus.drafting.voices import voices

ClaimKind = Literal[
    "counterfactual", "aim or pretext", "indicator", "conditional", "comparison", "prediction"
]
#: How the writer of the text is called where nobody says who it is.
THE_AUTHOR: Final = "the author"

#: Statements and candidates that a draft has at most; nobody reads more.
MOST: Final = 400
#: Sentences that must speak of somebody before he is proposed as an actor; one less in a text of
#: fewer sentences than these.
_OFTEN: Final = 3
_SHORT: Final = 20
_MOST_ACTORS: Final = 6
_LONGEST_NAME: Final = 60
#: Words of a name in full at most, with a title.
_LONGEST_RUN: Final = 3
_POSSESSIVE: Final = re.compile(r"[’']s?$")
#: The ending of a noun behind *des*.
_GENITIVE: Final = re.compile(r"(?:(?<=[dtzs])es|(?<!s)s)$")
_DEADLINE: Final = re.compile(
    r"(?:bis|spätestens|(?:noch )?vor (?:dem |Weihnachten)|by|until|till|before|no later|within)\b"
    r"|.*\b(?:ende?|end)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence that is cited.

    Attributes:
        id: Its name in the case, of paragraph and sentence: ``p02_1``.
        citation: Source, paragraph, characters of the file and the whole SHA-256.
    """

    id: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Said:
    """Something that was said.

    Attributes:
        id: Its name in the case.
        speaker: Who said it; empty where the text leaves that open.
        reporter: Who reports it; empty where the writer of the text says it himself.
        passage: Id of the passage.
        kind: Direct, indirect or reported speech; ``own`` for what the writer says himself.
        rule: The rule that found it.
        bears_on: The candidate claim made of it; empty where there is none.
        quotes: Whether words are quoted within a report in the reporter's own words.
    """

    id: str
    speaker: str
    reporter: str
    passage: str
    kind: Kind | Literal["own"]
    rule: str
    bears_on: str = ""
    quotes: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be a claim.

    Attributes:
        id: Its name in the case.
        kind: What kind of claim its marker shows.
        by: Who makes it; empty where the text leaves that open.
        reporter: Who reports it; empty where the writer makes it himself.
        passage: Id of the passage.
        rule: The marker that showed it.
        resolves: The last day after publication that the passage names; None where it names none.
        open_date: Whether the passage says when in words that name no day.
    """

    id: str
    kind: ClaimKind
    by: str
    reporter: str
    passage: str
    rule: str
    resolves: datetime.date | None
    open_date: bool


@dataclass(frozen=True, slots=True)
class Proposed:
    """Somebody who may be an actor: his id and name, and in how many sentences he is spoken of."""

    id: str
    name: str
    sentences: int


@dataclass(frozen=True, slots=True)
class Dated:
    """A phrase that says when, the passage it stands in, and whether it is a deadline."""

    when: When
    passage: str
    deadline: bool


@dataclass(frozen=True)
class Draft:
    """What the rules found in a text.

    Attributes:
        source: The text, as a case cites it.
        title: The title that the user gave; may be empty.
        passages: All passages that something cites, in the order of the text.
        statements: What was said, in that order.
        candidates: Sentences that may be claims, in that order.
        actors: Those who may be actors, most spoken of first.
        observers: Those who may look on.
        dates: Phrases that say when, in the order of the text.
        left_off: How many further sentences that report were found and left off.
    """

    source: Source
    title: str = ""
    passages: tuple[Passage, ...] = ()
    statements: tuple[Said, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    actors: tuple[Proposed, ...] = ()
    observers: tuple[str, ...] = ("public",)
    dates: tuple[Dated, ...] = ()
    left_off: int = 0


def draft(text: str, source: Source, title: str = "") -> Draft:
    """The draft of a case from a text.

    Args:
        text: The text, decoded and otherwise as it stands in the file.
        source: The file; its `language` must be ``de`` or ``en``.
        title: The title of the case; may be empty.

    Raises:
        KeyError: There are no rules for the language.
    """
    known = lexicon(source.language)
    article = Article(text, known.abbreviations, ordinals=known.language == "de")
    return _Drafter(article, known, source).draft(title)


@dataclass
class _Drafter:
    article: Article
    lexicon: Lexicon
    source: Source
    used: dict[int, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def draft(self, title: str) -> Draft:
        when = dates(self.article, self.source.language, self.source.published)
        at = _by_sentence(self.article, when)
        found = [(i, kind, said) for i, kind, said in self._found() if kind or said]
        statements: list[Said] = []
        candidates: list[Candidate] = []
        for i, candidate, said in found[:MOST]:
            place = self._passage(i)
            claim = ""
            if candidate is not None:
                claim = f"c{len(candidates) + 1:02}"
                candidates.append(self._candidate(claim, place, candidate, said, at.get(i, ())))
            statements.append(self._said(place, said, claim, candidate))
        dated = tuple(
            Dated(w, self._passage(i), bool(_DEADLINE.match(w.phrase)))
            for i, phrases in sorted(at.items())
            for w in phrases
        )[:MOST]
        return Draft(
            self.source,
            title,
            self._passages(),
            tuple(statements),
            tuple(candidates),
            self._actors(statements),
            dates=dated,
            left_off=max(0, len(found) - MOST),
        )

    # --- statements and claims ---

    def _found(self) -> Iterator[tuple[int, tuple[ClaimKind, str] | None, _Voice | None]]:
        """Per sentence its marker, and who is reported in it."""
        found = list(voices(self.article, self.lexicon, most=MOST))
        full = full_names(self._name(who) for _, *both in found for who in both)
        reported = {
            report.sentence: _Voice(report, full[self._name(outer)], full[self._name(inner)])
            for report, outer, inner in found
        }
        seen = 0
        for i, sentence in enumerate(self.article.sentences):
            # What is left off anyway need not be looked at.
            marker = self._marker(sentence) if seen < MOST else None
            seen += marker is not None or i in reported
            yield i, marker, reported.get(i)

    def _marker(self, sentence: Sentence) -> tuple[ClaimKind, str] | None:
        text = unicodedata.normalize("NFC", self.article.text[sentence.start : sentence.end])
        text = " ".join(text.split())
        first, last = self.article.paragraphs[sentence.paragraph - 1]
        if text.endswith("?") and (sentence.start, sentence.end) == (first, last):
            # A question by itself is a heading.
            return None
        for kind in _KINDS:
            for rule, pattern in self.lexicon.markers.get(kind, ()):
                if pattern.search(text):
                    return kind, rule
        return None

    def _candidate(
        self,
        name: str,
        place: str,
        marker: tuple[ClaimKind, str],
        said: _Voice | None,
        when: tuple[When, ...],
    ) -> Candidate:
        published = self.source.published
        ahead = [w.date for w in when if w.date and published and w.date > published]
        kind, rule = marker
        by, reporter = self._voices(said)
        return Candidate(
            name, kind, by, reporter, place, rule,
            resolves=max(ahead, default=None),
            open_date=not ahead and any(w.date is None for w in when),
        )  # fmt: skip

    def _said(
        self, place: str, said: _Voice | None, claim: str, marker: tuple[ClaimKind, str] | None
    ) -> Said:
        by, reporter = self._voices(said)
        name = f"s{place[1:]}"
        if said is None:
            rule = f"{marker[0]}: {marker[1]}" if marker else ""
            return Said(name, by, reporter, place, "own", rule, claim)
        report = said.report
        return Said(name, by, reporter, place, report.kind, report.rule, claim, bool(report.quotes))

    def _voices(self, said: _Voice | None) -> tuple[str, str]:
        """Who says it, and who reports it."""
        author = self.source.author or THE_AUTHOR
        if said is None:
            return author, ""
        return (said.inner, said.outer) if said.inner else (said.outer, author)

    def _name(self, mention: Mention | None) -> str:
        """A speaker's name as it is written into a case; empty where nobody was named."""
        if mention is None:
            return ""
        text = mention.meant if mention.pronoun else mention.text
        if text not in self.names:
            self.names[text] = short_name(text, self.lexicon)
        return self.names[text]

    # --- places ---

    def _passage(self, index: int) -> str:
        """The name of a sentence's passage, which the draft then has."""
        if index not in self.used:
            sentence = self.article.sentences[index]
            first = self.article.sentence_at(self.article.paragraphs[sentence.paragraph - 1][0])
            self.used[index] = f"p{sentence.paragraph:02}_{index - first + 1}"
        return self.used[index]

    def _passages(self) -> tuple[Passage, ...]:
        return tuple(
            Passage(name, self._citation(self.article.sentences[index]))
            for index, name in sorted(self.used.items())
        )

    def _citation(self, sentence: Sentence) -> Citation:
        start, end = trimmed(self.article.text, sentence.start, sentence.end)
        digest = hashlib.sha256(self.article.text[start:end].encode("utf-8")).hexdigest()
        return Citation(self.source.id, sentence.paragraph, start, end, digest)

    # --- who ---

    def _actors(self, statements: list[Said]) -> tuple[Proposed, ...]:
        """States and bodies often spoken of, and those who often speak and speak for no state."""
        counts: Counter[str] = Counter()
        collective, states = self.lexicon.words["collective"], self.lexicon.states
        for capital, pattern in states.items():
            spoken = (match.start() for match in pattern.finditer(self.article.text))
            counts[capital] = len({self.article.sentence_at(place) for place in spoken})
        for sentence in self.article.sentences:
            counts.update({word.text for word in sentence.words if word.text in collective})
        often = _OFTEN - (len(self.article.sentences) < _SHORT)
        named = [(name, n) for name, n in counts.most_common() if n >= often]
        spoken_of = people(self.article, self.lexicon)
        full = {name.split()[-1]: name for name, n in spoken_of.items() if n >= often}
        speakers = Counter(
            full.get(s.speaker.split()[-1], s.speaker)
            for s in statements
            if s.kind != "own" and s.speaker
        )
        names = Counter({name: n for name, n in speakers.items() if n >= _OFTEN - 1})
        names |= Counter({name: spoken_of[name] for name in full.values()})
        named += [
            (name, n)
            for name, n in names.most_common()
            if not any(pattern.search(name) for pattern in states.values())
        ]
        found: dict[str, Proposed] = {}
        for name, n in named:
            found.setdefault(label(name), Proposed(label(name), name, n))
        return tuple(found.values())[:_MOST_ACTORS]


def people(article: Article, known: Lexicon) -> Counter[str]:
    """Those whom a text names in full once and by the last name again, and in how many sentences.

    In English a name of one word counts too: no other word has a capital within a sentence.
    """
    runs: dict[str, Counter[str]] = {}
    spoken: Counter[str] = Counter()
    alone: set[str] = set()
    kinds = ("determiner", "stop", "preposition", "never_name")
    idle = frozenset(("i",)).union(*(known.words.get(kind, ()) for kind in kinds))
    for sentence in article.sentences:
        here = set()
        for start, run in _capitals(sentence, known, idle):
            last = run[-1]
            here.add(last)
            if len(run) > 1 and (start or last not in runs):
                runs.setdefault(last, Counter())[" ".join(run[-_LONGEST_RUN:])] += 1
            elif start or last in runs:
                alone.add(last)
        spoken.update(here)
    # Two who stand side by side are no name: each of them stands alone elsewhere.
    full = {
        last: name
        for last, counts in runs.items()
        for name, _ in counts.most_common(1)
        if name.split()[0] not in alone
    }
    single = alone if known.language == "en" else set()
    return Counter(
        {
            full.get(last, last): n
            for last, n in spoken.items()
            if last in alone and (last in full or last in single)
        }
    )


def _capitals(
    sentence: Sentence, known: Lexicon, idle: frozenset[str]
) -> Iterator[tuple[int, list[str]]]:
    """Names of a sentence, capitals side by side without titles, and where each begins."""
    times = known.words["time"]
    run: list[str] = []
    for i, word in enumerate((*sentence.words, None)):
        text = word.text if word is not None and word.text[0].isupper() else ""
        if text and word and word.low not in idle and text not in times:
            run.append(_POSSESSIVE.sub("", text))
        elif run:
            place, titles = i - len(run), known.words.get("titles", frozenset())
            while len(run) > 1 and {run[0], run[0].removesuffix("en")} & titles:
                run.pop(0)
            yield place, run
            run = []


@dataclass(frozen=True, slots=True)
class _Voice:
    """A report, who speaks in it, and whom he in turn reports."""

    report: Report
    outer: str
    inner: str


_KINDS: Final[tuple[ClaimKind, ...]] = (
    "counterfactual", "aim or pretext", "indicator", "conditional", "comparison", "prediction",
)  # fmt: skip


def _by_sentence(article: Article, when: list[When]) -> dict[int, tuple[When, ...]]:
    found: dict[int, tuple[When, ...]] = {}
    for phrase in when:
        index = article.sentence_at(phrase.start)
        if index < len(article.sentences) and phrase.start < article.sentences[index].end:
            found[index] = (*found.get(index, ()), phrase)
    return found


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A range without the white space at its ends."""
    inner = text[start:end]
    return start + len(inner) - len(inner.lstrip()), start + len(inner.rstrip())


def short_name(text: str, known: Lexicon) -> str:
    """A noun phrase without its article, what is attached, and signs that no case may hold.

    >>> short_name("Angaben des Ministeriums", lexicon("de"))
    'Ministerium'
    """
    plain = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", text))
    words = re.split(r"[,(:;]", plain)[0].split()
    idle = known.words["determiner"] | known.words["attach"] | known.words["according"]
    article = ""
    while len(words) > 1 and (words[0].lower() in idle or words[0] in idle):
        article = words.pop(0).lower()
    if article in known.words.get("genitive", ()):
        head = next((i for i, word in enumerate(words) if word[0].isupper()), 0)
        words[head] = _GENITIVE.sub("", words[head])
    return " ".join(words)[:_LONGEST_NAME].strip(" .\"„“”»«‚‘’'*_`")


def full_names(names: Iterable[str]) -> dict[str, str]:
    """Each name with the only longer one that begins or ends with it, or itself.

    >>> full_names(["Envoy Jo Lee", "Lee", "Envoy", "Kim"])["Lee"]
    'Envoy Jo Lee'
    """
    known = dict.fromkeys(names)
    longer: dict[str, set[str]] = {}
    for name in known:
        words = name.split()
        for i in range(1, len(words)):
            longer.setdefault(" ".join(words[:i]), set()).add(name)
            longer.setdefault(" ".join(words[i:]), set()).add(name)
    found = {}
    for name in known:
        wider = longer.get(name, set())
        longest = max(wider, key=len, default=name)
        within = all(longest.startswith(other) or longest.endswith(other) for other in wider)
        found[name] = longest if within else name
    return found


def label(name: str) -> str:
    """A name as expressions can have it: ``new_delhi``.

    >>> label("New Delhi"), label("J. D. Vance"), label("42")
    ('new_delhi', 'j_d_vance', 'n_42')
    """
    plain = re.sub(r"\W+", "_", name.casefold()).strip("_")
    plain = re.sub(r"__+", "_", plain)[:_LONGEST_NAME]
    return plain if is_label(plain) else f"n_{plain}".rstrip("_")
