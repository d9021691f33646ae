"""Operators that are differentiated whole and then taken apart, and those that ``training=`` resolves."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphc.compiler.ir import Array, ByPass, Decompose, Op, Value
from graphc.runtime.errors import DeclarationError, ShapeError
from graphc.runtime.types import TensorType

from .base import FLOATS, INTEGERS, apply, preserving, require_axis, require_dtype
from .compare import isfinite
from .elementwise import add, div, mul, sub, where
from .reduce import max, spread, sum
from .transcendental import exp, log

# softmax and its relatives ------------------------------------------------------------------------------------------


def _along_type(x: TensorType, *, axis: int) -> TensorType:
    require_dtype(x, FLOATS)
    require_axis(x, axis)
    return x


def _logsumexp_type(x: TensorType, *, axis: int) -> TensorType:
    _along_type(x, axis=axis)
    return x.with_shape(x.shape[:axis] + x.shape[axis + 1 :])


def _softmax_reference(x: Array, *, axis: int) -> Array:
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return np.asarray(e / np.sum(e, axis=axis, keepdims=True))


def _log_softmax_reference(x: Array, *, axis: int) -> Array:
    d = x - np.max(x, axis=axis, keepdims=True)
    return np.asarray(d - np.log(np.sum(np.exp(d), axis=axis, keepdims=True)))


def _logsumexp_reference(x: Array, *, axis: int) -> Array:
    top = np.max(x, axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)
    return np.asarray(np.squeeze(np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top, axis))


def _softmax_expand(x: Value, *, axis: int) -> Value:
    e = exp(sub(x, spread(max(x, axes=(axis,)), x, (axis,))))
    return div(e, spread(sum(e, axes=(axis,)), x, (axis,)))


def _log_softmax_expand(x: Value, *, axis: int) -> Value:
    d = sub(x, spread(max(x, axes=(axis,)), x, (axis,)))
    return sub(d, spread(log(sum(exp(d), axes=(axis,))), x, (axis,)))


def _logsumexp_expand(x: Value, *, axis: int) -> Value:
    top = max(x, axes=(axis,))
    top = where(isfinite(top), top, 0.0)  # an infinite maximum is the result; subtracted it would make a NaN
    return add(log(sum(exp(sub(x, spread(top, x, (axis,)))), axes=(axis,))), top)


def _softmax_grad(g: Value, y: Value, x: Value, *, axis: int) -> tuple[Value]:
    mean = sum(mul(g, y), axes=(axis,))
    return (mul(y, sub(g, spread(mean, x, (axis,)))),)


def _log_softmax_grad(g: Value, y: Value, x: Value, *, axis: int) -> tuple[Value]:
    total = sum(g, axes=(axis,))
    return (sub(g, mul(softmax(x, axis=axis), spread(total, x, (axis,)))),)


def _logsumexp_grad(g: Value, y: Value, x: Value, *, axis: int) -> tuple[Value]:
    return (mul(spread(g, x, (axis,)), softmax(x, axis=axis)),)


SOFTMAX = Op(
    name="softmax",
    type_rule=_along_type,
    grad_rule=_softmax_grad,
    reference=preserving(_softmax_reference),
    lower_cpu=Decompose(_softmax_expand),
    lower_cuda=Decompose(_softmax_expand),
)
LOG_SOFTMAX = Op(
    name="log_softmax",
    type_rule=_along_type,
    grad_rule=_log_softmax_grad,
    reference=preserving(_log_softmax_reference),
    lower_cpu=Decompose(_log_softmax_expand),
    lower_cuda=Decompose(_log_softmax_expand),
)
LOGSUMEXP = Op(
    name="logsumexp",
    type_rule=_logsumexp_type,
    grad_rule=_logsumexp_grad,
    reference=preserving(_logsumexp_reference),
    lower_cpu=Decompose(_logsumexp_expand),
    lower_cuda=Decompose(_logsumexp_expand),
)

# what training= resolves --------------------------------------------------------------------------------------------


def _resolved_first(g: Value, y: Value, *operands: Value, **attrs: object) -> tuple[Value | None, ...]:
    """Differentiable, but only what ``training=`` makes of it is differentiated."""
    raise AssertionError("resolve_training runs before autodiff")


def _dropout_type(x: TensorType, *, p: float, node: int = 0) -> TensorType:
    require_dtype(x, FLOATS)
    if not 0.0 <= p <= 1.0:
        raise DeclarationError(f"expected a probability between 0 and 1, got {p}")
    return x


DROPOUT = Op(
    name="dropout",
    type_rule=_dropout_type,
    grad_rule=_resolved_first,
    reference=lambda x, *, p, node=0: x,  # what it means in evaluation
    lower_cpu=ByPass("resolve_training"),
    lower_cuda=ByPass("resolve_training"),
    foldable=False,
)


def _batch_norm_type(
    x: TensorType,
    *rest: TensorType,
    eps: float = 1e-5,
    momentum: float | None = 0.1,
    axis: int = 1,
    affine: bool = True,
    track: bool = True,
) -> TensorType:
    require_dtype(x, FLOATS)
    if x.rank < 2:
        raise ShapeError(f"expected a rank of at least 2, got {x.rank} ({{0}})")
    require_axis(x, axis)
    names = ["weight", "bias"] * affine + ["running_mean", "running_var", "num_batches_tracked"] * track
    if len(rest) != len(names):
        raise ShapeError(f"expected {len(names)} operands after {{0}} ({', '.join(names)}), got {len(rest)}")
    for i, (type, name) in enumerate(zip(rest, names, strict=True), 1):
        rank = 0 if name == "num_batches_tracked" else 1
        require_dtype(type, FLOATS if rank else INTEGERS, i)
        if type.rank != rank:
            raise ShapeError(f"expected rank {rank} for {name}, got {type.rank} ({{{i}}})")
        if rank and type.shape[0] != x.shape[axis]:
            m, n = x.shape[axis], type.shape[0]
            raise ShapeError(f"channels differ: {m} (axis {axis} of {{0}}) and {n} (axis 0 of {{{i}}})")
    return x


def _batch_norm_reference(
    x: Array, *rest: Array, eps: float = 1e-5, axis: int = 1, affine: bool = True, track: bool = True, **attrs: Any
) -> Array:
    """What it means in evaluation: running statistics, or those of the batch where none are tracked."""
    others = tuple(a for a in range(x.ndim) if a != axis)
    per_channel = [np.expand_dims(r, others) for r in rest if r.ndim == 1]
    mean, var = per_channel[-2:] if track else (x.mean(others, keepdims=True), x.var(others, keepdims=True))
    out = (x - mean) / np.sqrt(var + eps)
    return np.asarray(out * per_channel[0] + per_channel[1] if affine else out)


BATCH_NORM = Op(
    name="batch_norm",
    type_rule=_batch_norm_type,
    grad_rule=_resolved_first,
    reference=preserving(_batch_norm_reference),
    lower_cpu=ByPass("resolve_training"),
    lower_cuda=ByPass("resolve_training"),
    foldable=False,
)

FAMILY = (SOFTMAX, LOG_SOFTMAX, LOGSUMEXP, DROPOUT, BATCH_NORM)


def softmax(x: Value, *, axis: int) -> Value:
    """``exp(x) / sum(exp(x))`` along an axis, without overflow."""
    return apply(SOFTMAX, x, axis=axis)


def log_softmax(x: Value, *, axis: int) -> Value:
    """``log(softmax(x))`` along an axis, without overflow and without losing small values."""
    return apply(LOG_SOFTMAX, x, axis=axis)


def logsumexp(x: Value, *, axis: int) -> Value:
    """``log(sum(exp(x)))`` along an axis, which disappears, without overflow."""
    return apply(LOGSUMEXP, x, axis=axis)


def dropout(x: Value, *, p: float, node: int = 0) -> Value:
    """In training zero with probability p, else ``x / (1 - p)``; in evaluation x (Srivastava et al., 2014).

    ``node`` is given by the pass that numbers the random operators of a graph.
    """
    return apply(DROPOUT, x, p=p, node=node)


def batch_norm(
    x: Value, *rest: Value, eps: float, momentum: float | None, axis: int = 1, affine: bool, track: bool
) -> Value:
    """``(x - mean) / sqrt(var + eps) * weight + bias`` over all axes but ``axis`` (Ioffe and Szegedy, 2015).

    Args:
        x: floats of rank 2 or more.
        rest: weight and bias when ``affine``, then running_mean, running_var and num_batches_tracked when ``track``:
            one number for each channel, except the last, which is a scalar.
        eps: keeps the root away from 0.
        momentum: weight of a new batch in the running statistics; None makes them the mean of all batches.
        axis: the axis of the channels.
        affine: whether there are weight and bias.
        track: whether there are running statistics.
    """
    return apply(BATCH_NORM, x, *rest, eps=eps, momentum=momentum, axis=axis, affine=affine, track=track)
