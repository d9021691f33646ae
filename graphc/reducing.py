"""Reductions with NumPy's ``axis`` and ``keepdims``, and the composites made of them. Works on values."""

from __future__ import annotations

from collections.abc import Callable

from graphc.compiler import ops
from graphc.compiler.ir import Value
from graphc.runtime.types import DType, Shapelike, dim_product

from .broadcasting import align, dims_value, elementwise, fail_dtype, fail_shape, require_float
from .shaping import Axes, normal_axes, normal_axis, permute, reshape


def _keep(result: Value, operand: Value, axes: tuple[int, ...], keepdims: bool) -> Value:
    if not keepdims:
        return result
    return reshape(result, [1 if i in axes else size for i, size in enumerate(operand.type.shape)])


def count(value: Value, axes: tuple[int, ...]) -> Shapelike:
    """How many elements the axes hold together."""
    return dim_product(value.type.shape[i] for i in axes)


def _reduce(op: str, make: Callable[..., Value], value: Value, axis: Axes, keepdims: bool) -> Value:
    axes = normal_axes(op, axis, value)
    return _keep(make(value, axes=axes) if axes else value, value, axes, keepdims)


def _widened(value: Value) -> Value:
    """Sums of bool and i32 are made in i64, as NumPy makes them."""
    return ops.cast(value, dtype=DType.i64) if value.dtype in (DType.bool, DType.i32) else value


def total(value: Value, axis: Axes = None, keepdims: bool = False) -> Value:
    """Sum."""
    return _reduce("sum", ops.sum, _widened(value), axis, keepdims)


def product(value: Value, axis: Axes = None, keepdims: bool = False) -> Value:
    """Product."""
    return _reduce("prod", ops.prod, _widened(value), axis, keepdims)


def largest(value: Value, axis: Axes = None, keepdims: bool = False) -> Value:
    """Maximum."""
    _not_empty("max", value, axis)
    return _reduce("max", ops.max, value, axis, keepdims)


def smallest(value: Value, axis: Axes = None, keepdims: bool = False) -> Value:
    """Minimum."""
    _not_empty("min", value, axis)
    return _reduce("min", ops.min, value, axis, keepdims)


def _not_empty(op: str, value: Value, axis: Axes) -> None:
    if value.dtype is DType.bool:
        raise fail_dtype(op, f"expected numbers, got {value.type} (%{value.hint}); use any() or all()", value)
    if count(value, normal_axes(op, axis, value)) == 0:
        raise fail_shape(op, f"no elements to choose from in {value.type} (%{value.hint})", value)


def mean(value: Value, axis: Axes = None, keepdims: bool = False) -> Value:
    """Arithmetic mean of floating-point elements."""
    require_float("mean", value)
    axes = normal_axes("mean", axis, value)
    summed = total(value, axes, keepdims)
    return elementwise("mean", ops.div, summed, dims_value(count(value, axes), value.dtype)) if axes else summed


def variance(value: Value, axis: Axes = None, correction: float = 0, keepdims: bool = False) -> Value:
    """``sum (x - mean)^2 / (n - correction)``."""
    require_float("var", value)
    axes = normal_axes("var", axis, value)
    centred = ops.sub(*align("var", (value, mean(value, axes, keepdims=True))))
    squares = total(ops.square(centred), axes, keepdims)
    size = count(value, axes)
    if isinstance(size, int):
        return elementwise("var", ops.div, squares, max(size - correction, 0.0))
    divisor = ops.sub(dims_value(size, value.dtype), float(correction))
    return elementwise("var", ops.div, squares, divisor)


def logsumexp(value: Value, axis: Axes = None, keepdims: bool = False) -> Value:
    """``log sum exp x``, stable for large elements."""
    require_float("logsumexp", value)
    axes = normal_axes("logsumexp", axis, value)
    moved, last = _to_one_axis(value, axes)
    return _keep(ops.logsumexp(moved, axis=last) if axes else value, value, axes, keepdims)


def _to_one_axis(value: Value, axes: tuple[int, ...]) -> tuple[Value, int]:
    if len(axes) <= 1:
        return value, axes[0] if axes else 0
    kept = [i for i in range(value.type.rank) if i not in axes]
    moved = permute(value, [*kept, *axes])
    return reshape(moved, [*(value.type.shape[i] for i in kept), count(value, axes)]), len(kept)


def position(op: str, make: Callable[..., Value], value: Value, axis: int | None, keepdims: bool) -> Value:
    """Argmax or argmin; None looks at all elements in C order."""
    _not_empty(op, value, axis)
    if axis is None:
        found = make(reshape(value, (value.type.size,)), axis=0)
        return reshape(found, [1] * value.type.rank) if keepdims else found
    normal = normal_axis(op, axis, value)
    return _keep(make(value, axis=normal), value, (normal,), keepdims)


def anything(value: Value, axis: Axes = None, keepdims: bool = False) -> Value:
    """True where some element is True."""
    truth = value if value.dtype is DType.bool else elementwise("any", ops.ne, value, 0)
    return elementwise("any", ops.gt, total(truth, axis, keepdims), 0)


def everything(value: Value, axis: Axes = None, keepdims: bool = False) -> Value:
    """True where all elements are True."""
    false = ops.logical_not(value) if value.dtype is DType.bool else elementwise("all", ops.eq, value, 0)
    return elementwise("all", ops.eq, total(false, axis, keepdims), 0)
