"""The JSON Schema agrees with the reader, and the starter with both."""

from __future__ import annotations

import datetime
import json
import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

import lackmus.case
import lackmus.library
from lackmus.case.check import check_case
from lackmus.case.parse import load_case
from lackmus.case.schema import case_schema
from lackmus.compiler.compile import compile_case

ROOT = Path(__file__).parents[2]
STARTER = Path(lackmus.case.__file__).parent / "starter.yaml"
LIBRARY = sorted(Path(lackmus.library.__file__).parent.rglob("*.yaml"))
VALIDATOR = jsonschema.Draft202012Validator(case_schema())


def plain(value: Any) -> Any:
    """What an editor sees: dates are texts, keys too."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def read(text: str) -> Any:
    return plain(YAML(typ="safe", pure=True).load(text))


def faults(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(read(text))]


def test_the_file_is_up_to_date() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "build_schema.py"))
    assert script["TARGET"].read_text(encoding="utf-8") == script["text"]()
    jsonschema.Draft202012Validator.check_schema(json.loads(script["text"]()))


@pytest.mark.parametrize("path", [STARTER, *LIBRARY], ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_good_files_pass(path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8")) == []


BASE = "title: T\nactors: {north: {}}\nmoves: [{x: {by: north, options: [y, z]}}]\n"


@pytest.mark.parametrize(
    "more",
    [
        "movs: []",
        "actors: []",
        "stakes: {north: [{worth: 1, iff: x = y}]}",
        "stakes: {north: [{if: x = y}]}",
        "assumptions: {a: {vlaue: 1}}",
        "assumptions: {a-b: 1}",
        "assumptions: {a: {value: 1, distribution: gausian}}",
        "assumptions: {a: {value: 1, distribution: {normal: [1, 2], beta: [1, 2]}}}",
        "assumptions: {a: {value: 1, range: [1, 2, 3]}}",
        "claims: {c: {hold if: P(x = y) > 0.5}}",
        "asked: yesterday",
        "observations: [{seen: x = y}]",
        "lackmus: 2",
    ],
)
def test_wrong_files_do_not(more: str) -> None:
    assert faults(BASE) == []
    assert faults(BASE.replace("actors: {north: {}}\n", "" if more == "actors: []" else
                               "actors: {north: {}}\n") + more)  # fmt: skip


def test_the_starter_is_a_case_without_a_warning() -> None:
    case = load_case(STARTER)
    assert check_case(case) == []
    assert compile_case(case).game.n_terminals > 10
    assert STARTER.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=")
    assert len(case.claims) == 2
