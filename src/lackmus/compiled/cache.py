"""Compiled kernels kept on disk: sealed, in a folder that can be written, and told about.

numba keeps what it compiles beside the source or in the user's cache folder, and believes what it
finds there. Here a digest closes each file, so that one that was cut or damaged is compiled anew
instead of being run. Where no folder can be written, one of the user's own for passing files is. Of
several processes that want a kernel one compiles it, and the others wait.

The logger ``lackmus.kernels`` is told: at INFO before a kernel is compiled or waited for, at
WARNING of trouble.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final, cast

from llvmlite.binding import add_symbol, parse_assembly
from numba import config
from numba.core.caching import CompileResultCacheImpl, FunctionCache, IndexDataCacheFile
from numba.core.runtime import nrt

from lackmus.foundation.disk import only_writer
from lackmus.foundation.errors import InputError, UnfinishedError

LOG: Final = logging.getLogger("lackmus.kernels")

_CONFIG: Final[Any] = config
_RUNTIME: Final[Any] = cast("Any", nrt)._nrt  # noqa: SLF001 - numba has no other door
_DIGEST_SIZE: Final = 16
_LARGEST: Final = 200_000_000

#: Seconds to wait for another process that compiles a kernel, before doing it all the same.
_PATIENCE: Final = 120.0


def keep(dispatcher: Any, function: Callable[..., object], stamp: Callable[[], str]) -> None:  # noqa: ANN401 - numba's
    """Have a compiled function kept on disk, wherever that can be.

    Args:
        dispatcher: What numba makes of it.
        function: The function.
        stamp: Gives what its name on the disk ends in.
    """
    kept = _Kept(function, stamp)
    dispatcher._cache = kept  # noqa: SLF001 - what numba's enable_caching does
    compiler = dispatcher._compiler  # noqa: SLF001 - numba has no other door
    compiler.compile = kept.ending_in_any_case(compiler.compile)


class _Kept:
    """A function's cache, as numba asks it; opened when first asked, which most never are."""

    def __init__(self, function: Callable[..., object], stamp: Callable[[], str]) -> None:
        self._function, self._stamp = function, stamp

    @cached_property
    def _opened(self) -> _Cache | None:
        self._function.__qualname__ += f"_{self._stamp()}"
        try:
            return _Cache(self._function)
        except RuntimeError:  # numba found no folder
            folder = _passing_folder()
            if folder is None:
                return None
            _CONFIG.CACHE_DIR = str(folder)
            return _Cache(self._function)

    def load_overload(self, sig: Any, target_context: Any) -> Any:  # noqa: ANN401 - numba has no types
        """What is kept for a signature; None where nothing is."""
        return None if self._opened is None else self._opened.load_overload(sig, target_context)

    def save_overload(self, sig: Any, data: Any) -> None:  # noqa: ANN401 - as above
        """Keep what was compiled for a signature."""
        if self._opened is not None:
            self._opened.save_overload(sig, data)

    def ending_in_any_case(self, compile_: Callable[..., Any]) -> Callable[..., Any]:
        """The compiling, which nobody waits for once it has failed or was broken off."""

        def compile_or_let_go(*signature: object) -> Any:  # noqa: ANN401 - as above
            try:
                return compile_(*signature)
            except BaseException:
                if self._opened is not None:
                    self._opened.let_go()
                raise

        return compile_or_let_go


class _SealedFiles(IndexDataCacheFile):
    """Files that end in a digest of all before it."""

    @contextmanager
    def _open_for_write(self, filepath: str) -> Iterator[io.BytesIO]:
        content = io.BytesIO()
        yield content
        with super()._open_for_write(filepath) as file:
            file.write(content.getvalue() + _digest(content.getvalue()))

    def _load_index(self) -> dict[Any, str]:
        if not _sound(Path(self._index_path)):
            return {}
        found: dict[Any, str] = super()._load_index()
        return found

    def _load_data(self, name: str) -> Any:  # noqa: ANN401 - numba has no types
        if not _sound(Path(self._data_path(name))):
            raise OSError("it is not what was written")  # for which numba compiles anew
        return super()._load_data(name)


