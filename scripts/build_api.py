"""Writes docs/reference/python.md from the front door's signatures and docstrings."""

from __future__ import annotations

import inspect
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cached_property
from importlib import import_module  # noqa: TID251 - a script that reads every module
from pathlib import Path
from typing import Any

import lackmus
from lackmus.case import syntax

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs/reference/python.md"

HEAD = """\
# The Python interface

<!-- Made by scripts/build_api.py from src/lackmus/__init__.py and what it opens -->

Everything that `import lackmus` offers, with its meaning, shapes, units, errors and sources;
[how to use it](../how-to/use-from-python.md) is told with examples. What begins with another
module's name, such as `lackmus.solvers`, may change without notice.

In shapes, N is the number of nodes, I of personal and K of chance information sets, A of personal
and C of chance actions, Z of terminals, P of players and D of draws. `Floats`, `Ints` and `Bools`
are NumPy arrays of float64, int32 and bool, and cannot be written to. `Observed` is a condition or
several, as text or parsed, a mapping of moves to options, or None. Payoffs are in the units that
the author chose, precisions in one over them, information in bits, times in seconds.
"""

#: What the front door opens, in the order of the page; each record that they hand out follows.
PARTS = {
    "Cases": ("load", "parse", "cases", "Case", "CaseBuilder", "MoveList"),
    "Games": (
        "Game", "read_efg", "write_efg", "read_nfg", "write_nfg", "from_pygambit", "from_pyspiel",
        "case_of_tree",
    ),
    "Solutions": (
        "solve", "certify", "Solution", "Assessment", "Profile", "ask", "vary", "Statics",
        "correspondence", "Correspondence", "fit_precision",
    ),
    "What was seen": ("read", "Reading"),
    "Claims put to the test": (
        "test", "Findings", "sweep_case", "to_dataset", "CaseStudy", "derivatives",
    ),
    "After the fact": ("learn", "Learned", "postmortem", "forecast", "Forecasts", "Ledger"),
    "Pages and pictures": ("render", "tree"),
    "Errors": (
        "LackmusError", "InputError", "CaseError", "FormatError", "UsageError", "SolveError",
        "UnfinishedError", "Fault", "Span",
    ),
}  # fmt: skip

#: Classes that a user makes; the others are handed out.
MADE = ("CaseBuilder", "Ledger", "MoveList", "Profile", "CaseStudy")

#: Packages whose records are told elsewhere: the language's, or are no user's concern.
_ELSEWHERE = ("lackmus.case.", "lackmus.compiler.", "lackmus.game.questions", "lackmus.foundation.")
_INNER = ("Variants", "Outcomes", "Play", "RecordStudy", "Told")

_SECTION = re.compile(r"^(Args|Attributes|Raises|Returns|References|Yields):\n", re.MULTILINE)
_TITLES = {"Args": "Arguments", "Raises": "Errors"}
_ENTRY = re.compile(r"^(\*{0,2}\w+): ", re.MULTILINE)


def text() -> str:
    """The page."""
    named = [name for names in PARTS.values() for name in names]
    if sorted(named) != lackmus.__all__:
        differ = set(named) ^ set(lackmus.__all__)
        raise SystemExit(f"PARTS and lackmus.__all__ differ: {', '.join(sorted(differ))}")
    parts, known = [HEAD], set(named)
    for title, names in PARTS.items():
        parts.append(f"## {title}\n")
        queue = [(name, getattr(lackmus, name)) for name in names]
        parts += [_told(name, value) for name, value in queue]
        for name, value in _handed_out([value for _, value in queue], known):
            parts.append(_told(f"{value.__module__}.{name}", value))
    return "\n".join(parts)


def _handed_out(values: list[Any], known: set[str]) -> Iterator[tuple[str, type]]:
    """The records that values lead to, by what stands in annotations."""
    while values:
        for word in dict.fromkeys(re.findall(r"\b[A-Z]\w+", " ".join(_annotations(values.pop(0))))):
            found = _CLASSES.get(word)
            if found is None or word in known or word in _INNER:
                continue
            if not found.__module__.startswith(_ELSEWHERE):
                known.add(word)
                values.append(found)
                yield word, found


