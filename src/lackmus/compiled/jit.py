"""Three ways to compile a kernel; how a kernel is written is the same for all."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from numba import config, njit, types
from numba.extending import typeof_impl

from lackmus.compiled.cache import keep
from lackmus.compiled.inner import Inner
from lackmus.foundation.errors import UsageError

_Function = TypeVar("_Function", bound=Callable[..., object])

_OPTIONS: Final[dict[str, Any]] = {"nogil": True, "fastmath": False, "error_model": "numpy"}
_CLOSED: Final[dict[str, Any]] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}

if cast(Any, config).DISABLE_JIT:
    raise UsageError(
        "NUMBA_DISABLE_JIT is set, and the solver has no other form than machine code",
        "unset NUMBA_DISABLE_JIT",
    )

_PACKAGE: Final = Path(__file__).parents[1]
_WORDS: Final = re.compile(b"numba|kernels|jit")


def sources(room: Path) -> list[Path]:
    """What kernels of a room are made of: its own that have to do with any, and what all use."""
    own = [path for path in sorted(room.rglob("*.py")) if _WORDS.search(path.read_bytes())]
    tolerances = _PACKAGE / "foundation" / "tolerances.py"
    return [*own, *sorted(Path(__file__).parent.glob("*.py")), tolerances]


@cache
def _digest(room: Path) -> str:
    texts = [path.read_bytes() for path in sources(room)]
    return hashlib.sha256(b"".join(texts)).hexdigest()[:12]


def jit(function: _Function) -> _Function:
    """Compile a kernel, keep it on disk, and let it run without the interpreter's lock.

    It is called from Python alone: what other kernels call is a `kernel`.

    What is kept bears the digest of its room's sources in its name: numba looks only at the file of
    the function itself, and a kernel kept with another version of those that it calls would crash.
    """
    source = Path(function.__code__.co_filename)
    room = next((p for p in source.parents if p.parent == _PACKAGE), source.parent)
    compiled = njit(**_OPTIONS)(function)
    keep(compiled, function, partial(_digest, room))
    return cast(_Function, compiled)


class _Late:
    """A kernel that only kernels call, made known to numba when one of these is compiled."""

    def __init__(self, function: Callable[..., object]) -> None:
        self.py_func = function

    @cached_property
    def dispatcher(self) -> Any:  # noqa: ANN401 - numba's
        """What numba knows a kernel as."""
        return njit(**_OPTIONS, **_CLOSED, pipeline_class=Inner)(self.py_func)


@typeof_impl.register(_Late)
def _type_of(late: _Late, _: object) -> Any:  # noqa: ANN401 - numba's
    return types.Dispatcher(late.dispatcher)


def kernel(function: _Function) -> _Function:
    """Compile a kernel that only kernels call: it is kept with them, and has no door to Python."""
    return cast(_Function, _Late(function))


def part(function: _Function) -> _Function:
    """A part of a kernel: compiled into each that calls it, so that the call costs nothing."""
    return cast(_Function, njit(inline="always", **_OPTIONS)(function))
