"""Citations against the texts they cite.

A passage is found by source, paragraph and character range, and known again by the SHA-256 of its
UTF-8, whose first eight hexadecimal digits are enough (W3C Web Annotation's TextPositionSelector
with a hash in the place of the quoted words). A mismatch is reported; a passage is never looked for
elsewhere in the text.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from textwrap import shorten
from typing import Literal

from lackmus.case import syntax
from lackmus.foundation.counting import counted
from lackmus.foundation.disk import read_bounded
from lackmus.foundation.errors import Fault

Outcome = Literal["verified", "exists", "mismatch", "unverified"]

_BLANK_LINE = re.compile(r"\r?\n[ \t]*(?:\r?\n[ \t]*)+")
#: How the file of a source that names none may end, behind the source's id.
_ENDINGS = (".txt", ".md")
#: What is said of a source where no folder was given.
NO_FOLDER = "no folder of sources was given"

_LARGEST_TEXT = 20_000_000
_MOST_FILES = 2_000

#: Digits of a passage's hash that are enough to know it by, and how much of a text is shown.
_LEAST_DIGITS = 8
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class CitationCheck:
    """What became of one citation.

    Attributes:
        where: What cites, such as ``claim c01_no_agreement_signed``, or ``source memo`` for the
            source itself.
        citation: The citation; None for the source itself.
        source: Id of the source.
        outcome: `verified`: the hash of the passage (or file) agrees. `exists`: the place is there,
            and no hash says what should stand in it. `mismatch`: the place is not there, or
            something else stands in it. `unverified`: the text is not at hand.
        message: The outcome in a sentence.
        given: The hash that the case gives, empty without one.
        found: The hash of what stands at the place; empty where it is not there.
    """

    where: str
    citation: syntax.Citation | None
    source: str
    outcome: Outcome
    message: str
    given: str = ""
    found: str = ""

    def fault(self) -> Fault | None:
        """The outcome as a fault: a mismatch is an error, a missing text a note, else None."""
        span = self.citation.span if self.citation else None
        if self.outcome == "mismatch":
            return Fault("citation", f"{self.where}: {self.message}", span)
        if self.outcome == "unverified":
            return Fault("unverified", f"{self.where}: {self.message}", span, severity="note")
        return None


def verify(case: syntax.Case, folder: Path | None = None) -> list[CitationCheck]:
    """Every source and every citation of a case, held against the texts in a folder.

    Args:
        case: The case.
        folder: Where the texts are; without it nothing can be verified, and all checks say so.

    Returns:
        One check a source, then one for each citation in the order of the case.
    """
    texts = _Texts(folder)
    found = {source.id: texts.find(source) for source in case.sources}
    checks = [_source_check(source, found[source.id]) for source in case.sources]
    for where, citation in cited(case):
        text = found.get(citation.source, _Found(None, "the case does not list the source"))
        checks.append(_check(where, citation, text))
    return checks


def passages(case: syntax.Case, folder: Path) -> dict[syntax.Citation, str]:
    """The words of each passage that a case cites and that stands in a folder as it is cited.

    A citation of a whole text is no passage, and left out.
    """
    texts = _Texts(folder)
    found = {source.id: texts.find(source).text for source in case.sources}
    quoted = {}
    for _, citation in cited(case):
        text = found.get(citation.source)
        whole = citation.paragraph is None and citation.start is None
        if text is not None and not whole and _compare(citation, text)[0] != "mismatch":
            start, end = _ends(citation, paragraphs(text), len(text))
            quoted[citation] = text[start:end].strip()
    return quoted


def cited(case: syntax.Case) -> Iterator[tuple[str, syntax.Citation]]:
    """Every citation of a case with what cites it."""
    for where, citations in _citing(case):
        for citation in citations:
            yield where, citation


def _citing(case: syntax.Case) -> Iterator[tuple[str, tuple[syntax.Citation, ...]]]:
    yield from ((f"actor {actor.id}", actor.cite) for actor in case.actors)
    yield from ((f"fact {fact.name}", fact.cite) for fact in case.facts)
    yield from ((f"assumption {a.name}", a.cite) for a in (*case.assumptions, case.precision))
    for item in case.moves:
        for inner in item.moves if isinstance(item, syntax.Rounds) else (item,):
            for move in inner.moves if isinstance(inner, syntax.Together) else (inner,):
                yield f"move {move.name}", move.cite
    for stake in case.stakes:
        name = f" '{stake.name}'" if stake.name else ""
        yield f"stake{name} of {stake.actor}", stake.cite
    yield from ((f"event {event.name}", event.cite) for event in case.events)
    yield from ((f"claim {claim.id}", claim.cite) for claim in case.claims)
    yield from ((f"statement {said.id}", said.cite) for said in case.statements)
    for i, seen in enumerate(case.observations, 1):
        yield f"observation {i}", seen.cite


def paragraphs(text: str) -> list[tuple[int, int]]:
    r"""Where the paragraphs of a text begin and end, in characters; blank lines part them.

    >>> paragraphs("One.\n\nTwo,\nstill two.\n")
    [(0, 4), (6, 21)]
    """
    places, start = [], 0
    for gap in (*_BLANK_LINE.finditer(text), None):
        end = gap.start() if gap else len(text)
        inner = text[start:end]
        if inner.strip():
            lead = len(inner) - len(inner.lstrip())
            places.append((start + lead, start + len(inner.rstrip())))
        start = gap.end() if gap else end
    return places


# --- finding the texts -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """A source's text, or why it is not there."""

    text: str | None
    why: str
    mismatch: bool = False
    digest: str = ""


