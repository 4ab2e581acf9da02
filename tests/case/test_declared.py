"""A field that is declared in the syntax tree is read, written, offered and explained."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lackmus.case import syntax
from lackmus.case.builder import CaseBuilder
from lackmus.case.declared import Declared, declared, keys_of
from lackmus.case.move_list import MoveList
from lackmus.case.parse import parse_case
from lackmus.case.schema import case_schema
from lackmus.case.writer import write_case
from lackmus.foundation.errors import CaseError

REFERENCE = Path(__file__).parents[2] / "docs/reference/language.md"
METHODS: dict[type, tuple[Callable[..., CaseBuilder], str]] = {
    syntax.Source: (CaseBuilder.source, "sources"),
    syntax.Claim: (CaseBuilder.claim, "claims"),
    syntax.Statement: (CaseBuilder.statement, "statements"),
    syntax.Observation: (CaseBuilder.observation, "observations"),
}
#: For each kind what a builder is given, and what the tree has then.
SAMPLES: dict[syntax.Kind, Any] = {
    "text": "some words: more", "viewer": "north", "date": "2025-08-10", "number": "1/3",
    "size": "0.02", "expression": "P(offer = line) > 0.5", "variable": "north.aim",
    "names": ["offer"], "cite": ["memo §3"], "flag": False, "words": ["an aide", "a page"],
    "links": [("0.9", "0.1"), ("0.8", "0.3")],
}  # fmt: skip
EVERY = [(node, field) for node in METHODS for field in declared(node)]


def sample(field: Declared) -> Any:
    if field.name in ("resolves_if", "annulled_unless", "saw"):
        return "offer = line"
    return SAMPLES[field.kind]


def case_with(node: type, *fields: Declared) -> syntax.Case:
    builder = CaseBuilder("T").actor("north", aims={"settle": 0.5, "outwait": "rest"})
    builder.moves(MoveList().move("offer", "north", ["line", "business"]))
    if node is not syntax.Source:
        builder.source("memo")
    needed = (field for field in declared(node) if field.needed)
    given = {field.name: sample(field) for field in (*needed, *fields)}
    if node is syntax.Observation and "by" in given:
        given["by"] = "north"
    if "stated" in given or "annulled_unless" in given:
        given["resolves_if"] = "offer = line"
    named = ["it"] if node is not syntax.Observation else []
    METHODS[node][0](builder, *named, **given)
    return builder.build()


@pytest.mark.parametrize(("node", "field"), EVERY, ids=lambda one: getattr(one, "key", ""))
def test_a_declared_field_goes_all_the_way(node: type, field: Declared) -> None:
    case = case_with(node, field)
    it = getattr(case, METHODS[node][1])[-1]
    assert getattr(it, field.name) not in ("", (), None)
    text = write_case(case)
    assert f"{field.key}:" in text
    assert parse_case(text) == case
    section = case_schema()["properties"][METHODS[node][1]]
    told = section.get("additionalProperties", section.get("items"))["properties"][field.key]
    assert told["description"] == field.says
    assert f"| `{field.key}` | {field.says} |" in REFERENCE.read_text(encoding="utf-8")
    assert field.name in inspect.signature(METHODS[node][0]).parameters
    assert field.says[1:] in (METHODS[node][0].__doc__ or "")


@pytest.mark.parametrize("node", METHODS)
def test_all_fields_together_come_back(node: type) -> None:
    case = case_with(node, *declared(node))
    assert parse_case(write_case(case)) == case
    assert len(set(keys_of(node))) == len(declared(node))


def test_what_is_needed_and_what_is_unknown_is_told() -> None:
    text = write_case(case_with(syntax.Claim)).replace("holds if: ", "says: ")
    with pytest.raises(CaseError, match="needs 'holds if'"):
        parse_case(text)
    with pytest.raises(TypeError, match="sayz"):
        CaseBuilder("T").claim("it", "P(a = b) > 0", sayz="a slip")
