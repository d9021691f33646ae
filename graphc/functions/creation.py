"""Tensors made from sizes, named as in the Python array API standard."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graphc.compiler import ops
from graphc.runtime.errors import ShapeError
from graphc.runtime.types import Dim, DType, Shapelike

from ..broadcasting import broadcast_value, constant_value, fail_dtype
from ..indexing import checked_index
from ..shaping import ShapeArg, shape_of
from ..tensor import Tensor, TensorLike, as_value
from .elementwise import equal, greater_equal, less_equal, where


def _sizes(shape: ShapeArg | Sequence[ShapeArg]) -> tuple[Shapelike, ...]:
    return shape_of(shape if isinstance(shape, list | tuple) else (shape,))


def full(shape: ShapeArg | Sequence[ShapeArg], fill: float | TensorLike, dtype: DType | str | None = None) -> Tensor:
    """A tensor filled with one value.

    Args:
        shape: ints and named dimensions (which some input must have).
        fill: a number, or a rank-0 tensor.
        dtype: element type; by default f32 for fractions, i64 for whole numbers, bool for truth values.
    """
    value = as_value("full", fill) if dtype is None or isinstance(fill, Tensor) else None
    if value is None:
        value = constant_value(np.asarray(fill), DType.of(dtype))
    elif dtype is not None and value.dtype is not DType.of(dtype):
        value = ops.cast(value, dtype=DType.of(dtype))
    return Tensor(broadcast_value(value, _sizes(shape)))


def zeros(shape: ShapeArg | Sequence[ShapeArg], dtype: DType | str = DType.f32) -> Tensor:
    """A tensor of zeros."""
    return full(shape, 0, dtype)


def ones(shape: ShapeArg | Sequence[ShapeArg], dtype: DType | str = DType.f32) -> Tensor:
    """A tensor of ones."""
    return full(shape, 1, dtype)


def full_like(x: Tensor, fill: float, dtype: DType | str | None = None) -> Tensor:
    """One value in the shape (and, by default, the element type) of ``x``."""
    return full(x.shape, fill, x.dtype if dtype is None else dtype)


def zeros_like(x: Tensor, dtype: DType | str | None = None) -> Tensor:
    """Zeros in the shape of ``x``."""
    return full_like(x, 0, dtype)


def ones_like(x: Tensor, dtype: DType | str | None = None) -> Tensor:
    """Ones in the shape of ``x``."""
    return full_like(x, 1, dtype)


def arange(start: Shapelike, stop: Shapelike | None = None, step: int = 1, dtype: DType | str = DType.i64) -> Tensor:
    """Whole numbers from ``start`` up to ``stop``, without it; bounds may be named dimensions."""
    if stop is None:
        start, stop = 0, start
    if step == 0:
        raise ShapeError("arange: a step cannot be 0")
    length: Shapelike
    if isinstance(start, int) and isinstance(stop, int):
        length = len(range(start, stop, step))
    elif step == 1:
        length = stop - start
    else:
        raise ShapeError(f"arange: a step of {step} between named dimensions has no known length")
    counted = Tensor(ops.iota(shape=(length,), axis=0, dtype=DType.of(dtype)))
    if step != 1:
        counted = counted * step
    if isinstance(start, Dim):
        return counted + Tensor(ops.dim_size(start, dtype=DType.of(dtype)))
    return counted + start if start else counted


def linspace(start: float, stop: float, num: int, dtype: DType | str = DType.f32) -> Tensor:
    """``num`` evenly spaced numbers from ``start`` to ``stop``, both included."""
    return Tensor(constant_value(np.linspace(start, stop, num), DType.of(dtype)))


def eye(rows: Shapelike, columns: Shapelike | None = None, k: int = 0, dtype: DType | str = DType.f32) -> Tensor:
    """Ones on the diagonal ``k`` (above the main one when positive), zeros elsewhere."""
    column, row = _grid((rows, rows if columns is None else columns))
    return equal(column, row + k if k else row).astype(dtype)


def _grid(shape: Sequence[Shapelike]) -> tuple[Tensor, Tensor]:
    """Column and row number of every element of the last two axes."""
    sizes = tuple(shape)
    column = ops.iota(shape=sizes, axis=len(sizes) - 1, dtype=DType.i64)
    row = ops.iota(shape=sizes, axis=len(sizes) - 2, dtype=DType.i64)
    return Tensor(column), Tensor(row)


def tril(x: Tensor, k: int = 0) -> Tensor:
    """The lower triangles of matrices: zeros above diagonal ``k``."""
    column, row = _grid(_matrix("tril", x))
    return where(less_equal(column, row + k), x, _zero(x))


def triu(x: Tensor, k: int = 0) -> Tensor:
    """The upper triangles of matrices: zeros below diagonal ``k``."""
    column, row = _grid(_matrix("triu", x))
    return where(greater_equal(column, row + k), x, _zero(x))


def _zero(x: Tensor) -> float | bool:
    return False if x.dtype is DType.bool else 0


def _matrix(op: str, x: Tensor) -> tuple[Shapelike, ...]:
    if x.ndim < 2:
        raise ShapeError(f"{op}: expected matrices, got {x.type} (%{x.name})")
    return x.shape


def one_hot(x: Tensor, num_classes: int, dtype: DType | str = DType.f32) -> Tensor:
    """1 at the position each whole number names, 0 elsewhere: shape ``[..., num_classes]``.

    Raises:
        IndexRangeError: at run time, a number outside ``0 .. num_classes - 1``.
    """
    value = as_value("one_hot", x)
    if not value.dtype.is_integer:
        raise fail_dtype("one_hot", f"expected whole numbers, got {value.type} (%{value.hint})", value)
    checked = Tensor(checked_index(value, num_classes)).unsqueeze(-1)
    classes = Tensor(ops.iota(shape=(num_classes,), axis=0, dtype=checked.dtype))
    return equal(checked, classes).astype(dtype)


def iota(shape: Sequence[Shapelike], axis: int, dtype: DType | str = DType.i64) -> Tensor:
    """The position along ``axis`` of every element of a shape."""
    return Tensor(ops.iota(shape=tuple(shape), axis=axis, dtype=DType.of(dtype)))


def size_of(dim: Shapelike, dtype: DType | str = DType.i64) -> Tensor:
    """The run-time value of a dimension, as a rank-0 tensor."""
    return full((), dim, dtype) if isinstance(dim, int) else Tensor(ops.dim_size(dim, dtype=DType.of(dtype)))


def check_index(x: Tensor, size: Shapelike, ignore: int | None = None) -> Tensor:
    """``x`` as i64, after checking at each call that its elements lie in ``0 .. size - 1`` or equal ``ignore``.

    Raises:
        IndexRangeError: at run time, naming the input, the row and the value.
    """
    value = as_value("check_index", x)
    if not value.dtype.is_integer:
        raise fail_dtype("check_index", f"expected whole numbers, got {value.type} (%{value.hint})", value)
    return Tensor(checked_index(value, size, ignore))
