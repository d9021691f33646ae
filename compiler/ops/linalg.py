"""Matrix products."""

from __future__ import annotations

import numpy as np

from graphc.compiler.ir import Array, Op, Product, Value
from graphc.runtime.errors import ShapeError
from graphc.runtime.types import TensorType

from .base import FLOATS, NO_CUDA, require_dtype, same_dtype


def _matmul_type(
    a: TensorType, b: TensorType, *, transpose_a: bool = False, transpose_b: bool = False
) -> TensorType:
    same_dtype((a, b))
    require_dtype(a, FLOATS)
    if a.rank < 2 or b.rank != a.rank:
        raise ShapeError(f"expected matrices of one rank of at least 2, got rank {a.rank} of {{0}} and {b.rank} of {{1}}")
    if a.shape[:-2] != b.shape[:-2]:
        raise ShapeError(f"leading axes differ: {list(a.shape[:-2])} of {{0}} and {list(b.shape[:-2])} of {{1}}")
    last = a.rank - 1
    ka, kb = (last - 1 if transpose_a else last), (last if transpose_b else last - 1)
    if a.shape[ka] != b.shape[kb]:
        raise ShapeError(
            f"inner dimensions differ: {a.shape[ka]} (axis {ka} of {{0}}) and {b.shape[kb]} (axis {kb} of {{1}})"
        )
    m, n = a.shape[last if transpose_a else last - 1], b.shape[last - 1 if transpose_b else last]
    return a.with_shape((*a.shape[:-2], m, n))


def _matmul_reference(a: Array, b: Array, *, transpose_a: bool = False, transpose_b: bool = False) -> Array:
    left = np.swapaxes(a, -1, -2) if transpose_a else a
    right = np.swapaxes(b, -1, -2) if transpose_b else b
    return np.matmul(left, right)


def _matmul_grad(
    g: Value, y: Value, a: Value, b: Value, *, transpose_a: bool = False, transpose_b: bool = False
) -> tuple[Value, Value]:
    # y = A B with A, B the operands as flagged: dA = g B^T, dB = A^T g; a transposed operand gets the transpose of it.
    if transpose_a:
        da = matmul(b, g, transpose_a=transpose_b, transpose_b=True)
    else:
        da = matmul(g, b, transpose_b=not transpose_b)
    if transpose_b:
        db = matmul(g, a, transpose_a=True, transpose_b=transpose_a)
    else:
        db = matmul(a, g, transpose_a=not transpose_a)
    return da, db


MATMUL = Op(
    name="matmul",
    type_rule=_matmul_type,
    grad_rule=_matmul_grad,
    reference=_matmul_reference,
    lower_cpu=Product(),
    lower_cuda=NO_CUDA,
)


def matmul(a: Value, b: Value, *, transpose_a: bool = False, transpose_b: bool = False) -> Value:
    """Matrix product over the last two axes; the leading axes are equal. A flag reads an operand transposed."""
    return MATMUL(a, b, transpose_a=transpose_a, transpose_b=transpose_b)  # type: ignore[no-any-return]


FAMILY: tuple[Op, ...] = (MATMUL,)
