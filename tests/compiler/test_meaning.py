"""What the language says of doubtful cases, with the numbers that follow by hand."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from lackmus.case.expression import parse_expression
from lackmus.case.parse import parse_case
from lackmus.compiler.compile import Compiled, compile_case
from lackmus.compiler.desugar import desugar
from lackmus.compiler.remarks import remarks_on
from lackmus.foundation.errors import CaseError
from lackmus.pipeline.case_study import CaseStudy
from lackmus.testing.asking import ask

HEAD = """\
title: A doubtful case
actors: {a: {aims: {x: 0.3, y: rest}}, b: {}}
precision: 1
"""
ROUNDS = f"""{HEAD}
moves:
  - rounds:
      name: t
      count: 3
      state: {{k: {{start: 1, next: 2 * k if z = u else k}}}}
      moves:
        - z: {{by: b, options: [u, d]}}
"""


def compiled(text: str) -> Compiled:
    return compile_case(parse_case(text))


def numbers(text: str, *questions: str) -> list[float]:
    """The answers of the quantal response at the base values."""
    replies = (ask(parse_case(text), [q], method="logit", precision=1) for q in questions)
    return [float(reply.numbers[0, 0]) for reply in replies]


def test_rounds_end_on_the_state_as_updated() -> None:
    text = ROUNDS.replace("      moves:\n", "      ends if: k >= 4\n      moves:\n")
    assert compiled(text).game.n_terminals == 2 * (8 - 1)
    assert numbers(text, "P(made(z[3]) | z[1] = u, z[2] = u)", "P(k >= 4 | t = 2)") == [0, 1]


def test_states_change_at_once() -> None:
    state = "state: {one: {start: 1, next: other}, other: {start: 2, next: one}}"
    text = ROUNDS.replace("state: {k: {start: 1, next: 2 * k if z = u else k}}", state)
    assert numbers(text, "P(one = 2 and other = 1)", "P(one[2] = 2)") == [1, 1]


def test_a_state_has_a_value_in_each_round() -> None:
    asked = ("P(k[1] = 1)", "P(k[2] = 2 | z[1] = u)", "P(k[3] = 4 | z[1] = u, z[2] = u)")
    assert numbers(ROUNDS, *asked) == [1, 1, 1]
    assert numbers(ROUNDS, "P(k = 8 | z[1] = u, z[2] = u, z[3] = u)") == [1]
    ends = ROUNDS.replace("      moves:\n", "      ends if: z = d\n      moves:\n")
    assert numbers(ends, "P(k[3] = 1 | z[1] = d)") == [1]


def test_what_a_stake_counts_is_the_state_as_the_round_began() -> None:
    payoffs = compiled(f"{ROUNDS}stakes: {{b: [{{worth: k, every: t}}]}}\n").game.payoffs[1]
    assert sorted(payoffs[::2]) == [3, 3, 4, 4, 5, 5, 7, 7]
    before = f"{ROUNDS}stakes: {{b: [{{worth: previous(k), every: t}}]}}\n"
    assert numbers(before, "E(b | z[1] = u, z[2] = u)") == [pytest.approx(1 + 1 + 2)]


def test_the_round_after_the_rounds_is_the_last_that_was_played() -> None:
    ends = ROUNDS.replace("      moves:\n", "      ends if: z = d\n      moves:\n")
    asked = ("P(t = 1 | z[1] = d)", "P(t = 2 | z[1] = u, z[2] = d)", "P(t = 3 | z[3] = d)")
    assert numbers(ends, *asked) == [1, 1, 1]


@pytest.mark.parametrize(
    ("worth", "right"),
    [("t ^ t", 1 + 4 + 27), ("10 ^ -t", 0.111), ("(4 * t) ^ 20", 4**20 + 8**20 + 12**20)],
)
def test_whole_numbers_are_numbers_like_others(worth: str, right: float) -> None:
    game = compiled(f"{ROUNDS}stakes: {{b: [{{worth: {worth}, every: t}}]}}\n").game
    assert game.payoffs[1] == pytest.approx(right)
    assert game.exact is not None
    assert float(game.exact.payoffs[1][0]) == pytest.approx(right)


def test_states_are_exact() -> None:
    text = ROUNDS.replace("start: 1, next: 2 * k if z = u else k", "start: 0.7, next: k + 0.1")
    text = text.replace("      moves:\n", "      ends if: k >= 0.8\n      moves:\n")
    assert compiled(text).game.n_terminals == 2 * 2


CHANCE = """
  - luck: {chance: {win: PROBABILITY, lose: rest}}
