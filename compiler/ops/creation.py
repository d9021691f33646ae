"""Values that come from attributes alone: constants, positions, sizes."""

from __future__ import annotations

import numpy as np

from graphc.compiler.ir import CONSTANT, Array, Attr, IndexValue, Op, Scalar, Value
from graphc.runtime.errors import ShapeError
from graphc.runtime.types import DType, Shape, Shapelike, TensorType

from .base import NO_CUDA, NUMBERS, apply, require_one_of, shape_text


def _iota_type(*, shape: Shape, axis: int, dtype: DType) -> TensorType:
    if not 0 <= axis < len(shape):
        raise ShapeError(f"axis {axis} is out of range for the shape {shape_text(shape)}")
    require_one_of(dtype, NUMBERS)
    return TensorType(dtype, shape)


def _iota_reference(*, shape: tuple[int, ...], axis: int, dtype: DType) -> Array:
    line = np.arange(shape[axis]).astype(dtype.numpy)
    return np.broadcast_to(line.reshape([-1 if a == axis else 1 for a in range(len(shape))]), shape)


IOTA = Op(
    name="iota",
    type_rule=_iota_type,
    grad_rule=lambda g, y, **attrs: (),
    reference=_iota_reference,
    lower_cpu=IndexValue(),
    lower_cuda=NO_CUDA,
)

# The expression is a value of the run: the code generator writes the dimension's variables.
DIM_SIZE = Op(
    name="dim_size",
    type_rule=lambda *, dim, dtype: TensorType(dtype, ()),
    grad_rule=lambda g, y, **attrs: (),
    reference=lambda *, dim, dtype: np.array(dim).astype(dtype.numpy),
    lower_cpu=Scalar("{dim}"),
    lower_cuda=Scalar("{dim}"),
    foldable=False,
)

FAMILY = (CONSTANT, IOTA, DIM_SIZE)


def constant(value: Attr, *, dtype: DType, shape: tuple[int, ...] = ()) -> Value:
    """A small constant: a Python number, or a flat tuple of them for a ``shape`` other than ()."""
    return apply(CONSTANT, value=value, dtype=dtype, shape=tuple(shape))


def iota(*, shape: Shape, axis: int, dtype: DType = DType.i64) -> Value:
    """Each element is its position along an axis, from 0."""
    return apply(IOTA, shape=tuple(shape), axis=axis, dtype=dtype)


def dim_size(dim: Shapelike, *, dtype: DType = DType.i64) -> Value:
    """The value of a dimension in a call, as a scalar."""
    return apply(DIM_SIZE, dim=dim, dtype=dtype)
