"""Several draws at once: the draws of one structure side by side in a vector register.

Draws differ in numbers only, so what a kernel does to one it can do to `LANES` of them with the
same instructions. Kernels are written as if for one draw, on what `rows` makes of arrays. Made of
arrays with one more axis, the lanes, its numbers are vectors with a place for each draw. Where
draws may go different ways a kernel chooses with `pick` instead of branching, and skips work with
`anywhere`. Every operation is done lane by lane and rounded by itself, so that a lane depends on no
other, and one draw alone gives the same bits. For that `exp` and `log` are series of our own, right
to two units in the last place.

This is the one door to numba's low-level interface.
"""

# mypy: disable-error-code="no-untyped-call, misc, untyped-decorator, no-any-return"
# ruff: noqa: ANN401, ARG001, ARG002, ARG005, FBT001
# numba and llvmlite ship no types; compiled functions take arguments by place.

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from functools import partial
from struct import pack, unpack
from typing import Any, Final, TypeVar

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typeconv.castgraph import Conversion
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import (
    intrinsic,
    lower_builtin,
    lower_cast,
    make_attribute_wrapper,
    models,
    overload,
    register_model,
)

from lackmus.foundation.arrays import Floats, Ints

_Array = TypeVar("_Array", bound="Floats | Ints")
_Record = TypeVar("_Record", bound=tuple[Any, ...])

#: Draws solved side by side; eight doubles fill the widest register of today's processors.
LANES: Final = 8

_DOUBLE: Final = ir.DoubleType()
_WORD: Final = ir.IntType(64)
_VECTOR: Final = ir.VectorType(_DOUBLE, LANES)
_WORDS: Final = ir.VectorType(_WORD, LANES)
_BITS: Final = ir.VectorType(ir.IntType(1), LANES)
_PLACES: Final = ir.VectorType(ir.IntType(32), LANES)


def rows(array: _Array) -> _Array:
    """In a kernel: an array of shape (n,) for one draw or (n, LANES) for lanes, as rows.

    Row i is had by [i], its number in lane l by [i, l]; `size` is n. Rows are but an address: the
    array must outlive them, and no index is looked at.
    """
    return array


def grid(array: _Array) -> _Array:
    """In a kernel: an array of shape (n, m) for one draw or (n, m, LANES) for lanes.

    Its numbers are had by [i, j], those of lane l by [i, j, l].
    """
    return array


def laid(record: _Record) -> _Record:
    """In a kernel: a named tuple whose arrays are rows, or grids where its `grids()` names them."""
    return record


def width(of: Floats) -> int:
    """In a kernel: the number of lanes of some rows, 1 or LANES."""
    return 1


def pick(condition: bool, yes: float, no: float) -> float:
    """In each lane `yes` where the condition holds there, else `no`."""
    return yes if condition else no


def anywhere(condition: bool) -> bool:
    """Whether a condition holds in any lane."""
    return condition


def fused(x: float, y: float, z: float) -> float:
    """The sum of a product and a number, x * y + z, rounded but once, in each lane."""
    return x * y + z


def exp(x: float) -> float:
    """The exponential: 0 below -708, infinite above 709."""
    return math.exp(x)


def log(x: float) -> float:
    """The natural logarithm of a normal number above 0."""
    return math.log(x)


class _Lanes(types.Type):
    """A vector with a number for each lane."""

    def __init__(self) -> None:
        super().__init__(name=f"lanes({LANES})")

    def unify(self, context: Any, other: Any) -> Any:
        return self if isinstance(other, types.Number) else None

    def can_convert_from(self, context: Any, other: Any) -> Any:
        return Conversion.safe if isinstance(other, types.Number) else None


class _Mask(types.Type):
    """A vector with a truth for each lane."""

    def __init__(self) -> None:
        super().__init__(name=f"mask({LANES})")

    def unify(self, context: Any, other: Any) -> Any:
        return self if isinstance(other, types.Boolean) else None

    def can_convert_from(self, context: Any, other: Any) -> Any:
        return Conversion.safe if isinstance(other, types.Boolean) else None


