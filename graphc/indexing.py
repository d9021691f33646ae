"""``x[...]`` with ints, slices, None, Ellipsis and one tensor of whole numbers. Works on values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from graphc.compiler import ops
from graphc.compiler.ir import Value
from graphc.runtime.types import Dim, DType, Shapelike

from .broadcasting import constant_value, dims_value, elementwise, fail_dtype, fail_shape
from .shaping import flip, reshape

Bound: TypeAlias = int | Dim | None


def index(value: Value, keys: Sequence[object]) -> Value:
    """NumPy's basic indexing, plus one index tensor.

    A position that the types cannot prove to be inside a named dimension is checked when the program runs.

    Raises:
        ShapeError: too many indices, or a position outside a known size.
        DTypeError: an index that is no whole number.
    """
    keys = _complete(value, keys)
    axis = 0  # of the value as it is cut down
    shape: list[Shapelike] = []  # of the result
    advanced: list[int] = []
    has_tensor = any(isinstance(key, Value | np.ndarray) for key in keys)
    for place, key in enumerate(keys):
        if key is None:
            shape.append(1)
            continue
        if isinstance(key, Value | np.ndarray):
            value, taken = _gather(value, axis, key)
            shape.extend(taken)
            axis += len(taken)
            advanced.append(place)
        elif isinstance(key, slice):
            value = _cut(value, axis, key)
            shape.append(value.type.shape[axis])
            axis += 1
        else:
            value = _pick(value, axis, key)
            if has_tensor:
                advanced.append(place)
    if advanced and advanced[-1] - advanced[0] >= len(advanced):
        raise fail_shape("index", "whole numbers beside an index tensor must stand next to it", value)
    return reshape(value, shape)


def _complete(value: Value, keys: Sequence[object]) -> list[object]:
    """Keys with the Ellipsis written out, one for each axis, kinds checked."""
    used = sum(key is not None and key is not Ellipsis for key in keys)
    if used > value.type.rank:
        raise fail_shape("index", f"{used} indices for {value.type} of rank {value.type.rank}", value)
    if sum(key is Ellipsis for key in keys) > 1:
        raise fail_shape("index", "only one ... may stand in an index", value)
    if sum(isinstance(key, Value | np.ndarray) for key in keys) > 1:
        raise fail_shape("index", "only one index tensor is supported; use gr.take_along_axis for more", value)
    for key in keys:
        if isinstance(key, Value | np.ndarray):
            dtype = key.dtype if isinstance(key, Value) else DType.of(key.dtype)
            if dtype is DType.bool:
                raise fail_dtype(
                    "index", "a mask would give a shape that depends on the data; use gr.where(mask, x, 0)", value
                )
            if not dtype.is_integer:
                raise fail_dtype("index", f"expected whole numbers as positions, got {dtype}", value)
        elif isinstance(key, bool) or not (key is None or key is Ellipsis or isinstance(key, slice | Dim | int)):
            raise fail_dtype("index", f"expected ints, slices, None, ... or a tensor of ints, got {key!r}", value)
    fill: list[object] = [slice(None)] * (value.type.rank - used)
    where = next((i for i, key in enumerate(keys) if key is Ellipsis), len(keys))
    return [*keys[:where], *fill, *keys[where + 1 :]]


def _pick(value: Value, axis: int, key: object) -> Value:
    """One position of an axis, which goes away."""
    size = value.type.shape[axis]
    if key in (0, -1) and isinstance(size, Dim):  # a named dimension is at least 1
        start = 0 if key == 0 else size - 1
        cut = _slice(value, axis, start, start + 1, 1)
    elif isinstance(size, int) and isinstance(key, int):
        if not -size <= key < size:
            raise fail_shape("index", f"{key} is out of range for axis {axis} of %{value.hint} with size {size}", value)
        cut = _slice(value, axis, key % size, key % size + 1, 1)
    else:
        cut = _checked(value, axis, key + size if isinstance(key, int) and key < 0 else key, 1)  # type: ignore[arg-type]
    shape = cut.type.shape
    return reshape(cut, (*shape[:axis], *shape[axis + 1 :]))


def _cut(value: Value, axis: int, key: slice) -> Value:
    size = value.type.shape[axis]
    if key == slice(None):
        return value
    for bound in (key.start, key.stop, key.step):
        if not (bound is None or isinstance(bound, int | Dim)) or isinstance(bound, bool):
            raise fail_dtype("slice", f"expected whole numbers as bounds, got {bound!r}", value)
    if key.step == 0:
        raise fail_shape("slice", "a step cannot be 0", value)
    if isinstance(size, int) and not isinstance(key.start, Dim) and not isinstance(key.stop, Dim):
        positions = range(*key.indices(size))
        if positions.step > 0:
            return _slice(value, axis, positions.start, max(positions.start, positions.stop), positions.step)
        backwards = positions[::-1]
        cut = _slice(value, axis, backwards.start, max(backwards.start, backwards.stop), backwards.step)
        return flip(cut, axis)
    if key.step not in (None, 1):
        if key == slice(None, None, -1):
            return flip(value, axis)
        raise fail_shape("slice", f"a step of {key.step} over the named dimension {size} has no known length", value)
    start = _bound(key.start, size, 0)
    stop = _bound(key.stop, size, size)
    inside = isinstance(start, int) and (stop == size or _below(key.stop))
    if inside:  # 0 <= start and stop <= size; the length is checked not to be negative at each call
        return _slice(value, axis, start, stop, 1)
    return _checked(value, axis, start, stop - start)


def _bound(bound: Bound, size: Shapelike, default: Shapelike) -> Shapelike:
    if bound is None:
        return default
    return size + bound if isinstance(bound, int) and bound < 0 else bound


def _below(bound: Bound) -> bool:
    return bound is None or (isinstance(bound, int) and bound < 0)


def _slice(value: Value, axis: int, start: Shapelike, stop: Shapelike, step: int) -> Value:
    shape = value.type.shape
    if start == 0 and stop == shape[axis] and step == 1:
        return value
    return ops.slice(
        value,
        start=tuple(start if i == axis else 0 for i in range(len(shape))),
        stop=tuple(stop if i == axis else size for i, size in enumerate(shape)),
        step=tuple(step if i == axis else 1 for i in range(len(shape))),
    )


def _checked(value: Value, axis: int, start: Shapelike, length: Shapelike) -> Value:
    """``length`` positions from ``start``, checked against the size of the axis at each call."""
    positions = ops.iota(shape=(length,), axis=0, dtype=DType.i64)
    if start != 0:
        positions = elementwise("index", ops.add, positions, dims_value(start, DType.i64))
    return ops.take(value, checked_index(positions, value.type.shape[axis]), axis=axis)


def _gather(value: Value, axis: int, key: Value | np.ndarray) -> tuple[Value, tuple[Shapelike, ...]]:
    size = value.type.shape[axis]
    if isinstance(key, np.ndarray):
        if isinstance(size, int):
            bad = key[(key < -size) | (key >= size)]
            if bad.size:
                raise fail_shape(
                    "index", f"{bad[0]} is out of range for axis {axis} of %{value.hint} with size {size}", value
                )
            key = np.where(key < 0, key + size, key)
        key = constant_value(key.astype(np.int64), hint="index")
    return gather(value, key, axis), key.type.shape


def gather(value: Value, positions: Value, axis: int) -> Value:
    """Rows of ``value`` along ``axis``, positions checked at each call."""
    return ops.take(value, checked_index(positions, value.type.shape[axis]), axis=axis)


def checked_index(positions: Value, size: Shapelike, ignore: int | None = None) -> Value:
    """Positions as i64, checked at each call; errors name the value given, whatever its type."""
    if positions.dtype is not DType.i64:
        positions = ops.CAST(positions, dtype=DType.i64, hint=positions.hint)
    return ops.check_index(positions, size=size, ignore=ignore)
