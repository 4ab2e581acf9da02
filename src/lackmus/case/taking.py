"""What the builder takes of constructs that are declared in `syntax`: signatures and their help."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any, Final, ParamSpec, TypeVar

from lackmus.case.declared import Declared, declared
from lackmus.case.plain_data import present
from lackmus.case.syntax import Kind

_P = ParamSpec("_P")
_R = TypeVar("_R")

#: How a kind of field is annotated, and what it is if left out.
_TAKEN: Final[Mapping[Kind, tuple[str, Any]]] = MappingProxyType({
    "text": ("str", ""), "viewer": ("str", ""), "variable": ("str", ""), "expression": ("str", ""),
    "date": ("Date | None", None), "number": ("Expression | None", None),
    "size": ("Expression | None", None), "names": ("Sequence[str]", ()),
    "cite": ("Sequence[str]", ()), "words": ("Sequence[str]", ()), "flag": ("bool", True),
    "rate": ("Expression", None), "links": ("Sequence[tuple[Expression, Expression]]", ()),
})  # fmt: skip


def takes(node: type) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Lets a method take the declared fields of a construct by name, and tells of them.

    Args:
        node: The construct. Of its fields those that the method names itself stay where they are.
    """

    def told(method: Callable[_P, _R]) -> Callable[_P, _R]:
        own = inspect.signature(method)
        named = [p for p in own.parameters.values() if p.kind is not p.VAR_KEYWORD]
        more = [_parameter(field) for field in declared(node) if field.name not in own.parameters]
        signature = own.replace(parameters=[*named, *more])

        @functools.wraps(method)
        def checked(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            signature.bind(*args, **kwargs)
            return method(*args, **kwargs)

        checked.__doc__ = "\n".join([method.__doc__ or "", "", *_about(node, signature), " " * 8])
        checked.__signature__ = signature  # type: ignore[attr-defined]
        return checked

    return told


def by_key(given: Mapping[str, Any]) -> dict[str, Any]:
    """Fields by the keys that a file has for them; those that say nothing are left out."""
    return present({name.replace("_", " "): value for name, value in given.items()})


def _parameter(field: Declared) -> inspect.Parameter:
    annotation, default = _TAKEN[field.kind]
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(field.name, kind, default=default, annotation=annotation)


def _about(node: type, signature: inspect.Signature) -> list[str]:
    """Lines of the docstring's list of arguments, in the order of the signature."""
    says = {field.name: field.metadata["help"] for field in fields(node) if field.metadata}
    about = [(name, says[name]) for name in signature.parameters if name in says]
    lines = (f"{name}: {text[:1].upper()}{text[1:]}." for name, text in about)
    return [" " * 8 + "Args:", *(" " * 12 + line for line in lines)]
