"""Published closed forms, derived here a second time and held against the solved cases.

Nothing here reads the numbers in answers.toml: recursions and formulas of the papers stand on one
side, the case solved at other parameters than its own on the other.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import comb, exp, floor, log

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from lackmus.case import syntax
from lackmus.case.builder import CaseBuilder
from lackmus.case.move_list import MoveList
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
        "P(entry[1] = out)": first,
        "P(answer[1] = fight | incumbent.aim = weak)": fights,
        "P(incumbent.aim = strong | answer[1] = fight)": p2,
        "P(entry[2] = out | answer[1] = fight)": second,
        "P(answer[2] = fight | incumbent.aim = weak, answer[1] = fight, made(answer[2]))": again,
        "P(incumbent.aim = strong | answer[1] = fight, answer[2] = fight)": p1,
        "P(entry[3] = out | answer[1] = fight, answer[2] = fight)": third,
    }
    replies = ask(case_of("entry-deterrence"), [under(q, **given) for q in expected])
    assert replies.numbers[0] == pytest.approx(list(expected.values()), abs=NEAR)


@pytest.mark.parametrize("markets", [2, 4, 5])
def test_entrants_stay_out_while_the_prior_is_above_a_power_of_their_gain(markets: int) -> None:
    p, b, a = 0.1, 0.5, 2.0
    entrants = [f"entrant_{n}" for n in range(markets, 0, -1)]
    builder = CaseBuilder("A chain store").actor("store", aims={"strong": p, "weak": "rest"})
    for name in entrants:
        builder.actor(name)
    market = (
        MoveList()
        .move("entry", entrants, ["enter", "out"])
        .move("answer", "store", ["fight", "yield"], when="entry = enter")
    )
    builder.rounds("market", markets, market)
    builder.stake("store", a, when="entry = out", every="market")
    builder.stake("store", -1, when="answer = fight and store.aim = weak", every="market")
    builder.stake("store", -1, when="answer = yield and store.aim = strong", every="market")
    for number, name in enumerate(entrants, 1):
        builder.stake(name, b, when=f"answer[{number}] = yield")
        builder.stake(name, b - 1, when=f"answer[{number}] = fight")
    expected: dict[str, float] = {}
    given: list[str] = []
    for number, n in enumerate(range(markets, 0, -1), 1):
        out, fights, after = kreps_wilson(n, p, b, a)
        bar = f" | {', '.join(given)}" if given else ""
        expected[f"P(entry[{number}] = out{bar})"] = out
        if out == 1:
            given.append(f"entry[{number}] = out")
            continue
        weak = ", ".join(["store.aim = weak", *given, f"entry[{number}] = enter"])
        expected[f"P(answer[{number}] = fight | {weak})"] = fights
        given.append(f"answer[{number}] = fight")
        p = after
    replies = ask(builder.build(), list(expected))
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
@pytest.mark.parametrize("days", [1, 2, 3, 4])
def test_alternating_offers(d: Fraction, days: int) -> None:
    text = find("alternating-offers").read_text(encoding="utf-8")
    shares = {"2/8": d * stahl(2, d), "3/8": d * stahl(3, d), "4/8": d}
    for old, new in shares.items():
        assert f"{{number: {old}}}" in text
        text = text.replace(f"{{number: {old}}}", f"{{number: {new}}}")
    text = text.replace("count: 4", f"count: {days}")
    text = text.replace("[0.45, 0.5]", "[0.1, 1]").replace(
        "{value: 0.02, range: [0.015", "{value: 0.01, range: [0.005"
    )
    case = parse_case(text, name="alternating-offers")
    (numbers,) = ask(case, [under("E(opener)", patience=d)], method="backward-induction").numbers
    assert numbers[0] == pytest.approx(float(stahl(days, d)), abs=NEAR)


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


GAMES_ENDED = [20, 100, 104, 43, 14]


def test_people_take_more_often_from_move_to_move_and_so_does_the_quantal_response() -> None:
    reached, observed = sum(GAMES_ENDED), []
    assert reached == 281
    for count in GAMES_ENDED[:-1]:
        observed.append(count / reached)
        reached -= count
    assert observed == pytest.approx([0.07, 0.38, 0.65, 0.75], abs=0.005)
    assert sorted(observed) == observed
    for precision in (1.4, 1.5, 2, 4):
        assert sorted(centipede(precision)) == centipede(precision)
    for precision in (0.75, 1.0, 1.25):
        assert sorted(centipede(precision)) != centipede(precision)


def test_the_precision_under_which_the_games_of_the_centipede_are_likeliest() -> None:
    def surprise(precision: float) -> float:
        takes = centipede(precision)
        ends = [*takes, 1.0]
        passed = [log(1 - p) for p in takes]
        return -sum(
            n * (log(p) + sum(passed[:i]))
            for i, (n, p) in enumerate(zip(GAMES_ENDED, ends, strict=True))
        )

    fit = minimize_scalar(surprise, bounds=(0.1, 5), method="bounded")
    assert fit.x == pytest.approx(1.712, abs=5e-4)
    assert -fit.fun == pytest.approx(-424.9, abs=0.05)
    text = case_of("centipede").known_answer
    assert "1.712" in text
    assert "-424.9" in text


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


def test_words_may_tell_what_changes_no_act() -> None:
    """Only up to the acts is every equilibrium one of intervals."""
    replies = ask(
        case_of("cheap-talk"), ["I(state; word)", "E(decider)"], method="perfect-bayesian",
        seconds=60,
    )  # fmt: skip
    assert replies.complete
    told, lost = replies.numbers.T
    assert ((told > 1 - NEAR) & (abs(lost + 5 / 64) < NEAR)).any()


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


@pytest.mark.parametrize("candour", [0.5, 0.9, 1.1])
def test_a_mediator_for_peace_is_honest_only_for_the_sake_of_candour(candour: float) -> None:
    """Which is why the range of `candour` ends below 1, the chance of war that "soft" leaves."""
    question = under("P(advice = soft | knows = soft)", bias=0, candour=candour)
    replies = ask(case_of("mediator-bias"), [question])
    assert (replies.numbers[0, 0] > 1 - NEAR) == (candour > 1)


# --- Myerson 1991 ---


@pytest.mark.parametrize(("red", "raised"), [(0.45, 0.6), (0.5, 1.0), (0.55, 1.5)])
def test_raise_or_fold(red: float, raised: float) -> None:
    """Both are indifferent: player 2 meets, and player 1 bluffs, just so often."""
    meets = 2 / (2 + raised)
    bluffs = red * raised / ((1 - red) * (2 + raised))
    value = red * (meets * (1 + raised) + 1 - meets) - (1 - red)
    questions = ["P(reply = meet | bid = raise)", "P(bid = raise | card = black)", "E(one)"]
    replies = ask(
        case_of("myerson-card"), [under(q, share_red=red, stake=raised) for q in questions]
    )
    assert replies.numbers[0] == pytest.approx([meets, bluffs, value], abs=NEAR)
    assert value == pytest.approx(red * (2 + 2 * raised / (2 + raised)) - 1)


# --- Powell 2004, 2006 ---


def war_today(now: float, later: float, cost: float, demands: list[float]) -> bool:
    """Backward induction over demands that the declining state grants if it does not lose by it."""

    def best(
        fight_rising: float, fight_declining: float, then: tuple[float, float]
    ) -> tuple[float, float, bool]:
        granted = [
            (d + then[0], 1 - d + then[1], False)
            for d in demands
            if 1 - d + then[1] >= fight_declining
        ]
        refused = [(fight_rising, fight_declining, True)] if len(granted) < len(demands) else []
        return max(granted + refused)

    rising, declining, _ = best(later - cost, 1 - later - cost, (0.0, 0.0))
    return bool(best(2 * now - cost, 2 * (1 - now) - cost, (rising, declining))[2])


@pytest.mark.parametrize("later", [0.3, 0.42, 0.44, 0.46, 0.55, 0.8])
def test_when_power_shifts_too_fast(later: float) -> None:
    expected = war_today(0.2, later, 0.1, [0, 0.35, 0.6, 0.85])
    replies = ask(case_of("shifting-power"), [under("P(reply[1] = fight)", power_later=later)])
    assert replies.numbers[0, 0] == pytest.approx(float(expected), abs=NEAR)
    assert expected == (later > 0.45)


@pytest.mark.parametrize("later", [0.3, 0.38, 0.42, 0.6, 0.8])
def test_with_any_demand_there_is_war_where_power_more_than_doubles(later: float) -> None:
    fine = [k / 1000 for k in range(1001)]
    assert war_today(0.2, later, 0.1, fine) == (later > 2 * 0.2)


# --- Jervis 1978 ---


def symmetric_branch(a: float, b: float, c: float, d: float, precision: float) -> float:
    """P(cooperate) on the symmetric logit branch of [[a, b], [c, d]].

    It starts at 1/2 and goes to the side of the better reply to 1/2, where there is one root: the
    logistic function is convex below 1/2 and concave above.
    """

    def gap(p: float) -> float:
        return p - 1 / (1 + exp(-precision * (a * p + b * (1 - p) - c * p - d * (1 - p))))

    low, high = (0.0, 0.5) if a + b <= c + d else (0.5, 1.0)
    return float(brentq(gap, low, high, xtol=1e-14))


TWO_BY_TWO = {
    "stag hunt": (4, 0, 3, 2),
    "stag hunt, cooperation risk dominant": (4, 0, 3, 0.5),
    "prisoner's dilemma": (4, 0, 5, 2),
    "chicken": (4, 0, 6, -1),
}


@pytest.mark.parametrize("game", TWO_BY_TWO)
@pytest.mark.parametrize("precision", [0.5, 1.0, 2.0, 4.0])
def test_two_by_two(game: str, precision: float) -> None:
    a, b, c, d = TWO_BY_TWO[game]
    question = under("P(one_acts = cooperate)", reward=a, exploited=b, exploiting=c, defection=d)
    replies = ask(case_of("security-dilemma"), [question], method="logit", precision=precision)
    expected = symmetric_branch(a, b, c, d, precision)
    assert replies.numbers[0, 0] == pytest.approx(expected, abs=1e-8)


def test_the_numbers_of_the_stag_hunt() -> None:
    hunt, other = TWO_BY_TWO["stag hunt"], TWO_BY_TWO["stag hunt, cooperation risk dominant"]
    found = [symmetric_branch(*g, precision) for g in (hunt, other) for precision in (1, 2)]
    assert found == pytest.approx([0.195846, 0.020264, 0.597948, 0.804154], abs=5e-7)


@pytest.mark.parametrize("defection", [0.3, 0.8, 1.2, 1.9])
def test_the_branch_selects_the_risk_dominant_equilibrium(defection: float) -> None:
    """Turocy 2005; risk dominant is what is lost more by leaving alone: 4 - 3 or defection - 0."""
    question = under("P(one_acts = cooperate)", defection=defection)
    replies = ask(case_of("security-dilemma"), [question])
    assert replies.numbers[0, 0] == pytest.approx(float(defection < 1), abs=NEAR)


# --- Goeree and Holt 2001 ---


def pennies(matched: tuple[float, float], escaped: float, precision: float) -> tuple[float, float]:
    """P(first) of matcher and other in the logit equilibrium: a root in one unknown, the only one.

    `matched` is what matching gains on the first and on the second side, `escaped` what the other
    gains by not matching.
    """

    def other(first: float) -> float:
        return 1 / (1 + exp(-precision * escaped * (1 - 2 * first)))

    def gap(first: float) -> float:
        q = other(first)
        return first - 1 / (1 + exp(-precision * (matched[0] * q - matched[1] * (1 - q))))

    first = float(brentq(gap, 0, 1, xtol=1e-14))
    return first, other(first)


@pytest.mark.parametrize("high", [80, 320, 400])
@pytest.mark.parametrize("precision", [0.005, 0.01, 0.02, 0.05, 0.1])
def test_matching_pennies(high: float, precision: float) -> None:
    questions = [under(f"P({x})", high=high) for x in ("row_acts = top", "column_acts = left")]
    replies = ask(case_of("matching-pennies"), questions, method="logit", precision=precision)
    expected = pennies((high - 40, 40), 40, precision)
    assert replies.numbers[0] == pytest.approx(expected, abs=1e-8)


def test_no_precision_has_top_as_often_as_people_took_it() -> None:
    best = minimize_scalar(
        lambda precision: -pennies((280, 40), 40, precision)[0], bounds=(0.001, 1), method="bounded"
    )
    assert best.x == pytest.approx(0.030, abs=5e-4)
    assert -best.fun == pytest.approx(0.847, abs=5e-4)


# --- Ochs 1995, McKelvey and Palfrey 1995 ---


def test_the_precision_under_which_ochs_s_data_are_likeliest() -> None:
    def surprise(precision: float) -> float:
        chances = pennies((1.1141, 0.2785), 1.1141, precision)
        seen = (0.527, 0.366)
        return -128 * sum(
            s * log(p) + (1 - s) * log(1 - p) for s, p in zip(seen, chances, strict=True)
        )

    fit = minimize_scalar(surprise, bounds=(0.1, 10), method="bounded")
    assert fit.x == pytest.approx(1.8456, abs=5e-4)
    assert -fit.fun == pytest.approx(-174.7645, abs=5e-5)
    questions = ["P(row_acts = better)", "P(column_acts = better)"]
    replies = ask(case_of("ochs-pennies"), questions, method="logit", precision=1.8456)
    expected = pennies((1.1141, 0.2785), 1.1141, 1.8456)
    assert replies.numbers[0] == pytest.approx(expected, abs=1e-8)
    assert expected == pytest.approx((0.615651, 0.383297), abs=1e-5)


# --- Baron and Ferejohn 1989 ---


@pytest.mark.parametrize("patience", [0.6, 0.7, 0.8, 0.9, 1.0])
def test_legislative_bargaining(patience: float) -> None:
    """The partner's price is what waiting brings him, rounded up to the shares on offer."""
    relief = 0.02
    waiting = patience * (1 + relief) / 3
    price = next(s for s in (0, 3, 4, 5, 7) if s / 15 + relief >= waiting) / 15
    replies = ask(case_of("legislative-bargaining"), [under("E(one)", patience=patience)])
    assert replies.numbers[0, 0] == pytest.approx(1 - price, abs=NEAR)


