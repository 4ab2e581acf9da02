"""An article's file: its text as a case cites it, its language, its hash.

Plain text and Markdown are cited as they stand. A saved page has no characters to count that a
reader would see, so its text is written beside it and cited in its place.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from lackmus.case.syntax import Source
from lackmus.case.yaml_reader import forbidden
from lackmus.drafting.article import words
from lackmus.drafting.draft import label
from lackmus.drafting.lexicon import lexicon
from lackmus.foundation.disk import in_words, read_bounded, write_text
from lackmus.foundation.errors import UsageError

LANGUAGES: Final = ("de", "en")

#: An article is shorter; what is longer is no article.
LARGEST: Final = 5_000_000
_PAGES: Final = (".html", ".htm", ".xhtml")
#: Share of the words that are such ones, below which a text is of another language: texts of the
#: two have 0.35 and more, those of their neighbours (Danish, Dutch) up to 0.17.
_LEAST: Final = 0.2
#: Words below which a text may have hardly one of them, so that one of one language alone counts.
_FEW: Final = 20
#: Letters from which the language is guessed.
_LOOKED_AT: Final = 50_000
_HINT_LANGUAGE: Final = "there are rules for German and English; --lang de or en insists"


@dataclass(frozen=True, slots=True)
class Intake:
    """An article as it is drafted from.

    Attributes:
        text: Its text, decoded and otherwise untouched.
        source: The file as a case cites it.
        written: The file that was made for its text; None where the article itself is cited.
    """

    text: str
    source: Source
    written: Path | None = None


def take_in(
    path: Path,
    *,
    published: date | None = None,
    language: str = "",
    author: str = "",
    title: str = "",
) -> Intake:
    """Reads an article.

    Args:
        path: Plain text, Markdown, or a saved page (which needs the extra ``html``).
        published: The day it was published.
        language: ``de`` or ``en``; guessed where it is empty.
        author: Who wrote it.
        title: Its title.

    Raises:
        UsageError: It cannot be read, is no text, is too large, empty, or of another language.
    """
    written = None
    data = _read(path)
    if path.suffix.lower() in _PAGES:
        path = written = _beside(path, data)
        data = _read(path)
    text = _decoded(path, data)
    return _taken(text, data, path, published, language, author, title, written)


def take_in_text(
    text: str,
    file: str,
    *,
    published: date | None = None,
    language: str = "",
    author: str = "",
    title: str = "",
) -> Intake:
    """An article that is at hand as text, and lies in UTF-8 in a file or is to be saved in one.

    Args:
        text: Plain text or Markdown.
        file: The name of that file.
        published: As in `take_in`, as what follows.
        language: ``de`` or ``en``; guessed where it is empty.
        author: Who wrote it.
        title: Its title.

    Raises:
        UsageError: It is empty, too large, or of another language.
    """
    data = text.encode("utf-8", "replace")
    if len(data) > LARGEST:
        raise UsageError(f"the article has more than {LARGEST:,} bytes", hint="send a part of it")
    return _taken(text, data, Path(file), published, language, author, title, None)


def _taken(
    text: str,
    data: bytes,
    path: Path,
    published: date | None,
    language: str,
    author: str,
    title: str,
    written: Path | None,
) -> Intake:
    if "\0" in text:
        raise UsageError(f"{path} is no text", hint="name a text, Markdown or HTML file")
    if not text.strip("\ufeff \t\r\n"):
        raise UsageError(f"{path} is empty", hint="name a file with the article's text")
    for what, told in (("author", author), ("title", title)):
        if character := forbidden(told):
            message = f"the character U+{ord(character):04X} cannot stand in the {what}"
            raise UsageError(message, hint="take it out")
    source = Source(
        id=label(path.stem),
        title=title,
        author=author,
        published=published,
        language=language or guessed(text, path),
        sha256=hashlib.sha256(data).hexdigest(),
        file=path.name,
    )
    return Intake(text, source, written)


def guessed(text: str, path: Path) -> str:
    """The language that a text is in; UsageError where it is none that there are rules for."""
    first = [word.low for word in words(text, 0, min(len(text), _LOOKED_AT)) if word.low.isalpha()]
    shares = {
        language: sum(word in lexicon(language).words["usual"] for word in first)
        / max(1, len(first))
        for language in LANGUAGES
    }
    (_, other), (language, share) = sorted(shares.items(), key=lambda pair: pair[1])
    if share >= _LEAST or (len(first) < _FEW and share > other == 0.0):
        return language
    few = len(first) < _FEW
    told = "too short to tell whether it is" if few else "neither"
    between = "or" if few else "nor"
    raise UsageError(f"{path} is {told} in German {between} in English", hint=_HINT_LANGUAGE)


def _read(path: Path) -> bytes:
    try:
        return read_bounded(path, LARGEST)
    except FileNotFoundError:
        raise UsageError(f"no file {path}", hint="name the file of an article") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"cannot read {path}: {reason}", hint="name a text file") from None


def _decoded(path: Path, data: bytes) -> str:
    """The text; UsageError where it is none."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        hint = "save it as UTF-8, as plain text, Markdown or HTML"
        raise UsageError(f"{path} is no text in UTF-8", hint=hint) from None


def _beside(page: Path, data: bytes) -> Path:
    """Writes a page's text beside it, where no other text stands; the file's name.

    The page is decoded by the encoding that it names, or the likeliest one.
    """
    try:
        import trafilatura  # noqa: PLC0415 - an extra, asked for by a page alone
    except ImportError as error:
        hint = "pip install 'lackmus[html]', or save the article as plain text"
        missing = f"{page} is a page, and trafilatura cannot be imported ({error})"
        raise UsageError(missing, hint=hint) from None
    found = trafilatura.extract(data, include_comments=False) or ""
    if not found.strip():
        raise UsageError(f"no article was found in {page}", hint="save it as plain text")
    # Paragraphs are parted by blank lines; trafilatura ends each with a line.
    plain = re.sub(r"\n+", "\n\n", found.strip()) + "\n"
    target = page.with_suffix(".txt")
    if target.exists() and _read(target) != plain.encode():
        hint = "it is where the page's text goes; move it away, or draft from it"
        raise UsageError(f"{target} is there already, with another text", hint=hint)
    try:
        write_text(target, plain)
    except OSError as error:
        raise UsageError(in_words(error, target)) from None
    return target