class _Code(CompileResultCacheImpl):
    """What is kept of a kernel: its machine code, and what Python needs to call it.

    No other kernel calls it (`lackmus.compiled.jit`), so of all that such a one would be built with
    nothing is kept but the names by which numba knows that the code is there. Nor are the places
    for Python's constants in all that it calls, where there are none: numba would read in the
    modules that these come from.
    """

    def reduce(self, result: Any) -> Any:  # noqa: ANN401 - numba has no types
        whole = super().reduce(result)
        try:
            (name, kind, (code, _)), description, *about, environments = whole
            doors = (description.llvm_func_name, description.llvm_cpython_wrapper_name)
        except (AttributeError, TypeError, ValueError):  # another numba keeps it otherwise
            return whole
        named = "\n".join(f'define void @"{door}"() {{ ret void }}' for door in doors)
        kept = (name, kind, (code, parse_assembly(named).as_bitcode()))
        constants = tuple(environment for environment in environments if environment.consts)
        return (kept, description, *about, constants)


class _Cache(FunctionCache):
    """A function's cache, with sealed files."""

    _impl_class = _Code

    def __init__(self, function: Callable[..., object]) -> None:
        super().__init__(function)
        stamp = self._impl.locator.get_source_stamp()
        self._cache_file = _SealedFiles(self._cache_path, self._impl.filename_base, stamp)
        self._function = function.__name__
        self._compiling = ExitStack()

    def load_overload(self, sig: Any, target_context: Any) -> Any:  # noqa: ANN401 - as above
        found = self._kept(sig, target_context)
        if found is None:
            self._take_over()
            found = self._kept(sig, target_context)
        if found is None:
            LOG.info("compiling %s", self._function)
        else:
            self._compiling.close()
        return found

    def _kept(self, sig: Any, target_context: Any) -> Any:  # noqa: ANN401 - as above
        """What is kept; what numba reads in before it looks is asked for by compiling alone."""
        _tell_linker()
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)

    def _take_over(self) -> None:
        """Be the only process that compiles it, where a lock can be had; wait for one that does."""
        self._compiling.close()
        path = Path(self._cache_path, self._impl.filename_base)
        with suppress(InputError, UnfinishedError):
            try:
                self._compiling.enter_context(only_writer(path))
            except UnfinishedError:
                LOG.info("waiting for another process that compiles %s", self._function)
                self._compiling.enter_context(only_writer(path, _PATIENCE))

    def let_go(self) -> None:
        """Let other processes compile it."""
        self._compiling.close()

    def save_overload(self, sig: Any, data: Any) -> None:  # noqa: ANN401 - as above
        try:
            super().save_overload(sig, data)
        except OSError as error:
            LOG.warning("a compiled kernel cannot be kept: %s", error.strerror or error)
        finally:
            self._compiling.close()


@cache
def _tell_linker() -> None:
    """Tell the linker of numba's runtime, which kept code calls.

    The rest of what numba does to begin its runtime compiles what only compiling needs; it does it
    then by itself.
    """
    for name, address in _RUNTIME.c_helpers.items():
        add_symbol(name if name.startswith("_") else f"NRT_{name}", address)


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_DIGEST_SIZE).digest()


def _sound(path: Path) -> bool:
    """Whether a file is there and whole; one that is not whole is removed."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST)
    except OSError:
        return False
    if _digest(content[:-_DIGEST_SIZE]) == content[-_DIGEST_SIZE:]:
        return True
    LOG.warning("the compiled kernel %s was damaged and is compiled anew", path)
    with suppress(OSError):
        path.unlink()
    return False


def _passing_folder() -> Path | None:
    """A folder for compiled kernels among passing files; None where there is none.

    Compiled code is run; so the folder must be the user's own, and no one else's to write.
    """
    user = os.getuid() if hasattr(os, "getuid") else 0
    try:
        folder = Path(tempfile.gettempdir()) / f"lackmus-kernels-{user}"
        folder.mkdir(mode=0o700, exist_ok=True)
        about = folder.lstat()
        mine = stat.S_ISDIR(about.st_mode) and about.st_uid == user
        if hasattr(os, "getuid") and not (mine and not about.st_mode & 0o022):
            folder = Path(tempfile.mkdtemp(prefix="lackmus-kernels-"))
    except OSError:
        LOG.warning("no folder can be written; kernels are compiled in every run")
        return None
    LOG.warning("kernels are kept in %s, since no other folder can be written", folder)
    return folder