class _Rows(types.Type):
    """Rows, had by so many indices, of one item each or of lanes."""

    def __init__(self, item: Any, indices: int, lanes: int) -> None:
        self.item, self.indices, self.lanes = item, indices, lanes
        super().__init__(name=f"rows({item}, {indices}, {lanes})")


#: Its functions take numba's types where they are defined and arguments where they are called.
_intrinsic: Final[Any] = intrinsic

_LANES: Final = _Lanes()
_MASK: Final = _Mask()


@register_model(_Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _VECTOR)


@register_model(_Mask)
class _MaskModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _BITS)


@register_model(_Rows)
class _RowsModel(models.StructModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        members = [("data", types.CPointer(kind.item)), ("size", types.intp)]
        if kind.indices > 1:
            members.append(("columns", types.intp))
        super().__init__(manager, kind, members)


make_attribute_wrapper(_Rows, "size", "size")


def _constant(value: float) -> ir.Constant:
    return ir.Constant(_VECTOR, [value] * LANES)


def _whole(value: int) -> ir.Constant:
    return ir.Constant(_WORDS, [value] * LANES)


def _makers(x: Any) -> tuple[Callable[[float], ir.Constant], Callable[[int], ir.Constant]]:
    """How constants are made that go with a number, or with lanes: numbers, and words of bits."""
    if x.type == _VECTOR:
        return _constant, _whole
    return partial(ir.Constant, _DOUBLE), partial(ir.Constant, _WORD)


def _spread(builder: Any, vector: ir.VectorType, value: Any) -> Any:
    """The same in all lanes."""
    first = builder.insert_element(
        ir.Constant(vector, ir.Undefined), value, ir.Constant(ir.IntType(32), 0)
    )
    return builder.shuffle_vector(first, first, ir.Constant(_PLACES, [0] * LANES))


@lower_cast(types.Number, _Lanes)
def _cast(context: Any, builder: Any, given: Any, to: Any, value: Any) -> Any:
    return _spread(builder, _VECTOR, context.cast(builder, value, given, types.float64))


@lower_cast(types.Boolean, _Mask)
def _cast_truth(context: Any, builder: Any, given: Any, to: Any, value: Any) -> Any:
    return _spread(builder, _BITS, value)


def _as_lanes(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    return value if kind == _LANES else _cast(context, builder, kind, _LANES, value)


def _define(
    function: Callable[..., Any], arity: int, result: Any, build: Callable[..., Any]
) -> None:
    """Teach numba a function of lanes, or of lanes and numbers."""

    @infer_global(function)
    class _Template(AbstractTemplate):
        def generic(self, args: tuple[Any, ...], keywords: object) -> Any:
            kinds = all(isinstance(kind, (_Lanes, types.Number)) for kind in args)
            if len(args) == arity and kinds and _LANES in args:
                return signature(result, *args)
            return None

    def lower(context: Any, builder: Any, sig: Any, args: tuple[Any, ...]) -> Any:
        pairs = zip(sig.args, args, strict=True)
        return build(builder, *(_as_lanes(context, builder, *pair) for pair in pairs))

    if arity == 1:
        lower_builtin(function, _Lanes)(lower)
    else:
        for kinds in ((_Lanes, _Lanes), (_Lanes, types.Number), (types.Number, _Lanes)):
            lower_builtin(function, *kinds)(lower)


def _root(builder: Any, x: Any) -> Any:
    kind = ir.FunctionType(_VECTOR, [_VECTOR])
    name = f"llvm.sqrt.v{LANES}f64"
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), [x])


def _choose(comparison: str) -> Callable[..., Any]:
    """The first where it compares so with the second, else the second."""
    return lambda builder, x, y: builder.select(builder.fcmp_ordered(comparison, x, y), x, y)