# --- Fearon 1997 ---


@pytest.mark.parametrize(("share", "size"), [(0.25, 0.2), (0.3, 0.25), (0.35, 0.3)])
@pytest.mark.parametrize("sunk", [0, 1])
def test_tying_hands_and_sinking_costs(share: float, size: float, sunk: int) -> None:
    """Bluffs leave the challenger indifferent, and challenges those who bluff."""
    bluffs = share / (1 - share)
    challenged = 1 - size / 0.5 if sunk else 0.5 / (0.5 + size)
    vital = 1 - challenged + challenged / 5 - sunk * size * 0.96
    expected = {
        "P(signal = send | leader.aim = vital)": 1,
        "P(signal = send | leader.aim = minor)": bluffs,
        "P(challenge = challenge | signal = send)": challenged,
        "P(response = fight)": share * challenged,
        "E(leader | leader.aim = vital)": vital,
    }
    given = {"share_vital": share, "size": size, "sunk": sunk, "ease": 0.04}
    replies = ask(case_of("tying-hands"), [under(q, **given) for q in expected])
    assert replies.numbers[0] == pytest.approx(list(expected.values()), abs=NEAR)


# --- Fudenberg and Tirole 1983 ---


@pytest.mark.parametrize("share", [0.4, 0.55, 0.6, 0.7, 0.8])
def test_screening(share: float) -> None:
    """The best of three: 1 at once, 3/2 and then 1, or 2 of those who would rather not wait."""
    takes = max(0.0, 2 * share - 1)
    gamble = 2 * takes + (1 - takes) / 2
    best = max(1.0, 1.5 * share + (1 - share) / 2, gamble)
    replies = ask(case_of("screening-offers"), [under("E(seller)", share_hurried=share)])
    assert replies.numbers[0, 0] == pytest.approx(best, abs=NEAR)


