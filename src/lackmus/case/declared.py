"""Constructs that are declared once: key, kind and help of a field stand with it in `syntax`.

From the declaration come the keys that a file may have, how the field is read and written, its part
of the JSON Schema and of the reference, and what the builder takes. What a *kind* of field is, is
said in `fields` for reading, and in `writer`, `schema` and `builder` for each of these.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Any

from lackmus.case.syntax import Kind


@dataclass(frozen=True, slots=True)
class Declared:
    """A field of a construct as a file has it.

    Attributes:
        name: Its name in the tree, and to the builder.
        key: Its key in a file.
        kind: What stands there.
        says: What it is, for the reference.
        needed: Why it has to be there; empty where it may be left out.
        empty: What it is where it is left out.
    """

    name: str
    key: str
    kind: Kind
    says: str
    needed: str
    empty: Any


@cache
def declared(node: type) -> tuple[Declared, ...]:
    """The fields of a construct that `syntax` declares, in the order in which they are written."""
    return tuple(
        Declared(
            field.name, field.name.replace("_", " "), field.metadata["kind"],
            field.metadata["help"], field.metadata["needed"],
            None if field.default is MISSING else field.default,
        )
        for field in fields(node)
        if "kind" in field.metadata
    )  # fmt: skip


def keys_of(node: type) -> tuple[str, ...]:
    """The keys that a construct may have in a file."""
    return tuple(field.key for field in declared(node))
