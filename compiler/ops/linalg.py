"""Matrix products."""

from __future__ import annotations

import numpy as np

from graphc.compiler.ir import Array, Op, Product, Value
from graphc.runtime.errors import ShapeError
from graphc.runtime.types import TensorType

from .base import FLOATS, NO_CUDA, apply, preserving, require_dtype, same_dtype


def _matmul_type(a: TensorType, b: TensorType, *, transpose_a: bool = False, transpose_b: bool = False) -> TensorType:
    same_dtype((a, b))
    require_dtype(a, FLOATS)
    if a.rank != b.rank or a.rank < 2:
        raise ShapeError(f"expected one rank of at least 2, got {a.rank} ({{0}}) and {b.rank} ({{1}})")
    for axis, (m, n) in enumerate(zip(a.shape[:-2], b.shape[:-2], strict=True)):
        if m != n:
            raise ShapeError(f"leading dimensions differ: {m} (axis {axis} of {{0}}) and {n} (axis {axis} of {{1}})")
    row, col = a.rank - 2, a.rank - 1
    rows, inner_a = (col, row) if transpose_a else (row, col)
    inner_b, cols = (col, row) if transpose_b else (row, col)
    if a.shape[inner_a] != b.shape[inner_b]:
        raise ShapeError(
            f"inner dimensions differ: {a.shape[inner_a]} (axis {inner_a} of {{0}}) "
            f"and {b.shape[inner_b]} (axis {inner_b} of {{1}})"
        )
    return a.with_shape((*a.shape[:-2], a.shape[rows], b.shape[cols]))


def _matmul_reference(a: Array, b: Array, *, transpose_a: bool = False, transpose_b: bool = False) -> Array:
    left = np.swapaxes(a, -1, -2) if transpose_a else a
    right = np.swapaxes(b, -1, -2) if transpose_b else b
    return np.asarray(np.matmul(left, right))


def _matmul_grad(
    g: Value, y: Value, a: Value, b: Value, *, transpose_a: bool = False, transpose_b: bool = False
) -> tuple[Value, Value]:
    # With A and B the operands as flagged, dA = g B^T and dB = A^T g; a transposed operand gets the transpose of it.
    if transpose_a:
        d_a = matmul(b, g, transpose_a=transpose_b, transpose_b=True)
    else:
        d_a = matmul(g, b, transpose_b=not transpose_b)
    if transpose_b:
        d_b = matmul(g, a, transpose_a=True, transpose_b=transpose_a)
    else:
        d_b = matmul(a, g, transpose_a=not transpose_a)
    return d_a, d_b


MATMUL = Op(
    name="matmul",
    type_rule=_matmul_type,
    grad_rule=_matmul_grad,
    reference=preserving(_matmul_reference),
    lower_cpu=Product(),
    lower_cuda=NO_CUDA,
)

FAMILY = (MATMUL,)


def matmul(a: Value, b: Value, *, transpose_a: bool = False, transpose_b: bool = False) -> Value:
    """Matrix product ``[..., m, k] x [..., k, n]`` over the last two axes; leading axes are equal.

    A flag reads its operand with the last two axes exchanged.
    """
    return apply(MATMUL, a, b, transpose_a=transpose_a, transpose_b=transpose_b)
