"""The cases that can be opened beside the one that the workbench was started with.

They are those of the library and the YAML files in the opened case's own folder, and nothing else:
the page names a case by a *key* out of `Shelf.listed`, never by a path. A session is begun when its
case is first asked for, also after a restart; the page has the texts, so one that has not been used
for long is given up without loss.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from itertools import islice
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
        """What can be opened, each with its key; other YAML files of the folder with why not."""
        files = self._files()
        return {
            "folder": [{"key": _FOLDER + p.name, "title": p.name} for p, why in files if not why],
            "library": [{"key": _LIBRARY + entry.name, "title": entry.title} for entry in cases()],
            "others": [{"title": path.name, "why": why} for path, why in files if why],
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
            found = {_FOLDER + path.name: path for path, why in self._files() if not why}
        if key not in found:
            raise UsageError(
                f"there is no case '{key}' to open", hint="'Open a case' lists those there are"
            )
        return found[key]

    def _files(self) -> list[tuple[Path, str]]:
        """YAML files of the first case's folder, itself left out; each with why it is no case."""
        own = self._first.path
        folder = own.parent
        found = (path for path in sorted(folder.iterdir()) if path.suffix in (".yaml", ".yml"))
        inside = (path for path in found if path != own and path.resolve().parent == folder)
        return [(path, _why_no_case(path)) for path in islice(inside, _MOST_LISTED)]


def _why_no_case(path: Path) -> str:
    """Why a file is not offered as a case or a dissent, by its first keys; empty where it is."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except IsADirectoryError:
        return "a folder"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if not head.strip():
        return "empty"
    if re.search(rb"(?m)^(title|extends)[ \t]*:", head):
        return ""
    if re.search(rb"(?m)^observations[ \t]*:", head):
        return "a record, read with case.yaml" if path.name == "observations.yaml" else "a record"
    return "begins neither with a title, as a case does, nor with 'extends'"
