"""Laws of reductions, and those that make the gradient of cross-entropy what one would write by hand."""

from __future__ import annotations

from graphc.compiler import ops
from graphc.compiler.ir import Node, Value, constant
from graphc.runtime.types import Shape, dim_product

from .base import rewrite
from .matching import made_by, number, operand, size_value, spread


def without(shape: Shape, axes: tuple[int, ...]) -> Shape:
    """A shape without some axes."""
    return tuple(dim for axis, dim in enumerate(shape) if axis not in axes)


def narrowed(x: Value, axes: tuple[int, ...]) -> Value | None:
    """``x`` without these axes when it is the same along them: a broadcast over them, or rank 0; else None."""
    if x.node is None or not made_by(x, "broadcast"):
        return None
    source, kept = operand(x), x.node.attrs["axes"]
    if any(axis in axes for axis in kept):
        return None
    shape = without(x.type.shape, axes)
    shift = {axis: axis - sum(a < axis for a in axes) for axis in kept}
    if source.type.shape == shape:
        return source
    return ops.broadcast(source, shape=shape, axes=tuple(shift[axis] for axis in kept))


@rewrite("sum")
def sum_broadcast(node: Node) -> Value | None:
    """sum(broadcast(x)) -> mul(x, size) where the summed axes are new ones"""
    (x,) = node.operands
    axes = node.attrs["axes"]
    inner = narrowed(x, axes)
    if inner is None:
        return None
    size = size_value(dim_product(x.type.shape[axis] for axis in axes), x)
    if made_by(inner, "broadcast"):  # count once, before spreading
        assert inner.node is not None
        return ops.broadcast(ops.mul(operand(inner), size), **inner.node.attrs)
    return ops.mul(inner, size)


@rewrite("max", "min")
def extreme_broadcast(node: Node) -> Value | None:
    """max(broadcast(x)) -> x where the reduced axes are new ones, and so min"""
    return narrowed(node.operands[0], node.attrs["axes"])


@rewrite("sum")
def sum_centred(node: Node) -> Value | None:
    """sum(sub(x, mean of x)) -> 0, also times factors that are the same along the summed axes

    Rounding apart it is zero, and in gradients of layer and batch normalisation it always appears. (An infinite x
    makes it NaN; x minus its mean is NaN then too, and with it whatever this is added to.)
    """
    (x,) = node.operands
    if not is_centred(x, node.attrs["axes"]):
        return None
    return spread(constant(0, x.dtype), node.results[0].type.shape)


@rewrite("sum")
def sum_with_centred(node: Node) -> Value | None:
    """sum(add(x, y)) -> sum(x) where sum(y) is 0 by the law above"""
    (x,) = node.operands
    axes = node.attrs["axes"]
    if not made_by(x, "add"):
        return None
    for kept, dropped in ((operand(x), operand(x, 1)), (operand(x, 1), operand(x))):
        if kept.type == x.type and is_centred(dropped, axes):
            return ops.sum(kept, axes=axes)
    return None


def is_centred(x: Value, axes: tuple[int, ...]) -> bool:
    """True for differences from the mean over these axes, times factors that are the same along them."""
    for _ in range(_FACTORS):
        if made_by(x, "sub"):
            return x.dtype.is_float and is_mean(operand(x, 1), operand(x), axes)
        if made_by(x, "mul") and constant_along(operand(x), axes):
            x = operand(x, 1)
        elif made_by(x, "neg") or (made_by(x, "mul", "div") and constant_along(operand(x, 1), axes)):
            x = operand(x)
        else:
            return False
    return False


_FACTORS = 8  # how far a product is looked through


def constant_along(x: Value, axes: tuple[int, ...]) -> bool:
    """True when the value is the same along these axes: rank 0, or broadcast over them."""
    if not x.type.shape:
        return True
    return x.node is not None and made_by(x, "broadcast") and not set(x.node.attrs["axes"]) & set(axes)


def is_mean(mean: Value, x: Value, axes: tuple[int, ...]) -> bool:
    """True when ``mean`` is the mean of ``x`` over these axes, broadcast over them again."""
    if mean.node is None or not made_by(mean, "broadcast") or mean.type != x.type:
        return False
    kept = tuple(axis for axis in range(x.type.rank) if axis not in axes)
    quotient = operand(mean)
    if mean.node.attrs["axes"] != kept or not made_by(quotient, "div", "mul"):
        return False
    total, by = operand(quotient), operand(quotient, 1)
    if total.node is None or not made_by(total, "sum") or total.node.attrs["axes"] != axes or operand(total) is not x:
        return False
    size = dim_product(x.type.shape[axis] for axis in axes)
    if isinstance(size, int):
        return by.literal == constant(size if made_by(quotient, "div") else 1 / size, x.dtype).literal
    return made_by(quotient, "div") and by.node is not None and by.op == "dim_size" and by.node.attrs["dim"] == size


