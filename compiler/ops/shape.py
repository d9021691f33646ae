"""Operators that move elements: where each element of the result comes from is a formula of its position."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graphc.compiler.ir import Affine, Array, Op, Routine, SameMemory, Value, View, constant
from graphc.runtime.errors import ShapeError
from graphc.runtime.types import Shape, Shapelike, TensorType, dim_product

from . import reduce as _reduce  # its rules broadcast, ours sum: the two modules need each other
from .base import (
    NO_CUDA,
    Axes,
    apply,
    kept_axes,
    require_axis,
    require_one_each,
    require_same_shape,
    require_sorted,
    same_dtype,
    shape_text,
)

# broadcast, reshape, permute_dims -----------------------------------------------------------------------------------


def _broadcast_type(x: TensorType, *, shape: Shape, axes: Axes) -> TensorType:
    require_one_each(x, axes=axes)
    require_sorted(axes, len(shape), "the result")
    for i, axis in enumerate(axes):
        if x.shape[i] != shape[axis]:
            raise ShapeError(
                f"dimensions differ: {x.shape[i]} (axis {i} of {{0}}) and {shape[axis]} (axis {axis} of the result)"
            )
    return x.with_shape(shape)


def _broadcast_reference(x: Array, *, shape: tuple[int, ...], axes: Axes) -> Array:
    expanded = [1] * len(shape)
    for i, axis in enumerate(axes):
        expanded[axis] = x.shape[i]
    return np.broadcast_to(x.reshape(expanded), shape)


BROADCAST = Op(
    name="broadcast",
    type_rule=_broadcast_type,
    grad_rule=lambda g, y, x, *, shape, axes: (_reduce.sum(g, axes=kept_axes(len(shape), axes)),),
    reference=_broadcast_reference,
    lower_cpu=View(lambda x, y, *, shape, axes: tuple(Affine.axis(axis) for axis in axes)),
    lower_cuda=NO_CUDA,
)


def _reshape_type(x: TensorType, *, shape: Shape) -> TensorType:
    size = dim_product(shape)
    if size != x.size:
        raise ShapeError(f"sizes differ: {x.size} ({{0}}) and {size} ({shape_text(shape)})")
    return x.with_shape(shape)


RESHAPE = Op(
    name="reshape",
    type_rule=_reshape_type,
    grad_rule=lambda g, y, x, *, shape: (reshape(g, shape=x.type.shape),),
    reference=lambda x, *, shape: x.reshape(shape),
    lower_cpu=SameMemory(),
    lower_cuda=SameMemory(),
)


def _permute_type(x: TensorType, *, axes: Axes) -> TensorType:
    if sorted(axes) != list(range(x.rank)):
        raise ShapeError(f"expected an order of the {x.rank} axes of {{0}}, got {list(axes)}")
    return x.with_shape(x.shape[axis] for axis in axes)


def _inverse(axes: Axes) -> Axes:
    return tuple(axes.index(axis) for axis in range(len(axes)))


PERMUTE_DIMS = Op(
    name="permute_dims",
    type_rule=_permute_type,
    grad_rule=lambda g, y, x, *, axes: (permute_dims(g, axes=_inverse(axes)),),
    reference=lambda x, *, axes: np.transpose(x, axes),
    lower_cpu=View(lambda x, y, *, axes: tuple(Affine.axis(axis) for axis in _inverse(axes))),
    lower_cuda=NO_CUDA,
)

# slice and pad ------------------------------------------------------------------------------------------------------


def _length(axis: int, size: Shapelike, start: Shapelike, stop: Shapelike, step: int) -> Shapelike:
    """Elements a slice takes along an axis. Bounds that are named dimensions are checked when they are known."""
    text = f"{start} to {stop} by {step} (axis {axis} of {{0}})"
    if step == 0:
        raise ShapeError(f"a step cannot be 0: {text}")
    if not isinstance(start, int) or not isinstance(stop, int):
        if step not in (1, -1):
            raise ShapeError(f"expected known bounds or a step of 1 or -1, got {text}")
        return (stop - start) * step
    length = len(range(start, stop, step))
    last = start + (length - 1) * step
    inside = length == 0 or (min(start, last) >= 0 and (not isinstance(size, int) or max(start, last) < size))
    if not inside or (step > 0 and stop < 0):
        raise ShapeError(f"expected bounds within 0 to {size}, got {text}")
    return length


def _slice_type(x: TensorType, *, start: Shape, stop: Shape, step: tuple[int, ...]) -> TensorType:
    require_one_each(x, start=start, stop=stop, step=step)
    bounds = zip(x.shape, start, stop, step, strict=True)
    return x.with_shape(_length(axis, *bound) for axis, bound in enumerate(bounds))


def _slice_reference(x: Array, *, start: tuple[int, ...], stop: tuple[int, ...], step: tuple[int, ...]) -> Array:
    for axis, (size, bound) in enumerate(zip(x.shape, zip(start, stop, step, strict=True), strict=True)):
        _length(axis, size, *bound)
    # In NumPy a stop of -1 counts from the end.
    return x[tuple(np.s_[a : (b if b >= 0 else None) : s] for a, b, s in zip(start, stop, step, strict=True))]


def _slice_grad(g: Value, y: Value, x: Value, *, start: Shape, stop: Shape, step: tuple[int, ...]) -> tuple[Value]:
    """The transpose: elements of g back at their places, zeros between and around."""
    shape, taken = x.type.shape, g.type.shape
    if 0 in taken:
        return (broadcast(constant(0, g.dtype), shape=shape, axes=()),)
    backwards = [axis for axis, s in enumerate(step) if s < 0]
    first = list(start)
    for axis in backwards:
        g = flip(g, axis=axis)
        first[axis] = start[axis] + (taken[axis] - 1) * step[axis]
    g = _space_out(g, tuple(map(abs, step)))
    last = (a + n for a, n in zip(first, g.type.shape, strict=True))
    high = tuple(size - end for size, end in zip(shape, last, strict=True))
    return (pad(g, low=tuple(first), high=high),)


def _space_out(g: Value, step: tuple[int, ...]) -> Value:
    """``step - 1`` zeros between neighbours along every axis."""
    wide = [axis for axis, s in enumerate(step) if s != 1]
    if not wide:
        return g
    # Every element gets an axis of its own, is padded along it, and the two axes are joined again.
    shape = g.type.shape
    pairs = tuple(part for n in shape for part in (n, 1))
    extra = tuple(part for s in step for part in (0, s - 1))
    g = pad(reshape(g, shape=pairs), low=(0,) * len(pairs), high=extra)
    g = reshape(g, shape=tuple(n * s for n, s in zip(shape, step, strict=True)))
    stop = tuple((n - 1) * s + 1 for n, s in zip(shape, step, strict=True))
    return slice(g, start=(0,) * len(step), stop=stop, step=(1,) * len(step))


SLICE = Op(
    name="slice",
    type_rule=_slice_type,
    grad_rule=_slice_grad,
    reference=_slice_reference,
    lower_cpu=View(
        lambda x, y, *, start, stop, step: tuple(
            Affine.axis(axis, s, a) for axis, (a, s) in enumerate(zip(start, step, strict=True))
        )
    ),
    lower_cuda=NO_CUDA,
)


def _pad_type(x: TensorType, *, low: Shape, high: Shape, value: float = 0.0) -> TensorType:
    require_one_each(x, low=low, high=high)
    for axis, amounts in enumerate(zip(low, high, strict=True)):
        if any(isinstance(n, int) and n < 0 for n in amounts):
            raise ShapeError(
                f"expected padding of at least 0, got {amounts[0]} and {amounts[1]} (axis {axis} of {{0}})"
            )
    return x.with_shape(a + n + b for a, n, b in zip(low, x.shape, high, strict=True))


def _pad_reference(x: Array, *, low: tuple[int, ...], high: tuple[int, ...], value: float = 0.0) -> Array:
    out = np.full([a + n + b for a, n, b in zip(low, x.shape, high, strict=True)], value, dtype=x.dtype)
    out[tuple(np.s_[a : a + n] for a, n in zip(low, x.shape, strict=True))] = x
    return out


def _pad_grad(g: Value, y: Value, x: Value, *, low: Shape, high: Shape, value: float = 0.0) -> tuple[Value]:
    stop = tuple(a + n for a, n in zip(low, x.type.shape, strict=True))
    return (slice(g, start=low, stop=stop, step=(1,) * x.type.rank),)


PAD = Op(
    name="pad",
    type_rule=_pad_type,
    grad_rule=_pad_grad,
    reference=_pad_reference,
    lower_cpu=View(
        lambda x, y, *, low, high, value=0.0: tuple(Affine.axis(axis, 1, -1 * a) for axis, a in enumerate(low)),
        fill="value",
    ),
    lower_cuda=NO_CUDA,
)

# concat -------------------------------------------------------------------------------------------------------------


def _concat_type(*types: TensorType, axis: int) -> TensorType:
    if not types:
        raise ShapeError("expected at least one operand, got none")
    dtype, first = same_dtype(types), types[0]
    require_axis(first, axis)
    for i, other in enumerate(types[1:], 1):
        require_same_shape(first.shape, other.shape, 0, i, skip=axis)
    total: Shapelike = 0
    for type in types:
        total = total + type.shape[axis]
    return TensorType(dtype, (*first.shape[:axis], total, *first.shape[axis + 1 :]))


def _concat_grad(g: Value, y: Value, *xs: Value, axis: int) -> tuple[Value, ...]:
    parts: list[Value] = []
    begin: Shapelike = 0
    for x in xs:
        end = begin + x.type.shape[axis]
        start = tuple(begin if a == axis else 0 for a in range(x.type.rank))
        stop = tuple(end if a == axis else n for a, n in enumerate(x.type.shape))
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

FAMILY = (BROADCAST, RESHAPE, PERMUTE_DIMS, SLICE, PAD, CONCAT)


def broadcast(x: Value, *, shape: Shape, axes: Sequence[int]) -> Value:
    """x repeated along the axes of ``shape`` that are not among ``axes``; axis i of x becomes ``axes[i]``."""
    return apply(BROADCAST, x, shape=tuple(shape), axes=tuple(axes))


def reshape(x: Value, *, shape: Shape) -> Value:
    """The same elements in the same order under another shape."""
    return apply(RESHAPE, x, shape=tuple(shape))


def permute_dims(x: Value, *, axes: Sequence[int]) -> Value:
    """Axes in another order: axis i of the result is axis ``axes[i]`` of x."""
    return apply(PERMUTE_DIMS, x, axes=tuple(axes))


def slice(x: Value, *, start: Shape, stop: Shape, step: Sequence[int]) -> Value:
    """Elements start, start + step, … before stop, for every axis. A flip goes from n - 1 down to before -1."""
    return apply(SLICE, x, start=tuple(start), stop=tuple(stop), step=tuple(step))


def flip(x: Value, *, axis: int) -> Value:
    """x in reverse order along an axis, as a slice."""
    shape = x.type.shape
    start = tuple(n - 1 if a == axis else 0 for a, n in enumerate(shape))
    stop = tuple(-1 if a == axis else n for a, n in enumerate(shape))
    return slice(x, start=start, stop=stop, step=tuple(-1 if a == axis else 1 for a in range(len(shape))))


def pad(x: Value, *, low: Shape, high: Shape, value: float = 0.0) -> Value:
    """x with ``low`` elements before and ``high`` after it along every axis, all equal to ``value``."""
    return apply(PAD, x, low=tuple(low), high=tuple(high), value=value)


def concat(*xs: Value, axis: int) -> Value:
    """Operands one after another along an axis."""
    return apply(CONCAT, *xs, axis=axis)
