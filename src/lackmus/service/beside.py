"""The files beside a text that change what is understood of it, each as it stood, or did not."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeAlias

from lackmus.case.parse import DEEPEST_DISSENT, read_text
from lackmus.case.yaml_reader import Mapping, Node, Scalar, read_yaml
from lackmus.foundation.errors import LackmusError
from lackmus.service.document import Document, Home, read

#: Readings of a text while files beside it change.
_MOST_READINGS: Final = 5

#: When a file was written last, in nanoseconds, and its bytes; None where there is none.
_Stamp: TypeAlias = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Beside:
    """Files, and how each stood when they were looked at."""

    stamps: tuple[tuple[Path, _Stamp], ...]

    @classmethod
    def of(cls, paths: Iterable[Path]) -> Beside:
        """The files as they stand now."""
        return cls(tuple((path, _stamp(path)) for path in dict.fromkeys(paths)))

    def anew(self) -> Beside:
        """The same files as they stand now."""
        return Beside.of(path for path, _ in self.stamps)

    def steady(
        self, text: str, home: Home, paths: Callable[[Document], Iterable[Path]]
    ) -> tuple[Document, Beside]:
        """A text, and the files beside it as they stood both before and after they were read.

        Args:
            text: The text.
            home: Where it stands.
            paths: The files beside it, once it is understood.
        """
        before = self.anew()
        for _ in range(_MOST_READINGS):
            known = read(text, home)
            after = Beside.of(paths(known))
            if after == before:
                break
            before = after
        return known, after


def read_with(node: Node | None, home: Home) -> Iterator[Path]:
    """The files that are read with a text: what it extends, and the record beside the last one.

    Args:
        node: The text's tree.
        home: Where it stands.
    """
    path, within = home.path, home.within
    for _ in range(DEEPEST_DISSENT + 1):
        base = node.get("extends") if isinstance(node, Mapping) else None
        if not isinstance(base, Scalar):
            if path.name == "case.yaml":
                yield path.with_name("observations.yaml")
            return
        path = path.parent / base.text
        path = path / "case.yaml" if path.is_dir() else path
        if within is not None and not path.resolve().is_relative_to(within.resolve()):
            return
        yield path
        node = _node(path, _stamp(path))


@lru_cache(8)
def _node(path: Path, _: _Stamp) -> Node | None:
    """The tree of a file, as long as it stays as it is; None where it is none."""
    try:
        return read_yaml(read_text(path), str(path))
    except LackmusError:
        return None


def _stamp(path: Path) -> _Stamp:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size
