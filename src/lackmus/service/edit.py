"""Small edits of a case's text, with comments and layout left as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from lackmus.case.fields import is_label
from lackmus.case.quoting import passage_at
from lackmus.case.text import number_text
from lackmus.case.yaml_reader import Mapping, Node, Scalar
from lackmus.foundation.errors import UsageError
from lackmus.service.document import Document, Text, document
from lackmus.service.places import Part, Places, places

#: What may be made of a marked passage.
Made: TypeAlias = Literal["passage", "claim", "statement", "assumption"]

#: Where each is filed, and how it begins; gaps are marked for its author.
_SECTIONS: Final[dict[Made, str]] = {
    "passage": "passages", "claim": "claims", "statement": "statements",
    "assumption": "assumptions",
}  # fmt: skip
_BODIES: Final[dict[Made, tuple[str, ...]]] = {
    "passage": (),
    "claim": ("by: the author", "says: TODO", "cite: {cite}", "holds if: TODO"),
    "statement": ("speaker: TODO", "says: TODO", "cite: {cite}"),
    "assumption": ("value: 1", "range: [0, 2]", "says: TODO", "cite: {cite}"),
}


def keep(text: Text, assumption: str, value: Fraction) -> str:
    """The text with another base value of an assumption; nothing else is touched.

    Raises:
        UsageError: The text does not say the value of this assumption in a place of its own.
    """
    known = document(text)
    node = _value_of(known, assumption)
    if node is None:
        raise UsageError(
            f"the text has no place of its own for the value of '{assumption}'",
            hint="write it into the section 'assumptions', or change the file that it comes from",
        )
    return known.text[: node.start] + number_text(value) + known.text[node.end :]


def _value_of(known: Document, assumption: str) -> Scalar | None:
    """The number that is an assumption's base value."""
    case = known.case
    span = None
    for found in (*case.assumptions, case.precision) if case else ():
        if found.name == assumption:
            span = found.span
    root = known.node
    if isinstance(root, Mapping):
        if assumption == "precision":
            return _number(root.get("precision"))
        listed = root.get("assumptions")
        if isinstance(listed, Mapping) and (node := listed.get(assumption)) is not None:
            return _number(node)
        if span is not None and span.file == known.file:
            return next(
                (_number(node) for node in _mappings(root) if node.span == span and _number(node)),
                None,
            )
    return None


def _number(node: Node | None) -> Scalar | None:
    if isinstance(node, Mapping):
        node = node.get("value")
    return node if isinstance(node, Scalar) and node.end > node.start else None


def _mappings(node: Node) -> Iterator[Mapping]:
    if isinstance(node, Scalar):
        return
    if isinstance(node, Mapping):
        yield node
        inner = [value for _, value in node.entries]
    else:
        inner = list(node.items)
    for part in inner:
        yield from _mappings(part)


def cite(
    text: Text, part: tuple[str, str], source: str, passage: str, start: int, end: int
) -> tuple[str, str]:
    """The text with a passage of a source cited by one of its parts.

    Args:
        text: The text.
        part: Kind and id of what cites.
        source: Id of the source.
        passage: The source's text.
        start: First character of the passage in it.
        end: The character behind the passage.

    Returns:
        The text, and the passage's name.

    Raises:
        UsageError: There is no such part, or no such passage.
    """
    known = document(text)
    name, whole = _with_passage(known, source, passage, start, end)
    known = document(whole)
    shown = places(known)
    found = next((p for p in shown.parts if (p.kind, p.id) == part), None)
    if found is None:
        raise UsageError(f"there is no {part[0]} '{part[1]}'")
    return _cited(known, found, name), name


def _cited(known: Document, part: Part, name: str) -> str:
    """The text with a citation more in a part of it."""
    text, body = known.text, known.text[part.start : part.end]
    given = re.search(r"(?<![\w])cite:[ \t]*", body)
    if given is None:
        return _with_key(text, part, f"cite: {name}")
    at = part.start + given.end()
    if text[at] == "[":
        return f"{text[: at + 1]}{name}, {text[at + 1 :]}"
    stop = at + len(re.split(r"[,}\n#]|\{", text[at : part.end], maxsplit=1)[0].rstrip())
    if text[at] == "{":
        raise UsageError(f"{part.kind} '{part.id}' cites in place", hint="add the passage by hand")
    return f"{text[:at]}[{name}, {text[at:stop]}]{text[stop:]}"


