"""Reading at positions held by another operand, the transposes (adding there), and the check that makes both safe."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphc.compiler.ir import Array, Gather, NotDifferentiable, Op, Routine, Value
from graphc.runtime.errors import IndexRangeError, ShapeError
from graphc.runtime.types import Shapelike, TensorType

from .base import INTEGERS, NO_CUDA, apply, require_axis, require_dtype, require_same_shape, shape_text


def _take_type(x: TensorType, index: TensorType, *, axis: int) -> TensorType:
    require_dtype(index, INTEGERS, 1)
    require_axis(x, axis)
    return x.with_shape((*x.shape[:axis], *index.shape, *x.shape[axis + 1 :]))


TAKE = Op(
    name="take",
    type_rule=_take_type,
    grad_rule=lambda g, y, x, index, *, axis: (take_grad(g, index, axis=axis, size=x.type.shape[axis]), None),
    reference=lambda x, index, *, axis: np.take(x, index, axis=axis),
    lower_cpu=Gather(),
    lower_cuda=NO_CUDA,
)


def _take_grad_type(g: TensorType, index: TensorType, *, axis: int, size: Shapelike) -> TensorType:
    require_dtype(index, INTEGERS, 1)
    end = axis + index.rank
    if not 0 <= axis <= end <= g.rank or g.shape[axis:end] != index.shape:
        raise ShapeError(
            f"expected the dimensions of {{0}} from axis {axis} on to begin with those of {{1}}, "
            f"{shape_text(index.shape)}, got {shape_text(g.shape)}"
        )
    return g.with_shape((*g.shape[:axis], size, *g.shape[end:]))


def _take_grad_reference(g: Array, index: Array, *, axis: int, size: int) -> Array:
    before, after = g.shape[:axis], g.shape[axis + index.ndim :]
    out = np.zeros((*before, size, *after), dtype=g.dtype)
    rows = np.moveaxis(g.reshape(*before, index.size, *after), axis, 0)
    np.add.at(np.moveaxis(out, axis, 0), index.reshape(-1), rows)
    return out


TAKE_GRAD = Op(
    name="take_grad",
    type_rule=_take_grad_type,
    grad_rule=lambda dd, y, g, index, *, axis, size: (take(dd, index, axis=axis), None),
    reference=_take_grad_reference,
    lower_cpu=Routine("take_grad"),
    lower_cuda=NO_CUDA,
)


def _take_along_type(x: TensorType, index: TensorType, *, axis: int) -> TensorType:
    require_dtype(index, INTEGERS, 1)
    require_axis(x, axis)
    require_same_shape(x.shape, index.shape, skip=axis)
    return x.with_shape(index.shape)


TAKE_ALONG = Op(
    name="take_along",
    type_rule=_take_along_type,
    grad_rule=lambda g, y, x, index, *, axis: (take_along_grad(g, index, axis=axis, size=x.type.shape[axis]), None),
    reference=lambda x, index, *, axis: np.take_along_axis(x, index, axis=axis),
    lower_cpu=Gather(along=True),
    lower_cuda=NO_CUDA,
)


def _take_along_grad_type(g: TensorType, index: TensorType, *, axis: int, size: Shapelike) -> TensorType:
    require_dtype(index, INTEGERS, 1)
    require_axis(g, axis)
    require_same_shape(g.shape, index.shape)
    return g.with_shape((*g.shape[:axis], size, *g.shape[axis + 1 :]))


def _take_along_grad_reference(g: Array, index: Array, *, axis: int, size: int) -> Array:
    out = np.zeros((*g.shape[:axis], size, *g.shape[axis + 1 :]), dtype=g.dtype)
    places: list[Any] = list(np.indices(index.shape, sparse=True))
    places[axis] = index
    np.add.at(out, tuple(places), g)
    return out


TAKE_ALONG_GRAD = Op(
    name="take_along_grad",
    type_rule=_take_along_grad_type,
    grad_rule=lambda dd, y, g, index, *, axis, size: (take_along(dd, index, axis=axis), None),
    reference=_take_along_grad_reference,
    lower_cpu=Routine("take_along_grad"),
    lower_cuda=NO_CUDA,
)


def _check_type(index: TensorType, *, size: Shapelike, ignore: int | None = None) -> TensorType:
    require_dtype(index, INTEGERS)
    return index


def _check_reference(index: Array, *, size: int, ignore: int | None = None) -> Array:
    bad = (index < 0) | (index >= size)
    if ignore is not None:
        bad &= index != ignore
    if bad.any():
        position = tuple(int(p[0]) for p in np.nonzero(bad)) if index.ndim else ()
        raise IndexRangeError(f"check_index: expected 0 <= index < {size}, got {index[position]} at {list(position)}")
    return index


CHECK_INDEX = Op(
    name="check_index",
    type_rule=_check_type,
    grad_rule=NotDifferentiable("an index is a whole number"),
    reference=_check_reference,
    lower_cpu=Routine("check_index"),
    lower_cuda=NO_CUDA,
    foldable=False,
)

FAMILY = (TAKE, TAKE_GRAD, TAKE_ALONG, TAKE_ALONG_GRAD, CHECK_INDEX)


def take(x: Value, index: Value, *, axis: int) -> Value:
    """Slices of x along an axis, at positions of any shape, which takes the place of the axis.

    Positions must be valid: see :func:`check_index`.
    """
    return apply(TAKE, x, index, axis=axis)


def take_grad(g: Value, index: Value, *, axis: int, size: Shapelike) -> Value:
    """Zeros of ``size`` along an axis, with slices of g added at ``index``: the transpose of :func:`take`."""
    return apply(TAKE_GRAD, g, index, axis=axis, size=size)


def take_along(x: Value, index: Value, *, axis: int) -> Value:
    """``out[i, j, k] = x[i, index[i, j, k], k]`` for axis 1: one element of x for each position."""
    return apply(TAKE_ALONG, x, index, axis=axis)


def take_along_grad(g: Value, index: Value, *, axis: int, size: Shapelike) -> Value:
    """Zeros of ``size`` along an axis, with elements of g added at ``index``: the transpose of :func:`take_along`."""
    return apply(TAKE_ALONG_GRAD, g, index, axis=axis, size=size)


def check_index(index: Value, *, size: Shapelike, ignore: int | None = None) -> Value:
    """The index itself. A run where an element is not within 0 to size - 1, nor ``ignore``, is an IndexRangeError."""
    return apply(CHECK_INDEX, index, size=size, ignore=ignore)
