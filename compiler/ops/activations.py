"""Activation functions that are operators of their own."""

from __future__ import annotations

import math

import numpy as np

from graphc.compiler.ir import NONZERO, Array, Decompose, Op, Value
from graphc.runtime.errors import DeclarationError
from graphc.runtime.types import TensorType

from .base import FLOATS, Operand, apply, elementwise, preserving, require_dtype
from .compare import gt
from .elementwise import add, mul, sub, where
from .transcendental import erf, erf_reference, exp, tanh


def _sigmoid(x: Array) -> Array:
    e = np.exp(-np.abs(x))  # at most 1: nothing overflows
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))


SIGMOID = elementwise(
    "sigmoid", "sigmoid({0})", _sigmoid, lambda g, y, x: (mul(g, mul(y, sub(1.0, y))),), imports=("sigmoid",)
)
SOFTPLUS = elementwise(
    "softplus",
    "softplus({0})",
    lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))),
    lambda g, y, x: (mul(g, sigmoid(x)),),
    imports=("softplus",),
)
# The derivative is read off the result, so that the operand need not be kept. At the kink it is 0, as in PyTorch.
RELU = elementwise(
    "relu",
    "relu({0})",
    lambda x: np.maximum(x, 0),
    lambda g, y, x: (where(gt(y, 0.0), g, 0.0),),
    imports=("relu",),
    domain=NONZERO,
)

_CUBIC = 0.044715  # the tanh form's coefficient
_RATE = math.sqrt(2.0 / math.pi)


def _gelu_type(x: TensorType, *, approximate: str = "none") -> TensorType:
    require_dtype(x, FLOATS)
    if approximate not in ("none", "tanh"):
        raise DeclarationError(f"expected approximate to be 'none' or 'tanh', got {approximate!r}")
    return x


def _gelu_reference(x: Array, *, approximate: str = "none") -> Array:
    if approximate == "tanh":
        return np.asarray(0.5 * x * (1 + np.tanh(_RATE * (x + _CUBIC * x * x * x))))
    return np.asarray(0.5 * x * (1 + erf_reference(x / math.sqrt(2.0))))


def _phi(x: Value, approximate: str) -> Value:
    """The share of x that passes: the normal distribution's Phi(x), or the tanh form of it."""
    if approximate == "tanh":
        return mul(add(tanh(mul(add(x, mul(mul(x, mul(x, x)), _CUBIC)), _RATE)), 1.0), 0.5)
    return mul(add(erf(mul(x, math.sqrt(0.5))), 1.0), 0.5)


def _gelu_grad(g: Value, y: Value, x: Value, *, approximate: str = "none") -> tuple[Value]:
    share = _phi(x, approximate)
    if approximate == "tanh":
        # share = (1 + tanh u)/2 = sigmoid(2u), so its slope is 2 share (1 - share) du/dx.
        du = mul(add(mul(mul(x, x), 3.0 * _CUBIC), 1.0), 2.0 * _RATE)
        slope = mul(mul(share, sub(1.0, share)), du)
    else:
        slope = mul(exp(mul(mul(x, x), -0.5)), 1.0 / math.sqrt(2.0 * math.pi))
    return (mul(g, add(share, mul(x, slope))),)


GELU = Op(
    name="gelu",
    type_rule=_gelu_type,
    grad_rule=_gelu_grad,
    reference=preserving(_gelu_reference),
    lower_cpu=Decompose(lambda x, *, approximate="none": mul(x, _phi(x, approximate))),
    lower_cuda=Decompose(lambda x, *, approximate="none": mul(x, _phi(x, approximate))),
)

FAMILY = (SIGMOID, SOFTPLUS, RELU, GELU)


def sigmoid(x: Operand) -> Value:
    """``1 / (1 + exp(-x))``, without overflow."""
    return apply(SIGMOID, x)


def softplus(x: Operand) -> Value:
    """``log(1 + exp(x))``, without overflow."""
    return apply(SOFTPLUS, x)


def relu(x: Operand) -> Value:
    """``max(x, 0)``; NaN stays."""
    return apply(RELU, x)


def gelu(x: Operand, *, approximate: str = "none") -> Value:
    """``x * Phi(x)``, exact, or with Phi in its tanh form (Hendrycks and Gimpel, 2016)."""
    return apply(GELU, x, approximate=approximate)
