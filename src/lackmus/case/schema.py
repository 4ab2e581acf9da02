"""The JSON Schema of case files, by which an editor completes and checks them.

Made from the keys that the reader knows: a key without a description here is an error, so the two
stay in step. What a schema cannot say (which names are known, what is visible to whom) is told by
``lackmus check``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, TypeAlias

from lackmus.case import keys, syntax
from lackmus.case.declared import declared
from lackmus.foundation.distributions import FAMILIES

Schema: TypeAlias = dict[str, Any]

_TEXT: Schema = {"type": ["string", "number", "boolean"]}
_NUMBER: Schema = {"type": ["number", "string"]}
_EXPRESSION: Schema = {"type": ["string", "number"]}
_DATE: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_LABEL = r"^[^\s\d.&:-][^\s.&:-]*$"
_DOTTED = r"^[^\s\d&:-][^\s&:-]*$"
_WORD: Schema = {"type": "string"}
_NAMES: Schema = {
    "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
}


def case_schema() -> Schema:
    """The JSON Schema (draft 2020-12) of a case, a dissent, or a file of observations."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A case for Lackmus",
        "description": "Version 1 of the case language; see the language reference.",
        **_sections(),
        "anyOf": [
            {"required": ["title", "actors", "moves"]},
            {"required": ["extends"]},
            {"required": ["observations"]},
        ],
        "$defs": {
            "citation": _citations(),
            "number": _inline(),
            "assumption": _assumption(),
            "chances": _chances(),
            "move": _move(),
            "moves": _moves(),
            "stake": _stake(),
        },
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _help(node: type, names: Mapping[str, str]) -> dict[str, str]:
    """What `syntax` says of the fields of a node, by the keys of the file."""
    said = {f.name: f.metadata.get("help", "") for f in fields(node)}
    return {key: said[name] for key, name in names.items()}


def _object(
    known: Iterable[str], properties: Mapping[str, Schema], about: Mapping[str, str] | None = None
) -> Schema:
    """An object with these keys and no others."""
    described = {}
    for key in known:
        text = (about or {}).get(key, "")
        described[key] = {**properties[key], **({"description": text} if text else {})}
    return {"type": ["object", "null"], "properties": described, "additionalProperties": False}


def _map(value: Schema, pattern: str = _LABEL) -> Schema:
    """An object with names for keys."""
    return {
        "type": ["object", "null"],
        "propertyNames": {"pattern": pattern},
        "additionalProperties": value,
    }


def _list(value: Schema) -> Schema:
    return {"type": ["array", "null"], "items": value}


def _same(node: type, known: Iterable[str]) -> dict[str, str]:
    """Help for the keys that are called as the fields are."""
    present = {f.name for f in fields(node)}
    return _help(node, {k: k.replace(" ", "_") for k in known if k.replace(" ", "_") in present})


def _sections() -> Schema:
    texts = _list(_TEXT)
    properties: dict[str, Schema] = {
        "lackmus": {"const": 1, "description": "version of the language"},
        "title": {**_TEXT, "description": "what the case is about, in a few words"},
        "author": {**_TEXT, "description": "who wrote the case"},
        "summary": {**_TEXT, "description": "one paragraph"},
        "notes": {**_TEXT, "description": "why these assumptions, and what was left out"},
        "asked": {**_DATE, "description": "day on which the questions are asked"},
        "sources": _map(_declared(syntax.Source)),
        "passages": {**_map(_ref("citation"), _DOTTED), "description": "names for passages"},
        "actors": _map(_actor()),
        "observers": {**_NAMES, "description": "those who see and do not move"},
        "facts": _map(_fact()),
        "joint aims": _list(_joint()),
        "assumptions": _map(_ref("assumption"), _DOTTED),
        "correlations": _list(_correlation()),
        "moves": _ref("moves"),
        "stakes": {**_map(_list(_ref("stake"))), "description": "terms of each actor's payoff"},
        "precision": {
            **_ref("assumption"), "description": "how sharply better options are preferred",
        },
        "claims": _map(_declared(syntax.Claim)),
        "statements": _map(_declared(syntax.Statement)),
        "observations": _list(_declared(syntax.Observation)),
        "dissents": {**texts, "description": "files beside the case that extend it"},
        "known answer": {**_TEXT, "description": "what the literature says"},
        "comments": texts,
    }  # fmt: skip
    dissent = {
        "extends": {"type": "string", "description": "the case that this dissent changes"},
        "by": {**_TEXT, "description": "who dissents"},
        "because": {**_TEXT, "description": "why"},
    }
    known = (*keys.SECTIONS, *dissent)
    return {**_object(known, {**properties, **dissent}), "type": "object"}


