"""What the builder takes of constructs that are declared in `syntax`: signatures and their help."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any, Final, ParamSpec, TypeVar

from lackmus.case.declared import Declared, Kind, declared
from lackmus.case.plain_data import present

_P = ParamSpec("_P")
_R = TypeVar("_R")

#: How a kind of field is annotated, and what it is if left out.
_TAKEN: Final[Mapping[Kind, tuple[str, Any]]] = MappingProxyType({
    "actors": ("str | Sequence[str]", ""), "block": ("str", ""),
    "chances": ("Chances | None", None), "characters": ("tuple[int, int] | None", None),
    "cite": ("Sequence[str]", ()), "date": ("Date | None", None),
    "distribution": ("str | Mapping[str, Any] | None", None), "expression": ("str", ""),
    "flag": ("bool", True), "inline": ("Expression | Inline | None", None),
    "links": ("Sequence[tuple[Expression, Expression]]", ()), "names": ("Sequence[str]", ()),
    "number": ("Expression | None", None), "options": ("Options", ()), "order": ("str", ""),
    "position": ("int | None", None), "range": ("Sequence[Expression] | None", None),
    "rate": ("Expression", None), "size": ("Expression | None", None), "source": ("str", ""),
    "states": ("Mapping[str, tuple[Expression, str]] | None", None), "text": ("str", ""),
    "variable": ("str", ""), "viewer": ("str", ""), "viewers": ("Sequence[str] | None", None),
    "who": ("Sequence[str]", ()), "words": ("Sequence[str]", ()),
})  # fmt: skip


def takes(node: type, form: str = "", **own: str) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Lets a method take the declared fields of a construct by name, and tells of them.

    Args:
        node: The construct. Of its fields those that the method names itself stay where they are.
        form: Of a construct in several forms, the one that the method makes.
        own: What the method takes besides, and what it is.
    """
    known = declared(node, form=form)
    says = {field.name: field.metadata.get("help", "") for field in fields(node)}
    says |= {field.argument: field.says for field in known} | own

    def told(method: Callable[_P, _R]) -> Callable[_P, _R]:
        own = inspect.signature(method)
        named = [p for p in own.parameters.values() if p.kind is not p.VAR_KEYWORD]
        more = [_parameter(field) for field in known if field.argument not in own.parameters]
        signature = own.replace(parameters=[*named, *more])

        @functools.wraps(method)
        def checked(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            signature.bind(*args, **kwargs)
            return method(*args, **kwargs)

        prose = inspect.cleandoc(method.__doc__ or "")
        checked.__doc__ = "\n".join([prose, "", *_about(says, signature)])
        checked.__signature__ = signature  # type: ignore[attr-defined]
        return checked

    return told


def by_key(node: type, given: Mapping[str, Any]) -> dict[str, Any]:
    """Fields by the keys that a file has for them; those that say nothing are left out.

    Args:
        node: The construct.
        given: Its fields as the builder calls them.
    """
    keys = {field.argument: field.key for field in declared(node)}
    return present({keys[name]: value for name, value in given.items()})


def _parameter(field: Declared) -> inspect.Parameter:
    annotation, default = _TAKEN[field.kind]
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(field.argument, kind, default=default, annotation=annotation)


def _about(says: Mapping[str, str], signature: inspect.Signature) -> list[str]:
    """Lines of the docstring's list of arguments, in the order of the signature."""
    about = [(name, says[name]) for name in signature.parameters if says.get(name)]
    lines = (f"{name}: {text[:1].upper()}{text[1:]}." for name, text in about)
    return ["Args:", *(" " * 4 + line for line in lines)]