def _compare(comparison: str) -> Callable[..., Any]:
    return lambda builder, x, y: builder.fcmp_ordered(comparison, x, y)


def _negative(builder: Any, x: Any) -> Any:
    return builder.fsub(_constant(-0.0), x)


def _size(builder: Any, x: Any) -> Any:
    return _choose(">")(builder, x, _negative(builder, x))


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


def _fuse(builder: Any, x: Any, y: Any, z: Any) -> Any:
    """The processor's own instruction, where it has one, else the same by the C library."""
    suffix = f"v{LANES}f64" if x.type == _VECTOR else "f64"
    kind = ir.FunctionType(x.type, [x.type] * 3)
    name = f"llvm.fma.{suffix}"
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), [x, y, z])


def _exp(builder: Any, x: Any) -> Any:
    """Two to the k times e^r, |r| ≤ ln 2 / 2, the series to r^13; 0 below -708, inf above 709."""
    number, word = _makers(x)
    shifted = _fuse(builder, x, number(1.0 / math.log(2.0)), number(_ROUNDER))
    k = builder.fsub(shifted, number(_ROUNDER))
    rest = _fuse(builder, k, number(-_LN2_HIGH), x)
    rest = _fuse(builder, k, number(-_LN2_LOW), rest)
    total = number(1.0 / math.factorial(13))
    for power in range(12, -1, -1):
        term = number(1.0 / math.factorial(power))
        total = _fuse(builder, total, rest, term)
    exponent = builder.add(builder.bitcast(shifted, word(0).type), word(_BIAS))
    scale = builder.bitcast(builder.shl(exponent, word(_MANTISSA)), x.type)
    out = builder.fmul(total, scale)
    out = builder.select(builder.fcmp_ordered("<", x, number(_LEAST)), number(0.0), out)
    return builder.select(builder.fcmp_ordered(">", x, number(_MOST)), number(math.inf), out)


def _log(builder: Any, x: Any) -> Any:
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
        total = _fuse(builder, total, square, number(2.0 / odd))
    tail = _fuse(builder, k, number(_LN2_LOW), builder.fmul(builder.fmul(total, square), s))
    tail = _fuse(builder, number(2.0), s, tail)
    return _fuse(builder, k, number(_LN2_HIGH), tail)


def _add(builder: Any, x: Any, y: Any) -> Any:
    return builder.fadd(x, y)


def _subtract(builder: Any, x: Any, y: Any) -> Any:
    return builder.fsub(x, y)


def _multiply(builder: Any, x: Any, y: Any) -> Any:
    return builder.fmul(x, y)


def _divide(builder: Any, x: Any, y: Any) -> Any:
    return builder.fdiv(x, y)


_FUNCTIONS: Final[tuple[tuple[Callable[..., Any], int, Any, Callable[..., Any]], ...]] = (
    (operator.add, 2, _LANES, _add),
    (operator.iadd, 2, _LANES, _add),
    (operator.sub, 2, _LANES, _subtract),
    (operator.isub, 2, _LANES, _subtract),
    (operator.mul, 2, _LANES, _multiply),
    (operator.imul, 2, _LANES, _multiply),
    (operator.truediv, 2, _LANES, _divide),
    (operator.itruediv, 2, _LANES, _divide),
    (max, 2, _LANES, _choose(">")),
    (min, 2, _LANES, _choose("<")),
    (operator.lt, 2, _MASK, _compare("<")),
    (operator.le, 2, _MASK, _compare("<=")),
    (operator.gt, 2, _MASK, _compare(">")),
    (operator.ge, 2, _MASK, _compare(">=")),
    (operator.neg, 1, _LANES, _negative),
    (abs, 1, _LANES, _size),
    (math.sqrt, 1, _LANES, _root),
    (exp, 1, _LANES, _exp),
    (log, 1, _LANES, _log),
)

for _row in _FUNCTIONS:
    _define(*_row)


