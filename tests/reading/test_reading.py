"""Readings against brute enumeration of the histories."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from lackmus.case.expression import parse_expression
from lackmus.case.parse import parse_case
from lackmus.compiler.compile import compile_case
from lackmus.foundation.errors import UsageError
from lackmus.pipeline import readings
from lackmus.pipeline.case_study import CaseStudy
from lackmus.pipeline.observations import Observed
from lackmus.pipeline.readings import read, read_case
from lackmus.reading.weights import Weights, information
from lackmus.solution.reach import node_reach
from lackmus.solution.solution import Solution, Status
from lackmus.solvers.quantal_response.logit import solve_logit

TEXT = """
title: A signal and an answer
actors:
  sender: {aims: {good: 0.3, bad: rest}}
  receiver: {}
observers: [public]
facts:
  weather: {values: {fair: 0.5, foul: 0.5}}
moves:
  - message: {by: sender, options: [high, low], seen by: [receiver]}
  - answer: {by: receiver, options: [yes_, no_], seen by: [sender, public]}
stakes:
  sender:
    - {worth: 2, if: answer = yes_}
    - {worth: -1, if: message = high and sender.aim = bad}
    - {worth: 0.5, if: message = high and weather = fair}
  receiver:
    - {worth: 1, if: answer = yes_ and sender.aim = good}
    - {worth: -1, if: answer = yes_ and sender.aim = bad}
precision: 1.5
"""


@pytest.fixture(scope="module")
def solution() -> Solution:
    return solve_logit(compile_case(parse_case(TEXT)).game, 1.5)


def brute(solution: Solution) -> dict[tuple[str, ...], float]:
    """Probability of every history by multiplying along it, through names alone."""
    game = solution.game
    assert game.histories is not None
    names = [c.name for c in game.histories.columns]
    rules: dict[str, dict[str, float]] = {}
    for i in range(game.n_infosets):
        rules[game.labels.infosets[i]] = {
            game.labels.actions[a]: float(solution.best.strategy[a]) for a in game.actions_of(i)
        }
    result: dict[tuple[str, ...], float] = {}
    for w, a, m, r in itertools.product(("fair", "foul"), ("good", "bad"), ("high", "low"),
                                        ("yes_", "no_")):  # fmt: skip
        p = 0.5 * (0.3 if a == "good" else 0.7)
        p *= rules[f"message: sender.aim = {a}"][m]
        p *= rules[f"answer: message = {m}"][r]
        result[w, a, m, r] = p
    assert names == ["weather", "sender.aim", "message", "answer"]
    return result


def test_reach_is_the_product_along_each_history(solution: Solution) -> None:
    weights = Weights(solution.game, solution.best.strategy)
    table = weights.histories
    by_hand = brute(solution)
    for z in range(solution.game.n_terminals):
        path = tuple(column.options[table.codes[i, z]] for i, column in enumerate(table.columns))
        assert weights.reach[z] == pytest.approx(by_hand[path], rel=1e-12)
    assert weights.reach.sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("observed", [{}, {"message": "high"}, {"answer": "!=yes_"},
                                      {"message": "low", "answer": "yes_"}])  # fmt: skip
def test_posteriors_are_bayes_rule(solution: Solution, observed: dict[str, str]) -> None:
    reading = read(solution, observed)
    place = {"message": 2, "answer": 3}

    def seen(path: tuple[str, ...]) -> bool:
        return all(
            (path[place[m]] != o[2:]) if o.startswith("!=") else path[place[m]] == o
            for m, o in observed.items()
        )

    kept = {path: p for path, p in brute(solution).items() if seen(path)}
    total = sum(kept.values())
    good = sum(p for path, p in kept.items() if path[1] == "good") / total
    assert reading.probability == pytest.approx(total)
    assert reading.posterior["sender.aim"]["good"] == pytest.approx(good)
    assert sum(reading.posterior["sender.aim"].values()) == pytest.approx(1)
    assert reading.prior["sender.aim"]["good"] == pytest.approx(0.3)


def test_indicators_are_likelihood_ratios(solution: Solution) -> None:
    reading = read(solution)
    high = next(i for i in reading.indicators if (i.move, i.option, i.about)
                == ("message", "high", "sender.aim"))  # fmt: skip
    by_hand = brute(solution)
    like = {
        aim: sum(p for path, p in by_hand.items() if path[1] == aim and path[2] == "high") / prior
        for aim, prior in (("good", 0.3), ("bad", 0.7))
    }
    assert high.likelihood["good"] == pytest.approx(like["good"])
    assert high.likelihood["bad"] == pytest.approx(like["bad"])
    assert high.bits == pytest.approx(abs(math.log2(like["good"] / like["bad"])))
    assert high.favours == "good"
    watch = next(w for w in reading.watch if (w.move, w.about) == ("message", "sender.aim"))
    p_high = 0.3 * like["good"] + 0.7 * like["bad"]
    by_formula = sum(
        prior * q * math.log2(q / total)
        for prior, aim in ((0.3, "good"), (0.7, "bad"))
        for q, total in ((like[aim], p_high), (1 - like[aim], 1 - p_high))
    )
    assert watch.bits == pytest.approx(by_formula)


def test_what_is_watched_are_moves_and_not_what_they_tell_of(
    solution: Solution, rounds: Solution
) -> None:
    """Of a move in rounds each round's is one, and the last made is none beside them."""
    reading = read(solution)
    assert {w.move for w in reading.watch} == {"message", "answer"}
    assert {i.move for i in reading.indicators} == {"message", "answer"}
    assert {w.about for w in reading.watch} == {"weather", "sender.aim"}
    assert {w.move for w in read(rounds).watch} == {"tip", "m[1]", "m[2]", "late"}
    assert [w.bits for w in reading.watch] == sorted((w.bits for w in reading.watch), reverse=True)


