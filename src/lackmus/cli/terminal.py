"""The door to the outside: text reaches any terminal, pipe or file whole, and steers none.

Names come from cases and from other programs' files. So no markup in them is interpreted, control
characters are shown as escapes, and a stream whose encoding lacks a letter gets words for it.
"""

from __future__ import annotations

import codecs
import io
import os
import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, Final, TextIO

from lackmus.foundation.spans import cells

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment
    from rich.text import Text

#: Control characters but for tab and newline, and what turns the direction of writing around.
_STEERING: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)

#: What to write for a letter that an encoding lacks; any other becomes an escape.
_PLAIN: Final = {
    "●": "(+)", "◐": "(~)", "○": "(-)", "–": "-", "—": "-", "−": "-", "…": "...", "→": "->",
    "≈": "about ", "≤": "<=", "≥": ">=", "×": "x", "∞": "infinity", "λ": "lambda", "“": '"',
    "”": '"', "„": '"', "‘": "'", "’": "'", "·": "*", "¬": "not ", "\u00a0": " ", "\u202f": " ",
    "\u2009": " ",
}  # fmt: skip

#: A line of a case as a fault shows it, and what stands under it.
_SHOWN_LINE: Final = re.compile(r" *\d+ \| ")
_CARETS: Final = re.compile(r" *\^+")

#: The fewest columns that tables are laid out for.
_NARROWEST: Final = 60
_WIDEST_PROSE: Final = 88


def visible(text: str) -> str:
    r"""The text, with every character that would steer a terminal as an escape.

    >>> visible("a\x1b[2J\u202eb"), visible("one\ntwo")
    ('a\\x1b[2J\\u202eb', 'one\ntwo')
    """
    return _STEERING.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def json_visible(text: str) -> str:
    """JSON, with characters that would steer a terminal as JSON's own escapes: the same value."""
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def is_unicode(stream: TextIO) -> bool:
    """Whether a stream can write every character."""
    try:
        return codecs.lookup(stream.encoding or "ascii").name.startswith("utf")
    except LookupError:
        return False


def open_streams() -> None:
    """Make the standard streams take every text, and closed ones swallow it."""
    codecs.register_error("lackmus.plain", _in_plain_letters)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        stream = getattr(sys, name)
        if stream is None:
            # A file opened later must not get the number of a standard stream.
            handle = os.open(os.devnull, os.O_RDWR)
            if handle != number:
                os.dup2(handle, number)
                os.close(handle)
            setattr(sys, name, open(number, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115 - a number, open to the end
        elif name != "stdin" and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="lackmus.plain")


def _in_plain_letters(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    # What stands for a letter must itself be of the simplest letters: no encoding lacks those.
    lacking = error.object[error.start : error.end]
    escaped = (_PLAIN.get(c) or c.encode("ascii", "backslashreplace").decode() for c in lacking)
    return "".join(escaped), error.end


def console(*, errors: bool = False) -> Console:
    """A console on the output or the error stream that interprets nothing in what it prints."""
    from rich.console import Console

    class Plain(Console):
        def render(
            self, renderable: RenderableType, options: ConsoleOptions | None = None
        ) -> Iterator[Segment]:
            for segment in super().render(renderable, options):
                text = segment.text if segment.control else visible(segment.text)
                yield segment._replace(text=text)

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    stream = sys.stderr if errors else sys.stdout
    made = Plain(file=stream, markup=False, emoji=False, highlight=False)
    made.width = max(made.width, _NARROWEST)
    return made


def prose_width() -> int:
    """Columns to wrap sentences at: those of the terminal, but no longer than lines read well."""
    return min(line_width(console()) or _WIDEST_PROSE, _WIDEST_PROSE)


def line_width(out: Console) -> int | None:
    """Columns that a line may take; None where no terminal, and no user, sets a limit."""
    return out.width if sys.stdout.isatty() or "COLUMNS" in os.environ else None


def faults_folded(text: str, *, errors: bool = False) -> str:
    """Faults as printed, folded to the columns of a terminal where there is one.

    Sentences go on below, set in; of the line of a case that a fault shows, and of the carets under
    it, what surrounds the carets is kept.

    Args:
        text: Faults, each as its string.
        errors: Whether they go to the error stream.
    """
    terminal = sys.stderr.isatty() if errors else line_width(console()) is not None
    if not terminal:
        return text
    width = console(errors=errors).width
    lines, told = text.split("\n"), list[str]()
    while lines:
        line = lines.pop(0)
        if lines and _SHOWN_LINE.match(line) and _CARETS.fullmatch(lines[0]):
            told += _around(line, lines.pop(0), width)
        else:
            told += _wrapped(line, width)
    return "\n".join(told)


def _around(line: str, carets: str, width: int) -> tuple[str, str]:
    margin = line.index("| ") + 2
    body, below, room = line[margin:], carets[margin:], width - margin
    edges = list(accumulate(map(cells, body), initial=0))
    first = max(0, min(below.index("^") - room // 3, max(edges[-1], len(below)) - room))
    # A letter is kept whole, with the marks upon it.
    first = edges[bisect_left(edges, first)]
    start, stop = bisect_right(edges, first) - 1, bisect_right(edges, first + room) - 1
    return line[:margin] + body[start:stop], " " * margin + below[first : first + room]


def _wrapped(line: str, width: int) -> list[str]:
    import textwrap

    indent = " " * (8 if line.startswith("  hint: ") else 2)
    return textwrap.wrap(
        line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False,
        replace_whitespace=False, drop_whitespace=True,
    ) or [line]  # fmt: skip


def print_prose(text: str, mark: str = "") -> None:
    """Prints a sentence, behind a mark such as a dash: no line ends between number and unit."""
    import textwrap

    # Unlike rich, textwrap breaks at no space that is not to be broken at.
    lines = textwrap.wrap(
        mark + text, prose_width(), subsequent_indent=" " * len(mark),
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    write("\n".join(lines) + "\n")


def print_indented(out: Console, text: Text, indent: int) -> None:
    """Prints a text, all its lines set in alike."""
    width = line_width(out)
    lines = [text] if width is None else text.wrap(out, width - indent)
    for line in lines:
        line.rstrip()
        out.print(styled(" " * indent) + line, soft_wrap=True)


def styled(*parts: str | tuple[str, str]) -> Text:
    """Pieces of text, some with a style."""
    from rich.text import Text

    return Text.assemble(*parts)


def write(text: str) -> None:
    """Text as it is on the output stream, but for what would steer a terminal."""
    sys.stdout.write(visible(text))
