"""Plain Python data as the nodes that a YAML file would give."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from lackmus.case import yaml_reader
from lackmus.foundation.letters import composed

#: A number or an expression: ``2``, ``0.1``, ``Fraction(1, 3)``, ``"-cost * refusals"``.
Expression: TypeAlias = int | float | Fraction | str
#: An inline assumption: ``{"value": 2, "range": [0, 5]}``.
Inline: TypeAlias = Mapping[str, Any]
Chances: TypeAlias = Mapping[str, "Expression | Inline"]
#: Labels, or each label with its condition (empty for none) or a mapping of ``if`` and ``says``.
Options: TypeAlias = Iterable[str] | Mapping[str, "str | Mapping[str, str] | None"]
Date: TypeAlias = datetime.date | str


def present(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say something; that nobody sees a move does."""
    return {
        key: value
        for key, value in fields.items()
        if value is not None and (key in ("seen by", "to") or value not in ("", (), [], {}))
    }


def to_node(value: Any, path: str) -> yaml_reader.Node:  # noqa: ANN401 - plain data
    """Plain data as the nodes that a YAML file would give; `path` stands for the file."""
    if isinstance(value, Mapping):
        source = yaml_reader.Source("", path)
        entries = tuple(
            (_scalar(str(key), path), to_node(inner, f"{path}.{key}"))
            for key, inner in value.items()
        )
        return yaml_reader.Mapping(entries, source.at(0, 0, 1))
    if isinstance(value, Sequence) and not isinstance(value, str):
        source = yaml_reader.Source("", path)
        items = tuple(to_node(inner, f"{path}[{i}]") for i, inner in enumerate(value, 1))
        return yaml_reader.Sequence(items, source.at(0, 0, 1))
    return _scalar(str(value), path)


def _scalar(text: str, path: str) -> yaml_reader.Scalar:
    text = composed(text)
    source = yaml_reader.Source(text, path)
    return yaml_reader.Scalar(text, source, 0, len(text))
