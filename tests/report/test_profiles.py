"""A profile as a person reads it: beliefs of what is hidden, sets of beliefs off the path."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout

import pytest

import lackmus
from lackmus.cli.tables.solution import print_solution
from lackmus.report.jsonable import solution_json, strategies
from lackmus.report.profiles import rows


@pytest.fixture(scope="module")
def spence() -> lackmus.Solution:
    return lackmus.solve(lackmus.load("spence-job-market").compile(), every=True)


def test_beliefs_are_of_aims_and_add_up() -> None:
    game = lackmus.load("alaska-2025").compile()
    solution = lackmus.solve(game, precision=3)
    believed = {
        (player, infoset): beliefs for player, infoset, _, _, beliefs in rows(game, solution.best)
    }
    at = believed["washington", "summit: washington.aim = peace"]
    told = {}
    for part in at.split("; "):
        about, _, shares = part.partition(": ")
        told[about] = {s.rsplit(" ", 1)[0]: float(s.rsplit(" ", 1)[1]) for s in shares.split(", ")}
    assert set(told) == {"leverage", "moscow.aim"}
    for about, by_option in told.items():
        assert sum(by_option.values()) == pytest.approx(1, abs=2e-3)
        for option, share in by_option.items():
            asked = lackmus.ask(solution, f"P({about} = {option} | washington.aim = peace)")
            assert share == pytest.approx(asked, abs=1e-3)


def test_where_only_moves_are_hidden_these_are_told() -> None:
    game = lackmus.load("matching-pennies").compile()
    told = rows(game, lackmus.solve(game, precision=1).best)
    assert told[1][4].startswith("row_acts: ")


def test_histories_are_told_on_request() -> None:
    game = lackmus.load("beer-quiche").compile()
    solution = lackmus.solve(game, precision=3)
    told = rows(game, solution.best, histories=True)
    assert any(" / " in row[4] for row in told)
    assert not any(" / " in row[4] for row in rows(game, solution.best))


def test_off_the_path_any_belief_of_a_set_will_do(spence: lackmus.Solution) -> None:
    """Low wages after some education need a belief in the able of at most a quarter."""
    for assessment in spence.assessments:
        told = rows(spence.game, assessment)
        row = next(row for row in told if row[1] == "wage: education = some")
        if row[2] == "0" and row[3] == "low 1":
            assert row[4] == "worker.aim: less_able 0.75 to 1, able 0 to 0.25"
            break
    else:
        pytest.fail("no such equilibrium")
    sets = [one["belief_sets"] for one in solution_json(spence)["solutions"]]
    points = [p for one in sets for found in one.values() for p in found["extreme_points"]]
    assert points
    assert all(sum(point.values()) == pytest.approx(1) for point in points)


def test_equilibria_of_one_play_stand_together(spence: lackmus.Solution) -> None:
    text = io.StringIO()
    with redirect_stdout(text):
        print_solution(spence)
    told = text.getvalue()
    outcomes = [one["outcome"] for one in solution_json(spence)["solutions"]]
    plays = len(set(outcomes))
    said = f"On the path they lead to {plays} plays, some perhaps corners of one family of plays;"
    assert said in " ".join(told.split())
    numbers = [int(n) for n in re.findall(r"^(\d+),", told, re.MULTILINE)]
    assert numbers == list(range(1, len(outcomes) + 1)), "in the order in which they stand"
    assert told.count("but off the path") == len(outcomes) - plays > 0
    assert set(outcomes) == set(range(1, plays + 1))


def test_an_equilibrium_has_one_number_in_print_in_json_and_in_python() -> None:
    """In Pandering the third found leads to the same play as the first."""
    found = lackmus.solve(lackmus.load("pandering").compile(), every=True)
    written = solution_json(found)["solutions"]
    assert [one["outcome"] for one in written] == sorted(one["outcome"] for one in written)
    text = io.StringIO()
    with redirect_stdout(text):
        print_solution(found)
    heads = re.findall(r"^(\d+), .*payoffs: (.*)$", text.getvalue(), re.MULTILINE)
    assert len(heads) == len(written) == len(found.assessments) == 6
    in_card = iter([row for row in found.card().rows if row[0]])
    for (number, payoffs), one, mine in zip(heads, written, found.assessments, strict=True):
        assert found.assessments[int(number) - 1] is mine
        assert one["strategies"] == strategies(found.game, mine)
        told = (f"{p} {v:.6g}".replace(" -", " −") for p, v in one["payoffs"].items())
        assert payoffs == ", ".join(told)
        assert next(in_card)[0] == number


def test_at_a_finite_precision_nothing_is_played_for_certain() -> None:
    game = lackmus.load("beer-quiche").compile()
    told = rows(game, lackmus.solve(game, precision=20).best)
    assert told[0][3] == "beer >0.9999"
    middle = rows(game, lackmus.solve(game, precision=9).best)
    assert not any(row[3].endswith(" 1") for row in middle)
    certain = rows(game, lackmus.solve(game, every=True).best)
    assert certain[0][3] == "beer 1"
