"""Roots, powers, exponentials, logarithms, trigonometry: element-wise operators over floats."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from graphc.compiler.ir import POSITIVE, REALS, UNIT, Array, Value

from .base import Operand, apply, elementwise
from .compare import eq
from .elementwise import add, div, mul, neg, sub, where

SQRT = elementwise(
    "sqrt", "sqrt({0})", np.sqrt, lambda g, y, x: (div(g, mul(y, 2.0)),), imports=("sqrt",), domain=POSITIVE
)
RSQRT = elementwise(
    "rsqrt",
    "rsqrt({0})",
    lambda x: 1 / np.sqrt(x),
    lambda g, y, x: (mul(mul(g, -0.5), mul(y, mul(y, y))),),
    imports=("rsqrt",),
    domain=POSITIVE,
)


def _pow_grad(g: Value, y: Value, a: Value, b: Value) -> tuple[Value | None, Value | None]:
    # Both are taken as 0 where a factor 0 would meet an infinity, as in PyTorch: b = 0, and log a at a = 0.
    slope = mul(b, pow(a, sub(b, 1.0)))
    if b.literal is not None:
        return mul(g, slope), None
    slope = where(eq(b, 0.0), 0.0, slope)
    return mul(g, slope), mul(g, mul(y, log(where(eq(a, 0.0), 1.0, a))))


POW = elementwise("pow", "pow({0}, {1})", np.power, _pow_grad, arity=2, imports=("pow",), domain=(POSITIVE, REALS))

EXP = elementwise("exp", "exp({0})", np.exp, lambda g, y, x: (mul(g, y),), imports=("exp",))
EXPM1 = elementwise("expm1", "expm1({0})", np.expm1, lambda g, y, x: (mul(g, add(y, 1.0)),), imports=("expm1",))
LOG = elementwise("log", "log({0})", np.log, lambda g, y, x: (div(g, x),), imports=("log",), domain=POSITIVE)
LOG1P = elementwise(
    "log1p", "log1p({0})", np.log1p, lambda g, y, x: (div(g, add(x, 1.0)),), imports=("log1p",), domain=UNIT
)
SIN = elementwise("sin", "sin({0})", np.sin, lambda g, y, x: (mul(g, cos(x)),), imports=("sin",))
COS = elementwise("cos", "cos({0})", np.cos, lambda g, y, x: (neg(mul(g, sin(x))),), imports=("cos",))
TAN = elementwise(
    "tan", "tan({0})", np.tan, lambda g, y, x: (mul(g, add(mul(y, y), 1.0)),), imports=("tan",), domain=UNIT
)
TANH = elementwise("tanh", "tanh({0})", np.tanh, lambda g, y, x: (mul(g, sub(1.0, mul(y, y))),), imports=("tanh",))

_erf = np.frompyfunc(math.erf, 1, 1)


def erf_reference(x: Array) -> Any:
    """The error function of an array, in f64."""
    return np.asarray(_erf(x), dtype=np.float64)


ERF = elementwise(
    "erf",
    "erf({0})",
    erf_reference,
    lambda g, y, x: (mul(g, mul(exp(neg(mul(x, x))), 2.0 / math.sqrt(math.pi))),),
    imports=("erf",),
)

FAMILY = (SQRT, RSQRT, POW, EXP, EXPM1, LOG, LOG1P, SIN, COS, TAN, TANH, ERF)


def sqrt(x: Operand) -> Value:
    """Square root."""
    return apply(SQRT, x)


def rsqrt(x: Operand) -> Value:
    """``1 / sqrt(x)``."""
    return apply(RSQRT, x)


def pow(a: Operand, b: Operand) -> Value:
    """``a ** b`` of floats; NaN for a negative a and a fraction b."""
    return apply(POW, a, b)


def exp(x: Operand) -> Value:
    """``e ** x``."""
    return apply(EXP, x)


def expm1(x: Operand) -> Value:
    """``exp(x) - 1``, accurate near 0."""
    return apply(EXPM1, x)


def log(x: Operand) -> Value:
    """Natural logarithm."""
    return apply(LOG, x)


def log1p(x: Operand) -> Value:
    """``log(1 + x)``, accurate near 0."""
    return apply(LOG1P, x)


def sin(x: Operand) -> Value:
    """Sine."""
    return apply(SIN, x)


def cos(x: Operand) -> Value:
    """Cosine."""
    return apply(COS, x)


def tan(x: Operand) -> Value:
    """Tangent."""
    return apply(TAN, x)


def tanh(x: Operand) -> Value:
    """Hyperbolic tangent."""
    return apply(TANH, x)


def erf(x: Operand) -> Value:
    """Error function ``2/sqrt(pi) * integral of exp(-t^2) from 0 to x``."""
    return apply(ERF, x)
