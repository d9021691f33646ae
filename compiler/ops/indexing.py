"""Reading by index, its transpose (adding by index), and the check that makes both safe."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphc.compiler.ir import Array, Gather, NotDifferentiable, Op, Routine, Value
from graphc.runtime.errors import DTypeError, IndexRangeError, ShapeError
from graphc.runtime.types import DType, Shapelike, TensorType

from .base import NO_CUDA


def _require_index(index: TensorType, operand: int) -> None:
    if index.dtype is not DType.i64:
        raise DTypeError(f"expected {{{operand}}} to be i64, got {index.dtype}")


def _require_axis(x: TensorType, axis: int) -> None:
    if not 0 <= axis < x.rank:
        raise ShapeError(f"expected an axis within rank {x.rank} of {{0}}, got {axis}")


def _take_type(x: TensorType, index: TensorType, *, axis: int) -> TensorType:
    _require_index(index, 1)
    _require_axis(x, axis)
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
    _require_index(index, 1)
    if g.shape[axis : axis + index.rank] != index.shape:
        raise ShapeError(f"axes {axis} and later of {{0}} should be the shape of {{1}}")
    return g.with_shape((*g.shape[:axis], size, *g.shape[axis + index.rank :]))


def _take_grad_reference(g: Array, index: Array, *, axis: int, size: int) -> Array:
    before, after = g.shape[:axis], g.shape[axis + index.ndim :]
    out = np.zeros((*before, size, *after), dtype=g.dtype)
    rows = np.moveaxis(g.reshape(*before, index.size, *after), axis, 0)
    np.add.at(np.moveaxis(out, axis, 0), index.reshape(-1), rows)
    return out


TAKE_GRAD = Op(
    name="take_grad",
    type_rule=_take_grad_type,
    grad_rule=lambda g, y, dy, index, *, axis, size: (take(g, index, axis=axis), None),
    reference=_take_grad_reference,
    lower_cpu=Routine("take_grad"),
    lower_cuda=NO_CUDA,
)


def _take_along_type(x: TensorType, index: TensorType, *, axis: int) -> TensorType:
    _require_index(index, 1)
    _require_axis(x, axis)
    expected = (*x.shape[:axis], "*", *x.shape[axis + 1 :])
    if index.rank != x.rank or any(a != axis and d != x.shape[a] for a, d in enumerate(index.shape)):
        raise ShapeError(f"expected {{1}} to have the shape [{', '.join(map(str, expected))}], got {index}")
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
    _require_index(index, 1)
    if g.shape != index.shape:
        raise ShapeError("expected {0} and {1} to have one shape")
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
    grad_rule=lambda g, y, dy, index, *, axis, size: (take_along(g, index, axis=axis), None),
    reference=_take_along_grad_reference,
    lower_cpu=Routine("take_along_grad"),
    lower_cuda=NO_CUDA,
)


def _check_type(index: TensorType, *, size: Shapelike, ignore: int | None = None) -> TensorType:
    _require_index(index, 0)
    return index


def _check_reference(index: Array, *, size: int, ignore: int | None = None) -> Array:
    bad = (index < 0) | (index >= size)
    if ignore is not None:
        bad &= index != ignore
    if bad.any():
        position = int(np.flatnonzero(bad.reshape(-1))[0])
        value = index.reshape(-1)[position]
        raise IndexRangeError(f"index {value} at position {position} is outside 0 <= index < {size}")
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


def take(x: Value, index: Value, *, axis: int) -> Value:
    """Slices of x along an axis at the (checked) positions ``index``, of any shape."""
    return TAKE(x, index, axis=axis)  # type: ignore[no-any-return]


def take_grad(g: Value, index: Value, *, axis: int, size: Shapelike) -> Value:
    """Zeros of ``size`` along an axis, with slices of g added at ``index``: the transpose of :func:`take`."""
    return TAKE_GRAD(g, index, axis=axis, size=size)  # type: ignore[no-any-return]


def take_along(x: Value, index: Value, *, axis: int) -> Value:
    """One element of x along an axis for each element of ``index``."""
    return TAKE_ALONG(x, index, axis=axis)  # type: ignore[no-any-return]


def take_along_grad(g: Value, index: Value, *, axis: int, size: Shapelike) -> Value:
    """The transpose of :func:`take_along`."""
    return TAKE_ALONG_GRAD(g, index, axis=axis, size=size)  # type: ignore[no-any-return]


def check_index(index: Value, *, size: Shapelike, ignore: int | None = None) -> Value:
    """The index itself; a run with an element outside 0 <= index < size (other than ``ignore``) is an error."""
    return CHECK_INDEX(index, size=size, ignore=ignore)  # type: ignore[no-any-return]


FAMILY: tuple[Op, ...] = (TAKE, TAKE_GRAD, TAKE_ALONG, TAKE_ALONG_GRAD, CHECK_INDEX)
