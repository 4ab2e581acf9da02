"""Cases made wrong by chance: what is said of them, and whether what parses survives being written.

A mutant is a case with a few small accidents: letters, words or lines lost, doubled or exchanged,
numbers blown up, signs of YAML and of the language strewn in. Of each is asked that nothing but
faults comes back, that every fault stands inside the text and fits a screen, and that a case that
passes comes back from its own written form.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from lackmus.case.check import check_case
from lackmus.case.parse import parse_case
from lackmus.case.syntax import Case
from lackmus.case.writer import write_case
from lackmus.compiler.compile import compile_case
from lackmus.foundation.errors import CaseError, Fault

#: What is strewn in.
_STREWN: Final = (
    "1e400", "-1", "0", "1e-400", "1/0", "999999999999", "0.5", "rest", "null", "true", "~", "''",
    '""', "[]", "{}", "&a", "*a", "!!str", "|", ">", "#", ": ", "- ", "? ", ",", "\t", "\r\n",
    "\u200b", "\u202e", "\x00", "\ufeff", "é", "e\u0301", "P(", ")", "|", "observed", "do(", "^",
    "previous(", "if ", " else ", "not ", "[1]", "[0]", "[999]", ".aim", "=", "==", "in [", "  ",
    "\n", "<<: *a", "--- ", "...", "made(", "count(", "E(", "best(", "any of", "for each",
)  # fmt: skip
_NUMBERS: Final = ("0", "1", "2", "3", "5", "7", "10", "100", "1e9", "1e-9", "0.25", "-2", "1e308")
_TOKEN: Final = re.compile(r"\w+|[^\w\s]|\s+")
_FAULTY: Final = 1500


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of one mutant.

    Attributes:
        kind: ``faults``, ``passes``, or what is wrong with what was said: ``raises``,
            ``placeless``, ``beyond``, ``long``, ``changed``.
        detail: Of what is wrong, what it is.
        seconds: Processor time it took.
    """

    kind: str
    detail: str
    seconds: float

    @property
    def wrong(self) -> bool:
        """Whether this must not be."""
        return self.kind not in ("faults", "passes")


def mutant(texts: Sequence[str], seed: int) -> str:
    """One of the texts with a few accidents, mostly one."""
    dice = random.Random(seed)  # noqa: S311 - repeatable, and no secret
    text = dice.choice(texts)
    for _ in range(1 + min(5, int(dice.expovariate(1.0)))):
        text = _accident(text, texts, dice)
    return text


def _accident(text: str, texts: Sequence[str], dice: random.Random) -> str:
    which = dice.random()
    if which < _TO_WORDS:
        tokens = _TOKEN.findall(text)
        if tokens:
            dice.choice(_WORDS)(tokens, dice)
        return "".join(tokens)
    if which < _TO_LINES:
        lines = text.split("\n")
        at = dice.randrange(len(lines))
        foreign = dice.choice(dice.choice(texts).split("\n"))
        lines[at : at + dice.randrange(2)] = dice.choice(([], [lines[at]] * 2, [foreign]))
        return "\n".join(lines)
    return text[: dice.randrange(len(text) + 1)]


def _lose(tokens: list[str], dice: random.Random) -> None:
    del tokens[dice.randrange(len(tokens))]


def _strew(tokens: list[str], dice: random.Random) -> None:
    at = dice.randrange(len(tokens))
    tokens[at : at + dice.randrange(2)] = [dice.choice(_STREWN)]


def _exchange(tokens: list[str], dice: random.Random) -> None:
    one, other = dice.randrange(len(tokens)), dice.randrange(len(tokens))
    tokens[one], tokens[other] = tokens[other], tokens[one]


def _renumber(tokens: list[str], dice: random.Random) -> None:
    if numbers := [i for i, token in enumerate(tokens) if token.isdigit()]:
        tokens[dice.choice(numbers)] = dice.choice(_NUMBERS)


def _rename(tokens: list[str], dice: random.Random) -> None:
    if names := [i for i, token in enumerate(tokens) if token.isidentifier()]:
        tokens[dice.choice(names)] = tokens[dice.choice(names)]


#: What happens to words, and how often it is to words, and to words or lines.
_WORDS: Final = (_lose, _strew, _strew, _exchange, _renumber, _renumber, _rename)
_TO_WORDS: Final = 0.75
_TO_LINES: Final = 0.97


def ending(text: str, *, limit: int = 20_000) -> Ending:
    """What becomes of a text that may be a case.

    Args:
        text: The text.
        limit: Histories up to which a case that passes is compiled.
    """
    begun = time.process_time()
    kind, detail = _ending(text, limit)
    return Ending(kind, detail, time.process_time() - begun)


def _ending(text: str, limit: int) -> tuple[str, str]:
    try:
        case = parse_case(text, "case.yaml")
        faults = [*check_case(case)]
    except CaseError as error:
        return _told(error.faults, text) or ("faults", "")
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        return "raises", repr(error)
    if wrong := _told(faults, text) or _written(case):
        return wrong
    try:
        compile_case(case, limit=limit)
    except CaseError as error:
        return _told(error.faults, text) or ("faults", "")
    except Exception as error:  # noqa: BLE001 - as above
        return "raises", repr(error)
    return "passes", ""


def _told(faults: Sequence[Fault], text: str) -> tuple[str, str] | None:
    """What is wrong with how faults are told."""
    lines = re.split(r"\r\n|\r|\n", text)
    for fault in faults:
        if fault.span is None:
            return "placeless", str(fault)
        inside = fault.span.line <= len(lines)
        if not inside or fault.span.column < 1:
            return "beyond", f"{fault.span.line}:{fault.span.column} of {len(lines)} lines"
        if len(str(fault)) > _FAULTY:
            return "long", f"{len(str(fault))} characters"
    return None


def _written(case: Case) -> tuple[str, str] | None:
    """Whether a case comes back from its own written form."""
    written = write_case(case)
    try:
        back = parse_case(written, "written.yaml")
    except CaseError as error:
        return "changed", f"its written form has faults: {error}"[:_FAULTY]
    if replace(back, name=case.name) != case:
        return "changed", "its written form is another case"
    return None
