"""Limits for gradients."""

from __future__ import annotations

import builtins
from collections.abc import Sequence

from graphc.runtime.errors import DeclarationError

from .functions import minimum, stack, vector_norm
from .tensor import Tensor


def global_norm(tensors: Sequence[Tensor]) -> Tensor:
    """Euclid's norm of all elements of all tensors together."""
    if not tensors:
        raise DeclarationError("global_norm: expected at least one tensor, got none")
    squares = [t.square().sum() for t in tensors]
    total = squares[0]
    for square in squares[1:]:
        total = total + square.astype(total.dtype)
    return total.sqrt()


def clip_by_norm(gradients: Sequence[Tensor], max_norm: float | Tensor, norm_type: float = 2.0) -> list[Tensor]:
    """All gradients scaled by ``min(1, max_norm / (norm + 1e-6))``, with their common norm, as torch does.

    Args:
        gradients: what ``gr.grad`` gives.
        max_norm: the largest norm, positive.
        norm_type: 2 for Euclid's norm, ``float("inf")`` for the largest element.
    """
    _positive("clip_by_norm", "max_norm", max_norm)
    if norm_type == 2.0:
        norm = global_norm(gradients)
    else:
        each = [vector_norm(g, ord=norm_type).astype(gradients[0].dtype) for g in gradients]
        norm = vector_norm(stack(each), ord=norm_type)
    factor = minimum(max_norm / (norm + 1e-6), 1.0)
    return [g * factor.astype(g.dtype) for g in gradients]


def clip_by_value(gradients: Sequence[Tensor], limit: float) -> list[Tensor]:
    """Every element limited to ``-limit .. limit``."""
    _positive("clip_by_value", "limit", limit)
    return [g.clip(-limit, limit) for g in gradients]


def _positive(op: str, name: str, number: float | Tensor) -> None:
    if not isinstance(number, Tensor) and not (isinstance(number, builtins.float | int) and number > 0):
        raise DeclarationError(f"{op}: expected {name} > 0, got {number!r}")
