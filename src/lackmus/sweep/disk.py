"""Files that are whole or not there, one writer at a time, and troubles told in words."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from lackmus.foundation.errors import UnfinishedError, UsageError

try:
    import fcntl
except ImportError:  # Windows has no flock; its open files cannot be replaced by another writer
    fcntl = None  # type: ignore[assignment]

_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN: Final = {errno.EACCES, errno.EPERM, errno.EROFS}


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Make a file that is either whole or not there, whatever happens on the way.

    `write` fills a file beside `path`, which is flushed to the disk and then takes its name. What
    stood at `path` before stays until then.

    Raises:
        OSError: The disk did not take it; nothing is left behind.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        write(beside)
        _flush(beside)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _flush(path.parent)


def in_words(error: OSError, path: Path) -> str:
    """What an error of the disk means, without a final stop."""
    if error.errno in _FULL:
        return f"the disk that holds {path} is full"
    if error.errno in _FORBIDDEN:
        return f"there is no permission to write {path}"
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return f"there is no directory {path.parent}"
    return f"{path} cannot be written: {error.strerror or error}"


@contextmanager
def only_writer(path: Path) -> Iterator[None]:
    """Hold the right to write `path`, which one process on this machine has at a time.

    The lock is a file beside it, and ends with the process that holds it, even one that is killed.

    Raises:
        UnfinishedError: Another process holds it, or the disk is full.
        UsageError: Nothing can be written there.
    """
    beside = path.with_name(f".{path.name}.lock")
    try:
        handle = _take(beside)
    except BlockingIOError:
        holder = _holder(beside)
        raise UnfinishedError(
            f"another sweep{holder} is writing {path}; wait for it, or write elsewhere"
        ) from None
    except OSError as error:
        fault = UnfinishedError if error.errno in _FULL else UsageError
        raise fault(f"{in_words(error, path)}; nothing was begun") from None
    try:
        yield
    finally:
        beside.unlink(missing_ok=True)
        os.close(handle)


def check_file(path: Path, what: str) -> None:
    """Raise UsageError where there is no such file."""
    if not path.is_file():
        raise UsageError(f"there is no {what} {path}")


def _take(beside: Path) -> int:
    """The open lock file, locked; tries anew where its holder removed it in between."""
    while True:
        handle = os.open(beside, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if fcntl is not None:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(handle), beside.stat()):
                os.truncate(handle, 0)
                os.write(handle, str(os.getpid()).encode())
                return handle
        except FileNotFoundError:
            pass
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _holder(beside: Path) -> str:
    try:
        return f" (process {int(beside.read_text())})"
    except (OSError, ValueError):
        return ""


def _flush(path: Path) -> None:
    """Have the disk keep what was written; directories cannot be flushed everywhere."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno in _FULL:
            raise
    finally:
        os.close(handle)
