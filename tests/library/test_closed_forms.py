"""Published closed forms, derived here a second time and held against the solved cases.

Nothing here reads the numbers in answers.toml: recursions and formulas of the papers stand on one
side, the case solved at other parameters than its own on the other.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import comb, exp, floor

import numpy as np
import pytest

from lackmus.case import syntax
from lackmus.case.parse import load_case, parse_case
from lackmus.library.index import find
from lackmus.testing.asking import ask

NEAR = 1e-6


def case_of(name: str, changes: dict[str, str] | None = None) -> syntax.Case:
    """A case of the library, with some of its text replaced."""
    if not changes:
        return load_case(find(name))
    text = find(name).read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return parse_case(text, name=name)


def under(question: str, **assumptions: Fraction | float) -> str:
    """A question asked under other assumptions."""
    do = ", ".join(f"{name} = {value}" for name, value in assumptions.items())
    joint = ", " if "|" in question else " | "
    return f"{question[:-1]}{joint}do({do}))"


# --- Kreps and Wilson 1982 ---


def kreps_wilson(n: int, p: float, b: float, a: float) -> tuple[float, float, float]:
    """P(entrant n stays out), P(weak fights him), P(strong) after a fight."""
    out = 1.0 if p > b**n + NEAR else 1 / a if abs(p - b**n) <= NEAR else 0.0
    if n == 1:
        return out, 0.0, 1.0
    goal = b ** (n - 1)
    fight = 1.0 if p >= goal else (1 - goal) * p / ((1 - p) * goal)
    return out, fight, max(goal, p)


@pytest.mark.parametrize(("p", "b", "a"), [(0.1, 0.5, 2), (0.15, 0.6, 3), (0.03, 0.4, 4)])
def test_entry_deterrence(p: float, b: float, a: float) -> None:
    given = {"prior_strong": p, "gain": b, "monopoly": a}
    first, fights, p2 = kreps_wilson(3, p, b, a)
    second, again, p1 = kreps_wilson(2, p2, b, a)
    third, _, _ = kreps_wilson(1, p1, b, a)
    expected = {
        "P(entry_1 = out)": first,
        "P(answer_1 = fight | incumbent.aim = weak)": fights,
        "P(incumbent.aim = strong | answer_1 = fight)": p2,
        "P(entry_2 = out | answer_1 = fight)": second,
        "P(answer_2 = fight | incumbent.aim = weak, answer_1 = fight, made(answer_2))": again,
        "P(incumbent.aim = strong | answer_1 = fight, answer_2 = fight)": p1,
        "P(entry_3 = out | answer_1 = fight, answer_2 = fight)": third,
    }
    replies = ask(case_of("entry-deterrence"), [under(q, **given) for q in expected])
    assert replies.numbers[0] == pytest.approx(list(expected.values()), abs=NEAR)


def test_the_mixtures_of_entry_deterrence_leave_everybody_indifferent() -> None:
    b, a = 0.5, 2.0
    p = b**2
    _, weak, after = kreps_wilson(2, p, b, a)
    fought = p + (1 - p) * weak
    assert (1 - fought) * b + fought * (b - 1) == pytest.approx(0)
    assert after == pytest.approx(p / fought)
    stays_out, _, _ = kreps_wilson(1, after, b, a)
    assert -1 + stays_out * a == pytest.approx(0)


# --- Ståhl 1972, Rubinstein 1982 ---


def stahl(n: int, d: Fraction) -> Fraction:
    """What the proposer keeps with n proposals to come, by recursion."""
    return Fraction(1) if n == 1 else 1 - d * stahl(n - 1, d)


@pytest.mark.parametrize("d", [Fraction(1, 2), Fraction(3, 4), Fraction(9, 10)])
def test_stahl_has_a_closed_form_and_rubinstein_is_its_limit(d: Fraction) -> None:
    for n in range(1, 12):
        assert stahl(n, d) == (1 - (-d) ** n) / (1 + d)
    assert float(stahl(400, d)) == pytest.approx(float(1 / (1 + d)), abs=NEAR)


@pytest.mark.parametrize("d", [Fraction(1, 2), Fraction(3, 4), Fraction(2, 3)])
@pytest.mark.parametrize("days", [1, 2])
def test_alternating_offers(d: Fraction, days: int) -> None:
    text = find("alternating-offers").read_text(encoding="utf-8")
    shares = {"2/8": d * stahl(2, d), "3/8": d * stahl(3, d), "4/8": d}
    for old, new in shares.items():
        assert f"else {old}" in text
        text = text.replace(f"else {old}", f"else ({new})")
    text = text.replace("count: 2", f"count: {days}")
    text = text.replace("[0.45, 0.55]", "[0.1, 1]").replace("{value: 0.02", "{value: 0.01")
    case = parse_case(text, name="alternating-offers")
    (numbers,) = ask(case, [under("E(opener)", patience=d)], method="backward-induction").numbers
    assert numbers[0] == pytest.approx(float(stahl(2 * days, d)), abs=NEAR)


# --- Dresher 1962 ---


def two_by_two(a: Fraction, b: Fraction, c: Fraction, d: Fraction) -> Fraction:
    """Value of [[a, b], [c, d]] to the row player."""
    lower, upper = max(min(a, b), min(c, d)), min(max(a, c), max(b, d))
    return lower if lower == upper else (a * d - b * c) / (a + d - b - c)


def dresher(n: int, m: int) -> Fraction:
    """Value with n periods and m inspections left, by recursion."""
    if m == 0 or m == n:
        return Fraction(0) if m == n else Fraction(-1)
    looks, waits = dresher(n - 1, m - 1), dresher(n - 1, m)
    return two_by_two(looks, Fraction(1), waits, Fraction(-1))


def test_dresher_solves_the_recursion() -> None:
    for n in range(1, 9):
        for m in range(n + 1):
            closed = Fraction(-comb(n - 1, m), sum(comb(n, i) for i in range(m + 1)))
            assert dresher(n, m) == closed


@pytest.mark.parametrize(("n", "m"), [(3, 1), (4, 1), (4, 2), (4, 3), (5, 2)])
@pytest.mark.parametrize("method", ["zero-sum-lp", "limit"])
def test_inspection(n: int, m: int, method: str) -> None:
    case = case_of("inspection", {"count: 4": f"count: {n}", "start: 2": f"start: {m}"})
    replies = ask(case, ["E(inspector)"], method=method)
    assert replies.numbers[0, 0] == pytest.approx(float(dresher(n, m)), abs=NEAR)


# --- McKelvey and Palfrey 1992, 1998 ---


def centipede(precision: float) -> list[float]:
    """Probability to take at each of the four moves, from the last to the first and back."""
    ahead, found = [6.4, 1.6], []
    for move in (3, 2, 1, 0):
        mine, yours = 0.4 * 2**move, 0.1 * 2**move
        taken = [mine, yours] if move % 2 == 0 else [yours, mine]
        p = 1 / (1 + exp(precision * (ahead[move % 2] - mine)))
        ahead = [p * t + (1 - p) * v for t, v in zip(taken, ahead, strict=True)]
        found.append(p)
    return found[::-1]


@pytest.mark.parametrize("precision", [0.0, 0.3, 1.5, 6.0])
def test_centipede(precision: float) -> None:
    questions = [
        "P(first[1] = take)",
        "P(second[1] = take | made(second[1]))",
        "P(first[2] = take | made(first[2]))",
        "P(second[2] = take | made(second[2]))",
    ]
    replies = ask(case_of("centipede"), questions, method="logit", precision=precision)
    assert replies.numbers[0] == pytest.approx(centipede(precision), abs=1e-8)


def test_people_take_more_often_from_move_to_move_and_so_does_the_quantal_response() -> None:
    ended, reached, observed = [20, 100, 104, 43], 281, []
    for count in ended:
        observed.append(count / reached)
        reached -= count
    assert reached == 14
    assert observed == pytest.approx([0.07, 0.38, 0.65, 0.75], abs=0.005)
    assert sorted(observed) == observed
    assert sorted(centipede(1.5)) == centipede(1.5)


# --- Fearon 1995 ---


@pytest.mark.parametrize("cost_a", [0.02, 0.1, 0.17, 0.28, 0.37])
def test_risk_return(cost_a: float) -> None:
    """Grid demands replicate the continuous objective, a parabola, so the nearest is the best."""
    strength, largest = 0.5, 0.5
    best = strength + (largest - cost_a) / 2
    demand = min(np.arange(5, 11) / 10, key=lambda x: abs(x - best))
    war = (demand - strength) / largest
    value = (1 - war) * demand + war * (strength - cost_a)
    questions = ["P(reply = fight)", "E(state_a)"]
    replies = ask(case_of("fearon-bargaining"), [under(q, cost_a=cost_a) for q in questions])
    assert replies.numbers[0] == pytest.approx([war, value], abs=NEAR)


# --- Fearon 1994, Schultz 1999 ---


@pytest.mark.parametrize(("a", "d", "s"), [(1.0, 0.5, 0.4), (0.4, 0.3, 0.25), (1.3, 1.0, 0.35)])
def test_audience_costs(a: float, d: float, s: float) -> None:
    sincere = 1 / (1 + d)
    assert s < sincere, "else the target gives in to all"
    bluff = s * (1 - sincere) / ((1 - s) * sincere)
    expected = {
        "P(challenger.aim = resolved | threat = threaten)": sincere,
        "P(threat = threaten | challenger.aim = unresolved)": bluff,
        "P(reply = give_in | threat = threaten)": a / (1 + a),
    }
    given = {"audience_cost": a, "war_target": d, "prior_resolved": s}
    replies = ask(case_of("audience-costs"), [under(q, **given) for q in expected])
    assert replies.numbers[0] == pytest.approx(list(expected.values()), abs=NEAR)


# --- Bishop, Cannings and Maynard Smith 1978 ---


def attrition(share: float, values: tuple[float, float], cost: float) -> list[float]:
    """Probability that a side yields in each of three rounds, in the symmetric equilibrium.

    While a type that values the prize at v mixes, q v = (1 - q) c; a type that is left in smaller
    number than that leaves at once, the next type staying if what is left satisfies it.
    """
    low, high = (cost / (v + cost) for v in values)
    found = []
    for _ in range(3):
        yields = low if share >= low else max(share, high)
        share = max(0.0, share - yields) / (1 - yields)
        found.append(yields)
    return found


@pytest.mark.parametrize("share", [0.65, 0.7, 0.8])
@pytest.mark.parametrize("cost", [1.0, 0.9])
def test_attrition(share: float, cost: float) -> None:
    questions = [f"P(left_acts[{year}] = quit | made(left_acts[{year}]))" for year in (1, 2, 3)]
    replies = ask(
        case_of("war-of-attrition"),
        [under(q, share_lesser=share, cost=cost) for q in questions],
    )
    assert replies.numbers[0] == pytest.approx(attrition(share, (1, 3), cost), abs=NEAR)


# --- Romer and Rosenthal 1978 ---


@pytest.mark.parametrize("reversion", [0.2, 1.1, 2.7, 4.3])
def test_setter(reversion: float) -> None:
    replies = ask(
        case_of("agenda-setter"), [under("E(setter)", reversion=reversion)],
        method="backward-induction",
    )  # fmt: skip
    assert replies.numbers[0, 0] == floor(2 * 5 - reversion)


# --- Crawford and Sobel 1982 ---


def partitions(bias: Fraction) -> set[Fraction]:
    """The decider's payoffs in pure equilibria that divide the four states in one or two cells."""
    states = [Fraction(k, 8) for k in (1, 3, 5, 7)]
    found: set[Fraction] = set()
    for size in (4, 1, 2, 3):
        for cell in combinations(states, size):
            cells = [c for c in (cell, tuple(s for s in states if s not in cell)) if c]
            acts = [sum(c, Fraction(0)) / len(c) for c in cells]
            honest = all(
                abs(s + bias - acts[i]) <= min(abs(s + bias - a) for a in acts)
                for i, c in enumerate(cells)
                for s in c
            )
            if honest:
                lost = sum(
                    ((s - acts[i]) ** 2 for i, c in enumerate(cells) for s in c), Fraction(0)
                )
                found.add(-lost / 4)
    return found