"""


@pytest.mark.parametrize(
    ("probability", "right"),
    [
        ("0.1 + 0.4 * count(z = u)", [0.1, 0.5, 0.5, 0.9]),
        ("0.9 if ever(z = d) else 0.2", [0.9, 0.9, 0.9, 0.2]),
        ("0.2 * t + 0.1 * k", [0.5, 0.6, 0.6, 0.8]),
        ("cost * count(z = u)", [0, 0.25, 0.25, 0.5]),
        ("0.5 if count(z = u and cost < 1) > 1 else 0.1", [0.1, 0.1, 0.1, 0.5]),
    ],
)
def test_a_chance_may_hang_on_all_rounds(probability: str, right: list[float]) -> None:
    text = ROUNDS.replace("count: 3", "count: 2") + CHANCE.replace("PROBABILITY", probability)
    text += "assumptions: {cost: {value: 0.25, range: [0, 0.5]}}\n"
    histories = ("d, z[2] = d", "d, z[2] = u", "u, z[2] = d", "u, z[2] = u")
    asked = [f"P(luck = win | z[1] = {history})" for history in histories]
    assert numbers(text, *asked) == pytest.approx(right)


def test_what_floats_would_leave_over_is_no_branch() -> None:
    text = HEAD.replace("{x: 0.3, y: rest}", "{p: 0.7, q: 0.2, r: 0.1, s: rest}")
    game = compiled(f"{text}moves:\n  - z: {{by: a, options: [u, d]}}\n").game
    assert game.n_terminals == 6
    assert game.exact is not None
    assert game.exact.chance == (Fraction(7, 10), Fraction(1, 5), Fraction(1, 10))
    assert game.chance.tolist() == [0.7, 0.2, 0.1]


def test_an_assumption_leaves_a_branch_of_probability_zero() -> None:
    text = HEAD.replace("{x: 0.3, y: rest}", "{p: 0.7, q: 0.2, r: c, s: rest}")
    text += "assumptions: {c: {value: 0.1, range: [0, 0.1]}}\nmoves: [{z: {by: a, options: [u]}}]"
    case = compiled(text)
    assert case.game.n_terminals == 4
    assert case.game.chance[3] == 0
    assert case.draws({"c": np.array([0.1, 0.05])}).chance[:, 3] == pytest.approx([0, 0.05])
    assert case.draws({"c": np.array([0.1])}).chance[0, 3] == 0


JOINT = f"""{HEAD.replace("b: {}", "b: {aims: {p: 0.5, q: rest}}")}
assumptions: {{w: {{value: 0, range: [0, 0.5]}}}}
joint aims:
  - over: [b.aim, a.aim]
    chances: {{p & x: w, q & x: 0.5, q & y: rest}}
moves:
  - z: {{by: b, options: [u, d]}}
"""


def test_a_joint_prior_may_give_nothing_to_what_comes_first() -> None:
    draws = compiled(JOINT).draws({"w": np.array([0.0, 0.25, 0.5])})
    assert draws.valid.all()
    assert numbers(JOINT, "P(b.aim = p)", "P(a.aim = x)") == [0, 0.5]
    assert numbers(JOINT, "P(b.aim = q | do(a.aim = y))") == [1]


@pytest.mark.parametrize(
    ("do", "question", "right"),
    [
        ("z = u, z[2] = d", "P(z[2] = d)", 1),
        ("z[2] = d, z = u", "P(z[1] = u and z[3] = u)", 1),
        ("z = u, no z[2]", "P(made(z[2]))", 0),
        ("no z, z[2] = d", "P(z[2] = d and not made(z[1]))", 1),
        ("without b, z[2] = u", "P(z[2] = u)", 1),
        ("without b, z = u", "P(z[1] = u)", 1),
    ],
)
def test_the_more_particular_rule_wins(do: str, question: str, right: float) -> None:
    assert numbers(ROUNDS, f"{question[:-1]} | do({do}))") == [right]


@pytest.mark.parametrize("do", ["z = u, z = d", "z[1] = u, no z[1]", "without b, without b"])
def test_the_same_target_twice_is_a_fault(do: str) -> None:
    with pytest.raises(CaseError, match="is changed twice"):
        parse_case(f"{ROUNDS}claims: {{c: {{holds if: 'P(z = u | do({do})) > 0.5'}}}}\n")


COUNTED = f"""{ROUNDS.replace("count: 3", "count: n")}
assumptions: {{n: {{value: 2, range: [1, 3]}}}}
stakes: {{b: [{{worth: 1, if: z = u, every: t}}]}}
claims:
  q: {{holds if: "P(made(z[2]) | do(n = 1)) = 0 and E(b | do(n = 3)) > 2"}}
