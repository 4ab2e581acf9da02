"""A field that is declared in the syntax tree is read, written, told, offered and explained."""

from __future__ import annotations

import copy
import inspect
import json
from collections.abc import Callable
from dataclasses import make_dataclass
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest

from lackmus.case import asked, cited, keys, syntax
from lackmus.case.builder import CaseBuilder
from lackmus.case.citations import cited as cited_in
from lackmus.case.declared import Declared, Kind, declare, declared, keys_of
from lackmus.case.fields import Faults, Fields, Reader
from lackmus.case.move_list import MoveList
from lackmus.case.parse import parse_case
from lackmus.case.plain_data import to_node
from lackmus.case.schema import case_schema
from lackmus.case.words import words_text
from lackmus.case.writer import write_case
from lackmus.foundation.errors import CaseError
from lackmus.service.completion import key_help

REFERENCE = Path(__file__).parents[2] / "docs/reference/language.md"
VALIDATOR = jsonschema.Draft202012Validator(case_schema())

BASE: dict[str, Any] = {
    "title": "T",
    "sources": {"memo": {}},
    "passages": {"cost": {"source": "memo", "paragraph": 2}},
    "actors": {"north": {"aims": {"settle": {"probability": 0.5}, "outwait": 0.5}}, "south": {}},
    "observers": ["public"],
    "facts": {
        "winter": {"values": {"hard": 0.3, "mild": "rest"}},
        "summer": {"values": {"dry": 0.5, "wet": 0.5}},
        "autumn": {"values": {"dry": 0.5, "wet": 0.5}},
    },
    "joint aims": [
        {"over": ["summer", "autumn"], "chances": {"dry & dry": 0.5, "wet & wet": 0.5}},
    ],
    "assumptions": {"a": {"value": 2}, "b": {"value": 2, "range": [1, 3]}},
    "correlations": [{"between": ["a", "b"], "rho": 0.3}],
    "moves": [
        {"offer": {"by": "north", "options": {"line": {}, "business": {}}}},
        {"storm": {"chance": {"yes": 0.5, "no_": 0.5}}},
        {"leak": {"signal of": "offer", "to": ["south"], "right": 0.9}},
        {"rounds": {"count": 2, "state": {"k": {"next": "k + 1"}},
                    "moves": [{"call": {"by": ["south", "north"], "options": ["stay", "go"]}}]}},
    ],
    "stakes": {
        "north": [{"worth": 1, "cite": "cost"}, {"order": "offer = line > offer = business"}],
    },
    "events": {"deal": {"if": "offer = line", "says": "they agree"}},
    "claims": {"it": {"holds if": "P(offer = line) > 0.5"}},
    "statements": {"it": {"speaker": "she", "says": "that it will end"}},
    "observations": [
        {"saw": "offer = line", "reliability": [{"hit": 0.9, "false alarm": 0.1}]},
        {"saw": "offer = line"},
    ],
}  # fmt: skip

#: Where a construct stands in `BASE`, and where in the tree.
Where = tuple[str | int, ...]
STANDS: dict[type, tuple[Where, Callable[[Any], Any]]] = {
    syntax.Case: ((), lambda case: case),
    syntax.Source: (("sources", "memo"), lambda case: case.sources[0]),
    syntax.Citation: (("passages", "cost"), lambda case: case.stakes[0].cite[0]),
    syntax.Actor: (("actors", "north"), lambda case: case.actors[0]),
    syntax.Chance: (("actors", "north", "aims", "settle"), lambda case: case.actors[0].aims[0]),
    syntax.Fact: (("facts", "winter"), lambda case: case.facts[0]),
    syntax.JointAims: (("joint aims", 0), lambda case: case.joint_aims[0]),
    syntax.Assumption: (("assumptions", "a"), lambda case: case.assumptions[0]),
    syntax.Correlation: (("correlations", 0), lambda case: case.correlations[0]),
    syntax.Move: (("moves", 0, "offer"), lambda case: case.moves[0]),
    syntax.Option: (
        ("moves", 0, "offer", "options", "line"), lambda case: case.moves[0].options[0],
    ),
    syntax.Rounds: (("moves", 3, "rounds"), lambda case: case.moves[3]),
    syntax.State: (("moves", 3, "rounds", "state", "k"), lambda case: case.moves[3].state[0]),
    syntax.Stake: (("stakes", "north", 0), lambda case: case.stakes[0]),
    syntax.OrdinalStake: (("stakes", "north", 1), lambda case: case.stakes[1]),
    syntax.Event: (("events", "deal"), lambda case: case.events[0]),
    syntax.Claim: (("claims", "it"), lambda case: case.claims[0]),
    syntax.Statement: (("statements", "it"), lambda case: case.statements[0]),
    syntax.Observation: (("observations", 1), lambda case: case.observations[1]),
    syntax.Reliability: (
        ("observations", 0, "reliability", 0), lambda case: case.observations[0].reliability[0],
    ),
}  # fmt: skip

