"""What the library holds: one entry a case, found by looking at the package's files.

A case is a folder with a ``case.yaml``, or a single ``.yaml`` file, in one of the groups
``books``, ``commentary``, ``journals``. Its name is that of its folder or file. Only the head of a
file is looked at, so that a list of all cases costs next to nothing; the file is read in full by
whoever needs the case.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path

from lackmus.foundation.errors import Fault, UsageError

_HEAD = ("title", "summary")


@dataclass(frozen=True, slots=True)
class Entry:
    """One case of the library.

    Attributes:
        name: By which the command line and `find` know it, such as ``beer-quiche``.
        title: Its title.
        summary: Its summary, or an empty string.
        path: Its file, or its folder.
        group: The folder it is filed in.
    """

    name: str
    title: str
    summary: str = field(repr=False)
    path: Path = field(repr=False)
    group: str


@cache
def cases() -> tuple[Entry, ...]:
    """All cases of the library, sorted by name."""
    return tuple(sorted(_entries(Path(str(files("lackmus.library")))), key=lambda e: e.name))


def find(name: str) -> Path:
    """The file or folder of a case, ready for `lackmus.case.parse.load_case`.

    Args:
        name: Its name in the library, such as ``alaska-2025``.

    Raises:
        UsageError: There is no such case; the hint has the names that come closest.
    """
    known = {entry.name: entry.path for entry in cases()}
    if name in known:
        return known[name]
    near = get_close_matches(name.lower().replace("_", "-"), known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else "'lackmus cases' lists them"
    raise UsageError([Fault("unknown-case", f"the library has no case '{name}'", hint=hint)])


def _entries(root: Path) -> Iterator[Entry]:
    for group in sorted(root.iterdir()):
        for path in sorted(group.iterdir()) if group.is_dir() else ():
            file = path / "case.yaml" if path.is_dir() else path
            if file.suffix == ".yaml" and file.is_file():
                head = _head(file)
                yield Entry(path.stem, head["title"], head["summary"], path, group.name)


def _head(file: Path) -> dict[str, str]:
    """Title and summary: plain, quoted or folded scalars, as the case files write them."""
    found = dict.fromkeys(_HEAD, "")
    lines = file.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        key, colon, rest = line.partition(":")
        if colon and key in _HEAD:
            found[key] = _scalar(rest.strip(), lines[number + 1 :])
            if all(found.values()):
                break
    return found


def _scalar(first: str, below: list[str]) -> str:
    indented = []
    for line in below:
        if line.strip() and not line.startswith(" "):
            break
        indented.append(line)
    block = first in (">", ">-", "|", "|-")
    text = textwrap.dedent("\n".join(indented)) if block else "\n".join([first, *indented])
    words = " ".join(text.split())
    quoted = not block and len(words) > 1 and words[0] == words[-1] and words[0] in "'\""
    return words[1:-1] if quoted else words