def _define_alone(function: Callable[..., Any], build: Callable[..., Any]) -> None:
    """Teach numba a function of a number that gives the bits that it gives in a lane."""

    @infer_global(function)
    class _Template(AbstractTemplate):
        def generic(self, args: tuple[Any, ...], keywords: object) -> Any:
            return signature(types.float64, types.float64) if args == (types.float64,) else None

    @lower_builtin(function, types.float64)
    def _(context: Any, builder: Any, sig: Any, args: tuple[Any, ...]) -> Any:
        return build(builder, *args)


_define_alone(exp, _exp)
_define_alone(log, _log)


def _is_tuple(index: Any) -> bool:
    return isinstance(index, types.BaseTuple)


def _address(context: Any, builder: Any, sig: Any, args: tuple[Any, ...]) -> Any:
    """Where an index of rows points: at a number, or at a vector of all lanes."""
    kind, index = sig.args[:2]
    made = cgutils.create_struct_proxy(kind)(context, builder, args[0])
    if _is_tuple(index):
        given = list(zip(index.types, cgutils.unpack_tuple(builder, args[1]), strict=True))
    else:
        given = [(index, args[1])]
    at = [context.cast(builder, value, sort, types.intp) for sort, value in given]
    row = at[0]
    if kind.indices > 1:
        row = builder.add(builder.mul(row, made.columns), at[1])
    place = builder.mul(row, ir.Constant(row.type, kind.lanes))
    one = len(at) > kind.indices
    if one:
        place = builder.add(place, at[-1])
    pointer = builder.gep(made.data, [place])
    if one or kind.lanes == 1:
        return pointer
    return builder.bitcast(pointer, _VECTOR.as_pointer())


def _item(kind: Any, index: Any) -> Any:
    """What an index of rows has, None where it does not fit."""
    if not isinstance(kind, _Rows):
        return None
    count = len(index.types) if _is_tuple(index) else 1
    if count == kind.indices:
        return kind.item if kind.lanes == 1 else _LANES
    return kind.item if count == kind.indices + 1 else None


@infer_global(operator.getitem)
class _Get(AbstractTemplate):
    def generic(self, args: tuple[Any, ...], keywords: object) -> Any:
        item = _item(*args)
        return None if item is None else signature(item, *args)


@infer_global(operator.setitem)
class _Set(AbstractTemplate):
    def generic(self, args: tuple[Any, ...], keywords: object) -> Any:
        item = _item(args[0], args[1])
        return None if item is None else signature(types.none, args[0], args[1], item)


def _alignment(sig: Any) -> int:
    return int(sig.args[0].item.bitwidth) // 8


def _load(context: Any, builder: Any, sig: Any, args: tuple[Any, ...]) -> Any:
    pointer = _address(context, builder, sig, args)
    return builder.load(pointer, align=_alignment(sig))


def _store(context: Any, builder: Any, sig: Any, args: tuple[Any, ...]) -> Any:
    pointer = _address(context, builder, sig, args)
    builder.store(args[2], pointer, align=_alignment(sig))
    return context.get_dummy_value()


for _index in (types.Integer, types.BaseTuple):
    lower_builtin(operator.getitem, _Rows, _index)(_load)
    for _kind in (_Lanes, types.Float):
        lower_builtin(operator.setitem, _Rows, _index, _kind)(_store)


def _rows_of(array: Any, indices: int) -> Any:
    """The rows that an array becomes; None where it has another shape or layout."""
    if not isinstance(array, types.Array) or array.layout != "C":
        return None
    lanes = {indices: 1, indices + 1: LANES}.get(array.ndim)
    return None if lanes is None else _Rows(array.dtype, indices, lanes)


def _make_rows(context: Any, builder: Any, kind: Any, array: Any, value: Any) -> Any:
    given = context.make_array(array)(context, builder, value)
    shape = cgutils.unpack_tuple(builder, given.shape)
    made = cgutils.create_struct_proxy(kind)(context, builder)
    made.data = given.data
    made.size = shape[0]
    if kind.indices > 1:
        made.columns = shape[1]
    return made._getvalue()  # noqa: SLF001 (the way numba's own code reads a struct)


