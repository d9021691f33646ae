"""Element-wise functions, named as in the Python array API standard."""

from __future__ import annotations

from collections.abc import Callable

from graphc.compiler import ops
from graphc.compiler.ir import Value
from graphc.runtime.types import DType

from .. import products
from ..broadcasting import align, elementwise, fail_dtype, float_unary, promote
from ..tensor import Tensor, TensorLike, as_value, operand


def _unary(op: str, make: Callable[[Value], Value], x: TensorLike) -> Tensor:
    return Tensor(make(as_value(op, x)))


def _float(op: str, make: Callable[[Value], Value], x: TensorLike) -> Tensor:
    return Tensor(float_unary(op, make, as_value(op, x)))


def _whole(op: str, make: Callable[[Value], Value], x: TensorLike) -> Tensor:
    value = as_value(op, x)
    return Tensor(make(value) if value.dtype.is_float else value)


def _binary(op: str, make: Callable[..., Value], a: TensorLike, b: TensorLike) -> Tensor:
    return Tensor(elementwise(op, make, operand(op, a), operand(op, b)))


def exp(x: TensorLike) -> Tensor:
    """``e ** x``."""
    return _float("exp", ops.exp, x)


def expm1(x: TensorLike) -> Tensor:
    """``e ** x - 1``, exact for small x."""
    return _float("expm1", ops.expm1, x)


def log(x: TensorLike) -> Tensor:
    """Natural logarithm."""
    return _float("log", ops.log, x)


def log1p(x: TensorLike) -> Tensor:
    """``log(1 + x)``, exact for small x."""
    return _float("log1p", ops.log1p, x)


def log2(x: TensorLike) -> Tensor:
    """Logarithm to base 2."""
    return log(x) * 1.4426950408889634


def log10(x: TensorLike) -> Tensor:
    """Logarithm to base 10."""
    return log(x) * 0.4342944819032518


def sqrt(x: TensorLike) -> Tensor:
    """Square root."""
    return _float("sqrt", ops.sqrt, x)


def rsqrt(x: TensorLike) -> Tensor:
    """``1 / sqrt(x)``."""
    return _float("rsqrt", ops.rsqrt, x)


def reciprocal(x: TensorLike) -> Tensor:
    """``1 / x``."""
    return _float("reciprocal", ops.reciprocal, x)


def square(x: TensorLike) -> Tensor:
    """``x * x``."""
    return _unary("square", ops.square, x)


def abs(x: TensorLike) -> Tensor:
    """Absolute value."""
    return _unary("abs", ops.abs, x)


def negative(x: TensorLike) -> Tensor:
    """``-x``."""
    return _unary("neg", ops.neg, x)


def positive(x: TensorLike) -> Tensor:
    """``+x``."""
    return Tensor(as_value("positive", x))


def sign(x: TensorLike) -> Tensor:
    """-1, 0 or 1."""
    return _unary("sign", ops.sign, x)


def floor(x: TensorLike) -> Tensor:
    """The nearest whole number below."""
    return _whole("floor", ops.floor, x)


def ceil(x: TensorLike) -> Tensor:
    """The nearest whole number above."""
    return _whole("ceil", ops.ceil, x)


def round(x: TensorLike) -> Tensor:
    """The nearest whole number, halves to the even one."""
    return _whole("round", ops.round, x)


def trunc(x: TensorLike) -> Tensor:
    """The whole number towards zero."""
    x = Tensor(as_value("trunc", x))
    return where(x < 0, ceil(x), floor(x))


def sin(x: TensorLike) -> Tensor:
    """Sine."""
    return _float("sin", ops.sin, x)


def cos(x: TensorLike) -> Tensor:
    """Cosine."""
    return _float("cos", ops.cos, x)


def tan(x: TensorLike) -> Tensor:
    """Tangent."""
    return _float("tan", ops.tan, x)


def tanh(x: TensorLike) -> Tensor:
    """Hyperbolic tangent."""
    return _float("tanh", ops.tanh, x)


def sinh(x: TensorLike) -> Tensor:
    """Hyperbolic sine."""
    x = Tensor(as_value("sinh", x))
    return (expm1(x) - expm1(-x)) * 0.5


def cosh(x: TensorLike) -> Tensor:
    """Hyperbolic cosine."""
    x = Tensor(as_value("cosh", x))
    return (exp(x) + exp(-x)) * 0.5


def sigmoid(x: TensorLike) -> Tensor:
    """``1 / (1 + exp(-x))``."""
    return _float("sigmoid", ops.sigmoid, x)


def erf(x: TensorLike) -> Tensor:
    """Error function."""
    return _float("erf", ops.erf, x)


