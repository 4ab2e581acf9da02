"""A ledger on disk: JSON Lines, appended to and never changed, each line chained to the one above.

A line is one object. Its ``hash`` is the SHA-256 of the object without it, written with sorted keys
and no spaces, and ``previous`` is the hash of the line above; the first line says what the file is.
So an edited line, one that was taken out or one that was put in breaks the chain at its place. The
chain proves an order, not a date: whoever wants dates proven commits the file where others see it.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from lackmus.foundation import figures
from lackmus.foundation.counting import counted
from lackmus.foundation.disk import check_file, in_words, only_writer, read_bounded, write_text
from lackmus.foundation.display import Card, Shown
from lackmus.foundation.errors import Fault, FormatError, UnfinishedError, UsageError
from lackmus.foundation.spans import Span
from lackmus.foundation.tolerances import PROBABILITY

Entry: TypeAlias = Mapping[str, Any]
Outcome: TypeAlias = Literal["yes", "no", "ambiguous", "annulled"]

OUTCOMES: Final[tuple[Outcome, ...]] = ("yes", "no", "ambiguous", "annulled")

#: Version of the layout of lines.
FORMAT: Final = 1

#: Bytes of a ledger at most.
_LARGEST: Final = 200_000_000

#: Seconds to wait for another who writes; he takes a fraction of one.
_PATIENCE: Final = 5.0

_KINDS: Final = ("forecast", "resolution")

#: What every entry says in words, what some do, and what is a probability.
_TEXTS: Final = ("id", "on", "previous", "hash")
_SOME_TEXTS: Final = (
    "case", "title", "digest", "by", "reported_by", "says", "resolves", "resolves_if",
    "annulled_unless", "reason", "note", "how",
)  # fmt: skip
_CHANCES: Final = ("probability", "stated", "error")


@dataclass(frozen=True, slots=True, repr=False)
class Ledger(Shown):
    """What stands in a ledger.

    Attributes:
        entries: All lines that are whole and chained, the first line left out.
        faults: What is wrong with the others; empty where nothing is.
        text: The file, as it stands.
    """

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]
    text: str

    @property
    def last(self) -> str:
        """The hash that the next line is chained to."""
        return str((self.entries[-1] if self.entries else _first())["hash"])

    def card(self) -> Card:
        """How many entries there are, and the latest of them."""
        kinds = [str(entry["kind"]) for entry in self.entries]
        told = [f"{counted(kinds.count(kind), kind)}" for kind in _KINDS]
        faults = [counted(len(self.faults), "fault")] if self.faults else []
        rows = [
            (
                str(entry["on"]),
                str(entry["kind"]),
                str(entry["id"]),
                _says(entry),
            )
            for entry in reversed(self.entries)
        ]
        head = ("on", "entry", "claim", "says") if rows else ()
        return Card(f"ledger: {', '.join([*told, *faults])}", (), head, rows)


def _says(entry: Entry) -> str:
    """The outcome, or the probability: the model's, else the one that its author states."""
    if entry["kind"] == "resolution":
        return str(entry["outcome"])
    chances = (entry.get("probability"), entry.get("stated"))
    return next((figures.percent(float(chance)) for chance in chances if chance is not None), "")


def digest(entry: Entry) -> str:
    """The hash of a line."""
    told = {key: value for key, value in entry.items() if key != "hash"}
    return hashlib.sha256(_written(told).encode()).hexdigest()


