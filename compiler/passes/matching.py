"""Questions rewrites ask about values, and the few values they make."""

from __future__ import annotations

from typing import TypeAlias

from graphc.compiler import ops
from graphc.compiler.ir import CONSTANT, Node, Value, constant
from graphc.runtime.types import Shape, Shapelike

Number: TypeAlias = float | int | bool


def number(value: Value) -> Number | None:
    """The number a value is everywhere: a rank-0 constant, or one broadcast; None otherwise."""
    while made_by(value, "broadcast"):
        value = operand(value)
    return value.literal


def made_by(value: Value, *ops: str) -> bool:
    """True when the value is the result of one of these operators."""
    return value.node is not None and value.node.op.name in ops


def operand(value: Value, index: int = 0) -> Value:
    """An operand of the node that makes the value."""
    assert value.node is not None
    return value.node.operands[index]


def is_constant(value: Value) -> bool:
    """True for a constant of any rank."""
    return value.node is not None and value.node.op is CONSTANT


def typed(value: Value, node: Node) -> Value | None:
    """The value when it has the type of the node's result, else None: a splatted scalar has not."""
    return value if value.type == node.results[0].type else None


def spread(scalar: Value, shape: Shape) -> Value:
    """A rank-0 value over a shape."""
    if scalar.type.shape == shape:
        return scalar
    return ops.broadcast(scalar, shape=shape, axes=())


def size_value(size: Shapelike, like: Value) -> Value:
    """A number of elements as a rank-0 value of the same element type."""
    if isinstance(size, int):
        return constant(size, like.dtype)
    return ops.dim_size(size, dtype=like.dtype)
