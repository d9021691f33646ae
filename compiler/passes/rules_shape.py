"""Laws of operators that move elements without computing."""

from __future__ import annotations

from graphc.compiler import ops
from graphc.compiler.ir import Node, Value, constant
from graphc.runtime.types import DType, dim_product

from .base import rewrite
from .matching import made_by, operand, spread, typed


@rewrite("broadcast")
def broadcast_nothing(node: Node) -> Value | None:
    """broadcast(x) {shape = shape of x} -> x"""
    return typed(node.operands[0], node)


@rewrite("broadcast")
def broadcast_twice(node: Node) -> Value | None:
    """broadcast(broadcast(x) {axes=a}) {axes=b} -> broadcast(x) {axes=b[a]}"""
    (x,) = node.operands
    if x.node is None or not made_by(x, "broadcast"):
        return None
    axes = tuple(node.attrs["axes"][axis] for axis in x.node.attrs["axes"])
    return _broadcast(operand(x), node, axes)


@rewrite("broadcast")
def broadcast_reshaped(node: Node) -> Value | None:
    """broadcast(reshape(x)) -> broadcast(x) where the reshape only adds or removes axes of size 1"""
    (x,) = node.operands
    if not made_by(x, "reshape"):
        return None
    source = operand(x)
    kept = [(dim, axis) for dim, axis in zip(x.type.shape, node.attrs["axes"], strict=True) if dim != 1]
    wanted = [dim for dim in source.type.shape if dim != 1]
    if [dim for dim, _ in kept] != wanted or source.type.rank != len(wanted):
        return None
    return _broadcast(source, node, tuple(axis for _, axis in kept))


@rewrite("reshape")
def reshape_broadcast(node: Node) -> Value | None:
    """reshape(broadcast(x)) -> broadcast(x) for a rank-0 x"""
    (x,) = node.operands
    if not made_by(x, "broadcast") or operand(x).type.shape:
        return None
    return spread(operand(x), node.results[0].type.shape)


@rewrite("permute_dims")
def permute_broadcast(node: Node) -> Value | None:
    """permute_dims(broadcast(x)) -> broadcast(x) where x keeps the order of its axes"""
    (x,) = node.operands
    if x.node is None or not made_by(x, "broadcast"):
        return None
    axes = tuple(node.attrs["axes"].index(axis) for axis in x.node.attrs["axes"])
    return _broadcast(operand(x), node, axes) if list(axes) == sorted(axes) else None


@rewrite("slice")
def slice_broadcast(node: Node) -> Value | None:
    """slice(broadcast(x)) -> broadcast(x) for a rank-0 x"""
    (x,) = node.operands
    if not made_by(x, "broadcast") or operand(x).type.shape:
        return None
    return spread(operand(x), node.results[0].type.shape)


def _broadcast(x: Value, node: Node, axes: tuple[int, ...]) -> Value:
    return ops.broadcast(x, shape=node.results[0].type.shape, axes=axes)


@rewrite("reshape")
def reshape_nothing(node: Node) -> Value | None:
    """reshape(x) {shape = shape of x} -> x"""
    return typed(node.operands[0], node)


@rewrite("reshape")
def reshape_twice(node: Node) -> Value | None:
    """reshape(reshape(x)) -> reshape(x)"""
    (x,) = node.operands
    if not made_by(x, "reshape") or operand(x).type.size != x.type.size:
        return None
    return ops.reshape(operand(x), shape=node.attrs["shape"])


@rewrite("permute_dims")
def permute_nothing(node: Node) -> Value | None:
    """permute_dims(x) {axes=[0, 1, ...]} -> x"""
    axes = node.attrs["axes"]
    return node.operands[0] if axes == tuple(range(len(axes))) else None


@rewrite("permute_dims")
def permute_twice(node: Node) -> Value | None:
    """permute_dims(permute_dims(x) {axes=a}) {axes=b} -> permute_dims(x) {axes=a[b]}"""
    (x,) = node.operands
    if x.node is None or not made_by(x, "permute_dims"):
        return None
    return ops.permute_dims(operand(x), axes=tuple(x.node.attrs["axes"][axis] for axis in node.attrs["axes"]))