#: For each kind what a file has.
SAMPLES: dict[Kind, Any] = {
    "actors": "south", "block": "round_number", "characters": [3, 9],
    "chances": {"one": 0.25, "other": "rest"}, "cite": "memo §3", "date": "2025-08-10",
    "distribution": {"normal": [2, 1]}, "expression": "north.aim = settle", "flag": False,
    "inline": 0.7, "label": "term", "links": [{"hit": 0.9, "false alarm": 0.1}],
    "names": ["offer"], "number": 3, "options": ["line", "business"],
    "order": "offer = business > offer = line", "pair": ["b", "a"], "position": 7,
    "probability": "1 - 0.5", "range": [1, 4], "rate": 0.6, "size": 0.02, "source": "memo",
    "text": "some words: more", "texts": ["a remark"], "variable": "north.aim",
    "viewer": "public", "viewers": ["south"], "who": ["south"], "words": ["an aide", "a page"],
}  # fmt: skip
#: The same where a key needs something else.
OF_A_KEY: dict[tuple[type, str], Any] = {
    (syntax.Case, "observers"): ["public", "press"],
    (syntax.Actor, "aims"): {"settle": 0.25, "outwait": "rest"},
    (syntax.Fact, "values"): {"hard": 0.4, "mild": "rest"},
    (syntax.JointAims, "over"): ["autumn", "summer"],
    (syntax.JointAims, "chances"): {"dry & dry": 0.4, "wet & wet": 0.6},
    (syntax.Move, "options"): ["line", "business", "nothing"],
    (syntax.Rounds, "state"): {"n": {"start": 1, "next": "n + 2"}},
    (syntax.Rounds, "count"): 3,
    (syntax.Rounds, "ends if"): "call = go",
    (syntax.Rounds, "moves"): [{"call": {"by": "south", "options": ["stay", "go"]}}],
    (syntax.Correlation, "rho"): 0.7,
    (syntax.State, "start"): 7,
    (syntax.State, "next"): "k + 3",
    (syntax.Stake, "if"): "offer = line",
    (syntax.OrdinalStake, "if"): "offer = line",
    (syntax.Event, "if"): "offer = business",
    (syntax.Claim, "holds if"): "P(offer = line) < 0.5",
    (syntax.Claim, "resolves if"): "offer = line",
    (syntax.Claim, "annulled unless"): "offer = line",
    (syntax.Claim, "stated"): 0.7,
    (syntax.Citation, "source"): "note",
    (syntax.Observation, "saw"): "offer = business",
    (syntax.Observation, "by"): "public",
}
#: What else has to stand there for it to be sound.
ALONG: dict[tuple[type, str], dict[str, Any]] = {
    (syntax.Citation, "source"): {"chars": [3, 9]},
    (syntax.Citation, "paragraph"): {"chars": [3, 9]},
    (syntax.Chance, "probability"): {"says": "in words"},
    (syntax.Claim, "annulled unless"): {"resolves if": "offer = line"},
    (syntax.Claim, "stated"): {"resolves if": "offer = line"},
}
#: What `lackmus check` does not read back: what is for machines, or stands beside the game.
UNTOLD = {
    *((syntax.Case, key) for key in ("notes", "dissents", "comments", "known answer")),
    *((syntax.Source, key) for key in keys_of(syntax.Source)),
    *((syntax.Citation, key) for key in ("chars", "sha256")),
}

EVERY = [(node, field) for node in syntax.CONSTRUCTS for field in declared(node)]
#: Fields of which `BASE` itself is the example, or that another form of the construct has.
PLAIN = [
    (node, field)
    for node, field in EVERY
    if field.kind != "section" and (not field.forms or "by" in field.forms)
]


def sample(node: type, field: Declared) -> Any:
    return OF_A_KEY[node, field.key] if (node, field.key) in OF_A_KEY else SAMPLES[field.kind]


def data_with(node: type, more: dict[str, Any]) -> dict[str, Any]:
    """`BASE` with a construct that has some fields more, or, where they are None, less."""
    data = copy.deepcopy(BASE)
    data["sources"]["note"] = {}
    it: Any = data
    for key in STANDS[node][0]:
        it = it[key]
    for key, value in more.items():
        if value is None:
            del it[key]
        else:
            it[key] = value
    return data


def read(data: dict[str, Any]) -> syntax.Case:
    return parse_case(json.dumps(data))


def name_of(one: Any) -> str:
    return getattr(one, "key", getattr(one, "__name__", ""))


