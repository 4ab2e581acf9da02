"""One opened case: its file, its sources, and what the page is told of them.

Every public method is one thing that the page can ask for: plain data in, plain data out. Errors
are those of Lackmus, and tell what to do.
"""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from threading import Event, Lock
from typing import Final

from lackmus.case import syntax
from lackmus.case.parse import read_text
from lackmus.case.scope import scope_of
from lackmus.case.text import expression_text
from lackmus.case.yaml_reader import Mapping, Scalar
from lackmus.foundation.disk import check_target, in_words, write_text
from lackmus.foundation.errors import CaseError, UnfinishedError, UsageError
from lackmus.library.index import cases, find
from lackmus.pipeline.loading import load, locate
from lackmus.pipeline.trial import Effort, put_to_test
from lackmus.report import words
from lackmus.report.html import render
from lackmus.service import edit
from lackmus.service.beside import Beside, read_with
from lackmus.service.completion import complete
from lackmus.service.document import Document, Home
from lackmus.service.hover import hover
from lackmus.service.places import Places, passages, places, short_citation
from lackmus.workbench.dissents import Dissents
from lackmus.workbench.fitting import fitting
from lackmus.workbench.messages import (
    Json,
    Units,
    answer_json,
    claim_json,
    fault_json,
    move_json,
    supposition_in,
    swept_json,
)
from lackmus.workbench.sections import Sections
from lackmus.workbench.sources import sources_json
from lackmus.workbench.telling import telling
from lackmus.workbench.what_if import SupersededError, WhatIf, check_draws

#: Pages and kinds of requests of which the newest is known.
_MOST_PAGES: Final = 128

#: Sets of files beside a text of which is known how they stood.
_MOST_SEEN: Final = 64

#: Texts that are ready to be played: two pages on one case may each have another.
_MOST_BUILT: Final = 2


@dataclass(frozen=True, slots=True)
class _Built:
    """A text that can be played."""

    beside: Beside
    case: syntax.Case
    what_if: WhatIf
    sections: Sections
    dissents: Dissents


