"""NumPy broadcasting made explicit: operands are promoted, checked and widened before an operator sees them.

Works on :class:`~graphc.compiler.ir.Value`; :mod:`graphc.tensor` wraps the results.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from graphc.compiler import ops
from graphc.compiler.ir import CONSTANT, Leaf, Value, constant, explain, here
from graphc.runtime.errors import DTypeError, ShapeError
from graphc.runtime.storage import Storage
from graphc.runtime.types import Dim, DType, Shape, Shapelike, TensorType

Number: TypeAlias = float | int | bool
Operand: TypeAlias = Value | Number
SMALL_CONSTANT = 16  # elements; larger arrays become leaves with storage instead of text in the IR


def constant_value(array: npt.NDArray[Any], dtype: DType | None = None, hint: str = "constant") -> Value:
    """A constant: written into the graph when small, a leaf with storage of its own otherwise."""
    dtype = DType.of(array.dtype) if dtype is None else dtype
    array = np.asarray(array).astype(dtype.numpy)
    if array.size <= SMALL_CONSTANT and dtype is not DType.bf16:
        flat = tuple(array.reshape(-1).tolist())
        value = flat[0] if array.ndim == 0 else flat
        small: Value = CONSTANT(value=value, dtype=dtype, shape=array.shape, hint=hint)
        return small
    type = TensorType(dtype, array.shape)
    return Leaf("const", type, hint, Storage(type, array))


def scalar(value: Number, dtype: DType) -> Value:
    """A rank-0 constant."""
    return constant(value, dtype)


def fail_shape(op: str, message: str, *operands: Operand) -> ShapeError:
    """A ShapeError with the operands listed and the user's line."""
    return ShapeError(explain(op, message, [v for v in operands if isinstance(v, Value)], here()))


def fail_dtype(op: str, message: str, *operands: Operand) -> DTypeError:
    """A DTypeError with the operands listed and the user's line."""
    return DTypeError(explain(op, message, [v for v in operands if isinstance(v, Value)], here()))


def promote(op: str, operands: Sequence[Operand]) -> tuple[Value, ...]:
    """All operands as values of one element type. Only Python numbers adapt; different dtypes are an error.

    Raises:
        DTypeError: two tensors of different element types, or a fraction beside integers.
    """
    values = [v for v in operands if isinstance(v, Value)]
    if not values:
        numbers = [np.asarray(number) for number in operands]
        dtype = DType.f32 if any(n.dtype.kind == "f" for n in numbers) else DType.of(np.result_type(*numbers))
        return tuple(scalar(number, dtype) for number in operands if not isinstance(number, Value))
    first = values[0]
    for other in values[1:]:
        if other.dtype is not first.dtype:
            raise fail_dtype(
                op,
                f"element types differ: {first.dtype} (%{first.hint}) and {other.dtype} (%{other.hint})"
                + _cast_hint(first, other),
                *operands,
            )
    return tuple(v if isinstance(v, Value) else _number(op, v, first, operands) for v in operands)


def _cast_hint(first: Value, other: Value) -> str:
    return f"; convert one, for example %{other.hint} with .astype({str(first.dtype)!r})"


def _number(op: str, number: Number, beside: Value, operands: Sequence[Operand]) -> Value:
    if isinstance(number, float) and not beside.dtype.is_float:
        raise fail_dtype(
            op, f"expected a whole number beside {beside.dtype} (%{beside.hint}), got {number!r}", *operands
        )
    if beside.dtype is DType.bool and not isinstance(number, bool | np.bool_):
        raise fail_dtype(op, f"expected True or False beside bool (%{beside.hint}), got {number!r}", *operands)
    if beside.dtype is DType.i32 and not -(2**31) <= number < 2**31:
        raise fail_dtype(op, f"{number} does not fit into i32 (%{beside.hint})", *operands)
    return scalar(number, beside.dtype)


def broadcast_shapes(op: str, operands: Sequence[Value]) -> Shape:
    """The common shape by NumPy's rule: aligned at the right, 1 stretches; ShapeError names both numbers."""
    rank = max(v.type.rank for v in operands)
    result: list[Shapelike] = []
    for axis in range(-rank, 0):
        chosen: Shapelike = 1
        by: Value | None = None
        for v in operands:
            if v.type.rank < -axis:
                continue
            size = v.type.shape[axis]
            if size in (1, chosen):
                continue
            if by is None:
                chosen, by = size, v
                continue
            a, b = axis + by.type.rank, axis + v.type.rank
            raise fail_shape(
                op,
                f"shapes do not broadcast: {chosen} (axis {a} of %{by.hint}) and {size} (axis {b} of %{v.hint})",
                *operands,
            )
        result.append(chosen)
    return tuple(result)


def broadcast_value(value: Value, shape: Shape) -> Value:
    """``value`` widened to ``shape``; the shapes are known to be compatible. Axes of size 1 are dropped first."""
    if value.type.shape == shape:
        return value
    offset = len(shape) - value.type.rank
    kept = [axis for axis, size in enumerate(value.type.shape) if size == shape[axis + offset]]
    squeezed = tuple(value.type.shape[axis] for axis in kept)
    if squeezed != value.type.shape:
        value = ops.reshape(value, shape=squeezed)
    if squeezed == shape:
        return value
    return ops.broadcast(value, shape=shape, axes=tuple(axis + offset for axis in kept))


def align(op: str, operands: Sequence[Value]) -> tuple[Value, ...]:
    """Operands of one shape. Rank-0 operands stay as they are: element-wise operators take them beside any shape."""
    shape = broadcast_shapes(op, operands)
    return tuple(v if not v.type.rank else broadcast_value(v, shape) for v in operands)


def elementwise(op: str, make: Callable[..., Value], *operands: Operand) -> Value:
    """Apply an element-wise operator after promotion and broadcasting."""
    return make(*align(op, promote(op, operands)))


def float_unary(op: str, make: Callable[[Value], Value], value: Value) -> Value:
    """Apply an operator that needs floating-point elements; DTypeError otherwise."""
    require_float(op, value)
    return make(value)


def require_float(op: str, *values: Value) -> None:
    """DTypeError unless every value has floating-point elements."""
    for value in values:
        if not value.dtype.is_float:
            raise fail_dtype(op, f"expected floating-point elements, got {value.type} (%{value.hint})", *values)


def dims_value(size: Shapelike, dtype: DType) -> Operand:
    """A size as an operand: a number when it is known, else a run-time value."""
    if isinstance(size, Dim):
        return ops.dim_size(size, dtype=dtype)
    return float(size) if dtype.is_float else size
