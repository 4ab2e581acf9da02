"""What a command does before its work, so that it is done sooner."""

from __future__ import annotations

import gc
import subprocess
import sys
import warnings
from contextlib import suppress
from typing import Final

from lackmus.engines.threads import cores

#: New objects until the collector looks at the youngest; Python's own number is 700.
_YOUNGEST: Final = 200_000

_PROGRAM: Final = f"""
import gc
gc.set_threshold({_YOUNGEST})
from lackmus.pipeline.first_run import compile_from_the_end
compile_from_the_end()
"""


def spare_collecting() -> None:
    """Look for garbage more seldom: a command is short, and most of what it makes it keeps."""
    gc.set_threshold(_YOUNGEST)


def compile_beside() -> None:
    """Have a second process compile, where there is a core for it, what is asked for late.

    What one of the two compiles the other waits for, and takes from the disk. It ends by itself,
    and imports nothing from the folder that the command is run in.
    """
    if cores() < 2 or not sys.executable:
        return
    with suppress(OSError), warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # nobody waits for it
        subprocess.Popen(  # noqa: S603 - a program of our own
            [sys.executable, "-P", "-c", _PROGRAM],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
