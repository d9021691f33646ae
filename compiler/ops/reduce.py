"""Reductions over axes, searches along an axis, running sums."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from graphc.compiler.ir import Array, NotDifferentiable, Op, Routine, Value
from graphc.runtime.types import DType, TensorType

from . import shape as _shape  # shape's rules sum, ours broadcast: the two modules need each other
from .base import NO_CUDA, NUMBERS, Axes, apply, kept_axes, preserving, reduction, require_axis, require_dtype
from .compare import eq
from .elementwise import cast, div, mul, sub, where


def spread(v: Value, x: Value, axes: Axes) -> Value:
    """``v``, which is x reduced over axes, repeated along them."""
    return _shape.broadcast(v, shape=x.type.shape, axes=kept_axes(x.type.rank, axes))


def _extreme_grad(g: Value, y: Value, x: Value, *, axes: Axes) -> tuple[Value]:
    # Equal ones share the gradient evenly, as torch.amax does.
    hit = cast(eq(x, spread(y, x, axes)), dtype=x.dtype)
    return (mul(hit, spread(div(g, sum(hit, axes=axes)), x, axes)),)


def _prod_grad(g: Value, y: Value, x: Value, *, axes: Axes) -> tuple[Value]:
    """The product of all other elements, right with zeros for first and second derivatives.

    It is the product of the nonzero ones (divided by x where x is one of them) times the product of the other zeros.
    The latter is 1 without such, 0 as a number otherwise; with exactly one it is written as that element, which has
    derivative 1.
    """
    zero = eq(x, 0.0)
    solid, void = where(zero, 1.0, x), where(zero, x, 0.0)
    count = cast(zero, dtype=x.dtype)
    others = sub(spread(sum(count, axes=axes), x, axes), count)
    lone = sub(spread(sum(void, axes=axes), x, axes), void)
    zeros = where(eq(others, 0.0), 1.0, where(eq(others, 1.0), lone, 0.0))
    rest = mul(div(spread(prod(solid, axes=axes), x, axes), solid), zeros)
    return (mul(spread(g, x, axes), rest),)


def _lowest(dtype: DType) -> float | int:
    return -math.inf if dtype.is_float else int(np.iinfo(str(dtype.numpy)).min)


def _highest(dtype: DType) -> float | int:
    return math.inf if dtype.is_float else int(np.iinfo(str(dtype.numpy)).max)


def _number(value: int) -> Callable[[DType], float | int]:
    return lambda dtype: float(value) if dtype.is_float else value


SUM = reduction("sum", "add", _number(0), np.sum, lambda g, y, x, *, axes: (spread(g, x, axes),))
PROD = reduction("prod", "mul", _number(1), np.prod, _prod_grad)
MAX = reduction("max", "maximum", _lowest, np.max, _extreme_grad)
MIN = reduction("min", "minimum", _highest, np.min, _extreme_grad)


def _search(name: str, reference: Callable[..., Any]) -> Op:
    def type_rule(x: TensorType, *, axis: int) -> TensorType:
        require_dtype(x, NUMBERS)
        require_axis(x, axis)
        return TensorType(DType.i64, x.shape[:axis] + x.shape[axis + 1 :])

    return Op(
        name=name,
        type_rule=type_rule,
        grad_rule=NotDifferentiable("a position is a whole number", blocks=True),
        reference=preserving(lambda x, *, axis: reference(x, axis=axis), DType.i64),
        lower_cpu=Routine(name),
        lower_cuda=NO_CUDA,
    )


ARGMAX = _search("argmax", np.argmax)
ARGMIN = _search("argmin", np.argmin)


def _cumsum_type(x: TensorType, *, axis: int) -> TensorType:
    require_dtype(x, NUMBERS)
    require_axis(x, axis)
    return x


def _cumsum_reference(x: Array, *, axis: int) -> Array:
    return np.cumsum(x, axis=axis, dtype=x.dtype)


def _cumsum_grad(g: Value, y: Value, x: Value, *, axis: int) -> tuple[Value]:
    return (_shape.flip(cumsum(_shape.flip(g, axis=axis), axis=axis), axis=axis),)


CUMSUM = Op(
    name="cumsum",
    type_rule=_cumsum_type,
    grad_rule=_cumsum_grad,
    reference=preserving(_cumsum_reference),
    lower_cpu=Routine("cumsum"),
    lower_cuda=NO_CUDA,
)

FAMILY = (SUM, PROD, MAX, MIN, ARGMAX, ARGMIN, CUMSUM)


def sum(x: Value, *, axes: Axes) -> Value:
    """Sum over axes, which disappear."""
    return apply(SUM, x, axes=tuple(axes))


def prod(x: Value, *, axes: Axes) -> Value:
    """Product over axes, which disappear."""
    return apply(PROD, x, axes=tuple(axes))


def max(x: Value, *, axes: Axes) -> Value:
    """Greatest element over axes, which disappear; NaN when there is one."""
    return apply(MAX, x, axes=tuple(axes))


def min(x: Value, *, axes: Axes) -> Value:
    """Least element over axes, which disappear; NaN when there is one."""
    return apply(MIN, x, axes=tuple(axes))


def argmax(x: Value, *, axis: int) -> Value:
    """Position of the first greatest element along an axis, i64; the first NaN wins."""
    return apply(ARGMAX, x, axis=axis)


def argmin(x: Value, *, axis: int) -> Value:
    """Position of the first least element along an axis, i64; the first NaN wins."""
    return apply(ARGMIN, x, axis=axis)


def cumsum(x: Value, *, axis: int) -> Value:
    """Running sum along an axis."""
    return apply(CUMSUM, x, axis=axis)
