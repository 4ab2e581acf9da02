"""Several draws at once: the draws of one structure side by side in a vector register.

Draws differ in numbers only, so what a kernel does to one it can do to `LANES` of them with the
same instructions (`vectors`). Kernels are written as if for one draw, on what `rows` makes of
arrays. Made of arrays with one more axis, the lanes, its numbers are vectors with a place for each
draw. Where draws may go different ways a kernel chooses with `pick` instead of branching, and skips
work with `anywhere`. Every operation is done lane by lane and rounded by itself, so that a lane
depends on no other, and one draw alone gives the same bits. For that `exp` and `log` are series of
our own, right to two units in the last place.

This is the one door to numba's low-level interface.
"""

# mypy: disable-error-code="no-untyped-call, misc, untyped-decorator, no-any-return"
# ruff: noqa: ANN401, ARG001, ARG002, ARG005, FBT001
# numba and llvmlite ship no types; compiled functions take arguments by place.

from __future__ import annotations

import math
import operator
from collections.abc import Callable
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
from lackmus.solvers.kernels import vectors
from lackmus.solvers.kernels.vectors import LANES

_Array = TypeVar("_Array", bound="Floats | Ints")
_Record = TypeVar("_Record", bound=tuple[Any, ...])


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
        super().__init__(manager, kind, vectors.VECTOR)


@register_model(_Mask)
class _MaskModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, vectors.BITS)


@register_model(_Rows)
class _RowsModel(models.StructModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        members = [("data", types.CPointer(kind.item)), ("size", types.intp)]
        if kind.indices > 1:
            members.append(("columns", types.intp))
        super().__init__(manager, kind, members)


make_attribute_wrapper(_Rows, "size", "size")


@lower_cast(types.Number, _Lanes)
def _cast(context: Any, builder: Any, given: Any, to: Any, value: Any) -> Any:
    number = context.cast(builder, value, given, types.float64)
    return vectors.spread(builder, vectors.VECTOR, number)


@lower_cast(types.Boolean, _Mask)
def _cast_truth(context: Any, builder: Any, given: Any, to: Any, value: Any) -> Any:
    return vectors.spread(builder, vectors.BITS, value)


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


_FUNCTIONS: Final[tuple[tuple[Callable[..., Any], int, Any, Callable[..., Any]], ...]] = (
    (operator.add, 2, _LANES, vectors.add),
    (operator.iadd, 2, _LANES, vectors.add),
    (operator.sub, 2, _LANES, vectors.subtract),
    (operator.isub, 2, _LANES, vectors.subtract),
    (operator.mul, 2, _LANES, vectors.multiply),
    (operator.imul, 2, _LANES, vectors.multiply),
    (operator.truediv, 2, _LANES, vectors.divide),
    (operator.itruediv, 2, _LANES, vectors.divide),
    (max, 2, _LANES, vectors.choose(">")),
    (min, 2, _LANES, vectors.choose("<")),
    (operator.lt, 2, _MASK, vectors.compare("<")),
    (operator.le, 2, _MASK, vectors.compare("<=")),
    (operator.gt, 2, _MASK, vectors.compare(">")),
    (operator.ge, 2, _MASK, vectors.compare(">=")),
    (operator.neg, 1, _LANES, vectors.negative),
    (abs, 1, _LANES, vectors.size),
    (math.sqrt, 1, _LANES, vectors.root),
    (exp, 1, _LANES, vectors.exp),
    (log, 1, _LANES, vectors.log),
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


_define_alone(exp, vectors.exp)
_define_alone(log, vectors.log)


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
    return builder.bitcast(pointer, vectors.VECTOR.as_pointer())


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
        return vectors.fuse(builder, *args)

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
