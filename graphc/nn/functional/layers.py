"""Layers without memory of their own, named as in torch.nn.functional."""

from __future__ import annotations

import math
from collections.abc import Sequence

import ml_dtypes
import numpy as np

from graphc.compiler import ops

from ... import functions as fn
from ...broadcasting import fail_dtype, fail_shape, require_float
from ...products import matmul
from ...tensor import Tensor
from ...variables import State
from .activations import softmax


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """``x @ weight.T + bias``.

    Args:
        input: ``[..., in]``.
        weight: ``[out, in]``.
        bias: ``[out]``.
    """
    result = Tensor(matmul(input.value, weight.value, transpose_b=True))
    return (result if bias is None else result + bias).named("linear")


def embedding(input: Tensor, weight: Tensor, padding_idx: int | None = None) -> Tensor:
    """Rows of ``weight`` at the positions in ``input``: ``[...]`` to ``[..., columns]``.

    No gradient goes to row ``padding_idx``. IndexRangeError at run time for a position outside the table.
    """
    if not input.dtype.is_integer:
        raise fail_dtype("embedding", f"expected whole numbers, got {input.type} (%{input.name})", input.value)
    rows = fn.take(weight, input, axis=0)
    if padding_idx is None:
        return rows.named("embedding")
    return fn.where((input == padding_idx).unsqueeze(-1), rows.detach(), rows).named("embedding")


def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """``(x - mean) / sqrt(var + eps) * weight + bias`` over the last axes (Ba et al. 2016)."""
    axes = _last_axes("layer_norm", input, normalized_shape)
    centred = input - input.mean(axes, keepdims=True)
    result = centred * fn.rsqrt(centred.square().mean(axes, keepdims=True) + eps)
    result = result if weight is None else result * weight
    return (result if bias is None else result + bias).named("layer_norm")


def rms_norm(
    input: Tensor, normalized_shape: Sequence[int], weight: Tensor | None = None, eps: float | None = None
) -> Tensor:
    """``x / sqrt(mean(x^2) + eps) * weight`` over the last axes (Zhang and Sennrich 2019)."""
    axes = _last_axes("rms_norm", input, normalized_shape)
    if eps is None:
        eps = float(ml_dtypes.finfo(input.dtype.numpy).eps)  # type: ignore[no-untyped-call]  # knows bf16
    result = input * fn.rsqrt(input.square().mean(axes, keepdims=True) + eps)
    return (result if weight is None else result * weight).named("rms_norm")


def _last_axes(op: str, input: Tensor, normalized_shape: Sequence[int]) -> tuple[int, ...]:
    require_float(op, input.value)
    shape = tuple(normalized_shape)
    if not shape or input.shape[-len(shape) :] != shape:
        raise fail_shape(
            op, f"expected the last axes to be {list(shape)}, got {input.type} (%{input.name})", input.value
        )
    return tuple(range(-len(shape), 0))


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    momentum: float | None = 0.1,
    eps: float = 1e-5,
    num_batches_tracked: Tensor | None = None,
) -> Tensor:
    """Normalisation of each feature (axis 1) over all other axes (Ioffe and Szegedy 2015).

    A training program uses the batch's statistics and updates the running ones, which must be states; any other
    program uses the running ones. Without running statistics the batch's are used always. With ``momentum=None`` the
    running statistics are the mean of all batches so far, which ``num_batches_tracked`` counts.
    """
    require_float("batch_norm", input.value)
    if input.ndim < 2:
        raise fail_shape("batch_norm", f"expected at least 2 axes, got {input.type} (%{input.name})", input.value)
    operands: list[Tensor] = []
    affine = weight is not None or bias is not None
    if affine:
        features = (input.shape[1],)
        operands.append(fn.ones(features, input.dtype) if weight is None else weight)
        operands.append(fn.zeros(features, input.dtype) if bias is None else bias)
    track = running_mean is not None and running_var is not None
    if running_mean is not None and running_var is not None:
        tracked = State(np.int64(0), "num_batches_tracked") if num_batches_tracked is None else num_batches_tracked
        operands += [running_mean, running_var, tracked]
    values = [tensor.value for tensor in operands]
    rate = None if momentum is None else float(momentum)
    return Tensor(ops.batch_norm(input.value, *values, eps=float(eps), momentum=rate, affine=affine, track=track))


def check_probability(op: str, p: float) -> None:
    """ValueError unless ``0 <= p <= 1``."""
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"{op}: expected a probability between 0 and 1, got {p!r}")


def dropout(input: Tensor, p: float = 0.5, training: bool | None = None) -> Tensor:
    """Elements set to zero with probability ``p``, the others divided by ``1 - p``.

    Args:
        input: floating-point tensor.
        p: probability of zero.
        training: None leaves it to the program (``gr.compile(training=...)``); False is the identity.
    """
    check_probability("dropout", p)
    require_float("dropout", input.value)
    if p == 0.0 or training is False:
        return input
    return Tensor(ops.dropout(input.value, p=float(p), node=0))


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
) -> Tensor:
    """``softmax(q k^T / sqrt(d)) v`` (Vaswani et al. 2017).

    Args:
        query: ``[..., targets, d]``.
        key: ``[..., sources, d]``.
        value: ``[..., sources, dv]``.
        attn_mask: added to the scores, or bool: False positions are left out.
        dropout_p: dropout of the weights, in training programs only.
        is_causal: leave out sources after the target's own position.
        scale: instead of ``1 / sqrt(d)``.
    """
    size = query.shape[-1]
    if scale is None:
        if not isinstance(size, int):
            raise fail_shape("attention", f"the last axis of %{query.name} has the named size {size}", query.value)
        scale = 1.0 / math.sqrt(size)
    scores = (query @ key.mT) * scale
    if is_causal:
        causal = fn.iota(scores.shape, scores.ndim - 1) <= fn.iota(scores.shape, scores.ndim - 2)
        scores = fn.where(causal, scores, float("-inf"))
    if attn_mask is not None:
        masked = fn.where(attn_mask, scores, float("-inf")) if str(attn_mask.dtype) == "bool" else scores + attn_mask
        scores = masked
    return dropout(softmax(scores, -1), dropout_p) @ value


def one_hot(input: Tensor, num_classes: int) -> Tensor:
    """1 at the position each whole number names, i64: ``[..., num_classes]``."""
    return fn.one_hot(input, num_classes, "i64")


def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Axes ``start_dim`` to ``end_dim`` (inclusive) as one."""
    return input.flatten(start_dim, end_dim)


def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """``x1 . x2 / max(|x1| |x2|, eps)`` along ``dim``."""
    lengths = fn.vector_norm(x1, dim) * fn.vector_norm(x2, dim)
    return fn.sum(x1 * x2, dim) / fn.maximum(lengths, eps)
