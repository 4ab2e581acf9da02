"""Records show themselves: short in a shell, a table in a notebook and in a paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import lackmus
from lackmus.foundation.display import Card, Shown
from lackmus.foundation.figures import MINUS
from lackmus.ledger.board import board
from lackmus.ledger.questions import questions
from lackmus.pipeline.findings import Findings
from lackmus.sweep.sweep import Swept


def records(found: Findings) -> dict[str, Any]:
    claim = next(f for f in found.claims if f.thresholds is not None)
    return {
        "assessment": found.solution.best,
        "board": board([]),
        "case": lackmus.load("beer-quiche"),
        "derivatives": lackmus.derivatives("beer-quiche"),
        "claim": claim,
        "findings": found,
        "game": found.game,
        "reading": found.reading,
        "solution": found.solution,
        "list": lackmus.solve(lackmus.load("beer-quiche").compile(), method="perfect-bayesian"),
        "swept": Swept(Path("x.parquet"), 8, 0),
        "thresholds": claim.thresholds,
    }


def test_records_are_short_in_a_shell_and_a_table_in_a_notebook(small: Findings) -> None:
    for name, record in records(small).items():
        assert len(repr(record)) < 240, name
        assert len(str(record)) < 4000, name
        assert max(map(len, str(record).splitlines())) < 240, name
        html = record._repr_html_()
        ElementTree.fromstring(html.replace("<br>", "<br/>"))  # noqa: S314 - it is our own
        assert "array(" not in html, name


def test_a_case_names_its_actors_and_shows_no_table_without_claims() -> None:
    case = lackmus.parse(
        "title: Two\nactors: {union: {}, city: {name: The city}}\n"
        "moves: [{answer: {by: union, options: [accept, refuse]}}]\n"
        "stakes: {union: [{worth: 1, if: answer = accept}], city: [{worth: 1}]}\n"
    )
    assert str(case) == "Two\nactors: union, The city; 0 claims, 0 assumptions"


def test_derivatives_show_the_largest_of_each_first(small: Findings) -> None:
    found = lackmus.derivatives(small.case)
    rows = found.card().rows
    assert {row[0] for row in rows} <= {*found.claims, *(f"E({name})" for name in found.players)}
    claim = found.claims[0]
    sizes = [abs(float(row[2].replace(MINUS, "-"))) for row in rows if row[0] == claim]
    assert sizes == sorted(sizes, reverse=True)
    (most, *_) = (row[1] for row in rows if row[0] == claim)
    assert most == found.assumptions[int(abs(found.margins[0]).argmax())]


def test_a_scored_ledger_is_a_table() -> None:
    entries: list[dict[str, Any]] = [
        {"kind": "forecast", "id": "a", "on": "2025-01-01", "by": "ann", "stated": 0.4,
         "probability": None},
        {"kind": "resolution", "id": "a", "on": "2025-02-01", "outcome": "no", "how": "by hand"},
    ]  # fmt: skip
    scored = board(questions(entries))
    assert repr(scored) == "<Board: 1 resolved, 0 open, 0 ambiguous, 0 annulled; 0 late forecasts>"
    assert "ann  1  0.160        \N{MINUS SIGN}0.090" in str(scored)


def test_findings_show_each_verdict_as_it_is_printed(small: Findings) -> None:
    html, text = small._repr_html_(), str(small)
    for found in small.claims[:20]:
        assert found.claim.id in html
        assert found.verdict.said in text


def test_a_table_for_a_paper_has_every_row_and_no_letter_of_tex() -> None:
    class Some(Shown):
        def card(self) -> Card:
            rows = [(f"c_{i}", "50 %", r"a\b & {c}") for i in range(30)]
            return Card("some", (), ("claim", "share", "λ"), rows)

    table = Some().to_latex()
    assert table.count(r"\\") == 31
    assert r"c\_29 & 50 \% & a\textbackslash{}b \& \{c\}" in table
    assert r"$\lambda$" in table
    assert str(Some()).endswith("… and 10 more")


def test_html_is_escaped() -> None:
    class Some(Shown):
        def card(self) -> Card:
            return Card("<b>", ("&",), ("<",), [("<script>",)])

    assert "<script>" not in Some()._repr_html_()


def executed(book: Any) -> Any:
    nbclient = pytest.importorskip("nbclient", reason="no notebook client")
    pytest.importorskip("ipykernel", reason="no kernel")
    nbclient.NotebookClient(book, timeout=300, kernel_name="python3").execute()
    return book


def results(cell: Any) -> list[Any]:
    """What a cell shows, but for news on the error stream, such as that a solver is compiled."""
    return [output for output in cell["outputs"] if output["output_type"] != "stream"]


def test_a_real_kernel_shows_them() -> None:
    nbformat = pytest.importorskip("nbformat", reason="no notebook client")
    cells = [
        "import lackmus; from lackmus.report.charts import shares\n"
        "findings = lackmus.test('beer-quiche', draws=40, turns=False)",
        "findings", "findings.claims[0]", "findings.case", "findings.solution",
        "findings.reading", "shares(findings)",
    ]  # fmt: skip
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    for cell in executed(book).cells[1:]:
        (output,) = results(cell)
        kinds = set(output["data"])
        assert kinds & {"text/html", "image/svg+xml"}, cell["source"]
        assert len(output["data"]["text/plain"]) < 240, cell["source"]


def test_the_notebook_of_the_documentation_runs() -> None:
    nbformat = pytest.importorskip("nbformat", reason="no notebook client")
    path = Path(__file__).parents[2] / "docs/tutorial/tour.ipynb"
    book = nbformat.read(path, 4)
    code = [cell for cell in executed(book).cells if cell["cell_type"] == "code"]
    assert len(code) > 8
    for cell in code:
        (output,) = results(cell)
        kinds = set(output["data"]) - {"text/plain"}
        assert kinds or float(output["data"]["text/plain"]) > 0, cell["source"]
