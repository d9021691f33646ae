"""Operators that move elements, and values that come from positions and sizes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphc.compiler.ir import (
    CONSTANT,
    Affine,
    Array,
    Attr,
    IndexValue,
    Op,
    Routine,
    SameMemory,
    Scalar,
    Value,
    View,
)
from graphc.runtime.errors import ShapeError
from graphc.runtime.types import DType, Shape, Shapelike, TensorType, dim_product

from .base import NO_CUDA, same_dtype
from .elementwise import add, mul

# broadcast ----------------------------------------------------------------------------------------------------------


def _broadcast_type(x: TensorType, *, shape: Shape, axes: tuple[int, ...]) -> TensorType:
    if len(axes) != x.rank:
        raise ShapeError(f"expected one result axis for each of the {x.rank} axes of {{0}}, got {list(axes)}")
    if list(axes) != sorted(set(axes)) or any(not 0 <= a < len(shape) for a in axes):
        raise ShapeError(f"expected sorted different axes within rank {len(shape)}, got {list(axes)}")
    for a, axis in enumerate(axes):
        if x.shape[a] != shape[axis]:
            raise ShapeError(f"axis {a} of {{0}} has {x.shape[a]} elements, axis {axis} of the result {shape[axis]}")
    return x.with_shape(shape)


def _broadcast_reference(x: Array, *, shape: tuple[int, ...], axes: tuple[int, ...]) -> Array:
    expanded = [1] * len(shape)
    for a, axis in enumerate(axes):
        expanded[axis] = x.shape[a]
    return np.broadcast_to(x.reshape(expanded), shape)


def _broadcast_grad(g: Value, y: Value, x: Value, *, shape: Shape, axes: tuple[int, ...]) -> tuple[Value]:
    from .reduce import sum

    spread = tuple(a for a in range(len(shape)) if a not in axes)
    return (sum(g, axes=spread) if spread else g,)


BROADCAST = Op(
    name="broadcast",
    type_rule=_broadcast_type,
    grad_rule=_broadcast_grad,
    reference=_broadcast_reference,
    lower_cpu=View(lambda x, y, *, shape, axes: tuple(Affine.axis(a) for a in axes)),
    lower_cuda=NO_CUDA,
)


# reshape, permute ---------------------------------------------------------------------------------------------------


def _reshape_type(x: TensorType, *, shape: Shape) -> TensorType:
    if dim_product(shape) != x.size:
        wanted = f"[{', '.join(map(str, shape))}]"
        raise ShapeError(f"{{0}} has {x.size} elements, {wanted} has {dim_product(shape)}")
    return x.with_shape(shape)


RESHAPE = Op(
    name="reshape",
    type_rule=_reshape_type,
    grad_rule=lambda g, y, x, *, shape: (reshape(g, shape=x.type.shape),),
    reference=lambda x, *, shape: x.reshape(shape),
    lower_cpu=SameMemory(),
    lower_cuda=NO_CUDA,
)


def _permute_type(x: TensorType, *, axes: tuple[int, ...]) -> TensorType:
    if sorted(axes) != list(range(x.rank)):
        raise ShapeError(f"expected an order of the {x.rank} axes of {{0}}, got {list(axes)}")
    return x.with_shape(x.shape[a] for a in axes)


def _inverse(axes: Sequence[int]) -> tuple[int, ...]:
    return tuple(int(a) for a in np.argsort(axes))


PERMUTE_DIMS = Op(
    name="permute_dims",
    type_rule=_permute_type,
    grad_rule=lambda g, y, x, *, axes: (permute_dims(g, axes=_inverse(axes)),),
    reference=lambda x, *, axes: np.transpose(x, axes),
    lower_cpu=View(lambda x, y, *, axes: tuple(Affine.axis(axes.index(a)) for a in range(len(axes)))),
    lower_cuda=NO_CUDA,
)


# slice, pad, concat -------------------------------------------------------------------------------------------------


def _count(start: Shapelike, stop: Shapelike, step: int) -> Shapelike:
    if isinstance(start, int) and isinstance(stop, int):
        return len(range(start, stop, step))
    if step == 1:
        return stop - start
    if step == -1:
        return start - stop
    raise ShapeError(f"a step of {step} needs known bounds, got {start} and {stop}")


def _slice_type(
    x: TensorType, *, start: Shape, stop: Shape, step: tuple[int, ...]
) -> TensorType:
    if not len(start) == len(stop) == len(step) == x.rank:
        raise ShapeError(f"expected start, stop and step for the {x.rank} axes of {{0}}")
    return x.with_shape(_count(a, b, s) for a, b, s in zip(start, stop, step, strict=True))


def _slice_reference(x: Array, *, start: tuple[int, ...], stop: tuple[int, ...], step: tuple[int, ...]) -> Array:
    parts = tuple(slice(a, b if b >= 0 else None, s) for a, b, s in zip(start, stop, step, strict=True))
    return x[parts]


def _slice_grad(
    g: Value, y: Value, x: Value, *, start: Shape, stop: Shape, step: tuple[int, ...]
) -> tuple[Value]:
    from .indexing import take_grad

    for axis, s in enumerate(step):
        if s == -1:
            g = flip(g, axis=axis)
    strided = [axis for axis, s in enumerate(step) if abs(s) != 1]
    low, high = [], []
    for axis, (a, s) in enumerate(zip(start, step, strict=True)):
        extent, taken = x.type.shape[axis], g.type.shape[axis]
        if axis in strided:
            place = iota(shape=(taken,), axis=0, dtype=DType.i64)
            g = take_grad(g, _affine(place, s, a), axis=axis, size=extent)
            low.append(0)
            high.append(0)
            continue
        first = a if s == 1 else a - taken + 1
        low.append(first)
        high.append(extent - first - taken)
    return (pad(g, low=tuple(low), high=tuple(high), value=0.0),)


def _affine(x: Value, scale: int, offset: Shapelike) -> Value:
    shift: Any = offset if isinstance(offset, int) else dim_size(offset, dtype=x.dtype)
    return add(mul(x, scale), shift)


SLICE = Op(
    name="slice",
    type_rule=_slice_type,
    grad_rule=_slice_grad,
    reference=_slice_reference,
    lower_cpu=View(
        lambda x, y, *, start, stop, step: tuple(
            Affine.axis(a, s, first) for a, (first, s) in enumerate(zip(start, step, strict=True))
        )
    ),
    lower_cuda=NO_CUDA,
)


def _pad_type(x: TensorType, *, low: Shape, high: Shape, value: float) -> TensorType:
    if not len(low) == len(high) == x.rank:
        raise ShapeError(f"expected low and high for the {x.rank} axes of {{0}}")
    return x.with_shape(a + d + b for a, d, b in zip(low, x.shape, high, strict=True))


PAD = Op(
    name="pad",
    type_rule=_pad_type,
    grad_rule=lambda g, y, x, *, low, high, value: (
        slice(
            g,
            start=low,
            stop=tuple(a + d for a, d in zip(low, x.type.shape, strict=True)),
            step=(1,) * x.type.rank,
        ),
    ),
    reference=lambda x, *, low, high, value: np.pad(x, list(zip(low, high, strict=True)), constant_values=value),
    lower_cpu=View(
        lambda x, y, *, low, high, value: tuple(Affine.axis(a, 1, -1 * first) for a, first in enumerate(low)),
        fill="value",
    ),
    lower_cuda=NO_CUDA,
)


def _concat_type(*types: TensorType, axis: int) -> TensorType:
    dtype = same_dtype(types)
    first = types[0]
    if not 0 <= axis < first.rank:
        raise ShapeError(f"expected an axis within rank {first.rank} of {{0}}, got {axis}")
    total: Shapelike = 0
    for i, t in enumerate(types):
        if t.rank != first.rank:
            raise ShapeError(f"ranks differ: {first.rank} of {{0}} and {t.rank} of {{{i}}}")
        for a in range(t.rank):
            if a != axis and t.shape[a] != first.shape[a]:
                raise ShapeError(f"axis {a} differs: {first.shape[a]} of {{0}} and {t.shape[a]} of {{{i}}}")
        total = total + t.shape[axis]
    return TensorType(dtype, (*first.shape[:axis], total, *first.shape[axis + 1 :]))


def _concat_grad(g: Value, y: Value, *xs: Value, axis: int) -> tuple[Value, ...]:
    parts: list[Value] = []
    begin: Shapelike = 0
    for x in xs:
        end = begin + x.type.shape[axis]
        start = tuple(begin if a == axis else 0 for a in range(x.type.rank))
        stop = tuple(end if a == axis else d for a, d in enumerate(x.type.shape))
        parts.append(slice(g, start=start, stop=stop, step=(1,) * x.type.rank))
        begin = end
    return tuple(parts)


CONCAT = Op(
    name="concat",
    type_rule=_concat_type,
    grad_rule=_concat_grad,
    reference=lambda *xs, axis: np.concatenate(xs, axis=axis),
    lower_cpu=Routine("concat"),
    lower_cuda=NO_CUDA,
)

# positions and sizes ------------------------------------------------------------------------------------------------


def _iota_reference(*, shape: tuple[int, ...], axis: int, dtype: DType) -> Array:
    line = np.arange(shape[axis], dtype=dtype.numpy)
    return _broadcast_reference(line, shape=shape, axes=(axis,))


IOTA = Op(
    name="iota",
    type_rule=lambda *, shape, axis, dtype: TensorType(dtype, tuple(shape)),
    grad_rule=lambda g, y, **attrs: (),
    reference=_iota_reference,
    lower_cpu=IndexValue(),
    lower_cuda=NO_CUDA,
)
DIM_SIZE = Op(
    name="dim_size",
    type_rule=lambda *, dim, dtype: TensorType(dtype, ()),
    grad_rule=lambda g, y, **attrs: (),
    reference=lambda *, dim, dtype: np.array(dim, dtype=dtype.numpy),
    lower_cpu=Scalar("{dim}"),
    lower_cuda=Scalar("{dim}"),
    foldable=False,
)


def broadcast(x: Value, *, shape: Shape, axes: Sequence[int]) -> Value:
    """x repeated along the axes of ``shape`` that are not in ``axes``; axis a of x becomes ``axes[a]``."""
    return BROADCAST(x, shape=tuple(shape), axes=tuple(axes))  # type: ignore[no-any-return]


def reshape(x: Value, *, shape: Shape) -> Value:
    """The same elements in the same order under another shape."""
    return RESHAPE(x, shape=tuple(shape))  # type: ignore[no-any-return]


def permute_dims(x: Value, *, axes: Sequence[int]) -> Value:
    """Axes in another order: result axis i is axis ``axes[i]`` of x."""
    return PERMUTE_DIMS(x, axes=tuple(axes))  # type: ignore[no-any-return]


def slice(x: Value, *, start: Shape, stop: Shape, step: Sequence[int]) -> Value:
    """Elements start, start + step, … before stop along every axis; to flip, start at n - 1 and stop at -1."""
    return SLICE(x, start=tuple(start), stop=tuple(stop), step=tuple(step))  # type: ignore[no-any-return]


def flip(x: Value, *, axis: int) -> Value:
    """x in reverse order along an axis."""
    shape = x.type.shape
    start = tuple(d - 1 if a == axis else 0 for a, d in enumerate(shape))
    stop = tuple(-1 if a == axis else d for a, d in enumerate(shape))
    return slice(x, start=start, stop=stop, step=tuple(-1 if a == axis else 1 for a in range(len(shape))))


def pad(x: Value, *, low: Shape, high: Shape, value: float = 0.0) -> Value:
    """x with ``low`` elements before and ``high`` after it along every axis, all equal to ``value``."""
    return PAD(x, low=tuple(low), high=tuple(high), value=value)  # type: ignore[no-any-return]


def concat(*xs: Value, axis: int) -> Value:
    """Operands one after another along an axis."""
    return CONCAT(*xs, axis=axis)  # type: ignore[no-any-return]


def constant(value: Attr, *, dtype: DType, shape: tuple[int, ...] = ()) -> Value:
    """A small constant: a Python number, or a flat tuple of them for ``shape`` other than ()."""
    return CONSTANT(value=value, dtype=dtype, shape=tuple(shape))  # type: ignore[no-any-return]


def iota(*, shape: Shape, axis: int, dtype: DType = DType.i64) -> Value:
    """The position along an axis."""
    return IOTA(shape=tuple(shape), axis=axis, dtype=dtype)  # type: ignore[no-any-return]


def dim_size(dim: Shapelike, *, dtype: DType = DType.f32) -> Value:
    """A dimension's value as a scalar, known at run time."""
    return DIM_SIZE(dim=dim, dtype=dtype)  # type: ignore[no-any-return]


FAMILY: tuple[Op, ...] = (BROADCAST, RESHAPE, PERMUTE_DIMS, SLICE, PAD, CONCAT, IOTA, DIM_SIZE)
