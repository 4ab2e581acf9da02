"""What a template may see is what the model has, no more and no less."""

from __future__ import annotations

import dataclasses
from typing import Any

import jinja2
from jinja2 import meta, nodes

from lackmus.pipeline.findings import Findings
from lackmus.report import model
from lackmus.report.html import report_model
from lackmus.report.model import ReportModel

_ENVIRONMENT = jinja2.Environment(autoescape=True)
_LOADER = jinja2.PackageLoader("lackmus.report", "templates")


def _parsed(name: str) -> nodes.Template:
    source, _, _ = _LOADER.get_source(_ENVIRONMENT, name)
    return _ENVIRONMENT.parse(source)


def _views() -> list[type[Any]]:
    return [
        kind
        for kind in vars(model).values()
        if isinstance(kind, type) and dataclasses.is_dataclass(kind) and kind is not ReportModel
    ]


def _fields(kind: type[Any]) -> set[str]:
    return {field.name for field in dataclasses.fields(kind)}


def test_the_page_shows_every_field_of_the_report_and_no_other() -> None:
    # Within a block, what the page imports at its head counts as undeclared.
    names = meta.find_undeclared_variables(_parsed("report.html")) - {"parts"}
    assert names == _fields(ReportModel)


def test_parts_see_only_what_they_are_handed() -> None:
    assert meta.find_undeclared_variables(_parsed("parts.html")) == set()


def test_templates_show_every_field_of_every_view_and_no_other() -> None:
    seen = {
        attribute.attr
        for name in ("report.html", "parts.html")
        for attribute in _parsed(name).find_all(nodes.Getattr)
        if not (isinstance(attribute.node, nodes.Name) and attribute.node.name in ("loop", "parts"))
    }
    fields = set().union(*(_fields(view) for view in _views()))
    assert seen == fields


def test_every_field_says_what_it_is() -> None:
    views = [view for view in _views() if view.__module__ == model.__name__]
    assert len(views) > 10
    for view in (*views, ReportModel):
        for field in dataclasses.fields(view):
            assert field.metadata["help"], f"{view.__name__}.{field.name}"


def _texts(value: object) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from _texts(getattr(value, field.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from _texts(part)
    else:
        yield value


def test_the_model_is_made_of_plain_values(large: Findings) -> None:
    kinds = {type(value) for value in _texts(report_model(large))}
    assert kinds <= {str, float, int, bool, type(None)}


def test_no_undefined_number_reaches_a_reader(large: Findings, small: Findings) -> None:
    for findings in (large, small):
        texts = [value for value in _texts(report_model(findings)) if isinstance(value, str)]
        shown = [text for text in texts if "report.css" not in text and "{" not in text]
        assert not [text for text in shown if text in ("nan", "None", "undefined")]