@rewrite("sum")
def sum_scaled(node: Node) -> Value | None:
    """sum(mul(x, s)) -> mul(sum(x), s), sum(div(x, s)) -> div(sum(x), s) for an s that is the same along the axes"""
    (x,) = node.operands
    axes = node.attrs["axes"]
    if not made_by(x, "mul", "div") or not x.dtype.is_float or x.node is None:
        return None
    a, s = x.node.operands
    if made_by(x, "mul") and constant_along(a, axes):
        a, s = s, a
    factor = narrowed(s, axes) if s.type.shape else s
    if a.type != x.type or factor is None:
        return None
    scaled: Value = x.node.op(ops.sum(a, axes=axes), factor)
    return scaled


@rewrite("sum")
def sum_negated(node: Node) -> Value | None:
    """sum(neg(x)) -> neg(sum(x))"""
    (x,) = node.operands
    return ops.neg(ops.sum(operand(x), axes=node.attrs["axes"])) if made_by(x, "neg") else None


@rewrite("sum")
def sum_one_hot(node: Node) -> Value | None:
    """sum(where(eq(iota, broadcast(i)), c, 0)) -> c along the iota, where i is a checked index and c the same along it

    An index that may be ``ignore`` outside the range makes it ``where(ne(i, ignore), c, 0)``.
    """
    (x,) = node.operands
    axes = node.attrs["axes"]
    if not made_by(x, "where") or len(axes) != 1 or number(operand(x, 2)) != 0:
        return None
    index = one_hot_index(operand(x), axes[0])
    if index is None or index.node is None or not made_by(index, "check_index"):
        return None
    ignore, size = index.node.attrs.get("ignore"), x.type.shape[axes[0]]
    chosen = narrowed(operand(x, 1), axes) if operand(x, 1).type.shape else operand(x, 1)
    if index.node.attrs["size"] != size or chosen is None or not index.type.shape:
        return None
    if ignore is None:
        return spread(chosen, node.results[0].type.shape)
    outside = ignore < 0 or (isinstance(size, int) and ignore >= size)
    return ops.where(ops.ne(index, ignore), chosen, 0.0) if outside else None


def one_hot_index(mask: Value, axis: int) -> Value | None:
    """``i`` when ``mask`` is ``eq(iota along axis, broadcast(i) along axis)``, else None."""
    if not made_by(mask, "eq"):
        return None
    for positions, wanted in ((operand(mask, 0), operand(mask, 1)), (operand(mask, 1), operand(mask, 0))):
        along = _positions_axis(positions)
        if along == axis:
            return narrowed(wanted, (axis,))
    return None


def _positions_axis(value: Value) -> int | None:
    """The axis along which the elements are 0, 1, 2..., else None."""
    if value.node is None:
        return None
    if made_by(value, "iota"):
        axis: int = value.node.attrs["axis"]
        return axis
    if made_by(value, "broadcast"):
        inner = _positions_axis(operand(value))
        return None if inner is None else value.node.attrs["axes"][inner]
    return None


@rewrite("exp")
def exp_log_softmax(node: Node) -> Value | None:
    """exp(log_softmax(x)) -> softmax(x)"""
    (x,) = node.operands
    if x.node is None or not made_by(x, "log_softmax"):
        return None
    return ops.softmax(operand(x), axis=x.node.attrs["axis"])


@rewrite("log")
def log_softmax_of_softmax(node: Node) -> Value | None:
    """log(softmax(x)) -> log_softmax(x), which neither overflows nor takes the logarithm of 0"""
    (x,) = node.operands
    if x.node is None or not made_by(x, "softmax"):
        return None
    return ops.log_softmax(operand(x), axis=x.node.attrs["axis"])


REDUCE_RULES = (
    sum_centred,
    sum_with_centred,
    sum_broadcast,
    extreme_broadcast,
    sum_scaled,
    sum_negated,
    sum_one_hot,
    exp_log_softmax,
    log_softmax_of_softmax,
)
