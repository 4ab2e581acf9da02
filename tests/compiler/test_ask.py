"""Claims as masks and ids, against the slow reading of the same histories."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, reject, settings
from tests.examples import some

from lackmus.case import syntax
from lackmus.case.expression import parse_expression
from lackmus.case.parse import parse_case
from lackmus.compiler.ask import Rule, questions_of, rules_in
from lackmus.compiler.compile import Compiled, compile_case
from lackmus.foundation.errors import CaseError
from lackmus.game import questions as q
from lackmus.testing.cases import cases
from lackmus.testing.slow_compile import Reference, StuckError, Terminal
from lackmus.testing.slow_meaning import World

BASE = """
title: Asking
actors:
  north: {aims: {settle: 0.25, outwait: rest}}
  south: {}
assumptions: {cost: {value: 2, range: [0, 5]}}
moves:
  - offer: {by: south, options: [line, business]}
  - answer: {by: north, options: {accept: {if: offer = line}, refuse: }}
  - rounds: {name: term, count: 2, moves: [{demand: {by: north, options: [hold, yield]}}]}
stakes: {north: [{worth: cost, if: answer = accept}]}
"""


def asked(
    claim: str, *observed: str, more: str = ""
) -> tuple[q.Truth, list[tuple[Rule, Compiled]]]:
    case = parse_case(f"{BASE}{more}claims:\n  c1:\n    holds if: {claim}\n")
    games = [(rule, compile_case(case, do=do)) for rule, do in rules_in(case.claims).items()]
    seen = [parse_expression(text) for text in observed]
    (question,) = questions_of(case.claims, games, seen)
    assert question.id == "c1"
    return question.truth, games


def values(truth: q.Truth) -> Sequence[q.Value]:
    assert isinstance(truth, q.Comparison)
    return truth.left, truth.right


def where(compiled: Compiled, condition: str) -> list[bool]:
    table = compiled.game.histories
    assert table is not None
    reference = Reference(compiled.case)
    names = [column.name for column in table.columns]
    found = []
    for row in table.codes.T:
        labels = {
            name: column.options[code] if code >= 0 else None
            for name, column, code in zip(names, table.columns, row, strict=True)
        }
        world = World(labels, {("term", 1), ("term", 2)})
        found.append(reference.holds(parse_expression(condition), world, None, 0))
    return found


def test_probabilities_are_masks() -> None:
    truth, games = asked("P(answer = accept and demand = hold | north.aim = settle) > cost / 10")
    left, right = values(truth)
    assert isinstance(left, q.Likelihood)
    assert left.event.tolist() == where(games[0][1], "answer = accept and demand = hold")
    assert left.given.tolist() == where(games[0][1], "north.aim = settle")
    assert right == q.Arithmetic("/", (q.Assumed("cost"), q.Constant(10.0)))


def test_every_rule_is_a_game_and_the_written_one_comes_first() -> None:
    truth, games = asked(
        "E(south | do(offer = line)) > E(south) + E(north | do(no answer, cost = 1))"
    )
    assert [rule for rule, _ in games] == [(), ("offer = line",), ("cost = 1", "no answer")]
    left, right = values(truth)
    assert isinstance(left, q.Payoff)
    assert (left.variant, left.player) == (1, 1)
    assert isinstance(right, q.Arithmetic)
    inner = right.parts[1]
    assert isinstance(inner, q.Payoff)
    assert (inner.variant, inner.player) == (2, 0)
    assert games[2][1].complete({})["cost"].tolist() == [1.0]


def test_the_order_of_changes_does_not_matter() -> None:
    _, games = asked("E(south | do(no answer, cost = 1)) > E(south | do(cost = 1, no answer))")
    assert len(games) == 2


def test_an_option_is_judged_where_it_is_open() -> None:
    truth, games = asked("value(answer = accept) > value(answer = refuse)")
    left, right = values(truth)
    assert isinstance(left, q.OptionWorth)
    assert isinstance(right, q.OptionWorth)
    game = games[0][1].game
    assert len(left.actions) == 2  # a settler and an outwaiter, each after the line
    assert len(right.actions) == 4
    for action, through in zip(left.actions, left.through, strict=True):
        infoset = int(game.action_infoset[action])
        assert game.labels.actions[action] == "accept"
        for row, terminal in enumerate(game.terminal.tolist()):
            node, path = terminal, []
            while node >= 0:
                path.append(int(game.infoset[node]))
                node = int(game.parent[node])
            assert through[row] == (infoset in path)


def test_the_best_option_has_a_score_for_each() -> None:
    truth, _ = asked("best(answer | north.aim = settle) = refuse")
    assert isinstance(truth, q.Pick)
    assert truth.target == 1
    assert all(isinstance(score, q.OptionWorth) and score.advantage for score in truth.scores)
    likeliest, _ = asked("likeliest(answer) != accept")
    assert isinstance(likeliest, q.Pick)
    assert likeliest.negated


def test_not_being_made_counts_as_a_value_of_both() -> None:
    truth, games = asked("I(north.aim; answer | offer = line) > 0.1")
    left, _ = values(truth)
    assert isinstance(left, q.Link)
    assert left.about.shape[0] == 3
    assert left.about.sum(axis=0).tolist() == [1] * games[0][1].rows.size
    assert left.of.shape[0] == 3
    assert left.of.sum(axis=0).tolist() == [1] * games[0][1].rows.size


def test_rounds_are_last_ever_or_a_certain_one() -> None:
    for condition in ("demand = hold", "demand[1] = hold", "ever(demand = yield)", "made(demand)"):
        truth, games = asked(f"P({condition}) > 0.5")
        left, _ = values(truth)
        assert isinstance(left, q.Likelihood)
        assert left.event.tolist() == where(games[0][1], condition)


def test_chains_and_words_keep_their_meaning() -> None:
    chain, _ = asked("0.1 < P(answer = accept) < 0.9")
    assert isinstance(chain, q.Joined)
    assert chain.op == "and"
    assert len(chain.parts) == 2
    denied, _ = asked("not P(answer = accept) < 0.1 or E(north) > 0")
    assert isinstance(denied, q.Joined)
    assert isinstance(denied.parts[0], q.Not)
    cases_, _ = asked("P(answer = accept) < 0.1 if cost > 1 else E(north) > 0")
    assert isinstance(cases_, q.Joined)
    chosen, _ = asked("(1 if cost > 1 else 2) < E(north)")
    assert isinstance(values(chosen)[0], q.Chosen)


def judged(claim: str, *observed: str) -> q.Question:
    case = parse_case(f"{BASE}claims:\n  c1:\n    holds if: {claim}\n")
    games = [(rule, compile_case(case, do=do)) for rule, do in rules_in(case.claims).items()]
    return questions_of(case.claims, games, [parse_expression(text) for text in observed])[0]


@pytest.mark.parametrize(
    ("claim", "observed", "lit", "settled"),
    [
        # What was observed joins what a claim takes as given.
        ("P(north.aim = settle) > 0.5", ["answer = accept"], True, None),
        ("P(north.aim = settle | demand[2] = hold) > 0.5", ["demand[1] = yield"], True, None),
        ("P(north.aim = settle | offer = line) > 0.5", ["answer = accept"], True, None),
        ("best(demand[2]) = hold", ["answer = accept"], True, None),
        # Its own condition observed: the answer is the same.
        ("P(north.aim = settle | answer = accept) > 0.5", ["answer = accept"], False, None),
        # The contrast is lost: what the move would show is asked as of before.
        ("P(north.aim = settle | offer = line) > P(north.aim = settle)", ["offer = line"],
         False, None),
        ("P(north.aim = settle | offer = line) > P(north.aim = settle)", ["answer = accept"],
         False, None),
        ("P(north.aim = settle | offer = line) > P(north.aim = settle) + 0.1",
         ["answer = accept"], False, None),
        ("P(demand[2] = hold | offer = line) > P(demand[2] = hold | offer = business)",
         ["offer = line"], False, None),
        ("P(north.aim = settle | observed) > P(north.aim = settle)", ["offer = line"], False, None),
        # Both sides are decided alike, or the variable that would tell is.
        ("P(answer = accept | north.aim = settle) > P(answer = accept | north.aim = outwait)",
         ["answer = accept"], False, None),
        ("shift(north.aim; answer) > 0.1", ["answer = accept"], False, None),
        ("shift(north.aim; answer) > 0.1", ["offer = line"], True, None),
        # The event is decided.
        ("P(answer = accept) < 0.1", ["answer = accept"], True, False),
        ("P(answer = accept | offer = line) > 0.1", ["answer = accept"], True, True),
        ("P(offer = line) > 0.9", ["answer = accept"], True, True),
        ("P(answer = accept | observed) > 0.1", ["answer = accept"], True, True),
        ("not P(answer = accept) < 0.1", ["answer = accept"], True, True),
        ("likeliest(answer) = refuse", ["answer = accept"], True, False),
        ("H(answer) > 0.5", ["answer = accept"], True, False),
        ("P(answer = accept) > 0.1 and P(north.aim = settle) > 0.5", ["answer = accept"],
         True, None),
        ("P(answer = accept) < 0.1 and P(north.aim = settle) > 0.5", ["answer = accept"],
         True, False),
        ("P(answer = accept) > 0.1 or P(north.aim = settle) > 0.5", ["answer = accept"],
         True, True),
        # Another world knows nothing of it; and what nobody need observe is not settled by it.
        ("P(answer = accept | do(offer = line)) < 0.1", ["answer = accept"], False, None),
        ("P(offer = line | answer = accept) > 0.9", ["answer = accept"], False, None),
        ("P(answer = accept) < 0.1", [], False, None),
    ],
)  # fmt: skip
def test_an_observation_lights_settles_or_leaves_alone(
    claim: str,
    observed: list[str],
    lit: bool,  # noqa: FBT001 - a table
    settled: bool | None,  # noqa: FBT001 - a table
) -> None:
    question = judged(claim, *observed)
    assert (question.lit, question.settled) == (lit, settled)


#: Observations that leave the same histories.
SAME = (
    ["answer = accept"],
    ["answer = accept", "offer = line"],
    ["answer != refuse", "made(answer)"],
    ["offer = line and not answer = refuse"],
)


@pytest.mark.parametrize("claim", [
    "P(north.aim = settle | offer = line) > P(north.aim = settle)",
    "P(answer = accept) < 0.1",
    "P(north.aim = settle) > 0.5 and P(answer = accept | north.aim = outwait) > 0.2",
    "P(demand[1] = hold) > 0.5 or E(north | answer = accept) > E(north)",
])  # fmt: skip
def test_the_same_knowledge_gives_the_same_question(claim: str) -> None:
    found = [judged(claim, *observed) for observed in SAME]
    for other in found[1:]:
        assert (other.lit, other.settled) == (found[0].lit, found[0].settled)
        assert masks_in(other.truth) == masks_in(found[0].truth)


def masks_in(node: q.Truth | q.Value) -> list[bytes]:
    """All masks of a question, in order."""
    own = [node.given.tobytes()] if isinstance(node, q.Query) else []
    return own + [mask for part in q.children(node) for mask in masks_in(part)]


def test_parts_are_the_operands_and_the_links() -> None:
    claim = "0.1 < P(answer = accept) < 0.9 and (E(north) > 0 or H(north.aim) > 1)"
    question = judged(claim)
    assert question.op == "and"
    assert [part.text for part in question.parts] == [
        "0.1 < P(answer = accept)",
        "P(answer = accept) < 0.9",
        "E(north) > 0 or H(north.aim) > 1",
    ]
    assert [part.unit for part in question.parts] == ["probability", "probability", "mixed"]
    assert [part.id for part in question.parts] == ["c1.1", "c1.2", "c1.3"]
    assert question.unit == "mixed"
    assert judged("P(answer = accept) > 0.1").parts == ()


@pytest.mark.parametrize(
    ("claim", "unit"),
    [
        ("P(answer = accept) > 0.5", "probability"),
        ("shift(north.aim; answer) > 0.5", "probability"),
        ("I(north.aim; answer) > 2 * H(north.aim)", "bits"),
        ("E(north) + cost > 1", "payoff of north"),
        ("E(north) > E(south)", "payoff of north and south"),
        ("best(answer) = accept", "payoff of north"),
        ("likeliest(answer) = accept", "probability"),
        ("P(answer = accept) / P(offer = line) > 2", "number"),
        ("E(north) > 0 and E(south) > 0", "mixed"),
        ("E(north) > 0 and E(north) < 5", "payoff of north"),
    ],
)
def test_margins_have_units(claim: str, unit: str) -> None:
    assert judged(claim).unit == unit


def test_observations_join_what_is_given_but_not_in_another_world() -> None:
    truth, games = asked(
        "P(answer = accept) > P(answer = accept | do(offer = line))", "offer = line"
    )
    left, right = values(truth)
    assert isinstance(left, q.Likelihood)
    assert isinstance(right, q.Likelihood)
    assert left.given.tolist() == where(games[0][1], "offer = line")
    assert right.given.all()
    told, _ = asked("P(answer = accept | observed, do(cost = 1)) > 0.5", "offer = line")
    assert isinstance(values(told)[0], q.Likelihood)
    assert not values(told)[0].given.all()  # type: ignore[union-attr] # a likelihood, as just said


@settings(max_examples=some(30), deadline=None, suppress_health_check=list(HealthCheck))
@given(cases(plain=True))
def test_random_events_are_where_the_slow_reading_has_them(case: syntax.Case) -> None:
    games, terminals = _both(case)
    questions = questions_of(case.claims, games)
    assert [question.id for question in questions] == [claim.id for claim in case.claims]
    first = case.claims[0].holds_if
    assert isinstance(first, syntax.Compare)
    query = first.operands[0]
    assert isinstance(query, syntax.Probability)
    assert query.given.condition is not None
    left, _ = values(questions[0].truth)
    assert isinstance(left, q.Likelihood)
    table = games[0][1].game.histories
    assert table is not None
    columns = [(i, c) for i, c in enumerate(table.columns) if not c.last]
    rows = {
        tuple(c.options[codes[i]] if codes[i] >= 0 else None for i, c in columns): row
        for row, codes in enumerate(table.codes.T)
    }
    reference = Reference(case)
    for terminal in terminals:
        row = rows.get(tuple(terminal.values.get(c.name) for _, c in columns))
        if row is not None:
            world, known = terminal.world, query.given.condition
            assert left.event[row] == reference.holds(query.event, world, None, 0)
            assert left.given[row] == reference.holds(known, world, None, 0)


def _both(case: syntax.Case) -> tuple[list[tuple[Rule, Compiled]], list[Terminal]]:
    """The games of all rules, and the histories as the slow reading has them."""
    try:
        rules = rules_in(case.claims)
        games = [(rule, compile_case(case, do=do, limit=3000)) for rule, do in rules.items()]
        return games, Reference(case).terminals()
    except (CaseError, StuckError):
        reject()