def test_the_likeliest_courses_are_those_of_the_table_of_histories(solution: Solution) -> None:
    game = solution.game
    assert game.histories is not None
    reach = node_reach(game, solution.best.strategy)[game.terminal]
    columns = game.histories.columns
    told = [i for i, c in enumerate(columns) if c.kind not in ("aim", "fact") and not c.last]
    summed: dict[tuple[tuple[str, str], ...], float] = {}
    for z, p in enumerate(reach.tolist()):
        codes = [(i, int(game.histories.codes[i, z])) for i in told]
        steps = tuple((columns[i].name, columns[i].options[k]) for i, k in codes if k >= 0)
        summed[steps] = summed.get(steps, 0.0) + p
    best = sorted(summed.values(), reverse=True)
    paths = read(solution).paths
    assert [path.probability for path in paths] == pytest.approx(best[: len(paths)])
    assert 1 <= len(paths) <= 3
    for path in paths:
        assert summed[path.steps] == pytest.approx(path.probability)
    move, option = paths[0].steps[0]
    after = read(solution, {move: option}).paths[0]
    given = sum(p for steps, p in summed.items() if (move, option) in steps)
    assert after.probability == pytest.approx(summed[after.steps] / given)


def test_an_option_as_likely_under_all_aims_favours_none() -> None:
    """At precision 0 all choose evenly, whatever they want; and one aim alone is no secret."""
    text = TEXT.replace("  receiver: {}", "  receiver: {aims: {peace: 1}}")
    reading = read(solve_logit(compile_case(parse_case(text)).game, 0.0))
    assert list(reading.prior) == ["weather", "sender.aim"]
    for indicator in reading.indicators:
        assert indicator.favours == ""
        assert indicator.bits == pytest.approx(0, abs=1e-12)
        assert list(indicator.likelihood.values()) == pytest.approx([0.5, 0.5])
    assert [w.bits for w in reading.watch] == pytest.approx([0] * 4, abs=1e-12)
    assert [w.shift for w in reading.watch] == pytest.approx([0] * 4, abs=1e-12)


def test_a_reading_shows_beliefs_before_and_after(solution: Solution) -> None:
    card = read(solution, {"message": "high"}, observer="receiver").card()
    assert card.title == "message = high, as receiver sees it"
    assert card.head == ("about", "value", "before", "after")
    assert [row[:3] for row in card.rows][2:] == [
        ("sender.aim", "good", "0.3000"), ("sender.aim", "bad", "0.7000")
    ]  # fmt: skip
    assert sum(float(row[3]) for row in card.rows[2:]) == pytest.approx(1, abs=1e-3)


