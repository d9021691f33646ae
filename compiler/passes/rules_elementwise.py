"""Laws of comparison and choice, and of constants among the operands of element-wise operators."""

from __future__ import annotations

from graphc.compiler import ops
from graphc.compiler.ir import Node, Value

from .base import rewrite
from .fold_constants import fold, folds
from .matching import is_constant, made_by, number, operand, spread, typed

# Operators whose result element depends on the operand elements at the same place and on nothing else.
POINTWISE = tuple(
    sorted(op.name for op in ops.OPS.values() if op.elementwise and op.name not in ("constant", "dim_size", "uniform"))
)


@rewrite(*POINTWISE)
def splat_scalar(node: Node) -> Value | None:
    """f(x, broadcast(s)) -> f(x, s) for a rank-0 s, f(broadcast(s), broadcast(t)) -> broadcast(f(s, t))"""
    operands = tuple(_scalar(v) or v for v in node.operands)
    if operands == node.operands:
        return None
    shape = node.results[0].type.shape
    if any(v.type.shape == shape for v in operands):
        value: Value = node.op(*operands, **node.attrs)
        return typed(value, node)
    return spread(node.op(*operands, **node.attrs), shape) if not any(v.type.shape for v in operands) else None


def _scalar(value: Value) -> Value | None:
    if value.type.shape and made_by(value, "broadcast") and not operand(value).type.shape:
        return operand(value)
    return None


@rewrite(*POINTWISE)
def compute_before_broadcast(node: Node) -> Value | None:
    """f(broadcast(x), broadcast(y)) -> broadcast(f(x, y)) for the same axes; rank-0 operands may stand among them"""
    spreads = [v for v in node.operands if made_by(v, "broadcast")]
    scalars = [v for v in node.operands if not v.type.shape]
    if not spreads or len(spreads) + len(scalars) != len(node.operands):
        return None
    attrs = spreads[0].node.attrs if spreads[0].node is not None else {}
    inner = operand(spreads[0]).type.shape
    if not inner or any(v.node is None or v.node.attrs != attrs or operand(v).type.shape != inner for v in spreads):
        return None
    small = node.op(*(operand(v) if v in spreads else v for v in node.operands), **node.attrs)
    return ops.broadcast(small, **attrs)


@rewrite(*(op.name for op in ops.OPS.values() if op.commutative))
def constant_last(node: Node) -> Value | None:
    """f(c, x) -> f(x, c) for a commutative f and a constant c"""
    c, x = node.operands
    if not is_constant(c) or is_constant(x):
        return None
    value: Value = node.op(x, c, **node.attrs)
    return value


@rewrite(*POINTWISE)
def compute_numbers(node: Node) -> Value | None:
    """f(c, d) -> the number, for numbers c and d"""
    return fold(node, node.operands) if folds(node, node.operands, limit=1) else None


@rewrite("where")
def choose_known(node: Node) -> Value | None:
    """where(true, x, y) -> x, where(false, x, y) -> y"""
    condition, x, y = node.operands
    chosen = number(condition)
    if chosen is None:
        return None
    return spread_like(x if chosen else y, node)


@rewrite("where")
def choose_same(node: Node) -> Value | None:
    """where(c, x, x) -> x"""
    _, x, y = node.operands
    a, b = number(x), number(y)
    same = x is y or (a is not None and a == b and a != 0)  # 0.0 and -0.0 are equal and different
    return spread_like(x, node) if same else None


def spread_like(value: Value, node: Node) -> Value | None:
    """The value in the type of the node's result; None when it is neither that nor rank 0."""
    if value.type.shape and value.type != node.results[0].type:
        return None
    return spread(value, node.results[0].type.shape)


@rewrite("where")
def choose_negated(node: Node) -> Value | None:
    """where(logical_not(c), x, y) -> where(c, y, x)"""
    condition, x, y = node.operands
    return typed(ops.where(operand(condition), y, x), node) if made_by(condition, "logical_not") else None


@rewrite("where")
def choose_twice(node: Node) -> Value | None:
    """where(c, where(c, x, y), z) -> where(c, x, z), where(c, x, where(c, y, z)) -> where(c, x, z)"""
    condition, x, y = node.operands
    if made_by(x, "where") and operand(x) is condition:
        return typed(ops.where(condition, operand(x, 1), y), node)
    if made_by(y, "where") and operand(y) is condition:
        return typed(ops.where(condition, x, operand(y, 2)), node)
    return None


_OPPOSITE = {"eq": "ne", "ne": "eq"}


@rewrite("logical_not")
def negate_equality(node: Node) -> Value | None:
    """logical_not(eq(x, y)) -> ne(x, y), logical_not(ne(x, y)) -> eq(x, y); orderings stay, NaN has none"""
    (x,) = node.operands
    if not made_by(x, "eq", "ne"):
        return None
    value: Value = ops.OPS[_OPPOSITE[x.op]](operand(x, 0), operand(x, 1))
    return value


@rewrite("logical_and")
def and_known(node: Node) -> Value | None:
    """logical_and(x, true) -> x, logical_and(x, false) -> false"""
    x, c = node.operands
    known = number(c)
    return None if known is None else spread_like(x if known else c, node)


@rewrite("logical_or")
def or_known(node: Node) -> Value | None:
    """logical_or(x, false) -> x, logical_or(x, true) -> true"""
    x, c = node.operands
    known = number(c)
    return None if known is None else spread_like(c if known else x, node)


@rewrite("maximum", "minimum", "logical_and", "logical_or")
def same_operands(node: Node) -> Value | None:
    """maximum(x, x) -> x, and so minimum, logical_and, logical_or"""
    x, y = node.operands
    return typed(x, node) if x is y else None


@rewrite("relu", "abs", "floor", "ceil", "round", "sign")
def apply_twice(node: Node) -> Value | None:
    """relu(relu(x)) -> relu(x), and so abs, floor, ceil, round, sign"""
    (x,) = node.operands
    return x if made_by(x, node.op.name) else None


ELEMENTWISE_RULES = (
    compute_numbers,
    constant_last,
    splat_scalar,
    compute_before_broadcast,
    choose_known,
    choose_same,
    choose_negated,
    choose_twice,
    negate_equality,
    and_known,
    or_known,
    same_operands,
    apply_twice,
)