def _with_key(text: str, part: Part, line: str) -> str:
    """The text with a key more at the end of a part."""
    body = text[part.start : part.end]
    opened = re.match(r"[^\n:]*:[ \t]*\{|\{", body)
    if opened and (close := _closing(body, opened.end() - 1)) is not None:
        at = part.start + close
        return f"{text[:at]}, {line}{text[at:]}"
    lines = body.split("\n")
    inner = next((row for row in lines[1:] if row.strip()), None)
    begin = text.rfind("\n", 0, part.start) + 1
    column = part.start - begin
    indent = len(inner) - len(inner.lstrip()) if inner else column + 2
    return f"{text[: part.end]}\n{' ' * indent}{line}{text[part.end :]}"


def _closing(body: str, at: int) -> int | None:
    """Where the brace closes that opens at a character; quotes hide what stands in them."""
    depth, quote = 0, ""
    for i in range(at, len(body)):
        character = body[i]
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'" and body[:i].rstrip()[-1:] in ":,[{":
            quote = character
        elif character in "{[":
            depth += 1
        elif character in "}]":
            depth -= 1
            if not depth:
                return i
    return None


def make(
    text: Text, made: Made, name: str, source: str, passage: str, start: int, end: int
) -> tuple[str, int]:
    """The text with a new part made of a marked passage, gaps marked ``TODO``.

    Args:
        text: The text.
        made: What to make.
        name: Its name.
        source: Id of the source.
        passage: The source's text.
        start: First character of the passage in it.
        end: The character behind the passage.

    Returns:
        The text, and the character at which the new part begins.

    Raises:
        UsageError: The name is none or is taken, or there is no such passage.
    """
    known = document(text)
    if not is_label(name):
        raise UsageError(f"'{name}' is no name", hint="letters, digits and underscores")
    shown = places(known)
    if any(part.id == name for part in shown.parts):
        raise UsageError(f"the case has a '{name}' already", hint="take another name")
    cited, whole = _with_passage(
        known, source, passage, start, end, name=name if made == "passage" else ""
    )
    if made == "passage":
        return whole, whole.index(f"{cited}:")
    body = [f"  {name}:", *(f"    {row.format(cite=cited)}" for row in _BODIES[made])]
    return _appended(document(whole), _SECTIONS[made], "\n".join(body), name)


def _with_passage(
    known: Document, source: str, passage: str, start: int, end: int, name: str = ""
) -> tuple[str, str]:
    """The name of a passage and the text that has it, which may have had it before."""
    if not 0 <= start < end <= len(passage):
        raise UsageError("nothing is marked in the source")
    made = passage_at(source, passage, start, end)
    shown = places(known)
    taken = {part.id for part in shown.parts}
    number = made.paragraph
    stem = name or (f"p{number:02}" if number is not None else f"{source}_passage")
    chosen, count = stem, 1
    while chosen in taken:
        count += 1
        chosen = f"{stem}_{count}"
    return chosen, _appended(known, "passages", made.entry(chosen), chosen)[0]


def _appended(known: Document, section: str, entry: str, name: str) -> tuple[str, int]:
    """The text with an entry at the end of a section, and where the entry begins."""
    text = known.text
    at = _end_of(known, section, places(known))
    if at is None:
        head = text if text.endswith("\n") or not text else text + "\n"
        added = f"\n{section}:\n{entry}\n"
        return head + added, len(head) + added.index(f"{name}:")
    added = f"\n{entry}"
    return text[:at] + added + text[at:], at + added.index(f"{name}:")


def _end_of(known: Document, section: str, shown: Places) -> int | None:
    """The character behind the last entry of a section; None where there is no such section."""
    root = known.node
    node = root.get(section) if isinstance(root, Mapping) else None
    if not isinstance(root, Mapping) or node is None:
        return None
    if not isinstance(node, Mapping):
        key = next(key for key, _ in root.entries if key.text == section)
        return known.text.find(":", key.end - 1) + 1
    first, last = node.entries[0][0].start, node.entries[-1][0].start
    return max(part.end for part in shown.parts if first <= part.start <= last)
