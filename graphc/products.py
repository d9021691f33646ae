"""Arithmetic that needs more than one operator: division, powers, matrix products. Works on values."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from graphc.compiler import ops
from graphc.compiler.ir import Value
from graphc.runtime.types import DType, dim_product

from .broadcasting import Operand, broadcast_shapes, broadcast_value, elementwise, fail_dtype, fail_shape, promote
from .shaping import reshape


def divide(a: Operand, b: Operand) -> Value:
    """``a / b`` of floating-point tensors."""
    a, b = promote("div", (a, b))
    if not a.dtype.is_float:
        raise fail_dtype(
            "div", f"expected floating-point elements, got {a.dtype}; convert with .astype('f32') or use //", a, b
        )
    return elementwise("div", ops.div, a, b)


def floor_divide(a: Operand, b: Operand) -> Value:
    """``floor(a / b)``; whole numbers stay whole, exact up to 2^53."""
    a, b = promote("floor_divide", (a, b))
    if a.dtype.is_float:
        return ops.floor(elementwise("floor_divide", ops.div, a, b))
    exact = elementwise("floor_divide", ops.sub, a, elementwise("floor_divide", ops.remainder, a, b))
    wide = elementwise("floor_divide", ops.div, ops.cast(exact, dtype=DType.f64), ops.cast(b, dtype=DType.f64))
    return ops.cast(ops.round(wide), dtype=a.dtype)


def power(a: Operand, b: Operand) -> Value:
    """``a ** b``; small whole exponents become products."""
    if isinstance(a, Value) and not isinstance(b, Value):
        if b == 1:
            return a
        if b == 2:
            return ops.square(a)
        if b == 3:
            return ops.mul(ops.square(a), a)
        if a.dtype.is_float and b in (0.5, -1, -0.5):
            return {0.5: ops.sqrt, -1: ops.reciprocal, -0.5: ops.rsqrt}[b](a)
    return elementwise("pow", ops.pow, a, b)


def logical(op: str, make: Callable[[Value, Value], Value], a: Operand, b: Operand) -> Value:
    """``& | ^`` of bool tensors."""
    for operand in (a, b):
        if isinstance(operand, Value) and operand.dtype is not DType.bool:
            raise fail_dtype(op, f"expected bool, got {operand.type} (%{operand.hint})", a, b)
        if not isinstance(operand, Value | bool | np.bool_):
            raise fail_dtype(op, f"expected bool, got {operand!r}", a, b)
    return elementwise(op, make, a, b)


def matmul(a: Value, b: Value, transpose_b: bool = False) -> Value:
    """``a @ b``: matrices, vectors (as in NumPy), leading dimensions broadcast.

    Args:
        a: ``[..., m, k]`` or ``[k]``.
        b: ``[..., k, n]`` or ``[k]``; ``[..., n, k]`` when ``transpose_b``.
        transpose_b: read ``b`` transposed, as :class:`~graphc.nn.Linear` does.
    """
    a, b = promote("matmul", (a, b))
    if not a.type.rank or not b.type.rank:
        raise fail_shape("matmul", "expected vectors or matrices, got a scalar; use *", a, b)
    axis_a, axis_b = a.type.rank - 1, b.type.rank - (1 if transpose_b or b.type.rank == 1 else 2)
    inner_a, inner_b = a.type.shape[axis_a], b.type.shape[axis_b]
    if inner_a != inner_b:
        message = (
            f"inner dimensions differ: {inner_a} (axis {axis_a} of %{a.hint}) "
            f"and {inner_b} (axis {axis_b} of %{b.hint})"
        )
        raise fail_shape("matmul", message, a, b)
    lead_a, lead_b = a.type.shape[:-2], b.type.shape[:-2]
    rows = a.type.shape[-2:-1]
    columns = b.type.shape[-2:-1] if transpose_b else b.type.shape[-1:] if b.type.rank > 1 else ()
    if b.type.rank == 1:
        b = reshape(b, (1, inner_a) if transpose_b else (inner_a, 1))
    if a.type.rank == 1:
        a = reshape(a, (1, inner_a))
    if not lead_b:  # one matrix for all rows: one large product
        flat = reshape(a, (dim_product(a.type.shape[:-1]), inner_a))
        result = ops.matmul(flat, b, transpose_a=False, transpose_b=transpose_b)
        return reshape(result, (*lead_a, *rows, *columns))
    lead = broadcast_shapes("matmul", [_leading(a), _leading(b)]) if lead_a != lead_b else lead_a
    a = broadcast_value(a, (*lead, *a.type.shape[-2:]))
    b = broadcast_value(b, (*lead, *b.type.shape[-2:]))
    result = ops.matmul(a, b, transpose_a=False, transpose_b=transpose_b)
    return reshape(result, (*lead, *rows, *columns))


def _leading(v: Value) -> Value:
    """A stand-in of the leading shape only, so that the broadcasting error counts axes as the user does."""
    return Value(v.type.with_shape(v.type.shape[:-2]), v.hint, v.node, v.index, v.loc)
