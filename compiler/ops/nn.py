"""Operators of neural networks that are differentiated whole and decomposed afterwards, and those ``training=`` resolves."""

from __future__ import annotations

import numpy as np

from graphc.compiler.ir import Array, ByPass, Decompose, Op, Value
from graphc.runtime.errors import DTypeError, ShapeError
from graphc.runtime.types import TensorType

from .base import FLOATS, kept_axes, require_dtype
from .elementwise import add, div, mul, sub
from .reduce import max, sum
from .shape import broadcast
from .transcendental import exp, log


def _axis_type(x: TensorType, *, axis: int) -> TensorType:
    require_dtype(x, FLOATS)
    if not 0 <= axis < x.rank:
        raise ShapeError(f"expected an axis within rank {x.rank} of {{0}}, got {axis}")
    return x


def _spread(v: Value, x: Value, axis: int) -> Value:
    return broadcast(v, shape=x.type.shape, axes=kept_axes(x.type.rank, (axis,)))


def _shifted_exp(x: Array, axis: int) -> tuple[Array, Array, Array]:
    top = np.max(x, axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0).astype(x.dtype)
    e = np.exp(x - top)
    return top, e, np.sum(e, axis=axis, keepdims=True)


def _softmax_reference(x: Array, *, axis: int) -> Array:
    _, e, total = _shifted_exp(x, axis)
    return np.asarray(e / total)


def _log_softmax_reference(x: Array, *, axis: int) -> Array:
    top, _, total = _shifted_exp(x, axis)
    return np.asarray(x - top - np.log(total))


def _logsumexp_reference(x: Array, *, axis: int) -> Array:
    top, _, total = _shifted_exp(x, axis)
    return np.asarray(np.squeeze(top + np.log(total), axis))


def _softmax_expand(x: Value, *, axis: int) -> Value:
    e = exp(sub(x, _spread(max(x, axes=(axis,)), x, axis)))
    return div(e, _spread(sum(e, axes=(axis,)), x, axis))


def _log_softmax_expand(x: Value, *, axis: int) -> Value:
    d = sub(x, _spread(max(x, axes=(axis,)), x, axis))
    return sub(d, _spread(log(sum(exp(d), axes=(axis,))), x, axis))


def _logsumexp_expand(x: Value, *, axis: int) -> Value:
    top = max(x, axes=(axis,))
    return add(log(sum(exp(sub(x, _spread(top, x, axis))), axes=(axis,))), top)


def _softmax_grad(g: Value, y: Value, x: Value, *, axis: int) -> tuple[Value]:
    inner = sum(mul(g, y), axes=(axis,))
    return (mul(y, sub(g, _spread(inner, x, axis))),)


def _log_softmax_grad(g: Value, y: Value, x: Value, *, axis: int) -> tuple[Value]:
    total = _spread(sum(g, axes=(axis,)), x, axis)
    return (sub(g, mul(softmax(x, axis=axis), total)),)


def _logsumexp_grad(g: Value, y: Value, x: Value, *, axis: int) -> tuple[Value]:
    return (mul(_spread(g, x, axis), softmax(x, axis=axis)),)


SOFTMAX = Op(
    name="softmax",
    type_rule=_axis_type,
    grad_rule=_softmax_grad,
    reference=_softmax_reference,
    lower_cpu=Decompose(_softmax_expand),
    lower_cuda=Decompose(_softmax_expand),
)
LOG_SOFTMAX = Op(
    name="log_softmax",
    type_rule=_axis_type,
    grad_rule=_log_softmax_grad,
    reference=_log_softmax_reference,
    lower_cpu=Decompose(_log_softmax_expand),
    lower_cuda=Decompose(_log_softmax_expand),
)
LOGSUMEXP = Op(
    name="logsumexp",
    type_rule=lambda x, *, axis: x.with_shape(
        d for a, d in enumerate(_axis_type(x, axis=axis).shape) if a != axis
    ),
    grad_rule=_logsumexp_grad,
    reference=_logsumexp_reference,
    lower_cpu=Decompose(_logsumexp_expand),
    lower_cuda=Decompose(_logsumexp_expand),
)


