"""Element-wise operators: each is one scalar expression over its operands' elements."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from graphc.compiler.ir import (
    NONZERO,
    POSITIVE,
    UNIT,
    Array,
    Decompose,
    Domain,
    NotDifferentiable,
    Op,
    SameMemory,
    Scalar,
    Value,
)
from graphc.runtime.errors import ShapeError
from graphc.runtime.types import DType, TensorType

from .base import FLOATS, NO_CUDA, NUMBERS, common_shape, comparison, elementwise, require_dtype, same_dtype

Operand = Value | float | int | bool

NEG = elementwise("neg", "-{0}", np.negative, lambda g, y, x: (neg(g),), allowed=NUMBERS)
ABS = elementwise(
    "abs", "abs({0})", np.abs, lambda g, y, x: (mul(g, sign(x)),), imports=("abs",), allowed=NUMBERS, domain=NONZERO
)
SIGN = elementwise(
    "sign", "sign({0})", np.sign, NotDifferentiable("it is piecewise constant"), imports=("sign",), allowed=NUMBERS
)
EXP = elementwise("exp", "exp({0})", np.exp, lambda g, y, x: (mul(g, y),), imports=("exp",))
EXPM1 = elementwise("expm1", "expm1({0})", np.expm1, lambda g, y, x: (mul(g, add(y, 1.0)),), imports=("expm1",))
LOG = elementwise("log", "log({0})", np.log, lambda g, y, x: (div(g, x),), imports=("log",), domain=POSITIVE)
LOG1P = elementwise(
    "log1p", "log1p({0})", np.log1p, lambda g, y, x: (div(g, add(x, 1.0)),), imports=("log1p",), domain=POSITIVE
)
SQRT = elementwise(
    "sqrt", "sqrt({0})", np.sqrt, lambda g, y, x: (div(g, mul(y, 2.0)),), imports=("sqrt",), domain=POSITIVE
)
RSQRT = elementwise(
    "rsqrt",
    "rsqrt({0})",
    lambda x: 1 / np.sqrt(x),
    lambda g, y, x: (mul(mul(g, -0.5), div(y, x)),),
    imports=("rsqrt",),
    domain=POSITIVE,
)
SQUARE = elementwise("square", "{0} * {0}", np.square, lambda g, y, x: (mul(g, mul(x, 2)),), allowed=NUMBERS)
RECIPROCAL = elementwise(
    "reciprocal", "{dtype}(1) / {0}", np.reciprocal, lambda g, y, x: (neg(mul(g, mul(y, y))),), domain=POSITIVE
)
FLOOR = elementwise("floor", "floor({0})", np.floor, NotDifferentiable("it is piecewise constant"), imports=("floor",))
CEIL = elementwise("ceil", "ceil({0})", np.ceil, NotDifferentiable("it is piecewise constant"), imports=("ceil",))
ROUND = elementwise("round", "round({0})", np.round, NotDifferentiable("it is piecewise constant"), imports=("round",))
SIN = elementwise("sin", "sin({0})", np.sin, lambda g, y, x: (mul(g, cos(x)),), imports=("sin",))
COS = elementwise("cos", "cos({0})", np.cos, lambda g, y, x: (neg(mul(g, sin(x))),), imports=("cos",))
TAN = elementwise(
    "tan", "tan({0})", np.tan, lambda g, y, x: (mul(g, add(mul(y, y), 1.0)),), imports=("tan",), domain=UNIT
)
TANH = elementwise(
    "tanh", "tanh({0})", np.tanh, lambda g, y, x: (mul(g, sub(1.0, mul(y, y))),), imports=("tanh",)
)


def _sigmoid(x: Array) -> Array:
    # Each branch takes the exponential of a negative number only, so nothing overflows.
    e = np.exp(-np.abs(x))
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
ERF = elementwise(
    "erf",
    "erf({0})",
    lambda x: np.vectorize(math.erf, otypes=[np.float64])(x),
    lambda g, y, x: (mul(g, mul(exp(neg(mul(x, x))), 2.0 / math.sqrt(math.pi))),),
    imports=("erf",),
)
# The derivative is read off the result, so that the operand need not be kept; 0 at 0, as in PyTorch.
RELU = elementwise(
    "relu",
    "relu({0})",
    lambda x: np.maximum(x, 0),
    lambda g, y, x: (where(gt(y, 0.0), g, 0.0),),
    imports=("relu",),
    domain=NONZERO,
)
ISNAN = elementwise(
    "isnan", "isnan({0})", np.isnan, NotDifferentiable("it is piecewise constant"), imports=("isnan",), result=DType.bool
)
ISFINITE = elementwise(
    "isfinite",
    "isfinite({0})",
    np.isfinite,
    NotDifferentiable("it is piecewise constant"),
    imports=("isfinite",),
    result=DType.bool,
)
LOGICAL_NOT = elementwise(
    "logical_not", "not {0}", np.logical_not, NotDifferentiable("booleans"), allowed=(DType.bool,), result=DType.bool
)

ADD = elementwise(
    "add", "{0} + {1}", np.add, lambda g, y, a, b: (g, g), arity=2, allowed=NUMBERS, commutative=True
)
SUB = elementwise("sub", "{0} - {1}", np.subtract, lambda g, y, a, b: (g, neg(g)), arity=2, allowed=NUMBERS)
MUL = elementwise(
    "mul", "{0} * {1}", np.multiply, lambda g, y, a, b: (mul(g, b), mul(g, a)), arity=2, allowed=NUMBERS, commutative=True
)
DIV = elementwise(
    "div",
    "{0} / {1}",
    np.true_divide,
    lambda g, y, a, b: (div(g, b), neg(div(mul(g, y), b))),
    arity=2,
    domain=(Domain(), POSITIVE),
)


def _pow_grad(g: Value, y: Value, a: Value, b: Value) -> tuple[Value | None, Value | None]:
    # d a^b / db = a^b log a, taken as 0 where a is 0, as PyTorch does.
    safe = where(eq(a, 0.0), 1.0, a)
    by_exponent = None if b.literal is not None else mul(g, mul(y, log(safe)))
    return mul(g, mul(b, pow(a, sub(b, 1.0)))), by_exponent


POW = elementwise("pow", "pow({0}, {1})", np.power, _pow_grad, arity=2, imports=("pow",), domain=(POSITIVE, Domain()))


def _pick_grad(wins: Any) -> Any:
    def rule(g: Value, y: Value, a: Value, b: Value) -> tuple[Value, Value]:
        # Ties share the gradient evenly, as in PyTorch.
        half = mul(g, 0.5)
        tie = eq(a, b)
        return where(tie, half, where(wins(a, b), g, 0.0)), where(tie, half, where(wins(b, a), g, 0.0))

    return rule


MAXIMUM = elementwise(
    "maximum", "maximum({0}, {1})", np.maximum, _pick_grad(lambda a, b: gt(a, b)),
    arity=2, imports=("maximum",), allowed=NUMBERS, commutative=True,
)  # fmt: skip
MINIMUM = elementwise(
    "minimum", "minimum({0}, {1})", np.minimum, _pick_grad(lambda a, b: lt(a, b)),
    arity=2, imports=("minimum",), allowed=NUMBERS, commutative=True,
)  # fmt: skip
REMAINDER = elementwise(
    "remainder",
    "{0} % {1}",
    np.remainder,
    lambda g, y, a, b: (g, neg(mul(g, floor(div(a, b))))) if a.dtype.is_float else (None, None),
    arity=2,
    allowed=NUMBERS,
    domain=(Domain(), POSITIVE),
)

EQ = comparison("eq", "==", np.equal, commutative=True)
NE = comparison("ne", "!=", np.not_equal, commutative=True)
LT = comparison("lt", "<", np.less)
LE = comparison("le", "<=", np.less_equal)
GT = comparison("gt", ">", np.greater)
GE = comparison("ge", ">=", np.greater_equal)


def _logical(name: str, symbol: str, reference: Any) -> Op:
    why = NotDifferentiable("booleans")
    return elementwise(
        name, f"{{0}} {symbol} {{1}}", reference, why,
        arity=2, allowed=(DType.bool,), result=DType.bool, commutative=True,
    )  # fmt: skip


LOGICAL_AND = _logical("logical_and", "&", np.logical_and)
LOGICAL_OR = _logical("logical_or", "|", np.logical_or)
LOGICAL_XOR = _logical("logical_xor", "^", np.logical_xor)


def _where_type(cond: TensorType, a: TensorType, b: TensorType) -> TensorType:
    require_dtype(cond, (DType.bool,))
    return TensorType(same_dtype((cond, a, b), start=1), common_shape((cond, a, b)))


WHERE = Op(
    name="where",
    type_rule=_where_type,
    grad_rule=lambda g, y, c, a, b: (None, where(c, g, 0.0), where(c, 0.0, g)),
    reference=lambda c, a, b: np.where(c, a, b).astype(a.dtype, copy=False),
    lower_cpu=Scalar("({1} if {0} else {2})"),
    lower_cuda=Scalar("({1} if {0} else {2})"),
)

CAST = Op(
    name="cast",
    type_rule=lambda x, *, dtype: x.with_dtype(dtype),
    grad_rule=lambda g, y, x, *, dtype: (cast(g, dtype=x.dtype) if x.dtype.is_float and dtype.is_float else None,),
    reference=lambda x, *, dtype: x.astype(dtype.numpy),
    lower_cpu=Scalar("cast({0})"),
    lower_cuda=Scalar("cast({0})"),
)


def _gelu(x: Value, *, approximate: str) -> Value:
    if approximate == "tanh":
        inner = mul(add(x, mul(mul(x, mul(x, x)), 0.044715)), math.sqrt(2.0 / math.pi))
        return mul(mul(x, 0.5), add(tanh(inner), 1.0))
    return mul(mul(x, 0.5), add(erf(mul(x, math.sqrt(0.5))), 1.0))


def _gelu_reference(x: Array, *, approximate: str) -> Array:
    if approximate == "tanh":
        out = 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    else:
        out = 0.5 * x * (1 + np.vectorize(math.erf, otypes=[np.float64])(x / np.sqrt(2)))
    return np.asarray(out).astype(x.dtype)


def _gelu_grad(g: Value, y: Value, x: Value, *, approximate: str) -> tuple[Value]:
    if approximate == "tanh":
        c = math.sqrt(2.0 / math.pi)
        t = tanh(mul(add(x, mul(mul(x, mul(x, x)), 0.044715)), c))
        inner = mul(add(mul(mul(x, x), 3 * 0.044715), 1.0), c)
        slope = add(mul(add(t, 1.0), 0.5), mul(mul(mul(x, 0.5), sub(1.0, mul(t, t))), inner))
    else:
        cdf = mul(add(erf(mul(x, math.sqrt(0.5))), 1.0), 0.5)
        pdf = mul(exp(mul(mul(x, x), -0.5)), 1.0 / math.sqrt(2.0 * math.pi))
        slope = add(cdf, mul(x, pdf))
    return (mul(g, slope),)


def _gelu_type(x: TensorType, *, approximate: str = "none") -> TensorType:
    require_dtype(x, FLOATS)
    if approximate not in ("none", "tanh"):
        raise ShapeError(f"expected approximate to be 'none' or 'tanh', got {approximate!r}")
    return x


GELU = Op(
    name="gelu",
    type_rule=_gelu_type,
    grad_rule=_gelu_grad,
    reference=_gelu_reference,
    lower_cpu=Decompose(_gelu),
    lower_cuda=Decompose(_gelu),
)
STOP_GRADIENT = Op(
    name="stop_gradient",
    type_rule=lambda x: x,
    grad_rule=NotDifferentiable("it was asked to stop the gradient"),
    reference=lambda x: x,
    lower_cpu=SameMemory(),
    lower_cuda=NO_CUDA,
)

def neg(x: Value) -> Value:
    """-x."""
    return NEG(x)  # type: ignore[no-any-return]

def exp(x: Value) -> Value:
    """e to the x."""
    return EXP(x)  # type: ignore[no-any-return]

def expm1(x: Value) -> Value:
    """exp(x) - 1, accurate near 0."""
    return EXPM1(x)  # type: ignore[no-any-return]

def log(x: Value) -> Value:
    """Natural logarithm."""
    return LOG(x)  # type: ignore[no-any-return]

def log1p(x: Value) -> Value:
    """log(1 + x), accurate near 0."""
    return LOG1P(x)  # type: ignore[no-any-return]

def sqrt(x: Value) -> Value:
    """Square root."""
    return SQRT(x)  # type: ignore[no-any-return]

def rsqrt(x: Value) -> Value:
    """1 / sqrt(x)."""
    return RSQRT(x)  # type: ignore[no-any-return]

def square(x: Value) -> Value:
    """x * x."""
    return SQUARE(x)  # type: ignore[no-any-return]

def reciprocal(x: Value) -> Value:
    """1 / x."""
    return RECIPROCAL(x)  # type: ignore[no-any-return]

def abs(x: Value) -> Value:
    """Absolute value."""
    return ABS(x)  # type: ignore[no-any-return]

def sign(x: Value) -> Value:
    """-1, 0 or 1."""
    return SIGN(x)  # type: ignore[no-any-return]

def floor(x: Value) -> Value:
    """Largest whole number not above x."""
    return FLOOR(x)  # type: ignore[no-any-return]

def ceil(x: Value) -> Value:
    """Smallest whole number not below x."""
    return CEIL(x)  # type: ignore[no-any-return]

def round(x: Value) -> Value:
    """Nearest whole number, ties to even."""
    return ROUND(x)  # type: ignore[no-any-return]

def sin(x: Value) -> Value:
    """Sine."""
    return SIN(x)  # type: ignore[no-any-return]

def cos(x: Value) -> Value:
    """Cosine."""
    return COS(x)  # type: ignore[no-any-return]

def tan(x: Value) -> Value:
    """Tangent."""
    return TAN(x)  # type: ignore[no-any-return]

def tanh(x: Value) -> Value:
    """Hyperbolic tangent."""
    return TANH(x)  # type: ignore[no-any-return]

def sigmoid(x: Value) -> Value:
    """1 / (1 + exp(-x))."""
    return SIGMOID(x)  # type: ignore[no-any-return]

def softplus(x: Value) -> Value:
    """log(1 + exp(x))."""
    return SOFTPLUS(x)  # type: ignore[no-any-return]

def erf(x: Value) -> Value:
    """Error function."""
    return ERF(x)  # type: ignore[no-any-return]

def relu(x: Value) -> Value:
    """max(x, 0)."""
    return RELU(x)  # type: ignore[no-any-return]

def isnan(x: Value) -> Value:
    """True where x is NaN."""
    return ISNAN(x)  # type: ignore[no-any-return]

def isfinite(x: Value) -> Value:
    """True where x is neither NaN nor infinite."""
    return ISFINITE(x)  # type: ignore[no-any-return]

def logical_not(x: Value) -> Value:
    """not x."""
    return LOGICAL_NOT(x)  # type: ignore[no-any-return]

def stop_gradient(x: Value) -> Value:
    """x, with derivative zero."""
    return STOP_GRADIENT(x)  # type: ignore[no-any-return]

def add(a: Operand, b: Operand) -> Value:
    """a + b."""
    return ADD(a, b)  # type: ignore[no-any-return]

def sub(a: Operand, b: Operand) -> Value:
    """a - b."""
    return SUB(a, b)  # type: ignore[no-any-return]

def mul(a: Operand, b: Operand) -> Value:
    """a * b."""
    return MUL(a, b)  # type: ignore[no-any-return]

def div(a: Operand, b: Operand) -> Value:
    """a / b."""
    return DIV(a, b)  # type: ignore[no-any-return]

def pow(a: Operand, b: Operand) -> Value:
    """a to the b."""
    return POW(a, b)  # type: ignore[no-any-return]

def maximum(a: Operand, b: Operand) -> Value:
    """The larger one; NaN when either is."""
    return MAXIMUM(a, b)  # type: ignore[no-any-return]

def minimum(a: Operand, b: Operand) -> Value:
    """The smaller one; NaN when either is."""
    return MINIMUM(a, b)  # type: ignore[no-any-return]

def remainder(a: Operand, b: Operand) -> Value:
    """a modulo b, with the sign of b."""
    return REMAINDER(a, b)  # type: ignore[no-any-return]

def eq(a: Operand, b: Operand) -> Value:
    """a == b."""
    return EQ(a, b)  # type: ignore[no-any-return]

def ne(a: Operand, b: Operand) -> Value:
    """a != b."""
    return NE(a, b)  # type: ignore[no-any-return]

def lt(a: Operand, b: Operand) -> Value:
    """a < b."""
    return LT(a, b)  # type: ignore[no-any-return]

def le(a: Operand, b: Operand) -> Value:
    """a <= b."""
    return LE(a, b)  # type: ignore[no-any-return]

def gt(a: Operand, b: Operand) -> Value:
    """a > b."""
    return GT(a, b)  # type: ignore[no-any-return]

def ge(a: Operand, b: Operand) -> Value:
    """a >= b."""
    return GE(a, b)  # type: ignore[no-any-return]

def logical_and(a: Operand, b: Operand) -> Value:
    """a and b."""
    return LOGICAL_AND(a, b)  # type: ignore[no-any-return]

def logical_or(a: Operand, b: Operand) -> Value:
    """a or b."""
    return LOGICAL_OR(a, b)  # type: ignore[no-any-return]

def logical_xor(a: Operand, b: Operand) -> Value:
    """a exclusive-or b."""
    return LOGICAL_XOR(a, b)  # type: ignore[no-any-return]

def where(cond: Value, a: Operand, b: Operand) -> Value:
    """a where cond is true, else b."""
    return WHERE(cond, a, b)  # type: ignore[no-any-return]

def cast(x: Value, *, dtype: DType) -> Value:
    """x converted to another element type; floats to integers round towards zero."""
    return CAST(x, dtype=dtype)  # type: ignore[no-any-return]

def gelu(x: Value, *, approximate: str = "none") -> Value:
    """x * Phi(x), exactly or by the tanh form (Hendrycks and Gimpel, 2016)."""
    return GELU(x, approximate=approximate)  # type: ignore[no-any-return]

FAMILY: tuple[Op, ...] = (
    NEG, EXP, EXPM1, LOG, LOG1P, SQRT, RSQRT, SQUARE, RECIPROCAL, ABS, SIGN, FLOOR, CEIL, ROUND, SIN, COS, TAN, TANH, SIGMOID, SOFTPLUS, ERF, RELU, ISNAN, ISFINITE, LOGICAL_NOT, STOP_GRADIENT, ADD, SUB, MUL, DIV, POW, MAXIMUM, MINIMUM, REMAINDER, EQ, NE, LT, LE, GT, GE, LOGICAL_AND, LOGICAL_OR, LOGICAL_XOR, WHERE, CAST, GELU,
)