@rewrite("matmul")
def permute_in_product(node: Node) -> Value | None:
    """matmul(permute_dims(a) {swaps the last two}, b) -> matmul(a, b) {transpose_a}, and so for b"""
    a, b = node.operands
    swap_a, swap_b = _swaps_last_two(a), _swaps_last_two(b)
    if not swap_a and not swap_b:
        return None
    return ops.matmul(
        operand(a) if swap_a else a,
        operand(b) if swap_b else b,
        transpose_a=node.attrs.get("transpose_a", False) != swap_a,
        transpose_b=node.attrs.get("transpose_b", False) != swap_b,
    )


def _swaps_last_two(value: Value) -> bool:
    if value.node is None or not made_by(value, "permute_dims"):
        return False
    axes: tuple[int, ...] = value.node.attrs["axes"]
    rank = len(axes)
    return rank >= 2 and axes == (*range(rank - 2), rank - 1, rank - 2)


@rewrite("slice")
def slice_everything(node: Node) -> Value | None:
    """slice(x) {all of every axis} -> x"""
    (x,) = node.operands
    whole = all(start == 0 for start in node.attrs["start"]) and all(step == 1 for step in node.attrs["step"])
    return typed(x, node) if whole else None


@rewrite("pad")
def pad_nothing(node: Node) -> Value | None:
    """pad(x) {low=[0, ...], high=[0, ...]} -> x"""
    empty = all(n == 0 for n in (*node.attrs["low"], *node.attrs["high"]))
    return typed(node.operands[0], node) if empty else None


@rewrite("concat")
def concat_one(node: Node) -> Value | None:
    """concat(x) -> x"""
    return node.operands[0] if len(node.operands) == 1 else None


@rewrite("cast")
def cast_nothing(node: Node) -> Value | None:
    """cast(x) {dtype = dtype of x} -> x"""
    return typed(node.operands[0], node)


# A type holds every value of the types listed with it.
_WIDER = {
    DType.f64: (DType.f32, DType.bf16, DType.i32, DType.bool),
    DType.f32: (DType.bf16, DType.bool),
    DType.bf16: (DType.bool,),
    DType.i64: (DType.i32, DType.bool),
    DType.i32: (DType.bool,),
    DType.bool: (),
}


@rewrite("cast")
def cast_twice(node: Node) -> Value | None:
    """cast(cast(x) {dtype=a}) {dtype=b} -> cast(x) {dtype=b} where a holds every value of x"""
    (x,) = node.operands
    if not made_by(x, "cast") or operand(x).dtype not in (*_WIDER[x.dtype], x.dtype):
        return None
    return ops.cast(operand(x), dtype=node.attrs["dtype"])


@rewrite("dim_size")
def known_size(node: Node) -> Value | None:
    """dim_size() {dim = a number} -> constant"""
    dim = node.attrs["dim"]
    return constant(dim, node.attrs["dtype"]) if isinstance(dim, int) else None


@rewrite("stop_gradient")
def stopped(node: Node) -> Value | None:
    """stop_gradient(x) -> x, after differentiation"""
    return node.operands[0]


@rewrite("sum", "prod", "max", "min")
def reduce_nothing(node: Node) -> Value | None:
    """sum(x) {axes of size 1} -> reshape(x), and so prod, max, min"""
    (x,) = node.operands
    if dim_product(x.type.shape[axis] for axis in node.attrs["axes"]) != 1:
        return None
    return typed(ops.reshape(x, shape=node.results[0].type.shape), node)


SHAPE_RULES = (
    broadcast_nothing,
    broadcast_twice,
    broadcast_reshaped,
    reshape_broadcast,
    permute_broadcast,
    slice_broadcast,
    reshape_nothing,
    reshape_twice,
    permute_nothing,
    permute_twice,
    permute_in_product,
    slice_everything,
    pad_nothing,
    concat_one,
    cast_nothing,
    cast_twice,
    known_size,
    stopped,
    reduce_nothing,
)