class Session:
    """One opened case.

    Args:
        case: Its path, or its name in the library; a library case can be played with, and not
            saved.
        sources: The folder that holds the cited texts.
        draws: Draws of a sweep.
        seed: Their seed.

    Raises:
        InputError: There is no such case, or a workbench makes fewer draws.
    """

    def __init__(
        self, case: str, sources: Path | None = None, draws: int = 1000, seed: int = 0
    ) -> None:
        check_draws(draws)
        path = locate(case)
        self.path = (path / "case.yaml" if path.is_dir() else path).resolve()
        self._folder = self.path.parent
        self._library = any(self.path.is_relative_to(entry.path.resolve()) for entry in cases())
        if sources is not None and not sources.is_dir():
            raise UsageError(f"no folder {sources}", hint="name the folder that holds the texts")
        self._sources = sources.resolve() if sources else None
        self._draws, self._seed = draws, seed
        self._home = Home(self.path, find, None if self._library else self._folder)
        self._lock = Lock()
        self._build = Lock()
        self._built: OrderedDict[str, _Built] = OrderedDict()
        self._last: tuple[Document, Beside] | None = None
        self._stood = Beside(())
        self._seen: OrderedDict[str, Beside] = OrderedDict()
        self._newest: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._numbers = 0
        read_text(self.path)

    def beside(self, case: Path) -> Session:
        """A session of another case, with the same sources, draws and seed.

        Raises:
            InputError: There is no such case.
        """
        return Session(str(case), self._sources, self._draws, self._seed)

    # --- the text ---

    def opened(self) -> Json:
        """The case as it stands on the disk; without text where its file is gone."""
        gone = not (self._library or self.path.exists())
        text = "" if gone else read_text(self.path)
        return {
            "text": text,
            "hash": "" if gone else _digest(text),
            "file": self.path.name,
            "name": self._folder.name if self.path.name == "case.yaml" else self.path.stem,
            "title": _title(self._document(text)) if text else "",
            "writable": not self._library and os.access(self.path, os.W_OK),
            "library": self._library,
            "id": _digest(str(self.path))[:16],
            "draws": self._draws,
            "seed": self._seed,
        }

    def on_disk(self, beside: str = "") -> Json:
        """What stands on the disk now.

        Args:
            beside: What `read` called the files beside a text.

        Returns:
            The file's hash, empty where nothing can be read there; and whether the files beside
            the text have changed since, or are not known any more.
        """
        seen = self._seen.get(beside)
        changed = seen is None or seen != seen.anew()
        try:
            return {"hash": _digest(read_text(self.path)), "changed": changed}
        except CaseError as error:
            message = error.faults[0].message
            return {"hash": "", "message": message, "changed": changed}

    def save(self, text: str, expected: str) -> Json:
        """Writes the text, unless the file is another one than the page was given.

        Raises:
            UsageError: It has changed, or must not be written.
            UnfinishedError: The disk did not take it.
        """
        if self._library:
            raise UsageError(
                "a case of the library is not written over",
                hint="lackmus new DIR begins a case of your own; or save the state",
            )
        with self._lock:
            there = self.on_disk()["hash"]
            # What stands there already may be what this page wrote, and was not told that it did.
            if there not in (expected, _digest(text), ""):
                raise UsageError(
                    "the file has changed on the disk since it was opened",
                    hint="load it anew, or save over it on purpose",
                )
            check_target(self.path)
            _write(self.path, text)
        return {"hash": _digest(text)}

    def read(self, text: str) -> Json:
        """What the language service sees in a text: faults, parts, names."""
        known, beside = self._understood(text)
        shown, units = places(known), Units(known.text)
        out = units.out
        return {
            "title": _title(known),
            "beside": self._called(beside),
            "faults": [fault_json(fault, known, units) for fault in known.faults],
            "sound": known.sound,
            "parts": [
                asdict(part) | {"start": out(part.start), "end": out(part.end)}
                for part in shown.parts
            ],
            "names": [
                [p.kind, p.id, out(p.start), out(p.end), p.declared, p.part] for p in shown.names
            ],
            "passages": self._passages(known, shown),
        }

    def complete(self, text: str, offset: int) -> Json:
        """What may stand at a character."""
        known = self._document(text)
        units = Units(known.text)
        found = complete(known, units.into(offset), self._last[0] if self._last else None)
        return {"items": [asdict(item) | {"start": units.out(item.start)} for item in found]}

    def hover(self, text: str, offset: int) -> Json:
        """What is said of what stands at a character."""
        known = self._document(text)
        units = Units(known.text)
        found = hover(known, units.into(offset), self._last[0] if self._last else None)
        if found is None:
            return {"hover": None}
        start, end = units.out(found.start), units.out(found.end)
        return {"hover": {"start": start, "end": end, "lines": found.lines}}

    def _document(self, text: str) -> Document:
        return self._understood(text)[0]

    def _understood(self, text: str) -> tuple[Document, Beside]:
        """A text, and the files beside it as they stood both before and after they were read."""
        last = self._last
        if last is not None and last[0].text == text and last[1] == last[1].anew():
            return last
        known, beside = self._stood.steady(text, self._home, self._beside)
        self._stood = beside
        if known.case is not None:
            self._last = known, beside
        return known, beside

    def _beside(self, known: Document) -> Iterator[Path]:
        """The files of its folder on which hangs what a text comes out as."""
        yield from read_with(known.node, self._home)
        yield from self._dissents(known.case) if known.case else ()

    def _called(self, beside: Beside) -> str:
        """A name by which the page can ask whether these files have changed."""
        name = _digest(repr(beside))[:16]
        with self._lock:
            self._seen[name] = beside
            self._seen.move_to_end(name)
            while len(self._seen) > _MOST_SEEN:
                self._seen.popitem(last=False)
        return name

    @staticmethod
    def _passages(known: Document, shown: Places) -> Json:
        """Every cited passage with its place in its source."""
        named = passages(known)
        ids = dict.fromkeys(place.id for place in shown.names if place.kind == "passage")
        cited = {name: named.get(name) or short_citation(name) for name in ids}
        return {
            name: {
                "source": citation.source,
                "paragraph": citation.paragraph,
                "start": citation.start,
                "end": citation.end,
            }
            for name, citation in cited.items()
            if citation is not None
        }

    # --- edits ---

    def keep(self, text: str, assumption: str, value: str) -> Json:
        """The text with another base value.

        Raises:
            UsageError: The value is no number, or has no place in the text.
        """
        try:
            number = Fraction(value)
        except (ValueError, ZeroDivisionError):
            raise UsageError(f"{value} is no number") from None
        return {"text": edit.keep(self._document(text), assumption, number)}

    def cite(self, text: str, part: tuple[str, str], source: str, start: int, end: int) -> Json:
        """The text with a marked passage cited by one of its parts."""
        passage = self._source(text, source)
        changed, name = edit.cite(self._document(text), part, source, passage, start, end)
        return {"text": changed, "passage": name}

    def make(
        self, text: str, made: edit.Made, name: str, source: str, start: int, end: int
    ) -> Json:
        """The text with a new part made of a marked passage."""
        passage = self._source(text, source)
        changed, at = edit.make(self._document(text), made, name, source, passage, start, end)
        return {"text": changed, "at": Units(changed).out(at)}

    # --- sources ---

    def sources(self, text: str) -> Json:
        """The cited texts as far as they are at hand, and what does not fit."""
        case = self._document(text).case
        if case is None:
            return {"sources": [], "checks": []}
        return sources_json(case, self._sources, library=self._library)

    def _source(self, text: str, identifier: str) -> str:
        for source in self.sources(text)["sources"]:
            if source["id"] == identifier and source["text"]:
                return str(source["text"])
        raise UsageError(f"the text of '{identifier}' is not at hand")

    # --- answers ---

    def build(self, text: str) -> Json:
        """The case made ready to be played, and what the page shows of it.

        Raises:
            CaseError: It cannot be played.
        """
        built = self._ready(text)
        case, what_if = built.case, built.what_if
        scope = scope_of(case)
        return {
            "title": case.title,
            "summary": case.summary.strip(),
            "asked": words.day(case.asked),
            "claims": [claim_json(claim) for claim in case.claims],
            "sliders": [asdict(slider) for slider in what_if.sliders()],
            "viewers": list(scope.viewers),
            "moves": [
                move_json(variable, scope) for variable in scope.variables.values()
                if variable.kind not in ("aim", "fact")
            ],
            "hidden": [v.id for v in scope.variables.values() if v.kind in ("aim", "fact")],
            "record": [
                {
                    "date": words.day(o.date),
                    "saw": expression_text(o.saw),
                    "says": o.says,
                    "certain": o.certain,
                }
                for o in case.observations
            ],
            "dissents": [path.name for path in built.dissents.paths],
            "digest": _digest(text),
        }  # fmt: skip

    def _ready(self, text: str) -> _Built:
        with self._build:
            built = self._built.get(text)
            if built is None or built.beside != built.beside.anew():
                known, beside = self._understood(text)
                errors = [fault for fault in known.faults if fault.severity == "error"]
                if known.case is None or errors:
                    raise CaseError(errors or list(known.faults))
                case, effort = known.case, (self._draws, self._seed)
                paths = tuple(path for path in self._dissents(case) if path.is_file())
                others = Dissents(known, self._home, paths, *effort)
                built = _Built(beside, case, WhatIf(case, *effort), Sections(case, *effort), others)
                self._built[text] = built
            self._built.move_to_end(text)
            while len(self._built) > _MOST_BUILT:
                self._built.popitem(last=False)
            return built

    def warm(self) -> None:
        """Makes ready what stands on the disk: asks for its first point, and how claims move there.

        Raises:
            LackmusError: It cannot be played.
        """
        text = self.opened()["text"]
        self.point(text, {}, self.newest("point", "warm"))
        self._ready(text).what_if.slopes()

    def newest(self, kind: str, page: str = "", number: int | None = None) -> Callable[[], bool]:
        """Takes a number for a request; the function says whether no newer one has come.

        Args:
            kind: What is asked for.
            page: Which page asks; what one of them wants takes nothing from another.
            number: The page's own number for it, which grows from one to the next, whatever order
                they come in here; None where that order is the one that counts.
        """
        key = kind, page
        with self._lock:
            before = self._newest.get(key, 0)
            self._numbers += 1
            mine = self._numbers if number is None else number
            self._newest[key] = max(before, mine)
            self._newest.move_to_end(key)
            while len(self._newest) > _MOST_PAGES:
                self._newest.popitem(last=False)
        return lambda: self._newest.get(key) == mine

    def point(self, text: str, supposed: Json, wanted: Callable[[], bool]) -> Json:
        """What comes out where something is supposed, solved exactly.

        Raises:
            SupersededError: A newer request came in before this one's turn.
        """
        supposition = supposition_in(supposed)
        if not wanted():
            raise SupersededError
        answer = self._ready(text).what_if.point(supposition, wanted)
        return answer_json(answer) | {"supposed": supposed}

    def sweep(self, text: str, supposed: Json, wanted: Callable[[], bool]) -> Iterator[Json]:
        """Verdicts over the draws as these come in; how claims move from here; where they turn."""
        supposition = supposition_in(supposed)
        what_if = self._ready(text).what_if
        for swept in what_if.sweep(supposition, wanted):
            yield swept_json(swept) | {"supposed": supposed}
        if wanted():
            yield {"slopes": what_if.slopes(supposition, wanted), "supposed": supposed}
        if wanted() and not supposition.values:
            yield {"turns": [asdict(turn) for turn in what_if.turns(supposition, wanted)]}

    def fit(self, text: str, kept: Json) -> Json:
        """As much of a kept supposition as fits a text, and words about the rest.

        Args:
            text: The text, which may be another one than it was kept for.
            kept: The supposition, from a state or a link: whatever somebody may have sent.
        """
        try:
            what_if: WhatIf | None = self._ready(text).what_if
        except CaseError:
            what_if = None
        supposed, left = fitting(kept, what_if)
        return {"supposed": supposed, "left": left}

    def dissents(self, text: str, supposed: Json, wanted: Callable[[], bool]) -> Iterator[Json]:
        """What each dissent makes of the same suppositions; see `Dissents.columns`."""
        supposition = supposition_in(supposed)
        for column in self._ready(text).dissents.columns(supposition, wanted):
            yield column | {"supposed": supposed}

    def _dissents(self, case: syntax.Case) -> Iterator[Path]:
        """Its dissents within its folder, whether there are such files or not."""
        found = ((self._folder / name).resolve() for name in case.dissents)
        return (path for path in found if path.is_relative_to(self._folder))

    # --- the report ---

    def sections(
        self, text: str, supposed: Json, names: list[str], claim: str, wanted: Callable[[], bool]
    ) -> Iterator[Json]:
        """Sections of the report, under what is supposed, after how far they are.

        See `Sections.of`.
        """
        supposition, built = supposition_in(supposed), self._ready(text)
        built.what_if.at(supposition)
        left = Event()

        def still_wanted() -> bool:
            return wanted() and not left.is_set()

        try:
            yield from telling(
                lambda tell: built.sections.of(names, claim, supposition, still_wanted, tell)
            )
        finally:
            left.set()

    def report(self, text: str, supposed: Json) -> Json:
        """Writes report.html beside the case; of a library case, where the command was given.

        Raises:
            UsageError: It cannot be written there.
            UnfinishedError: The disk did not take it.
        """
        folder = Path.cwd() if self._library else self._folder
        path = folder / "report.html"
        check_target(path)
        built = self._ready(text)
        supposition = supposition_in(supposed)
        draws, seed = built.what_if.effort(supposition)
        findings = put_to_test(
            built.case, observed=supposition.observed, recorded=supposition.record,
            effort=Effort(draws=draws, seed=seed),
            dissents=[load(path) for path in built.dissents.paths],
        )  # fmt: skip
        _write(path, render(findings))
        return {"path": str(path)}


def _write(path: Path, text: str) -> None:
    try:
        write_text(path, text)
    except OSError as error:
        raise UnfinishedError(in_words(error, path)) from None


def _title(known: Document) -> str:
    """The title of a text, as far as it has one."""
    if known.case is not None:
        return known.case.title
    title = known.node.get("title") if isinstance(known.node, Mapping) else None
    return title.text if isinstance(title, Scalar) else ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
