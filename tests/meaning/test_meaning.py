"""The program says what the reference says, on random cases and on those once told wrongly."""

from __future__ import annotations

import ast
import secrets
from collections import Counter
from fractions import Fraction
from itertools import chain, count
from pathlib import Path

import pytest
from tests.examples import some
from tests.meaning.claims import World
from tests.meaning.expressions import parse, show
from tests.meaning.generator import RARE, make
from tests.meaning.play import Stage
from tests.meaning.product import hold, load
from tests.meaning.reading import WrongError
from tests.meaning.story import Story
from tests.meaning.trial import Trial, held, run

HERE = Path(__file__).parent
FOUND = sorted((HERE / "found").glob("*.yaml"))
CASES = some(50)
"""Random cases that are compared from a new first seed."""

MET = 3
"""Known cases in which each rare construct is compared."""

LONGEST, CLAIMS = 100, 4
"""Histories and claims of the cases that are compared here; ``scripts/meaning.py`` takes more."""


def _told(trial: Trial) -> str:
    told = "\n".join(f"seed {seed}: {found[0]}" for seed, found in trial.disagreements.items())
    return f"of cases with some {CLAIMS} claims:\n{told}"


def _lacking(trial: Trial) -> set[str]:
    """Rare constructs that too few compared cases have."""
    met = Counter(chain.from_iterable(trial.compared))
    return {construct for construct in RARE if met[construct] < MET}


def test_known_random_cases_agree_and_have_every_construct() -> None:
    trial = Trial()
    for seed in range(500):
        made = make(seed, claims=CLAIMS)
        if _lacking(trial) & made.constructs:
            trial.add(seed, made, held(made, most=LONGEST))
    assert not trial.disagreements, _told(trial)
    assert not _lacking(trial)
    assert trial.claims > 5 * len(trial.compared)


def test_new_random_cases_agree() -> None:
    first = secrets.randbelow(10**9)
    print(f"random cases from seed {first} on")  # noqa: T201 - to find them again
    trials = run(count(first), most=LONGEST, claims=CLAIMS)
    trial = next(trial for trial in trials if len(trial.compared) == CASES)
    assert not trial.disagreements, _told(trial)


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_what_was_once_told_wrongly_is_told_rightly(path: Path) -> None:
    case = load(path)
    recorded = "observations" in case
    world = World(case, recorded=recorded)
    for claim in case["claims"].values():
        assert world.ask(claim).holds is True
    outcome = hold(case, draws=4, recorded=recorded)
    assert not outcome.disagreements
    assert outcome.claims >= len(case["claims"])


def test_the_second_telling_shares_nothing_with_the_program() -> None:
    for name in ("expressions", "reading", "story", "play", "claims", "generator"):
        tree = ast.parse((HERE / f"{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("lackmus"), name
            elif isinstance(node, ast.Import):
                assert not any(alias.name.startswith("lackmus") for alias in node.names), name


# The second telling itself, by hand

SIGNALLING = {
    "actors": {"a": {"aims": {"x": "1/4", "y": "rest"}}, "b": {}},
    "precision": "1",
    "moves": [
        {"m": {"by": "a", "options": ["u", "d"]}},
        {"w": {"by": "b", "options": ["l", "r"], "if": "m = u"}},
    ],
    "stakes": {"a": [{"worth": "1", "if": "m = u and a.aim = x"}], "b": []},
}


def test_infosets_are_what_the_mover_has_seen() -> None:
    story = Story(SIGNALLING)
    assert [(one.column, one.view) for one in story.infosets] == [
        ("m", ("x",)),
        ("w", ("u",)),
        ("m", ("y",)),
    ]
    assert len(story.endings) == 6
    assert sum(ending.chance for ending in story.endings) == Fraction(1, 4) * 3 + Fraction(3, 4) * 3


def test_posteriors_are_bayes_of_logit_choice() -> None:
    world = World(SIGNALLING)
    chosen = 1 / (1 + 2.718281828459045**-1)
    believed = chosen / 4 / (chosen / 4 + 0.5 * 3 / 4)
    assert world.ask("P(a.aim = x | m = u) > 0").margin == pytest.approx(believed, abs=1e-10)
    assert world.ask("E(a | m = u) > 0").margin == pytest.approx(believed, abs=1e-10)
    assert world.ask("P(w = l | m = d) > 0").holds is False
    assert world.ask("P(m = u | w = l, m = d) > 0").holds is None
    assert world.ask("P(m = u | do(m = u)) = 1").holds is True
    assert world.ask("P(made(w) | do(no m)) = 0").holds is True


def test_the_error_of_a_wrong_strategy_is_seen() -> None:
    stage = Stage(Story(SIGNALLING))
    play = stage.solve(1.0)
    assert stage.error(1.0, play.strategy) < 1e-11
    assert stage.error(1.0, play.strategy * 0 + 0.5) == pytest.approx(0.62, abs=0.01)


def test_states_change_at_once_and_end_rounds() -> None:
    case = {
        "actors": {"a": {}},
        "moves": [
            {
                "rounds": {
                    "name": "t",
                    "count": "3",
                    "state": {
                        "k": {"start": "1", "next": "j"},
                        "j": {"start": "0", "next": "k"},
                    },
                    "ends if": "k = 1",
                    "moves": [{"m": {"by": "a", "options": ["u", "d"]}}],
                }
            }
        ],
        "stakes": {"a": [{"worth": "k", "every": "t"}]},
    }
    story = Story(case)
    assert {ending.moment.played["t"] for ending in story.endings} == {2}
    assert {ending.payoffs["a"] for ending in story.endings} == {1}


def test_options_that_the_mover_cannot_tell_are_a_fault() -> None:
    moves = [
        {"m": {"by": "a", "options": ["u", "d"], "seen by": []}},
        {"w": {"by": "b", "options": {"l": {}, "r": {"if": "m = u"}}}},
    ]
    with pytest.raises(WrongError):
        Story({**SIGNALLING, "moves": moves, "stakes": {}})


@pytest.mark.parametrize(
    "text",
    [
        "P[public](a = b or not (c in [d, e]) | f[2] = g, do(h = 1/2, no i[1]), observed) >= 1/3",
        "2 * (x - y) ^ 2 / 3 if 1 < t <= 3 else -(min(1, k))",
        "I(a; b | ever(previous(z) = u)) = shift(a; b) and value(m = u) < H(m) or best(m) != u",
    ],
)
def test_what_is_shown_is_read_as_the_same(text: str) -> None:
    assert parse(show(parse(text))) == parse(text)
