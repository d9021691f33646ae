"""Element-wise arithmetic: each operator is one scalar expression over its operands' elements."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphc.compiler.ir import NONZERO, POSITIVE, REALS, GradRule, NotDifferentiable, Op, SameMemory, Scalar, Value
from graphc.runtime.errors import DTypeError
from graphc.runtime.types import DType, TensorType

from .base import (
    NUMBERS,
    PIECEWISE_CONSTANT,
    Operand,
    apply,
    common_shape,
    elementwise,
    require_dtype,
    same_dtype,
)
from .compare import eq, gt, lt

NEG = elementwise("neg", "-{0}", np.negative, lambda g, y, x: (neg(g),), allowed=NUMBERS)
ADD = elementwise("add", "{0} + {1}", np.add, lambda g, y, a, b: (g, g), arity=2, allowed=NUMBERS, commutative=True)
SUB = elementwise("sub", "{0} - {1}", np.subtract, lambda g, y, a, b: (g, neg(g)), arity=2, allowed=NUMBERS)
MUL = elementwise(
    "mul",
    "{0} * {1}",
    np.multiply,
    lambda g, y, a, b: (mul(g, b), mul(g, a)),
    arity=2,
    allowed=NUMBERS,
    commutative=True,
)
DIV = elementwise(
    "div",
    "{0} / {1}",
    np.true_divide,
    lambda g, y, a, b: (div(g, b), neg(div(mul(g, y), b))),
    arity=2,
    domain=(REALS, POSITIVE),
)
REMAINDER = elementwise(
    "remainder",
    "{0} % {1}",
    np.remainder,
    lambda g, y, a, b: (g, neg(mul(g, floor(div(a, b))))),
    arity=2,
    allowed=NUMBERS,
    domain=(REALS, POSITIVE),
)
SQUARE = elementwise("square", "{0} * {0}", np.square, lambda g, y, x: (mul(g, mul(x, 2.0)),), allowed=NUMBERS)
RECIPROCAL = elementwise(
    "reciprocal",
    "{dtype}(1) / {0}",
    lambda x: 1 / x,
    lambda g, y, x: (neg(mul(g, mul(y, y))),),
    domain=POSITIVE,
)
# The derivative at the kink is 0, as in PyTorch.
ABS = elementwise(
    "abs",
    "abs({0})",
    np.abs,
    lambda g, y, x: (mul(g, sign(x)),),
    imports=("abs",),
    allowed=NUMBERS,
    domain=NONZERO,
)
SIGN = elementwise("sign", "sign({0})", np.sign, PIECEWISE_CONSTANT, imports=("sign",), allowed=NUMBERS)
FLOOR = elementwise("floor", "floor({0})", np.floor, PIECEWISE_CONSTANT, imports=("floor",))
CEIL = elementwise("ceil", "ceil({0})", np.ceil, PIECEWISE_CONSTANT, imports=("ceil",))
ROUND = elementwise("round", "round({0})", np.round, PIECEWISE_CONSTANT, imports=("round",))


def _pick_grad(wins: Any) -> GradRule:
    """The gradient goes to the operand that was picked; equal ones share it evenly, as in PyTorch."""

    def rule(g: Value, y: Value, a: Value, b: Value) -> tuple[Value, Value]:
        tie, half = eq(a, b), mul(g, 0.5)
        return where(tie, half, where(wins(a, b), g, 0.0)), where(tie, half, where(wins(b, a), g, 0.0))

    return rule


MAXIMUM = elementwise(
    "maximum",
    "maximum({0}, {1})",
    np.maximum,
    _pick_grad(gt),
    arity=2,
    imports=("maximum",),
    allowed=NUMBERS,
    commutative=True,
)
MINIMUM = elementwise(
    "minimum",
    "minimum({0}, {1})",
    np.minimum,
    _pick_grad(lt),
    arity=2,
    imports=("minimum",),
    allowed=NUMBERS,
    commutative=True,
)


def _where_type(cond: TensorType, a: TensorType, b: TensorType) -> TensorType:
    require_dtype(cond, (DType.bool,))
    types = (cond, a, b)
    return TensorType(same_dtype(types, start=1), common_shape(types))


WHERE = Op(
    name="where",
    type_rule=_where_type,
    grad_rule=lambda g, y, cond, a, b: (None, where(cond, g, 0.0), where(cond, 0.0, g)),
    reference=np.where,
    lower_cpu=Scalar("{1} if {0} else {2}"),
    lower_cuda=Scalar("{1} if {0} else {2}"),
)


def _cast_type(x: TensorType, *, dtype: DType) -> TensorType:
    if not isinstance(dtype, DType):
        raise DTypeError(f"expected an element type, got {dtype!r}")
    return x.with_dtype(dtype)


def _cast_grad(g: Value, y: Value, x: Value, *, dtype: DType) -> tuple[Value | None]:
    return (cast(g, dtype=x.dtype) if x.dtype.is_float and dtype.is_float else None,)


CAST = Op(
    name="cast",
    type_rule=_cast_type,
    grad_rule=_cast_grad,
    reference=lambda x, *, dtype: x.astype(dtype.numpy),
    lower_cpu=Scalar('cast({0}, "{dtype}")', ("cast",)),
    lower_cuda=Scalar('cast({0}, "{dtype}")', ("cast",)),
)
STOP_GRADIENT = Op(
    name="stop_gradient",
    type_rule=lambda x: x,
    grad_rule=NotDifferentiable("it stops the gradient"),
    reference=lambda x: x,
    lower_cpu=SameMemory(),
    lower_cuda=SameMemory(),
)

FAMILY = (
    *(NEG, ADD, SUB, MUL, DIV, REMAINDER, SQUARE, RECIPROCAL, ABS, SIGN, FLOOR, CEIL, ROUND),
    *(MAXIMUM, MINIMUM, WHERE, CAST, STOP_GRADIENT),
)


def neg(x: Operand) -> Value:
    """``-x``."""
    return apply(NEG, x)


def add(a: Operand, b: Operand) -> Value:
    """``a + b``."""
    return apply(ADD, a, b)


def sub(a: Operand, b: Operand) -> Value:
    """``a - b``."""
    return apply(SUB, a, b)


def mul(a: Operand, b: Operand) -> Value:
    """``a * b``."""
    return apply(MUL, a, b)


def div(a: Operand, b: Operand) -> Value:
    """``a / b`` of floats."""
    return apply(DIV, a, b)


def remainder(a: Operand, b: Operand) -> Value:
    """``a - floor(a / b) * b``: what is left has the sign of b."""
    return apply(REMAINDER, a, b)


def square(x: Operand) -> Value:
    """``x * x``."""
    return apply(SQUARE, x)


def reciprocal(x: Operand) -> Value:
    """``1 / x``."""
    return apply(RECIPROCAL, x)


def abs(x: Operand) -> Value:
    """Absolute value."""
    return apply(ABS, x)


def sign(x: Operand) -> Value:
    """-1, 0 or 1; NaN stays."""
    return apply(SIGN, x)


def floor(x: Operand) -> Value:
    """Greatest whole number that is not above x."""
    return apply(FLOOR, x)


def ceil(x: Operand) -> Value:
    """Least whole number that is not below x."""
    return apply(CEIL, x)


def round(x: Operand) -> Value:
    """Nearest whole number, ties to even."""
    return apply(ROUND, x)


def maximum(a: Operand, b: Operand) -> Value:
    """The greater one; NaN when either is."""
    return apply(MAXIMUM, a, b)


def minimum(a: Operand, b: Operand) -> Value:
    """The lesser one; NaN when either is."""
    return apply(MINIMUM, a, b)


def where(cond: Value, a: Operand, b: Operand) -> Value:
    """``a`` where cond is true, else ``b``."""
    return apply(WHERE, cond, a, b)


def cast(x: Value, *, dtype: DType) -> Value:
    """Another element type; floats become integers by rounding towards zero."""
    return apply(CAST, x, dtype=dtype)


def stop_gradient(x: Value) -> Value:
    """x, through which no gradient flows."""
    return apply(STOP_GRADIENT, x)