def _annotations(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever the front door opens
    """What a function gives back; what a class's attributes, properties and methods are."""
    if not isinstance(value, type):
        yield str(inspect.signature(value).return_annotation)
        return
    for home in value.__mro__:
        yield from map(str, inspect.get_annotations(home).values())
    for _, member in _members(value):
        yield str(inspect.signature(member).return_annotation)


def _classes() -> dict[str, type]:
    """Every class by its name, but for those of the language."""
    found: dict[str, type] = {}
    for package in ("game", "library", "pipeline", "reading", "report", "solution", "sweep"):
        home = import_module(f"lackmus.{package}")
        for module in pkgutil.iter_modules(home.__path__, f"{home.__name__}."):
            found |= {
                name: value
                for name, value in vars(import_module(module.name)).items()
                if isinstance(value, type) and value.__module__ == module.name
            }
    return {name: value for name, value in found.items() if name not in vars(syntax)}


_CLASSES = _classes()


def _told(name: str, value: Any) -> str:  # noqa: ANN401 - as above
    """One name: its signature, its docstring, and of a class its members."""
    short = name.rpartition(".")[2]
    lines = [f"### `{name}`\n"]
    if not isinstance(value, type) or short in MADE:
        lines.append(f"```py\n{short}{_signature(value)}\n```\n")
    elif issubclass(value, Exception):
        lines.append(f"A kind of `{value.__mro__[1].__name__}`.\n")
    lines.append(_prose(inspect.getdoc(value) or "", value))
    if isinstance(value, type) and not issubclass(value, Exception):
        for member, function in _members(value):
            called = f"{short}.{member}"
            lines.append(f"#### `{called}`\n")
            if not _is_property(value, member):
                lines.append(f"```py\n{called}{_signature(function)}\n```\n")
            lines.append(_prose(inspect.getdoc(function) or "", function))
    return "\n".join(lines)


def _members(value: type) -> Iterator[tuple[str, Any]]:
    """Public methods and properties that Lackmus itself defines, in their order."""
    seen = set()
    for home in value.__mro__:
        if not home.__module__.startswith("lackmus"):
            continue
        for name, member in vars(home).items():
            function = _function(member)
            if name[0] != "_" and name not in (*seen, "card", "of") and function is not None:
                seen.add(name)
                yield name, function


def _function(member: Any) -> Any:  # noqa: ANN401 - as above
    if isinstance(member, property):
        return member.fget
    if isinstance(member, cached_property):
        return member.func
    if isinstance(member, classmethod | staticmethod):
        return member.__func__
    return member if inspect.isfunction(member) else None


def _is_property(value: type, name: str) -> bool:
    return isinstance(inspect.getattr_static(value, name), property | cached_property)


def _signature(value: Any) -> str:  # noqa: ANN401 - as above
    """A signature as it is written, over several lines where it is long."""
    made = inspect.signature(value)
    given = [p.replace(annotation=_plain(p.annotation)) for p in made.parameters.values()]
    shown = [_one(p) for p in given if p.name not in ("self", "cls")]
    stars = [i for i, p in enumerate(given) if p.kind is p.KEYWORD_ONLY]
    names = [p.name for p in given]
    if stars and not any(p.kind is p.VAR_POSITIONAL for p in given):
        shown.insert(stars[0] - (names[0] in ("self", "cls")), "*")
    back = "" if made.return_annotation is made.empty else f" -> {_plain(made.return_annotation)}"
    back = "" if isinstance(value, type) else back
    line = f"({', '.join(shown)}){back}"
    if len(line) <= 80:
        return line
    return "(\n" + "".join(f"    {part},\n" for part in shown) + f"){back}"


def _one(parameter: inspect.Parameter) -> str:
    stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    kind = "" if parameter.annotation is parameter.empty else f": {parameter.annotation}"
    default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
    return f"{stars}{parameter.name}{kind}{default}"


def _plain(annotation: Any) -> Any:  # noqa: ANN401 - as above
    return annotation.replace("syntax.", "") if isinstance(annotation, str) else annotation


def _prose(doc: str, value: Any) -> str:  # noqa: ANN401 - as above
    """A docstring as Markdown; of a dataclass each field has its type."""
    head, *parts = _SECTION.split(doc.replace("``", "`"))
    lines = [_examples(head.strip()), ""]
    kinds = {f.name: _plain(str(f.type)) for f in fields(value)} if is_dataclass(value) else {}
    for kind, body in zip(parts[::2], parts[1::2], strict=True):
        lines += [f"{_TITLES.get(kind, kind)}:", ""]
        if kind in ("Returns", "References", "Yields"):
            lines += [" ".join(body.split()), ""]
            continue
        found = _ENTRY.split(inspect.cleandoc(body))
        for name, told in zip(found[1::2], found[2::2], strict=True):
            shown = f" (`{kinds[name]}`)" if name in kinds else ""
            lines.append(f"- `{name}`{shown}: {' '.join(told.split())}")
        lines.append("")
    return "\n".join(lines)


def _examples(prose: str) -> str:
    """Prose whose examples stand in blocks of their own."""
    blocks = prose.split("\n\n")
    return "\n\n".join(f"```pycon\n{b}\n```" if b.startswith(">>>") else b for b in blocks)


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
