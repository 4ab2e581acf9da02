"""Claims as masks and ids, against the slow reading of the same histories."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, reject, settings

from lackmus.case import syntax
from lackmus.case.expression import parse_expression
from lackmus.case.parse import parse_case
from lackmus.case.scope import scope_of
from lackmus.compiler.ask import Rule, questions_of, relevant, rules_in
from lackmus.compiler.compile import Compiled, compile_case
from lackmus.foundation.errors import CaseError
from lackmus.game import questions as q
from lackmus.testing.cases import cases
from lackmus.testing.slow_compile import Reference, StuckError, Terminal, World

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


@pytest.mark.parametrize(
    ("claim", "observed", "kept"),
    [
        ("P(north.aim = settle) > 0.5", ["answer = accept"], 1),
        ("P(north.aim = settle | answer = accept) > 0.5", ["answer = refuse"], 0),
        ("P(north.aim = settle | answer = accept) > 0.5", ["answer = refuse", "offer = line"], 1),
        ("P(north.aim = settle | demand[1] = hold) > 0.5", ["demand = yield"], 0),
        ("P(north.aim = settle | demand[2] = hold) > 0.5", ["demand[1] = yield"], 1),
    ],
)
def test_a_claim_is_judged_in_the_light_of_what_it_does_not_speak_of(
    claim: str, observed: list[str], kept: int
) -> None:
    case = parse_case(f"{BASE}claims:\n  c1:\n    holds if: {claim}\n")
    seen = [parse_expression(o) for o in observed]
    assert len(relevant(case.claims[0], seen, scope_of(case))) == kept


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


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
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