def isnan(x: TensorLike) -> Tensor:
    """True for NaN."""
    return _float("isnan", ops.isnan, x)


def isfinite(x: TensorLike) -> Tensor:
    """True for all but NaN and the infinities."""
    return _float("isfinite", ops.isfinite, x)


def isinf(x: TensorLike) -> Tensor:
    """True for the infinities."""
    x = Tensor(as_value("isinf", x))
    return ~(isfinite(x) | isnan(x))


def logical_not(x: TensorLike) -> Tensor:
    """``not x`` of bool elements."""
    return ~Tensor(as_value("logical_not", x))


def logical_and(a: TensorLike, b: TensorLike) -> Tensor:
    """``a and b`` of bool elements."""
    return Tensor(
        products.logical("logical_and", ops.logical_and, operand("logical_and", a), operand("logical_and", b))
    )


def logical_or(a: TensorLike, b: TensorLike) -> Tensor:
    """``a or b`` of bool elements."""
    return Tensor(products.logical("logical_or", ops.logical_or, operand("logical_or", a), operand("logical_or", b)))


def logical_xor(a: TensorLike, b: TensorLike) -> Tensor:
    """True where exactly one of two bool elements is."""
    return Tensor(
        products.logical("logical_xor", ops.logical_xor, operand("logical_xor", a), operand("logical_xor", b))
    )


def add(a: TensorLike, b: TensorLike) -> Tensor:
    """``a + b``."""
    return _binary("add", ops.add, a, b)


def subtract(a: TensorLike, b: TensorLike) -> Tensor:
    """``a - b``."""
    return _binary("sub", ops.sub, a, b)


def multiply(a: TensorLike, b: TensorLike) -> Tensor:
    """``a * b``."""
    return _binary("mul", ops.mul, a, b)


def divide(a: TensorLike, b: TensorLike) -> Tensor:
    """``a / b`` of floating-point elements."""
    return Tensor(products.divide(operand("div", a), operand("div", b)))


def floor_divide(a: TensorLike, b: TensorLike) -> Tensor:
    """``floor(a / b)``."""
    return Tensor(products.floor_divide(operand("floor_divide", a), operand("floor_divide", b)))


def remainder(a: TensorLike, b: TensorLike) -> Tensor:
    """``a - b * floor(a / b)``: has the sign of ``b``."""
    return _binary("remainder", ops.remainder, a, b)


def pow(a: TensorLike, b: TensorLike) -> Tensor:
    """``a ** b``."""
    return Tensor(products.power(operand("pow", a), operand("pow", b)))


def maximum(a: TensorLike, b: TensorLike) -> Tensor:
    """The larger of two elements; NaN wins."""
    return _binary("maximum", ops.maximum, a, b)


def minimum(a: TensorLike, b: TensorLike) -> Tensor:
    """The smaller of two elements; NaN wins."""
    return _binary("minimum", ops.minimum, a, b)


def equal(a: TensorLike, b: TensorLike) -> Tensor:
    """``a == b``."""
    return _binary("eq", ops.eq, a, b)


def not_equal(a: TensorLike, b: TensorLike) -> Tensor:
    """``a != b``."""
    return _binary("ne", ops.ne, a, b)


def less(a: TensorLike, b: TensorLike) -> Tensor:
    """``a < b``."""
    return _binary("lt", ops.lt, a, b)


def less_equal(a: TensorLike, b: TensorLike) -> Tensor:
    """``a <= b``."""
    return _binary("le", ops.le, a, b)


def greater(a: TensorLike, b: TensorLike) -> Tensor:
    """``a > b``."""
    return _binary("gt", ops.gt, a, b)


def greater_equal(a: TensorLike, b: TensorLike) -> Tensor:
    """``a >= b``."""
    return _binary("ge", ops.ge, a, b)


def where(condition: TensorLike, a: TensorLike, b: TensorLike) -> Tensor:
    """``a`` where the condition is True, else ``b``. All three broadcast."""
    chooser = as_value("where", condition)
    if chooser.dtype is not DType.bool:
        raise fail_dtype("where", f"expected a bool condition, got {chooser.type} (%{chooser.hint})", chooser)
    choices = promote("where", (operand("where", a), operand("where", b)))
    return Tensor(ops.where(*align("where", (chooser, *choices))))


def clip(x: TensorLike, min: TensorLike | None = None, max: TensorLike | None = None) -> Tensor:
    """Elements limited to ``min`` and ``max``; NaN stays."""
    return Tensor(as_value("clip", x)).clip(min, max)


def astype(x: TensorLike, dtype: DType | str) -> Tensor:
    """Another element type."""
    return Tensor(as_value("astype", x)).astype(dtype)
