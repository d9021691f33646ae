"""Reductions, named as in the Python array API standard."""

from __future__ import annotations

from graphc.compiler import ops

from .. import reducing, shaping
from ..broadcasting import fail_shape, require_float
from ..shaping import Axes
from ..tensor import Tensor, TensorLike, as_value
from .elementwise import abs as _abs


def sum(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """Sum of elements over the axes, all of them for None. bool and i32 are summed as i64."""
    return Tensor(reducing.total(as_value("sum", x), axis, keepdims))


def prod(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """Product of elements over the axes."""
    return Tensor(reducing.product(as_value("prod", x), axis, keepdims))


def max(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """Largest element over the axes."""
    return Tensor(reducing.largest(as_value("max", x), axis, keepdims))


def min(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """Smallest element over the axes."""
    return Tensor(reducing.smallest(as_value("min", x), axis, keepdims))


def mean(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """Arithmetic mean over the axes."""
    return Tensor(reducing.mean(as_value("mean", x), axis, keepdims))


def var(x: TensorLike, axis: Axes = None, correction: float = 0.0, keepdims: bool = False) -> Tensor:
    """Variance ``sum (x - mean)^2 / (n - correction)``; 0 is the population's, 1 the sample's (torch's default)."""
    return Tensor(reducing.variance(as_value("var", x), axis, correction, keepdims))


def std(x: TensorLike, axis: Axes = None, correction: float = 0.0, keepdims: bool = False) -> Tensor:
    """Standard deviation: the root of :func:`var`."""
    return Tensor(as_value("std", x)).std(axis, correction, keepdims)


def logsumexp(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """``log sum exp x`` over the axes, stable for large elements."""
    return Tensor(reducing.logsumexp(as_value("logsumexp", x), axis, keepdims))


def argmax(x: TensorLike, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Position of the first largest element along the axis, i64; None looks at all elements in C order."""
    return Tensor(reducing.position("argmax", ops.argmax, as_value("argmax", x), axis, keepdims))


def argmin(x: TensorLike, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Position of the first smallest element along the axis, i64."""
    return Tensor(reducing.position("argmin", ops.argmin, as_value("argmin", x), axis, keepdims))


def any(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """True where some element is not zero."""
    return Tensor(reducing.anything(as_value("any", x), axis, keepdims))


def all(x: TensorLike, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """True where no element is zero."""
    return Tensor(reducing.everything(as_value("all", x), axis, keepdims))


def cumulative_sum(x: TensorLike, axis: int | None = None) -> Tensor:
    """Sums of the elements up to each position along the axis, which only vectors may leave out."""
    value = as_value("cumulative_sum", x)
    if axis is None:
        if value.type.rank != 1:
            raise fail_shape("cumulative_sum", f"axis is needed for {value.type} (%{value.hint})", value)
        axis = 0
    return Tensor(ops.cumsum(value, axis=shaping.normal_axis("cumulative_sum", axis, value)))


def softmax(x: TensorLike, axis: int = -1) -> Tensor:
    """``exp(x) / sum exp(x)`` along the axis, stable for large elements."""
    value = as_value("softmax", x)
    require_float("softmax", value)
    return Tensor(ops.softmax(value, axis=shaping.normal_axis("softmax", axis, value)))


def log_softmax(x: TensorLike, axis: int = -1) -> Tensor:
    """``x - logsumexp(x)`` along the axis."""
    value = as_value("log_softmax", x)
    require_float("log_softmax", value)
    return Tensor(ops.log_softmax(value, axis=shaping.normal_axis("log_softmax", axis, value)))


def vector_norm(x: TensorLike, axis: Axes = None, keepdims: bool = False, ord: float = 2) -> Tensor:
    """Length of vectors along the axes.

    Args:
        x: floating-point tensor.
        axis: the axes that hold the vectors, all of them for None.
        keepdims: keep reduced axes with size 1.
        ord: 2 for Euclid's length, 1 for the sum of absolute values, ``float("inf")`` for the largest.
    """
    tensor = Tensor(as_value("vector_norm", x))
    require_float("vector_norm", tensor.value)
    if ord == 2:
        return sum(tensor.square(), axis, keepdims).sqrt()
    if ord == 1:
        return sum(_abs(tensor), axis, keepdims)
    if ord == float("inf"):
        return max(_abs(tensor), axis, keepdims)
    return sum(_abs(tensor) ** ord, axis, keepdims) ** (1.0 / ord)
