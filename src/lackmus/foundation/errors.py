"""Every error Lackmus raises on purpose.

LackmusError
├── InputError          the input is at fault: a list of `Fault`s, each with place and hint
│   ├── CaseError       a case file, or a case made by the builder
│   ├── FormatError     a .efg, .nfg or table file
│   └── UsageError      an argument of a command or a function
├── SolveError          a solver cannot treat this game, or gave up
└── UnfinishedError     the work was cut short; says what is safe on disk

An `InputError` carries all faults found, not the first one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lackmus.foundation.spans import Span, draw

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, where, and what to do about it.

    Attributes:
        code: Stable identifier, such as ``unknown-name``.
        message: What is wrong, in one sentence without a final stop.
        span: Where; None where there is no text (a case made by the builder).
        hint: What to do, or an empty string.
        severity: ``error`` stops the work; ``warning`` and ``note`` do not.
    """

    code: str
    message: str
    span: Span | None = None
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        place = f"{self.span}: " if self.span else ""
        lines = [f"{place}{self.severity}[{self.code}]: {self.message}"]
        if self.span and (drawing := draw(self.span)):
            lines.append(drawing)
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return _visible("\n".join(lines))


def _visible(text: str) -> str:
    """The text with control characters, line ends aside, as escapes: a fault may quote them."""
    return "".join(
        letter if letter == "\n" or unicodedata.category(letter) != "Cc" else repr(letter)[1:-1]
        for letter in text
    )


class LackmusError(Exception):
    """The root of the tree: whatever Lackmus raises on purpose is one of these."""


class InputError(LackmusError):
    """The input is at fault; `faults` lists everything found.

    Attributes:
        faults: All faults, in the order of their places.
    """

    def __init__(self, faults: Sequence[Fault] | str, hint: str = "") -> None:
        if isinstance(faults, str):
            faults = [Fault("usage", faults, hint=hint)]
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Fault, ...]]]:
        # It goes from one process to another as it is, not as the text that it makes.
        return type(self), (self.faults,)


class CaseError(InputError):
    """A case cannot be understood."""


class FormatError(InputError):
    """A file of another program's format cannot be understood."""


class UsageError(InputError):
    """An argument makes no sense."""


class SolveError(LackmusError):
    """A solver cannot treat this game."""


class UnfinishedError(LackmusError):
    """The work was cut short; the message says what is safe and how to go on."""
