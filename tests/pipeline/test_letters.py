"""A name that Python or the command line gives may have its letters' marks apart, as macOS has."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import lackmus
from lackmus.cli.main import app
from lackmus.pipeline.findings import Findings
from lackmus.pipeline.readings import read_case
from lackmus.report import charts
from lackmus.sweep.discovery import pair_map
from lackmus.sweep.points import read_points

CASE = """
title: Größe
actors:
  süd: {aims: {frühling: 0.4, löwe: rest}}
  nörd: {}
observers: [bühne]
assumptions: {größe: {value: 1, range: [0, 2]}, höhe: {value: 1, range: [0, 2]}}
moves:
  - geben: {by: süd, options: [mögen, no_gö]}
  - nehmen: {by: nörd, if: geben = mögen, options: [völlig, kaum]}
stakes:
  süd: [{worth: größe, if: geben = mögen and süd.aim = frühling}]
  nörd: [{worth: höhe, if: nehmen = völlig}]
claims:
  fällt: {holds if: P(süd.aim = frühling | geben = mögen) > 0.5}
"""


def apart(text: str) -> str:
    """The same with each mark behind its letter."""
    found = unicodedata.normalize("NFD", text)
    assert found != text
    return found


@pytest.fixture(scope="module")
def case() -> lackmus.Case:
    return lackmus.parse(CASE)


@pytest.fixture(scope="module")
def found(case: lackmus.Case) -> Findings:
    return lackmus.test(case, 40, probes=False)


@pytest.fixture(scope="module")
def solution(case: lackmus.Case) -> lackmus.Solution:
    return lackmus.solve(case.compile(), precision=2)


#: What is asked, with the names spelt in one way or the other; both must come to the same.
ENTRIES: dict[str, Callable[[Any, Any, Any, Callable[[str], str]], object]] = {
    "read": lambda _c, _f, s, n: lackmus.read(s, n("geben = mögen"), observer=n("bühne")).card(),
    "read_case": lambda c, _f, _s, n: read_case(
        c, {"geben": n("mögen")}, observer=n("nörd")
    ).card(),
    "ask": lambda _c, _f, s, n: lackmus.ask(s, n("E(süd | geben = mögen)")),
    "compile": lambda c, _f, _s, n: c.compile(**{n("größe"): 1.5}).payoffs.tolist(),
    "vary": lambda c, _f, _s, n: list(
        lackmus.vary(c, {n("größe"): [0.5, 1.5]}, {"x": n("P(geben = mögen)")}).table["x"]
    ),
    "derivatives": lambda c, _f, _s, n: lackmus.derivatives(
        c, observed=n("geben = mögen")
    ).margins.tolist(),
    "solution": lambda _c, _f, s, n: str(s[n("süd")]),
    "infoset": lambda _c, _f, s, n: repr(s[n("nehmen: geben = mögen")]),
    "action": lambda _c, _f, s, n: s[n("nehmen: geben = mögen")][n("völlig")],
    "strategy": lambda _c, _f, s, n: repr(s[n("nörd")][n("nehmen: geben = mögen")]),
    "profile": lambda _c, _f, s, n: lackmus.Profile.of(
        s.game,
        {
            n("süd"): {
                at: {n(action): p for action, p in choice.items()}
                for at, choice in s[n("süd")].items()
            },
            n("nörd"): {n("nehmen: geben = mögen"): {n("völlig"): 0.25, "kaum": 0.75}},
        },
    ).array.tolist(),
    "fit_precision": lambda _c, _f, s, n: lackmus.fit_precision(
        s.game, {n("nörd"): {n("nehmen: geben = mögen"): {n("völlig"): 7, "kaum": 3}}}
    ).precision,
    "claim": lambda c, _f, _s, n: c.claim(n("fällt")).id,
    "finding": lambda _c, f, _s, n: f[n("fällt")].claim.id,
    "test": lambda c, _f, _s, n: lackmus.test(
        c, 20, observed=n("geben = mögen"), probes=False
    )["fällt"].base_margin,
    "margins": lambda _c, f, _s, n: charts.margins(f, n("fällt")).spec,
    "share_by": lambda _c, f, _s, n: charts.share_by(f, n("fällt"), n("größe")).spec,
    "verdict_map": lambda _c, f, _s, n: charts.verdict_map(
        f, n("fällt"), n("größe"), n("höhe")
    ).spec,
    "beliefs": lambda _c, f, _s, n: charts.beliefs(f, n("süd.aim")).spec,
    "indicators": lambda _c, f, _s, n: charts.indicators(f, n("süd.aim")).spec,
    "responses": lambda _c, _f, s, n: charts.responses(
        lackmus.correspondence(s.game, 1, points=4), [n("nehmen: geben = mögen")]
    ).spec,
    "slice_map": lambda c, _f, _s, n: charts.slice_map(
        pair_map(lackmus.CaseStudy(c), n("größe"), n("höhe"), size=3), n("fällt")
    ).spec,
}  # fmt: skip


@pytest.mark.parametrize("entry", ENTRIES)
def test_python_takes_names_whose_marks_stand_apart(
    entry: str, case: lackmus.Case, found: Findings, solution: lackmus.Solution
) -> None:
    ask = ENTRIES[entry]

    def either(name: str) -> str:
        return unicodedata.normalize("NFD", name)

    assert ask(case, found, solution, either) == ask(case, found, solution, str)


def test_a_table_of_points_may_name_its_columns_so(case: lackmus.Case, tmp_path: Path) -> None:
    table = tmp_path / "points.csv"
    table.write_text(f"{apart('größe')},{apart('höhe')}\n0.5,1.5\n", encoding="utf-8")
    points = read_points(table, (*case.assumptions, case.precision))
    np.testing.assert_array_equal(points, [[0.5, 1.5, float(case.precision.value)]])


@pytest.mark.parametrize(
    "arguments",
    [
        ("read", "--observer", "bühne", "--observe", "geben = mögen"),
        ("test", "--draws", "8", "--fail-on", "fällt"),
        ("test", "--draws", "8", "--observe", "geben = mögen"),
    ],
    ids=lambda given: given[-2],
)
def test_so_does_the_command_line(arguments: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(CASE, encoding="utf-8")

    def said(*given: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, [given[0], str(file), *given[1:], "--json"])
        lines = [line for line in done.stdout.splitlines() if '": ' not in line or "e" in line]
        kept = [line for line in lines if '"solve"' not in line and '"total"' not in line]
        return done.exit_code, "\n".join(kept)

    spelt = tuple(unicodedata.normalize("NFD", part) for part in arguments)
    assert spelt != arguments
    assert said(*spelt) == said(*arguments)
    assert said(*spelt)[0] in (0, 1)


@pytest.mark.parametrize("name", [0, None])
def test_what_is_no_text_names_nothing(found: Findings, case: lackmus.Case, name: Any) -> None:
    for look in (found.__getitem__, case.claim):
        with pytest.raises(KeyError):
            look(name)


@pytest.mark.parametrize("name", [0, None])
def test_what_is_no_text_names_nothing_in_a_profile(solution: lackmus.Solution, name: Any) -> None:
    profile = solution.best.profile
    for part in (profile, profile["süd"], next(iter(profile["süd"].values()))):
        assert name not in part
    with pytest.raises(lackmus.UsageError, match="no player"):
        lackmus.Profile.of(solution.game, {name: {}})


@pytest.mark.parametrize("thing", [0, b"geben = no_g"])
def test_what_is_no_text_is_no_question_and_no_observation(
    solution: lackmus.Solution, thing: Any
) -> None:
    with pytest.raises(lackmus.UsageError, match="a question is a text, not"):
        lackmus.ask(solution, thing)
    with pytest.raises(lackmus.UsageError, match="what was observed is a text, not"):
        lackmus.read(solution, [thing])
    with pytest.raises(lackmus.UsageError, match="what geben is observed to be is a text, not"):
        lackmus.read(solution, {"geben": thing})


def test_a_name_in_both_spellings_has_no_two_values(case: lackmus.Case) -> None:
    values = {"größe": 1.0, apart("größe"): 1.5}
    with pytest.raises(lackmus.UsageError, match="'größe' stands there twice"):
        case.compile(**values)
    with pytest.raises(lackmus.UsageError, match="'größe' stands there twice"):
        lackmus.vary(case, {name: [value] for name, value in values.items()}, "E(nörd)")
