"""Numbers of one draw after the other are those of each by itself, bit by bit."""

from __future__ import annotations

import numpy as np
import pytest

from lackmus.case.parse import parse_case
from lackmus.compiler.compile import Compiled, compile_case
from lackmus.compiler.numbers import Last
from lackmus.library.index import cases
from lackmus.pipeline.loading import load
from lackmus.sweep.design import base_point, draw

CASE = """\
title: Stakes that hang on assumptions in every way
actors: {a: {aims: {x: p, y: rest}}, b: }
assumptions:
  p: {value: 0.3, range: [0, 1]}
  q: {value: 0.5, range: [0, 1]}
  cost: {value: 2, range: [0, 5]}
  gain: {value: 3, range: [0, 6]}
  keep: {value: 0.9, range: [0.5, 1]}
moves:
  - storm: {chance: {calm: q, rough: rest}}
  - rounds:
      name: talks
      count: 2
      discount: keep
      moves:
        - call: {by: b, options: [stay, go]}
stakes:
  a: [{worth: "max(cost, gain) if q > 0.4 else -cost", every: talks, if: call = stay}]
  b: [{worth: 1 / cost, if: "call[2] = go and gain > 1"}]
claims: {c: {says: stays, holds if: "P(call[1] = stay) > 0.5"}}
"""


def compiled(name: str) -> Compiled:
    return compile_case(parse_case(CASE) if name == "own" else load(name))


@pytest.mark.parametrize("name", ["own", "alaska-2025", "shifting-power"])
def test_what_is_kept_changes_nothing(name: str) -> None:
    game = compiled(name)
    assumptions = (*game.case.assumptions, game.case.precision)
    points = draw(assumptions, game.case.correlations, 24, 3)
    point, last = base_point(assumptions).copy(), Last()
    chosen = np.random.default_rng(0)
    for row in points:
        # One assumption is moved, or several, or none, as on a page.
        moved = chosen.permutation(len(point))[: chosen.integers(0, 3)]
        point[moved] = row[moved]
        values = {a.name: point[i : i + 1] for i, a in enumerate(assumptions)}
        alone, after = game.draws(values), game.after(values, last)
        np.testing.assert_array_equal(after.payoffs, alone.payoffs, strict=True)
        np.testing.assert_array_equal(after.chance, alone.chance, strict=True)
        np.testing.assert_array_equal(after.valid, alone.valid, strict=True)


@pytest.mark.parametrize("name", ["own", *(entry.name for entry in cases())])
def test_the_base_values_give_what_draws_of_them_give(name: str) -> None:
    game = compiled(name)
    assumptions = (*game.case.assumptions, game.case.precision)
    point = base_point(assumptions)
    drawn = game.draws({a.name: point[i : i + 1] for i, a in enumerate(assumptions)})
    np.testing.assert_array_equal(game.game.payoffs, drawn.payoffs[0])
    np.testing.assert_allclose(game.game.chance, drawn.chance[0], rtol=0.0, atol=1e-15)
    few = compile_case(game.case, exact=False).game
    np.testing.assert_array_equal(few.payoffs, drawn.payoffs[0])
    np.testing.assert_array_equal(few.chance, drawn.chance[0])
