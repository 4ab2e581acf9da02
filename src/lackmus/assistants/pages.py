"""Pages that an assistant may read: the language by its parts, patterns, how-tos, the library.

The pages are those of the documentation. A wheel holds them inside the package (pyproject.toml puts
them there); a checkout has them in its own folder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from lackmus.foundation.errors import UsageError
from lackmus.library import index

#: By which a how-to shows that it is a pattern: a way to write something, with a whole case.
_PATTERN: Final = "\n## A case\n"

#: Sections of a case whose part of the reference has another heading than their name.
_UNDER: Final = {
    "lackmus": "Fields", "title": "Fields", "asked": "Fields", "summary": "Fields",
    "author": "Author, known answer, comments, notes",
    "known answer": "Author, known answer, comments, notes",
    "comments": "Author, known answer, comments, notes",
    "notes": "Author, known answer, comments, notes",
    "sources": "Sources and dissents", "passages": "Sources and dissents",
    "extends": "Dissents", "signal": "A signal", "do": "do(…)", "p": "P(event | given)",
    "e": "E(actor | given)", "i": "I, shift", "shift": "I, shift", "best": "best, value",
    "value": "best, value",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the documentation.

    Attributes:
        name: The name of its file, without ending.
        title: Its heading.
        text: All of it.
    """

    name: str
    title: str
    text: str

    @property
    def opening(self) -> str:
        """Its first paragraph, in a line."""
        return " ".join(self.text.split("\n\n")[1].split())

    @property
    def pattern(self) -> bool:
        """Whether it shows how something is written as a case."""
        return _PATTERN in self.text


def folder() -> Path:
    """Where the pages lie; it is missing only from a broken installation."""
    shipped = Path(str(files("lackmus"))) / "docs"
    return shipped if shipped.is_dir() else shipped.parents[2] / "docs"


@cache
def language() -> str:
    """The reference of the language."""
    return (folder() / "reference" / "language.md").read_text("utf-8")


@cache
def how_tos() -> tuple[Page, ...]:
    """The how-to pages, by name."""
    return tuple(_page(path) for path in sorted((folder() / "how-to").glob("*.md")))


def _page(path: Path) -> Page:
    text = path.read_text("utf-8")
    return Page(path.stem, text.partition("\n")[0].lstrip("# "), text)


def case_text(name: str) -> str:
    """A case of the library as it is written; UsageError where there is none of this name."""
    path = index.find(name)
    return (path / "case.yaml" if path.is_dir() else path).read_text("utf-8")


# --- the language by its parts ---


def part_of_language(part: str) -> str:
    """A part of the reference: a chapter, a construct, or what a section of a case is made of.

    Args:
        part: Such as ``moves``, ``A signal`` or ``P(event | given)``; empty for an overview.

    Raises:
        UsageError: There is no such part; the hint names those that come closest.
    """
    chapters = _cut(language(), "## ")
    if not part.strip():
        return _overview(chapters)
    known: dict[str, str] = {}
    for chapter in chapters.values():
        for name, text in _cut(chapter, "### ").items():
            # A construct and the table of its fields may go by the same name.
            known[_plain(name)] = known.get(_plain(name), "") + text
    known |= {_plain(name): text for name, text in chapters.items()}
    del known[""]
    asked = _plain(part)
    for name in (asked, _plain(_UNDER.get(asked, "")), f"a {asked.removesuffix('s')}"):
        if name in known:
            return known[name]
    near = get_close_matches(asked, known, n=4, cutoff=0.4) or [_plain(name) for name in chapters]
    hint = f"there are: {', '.join(name for name in near if name)}; schema('') lists all"
    raise UsageError(f"the language has no part '{part}'", hint=hint)


def _overview(chapters: dict[str, str]) -> str:
    lines = [chapters[""].strip(), "", "Parts, each to be asked for by its name:", ""]
    for name, text in chapters.items():
        inner = ", ".join(filter(None, _cut(text, "### ")))
        lines += [f"- {name}" + (f": {inner}" if inner else "")] if name else []
    return "\n".join(lines) + "\n"


def _cut(text: str, mark: str) -> dict[str, str]:
    """A text by its headings of one depth; what stands before the first is under ''."""
    found = re.split(rf"^(?={re.escape(mark)})", text, flags=re.MULTILINE)
    named = {one.partition("\n")[0].removeprefix(mark).strip(): one for one in found[1:]}
    return {"": found[0], **named}


def _plain(name: str) -> str:
    return name.replace("`", "").strip().casefold()


# --- patterns ---


def patterns(name: str) -> str:
    """What can be followed as a model: all of it in a line each, or one in full.

    Args:
        name: A pattern, or a case of the library; empty for the list.

    Raises:
        UsageError: There is no such pattern or case.
    """
    shown = {page.name: page for page in how_tos() if page.pattern}
    asked = name.strip()
    if asked in shown:
        return shown[asked].text
    if asked:
        return case_text(asked)
    lines = ["Patterns: a kind of situation, and a case that can be changed to fit.", ""]
    lines += [f"- {page.name}: {page.title}. {page.opening}" for page in shown.values()]
    lines += ["", "Cases of the library:", ""]
    lines += [f"- {entry.name}: {entry.title}" for entry in index.cases()]
    return "\n".join(lines) + "\n"
