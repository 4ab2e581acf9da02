"""What-if questions: points solved exactly, draws a batch at a time, draws near a value."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.workbench.conftest import CASE

import lackmus
from lackmus.case.parse import parse_case
from lackmus.foundation.errors import UsageError
from lackmus.foundation.outcomes import WORDS
from lackmus.pipeline.case_study import CaseStudy
from lackmus.pipeline.loading import load
from lackmus.pipeline.point import PointStudy
from lackmus.report.sentences import HINDSIGHT
from lackmus.sweep.design import draw
from lackmus.workbench.messages import answer_json, supposition_in, swept_json
from lackmus.workbench.session import Session
from lackmus.workbench.what_if import (
    NEAR,
    Answer,
    SupersededError,
    Supposition,
    Swept,
    WhatIf,
    _Way,
)


@pytest.fixture(scope="module")
def what_if() -> WhatIf:
    return WhatIf(parse_case(CASE), draws=256)


def test_a_point_is_what_a_sweep_says_of_it() -> None:
    case = load("alaska-2025")
    single, many = PointStudy(case), CaseStudy(case)
    points = draw(single.assumptions, single.correlations, 6, 1)
    together = many.run(points)
    for row, point in enumerate(points):
        alone, beliefs = single.at(point)
        assert beliefs is not None
        assert (alone.holds[0] == together.holds[row]).all()
        np.testing.assert_allclose(alone.margins[0], together.margins[row], atol=1e-9)


def test_a_point_answers_with_the_values_it_was_made_from(what_if: WhatIf) -> None:
    base = what_if.point()
    moved = what_if.point(Supposition({"cost": 4.5}))
    assert dict(base.values)["cost"] == 2.0
    assert dict(moved.values)["cost"] == 4.5
    assert [c.id for c in moved.claims] == ["c1_refused", "c2_offered"]
    assert moved.claims[0].margin == pytest.approx(base.claims[0].margin or 0.0)
    assert (moved.claims[1].margin or 0.0) < (base.claims[1].margin or 0.0) - 0.01


def test_what_is_observed_moves_beliefs_and_tells_its_surprise(what_if: WhatIf) -> None:
    before = what_if.point().beliefs
    after = what_if.point(Supposition(observed=("answer = accept",))).beliefs
    assert before is not None
    assert after is not None
    assert before.posterior == before.prior
    assert before.probability == pytest.approx(1.0)
    assert after.probability < 0.5
    assert after.posterior["north.aim"]["settle"] > before.prior["north.aim"]["settle"] + 0.2
    record = what_if.point(Supposition(record=True)).beliefs
    offered = what_if.point(Supposition(observed=("offer = line",))).beliefs
    assert record is not None
    assert offered is not None
    assert record.probability == offered.probability


def test_verdicts_that_the_record_has_overtaken_are_told_so(what_if: WhatIf) -> None:
    """As on the report's page; a forecast may be held against what happened."""

    def overtaken(found: WhatIf, **supposed: Any) -> dict[str, str]:
        last = list(found.sweep(Supposition(**supposed)))[-1]
        return {v["claim"]: v["hindsight"] for v in swept_json(last)["verdicts"]}

    nothing = {"c1_refused": "", "c2_offered": ""}
    assert overtaken(what_if) == nothing
    late = nothing | {"c2_offered": HINDSIGHT}
    assert overtaken(what_if, record=True) == late
    assert overtaken(what_if, observed=("offer = line",)) == late
    assert overtaken(what_if, record=True, values={"cost": 1.0}) == late
    forecast = CASE.replace("holds if: P(offer = line)", "resolves if: offer = line\n    "
                            "holds if: P(offer = line)")  # fmt: skip
    assert overtaken(WhatIf(parse_case(forecast), draws=64), record=True) == nothing


def test_beliefs_after_what_is_too_unlikely_for_a_float_are_those_of_a_reading() -> None:
    text = CASE.replace("worth: 1,", "worth: 200,")
    observed = ("answer = refuse and offer = line", "answer = accept or offer = line")
    values = {"gain": -500.0, "cost": 500.0}
    supposed = Supposition(values | {"precision": 5.0}, observed)
    found = WhatIf(parse_case(text), draws=16).point(supposed).beliefs
    assert found is not None
    assert found.probability == 0.0
    solution = lackmus.solve(lackmus.parse(text).compile(**values), precision=5.0)
    read = lackmus.read(solution, observed)
    assert read.probability == 0.0
    assert found.posterior["north.aim"] == pytest.approx(read.posterior["north.aim"])


