"""Shapes: axis numbers, ``-1`` in reshape, squeezing, joining. Works on values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from graphc.compiler import ops
from graphc.compiler.ir import Value
from graphc.runtime.errors import ShapeError
from graphc.runtime.types import Dim, Shape, Shapelike, dim_product, parse_dim

from .broadcasting import broadcast_value, fail_shape, promote

Axes: TypeAlias = int | Sequence[int] | None
ShapeArg: TypeAlias = int | Dim | str


def normal_axis(op: str, axis: int, value: Value, *, rank: int | None = None) -> int:
    """``axis`` counted from 0; ShapeError when the tensor has no such axis."""
    rank = value.type.rank if rank is None else rank
    if not -rank <= axis < rank:
        raise fail_shape(op, f"axis {axis} is out of range for {value.type} of rank {value.type.rank}", value)
    return axis % rank if rank else 0


def normal_axes(op: str, axes: Axes, value: Value) -> tuple[int, ...]:
    """Sorted axes counted from 0; None means all of them. ShapeError for a repeated or missing axis."""
    if axes is None:
        return tuple(range(value.type.rank))
    if isinstance(axes, int):
        axes = (axes,)
    normal = [normal_axis(op, axis, value) for axis in axes]
    if len(set(normal)) != len(normal):
        raise fail_shape(op, f"axes {tuple(axes)} name the same axis twice", value)
    return tuple(sorted(normal))


def shape_of(sizes: Iterable[ShapeArg]) -> Shape:
    """Sizes given as ints, Dims or text like ``"2*batch"``."""
    shape: list[Shapelike] = []
    for size in sizes:
        if isinstance(size, str):
            shape.append(parse_dim(size))
        elif isinstance(size, Dim):
            shape.append(size)
        else:
            try:
                shape.append(size.__index__())
            except AttributeError:
                raise ShapeError(f"shape: expected whole numbers and named dimensions, got {size!r}") from None
    return tuple(shape)


def reshape(value: Value, sizes: Iterable[ShapeArg]) -> Value:
    """Another shape over the same elements; one size may be -1."""
    shape = list(shape_of(sizes))
    unknown = [i for i, size in enumerate(shape) if size == -1]
    total = value.type.size
    if len(unknown) > 1:
        raise fail_shape("reshape", f"only one size may be -1, got {_text(shape)}", value)
    if any(isinstance(size, int) and size < -1 for size in shape):
        raise fail_shape("reshape", f"sizes cannot be negative, got {_text(shape)}", value)
    if unknown:
        known = dim_product(size for i, size in enumerate(shape) if i != unknown[0])
        rest = _quotient(total, known)
        if rest is None:
            raise fail_shape("reshape", f"{total} elements of %{value.hint} cannot be split into {_text(shape)}", value)
        shape[unknown[0]] = rest
    elif dim_product(shape) != total:
        raise fail_shape(
            "reshape", f"{total} elements of %{value.hint} do not fit {_text(shape)} with {dim_product(shape)}", value
        )
    return value if tuple(shape) == value.type.shape else ops.reshape(value, shape=tuple(shape))


def _text(shape: Sequence[Shapelike]) -> str:
    return f"[{', '.join(map(str, shape))}]"


def _quotient(total: Shapelike, known: Shapelike) -> Shapelike | None:
    if known == 0:
        return None
    if isinstance(total, int) and isinstance(known, int):
        return total // known if total % known == 0 else None
    if isinstance(known, Dim) and len(known.terms) > 1 and isinstance(total, Dim):
        return 1 if total == known else None
    return total / known  # type: ignore[return-value]  # at least one of them is a Dim


def flatten(value: Value, start: int, end: int) -> Value:
    """Axes ``start`` to ``end`` (inclusive) as one."""
    if not value.type.rank:
        return ops.reshape(value, shape=(1,))
    first, last = normal_axis("flatten", start, value), normal_axis("flatten", end, value)
    if first > last:
        raise fail_shape("flatten", f"start_dim {start} comes after end_dim {end}", value)
    shape = value.type.shape
    return reshape(value, (*shape[:first], dim_product(shape[first : last + 1]), *shape[last + 1 :]))


def permute(value: Value, axes: Sequence[int]) -> Value:
    """Axes in another order."""
    rank = value.type.rank
    normal = tuple(normal_axis("permute_dims", axis, value) for axis in axes)
    if sorted(normal) != list(range(rank)):
        raise fail_shape("permute_dims", f"axes {tuple(axes)} are no permutation of the {rank} axes", value)
    return value if normal == tuple(range(rank)) else ops.permute_dims(value, axes=normal)


def swap(value: Value, a: int, b: int) -> Value:
    """Two axes exchanged."""
    a, b = normal_axis("transpose", a, value), normal_axis("transpose", b, value)
    axes = list(range(value.type.rank))
    axes[a], axes[b] = axes[b], axes[a]
    return permute(value, axes)


def squeeze(value: Value, axes: Axes) -> Value:
    """Without the given axes of size 1 (all of them for None)."""
    shape = value.type.shape
    if axes is None:
        chosen = tuple(i for i, size in enumerate(shape) if size == 1)
    else:
        chosen = normal_axes("squeeze", axes, value)
        for axis in chosen:
            if shape[axis] != 1:
                raise fail_shape("squeeze", f"axis {axis} of %{value.hint} has size {shape[axis]}, not 1", value)
    return reshape(value, [size for i, size in enumerate(shape) if i not in chosen])


def expand_dims(value: Value, axis: int) -> Value:
    """One more axis of size 1."""
    position = normal_axis("expand_dims", axis, value, rank=value.type.rank + 1)
    shape = value.type.shape
    return reshape(value, (*shape[:position], 1, *shape[position:]))


def broadcast_to(value: Value, sizes: Iterable[ShapeArg]) -> Value:
    """Widened to a shape; -1 keeps the size of an existing axis."""
    wanted = list(shape_of(sizes))
    old = value.type.shape
    offset = len(wanted) - len(old)
    if offset < 0:
        raise fail_shape("broadcast_to", f"{_text(wanted)} has fewer axes than %{value.hint}", value)
    for axis, size in enumerate(wanted):
        have = old[axis - offset] if axis >= offset else 1
        if size == -1 and axis >= offset:
            wanted[axis] = have
        elif have not in (1, size):
            raise fail_shape(
                "broadcast_to",
                f"size {have} (axis {axis - offset} of %{value.hint}) does not stretch to {size} "
                f"(axis {axis} of {_text(wanted)})",
                value,
            )
    return broadcast_value(value, tuple(wanted))


def concat(values: Sequence[Value], axis: int) -> Value:
    """Tensors joined along an existing axis."""
    if not values:
        raise ShapeError("concat: expected at least one tensor, got none")
    values = promote("concat", values)
    axis = normal_axis("concat", axis, values[0])
    return values[0] if len(values) == 1 else ops.concat(*values, axis=axis)


def stack(values: Sequence[Value], axis: int) -> Value:
    """Tensors of one shape joined along a new axis."""
    if not values:
        raise ShapeError("stack: expected at least one tensor, got none")
    for other in values[1:]:
        if other.type.shape != values[0].type.shape:
            raise fail_shape(
                "stack",
                f"shapes differ: {_text(values[0].type.shape)} (%{values[0].hint}) "
                f"and {_text(other.type.shape)} (%{other.hint})",
                *values,
            )
    axis = normal_axis("stack", axis, values[0], rank=values[0].type.rank + 1)
    return concat([expand_dims(v, axis) for v in values], axis)


def flip(value: Value, axes: Axes) -> Value:
    """Order reversed along the axes."""
    chosen = normal_axes("flip", axes, value)
    shape = value.type.shape
    start = tuple(size - 1 if i in chosen else 0 for i, size in enumerate(shape))
    stop = tuple(-1 if i in chosen else size for i, size in enumerate(shape))
    step = tuple(-1 if i in chosen else 1 for i in range(len(shape)))
    return ops.slice(value, start=start, stop=stop, step=step)