# --- Feddersen and Pesendorfer 1998 ---


def jury(n: int, p: float, q: float) -> tuple[float, float, float]:
    """Votes to convict in spite of a sign of innocence; both errors, under unanimity."""
    k = ((1 - q) * (1 - p) / (q * p)) ** (1 / (n - 1))
    votes = (k * p - (1 - p)) / (p - k * (1 - p))
    guilty, innocent = p + (1 - p) * votes, 1 - p + p * votes
    return votes, innocent**n, 1 - guilty**n


def test_the_numbers_of_the_jury() -> None:
    assert jury(3, 0.7, 0.5) == pytest.approx((0.314250, 0.140588, 0.498913), abs=5e-7)
    assert jury(12, 0.8, 0.9) == pytest.approx((0.575916, 0.006923, 0.654779), abs=5e-7)


@pytest.mark.parametrize("accuracy", [0.65, 0.7, 0.8])
def test_strategic_jury(accuracy: float) -> None:
    convicted = " and ".join(f"{x}_votes = convict" for x in ("ann", "ben", "cay"))
    questions = [
        "P(ann_votes = convict | ann_saw = innocent)",
        f"P({convicted} | truth = innocent)",
        f"P({convicted} | truth = guilty)",
    ]
    replies = ask(
        case_of("strategic-jury"), [under(q, accuracy=accuracy, unanimity=1) for q in questions]
    )
    votes, innocent, guilty = jury(3, accuracy, 0.5)
    assert replies.numbers[0] == pytest.approx([votes, innocent, 1 - guilty], abs=NEAR)


