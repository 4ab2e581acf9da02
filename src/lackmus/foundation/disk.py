"""Files: read within bounds, written whole or not at all, one writer at a time, troubles in words.

Only plain files are read and replaced. A device, a pipe or a link that stands in a file's place is
left alone, since what lies behind it may have no end, or be somebody else's.
"""

from __future__ import annotations

import errno
import math
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from lackmus.foundation.errors import UnfinishedError, UsageError

try:
    import fcntl
except ImportError:  # Windows has no flock; its open files cannot be replaced by another writer
    fcntl = None  # type: ignore[assignment]

_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN: Final = {errno.EACCES, errno.EPERM, errno.EROFS}

#: Where the system has them: do not wait for a pipe's writer, do not go through a link.
_PATIENT: Final = getattr(os, "O_NONBLOCK", 0)
_STRAIGHT: Final = getattr(os, "O_NOFOLLOW", 0)
_BINARY: Final = getattr(os, "O_BINARY", 0)

#: Characters of a file's own name in that of a file beside it, well within what systems allow.
_SHORT: Final = 40

#: Seconds between two looks at whether a lock is free.
_PAUSE: Final = 0.05

#: No lock file is longer than the number of a process.
_LONGEST_LOCK: Final = 20


# --- reading ---


def read_bounded(path: Path, most: int) -> bytes:
    """What stands in a plain file of at most `most` bytes.

    Raises:
        OSError: It cannot be read, is no plain file, or is larger; `strerror` says which.
    """
    handle = os.open(path, os.O_RDONLY | _PATIENT | _BINARY)
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise OSError(errno.EINVAL, f"it is {_kind(about.st_mode)}, and no file", str(path))
        # The size may be a lie (/proc), or change while it is read.
        with open(handle, "rb", closefd=False) as file:
            data = b"" if about.st_size > most else file.read(most + 1)
        if about.st_size > most or len(data) > most:
            raise OSError(errno.EFBIG, f"it is larger than {most / 1e6:,.3g} MB", str(path))
    finally:
        os.close(handle)
    return data


def check_file(path: Path, what: str, most: int | None = None) -> None:
    """Raise UsageError where there is no such plain file, or one of more than `most` bytes."""
    try:
        about = path.stat()
    except (OSError, ValueError):
        raise UsageError(f"there is no {what} {path}") from None
    if not stat.S_ISREG(about.st_mode):
        raise UsageError(f"there is no {what} {path}: it is {_kind(about.st_mode)}")
    if most is not None and about.st_size > most:
        raise UsageError(f"the {what} {path} is larger than {most / 1e6:,.3g} MB")