"""


def test_the_number_of_rounds_can_be_set_in_every_draw() -> None:
    asked = ("P(made(z[2]) | do(n = 1))", "E(b | do(n = 1))", "E(b | do(n = 3))", "E(b)")
    share = float(1 / (1 + np.exp(-1)))
    assert numbers(COUNTED, *asked) == pytest.approx([0, share, 3 * share, 2 * share])
    study = CaseStudy(parse_case(COUNTED))
    outcomes = study.run(np.array([[n, 1.0] for n in (1.0, 2.0, 3.0)]))
    assert (np.asarray(outcomes.holds) == 1).all()


@pytest.mark.parametrize("count", ["0", "1.5", "2000"])
def test_what_is_no_number_of_rounds_cannot_be_set(count: str) -> None:
    with pytest.raises(CaseError, match="is no number of rounds"):
        parse_case(COUNTED.replace("do(n = 1)", f"do(n = {count})"))


def test_a_move_may_be_made_at_some_numbers_of_rounds_only() -> None:
    text = COUNTED.replace("stakes:", "  - m: {by: a, options: [u, d], if: 'z[3] = u'}\nstakes:")
    text = text.replace("assumptions: {n: {value: 2, range: [1, 3]}}\n", "")
    text += "assumptions: {n: {value: 2, range: [1, 3]}}\n"
    case = parse_case(text)
    at_base = compile_case(case)
    assert [variable.id for variable in at_base.unmade] == ["m"]
    assert "never" in {fault.code for fault in remarks_on(at_base)}
    assert not compile_case(case, rounds={"t": 3}).unmade
    never = text.replace("count: n", "count: 2").replace("z[3] = u", "z[2] = u and z[2] = d")
    with pytest.raises(CaseError, match="is never made"):
        compile_case(parse_case(never))


MAYBE = f"""{HEAD}
moves:
  - coin: {{chance: {{heads: 0.5, tails: 0.5}}}}
  - die: {{chance: {{high: 0.5, low: 0.5}}}}
  - act: {{by: b, if: coin = heads, options: [only]}}
"""


def test_not_made_is_a_value_of_what_is_asked_about() -> None:
    asked = ("I(act; die)", "shift(act; die)", "I(act; coin)", "I(coin; act)", "H(act)")
    assert numbers(MAYBE, *asked) == pytest.approx([0, 0, 1, 1, 1], abs=1e-12)


ORDER = f"""{HEAD}
moves:
  - rounds:
      name: t
      count: 2
      discount: 0.5
      moves:
        - z: {{by: b, options: [u, d]}}
  - w: {{by: a, options: [u, d]}}
stakes:
  a: [{{order: z = u > z = d, scale: 4FIELDS}}]
