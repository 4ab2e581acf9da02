"""What is said of the name under the cursor: what it is, why, by whom, and what hangs on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lackmus.case import syntax
from lackmus.case.citations import place
from lackmus.case.scope import Scope, scope_of
from lackmus.case.text import expression_text, number_text
from lackmus.service.completion import key_help
from lackmus.service.cursor import cursor
from lackmus.service.document import Document, Text, document
from lackmus.service.places import Place, Places, citation_of, places


@dataclass(frozen=True, slots=True)
class Hover:
    """What is said of a stretch of the text.

    Attributes:
        start: Its first character.
        end: The character behind its last.
        lines: What is said, a sentence or a fact a line, in plain text.
    """

    start: int
    end: int
    lines: tuple[str, ...]


def hover(text: Text, offset: int, last: Document | None = None) -> Hover | None:
    """What is said of the name or the key at a character; None where there is neither.

    Args:
        text: The text.
        offset: The character.
        last: The last document that could be understood, which tells of names where this text
            cannot be.
    """
    known = document(text)
    shown = places(known)
    here = shown.at(offset)
    if here is not None and known.case is not None:
        return Hover(here.start, here.end, tuple(_told(here, known, known.case, shown)))
    start, end = _word(known.text, offset)
    if last is not None and last.case is not None:
        word, before = known.text[start:end], places(last)
        named = next((p for p in before.names if word and last.text[p.start : p.end] == word), None)
        if named is not None:
            return Hover(start, end, tuple(_told(named, last, last.case, before)))
    return _key(known.text, offset)


def _word(text: str, offset: int) -> tuple[int, int]:
    start = end = offset
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] in "_."):
        start -= 1
    while end < len(text) and (text[end].isalnum() or text[end] in "_."):
        end += 1
    return start, end


def _key(text: str, offset: int) -> Hover | None:
    """The meaning of a key of the language."""
    stop = text.find(":", offset)
    line_end = text.find("\n", offset)
    if stop < 0 or 0 <= line_end < stop:
        return None
    start = max(text.rfind(mark, 0, stop) for mark in "\n{,-") + 1
    name = text[start:stop].strip()
    start += len(text[start:stop]) - len(text[start:stop].lstrip())
    said = key_help(cursor(text, start).path, name)
    return Hover(start, stop, (f"{name}: {said}",)) if said else None


def _told(here: Place, known: Document, case: syntax.Case, shown: Places) -> Iterator[str]:
    scope = scope_of(case)
    yield from _what(here, known, case, scope)
    users = [p.part for p in shown.of(here.kind, here.id) if not p.declared and p.part is not None]
    lines = {(part.kind, part.id): part.line for part in shown.parts}
    hanging = dict.fromkeys(part for part in users if part != (here.kind, here.id))
    if hanging:
        listed = ", ".join(f"{kind} {name} (line {lines[kind, name]})" for kind, name in hanging)
        yield f"on it hang: {listed}"


def _what(here: Place, known: Document, case: syntax.Case, scope: Scope) -> Iterator[str]:
    match here.kind:
        case "assumption":
            yield from _assumption(scope.assumptions[here.id], here.id)
        case "actor":
            actor = next((a for a in case.actors if a.id == here.id), None)
            yield _named("actor", here.id, (actor.says or actor.name) if actor else "")
        case "move" | "aim" | "fact":
            yield from _variable(here.id, scope)
        case "option":
            yield from _option(here.id, case, scope)
        case "event":
            event = scope.events[here.id]
            yield from (
                _named("event", here.id, event.says),
                f"if {expression_text(event.condition)}",
                *_because("", event.cite),
            )
        case "claim":
            claim = case.claim(here.id)
            yield from (_named("claim", here.id, claim.says), *_because("", claim.cite))
        case "passage":
            citation = citation_of(known, here.id)
            yield _named("passage", here.id, place(citation) if citation else "")
        case "source" | "statement":
            sources = {source.id: source.title for source in case.sources}
            said = {statement.id: statement.says for statement in case.statements}
            told = sources if here.kind == "source" else said
            yield _named(here.kind, here.id, told.get(here.id, ""))
        case "block":
            yield f"number of the round in block {here.id}"
        case kind:
            yield f"{kind} {here.id}"


def _named(kind: str, name: str, says: str) -> str:
    return f"{kind} {name}" + (f": {says}" if says else "")


def _assumption(assumption: syntax.Assumption, name: str) -> Iterator[str]:
    spread = assumption.distribution
    low, high = spread.low, spread.high
    drawn = ""
    if spread.shape != "fixed" and low is not None and high is not None:
        drawn = f", {spread.shape} from {number_text(low)} to {number_text(high)}"
    elif spread.shape != "fixed":
        drawn = f", {spread.shape} {', '.join(map(number_text, spread.parameters))}"
    yield f"{name} = {number_text(assumption.value)}{drawn or ', fixed'}"
    if assumption.says:
        yield assumption.says
    yield from _because(assumption.because, assumption.cite)


def _because(because: str, cite: tuple[syntax.Citation, ...]) -> Iterator[str]:
    if because:
        yield f"because: {because}"
    if cite:
        yield f"cites: {'; '.join(map(place, cite))}"


def _variable(name: str, scope: Scope) -> Iterator[str]:
    variable = scope.variables.get(name)
    if variable is None:
        return
    by = f" by {' and '.join(dict.fromkeys(variable.by))}" if variable.by else ""
    yield f"{variable.kind} {name}{by}: {', '.join(variable.options)}"
    if variable.move is not None and variable.move.says:
        yield variable.move.says
    everybody = set(scope.viewers) <= set(variable.seen_by)
    yield "seen by: " + ("everybody" if everybody else ", ".join(variable.seen_by) or "nobody")
    if variable.noticed_by:
        yield f"noticed by: {', '.join(variable.noticed_by)}"
    if variable.move is not None:
        yield from _because("", variable.move.cite)


def _option(identifier: str, case: syntax.Case, scope: Scope) -> Iterator[str]:
    name, _, label = identifier.partition("=")
    variable = scope.variables.get(name)
    says = ""
    if variable is not None and variable.move is not None:
        says = next((o.says for o in variable.move.options if o.label == label), "")
    for actor in case.actors:
        if name == f"{actor.id}.aim":
            says = next((aim.says for aim in actor.aims if aim.label == label), "")
    yield f"{label}, an option of {name}" + (f": {says}" if says else "")