# --- Kamenica and Gentzkow 2011 ---


@pytest.mark.parametrize("prior", [0.2, 0.26, 0.34, 0.4])
def test_persuasion(prior: float) -> None:
    """The most misleading inquiry on the list after which the judge still convicts."""
    rates = [k / 7 for k in (0, 1, 2, 3, 4, 5, 7)]
    rate = max(r for r in rates if prior / (prior + (1 - prior) * r) >= (1 - 0.02) / 2)
    question = under("P(verdict = convict)", prior_guilty=prior)
    replies = ask(case_of("bayesian-persuasion"), [question])
    assert replies.numbers[0, 0] == pytest.approx(prior + (1 - prior) * rate, abs=NEAR)


# --- Maskin and Tirole 2004 ---


@pytest.mark.parametrize(("congruent", "often"), [(0.6, 0.7), (0.55, 0.8), (0.7, 0.65)])
@pytest.mark.parametrize("office", [0.5, 0.9, 1.3, 2])
def test_pandering(congruent: float, often: float, office: float) -> None:
    """One inequality: office against the decision, whose worth is 1."""
    follows = congruent * often + (1 - congruent) * (1 - often)
    popular, right = (1.0, often) if office > 1 else (follows, congruent)
    questions = [
        "P(decision = popular)",
        "P((decision = popular and popular_is = right) or "
        "(decision = unpopular and popular_is = wrong))",
        "P(politician.aim = congruent | decision = popular)",
    ]
    given = {"share_congruent": congruent, "often_right": often, "office": office}
    replies = ask(case_of("pandering"), [under(q, **given) for q in questions])
    known = congruent if office > 1 else congruent * often / follows
    assert replies.numbers[0] == pytest.approx([popular, right, known], abs=NEAR)


