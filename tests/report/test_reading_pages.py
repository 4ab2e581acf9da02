"""The page on reading the report tells what the report has, and its example runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "read-the-report.md"


def test_the_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (text,) = re.findall(
        r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    monkeypatch.chdir(tmp_path)
    exec(compile(text.replace("draws=200", "draws=16"), str(PAGE), "exec"), {})  # noqa: S102 - our own text
    assert {path.name for path in tmp_path.iterdir()} == {"shares.svg", "margins.png"}


def test_every_column_of_the_verdict_table_is_explained() -> None:
    template = PAGE.parents[2] / "src" / "lackmus" / "report" / "templates" / "report.html"
    source = template.read_text("utf-8")
    head = source[source.index('<table class="verdicts') :]
    columns = re.findall(r'scope="col">([^<]+)<', head[: head.index("</thead>")])
    told = PAGE.read_text("utf-8")
    assert columns[0] == "Claim"
    for column in columns[1:]:
        row = rf"^\|[^|]*{re.escape(column)}[^|]*\|"
        assert re.search(row, told, re.MULTILINE | re.IGNORECASE), column
