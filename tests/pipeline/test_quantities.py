"""Quantities asked of solutions and along assumptions, against closed forms and other code."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import lackmus
from lackmus.report import charts

BEER = "beer-quiche"


@pytest.fixture(scope="module")
def solved() -> lackmus.Solution:
    return lackmus.solve(lackmus.load(BEER).compile(), precision=3)


def test_a_number_asked_is_that_of_the_profile(solved: lackmus.Solution) -> None:
    game = solved.game
    beer = {
        label: solved["stranger"][label]["beer"]
        for label in solved["stranger"]
    }  # fmt: skip
    weights = dict(zip(("surly", "wimp"), game.chance.tolist(), strict=True))
    told = sum(
        weight * next(p for label, p in beer.items() if label.endswith(aim))
        for aim, weight in weights.items()
    )
    assert lackmus.ask(solved, "P(breakfast = beer)") == pytest.approx(told, abs=1e-12)
    assert lackmus.ask(solved, "E(bully)") == pytest.approx(
        solved.best.payoffs[game.players.index("bully")], abs=1e-12
    )
    surly = lackmus.ask(solved, "P(stranger.aim = surly | breakfast = beer)")
    strong = next(p for label, p in beer.items() if label.endswith("surly"))
    assert surly == pytest.approx(weights["surly"] * strong / told, abs=1e-12)


#: The second actor moves first, the third not at all.
SECOND_FIRST = """
title: Who moves first
actors: {north: {}, south: {aims: {peace: 0.5, deals: rest}}, east: {}}
assumptions: {cost: {value: 2, range: [1, 3]}}
events: {agreed: answer = accept}
moves:
  - offer: {by: south, options: {line: {number: 1}, business: {number: 2}}}
  - answer: {by: north, options: [accept, refuse]}
  - rounds: {name: term, count: 2, state: {held: {next: held + 1}},
             moves: [{demand: {by: south, options: [hold, yield]}}]}
stakes:
  north: [{worth: 3, if: answer = accept}]
  south: [{worth: -cost, if: answer = accept}]
  east: [{worth: 100, if: answer = refuse}]
