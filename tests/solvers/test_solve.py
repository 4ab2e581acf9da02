"""The one door: which method is taken, and what is refused with advice."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from lackmus.foundation.errors import SolveError, UsageError
from lackmus.game.assemble import Infoset, assemble
from lackmus.game.efg import read_efg
from lackmus.solvers.solve import METHODS, solve
from lackmus.testing.classics import BEER_QUICHE, CARD, ENTRY, HORSE, NINE, PENNIES, SEXES, classic
from lackmus.testing.trees import random_tree


def test_defaults() -> None:
    game = classic(CARD)
    assert solve(game).method == "limit"
    assert solve(game, precision=2.0).method == "logit"
    assert solve(game, method="logit", precision=2.0).best.precision == 2.0


@pytest.mark.parametrize(
    ("text", "method", "count"),
    [
        (ENTRY, "backward-induction", 1),
        (BEER_QUICHE, "perfect-bayesian", 4),
        (CARD, "perfect-bayesian", 1),
        (SEXES, "extreme-nash", 3),
        (HORSE, "perfect-bayesian", 2),
        (NINE, "perfect-bayesian", 9),
    ],
)
def test_every_equilibrium_by_the_method_that_fits(text: str, method: str, count: int) -> None:
    solution = solve(classic(text), every=True)
    assert (solution.method, len(solution.assessments)) == (method, count)
    assert solution.complete


@pytest.mark.parametrize("name", [m.name for m in METHODS])
def test_each_method_of_the_table_runs(name: str) -> None:
    text = ENTRY if name == "backward-induction" else PENNIES
    precision = 1.0 if name == "logit" else None
    solution = solve(classic(text), method=name, precision=precision)
    assert solution.method == name
    assert solution.best.certificate.regret.player <= 1e-6
    assert solution.citations
    assert solution.status.reason


@pytest.mark.parametrize("name", [m.name for m in METHODS if m.name not in ("logit", "limit")])
def test_the_same_answer_in_matching_pennies(name: str) -> None:
    if name == "backward-induction":
        with pytest.raises(SolveError, match="perfect information"):
            solve(classic(PENNIES), method=name)
        return
    assert solve(classic(PENNIES), method=name).best.strategy == pytest.approx([0.5] * 4)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"method": "guess"}, "no method 'guess'"),
        ({"method": "logit"}, "needs a precision"),
        ({"method": "lemke", "precision": 1.0}, "logit only"),
        ({"precision": 1.0, "every": True}, "logit only"),
        ({"method": "lemke", "seconds": -1.0}, "positive"),
    ],
)
def test_arguments_that_do_not_go_together(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        solve(classic(PENNIES), **arguments)  # type: ignore[arg-type]
    assert "hint" in str(caught.value) or words == "positive"


@pytest.mark.parametrize(
    "name", ["lemke", "extreme-nash", "perfect-bayesian", "zero-sum-lp", "cfr"]
)
def test_forgetful_players_are_refused(name: str) -> None:
    sets = [Infoset(0, "1", ("a", "b")), Infoset(0, "2", ("c", "d")), Infoset(1, "1", ("e",))]
    rows = [(Fraction(k), Fraction(-k)) for k in range(4)]
    game = assemble("forgetful", ["A", "B"], sets, [2, 0, 1, -1, -1, 1, -1, -1], rows)
    with pytest.raises(SolveError):
        solve(game, method=name)
    with pytest.raises(SolveError, match="recall"):
        solve(game, every=True)


@pytest.mark.parametrize("name", ["lemke", "extreme-nash", "zero-sum-lp"])
def test_three_players_are_refused(name: str) -> None:
    with pytest.raises(SolveError, match="two players"):
        solve(random_tree(1, players=3), method=name)


@pytest.mark.shared
def test_a_big_tree_gets_what_is_found_and_the_truth(shared: Path) -> None:
    told: list[str] = []
    tree = read_efg(shared / "games" / "growth_R3.efg")
    solution = solve(tree, every=True, seconds=2, progress=told.append)
    assert solution.complete is False
    assert solution.status.code == "incomplete"
    assert solution.assessments
    assert told[0].startswith("limit: ")
    assert all("nash" in a.certificate.concepts for a in solution.assessments)


def test_a_solve_and_a_reading_import_what_they_use() -> None:
    """scipy's tools take longer to import than a solve and all its kernels to load."""
    code = (
        "import sys, lackmus; game = lackmus.load('beer-quiche').compile(); "
        "lackmus.read(lackmus.solve(game, precision=1.0)); "
        "print(sorted(m for m in sys.modules if m in "
        "('scipy.stats', 'scipy.optimize', 'scipy.special', 'scipy.sparse')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
