"""A dissent on top of the case it extends: two trees of nodes to one, places kept.

Entries of a section replace those of the same name, field by field, and so does the precision;
stakes are matched by their ``name``, removed by ``drop``, and added otherwise; anything else
replaces what was there.
"""

from __future__ import annotations

from dataclasses import replace

from lackmus.case.assuming import WITH_ENDS
from lackmus.case.fields import closest, is_label
from lackmus.case.yaml_reader import Mapping, Node, Scalar, Sequence
from lackmus.foundation.errors import CaseError, Fault

#: Sections whose entries are merged field by field.
_BY_FIELD = (
    "assumptions", "actors", "claims", "events", "facts", "sources", "passages", "statements",
)  # fmt: skip
#: How deep a section is merged: the precision is one entry, and has fields at once.
_DEPTHS = dict.fromkeys(_BY_FIELD, 2) | {"precision": 1}
_REPLACED = ("title", "author", "summary", "notes", "asked", "moves", "precision", "observers",
             "joint aims", "correlations", "comments", "known answer")  # fmt: skip
#: What belongs to a claim's question: another question brings its own.
_OF_THE_QUESTION = ("for each", "matters from", "reason")
_OWN = ("lackmus", "extends", "by", "because")


def overlay(base: Node, over: Node) -> Mapping:
    """`base` with the changes of `over`.

    Raises:
        CaseError: A section that cannot be overlaid, or a dropped stake that does not exist.
    """
    if not isinstance(base, Mapping) or not isinstance(over, Mapping):
        raise CaseError([Fault("type", "a case must have keys and values", over.span)])
    faults: list[Fault] = []
    entries = {key.text: (key, value) for key, value in base.entries}
    for key, value in over.entries:
        if key.text == "by":
            entries["author"] = (replace(key, text="author"), value)
        if key.text in _OWN:
            continue
        old = entries.get(key.text)
        if key.text == "stakes" and old:
            entries[key.text] = (key, _stakes(old[1], value, faults))
        elif key.text in _DEPTHS and old:
            entries[key.text] = (key, _merged(old[1], value, _DEPTHS[key.text]))
        elif key.text == "observations" and old:
            entries[key.text] = (key, _appended(old[1], value))
        elif key.text in (*_BY_FIELD, *_REPLACED, "stakes", "observations"):
            entries[key.text] = (key, value)
        else:
            known = (*_BY_FIELD, "stakes", "observations", *_REPLACED)
            near = closest(key.text, (*known, *_OWN))
            hint = near or f"a dissent may change {', '.join(known)}"
            faults.append(Fault("unknown-field", f"no section '{key.text}'", key.span, hint))
    entries.pop("dissents", None)
    _with_reasons(entries, over)
    if faults:
        raise CaseError(faults)
    return Mapping(tuple(entries.values()), over.span)


def _with_reasons(entries: dict[str, tuple[Scalar, Node]], over: Mapping) -> None:
    """Puts why somebody dissents in the place of the notes, with his own below it."""
    notes = over.get("notes")
    for key, because in over.entries:
        if key.text != "because":
            continue
        own = because
        if isinstance(because, Scalar) and isinstance(notes, Scalar):
            own = replace(because, text=f"{because.text}\n\n{notes.text}")
        entries["notes"] = (replace(key, text="notes"), own)


def _merged(old: Node, new: Node, depth: int) -> Node:
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)) or depth == 0:
        return new
    entries = {key.text: (key, value) for key, value in old.entries}
    if "value" in entries:
        _drop_ends(entries, new)
    if new.get("holds if") is not None:
        for field in _OF_THE_QUESTION:
            entries.pop(field, None)
    for key, value in new.entries:
        before = entries.get(key.text)
        entries[key.text] = (key, _merged(before[1], value, depth - 1) if before else value)
    return Mapping(tuple(entries.values()), new.span)


def _drop_ends(entries: dict[str, tuple[Scalar, Node]], new: Mapping) -> None:
    """An assumption has one low and one high end: new ones take the place of the old.

    A range replaces a range, and the shape stays; but a distribution that states its own ends
    goes with them, and one with parameters stands for itself, without the old range.
    """
    if new.get("range") is not None and _has_ends(entries.get("distribution")):
        del entries["distribution"]
    if isinstance(new.get("distribution"), Mapping):
        entries.pop("range", None)


def _has_ends(entry: tuple[Scalar, Node] | None) -> bool:
    if entry is None or not isinstance(entry[1], Mapping):
        return False
    return any(key.text in WITH_ENDS for key, _ in entry[1].entries)


def _appended(old: Node, new: Node) -> Node:
    if isinstance(old, Sequence) and isinstance(new, Sequence):
        return Sequence(old.items + new.items, new.span)
    return new


def _name(stake: Node, key: str) -> str:
    value = stake.get(key) if isinstance(stake, Mapping) else None
    return value.text if isinstance(value, Scalar) else ""


def _stakes(old: Node, new: Node, faults: list[Fault]) -> Node:
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        return new
    actors = {key.text: (key, value) for key, value in old.entries}
    for key, changes in new.entries:
        before = actors.get(key.text)
        if before is None or not isinstance(changes, Sequence):
            actors[key.text] = (key, changes)
            continue
        items = list(before[1].items) if isinstance(before[1], Sequence) else []
        places = list(range(len(items) + len(changes.items)))
        for change in changes.items:
            _change(items, places, change, faults)
        kept = (_named(item, places[i]) if places[i] != i else item for i, item in enumerate(items))
        actors[key.text] = (key, Sequence(tuple(kept), changes.span))
    return Mapping(tuple(actors.values()), new.span)


def _change(items: list[Node], places: list[int], change: Node, faults: list[Fault]) -> None:
    dropped = _name(change, "drop")
    name = dropped or _name(change, "name")
    place = next((i for i, item in enumerate(items) if name and _name(item, "name") == name), None)
    if dropped and place is None:
        known = ", ".join(filter(None, (_name(item, "name") for item in items)))
        hint = f"named stakes: {known}" if known else "no stake of this actor has a name"
        faults.append(Fault("unknown-stake", f"no stake '{dropped}'", change.span, hint))
    elif dropped and place is not None:
        del items[place], places[place]
    elif place is not None:
        items[place] = change
    else:
        items.append(change)


def _named(stake: Node, place: int) -> Node:
    """A stake that has moved up, with a name for what is drawn in it: what its old place gave it.

    So its draws are still those of the case that the dissent extends.
    """
    drawn = isinstance(stake, Mapping) and any(
        key.text == "order" or isinstance(value, Mapping) for key, value in stake.entries
    )
    if not isinstance(stake, Mapping) or not drawn or is_label(_name(stake, "name")):
        return stake
    first = stake.entries[0][0]
    name = (replace(first, text="name"), replace(first, text=f"stake{place + 1}"))
    return Mapping((name, *(e for e in stake.entries if e[0].text != "name")), stake.span)
