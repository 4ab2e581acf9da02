"""The language reference: complete, up to date, and every example in it is a sound case."""

from __future__ import annotations

import re
import runpy
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args

import pytest

from lackmus.case import keys, syntax
from lackmus.case.check import check_case
from lackmus.case.declared import keys_of
from lackmus.case.expression import grammar_text
from lackmus.case.overlay import overlay
from lackmus.case.parse import build_case, parse_case
from lackmus.case.writer import write_case
from lackmus.case.yaml_reader import read_yaml
from lackmus.compiler.ask import questions_of, rules_in
from lackmus.compiler.compile import compile_case
from lackmus.foundation.distributions import FAMILIES, Distribution

ROOT = Path(__file__).parents[2]
TABLE = runpy.run_path(str(ROOT / "scripts/constructs.py"))
CONSTRUCTS = TABLE["CONSTRUCTS"]
PAGE = (ROOT / "docs/reference/language.md").read_text(encoding="utf-8")


def example(construct: Any) -> syntax.Case:
    base, change = read_yaml(TABLE["BASE"], "base"), read_yaml(construct.example, construct.title)
    return build_case(overlay(base, change), "example")


def test_the_page_is_up_to_date() -> None:
    assert runpy.run_path(str(ROOT / "scripts/build_reference.py"))["text"]() == PAGE


def test_the_base_case_is_sound() -> None:
    case = parse_case(TABLE["BASE"])
    assert check_case(case) == []
    compile_case(case)


@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda c: c.title)
def test_every_example_is_a_game_and_its_claims_can_be_asked(construct: Any) -> None:
    case = example(construct)
    assert [f for f in check_case(case) if f.severity == "error"] == []
    rules = rules_in(case.claims)
    games = tuple((rule, compile_case(case, do=do)) for rule, do in rules.items())
    assert len(questions_of(case.claims, games)) == len(case.claims)
    assert parse_case(write_case(case)) == case


def parts(node: Any) -> list[Any]:
    """Every node of a syntax tree."""
    if isinstance(node, tuple):
        return [inner for part in node for inner in parts(part)]
    if is_dataclass(node):
        return [node, *(i for f in fields(node) for i in parts(getattr(node, f.name)))]
    return [node]


EXAMPLES = [part for construct in CONSTRUCTS for part in parts(example(construct))]


def test_every_kind_of_expression_has_an_example() -> None:
    kinds = {type(part) for part in EXAMPLES}
    for kind in get_args(syntax.Expr):
        assert kind in kinds, kind.__name__
    functions = {part.function for part in EXAMPLES if isinstance(part, syntax.Call)}
    calls = {"min", "max", "abs", "exp", "log", "sqrt", "ever", "count", "made", "number"}
    assert functions == calls
    operators = {part.op for part in EXAMPLES if isinstance(part, syntax.Binary)}
    assert operators == {"+", "-", "*", "/", "^", "and", "or"}
    signs = {op for part in EXAMPLES if isinstance(part, syntax.Compare) for op in part.ops}
    assert signs == {"=", "!=", "<", "<=", ">", ">="}
    kinds_of_do = {part.kind for part in EXAMPLES if isinstance(part, syntax.Intervention)}
    assert kinds_of_do == {"set", "no", "without"}


def test_every_distribution_and_every_item_has_an_example() -> None:
    shapes = {part.shape for part in EXAMPLES if isinstance(part, Distribution)}
    assert shapes == set(FAMILIES)
    kinds = {type(part) for part in EXAMPLES}
    for kind in (*get_args(syntax.Item), syntax.Stake, syntax.OrdinalStake, syntax.State,
                 syntax.JointAims, syntax.Fact, syntax.Correlation, syntax.Observation,
                 syntax.Statement, syntax.Citation, syntax.Source, syntax.Chance):  # fmt: skip
        assert kind in kinds, kind.__name__


def test_every_key_stands_in_an_example_and_is_written_out_again() -> None:
    written = "\n".join(write_case(example(construct)) for construct in CONSTRUCTS)
    apart = {"dissents"}  # which the examples, dissents themselves, cannot have
    known = {key for node in syntax.CONSTRUCTS for key in keys_of(node)} | {*keys.SECTIONS}
    for key in known - apart:
        assert re.search(rf"(^|[\s{{-]){re.escape(key)}:", written, re.MULTILINE), key


def test_every_field_of_the_tables_is_explained() -> None:
    assert "|  |" not in PAGE
    assert grammar_text() in PAGE