"""


@pytest.mark.parametrize(
    ("fields", "right"),
    [
        ("", [4, 0, 4, 0]),
        (", if: w = u", [4, 0, 0, 0]),
        (", every: t", [6, 4, 6, 4]),
        (", every: t, if: w = d and z = d", [0, 0, 0, 0]),
        (", every: t, if: w = d and z = u", [0, 0, 6, 4]),
    ],
)
def test_an_order_counts_where_and_as_often_as_it_says(fields: str, right: list[float]) -> None:
    text = ORDER.replace("FIELDS", fields)
    given = [f"z[1] = u, z[2] = {second}, w = {w}" for w in "ud" for second in "ud"]
    assert numbers(text, *(f"E(a | {g})" for g in given)) == pytest.approx(right)


@pytest.mark.parametrize(
    "claim",
    [
        "P(z = u) > k", "P(z = u) > t", "P(z = u) > count(z = u)", "z = u and P(z = u) > 0.5",
        "ever(z = u) and P(z = u) > 0", "z in [u] or P(z = u) > 0",
    ],
)  # fmt: skip
def test_what_differs_from_history_to_history_is_no_number_of_a_claim(claim: str) -> None:
    with pytest.raises(CaseError, match="from history to history"):
        parse_case(f"{ROUNDS}claims: {{c: {{holds if: '{claim}'}}}}\n")


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("z[2] = u", "not settled yet"), ("k[2] > 1", "has no value yet"),
        ("t > 1", "has no value yet"),
        ("previous(k) > 1", "not carried on here"), ("z[0] = u", "round"),
    ],
)  # fmt: skip
def test_before_its_rounds_nothing_is_known_of_them(condition: str, told: str) -> None:
    early = f"moves:\n  - m: {{by: a, if: '{condition}', options: [u]}}\n  -"
    text = ROUNDS.replace("moves:\n  -", early, 1)
    with pytest.raises(CaseError, match=told):
        parse_case(text)


def test_what_is_not_yet_made_is_not_made() -> None:
    text = ROUNDS.replace("- z: {by: b,", "- z: {by: b, if: 'z[2] != u',")
    asked = ("P(made(z[2]))", "P(made(z[3]) | z[2] = u)", "P(made(z[3]) | z[2] = d)")
    assert numbers(text, *asked) == [1, 0, 1]


def test_observations_are_left_out_by_column_and_not_by_label() -> None:
    text = f"""{HEAD}
moves:
  - m: {{by: a, options: [u, d]}}
  - w: {{by: b, options: [u, d]}}
stakes:
  a: [{{worth: 1, if: m = u and a.aim = x}}]
claims:
  one: {{holds if: "P(a.aim = x | w = u) > 0.3"}}
  other: {{holds if: "P(a.aim = x | w in [u]) > 0.3"}}
"""
    case = parse_case(text)
    outcomes = CaseStudy(case, [parse_expression("m = u")]).run(np.array([[1.0]]))
    share = float(1 / (1 + np.exp(-1)))
    right = 0.3 * share / (0.3 * share + 0.7 * 0.5) - 0.3
    assert outcomes.margins[0] == pytest.approx([right, right])


def test_who_only_notices_knows_whether_and_not_what() -> None:
    text = f"""{HEAD}
observers: [public]
moves:
  - m: {{by: a, options: [u, d], seen by: [b], noticed by: [public]}}
claims:
  c: {{holds if: "P[public](a.aim = x | made(m)) > 0.2"}}