class _Texts:
    """The files of a folder, read when they are asked for."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._by_hash: dict[str, Path] | None = None

    def find(self, source: syntax.Source) -> _Found:
        """The text of a source: by its file's name, else by its hash, else by its id."""
        if self._folder is None:
            return _Found(None, NO_FOLDER)
        if not self._folder.is_dir():
            return _Found(None, f"{self._folder} is no folder")
        named = self._folder / Path(source.file).name if source.file else None
        if named is not None and named.exists():
            return _read(named, source)
        path = self._hashes().get(source.sha256) if source.sha256 else None
        if path is None and not source.file and not source.sha256:
            own = (self._folder / f"{source.id}{ending}" for ending in _ENDINGS)
            path = next(filter(Path.is_file, own), None)
        if path is not None:
            return _read(path, source)
        return _Found(None, f"its text is not in {self._folder}")

    def _hashes(self) -> dict[str, Path]:
        if self._by_hash is None:
            self._by_hash = {
                hashlib.sha256(data).hexdigest(): path
                for path in islice(_files(self._folder or Path()), _MOST_FILES)
                if (data := _readable(path)) is not None
            }
        return self._by_hash


def _files(folder: Path) -> Iterator[Path]:
    """All files below a folder, in the order of their names; what cannot be listed is left out."""
    for name, folders, files in os.walk(folder):
        folders.sort()
        yield from (Path(name) / file for file in sorted(files))


def _readable(path: Path) -> bytes | None:
    """A file's bytes; None where it cannot be read, is no plain file or too large."""
    try:
        return read_bounded(path, _LARGEST_TEXT)
    except OSError:
        return None


def _read(path: Path, source: syntax.Source) -> _Found:
    try:
        data = read_bounded(path, _LARGEST_TEXT)
    except OSError as error:
        return _Found(None, f"{path.name} cannot be read: {error.strerror}")
    known = hashlib.sha256(data).hexdigest()
    if source.sha256 and known != source.sha256.lower():
        why = f"{path.name} is not the text that the case cites"
        return _Found(None, why, mismatch=True, digest=known)
    try:
        return _Found(data.decode("utf-8"), path.name)
    except UnicodeDecodeError:
        return _Found(None, f"{path.name} is not UTF-8", mismatch=True)