def test_an_observer_is_held_to_what_he_sees(solution: Solution) -> None:
    seen = {i.move for i in read(solution, observer="public").indicators}
    assert seen == {"answer"}
    with pytest.raises(UsageError, match="public cannot see 'message'"):
        read(solution, {"message": "high"}, observer="public")


def test_unknown_names_are_all_told(solution: Solution) -> None:
    with pytest.raises(UsageError, match=r"(?s)'tone'.*no option 'maybe'"):
        read(solution, {"tone": "x", "answer": "maybe"})
    with pytest.raises(UsageError, match=r"(?s)observer 'nosuch'.*sender, receiver, public"):
        read(solution, observer="nosuch")


@pytest.mark.parametrize("observed", [
    ["message != high", "answer = yes_"],
    "not message = high and answer in [yes_]",
    parse_expression("message = low and made(answer) and answer != no_"),
    {"message": "!=high", "answer": "yes_"},
])  # fmt: skip
def test_the_same_knowledge_in_other_words_is_read_alike(
    solution: Solution, observed: Observed
) -> None:
    plain = read(solution, {"message": "low", "answer": "yes_"})
    told = read(solution, observed)
    assert told.probability == plain.probability > 0
    assert told.posterior == plain.posterior
    assert all(isinstance(seen.text, str) for seen in told.observed)


ROUNDS = """
title: Twice
actors: {a: {aims: {g: 0.5, h: 0.5}}, b: {}}
observers: [public]
moves:
  - tip: {signal of: a.aim, to: [b, public], right: 0.9}
  - rounds: {name: r, count: 2, discount: 0.5, moves: [{m: {by: a, options: [x, y], seen by: [b]}}]}
  - late: {by: b, options: [p, q], if: "m = x", seen by: [a], noticed by: [public]}
stakes:
  a: [{worth: 1, if: a.aim = g and m = x, every: r}]
  b: [{worth: 1, if: late = p and a.aim = g}, {worth: 1, if: late = q and a.aim = h}]
precision: 3
"""


@pytest.fixture(scope="module")
def rounds() -> Solution:
    return solve_logit(compile_case(parse_case(ROUNDS)).game, 3.0)


def test_what_only_the_case_knows_is_asked_of_the_case(rounds: Solution) -> None:
    with pytest.raises(UsageError, match="needs the case"):
        read(rounds, "count(m = x) > 1")
    told = read_case(parse_case(ROUNDS), "count(m = x) > 1", probes=False)
    assert told.probability == pytest.approx(read(rounds, "m[1] = x and m[2] = x").probability)


def test_rounds_are_read_by_their_numbers_and_the_last_without(rounds: Solution) -> None:
    last = read(rounds, {"m": "x"})
    assert last.probability == read(rounds, {"m[2]": "x"}).probability
    assert last.probability != pytest.approx(read(rounds, {"m[1]": "x"}).probability)
    assert last.notes == (
        "'m' is the last one made of all rounds; 'm[1]' would be that of round 1",
    )
    assert read(rounds, {"m[1]": "x"}).notes == ()
    assert read_case(parse_case(ROUNDS), "ever(m = x)", probes=False).notes == ()
    with pytest.raises(UsageError, match="only 2 rounds"):
        read(rounds, "m[3] = x")


def test_a_tip_before_the_first_mover_is_no_aim_but_tells_of_one(rounds: Solution) -> None:
    reading = read(rounds)
    assert list(reading.prior) == ["a.aim"]
    told = next(i for i in reading.indicators if (i.move, i.option) == ("tip", "g"))
    assert told.likelihood == pytest.approx({"g": 0.9, "h": 0.1})
    assert told.bits == pytest.approx(math.log2(9))
    watch = next(w for w in reading.watch if w.move == "tip")
    assert watch.bits == pytest.approx(1 + 0.9 * math.log2(0.9) + 0.1 * math.log2(0.1))


def test_who_notices_a_move_sees_whether_it_was_made(rounds: Solution) -> None:
    weights = Weights(rounds.game, rounds.best.strategy)
    table = weights.histories
    made = table.codes[table.index("late")] >= 0
    tip = table.codes[table.index("tip")]
    classes = {
        (int(t), bool(m)): k
        for t, m, k in zip(tip, made, weights.seen_by("public").tolist(), strict=True)
    }
    assert len(set(classes.values())) == len(classes) == 4
    assert len(np.unique(weights.seen_by("public"))) == 4
    late = {i.option for i in read(rounds, observer="public").indicators if i.move == "late"}
    assert late == {"made", "not made"}


