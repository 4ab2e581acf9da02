"""A name changed wherever it stands, or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lackmus.case.fields import is_label
from lackmus.foundation.errors import UsageError
from lackmus.service.document import Document, Home, Text, document, read
from lackmus.service.places import Kind, Place, Places, places

#: What is named by the text of the case alone. A short citation's words are no name.
_OURS: Final = frozenset({
    "actor", "assumption", "claim", "event", "fact", "move", "observer", "option", "passage",
    "source", "state", "statement",
})  # fmt: skip

_NOWHERE: Final = Home()


@dataclass(frozen=True, slots=True)
class Change:
    """Characters of a text, and what takes their place."""

    start: int
    end: int
    text: str


def renamable(text: Text, offset: int) -> Place | None:
    """The name at a character, if it can be changed."""
    known = document(text)
    here = places(known).at(offset)
    if here is None or here.kind not in _OURS:
        return None
    return here if is_label(known.text[here.start : here.end]) else None


def rename(text: Text, offset: int, new: str, home: Home = _NOWHERE) -> tuple[Change, ...]:
    """The changes that give the name at a character another word, in the order of their places.

    The text with the changes is read again: unless every name in it is then what it was before,
    but for this one, nothing is changed.

    Args:
        text: The text.
        offset: The character.
        new: The other word.
        home: Where the text stands.

    Raises:
        UsageError: There is no name, the word is none or is taken, or the name also stands where
            it cannot be changed.
    """
    known = document(text)
    shown, here = places(known), renamable(known, offset)
    if here is None:
        raise UsageError("no name that can be changed stands here")
    if not is_label(new):
        hint = "letters, digits and _, a letter first, and no word of the language"
        raise UsageError(f"'{new}' is no name", hint=hint)
    old = known.text[here.start : here.end]
    found = sorted(_changes(known, shown, here, old, new), key=lambda change: change.start)
    after = read(changed(known.text, found), home)
    before = Counter((p.kind, _renamed(p, here, old, new), p.declared) for p in shown.names)
    errors = Counter(fault.code for fault in known.faults if fault.severity == "error")
    errors_after = Counter(fault.code for fault in after.faults if fault.severity == "error")
    same = Counter((p.kind, p.id, p.declared) for p in places(after).names) == before
    if not same or errors_after != errors:
        raise UsageError(
            f"'{old}' cannot become '{new}' everywhere",
            hint=f"'{new}' may be taken, or '{old}' stands in another file",
        )
    return tuple(found)


def changed(text: str, changes: Sequence[Change]) -> str:
    """The text with changes made, which are in the order of their places."""
    parts, at = [], 0
    for change in changes:
        parts += [text[at : change.start], change.text]
        at = change.end
    return "".join([*parts, text[at:]])


def _changes(known: Document, shown: Places, here: Place, old: str, new: str) -> set[Change]:
    found = {Change(p.start, p.end, new) for p in shown.of(here.kind, here.id)}
    if here.kind == "actor":
        for place in shown.of("aim", f"{here.id}.aim"):
            if known.text.startswith(f"{old}.", place.start):
                found.add(Change(place.start, place.start + len(old), new))
    if here.kind == "source":
        found |= {
            Change(p.start, p.start + len(old), new)
            for p in shown.names if p.kind == "passage" and p.id.startswith(f"{old} §")
        }  # fmt: skip
    return found


def _renamed(place: Place, here: Place, old: str, new: str) -> str:
    """What a name's id is once `here` has another word."""
    own: dict[Kind, str] = {
        "option": f"{here.id.partition('=')[0]}={new}", "actor": new, "move": new,
    }  # fmt: skip
    if (place.kind, place.id) == (here.kind, here.id):
        return own.get(here.kind, new)
    owner, dot, aim = place.id.partition(".")
    if here.kind == "actor" and dot and owner == old:
        return f"{new}.{aim}"
    move, equals, option = place.id.partition("=")
    if here.kind in ("move", "fact") and equals and move == here.id:
        return f"{new}={option}"
    source, cited, paragraph = place.id.partition(" §")
    if here.kind == "source" and cited and source == old:
        return f"{new} §{paragraph}"
    return place.id