def _citations() -> Schema:
    full = _object(
        keys.CITATION,
        {
            "source": {"type": "string"},
            "paragraph": {"type": "integer", "minimum": 1},
            "chars": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2},
            "sha256": {"type": "string"},
        },
        {**_same(syntax.Citation, keys.CITATION), "chars": "first character, and the one behind"},
    )
    one = {"oneOf": [{"type": "string"}, {**full, "type": "object", "required": ["source"]}]}
    return {"oneOf": [*one["oneOf"], {"type": "array", "items": one}]}


def _one_or_more(one: Schema) -> Schema:
    return {"anyOf": [one, {"type": "array", "items": one}]}


def _declared(node: type) -> Schema:
    """A construct whose fields are declared in `syntax`."""
    kinds: Mapping[syntax.Kind, Schema] = {
        "text": _TEXT, "date": _DATE, "number": _NUMBER, "size": _NUMBER, "names": _NAMES,
        "viewer": _WORD, "expression": _WORD, "variable": _WORD, "cite": _ref("citation"),
        "flag": {"type": "boolean"}, "words": _one_or_more(_TEXT), "rate": _ref("number"),
    }  # fmt: skip
    known = declared(node)
    if any(field.kind == "links" for field in known):
        kinds = {**kinds, "links": _one_or_more(_declared(syntax.Reliability))}
    properties = {field.key: kinds[field.kind] for field in known}
    return _object(properties, properties, {field.key: field.says for field in known})


