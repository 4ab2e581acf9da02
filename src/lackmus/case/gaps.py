"""What a draft still lacks: values that begin with ``TODO``.

A gap stands where a value will stand: ``holds if: TODO a comparison``. A case that has one is a
draft. It can be read as far as it goes, so that its citations can be verified; it is not checked
as a game, and nothing is solved. A text in quotes is no gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from lackmus.case import syntax
from lackmus.case.assuming import Citations
from lackmus.case.citations import place
from lackmus.case.fields import Faults
from lackmus.case.yaml_reader import Mapping, Node, Scalar, Sequence
from lackmus.foundation.errors import CaseError, Fault
from lackmus.foundation.spans import Span

_MARK: Final = re.compile(r"TODO(?:[\s:,–-]+|\Z)")

#: What is asked for first: who knows what, then what is at stake, the questions, the ranges, words.
_ORDER: Final = (
    "actors", "facts", "joint aims", "observers", "moves", "stakes", "claims", "assumptions",
    "precision", "correlations", "observations", "statements", "sources", "passages",
)  # fmt: skip
_WORDS: Final = ("says", "title", "summary", "notes", "author", "name", "reason", "because")
_SINGULAR: Final = {
    "actors": "actor", "facts": "fact", "claims": "claim", "stakes": "stakes of",
    "statements": "statement", "assumptions": "assumption",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gap:
    """A value that is still to be written.

    Attributes:
        part: The part of the case, such as ``claim c01``; empty for a whole section.
        key: The key whose value it is.
        asks: What is to be written, as the draft says it.
        places: The passages that the part cites, as a reader finds them.
        rank: How early it should be filled; 0 is first.
        span: Where it stands.
    """

    part: str
    key: str
    asks: str
    places: tuple[str, ...]
    rank: int
    span: Span

    @property
    def message(self) -> str:
        """The gap in a sentence."""
        owner = f"{self.part} lacks" if self.part else "the draft lacks"
        told = f": {self.asks}" if self.asks else ""
        where = f" ({'; '.join(self.places)})" if self.places else ""
        return f"{owner} '{self.key}'{told}{where}"

    def fault(self) -> Fault:
        """The gap as a fault of the draft."""
        hint = "write it in the place of TODO, or take the part out"
        return Fault("gap", self.message, self.span, hint)


class DraftError(CaseError):
    """A case with gaps: a draft.

    Attributes:
        case: The case as far as it could be read.
        gaps: What it lacks, most consequential first.
    """

    def __init__(self, faults: list[Fault], case: syntax.Case, gaps: tuple[Gap, ...]) -> None:
        super().__init__(faults)
        self.case = case
        self.gaps = gaps

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (list(self.faults), self.case, self.gaps)


def gaps_of(node: Mapping) -> tuple[Gap, ...]:
    """The gaps of a case, most consequential first, and in the order of the file."""
    marked = list(_marked(node, (), None))
    if not marked:
        return ()
    cite = Citations(Faults(), node.get("passages"))
    found = [_gap(value, path, cited, cite) for value, path, cited in marked]
    return tuple(sorted(found, key=lambda gap: (gap.rank, gap.span.line, gap.span.column)))


def without_gaps(case: Mapping) -> Mapping:
    """The tree without the values that are still to be written, and without their keys."""
    kept = tuple((key, _without(value)) for key, value in case.entries if not is_gap(value))
    return Mapping(kept, case.span)


def _without(node: Node) -> Node:
    match node:
        case Mapping():
            return without_gaps(node)
        case Sequence(items, span):
            return Sequence(tuple(_without(item) for item in items if not is_gap(item)), span)
        case _:
            return node


def is_gap(node: Node) -> bool:
    """Whether a value is still to be written."""
    return isinstance(node, Scalar) and not node.quoted and bool(_MARK.match(node.text))


def _marked(
    node: Node, path: tuple[str, ...], cited: Node | None
) -> Iterator[tuple[Scalar, tuple[str, ...], Node | None]]:
    """Each value still to be written, its path, and what is cited nearest above it."""
    if isinstance(node, Scalar):
        if is_gap(node):
            yield node, path, cited
        return
    if isinstance(node, Sequence):
        for number, item in enumerate(node.items, 1):
            yield from _marked(item, (*path, str(number)), cited)
        return
    own = node.get("cite")
    if own is not None and not is_gap(own):
        cited = own
    for key, value in node.entries:
        yield from _marked(value, (*path, key.text), cited)


def _gap(value: Scalar, path: tuple[str, ...], cited: Node | None, cite: Citations) -> Gap:
    asks = _MARK.sub("", value.text, count=1).strip()
    places = tuple(place(citation) for citation in cite(cited, "cite")) if cited else ()
    return Gap(_part(path), path[-1] if path else "", asks, places, _rank(path), value.span)


def _part(path: tuple[str, ...]) -> str:
    """``claim c01`` of the path ``claims, c01, holds if``."""
    if len(path) == 1:
        return ""
    section, *inner = path[:-1]
    if not inner:
        return f"'{section}'"
    return " ".join([_SINGULAR.get(section, section), *inner])


def _rank(path: tuple[str, ...]) -> int:
    section, key = path[0], path[-1]
    if key in _WORDS or section not in _ORDER:
        return len(_ORDER) + (section in _ORDER and section != "claims")
    return _ORDER.index(section)
