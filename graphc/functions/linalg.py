"""Products of vectors and matrices, named as in the Python array API standard."""

from __future__ import annotations

from ..broadcasting import fail_shape
from ..products import matmul as _matmul
from ..tensor import Tensor, TensorLike, as_value
from .reductions import sum as _sum


def matmul(a: TensorLike, b: TensorLike) -> Tensor:
    """``a @ b`` of vectors and matrices; leading dimensions broadcast."""
    return Tensor(_matmul(as_value("matmul", a), as_value("matmul", b)))


def vecdot(a: TensorLike, b: TensorLike, axis: int = -1) -> Tensor:
    """Scalar products of vectors along an axis; the other axes broadcast."""
    a, b = Tensor(as_value("vecdot", a)), Tensor(as_value("vecdot", b))
    return _sum(a * b, axis)


def outer(a: TensorLike, b: TensorLike) -> Tensor:
    """``out[i, j] = a[i] * b[j]`` of two vectors."""
    a, b = Tensor(as_value("outer", a)), Tensor(as_value("outer", b))
    for vector in (a, b):
        if vector.ndim != 1:
            raise fail_shape("outer", f"expected vectors, got {vector.type} (%{vector.name})", a.value, b.value)
    return a.unsqueeze(1) * b.unsqueeze(0)