def test_what_is_too_rare_for_a_float_still_speaks() -> None:
    """`odd` costs soft 180 and hard 270: at λ = 4 it is 4 · 90 nats likelier of soft."""
    text = """
title: A costly surprise
actors: {north: {aims: {soft: 0.5, hard: rest}}, south: {}}
moves: [{act: {by: north, options: [usual, odd]}}]
stakes:
  north:
    - {worth: -180, if: act = odd and north.aim = soft}
    - {worth: -270, if: act = odd and north.aim = hard}
"""
    solution = solve_logit(compile_case(parse_case(text)).game, 4.0)
    odd = next(i for i in read(solution).indicators if i.option == "odd")
    assert odd.bits == pytest.approx(360 / math.log(2))
    assert odd.favours == "soft"
    assert odd.posterior == pytest.approx({"soft": 1.0, "hard": 0.0})
    told = read(solution, "act = odd")
    assert told.possible
    assert told.posterior["north.aim"]["soft"] == pytest.approx(1.0)
    likely = read(solution, "act = odd").posterior["north.aim"]["hard"]
    assert math.log(likely) == pytest.approx(-360)


def test_a_reading_says_whether_its_solution_is_one(solution: Solution) -> None:
    assert read(solution).solved
    assert read(solution).certified == solution.best.certificate.concepts
    short = replace(solution, status=Status("stopped short", "it stopped"))
    assert not read(short).solved


def test_information_of_a_copy_is_the_entropy_and_of_noise_is_nothing() -> None:
    copy = np.diag([0.5, 0.25, 0.25])
    assert information(copy)[0] == pytest.approx(1.5)
    noise = np.outer([0.2, 0.8], [0.5, 0.5])
    assert information(noise) == pytest.approx((0.0, 0.0), abs=1e-12)
    assert Fraction(3, 2) == Fraction(information(copy)[0]).limit_denominator(100)


def test_an_impossible_observation_is_said_to_be_one() -> None:
    text = TEXT.replace("{good: 0.3, bad: rest}", "{good: certain, bad: rest}")
    text += "assumptions: {certain: 1}\n"
    solution = solve_logit(compile_case(parse_case(text)).game, 1.5)
    reading = read(solution, {"sender.aim": "bad"})
    assert reading.probability == 0
    assert not reading.possible
    assert reading.posterior == {}


def test_no_game_is_solved_for_probes_of_what_cannot_be(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[CaseStudy] = []

    def probes(study: CaseStudy, _: Solution) -> tuple[()]:
        asked.append(study)
        return ()

    monkeypatch.setattr(readings, "probes_of", probes)
    text = TEXT.replace("{good: 0.3, bad: rest}", "{good: certain, bad: rest}")
    case = parse_case(text + "assumptions: {certain: 1}\n")
    assert not read_case(case, {"sender.aim": "bad"}).possible
    assert not asked
    assert read_case(case, {"sender.aim": "good"}).possible
    assert len(asked) == 1


def test_no_probability_is_above_one_by_rounding() -> None:
    case = parse_case("""
title: Sums of many
actors: {a: {aims: {x: 0.5, y: rest}}, b: {}}
moves:
  - m: {by: a, options: [m, n, x]}
  - n: {by: b, options: [m, n, o], seen by: [b]}
  - rounds: {name: t, count: 2, moves: [{r: {by: a, options: [x, a, t]}}]}
stakes:
  a: [{worth: 1, if: m = m and a.aim = x}, {worth: 1, if: n = m}]
  b: [{worth: 1, if: n = n and a.aim = x}, {worth: 0.5, if: n = o}]
""")
    reading = read(solve_logit(compile_case(case).game, 4), {"a.aim": "x"})
    assert reading.posterior["a.aim"]["x"] == pytest.approx(1)
    assert reading.posterior["a.aim"]["x"] <= 1
    for indicator in reading.indicators:
        assert all(x is None or x <= 1 for x in indicator.likelihood.values())
        assert all(x <= 1 for x in (indicator.posterior or {}).values())
