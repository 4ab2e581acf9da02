"""The JSON Schema of case files, by which an editor completes and checks them.

Made from what `syntax` declares, as the reader is. What a schema cannot say (which names are known,
what is visible to whom) is told by ``lackmus check``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from lackmus.case import keys, syntax
from lackmus.case.declared import Kind, declared
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


def _map(value: Schema, pattern: str = _LABEL) -> Schema:
    """An object with names for keys."""
    return {
        "type": ["object", "null"],
        "propertyNames": {"pattern": pattern},
        "additionalProperties": value,
    }


def _list(value: Schema) -> Schema:
    return {"type": ["array", "null"], "items": value}


def _sections() -> Schema:
    sections: dict[str, Schema] = {
        "sources": _map(_declared(syntax.Source)),
        "actors": _map(_declared(syntax.Actor)),
        "facts": _map({**_declared(syntax.Fact), "required": ["values"]}),
        "joint aims": _list(_declared(syntax.JointAims)),
        "assumptions": _map(_ref("assumption"), _DOTTED),
        "correlations": _list(_declared(syntax.Correlation)),
        "precision": _ref("assumption"),
        "moves": _ref("moves"),
        "stakes": _map(_list(_ref("stake"))),
        "events": _map({"oneOf": [_WORD, {**_declared(syntax.Event), "required": ["if"]}]}),
        "claims": _map(_declared(syntax.Claim)),
        "statements": _map(_declared(syntax.Statement)),
        "observations": _list(_declared(syntax.Observation)),
    }
    extra = {
        keys.VERSION: {"const": 1, "description": "version of the language"},
        keys.PASSAGES: {
            **_map(_ref("citation"), _DOTTED), "description": "names for passages",
        },
        "extends": {"type": "string", "description": "the case that this dissent changes"},
        "by": {**_TEXT, "description": "who dissents"},
        "because": {**_TEXT, "description": "why"},
    }  # fmt: skip
    case = _declared(syntax.Case, own=sections)
    return {**case, "type": "object", "properties": case["properties"] | extra}


def _citations() -> Schema:
    full = {**_declared(syntax.Citation), "type": "object", "required": ["source"]}
    one = {"oneOf": [{"type": "string"}, full]}
    return {"oneOf": [*one["oneOf"], {"type": "array", "items": one}]}


def _one_or_more(one: Schema) -> Schema:
    return {"anyOf": [one, {"type": "array", "items": one}]}


def _declared(*nodes: type, own: Mapping[str, Schema] = MappingProxyType({})) -> Schema:
    """A construct whose fields are declared in `syntax`; in several forms, all of them.

    Args:
        nodes: The construct.
        own: What may stand under some of its keys.
    """
    properties = {
        field.key: {**(own.get(field.key) or _of_kind(field.kind)), "description": field.says}
        for field in declared(*nodes)
    }
    return {"type": ["object", "null"], "properties": properties, "additionalProperties": False}


def _of_kind(kind: Kind) -> Schema:
    kinds: Mapping[Kind, Schema] = {
        "actors": _NAMES, "block": _WORD, "chances": _ref("chances"), "cite": _ref("citation"),
        "cells": {"type": "object", "additionalProperties": _ref("number")},
        "characters": _several({"type": "integer"}, exactly=2), "date": _DATE,
        "distribution": _distribution(), "expression": _EXPRESSION, "flag": {"type": "boolean"},
        "inline": _ref("number"), "label": _WORD, "moves": _ref("moves"), "names": _NAMES,
        "number": _NUMBER, "order": _WORD, "pair": _NAMES,
        "position": {"type": "integer", "minimum": 1}, "probability": _ref("number"),
        "range": _several(_NUMBER, exactly=2), "rate": _ref("number"), "size": _NUMBER,
        "source": _WORD, "text": _TEXT, "texts": _list(_TEXT), "variable": _WORD,
        "viewer": _WORD, "viewers": _NAMES, "who": _NAMES, "words": _one_or_more(_TEXT),
    }  # fmt: skip
    if kind == "links":
        return _one_or_more(_declared(syntax.Reliability))
    return _map(_declared(syntax.State)) if kind == "states" else kinds[kind]


def _several(one: Schema, *, exactly: int) -> Schema:
    return {"type": "array", "items": one, "minItems": exactly, "maxItems": exactly}


def _distribution() -> Schema:
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
    return {"oneOf": [{"enum": by_range}, named]}


def _assumption() -> Schema:
    return {"oneOf": [_NUMBER, {**_declared(syntax.Assumption), "type": "object"}]}


def _inline() -> Schema:
    """An expression, or an assumption in its place."""
    return {"oneOf": [_EXPRESSION, {**_assumption()["oneOf"][1], "required": ["value"]}]}


def _chances() -> Schema:
    described = {**_declared(syntax.Chance), "type": "object", "required": ["probability"]}
    return _map({"oneOf": [*_inline()["oneOf"], described]})


def _move() -> Schema:
    one: Schema = {"oneOf": [_declared(syntax.Option), {"type": "string"}]}
    labels: Schema = {"type": "array", "items": {"type": "string"}}
    several = {
        "oneOf": [labels, _map(one)],
        "description": "items of which several may be taken at once",
    }
    described = {
        **_map(one, f"{_LABEL}|^{keys.ANY_OF}$"),
        "properties": {keys.ANY_OF: several},
    }
    options = {"oneOf": [labels, described]}
    return {**_declared(syntax.Move, own={"options": options}), "type": "object"}


def _moves() -> Schema:
    rounds = {**_declared(syntax.Rounds), "type": "object", "required": ["count", "moves"]}
    item = {
        "type": "object",
        "properties": {
            "rounds": rounds,
            "together": {**_ref("moves"), "description": "moves made at the same time"},
        },
        "additionalProperties": _ref("move"),
        "minProperties": 1,
        "maxProperties": 1,
    }
    return {"type": "array", "items": item, "description": "moves in order"}


def _stake() -> Schema:
    made = _declared(syntax.Stake, syntax.OrdinalStake)
    drop = {"drop": {"type": "string", "description": "in a dissent: removes a stake by its name"}}
    kinds = [{"required": [kind]} for kind in ("worth", "order", "drop")]
    return {**made, "type": "object", "oneOf": kinds, "properties": made["properties"] | drop}
