"""Vectors of lanes do to each lane what plain numbers would have done to it."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from lackmus.compiled.jit import jit
from lackmus.foundation.arrays import Floats
from lackmus.solvers.kernels.lanes import (
    anywhere,
    exp,
    fused,
    grid,
    log,
    pick,
    rows,
    width,
)
from lackmus.solvers.kernels.vectors import LANES


@jit
def mix(x: Floats, y: Floats, out: Floats) -> int:
    a, b, to = rows(x), rows(y), rows(out)
    total = 0.0
    for i in range(a.size):
        largest = max(a[i], b[i])
        least = min(a[i], 0.25)
        bold = pick(a[i] > b[i], a[i] / (b[i] + 3.0), -b[i])
        total += (largest - least) * bold
        to[i] = total + abs(a[i]) - math.sqrt(abs(b[i])) + pick(b[i] <= 0.5, 1.0, 0.0)
    return width(a)


@jit
def exponentials(x: Floats, out: Floats) -> None:
    a, to = rows(x), rows(out)
    for i in range(a.size):
        to[i] = exp(a[i])


@jit
def logarithms(x: Floats, out: Floats) -> None:
    a, to = rows(x), rows(out)
    for i in range(a.size):
        to[i] = log(a[i])


@jit
def products(x: Floats, y: Floats, out: Floats) -> None:
    a, b, to = rows(x), rows(y), rows(out)
    for i in range(a.size):
        to[i] = fused(a[i], b[i], fused(-1.0, b[i], 0.125))


@jit
def places(matrix: Floats, out: Floats) -> tuple[float, bool, bool]:
    m, to = grid(matrix), rows(out)
    to[0] = m[1, 2]
    to[1] = 7.0
    to[1, 3] = m[0, 1, 4]
    return m[1, 2, 5], anywhere(m[0, 0] > 0.9), anywhere(m[0, 0] < -1.0)


def test_arithmetic_gives_the_same_bits_as_one_draw() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.uniform(-1.0, 1.0, (2, 50, LANES))
    out = np.zeros_like(x)
    assert mix(x, y, out) == LANES
    for lane in range(LANES):
        alone = np.zeros(50)
        assert mix(x[:, lane].copy(), y[:, lane].copy(), alone) == 1
        assert np.array_equal(out[:, lane], alone)


def test_a_fused_product_and_sum_is_rounded_once_and_the_same_of_one_draw() -> None:
    x, y = np.random.default_rng(6).uniform(-1.0, 1.0, (2, 500, LANES))
    out, alone = np.zeros_like(x), np.zeros(500)
    products(x, y, out)
    for lane in range(LANES):
        products(x[:, lane].copy(), y[:, lane].copy(), alone)
        assert np.array_equal(out[:, lane], alone)
    for got, a, b in zip(out.flat, x.flat, y.flat, strict=True):
        assert got == float(Fraction(a) * Fraction(b) + Fraction(0.125 - b))


def test_an_index_has_a_row_or_the_number_of_one_lane() -> None:
    matrix = np.arange(2 * 3 * LANES, dtype=np.float64).reshape(2, 3, LANES)
    out = np.zeros((2, LANES))
    assert places(matrix, out) == (matrix[1, 2, 5], True, False)
    assert np.array_equal(out[0], matrix[1, 2])
    assert out[1].tolist() == [7.0 if lane != 3 else matrix[0, 1, 4] for lane in range(LANES)]


@pytest.mark.parametrize("span", [(-700.0, 0.0), (-1.0, 1.0), (-1e-8, 1e-8), (0.0, 700.0)])
def test_exponentials_are_right_to_two_units_in_the_last_place(span: tuple[float, float]) -> None:
    x = np.random.default_rng(4).uniform(*span, (2000, LANES))
    out = np.zeros_like(x)
    exponentials(x, out)
    assert np.all(np.abs(out - np.exp(x)) <= 2.0 * np.spacing(np.exp(x)))


@pytest.mark.parametrize("function", [exponentials, logarithms])
def test_series_give_the_same_bits_to_one_draw(function: Callable[[Floats, Floats], None]) -> None:
    x = np.exp(np.random.default_rng(5).uniform(-8.0, 6.0, (2000, LANES)))
    out, alone = np.zeros_like(x), np.zeros(2000)
    function(x, out)
    for lane in range(LANES):
        function(x[:, lane].copy(), alone)
        assert np.array_equal(out[:, lane], alone)


def test_exponentials_at_the_ends() -> None:
    x = np.array([[0.0, -0.0, -np.inf, -800.0, 800.0, np.inf, -1e300, 1.0]])
    out = np.zeros_like(x)
    exponentials(x, out)
    assert out[0, :7].tolist() == [1.0, 1.0, 0.0, 0.0, np.inf, np.inf, 0.0]
    assert out[0, 7] == pytest.approx(math.e, rel=1e-15)


@pytest.mark.parametrize("span", [(0.0, 1e-12), (0.0, 1.0), (0.0, 50.0), (-300.0, 300.0)])
def test_logarithms_are_right_to_two_units_in_the_last_place(span: tuple[float, float]) -> None:
    x = np.exp(np.random.default_rng(5).uniform(*span, (2000, LANES)))
    out = np.zeros_like(x)
    logarithms(x, out)
    assert np.all(np.abs(out - np.log(x)) <= 2.0 * np.spacing(np.abs(np.log(x))))