def _written(entry: Entry) -> str:
    """An entry as a line; half a character, which JSON may hold and UTF-8 not, becomes ``?``."""
    line = json.dumps(
        entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return line.encode("utf-8", "replace").decode("utf-8")


def _first() -> dict[str, Any]:
    head: dict[str, Any] = {"kind": "ledger", "format": FORMAT, "previous": ""}
    return {**head, "hash": digest(head)}


def read(path: Path) -> Ledger:
    """A ledger with whatever is wrong with it; an absent one is empty.

    Raises:
        UsageError: There is a file that cannot be read.
        FormatError: The file is no ledger, or one of a later version.
    """
    if not path.exists():
        return Ledger((), (), "")
    text = _text(path)
    # Not `splitlines`, which parts a text at more than ends of lines.
    lines = text.removesuffix("\n").split("\n") if text else []
    head = _parsed(lines[0]) if lines else None
    if head is None or head.get("kind") != "ledger":
        hint = "name a file that 'lackmus forecast --enter' made"
        raise FormatError([Fault("no-ledger", f"{path} is no ledger", hint=hint)])
    if head.get("format") != FORMAT:
        message = f"{path} has the format {head.get('format')}, and {FORMAT} is known here"
        raise FormatError([Fault("version", message, hint="take a later Lackmus")])
    entries: list[Entry] = []
    faults: list[Fault] = []
    previous = _first()["hash"]
    if head != _first():
        faults.append(_fault(path, 1, lines[0], "the first line was changed"))
    torn = not text.endswith("\n")
    for number, line in enumerate(lines[1:], 2):
        if torn and number == len(lines):
            break
        entry = _parsed(line)
        trouble = _trouble(entry, previous)
        if entry is None or trouble:
            faults.append(_fault(path, number, line, trouble))
        else:
            entries.append(entry)
        previous = str((entry or {}).get("hash", ""))
    if torn:
        hint = "all above it can be kept: delete this line, or take the file from a copy"
        fault = _fault(path, len(lines), lines[-1], "the last line is torn: it has no end")
        faults.append(replace(fault, hint=hint))
    return Ledger(tuple(entries), tuple(faults), text)


def _text(path: Path) -> str:
    check_file(path, "ledger", _LARGEST)
    try:
        return read_bounded(path, _LARGEST).decode("utf-8")
    except UnicodeDecodeError:
        raise FormatError([Fault("encoding", f"{path} is not UTF-8")]) from None
    except OSError as error:
        raise UsageError(f"the ledger {path} cannot be read: {error.strerror}") from None


def _trouble(entry: dict[str, Any] | None, previous: str) -> str:
    """What is wrong with a line; empty where nothing is."""
    if entry is None or entry.get("kind") not in _KINDS:
        return "the line is no entry"
    if missing := [key for key in _TEXTS if not isinstance(entry.get(key), str)]:
        return f"the line has no {', '.join(missing)}"
    if entry.get("hash") != digest(entry):
        return "the line was changed after it was written"
    if entry.get("previous") != previous:
        return "the chain breaks here: a line above was changed, taken out or put in"
    return _misfit(entry)


def _misfit(entry: Entry) -> str:
    """What of an entry is none of what a ledger holds; empty where all is."""
    for key in _SOME_TEXTS:
        if not isinstance(entry.get(key, ""), str | None):
            return f"the line has no text as '{key}'"
    for key in _CHANCES:
        value = entry.get(key)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if value is not None and not (number and abs(value - 0.5) <= 0.5 + PROBABILITY):
            return f"the line has no number between 0 and 1 as '{key}'"
    if entry["kind"] == "resolution" and entry.get("outcome") not in OUTCOMES:
        return f"the line has no outcome; there are {', '.join(OUTCOMES)}"
    try:
        datetime.date.fromisoformat(entry["on"])
    except ValueError:
        return f"'{entry['on']}' is no day"
    return ""


def _refuse(constant: str) -> float:
    """What Python reads and JSON does not have: NaN and Infinity."""
    raise ValueError(constant)


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        entry = json.loads(line, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None


def _fault(path: Path, number: int, line: str, message: str) -> Fault:
    hint = "take the file from a copy or from version control; nothing is written to it until then"
    return Fault("chain", message, Span(str(path), number, 1, 1 + min(len(line), 60), line), hint)


def check_ledger(path: Path) -> None:
    """Raises UsageError where there is no ledger."""
    check_file(path, "ledger", _LARGEST)


def whole(path: Path) -> Ledger:
    """A ledger without a fault.

    Raises:
        FormatError: All that is wrong with it.
        UsageError: There is none, or it cannot be read.
    """
    check_ledger(path)
    return _faultless(read(path))


def _faultless(ledger: Ledger) -> Ledger:
    if ledger.faults:
        raise FormatError(list(ledger.faults))
    return ledger


def append(path: Path, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Puts entries at the end of a ledger; see `extend`."""
    return extend(path, lambda _: entries)


def extend(
    path: Path, entries_for: Callable[[tuple[Entry, ...]], Sequence[Entry]]
) -> tuple[Entry, ...]:
    """Puts entries at the end of a ledger, all of them or none; makes it where there is none.

    Args:
        path: The ledger.
        entries_for: Gives what is to be added to the entries that stand there: objects with a
            ``kind`` and a day ``on``, without hashes. Nobody else writes in between.

    Returns:
        The entries as they stand, chained.

    Raises:
        FormatError: The ledger is broken; nothing is written.
        UsageError: A day comes before one above it, or nothing can be written there.
        UnfinishedError: Somebody else is writing for long, or the disk is full; what stood there
            stands.
    """
    with only_writer(path, _PATIENCE):
        ledger = _faultless(read(path))
        entries = entries_for(ledger.entries)
        if not entries:
            return ()
        made: list[Entry] = []
        previous, latest = ledger.last, ledger.entries[-1]["on"] if ledger.entries else ""
        for entry in entries:
            if entry["on"] < latest:
                raise UsageError(
                    f"an entry of {entry['on']} cannot follow one of {latest}",
                    hint="a ledger is written forwards; keep what is older in one of its own",
                )
            chained = {**entry, "n": len(ledger.entries) + len(made) + 1, "previous": previous}
            chained["hash"] = previous = digest(chained)
            latest = entry["on"]
            made.append(chained)
        text = ledger.text or _written(_first()) + "\n"
        text += "".join(_written(entry) + "\n" for entry in made)
        if len(text.encode()) > _LARGEST:
            message = f"{path} would become larger than {_LARGEST / 1e6:,.3g} MB"
            raise UsageError(message, hint="begin another ledger")
        try:
            write_text(path, text)
        except OSError as error:
            raise UnfinishedError(
                f"{in_words(error, path)}; nothing was added, and all that stood there stands"
            ) from None
    return tuple(made)


def today() -> str:
    """The day, as a ledger writes it."""
    return datetime.datetime.now(tz=datetime.UTC).date().isoformat()
