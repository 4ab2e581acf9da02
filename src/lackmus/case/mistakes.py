"""What a person meant where an expression leaves the grammar: the hint of a syntax fault."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SPOKEN = {
    "NAME": "a name",
    "NUMBER": "a number",
    "COMPARE": "a comparison",
    "EQUAL": "=",
    "LPAR": "(",
    "RPAR": ")",
    "RSQB": "]",
    "COMMA": ",",
    "SEMICOLON": ";",
    "$END": "the end",
}

#: What stands at the fault, and what should stand there.
_HABITS = (
    (r"==", "equality is written with a single ="),
    (r"=>|=<", "at least is written >=, at most <="),
    (r"&&?", "write 'and'"),
    (r"\|\||\|(?!.*\()", "write 'or'"),
    (r"!", "write 'not', or != for is not"),
    (r"<>", "write != for is not"),
    (r"\*\*", "a power is written ^"),
    (r"['\"“”„‘’`]", "options are written without quotes"),
    (r"is\b|equals\b|eq\b", "write = for is, and != for is not"),
    (r"\?", "write 'a if condition else b'"),
    (r"then\b", "write 'a if condition else b'"),
)
#: Functions of other books, and how they are written here.
_FUNCTIONS_MEANT = {
    "p": "P(event | condition)", "pr": "P(event | condition)", "prob": "P(event | condition)",
    "probability": "P(event | condition)", "e": "E(actor | condition)",
    "eu": "E(actor | condition)", "expected": "E(actor | condition)", "h": "H(actor.aim)",
    "entropy": "H(actor.aim)", "ln": "log(…)", "pow": "base ^ exponent",
}  # fmt: skip
_NAME_BEFORE = re.compile(r"([^\W\d][\w.]*)\s*\Z")
_FUNCTIONS = "abs, exp, log, max, min, sqrt; and ever, count, made"


def hint_at(text: str, start: int, expected: Iterable[str], reserved: frozenset[str]) -> str:
    """What to do about the characters from `start`, where the grammar wanted `expected`."""
    rest, wanted = text[start:], set(expected)
    before = _NAME_BEFORE.search(text[:start])
    if before and before[1] in reserved and "LPAR" in wanted and not rest.startswith("("):
        return f"'{before[1]}' is a word of the language and wants brackets: {before[1]}(…)"
    if before and rest.startswith("(") and before[1].lower() in _FUNCTIONS_MEANT:
        return f"'{before[1]}' is written {_FUNCTIONS_MEANT[before[1].lower()]}"
    if before and rest.startswith("("):
        return f"no function '{before[1]}'; there are {_FUNCTIONS}"
    if re.match(r",\d", rest) and re.search(r"\d\Z", text[:start]):
        return "a decimal has a point and no comma: 0.5"
    # An = that is the second character of a wrong sign is told from the first.
    for pattern, hint in _HABITS:
        if re.match(pattern, rest) or (start and re.match(pattern, text[start - 1 :])):
            return hint
    word = re.match(r"\w+", rest)
    if word and (told := _misplaced(word[0], reserved, behind_a_name=before is not None)):
        return told
    if {"EQUAL"} == wanted:
        return "write do(move = option), do(no move) or do(without actor)"
    if {"SEMICOLON"} == wanted:
        return "write a semicolon between what it is about and what is seen"
    return _expected(wanted)


def _misplaced(word: str, reserved: frozenset[str], *, behind_a_name: bool) -> str:
    if word in reserved:
        return f"'{word}' is a word of the language and cannot stand here"
    if behind_a_name:
        return "two words side by side mean nothing: write a number, a comparison or arithmetic"
    return ""


def _expected(wanted: set[str]) -> str:
    spoken = [_SPOKEN[name] for name in sorted(wanted) if name in _SPOKEN]
    return f"expected {' or '.join(spoken)}" if spoken else "see what an expression may say"
