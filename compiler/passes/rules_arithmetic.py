"""Laws of sums, products and powers.

A law gives the same real number, within the freedom the kernels have too (they may reassociate, contract and ignore
the sign of zero), and NaN and infinity where they were. So ``mul(x, 0) -> 0`` is not a law for floats unless x is
known to be finite, and ``div(x, c)`` becomes a product only where the reciprocal is exact.
"""

from __future__ import annotations

import math

from graphc.compiler import ops
from graphc.compiler.ir import Node, Value, constant

from .base import rewrite
from .matching import Number, made_by, number, operand, spread, typed

_INT_LIMIT = {"i32": 2**31, "i64": 2**63}


@rewrite("add")
def add_zero(node: Node) -> Value | None:
    """add(x, 0) -> x"""
    x, c = node.operands
    return typed(x, node) if number(c) == 0 else None


@rewrite("add")
def add_itself(node: Node) -> Value | None:
    """add(x, x) -> mul(x, 2)"""
    x, y = node.operands
    return ops.mul(x, 2) if x is y else None


@rewrite("sub")
def subtract_zero(node: Node) -> Value | None:
    """sub(x, 0) -> x"""
    x, c = node.operands
    return typed(x, node) if number(c) == 0 else None


@rewrite("sub")
def zero_minus(node: Node) -> Value | None:
    """sub(0, x) -> neg(x)"""
    c, x = node.operands
    return typed(ops.neg(x), node) if number(c) == 0 else None


@rewrite("mul")
def multiply_by_one(node: Node) -> Value | None:
    """mul(x, 1) -> x"""
    x, c = node.operands
    return typed(x, node) if number(c) == 1 else None


@rewrite("mul")
def multiply_by_minus_one(node: Node) -> Value | None:
    """mul(x, -1) -> neg(x)"""
    x, c = node.operands
    return typed(ops.neg(x), node) if number(c) == -1 else None


@rewrite("mul")
def multiply_by_zero(node: Node) -> Value | None:
    """mul(x, 0) -> 0 where x is known to be finite: whole numbers, and masks made of finite constants"""
    x, c = node.operands
    if number(c) != 0 or not _finite(x):
        return None
    return spread(constant(0, x.dtype), node.results[0].type.shape)


def _finite(x: Value) -> bool:
    if x.dtype.is_integer:
        return True
    if made_by(x, "where"):
        numbers = [number(operand(x, i)) for i in (1, 2)]
        return all(n is not None and math.isfinite(n) for n in numbers)
    return made_by(x, "cast") and not operand(x).dtype.is_float


@rewrite("div")
def divide_by_one(node: Node) -> Value | None:
    """div(x, 1) -> x"""
    x, c = node.operands
    return typed(x, node) if number(c) == 1 else None


@rewrite("div")
def divide_by_power_of_two(node: Node) -> Value | None:
    """div(x, c) -> mul(x, 1/c) where c is a power of two, so that 1/c is exact"""
    x, c = node.operands
    divisor = number(c)
    if divisor is None or divisor == 0 or not x.dtype.is_float or not math.isfinite(divisor):
        return None
    mantissa, exponent = math.frexp(divisor)
    if abs(mantissa) != 0.5 or abs(exponent) > 100:
        return None
    return typed(ops.mul(x, constant(1 / divisor, x.dtype)), node)


@rewrite("neg", "logical_not")
def twice_is_nothing(node: Node) -> Value | None:
    """neg(neg(x)) -> x, logical_not(logical_not(x)) -> x"""
    (x,) = node.operands
    return operand(x) if made_by(x, node.op.name) else None


@rewrite("neg")
def negate_difference(node: Node) -> Value | None:
    """neg(sub(x, y)) -> sub(y, x)"""
    (x,) = node.operands
    return ops.sub(operand(x, 1), operand(x, 0)) if made_by(x, "sub") else None


@rewrite("add")
def add_negated(node: Node) -> Value | None:
    """add(x, neg(y)) -> sub(x, y), add(neg(y), x) -> sub(x, y)"""
    x, y = node.operands
    if made_by(y, "neg"):
        return ops.sub(x, operand(y))
    return ops.sub(y, operand(x)) if made_by(x, "neg") else None


@rewrite("sub")
def subtract_negated(node: Node) -> Value | None:
    """sub(x, neg(y)) -> add(x, y)"""
    x, y = node.operands
    return ops.add(x, operand(y)) if made_by(y, "neg") else None


@rewrite("mul", "div")
def negations_cancel(node: Node) -> Value | None:
    """mul(neg(x), neg(y)) -> mul(x, y), div(neg(x), neg(y)) -> div(x, y)"""
    x, y = node.operands
    if not made_by(x, "neg") or not made_by(y, "neg"):
        return None
    positive: Value = node.op(operand(x), operand(y))
    return positive


@rewrite("mul", "div")
def negated_constant(node: Node) -> Value | None:
    """mul(neg(x), c) -> mul(x, -c), div(neg(x), c) -> div(x, -c)"""
    x, c = node.operands
    n = number(c)
    if n is None or not made_by(x, "neg") or not x.dtype.is_float:
        return None
    negated: Value = node.op(operand(x), constant(-n, x.dtype))
    return negated


@rewrite("neg")
def negate_product(node: Node) -> Value | None:
    """neg(mul(x, c)) -> mul(x, -c)"""
    (x,) = node.operands
    n = number(operand(x, 1)) if made_by(x, "mul") else None
    return ops.mul(operand(x), constant(-n, x.dtype)) if n is not None and x.dtype.is_float else None


