"""What may stand where the cursor is: keys by their place, the document's own names, functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lackmus.case import keys, syntax
from lackmus.case.citations import place
from lackmus.case.declared import INLINE, SPOKEN, declared, keys_with
from lackmus.case.scope import Scope, scope_of
from lackmus.foundation.distributions import FAMILIES
from lackmus.service.cursor import Cursor, cursor
from lackmus.service.document import Document, Text, document
from lackmus.service.places import kind_of, passages

#: Constructs by where their keys stand; `*` is any name.
_CONSTRUCTS: tuple[tuple[tuple[str, ...], tuple[type, ...]], ...] = (
    (("sources", "*"), (syntax.Source,)),
    (("passages", "*"), (syntax.Citation,)),
    (("actors", "*"), (syntax.Actor,)),
    (("actors", "*", "aims", "*"), (syntax.Chance,)),
    (("facts", "*"), (syntax.Fact,)),
    (("facts", "*", "values", "*"), (syntax.Chance,)),
    (("joint aims",), (syntax.JointAims,)),
    (("assumptions", "*"), (syntax.Assumption,)),
    (("precision",), (syntax.Assumption,)),
    (("correlations",), (syntax.Correlation,)),
    (("moves", "rounds"), (syntax.Rounds,)),
    (("moves", "rounds", "state", "*"), (syntax.State,)),
    (("stakes", "*"), (syntax.Stake, syntax.OrdinalStake)),
    (("events", "*"), (syntax.Event,)),
    (("claims", "*"), (syntax.Claim,)),
    (("statements", "*"), (syntax.Statement,)),
    (("observations",), (syntax.Observation,)),
    (("observations", "reliability"), (syntax.Reliability,)),
)
_EXPRESSIONS = keys_with(syntax.CONSTRUCTS, SPOKEN)
_ASSUMED = keys_with(syntax.CONSTRUCTS, INLINE)
_MOVE_LEVELS = frozenset({"moves", "rounds", "together"})
_AT_THE_TOP = {
    keys.VERSION: "version of the language",
    keys.PASSAGES: "names for passages",
    "extends": "the case that this dissent changes",
}
_FUNCTIONS = (
    ("P", "P(event | given): a probability"),
    ("E", "E(actor | given): an expected payoff"),
    ("best", "best(move | given) = option: what pays its maker most"),
    ("likeliest", "likeliest(move | given) = option"),
    ("value", "value(move = option | given): what an option pays its maker"),
    ("H", "H(variable | given): entropy of a belief, in bits"),
    ("I", "I(about; of | given): mutual information, in bits"),
    ("shift", "shift(about; of | given): by how much a belief moves on average"),
    ("do", "do(move = option): the rules are changed and all know it"),
    ("ever", "ever(condition): in some round"),
    ("count", "count(condition): in how many rounds"),
    ("made", "made(move): whether it was made; made(move, actor): by whom"),
    ("number", "number(move): the number of the option taken"),
    ("previous", "previous(move): in the round before"),
    ("min", "min(a, b)"), ("max", "max(a, b)"), ("abs", "abs(a)"), ("exp", "exp(a)"),
    ("log", "log(a)"), ("sqrt", "sqrt(a)"),
)  # fmt: skip
_CLAIMS_ONLY = frozenset({"P", "E", "best", "likeliest", "value", "H", "I", "shift", "do"})

#: What a value is of: ``answer =``, ``answer in [a,``, ``best(answer | …) =``.
_OF = re.compile(
    r"(?:(?:best|likeliest)\(\s*(?P<asked>[^\W\d][\w.]*)[^()]*\)|(?P<name>[^\W\d][\w.]*)(?:\[\d+\])?)"
    r"\s*(?:!?=|(?:not\s+)?in\s*\[[^\]]*|\bhas)\s*\Z"
)
_ACTOR = re.compile(r"\bE\(\s*\Z|\bwithout\s+\Z")
_VIEWER = re.compile(r"\b[PHI]\[\s*\Z|\bshift\[\s*\Z")


@dataclass(frozen=True, slots=True)
class Completion:
    """One thing that may stand at the cursor.

    Attributes:
        label: What is shown and written.
        kind: ``key``, ``function``, or what the name is: ``move``, ``option``, ``assumption``, …
        detail: What it means, in a few words; may be empty.
        start: Offset from which it replaces what stands before the cursor.
        insert: What is written in its place.
    """

    label: str
    kind: str
    detail: str
    start: int
    insert: str


def complete(text: Text, offset: int, last: Document | None = None) -> tuple[Completion, ...]:
    """What may stand at a character, likeliest first.

    Args:
        text: The text, broken as it may be while one types.
        offset: Where the cursor stands.
        last: The last document that could be understood; names are taken from it where this text
            has none.
    """
    known = document(text)
    here = cursor(known.text, offset)
    names = _names_from(known, last)
    typed = known.text[here.word : offset].casefold()
    found: dict[str, Completion] = {}
    for label, kind, detail in _offers(here, names):
        if label.casefold().startswith(typed) or (len(typed) > 1 and typed in label.casefold()):
            insert = f"{label}: " if kind == "key" else label
            found.setdefault(label, Completion(label, kind, detail, here.word, insert))
    return tuple(sorted(found.values(), key=lambda c: not c.label.casefold().startswith(typed)))


def _names_from(known: Document, last: Document | None) -> Document:
    if last is None or (known.case is not None and known.case.moves):
        return known
    return last


_Offer = tuple[str, str, str]


def _offers(here: Cursor, names: Document) -> Iterator[_Offer]:
    case = names.case
    if not here.in_value:
        yield from _keys(here.path, case)
        if not here.path or here.path[-1] not in ("cite", "seen by", "noticed by", "to"):
            return
    key = here.path[-1] if here.path else ""
    if case is None:
        yield from _fixed(key)
        return
    scope = scope_of(case)
    if key in _EXPRESSIONS or _is_under_a_name(here.path):
        yield from _expression(here, case, scope)
    else:
        yield from _fixed(key)
        yield from _citable(names) if key == "cite" else _outside(key, here.path, case, scope)


def _is_under_a_name(path: tuple[str, ...]) -> bool:
    """Whether a value is a probability, a number or an event under a name of its own."""
    return len(path) > 1 and path[-2] in ("aims", "values", "chance", "chances", "events")


# --- keys ---


def key_help(path: tuple[str, ...], key: str) -> str:
    """What a key means at a place; empty where it is none, or has no help."""
    return next((text for name, text in _known_keys(path) if name == key), "")


def _keys(path: tuple[str, ...], case: syntax.Case | None) -> Iterator[_Offer]:
    if path == ("stakes",) and case is not None:
        yield from ((actor.id, "key", actor.name) for actor in case.actors)
    yield from ((name, "key", text) for name, text in _known_keys(path))


def _known_keys(path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if not path:
        yield from _AT_THE_TOP.items()
    if path and path[-1] == "distribution":
        yield from ((name, "") for name in FAMILIES if name != "fixed")
    elif path in (("moves",), ("moves", "rounds", "moves")):
        if path == ("moves",):
            yield "rounds", "moves that repeat"
        yield "together", "moves made at the same time"
    elif path[:1] == ("moves",) and path[-1] == "options":
        yield keys.ANY_OF, "items of which several may be taken at once"
    yield from ((field.key, field.says) for field in declared(*_nodes_at(path)))


def _nodes_at(path: tuple[str, ...]) -> tuple[type, ...]:
    """The construct whose keys stand at a place; none where names stand."""
    if not path:
        return (syntax.Case,)
    if path[-1] == "cite":
        return (syntax.Citation,)
    if path[-1] in _ASSUMED and path[0] != "assumptions":
        return (syntax.Assumption,)
    for pattern, nodes in _CONSTRUCTS:
        if len(pattern) == len(path) and all(
            a in ("*", b) for a, b in zip(pattern, path, strict=True)
        ):
            return nodes
    return _of_move(path) if path[0] == "moves" else ()


def _of_move(path: tuple[str, ...]) -> tuple[type, ...]:
    depth = 0
    while depth < len(path) and path[depth] in _MOVE_LEVELS:
        depth += 1
    match path[depth:]:
        case (_,):
            return (syntax.Move,)
        case (_, "options", _, *_):
            return (syntax.Option,)
        case (_, "chance", *_):
            return (syntax.Chance,)
        case _:
            return ()


# --- values ---


def _fixed(key: str) -> Iterator[_Offer]:
    """Values that are the same in every case."""
    if key == "certain":
        yield from (("true", "value", ""), ("false", "value", ""))
    elif key == "distribution":
        yield from ((name, "value", "") for name in FAMILIES if name != "fixed")
    elif key == "because":
        yield ("assumed", "value", "the author's own number")
    elif key in ("aims", "values"):
        yield ("rest", "value", "what the others leave")


def _outside(key: str, path: tuple[str, ...], case: syntax.Case, scope: Scope) -> Iterator[_Offer]:
    """Names that stand outside of expressions."""
    actors = [(actor.id, "actor", actor.name) for actor in case.actors]
    viewers = [*actors, *((name, "observer", "") for name in case.observers)]
    if key == "by" and path[0] == "moves":
        yield from actors
    elif key in ("seen by", "noticed by", "to", "known to", "observer") or (
        key == "by" and path[0] == "observations"
    ):
        yield from viewers
    elif key == "source":
        yield from ((source.id, "source", source.title) for source in case.sources)
    elif key == "bears on":
        yield from ((claim.id, "claim", claim.says) for claim in case.claims)
        yield from _variables(case, scope)
    elif key in ("over", "between"):
        yield from _variables(case, scope)
    elif key == "every":
        yield from ((name, "block", "a block of rounds") for name in scope.blocks)


def _citable(known: Document) -> Iterator[_Offer]:
    for name, citation in passages(known).items():
        yield name, "passage", place(citation)
    for source in known.case.sources if known.case else ():
        yield source.id, "source", source.title


def _expression(here: Cursor, case: syntax.Case, scope: Scope) -> Iterator[_Offer]:
    before = here.before
    if match := _OF.search(before):
        variable = scope.variables.get(match["asked"] or match["name"])
        if variable is not None:
            names = _items(variable.items) if before.rstrip().endswith("has") else variable.options
            yield from ((label, "option", f"an option of {variable.id}") for label in names)
            return
    if _ACTOR.search(before):
        yield from ((actor.id, "actor", actor.name) for actor in case.actors)
        return
    if _VIEWER.search(before):
        yield from ((name, "observer", "") for name in scope.viewers)
        return
    yield from _variables(case, scope)
    yield from ((word, "word", "") for word in ("and", "or", "not"))
    asks = here.path[:1] == ("claims",)
    yield from (
        (name, "function", text) for name, text in _FUNCTIONS if asks or name not in _CLAIMS_ONLY
    )


def _items(items: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for some in items for item in some))


def _variables(case: syntax.Case, scope: Scope) -> Iterator[_Offer]:
    says = {assumption.name: assumption.says for assumption in case.assumptions}
    says |= {event.name: event.says for event in case.events}
    for name in scope.names():
        kind = kind_of(name, scope) or "name"
        variable = scope.variables.get(name)
        detail = ", ".join(variable.options) if variable else says.get(name, "")
        yield name, kind, detail