def _resolved_first(g: Value, y: Value, *operands: Value, **attrs: object) -> tuple[Value | None, ...]:
    """Differentiable, but only what ``training=`` makes of it is differentiated."""
    raise AssertionError("resolve_training runs before autodiff")


def _dropout_type(x: TensorType, *, p: float, node: int = 0) -> TensorType:
    require_dtype(x, FLOATS)
    if not 0.0 <= p <= 1.0:
        raise DTypeError(f"dropout probability should be between 0 and 1, got {p}")
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
    x: TensorType, *rest: TensorType, eps: float, momentum: float | None, axis: int = 1, affine: bool, track: bool
) -> TensorType:
    require_dtype(x, FLOATS)
    if x.rank < 2:
        raise ShapeError(f"expected {{0}} to have at least 2 axes, got {x}")
    names = [*(["weight", "bias"] if affine else []), *(["running_mean", "running_var"] if track else [])]
    if len(rest) != len(names) + (1 if track else 0):
        raise ShapeError(f"expected operands {names}, got {len(rest)}")
    for i, (t, name) in enumerate(zip(rest, names, strict=False), start=1):
        if t.shape != (x.shape[axis],):
            raise ShapeError(f"{name} {{{i}}} should have {x.shape[axis]} elements (axis {axis} of {{0}}), got {t}")
    return x


def _batch_norm_reference(
    x: Array, *rest: Array, eps: float, momentum: float | None, axis: int = 1, affine: bool, track: bool
) -> Array:
    shape = [1] * x.ndim
    shape[axis] = x.shape[axis]
    values = [r.reshape(shape) for r in rest if r.ndim == 1]
    others = tuple(a for a in range(x.ndim) if a != axis)
    mean, var = values[-2:] if track else (x.mean(others, keepdims=True), x.var(others, keepdims=True))
    out = (x - mean) / np.sqrt(var + eps)
    if affine:
        out = out * values[0] + values[1]
    return np.asarray(out).astype(x.dtype, copy=False)


BATCH_NORM = Op(
    name="batch_norm",
    type_rule=_batch_norm_type,
    grad_rule=_resolved_first,
    reference=_batch_norm_reference,  # what it means in evaluation
    lower_cpu=ByPass("resolve_training"),
    lower_cuda=ByPass("resolve_training"),
    foldable=False,
)


def softmax(x: Value, *, axis: int) -> Value:
    """exp(x) / sum exp(x) along an axis, without overflow."""
    return SOFTMAX(x, axis=axis)  # type: ignore[no-any-return]


def log_softmax(x: Value, *, axis: int) -> Value:
    """log softmax(x), without overflow and without losing small values."""
    return LOG_SOFTMAX(x, axis=axis)  # type: ignore[no-any-return]


def logsumexp(x: Value, *, axis: int) -> Value:
    """log sum exp(x) along an axis, which disappears."""
    return LOGSUMEXP(x, axis=axis)  # type: ignore[no-any-return]


def dropout(x: Value, *, p: float, node: int = 0) -> Value:
    """In training, zero with probability p and scale by 1/(1-p); in evaluation x (Srivastava et al., 2014)."""
    return DROPOUT(x, p=p, node=node)  # type: ignore[no-any-return]


def batch_norm(
    x: Value, *rest: Value, eps: float, momentum: float | None, axis: int = 1, affine: bool, track: bool
) -> Value:
    """Batch normalisation over all axes but ``axis`` (Ioffe and Szegedy, 2015).

    ``rest`` is [weight, bias] when ``affine``, then [running_mean, running_var, num_batches_tracked] when ``track``.
    """
    return BATCH_NORM(x, *rest, eps=eps, momentum=momentum, axis=axis, affine=affine, track=track)  # type: ignore[no-any-return]


FAMILY: tuple[Op, ...] = (SOFTMAX, LOG_SOFTMAX, LOGSUMEXP, DROPOUT, BATCH_NORM)