"""
    assert parse_case(text).claims
    assert parse_case(f"{text}observations: [{{saw: made(m), by: public}}]\n").observations
    with pytest.raises(CaseError, match="public cannot see 'm'"):
        parse_case(f"{text}observations: [{{saw: m = u, by: public}}]\n")
    with pytest.raises(CaseError, match="public cannot see 'm'"):
        parse_case(text.replace("made(m)", "m = u"))


@pytest.mark.parametrize("after", ["k * k", "k ^ 2", "-k * k", "1 / k + k * k"])
def test_states_that_grow_beyond_all_bounds_are_told_in_time(after: str) -> None:
    text = ROUNDS.replace("start: 1, next: 2 * k if z = u else k", f"start: 3, next: {after}")
    text = text.replace("count: 3", "count: 200").replace("options: [u, d]", "options: [u]")
    assert compiled(text).game.n_terminals == 2
    with pytest.raises(CaseError, match="is not finite") as caught:
        compiled(f"{text}stakes: {{b: [{{worth: k}}]}}\n")
    assert len(caught.value.faults) == 1


@pytest.mark.parametrize(
    ("stake", "right"),
    [
        ("{worth: 1, if: z = u and q > 0.3}", [0, 1]),
        ("{worth: 1, if: z = u and not q < 0.5}", [0, 1]),
        ("{worth: 4 * q, if: q > 0.5 or z = u}", [0.8, 2]),
        ("{worth: 1 / (q - 0.2), if: z = u and q > 0.3}", [0, 10 / 3]),
        ("{order: z = u > z = d, if: q > 0.3}", [0, 1]),
        ("{order: (q > 0.3) > z = u}", [0, 1]),
    ],
)
def test_a_stake_counts_in_the_draws_in_which_its_condition_holds(
    stake: str, right: list[float]
) -> None:
    """What `u` is worth where q is 0.2 and 0.5; the condition may ask an assumption."""
    made = compiled(
        f"{HEAD}assumptions: {{q: {{value: 0.2, range: [0, 1]}}}}\n"
        f"moves: [z: {{by: b, options: [u, d]}}]\nstakes: {{b: [{stake}]}}\n"
    )
    q = np.array([0.2, 0.5])
    steps = {name: np.ones(2) for name in made.scope.assumptions}
    draws = made.draws(steps | {"q": q})
    player, up = made.game.players.index("b"), 0
    assert draws.payoffs[:, player, up].tolist() == pytest.approx(right)
    assert draws.valid.all()
    assert made.game.payoffs[player, up] == pytest.approx(right[0])
    assert list(remarks_on(made)) == []


def test_a_stake_in_rounds_may_ask_an_assumption() -> None:
    """Rounds 2 and 3 are past q = 1.5, at a discount of 1/2 and 1/4; none is past 3."""
    text = ROUNDS.replace("      count: 3", "      count: 3\n      discount: 0.5") + (
        "stakes: {b: [{worth: 8, if: t > q and z = u, every: t}]}\n"
        "assumptions: {q: {value: 1.5, range: [0, 3]}}\n"
    )
    made = compiled(text)
    payoffs = made.draws({"q": np.array([1.5, 3.0])}).payoffs
    b = made.game.players.index("b")
    assert sorted(payoffs[0, b].tolist()) == [0, 0, 0, 0, 2, 2, 2, 2, 4, 4, 4, 4, 6, 6, 6, 6]
    assert payoffs[1, b].tolist() == [0] * 16


def test_a_stake_that_is_not_finite_has_its_place_whatever_it_hangs_on() -> None:
    text = (
        f"{HEAD}assumptions: {{q: {{value: 0.2, range: [0, 1]}}}}\n"
        "moves: [z: {by: b, options: [u, d]}]\n"
        "stakes: {b: [{worth: 1 / (q - 0.2), if: q > 0.1}]}\n"
    )
    with pytest.raises(CaseError) as raised:
        compiled(text)
    (fault,) = raised.value.faults
    assert fault.span is not None
    assert (fault.message, fault.span.line) == ("a stake of 'b' is not finite", 6)


def test_a_rule_forces_a_random_event_always_and_an_actor_where_he_may() -> None:
    """`h` never comes of itself; `d` is open after `l` alone, and elsewhere `u` is all there is."""
    text = f"""{HEAD}
moves:
  - coin: {{chance: {{h: 0, t: rest}}}}
  - z: {{by: a, options: [l, r], seen by: [b]}}
  - answer: {{by: b, options: {{u: , d: {{if: z = l}}}}}}
stakes: {{b: [{{worth: 1, if: answer = u}}]}}
"""
    asked = (
        "P(coin = h)", "P(coin = h | do(coin = h))",
        "P(answer = d | z = l, do(answer = d))", "P(answer = u | z = r, do(answer = d))",
    )  # fmt: skip
    assert numbers(text, *asked) == [0, 1, 1, 1]


def test_where_no_option_is_open_only_moves_that_were_made_are_told() -> None:
    text = f"""{HEAD}
moves:
  - first: {{by: b, options: [l, r]}}
  - then: {{by: b, if: first = r, options: [u, d]}}
  - answer: {{by: b, options: {{s: {{if: first = r}}, t: {{if: first = r}}}}}}
stakes: {{b: [{{worth: 1, if: answer = s}}]}}
"""
    with pytest.raises(CaseError, match=r"is open when a\.aim = x, first = l\n"):
        compiled(text)


@pytest.mark.parametrize(
    ("chances", "said"),
    [
        ("{h: 0, t: q}", r"the probabilities of 'coin' sum to 1\.1, not 1"),
        ("{h: q if z = l else 0, t: 1 - q if z = l else 1}", "'coin' has a negative probability"),
    ],
)
def test_probabilities_that_are_none_are_told_by_what_is_wrong_with_them(
    chances: str, said: str
) -> None:
    """At the base values q is 1.1."""
    text = f"""{HEAD}
assumptions: {{q: {{value: 1.1, range: [0.5, 1.2]}}}}
moves:
  - z: {{by: a, options: [l, r]}}
  - coin: {{chance: {chances}}}
stakes: {{a: [{{worth: 1, if: z = l}}]}}
"""
    with pytest.raises(CaseError, match=said):
        compiled(text)


def test_a_joint_prior_of_one_of_several_facts() -> None:
    """A tenth, two, three and four tenths."""
    text = f"""{HEAD}