def _kind(mode: int) -> str:
    kinds = (
        (stat.S_ISDIR, "a folder"), (stat.S_ISLNK, "a link"), (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
    )  # fmt: skip
    return next((name for test, name in kinds if test(mode)), "a device")


# --- writing ---


def check_target(path: Path) -> None:
    """Raise UsageError unless a file can be written at `path`, or replaced if it is a plain one.

    It is found out by making an empty file beside it, which goes at once.
    """
    trouble = _in_the_way(path)
    if not trouble:
        try:
            beside = _make_beside(path)
        except OSError as error:
            trouble = in_words(error, path)
        else:
            beside.unlink()
    if trouble:
        raise UsageError(f"cannot write {path}: {trouble}", hint="name another file")


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Make a file that is either whole or not there, whatever happens on the way.

    `write` fills a new file beside `path`, which is flushed to the disk and then takes its name.
    What stood at `path` before stays until then.

    Raises:
        OSError: The disk did not take it, or something other than a plain file stands there;
            nothing is left behind. It names `path`.
    """
    if trouble := _in_the_way(path):
        raise OSError(errno.EEXIST, trouble, str(path))
    beside = _make_beside(path)
    try:
        write(beside)
        _flush(beside)
        beside.replace(path)
    except BaseException as error:
        beside.unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename = str(path)
        raise
    _flush(path.parent)


def write_text(path: Path, text: str) -> None:
    """A text in UTF-8, whole or not at all; OSError as `write_whole`."""
    write_whole(path, lambda beside: write_bytes(beside, text.encode()))


def write_bytes(beside: Path, content: bytes) -> None:
    """Fill the file that `write_whole` has made."""
    beside.write_bytes(content)


def _in_the_way(path: Path) -> str:
    """What stands at `path` that must not be replaced; empty where nothing does."""
    try:
        about = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or str(error)
    if stat.S_ISREG(about.st_mode):
        return "" if os.access(path, os.W_OK) else "it is protected against writing"
    return f"{_kind(about.st_mode)} stands there, and no file"


def _make_beside(path: Path) -> Path:
    """A new empty file in the folder of `path`; nothing that stands there already is opened.

    It has the mode of the file that it is to replace, or of any new file.
    """
    while True:
        beside = path.with_name(f".{path.name[:_SHORT]}.{secrets.token_hex(4)}.new")
        with suppress(FileExistsError):
            os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _STRAIGHT, 0o666))
            break
    with suppress(OSError):
        beside.chmod(stat.S_IMODE(path.lstat().st_mode))
    return beside


def in_words(error: OSError, path: Path) -> str:
    """What an error of the disk means, without a final stop."""
    if error.errno in _FULL:
        return f"the disk that holds {path} is full"
    if error.errno in _FORBIDDEN:
        return f"there is no permission to write {path}"
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        if path.parent.is_dir():
            return f"no file can be made in {path.parent}"
        return f"there is no directory {path.parent}"
    if error.errno == errno.ELOOP:
        return f"a link stands in the place of {error.filename or path}"
    return f"{path} cannot be written: {error.strerror or error}"


@contextmanager
def only_writer(path: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold the right to write `path`, which one process on this machine has at a time.

    The lock is a file beside it, and ends with the process that holds it, even one that is killed.

    Args:
        path: The file.
        patience: Seconds to wait for another that holds it; those in which this process was itself
            stopped do not count.

    Raises:
        UnfinishedError: Another process holds it, or the disk is full.
        UsageError: Nothing can be written there, or something else has the lock's name.
    """
    if trouble := _in_the_way(path):
        raise UsageError(f"cannot write {path}: {trouble}", hint="name another file")
    beside = path.with_name(f".{path.name}.lock")
    looks = math.ceil(patience / _PAUSE)
    try:
        handle = _take(beside)
        while handle is None and looks > 0:
            time.sleep(_PAUSE)
            handle = _take(beside)
            looks -= 1
    except OSError as error:
        fault = UnfinishedError if error.errno in _FULL else UsageError
        raise fault(f"{in_words(error, path)}; nothing was begun") from None
    if handle is None:
        holder = _holder(beside)
        raise UnfinishedError(
            f"somebody else{holder} is writing {path}; wait for it, or write elsewhere"
        )
    try:
        yield
    finally:
        beside.unlink(missing_ok=True)
        os.close(handle)


def _take(beside: Path) -> int | None:
    """The open lock file, locked; None where another holds it.

    Tries anew where its holder removed it in between.
    """
    while True:
        handle = os.open(beside, os.O_RDWR | os.O_CREAT | _STRAIGHT | _PATIENT, 0o644)
        try:
            about = os.fstat(handle)
            _refuse_other_than_lock(beside, about)
            if fcntl is not None:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(about, beside.stat()):
                _sign(handle, beside)
                return handle
        except FileNotFoundError:
            pass
        except BlockingIOError:
            os.close(handle)
            return None
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _sign(handle: int, beside: Path) -> None:
    """Writes into a lock whose it is; a lock that takes no more goes."""
    try:
        os.truncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def _refuse_other_than_lock(beside: Path, about: os.stat_result) -> None:
    """Raise UsageError where a file has the lock's name and is none, or has other names too."""
    if not stat.S_ISREG(about.st_mode) or about.st_nlink > 1 or about.st_size > _LONGEST_LOCK:
        raise UsageError(f"{beside} is no lock of Lackmus", hint="move it away")


def _holder(beside: Path) -> str:
    try:
        return f" (process {int(read_bounded(beside, _LONGEST_LOCK))})"
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
