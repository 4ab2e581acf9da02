"""How a command ends: its exit status, and what it says where it did not end well.

=== ==========================================================================================
  0 done; also where nobody reads the output any more
  1 a claim failed that ``--fail-on`` names, and nothing else
  2 a fault in the input
  3 could not finish: Ctrl-C, a full disk, an output that cannot be written, a lost cluster
 70 a fault of Lackmus itself (``EX_SOFTWARE`` of BSD's sysexits)
=== ==========================================================================================

With ``--json`` a command that does not get to its own object prints one of the schema ``error``.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, cast

from lackmus.cli import ahead, console
from lackmus.cli.terminal import faults_folded, open_streams, visible
from lackmus.foundation import compiling
from lackmus.foundation.errors import Fault, InputError, LackmusError

DONE, CLAIM_FAILED, INPUT_FAULT, UNFINISHED, OWN_FAULT = 0, 1, 2, 3, 70

#: Set to anything, it has faults of Lackmus itself shown with their traceback.
TRACEBACK: Final = "LACKMUS_TRACEBACK"

#: What typer makes of a Ctrl-C that comes before the command.
_INTERRUPTED: Final = 130

_KINDS: Final = {INPUT_FAULT: "input", UNFINISHED: "unfinished", OWN_FAULT: "internal"}


class PipeClosed(Exception):  # noqa: N818 - no error: whoever read has read enough
    """Nobody reads the output any more."""


def status_of(call: Callable[[], object], *, as_json: bool = False) -> int:
    """The exit status of a command; what went wrong is told on the error stream.

    Args:
        call: The command; it may return a status.
        as_json: Whether what went wrong is also told as JSON on the output stream.
    """
    open_streams()
    warnings.showwarning = cast(Any, _note)
    logging.getLogger("lackmus").addHandler(_Notes())
    logging.getLogger("lackmus").setLevel(logging.INFO)
    compiling.watch(tell=False)
    try:
        given = call()
        sys.stdout.flush()
    except (PipeClosed, BrokenPipeError):
        return DONE
    except SystemExit as done:
        return _flushed(done.code if isinstance(done.code, int) else DONE)
    except Exception as error:  # noqa: BLE001 - whatever it is, it ends here
        return _told(error, as_json=as_json)
    except KeyboardInterrupt:
        given = _INTERRUPTED
    if given == _INTERRUPTED:
        return _end(UNFINISHED, "stopped by Ctrl-C before the work was done", (), as_json=as_json)
    return given if isinstance(given, int) else DONE


def _flushed(status: int) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return DONE
    except OSError as error:
        return _told(error, as_json=False)
    return status


def _told(error: Exception, *, as_json: bool) -> int:
    """Says what went wrong; the status that it means."""
    if isinstance(error, InputError):
        return _end(INPUT_FAULT, str(error), error.faults, as_json=as_json)
    if isinstance(error, LackmusError):
        return _end(UNFINISHED, str(error), (), as_json=as_json)
    if isinstance(error, MemoryError):
        return _end(UNFINISHED, "there is not enough memory for this", (), as_json=as_json)
    if isinstance(error, OSError):
        where = f" {error.filename}" if error.filename else " the output"
        text = f"cannot read or write{where}: {error.strerror or error}"
        return _end(UNFINISHED, text, (), as_json=as_json)
    if hasattr(error, "show") and hasattr(error, "format_message"):
        # An argument that typer refuses: its click, by its interface.
        message = error.format_message()
        if as_json:
            _print_json(INPUT_FAULT, message, [Fault("usage", message)])
        with contextlib.suppress(OSError):
            error.show()
        return INPUT_FAULT
    return _end(OWN_FAULT, _own_fault(error), (), as_json=as_json)


def _own_fault(error: Exception) -> str:
    """A line by which a fault of Lackmus can be found."""
    if os.environ.get(TRACEBACK):
        return "".join(traceback.format_exception(error))
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    first = str(error).partition("\n")[0]
    return (
        f"Lackmus met a fault of its own: {type(error).__name__}: {first}{place}\n"
        f"  hint: please report this line with the command and the case; {TRACEBACK}=1 shows more"
    )


def _end(status: int, text: str, faults: Sequence[Fault], *, as_json: bool) -> int:
    with contextlib.suppress(OSError):
        if as_json:
            _print_json(status, text, faults)
        sys.stdout.flush()
    with contextlib.suppress(OSError):
        sys.stderr.write(faults_folded(visible(text.rstrip()), errors=True) + "\n")
        sys.stderr.flush()
    return status


def _print_json(status: int, message: str, faults: Sequence[Fault]) -> None:
    found = {
        "error": {
            "status": status,
            "kind": _KINDS[status],
            "message": message.rstrip(),
            "faults": [fault_json(fault) for fault in faults],
        }
    }
    console.json(found)
    sys.stdout.flush()


def fault_json(fault: Fault) -> dict[str, Any]:
    """A fault as JSON has it."""
    return {
        "code": fault.code,
        "severity": fault.severity,
        "message": fault.message,
        "hint": fault.hint,
        "file": fault.span.file if fault.span else None,
        "line": fault.span.line if fault.span else None,
        "column": fault.span.column if fault.span else None,
    }


class _Notes(logging.Handler):
    """What the log says as lines on the error stream; of compiling, the first says what is done."""

    compiled = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line; what comes of itself when kernels are compiled only on a terminal."""
        text = record.getMessage()
        if record.levelno < logging.WARNING:
            self.compiled += 1
            text = f"{text} ({self.compiled})"
            if self.compiled == 1:
                text = compiling.ONCE
                ahead.compile_beside()
            elif not sys.stderr.isatty():
                return
        with contextlib.suppress(OSError):
            sys.stderr.write(f"{visible(text)}\n")
            sys.stderr.flush()


def _note(message: Warning | str, *_: object) -> None:
    """A warning as a line; arithmetic's own are told by results."""
    if not isinstance(message, RuntimeWarning):
        with contextlib.suppress(OSError):
            sys.stderr.write(f"note: {visible(str(message))}\n")
