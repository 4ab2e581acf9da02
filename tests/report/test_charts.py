"""Charts: valid Vega-Lite, the findings' own numbers, files without a network."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from lackmus.compiler.compile import compile_case
from lackmus.foundation.errors import UsageError
from lackmus.foundation.outcomes import NO_DIFFERENCE
from lackmus.pipeline.case_study import CaseStudy
from lackmus.pipeline.correspondence import correspondence
from lackmus.pipeline.findings import Findings
from lackmus.pipeline.loading import load
from lackmus.pipeline.quantities import vary
from lackmus.report import charts, specs, specs_sweep, theme, words
from lackmus.sweep.design import draw
from lackmus.sweep.discovery import PairMap, pair_map
from lackmus.sweep.study import CANNOT_BE_ASKED, HOLDS

CLAIM = "i02_pretext_likelier_than_not"
AIM = "washington.aim"

BOXED = "i02_pretext_likelier_than_not"


def _study() -> CaseStudy:
    return CaseStudy(load("india-tariffs-2025"))


def _map() -> PairMap:
    return pair_map(_study(), "upkeep", "reach", size=5)


def _tornado(_: Findings) -> charts.Chart:
    study = _study()
    points = draw(study.assumptions, (), 3 * len(study.assumptions), 0, "one-at-a-time")
    return charts.tornado(study.assumptions, points, study.run(points), 1)


def _statics(_: Findings) -> charts.Chart:
    asked = ["P(breakfast = beer)", "E(bully)"]
    return charts.statics(vary(load("beer-quiche"), {"taste": [0.5, 1, 2]}, asked))


def _responses(_: Findings) -> charts.Chart:
    """As many lines as there may be."""
    return charts.responses(correspondence(compile_case(load("centipede")).game, 4.0, points=12))


EVERY: dict[str, Callable[[Findings], charts.Chart]] = {
    "assumptions": charts.assumptions,
    "beliefs": lambda f: charts.beliefs(f, AIM),
    "box": lambda f: charts.box(f, BOXED),
    "driver_map": charts.driver_map,
    "drivers": lambda f: charts.drivers(f, CLAIM),
    "indicators": lambda f: charts.indicators(f, AIM),
    "margins": lambda f: charts.margins(f, CLAIM),
    "probes": charts.probes,
    "responses": _responses,
    "share_by": lambda f: charts.share_by(f, CLAIM),
    "shares": charts.shares,
    "statics": _statics,
    "slice_map": lambda _: charts.slice_map(_map(), CLAIM),
    "tornado": _tornado,
    "turns": lambda f: charts.turns(f, CLAIM),
    "verdict_map": lambda f: charts.verdict_map(f, CLAIM, "precision", f.assumptions[0].name),
    "watch": charts.watch,
}


def _parsed(drawing: str | bytes) -> ElementTree.Element:
    return ElementTree.fromstring(drawing)  # noqa: S314 - it is our own


def _rows(spec: theme.Spec, layer: int = 0) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = spec["layer"][layer]["data"]["values"]
    return rows


def test_every_chart_is_tried() -> None:
    assert set(charts.__all__) == {*EVERY, "Chart", "save"}


@pytest.mark.parametrize("name", EVERY)
def test_altair_takes_a_chart_and_it_draws(name: str, small: Findings) -> None:
    chart = EVERY[name](small)
    chart.to_altair()  # Altair checks it against Vega-Lite's schema
    drawing = theme.inline(chart.spec, "what is shown")
    tree = _parsed(drawing)
    assert tree.attrib["aria-label"] == "what is shown"
    assert len(list(tree.iter())) > 10


@pytest.mark.parametrize("name", EVERY)
def test_every_colour_of_a_chart_has_its_variable_in_the_page(name: str, small: Findings) -> None:
    drawing = theme.inline(EVERY[name](small).to_dict(), "")
    assert re.findall(r"(?:fill|stroke)=\"#\w+", drawing) == []
    assert set(re.findall(r"var\((--\w+)\)", drawing)) <= set(theme.VARIABLES.values())


def test_a_histogram_counts_every_defined_draw_and_parts_them_at_zero(small: Findings) -> None:
    rows = _rows(specs.margins(small, CLAIM))
    margins = small[CLAIM].margins
    assert sum(row["draws"] for row in rows) == np.isfinite(margins).sum()
    assert all((row["from"] >= 0) == (row["side"] == "holds") for row in rows)
    above = sum(row["draws"] for row in rows if row["side"] == "holds")
    assert above == np.sum(margins >= 0)


def test_a_curve_of_shares_averages_to_the_share(small: Findings) -> None:
    rows = _rows(specs.share_by(small, CLAIM), 1)
    share = small[CLAIM].verdict.share
    assert np.mean([row["share"] for row in rows]) == pytest.approx(share, abs=0.02)
    assert all(row["low"] <= row["share"] <= row["high"] for row in rows)


def test_a_map_covers_both_ranges_and_says_what_the_draws_say(small: Findings) -> None:
    first = small.assumptions[0].name
    rows = _rows(specs.verdict_map(small, CLAIM, first, "precision"))
    found = small[CLAIM]
    precision = [a.name for a in small.assumptions].index("precision")
    for row in rows:
        u, v = small.points[:, 0], small.points[:, precision]
        inside = (row["x"] <= u) & (u < row["x2"]) & (row["y"] <= v) & (v < row["y2"])
        inside &= found.holds != CANNOT_BE_ASKED
        share = np.mean(found.holds[inside] == HOLDS)
        assert (row["side"] == "holds") == (share >= 0.5)
        assert row["firm"] == pytest.approx(abs(2 * share - 1))


def test_a_cell_in_which_a_claim_mostly_makes_no_difference_does_not_say_that_it_fails(
    small: Findings,
) -> None:
    first = small.assumptions[0].name
    half = small.points[:, 0] < np.median(small.points[:, 0])
    outcomes = np.where(half, NO_DIFFERENCE, HOLDS).astype(np.int8)
    claims = tuple(
        replace(found, holds=outcomes) if found.claim.id == CLAIM else found
        for found in small.claims
    )
    rows = _rows(specs.verdict_map(replace(small, claims=claims), CLAIM, first, "precision"))
    told = {(row["side"], row["sign"]) for row in rows}
    assert told == {("holds", "+"), ("no difference", "≈")}
    assert all(0 <= row["firm"] <= 1 for row in rows)


def test_turns_are_placed_within_their_ranges_and_labelled_with_their_ends(small: Findings) -> None:
    claim = next(f.claim.id for f in small.claims if f.thresholds and f.thresholds.turns)
    for row in _rows(specs.turns(small, claim)):
        assert 0 <= row["turn"] <= 1
        assert 0 <= row["base"] <= 1
        assert row["low"] != row["high"]
        assert (row["end"] == 1.0) == (row["turn"] > row["base"])


def test_a_tornado_is_labelled_with_the_assumptions_values_and_drawn_by_the_margins() -> None:
    study = _study()
    points = draw(study.assumptions, (), 3 * len(study.assumptions), 0, "one-at-a-time")
    outcomes = study.run(points)
    rows = _rows(specs_sweep.tornado(study.assumptions, points, outcomes, 1))
    assert rows == sorted(rows, key=lambda row: -abs(row["high"] - row["low"]))
    row = next(row for row in rows if row["assumption"] == "upkeep")
    ends = {row["left_value"], row["right_value"]}
    assert ends == {f"{words.MINUS}1", "3"}
    low = outcomes.margins[np.argmin(points[:, specs_index("upkeep", study)]), 1]
    assert row["low"] == pytest.approx(low)


def specs_index(name: str, study: CaseStudy) -> int:
    return [a.name for a in study.assumptions].index(name)


def test_a_slice_shows_what_the_map_holds() -> None:
    found = _map()
    rows = _rows(specs_sweep.slice_map(found, CLAIM))
    holds = found.holds[found.claims.index(CLAIM)]
    assert sum(row["side"] == "holds" for row in rows) == (holds == HOLDS).sum()
    with pytest.raises(UsageError, match="no_such_claim"):
        specs_sweep.slice_map(found, "no_such_claim")


def test_a_box_frames_its_limits(small: Findings) -> None:
    box = small[BOXED].box
    assert box is not None
    (frame,) = _rows(specs_sweep.box(small, BOXED), 1)
    first = box.limits[0]
    assert first.low is None or frame["x"] == first.low
    assert first.high is None or frame["x2"] == first.high
    bare = replace(small, claims=tuple(replace(f, box=None) for f in small.claims))
    with pytest.raises(UsageError, match="no box"):
        specs_sweep.box(bare, BOXED)


def test_a_notebook_shows_a_chart_as_a_drawing(small: Findings) -> None:
    chart = charts.shares(small)
    assert _parsed(chart._repr_svg_()).tag.endswith("svg")
    assert len(repr(chart)) < 80


@pytest.mark.parametrize("ending", [".svg", ".png", ".html", ".json"])
def test_a_chart_is_saved_by_its_ending(ending: str, small: Findings, tmp_path: Path) -> None:
    target = tmp_path / f"chart{ending}"
    charts.save(charts.margins(small, CLAIM), target)
    head = target.read_bytes()
    if ending == ".png":
        assert head.startswith(b"\x89PNG")
    elif ending == ".svg":
        assert _parsed(head).tag.endswith("svg")
    elif ending == ".json":
        assert json.loads(head)["layer"]
    else:
        assert b"<script src=" not in head


@pytest.mark.parametrize("name", ["chart.gif", "chart"])
def test_an_unknown_ending_is_refused_in_words(name: str, small: Findings, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="must end in"):
        charts.save(charts.shares(small), tmp_path / name)


def test_unknown_names_are_told_with_those_that_are_known(small: Findings) -> None:
    with pytest.raises(UsageError, match=CLAIM):
        charts.margins(small, "no_such_claim")
    with pytest.raises(UsageError, match="no_such_aim"):
        charts.beliefs(small, "no_such_aim")
    with pytest.raises(UsageError, match="precision"):
        charts.share_by(small, CLAIM, "no_such_assumption")
    with pytest.raises(UsageError, match="no_such_aim"):
        charts.indicators(small, "no_such_aim")
