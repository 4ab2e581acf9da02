"""Constructs that are declared once: key, kind and help of a field stand with it in `syntax`.

From the declaration come the keys that a file may have, how a field is read and written, its part
of the JSON Schema and of the reference, what the builder takes, and what an editor offers. What a
*kind* of field is, is said in `fields` and `moves` for reading, and in `writer`, `schema` and
`taking` for each of these.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from typing import Any, Literal, TypeAlias

#: What may stand under a key.
Kind: TypeAlias = Literal[
    "actors",  # one of them, or several in turn
    "block",  # the name of a block of rounds
    "cells",  # a probability for each combination of labels
    "chances",  # a probability for each label
    "characters",  # the first, and the one behind the last
    "cite",
    "date",
    "distribution",
    "expression",
    "flag",
    "inline",  # a number: an expression, or an assumption in its place
    "label",
    "links",  # reliabilities
    "moves",
    "names",
    "number",
    "options",
    "order",  # conditions, best first
    "pair",  # two assumptions
    "position",  # counted from 1
    "probability",  # an expression, an assumption in its place, or the rest
    "range",
    "rate",  # a probability as an expression
    "section",  # of the case, each with a form of its own
    "size",  # a number that is not negative
    "source",  # the id of a source
    "states",
    "text",
    "texts",
    "variable",
    "viewer",
    "viewers",  # some; None is everybody
    "who",  # actors and observers
    "words",  # one name in words, or several
]

#: Kinds in which an expression stands.
SPOKEN: frozenset[Kind] = frozenset({
    "expression", "inline", "order", "probability", "rate", "variable",
})  # fmt: skip
#: Kinds that may be an assumption in its place.
INLINE: frozenset[Kind] = frozenset({"inline", "probability"})
#: Kinds whose values name somebody or something outside of expressions.
NAMING: frozenset[Kind] = frozenset({
    "actors", "block", "names", "pair", "source", "viewer", "viewers", "who",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a construct in a file.

    Attributes:
        key: How a file calls it.
        kind: What stands there.
        says: What it is, for the reference.
        needed: Why it has to be there; empty where it may be left out.
        taken: How the builder calls it; as the file does, where this is empty.
        forms: Of a construct in several forms, those that have it, by the key that makes the form;
            all, where this is empty.
    """

    key: str
    kind: Kind
    says: str
    needed: str = ""
    taken: str = ""
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Declared(Key):
    """A key, and the field of the syntax tree that it is read to.

    Attributes:
        name: The field; several keys may be read to one.
        empty: What the field is where nothing is said.
        apart: Whether more than this key says what the field is, or this key more than the field.
    """

    name: str = ""
    empty: Any = None
    apart: bool = False

    @property
    def argument(self) -> str:
        """How the builder calls it."""
        return self.taken or self.key.replace(" ", "_")


#: What a field is where nothing is said, by its kind; None of others.
EMPTY: dict[Kind, Any] = {
    "text": "", "texts": (), "names": (), "who": (), "cite": (), "words": (), "links": (),
    "actors": (), "chances": (), "states": (), "options": (), "section": (), "moves": (),
}  # fmt: skip


_APART: frozenset[Kind] = frozenset({"characters", "options", "order", "section", "viewers"})


def place() -> Any:  # noqa: ANN401 - the type of dataclasses.field
    """The field of a node that holds where it stands."""
    return field(default=None, compare=False, repr=False)


def named(says: str) -> Any:  # noqa: ANN401 - the type of dataclasses.field
    """A field that a file has as the key of the whole construct.

    Args:
        says: What it is.
    """
    return field(metadata={"help": says})


def declare(
    kind: Kind,
    says: str,
    *,
    key: str = "",
    needed: str = "",
    taken: str = "",
    forms: tuple[str, ...] = (),
    **more: Any,  # noqa: ANN401 - as dataclasses.field has it
) -> Any:  # noqa: ANN401 - the type of dataclasses.field
    """A field of which all that a file and the builder have to know stands here.

    Args:
        kind: What stands there.
        says: What it is, for the reference.
        key: How a file calls it, where that is not the field's name.
        needed: Why it has to be there; without it the field may be left out.
        taken: How the builder calls it, where that is not as the file does.
        forms: As in `Key`.
        more: For the field itself.
    """
    return declare_keys(Key(key, kind, says, needed, taken, forms), **more)


def declare_keys(*keys: Key, **more: Any) -> Any:  # noqa: ANN401 - the type of dataclasses.field
    """A field that a file has under several keys, or under one that other constructs have, too.

    Args:
        keys: The keys, in the order in which they are written.
        more: For the field itself; what it is where nothing is said follows from the first key.
    """
    if not keys[0].needed:
        more.setdefault("default", EMPTY.get(keys[0].kind))
    return field(metadata={"help": keys[0].says, "keys": keys}, **more)


def _declared(node: type) -> Iterator[Declared]:
    for own in fields(node):
        empty = None if own.default is MISSING else own.default
        keys = own.metadata.get("keys", ())
        for key in keys:
            called = key.key or own.name.replace("_", " ")
            yield Declared(
                called, key.kind, key.says, key.needed, key.taken, key.forms,
                own.name, empty, len(keys) > 1 or key.kind in _APART,
            )  # fmt: skip


@cache
def declared(*nodes: type, form: str = "") -> tuple[Declared, ...]:
    """The keys of a construct that `syntax` declares, in the order in which they are written.

    Args:
        nodes: The construct; several, where a file does not tell them apart before it is read.
        form: Of a construct in several forms, the one whose keys are asked for; all without it.
    """
    found = {key.key: key for node in nodes for key in _declared(node)}
    return tuple(key for key in found.values() if not form or not key.forms or form in key.forms)


def keys_with(nodes: Iterable[type], kinds: Container[Kind]) -> frozenset[str]:
    """The keys of some constructs under which something of some kinds stands."""
    return frozenset(
        field.key for node in nodes for field in _declared(node) if field.kind in kinds
    )


def keys_of(*nodes: type, form: str = "") -> tuple[str, ...]:
    """The keys that a construct may have in a file."""
    return tuple(field.key for field in declared(*nodes, form=form))