def _define_view(view: Callable[[Any], Any], indices: int) -> None:
    @infer_global(view)
    class _Template(AbstractTemplate):
        def generic(self, args: tuple[Any, ...], keywords: object) -> Any:
            kind = _rows_of(args[0], indices)
            return None if kind is None else signature(kind, *args)

    @lower_builtin(view, types.Array)
    def _(context: Any, builder: Any, sig: Any, args: tuple[Any, ...]) -> Any:
        return _make_rows(context, builder, sig.return_type, sig.args[0], args[0])


_define_view(rows, 1)
_define_view(grid, 2)


def _is_record(kind: Any) -> bool:
    return isinstance(kind, types.BaseNamedTuple)


@infer_global(laid)
class _Laid(AbstractTemplate):
    def generic(self, args: tuple[Any, ...], keywords: object) -> Any:
        record = args[0]
        if not _is_record(record):
            return None
        grids: tuple[str, ...] = getattr(record.instance_class, "grids", tuple)()
        members = [
            (_rows_of(kind, 2 if name in grids else 1) or kind)
            for name, kind in zip(record.fields, record.types, strict=True)
        ]
        return signature(types.BaseTuple.from_types(members, record.instance_class), record)


@lower_builtin(laid, types.BaseNamedTuple)
def _lay(context: Any, builder: Any, sig: Any, args: tuple[Any, ...]) -> Any:
    to, given = sig.return_type, sig.args[0]
    values = cgutils.unpack_tuple(builder, args[0])
    members = [
        _make_rows(context, builder, kind, array, value) if isinstance(kind, _Rows) else value
        for kind, array, value in zip(to.types, given.types, values, strict=True)
    ]
    return context.make_tuple(builder, to, members)


@overload(width, strict=False)
def _width(of: Any) -> Any:
    lanes = of.lanes
    return lambda of: lanes


@_intrinsic
def _select(context: Any, condition: Any, yes: Any, no: Any) -> Any:
    def build(context: Any, builder: Any, sig: Any, args: tuple[Any, ...]) -> Any:
        pair = zip(sig.args[1:], args[1:], strict=True)
        return builder.select(args[0], *(_as_lanes(context, builder, *item) for item in pair))

    return _LANES(condition, yes, no), build


@overload(pick, strict=False)
def _pick(condition: Any, yes: Any, no: Any) -> Any:
    if condition == _MASK:
        return lambda condition, yes, no: _select(condition, yes, no)  # noqa: PLW0108 (as below)
    return lambda condition, yes, no: yes if condition else no


@_intrinsic
def _fused(context: Any, x: Any, y: Any, z: Any) -> Any:
    kind = _LANES if _LANES in (x, y, z) else types.float64

    def build(context: Any, builder: Any, sig: Any, args: tuple[Any, ...]) -> Any:
        if kind == _LANES:
            args = tuple(
                _as_lanes(context, builder, *pair) for pair in zip(sig.args, args, strict=True)
            )
        return _fuse(builder, *args)

    return kind(*((x, y, z) if kind == _LANES else (kind,) * 3)), build


@overload(fused, strict=False)
def _fused_of(x: Any, y: Any, z: Any) -> Any:
    return lambda x, y, z: _fused(x, y, z)  # noqa: PLW0108 (numba wants a function)


@_intrinsic
def _any(context: Any, condition: Any) -> Any:
    def build(context: Any, builder: Any, sig: Any, args: tuple[Any, ...]) -> Any:
        word = builder.bitcast(args[0], ir.IntType(LANES))
        return builder.icmp_unsigned("!=", word, ir.Constant(word.type, 0))

    return types.boolean(condition), build


@overload(anywhere, strict=False)
def _anywhere(condition: Any) -> Any:
    if condition == _MASK:
        return lambda condition: _any(condition)  # noqa: PLW0108 (numba wants a function)
    return lambda condition: condition
