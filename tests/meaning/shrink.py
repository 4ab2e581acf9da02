"""A case that disagrees, cut down to a few lines that still do."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.meaning.expressions import Node, parse, show

Path = tuple[Any, ...]
_KEPT = {
    "lackmus",
    "title",
    "by",
    "chance",
    "options",
    "moves",
    "worth",
    "count",
    "rounds",
    "actors",
}
_PLAIN = re.compile(r"[\w.][\w. ()=<>!/+*^|;-]*")


def shrink(case: dict[str, Any], bad: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The smallest case found by leaving out parts while `bad` holds."""
    smaller = True
    while smaller:
        smaller = False
        for candidate in _candidates(case):
            try:
                worse = bad(candidate)
            except Exception:  # noqa: BLE001, S112 - what cannot be read is no smaller case
                continue
            if worse:
                case, smaller = candidate, True
                break
    return case


def _candidates(case: dict[str, Any]) -> Iterator[dict[str, Any]]:
    places = list(_places(case, ()))
    for path in sorted(places, key=len):
        if path[-1] not in _KEPT:
            yield _without(case, path)
    for path in places:
        value = _at(case, path)
        if isinstance(value, str) and path[0] not in ("title", "lackmus"):
            for text in _simpler(value):
                changed = copy.deepcopy(case)
                _at(changed, path[:-1])[path[-1]] = text
                yield changed


def _places(value: Any, path: Path) -> Iterator[Path]:
    items: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    for key, inner in items:
        yield (*path, key)
        yield from _places(inner, (*path, key))


def _at(case: Any, path: Path) -> Any:
    for key in path:
        case = case[key]
    return case


def _without(case: dict[str, Any], path: Path) -> dict[str, Any]:
    changed = copy.deepcopy(case)
    del _at(changed, path[:-1])[path[-1]]
    return changed


def _simpler(text: str) -> Iterator[str]:
    try:
        node = parse(text)
    except (ValueError, IndexError):
        return
    for simpler in _cut(node):
        yield show(simpler)


def _cut(node: Node) -> Iterator[Node]:
    """The node with one of its parts in its place, or with a part made simpler."""
    if node.kind in ("and", "or", "choose", "not", "+", "-", "*", "/", "minus"):
        yield from (part for part in node.parts if isinstance(part, Node))
    for place, part in enumerate(node.parts):
        for changed in _cut_part(part):
            yield Node(node.kind, (*node.parts[:place], changed, *node.parts[place + 1 :]))


def _cut_part(part: Any) -> Iterator[Any]:
    if isinstance(part, Node):
        yield from _cut(part)
    elif isinstance(part, tuple):
        for place, inner in enumerate(part):
            if isinstance(inner, Node) and inner.kind in ("do", "observed", "compare", "member"):
                yield (*part[:place], *part[place + 1 :])
            for changed in _cut_part(inner):
                yield (*part[:place], changed, *part[place + 1 :])


def written(case: dict[str, Any]) -> str:
    """A case as short YAML, one line a part."""
    lines = []
    for key, value in case.items():
        if isinstance(value, dict) and value:
            lines.append(f"{key}:")
            lines += [f"  {name}: {_flow(inner)}" for name, inner in value.items()]
        elif isinstance(value, list) and value:
            lines.append(f"{key}:")
            lines += [f"  - {_flow(inner)}" for inner in value]
        else:
            lines.append(f"{key}: {_flow(value)}")
    return "\n".join(lines) + "\n"


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_flow(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(_flow(inner) for inner in value)}]"
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