@pytest.mark.parametrize(("node", "field"), PLAIN, ids=name_of)
def test_a_field_is_read_written_and_told(node: type, field: Declared) -> None:
    more = ALONG.get((node, field.key), {})
    data = data_with(node, {**more, field.key: sample(node, field)})
    assert [error.message for error in VALIDATOR.iter_errors(data)] == []
    case, without = read(data), read(data_with(node, more))
    find = STANDS[node][1]
    assert getattr(find(case), field.name) != getattr(find(without), field.name)
    text = write_case(case)
    assert f"{field.key}:" in text
    assert parse_case(text) == case
    if (node, field.key) not in UNTOLD:
        assert words_text(case) != words_text(without)
    if field.kind == "cite":
        verified = [(c.source, c.paragraph) for _, c in cited_in(case)]
        assert ("memo", 3) in verified, "its hashes are looked at"


@pytest.mark.parametrize(("node", "field"), EVERY, ids=name_of)
def test_a_key_is_explained_everywhere(node: type, field: Declared) -> None:
    assert f'"{field.key}": {{' in json.dumps(case_schema())
    assert f"| `{field.key}` | {field.says} |" in REFERENCE.read_text(encoding="utf-8")
    where = tuple(str(key) for key in STANDS[node][0] if not isinstance(key, int))
    assert key_help(where, field.key) == field.says


FORMS = {"by": MoveList.move, "chance": MoveList.chance, "signal of": MoveList.signal}
METHODS: dict[type, Callable[..., Any]] = {
    syntax.Source: CaseBuilder.source, syntax.Citation: CaseBuilder.passage,
    syntax.Actor: CaseBuilder.actor, syntax.Fact: CaseBuilder.fact,
    syntax.Assumption: CaseBuilder.assume, syntax.Rounds: CaseBuilder.rounds,
    syntax.Stake: CaseBuilder.stake, syntax.OrdinalStake: CaseBuilder.order,
    syntax.Event: CaseBuilder.event, syntax.Claim: CaseBuilder.claim,
    syntax.Statement: CaseBuilder.statement,
    syntax.Observation: CaseBuilder.observation,
}  # fmt: skip


@pytest.mark.parametrize(
    ("node", "method", "form"),
    [*((node, method, "") for node, method in METHODS.items()),
     *((syntax.Move, method, form) for form, method in FORMS.items()),
     (syntax.Assumption, CaseBuilder.precision, "")],
    ids=name_of,
)  # fmt: skip
def test_the_builder_takes_and_explains_every_field(
    node: type, method: Callable[..., Any], form: str
) -> None:
    taken, told = inspect.signature(method).parameters, method.__doc__ or ""
    for field in declared(node, form=form):
        assert field.argument in taken
        assert f"\n    {field.argument}: {field.says[:1].upper()}{field.says[1:]}." in told
    assert "\n\nArgs:\n" in told  # at the margin, as Python 3.13 keeps a docstring


def test_what_stands_in_no_construct_is_explained() -> None:
    shown = case_schema()["properties"]
    assert set(shown) == {*keys.SECTIONS, "extends", "by", "because"}
    assert all(part.get("description") for part in shown.values())


def test_every_construct_is_listed() -> None:
    homes = {syntax.__name__, asked.__name__, cited.__name__}
    made = {
        value
        for value in vars(syntax).values()
        if isinstance(value, type) and value.__module__ in homes
    }
    assert made - {syntax.Together} == set(syntax.CONSTRUCTS) == set(STANDS)


def test_what_is_needed_and_what_is_unknown_is_told() -> None:
    with pytest.raises(CaseError, match="needs 'holds if'"):
        read(data_with(syntax.Claim, {"holds if": None, "says": "so"}))
    with pytest.raises(CaseError, match="has no field 'sayz'"):
        read(data_with(syntax.Claim, {"sayz": "so"}))
    with pytest.raises(TypeError, match="sayz"):
        CaseBuilder("T").claim("it", "P(a = b) > 0", sayz="a slip")
    with pytest.raises(TypeError, match="everyy"):
        CaseBuilder("T").stake("north", 1, everyy="round")


@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_field_of_any_kind_may_be_needed(kind: Kind) -> None:
    """Where it is not there, that is a fault, and reading goes on."""

    one = make_dataclass("One", [("field", Any, declare(kind, "something", needed="the reason"))])
    reader = Reader(faults := Faults(), lambda _node, _what: ())
    reader.getters[kind] = lambda _node, _what: pytest.fail("there is nothing to be read")
    reader.read(one, Fields(to_node({}, ""), "it", ("field",), faults))
    assert [fault.hint for fault in faults.found] == ["the reason"]
