"""What kernels do to a vector of lanes, or to a number, in LLVM's instructions.

Each function is handed a builder, which writes instructions, and what they are done to: values of
`DOUBLE`, or of `VECTOR` with a number for each of `LANES`. What `lanes` teaches numba is made of
these.
"""

# mypy: disable-error-code="no-untyped-call, misc, no-any-return"
# ruff: noqa: ANN401
# llvmlite ships no types.

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from struct import pack, unpack
from typing import Any, Final

from llvmlite import ir

#: Draws solved side by side; eight doubles fill the widest register of today's processors.
LANES: Final = 8

DOUBLE: Final = ir.DoubleType()
_WORD: Final = ir.IntType(64)
VECTOR: Final = ir.VectorType(DOUBLE, LANES)
_WORDS: Final = ir.VectorType(_WORD, LANES)
BITS: Final = ir.VectorType(ir.IntType(1), LANES)
_PLACES: Final = ir.VectorType(ir.IntType(32), LANES)


def _constant(value: float) -> ir.Constant:
    return ir.Constant(VECTOR, [value] * LANES)


def _whole(value: int) -> ir.Constant:
    return ir.Constant(_WORDS, [value] * LANES)


def _makers(x: Any) -> tuple[Callable[[float], ir.Constant], Callable[[int], ir.Constant]]:
    """How constants are made that go with a number, or with lanes: numbers, and words of bits."""
    if x.type == VECTOR:
        return _constant, _whole
    return partial(ir.Constant, DOUBLE), partial(ir.Constant, _WORD)


def spread(builder: Any, vector: ir.VectorType, value: Any) -> Any:
    """The same in all lanes."""
    first = builder.insert_element(
        ir.Constant(vector, ir.Undefined), value, ir.Constant(ir.IntType(32), 0)
    )
    return builder.shuffle_vector(first, first, ir.Constant(_PLACES, [0] * LANES))


def _call(builder: Any, intrinsic: str, *values: Any) -> Any:
    """One of LLVM's own functions, of numbers or of vectors."""
    kind, module = values[0].type, builder.module
    name = f"llvm.{intrinsic}.{f'v{LANES}f64' if kind == VECTOR else 'f64'}"
    if name not in module.globals:
        ir.Function(module, ir.FunctionType(kind, [kind] * len(values)), name)
    return builder.call(module.globals[name], values)


def root(builder: Any, x: Any) -> Any:
    """Square roots of a vector."""
    return _call(builder, "sqrt", x)


def choose(comparison: str) -> Callable[..., Any]:
    """The first where it compares so with the second, else the second."""
    return lambda builder, x, y: builder.select(builder.fcmp_ordered(comparison, x, y), x, y)


def compare(comparison: str) -> Callable[..., Any]:
    """Whether one compares so with the other, in each lane; never where one is no number."""
    return lambda builder, x, y: builder.fcmp_ordered(comparison, x, y)


def negative(builder: Any, x: Any) -> Any:
    """A vector with signs turned, -0 of 0."""
    return builder.fsub(_constant(-0.0), x)


def size(builder: Any, x: Any) -> Any:
    """A vector without signs."""
    return choose(">")(builder, x, negative(builder, x))


#: The logarithm of 2 in two parts, the first short enough that its multiples by exponents are
#: exact; and what leaves the nearest integer in the last bits of a sum (Cody and Waite, Software
#: Manual for the Elementary Functions, 1980, ch. 6).
_LN2_HIGH: Final = float.fromhex("0x1.62e42fee00000p-1")
_LN2_LOW: Final = float.fromhex("0x1.a39ef35793c76p-33")
_ROUNDER: Final = 1.5 * 2.0**52
_ROUNDER_WORD: Final = unpack("<q", pack("<d", _ROUNDER))[0]
_HALF_ROOT_WORD: Final = unpack("<q", pack("<d", math.sqrt(0.5)))[0]
_MANTISSA: Final = 52
_BIAS: Final = 1023
_LEAST: Final = -708.0
_MOST: Final = 709.0


def fuse(builder: Any, x: Any, y: Any, z: Any) -> Any:
    """A product and a sum, rounded once: by one instruction, or by the C library where none is."""
    return _call(builder, "fma", x, y, z)


def exp(builder: Any, x: Any) -> Any:
    """Two to the k times e^r, |r| ≤ ln 2 / 2, the series to r^13; 0 below -708, inf above 709."""
    number, word = _makers(x)
    shifted = fuse(builder, x, number(1.0 / math.log(2.0)), number(_ROUNDER))
    k = builder.fsub(shifted, number(_ROUNDER))
    rest = fuse(builder, k, number(-_LN2_HIGH), x)
    rest = fuse(builder, k, number(-_LN2_LOW), rest)
    total = number(1.0 / math.factorial(13))
    for power in range(12, -1, -1):
        term = number(1.0 / math.factorial(power))
        total = fuse(builder, total, rest, term)
    exponent = builder.add(builder.bitcast(shifted, word(0).type), word(_BIAS))
    scale = builder.bitcast(builder.shl(exponent, word(_MANTISSA)), x.type)
    out = builder.fmul(total, scale)
    out = builder.select(builder.fcmp_ordered("<", x, number(_LEAST)), number(0.0), out)
    return builder.select(builder.fcmp_ordered(">", x, number(_MOST)), number(math.inf), out)


def log(builder: Any, x: Any) -> Any:
    """The sum k ln 2 + 2 artanh s, s = (m - 1) / (m + 1), for a normal x = 2^k m, √½ ≤ m < √2."""
    number, whole = _makers(x)
    word = builder.bitcast(x, whole(0).type)
    k = builder.ashr(builder.sub(word, whole(_HALF_ROOT_WORD)), whole(_MANTISSA))
    m = builder.bitcast(builder.sub(word, builder.shl(k, whole(_MANTISSA))), x.type)
    k = builder.bitcast(builder.add(k, whole(_ROUNDER_WORD)), x.type)
    k = builder.fsub(k, number(_ROUNDER))
    one = number(1.0)
    s = builder.fdiv(builder.fsub(m, one), builder.fadd(m, one))
    square = builder.fmul(s, s)
    total = number(2.0 / 21.0)
    for odd in range(19, 1, -2):
        total = fuse(builder, total, square, number(2.0 / odd))
    tail = fuse(builder, k, number(_LN2_LOW), builder.fmul(builder.fmul(total, square), s))
    tail = fuse(builder, number(2.0), s, tail)
    return fuse(builder, k, number(_LN2_HIGH), tail)


def add(builder: Any, x: Any, y: Any) -> Any:
    """The sum."""
    return builder.fadd(x, y)


def subtract(builder: Any, x: Any, y: Any) -> Any:
    """The difference."""
    return builder.fsub(x, y)


def multiply(builder: Any, x: Any, y: Any) -> Any:
    """The product."""
    return builder.fmul(x, y)


def divide(builder: Any, x: Any, y: Any) -> Any:
    """The quotient."""
    return builder.fdiv(x, y)