@pytest.mark.parametrize("bias", [Fraction(1, 10), Fraction(3, 20), Fraction(26, 100)])
def test_cheap_talk(bias: Fraction) -> None:
    replies = ask(
        case_of("cheap-talk"), [under("E(decider)", bias=bias)], method="perfect-bayesian",
        seconds=60,
    )  # fmt: skip
    assert replies.complete
    found = {Fraction(float(x)).limit_denominator(1000) for x in replies.numbers[:, 0]}
    assert partitions(bias) <= found
    assert max(found) == max(partitions(bias))
    assert (len(partitions(bias)) > 1) == (bias < Fraction(1, 4))


# --- Kydd 2003 ---


def test_how_much_bias_makes_a_mediator_honest() -> None:
    tough, right, much, little = Fraction(3, 10), Fraction(9, 10), Fraction(9, 10), Fraction(1, 2)
    war = tough * (1 - right) / (tough * (1 - right) + (1 - tough) * right)
    assert war == Fraction(1, 22)
    least = war / (much * (1 - war) - little)
    assert least == Fraction(10, 79)
    for bias in (least - Fraction(1, 500), least + Fraction(1, 500)):
        questions = [
            under(f"P(demand = much | knows = {x})", candour=0, bias=bias)
            for x in ("soft", "tough")
        ]
        replies = ask(case_of("mediator-bias"), questions, method="perfect-bayesian")
        heeded = replies.numbers[:, 0] - replies.numbers[:, 1]
        assert replies.complete
        assert (heeded.max() > 0.5) == (bias > least)
        assert heeded.min() == pytest.approx(0, abs=NEAR)


# --- Iida 1993 ---


def test_where_the_foreign_side_begins_to_play_safe() -> None:
    cut = Fraction(4, 7)
    for share in (cut - Fraction(1, 100), cut + Fraction(1, 100)):
        replies = ask(case_of("two-level-game"), [under("P(offer = o7)", share_hawk=share)])
        assert replies.numbers[0, 0] == pytest.approx(float(share > cut), abs=NEAR)