def test_a_sweep_holds_still_what_is_supposed() -> None:
    what_if = WhatIf(parse_case(CASE), draws=192)
    steps = list(what_if.sweep(Supposition({"gain": 0.0, "cost": 5.0})))
    assert [s.done for s in steps] == [64, 128, 192]
    offered = steps[-1].verdicts[1]
    assert offered.word == "is contradicted"
    assert list(what_if.sweep(Supposition()))[-1].verdicts[1].word == "depends"


def test_draws_near_a_value_are_counted_and_only_these() -> None:
    what_if = WhatIf(parse_case(CASE), draws=256)
    assert what_if.point(Supposition({"cost": 1.0})).near == 0
    list(what_if.sweep(Supposition()))
    found = what_if.point(Supposition({"cost": 1.0}))
    study = CaseStudy(parse_case(CASE))
    points = draw(study.assumptions, study.correlations, 256, 0)
    close = np.abs(points[:, 0] - 1.0) <= NEAR * 5.0
    assert found.near == close.sum() > 10
    codes = study.run(points[close]).holds[:, 1]
    shares = found.claims[1].near
    assert shares is not None
    assert shares.holds == (codes == 1).sum()
    assert set(WORDS.values()) == set(shares.shares())


def test_a_sweep_that_nobody_wants_any_more_ends() -> None:
    what_if = WhatIf(parse_case(CASE), draws=20_000)
    seen: list[int] = []
    for step in what_if.sweep(Supposition(), lambda: len(seen) < 2):
        seen.append(step.done)  # noqa: PERF401 - it is looked at meanwhile
    assert seen == [64, 128]


def test_turns_are_places_where_the_base_case_turns(what_if: WhatIf) -> None:
    turns = [t for t in what_if.turns() if t.claim == "c2_offered"]
    assert turns
    for turn in turns:
        beyond = (
            turn.value + np.sign(turn.value - dict(what_if.point().values)[turn.assumption]) * 0.05
        )
        there = what_if.point(Supposition({turn.assumption: float(beyond)})).claims[1].word
        assert there != what_if.point().claims[1].word


@pytest.mark.parametrize("values", [{"nobody": 1.0}, {"cost": float("nan")}])
def test_what_cannot_be_supposed_is_told(what_if: WhatIf, values: dict[str, float]) -> None:
    with pytest.raises(UsageError, match="no value of an assumption"):
        what_if.point(Supposition(values))


def test_sliders_know_their_range_and_base(what_if: WhatIf) -> None:
    cost = what_if.sliders()[0]
    assert (cost.name, cost.base, cost.low, cost.high) == ("cost", 2.0, 0.0, 5.0)
    assert what_if.sliders()[-1].name == "precision"
    assert what_if.sliders()[-1].shape == "loguniform"


# --- several at once ---


def test_a_point_whose_turn_comes_when_nobody_wants_it_is_not_solved() -> None:
    what_if = WhatIf(parse_case(CASE), draws=16)
    with pytest.raises(SupersededError):
        what_if.point(Supposition({"cost": 1.0}), lambda: False)


def test_turns_that_nobody_wants_any_more_are_given_up() -> None:
    looks = iter([True] * 5)
    with pytest.raises(SupersededError):
        WhatIf(parse_case(CASE)).turns(wanted=lambda: next(looks, False))


