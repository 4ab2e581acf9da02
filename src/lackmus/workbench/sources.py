"""The texts that a case cites, as far as they are at hand, and why one is not shown."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from lackmus.case import syntax
from lackmus.case.citations import paragraphs, verify
from lackmus.foundation.disk import read_bounded
from lackmus.report import words
from lackmus.workbench.messages import Json

_LARGEST: Final = 20_000_000


def sources_json(case: syntax.Case, folder: Path | None, *, library: bool) -> Json:
    """The cited texts as far as they are at hand, and what does not fit.

    Args:
        case: What cites them.
        folder: Where they are looked for; None for nowhere.
        library: Whether the case comes with Lackmus, which ships no text that it cites.
    """
    checks = verify(case, folder)
    outcomes = {check.source: check for check in checks if check.citation is None}
    shown = []
    for source in case.sources:
        check = outcomes[source.id]
        text, why = "", ""
        if folder is not None and check.outcome in ("verified", "exists"):
            text = _text(source, folder)
            why = "" if text else "it could not be read"
        elif check.outcome == "mismatch":
            why = check.message
        elif library:
            why = "the cases of the library come without the texts that they cite; "
            why += "if you have this one, start with --sources DIR, its folder"
        elif folder is None:
            why = "start with --sources DIR to read it here"
        else:
            why = f"no file of {folder} is it"
        shown.append(
            {
                "id": source.id,
                "title": source.title or source.id,
                "author": source.author,
                "published": words.day(source.published),
                "text": text,
                "why": why,
                "paragraphs": paragraphs(text) if text else [],
            }
        )
    bad = [check for check in checks if check.outcome == "mismatch"]
    return {"sources": shown, "checks": [{"where": c.where, "message": c.message} for c in bad]}


def _text(source: syntax.Source, folder: Path) -> str:
    """A source's text, known by its hash or else by its name; empty where it cannot be read."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or not path.resolve().is_relative_to(folder):
            continue
        try:
            data = read_bounded(path, _LARGEST)
        except OSError:
            continue
        named = bool(source.file) and path.name == Path(source.file).name
        fits = hashlib.sha256(data).hexdigest() == source.sha256.lower()
        if fits or (named and not source.sha256):
            return data.decode("utf-8", "replace")
    return ""