"""


def test_payoffs_asked_are_those_of_the_actor_named_whoever_moves_first() -> None:
    solution = lackmus.solve(lackmus.parse(SECOND_FIRST).compile(), precision=0)
    assert lackmus.ask(solution, "E(north)") == pytest.approx(1.5)
    assert lackmus.ask(solution, "E(south)") == pytest.approx(-1)
    assert lackmus.ask(solution, "E(east)") == pytest.approx(50)
    assert lackmus.ask(solution, "E(north | answer = accept)") == pytest.approx(3)
    assert lackmus.ask(solution, "E(north) > E(south)") == "holds"


@pytest.mark.parametrize("name", ["beer-quiche", "entry-deterrence", "two-level-game"])
def test_payoffs_asked_are_those_of_the_solution(name: str) -> None:
    solution = lackmus.solve(lackmus.load(name).compile(), precision=1)
    asked = [lackmus.ask(solution, f"E({player})") for player in solution.game.players]
    assert asked == pytest.approx(list(solution.best.payoffs), abs=1e-9)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("P(number(offer) > 1)", "'number(offer)' needs the case"),
        ("P(ever(demand = hold))", "needs the case"),
        ("P(answer = accept | do(offer = line))", "needs the case"),
        ("P(held = 2)", "nothing is called 'held'"),
        ("P(term = 2)", "nothing is called 'term'"),
        ("P(agreed)", "nothing is called 'agreed'"),
        ("E(north) > cost", "nothing is called 'cost'"),
    ],
)
def test_what_a_game_does_not_keep_is_asked_of_the_case(question: str, said: str) -> None:
    case = lackmus.parse(SECOND_FIRST)
    solution = lackmus.solve(case.compile(), precision=3)
    with pytest.raises(lackmus.UsageError) as error:
        lackmus.ask(solution, question)
    assert said in str(error.value)
    assert "lackmus.vary(case, {'precision': [3]}, question)" in str(error.value)
    assert lackmus.vary(case, {"precision": [3]}, question).table["precision"] == [3]


def test_a_comparison_is_answered_in_words(solved: lackmus.Solution) -> None:
    assert lackmus.ask(solved, "P(breakfast = beer) > 0") == "holds"
    assert lackmus.ask(solved, "P(breakfast = beer) > 1") == "fails"
    assert lackmus.ask(solved.best, "E(bully) > E(bully) + 0.5 - 0.5") == "fails"


def test_what_cannot_happen_cannot_be_asked() -> None:
    game = lackmus.load(BEER).compile()
    pooling = lackmus.solve(game, method="perfect-bayesian").best
    choice = next(iter(pooling.profile["stranger"].values()))
    never = "beer" if choice["beer"] == 0 else "quiche"
    assert math.isnan(float(lackmus.ask(pooling, f"P(stranger.aim = surly | breakfast = {never})")))
    question = f"P(stranger.aim = surly | breakfast = {never}) > 0.5"
    assert lackmus.ask(pooling, question) == "cannot be asked"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("P(dinner = beer)", "nothing is called 'dinner'"),
        ("P(breakfast = ", "ends too early"),
        ("breakfast", "is not a number"),
        ("E(nobody)", "no actor 'nobody'"),
        ("P(breakfast = beer | do(breakfast = beer))", "needs the case"),
        ("P(breakfast = beer | observed)", "no meaning here"),
        ("share_surly", "nothing is called"),
    ],
)
def test_a_bad_question_is_a_fault(solved: lackmus.Solution, question: str, said: str) -> None:
    with pytest.raises(lackmus.UsageError, match=said.replace("(", r"\(")):
        lackmus.ask(solved, question)


def test_a_game_without_a_case_says_where_to_look() -> None:
    game = lackmus.read_efg(
        'EFG 2 R "g" { "a" }\np "" 1 1 "" { "l" "r" } 0\nt "" 1 "" { 1 }\nt "" 2 "" { 2 }\n'
    )
    with pytest.raises(lackmus.UsageError) as error:
        lackmus.ask(lackmus.solve(game, precision=1), "P(a = l)")
    assert "profile[player][infoset][action]" in error.value.faults[0].hint


def test_assumptions_take_other_values_when_compiling() -> None:
    case = lackmus.load(BEER)
    for share in (0.25, 1.5 / 4):
        game = case.compile(share_surly=share)
        assert sorted(game.chance) == pytest.approx(sorted((share, 1 - share)))
    assert (case.compile().chance == case.compile(taste=9).chance).all()
    with pytest.raises(lackmus.UsageError, match="no assumption 'shares'"):
        case.compile(shares=0.5)
    with pytest.raises(lackmus.UsageError, match="no value"):
        case.compile(taste=math.inf)
    with pytest.raises(lackmus.UsageError, match="negative probability"):
        case.compile(share_surly=1.2)


def test_statics_of_a_quantal_response_follow_its_closed_form() -> None:
    """A lone chooser takes an option by p = 1 / (1 + exp(−λ·(a − b)))."""
    case = lackmus.parse(
        "title: One choice\nassumptions: {gain: {value: 1, range: [0, 2]}}\n"
        "precision: 2\nactors: {one: }\nmoves:\n- take: {by: one, options: [yes_, no_]}\n"
        "stakes: {one: [{if: take = yes_, worth: gain}]}\n"
    )
    gains, precisions = [0.0, 0.5, 4.0], [0.5, 3.0]
    found = lackmus.vary(
        case, {"gain": gains, "precision": precisions},
        {"p": "P(take = yes_)", "u": "E(one)", "more": "P(take = yes_) > 0.9"},
    )  # fmt: skip
    assert list(found.table) == ["gain", "precision", "equilibrium", "p", "u", "more"]
    expected = [1 / (1 + math.exp(-x * gain)) for gain in gains for x in precisions]
    assert found.table["p"] == pytest.approx(expected, abs=1e-10)
    worth = [gain * p for (gain, p) in zip(np.repeat(gains, 2), expected, strict=True)]
    assert found.table["u"] == pytest.approx(worth, abs=1e-10)
    assert found.table["more"] == ["holds" if p > 0.9 else "fails" for p in expected]
    assert found.unsolved == 0


def test_statics_of_equilibria_have_a_row_for_each() -> None:
    """Beer-quiche has two pooling plays where the surly are likely, else one that is mixed."""
    found = lackmus.vary(
        lackmus.load(BEER), {"share_surly": [0.1, 0.9]}, ["P(breakfast = beer)"], every=True
    )
    rows = list(zip(found.table["share_surly"], found.table["P(breakfast = beer)"], strict=True))
    assert [p for share, p in rows if share == 0.1] == [pytest.approx(0.2)]
    assert {p for share, p in rows if share == 0.9} == {0.0, 1.0}
    assert found.table["equilibrium"][0] == 1
    assert found.incomplete == 0


def test_statics_compare_rules() -> None:
    found = lackmus.vary(
        lackmus.load(BEER), {"taste": [1, 2]},
        {"bound": "P(breakfast = beer | do(breakfast = quiche))", "free": "P(breakfast = beer)"},
    )  # fmt: skip
    assert found.table["bound"] == [0.0, 0.0]
    assert all(p > 0.1 for p in found.table["free"])
    with pytest.raises(lackmus.UsageError, match="under several rules"):
        lackmus.vary(
            lackmus.load(BEER), {"taste": [1]}, ["P(breakfast = beer | do(breakfast = beer))"],
            every=True,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "asked", "said"),
    [
        ({"share": [1]}, ["E(bully)"], "no assumption 'share'"),
        ({"taste": []}, ["E(bully)"], "needs finite values"),
        ({"taste": [math.nan]}, ["E(bully)"], "needs finite values"),
        ({}, ["E(bully)"], "nothing varies"),
        ({"taste": [1]}, [], "nothing is asked"),
        ({"precision": [-1]}, ["E(bully)"], "cannot be negative"),
        ({"taste": range(400), "peace": range(400)}, ["E(bully)"], "160,000 points"),
    ],
)
def test_statics_refuse_what_makes_no_sense(
    values: dict[str, list[float]], asked: list[str], said: str
) -> None:
    with pytest.raises(lackmus.UsageError, match=said):
        lackmus.vary(lackmus.load(BEER), values, asked)


def test_a_correspondence_is_the_solution_at_each_precision() -> None:
    game = lackmus.load("centipede").compile()
    found = lackmus.correspondence(game, 8.0, points=30)
    assert found.precision[0] == 0.0
    assert found.precision[-1] == pytest.approx(8.0, rel=1e-12)
    assert (np.diff(found.precision) > 0).all()
    for k in (0, 7, 29):
        alone = lackmus.solve(game, precision=float(found.precision[k])).best
        np.testing.assert_allclose(found.strategy[k], alone.strategy, atol=1e-9)
    table = found.table()
    assert len(table) == 1 + game.n_actions
    assert table["a: first[1]: take"][0] == pytest.approx(0.5)
    with pytest.raises(lackmus.UsageError, match="no infoset 'nowhere'"):
        found.actions(["nowhere"])
    for bad in (0.0, -1.0, math.inf):
        with pytest.raises(lackmus.UsageError, match="positive precision"):
            lackmus.correspondence(game, bad)


def test_a_correspondence_that_turns_keeps_its_way() -> None:
    """A game of three actions each whose branch turns back at λ = 2.4085, forth at 0.7338."""
    rows = [[[5, 2, 9], [5, 4, 6], [9, 8, 1]], [[1, 6, 4], [3, 2, 8], [3, 5, 2]]]
    payoffs = " ".join(f"{rows[0][i][j]} {rows[1][i][j]}" for j in range(3) for i in range(3))
    game = lackmus.read_nfg(f'NFG 1 R "turns" {{ "a" "b" }} {{ 3 3 }}\n\n{payoffs}\n')
    found = lackmus.correspondence(game, 3.0)
    assert found.turning_points == pytest.approx((2.4085, 0.7338), abs=2e-3)
    assert (np.diff(found.precision) < 0).any()
    first, second = np.array(rows, float)
    for precision, strategy in zip(found.precision, found.strategy, strict=True):
        p, q = strategy[:3], strategy[3:]
        for own, worth in ((p, first @ q), (q, p @ second)):
            weights = np.exp(precision * (worth - worth.max()))
            np.testing.assert_allclose(own, weights / weights.sum(), atol=1e-4)


def test_charts_of_quantities_draw() -> None:
    case = lackmus.load(BEER)
    found = lackmus.vary(case, {"taste": [0.5, 1, 2]}, ["P(breakfast = beer)", "E(bully)"])
    drawn = charts.statics(found)._repr_svg_()
    assert "E(bully)" in drawn
    assert "taste" in drawn
    way = lackmus.correspondence(lackmus.load("centipede").compile(), 4.0, points=12)
    drawn = charts.responses(way, ["first[1]"])._repr_svg_()
    assert "first[1]: take" in drawn
    both = lackmus.vary(case, {"taste": [1], "peace": [1]}, ["E(bully)"])
    with pytest.raises(lackmus.UsageError, match="2 assumptions vary"):
        charts.statics(both)


@pytest.mark.parametrize("along", [0.5, "0.5", [True], ["x"], [None], [[1.0, 2.0]], []])
def test_what_is_no_row_of_numbers_is_told(along: Any) -> None:
    with pytest.raises(lackmus.UsageError, match="needs finite values"):
        lackmus.vary(lackmus.load("beer-quiche"), {"taste": along}, ["E(bully)"])


def test_a_single_question_needs_no_list() -> None:
    case = lackmus.load("beer-quiche")
    one, listed = (
        lackmus.vary(case, {"taste": [1]}, asked) for asked in ("E(bully)", ["E(bully)"])
    )
    assert one.table == listed.table


@pytest.mark.parametrize("name", ["taste", "equilibrium"])
def test_a_quantity_takes_the_column_of_nothing_else(name: str) -> None:
    with pytest.raises(lackmus.UsageError, match=f"column '{name}' already"):
        lackmus.vary("beer-quiche", {"taste": [1]}, {name: "E(bully)"})


def test_what_is_given_may_be_too_unlikely_for_a_float() -> None:
    """An offer worth −c: odds of 7 to 3 at the prior, of exp(2 · 0.1) more under aim x."""
    case = lackmus.parse(
        "title: Too unlikely\n"
        "actors: {a: {aims: {x: 0.3, y: rest}}}\n"
        "assumptions: {c: {value: 5, range: [1, 900]}}\n"
        "precision: 2\n"
        "moves: [offer: {by: a, options: [good, bad]}, last: {by: a, options: [u, d]}]\n"
        "stakes: {a: [{worth: -c, if: offer = bad}, {worth: -0.1, if: offer = bad and a.aim = y},"
        " {worth: 1, if: last = u}]}\n"
    )
    asked = ["P(a.aim = x | offer = bad)", "value(last = u | offer = bad) > -1"]
    bad = [math.log1p(math.exp(2 * c)) for c in (5, 5.1)]  # less the log of its probability
    weights = 0.3, 0.7 * math.exp(bad[0] - bad[1])
    exact = weights[0] / sum(weights)
    found = lackmus.vary(case, {"c": [5, 800]}, asked).table
    assert found[asked[0]] == pytest.approx([exact, 0.3 / (0.3 + 0.7 * math.exp(-0.2))], abs=1e-9)
    assert found[asked[1]] == ["fails", "fails"]
    solution = lackmus.solve(case.compile(c=800), precision=2)
    assert lackmus.ask(solution, asked[0]) == pytest.approx(found[asked[0]][1], abs=1e-12)
    assert lackmus.ask(solution, asked[1]) == "fails"