def test_points_and_sweeps_at_once_come_out_as_each_alone() -> None:
    """Games are compiled once for all lights and threads; no thread's work touches another's."""
    case = load("alaska-2025")
    alone, together = WhatIf(case, draws=96), WhatIf(case, draws=96)
    lights = [Supposition(record=record) for record in (False, True)]
    moves = [
        Supposition({s.name: s.low + share * (s.high - s.low)}, record=bool(i % 2))
        for share in (0.25, 0.75) for i, s in enumerate(alone.sliders()[:4])
    ]  # fmt: skip
    expected = [replace(alone.point(move), seconds=0.0) for move in moves]
    swept = [list(alone.sweep(light))[-1] for light in lights]

    def lit(light: Supposition) -> Swept:
        return list(together.sweep(light))[-1]

    def point(move: Supposition) -> Answer:
        return replace(together.point(move), seconds=0.0, near=0)

    with ThreadPoolExecutor(6) as pool:
        sweeps = [pool.submit(lit, light) for light in lights]
        found = list(pool.map(point, moves))
        assert [sweep.result() for sweep in sweeps] == swept
    for one, other in zip(found, expected, strict=True):
        assert [(c.word, c.margin) for c in one.claims] == [
            (c.word, c.margin) for c in other.claims
        ]
        assert one.values == other.values
        assert one.beliefs is not None
        assert other.beliefs is not None
        assert one.beliefs.posterior == other.beliefs.posterior


def test_a_sweep_gives_way_to_points() -> None:
    way, order = _Way(), []
    begun, ready = threading.Event(), threading.Event()

    def sweep() -> None:
        begun.set()
        way.give()
        order.append("batch")

    with way.first():
        way.give(lambda: False)
        thread = threading.Thread(target=sweep)
        thread.start()
        begun.wait()
        ready.wait(0.05)
        order.append("point")
    thread.join()
    assert order == ["point", "batch"]


def test_much_that_is_asked_leaves_little_behind() -> None:
    what_if = WhatIf(parse_case(CASE), draws=16)
    games = what_if._first.games
    for share in range(10):
        light = Supposition({"cost": share / 10}, observed=(f"{share} < 100", "offer = line"))
        what_if.point(light)
        list(what_if.sweep(replace(light, values={})))
    for kept in (what_if._studies, what_if._stored):
        assert len(kept) == 6
    assert len(games) == 1


def test_moves_of_many_a_second_come_out_in_order_and_the_last_is_right() -> None:
    """As many hands as a hurried page has move sliders; nothing waits for what came before."""
    session = Session("beer-quiche", draws=16)
    text = session.opened()["text"]
    sliders = session.build(text)["sliders"]
    moves = [
        {"values": {s["name"]: s["low"] + share * (s["high"] - s["low"])}}
        for share in (0.1, 0.3, 0.5, 0.7, 0.9) for s in sliders
    ] * 10  # fmt: skip
    solved: list[int] = []
    answers: dict[int, dict[str, Any]] = {}

    def move(number: int, wanted: Callable[[], bool]) -> None:
        def still() -> bool:
            if wanted():
                solved.append(number)
                return True
            return False

        with suppress(SupersededError):
            what_if = session._ready(text).what_if
            answers[number] = answer_json(what_if.point(supposition_in(moves[number]), still))

    with ThreadPoolExecutor(16) as pool:
        for number in range(len(moves)):
            # A number is taken as a request comes in, before it waits for a thread.
            pool.submit(move, number, session.newest("point"))
    assert solved == sorted(solved)
    assert solved[-1] == len(moves) - 1
    assert set(answers) == set(solved)
    fresh = Session("beer-quiche", draws=16)
    for number in solved[-5:]:
        alone = fresh.point(text, moves[number], fresh.newest("point"))
        assert answers[number]["claims"] == alone["claims"]
        assert answers[number]["beliefs"] == alone["beliefs"]


def test_slopes_are_those_of_the_exact_answers(what_if: WhatIf) -> None:
    """The secant of exact answers a little to either side, at the base and away from it."""
    for values in ({}, {"cost": 3.0}):
        slopes = what_if.slopes(Supposition(values))
        for name, at, step in (("gain", 3.0, 1e-4), ("cost", values.get("cost", 2.0), 1e-4)):
            low, high = (
                what_if.point(Supposition({**values, name: at + by})).claims for by in (-step, step)
            )
            for below, above in zip(low, high, strict=True):
                assert below.margin is not None
                assert above.margin is not None
                secant = (above.margin - below.margin) / (2 * step)
                assert slopes[below.id].get(name, 0.0) == pytest.approx(secant, abs=1e-6)


def test_slopes_that_nobody_wants_are_not_looked_for(what_if: WhatIf) -> None:
    with pytest.raises(SupersededError):
        what_if.slopes(wanted=lambda: False)
