"""That the solver's kernels are compiled: told once, since it is long, and known afterwards."""

from __future__ import annotations

import contextlib
import logging
import sys
from typing import Final

#: What is told when the first kernel is compiled.
ONCE: Final = (
    "a part of the solver is compiled once for this machine: up to half a minute, "
    "longer where it is busy"
)

#: What a time that compiling had a part in is followed by.
INCLUDED: Final = " with compiling the solver, once for this machine"

_LOG: Final = logging.getLogger("lackmus.kernels")


class _Witness(logging.Handler):
    """Notes the first kernel that is compiled.

    Attributes:
        begun: Whether one was.
        tells: Whether to say so on the error stream.
    """

    begun = False
    tells = False

    def emit(self, record: logging.LogRecord) -> None:
        """Note it, and say it where nobody else does."""
        if record.levelno >= logging.WARNING or self.begun:
            return
        self.begun = True
        if self.tells:
            _LOG.setLevel(logging.NOTSET)
            with contextlib.suppress(OSError, AttributeError):
                sys.stderr.write(f"lackmus: {ONCE}\n")
                sys.stderr.flush()


_WITNESS: Final = _Witness()


def watch(*, tell: bool) -> None:
    """From now on, and as if none had been, notes whether kernels are compiled.

    Args:
        tell: Whether to write a line to the error stream when the first is; not where the level of
            the logger ``lackmus.kernels`` was chosen, or its news are shown already.
    """
    if tell and _LOG.level == logging.NOTSET and not _LOG.isEnabledFor(logging.INFO):
        _WITNESS.tells = True
        _LOG.setLevel(logging.INFO)
    _WITNESS.begun = False
    _LOG.addHandler(_WITNESS)


def begun() -> bool:
    """Whether kernels were compiled since `watch`."""
    return _WITNESS.begun


def included() -> str:
    """What follows a time, where kernels were compiled since `watch`; else nothing."""
    return INCLUDED if begun() else ""