@rewrite("mul")
def combine_factors(node: Node) -> Value | None:
    """mul(mul(x, a), b) -> mul(x, a*b) where a*b neither overflows nor vanishes"""
    x, c = node.operands
    a, b = number(operand(x, 1)) if made_by(x, "mul") else None, number(c)
    if a is None or b is None or not (_safe(a * b, x) or 0 in (a, b)):
        return None
    return typed(ops.mul(operand(x), constant(a * b, x.dtype)), node)


@rewrite("mul")
def combine_scalars(node: Node) -> Value | None:
    """mul(mul(x, s), t) -> mul(x, mul(s, t)) for rank-0 s and t; numbers have a law of their own"""
    for x, t in (node.operands, node.operands[::-1]):
        if t.type.shape or not x.type.shape or not made_by(x, "mul") or not x.dtype.is_float:
            continue
        for inner, s in ((operand(x), operand(x, 1)), (operand(x, 1), operand(x))):
            if not s.type.shape and inner.type == x.type and (s.literal is None or t.literal is None):
                return ops.mul(inner, ops.mul(s, t))
    return None


@rewrite("mul")
def scale_before_broadcast(node: Node) -> Value | None:
    """mul(mul(x, c), broadcast(y)) -> mul(x, broadcast(mul(y, c))), with fewer products"""
    for x, y in (node.operands, node.operands[::-1]):
        c = operand(x, 1) if made_by(x, "mul") else None
        if c is None or c.literal is None or operand(x).type != x.type or y.node is None or not made_by(y, "broadcast"):
            continue
        return ops.mul(operand(x), ops.broadcast(ops.mul(operand(y), c), **y.node.attrs))
    return None


@rewrite("mul")
def multiply_quotient(node: Node) -> Value | None:
    """mul(div(a, x), b) -> div(a*b, x) where a*b neither overflows nor vanishes, mul(reciprocal(x), b) -> div(b, x)"""
    x, c = node.operands
    b = number(c)
    if b is None or not x.dtype.is_float or not made_by(x, "div", "reciprocal"):
        return None
    a = number(operand(x)) if made_by(x, "div") else 1
    if a is None or not _safe(a * b, x):
        return None
    below = operand(x, 1) if made_by(x, "div") else operand(x)
    return typed(ops.div(constant(a * b, x.dtype), below), node)


@rewrite("add", "sub")
def combine_terms(node: Node) -> Value | None:
    """add(add(x, a), b) -> add(x, a+b), and so where one or both are sub(., a)"""
    x, c = node.operands
    a, b = number(operand(x, 1)) if made_by(x, "add", "sub") else None, number(c)
    if a is None or b is None:
        return None
    total = (a if made_by(x, "add") else -a) + (b if node.op is ops.ADD else -b)
    if total != 0 and not _safe(total, x):
        return None
    return typed(ops.add(operand(x), constant(total, x.dtype)), node)


def _safe(n: Number, like: Value) -> bool:
    """True when n is an ordinary number of the type: finite and not so small that digits are lost."""
    if like.dtype.is_integer:
        return abs(n) < _INT_LIMIT[like.dtype.value]
    low, high = (1e-290, 1e290) if like.dtype.value == "f64" else (1e-30, 1e30)
    return math.isfinite(n) and low < abs(n) < high


@rewrite("mul")
def multiply_by_itself(node: Node) -> Value | None:
    """mul(x, x) -> square(x)"""
    x, y = node.operands
    return ops.square(x) if x is y else None


@rewrite("pow")
def power_by_number(node: Node) -> Value | None:
    """pow(x, c) -> x, square(x), mul(square(x), x), reciprocal(x), sqrt(x), rsqrt(x) for c = 1, 2, 3, -1, 0.5, -0.5

    ``sqrt`` differs from ``pow`` at minus infinity and at the sign of zero only.
    """
    x, c = node.operands
    n = number(c)
    if n is None or x.type != node.results[0].type:
        return None
    if n == 1:
        return x
    if n == 2:
        return ops.square(x)
    if n == 3:
        return ops.mul(ops.square(x), x)
    if not x.dtype.is_float:
        return None
    if n == -1:
        return ops.reciprocal(x)
    if n == 0.5:
        return ops.sqrt(x)
    return ops.rsqrt(x) if n == -0.5 else None


@rewrite("pow")
def power_zero(node: Node) -> Value | None:
    """pow(x, 0) -> 1, also for NaN"""
    x, c = node.operands
    return spread(constant(1, x.dtype), node.results[0].type.shape) if number(c) == 0 else None


@rewrite("reciprocal")
def reciprocal_root(node: Node) -> Value | None:
    """reciprocal(sqrt(x)) -> rsqrt(x)"""
    (root,) = node.operands
    return ops.rsqrt(operand(root)) if made_by(root, "sqrt") else None


@rewrite("div")
def one_over(node: Node) -> Value | None:
    """div(1, x) -> reciprocal(x)"""
    c, x = node.operands
    return typed(ops.reciprocal(x), node) if number(c) == 1 and x.dtype.is_float else None


@rewrite("reciprocal")
def reciprocal_twice(node: Node) -> Value | None:
    """reciprocal(rsqrt(x)) -> sqrt(x)"""
    (x,) = node.operands
    return ops.sqrt(operand(x)) if made_by(x, "rsqrt") else None


ARITHMETIC_RULES = (
    add_zero,
    add_itself,
    subtract_zero,
    zero_minus,
    multiply_by_one,
    multiply_by_minus_one,
    multiply_by_zero,
    divide_by_one,
    divide_by_power_of_two,
    twice_is_nothing,
    negate_difference,
    negate_product,
    add_negated,
    subtract_negated,
    negations_cancel,
    negated_constant,
    combine_factors,
    combine_scalars,
    scale_before_broadcast,
    multiply_quotient,
    combine_terms,
    multiply_by_itself,
    power_by_number,
    power_zero,
    reciprocal_root,
    one_over,
    reciprocal_twice,
)
