"""The page on the Python interface: up to date, and nothing public is without its meaning.

Where one of these fails, complete the docstring, then run scripts/build_api.py.
"""

from __future__ import annotations

import doctest
import inspect
import re
import runpy
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

import lackmus

ROOT = Path(__file__).parents[2]
SCRIPT = runpy.run_path(str(ROOT / "scripts/build_api.py"))
PAGE = (ROOT / "docs/reference/python.md").read_text(encoding="utf-8")


def handed_out() -> list[tuple[str, Any]]:
    opened = [(name, getattr(lackmus, name)) for name in lackmus.__all__]
    values = [value for _, value in opened]
    return [*opened, *SCRIPT["_handed_out"](values, set(lackmus.__all__))]


def functions() -> list[tuple[str, Any]]:
    """Functions of the front door, and methods of what it opens and hands out."""
    found = []
    for name, value in handed_out():
        if not isinstance(value, type):
            found.append((name, value))
        elif not issubclass(value, Exception):
            found += [(f"{name}.{member}", f) for member, f in SCRIPT["_members"](value)]
    return found


RECORDS = [(n, v) for n, v in handed_out() if isinstance(v, type) and is_dataclass(v)]


def test_the_page_is_up_to_date() -> None:
    assert SCRIPT["text"]() == PAGE


@pytest.mark.parametrize(("name", "value"), functions(), ids=[name for name, _ in functions()])
def test_every_argument_has_its_meaning(name: str, value: Any) -> None:
    told = inspect.getdoc(value)
    assert told, name
    given = [p for p in inspect.signature(value).parameters if p not in ("self", "cls")]
    assert [p for p in given if not re.search(rf"^\s+{p}: ", told, re.MULTILINE)] == []


@pytest.mark.parametrize(("name", "value"), functions(), ids=[name for name, _ in functions()])
def test_what_is_raised_is_told(name: str, value: Any) -> None:
    if re.search(r"^\s+raise \w", inspect.getsource(value), re.MULTILINE):
        assert "Raises:" in (inspect.getdoc(value) or ""), name


@pytest.mark.parametrize(("name", "value"), RECORDS, ids=[name for name, _ in RECORDS])
def test_every_attribute_has_its_meaning(name: str, value: Any) -> None:
    told = inspect.getdoc(value) or ""
    missing = [
        f.name for f in fields(value) if not re.search(rf"^\s+{f.name}: ", told, re.MULTILINE)
    ]
    assert missing == [], name


@pytest.mark.parametrize(
    "module", sorted({getattr(lackmus, name).__module__ for name in lackmus.__all__})
)
def test_examples_in_docstrings(module: str) -> None:
    assert doctest.testmod(sys.modules[module]).failed == 0