def _assumption() -> Schema:
    numbers = {"oneOf": [_NUMBER, {"type": "array", "items": _NUMBER}]}
    named = {
        "type": "object",
        "properties": {
            shape: numbers
            for shape, family in FAMILIES.items()
            if shape != "fixed" and family.parameters
        }
        | {"choice": {"oneOf": [{"type": "object"}, {"type": "array", "items": _NUMBER}]}},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
    by_range = [shape for shape, family in FAMILIES.items() if family.by_range]
    properties: dict[str, Schema] = {
        "value": _NUMBER,
        "range": {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2},
        "distribution": {"oneOf": [{"enum": by_range}, named]},
        "says": _TEXT,
        "cite": _ref("citation"),
        "because": _TEXT,
    }
    about = {
        **_same(syntax.Assumption, keys.ASSUMPTION),
        "range": "the values that a doubter would grant",
    }
    full = _object(keys.ASSUMPTION, properties, about)
    return {"oneOf": [_NUMBER, {**full, "type": "object"}]}


def _inline() -> Schema:
    """An expression, or an assumption in its place."""
    return {"oneOf": [_EXPRESSION, {**_assumption()["oneOf"][1], "required": ["value"]}]}


def _chances() -> Schema:
    full = _object(keys.CHANCE, {"probability": _ref("number"), "says": _TEXT})
    described = {**full, "type": "object", "required": ["probability"]}
    return _map({"oneOf": [*_inline()["oneOf"], described]})


def _actor() -> Schema:
    properties: dict[str, Schema] = {
        "name": _TEXT, "says": _TEXT, "aims": _ref("chances"), "known to": _NAMES,
        "cite": _ref("citation"),
    }  # fmt: skip
    return _object(keys.ACTOR, properties, _same(syntax.Actor, keys.ACTOR))


def _fact() -> Schema:
    properties: dict[str, Schema] = {
        "values": _ref("chances"), "known to": _NAMES, "says": _TEXT, "cite": _ref("citation"),
    }  # fmt: skip
    about = {"values": "its values with their probabilities", "known to": "who knows it"}
    return {**_object(keys.FACT, properties, about), "required": ["values"]}


def _joint() -> Schema:
    about = {
        "over": "aims or facts, such as [south.aim, north.aim]",
        "chances": "a probability for each combination, such as peace & settle: 0.2",
    }
    chances = {"type": "object", "additionalProperties": _ref("number")}
    return _object(keys.JOINT_AIMS, {"over": _NAMES, "chances": chances}, about)


def _correlation() -> Schema:
    about = {"between": "two assumptions", "rho": "rank correlation, between -1 and 1"}
    return _object(keys.CORRELATION, {"between": _NAMES, "rho": _NUMBER}, about)


def _move() -> Schema:
    option = _object(
        keys.OPTION,
        {"if": _EXPRESSION, "says": _TEXT, "number": _NUMBER},
        {
            "if": "when it is open; always, if unsaid",
            "says": "the option in words",
            "number": "what number(…) of the move gives where this is taken",
        },
    )
    one: Schema = {"oneOf": [option, {"type": "string"}]}
    items = {"oneOf": [{"type": "array", "items": {"type": "string"}}, _map(one)]}
    several = {**items, "description": "items of which several may be taken at once"}
    described = {
        **_map(one, f"{_LABEL}|^{keys.ANY_OF}$"),
        "properties": {keys.ANY_OF: several},
    }
    properties: dict[str, Schema] = {
        "by": _NAMES,
        "options": {"oneOf": [{"type": "array", "items": {"type": "string"}}, described]},
        "if": _EXPRESSION,
        "seen by": _NAMES,
        "noticed by": _NAMES,
        "chance": _ref("chances"),
        "signal of": {"type": "string"},
        "to": _NAMES,
        "right": _ref("number"),
        "says": _TEXT,
        "date": _DATE,
        "cite": _ref("citation"),
    }
    about = _same(syntax.Move, keys.MOVE) | {
        "if": "when the move is made; always, if unsaid",
        "chance": "options of a chance move with their probabilities",
        "to": "who gets the signal",
    }
    return {**_object(keys.MOVE, properties, about), "type": "object"}


def _moves() -> Schema:
    state = _object(
        keys.STATE,
        {"start": _EXPRESSION, "next": _EXPRESSION},
        {"start": "its value in the first round", "next": "its value after a round"},
    )
    rounds = _object(
        keys.ROUNDS,
        {
            "name": {"type": "string"}, "count": _ref("number"), "moves": _ref("moves"),
            "ends if": _EXPRESSION, "discount": _ref("number"), "state": _map(state),
            "says": _TEXT,
        },
        _same(syntax.Rounds, keys.ROUNDS),
    )  # fmt: skip
    item = {
        "type": "object",
        "properties": {
            "rounds": {**rounds, "type": "object", "required": ["count", "moves"]},
            "together": {**_ref("moves"), "description": "moves made at the same time"},
        },
        "additionalProperties": _ref("move"),
        "minProperties": 1,
        "maxProperties": 1,
    }
    return {"type": "array", "items": item, "description": "moves in order"}


def _stake() -> Schema:
    properties: dict[str, Schema] = {
        "worth": _ref("number"), "if": _EXPRESSION, "every": {"type": "string"},
        "order": {"type": "string"}, "scale": _ref("number"), "name": _TEXT, "says": _TEXT,
        "cite": _ref("citation"), "because": _TEXT,
    }  # fmt: skip
    about = _same(syntax.Stake, keys.STAKE) | {
        "if": "when; always, if unsaid",
        "order": "best first, where only the order is known: a > b ~ c >> d",
        "scale": "what the best is worth; the worst is worth 0",
    }
    drop = {"drop": {"type": "string", "description": "in a dissent: removes a stake by its name"}}
    made = _object((*keys.STAKE, *drop), {**properties, **drop}, about)
    kinds = [{"required": [kind]} for kind in ("worth", "order", "drop")]
    return {**made, "type": "object", "oneOf": kinds}
