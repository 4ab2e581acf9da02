"""A text as far as it can be understood, however broken it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from lackmus.case import syntax
from lackmus.case.parse import understand
from lackmus.case.yaml_reader import Node, read_yaml
from lackmus.foundation.errors import CaseError, Fault
from lackmus.foundation.letters import composed


@dataclass(frozen=True, slots=True)
class Home:
    """Where a text stands, and what it may read there.

    Attributes:
        path: The file that it is the text of; it need not exist.
        find: Where a dissent's ``extends`` is looked up if there is no such file.
        within: The one folder from which files may be read; None where the user chose the file
            and every folder is his own.
    """

    path: Path = Path("case.yaml")
    find: Callable[[str], Path] | None = None
    within: Path | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A text and what was understood of it.

    Attributes:
        text: The text, its letters composed; offsets count its characters.
        file: What places call it.
        node: Its tree; None where it is no YAML.
        case: The case, with defaults in the place of what cannot be read; None where there is
            none at all.
        faults: All faults, in the order of their places, warnings and notes among them.
    """

    text: str
    file: str
    node: Node | None = field(repr=False)
    case: syntax.Case | None = field(repr=False)
    faults: tuple[Fault, ...]

    @property
    def sound(self) -> bool:
        """Whether the case can be played, as far as that is seen without playing it."""
        return self.case is not None and not any(f.severity == "error" for f in self.faults)

    def offset(self, line: int, column: int) -> int:
        """The character at a line and a column, both from 1."""
        starts = line_starts(self.text)
        line = min(max(line, 1), len(starts))
        return min(starts[line - 1] + column - 1, len(self.text))


Text: TypeAlias = str | Document


def read(text: str, home: Home = Home()) -> Document:
    """Understands a text as far as it can be; never raises for what stands in it."""
    text = composed(text)
    file = str(home.path)
    try:
        node = read_yaml(text, file)
    except CaseError as error:
        return Document(text, file, None, None, error.faults)
    case, faults = understand(node, home.path, home.find, home.within)
    return Document(text, file, node, case, faults)


def faults(text: Text) -> tuple[Fault, ...]:
    """All faults of a text that are seen without playing the game, with places and hints."""
    return document(text).faults


def document(text: Text) -> Document:
    """The document of a text."""
    return text if isinstance(text, Document) else read(text)


@lru_cache(4)
def line_starts(text: str) -> tuple[int, ...]:
    """The offset at which each line begins."""
    starts, at = [0], text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return tuple(starts)