# --- checking ----------------------------------------------------------------------------------


def _source_check(source: syntax.Source, found: _Found) -> CitationCheck:
    where = f"source {source.id}"
    if found.text is None:
        outcome: Outcome = "mismatch" if found.mismatch else "unverified"
        message = f"could not verify: {found.why}"
        return CitationCheck(where, None, source.id, outcome, message, source.sha256, found.digest)
    if source.sha256:
        return CitationCheck(where, None, source.id, "verified", f"{found.why} has the hash given")
    message = f"{found.why} is there; the case gives no hash of it"
    return CitationCheck(where, None, source.id, "exists", message)


def _check(where: str, citation: syntax.Citation, found: _Found) -> CitationCheck:
    if found.text is None:
        message = f"could not verify {place(citation)}: {found.why}"
        return CitationCheck(where, citation, citation.source, "unverified", message)
    outcome, message = _compare(citation, found.text)
    return CitationCheck(
        where, citation, citation.source, outcome, f"{place(citation)} {message}", citation.sha256,
        digest_at(citation, found.text),
    )  # fmt: skip


def digest_at(citation: syntax.Citation, text: str) -> str:
    """SHA-256 of what stands at a citation's place; empty where the place is not there.

    Characters outside the paragraph that is named are no such place.
    """
    found = paragraphs(text)
    inside = citation.paragraph is None or citation.paragraph <= len(found)
    if not inside or (citation.end or 0) > len(text):
        return ""
    start, end = _ends(citation, found, len(text))
    low, high = (0, len(text)) if citation.paragraph is None else found[citation.paragraph - 1]
    return digest(text[start:end]) if low <= start and end <= high else ""


def digest(words: str) -> str:
    """SHA-256 of the UTF-8 of words, in hexadecimal digits."""
    return hashlib.sha256(words.encode("utf-8")).hexdigest()


def place(citation: syntax.Citation) -> str:
    """``memo §3, characters 120–240``."""
    parts = [citation.source + (f" §{citation.paragraph}" if citation.paragraph else "")]
    if citation.start is not None:
        parts.append(f"characters {citation.start}–{citation.end}")
    return ", ".join(parts)


def _ends(citation: syntax.Citation, found: list[tuple[int, int]], size: int) -> tuple[int, int]:
    """Where a passage begins and ends: its characters, else its paragraph, else the whole text."""
    if citation.start is not None and citation.end is not None:
        return citation.start, citation.end
    return (0, size) if citation.paragraph is None else found[citation.paragraph - 1]


def _compare(citation: syntax.Citation, text: str) -> tuple[Outcome, str]:
    found = paragraphs(text)
    number = citation.paragraph
    if number is not None and number > len(found):
        return "mismatch", f"is not there: the text has {counted(len(found), 'paragraph')}"
    start, end = found[number - 1] if number is not None else (0, len(text))
    if citation.start is not None and citation.end is not None:
        if citation.end > len(text):
            return "mismatch", f"lies outside the text, which has {counted(len(text), 'character')}"
        if not start <= citation.start < citation.end <= end:
            return "mismatch", f"is not within its paragraph, characters {start}–{end}"
    start, end = _ends(citation, found, len(text))
    if not citation.sha256:
        return "exists", "is there; no hash says what should stand in it"
    given = citation.sha256.lower()
    if len(given) < _LEAST_DIGITS:
        return (
            "mismatch",
            f"has {counted(len(given), 'digit')} of a hash, and needs {_LEAST_DIGITS} at least",
        )
    if not digest(text[start:end]).startswith(given):
        line = text.count("\n", 0, start) + 1
        words = shorten(text[start:end], _SHOWN, placeholder=" …")
        return "mismatch", f"holds other words than those cited: line {line} has “{words}”"
    return "verified", "holds the words cited"