# --- Kreps, Milgrom, Roberts and Wilson 1982 ---


@pytest.mark.parametrize(
    ("share", "tempting", "exploited"), [(0.4, 1.5, -0.5), (0.37, 1.3, -0.5), (0.5, 1.4, -0.55)]
)
def test_cooperation_for_a_while(share: float, tempting: float, exploited: float) -> None:
    assert tempting + exploited <= 1
    assert share > -exploited / (1 - exploited), "less, and the second round is not worth a try"
    given = {"share_tit_for_tat": share, "tempting": tempting, "exploited": exploited}
    expected = {
        "P(column_acts[1] = cooperate)": 1,
        "P(column_acts[2] = cooperate)": 1,
        "P(row_acts[1] = cooperate | row.aim = rational)": 1,
        "P(row_acts[2] = cooperate | row.aim = rational)": 0,
        "E(row | row.aim = rational)": 1 + tempting,
        "E(column)": 1 + share + (1 - share) * exploited + share * tempting,
    }
    replies = ask(case_of("rational-cooperation"), [under(q, **given) for q in expected])
    assert replies.numbers[0] == pytest.approx(list(expected.values()), abs=NEAR)


def test_too_little_doubt_does_not_carry_cooperation_through_two_rounds() -> None:
    question = under("P(column_acts[2] = cooperate)", share_tit_for_tat=0.3)
    replies = ask(case_of("rational-cooperation"), [question])
    assert replies.numbers[0, 0] < 1 - NEAR


# --- Akerlof 1970 ---


@pytest.mark.parametrize("factor", [1.3, 1.5, 1.9, 2.2, 3.0])
def test_lemons(factor: float) -> None:
    gains = [sum(factor * q - price for q in range(price + 1)) / 3 for price in range(3)]
    questions = ["E(buyer)", "P(answer = sell and quality != q0)"]
    replies = ask(case_of("lemons"), [under(q, factor=factor) for q in questions])
    sold = gains.index(max(gains)) / 3
    assert replies.numbers[0] == pytest.approx([max(gains), sold], abs=NEAR)