facts:
  day: {{values: {{dry: 0.5, wet: 0.3, snow: 0.2}}}}
  winter: {{values: {{hard: 0.5, mild: 0.5}}}}
joint aims:
  - over: [a.aim, winter]
    chances: {{x & hard: 0.1, y & hard: 0.2, x & mild: 0.3, y & mild: rest}}
moves: [{{z: {{by: a, options: [u, d]}}}}]
"""
    asked = ("P(winter = hard)", "P(a.aim = x)", "P(a.aim = x | winter = hard)", "P(day = wet)")
    assert numbers(text, *asked) == pytest.approx([0.3, 0.4, 1 / 3, 0.3])


def test_the_steps_of_an_order_are_called_after_whose_it_is_and_where_it_stands() -> None:
    """Three ranks of a, two of b, and two of the order that has a name."""
    text = f"""{HEAD}
moves:
  - z: {{by: a, options: [u, m, d]}}
  - w: {{by: b, options: [u, d]}}
stakes:
  a: [{{worth: 1, if: w = u}}, {{order: z = u >> z = m > z = d}}]
  b: [{{order: w = u > w = d}}, {{order: z = u > z = d, name: quiet}}]
"""
    steps = desugar(parse_case(text)).assumptions
    # From the worst rank upwards: the wide gap is the second step, three times the mean.
    assert [(step.name, step.value) for step in steps] == [
        ("a.stake2.step1", Fraction(1)), ("a.stake2.step2", Fraction(3)),
        ("b.stake1.step1", Fraction(1)), ("b.quiet.step1", Fraction(1)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("chance", "branches"),
    [
        ("w * (1 - w) - w + w ^ 2", 1),
        ("w - w if day = dry else 0", 1),
        ("w * (1 - w) - w + w ^ 2 / 2", 2),
        ("log(exp(w)) - w", 2),  # nought as well, but no rational function
        ("w ^ w - w ^ w", 2),
        ("0 if w > 0.5 else w - w", 1),
        ("0 if w > 0.5 else w", 2),
        ("(w if day = dry else 1) - w", 1),
        ("(1 if w > 0.4 else 0) * w", 2),
        ("exp(0) - 1", 1),
    ],
)
def test_what_is_nought_whatever_is_assumed_is_no_branch(chance: str, branches: int) -> None:
    text = f"""{HEAD.replace("a: {aims: {x: 0.3, y: rest}}", "a: {}")}
assumptions: {{w: {{value: 0, range: [0, 0.5]}}}}
facts: {{day: {{values: {{dry: 1}}}}}}
moves:
  - coin: {{chance: {{h: {chance}, t: rest}}}}
  - z: {{by: a, options: [u, d]}}
stakes: {{a: [{{worth: 1, if: z = u}}]}}
"""
    assert compiled(text).game.n_terminals == 2 * branches


def test_what_rounding_leaves_to_the_rest_is_no_branch() -> None:
    """In fractions nothing is left; in floats it is 7e-18."""
    text = f"""{HEAD}
moves:
  - coin: {{chance: {{h: 1 - exp(-3), m: exp(-3) / 3, s: 2 * exp(-3) / 3, t: rest}}}}
  - z: {{by: b, options: [u, d]}}
"""
    assert compiled(text).game.n_terminals == 2 * 3 * 2


@pytest.mark.parametrize(
    "stake",
    ["{order: answer = meet > answer = pass, scale: 1e300^2}", "{worth: 1e300^2, every: day}"],
)
def test_a_stake_that_is_not_finite_has_its_place_though_made_of_parts(stake: str) -> None:
    walk = "walk: {by: b, options: [x, y]}"
    moves = f"  - rounds: {{name: day, count: 2, discount: 0.5, moves: [{{{walk}}}]}}"
    text = (
        "title: Too large\nactors: {a: , b: }\nmoves:\n"
        "  - answer: {by: a, options: [meet, pass]}\n"
        f"{moves}\nstakes:\n  a:\n    - {stake}\n"
    )
    with pytest.raises(CaseError, match="is not finite") as caught:
        compile_case(parse_case(text))
    assert {fault.span.line for fault in caught.value.faults if fault.span} == {8}
    assert all(fault.span for fault in caught.value.faults)
