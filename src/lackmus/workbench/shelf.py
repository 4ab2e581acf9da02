"""The cases that can be opened beside the one that the workbench was started with.

They are those of the library and the YAML files in the opened case's own folder, and nothing else:
the page names a case by a *key* out of `Shelf.listed`, never by a path. A session is begun when its
case is first asked for, also after a restart; the page has the texts, so one that has not been used
for long is given up without loss.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Final

from lackmus.foundation.errors import UsageError
from lackmus.library.index import cases
from lackmus.workbench.messages import Json
from lackmus.workbench.session import Session

#: Sessions kept beside the first.
_KEPT: Final = 8

#: Files of a folder that are listed at most.
_MOST_LISTED: Final = 500

#: Bytes of a file that are looked at for a case's first keys.
_HEAD: Final = 65_536

_LIBRARY: Final = "library/"
_FOLDER: Final = "folder/"


class Shelf:
    """Sessions by their keys; the first case's is the empty string.

    Args:
        first: The session of the case that the workbench was started with.
    """

    def __init__(self, first: Session) -> None:
        self._first = first
        self._others: OrderedDict[str, Session] = OrderedDict()
        self._lock = Lock()

    def listed(self) -> Json:
        """What can be opened, each with its key."""
        return {
            "folder": [{"key": _FOLDER + name, "title": name} for name in self._files()],
            "library": [{"key": _LIBRARY + entry.name, "title": entry.title} for entry in cases()],
        }

    def session(self, key: str) -> Session:
        """The session of a case, begun where there is none yet.

        Raises:
            InputError: No case has this key, or it cannot be read.
        """
        if not key:
            return self._first
        with self._lock:
            if key not in self._others:
                self._others[key] = self._first.beside(self._path(key))
                while len(self._others) > _KEPT:
                    self._others.popitem(last=False)
            self._others.move_to_end(key)
            return self._others[key]

    def close(self, key: str) -> Json:
        """Gives up a case's session."""
        with self._lock:
            self._others.pop(key, None)
        return {}

    def _path(self, key: str) -> Path:
        if key.startswith(_LIBRARY):
            found = {_LIBRARY + entry.name: entry.path for entry in cases()}
        else:
            found = {_FOLDER + name: path for name, path in self._files().items()}
        if key not in found:
            raise UsageError(
                f"there is no case '{key}' to open", hint="'Open a case' lists those there are"
            )
        return found[key]

    def _files(self) -> dict[str, Path]:
        """Files of the first case's folder that may hold cases, itself left out."""
        own = self._first.path
        folder = own.parent
        found = (path for path in sorted(folder.iterdir()) if path.suffix in (".yaml", ".yml"))
        inside = [
            path for path in found
            if path != own and path.resolve().parent == folder and _looks_like_a_case(path)
        ]  # fmt: skip
        return {path.name: path for path in inside[:_MOST_LISTED]}


def _looks_like_a_case(path: Path) -> bool:
    """Whether a file begins as a case or a dissent does; other YAML is not offered."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    return re.search(rb"(?m)^(title|extends)[ \t]*:", head) is not None
