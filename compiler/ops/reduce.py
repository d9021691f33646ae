"""Reductions over axes, and searches along one."""

from __future__ import annotations

import math

import numpy as np

from graphc.compiler.ir import Array, NotDifferentiable, Op, Routine, Value
from graphc.runtime.errors import ShapeError
from graphc.runtime.types import DType, TensorType

from .base import NO_CUDA, NUMBERS, kept_axes, reduction, require_dtype
from .elementwise import cast, div, eq, mul, where
from .shape import broadcast, flip

Axes = tuple[int, ...]


def _spread(g: Value, x: Value, axes: Axes) -> Value:
    """A reduced value back over the reduced axes."""
    return broadcast(g, shape=x.type.shape, axes=kept_axes(x.type.rank, axes))


def _extreme_grad(g: Value, y: Value, x: Value, *, axes: Axes) -> tuple[Value]:
    # Ties share the gradient evenly, as torch.amax does.
    hit = cast(eq(x, _spread(y, x, axes)), dtype=x.dtype)
    share = div(g, sum(hit, axes=axes))
    return (mul(hit, _spread(share, x, axes)),)


def _prod_grad(g: Value, y: Value, x: Value, *, axes: Axes) -> tuple[Value]:
    # d prod / dx_i is the product of the others: y / x_i without zeros, and right with one or more of them.
    zero = eq(x, 0.0)
    zeros = sum(cast(zero, dtype=x.dtype), axes=axes)
    filled = where(zero, 1.0, x)
    others = _spread(prod(filled, axes=axes), x, axes)
    single = where(eq(_spread(zeros, x, axes), 1.0), others, 0.0)
    some = where(eq(_spread(zeros, x, axes), 0.0), div(others, filled), 0.0)
    return (mul(_spread(g, x, axes), where(zero, single, some)),)


def _lowest(dtype: DType) -> float | int:
    return -math.inf if dtype.is_float else int(np.iinfo(dtype.numpy).min)


def _highest(dtype: DType) -> float | int:
    return math.inf if dtype.is_float else int(np.iinfo(dtype.numpy).max)


SUM = reduction("sum", "add", lambda d: 0, np.sum, lambda g, y, x, *, axes: (_spread(g, x, axes),))
PROD = reduction("prod", "mul", lambda d: 1, np.prod, _prod_grad)
MAX = reduction("max", "maximum", _lowest, np.max, _extreme_grad)
MIN = reduction("min", "minimum", _highest, np.min, _extreme_grad)


def _search_type(x: TensorType, *, axis: int) -> TensorType:
    require_dtype(x, NUMBERS)
    if not 0 <= axis < x.rank:
        raise ShapeError(f"expected an axis within rank {x.rank} of {{0}}, got {axis}")
    return TensorType(DType.i64, x.shape[:axis] + x.shape[axis + 1 :])


def _search(name: str, reference: object) -> Op:
    def call(x: Array, *, axis: int) -> Array:
        return np.asarray(reference(x, axis=axis), dtype=np.int64)  # type: ignore[operator]

    return Op(
        name=name,
        type_rule=_search_type,
        grad_rule=NotDifferentiable("a position is piecewise constant", blocks=True),
        reference=call,
        lower_cpu=Routine(name),
        lower_cuda=NO_CUDA,
    )


ARGMAX = _search("argmax", np.argmax)
ARGMIN = _search("argmin", np.argmin)


def _cumsum_type(x: TensorType, *, axis: int) -> TensorType:
    _search_type(x, axis=axis)
    return x


def _cumsum_grad(g: Value, y: Value, x: Value, *, axis: int) -> tuple[Value]:
    return (flip(cumsum(flip(g, axis=axis), axis=axis), axis=axis),)


CUMSUM = Op(
    name="cumsum",
    type_rule=_cumsum_type,
    grad_rule=_cumsum_grad,
    reference=lambda x, *, axis: np.cumsum(x, axis=axis, dtype=x.dtype),
    lower_cpu=Routine("cumsum"),
    lower_cuda=NO_CUDA,
)


def sum(x: Value, *, axes: Axes) -> Value:
    """Sum over axes, which disappear."""
    return SUM(x, axes=tuple(axes))  # type: ignore[no-any-return]


def prod(x: Value, *, axes: Axes) -> Value:
    """Product over axes, which disappear."""
    return PROD(x, axes=tuple(axes))  # type: ignore[no-any-return]


def max(x: Value, *, axes: Axes) -> Value:
    """Largest element over axes, which disappear; NaN when there is one."""
    return MAX(x, axes=tuple(axes))  # type: ignore[no-any-return]


def min(x: Value, *, axes: Axes) -> Value:
    """Smallest element over axes, which disappear; NaN when there is one."""
    return MIN(x, axes=tuple(axes))  # type: ignore[no-any-return]


def argmax(x: Value, *, axis: int) -> Value:
    """Position of the first largest element along an axis, i64."""
    return ARGMAX(x, axis=axis)  # type: ignore[no-any-return]


def argmin(x: Value, *, axis: int) -> Value:
    """Position of the first smallest element along an axis, i64."""
    return ARGMIN(x, axis=axis)  # type: ignore[no-any-return]


def cumsum(x: Value, *, axis: int) -> Value:
    """Running sum along an axis."""
    return CUMSUM(x, axis=axis)  # type: ignore[no-any-return]


FAMILY: tuple[Op, ...] = (SUM, PROD, MAX, MIN, ARGMAX, ARGMIN, CUMSUM)
