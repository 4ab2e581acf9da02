"""Rounds that are played only where a condition holds."""

from __future__ import annotations

import numpy as np
import pytest

from lackmus.case.builder import CaseBuilder
from lackmus.case.move_list import MoveList
from lackmus.case.parse import parse_case
from lackmus.case.words import words_text
from lackmus.compiler.compile import compile_case
from lackmus.foundation.errors import CaseError
from lackmus.testing.asking import ask

HEAD = """\
title: Talks, if there are any
actors: {a: {aims: {x: 0.3, y: rest}}, b: {}}
assumptions: {n: {value: 3, range: [1, 3]}, cost: {value: 0.5, range: [0, 1]}}
precision: 1
"""
WITH = f"""{HEAD}
moves:
  - call: {{by: a, options: [accept, refuse]}}
  - rounds:
      name: t
      count: n
      if: call = accept
      ends if: z = d or k >= 2
      state: {{k: {{start: 0, next: k + 1 if z = u and w = l else k}}}}
      moves:
        - z: {{by: b, options: [u, d], seen by: [a]}}
        - w: {{by: a, if: z = u, options: [l, r]}}
stakes:
  a: [{{worth: 1 - cost * k, every: t}}, {{worth: 2, if: w = l and a.aim = x}}]
  b: [{{worth: k}}, {{worth: 1, if: ever(z = d)}}, {{worth: 0.5, if: call = refuse}}]
"""
#: Each round is played where the call was accepted, and counts only there.
WITHOUT = (
    WITH.replace("      if: call = accept\n", "")
    .replace("z: {by: b,", "z: {by: b, if: call = accept,")
    .replace("w: {by: a, if: z = u,", "w: {by: a, if: call = accept and z = u,")
    .replace("every: t}", "every: t, if: call = accept}")
)
ASKED = (
    "E(a)", "E(b)", "P(a.aim = x | z[1] = u)", "P(w = l)", "P(call = accept)", "P(made(z[3]))",
    "P(k = 2)", "P(count(z = u) = 1)", "E(b | do(call = refuse))", "P(made(z) | do(n = 2))",
)  # fmt: skip


@pytest.mark.parametrize("asked", ASKED)
def test_it_is_the_same_as_a_condition_on_every_move(asked: str) -> None:
    one, other = (ask(parse_case(text), [asked], method="logit", precision=1)
                  for text in (WITH, WITHOUT))  # fmt: skip
    assert one.numbers == pytest.approx(other.numbers, abs=1e-12)


def test_no_round_is_played_elsewhere() -> None:
    asked = ("P(t = 0 | call = refuse)", "P(t >= 1 | call = accept)", "P(k = 0 | call = refuse)",
             "P(made(z) | call = refuse)", "E(a | call = refuse)")  # fmt: skip
    found = [float(ask(parse_case(WITH), [q], method="logit", precision=1).numbers[0, 0])
             for q in asked]  # fmt: skip
    assert found == [1, 1, 1, 0, 0]
    game = compile_case(parse_case(WITH)).game
    # A refusal; or d (1), u and l (3 in round 3 with k = 1, and 1 + 1 + 3 plays of what is left
    # in round 2), u and r (1 + 3 + 3): 1 + 5 + 7 plays of the rounds, for each aim.
    assert game.n_terminals == 2 * (1 + 1 + 5 + 7)


def test_it_may_speak_of_aims_and_states_of_earlier_rounds() -> None:
    text = WITH.replace("if: call = accept", "if: a.aim = x and not made(call)")
    game = compile_case(parse_case(text)).game
    assert game.n_terminals == 4
    later = WITH.replace("stakes:", "  - rounds:\n      name: s\n      count: 1\n      if: k = 1\n"
                         "      moves: [{v: {by: b, options: [g, h]}}]\nstakes:")  # fmt: skip
    asked = ["P(k = 1 | made(v))", "P(made(v) | k = 1)", "P(made(v) | k = 0)"]
    numbers = [ask(parse_case(later), [q], method="logit", precision=1).numbers for q in asked]
    assert np.ravel(numbers).tolist() == [1, 1, 0]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("z = u", "'z' is not settled yet in the condition of rounds 't'"),
        ("k = 0", "'k' has no value yet here"),
        ("cost > 0.5", "the condition of rounds 't' may not depend on an assumption"),
        ("P(call = accept) > 0.5", "the condition of rounds 't' cannot ask this"),
        ("call = yes_", "'call' has no option 'yes_'"),
    ],
)
def test_a_fault_has_its_place(condition: str, message: str) -> None:
    text = WITH.replace("if: call = accept", f"if: {condition}")
    with pytest.raises(CaseError) as caught:
        parse_case(text)
    fault = next(fault for fault in caught.value.faults if message in fault.message)
    assert fault.span is not None
    assert f"if: {condition}" in fault.span.text


def test_it_is_told_and_built() -> None:
    told = " ".join(words_text(parse_case(WITH)).split())
    assert "2. T: if call is “accept”, the following happens in up to n (3) rounds" in told
    built = (
        CaseBuilder("Talks")
        .actor("a")
        .moves(MoveList().move("call", "a", ["accept", "refuse"]))
        .rounds("t", 2, MoveList().move("z", "a", ["u", "d"]), when="call = accept")
        .build()
    )
    assert compile_case(built).game.n_terminals == 1 + 4
