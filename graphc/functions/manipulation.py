"""Functions that move, join, select and reorder elements, named as in the Python array API standard."""

from __future__ import annotations

import builtins
from collections.abc import Sequence

from graphc.compiler import ops

from .. import indexing, shaping
from ..broadcasting import fail_shape, promote
from ..shaping import Axes, ShapeArg
from ..tensor import Tensor, TensorLike, as_value


def reshape(x: TensorLike, shape: Sequence[ShapeArg]) -> Tensor:
    """Another shape over the same elements in C order; one size may be -1."""
    return Tensor(shaping.reshape(as_value("reshape", x), shape))


def flatten(x: TensorLike, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Axes ``start_dim`` to ``end_dim`` (inclusive) as one."""
    return Tensor(shaping.flatten(as_value("flatten", x), start_dim, end_dim))


def permute_dims(x: TensorLike, axes: Sequence[int]) -> Tensor:
    """Axes in another order."""
    return Tensor(shaping.permute(as_value("permute_dims", x), axes))


def matrix_transpose(x: TensorLike) -> Tensor:
    """The last two axes exchanged."""
    return Tensor(shaping.swap(as_value("matrix_transpose", x), -2, -1))


def moveaxis(x: TensorLike, source: int, destination: int) -> Tensor:
    """One axis at another place."""
    value = as_value("moveaxis", x)
    source = shaping.normal_axis("moveaxis", source, value)
    axes = [i for i in range(value.type.rank) if i != source]
    axes.insert(shaping.normal_axis("moveaxis", destination, value), source)
    return Tensor(shaping.permute(value, axes))


def squeeze(x: TensorLike, axis: Axes = None) -> Tensor:
    """Without axes of size 1: the given ones, or all of them."""
    return Tensor(shaping.squeeze(as_value("squeeze", x), axis))


def expand_dims(x: TensorLike, axis: int = 0) -> Tensor:
    """One more axis of size 1."""
    return Tensor(shaping.expand_dims(as_value("expand_dims", x), axis))


def broadcast_to(x: TensorLike, shape: Sequence[ShapeArg]) -> Tensor:
    """Widened to a shape; axes of size 1 stretch, new axes come at the left."""
    return Tensor(shaping.broadcast_to(as_value("broadcast_to", x), shape))


def concat(tensors: Sequence[TensorLike], axis: int = 0) -> Tensor:
    """Tensors joined along an existing axis."""
    return Tensor(shaping.concat([as_value("concat", t) for t in tensors], axis))


def stack(tensors: Sequence[TensorLike], axis: int = 0) -> Tensor:
    """Tensors of one shape joined along a new axis."""
    return Tensor(shaping.stack([as_value("stack", t) for t in tensors], axis))


def split(x: TensorLike, sections: int | Sequence[int], axis: int = 0) -> list[Tensor]:
    """The opposite of :func:`concat`.

    Args:
        x: tensor whose axis has a known size.
        sections: how many equal parts, or the size of each part.
        axis: where to cut.
    """
    value = as_value("split", x)
    axis = shaping.normal_axis("split", axis, value)
    size = value.type.shape[axis]
    if not isinstance(size, int):
        raise fail_shape(
            "split", f"axis {axis} of %{value.hint} has the named size {size}; a known one is needed", value
        )
    if isinstance(sections, int):
        if sections <= 0 or size % sections:
            raise fail_shape(
                "split", f"size {size} (axis {axis} of %{value.hint}) has no {sections} equal parts", value
            )
        sections = [size // sections] * sections
    if builtins.sum(sections) != size:
        raise fail_shape(
            "split", f"parts sum to {builtins.sum(sections)}, axis {axis} of %{value.hint} has {size}", value
        )
    parts: list[Tensor] = []
    start = 0
    for length in sections:
        key = [slice(None)] * axis + [slice(start, start + length)]
        parts.append(Tensor(indexing.index(value, key)))
        start += length
    return parts


def flip(x: TensorLike, axis: Axes = None) -> Tensor:
    """Order reversed along the axes, all of them for None."""
    return Tensor(shaping.flip(as_value("flip", x), axis))


def pad(x: TensorLike, widths: Sequence[tuple[int, int]], value: float = 0) -> Tensor:
    """A border of one value.

    Args:
        x: tensor.
        widths: for each axis, how many elements before and after.
        value: what the border holds.
    """
    inner = as_value("pad", x)
    if len(widths) != inner.type.rank or builtins.any(n < 0 for pair in widths for n in pair):
        raise fail_shape(
            "pad", f"expected {inner.type.rank} pairs of widths that are not negative, got {list(widths)}", inner
        )
    low, high = tuple(a for a, _ in widths), tuple(b for _, b in widths)
    fill = promote("pad", (inner, value))[1].literal
    return Tensor(ops.pad(inner, low=low, high=high, value=0 if fill is None else fill))


def take(x: TensorLike, indices: TensorLike, axis: int | None = None) -> Tensor:
    """Slices of ``x`` at positions along an axis; ``indices`` may have any shape, negative positions are errors.

    Raises:
        IndexRangeError: at run time, a position outside the axis; it names the row and the value.
    """
    value = as_value("take", x)
    if axis is None:
        if value.type.rank != 1:
            raise fail_shape("take", f"axis is needed for {value.type} (%{value.hint})", value)
        axis = 0
    axis = shaping.normal_axis("take", axis, value)
    key: list[object] = [slice(None)] * axis + [as_value("take", indices)]
    return Tensor(indexing.index(value, key))


def take_along_axis(x: TensorLike, indices: TensorLike, axis: int = -1) -> Tensor:
    """One element of ``x`` for each index along an axis; the other axes of both are equal.

    Raises:
        IndexRangeError: at run time, a position outside the axis.
    """
    value, positions = as_value("take_along_axis", x), as_value("take_along_axis", indices)
    axis = shaping.normal_axis("take_along_axis", axis, value)
    checked = indexing.checked_index(positions, value.type.shape[axis])
    return Tensor(ops.take_along(value, checked, axis=axis))
